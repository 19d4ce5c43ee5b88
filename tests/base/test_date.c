#include "segwan/base.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cmocka_all.h"

// Walks every day from year 1 to 9999 by counting, and asks both directions.
static void every_day_reads_and_writes_as_counted(void **state)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30,
                                  31, 31, 30, 31, 30, 31};
    sw_date expected = -719162;  // 0001-01-01
    for (int year = 1; year <= 9999; year++) {
        bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        for (int month = 1; month <= 12; month++) {
            int days = lengths[month - 1] + (leap && month == 2);
            for (int day = 1; day <= days; day++, expected++) {
                char text[32], back[11];
                snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
                sw_date got;
                if (!sw_date_parse((sw_str){text, 10}, &got) ||
                    got != expected ||
                    strcmp(sw_date_text(got, back), text) != 0)
                    fail_msg("%s", text);
            }
        }
    }
}

static void known_dates(void **state)
{
    sw_date date;
    assert_true(sw_date_parse(SW_STR("1970-01-01"), &date));
    assert_int_equal(date, 0);
    assert_true(sw_date_parse(SW_STR("2026-12-03"), &date));
    assert_int_equal(date, 20790);
}

static void what_is_no_date_is_refused(void **state)
{
    static const char *const bad[] = {
        "",           "2026-12-3",   "2026-12-031", "2026/12/03", "2026-13-01",
        "2026-00-01", "2026-01-00",  "2026-01-32",  "2026-02-29", "1900-02-29",
        "2026-04-31", "0000-01-01",  "-026-01-01",  "+026-01-01", " 026-01-01",
        "2026-1 -01", "2026-12-03 ", "202a-12-03",  "2026-12- 3",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        sw_date date = 77;
        if (sw_date_parse(sw_str_of(bad[i]), &date)) fail_msg("%s", bad[i]);
        assert_int_equal(date, 77);
    }
}

static sw_date day_of(const char *text)
{
    sw_date date = 0;
    assert_true(sw_date_parse(sw_str_of(text), &date));
    return date;
}

static void months_later(const char *from, int64_t months, const char *expected)
{
    sw_date got = 0;
    char text[11];
    assert_true(sw_date_add_months(day_of(from), months, &got));
    assert_string_equal(sw_date_text(got, text), expected);
}

static void months_keep_the_day_or_end_with_the_month(void **state)
{
    months_later("2023-09-05", 6, "2024-03-05");
    months_later("2024-01-31", 1, "2024-02-29");
    months_later("2023-01-31", 1, "2023-02-28");
    months_later("2023-12-31", 2, "2024-02-29");
    months_later("2024-02-29", 12, "2025-02-28");
    months_later("2024-02-29", -48, "2020-02-29");
    months_later("2024-03-31", -1, "2024-02-29");
    months_later("2024-03-31", 0, "2024-03-31");
    months_later("0001-01-01", 119987, "9999-12-01");
    months_later("9999-12-31", -119987, "0001-01-31");
}

// The month is found by steps of one, the day by trying shorter months.
static void counted(int year, int month, int day, int months, char out[11])
{
    char text[32];
    sw_date ignored;
    for (; months > 0; months--) {
        if (++month > 12) month = 1, year++;
    }
    for (; months < 0; months++) {
        if (--month < 1) month = 12, year--;
    }
    do {
        snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day--);
    } while (!sw_date_parse((sw_str){text, 10}, &ignored));
    memcpy(out, text, 10);
    out[10] = '\0';
}

static void months_are_as_counted(void **state)
{
    sw_date last = day_of("2005-12-31");
    for (sw_date date = day_of("1999-01-01"); date <= last; date++) {
        char text[11], expected[11], got[11];
        int year, month, day;
        sw_date_text(date, text);
        assert_int_equal(sscanf(text, "%d-%d-%d", &year, &month, &day), 3);
        for (int months = -30; months <= 30; months++) {
            sw_date later = 0;
            counted(year, month, day, months, expected);
            assert_true(sw_date_add_months(date, months, &later));
            if (strcmp(sw_date_text(later, got), expected) != 0)
                fail_msg("%s and %d months: %s", text, months, got);
        }
    }
}

static void months_end_where_years_do(void **state)
{
    static const struct {
        const char *from;
        int64_t months;
    } beyond[] = {
        {"0001-01-31", -1},        {"9999-12-01", 1},
        {"2024-01-01", INT64_MAX}, {"2024-01-01", INT64_MIN},
        {"2024-01-01", 119999},    {"0001-12-31", -12},
    };
    for (size_t i = 0; i < sizeof beyond / sizeof *beyond; i++) {
        sw_date date = 77;
        assert_false(sw_date_add_months(day_of(beyond[i].from),
                                        beyond[i].months, &date));
        assert_int_equal(date, 77);
    }
}

static void today_is_today(void **state)
{
    time_t before = time(NULL);
    sw_date today = sw_date_today();
    time_t after = time(NULL);
    assert_true(today >= before / 86400 && today <= after / 86400);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_reads_and_writes_as_counted),
        cmocka_unit_test(known_dates),
        cmocka_unit_test(what_is_no_date_is_refused),
        cmocka_unit_test(months_keep_the_day_or_end_with_the_month),
        cmocka_unit_test(months_are_as_counted),
        cmocka_unit_test(months_end_where_years_do),
        cmocka_unit_test(today_is_today),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
