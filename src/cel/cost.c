// How many steps an evaluation can take at most, found from the tree before it
// runs: an abstract evaluation, of bounds instead of values. A macro takes its
// body as often as its range may have elements; a conditional the dearer of its
// branches; && and || all their sides. What a function takes follows from how
// large its arguments may be.
//
// It is never below the steps that are taken: whatever place spends steps has
// its part here, and where nothing is known, the result is "unbounded".
#include "cost_internal.h"

typedef sw_cel__node node;
typedef sw_cel__bound bound;
typedef sw_cel__costing costing;

static uint64_t cost_of(costing *c, const node *n, bound *out);

static bound of_kinds(uint32_t kinds)
{
    return sw_cel__bound_scalar(kinds, 0);
}

/* ---- looking up ------------------------------------------------------ */

static uint64_t lookup_steps(uint64_t entries, uint64_t key_bytes)
{
    return sw_cel__sum(
        sw_cel__share(entries, 8),
        sw_cel__product(entries, sw_cel__cost_of_text(key_bytes)));
}

static uint64_t entries_of(const bound *b)
{
    return (b->kinds & SW_KIND(SW_CEL_MAP)) != 0 ? b->count : 0;
}

// A field or an element, of `of` or of the optional that it is; an optional
// itself then, and with .? and [?].
static uint64_t look_up(costing *c, const bound *of, uint64_t key_bytes,
                        bool maybe, bound *out)
{
    uint64_t entries = entries_of(of);
    bound found = {.values = 1};
    if ((of->kinds & SW_KINDS_RANGE) != 0) found = sw_cel__inside(of);
    if ((of->kinds & SW_KIND(SW_CEL_OPTIONAL)) != 0) {
        bound held = sw_cel__inside(of), field = sw_cel__inside(&held);
        entries = sw_cel__max(entries, entries_of(&held));
        sw_cel__join_bounds(c, &found, &field);
        maybe = true;
    }
    *out = found;
    if (maybe) {
        bound wrapped = sw_cel__bound_optional(c, &found);
        sw_cel__join_bounds(c, out, &wrapped);
    }
    return lookup_steps(entries, key_bytes);
}

static uint64_t select_steps(costing *c, const node *n, const bound *of,
                             bound *out)
{
    uint64_t steps = look_up(c, of, n->name.len, n->maybe, out);
    if (n->test) *out = of_kinds(SW_KIND(SW_CEL_BOOL));
    return steps;
}

// The node itself; a long name is compared for longer.
static uint64_t select_alone(const node *n)
{
    return sw_cel__sum(1, sw_cel__cost_of_text(n->name.len));
}

/* ---- names ----------------------------------------------------------- */

// The part of a chain that spells the first `len` bytes of its path is the
// variable, the rest are fields.
static uint64_t select_rest(costing *c, const node *n, size_t len,
                            const bound *variable, bound *out)
{
    if (n->path.len == len) {
        *out = n->test ? of_kinds(SW_KIND(SW_CEL_BOOL)) : *variable;
        return 0;
    }
    bound of;
    uint64_t steps = select_rest(c, n->args[0], len, variable, &of);
    return sw_cel__sum(steps, select_steps(c, n, &of, out));
}

static uint64_t nodes_of_chain(const node *n)
{
    uint64_t steps = 1;
    for (; n->kind == SW_NODE_SELECT; n = n->args[0])
        steps = sw_cel__sum(steps, select_alone(n));
    return steps;
}

static const node *first_of_chain(const node *n)
{
    while (n->kind == SW_NODE_SELECT)
        n = n->args[0];
    return n;
}

// What is not declared: a type's name, or a variable of which nothing is known.
static uint64_t undeclared(costing *c, const node *n, bound *out)
{
    const char *type = sw_cel__type_name(n->path);
    if (type != NULL) {
        *out = sw_cel__bound_scalar(SW_KIND(SW_CEL_TYPE), strlen(type));
        return 0;
    }
    bound any = sw_cel__bound_any();
    return select_rest(c, n, first_of_chain(n)->path.len, &any, out);
}

// Several variables may spell the beginning of a chain; which one it is depends
// on those that are bound.
static uint64_t path_steps(costing *c, const node *n, bound *out)
{
    sw_cel__candidates search =
        sw_cel__seek(&c->names, n->path, n->path_rooted);
    const sw_cel_variable *v;
    uint64_t most = 0;
    bool found = false;
    *out = (bound){.values = 1};
    while ((v = sw_cel__next_variable(&c->names, &search)) != NULL) {
        bound whole = sw_cel__bound_of_type(c, v->type, v->size), one;
        uint64_t steps = select_rest(c, n, search.name.len, &whole, &one);
        most = sw_cel__max(most, steps);
        sw_cel__join_bounds(c, out, &one);
        found = true;
    }
    if (!found) most = undeclared(c, n, out);
    return sw_cel__sum(most, nodes_of_chain(n));
}

