// Macros: calls that bind variables or do not evaluate their arguments. They
// are known by name, style and number of arguments, and become nodes of their
// own rather than the loop of other implementations: an explanation can then
// say which element decided.
//
// cel.block() is what optimizers write; cel.index(), cel.iterVar() and
// cel.accuVar() stand for the names that they give, which no source can spell.
//
// Specification: cel-spec, doc/langdef.md, "Macros"; cel-go, ext: "Bindings",
// "TwoVarComprehensions", "OptionalTypes"; tests: cel-spec, block_ext.
#include "cel_internal.h"

#include <inttypes.h>

typedef sw_cel__node node;

typedef struct {
    const char *name;
    size_t arguments;  // without the receiver
    size_t variables;
    sw_cel__node_kind kind;
    sw_cel__macro macro;
    signed char filter, body;  // which argument each is; NONE: no filter
} macro;

enum { NONE = -1 };

static const macro macros[] = {
    {"all", 2, 1, SW_NODE_FOLD, SW_FOLD_ALL, NONE, 2},
    {"all", 3, 2, SW_NODE_FOLD, SW_FOLD_ALL, NONE, 3},
    {"exists", 2, 1, SW_NODE_FOLD, SW_FOLD_EXISTS, NONE, 2},
    {"exists", 3, 2, SW_NODE_FOLD, SW_FOLD_EXISTS, NONE, 3},
    {"exists_one", 2, 1, SW_NODE_FOLD, SW_FOLD_EXISTS_ONE, NONE, 2},
    {"existsOne", 2, 1, SW_NODE_FOLD, SW_FOLD_EXISTS_ONE, NONE, 2},
    {"existsOne", 3, 2, SW_NODE_FOLD, SW_FOLD_EXISTS_ONE, NONE, 3},
    {"map", 2, 1, SW_NODE_FOLD, SW_FOLD_LIST, NONE, 2},
    {"map", 3, 1, SW_NODE_FOLD, SW_FOLD_LIST, 2, 3},
    {"filter", 2, 1, SW_NODE_FOLD, SW_FOLD_LIST, 2, 1},  // x -> x
    {"transformList", 3, 2, SW_NODE_FOLD, SW_FOLD_LIST, NONE, 3},
    {"transformList", 4, 2, SW_NODE_FOLD, SW_FOLD_LIST, 3, 4},
    {"transformMap", 3, 2, SW_NODE_FOLD, SW_FOLD_MAP, NONE, 3},
    {"transformMap", 4, 2, SW_NODE_FOLD, SW_FOLD_MAP, 3, 4},
    {"optMap", 2, 1, SW_NODE_BIND, SW_BIND_OPTIONAL, NONE, 2},
    {"optFlatMap", 2, 1, SW_NODE_BIND, SW_BIND_OPTIONAL_FLAT, NONE, 2},
};

typedef struct {
    sw_arena *arena;
    sw_str source;
    sw_error *err;
} expander;

static bool variable(const expander *x, const node *n, sw_str *out)
{
    if (n->kind != SW_NODE_NAME || n->rooted) {
        return sw_cel__fail_at(x->source, n->begin, x->err,
                               "a macro's variable must be a plain name");
    }
    *out = n->name;
    return true;
}

static node *bind(const expander *x, const node *call, const macro *m)
{
    node *args[3] = {call->args[0]};
    size_t count = 1;
    if (m->filter != NONE) args[count++] = call->args[m->filter];
    args[count++] = call->args[m->body];

    node *made = sw_cel__node_new(x->arena, x->source, m->kind, call->begin,
                                  call->end, args, count, x->err);
    if (made == NULL) return NULL;
    made->macro = m->macro;
    made->name = call->name;
    for (size_t i = 0; i < m->variables; i++) {
        if (!variable(x, call->args[1 + i], &made->vars[i])) return NULL;
    }
    if (sw_str_eq(made->vars[0], made->vars[1])) {
        sw_cel__fail_at(x->source, call->args[2]->begin, x->err,
                        "the two variables of a macro must differ");
        return NULL;
    }
    return made;
}

// has(e.f)
static node *expand_has(const expander *x, const node *call)
{
    node *field = call->args[0];
    if (field->kind != SW_NODE_SELECT || field->maybe || field->test) {
        sw_cel__fail_at(x->source, field->begin, x->err,
                        "has() takes a field selection, as in has(a.b)");
        return NULL;
    }
    node *made =
        sw_cel__node_new(x->arena, x->source, SW_NODE_SELECT, call->begin,
                         call->end, field->args, 1, x->err);
    if (made == NULL) return NULL;
    made->name = field->name;
    made->quoted = field->quoted;
    made->test = true;
    return made;
}

/* ---- cel.something() ------------------------------------------------- */

// cel.bind(x, init, body): the same as a macro on init, in another order.
static node *expand_bind(const expander *x, const node *call)
{
    static const macro as = {"bind",        2,    1, SW_NODE_BIND,
                             SW_BIND_VALUE, NONE, 2};
    node *args[] = {call->args[2], call->args[1], call->args[3]};
    node turned = *call;
    turned.args = args;
    return bind(x, &turned, &as);
}

