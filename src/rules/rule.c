// Rules, as a table of fields. A rule's id may come again, for other days: then
// its versions hang together, the first one standing for all.
#include <stddef.h>
#include <stdlib.h>

#include "rules_internal.h"

const char *const sw_rules__status_names[] = {
    "law", "not-yet-in-force", "permit-condition", "bill", "reported", NULL};
static const char *const otherwise_names[] = {"treat", "permit", "barred",
                                              NULL};
const sw_verdict sw_rules__otherwise[] = {SW_VERDICT_TREAT, SW_VERDICT_PERMIT,
                                          SW_VERDICT_BARRED};

bool sw_rules__is_never(int status, const period *in_force)
{
    return status == STATUS_NOT_YET_IN_FORCE && !in_force->from.given;
}

// What of a rule needs more than a table.
typedef struct {
    rule_def def;
    const yaml_node *source, *in_force, *known, *when, *require, *treatment;
    const yaml_node *readings;
} raw_rule;

static const field rule_fields[] = {
    {"id", FIELD_TEXT, true, offsetof(raw_rule, def.id), NULL},
    {"title", FIELD_TEXT, true, offsetof(raw_rule, def.title), NULL},
    {"source", FIELD_NODE, true, offsetof(raw_rule, source), NULL},
    {"status", FIELD_WORD, true, offsetof(raw_rule, def.status),
     sw_rules__status_names},
    {"in_force", FIELD_NODE, false, offsetof(raw_rule, in_force), NULL},
    {"known", FIELD_NODE, false, offsetof(raw_rule, known), NULL},
    {"when", FIELD_NODE, false, offsetof(raw_rule, when), NULL},
    {"require", FIELD_NODE, true, offsetof(raw_rule, require), NULL},
    {"otherwise", FIELD_WORD, true, offsetof(raw_rule, def.otherwise),
     otherwise_names},
    {"treatment", FIELD_NODE, false, offsetof(raw_rule, treatment), NULL},
    {"remedy", FIELD_TEXT, true, offsetof(raw_rule, def.remedy), NULL},
    {"takes", FIELD_TEXT, false, offsetof(raw_rule, def.takes), NULL},
    {"penalty", FIELD_TEXT, false, offsetof(raw_rule, def.penalty), NULL},
    {"readings", FIELD_NODE, false, offsetof(raw_rule, readings), NULL},
    {"notes", FIELD_TEXT, false, offsetof(raw_rule, def.notes), NULL},
};
enum { RULE_FIELDS = sizeof rule_fields / sizeof *rule_fields };

static bool read_expressions(const expression_reader *r, const raw_rule *raw,
                             rule_def *rule, sw_error *err)
{
    cel_place when = {r, "rule", rule->id, "when", raw->when, err};
    cel_place require = {r, "rule", rule->id, "require", raw->require, err};
    return (raw->when == NULL ||
            sw_rules__read_expression(&when, &rule->when)) &&
           sw_rules__read_expression(&require, &rule->require);
}

static bool read_days(const expression_reader *r, const raw_rule *raw,
                      rule_def *rule, sw_error *err)
{
    return (raw->in_force == NULL ||
            sw_rules__read_period(raw->in_force, "in_force", &rule->in_force,
                                  err)) &&
           (raw->known == NULL ||
            sw_rules__read_period(raw->known, "known", &rule->known, err)) &&
           sw_rules__period_text(&rule->in_force, r->arena,
                                 &rule->in_force_text, err);
}

static bool read_treatment(const expression_reader *r, const yaml_node *node,
                           const raw_rule *raw, rule_def *rule, sw_error *err)
{
    bool treats = sw_rules__otherwise[rule->otherwise] == SW_VERDICT_TREAT;
    if (raw->treatment == NULL && treats) {
        return sw_rules__refuse(
            err, node, "a rule with otherwise: treat must name its treatment");
    }
    return raw->treatment == NULL ||
           sw_rules__read_treatments(raw->treatment, r->arena,
                                     &rule->treatments, &rule->treatment_count,
                                     err);
}

// What a variant adds or changes decides as if it were law.
static bool decides(const rule_def *rule, const yaml_node *node)
{
    if (rule->status == STATUS_REPORTED) return false;
    return rule->status != STATUS_BILL || node->by_variant;
}

