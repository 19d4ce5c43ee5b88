// Each allocation fails in turn; the error says so, and nothing leaks (the
// leak checker of AddressSanitizer judges that).
#include <string.h>

#include "cel_support.h"
#include "fail_alloc.h"

static const char source[] =
    "cel.bind(y, [a.b, 2, 3].map(i, x, x > 1, string(x) + 'z' + string(1.5)),"
    " y.exists(s, s.matches('^(2|3)z\\\\pL*' + t) || s.matches('[a-z]+$')) &&"
    " {'k': y, ?'o': optional.of(1)}.k.size() + f.g < 3) ? u + v : [u, v, w]"
    " == [1, 2, 3, 4, 5].filter(q, q % 2 == 0 && q in [u, v, w, 4, 5])"
    " || M{?f: optional.of(1)} == 1";

static bool use(sw_error *err)
{
    bool ok = false;
    sw_arena *arena = NULL;
    sw_cel *cel = NULL;
    const sw_cel_reference *refs = NULL;
    const sw_cel_reason *why = NULL;
    size_t count = 0;
    const sw_cel_overload *functions = NULL;
    sw_cel_value value;
    uint64_t steps = 0;
    sw_str text;
    if (!sw_arena_new(&arena, err)) goto done;
    sw_cel_entry b = {string_value("b"), int_value(1)};
    sw_cel_entry g = {string_value("g"), int_value(2)};
    sw_cel_value a = {.kind = SW_CEL_MAP}, f = {.kind = SW_CEL_MAP};
    a.as.map.at = &b;
    f.as.map.at = &g;
    a.as.map.count = f.as.map.count = 1;
    sw_str names[] = {SW_STR("u"), SW_STR("v"), SW_STR("w")};
    sw_cel_value unknowns[3];
    for (int i = 0; i < 3; i++) {
        unknowns[i] = (sw_cel_value){.kind = SW_CEL_UNKNOWN};
        unknowns[i].as.unknown.at = &names[i];
        unknowns[i].as.unknown.count = 1;
    }
    sw_cel_binding bindings[] = {
        {SW_STR("a"), a},
        {SW_STR("f"), f},
        {SW_STR("t"), string_value("$")},
        {SW_STR("u"), unknowns[0]},
        {SW_STR("v"), unknowns[1]},
        {SW_STR("w"), unknowns[2]},
    };
    sw_cel_options how = {
        .bindings = bindings, .binding_count = 6, .reason = &why};
    sw_cel_variable variables[6];
    for (int i = 0; i < 6; i++) {
        variables[i] =
            (sw_cel_variable){bindings[i].name, sw_cel_type_of(SW_CEL_TYPE_DYN),
                              sw_cel_size_of(&bindings[i].value)};
    }
    sw_cel_env env = {.variables = variables, .variable_count = 6};
    ok = sw_cel_parse(SW_STR(source), arena, &cel, err) &&
         sw_cel_cost(cel, &env, &steps, err) &&
         sw_cel_references(cel, arena, &refs, &count, err) &&
         sw_cel_unparse(cel, arena, &text, err) &&
         sw_cel_overloads(arena, &functions, &count, err) &&
         sw_cel_eval(cel, &how, arena, &value, err) &&
         sw_cel_print(&value, arena, &text, err);

done:
    sw_arena_free(arena);
    return ok;
}

/* ---- checking -------------------------------------------------------- */

static bool negate(void *data, const sw_cel_value *args, size_t count,
                   sw_arena *arena, sw_cel_value *out, sw_error *err)
{
    *out = bool_value(!args[0].as.boolean);
    return true;
}

// Types that are constants, so that only what is tested allocates.
static const sw_cel_type boolean = {.kind = SW_CEL_TYPE_BOOL};
static const sw_cel_type number = {.kind = SW_CEL_TYPE_INT};
static const sw_cel_type any = {.kind = SW_CEL_TYPE_PARAM,
                                .name = SW_STR_INIT("T")};
static const sw_cel_type other = {.kind = SW_CEL_TYPE_PARAM,
                                  .name = SW_STR_INIT("U")};
static const sw_cel_type *const of_any[] = {&any, &other};
static const sw_cel_type *const of_bool[] = {&boolean};
static const sw_cel_type pair = {.kind = SW_CEL_TYPE_ABSTRACT,
                                 .name = SW_STR_INIT("pair"),
                                 .args = of_any,
                                 .count = 2};
static const sw_cel_variable variables[] = {
    {.name = SW_STR_INIT("z"), .type = &number},
    {.name = SW_STR_INIT("a.b"), .type = &number},
    {.name = SW_STR_INIT("space.c"), .type = &boolean},
};
static const sw_cel_function functions[] = {
    {SW_STR_INIT("pair"), false, of_any, 2, &pair, NULL, .data = NULL},
    {SW_STR_INIT("space.not"), false, of_bool, 1, &boolean, negate,
     .data = NULL},
    {SW_STR_INIT("flip"), true, of_bool, 1, &boolean, negate, .data = NULL},
};
static const sw_cel_env env = {variables, 3, functions, 3,
                               SW_STR_INIT("space")};

