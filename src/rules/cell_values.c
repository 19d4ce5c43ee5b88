// A value or more of each cell.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cells.h"

enum {
    MAX_LIST_VALUES = 4096,  // of one list
    MAX_MEMBERS = 10,        // constants that may each be in a list or not
};

typedef struct {
    const cells *of;
    const sw_cel_value *now;
    sw_cel_value *at;
    size_t count;
    sw_arena *arena;
    sw_error *err;
} maker;

static bool make_room(maker *m, size_t count)
{
    m->at = SW_NEW_ARRAY(m->arena, sw_cel_value, count);
    return m->at != NULL || sw_fail_memory(m->err);
}

/* ---- numbers and days ------------------------------------------------ */

static bool is_within(const fact_def *fact, const sw_cel_value *value)
{
    const fact_bound *min = &fact->min, *max = &fact->max;
    return (min->text.len == 0 ||
            sw_rules__compare_values(value, &min->value) >= 0) &&
           (max->text.len == 0 ||
            sw_rules__compare_values(value, &max->value) <= 0);
}

static void put(maker *m, const sw_cel_value *value)
{
    if (is_within(m->of->fact, value)) m->at[m->count++] = *value;
}

// The next whole number or day in a direction; false: there is none.
static bool step(const sw_cel_value *from, int by, sw_cel_value *to)
{
    sw_date day, first, last;
    *to = *from;
    if (from->kind == SW_CEL_INT)
        return !__builtin_add_overflow(from->as.i64, by, &to->as.i64);
    if (!sw_date_parse(SW_STR("0001-01-01"), &first) ||
        !sw_date_parse(SW_STR("9999-12-31"), &last))
        return false;
    int64_t next = from->as.time.seconds / 86400 + by;
    if (next < first || next > last) return false;
    day = (sw_date)next;
    *to = sw_rules__day_value(day);
    return true;
}

static void put_around(maker *m, const sw_cel_value *value)
{
    sw_cel_value beside;
    if (step(value, -1, &beside)) put(m, &beside);
    put(m, value);
    if (step(value, 1, &beside)) put(m, &beside);
}

static void put_double(maker *m, double number)
{
    sw_cel_value value = {.kind = SW_CEL_DOUBLE};
    value.as.f64 = number;
    if (isfinite(number)) put(m, &value);
}

// Between a and b there may be no double, or a + b overflow: then the cell is
// empty, or the middle is no number and left out.
static void put_doubles(maker *m)
{
    const sw_cel_value *at = m->of->at;
    const fact_bound *min = &m->of->fact->min, *max = &m->of->fact->max;
    size_t n = m->of->count;
    for (size_t i = 0; i < n; i++) {
        double c = at[i].as.f64, reach = fmax(1, fabs(c) / 2);
        put_double(m, c);
        if (i > 0) put_double(m, at[i - 1].as.f64 / 2 + c / 2);
        if (i == 0)
            put_double(m, min->text.len > 0 ? min->value.as.f64 / 2 + c / 2
                                            : c - reach);
        if (i + 1 == n)
            put_double(m, max->text.len > 0 ? max->value.as.f64 / 2 + c / 2
                                            : c + reach);
    }
}

static void put_bounds(maker *m)
{
    const fact_def *fact = m->of->fact;
    sw_cel_value zero = {.kind = SW_CEL_INT};
    if (fact->scalar == FACT_DOUBLE) zero.kind = SW_CEL_DOUBLE;
    if (fact->scalar == FACT_DATE) zero = sw_rules__day_value(0);
    if (fact->min.text.len > 0) put(m, &fact->min.value);
    if (fact->max.text.len > 0) put(m, &fact->max.value);
    if (m->count == 0) put(m, &zero);
}

static int compare_numbers(const void *a, const void *b)
{
    return sw_rules__compare_values(a, b);
}

