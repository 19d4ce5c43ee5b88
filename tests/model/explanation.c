// Explanations: forget all facts that one does not name, and the value stays;
// forget one more, and it does not.
#include <string.h>

#include "case.h"

typedef struct {
    const sw_str *at;
    size_t count;
    size_t dropped;  ///< this one is forgotten as well; count: none is
    const sw_cel_reference *read;  ///< all that the expression reads
    size_t read_count;
} facts;

/* ---- forgetting ------------------------------------------------------ */

static bool is_within(sw_str path, sw_str outer)
{
    return sw_str_starts(path, outer) &&
           (path.len == outer.len || path.at[outer.len] == '.');
}

static bool forget(const model_case *c, const facts *kept, sw_str path,
                   const sw_cel_value *v, sw_cel_value *out);

static void make_unknown(const model_case *c, sw_str path, sw_cel_value *out)
{
    sw_str *at = SW_NEW_ARRAY(c->arena, sw_str, 1);
    *at = path;
    *out = (sw_cel_value){.kind = SW_CEL_UNKNOWN};
    out->as.unknown.at = at;
    out->as.unknown.count = 1;
}

static bool is_kept(const facts *kept, sw_str path)
{
    for (size_t i = 0; i < kept->count; i++) {
        if (i != kept->dropped && is_within(path, kept->at[i])) return true;
    }
    return false;
}

// `path` and the field of `read` behind it; no path: the variable.
static sw_str up_to_field(sw_str path, sw_str read)
{
    size_t begin = path.len > 0 ? path.len + 1 : 0;
    const char *dot = memchr(read.at + begin, '.', read.len - begin);
    return (sw_str){read.at, dot != NULL ? (size_t)(dot - read.at) : read.len};
}

static bool has_key(const sw_cel_value *map, const sw_cel_value *key)
{
    for (size_t i = 0; i < map->as.map.count; i++) {
        if (sw_cel_equal(&map->as.map.at[i].key, key)) return true;
    }
    return false;
}

// What is not in the map, and forgotten, might be there.
static void add_absent(const model_case *c, const facts *kept, sw_str path,
                       sw_cel_value *map, sw_cel_entry *room)
{
    for (size_t i = 0; i < kept->read_count; i++) {
        sw_str read = kept->read[i].path;
        if (!is_within(read, path) || read.len == path.len) continue;
        sw_str inner = up_to_field(path, read);
        sw_cel_value key = {.kind = SW_CEL_STRING};
        key.as.str =
            (sw_str){inner.at + path.len + 1, inner.len - path.len - 1};
        if (is_kept(kept, read) || has_key(map, &key)) continue;
        room[map->as.map.count].key = key;
        make_unknown(c, inner, &room[map->as.map.count++].value);
    }
}

static bool forget_in_map(const model_case *c, const facts *kept, sw_str path,
                          const sw_cel_value *map, sw_cel_value *out)
{
    size_t count = map->as.map.count;
    sw_cel_entry *entries =
        SW_NEW_ARRAY(c->arena, sw_cel_entry, count + kept->read_count);
    for (size_t i = 0; i < count; i++) {
        const sw_cel_entry *e = &map->as.map.at[i];
        sw_str key = e->key.kind == SW_CEL_STRING ? e->key.as.str : SW_STR("?");
        sw_str inner = sw_arena_printf(c->arena, "%.*s.%.*s", SW_STR_ARGS(path),
                                       SW_STR_ARGS(key));
        entries[i].key = e->key;
        if (!forget(c, kept, inner, &e->value, &entries[i].value)) return false;
    }
    *out = (sw_cel_value){.kind = SW_CEL_MAP};
    out->as.map.at = entries;
    out->as.map.count = count;
    add_absent(c, kept, path, out, entries);
    return true;
}

static bool forget(const model_case *c, const facts *kept, sw_str path,
                   const sw_cel_value *v, sw_cel_value *out)
{
    bool holds_one = false;
    if (is_kept(kept, path)) return *out = *v, true;
    for (size_t i = 0; i < kept->count; i++)
        holds_one |= i != kept->dropped && is_within(kept->at[i], path);
    if (holds_one && v->kind == SW_CEL_MAP)
        return forget_in_map(c, kept, path, v, out);
    if (holds_one) return *out = *v, true;
    return make_unknown(c, path, out), true;
}

static bool is_bound(const sw_cel_options *how, sw_str name)
{
    for (size_t i = 0; i < how->binding_count; i++) {
        if (sw_str_eq(how->bindings[i].name, name)) return true;
    }
    return false;
}

// Nor is it known of a variable that nobody gave that there is none.
static void add_missing(const model_case *c, const facts *kept,
                        sw_cel_options *how, sw_cel_binding *room)
{
    for (size_t i = 0; i < kept->read_count; i++) {
        sw_str read = kept->read[i].path;
        sw_str root = up_to_field(SW_STR(""), read);
        if (is_kept(kept, read) || is_bound(how, root)) continue;
        room[how->binding_count].name = root;
        make_unknown(c, root, &room[how->binding_count++].value);
    }
}

