// What is left of macros over a range.
//
// Over a known range a macro is unrolled: all() is what is left of its elements
// joined by &&, map() a list of them. An element of which it is unknown whether
// it passes a filter is an optional one: [1, ?(u > 2 ? optional.of(2) :
// optional.none())]. If that is too long, or the range unknown, the macro stays
// with its variables, and its body is reduced as far as it goes without them.
//
// A variable that stays keeps its name. What else is put beneath it are paths
// and literals, whose names the printer marks with a dot where a variable would
// hide them.
#include "residual_internal.h"

typedef sw_cel__node node;
typedef sw_cel__reducer reducer;
typedef sw_cel__rest rest;

/* ---- variables ------------------------------------------------------- */

static node *make_variable(reducer *r, sw_str name, size_t slot)
{
    node *made = sw_cel__make(r, SW_NODE_NAME, NULL, 0);
    if (made == NULL || r->dry) return made;
    made->name = name;
    made->local = true;
    made->slot = slot;
    return made;
}

bool sw_cel__open_variables(reducer *r, const node *n, const sw_cel_value *why)
{
    for (size_t i = 0; i < 2 && n->vars[i].len > 0; i++) {
        rest *slot = &r->slots[n->slot + i];
        *slot = (rest){.value = {.kind = SW_CEL_UNKNOWN}};
        if (sw_cel__is_open(why)) slot->value = *why;
        slot->tree = make_variable(r, n->vars[i], n->slot + i);
        if (slot->tree == NULL) return false;
    }
    return true;
}

static size_t range_count(const sw_cel_value *range)
{
    return range->kind == SW_CEL_LIST ? range->as.list.count
                                      : range->as.map.count;
}

// One variable: a list's element, a map's key. Two: index or key, and value.
static void set_variables(reducer *r, const node *n, const sw_cel_value *range,
                          size_t i)
{
    rest *slot = &r->slots[n->slot];
    bool two = n->vars[1].len > 0;
    if (range->kind == SW_CEL_LIST) {
        if (two) sw_cel__known(slot++, sw_cel__int((int64_t)i));
        sw_cel__known(slot, range->as.list.at[i]);
    } else {
        sw_cel__known(slot, range->as.map.at[i].key);
        if (two) sw_cel__known(slot + 1, range->as.map.at[i].value);
    }
}

/* ---- macros that stay ------------------------------------------------ */

static bool asks_for_bool(const node *n, size_t arg)
{
    return arg + 1 < n->count || n->macro == SW_FOLD_ALL ||
           n->macro == SW_FOLD_EXISTS || n->macro == SW_FOLD_EXISTS_ONE;
}

// @param why  The unknown that the range is; or what it is, if that is known.
static node *keep_fold(reducer *r, const node *n, const sw_cel_value *why,
                       node *range)
{
    node *args[3] = {range};
    if (range == NULL || !sw_cel__open_variables(r, n, why)) return NULL;
    for (size_t i = 1; i < n->count; i++) {
        rest left;
        if (!sw_cel__reduce(r, n->args[i], &left)) return NULL;
        args[i] = sw_cel__tree_of(r, &left);
        if (args[i] == NULL) return NULL;
        if (asks_for_bool(n, i)) args[i] = sw_cel__as_condition(args[i]);
    }
    return sw_cel__remake(r, n, args, n->count);
}

// 5.all(x, true) fails as it did with its body.
static bool no_range(reducer *r, const node *n, const rest *range, rest *out)
{
    rest parts[3] = {
        *range, {.value = sw_cel__bool(true)}, {.value = sw_cel__bool(true)}};
    sw_cel__fault(&out->value, "no range");
    out->tree = sw_cel__make_failing(r, n, parts);
    return out->tree != NULL;
}

/* ---- macros unrolled ------------------------------------------------- */

typedef struct {
    rest item;
    node *condition;  // of an element that passes a filter, perhaps; or NULL
    size_t from;      // its number in the range
} element;

typedef struct {
    const node *n;
    sw_cel_value range;
    sw_cel__sides sides;  // of all() and exists()
    element *at;          // of the others
    size_t count, size;
    bool too_long;         // more than MAX_UNROLLED is left
    sw_cel_value unknown;  // met so far
    rest error;            // likewise; kind NULL: none
} fold;

// Once it is too long, only the value counts.
static void watch(reducer *r, fold *f, size_t size)
{
    if (size <= SW_CEL__MAX_UNROLLED) return;
    f->too_long = true;
    r->dry = true;
}

static bool unroll_sides(reducer *r, fold *f)
{
    const node *body = f->n->args[f->n->count - 1];
    f->sides.is_or = f->n->macro == SW_FOLD_EXISTS;
    for (size_t i = 0; i < range_count(&f->range); i++) {
        rest side;
        set_variables(r, f->n, &f->range, i);
        if (!sw_cel__reduce(r, body, &side) ||
            !sw_cel__add_side(r, &f->sides, &side))
            return false;
        if (f->sides.decided) return true;
        watch(r, f, f->sides.trees.size);
    }
    return true;
}

