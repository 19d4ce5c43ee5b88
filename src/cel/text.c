// UTF-8 by code points, and errors that show their place in the source.
#include "cel_internal.h"

#include <stdio.h>

uint32_t sw_cel__code_point(sw_str s, size_t *at)
{
    const unsigned char *p = (const unsigned char *)s.at + *at;
    size_t left = s.len - *at;
    if (p[0] < 0x80) return (*at)++, p[0];

    size_t len = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
    if (p[0] < 0xC0 || p[0] > 0xF4 || len > left) return (*at)++, 0xFFFD;
    uint32_t c = p[0] & (0x7Fu >> len);
    for (size_t i = 1; i < len; i++) {
        if ((p[i] & 0xC0) != 0x80) return (*at)++, 0xFFFD;
        c = c << 6 | (p[i] & 0x3F);
    }
    *at += len;
    return c;
}

size_t sw_cel__encode(uint32_t c, char out[4])
{
    unsigned char *p = (unsigned char *)out;
    if (c < 0x80) return p[0] = (unsigned char)c, 1;
    size_t len = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = len - 1; i > 0; i--, c >>= 6)
        p[i] = (unsigned char)(0x80 | (c & 0x3F));
    p[0] = (unsigned char)(c | (0xF00u >> len & 0xFF));
    return len;
}

size_t sw_cel__count_code_points(sw_str s)
{
    size_t count = 0;
    for (size_t i = 0; i < s.len; i++)
        count += ((unsigned char)s.at[i] & 0xC0) != 0x80;
    return count;
}

// Columns a terminal gives a code point: the blocks that are wide in practice
// (Unicode's East_Asian_Width W and F, rounded to blocks) and the combining
// marks that take none.
static unsigned columns(uint32_t c)
{
    static const struct {
        uint32_t from, to;
        unsigned columns;
    } widths[] = {
        {0x300, 0x36F, 0},     {0x1100, 0x115F, 2},   {0x1160, 0x11FF, 0},
        {0x200B, 0x200F, 0},   {0x20D0, 0x20FF, 0},   {0x2E80, 0x303E, 2},
        {0x3041, 0x33FF, 2},   {0x3400, 0x4DBF, 2},   {0x4E00, 0x9FFF, 2},
        {0xA000, 0xA4CF, 2},   {0xA960, 0xA97F, 2},   {0xAC00, 0xD7A3, 2},
        {0xF900, 0xFAFF, 2},   {0xFE00, 0xFE0F, 0},   {0xFE20, 0xFE2F, 0},
        {0xFE30, 0xFE6F, 2},   {0xFF00, 0xFF60, 2},   {0xFFE0, 0xFFE6, 2},
        {0x1F300, 0x1F64F, 2}, {0x1F680, 0x1F6FF, 2}, {0x1F900, 0x1F9FF, 2},
        {0x20000, 0x3FFFD, 2},
    };
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        if (c >= widths[i].from && c <= widths[i].to) return widths[i].columns;
    }
    return 1;
}

typedef struct {
    size_t begin, end;      // the line
    size_t number, column;  // from 1, in code points
} place;

static place find_place(sw_str source, size_t offset)
{
    place at = {.number = 1};
    for (size_t i = 0; i < offset; i++) {
        if (source.at[i] != '\n') continue;
        at.number++;
        at.begin = i + 1;
    }
    at.end = offset;
    while (at.end < source.len && source.at[at.end] != '\n' &&
           source.at[at.end] != '\r')
        at.end++;
    at.column =
        1 + sw_cel__count_code_points(sw_cel__part(source, at.begin, offset));
    return at;
}

enum {
    SHOWN_BEFORE = 48,  // columns shown left of the caret, and right of it
    SHOWN_AFTER = 24,
    SHOWN_BYTES = 110,  // and bytes, so that both lines fit an error's reason
};

static size_t step_back(sw_str s, size_t at)
{
    do {
        at--;
    } while (at > 0 && ((unsigned char)s.at[at] & 0xC0) == 0x80);
    return at;
}

// Writes the part of the line around the caret, and the caret below it. A tab
// and any other control character shows as one space, so the caret stands
// right whatever the terminal's tab stops are.
static void draw(sw_str source, place line, size_t offset, char *out,
                 size_t size)
{
    size_t from = offset, columns_before = 0;
    while (from > line.begin && columns_before < SHOWN_BEFORE &&
           offset - from < SHOWN_BYTES) {
        from = step_back(source, from);
        size_t at = from;
        columns_before += columns(sw_cel__code_point(source, &at));
    }
    bool cut_left = from > line.begin;

    size_t n = (size_t)snprintf(out, size, "\n    %s", cut_left ? "..." : "");
    size_t at = from, right = 0;
    while (at < line.end && right < SHOWN_AFTER &&
           at - from < 2 * SHOWN_BYTES) {
        size_t begin = at;
        uint32_t c = sw_cel__code_point(source, &at);
        if (begin >= offset) right += columns(c);
        bool control = c < 0x20 || c == 0x7F || (c >= 0x80 && c < 0xA0);
        bool stray = !sw_utf8_valid(sw_cel__part(source, begin, at));
        if (control || stray || n + 8 > size) {
            out[n++] = stray ? '?' : ' ';
        } else {
            memcpy(out + n, source.at + begin, at - begin);
            n += at - begin;
        }
    }
    snprintf(out + n, size - n, "%s\n    %*s^", at < line.end ? "..." : "",
             (int)columns_before + (cut_left ? 3 : 0), "");
}

SW_PRINTF(4, 0)
static bool fail_at(sw_str source, size_t offset, sw_error *err,
                    const char *fmt, va_list args)
{
    char message[160], drawing[400];
    vsnprintf(message, sizeof message, fmt, args);

    place line = find_place(source, offset);
    draw(source, line, offset, drawing, sizeof drawing);
    sw_fail(err, SW_ERR_INPUT, "%s%s", message, drawing);
    return sw_error_at(err, "line %zu, column %zu", line.number, line.column);
}

bool sw_cel__fail_at(sw_str source, size_t offset, sw_error *err,
                     const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    fail_at(source, offset, err, fmt, args);
    va_end(args);
    return false;
}

bool sw_cel_fail_at(const sw_cel *cel, size_t offset, sw_error *err,
                    const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    if (offset > cel->source.len) offset = cel->source.len;
    fail_at(cel->source, offset, err, fmt, args);
    va_end(args);
    return false;
}
