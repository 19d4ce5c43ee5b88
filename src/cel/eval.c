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

#include <stdlib.h>

typedef sw_cel__node node;

bool sw_cel__spend(sw_cel__run *run, uint64_t steps)
{
    if (steps <= run->steps) return run->steps -= steps, true;
    run->steps = 0;
    return sw_fail(run->err, SW_ERR_INPUT,
                   "the expression takes too many steps to evaluate");
}

void *sw_cel__alloc(sw_cel__run *run, size_t count, size_t size)
{
    size_t bytes = 0;
    if (!sw_mul_size(count, size, &bytes) || bytes > run->room) {
        sw_fail(run->err, SW_ERR_INPUT,
                "the expression needs more than %d MiB to evaluate",
                SW_CEL__MAX_MEMORY >> 20);
        return NULL;
    }
    void *memory = sw_arena_alloc(run->arena, bytes);
    if (memory == NULL) {
        sw_fail_memory(run->err);
        return NULL;
    }
    run->room -= bytes;
    return memory;
}

/* ---- strict arguments ------------------------------------------------ */

// Takes note of a part that is an error or unknown. @return false: a limit.
static bool strict(sw_cel__run *run, const sw_cel_value *part,
                   sw_cel_value *stop)
{
    if (stop->kind == SW_CEL_ERROR) return true;
    if (part->kind == SW_CEL_ERROR) return *stop = *part, true;
    if (part->kind == SW_CEL_UNKNOWN) return sw_cel__merge(run, stop, part);
    return true;
}

static bool stopped(const sw_cel_value *stop)
{
    return stop->kind == SW_CEL_ERROR || stop->kind == SW_CEL_UNKNOWN;
}

