// An index report for people: the path of the economy asked about, what moved,
// and what stands beside it.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "index_page.h"

static void add(index_page *p, const char *text)
{
    sw_buf_str(&p->buf, sw_str_of(text));
}

void sw_rules__index_heading(index_page *p, const char *text)
{
    sw_buf_printf(&p->buf, "\n%s\n", text);
}

void sw_rules__index_para(index_page *p, sw_buf *text, size_t left)
{
    sw_buf_printf(&p->buf, "%*s", (int)left, "");
    sw_rules__wrap(&p->buf, (sw_str){text->at, text->len}, left, left);
    p->buf.failed |= text->failed;
    sw_buf_free(text);
}

/* ---- numbers --------------------------------------------------------- */

static bool is_open(const sw_index_score *s)
{
    return s->low != s->high;
}

static void put_score(sw_buf *out, const sw_index_score *s)
{
    char text[FIXED_SIZE];
    sw_buf_str(out, sw_rules__fixed(text, s->low, INDEX_DIGITS));
    if (!is_open(s)) return;
    sw_buf_str(out, SW_STR(" to "));
    sw_buf_str(out, sw_rules__fixed(text, s->high, INDEX_DIGITS));
}

static void put_signed(sw_buf *out, double value)
{
    char text[FIXED_SIZE];
    sw_buf_str(out, sw_rules__signed(text, value, INDEX_DIGITS));
}

// From a to b; of intervals, what it can be at least and at most.
static void put_apart(sw_buf *out, const sw_index_score *a,
                      const sw_index_score *b)
{
    put_signed(out, b->low - a->high);
    if (!is_open(a) && !is_open(b)) return;
    sw_buf_str(out, SW_STR(" to "));
    put_signed(out, b->high - a->low);
}

// "4", "1.4" of a mean; "2+1" where one more has no answer.
static void put_count(sw_buf *out, const sw_area_score *a)
{
    char text[FIXED_SIZE];
    int decimals = a->scored == round(a->scored) ? 0 : 1;
    sw_buf_str(out, sw_rules__fixed(text, a->scored, decimals));
    if (a->open > 0) sw_buf_printf(out, "+%.0f?", a->open);
}

/* ---- tables ---------------------------------------------------------- */

static size_t column_width(const index_page *p, size_t area)
{
    size_t width =
        sw_rules__columns(p->report->lines[0].scores[0].areas[area].id);
    return width < 5 ? 5 : width;
}

static void table_head(index_page *p, size_t name_width)
{
    sw_buf_printf(&p->buf, "  %*s", (int)name_width, "");
    for (size_t i = 0; i < p->report->area_count; i++) {
        add(p, "  ");
        sw_rules__pad_left(&p->buf, p->report->lines[0].scores[0].areas[i].id,
                           column_width(p, i));
    }
    add(p, "     index\n");
}

static void table_row(index_page *p, size_t name_width, sw_str name,
                      const sw_index_score *s)
{
    add(p, "  ");
    sw_rules__pad(&p->buf, name, name_width);
    for (size_t i = 0; i < p->report->area_count; i++) {
        sw_buf count = {0};
        put_count(&count, &s->areas[i]);
        add(p, "  ");
        sw_rules__pad_left(&p->buf, (sw_str){count.at, count.len},
                           column_width(p, i));
        p->buf.failed |= count.failed;
        sw_buf_free(&count);
    }
    add(p, "  ");
    put_score(&p->buf, s);
}

static bool same_score(const index_page *p, const sw_index_score *a,
                       const sw_index_score *b)
{
    for (size_t i = 0; i < p->report->area_count; i++) {
        if (a->areas[i].low != b->areas[i].low ||
            a->areas[i].high != b->areas[i].high ||
            a->areas[i].scored != b->areas[i].scored) {
            return false;
        }
    }
    return true;
}

// The last time at which the score is still as at `from`.
static size_t run_end(const index_page *p, const sw_index_line *line,
                      size_t from)
{
    size_t to = from;
    while (to + 1 < p->report->time_count &&
           same_score(p, &line->scores[from], &line->scores[to + 1])) {
        to++;
    }
    return to;
}

static void name_line(sw_buf *out, const sw_index_line *line)
{
    sw_buf_str(out, line->name);
    if (line->members > 0) sw_buf_printf(out, " (%zu)", line->members);
}

/* ---- the head -------------------------------------------------------- */

static void head(index_page *p)
{
    const sw_index_report *r = p->report;
    const sw_index *x = r->index;
    sw_buf text = {0};
    sw_buf_printf(&text, "%.*s (%.*s), edition %.*s", SW_STR_ARGS(x->title),
                  SW_STR_ARGS(x->publisher), SW_STR_ARGS(x->edition));
    sw_rules__index_para(p, &text, 0);
    if (r->economy_count == 0) return;
    text = (sw_buf){0};
    sw_buf_printf(
        &text,
        "Rebuilt from whole numbers of measures, to the last digit "
        "published: %zu of %zu totals and %zu of %zu scores of areas, "
        "of %zu economies",
        r->total_count, r->total_count,
        r->area_score_count - r->part_score_count, r->area_score_count,
        r->economy_count);
    if (r->part_score_count > 0) {
        sw_buf_printf(&text, "; the other %zu are part-scores",
                      r->part_score_count);
    }
    sw_buf_str(&text, SW_STR("."));
    sw_rules__index_para(p, &text, 0);
}

