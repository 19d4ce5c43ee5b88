// Shared by the parts of what-if: declarations with something changed.
#ifndef SEGWAN_RULES_WHATIF_INTERNAL_H
#define SEGWAN_RULES_WHATIF_INTERNAL_H

#include "rules_internal.h"
#include "segwan/whatif.h"

// NULL: nothing is said, or null. By path.
const yaml_node *sw_rules__said(const sw_declaration *said, sw_str path);
// The first book's fact of that path; NULL: none declares it.
const fact_def *sw_rules__fact_of(sw_rulebook *const *books, size_t count,
                                  sw_str path);
// "5000", "not said".
SW_CHECK bool sw_rules__said_text(const fact_def *fact, const yaml_node *node,
                                  sw_arena *arena, sw_str *out, sw_error *err);
// A value as a declaration has it.
SW_CHECK bool sw_rules__said_value(const sw_cel_value *value, sw_arena *arena,
                                   yaml_node **out, sw_error *err);
// A declaration without the facts whose node is NULL; shares the nodes.
SW_CHECK bool sw_rules__without_gaps(const sw_declaration *said,
                                     sw_arena *arena, sw_declaration **out,
                                     sw_error *err);

#endif
