/**
 * Common Expression Language: parse, evaluate, explain. Knows no rulebook;
 * stands on segwan/base.h alone.
 *
 *     sw_cel *cel = NULL;
 *     if (!sw_cel_parse(SW_STR("cargo.scale >= 25000"), arena, &cel, err))
 *         return false;   // err->reason holds line, column and a caret
 *     sw_cel_value cargo = ...;  // a map
 *     sw_cel_binding vars[] = {{SW_STR("cargo"), cargo}};
 *     sw_cel_options how = {.bindings = vars, .binding_count = 1};
 *     sw_cel_value v;
 *     if (!sw_cel_eval(cel, &how, arena, &v, err)) return false;
 *     if (v.kind == SW_CEL_BOOL && v.as.boolean) ...
 *
 * With declared variables wrong types are found before anything runs:
 *
 *     sw_cel_variable facts[] = {
 *         {.name = SW_STR("cargo.scale"),
 *          .type = sw_cel_type_of(SW_CEL_TYPE_INT)}};
 *     sw_cel_env env = {.variables = facts, .variable_count = 1};
 *     const sw_cel_type *type;
 *     if (!sw_cel_compile(source, &env, arena, &cel, &type, err)) return false;
 *     if (type->kind != SW_CEL_TYPE_BOOL) ...
 *
 * Language: github.com/google/cel-spec, doc/langdef.md.
 */
#ifndef SEGWAN_CEL_H
#define SEGWAN_CEL_H

#include "segwan/base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
    SW_CEL_NULL,
    SW_CEL_BOOL,
    SW_CEL_INT,
    SW_CEL_UINT,
    SW_CEL_DOUBLE,
    SW_CEL_STRING,
    SW_CEL_BYTES,
    SW_CEL_LIST,
    SW_CEL_MAP,
    SW_CEL_TIMESTAMP,
    SW_CEL_DURATION,
    SW_CEL_TYPE,
    SW_CEL_OPTIONAL,
    SW_CEL_IP,       ///< an address, by ip("...")
    SW_CEL_CIDR,     ///< a network, by cidr("...")
    SW_CEL_UNKNOWN,  ///< depends on attributes that nobody gave
    SW_CEL_ERROR,    ///< a CEL error is a value: && and || may absorb it
} sw_cel_kind;

typedef struct sw_cel_value sw_cel_value;
typedef struct sw_cel_entry sw_cel_entry;

typedef struct {
    int64_t seconds;
    int32_t nanos;
} sw_cel_time;

/** A value. Everything it points to is borrowed from an arena. */
struct sw_cel_value {
    sw_cel_kind kind;
    uint32_t index_mask;  ///< of a MAP by sw_cel_map(); else 0
    union {
        bool boolean;
        int64_t i64;   ///< INT
        uint64_t u64;  ///< UINT
        double f64;
        sw_str str;  ///< STRING (UTF-8), BYTES, TYPE (its name), ERROR (the
                     ///< message), IP, CIDR (bytes)
        struct {
            const sw_cel_value *at;
            size_t count;
        } list;
        struct {
            const sw_cel_entry *at;
            size_t count;
        } map;                         ///< in order of insertion
        sw_cel_time time;              ///< TIMESTAMP since 1970, DURATION;
                                       ///< 0 <= nanos, also below zero
        const sw_cel_value *optional;  ///< NULL: none
        struct {
            const sw_str *at;
            size_t count;
        } unknown;  ///< attribute paths, sorted, unique
    } as;
};

struct sw_cel_entry {
    sw_cel_value key, value;
};

/**
 * Makes a map whose entries are found by their keys at once: worth it for maps
 * that are looked into more than once. Without it a map is searched from end
 * to end.
 * @param entries  Copied. Keys are INT, UINT, BOOL or STRING, and distinct.
 */
SW_API SW_CHECK bool sw_cel_map(const sw_cel_entry *entries, size_t count,
                                sw_arena *arena, sw_cel_value *out,
                                sw_error *err);

/** A parsed expression. Immutable; shareable between threads. */
typedef struct sw_cel sw_cel;

/**
 * Parses the whole grammar and expands macros.
 * @param source  Copied into the arena.
 * @param arena   Holds the expression.
 * @return false on a syntax error or a limit: err->place is "line L, column
 *         C", err->reason the message, then the source line and a caret.
 */
