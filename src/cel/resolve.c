// What names mean, found once after parsing: variables of macros get slots,
// chains like a.b.c from a free name get their dotted path, calls their
// overloads, literal patterns their program, elements of blocks their source.
#include "cel_internal.h"

#include <stdlib.h>

typedef sw_cel__node node;

typedef struct scope scope;
struct scope {
    sw_str name;
    size_t slot;
    const scope *outer;
};

enum {
    // Of patterns that are compiled beforehand; the rest is left for
    // evaluation,
    // which pays for it.
    MAX_PATTERNS = 16 << 20,  // bytes
    MAX_TABLES = 64,
};

typedef struct {
    sw_cel *cel;
    sw_arena *arena;
    sw_error *err;
    node **names;  // free ones, in order
    size_t name_count, name_cap;
    char *chain;  // the last path that was put together
    size_t chain_len, chain_cap;
    size_t patterns, tables;  // bytes, number
    const node *block;        // the one being resolved, or NULL
    size_t visible;           // how many of its elements may be read here
} resolver;

static bool resolve(resolver *r, node *n, const scope *in, size_t slots);

static bool resolve_args(resolver *r, node *n, size_t from, const scope *in,
                         size_t slots)
{
    for (size_t i = from; i < n->count; i++) {
        if (!resolve(r, n->args[i], in, slots)) return false;
    }
    return true;
}

static bool add_name(resolver *r, node *n)
{
    if (r->name_count == r->name_cap) {
        size_t cap = r->name_cap > 0 ? r->name_cap * 2 : 8;
        node **names = realloc(r->names, cap * sizeof *names);
        if (names == NULL) return sw_fail_memory(r->err);
        r->names = names;
        r->name_cap = cap;
    }
    r->names[r->name_count++] = n;
    return true;
}

static bool resolve_name(resolver *r, node *n, const scope *in)
{
    for (; in != NULL && !n->rooted; in = in->outer) {
        if (!sw_str_eq(in->name, n->name)) continue;
        n->local = true;
        n->slot = in->slot;
        return true;
    }
    n->path = n->name;
    n->path_rooted = n->rooted;
    return add_name(r, n);
}

// path.name. A chain grows in one piece of memory, for the path of a.b is where
// that of a.b.c begins.
static bool extend(resolver *r, sw_str path, sw_str name, sw_str *out)
{
    size_t len = path.len + 1 + name.len;
    bool grows = path.at == r->chain && path.len == r->chain_len;
    if (!grows || len > r->chain_cap) {
        char *chain = sw_arena_alloc(r->arena, 2 * len);
        if (chain == NULL) return sw_fail_memory(r->err);
        memcpy(chain, path.at, path.len);
        r->chain = chain;
        r->chain_cap = 2 * len;
    }
    r->chain[path.len] = '.';
    memcpy(r->chain + path.len + 1, name.at, name.len);
    r->chain_len = len;
    *out = (sw_str){r->chain, len};
    return true;
}

// a.b continues the path of a. A field that was quoted may hold dots, so it
// does not.
static bool resolve_select(resolver *r, node *n, const scope *in, size_t slots)
{
    node *of = n->args[0];
    if (!resolve(r, of, in, slots)) return false;
    if (of->path.len == 0 || of->test || n->maybe || n->quoted) return true;

    n->path_rooted = of->path_rooted;
    return extend(r, of->path, n->name, &n->path);
}

bool sw_cel__dotted(const node *chain, sw_str last, sw_arena *arena,
                    sw_str *out, bool *rooted)
{
    size_t len = last.len;
    const node *n = chain;
    for (; n->kind == SW_NODE_SELECT && !n->maybe && !n->test; n = n->args[0])
        len += 1 + n->name.len;
    *out = SW_STR("");
    *rooted = false;
    if (n->kind != SW_NODE_NAME) return true;
    len += 1 + n->name.len;
    *rooted = n->rooted;

    char *text = sw_arena_alloc(arena, len);
    if (text == NULL) return false;
    size_t at = len - last.len;
    memcpy(text + at, last.at, last.len);
    for (n = chain;; n = n->args[0]) {
        text[--at] = '.';
        at -= n->name.len;
        memcpy(text + at, n->name.at, n->name.len);
        if (n->kind == SW_NODE_NAME) break;
    }
    *out = (sw_str){text, len};
    return true;
}

/* ---- calls ----------------------------------------------------------- */

// Lists the env's functions that the call may mean.
static bool take_own(resolver *r, node *n, size_t count)
{
    const sw_cel_env *env = &r->cel->env;
    const sw_cel_function **own =
        SW_NEW_ARRAY(r->arena, const sw_cel_function *, count);
    if (own == NULL) return sw_fail_memory(r->err);
    for (size_t i = 0; n->own_count < count; i++) {
        if (sw_cel__is_called(&env->functions[i], n->name, n->method))
            own[n->own_count++] = &env->functions[i];
    }
    n->own = own;
    return true;
}

static bool take(resolver *r, node *n, const sw_cel__overloads *found)
{
    // A name found in a container is one of the root from here on.
    if (found->name.len > n->name.len) n->rooted = true;
    n->name = found->name;
    n->functions = found->ours;
    return found->own == 0 || take_own(r, n, found->own);
}