static uint64_t select_field(costing *c, const node *n, bound *out)
{
    bound of;
    uint64_t steps = cost_of(c, n->args[0], &of);
    steps = sw_cel__sum(steps, select_alone(n));
    return sw_cel__sum(steps, select_steps(c, n, &of, out));
}

/* ---- equality -------------------------------------------------------- */

// By the totals: a step for each pair of values, of which there are no more
// than either has; and for each entry of a map a look-up in the other.
static uint64_t equal_in_total(const bound *a, const bound *b)
{
    uint64_t pairs = sw_cel__min(a->values, b->values);
    uint64_t text = sw_cel__cost_of_text(sw_cel__min(a->bytes, b->bytes));
    uint64_t each = sw_cel__sum(text, 1);
    uint32_t map = SW_KIND(SW_CEL_MAP);
    if (sw_cel__may_hold(a, map) && sw_cel__may_hold(b, map)) {
        uint64_t entries = sw_cel__min(a->items, b->items);
        uint64_t keys = sw_cel__max(a->bytes, b->bytes);
        each = sw_cel__sum(each, lookup_steps(entries, keys));
    }
    return sw_cel__product(pairs, each);
}

static uint64_t equal_steps(const bound *a, const bound *b);

static uint64_t equal_insides(const bound *a, const bound *b)
{
    return a->element == NULL || b->element == NULL
               ? SW_CEL__UNBOUNDED
               : equal_steps(a->element, b->element);
}

// By the shapes, as far as both are known.
static uint64_t equal_by_shape(const bound *a, const bound *b)
{
    uint32_t common = a->kinds & b->kinds;
    uint64_t count = sw_cel__min(a->count, b->count), most = 0;
    if ((common & (SW_KINDS_TEXT | SW_KIND(SW_CEL_TYPE))) != 0)
        most = sw_cel__cost_of_text(sw_cel__min(a->bytes, b->bytes));
    if ((common & SW_KIND(SW_CEL_OPTIONAL)) != 0)
        most = sw_cel__max(most, equal_insides(a, b));
    if ((common & SW_KINDS_RANGE) != 0) {
        uint64_t each = equal_insides(a, b);
        if ((common & SW_KIND(SW_CEL_MAP)) != 0) {
            bound key = sw_cel__key_of(a);
            each = sw_cel__sum(each, lookup_steps(count, key.bytes));
        }
        most = sw_cel__max(most, sw_cel__product(count, each));
    }
    return sw_cel__sum(most, 1);
}

static uint64_t equal_steps(const bound *a, const bound *b)
{
    return sw_cel__min(equal_in_total(a, b), equal_by_shape(a, b));
}

/* ---- operators ------------------------------------------------------- */

static uint64_t contains_steps(const bound *needle, const bound *in)
{
    uint64_t map = lookup_steps(entries_of(in), needle->bytes), list = 0;
    if ((in->kinds & SW_KIND(SW_CEL_LIST)) != 0) {
        bound item = sw_cel__inside(in);
        list = sw_cel__product(in->count, equal_steps(&item, needle));
    }
    return sw_cel__max(map, list);
}

static uint64_t order_steps(const bound *a, const bound *b)
{
    bool text = (a->kinds & b->kinds & SW_KINDS_TEXT) != 0;
    return text ? sw_cel__cost_of_text(sw_cel__min(a->bytes, b->bytes)) : 0;
}

static uint64_t join_texts(const bound *a, const bound *b, bound *out)
{
    out->bytes = sw_cel__sum(a->bytes, b->bytes);
    return sw_cel__cost_of_text(out->bytes);
}

static uint64_t join_lists(costing *c, const bound *a, const bound *b,
                           bound *out)
{
    bound element = sw_cel__inside(a), other = sw_cel__inside(b);
    sw_cel__join_bounds(c, &element, &other);
    uint64_t count = sw_cel__sum(a->count, b->count);
    *out = sw_cel__bound_list(c, count, &element);
    out->values = sw_cel__min(out->values, sw_cel__sum(a->values, b->values));
    return sw_cel__share(count, 8);
}

