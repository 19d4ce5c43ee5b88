// The cases beside a rulebook: declarations and the rulings they must get.
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules_internal.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum { MAX_CASES = 4096, STATES = SW_RULE_UNDETERMINED + 1 };

static const char *const verdict_words[] = {"clear",  "treat",  "undetermined",
                                            "permit", "barred", NULL};
static const char *const state_words[] = {
    "not-in-force", "not-applicable", "held", "failed", "undetermined", NULL};

typedef struct {
    sw_str name, source, notes;
    optional_date date;
    const yaml_node *declaration, *expect;
} case_def;

typedef struct {
    int verdict;
    const yaml_node *rules, *terms, *treatments, *missing;
} expectation;

typedef struct {
    sw_rulebook *book;
    const char *file;  // of the cases
    sw_arena *arena;
    sw_error *err;
    sw_buf *report;
    bool named;                  // the case at hand is already in the report
    size_t (*coverage)[STATES];  // per rule, per state
} runner;

/* ---- differences ----------------------------------------------------- */

static void differs(runner *r, const case_def *c, sw_str what)
{
    if (!r->named) {
        sw_buf_printf(r->report, "FAIL %s:%u  %.*s\n", r->file,
                      c->declaration->key->line, SW_STR_ARGS(c->name));
    }
    r->named = true;
    sw_buf_printf(r->report, "     %.*s\n", SW_STR_ARGS(what));
}

static bool say(runner *r, const case_def *c, sw_str line)
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

static bool because(runner *r, const grounds *g, sw_buf *out)
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