// math.abs(x) parses as a method of math; the function's name comes first.
static bool resolve_qualified(resolver *r, node *n, bool *is)
{
    sw_str name;
    bool rooted;
    sw_cel__overloads found = {0};
    if (!sw_cel__dotted(n->args[0], n->name, r->arena, &name, &rooted) ||
        (name.len > 0 && !sw_cel__find_overloads(&r->cel->env, name, false,
                                                 rooted, r->arena, &found)))
        return sw_fail_memory(r->err);
    *is = found.ours != NULL || found.own > 0;
    if (!*is) return true;
    n->name = name;
    n->rooted = rooted;
    n->method = false;
    n->args++;
    n->count--;
    return take(r, n, &found);
}

static bool resolve_callee(resolver *r, node *n)
{
    bool qualified = false;
    if (n->method && !resolve_qualified(r, n, &qualified)) return false;
    if (qualified) return true;
    sw_cel__overloads found;
    if (!sw_cel__find_overloads(&r->cel->env, n->name, n->method, n->rooted,
                                r->arena, &found))
        return sw_fail_memory(r->err);
    bool known = found.ours != NULL || found.own > 0;
    return !known || take(r, n, &found);
}

// matches() with a literal pattern is compiled once. A bad pattern is an error
// of evaluation, so it is left for then, or for the checker, as are patterns
// that are too much.
static bool compile_pattern(resolver *r, node *n)
{
    if (n->count != 2 || n->own_count > 0 ||
        !sw_str_eq(n->name, SW_STR("matches")))
        return true;
    const node *pattern = n->args[1];
    if (pattern->kind != SW_NODE_LITERAL ||
        pattern->value.kind != SW_CEL_STRING)
        return true;
    if (r->patterns >= MAX_PATTERNS) return true;
    const char *why = "";
    size_t before = sw_arena_footprint(r->arena);
    sw_cel__regex_options how = {.tabulate = r->tables < MAX_TABLES,
                                 .max_bytes = MAX_PATTERNS - r->patterns};
    bool ok = sw_cel__regex_compile(pattern->value.as.str, &how, r->arena,
                                    &n->regex, &why);
    r->patterns += sw_arena_footprint(r->arena) - before;
    r->tables++;
    if (ok) return true;
    n->regex = NULL;
    if (why != sw_cel__regex_no_room) n->bad_pattern = why;
    return why != NULL || sw_fail_memory(r->err);
}

static bool resolve_call(resolver *r, node *n, const scope *in, size_t slots)
{
    if (!resolve_callee(r, n)) return false;
    return resolve_args(r, n, 0, in, slots) && compile_pattern(r, n);
}

static bool resolve_macro(resolver *r, node *n, const scope *in, size_t slots)
{
    if (!resolve(r, n->args[0], in, slots)) return false;
    n->slot = slots;
    scope first = {n->vars[0], slots, in};
    scope second = {n->vars[1], slots + 1, &first};
    bool two = n->vars[1].len > 0;
    size_t used = slots + (two ? 2 : 1);
    if (used > r->cel->slot_count) r->cel->slot_count = used;
    return resolve_args(r, n, 1, two ? &second : &first, used);
}

/* ---- blocks ---------------------------------------------------------- */

static bool fail(const resolver *r, const node *n, const char *why)
{
    return sw_cel__fail_at(r->cel->source, n->begin, r->err, "%s", why);
}

// An element may be evaluated wherever it is read, also inside a macro of the
// body or of a later element. So none of them shares a slot with another.
static bool resolve_block(resolver *r, node *n, const scope *in, size_t slots)
{
    if (r->block != NULL) return fail(r, n, "a block within a block");
    n->slot = slots;
    r->block = n;
    size_t used = slots + n->count - 1;
    if (used > r->cel->slot_count) r->cel->slot_count = used;
    for (size_t i = 0; i < n->count; i++) {
        r->visible = i;
        if (!resolve(r, n->args[i], in, r->cel->slot_count)) return false;
    }
    r->block = NULL;
    return true;
}

static bool resolve_element(resolver *r, node *n)
{
    if (r->block == NULL) return fail(r, n, "cel.index() outside of a block");
    size_t number = (size_t)n->value.as.i64, count = r->block->count - 1;
    if (number >= count) {
        return sw_cel__fail_at(r->cel->source, n->begin, r->err,
                               "a block of %zu has no element %zu", count,
                               number);
    }
    if (number >= r->visible)
        return fail(r, n, "an element may read only those before it");
    n->slot = r->block->slot + number;
    n->element = r->block->args[number];
    return true;
}

/* ---- the walk -------------------------------------------------------- */

static bool resolve_kind(resolver *r, node *n, const scope *in, size_t slots)
{
    switch (n->kind) {
    case SW_NODE_NAME: return resolve_name(r, n, in);
    case SW_NODE_SELECT: return resolve_select(r, n, in, slots);
    case SW_NODE_CALL: return resolve_call(r, n, in, slots);
    case SW_NODE_FOLD:
    case SW_NODE_BIND: return resolve_macro(r, n, in, slots);
    case SW_NODE_BLOCK: return resolve_block(r, n, in, slots);
    case SW_NODE_ELEMENT: return resolve_element(r, n);
    default: return resolve_args(r, n, 0, in, slots);
    }
}

