// The cases beside a book, run anew: which rulings they got, and which rules
// they show.
#include <unistd.h>

#include "cases.h"
#include "show.h"

enum { STATES = SW_RULE_UNDETERMINED + 1, FAILURES_SHOWN = 6 };

/* ---- running --------------------------------------------------------- */

// Cases as they come: a list, the newest first.
typedef struct told_case told_case;
struct told_case {
    shown_case shown;
    told_case *before;
};

typedef struct {
    sw_arena *arena;
    told_case *last;
    size_t count;
} gathered;

static bool gather(void *ctx, const case_def *c, const sw_ruling *ruling,
                   bool passed, sw_error *err)
{
    gathered *all = ctx;
    told_case *told = SW_NEW(all->arena, told_case);
    if (told == NULL) return sw_fail_memory(err);
    told->shown = (shown_case){.name = c->name,
                               .source = c->source,
                               .notes = c->notes,
                               .date = c->date.date,
                               .passed = passed,
                               .verdict = ruling->verdict,
                               .rules = ruling->rules,
                               .rule_count = ruling->rule_count};
    if (c->variant != NULL) told->shown.variant = c->variant->text;
    told->before = all->last;
    all->last = told;
    all->count++;
    return true;
}

bool sw_show__run_cases(show *p, sw_rulebook *book, const char *path)
{
    sw_case_report report;
    gathered all = {.arena = p->arena};
    sw_str file = sw_rules__cases_path(path, p->arena);
    if (file.at == NULL) return sw_fail_memory(p->err);
    if (access(file.at, F_OK) != 0) return true;
    if (!sw_rules__run_cases(book, path, gather, &all, p->arena, &report,
                             p->err))
        return false;
    shown_case *cases = SW_NEW_ARRAY(p->arena, shown_case, all.count);
    if (cases == NULL) return sw_fail_memory(p->err);
    size_t i = all.count;
    for (const told_case *c = all.last; c != NULL; c = c->before)
        cases[--i] = c->shown;
    p->cases = cases;
    p->case_count = all.count;
    return true;
}

/* ---- of one rule ----------------------------------------------------- */

// The rule's state in a case; -1: a variant took it away.
static int state_in(const shown_case *c, sw_str id)
{
    for (size_t i = 0; i < c->rule_count; i++) {
        if (sw_str_eq(c->rules[i].id, id)) return (int)c->rules[i].state;
    }
    return -1;
}

static bool jump_to_case(show *p, size_t index)
{
    sw_str number = sw_arena_printf(p->arena, "%zu", index + 1);
    if (number.at == NULL) return sw_fail_memory(p->err);
    sw_sheet__jump(&p->s, "case-", number, p->cases[index].name);
    return true;
}

static bool failures(show *p, sw_str id, size_t count)
{
    size_t shown = 0;
    for (size_t i = 0; i < p->case_count && shown < FAILURES_SHOWN; i++) {
        if (state_in(&p->cases[i], id) != SW_RULE_FAILED) continue;
        sw_sheet__say(&p->s, shown++ == 0 ? " Failed: " : "; ");
        if (!jump_to_case(p, i)) return false;
    }
    if (count > shown) sw_sheet__say(&p->s, "; and %zu more", count - shown);
    if (count > 0) sw_sheet__say(&p->s, ".");
    return true;
}

bool sw_show__rule_cases(show *p, sw_str id)
{
    size_t states[STATES] = {0};
    for (size_t i = 0; i < p->case_count; i++) {
        int state = state_in(&p->cases[i], id);
        if (state >= 0) states[state]++;
    }
    if (p->case_count == 0) return true;
    sw_sheet__paragraph(&p->s);
    sw_sheet__strong(&p->s, SW_STR("Cases:"));
    sw_sheet__say(&p->s,
                  " held in %zu, failed in %zu, not applicable in %zu, "
                  "undetermined in %zu.",
                  states[SW_RULE_HELD], states[SW_RULE_FAILED],
                  states[SW_RULE_NOT_APPLICABLE], states[SW_RULE_UNDETERMINED]);
    bool ok = failures(p, id, states[SW_RULE_FAILED]);
    sw_sheet__paragraph_end(&p->s);
    return ok;
}

