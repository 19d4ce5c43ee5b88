// What comes out differently under other published readings: the book is ruled
// under once more for each, without asking why.
#include "rules_internal.h"

typedef struct {
    sw_rule_outcome *rules;
    sw_term_outcome *terms;
} otherwise;

static const char *name_rule(const sw_rule_outcome *rule, bool by_verdict)
{
    return by_verdict ? sw_verdict_name(rule->verdict)
                      : sw_rule_state_name(rule->state);
}

// A rule that fails both times may still be of another consequence.
static void compare_rule(const sw_rule_outcome *a, const sw_rule_outcome *b,
                         sw_reading_change *to, size_t *count)
{
    bool same_state = a->state == b->state;
    if (same_state && a->verdict == b->verdict) return;
    to[(*count)++] = (sw_reading_change){
        "rule", a->id, name_rule(a, same_state), name_rule(b, same_state)};
}

static void compare_term(const sw_term_outcome *a, const sw_term_outcome *b,
                         sw_reading_change *to, size_t *count)
{
    if (a->value == b->value) return;
    to[(*count)++] =
        (sw_reading_change){"term", a->path, sw_term_value_name(a->value),
                            sw_term_value_name(b->value)};
}

static bool compare(const judge *j, const sw_rule_outcome *rules,
                    const sw_term_outcome *terms, const otherwise *o,
                    sw_reading_outcome *out)
{
    size_t rule_count = j->book->id_count, term_count = j->book->term_count;
    sw_reading_change *changes =
        SW_NEW_ARRAY(j->arena, sw_reading_change, rule_count + term_count);
    if (changes == NULL) return sw_fail_memory(j->err);
    for (size_t i = 0; i < term_count; i++)
        compare_term(&terms[i], &o->terms[i], changes, &out->change_count);
    for (size_t i = 0; i < rule_count; i++)
        compare_rule(&rules[i], &o->rules[i], changes, &out->change_count);
    out->changes = changes;
    out->first = sw_rules__worst(rules, rule_count);
    out->verdict = sw_rules__worst(o->rules, rule_count);
    return true;
}

bool sw_rules__compare_readings(const judge *first,
                                const sw_rule_outcome *rules,
                                const sw_term_outcome *terms,
                                sw_reading_outcome *out)
{
    const sw_rulebook *book = first->book;
    if (book->reading_count == 0) return true;
    otherwise o = {
        SW_NEW_ARRAY(first->arena, sw_rule_outcome, book->id_count),
        SW_NEW_ARRAY(first->arena, sw_term_outcome, book->term_count)};
    if (o.rules == NULL || o.terms == NULL) return sw_fail_memory(first->err);
    for (size_t i = 0; i < book->reading_count; i++) {
        judge j = *first;
        j.book = book->readings[i].book;
        j.plain = true;
        out[i] = (sw_reading_outcome){.reading = &book->readings[i].told};
        if (!sw_rules__judge_rules(&j, o.rules) ||
            !sw_rules__judge_terms(&j, o.terms) ||
            !compare(first, rules, terms, &o, &out[i]))
            return false;
    }
    return true;
}
