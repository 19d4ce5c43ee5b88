// Facts that hold more than one value, or not any value: records, lists of
// fixed length, bounds; and what of them can be missing.
#include "book.h"

#define FACTS_HEAD                                                             \
    "rulebook: xx/facts\n"                                                     \
    "jurisdiction: XX\n"                                                       \
    "title: T\n"                                                               \
    "as_of: 2026-11-01\n"                                                      \
    "sources:\n"                                                               \
    "  act: {title: A, provision: P, url: U, read: 2026-11-01, review: "       \
    "2027-11-01, evidence: law}\n"                                             \
    "facts:\n"                                                                 \
    "  systems:\n"                                                             \
    "    type: list(record)\n"                                                 \
    "    ask: Which systems?\n"                                                \
    "    fields:\n"                                                            \
    "      country: {type: string, ask: Where does it stand?}\n"               \
    "      role: {type: string, values: [main, backup]}\n"                     \
    "      share: {type: int, unit: percent, min: 0, max: 100}\n"              \
    "      keys: {type: list(string), values: [aes, aria]}\n"                  \
    "      since: {type: date, max: 2030-01-01}\n"                             \
    "  turnover: {type: list(int), count: 3, min: 0, unit: EUR, ask: How "     \
    "much?}\n"                                                                 \
    "  level: {type: double, min: -0.5, max: 2, ask: Which level?}\n"          \
    "  made: {type: date, min: 2020-01-01, max: 2020-12-31, ask: When?}\n"

#define RULE(require)                                                          \
    "rules:\n"                                                                 \
    "  - {id: r, title: T, source: act, status: law, otherwise: barred,\n"     \
    "     remedy: R, require: '" require "'}\n"

static sw_rulebook *requiring(const char *require, sw_arena *arena)
{
    char text[4000];
    snprintf(text, sizeof text, FACTS_HEAD RULE("%s"), require);
    return book_of(text, arena);
}

/* ---- what is missing ------------------------------------------------- */

typedef struct {
    const char *require, *said;
    sw_rule_state state;
    const char *missing;
} row;

static void check_rows(const row *rows, size_t count, sw_arena *arena)
{
    for (size_t i = 0; i < count; i++) {
        const sw_ruling *ruling = ruling_of(requiring(rows[i].require, arena),
                                            rows[i].said, "2026-11-24", arena);
        const sw_rule_outcome *rule = &ruling->rules[0];
        char missing[300] = "";
        for (size_t k = 0; k < rule->missing_count; k++) {
            strncat(missing, rule->missing[k].at, rule->missing[k].len);
            strcat(missing, " ");
        }
        if (rule->state != rows[i].state ||
            strcmp(missing, rows[i].missing) != 0) {
            fail_msg("%s on %s: %s, missing %s", rows[i].require, rows[i].said,
                     sw_rule_state_name(rule->state), missing);
        }
    }
}
#define CHECK_ROWS(rows) check_rows(rows, sizeof rows / sizeof *rows, *state)

static void a_field_that_is_missing_is_asked_for(void **state)
{
    static const row rows[] = {
        {"systems.all(s, s.country == \"KR\")", "", SW_RULE_UNDETERMINED,
         "systems "},
        {"systems.all(s, s.country == \"KR\")", "systems: null",
         SW_RULE_UNDETERMINED, "systems "},
        {"systems.all(s, s.country == \"KR\")", "systems: []", SW_RULE_HELD,
         ""},
        {"systems.all(s, s.country == \"KR\")",
         "systems: [{country: KR}, {role: main}]", SW_RULE_UNDETERMINED,
         "systems[1].country "},
        {"systems.all(s, s.country == \"KR\")",
         "systems: [{country: KR}, {country: null}, null]",
         SW_RULE_UNDETERMINED, "systems[1].country systems[2] "},
        {"systems.all(s, s.country == \"KR\")",
         "systems: [{country: US}, {role: main}]", SW_RULE_FAILED, ""},
        {"systems.exists(s, s.role == \"main\" && s.share > 50)",
         "systems: [{role: main}, {share: 70}, {role: backup}]",
         SW_RULE_UNDETERMINED, "systems[0].share systems[1].role "},
        {"systems[1].keys.exists(k, k == \"aes\")",
         "systems: [{}, {keys: [aria, null]}]", SW_RULE_UNDETERMINED,
         "systems[1].keys[1] "},
        {"systems[1].keys.exists(k, k == \"aes\")",
         "systems: [{}, {keys: [null, aes]}]", SW_RULE_HELD, ""},
        {"systems.exists(s, has(s.country))", "systems: [{}]",
         SW_RULE_UNDETERMINED, "systems[0].country "},
        {"size(systems) == 2", "systems: [null, {}]", SW_RULE_HELD, ""},
        {"systems.all(s, s.since < ruling.date)",
         "systems: [{since: 2026-11-23}]", SW_RULE_HELD, ""},
    };
    CHECK_ROWS(rows);
}

