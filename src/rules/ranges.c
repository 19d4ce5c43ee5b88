// Facts of which only a range is known: "> 45000000", "5..10", "about 680000".
// Such a fact is an unknown to CEL. What then stays undetermined is evaluated
// once more at one value of each cell of the range (cells.h); if it comes out
// the same at all of them, that is what it is.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cells.h"
#include "ranges.h"

enum {
    MAX_RUNS = 4096,     // evaluations to settle one rule or term
    ABOUT_PERCENT = 10,  // either way
};

/* ---- what is written ------------------------------------------------- */

static sw_str trimmed(sw_str s)
{
    while (s.len > 0 && s.at[0] == ' ')
        s = (sw_str){s.at + 1, s.len - 1};
    while (s.len > 0 && s.at[s.len - 1] == ' ')
        s.len--;
    return s;
}

// A bound, as it would be written if it were the value.
static bool read_bound(fact_scalar of, sw_str text, sw_cel_value *out)
{
    yaml_node node = {
        .kind = YAML_SCALAR, .plain = true, .text = trimmed(text)};
    scalar said = sw_rules__scalar(&node);
    sw_date day;
    *out = (sw_cel_value){0};
    switch (of) {
    case FACT_INT:
        out->kind = SW_CEL_INT;
        out->as.i64 = said.i64;
        return said.kind == SCALAR_INT;
    case FACT_DOUBLE:
        out->kind = SW_CEL_DOUBLE;
        out->as.f64 = said.kind == SCALAR_INT ? (double)said.i64 : said.f64;
        return said.kind == SCALAR_INT || said.kind == SCALAR_DOUBLE;
    case FACT_DATE:
        if (!sw_date_parse(node.text, &day)) return false;
        *out = sw_rules__day_value(day);
        return true;
    default: return false;
    }
}

static bool read_about(fact_scalar of, sw_str text, fact_range *out)
{
    sw_cel_value middle;
    if (of == FACT_DATE || !read_bound(of, text, &middle)) return false;
    out->about = out->has_low = out->has_high = true;
    out->low = out->high = middle;
    if (of == FACT_DOUBLE) {
        double by = fabs(middle.as.f64) * ABOUT_PERCENT / 100;
        out->low.as.f64 -= by;
        out->high.as.f64 += by;
        return true;
    }
    int64_t by = middle.as.i64 / 100 * ABOUT_PERCENT +
                 middle.as.i64 % 100 * ABOUT_PERCENT / 100;
    if (by < 0) by = -by;
    return !__builtin_sub_overflow(middle.as.i64, by, &out->low.as.i64) &&
           !__builtin_add_overflow(middle.as.i64, by, &out->high.as.i64);
}

static bool read_between(fact_scalar of, sw_str text, fact_range *out)
{
    for (size_t i = 0; i + 1 < text.len; i++) {
        if (text.at[i] != '.' || text.at[i + 1] != '.') continue;
        sw_str low = {text.at, i}, high = {text.at + i + 2, text.len - i - 2};
        out->has_low = out->has_high = true;
        return read_bound(of, low, &out->low) &&
               read_bound(of, high, &out->high) &&
               sw_rules__compare_values(&out->low, &out->high) <= 0;
    }
    return false;
}

bool sw_rules__read_range(fact_scalar of, sw_str text, fact_range *out)
{
    static const struct {
        const char *sign;
        bool low, open;
    } signs[] = {{">=", true, false},
                 {"<=", false, false},
                 {">", true, true},
                 {"<", false, true}};
    *out = (fact_range){.said = text};
    if (of != FACT_INT && of != FACT_DOUBLE && of != FACT_DATE) return false;
    text = trimmed(text);
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        sw_str sign = sw_str_of(signs[i].sign);
        if (!sw_str_starts(text, sign)) continue;
        sw_str rest = {text.at + sign.len, text.len - sign.len};
        out->has_low = signs[i].low;
        out->has_high = !signs[i].low;
        out->low_open = out->has_low && signs[i].open;
        out->high_open = out->has_high && signs[i].open;
        return read_bound(of, rest, out->has_low ? &out->low : &out->high);
    }
    sw_str about = SW_STR("about ");
    if (sw_str_starts(text, about))
        return read_about(
            of, (sw_str){text.at + about.len, text.len - about.len}, out);
    return read_between(of, text, out);
}

bool sw_rules__add_range(ranges *all, const fact_range *range, sw_error *err)
{
    if (all->count == all->cap) {
        size_t cap = all->cap > 0 ? 2 * all->cap : 8;
        fact_range *more = SW_NEW_ARRAY(all->arena, fact_range, cap);
        if (more == NULL) return sw_fail_memory(err);
        if (all->count > 0) memcpy(more, all->at, all->count * sizeof *more);
        all->at = more;
        all->cap = cap;
    }
    all->at[all->count++] = *range;
    return true;
}

bool sw_rules__range_text(const fact_range *r, sw_arena *arena, sw_str *out,
                          sw_error *err)
{
    sw_str low = SW_STR(""), high = SW_STR("");
    if ((r->has_low && !sw_rules__value_text(&r->low, arena, &low, err)) ||
        (r->has_high && !sw_rules__value_text(&r->high, arena, &high, err)))
        return false;
    *out = r->has_low && r->has_high
               ? sw_arena_printf(arena, "%.*s to %.*s", SW_STR_ARGS(low),
                                 SW_STR_ARGS(high))
           : r->has_low ? sw_arena_printf(arena, "%s %.*s",
                                          r->low_open ? "above" : "at least",
                                          SW_STR_ARGS(low))
                        : sw_arena_printf(arena, "%s %.*s",
                                          r->high_open ? "below" : "at most",
                                          SW_STR_ARGS(high));
    return out->at != NULL || sw_fail_memory(err);
}

