// Forbidden names are found however they are written.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"
#include "inspect_internal.h"

static bool has(const sw_inspect__names *names, sw_str text)
{
    sw_error err;
    bool out = false;
    assert_true(sw_inspect__names_in(names, text, &out, &err));
    return out;
}

static void a_name_is_found_in_every_dress(void **state)
{
    (void)state;
    static const struct {
        const char *name, *text;
        bool found;
    } cases[] = {
        {"Camp Alpha", "camp alpha", true},
        {"Camp Alpha", "Road to CAMP \t\n ALPHA, gate 2", true},
        {"Camp  Alpha", "camp alpha", true},
        {"Camp Alpha", "campalpha", false},
        {"Camp Alpha", "camp-alpha", false},
        {"Camp Alpha", "camp alph", false},
        {" Camp Alpha ", "x/camp alpha", true},
        // Full-width letters, a no-break and an ideographic space.
        {"Camp Alpha",
         "\xef\xbc\xa3\xef\xbd\x81mp\xc2\xa0"
         "alpha",
         true},
        {"Camp Alpha",
         "camp\xe3\x80\x80"
         "alpha",
         true},
        // Precomposed and decomposed Hangul, and accents.
        {"\xea\xb5\xad\xeb\xb0\xa9",
         "\xe1\x84\x80\xe1\x85\xae\xe1\x86\xa8"
         "\xe1\x84\x87\xe1\x85\xa1\xe1\x86\xbc",
         true},
        {"caf\xc3\xa9", "CAFE\xcc\x81", true},
        {"stra\xc3\x9f"
         "e",
         "HAUPTSTRASSE", true},
        // What does not show does not hide: a zero-width space.
        {"camp", "ca\xe2\x80\x8bmp", true},
        // Nor do broken bytes beside it.
        {"camp",
         "\xff\xfe"
         "camp",
         true},
        {"camp", "", false},
        // Overlapping starts.
        {"aab", "aaab", true},
        {"abcd", "abcabcd", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sw_str name = sw_str_of(cases[i].name);
        sw_inspect__names *names = NULL;
        sw_error err;
        assert_true(sw_inspect__names_new(&name, 1, &names, &err));
        if (has(names, sw_str_of(cases[i].text)) != cases[i].found)
            fail_msg("case %zu: %s", i, cases[i].text);
        sw_inspect__names_free(names);
    }
}

static void short_names_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "a", " a ", "\xea\xb5\xad"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        sw_str list[2] = {SW_STR("fine"), sw_str_of(bad[i])};
        sw_inspect__names *names = NULL;
        sw_error err = {0};
        assert_false(sw_inspect__names_new(list, 2, &names, &err));
        assert_int_equal(err.kind, SW_ERR_USAGE);
        assert_non_null(strstr(err.reason, "name 2"));
    }
}

static uint32_t seed = 7;

static uint32_t below(uint32_t limit)
{
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % limit;
}

// Few letters, so that names share starts and ends.
static sw_str random_text(char *buf, size_t least, size_t most)
{
    size_t len = least + below((uint32_t)(most - least + 1));
    for (size_t i = 0; i < len; i++)
        buf[i] = (char)('a' + below(3));
    buf[len] = '\0';
    return (sw_str){buf, len};
}

static void many_names_at_once_are_as_each_by_itself(void **state)
{
    (void)state;
    for (int round = 0; round < 300; round++) {
        char bytes[20][16], text[64];
        sw_str list[20];
        size_t count = 1 + below(20);
        for (size_t i = 0; i < count; i++)
            list[i] = random_text(bytes[i], 2, 9);
        sw_inspect__names *names = NULL;
        sw_error err;
        assert_true(sw_inspect__names_new(list, count, &names, &err));
        for (int k = 0; k < 50; k++) {
            sw_str in = random_text(text, 0, 40);
            bool expected = false;
            for (size_t i = 0; i < count; i++)
                expected |= strstr(text, bytes[i]) != NULL;
            assert_int_equal(has(names, in), expected);
        }
        sw_inspect__names_free(names);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_is_found_in_every_dress),
        cmocka_unit_test(short_names_are_refused),
        cmocka_unit_test(many_names_at_once_are_as_each_by_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
