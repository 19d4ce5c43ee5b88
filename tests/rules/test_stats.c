// What the intervals promise, tried on all tables of small groups;
// check_stats.py holds the numbers against SciPy.
#include "book.h"
#include "stats.h"

#include <math.h>

#define LEVEL 0.95

enum { MOST = 14 };

static stats_interval rate_ratio(uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
    stats_table t = {{a, c}, {b, d}};
    stats_interval got;
    sw_error err;
    assert_true(sw_rules__rate_ratio(&t, LEVEL, &got, &err));
    return got;
}

static stats_interval odds_ratio(uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
    return sw_rules__odds_ratio(&(stats_table){{a, c}, {b, d}}, LEVEL);
}

static double fisher(uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
    return sw_rules__fisher(&(stats_table){{a, c}, {b, d}});
}

static void assert_near(double actual, double expected, double relative)
{
    if (!(fabs(actual - expected) <= relative * fabs(expected)))
        fail_msg("%.17g is not %.17g", actual, expected);
}

// R. A. Fisher, The Design of Experiments, 1935: eight cups of tea. All four
// right: 1 of 70 ways, and 1 more as unlikely. Three right: 16 + 1, twice.
static void the_lady_tastes_tea(void **state)
{
    assert_near(fisher(4, 0, 0, 4), 2.0 / 70, 1e-12);
    assert_near(fisher(3, 1, 1, 3), 34.0 / 70, 1e-12);
    assert_near(fisher(2, 2, 2, 2), 1, 1e-12);
}

static double choose(int n, int k)
{
    double ways = 1;
    for (int i = 1; i <= k; i++)
        ways = ways * (n - k + i) / i;
    return ways;
}

static double binomial(int n, int x, double p)
{
    return choose(n, x) * pow(p, x) * pow(1 - p, n - x);
}

typedef struct {
    int n1, n2;
    stats_interval at[MOST + 1][MOST + 1];  // by what is covered in each row
} all_tables;

static void fill(all_tables *all, int n1, int n2)
{
    all->n1 = n1;
    all->n2 = n2;
    for (int x1 = 0; x1 <= n1; x1++) {
        for (int x2 = 0; x2 <= n2; x2++) {
            all->at[x1][x2] = rate_ratio((uint32_t)x1, (uint32_t)(n1 - x1),
                                         (uint32_t)x2, (uint32_t)(n2 - x2));
        }
    }
}

// Each limit may miss the truth with 2.5 % at most, at any two rates.
static void assert_covers(const all_tables *all, double p1, double p2)
{
    double below = 0, above = 0, truth = p1 / p2;
    for (int x1 = 0; x1 <= all->n1; x1++) {
        for (int x2 = 0; x2 <= all->n2; x2++) {
            double p = binomial(all->n1, x1, p1) * binomial(all->n2, x2, p2);
            if (all->at[x1][x2].low > truth * (1 + 1e-12)) above += p;
            if (all->at[x1][x2].high < truth * (1 - 1e-12)) below += p;
        }
    }
    if (above > (1 - LEVEL) / 2 || below > (1 - LEVEL) / 2) {
        fail_msg("%d and %d at rates %g and %g: misses %g above, %g below",
                 all->n1, all->n2, p1, p2, above, below);
    }
}

static void ratios_are_covered_at_all_rates(void **state)
{
    static const int sizes[][2] = {{1, 1}, {2, 5},  {5, 2},  {4, 4},
                                   {9, 3}, {3, 14}, {12, 7}, {14, 14}};
    static all_tables all;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        fill(&all, sizes[i][0], sizes[i][1]);
        for (int k = 0; k < 100; k++) {
            double p2 = pow(0.94, k);
            for (int j = -45; j <= 45; j++) {
                double p1 = p2 * pow(1.09, j);
                if (p1 <= 1) assert_covers(&all, p1, p2);
            }
        }
    }
}

