// The strict steps of a program: they evaluate all their parts. Included once
// for plain runs, for runs that keep what each op gave (TRACED) and for runs
// that tell reasons as they go (TOLD), so that none pays for the others.
//
// The common case stands in the step; whatever else there is (errors,
// unknowns, mixed kinds, optionals) is left to the functions of strict.c.
//
// Specification: cel-spec, doc/langdef.md, "Evaluation".
#include "program.h"

typedef sw_cel__cell result;
typedef const sw_cel__op op;

#if TOLD
#define STEP(name)                                                             \
    static result name(sw_cel__run *run, op *o, sw_cel_reason *me)
#define PART(i)    told_part(run, o, i, me)
#define OPERAND(i) PART(i)
static inline result told_part(sw_cel__run *run, op *o, uint32_t i,
                               sw_cel_reason *me);
#else
#define STEP(name) static result name(sw_cel__run *run, op *o)
#define PART(i)    eval(run, &o->args[i])
#define OPERAND(i) operand(run, &o->args[i])
#endif

static inline result truth(bool is)
{
    return (result){.kind = SW_CEL_BOOL, .bits = (uint64_t)is << SW_CEL__BOOL};
}

static inline result of_int(int64_t i)
{
    return (result){.kind = SW_CEL_INT, .bits = (uint64_t)i};
}

static inline result of_double(double d)
{
    result v = {.kind = SW_CEL_DOUBLE};
    memcpy(&v.bits, &d, sizeof d);
    return v;
}

static inline bool ended(result v)
{
    return v.kind == SW_CEL__ENDED;
}

static inline bool is_stop(result v)
{
    return v.kind == SW_CEL_ERROR || v.kind == SW_CEL_UNKNOWN;
}

// Whether there is no value that is known: an error, an unknown, an end.
static inline bool is_open(result v)
{
    return v.kind >= SW_CEL_UNKNOWN;
}

// What an op left in its register; `ok` false: it ended the run.
static inline result kept(sw_cel__run *run, op *o, bool ok)
{
    return ok ? sw_cel__cell_of(&run->regs[o->id]) : sw_cel__ended;
}

#if !TOLD
SW_CEL__HOT result eval(sw_cel__run *run, op *o)
{
#if TRACED
    result v = sw_cel__traced_steps[o->code](run, o);
    run->trace[o->id].cell = v;
    return v;
#else
    return o->step(run, o);
#endif
}

// The same for operands, which are most often constants or names: these need
// no call.
SW_CEL__HOT result operand(sw_cel__run *run, op *o)
{
#if !TRACED
    if (o->code <= SW_OP_ROOT) {
        if (o->code == SW_OP_VALUE) return sw_cel__cell_of(o->value);
        if (o->code == SW_OP_LOCAL) return sw_cel__cell_of(run->slots[o->at]);
        if (run->roots[o->at] != NULL)
            return sw_cel__cell_of(run->roots[o->at]);
    }
#endif
    return eval(run, o);
}
#endif

/* ---- names and fields ------------------------------------------------ */

STEP(step_value)
{
    return sw_cel__cell_of(o->value);
}

STEP(step_local)
{
    return sw_cel__cell_of(run->slots[o->at]);
}

STEP(step_root)
{
    const sw_cel_value *v = run->roots[o->at];
    return v != NULL ? sw_cel__cell_of(v) : sw_cel__slow_path(run, o);
}

// What is not found at once.
static __attribute__((noinline)) result seek_field(sw_cel__run *run, op *o,
                                                   const sw_cel_value *of)
{
    if (of->kind == SW_CEL_MAP) {
        const sw_cel_value *v = sw_cel__find_field(of, o->node->name, o->hash);
        if (v != NULL && o->code == SW_OP_HAS && v->kind != SW_CEL_UNKNOWN)
            return truth(true);
        if (v != NULL) return sw_cel__cell_of(v);
    }
    return sw_cel__slow(run, o, sw_cel__cell_of(of), sw_cel__none);
}

