// Values: equality, order, lookup, and unknowns joined.
#include "cel_internal.h"

#include <math.h>
#include <stdio.h>

const char *sw_cel_kind_name(sw_cel_kind kind)
{
    static const char *const names[] = {
        [SW_CEL_NULL] = "null_type",
        [SW_CEL_BOOL] = "bool",
        [SW_CEL_INT] = "int",
        [SW_CEL_UINT] = "uint",
        [SW_CEL_DOUBLE] = "double",
        [SW_CEL_STRING] = "string",
        [SW_CEL_BYTES] = "bytes",
        [SW_CEL_LIST] = "list",
        [SW_CEL_MAP] = "map",
        [SW_CEL_TIMESTAMP] = "google.protobuf.Timestamp",
        [SW_CEL_DURATION] = "google.protobuf.Duration",
        [SW_CEL_TYPE] = "type",
        [SW_CEL_OPTIONAL] = "optional_type",
        [SW_CEL_UNKNOWN] = "unknown",
        [SW_CEL_ERROR] = "error",
        [SW_CEL_IP] = "net.IP",
        [SW_CEL_CIDR] = "net.CIDR",
    };
    return (size_t)kind < sizeof names / sizeof *names ? names[kind] : "?";
}

/* ---- errors and unknowns --------------------------------------------- */

bool sw_cel__error(sw_cel__run *run, sw_cel_value *out, const char *fmt, ...)
{
    char text[256];
    va_list args;
    va_start(args, fmt);
    int len = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    if (len < 0) len = 0;
    if ((size_t)len >= sizeof text) len = (int)sizeof text - 1;
    // A long text was cut, perhaps inside a character.
    while (len > 0 && !sw_utf8_valid((sw_str){text, (size_t)len}))
        len--;

    char *copy = sw_cel__alloc(run, (size_t)len + 1, 1);
    if (copy == NULL) return false;
    memcpy(copy, text, (size_t)len);
    *out = sw_cel__text(SW_CEL_ERROR, (sw_str){copy, (size_t)len});
    return true;
}

bool sw_cel__no_overload(sw_cel_value *out)
{
    return sw_cel__fault(out, "no such overload");
}

bool sw_cel__merge(sw_cel__run *run, sw_cel_value *into,
                   const sw_cel_value *other)
{
    if (into->kind != SW_CEL_UNKNOWN) {
        *into = *other;
        return true;
    }
    size_t a = into->as.unknown.count, b = other->as.unknown.count;
    const sw_str *left = into->as.unknown.at, *right = other->as.unknown.at;
    if (left == right && a == b) return true;
    // No steps are taken: the memory bounds how much there is to join.
    sw_str *both = sw_cel__alloc(run, a + b, sizeof *both);
    if (both == NULL) return false;

    size_t count = 0;
    for (size_t i = 0, j = 0; i < a || j < b;) {
        int order = i == a ? 1 : j == b ? -1 : sw_str_cmp(left[i], right[j]);
        both[count++] = order <= 0 ? left[i] : right[j];
        i += order <= 0;
        j += order >= 0;
    }
    into->as.unknown.at = both;
    into->as.unknown.count = count;
    return true;
}

/* ---- order ----------------------------------------------------------- */

static sw_cel__order order_of(bool less, bool more)
{
    return less ? SW_LESS : more ? SW_MORE : SW_SAME;
}

static sw_cel__order compare_doubles(double a, double b)
{
    if (isnan(a) || isnan(b)) return SW_UNORDERED;
    return order_of(a<b, a> b);
}

// Within the integer's range it becomes the nearest double, as the conformance
// suite has it; beyond that range the double is larger or smaller whatever the
// integer is. In C both come to the same conversion.
static double as_double(const sw_cel_value *v)
{
    return v->kind == SW_CEL_INT    ? (double)v->as.i64
           : v->kind == SW_CEL_UINT ? (double)v->as.u64
                                    : v->as.f64;
}

sw_cel__order sw_cel__compare_numbers(const sw_cel_value *a,
                                      const sw_cel_value *b)
{
    if (a->kind == SW_CEL_DOUBLE || b->kind == SW_CEL_DOUBLE)
        return compare_doubles(as_double(a), as_double(b));
    if (a->kind == b->kind) {
        return a->kind == SW_CEL_INT
                   ? order_of(a->as.i64<b->as.i64, a->as.i64> b->as.i64)
                   : order_of(a->as.u64<b->as.u64, a->as.u64> b->as.u64);
    }
    if (a->kind == SW_CEL_INT) {
        if (a->as.i64 < 0) return SW_LESS;
        uint64_t left = (uint64_t)a->as.i64;
        return order_of(left<b->as.u64, left> b->as.u64);
    }
    if (b->as.i64 < 0) return SW_MORE;
    uint64_t right = (uint64_t)b->as.i64;
    return order_of(a->as.u64<right, a->as.u64> right);
}

