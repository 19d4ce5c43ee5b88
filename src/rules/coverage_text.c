// What the cases reach, in words: a table of rules by state, a line for each
// gap, and how much that is in all.
#include <stdio.h>
#include <string.h>

#include "cases.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct {
    const char *title;
    sw_rule_state state;
} columns[] = {{"held", SW_RULE_HELD},
               {"failed", SW_RULE_FAILED},
               {"not applicable", SW_RULE_NOT_APPLICABLE},
               {"undetermined", SW_RULE_UNDETERMINED}};

static size_t id_width(const coverage *all)
{
    size_t width = 4;
    for (const covered_rule *r = all->rules; r != NULL; r = r->next) {
        if (r->id.len > width) width = r->id.len;
    }
    return width;
}

// How many cases brought the rule there; a dot where none did, nothing where
// none can.
static void print_cell(const covered_rule *rule, size_t column, sw_buf *report)
{
    char number[24] = "";
    sw_rule_state state = columns[column].state;
    size_t n = rule->states[state];
    if (n > 0) {
        snprintf(number, sizeof number, "%zu", n);
    } else if (rule->possible[state]) {
        snprintf(number, sizeof number, ".");
    }
    sw_buf_printf(report, "  %*s", (int)strlen(columns[column].title), number);
}

static void trim(sw_buf *report)
{
    while (report->len > 0 && report->at[report->len - 1] == ' ')
        report->len--;
}

static void print_table(const coverage *all, sw_buf *report)
{
    size_t width = id_width(all);
    sw_buf_printf(report, "%-*s", (int)width, "rule");
    for (size_t k = 0; k < COUNT(columns); k++)
        sw_buf_printf(report, "  %s", columns[k].title);
    sw_buf_str(report, SW_STR("\n"));
    for (const covered_rule *r = all->rules; r != NULL; r = r->next) {
        sw_buf_printf(report, "%.*s%*s", SW_STR_ARGS(r->id),
                      (int)(width - r->id.len), "");
        for (size_t k = 0; k < COUNT(columns); k++)
            print_cell(r, k, report);
        trim(report);
        sw_buf_str(report, SW_STR("\n"));
    }
}

/* ---- gaps ------------------------------------------------------------ */

static void tell_states(const coverage *all, sw_case_report *sum,
                        sw_buf *report)
{
    for (const covered_rule *r = all->rules; r != NULL; r = r->next) {
        for (size_t k = 0; k < COUNT(columns); k++) {
            sw_rule_state state = columns[k].state;
            bool reached = r->states[state] > 0;
            if (!r->possible[state] && !reached) continue;
            sum->states++;
            sum->states_reached += reached;
            if (reached) continue;
            sw_buf_printf(report, "gap  rule %.*s is never %s\n",
                          SW_STR_ARGS(r->id), columns[k].title);
        }
    }
}

// A condition on one line, its white space folded, its end cut off.
static void put_condition(sw_buf *report, sw_str text)
{
    enum { SHOWN = 100 };
    size_t from = report->len;
    bool blank = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
        bool whole = ((unsigned char)c & 0xC0) != 0x80;
        if (report->len - from >= SHOWN && whole) {
            sw_buf_str(report, SW_STR("..."));
            return;
        }
        if (!space && blank) sw_buf_str(report, SW_STR(" "));
        if (!space) sw_buf_add(report, &c, 1);
        blank = space;
    }
}

static void tell_side(const covered_source *s, const covered_side *side,
                      bool which, sw_buf *report)
{
    sw_buf_printf(report,
                  "gap  %s %.*s, %s, line %u, column %u: never %s: ", s->owner,
                  SW_STR_ARGS(s->id), s->role, side->line, side->column,
                  which ? "true" : "false");
    put_condition(report, side->text);
    sw_buf_str(report, SW_STR("\n"));
}

static void tell_sides(const coverage *all, sw_case_report *sum, sw_buf *report)
{
    for (const covered_source *s = all->sources; s != NULL; s = s->next) {
        for (size_t i = 0; i < s->count; i++) {
            const covered_side *side = &s->sides[i];
            sum->sides += 2;
            sum->sides_taken += side->seen[0] + side->seen[1];
            if (!side->seen[true]) tell_side(s, side, true, report);
            if (!side->seen[false]) tell_side(s, side, false, report);
        }
    }
}

// Rounded down: all is all only if nothing lacks.
static size_t percent(size_t part, size_t whole)
{
    return whole > 0 ? part * 100 / whole : 100;
}

static void tell_variants(const case_runner *r)
{
    for (size_t i = 0; i < r->base->variant_count; i++) {
        if (r->variants[i] != NULL) continue;
        sw_buf_printf(r->report, "gap  variant %.*s has no case\n",
                      SW_STR_ARGS(r->base->told_variants[i].id));
    }
}

void sw_rules__print_coverage(const case_runner *r, sw_case_report *sum)
{
    const coverage *all = &r->coverage;
    sw_buf *report = r->report;
    print_table(all, report);
    tell_states(all, sum, report);
    tell_sides(all, sum, report);
    tell_variants(r);
    sw_buf_printf(report, "states reached %zu of %zu (%zu %%), ",
                  sum->states_reached, sum->states,
                  percent(sum->states_reached, sum->states));
    sw_buf_printf(report, "sides taken %zu of %zu (%zu %%)\n", sum->sides_taken,
                  sum->sides, percent(sum->sides_taken, sum->sides));
}