static inline result field(sw_cel__run *run, op *o, const sw_cel_value *of)
{
    if (of->kind == SW_CEL_MAP) {
        const sw_cel_value *v = sw_cel__quick_field(of, o->node->name, o->hash);
        if (v != NULL) return sw_cel__cell_of(v);
    }
    return seek_field(run, o, of);
}

STEP(step_root_field)
{
    const sw_cel_value *of = run->roots[o->at];
    return of != NULL ? field(run, o, of) : sw_cel__slow_path(run, o);
}

STEP(step_local_field)
{
    return field(run, o, run->slots[o->at]);
}

// Without a value under the first name, the chain may yet be a name with dots.
static inline bool needs_search(const sw_cel__run *run, op *o)
{
    return o->at != UINT32_MAX && run->roots[o->at] == NULL;
}

STEP(step_field)
{
    if (needs_search(run, o)) return sw_cel__slow_path(run, o);
    result of = PART(0);
    if (ended(of)) return sw_cel__ended;
    if (of.kind == SW_CEL_MAP) return field(run, o, sw_cel__at(of));
    return sw_cel__slow(run, o, of, sw_cel__none);
}

STEP(step_has)
{
    if (needs_search(run, o)) return sw_cel__slow_path(run, o);
    result of = PART(0);
    if (ended(of)) return sw_cel__ended;
    if (of.kind == SW_CEL_MAP) return seek_field(run, o, sw_cel__at(of));
    return sw_cel__slow(run, o, of, sw_cel__none);
}

static inline result index_of(sw_cel__run *run, op *o, result of, result key)
{
    if (of.kind == SW_CEL_LIST && key.kind == SW_CEL_INT &&
        key.bits < sw_cel__at(of)->as.list.count)
        return sw_cel__cell_of(&sw_cel__at(of)->as.list.at[sw_cel__i(key)]);
    return sw_cel__slow(run, o, of, key);
}

/* ---- relations ------------------------------------------------------- */

// Text that is read for no more than the step itself.
static inline bool is_short(result v)
{
    return v.kind == SW_CEL_STRING && sw_cel__at(v)->as.str.len < 64;
}

SW_CEL__HOT bool same_text(sw_str a, sw_str b)
{
    return a.len == b.len && sw_cel__same_bytes(a.at, b.at, a.len);
}

#define EQUALITY(name, equal)                                                  \
    static inline result name(sw_cel__run *run, op *o, result a, result b)     \
    {                                                                          \
        if (a.kind == b.kind) {                                                \
            if (a.kind == SW_CEL_INT)                                          \
                return truth((sw_cel__i(a) == sw_cel__i(b)) == equal);         \
            if (a.kind == SW_CEL_BOOL)                                         \
                return truth((sw_cel__b(a) == sw_cel__b(b)) == equal);         \
            if (is_short(a))                                                   \
                return truth(same_text(sw_cel__at(a)->as.str,                  \
                                       sw_cel__at(b)->as.str) == equal);       \
        }                                                                      \
        return sw_cel__slow(run, o, a, b);                                     \
    }

// The same with a constant, the left part given.
#define EQUALITY_TEXT(name, equal)                                             \
    static inline result name(sw_cel__run *run, op *o, result a)               \
    {                                                                          \
        if (is_short(a))                                                       \
            return truth(same_text(sw_cel__at(a)->as.str, o->value->as.str) == \
                         equal);                                               \
        return ended(a) ? a                                                    \
                        : sw_cel__slow(run, o, a, sw_cel__cell_of(o->value));  \
    }

#define EQUALITY_INT(name, equal)                                              \
    static inline result name(sw_cel__run *run, op *o, result a)               \
    {                                                                          \
        if (a.kind == SW_CEL_INT)                                              \
            return truth((sw_cel__i(a) == o->i64) == equal);                   \
        return ended(a) ? a : sw_cel__slow(run, o, a, of_int(o->i64));         \
    }

