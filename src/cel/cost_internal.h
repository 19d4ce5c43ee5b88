/**
 * Between the files of the estimate: bound.c knows how large values may be,
 * cost_functions.c what functions take and give, cost.c walks the tree.
 */
#ifndef SEGWAN_CEL_COST_INTERNAL_H
#define SEGWAN_CEL_COST_INTERNAL_H

#include "types_internal.h"

/* ---- numbers that stop at "unbounded" -------------------------------- */

#define SW_CEL__UNBOUNDED UINT64_MAX

static inline uint64_t sw_cel__sum(uint64_t a, uint64_t b)
{
    return a > SW_CEL__UNBOUNDED - b ? SW_CEL__UNBOUNDED : a + b;
}
static inline uint64_t sw_cel__product(uint64_t a, uint64_t b)
{
    uint64_t product;
    return __builtin_mul_overflow(a, b, &product) ? SW_CEL__UNBOUNDED : product;
}
static inline uint64_t sw_cel__share(uint64_t a, uint64_t of)
{
    return a == SW_CEL__UNBOUNDED ? a : a / of;
}
static inline uint64_t sw_cel__less(uint64_t a, uint64_t by)
{
    return a == SW_CEL__UNBOUNDED ? a : a > by ? a - by : 0;
}
static inline uint64_t sw_cel__min(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}
static inline uint64_t sw_cel__max(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* ---- bounds ---------------------------------------------------------- */

// Sets of kinds, a bit for each. Errors and unknowns have none: where one
// comes instead of a value, less is done.
#define SW_KIND(kind) (1u << (kind))
enum {
    SW_KINDS_NUMBER =
        SW_KIND(SW_CEL_INT) | SW_KIND(SW_CEL_UINT) | SW_KIND(SW_CEL_DOUBLE),
    SW_KINDS_TIME = SW_KIND(SW_CEL_TIMESTAMP) | SW_KIND(SW_CEL_DURATION),
    SW_KINDS_NETWORK = SW_KIND(SW_CEL_IP) | SW_KIND(SW_CEL_CIDR),
    SW_KINDS_TEXT = SW_KIND(SW_CEL_STRING) | SW_KIND(SW_CEL_BYTES),
    SW_KINDS_RANGE = SW_KIND(SW_CEL_LIST) | SW_KIND(SW_CEL_MAP),
    SW_KINDS_HOLDER = SW_KINDS_RANGE | SW_KIND(SW_CEL_OPTIONAL),
    SW_KINDS_SCALAR = SW_KIND(SW_CEL_NULL) | SW_KIND(SW_CEL_BOOL) |
                      SW_KINDS_NUMBER | SW_KINDS_TIME | SW_KINDS_NETWORK |
                      SW_KINDS_TEXT | SW_KIND(SW_CEL_TYPE),
    SW_KINDS_ANY = SW_KINDS_SCALAR | SW_KINDS_HOLDER,
};

/** What is known of a value before it is there: no value it may have exceeds.
 */
typedef struct sw_cel__bound sw_cel__bound;
struct sw_cel__bound {
    uint32_t kinds;
    uint64_t count;   // elements or entries of itself
    uint64_t items;   // of the largest list or map in it, itself included
    uint64_t bytes;   // of the longest text in it
    uint64_t values;  // in all, itself and all that is inside
    // What its keys and its elements, or its optional's value, may be; NULL:
    // nothing but what follows from the above.
    const sw_cel__bound *key, *element;
    const sw_cel_value *literal;  // the value itself; NULL: not known
};

/** An estimate in the making. */
typedef struct {
    const sw_cel *cel;
    sw_cel__names names;
    sw_arena *arena;
    sw_cel__bound *slots;  // variables of macros, elements of blocks
    bool failed;           // no memory; what is given then means nothing
} sw_cel__costing;

/** A value without parts, of text up to `bytes`. */
sw_cel__bound sw_cel__bound_scalar(uint32_t kinds, uint64_t bytes);
sw_cel__bound sw_cel__bound_literal(const sw_cel_value *value);
/** A value of the declared type; members of `size` that are 0 know no bound. */
sw_cel__bound sw_cel__bound_of_type(sw_cel__costing *c, const sw_cel_type *type,
                                    sw_cel_size size);
sw_cel__bound sw_cel__bound_any(void);
sw_cel__bound sw_cel__bound_list(sw_cel__costing *c, uint64_t count,
                                 const sw_cel__bound *element);
sw_cel__bound sw_cel__bound_optional(sw_cel__costing *c,
                                     const sw_cel__bound *value);
/** Whether it may be of such a kind, or hold what is; a key does not count. */
bool sw_cel__may_hold(const sw_cel__bound *b, uint32_t kinds);
/** What is in a list, the values of a map, an optional. */
sw_cel__bound sw_cel__inside(const sw_cel__bound *b);
sw_cel__bound sw_cel__key_of(const sw_cel__bound *b);
/** into = what either of the two may be. */
void sw_cel__join_bounds(sw_cel__costing *c, sw_cel__bound *into,
                         const sw_cel__bound *other);
/** A copy that lasts, or NULL. */
const sw_cel__bound *sw_cel__keep_bound(sw_cel__costing *c,
                                        const sw_cel__bound *b);

/* ---- functions ------------------------------------------------------- */

/**
 * What a function takes beyond the one step of its call. `out` comes with the
 * kinds that the table says; the rest is for the rule to tell.
 */
typedef uint64_t (*sw_cel__cost_rule)(sw_cel__costing *c,
                                      const sw_cel__bound *args, size_t count,
                                      sw_cel__bound *out);
/** The rule of a function, or NULL. */
sw_cel__cost_rule sw_cel__find_cost_rule(const sw_cel__function *function);
/** Steps and result of a call whose overload is open. */
uint64_t sw_cel__cost_of_call(sw_cel__costing *c,
                              const sw_cel__function *functions,
                              const sw_cel__bound *args, size_t count,
                              sw_cel__bound *out);

/** Steps of reading text of so many bytes. */
static inline uint64_t sw_cel__cost_of_text(uint64_t bytes)
{
    return sw_cel__share(bytes, 64);
}

#endif
