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

static void each_allocation_fails_in_turn(void **state)
{
    for (size_t n = 1;; n++) {
        sw_error err = {0};
        fail_alloc_at(n);
        bool ok = use(&err);
        if (!fail_alloc_done()) {
            assert_true(ok);
            assert_true(n > 10);
            return;
        }
        assert_false(ok);
        assert_int_equal(err.kind, SW_ERR_MACHINE);
        assert_true(n < 10000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_allocation_fails_in_turn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
