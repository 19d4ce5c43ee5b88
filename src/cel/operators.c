// Operators on values that are neither errors nor unknowns: arithmetic with
// its overflows, order, membership, selection and index.
//
// Specification: cel-spec, doc/langdef.md, "List of Standard Definitions".
#include "cel_internal.h"

#include <math.h>

/* ---- arithmetic ------------------------------------------------------ */

static bool overflow(sw_cel_value *out)
{
    return sw_cel__fault(out, "integer overflow");
}

static bool int_arithmetic(sw_cel__token_kind op, int64_t a, int64_t b,
                           sw_cel_value *out)
{
    int64_t r = 0;
    bool bad = false;
    switch (op) {
    case SW_TOKEN_PLUS: bad = __builtin_add_overflow(a, b, &r); break;
    case SW_TOKEN_MINUS: bad = __builtin_sub_overflow(a, b, &r); break;
    case SW_TOKEN_STAR: bad = __builtin_mul_overflow(a, b, &r); break;
    default:
        if (b == 0) {
            return sw_cel__fault(out, op == SW_TOKEN_SLASH ? "division by zero"
                                                           : "modulus by zero");
        }
        // The one quotient that does not fit, and traps on some machines.
        if (a == INT64_MIN && b == -1) return overflow(out);
        r = op == SW_TOKEN_SLASH ? a / b : a % b;
    }
    if (bad) return overflow(out);
    *out = sw_cel__int(r);
    return true;
}

static bool uint_arithmetic(sw_cel__token_kind op, uint64_t a, uint64_t b,
                            sw_cel_value *out)
{
    uint64_t r = 0;
    bool bad = false;
    switch (op) {
    case SW_TOKEN_PLUS: bad = __builtin_add_overflow(a, b, &r); break;
    case SW_TOKEN_MINUS: bad = __builtin_sub_overflow(a, b, &r); break;
    case SW_TOKEN_STAR: bad = __builtin_mul_overflow(a, b, &r); break;
    default:
        if (b == 0) {
            return sw_cel__fault(out, op == SW_TOKEN_SLASH ? "division by zero"
                                                           : "modulus by zero");
        }
        r = op == SW_TOKEN_SLASH ? a / b : a % b;
    }
    if (bad) return overflow(out);
    *out = sw_cel__uint(r);
    return true;
}

static bool double_arithmetic(sw_cel__token_kind op, double a, double b,
                              sw_cel_value *out)
{
    switch (op) {
    case SW_TOKEN_PLUS: *out = sw_cel__double(a + b); return true;
    case SW_TOKEN_MINUS: *out = sw_cel__double(a - b); return true;
    case SW_TOKEN_STAR: *out = sw_cel__double(a * b); return true;
    case SW_TOKEN_SLASH: *out = sw_cel__double(a / b); return true;
    default: return sw_cel__no_overload(out);
    }
}

static bool join_text(sw_cel__run *run, const sw_cel_value *a,
                      const sw_cel_value *b, sw_cel_value *out)
{
    size_t len = a->as.str.len + b->as.str.len;
    char *text = sw_cel__alloc(run, len + 1, 1);
    if (text == NULL || !sw_cel__spend(run, len / 64)) return false;
    if (a->as.str.len > 0) memcpy(text, a->as.str.at, a->as.str.len);
    if (b->as.str.len > 0)
        memcpy(text + a->as.str.len, b->as.str.at, b->as.str.len);
    *out = sw_cel__text(a->kind, (sw_str){text, len});
    return true;
}

static bool join_lists(sw_cel__run *run, const sw_cel_value *a,
                       const sw_cel_value *b, sw_cel_value *out)
{
    size_t left = a->as.list.count, right = b->as.list.count;
    sw_cel_value *both = sw_cel__alloc(run, left + right, sizeof *both);
    if (both == NULL || !sw_cel__spend(run, (left + right) / 8)) return false;
    if (left > 0) memcpy(both, a->as.list.at, left * sizeof *both);
    if (right > 0) memcpy(both + left, b->as.list.at, right * sizeof *both);
    *out = (sw_cel_value){.kind = SW_CEL_LIST};
    out->as.list.at = both;
    out->as.list.count = left + right;
    return true;
}

