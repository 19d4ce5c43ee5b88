// Facts for expressions: from JSON, from CEL literals, by name or by a path
// into maps, and attributes that nobody knows.
//
// A value is never changed in place: what is set inside a map gives new maps
// along its path, so that results that share the old one stay what they were.
#include "cel.h"

#include <jansson.h>
#include <string.h>

enum { MAX_FACTS_BYTES = 64 << 20 };

/* ---- places ---------------------------------------------------------- */

bool sw_facts_is_path(sw_session *session, sw_str text)
{
    sw_cel *cel = NULL;
    sw_error err = {0};
    const sw_cel_reference *refs = NULL;
    size_t count = 0;
    return sw_cel_parse(text, session->line, &cel, &err) &&
           sw_cel_references(cel, session->line, &refs, &count, &err) &&
           count == 1 && sw_str_eq(refs[0].path, text);
}

static sw_str first_segment(sw_str path)
{
    const char *dot = memchr(path.at, '.', path.len);
    return dot != NULL ? (sw_str){path.at, (size_t)(dot - path.at)} : path;
}

static sw_str behind(sw_str path, sw_str head)
{
    size_t skip = head.len < path.len ? head.len + 1 : path.len;
    return (sw_str){path.at + skip, path.len - skip};
}

static bool starts_path(sw_str path, sw_str head)
{
    return sw_str_starts(path, head) &&
           (path.len == head.len || path.at[head.len] == '.');
}

// The fact with the longest name that the path starts with, as in CEL.
static sw_cel_binding *find_fact(sw_session *session, sw_str path)
{
    sw_cel_binding *best = NULL;
    for (size_t i = 0; i < session->fact_count; i++) {
        sw_cel_binding *fact = &session->facts[i];
        if (!starts_path(path, fact->name)) continue;
        if (best == NULL || fact->name.len > best->name.len) best = fact;
    }
    return best;
}

static sw_cel_binding *add_fact(sw_session *session, sw_str name, sw_error *err)
{
    if (session->fact_count == session->fact_cap) {
        size_t cap = session->fact_cap > 0 ? session->fact_cap * 2 : 16;
        sw_cel_binding *facts =
            SW_NEW_ARRAY(session->arena, sw_cel_binding, cap);
        if (facts == NULL) return sw_fail_memory(err), NULL;
        if (session->fact_count > 0)
            memcpy(facts, session->facts, session->fact_count * sizeof *facts);
        session->facts = facts;
        session->fact_cap = cap;
    }
    sw_cel_binding *fact = &session->facts[session->fact_count];
    *fact = (sw_cel_binding){0};
    if (!sw_arena_str(session->arena, name, &fact->name))
        return sw_fail_memory(err), NULL;
    session->fact_count++;
    return fact;
}

static size_t find_key(const sw_cel_value *map, sw_str key)
{
    size_t i = 0;
    for (; i < map->as.map.count; i++) {
        const sw_cel_value *k = &map->as.map.at[i].key;
        if (k->kind == SW_CEL_STRING && sw_str_eq(k->as.str, key)) break;
    }
    return i;
}

// `*at` becomes what it was with `value` at the rest of the path. Depth is
// bounded by that of the path, whose text was parsed.
static bool set_within(sw_session *session, sw_cel_value *at, sw_str rest,
                       const sw_cel_value *value, sw_error *err)
{
    if (rest.len == 0) return *at = *value, true;
    if (at->kind == SW_CEL_UNKNOWN && value->kind == SW_CEL_UNKNOWN)
        return true;  // part of what nobody knows
    if (at->kind != SW_CEL_MAP) {
        return sw_fail(err, SW_ERR_USAGE,
                       "%.*s: no field of a value of type %s",
                       SW_STR_ARGS(rest), sw_cel_kind_name(at->kind));
    }
    sw_str key = first_segment(rest);
    size_t count = at->as.map.count, i = find_key(at, key);
    sw_cel_entry *entries =
        SW_NEW_ARRAY(session->arena, sw_cel_entry, count + 1);
    if (entries == NULL) return sw_fail_memory(err);
    if (count > 0) memcpy(entries, at->as.map.at, count * sizeof *entries);
    if (i == count) {
        entries[i].key.kind = SW_CEL_STRING;
        entries[i].value.kind = SW_CEL_MAP;
        if (!sw_arena_str(session->arena, key, &entries[i].key.as.str))
            return sw_fail_memory(err);
        count++;
    }
    if (!set_within(session, &entries[i].value, behind(rest, key), value, err))
        return false;
    at->as.map.at = entries;
    at->as.map.count = count;
    return true;
}

bool sw_facts_put(sw_session *session, sw_str path, const sw_cel_value *value,
                  sw_error *err)
{
    sw_cel_binding *fact = find_fact(session, path);
    if (fact == NULL) {
        fact = add_fact(session, first_segment(path), err);
        if (fact == NULL) return false;
        fact->value.kind = SW_CEL_MAP;
    }
    return set_within(session, &fact->value, behind(path, fact->name), value,
                      err);
}

bool sw_facts_unknown(sw_session *session, sw_str path, sw_error *err)
{
    sw_cel_value value = {.kind = SW_CEL_UNKNOWN};
    sw_str *paths = SW_NEW(session->arena, sw_str);
    if (paths == NULL || !sw_arena_str(session->arena, path, paths))
        return sw_fail_memory(err);
    if (!sw_facts_is_path(session, path)) {
        return sw_fail(err, SW_ERR_USAGE,
                       "%.*s: not the path of an attribute, as in cargo.scale",
                       SW_STR_ARGS(path));
    }
    value.as.unknown.at = paths;
    value.as.unknown.count = 1;
    return sw_facts_put(session, path, &value, err);
}

