#include "prose.h"

#include <math.h>
#include <stdio.h>

#include <utf8proc.h>

size_t sw_rules__columns(sw_str s)
{
    size_t n = 0;
    for (size_t at = 0; at < s.len;) {
        utf8proc_int32_t c;
        utf8proc_ssize_t used =
            utf8proc_iterate((const utf8proc_uint8_t *)s.at + at,
                             (utf8proc_ssize_t)(s.len - at), &c);
        if (used <= 0) break;
        int width = utf8proc_charwidth(c);
        n += width > 0 ? (size_t)width : 0;
        at += (size_t)used;
    }
    return n;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static sw_str next_word(sw_str *rest)
{
    while (rest->len > 0 && is_blank(rest->at[0]))
        *rest = (sw_str){rest->at + 1, rest->len - 1};
    size_t n = 0;
    while (n < rest->len && !is_blank(rest->at[n]))
        n++;
    sw_str word = {rest->at, n};
    *rest = (sw_str){rest->at + n, rest->len - n};
    return word;
}

void sw_rules__wrap(sw_buf *out, sw_str text, size_t left, size_t at)
{
    bool first = true;
    for (sw_str word; (word = next_word(&text)).len > 0;) {
        size_t width = sw_rules__columns(word);
        if (!first && at + 1 + width > PROSE_WIDTH) {
            sw_buf_printf(out, "\n%*s", (int)left, "");
            at = left;
        } else if (!first) {
            sw_buf_str(out, SW_STR(" "));
            at++;
        }
        sw_buf_str(out, word);
        at += width;
        first = false;
    }
    sw_buf_str(out, SW_STR("\n"));
}

static void blanks(sw_buf *out, size_t used, size_t width)
{
    if (used < width) sw_buf_printf(out, "%*s", (int)(width - used), "");
}

void sw_rules__pad(sw_buf *out, sw_str text, size_t width)
{
    sw_buf_str(out, text);
    blanks(out, sw_rules__columns(text), width);
}

void sw_rules__pad_left(sw_buf *out, sw_str text, size_t width)
{
    blanks(out, sw_rules__columns(text), width);
    sw_buf_str(out, text);
}

static sw_str fixed(char buf[FIXED_SIZE], double value, int decimals,
                    const char *plus)
{
    double power = pow(10, decimals), scaled = fabs(value) * power;
    int len;
    if (!(scaled < 1e15)) {
        len = snprintf(buf, FIXED_SIZE, "%.0e", value);
        return (sw_str){buf, (size_t)len};
    }
    long long all = llround(scaled), unit = llround(power);
    const char *sign = all == 0 || value > 0 ? plus : "-";
    len = snprintf(buf, FIXED_SIZE, "%s%lld", sign, all / unit);
    if (decimals > 0) {
        len += snprintf(buf + len, (size_t)(FIXED_SIZE - len), ".%0*lld",
                        decimals, all % unit);
    }
    return (sw_str){buf, (size_t)len};
}

sw_str sw_rules__fixed(char buf[FIXED_SIZE], double value, int decimals)
{
    return fixed(buf, value, decimals, "");
}

sw_str sw_rules__signed(char buf[FIXED_SIZE], double value, int decimals)
{
    return fixed(buf, value, decimals, "+");
}
