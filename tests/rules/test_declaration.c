// Declarations: nested, dotted, YAML, JSON are one and the same; what does not
// fit is refused at its place.
#include "book.h"

static sw_str json_of(const char *text, sw_arena *arena)
{
    sw_str json = {0};
    sw_error err = {0};
    if (!sw_declaration_json(said_of(text, arena), arena, &json, &err))
        fail_msg("%s", err.reason);
    return json;
}

static void spelling_makes_no_difference(void **state)
{
    static const char *const same[] = {
        "cargo: {scale: 5000, kind: map, tags: [a, b], fine: true}\nname: x\n",
        "name: x\ncargo.kind: map\ncargo.tags: [a, b]\ncargo.fine: true\n"
        "cargo.scale: 5000\n",
        "cargo:\n  scale: 0x1388\n  kind: 'map'\n  tags:\n    - a\n    - "
        "\"b\"\n"
        "cargo.fine: TRUE\nname: x\n",
        "{\"name\": \"x\", \"cargo\": {\"kind\": \"map\", \"scale\": 5000,\n"
        "\t\"tags\": [\"a\", \"b\"], \"fine\": true}}",
        "{\"cargo.kind\":\"m\\u0061p\",\"cargo.scale\":5000,\"name\":\"x\","
        "\"cargo.tags\":[\"a\",\"b\"],\"cargo.fine\":true}",
        "declaration: A title\nnotes: [anything, at, all]\n"
        "cargo: {scale: +5000, kind: map, tags: [a, b], fine: True}\nname: x\n",
    };
    const char *expected = "{\"cargo.fine\": true, \"cargo.kind\": \"map\", "
                           "\"cargo.scale\": 5000, \"cargo.tags\": [\"a\", "
                           "\"b\"], \"name\": \"x\"}";
    sw_rulebook *book = book_of(whole_book, *state);
    sw_str first = {0};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        assert_str(json_of(same[i], *state), expected);
        sw_str ruling;
        sw_error err = {0};
        assert_true(
            sw_ruling_json(ruling_of(book, same[i], "2026-11-24", *state),
                           *state, &ruling, &err));
        if (i == 0) first = ruling;
        assert_true(sw_str_eq(first, ruling));
    }
}

