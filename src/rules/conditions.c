// The conditions within an expression that can go either way: what stands on a
// side of && or ||, and what ?: chooses by.
//
// Each becomes an expression of its own, to be asked of the facts of a case.
// Where it stands inside a macro, there are two: whether it is true of some
// element, and whether it is false of some. What a macro filters by, and what
// ?: has chosen by, stands before it, for it counts only where it is reached.
#include <string.h>

#include "cases.h"

enum { MAX_CONDITIONS = 1000 };  // of one expression

typedef enum { REACHED_IF, REACHED_UNLESS, IN_MACRO, IN_BIND } wrap_kind;

// What stands around a condition, the innermost first.
typedef struct wrapper wrapper;
struct wrapper {
    wrap_kind kind;
    sw_str text;  // the condition, the range, the value
    const sw_str *variables;
    const wrapper *outer;
};

typedef struct {
    cel_place place;  // of the whole expression
    condition *at;
    size_t count;
} finder;

static sw_str source_of(const finder *f, const sw_cel_tree *n)
{
    return (sw_str){f->place.node->text.at + n->begin, n->end - n->begin};
}

/* ---- one condition as an expression ---------------------------------- */

static sw_str enclose(const finder *f, const wrapper *w, sw_str inner)
{
    sw_arena *arena = f->place.reader->scratch;
    switch (w->kind) {
    case REACHED_IF:
    case REACHED_UNLESS:
        return sw_arena_printf(arena, "(%s(%.*s) && %.*s)",
                               w->kind == REACHED_IF ? "" : "!",
                               SW_STR_ARGS(w->text), SW_STR_ARGS(inner));
    case IN_MACRO:
        return sw_arena_printf(
            arena, "(%.*s).exists(%.*s%s%.*s, %.*s)", SW_STR_ARGS(w->text),
            SW_STR_ARGS(w->variables[0]), w->variables[1].len > 0 ? ", " : "",
            SW_STR_ARGS(w->variables[1]), SW_STR_ARGS(inner));
    case IN_BIND:
        return sw_arena_printf(arena, "cel.bind(%.*s, (%.*s), %.*s)",
                               SW_STR_ARGS(w->variables[0]),
                               SW_STR_ARGS(w->text), SW_STR_ARGS(inner));
    }
    return inner;
}

// With its terms written out. What comes out too long or too deep is left: it
// cannot be measured, and `out` stays NULL.
static bool compile(const finder *f, sw_str text, const sw_cel **out)
{
    const expression_reader *r = f->place.reader;
    sw_error failed = {0};
    yaml_node node = *f->place.node;
    node.text = text;
    cel_place place = f->place;
    place.node = &node;
    place.err = &failed;
    const sw_cel_tree *tree;
    sw_cel *cel = NULL;
    expression e = {0};
    sw_str whole;
    bool ok =
        sw_cel_parse(text, r->scratch, &cel, &failed) &&
        sw_cel_tree_of(cel, r->scratch, &tree, &failed) &&
        sw_rules__write_out(&place, tree, &e, &whole) &&
        sw_rules__compile_text(&place, whole.len > 0 ? whole : text, &cel);
    if (ok) *out = cel;
    if (ok || failed.kind == SW_ERR_INPUT) return true;
    *f->place.err = failed;
    return false;
}

static bool compile_side(const finder *f, sw_str text, bool side,
                         const wrapper *around, const sw_cel **out)
{
    sw_str whole = sw_arena_printf(f->place.reader->scratch, "%s(%.*s)",
                                   side ? "" : "!", SW_STR_ARGS(text));
    for (const wrapper *w = around; w != NULL && whole.at != NULL; w = w->outer)
        whole = enclose(f, w, whole);
    if (whole.at == NULL) return sw_fail_memory(f->place.err);
    return compile(f, whole, out);
}