/* ---- the table ------------------------------------------------------- */

static void name_cell(show *p, const shown_case *c)
{
    sheet *s = &p->s;
    sw_sheet__cell(s);
    sw_sheet__text(s, c->name);
    if (c->source.len > 0) {
        sw_sheet__say(s, " ");
        sw_sheet__link(s, c->source, SW_STR("(source)"));
    }
    if (c->notes.len > 0) {
        sw_sheet__break(s);
        sw_sheet__text(s, c->notes);
    }
    sw_sheet__cell_end(s);
}

static void verdict_cell(show *p, const shown_case *c)
{
    sheet *s = &p->s;
    sw_str verdict = sw_str_of(sw_verdict_name(c->verdict));
    sw_sheet__cell(s);
    sw_sheet__badge(s, verdict, verdict);
    if (!c->passed) {
        sw_sheet__say(s, " ");
        sw_sheet__badge(s, SW_STR("differs"), SW_STR("other than expected"));
    }
    sw_sheet__cell_end(s);
}

// A rule that only a variant has stands nowhere on the page.
static void rule_name(show *p, sw_str id)
{
    size_t i = 0;
    while (i < p->base->rule_count && !sw_str_eq(p->base->rules[i].id, id))
        i++;
    if (i < p->base->rule_count) {
        sw_sheet__jump(&p->s, "rule-", id, id);
    } else {
        sw_sheet__text(&p->s, id);
    }
}

// What made the verdict: the rules that failed, or wait for facts.
static void rules_cell(show *p, const shown_case *c)
{
    sheet *s = &p->s;
    bool first = true;
    sw_sheet__cell(s);
    for (size_t i = 0; i < c->rule_count; i++) {
        const sw_rule_outcome *rule = &c->rules[i];
        bool open = rule->state == SW_RULE_UNDETERMINED;
        if (!rule->decides || (rule->state != SW_RULE_FAILED && !open))
            continue;
        if (!first) sw_sheet__say(s, ", ");
        first = false;
        rule_name(p, rule->id);
        if (open) sw_sheet__say(s, " (undetermined)");
    }
    sw_sheet__cell_end(s);
}

static bool case_row(show *p, size_t index)
{
    const shown_case *c = &p->cases[index];
    sheet *s = &p->s;
    char day[11];
    sw_str number = sw_arena_printf(p->arena, "%zu", index + 1);
    if (number.at == NULL) return sw_fail_memory(p->err);
    sw_sheet__row(s, "case-", number);
    name_cell(p, c);
    sw_sheet__cell(s);
    sw_sheet__say(s, "%s", sw_date_text(c->date, day));
    if (c->variant.len > 0) {
        sw_sheet__break(s);
        sw_sheet__jump(s, "variant-", c->variant, c->variant);
    }
    sw_sheet__cell_end(s);
    verdict_cell(p, c);
    rules_cell(p, c);
    sw_sheet__row_end(s);
    return true;
}

bool sw_show__cases(show *p)
{
    static const char *const heads[] = {"Case", "Ruled for", "Verdict",
                                        "Rules that failed or wait", NULL};
    size_t passed = 0;
    if (p->case_count == 0) return true;
    for (size_t i = 0; i < p->case_count; i++)
        passed += p->cases[i].passed;
    sw_sheet__heading(&p->s, 2, "part-", SW_STR("cases"), SW_STR("Cases"));
    sw_sheet__paragraph(&p->s);
    sw_sheet__say(&p->s,
                  "%zu cases, run anew for this page: %zu came out as "
                  "expected.",
                  p->case_count, passed);
    sw_sheet__paragraph_end(&p->s);
    sw_sheet__table(&p->s, heads);
    for (size_t i = 0; i < p->case_count; i++) {
        if (!case_row(p, i)) return false;
    }
    sw_sheet__table_end(&p->s);
    return true;
}
