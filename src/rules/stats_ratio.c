// An exact interval for the ratio of two rates, with no margin given.
//
// Each limit is the one that Buehler's argument gives for an ordering of the
// tables (JASA 52, 1957, "Confidence Intervals for the Product of Two Binomial
// Parameters"; Kabaila and Lloyd, Austral. J. Statist. 39, 1997, "Tight Upper
// Confidence Limits from Discrete Data"): the least ratio at which this table
// and all that rank above it have a probability over the tail at some second
// rate. Tables rank by the limit of the score test (Koopman, Biometrics 40,
// 1984, "Confidence Intervals for the Ratio of Two Binomial Proportions") with
// Yates's correction (Suppl. J. R. Statist. Soc. 1, 1934). Without it the test
// takes four against none for much where both rates are small, and as every
// second rate must be allowed for, all tables would pay: for 400 of 1000
// against 300 of 1000 the interval would end at 1.57, not at 1.51. Chan and
// Zhang (Biometrics 55, 1999) let the region move with the ratio; a rank that
// stays makes the limit one number that bisection finds, where theirs is the
// hull of a set.
//
// The tables counted are those with x1 >= edge[x2], where edge never falls. So
// their probability grows with the first rate and falls with the second, and a
// bound at a second rate p and ratio r(1 + e) bounds all second rates from p to
// p(1 + e) at ratio r. A grid of p in steps of 1 + e therefore covers every p,
// at the price of a limit lower by the factor 1 + e. Where the probability is
// far below the tail a wider step passes the same test.
#include <math.h>
#include <stdlib.h>

#include "stats.h"

#define GRID_STEP  1.001
#define WIDE_STEP  1.032
#define GLANCE     1.1
#define NEGLIGIBLE 1e-20  // of the largest probability
#define YATES      0.5
#define SLACK      1e-9  // of the score: rounding takes no table out
#define HALVINGS   50

// The lower limit of row 1 over row 2 is sought.
typedef struct {
    int64_t n1, n2, x1, x2;
    double tail;      // what the limit may be wrong by
    uint32_t *edge;   // n2 + 1 of them, each at most n1 + 1
    double *p1, *p2;  // n1 + 1 and n2 + 1: probabilities, and tails of them
} search;

/* ---- the ordering ---------------------------------------------------- */

// How far x1 of n1 and x2 of n2 lie above the ratio, in standard errors under
// it, half a member of each row taken off.
static double score(const search *s, double ratio, int64_t x1, int64_t x2)
{
    double n1 = (double)s->n1, n2 = (double)s->n2;
    double a = ratio * (n1 + n2);
    double b = ratio * (n1 + (double)x2) + (double)x1 + n2;
    double c = (double)(x1 + x2);
    double root = b * b - 4 * a * c;
    // The smaller root of the likelihood's equation, without cancellation.
    double p2 = 2 * c / (b + sqrt(root > 0 ? root : 0));
    double p1 = fmin(ratio * p2, 1);
    p2 = fmin(p2, 1);
    double variance = p1 * (1 - p1) / n1 + ratio * ratio * p2 * (1 - p2) / n2;
    double above =
        ((double)x1 - YATES) / n1 - ratio * (((double)x2 + YATES) / n2);
    if (variance > 0) return above / sqrt(variance);
    return above > 0 ? INFINITY : 0;
}

// The quantile of the normal distribution that leaves `tail` above.
static double normal_quantile(double tail)
{
    double low = 0, high = 40;
    for (int i = 0; i < HALVINGS; i++) {
        double middle = (low + high) / 2;
        if (erfc(middle / sqrt(2)) / 2 > tail)
            low = middle;
        else
            high = middle;
    }
    return low;
}

// The rank: the ratio that the score test just rejects.
static double approximate(const search *s, double critical)
{
    double low = -80, high = 80;
    for (int i = 0; i < 64; i++) {
        double middle = (low + high) / 2;
        if (score(s, exp(middle), s->x1, s->x2) > critical)
            low = middle;
        else
            high = middle;
    }
    return exp(low);
}

static void draw_edge(search *s, double ratio)
{
    double least = score(s, ratio, s->x1, s->x2) * (1 - SLACK);
    int64_t x1 = 0;
    for (int64_t x2 = 0; x2 <= s->n2; x2++) {
        while (x1 <= s->n1 && score(s, ratio, x1, x2) < least)
            x1++;
        s->edge[x2] = (uint32_t)x1;
    }
}

/* ---- the probability ------------------------------------------------- */

typedef struct {
    int64_t low, high;  // where there is anything to count
} window;

