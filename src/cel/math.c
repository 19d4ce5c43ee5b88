// The extension `math`.
//
// Specification: cel-go, ext: "Math"; tests: cel-spec, math_ext.
#include "cel_internal.h"

#include <math.h>

/* ---- the greatest and the least -------------------------------------- */

// Mixed numbers compare by value and keep their kind; of equals the first.
static bool extreme(sw_cel__run *run, const sw_cel_value *at, size_t count,
                    sw_cel__order than, sw_cel_value *out)
{
    if (count == 0) return sw_cel__fault(out, "math: an empty list");
    const sw_cel_value *best = NULL;
    sw_cel_value stop = {0};
    for (size_t i = 0; i < count; i++) {
        if (!sw_cel__numeric(&at[i])) {
            if (!sw_cel__note_element(run, &at[i], &stop)) return false;
        } else if (best == NULL ||
                   sw_cel__compare_numbers(&at[i], best) == than) {
            best = &at[i];
        }
    }
    *out = stop.kind == SW_CEL_NULL ? *best : stop;
    return true;
}

static bool greatest(sw_cel__run *run, const sw_cel_value *args, size_t count,
                     sw_cel_value *out)
{
    return extreme(run, args, count, SW_MORE, out);
}

static bool least(sw_cel__run *run, const sw_cel_value *args, size_t count,
                  sw_cel_value *out)
{
    return extreme(run, args, count, SW_LESS, out);
}

static bool greatest_of(sw_cel__run *run, const sw_cel_value *args,
                        size_t count, sw_cel_value *out)
{
    const sw_cel_value *list = &args[0];
    return sw_cel__spend(run, list->as.list.count / 8) &&
           extreme(run, list->as.list.at, list->as.list.count, SW_MORE, out);
}

static bool least_of(sw_cel__run *run, const sw_cel_value *args, size_t count,
                     sw_cel_value *out)
{
    const sw_cel_value *list = &args[0];
    return sw_cel__spend(run, list->as.list.count / 8) &&
           extreme(run, list->as.list.at, list->as.list.count, SW_LESS, out);
}

/* ---- doubles --------------------------------------------------------- */

#define ROUNDING(name, function)                                               \
    static bool name(sw_cel__run *run, const sw_cel_value *args, size_t count, \
                     sw_cel_value *out)                                        \
    {                                                                          \
        *out = sw_cel__double(function(args[0].as.f64));                       \
        return true;                                                           \
    }

ROUNDING(math_ceil, ceil)
ROUNDING(math_floor, floor)
ROUNDING(math_round, round)  // halves away from zero
ROUNDING(math_trunc, trunc)
ROUNDING(math_sqrt, sqrt)

#define CLASSIFYING(name, test)                                                \
    static bool name(sw_cel__run *run, const sw_cel_value *args, size_t count, \
                     sw_cel_value *out)                                        \
    {                                                                          \
        *out = sw_cel__bool(test(args[0].as.f64) != 0);                        \
        return true;                                                           \
    }

CLASSIFYING(math_is_nan, isnan)
CLASSIFYING(math_is_inf, isinf)
CLASSIFYING(math_is_finite, isfinite)

static bool sqrt_of_whole(sw_cel__run *run, const sw_cel_value *args,
                          size_t count, sw_cel_value *out)
{
    double d = args[0].kind == SW_CEL_INT ? (double)args[0].as.i64
                                          : (double)args[0].as.u64;
    *out = sw_cel__double(sqrt(d));
    return true;
}

/* ---- sign ------------------------------------------------------------ */

static bool math_abs(sw_cel__run *run, const sw_cel_value *args, size_t count,
                     sw_cel_value *out)
{
    const sw_cel_value *v = &args[0];
    if (v->kind == SW_CEL_INT && v->as.i64 < 0) return sw_cel__negate(v, out);
    *out = *v;
    if (v->kind == SW_CEL_DOUBLE) out->as.f64 = fabs(v->as.f64);
    return true;
}

static bool math_sign(sw_cel__run *run, const sw_cel_value *args, size_t count,
                      sw_cel_value *out)
{
    const sw_cel_value *v = &args[0];
    *out = *v;
    if (v->kind == SW_CEL_INT) {
        out->as.i64 = (v->as.i64 > 0) - (v->as.i64 < 0);
    } else if (v->kind == SW_CEL_UINT) {
        out->as.u64 = v->as.u64 > 0;
    } else if (!isnan(v->as.f64)) {
        out->as.f64 = (v->as.f64 > 0) - (v->as.f64 < 0);
    }
    return true;
}

/* ---- bits ------------------------------------------------------------ */

