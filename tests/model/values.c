// Values from JSON, a reader for each kind, and their sameness.
#include "values.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

sw_str json_text(const json_t *j)
{
    return (sw_str){json_string_value(j), json_string_length(j)};
}

/* ---- reading --------------------------------------------------------- */

typedef bool read_kind(const json_t *j, sw_arena *arena, sw_cel_value *out);

static bool read_null(const json_t *j, sw_arena *arena, sw_cel_value *out)
{
    return true;
}

static bool read_bool(const json_t *j, sw_arena *arena, sw_cel_value *out)
{
    out->as.boolean = json_is_true(j);
    return true;
}

static bool read_int(const json_t *j, sw_arena *arena, sw_cel_value *out)
{
    out->as.i64 = strtoll(json_string_value(j), NULL, 10);
    return true;
}

static bool read_uint(const json_t *j, sw_arena *arena, sw_cel_value *out)
{
    out->as.u64 = strtoull(json_string_value(j), NULL, 10);
    return true;
}

// strtod reads NaN and the infinities too.
static bool read_double(const json_t *j, sw_arena *arena, sw_cel_value *out)
{
    out->as.f64 = strtod(json_string_value(j), NULL);
    return true;
}

static bool read_text(const json_t *j, sw_arena *arena, sw_cel_value *out)
{
    out->as.str = json_text(j);
    return true;
}

static int base64_digit(char c)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c != '\0' ? strchr(digits, c) : NULL;
    return at != NULL ? (int)(at - digits) : -1;
}

static bool read_bytes(const json_t *j, sw_arena *arena, sw_cel_value *out)
{
    sw_str s = json_text(j);
    char *bytes = sw_arena_alloc(arena, s.len + 1);
    if (bytes == NULL) return false;
    size_t len = 0;
    unsigned bits = 0, have = 0;
    for (size_t i = 0; i < s.len && base64_digit(s.at[i]) >= 0; i++) {
        bits = bits << 6 | (unsigned)base64_digit(s.at[i]);
        have += 6;
        if (have < 8) continue;
        have -= 8;
        bytes[len++] = (char)(bits >> have & 0xFF);
    }
    out->as.str = (sw_str){bytes, len};
    return true;
}

static bool read_list(const json_t *j, sw_arena *arena, sw_cel_value *out)
{
    size_t count = json_array_size(j);
    sw_cel_value *items = SW_NEW_ARRAY(arena, sw_cel_value, count);
    for (size_t i = 0; i < count; i++) {
        if (!read_value(json_array_get(j, i), arena, &items[i])) return false;
    }
    out->as.list.at = items;
    out->as.list.count = count;
    return true;
}

static bool read_map(const json_t *j, sw_arena *arena, sw_cel_value *out)
{
    size_t count = json_array_size(j);
    sw_cel_entry *entries = SW_NEW_ARRAY(arena, sw_cel_entry, count);
    for (size_t i = 0; i < count; i++) {
        const json_t *pair = json_array_get(j, i);
        if (!read_value(json_array_get(pair, 0), arena, &entries[i].key) ||
            !read_value(json_array_get(pair, 1), arena, &entries[i].value))
            return false;
    }
    // Larger ones as sw_cel_map() makes them, with an index.
    sw_error err = {0};
    if (count > 4) return sw_cel_map(entries, count, arena, out, &err);
    out->as.map.at = entries;
    out->as.map.count = count;
    return true;
}

static bool read_timestamp(const json_t *j, sw_arena *arena, sw_cel_value *out)
{
    return sw_cel_timestamp(json_text(j), out);
}

static bool read_duration(const json_t *j, sw_arena *arena, sw_cel_value *out)
{
    return sw_cel_duration(json_text(j), out);
}

static bool read_optional(const json_t *j, sw_arena *arena, sw_cel_value *out)
{
    if (json_is_null(j)) return true;
    sw_cel_value *inner = SW_NEW(arena, sw_cel_value);
    out->as.optional = inner;
    return inner != NULL && read_value(j, arena, inner);
}

static bool read_unknown(const json_t *j, sw_arena *arena, sw_cel_value *out)
{
    size_t count = json_array_size(j);
    sw_str *paths = SW_NEW_ARRAY(arena, sw_str, count);
    for (size_t i = 0; i < count; i++)
        paths[i] = json_text(json_array_get(j, i));
    out->as.unknown.at = paths;
    out->as.unknown.count = count;
    return true;
}

// An address is what its function makes of its text.
static bool read_address(const char *function, const json_t *j, sw_arena *arena,
                         sw_cel_value *out)
{
    sw_cel *cel;
    sw_error err = {0};
    sw_str source =
        sw_arena_printf(arena, "%s('%s')", function, json_string_value(j));
    return sw_cel_parse(source, arena, &cel, &err) &&
           sw_cel_eval(cel, NULL, arena, out, &err);
}

