// What both kinds of charts stand on: scales, frames, colours.
#ifndef SEGWAN_RULES_CHART_INTERNAL_H
#define SEGWAN_RULES_CHART_INTERNAL_H

#include "chart.h"
#include "svg.h"

enum { CHART_WIDTH = 760, CHART_PAD = 16, MAX_TICKS = 24 };

#define CHART_TEXT  13.0
#define CHART_SMALL 11.5
#define CHART_INK   "#1a1a1a"
#define CHART_GREY  "#5f6368"

// From numbers to places: `low` at pixel `from`, `high` at `to`.
typedef struct {
    double low, high, from, to;
    double ticks[MAX_TICKS], step, unit;
    size_t tick_count;
    bool log;
} chart_scale;

// Chooses ends and ticks that people count in, around low..high.
void sw_rules__scale_make(chart_scale *scale, double low, double high, bool log,
                          int wanted);
// Beyond the ends: the ends.
double sw_rules__scale_place(const chart_scale *scale, double value);
sw_str sw_rules__scale_tick(const chart_scale *scale, double tick,
                            char buf[SVG_FIGURE]);
// Any value on it, a little finer than its ticks.
void sw_rules__scale_figure(const chart_scale *scale, double value,
                            sw_buf *out);
// Ticks, grid and label of a scale that runs from left to right.
void sw_rules__scale_draw(const chart_scale *scale, double top, double bottom,
                          sw_str label, sw_buf *out);
// The marks' lines from top to bottom, their labels on top.
void sw_rules__scale_marks(const chart_scale *scale, const chart_mark *marks,
                           size_t count, double top, double bottom,
                           sw_buf *out);

// Widens low..high to hold a number; what is not finite changes nothing.
void sw_rules__span(double *low, double *high, double value);

// Begins the picture, with title and description; gives the y below them.
double sw_rules__frame_begin(const chart_words *words, sw_buf *out);
// Writes the note at `y`, and the head of the picture, whose height is known
// only now, before `body`.
void sw_rules__frame_end(const chart_words *words, double y, const sw_buf *body,
                         sw_buf *out);

const char *sw_rules__color(size_t i);

#endif