static void a_list_of_fixed_length_lacks_its_last_values(void **state)
{
    static const row rows[] = {
        {"turnover[0] > 5", "turnover: [6]", SW_RULE_HELD, ""},
        {"turnover[0] > 5 && turnover[2] > 5", "turnover: [6, 7]",
         SW_RULE_UNDETERMINED, "turnover[2] "},
        {"turnover[0] > 5 && turnover[2] > 5", "turnover: [5, 7]",
         SW_RULE_FAILED, ""},
        {"turnover[0] > 5 || turnover[1] > 5", "turnover: []",
         SW_RULE_UNDETERMINED, "turnover[0] turnover[1] "},
        {"turnover[0] > 5 || turnover[1] > 5", "turnover: [null, 6]",
         SW_RULE_HELD, ""},
        {"turnover[0] > 5", "", SW_RULE_UNDETERMINED, "turnover "},
        {"size(turnover) == 3", "turnover: [1]", SW_RULE_HELD, ""},
    };
    CHECK_ROWS(rows);
}

static void the_days_ruled_for_are_never_missing(void **state)
{
    static const row rows[] = {
        {"ruling.date == timestamp(\"2026-11-24T00:00:00Z\")", "", SW_RULE_HELD,
         ""},
        {"ruling.known == timestamp(\"2026-11-01T00:00:00Z\")", "",
         SW_RULE_HELD, ""},
        {"ruling.date - made >= duration(\"24h\")", "made: 2020-12-31",
         SW_RULE_HELD, ""},
    };
    CHECK_ROWS(rows);
}

