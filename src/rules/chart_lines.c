// Lines over a scale: each with its name at its end, so that nobody has to
// match colours in a legend; names that would overlap are moved apart.
#include <math.h>
#include <stdlib.h>

#include "chart_internal.h"

enum { PLOT_HEIGHT = 320, NAME_GAP = 16, MAX_NAMES = 64, MARKED_POINTS = 40 };

typedef struct {
    const chart_lines *chart;
    chart_scale x, y;
    double top, bottom;
    sw_buf body;
} plot;

// A name beside the plot: where the line ends, and where the name goes.
typedef struct {
    const chart_series *series;
    const char *color;
    double end_x, end_y, y;
} line_name;

/* ---- measuring ------------------------------------------------------- */

static void measure(plot *p)
{
    double x_low = INFINITY, x_high = -INFINITY;
    double y_low = INFINITY, y_high = -INFINITY;
    const chart_lines *c = p->chart;
    for (size_t i = 0; i < c->series_count; i++) {
        for (size_t k = 0; k < c->series[i].count; k++) {
            const chart_point *at = &c->series[i].points[k];
            sw_rules__span(&x_low, &x_high, at->x);
            sw_rules__span(&y_low, &y_high, at->y);
            sw_rules__span(&y_low, &y_high, at->low);
            sw_rules__span(&y_low, &y_high, at->high);
        }
    }
    for (size_t i = 0; i < c->mark_count; i++)
        sw_rules__span(&x_low, &x_high, c->marks[i].at);
    if (c->from_zero) sw_rules__span(&y_low, &y_high, 0);
    sw_rules__scale_make(&p->x, x_low, x_high, c->log_x, 8);
    sw_rules__scale_make(&p->y, y_low, y_high, false, 6);
    if (!c->log_x && x_low < x_high) {  // lines touch both sides
        p->x.low = x_low;
        p->x.high = x_high;
    }
}

static double width_of_ticks(const plot *p)
{
    double widest = 0;
    for (size_t i = 0; i < p->y.tick_count; i++) {
        char text[SVG_FIGURE];
        sw_str tick = sw_rules__scale_tick(&p->y, p->y.ticks[i], text);
        widest = fmax(widest, sw_rules__svg_width(tick, CHART_SMALL));
    }
    return widest;
}

static double width_of_names(const plot *p)
{
    double widest = 0;
    for (size_t i = 0; i < p->chart->series_count; i++) {
        const chart_series *s = &p->chart->series[i];
        double width = sw_rules__svg_width(s->name, CHART_TEXT);
        widest = fmax(widest, s->faint ? width : width * SVG_BOLD);
    }
    return fmin(widest, CHART_WIDTH / 3.0);
}

// Ticks that lie outside after the ends were drawn in have no place.
static void drop_ticks(chart_scale *s)
{
    size_t kept = 0;
    for (size_t i = 0; i < s->tick_count; i++) {
        if (s->ticks[i] >= s->low && s->ticks[i] <= s->high)
            s->ticks[kept++] = s->ticks[i];
    }
    s->tick_count = kept;
}

static void lay_out(plot *p, double y)
{
    drop_ticks(&p->x);
    p->top = y + (p->chart->words.y_label.len > 0 ? 22 : 8);
    p->bottom = p->top + PLOT_HEIGHT;
    p->x.from = CHART_PAD + width_of_ticks(p) + 10;
    p->x.to = CHART_WIDTH - CHART_PAD - width_of_names(p) - 20;
    p->y.from = p->bottom;
    p->y.to = p->top;
}

/* ---- drawing --------------------------------------------------------- */

