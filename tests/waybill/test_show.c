#include "cmocka_all.h"
#include "sample.h"
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

static sw_str wrap(sw_str payload)
{
    sw_error err = {0};
    sw_str out;
    assert_true(sw_envelope__write(SW_STR(SW_PAYLOAD_TYPE), payload,
                                   SW_STR("0a"), SW_STR("s"), arena, &out,
                                   &err));
    return out;
}

static sw_str show(sw_str payload, bool color)
{
    sw_error err = {0};
    sw_str out;
    if (!sw_waybill_text(wrap(payload), color, arena, &out, &err))
        fail_msg("%s: %s", err.place, err.reason);
    assert_true(sw_utf8_valid(out));
    return out;
}

static const sw_waybill_file output = {
    {"korea.osm.pbf", 13},
    {"3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d", 64}};

static void a_waybill_is_told_in_plain_words(void **state)
{
    static const char *const expected[] = {
        "Not verified: anyone may have written this.",
        "issued      2026-12-03T09:30:00Z\n",
        "key         0a\n",
        "\nReleased\n  korea.osm.pbf\n    sha256 3d3d",
        "\nDeclared\n  cargo.kind           map\n",
        "\n  cargo.scale          5000\n",
        "\n  destination.country  JP\n",
        "\nRuled\n  verdict       treat\n",
        "  rule facilities, failed, treat, Facilities stay out\n",
        "\nBy these rulebooks\n  kr/map-export\n    sha256 0a0a",
        "\nTreated\n  [0].name  remove-zones\n  [1].name  strip-metadata\n",
        "\nZones\n  kept secret; commitment 1b1b",
        "\nInspected\n  leaks   0\n  checks  12\n",
        "\nMade from\n  korea.osm.pbf\n    sha256 2c2c",
    };
    sw_error err = {0};
    sw_waybill_book book;
    sw_waybill_facts facts = sample_facts(&output, 1, &book);
    sw_str payload;
    assert_true(sw_statement__write(&facts, arena, &payload, &err));
    sw_str text = show(payload, false);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        if (!sw_str_has(text, sw_str_of(expected[i])))
            fail_msg("lacks: %s\nin: %s", expected[i], text.at);
    }
    assert_false(sw_str_has(text, SW_STR("\x1b")));
    assert_true(sw_str_has(show(payload, true), SW_STR("\x1b[1m")));
}

#define STATEMENT(subject, predicate)                                          \
    SW_STR("{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":"       \
           "[{\"name\":\"" subject "\",\"digest\":{\"x\":\"y\"}}],"            \
           "\"predicateType\":\"https://example.com/p\",\"predicate\":"        \
           "{" predicate "}}")

static void nothing_a_terminal_obeys_gets_through(void **state)
{
    sw_str text = show(
        STATEMENT("a\\u001b[2Jb\\nc\\u009b\\u202e\\u200b\\u007f\xec\x84\xb8",
                  "\"k\\u001b[0m\":\"v\\r\\nwarn\""),
        false);
    assert_true(sw_str_has(
        text, SW_STR("a\\u{1b}[2Jb\\u{a}c\\u{9b}\\u{202e}\\u{200b}\\u{7f}"
                     "\xec\x84\xb8\n")));
    assert_true(sw_str_has(text, SW_STR("k\\u{1b}[0m  v\\u{d}\\u{a}warn")));
    for (size_t i = 0; i < text.len; i++)
        assert_true(text.at[i] == '\n' || (uint8_t)text.at[i] >= 0x20);
}

static void long_things_are_cut_and_say_so(void **state)
{
    sw_buf payload = {0};
    sw_buf_str(&payload,
               SW_STR("{\"_type\":\"https://in-toto.io/Statement/v1\","
                      "\"subject\":["));
    for (int i = 0; i < 500; i++) {
        sw_buf_printf(&payload, "%s{\"name\":\"f%d\",\"digest\":{\"x\":\"y\"}}",
                      i > 0 ? "," : "", i);
    }
    sw_buf_str(&payload, SW_STR("],\"predicateType\":\"p\",\"predicate\":"
                                "{\"long\":\""));
    for (int i = 0; i < 1000; i++)
        sw_buf_str(&payload, SW_STR("\xec\x84\xb8"));
    sw_buf_str(&payload, SW_STR("\",\"list\":[0"));
    for (int i = 1; i < 10000; i++)
        sw_buf_printf(&payload, ",%d", i);
    sw_buf_str(&payload, SW_STR("]}}"));
    sw_str text = show((sw_str){payload.at, payload.len}, false);
    assert_true(text.len < 8000);
    assert_true(sw_str_has(text, SW_STR("... more with --json")));
    assert_true(sw_str_has(text, SW_STR("\xec\x84\xb8 ...\n")));
    sw_buf_free(&payload);
}

// Wrong types where our predicate would have others.
static void a_strange_predicate_of_our_type_is_shown_all_the_same(void **state)
{
    static const char *const members[] = {
        "tool",   "issued",     "input", "declaration", "rulebooks",
        "ruling", "treatments", "zones", "inspection"};
    static const char *const values[] = {
        "null", "true", "7",    "1.5",    "\"s\"",
        "[]",   "{}",   "[[]]", "[{},7]", "{\"rules\":[7,{\"id\":1}]}",
    };
    for (size_t m = 0; m < sizeof members / sizeof *members; m++) {
        for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
            sw_str payload = sw_arena_printf(
                arena,
                "{\"_type\":\"%s\",\"subject\":[{\"digest\":{\"x\":\"y\"}}],"
                "\"predicateType\":\"%s\",\"predicate\":{\"%s\":%s}}",
                SW_STATEMENT_TYPE, SW_PREDICATE_TYPE, members[m], values[v]);
            show(payload, false);
        }
    }
}

static void what_cannot_be_read_is_not_shown(void **state)
{
    sw_error err = {0};
    sw_str out = SW_STR("untouched");
    assert_false(sw_waybill_text(SW_STR("{}"), false, arena, &out, &err));
    assert_false(sw_waybill_text(wrap(SW_STR("[]")), false, arena, &out, &err));
    assert_string_equal(err.place, "statement");
    assert_string_equal(out.at, "untouched");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_waybill_is_told_in_plain_words),
        cmocka_unit_test(nothing_a_terminal_obeys_gets_through),
        cmocka_unit_test(long_things_are_cut_and_say_so),
        cmocka_unit_test(a_strange_predicate_of_our_type_is_shown_all_the_same),
        cmocka_unit_test(what_cannot_be_read_is_not_shown),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
