// Offsets of time zones, from the system's zone files. They are read here, for
// the C library knows a second zone only by changing a global one.
//
// Format: RFC 8536 (TZif); the rule behind the last transition: POSIX TZ.
#include "cel_internal.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

// The largest zone of today takes 4 KiB.
enum { MAX_FILE = 16 << 10, HEADER = 44 };

/* ---- fixed offsets --------------------------------------------------- */

static bool two_digits(sw_str s, size_t at, int32_t *out)
{
    uint64_t value = 0;
    if (!sw_cel__digits(sw_cel__part(s, at, at + 2), &value)) return false;
    *out = (int32_t)value;
    return true;
}

// +hh:mm, -hh:mm, hh:mm
static bool fixed_offset(sw_str zone, int32_t *out)
{
    size_t sign = zone.len > 0 && (zone.at[0] == '+' || zone.at[0] == '-');
    int32_t hours = 0, minutes = 0;
    if (zone.len != sign + 5 || zone.at[sign + 2] != ':' ||
        !two_digits(zone, sign, &hours) ||
        !two_digits(zone, sign + 3, &minutes))
        return false;
    if (hours > 23 || minutes > 59) return false;
    *out = hours * 3600 + minutes * 60;
    if (sign == 1 && zone.at[0] == '-') *out = -*out;
    return true;
}

/* ---- POSIX TZ: "CET-1CEST,M3.5.0,M10.5.0/3" -------------------------- */

typedef struct {
    char kind;  // 'M' month.week.day, 'J' day without leap day, 'D' day from 0
    int month, week, day;
    int32_t seconds;  // after midnight
} switch_rule;

static void skip_name(const char **p)
{
    if (**p == '<') {
        while (**p != '\0' && **p != '>')
            (*p)++;
        if (**p == '>') (*p)++;
        return;
    }
    while ((**p >= 'a' && **p <= 'z') || (**p >= 'A' && **p <= 'Z'))
        (*p)++;
}

static int read_small(const char **p)
{
    int value = 0;
    while (**p >= '0' && **p <= '9' && value < 10000)
        value = value * 10 + (*(*p)++ - '0');
    return value;
}

static int32_t read_clock(const char **p)
{
    int sign = 1;
    if (**p == '+' || **p == '-') sign = *(*p)++ == '-' ? -1 : 1;
    int32_t seconds = read_small(p) * 3600;
    if (**p == ':') (*p)++, seconds += read_small(p) * 60;
    if (**p == ':') (*p)++, seconds += read_small(p);
    return sign * seconds;
}

static bool read_rule(const char **p, switch_rule *rule)
{
    if (**p != ',') return false;
    (*p)++;
    *rule = (switch_rule){.kind = 'D', .seconds = 7200};
    if (**p == 'M' || **p == 'J') rule->kind = *(*p)++;
    rule->day = read_small(p);
    if (rule->kind == 'M') {
        rule->month = rule->day;
        if (*(*p)++ != '.') return false;
        rule->week = read_small(p);
        if (*(*p)++ != '.') return false;
        rule->day = read_small(p);
        if (rule->month < 1 || rule->month > 12) return false;
    }
    if (**p == '/') (*p)++, rule->seconds = read_clock(p);
    return true;
}

// Local seconds, by the clock before the switch.
static int64_t rule_seconds(const switch_rule *rule, int64_t year)
{
    int64_t days = sw_cel__days_of(year, 1, 1);
    bool leap = sw_cel__days_of(year + 1, 1, 1) - days == 366;
    if (rule->kind == 'D') {
        days += rule->day;
    } else if (rule->kind == 'J') {
        days += rule->day - 1 + (leap && rule->day >= 60);
    } else {
        days = sw_cel__days_of(year, (unsigned)rule->month, 1);
        int weekday = (int)sw_cel__civil_of(days * 86400).weekday;
        int64_t next =
            rule->month == 12
                ? sw_cel__days_of(year + 1, 1, 1)
                : sw_cel__days_of(year, (unsigned)rule->month + 1, 1);
        days += (rule->day - weekday + 7) % 7 + 7 * (rule->week - 1);
        while (days >= next)
            days -= 7;
    }
    return days * 86400 + rule->seconds;
}

static bool posix_offset(const char *p, int64_t seconds, int32_t *out)
{
    skip_name(&p);
    int32_t standard = -read_clock(&p);
    *out = standard;
    if (*p == '\0') return true;
    skip_name(&p);
    int32_t summer = standard + 3600;
    if (*p != ',') summer = -read_clock(&p);
    switch_rule to_summer, to_standard;
    if (!read_rule(&p, &to_summer) || !read_rule(&p, &to_standard))
        return false;

    int64_t year = sw_cel__civil_of(seconds + standard).year;
    int64_t begin = rule_seconds(&to_summer, year) - standard;
    int64_t end = rule_seconds(&to_standard, year) - summer;
    bool is_summer = begin < end ? seconds >= begin && seconds < end
                                 : seconds >= begin || seconds < end;
    *out = is_summer ? summer : standard;
    return true;
}