static bool read_ip(const json_t *j, sw_arena *arena, sw_cel_value *out)
{
    return read_address("ip", j, arena, out);
}

static bool read_cidr(const json_t *j, sw_arena *arena, sw_cel_value *out)
{
    return read_address("cidr", j, arena, out);
}

static const struct {
    const char *name;
    sw_cel_kind kind;
    read_kind *read;
} readers[] = {
    {"null", SW_CEL_NULL, read_null},
    {"bool", SW_CEL_BOOL, read_bool},
    {"int", SW_CEL_INT, read_int},
    {"uint", SW_CEL_UINT, read_uint},
    {"double", SW_CEL_DOUBLE, read_double},
    {"string", SW_CEL_STRING, read_text},
    {"bytes", SW_CEL_BYTES, read_bytes},
    {"list", SW_CEL_LIST, read_list},
    {"map", SW_CEL_MAP, read_map},
    {"type", SW_CEL_TYPE, read_text},
    {"timestamp", SW_CEL_TIMESTAMP, read_timestamp},
    {"duration", SW_CEL_DURATION, read_duration},
    {"optional", SW_CEL_OPTIONAL, read_optional},
    {"unknown", SW_CEL_UNKNOWN, read_unknown},
    {"error", SW_CEL_ERROR, read_null},
    {"ip", SW_CEL_IP, read_ip},
    {"cidr", SW_CEL_CIDR, read_cidr},
};

bool read_value(const json_t *j, sw_arena *arena, sw_cel_value *out)
{
    void *member = json_object_iter((json_t *)(uintptr_t)j);
    if (member == NULL) return false;
    const char *name = json_object_iter_key(member);
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
        if (strcmp(name, readers[i].name) != 0) continue;
        *out = (sw_cel_value){.kind = readers[i].kind};
        return readers[i].read(json_object_iter_value(member), arena, out);
    }
    return false;
}

bool read_bindings(const json_t *j, sw_arena *arena, sw_cel_options *out)
{
    sw_cel_binding *bindings =
        SW_NEW_ARRAY(arena, sw_cel_binding, json_object_size(j));
    const char *name;
    json_t *value;
    out->binding_count = 0;
    json_object_foreach((json_t *)(uintptr_t)j, name, value)
    {
        sw_cel_binding *b = &bindings[out->binding_count++];
        b->name = sw_str_of(name);
        if (!read_value(value, arena, &b->value)) return false;
    }
    out->bindings = bindings;
    return true;
}

/* ---- sameness -------------------------------------------------------- */

static bool same_list(const sw_cel_value *a, const sw_cel_value *b)
{
    if (a->as.list.count != b->as.list.count) return false;
    for (size_t i = 0; i < a->as.list.count; i++) {
        if (!same_value(&a->as.list.at[i], &b->as.list.at[i])) return false;
    }
    return true;
}

static bool same_map(const sw_cel_value *a, const sw_cel_value *b)
{
    if (a->as.map.count != b->as.map.count) return false;
    for (size_t i = 0; i < a->as.map.count; i++) {
        size_t j = 0;
        while (j < b->as.map.count &&
               !same_value(&a->as.map.at[i].key, &b->as.map.at[j].key))
            j++;
        if (j == b->as.map.count ||
            !same_value(&a->as.map.at[i].value, &b->as.map.at[j].value))
            return false;
    }
    return true;
}

static bool same_double(double a, double b)
{
    if (isnan(a) || isnan(b)) return isnan(a) && isnan(b);
    return a == b && !signbit(a) == !signbit(b);
}

static bool same_paths(const sw_cel_value *a, const sw_cel_value *b)
{
    if (a->as.unknown.count != b->as.unknown.count) return false;
    for (size_t i = 0; i < a->as.unknown.count; i++) {
        if (!sw_str_eq(a->as.unknown.at[i], b->as.unknown.at[i])) return false;
    }
    return true;
}

bool same_value(const sw_cel_value *a, const sw_cel_value *b)
{
    if (a->kind != b->kind) return false;
    switch (a->kind) {
    case SW_CEL_ERROR: return true;
    case SW_CEL_UNKNOWN: return same_paths(a, b);
    case SW_CEL_DOUBLE: return same_double(a->as.f64, b->as.f64);
    case SW_CEL_LIST: return same_list(a, b);
    case SW_CEL_MAP: return same_map(a, b);
    case SW_CEL_OPTIONAL:
        if (a->as.optional == NULL || b->as.optional == NULL)
            return a->as.optional == b->as.optional;
        return same_value(a->as.optional, b->as.optional);
    default: return sw_cel_equal(a, b);
    }
}

sw_str shown_value(const sw_cel_value *v, sw_arena *arena)
{
    sw_str text = SW_STR("?");
    sw_error err = {0};
    (void)!sw_cel_print(v, arena, &text, &err);
    return text;
}