static uint64_t add_steps(costing *c, const bound *a, const bound *b,
                          bound *out)
{
    uint32_t common = a->kinds & b->kinds;
    uint64_t most = 0;
    if ((common & SW_KINDS_TEXT) != 0) {
        bound text = of_kinds(common & SW_KINDS_TEXT);
        most = join_texts(a, b, &text);
        sw_cel__join_bounds(c, out, &text);
    }
    if ((common & SW_KIND(SW_CEL_LIST)) != 0) {
        bound list;
        most = sw_cel__max(most, join_lists(c, a, b, &list));
        sw_cel__join_bounds(c, out, &list);
    }
    return most;
}

static uint64_t arithmetic_steps(costing *c, const node *n, const bound *a,
                                 const bound *b, bound *out)
{
    uint32_t kinds = a->kinds & b->kinds & SW_KINDS_NUMBER;
    bool times =
        (a->kinds & SW_KINDS_TIME) != 0 && (b->kinds & SW_KINDS_TIME) != 0;
    *out = of_kinds(kinds | (times ? SW_KINDS_TIME : 0));
    return n->op == SW_TOKEN_PLUS ? add_steps(c, a, b, out) : 0;
}

static uint64_t binary_steps(costing *c, const node *n, bound *out)
{
    bound a, b;
    uint64_t steps = cost_of(c, n->args[0], &a);
    steps = sw_cel__sum(steps, cost_of(c, n->args[1], &b));
    steps = sw_cel__sum(steps, 1);
    *out = of_kinds(SW_KIND(SW_CEL_BOOL));
    switch (n->op) {
    case SW_TOKEN_EQ:
    case SW_TOKEN_NE: return sw_cel__sum(steps, equal_steps(&a, &b));
    case SW_TOKEN_IN: return sw_cel__sum(steps, contains_steps(&a, &b));
    case SW_TOKEN_LT:
    case SW_TOKEN_LE:
    case SW_TOKEN_GT:
    case SW_TOKEN_GE: return sw_cel__sum(steps, order_steps(&a, &b));
    default: return sw_cel__sum(steps, arithmetic_steps(c, n, &a, &b, out));
    }
}

static uint64_t index_steps(costing *c, const node *n, bound *out)
{
    bound of, key;
    uint64_t steps = cost_of(c, n->args[0], &of);
    steps = sw_cel__sum(steps, cost_of(c, n->args[1], &key));
    steps = sw_cel__sum(steps, 1);
    return sw_cel__sum(steps, look_up(c, &of, key.bytes, n->maybe, out));
}

// All parts, whatever they are.
static uint64_t parts_steps(costing *c, const node *n)
{
    uint64_t steps = 1;
    bound part;
    for (size_t i = 0; i < n->count; i++)
        steps = sw_cel__sum(steps, cost_of(c, n->args[i], &part));
    return steps;
}

static uint64_t negate_steps(costing *c, const node *n, bound *out)
{
    bound of;
    uint64_t steps = cost_of(c, n->args[0], &of);
    *out = of_kinds(of.kinds & SW_KINDS_NUMBER);
    return sw_cel__sum(steps, 1);
}

static uint64_t conditional_steps(costing *c, const node *n, bound *out)
{
    bound condition, other;
    uint64_t steps = cost_of(c, n->args[0], &condition);
    uint64_t yes = cost_of(c, n->args[1], out);
    uint64_t no = cost_of(c, n->args[2], &other);
    sw_cel__join_bounds(c, out, &other);
    steps = sw_cel__sum(steps, sw_cel__max(yes, no));
    return sw_cel__sum(steps, 1);
}

/* ---- lists, maps, calls ---------------------------------------------- */

// An element or entry marked with ? is what its optional holds.
static uint64_t item_steps(costing *c, const node *n, size_t i, bound *out)
{
    uint64_t steps = cost_of(c, n->args[i], out);
    if (n->optional != NULL && n->optional[i]) *out = sw_cel__inside(out);
    return steps;
}

static uint64_t list_steps(costing *c, const node *n, bound *out)
{
    bound element = {.values = 1};
    uint64_t steps = 1, values = 1;
    for (size_t i = 0; i < n->count; i++) {
        bound item;
        steps = sw_cel__sum(steps, item_steps(c, n, i, &item));
        values = sw_cel__sum(values, item.values);
        sw_cel__join_bounds(c, &element, &item);
    }
    *out = sw_cel__bound_list(c, n->count, &element);
    out->values = values;
    return steps;
}

