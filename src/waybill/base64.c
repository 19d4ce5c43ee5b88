// RFC 4648, strictly: every byte string has one encoding per alphabet, so that
// no character of an envelope can change without effect.
#include "waybill_internal.h"

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void sw_base64__encode(sw_str bytes, sw_buf *out)
{
    const uint8_t *at = (const uint8_t *)bytes.at;
    for (size_t left = bytes.len; left > 0;) {
        size_t n = left < 3 ? left : 3;
        uint32_t group = (uint32_t)at[0] << 16;
        if (n > 1) group |= (uint32_t)at[1] << 8;
        if (n > 2) group |= at[2];
        char four[4] = {alphabet[group >> 18], alphabet[group >> 12 & 63],
                        n > 1 ? alphabet[group >> 6 & 63] : '=',
                        n > 2 ? alphabet[group & 63] : '='};
        sw_buf_add(out, four, sizeof four);
        at += n;
        left -= n;
    }
}

enum { PLAIN = 1, URL_SAFE = 2 };

// The value of a character, -1 if it is none; notes which alphabet it shows.
static int value_of(char c, unsigned *seen)
{
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+' || c == '/') {
        *seen |= PLAIN;
        return c == '+' ? 62 : 63;
    }
    if (c == '-' || c == '_') {
        *seen |= URL_SAFE;
        return c == '-' ? 62 : 63;
    }
    return -1;
}

// Decodes `digits` characters (2 to 4) to digits - 1 bytes. What remains of the
// last digit must be zero.
static bool decode_group(const char *at, size_t digits, uint8_t *to,
                         unsigned *seen)
{
    uint32_t group = 0;
    for (size_t i = 0; i < 4; i++) {
        int value = i < digits ? value_of(at[i], seen) : 0;
        if (value < 0) return false;
        group = group << 6 | (uint32_t)value;
    }
    if (digits == 2 && (group & 0xffff) != 0) return false;
    if (digits == 3 && (group & 0xff) != 0) return false;
    for (size_t i = 0; i + 1 < digits; i++)
        to[i] = (uint8_t)(group >> (16 - 8 * i));
    return true;
}

static size_t padding(sw_str text)
{
    if (text.len == 0 || text.at[text.len - 1] != '=') return 0;
    return text.at[text.len - 2] == '=' ? 2 : 1;
}

bool sw_base64__decode(sw_str text, sw_arena *arena, sw_str *out,
                       bool *url_safe, sw_error *err)
{
    if (text.len % 4 != 0) {
        return sw_fail(err, SW_ERR_INPUT,
                       "not base64: %zu characters, not a multiple of four",
                       text.len);
    }
    size_t pad = padding(text);
    size_t len = text.len / 4 * 3 - pad;
    uint8_t *bytes = sw_arena_alloc(arena, len);
    if (bytes == NULL) return sw_fail_memory(err);

    unsigned seen = 0;
    for (size_t i = 0; i < text.len; i += 4) {
        size_t digits = i + 4 == text.len ? 4 - pad : 4;
        if (!decode_group(text.at + i, digits, bytes + i / 4 * 3, &seen)) {
            return sw_fail(err, SW_ERR_INPUT,
                           "not base64: characters %zu to %zu", i + 1, i + 4);
        }
    }
    if (seen == (PLAIN | URL_SAFE))
        return sw_fail(err, SW_ERR_INPUT, "not base64: two alphabets mixed");

    if ((seen & URL_SAFE) != 0) *url_safe = true;
    *out = (sw_str){(const char *)bytes, len};
    return true;
}
