/**
 * What the files of this room share: the tree, the run, and the functions by
 * which they call each other. Order of reading: README.md.
 */
#ifndef SEGWAN_CEL_INTERNAL_H
#define SEGWAN_CEL_INTERNAL_H

#include <string.h>

#include "segwan/cel.h"

/* ---- limits ---------------------------------------------------------- */

enum {
    // Nesting of source and tree. Every recursion over a tree stays within
    // it; about 300 KiB of stack, a few MiB under a sanitizer.
    SW_CEL__MAX_DEPTH = 400,
    // Nesting of values that are compared or printed.
    SW_CEL__MAX_VALUE_DEPTH = 1000,
    SW_CEL__MAX_SOURCE = 1 << 20,  // bytes of source
    SW_CEL__DEFAULT_STEPS = 10 * 1000 * 1000,
    SW_CEL__DEFAULT_MEMORY = 256 << 20,  // bytes that one evaluation may take
    SW_CEL__MAX_REGEX = 16 << 10,        // bytes of a pattern
    // Places of a map's index that a key may stand in, from its own onwards. No
    // search goes further, whatever stands there.
    SW_CEL__MAX_PROBES = 16,
};

/* ---- text ------------------------------------------------------------ */

static inline sw_str sw_cel__part(sw_str s, size_t begin, size_t end)
{
    return (sw_str){s.at + begin, end - begin};
}

/**
 * Decodes the code point at s.at[at] of valid UTF-8 and moves `at` past it.
 * A stray byte counts as one code point, U+FFFD.
 */
uint32_t sw_cel__code_point(sw_str s, size_t *at);
/** Writes up to four bytes. @return how many. */
size_t sw_cel__encode(uint32_t code_point, char out[4]);
size_t sw_cel__count_code_points(sw_str s);

/**
 * Fills `err`: place "line L, column C", reason: the message, the source line
 * and a caret. @return false always.
 */
bool sw_cel__fail_at(sw_str source, size_t offset, sw_error *err,
                     const char *fmt, ...) SW_PRINTF(4, 5);

/* ---- lexer ----------------------------------------------------------- */

typedef enum {
    SW_TOKEN_END,
    SW_TOKEN_INT,
    SW_TOKEN_UINT,
    SW_TOKEN_DOUBLE,
    SW_TOKEN_STRING,
    SW_TOKEN_BYTES,
    SW_TOKEN_NAME,    // identifiers and reserved words
    SW_TOKEN_QUOTED,  // `content-type`
    SW_TOKEN_TRUE,
    SW_TOKEN_FALSE,
    SW_TOKEN_NULL,
    SW_TOKEN_IN,
    SW_TOKEN_OR,
    SW_TOKEN_AND,
    SW_TOKEN_EQ,
    SW_TOKEN_NE,
    SW_TOKEN_LT,
    SW_TOKEN_LE,
    SW_TOKEN_GT,
    SW_TOKEN_GE,
    SW_TOKEN_PLUS,
    SW_TOKEN_MINUS,
    SW_TOKEN_STAR,
    SW_TOKEN_SLASH,
    SW_TOKEN_PERCENT,
    SW_TOKEN_NOT,
    SW_TOKEN_QUESTION,
    SW_TOKEN_COLON,
    SW_TOKEN_DOT,
    SW_TOKEN_COMMA,
    SW_TOKEN_LPAREN,
    SW_TOKEN_RPAREN,
    SW_TOKEN_LBRACKET,
    SW_TOKEN_RBRACKET,
    SW_TOKEN_LBRACE,
    SW_TOKEN_RBRACE,
} sw_cel__token_kind;

typedef struct {
    sw_cel__token_kind kind;
    size_t begin, end;
} sw_cel__token;

/** Reads the token at or after `at`. */
SW_CHECK bool sw_cel__next(sw_str source, size_t at, sw_cel__token *out,
                           sw_error *err);
/** How messages name a token kind: "')'", "a name". */
const char *sw_cel__token_name(sw_cel__token_kind kind);
bool sw_cel__reserved(sw_str name);

