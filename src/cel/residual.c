// What is left of an expression when some of what it reads is unknown: an
// expression that, given those values, has the value of the whole.
//
// The tree is walked as evaluation does. Of each node the walk gives the value,
// by the functions that evaluation has for it, and where that is unknown or an
// error also a tree:
//
// - What is known becomes a literal; a path to an unknown stays.
// - && and || lose the sides that decide nothing. What is left of x && true is
//   x only if that cannot be anything but a bool.
// - Of an error is left what fails: the operator with its parts as literals.
//   Errors next to unknowns stay, for the unknowns may absorb them.
// - Macros over a known range are unrolled; see residual_macros.c.
//
// If this takes more than the limits, which evaluation, knowing less to do,
// would have kept, what is left is the whole expression with literals in place
// of the known names.
#include "residual_internal.h"

typedef sw_cel__node node;
typedef sw_cel__reducer reducer;
typedef sw_cel__rest rest;

/* ---- names ----------------------------------------------------------- */

typedef struct {
    const sw_cel_value *value;  // NULL: nothing is bound
    sw_str space;               // the container in which it was found
    size_t len;                 // how much of the path is its name
} binding;

// As evaluation has it: the innermost container first, in it the longest name.
static binding find_path(const reducer *r, const node *n)
{
    sw_str space = n->path_rooted ? SW_STR("") : r->run.container;
    if (!r->run.qualified) {
        size_t len = r->run.cel->roots[n->root].len;
        return (binding){r->run.roots[n->root], SW_STR(""), len};
    }
    for (;; space = sw_cel__without_last(space)) {
        for (sw_str name = n->path; name.len > 0;
             name = sw_cel__without_last(name)) {
            const sw_cel_value *value =
                sw_cel__find_binding(&r->run, space, name);
            if (value != NULL) return (binding){value, space, name.len};
        }
        if (space.len == 0) return (binding){0};
    }
}

// The fields behind the name.
static bool select_rest(reducer *r, const node *n, const binding *b,
                        sw_cel_value *out)
{
    if (n->path.len == b->len) {
        bool known = n->test && !sw_cel__is_open(b->value);
        *out = known ? sw_cel__bool(true) : *b->value;
        return true;
    }
    sw_cel_value of;
    if (!sw_cel__spend(&r->run, 1) || !select_rest(r, n->args[0], b, &of))
        return false;
    if (sw_cel__is_open(&of) || sw_cel__is_error(&of)) return *out = of, true;
    return sw_cel__select(&r->run, &of, n, out);
}

// A path that failed does so as well when only the unknowns are bound, unless a
// type has its name, or names with dots may be bound otherwise then.
static node *failing_path(reducer *r, const node *n)
{
    if (n->name.at[0] == '@') return sw_cel__make_fault(r, SW_STR("error"));
    bool plain = !r->run.qualified && sw_cel__type_name(n->path) == NULL;
    return plain ? sw_cel__make_written(r, n, SW_STR(""))
                 : sw_cel__make_fault(r, n->name);
}

static bool reduce_path(reducer *r, const node *n, rest *out)
{
    binding b = find_path(r, n);
    const char *type = b.value == NULL ? sw_cel__type_name(n->path) : NULL;
    sw_cel_value value;
    if (type != NULL) {
        sw_str name = sw_str_of(type);
        return sw_cel__known(out, sw_cel__text(SW_CEL_TYPE, name));
    }
    if (b.value == NULL) {
        sw_cel__fault(&value, "undeclared reference");
    } else if (!select_rest(r, n, &b, &value)) {
        return false;
    }
    sw_cel__known(out, value);
    if (sw_cel__is_error(&value)) out->tree = failing_path(r, n);
    if (sw_cel__is_open(&value))
        out->tree = sw_cel__make_written(r, n, b.space);
    bool left = sw_cel__is_error(&value) || sw_cel__is_open(&value);
    return !left || out->tree != NULL;
}

/* ---- strict nodes ---------------------------------------------------- */

enum { FEW = 4 };

typedef struct {
    rest *at;
    sw_cel_value *values;
    rest few[FEW];
    sw_cel_value few_values[FEW];
} parts;

static bool make_room(reducer *r, parts *p, size_t count)
{
    p->at = p->few;
    p->values = p->few_values;
    if (count <= FEW) return true;
    p->at = sw_cel__alloc(&r->run, count, sizeof *p->at);
    p->values = sw_cel__alloc(&r->run, count, sizeof *p->values);
    return p->at != NULL && p->values != NULL;
}

// An unknown that a selection or an index found inside a known value.
static bool is_inner(const node *n, const rest *at)
{
    bool reads = n->kind == SW_NODE_SELECT || n->kind == SW_NODE_INDEX;
    for (size_t i = 0; reads && i < n->count; i++)
        reads = !sw_cel__is_open(&at[i].value);
    return reads;
}

