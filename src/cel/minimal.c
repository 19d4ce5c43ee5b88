// Explanations that name no fact too much. Reading reasons off a trace gives
// facts enough, and where each is read in one place, none too much. Where && or
// || had a choice and facts are read twice, one may be: of (a && b) || a that
// is true, the first side needs both, the second only a. Then each fact is
// tried: forgotten, does the value stay?
#include <stdlib.h>

#include "program.h"

enum { MAX_FACTS = 64 };  // more are not tried

/* ---- facts ----------------------------------------------------------- */

typedef struct {
    sw_str *at;
    size_t count, cap;
    bool failed;
} paths;

static void gather(paths *list, const sw_cel_reason *reason)
{
    for (size_t i = 0; i < reason->count; i++)
        gather(list, &reason->at[i]);
    if (reason->path.len == 0 || list->failed) return;
    if (list->count == list->cap) {
        size_t cap = list->cap > 0 ? list->cap * 2 : 16;
        sw_str *at = realloc(list->at, cap * sizeof *at);
        list->failed = at == NULL;
        if (at == NULL) return;
        list->at = at;
        list->cap = cap;
    }
    list->at[list->count++] = reason->path;
}

static int compare(const void *a, const void *b)
{
    return sw_str_cmp(*(const sw_str *)a, *(const sw_str *)b);
}

// Sorts; drops what is there twice or within another. In order, a path comes
// before all that are within it.
static void settle(paths *list)
{
    if (list->count == 0) return;
    qsort(list->at, list->count, sizeof *list->at, compare);
    size_t kept = 1;
    for (size_t i = 1; i < list->count; i++) {
        if (!sw_cel__is_within(list->at[i], list->at[kept - 1]))
            list->at[kept++] = list->at[i];
    }
    list->count = kept;
}

bool sw_cel_reason_facts(const sw_cel_reason *reason, sw_arena *arena,
                         const sw_str **out, size_t *count, sw_error *err)
{
    paths list = {0};
    gather(&list, reason);
    settle(&list);
    sw_str *copy = SW_NEW_ARRAY(arena, sw_str, list.count);
    bool ok = !list.failed && copy != NULL;
    if (ok && list.count > 0) memcpy(copy, list.at, list.count * sizeof *copy);
    free(list.at);
    if (!ok) return sw_fail_memory(err);
    *out = copy;
    *count = list.count;
    return true;
}

/* ---- bindings with only some facts ----------------------------------- */

typedef struct {
    sw_cel__run *run;
    const sw_str *facts;
    size_t count;
    bool forgotten[MAX_FACTS];
} restriction;

static bool make_unknown(restriction *r, sw_str path, sw_cel_value *out)
{
    sw_str *name = sw_cel__alloc(r->run, 1, sizeof *name);
    if (name == NULL) return false;
    *name = path;
    *out = (sw_cel_value){.kind = SW_CEL_UNKNOWN};
    out->as.unknown.at = name;
    out->as.unknown.count = 1;
    return true;
}

static bool join_path(restriction *r, sw_str path, sw_str key, sw_str *out)
{
    size_t len = path.len + 1 + key.len;
    char *text = sw_cel__alloc(r->run, len, 1);
    if (text == NULL) return false;
    memcpy(text, path.at, path.len);
    text[path.len] = '.';
    if (key.len > 0) memcpy(text + path.len + 1, key.at, key.len);
    *out = (sw_str){text, len};
    return true;
}

static bool restrict_value(restriction *r, sw_str path,
                           const sw_cel_value *value, sw_cel_value *out);

// The first field of `fact` behind `path`.
static sw_str field_behind(sw_str fact, sw_str path)
{
    size_t begin = path.len + 1, end = begin;
    while (end < fact.len && fact.at[end] != '.')
        end++;
    return sw_cel__part(fact, begin, end);
}

// A fact that was not there, and is forgotten, may be there.
static bool add_absent(restriction *r, sw_str path, const sw_cel_value *map,
                       sw_cel_entry *entries, size_t *count)
{
    for (size_t i = 0; i < r->count; i++) {
        if (!r->forgotten[i] || r->facts[i].len <= path.len ||
            !sw_cel__is_within(r->facts[i], path))
            continue;
        sw_str field = field_behind(r->facts[i], path);
        sw_cel_value key = sw_cel__text(SW_CEL_STRING, field);
        if (sw_cel__lookup(map, &key) != NULL) continue;
        entries[*count].key = key;
        if (!make_unknown(r, r->facts[i], &entries[(*count)++].value))
            return false;
    }
    return true;
}

