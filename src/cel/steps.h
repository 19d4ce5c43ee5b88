// The steps of a program, for plain runs and, with TRACED, for runs that keep
// what each op gave. Included once for each, so that plain runs pay nothing for
// explanations.
//
// The common case stands in the step; whatever else there is (errors,
// unknowns, mixed kinds, optionals) is left to the functions of strict.c.
//
// Specification: cel-spec, doc/langdef.md, "Evaluation".
#include "program.h"

typedef const sw_cel_value *result;
typedef const sw_cel__op op;

static inline result eval(sw_cel__run *run, op *o)
{
#if TRACED
    result v = sw_cel__traced_steps[o->code](run, o);
    run->trace[o->id].value = v;
    return v;
#else
    return o->step(run, o);
#endif
}

// The same for operands, which are most often constants or names: these need
// no call.
static inline result operand(sw_cel__run *run, op *o)
{
#if !TRACED
    if (o->code <= SW_OP_ROOT) {
        if (o->code == SW_OP_VALUE) return o->value;
        if (o->code == SW_OP_LOCAL) return run->slots[o->at];
        if (run->roots[o->at] != NULL) return run->roots[o->at];
    }
#endif
    return eval(run, o);
}

// Evaluates what was not certain to be: its steps are charged here.
static inline result eval_more(sw_cel__run *run, op *o)
{
    return sw_cel__spend(run, o->straight) ? eval(run, o) : NULL;
}

static inline result truth(bool is)
{
    return &sw_cel__truths[is];
}

static inline result keep_int(sw_cel__run *run, op *o, int64_t i)
{
    sw_cel_value *out = &run->regs[o->id];
    out->kind = SW_CEL_INT;
    out->as.i64 = i;
    return out;
}

static inline result keep_double(sw_cel__run *run, op *o, double d)
{
    sw_cel_value *out = &run->regs[o->id];
    out->kind = SW_CEL_DOUBLE;
    out->as.f64 = d;
    return out;
}

static inline bool is_stop(result v)
{
    return v->kind == SW_CEL_ERROR || v->kind == SW_CEL_UNKNOWN;
}

/* ---- names and fields ------------------------------------------------ */

static result step_value(sw_cel__run *run, op *o)
{
    return o->value;
}

static result step_local(sw_cel__run *run, op *o)
{
    return run->slots[o->at];
}

static result step_root(sw_cel__run *run, op *o)
{
    result v = run->roots[o->at];
    return v != NULL ? v : sw_cel__slow_path(run, o);
}

static inline result field(sw_cel__run *run, op *o, result of)
{
    if (of->kind == SW_CEL_MAP) {
        result v = sw_cel__quick_field(of, o->node->name, o->hash);
        if (v != NULL) return v;
    }
    return sw_cel__slow(run, o, of, NULL);
}

static result step_root_field(sw_cel__run *run, op *o)
{
    result of = run->roots[o->at];
    return of != NULL ? field(run, o, of) : sw_cel__slow_path(run, o);
}

static result step_local_field(sw_cel__run *run, op *o)
{
    return field(run, o, run->slots[o->at]);
}

// Without a value under the first name, the chain may yet be a name with dots.
static inline bool needs_search(const sw_cel__run *run, op *o)
{
    return o->at != UINT32_MAX && run->roots[o->at] == NULL;
}

static result step_field(sw_cel__run *run, op *o)
{
    if (needs_search(run, o)) return sw_cel__slow_path(run, o);
    result of = eval(run, &o->args[0]);
    return of != NULL ? field(run, o, of) : NULL;
}

static result step_has(sw_cel__run *run, op *o)
{
    if (needs_search(run, o)) return sw_cel__slow_path(run, o);
    result of = eval(run, &o->args[0]);
    if (of == NULL) return NULL;
    if (of->kind == SW_CEL_MAP) {
        result v = sw_cel__quick_field(of, o->node->name, o->hash);
        if (v != NULL) return v->kind == SW_CEL_UNKNOWN ? v : truth(true);
    }
    return sw_cel__slow(run, o, of, NULL);
}

static result step_index(sw_cel__run *run, op *o)
{
    result of = operand(run, &o->args[0]);
    if (of == NULL) return NULL;
    result key = operand(run, &o->args[1]);
    if (key == NULL) return NULL;
    if (of->kind == SW_CEL_LIST && key->kind == SW_CEL_INT &&
        (uint64_t)key->as.i64 < of->as.list.count)
        return &of->as.list.at[key->as.i64];
    return sw_cel__slow(run, o, of, key);
}