static void draw_grid(plot *p)
{
    sw_buf *out = &p->body;
    sw_rules__scale_draw(&p->x, p->top, p->bottom, p->chart->words.x_label,
                         out);
    for (size_t i = 0; i < p->y.tick_count; i++) {
        double y = sw_rules__scale_place(&p->y, p->y.ticks[i]);
        sw_rules__svg_line(out, p->x.from, y, p->x.to, y,
                           p->y.ticks[i] == 0 ? "stroke=\"#9aa0a6\""
                                              : "stroke=\"#e3e5e8\"");
        char text[SVG_FIGURE];
        sw_rules__svg_text(out,
                           (svg_text){.x = p->x.from - 8,
                                      .y = y + 4,
                                      .size = CHART_SMALL,
                                      .anchor = "end",
                                      .color = CHART_GREY},
                           sw_rules__scale_tick(&p->y, p->y.ticks[i], text));
    }
    if (p->chart->words.y_label.len == 0) return;
    sw_rules__svg_text(out,
                       (svg_text){.x = CHART_PAD,
                                  .y = p->top - 11,
                                  .size = CHART_SMALL,
                                  .color = CHART_INK},
                       p->chart->words.y_label);
}

static void place(plot *p, double x, double y)
{
    sw_rules__svg_number(&p->body, sw_rules__scale_place(&p->x, x));
    sw_buf_str(&p->body, SW_STR(","));
    sw_rules__svg_number(&p->body, sw_rules__scale_place(&p->y, y));
    sw_buf_str(&p->body, SW_STR(" "));
}

static double y_of(const chart_point *at)
{
    return at->y;
}

static double low_of(const chart_point *at)
{
    return at->low;
}

static double high_of(const chart_point *at)
{
    return at->high;
}

// The points first..last, in either direction, as they lie on a line.
static void trace(plot *p, const chart_series *s, size_t first, size_t last,
                  double (*of)(const chart_point *))
{
    bool back = last < first;
    for (size_t i = first;; i += back ? (size_t)-1 : 1) {
        const chart_point *at = &s->points[i];
        if (s->steps && !back && i > first)
            place(p, at->x, of(&s->points[i - 1]));
        if (s->steps && back && i < first) place(p, s->points[i + 1].x, of(at));
        place(p, at->x, of(at));
        if (i == last) return;
    }
}

static bool has_interval(const chart_series *s, size_t first, size_t last)
{
    for (size_t i = first; i <= last; i++) {
        if (s->points[i].low < s->points[i].high) return true;
    }
    return false;
}

static void draw_run(plot *p, const chart_series *s, const char *color,
                     size_t first, size_t last)
{
    sw_buf *out = &p->body;
    if (has_interval(s, first, last)) {
        sw_buf_printf(
            out, "<polygon fill=\"%s\" fill-opacity=\"0.16\" points=\"", color);
        trace(p, s, first, last, high_of);
        trace(p, s, last, first, low_of);
        sw_buf_str(out, SW_STR("\"/>\n"));
    }
    sw_buf_printf(out,
                  "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"%s\" "
                  "stroke-linejoin=\"round\" points=\"",
                  color, s->faint ? "1" : "2.2");
    trace(p, s, first, last, y_of);
    sw_buf_str(out, SW_STR("\"/>\n"));
}

static void draw_points(plot *p, const chart_series *s, const char *color)
{
    for (size_t i = 0; i < s->count; i++) {
        const chart_point *at = &s->points[i];
        if (isnan(at->y)) continue;
        sw_buf_printf(&p->body, "<circle fill=\"%s\" r=\"3\" cx=\"", color);
        sw_rules__svg_number(&p->body, sw_rules__scale_place(&p->x, at->x));
        sw_buf_str(&p->body, SW_STR("\" cy=\""));
        sw_rules__svg_number(&p->body, sw_rules__scale_place(&p->y, at->y));
        sw_buf_str(&p->body, SW_STR("\"><title>"));
        sw_rules__svg_escape(&p->body, s->name);
        sw_buf_str(&p->body, SW_STR(", "));
        sw_rules__scale_figure(&p->x, at->x, &p->body);
        sw_buf_str(&p->body, SW_STR(": "));
        sw_rules__scale_figure(&p->y, at->y, &p->body);
        sw_buf_str(&p->body, SW_STR("</title></circle>\n"));
    }
}

