// Objects: maps whose fields are declared, each with a type of its own.
#include <string.h>

#include "check_support.h"

static const sw_cel_type integer = {.kind = SW_CEL_TYPE_INT},
                         text = {.kind = SW_CEL_TYPE_STRING};
static const sw_cel_type *const texts_of[] = {&text};
static const sw_cel_type texts = {
    .kind = SW_CEL_TYPE_LIST, .args = texts_of, .count = 1};
static const sw_str field_names[] = {
    SW_STR_INIT("country"), SW_STR_INIT("share"), SW_STR_INIT("roles")};
static const sw_cel_type *const field_types[] = {&text, &integer, &texts};
static const sw_cel_type site = {.kind = SW_CEL_TYPE_OBJECT,
                                 .name = SW_STR_INIT("site"),
                                 .args = field_types,
                                 .fields = field_names,
                                 .count = 3};
static const sw_cel_type other = {.kind = SW_CEL_TYPE_OBJECT,
                                  .name = SW_STR_INIT("other"),
                                  .args = field_types,
                                  .fields = field_names,
                                  .count = 3};
static const sw_cel_type *const sites_of[] = {&site};
static const sw_cel_type sites = {
    .kind = SW_CEL_TYPE_LIST, .args = sites_of, .count = 1};

static const sw_cel_variable variables[] = {
    {.name = SW_STR_INIT("sites"), .type = &sites},
    {.name = SW_STR_INIT("main.site"), .type = &site},
    {.name = SW_STR_INIT("strange"), .type = &other},
};
static const sw_cel_env env = {.variables = variables, .variable_count = 3};

static void fields_have_their_types(void **state)
{
    static const struct {
        const char *source, *type;
    } rows[] = {
        {"sites[0].country", "string"},
        {"main.site.share", "int"},
        {"sites.map(s, s.share)", "list(int)"},
        {"sites.filter(s, s.country != 'KR')", "list(site)"},
        {"sites.all(s, s.share > 1 && 'a' in s.roles)", "bool"},
        {"sites == [main.site]", "bool"},
        {"main.site in sites", "bool"},
        {"has(main.site.share)", "bool"},
        {"sites[0].?share", "optional_type(int)"},
        {"[main.site, dyn(1)]", "list(dyn)"},
        {"true ? main.site : sites[0]", "site"},
        {"{'a': main.site}", "map(string, site)"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        sw_arena *arena = new_arena();
        sw_cel *cel = NULL;
        const sw_cel_type *type = NULL;
        sw_error err = {0};
        if (!sw_cel_compile(sw_str_of(rows[i].source), &env, arena, &cel, &type,
                            &err))
            fail_msg("%s: %s", rows[i].source, err.reason);
        assert_string_equal(type_shown(arena, type), rows[i].type);
        sw_arena_free(arena);
    }
}

static void what_an_object_is_not_is_refused(void **state)
{
    static const struct {
        const char *source, *place, *reason;
    } rows[] = {
        {"sites.all(s, s.contry == 'KR')", "line 1, column 16",
         "no field 'contry' in site (did you mean country?)"},
        {"main.site.x > 1", "line 1, column 11", "no field 'x' in site"},
        {"main.site.share == 'a'", "line 1, column 17",
         "no '==' for int and string"},
        {"main.site['share'] == 1", "line 1, column 10",
         "no '[]' for site and string"},
        {"size(main.site) == 1", "line 1, column 1", "size"},
        {"main.site.all(k, k != '')", "line 1, column 1",
         "goes over a list or a map"},
        {"main.site == strange", "line 1, column 11", "no '==' for site and"},
        {"main.site == {'share': 1}", "line 1, column 11", "no '=='"},
        {"main.site == null", "line 1, column 11", "no '=='"},
        {"'share' in main.site", "line 1, column 9", "no 'in'"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        sw_arena *arena = new_arena();
        sw_cel *cel = NULL;
        const sw_cel_type *type = NULL;
        sw_error err = {0};
        if (sw_cel_compile(sw_str_of(rows[i].source), &env, arena, &cel, &type,
                           &err))
            fail_msg("accepted: %s", rows[i].source);
        if (strstr(err.reason, rows[i].reason) == NULL ||
            strcmp(err.place, rows[i].place) != 0)
            fail_msg("%s\n  found: %s: %s", rows[i].source, err.place,
                     err.reason);
        sw_arena_free(arena);
    }
}

static void an_object_without_names_is_no_declaration(void **state)
{
    (void)state;
    static const sw_cel_type broken[] = {
        {.kind = SW_CEL_TYPE_OBJECT,
         .args = field_types,
         .count = 3,
         .fields = field_names},
        {.kind = SW_CEL_TYPE_OBJECT,
         .name = SW_STR_INIT("x"),
         .args = field_types,
         .count = 3},
    };
    for (size_t i = 0; i < 2; i++) {
        sw_arena *arena = new_arena();
        sw_cel_variable v = {.name = SW_STR("v"), .type = &broken[i]};
        sw_cel_env wrong = {.variables = &v, .variable_count = 1};
        sw_error err = {0};
        assert_false(
            sw_cel_check(parsed(arena, "true"), &wrong, arena, NULL, &err));
        assert_int_equal(err.kind, SW_ERR_USAGE);
        sw_arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_have_their_types),
        cmocka_unit_test(what_an_object_is_not_is_refused),
        cmocka_unit_test(an_object_without_names_is_no_declaration),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