/* ---- relations ------------------------------------------------------- */

// Text that is read for no more than the step itself.
static inline bool is_short(result v)
{
    return v->kind == SW_CEL_STRING && v->as.str.len < 64;
}

static inline bool same_text(sw_str a, sw_str b)
{
    return a.len == b.len && sw_cel__same_bytes(a.at, b.at, a.len);
}

static inline result equality(sw_cel__run *run, op *o, bool equal)
{
    result a = operand(run, &o->args[0]);
    if (a == NULL) return NULL;
    result b = operand(run, &o->args[1]);
    if (b == NULL) return NULL;
    if (a->kind == b->kind) {
        if (a->kind == SW_CEL_INT)
            return truth((a->as.i64 == b->as.i64) == equal);
        if (a->kind == SW_CEL_BOOL)
            return truth((a->as.boolean == b->as.boolean) == equal);
        if (is_short(a)) return truth(same_text(a->as.str, b->as.str) == equal);
    }
    return sw_cel__slow(run, o, a, b);
}

static result step_eq(sw_cel__run *run, op *o)
{
    return equality(run, o, true);
}

static result step_ne(sw_cel__run *run, op *o)
{
    return equality(run, o, false);
}

static inline result equality_text(sw_cel__run *run, op *o, bool equal)
{
    result a = operand(run, &o->args[0]);
    if (a == NULL) return NULL;
    if (is_short(a))
        return truth(same_text(a->as.str, o->value->as.str) == equal);
    return sw_cel__slow(run, o, a, o->value);
}

static result step_eq_text(sw_cel__run *run, op *o)
{
    return equality_text(run, o, true);
}

static result step_ne_text(sw_cel__run *run, op *o)
{
    return equality_text(run, o, false);
}

static inline bool is_time(result v)
{
    return v->kind == SW_CEL_TIMESTAMP || v->kind == SW_CEL_DURATION;
}

#define ORDER(name, sign)                                                      \
    static result name(sw_cel__run *run, op *o)                                \
    {                                                                          \
        result a = operand(run, &o->args[0]);                                  \
        if (a == NULL) return NULL;                                            \
        result b = operand(run, &o->args[1]);                                  \
        if (b == NULL) return NULL;                                            \
        if (a->kind == SW_CEL_INT && b->kind == SW_CEL_INT)                    \
            return truth(a->as.i64 sign b->as.i64);                            \
        if (a->kind == SW_CEL_DOUBLE && b->kind == SW_CEL_DOUBLE)              \
            return truth(a->as.f64 sign b->as.f64);                            \
        if (is_time(a) && a->kind == b->kind) {                                \
            int way = sw_cel__compare_times(a->as.time, b->as.time);           \
            return truth(way sign 0);                                          \
        }                                                                      \
        return sw_cel__slow(run, o, a, b);                                     \
    }

ORDER(step_lt, <)
ORDER(step_le, <=)
ORDER(step_gt, >)
ORDER(step_ge, >=)

// A string among strings; one step an element.
static result step_in(sw_cel__run *run, op *o)
{
    result a = operand(run, &o->args[0]);
    if (a == NULL) return NULL;
    result b = operand(run, &o->args[1]);
    if (b == NULL) return NULL;
    if (is_short(a) && b->kind == SW_CEL_LIST) {
        size_t i = 0;
        for (; i < b->as.list.count; i++) {
            result item = &b->as.list.at[i];
            if (item->kind != SW_CEL_STRING) break;
            if (!same_text(item->as.str, a->as.str)) continue;
            return sw_cel__spend(run, i + 1) ? truth(true) : NULL;
        }
        if (i == b->as.list.count)
            return sw_cel__spend(run, i) ? truth(false) : NULL;
    }
    return sw_cel__slow(run, o, a, b);
}

/* ---- arithmetic ------------------------------------------------------ */

