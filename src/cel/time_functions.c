// Timestamps and durations: conversions and accessors.
//
// Specification: cel-spec, doc/langdef.md, "Timestamps and durations".
#include "cel_internal.h"

static bool same(sw_cel__run *run, const sw_cel_value *args, size_t count,
                 sw_cel_value *out)
{
    *out = args[0];
    return true;
}

static bool timestamp_of_text(sw_cel__run *run, const sw_cel_value *args,
                              size_t count, sw_cel_value *out)
{
    if (!sw_cel__spend_text(run, args[0].as.str.len)) return false;
    if (sw_cel_timestamp(args[0].as.str, out)) return true;
    return sw_cel__fault(out, "the string is no timestamp of RFC 3339 between "
                              "the years 1 and 9999");
}

static bool timestamp_of_int(sw_cel__run *run, const sw_cel_value *args,
                             size_t count, sw_cel_value *out)
{
    sw_cel_time t = {args[0].as.i64, 0};
    if (!sw_cel__time_in_range(t))
        return sw_cel__fault(out, "timestamp out of range");
    *out = (sw_cel_value){.kind = SW_CEL_TIMESTAMP, .as.time = t};
    return true;
}

static bool duration_of_text(sw_cel__run *run, const sw_cel_value *args,
                             size_t count, sw_cel_value *out)
{
    // Each of its terms is looked up among the units.
    if (!sw_cel__spend(run, args[0].as.str.len / 8)) return false;
    if (sw_cel_duration(args[0].as.str, out)) return true;
    return sw_cel__fault(out, "the string is no duration, such as 1h30m or "
                              "-1.5s, or is out of range");
}

/* ---- accessors of a timestamp ---------------------------------------- */

typedef int64_t (*accessor)(const sw_cel__civil *at);

static int64_t full_year(const sw_cel__civil *at)
{
    return at->year;
}
static int64_t month(const sw_cel__civil *at)
{
    return at->month - 1;
}
static int64_t date(const sw_cel__civil *at)
{
    return at->day;
}
static int64_t day_of_month(const sw_cel__civil *at)
{
    return at->day - 1;
}
static int64_t day_of_week(const sw_cel__civil *at)
{
    return at->weekday;
}
static int64_t day_of_year(const sw_cel__civil *at)
{
    return at->year_day;
}
static int64_t hours(const sw_cel__civil *at)
{
    return at->hour;
}
static int64_t minutes(const sw_cel__civil *at)
{
    return at->minute;
}
static int64_t seconds(const sw_cel__civil *at)
{
    return at->second;
}

static bool access_time(sw_cel__run *run, const sw_cel_value *args,
                        size_t count, accessor get, sw_cel_value *out)
{
    int64_t at = args[0].as.time.seconds;
    int32_t offset = 0;
    if (count == 2) {
        // A zone's file is read each time.
        if (!sw_cel__spend(run, 100)) return false;
        if (!sw_cel__zone_offset(args[1].as.str, at, &offset)) {
            return sw_cel__error(run, out, "unknown time zone '%.*s'",
                                 SW_CEL__SHOWN(args[1].as.str));
        }
    }
    sw_cel__civil civil = sw_cel__civil_of(at + offset);
    *out = sw_cel__int(get(&civil));
    return true;
}

#define ACCESSOR(name)                                                         \
    static bool get_##name(sw_cel__run *run, const sw_cel_value *args,         \
                           size_t count, sw_cel_value *out)                    \
    {                                                                          \
        return access_time(run, args, count, name, out);                       \
    }

ACCESSOR(full_year)
ACCESSOR(month)
ACCESSOR(date)
ACCESSOR(day_of_month)
ACCESSOR(day_of_week)
ACCESSOR(day_of_year)
ACCESSOR(hours)
ACCESSOR(minutes)
ACCESSOR(seconds)

static bool get_milliseconds(sw_cel__run *run, const sw_cel_value *args,
                             size_t count, sw_cel_value *out)
{
    static const int32_t per_milli = 1000 * 1000;
    // A zone has no say in them, but it must be one.
    if (!access_time(run, args, count, seconds, out)) return false;
    if (out->kind == SW_CEL_INT)
        *out = sw_cel__int(args[0].as.time.nanos / per_milli);
    return true;
}

/* ---- accessors of a duration ----------------------------------------- */

// The whole duration in a unit, toward zero.
static bool whole(const sw_cel_value *v, int64_t unit_seconds,
                  sw_cel_value *out)
{
    int64_t at = v->as.time.seconds;
    if (at < 0 && v->as.time.nanos > 0) at++;
    *out = sw_cel__int(at / unit_seconds);
    return true;
}

static bool whole_hours(sw_cel__run *run, const sw_cel_value *args,
                        size_t count, sw_cel_value *out)
{
    return whole(&args[0], 3600, out);
}

static bool whole_minutes(sw_cel__run *run, const sw_cel_value *args,
                          size_t count, sw_cel_value *out)
{
    return whole(&args[0], 60, out);
}

static bool whole_seconds(sw_cel__run *run, const sw_cel_value *args,
                          size_t count, sw_cel_value *out)
{
    return whole(&args[0], 1, out);
}

// Only the part below a second, with the duration's sign.
static bool part_milliseconds(sw_cel__run *run, const sw_cel_value *args,
                              size_t count, sw_cel_value *out)
{
    bool negative = args[0].as.time.seconds < 0;
    sw_cel_time t = args[0].as.time;
    if (negative) t = sw_cel__time_negate(t);
    int64_t milli = t.nanos / 1000000;
    *out = sw_cel__int(negative ? -milli : milli);
    return true;
}

const sw_cel__function sw_cel__time_functions[] = {
    {"timestamp", false, "t", "t", same},
    {"timestamp", false, "s", "t", timestamp_of_text},
    {"timestamp", false, "i", "t", timestamp_of_int},
    {"duration", false, "D", "D", same},
    {"duration", false, "s", "D", duration_of_text},
    {"getFullYear", true, "t", "i", get_full_year},
    {"getFullYear", true, "ts", "i", get_full_year},
    {"getMonth", true, "t", "i", get_month},
    {"getMonth", true, "ts", "i", get_month},
    {"getDate", true, "t", "i", get_date},
    {"getDate", true, "ts", "i", get_date},
    {"getDayOfMonth", true, "t", "i", get_day_of_month},
    {"getDayOfMonth", true, "ts", "i", get_day_of_month},
    {"getDayOfWeek", true, "t", "i", get_day_of_week},
    {"getDayOfWeek", true, "ts", "i", get_day_of_week},
    {"getDayOfYear", true, "t", "i", get_day_of_year},
    {"getDayOfYear", true, "ts", "i", get_day_of_year},
    {"getHours", true, "t", "i", get_hours},
    {"getHours", true, "ts", "i", get_hours},
    {"getHours", true, "D", "i", whole_hours},
    {"getMinutes", true, "t", "i", get_minutes},
    {"getMinutes", true, "ts", "i", get_minutes},
    {"getMinutes", true, "D", "i", whole_minutes},
    {"getSeconds", true, "t", "i", get_seconds},
    {"getSeconds", true, "ts", "i", get_seconds},
    {"getSeconds", true, "D", "i", whole_seconds},
    {"getMilliseconds", true, "t", "i", get_milliseconds},
    {"getMilliseconds", true, "ts", "i", get_milliseconds},
    {"getMilliseconds", true, "D", "i", part_milliseconds},
    {0},
};
