// Rows: a label, then bars stacked away from zero or a dot with its interval,
// then what it says.
#include <math.h>

#include "chart_internal.h"

enum { ROW_HEIGHT = 26, BAR = 15, LABEL_MOST = 280 };

typedef struct {
    const chart_rows *chart;
    chart_scale x;
    double top;
    sw_buf body;
} plot;

/* ---- measuring ------------------------------------------------------- */

// How far the bars of a row reach to the left and to the right of 0.
static void reach_of(const chart_rows *c, const chart_row *row, double *left,
                     double *right)
{
    *left = *right = 0;
    for (size_t i = 0; i < c->part_count; i++)
        *(row->parts[i] < 0 ? left : right) += row->parts[i];
}

static void measure(plot *p)
{
    double low = INFINITY, high = -INFINITY;
    const chart_rows *c = p->chart;
    for (size_t i = 0; i < c->row_count; i++) {
        const chart_row *row = &c->rows[i];
        if (row->parts != NULL) {
            double left, right;
            reach_of(c, row, &left, &right);
            sw_rules__span(&low, &high, left);
            sw_rules__span(&low, &high, right);
        }
        sw_rules__span(&low, &high, row->value);
        sw_rules__span(&low, &high, row->low);
        sw_rules__span(&low, &high, row->high);
    }
    for (size_t i = 0; i < c->mark_count; i++)
        sw_rules__span(&low, &high, c->marks[i].at);
    sw_rules__scale_make(&p->x, low, high, c->log_x, 7);
}

static double width_in(const chart_row *row, sw_str text)
{
    double width = sw_rules__svg_width(text, CHART_TEXT);
    return row->strong ? width * SVG_BOLD : width;
}

static void lay_out(plot *p)
{
    double label = 0, says = 0;
    for (size_t i = 0; i < p->chart->row_count; i++) {
        const chart_row *row = &p->chart->rows[i];
        label = fmax(label, width_in(row, row->label));
        says = fmax(says, width_in(row, row->says));
    }
    p->x.from = CHART_PAD + fmin(label, LABEL_MOST) + 12;
    p->x.to = CHART_WIDTH - CHART_PAD - fmin(says, 160) - 12;
}

/* ---- the legend ------------------------------------------------------ */

static double draw_legend(plot *p, double y)
{
    const chart_rows *c = p->chart;
    double x = CHART_PAD;
    for (size_t i = 0; i < c->part_count; i++) {
        double width = 20 + sw_rules__svg_width(c->parts[i], CHART_SMALL) + 14;
        if (x > CHART_PAD && x + width > CHART_WIDTH - CHART_PAD) {
            x = CHART_PAD;
            y += 18;
        }
        sw_buf_printf(&p->body,
                      "<rect width=\"12\" height=\"12\" fill=\"%s\" x=\"",
                      sw_rules__color(i));
        sw_rules__svg_number(&p->body, x);
        sw_buf_str(&p->body, SW_STR("\" y=\""));
        sw_rules__svg_number(&p->body, y - 10);
        sw_buf_str(&p->body, SW_STR("\"/>\n"));
        sw_rules__svg_text(
            &p->body,
            (svg_text){
                .x = x + 18, .y = y, .size = CHART_SMALL, .color = CHART_INK},
            c->parts[i]);
        x += width;
    }
    return c->part_count > 0 ? y + 18 : y;
}

/* ---- rows ------------------------------------------------------------ */

static void draw_part(plot *p, const chart_row *row, size_t part, double from,
                      double to, double y)
{
    double a = sw_rules__scale_place(&p->x, fmin(from, to));
    double b = sw_rules__scale_place(&p->x, fmax(from, to));
    sw_buf *out = &p->body;
    sw_buf_printf(out, "<rect height=\"%d\" fill=\"%s\" x=\"", BAR,
                  sw_rules__color(part));
    sw_rules__svg_number(out, a);
    sw_buf_str(out, SW_STR("\" y=\""));
    sw_rules__svg_number(out, y - BAR / 2.0);
    sw_buf_str(out, SW_STR("\" width=\""));
    sw_rules__svg_number(out, fmax(b - a - 0.8, 0.4));
    sw_buf_str(out, SW_STR("\"><title>"));
    sw_rules__svg_escape(out, row->label);
    sw_buf_str(out, SW_STR(", "));
    sw_rules__svg_escape(out, p->chart->parts[part]);
    sw_buf_str(out, SW_STR(": "));
    sw_rules__scale_figure(&p->x, row->parts[part], out);
    sw_buf_str(out, SW_STR("</title></rect>\n"));
}

static void draw_bars(plot *p, const chart_row *row, double y)
{
    double left = 0, right = 0;
    for (size_t i = 0; i < p->chart->part_count; i++) {
        double part = row->parts[i];
        double *end = part < 0 ? &left : &right;
        if (part != 0) draw_part(p, row, i, *end, *end + part, y);
        *end += part;
    }
}