/** The value of a literal token; `negative`: a minus stands before it. */
SW_CHECK bool sw_cel__literal(sw_str source, const sw_cel__token *token,
                              bool negative, sw_arena *arena, sw_cel_value *out,
                              sw_error *err);

/* ---- tree ------------------------------------------------------------ */

typedef enum {
    SW_NODE_LITERAL,
    SW_NODE_NAME,
    SW_NODE_SELECT,  // args[0].name
    SW_NODE_INDEX,   // args[0][args[1]]
    SW_NODE_CALL,    // name(args), or args[0].name(args[1]...) if method
    SW_NODE_LIST,
    SW_NODE_MAP,      // key, value, key, value
    SW_NODE_MESSAGE,  // name{fields}; values in args
    SW_NODE_AND,      // two or more args
    SW_NODE_OR,
    SW_NODE_NOT,
    SW_NODE_NEGATE,
    SW_NODE_BINARY,       // by op: + - * / % and relations
    SW_NODE_CONDITIONAL,  // args[0] ? args[1] : args[2]
    SW_NODE_FOLD,         // a macro over a range: range, filter if any, body
    SW_NODE_BIND,         // cel.bind, optMap: value, body
    SW_NODE_BLOCK,        // cel.block: elements, then the body
    SW_NODE_ELEMENT,      // cel.index(value): an element of the block
} sw_cel__node_kind;

typedef enum {
    SW_FOLD_ALL,
    SW_FOLD_EXISTS,
    SW_FOLD_EXISTS_ONE,
    SW_FOLD_LIST,  // map, filter, transformList
    SW_FOLD_MAP,   // transformMap
    SW_BIND_VALUE,
    SW_BIND_OPTIONAL,       // optMap
    SW_BIND_OPTIONAL_FLAT,  // optFlatMap
} sw_cel__macro;

typedef struct sw_cel__function sw_cel__function;
typedef struct sw_cel__regex sw_cel__regex;
typedef struct sw_cel__node sw_cel__node;

struct sw_cel__node {
    sw_cel__node_kind kind;
    unsigned depth;       // of the tree below, itself included
    uint32_t begin, end;  // bytes of source
    sw_str name;
    sw_cel__node **args;
    size_t count;
    const bool *optional;   // LIST, MESSAGE: per element, MAP: per part of an
                            // entry; NULL: none
    const sw_str *fields;   // MESSAGE: their names as written; NULL: none
    bool maybe;             // SELECT, INDEX: .? and [?]
    bool test;              // SELECT: has()
    bool method;            // CALL
    bool rooted;            // NAME, CALL of a function: a leading dot
    bool quoted;            // SELECT: the field was quoted
    sw_cel__token_kind op;  // BINARY
    sw_cel__macro macro;    // FOLD, BIND
    sw_str vars[2];         // FOLD, BIND; an unused second one is empty
    size_t slot;            // FOLD, BIND, BLOCK: its first variable's slot
    sw_cel_value value;     // LITERAL; ELEMENT: which one, an int
    // Filled by resolve.c.
    bool local;                   // NAME: a variable of a macro, in `slot`
    const sw_cel__node *element;  // ELEMENT: what `slot` is filled from
    size_t root;  // NAME and SELECT with a path: number of the free name
    sw_str path;  // NAME, SELECT: dotted name from a free variable, or empty
    bool path_rooted;
    bool reads;  // a name stands somewhere below: it is no constant
    const sw_cel__function *functions;  // CALL: first of its overloads
    const sw_cel_function *const *own;  // CALL: overloads of the caller's
    size_t own_count;
    const sw_cel__regex *regex;  // CALL: a compiled literal pattern
    const char *bad_pattern;     // CALL: why a literal is no pattern
};

typedef struct sw_cel__op sw_cel__op;

