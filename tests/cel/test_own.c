// Functions of the embedder's own: called with what they declare, chosen by
// kinds, refused where nobody could tell which one is meant.
#include "check_support.h"

/* ---- functions to call ----------------------------------------------- */

static bool twice(void *data, const sw_cel_value *args, size_t count,
                  sw_arena *arena, sw_cel_value *out, sw_error *err)
{
    int *calls = data;
    if (calls != NULL) ++*calls;
    *out = int_value(args[0].as.i64 * 2);
    return true;
}

// The kinds of its arguments, as text.
static bool kinds(void *data, const sw_cel_value *args, size_t count,
                  sw_arena *arena, sw_cel_value *out, sw_error *err)
{
    sw_buf buf = {0};
    if (data != NULL) sw_buf_printf(&buf, "%s:", (const char *)data);
    for (size_t i = 0; i < count; i++) {
        sw_buf_printf(&buf, "%s%s", i > 0 ? "," : "",
                      sw_cel_kind_name(args[i].kind));
    }
    out->kind = SW_CEL_STRING;
    bool ok = sw_arena_str(arena, (sw_str){buf.at, buf.len}, &out->as.str);
    sw_buf_free(&buf);
    return ok || sw_fail_memory(err);
}

static bool gives_error(void *data, const sw_cel_value *args, size_t count,
                        sw_arena *arena, sw_cel_value *out, sw_error *err)
{
    *out = error_value("not today");
    return true;
}

static bool stops(void *data, const sw_cel_value *args, size_t count,
                  sw_arena *arena, sw_cel_value *out, sw_error *err)
{
    return data == NULL ? false
                        : sw_fail(err, SW_ERR_MACHINE, "the disk is gone");
}

static bool hoards(void *data, const sw_cel_value *args, size_t count,
                   sw_arena *arena, sw_cel_value *out, sw_error *err)
{
    *out = bool_value(sw_arena_alloc(arena, 4 << 20) != NULL);
    return true;
}

// All declared functions are called alike.
static sw_cel_env env_of(sw_arena *arena, const char *text,
                         __typeof__(&kinds) call, void *data)
{
    sw_cel_env env = declared(arena, text);
    sw_cel_function *functions =
        SW_NEW_ARRAY(arena, sw_cel_function, MOST_DECLARED);
    memcpy(functions, env.functions, env.function_count * sizeof *functions);
    for (size_t i = 0; i < env.function_count; i++) {
        functions[i].call = call;
        functions[i].data = data;
    }
    env.functions = functions;
    return env;
}

static sw_cel *compiled(sw_arena *arena, const char *source,
                        const sw_cel_env *env)
{
    sw_cel *cel = NULL;
    sw_error err = {0};
    if (!sw_cel_compile(sw_str_of(source), env, arena, &cel, NULL, &err))
        fail_msg("%s: %s", source, err.reason);
    return cel;
}

static const char *outcome(sw_arena *arena, const sw_cel *cel,
                           const sw_cel_options *how)
{
    sw_cel_value value = {0};
    sw_error err = {0};
    if (!sw_cel_eval(cel, how, arena, &value, &err))
        fail_msg("%.*s: %s", SW_STR_ARGS(sw_cel_source(cel)), err.reason);
    return shown(arena, &value);
}

/* ---- calls ----------------------------------------------------------- */

