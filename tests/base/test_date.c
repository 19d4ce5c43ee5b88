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
        cmocka_unit_test(today_is_today),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
