// What the parts of `segwan cel` share: a session with its facts, the answer
// to one expression, and the ways to show it.
#ifndef SEGWAN_CLI_CEL_H
#define SEGWAN_CLI_CEL_H

#include "cli.h"

#include "segwan/cel.h"

enum {
    SW_RESULTS_KEPT = 9,   // _, _2 .. _9
    SW_VALUE_DEPTH = 500,  // nesting of facts and of results that are kept
};

// What is wanted of an expression besides its value.
typedef struct {
    bool check;  // the type alone, nothing is evaluated
    bool explain;
    bool residual;
    bool cost;
    bool keep;  // the value, as _; and the expression
} sw_asked;

typedef struct {
    sw_cel_variable *at;
    size_t count, cap;
} sw_variables;

typedef struct {
    const sw_args *args;
    FILE *out;
    bool color;
    size_t width;     // columns of a line
    sw_arena *arena;  // of facts and kept results
    sw_arena *line;   // of one expression; reset before the next
    sw_str container;
    sw_asked asked;
    bool terminal;  // a person reads
    int status;     // the worst exit status so far
    sw_cel_binding *facts;
    size_t fact_count, fact_cap;
    sw_variables declared;                  // any: expressions are checked
    sw_cel_value results[SW_RESULTS_KEPT];  // latest first
    size_t result_count;
    sw_str last;          // the last expression that was to be kept
    bool last_has_value;  // which is the latest result
    bool again;           // it is asked once more: _ is what it was for it
} sw_session;

typedef struct {
    sw_asked asked;
    sw_cel *cel;
    const sw_cel_type *type;  // NULL: not checked
    sw_cel_value value;
    const sw_cel_reason *why;  // NULL: explain was not asked for
    const sw_cel *rest;        // NULL: residual was not asked for
    uint64_t steps_taken;      // if cost was asked for
    uint64_t steps_most;       // UINT64_MAX: unbounded
    sw_error error;            // of a CEL error: place, message and caret
} sw_answer;

// cel_session.c
bool sw_session_ask(sw_session *session, sw_str source, sw_asked asked,
                    sw_answer *out, sw_error *err);
// "name = expression", evaluated with the facts so far.
bool sw_session_set(sw_session *session, sw_str text, sw_cel_value *out,
                    sw_error *err);
// Whether the text is of that form.
bool sw_session_sets(sw_str text);
// Evaluates and shows, and takes note of the exit status.
// @return false if `err` is still to be told.
bool sw_session_tell(sw_session *session, sw_str source, sw_asked asked,
                     sw_error *err);
void sw_session_note(sw_session *session, int status);
sw_str sw_session_trim(sw_str text);  // without white space around it

// cel_env.c
// "name: type".
bool sw_session_declare(sw_session *session, sw_str text, sw_error *err);
// Refuses facts that are not of the types declared.
bool sw_session_check_facts(sw_session *session, sw_error *err);
// `sized`: with the sizes of the facts, for an estimate of the cost.
bool sw_session_env(sw_session *session, const sw_cel_binding *bindings,
                    size_t count, bool sized, sw_cel_env *out, sw_error *err);

// cel_path.c
typedef struct {
    sw_str text;         // in the one spelling that a path has
    sw_str root;         // the name it starts with
    sw_cel_value *keys;  // of the maps and lists within
    size_t count;
} sw_path;
bool sw_path_read(sw_session *session, sw_str text, sw_path *out,
                  sw_error *err);
bool sw_path_is_name(sw_str text);
bool sw_path_goes_on(char c);  // whether a field or an index begins with it

// cel_facts.c
// The fact of that name: a new one, which is null, unless one of the first
// `known` has it. @return NULL without memory.
sw_cel_binding *sw_facts_add(sw_session *session, sw_str name, size_t known,
                             sw_error *err);
// What is known of the path, or NULL.
const sw_cel_value *sw_facts_find(sw_session *session, const sw_path *path);
bool sw_facts_put(sw_session *session, const sw_path *path,
                  const sw_cel_value *value, sw_error *err);
bool sw_facts_unknown(sw_session *session, sw_str path, sw_error *err);

// cel_facts_json.c: a fact for each member of an object.
bool sw_facts_load(sw_session *session, const char *path, sw_error *err);

// cel_value.c
// A copy that lives in `arena` alone.
bool sw_value_copy(const sw_cel_value *value, sw_arena *arena,
                   sw_cel_value *out, sw_error *err);
bool sw_value_type(const sw_cel_value *value, sw_arena *arena,
                   const sw_cel_type **out, sw_error *err);
bool sw_value_has_type(const sw_cel_value *value, const sw_cel_type *type);

// cel_show.c: for people.
bool sw_show_value(sw_session *session, const sw_cel_value *value,
                   sw_error *err);
// With its type, where that says more, and the end of the line.
bool sw_show_result(sw_session *session, const sw_cel_value *value,
                    sw_error *err);
// What is left to decide, in place of the value.
bool sw_show_rest(sw_session *session, const sw_answer *answer, sw_error *err);
void sw_show_cost(sw_session *session, const sw_answer *answer);
bool sw_show_type(sw_session *session, const sw_cel_type *type, sw_error *err);
// Those that have `part` in their signature.
bool sw_show_functions(sw_session *session, sw_str part, sw_error *err);
bool sw_show_reasons(sw_session *session, const sw_answer *answer,
                     sw_error *err);

// cel_json.c: for programs.
bool sw_answer_json(sw_session *session, const sw_answer *answer,
                    sw_error *err);
// An expression that has no value, and why.
bool sw_refusal_json(sw_session *session, const sw_error *why, sw_error *err);

// cel_repl.c: lines until their end, at a terminal or from a pipe.
bool sw_repl(sw_session *session, sw_error *err);

#endif
