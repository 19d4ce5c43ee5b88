// Timestamps and durations: arithmetic on seconds and nanoseconds, RFC 3339,
// and durations as Go and CEL write them. Nanoseconds count up from the second
// below, also before 1970 and in negative durations.
//
// Civil dates: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
#include "cel_internal.h"

#include <inttypes.h>
#include <stdio.h>

enum { NANOS = 1000 * 1000 * 1000 };

#define FIRST_SECOND INT64_C(-62135596800)  // 0001-01-01T00:00:00Z
#define LAST_SECOND  INT64_C(253402300799)  // 9999-12-31T23:59:59Z

bool sw_cel__time_in_range(sw_cel_time t)
{
    return t.seconds >= FIRST_SECOND && t.seconds <= LAST_SECOND;
}

// Times in range are below 2^38 and durations below 2^34 seconds; saturating
// keeps hostile bindings defined.
sw_cel_time sw_cel__time_add(sw_cel_time a, sw_cel_time b)
{
    sw_cel_time sum = {0, a.nanos + b.nanos};
    if (__builtin_add_overflow(a.seconds, b.seconds, &sum.seconds))
        sum.seconds = a.seconds < 0 ? INT64_MIN : INT64_MAX;
    if (sum.nanos >= NANOS && sum.seconds < INT64_MAX) {
        sum.nanos -= NANOS;
        sum.seconds++;
    }
    return sum;
}

sw_cel_time sw_cel__time_negate(sw_cel_time t)
{
    int64_t seconds = t.seconds == INT64_MIN ? INT64_MAX : -t.seconds;
    if (t.nanos == 0) return (sw_cel_time){seconds, 0};
    return (sw_cel_time){seconds - 1, NANOS - t.nanos};
}

bool sw_cel__time_nanos(sw_cel_time t, int64_t *out)
{
    // Of a negative time the second above is taken, for INT64_MIN
    // nanoseconds are reached from there alone.
    int64_t seconds = t.seconds, nanos = t.nanos, product = 0;
    if (seconds < 0 && nanos > 0) {
        seconds++;
        nanos -= NANOS;
    }
    return !__builtin_mul_overflow(seconds, (int64_t)NANOS, &product) &&
           !__builtin_add_overflow(product, nanos, out);
}

sw_cel_time sw_cel__nanos_time(int64_t nanos)
{
    int64_t seconds = nanos / NANOS, rest = nanos % NANOS;
    if (rest < 0) {
        rest += NANOS;
        seconds--;
    }
    return (sw_cel_time){seconds, (int32_t)rest};
}

/* ---- the calendar ---------------------------------------------------- */

