// Working days, held against counting them one by one.
#include "book.h"

#define CAL_HEAD                                                               \
    "rulebook: xx/cal\njurisdiction: XX\ntitle: T\nas_of: 2026-11-01\n"        \
    "sources:\n"                                                               \
    "  act: {title: A, provision: P, url: U, read: 2026-11-01, evidence: "     \
    "law}\n"                                                                   \
    "facts:\n"                                                                 \
    "  asked: {type: date, ask: When asked?}\n"                                \
    "  answered: {type: date, ask: When answered?}\n"                          \
    "  days: {type: int, ask: How many?}\n"
#define CALENDARS                                                              \
    "calendars:\n"                                                             \
    "  kr:\n"                                                                  \
    "    title: Some days of 2026\n"                                           \
    "    source: act\n"                                                        \
    "    weekend: [saturday, sunday]\n"                                        \
    "    from: 2026-01-01\n"                                                   \
    "    to: 2026-03-31\n"                                                     \
    "    holidays: [2026-01-01, 2026-02-16, 2026-02-17, 2026-02-18, "          \
    "2026-03-01, 2026-03-02]\n"                                                \
    "  ancient: {title: Before the epoch, source: [act], weekend: [friday], "  \
    "from: 1969-12-20, to: 1970-01-10, holidays: []}\n"

static sw_rulebook *requiring(const char *require, sw_arena *arena)
{
    char text[4000];
    snprintf(text, sizeof text,
             CAL_HEAD CALENDARS
             "rules:\n  - {id: r, title: T, source: act, status: law, "
             "otherwise: barred, remedy: R, require: '%s'}\n",
             require);
    return book_of(text, arena);
}

/* ---- the days themselves --------------------------------------------- */

// Each day of the calendar `kr` by its weekday: 2026-01-01 was a Thursday.
static bool is_working(sw_date date)
{
    static const char *const holidays[] = {"2026-01-01", "2026-02-16",
                                           "2026-02-17", "2026-02-18",
                                           "2026-03-01", "2026-03-02"};
    int weekday = (3 + date - day("2026-01-01")) % 7;  // Monday is 0
    for (size_t i = 0; i < sizeof holidays / sizeof *holidays; i++) {
        if (date == day(holidays[i])) return false;
    }
    return weekday < 5;
}

static int64_t counted(sw_date a, sw_date b)
{
    int64_t n = 0;
    for (sw_date d = a + 1; d <= b; d++)
        n += is_working(d);
    for (sw_date d = b + 1; d <= a; d++)
        n -= is_working(d);
    return n;
}

static bool holds(sw_rulebook *book, const char *said, sw_arena *arena)
{
    const sw_ruling *ruling = ruling_of(book, said, "2026-02-01", arena);
    return ruling->rules[0].state == SW_RULE_HELD;
}

static void days_between_are_those_that_are_counted(void **state)
{
    sw_rulebook *book =
        requiring("workdays.between(asked, answered, \"kr\") == days", *state);
    for (sw_date a = day("2026-01-01"); a <= day("2026-03-31"); a += 5) {
        for (sw_date b = day("2026-01-01"); b <= day("2026-03-31"); b += 3) {
            char said[120], from[11], to[11];
            snprintf(said, sizeof said, "{asked: %s, answered: %s, days: %lld}",
                     sw_date_text(a, from), sw_date_text(b, to),
                     (long long)counted(a, b));
            if (!holds(book, said, *state)) fail_msg("%s", said);
        }
    }
}

static void the_nth_day_is_found_by_walking(void **state)
{
    sw_rulebook *book =
        requiring("workdays.add(asked, days, \"kr\") == answered", *state);
    for (sw_date a = day("2026-01-01"); a <= day("2026-03-31"); a += 3) {
        int n = 0;
        for (sw_date b = a; b <= day("2026-03-31"); b++) {
            char said[120], from[11], to[11];
            if (b > a && !is_working(b)) continue;
            snprintf(said, sizeof said, "{asked: %s, answered: %s, days: %d}",
                     sw_date_text(a, from), sw_date_text(b, to), n++);
            if (!holds(book, said, *state)) fail_msg("%s", said);
        }
    }
}

