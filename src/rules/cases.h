// Between the files that run cases.
#ifndef SEGWAN_RULES_CASES_H
#define SEGWAN_RULES_CASES_H

#include "rules_internal.h"

typedef struct {
    sw_str name, source, notes;
    optional_date date, known_on;
    const yaml_node *variant, *declaration, *expect;
} case_def;

/* ---- conditions.c ---------------------------------------------------- */

// A part of an expression that can go either way.
typedef struct {
    sw_str text;     // as the book has it
    uint32_t begin;  // in the expression's text
    // What is true if it is false, or true, of the facts; without the first,
    // the second is the condition itself.
    const sw_cel *sides[2];
} condition;

// In the order of the text, outer ones before their parts.
SW_CHECK bool sw_rules__find_conditions(const expression_reader *r,
                                        const expression *e,
                                        const condition **out, size_t *count,
                                        sw_error *err);

/* ---- coverage.c, coverage_text.c ------------------------------------- */

typedef struct covered_rule covered_rule;
struct covered_rule {
    sw_str id;
    size_t states[SW_RULE_UNDETERMINED + 1];  // cases that brought it there
    bool possible[SW_RULE_UNDETERMINED + 1];
    covered_rule *next;
};

// A condition of the file, and which ways cases took.
typedef struct {
    sw_str text;
    uint32_t begin, line, column;
    bool seen[2];  // false, true
} covered_side;

// An expression of the file, in whichever books.
typedef struct covered_source covered_source;
struct covered_source {
    const char *owner, *role;
    sw_str id;
    size_t offset;  // of its text in the file
    covered_side *sides;
    size_t count;
    covered_source *next;
};

typedef struct covered_expression covered_expression;
typedef struct covered_book covered_book;

typedef struct {
    sw_arena *arena;
    size_t budget;  // of text with terms written out
    covered_rule *rules;
    covered_source *sources, **last_source;
    covered_expression *expressions;
    covered_book *books;
} coverage;

void sw_rules__coverage_init(coverage *all, sw_arena *arena);
// Adds a case: its book, and what it came to.
SW_CHECK bool sw_rules__cover(coverage *all, sw_rulebook *book,
                              const sw_declaration *said,
                              const sw_rule_options *options,
                              const sw_ruling *ruling, sw_error *err);

/* ---- cases.c, case_compare.c ----------------------------------------- */

// Told of each case once it has run; false ends the run.
typedef bool (*case_teller)(void *ctx, const case_def *c,
                            const sw_ruling *ruling, bool passed,
                            sw_error *err);

typedef struct {
    sw_rulebook *base, *book;  // the file's, and the one that the case is for
    sw_rulebook **variants;    // of the base, once they are built
    const char *file;          // of the cases
    sw_arena *arena;
    sw_error *err;
    sw_buf *report;
    bool named;  // the case at hand is already in the report
    coverage coverage;
    case_teller tell;  // or NULL
    void *ctx;
} case_runner;

// Reports what was reached, and what was not; sets the sums.
void sw_rules__print_coverage(const case_runner *r, sw_case_report *sum);

// The file of cases beside a book: "dir/book.cases.yaml". Its `at` is NULL when
// memory is out.
sw_str sw_rules__cases_path(const char *path, sw_arena *arena);
// Runs the cases of the book that stands at `path`.
SW_CHECK bool sw_rules__run_cases(sw_rulebook *book, const char *path,
                                  case_teller tell, void *ctx, sw_arena *arena,
                                  sw_case_report *out, sw_error *err);

// Reports what is other than expected.
SW_CHECK bool sw_rules__compare_case(case_runner *r, const case_def *c,
                                     const sw_ruling *ruling);

#endif
