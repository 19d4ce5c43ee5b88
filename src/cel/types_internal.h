/**
 * Between the files of the checker: type.c knows types and their text, unify.c
 * what may stand for what, env.c what names mean, signatures.c how operators
 * and functions are typed. check_internal.h goes on from here.
 */
#ifndef SEGWAN_CEL_TYPES_INTERNAL_H
#define SEGWAN_CEL_TYPES_INTERNAL_H

#include "cel_internal.h"

enum {
    SW_CEL__MAX_TYPE_DEPTH = 1000,  // nesting of types
    SW_CEL__MAX_TYPE_TEXT = 64 << 10,
    SW_CEL__MAX_TYPE_SIZE = 64 << 10,  // types within a type, written out
    // Looks at types in one check. An honest expression takes some twenty for
    // each node, so a source of the largest size stays within.
    SW_CEL__MAX_TYPE_STEPS = 20 * 1000 * 1000,
};

/* ---- type.c ---------------------------------------------------------- */

extern const sw_cel_type sw_cel__ip_type, sw_cel__cidr_type;

/** dyn, and what passes for it. */
static inline bool sw_cel__is_dyn(const sw_cel_type *t)
{
    return t->kind == SW_CEL_TYPE_DYN || t->kind == SW_CEL_TYPE_ANY ||
           t->kind == SW_CEL_TYPE_ERROR;
}
/** Whether it has the parameters and the name that its kind takes. */
bool sw_cel__type_well_formed(const sw_cel_type *type);
/** Appends the text, cut with "..." behind `limit` bytes. */
void sw_cel__type_put(sw_buf *buf, const sw_cel_type *type, size_t limit);

/* ---- unify.c --------------------------------------------------------- */

// Within the checker every type parameter is a variable that may be bound. It
// is a kind of its own, which no declaration can have.
enum { SW_CEL__TYPE_VAR = SW_CEL_TYPE_OBJECT + 1 };

typedef struct {
    sw_cel_type type;          // what others point to
    const sw_cel_type *bound;  // NULL: free
    size_t serial;
} sw_cel__type_var;

typedef struct {
    sw_cel__type_var *var;
    const sw_cel_type *was;
} sw_cel__undo;

typedef enum {
    SW_TYPES_FINE,
    SW_TYPES_NO_MEMORY,
    SW_TYPES_TOO_DEEP,
    SW_TYPES_TOO_LARGE,
    SW_TYPES_TOO_MANY_STEPS,
} sw_cel__types_state;

/** The state of one check. Types made by it live in `arena`. */
typedef struct {
    sw_arena *arena;
    uint64_t steps;             // left
    sw_cel__types_state state;  // not FINE: all has to end
    bool guessed;               // dyn or null stood for something else
    size_t serial;              // variables made so far
    size_t frozen;              // variables up to this one are not widened
    sw_cel__undo *undo;         // bindings since the last commit
    size_t undo_count, undo_cap;
} sw_cel__types;

/** @return false always, so that stopping is one statement. */
bool sw_cel__types_stop(sw_cel__types *t, sw_cel__types_state why);
SW_CHECK bool sw_cel__types_spend(sw_cel__types *t);
void sw_cel__types_done(sw_cel__types *t);

/** A fresh variable, or NULL. */
const sw_cel_type *sw_cel__type_var_new(sw_cel__types *t);
/** list(arg), optional_type(arg), type(arg), or NULL. */
const sw_cel_type *sw_cel__type_of_one(sw_cel__types *t, sw_cel_type_kind kind,
                                       const sw_cel_type *arg);
/** map(first, second), or NULL. */
const sw_cel_type *sw_cel__type_of_two(sw_cel__types *t, sw_cel_type_kind kind,
                                       const sw_cel_type *first,
                                       const sw_cel_type *second);

/** What a variable is bound to, or is itself; any other type itself. */
const sw_cel_type *sw_cel__type_resolve(const sw_cel_type *type);

/** Begins an attempt: variables made from here on may still be widened. */
void sw_cel__types_begin(sw_cel__types *t);
/** Ends it: keeps what it bound, or takes it back. @return `keep`. */
bool sw_cel__types_end(sw_cel__types *t, bool keep);
/**
 * Whether a value of type `from` may stand where `to` is wanted. Binds free
 * variables of both; widens fresh ones of `to`. Between begin and end.
 */