static void the_overload_of_the_arguments_kinds_is_called(void **state)
{
    static const char *const cases[][3] = {
        {"f(int): string", "f(1)", "\"int\""},
        {"f(): string", "f()", "\"\""},
        {"f(int, string, bool): string", "f(1, 'a', true)",
         "\"int,string,bool\""},
        {"string>f(int): string", "'a'.f(1)", "\"string,int\""},
        {"my.pkg.f(int): string", "my.pkg.f(1)", "\"int\""},
        {"my.pkg.f(int): string", "my . pkg . f ( 1 )", "\"int\""},
        {"f(dyn): string", "[f(1), f('a'), f(null), f([f(1)])]",
         "[\"int\", \"string\", \"null_type\", \"list\"]"},
        {"f(param(T), list(param(T))): string", "f(1, [2])", "\"int,list\""},
        {"f(wrapper(int)): string", "f(1) + f(null)", "\"intnull_type\""},
        {"f(net.IP): string; f(net.CIDR): string",
         "f(ip('::1')) + f(cidr('::/8'))", "\"net.IPnet.CIDR\""},
        {"f(region): string; x: region", "f(x)", "\"string\""},
        {"f(map(string, int)): string; f(list(int)): string",
         "f({'a': 1}) + f([1]) + f({}) + f([])", "\"maplistmaplist\""},
        {"f(optional_type(int)): string", "f(optional.none())",
         "\"optional_type\""},
        {"f(type): string", "f(int)", "\"type\""},
        {"f(timestamp): string; f(duration): string",
         "f(timestamp(0)) + f(duration('1s'))",
         "\"google.protobuf.Timestampgoogle.protobuf.Duration\""},
        // Beside what is standard, for other kinds.
        {"size(int): string", "size(1) + string(size('ab'))", "\"int2\""},
        {"matches(int, string): string", "matches(1, 'a')", "\"int,string\""},
        {"matches(int, string): string",
         "matches('a', 'a') && 'a'.matches('a')", "true"},
        {"int>startsWith(int): string", "(1).startsWith(2)", "\"int,int\""},
        {"int>size(): string", "(1).size() + string('ab'.size())", "\"int2\""},
        {"math.abs(string): string", "math.abs('a') + string(math.abs(-1))",
         "\"string1\""},
        {"f(int): string; int>f(): string", "f(1) + (2).f()", "\"intint\""},
        // In macros, and around other calls.
        {"f(int): string", "[1, 2].map(x, f(x))", "[\"int\", \"int\"]"},
        {"f(int): string", "[1, 2].exists(x, f(x) == 'int')", "true"},
        {"f(string): string", "f(f(f('a')))", "\"string\""},
        {"f(int): string", "cel.bind(x, f(1), x + x)", "\"intint\""},
        {"f(int, int, int, int, int, int): string", "f(1, 2, 3, 4, 5, 6)",
         "\"int,int,int,int,int,int\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sw_arena *arena = new_arena();
        sw_cel_env env = env_of(arena, cases[i][0], kinds, NULL);
        sw_cel_binding x = {SW_STR("x"), string_value("a region")};
        sw_cel_options how = {.bindings = &x, .binding_count = 1};
        const char *got =
            outcome(arena, compiled(arena, cases[i][1], &env), &how);
        if (strcmp(got, cases[i][2]) != 0) fail_msg("%s: %s", cases[i][1], got);
        sw_arena_free(arena);
    }
}

static void dyn_is_told_apart_when_it_is_evaluated(void **state)
{
    static const char *const cases[][2] = {
        {"f(dyn(1))", "\"int\""},
        {"f(dyn('a'))", "\"string\""},
        {"f(dyn(1.5))", "error"},
        {"f(dyn(1.5)) == '' || true", "true"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sw_arena *arena = new_arena();
        sw_cel_env env =
            env_of(arena, "f(int): string; f(string): string", kinds, NULL);
        const char *got =
            outcome(arena, compiled(arena, cases[i][0], &env), NULL);
        if (strncmp(got, cases[i][1], strlen(cases[i][1])) != 0)
            fail_msg("%s: %s", cases[i][0], got);
        sw_arena_free(arena);
    }
}

static void arguments_are_strict(void **state)
{
    static const char *const cases[][2] = {
        {"f(1 / 0) == 1", "error"},
        {"f(1 / 0) == 1 || true", "true"},
        {"f(u) == 1", "unknown"},
        {"f(u) == 1 && false", "false"},
        {"f(f(u) + 1 / 0) == 1", "error"},
        // Within arguments, too: nobody knows what the function reads.
        {"g(m) == 1", "unknown(m.k)"},
        {"g([m, m]) == 1", "unknown(m.k)"},
        {"g(optional.of(m)) == 1", "unknown(m.k)"},
        {"g([m, xs]) == 1", "error"},
        {"g(m) == 1 && false", "false"},
        {"g(m.k) == 1", "unknown(m.k)"},
    };
    int calls = 0;
    sw_arena *arena = new_arena();
    sw_cel_env env =
        env_of(arena, "f(int): int; g(dyn): int; u: int; m: dyn; xs: dyn",
               twice, &calls);
    sw_cel_entry k = {string_value("k"), unknown_value(arena, "m.k")};
    sw_cel_value m = {.kind = SW_CEL_MAP}, xs = {.kind = SW_CEL_LIST};
    sw_cel_value bad = error_value("bad");
    m.as.map.at = &k;
    xs.as.list.at = &bad;
    m.as.map.count = xs.as.list.count = 1;
    sw_cel_binding bound[] = {{SW_STR("u"), unknown_value(arena, "u")},
                              {SW_STR("m"), m},
                              {SW_STR("xs"), xs}};
    sw_cel_options how = {.bindings = bound, .binding_count = 3};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *got =
            outcome(arena, compiled(arena, cases[i][0], &env), &how);
        if (strncmp(got, cases[i][1], strlen(cases[i][1])) != 0)
            fail_msg("%s: %s", cases[i][0], got);
    }
    assert_int_equal(calls, 0);
    sw_arena_free(arena);
}

// A clock may be among them.
static void nothing_is_called_before_the_evaluation(void **state)
{
    int calls = 0;
    sw_arena *arena = new_arena();
    sw_cel_env env = env_of(arena, "f(int): int", twice, &calls);
    sw_cel *cel = compiled(arena, "f(1) + f(f(2)) > 0", &env);
    assert_int_equal(calls, 0);
    assert_string_equal(outcome(arena, cel, NULL), "true");
    assert_int_equal(calls, 3);
    assert_string_equal(outcome(arena, cel, NULL), "true");
    assert_int_equal(calls, 6);
    sw_arena_free(arena);
}

static void an_error_is_a_value_and_a_failure_ends_it(void **state)
{
    sw_arena *arena = new_arena();
    sw_cel_env env = env_of(arena, "f(int): bool; b: bool", gives_error, NULL);
    sw_cel_binding b = {SW_STR("b"), bool_value(true)};
    sw_cel_options how = {.bindings = &b, .binding_count = 1};
    sw_cel *cel = compiled(arena, "f(1) || b", &env);
    assert_string_equal(outcome(arena, cel, &how), "true");

    char disk[] = "disk";
    char *const reasons[] = {disk, NULL};
    for (int i = 0; i < 2; i++) {
        sw_cel_value value = {0};
        sw_error err = {0};
        env = env_of(arena, "f(int): bool; b: bool", stops, reasons[i]);
        cel = compiled(arena, "b || f(1)", &env);
        assert_string_equal(outcome(arena, cel, &how), "true");
        cel = compiled(arena, "f(1) || b", &env);
        assert_false(sw_cel_eval(cel, &how, arena, &value, &err));
        assert_int_equal(err.kind, SW_ERR_MACHINE);
        assert_string_not_equal(err.reason, "");
        if (i == 0) assert_string_equal(err.reason, "the disk is gone");
    }
    sw_arena_free(arena);
}

static void what_is_only_declared_has_no_value(void **state)
{
    sw_arena *arena = new_arena();
    sw_cel_env env = env_of(arena, "f(int): bool", NULL, NULL);
    const char *got = outcome(arena, compiled(arena, "f(1)", &env), NULL);
    assert_non_null(strstr(got, "'f' is declared, but has no code"));
    sw_arena_free(arena);
}

static void what_they_take_counts_as_the_runs_memory(void **state)
{
    sw_arena *arena = new_arena();
    sw_cel_env env = env_of(arena, "f(int): bool", hoards, NULL);
    sw_cel *cel =
        compiled(arena, "[1, 2, 3, 4, 5, 6, 7, 8].all(x, f(x))", &env);
    sw_cel_value value = {0};
    sw_error err = {0};
    sw_cel_options how = {.max_memory = 16 << 20};
    assert_false(sw_cel_eval(cel, &how, arena, &value, &err));
    assert_non_null(strstr(err.reason, "16777216 bytes"));
    how.max_memory = 0;
    assert_string_equal(outcome(arena, cel, &how), "true");
    sw_arena_free(arena);
}

static void containers_reach_functions_and_variables(void **state)
{
    static const char *const cases[][2] = {
        {"f(1)", "\"inner:int\""},
        {".f(1)", "\"outer:int\""},
        {"b.f(1)", "\"inner:int\""},
        {"a.b.f(1)", "\"inner:int\""},
        {"x", "1"},
        {"[2].map(x, x + .y)", "[5]"},
    };
    char inner[] = "inner", outer[] = "outer";
    sw_arena *arena = new_arena();
    const sw_cel_type *takes[] = {sw_cel_type_of(SW_CEL_TYPE_INT)};
    const sw_cel_type *gives = sw_cel_type_of(SW_CEL_TYPE_STRING);
    sw_cel_function functions[] = {
        {SW_STR("f"), false, takes, 1, gives, kinds, .data = outer},
        {SW_STR("a.b.f"), false, takes, 1, gives, kinds, .data = inner},
    };
    sw_cel_env env = declared(arena, "a.b.x: int; x: string; y: int");
    env.functions = functions;
    env.function_count = 2;
    env.container = SW_STR("a.b");
    sw_cel_binding bindings[] = {{SW_STR("x"), string_value("no")},
                                 {SW_STR("a.b.x"), int_value(1)},
                                 {SW_STR("y"), int_value(3)}};
    sw_cel_options how = {.bindings = bindings, .binding_count = 3};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sw_cel *cel = compiled(arena, cases[i][0], &env);
        assert_string_equal(outcome(arena, cel, &how), cases[i][1]);
        // Written out, it means the same.
        sw_str text;
        sw_error err = {0};
        assert_true(sw_cel_unparse(cel, arena, &text, &err));
        cel = compiled(arena, text.at, &env);
        assert_string_equal(outcome(arena, cel, &how), cases[i][1]);
    }
    sw_arena_free(arena);
}

