// What a plain scalar means: the core schema of YAML 1.2.2, section 10.3.2.
// Quoted scalars are strings. So are the words that YAML 1.1 took for truth
// (yes, no, on, off): NO is Norway.
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rules_internal.h"

static const char *const nulls[] = {"", "~", "null", "Null", "NULL", NULL};
static const char *const trues[] = {"true", "True", "TRUE", NULL};
static const char *const falses[] = {"false", "False", "FALSE", NULL};
static const char *const not_finite[] = {
    ".inf",  ".Inf",  ".INF", "+.inf", "+.Inf", "+.INF", "-.inf",
    "-.Inf", "-.INF", ".nan", ".NaN",  ".NAN",  NULL};

static bool is_digit_of(char c, int base)
{
    if (base == 16 && ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')))
        return true;
    return c >= '0' && c < '0' + (base < 10 ? base : 10);
}

static size_t digits(sw_str s, size_t from, int base)
{
    size_t n = 0;
    while (from + n < s.len && is_digit_of(s.at[from + n], base))
        n++;
    return n;
}

static bool is_int(sw_str s, int *base, size_t *skip)
{
    *skip = 0;
    *base = 10;
    if (sw_str_starts(s, SW_STR("0x"))) *base = 16;
    if (sw_str_starts(s, SW_STR("0o"))) *base = 8;
    if (*base != 10) {
        *skip = 2;
    } else if (s.len > 0 && (s.at[0] == '-' || s.at[0] == '+')) {
        *skip = 1;
    }
    size_t n = digits(s, *skip, *base);
    return n > 0 && *skip + n == s.len;
}

static scalar read_int(sw_str s, int base, size_t skip)
{
    errno = 0;
    const char *from = base == 10 ? s.at : s.at + skip;
    long long value = strtoll(from, NULL, base);
    if (errno == ERANGE) return (scalar){.kind = SCALAR_TOO_LARGE};
    return (scalar){.kind = SCALAR_INT, .i64 = value};
}

static bool is_float(sw_str s)
{
    size_t at = s.len > 0 && (s.at[0] == '-' || s.at[0] == '+') ? 1 : 0;
    size_t whole = digits(s, at, 10);
    at += whole;
    if (at < s.len && s.at[at] == '.') {
        size_t part = digits(s, ++at, 10);
        if (whole == 0 && part == 0) return false;
        at += part;
    } else if (whole == 0) {
        return false;
    }
    if (at < s.len && (s.at[at] == 'e' || s.at[at] == 'E')) {
        at++;
        if (at < s.len && (s.at[at] == '-' || s.at[at] == '+')) at++;
        size_t power = digits(s, at, 10);
        if (power == 0) return false;
        at += power;
    }
    return at == s.len;
}

// Not strtod alone: it would take a comma for the point where the caller's
// locale does.
static scalar read_float(sw_str s)
{
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (c == (locale_t)0) return (scalar){.kind = SCALAR_TOO_LARGE};
    double value = strtod_l(s.at, NULL, c);
    freelocale(c);
    if (!isfinite(value)) return (scalar){.kind = SCALAR_TOO_LARGE};
    return (scalar){.kind = SCALAR_DOUBLE, .f64 = value};
}

scalar sw_rules__scalar(const yaml_node *node)
{
    sw_str s = node->text;
    int base;
    size_t skip;
    if (!node->plain) return (scalar){.kind = SCALAR_STRING};
    if (sw_rules__is_one_of(s, nulls)) return (scalar){.kind = SCALAR_NULL};
    if (sw_rules__is_one_of(s, trues))
        return (scalar){.kind = SCALAR_BOOL, .boolean = true};
    if (sw_rules__is_one_of(s, falses)) return (scalar){.kind = SCALAR_BOOL};
    if (is_int(s, &base, &skip)) return read_int(s, base, skip);
    if (sw_rules__is_one_of(s, not_finite))
        return (scalar){.kind = SCALAR_NOT_FINITE};
    if (is_float(s)) return read_float(s);
    return (scalar){.kind = SCALAR_STRING};
}

const char *sw_rules__node_name(const yaml_node *node)
{
    static const char *const names[] = {"nothing",
                                        "bool",
                                        "int",
                                        "double",
                                        "string",
                                        "a number out of range",
                                        "a number that is not finite"};
    if (node->kind == YAML_LIST) return "a list";
    if (node->kind == YAML_MAP) return "a map";
    return names[sw_rules__scalar(node).kind];
}
