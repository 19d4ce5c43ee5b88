// Shared by the files that write a rulebook as a page.
#ifndef SEGWAN_RULES_SHOW_H
#define SEGWAN_RULES_SHOW_H

#include "phrase.h"
#include "rules_internal.h"
#include "sheet.h"

// A case and what it came to.
typedef struct {
    sw_str name, source, notes, variant;
    sw_date date;
    bool passed;
    sw_verdict verdict;
    const sw_rule_outcome *rules;
    size_t rule_count;
} shown_case;

typedef struct {
    sheet s;
    const sw_rulebook *base;  // of the page: its terms have anchors
    const sw_rulebook *book;  // the one at hand: the base, a reading, a variant
    const shown_case *cases;
    size_t case_count;
    sw_arena *arena;
    sw_error *err;
} show;

/* ---- show_words.c ---------------------------------------------------- */

// A condition as words, with lists below it.
void sw_show__phrase(show *p, const phrase *said);
// Words at the left, the CEL that they say at the right.
void sw_show__sides(show *p, const phrase *said, sw_str text);
// The same of a condition, under a heading.
SW_CHECK bool sw_show__condition(show *p, const char *label, sw_str text);
// A term's condition in a phrase: a threshold's own words, or its expression's.
SW_CHECK bool sw_show__term_phrase(show *p, const term_version *v,
                                   const phrase **out);
// "Way out: Coarsen the map." as a paragraph; nothing for an empty text.
void sw_show__labelled(show *p, const char *label, sw_str text);
void sw_show__status(show *p, int status);
// "In force from 2026-12-03."; nothing if always.
void sw_show__dates(show *p, const period *in_force, const period *known);
// Provision, title, link, evidence and day of each source.
void sw_show__provisions(show *p, const sw_rule_source *at, size_t count);
void sw_show__treatments(show *p, const sw_treatment *at, size_t count);

/* ---- show_terms.c, show_rules.c -------------------------------------- */

SW_CHECK bool sw_show__terms(show *p);
SW_CHECK bool sw_show__rules(show *p);
// "it is barred", with the treatments that a rule names.
void sw_show__otherwise(show *p, const rule_def *rule);

/* ---- show_beside.c: the same of several books ------------------------ */

// The readings of a rule or term as a table; nothing if there are none.
SW_CHECK bool sw_show__readings(show *p, bool term, sw_str owner);
// The variants, then what each says where they differ.
SW_CHECK bool sw_show__variants(show *p);

/* ---- show_cases.c ---------------------------------------------------- */

// Runs the cases beside the book, if there are any.
SW_CHECK bool sw_show__run_cases(show *p, sw_rulebook *book, const char *path);
// How many cases brought a rule to each state, and in which it failed.
SW_CHECK bool sw_show__rule_cases(show *p, sw_str id);
SW_CHECK bool sw_show__cases(show *p);

#endif
