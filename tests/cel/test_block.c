// cel.block: when its elements are evaluated, and where their names reach.
#include <string.h>

#include "cel_support.h"

static const struct {
    const char *source, *value;
} cases[] = {
    // What is not read does not count.
    {"cel.block([1 / 0], 1)", "1"},
    {"cel.block([1 / 0, cel.index(0) + 1], true || cel.index(1) > 0)", "true"},
    {"cel.block([], 1)", "1"},
    // An error or an unknown is an element's value, and absorbed like one.
    {"cel.block([1 / 0], cel.index(0))", "error(\"division by zero\")"},
    {"cel.block([1 / 0 > 0], cel.index(0) || true)", "true"},
    {"cel.block([u, cel.index(0) + 1], cel.index(1))", "unknown(u)"},
    {"cel.block([u], cel.index(0) && false)", "false"},
    // Elements read within macros, their own macros included.
    {"cel.block([10], [1, 2].map(x, x + cel.index(0)))", "[11, 12]"},
    {"cel.block([[1, 2].map(x, x * 2)], "
     "[1, 2].map(x, cel.index(0).map(y, x + y)))",
     "[[3, 5], [4, 6]]"},
    {"cel.block([[3].map(x, x), [4].map(y, [y] + cel.index(0))], "
     "[1].map(z, [z] + cel.index(1)[0]))",
     "[[1, 4, 3]]"},
    // A block begins anew each time it is evaluated.
    {"[1, 2].map(x, cel.block([x + 1, cel.index(0) * 2], "
     "cel.index(0) + cel.index(1)))",
     "[6, 9]"},
    {"cel.block([1], cel.index(0)) + cel.block([2], cel.index(0))", "3"},
    // Names that source cannot spell.
    {"[1, 2].map(cel.iterVar(0, 0), [3].map(cel.iterVar(1, 0), "
     "cel.iterVar(0, 0) + cel.iterVar(1, 0)))",
     "[[4], [5]]"},
    {"cel.bind(cel.accuVar(0, 1), 5, cel.accuVar(0, 1) + 1)", "6"},
    {"cel.iterVar(1, 2)", "error(\"undeclared reference to '@it:1:2'\")"},
    // Calls of another number of arguments are no macros.
    {"cel.index()", "error(\"undeclared reference to 'cel'\")"},
};

static void elements_are_evaluated_when_they_are_read(void **state)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sw_arena *arena = new_arena();
        sw_cel_binding u = {SW_STR("u"), unknown_value(arena, "u")};
        sw_cel_options how = {.bindings = &u, .binding_count = 1};
        const char *got = result(arena, cases[i].source, &how);
        if (strcmp(got, cases[i].value) != 0)
            fail_msg("%s: %s", cases[i].source, got);
        sw_arena_free(arena);
    }
}

// cel.block([1, #0 + #0, #1 + #1, ...], #last)
static void write_doubling(sw_buf *out, int elements)
{
    sw_buf_str(out, SW_STR("cel.block([1"));
    for (int i = 1; i < elements; i++)
        sw_buf_printf(out, ", cel.index(%d) + cel.index(%d)", i - 1, i - 1);
    sw_buf_printf(out, "], cel.index(%d))", elements - 1);
    sw_buf_str(out, (sw_str){"", 1});
}

// Evaluated again at each reading, this would take 2^60 steps.
static void elements_are_evaluated_once(void **state)
{
    sw_arena *arena = new_arena();
    sw_buf source = {0};
    const sw_cel_reason *why = NULL;
    sw_cel_options how = {.max_steps = 500, .reason = &why};
    write_doubling(&source, 61);
    assert_string_equal(result(arena, source.at, &how), "1152921504606846976");
    sw_buf_free(&source);
    sw_arena_free(arena);
}

// Elements that read one another nest, however flat the source looks.
static void chains_of_elements_count_as_depth(void **state)
{
    sw_arena *arena = new_arena();
    sw_buf source = {0};
    sw_cel *cel = NULL;
    sw_error err = {0};
    write_doubling(&source, 5000);
    assert_false(sw_cel_parse(sw_str_of(source.at), arena, &cel, &err));
    assert_non_null(strstr(err.reason, "nested more than"));
    assert_string_not_equal(err.place, "");
    sw_buf_free(&source);
    sw_arena_free(arena);
}

static void explanations_name_the_elements_that_were_read(void **state)
{
    static const char source[] =
        "cel.block([a, b, cel.index(0) > 1], cel.index(2) && a < 9)";
    sw_arena *arena = new_arena();
    sw_cel_binding vars[] = {{SW_STR("a"), int_value(5)},
                             {SW_STR("b"), int_value(6)}};
    const sw_cel_reason *why = NULL;
    sw_cel_options how = {.bindings = vars, .binding_count = 2, .reason = &why};
    assert_string_equal(result(arena, source, &how), "true");
    static const char *const wanted[] = {"a", "cel.index(0) > 1",
                                         "cel.index(2) && a < 9"};
    assert_int_equal(why->count, 3);
    for (size_t i = 0; i < 3; i++) {
        const sw_cel_reason *r = &why->at[i];
        assert_int_equal(r->end - r->begin, strlen(wanted[i]));
        assert_memory_equal(source + r->begin, wanted[i], strlen(wanted[i]));
    }
    sw_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements_are_evaluated_when_they_are_read),
        cmocka_unit_test(elements_are_evaluated_once),
        cmocka_unit_test(chains_of_elements_count_as_depth),
        cmocka_unit_test(explanations_name_the_elements_that_were_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