int64_t sw_cel__days_of(int64_t year, unsigned month, unsigned day)
{
    int64_t y = year - (month <= 2);
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year =
        (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

sw_cel__civil sw_cel__civil_of(int64_t seconds)
{
    int64_t days = floor_div(seconds, 86400);
    int64_t rest = seconds - days * 86400;
    int64_t z = days + 719468;
    int64_t era = floor_div(z, 146097);
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;

    sw_cel__civil c = {0};
    c.day = (unsigned)(doy - (153 * mp + 2) / 5 + 1);
    c.month = (unsigned)(mp < 10 ? mp + 3 : mp - 9);
    c.year = yoe + era * 400 + (c.month <= 2);
    c.hour = (unsigned)(rest / 3600);
    c.minute = (unsigned)(rest / 60 % 60);
    c.second = (unsigned)(rest % 60);
    c.weekday = (unsigned)(((days + 4) % 7 + 7) % 7);  // 1970: a Thursday
    c.year_day = (unsigned)(days - sw_cel__days_of(c.year, 1, 1));
    return c;
}

static unsigned days_in_month(int64_t year, unsigned month)
{
    static const unsigned char days[] = {31, 28, 31, 30, 31, 30,
                                         31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap);
}

/* ---- reading --------------------------------------------------------- */

typedef struct {
    sw_str text;
    size_t at;
} reader;

static bool read_char(reader *r, char c)
{
    if (r->at >= r->text.len || r->text.at[r->at] != c) return false;
    r->at++;
    return true;
}

static bool read_fixed(reader *r, size_t count, unsigned *out)
{
    uint64_t value = 0;
    if (count > r->text.len - r->at ||
        !sw_cel__digits(sw_cel__part(r->text, r->at, r->at + count), &value))
        return false;
    r->at += count;
    *out = (unsigned)value;
    return true;
}

// Digits of a fraction, in nanoseconds; those beyond the ninth are dropped.
static bool read_fraction(reader *r, int32_t *nanos)
{
    int32_t value = 0, scale = NANOS;
    size_t begin = r->at;
    for (; r->at < r->text.len; r->at++) {
        char c = r->text.at[r->at];
        if (c < '0' || c > '9') break;
        scale /= 10;
        value += (c - '0') * scale;
    }
    *nanos = value;
    return r->at > begin;
}

static bool read_offset(reader *r, int64_t *seconds)
{
    if (read_char(r, 'Z') || read_char(r, 'z')) return *seconds = 0, true;
    bool minus = read_char(r, '-');
    unsigned hours = 0, minutes = 0;
    if (!minus && !read_char(r, '+')) return false;
    if (!read_fixed(r, 2, &hours) || !read_char(r, ':') ||
        !read_fixed(r, 2, &minutes) || hours > 23 || minutes > 59)
        return false;
    *seconds = (int64_t)hours * 3600 + (int64_t)minutes * 60;
    if (minus) *seconds = -*seconds;
    return true;
}

bool sw_cel_timestamp(sw_str text, sw_cel_value *out)
{
    reader r = {text, 0};
    unsigned year, month, day, hour, minute, second;
    int32_t nanos = 0;
    int64_t offset = 0;
    bool ok = read_fixed(&r, 4, &year) && read_char(&r, '-') &&
              read_fixed(&r, 2, &month) && read_char(&r, '-') &&
              read_fixed(&r, 2, &day) &&
              (read_char(&r, 'T') || read_char(&r, 't')) &&
              read_fixed(&r, 2, &hour) && read_char(&r, ':') &&
              read_fixed(&r, 2, &minute) && read_char(&r, ':') &&
              read_fixed(&r, 2, &second) &&
              (!read_char(&r, '.') || read_fraction(&r, &nanos)) &&
              read_offset(&r, &offset) && r.at == text.len;
    if (!ok || month < 1 || month > 12 || day < 1 ||
        day > days_in_month(year, month) || hour > 23 || minute > 59 ||
        second > 59)
        return false;

    sw_cel_time t = {sw_cel__days_of(year, month, day) * 86400 + hour * 3600 +
                         minute * 60 + second - offset,
                     nanos};
    if (!sw_cel__time_in_range(t)) return false;
    *out = (sw_cel_value){.kind = SW_CEL_TIMESTAMP, .as.time = t};
    return true;
}

static bool read_unit(reader *r, int64_t *nanos)
{
    // Longer units stand before those they begin with.
    static const struct {
        const char *name;
        int64_t nanos;
    } units[] = {
        {"ns", 1},
        {"us", 1000},
        {"\xC2\xB5s", 1000},  // micro sign
        {"\xCE\xBCs", 1000},  // Greek mu
        {"ms", 1000 * 1000},
        {"s", NANOS},
        {"m", INT64_C(60) * NANOS},
        {"h", INT64_C(3600) * NANOS},
    };
    sw_str rest = sw_cel__part(r->text, r->at, r->text.len);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (!sw_str_starts(rest, sw_str_of(units[i].name))) continue;
        r->at += strlen(units[i].name);
        return *nanos = units[i].nanos, true;
    }
    return false;
}

// fraction / 10^9 of a unit, in whole nanoseconds. Both factors are cut at the
// unit's own digits so that the product stays in range: an hour is 3.6e12 ns.
static int64_t part_of(int64_t unit, int32_t fraction)
{
    return unit >= NANOS ? unit / NANOS * fraction
                         : (int64_t)(unit * fraction / NANOS);
}

// One "1.5h" of a duration, added to `total` with its sign: so the least
// int64, which has no positive, can be read.
static bool read_term(reader *r, bool negative, int64_t *total)
{
    size_t begin = r->at;
    while (r->at < r->text.len && r->text.at[r->at] >= '0' &&
           r->text.at[r->at] <= '9')
        r->at++;
    uint64_t whole = 0;
    bool digits = r->at > begin;
    if (digits && !sw_cel__digits(sw_cel__part(r->text, begin, r->at), &whole))
        return false;
    int32_t fraction = 0;
    if (read_char(r, '.')) digits |= read_fraction(r, &fraction);
    int64_t unit = 0, value = 0;
    uint64_t most = (uint64_t)INT64_MAX + (negative ? 1 : 0);
    if (!digits || !read_unit(r, &unit) || whole > most) return false;

    int64_t signed_whole = (int64_t)(negative ? 0 - whole : whole);
    int64_t rest = part_of(unit, fraction);
    return !__builtin_mul_overflow(signed_whole, unit, &value) &&
           !__builtin_add_overflow(value, negative ? -rest : rest, &value) &&
           !__builtin_add_overflow(*total, value, total);
}

bool sw_cel_duration(sw_str text, sw_cel_value *out)
{
    reader r = {text, 0};
    bool negative = read_char(&r, '-');
    if (!negative) (void)read_char(&r, '+');
    int64_t total = 0;
    bool zero = sw_str_eq(sw_cel__part(text, r.at, text.len), SW_STR("0"));
    if (!zero) {
        if (r.at == text.len) return false;
        while (r.at < text.len) {
            if (!read_term(&r, negative, &total)) return false;
        }
    }
    *out = (sw_cel_value){.kind = SW_CEL_DURATION,
                          .as.time = sw_cel__nanos_time(total)};
    return true;
}

/* ---- writing --------------------------------------------------------- */

// ".5" without trailing zeros, or nothing.
static size_t fraction_text(int32_t nanos, char *out, size_t size)
{
    if (nanos == 0) return 0;
    size_t n = (size_t)snprintf(out, size, ".%09d", (int)nanos);
    while (out[n - 1] == '0')
        n--;
    return n;
}

size_t sw_cel__timestamp_text(sw_cel_time t, char out[40])
{
    sw_cel__civil c = sw_cel__civil_of(t.seconds);
    int year = (int)(c.year % 10000);
    size_t n = (size_t)snprintf(out, 40, "%04d-%02u-%02uT%02u:%02u:%02u", year,
                                c.month % 100, c.day % 100, c.hour % 100,
                                c.minute % 100, c.second % 100);
    n += fraction_text(t.nanos, out + n, 40 - n);
    out[n++] = 'Z';
    return n;
}

size_t sw_cel__duration_text(sw_cel_time t, char out[40])
{
    bool negative = t.seconds < 0;
    if (negative) t = sw_cel__time_negate(t);
    size_t n =
        (size_t)snprintf(out, 40, "%s%" PRId64, negative ? "-" : "", t.seconds);
    n += fraction_text(t.nanos, out + n, 40 - n);
    out[n++] = 's';
    return n;
}