EQUALITY(eq, true)
EQUALITY(ne, false)
EQUALITY_TEXT(eq_text, true)
EQUALITY_TEXT(ne_text, false)
EQUALITY_INT(eq_int, true)
EQUALITY_INT(ne_int, false)

static inline bool is_time(result v)
{
    return v.kind == SW_CEL_TIMESTAMP || v.kind == SW_CEL_DURATION;
}

// An order of two parts; of one and an int or a double that are constants.
#define ORDER(name, sign)                                                      \
    static inline result name(sw_cel__run *run, op *o, result a, result b)     \
    {                                                                          \
        if (a.kind == SW_CEL_INT && b.kind == SW_CEL_INT)                      \
            return truth(sw_cel__i(a) sign sw_cel__i(b));                      \
        if (a.kind == SW_CEL_DOUBLE && b.kind == SW_CEL_DOUBLE)                \
            return truth(sw_cel__d(a) sign sw_cel__d(b));                      \
        if (is_time(a) && a.kind == b.kind) {                                  \
            int way = sw_cel__compare_times(sw_cel__at(a)->as.time,            \
                                            sw_cel__at(b)->as.time);           \
            return truth(way sign 0);                                          \
        }                                                                      \
        return sw_cel__slow(run, o, a, b);                                     \
    }                                                                          \
    static inline result name##_int(sw_cel__run *run, op *o, result a)         \
    {                                                                          \
        if (a.kind == SW_CEL_INT) return truth(sw_cel__i(a) sign o->i64);      \
        return ended(a) ? a : sw_cel__slow(run, o, a, of_int(o->i64));         \
    }                                                                          \
    static inline result name##_double(sw_cel__run *run, op *o, result a)      \
    {                                                                          \
        if (a.kind == SW_CEL_DOUBLE) return truth(sw_cel__d(a) sign o->f64);   \
        return ended(a) ? a : sw_cel__slow(run, o, a, of_double(o->f64));      \
    }

ORDER(lt, <)
ORDER(le, <=)
ORDER(gt, >)
ORDER(ge, >=)

// A string among strings; one step an element.
static inline result in(sw_cel__run *run, op *o, result a, result b)
{
    if (is_short(a) && b.kind == SW_CEL_LIST) {
        const sw_cel_value *list = sw_cel__at(b);
        size_t i = 0;
        for (; i < list->as.list.count; i++) {
            const sw_cel_value *item = &list->as.list.at[i];
            if (item->kind != SW_CEL_STRING) break;
            if (!same_text(item->as.str, sw_cel__at(a)->as.str)) continue;
            return sw_cel__spend(run, i + 1) ? truth(true) : sw_cel__ended;
        }
        if (i == list->as.list.count)
            return sw_cel__spend(run, i) ? truth(false) : sw_cel__ended;
    }
    return sw_cel__slow(run, o, a, b);
}

/* ---- arithmetic ------------------------------------------------------ */

#define ARITHMETIC(name, sign, overflows)                                      \
    static inline result name(sw_cel__run *run, op *o, result a, result b)     \
    {                                                                          \
        int64_t i;                                                             \
        if (a.kind == SW_CEL_INT && b.kind == SW_CEL_INT) {                    \
            if (!overflows(sw_cel__i(a), sw_cel__i(b), &i)) return of_int(i);  \
        } else if (a.kind == SW_CEL_DOUBLE && b.kind == SW_CEL_DOUBLE) {       \
            return of_double(sw_cel__d(a) sign sw_cel__d(b));                  \
        }                                                                      \
        return sw_cel__slow(run, o, a, b);                                     \
    }                                                                          \
    static inline result name##_int(sw_cel__run *run, op *o, result a)         \
    {                                                                          \
        int64_t i;                                                             \
        if (a.kind == SW_CEL_INT && !overflows(sw_cel__i(a), o->i64, &i))      \
            return of_int(i);                                                  \
        return ended(a) ? a : sw_cel__slow(run, o, a, of_int(o->i64));         \
    }                                                                          \
    static inline result name##_double(sw_cel__run *run, op *o, result a)      \
    {                                                                          \
        if (a.kind == SW_CEL_DOUBLE)                                           \
            return of_double(sw_cel__d(a) sign o->f64);                        \
        return ended(a) ? a : sw_cel__slow(run, o, a, of_double(o->f64));      \
    }