SW_API SW_CHECK bool sw_cel_parse(sw_str source, sw_arena *arena, sw_cel **out,
                                  sw_error *err);
SW_API sw_str sw_cel_source(const sw_cel *cel);
/**
 * Fills `err` as sw_cel_parse() does, for what a caller finds at a byte of the
 * source: place, the message, the source line, a caret. @return false always.
 */
SW_API bool sw_cel_fail_at(const sw_cel *cel, size_t offset, sw_error *err,
                           const char *fmt, ...) SW_PRINTF(4, 5);
/**
 * The expression as source in one form of writing: no comments, one space
 * where spaces are due, no parenthesis that is not needed, literals as
 * sw_cel_print() has them. Parsed again, it is the same expression.
 * @return false without memory, or if the text would be longer than
 *         sw_cel_parse() takes: no nesting is added, but spaces and escapes
 *         may be.
 */
SW_API SW_CHECK bool sw_cel_unparse(const sw_cel *cel, sw_arena *arena,
                                    sw_str *out, sw_error *err);

/**
 * The attribute paths an expression reads ("cargo.scale"), each once, in
 * order of appearance: the longest chains of identifiers and plain field
 * selections that start at a free variable.
 */
typedef struct {
    sw_str path;
    size_t begin, end;
} sw_cel_reference;
SW_API SW_CHECK bool sw_cel_references(const sw_cel *cel, sw_arena *arena,
                                       const sw_cel_reference **out,
                                       size_t *count, sw_error *err);

/* ---- types ----------------------------------------------------------- */

typedef enum {
    SW_CEL_TYPE_DYN,    ///< any value; evaluation finds its type
    SW_CEL_TYPE_ANY,    ///< the same, as protobuf calls it
    SW_CEL_TYPE_ERROR,  ///< the same, of what cannot be evaluated
    SW_CEL_TYPE_NULL,   ///< null_type
    SW_CEL_TYPE_BOOL,
    SW_CEL_TYPE_INT,
    SW_CEL_TYPE_UINT,
    SW_CEL_TYPE_DOUBLE,
    SW_CEL_TYPE_STRING,
    SW_CEL_TYPE_BYTES,
    SW_CEL_TYPE_TIMESTAMP,
    SW_CEL_TYPE_DURATION,
    SW_CEL_TYPE_LIST,      ///< list(T)
    SW_CEL_TYPE_MAP,       ///< map(K, V)
    SW_CEL_TYPE_TYPE,      ///< type(T), of the value `int`; type: of any
    SW_CEL_TYPE_OPTIONAL,  ///< optional_type(T)
    SW_CEL_TYPE_WRAPPER,  ///< wrapper(T): null or a bool, number, string, bytes
    SW_CEL_TYPE_PARAM,    ///< param(T): any type, the same throughout one
                          ///< declaration
    SW_CEL_TYPE_MESSAGE,  ///< message(a.b.C): known by name alone
    SW_CEL_TYPE_ABSTRACT,  ///< by name, maybe with parameters: net.IP,
                           ///< net.CIDR, types of your own
    SW_CEL_TYPE_OBJECT,    ///< by name, with fields; its values are maps from
                           ///< their names, read as x.field alone
} sw_cel_type_kind;

/** A type. Immutable; may be written down as a constant, and shared. */
typedef struct sw_cel_type sw_cel_type;
struct sw_cel_type {
    sw_cel_type_kind kind;
    sw_str name;  ///< PARAM, MESSAGE, ABSTRACT, OBJECT
    const sw_cel_type *const *args;
    size_t count;
    const sw_str *fields;  ///< of OBJECT: what its args are called; else NULL
};

/** A type that has neither name nor parameters; NULL for other kinds. */
SW_API const sw_cel_type *sw_cel_type_of(sw_cel_type_kind kind);
/**
 * Reads a type: "map(string, list(int))", "optional_type(param(T))", or any
 * other name, which is an abstract type's.
 * @return false if it is none: place and caret within `text`.
 */
SW_API SW_CHECK bool sw_cel_type_parse(sw_str text, sw_arena *arena,
                                       const sw_cel_type **out, sw_error *err);
/**
 * The type as sw_cel_type_parse() reads it; at most 64 KiB. Of an object only
 * its name, which is read as an abstract type's.
 */
SW_API SW_CHECK bool sw_cel_type_text(const sw_cel_type *type, sw_arena *arena,
                                      sw_str *out, sw_error *err);

/* ---- checking -------------------------------------------------------- */