sw_cel__order sw_cel__compare_times(sw_cel_time a, sw_cel_time b)
{
    if (a.seconds != b.seconds)
        return order_of(a.seconds<b.seconds, a.seconds> b.seconds);
    return order_of(a.nanos<b.nanos, a.nanos> b.nanos);
}

/* ---- lookup ---------------------------------------------------------- */

// A double finds the integer that it is. When they are compared the nearest
// would do, so that from 2^53 on it could find its neighbour.
static bool is_whole_number(const sw_cel_value *key, double d)
{
    if (trunc(d) != d) return false;
    if (key->kind == SW_CEL_INT)
        return d >= -0x1p63 && d < 0x1p63 && (int64_t)d == key->as.i64;
    return d >= 0 && d < 0x1p64 && (uint64_t)d == key->as.u64;
}

static bool same_key(const sw_cel_value *key, const sw_cel_value *sought)
{
    if (sw_cel__numeric(key) && sw_cel__numeric(sought)) {
        return sought->kind == SW_CEL_DOUBLE
                   ? is_whole_number(key, sought->as.f64)
                   : sw_cel__compare_numbers(key, sought) == SW_SAME;
    }
    if (key->kind != sought->kind) return false;
    if (key->kind == SW_CEL_BOOL) return key->as.boolean == sought->as.boolean;
    return key->kind == SW_CEL_STRING && sw_str_eq(key->as.str, sought->as.str);
}

static const sw_cel_value *lookup_indexed(const sw_cel_value *map,
                                          const sw_cel_value *key)
{
    uint32_t mask = map->index_mask, hash = sw_cel__hash(key);
    const sw_cel_entry *at = map->as.map.at;
    const sw_cel__place *table = sw_cel__index_of(map);
    uint32_t i = hash & mask;
    for (int probes = 0; probes < SW_CEL__MAX_PROBES && table[i].hash != 0;
         probes++, i = (i + 1) & mask) {
        const sw_cel_entry *entry = &at[table[i].number];
        if (table[i].hash == hash && same_key(&entry->key, key))
            return &entry->value;
    }
    return NULL;
}

const sw_cel_value *sw_cel__lookup(const sw_cel_value *map,
                                   const sw_cel_value *key)
{
    if (map->index_mask > 0) return lookup_indexed(map, key);
    bool text = key->kind == SW_CEL_STRING;
    for (size_t i = 0; i < map->as.map.count; i++) {
        const sw_cel_entry *entry = &map->as.map.at[i];
        if (text ? sw_cel__is_key_text(&entry->key, key->as.str)
                 : same_key(&entry->key, key))
            return &entry->value;
    }
    return NULL;
}

bool sw_cel__as_index(const sw_cel_value *v, size_t *out)
{
    int64_t i = 0;
    switch (v->kind) {
    case SW_CEL_UINT:
        if (v->as.u64 > INT64_MAX) return false;
        i = (int64_t)v->as.u64;
        break;
    case SW_CEL_INT: i = v->as.i64; break;
    case SW_CEL_DOUBLE:
        if (!sw_cel__double_to_int(v->as.f64, &i) || (double)i != v->as.f64)
            return false;
        break;
    default: return false;
    }
    if (i < 0) return false;
    *out = (size_t)i;
    return true;
}

/* ---- equality -------------------------------------------------------- */

// Three answers, and a fourth when a limit ends the evaluation. Inside a list
// or map an unequal part decides, whatever else is unknown.
typedef enum { EQ_NO, EQ_YES, EQ_OPEN, EQ_STOP } answer;

typedef struct {
    sw_cel__run *run;   // NULL: outside of a run, unknowns are not gathered
    uint64_t steps;     // left then
    sw_cel_value open;  // the unknowns or the error that leave it open
} comparison;

static answer equal(comparison *c, const sw_cel_value *a, const sw_cel_value *b,
                    unsigned depth);

static bool spend(comparison *c, uint64_t steps)
{
    if (c->run != NULL) return sw_cel__spend(c->run, steps);
    if (steps > c->steps) return false;
    c->steps -= steps;
    return true;
}

static answer leave_open(comparison *c, const sw_cel_value *v)
{
    if (c->run == NULL) return EQ_OPEN;
    if (v->kind == SW_CEL_ERROR) {
        if (c->open.kind != SW_CEL_UNKNOWN) c->open = *v;
        return EQ_OPEN;
    }
    return sw_cel__merge(c->run, &c->open, v) ? EQ_OPEN : EQ_STOP;
}

static answer equal_lists(comparison *c, const sw_cel_value *a,
                          const sw_cel_value *b, unsigned depth)
{
    if (a->as.list.count != b->as.list.count) return EQ_NO;
    answer all = EQ_YES;
    for (size_t i = 0; i < a->as.list.count; i++) {
        answer one = equal(c, &a->as.list.at[i], &b->as.list.at[i], depth + 1);
        if (one == EQ_NO || one == EQ_STOP) return one;
        if (one == EQ_OPEN) all = EQ_OPEN;
    }
    return all;
}

