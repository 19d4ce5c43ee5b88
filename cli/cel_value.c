// Values outside of an evaluation: copies that outlive it, and the types that
// they have.
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

static bool same_type(const sw_cel_type *a, const sw_cel_type *b)
{
    if (a == b) return true;
    if (a->kind != b->kind || a->count != b->count ||
        !sw_str_eq(a->name, b->name))
        return false;
    for (size_t i = 0; i < a->count; i++) {
        if (!same_type(a->args[i], b->args[i])) return false;
    }
    return true;
}

static bool type_of(const sw_cel_value *value, unsigned depth, sw_arena *arena,
                    const sw_cel_type **out, sw_error *err);

// What all values have, or dyn. They lie `stride` bytes apart.
static bool common_type(const sw_cel_value *at, size_t count, size_t stride,
                        unsigned depth, sw_arena *arena,
                        const sw_cel_type **out, sw_error *err)
{
    const sw_cel_type *dyn = sw_cel_type_of(SW_CEL_TYPE_DYN);
    *out = dyn;
    for (size_t i = 0; i < count; i++) {
        const void *value = (const char *)at + i * stride;
        const sw_cel_type *type;
        if (!type_of(value, depth + 1, arena, &type, err)) return false;
        if (i > 0 && !same_type(type, *out)) return *out = dyn, true;
        *out = type;
    }
    return true;
}

static bool holder_type(sw_cel_type_kind kind, const sw_cel_type *first,
                        const sw_cel_type *second, sw_arena *arena,
                        const sw_cel_type **out, sw_error *err)
{
    sw_cel_type *made = SW_NEW(arena, sw_cel_type);
    const sw_cel_type **args = SW_NEW_ARRAY(arena, const sw_cel_type *, 2);
    if (made == NULL || args == NULL) return sw_fail_memory(err);
    args[0] = first;
    args[1] = second;
    *made = (sw_cel_type){
        .kind = kind, .args = args, .count = second != NULL ? 2 : 1};
    *out = made;
    return true;
}

static bool type_of_list(const sw_cel_value *value, unsigned depth,
                         sw_arena *arena, const sw_cel_type **out,
                         sw_error *err)
{
    const sw_cel_type *item;
    return common_type(value->as.list.at, value->as.list.count, sizeof *value,
                       depth, arena, &item, err) &&
           holder_type(SW_CEL_TYPE_LIST, item, NULL, arena, out, err);
}

static bool type_of_map(const sw_cel_value *value, unsigned depth,
                        sw_arena *arena, const sw_cel_type **out, sw_error *err)
{
    const sw_cel_type *key, *item;
    const sw_cel_entry *at = value->as.map.at;
    size_t count = value->as.map.count;
    return common_type(count > 0 ? &at->key : NULL, count, sizeof *at, depth,
                       arena, &key, err) &&
           common_type(count > 0 ? &at->value : NULL, count, sizeof *at, depth,
                       arena, &item, err) &&
           holder_type(SW_CEL_TYPE_MAP, key, item, arena, out, err);
}

static bool type_of_optional(const sw_cel_value *value, unsigned depth,
                             sw_arena *arena, const sw_cel_type **out,
                             sw_error *err)
{
    const sw_cel_type *inner;
    return common_type(value->as.optional, value->as.optional != NULL,
                       sizeof *value, depth, arena, &inner, err) &&
           holder_type(SW_CEL_TYPE_OPTIONAL, inner, NULL, arena, out, err);
}

