// What is left of cel.bind(), optMap() and cel.block(): what they bind is
// known, or a path, and stands where it was read; or they stay.
#include "residual_internal.h"

typedef sw_cel__node node;
typedef sw_cel__reducer reducer;
typedef sw_cel__rest rest;

/* ---- macros that bind a value ---------------------------------------- */

static bool is_mentioned(const node *tree, size_t slot)
{
    if (tree->kind == SW_NODE_NAME) return tree->local && tree->slot == slot;
    for (size_t i = 0; i < tree->count; i++) {
        if (is_mentioned(tree->args[i], slot)) return true;
    }
    return false;
}

// A path is as short as a variable, and always the same; what it stands for may
// be written in its place.
static bool is_free_path(const node *n)
{
    for (; n->kind == SW_NODE_SELECT && !n->test; n = n->args[0]) {
        if (n->maybe) return false;
    }
    return n->kind == SW_NODE_NAME && !n->local;
}

// What binds another unknown stays if its variable is read. A body that does
// not read it is the same as the whole: cel.bind() binds whatever it is.
static bool keep_bind(reducer *r, const node *n, const rest *init, rest *out)
{
    rest body;
    if (!sw_cel__open_variables(r, n, &init->value) ||
        !sw_cel__reduce(r, n->args[1], &body))
        return false;
    if (!sw_cel__is_open(&body.value)) return *out = body, true;
    node *args[] = {sw_cel__tree_of(r, init), sw_cel__tree_of(r, &body)};
    if (args[0] == NULL || args[1] == NULL) return false;
    *out = (rest){body.value, args[1]};
    if (r->dry || !is_mentioned(args[1], n->slot)) return true;
    out->tree = sw_cel__remake(r, n, args, 2);
    return out->tree != NULL;
}

// optMap() of an unknown may turn out to be of none, whatever its body is.
static bool keep_optional(reducer *r, const node *n, const rest *init,
                          rest *out)
{
    rest body;
    *out = (rest){init->value, sw_cel__nothing()};
    if (r->dry) return true;
    if (!sw_cel__open_variables(r, n, &init->value) ||
        !sw_cel__reduce(r, n->args[1], &body))
        return false;
    node *args[] = {sw_cel__tree_of(r, init), sw_cel__tree_of(r, &body)};
    if (args[0] == NULL || args[1] == NULL) return false;
    out->tree = sw_cel__remake(r, n, args, 2);
    return out->tree != NULL;
}

// optional.of() around what optMap() makes.
static bool wrap(reducer *r, rest *out)
{
    if (sw_cel__is_error(&out->value)) return true;
    if (sw_cel__is_open(&out->value)) {
        node *tree = sw_cel__tree_of(r, out);
        if (tree == NULL) return false;
        out->tree = sw_cel__make_call(r, "optional.of", tree);
        return out->tree != NULL;
    }
    sw_cel_value *inner = sw_cel__alloc(&r->run, 1, sizeof *inner);
    if (inner == NULL) return false;
    *inner = out->value;
    sw_cel_value value = {.kind = SW_CEL_OPTIONAL, .as.optional = inner};
    return sw_cel__known(out, value);
}

static bool no_optional(reducer *r, const node *n, const rest *init, rest *out)
{
    rest parts[2] = {*init, {.value = sw_cel__bool(true)}};
    sw_cel__no_overload(&out->value);
    out->tree = sw_cel__make_failing(r, n, parts);
    return out->tree != NULL;
}

static bool bind_value(reducer *r, const node *n, rest *init, rest *out)
{
    if (sw_cel__is_open(&init->value)) {
        init->tree = sw_cel__tree_of(r, init);
        if (init->tree == NULL) return false;
        if (!is_free_path(init->tree)) return keep_bind(r, n, init, out);
    }
    r->slots[n->slot] = *init;
    return sw_cel__reduce(r, n->args[1], out);
}

static bool bind_optional(reducer *r, const node *n, const rest *init,
                          rest *out)
{
    if (sw_cel__is_open(&init->value)) return keep_optional(r, n, init, out);
    if (sw_cel__is_error(&init->value)) return *out = *init, true;
    if (init->value.kind != SW_CEL_OPTIONAL)
        return no_optional(r, n, init, out);
    if (init->value.as.optional == NULL) return *out = *init, true;
    sw_cel__known(&r->slots[n->slot], *init->value.as.optional);
    return sw_cel__reduce(r, n->args[1], out) &&
           (n->macro == SW_BIND_OPTIONAL_FLAT || wrap(r, out));
}