static bool read_rule(const expression_reader *r, const yaml_node *node,
                      rule_def *out, sw_error *err)
{
    raw_rule raw = {0};
    if (!sw_rules__read_fields(node, "rule", rule_fields, RULE_FIELDS, &raw,
                               err)) {
        return false;
    }
    *out = raw.def;
    out->node = sw_rules__child(node, "id");
    out->parts = node->first;
    out->decides = decides(out, node);
    return sw_rules__check_id(out->id, out->node, err) &&
           sw_rules__read_sources(r->book, r->arena, raw.source, &out->sources,
                                  &out->source_count, err) &&
           read_days(r, &raw, out, err) &&
           read_expressions(r, &raw, out, err) &&
           read_treatment(r, node, &raw, out, err);
}

/* ---- versions -------------------------------------------------------- */

static int by_id(const void *a, const void *b)
{
    const rule_def *x = *(rule_def *const *)a, *y = *(rule_def *const *)b;
    int order = sw_str_cmp(x->id, y->id);
    return order != 0 ? order : (x > y) - (x < y);
}

// The rules from `first` on have one id, each hanging behind the one before.
static bool check_apart(const rule_def *first, const rule_def *last,
                        sw_error *err)
{
    for (const rule_def *r = first; r != last; r = r->later) {
        if (!sw_rules__periods_meet(&r->in_force, &last->in_force) ||
            !sw_rules__periods_meet(&r->known, &last->known))
            continue;
        sw_str id = sw_rules__clip(last->id);
        return sw_rules__refuse(err, last->node,
                                "rule id \"%.*s\" is already taken in line "
                                "%u, on days (in_force, known) that are this "
                                "one's, too",
                                SW_STR_ARGS(id), r->node->line);
    }
    return true;
}

// Rules of one id hang together, in the order of the book.
static bool join_versions(const expression_reader *r, rule_def *rules,
                          size_t count, sw_error *err)
{
    rule_def **sorted = SW_NEW_ARRAY(r->scratch, rule_def *, count);
    if (sorted == NULL) return sw_fail_memory(err);
    for (size_t i = 0; i < count; i++)
        sorted[i] = &rules[i];
    qsort(sorted, count, sizeof *sorted, by_id);
    const rule_def *first = sorted[0];
    for (size_t i = 1; i < count; i++) {
        if (!sw_str_eq(sorted[i]->id, first->id)) {
            first = sorted[i];
            continue;
        }
        sorted[i - 1]->later = sorted[i];
        sorted[i]->is_later = true;
        if (!check_apart(first, sorted[i], err)) return false;
    }
    return true;
}

/* ---- what another book has read already ------------------------------ */

// Rules mostly come in the same order, so the search goes on behind the last.
static const rule_def *find_same(const sw_rulebook *like, const yaml_node *node,
                                 size_t *cursor)
{
    for (size_t i = 0; like != NULL && i < like->rule_count; i++) {
        size_t at = (*cursor + i) % like->rule_count;
        if (like->rules[at].parts != node->first) continue;
        *cursor = at + 1;
        return &like->rules[at];
    }
    return NULL;
}

// Whether it was taken over: it is written alike, and so is what it reads.
static bool take_over(const expression_reader *r, const yaml_node *node,
                      size_t *cursor, rule_def *out)
{
    const rule_def *same = find_same(r->like, node, cursor);
    if (same == NULL || !sw_rules__reads_alike(r, &same->when) ||
        !sw_rules__reads_alike(r, &same->require))
        return false;
    *out = *same;
    out->later = NULL;
    out->is_later = false;
    return true;
}

bool sw_rules__read_rules(const expression_reader *r, sw_rulebook *book,
                          const yaml_node *list, sw_error *err)
{
    if (!sw_rules__expect(list, YAML_LIST, "rules", err)) return false;
    if (!sw_rules__check_count(list, "rules", err)) return false;
    rule_def *rules = SW_NEW_ARRAY(r->arena, rule_def, list->count);
    if (rules == NULL) return sw_fail_memory(err);

    size_t n = 0, cursor = 0;
    for (const yaml_node *c = list->first; c != NULL; c = c->next, n++) {
        if (!take_over(r, c, &cursor, &rules[n]) &&
            !read_rule(r, c, &rules[n], err))
            return false;
    }
    if (!join_versions(r, rules, n, err)) return false;
    for (size_t i = 0; i < n; i++)
        book->id_count += !rules[i].is_later;
    book->rules = rules;
    book->rule_count = n;
    return true;
}
