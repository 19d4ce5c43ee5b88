// Expressions, names, areas, and what they leave of a block.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"

#include "map_internal.h"

/* ---- patterns
 * ---------------------------------------------------------------- */

static void patterns_match_whole_texts(void **state)
{
    static const struct {
        const char *pattern, *text;
        bool want;
    } cases[] = {
        {"", "", true},
        {"", "a", false},
        {"a", "a", true},
        {"a", "ab", false},
        {"*", "", true},
        {"*", "abc", true},
        {"a*", "a", true},
        {"a*", "abc", true},
        {"a*", "ba", false},
        {"*c", "abc", true},
        {"*c", "abcd", false},
        {"a*c", "abbc", true},
        {"a*c", "ac", true},
        {"a*b*c", "axbxbc", true},
        {"a*b*c", "axc", false},
        {"**", "x", true},
        {"*ab", "aab", true},
        {"*aab", "aaaab", true},
        {"name:*", "name", false},
        {"name:*", "name:ko", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool got =
            sw_map__glob(sw_str_of(cases[i].pattern), sw_str_of(cases[i].text));
        if (got != cases[i].want)
            fail_msg("\"%s\" and \"%s\"", cases[i].pattern, cases[i].text);
    }
}

// Slow and obvious: a star takes nothing, or one byte and tries again.
static bool slow_glob(const char *pattern, const char *text)
{
    if (*pattern == '\0') return *text == '\0';
    if (*pattern == '*')
        return slow_glob(pattern + 1, text) ||
               (*text != '\0' && slow_glob(pattern, text + 1));
    return *pattern == *text && slow_glob(pattern + 1, text + 1);
}

static void patterns_agree_with_the_obvious(void **state)
{
    unsigned seed = 1;
    for (int i = 0; i < 200000; i++) {
        char pattern[8] = "", text[10] = "";
        for (int k = 0; k < 7; k++) {
            seed = seed * 1103515245U + 12345U;
            pattern[k] = "ab**\0"[(seed >> 16) % 5];
            seed = seed * 1103515245U + 12345U;
            text[k] = "aab\0"[(seed >> 16) % 4];
        }
        assert_int_equal(sw_map__glob(sw_str_of(pattern), sw_str_of(text)),
                         slow_glob(pattern, text));
    }
}

/* ---- expressions
 * ------------------------------------------------------------- */

static void expressions_match_tags(void **state)
{
    enum { N = 1, W = 2, R = 4, A = SW_MAP__CLOSED };
    static const struct {
        const char *expression;
        unsigned kinds;
        const char *key, *value;
        bool want;
    } cases[] = {
        {"highway", N, "highway", "x", true},
        {"highway", R, "highways", "x", false},
        {"/highway", W, "highway", "x", true},
        {"w/highway", W, "highway", "x", true},
        {"w/highway", N, "highway", "x", false},
        {"nr/highway", R, "highway", "x", true},
        {"a/building", W, "building", "yes", false},
        {"a/building", W | A, "building", "yes", true},
        {"wa/building", W, "building", "yes", true},
        {"highway=a,b*", W, "highway", "bcd", true},
        {"highway=a,b*", W, "highway", "ab", false},
        {"highway!=a,b", W, "highway", "c", true},
        {"highway!=a,b", W, "highway", "a", false},
        {"highway!=a,b", W, "other", "c", false},
        {"a,b=c,d", N, "b", "d", true},
        {"a,b=c,d", N, "c", "d", false},
        {"n/addr:*", N, "addr:city", "x", true},
        {"name=*Paris", N, "name", "le Paris", true},
        {"a=b=c", N, "a", "b=c", true},
        {"n/a/b", N, "a/b", "x", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sw_tag_filter *filter = NULL;
        sw_error err = {0};
        sw_str text = sw_str_of(cases[i].expression);
        assert_true(sw_map_scope_new(&text, 1, &filter, &err));
        bool got =
            sw_map__filter_tag(filter, cases[i].kinds, sw_str_of(cases[i].key),
                               sw_str_of(cases[i].value));
        if (got != cases[i].want)
            fail_msg("%s and %s=%s", cases[i].expression, cases[i].key,
                     cases[i].value);
        // The verdict on the key may leave open, never contradict.
        sw_map__key_verdict key =
            sw_map__filter_key(filter, sw_str_of(cases[i].key));
        assert_false(got && key == SW_MAP__KEY_FREE);
        assert_false(!got && key == SW_MAP__KEY_SETTLED);
        sw_tag_filter_free(filter);
    }
}

static void strip_expressions_have_no_kinds(void **state)
{
    sw_tag_filter *filter = NULL;
    sw_error err = {0};
    sw_str text = SW_STR("n/a");
    assert_true(sw_map_strip_new(&text, 1, NULL, 0, &filter, &err));
    assert_true(
        sw_map__filter_tag(filter, 1, SW_STR("n/a"), SW_STR("anything")));
    assert_false(sw_map__filter_tag(filter, 1, SW_STR("a"), SW_STR("x")));
    sw_tag_filter_free(filter);
}

static void wrong_expressions_are_named(void **state)
{
    static const struct {
        const char *expression, *reason;
    } cases[] = {
        {"", "expression \"\": a key is empty"},
        {"w/", "expression \"w/\": a key is empty"},
        {"=x", "expression \"=x\": a key is empty"},
        {"!=x", "expression \"!=x\": a key is empty"},
        {"a,,b", "expression \"a,,b\": a key is empty"},
        {"a=", "expression \"a=\": a value is empty"},
        {"a=b,", "expression \"a=b,\": a value is empty"},
        {"x/highway",
         "expression \"x/highway\": before '/' stand n, w, r and a only (node, "
         "way, relation, area)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sw_tag_filter *filter = NULL;
        sw_error err = {0};
        sw_str list[] = {SW_STR("fine"), sw_str_of(cases[i].expression)};
        assert_false(sw_map_scope_new(list, 2, &filter, &err));
        assert_int_equal(err.kind, SW_ERR_USAGE);
        assert_string_equal(err.reason, cases[i].reason);
        assert_null(filter);
    }
}

static void profiles_are_expressions(void **state)
{
    assert_null(sw_map_profile("no-such"));
    const char *const *list = sw_map_profile("base-and-roads");
    assert_non_null(list);
    for (size_t i = 0; list[i] != NULL; i++) {
        sw_str text = sw_str_of(list[i]);
        sw_tag_filter *filter = NULL;
        sw_error err = {0};
        if (!sw_map_scope_new(&text, 1, &filter, &err))
            fail_msg("%s", err.reason);
        sw_tag_filter_free(filter);
    }
}

static void the_profile_admits_the_network_alone(void **state)
{
    static const struct {
        unsigned kinds;
        const char *key, *value;
        bool want;
    } cases[] = {
        {2, "highway", "residential", true},
        {2, "railway", "rail", true},
        {2, "route", "ferry", true},
        {2, "natural", "coastline", true},
        {10, "building", "yes", true},
        {10, "landuse", "residential", true},
        {4, "type", "restriction", true},
        {1, "place", "town", true},
        {10, "landuse", "military", false},
        {2, "military", "base", false},
        {2, "power", "line", false},
        {1, "power", "tower", false},
        {2, "man_made", "pipeline", false},
        {1, "amenity", "hospital", false},
        {1, "natural", "peak", false},
        {2, "contour", "elevation", false},
        {2, "ele", "50", false},
        {2, "aeroway", "runway", false},
    };
    sw_tag_filter *filter = NULL;
    sw_error err = {0};
    sw_str text = SW_STR("base-and-roads");
    assert_true(sw_map_scope_new(&text, 1, &filter, &err));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (sw_map__filter_tag(filter, cases[i].kinds, sw_str_of(cases[i].key),
                               sw_str_of(cases[i].value)) != cases[i].want)
            fail_msg("%s=%s", cases[i].key, cases[i].value);
    }
    sw_tag_filter_free(filter);
}

/* ---- names
 * ------------------------------------------------------------------- */

static void names_are_found_however_written(void **state)
{
    static const struct {
        const char *name, *text;
        int want;
    } cases[] = {
        {"Camp Red", "the CAMP RED gate", 1},
        {"Camp Red", "camp\t \n red", 1},
        {"Camp Red", "campred", 0},
        {"  camp red ", "xcamp redx", 1},
        {"camp red", "camp\xC2\xA0red", 1},         // no-break space
        {"camp red", "camp\xE3\x80\x80red", 1},     // ideographic space
        {"camp", "ca\xC2\xADmp", 1},                // soft hyphen
        {"camp", "ca\xE2\x80\x8Bmp", 1},            // zero-width space
        {"camp", "\xEF\xBC\xA3\xEF\xBC\xA1MP", 1},  // full width
        {"Stra\xC3\x9F"
         "e",
         "STRASSE", 1},                           // sharp s
        {"caf\xC3\xA9", "CAFE\xCC\x81", 1},       // combining accent
        {"\xEA\xB5\xAD\xEB\xB0\xA9\xEB\xB6\x80",  // Hangul syllables ...
         "x\xE1\x84\x80\xE1\x85\xAE\xE1\x86\xA8\xE1\x84\x87\xE1\x85\xA1"
         "\xE1\x86\xBC\xE1\x84\x87\xE1\x85\xAEy",
         1},  // ... and their letters
        {"\xEA\xB5\xAD\xEB\xB0\xA9", "\xEA\xB5\xAD", 0},
        {"camp",
         "\xFF"
         "camp\xC3",
         1},  // no UTF-8 around it
        {"camp", "ca\xFFmp", 0},
        {"ab", "", 0},
        {"ab", "a", 0},
        {"ab", "ab", 1},
        {"aab", "aaab", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sw_map__names *names = NULL;
        sw_arena *arena = NULL;
        sw_error err = {0};
        const sw_str list[] = {SW_STR("zz another"), sw_str_of(cases[i].name)};
        assert_true(sw_arena_new(&arena, &err));
        assert_true(sw_map__names_new(list, 2, &names, &err));
        int got = sw_map__names_in(names, sw_str_of(cases[i].text), arena);
        if (got != cases[i].want) fail_msg("case %zu", i);
        sw_map__names_free(names);
        sw_arena_free(arena);
    }
}

static void short_names_are_refused_by_number(void **state)
{
    static const char *const wrong[] = {"",
                                        "a",
                                        " a ",
                                        "\t",
                                        "\xEA\xB5\xAD",
                                        ("\xC2\xAD"
                                         "a")};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const sw_str list[] = {SW_STR("secret"), SW_STR("other"),
                               sw_str_of(wrong[i])};
        sw_tag_filter *filter = NULL;
        sw_error err = {0};
        assert_false(sw_map_strip_new(NULL, 0, list, 3, &filter, &err));
        assert_int_equal(err.kind, SW_ERR_USAGE);
        assert_string_equal(err.reason,
                            "name 3 is shorter than two characters and would "
                            "be found almost everywhere");
    }
}

/* ---- areas
 * ------------------------------------------------------------------- */

static void tags_say_area(void **state)
{
    static const struct {
        const char *key, *value;
        int want;
    } cases[] = {
        {"area", "yes", 2},          {"area", "no", -1},
        {"building", "yes", 1},      {"building", "no", 0},
        {"highway", "road", 0},      {"highway", "rest_area", 1},
        {"natural", "water", 1},     {"natural", "cliff", 0},
        {"natural", "no", 0},        {"barrier", "spikes", 1},
        {"barrier", "fence", 0},     {"power", "plant", 1},
        {"power", "line", 0},        {"area:highway", "x", 1},
        {"aeroway", "taxiway", 0},   {"aeroway", "apron", 1},
        {"man_made", "pipeline", 0}, {"man_made", "works", 1},
        {"railway", "rail", 0},      {"railway", "platform", 1},
        {"waterway", "river", 0},    {"waterway", "dock", 1},
        {"buildings", "yes", 0},     {"", "yes", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned rule = sw_map__area_rule(sw_str_of(cases[i].key));
        int got = sw_map__area_says(rule, sw_str_of(cases[i].value));
        if (got != cases[i].want)
            fail_msg("%s=%s", cases[i].key, cases[i].value);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patterns_match_whole_texts),
        cmocka_unit_test(patterns_agree_with_the_obvious),
        cmocka_unit_test(expressions_match_tags),
        cmocka_unit_test(strip_expressions_have_no_kinds),
        cmocka_unit_test(wrong_expressions_are_named),
        cmocka_unit_test(profiles_are_expressions),
        cmocka_unit_test(the_profile_admits_the_network_alone),
        cmocka_unit_test(names_are_found_however_written),
        cmocka_unit_test(short_names_are_refused_by_number),
        cmocka_unit_test(tags_say_area),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
