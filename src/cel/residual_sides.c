// What is left of && and ||, of all() and exists(): the sides that are unknown,
// and one that is an error, joined again.
#include "residual_internal.h"

typedef sw_cel__node node;
typedef sw_cel__reducer reducer;

/* ---- bools ----------------------------------------------------------- */

static bool function_gives_bool(const sw_cel__function *f)
{
    for (; f != NULL; f = sw_cel__next_overload(f)) {
        if (strcmp(f->gives, "b") != 0) return false;
        if (sw_cel__next_overload(f) == NULL) return true;
    }
    return false;
}

bool sw_cel__gives_bool(const node *n)
{
    switch (n->kind) {
    case SW_NODE_LITERAL: return n->value.kind == SW_CEL_BOOL;
    case SW_NODE_SELECT: return n->test;
    case SW_NODE_AND:
    case SW_NODE_OR:
    case SW_NODE_NOT: return true;
    case SW_NODE_BINARY:
        return n->op == SW_TOKEN_IN ||
               (n->op >= SW_TOKEN_EQ && n->op <= SW_TOKEN_GE);
    case SW_NODE_CALL:
        return n->own_count == 0 && function_gives_bool(n->functions);
    case SW_NODE_CONDITIONAL:
        return sw_cel__gives_bool(n->args[1]) && sw_cel__gives_bool(n->args[2]);
    case SW_NODE_FOLD:
        return n->macro == SW_FOLD_ALL || n->macro == SW_FOLD_EXISTS ||
               n->macro == SW_FOLD_EXISTS_ONE;
    case SW_NODE_BIND:
        return n->macro == SW_BIND_VALUE && sw_cel__gives_bool(n->args[1]);
    case SW_NODE_BLOCK: return sw_cel__gives_bool(n->args[n->count - 1]);
    default: return false;
    }
}

static bool is_neutral(const node *n, bool is_or)
{
    return n->kind == SW_NODE_LITERAL && n->value.kind == SW_CEL_BOOL &&
           n->value.as.boolean != is_or;
}

node *sw_cel__as_condition(node *n)
{
    if (n == NULL) return NULL;
    bool logical = n->kind == SW_NODE_AND || n->kind == SW_NODE_OR;
    return logical && n->count == 2 &&
                   is_neutral(n->args[1], n->kind == SW_NODE_OR)
               ? n->args[0]
               : n;
}

/* ---- sides ----------------------------------------------------------- */

// (a && b) && c is a && b && c.
static bool add_side_tree(reducer *r, sw_cel__sides *sides, node *tree)
{
    if (tree == NULL) return false;
    tree = sw_cel__as_condition(tree);
    if (tree->kind != (sides->is_or ? SW_NODE_OR : SW_NODE_AND))
        return sw_cel__add_tree(r, &sides->trees, tree);
    for (size_t i = 0; i < tree->count; i++) {
        if (!sw_cel__add_tree(r, &sides->trees, tree->args[i])) return false;
    }
    return true;
}

// One error is as good as several: whether it stays hangs on the unknowns.
static bool add_error(reducer *r, sw_cel__sides *sides,
                      const sw_cel__rest *side)
{
    if (sw_cel__is_error(&sides->error)) return true;
    if (sw_cel__is_error(&side->value)) {
        sides->error = side->value;
        sides->fault = sw_cel__tree_of(r, side);
    } else {
        sides->no_bool = true;
        sides->fault = sw_cel__make_closed(r, &side->value);
        if (!sw_cel__no_overload(&sides->error)) return false;
    }
    return sides->fault != NULL &&
           sw_cel__add_tree(r, &sides->trees, sides->fault);
}

bool sw_cel__add_side(reducer *r, sw_cel__sides *sides,
                      const sw_cel__rest *side)
{
    if (side->value.kind == SW_CEL_BOOL) {
        sides->decided |= side->value.as.boolean == sides->is_or;
        return true;
    }
    if (!sw_cel__is_open(&side->value)) return add_error(r, sides, side);
    return sw_cel__merge(&r->run, &sides->unknown, &side->value) &&
           add_side_tree(r, sides, sw_cel__tree_of(r, side));
}

static node *join(reducer *r, sw_cel__sides *sides)
{
    if (r->dry) return sw_cel__nothing();
    sw_cel__trees *trees = &sides->trees;
    bool alone = trees->count == 1;
    if (alone && sw_cel__gives_bool(trees->at[0])) return trees->at[0];
    node *neutral =
        alone ? sw_cel__make_literal(r, sw_cel__bool(!sides->is_or)) : NULL;
    if (alone && !sw_cel__add_tree(r, trees, neutral)) return NULL;
    return sw_cel__make(r, sides->is_or ? SW_NODE_OR : SW_NODE_AND, trees->at,
                        trees->count);
}

bool sw_cel__join_sides(reducer *r, sw_cel__sides *sides, sw_cel__rest *out)
{
    if (sides->decided) return sw_cel__known(out, sw_cel__bool(sides->is_or));
    if (sw_cel__is_open(&sides->unknown)) {
        *out = (sw_cel__rest){sides->unknown, join(r, sides)};
    } else if (sw_cel__is_error(&sides->error)) {
        // By itself what is no bool does not fail.
        *out = (sw_cel__rest){sides->error,
                              sides->no_bool ? join(r, sides) : sides->fault};
    } else {
        return sw_cel__known(out, sw_cel__bool(!sides->is_or));
    }
    return out->tree != NULL;
}
