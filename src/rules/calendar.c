// Calendars: which days are working days. How many there are before each day is
// counted once, when the book is read; so working days between two days are a
// difference, and the n-th one after a day is a search.
#include <stddef.h>
#include <string.h>

#include "rules_internal.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum { MAX_CALENDARS = 64, MAX_CALENDAR_DAYS = 200 * 366 };

static const char *const weekdays[] = {"monday",   "tuesday", "wednesday",
                                       "thursday", "friday",  "saturday",
                                       "sunday",   NULL};

// What of a calendar needs more than a table.
typedef struct {
    sw_str title, notes;
    optional_date from, to;
    const yaml_node *source, *weekend, *holidays;
} raw_calendar;

#define AT(member) offsetof(raw_calendar, member)
static const field calendar_fields[] = {
    {"title", FIELD_TEXT, true, AT(title), NULL},
    {"source", FIELD_NODE, true, AT(source), NULL},
    {"weekend", FIELD_NODE, true, AT(weekend), NULL},
    {"from", FIELD_DATE, true, AT(from), NULL},
    {"to", FIELD_DATE, true, AT(to), NULL},
    {"holidays", FIELD_NODE, true, AT(holidays), NULL},
    {"notes", FIELD_TEXT, false, AT(notes), NULL},
};
#undef AT

/* ---- reading --------------------------------------------------------- */

static sw_str weekday_at(const void *ctx, size_t i)
{
    return sw_str_of(weekdays[i]);
}

static bool read_weekday(const yaml_node *node, bool *off, sw_error *err)
{
    sw_str name;
    if (!sw_rules__read_text(node, &name, err)) return false;
    for (size_t i = 0; weekdays[i] != NULL; i++) {
        if (!sw_str_eq(name, sw_str_of(weekdays[i]))) continue;
        off[i] = true;
        return true;
    }
    char hint[120];
    sw_rules__hint(hint, sizeof hint,
                   sw_rules__nearest(name, weekday_at, NULL, 7));
    name = sw_rules__clip(name);
    return sw_rules__refuse(err, node, "\"%.*s\" is no day of the week%s",
                            SW_STR_ARGS(name), hint);
}

// Monday is 0; the day 0 of dates, 1970-01-01, was a Thursday.
static size_t weekday_of(sw_date day)
{
    int64_t since = ((int64_t)day + 3) % 7;
    return (size_t)(since < 0 ? since + 7 : since);
}

static bool read_weekend(const yaml_node *list, calendar *out, bool *off,
                         sw_error *err)
{
    bool weekly[7] = {false};
    if (!sw_rules__expect(list, YAML_LIST, "weekend", err)) return false;
    for (const yaml_node *c = list->first; c != NULL; c = c->next) {
        if (!read_weekday(c, weekly, err)) return false;
    }
    for (size_t i = 0; i < out->days; i++)
        off[i] = weekly[weekday_of(out->from + (sw_date)i)];
    return true;
}

static bool read_holiday(const yaml_node *node, const calendar *of, bool *off,
                         bool *given, sw_error *err)
{
    sw_date day;
    sw_str said = sw_rules__clip(node->text);
    if (node->kind != YAML_SCALAR || !sw_date_parse(node->text, &day)) {
        return sw_rules__refuse(err, node,
                                "a holiday must be a day written YYYY-MM-DD");
    }
    if (day < of->from || day > of->to) {
        return sw_rules__refuse(err, node, "%.*s is no day of this calendar",
                                SW_STR_ARGS(said));
    }
    size_t i = (size_t)(day - of->from);
    if (given[i])
        return sw_rules__refuse(err, node, "%.*s is given twice",
                                SW_STR_ARGS(said));
    given[i] = off[i] = true;
    return true;
}

static bool read_holidays(const yaml_node *list, const calendar *of, bool *off,
                          sw_arena *scratch, sw_error *err)
{
    bool *given = SW_NEW_ARRAY(scratch, bool, of->days);
    if (given == NULL) return sw_fail_memory(err);
    if (!sw_rules__expect(list, YAML_LIST, "holidays", err)) return false;
    for (const yaml_node *c = list->first; c != NULL; c = c->next) {
        if (!read_holiday(c, of, off, given, err)) return false;
    }
    return true;
}