static void days_before_the_epoch_are_days(void **state)
{
    static const char *const rows[] = {
        // Fridays off: 26 December 1969, 2 and 9 January 1970.
        "workdays.between(timestamp(\"1969-12-25T00:00:00Z\"), "
        "timestamp(\"1970-01-03T00:00:00Z\"), \"ancient\") == 7",
        "workdays.add(timestamp(\"1969-12-25T23:59:59Z\"), 1, \"ancient\") == "
        "timestamp(\"1969-12-27T00:00:00Z\")",
        "workdays.add(timestamp(\"1969-12-31T00:00:01Z\"), 2, \"ancient\") == "
        "timestamp(\"1970-01-03T00:00:00Z\")",
        "workdays.add(timestamp(\"1970-01-02T00:00:00Z\"), 0, \"ancient\") == "
        "timestamp(\"1970-01-02T00:00:00Z\")",
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!holds(requiring(rows[i], *state), "", *state))
            fail_msg("%s", rows[i]);
    }
}

static void a_day_that_is_missing_is_asked_for(void **state)
{
    sw_rulebook *book = requiring(
        "workdays.add(asked, 60, \"kr\") > ruling.date || days > 3", *state);
    const sw_ruling *ruling = ruling_of(book, "", "2026-02-01", *state);
    assert_int_equal(ruling->question_count, 2);
    ruling = ruling_of(book, "days: 4", "2026-02-01", *state);
    assert_int_equal(ruling->verdict, SW_VERDICT_CLEAR);
}

static void terms_and_variants_count_by_the_same_calendar(void **state)
{
    sw_rulebook *variant = NULL;
    sw_error err = {0};
    sw_rulebook *base = book_of(
        CAL_HEAD CALENDARS
        "terms:\n"
        "  late: {title: L, source: act, is: 'workdays.between(asked, "
        "ruling.date, \"kr\") > 9', readings: {r: {source: act, is: "
        "'workdays.between(asked, ruling.date, \"kr\") > 8'}}}\n"
        "rules:\n  - {id: r, title: T, source: act, status: law, otherwise: "
        "barred, remedy: R, require: '!late'}\n"
        "variants:\n  v: {title: V, status: bill, source: act, rules: [{id: r, "
        "require: 'ruling.date < workdays.add(asked, 3, \"kr\")'}]}\n",
        *state);
    // Nine working days from Friday the 2nd to Thursday the 15th.
    const char *said = "asked: 2026-01-02";
    const sw_ruling *ruling = ruling_of(base, said, "2026-01-15", *state);
    assert_int_equal(ruling->verdict, SW_VERDICT_CLEAR);
    assert_int_equal(ruling->readings[0].verdict, SW_VERDICT_BARRED);
    assert_true(sw_rulebook_variant(base, SW_STR("v"), *state, &variant, &err));
    ruling = ruling_of(variant, said, "2026-01-06", *state);
    assert_int_equal(ruling->verdict, SW_VERDICT_CLEAR);
    ruling = ruling_of(variant, said, "2026-01-07", *state);
    assert_int_equal(ruling->verdict, SW_VERDICT_BARRED);
}

/* ---- what is refused ------------------------------------------------- */