static bool say_with_grounds(runner *r, const case_def *c, sw_str what,
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

static bool rule_differs(runner *r, const case_def *c,
                         const sw_rule_outcome *rule, const char *expected)
{
    grounds g = of_rule(rule);
    sw_str what = sw_arena_printf(r->arena, "rule %.*s: %s expected, %s found",
                                  SW_STR_ARGS(rule->id), expected,
                                  sw_rule_state_name(rule->state));
    return say_with_grounds(r, c, what, &g);
}

static bool term_differs(runner *r, const case_def *c,
                         const sw_term_outcome *term, const char *expected)
{
    grounds g = {term->cel, term->why, term->missing, term->missing_count};
    sw_str what = sw_arena_printf(r->arena, "term %.*s: %s expected, %s found",
                                  SW_STR_ARGS(term->path), expected,
                                  sw_term_value_name(term->value));
    return say_with_grounds(r, c, what, &g);
}

// The rules that made a verdict come out as it did.
static bool verdict_differs(runner *r, const case_def *c,
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

static bool refuse_rule(const runner *r, const yaml_node *key)
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

static bool compare_rules(runner *r, const case_def *c, const yaml_node *map,
                          const sw_ruling *ruling)
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

static bool refuse_term(const runner *r, const yaml_node *key)
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

static bool compare_terms(runner *r, const case_def *c, const yaml_node *map,
                          const sw_ruling *ruling)
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

typedef sw_str (*name_at)(const sw_ruling *ruling, size_t i);

static sw_str question_at(const sw_ruling *ruling, size_t i)
{
    return ruling->questions[i].fact;
}

static sw_str treatment_at(const sw_ruling *ruling, size_t i)
{
    return ruling->treatments[i].name;
}

static bool is_listed(const yaml_node *list, sw_str name)
{
    for (const yaml_node *n = list->first; n != NULL; n = n->next) {
        if (sw_str_eq(n->text, name)) return true;
    }
    return false;
}

// Both ways: what is expected and not there, what is there and not expected.
static bool compare_names(runner *r, const case_def *c, const yaml_node *list,
                          const char *what, const sw_ruling *ruling, name_at at,
                          size_t count)
{
    if (list == NULL) return true;
    if (!sw_rules__expect(list, YAML_LIST, what, r->err)) return false;
    for (const yaml_node *n = list->first; n != NULL; n = n->next) {
        sw_str name;
        if (!sw_rules__read_text(n, &name, r->err)) return false;
        size_t i = 0;
        while (i < count && !sw_str_eq(at(ruling, i), name))
            i++;
        if (i < count) continue;
        if (!say(r, c,
                 sw_arena_printf(r->arena, "%s: %.*s expected, not found", what,
                                 SW_STR_ARGS(name)))) {
            return false;
        }
    }
    for (size_t i = 0; i < count; i++) {
        sw_str name = at(ruling, i);
        if (is_listed(list, name)) continue;
        if (!say(r, c,
                 sw_arena_printf(r->arena, "%s: %.*s found, not expected", what,
                                 SW_STR_ARGS(name)))) {
            return false;
        }
    }
    return true;
}

static bool compare(runner *r, const case_def *c, const sw_ruling *ruling)
{
    static const field fields[] = {
        {"verdict", FIELD_WORD, true, offsetof(expectation, verdict),
         verdict_words},
        {"rules", FIELD_NODE, false, offsetof(expectation, rules), NULL},
        {"terms", FIELD_NODE, false, offsetof(expectation, terms), NULL},
        {"treatments", FIELD_NODE, false, offsetof(expectation, treatments),
         NULL},
        {"missing", FIELD_NODE, false, offsetof(expectation, missing), NULL},
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
           compare_names(r, c, e.treatments, "treatments", ruling, treatment_at,
                         ruling->treatment_count) &&
           compare_names(r, c, e.missing, "missing", ruling, question_at,
                         ruling->question_count);
}

/* ---- running --------------------------------------------------------- */

static bool read_case(const yaml_node *node, case_def *out, sw_error *err)
{
    static const field fields[] = {
        {"name", FIELD_TEXT, true, offsetof(case_def, name), NULL},
        {"date", FIELD_DATE, true, offsetof(case_def, date), NULL},
        {"declaration", FIELD_NODE, true, offsetof(case_def, declaration),
         NULL},
        {"expect", FIELD_NODE, true, offsetof(case_def, expect), NULL},
        {"source", FIELD_TEXT, false, offsetof(case_def, source), NULL},
        {"notes", FIELD_TEXT, false, offsetof(case_def, notes), NULL},
    };
    return sw_rules__read_fields(node, "case", fields, COUNT(fields), out, err);
}

static bool run_case(runner *r, const case_def *c, bool *passed)
{
    sw_declaration *said;
    const sw_ruling *ruling;
    r->named = false;
    if (!sw_rules__declare(c->declaration, r->file, r->arena, &said, r->err))
        return false;
    if (!sw_rule(&r->book, 1, said, c->date.date, r->arena, &ruling, r->err))
        return false;
    if (!compare(r, c, ruling)) return false;
    for (size_t i = 0; i < ruling->rule_count; i++)
        r->coverage[i][ruling->rules[i].state]++;
    *passed = !r->named;
    return true;
}

// "rule                held  failed  not applicable  undetermined": how many
// cases brought the rule there, a dot where none did.
static void print_coverage(const runner *r)
{
    static const struct {
        const char *title;
        sw_rule_state state;
    } column[] = {{"held", SW_RULE_HELD},
                  {"failed", SW_RULE_FAILED},
                  {"not applicable", SW_RULE_NOT_APPLICABLE},
                  {"undetermined", SW_RULE_UNDETERMINED}};
    size_t width = 4;
    for (size_t i = 0; i < r->book->rule_count; i++) {
        if (r->book->rules[i].id.len > width) width = r->book->rules[i].id.len;
    }
    sw_buf_printf(r->report, "%-*s", (int)width, "rule");
    for (size_t k = 0; k < COUNT(column); k++)
        sw_buf_printf(r->report, "  %s", column[k].title);
    sw_buf_str(r->report, SW_STR("\n"));
    for (size_t i = 0; i < r->book->rule_count; i++) {
        sw_str id = r->book->rules[i].id;
        sw_buf_printf(r->report, "%.*s%*s", SW_STR_ARGS(id),
                      (int)(width - id.len), "");
        for (size_t k = 0; k < COUNT(column); k++) {
            char number[24] = ".";
            size_t n = r->coverage[i][column[k].state];
            if (n > 0) snprintf(number, sizeof number, "%zu", n);
            sw_buf_printf(r->report, "  %*s", (int)strlen(column[k].title),
                          number);
        }
        sw_buf_str(r->report, SW_STR("\n"));
    }
}

// Reads all cases before any runs, so that a slip in the last one is told
// before a hundred results.
static bool read_cases(const yaml_node *list, case_def *cases, sw_error *err)
{
    size_t n = 0;
    for (const yaml_node *node = list->first; node != NULL; node = node->next) {
        if (!read_case(node, &cases[n], err)) return false;
        for (size_t i = 0; i < n; i++) {
            if (!sw_str_eq(cases[i].name, cases[n].name)) continue;
            return sw_rules__refuse(
                err, node, "this case has the name of the case of line %u",
                cases[i].declaration->key->line);
        }
        n++;
    }
    return true;
}

static bool run_cases(runner *r, const yaml_node *cases, sw_case_report *out)
{
    if (!sw_rules__expect(cases, YAML_LIST, "cases", r->err)) return false;
    if (cases->count == 0 || cases->count > MAX_CASES) {
        return sw_rules__refuse(r->err, cases, "from 1 to %d cases, not %zu",
                                MAX_CASES, cases->count);
    }
    case_def *all = SW_NEW_ARRAY(r->arena, case_def, cases->count);
    if (all == NULL) return sw_fail_memory(r->err);
    if (!read_cases(cases, all, r->err)) return false;
    for (size_t i = 0; i < cases->count; i++) {
        bool passed = false;
        if (!run_case(r, &all[i], &passed)) return false;
        *(passed ? &out->passed : &out->failed) += 1;
    }
    print_coverage(r);
    return true;
}

static bool run_file(runner *r, sw_case_report *out)
{
    sw_str text;
    const yaml_node *root;
    struct {
        const yaml_node *cases;
        sw_str notes;
    } raw = {0};
    static const field fields[] = {
        {"cases", FIELD_NODE, true, 0, NULL},
        {"notes", FIELD_TEXT, false, sizeof(const yaml_node *), NULL},
    };
    return sw_file_read(r->file, MAX_DOCUMENT_BYTES, r->arena, &text, r->err) &&
           sw_rules__yaml(text, r->arena, &root, r->err) &&
           sw_rules__read_fields(root, "file of cases", fields, COUNT(fields),
                                 &raw, r->err) &&
           run_cases(r, raw.cases, out);
}

// "dir/book.yaml": "dir/book.cases.yaml".
static sw_str cases_path(const char *path, sw_arena *arena)
{
    sw_str whole = sw_str_of(path);
    const char *dot = strrchr(path, '.');
    bool known = sw_str_ends(whole, SW_STR(".yaml")) ||
                 sw_str_ends(whole, SW_STR(".yml"));
    if (!known) return sw_arena_printf(arena, "%s.cases.yaml", path);
    return sw_arena_printf(arena, "%.*s.cases%s", (int)(dot - path), path, dot);
}

bool sw_rulebook_test(const char *path, sw_arena *arena, sw_case_report *out,
                      sw_error *err)
{
    sw_buf report = {0};
    sw_case_report result = {0};
    runner r = {.arena = arena, .err = err, .report = &report};
    if (!sw_rulebook_load(path, arena, &r.book, err)) return false;
    sw_str file = cases_path(path, arena);
    r.coverage = sw_arena_calloc(arena, r.book->rule_count, sizeof *r.coverage);
    if (file.at == NULL || r.coverage == NULL) return sw_fail_memory(err);
    r.file = file.at;

    bool ok = run_file(&r, &result) || sw_error_in(err, r.file);
    sw_str text = {report.at, report.len};
    if (ok && (report.failed || !sw_arena_str(arena, text, &result.report)))
        ok = sw_fail_memory(err);
    if (ok) *out = result;
    sw_buf_free(&report);
    return ok;
}