static void scalars_follow_the_core_schema(void **state)
{
    static const struct {
        const char *yaml, *json;
    } rows[] = {
        {"5000", "5000"},
        {"-7", "-7"},
        {"0o17", "15"},
        {"0xfF", "255"},
        {"9223372036854775807", "9223372036854775807"},
        {"-9223372036854775808", "-9223372036854775808"},
        {"2.5", "2.5"},
        {".5", "0.5"},
        {"1.", "1.0"},
        {"1e3", "1000.0"},
        {"-1.5E-1", "-0.14999999999999999"},
        {"true", "true"},
        {"False", "false"},
        {"null", "null"},
        {"~", "null"},
        {"", "null"},
        {"NO", "\"NO\""},
        {"yes", "\"yes\""},
        {"on", "\"on\""},
        {"'5000'", "\"5000\""},
        {"\"true\"", "\"true\""},
        {"2026-12-03", "\"2026-12-03\""},
        {"5_000", "\"5_000\""},
        {"0b11", "\"0b11\""},
        {"1.2.3", "\"1.2.3\""},
        {"+", "\"+\""},
        {"e5", "\"e5\""},
        {"1:30", "\"1:30\""},
        {"0x", "\"0x\""},
        {"\"\\ud83d\\ude00\"", "\"😀\""},
        {"한국", "\"한국\""},
        {"''", "\"\""},
        {"''' '", "\"' \""},
        {"'it''s'", "\"it's\""},
        {"''''''' a '''", "\"''' a '\""},
        {"'a  \n   b\n\n\n  c '", "\"a b\\n\\nc \""},
        {"' \n '", "\" \""},
        {"\"a  \n   b\n\n  c\\\n  d\"", "\"a b\\ncd\""},
        {"\"a \\\n\n  \\t\\n\\\n  \\\n  \\\"\"", "\"a \\n\\t\\n\\\"\""},
        {"\"\\ \n\n  \\/\\x41\\u00e9\\U0001F600\"", "\" \\n/Aé😀\""},
        {"|\n  a\n  b\n", "\"a\\nb\\n\""},
        {"[]", "[]"},
        {"[1, 2.5, x]", "[1, 2.5, \"x\"]"},
        {"[1, null, ~]", "[1, null, null]"},
        {"[{b: 1, a: [x, ~]}, null]",
         "[{\"a\": [\"x\", null], \"b\": 1}, null]"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char yaml[100], json[100];
        snprintf(yaml, sizeof yaml, "f: %s\n", rows[i].yaml);
        snprintf(json, sizeof json, "{\"f\": %s}", rows[i].json);
        assert_str(json_of(yaml, *state), json);
    }
}

// <!> marks where the error must be placed.
static void slip_is_refused_when_read(void **state)
{
    static const struct {
        const char *text, *reason;
    } rows[] = {
        {"a: 1\n<!>a: 2\n", "already given in line 1"},
        {"a: {b: 1}\n<!>a.b: 2\n", "a.b is already given in line 1"},
        {"a.b: 1\na: {<!>b: 2}\n", "already given in line 1"},
        {"a: {b: {c: 1}}\na.b: {<!>c: 2}\n", "a.b.c is already given"},
        {"{\"a\": 1,\n <!>\"a\": 2}", "already given in line 1"},
        {"a: [<!>[1]]\n", "list of lists"},
        {"a: [{b: <!>{c: 1}}]\n", "field is a map"},
        {"a: [{b: [<!>[1]]}]\n", "list of lists or maps"},
        {"a: [{b: [<!>{c: 1}]}]\n", "list of lists or maps"},
        {"a: [{b: <!>.inf}]\n", "not a finite number"},
        {"a: [{b: 1, <!>b: 2}]\n", "already given in line 1"},
        {"a: <!>9223372036854775808\n", "out of range"},
        {"a: <!>1e999\n", "out of range"},
        {"a: <!>.nan\n", "not a finite number"},
        {"a: [1, <!>-.inf]\n", "not a finite number"},
        {"<!>[1, 2]\n", "must be a map"},
        {"<!>text\n", "must be a map"},
        {"<!>\"\": 1\n", "an empty key"},
        {"a: *<!>x\n", "aliases"},
        {"a: &x <!>1\n", "anchors"},
        {"a: !!int <!>1\n", "tags"},
        {"a: <!>\"\\x07\"\n", "control character"},
        {"a: 1\n<!>---\nb: 2\n", "one document"},
        {"a: \"<!>\\ud800 x\"\n", "escape"},
        {"a: \"<!>\\udc00\"\n", "escape"},
        {"a: <!>\"\\N\"\n", "control character"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[200], place[64];
        snprintf(text, sizeof text, "%s", rows[i].text);
        take_mark(text, place);
        sw_declaration *said = NULL;
        sw_error err = {0};
        if (sw_declaration_parse(sw_str_of(text), "d.yaml", *state, &said,
                                 &err)) {
            fail_msg("accepted: %s", text);
        }
        if (strstr(err.reason, rows[i].reason) == NULL ||
            strcmp(err.place, place) != 0) {
            fail_msg("%s  found:    %s: %s\n  expected: %s: %s", text,
                     err.place, err.reason, place, rows[i].reason);
        }
        assert_int_equal(err.kind, SW_ERR_INPUT);
        assert_string_equal(err.file, "d.yaml");
    }
}

static void slip_is_refused_when_ruled(void **state)
{
    static const struct {
        const char *text, *reason;
    } rows[] = {
        {"cargo:\n  <!>scal: 1\n", "did you mean cargo.scale?"},
        {"<!>cargo.scal: 1\n", "no rulebook declares the fact cargo.scal"},
        {"<!>zebra: 1\n", "no rulebook declares the fact zebra"},
        {"<!>cargo: 1\n", "group of facts"},
        {"cargo: {kind: {<!>x: 1}}\n", "cargo.kind.x"},
        {"cargo: {scale: <!>\"5000\"}\n", "must be int, not string"},
        {"cargo: {scale: <!>5000.0}\n", "must be int, not double"},
        {"cargo: {scale: <!>[5000]}\n", "must be int, not a list"},
        {"cargo: {fine: <!>yes}\n", "must be bool, not string"},
        {"cargo: {fine: <!>1}\n", "must be bool, not int"},
        {"cargo: {ratio: <!>x}\n", "must be double, not string"},
        {"name: <!>5\n", "must be string, not int: quote it"},
        {"name: <!>true\n", "must be string, not bool: quote it"},
        {"cargo: {kind: <!>video}\n", "none of map, image"},
        {"cargo: {kind: <!>[map]}\n", "must be string, not a list"},
        {"cargo: {tags: <!>a}\n", "must be a list of string, not string"},
        {"cargo: {tags: [a, <!>d]}\n", "none of a, b, c"},
        {"cargo: {tags: [a, <!>1]}\n",
         "cargo.tags[1] must be string, not int: quote it"},
        {"cargo: {tags: [a, <!>{b: c}]}\n",
         "tags[1] must be string, not a map"},
        {"cargo: {made: <!>2026-02-30}\n", "YYYY-MM-DD, not 2026-02-30"},
        {"cargo: {made: <!>2026}\n", "must be date (YYYY-MM-DD), not int"},
        {"{\"cargo\": {\n  \"scale\": <!>\"x\"}}", "must be int, not string"},
    };
    sw_rulebook *book = book_of(whole_book, *state);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[200], place[64];
        snprintf(text, sizeof text, "%s", rows[i].text);
        take_mark(text, place);
        const sw_ruling *ruling = NULL;
        sw_error err = {0};
        if (sw_rule(&book, 1, said_of(text, *state), day("2026-11-24"), *state,
                    &ruling, &err)) {
            fail_msg("accepted: %s", text);
        }
        if (strstr(err.reason, rows[i].reason) == NULL ||
            strcmp(err.place, place) != 0) {
            fail_msg("%s  found:    %s: %s\n  expected: %s: %s", text,
                     err.place, err.reason, place, rows[i].reason);
        }
        assert_int_equal(err.kind, SW_ERR_INPUT);
        assert_string_equal(err.file, "said.yaml");
    }
}

static void fitting_values_are_taken(void **state)
{
    sw_rulebook *book = book_of(whole_book, *state);
    ruling_of(book,
              "cargo: {ratio: 2, made: '2026-12-03', tags: [], fine: false}\n",
              "2026-11-24", *state);
    ruling_of(book, "cargo: {made: 2026-12-03, tags: [a, c, a], ratio: 1e3}\n",
              "2026-11-24", *state);
    ruling_of(book, "", "2026-11-24", *state);
    ruling_of(book, "# nothing\n", "2026-11-24", *state);
    ruling_of(book, "cargo: {}\n", "2026-11-24", *state);
}

static void null_is_missing(void **state)
{
    sw_rulebook *book = book_of(whole_book, *state);
    const sw_ruling *ruling = ruling_of(
        book, "cargo: {kind: map, scale: null}\n", "2026-11-24", *state);
    assert_int_equal(ruling->verdict, SW_VERDICT_UNDETERMINED);
    assert_int_equal(ruling->question_count, 1);
    assert_str(ruling->questions[0].fact, "cargo.scale");
}

static void first_unknown_fact_is_named(void **state)
{
    sw_rulebook *book = book_of(whole_book, *state);
    const sw_ruling *ruling = NULL;
    sw_error err = {0};
    assert_false(sw_rule(&book, 1, said_of("zz: 1\naa: 1\n", *state),
                         day("2026-11-24"), *state, &ruling, &err));
    assert_string_equal(err.place, "line 1, column 1");
}

static void one_of_several_books_may_declare_a_fact(void **state)
{
    char *other = replaced(BOOK_HEAD "  - id: other\n"
                                     "    title: Named\n"
                                     "    source: act\n"
                                     "    status: law\n"
                                     "    require: whose != \"\"\n"
                                     "    otherwise: barred\n"
                                     "    remedy: Name it.\n",
                           "  name: {", "  whose: {");
    sw_rulebook *books[] = {book_of(whole_book, *state),
                            book_of(other, *state)};
    sw_declaration *said =
        said_of("{name: a, whose: b, cargo.kind: image}", *state);
    const sw_ruling *ruling = NULL;
    sw_error err = {0};
    assert_true(
        sw_rule(books, 2, said, day("2026-11-24"), *state, &ruling, &err));
    assert_int_equal(ruling->rule_count, 2);
    assert_int_equal(ruling->verdict, SW_VERDICT_CLEAR);
    assert_false(
        sw_rule(books, 1, said, day("2026-11-24"), *state, &ruling, &err));
    assert_non_null(strstr(err.reason, "whose"));
    free(other);
}

static void cut_declaration_is_refused_or_read(void **state)
{
    sw_str text = SW_STR("{\"cargo\": {\"kind\": \"m\\u0061p\", \"tags\": "
                         "[\"a\", \"b\"]}, \"name\": \"지도\"}");
    for (size_t n = 0; n <= text.len; n++) {
        char *copy = malloc(n + 1);  // exact: one byte too far is a crash
        assert_non_null(copy);
        memcpy(copy, text.at, n);
        sw_declaration *said = NULL;
        sw_error err = {0};
        bool ok =
            sw_declaration_parse((sw_str){copy, n}, "d", *state, &said, &err);
        assert_true(ok == (n == 0 || n == text.len));
        if (!ok) assert_string_not_equal(err.place, "");
        free(copy);
    }
}

static void text_is_kept(void **state)
{
    assert_str(sw_declaration_text(said_of("a: 1 # why\n", *state)),
               "a: 1 # why\n");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, make_arena, free_arena)
    const struct CMUnitTest tests[] = {
        TEST(spelling_makes_no_difference),
        TEST(scalars_follow_the_core_schema),
        TEST(slip_is_refused_when_read),
        TEST(slip_is_refused_when_ruled),
        TEST(fitting_values_are_taken),
        TEST(null_is_missing),
        TEST(first_unknown_fact_is_named),
        TEST(one_of_several_books_may_declare_a_fact),
        TEST(cut_declaration_is_refused_or_read),
        TEST(text_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