static bool time_result(sw_cel_kind kind, sw_cel_time t, sw_cel_value *out)
{
    int64_t nanos;
    bool ok = kind == SW_CEL_TIMESTAMP ? sw_cel__time_in_range(t)
                                       : sw_cel__time_nanos(t, &nanos);
    if (!ok) {
        return sw_cel__fault(out, kind == SW_CEL_TIMESTAMP
                                      ? "timestamp out of range"
                                      : "duration out of range");
    }
    *out = (sw_cel_value){.kind = kind, .as.time = t};
    return true;
}

static bool time_arithmetic(sw_cel__token_kind op, const sw_cel_value *a,
                            const sw_cel_value *b, sw_cel_value *out)
{
    bool a_stamp = a->kind == SW_CEL_TIMESTAMP;
    bool b_stamp = b->kind == SW_CEL_TIMESTAMP;
    bool plus = op == SW_TOKEN_PLUS;
    if ((!plus && op != SW_TOKEN_MINUS) || (plus && a_stamp && b_stamp) ||
        (!plus && b_stamp && !a_stamp))
        return sw_cel__no_overload(out);
    sw_cel_time right = plus ? b->as.time : sw_cel__time_negate(b->as.time);
    bool stamp = a_stamp != b_stamp;
    return time_result(stamp ? SW_CEL_TIMESTAMP : SW_CEL_DURATION,
                       sw_cel__time_add(a->as.time, right), out);
}

static bool is_time(const sw_cel_value *v)
{
    return v->kind == SW_CEL_TIMESTAMP || v->kind == SW_CEL_DURATION;
}

static bool arithmetic(sw_cel__run *run, sw_cel__token_kind op,
                       const sw_cel_value *a, const sw_cel_value *b,
                       sw_cel_value *out)
{
    if (is_time(a) && is_time(b)) return time_arithmetic(op, a, b, out);
    if (a->kind != b->kind) return sw_cel__no_overload(out);
    switch (a->kind) {
    case SW_CEL_INT: return int_arithmetic(op, a->as.i64, b->as.i64, out);
    case SW_CEL_UINT: return uint_arithmetic(op, a->as.u64, b->as.u64, out);
    case SW_CEL_DOUBLE: return double_arithmetic(op, a->as.f64, b->as.f64, out);
    case SW_CEL_STRING:
    case SW_CEL_BYTES:
        if (op == SW_TOKEN_PLUS) return join_text(run, a, b, out);
        break;
    case SW_CEL_LIST:
        if (op == SW_TOKEN_PLUS) return join_lists(run, a, b, out);
        break;
    default: break;
    }
    return sw_cel__no_overload(out);
}

bool sw_cel__negate(const sw_cel_value *a, sw_cel_value *out)
{
    if (a->kind == SW_CEL_DOUBLE) {
        *out = sw_cel__double(-a->as.f64);
        return true;
    }
    if (a->kind != SW_CEL_INT) return sw_cel__no_overload(out);
    if (a->as.i64 == INT64_MIN) return overflow(out);
    *out = sw_cel__int(-a->as.i64);
    return true;
}

/* ---- relations ------------------------------------------------------- */

