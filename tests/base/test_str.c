#include "segwan/base.h"

#include <string.h>

#include "cmocka_all.h"

static void empty_slices_need_no_memory(void **state)
{
    sw_str none = sw_str_of(NULL);
    assert_int_equal(none.len, 0);
    assert_true(sw_str_eq(none, SW_STR("")));
    assert_int_equal(sw_str_cmp(none, SW_STR("")), 0);
    assert_true(sw_str_starts(none, none));
    assert_true(sw_str_ends(none, none));
    assert_true(sw_str_has(none, none));
    assert_false(sw_str_has(none, SW_STR("a")));
    assert_true(sw_utf8_valid(none));
}

static void order_is_by_unsigned_bytes_then_length(void **state)
{
    static const char *const sorted[] = {"", "a", "a\x01", "ab", "b", "\xff"};
    size_t count = sizeof sorted / sizeof *sorted;
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < count; k++) {
            int order = sw_str_cmp(sw_str_of(sorted[i]), sw_str_of(sorted[k]));
            assert_int_equal((order > 0) - (order < 0), (i > k) - (i < k));
        }
    }
}

static void parts_are_found_only_where_they_are(void **state)
{
    sw_str s = SW_STR("military base");
    assert_true(sw_str_starts(s, SW_STR("mil")));
    assert_false(sw_str_starts(s, SW_STR("base")));
    assert_true(sw_str_ends(s, SW_STR("base")));
    assert_false(sw_str_ends(s, SW_STR("mil")));
    assert_true(sw_str_has(s, SW_STR("ry b")));
    assert_false(sw_str_has(s, SW_STR("ry  b")));
    assert_false(sw_str_has(SW_STR("a"), SW_STR("ab")));
    assert_true(sw_str_has(SW_STR("a\0b"), SW_STR("\0b")));
}

static sw_str nearest(const char *word)
{
    static const char *const words[] = {"scale", "scope", "kind", "k"};
    sw_nearest search = {.word = sw_str_of(word)};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        sw_nearest_try(&search, sw_str_of(words[i]));
    return search.best;
}

static void the_nearest_word_is_found_if_any_is_near(void **state)
{
    static const char *const cases[][2] = {
        {"scale", "scale"}, {"sclae", "scale"}, {"scop", "scope"},
        {"kin", "kind"},    {"colour", ""},     {"", ""},
        {"x", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sw_str found = nearest(cases[i][0]), want = sw_str_of(cases[i][1]);
        if (!sw_str_eq(found, want))
            fail_msg("%s: %.*s", cases[i][0], SW_STR_ARGS(found));
    }
}

// The oracle decodes and re-encodes: a sequence is valid if and only if some
// code point's shortest form is exactly it.
static size_t encode(uint32_t code, uint8_t out[4])
{
    if (code < 0x80) {
        out[0] = (uint8_t)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (uint8_t)(0xc0 | code >> 6);
        out[1] = (uint8_t)(0x80 | (code & 0x3f));
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (uint8_t)(0xe0 | code >> 12);
        out[1] = (uint8_t)(0x80 | (code >> 6 & 0x3f));
        out[2] = (uint8_t)(0x80 | (code & 0x3f));
        return 3;
    }
    out[0] = (uint8_t)(0xf0 | code >> 18);
    out[1] = (uint8_t)(0x80 | (code >> 12 & 0x3f));
    out[2] = (uint8_t)(0x80 | (code >> 6 & 0x3f));
    out[3] = (uint8_t)(0x80 | (code & 0x3f));
    return 4;
}

static void every_code_point_but_surrogates_is_valid(void **state)
{
    for (uint32_t code = 0; code <= 0x10ffff; code++) {
        uint8_t bytes[4];
        size_t len = encode(code, bytes);
        bool surrogate = code >= 0xd800 && code <= 0xdfff;
        sw_str s = {(const char *)bytes, len};
        if (sw_utf8_valid(s) == surrogate) fail_msg("U+%04X", code);
        for (size_t cut = 1; cut < len; cut++)
            assert_false(sw_utf8_valid((sw_str){s.at, cut}));
    }
}

static void exactly_the_right_number_of_sequences_is_valid(void **state)
{
    size_t valid[5] = {0};
    for (uint32_t two = 0; two < 0x10000; two++) {
        char b[2] = {(char)(two >> 8), (char)two};
        valid[2] += (uint8_t)b[0] >= 0x80 && sw_utf8_valid((sw_str){b, 2});
    }
    for (uint32_t three = 0x800000; three < 0x1000000; three++) {
        char b[3] = {(char)(three >> 16), (char)(three >> 8), (char)three};
        if ((uint8_t)b[1] < 0x80) continue;
        valid[3] += (uint8_t)b[0] >= 0xe0 && sw_utf8_valid((sw_str){b, 3});
    }
    assert_int_equal(valid[2], 0x800 - 0x80);
    assert_int_equal(valid[3], 0x10000 - 0x800 - 0x800);
    static const char *const bad[] = {
        "\x80",         "\xc0\x80", "\xc1\xbf",         "\xe0\x9f\xbf",
        "\xed\xa0\x80", "\xf5",     "\xf4\x90\x80\x80", "\xf0\x8f\xbf\xbf",
        "\xff",         "a\xcc",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(sw_utf8_valid(sw_str_of(bad[i])));
}

static void sizes_that_overflow_are_refused(void **state)
{
    size_t out = 7;
    assert_false(sw_mul_size(SIZE_MAX / 2 + 1, 2, &out));
    assert_false(sw_add_size(SIZE_MAX, 1, &out));
    assert_int_equal(out, 7);
    assert_true(sw_mul_size(SIZE_MAX, 1, &out));
    assert_true(out == SIZE_MAX);
    assert_true(sw_add_size(SIZE_MAX - 1, 1, &out));
    assert_true(out == SIZE_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(empty_slices_need_no_memory),
        cmocka_unit_test(order_is_by_unsigned_bytes_then_length),
        cmocka_unit_test(parts_are_found_only_where_they_are),
        cmocka_unit_test(the_nearest_word_is_found_if_any_is_near),
        cmocka_unit_test(every_code_point_but_surrogates_is_valid),
        cmocka_unit_test(exactly_the_right_number_of_sequences_is_valid),
        cmocka_unit_test(sizes_that_overflow_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
