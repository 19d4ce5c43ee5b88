// The estimate: for chosen expressions at their worst it is met and hardly
// passed, what has no bound is unbounded, and values are measured.
#include <string.h>

#include "cost_internal.h"
#include "cost_support.h"

/* ---- chosen ---------------------------------------------------------- */

// At their worst: the variables are as large as they are declared. `most` is
// how far above the estimate may be.
static const struct {
    const char *source;
    double most;
} worst[] = {
    // Steps that can be counted by hand.
    {"1", 1},
    {"x + 1 > 2", 1},
    {"b ? x + x + x : x", 1},
    {"l.all(i, true)", 1},
    {"l.all(i, i < 1000)", 1},
    {"l.map(i, l.map(j, i + j))", 1},
    {"l.all(i, l.all(j, l.all(k, i + j + k < 9999)))", 1},
    {"l.filter(i, i >= 0).map(i, i * 2)", 1},
    {"l.map(i, i >= 0, i * 2).size()", 1},
    {"l.exists_one(i, i == 5)", 1.4},  // quick steps compare for nothing
    {"m.transformMap(k, v, v + 1)", 1},
    {"m.transformList(k, v, k + string(v)).size()", 1.3},
    {"cel.bind(y, l.map(i, i), y.map(i, i))", 1},
    {"cel.block([l.map(i, i), cel.index(0).map(i, i)], "
     "cel.index(1).map(i, i))",
     1},
    // Doubling.
    {"l.map(i, [i, i]).map(i, [i, i]).map(i, [i, i]).size()", 1},
    {"l.map(i, s + s).map(t, t + t).map(t, t + t).map(t, t.size())", 1.1},
    {"cel.bind(a, s + s, cel.bind(b, a + a, cel.bind(d, b + b, d.size())))",
     1.1},
    {"cel.bind(a, [l, l], cel.bind(d, [a, a], cel.bind(e, [d, d], e == e)))",
     1.1},
    // Comparing.
    {"l == l", 1},
    {"[l, l, l] == [l, l, l]", 1.1},
    {"nested == nested", 4},
    {"s == t", 1.1},
    {"s < t", 1.1},
    {"s in [u, u, u]", 1.1},
    {"-1 in l", 1.1},
    {"l.all(i, i in l)", 3},  // half of each list is passed over
    {"m == m", 2},
    {"'k99' in m", 1.1},
    {"m.k99 + m['k98']", 1.1},
    // Sorting by hand: for each, how many are less.
    {"l.map(i, l.filter(j, j < i).size())", 1.2},
    {"l.map(i, l.filter(j, l.filter(k, k < j).size() == i))", 1.5},
    // Text that grows.
    {"s.split('')", 1.1},
    {"s.split('').map(c, c + s).join('-')", 2},
    {"s.split('').join(s)", 2},
    {"s.replace('', s)", 1.1},
    {"s.replace('a', s)", 1.1},
    {"s.replace('aa', s)", 1.1},
    {"s.replace('', s).replace('a', 'bc')", 2},
    {"'%s%s%s'.format([s, s, s])", 3},
    {"'%s'.format([l])", 15},  // any int may take 20 digits, a value more
    {"'%s'.format([m])", 15},
    {"'%.1000f'.format([1e308 * d])", 3},
    {"s.matches('(a|aa|b)*c')", 3},
    {"s.matches(p)", 250},  // whatever the pattern, 20000 instructions
    {"l.all(i, s.matches('b+$') || i >= 0)", 1.1},
    {"s.lastIndexOf('aaaa' + 'b')", 1.5},
    {"strings.quote(s).reverse().upperAscii().trim().size()", 2.5},
    {"base64.decode(base64.encode(bytes(s))).size()", 2},
    {"[0, 1].map(i, timestamp(i).getHours('Asia/Seoul'))", 1.1},
    {"{s: 1, u: 2, s + s: 3, u + u: 4, s + u: 5}", 6},
};

static const struct {
    const char *name, *type;
} chosen_types[] = {
    {"x", "int"},
    {"b", "bool"},
    {"d", "double"},
    {"l", "list(int)"},
    {"m", "map(string, int)"},
    {"s", "string"},
    {"t", "string"},
    {"u", "string"},
    {"p", "string"},
    {"nested", "dyn"},
};

enum { CHOSEN = sizeof chosen_types / sizeof *chosen_types };

static void bind_chosen(sw_arena *arena, sw_cel_binding *bindings,
                        sw_cel_variable *variables)
{
    sw_cel_value l = list_of(arena, int_value(0), 100);
    sw_cel_value *items = (sw_cel_value *)(uintptr_t)l.as.list.at;
    for (int i = 0; i < 100; i++)
        items[i] = int_value(i);
    const sw_cel_value values[CHOSEN] = {
        int_value(1),
        bool_value(true),
        {.kind = SW_CEL_DOUBLE, .as.f64 = 1},
        l,
        numbered_map(arena, 100),
        text_of(arena, "a", 1000),
        text_of(arena, "a", 1000),
        text_of(arena, "b", 1000),
        text_of(arena, "(a|b)", 20),
        doubled(arena, 8),
    };
    for (size_t i = 0; i < CHOSEN; i++) {
        sw_str name = sw_str_of(chosen_types[i].name);
        bindings[i] = (sw_cel_binding){name, values[i]};
        variables[i] =
            (sw_cel_variable){name, typed(arena, chosen_types[i].type),
                              sw_cel_size_of(&values[i])};
    }
}