#define ARITHMETIC(name, sign, overflows)                                      \
    static result name(sw_cel__run *run, op *o)                                \
    {                                                                          \
        result a = operand(run, &o->args[0]);                                  \
        if (a == NULL) return NULL;                                            \
        result b = operand(run, &o->args[1]);                                  \
        if (b == NULL) return NULL;                                            \
        if (a->kind == SW_CEL_INT && b->kind == SW_CEL_INT) {                  \
            int64_t i;                                                         \
            if (!overflows(a->as.i64, b->as.i64, &i))                          \
                return keep_int(run, o, i);                                    \
        } else if (a->kind == SW_CEL_DOUBLE && b->kind == SW_CEL_DOUBLE) {     \
            return keep_double(run, o, a->as.f64 sign b->as.f64);              \
        }                                                                      \
        return sw_cel__slow(run, o, a, b);                                     \
    }

static inline bool div_overflows(int64_t a, int64_t b, int64_t *out)
{
    if (b == 0 || (a == INT64_MIN && b == -1)) return true;
    *out = a / b;
    return false;
}

ARITHMETIC(step_add, +, __builtin_add_overflow)
ARITHMETIC(step_sub, -, __builtin_sub_overflow)
ARITHMETIC(step_mul, *, __builtin_mul_overflow)
ARITHMETIC(step_div, /, div_overflows)

static result step_mod(sw_cel__run *run, op *o)
{
    result a = operand(run, &o->args[0]);
    if (a == NULL) return NULL;
    result b = operand(run, &o->args[1]);
    if (b == NULL) return NULL;
    if (a->kind == SW_CEL_INT && b->kind == SW_CEL_INT && b->as.i64 != 0 &&
        (a->as.i64 != INT64_MIN || b->as.i64 != -1))
        return keep_int(run, o, a->as.i64 % b->as.i64);
    return sw_cel__slow(run, o, a, b);
}

/* ---- logic ----------------------------------------------------------- */

static result step_not(sw_cel__run *run, op *o)
{
    result a = eval(run, &o->args[0]);
    if (a == NULL) return NULL;
    return a->kind == SW_CEL_BOOL ? truth(!a->as.boolean)
                                  : sw_cel__slow(run, o, a, NULL);
}

// What && and ||, all and exists come to when nothing decided.
static inline result undecided(sw_cel__run *run, op *o,
                               const sw_cel__open *open, bool otherwise)
{
    result v = open->unknown.kind == SW_CEL_UNKNOWN ? &open->unknown
               : open->error.kind == SW_CEL_ERROR   ? &open->error
                                                    : NULL;
    if (v == NULL) return truth(otherwise);
    run->regs[o->id] = *v;
    return &run->regs[o->id];
}

static inline result logical(sw_cel__run *run, op *o, bool decides)
{
    uint64_t steps = 0;
    sw_cel__open open;
    open.unknown.kind = open.error.kind = SW_CEL_NULL;
    for (op *side = o->args, *end = side + o->count; side < end; side++) {
        steps += side->straight;
        result v = eval(run, side);
        if (v == NULL) return NULL;
        if (v->kind != SW_CEL_BOOL) {
            if (!sw_cel__leave_open(run, &open, v)) return NULL;
        } else if (v->as.boolean == decides) {
            return sw_cel__spend(run, steps) ? v : NULL;
        }
    }
    if (!sw_cel__spend(run, steps)) return NULL;
    return undecided(run, o, &open, !decides);
}

static result step_and(sw_cel__run *run, op *o)
{
    return logical(run, o, false);
}

static result step_or(sw_cel__run *run, op *o)
{
    return logical(run, o, true);
}

static result step_conditional(sw_cel__run *run, op *o)
{
    result v = eval(run, &o->args[0]);
    if (v == NULL || is_stop(v)) return v;
    if (v->kind != SW_CEL_BOOL) {
        sw_cel__no_overload(&run->regs[o->id]);
        return &run->regs[o->id];
    }
    return eval_more(run, &o->args[v->as.boolean ? 1 : 2]);
}

/* ---- calls ----------------------------------------------------------- */

static result step_size(sw_cel__run *run, op *o)
{
    result v = eval(run, &o->args[0]);
    if (v == NULL) return NULL;
    if (v->kind == SW_CEL_LIST)
        return keep_int(run, o, (int64_t)v->as.list.count);
    return sw_cel__slow(run, o, v, NULL);
}

static result step_starts_with(sw_cel__run *run, op *o)
{
    result a = operand(run, &o->args[0]);
    if (a == NULL) return NULL;
    result b = operand(run, &o->args[1]);
    if (b == NULL) return NULL;
    if (is_short(a) && b->kind == SW_CEL_STRING) {
        return truth(
            b->as.str.len <= a->as.str.len &&
            sw_cel__same_bytes(a->as.str.at, b->as.str.at, b->as.str.len));
    }
    return sw_cel__slow(run, o, a, b);
}

