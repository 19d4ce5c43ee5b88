// Numbers as text and into each other. The C library's conversions follow the
// locale, so each runs under the C locale; asking for it allocates nothing.
#include "cel_internal.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static double read_in_c_locale(const char *text)
{
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (c == (locale_t)0) return strtod(text, NULL);
    locale_t before = uselocale(c);
    double d = strtod(text, NULL);
    uselocale(before);
    freelocale(c);
    return d;
}

size_t sw_cel__double_format(double d, char verb, int precision, char *out,
                             size_t size)
{
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    locale_t before = c != (locale_t)0 ? uselocale(c) : (locale_t)0;
    int len = snprintf(out, size, verb == 'f' ? "%.*f" : "%.*e", precision, d);
    if (c != (locale_t)0) {
        uselocale(before);
        freelocale(c);
    }
    return len < 0 ? 0 : (size_t)len < size ? (size_t)len : size - 1;
}

// Of a double there may be two decimals of 16 digits around it that read back,
// and the nearer one to it need not: then the last digit is moved by one.
static bool try_neighbours(double d, char out[40])
{
    char *last = strchr(out, 'e') - 1;
    char nearest = *last;
    for (int step = -1; step <= 1; step += 2) {
        *last = (char)(nearest + step);
        if (*last >= '0' && *last <= '9' && read_in_c_locale(out) == d)
            return true;
    }
    *last = nearest;
    return false;
}

// The fewest significant digits that read back to the same double. Any 15
// digits survive the way through a normal double, so those with fewer digits
// show as trailing zeros; below the normal doubles there is less room.
static void shortest(double d, char out[40])
{
    for (int digits = fabs(d) < DBL_MIN ? 1 : 15; digits < 17; digits++) {
        sw_cel__double_format(d, 'e', digits - 1, out, 40);
        if (read_in_c_locale(out) == d) return;
        if (digits == 16 && try_neighbours(d, out)) return;
    }
    sw_cel__double_format(d, 'e', 16, out, 40);
}

enum {
    // Exponents written out, as in ECMAScript: beyond them 1e21, 1e-7.
    MOST_WHOLE = 21,
    MOST_ZEROS = 6,
};

size_t sw_cel__double_text(double d, char out[40])
{
    if (isnan(d)) return (size_t)snprintf(out, 40, "NaN");
    if (isinf(d))
        return (size_t)snprintf(out, 40, "%sInfinity", d < 0 ? "-" : "");

    // "-d.ddde+xx" taken apart into digits and the place of the point.
    char text[40], digits[24] = "";
    shortest(d, text);
    const char *p = text;
    size_t n = 0, count = 0;
    if (*p == '-') out[n++] = *p++;
    for (; *p != 'e'; p++) {
        if (*p != '.') digits[count++] = *p;
    }
    int point = 1 + atoi(p + 1);
    while (count > 1 && digits[count - 1] == '0')
        count--;

    if (point > MOST_WHOLE || point <= -MOST_ZEROS) {
        out[n++] = digits[0];
        if (count > 1) out[n++] = '.';
        memcpy(out + n, digits + 1, count - 1);
        n += count - 1;
        return n + (size_t)snprintf(out + n, 40 - n, "e%+d", point - 1);
    }
    if (point <= 0) {
        n += (size_t)snprintf(out + n, 40 - n, "0.%0*d", -point, 0) -
             (point == 0 ? 1 : 0);
        memcpy(out + n, digits, count);
        n += count;
    } else {
        for (size_t i = 0; i < (size_t)point || i < count; i++) {
            if (i == (size_t)point) out[n++] = '.';
            out[n++] = i < count ? digits[i] : '0';
        }
    }
    out[n] = '\0';
    return n;
}

static size_t skip_digits(sw_str s, size_t at)
{
    while (at < s.len && s.at[at] >= '0' && s.at[at] <= '9')
        at++;
    return at;
}

static bool is_decimal(sw_str s)
{
    size_t at = s.len > 0 && (s.at[0] == '+' || s.at[0] == '-');
    size_t whole = skip_digits(s, at), digits = whole - at;
    at = whole;
    if (at < s.len && s.at[at] == '.') {
        size_t end = skip_digits(s, at + 1);
        digits += end - at - 1;
        at = end;
    }
    if (digits == 0) return false;
    if (at < s.len && (s.at[at] == 'e' || s.at[at] == 'E')) {
        at++;
        if (at < s.len && (s.at[at] == '+' || s.at[at] == '-')) at++;
        size_t end = skip_digits(s, at);
        if (end == at) return false;
        at = end;
    }
    return at == s.len;
}

// 1100 digits are more than the exact value of any double has.
bool sw_cel__double_read(sw_str s, double *out)
{
    char text[1101];
    if (s.len >= sizeof text || !is_decimal(s)) return false;
    memcpy(text, s.at, s.len);
    text[s.len] = '\0';
    double d = read_in_c_locale(text);
    if (isinf(d)) return false;
    *out = d;
    return true;
}

bool sw_cel__digits(sw_str s, uint64_t *out)
{
    uint64_t value = 0;
    if (s.len == 0) return false;
    for (size_t i = 0; i < s.len; i++) {
        if (s.at[i] < '0' || s.at[i] > '9') return false;
        if (__builtin_mul_overflow(value, 10u, &value) ||
            __builtin_add_overflow(value, (uint64_t)(s.at[i] - '0'), &value))
            return false;
    }
    *out = value;
    return true;
}

// Both bounds are exclusive: 2^63 itself is what int's greatest rounds to, and
// the conformance suite refuses -2^63 as well.
bool sw_cel__double_to_int(double d, int64_t *out)
{
    if (!(d > -0x1p63 && d < 0x1p63)) return false;
    *out = (int64_t)d;
    return true;
}

bool sw_cel__double_to_uint(double d, uint64_t *out)
{
    if (!(d > -1.0 && d < 0x1p64)) return false;
    *out = d < 0 ? 0 : (uint64_t)d;
    return true;
}