/* ---- a path ---------------------------------------------------------- */

// "infrastructure -1 (-0.039675)"; of intervals what it is at least and most.
static void put_move(sw_buf *out, const sw_area_score *from,
                     const sw_area_score *to)
{
    char text[FIXED_SIZE];
    double least = to->low - from->high, most = to->high - from->low;
    double step = to->scored - from->scored;
    int decimals = fabs(step - round(step)) < 1e-9 ? 0 : 1;
    sw_buf_printf(out, "%.*s ", SW_STR_ARGS(to->id));
    if (from->open == 0 && to->open == 0) {
        sw_buf_str(out, sw_rules__signed(text, step, decimals));
        sw_buf_str(out, SW_STR(" "));
    }
    sw_buf_str(out, SW_STR("("));
    put_signed(out, least);
    if (least < most) {
        sw_buf_str(out, SW_STR(" to "));
        put_signed(out, most);
    }
    sw_buf_str(out, SW_STR(")"));
}

// Each area that moved whatever the open answers are; `lead` before the first.
static void put_moves(const index_page *p, sw_buf *out, const char *lead,
                      const sw_index_score *a, const sw_index_score *b)
{
    const char *comma = lead;
    for (size_t i = 0; i < p->report->area_count; i++) {
        const sw_area_score *from = &a->areas[i], *to = &b->areas[i];
        if (to->low <= from->high && to->high >= from->low) continue;
        sw_buf_str(out, sw_str_of(comma));
        put_move(out, from, to);
        comma = ", ";
    }
}

static void move_line(index_page *p, const sw_index_line *line, size_t from,
                      size_t to, bool both)
{
    const sw_index_score *a = &line->scores[from], *b = &line->scores[to];
    sw_buf text = {0};
    if (both) {
        sw_buf_printf(&text, "%.*s to ", SW_STR_ARGS(p->report->times[from]));
    }
    sw_buf_printf(&text, "%.*s  ", SW_STR_ARGS(p->report->times[to]));
    put_apart(&text, a, b);
    put_moves(p, &text, "  ", a, b);
    sw_rules__index_para(p, &text, 2);
}

// "2015 to 2018", "2019".
static sw_str name_run(const index_page *p, size_t from, size_t to,
                       char buf[64])
{
    const sw_str *times = p->report->times;
    int len = snprintf(buf, 64, "%.*s%s%.*s", SW_STR_ARGS(times[from]),
                       to > from ? " to " : "",
                       to > from ? (int)times[to].len : 0, times[to].at);
    return (sw_str){buf, (size_t)len};
}

static void path(index_page *p, const sw_index_line *line)
{
    const sw_index_report *r = p->report;
    char name[64];
    size_t width = 0;
    for (size_t from = 0, to; from < r->time_count; from = to + 1) {
        to = run_end(p, line, from);
        size_t len = name_run(p, from, to, name).len;
        if (len > width) width = len;
    }
    add(p, "\n");
    name_line(&p->buf, line);
    add(p, r->measure_count > 0 ? ": measures scored (+ those without an "
                                  "answer), and the index\n"
                                : ": measures scored, and the index\n");
    table_head(p, width);
    for (size_t from = 0, to; from < r->time_count; from = to + 1) {
        to = run_end(p, line, from);
        table_row(p, width, name_run(p, from, to, name), &line->scores[from]);
        add(p, "\n");
    }
}

static void moves(index_page *p, const sw_index_line *line)
{
    size_t last = p->report->time_count - 1, steps = 0;
    if (last == 0) return;
    sw_rules__index_heading(p, "What moved");
    for (size_t to = run_end(p, line, 0) + 1; to <= last;
         to = run_end(p, line, to) + 1) {
        move_line(p, line, to - 1, to, false);
        steps++;
    }
    if (steps == 0) add(p, "  nothing\n");
    if (steps > 1) move_line(p, line, 0, last, true);
}

// "infrastructure 0.039675 (48 %), ...": what the last score is made of.
static void made_of(index_page *p, const sw_index_line *line)
{
    const sw_index_report *r = p->report;
    const sw_index_score *s = &line->scores[r->time_count - 1];
    if (is_open(s) || s->low == 0) return;
    sw_buf text = {0};
    sw_buf_printf(&text, "%.*s is made of ",
                  SW_STR_ARGS(r->times[r->time_count - 1]));
    const char *comma = "";
    for (size_t i = 0; i < r->area_count; i++) {
        char number[FIXED_SIZE];
        double value = s->areas[i].low;
        if (value == 0) continue;
        sw_buf_printf(&text, "%s%.*s ", comma, SW_STR_ARGS(s->areas[i].id));
        sw_buf_str(&text, sw_rules__fixed(number, value, INDEX_DIGITS));
        sw_buf_str(&text, SW_STR(" ("));
        sw_buf_str(&text, sw_rules__fixed(number, 100 * value / s->low, 0));
        sw_buf_str(&text, SW_STR(" %)"));
        comma = ", ";
    }
    sw_rules__index_para(p, &text, 2);
}

