// Shared by the parts of an interview.
#ifndef SEGWAN_RULES_ASK_INTERNAL_H
#define SEGWAN_RULES_ASK_INTERNAL_H

#include "rules_internal.h"

/* ---- ask_answer.c ---------------------------------------------------- */

typedef struct {
    sw_answer_kind kind;
    sw_str value;  // of an answer that was taken: YAML, on one line
} ask_reading;

// What a line says in answer to a question. Returns false with SW_ERR_INPUT and
// the reason if that is no answer to it.
SW_CHECK bool sw_ask__read(const sw_question *question, sw_str line,
                           sw_arena *arena, ask_reading *out, sw_error *err);

/* ---- ask_edit.c ------------------------------------------------------ */

// Facts of a declaration, in any order.
typedef struct {
    said_fact *at;
    size_t count, cap;
} said_facts;

// Puts a value, as YAML, at the place that a question names: "scale",
// "turnover[1]", "systems[2].country".
SW_CHECK bool sw_ask__put(said_facts *facts, sw_str path, sw_str value,
                          sw_arena *arena, sw_error *err);
// Adds text as a scalar of YAML that is read as this string.
void sw_ask__write_string(sw_buf *out, sw_str text);
// Adds any node, on one line.
void sw_ask__write(sw_buf *out, const yaml_node *node);

#endif