// x.f is a field of whatever x is, but a.b.f could be a variable of that name.
static bool grows_a_path(const reducer *r, const node *n, const node *operand)
{
    bool plain = n->kind == SW_NODE_SELECT && !n->maybe;
    while (plain && operand->kind == SW_NODE_SELECT && !operand->maybe &&
           !operand->quoted && !operand->test)
        operand = operand->args[0];
    return r->run.qualified && plain && operand->kind == SW_NODE_NAME &&
           !operand->local;
}

static node *left_of_strict(reducer *r, const node *n, const rest *at,
                            const sw_cel_value *value)
{
    if (is_inner(n, at)) {
        bool viral = at[0].value.kind == SW_CEL_OPTIONAL && !n->test;
        return sw_cel__make_path(r, value, n->maybe || viral, n->test);
    }
    if (r->dry) return sw_cel__nothing();
    sw_cel__trees args = {0};
    for (size_t i = 0; i < n->count; i++) {
        if (!sw_cel__add_tree(r, &args, sw_cel__tree_of(r, &at[i])))
            return NULL;
    }
    if (n->kind == SW_NODE_NOT) args.at[0] = sw_cel__as_condition(args.at[0]);
    node *made = sw_cel__remake(r, n, args.at, args.count);
    if (made != NULL && grows_a_path(r, n, args.at[0])) made->quoted = true;
    return made;
}

static bool finish_strict(reducer *r, const node *n, const rest *at,
                          const sw_cel_value *value, rest *out)
{
    sw_cel__known(out, *value);
    if (sw_cel__is_open(value)) {
        out->tree = left_of_strict(r, n, at, value);
        return out->tree != NULL;
    }
    if (!sw_cel__is_error(value)) return true;
    for (size_t i = 0; i < n->count; i++) {
        if (sw_cel__is_error(&at[i].value)) return *out = at[i], true;
    }
    out->tree = sw_cel__make_failing(r, n, at);
    return out->tree != NULL;
}

static bool reduce_strict(reducer *r, const node *n, rest *out)
{
    parts p;
    sw_cel_value value;
    if (!make_room(r, &p, n->count)) return false;
    for (size_t i = 0; i < n->count; i++) {
        if (!sw_cel__reduce(r, n->args[i], &p.at[i])) return false;
        p.values[i] = p.at[i].value;
        if (i > 0 || !sw_cel__is_enough(n, &p.values[0])) continue;
        return n->functions->call(&r->run, p.values, 1, &value) &&
               sw_cel__known(out, value);
    }
    return sw_cel__combine(&r->run, n, p.values, &value) &&
           finish_strict(r, n, p.at, &value, out);
}

/* ---- operators ------------------------------------------------------- */

static bool reduce_logical(reducer *r, const node *n, rest *out)
{
    sw_cel__sides sides = {.is_or = n->kind == SW_NODE_OR};
    for (size_t i = 0; i < n->count && !sides.decided; i++) {
        rest side;
        if (!sw_cel__reduce(r, n->args[i], &side) ||
            !sw_cel__add_side(r, &sides, &side))
            return false;
    }
    return sw_cel__join_sides(r, &sides, out);
}

// !5 fails as 5 ? a : b does.
static bool no_condition(reducer *r, const rest *condition, rest *out)
{
    node like = {.kind = SW_NODE_NOT, .count = 1};
    sw_cel__no_overload(&out->value);
    out->tree = sw_cel__make_failing(r, &like, condition);
    return out->tree != NULL;
}

static bool reduce_conditional(reducer *r, const node *n, rest *out)
{
    rest is, yes, no;
    if (!sw_cel__reduce(r, n->args[0], &is)) return false;
    if (sw_cel__is_error(&is.value)) return *out = is, true;
    if (is.value.kind == SW_CEL_BOOL)
        return sw_cel__reduce(r, n->args[is.value.as.boolean ? 1 : 2], out);
    if (!sw_cel__is_open(&is.value)) return no_condition(r, &is, out);
    if (r->dry) {
        *out = (rest){is.value, sw_cel__nothing()};
        return true;
    }
    if (!sw_cel__reduce(r, n->args[1], &yes) ||
        !sw_cel__reduce(r, n->args[2], &no))
        return false;
    node *args[] = {sw_cel__as_condition(sw_cel__tree_of(r, &is)),
                    sw_cel__tree_of(r, &yes), sw_cel__tree_of(r, &no)};
    if (args[0] == NULL || args[1] == NULL || args[2] == NULL) return false;
    *out = (rest){is.value, sw_cel__remake(r, n, args, 3)};
    return out->tree != NULL;
}

/* ---- the walk -------------------------------------------------------- */

