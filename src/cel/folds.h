// The steps that do not always evaluate all their parts: logic, macros. For
// plain runs and, with TRACED, for runs that keep what each op gave; runs that
// tell reasons have their own, in told.c.
#include "steps.h"

// Evaluates what was not certain to be: its steps are charged here.
static inline result eval_more(sw_cel__run *run, op *o)
{
    return sw_cel__spend(run, o->straight) ? eval(run, o) : sw_cel__ended;
}

/* ---- logic ----------------------------------------------------------- */

// What && and ||, all and exists come to when nothing decided.
static inline result undecided(sw_cel__run *run, op *o,
                               const sw_cel__open *open, bool otherwise)
{
    const sw_cel_value *v = open->unknown.kind == SW_CEL_UNKNOWN
                                ? &open->unknown
                            : open->error.kind == SW_CEL_ERROR ? &open->error
                                                               : NULL;
    if (v == NULL) return truth(otherwise);
    run->regs[o->id] = *v;
    return sw_cel__cell_of(&run->regs[o->id]);
}

// The steps of the sides up to one, it included.
static SW_CEL__RARE bool spend_sides(sw_cel__run *run, op *o, op *last)
{
    uint64_t steps = 0;
    for (op *side = o->args; side <= last; side++)
        steps += side->straight;
    return sw_cel__spend(run, steps);
}

// Goes on with a side that is no bool: an error, an unknown, or what should
// have been one.
static SW_CEL__RARE result logical_open(sw_cel__run *run, op *o, op *side,
                                        result v)
{
    op *end = o->args + o->count;
    bool decides = o->code == SW_OP_OR;
    sw_cel__open open;
    open.unknown.kind = open.error.kind = SW_CEL_NULL;
    for (;;) {
        if (v.kind == SW_CEL_BOOL && sw_cel__b(v) == decides)
            return spend_sides(run, o, side) ? v : sw_cel__ended;
        bool left = v.kind == SW_CEL_BOOL ||
                    (!ended(v) && sw_cel__leave_open(run, &open, v));
        if (!left) return sw_cel__ended;
        if (++side == end) break;
        v = eval(run, side);
    }
    if (!sw_cel__spend(run, o->u64)) return sw_cel__ended;
    return undecided(run, o, &open, !decides);
}

static inline result logical(sw_cel__run *run, op *o, bool decides)
{
    op *side = o->args, *end = side + o->count;
    for (; side < end; side++) {
        result v = eval(run, side);
        if (v.kind != SW_CEL_BOOL) return logical_open(run, o, side, v);
        if (sw_cel__b(v) == decides)
            return spend_sides(run, o, side) ? v : sw_cel__ended;
    }
    return sw_cel__spend(run, o->u64) ? truth(!decides) : sw_cel__ended;
}

STEP(step_and)
{
    return logical(run, o, false);
}

STEP(step_or)
{
    return logical(run, o, true);
}

STEP(step_conditional)
{
    result v = eval(run, &o->args[0]);
    if (v.kind == SW_CEL_BOOL) {
        op *branch = &o->args[sw_cel__b(v) ? 1 : 2];
        if (!sw_cel__spend(run, branch->straight)) return sw_cel__ended;
        return eval(run, branch);
    }
    if (ended(v) || is_stop(v)) return v;
    return kept(run, o, sw_cel__no_overload(&run->regs[o->id]));
}

STEP(step_or_else)
{
    sw_cel_value room, *out = &run->regs[o->id];
    result a = eval(run, &o->args[0]);
    if (ended(a)) return sw_cel__ended;
    const sw_cel_value *first = sw_cel__in(a, &room);
    if (sw_cel__is_enough(o->node, first))
        return kept(run, o, o->node->functions->call(run, first, 1, out));
    result b = eval_more(run, &o->args[1]);
    return ended(b) ? b : sw_cel__slow(run, o, a, b);
}

/* ---- macros over a range --------------------------------------------- */

static inline bool is_range(result v)
{
    return v.kind == SW_CEL_LIST || v.kind == SW_CEL_MAP;
}

static inline size_t range_count(const sw_cel_value *v)
{
    return v->kind == SW_CEL_LIST ? v->as.list.count : v->as.map.count;
}