/** How large a value can be at most; a member that is 0 knows no bound. */
typedef struct {
    uint64_t items;   ///< elements or entries, of the largest list or map in it
    uint64_t bytes;   ///< of the longest text in it
    uint64_t values;  ///< in all, itself and all that is inside
} sw_cel_size;

/** A variable that expressions may read. Its name may have dots. */
typedef struct {
    sw_str name;
    const sw_cel_type *type;
    sw_cel_size size;  ///< for a worst-case estimate; checking needs none
} sw_cel_variable;

/**
 * A function that expressions may call, or one overload of it. Evaluation
 * chooses among overloads by the kinds of the arguments alone, not by what
 * lists and maps hold. So a function with `call` must differ from every other
 * of its name, also from the standard ones, in the number of its parameters, in
 * being a method, or in a parameter whose kinds have none in common: f(int) and
 * f(string) do, f(list(int)) and f(list(string)) do not, and dyn, param(T) and
 * types of your own have all kinds. or() and orValue() and calls that are
 * macros cannot be had.
 */
typedef struct sw_cel_function {
    sw_str name;  ///< "f", or qualified: "my.f"; a method's has no dots
    bool method;  ///< called as params[0].name(params[1], ...)
    const sw_cel_type *const *params;
    size_t param_count;
    const sw_cel_type *result;
    /**
     * Called while evaluating, with arguments of the declared kinds, none an
     * error or unknown, nor a list, map or optional that holds one; as often as
     * the expression asks. What it takes from `arena` counts as the
     * evaluation's memory. A CEL error is a value; false ends the evaluation.
     * NULL: declared only, an error when evaluated.
     */
    bool (*call)(void *data, const sw_cel_value *args, size_t count,
                 sw_arena *arena, sw_cel_value *out, sw_error *err);
    void *data;
    uint64_t steps;    ///< that a call counts as, beside the one of any call
                       ///< and one for 8 values that its arguments hold
    sw_cel_size size;  ///< of the result, for a worst-case estimate
} sw_cel_function;

/** What an expression may refer to, besides the standard functions. */
typedef struct {
    const sw_cel_variable *variables;
    size_t variable_count;
    const sw_cel_function *functions;
    size_t function_count;
    sw_str container;  ///< namespace of names, "A.B"; empty: the root
} sw_cel_env;

/**
 * Finds the type of an expression, without evaluating anything: names must be
 * declared, functions exist and take such arguments.
 *
 * What is declared as `dyn` passes everywhere and is left to evaluation. So are
 * values (a missing key, a division by zero), but for patterns written out.
 * Numbers of different types are not compared, though evaluation could: convert
 * one, or say dyn(x).
 *
 * @param env  NULL: nothing is declared.
 * @param out  In the arena, but for object types, which are those of `env`.
 *             NULL: not asked for.
 * @return false at the first wrong place of the source, with place and caret as
 *         of sw_cel_parse(); or if types grow beyond reason; or if `env` itself
 *         is wrong (SW_ERR_USAGE).
 */
SW_API SW_CHECK bool sw_cel_check(const sw_cel *cel, const sw_cel_env *env,
                                  sw_arena *arena, const sw_cel_type **out,
                                  sw_error *err);

/**
 * Parses and checks. Only what was compiled calls functions of `env`, and finds
 * functions in its container.
 * @param env   Its functions are borrowed as long as the expression is used;
 *              its container is kept for sw_cel_options that name none.
 * @param type  As sw_cel_check() gives it. NULL: not asked for.
 */
SW_API SW_CHECK bool sw_cel_compile(sw_str source, const sw_cel_env *env,
                                    sw_arena *arena, sw_cel **out,
                                    const sw_cel_type **type, sw_error *err);

/** An overload of a standard function, or of an extension's. */
typedef struct {
    sw_str name;       ///< "charAt", "math.least"
    sw_str signature;  ///< "string.charAt(int) -> string": for people; A and B
                       ///< stand for any type, "int..." for one or more
} sw_cel_overload;
/** All of them, those of a name together. */
SW_API SW_CHECK bool sw_cel_overloads(sw_arena *arena,
                                      const sw_cel_overload **out,
                                      size_t *count, sw_error *err);

/* ---- evaluation ------------------------------------------------------ */

/** A variable. Unknown facts are UNKNOWN values, also deep inside maps. */
typedef struct {
    sw_str name;
    sw_cel_value value;
} sw_cel_binding;