/* ---- values to try --------------------------------------------------- */

static bool holds(const fact_range *r, const sw_cel_value *v)
{
    const fact_bound *min = &r->fact->min, *max = &r->fact->max;
    int low = r->has_low ? sw_rules__compare_values(v, &r->low) : 1;
    int high = r->has_high ? sw_rules__compare_values(v, &r->high) : -1;
    return low >= (r->low_open ? 1 : 0) && high <= (r->high_open ? -1 : 0) &&
           (min->text.len == 0 ||
            sw_rules__compare_values(v, &min->value) >= 0) &&
           (max->text.len == 0 ||
            sw_rules__compare_values(v, &max->value) <= 0);
}

// The next value in a direction: of whole numbers and days by one, of doubles
// the next that there is.
static bool next_value(const sw_cel_value *from, int by, sw_cel_value *to)
{
    *to = *from;
    switch (from->kind) {
    case SW_CEL_INT:
        return !__builtin_add_overflow(from->as.i64, by, &to->as.i64);
    case SW_CEL_DOUBLE:
        to->as.f64 = nextafter(from->as.f64, by > 0 ? INFINITY : -INFINITY);
        return isfinite(to->as.f64);
    default: {
        sw_date first, last;
        int64_t day = from->as.time.seconds / 86400 + by;
        if (!sw_date_parse(SW_STR("0001-01-01"), &first) ||
            !sw_date_parse(SW_STR("9999-12-31"), &last) || day < first ||
            day > last)
            return false;
        *to = sw_rules__day_value((sw_date)day);
        return true;
    }
    }
}

static void try_value(fact_range *r, sw_cel_value *at, const sw_cel_value *v)
{
    for (size_t i = 0; i < r->tried_count; i++) {
        if (sw_rules__compare_values(&at[i], v) == 0) return;
    }
    if (holds(r, v)) at[r->tried_count++] = *v;
}

// A point, and the values next to it: each cell of the range begins or ends
// with one of them.
static void try_around(fact_range *r, sw_cel_value *at, const sw_cel_value *v)
{
    sw_cel_value beside;
    try_value(r, at, v);
    if (next_value(v, -1, &beside)) try_value(r, at, &beside);
    if (next_value(v, 1, &beside)) try_value(r, at, &beside);
}

static bool choose_values(fact_range *r, const cells *c, sw_arena *arena,
                          sw_error *err)
{
    sw_cel_value *at = SW_NEW_ARRAY(arena, sw_cel_value, 3 * (c->count + 2));
    if (at == NULL) return sw_fail_memory(err);
    r->tried = at;
    r->tried_count = 0;
    if (!c->exact) return true;
    if (r->has_low) try_around(r, at, &r->low);
    if (r->has_high) try_around(r, at, &r->high);
    for (size_t i = 0; i < c->count; i++)
        try_around(r, at, &c->at[i]);
    return true;
}

void sw_rules__place_ranges(ranges *all, const bindings *facts)
{
    for (size_t i = 0; i < all->count; i++) {
        fact_range *r = &all->at[i];
        if (r->place == NULL) r->place = sw_rules__place_of(facts, r->path);
    }
}

/* ---- trials ---------------------------------------------------------- */

// Whether something waits for a range at all.
static bool waits(const judge *j, const waiting *w)
{
    for (size_t i = 0; j->ranges != NULL && i < j->ranges->count; i++) {
        for (size_t k = 0; k < w->missing_count; k++) {
            if (sw_str_eq(w->missing[k], j->ranges->at[i].path)) return true;
        }
    }
    return false;
}

// Ranges that are read count, not only those that are waited for: of
// `a > 3 ? b > 5 : true` nobody waits for b until a is known.
bool sw_rules__trials_begin(trials *t, const judge *j, const waiting *w,
                            bool *any)
{
    size_t runs = 1;
    survey seen = {0};
    *t = (trials){0};
    *any = false;
    if (!waits(j, w)) return true;
    for (size_t k = 0; k < w->count; k++) {
        if (!sw_rules__survey_one(&seen, j->book, w->of[k], &j->days, j->arena,
                                  j->err))
            return false;
    }
    for (size_t i = 0; i < j->ranges->count && t->count < MAX_RANGES; i++) {
        fact_range *r = &j->ranges->at[i];
        cells c;
        if (!sw_rules__find_cells(&seen, r->fact, j->arena, &c, j->err))
            return false;
        if (r->place == NULL || !c.read) continue;
        if (!choose_values(r, &c, j->arena, j->err)) return false;
        if (r->tried_count == 0 || runs > MAX_RUNS / r->tried_count) continue;
        runs *= r->tried_count;
        t->at[t->count++] = r;
    }
    for (size_t i = 0; i < t->count; i++)
        *t->at[i]->place = t->at[i]->tried[0];
    *any = t->count > 0;
    return true;
}

bool sw_rules__trials_next(trials *t)
{
    for (size_t i = 0; i < t->count; i++) {
        const fact_range *r = t->at[i];
        if (++t->number[i] < r->tried_count) {
            *r->place = r->tried[t->number[i]];
            return true;
        }
        t->number[i] = 0;
        *r->place = r->tried[0];
    }
    return false;
}

void sw_rules__trials_end(const trials *t)
{
    for (size_t i = 0; i < t->count; i++)
        *t->at[i]->place = sw_rules__unknown(&t->at[i]->path);
}