static void draw_interval(plot *p, const chart_row *row, double y)
{
    if (!(row->low < row->high)) return;
    double a = sw_rules__scale_place(&p->x, row->low);
    double b = sw_rules__scale_place(&p->x, row->high);
    const char *ink = "stroke=\"#1a1a1a\" stroke-width=\"1.6\"";
    sw_rules__svg_line(&p->body, a, y, b, y, ink);
    if (isfinite(row->low))
        sw_rules__svg_line(&p->body, a, y - 4, a, y + 4, ink);
    if (isfinite(row->high))
        sw_rules__svg_line(&p->body, b, y - 4, b, y + 4, ink);
}

static void draw_dot(plot *p, const chart_row *row, double y)
{
    if (isnan(row->value)) return;
    sw_buf_printf(&p->body, "<circle r=\"4.5\" fill=\"%s\" cx=\"",
                  sw_rules__color(row->strong ? 1 : 0));
    sw_rules__svg_number(&p->body, sw_rules__scale_place(&p->x, row->value));
    sw_buf_str(&p->body, SW_STR("\" cy=\""));
    sw_rules__svg_number(&p->body, y);
    sw_buf_str(&p->body, SW_STR("\"><title>"));
    sw_rules__svg_escape(&p->body, row->label);
    sw_buf_str(&p->body, SW_STR(": "));
    if (isfinite(row->value))
        sw_rules__scale_figure(&p->x, row->value, &p->body);
    sw_buf_str(&p->body, SW_STR("</title></circle>\n"));
}

// Cut to the room there is; the whole label is the tooltip.
static void draw_label(plot *p, const chart_row *row, double y)
{
    sw_str shown = row->label;
    bool cut = false;
    while (shown.len > 0 &&
           width_in(row, shown) > LABEL_MOST - (cut ? CHART_TEXT : 0)) {
        cut = true;
        do
            shown.len--;
        while (shown.len > 0 &&
               ((unsigned char)shown.at[shown.len] & 0xC0) == 0x80);
    }
    sw_buf text = {0};
    sw_buf_str(&text, shown);
    if (cut) sw_buf_str(&text, SW_STR("…"));
    sw_buf_str(&p->body, SW_STR("<g><title>"));
    sw_rules__svg_escape(&p->body, row->label);
    sw_buf_str(&p->body, SW_STR("</title>"));
    sw_rules__svg_text(&p->body,
                       (svg_text){.x = p->x.from - 10,
                                  .y = y + 4.5,
                                  .size = CHART_TEXT,
                                  .anchor = "end",
                                  .color = CHART_INK,
                                  .bold = row->strong},
                       (sw_str){text.at, text.len});
    sw_buf_str(&p->body, SW_STR("</g>\n"));
    p->body.failed |= text.failed;
    sw_buf_free(&text);
}

static double end_of(const plot *p, const chart_row *row)
{
    double end = row->low < row->high ? row->high : row->value;
    if (row->parts != NULL) {
        double left, right;
        reach_of(p->chart, row, &left, &right);
        end = fmax(row->low < row->high ? row->high : right, right);
    }
    return isnan(end) ? p->x.from : sw_rules__scale_place(&p->x, end);
}

static void draw_row(plot *p, const chart_row *row, double y)
{
    draw_label(p, row, y);
    if (row->parts != NULL) draw_bars(p, row, y);
    draw_interval(p, row, y);
    if (row->parts == NULL) draw_dot(p, row, y);
    if (row->says.len == 0) return;
    sw_rules__svg_text(&p->body,
                       (svg_text){.x = end_of(p, row) + 10,
                                  .y = y + 4.5,
                                  .size = CHART_TEXT,
                                  .color = CHART_INK,
                                  .bold = row->strong},
                       row->says);
}

void sw_rules__chart_rows(const chart_rows *chart, sw_buf *out)
{
    plot p = {.chart = chart};
    double y = sw_rules__frame_begin(&chart->words, &p.body);
    measure(&p);
    lay_out(&p);
    y = draw_legend(&p, y + 6);
    p.top = y + (chart->mark_count > 0 ? 14 * fmin(3, (double)chart->mark_count)
                                       : 0);
    double bottom = p.top + ROW_HEIGHT * (double)chart->row_count + 6;
    sw_rules__scale_draw(&p.x, y, bottom, chart->words.x_label, &p.body);
    if (p.x.low <= 0 && !p.x.log) {
        double zero = sw_rules__scale_place(&p.x, 0);
        sw_rules__svg_line(&p.body, zero, y, zero, bottom,
                           "stroke=\"#9aa0a6\"");
    }
    sw_rules__scale_marks(&p.x, chart->marks, chart->mark_count, y, bottom,
                          &p.body);
    for (size_t i = 0; i < chart->row_count; i++) {
        draw_row(&p, &chart->rows[i],
                 p.top + ROW_HEIGHT * ((double)i + 0.5) + 3);
    }
    y = bottom + (chart->words.x_label.len > 0 ? 42 : 24);
    sw_rules__frame_end(&chart->words, y, &p.body, out);
    sw_buf_free(&p.body);
}
