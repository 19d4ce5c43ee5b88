// A declaration under one or several rulebooks: each fact that it gives is one
// that some book declares, and what each book does not find is unknown.
#include "ranges.h"

typedef struct {
    sw_rulebook *const *books;
    size_t count;
    const sw_declaration *said;
    sw_error *err;
} reading;

/* ---- what nobody declares -------------------------------------------- */

static bool refuse_fact(const reading *r, const said_fact *fact)
{
    char hint[120] = "";
    bool group = false;
    for (size_t i = 0; i < r->count; i++) {
        const vocabulary *words = &r->books[i]->facts;
        group = group || sw_rules__is_group(words, fact->path);
        if (hint[0] != '\0') continue;
        sw_rules__hint(hint, sizeof hint,
                       sw_rules__nearest_fact(words, fact->path));
    }
    sw_str path = sw_rules__clip(fact->path);
    if (group) {
        return sw_rules__refuse(r->err, fact->node->key,
                                "%.*s is a group of facts, not a fact",
                                SW_STR_ARGS(path));
    }
    return sw_rules__refuse(r->err, fact->node->key,
                            "no rulebook declares the fact %.*s%s",
                            SW_STR_ARGS(path), hint);
}

static bool is_declared(const reading *r, sw_str path)
{
    for (size_t i = 0; i < r->count; i++) {
        if (sw_rules__find_fact(&r->books[i]->facts, path) != NULL) return true;
    }
    return false;
}

static bool check_field(const reading *r, sw_str path, const yaml_node *key)
{
    char hint[120] = "";
    for (size_t i = 0; i < r->count; i++) {
        const fact_def *fact = sw_rules__find_fact(&r->books[i]->facts, path);
        if (fact == NULL) continue;
        // What should be no record is refused when its value is read.
        if (fact->scalar != FACT_RECORD) return true;
        if (sw_rules__find_field(fact, key->text) != NULL) return true;
        if (hint[0] == '\0')
            sw_rules__hint(hint, sizeof hint,
                           sw_rules__nearest_field(fact, key->text));
    }
    sw_str name = sw_rules__clip(key->text), shown = sw_rules__clip(path);
    return sw_rules__refuse(r->err, key, "%.*s has no field \"%.*s\"%s",
                            SW_STR_ARGS(shown), SW_STR_ARGS(name), hint);
}

// Records are the only maps in a list.
static bool check_records(const reading *r, const said_fact *fact)
{
    for (const yaml_node *c = fact->node->first; c != NULL; c = c->next) {
        const yaml_node *said = c->kind == YAML_MAP ? c->first : NULL;
        for (; said != NULL; said = said->next) {
            if (!check_field(r, fact->path, said->key)) return false;
        }
    }
    return true;
}

// Of facts that nobody declares, names the first one in the document.
static bool check_facts(const reading *r)
{
    const said_fact *worst = NULL;
    for (size_t i = 0; i < r->said->count; i++) {
        const said_fact *fact = &r->said->facts[i];
        if (is_declared(r, fact->path)) continue;
        if (worst == NULL ||
            fact->node->key->offset < worst->node->key->offset) {
            worst = fact;
        }
    }
    return worst == NULL || refuse_fact(r, worst);
}

bool sw_rules__check_said(sw_rulebook *const *books, size_t count,
                          const sw_declaration *said, sw_error *err)
{
    reading r = {books, count, said, err};
    bool ok = check_facts(&r);
    for (size_t i = 0; ok && i < said->count; i++)
        ok = check_records(&r, &said->facts[i]);
    return ok || sw_error_in(err, said->name.at);
}

/* ---- values ---------------------------------------------------------- */

// NULL: nothing is said of it.
static const yaml_node *said_of(const sw_declaration *said, sw_str path)
{
    size_t from = 0, to = said->count;
    while (from < to) {
        size_t mid = from + (to - from) / 2;
        int order = sw_str_cmp(said->facts[mid].path, path);
        if (order == 0) return said->facts[mid].node;
        if (order < 0) {
            from = mid + 1;
        } else {
            to = mid;
        }
    }
    return NULL;
}

bool sw_rules__bind_said(const sw_rulebook *book, const sw_declaration *said,
                         const ruling_days *days, sw_arena *arena,
                         bindings *out, ranges *found, sw_error *err)
{
    const vocabulary *words = &book->facts;
    sw_cel_value *values = SW_NEW_ARRAY(arena, sw_cel_value, words->count);
    if (values == NULL) return sw_fail_memory(err);
    for (size_t i = 0; i < words->count; i++) {
        const fact_def *fact = words->by_path[i];
        if (!sw_rules__declared_value(fact, said_of(said, fact->path), arena,
                                      found, &values[i], err))
            return sw_error_in(err, said->name.at);
    }
    if (!sw_rules__bind(words, values, days, arena, out, err)) return false;
    if (found != NULL) sw_rules__place_ranges(found, out);
    return true;
}
