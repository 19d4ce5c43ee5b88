// When facts are missing. What is left of the expression: with the missing ones
// alone it has the value that the whole has with all. An unknown value names
// those that can matter: give the others, and nothing changes.
#include <string.h>

#include "case.h"

/* ---- what was missing, alone ----------------------------------------- */

static bool missing_of(const model_case *c, const sw_cel_value *partial,
                       const sw_cel_value *whole, sw_cel_value *out);

// Lists keep their length; what was known in them is null.
static void missing_of_list(const model_case *c, const sw_cel_value *partial,
                            const sw_cel_value *whole, sw_cel_value *out)
{
    size_t count = partial->as.list.count;
    sw_cel_value *items = SW_NEW_ARRAY(c->arena, sw_cel_value, count);
    for (size_t i = 0; i < count; i++) {
        (void)missing_of(c, &partial->as.list.at[i], &whole->as.list.at[i],
                         &items[i]);
    }
    *out = (sw_cel_value){.kind = SW_CEL_LIST};
    out->as.list.at = items;
    out->as.list.count = count;
}

static void missing_of_map(const model_case *c, const sw_cel_value *partial,
                           const sw_cel_value *whole, sw_cel_value *out)
{
    size_t count = 0;
    sw_cel_entry *entries =
        SW_NEW_ARRAY(c->arena, sw_cel_entry, partial->as.map.count);
    for (size_t i = 0; i < partial->as.map.count; i++) {
        entries[count].key = whole->as.map.at[i].key;
        count += missing_of(c, &partial->as.map.at[i].value,
                            &whole->as.map.at[i].value, &entries[count].value);
    }
    *out = (sw_cel_value){.kind = SW_CEL_MAP};
    out->as.map.at = entries;
    out->as.map.count = count;
}

// false: nothing in it was missing.
static bool missing_of(const model_case *c, const sw_cel_value *partial,
                       const sw_cel_value *whole, sw_cel_value *out)
{
    *out = (sw_cel_value){.kind = SW_CEL_NULL};
    if (!is_open(partial)) return false;
    if (partial->kind == SW_CEL_UNKNOWN) *out = *whole;
    if (partial->kind == SW_CEL_LIST) missing_of_list(c, partial, whole, out);
    if (partial->kind == SW_CEL_MAP) missing_of_map(c, partial, whole, out);
    return true;
}

static sw_cel_options missing_alone(const model_case *c)
{
    sw_cel_options how = c->whole;
    sw_cel_binding *bindings =
        SW_NEW_ARRAY(c->arena, sw_cel_binding, how.binding_count);
    size_t count = 0;
    for (size_t i = 0; i < how.binding_count; i++) {
        bindings[count].name = how.bindings[i].name;
        count +=
            missing_of(c, &c->partial.bindings[i].value,
                       &c->whole.bindings[i].value, &bindings[count].value);
    }
    how.bindings = bindings;
    how.binding_count = count;
    return how;
}

/* ---- the property ---------------------------------------------------- */

finding rest_gives_the_whole(const model_case *c)
{
    sw_cel *rest = NULL, *again = NULL;
    sw_cel_value got = {0};
    sw_error err = {0};
    if (!c->has_whole) return SAYS_NOTHING;
    if (!sw_cel_residual(c->cel, &c->partial, c->arena, &rest, &err) ||
        !sw_cel_parse(sw_cel_source(rest), c->arena, &again, &err))
        return complain_error(c, "what is left", &err);
    sw_cel_options how = missing_alone(c);
    if (!sw_cel_eval(again, &how, c->arena, &got, &err))
        return complain_error(c, "what is left", &err);
    if (!same_value(&c->verdict, &got)) {
        sw_str want =
            sw_arena_printf(c->arena, "%.*s of %.*s",
                            SW_STR_ARGS(shown_value(&c->verdict, c->arena)),
                            SW_STR_ARGS(sw_cel_source(rest)));
        return complain(c, "what is left", want, shown_value(&got, c->arena));
    }
    return is_open(&c->result) ? HOLDS : SAYS_NOTHING;
}

/* ---- those that an unknown does not name ------------------------------- */

static bool names_path(const sw_cel_value *v, sw_str path)
{
    switch (v->kind) {
    case SW_CEL_UNKNOWN:
        for (size_t i = 0; i < v->as.unknown.count; i++) {
            if (sw_str_eq(v->as.unknown.at[i], path)) return true;
        }
        return false;
    case SW_CEL_OPTIONAL:
        return v->as.optional != NULL && names_path(v->as.optional, path);
    case SW_CEL_LIST:
        for (size_t i = 0; i < v->as.list.count; i++) {
            if (names_path(&v->as.list.at[i], path)) return true;
        }
        return false;
    case SW_CEL_MAP:
        for (size_t i = 0; i < v->as.map.count; i++) {
            if (names_path(&v->as.map.at[i].value, path)) return true;
        }
        return false;
    default: return false;
    }
}

// `partial` with what the result does not name as in `whole`.
static void give_others(const model_case *c, const sw_cel_value *partial,
                        const sw_cel_value *whole, sw_cel_value *out,
                        bool *given)
{
    *out = *partial;
    if (partial->kind == SW_CEL_UNKNOWN) {
        if (names_path(&c->result, partial->as.unknown.at[0])) return;
        *out = *whole;
        *given = true;
    } else if (partial->kind == SW_CEL_LIST) {
        size_t count = partial->as.list.count;
        sw_cel_value *items = SW_NEW_ARRAY(c->arena, sw_cel_value, count);
        for (size_t i = 0; i < count; i++) {
            give_others(c, &partial->as.list.at[i], &whole->as.list.at[i],
                        &items[i], given);
        }
        out->as.list.at = items;
    } else if (partial->kind == SW_CEL_MAP) {
        size_t count = partial->as.map.count;
        sw_cel_entry *entries = SW_NEW_ARRAY(c->arena, sw_cel_entry, count);
        for (size_t i = 0; i < count; i++) {
            entries[i].key = partial->as.map.at[i].key;
            give_others(c, &partial->as.map.at[i].value,
                        &whole->as.map.at[i].value, &entries[i].value, given);
        }
        *out = (sw_cel_value){.kind = SW_CEL_MAP};
        out->as.map.at = entries;
        out->as.map.count = count;
    }
}

finding others_cannot_matter(const model_case *c)
{
    sw_cel_options how = c->partial;
    sw_cel_binding *bindings =
        SW_NEW_ARRAY(c->arena, sw_cel_binding, how.binding_count);
    bool given = false;
    sw_cel_value got = {0};
    sw_error err = {0};
    if (!c->has_whole || !is_open(&c->result)) return SAYS_NOTHING;
    for (size_t i = 0; i < how.binding_count; i++) {
        bindings[i].name = how.bindings[i].name;
        give_others(c, &how.bindings[i].value, &c->whole.bindings[i].value,
                    &bindings[i].value, &given);
    }
    how.bindings = bindings;
    if (!given) return SAYS_NOTHING;
    if (!sw_cel_eval(c->cel, &how, c->arena, &got, &err))
        return complain_error(c, "others", &err);
    return same_value(&c->result, &got)
               ? HOLDS
               : complain_values(c, "an unnamed fact matters", &c->result,
                                 &got);
}
