// Shared by the files of parity.
#ifndef SEGWAN_RULES_PARITY_INTERNAL_H
#define SEGWAN_RULES_PARITY_INTERNAL_H

#include "rules_internal.h"
#include "segwan/parity.h"

/* ---- population.c ---------------------------------------------------- */

typedef struct {
    sw_str name, origin;
    uint32_t line;
    said_fact *facts;  // by path; one of them is the origin
    size_t fact_count;
} population_row;

struct sw_population {
    sw_str name;  // of the file
    const sw_rulebook *book;
    const sw_parity_note *notes;
    size_t note_count;
    const population_row *rows;
    size_t row_count;
};

// The row as a declaration, its origin replaced by `origin` unless empty.
SW_CHECK bool sw_rules__declare_row(const sw_population *all,
                                    const population_row *row, sw_str origin,
                                    sw_arena *arena, sw_declaration **out,
                                    sw_error *err);

/* ---- parity_table.c -------------------------------------------------- */

// The members of a group, by what is known of them.
typedef struct {
    size_t covered, spared;              // eligible, and covered or not
    size_t open;                         // eligible, covered or not
    size_t maybe_covered, maybe_spared;  // eligible or not
    size_t maybe_open;                   // eligible or not, covered or not
} parity_members;

void sw_rules__count_member(parity_members *m, sw_term_value eligible,
                            sw_term_value covered);
sw_parity_group sw_rules__parity_group(const parity_members *m);
SW_CHECK bool sw_rules__parity_effect(const parity_members *groups,
                                      sw_parity_effect *out, sw_error *err);

/* ---- parity.c: one measurement --------------------------------------- */

typedef enum { COVERED_BY_TERM, COVERED_BY_RULE, COVERED_BY_ANY } covered_kind;

typedef struct {
    const sw_rulebook *base;  // without the variant
    const sw_rulebook *book;
    const sw_population *population;
    const sw_parity_options *options;
    covered_kind kind;
    sw_str covered;  // the term's path or the rule's id
    sw_arena *arena;
    sw_arena *scratch;  // of one ruling, or of a few that are compared
    sw_parity *out;
    sw_parity_firm *firms;
    sw_error *err;
} measure;

// Rules on a row in the scratch arena. `origin` empty: its own.
SW_CHECK bool sw_rules__rule_row(const measure *m, const sw_rulebook *book,
                                 size_t row, sw_str origin,
                                 const sw_ruling **out);
sw_term_value sw_rules__covered(const measure *m, const sw_ruling *ruling);
// Whether the rule's `when` holds.
sw_term_value sw_rules__applies(const sw_rule_outcome *rule);
void sw_rules__count(sw_parity_count *count, sw_term_value a, sw_term_value b);
// The days that everything is ruled for.
ruling_days sw_rules__parity_days(const measure *m);
SW_CHECK bool sw_rules__apply_variant(const sw_rulebook *book, sw_str variant,
                                      sw_arena *arena, const sw_rulebook **out,
                                      sw_error *err);

/* ---- parity_eligible.c ----------------------------------------------- */

typedef struct eligibility eligibility;
SW_CHECK bool sw_rules__read_eligible(const measure *m,
                                      const eligibility **out);
SW_CHECK bool sw_rules__is_eligible(const measure *m, const eligibility *e,
                                    size_t row, sw_term_value *out);

/* ---- parity_face.c, parity_sweep.c ----------------------------------- */

SW_CHECK bool sw_rules__parity_face(measure *m);
SW_CHECK bool sw_rules__parity_thresholds(measure *m);

#endif
