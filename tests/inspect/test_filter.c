// Tag expressions mean what segwan/map.h and osmium's man page say.
#include <stdio.h>
#include <string.h>

#include "cmocka_all.h"
#include "inspect_internal.h"

enum { N = 1, W = 2, R = 4, A = 8 };

static void expressions_match_as_described(void **state)
{
    (void)state;
    static const struct {
        bool scope;
        const char *text;
        unsigned kind;
        const char *key, *value;
        bool matches;
    } cases[] = {
        {false, "ele", N, "ele", "12", true},
        {false, "ele", N, "elevator", "12", false},
        {false, "name:*", N, "name:ko", "x", true},
        {false, "name:*", N, "name", "x", false},
        {false, "*name*", N, "alt_name:ko", "x", true},
        {false, "man_made=pipeline", W, "man_made", "pipeline", true},
        {false, "man_made=pipeline", W, "man_made", "pipelines", false},
        {false, "power=tower,pole", N, "power", "pole", true},
        {false, "power=tower,pole", N, "power", "line", false},
        {false, "power=*er", N, "power", "tower", true},
        {false, "power=*er", N, "power", "towers", false},
        {false, "a*b*c=*", N, "aXbYbZc", "", true},
        {false, "a*b*c", N, "aXbYbZ", "", false},
        {false, "source:*=survey*", N, "source:name", "survey 2020", true},
        {false, "n/ele", N, "ele", "1", false},
        {false, "n/ele", N, "n/ele", "1", true},
        {true, "highway", N, "highway", "stop", true},
        {true, "w/highway", N, "highway", "stop", false},
        {true, "w/highway", W, "highway", "road", true},
        {true, "nwr/natural=water,wood", R, "natural", "wood", true},
        {true, "nwr/natural=water,wood", A, "natural", "wood", false},
        {true, "a/building", A, "building", "yes", true},
        {true, "/note", R, "note", "", true},
        {true, "w/highway!=primary", W, "highway", "road", true},
        {true, "w/highway!=primary", W, "highway", "primary", false},
        {true, "w/highway!=primary", W, "name", "road", false},
        {true, "w/name,name:de=A,B", W, "name:de", "B", true},
        {true, "n/addr:*", N, "addr:city", "x", true},
        {true, "n/name=*Paris", N, "name", "Gare Paris Nord", true},
        {true, "n/name=Paris*", N, "name", "Paris Nord", true},
        {true, "n/name=Paris*", N, "name", "Gare Paris", false},
    };
    sw_arena *arena = NULL;
    sw_error err;
    assert_true(sw_arena_new(&arena, &err));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sw_str text = sw_str_of(cases[i].text);
        sw_inspect__filter filter;
        bool ok = cases[i].scope
                      ? sw_inspect__scope_parse(&text, 1, arena, &filter, &err)
                      : sw_inspect__strip_parse(&text, 1, arena, &filter, &err);
        assert_true(ok);
        bool matches = sw_inspect__filter_match(&filter, cases[i].kind,
                                                sw_str_of(cases[i].key),
                                                sw_str_of(cases[i].value));
        if (matches != cases[i].matches)
            fail_msg("%s and %s=%s", cases[i].text, cases[i].key,
                     cases[i].value);
    }
    sw_arena_free(arena);
}

static void bad_expressions_are_refused_by_place(void **state)
{
    (void)state;
    static const char *const bad[] = {"",     "  ", "=x",   "x=",   "x=a,,b",
                                      "nx/a", "w/", "w/=x", "w/!=x"};
    sw_arena *arena = NULL;
    sw_error err;
    assert_true(sw_arena_new(&arena, &err));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        sw_str texts[2] = {SW_STR("highway"), sw_str_of(bad[i])};
        sw_inspect__filter filter;
        err = (sw_error){0};
        if (sw_inspect__scope_parse(texts, 2, arena, &filter, &err))
            fail_msg("\"%s\" is taken", bad[i]);
        assert_int_equal(err.kind, SW_ERR_USAGE);
        assert_string_equal(err.place, "scope expression 2");
    }
    sw_arena_free(arena);
}

static void areas_are_those_of_the_projection(void **state)
{
    (void)state;
    static const struct {
        const char *key, *value;
        bool area;
    } cases[] = {
        {"building", "yes", true},
        {"building", "no", false},
        {"building:part", "yes", true},
        {"buildings", "yes", false},
        {"area", "yes", true},
        {"area", "no", false},
        {"natural", "water", true},
        {"natural", "coastline", false},
        {"natural", "no", false},
        {"man_made", "pipeline", false},
        {"man_made", "pier", true},
        {"aeroway", "taxiway", false},
        {"aeroway", "apron", true},
        {"highway", "services", true},
        {"highway", "primary", false},
        {"highway", "service", false},
        {"waterway", "dam", true},
        {"waterway", "river", false},
        {"barrier", "hedge", true},
        {"barrier", "fence", false},
        {"power", "plant", true},
        {"power", "line", false},
        {"", "", false},
        {"name", "building", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sw_inspect__tag tag = {sw_str_of(cases[i].key),
                               sw_str_of(cases[i].value)};
        if (sw_inspect__is_area(&tag, 1) != cases[i].area)
            fail_msg("%s=%s", cases[i].key, cases[i].value);
    }
    sw_inspect__tag both[2] = {{SW_STR("building"), SW_STR("yes")},
                               {SW_STR("area"), SW_STR("no")}};
    assert_false(sw_inspect__is_area(both, 2));
}

static void grids_are_those_of_the_scale(void **state)
{
    (void)state;
    static const struct {
        uint32_t scale;
        int32_t grid;
    } cases[] = {{0, 1},           {1, 1},
                 {55, 1},          {1000, 18},
                 {5000, 90},       {25000, 449},
                 {50000, 898},     {250000, 4492},
                 {1000000, 17966}, {UINT32_MAX, 77164342}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(sw_inspect__grid_e7(cases[i].scale), cases[i].grid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(expressions_match_as_described),
        cmocka_unit_test(bad_expressions_are_refused_by_place),
        cmocka_unit_test(areas_are_those_of_the_projection),
        cmocka_unit_test(grids_are_those_of_the_scale),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
