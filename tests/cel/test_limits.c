// Limits: each is told by name and value, and steps are counted.
#include <string.h>

#include "cel_support.h"

static sw_str repeated(sw_arena *arena, const char *piece, size_t times)
{
    size_t len = strlen(piece);
    char *text = sw_arena_alloc(arena, len * times + 1);
    assert_non_null(text);
    for (size_t i = 0; i < times; i++)
        memcpy(text + i * len, piece, len);
    text[len * times] = '\0';
    return (sw_str){text, len * times};
}

/* ---- evaluation ------------------------------------------------------ */

static const struct {
    const char *source;
    uint64_t max_steps;
    size_t max_memory;
    const char *reason;
} ended[] = {
    {"l.all(x, l.all(y, true))", 1000, 0, "more than 1000 steps"},
    {"l.all(x, l.all(y, l.all(z, true)))", 0, 0, "more than 10000000 steps"},
    {"l.map(x, l)", 0, 10000, "more than 10000 bytes of memory"},
    {"l.map(x, l + l + l + l + l + l + l + l + l + l)", 0, 0,
     "more than 268435456 bytes of memory"},
    {"[1, 2, 3].map(x, string(x))", 0, 100, "more than 100 bytes of memory"},
    {"s.replace('', s) == s", 0, 5000, "more than 5000 bytes of memory"},
    {"deep == deep", 0, 0, "nested more than 1000 deep"},
};

static sw_cel_value nested(sw_arena *arena, size_t depth)
{
    sw_cel_value v = int_value(1);
    for (size_t i = 0; i < depth; i++) {
        sw_cel_value *inside = SW_NEW(arena, sw_cel_value);
        *inside = v;
        v = (sw_cel_value){.kind = SW_CEL_LIST};
        v.as.list.at = inside;
        v.as.list.count = 1;
    }
    return v;
}

static sw_cel_options facts(sw_arena *arena)
{
    sw_cel_value *items = SW_NEW_ARRAY(arena, sw_cel_value, 1000);
    sw_cel_binding *b = SW_NEW_ARRAY(arena, sw_cel_binding, 4);
    for (int i = 0; i < 1000; i++)
        items[i] = int_value(i);
    sw_cel_value l = {.kind = SW_CEL_LIST};
    l.as.list.at = items;
    l.as.list.count = 1000;
    b[0] = (sw_cel_binding){SW_STR("l"), l};
    b[1] = (sw_cel_binding){SW_STR("s"),
                            string_value(repeated(arena, "s", 1000).at)};
    b[2] = (sw_cel_binding){SW_STR("deep"), nested(arena, 2000)};
    b[3] = (sw_cel_binding){SW_STR("big"),
                            string_value(repeated(arena, "a", 20000).at)};
    return (sw_cel_options){.bindings = b, .binding_count = 4};
}

static void evaluation_names_the_limit_that_ended_it(void **state)
{
    for (size_t i = 0; i < sizeof ended / sizeof *ended; i++) {
        sw_arena *arena = new_arena();
        sw_cel_options how = facts(arena);
        sw_error err = {0};
        sw_cel_value v;
        how.max_steps = ended[i].max_steps;
        how.max_memory = ended[i].max_memory;
        if (sw_cel_eval(parsed(arena, ended[i].source), &how, arena, &v, &err))
            fail_msg("%s ends", ended[i].source);
        assert_int_equal(err.kind, SW_ERR_INPUT);
        if (strstr(err.reason, ended[i].reason) == NULL)
            fail_msg("%s: %s", ended[i].source, err.reason);
        sw_arena_free(arena);
    }
}

// What is too large in a pattern or a format is a CEL error.
static void values_name_their_limit(void **state)
{
    static const char *const cases[][2] = {
        {"'a'.matches(big)", "more than 16384 bytes"},
        {"'a'.matches('((a{100}){100}){100}')", "more than 20000 instructions"},
        {"'a'.matches('a{1001}')", "repeat count above 1000"},
        {"'%s'.format([deep])", "more than 1000 deep"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sw_arena *arena = new_arena();
        sw_cel_options how = facts(arena);
        const char *got = result(arena, cases[i][0], &how);
        if (strncmp(got, "error(", 6) != 0 || strstr(got, cases[i][1]) == NULL)
            fail_msg("%s: %s", cases[i][0], got);
        sw_arena_free(arena);
    }
}

static void parsing_names_the_limit_that_ended_it(void **state)
{
    sw_arena *arena = new_arena();
    sw_cel *cel = NULL;
    sw_error err = {0};
    sw_str huge = repeated(arena, " ", (1 << 20) + 1);
    assert_false(sw_cel_parse(huge, arena, &cel, &err));
    assert_non_null(strstr(err.reason, "at most 1048576"));
    assert_false(sw_cel_parse(repeated(arena, "[", 1000), arena, &cel, &err));
    assert_non_null(strstr(err.reason, "nested more than 400 deep"));
    sw_arena_free(arena);
}

/* ---- steps ----------------------------------------------------------- */

// By the words of the header no more than `most`; a shortcut may save some, but
// never what grows with the values.
static const struct {
    const char *source;
    uint64_t least, most;
} counted[] = {
    {"1", 1, 1},
    {"1 + 2", 1, 3},
    {"true || 1 / 0 > 0", 1, 2},
    {"true ? 1 : l.map(x, x).size()", 1, 3},
    {"[1, 2, 3].all(x, x > 0)", 3, 1 + 4 + 3 * 3},
    {"l.map(x, 1).size()", 1000, 1 + 1 + 1 + 1000},
    {"s.contains('x')", 1000 / 64, 3 + 1000 / 64},
    {"l == l", 1000, 3 + 1 + 1000},
};

static void steps_are_counted(void **state)
{
    sw_arena *arena = new_arena();
    sw_cel_options how = facts(arena);
    for (size_t i = 0; i < sizeof counted / sizeof *counted; i++) {
        uint64_t steps = 0;
        how.steps_taken = &steps;
        evaluated(arena, counted[i].source, &how);
        if (steps < counted[i].least || steps > counted[i].most)
            fail_msg("%s: %llu steps", counted[i].source,
                     (unsigned long long)steps);
    }
    sw_arena_free(arena);
}

// As many steps as were taken are enough, one fewer is not; at the limit all
// that were allowed count as taken. Explaining is not counted.
static void steps_taken_are_the_steps_needed(void **state)
{
    static const char source[] =
        "l.filter(x, x % 7 == 3).map(x, string(x) + s).all(t, t.size() > 9)";
    sw_arena *arena = new_arena();
    const sw_cel_reason *why = NULL;
    uint64_t needed = 0, steps = 0;
    sw_cel_options how = facts(arena);
    sw_cel *cel = parsed(arena, source);
    sw_cel_value v;
    sw_error err = {0};
    how.steps_taken = &needed;
    assert_true(sw_cel_eval(cel, &how, arena, &v, &err));
    assert_true(needed > 5000);

    how.steps_taken = &steps;
    how.max_steps = needed;
    how.reason = &why;
    assert_true(sw_cel_eval(cel, &how, arena, &v, &err));
    assert_true(steps == needed);
    how.max_steps = needed - 1;
    assert_false(sw_cel_eval(cel, &how, arena, &v, &err));
    assert_true(steps == needed - 1);
    sw_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(evaluation_names_the_limit_that_ended_it),
        cmocka_unit_test(values_name_their_limit),
        cmocka_unit_test(parsing_names_the_limit_that_ended_it),
        cmocka_unit_test(steps_are_counted),
        cmocka_unit_test(steps_taken_are_the_steps_needed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