struct sw_cel {
    sw_str source;
    sw_cel_env env;  // the functions that it calls, and its container
    sw_cel__node *top;
    const sw_cel__op *program;
    size_t reg_count;     // registers of the program
    size_t sought_count;  // its ops that seek the same path again and again
    size_t slot_count;    // variables of macros alive at once
    const sw_str *roots;  // free names, each once
    size_t root_count;
    bool is_small;  // all of these fit into a sw_cel__space
};

/** The error of an expression that is nested too deep. @return false. */
bool sw_cel__fail_too_deep(sw_str source, size_t offset, sw_error *err);
/** A node with `count` arguments copied into it; NULL: memory or depth. */
sw_cel__node *sw_cel__node_new(sw_arena *arena, sw_str source,
                               sw_cel__node_kind kind, size_t begin, size_t end,
                               sw_cel__node *const *args, size_t count,
                               sw_error *err);

/**
 * Turns a call that is a macro into what it stands for.
 * @return the call itself if it is none; NULL if it is used wrongly.
 */
sw_cel__node *sw_cel__expand(sw_arena *arena, sw_str source, sw_cel__node *call,
                             sw_error *err);
/** Whether a call of the function would be a macro. */
bool sw_cel__is_macro(const sw_cel_function *f);

/** Parses where `env` (NULL: nothing) declares functions and a container. */
SW_CHECK bool sw_cel__parse(sw_str source, const sw_cel_env *env,
                            sw_arena *arena, sw_cel **out, sw_error *err);
/** Gives variables their slots, names their paths, calls their functions. */
SW_CHECK bool sw_cel__resolve(sw_cel *cel, sw_arena *arena, sw_error *err);

/** Appends the tree as source. @return false if it is longer than allowed. */
SW_CHECK bool sw_cel__unparse_to(sw_buf *buf, const sw_cel__node *node);

/* ---- run ------------------------------------------------------------- */

enum {
    SW_CEL__FEW_REGS = 160,  // registers kept on the stack
    SW_CEL__FEW_NAMES = 16,  // slots, and free names
};

/** One evaluation. Functions return false only when a limit is reached. */
typedef struct {
    const sw_cel *cel;
    const sw_cel_options *options;
    sw_arena *arena;
    sw_error *err;
    uint64_t steps;  // left
    size_t room;     // bytes left
    sw_str container;
    bool qualified;  // a container, or names with dots among the bindings
    const sw_cel_value **roots;     // by root's number; NULL: look further
    const sw_cel_value **slots;     // variables of macros
    sw_cel_value *regs;             // what ops make, by id
    union sw_cel__seen *trace;      // what ops gave, by id; NULL: not kept
    struct sw_cel__told *told;      // reasons so far; NULL: not told at once
    struct sw_cel__sought *sought;  // by op->sought; NULL: none yet
    sw_str pattern;                 // the last one compiled at run time
    const sw_cel__regex *compiled;  // NULL: none yet
} sw_cel__run;

/** Room for a run of ordinary size, while it lasts. */
typedef struct {
    sw_cel_value regs[SW_CEL__FEW_REGS];
    const sw_cel_value *slots[SW_CEL__FEW_NAMES], *roots[SW_CEL__FEW_NAMES];
} sw_cel__space;

/** What the options allow: steps, bytes. */
static inline uint64_t sw_cel__max_steps(const sw_cel_options *how)
{
    return how->max_steps > 0 ? how->max_steps : SW_CEL__DEFAULT_STEPS;
}
static inline size_t sw_cel__max_memory(const sw_cel_options *how)
{
    return how->max_memory > 0 ? how->max_memory : SW_CEL__DEFAULT_MEMORY;
}
/** Tells the steps taken so far to whoever asked for them. */
void sw_cel__tell_steps(const sw_cel__run *run);
/**
 * Fills the rest of a run from its cel, options, arena and err.
 * @param space  NULL: all is taken from the arena, and lasts.
 */
SW_CHECK bool sw_cel__begin(sw_cel__run *run, sw_cel__space *space);

