// Between the files that run cases.
#ifndef SEGWAN_RULES_CASES_H
#define SEGWAN_RULES_CASES_H

#include "rules_internal.h"

typedef struct {
    sw_str name, source, notes;
    optional_date date, known_on;
    const yaml_node *variant, *declaration, *expect;
} case_def;

/* ---- coverage.c ------------------------------------------------------ */

// How many cases brought a rule to a state.
typedef struct {
    sw_str id;
    size_t states[SW_RULE_UNDETERMINED + 1];
} covered_rule;

typedef struct {
    covered_rule *rules;
    size_t count, cap;
} coverage;

SW_CHECK bool sw_rules__cover(coverage *all, const sw_ruling *ruling,
                              sw_arena *arena, sw_error *err);
void sw_rules__print_coverage(const coverage *all, sw_buf *report);

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