static result step_matches(sw_cel__run *run, op *o)
{
    result a = eval(run, &o->args[0]);
    if (a == NULL) return NULL;
    if (a->kind != SW_CEL_STRING) return sw_cel__slow(run, o, a, o->value);
    bool found;
    if (!sw_cel__search(run, o->node->regex, a->as.str, &found)) return NULL;
    return truth(found);
}

enum { FEW = 4 };  // parts kept on the stack; more go to the arena

static result step_strict(sw_cel__run *run, op *o)
{
    sw_cel_value few[FEW], *parts = few, *out = &run->regs[o->id];
    if (o->count > FEW) parts = sw_cel__alloc(run, o->count, sizeof *parts);
    if (parts == NULL) return NULL;
    for (uint32_t i = 0; i < o->count; i++) {
        result v = eval(run, &o->args[i]);
        if (v == NULL) return NULL;
        parts[i] = *v;
    }
    return sw_cel__combine(run, o->node, parts, out) ? out : NULL;
}

static result step_call(sw_cel__run *run, op *o)
{
    sw_cel_value parts[FEW], *out = &run->regs[o->id];
    bool stops = !sw_cel__is_known_call(o->node);
    if (o->count > FEW) return step_strict(run, o);
    for (uint32_t i = 0; i < o->count; i++) {
        result v = eval(run, &o->args[i]);
        if (v == NULL) return NULL;
        stops |= is_stop(v);
        parts[i] = *v;
    }
    bool ok = stops ? sw_cel__combine(run, o->node, parts, out)
                    : sw_cel__call_overload(run, o->node, parts, out);
    return ok ? out : NULL;
}

static result step_or_else(sw_cel__run *run, op *o)
{
    result a = eval(run, &o->args[0]);
    if (a == NULL) return NULL;
    sw_cel_value *out = &run->regs[o->id];
    if (sw_cel__is_enough(o->node, a))
        return o->node->functions->call(run, a, 1, out) ? out : NULL;
    result b = eval_more(run, &o->args[1]);
    return b != NULL ? sw_cel__slow(run, o, a, b) : NULL;
}

/* ---- macros over a range --------------------------------------------- */

static inline bool is_range(result v)
{
    return v->kind == SW_CEL_LIST || v->kind == SW_CEL_MAP;
}

static inline size_t range_count(result v)
{
    return v->kind == SW_CEL_LIST ? v->as.list.count : v->as.map.count;
}

// One variable: a list's element, a map's key. Two: index or key, and value.
static inline void bind_element(sw_cel__run *run, op *o, result range, size_t i)
{
    const sw_cel_value **slot = &run->slots[o->at];
    bool two = o->node->vars[1].len > 0;
    if (range->kind == SW_CEL_LIST) {
        if (two) {
            // The macro's own register is free until its value is known.
            *slot++ = keep_int(run, o, (int64_t)i);
        }
        *slot = &range->as.list.at[i];
    } else {
        slot[0] = &range->as.map.at[i].key;
        if (two) slot[1] = &range->as.map.at[i].value;
    }
#if TRACED
    memset(&run->trace[o->args[0].end], 0,
           (o->end - o->args[0].end) * sizeof *run->trace);
#endif
}

// Keeps what an element gave, for explanations. `only`: it decided alone.
static inline bool keep_element(sw_cel__run *run, op *o, bool only)
{
#if TRACED
    return sw_cel__keep_frame(run, o, only);
#else
    return true;
#endif
}

// all and exists: false, or true, decides.
static inline result fold_logical(sw_cel__run *run, op *o, bool decides)
{
    result range = eval(run, &o->args[0]);
    if (range == NULL) return NULL;
    if (!is_range(range)) return sw_cel__no_range(run, o, range);
    op *body = &o->args[1];
    sw_cel__open open;
    open.unknown.kind = open.error.kind = SW_CEL_NULL;
    size_t count = range_count(range);
    for (size_t i = 0; i < count; i++) {
        bind_element(run, o, range, i);
        result v = eval_more(run, body);
        if (v == NULL) return NULL;
        bool decided = v->kind == SW_CEL_BOOL && v->as.boolean == decides;
        if (!keep_element(run, o, decided)) return NULL;
        if (decided) return truth(decides);
        if (v->kind != SW_CEL_BOOL && !sw_cel__leave_open(run, &open, v))
            return NULL;
    }
    return undecided(run, o, &open, !decides);
}

