#include "segwan/base.h"

#include <errno.h>
#include <string.h>

#include "cmocka_all.h"

static void refusing_fills_kind_and_reason_and_clears_the_rest(void **state)
{
    sw_error err;
    memset(&err, 'x', sizeof err);
    assert_false(sw_fail(&err, SW_ERR_INPUT, "%d of %s", 3, "seven"));
    assert_int_equal(err.kind, SW_ERR_INPUT);
    assert_string_equal(err.reason, "3 of seven");
    assert_string_equal(err.place, "");
    assert_string_equal(err.file, "");
}

static void the_first_place_and_file_stay(void **state)
{
    sw_error err;
    sw_fail(&err, SW_ERR_INPUT, "bad");
    assert_false(sw_error_at(&err, "line %d", 4));
    assert_false(sw_error_at(&err, "line %d", 5));
    assert_false(sw_error_in(&err, "a.yaml"));
    assert_false(sw_error_in(&err, "b.yaml"));
    assert_string_equal(err.place, "line 4");
    assert_string_equal(err.file, "a.yaml");
}

static void text_leaves_out_empty_parts(void **state)
{
    sw_error err;
    char buf[1024];
    sw_fail(&err, SW_ERR_INPUT, "bad");
    assert_string_equal(sw_error_text(&err, buf, sizeof buf), "bad");
    sw_error_at(&err, "line 4");
    assert_string_equal(sw_error_text(&err, buf, sizeof buf), "line 4: bad");
    sw_error_in(&err, "a.yaml");
    assert_string_equal(sw_error_text(&err, buf, sizeof buf),
                        "a.yaml: line 4: bad");
}

// Every cut of Korean text at every buffer size is valid UTF-8.
static void cuts_fall_between_characters(void **state)
{
    char word[700];
    for (size_t lead = 0; lead < 4; lead++) {
        memset(word, 'a', lead);
        for (size_t at = lead; at + 3 < sizeof word; at += 3)
            memcpy(word + at, "\xec\x84\xb8\0", 4);
        sw_error err;
        sw_fail(&err, SW_ERR_INPUT, "%s", word);
        sw_error_at(&err, "%s", word);
        sw_error_in(&err, word);
        assert_true(sw_utf8_valid(sw_str_of(err.reason)));
        assert_true(sw_utf8_valid(sw_str_of(err.place)));
        assert_true(sw_utf8_valid(sw_str_of(err.file)));
        assert_true(strlen(err.reason) >= sizeof err.reason - 4);

        char buf[64];
        for (size_t size = 1; size <= sizeof buf; size++) {
            sw_error_text(&err, buf, size);
            assert_true(strlen(buf) < size);
            assert_true(sw_utf8_valid(sw_str_of(buf)));
        }
    }
}

static void a_reason_may_be_built_from_itself(void **state)
{
    sw_error err;
    sw_fail(&err, SW_ERR_INPUT, "inner");
    sw_fail(&err, SW_ERR_USAGE, "outer: %s", err.reason);
    assert_string_equal(err.reason, "outer: inner");
}

static void errno_tells_input_from_machine(void **state)
{
    sw_error err;
    errno = ENOENT;
    assert_false(sw_fail_errno(&err, "open"));
    assert_int_equal(err.kind, SW_ERR_INPUT);
    assert_string_equal(err.reason, "cannot open: No such file or directory");
    errno = ENOSPC;
    assert_false(sw_fail_errno(&err, "write"));
    assert_int_equal(err.kind, SW_ERR_MACHINE);
    assert_false(sw_fail_memory(&err));
    assert_int_equal(err.kind, SW_ERR_MACHINE);
}

static void text_holds_nothing_a_terminal_obeys(void **state)
{
    sw_error err;
    char buf[128];
    sw_fail(&err, SW_ERR_INPUT, "a\x1b[2Jb\x7f\xc2\x9b\n\t^");
    sw_error_text(&err, buf, sizeof buf);
    assert_string_equal(buf, "a?[2Jb???\n\t^");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refusing_fills_kind_and_reason_and_clears_the_rest),
        cmocka_unit_test(the_first_place_and_file_stay),
        cmocka_unit_test(text_leaves_out_empty_parts),
        cmocka_unit_test(cuts_fall_between_characters),
        cmocka_unit_test(a_reason_may_be_built_from_itself),
        cmocka_unit_test(errno_tells_input_from_machine),
        cmocka_unit_test(text_holds_nothing_a_terminal_obeys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