// cel.block([e0, e1], body)
static node *expand_block(const expander *x, const node *call)
{
    const node *list = call->args[1];
    if (list->kind != SW_NODE_LIST || list->optional != NULL) {
        sw_cel__fail_at(x->source, list->begin, x->err,
                        "cel.block() takes a list written out, without '?'");
        return NULL;
    }
    node **args = SW_NEW_ARRAY(x->arena, node *, list->count + 1);
    if (args == NULL) return sw_fail_memory(x->err), NULL;
    if (list->count > 0) memcpy(args, list->args, list->count * sizeof *args);
    args[list->count] = call->args[2];
    return sw_cel__node_new(x->arena, x->source, SW_NODE_BLOCK, call->begin,
                            call->end, args, list->count + 1, x->err);
}

// The arguments of cel.index() and its like: whole numbers written out.
static bool small_number(const expander *x, const node *n, int64_t *out)
{
    if (n->kind != SW_NODE_LITERAL || n->value.kind != SW_CEL_INT ||
        n->value.as.i64 < 0) {
        return sw_cel__fail_at(x->source, n->begin, x->err,
                               "expected a whole number written out");
    }
    *out = n->value.as.i64;
    return true;
}

// cel.index(N)
static node *expand_index(const expander *x, const node *call)
{
    int64_t number = 0;
    if (!small_number(x, call->args[1], &number)) return NULL;
    node *made = sw_cel__node_new(x->arena, x->source, SW_NODE_ELEMENT,
                                  call->begin, call->end, NULL, 0, x->err);
    if (made != NULL) made->value = sw_cel__int(number);
    return made;
}

// cel.iterVar(N, M) is the name @it:N:M, cel.accuVar(N, M) is @ac:N:M.
static node *expand_variable(const expander *x, const node *call)
{
    int64_t n = 0, m = 0;
    if (!small_number(x, call->args[1], &n) ||
        !small_number(x, call->args[2], &m))
        return NULL;
    node *made = sw_cel__node_new(x->arena, x->source, SW_NODE_NAME,
                                  call->begin, call->end, NULL, 0, x->err);
    if (made == NULL) return NULL;
    made->name = sw_arena_printf(x->arena, "@%.2s:%" PRId64 ":%" PRId64,
                                 call->name.at, n, m);
    if (made->name.at == NULL) return sw_fail_memory(x->err), NULL;
    return made;
}

static const struct {
    const char *name;
    size_t arguments;
    node *(*expand)(const expander *x, const node *call);
} cel_macros[] = {
    {"bind", 3, expand_bind},        {"block", 2, expand_block},
    {"index", 1, expand_index},      {"iterVar", 2, expand_variable},
    {"accuVar", 2, expand_variable},
};

static bool is_of_cel(const node *call)
{
    return call->method && call->args[0]->kind == SW_NODE_NAME &&
           !call->args[0]->rooted &&
           sw_str_eq(call->args[0]->name, SW_STR("cel"));
}

/* ---- all of them ----------------------------------------------------- */

bool sw_cel__is_macro(const sw_cel_function *f)
{
    sw_str space = sw_cel__without_last(f->name);
    if (!f->method && space.len == 0)
        return f->param_count == 1 && sw_str_eq(f->name, SW_STR("has"));
    // What is called my.f(x) parses as a method of my.
    size_t skip = space.len > 0 ? space.len + 1 : 0;
    sw_str last = sw_cel__part(f->name, skip, f->name.len);
    size_t arguments = f->param_count - (f->method ? 1 : 0);
    bool found = false;
    for (size_t i = 0; i < sizeof macros / sizeof *macros; i++) {
        found |= arguments == macros[i].arguments &&
                 sw_str_eq(last, sw_str_of(macros[i].name));
    }
    bool of_cel = sw_str_eq(space, SW_STR("cel"));
    for (size_t i = 0; i < sizeof cel_macros / sizeof *cel_macros; i++) {
        found |= of_cel && arguments == cel_macros[i].arguments &&
                 sw_str_eq(last, sw_str_of(cel_macros[i].name));
    }
    return found;
}

node *sw_cel__expand(sw_arena *arena, sw_str source, node *call, sw_error *err)
{
    expander x = {arena, source, err};
    if (!call->method) {
        bool has = call->count == 1 && sw_str_eq(call->name, SW_STR("has"));
        return has ? expand_has(&x, call) : call;
    }
    size_t of_cel =
        is_of_cel(call) ? sizeof cel_macros / sizeof *cel_macros : 0;
    for (size_t i = 0; i < of_cel; i++) {
        if (call->count == cel_macros[i].arguments + 1 &&
            sw_str_eq(call->name, sw_str_of(cel_macros[i].name)))
            return cel_macros[i].expand(&x, call);
    }
    for (size_t i = 0; i < sizeof macros / sizeof *macros; i++) {
        if (call->count == macros[i].arguments + 1 &&
            sw_str_eq(call->name, sw_str_of(macros[i].name)))
            return bind(&x, call, &macros[i]);
    }
    return call;
}