static bool order(const sw_cel_value *a, const sw_cel_value *b,
                  sw_cel__order *out)
{
    if (sw_cel__numeric(a) && sw_cel__numeric(b)) {
        *out = sw_cel__compare_numbers(a, b);
        return true;
    }
    if (a->kind != b->kind) return false;
    switch (a->kind) {
    case SW_CEL_BOOL:
        *out = (sw_cel__order)(a->as.boolean - b->as.boolean);
        return true;
    case SW_CEL_STRING:  // UTF-8 sorts by code point
    case SW_CEL_BYTES: {
        int way = sw_str_cmp(a->as.str, b->as.str);
        *out = way < 0 ? SW_LESS : way > 0 ? SW_MORE : SW_SAME;
        return true;
    }
    case SW_CEL_TIMESTAMP:
    case SW_CEL_DURATION:
        *out = sw_cel__compare_times(a->as.time, b->as.time);
        return true;
    default: return false;
    }
}

static size_t text_length(const sw_cel_value *v)
{
    bool text = v->kind == SW_CEL_STRING || v->kind == SW_CEL_BYTES;
    return text ? v->as.str.len : 0;
}

static bool relation(sw_cel__run *run, sw_cel__token_kind op,
                     const sw_cel_value *a, const sw_cel_value *b,
                     sw_cel_value *out)
{
    sw_cel__order way = SW_UNORDERED;
    size_t left = text_length(a), right = text_length(b);
    if (!sw_cel__spend_text(run, left < right ? left : right)) return false;
    if (!order(a, b, &way)) return sw_cel__no_overload(out);
    bool yes = false;
    switch (op) {
    case SW_TOKEN_LT: yes = way == SW_LESS; break;
    case SW_TOKEN_LE: yes = way == SW_LESS || way == SW_SAME; break;
    case SW_TOKEN_GT: yes = way == SW_MORE; break;
    default: yes = way == SW_MORE || way == SW_SAME;
    }
    *out = sw_cel__bool(yes);
    return true;
}

bool sw_cel__contains_value(sw_cel__run *run, const sw_cel_value *needle,
                            const sw_cel_value *in, sw_cel_value *out)
{
    if (in->kind == SW_CEL_MAP) {
        if (!sw_cel__spend(run, sw_cel__lookup_steps(in, needle))) return false;
        // As in has(): what nobody gave may turn out to be absent, too.
        const sw_cel_value *value = sw_cel__lookup(in, needle);
        *out = value != NULL && value->kind == SW_CEL_UNKNOWN
                   ? *value
                   : sw_cel__bool(value != NULL);
        return true;
    }
    if (in->kind != SW_CEL_LIST) return sw_cel__no_overload(out);
    *out = sw_cel__bool(false);
    for (size_t i = 0; i < in->as.list.count; i++) {
        sw_cel_value same;
        if (!sw_cel__equals(run, &in->as.list.at[i], needle, &same))
            return false;
        if (sw_cel__is_true(&same)) return *out = same, true;
        if (same.kind == SW_CEL_UNKNOWN) {
            if (!sw_cel__merge(run, out, &same)) return false;
        } else if (same.kind == SW_CEL_ERROR && out->kind == SW_CEL_BOOL) {
            *out = same;
        }
    }
    return true;
}

static bool equality(sw_cel__run *run, sw_cel__token_kind op,
                     const sw_cel_value *a, const sw_cel_value *b,
                     sw_cel_value *out)
{
    if (!sw_cel__equals(run, a, b, out)) return false;
    if (out->kind == SW_CEL_BOOL && op == SW_TOKEN_NE)
        out->as.boolean = !out->as.boolean;
    return true;
}

bool sw_cel__binary(sw_cel__run *run, sw_cel__token_kind op,
                    const sw_cel_value *a, const sw_cel_value *b,
                    sw_cel_value *out)
{
    switch (op) {
    case SW_TOKEN_EQ:
    case SW_TOKEN_NE: return equality(run, op, a, b, out);
    case SW_TOKEN_IN: return sw_cel__contains_value(run, a, b, out);
    case SW_TOKEN_LT:
    case SW_TOKEN_LE:
    case SW_TOKEN_GT:
    case SW_TOKEN_GE: return relation(run, op, a, b, out);
    default: return arithmetic(run, op, a, b, out);
    }
}

/* ---- selection and index --------------------------------------------- */

