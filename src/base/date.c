// Dates as days since 1970-01-01 in the proleptic Gregorian calendar. The year
// is taken to begin in March, so that the leap day comes last and the days
// before a month follow one formula (Howard Hinnant, "chrono-Compatible
// Low-Level Date Algorithms").
#include "segwan/base.h"

#include <assert.h>
#include <stdio.h>
#include <time.h>

#define DAYS_PER_ERA 146097  // 400 years
#define EPOCH_SHIFT  719468  // from 0000-03-01 to 1970-01-01
#define MAX_MONTHS   119999  // from the first month of year 0 to 9999-12

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap(year));
}

// Years here are 1 to 9999, so nothing is negative.
static sw_date date_of(int year, int month, int day)
{
    int y = month <= 2 ? year - 1 : year;
    int era = y / 400;
    int year_of_era = y % 400;
    int month_from_march = (month + 9) % 12;
    int day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    int day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * DAYS_PER_ERA + day_of_era - EPOCH_SHIFT;
}

static bool digits(const char *at, int count, int *out)
{
    int value = 0;
    for (int i = 0; i < count; i++) {
        if (at[i] < '0' || at[i] > '9') return false;
        value = value * 10 + (at[i] - '0');
    }
    *out = value;
    return true;
}

bool sw_date_parse(sw_str text, sw_date *out)
{
    int year, month, day;
    if (text.len != 10 || text.at[4] != '-' || text.at[7] != '-') return false;
    if (!digits(text.at, 4, &year) || !digits(text.at + 5, 2, &month) ||
        !digits(text.at + 8, 2, &day))
        return false;
    if (year < 1 || month < 1 || month > 12) return false;
    if (day < 1 || day > days_in_month(year, month)) return false;
    *out = date_of(year, month, day);
    return true;
}

typedef struct {
    int year, month, day;
} civil;

static civil civil_of(sw_date date)
{
    int64_t shifted = (int64_t)date + EPOCH_SHIFT;
    assert(shifted >= 0);
    int era = (int)(shifted / DAYS_PER_ERA);
    int day_of_era = (int)(shifted % DAYS_PER_ERA);
    int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 -
                       day_of_era / 146096) /
                      365;
    int day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int month_from_march = (5 * day_of_year + 2) / 153;
    int month =
        month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    return (civil){
        .year = era * 400 + year_of_era + (month <= 2),
        .month = month,
        .day = day_of_year - (153 * month_from_march + 2) / 5 + 1,
    };
}

char *sw_date_text(sw_date date, char buf[11])
{
    civil c = civil_of(date);
    assert(c.year >= 0 && c.year <= 9999);
    snprintf(buf, 11, "%04u-%02u-%02u", (unsigned)c.year % 10000,
             (unsigned)c.month % 100, (unsigned)c.day % 100);
    return buf;
}

bool sw_date_add_months(sw_date date, int64_t months, sw_date *out)
{
    civil c = civil_of(date);
    if (months < -MAX_MONTHS || months > MAX_MONTHS) return false;
    int64_t month = (int64_t)c.year * 12 + c.month - 1 + months;
    if (month < 12 || month > MAX_MONTHS) return false;
    c.year = (int)(month / 12);
    c.month = (int)(month % 12) + 1;
    int last = days_in_month(c.year, c.month);
    *out = date_of(c.year, c.month, c.day < last ? c.day : last);
    return true;
}

sw_date sw_date_today(void)
{
    return (sw_date)(time(NULL) / 86400);
}
