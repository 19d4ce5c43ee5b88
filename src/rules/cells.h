// Cells of a fact: the values that a book's expressions do not tell apart. An
// expression that only compares a fact with constants is settled by where the
// fact stands among them; so one value of each cell stands for all.
//
//     survey all = {0};
//     cells of;
//     bool ok = sw_rules__survey(&all, book, &days, arena, err) &&
//               sw_rules__find_cells(&all, fact, arena, &of, err);
//     // of.at: 25000 and 50000; below, at, between and above them are 5 cells
#ifndef SEGWAN_RULES_CELLS_H
#define SEGWAN_RULES_CELLS_H

#include "rules_internal.h"

typedef struct {
    const sw_rulebook *book;
    const sw_cel *cel;
    const sw_cel_tree *tree;
    const bindings *days;  // of the book
    const rule_def *rule;  // that it is of, or NULL: of a term
} surveyed;

// Expressions of one or several books.
typedef struct {
    surveyed *at;
    size_t count, cap;
} survey;

// Adds every expression of a book: all versions of rules and terms.
SW_CHECK bool sw_rules__survey(survey *all, const sw_rulebook *book,
                               const ruling_days *days, sw_arena *arena,
                               sw_error *err);
// Adds one expression of a book; none, if it has no text.
SW_CHECK bool sw_rules__survey_one(survey *all, const sw_rulebook *book,
                                   const expression *of,
                                   const ruling_days *days, sw_arena *arena,
                                   sw_error *err);

typedef struct {
    const fact_def *fact;
    const sw_cel_value *at;  // what it, or each of its items, is compared with:
                             // sorted, each once; days of dates
    size_t count;
    bool read;   // by some expression
    bool exact;  // nothing else is done with it
} cells;

SW_CHECK bool sw_rules__find_cells(const survey *all, const fact_def *fact,
                                   sw_arena *arena, cells *out, sw_error *err);

typedef struct {
    const sw_cel_value *at;
    size_t count;
    bool whole;  // every cell that the fact's bounds allow has a value here
} cell_values;

// A value or more of each cell: of whole numbers and days the first and the
// last of a cell too, so that the nearest one is among them. Of records, and of
// numbers in lists without a `count`, there are none.
// `now`: a list's value, or NULL: words that no constant is and numbers in
// their places may stay as they are there.
SW_CHECK bool sw_rules__cell_values(const cells *c, const sw_cel_value *now,
                                    sw_arena *arena, cell_values *out,
                                    sw_error *err);

#endif
