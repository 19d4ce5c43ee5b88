/**
 * Between the files of the checker's walk: check.c finds types, check_calls.c
 * those of calls, check_macros.c those of macros, faults.c keeps what is wrong.
 * A function that gives a type gives NULL when the check has to end; what is
 * wrong has the type `error`, which fits everywhere.
 */
#ifndef SEGWAN_CEL_CHECK_INTERNAL_H
#define SEGWAN_CEL_CHECK_INTERNAL_H

#include "types_internal.h"

typedef enum {
    SW_FAULT_NONE,
    SW_FAULT_TYPES,
    SW_FAULT_VARIABLE,  // unknown names; a near one is looked for in the end
    SW_FAULT_FUNCTION,
    SW_FAULT_METHOD,
} sw_cel__fault_kind;

/** One check. */
typedef struct {
    const sw_cel *cel;
    sw_arena *arena;  // ends with the check
    sw_cel__names names;
    sw_cel__types types;
    const sw_cel_type **slots;  // of the variables of macros
    const sw_cel__node *at;     // where the walk stands
    struct {
        sw_cel__fault_kind kind;
        size_t offset;
        sw_str name;  // that nobody knows
        char message[160];
    } first;  // fault by its place
} sw_cel__checker;

static inline bool sw_cel__is_fine(const sw_cel__checker *c)
{
    return c->types.state == SW_TYPES_FINE;
}

/* ---- check.c --------------------------------------------------------- */

const sw_cel_type *sw_cel__check_node(sw_cel__checker *c,
                                      const sw_cel__node *n);
/** The types of all, or NULL. */
const sw_cel_type **sw_cel__check_all(sw_cel__checker *c,
                                      sw_cel__node *const *args, size_t count);
/** sw_cel__assignable() as an attempt of its own. */
bool sw_cel__try_assign(sw_cel__checker *c, const sw_cel_type *from,
                        const sw_cel_type *to);
/** Complains of what is no bool. @return false when the check has to end. */
SW_CHECK bool sw_cel__expect_bool(sw_cel__checker *c, const sw_cel__node *n,
                                  const sw_cel_type *found, const char *what);

/* ---- check_calls.c, check_macros.c ----------------------------------- */

const sw_cel_type *sw_cel__check_call(sw_cel__checker *c,
                                      const sw_cel__node *n);
const sw_cel_type *sw_cel__check_fold(sw_cel__checker *c,
                                      const sw_cel__node *n);
const sw_cel_type *sw_cel__check_bind(sw_cel__checker *c,
                                      const sw_cel__node *n);
const sw_cel_type *sw_cel__check_block(sw_cel__checker *c,
                                       const sw_cel__node *n);

/* ---- faults.c -------------------------------------------------------- */

/**
 * Takes what `buf` says as the message, if no fault stands before it, and frees
 * it. @return the type of what is wrong, or NULL without memory.
 */
const sw_cel_type *sw_cel__fault_say(sw_cel__checker *c, size_t offset,
                                     sw_buf *buf);
/** "WHAT, found int" at the beginning of `n`. */
const sw_cel_type *sw_cel__fault_expected(sw_cel__checker *c,
                                          const sw_cel__node *n,
                                          const char *what,
                                          const sw_cel_type *found);
const sw_cel_type *sw_cel__fault_unknown(sw_cel__checker *c, size_t offset,
                                         sw_cel__fault_kind kind, sw_str name);
/**
 * Where the token stands that makes `n` of its first part and the rest: the
 * operator, the field, the method's name. @param name  Empty: any.
 */
size_t sw_cel__fault_place(const sw_cel__checker *c, const sw_cel__node *n,
                           sw_cel__token_kind kind, sw_str name);
/** Appends "int, string and dyn". */
void sw_cel__fault_put_types(sw_buf *buf, const sw_cel_type *const *at,
                             size_t count);
void sw_cel__fault_put_type(sw_buf *buf, const sw_cel_type *type);
/** At most some 60 bytes, cut between characters. */
sw_str sw_cel__fault_clip(sw_str s);
/** Whether one of them is wrong already, so that no more is to be said. */
bool sw_cel__is_wrong(const sw_cel_type *const *at, size_t count);
/** Fills `err` with what ended the check, or the first fault. @return false. */
bool sw_cel__fault_tell(const sw_cel__checker *c, sw_error *err);

#endif
