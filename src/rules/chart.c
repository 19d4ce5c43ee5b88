// Scales, frames and colours of charts.
#include <float.h>
#include <math.h>

#include "chart_internal.h"

// Okabe and Ito's colours, darkened where they are pale on white.
const char *sw_rules__color(size_t i)
{
    static const char *const colors[] = {"#0072b2", "#d55e00", "#00805d",
                                         "#b0508a", "#a87900", "#2b8cbe",
                                         "#333333"};
    return colors[i % (sizeof colors / sizeof *colors)];
}

/* ---- scales ---------------------------------------------------------- */

void sw_rules__span(double *low, double *high, double value)
{
    if (!isfinite(value)) return;
    if (value < *low) *low = value;
    if (value > *high) *high = value;
}

// 1, 2 or 5 times a power of ten, about a `wanted`-th of the span.
static double nice_step(double span, int wanted)
{
    double rough = span / wanted, power = pow(10, floor(log10(rough)));
    double lead = rough / power;
    if (lead > 5) return 10 * power;
    return (lead > 2 ? 5 : lead > 1 ? 2 : 1) * power;
}

static void make_linear(chart_scale *s, int wanted)
{
    s->step = nice_step(s->high - s->low, wanted);
    double first = floor(s->low / s->step + 1e-9);
    double last = ceil(s->high / s->step - 1e-9);
    for (double i = first; i <= last && s->tick_count < MAX_TICKS; i++)
        s->ticks[s->tick_count++] = i * s->step;
    s->low = first * s->step;
    s->high = last * s->step;
}

// Powers of ten; of few decades also 2 and 5 times them, of many only some.
static void make_log(chart_scale *s, int wanted)
{
    static const double leads[] = {1, 2, 5};
    int first = (int)floor(log10(s->low) + 1e-9);
    int last = (int)ceil(log10(s->high) - 1e-9);
    int skip = (last - first + wanted - 1) / wanted;
    size_t lead_count = (last - first) * 3 <= wanted ? 3 : 1;
    for (int p = first; p <= last; p += skip > 1 ? skip : 1) {
        for (size_t i = 0; i < lead_count; i++) {
            double tick = leads[i] * pow(10, p);
            if (s->tick_count < MAX_TICKS && tick >= s->low * (1 - 1e-9) &&
                tick <= s->high * (1 + 1e-9)) {
                s->ticks[s->tick_count++] = tick;
            }
        }
    }
}

void sw_rules__scale_make(chart_scale *s, double low, double high, bool log,
                          int wanted)
{
    *s = (chart_scale){.low = low, .high = high, .log = log};
    if (!(low <= high)) {  // nothing to show
        s->low = log ? 1 : 0;
        s->high = log ? 10 : 1;
    } else if (high - low <= fabs(high) * 8 * DBL_EPSILON) {
        double room = high != 0 ? fabs(high) / 2 : 0.5;
        s->low = low - room;
        s->high = high + room;
    }
    if (log) {
        make_log(s, wanted);
    } else {
        make_linear(s, wanted);
    }
    s->unit = sw_rules__svg_unit(fmax(fabs(s->low), fabs(s->high)));
}

double sw_rules__scale_place(const chart_scale *s, double value)
{
    double v = fmin(fmax(value, s->low), s->high);
    double part = s->log ? log(v / s->low) / log(s->high / s->low)
                         : (v - s->low) / (s->high - s->low);
    return s->from + part * (s->to - s->from);
}

sw_str sw_rules__scale_tick(const chart_scale *s, double tick,
                            char buf[SVG_FIGURE])
{
    return s->log
               ? sw_rules__svg_figure(buf, tick, tick, sw_rules__svg_unit(tick))
               : sw_rules__svg_figure(buf, tick, s->step, s->unit);
}

void sw_rules__scale_figure(const chart_scale *s, double value, sw_buf *out)
{
    char text[SVG_FIGURE];
    double unit = sw_rules__svg_unit(fabs(value));
    double step = s->log ? pow(10, floor(log10(fabs(value))) - 2)
                         : nice_step(s->high - s->low, 500);
    if (value == round(value) && fabs(value) < 1e6) step = 1;
    sw_buf_str(out, sw_rules__svg_figure(text, value, step, unit));
}

