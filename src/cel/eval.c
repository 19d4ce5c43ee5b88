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
#include "steps.h"

#include <inttypes.h>

const sw_cel_value sw_cel__truths[2] = {
    {.kind = SW_CEL_BOOL, .as.boolean = false},
    {.kind = SW_CEL_BOOL, .as.boolean = true},
};

/* ---- limits ---------------------------------------------------------- */

bool sw_cel__too_many_steps(sw_cel__run *run)
{
    run->steps = 0;
    return sw_fail(run->err, SW_ERR_INPUT,
                   "the expression takes more than %" PRIu64 " steps",
                   run->max_steps);
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
                run->max_memory);
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

const sw_cel_value *sw_cel__slow(sw_cel__run *run, const sw_cel__op *o,
                                 const sw_cel_value *a, const sw_cel_value *b)
{
    sw_cel_value parts[2] = {*a}, *out = &run->regs[o->id];
    if (b != NULL) parts[1] = *b;
    return sw_cel__combine(run, o->node, parts, out) ? out : NULL;
}

const sw_cel_value *sw_cel__slow_path(sw_cel__run *run, const sw_cel__op *o)
{
    sw_cel_value *out = &run->regs[o->id];
    return sw_cel__eval_path(run, o->node, o->sought, out) ? out : NULL;
}

const sw_cel_value *sw_cel__no_range(sw_cel__run *run, const sw_cel__op *o,
                                     const sw_cel_value *range)
{
    if (range->kind == SW_CEL_ERROR || range->kind == SW_CEL_UNKNOWN)
        return range;
    sw_cel_value *out = &run->regs[o->id];
    bool ok = sw_cel__error(run, out, "%.*s() over a %s",
                            SW_CEL__SHOWN(o->node->name),
                            sw_cel_kind_name(range->kind));
    return ok ? out : NULL;
}

bool sw_cel__leave_open(sw_cel__run *run, sw_cel__open *open,
                        const sw_cel_value *side)
{
    if (side->kind == SW_CEL_UNKNOWN)
        return sw_cel__merge(run, &open->unknown, side);
    if (open->error.kind == SW_CEL_ERROR) return true;
    if (side->kind != SW_CEL_ERROR) return sw_cel__no_overload(&open->error);
    open->error = *side;
    return true;
}

/* ---- the whole ------------------------------------------------------- */

static bool take_space(sw_cel__run *run, sw_cel__space *space)
{
    const sw_cel *cel = run->cel;
    bool small = space != NULL && cel->reg_count <= SW_CEL__FEW_REGS &&
                 cel->slot_count <= SW_CEL__FEW_NAMES &&
                 cel->root_count <= SW_CEL__FEW_NAMES;
    if (small) {
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

static bool has_dot(sw_str name)
{
    for (size_t i = 0; i < name.len; i++) {
        if (name.at[i] == '.') return true;
    }
    return false;
}

static const sw_cel_value *bound(const sw_cel_options *how, sw_str name)
{
    for (size_t i = 0; i < how->binding_count; i++) {
        const sw_cel_binding *b = &how->bindings[i];
        if (b->name.len == name.len &&
            sw_cel__same_bytes(b->name.at, name.at, name.len))
            return &b->value;
    }
    return NULL;
}

bool sw_cel__begin(sw_cel__run *run, sw_cel__space *space)
{
    static const sw_cel_options defaults = {0};
    if (run->options == NULL) run->options = &defaults;
    const sw_cel_options *how = run->options;
    const sw_cel *cel = run->cel;
    run->max_steps =
        how->max_steps > 0 ? how->max_steps : SW_CEL__DEFAULT_STEPS;
    run->steps = run->max_steps;
    run->max_memory =
        how->max_memory > 0 ? how->max_memory : SW_CEL__DEFAULT_MEMORY;
    run->room = run->max_memory;
    if (!take_space(run, space)) return false;

    run->container =
        how->container.len > 0 ? how->container : cel->env.container;
    run->qualified = run->container.len > 0;
    for (size_t i = 0; i < how->binding_count && !run->qualified; i++)
        run->qualified = has_dot(how->bindings[i].name);
    // Where names are to be sought, no op may find one at once.
    for (size_t i = 0; i < cel->root_count; i++)
        run->roots[i] = run->qualified ? NULL : bound(how, cel->roots[i]);
    return true;
}

void sw_cel__tell_steps(const sw_cel__run *run)
{
    if (run->options->steps_taken != NULL)
        *run->options->steps_taken = run->max_steps - run->steps;
}

bool sw_cel__run_plain(sw_cel__run *run, sw_cel_value *out)
{
    const sw_cel_value *value = eval_more(run, run->cel->program);
    if (value == NULL) return false;
    *out = *value;
    return true;
}

bool sw_cel_eval(const sw_cel *cel, const sw_cel_options *options,
                 sw_arena *arena, sw_cel_value *out, sw_error *err)
{
    sw_cel__space space;
    sw_cel__run run = {
        .cel = cel, .options = options, .arena = arena, .err = err};
    if (options != NULL && (options->reason != NULL || options->trace != NULL))
        return sw_cel__eval_traced(&run, out);
    bool ok = sw_cel__begin(&run, &space) && sw_cel__run_plain(&run, out);
    sw_cel__tell_steps(&run);
    return ok;
}