static void sort_numbers(maker *m)
{
    size_t kept = 0;
    qsort(m->at, m->count, sizeof *m->at, compare_numbers);
    for (size_t i = 0; i < m->count; i++) {
        if (kept == 0 || compare_numbers(&m->at[kept - 1], &m->at[i]) != 0)
            m->at[kept++] = m->at[i];
    }
    m->count = kept;
}

static bool make_numbers(maker *m)
{
    if (!make_room(m, 4 * m->of->count + 3)) return false;
    if (m->of->fact->scalar == FACT_DOUBLE) {
        put_doubles(m);
    } else {
        for (size_t i = 0; i < m->of->count; i++)
            put_around(m, &m->of->at[i]);
    }
    put_bounds(m);
    sort_numbers(m);
    return true;
}

/* ---- words ----------------------------------------------------------- */

static bool is_cell(const cells *c, sw_str word)
{
    for (size_t i = 0; i < c->count; i++) {
        if (sw_str_eq(c->at[i].as.str, word)) return true;
    }
    return false;
}

static sw_cel_value word_value(sw_str word)
{
    sw_cel_value value = {.kind = SW_CEL_STRING};
    value.as.str = word;
    return value;
}

// A word that no constant is; an empty one if the fact allows none.
static bool other_word(const maker *m, sw_str *out)
{
    const fact_def *fact = m->of->fact;
    *out = SW_STR("");
    for (size_t i = 0; i < fact->value_count; i++) {
        if (!is_cell(m->of, fact->values[i])) *out = fact->values[i];
    }
    if (fact->values != NULL) return true;
    *out = SW_STR("other");
    for (int i = 2; is_cell(m->of, *out); i++) {
        *out = sw_arena_printf(m->arena, "other-%d", i);
        if (out->at == NULL) return sw_fail_memory(m->err);
    }
    return true;
}

static bool make_words(maker *m)
{
    const fact_def *fact = m->of->fact;
    sw_str other;
    if (!make_room(m, m->of->count + fact->value_count + 1)) return false;
    for (size_t i = 0; i < fact->value_count; i++)
        m->at[m->count++] = word_value(fact->values[i]);
    if (fact->values != NULL) return true;
    for (size_t i = 0; i < m->of->count; i++)
        m->at[m->count++] = m->of->at[i];
    if (!other_word(m, &other)) return false;
    m->at[m->count++] = word_value(other);
    return true;
}

static bool make_scalars(maker *m)
{
    switch (m->of->fact->scalar) {
    case FACT_BOOL:
        if (!make_room(m, 2)) return false;
        m->at[m->count++] = (sw_cel_value){.kind = SW_CEL_BOOL};
        m->at[m->count] = (sw_cel_value){.kind = SW_CEL_BOOL};
        m->at[m->count++].as.boolean = true;
        return true;
    case FACT_STRING: return make_words(m);
    default: return make_numbers(m);
    }
}

/* ---- lists ----------------------------------------------------------- */

static bool put_list(maker *m, const sw_cel_value *items, size_t count)
{
    sw_cel_value *copy = SW_NEW_ARRAY(m->arena, sw_cel_value, count);
    if (copy == NULL) return sw_fail_memory(m->err);
    if (count > 0) memcpy(copy, items, count * sizeof *copy);
    m->at[m->count] = (sw_cel_value){.kind = SW_CEL_LIST};
    m->at[m->count].as.list.at = copy;
    m->at[m->count++].as.list.count = count;
    return true;
}

// What an item is now, so that a list can change in others alone; or NULL.
static const sw_cel_value *item_now(const maker *m, size_t i)
{
    bool said = m->now != NULL && m->now->kind == SW_CEL_LIST &&
                i < m->now->as.list.count &&
                m->now->as.list.at[i].kind != SW_CEL_UNKNOWN;
    return said ? &m->now->as.list.at[i] : NULL;
}