static void draw_tick(const chart_scale *s, double tick, double top,
                      double bottom, sw_buf *out)
{
    char text[SVG_FIGURE];
    double x = sw_rules__scale_place(s, tick);
    sw_rules__svg_line(out, x, top, x, bottom, "stroke=\"#e3e5e8\"");
    sw_rules__svg_text(out,
                       (svg_text){.x = x,
                                  .y = bottom + 17,
                                  .size = CHART_SMALL,
                                  .anchor = "middle",
                                  .color = CHART_GREY},
                       sw_rules__scale_tick(s, tick, text));
}

void sw_rules__scale_draw(const chart_scale *s, double top, double bottom,
                          sw_str label, sw_buf *out)
{
    for (size_t i = 0; i < s->tick_count; i++)
        draw_tick(s, s->ticks[i], top, bottom, out);
    if (label.len == 0) return;
    sw_rules__svg_text(out,
                       (svg_text){.x = (s->from + s->to) / 2,
                                  .y = bottom + 36,
                                  .size = CHART_SMALL,
                                  .anchor = "middle",
                                  .color = CHART_INK},
                       label);
}

void sw_rules__scale_marks(const chart_scale *s, const chart_mark *marks,
                           size_t count, double top, double bottom, sw_buf *out)
{
    for (size_t i = 0; i < count; i++) {
        if (marks[i].at < s->low || marks[i].at > s->high) continue;
        double x = sw_rules__scale_place(s, marks[i].at);
        bool right = x > (s->from + s->to) / 2;  // the label has room left
        sw_rules__svg_line(out, x, top - 4, x, bottom,
                           "stroke=\"#1a1a1a\" stroke-dasharray=\"4 3\"");
        sw_rules__svg_text(out,
                           (svg_text){.x = x + (right ? -5 : 5),
                                      .y = top + 9 + 14 * (double)(i % 3),
                                      .size = CHART_SMALL,
                                      .anchor = right ? "end" : "start",
                                      .color = CHART_INK},
                           marks[i].label);
    }
}

/* ---- frames ---------------------------------------------------------- */

double sw_rules__frame_begin(const chart_words *words, sw_buf *out)
{
    svg_text title = {.x = CHART_PAD,
                      .y = CHART_PAD + 14,
                      .size = 16,
                      .color = CHART_INK,
                      .bold = true};
    if (words->title.len == 0) return CHART_PAD;
    return sw_rules__svg_wrapped(out, title, words->title,
                                 CHART_WIDTH - 2 * CHART_PAD);
}

static void head(const chart_words *words, int height, sw_buf *out)
{
    sw_buf_printf(out,
                  "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" "
                  "height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\" "
                  "aria-labelledby=\"%s-title %s-desc\" "
                  "font-family=\"'Noto Sans', 'DejaVu Sans', Helvetica, Arial, "
                  "sans-serif\">\n<title id=\"%s-title\">",
                  CHART_WIDTH, height, CHART_WIDTH, height, words->id,
                  words->id, words->id);
    sw_rules__svg_escape(out, words->title);
    sw_buf_printf(out, "</title>\n<desc id=\"%s-desc\">", words->id);
    sw_rules__svg_escape(out, words->description);
    sw_buf_printf(out,
                  "</desc>\n<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n",
                  CHART_WIDTH, height);
}

void sw_rules__frame_end(const chart_words *words, double y, const sw_buf *body,
                         sw_buf *out)
{
    sw_buf foot = {0};
    if (words->note.len > 0) {
        svg_text note = {.x = CHART_PAD,
                         .y = y + 14,
                         .size = CHART_SMALL,
                         .color = CHART_GREY};
        y = sw_rules__svg_wrapped(&foot, note, words->note,
                                  CHART_WIDTH - 2 * CHART_PAD) -
            10;
    }
    head(words, (int)ceil(y) + CHART_PAD, out);
    sw_buf_add(out, body->at, body->len);
    sw_buf_add(out, foot.at, foot.len);
    sw_buf_str(out, SW_STR("</svg>\n"));
    out->failed |= body->failed || foot.failed;
    sw_buf_free(&foot);
}