/* ---- declarations ---------------------------------------------------- */

static void what_cannot_be_told_apart_is_refused(void **state)
{
    static const char *const cases[] = {
        "size(string): int",
        "size(dyn): int",
        "size(list(int)): int",
        "size(wrapper(string)): int",
        "string>size(): int",
        "startsWith(string, string): bool; string>startsWith(dyn): bool",
        "math.greatest(int, int, int): int",
        "math.greatest(list(string)): int",
        "type(region): type",
        "optional_type(int)>or(int): int",
        "int>or(int): int",
        "f(int): int; f(int): string",
        "f(list(int)): int; f(list(string)): int",
        "f(int): int; f(wrapper(int)): int",
        "f(param(T)): int; f(string): int",
        "f(region): int; f(string): int",
        "f(wrapper(int)): int; f(wrapper(string)): int",
        "has(int): bool",
        "list(int)>map(int, int): int",
        "int>all(int, int): int",
        "my.exists(int, int): bool",
        "cel.bind(int, int, int): int",
        "string>my.f(): int",
        "1f(): int",
        "a..f(): int",
        ".f(): int",
        "f.(): int",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sw_arena *arena = new_arena();
        sw_cel_env env = env_of(arena, cases[i], kinds, NULL);
        sw_cel *cel = NULL;
        sw_error err = {0};
        if (sw_cel_compile(SW_STR("1"), &env, arena, &cel, NULL, &err))
            fail_msg("%s: taken", cases[i]);
        assert_int_equal(err.kind, SW_ERR_USAGE);
        // What is only declared is never called.
        env = env_of(arena, cases[i], NULL, NULL);
        (void)compiled(arena, "1", &env);
        sw_arena_free(arena);
    }
}

