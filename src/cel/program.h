/**
 * The program that an expression is compiled to: the tree once more, compact,
 * each op with the function that runs it chosen for what its parts are. A step
 * gives a scalar itself, and of other values a pointer: into the bindings, to a
 * constant, or to the op's own register. Nothing is allocated on the way.
 *
 * Steps are charged where control flow divides: an op, with all that is
 * evaluated whenever it is (`straight`), by whoever decides to evaluate it.
 */
#ifndef SEGWAN_CEL_PROGRAM_H
#define SEGWAN_CEL_PROGRAM_H

#include "cel_internal.h"

// What an op does. The tables of steps are in this order.
typedef enum {
    SW_OP_VALUE,        // a constant
    SW_OP_LOCAL,        // a variable of a macro
    SW_OP_ROOT,         // a free name
    SW_OP_ROOT_FIELD,   // a.b of a free name a
    SW_OP_LOCAL_FIELD,  // x.b of a macro's variable x
    SW_OP_FIELD,
    SW_OP_HAS,
    SW_OP_INDEX,
    SW_OP_EQ,
    SW_OP_EQ_INT,  // with a constant
    SW_OP_EQ_TEXT,
    SW_OP_NE,
    SW_OP_NE_INT,
    SW_OP_NE_TEXT,
    SW_OP_LT,  // each followed by those with a constant, as in EQ
    SW_OP_LT_INT,
    SW_OP_LT_DOUBLE,
    SW_OP_LE,
    SW_OP_LE_INT,
    SW_OP_LE_DOUBLE,
    SW_OP_GT,
    SW_OP_GT_INT,
    SW_OP_GT_DOUBLE,
    SW_OP_GE,
    SW_OP_GE_INT,
    SW_OP_GE_DOUBLE,
    SW_OP_IN,
    SW_OP_ADD,
    SW_OP_ADD_INT,
    SW_OP_ADD_DOUBLE,
    SW_OP_SUB,
    SW_OP_SUB_INT,
    SW_OP_SUB_DOUBLE,
    SW_OP_MUL,
    SW_OP_MUL_INT,
    SW_OP_MUL_DOUBLE,
    SW_OP_DIV,
    SW_OP_DIV_INT,
    SW_OP_DIV_DOUBLE,
    SW_OP_MOD,
    SW_OP_MOD_INT,
    SW_OP_NOT,
    SW_OP_AND,
    SW_OP_OR,
    SW_OP_CONDITIONAL,
    SW_OP_SIZE,
    SW_OP_STARTS_WITH,
    SW_OP_MATCHES,  // a pattern that is known beforehand
    SW_OP_OR_ELSE,  // or(), orValue(): may not need their second part
    SW_OP_CALL,
    SW_OP_STRICT,  // whatever else evaluates its parts first
    SW_OP_ALL,
    SW_OP_EXISTS,
    SW_OP_EXISTS_ONE,
    SW_OP_LIST_OF,  // map, filter, transformList
    SW_OP_MAP_OF,   // transformMap
    SW_OP_BIND,
    SW_OP_BLOCK,
    SW_OP_ELEMENT,  // args: the op that it is read from; count: 0
    SW_OPCODES,
} sw_cel__opcode;

/**
 * A value on its way from step to step, in two registers of the processor:
 * bools and numbers themselves, of all else where it stands. No union, for
 * compilers keep these in memory.
 */
typedef struct {
    uint64_t kind;  // sw_cel_kind, or SW_CEL__ENDED
    uint64_t bits;
} sw_cel__cell;

/**
 * The kind of a cell without a value: a limit or memory ended the run. Errors
 * and unknowns stand right before it, behind all other kinds.
 */
enum { SW_CEL__ENDED = SW_CEL_ERROR + 1 };
#define sw_cel__ended ((sw_cel__cell){.kind = SW_CEL__ENDED, .bits = 0})
/** Where a cell is given that an op does not have. */
#define sw_cel__none ((sw_cel__cell){.kind = SW_CEL_NULL, .bits = 0})

/** Where the byte of a BOOL stands in `bits`: where it stands in a value. */
enum { SW_CEL__BOOL = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 56 : 0 };
/** Where the kind stands in the first word of a value. */
enum { SW_CEL__KIND = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 32 : 0 };
_Static_assert(sizeof(sw_cel_kind) == 4 && offsetof(sw_cel_value, as) == 8,
               "the first word of a value is its kind and its mask");

