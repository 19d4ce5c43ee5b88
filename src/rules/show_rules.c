// Each rule as a card: when it applies, what it asks for, what follows, the way
// out, the provision.
#include "show.h"

static const char *outcome_words(sw_verdict otherwise)
{
    switch (otherwise) {
    case SW_VERDICT_TREAT: return "it may leave once it was treated: ";
    case SW_VERDICT_PERMIT: return "somebody must permit it";
    default: return "it is barred";
    }
}

void sw_show__otherwise(show *p, const rule_def *rule)
{
    sw_verdict verdict = sw_rules__otherwise[rule->otherwise];
    sw_sheet__say(&p->s, "%s", outcome_words(verdict));
    if (verdict != SW_VERDICT_TREAT && rule->treatment_count > 0)
        sw_sheet__say(&p->s, "; or it is treated: ");
    sw_show__treatments(p, rule->treatments, rule->treatment_count);
    sw_sheet__say(&p->s, ".");
}

static void otherwise(show *p, const rule_def *rule)
{
    sw_sheet__paragraph(&p->s);
    sw_sheet__strong(&p->s, SW_STR("If that is not so,"));
    sw_sheet__say(&p->s, " ");
    sw_show__otherwise(p, rule);
    sw_sheet__paragraph_end(&p->s);
}

static bool conditions(show *p, const rule_def *rule)
{
    if (rule->when.node == NULL) {
        sw_show__labelled(p, "Applies", SW_STR("always."));
    } else if (!sw_show__condition(p, "Applies if", rule->when.text)) {
        return false;
    }
    return sw_show__condition(p, "Asks that", rule->require.text);
}

static bool card(show *p, const rule_def *rule, sw_str anchor)
{
    sheet *s = &p->s;
    sw_str head = sw_arena_printf(p->arena, "%.*s: %.*s", SW_STR_ARGS(rule->id),
                                  SW_STR_ARGS(rule->title));
    if (head.at == NULL) return sw_fail_memory(p->err);
    sw_sheet__group(s, "card");
    sw_sheet__heading(s, 3, "rule-", anchor, head);
    sw_sheet__paragraph(s);
    sw_show__status(p, rule->status);
    sw_show__dates(p, &rule->in_force, &rule->known);
    sw_sheet__paragraph_end(s);
    if (!conditions(p, rule)) return false;
    otherwise(p, rule);
    sw_show__labelled(p, "Way out:", rule->remedy);
    sw_show__labelled(p, "Takes:", rule->takes);
    sw_show__labelled(p, "Threatened:", rule->penalty);
    sw_show__labelled(p, "Uncertain:", rule->notes);
    sw_show__provisions(p, rule->sources, rule->source_count);
    if (!sw_show__readings(p, false, rule->id) ||
        (!rule->is_later && !sw_show__rule_cases(p, rule->id)))
        return false;
    sw_sheet__group_end(s);
    return true;
}

// The anchors of versions of one rule: "scale", "scale-2".
static bool anchor_of(show *p, size_t index, sw_str *out)
{
    const rule_def *rules = p->book->rules;
    size_t earlier = 0;
    for (size_t i = 0; i < index; i++)
        earlier += sw_str_eq(rules[i].id, rules[index].id);
    *out = rules[index].id;
    if (earlier == 0) return true;
    *out =
        sw_arena_printf(p->arena, "%.*s-%zu", SW_STR_ARGS(*out), earlier + 1);
    return out->at != NULL || sw_fail_memory(p->err);
}

static bool contents_row(show *p, const rule_def *rule, sw_str anchor)
{
    static const char *const words[] = {
        [SW_VERDICT_TREAT] = "treat",
        [SW_VERDICT_PERMIT] = "permit",
        [SW_VERDICT_BARRED] = "barred",
    };
    sheet *s = &p->s;
    const char *verdict = words[sw_rules__otherwise[rule->otherwise]];
    sw_sheet__row(s, NULL, anchor);
    sw_sheet__cell(s);
    sw_sheet__jump(s, "rule-", anchor, rule->id);
    sw_sheet__cell_end(s);
    sw_sheet__cell(s);
    sw_sheet__text(s, rule->title);
    sw_sheet__cell_end(s);
    sw_sheet__cell(s);
    sw_show__status(p, rule->status);
    sw_show__dates(p, &rule->in_force, &rule->known);
    sw_sheet__cell_end(s);
    sw_sheet__cell(s);
    sw_sheet__badge(s, sw_str_of(verdict), sw_str_of(verdict));
    sw_sheet__cell_end(s);
    sw_sheet__row_end(s);
    return true;
}

static bool contents(show *p)
{
    static const char *const heads[] = {"Rule", "What it asks", "Status",
                                        "If not", NULL};
    sw_sheet__table(&p->s, heads);
    for (size_t i = 0; i < p->book->rule_count; i++) {
        sw_str anchor;
        if (!anchor_of(p, i, &anchor) ||
            !contents_row(p, &p->book->rules[i], anchor))
            return false;
    }
    sw_sheet__table_end(&p->s);
    return true;
}

bool sw_show__rules(show *p)
{
    sw_sheet__heading(&p->s, 2, "part-", SW_STR("rules"), SW_STR("Rules"));
    if (!contents(p)) return false;
    for (size_t i = 0; i < p->book->rule_count; i++) {
        sw_str anchor;
        if (!anchor_of(p, i, &anchor) || !card(p, &p->book->rules[i], anchor))
            return false;
    }
    return true;
}
