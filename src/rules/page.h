// A page of text being written, shared by what is printed for people.
#ifndef SEGWAN_RULES_PAGE_H
#define SEGWAN_RULES_PAGE_H

#include "prose.h"
#include "rules_internal.h"

enum { WIDTH = PROSE_WIDTH, LABEL = 14 };  // columns

typedef struct {
    sw_buf buf;
    bool color, verbose;
    sw_arena *arena;
    sw_error *err;
} page;

/* ---- page.c ---------------------------------------------------------- */

void sw_page__indent(page *p, size_t n);
// Writes words from column `at` on, further lines from column `left` on, and
// ends the line.
void sw_page__wrap(page *p, sw_str text, size_t left, size_t at);
// "    remedy    Coarsen to ..."; nothing for an empty text.
void sw_page__labelled(page *p, const char *label, sw_str text);
void sw_page__paint(page *p, const char *color, const char *text);
void sw_page__heading(page *p, const char *text);
// Ends the page; `ok`: whether all was written. Gives its text in the arena.
SW_CHECK bool sw_page__finish(page *p, bool ok, sw_str *out);

/* ---- page_why.c ------------------------------------------------------ */

// The conditions that decided; none if the value is not known.
SW_CHECK bool sw_page__deciders(page *p, const sw_cel *cel,
                                const sw_cel_reason *why, const decider **at,
                                size_t *count);
// "    is false  cargo.scale >= 25000   because cargo.scale = 5000"; `before`
// stands before the condition.
SW_CHECK bool sw_page__decider(page *p, const char *label, const char *before,
                               const decider *d);

/* ---- text_terms.c ---------------------------------------------------- */

// Terms that say where somebody stands, those of one subject together.
SW_CHECK bool sw_page__standing(page *p, const sw_ruling *ruling);
// The other terms.
SW_CHECK bool sw_page__terms(page *p, const sw_ruling *ruling);
// Readings under which something comes out differently.
SW_CHECK bool sw_page__readings(page *p, const sw_ruling *ruling);

#endif
