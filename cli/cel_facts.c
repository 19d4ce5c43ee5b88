// The facts of a session, by name and by a path into maps, and attributes that
// nobody knows.
//
// A value is never changed in place: what is set inside a map gives new maps
// along its path, so that results that share the old one stay what they were.
#include "cel.h"

#include <string.h>

static bool starts_path(sw_str path, sw_str head)
{
    return sw_str_starts(path, head) &&
           (path.len == head.len || sw_path_goes_on(path.at[head.len]));
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

static size_t find_key(const sw_cel_value *map, const sw_cel_value *key)
{
    size_t i = 0;
    while (i < map->as.map.count && !sw_cel_equal(&map->as.map.at[i].key, key))
        i++;
    return i;
}

// What lies there, or NULL.
static const sw_cel_value *at_key(const sw_cel_value *of,
                                  const sw_cel_value *key)
{
    if (of->kind == SW_CEL_LIST && key->kind == SW_CEL_INT) {
        bool inside =
            key->as.i64 >= 0 && (uint64_t)key->as.i64 < of->as.list.count;
        return inside ? &of->as.list.at[key->as.i64] : NULL;
    }
    if (of->kind != SW_CEL_MAP) return NULL;
    size_t i = find_key(of, key);
    return i < of->as.map.count ? &of->as.map.at[i].value : NULL;
}

static size_t dots(sw_str name)
{
    size_t n = 0;
    for (size_t i = 0; i < name.len; i++)
        n += name.at[i] == '.';
    return n;
}

const sw_cel_value *sw_facts_find(sw_session *session, const sw_path *path)
{
    const sw_cel_binding *fact = find_fact(session, path->text);
    if (fact == NULL) return NULL;
    const sw_cel_value *at = &fact->value;
    for (size_t i = dots(fact->name); at != NULL && i < path->count; i++)
        at = at_key(at, &path->keys[i]);
    return at;
}

/* ---- setting --------------------------------------------------------- */

// A path that is walked down.
typedef struct {
    sw_session *session;
    const sw_path *path;
    size_t next;  // of the keys
    const sw_cel_value *value;
    sw_error *err;
} setter;

static bool set_within(setter *s, sw_cel_value *at);

static bool set_entry(setter *s, sw_cel_value *map, const sw_cel_value *key)
{
    sw_arena *arena = s->session->arena;
    size_t count = map->as.map.count, i = find_key(map, key);
    sw_cel_entry *entries =
        SW_NEW_ARRAY(s->session->line, sw_cel_entry, count + 1);
    if (entries == NULL) return sw_fail_memory(s->err);
    if (count > 0) memcpy(entries, map->as.map.at, count * sizeof *entries);
    if (i == count) {
        entries[i].key = *key;
        entries[i].value.kind = SW_CEL_MAP;
        count++;
    }
    return set_within(s, &entries[i].value) &&
           sw_cel_map(entries, count, arena, map, s->err);
}

static bool set_item(setter *s, sw_cel_value *list, size_t i)
{
    size_t count = list->as.list.count;
    sw_cel_value *items = SW_NEW_ARRAY(s->session->arena, sw_cel_value, count);
    if (items == NULL) return sw_fail_memory(s->err);
    memcpy(items, list->as.list.at, count * sizeof *items);
    list->as.list.at = items;
    return set_within(s, &items[i]);
}

// `*at` becomes what it was with the value at the rest of the path. The path's
// text was parsed, which bounds its depth.
static bool set_within(setter *s, sw_cel_value *at)
{
    if (s->next == s->path->count) return *at = *s->value, true;
    if (at->kind == SW_CEL_UNKNOWN && s->value->kind == SW_CEL_UNKNOWN)
        return true;  // part of what nobody knows
    const sw_cel_value *key = &s->path->keys[s->next++];
    if (at->kind == SW_CEL_MAP) return set_entry(s, at, key);
    if (at_key(at, key) != NULL) return set_item(s, at, (size_t)key->as.i64);
    return sw_fail(s->err, SW_ERR_USAGE,
                   "%.*s: no such %s of a value of type %s",
                   SW_STR_ARGS(s->path->text),
                   key->kind == SW_CEL_STRING ? "field" : "element",
                   sw_cel_kind_name(at->kind));
}

bool sw_facts_put(sw_session *session, const sw_path *path,
                  const sw_cel_value *value, sw_error *err)
{
    sw_cel_binding *fact = find_fact(session, path->text);
    if (fact == NULL) {
        fact = sw_facts_add(session, path->root, 0, err);
        if (fact == NULL) return false;
        fact->value.kind = SW_CEL_MAP;
    }
    sw_cel_value changed = fact->value;
    setter s = {session, path, dots(fact->name), value, err};
    if (!set_within(&s, &changed)) return false;
    fact->value = changed;
    return true;
}

bool sw_facts_unknown(sw_session *session, sw_str text, sw_error *err)
{
    sw_path path;
    if (!sw_path_read(session, text, &path, err)) return false;
    sw_str *paths = SW_NEW(session->arena, sw_str);
    if (paths == NULL) return sw_fail_memory(err);
    *paths = path.text;
    sw_cel_value value = {.kind = SW_CEL_UNKNOWN};
    value.as.unknown.at = paths;
    value.as.unknown.count = 1;
    return sw_facts_put(session, &path, &value, err);
}