static uint64_t map_steps(costing *c, const node *n, bound *out)
{
    bound element = {.values = 1}, key = {.values = 1};
    uint64_t steps = 1, values = 1, count = n->count / 2;
    for (size_t i = 0; i < n->count; i += 2) {
        bound k, v;
        steps = sw_cel__sum(steps, cost_of(c, n->args[i], &k));
        steps = sw_cel__sum(steps, item_steps(c, n, i + 1, &v));
        values = sw_cel__sum(values, sw_cel__sum(v.values, 1));
        sw_cel__join_bounds(c, &key, &k);
        sw_cel__join_bounds(c, &element, &v);
    }
    // Each key is sought among those before it.
    uint64_t looks = sw_cel__product(count, lookup_steps(count, key.bytes));
    *out = sw_cel__bound_list(c, count, &element);
    out->kinds = SW_KIND(SW_CEL_MAP);
    out->bytes = sw_cel__max(out->bytes, key.bytes);
    out->values = values;
    out->key = sw_cel__keep_bound(c, &key);
    return sw_cel__sum(steps, sw_cel__share(looks, 2));
}

// What functions of the caller's own take and give is as they are declared.
// Their arguments are looked through beforehand.
static uint64_t own_steps(costing *c, const node *n, const bound *args,
                          bound *out)
{
    uint64_t most = 0, inside = 0;
    for (size_t i = 0; i < n->count; i++) {
        if ((args[i].kinds & SW_KINDS_HOLDER) != 0)
            inside = sw_cel__sum(inside, args[i].values);
    }
    for (size_t i = 0; i < n->own_count; i++) {
        const sw_cel_function *f = n->own[i];
        bound result = sw_cel__bound_of_type(c, f->result, f->size);
        sw_cel__join_bounds(c, out, &result);
        most = sw_cel__max(most, f->steps);
    }
    return n->own_count == 0 ? 0 : sw_cel__sum(most, sw_cel__share(inside, 8));
}

static uint64_t call_steps(costing *c, const node *n, bound *out)
{
    uint64_t steps = 1;
    bound *args = SW_NEW_ARRAY(c->arena, bound, n->count);
    if (args == NULL) return c->failed = true, 0;
    for (size_t i = 0; i < n->count; i++)
        steps = sw_cel__sum(steps, cost_of(c, n->args[i], &args[i]));
    if (n->regex != NULL) {
        *out = of_kinds(SW_KIND(SW_CEL_BOOL));
        return sw_cel__sum(steps, sw_cel__regex_steps(n->regex, args[0].bytes));
    }
    uint64_t call = sw_cel__cost_of_call(c, n->functions, args, n->count, out);
    return sw_cel__sum(steps, sw_cel__max(call, own_steps(c, n, args, out)));
}

/* ---- macros ---------------------------------------------------------- */

// The variables: of a list index and element, of a map key and value.
static void bind_element(costing *c, const node *n, const bound *range)
{
    bool two = n->vars[1].len > 0;
    bound first = {.values = 1}, second = first;
    if ((range->kinds & SW_KIND(SW_CEL_LIST)) != 0) {
        second = sw_cel__inside(range);
        first = two ? of_kinds(SW_KIND(SW_CEL_INT)) : second;
    }
    if ((range->kinds & SW_KIND(SW_CEL_MAP)) != 0) {
        bound key = sw_cel__key_of(range), value = sw_cel__inside(range);
        sw_cel__join_bounds(c, &first, &key);
        sw_cel__join_bounds(c, &second, &value);
    }
    c->slots[n->slot] = first;
    if (two) c->slots[n->slot + 1] = second;
}

// filter() and its like keep elements of the range, so all of them together
// are no more than the range was.
static bool keeps_elements(const node *n, const bound *range)
{
    const node *body = n->args[n->count - 1];
    bool two = n->vars[1].len > 0;
    return range->kinds == SW_KIND(SW_CEL_LIST) && body->kind == SW_NODE_NAME &&
           body->local && body->slot == n->slot + two;
}

static void fold_result(costing *c, const node *n, const bound *range,
                        const bound *body, bound *out)
{
    switch (n->macro) {
    case SW_FOLD_LIST:
        *out = sw_cel__bound_list(c, range->count, body);
        if (keeps_elements(n, range))
            out->values = sw_cel__min(out->values, range->values);
        return;
    case SW_FOLD_MAP: {
        bound key = c->slots[n->slot];
        *out = sw_cel__bound_list(c, range->count, body);
        out->kinds = SW_KIND(SW_CEL_MAP);
        out->bytes = sw_cel__max(out->bytes, key.bytes);
        out->values = sw_cel__sum(out->values, range->count);
        out->key = sw_cel__keep_bound(c, &key);
        return;
    }
    default: *out = of_kinds(SW_KIND(SW_CEL_BOOL));
    }
}

