// The facts of a session, by name and by a path into maps, and attributes that
// nobody knows.
//
// A value is never changed in place: what is set inside a map gives new maps
// along its path, so that results that share the old one stay what they were.
#include "cel.h"

#include <string.h>

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

bool sw_facts_is_name(sw_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        bool digit = c >= '0' && c <= '9';
        if (!letter && c != '_' && (i == 0 || !digit)) return false;
    }
    return text.len > 0;
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

sw_cel_binding *sw_facts_add(sw_session *session, sw_str name, size_t known,
                             sw_error *err)
{
    for (size_t i = 0; i < known; i++) {
        if (sw_str_eq(session->facts[i].name, name)) return &session->facts[i];
    }
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

const sw_cel_value *sw_facts_within(const sw_cel_value *value, sw_str path)
{
    while (path.len > 0 && value->kind == SW_CEL_MAP) {
        path = (sw_str){path.at + 1, path.len - 1};
        sw_str key = first_segment(path);
        size_t i = find_key(value, key);
        if (i == value->as.map.count) return NULL;
        value = &value->as.map.at[i].value;
        path = (sw_str){path.at + key.len, path.len - key.len};
    }
    return path.len == 0 ? value : NULL;
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
        SW_NEW_ARRAY(session->line, sw_cel_entry, count + 1);
    if (entries == NULL) return sw_fail_memory(err);
    if (count > 0) memcpy(entries, at->as.map.at, count * sizeof *entries);
    if (i == count) {
        entries[i].key.kind = SW_CEL_STRING;
        entries[i].value.kind = SW_CEL_MAP;
        if (!sw_arena_str(session->arena, key, &entries[i].key.as.str))
            return sw_fail_memory(err);
        count++;
    }
    return set_within(session, &entries[i].value, behind(rest, key), value,
                      err) &&
           sw_cel_map(entries, count, session->arena, at, err);
}

bool sw_facts_put(sw_session *session, sw_str path, const sw_cel_value *value,
                  sw_error *err)
{
    sw_cel_binding *fact = find_fact(session, path);
    if (fact == NULL) {
        fact = sw_facts_add(session, first_segment(path), 0, err);
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