// An int's bits are its two's complement; the result has the first's kind.
static uint64_t bits_of(const sw_cel_value *v)
{
    return v->kind == SW_CEL_INT ? (uint64_t)v->as.i64 : v->as.u64;
}

static bool as_kind(sw_cel_kind kind, uint64_t bits, sw_cel_value *out)
{
    *out = kind == SW_CEL_INT ? sw_cel__int((int64_t)bits) : sw_cel__uint(bits);
    return true;
}

static bool bit_and(sw_cel__run *run, const sw_cel_value *args, size_t count,
                    sw_cel_value *out)
{
    return as_kind(args[0].kind, bits_of(&args[0]) & bits_of(&args[1]), out);
}

static bool bit_or(sw_cel__run *run, const sw_cel_value *args, size_t count,
                   sw_cel_value *out)
{
    return as_kind(args[0].kind, bits_of(&args[0]) | bits_of(&args[1]), out);
}

static bool bit_xor(sw_cel__run *run, const sw_cel_value *args, size_t count,
                    sw_cel_value *out)
{
    return as_kind(args[0].kind, bits_of(&args[0]) ^ bits_of(&args[1]), out);
}

static bool bit_not(sw_cel__run *run, const sw_cel_value *args, size_t count,
                    sw_cel_value *out)
{
    return as_kind(args[0].kind, ~bits_of(&args[0]), out);
}

// Both shifts fill with zeros, a right one of a negative int too.
static bool shift(const sw_cel_value *args, bool left, sw_cel_value *out)
{
    int64_t by = args[1].as.i64;
    if (by < 0) return sw_cel__fault(out, "math: a negative shift");
    uint64_t bits = bits_of(&args[0]);
    if (by >= 64) return as_kind(args[0].kind, 0, out);
    return as_kind(args[0].kind, left ? bits << by : bits >> by, out);
}

static bool shift_left(sw_cel__run *run, const sw_cel_value *args, size_t count,
                       sw_cel_value *out)
{
    return shift(args, true, out);
}

static bool shift_right(sw_cel__run *run, const sw_cel_value *args,
                        size_t count, sw_cel_value *out)
{
    return shift(args, false, out);
}

const sw_cel__function sw_cel__math_functions[] = {
    {"math.greatest", false, "i*", "i", greatest},
    {"math.greatest", false, "u*", "u", greatest},
    {"math.greatest", false, "d*", "d", greatest},
    {"math.greatest", false, "n*", ".", greatest},
    {"math.greatest", false, "li", "i", greatest_of},
    {"math.greatest", false, "lu", "u", greatest_of},
    {"math.greatest", false, "ld", "d", greatest_of},
    {"math.least", false, "i*", "i", least},
    {"math.least", false, "u*", "u", least},
    {"math.least", false, "d*", "d", least},
    {"math.least", false, "n*", ".", least},
    {"math.least", false, "li", "i", least_of},
    {"math.least", false, "lu", "u", least_of},
    {"math.least", false, "ld", "d", least_of},
    {"math.ceil", false, "d", "d", math_ceil},
    {"math.floor", false, "d", "d", math_floor},
    {"math.round", false, "d", "d", math_round},
    {"math.trunc", false, "d", "d", math_trunc},
    {"math.sqrt", false, "d", "d", math_sqrt},
    {"math.sqrt", false, "i", "d", sqrt_of_whole},
    {"math.sqrt", false, "u", "d", sqrt_of_whole},
    {"math.isNaN", false, "d", "b", math_is_nan},
    {"math.isInf", false, "d", "b", math_is_inf},
    {"math.isFinite", false, "d", "b", math_is_finite},
    {"math.abs", false, "i", "i", math_abs},
    {"math.abs", false, "u", "u", math_abs},
    {"math.abs", false, "d", "d", math_abs},
    {"math.sign", false, "i", "i", math_sign},
    {"math.sign", false, "u", "u", math_sign},
    {"math.sign", false, "d", "d", math_sign},
    {"math.bitAnd", false, "ii", "i", bit_and},
    {"math.bitAnd", false, "uu", "u", bit_and},
    {"math.bitOr", false, "ii", "i", bit_or},
    {"math.bitOr", false, "uu", "u", bit_or},
    {"math.bitXor", false, "ii", "i", bit_xor},
    {"math.bitXor", false, "uu", "u", bit_xor},
    {"math.bitNot", false, "i", "i", bit_not},
    {"math.bitNot", false, "u", "u", bit_not},
    {"math.bitShiftLeft", false, "ii", "i", shift_left},
    {"math.bitShiftLeft", false, "ui", "u", shift_left},
    {"math.bitShiftRight", false, "ii", "i", shift_right},
    {"math.bitShiftRight", false, "ui", "u", shift_right},
    {0},
};
