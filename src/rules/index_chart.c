// Pictures of an index report.
#include <math.h>

#include "chart.h"
#include "policy_internal.h"
#include "prose.h"

typedef struct {
    const sw_index_report *report;
    sw_arena *arena;
    sw_error *err;
    sw_buf out;
} picture;

static size_t last_of(const sw_index_report *r)
{
    return r->time_count - 1;
}

/* ---- words ----------------------------------------------------------- */

// "what each area adds to the index, 2025"
static sw_str what_of(const picture *p, sw_index_chart_kind kind)
{
    static const char *const what[] = {"the index", "what each area adds",
                                       "what moved the index"};
    const sw_index_report *r = p->report;
    sw_str first = r->times[0], last = r->times[last_of(r)];
    bool span = kind != SW_CHART_AREAS && last_of(r) > 0;
    return sw_arena_printf(p->arena, "%.*s: %s, %.*s%s%.*s",
                           SW_STR_ARGS(r->lines[0].name), what[kind],
                           span ? (int)first.len : 0, first.at,
                           span ? " to " : "", SW_STR_ARGS(last));
}

static bool set_words(picture *p, sw_index_chart_kind kind, chart_words *words)
{
    const sw_index_report *r = p->report;
    const sw_index *x = r->index;
    words->id = "index";
    words->title = what_of(p, kind);
    words->note = sw_arena_printf(
        p->arena, "%.*s (%.*s), edition %.*s%s%.*s. %s", SW_STR_ARGS(x->title),
        SW_STR_ARGS(x->publisher), SW_STR_ARGS(x->edition),
        x->licence.len > 0 ? ", " : "", SW_STR_ARGS(x->licence),
        r->economy_count > 0 ? "Scores rebuilt from whole numbers of measures."
                             : "Scores computed from answers to its measures.");
    return (words->title.at != NULL && words->note.at != NULL) ||
           sw_fail_memory(p->err);
}

static void put_score(sw_buf *out, const sw_index_score *s, sw_str when)
{
    char number[FIXED_SIZE];
    sw_buf_str(out, sw_rules__fixed(number, s->low, 6));
    if (s->low < s->high) {
        sw_buf_str(out, SW_STR(" to "));
        sw_buf_str(out, sw_rules__fixed(number, s->high, 6));
    }
    sw_buf_printf(out, " in %.*s", SW_STR_ARGS(when));
}

// "Korea 0.198341 in 2014, 0.082867 in 2025; ...": the picture in words.
static bool describe(picture *p, chart_words *words)
{
    const sw_index_report *r = p->report;
    sw_buf text = {0};
    for (size_t i = 0; i < r->line_count; i++) {
        const sw_index_line *line = &r->lines[i];
        sw_buf_printf(&text, "%s%.*s ", i > 0 ? "; " : "",
                      SW_STR_ARGS(line->name));
        if (last_of(r) > 0) {
            put_score(&text, &line->scores[0], r->times[0]);
            sw_buf_str(&text, SW_STR(", "));
        }
        put_score(&text, &line->scores[last_of(r)], r->times[last_of(r)]);
    }
    bool ok =
        !text.failed && sw_arena_str(p->arena, (sw_str){text.at, text.len},
                                     &words->description);
    sw_buf_free(&text);
    return ok || sw_fail_memory(p->err);
}

/* ---- the path -------------------------------------------------------- */

static double year_of(sw_str time)
{
    double year = 0;
    for (size_t i = 0; i < time.len; i++)
        year = year * 10 + (time.at[i] - '0');
    return year;
}

static bool set_series(picture *p, const sw_index_line *line, chart_series *out)
{
    const sw_index_report *r = p->report;
    chart_point *points = SW_NEW_ARRAY(p->arena, chart_point, r->time_count);
    if (points == NULL) return sw_fail_memory(p->err);
    for (size_t i = 0; i < r->time_count; i++) {
        const sw_index_score *s = &line->scores[i];
        points[i] =
            (chart_point){year_of(r->times[i]), s->low, s->least, s->most};
    }
    *out = (chart_series){line->name, points, r->time_count, false,
                          line->members > 0};
    if (line->members == 0) return true;
    out->name = sw_arena_printf(p->arena, "%.*s (%zu)", SW_STR_ARGS(line->name),
                                line->members);
    return out->name.at != NULL || sw_fail_memory(p->err);
}