static bool eval_with(const model_case *c, const facts *kept, sw_cel_value *out,
                      sw_error *err)
{
    sw_cel_options how = c->partial;
    size_t count = how.binding_count;
    sw_cel_binding *bindings =
        SW_NEW_ARRAY(c->arena, sw_cel_binding, count + kept->read_count);
    for (size_t i = 0; i < count; i++) {
        bindings[i].name = how.bindings[i].name;
        if (!forget(c, kept, bindings[i].name, &how.bindings[i].value,
                    &bindings[i].value))
            return false;
    }
    how.bindings = bindings;
    add_missing(c, kept, &how, bindings);
    return sw_cel_eval(c->cel, &how, c->arena, out, err);
}

/* ---- the properties -------------------------------------------------- */

// Paths of an explanation are as the source has them: with a container, or
// names with dots, they are not where the variables are.
static bool has_plain_names(const model_case *c)
{
    for (size_t i = 0; i < c->partial.binding_count; i++) {
        if (sw_str_has(c->partial.bindings[i].name, SW_STR("."))) return false;
    }
    return c->partial.container.len == 0;
}

static bool explained(const model_case *c, facts *out, sw_error *err)
{
    const sw_cel_reason *why = NULL;
    sw_cel_options how = c->partial;
    sw_cel_value v;
    how.reason = &why;
    if (!sw_cel_eval(c->cel, &how, c->arena, &v, err) ||
        !sw_cel_reason_facts(why, c->arena, &out->at, &out->count, err) ||
        !sw_cel_references(c->cel, c->arena, &out->read, &out->read_count, err))
        return false;
    out->dropped = out->count;
    return true;
}

static sw_str list_facts(const model_case *c, const facts *f)
{
    sw_str all = SW_STR("");
    for (size_t i = 0; i < f->count; i++) {
        all = sw_arena_printf(c->arena, "%.*s %s%.*s", SW_STR_ARGS(all),
                              i == f->dropped ? "not " : "",
                              SW_STR_ARGS(f->at[i]));
    }
    return all;
}

static finding complain_facts(const model_case *c, const char *what,
                              const facts *f, const sw_cel_value *got)
{
    sw_str want = sw_arena_printf(
        c->arena, "%.*s by%.*s", SW_STR_ARGS(shown_value(&c->result, c->arena)),
        SW_STR_ARGS(list_facts(c, f)));
    return complain(c, what, want, shown_value(got, c->arena));
}

finding explanation_is_enough(const model_case *c)
{
    facts f = {0};
    sw_cel_value got;
    sw_error err = {0};
    if (c->result.kind == SW_CEL_UNKNOWN || !has_plain_names(c))
        return SAYS_NOTHING;
    if (!explained(c, &f, &err) || !eval_with(c, &f, &got, &err))
        return complain_error(c, "explanation", &err);
    if (!same_value(&c->result, &got))
        return complain_facts(c, "explanation is not enough", &f, &got);
    return f.count > 0 ? HOLDS : SAYS_NOTHING;
}

finding explanation_is_minimal(const model_case *c)
{
    facts f = {0};
    sw_error err = {0};
    if (c->result.kind == SW_CEL_UNKNOWN || !has_plain_names(c))
        return SAYS_NOTHING;
    if (!explained(c, &f, &err)) return complain_error(c, "explanation", &err);
    for (f.dropped = 0; f.dropped < f.count; f.dropped++) {
        sw_cel_value got;
        if (!eval_with(c, &f, &got, &err))
            return complain_error(c, "explanation", &err);
        if (!is_open(&got))
            return complain_facts(c, "explanation names too much", &f, &got);
    }
    return f.count > 0 ? HOLDS : SAYS_NOTHING;
}

static bool same_reason(const sw_cel_reason *a, const sw_cel_reason *b)
{
    bool same = a->begin == b->begin && a->end == b->end &&
                sw_str_eq(a->path, b->path) &&
                same_value(&a->value, &b->value) &&
                a->element_count == b->element_count && a->count == b->count;
    for (size_t i = 0; same && i < a->element_count; i++) {
        same = sw_str_eq(a->element[i].name, b->element[i].name) &&
               same_value(&a->element[i].value, &b->element[i].value);
    }
    for (size_t i = 0; same && i < a->count; i++)
        same = same_reason(&a->at[i], &b->at[i]);
    return same;
}

finding explanations_are_one(const model_case *c)
{
    const sw_cel_reason *at_once = NULL, *later = NULL;
    const sw_cel_trace *trace = NULL;
    uint64_t steps[3];
    sw_cel_value v;
    sw_error err = {0};
    sw_cel_options plain = c->partial, told = plain, traced = plain;
    plain.steps_taken = &steps[0];
    told.steps_taken = &steps[1];
    told.reason = &at_once;
    traced.steps_taken = &steps[2];
    traced.trace = &trace;
    if (!sw_cel_eval(c->cel, &plain, c->arena, &v, &err) ||
        !sw_cel_eval(c->cel, &told, c->arena, &v, &err) ||
        !sw_cel_eval(c->cel, &traced, c->arena, &v, &err) ||
        !sw_cel_explain(trace, c->arena, &later, &err))
        return complain_error(c, "explanation", &err);
    if (steps[0] != steps[1] || steps[0] != steps[2])
        return complain(c, "steps of an explanation", SW_STR("as many"),
                        SW_STR("others"));
    if (!same_reason(at_once, later))
        return complain(c, "explanation", SW_STR("one told at once"),
                        SW_STR("another told later"));
    return at_once->count > 0 ? HOLDS : SAYS_NOTHING;
}
