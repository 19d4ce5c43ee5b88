// From what is known of each firm to the table of groups and coverage, and its
// statistics. Whoever's eligibility or coverage is open could be resolved
// either way, so the facts allow a set of tables.
//
// Rates, ratios and the limits of their intervals rise with each foreign firm
// that is covered and fall with each that is spared, the other way round with
// domestic ones; so their extremes lie at two tables: all that is open resolved
// against one group and for the other. (test_parity_table.c tries all tables of
// small groups.) Fisher's p does not, so it is computed for every table.
#include <math.h>

#include "parity_internal.h"
#include "stats.h"

#define LEVEL 0.95

enum { MAX_TABLES = 50 * 1000 };  // for which p is computed

void sw_rules__count_member(parity_members *m, sw_term_value eligible,
                            sw_term_value covered)
{
    bool maybe = eligible == SW_TERM_UNDETERMINED;
    if (eligible == SW_TERM_FALSE) return;
    switch (covered) {
    case SW_TERM_TRUE: (*(maybe ? &m->maybe_covered : &m->covered))++; break;
    case SW_TERM_FALSE: (*(maybe ? &m->maybe_spared : &m->spared))++; break;
    case SW_TERM_UNDETERMINED: (*(maybe ? &m->maybe_open : &m->open))++; break;
    }
}

typedef struct {
    size_t covered, spared;
} row;

// All that is open resolved as covered, or as spared. What may be left out is
// left out if it would speak the other way, unless nothing else is there.
static row resolve(const parity_members *m, bool as_covered)
{
    size_t open = m->open + m->maybe_open;
    row up = {m->covered + open + m->maybe_covered, m->spared};
    row down = {m->covered, m->spared + open + m->maybe_spared};
    bool empty = as_covered ? up.covered + up.spared == 0
                            : down.covered + down.spared == 0;
    return as_covered != empty ? up : down;
}

static double rate_of(row r)
{
    return (double)r.covered / (double)(r.covered + r.spared);
}

sw_parity_group sw_rules__parity_group(const parity_members *m)
{
    row up = resolve(m, true), down = resolve(m, false);
    size_t sure = m->covered + m->spared + m->open;
    size_t maybe = m->maybe_covered + m->maybe_spared + m->maybe_open;
    size_t open = m->open + m->maybe_open;
    return (sw_parity_group){
        .firms = {sure, sure + maybe},
        .covered = {m->covered, m->covered + open + m->maybe_covered},
        .spared = {m->spared, m->spared + open + m->maybe_spared},
        .rate = {rate_of(down), rate_of(up)},
    };
}

/* ---- extremes -------------------------------------------------------- */

static stats_table table_of(row foreign, row domestic)
{
    return (stats_table){
        {(uint32_t)foreign.covered, (uint32_t)domestic.covered},
        {(uint32_t)foreign.spared, (uint32_t)domestic.spared}};
}

static bool may_be_empty(const parity_members *m)
{
    return m->covered + m->spared + m->open == 0;
}

static bool set_extremes(const parity_members *groups, sw_parity_effect *out,
                         sw_error *err)
{
    const parity_members *foreign = &groups[SW_PARITY_FOREIGN];
    const parity_members *domestic = &groups[SW_PARITY_DOMESTIC];
    stats_table least =
        table_of(resolve(foreign, false), resolve(domestic, true));
    stats_table most =
        table_of(resolve(foreign, true), resolve(domestic, false));
    stats_interval low, high;
    if (!sw_rules__rate_ratio(&least, LEVEL, &low, err) ||
        !sw_rules__rate_ratio(&most, LEVEL, &high, err))
        return false;
    out->ratio = (sw_parity_range){low.estimate, high.estimate};
    out->interval = (sw_parity_range){low.low, high.high};
    low = sw_rules__odds_ratio(&least, LEVEL);
    high = sw_rules__odds_ratio(&most, LEVEL);
    out->odds = (sw_parity_range){low.estimate, high.estimate};
    out->odds_interval = (sw_parity_range){low.low, high.high};
    if (may_be_empty(foreign) || may_be_empty(domestic))
        out->interval = out->odds_interval = (sw_parity_range){0, INFINITY};
    return true;
}

/* ---- all tables ------------------------------------------------------ */

static size_t beyond(size_t value, size_t limit)
{
    return value > limit ? value - limit : 0;
}

// Whether what is open can come out as these many more covered and spared.
static bool can_be(const parity_members *m, size_t covered, size_t spared)
{
    return covered + spared >= m->open &&
           beyond(covered, m->maybe_covered) +
                   beyond(spared, m->maybe_spared) <=
               m->open + m->maybe_open;
}

// The rows that a group can have, in order. `at` NULL: only counted.
static size_t list_rows(const parity_members *m, row *at)
{
    size_t open = m->open + m->maybe_open, n = 0;
    for (size_t i = 0; i <= open + m->maybe_covered; i++) {
        for (size_t j = 0; j <= open + m->maybe_spared; j++) {
            if (!can_be(m, i, j)) continue;
            if (at != NULL) at[n] = (row){m->covered + i, m->spared + j};
            if (++n > MAX_TABLES) return n;
        }
    }
    return n;
}

static sw_parity_range range_of_p(const row *foreign, size_t foreign_count,
                                  const row *domestic, size_t domestic_count)
{
    sw_parity_range p = {1, 0};
    for (size_t i = 0; i < foreign_count; i++) {
        for (size_t j = 0; j < domestic_count; j++) {
            stats_table t = table_of(foreign[i], domestic[j]);
            double one = sw_rules__fisher(&t);
            p.low = fmin(p.low, one);
            p.high = fmax(p.high, one);
        }
    }
    return p;
}

static bool set_p(const parity_members *groups, sw_parity_effect *out,
                  sw_error *err)
{
    size_t foreign = list_rows(&groups[SW_PARITY_FOREIGN], NULL);
    size_t domestic = list_rows(&groups[SW_PARITY_DOMESTIC], NULL);
    out->p = (sw_parity_range){NAN, NAN};
    out->tables = foreign * domestic;
    out->all_tables = out->tables <= MAX_TABLES;
    if (!out->all_tables) return true;

    sw_arena *arena = NULL;
    if (!sw_arena_new(&arena, err)) return false;
    row *rows = SW_NEW_ARRAY(arena, row, foreign + domestic);
    bool ok = rows != NULL || sw_fail_memory(err);
    if (ok) {
        (void)list_rows(&groups[SW_PARITY_FOREIGN], rows);
        (void)list_rows(&groups[SW_PARITY_DOMESTIC], rows + foreign);
        out->p = range_of_p(rows, foreign, rows + foreign, domestic);
    }
    sw_arena_free(arena);
    return ok;
}

bool sw_rules__parity_effect(const parity_members *groups,
                             sw_parity_effect *out, sw_error *err)
{
    return set_extremes(groups, out, err) && set_p(groups, out, err);
}
