// The extension `encoders`: base64 (RFC 4648, section 4).
#include "cel_internal.h"

static const char digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static bool encode(sw_cel__run *run, const sw_cel_value *args, size_t count,
                   sw_cel_value *out)
{
    sw_str s = args[0].as.str;
    size_t len = s.len / 3 * 4 + (s.len % 3 > 0 ? 4 : 0);
    char *text = sw_cel__alloc(run, len + 1, 1);
    if (text == NULL || !sw_cel__spend_text(run, s.len)) return false;
    for (size_t i = 0, n = 0; i < s.len; i += 3, n += 4) {
        size_t left = s.len - i;
        uint32_t bits = (uint32_t)(unsigned char)s.at[i] << 16;
        if (left > 1) bits |= (uint32_t)(unsigned char)s.at[i + 1] << 8;
        if (left > 2) bits |= (unsigned char)s.at[i + 2];
        text[n] = digits[bits >> 18];
        text[n + 1] = digits[bits >> 12 & 63];
        text[n + 2] = left > 1 ? digits[bits >> 6 & 63] : '=';
        text[n + 3] = left > 2 ? digits[bits & 63] : '=';
    }
    *out = sw_cel__text(SW_CEL_STRING, (sw_str){text, len});
    return true;
}

static int digit_value(char c)
{
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

// Padding may be missing; if it is there it must be right.
static bool strip_padding(sw_str *s)
{
    size_t pad = 0;
    while (pad < 2 && pad < s->len && s->at[s->len - 1 - pad] == '=')
        pad++;
    bool whole = s->len % 4 == 0;
    s->len -= pad;
    return (pad == 0 || whole) && s->len % 4 != 1;
}

static bool decode(sw_cel__run *run, const sw_cel_value *args, size_t count,
                   sw_cel_value *out)
{
    sw_str s = args[0].as.str;
    if (!strip_padding(&s)) return sw_cel__fault(out, "not base64");
    char *bytes = sw_cel__alloc(run, s.len + 1, 1);
    if (bytes == NULL || !sw_cel__spend_text(run, s.len)) return false;
    uint32_t bits = 0;
    size_t have = 0, len = 0;
    for (size_t i = 0; i < s.len; i++) {
        int value = digit_value(s.at[i]);
        if (value < 0) return sw_cel__fault(out, "not base64");
        bits = (bits << 6 | (uint32_t)value) & 0xFFFFFF;
        have += 6;
        if (have < 8) continue;
        have -= 8;
        bytes[len++] = (char)(bits >> have & 0xFF);
    }
    *out = sw_cel__text(SW_CEL_BYTES, (sw_str){bytes, len});
    return true;
}

const sw_cel__function sw_cel__encoder_functions[] = {
    {"base64.encode", false, "y", "s", encode},
    {"base64.decode", false, "s", "y", decode},
    {0},
};