static void look_below(node *n, const node *below)
{
    n->reads |= below->reads;
    if (n->depth <= below->depth) n->depth = below->depth + 1;
}

// Where an element of a block is read, what it stands for may be evaluated, so
// its depth counts there.
static bool resolve(resolver *r, node *n, const scope *in, size_t slots)
{
    if (!resolve_kind(r, n, in, slots)) return false;
    n->reads = n->kind == SW_NODE_NAME;
    for (size_t i = 0; i < n->count; i++)
        look_below(n, n->args[i]);
    if (n->element != NULL) look_below(n, n->element);
    return n->depth <= SW_CEL__MAX_DEPTH ||
           sw_cel__fail_too_deep(r->cel->source, n->begin, r->err);
}

/* ---- roots ----------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
    const node *const *x = a, *const *y = b;
    return sw_str_cmp((*x)->name, (*y)->name);
}

// Numbers the free names, equal ones alike. Sorting them takes no hash that a
// source could be made to defeat.
static bool number_roots(resolver *r)
{
    sw_str *roots = SW_NEW_ARRAY(r->arena, sw_str, r->name_count);
    if (roots == NULL) return sw_fail_memory(r->err);
    size_t count = 0;
    qsort(r->names, r->name_count, sizeof *r->names, by_name);
    for (size_t i = 0; i < r->name_count; i++) {
        node *n = r->names[i];
        if (count == 0 || !sw_str_eq(roots[count - 1], n->name))
            roots[count++] = n->name;
        n->root = count - 1;
    }
    r->cel->roots = roots;
    r->cel->root_count = count;
    return true;
}

// A chain has the root of the name that it starts at.
static void spread_roots(node *n)
{
    for (size_t i = 0; i < n->count; i++)
        spread_roots(n->args[i]);
    if (n->kind == SW_NODE_SELECT && n->path.len > 0)
        n->root = n->args[0]->root;
}

bool sw_cel__resolve(sw_cel *cel, sw_arena *arena, sw_error *err)
{
    resolver r = {.cel = cel, .arena = arena, .err = err};
    bool ok = resolve(&r, cel->top, NULL, 0);
    if (ok && r.name_count > 0) {
        ok = number_roots(&r);
        if (ok) spread_roots(cel->top);
    }
    free(r.names);
    return ok;
}

/* ---- what an expression refers to ------------------------------------ */

typedef struct {
    const node **at;
    size_t count, cap;
    sw_error *err;
} references;

static bool add_reference(references *list, const node *n)
{
    if (sw_cel__type_name(n->path) != NULL) return true;
    if (list->count == list->cap) {
        size_t cap = list->cap > 0 ? list->cap * 2 : 8;
        const node **at = realloc(list->at, cap * sizeof *at);
        if (at == NULL) return sw_fail_memory(list->err);
        list->at = at;
        list->cap = cap;
    }
    list->at[list->count++] = n;
    return true;
}

static bool collect(references *list, const node *n)
{
    if (n->path.len > 0) return add_reference(list, n);
    for (size_t i = 0; i < n->count; i++) {
        if (!collect(list, n->args[i])) return false;
    }
    return true;
}

static int by_place(const void *a, const void *b)
{
    const node *const *x = a, *const *y = b;
    return ((*x)->begin > (*y)->begin) - ((*x)->begin < (*y)->begin);
}

static int by_path(const void *a, const void *b)
{
    const node *const *x = a, *const *y = b;
    int order = sw_str_cmp((*x)->path, (*y)->path);
    return order != 0 ? order : by_place(a, b);
}

// Keeps the first of each path, in order of appearance.
static void keep_first(references *list)
{
    size_t count = 0;
    if (list->count == 0) return;
    qsort(list->at, list->count, sizeof *list->at, by_path);
    for (size_t i = 0; i < list->count; i++) {
        if (count == 0 ||
            !sw_str_eq(list->at[count - 1]->path, list->at[i]->path))
            list->at[count++] = list->at[i];
    }
    list->count = count;
    qsort(list->at, count, sizeof *list->at, by_place);
}

bool sw_cel_references(const sw_cel *cel, sw_arena *arena,
                       const sw_cel_reference **out, size_t *count,
                       sw_error *err)
{
    references list = {.err = err};
    sw_cel_reference *copy = NULL;
    bool ok = collect(&list, cel->top);
    if (ok) {
        keep_first(&list);
        copy = SW_NEW_ARRAY(arena, sw_cel_reference, list.count);
        ok = copy != NULL || sw_fail_memory(err);
    }
    for (size_t i = 0; ok && i < list.count; i++) {
        const node *n = list.at[i];
        copy[i] = (sw_cel_reference){n->path, n->begin, n->end};
    }
    free(list.at);
    if (!ok) return false;
    *out = copy;
    *count = list.count;
    return true;
}
