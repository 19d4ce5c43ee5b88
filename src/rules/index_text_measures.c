// The measures of a computed index for people: each economy's answers and why.
#include "index_page.h"

static void put_answer(sw_buf *out, const sw_measure_score *m)
{
    char text[FIXED_SIZE];
    if (m->answer_low < m->answer_high) {
        sw_buf_str(out, SW_STR("open"));
    } else if (m->answer_low == 0 || m->answer_low == 1) {
        sw_buf_str(out, m->answer_low == 1 ? SW_STR("yes") : SW_STR("no"));
    } else {
        sw_buf_str(out, sw_rules__fixed(text, m->answer_low, 2));
    }
}

static bool same_answer(const sw_measure_score *a, const sw_measure_score *b)
{
    return a->answer_low == b->answer_low && a->answer_high == b->answer_high &&
           sw_str_eq(a->because, b->because);
}

// An economy's answer at each time; once if it is always the same.
static void answer_lines(index_page *p, const sw_index_line *line, size_t k)
{
    const sw_index_report *r = p->report;
    for (size_t t = 0; t < r->time_count; t++) {
        const sw_measure_score *one = &line->scores[t].measures[k];
        bool always = true;
        for (size_t i = 0; i < r->time_count; i++)
            always = always && same_answer(one, &line->scores[i].measures[k]);
        sw_buf text = {0};
        sw_buf_str(&text, line->code);
        if (!always || r->time_count == 1)
            sw_buf_printf(&text, " %.*s", SW_STR_ARGS(r->times[t]));
        sw_buf_str(&text, SW_STR(": "));
        put_answer(&text, one);
        sw_buf_printf(&text, ", %.*s", SW_STR_ARGS(one->because));
        sw_rules__index_para(p, &text, 6);
        if (always) return;
    }
}

static void measure_lines(index_page *p, size_t k)
{
    const sw_index_report *r = p->report;
    size_t last = r->time_count - 1;
    const sw_measure_score *m = &r->lines[0].scores[last].measures[k];
    char number[FIXED_SIZE];
    sw_buf title = {0};
    sw_buf_printf(&title, "%.*s: %.*s", SW_STR_ARGS(m->id),
                  SW_STR_ARGS(m->title));
    if (m->weight > 0) {
        sw_buf_str(&title, SW_STR(" (weighs "));
        sw_buf_str(&title, sw_rules__fixed(number, m->weight, INDEX_DIGITS));
        sw_buf_str(&title, SW_STR(")"));
    }
    sw_rules__index_para(p, &title, 2);
    for (size_t i = 0; i < r->line_count; i++)
        answer_lines(p, &r->lines[i], k);
}

// Whether the economies or the times differ in this measure.
static bool measure_differs(const sw_index_report *r, size_t k)
{
    const sw_measure_score *first = &r->lines[0].scores[0].measures[k];
    for (size_t i = 0; i < r->line_count; i++) {
        for (size_t t = 0; t < r->time_count; t++) {
            const sw_measure_score *m = &r->lines[i].scores[t].measures[k];
            if (m->answer_low != first->answer_low ||
                m->answer_high != first->answer_high) {
                return true;
            }
        }
    }
    return false;
}

void sw_rules__index_measures(index_page *p)
{
    const sw_index_report *r = p->report;
    if (r->measure_count == 0) return;
    bool all = p->verbose || (r->line_count == 1 && r->time_count == 1);
    sw_rules__index_heading(p, all ? "Measures" : "Measures that differ");
    size_t shown = 0;
    for (size_t k = 0; k < r->measure_count; k++) {
        if (!all && !measure_differs(r, k)) continue;
        measure_lines(p, k);
        shown++;
    }
    if (shown == 0) sw_buf_str(&p->buf, SW_STR("  none\n"));
}
