// What a fact is compared with. Each expression is walked once: where the fact
// stands beside a constant in a comparison, the constant is kept; where it
// stands anywhere else, its cells are not exact.
//
// A constant is whatever reads no fact: it is evaluated on the days ruled for,
// so `ruling.date`, months.add(ruling.date, 6) and 25 * 1000 are constants.
#include <stdlib.h>
#include <string.h>

#include "cells.h"

/* ---- the expressions of a book --------------------------------------- */

typedef struct {
    survey *all;
    surveyed like;  // but for the expression
    sw_arena *arena;
    sw_error *err;
} surveyor;

static bool add_expression(surveyor *s, const sw_cel *cel)
{
    survey *all = s->all;
    if (cel == NULL) return true;
    if (all->count == all->cap) {
        size_t cap = all->cap == 0 ? 64 : all->cap * 2;
        surveyed *more = SW_NEW_ARRAY(s->arena, surveyed, cap);
        if (more == NULL) return sw_fail_memory(s->err);
        if (all->count > 0) memcpy(more, all->at, all->count * sizeof *more);
        all->at = more;
        all->cap = cap;
    }
    s->like.cel = cel;
    if (!sw_cel_tree_of(cel, s->arena, &s->like.tree, s->err)) return false;
    all->at[all->count++] = s->like;
    return true;
}

static bool begin(surveyor *s, survey *all, const sw_rulebook *book,
                  const ruling_days *days, sw_arena *arena, sw_error *err)
{
    bindings *bound = SW_NEW(arena, bindings);
    if (bound == NULL) return sw_fail_memory(err);
    *s = (surveyor){all, {.book = book, .days = bound}, arena, err};
    return sw_rules__bind(&(vocabulary){0}, NULL, days, arena, bound, err);
}

bool sw_rules__survey(survey *all, const sw_rulebook *book,
                      const ruling_days *days, sw_arena *arena, sw_error *err)
{
    surveyor s;
    if (!begin(&s, all, book, days, arena, err)) return false;
    for (size_t i = 0; i < book->rule_count; i++) {
        s.like.rule = &book->rules[i];
        if (!add_expression(&s, book->rules[i].when.cel) ||
            !add_expression(&s, book->rules[i].require.cel))
            return false;
    }
    s.like.rule = NULL;
    for (size_t i = 0; i < book->term_count; i++) {
        const term_def *term = &book->terms[i];
        for (size_t k = 0; k < term->version_count; k++) {
            if (!add_expression(&s, term->versions[k].is.cel)) return false;
        }
    }
    return true;
}

bool sw_rules__survey_one(survey *all, const sw_rulebook *book,
                          const expression *of, const ruling_days *days,
                          sw_arena *arena, sw_error *err)
{
    surveyor s;
    return begin(&s, all, book, days, arena, err) &&
           add_expression(&s, of->cel);
}

/* ---- constants ------------------------------------------------------- */

typedef struct {
    const fact_def *fact;
    const surveyed *in;
    cells *out;
    sw_cel_value *at;
    size_t count, cap;
    sw_arena *arena;
    sw_error *err;
} finder;

static bool is_constant(const sw_cel_tree *n)
{
    switch (n->kind) {
    case SW_CEL_TREE_PATH: return sw_str_starts(n->name, SW_STR("ruling."));
    case SW_CEL_TREE_VARIABLE:
    case SW_CEL_TREE_ELEMENT: return false;
    default: break;
    }
    for (size_t i = 0; i < n->count; i++) {
        if (!is_constant(&n->at[i])) return false;
    }
    return true;
}

// Gives in `found` whether it is a constant that has a value.
static bool constant(const finder *f, const sw_cel_tree *n, sw_cel_value *out,
                     bool *found)
{
    *found = false;
    if (n->kind == SW_CEL_TREE_LITERAL) {
        *out = *n->value;
        *found = true;
        return true;
    }
    if (!is_constant(n)) return true;
    sw_str source = sw_cel_source(f->in->cel);
    sw_str text = {source.at + n->begin, n->end - n->begin};
    sw_cel_options how = {.bindings = f->in->days->at,
                          .binding_count = f->in->days->count};
    sw_cel *cel;
    if (!sw_cel_compile(text, &f->in->book->declared.facts, f->arena, &cel,
                        NULL, f->err) ||
        !sw_cel_eval(cel, &how, f->arena, out, f->err))
        return false;
    *found = out->kind != SW_CEL_ERROR && out->kind != SW_CEL_UNKNOWN;
    return true;
}

