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

static const sw_waybill_file outputs[] = {
    {{"korea.osm.pbf", 13},
     {"3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d", 64}},
    {{"a \"b\" \xec\x84\xb8.json", 14},
     {"4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e", 64}},
};

#define TYPE      "\"_type\":\"https://in-toto.io/Statement/v1\""
#define SUBJECT   "\"subject\":[{\"name\":\"a\",\"digest\":{\"x\":\"y\"}}]"
#define PREDICATE "\"predicateType\":\"https://example.com/p\""

static void what_is_no_statement_is_told(void **state)
{
    static const struct {
        const char *text, *place, *reason;
    } cases[] = {
        {"x", "line 1, column 1", "not JSON"},
        {"[]", "statement", "not a JSON object"},
        {"{}", "statement", "\"_type\""},
        {"{\"_type\":\"https://in-toto.io/Statement/v2\"}", "statement",
         "Statement/v2"},
        {"{" TYPE "}", "statement", "no \"subject\""},
        {"{" TYPE ",\"subject\":[]}", "statement", "no \"subject\""},
        {"{" TYPE ",\"subject\":[7]}", "subject 1", "not an object"},
        {"{" TYPE ",\"subject\":[{\"name\":\"a\"}]}", "subject 1", "no digest"},
        {"{" TYPE ",\"subject\":[{\"name\":\"a\",\"digest\":{}}]}", "subject 1",
         "no digest"},
        {"{" TYPE ",\"subject\":[{\"name\":1,\"digest\":{\"x\":\"y\"}}]}",
         "subject 1", "\"name\""},
        {"{" TYPE ",\"subject\":[{\"digest\":{\"x\":7}}]}", "subject 1",
         "digest x"},
        {"{" TYPE ",\"subject\":[{\"digest\":{\"sha256\":\"AB\"}}]}",
         "subject 1", "64 lower-case"},
        {"{" TYPE "," SUBJECT "}", "statement", "predicateType"},
        {"{" TYPE "," SUBJECT ",\"predicateType\":\"\"}", "statement", "empty"},
        {"{" TYPE "," SUBJECT "," PREDICATE ",\"predicate\":[]}", "statement",
         "\"predicate\""},
        {"{" TYPE "," SUBJECT ",\"predicateType\":\"" SW_PREDICATE_TYPE "\"}",
         "statement", "\"predicate\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sw_error err = {0};
        sw_statement out;
        assert_false(
            sw_statement__read(sw_str_of(cases[i].text), arena, &out, &err));
        assert_int_equal(err.kind, SW_ERR_INPUT);
        if (!sw_str_has(sw_str_of(err.reason), sw_str_of(cases[i].reason)))
            fail_msg("%s: %s", cases[i].text, err.reason);
        assert_string_equal(err.place, cases[i].place);
    }
}

static void both_versions_of_others_are_read(void **state)
{
    static const char *const texts[] = {
        "{" TYPE "," SUBJECT "," PREDICATE "}",
        "{\"_type\":\"https://in-toto.io/Statement/v0.1\"," SUBJECT
        "," PREDICATE ",\"predicate\":{\"a\":1.5}}",
    };
    for (size_t i = 0; i < 2; i++) {
        sw_error err = {0};
        sw_statement out;
        assert_true(sw_statement__read(sw_str_of(texts[i]), arena, &out, &err));
        assert_int_equal(out.subject_count, 1);
        assert_int_equal(out.subjects[0].sha256.len, 0);
        assert_false(out.ours);
        sw_statement__done(&out);
    }
}

// Embedded texts stand in the statement byte for byte.
static void what_is_written_holds_every_fact(void **state)
{
    sw_error err = {0};
    sw_waybill_book book;
    sw_waybill_facts facts = sample_facts(outputs, 2, &book);
    facts.ruling_json = SW_STR("\n {\"pi\": 3.10,\n\"big\":1e400x}");
    sw_str text;
    assert_false(sw_statement__write(&facts, arena, &text, &err));
    facts.ruling_json = SW_STR("\n {\"pi\": 3.10,\n\"e\":1e4} \n");
    assert_true(sw_statement__write(&facts, arena, &text, &err));
    assert_true(sw_str_has(
        text, SW_STR(",\"ruling\":{\"pi\": 3.10,\n\"e\":1e4},\"treat")));
    assert_true(sw_str_has(text, facts.declaration_json));
    assert_true(sw_str_has(text, facts.inspection_json));
    assert_true(sw_str_has(text, facts.zones_commitment));
    assert_true(sw_str_has(text, facts.zones_salt));

    sw_statement out;
    assert_true(sw_statement__read(text, arena, &out, &err));
    assert_true(out.ours);
    assert_int_equal(out.subject_count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_true(sw_str_eq(out.subjects[i].name, outputs[i].name));
        assert_true(sw_str_eq(out.subjects[i].sha256, outputs[i].sha256));
    }
    sw_statement__done(&out);
}

static void without_zones_it_says_so(void **state)
{
    sw_error err = {0};
    sw_waybill_book book;
    sw_waybill_facts facts = sample_facts(outputs, 1, &book);
    facts.zones_commitment = facts.zones_salt = SW_STR("");
    facts.inspection_json = SW_STR("");
    sw_str text;
    assert_true(sw_statement__write(&facts, arena, &text, &err));
    assert_true(sw_str_has(text, SW_STR("\"zones\":null")));
    assert_true(sw_str_has(text, SW_STR("\"inspection\":null")));
}

static void facts_that_are_none_are_refused(void **state)
{
    sw_waybill_file bad = outputs[0];
    bad.sha256.len = 63;
    sw_waybill_book book, bad_book;
    const sw_waybill_facts good = sample_facts(outputs, 2, &book);
    bad_book = book;
    bad_book.sha256 = SW_STR("");
    sw_waybill_facts cases[] = {good, good, good, good, good,
                                good, good, good, good, good};
    cases[0].output_count = 0;
    cases[1].outputs = &bad;
    cases[1].output_count = 1;
    cases[2].rulebooks = &bad_book;
    cases[3].input_sha256 = SW_STR("");
    cases[4].issued = SW_STR("2026-12-03 09:30:00Z");
    cases[5].issued = SW_STR("2026-02-30T09:30:00Z");
    cases[6].declaration_json = SW_STR("");
    cases[7].ruling_json = SW_STR("{},\"zones\":{}");
    cases[8].zones_commitment = SW_STR("12");
    cases[9].treatments_json = SW_STR("[");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sw_error err = {0};
        sw_str text = SW_STR("untouched");
        if (sw_statement__write(&cases[i], arena, &text, &err))
            fail_msg("case %zu", i);
        assert_int_not_equal(err.kind, SW_ERR_NONE);
        assert_string_equal(text.at, "untouched");
    }
}

static void names_that_are_not_utf8_are_refused(void **state)
{
    sw_error err = {0};
    sw_waybill_file bad = outputs[0];
    bad.name = SW_STR("a\xff");
    sw_waybill_book book;
    sw_waybill_facts facts = sample_facts(&bad, 1, &book);
    sw_str text;
    assert_false(sw_statement__write(&facts, arena, &text, &err));
    assert_int_equal(err.kind, SW_ERR_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_statement_is_told),
        cmocka_unit_test(both_versions_of_others_are_read),
        cmocka_unit_test(what_is_written_holds_every_fact),
        cmocka_unit_test(without_zones_it_says_so),
        cmocka_unit_test(facts_that_are_none_are_refused),
        cmocka_unit_test(names_that_are_not_utf8_are_refused),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