/**
 * One sub-expression that decided, with what it saw. Children are the
 * sub-expressions that decided it in turn (of a && b that is false, one false
 * side only). Of a macro: its range, then its filter and body for each element
 * that decided. Literals and macro variables themselves are left out.
 *
 * The paths in the tree are facts enough: forget all others (make them
 * UNKNOWN), and the value stays. None is too much: forget one of these as
 * well, and the value is no longer certain. (Not so for an UNKNOWN value, of
 * which only what is unknown is told, and for trees that were cut: after 4096
 * reasons, or where steps or memory ran out.)
 */
typedef struct sw_cel_reason sw_cel_reason;
struct sw_cel_reason {
    uint32_t begin, end;  ///< byte range in sw_cel_source()
    sw_cel_value value;
    sw_str path;  ///< the fact that it reads ("cargo.scale"), else empty
    const sw_cel_binding *element;  ///< of a macro's filter or body: its
    uint32_t element_count;         ///< variables, one or two; else none
    uint32_t count;
    const sw_cel_reason *at;  ///< children
};

/**
 * What an evaluation met on its way, from which its reasons can be told later.
 * Keeping it takes about as much again as the evaluation; telling from it takes
 * more, and only when it is asked. Where reasons are wanted anyway, `reason` is
 * cheaper: they are told as the evaluation goes. It lives as long as the arena
 * of the evaluation, the expression and the bindings, and does not change:
 * threads may share it.
 */
typedef struct sw_cel_trace sw_cel_trace;

/** The variables of an element as text: "i = 2, x = \"road\"", else empty. */
SW_API SW_CHECK bool sw_cel_element_text(const sw_cel_reason *reason,
                                         sw_arena *arena, sw_str *out,
                                         sw_error *err);

/** The paths in a tree of reasons: sorted, each once, none within another. */
SW_API SW_CHECK bool sw_cel_reason_facts(const sw_cel_reason *reason,
                                         sw_arena *arena, const sw_str **out,
                                         size_t *count, sw_error *err);

/**
 * Limits. What goes beyond one is refused by an error that names it and its
 * value; nothing drives the stack, the time or the memory beyond them.
 *
 * - source: 1 MiB, nested 400 deep (chains of && and || have no depth). The
 *   tree takes up to 200 times the memory of a source that is all brackets.
 * - steps: `max_steps`. A step is a sub-expression evaluated, once for each
 *   element in a macro; functions take more by what they read or write: one
 *   for 64 bytes of text, for 8 elements of a list or 8 entries of a map that
 *   are passed over, for each pair of values that == compares. Most take
 *   nanoseconds, none that is known more than about a microsecond.
 * - memory: `max_memory` bytes of the arena. Text being joined may take as much
 *   again, for a while.
 * - depth of values that are compared, formatted or printed: 1000.
 * - regular expressions: 16 KiB of pattern, 20000 instructions, a repeat count
 *   of 1000, groups nested 200 deep. As a bad pattern is, going beyond them is
 *   a CEL error, a value.
 * - text that sw_cel_print() makes: 64 MiB.
 */
typedef struct {
    const sw_cel_binding *bindings;
    size_t binding_count;
    const sw_cel_reason **reason;  ///< NULL: not asked for
    const sw_cel_trace **trace;    ///< NULL: not kept; for sw_cel_explain()
    uint64_t max_steps;            ///< 0: the default, 10 million
    sw_str container;       ///< namespace of names, "A.B"; empty: the one that
                            ///< the expression was compiled with, or the root
    size_t max_memory;      ///< bytes; 0: the default, 256 MiB
    bool plain_names;       ///< no binding has a dot in its name, which is
                            ///< then not looked for: many bindings, of which
                            ///< an expression reads few, cost less
    uint64_t *steps_taken;  ///< NULL: not asked for. Set whenever
                            ///< sw_cel_eval() returns, also when it fails; what
                            ///< an explanation takes is not counted
} sw_cel_options;

/**
 * Evaluates. CEL errors and unknowns are values (kind ERROR, UNKNOWN).
 * @return false only for memory, or a limit (steps, memory, depth of values):
 *         err says which.
 */
SW_API SW_CHECK bool sw_cel_eval(const sw_cel *cel,
                                 const sw_cel_options *options, sw_arena *arena,
                                 sw_cel_value *out, sw_error *err);

/* ---- cost ------------------------------------------------------------ */