static inline bool div_overflows(int64_t a, int64_t b, int64_t *out)
{
    if (b == 0 || (a == INT64_MIN && b == -1)) return true;
    *out = a / b;
    return false;
}

ARITHMETIC(add, +, __builtin_add_overflow)
ARITHMETIC(sub, -, __builtin_sub_overflow)
ARITHMETIC(mul, *, __builtin_mul_overflow)
ARITHMETIC(div, /, div_overflows)

static inline bool mod_overflows(int64_t a, int64_t b, int64_t *out)
{
    if (b == 0 || (a == INT64_MIN && b == -1)) return true;
    *out = a % b;
    return false;
}

static inline result mod(sw_cel__run *run, op *o, result a, result b)
{
    int64_t i;
    if (a.kind == SW_CEL_INT && b.kind == SW_CEL_INT &&
        !mod_overflows(sw_cel__i(a), sw_cel__i(b), &i))
        return of_int(i);
    return sw_cel__slow(run, o, a, b);
}

static inline result mod_int(sw_cel__run *run, op *o, result a)
{
    int64_t i;
    if (a.kind == SW_CEL_INT && !mod_overflows(sw_cel__i(a), o->i64, &i))
        return of_int(i);
    return ended(a) ? a : sw_cel__slow(run, o, a, of_int(o->i64));
}

STEP(step_not)
{
    result a = PART(0);
    if (a.kind == SW_CEL_BOOL) return truth(!sw_cel__b(a));
    return ended(a) ? a : sw_cel__slow(run, o, a, sw_cel__none);
}

/* ---- calls ----------------------------------------------------------- */

STEP(step_size)
{
    result v = PART(0);
    if (ended(v)) return sw_cel__ended;
    if (v.kind == SW_CEL_LIST)
        return of_int((int64_t)sw_cel__at(v)->as.list.count);
    return sw_cel__slow(run, o, v, sw_cel__none);
}

static inline result starts_with(sw_cel__run *run, op *o, result a, result b)
{
    if (is_short(a) && b.kind == SW_CEL_STRING) {
        sw_str text = sw_cel__at(a)->as.str, first = sw_cel__at(b)->as.str;
        return truth(first.len <= text.len &&
                     sw_cel__same_bytes(text.at, first.at, first.len));
    }
    return sw_cel__slow(run, o, a, b);
}

static inline result matches(sw_cel__run *run, op *o, result a)
{
    bool found;
    if (ended(a)) return sw_cel__ended;
    if (a.kind != SW_CEL_STRING)
        return sw_cel__slow(run, o, a, sw_cel__cell_of(o->value));
    if (!sw_cel__search(run, o->node->regex, sw_cel__at(a)->as.str, &found))
        return sw_cel__ended;
    return truth(found);
}

enum { FEW = 4 };  // parts kept on the stack; more go to the arena

STEP(step_strict)
{
    sw_cel_value few[FEW], *parts = few, *out = &run->regs[o->id];
    if (o->count > FEW) parts = sw_cel__alloc(run, o->count, sizeof *parts);
    if (parts == NULL) return sw_cel__ended;
    for (uint32_t i = 0; i < o->count; i++) {
        result v = PART(i);
        if (ended(v)) return sw_cel__ended;
        parts[i] = sw_cel__value_of(v);
    }
    return kept(run, o, sw_cel__combine(run, o->node, parts, out));
}