static void days_outside_name_the_calendar(void **state)
{
    static const struct {
        const char *require, *said, *reason;
    } rows[] = {
        {"workdays.between(asked, answered, \"kr\") > 1",
         "{asked: 2025-12-31, answered: 2026-01-01}",
         "2025-12-31 is no day of the calendar kr, 2026-01-01 to 2026-03-31"},
        {"workdays.between(asked, answered, \"kr\") > 1",
         "{asked: 2026-01-01, answered: 2026-04-01}",
         "2026-04-01 is no day of the calendar kr"},
        {"workdays.add(asked, 1, \"kr\") > answered",
         "{asked: 2026-04-01, answered: 2026-01-01}",
         "2026-04-01 is no day of the calendar kr"},
        {"workdays.add(asked, 60, \"kr\") > asked", "asked: 2026-02-01",
         "the calendar kr ends on 2026-03-31, before 60 working days have "
         "passed"},
        {"workdays.add(asked, days, \"kr\") > asked",
         "{asked: 2026-02-01, days: 9223372036854775807}",
         "ends on 2026-03-31"},
        {"workdays.add(asked, days, \"kr\") > asked",
         "{asked: 2026-02-01, days: -1}", "takes 0 working days or more"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        sw_rulebook *book = requiring(rows[i].require, *state);
        const sw_ruling *ruling = NULL;
        sw_error err = {0};
        if (sw_rule(&book, 1, said_of(rows[i].said, *state), day("2026-02-01"),
                    *state, &ruling, &err))
            fail_msg("accepted: %s", rows[i].said);
        if (strstr(err.reason, rows[i].reason) == NULL)
            fail_msg("%s: %s", rows[i].said, err.reason);
        assert_non_null(strstr(err.reason, "rule r, require"));
    }
}

static void slip_is_placed(void **state)
{
    static const struct {
        const char *from, *to, *reason;
    } rows[] = {
        {"source: act\n    weekend", "source: <!>at\n    weekend",
         "did you mean act?"},
        {"[saturday, sunday]", "[saturday, <!>sunda]", "did you mean sunday?"},
        {"[saturday, sunday]", "<!>saturday", "must be a list"},
        {"    from: 2026-01-01\n", "    from: <!>2026\n", "YYYY-MM-DD"},
        {"    from: 2026-01-01\n    to: 2026-03-31\n",
         "    <!>form: 2026-01-01\n    to: 2026-03-31\n", "did you mean from?"},
        {"  kr:\n    title", "  kr:\n    <!>tilte", "did you mean title?"},
        {"2026-02-16, ", "<!>2025-02-16, ", "is no day of this calendar"},
        {"2026-02-16, ", "<!>new year, ", "YYYY-MM-DD"},
        {"2026-02-17, 2026-02-18", "2026-02-17, <!>2026-02-17",
         "2026-02-17 is given twice"},
        {"from: 1969-12-20, to: 1970-01-10", "from: 1969-12-20, to: 1969-12-19",
         "ends before it begins"},
        {"from: 1969-12-20, to: 1970-01-10", "from: 0001-01-01, to: 9999-12-31",
         "more than 73200 days"},
        {"\"kr\") > 1", "<!>\"ky\") > 1",
         "has no calendar \"ky\" (did you mean kr?)"},
        {"\"kr\") > 1", "<!>days) > 1", "must be written out"},
        {"asked, answered", "asked, days",
         "no 'workdays.between' for timestamp, int"},
        {"\"kr\") > 1", "\"kr\") > <!>dys", "did you mean days?"},
        {"workdays.between", "<!>workdays.beween", "not declared"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char place[64] = "";
        char *text = replaced(
            CAL_HEAD CALENDARS
            "rules:\n  - {id: r, title: T, source: act, status: law, "
            "otherwise: barred, remedy: R, require: 'workdays.between(asked, "
            "answered, \"kr\") > 1'}\n",
            rows[i].from, rows[i].to);
        if (strstr(text, "<!>") != NULL) take_mark(text, place);
        sw_rulebook *book = NULL;
        sw_error err = {0};
        if (sw_rulebook_parse(sw_str_of(text), "b.yaml", *state, &book, &err))
            fail_msg("accepted: %s", rows[i].to);
        if (strstr(err.reason, rows[i].reason) == NULL ||
            (place[0] != '\0' && strcmp(err.place, place) != 0))
            fail_msg("%s\n  found:    %s: %s\n  expected: %s: %s", rows[i].to,
                     err.place, err.reason, place, rows[i].reason);
        free(text);
    }
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, make_arena, free_arena)
    const struct CMUnitTest tests[] = {
        TEST(days_between_are_those_that_are_counted),
        TEST(the_nth_day_is_found_by_walking),
        TEST(days_before_the_epoch_are_days),
        TEST(a_day_that_is_missing_is_asked_for),
        TEST(terms_and_variants_count_by_the_same_calendar),
        TEST(days_outside_name_the_calendar),
        TEST(slip_is_placed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