static answer equal_maps(comparison *c, const sw_cel_value *a,
                         const sw_cel_value *b, unsigned depth)
{
    if (a->as.map.count != b->as.map.count) return EQ_NO;
    answer all = EQ_YES;
    for (size_t i = 0; i < a->as.map.count; i++) {
        const sw_cel_entry *entry = &a->as.map.at[i];
        if (!spend(c, sw_cel__lookup_steps(b, &entry->key))) return EQ_STOP;
        const sw_cel_value *other = sw_cel__lookup(b, &entry->key);
        if (other == NULL) return EQ_NO;
        answer one = equal(c, &entry->value, other, depth + 1);
        if (one == EQ_NO || one == EQ_STOP) return one;
        if (one == EQ_OPEN) all = EQ_OPEN;
    }
    return all;
}

static answer equal_optionals(comparison *c, const sw_cel_value *a,
                              const sw_cel_value *b, unsigned depth)
{
    if (a->as.optional == NULL || b->as.optional == NULL)
        return a->as.optional == b->as.optional ? EQ_YES : EQ_NO;
    return equal(c, a->as.optional, b->as.optional, depth + 1);
}

static answer equal_text(comparison *c, sw_str a, sw_str b)
{
    if (a.len != b.len) return EQ_NO;
    if (!spend(c, a.len / 64)) return EQ_STOP;
    return sw_str_eq(a, b) ? EQ_YES : EQ_NO;
}

static answer equal_same_kind(comparison *c, const sw_cel_value *a,
                              const sw_cel_value *b, unsigned depth)
{
    switch (a->kind) {
    case SW_CEL_NULL: return EQ_YES;
    case SW_CEL_BOOL: return a->as.boolean == b->as.boolean ? EQ_YES : EQ_NO;
    case SW_CEL_LIST: return equal_lists(c, a, b, depth);
    case SW_CEL_MAP: return equal_maps(c, a, b, depth);
    case SW_CEL_OPTIONAL: return equal_optionals(c, a, b, depth);
    case SW_CEL_TIMESTAMP:
    case SW_CEL_DURATION:
        return sw_cel__compare_times(a->as.time, b->as.time) == SW_SAME ? EQ_YES
                                                                        : EQ_NO;
    case SW_CEL_IP:
    case SW_CEL_CIDR: return sw_cel__same_network(a, b) ? EQ_YES : EQ_NO;
    default: return equal_text(c, a->as.str, b->as.str);
    }
}

// Takes one step. A value may hold another many times over, so what looks
// small may be long to compare.
static bool enter(comparison *c, unsigned depth)
{
    if (depth <= SW_CEL__MAX_VALUE_DEPTH) return spend(c, 1);
    return c->run != NULL && sw_fail(c->run->err, SW_ERR_INPUT,
                                     "compared values are nested more than %d "
                                     "deep",
                                     SW_CEL__MAX_VALUE_DEPTH);
}

static answer equal(comparison *c, const sw_cel_value *a, const sw_cel_value *b,
                    unsigned depth)
{
    if (!enter(c, depth)) return EQ_STOP;
    if (a->kind == SW_CEL_ERROR || a->kind == SW_CEL_UNKNOWN)
        return leave_open(c, a);
    if (b->kind == SW_CEL_ERROR || b->kind == SW_CEL_UNKNOWN)
        return leave_open(c, b);
    if (sw_cel__numeric(a) && sw_cel__numeric(b))
        return sw_cel__compare_numbers(a, b) == SW_SAME ? EQ_YES : EQ_NO;
    if (a->kind != b->kind) return EQ_NO;
    return equal_same_kind(c, a, b, depth);
}

bool sw_cel__equals(sw_cel__run *run, const sw_cel_value *a,
                    const sw_cel_value *b, sw_cel_value *out)
{
    comparison c = {.run = run};
    answer is = equal(&c, a, b, 0);
    if (is == EQ_STOP) return false;
    *out = is == EQ_OPEN ? c.open : sw_cel__bool(is == EQ_YES);
    return true;
}

// Two unknowns or two errors are equal here if they say the same: callers
// outside compare results.
bool sw_cel_equal(const sw_cel_value *a, const sw_cel_value *b)
{
    if (a->kind == SW_CEL_ERROR && b->kind == SW_CEL_ERROR)
        return sw_str_eq(a->as.str, b->as.str);
    if (a->kind == SW_CEL_UNKNOWN && b->kind == SW_CEL_UNKNOWN) {
        if (a->as.unknown.count != b->as.unknown.count) return false;
        for (size_t i = 0; i < a->as.unknown.count; i++) {
            if (!sw_str_eq(a->as.unknown.at[i], b->as.unknown.at[i]))
                return false;
        }
        return true;
    }
    comparison c = {.steps = SW_CEL__DEFAULT_STEPS};
    return equal(&c, a, b, 0) == EQ_YES;
}
