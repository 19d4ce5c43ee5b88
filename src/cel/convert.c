// size, type, dyn and the conversions between types.
//
// Specification: cel-spec, doc/langdef.md, "Type Conversions".
#include "cel_internal.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

static bool range_error(sw_cel_value *out)
{
    return sw_cel__fault(out, "number out of range");
}

static bool identity(sw_cel__run *run, const sw_cel_value *args, size_t count,
                     sw_cel_value *out)
{
    *out = args[0];
    return true;
}

static bool size_of(sw_cel__run *run, const sw_cel_value *args, size_t count,
                    sw_cel_value *out)
{
    const sw_cel_value *v = &args[0];
    if (v->kind == SW_CEL_STRING && !sw_cel__spend_text(run, v->as.str.len))
        return false;
    size_t size = v->kind == SW_CEL_LIST  ? v->as.list.count
                  : v->kind == SW_CEL_MAP ? v->as.map.count
                  : v->kind == SW_CEL_BYTES
                      ? v->as.str.len
                      : sw_cel__count_code_points(v->as.str);
    *out = sw_cel__int((int64_t)size);
    return true;
}

static bool type_of(sw_cel__run *run, const sw_cel_value *args, size_t count,
                    sw_cel_value *out)
{
    *out = sw_cel__text(SW_CEL_TYPE, sw_str_of(sw_cel_kind_name(args[0].kind)));
    return true;
}

/* ---- to int and uint ------------------------------------------------- */

static bool read_int(sw_str s, int64_t *out)
{
    bool sign = s.len > 0 && (s.at[0] == '-' || s.at[0] == '+');
    bool negative = sign && s.at[0] == '-';
    uint64_t magnitude = 0;
    if (sign) s = sw_cel__part(s, 1, s.len);
    if (!sw_cel__digits(s, &magnitude)) return false;
    if (magnitude > (uint64_t)INT64_MAX + (negative ? 1 : 0)) return false;
    *out = (int64_t)(negative ? 0 - magnitude : magnitude);
    return true;
}

static bool to_int(sw_cel__run *run, const sw_cel_value *args, size_t count,
                   sw_cel_value *out)
{
    const sw_cel_value *v = &args[0];
    int64_t i = 0;
    bool ok = true;
    switch (v->kind) {
    case SW_CEL_UINT:
        ok = v->as.u64 <= INT64_MAX;
        i = (int64_t)v->as.u64;
        break;
    case SW_CEL_DOUBLE: ok = sw_cel__double_to_int(v->as.f64, &i); break;
    case SW_CEL_TIMESTAMP: i = v->as.time.seconds; break;
    default:
        if (!sw_cel__spend_text(run, v->as.str.len)) return false;
        if (!read_int(v->as.str, &i))
            return sw_cel__fault(out, "the string is not an int");
    }
    if (!ok) return range_error(out);
    *out = sw_cel__int(i);
    return true;
}

static bool to_uint(sw_cel__run *run, const sw_cel_value *args, size_t count,
                    sw_cel_value *out)
{
    const sw_cel_value *v = &args[0];
    uint64_t u = 0;
    bool ok = true;
    switch (v->kind) {
    case SW_CEL_INT:
        ok = v->as.i64 >= 0;
        u = (uint64_t)v->as.i64;
        break;
    case SW_CEL_DOUBLE: ok = sw_cel__double_to_uint(v->as.f64, &u); break;
    default:
        if (!sw_cel__spend_text(run, v->as.str.len)) return false;
        if (!sw_cel__digits(v->as.str, &u))
            return sw_cel__fault(out, "the string is not a uint");
    }
    if (!ok) return range_error(out);
    *out = sw_cel__uint(u);
    return true;
}

/* ---- to double, bool ------------------------------------------------- */

static bool read_special(sw_str s, double *out)
{
    static const struct {
        const char *text;
        double value;
    } specials[] = {
        {"NaN", (double)NAN},
        {"Infinity", (double)INFINITY},
        {"+Infinity", (double)INFINITY},
        {"-Infinity", -(double)INFINITY},
        {"inf", (double)INFINITY},
        {"+inf", (double)INFINITY},
        {"-inf", -(double)INFINITY},
    };
    for (size_t i = 0; i < sizeof specials / sizeof *specials; i++) {
        if (sw_str_eq(s, sw_str_of(specials[i].text)))
            return *out = specials[i].value, true;
    }
    return false;
}

static bool to_double(sw_cel__run *run, const sw_cel_value *args, size_t count,
                      sw_cel_value *out)
{
    const sw_cel_value *v = &args[0];
    double d = 0;
    if (v->kind == SW_CEL_STRING && !sw_cel__spend_text(run, v->as.str.len))
        return false;
    if (v->kind == SW_CEL_INT) {
        d = (double)v->as.i64;
    } else if (v->kind == SW_CEL_UINT) {
        d = (double)v->as.u64;
    } else if (!read_special(v->as.str, &d) &&
               !sw_cel__double_read(v->as.str, &d)) {
        return sw_cel__fault(out, "the string is not a double");
    }
    *out = sw_cel__double(d);
    return true;
}