/** Of a BOOL. */
static inline bool sw_cel__b(sw_cel__cell cell)
{
    return (unsigned char)(cell.bits >> SW_CEL__BOOL) != 0;
}
/** Of an INT. */
static inline int64_t sw_cel__i(sw_cel__cell cell)
{
    return (int64_t)cell.bits;
}
/** Of a DOUBLE. */
static inline double sw_cel__d(sw_cel__cell cell)
{
    double d;
    memcpy(&d, &cell.bits, sizeof d);
    return d;
}
/** Of what is neither bool nor number. */
static inline const sw_cel_value *sw_cel__at(sw_cel__cell cell)
{
    return (const sw_cel_value *)(uintptr_t)cell.bits;
}

static inline bool sw_cel__is_scalar(uint64_t kind)
{
    return kind - SW_CEL_BOOL <= SW_CEL_DOUBLE - SW_CEL_BOOL;
}
static inline sw_cel__cell sw_cel__cell_at(const sw_cel_value *v)
{
    return (sw_cel__cell){.kind = v->kind, .bits = (uint64_t)(uintptr_t)v};
}
static inline sw_cel__cell sw_cel__cell_of(const sw_cel_value *v)
{
    if (!sw_cel__is_scalar(v->kind)) return sw_cel__cell_at(v);
    return (sw_cel__cell){.kind = v->kind, .bits = v->as.u64};
}
static inline void sw_cel__put_value(sw_cel__cell cell, sw_cel_value *out)
{
    if (!sw_cel__is_scalar(cell.kind)) {
        *out = *sw_cel__at(cell);
        return;
    }
    // Kind and mask at once, for values are copied by whole words.
    uint64_t kind = cell.kind << SW_CEL__KIND;
    memcpy(out, &kind, sizeof kind);
    out->as.u64 = cell.bits;
}
static inline sw_cel_value sw_cel__value_of(sw_cel__cell cell)
{
    sw_cel_value value;
    sw_cel__put_value(cell, &value);
    return value;
}
/** The value where it stands; `room` takes it if that is nowhere yet. */
static inline const sw_cel_value *sw_cel__in(sw_cel__cell cell,
                                             sw_cel_value *room)
{
    if (!sw_cel__is_scalar(cell.kind)) return sw_cel__at(cell);
    sw_cel__put_value(cell, room);
    return room;
}

/** @return the value; ended when a limit or memory ends the run (err says). */
typedef sw_cel__cell (*sw_cel__step)(sw_cel__run *run, const sw_cel__op *op);

struct sw_cel__op {
    sw_cel__step step;
    const sw_cel__op *args;
    const sw_cel__node *node;
    union {
        const sw_cel_value *value;  // VALUE, ..._TEXT, MATCHES: the constant
        int64_t i64;                // ..._INT
        double f64;                 // ..._DOUBLE
        uint64_t u64;               // AND, OR: steps of all sides
        uint32_t sought;  // paths: their place in run->sought, or UINT32_MAX
    };
    uint32_t count;      // of args
    uint32_t id;         // its register
    uint32_t end;        // those of the ops below are id < r < end
    uint32_t straight;   // steps it always takes
    uint32_t at;         // LOCAL...: slot; ROOT, FIELD...: root
    uint32_t hash;       // FIELD...: of the field's name
    unsigned char code;  // sw_cel__opcode
    bool shared;         // reads a path that is read elsewhere, too
    bool local;          // reads a variable of a macro
    bool settled;        // a constant may decide it
    bool reads;          // reads a fact, or a macro's variable
    bool silent;         // says nothing new in an explanation
    bool fact;           // reads an attribute of that path
};

/** Makes the program of a tree that is resolved: cel->program. */
SW_CHECK bool sw_cel__make_program(sw_cel *cel, sw_arena *arena, sw_error *err);

// A cache line each.
_Static_assert(sizeof(sw_cel__op) <= 64, "an op is to be small");

/** The step of an op for plain runs, by its code and its first part. */
sw_cel__step sw_cel__plain_step(const sw_cel__op *op);
/** The same, writing run->trace. */
extern const sw_cel__step sw_cel__traced_steps[SW_OPCODES];