bool sw_cel__too_many_steps(sw_cel__run *run);
/** Takes `steps` from what is left. */
SW_CHECK static inline bool sw_cel__spend(sw_cel__run *run, uint64_t steps)
{
    if (steps > run->steps) return sw_cel__too_many_steps(run);
    run->steps -= steps;
    return true;
}
enum { SW_CEL__DOUBLE_STEPS = 8 };  // of finding a double's shortest text
/** Takes the steps of reading or writing text. */
SW_CHECK static inline bool sw_cel__spend_text(sw_cel__run *run, size_t bytes)
{
    return bytes < 64 || sw_cel__spend(run, bytes / 64);
}
/**
 * Steps of looking for a key: without an index the map is read from end to end,
 * with one a few keys are compared.
 */
static inline uint64_t sw_cel__lookup_steps(const sw_cel_value *map,
                                            const sw_cel_value *key)
{
    uint64_t text = key->kind == SW_CEL_STRING ? key->as.str.len / 64 : 0;
    uint64_t count = map->as.map.count;
    if (map->index_mask > 0 && count > SW_CEL__MAX_PROBES)
        return text * SW_CEL__MAX_PROBES;
    if (map->index_mask > 0) return text * count;
    return count / 8 + count * text;
}
/** Arena memory within the limit; NULL when out (err says). */
void *sw_cel__alloc(sw_cel__run *run, size_t count, size_t size);

/** Whether a dotted path is `outer` or leads through it. */
static inline bool sw_cel__is_within(sw_str path, sw_str outer)
{
    return sw_str_starts(path, outer) &&
           (path.len == outer.len || path.at[outer.len] == '.');
}

/** The value bound to `name` in the container `space`; NULL: none. */
const sw_cel_value *sw_cel__find_binding(const sw_cel__run *run, sw_str space,
                                         sw_str name);
/** Resolves a free name or path, whatever its bindings. */
SW_CHECK bool sw_cel__eval_path(sw_cel__run *run, const sw_cel__node *node,
                                uint32_t sought, sw_cel_value *out);

/**
 * The value of a strict node (a selection without a path, index, call, list,
 * map, message, ! - and the binary operators) from the values of its args.
 */
SW_CHECK bool sw_cel__combine(sw_cel__run *run, const sw_cel__node *node,
                              const sw_cel_value *parts, sw_cel_value *out);
/**
 * Takes note of a part: `stop` is the first error, else the unknowns joined,
 * else what it was.
 */
SW_CHECK bool sw_cel__note(sw_cel__run *run, const sw_cel_value *part,
                           sw_cel_value *stop);
/** Likewise of an element that a function cannot use: an error, if known. */
SW_CHECK bool sw_cel__note_element(sw_cel__run *run, const sw_cel_value *item,
                                   sw_cel_value *stop);
/** Calls the overload that fits `args`, which are neither error nor unknown. */
SW_CHECK bool sw_cel__call_overload(sw_cel__run *run, const sw_cel__node *call,
                                    const sw_cel_value *args,
                                    sw_cel_value *out);

/* ---- values ---------------------------------------------------------- */

static inline sw_cel_value sw_cel__bool(bool b)
{
    return (sw_cel_value){.kind = SW_CEL_BOOL, .as.boolean = b};
}
static inline sw_cel_value sw_cel__int(int64_t i)
{
    return (sw_cel_value){.kind = SW_CEL_INT, .as.i64 = i};
}
static inline sw_cel_value sw_cel__uint(uint64_t u)
{
    return (sw_cel_value){.kind = SW_CEL_UINT, .as.u64 = u};
}
static inline sw_cel_value sw_cel__double(double d)
{
    return (sw_cel_value){.kind = SW_CEL_DOUBLE, .as.f64 = d};
}
static inline sw_cel_value sw_cel__text(sw_cel_kind kind, sw_str s)
{
    return (sw_cel_value){.kind = kind, .as.str = s};
}
static inline bool sw_cel__numeric(const sw_cel_value *v)
{
    return v->kind == SW_CEL_INT || v->kind == SW_CEL_UINT ||
           v->kind == SW_CEL_DOUBLE;
}
static inline bool sw_cel__is_true(const sw_cel_value *v)
{
    return v->kind == SW_CEL_BOOL && v->as.boolean;
}