static const sw_cel_type *simple_type(sw_cel_kind kind)
{
    static const sw_cel_type address = {.kind = SW_CEL_TYPE_ABSTRACT,
                                        .name = SW_STR_INIT("net.IP")};
    static const sw_cel_type network = {.kind = SW_CEL_TYPE_ABSTRACT,
                                        .name = SW_STR_INIT("net.CIDR")};
    static const sw_cel_type type = {.kind = SW_CEL_TYPE_TYPE};
    switch (kind) {
    case SW_CEL_NULL: return sw_cel_type_of(SW_CEL_TYPE_NULL);
    case SW_CEL_BOOL: return sw_cel_type_of(SW_CEL_TYPE_BOOL);
    case SW_CEL_INT: return sw_cel_type_of(SW_CEL_TYPE_INT);
    case SW_CEL_UINT: return sw_cel_type_of(SW_CEL_TYPE_UINT);
    case SW_CEL_DOUBLE: return sw_cel_type_of(SW_CEL_TYPE_DOUBLE);
    case SW_CEL_STRING: return sw_cel_type_of(SW_CEL_TYPE_STRING);
    case SW_CEL_BYTES: return sw_cel_type_of(SW_CEL_TYPE_BYTES);
    case SW_CEL_TIMESTAMP: return sw_cel_type_of(SW_CEL_TYPE_TIMESTAMP);
    case SW_CEL_DURATION: return sw_cel_type_of(SW_CEL_TYPE_DURATION);
    case SW_CEL_TYPE: return &type;
    case SW_CEL_IP: return &address;
    case SW_CEL_CIDR: return &network;
    default: return sw_cel_type_of(SW_CEL_TYPE_DYN);
    }
}

static bool type_of(const sw_cel_value *value, unsigned depth, sw_arena *arena,
                    const sw_cel_type **out, sw_error *err)
{
    if (depth <= SW_VALUE_DEPTH) {
        if (value->kind == SW_CEL_LIST)
            return type_of_list(value, depth, arena, out, err);
        if (value->kind == SW_CEL_MAP)
            return type_of_map(value, depth, arena, out, err);
        if (value->kind == SW_CEL_OPTIONAL)
            return type_of_optional(value, depth, arena, out, err);
    }
    *out = simple_type(value->kind);
    return true;
}

bool sw_value_type(const sw_cel_value *value, sw_arena *arena,
                   const sw_cel_type **out, sw_error *err)
{
    return type_of(value, 0, arena, out, err);
}

/* ---- whether a value has a type -------------------------------------- */

static bool has_types(const sw_cel_value *at, size_t count, size_t stride,
                      const sw_cel_type *type)
{
    for (size_t i = 0; i < count; i++) {
        const void *value = (const char *)at + i * stride;
        if (!sw_value_has_type(value, type)) return false;
    }
    return true;
}

static bool map_has_types(const sw_cel_value *value, const sw_cel_type *type)
{
    const sw_cel_entry *at = value->as.map.at;
    size_t count = value->as.map.count;
    return count == 0 ||
           (has_types(&at->key, count, sizeof *at, type->args[0]) &&
            has_types(&at->value, count, sizeof *at, type->args[1]));
}

// Facts nest no deeper than SW_VALUE_DEPTH.
bool sw_value_has_type(const sw_cel_value *value, const sw_cel_type *type)
{
    if (value->kind == SW_CEL_UNKNOWN) return true;
    switch (type->kind) {
    case SW_CEL_TYPE_DYN:
    case SW_CEL_TYPE_ANY:
    case SW_CEL_TYPE_ERROR:
    case SW_CEL_TYPE_PARAM:
    case SW_CEL_TYPE_MESSAGE: return true;
    case SW_CEL_TYPE_TYPE: return value->kind == SW_CEL_TYPE;
    case SW_CEL_TYPE_LIST:
        return value->kind == SW_CEL_LIST &&
               has_types(value->as.list.at, value->as.list.count, sizeof *value,
                         type->args[0]);
    case SW_CEL_TYPE_MAP:
        return value->kind == SW_CEL_MAP && map_has_types(value, type);
    case SW_CEL_TYPE_OPTIONAL:
        return value->kind == SW_CEL_OPTIONAL &&
               has_types(value->as.optional, value->as.optional != NULL,
                         sizeof *value, type->args[0]);
    case SW_CEL_TYPE_WRAPPER:
        return value->kind == SW_CEL_NULL ||
               sw_value_has_type(value, type->args[0]);
    default: return same_type(simple_type(value->kind), type);
    }
}