static const char checked_source[] =
    "cel.bind(x, [[], [[1]], [dyn(2)]], x.size() > 1 ||"
    " x[0].all(l, l.map(e, {'k': e, ?'o': optional.of(null)}) == []))"
    " && not(c).flip() && [1, a.b, z].exists(i, i > 0) && int == type(z) &&"
    " (pair(1, [2]) == pair(1, []) ? {'a': 1} : {}) != {'b': dyn(1)}";
static const char faulty_source[] =
    "[a.b, 'a'].exists(i, i == z) && nit(c) && c.filp() && z + 'a' == a.c";

static bool check_types(sw_error *err)
{
    bool ok = false;
    sw_arena *arena = NULL;
    sw_cel *cel = NULL;
    const sw_cel_type *type = NULL, *read = NULL;
    sw_str text;
    if (!sw_arena_new(&arena, err)) goto done;
    ok =
        sw_cel_compile(SW_STR(checked_source), &env, arena, &cel, &type, err) &&
        sw_cel_type_text(type, arena, &text, err) &&
        sw_cel_type_parse(SW_STR("map(string, pair(int, list(bool)))"), arena,
                          &read, err) &&
        sw_cel_type_text(read, arena, &text, err);

done:
    sw_arena_free(arena);
    return ok;
}

// True if the fault was found, and told.
static bool find_fault(sw_error *err)
{
    sw_arena *arena = NULL;
    sw_cel *cel = NULL;
    bool ok =
        sw_arena_new(&arena, err) &&
        sw_cel_compile(SW_STR(faulty_source), &env, arena, &cel, NULL, err);
    sw_arena_free(arena);
    assert_false(ok);
    return err->kind == SW_ERR_INPUT;
}

/* ---- residuals ------------------------------------------------------- */

// Reduced; with literals for names only, as steps do not do for more; and too
// long to be unrolled.
static const struct {
    const char *source;
    uint64_t steps;
} left[] = {
    {"cel.bind(y, u + 1, xs.filter(x, x > y).map(x, [x, m, ?m.?k]) + [y] + "
     "[[type(1) == int, 1 / 0, 5]].map(z, u.all(m, m == .m)))",
     0},
    {"cel.block([u + 1, cel.index(0) * 2], xs.exists(x, x == cel.index(1)))",
     0},
    {"u ? xs.all(x, x > 1) : m.k", 2},
    {"xs.map(x, u, text)", 0},
};

static bool use_residual(sw_error *err)
{
    bool ok = false;
    sw_arena *arena = NULL;
    sw_cel *cel = NULL, *rest = NULL;
    sw_str names[] = {SW_STR("u"), SW_STR("m.k")};
    sw_cel_value open[2] = {{.kind = SW_CEL_UNKNOWN}, {.kind = SW_CEL_UNKNOWN}};
    for (size_t i = 0; i < 2; i++) {
        open[i].as.unknown.at = &names[i];
        open[i].as.unknown.count = 1;
    }
    char text[6000];
    memset(text, 'a', sizeof text);
    sw_cel_value items[12];
    for (int i = 0; i < 12; i++)
        items[i] = int_value(i);
    sw_cel_entry k = {string_value("k"), open[1]};
    sw_cel_value m = {.kind = SW_CEL_MAP}, xs = {.kind = SW_CEL_LIST};
    m.as.map.at = &k;
    m.as.map.count = 1;
    xs.as.list.at = items;
    xs.as.list.count = 12;
    sw_cel_binding bindings[] = {
        {SW_STR("u"), open[0]},
        {SW_STR("m"), m},
        {SW_STR("xs"), xs},
        {SW_STR("text"), {.kind = SW_CEL_STRING, .as.str = {text, 6000}}},
    };
    sw_cel_options how = {.bindings = bindings, .binding_count = 4};
    if (!sw_arena_new(&arena, err)) goto done;
    for (size_t i = 0; i < sizeof left / sizeof *left; i++) {
        how.max_steps = left[i].steps;
        ok = sw_cel_parse(sw_str_of(left[i].source), arena, &cel, err) &&
             sw_cel_residual(cel, &how, arena, &rest, err);
        if (!ok) goto done;
    }

done:
    sw_arena_free(arena);
    return ok;
}

/* ---- the tests ------------------------------------------------------- */

static void fail_each(bool (*does)(sw_error *err))
{
    for (size_t n = 1;; n++) {
        sw_error err = {0};
        fail_alloc_at(n);
        bool ok = does(&err);
        if (!fail_alloc_done()) {
            if (!ok) fail_msg("%s: %s", err.place, err.reason);
            assert_true(n > 10);
            return;
        }
        assert_false(ok);
        assert_int_equal(err.kind, SW_ERR_MACHINE);
        assert_true(n < 10000);
    }
}

static void each_allocation_fails_in_turn(void **state)
{
    fail_each(use);
}

static void each_allocation_of_a_check_fails_in_turn(void **state)
{
    fail_each(check_types);
    fail_each(find_fault);
}

static void each_allocation_of_a_residual_fails_in_turn(void **state)
{
    fail_each(use_residual);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_allocation_fails_in_turn),
        cmocka_unit_test(each_allocation_of_a_check_fails_in_turn),
        cmocka_unit_test(each_allocation_of_a_residual_fails_in_turn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
