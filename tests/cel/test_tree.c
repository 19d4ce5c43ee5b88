// The tree that readers get: its shape, and the source of each part.
#include <stdio.h>
#include <string.h>

#include "cel_support.h"
#include "segwan/cel_tree.h"

static const char *const kind_names[] = {
    "literal", "path", "type",  "var",  "field", "field?",  "has",   "index",
    "index?",  "call", "call.", "list", "map",   "message", "and",   "or",
    "not",     "neg",  "op",    "?",    "macro", "bind",    "block", "element",
};

static const sw_cel_tree *tree_of(sw_arena *arena, const char *source)
{
    const sw_cel_tree *tree = NULL;
    sw_error err = {0};
    assert_true(sw_cel_tree_of(parsed(arena, source), arena, &tree, &err));
    return tree;
}

// "(and (path a.b) (not (path c)))"; of a literal its source.
static void put(sw_buf *buf, const sw_cel_tree *n, const char *source)
{
    if (n->kind == SW_CEL_TREE_LITERAL) {
        sw_buf_add(buf, source + n->begin, n->end - n->begin);
        return;
    }
    sw_buf_printf(buf, "(%s", kind_names[n->kind]);
    if (n->name.len > 0) sw_buf_printf(buf, " %.*s", SW_STR_ARGS(n->name));
    for (size_t i = 0; i < 2; i++) {
        if (n->variables[i].len > 0)
            sw_buf_printf(buf, " %.*s:", SW_STR_ARGS(n->variables[i]));
    }
    for (size_t i = 0; i < n->count; i++) {
        sw_buf_str(buf, SW_STR(" "));
        put(buf, &n->at[i], source);
    }
    sw_buf_str(buf, SW_STR(")"));
}

static void tree_has_the_shape_of_the_source(void **state)
{
    static const struct {
        const char *source, *tree;
    } rows[] = {
        {"a.b.c", "(path a.b.c)"},
        {"a . b", "(path a.b)"},
        {"(a).b", "(path a.b)"},
        {".a.b", "(path a.b)"},
        {"a && b.c && !d", "(and (path a) (path b.c) (not (path d)))"},
        {"a || (b && c)", "(or (path a) (and (path b) (path c)))"},
        {"a ? b : c.d", "(? (path a) (path b) (path c.d))"},
        {"a >= -5", "(op >= (path a) -5)"},
        {"'x' in a", "(op in 'x' (path a))"},
        {"a + b * 2.5", "(op + (path a) (op * (path b) 2.5))"},
        {"-a.b", "(neg (path a.b))"},
        {"a[0].b.c", "(field c (field b (index (path a) 0)))"},
        {"a.?b", "(field? b (path a))"},
        {"a[?0]", "(index? (path a) 0)"},
        {"has(a.b)", "(has (path a.b))"},
        {"has(a[1].b)", "(has (field b (index (path a) 1)))"},
        {"type(a) == int", "(op == (call type (path a)) (type int))"},
        {"a.b.startsWith('x')", "(call. startsWith (path a.b) 'x')"},
        {"math.greatest(a, 2)", "(call math.greatest (path a) 2)"},
        {"[a, 1]", "(list (path a) 1)"},
        {"{'k': a}", "(map 'k' (path a))"},
        {"a.all(x, x.b > a)",
         "(macro all x: (path a) (op > (field b (var x)) (path a)))"},
        {"a.exists(i, x, x == i)",
         "(macro exists i: x: (path a) (op == (var x) (var i)))"},
        {"a.filter(x, x > 1)", "(macro filter x: (path a) (op > (var x) 1) "
                               "(var x))"},
        {"cel.bind(x, a, x + x)",
         "(bind bind x: (path a) (op + (var x) (var x)))"},
        {"a.exists(a, a)", "(macro exists a: (path a) (var a))"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        sw_arena *arena = new_arena();
        sw_buf buf = {0};
        put(&buf, tree_of(arena, rows[i].source), rows[i].source);
        assert_string_equal(buf.at, rows[i].tree);
        sw_buf_free(&buf);
        sw_arena_free(arena);
    }
}

static void literals_carry_their_value(void **state)
{
    (void)state;
    sw_arena *arena = new_arena();
    const sw_cel_tree *tree = tree_of(arena, "x == \"a\\n\"");
    assert_null(tree->value);
    assert_non_null(tree->at[1].value);
    assert_string_equal(shown(arena, tree->at[1].value), "\"a\\n\"");
    sw_arena_free(arena);
}

// Each part's source, alone, is an expression with the part's tree. Macros'
// variables are names of their own then.
static void parts_stand_for_themselves(sw_arena *arena, const sw_cel_tree *n,
                                       const char *source)
{
    char alone[200];
    snprintf(alone, sizeof alone, "%.*s", (int)(n->end - n->begin),
             source + n->begin);
    sw_buf whole = {0}, part = {0};
    put(&whole, n, source);
    put(&part, tree_of(arena, alone), alone);
    assert_string_equal(part.at, whole.at);
    sw_buf_free(&whole);
    sw_buf_free(&part);
    for (size_t i = 0; i < n->count; i++)
        parts_stand_for_themselves(arena, &n->at[i], source);
}

static void places_are_those_of_the_source(void **state)
{
    static const char *const sources[] = {
        "a.b && ((c || !d) && (e ? f : (g)))",
        "has( a.b[1] . c ) || (x + 1) * -y >= 2 // end",
        "[1, (a), {'k': (b)}][0] in [a.f(b, 'c')]",
        "( a . b ) . c == 'x'",
    };
    (void)state;
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        sw_arena *arena = new_arena();
        parts_stand_for_themselves(arena, tree_of(arena, sources[i]),
                                   sources[i]);
        sw_arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tree_has_the_shape_of_the_source),
        cmocka_unit_test(literals_carry_their_value),
        cmocka_unit_test(places_are_those_of_the_source),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
