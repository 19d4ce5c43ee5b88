// The pieces that pictures are made of: text and numbers as SVG and HTML want
// them, the same in every locale.
#ifndef SEGWAN_RULES_SVG_H
#define SEGWAN_RULES_SVG_H

#include "segwan/base.h"

// Text between tags or inside quotes: markup escaped, and what XML 1.0 has no
// place for (control characters, bytes that are not UTF-8) as '?'.
void sw_rules__svg_escape(sw_buf *out, sw_str s);

// How wide a sans-serif face sets the text, about; wide characters count as
// one em.
double sw_rules__svg_width(sw_str s, double size);
#define SVG_BOLD 1.12  // how much wider bold text is

// A coordinate, to a tenth of a pixel.
void sw_rules__svg_number(sw_buf *out, double value);

// A number for people, as fine as `step` asks: "0.05", "12,500", "7.5 bn".
// `unit` is 1, 1e6, 1e9 or 1e12: see sw_rules__svg_unit().
enum { SVG_FIGURE = 96 };
sw_str sw_rules__svg_figure(char buf[SVG_FIGURE], double value, double step,
                            double unit);
double sw_rules__svg_unit(double largest);

typedef struct {
    double x, y, size;
    const char *anchor;  // "start", "middle", "end"
    const char *color;
    bool bold;
} svg_text;

// One line of text, not wrapped.
void sw_rules__svg_text(sw_buf *out, svg_text how, sw_str text);
// Several, each at most `width` wide; gives the y of the line that would
// follow.
double sw_rules__svg_wrapped(sw_buf *out, svg_text how, sw_str text,
                             double width);
void sw_rules__svg_line(sw_buf *out, double x1, double y1, double x2, double y2,
                        const char *style);

#endif