// One variable: a list's element, a map's key. Two: index or key, and value.
static inline void bind_element(sw_cel__run *run, op *o,
                                const sw_cel_value *range, size_t i)
{
    const sw_cel_value **slot = &run->slots[o->at];
    bool two = o->node->vars[1].len > 0;
    if (range->kind == SW_CEL_LIST) {
        if (two) {
            // The macro's own register is free until its value is known.
            run->regs[o->id] = sw_cel__int((int64_t)i);
            *slot++ = &run->regs[o->id];
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
    if (!is_range(range)) return sw_cel__no_range(run, o, range);
    op *body = &o->args[1];
    sw_cel__open open;
    open.unknown.kind = open.error.kind = SW_CEL_NULL;
    size_t count = range_count(sw_cel__at(range));
    for (size_t i = 0; i < count; i++) {
        bind_element(run, o, sw_cel__at(range), i);
        if (!sw_cel__spend(run, body->straight)) return sw_cel__ended;
        result v = eval(run, body);
        if (ended(v)) return sw_cel__ended;
        bool decided = v.kind == SW_CEL_BOOL && sw_cel__b(v) == decides;
        if (!keep_element(run, o, decided)) return sw_cel__ended;
        if (decided) return truth(decides);
        if (v.kind != SW_CEL_BOOL && !sw_cel__leave_open(run, &open, v))
            return sw_cel__ended;
    }
    return undecided(run, o, &open, !decides);
}

STEP(step_all)
{
    return fold_logical(run, o, false);
}

STEP(step_exists)
{
    return fold_logical(run, o, true);
}

// What is left when nothing may be absorbed: an error, an unknown, or `value`.
static inline result strict_result(sw_cel__run *run, op *o,
                                   const sw_cel__open *open,
                                   const sw_cel_value *value)
{
    run->regs[o->id] = open->error.kind == SW_CEL_ERROR       ? open->error
                       : open->unknown.kind == SW_CEL_UNKNOWN ? open->unknown
                                                              : *value;
    return sw_cel__cell_of(&run->regs[o->id]);
}

STEP(step_exists_one)
{
    result range = eval(run, &o->args[0]);
    if (!is_range(range)) return sw_cel__no_range(run, o, range);
    sw_cel__open open;
    open.unknown.kind = open.error.kind = SW_CEL_NULL;
    size_t count = range_count(sw_cel__at(range)), found = 0;
    for (size_t i = 0; i < count; i++) {
        bind_element(run, o, sw_cel__at(range), i);
        if (!sw_cel__spend(run, o->args[1].straight)) return sw_cel__ended;
        result v = eval(run, &o->args[1]);
        if (ended(v) || !keep_element(run, o, false)) return sw_cel__ended;
        if (v.kind == SW_CEL_BOOL) {
            found += sw_cel__b(v);
        } else if (!sw_cel__leave_open(run, &open, v)) {
            return sw_cel__ended;
        }
    }
    sw_cel_value one = sw_cel__bool(found == 1);
    return strict_result(run, o, &open, &one);
}

// The filter's verdict on the element that is bound.
static inline bool passes_filter(sw_cel__run *run, op *o, sw_cel__open *open,
                                 bool *passes)
{
    *passes = true;
    if (o->count < 3) return true;
    if (!sw_cel__spend(run, o->args[1].straight)) return false;
    result v = eval(run, &o->args[1]);
    *passes = v.kind == SW_CEL_BOOL && sw_cel__b(v);
    return v.kind == SW_CEL_BOOL ||
           (!ended(v) && sw_cel__leave_open(run, open, v));
}

// What the macro makes of the element that is bound.
static inline bool transform(sw_cel__run *run, op *o, sw_cel__open *open,
                             sw_cel_value *out)
{
    op *body = &o->args[o->count - 1];
    if (!sw_cel__spend(run, body->straight)) return false;
    result v = eval(run, body);
    if (ended(v) || (is_stop(v) && !sw_cel__leave_open(run, open, v)))
        return false;
    sw_cel__put_value(v, out);
    return true;
}

STEP(step_list_of)
{
    result range = eval(run, &o->args[0]);
    if (!is_range(range)) return sw_cel__no_range(run, o, range);
    sw_cel__open open;
    open.unknown.kind = open.error.kind = SW_CEL_NULL;
    size_t most = range_count(sw_cel__at(range)), count = 0;
    sw_cel_value *items = sw_cel__alloc(run, most, sizeof *items);
    if (items == NULL) return sw_cel__ended;
    for (size_t i = 0; i < most; i++) {
        bool passes;
        bind_element(run, o, sw_cel__at(range), i);
        if (!passes_filter(run, o, &open, &passes)) return sw_cel__ended;
        if (passes && !transform(run, o, &open, &items[count++]))
            return sw_cel__ended;
        if (!keep_element(run, o, false)) return sw_cel__ended;
    }
    sw_cel_value list = {.kind = SW_CEL_LIST};
    list.as.list.at = items;
    list.as.list.count = count;
    return strict_result(run, o, &open, &list);
}

STEP(step_map_of)
{
    result range = eval(run, &o->args[0]);
    if (!is_range(range)) return sw_cel__no_range(run, o, range);
    sw_cel__open open;
    open.unknown.kind = open.error.kind = SW_CEL_NULL;
    size_t most = range_count(sw_cel__at(range)), count = 0;
    sw_cel_entry *entries = sw_cel__alloc(run, most, sizeof *entries);
    if (entries == NULL) return sw_cel__ended;
    for (size_t i = 0; i < most; i++) {
        bool passes;
        bind_element(run, o, sw_cel__at(range), i);
        if (!passes_filter(run, o, &open, &passes)) return sw_cel__ended;
        if (passes) {
            sw_cel_entry *entry = &entries[count++];
            entry->key = *run->slots[o->at];
            if (!transform(run, o, &open, &entry->value)) return sw_cel__ended;
        }
        if (!keep_element(run, o, false)) return sw_cel__ended;
    }
    sw_cel_value map = {.kind = SW_CEL_MAP};
    map.as.map.at = entries;
    map.as.map.count = count;
    return strict_result(run, o, &open, &map);
}

/* ---- macros that bind one value -------------------------------------- */

// cel.bind binds whatever the value is: an error that the body does not use
// does not count. optMap and optFlatMap need an optional.
STEP(step_bind)
{
    result v = eval(run, &o->args[0]);
    if (ended(v)) return sw_cel__ended;
    sw_cel_value *out = &run->regs[o->id];
    const sw_cel_value *bound = sw_cel__in(v, &run->regs[o->args[0].id]);
    if (o->node->macro != SW_BIND_VALUE) {
        if (is_stop(v)) return v;
        if (v.kind != SW_CEL_OPTIONAL)
            return kept(run, o, sw_cel__no_overload(out));
        if (bound->as.optional == NULL) return v;
        bound = bound->as.optional;
    }
    run->slots[o->at] = bound;
    v = eval_more(run, &o->args[1]);
    if (ended(v) || o->node->macro != SW_BIND_OPTIONAL || is_stop(v)) return v;
    sw_cel_value *inner = sw_cel__alloc(run, 1, sizeof *inner);
    if (inner == NULL) return sw_cel__ended;
    *inner = sw_cel__value_of(v);
    *out = (sw_cel_value){.kind = SW_CEL_OPTIONAL, .as.optional = inner};
    return sw_cel__cell_of(out);
}

/* ---- blocks ---------------------------------------------------------- */

// Elements are evaluated where they are first read, and never again.
STEP(step_block)
{
    uint32_t last = o->count - 1;
    if (!sw_cel__spend(run, last / 8)) return sw_cel__ended;
    for (uint32_t i = 0; i < last; i++)
        run->slots[o->at + i] = NULL;
    return eval(run, &o->args[last]);
}

STEP(step_element)
{
    const sw_cel_value **slot = &run->slots[o->at];
    if (*slot == NULL) {
        result v = eval_more(run, o->args);
        if (ended(v)) return sw_cel__ended;
        *slot = sw_cel__in(v, &run->regs[o->args->id]);
    }
    return sw_cel__cell_of(*slot);
}

/* ---- the table ------------------------------------------------------- */

// clang-format off
#define STEPS                                                                  \
    STRICT_STEPS,                                                              \
    [SW_OP_AND] = step_and,                                                    \
    [SW_OP_OR] = step_or,                                                      \
    [SW_OP_CONDITIONAL] = step_conditional,                                    \
    [SW_OP_OR_ELSE] = step_or_else,                                            \
    [SW_OP_ALL] = step_all,                                                    \
    [SW_OP_EXISTS] = step_exists,                                              \
    [SW_OP_EXISTS_ONE] = step_exists_one,                                      \
    [SW_OP_LIST_OF] = step_list_of,                                            \
    [SW_OP_MAP_OF] = step_map_of,                                              \
    [SW_OP_BIND] = step_bind,                                                  \
    [SW_OP_BLOCK] = step_block,                                                \
    [SW_OP_ELEMENT] = step_element
// clang-format on