static void the_worst_is_met_and_hardly_passed(void **state)
{
    sw_arena *arena = new_arena();
    sw_cel_binding bindings[CHOSEN];
    sw_cel_variable variables[CHOSEN];
    bind_chosen(arena, bindings, variables);
    sw_cel_env env = {.variables = variables, .variable_count = CHOSEN};
    sw_cel_options how = {.bindings = bindings,
                          .binding_count = CHOSEN,
                          .max_steps = UINT64_MAX,
                          .max_memory = 1 << 30};
    for (size_t i = 0; i < sizeof worst / sizeof *worst; i++) {
        sw_arena *own = new_arena();
        outcome o = run(own, parsed(own, worst[i].source), &env, &how);
        double above = (double)o.estimate / (double)o.taken;
        if (above > worst[i].most) {
            fail_msg("%s: %" PRIu64 " steps, %" PRIu64 " estimated",
                     worst[i].source, o.taken, o.estimate);
        }
        sw_arena_free(own);
    }
    sw_arena_free(arena);
}

// What hangs on a size that nobody knows is unbounded, and only that.
static const struct {
    const char *source;
    bool bounded;
} open[] = {
    {"x > 1", true},
    {"dyn(any) == 1", true},
    {"any + 1 == 2", true},
    {"any == 'a'", true},
    {"any == [1, 2]", true},
    {"any == any", false},
    {"any in [1, 2]", true},
    {"1 in any", false},
    {"any.f == 1", false},
    {"l.all(i, i > 0)", false},
    {"any.all(i, i > 0)", false},
    {"l[0] > 1", true},
    {"l.size() > 1", true},
    {"s.size() > 1", false},
    {"s == 'abc'", true},
    {"s < 'abc'", true},
    {"s + 'a' == 'b'", false},
    {"small.all(i, i > 0)", true},
    {"small.all(i, s == 'a')", true},
    {"small.all(i, s.contains('a'))", false},
    {"s.startsWith('a')", false},
    {"undeclared > 1", true},
    {"undeclared.f > 1", false},
    {"type(x) == int", true},
    {"google.protobuf.Timestamp == type(x)", true},
    {"nosuch(any).all(i, i > 0)", true},  // an error, whatever any is
    {"t.getHours('Asia/Seoul') > 1", true},
};

static void only_what_hangs_on_an_unknown_size_is_unbounded(void **state)
{
    sw_arena *arena = new_arena();
    sw_cel_variable variables[] = {
        {.name = SW_STR("x"), .type = typed(arena, "int")},
        {.name = SW_STR("any"), .type = typed(arena, "dyn")},
        {.name = SW_STR("l"), .type = typed(arena, "list(int)")},
        {.name = SW_STR("small"),
         .type = typed(arena, "list(int)"),
         .size = {.items = 10}},
        {.name = SW_STR("s"), .type = typed(arena, "string")},
        {.name = SW_STR("t"), .type = typed(arena, "timestamp")},
    };
    sw_cel_env env = {.variables = variables, .variable_count = 6};
    for (size_t i = 0; i < sizeof open / sizeof *open; i++) {
        uint64_t steps = 0;
        sw_error err = {0};
        assert_true(
            sw_cel_cost(parsed(arena, open[i].source), &env, &steps, &err));
        if ((steps < UINT64_MAX) != open[i].bounded)
            fail_msg("%s: %" PRIu64, open[i].source, steps);
    }
    sw_arena_free(arena);
}

static bool give_list(void *data, const sw_cel_value *args, size_t count,
                      sw_arena *arena, sw_cel_value *out, sw_error *err)
{
    *out = list_of(arena, args[0], 10);
    return true;
}

// Functions of the caller's own count as they are declared.
static void own_functions_are_estimated_as_declared(void **state)
{
    static const struct {
        const char *source;
        uint64_t steps;
    } cases[] = {
        {"repeat(1).size()", 3 + 100},
        {"repeat(1).all(i, i > 0)", 3 + 100 + 10 * 3},
        {"repeat(1).all(i, repeat(i).all(j, j > 0))",
         3 + 100 + 10 * (3 + 100 + 10 * 3)},
    };
    sw_arena *arena = new_arena();
    const sw_cel_type *of_int = typed(arena, "int");
    sw_cel_function f = {.name = SW_STR("repeat"),
                         .params = &of_int,
                         .param_count = 1,
                         .result = typed(arena, "list(int)"),
                         .call = give_list,
                         .steps = 100,
                         .size = {.items = 10}};
    sw_cel_env env = {.functions = &f, .function_count = 1};
    sw_cel_options how = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sw_cel *cel = NULL;
        sw_error err = {0};
        assert_true(sw_cel_compile(sw_str_of(cases[i].source), &env, arena,
                                   &cel, NULL, &err));
        outcome o = run(arena, cel, &env, &how);
        if (o.estimate != cases[i].steps || o.taken != cases[i].steps) {
            fail_msg("%s: %" PRIu64 " taken, %" PRIu64 " estimated",
                     cases[i].source, o.taken, o.estimate);
        }
    }
    sw_arena_free(arena);
}