// The tree of a part that is left, of which the size counts.
static bool keep_part(reducer *r, fold *f, rest *part)
{
    part->tree = sw_cel__tree_of(r, part);
    if (part->tree == NULL) return false;
    f->size += r->dry ? 0 : part->tree->end;
    watch(r, f, f->size);
    return true;
}

// Takes note of a part of an element that counts.
static bool note(reducer *r, fold *f, rest *part, bool is_condition)
{
    if (sw_cel__is_open(&part->value)) {
        return sw_cel__merge(&r->run, &f->unknown, &part->value) &&
               keep_part(r, f, part);
    }
    if (sw_cel__is_error(&part->value)) return f->error = *part, true;
    if (!is_condition || part->value.kind == SW_CEL_BOOL) return true;
    const node like = {.kind = SW_NODE_NOT, .count = 1};
    f->error.tree = sw_cel__make_failing(r, &like, part);
    return f->error.tree != NULL && sw_cel__no_overload(&f->error.value);
}

// Where it is unknown whether an element passes the filter, evaluation does not
// look at its body: whatever that gives, it is not the value of the whole.
static bool unroll_element(reducer *r, fold *f, size_t i)
{
    const node *n = f->n;
    element *e = &f->at[f->count];
    rest filter = {.value = sw_cel__bool(true)};
    *e = (element){.from = i};
    set_variables(r, n, &f->range, i);
    if (n->count == 3 &&
        (!sw_cel__reduce(r, n->args[1], &filter) || !note(r, f, &filter, true)))
        return false;
    bool open = sw_cel__is_open(&filter.value);
    if (!open && !sw_cel__is_true(&filter.value)) return true;
    if (open && r->dry) return true;

    if (!sw_cel__reduce(r, n->args[n->count - 1], &e->item)) return false;
    f->count++;
    if (open) e->condition = sw_cel__as_condition(filter.tree);
    return open ? keep_part(r, f, &e->item)
                : note(r, f, &e->item, n->macro == SW_FOLD_EXISTS_ONE);
}

static bool unroll_elements(reducer *r, fold *f)
{
    size_t most = range_count(&f->range);
    f->at = sw_cel__alloc(&r->run, most, sizeof *f->at);
    if (f->at == NULL) return false;
    for (size_t i = 0; i < most && !sw_cel__is_error(&f->error.value); i++) {
        if (!unroll_element(r, f, i)) return false;
    }
    return true;
}

/* ---- their values ---------------------------------------------------- */

static sw_cel_value key_of(const fold *f, const element *e)
{
    return f->range.kind == SW_CEL_LIST ? sw_cel__int((int64_t)e->from)
                                        : f->range.as.map.at[e->from].key;
}

static bool list_value(reducer *r, const fold *f, sw_cel_value *out)
{
    sw_cel_value *items = sw_cel__alloc(&r->run, f->count, sizeof *items);
    if (items == NULL) return false;
    for (size_t i = 0; i < f->count; i++)
        items[i] = f->at[i].item.value;
    *out = (sw_cel_value){.kind = SW_CEL_LIST};
    out->as.list.at = items;
    out->as.list.count = f->count;
    return true;
}

static bool map_value(reducer *r, const fold *f, sw_cel_value *out)
{
    sw_cel_entry *entries = sw_cel__alloc(&r->run, f->count, sizeof *entries);
    if (entries == NULL) return false;
    for (size_t i = 0; i < f->count; i++) {
        entries[i] = (sw_cel_entry){key_of(f, &f->at[i]), f->at[i].item.value};
    }
    *out = (sw_cel_value){.kind = SW_CEL_MAP};
    out->as.map.at = entries;
    out->as.map.count = f->count;
    return true;
}

static bool known_fold(reducer *r, const fold *f, rest *out)
{
    size_t trues = 0;
    *out = (rest){0};
    if (f->n->macro == SW_FOLD_LIST) return list_value(r, f, &out->value);
    if (f->n->macro == SW_FOLD_MAP) return map_value(r, f, &out->value);
    for (size_t i = 0; i < f->count; i++)
        trues += sw_cel__is_true(&f->at[i].item.value);
    return sw_cel__known(out, sw_cel__bool(trues == 1));
}

/* ---- their trees ----------------------------------------------------- */

static node *make_item(reducer *r, const element *e)
{
    node *item = sw_cel__tree_of(r, &e->item);
    if (item == NULL || e->condition == NULL) return item;
    node *args[] = {e->condition, sw_cel__make_call(r, "optional.of", item),
                    sw_cel__make_call(r, "optional.none", NULL)};
    return args[1] == NULL || args[2] == NULL
               ? NULL
               : sw_cel__make(r, SW_NODE_CONDITIONAL, args, 3);
}

