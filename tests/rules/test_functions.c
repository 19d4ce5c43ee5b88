// What expressions can call beside CEL's own: periods counted in months.
#include "book.h"

#define HEAD                                                                   \
    "rulebook: xx/functions\n"                                                 \
    "jurisdiction: XX\n"                                                       \
    "title: T\n"                                                               \
    "as_of: 2026-11-01\n"                                                      \
    "sources:\n"                                                               \
    "  act: {title: A, provision: P, url: U, read: 2026-11-01, evidence: "     \
    "law}\n"                                                                   \
    "facts:\n"                                                                 \
    "  listed: {type: date, ask: When was it listed?}\n"                       \
    "  years: {type: int, ask: How many years?}\n"                             \
    "terms:\n"                                                                 \
    "  bound: {title: T, source: act, is: \"ruling.date >= "                   \
    "months.add(listed, 6)\"}\n"
#define RULE(require)                                                          \
    "rules:\n"                                                                 \
    "  - {id: r, title: T, source: act, status: law, otherwise: barred,\n"     \
    "     remedy: R, require: '" require "'}\n"

static sw_rule_state state_of(const char *require, const char *said,
                              const char *date, sw_arena *arena)
{
    char text[2000];
    snprintf(text, sizeof text, HEAD RULE("%s"), require);
    return ruling_of(book_of(text, arena), said, date, arena)->rules[0].state;
}

static void a_period_in_months_ends_on_the_same_day(void **state)
{
    static const struct {
        const char *require, *said, *date;
        sw_rule_state state;
    } rows[] = {
        {"bound", "listed: 2023-09-05", "2024-03-04", SW_RULE_FAILED},
        {"bound", "listed: 2023-09-05", "2024-03-05", SW_RULE_HELD},
        {"bound", "listed: 2023-08-31", "2024-02-28", SW_RULE_FAILED},
        {"bound", "listed: 2023-08-31", "2024-02-29", SW_RULE_HELD},
        {"bound", "{}", "2024-02-29", SW_RULE_UNDETERMINED},
        {"ruling.date < months.add(listed, 12 * years)",
         "{listed: 2024-02-29, years: 5}", "2029-02-27", SW_RULE_HELD},
        {"ruling.date < months.add(listed, 12 * years)",
         "{listed: 2024-02-29, years: 5}", "2029-02-28", SW_RULE_FAILED},
        {"ruling.date < months.add(listed, 12 * years)", "listed: 2024-02-29",
         "2029-02-28", SW_RULE_UNDETERMINED},
        {"months.add(listed, -1) == timestamp(\"1969-11-30T00:00:00Z\")",
         "listed: 1969-12-31", "2026-11-24", SW_RULE_HELD},
        {"months.add(timestamp(\"1969-12-31T23:59:59Z\"), 2) == "
         "timestamp(\"1970-02-28T23:59:59Z\")",
         "{}", "2026-11-24", SW_RULE_HELD},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        sw_rule_state got =
            state_of(rows[i].require, rows[i].said, rows[i].date, *state);
        if (got != rows[i].state)
            fail_msg("%s, %s on %s: %s", rows[i].require, rows[i].said,
                     rows[i].date, sw_rule_state_name(got));
    }
}

static void months_beyond_the_calendar_stop_the_ruling(void **state)
{
    static const char *const far[] = {
        "{listed: 9999-07-01, years: 1}",
        "{listed: 2024-01-01, years: 100000000000}",
        "{listed: 0001-01-01, years: -1}",
    };
    sw_rulebook *book = book_of(
        HEAD RULE("ruling.date < months.add(listed, 12 * years)"), *state);
    for (size_t i = 0; i < sizeof far / sizeof *far; i++) {
        const sw_ruling *ruling = NULL;
        sw_error err = {0};
        assert_false(sw_rule(&book, 1, said_of(far[i], *state),
                             day("2026-11-24"), *state, &ruling, &err));
        assert_has(sw_str_of(err.reason), "months.add");
        assert_has(sw_str_of(err.reason), "r");
    }
}

static void what_is_no_day_or_no_number_is_refused(void **state)
{
    static const char *const wrong[] = {
        "listed < <!>months.add(years, 1)",
        "listed < <!>months.add(listed, 1.5)",
        "listed < <!>months.add(listed)",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char text[2000], place[64];
        sw_rulebook *book = NULL;
        sw_error err = {0};
        snprintf(text, sizeof text, HEAD RULE("%s"), wrong[i]);
        take_mark(text, place);
        assert_false(sw_rulebook_parse(sw_str_of(text), "book.yaml", *state,
                                       &book, &err));
        assert_has(sw_str_of(err.reason), "months.add");
        assert_string_equal(err.place, place);
    }
}

static void no_fact_takes_the_name(void **state)
{
    char *text = replaced(whole_book, "  name: {", "  months.late: {");
    sw_rulebook *book = NULL;
    sw_error err = {0};
    assert_false(
        sw_rulebook_parse(sw_str_of(text), "book.yaml", *state, &book, &err));
    assert_has(sw_str_of(err.reason), "months");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_period_in_months_ends_on_the_same_day,
                                        make_arena, free_arena),
        cmocka_unit_test_setup_teardown(
            months_beyond_the_calendar_stop_the_ruling, make_arena, free_arena),
        cmocka_unit_test_setup_teardown(what_is_no_day_or_no_number_is_refused,
                                        make_arena, free_arena),
        cmocka_unit_test_setup_teardown(no_fact_takes_the_name, make_arena,
                                        free_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