static bool draw_path(picture *p, chart_words words)
{
    const sw_index_report *r = p->report;
    chart_series *series = SW_NEW_ARRAY(p->arena, chart_series, r->line_count);
    if (series == NULL) return sw_fail_memory(p->err);
    // The one asked about is drawn last, on top; groups first, behind.
    size_t n = 0;
    for (int crowd = 1; crowd >= 0; crowd--) {
        for (size_t i = r->line_count; i-- > 0;) {
            if ((r->lines[i].members > 0) != crowd) continue;
            if (!set_series(p, &r->lines[i], &series[n++])) return false;
        }
    }
    words.y_label = SW_STR("index, 0 open to 1 closed");
    chart_lines chart = {
        .words = words, .series = series, .series_count = n, .from_zero = true};
    sw_rules__chart_lines(&chart, &p->out);
    return true;
}

/* ---- areas ----------------------------------------------------------- */

// What is sure of a change between least and most: the end that is nearer to
// none.
static double sure_of(double least, double most)
{
    return least > 0 ? least : most < 0 ? most : 0;
}

static bool say_range(picture *p, double least, double most, bool moves,
                      sw_str *out)
{
    char low[FIXED_SIZE], high[FIXED_SIZE];
    sw_str from = moves ? sw_rules__signed(low, least, 3)
                        : sw_rules__fixed(low, least, 3);
    sw_str to = moves ? sw_rules__signed(high, most, 3)
                      : sw_rules__fixed(high, most, 3);
    *out = least < most ? sw_arena_printf(p->arena, "%.*s to %.*s",
                                          SW_STR_ARGS(from), SW_STR_ARGS(to))
                        : sw_arena_printf(p->arena, "%.*s", SW_STR_ARGS(from));
    return out->at != NULL || sw_fail_memory(p->err);
}

// Bars are what is sure, the interval behind them what may be.
static bool set_row(picture *p, const sw_index_line *line, bool moves,
                    chart_row *out)
{
    const sw_index_report *r = p->report;
    const sw_index_score *a = &line->scores[0];
    const sw_index_score *b = &line->scores[last_of(r)];
    double *parts = SW_NEW_ARRAY(p->arena, double, r->area_count);
    if (parts == NULL) return sw_fail_memory(p->err);
    double least = b->low - (moves ? a->high : 0);
    double most = b->high - (moves ? a->low : 0);
    *out = (chart_row){
        .label = line->name, .parts = parts, .strong = line == r->lines};
    for (size_t i = 0; i < r->area_count; i++) {
        const sw_area_score *from = &a->areas[i], *to = &b->areas[i];
        parts[i] = moves ? sure_of(to->low - from->high, to->high - from->low)
                         : to->low;
        out->value += parts[i];
    }
    out->low = least < most ? least : out->value;
    out->high = least < most ? most : out->value;
    if (!moves) out->low = out->value;
    return say_range(p, least, most, moves, &out->says);
}

static bool draw_areas(picture *p, chart_words words, bool moves)
{
    const sw_index_report *r = p->report;
    chart_row *rows = SW_NEW_ARRAY(p->arena, chart_row, r->line_count);
    if (rows == NULL) return sw_fail_memory(p->err);
    for (size_t i = 0; i < r->line_count; i++) {
        if (!set_row(p, &r->lines[i], moves, &rows[i])) return false;
    }
    words.x_label = moves ? SW_STR("change of the index")
                          : SW_STR("index, 0 open to 1 closed");
    chart_rows chart = {.words = words,
                        .parts = r->areas,
                        .part_count = r->area_count,
                        .rows = rows,
                        .row_count = r->line_count};
    sw_rules__chart_rows(&chart, &p->out);
    return true;
}

bool sw_index_chart(const sw_index_report *report, sw_index_chart_kind kind,
                    sw_arena *arena, sw_str *out, sw_error *err)
{
    picture p = {.report = report, .arena = arena, .err = err};
    chart_words words = {0};
    if (report->line_count == 0)
        return sw_fail(err, SW_ERR_USAGE, "a picture needs an economy");
    if (kind == SW_CHART_PATH && report->economy_count == 0) {
        return sw_fail(err, SW_ERR_USAGE,
                       "a path leads through a table's years; of days there "
                       "are areas and moves");
    }
    bool ok =
        set_words(&p, kind, &words) && describe(&p, &words) &&
        (kind == SW_CHART_PATH ? draw_path(&p, words)
                               : draw_areas(&p, words, kind == SW_CHART_MOVES));
    if (ok && (p.out.failed ||
               !sw_arena_str(arena, (sw_str){p.out.at, p.out.len}, out))) {
        ok = sw_fail_memory(err);
    }
    sw_buf_free(&p.out);
    return ok;
}
