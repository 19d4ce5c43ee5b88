// Comma-separated values, RFC 4180: a cell is plain text up to a comma or the
// line's end, or stands in quotes, where a quote is doubled. Lines end in CR LF
// or LF. Stricter than most readers: a quote inside a plain cell, text behind a
// closing quote and rows of another width are refused, not guessed at.
#include <string.h>

#include "csv.h"

static const char byte_order_mark[] = "\xEF\xBB\xBF";

static sw_step refuse(const csv_reader *r, sw_error *err, const char *reason)
{
    sw_fail(err, SW_ERR_INPUT, "%s", reason);
    sw_error_at(err, "line %u, column %u", r->line, r->column);
    return SW_STEP_FAILED;
}

static bool at_end(const csv_reader *r)
{
    return r->at >= r->text.len;
}

static char peek(const csv_reader *r)
{
    return at_end(r) ? '\n' : r->text.at[r->at];
}

// Where the line's end stands: CR LF, LF, or the end of the text.
static bool at_line_end(const csv_reader *r)
{
    if (at_end(r) || peek(r) == '\n') return true;
    return peek(r) == '\r' && r->at + 1 < r->text.len &&
           r->text.at[r->at + 1] == '\n';
}

static void step(csv_reader *r)
{
    unsigned char c = (unsigned char)r->text.at[r->at++];
    if (c == '\n') {
        r->line++;
        r->column = 1;
    } else if ((c & 0xC0) != 0x80) {  // columns count characters
        r->column++;
    }
}

static void end_line(csv_reader *r)
{
    while (!at_end(r) && peek(r) != '\n')
        step(r);
    if (!at_end(r)) step(r);
}

// What would steer a terminal has no place in a table: C0 and C1 controls. CR
// only where a quoted cell holds whole lines.
static bool is_clean(const csv_reader *r, bool quoted)
{
    unsigned char c = (unsigned char)peek(r);
    if (c == 0xC2)  // never the text's last byte: it is UTF-8
        return (unsigned char)r->text.at[r->at + 1] >= 0xA0;
    if (c == '\r') return quoted && at_line_end(r);
    return (c >= 0x20 && c != 0x7F) || c == '\t' || c == '\n';
}

/* ---- cells ----------------------------------------------------------- */

static bool read_plain(csv_reader *r, sw_str *out, sw_error *err)
{
    size_t from = r->at;
    while (!at_line_end(r) && peek(r) != ',') {
        if (peek(r) == '"') {
            refuse(r, err,
                   "a quote inside a cell that does not begin with one");
            return false;
        }
        if (!is_clean(r, false)) {
            refuse(r, err, "a control character");
            return false;
        }
        step(r);
    }
    *out = (sw_str){r->text.at + from, r->at - from};
    return true;
}

// Takes every second of doubled quotes away.
static bool undouble(sw_str raw, sw_arena *arena, sw_str *out, sw_error *err)
{
    char *to = sw_arena_alloc(arena, raw.len + 1);
    if (to == NULL) return sw_fail_memory(err);
    size_t n = 0;
    for (size_t i = 0; i < raw.len; i++) {
        to[n++] = raw.at[i];
        if (raw.at[i] == '"') i++;
    }
    to[n] = '\0';
    *out = (sw_str){to, n};
    return true;
}

static bool read_quoted(csv_reader *r, sw_arena *arena, sw_str *out,
                        sw_error *err)
{
    step(r);
    size_t from = r->at;
    bool doubled = false;
    for (;; step(r)) {
        if (at_end(r)) return refuse(r, err, "a quote is not closed"), false;
        if (!is_clean(r, true))
            return refuse(r, err, "a control character"), false;
        if (peek(r) != '"') continue;
        if (r->at + 1 >= r->text.len || r->text.at[r->at + 1] != '"') break;
        step(r);
        doubled = true;
    }
    sw_str raw = {r->text.at + from, r->at - from};
    step(r);
    if (!at_line_end(r) && peek(r) != ',')
        return refuse(r, err, "text behind a closing quote"), false;
    *out = raw;
    return !doubled || undouble(raw, arena, out, err);
}

/* ---- rows ------------------------------------------------------------ */

static sw_step read_row(csv_reader *r, sw_arena *arena, csv_row *out,
                        sw_error *err)
{
    size_t n = 0;
    out->line = r->line;
    for (;;) {
        if (n == CSV_MAX_COLUMNS) return refuse(r, err, "more than 256 cells");
        csv_cell *cell = &r->cells[n++];
        *cell = (csv_cell){.line = r->line, .column = r->column};
        bool ok = !at_line_end(r) && peek(r) == '"'
                      ? read_quoted(r, arena, &cell->text, err)
                      : read_plain(r, &cell->text, err);
        if (!ok) return SW_STEP_FAILED;
        if (at_line_end(r)) break;
        step(r);  // the comma
    }
    end_line(r);
    if (r->width == 0) r->width = n;
    if (n != r->width) {
        sw_fail(err, SW_ERR_INPUT, "a row of %zu cells; the head has %zu", n,
                r->width);
        sw_error_at(err, "line %u, column 1", out->line);
        return SW_STEP_FAILED;
    }
    out->cells = r->cells;
    out->count = n;
    return SW_STEP_ITEM;
}

static sw_str trimmed(sw_str s)
{
    while (s.len > 0 && strchr(" \t\r", s.at[s.len - 1]) != NULL)
        s.len--;
    while (s.len > 0 && (s.at[0] == ' ' || s.at[0] == '\t'))
        s = (sw_str){s.at + 1, s.len - 1};
    return s;
}

static sw_step read_comment(csv_reader *r, csv_row *out, sw_error *err)
{
    out->line = r->line;
    step(r);
    size_t from = r->at;
    while (!at_line_end(r)) {
        if (!is_clean(r, false)) return refuse(r, err, "a control character");
        step(r);
    }
    out->comment = trimmed((sw_str){r->text.at + from, r->at - from});
    end_line(r);
    return SW_STEP_ITEM;
}

static sw_step begin(csv_reader *r, sw_error *err)
{
    r->line = r->column = 1;
    if (sw_str_starts(r->text, SW_STR(byte_order_mark))) r->at = 3;
    if (sw_utf8_valid(r->text)) return SW_STEP_ITEM;
    sw_fail(err, SW_ERR_INPUT, "not UTF-8");
    return SW_STEP_FAILED;
}

sw_step sw_rules__csv_next(csv_reader *r, sw_arena *arena, csv_row *out,
                           sw_error *err)
{
    if (r->line == 0 && begin(r, err) == SW_STEP_FAILED) return SW_STEP_FAILED;
    *out = (csv_row){0};
    while (!at_end(r) && at_line_end(r))
        end_line(r);
    if (at_end(r)) return SW_STEP_END;
    if (r->comments && peek(r) == '#') return read_comment(r, out, err);
    return read_row(r, arena, out, err);
}

size_t sw_rules__csv_column(const csv_row *head, sw_str name)
{
    size_t i = 0;
    while (i < head->count && !sw_str_eq(head->cells[i].text, name))
        i++;
    return i;
}
