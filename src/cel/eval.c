// Evaluation: a walk of the tree. Errors and unknowns are values; a C function
// returns false only when memory or a limit ends the whole evaluation.
//
// In strict places (functions, operators, lists, maps) an error in any part is
// the result, then an unknown; unknowns of several parts join. In && and || a
// deciding side wins over everything, then an unknown (it might decide), then
// an error.
//
// Specification: cel-spec, doc/langdef.md, "Evaluation".
#include "cel_internal.h"

#include <inttypes.h>
#include <stdlib.h>

typedef sw_cel__node node;

bool sw_cel__spend(sw_cel__run *run, uint64_t steps)
{
    if (steps <= run->steps) return run->steps -= steps, true;
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

/* ---- strict nodes ---------------------------------------------------- */

static bool stopped(const sw_cel_value *stop)
{
    return stop->kind == SW_CEL_ERROR || stop->kind == SW_CEL_UNKNOWN;
}

enum { FEW = 4 };  // parts kept on the stack; more go to the arena

static bool eval_strict(sw_cel__run *run, const node *n, sw_cel_value *out)
{
    sw_cel_value few[FEW], *parts = few;
    if (n->count > FEW) parts = sw_cel__alloc(run, n->count, sizeof *parts);
    if (parts == NULL) return false;
    for (size_t i = 0; i < n->count; i++) {
        if (!sw_cel__eval(run, n->args[i], &parts[i])) return false;
        if (i == 0 && sw_cel__is_enough(n, &parts[0]))
            return n->functions->call(run, parts, 1, out);
    }
    return sw_cel__combine(run, n, parts, out);
}

/* ---- names ----------------------------------------------------------- */

static const sw_cel_value *find_binding(const sw_cel__run *run, sw_str space,
                                        sw_str name)
{
    for (size_t i = 0; i < run->options->binding_count; i++) {
        const sw_cel_binding *b = &run->options->bindings[i];
        size_t skip = space.len > 0 ? space.len + 1 : 0;
        if (b->name.len != skip + name.len) continue;
        if (skip > 0 &&
            (!sw_str_starts(b->name, space) || b->name.at[space.len] != '.'))
            continue;
        if (sw_str_eq(sw_cel__part(b->name, skip, b->name.len), name))
            return &b->value;
    }
    return NULL;
}

static sw_str without_last(sw_str dotted)
{
    size_t len = dotted.len;
    while (len > 0 && dotted.at[len - 1] != '.')
        len--;
    return (sw_str){dotted.at, len > 0 ? len - 1 : 0};
}

// The part of a chain that spells `path` is the variable, the rest are fields.
static bool select_rest(sw_cel__run *run, const node *n, sw_str path,
                        const sw_cel_value *variable, sw_cel_value *out)
{
    if (n->path.len == path.len) {
        // has(a.b) where a.b is itself a variable: it is there.
        bool known = n->test && variable->kind != SW_CEL_UNKNOWN;
        *out = known ? sw_cel__bool(true) : *variable;
        return true;
    }
    sw_cel_value of;
    if (!select_rest(run, n->args[0], path, variable, &of)) return false;
    if (stopped(&of)) return *out = of, true;
    return sw_cel__select(run, &of, n, out);
}

// Tries container A.B, then A, then the root; in each the longest name first.
static bool search_path(sw_cel__run *run, const node *n, sw_cel_value *out,
                        bool *found)
{
    sw_str space = n->path_rooted ? SW_STR("") : run->options->container;
    for (;;) {
        for (sw_str name = n->path; name.len > 0; name = without_last(name)) {
            const sw_cel_value *value = find_binding(run, space, name);
            if (value == NULL) continue;
            *found = true;
            return select_rest(run, n, name, value, out);
        }
        if (space.len == 0) return true;
        space = without_last(space);
    }
}

// Without dots among the bindings only the first name can be a variable.
static bool eval_simple_path(sw_cel__run *run, const node *n, sw_cel_value *out,
                             bool *found)
{
    const sw_cel_value *root = run->roots[n->root];
    if (root == NULL) return true;
    *found = true;
    if (n->kind == SW_NODE_NAME) return *out = *root, true;
    sw_cel_value of;
    if (!sw_cel__eval(run, n->args[0], &of)) return false;
    if (stopped(&of)) return *out = of, true;
    return sw_cel__select(run, &of, n, out);
}

bool sw_cel__eval_path(sw_cel__run *run, const node *n, sw_cel_value *out)
{
    bool found = false;
    bool ok = run->qualified ? search_path(run, n, out, &found)
                             : eval_simple_path(run, n, out, &found);
    if (!ok || found) return ok;
    const char *type = sw_cel__type_name(n->path);
    if (type != NULL) {
        *out = sw_cel__text(SW_CEL_TYPE, sw_str_of(type));
        return true;
    }
    return sw_cel__error(run, out, "undeclared reference to '%.*s'",
                         SW_STR_ARGS(n->path));
}

static bool eval_select(sw_cel__run *run, const node *n, sw_cel_value *out)
{
    if (n->path.len > 0) return sw_cel__eval_path(run, n, out);
    sw_cel_value of;
    if (!sw_cel__eval(run, n->args[0], &of)) return false;
    if (stopped(&of)) return *out = of, true;
    return sw_cel__select(run, &of, n, out);
}

/* ---- operators ------------------------------------------------------- */

static bool eval_logical(sw_cel__run *run, const node *n, sw_cel_value *out)
{
    bool decides = n->kind == SW_NODE_OR;
    sw_cel_value unknown = {0}, error = {0};
    for (size_t i = 0; i < n->count; i++) {
        sw_cel_value side;
        if (!sw_cel__eval(run, n->args[i], &side)) return false;
        if (side.kind == SW_CEL_BOOL) {
            if (side.as.boolean == decides) return *out = side, true;
        } else if (side.kind == SW_CEL_UNKNOWN) {
            if (!sw_cel__merge(run, &unknown, &side)) return false;
        } else if (error.kind != SW_CEL_ERROR) {
            if (side.kind != SW_CEL_ERROR) sw_cel__no_overload(&side);
            error = side;
        }
    }
    *out = stopped(&unknown) ? unknown
           : stopped(&error) ? error
                             : sw_cel__bool(!decides);
    return true;
}

static bool eval_conditional(sw_cel__run *run, const node *n, sw_cel_value *out)
{
    sw_cel_value v;
    if (!sw_cel__eval(run, n->args[0], &v)) return false;
    if (stopped(&v)) return *out = v, true;
    if (v.kind != SW_CEL_BOOL) return sw_cel__no_overload(out);
    return sw_cel__eval(run, n->args[v.as.boolean ? 1 : 2], out);
}

/* ---- dispatch -------------------------------------------------------- */

bool sw_cel__eval(sw_cel__run *run, const node *n, sw_cel_value *out)
{
    if (!sw_cel__spend(run, 1)) return false;
    switch (n->kind) {
    case SW_NODE_LITERAL: *out = n->value; return true;
    case SW_NODE_NAME:
        if (!n->local) return sw_cel__eval_path(run, n, out);
        *out = run->slots[n->slot];
        return true;
    case SW_NODE_SELECT: return eval_select(run, n, out);
    case SW_NODE_AND:
    case SW_NODE_OR: return eval_logical(run, n, out);
    case SW_NODE_INDEX:
    case SW_NODE_CALL:
    case SW_NODE_LIST:
    case SW_NODE_MAP:
    case SW_NODE_MESSAGE:
    case SW_NODE_NOT:
    case SW_NODE_NEGATE:
    case SW_NODE_BINARY: return eval_strict(run, n, out);
    case SW_NODE_CONDITIONAL: return eval_conditional(run, n, out);
    case SW_NODE_FOLD: return sw_cel__eval_fold(run, n, out);
    case SW_NODE_BIND: return sw_cel__eval_bind(run, n, out);
    case SW_NODE_BLOCK: return sw_cel__eval_block(run, n, out);
    case SW_NODE_ELEMENT: return sw_cel__eval_element(run, n, out);
    }
    return sw_cel__fault(out, "no such expression");
}

/* ---- the whole ------------------------------------------------------- */

static bool begin(sw_cel__run *run)
{
    const sw_cel_options *o = run->options;
    run->max_steps = o->max_steps > 0 ? o->max_steps : SW_CEL__DEFAULT_STEPS;
    run->steps = run->max_steps;
    run->max_memory =
        o->max_memory > 0 ? o->max_memory : SW_CEL__DEFAULT_MEMORY;
    run->room = run->max_memory;
    run->qualified = o->container.len > 0;
    for (size_t i = 0; i < o->binding_count && !run->qualified; i++)
        run->qualified = sw_str_has(o->bindings[i].name, SW_STR("."));

    run->slots = SW_NEW_ARRAY(run->arena, sw_cel_value, run->cel->slot_count);
    run->roots =
        SW_NEW_ARRAY(run->arena, const sw_cel_value *, run->cel->root_count);
    if (run->slots == NULL || run->roots == NULL)
        return sw_fail_memory(run->err);
    for (size_t i = 0; i < run->cel->root_count; i++)
        run->roots[i] = find_binding(run, SW_STR(""), run->cel->roots[i]);
    return true;
}

bool sw_cel_eval(const sw_cel *cel, const sw_cel_options *options,
                 sw_arena *arena, sw_cel_value *out, sw_error *err)
{
    static const sw_cel_options defaults = {0};
    sw_cel__run run = {.cel = cel,
                       .options = options != NULL ? options : &defaults,
                       .arena = arena,
                       .err = err};
    sw_cel_value value = {0};
    const sw_cel_reason *reason = NULL;
    bool ok = begin(&run) && sw_cel__eval(&run, cel->top, &value);
    if (run.options->steps_taken != NULL)
        *run.options->steps_taken = run.max_steps - run.steps;
    if (!ok) return false;
    if (run.options->reason != NULL) {
        if (!sw_cel__explain(&run, &value, &reason)) return false;
        *run.options->reason = reason;
    }
    *out = value;
    return true;
}