static void what_can_be_told_apart_is_taken(void **state)
{
    static const char *const cases[] = {
        "size(int): int; size(string, string): int",
        "f(int): int; f(uint): int; f(int, int): int; int>f(): int",
        "f(list(int)): int; f(map(int, int)): int",
        "f(int, dyn): int; f(string, dyn): int",
        "math.abs(string): int; int>contains(int): bool",
        "my.map(int): int; map(int, int): int; my.has(int): int",
        "all(int): int; list(int)>map(): int",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sw_arena *arena = new_arena();
        sw_cel_env env = env_of(arena, cases[i], kinds, NULL);
        (void)compiled(arena, "1", &env);
        sw_arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_overload_of_the_arguments_kinds_is_called),
        cmocka_unit_test(dyn_is_told_apart_when_it_is_evaluated),
        cmocka_unit_test(arguments_are_strict),
        cmocka_unit_test(nothing_is_called_before_the_evaluation),
        cmocka_unit_test(an_error_is_a_value_and_a_failure_ends_it),
        cmocka_unit_test(what_is_only_declared_has_no_value),
        cmocka_unit_test(what_they_take_counts_as_the_runs_memory),
        cmocka_unit_test(containers_reach_functions_and_variables),
        cmocka_unit_test(what_cannot_be_told_apart_is_refused),
        cmocka_unit_test(what_can_be_told_apart_is_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
