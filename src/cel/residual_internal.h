/**
 * Between the parts of the partial evaluator: residual.c walks the tree,
 * residual_macros.c does macros over a range, residual_bind.c what else binds
 * variables, residual_sides.c && and ||, residual_build.c makes the nodes of
 * what is left.
 */
#ifndef SEGWAN_CEL_RESIDUAL_INTERNAL_H
#define SEGWAN_CEL_RESIDUAL_INTERNAL_H

#include "cel_internal.h"

enum {
    SW_CEL__MAX_NODES = 1 << 17,     // nodes made for one residual
    SW_CEL__MAX_UNROLLED = 1 << 16,  // bytes, about, of one macro unrolled
    SW_CEL__MAX_FAULT = 1 << 10,     // likewise of an expression that fails
};

/** An expression reduced. */
typedef struct {
    sw_cel_value value;  // what evaluation would give
    sw_cel__node *tree;  // what is left to evaluate; NULL: the value says it
} sw_cel__rest;

/** Trees being gathered. */
typedef struct {
    sw_cel__node **at;
    size_t count, cap;
    size_t size;  // bytes, about, of their text
} sw_cel__trees;

typedef struct {
    sw_cel__run run;       // its arena holds all that is made
    sw_cel__space space;   // of that run
    sw_cel__rest *slots;   // variables of macros, elements of blocks
    sw_cel__trees *block;  // elements that the block around keeps
    sw_cel__node *fault;   // an expression that fails
    size_t nodes;          // how many more may be made
    bool dry;              // only values are wanted: no tree is made
} sw_cel__reducer;

SW_CHECK bool sw_cel__reduce(sw_cel__reducer *r, const sw_cel__node *node,
                             sw_cel__rest *out);
SW_CHECK bool sw_cel__reduce_fold(sw_cel__reducer *r, const sw_cel__node *node,
                                  sw_cel__rest *out);
SW_CHECK bool sw_cel__reduce_bind(sw_cel__reducer *r, const sw_cel__node *node,
                                  sw_cel__rest *out);
SW_CHECK bool sw_cel__reduce_block(sw_cel__reducer *r, const sw_cel__node *node,
                                   sw_cel__rest *out);
SW_CHECK bool sw_cel__reduce_element(sw_cel__reducer *r,
                                     const sw_cel__node *node,
                                     sw_cel__rest *out);

/**
 * Makes the variables of a macro that stays unknown.
 * @param why  On what they depend; anything else if that is known.
 */
SW_CHECK bool sw_cel__open_variables(sw_cel__reducer *r,
                                     const sw_cel__node *node,
                                     const sw_cel_value *why);

static inline bool sw_cel__is_open(const sw_cel_value *v)
{
    return v->kind == SW_CEL_UNKNOWN;
}
static inline bool sw_cel__is_error(const sw_cel_value *v)
{
    return v->kind == SW_CEL_ERROR;
}
static inline bool sw_cel__known(sw_cel__rest *out, sw_cel_value value)
{
    *out = (sw_cel__rest){.value = value};
    return true;
}

/* ---- making nodes; NULL: a limit or no memory ------------------------ */

// A node that is made here has no place in a source. Its `end` is the size of
// its text, about.

/** Stands for any tree while none is wanted. */
sw_cel__node *sw_cel__nothing(void);
sw_cel__node *sw_cel__make(sw_cel__reducer *r, sw_cel__node_kind kind,
                           sw_cel__node *const *args, size_t count);
/** A node like another, with other arguments. */
sw_cel__node *sw_cel__remake(sw_cel__reducer *r, const sw_cel__node *like,
                             sw_cel__node *const *args, size_t count);
sw_cel__node *sw_cel__make_literal(sw_cel__reducer *r, sw_cel_value value);
sw_cel__node *sw_cel__make_call(sw_cel__reducer *r, const char *function,
                                sw_cel__node *arg);
/** What is left of an expression. */
sw_cel__node *sw_cel__tree_of(sw_cel__reducer *r, const sw_cel__rest *rest);
/**
 * The path by which an unknown inside a value is reached; `maybe`: as an
 * optional; `test`: whether it is there.
 */
sw_cel__node *sw_cel__make_path(sw_cel__reducer *r, const sw_cel_value *unknown,
                                bool maybe, bool test);
/** A free name, or a selection from one, as it stands in the source. */
sw_cel__node *sw_cel__make_written(sw_cel__reducer *r, const sw_cel__node *path,
                                   sw_str space);
/**
 * The literal of a value in an expression that fails, whatever its unknowns
 * are, and whatever it is if it is long.
 */
sw_cel__node *sw_cel__make_closed(sw_cel__reducer *r,
                                  const sw_cel_value *value);
/** {}.name, which fails whatever is bound. */
sw_cel__node *sw_cel__make_fault(sw_cel__reducer *r, sw_str name);
/**
 * The strict node that fails with these parts: those that are unknown are
 * null in it, for it fails whatever they are.
 */
sw_cel__node *sw_cel__make_failing(sw_cel__reducer *r, const sw_cel__node *node,
                                   const sw_cel__rest *parts);

SW_CHECK bool sw_cel__add_tree(sw_cel__reducer *r, sw_cel__trees *list,
                               sw_cel__node *tree);
/** Whether what it gives is a bool, if not an error. */
bool sw_cel__gives_bool(const sw_cel__node *tree);
/** The same where a bool is asked for anyway: x for (x && true). */
sw_cel__node *sw_cel__as_condition(sw_cel__node *tree);

/* ---- sides of && and ||, elements of all() and exists() -------------- */

typedef struct {
    bool is_or;
    bool decided;
    sw_cel_value unknown, error;  // met so far
    sw_cel__node *fault;          // the expression of that error
    bool no_bool;                 // or of a value that is no bool
    sw_cel__trees trees;
} sw_cel__sides;

SW_CHECK bool sw_cel__add_side(sw_cel__reducer *r, sw_cel__sides *sides,
                               const sw_cel__rest *side);
SW_CHECK bool sw_cel__join_sides(sw_cel__reducer *r, sw_cel__sides *sides,
                                 sw_cel__rest *out);

#endif