/** As much of a text as an error's message shows, for "%.*s". */
#define SW_CEL__SHOWN(s) (int)((s).len < 256 ? (s).len : 256), (s).at

/** out = a CEL error. @return false only without memory. */
SW_CHECK bool sw_cel__error(sw_cel__run *run, sw_cel_value *out,
                            const char *fmt, ...) SW_PRINTF(3, 4);
/** An error whose message is a literal; needs no memory. */
static inline bool sw_cel__fault(sw_cel_value *out, const char *message)
{
    *out = sw_cel__text(SW_CEL_ERROR, sw_str_of(message));
    return true;
}
bool sw_cel__no_overload(sw_cel_value *out);

/** into = the union of two unknowns; `into` may be anything else at first. */
SW_CHECK bool sw_cel__merge(sw_cel__run *run, sw_cel_value *into,
                            const sw_cel_value *other);

typedef enum {
    SW_LESS = -1,
    SW_SAME = 0,
    SW_MORE = 1,
    SW_UNORDERED = 2
} sw_cel__order;
/** Orders two numbers of any kinds; UNORDERED with a NaN. */
sw_cel__order sw_cel__compare_numbers(const sw_cel_value *a,
                                      const sw_cel_value *b);
sw_cel__order sw_cel__compare_times(sw_cel_time a, sw_cel_time b);

/**
 * CEL's ==: out is a bool, or an unknown if the answer hangs on unknowns
 * inside the values, or an error met inside.
 */
SW_CHECK bool sw_cel__equals(sw_cel__run *run, const sw_cel_value *a,
                             const sw_cel_value *b, sw_cel_value *out);
/* ---- maps ------------------------------------------------------------ */

/**
 * Equal for keys that are equal, numbers of different kinds included; never 0,
 * and for a text never that of another kind.
 */
uint32_t sw_cel__hash(const sw_cel_value *key);
uint32_t sw_cel__hash_text(sw_str s);

/** One place of an index. */
typedef struct {
    uint32_t hash;    // 0: nothing stands here
    uint32_t number;  // of the entry
} sw_cel__place;

/** How many places an index of `count` entries takes; 0: it gets none. */
uint32_t sw_cel__index_places(size_t count);
/** Gives a map its index, if it can have one, in memory behind its entries. */
void sw_cel__index_map(sw_cel_value *map, void *table);

/** The index of a map that has one. */
static inline const sw_cel__place *sw_cel__index_of(const sw_cel_value *map)
{
    return (const sw_cel__place *)(map->as.map.at + map->as.map.count);
}

// What is worth its room wherever it is used.
#define SW_CEL__HOT static inline __attribute__((always_inline))

enum { SW_CEL__SHORT = 16 };  // bytes that are compared without a call

SW_CEL__HOT bool sw_cel__same_short(const char *a, const char *b, size_t len)
{
    if (len >= 8) {
        uint64_t x, y, v, w;
        memcpy(&x, a, 8);
        memcpy(&y, b, 8);
        memcpy(&v, a + len - 8, 8);
        memcpy(&w, b + len - 8, 8);
        return ((x ^ y) | (v ^ w)) == 0;
    }
    if (len >= 4) {
        uint32_t x, y, v, w;
        memcpy(&x, a, 4);
        memcpy(&y, b, 4);
        memcpy(&v, a + len - 4, 4);
        memcpy(&w, b + len - 4, 4);
        return ((x ^ y) | (v ^ w)) == 0;
    }
    if (len == 0) return true;
    // The first, the middle and the last: all there is of three.
    return ((a[0] ^ b[0]) | (a[len / 2] ^ b[len / 2]) |
            (a[len - 1] ^ b[len - 1])) == 0;
}

SW_CEL__HOT bool sw_cel__same_bytes(const char *a, const char *b, size_t len)
{
    return len > SW_CEL__SHORT ? memcmp(a, b, len) == 0
                               : sw_cel__same_short(a, b, len);
}

