// Facts from JSON: exactly, or not at all. Whole numbers are int, those with a
// fraction or an exponent double.
#include "cel.h"

#include <jansson.h>
#include <string.h>

enum { MAX_BYTES = 64 << 20 };

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
    return sw_cel_map(entries, count, arena, out, err);
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
    size_t known = session->fact_count;
    if (!json_is_object(json)) {
        return sw_fail(err, SW_ERR_INPUT,
                       "expected a JSON object whose members are the facts");
    }
    json_object_foreach((json_t *)(uintptr_t)json, key, member)
    {
        sw_cel_binding *fact =
            sw_facts_add(session, sw_str_of(key), known, err);
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
    if (!sw_file_read(path, MAX_BYTES, session->arena, &text, err))
        return false;

    json_t *json = json_loadb(
        text.at, text.len,
        JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL | JSON_DECODE_ANY, &why);
    bool ok =
        json != NULL ? put_members(session, json, err) : refuse_json(&why, err);
    json_decref(json);
    return ok ||
           sw_error_in(err, strcmp(path, "-") == 0 ? "standard input" : path);
}
