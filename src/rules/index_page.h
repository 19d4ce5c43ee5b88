// A page of text about an index, written in parts.
#ifndef SEGWAN_RULES_INDEX_PAGE_H
#define SEGWAN_RULES_INDEX_PAGE_H

#include "policy_internal.h"
#include "prose.h"

enum { INDEX_DIGITS = 6 };  // decimals of scores and weights

typedef struct {
    const sw_index_report *report;
    sw_buf buf;
    bool verbose;
} index_page;

void sw_rules__index_heading(index_page *p, const char *text);
// Folds the text at column `left` and frees it.
void sw_rules__index_para(index_page *p, sw_buf *text, size_t left);

/* ---- index_text_measures.c, index_text_changes.c --------------------- */

// The measures that differ between economies or days, or all.
void sw_rules__index_measures(index_page *p);
void sw_rules__index_changes(index_page *p);

#endif
