// A case's ruling beside what was expected of it: each difference with what was
// seen.
#include <stddef.h>
#include <string.h>

#include "cases.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum { STATES = SW_RULE_UNDETERMINED + 1 };

static const char *const verdict_words[] = {"clear",  "treat",  "undetermined",
                                            "permit", "barred", NULL};
static const char *const state_words[] = {
    "not-in-force", "not-applicable", "held", "failed", "undetermined", NULL};

typedef struct {
    int verdict;
    const yaml_node *rules, *terms, *treatments, *missing, *readings;
} expectation;

/* ---- differences ----------------------------------------------------- */

static void differs(case_runner *r, const case_def *c, sw_str what)
{
    if (!r->named) {
        sw_buf_printf(r->report, "FAIL %s:%u  %.*s\n", r->file,
                      c->declaration->key->line, SW_STR_ARGS(c->name));
    }
    r->named = true;
    sw_buf_printf(r->report, "     %.*s\n", SW_STR_ARGS(what));
}

static bool say(case_runner *r, const case_def *c, sw_str line)
{
    if (line.at == NULL) return sw_fail_memory(r->err);
    differs(r, c, line);
    return true;
}

// What was seen, or is missing, behind an outcome that was not expected.
typedef struct {
    const sw_cel *cel;
    const sw_cel_reason *why;
    const sw_str *missing;
    size_t missing_count;
} grounds;

static grounds of_rule(const sw_rule_outcome *rule)
{
    grounds g = {rule->require, rule->why_require, rule->missing,
                 rule->missing_count};
    if (rule->state == SW_RULE_NOT_APPLICABLE) {
        g.cel = rule->when;
        g.why = rule->why_when;
    }
    return g;
}

static bool because(case_runner *r, const grounds *g, sw_buf *out)
{
    const decider *at = NULL;
    size_t count = 0;
    if (g->missing_count == 0 && g->why != NULL &&
        !sw_rules__deciders(g->cel, g->why, r->arena, &at, &count, r->err)) {
        return false;
    }
    const char *comma = ": ";
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < at[i].seen_count; k++) {
            sw_str value;
            if (!sw_rules__value_text(&at[i].seen[k].value, r->arena, &value,
                                      r->err)) {
                return false;
            }
            sw_buf_printf(out, "%s%.*s = %.*s", comma,
                          SW_STR_ARGS(at[i].seen[k].source),
                          SW_STR_ARGS(value));
            comma = ", ";
        }
    }
    for (size_t i = 0; i < g->missing_count; i++) {
        sw_buf_printf(out, "%s%.*s", i == 0 ? ": missing " : ", ",
                      SW_STR_ARGS(g->missing[i]));
    }
    return true;
}

static bool say_with_grounds(case_runner *r, const case_def *c, sw_str what,
                             const grounds *g)
{
    sw_buf line = {0};
    if (what.at == NULL) return sw_fail_memory(r->err);
    sw_buf_str(&line, what);
    bool ok = because(r, g, &line);
    ok = ok && (!line.failed || sw_fail_memory(r->err));
    if (ok) differs(r, c, (sw_str){line.at, line.len});
    sw_buf_free(&line);
    return ok;
}

static bool rule_differs(case_runner *r, const case_def *c,
                         const sw_rule_outcome *rule, const char *expected)
{
    grounds g = of_rule(rule);
    sw_str what = sw_arena_printf(r->arena, "rule %.*s: %s expected, %s found",
                                  SW_STR_ARGS(rule->id), expected,
                                  sw_rule_state_name(rule->state));
    return say_with_grounds(r, c, what, &g);
}

static bool term_differs(case_runner *r, const case_def *c,
                         const sw_term_outcome *term, const char *expected)
{
    grounds g = {term->cel, term->why, term->missing, term->missing_count};
    sw_str what = sw_arena_printf(r->arena, "term %.*s: %s expected, %s found",
                                  SW_STR_ARGS(term->path), expected,
                                  sw_term_value_name(term->value));
    return say_with_grounds(r, c, what, &g);
}

