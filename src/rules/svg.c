// Text, numbers and lines of SVG. Numbers are written from integers: printf's
// %f would take a comma for the point where the caller's locale does.
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <utf8proc.h>

#include "prose.h"
#include "svg.h"

/* ---- text ------------------------------------------------------------ */

static const char *entity_of(char c)
{
    switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return NULL;
    }
}

// The length of the character at `at`; 0 where there is none.
static size_t character(sw_str s, size_t at, utf8proc_int32_t *out)
{
    utf8proc_ssize_t used =
        utf8proc_iterate((const utf8proc_uint8_t *)s.at + at,
                         (utf8proc_ssize_t)(s.len - at), out);
    return used > 0 ? (size_t)used : 0;
}

// XML 1.0, section 2.2.
static bool is_xml(utf8proc_int32_t c)
{
    if (c < 0x20) return c == '\t' || c == '\n' || c == '\r';
    return c != 0xFFFE && c != 0xFFFF;
}

void sw_rules__svg_escape(sw_buf *out, sw_str s)
{
    for (size_t at = 0; at < s.len;) {
        utf8proc_int32_t c = 0;
        size_t used = character(s, at, &c);
        const char *entity = entity_of(s.at[at]);
        if (used == 0 || !is_xml(c)) {
            sw_buf_str(out, SW_STR("?"));
        } else if (entity != NULL) {
            sw_buf_str(out, sw_str_of(entity));
        } else {
            sw_buf_add(out, s.at + at, used);
        }
        at += used > 0 ? used : 1;
    }
}

// About DejaVu Sans, wider than most, in ems: narrow letters, capitals, all
// others.
static double ems(utf8proc_int32_t c)
{
    if (c < 0x80 && strchr(" !'(),-./:;Iijl|ft", (int)c) != NULL) return 0.35;
    if ((c >= 'A' && c <= 'Z') || c == 'm' || c == 'w') return 0.75;
    if (utf8proc_charwidth(c) == 0) return 0;
    return utf8proc_charwidth(c) == 2 ? 1.0 : 0.62;
}

double sw_rules__svg_width(sw_str s, double size)
{
    double width = 0;
    for (size_t at = 0; at < s.len;) {
        utf8proc_int32_t c = 0;
        size_t used = character(s, at, &c);
        width += used > 0 && c > 0 ? ems(c) : 0.62;
        at += used > 0 ? used : 1;
    }
    return width * size;
}

/* ---- numbers --------------------------------------------------------- */

void sw_rules__svg_number(sw_buf *out, double value)
{
    char text[FIXED_SIZE];
    assert(isfinite(value));
    bool whole = fabs(value - round(value)) < 0.05;
    sw_buf_str(out, sw_rules__fixed(text, value, whole ? 0 : 1));
}

// Thousands apart, and a minus that is as wide as a plus.
static size_t grouped(char buf[SVG_FIGURE], double value, int decimals)
{
    char text[FIXED_SIZE], *at = buf;
    sw_str plain = sw_rules__fixed(text, value, decimals);
    size_t i = 0, whole = strcspn(text, ".e");
    if (text[0] == '-') {
        at += snprintf(at, 4, "−");
        i = 1;
    }
    bool apart = whole - i > 4;
    for (; i < plain.len; i++) {
        if (apart && i < whole && i > 0 && (whole - i) % 3 == 0 &&
            text[i - 1] != '-') {
            *at++ = ',';
        }
        *at++ = text[i];
    }
    return (size_t)(at - buf);
}

static const struct {
    double size;
    const char *name;
} units[] = {{1e12, " tn"}, {1e9, " bn"}, {1e6, " M"}};

double sw_rules__svg_unit(double largest)
{
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (largest >= units[i].size) return units[i].size;
    }
    return 1;
}

sw_str sw_rules__svg_figure(char buf[SVG_FIGURE], double value, double step,
                            double unit)
{
    int decimals = 0;
    double fine = fabs(step) / unit;
    while (decimals < 9 && fabs(fine - round(fine)) > 1e-6 * fine) {
        fine *= 10;
        decimals++;
    }
    size_t len = grouped(buf, value / unit, decimals);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (unit != units[i].size || value == 0) continue;
        len +=
            (size_t)snprintf(buf + len, SVG_FIGURE - len, "%s", units[i].name);
    }
    return (sw_str){buf, len};
}

/* ---- elements -------------------------------------------------------- */

static void attribute(sw_buf *out, const char *name, double value)
{
    sw_buf_printf(out, " %s=\"", name);
    sw_rules__svg_number(out, value);
    sw_buf_str(out, SW_STR("\""));
}

void sw_rules__svg_text(sw_buf *out, svg_text how, sw_str text)
{
    sw_buf_str(out, SW_STR("<text"));
    attribute(out, "x", how.x);
    attribute(out, "y", how.y);
    attribute(out, "font-size", how.size);
    if (how.anchor != NULL)
        sw_buf_printf(out, " text-anchor=\"%s\"", how.anchor);
    if (how.color != NULL) sw_buf_printf(out, " fill=\"%s\"", how.color);
    if (how.bold) sw_buf_str(out, SW_STR(" font-weight=\"bold\""));
    sw_buf_str(out, SW_STR(">"));
    sw_rules__svg_escape(out, text);
    sw_buf_str(out, SW_STR("</text>\n"));
}

// The first line of `rest`: as many words as fit, at least one.
static sw_str next_line(sw_str *rest, double size, double width)
{
    size_t end = 0;
    for (size_t at = 0; at <= rest->len; at++) {
        if (at < rest->len && rest->at[at] != ' ') continue;
        if (end > 0 &&
            sw_rules__svg_width((sw_str){rest->at, at}, size) > width) {
            break;
        }
        end = at;
    }
    sw_str line = {rest->at, end};
    size_t skip = end < rest->len ? end + 1 : end;
    *rest = (sw_str){rest->at + skip, rest->len - skip};
    return line;
}

double sw_rules__svg_wrapped(sw_buf *out, svg_text how, sw_str text,
                             double width)
{
    if (how.bold) width /= SVG_BOLD;
    while (text.len > 0) {
        sw_rules__svg_text(out, how, next_line(&text, how.size, width));
        how.y += round(how.size * 1.35);
    }
    return how.y;
}

void sw_rules__svg_line(sw_buf *out, double x1, double y1, double x2, double y2,
                        const char *style)
{
    sw_buf_str(out, SW_STR("<line"));
    attribute(out, "x1", x1);
    attribute(out, "y1", y1);
    attribute(out, "x2", x2);
    attribute(out, "y2", y2);
    sw_buf_printf(out, " %s/>\n", style);
}