static result step_all(sw_cel__run *run, op *o)
{
    return fold_logical(run, o, false);
}

static result step_exists(sw_cel__run *run, op *o)
{
    return fold_logical(run, o, true);
}

// What is left when nothing may be absorbed: an error, an unknown, or `value`.
static inline result strict_result(sw_cel__run *run, op *o,
                                   const sw_cel__open *open, result value)
{
    run->regs[o->id] = open->error.kind == SW_CEL_ERROR       ? open->error
                       : open->unknown.kind == SW_CEL_UNKNOWN ? open->unknown
                                                              : *value;
    return &run->regs[o->id];
}

static result step_exists_one(sw_cel__run *run, op *o)
{
    result range = eval(run, &o->args[0]);
    if (range == NULL) return NULL;
    if (!is_range(range)) return sw_cel__no_range(run, o, range);
    sw_cel__open open;
    open.unknown.kind = open.error.kind = SW_CEL_NULL;
    size_t count = range_count(range), found = 0;
    for (size_t i = 0; i < count; i++) {
        bind_element(run, o, range, i);
        result v = eval_more(run, &o->args[1]);
        if (v == NULL || !keep_element(run, o, false)) return NULL;
        if (v->kind != SW_CEL_BOOL) {
            if (!sw_cel__leave_open(run, &open, v)) return NULL;
        } else {
            found += v->as.boolean;
        }
    }
    return strict_result(run, o, &open, truth(found == 1));
}

// The filter's verdict on the element that is bound.
static inline bool passes_filter(sw_cel__run *run, op *o, sw_cel__open *open,
                                 bool *passes)
{
    *passes = true;
    if (o->count < 3) return true;
    result v = eval_more(run, &o->args[1]);
    if (v == NULL) return false;
    *passes = v->kind == SW_CEL_BOOL && v->as.boolean;
    return v->kind == SW_CEL_BOOL || sw_cel__leave_open(run, open, v);
}

// What the macro makes of the element that is bound. NULL: a limit.
static inline result transformed(sw_cel__run *run, op *o, sw_cel__open *open)
{
    result v = eval_more(run, &o->args[o->count - 1]);
    if (v == NULL || (is_stop(v) && !sw_cel__leave_open(run, open, v)))
        return NULL;
    return v;
}

static result step_list_of(sw_cel__run *run, op *o)
{
    result range = eval(run, &o->args[0]);
    if (range == NULL) return NULL;
    if (!is_range(range)) return sw_cel__no_range(run, o, range);
    sw_cel__open open;
    open.unknown.kind = open.error.kind = SW_CEL_NULL;
    size_t most = range_count(range), count = 0;
    sw_cel_value *items = sw_cel__alloc(run, most, sizeof *items);
    if (items == NULL) return NULL;
    for (size_t i = 0; i < most; i++) {
        bool passes;
        bind_element(run, o, range, i);
        if (!passes_filter(run, o, &open, &passes)) return NULL;
        if (passes) {
            result v = transformed(run, o, &open);
            if (v == NULL) return NULL;
            items[count++] = *v;
        }
        if (!keep_element(run, o, false)) return NULL;
    }
    sw_cel_value list = {.kind = SW_CEL_LIST};
    list.as.list.at = items;
    list.as.list.count = count;
    return strict_result(run, o, &open, &list);
}

static result step_map_of(sw_cel__run *run, op *o)
{
    result range = eval(run, &o->args[0]);
    if (range == NULL) return NULL;
    if (!is_range(range)) return sw_cel__no_range(run, o, range);
    sw_cel__open open;
    open.unknown.kind = open.error.kind = SW_CEL_NULL;
    size_t most = range_count(range), count = 0;
    sw_cel_entry *entries = sw_cel__alloc(run, most, sizeof *entries);
    if (entries == NULL) return NULL;
    for (size_t i = 0; i < most; i++) {
        bool passes;
        bind_element(run, o, range, i);
        if (!passes_filter(run, o, &open, &passes)) return NULL;
        if (passes) {
            result v = transformed(run, o, &open);
            if (v == NULL) return NULL;
            entries[count++] = (sw_cel_entry){*run->slots[o->at], *v};
        }
        if (!keep_element(run, o, false)) return NULL;
    }
    sw_cel_value map = {.kind = SW_CEL_MAP};
    map.as.map.at = entries;
    map.as.map.count = count;
    return strict_result(run, o, &open, &map);
}

