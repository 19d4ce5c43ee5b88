// Text for people: words folded at a column, numbers the same in every locale.
#ifndef SEGWAN_RULES_PROSE_H
#define SEGWAN_RULES_PROSE_H

#include "segwan/base.h"

enum { PROSE_WIDTH = 79 };  // columns of a line

// Columns that a terminal gives the text; Korean letters take two.
size_t sw_rules__columns(sw_str s);

// Writes words from column `at` on, further lines from column `left` on, and
// ends the line. Lines are no wider than PROSE_WIDTH unless a word is.
void sw_rules__wrap(sw_buf *out, sw_str text, size_t left, size_t at);

// The text, then blanks up to `width` columns; or blanks first.
void sw_rules__pad(sw_buf *out, sw_str text, size_t width);
void sw_rules__pad_left(sw_buf *out, sw_str text, size_t width);

// A number rounded to `decimals`: "-0.115474". Not printf's %f, which takes a
// comma for the point where the caller's locale does.
enum { FIXED_SIZE = 64 };
sw_str sw_rules__fixed(char buf[FIXED_SIZE], double value, int decimals);
// The same with a sign in front: "+0.02".
sw_str sw_rules__signed(char buf[FIXED_SIZE], double value, int decimals);

#endif