/* ---- what both kinds of steps call ----------------------------------- */

// Kept out of the steps, which are to be short.
#define SW_CEL__RARE __attribute__((noinline, cold))

/** The value of a strict op from those of its first two parts. */
SW_CEL__RARE
sw_cel__cell sw_cel__slow(sw_cel__run *run, const sw_cel__op *op,
                          sw_cel__cell a, sw_cel__cell b);
/** The value of a name or path, whatever the bindings. */
SW_CEL__RARE
sw_cel__cell sw_cel__slow_path(sw_cel__run *run, const sw_cel__op *op);
/** Of a macro over what is no list or map. */
SW_CEL__RARE
sw_cel__cell sw_cel__no_range(sw_cel__run *run, const sw_cel__op *op,
                              sw_cel__cell range);

/** The sides of && and ||, or elements of a macro, that did not decide. */
typedef struct {
    sw_cel_value unknown, error;
} sw_cel__open;
SW_CEL__RARE
SW_CHECK bool sw_cel__leave_open(sw_cel__run *run, sw_cel__open *open,
                                 sw_cel__cell side);

/* ---- traces ---------------------------------------------------------- */

typedef struct sw_cel__log sw_cel__log;

/** What an op gave, by its id; of a macro, what its elements gave by id + 1. */
union sw_cel__seen {
    sw_cel__cell cell;  // all zero: not evaluated
    sw_cel__log *log;
};
typedef union sw_cel__seen sw_cel__seen;

/**
 * The elements of a macro's range, a frame each: its variables, then what the
 * ops of filter and body gave, from the first behind those of the range on.
 */
struct sw_cel__log {
    sw_cel__seen *at;
    uint32_t count, cap;
    uint32_t stride;  // entries of a frame
};
enum { SW_CEL__VARIABLES = 2 };  // entries for variables, one may be idle

/** Keeps what the element that is bound gave. `only`: forget those before. */
SW_CHECK bool sw_cel__keep_frame(sw_cel__run *run, const sw_cel__op *fold,
                                 bool only);

/** What an explanation is made of, and whether it may name too much. */
typedef struct {
    const sw_cel_reason *top;
    bool doubtful;  // what else may decide reads facts that are read twice
} sw_cel__explanation;

struct sw_cel_trace {
    sw_cel_options how;
    sw_cel__run run;  // its trace: NULL where limits did not do for one
    sw_cel_value value;
};

/** Evaluates and fills run->trace. `run` is begun, its registers last. */
SW_CHECK bool sw_cel__record(sw_cel__run *run, sw_cel_value *out);
/** Reasons that a run tells as it goes. */
typedef struct sw_cel__told {
    sw_cel_reason *free, *end;  // room for more
    size_t room;                // reasons that there has been room for
    bool doubtful;              // as of sw_cel__explanation
} sw_cel__told;
/**
 * Evaluates and tells why at once. `run` is begun, without names to be sought.
 * @return false at a limit (err says), and of what has to be told from a trace.
 */
SW_CHECK bool sw_cel__tell(sw_cel__run *run, sw_cel_value *out,
                           sw_cel__explanation *why);
/** Evaluates without a trace; `run` is begun. */
SW_CHECK bool sw_cel__run_plain(sw_cel__run *run, sw_cel_value *out);
/** The whole of sw_cel_eval() when a trace or reasons are asked for. */
SW_CHECK bool sw_cel__eval_traced(sw_cel__run *run, sw_cel_value *out);

/* ---- explanations ---------------------------------------------------- */

/** Reads the reasons off run->trace. */
SW_CHECK bool sw_cel__reasons(sw_cel__run *run, sw_cel__explanation *why);
/**
 * Leaves away facts without which the value stays, one after another, and
 * explains anew. What does not fit the run's limits stays as it was.
 */
SW_CHECK bool sw_cel__minimise(sw_cel__run *run, const sw_cel_value *value,
                               sw_cel__explanation *why);
/**
 * Ends an explanation, with limits anew: what is doubtful is minimised, and
 * without reasons (`why->top` NULL), or beyond a limit, the value stands alone.
 * @return false without memory.
 */
SW_CHECK bool sw_cel__conclude(sw_cel__run *run, const sw_cel_value *value,
                               sw_cel__explanation *why, sw_error *err);

#endif