static bool restrict_map(restriction *r, sw_str path, const sw_cel_value *map,
                         sw_cel_value *out)
{
    size_t count = map->as.map.count;
    sw_cel_entry *entries =
        sw_cel__alloc(r->run, count + r->count, sizeof *entries);
    if (entries == NULL || !sw_cel__spend(r->run, count)) return false;
    for (size_t i = 0; i < count; i++) {
        const sw_cel_entry *entry = &map->as.map.at[i];
        sw_str inner;
        entries[i].key = entry->key;
        sw_str field =
            entry->key.kind == SW_CEL_STRING ? entry->key.as.str : SW_STR("?");
        if (!join_path(r, path, field, &inner) ||
            !restrict_value(r, inner, &entry->value, &entries[i].value))
            return false;
    }
    if (!add_absent(r, path, map, entries, &count)) return false;
    *out = (sw_cel_value){.kind = SW_CEL_MAP};
    out->as.map.at = entries;
    out->as.map.count = count;
    return true;
}

static bool restrict_value(restriction *r, sw_str path,
                           const sw_cel_value *value, sw_cel_value *out)
{
    bool inside = false;
    for (size_t i = 0; i < r->count; i++) {
        if (!r->forgotten[i] && sw_cel__is_within(path, r->facts[i]))
            return *out = *value, true;
        inside |= sw_cel__is_within(r->facts[i], path) && !r->forgotten[i];
    }
    if (!inside) return make_unknown(r, path, out);
    if (value->kind == SW_CEL_MAP) return restrict_map(r, path, value, out);
    return *out = *value, true;
}

static bool restrict_all(restriction *r, sw_cel_options *how)
{
    const sw_cel *cel = r->run->cel;
    sw_cel_binding *bindings =
        sw_cel__alloc(r->run, cel->root_count, sizeof *bindings);
    if (bindings == NULL) return false;
    how->bindings = bindings;
    how->binding_count = 0;
    for (size_t i = 0; i < cel->root_count; i++) {
        const sw_cel_value *value = r->run->roots[i];
        sw_cel_binding *to = &bindings[how->binding_count];
        if (value == NULL) continue;
        to->name = cel->roots[i];
        if (!restrict_value(r, to->name, value, &to->value)) return false;
        how->binding_count++;
    }
    return true;
}

/* ---- trials ---------------------------------------------------------- */

// Evaluates with the facts that are not forgotten; what is left of the limits
// is shared.
static bool run_restricted(restriction *r, sw_cel_value *value,
                           sw_cel__explanation *why)
{
    sw_cel_options how = *r->run->options;
    sw_cel__space space;
    if (!restrict_all(r, &how)) return false;
    sw_cel__run run = {.cel = r->run->cel,
                       .options = &how,
                       .arena = r->run->arena,
                       .err = r->run->err};
    if (!sw_cel__begin(&run, why != NULL ? NULL : &space)) return false;
    run.steps = r->run->steps;
    run.room = r->run->room;
    bool ok = why != NULL
                  ? sw_cel__record(&run, value) && sw_cel__reasons(&run, why)
                  : sw_cel__run_plain(&run, value);
    r->run->steps = run.steps;
    r->run->room = run.room;
    return ok;
}

static bool is_same(const sw_cel_value *a, const sw_cel_value *b)
{
    if (a->kind != b->kind) return false;
    return a->kind == SW_CEL_ERROR || sw_cel_equal(a, b);
}

static bool try_each(restriction *r, const sw_cel_value *value, bool *dropped)
{
    for (size_t i = r->count; i-- > 0;) {
        sw_cel_value without;
        r->forgotten[i] = true;
        if (!run_restricted(r, &without, NULL)) return false;
        r->forgotten[i] = is_same(&without, value);
        *dropped |= r->forgotten[i];
    }
    return true;
}

// Whether an explanation names the facts that another one named.
static bool names_same(const restriction *r, const sw_cel__explanation *why,
                       bool *same)
{
    const sw_str *facts;
    size_t count;
    if (!sw_cel_reason_facts(why->top, r->run->arena, &facts, &count,
                             r->run->err))
        return false;
    *same = count == r->count;
    for (size_t i = 0; *same && i < count; i++)
        *same = sw_str_eq(facts[i], r->facts[i]);
    return true;
}

static bool drop_what_can_be(sw_cel__run *run, const sw_cel_value *value,
                             sw_cel__explanation *why, bool *less_named)
{
    restriction r = {.run = run};
    bool dropped = false, same = true;
    if (!sw_cel_reason_facts(why->top, run->arena, &r.facts, &r.count,
                             run->err))
        return false;
    if (r.count > MAX_FACTS) return true;

    sw_cel_value again;
    sw_cel__explanation less = {0};
    if (!try_each(&r, value, &dropped)) return false;
    if (!dropped) return true;
    if (!run_restricted(&r, &again, &less) || !names_same(&r, &less, &same))
        return false;
    *less_named = !same;
    *why = less;
    return true;
}

bool sw_cel__minimise(sw_cel__run *run, const sw_cel_value *value,
                      sw_cel__explanation *why)
{
    // Names that are sought in containers cannot be forgotten one by one.
    if (run->qualified || value->kind == SW_CEL_UNKNOWN) return true;
    // Once who read the whole of a fact is gone, its fields may be tried.
    bool less_named = true;
    while (less_named) {
        less_named = false;
        if (!drop_what_can_be(run, value, why, &less_named))
            return run->err->kind == SW_ERR_INPUT;
    }
    return true;
}