static inline bool sw_cel__is_key_text(const sw_cel_value *key, sw_str text)
{
    return key->kind == SW_CEL_STRING && key->as.str.len == text.len &&
           sw_cel__same_bytes(key->as.str.at, text.at, text.len);
}

/**
 * The value under a string key whose hash is known, or NULL: not there, or
 * not to be found without steps.
 */
const sw_cel_value *sw_cel__find_field(const sw_cel_value *map, sw_str key,
                                       uint32_t hash);

/** The same for a key that is in the first place of an index, or NULL. */
static inline const sw_cel_value *sw_cel__quick_field(const sw_cel_value *map,
                                                      sw_str key, uint32_t hash)
{
    if (map->index_mask == 0) return NULL;
    sw_cel__place place = sw_cel__index_of(map)[hash & map->index_mask];
    const sw_cel_entry *entry = &map->as.map.at[place.number];
    // Only texts have the hash of a text.
    bool same = place.hash == hash && entry->key.as.str.len == key.len &&
                key.len <= SW_CEL__SHORT &&
                sw_cel__same_short(entry->key.as.str.at, key.at, key.len);
    return same ? &entry->value : NULL;
}

/** The value under a key, or NULL. Numbers are the same key by value. */
const sw_cel_value *sw_cel__lookup(const sw_cel_value *map,
                                   const sw_cel_value *key);
/** The number as a list index. @return false if not integral or negative. */
bool sw_cel__as_index(const sw_cel_value *v, size_t *out);

SW_CHECK bool sw_cel__binary(sw_cel__run *run, sw_cel__token_kind op,
                             const sw_cel_value *a, const sw_cel_value *b,
                             sw_cel_value *out);
bool sw_cel__negate(const sw_cel_value *a, sw_cel_value *out);
SW_CHECK bool sw_cel__contains_value(sw_cel__run *run,
                                     const sw_cel_value *needle,
                                     const sw_cel_value *in, sw_cel_value *out);
SW_CHECK bool sw_cel__select(sw_cel__run *run, const sw_cel_value *of,
                             const sw_cel__node *node, sw_cel_value *out);
SW_CHECK bool sw_cel__index(sw_cel__run *run, const sw_cel_value *of,
                            const sw_cel_value *key, bool maybe,
                            sw_cel_value *out);

/**
 * Appends the value as a CEL literal, cut with "..." behind `limit` bytes.
 * @return false if nested too deep.
 */
SW_CHECK bool sw_cel__print_to(sw_buf *buf, const sw_cel_value *value,
                               size_t limit);

/** Likewise, but not cut. @return false if too deep or too long. */
SW_CHECK bool sw_cel__print_whole(sw_buf *buf, const sw_cel_value *value,
                                  size_t limit);

/* ---- functions ------------------------------------------------------- */

typedef bool (*sw_cel__call)(sw_cel__run *run, const sw_cel_value *args,
                             size_t count, sw_cel_value *out);

/**
 * A row of the table: an overload, its types in letters. `takes` has a type for
 * each argument, the receiver of a method first; `gives` is the result's.
 *
 *     b i u d s y   bool int uint double string bytes
 *     t D P C       timestamp duration net.IP net.CIDR
 *     lX mXY oX TX  list(X) map(X, Y) optional_type(X) type(X)
 *     A B .         any type, the same wherever the letter stands; dyn
 *     n             a number; in "n*", numbers that are not all of one type
 *
 * A '*' at the end repeats the type before it, any number of times. A '?' in
 * front: a receiver that is an optional with a value is the only argument
 * needed. Overloads of a name stand together. Evaluation chooses by the first
 * letter of each type, the checker by the whole.
 */
struct sw_cel__function {
    const char *name;
    bool method;
    const char *takes, *gives;
    sw_cel__call call;
};

