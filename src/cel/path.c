// Free names and chains that begin with one, when their first name has no
// value of its own: a chain may be a variable with dots in its name, names are
// sought in the container first, and what is no variable may be a type.
//
// Specification: cel-spec, doc/langdef.md, "Name Resolution".
#include "cel_internal.h"

typedef sw_cel__node node;

const sw_cel_value *sw_cel__find_binding(const sw_cel__run *run, sw_str space,
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
    if (of.kind == SW_CEL_ERROR || of.kind == SW_CEL_UNKNOWN)
        return *out = of, true;
    return sw_cel__select(run, &of, n, out);
}

// Which variable a chain begins with.
typedef struct sw_cel__sought {
    const sw_cel_value *variable;  // NULL: none
    sw_str name;                   // the part of the path that spells it
    bool known;
} sought;

// Tries container A.B, then A, then the root; in each the longest name first.
static sought search(const sw_cel__run *run, const node *n)
{
    sw_str space = n->path_rooted ? SW_STR("") : run->container;
    for (;;) {
        for (sw_str name = n->path; name.len > 0;
             name = sw_cel__without_last(name)) {
            const sw_cel_value *value = sw_cel__find_binding(run, space, name);
            if (value != NULL) return (sought){value, name, true};
        }
        if (space.len == 0) return (sought){.known = true};
        space = sw_cel__without_last(space);
    }
}

// A search may take long, by the length of the path and the number of bindings.
// In a macro it is done once, so that all of them take what the source allows.
static bool search_once(sw_cel__run *run, const node *n, uint32_t number,
                        sought *out)
{
    size_t count = run->cel->sought_count;
    if (number == UINT32_MAX) return *out = search(run, n), true;
    if (run->sought == NULL) {
        run->sought = sw_cel__alloc(run, count, sizeof *run->sought);
        if (run->sought == NULL) return false;
        memset(run->sought, 0, count * sizeof *run->sought);
    }
    sought *kept = &run->sought[number];
    if (!kept->known) *kept = search(run, n);
    *out = *kept;
    return true;
}

bool sw_cel__eval_path(sw_cel__run *run, const node *n, uint32_t number,
                       sw_cel_value *out)
{
    sought found = {0};
    if (run->qualified && !search_once(run, n, number, &found)) return false;
    if (found.variable != NULL)
        return select_rest(run, n, found.name, found.variable, out);
    const char *type = sw_cel__type_name(n->path);
    if (type != NULL) {
        *out = sw_cel__text(SW_CEL_TYPE, sw_str_of(type));
        return true;
    }
    return sw_cel__error(run, out, "undeclared reference to '%.*s'",
                         SW_CEL__SHOWN(n->path));
}