// The rules that made a verdict come out as it did.
static bool verdict_differs(case_runner *r, const case_def *c,
                            const sw_ruling *ruling, const char *expected)
{
    sw_str line = sw_arena_printf(r->arena, "verdict: %s expected, %s found",
                                  expected, sw_verdict_name(ruling->verdict));
    if (!say(r, c, line)) return false;
    for (size_t i = 0; i < ruling->rule_count; i++) {
        const sw_rule_outcome *rule = &ruling->rules[i];
        if (!rule->decides || rule->verdict != ruling->verdict ||
            rule->verdict == SW_VERDICT_CLEAR) {
            continue;
        }
        grounds g = of_rule(rule);
        sw_str what =
            sw_arena_printf(r->arena, "rule %.*s is %s", SW_STR_ARGS(rule->id),
                            sw_rule_state_name(rule->state));
        if (!say_with_grounds(r, c, what, &g)) return false;
    }
    return true;
}

/* ---- expectations ---------------------------------------------------- */

static const sw_rule_outcome *find_outcome(const sw_ruling *ruling, sw_str id)
{
    for (size_t i = 0; i < ruling->rule_count; i++) {
        if (sw_str_eq(ruling->rules[i].id, id)) return &ruling->rules[i];
    }
    return NULL;
}

static sw_str rule_id_at(const void *book, size_t i)
{
    return ((const sw_rulebook *)book)->rules[i].id;
}

static bool refuse_rule(const case_runner *r, const yaml_node *key)
{
    char hint[120];
    sw_rules__hint(
        hint, sizeof hint,
        sw_rules__nearest(key->text, rule_id_at, r->book, r->book->rule_count));
    sw_str id = sw_rules__clip(key->text);
    return sw_rules__refuse(r->err, key, "the rulebook has no rule \"%.*s\"%s",
                            SW_STR_ARGS(id), hint);
}

static bool read_state(const yaml_node *node, sw_rule_state *out, sw_error *err)
{
    for (int i = 0; i < STATES && node->kind == YAML_SCALAR; i++) {
        if (!sw_str_eq(node->text, sw_str_of(state_words[i]))) continue;
        *out = (sw_rule_state)i;
        return true;
    }
    return sw_rules__refuse(err, node,
                            "a state is not-in-force, not-applicable, held, "
                            "failed or undetermined");
}

static bool compare_rules(case_runner *r, const case_def *c,
                          const yaml_node *map, const sw_ruling *ruling)
{
    if (map == NULL) return true;
    if (!sw_rules__expect(map, YAML_MAP, "rules", r->err)) return false;
    for (const yaml_node *n = map->first; n != NULL; n = n->next) {
        sw_rule_state expected = SW_RULE_HELD;
        const sw_rule_outcome *rule = find_outcome(ruling, n->key->text);
        if (rule == NULL) return refuse_rule(r, n->key);
        if (!read_state(n, &expected, r->err)) return false;
        if (rule->state != expected &&
            !rule_differs(r, c, rule, sw_rule_state_name(expected))) {
            return false;
        }
    }
    return true;
}

static sw_str term_path_at(const void *book, size_t i)
{
    return ((const sw_rulebook *)book)->terms[i].path;
}

static const sw_term_outcome *find_term(const sw_ruling *ruling, sw_str path)
{
    for (size_t i = 0; i < ruling->term_count; i++) {
        if (sw_str_eq(ruling->terms[i].path, path)) return &ruling->terms[i];
    }
    return NULL;
}

static bool refuse_term(const case_runner *r, const yaml_node *key)
{
    char hint[120];
    sw_rules__hint(hint, sizeof hint,
                   sw_rules__nearest(key->text, term_path_at, r->book,
                                     r->book->term_count));
    sw_str path = sw_rules__clip(key->text);
    return sw_rules__refuse(r->err, key, "the rulebook has no term \"%.*s\"%s",
                            SW_STR_ARGS(path), hint);
}

static bool read_term_value(const yaml_node *node, sw_term_value *out,
                            sw_error *err)
{
    scalar said = {.kind = SCALAR_NULL};
    if (node->kind == YAML_SCALAR) said = sw_rules__scalar(node);
    if (said.kind == SCALAR_BOOL) {
        *out = said.boolean ? SW_TERM_TRUE : SW_TERM_FALSE;
        return true;
    }
    *out = SW_TERM_UNDETERMINED;
    return (node->kind == YAML_SCALAR &&
            sw_str_eq(node->text, SW_STR("undetermined"))) ||
           sw_rules__refuse(err, node, "a term is true, false or undetermined");
}