static bool to_bool(sw_cel__run *run, const sw_cel_value *args, size_t count,
                    sw_cel_value *out)
{
    static const char *const texts[2][5] = {
        {"0", "f", "false", "FALSE", "False"},
        {"1", "t", "true", "TRUE", "True"},
    };
    for (int b = 0; b < 2; b++) {
        for (size_t i = 0; i < 5; i++) {
            if (!sw_str_eq(args[0].as.str, sw_str_of(texts[b][i]))) continue;
            *out = sw_cel__bool(b == 1);
            return true;
        }
    }
    return sw_cel__fault(out, "the string is not a bool");
}

/* ---- to string, bytes ------------------------------------------------ */

size_t sw_cel__scalar_text(const sw_cel_value *v, char out[40])
{
    switch (v->kind) {
    case SW_CEL_BOOL:
        return (size_t)snprintf(out, 40, "%s",
                                v->as.boolean ? "true" : "false");
    case SW_CEL_INT: return (size_t)snprintf(out, 40, "%" PRId64, v->as.i64);
    case SW_CEL_UINT: return (size_t)snprintf(out, 40, "%" PRIu64, v->as.u64);
    case SW_CEL_DOUBLE: return sw_cel__double_text(v->as.f64, out);
    case SW_CEL_TIMESTAMP: return sw_cel__timestamp_text(v->as.time, out);
    default: return sw_cel__duration_text(v->as.time, out);
    }
}

static bool to_string(sw_cel__run *run, const sw_cel_value *args, size_t count,
                      sw_cel_value *out)
{
    char text[40];
    bool real = args[0].kind == SW_CEL_DOUBLE;
    if (real && !sw_cel__spend(run, SW_CEL__DOUBLE_STEPS)) return false;
    size_t len = sw_cel__scalar_text(&args[0], text);
    char *copy = sw_cel__alloc(run, len + 1, 1);
    if (copy == NULL) return false;
    memcpy(copy, text, len);
    *out = sw_cel__text(SW_CEL_STRING, (sw_str){copy, len});
    return true;
}

static bool bytes_to_string(sw_cel__run *run, const sw_cel_value *args,
                            size_t count, sw_cel_value *out)
{
    if (!sw_cel__spend_text(run, args[0].as.str.len)) return false;
    if (!sw_utf8_valid(args[0].as.str))
        return sw_cel__fault(out, "the bytes are not UTF-8");
    *out = sw_cel__text(SW_CEL_STRING, args[0].as.str);
    return true;
}

static bool string_to_bytes(sw_cel__run *run, const sw_cel_value *args,
                            size_t count, sw_cel_value *out)
{
    *out = sw_cel__text(SW_CEL_BYTES, args[0].as.str);
    return true;
}

const sw_cel__function sw_cel__core_functions[] = {
    {"size", false, "s", "i", size_of},
    {"size", false, "y", "i", size_of},
    {"size", false, "lA", "i", size_of},
    {"size", false, "mAB", "i", size_of},
    {"size", true, "s", "i", size_of},
    {"size", true, "y", "i", size_of},
    {"size", true, "lA", "i", size_of},
    {"size", true, "mAB", "i", size_of},
    {"type", false, "A", "TA", type_of},
    {"dyn", false, "A", ".", identity},
    {"int", false, "i", "i", identity},
    {"int", false, "u", "i", to_int},
    {"int", false, "d", "i", to_int},
    {"int", false, "s", "i", to_int},
    {"int", false, "t", "i", to_int},
    {"uint", false, "u", "u", identity},
    {"uint", false, "i", "u", to_uint},
    {"uint", false, "d", "u", to_uint},
    {"uint", false, "s", "u", to_uint},
    {"double", false, "d", "d", identity},
    {"double", false, "i", "d", to_double},
    {"double", false, "u", "d", to_double},
    {"double", false, "s", "d", to_double},
    {"bool", false, "b", "b", identity},
    {"bool", false, "s", "b", to_bool},
    {"string", false, "s", "s", identity},
    {"string", false, "b", "s", to_string},
    {"string", false, "i", "s", to_string},
    {"string", false, "u", "s", to_string},
    {"string", false, "d", "s", to_string},
    {"string", false, "t", "s", to_string},
    {"string", false, "D", "s", to_string},
    {"string", false, "y", "s", bytes_to_string},
    {"string", false, "P", "s", sw_cel__network_string},
    {"string", false, "C", "s", sw_cel__network_string},
    {"bytes", false, "y", "y", identity},
    {"bytes", false, "s", "y", string_to_bytes},
    {0},
};