// What a lookup gave, as an optional if one was asked for.
static bool found(sw_cel__run *run, const sw_cel_value *value, bool maybe,
                  sw_cel_value *out)
{
    if (!maybe || value->kind == SW_CEL_UNKNOWN || value->kind == SW_CEL_ERROR)
        return *out = *value, true;
    sw_cel_value *copy = sw_cel__alloc(run, 1, sizeof *copy);
    if (copy == NULL) return false;
    *copy = *value;
    *out = (sw_cel_value){.kind = SW_CEL_OPTIONAL, .as.optional = copy};
    return true;
}

static bool none(sw_cel_value *out)
{
    *out = (sw_cel_value){.kind = SW_CEL_OPTIONAL, .as.optional = NULL};
    return true;
}

bool sw_cel__select(sw_cel__run *run, const sw_cel_value *of,
                    const sw_cel__node *node, sw_cel_value *out)
{
    bool maybe = node->maybe;
    if (of->kind == SW_CEL_OPTIONAL) {
        if (of->as.optional == NULL)
            return node->test ? (*out = sw_cel__bool(false), true) : none(out);
        maybe = true;
        of = of->as.optional;
    }
    if (of->kind == SW_CEL_UNKNOWN || of->kind == SW_CEL_ERROR)
        return *out = *of, true;
    if (of->kind != SW_CEL_MAP) {
        return sw_cel__error(run, out, "no field '%.*s': it is of type %s",
                             SW_CEL__SHOWN(node->name),
                             sw_cel_kind_name(of->kind));
    }
    sw_cel_value key = sw_cel__text(SW_CEL_STRING, node->name);
    if (!sw_cel__spend(run, sw_cel__lookup_steps(of, &key))) return false;
    const sw_cel_value *value = sw_cel__lookup(of, &key);
    if (node->test) {
        // A fact nobody gave may turn out to be absent, too.
        *out = value != NULL && value->kind == SW_CEL_UNKNOWN
                   ? *value
                   : sw_cel__bool(value != NULL);
        return true;
    }
    if (value != NULL) return found(run, value, maybe, out);
    if (maybe) return none(out);
    return sw_cel__error(run, out, "no such key: '%.*s'",
                         SW_CEL__SHOWN(node->name));
}

static bool is_whole(const sw_cel_value *number)
{
    double d = number->as.f64;
    return number->kind != SW_CEL_DOUBLE || (isfinite(d) && trunc(d) == d);
}

static bool index_list(sw_cel__run *run, const sw_cel_value *of,
                       const sw_cel_value *key, bool maybe, sw_cel_value *out)
{
    size_t i = 0;
    if (!sw_cel__numeric(key) || !is_whole(key))
        return sw_cel__fault(out, "a list's index must be a whole number");
    if (sw_cel__as_index(key, &i) && i < of->as.list.count)
        return found(run, &of->as.list.at[i], maybe, out);
    return maybe ? none(out) : sw_cel__fault(out, "index out of bounds");
}

bool sw_cel__index(sw_cel__run *run, const sw_cel_value *of,
                   const sw_cel_value *key, bool maybe, sw_cel_value *out)
{
    if (of->kind == SW_CEL_OPTIONAL) {
        if (of->as.optional == NULL) return none(out);
        maybe = true;
        of = of->as.optional;
    }
    if (of->kind == SW_CEL_UNKNOWN || of->kind == SW_CEL_ERROR)
        return *out = *of, true;
    if (of->kind == SW_CEL_LIST) return index_list(run, of, key, maybe, out);
    if (of->kind != SW_CEL_MAP) return sw_cel__no_overload(out);
    if (!sw_cel__spend(run, sw_cel__lookup_steps(of, key))) return false;
    const sw_cel_value *value = sw_cel__lookup(of, key);
    if (value != NULL) return found(run, value, maybe, out);
    return maybe ? none(out) : sw_cel__fault(out, "no such key");
}