static uint64_t fold_steps(costing *c, const node *n, bound *out)
{
    bound range, part = {.values = 1};
    uint64_t steps = cost_of(c, n->args[0], &range), each = 0;
    if ((range.kinds & SW_KINDS_RANGE) == 0) range.count = 0;
    bind_element(c, n, &range);
    for (size_t i = 1; i < n->count; i++)
        each = sw_cel__sum(each, cost_of(c, n->args[i], &part));
    fold_result(c, n, &range, &part, out);
    steps = sw_cel__sum(steps, sw_cel__product(range.count, each));
    return sw_cel__sum(steps, 1);
}

static uint64_t bind_steps(costing *c, const node *n, bound *out)
{
    bound value;
    uint64_t steps = cost_of(c, n->args[0], &value);
    c->slots[n->slot] =
        n->macro == SW_BIND_VALUE ? value : sw_cel__inside(&value);
    steps = sw_cel__sum(steps, cost_of(c, n->args[1], out));
    if (n->macro == SW_BIND_OPTIONAL) {
        *out = sw_cel__bound_optional(c, out);
    } else if (n->macro == SW_BIND_OPTIONAL_FLAT) {
        out->kinds |= SW_KIND(SW_CEL_OPTIONAL);
    }
    return sw_cel__sum(steps, 1);
}

// Each element once, for it may be read.
static uint64_t block_steps(costing *c, const node *n, bound *out)
{
    size_t last = n->count - 1;
    uint64_t steps = 1 + last / 8;
    for (size_t i = 0; i < last; i++) {
        bound *slot = &c->slots[n->slot + i];
        steps = sw_cel__sum(steps, cost_of(c, n->args[i], slot));
    }
    return sw_cel__sum(steps, cost_of(c, n->args[last], out));
}

/* ---- the walk -------------------------------------------------------- */

static uint64_t cost_of_parts(costing *c, const node *n, bound *out)
{
    *out = of_kinds(n->kind == SW_NODE_MESSAGE ? 0 : SW_KIND(SW_CEL_BOOL));
    return parts_steps(c, n);
}

static uint64_t cost_of(costing *c, const node *n, bound *out)
{
    switch (n->kind) {
    case SW_NODE_LITERAL: *out = sw_cel__bound_literal(&n->value); return 1;
    case SW_NODE_ELEMENT: *out = c->slots[n->slot]; return 1;
    case SW_NODE_NAME:
        if (!n->local) return path_steps(c, n, out);
        *out = c->slots[n->slot];
        return 1;
    case SW_NODE_SELECT:
        return n->path.len > 0 ? path_steps(c, n, out)
                               : select_field(c, n, out);
    case SW_NODE_INDEX: return index_steps(c, n, out);
    case SW_NODE_CALL: return call_steps(c, n, out);
    case SW_NODE_LIST: return list_steps(c, n, out);
    case SW_NODE_MAP: return map_steps(c, n, out);
    case SW_NODE_MESSAGE:
    case SW_NODE_AND:
    case SW_NODE_OR:
    case SW_NODE_NOT: return cost_of_parts(c, n, out);
    case SW_NODE_NEGATE: return negate_steps(c, n, out);
    case SW_NODE_BINARY: return binary_steps(c, n, out);
    case SW_NODE_CONDITIONAL: return conditional_steps(c, n, out);
    case SW_NODE_FOLD: return fold_steps(c, n, out);
    case SW_NODE_BIND: return bind_steps(c, n, out);
    case SW_NODE_BLOCK: return block_steps(c, n, out);
    }
    *out = sw_cel__bound_any();
    return SW_CEL__UNBOUNDED;
}

bool sw_cel_cost(const sw_cel *cel, const sw_cel_env *env, uint64_t *steps,
                 sw_error *err)
{
    sw_cel_env declared = env != NULL ? *env : (sw_cel_env){0};
    if (declared.container.len == 0) declared.container = cel->env.container;
    costing c = {.cel = cel};
    bound result;
    uint64_t most = 0;
    if (!sw_arena_new(&c.arena, err)) return false;
    bool ok = sw_cel__names_init(&c.names, &declared, c.arena, err);
    if (ok) {
        c.slots = SW_NEW_ARRAY(c.arena, bound, cel->slot_count);
        ok = c.slots != NULL;
        if (ok) most = cost_of(&c, cel->top, &result);
        ok = (ok && !c.failed) || sw_fail_memory(err);
    }
    sw_arena_free(c.arena);
    if (ok) *steps = most;
    return ok;
}