STEP(step_call)
{
    sw_cel_value parts[FEW], *out = &run->regs[o->id];
    bool stops = !sw_cel__is_known_call(o->node);
#if TOLD
    if (o->count > FEW) return step_strict(run, o, me);
#else
    if (o->count > FEW) return step_strict(run, o);
#endif
    for (uint32_t i = 0; i < o->count; i++) {
        result v = PART(i);
        if (ended(v)) return sw_cel__ended;
        stops |= is_stop(v);
        parts[i] = sw_cel__value_of(v);
    }
    bool ok = stops ? sw_cel__combine(run, o->node, parts, out)
                    : sw_cel__call_overload(run, o->node, parts, out);
    return kept(run, o, ok);
}

/* ---- of two parts ---------------------------------------------------- */

// X(code, name) for each.
// clang-format off
#define BINARY_STEPS(X)                                                        \
    X(INDEX, index_of)                                                         \
    X(EQ, eq)   X(NE, ne)   X(LT, lt)   X(LE, le)   X(GT, gt)   X(GE, ge)      \
    X(ADD, add) X(SUB, sub) X(MUL, mul) X(DIV, div) X(MOD, mod)                \
    X(IN, in)                                                                  \
    X(STARTS_WITH, starts_with)
// clang-format on

#define BINARY_STEP(code, name)                                                \
    STEP(step_##name)                                                          \
    {                                                                          \
        result a = PART(0);                                                    \
        if (ended(a)) return sw_cel__ended;                                    \
        result b = OPERAND(1);                                                 \
        return ended(b) ? b : name(run, o, a, b);                              \
    }
BINARY_STEPS(BINARY_STEP)

/* ---- with a constant on the right ------------------------------------ */

// X(code, name) for each.
// clang-format off
#define CONSTANT_STEPS(X)                                                      \
    X(EQ_INT, eq_int)   X(EQ_TEXT, eq_text)                                    \
    X(NE_INT, ne_int)   X(NE_TEXT, ne_text)                                    \
    X(LT_INT, lt_int)   X(LT_DOUBLE, lt_double)                                \
    X(LE_INT, le_int)   X(LE_DOUBLE, le_double)                                \
    X(GT_INT, gt_int)   X(GT_DOUBLE, gt_double)                                \
    X(GE_INT, ge_int)   X(GE_DOUBLE, ge_double)                                \
    X(ADD_INT, add_int) X(ADD_DOUBLE, add_double)                              \
    X(SUB_INT, sub_int) X(SUB_DOUBLE, sub_double)                              \
    X(MUL_INT, mul_int) X(MUL_DOUBLE, mul_double)                              \
    X(DIV_INT, div_int) X(DIV_DOUBLE, div_double)                              \
    X(MOD_INT, mod_int)                                                        \
    X(MATCHES, matches)
// clang-format on

#define CONSTANT_STEP(code, name)                                              \
    STEP(step_##name)                                                          \
    {                                                                          \
        return name(run, o, PART(0));                                          \
    }
CONSTANT_STEPS(CONSTANT_STEP)
#define ROW(code, name) [SW_OP_##code] = step_##name,

// For the tables of steps.
// clang-format off
#define STRICT_STEPS                                                           \
    BINARY_STEPS(ROW)                                                          \
    CONSTANT_STEPS(ROW)                                                        \
    [SW_OP_VALUE] = step_value,                                                \
    [SW_OP_LOCAL] = step_local,                                                \
    [SW_OP_ROOT] = step_root,                                                  \
    [SW_OP_ROOT_FIELD] = step_root_field,                                      \
    [SW_OP_LOCAL_FIELD] = step_local_field,                                    \
    [SW_OP_FIELD] = step_field,                                                \
    [SW_OP_HAS] = step_has,                                                    \
    [SW_OP_NOT] = step_not,                                                    \
    [SW_OP_SIZE] = step_size,                                                  \
    [SW_OP_CALL] = step_call,                                                  \
    [SW_OP_STRICT] = step_strict
// clang-format on
