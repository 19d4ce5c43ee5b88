// Facts of which only a range is known.
#ifndef SEGWAN_RULES_RANGES_H
#define SEGWAN_RULES_RANGES_H

#include "rules_internal.h"

enum { MAX_RANGES = 12 };  // tried together

// `place` is set at once for elements and fields.
struct fact_range {
    sw_str path;  // "users", "turnover[1]"
    sw_str said;
    const fact_def *fact;
    bool about, has_low, has_high, low_open, high_open;
    sw_cel_value low, high;
    sw_cel_value *place;        // in the bindings, where the unknown stands
    const sw_cel_value *tried;  // in a trial, one of each cell
    size_t tried_count;
};

// Reads "> 5", ">= 5", "< 5", "<= 5", "5..10", "about 5". @return false if it
// is none, or the fact has no ranges.
bool sw_rules__read_range(fact_scalar of, sw_str text, fact_range *out);
SW_CHECK bool sw_rules__add_range(ranges *all, const fact_range *range,
                                  sw_error *err);
// "612000 to 748000", "above 45000000".
SW_CHECK bool sw_rules__range_text(const fact_range *r, sw_arena *arena,
                                   sw_str *out, sw_error *err);
// Finds the places of ranges in bindings that hold them.
void sw_rules__place_ranges(ranges *all, const bindings *facts);

// What waits for facts: the expressions of a rule or term, one or two.
typedef struct {
    const expression *of[2];
    size_t count;
    const sw_str *missing;
    size_t missing_count;
} waiting;

// Puts values in the places of the ranges that something reads, one choice
// after another; in the end the unknowns again.
typedef struct {
    fact_range *at[MAX_RANGES];
    size_t number[MAX_RANGES];
    size_t count;
} trials;

// `any`: there is something to try; else nothing was changed.
SW_CHECK bool sw_rules__trials_begin(trials *t, const judge *j,
                                     const waiting *w, bool *any);
// @return false after the last.
bool sw_rules__trials_next(trials *t);
void sw_rules__trials_end(const trials *t);

#endif