// A list of the elements, or a map of keys and elements.
static node *make_container(reducer *r, const fold *f)
{
    bool is_map = f->n->macro == SW_FOLD_MAP;
    size_t step = is_map ? 2 : 1;
    sw_cel__trees trees = {0};
    bool *optional = sw_cel__alloc(&r->run, f->count * step, sizeof *optional);
    if (optional == NULL) return NULL;
    for (size_t i = 0; i < f->count; i++) {
        const element *e = &f->at[i];
        rest key = {.value = key_of(f, e)};
        optional[i * step] = e->condition != NULL;
        optional[i * step + step - 1] = e->condition != NULL;
        if (is_map && !sw_cel__add_tree(r, &trees, sw_cel__tree_of(r, &key)))
            return NULL;
        if (!sw_cel__add_tree(r, &trees, make_item(r, e))) return NULL;
    }
    node *made = sw_cel__make(r, is_map ? SW_NODE_MAP : SW_NODE_LIST, trees.at,
                              trees.count);
    if (made != NULL && !r->dry) made->optional = optional;
    return made;
}

// [a, true].exists_one(x, x): false does not count, nor does a third true.
static node *make_exists_one(reducer *r, const fold *f)
{
    static const sw_str x = SW_STR_INIT("x");
    sw_cel__trees trees = {0};
    size_t trues = 0;
    for (size_t i = 0; i < f->count; i++) {
        const rest *item = &f->at[i].item;
        if (!sw_cel__is_open(&item->value)) {
            if (!sw_cel__is_true(&item->value) || trues == 2) continue;
            trues++;
        }
        node *tree = sw_cel__as_condition(sw_cel__tree_of(r, item));
        if (!sw_cel__add_tree(r, &trees, tree)) return NULL;
    }
    node *args[] = {sw_cel__make(r, SW_NODE_LIST, trees.at, trees.count),
                    make_variable(r, x, SIZE_MAX)};
    if (args[0] == NULL || args[1] == NULL) return NULL;
    node *made = sw_cel__make(r, SW_NODE_FOLD, args, 2);
    if (made == NULL || r->dry) return made;
    made->name = SW_STR("exists_one");
    made->macro = SW_FOLD_EXISTS_ONE;
    made->vars[0] = x;
    return made;
}

// It stays with a literal for its range.
static node *keep_known(reducer *r, const fold *f)
{
    const rest range = {.value = f->range};
    return keep_fold(r, f->n, &f->range, sw_cel__tree_of(r, &range));
}

static node *left_of_elements(reducer *r, const fold *f)
{
    if (r->dry) return sw_cel__nothing();
    if (f->too_long) return keep_known(r, f);
    node *made = f->n->macro == SW_FOLD_EXISTS_ONE ? make_exists_one(r, f)
                                                   : make_container(r, f);
    bool too_long = made != NULL && made->end > SW_CEL__MAX_UNROLLED;
    return too_long ? keep_known(r, f) : made;
}

static bool finish_elements(reducer *r, const fold *f, rest *out)
{
    if (sw_cel__is_error(&f->error.value)) {
        *out = f->error;
        // It may have been met when no trees were made any more.
        if (f->too_long) out->tree = sw_cel__make_fault(r, SW_STR("error"));
        return out->tree != NULL;
    }
    if (!sw_cel__is_open(&f->unknown)) return known_fold(r, f, out);
    *out = (rest){f->unknown, left_of_elements(r, f)};
    return out->tree != NULL;
}

static bool finish_sides(reducer *r, fold *f, rest *out)
{
    if (!f->too_long || f->sides.decided || r->dry)
        return sw_cel__join_sides(r, &f->sides, out);
    *out = (rest){f->sides.unknown, keep_known(r, f)};
    return out->tree != NULL;
}

static bool unroll(reducer *r, fold *f, rest *out)
{
    bool dry = r->dry;
    bool logical = f->n->macro == SW_FOLD_ALL || f->n->macro == SW_FOLD_EXISTS;
    bool ok = logical ? unroll_sides(r, f) : unroll_elements(r, f);
    r->dry = dry;
    if (!ok) return false;
    return logical ? finish_sides(r, f, out) : finish_elements(r, f, out);
}

bool sw_cel__reduce_fold(reducer *r, const node *n, rest *out)
{
    rest range;
    if (!sw_cel__reduce(r, n->args[0], &range)) return false;
    if (sw_cel__is_error(&range.value)) return *out = range, true;
    if (sw_cel__is_open(&range.value)) {
        node *tree = sw_cel__tree_of(r, &range);
        if (!r->dry) tree = keep_fold(r, n, &range.value, tree);
        *out = (rest){range.value, tree};
        return tree != NULL;
    }
    if (range.value.kind != SW_CEL_LIST && range.value.kind != SW_CEL_MAP)
        return no_range(r, n, &range, out);
    fold f = {.n = n, .range = range.value};
    return unroll(r, &f, out);
}