static bool count_days(calendar *out, const raw_calendar *raw, sw_arena *arena,
                       sw_arena *scratch, sw_error *err)
{
    bool *off = SW_NEW_ARRAY(scratch, bool, out->days);
    int32_t *before = SW_NEW_ARRAY(arena, int32_t, out->days + 1);
    if (off == NULL || before == NULL) return sw_fail_memory(err);
    if (!read_weekend(raw->weekend, out, off, err) ||
        !read_holidays(raw->holidays, out, off, scratch, err))
        return false;
    for (size_t i = 0; i < out->days; i++)
        before[i + 1] = before[i] + (off[i] ? 0 : 1);
    out->before = before;
    return true;
}

static bool read_calendar(const sw_rulebook *book, const yaml_node *node,
                          sw_arena *arena, sw_arena *scratch, calendar *out,
                          sw_error *err)
{
    raw_calendar raw = {0};
    if (!sw_rules__check_id(node->key->text, node->key, err) ||
        !sw_rules__read_fields(node, "calendar", calendar_fields,
                               COUNT(calendar_fields), &raw, err))
        return false;
    if (raw.to.date < raw.from.date)
        return sw_rules__refuse(err, node,
                                "this calendar ends before it "
                                "begins");
    if (raw.to.date - raw.from.date >= MAX_CALENDAR_DAYS)
        return sw_rules__refuse(err, node, "a calendar of more than %d days",
                                MAX_CALENDAR_DAYS);
    *out = (calendar){.id = node->key->text,
                      .title = raw.title,
                      .notes = raw.notes,
                      .from = raw.from.date,
                      .to = raw.to.date};
    out->days = (size_t)(out->to - out->from) + 1;
    return sw_rules__read_sources(book, arena, raw.source, &out->sources,
                                  &out->source_count, err) &&
           count_days(out, &raw, arena, scratch, err);
}

static bool read_each(sw_rulebook *book, const yaml_node *map, sw_arena *arena,
                      calendar *all, sw_error *err)
{
    sw_arena *scratch = NULL;
    bool ok = sw_arena_new(&scratch, err);
    for (const yaml_node *c = map->first; ok && c != NULL; c = c->next) {
        ok = read_calendar(book, c, arena, scratch,
                           &all[book->calendar_count++], err);
        sw_arena_reset(scratch);
    }
    sw_arena_free(scratch);
    return ok;
}

bool sw_rules__read_calendars(sw_rulebook *book, const yaml_node *map,
                              sw_arena *arena, sw_error *err)
{
    if (map == NULL) return true;
    if (!sw_rules__expect(map, YAML_MAP, "calendars", err)) return false;
    if (map->count > MAX_CALENDARS)
        return sw_rules__refuse(err, map, "more than %d calendars",
                                MAX_CALENDARS);
    calendar *all = SW_NEW_ARRAY(arena, calendar, map->count);
    if (all == NULL) return sw_fail_memory(err);
    book->calendars = all;
    return read_each(book, map, arena, all, err);
}

const calendar *sw_rules__find_calendar(const sw_rulebook *book, sw_str id)
{
    for (size_t i = 0; i < book->calendar_count; i++) {
        if (sw_str_eq(book->calendars[i].id, id)) return &book->calendars[i];
    }
    return NULL;
}

static sw_str calendar_at(const void *book, size_t i)
{
    return ((const sw_rulebook *)book)->calendars[i].id;
}

sw_str sw_rules__nearest_calendar(const sw_rulebook *book, sw_str id)
{
    return sw_rules__nearest(id, calendar_at, book, book->calendar_count);
}

/* ---- arithmetic ------------------------------------------------------ */

bool sw_rules__calendar_has(const calendar *c, int64_t day)
{
    return day >= c->from && day <= c->to;
}

// Working days up to a day and including it.
static int32_t up_to(const calendar *c, sw_date day)
{
    return c->before[day - c->from + 1];
}

int64_t sw_rules__workdays_between(const calendar *c, sw_date a, sw_date b)
{
    return (int64_t)up_to(c, b) - up_to(c, a);
}

bool sw_rules__workday_after(const calendar *c, sw_date day, int64_t n,
                             sw_date *out)
{
    int64_t left = (int64_t)c->before[c->days] - up_to(c, day);
    if (n < 0 || n > left) return false;
    int32_t wanted = up_to(c, day) + (int32_t)n;
    sw_date low = day, high = c->to;
    while (low < high) {
        sw_date middle = low + (high - low) / 2;
        if (up_to(c, middle) < wanted) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    *out = low;
    return true;
}