static bool add(finder *f, const sw_cel_tree *n, const wrapper *around)
{
    if (n->kind == SW_CEL_TREE_LITERAL || f->count == MAX_CONDITIONS)
        return true;
    condition *made = &f->at[f->count];
    *made = (condition){.text = source_of(f, n), .begin = n->begin};
    if (!compile_side(f, made->text, true, around, &made->sides[true]) ||
        (around != NULL &&
         !compile_side(f, made->text, false, around, &made->sides[false])))
        return false;
    if (made->sides[true] != NULL) f->count++;
    return true;
}

/* ---- all of an expression -------------------------------------------- */

static bool find(finder *f, const sw_cel_tree *n, const wrapper *around);

static bool find_all(finder *f, const sw_cel_tree *n, const wrapper *around)
{
    for (size_t i = 0; i < n->count; i++) {
        if (!find(f, &n->at[i], around)) return false;
    }
    return true;
}

static bool find_sides(finder *f, const sw_cel_tree *n, const wrapper *around)
{
    for (size_t i = 0; i < n->count; i++) {
        if (!add(f, &n->at[i], around)) return false;
    }
    return find_all(f, n, around);
}

static bool find_choice(finder *f, const sw_cel_tree *n, const wrapper *around)
{
    sw_str chooser = source_of(f, &n->at[0]);
    wrapper yes = {REACHED_IF, chooser, NULL, around};
    wrapper no = {REACHED_UNLESS, chooser, NULL, around};
    return add(f, &n->at[0], around) && find(f, &n->at[0], around) &&
           find(f, &n->at[1], &yes) && find(f, &n->at[2], &no);
}

static bool find_in_macro(finder *f, const sw_cel_tree *n,
                          const wrapper *around)
{
    wrapper macro = {IN_MACRO, source_of(f, &n->at[0]), n->variables, around};
    if (!find(f, &n->at[0], around)) return false;
    if (n->count == 2) return find(f, &n->at[1], &macro);
    wrapper passed = {REACHED_IF, source_of(f, &n->at[1]), NULL, &macro};
    return find(f, &n->at[1], &macro) && find(f, &n->at[2], &passed);
}

static bool find(finder *f, const sw_cel_tree *n, const wrapper *around)
{
    switch (n->kind) {
    case SW_CEL_TREE_AND:
    case SW_CEL_TREE_OR: return find_sides(f, n, around);
    case SW_CEL_TREE_CONDITIONAL: return find_choice(f, n, around);
    case SW_CEL_TREE_MACRO: return find_in_macro(f, n, around);
    case SW_CEL_TREE_BIND: {
        bool plain = sw_str_eq(n->name, SW_STR("bind"));
        wrapper bound = {IN_BIND, source_of(f, &n->at[0]), n->variables,
                         around};
        return find(f, &n->at[0], around) &&
               (!plain || find(f, &n->at[1], &bound));
    }
    case SW_CEL_TREE_BLOCK: return true;
    default: return find_all(f, n, around);
    }
}

static size_t count_nodes(const sw_cel_tree *n)
{
    size_t count = 1;
    for (size_t i = 0; i < n->count; i++)
        count += count_nodes(&n->at[i]);
    return count;
}

bool sw_rules__find_conditions(const expression_reader *r, const expression *e,
                               const condition **out, size_t *count,
                               sw_error *err)
{
    finder f = {.place = {r, "rule", SW_STR(""), "require", e->node, err}};
    const sw_cel_tree *tree;
    sw_cel *cel;
    if (!sw_cel_parse(e->text, r->scratch, &cel, err) ||
        !sw_cel_tree_of(cel, r->scratch, &tree, err))
        return false;
    size_t most = count_nodes(tree);
    if (most > MAX_CONDITIONS) most = MAX_CONDITIONS;
    f.at = SW_NEW_ARRAY(r->arena, condition, most);
    if (f.at == NULL) return sw_fail_memory(err);
    if (!find(&f, tree, NULL)) return false;
    *out = f.at;
    *count = f.count;
    return true;
}