// The binomial distribution in p[low..high], by steps from its mode.
static window binomial(double *p, int64_t n, double rate)
{
    int64_t mode = (int64_t)floor((double)(n + 1) * rate);
    if (mode > n) mode = n;
    double odds = rate < 1 ? rate / (1 - rate) : 0;
    double sum = p[mode] = 1;
    window w = {mode, mode};
    while (w.high < n && p[w.high] > NEGLIGIBLE) {
        double up = (double)(n - w.high) / (double)(w.high + 1) * odds;
        p[w.high + 1] = p[w.high] * up;
        sum += p[++w.high];
    }
    while (w.low > 0 && odds > 0 && p[w.low] > NEGLIGIBLE) {
        double down = (double)w.low / (double)(n - w.low + 1) / odds;
        p[w.low - 1] = p[w.low] * down;
        sum += p[--w.low];
    }
    for (int64_t at = w.low; at <= w.high; at++)
        p[at] /= sum;
    return w;
}

// Of the tables beyond the edge, at these two rates.
static double probability(const search *s, double rate1, double rate2)
{
    window w1 = binomial(s->p1, s->n1, rate1);
    window w2 = binomial(s->p2, s->n2, rate2);
    for (int64_t at = w1.high; at > w1.low; at--)
        s->p1[at - 1] += s->p1[at];

    double sum = 0;
    for (int64_t x2 = w2.low; x2 <= w2.high; x2++) {
        int64_t edge = s->edge[x2];
        if (edge > w1.high) break;
        sum += s->p2[x2] * (edge <= w1.low ? 1 : s->p1[edge]);
    }
    return sum;
}

/* ---- the limit ------------------------------------------------------- */

// The greatest ratio up to `most` that the second rate p leaves rejected.
static double limit_at(const search *s, double p, double most)
{
    double high = fmin(most, 1 / p), low = 0;
    if (probability(s, fmin(high * p, 1), p) <= s->tail) return most;
    for (int i = 0; i < HALVINGS; i++) {
        double middle = (low + high) / 2;
        if (probability(s, middle * p, p) <= s->tail)
            low = middle;
        else
            high = middle;
    }
    return low;
}

// Below this second rate, at a ratio up to `best`, even x1 > 0 is too unlikely.
static double least_rate(const search *s, double best)
{
    return fmin(s->tail / ((double)s->n1 * best), 1);
}

// The least limit over all second rates. A look at a few of them comes near it,
// so that the grid has little left to find.
static double limit(const search *s)
{
    double guess = ((double)s->x2 + 0.5) / ((double)s->n2 + 1);
    double best = limit_at(s, guess, INFINITY);
    double p = least_rate(s, best);
    while (p < 1) {
        best = limit_at(s, p, best);
        p *= GLANCE;
    }

    p = least_rate(s, best);
    while (p < 1) {
        double ahead = fmin(best * (WIDE_STEP / GRID_STEP) * p, 1);
        if (probability(s, ahead, p) <= s->tail) {
            p *= WIDE_STEP;
        } else {
            best = limit_at(s, p, best);
            p *= GRID_STEP;
        }
    }
    return best / GRID_STEP;
}

static bool lower_limit(search *s, double *out, sw_error *err)
{
    *out = 0;
    if (s->x1 == 0) return true;
    s->edge = calloc((size_t)s->n2 + 1, sizeof *s->edge);
    s->p1 = calloc((size_t)s->n1 + 1, sizeof *s->p1);
    s->p2 = calloc((size_t)s->n2 + 1, sizeof *s->p2);
    bool ok = s->edge != NULL && s->p1 != NULL && s->p2 != NULL;
    if (ok) {
        double ratio = approximate(s, normal_quantile(s->tail));
        draw_edge(s, ratio);
        *out = limit(s);
    } else {
        sw_fail_memory(err);
    }
    free(s->edge);
    free(s->p1);
    free(s->p2);
    return ok;
}

bool sw_rules__rate_ratio(const stats_table *t, double level,
                          stats_interval *out, sw_error *err)
{
    int64_t n1 = (int64_t)t->covered[0] + t->spared[0];
    int64_t n2 = (int64_t)t->covered[1] + t->spared[1];
    stats_interval got = {NAN, 0, INFINITY};
    if (n1 > 0 && n2 > 0) {
        search up = {.n1 = n1,
                     .n2 = n2,
                     .x1 = t->covered[0],
                     .x2 = t->covered[1],
                     .tail = (1 - level) / 2};
        search down = {.n1 = n2,
                       .n2 = n1,
                       .x1 = t->covered[1],
                       .x2 = t->covered[0],
                       .tail = (1 - level) / 2};
        double inverse;
        if (!lower_limit(&up, &got.low, err)) return false;
        if (!lower_limit(&down, &inverse, err)) return false;
        got.high = inverse > 0 ? 1 / inverse : INFINITY;
        if (up.x1 > 0 || up.x2 > 0) {
            got.estimate =
                ((double)up.x1 / (double)n1) / ((double)up.x2 / (double)n2);
        }
    }
    *out = got;
    return true;
}