// All lists of `count` of the items' values; if these are too many, lists of
// one value repeated.
static bool make_rows(maker *m, const maker *items, bool *whole)
{
    size_t count = m->of->fact->count, rows = 1;
    for (size_t i = 0; i < count && rows <= MAX_LIST_VALUES; i++)
        rows *= items->count + (item_now(m, i) != NULL);
    *whole = rows <= MAX_LIST_VALUES;
    if (!*whole) rows = items->count;
    sw_cel_value *row = SW_NEW_ARRAY(m->arena, sw_cel_value, count);
    if (row == NULL) return sw_fail_memory(m->err);
    if (!make_room(m, rows)) return false;
    for (size_t r = 0; r < rows; r++) {
        size_t rest = r;
        for (size_t i = 0; i < count; i++) {
            const sw_cel_value *now = item_now(m, i);
            size_t values = items->count + (now != NULL);
            size_t at = *whole ? rest % values : r;
            row[i] = at < items->count ? items->at[at] : *now;
            rest /= values;
        }
        if (!put_list(m, row, count)) return false;
    }
    return true;
}

// What a list holds beside the constants: what it holds now, else some word.
static bool other_members(const maker *m, sw_cel_value **out, size_t *count)
{
    bool now = m->now != NULL && m->now->kind == SW_CEL_LIST;
    size_t n = now ? m->now->as.list.count : 0, kept = 0;
    sw_cel_value *all = SW_NEW_ARRAY(m->arena, sw_cel_value, n + 1);
    if (all == NULL) return sw_fail_memory(m->err);
    for (size_t i = 0; i < n; i++) {
        const sw_cel_value *one = &m->now->as.list.at[i];
        if (one->kind == SW_CEL_STRING && !is_cell(m->of, one->as.str))
            all[kept++] = *one;
    }
    *out = all;
    *count = kept;
    if (kept > 0) return true;
    sw_str word;
    if (!other_word(m, &word)) return false;
    if (word.len > 0) all[(*count)++] = word_value(word);
    return true;
}

// Each constant is in the list or not, with and without others.
static bool make_sets(maker *m, bool *whole)
{
    size_t constants = m->of->count, others = 0, most = 0;
    sw_cel_value *other = NULL;
    if (!other_members(m, &other, &others)) return false;
    *whole = constants <= MAX_MEMBERS;
    size_t sets = *whole ? (size_t)1 << constants : constants + 1;
    sw_cel_value *set =
        SW_NEW_ARRAY(m->arena, sw_cel_value, constants + others);
    if (set == NULL) return sw_fail_memory(m->err);
    if (!make_room(m, 2 * sets)) return false;
    for (size_t s = 0; s < sets; s++, most = 0) {
        for (size_t i = 0; i < constants; i++) {
            bool in = *whole ? (s >> i & 1) != 0 : s == i + 1;
            if (in) set[most++] = m->of->at[i];
        }
        if (!put_list(m, set, most)) return false;
        if (others == 0) continue;
        memcpy(set + most, other, others * sizeof *set);
        if (!put_list(m, set, most + others)) return false;
    }
    return true;
}

static bool make_lists(maker *m, bool *whole)
{
    const fact_def *fact = m->of->fact;
    maker items = {.of = m->of, .arena = m->arena, .err = m->err};
    if (fact->count > 0)
        return make_scalars(&items) && make_rows(m, &items, whole);
    if (fact->scalar == FACT_STRING) return make_sets(m, whole);
    *whole = false;
    return true;
}

bool sw_rules__cell_values(const cells *c, const sw_cel_value *now,
                           sw_arena *arena, cell_values *out, sw_error *err)
{
    maker m = {.of = c, .now = now, .arena = arena, .err = err};
    bool whole = true;
    *out = (cell_values){0};
    if (c->fact->scalar == FACT_RECORD) return true;
    bool ok = c->fact->list ? make_lists(&m, &whole) : make_scalars(&m);
    *out = (cell_values){m.at, m.count, whole};
    return ok;
}
