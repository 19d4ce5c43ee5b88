// Charts as self-contained SVG, to stand alone or inside a page: lines over a
// scale, and rows of bars or dots. White ground, colours that colour-blind
// people tell apart, no script, no style sheet, no font of its own; a title and
// a description for who cannot see it, a tooltip on every point.
//
//     sw_buf out = {0};
//     sw_rules__chart_lines(&chart, &out);
//     ... out.failed: memory ran out ...
//
// Same chart, same bytes, in every locale. All numbers may be infinite (drawn
// to the edge); a y or value that is NAN is missing: a gap.
#ifndef SEGWAN_RULES_CHART_H
#define SEGWAN_RULES_CHART_H

#include "segwan/base.h"

// What is written around a chart. Empty words take no room.
typedef struct {
    const char *id;      // begins the ids inside: another one for each chart
                         // of a page
    sw_str title;        // what it shows, above it
    sw_str description;  // the same in full, for who cannot see it
    sw_str x_label;      // under the scale; of lines also y_label, above theirs
    sw_str y_label;
    sw_str note;  // small, at the foot: source, method
} chart_words;

// A line across the plot: a threshold, a day, "no difference".
typedef struct {
    double at;
    sw_str label;
} chart_mark;

typedef struct {
    double x, y;
    double low, high;  // an interval around y; both equal to y: none
} chart_point;

typedef struct {
    sw_str name;  // at the line's end; empty: unnamed
    const chart_point *points;
    size_t count;
    bool steps;  // holds its value until the next point
    bool faint;  // grey and thin: the crowd behind
} chart_series;

typedef struct {
    chart_words words;
    const chart_series *series;  // drawn in order, the last one on top
    size_t series_count;
    const chart_mark *marks;  // at places of x
    size_t mark_count;
    bool log_x;      // all x > 0
    bool from_zero;  // y begins at 0
} chart_lines;

typedef struct {
    sw_str label;         // at the left
    const double *parts;  // bars, one a part, stacked away from 0; NULL: a dot
    double value, low, high;  // the dot and its interval; of bars: the sum
    sw_str says;              // behind it
    bool strong;              // set off from the other rows
} chart_row;

typedef struct {
    chart_words words;
    const sw_str *parts;  // names of the bars' parts
    size_t part_count;
    const chart_row *rows;  // from above
    size_t row_count;
    const chart_mark *marks;  // at places of the scale
    size_t mark_count;
    bool log_x;  // all values > 0; for dots
} chart_rows;

void sw_rules__chart_lines(const chart_lines *chart, sw_buf *out);
void sw_rules__chart_rows(const chart_rows *chart, sw_buf *out);

#endif