/**
 * The most steps that sw_cel_eval() can take, before it runs: for any values of
 * the variables that are of their declared types and within their sizes. An
 * expression that may take longer than its host can wait is refused like this:
 *
 *     uint64_t steps;
 *     if (!sw_cel_cost(cel, &env, &steps, err)) return false;
 *     if (steps > limit)
 *         return sw_fail(err, SW_ERR_INPUT, "too costly: %" PRIu64 " steps",
 *                        steps);
 *
 * Sizes of scalars are known. A list, map, string or dyn that is declared
 * without a size may be of any, and so may what is not declared; an expression
 * whose steps hang on one is unbounded. What functions of your own give is as
 * large, and takes as long, as their declarations say. Explanations are not
 * counted.
 *
 * @param env    What may be bound; the container of sw_cel_eval(). NULL:
 *               nothing is declared.
 * @param steps  UINT64_MAX: unbounded.
 * @return false without memory, or if `env` itself is wrong (SW_ERR_USAGE).
 */
SW_API SW_CHECK bool sw_cel_cost(const sw_cel *cel, const sw_cel_env *env,
                                 uint64_t *steps, sw_error *err);

/**
 * The size of a value, no member 0. A value within a value counts as often as
 * it is met on a walk. Of values nested 1000 deep, or of more than 10 million:
 * {0}, no bound.
 */
SW_API sw_cel_size sw_cel_size_of(const sw_cel_value *value);

/* ---- values ---------------------------------------------------------- */

/**
 * Tells the reasons of an evaluation that kept a trace, as options.reason does
 * at once.
 * @param arena  Holds the tree.
 * @return false only without memory.
 */
SW_API SW_CHECK bool sw_cel_explain(const sw_cel_trace *trace, sw_arena *arena,
                                    const sw_cel_reason **out, sw_error *err);

/**
 * What is left of an expression when some of what it reads is unknown: an
 * expression that has the value of the whole once the unknowns are bound,
 * alone: a literal if the value is known already, an expression that fails if
 * it is an error.
 *
 *     // cargo = {"scale": 5000, "kind": unknown "cargo.kind"}
 *     // cargo.kind == "map" && cargo.scale >= 1000   leaves
 *     // cargo.kind == "map", to be evaluated with cargo = {"kind": ...}
 *
 * An unknown inside a list or a map is bound under its path, which must be its
 * name: "cargo.kind", "xs[1]", "m["a b"]". An entry of a map that is unknown
 * may turn out to be absent where has(), .? and the like ask for it; else it is
 * taken to be there. Errors inside of bound lists and maps are errors whenever
 * what holds them is left. Functions of the caller's own are called wherever
 * their arguments are known, also in branches that may not be taken. What is
 * left need not pass sw_cel_check(): a literal stands where something was dyn.
 *
 * @param options  As of sw_cel_eval(); `reason` is not asked for. The steps and
 *                 the memory allowed may be taken twice. The container is to be
 *                 that of the evaluation of what is left.
 * @param out      Its source is the text, in the form of sw_cel_unparse().
 * @return false for memory, a limit of evaluation, or if what is left is longer
 *         or nested deeper than sw_cel_parse() takes.
 */
SW_API SW_CHECK bool sw_cel_residual(const sw_cel *cel,
                                     const sw_cel_options *options,
                                     sw_arena *arena, sw_cel **out,
                                     sw_error *err);

/**
 * CEL's ==. Different types are unequal; numbers compare by value. Values that
 * are nested 1000 deep, or take 10 million steps to compare, are unequal.
 */
SW_API bool sw_cel_equal(const sw_cel_value *a, const sw_cel_value *b);
/** The value as a CEL literal ("\"a\"", "[1, 2]", "duration(\"5s\")"). */
SW_API SW_CHECK bool sw_cel_print(const sw_cel_value *value, sw_arena *arena,
                                  sw_str *out, sw_error *err);
/** The type's name: "int", "google.protobuf.Timestamp"; for messages. */
SW_API const char *sw_cel_kind_name(sw_cel_kind kind);

/** RFC 3339 text to a timestamp; durations as CEL writes them ("1h30m"). */
SW_API SW_CHECK bool sw_cel_timestamp(sw_str text, sw_cel_value *out);
SW_API SW_CHECK bool sw_cel_duration(sw_str text, sw_cel_value *out);

#ifdef __cplusplus
}
#endif
#endif