bool sw_cel__reduce_bind(reducer *r, const node *n, rest *out)
{
    rest init;
    if (!sw_cel__reduce(r, n->args[0], &init)) return false;
    return n->macro == SW_BIND_VALUE ? bind_value(r, n, &init, out)
                                     : bind_optional(r, n, &init, out);
}

/* ---- blocks ---------------------------------------------------------- */

// What is left of an element that is unknown stays an element, made where it is
// first read; so it stands behind all that it reads itself.

// No value has it, and no slot of an element that was reduced.
static const sw_cel_kind empty = (sw_cel_kind)(SW_CEL_ERROR + 1);

static node *make_element(reducer *r, rest *left)
{
    node *tree = sw_cel__tree_of(r, left);
    int64_t number = (int64_t)r->block->count;
    if (tree == NULL || is_free_path(tree)) return tree;
    if (r->dry) return sw_cel__nothing();
    if (!sw_cel__add_tree(r, r->block, tree)) return NULL;
    node *made = sw_cel__make(r, SW_NODE_ELEMENT, NULL, 0);
    if (made != NULL) made->value = sw_cel__int(number);
    return made;
}

bool sw_cel__reduce_element(reducer *r, const node *n, rest *out)
{
    rest *slot = &r->slots[n->slot];
    bool was_dry = slot->tree == sw_cel__nothing() && !r->dry;
    if (slot->value.kind == empty || was_dry) {
        rest left;
        if (!sw_cel__reduce(r, n->element, &left)) return false;
        if (sw_cel__is_open(&left.value)) left.tree = make_element(r, &left);
        if (sw_cel__is_open(&left.value) && left.tree == NULL) return false;
        *slot = left;
    }
    *out = *slot;
    return true;
}

static void mark_elements(const node *tree, bool *used)
{
    if (tree->kind == SW_NODE_ELEMENT) used[tree->value.as.i64] = true;
    for (size_t i = 0; i < tree->count; i++)
        mark_elements(tree->args[i], used);
}

// Some may have been read only by what did not stay. Each of the others has
// one node, in its slot, which is given the new number.
static bool drop_unread(reducer *r, const node *n, const node *body,
                        sw_cel__trees *kept)
{
    bool *used = sw_cel__alloc(&r->run, kept->count, sizeof *used);
    size_t *numbers = sw_cel__alloc(&r->run, kept->count, sizeof *numbers);
    if (used == NULL || numbers == NULL) return false;
    memset(used, 0, kept->count * sizeof *used);
    mark_elements(body, used);
    for (size_t i = kept->count; i-- > 0;) {
        if (used[i]) mark_elements(kept->at[i], used);
    }
    size_t count = 0;
    for (size_t i = 0; i < kept->count; i++) {
        numbers[i] = count;
        kept->at[count] = kept->at[i];
        count += used[i];
    }
    kept->count = count;
    for (size_t i = 0; i + 1 < n->count; i++) {
        node *tree = r->slots[n->slot + i].tree;
        if (tree == NULL || tree->kind != SW_NODE_ELEMENT) continue;
        tree->value = sw_cel__int((int64_t)numbers[tree->value.as.i64]);
    }
    return true;
}

static bool keep_block(reducer *r, const node *n, sw_cel__trees *kept,
                       rest *out)
{
    node *body = sw_cel__tree_of(r, out);
    if (body == NULL || !sw_cel__spend(&r->run, body->end + kept->size) ||
        !drop_unread(r, n, body, kept))
        return false;
    out->tree = body;
    if (kept->count == 0) return true;
    if (!sw_cel__add_tree(r, kept, body)) return false;
    out->tree = sw_cel__make(r, SW_NODE_BLOCK, kept->at, kept->count);
    return out->tree != NULL;
}

bool sw_cel__reduce_block(reducer *r, const node *n, rest *out)
{
    size_t count = n->count - 1;
    sw_cel__trees kept = {0};
    if (!sw_cel__spend(&r->run, count / 8)) return false;
    for (size_t i = 0; i < count; i++)
        r->slots[n->slot + i] = (rest){.value = {.kind = empty}};
    r->block = &kept;
    bool ok = sw_cel__reduce(r, n->args[count], out);
    r->block = NULL;
    if (!ok || r->dry || !sw_cel__is_open(&out->value)) return ok;
    return keep_block(r, n, &kept, out);
}