static bool add_value(finder *f, const sw_cel_value *value)
{
    if (f->count == f->cap) {
        size_t cap = f->cap == 0 ? 8 : f->cap * 2;
        sw_cel_value *more = SW_NEW_ARRAY(f->arena, sw_cel_value, cap);
        if (more == NULL) return sw_fail_memory(f->err);
        if (f->count > 0) memcpy(more, f->at, f->count * sizeof *more);
        f->at = more;
        f->cap = cap;
    }
    f->at[f->count++] = *value;
    return true;
}

static bool add_values(finder *f, const sw_cel_value *value)
{
    if (value->kind != SW_CEL_LIST) return add_value(f, value);
    for (size_t i = 0; i < value->as.list.count; i++) {
        if (!add_value(f, &value->as.list.at[i])) return false;
    }
    return true;
}

/* ---- where the fact stands ------------------------------------------- */

static bool is_fact(const finder *f, const sw_cel_tree *n)
{
    return n->kind == SW_CEL_TREE_PATH && sw_str_eq(n->name, f->fact->path);
}

// The fact itself; of a list x[0], and a macro's variable that stands for its
// items.
static bool is_compared(const finder *f, const sw_cel_tree *n, sw_str item)
{
    if (n->kind == SW_CEL_TREE_VARIABLE)
        return item.len > 0 && sw_str_eq(n->name, item);
    if (!f->fact->list) return is_fact(f, n);
    return n->kind == SW_CEL_TREE_INDEX && f->fact->count > 0 &&
           is_fact(f, &n->at[0]) && n->at[1].kind == SW_CEL_TREE_LITERAL;
}

static bool is_size(const finder *f, const sw_cel_tree *n)
{
    bool call = n->kind == SW_CEL_TREE_CALL || n->kind == SW_CEL_TREE_METHOD;
    return call && n->count == 1 && sw_str_eq(n->name, SW_STR("size")) &&
           f->fact->list && is_fact(f, &n->at[0]);
}

// "size(x) > 0" tells an empty list from others, as some cells do.
static bool asks_if_empty(const finder *f, const sw_cel_tree *n)
{
    const sw_cel_tree *left = &n->at[0], *right = &n->at[1];
    if (!is_size(f, left) || right->kind != SW_CEL_TREE_LITERAL ||
        right->value->kind != SW_CEL_INT)
        return false;
    int64_t size = right->value->as.i64;
    return size == 0 || (size == 1 && (sw_str_eq(n->name, SW_STR(">=")) ||
                                       sw_str_eq(n->name, SW_STR("<"))));
}

static bool is_comparison(sw_str name)
{
    static const char *const names[] = {
        "==", "!=", "<", "<=", ">", ">=", "in", NULL};
    return sw_rules__is_one_of(name, names);
}

// Whether the constant side of a comparison is its other one.
static bool stands_beside(const finder *f, const sw_cel_tree *n, sw_str item,
                          const sw_cel_tree **other)
{
    const sw_cel_tree *left = &n->at[0], *right = &n->at[1];
    bool in = sw_str_eq(n->name, SW_STR("in"));
    *other = right;
    if (is_compared(f, left, item)) return true;
    *other = left;
    return in ? f->fact->list && is_fact(f, right)
              : is_compared(f, right, item);
}

static bool walk(finder *f, const sw_cel_tree *n, sw_str item);

static bool walk_parts(finder *f, const sw_cel_tree *n, sw_str item)
{
    for (size_t i = 0; i < n->count; i++) {
        bool hidden = i > 0 && item.len > 0 &&
                      (sw_str_eq(n->variables[0], item) ||
                       sw_str_eq(n->variables[1], item));
        if (!walk(f, &n->at[i], hidden ? SW_STR("") : item)) return false;
    }
    return true;
}

static bool walk_operator(finder *f, const sw_cel_tree *n, sw_str item)
{
    const sw_cel_tree *other;
    sw_cel_value value;
    bool found = false;
    if (asks_if_empty(f, n)) return f->out->read = true;
    if (!is_comparison(n->name) || !stands_beside(f, n, item, &other))
        return walk_parts(f, n, item);
    f->out->read = true;
    if (!constant(f, other, &value, &found)) return false;
    if (found) return add_values(f, &value);
    f->out->exact = false;
    return walk(f, other, item);
}