/** The kinds of values that a type's first letter admits, a bit for each. */
unsigned sw_cel__kinds_of_letter(char letter);
/** Where the type that begins at `letters` ends. */
const char *sw_cel__behind_type(const char *letters);
const sw_cel__function *sw_cel__find_function(sw_str name, bool method);
/** The next overload, or NULL. */
const sw_cel__function *sw_cel__next_overload(const sw_cel__function *function);
/** The overloads that a call may mean: ours, and those of an env. */
typedef struct {
    sw_str name;                   // with its namespace
    const sw_cel__function *ours;  // the first, or NULL
    size_t own;                    // how many of the env's functions
} sw_cel__overloads;

/**
 * Finds what the name of a call means: in the env's container first, unless it
 * is a method's or rooted. @return false without memory.
 */
SW_CHECK bool sw_cel__find_overloads(const sw_cel_env *env, sw_str name,
                                     bool method, bool rooted, sw_arena *arena,
                                     sw_cel__overloads *out);
/** Whether the function may be what is called. */
bool sw_cel__is_called(const sw_cel_function *f, sw_str name, bool method);
/** The namespace around a namespace, or what a dotted name begins with. */
sw_str sw_cel__without_last(sw_str dotted);
/** The tables, ended by NULL. */
extern const sw_cel__function *const sw_cel__tables[];
/**
 * out = the names of a chain a.b with `last` behind them; empty if it is no
 * chain of plain names. @param rooted  Whether a dot leads it.
 * @return false without memory.
 */
SW_CHECK bool sw_cel__dotted(const sw_cel__node *chain, sw_str last,
                             sw_arena *arena, sw_str *out, bool *rooted);
/** The type that a name stands for, or NULL. */
const char *sw_cel__type_name(sw_str path);
/** Whether anything is called so. */
static inline bool sw_cel__is_known_call(const sw_cel__node *call)
{
    return call->functions != NULL || call->own_count > 0;
}
/** Whether a call needs no argument behind this first one. */
bool sw_cel__is_enough(const sw_cel__node *call, const sw_cel_value *first);

/** Whether the kinds of some arguments would fit both overloads. */
bool sw_cel__overlaps(const sw_cel_function *a, const sw_cel_function *b);
bool sw_cel__overlaps_ours(const sw_cel_function *a, const sw_cel__function *b);
/** Calls what `fits` of the caller's own, as sw_cel__call_overload() does. */
SW_CHECK bool sw_cel__call_own(sw_cel__run *run, const sw_cel__node *call,
                               const sw_cel_value *args, sw_cel_value *out,
                               bool *fits);

// The tables, one a file, each ended by a row without a name.
extern const sw_cel__function sw_cel__core_functions[];
extern const sw_cel__function sw_cel__string_functions[];
extern const sw_cel__function sw_cel__time_functions[];
extern const sw_cel__function sw_cel__optional_functions[];
extern const sw_cel__function sw_cel__string_ext_functions[];
extern const sw_cel__function sw_cel__math_functions[];
extern const sw_cel__function sw_cel__encoder_functions[];
extern const sw_cel__function sw_cel__network_functions[];

// Functions that stand in another file's table.
bool sw_cel__format(sw_cel__run *run, const sw_cel_value *args, size_t count,
                    sw_cel_value *out);
bool sw_cel__network_string(sw_cel__run *run, const sw_cel_value *args,
                            size_t count, sw_cel_value *out);

/** Text of a bool, a number or a time, as string() gives it. @return length. */
size_t sw_cel__scalar_text(const sw_cel_value *v, char out[40]);
/** Text of an IP address or a network. @return its length. */
size_t sw_cel__network_text(const sw_cel_value *v, char out[64]);
/** Equality of two addresses, or of two networks. */
bool sw_cel__same_network(const sw_cel_value *a, const sw_cel_value *b);

/** A string being put together within a run's limits; {.run = run} to begin. */
typedef struct {
    sw_cel__run *run;
    sw_buf buf;
    bool full;  // the limit was met; the rest is dropped
} sw_cel__text_builder;

void sw_cel__put(sw_cel__text_builder *b, sw_str s);
/** out = the string; frees the buffer. @return false at a limit. */
SW_CHECK bool sw_cel__finish(sw_cel__text_builder *b, sw_cel_value *out);