// So all resolutions of what is unknown lie between two of them.
static void limits_follow_each_count(void **state)
{
    static all_tables all;
    fill(&all, 11, 8);
    const double rounding = 1.001;  // a step of the search's grid
    for (int x1 = 0; x1 <= all.n1; x1++) {
        for (int x2 = 0; x2 <= all.n2; x2++) {
            const stats_interval *here = &all.at[x1][x2];
            if (x1 > 0) {
                const stats_interval *less = &all.at[x1 - 1][x2];
                assert_true(here->low * rounding >= less->low);
                assert_true(here->high * rounding >= less->high);
            }
            if (x2 > 0) {
                const stats_interval *less = &all.at[x1][x2 - 1];
                assert_true(here->low <= less->low * rounding);
                assert_true(here->high <= less->high * rounding);
            }
        }
    }
}

static void rows_change_places(void **state)
{
    static const uint32_t tables[][4] = {
        {3, 4, 1, 9}, {5, 0, 2, 2}, {0, 6, 3, 3}, {7, 1, 1, 7}};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        const uint32_t *t = tables[i];
        assert_near(fisher(t[2], t[3], t[0], t[1]),
                    fisher(t[0], t[1], t[2], t[3]), 1e-12);
        stats_interval one = rate_ratio(t[0], t[1], t[2], t[3]);
        stats_interval two = rate_ratio(t[2], t[3], t[0], t[1]);
        assert_true(one.low == 0 ? isinf(two.high)
                                 : fabs(one.low * two.high - 1) < 1e-9);
        one = odds_ratio(t[0], t[1], t[2], t[3]);
        two = odds_ratio(t[2], t[3], t[0], t[1]);
        assert_true(one.low == 0 ? isinf(two.high)
                                 : fabs(one.low * two.high - 1) < 1e-9);
    }
}

static void what_shows_nothing_says_nothing(void **state)
{
    static const uint32_t tables[][4] = {
        {0, 0, 0, 0}, {0, 0, 3, 4}, {3, 4, 0, 0}, {0, 5, 0, 5}};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        const uint32_t *t = tables[i];
        assert_true(fisher(t[0], t[1], t[2], t[3]) == 1);
        stats_interval odds = odds_ratio(t[0], t[1], t[2], t[3]);
        stats_interval rate = rate_ratio(t[0], t[1], t[2], t[3]);
        assert_true(isnan(odds.estimate) && odds.low == 0 && isinf(odds.high));
        assert_true(isnan(rate.estimate) && rate.low == 0 && isinf(rate.high));
    }
}

// At a million each the approximations of large samples are near the truth.
static void millions_are_counted(void **state)
{
    uint32_t half = 500 * 1000;
    stats_interval rate = rate_ratio(half + 900, half - 900, half, half);
    stats_interval odds = odds_ratio(half + 900, half - 900, half, half);
    // Of the logarithms; at rates of a half the odds spread twice as far.
    double spread = 1.959964 * sqrt(2e-6);
    assert_near(rate.estimate, 1.0018, 1e-9);
    assert_near(odds.low, odds.estimate * exp(-2 * spread), 1e-4);
    assert_near(odds.high, odds.estimate * exp(2 * spread), 1e-4);
    assert_true(rate.low < rate.estimate * exp(-spread));
    assert_true(rate.low > rate.estimate * exp(-1.5 * spread));
    assert_true(rate.high > rate.estimate * exp(spread));
    assert_true(rate.high < rate.estimate * exp(1.5 * spread));
    assert_true(fisher(1000000, 0, 0, 1000000) < 1e-300);
    assert_true(isinf(odds_ratio(1000000, 0, 0, 1000000).high));
    assert_true(odds_ratio(1000000, 0, 0, 1000000).low > 1e10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_lady_tastes_tea),
        cmocka_unit_test(ratios_are_covered_at_all_rates),
        cmocka_unit_test(limits_follow_each_count),
        cmocka_unit_test(rows_change_places),
        cmocka_unit_test(what_shows_nothing_says_nothing),
        cmocka_unit_test(millions_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