/* ---- beside ---------------------------------------------------------- */

// "-0.040392 from Korea: infrastructure -1 (-0.039675), ..."; "as Korea".
static void from_line(index_page *p, const sw_index_score *a,
                      const sw_index_score *b, const char *none,
                      const char *some, sw_str what)
{
    sw_buf text = {0};
    bool same = !is_open(a) && !is_open(b) && a->low == b->low;
    if (!same) put_apart(&text, a, b);
    sw_buf_printf(&text, "%s%.*s", same ? none : some, SW_STR_ARGS(what));
    put_moves(p, &text, ": ", a, b);
    sw_rules__index_para(p, &text, 6);
}

static void members_line(index_page *p, const sw_index_score *s)
{
    sw_buf text = {0};
    char number[FIXED_SIZE];
    sw_buf_str(&text, SW_STR("mean of its members, from "));
    sw_buf_str(&text, sw_rules__fixed(number, s->least, INDEX_DIGITS));
    sw_buf_str(&text, SW_STR(" to "));
    sw_buf_str(&text, sw_rules__fixed(number, s->most, INDEX_DIGITS));
    sw_rules__index_para(p, &text, 6);
}

static void beside_row(index_page *p, const sw_index_line *line, size_t width)
{
    const sw_index_report *r = p->report;
    size_t last = r->time_count - 1;
    sw_buf name = {0};
    name_line(&name, line);
    table_row(p, width, (sw_str){name.at, name.len}, &line->scores[last]);
    p->buf.failed |= name.failed;
    sw_buf_free(&name);
    add(p, "\n");
    if (line->members > 0) members_line(p, &line->scores[last]);
    if (line == r->lines) return;
    from_line(p, &r->lines[0].scores[last], &line->scores[last], "as ",
              " from ", r->lines[0].name);
    if (last == 0) return;
    from_line(p, &line->scores[0], &line->scores[last], "no move since ",
              " since ", r->times[0]);
}

static void beside(index_page *p)
{
    const sw_index_report *r = p->report;
    size_t width = 0;
    if (r->line_count < 2) return;
    for (size_t i = 0; i < r->line_count; i++) {
        size_t len = sw_rules__columns(r->lines[i].name) +
                     (r->lines[i].members > 0 ? 5 : 0);
        if (len > width) width = len;
    }
    add(p, "\nBeside it, ");
    sw_buf_str(&p->buf, r->times[r->time_count - 1]);
    add(p, "\n");
    table_head(p, width);
    for (size_t i = 0; i < r->line_count; i++)
        beside_row(p, &r->lines[i], width);
}

static void rank(index_page *p)
{
    const sw_index_report *r = p->report;
    if (r->economy_count == 0) return;
    char number[FIXED_SIZE];
    sw_buf text = {0};
    size_t self = r->lines[0].members == 0;
    sw_buf_printf(&text,
                  "Of %zu economies lower: %zu, the same: %zu, higher: %zu; "
                  "mean ",
                  r->economy_count, r->rank.lower,
                  r->rank.same - (r->rank.same >= self ? self : 0),
                  r->rank.higher);
    sw_buf_str(&text, sw_rules__fixed(number, r->rank.mean, INDEX_DIGITS));
    sw_buf_str(&text, SW_STR(", from "));
    sw_buf_str(&text, sw_rules__fixed(number, r->rank.least, INDEX_DIGITS));
    sw_buf_str(&text, SW_STR(" to "));
    sw_buf_str(&text, sw_rules__fixed(number, r->rank.most, INDEX_DIGITS));
    sw_buf_str(&text, SW_STR("."));
    add(p, "\n");
    sw_rules__index_para(p, &text, 0);
}

/* ---- the page -------------------------------------------------------- */

bool sw_index_text(const sw_index_report *report, bool verbose, sw_arena *arena,
                   sw_str *out, sw_error *err)
{
    index_page p = {.report = report, .verbose = verbose};
    head(&p);
    if (report->line_count > 0) {
        path(&p, &report->lines[0]);
        made_of(&p, &report->lines[0]);
        moves(&p, &report->lines[0]);
        beside(&p);
        rank(&p);
        sw_rules__index_measures(&p);
        sw_rules__index_changes(&p);
    }
    bool ok = !p.buf.failed &&
              sw_arena_str(arena, (sw_str){p.buf.at, p.buf.len}, out);
    sw_buf_free(&p.buf);
    return ok || sw_fail_memory(err);
}
