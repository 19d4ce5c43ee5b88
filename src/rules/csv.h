// Tables of comma-separated values, row by row (RFC 4180, in UTF-8).
//
//     csv_reader r = {.text = text};
//     csv_row row;
//     sw_step step;
//     while ((step = sw_rules__csv_next(&r, arena, &row, err)) == SW_STEP_ITEM)
//         ... row.cells[0].text ...
//
// The first row that is no comment is the head: all others must be as wide.
#ifndef SEGWAN_RULES_CSV_H
#define SEGWAN_RULES_CSV_H

#include "segwan/base.h"

enum { CSV_MAX_COLUMNS = 256 };

typedef struct {
    sw_str text;
    uint32_t line, column;  // of its first character, quotes included
} csv_cell;

typedef struct {
    const csv_cell *cells;  // until the next row is read
    size_t count;           // 0: a comment
    sw_str comment;         // behind the '#', blanks at its ends taken off
    uint32_t line;
} csv_row;

typedef struct {
    sw_str text;    // the whole table; borrowed
    bool comments;  // lines that begin with '#' are comments

    size_t at;  // the rest is the reader's own
    uint32_t line, column;
    size_t width;  // of the head; 0: not read yet
    csv_cell cells[CSV_MAX_COLUMNS];
} csv_reader;

// Empty lines are skipped. Errors name line and column.
SW_CHECK sw_step sw_rules__csv_next(csv_reader *r, sw_arena *arena,
                                    csv_row *out, sw_error *err);

// The column of the head with this name; `width` if there is none.
size_t sw_rules__csv_column(const csv_row *head, sw_str name);

#endif
