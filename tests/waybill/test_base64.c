#include "cmocka_all.h"
#include "waybill_internal.h"

#include <string.h>

static sw_arena *arena;

static int setup(void **state)
{
    sw_error err;
    return sw_arena_new(&arena, &err) ? 0 : -1;
}

static int teardown(void **state)
{
    sw_arena_free(arena);
    return 0;
}

// RFC 4648, section 10.
static void vectors(void **state)
{
    static const struct {
        const char *plain, *encoded;
    } cases[] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sw_buf out = {0};
        sw_base64__encode(sw_str_of(cases[i].plain), &out);
        assert_true(
            sw_str_eq((sw_str){out.at, out.len}, sw_str_of(cases[i].encoded)));
        sw_buf_free(&out);
        sw_str back;
        sw_error err;
        bool url_safe = false;
        assert_true(sw_base64__decode(sw_str_of(cases[i].encoded), arena, &back,
                                      &url_safe, &err));
        assert_true(sw_str_eq(back, sw_str_of(cases[i].plain)));
        assert_false(url_safe);
    }
}

static void all_bytes_come_back(void **state)
{
    uint8_t bytes[300];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 77);
    for (size_t len = 0; len <= sizeof bytes; len++) {
        sw_str plain = {(const char *)bytes, len}, back;
        sw_buf out = {0};
        sw_error err;
        bool url_safe = false;
        sw_base64__encode(plain, &out);
        assert_true(sw_base64__decode((sw_str){out.at, out.len}, arena, &back,
                                      &url_safe, &err));
        assert_true(sw_str_eq(back, plain));
        sw_buf_free(&out);
    }
}

static void both_alphabets_are_read_and_never_mixed(void **state)
{
    sw_str out;
    sw_error err;
    bool url_safe = false;
    assert_true(
        sw_base64__decode(SW_STR("+/+/"), arena, &out, &url_safe, &err));
    assert_false(url_safe);
    assert_memory_equal(out.at, "\xfb\xff\xbf", 3);
    assert_true(
        sw_base64__decode(SW_STR("-_-_"), arena, &out, &url_safe, &err));
    assert_true(url_safe);
    assert_memory_equal(out.at, "\xfb\xff\xbf", 3);
    assert_false(
        sw_base64__decode(SW_STR("+_+_"), arena, &out, &url_safe, &err));
}

static void what_is_not_strict_is_refused(void **state)
{
    static const char *const bad[] = {
        "Z",      "Zg",   "Zg=",       "Zh==",     "Zm9=",
        "====",   "=Zg=", "Z===",      "Zg==Zg==", " Zg==",
        "Zg==\n", "Zm 9", "Zm9v\nZm9", "Zm9v*m9v", "Zm9\x80",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        sw_str out = SW_STR("untouched");
        sw_error err;
        bool url_safe = false;
        if (sw_base64__decode(sw_str_of(bad[i]), arena, &out, &url_safe, &err))
            fail_msg("%s", bad[i]);
        assert_int_equal(err.kind, SW_ERR_INPUT);
        assert_string_equal(out.at, "untouched");
    }
}

// Of all texts of four characters of a sample, each that decodes is what its
// bytes encode to: no byte string has two encodings.
static void no_bytes_have_two_encodings(void **state)
{
    static const char sample[] = "ABQgwx019/+=";
    enum { N = sizeof sample - 1 };
    for (size_t n = 0; n < (size_t)N * N * N * N; n++) {
        char text[4] = {sample[n % N], sample[n / N % N], sample[n / N / N % N],
                        sample[n / N / N / N]};
        sw_str out;
        sw_error err;
        bool url_safe = false;
        if (!sw_base64__decode((sw_str){text, 4}, arena, &out, &url_safe, &err))
            continue;
        sw_buf again = {0};
        sw_base64__encode(out, &again);
        assert_memory_equal(again.at, text, 4);
        sw_buf_free(&again);
        sw_arena_reset(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors),
        cmocka_unit_test(all_bytes_come_back),
        cmocka_unit_test(both_alphabets_are_read_and_never_mixed),
        cmocka_unit_test(what_is_not_strict_is_refused),
        cmocka_unit_test(no_bytes_have_two_encodings),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