static bool compare_terms(case_runner *r, const case_def *c,
                          const yaml_node *map, const sw_ruling *ruling)
{
    if (map == NULL) return true;
    if (!sw_rules__expect(map, YAML_MAP, "terms", r->err)) return false;
    for (const yaml_node *n = map->first; n != NULL; n = n->next) {
        sw_term_value expected = SW_TERM_FALSE;
        const sw_term_outcome *term = find_term(ruling, n->key->text);
        if (term == NULL) return refuse_term(r, n->key);
        if (!read_term_value(n, &expected, r->err)) return false;
        if (term->value != expected &&
            !term_differs(r, c, term, sw_term_value_name(expected))) {
            return false;
        }
    }
    return true;
}

static bool is_listed(const yaml_node *list, sw_str name)
{
    for (const yaml_node *n = list->first; n != NULL; n = n->next) {
        if (sw_str_eq(n->text, name)) return true;
    }
    return false;
}

static bool is_found(const sw_str *found, size_t count, sw_str name)
{
    for (size_t i = 0; i < count; i++) {
        if (sw_str_eq(found[i], name)) return true;
    }
    return false;
}

// Both ways: what is expected and not there, what is there and not expected.
static bool compare_names(case_runner *r, const case_def *c,
                          const yaml_node *list, const char *what,
                          const sw_str *found, size_t count)
{
    if (list == NULL) return true;
    if (!sw_rules__expect(list, YAML_LIST, what, r->err)) return false;
    for (const yaml_node *n = list->first; n != NULL; n = n->next) {
        sw_str name;
        if (!sw_rules__read_text(n, &name, r->err)) return false;
        if (!is_found(found, count, name) &&
            !say(r, c,
                 sw_arena_printf(r->arena, "%s: %.*s expected, not found", what,
                                 SW_STR_ARGS(name))))
            return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!is_listed(list, found[i]) &&
            !say(r, c,
                 sw_arena_printf(r->arena, "%s: %.*s found, not expected", what,
                                 SW_STR_ARGS(found[i]))))
            return false;
    }
    return true;
}

static bool compare_lists(case_runner *r, const case_def *c,
                          const expectation *e, const sw_ruling *ruling)
{
    size_t most = ruling->treatment_count + ruling->question_count +
                  ruling->reading_count;
    sw_str *treatments = SW_NEW_ARRAY(r->arena, sw_str, most);
    if (treatments == NULL) return sw_fail_memory(r->err);
    sw_str *missing = treatments + ruling->treatment_count;
    sw_str *readings = missing + ruling->question_count;
    size_t differing = 0;
    for (size_t i = 0; i < ruling->treatment_count; i++)
        treatments[i] = ruling->treatments[i].name;
    for (size_t i = 0; i < ruling->question_count; i++)
        missing[i] = ruling->questions[i].fact;
    for (size_t i = 0; i < ruling->reading_count; i++) {
        if (ruling->readings[i].change_count > 0)
            readings[differing++] = ruling->readings[i].reading->id;
    }
    return compare_names(r, c, e->treatments, "treatments", treatments,
                         ruling->treatment_count) &&
           compare_names(r, c, e->missing, "missing", missing,
                         ruling->question_count) &&
           compare_names(r, c, e->readings, "readings", readings, differing);
}

bool sw_rules__compare_case(case_runner *r, const case_def *c,
                            const sw_ruling *ruling)
{
    static const field fields[] = {
        {"verdict", FIELD_WORD, true, offsetof(expectation, verdict),
         verdict_words},
        {"rules", FIELD_NODE, false, offsetof(expectation, rules), NULL},
        {"terms", FIELD_NODE, false, offsetof(expectation, terms), NULL},
        {"treatments", FIELD_NODE, false, offsetof(expectation, treatments),
         NULL},
        {"missing", FIELD_NODE, false, offsetof(expectation, missing), NULL},
        {"readings", FIELD_NODE, false, offsetof(expectation, readings), NULL},
    };
    expectation e = {0};
    if (!sw_rules__read_fields(c->expect, "expectation", fields, COUNT(fields),
                               &e, r->err)) {
        return false;
    }
    if ((sw_verdict)e.verdict != ruling->verdict &&
        !verdict_differs(r, c, ruling, verdict_words[e.verdict])) {
        return false;
    }
    return compare_rules(r, c, e.rules, ruling) &&
           compare_terms(r, c, e.terms, ruling) &&
           compare_lists(r, c, &e, ruling);
}
