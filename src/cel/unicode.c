// Sets of code points, and what Unicode knows of them: categories, scripts,
// and letters that differ by case only.
#include <stdlib.h>

#include "regex_internal.h"
#include "unicode_tables.h"

/* ---- sets ------------------------------------------------------------ */

// Makes room for so many ranges in all.
static bool reserve(sw_arena *arena, sw_re__set *set, size_t cap)
{
    if (cap <= set->cap) return true;
    sw_re__range *at = SW_NEW_ARRAY(arena, sw_re__range, cap);
    if (at == NULL) return false;
    if (set->count > 0) memcpy(at, set->at, set->count * sizeof *at);
    set->at = at;
    set->cap = cap;
    return true;
}

bool sw_re__add(sw_arena *arena, sw_re__set *set, uint32_t lo, uint32_t hi)
{
    size_t more = set->cap > 0 ? set->cap * 2 : 4;
    if (set->count == set->cap && !reserve(arena, set, more)) return false;
    set->at[set->count++] = (sw_re__range){lo, hi};
    return true;
}

static int by_start(const void *a, const void *b)
{
    const sw_re__range *x = a, *y = b;
    return x->lo < y->lo ? -1 : x->lo > y->lo;
}

void sw_re__normalise(sw_re__set *set)
{
    if (set->count == 0) return;
    size_t sorted = 1;
    while (sorted < set->count && set->at[sorted - 1].lo <= set->at[sorted].lo)
        sorted++;
    if (sorted < set->count)
        qsort(set->at, set->count, sizeof *set->at, by_start);
    size_t last = 0;
    for (size_t i = 1; i < set->count; i++) {
        sw_re__range *to = &set->at[last];
        if (set->at[i].lo > to->hi + 1) {
            set->at[++last] = set->at[i];
        } else if (set->at[i].hi > to->hi) {
            to->hi = set->at[i].hi;
        }
    }
    set->count = last + 1;
}

bool sw_re__negate(sw_arena *arena, sw_re__set *set)
{
    sw_re__set out = {0};
    uint32_t from = 0;
    if (!reserve(arena, &out, set->count + 1)) return false;
    for (size_t i = 0; i < set->count; i++) {
        if (set->at[i].lo > from &&
            !sw_re__add(arena, &out, from, set->at[i].lo - 1))
            return false;
        from = set->at[i].hi + 1;
    }
    if (from <= SW_RE_LAST && !sw_re__add(arena, &out, from, SW_RE_LAST))
        return false;
    *set = out;
    return true;
}

bool sw_re__has(const sw_re__set *set, uint32_t c)
{
    size_t low = 0, high = set->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (set->at[middle].hi < c) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < set->count && set->at[low].lo <= c;
}

/* ---- properties ------------------------------------------------------ */

// Adds the runs whose value is among those wanted.
static bool add_runs(sw_arena *arena, sw_re__set *set, const uint32_t *runs,
                     size_t count, unsigned bits, const bool *wanted)
{
    size_t room = set->count;
    for (size_t i = 0; i < count; i++)
        room += wanted[runs[i] & ((1u << bits) - 1)];
    if (!reserve(arena, set, room)) return false;
    for (size_t i = 0; i < count; i++) {
        if (!wanted[runs[i] & ((1u << bits) - 1)]) continue;
        uint32_t end = i + 1 < count ? (runs[i + 1] >> bits) - 1 : SW_RE_LAST;
        if (!sw_re__add(arena, set, runs[i] >> bits, end)) return false;
    }
    return true;
}

bool sw_re__add_property(sw_arena *arena, sw_re__set *set, sw_str name,
                         bool *known)
{
    bool wanted[256] = {0};
    *known = true;
    if (sw_str_eq(name, SW_STR("Any")))
        return sw_re__add(arena, set, 0, SW_RE_LAST);

    bool category = false;
    for (size_t i = 0; i < sizeof category_names / sizeof *category_names;
         i++) {
        sw_str full = sw_str_of(category_names[i]);
        wanted[i] =
            (name.len == 1 || name.len == 2) && sw_str_starts(full, name);
        category |= wanted[i];
    }
    if (category) {
        return add_runs(arena, set, category_runs,
                        sizeof category_runs / sizeof *category_runs, 5,
                        wanted);
    }
    size_t i = 0, count = sizeof script_names / sizeof *script_names;
    while (i < count && !sw_str_eq(name, sw_str_of(script_names[i])))
        i++;
    if (i == count) return *known = false, true;
    wanted[i] = true;
    return add_runs(arena, set, script_runs,
                    sizeof script_runs / sizeof *script_runs, 8, wanted);
}

/* ---- case ------------------------------------------------------------ */

// Adds the next letter of each fold orbit for lo..hi, both within one run.
static bool add_fold(sw_arena *arena, sw_re__set *set, int32_t delta,
                     uint32_t lo, uint32_t hi)
{
    if (delta != SWAP_EVEN && delta != SWAP_ODD) {
        return sw_re__add(arena, set, (uint32_t)((int32_t)lo + delta),
                          (uint32_t)((int32_t)hi + delta));
    }
    // Pairs swap: every pair that is touched belongs whole.
    uint32_t odd = delta == SWAP_ODD;
    if (lo % 2 != odd) lo--;
    if (hi % 2 == odd) hi++;
    return sw_re__add(arena, set, lo, hi);
}

// An orbit has at most four letters, so three rounds reach all of them.
bool sw_re__add_folds(sw_arena *arena, sw_re__set *set)
{
    for (int round = 0; round < 3; round++) {
        sw_re__normalise(set);
        size_t count = set->count, run = 0;
        size_t runs = sizeof fold_runs / sizeof *fold_runs;
        for (size_t i = 0; i < count; i++) {
            sw_re__range r = set->at[i];
            while (run < runs && fold_runs[run].hi < r.lo)
                run++;
            for (size_t j = run; j < runs && fold_runs[j].lo <= r.hi; j++) {
                uint32_t lo = r.lo > fold_runs[j].lo ? r.lo : fold_runs[j].lo;
                uint32_t hi = r.hi < fold_runs[j].hi ? r.hi : fold_runs[j].hi;
                if (!add_fold(arena, set, fold_runs[j].delta, lo, hi))
                    return false;
            }
        }
    }
    sw_re__normalise(set);
    return true;
}