static void draw_series(plot *p, const chart_series *s, const char *color)
{
    sw_buf_str(&p->body, SW_STR("<g><title>"));
    sw_rules__svg_escape(&p->body, s->name);
    sw_buf_str(&p->body, SW_STR("</title>\n"));
    size_t first = 0;
    for (size_t i = 0; i <= s->count; i++) {
        bool gap = i == s->count || isnan(s->points[i].y);
        if (gap && i > first) draw_run(p, s, color, first, i - 1);
        if (gap) first = i + 1;
    }
    if (!s->faint && s->count <= MARKED_POINTS) draw_points(p, s, color);
    sw_buf_str(&p->body, SW_STR("</g>\n"));
}

/* ---- names ----------------------------------------------------------- */

static int by_height(const void *a, const void *b)
{
    const line_name *l = a, *r = b;
    if (l->end_y != r->end_y) return l->end_y < r->end_y ? -1 : 1;
    return (l->series > r->series) - (l->series < r->series);
}

// Downwards until none overlaps, then upwards from the bottom.
static void move_apart(line_name *names, size_t count, double bottom)
{
    for (size_t i = 1; i < count; i++)
        names[i].y = fmax(names[i].y, names[i - 1].y + NAME_GAP);
    double limit = bottom;
    for (size_t i = count; i-- > 0; limit = names[i].y - NAME_GAP)
        names[i].y = fmin(names[i].y, limit);
}

static void draw_name(plot *p, const line_name *n)
{
    double x = p->x.to + 14;
    if (fabs(n->y - n->end_y) > 1 || n->end_x < p->x.to - 1) {
        sw_rules__svg_line(&p->body, n->end_x + 4, n->end_y, x - 2, n->y,
                           "stroke=\"#9aa0a6\" stroke-width=\"0.8\"");
    }
    sw_rules__svg_text(&p->body,
                       (svg_text){.x = x,
                                  .y = n->y + 4.5,
                                  .size = CHART_TEXT,
                                  .color = n->color,
                                  .bold = !n->series->faint},
                       n->series->name);
}

// The series on top, the last one, has the first colour.
static const char *color_of(const chart_lines *c, size_t series)
{
    size_t above = 0;
    for (size_t i = series + 1; i < c->series_count; i++)
        above += !c->series[i].faint;
    return c->series[series].faint ? "#b4b8bd" : sw_rules__color(above);
}

static void draw_names(plot *p)
{
    line_name names[MAX_NAMES];
    size_t count = 0;
    for (size_t i = 0; i < p->chart->series_count && count < MAX_NAMES; i++) {
        const chart_series *s = &p->chart->series[i];
        size_t last = s->count;
        while (last > 0 && isnan(s->points[last - 1].y))
            last--;
        if (last == 0 || s->name.len == 0) continue;
        double x = sw_rules__scale_place(&p->x, s->points[last - 1].x);
        double y = sw_rules__scale_place(&p->y, s->points[last - 1].y);
        const char *color = s->faint ? CHART_GREY : color_of(p->chart, i);
        names[count++] = (line_name){s, color, x, y, y};
    }
    qsort(names, count, sizeof *names, by_height);
    move_apart(names, count, p->bottom);
    for (size_t i = 0; i < count; i++)
        draw_name(p, &names[i]);
}

void sw_rules__chart_lines(const chart_lines *chart, sw_buf *out)
{
    plot p = {.chart = chart};
    double y = sw_rules__frame_begin(&chart->words, &p.body);
    measure(&p);
    lay_out(&p, y);
    draw_grid(&p);
    for (size_t i = 0; i < chart->series_count; i++)
        draw_series(&p, &chart->series[i], color_of(chart, i));
    sw_rules__scale_marks(&p.x, chart->marks, chart->mark_count, p.top,
                          p.bottom, &p.body);
    draw_names(&p);
    y = p.bottom + (chart->words.x_label.len > 0 ? 42 : 24);
    sw_rules__frame_end(&chart->words, y, &p.body, out);
    sw_buf_free(&p.body);
}