// In `x.all(i, ...)` and `x.exists(i, ...)` the variable stands for items of x.
static bool walk_macro(finder *f, const sw_cel_tree *n, sw_str item)
{
    static const char *const names[] = {"all", "exists", NULL};
    bool over = is_fact(f, &n->at[0]) && n->variables[1].len == 0 &&
                n->count == 2 && sw_rules__is_one_of(n->name, names) &&
                f->fact->scalar != FACT_RECORD;
    // Of two macros over the same list, one in the other, one name is enough.
    if (!over || item.len > 0) return walk_parts(f, n, item);
    f->out->read = true;
    return walk(f, &n->at[1], n->variables[0]);
}

// Whether a path that is read gives the fact, or a group of facts around it.
static bool reads(const finder *f, sw_str path)
{
    sw_str fact = f->fact->path;
    return sw_str_starts(fact, path) &&
           (fact.len == path.len || fact.at[path.len] == '.');
}

static bool walk(finder *f, const sw_cel_tree *n, sw_str item)
{
    switch (n->kind) {
    case SW_CEL_TREE_OPERATOR: return walk_operator(f, n, item);
    case SW_CEL_TREE_MACRO: return walk_macro(f, n, item);
    case SW_CEL_TREE_PATH:
        if (!reads(f, n->name)) return true;
        f->out->read = true;
        f->out->exact = false;
        return true;
    case SW_CEL_TREE_VARIABLE:
        if (is_compared(f, n, item)) f->out->exact = false;
        return true;
    default: return walk_parts(f, n, item);
    }
}

/* ---- the whole ------------------------------------------------------- */

// A day that a moment falls in. A fact is a day's beginning, so a moment within
// the day is told apart from that day and the next.
static void round_to_day(sw_cel_value *value)
{
    int64_t within = value->as.time.seconds % 86400;
    if (within < 0) within += 86400;
    value->as.time = (sw_cel_time){value->as.time.seconds - within, 0};
}

static int compare_cells(const void *a, const void *b)
{
    const sw_cel_value *x = a, *y = b;
    if (x->kind == SW_CEL_STRING) return sw_str_cmp(x->as.str, y->as.str);
    return sw_rules__compare_values(x, y);
}

// Constants of the fact's own type: the checker saw to it that there are no
// others, but for bools, which need none.
static size_t keep_own(finder *f)
{
    static const sw_cel_kind kinds[] = {
        [FACT_INT] = SW_CEL_INT,
        [FACT_DOUBLE] = SW_CEL_DOUBLE,
        [FACT_STRING] = SW_CEL_STRING,
        [FACT_DATE] = SW_CEL_TIMESTAMP,
    };
    size_t kept = 0;
    if (f->fact->scalar == FACT_BOOL || f->fact->scalar == FACT_RECORD)
        return 0;
    for (size_t i = 0; i < f->count; i++) {
        if (f->at[i].kind != kinds[f->fact->scalar]) continue;
        if (f->fact->scalar == FACT_DATE) round_to_day(&f->at[i]);
        f->at[kept++] = f->at[i];
    }
    return kept;
}

static void sort_cells(finder *f)
{
    size_t count = keep_own(f), kept = 0;
    if (count > 1) qsort(f->at, count, sizeof *f->at, compare_cells);
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || compare_cells(&f->at[kept - 1], &f->at[i]) != 0)
            f->at[kept++] = f->at[i];
    }
    f->out->at = f->at;
    f->out->count = kept;
}

bool sw_rules__find_cells(const survey *all, const fact_def *fact,
                          sw_arena *arena, cells *out, sw_error *err)
{
    finder f = {.fact = fact, .out = out, .arena = arena, .err = err};
    *out = (cells){.fact = fact, .exact = true};
    for (size_t i = 0; i < all->count; i++) {
        f.in = &all->at[i];
        if (!walk(&f, f.in->tree, SW_STR(""))) return false;
    }
    sort_cells(&f);
    // All that such a fact can be is tried, whatever is done with it.
    if (!fact->list && (fact->scalar == FACT_BOOL || fact->values != NULL))
        out->exact = true;
    return true;
}