/* ---- numbers --------------------------------------------------------- */

/** The shortest text that reads back; "NaN", "Infinity". @return its length. */
size_t sw_cel__double_text(double d, char out[40]);
/** printf's "%.*f" or "%.*e" without a locale. @return the length. */
size_t sw_cel__double_format(double d, char verb, int precision, char *out,
                             size_t size);
/** Reads [+-]digits[.digits][e[+-]digits]. @return false if it is not that. */
SW_CHECK bool sw_cel__double_read(sw_str s, double *out);
/** Reads decimal digits. @return false on anything else, or overflow. */
SW_CHECK bool sw_cel__digits(sw_str s, uint64_t *out);
/** Truncates toward zero. @return false out of range, NaN included. */
SW_CHECK bool sw_cel__double_to_int(double d, int64_t *out);
SW_CHECK bool sw_cel__double_to_uint(double d, uint64_t *out);

/* ---- time ------------------------------------------------------------ */

typedef struct {
    int64_t year;
    unsigned month, day;  // from 1
    unsigned hour, minute, second;
    unsigned weekday;   // Sunday is 0
    unsigned year_day;  // from 0
} sw_cel__civil;

sw_cel__civil sw_cel__civil_of(int64_t seconds);
int64_t sw_cel__days_of(int64_t year, unsigned month, unsigned day);
/** From 0001-01-01 to the end of 9999. */
bool sw_cel__time_in_range(sw_cel_time t);
size_t sw_cel__timestamp_text(sw_cel_time t, char out[40]);
size_t sw_cel__duration_text(sw_cel_time t, char out[40]);
/** Nanoseconds. @return false outside int64, a duration's range. */
SW_CHECK bool sw_cel__time_nanos(sw_cel_time t, int64_t *out);
sw_cel_time sw_cel__nanos_time(int64_t nanos);
/** a + b, seconds and nanos; cannot overflow for times in range. */
sw_cel_time sw_cel__time_add(sw_cel_time a, sw_cel_time b);
sw_cel_time sw_cel__time_negate(sw_cel_time t);

/**
 * Offset of a zone from UTC, in seconds, at a time.
 * @param zone  "Asia/Seoul", "+09:00", "-02:30", "09:00", "UTC".
 * @return false for a zone that nobody knows.
 */
SW_CHECK bool sw_cel__zone_offset(sw_str zone, int64_t seconds, int32_t *out);

/* ---- regular expressions --------------------------------------------- */

typedef struct {
    bool tabulate;     // it will be searched for often: worth a table
    size_t max_bytes;  // of the arena, about; compiling ends beyond it
} sw_cel__regex_options;

/** `why` of a pattern that would take more than `max_bytes`. */
extern const char sw_cel__regex_no_room[];

/**
 * Compiles RE2 syntax.
 * @param why  Set to a static text on a bad pattern, NULL without memory.
 */
SW_CHECK bool sw_cel__regex_compile(sw_str pattern,
                                    const sw_cel__regex_options *how,
                                    sw_arena *arena, const sw_cel__regex **out,
                                    const char **why);
/**
 * Searches `text`, in time linear in it, unanchored.
 * @param work  In: how much may be done. Out: what was left; 0 if it was not
 *              enough, and then `found` means nothing.
 * @return false without memory.
 */
SW_CHECK bool sw_cel__regex_search(const sw_cel__regex *regex, sw_str text,
                                   bool *found, uint64_t *work);
/**
 * Most steps of searching so many bytes; NULL: whatever the pattern.
 * UINT64_MAX: more than can be counted.
 */
uint64_t sw_cel__regex_steps(const sw_cel__regex *regex, uint64_t bytes);
/** The same for a run: its steps bound the search. */
SW_CHECK bool sw_cel__search(sw_cel__run *run, const sw_cel__regex *regex,
                             sw_str text, bool *found);
/** out = a bool. */
SW_CHECK bool sw_cel__matches(sw_cel__run *run, const sw_cel__regex *regex,
                              sw_str text, sw_cel_value *out);

#endif