/* ---- macros that bind one value -------------------------------------- */

// cel.bind binds whatever the value is: an error that the body does not use
// does not count. optMap and optFlatMap need an optional.
static result step_bind(sw_cel__run *run, op *o)
{
    result v = eval(run, &o->args[0]);
    if (v == NULL) return NULL;
    sw_cel_value *out = &run->regs[o->id];
    if (o->node->macro != SW_BIND_VALUE) {
        if (is_stop(v)) return v;
        if (v->kind != SW_CEL_OPTIONAL) {
            sw_cel__no_overload(out);
            return out;
        }
        if (v->as.optional == NULL) return v;
        v = v->as.optional;
    }
    run->slots[o->at] = v;
    v = eval_more(run, &o->args[1]);
    if (v == NULL || o->node->macro != SW_BIND_OPTIONAL || is_stop(v)) return v;
    sw_cel_value *inner = sw_cel__alloc(run, 1, sizeof *inner);
    if (inner == NULL) return NULL;
    *inner = *v;
    *out = (sw_cel_value){.kind = SW_CEL_OPTIONAL, .as.optional = inner};
    return out;
}

/* ---- blocks ---------------------------------------------------------- */

// Elements are evaluated where they are first read, and never again.
static result step_block(sw_cel__run *run, op *o)
{
    uint32_t last = o->count - 1;
    if (!sw_cel__spend(run, last / 8)) return NULL;
    for (uint32_t i = 0; i < last; i++)
        run->slots[o->at + i] = NULL;
    return eval(run, &o->args[last]);
}

static result step_element(sw_cel__run *run, op *o)
{
    const sw_cel_value **slot = &run->slots[o->at];
    if (*slot == NULL) {
        result v = eval_more(run, o->args);
        if (v == NULL) return NULL;
        *slot = v;
    }
    return *slot;
}

/* ---- the table ------------------------------------------------------- */

#if TRACED
#define STEPS sw_cel__traced_steps
#else
#define STEPS sw_cel__plain_steps
#endif

const sw_cel__step STEPS[SW_OPCODES] = {
    [SW_OP_VALUE] = step_value,
    [SW_OP_LOCAL] = step_local,
    [SW_OP_ROOT] = step_root,
    [SW_OP_ROOT_FIELD] = step_root_field,
    [SW_OP_LOCAL_FIELD] = step_local_field,
    [SW_OP_FIELD] = step_field,
    [SW_OP_HAS] = step_has,
    [SW_OP_INDEX] = step_index,
    [SW_OP_EQ] = step_eq,
    [SW_OP_NE] = step_ne,
    [SW_OP_EQ_TEXT] = step_eq_text,
    [SW_OP_NE_TEXT] = step_ne_text,
    [SW_OP_LT] = step_lt,
    [SW_OP_LE] = step_le,
    [SW_OP_GT] = step_gt,
    [SW_OP_GE] = step_ge,
    [SW_OP_IN] = step_in,
    [SW_OP_ADD] = step_add,
    [SW_OP_SUB] = step_sub,
    [SW_OP_MUL] = step_mul,
    [SW_OP_DIV] = step_div,
    [SW_OP_MOD] = step_mod,
    [SW_OP_NOT] = step_not,
    [SW_OP_AND] = step_and,
    [SW_OP_OR] = step_or,
    [SW_OP_CONDITIONAL] = step_conditional,
    [SW_OP_SIZE] = step_size,
    [SW_OP_STARTS_WITH] = step_starts_with,
    [SW_OP_MATCHES] = step_matches,
    [SW_OP_OR_ELSE] = step_or_else,
    [SW_OP_CALL] = step_call,
    [SW_OP_STRICT] = step_strict,
    [SW_OP_ALL] = step_all,
    [SW_OP_EXISTS] = step_exists,
    [SW_OP_EXISTS_ONE] = step_exists_one,
    [SW_OP_LIST_OF] = step_list_of,
    [SW_OP_MAP_OF] = step_map_of,
    [SW_OP_BIND] = step_bind,
    [SW_OP_BLOCK] = step_block,
    [SW_OP_ELEMENT] = step_element,
};