/* ---- JSON ------------------------------------------------------------ */

// What jansson's codes mean here, where its own words would not help.
static bool refuse_json(const json_error_t *why, sw_error *err)
{
    static const struct {
        enum json_error_code code;
        const char *reason;
    } reasons[] = {
        {json_error_numeric_overflow,
         "a number beyond int64 or double: give it with --set, as in "
         "--set 'name=18446744073709551615u'"},
        {json_error_stack_overflow, "nested too deep"},
        {json_error_null_byte_in_key, "a NUL character in a name"},
    };
    const char *reason = why->text;
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        if (json_error_code(why) == reasons[i].code) reason = reasons[i].reason;
    }
    sw_fail(err, SW_ERR_INPUT, "not JSON: %s", reason);
    if (why->line < 1) return false;
    return sw_error_at(err, "line %d, column %d", why->line, why->column);
}

static bool read_value(const json_t *json, unsigned depth, sw_arena *arena,
                       sw_cel_value *out, sw_error *err);

static bool read_text(const char *at, size_t len, sw_arena *arena,
                      sw_cel_value *out, sw_error *err)
{
    out->kind = SW_CEL_STRING;
    return sw_arena_str(arena, (sw_str){at, len}, &out->as.str) ||
           sw_fail_memory(err);
}

static bool read_list(const json_t *json, unsigned depth, sw_arena *arena,
                      sw_cel_value *out, sw_error *err)
{
    size_t count = json_array_size(json);
    sw_cel_value *items = SW_NEW_ARRAY(arena, sw_cel_value, count);
    if (items == NULL) return sw_fail_memory(err);
    for (size_t i = 0; i < count; i++) {
        if (!read_value(json_array_get(json, i), depth + 1, arena, &items[i],
                        err)) {
            return false;
        }
    }
    out->kind = SW_CEL_LIST;
    out->as.list.at = items;
    out->as.list.count = count;
    return true;
}

static bool read_map(const json_t *json, unsigned depth, sw_arena *arena,
                     sw_cel_value *out, sw_error *err)
{
    size_t count = json_object_size(json), i = 0;
    sw_cel_entry *entries = SW_NEW_ARRAY(arena, sw_cel_entry, count);
    if (entries == NULL) return sw_fail_memory(err);
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)json, key, value)
    {
        sw_cel_entry *entry = &entries[i++];
        if (!read_text(key, strlen(key), arena, &entry->key, err) ||
            !read_value(value, depth + 1, arena, &entry->value, err)) {
            return false;
        }
    }
    out->kind = SW_CEL_MAP;
    out->as.map.at = entries;
    out->as.map.count = count;
    return true;
}

static bool read_value(const json_t *json, unsigned depth, sw_arena *arena,
                       sw_cel_value *out, sw_error *err)
{
    if (depth > SW_VALUE_DEPTH) {
        return sw_fail(err, SW_ERR_INPUT, "nested more than %d deep",
                       SW_VALUE_DEPTH);
    }
    *out = (sw_cel_value){0};
    switch (json_typeof(json)) {
    case JSON_NULL: return true;
    case JSON_TRUE:
    case JSON_FALSE:
        out->kind = SW_CEL_BOOL;
        out->as.boolean = json_is_true(json);
        return true;
    case JSON_INTEGER:
        out->kind = SW_CEL_INT;
        out->as.i64 = json_integer_value(json);
        return true;
    case JSON_REAL:
        out->kind = SW_CEL_DOUBLE;
        out->as.f64 = json_real_value(json);
        return true;
    case JSON_STRING:
        return read_text(json_string_value(json), json_string_length(json),
                         arena, out, err);
    case JSON_ARRAY: return read_list(json, depth, arena, out, err);
    case JSON_OBJECT: return read_map(json, depth, arena, out, err);
    }
    return false;
}

static bool put_members(sw_session *session, const json_t *json, sw_error *err)
{
    const char *key;
    json_t *member;
    if (!json_is_object(json)) {
        return sw_fail(err, SW_ERR_INPUT,
                       "expected a JSON object whose members are the facts");
    }
    json_object_foreach((json_t *)(uintptr_t)json, key, member)
    {
        sw_cel_binding *fact = add_fact(session, sw_str_of(key), err);
        if (fact == NULL ||
            !read_value(member, 1, session->arena, &fact->value, err)) {
            return false;
        }
    }
    return true;
}

bool sw_facts_load(sw_session *session, const char *path, sw_error *err)
{
    json_error_t why;
    sw_str text;
    if (!sw_file_read(path, MAX_FACTS_BYTES, session->arena, &text, err))
        return false;

    json_t *json = json_loadb(
        text.at, text.len,
        JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL | JSON_DECODE_ANY, &why);
    bool ok =
        json != NULL ? put_members(session, json, err) : refuse_json(&why, err);
    json_decref(json);
    return ok || sw_error_in(err, path);
}

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
    out->as.map.at = entries;
    return true;
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

bool sw_facts_copy(const sw_cel_value *value, sw_arena *arena,
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

bool sw_facts_type(const sw_cel_value *value, sw_arena *arena, sw_str *out,
                   sw_error *err)
{
    return type_of(value, 0, arena, out, err);
}
