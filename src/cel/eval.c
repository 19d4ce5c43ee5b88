// A run of a program. Errors and unknowns are values; a C function returns
// false, and a step NULL, only when memory or a limit ends the whole run.
//
// In strict places (functions, operators, lists, maps) an error in any part is
// the result, then an unknown; unknowns of several parts join. In && and || a
// deciding side wins over everything, then an unknown (it might decide), then
// an error.
//
// Specification: cel-spec, doc/langdef.md, "Evaluation".
#define TRACED 0
#define TOLD   0
#include "folds.h"

#include <inttypes.h>

/* ---- steps for what stands on the left ------------------------------- */

// A name, a field of a name or of a macro's variable is read without a call.
// What is not found at once is left to the general step.
#define LEFT_STEPS(code, name)                                                 \
    STEP(local_##name)                                                         \
    {                                                                          \
        return name(run, o, sw_cel__cell_of(run->slots[o->args->at]));         \
    }                                                                          \
    STEP(root_##name)                                                          \
    {                                                                          \
        const sw_cel_value *v = run->roots[o->args->at];                       \
        return v != NULL ? name(run, o, sw_cel__cell_of(v))                    \
                         : step_##name(run, o);                                \
    }                                                                          \
    STEP(root_field_##name)                                                    \
    {                                                                          \
        op *f = o->args;                                                       \
        const sw_cel_value *v = quick(run->roots[f->at], f);                   \
        return v != NULL ? name(run, o, sw_cel__cell_of(v))                    \
                         : step_##name(run, o);                                \
    }                                                                          \
    STEP(local_field_##name)                                                   \
    {                                                                          \
        op *f = o->args;                                                       \
        const sw_cel_value *v = quick(run->slots[f->at], f);                   \
        return v != NULL ? name(run, o, sw_cel__cell_of(v))                    \
                         : step_##name(run, o);                                \
    }
#define LOCAL_ROW(code, name)       [SW_OP_##code] = local_##name,
#define ROOT_ROW(code, name)        [SW_OP_##code] = root_##name,
#define ROOT_FIELD_ROW(code, name)  [SW_OP_##code] = root_field_##name,
#define LOCAL_FIELD_ROW(code, name) [SW_OP_##code] = local_field_##name,

static inline const sw_cel_value *quick(const sw_cel_value *of, op *f)
{
    return of != NULL && of->kind == SW_CEL_MAP
               ? sw_cel__quick_field(of, f->node->name, f->hash)
               : NULL;
}

CONSTANT_STEPS(LEFT_STEPS)

// Two names.
#define ROOTS_STEP(code, name)                                                 \
    STEP(roots_##name)                                                         \
    {                                                                          \
        const sw_cel_value *a = run->roots[o->args[0].at];                     \
        const sw_cel_value *b = run->roots[o->args[1].at];                     \
        return a != NULL && b != NULL                                          \
                   ? name(run, o, sw_cel__cell_of(a), sw_cel__cell_of(b))      \
                   : step_##name(run, o);                                      \
    }
#define ROOTS_ROW(code, name) [SW_OP_##code] = roots_##name,

BINARY_STEPS(ROOTS_STEP)

sw_cel__step sw_cel__plain_step(const sw_cel__op *o)
{
    static const sw_cel__step general[SW_OPCODES] = {STEPS};
    static const sw_cel__step left[][SW_OPCODES] = {
        [SW_OP_LOCAL] = {CONSTANT_STEPS(LOCAL_ROW)},
        [SW_OP_ROOT] = {CONSTANT_STEPS(ROOT_ROW)},
        [SW_OP_ROOT_FIELD] = {CONSTANT_STEPS(ROOT_FIELD_ROW)},
        [SW_OP_LOCAL_FIELD] = {CONSTANT_STEPS(LOCAL_FIELD_ROW)},
    };
    static const sw_cel__step roots[SW_OPCODES] = {BINARY_STEPS(ROOTS_ROW)};
    sw_cel__step step = NULL;
    if (o->count > 0 && o->args->code < sizeof left / sizeof *left)
        step = left[o->args->code][o->code];
    if (o->count == 2 && o->args[0].code == SW_OP_ROOT &&
        o->args[1].code == SW_OP_ROOT)
        step = roots[o->code];
    return step != NULL ? step : general[o->code];
}

/* ---- limits ---------------------------------------------------------- */

bool sw_cel__too_many_steps(sw_cel__run *run)
{
    run->steps = 0;
    return sw_fail(run->err, SW_ERR_INPUT,
                   "the expression takes more than %" PRIu64 " steps",
                   sw_cel__max_steps(run->options));
}

void *sw_cel__alloc(sw_cel__run *run, size_t count, size_t size)
{
    enum { UNIT = 16 };  // what an arena rounds to
    size_t bytes = 0, whole = 0;
    if (!sw_mul_size(count, size, &bytes) ||
        !sw_add_size(bytes, UNIT - 1, &whole) ||
        (whole -= whole % UNIT) > run->room) {
        sw_fail(run->err, SW_ERR_INPUT,
                "the expression needs more than %zu bytes of memory",
                sw_cel__max_memory(run->options));
        return NULL;
    }
    void *memory = sw_arena_alloc(run->arena, bytes);
    if (memory == NULL) {
        sw_fail_memory(run->err);
        return NULL;
    }
    run->room -= whole;
    return memory;
}

/* ---- the uncommon cases ---------------------------------------------- */

sw_cel__cell sw_cel__slow(sw_cel__run *run, const sw_cel__op *o, sw_cel__cell a,
                          sw_cel__cell b)
{
    sw_cel_value parts[2] = {sw_cel__value_of(a)};
    if (b.kind != SW_CEL_NULL || b.bits != 0) parts[1] = sw_cel__value_of(b);
    return kept(run, o,
                sw_cel__combine(run, o->node, parts, &run->regs[o->id]));
}

sw_cel__cell sw_cel__slow_path(sw_cel__run *run, const sw_cel__op *o)
{
    return kept(run, o,
                sw_cel__eval_path(run, o->node, o->sought, &run->regs[o->id]));
}

sw_cel__cell sw_cel__no_range(sw_cel__run *run, const sw_cel__op *o,
                              sw_cel__cell range)
{
    if (ended(range) || is_stop(range)) return range;
    return kept(run, o,
                sw_cel__error(run, &run->regs[o->id], "%.*s() over a %s",
                              SW_CEL__SHOWN(o->node->name),
                              sw_cel_kind_name((sw_cel_kind)range.kind)));
}

bool sw_cel__leave_open(sw_cel__run *run, sw_cel__open *open, sw_cel__cell side)
{
    if (side.kind == SW_CEL_UNKNOWN)
        return sw_cel__merge(run, &open->unknown, sw_cel__at(side));
    if (open->error.kind == SW_CEL_ERROR) return true;
    if (side.kind != SW_CEL_ERROR) return sw_cel__no_overload(&open->error);
    open->error = *sw_cel__at(side);
    return true;
}

/* ---- the whole ------------------------------------------------------- */

static bool take_space(sw_cel__run *run, sw_cel__space *space)
{
    const sw_cel *cel = run->cel;
    if (space != NULL && cel->is_small) {
        run->regs = space->regs;
        run->slots = space->slots;
        run->roots = space->roots;
        return true;
    }
    // Nothing in them is read before it is written.
    run->regs = sw_cel__alloc(run, cel->reg_count, sizeof *run->regs);
    run->slots = sw_cel__alloc(run, cel->slot_count, sizeof *run->slots);
    run->roots = sw_cel__alloc(run, cel->root_count, sizeof *run->roots);
    return run->regs != NULL && run->slots != NULL && run->roots != NULL;
}

static inline bool is_called(const sw_cel_binding *b, sw_str name)
{
    return b->name.len == name.len && name.at[0] == b->name.at[0] &&
           (name.len == 1 || sw_cel__same_bytes(b->name.at, name.at, name.len));
}

static bool has_dots(const sw_cel_options *how)
{
    for (size_t i = 0; i < how->binding_count; i++) {
        sw_str name = how->bindings[i].name;
        if (name.len > 0 && memchr(name.at, '.', name.len) != NULL) return true;
    }
    return false;
}

// Finds what each root is bound to; NULL for all if names have to be sought.
// Roots have no dots: what else is bound may have some. Most callers bind names
// in one order, so a search begins behind what the last one found.
static __attribute__((noinline)) void bind_roots(sw_cel__run *run)
{
    const sw_cel_binding *bindings = run->options->bindings;
    const sw_str *names = run->cel->roots;
    const sw_cel_value **roots = run->roots;
    size_t bound = run->options->binding_count, count = run->cel->root_count;
    size_t found = 0, at = 0;
    for (size_t i = 0; i < count; i++) {
        roots[i] = NULL;
        for (size_t left = bound; left > 0; left--) {
            const sw_cel_binding *b = &bindings[at++];
            if (at == bound) at = 0;
            if (!is_called(b, names[i])) continue;
            roots[i] = &b->value;
            found++;
            break;
        }
    }
    run->qualified =
        run->container.len > 0 ||
        (found < bound && !run->options->plain_names && has_dots(run->options));
    if (run->qualified && count > 0) memset(roots, 0, count * sizeof *roots);
}

bool sw_cel__begin(sw_cel__run *run, sw_cel__space *space)
{
    static const sw_cel_options defaults = {0};
    if (run->options == NULL) run->options = &defaults;
    const sw_cel_options *how = run->options;
    const sw_cel *cel = run->cel;
    run->steps = sw_cel__max_steps(how);
    run->room = sw_cel__max_memory(how);
    if (!take_space(run, space)) return false;

    run->container =
        how->container.len > 0 ? how->container : cel->env.container;
    bind_roots(run);
    run->trace = NULL;
    run->told = NULL;
    run->sought = NULL;
    run->pattern = SW_STR("");
    run->compiled = NULL;
    return true;
}

void sw_cel__tell_steps(const sw_cel__run *run)
{
    if (run->options->steps_taken != NULL)
        *run->options->steps_taken =
            sw_cel__max_steps(run->options) - run->steps;
}

bool sw_cel__run_plain(sw_cel__run *run, sw_cel_value *out)
{
    result v = eval_more(run, run->cel->program);
    if (ended(v)) return false;
    sw_cel__put_value(v, out);
    return true;
}

bool sw_cel_eval(const sw_cel *cel, const sw_cel_options *options,
                 sw_arena *arena, sw_cel_value *out, sw_error *err)
{
    sw_cel__space space;
    sw_cel__run run;
    run.cel = cel;
    run.options = options;
    run.arena = arena;
    run.err = err;
    if (options != NULL && (options->reason != NULL || options->trace != NULL))
        return sw_cel__eval_traced(&run, out);
    bool ok = sw_cel__begin(&run, &space) && sw_cel__run_plain(&run, out);
    sw_cel__tell_steps(&run);
    return ok;
}
