// What is known of some, and every way in which the rest can come out: the ends
// that a report gives are the least and the most of all those tables.
#include "book.h"
#include "parity_internal.h"
#include "stats.h"

#include <math.h>

enum { KINDS = 6, MEMBERS = 7 };

// One member of a group, as what is known of it.
static const struct {
    sw_term_value eligible, covered;
} kinds[KINDS] = {
    {SW_TERM_TRUE, SW_TERM_TRUE},
    {SW_TERM_TRUE, SW_TERM_FALSE},
    {SW_TERM_TRUE, SW_TERM_UNDETERMINED},
    {SW_TERM_UNDETERMINED, SW_TERM_TRUE},
    {SW_TERM_UNDETERMINED, SW_TERM_FALSE},
    {SW_TERM_UNDETERMINED, SW_TERM_UNDETERMINED},
};

typedef struct {
    int kind, group;
} member;

typedef struct {
    sw_parity_range ratio, interval, odds, odds_interval, p;
    bool seen[MEMBERS + 1][MEMBERS + 1][MEMBERS + 1][MEMBERS + 1];
    size_t tables;
} extremes;

static void widen(sw_parity_range *r, double low, double high)
{
    if (!isnan(low)) r->low = fmin(r->low, low);
    if (!isnan(high)) r->high = fmax(r->high, high);
}

static void take_table(extremes *all, const stats_table *t)
{
    bool *seen =
        &all->seen[t->covered[0]][t->spared[0]][t->covered[1]][t->spared[1]];
    stats_interval rate, odds = sw_rules__odds_ratio(t, 0.95);
    sw_error err;
    if (*seen) return;
    *seen = true;
    all->tables++;
    assert_true(sw_rules__rate_ratio(t, 0.95, &rate, &err));
    double p = sw_rules__fisher(t);
    widen(&all->ratio, rate.estimate, rate.estimate);
    widen(&all->interval, rate.low, rate.high);
    widen(&all->odds, odds.estimate, odds.estimate);
    widen(&all->odds_interval, odds.low, odds.high);
    widen(&all->p, p, p);
}

// Every member in turn: out, covered or spared, as far as it may be.
static void resolve(extremes *all, const member *members, size_t count,
                    stats_table t)
{
    if (count == 0) {
        take_table(all, &t);
        return;
    }
    int group = members->group, kind = members->kind;
    if (kinds[kind].eligible == SW_TERM_UNDETERMINED)
        resolve(all, members + 1, count - 1, t);
    if (kinds[kind].covered != SW_TERM_FALSE) {
        stats_table more = t;
        more.covered[group]++;
        resolve(all, members + 1, count - 1, more);
    }
    if (kinds[kind].covered != SW_TERM_TRUE) {
        stats_table more = t;
        more.spared[group]++;
        resolve(all, members + 1, count - 1, more);
    }
}

// The grid of the exact interval's search is a thousandth wide.
static void assert_end(const char *what, double actual, double expected)
{
    if (actual == expected) return;
    if (!(fabs(actual - expected) <= 2.1e-3 * fabs(expected)))
        fail_msg("%s: %.17g, but there is a table with %.17g", what, actual,
                 expected);
}

static void check(const member *members, size_t count)
{
    extremes all = {.ratio = {INFINITY, -INFINITY},
                    .interval = {INFINITY, -INFINITY},
                    .odds = {INFINITY, -INFINITY},
                    .odds_interval = {INFINITY, -INFINITY},
                    .p = {INFINITY, -INFINITY}};
    parity_members groups[SW_PARITY_GROUPS] = {{0}};
    sw_parity_effect e;
    sw_error err;
    for (size_t i = 0; i < count; i++) {
        sw_rules__count_member(&groups[members[i].group],
                               kinds[members[i].kind].eligible,
                               kinds[members[i].kind].covered);
    }
    resolve(&all, members, count, (stats_table){{0}, {0}});
    assert_true(sw_rules__parity_effect(groups, &e, &err));
    assert_true(e.all_tables);
    assert_int_equal(e.tables, all.tables);
    assert_end("p", e.p.low, all.p.low);
    assert_end("p", e.p.high, all.p.high);
    assert_end("low end of the interval", e.interval.low, all.interval.low);
    assert_end("high end of the interval", e.interval.high, all.interval.high);
    assert_end("low end of the odds", e.odds_interval.low,
               all.odds_interval.low);
    assert_end("high end of the odds", e.odds_interval.high,
               all.odds_interval.high);
    if (!isnan(e.ratio.low)) assert_end("ratio", e.ratio.low, all.ratio.low);
    if (!isnan(e.ratio.high)) assert_end("ratio", e.ratio.high, all.ratio.high);
    if (!isnan(e.odds.low)) assert_end("odds", e.odds.low, all.odds.low);
    if (!isnan(e.odds.high)) assert_end("odds", e.odds.high, all.odds.high);
}

static uint32_t next(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 16;
}

static void ends_are_the_extremes_of_all_tables(void **state)
{
    uint32_t seed = 20261125;
    for (int i = 0; i < 250; i++) {
        member members[MEMBERS];
        size_t count = 1 + next(&seed) % MEMBERS;
        for (size_t k = 0; k < count; k++)
            members[k] = (member){(int)(next(&seed) % KINDS),
                                  (int)(next(&seed) % SW_PARITY_GROUPS)};
        check(members, count);
    }
}

static void one_table_has_one_of_each(void **state)
{
    parity_members groups[] = {{.covered = 5, .spared = 2},
                               {.covered = 1, .spared = 7}};
    sw_parity_effect e;
    sw_error err;
    assert_true(sw_rules__parity_effect(groups, &e, &err));
    assert_int_equal(e.tables, 1);
    assert_true(e.ratio.low == e.ratio.high && e.p.low == e.p.high);
    sw_parity_group g = sw_rules__parity_group(&groups[0]);
    assert_true(g.rate.low == 5.0 / 7 && g.rate.high == 5.0 / 7);
    assert_int_equal(g.firms.low, 7);
}

static void too_many_tables_give_no_p(void **state)
{
    parity_members groups[] = {{.open = 400}, {.open = 400}};
    sw_parity_effect e;
    sw_error err;
    assert_true(sw_rules__parity_effect(groups, &e, &err));
    assert_false(e.all_tables);
    assert_true(isnan(e.p.low) && isnan(e.p.high));
    assert_true(e.interval.low == 0 && isinf(e.interval.high));
}

static void a_group_that_may_be_empty_says_nothing(void **state)
{
    parity_members groups[] = {{.maybe_covered = 3}, {.spared = 4}};
    sw_parity_effect e;
    sw_error err;
    assert_true(sw_rules__parity_effect(groups, &e, &err));
    assert_true(e.interval.low == 0 && isinf(e.interval.high));
    assert_true(e.odds_interval.low == 0 && isinf(e.odds_interval.high));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ends_are_the_extremes_of_all_tables),
        cmocka_unit_test(one_table_has_one_of_each),
        cmocka_unit_test(too_many_tables_give_no_p),
        cmocka_unit_test(a_group_that_may_be_empty_says_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