static void the_day_as_known_on_is_chosen(void **state)
{
    static const struct {
        sw_rule_options options;
        const char *known;
    } rows[] = {
        {{.date = 20781}, "2026-11-01"},  // the book's as_of
        {{.date = 20781, .today = 20000}, "2026-11-01"},
        {{.date = 20781, .today = 20900}, "2027-03-23"},
        {{.date = 20781, .today = 20900, .known_given = true, .known = 0},
         "1970-01-01"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char require[100];
        snprintf(require, sizeof require,
                 "ruling.known == timestamp(\"%sT00:00:00Z\")", rows[i].known);
        sw_rulebook *book = requiring(require, *state);
        const sw_ruling *ruling = NULL;
        sw_error err = {0};
        assert_true(sw_rule_with(&book, 1, said_of("", *state),
                                 &rows[i].options, *state, &ruling, &err));
        assert_int_equal(ruling->rules[0].state, SW_RULE_HELD);
    }
}

static void a_question_tells_what_it_is_about(void **state)
{
    static const struct {
        const char *require, *said, *fact, *type, *unit, *ask;
        size_t values;
    } rows[] = {
        {"systems.all(s, s.country == \"KR\")", "systems: [{}]",
         "systems[0].country", "string", "", "Where does it stand?", 0},
        {"systems.all(s, s.share > 1)", "systems: [{}]", "systems[0].share",
         "int", "percent", "Which systems?", 0},
        {"systems.all(s, s.role == \"main\")", "systems: [{}]",
         "systems[0].role", "string", "", "Which systems?", 2},
        {"systems.all(s, s.keys[0] == \"aes\")", "systems: [{keys: [null]}]",
         "systems[0].keys[0]", "string", "", "Which systems?", 2},
        {"systems.all(s, s.keys[0] == \"aes\")", "systems: [{}]",
         "systems[0].keys", "list(string)", "", "Which systems?", 2},
        {"systems.all(s, s.share > 1)", "systems: [null]", "systems[0]",
         "record", "", "Which systems?", 0},
        {"turnover[1] > 1", "turnover: []", "turnover[1]", "int", "EUR",
         "How much?", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const sw_ruling *ruling = ruling_of(requiring(rows[i].require, *state),
                                            rows[i].said, "2026-11-24", *state);
        assert_int_equal(ruling->question_count, 1);
        const sw_question *q = &ruling->questions[0];
        assert_str(q->fact, rows[i].fact);
        assert_str(q->type, rows[i].type);
        assert_str(q->unit, rows[i].unit);
        assert_str(q->ask, rows[i].ask);
        assert_int_equal(q->value_count, rows[i].values);
    }
}

static void reasons_name_the_record_and_the_element(void **state)
{
    sw_str text = {0}, json = {0};
    sw_error err = {0};
    const sw_ruling *ruling = ruling_of(
        requiring("turnover[1] > 5 && systems.all(s, s.country == \"KR\")",
                  *state),
        "{turnover: [9, 8, 7], systems: [{country: KR}, {country: US}]}",
        "2026-11-24", *state);
    assert_true(sw_ruling_text(ruling, false, false, *state, &text, &err));
    assert_has(text, "because s.country = \"US\", s = systems[1]\n");
    ruling = ruling_of(requiring("turnover[1] > 5", *state),
                       "turnover: [9, 4, 7]", "2026-11-24", *state);
    assert_true(sw_ruling_text(ruling, false, false, *state, &text, &err));
    assert_has(text, "turnover[1] > 5   because turnover[1] = 4\n");
    ruling = ruling_of(requiring("systems == []", *state),
                       "systems: [{country: KR, keys: [aes]}]", "2026-11-24",
                       *state);
    assert_true(sw_ruling_json(ruling, *state, &json, &err));
    assert_has(json, "\"country\": \"KR\",");
    assert_has(json, "\"share\": null,");
}

/* ---- what is refused ------------------------------------------------- */

static void slip_in_a_declaration_is_placed(void **state)
{
    static const struct {
        const char *text, *reason;
    } rows[] = {
        {"systems: [{<!>contry: KR}]", "did you mean country?"},
        {"systems: [{}, {country: <!>5}]",
         "systems[1].country must be string, not int: quote it"},
        {"systems: [{role: <!>spare}]",
         "systems[0].role: \"spare\" is none of main, backup"},
        {"systems: [{keys: [aes, <!>des]}]", "systems[0].keys[1]: \"des\""},
        {"systems: [{country: <!>[KR]}]", "must be string, not a list"},
        {"systems: [<!>KR]", "systems[0] must be a record, not string"},
        {"systems: <!>KR", "systems must be a list of records, not string"},
        {"systems: {<!>country: KR}", "no rulebook declares"},
        {"systems: [{share: <!>101}]",
         "systems[0].share: 101 is above 100, the most"},
        {"systems: [{since: <!>2030-01-02}]", "is above 2030-01-01"},
        {"turnover: <!>[1, 2, 3, 4]", "holds 3 values, newest first, not 4"},
        {"turnover: [1, <!>-1]", "turnover[1]: -1 is below 0, the least"},
        {"turnover: [<!>{a: 1}]", "turnover[0] must be int, not a map"},
        {"level: <!>-0.51", "is below -0.5"},
        {"level: <!>2.5", "is above 2"},
        {"made: <!>2019-12-31", "is below 2020-01-01"},
        {"made: <!>2021-01-01", "is above 2020-12-31"},
    };
    sw_rulebook *book = requiring("true", *state);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[200], place[64];
        snprintf(text, sizeof text, "%s", rows[i].text);
        take_mark(text, place);
        const sw_ruling *ruling = NULL;
        sw_error err = {0};
        if (sw_rule(&book, 1, said_of(text, *state), day("2026-11-24"), *state,
                    &ruling, &err))
            fail_msg("accepted: %s", text);
        if (strstr(err.reason, rows[i].reason) == NULL ||
            strcmp(err.place, place) != 0)
            fail_msg("%s\n  found:    %s: %s\n  expected: %s: %s", text,
                     err.place, err.reason, place, rows[i].reason);
    }
}

static void bounds_are_included(void **state)
{
    static const char *const said[] = {
        "{level: -0.5, made: 2020-01-01, turnover: [0], systems: [{share: 0}]}",
        "{level: 2, made: 2020-12-31, systems: [{share: 100}]}",
    };
    sw_rulebook *book = requiring("true", *state);
    for (size_t i = 0; i < 2; i++)
        ruling_of(book, said[i], "2026-11-24", *state);
}

static void a_field_may_be_another_books(void **state)
{
    char *other = replaced(FACTS_HEAD RULE("true"),
                           "      country: {type: string, ask: Where does it "
                           "stand?}\n",
                           "      city: {type: string}\n");
    sw_rulebook *books[] = {requiring("systems[0].country == \"KR\"", *state),
                            book_of(other, *state)};
    const sw_ruling *ruling = NULL;
    sw_error err = {0};
    assert_true(sw_rule(books, 2,
                        said_of("systems: [{country: KR, city: x}]", *state),
                        day("2026-11-24"), *state, &ruling, &err));
    assert_int_equal(ruling->rules[0].state, SW_RULE_HELD);
    assert_false(sw_rule(books, 2, said_of("systems: [{cty: x}]", *state),
                         day("2026-11-24"), *state, &ruling, &err));
    assert_non_null(strstr(err.reason, "did you mean city?"));
    free(other);
}

static const struct {
    const char *from, *to, *reason;
} slips[] = {
    {"type: list(record)", "type: <!>record", "none of bool"},
    {"      country: {type: string,", "      country: {type: <!>list(record),",
     "none of bool"},
    {"      country: {type: string,", "      <!>coun-try: {type: string,",
     "letters, digits and _"},
    {"      country: {type: string,", "      <!>in: {type: string,",
     "letters, digits and _"},
    {"      country: {type: string,",
     "      country: {<!>count: 2, type: string,", "has no key \"count\""},
    {"{type: list(int), count: 3,", "{type: list(int), count: <!>0,",
     "from 1 to 1000"},
    {"{type: list(int), count: 3,", "{type: list(int), count: <!>1001,",
     "from 1 to 1000"},
    {"{type: list(int), count: 3,", "{type: int, count: <!>3,", "for lists"},
    {"count: 3, min: 0,", "count: 3, min: <!>0.5,", "must be int, not double"},
    {"count: 3, min: 0,", "count: 3, min: <!>null,", "min is empty"},
    {"min: -0.5, max: 2,", "min: 3, max: <!>2,", "max lies below min"},
    {"min: 2020-01-01,", "min: <!>1 May,", "YYYY-MM-DD"},
    {"values: [main, backup]}", "min: <!>1}", "for int, double and date"},
    {"{type: double, min", "{type: double, fields: <!>{a: {type: int}}, min",
     "fields are for list(record)"},
    {"review: 2027-11-01", "review: <!>soon", "YYYY-MM-DD"},
    {"  made: {", "  <!>ruling.made: {", "\"ruling\" is reserved"},
    {"as_of: 2026-11-01\n", "as_of: 2026-11-01\norigin: <!>made\n",
     "no fact of type string is named \"made\""},
    {"as_of: 2026-11-01\n", "as_of: 2026-11-01\norigin: <!>mde\n",
     "did you mean made?"},
};

static void slip_in_a_book_is_placed(void **state)
{
    for (size_t i = 0; i < sizeof slips / sizeof *slips; i++) {
        char place[64];
        char *text =
            replaced(FACTS_HEAD RULE("true"), slips[i].from, slips[i].to);
        take_mark(text, place);
        sw_rulebook *book = NULL;
        sw_error err = {0};
        if (sw_rulebook_parse(sw_str_of(text), "b.yaml", *state, &book, &err))
            fail_msg("accepted: %s", slips[i].to);
        if (strstr(err.reason, slips[i].reason) == NULL ||
            strcmp(err.place, place) != 0)
            fail_msg("%s\n  found:    %s: %s\n  expected: %s: %s", slips[i].to,
                     err.place, err.reason, place, slips[i].reason);
        free(text);
    }
}

static void slip_in_an_expression_is_placed(void **state)
{
    static const struct {
        const char *require, *reason;
    } rows[] = {
        {"systems.all(s, s.<!>contry == \"KR\")", "did you mean country?"},
        {"systems.all(s, s.share <!>== \"KR\")", "no '==' for int and string"},
        {"systems.all(s, s.role == <!>\"spare\")",
         "none of the values of role"},
        {"systems.exists(i, s, i > 0 && s.role != <!>\"mian\")",
         "did you mean main?"},
        {"systems.filter(s, true).all(t, t.role in [\"main\", <!>\"x\"])",
         "none of the values of role"},
        {"systems[0].role == <!>\"x\"", "none of the values of role"},
        {"systems.all(s, <!>\"rsa\" in s.keys)", "none of the values of keys"},
        {"systems.all(s, s.keys.all(k, k != <!>\"rsa\"))",
         "none of the values of keys"},
        {"systems.all(s, s<!>[\"role\"] == \"main\")", "no '[]' for systems[]"},
        {"<!>systems.country == \"KR\"", "systems.country is not declared"},
        {"<!>ruling.day > made", "did you mean ruling.date?"},
        {"<!>ruling == made", "not declared"},
        {"turnover <!>> 5", "no '>' for list(int) and int"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[4000], place[64];
        snprintf(text, sizeof text, FACTS_HEAD RULE("%s"), rows[i].require);
        take_mark(text, place);
        sw_rulebook *book = NULL;
        sw_error err = {0};
        if (sw_rulebook_parse(sw_str_of(text), "b.yaml", *state, &book, &err))
            fail_msg("accepted: %s", rows[i].require);
        if (strstr(err.reason, rows[i].reason) == NULL ||
            strcmp(err.place, place) != 0)
            fail_msg("%s\n  found:    %s: %s\n  expected: %s: %s",
                     rows[i].require, err.place, err.reason, place,
                     rows[i].reason);
    }
}

static void an_origin_is_a_word_of_its_fact(void **state)
{
    static const char book[] =
        "rulebook: b\njurisdiction: XX\ntitle: T\nas_of: 2026-11-01\n"
        "origin: supplier.origin\n%s"
        "sources: {s: {title: S, provision: P, url: U, read: 2026-01-01, "
        "evidence: law}}\n"
        "facts: {supplier.origin: {type: string, values: [XX, YY], ask: A}}\n"
        "rules: [{id: r, title: T, source: s, status: law, otherwise: barred, "
        "remedy: R, require: 'true'}]\n";
    char text[1000];
    sw_rulebook *out = NULL;
    sw_error err = {0};
    snprintf(text, sizeof text, book, "");
    book_of(text, *state);
    snprintf(text, sizeof text, book, "home: YY\n");
    book_of(text, *state);
    snprintf(text, sizeof text, book, "home: ZZ\n");
    assert_false(
        sw_rulebook_parse(sw_str_of(text), "b.yaml", *state, &out, &err));
    assert_string_equal(err.place, "line 5, column 9");
    assert_non_null(strstr(err.reason, "none of the values of origin"));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, make_arena, free_arena)
    const struct CMUnitTest tests[] = {
        TEST(a_field_that_is_missing_is_asked_for),
        TEST(a_list_of_fixed_length_lacks_its_last_values),
        TEST(the_days_ruled_for_are_never_missing),
        TEST(the_day_as_known_on_is_chosen),
        TEST(a_question_tells_what_it_is_about),
        TEST(reasons_name_the_record_and_the_element),
        TEST(slip_in_a_declaration_is_placed),
        TEST(bounds_are_included),
        TEST(a_field_may_be_another_books),
        TEST(slip_in_a_book_is_placed),
        TEST(slip_in_an_expression_is_placed),
        TEST(an_origin_is_a_word_of_its_fact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
