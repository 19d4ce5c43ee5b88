// Reading lines from a person, or from a pipe.
#ifndef SEGWAN_CLI_LINE_H
#define SEGWAN_CLI_LINE_H

#include "cli.h"

typedef struct sw_line sw_line;

typedef enum {
    SW_LINE_READ,
    SW_LINE_GIVEN_UP,  // Ctrl-C
    SW_LINE_END,
    SW_LINE_FAILED,
} sw_line_got;

bool sw_line_new(sw_line **out, sw_error *err);
void sw_line_free(sw_line *line);
// Appends a line and its end to `out`. The prompt is of ASCII; `color` begins
// its colour, or is empty.
sw_line_got sw_line_read(sw_line *line, const char *prompt, const char *color,
                         sw_buf *out, sw_error *err);

#endif