// Evaluates a part; `stop` becomes an error or unknown if the part is one.
static bool eval_part(sw_cel__run *run, const node *n, sw_cel_value *out,
                      sw_cel_value *stop)
{
    return sw_cel__eval(run, n, out) && strict(run, out, stop);
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
    sw_cel_value of, stop = {0};
    if (!select_rest(run, n->args[0], path, variable, &of) ||
        !strict(run, &of, &stop))
        return false;
    if (stopped(&stop)) return *out = stop, true;
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

static bool eval_not(sw_cel__run *run, const node *n, sw_cel_value *out)
{
    sw_cel_value v;
    if (!sw_cel__eval(run, n->args[0], &v)) return false;
    if (stopped(&v)) return *out = v, true;
    if (v.kind != SW_CEL_BOOL) return sw_cel__no_overload(out);
    *out = sw_cel__bool(!v.as.boolean);
    return true;
}

static bool eval_negate(sw_cel__run *run, const node *n, sw_cel_value *out)
{
    sw_cel_value v;
    if (!sw_cel__eval(run, n->args[0], &v)) return false;
    if (stopped(&v)) return *out = v, true;
    return sw_cel__negate(&v, out);
}

static bool eval_conditional(sw_cel__run *run, const node *n, sw_cel_value *out)
{
    sw_cel_value v;
    if (!sw_cel__eval(run, n->args[0], &v)) return false;
    if (stopped(&v)) return *out = v, true;
    if (v.kind != SW_CEL_BOOL) return sw_cel__no_overload(out);
    return sw_cel__eval(run, n->args[v.as.boolean ? 1 : 2], out);
}

static bool eval_pair(sw_cel__run *run, const node *n, sw_cel_value pair[2],
                      sw_cel_value *stop)
{
    return eval_part(run, n->args[0], &pair[0], stop) &&
           eval_part(run, n->args[1], &pair[1], stop);
}

static bool eval_binary(sw_cel__run *run, const node *n, sw_cel_value *out)
{
    sw_cel_value v[2], stop = {0};
    if (!eval_pair(run, n, v, &stop)) return false;
    if (stopped(&stop)) return *out = stop, true;
    return sw_cel__binary(run, n->op, &v[0], &v[1], out);
}

static bool eval_index(sw_cel__run *run, const node *n, sw_cel_value *out)
{
    sw_cel_value v[2], stop = {0};
    if (!eval_pair(run, n, v, &stop)) return false;
    if (stopped(&stop)) return *out = stop, true;
    return sw_cel__index(run, &v[0], &v[1], n->maybe, out);
}

/* ---- lists and maps -------------------------------------------------- */

// Whether an element or entry marked with ? stays, and what it is then.
static bool unwrap(const sw_cel_value *v, bool *keep, sw_cel_value *out)
{
    if (v->kind != SW_CEL_OPTIONAL) {
        return sw_cel__fault(out, "an entry marked with ? must be optional");
    }
    *keep = v->as.optional != NULL;
    if (*keep) *out = *v->as.optional;
    return true;
}

static bool eval_list(sw_cel__run *run, const node *n, sw_cel_value *out)
{
    sw_cel_value *items = sw_cel__alloc(run, n->count, sizeof *items);
    if (items == NULL) return false;
    sw_cel_value stop = {0};
    size_t count = 0;
    for (size_t i = 0; i < n->count; i++) {
        sw_cel_value v;
        bool keep = true;
        if (!eval_part(run, n->args[i], &v, &stop)) return false;
        if (n->optional != NULL && n->optional[i] && !stopped(&v)) {
            sw_cel_value inner = {0};
            unwrap(&v, &keep, &inner);
            v = inner;
            if (!strict(run, &v, &stop)) return false;
        }
        if (keep) items[count++] = v;
    }
    if (stopped(&stop)) return *out = stop, true;
    *out = (sw_cel_value){.kind = SW_CEL_LIST};
    out->as.list.at = items;
    out->as.list.count = count;
    return true;
}

static bool is_key(const sw_cel_value *v)
{
    return v->kind == SW_CEL_INT || v->kind == SW_CEL_UINT ||
           v->kind == SW_CEL_BOOL || v->kind == SW_CEL_STRING;
}

// Adds an entry to a literal's map, or stops on what it may not hold.
static bool add_entry(sw_cel__run *run, sw_cel_value *map,
                      sw_cel_entry *entries, const sw_cel_value v[2],
                      sw_cel_value *stop)
{
    if (!is_key(&v[0])) {
        if (stop->kind == SW_CEL_ERROR) return true;
        return sw_cel__error(run, stop, "a %s cannot be a map's key",
                             sw_cel_kind_name(v[0].kind));
    }
    if (!sw_cel__spend(run, map->as.map.count / 8)) return false;
    if (sw_cel__lookup(map, &v[0]) != NULL) {
        if (stop->kind == SW_CEL_ERROR) return true;
        return sw_cel__fault(stop, "a key is repeated in a map");
    }
    entries[map->as.map.count++] = (sw_cel_entry){v[0], v[1]};
    return true;
}

static bool eval_map(sw_cel__run *run, const node *n, sw_cel_value *out)
{
    sw_cel_entry *entries = sw_cel__alloc(run, n->count / 2, sizeof *entries);
    if (entries == NULL) return false;
    sw_cel_value map = {.kind = SW_CEL_MAP}, stop = {0};
    map.as.map.at = entries;
    for (size_t i = 0; i < n->count; i += 2) {
        sw_cel_value v[2], here = {0};
        bool keep = true;
        if (!eval_part(run, n->args[i], &v[0], &here) ||
            !eval_part(run, n->args[i + 1], &v[1], &here))
            return false;
        if (n->optional != NULL && n->optional[i] && !stopped(&here)) {
            sw_cel_value inner = {0};
            unwrap(&v[1], &keep, &inner);
            v[1] = inner;
            if (!strict(run, &v[1], &here)) return false;
        }
        if (!strict(run, &here, &stop)) return false;
        if (stopped(&here) || !keep) continue;
        if (!add_entry(run, &map, entries, v, &stop)) return false;
    }
    *out = stopped(&stop) ? stop : map;
    return true;
}

static bool eval_message(sw_cel__run *run, const node *n, sw_cel_value *out)
{
    sw_cel_value v, stop = {0};
    for (size_t i = 0; i < n->count; i++) {
        if (!eval_part(run, n->args[i], &v, &stop)) return false;
    }
    if (stop.kind == SW_CEL_ERROR) return *out = stop, true;
    return sw_cel__error(run, out, "unknown message type '%.*s'",
                         SW_STR_ARGS(n->name));
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
    case SW_NODE_INDEX: return eval_index(run, n, out);
    case SW_NODE_CALL: return sw_cel__eval_call(run, n, out);
    case SW_NODE_LIST: return eval_list(run, n, out);
    case SW_NODE_MAP: return eval_map(run, n, out);
    case SW_NODE_MESSAGE: return eval_message(run, n, out);
    case SW_NODE_AND:
    case SW_NODE_OR: return eval_logical(run, n, out);
    case SW_NODE_NOT: return eval_not(run, n, out);
    case SW_NODE_NEGATE: return eval_negate(run, n, out);
    case SW_NODE_BINARY: return eval_binary(run, n, out);
    case SW_NODE_CONDITIONAL: return eval_conditional(run, n, out);
    case SW_NODE_FOLD: return sw_cel__eval_fold(run, n, out);
    case SW_NODE_BIND: return sw_cel__eval_bind(run, n, out);
    }
    return sw_cel__fault(out, "no such expression");
}

/* ---- the whole ------------------------------------------------------- */

static bool begin(sw_cel__run *run)
{
    const sw_cel_options *o = run->options;
    run->steps = o->max_steps > 0 ? o->max_steps : SW_CEL__DEFAULT_STEPS;
    run->room = SW_CEL__MAX_MEMORY;
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
    if (!begin(&run) || !sw_cel__eval(&run, cel->top, &value)) return false;
    if (run.options->reason != NULL) {
        if (!sw_cel__explain(&run, &value, &reason)) return false;
        *run.options->reason = reason;
    }
    *out = value;
    return true;
}