/* ---- TZif ------------------------------------------------------------ */

typedef struct {
    const unsigned char *at;
    size_t len;
} bytes;

static uint64_t big_endian(const unsigned char *p, size_t count)
{
    uint64_t value = 0;
    for (size_t i = 0; i < count; i++)
        value = value << 8 | p[i];
    return value;
}

typedef struct {
    size_t times, types, chars, leaps, standards, universals;
    size_t time_size;
} layout;

static bool read_layout(bytes b, size_t time_size, layout *out, size_t *body)
{
    if (b.len < HEADER || memcmp(b.at, "TZif", 4) != 0) return false;
    *out = (layout){
        .universals = big_endian(b.at + 20, 4),
        .standards = big_endian(b.at + 24, 4),
        .leaps = big_endian(b.at + 28, 4),
        .times = big_endian(b.at + 32, 4),
        .types = big_endian(b.at + 36, 4),
        .chars = big_endian(b.at + 40, 4),
        .time_size = time_size,
    };
    // The counts are 32 bits, so the sum cannot overflow 64.
    *body = out->times * (time_size + 1) + out->types * 6 + out->chars +
            out->leaps * (time_size + 4) + out->standards + out->universals;
    return *body <= b.len - HEADER;
}

static int64_t time_at(bytes b, size_t i)
{
    return (int64_t)big_endian(b.at + HEADER + i * 8, 8);
}

// How many transitions lie at or before a time.
static size_t transitions_before(bytes b, size_t count, int64_t seconds)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (time_at(b, middle) <= seconds) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool file_offset(bytes b, int64_t seconds, int32_t *out)
{
    layout at;
    size_t body = 0;
    // A first part with 32-bit times comes before the one that counts.
    if (!read_layout(b, 4, &at, &body) || b.at[4] < '2') return false;
    b.at += HEADER + body;
    b.len -= HEADER + body;
    if (!read_layout(b, 8, &at, &body) || at.types == 0) return false;

    size_t before = transitions_before(b, at.times, seconds);
    if (before == at.times) {
        const char *rule = (const char *)b.at + HEADER + body;
        const char *end = (const char *)b.at + b.len;  // a terminator
        if (rule < end && *rule == '\n') rule++;
        char text[128];
        size_t n = strcspn(rule, "\n");
        if (n > 0 && n < sizeof text) {
            memcpy(text, rule, n);
            text[n] = '\0';
            return posix_offset(text, seconds, out);
        }
    }
    const unsigned char *indexes = b.at + HEADER + at.times * 8;
    size_t type = before > 0 ? indexes[before - 1] : 0;
    if (type >= at.types) return false;
    const unsigned char *record = indexes + at.times + type * 6;
    *out = (int32_t)(uint32_t)big_endian(record, 4);
    return true;
}

// Names as in "America/Port-au-Prince", "Etc/GMT+5": nothing that could leave
// the folder.
static bool is_zone_name(sw_str zone)
{
    if (zone.len == 0 || zone.len > 64) return false;
    for (size_t i = 0; i < zone.len; i++) {
        char c = zone.at[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        bool inner = (c >= '0' && c <= '9') || c == '_' || c == '-' ||
                     c == '+' || c == '/';
        if (!letter && (i == 0 || !inner)) return false;
    }
    return true;
}

static bool read_zone_file(sw_str zone, unsigned char file[MAX_FILE + 1],
                           size_t *len)
{
    char path[128];
    snprintf(path, sizeof path, "/usr/share/zoneinfo/%.*s", SW_STR_ARGS(zone));
    int in = open(path, O_RDONLY | O_CLOEXEC);
    if (in < 0) return false;
    size_t have = 0;
    ssize_t got = 1;
    while (got > 0 && have < MAX_FILE) {
        got = read(in, file + have, MAX_FILE - have);
        if (got > 0) have += (size_t)got;
    }
    close(in);
    file[have] = '\0';
    *len = have;
    return got == 0;
}

bool sw_cel__zone_offset(sw_str zone, int64_t seconds, int32_t *out)
{
    if (sw_str_eq(zone, SW_STR("UTC")) || sw_str_eq(zone, SW_STR("Z")))
        return *out = 0, true;
    if (fixed_offset(zone, out)) return true;
    unsigned char file[MAX_FILE + 1];
    size_t len = 0;
    return is_zone_name(zone) && read_zone_file(zone, file, &len) &&
           file_offset((bytes){file, len}, seconds, out);
}
