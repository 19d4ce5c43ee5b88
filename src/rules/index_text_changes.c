// Whether an index moved when the rules did, for people.
#include <math.h>

#include "index_page.h"

enum { COLUMN = 28 };  // where the titles of changes begin

// "other +1, infrastructure -2"; of a rule that stands "infrastructure 1".
static void put_steps(const index_page *p, sw_buf *out,
                      const sw_index_change *c)
{
    const char *comma = "";
    const sw_area_score *areas = p->report->lines[0].scores[0].areas;
    for (size_t i = 0; i < p->report->area_count; i++) {
        if (c->steps[i] == 0) continue;
        bool plus = c->steps[i] > 0 && c->state != SW_CHANGE_STANDS;
        sw_buf_printf(out, "%s%.*s %s%d", comma, SW_STR_ARGS(areas[i].id),
                      plus ? "+" : "", c->steps[i]);
        comma = ", ";
    }
    if (comma[0] == '\0') sw_buf_str(out, SW_STR("none"));
}

// The most that one measure weighs of those that the rule can be.
static double heaviest(const index_page *p, const sw_index_change *c)
{
    double most = 0;
    for (size_t i = 0; i < p->report->area_count; i++) {
        if (c->steps[i] > 0)
            most = fmax(most, p->report->index->areas[i].weight);
    }
    return most;
}

static void put_standing(const index_page *p, sw_buf *out,
                         const sw_index_change *c)
{
    char number[FIXED_SIZE];
    sw_buf_str(out,
               SW_STR("stands: one of the measures scored in every year ("));
    put_steps(p, out, c);
    sw_buf_str(out, SW_STR("), or none; weighs at most "));
    sw_buf_str(out, sw_rules__fixed(number, heaviest(p, c), INDEX_DIGITS));
}

// Whether the table goes on after the year of the change.
static bool has_year_after(const sw_index_change *c)
{
    return c->to - c->from == 2;
}

static void put_outcome(const index_page *p, sw_buf *out,
                        const sw_index_change *c)
{
    size_t of = p->report->lines[c->line].members;
    switch (c->state) {
    case SW_CHANGE_STANDS: put_standing(p, out, c); return;
    case SW_CHANGE_BEFORE:
        sw_buf_str(out, SW_STR("the table has no earlier year"));
        return;
    case SW_CHANGE_AFTER:
        sw_buf_str(out, SW_STR("the table ends before"));
        return;
    case SW_CHANGE_UNMOVED:
        sw_buf_printf(out, "%d to %d: no move", c->from, c->to);
        if (of > 0) sw_buf_printf(out, " of any of %zu", of);
        if (!has_year_after(c)) sw_buf_str(out, SW_STR(" yet"));
        return;
    case SW_CHANGE_MOVED:
        sw_buf_printf(out, "%d to %d: ", c->from, c->to);
        if (of > 0) sw_buf_printf(out, "%zu of %zu moved, ", c->moved, of);
        put_steps(p, out, c);
        if (!c->as_expected && 2 * c->moved > of)
            sw_buf_str(out, SW_STR(": not the way the rule did"));
    }
}

// "2019-03-19  KOR  tightens  " and what it is about.
static void change_head(index_page *p, const sw_index_change *c)
{
    char day[11] = "";
    sw_buf text = {0};
    if (c->day_given) sw_date_text(c->day, day);
    sw_buf_printf(&p->buf, "  %-10s  ", day);
    sw_rules__pad(&p->buf, c->economies, 3);
    sw_buf_printf(&p->buf, "  %-8s ", c->eases ? "eases" : "tightens");
    sw_buf_str(&text, c->title);
    if (c->rulebook.len > 0)
        sw_buf_printf(&text, " (%.*s)", SW_STR_ARGS(c->rulebook));
    sw_rules__wrap(&p->buf, (sw_str){text.at, text.len}, COLUMN, COLUMN);
    p->buf.failed |= text.failed;
    sw_buf_free(&text);
}

static void change_lines(index_page *p, const sw_index_change *c)
{
    sw_buf text = {0};
    change_head(p, c);
    put_outcome(p, &text, c);
    sw_rules__index_para(p, &text, COLUMN);
    if (!p->verbose) return;
    for (size_t i = 0; i < c->source_count; i++) {
        text = (sw_buf){0};
        sw_buf_printf(&text, "%.*s, %.*s, %.*s",
                      SW_STR_ARGS(c->sources[i].title),
                      SW_STR_ARGS(c->sources[i].provision),
                      SW_STR_ARGS(c->sources[i].url));
        sw_rules__index_para(p, &text, COLUMN);
    }
    if (c->notes.len == 0) return;
    text = (sw_buf){0};
    sw_buf_str(&text, c->notes);
    sw_rules__index_para(p, &text, COLUMN);
}

static void count_changes(index_page *p)
{
    const sw_index_report *r = p->report;
    size_t dated = 0, expected = 0, unmoved = 0;
    for (size_t i = 0; i < r->change_count; i++) {
        const sw_index_change *c = &r->changes[i];
        if (!has_year_after(c)) continue;
        dated++;
        unmoved += c->state == SW_CHANGE_UNMOVED;
        expected += c->as_expected;
    }
    if (dated == 0) return;
    sw_buf text = {0};
    sw_buf_printf(&text,
                  "Changes that the table goes on after: %zu; that came with a "
                  "move of their kind of most of those concerned: %zu; with no "
                  "move at all: %zu. A move is no proof that the change made "
                  "it; that nothing moved shows that the index did not see it.",
                  dated, expected, unmoved);
    sw_rules__index_para(p, &text, 2);
}

void sw_rules__index_changes(index_page *p)
{
    if (p->report->change_count == 0) return;
    sw_rules__index_heading(p, "Did the index move when the rules did?");
    for (size_t i = 0; i < p->report->change_count; i++)
        change_lines(p, &p->report->changes[i]);
    count_changes(p);
}