bool sw_cel__reduce(reducer *r, const node *n, rest *out)
{
    if (!sw_cel__spend(&r->run, 1)) return false;
    switch (n->kind) {
    case SW_NODE_LITERAL: return sw_cel__known(out, n->value);
    case SW_NODE_NAME:
        if (!n->local) return reduce_path(r, n, out);
        *out = r->slots[n->slot];
        return true;
    case SW_NODE_SELECT:
        return n->path.len > 0 ? reduce_path(r, n, out)
                               : reduce_strict(r, n, out);
    case SW_NODE_AND:
    case SW_NODE_OR: return reduce_logical(r, n, out);
    case SW_NODE_CONDITIONAL: return reduce_conditional(r, n, out);
    case SW_NODE_FOLD: return sw_cel__reduce_fold(r, n, out);
    case SW_NODE_BIND: return sw_cel__reduce_bind(r, n, out);
    case SW_NODE_BLOCK: return sw_cel__reduce_block(r, n, out);
    case SW_NODE_ELEMENT: return sw_cel__reduce_element(r, n, out);
    default: return reduce_strict(r, n, out);
    }
}

/* ---- literals for names, and nothing else ---------------------------- */

static node *substitute(reducer *r, const node *n)
{
    rest path;
    if (n->path.len > 0)
        return reduce_path(r, n, &path) ? sw_cel__tree_of(r, &path) : NULL;
    sw_cel__trees args = {0};
    for (size_t i = 0; i < n->count; i++) {
        if (!sw_cel__add_tree(r, &args, substitute(r, n->args[i]))) return NULL;
    }
    node *made = sw_cel__remake(r, n, args.at, args.count);
    if (made != NULL && made->kind == SW_NODE_LITERAL)
        made->end += n->end - n->begin;
    return made;
}

/* ---- the whole ------------------------------------------------------- */

static bool begin(reducer *r, const sw_cel *cel, const sw_cel_options *options,
                  sw_arena *arena, sw_error *err)
{
    *r = (reducer){.nodes = SW_CEL__MAX_NODES};
    r->run = (sw_cel__run){
        .cel = cel, .options = options, .arena = arena, .err = err};
    if (!sw_cel__begin(&r->run, NULL)) return false;
    r->slots = SW_NEW_ARRAY(arena, rest, cel->slot_count);
    return r->slots != NULL || sw_fail_memory(err);
}

// The text of the tree, read again: so what is returned is what anyone who has
// the text would get.
static bool read_back(const reducer *r, const node *tree, sw_arena *arena,
                      sw_cel **out)
{
    sw_buf buf = {0};
    sw_error *err = r->run.err;
    if (tree == NULL) return false;
    bool ok = sw_cel__unparse_to(&buf, tree);
    if (buf.failed) {
        ok = sw_fail_memory(err);
    } else if (!ok) {
        sw_fail(err, SW_ERR_INPUT,
                "what is left of the expression is longer than %d bytes",
                SW_CEL__MAX_SOURCE);
    }
    ok = ok && sw_cel__parse((sw_str){buf.at, buf.len}, &r->run.cel->env, arena,
                             out, err);
    sw_buf_free(&buf);
    return ok;
}

static bool reduce_whole(const sw_cel *cel, const sw_cel_options *options,
                         sw_arena *scratch, sw_arena *arena, sw_cel **out,
                         sw_error *err)
{
    reducer r;
    rest left;
    return begin(&r, cel, options, scratch, err) &&
           sw_cel__reduce(&r, cel->top, &left) &&
           read_back(&r, sw_cel__tree_of(&r, &left), arena, out);
}

// A known value may be too long to be written, too; the expression is then what
// gives it. Putting literals for names has steps of its own.
static bool substitute_whole(const sw_cel *cel, const sw_cel_options *options,
                             sw_arena *scratch, sw_arena *arena, sw_cel **out,
                             sw_error *err)
{
    reducer r;
    sw_error own = {0};
    rest left = {0};
    sw_cel_options how = options != NULL ? *options : (sw_cel_options){0};
    how.reason = NULL;
    how.trace = NULL;
    how.steps_taken = NULL;
    if (!sw_cel_eval(cel, &how, scratch, &left.value, err) ||
        !begin(&r, cel, options, scratch, err))
        return false;
    r.run.steps = SW_CEL__DEFAULT_STEPS;
    r.run.room = SW_CEL__DEFAULT_MEMORY;
    r.run.err = &own;
    bool known =
        !sw_cel__is_open(&left.value) && !sw_cel__is_error(&left.value);
    if (known && read_back(&r, sw_cel__tree_of(&r, &left), arena, out))
        return true;
    if (own.kind == SW_ERR_MACHINE) return *err = own, false;
    r.run.err = err;
    return read_back(&r, substitute(&r, cel->top), arena, out);
}

bool sw_cel_residual(const sw_cel *cel, const sw_cel_options *options,
                     sw_arena *arena, sw_cel **out, sw_error *err)
{
    sw_arena *scratch = NULL;
    sw_error own = {0};
    if (!sw_arena_new(&scratch, err)) return false;
    bool ok = reduce_whole(cel, options, scratch, arena, out, &own);
    if (!ok && own.kind == SW_ERR_MACHINE) {
        *err = own;
    } else if (!ok) {
        sw_arena_reset(scratch);
        ok = substitute_whole(cel, options, scratch, arena, out, err);
    }
    sw_arena_free(scratch);
    return ok;
}