// As deep as the parser goes.
static void the_deepest_trees_are_estimated(void **state)
{
    static const char *const shapes[][3] = {
        {"[", "1", "]"},
        {"{1: ", "1", "}"},
        {"size(", "l", ")"},
        {"(", "1", " + 1)"},
        {"l.map(i, ", "i", ")"},
        {"cel.bind(i, 1, ", "i", ")"},
        {"", "l", ".f"},
        {"", "l", "[0]"},
        {"true ? 1 : (", "2", ")"},
        {"optional.of(", "1", ")"},
    };
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        sw_arena *arena = new_arena();
        sw_cel *cel = NULL;
        int depth = SW_CEL__MAX_DEPTH;
        for (; depth > 0 && cel == NULL; depth--) {
            sw_buf text = {0};
            sw_error err = {0};
            for (int n = 0; n < depth; n++)
                sw_buf_str(&text, sw_str_of(shapes[i][0]));
            sw_buf_str(&text, sw_str_of(shapes[i][1]));
            for (int n = 0; n < depth; n++)
                sw_buf_str(&text, sw_str_of(shapes[i][2]));
            if (!sw_cel_parse((sw_str){text.at, text.len}, arena, &cel, &err))
                cel = NULL;
            sw_buf_free(&text);
        }
        uint64_t steps = 0;
        sw_error err = {0};
        assert_true(depth > 100);
        assert_true(sw_cel_cost(cel, NULL, &steps, &err));
        assert_true(steps >= (uint64_t)depth);
        sw_arena_free(arena);
    }
}

static void a_wrong_env_is_refused(void **state)
{
    sw_arena *arena = new_arena();
    sw_cel_variable twice[] = {
        {.name = SW_STR("x"), .type = typed(arena, "int")},
        {.name = SW_STR("x"), .type = typed(arena, "int")},
    };
    sw_cel_env env = {.variables = twice, .variable_count = 2};
    uint64_t steps = 7;
    sw_error err = {0};
    assert_false(sw_cel_cost(parsed(arena, "x"), &env, &steps, &err));
    assert_int_equal(err.kind, SW_ERR_USAGE);
    assert_int_equal(steps, 7);
    sw_arena_free(arena);
}

/* ---- sizes ----------------------------------------------------------- */

static void values_are_measured(void **state)
{
    static const struct {
        const char *source;
        sw_cel_size size;
    } cases[] = {
        {"1", {1, 1, 1}},
        {"'abcd'", {1, 4, 1}},
        {"[]", {1, 1, 1}},
        {"[1, 2, 3]", {3, 1, 4}},
        {"[[1, 2], ['abc'], []]", {3, 3, 7}},
        {"{'a': 'bcd', 'e': [1, 2, 3]}", {3, 3, 8}},
        {"optional.of(['ab'])", {1, 2, 3}},
        {"optional.none()", {1, 1, 1}},
    };
    sw_arena *arena = new_arena();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sw_cel_value v = evaluated(arena, cases[i].source, NULL);
        sw_cel_size size = sw_cel_size_of(&v), want = cases[i].size;
        if (size.items != want.items || size.bytes != want.bytes ||
            size.values != want.values)
            fail_msg("%s: %" PRIu64 ", %" PRIu64 ", %" PRIu64, cases[i].source,
                     size.items, size.bytes, size.values);
    }
    // Shared parts count as often as they are met; beyond 10 million, or 1000
    // levels, it is not known how often.
    sw_cel_value v = doubled(arena, 10);
    assert_true(sw_cel_size_of(&v).values == (1 << 11) - 1);
    v = doubled(arena, 60);
    assert_true(sw_cel_size_of(&v).values == 0);
    v = int_value(1);
    for (int i = 0; i < 1001; i++)
        v = list_of(arena, v, 1);
    assert_true(sw_cel_size_of(&v).values == 0);
    sw_arena_free(arena);
}

/* ---- every function has a rule --------------------------------------- */

static void every_function_has_a_rule(void **state)
{
    for (size_t i = 0; sw_cel__tables[i] != NULL; i++) {
        const sw_cel__function *f = sw_cel__tables[i];
        for (; f->name != NULL; f++) {
            if (sw_cel__find_cost_rule(f) == NULL)
                fail_msg("%s has none", f->name);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_worst_is_met_and_hardly_passed),
        cmocka_unit_test(only_what_hangs_on_an_unknown_size_is_unbounded),
        cmocka_unit_test(own_functions_are_estimated_as_declared),
        cmocka_unit_test(the_deepest_trees_are_estimated),
        cmocka_unit_test(a_wrong_env_is_refused),
        cmocka_unit_test(values_are_measured),
        cmocka_unit_test(every_function_has_a_rule),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
