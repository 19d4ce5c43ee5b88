// Values outside of an evaluation: copies that outlive it, and their types.
#include "cel.h"

/* ---- copies ---------------------------------------------------------- */

static bool copy(const sw_cel_value *from, unsigned depth, sw_arena *arena,
                 sw_cel_value *out, sw_error *err);

static bool copy_items(const sw_cel_value *from, size_t count, unsigned depth,
                       sw_arena *arena, const sw_cel_value **out, sw_error *err)
{
    sw_cel_value *items = SW_NEW_ARRAY(arena, sw_cel_value, count);
    if (items == NULL) return sw_fail_memory(err);
    for (size_t i = 0; i < count; i++) {
        if (!copy(&from[i], depth + 1, arena, &items[i], err)) return false;
    }
    *out = items;
    return true;
}

static bool copy_map(const sw_cel_value *from, unsigned depth, sw_arena *arena,
                     sw_cel_value *out, sw_error *err)
{
    size_t count = from->as.map.count;
    sw_cel_entry *entries = SW_NEW_ARRAY(arena, sw_cel_entry, count);
    if (entries == NULL) return sw_fail_memory(err);
    for (size_t i = 0; i < count; i++) {
        const sw_cel_entry *entry = &from->as.map.at[i];
        if (!copy(&entry->key, depth + 1, arena, &entries[i].key, err) ||
            !copy(&entry->value, depth + 1, arena, &entries[i].value, err)) {
            return false;
        }
    }
    return sw_cel_map(entries, count, arena, out, err);
}

static bool copy_paths(const sw_cel_value *from, sw_arena *arena,
                       sw_cel_value *out, sw_error *err)
{
    size_t count = from->as.unknown.count;
    sw_str *paths = SW_NEW_ARRAY(arena, sw_str, count);
    if (paths == NULL) return sw_fail_memory(err);
    for (size_t i = 0; i < count; i++) {
        if (!sw_arena_str(arena, from->as.unknown.at[i], &paths[i]))
            return sw_fail_memory(err);
    }
    out->as.unknown.at = paths;
    return true;
}

static bool copy(const sw_cel_value *from, unsigned depth, sw_arena *arena,
                 sw_cel_value *out, sw_error *err)
{
    if (depth > SW_VALUE_DEPTH) {
        return sw_fail(err, SW_ERR_INPUT,
                       "a value nested more than %d deep is not kept",
                       SW_VALUE_DEPTH);
    }
    *out = *from;
    switch (from->kind) {
    case SW_CEL_STRING:
    case SW_CEL_BYTES:
    case SW_CEL_TYPE:
    case SW_CEL_ERROR:
    case SW_CEL_IP:
    case SW_CEL_CIDR:
        return sw_arena_str(arena, from->as.str, &out->as.str) ||
               sw_fail_memory(err);
    case SW_CEL_LIST:
        return copy_items(from->as.list.at, from->as.list.count, depth, arena,
                          &out->as.list.at, err);
    case SW_CEL_OPTIONAL:
        return from->as.optional == NULL ||
               copy_items(from->as.optional, 1, depth, arena, &out->as.optional,
                          err);
    case SW_CEL_MAP: return copy_map(from, depth, arena, out, err);
    case SW_CEL_UNKNOWN: return copy_paths(from, arena, out, err);
    default: return true;
    }
}

bool sw_value_copy(const sw_cel_value *value, sw_arena *arena,
                   sw_cel_value *out, sw_error *err)
{
    return copy(value, 0, arena, out, err);
}

/* ---- types ----------------------------------------------------------- */

static bool type_of(const sw_cel_value *value, unsigned depth, sw_arena *arena,
                    sw_str *out, sw_error *err);

// What all values have, or "dyn".
static bool common_type(const sw_cel_value *at, size_t count, size_t stride,
                        unsigned depth, sw_arena *arena, sw_str *out,
                        sw_error *err)
{
    *out = SW_STR("dyn");
    for (size_t i = 0; i < count; i++) {
        sw_str type;
        const char *value = (const char *)at + i * stride;
        if (!type_of((const sw_cel_value *)(const void *)value, depth + 1,
                     arena, &type, err)) {
            return false;
        }
        if (i > 0 && !sw_str_eq(type, *out)) return *out = SW_STR("dyn"), true;
        *out = type;
    }
    return true;
}

static bool text_of(sw_str text, sw_str *out, sw_error *err)
{
    *out = text;
    return text.at != NULL || sw_fail_memory(err);
}

static bool list_type(const sw_cel_value *value, unsigned depth,
                      sw_arena *arena, sw_str *out, sw_error *err)
{
    sw_str item;
    return common_type(value->as.list.at, value->as.list.count,
                       sizeof(sw_cel_value), depth, arena, &item, err) &&
           text_of(sw_arena_printf(arena, "list(%.*s)", SW_STR_ARGS(item)), out,
                   err);
}

static bool map_type(const sw_cel_value *value, unsigned depth, sw_arena *arena,
                     sw_str *out, sw_error *err)
{
    sw_str key, item;
    const sw_cel_entry *at = value->as.map.at;
    size_t count = value->as.map.count;
    return common_type(count > 0 ? &at->key : NULL, count, sizeof *at, depth,
                       arena, &key, err) &&
           common_type(count > 0 ? &at->value : NULL, count, sizeof *at, depth,
                       arena, &item, err) &&
           text_of(sw_arena_printf(arena, "map(%.*s, %.*s)", SW_STR_ARGS(key),
                                   SW_STR_ARGS(item)),
                   out, err);
}

static bool type_of(const sw_cel_value *value, unsigned depth, sw_arena *arena,
                    sw_str *out, sw_error *err)
{
    static const char *const names[] = {
        [SW_CEL_TIMESTAMP] = "timestamp",
        [SW_CEL_DURATION] = "duration",
        [SW_CEL_UNKNOWN] = "dyn",
        [SW_CEL_ERROR] = "dyn",
        [SW_CEL_CIDR] = NULL,
    };
    if (depth > SW_VALUE_DEPTH) return *out = SW_STR("dyn"), true;
    if (value->kind == SW_CEL_LIST)
        return list_type(value, depth, arena, out, err);
    if (value->kind == SW_CEL_MAP)
        return map_type(value, depth, arena, out, err);
    if (value->kind == SW_CEL_OPTIONAL) {
        sw_str item;
        const sw_cel_value *inner = value->as.optional;
        return common_type(inner, inner != NULL, sizeof *inner, depth, arena,
                           &item, err) &&
               text_of(sw_arena_printf(arena, "optional_type(%.*s)",
                                       SW_STR_ARGS(item)),
                       out, err);
    }
    const char *name = names[value->kind];
    *out = sw_str_of(name != NULL ? name : sw_cel_kind_name(value->kind));
    return true;
}

bool sw_value_type(const sw_cel_value *value, sw_arena *arena, sw_str *out,
                   sw_error *err)
{
    return type_of(value, 0, arena, out, err);
}