bool sw_cel__assignable(sw_cel__types *t, const sw_cel_type *from,
                        const sw_cel_type *to);
/** Whether two types are the same through their bindings. */
bool sw_cel__same_type(sw_cel__types *t, const sw_cel_type *a,
                       const sw_cel_type *b);

/** Parameters of one declaration and the variables that stand for them. */
typedef struct sw_cel__params sw_cel__params;
struct sw_cel__params {
    sw_str name;
    const sw_cel_type *var;
    sw_cel__params *next;
};
/** A declared type with variables for its parameters, or NULL. */
const sw_cel_type *sw_cel__instantiate(sw_cel__types *t,
                                       const sw_cel_type *declared,
                                       sw_cel__params **params);
/** A copy without variables, free ones as dyn, or NULL. */
const sw_cel_type *sw_cel__type_final(sw_cel__types *t, sw_arena *into,
                                      const sw_cel_type *type);

/* ---- check.c --------------------------------------------------------- */

/**
 * As sw_cel_check(). @param certain  Whether the types are proved: nothing dyn
 * or nullable stood where another type was wanted, so that no evaluation with
 * values of the declared types can miss an overload.
 */
SW_CHECK bool sw_cel__check(const sw_cel *cel, const sw_cel_env *env,
                            sw_arena *arena, const sw_cel_type **out,
                            bool *certain, sw_error *err);

/* ---- signatures.c ---------------------------------------------------- */

/** One call whose overload is being chosen. */
typedef struct {
    const sw_cel_type *const *args;
    size_t count;
    const sw_cel_type *result;  // NULL: none fits yet
} sw_cel__choice;

/** Tries one overload, in the letters of sw_cel__function. */
SW_CHECK bool sw_cel__try_letters(sw_cel__types *t, sw_cel__choice *choice,
                                  const char *takes, const char *gives);
/** Tries the caller's own. */
SW_CHECK bool sw_cel__try_function(sw_cel__types *t, sw_cel__choice *choice,
                                   const sw_cel_function *function);
/** Tries all overloads of an operator. */
SW_CHECK bool sw_cel__try_binary(sw_cel__types *t, sw_cel__choice *choice,
                                 sw_cel__token_kind op);
SW_CHECK bool sw_cel__try_index(sw_cel__types *t, sw_cel__choice *choice,
                                bool maybe);
SW_CHECK bool sw_cel__try_negate(sw_cel__types *t, sw_cel__choice *choice);
/** The type of a type's name as a value: type(int). */
const sw_cel_type *sw_cel__type_of_value(sw_cel__types *t, sw_str name);
/** Appends the text of the types that the letters hold: "string and int". */
SW_CHECK bool sw_cel__put_letters(sw_cel__types *t, sw_buf *buf,
                                  const char *letters);

/* ---- env.c ----------------------------------------------------------- */

/** What is declared, in order for look-ups. */
typedef struct {
    const sw_cel_env *env;
    const sw_cel_variable **by_name;
} sw_cel__names;

/** Refuses an env that is wrong in itself. */
SW_CHECK bool sw_cel__names_init(sw_cel__names *names, const sw_cel_env *env,
                                 sw_arena *arena, sw_error *err);
/** A search for the variables that a dotted path may begin with. */
typedef struct {
    sw_str path, space;
    sw_str name;  // the part of the path that spells the one found
    bool begun, ended;
} sw_cel__candidates;

sw_cel__candidates sw_cel__seek(const sw_cel__names *names, sw_str path,
                                bool rooted);
/** The next one, in the order in which they win; NULL: there are no more. */
const sw_cel_variable *sw_cel__next_variable(const sw_cel__names *names,
                                             sw_cel__candidates *search);
/**
 * The variable that a dotted path begins with: the longest name in the
 * innermost namespace that has any. @param len  Set to the name's share.
 */
const sw_cel_variable *sw_cel__find_variable(const sw_cel__names *names,
                                             sw_str path, bool rooted,
                                             size_t *len);
/** A variable whose name goes on behind `path`, or NULL. */
const sw_cel_variable *sw_cel__variable_below(const sw_cel__names *names,
                                              sw_str path);
sw_str sw_cel__nearest_variable(const sw_cel__names *names, sw_str path);
sw_str sw_cel__nearest_function(const sw_cel_env *env, sw_str name,
                                bool method);

#endif
