// A 2x2 table with its margins given. Then one count x says all, and at odds
// ratio psi its weight is C(n1, x) C(n2, k - x) psi^x: Fisher's noncentral
// hypergeometric distribution.
//
// Weights are taken relative to the largest, walking outwards from it by the
// ratio of neighbours. That needs no logarithm of a factorial, whose error
// grows with the counts: 1e6 steps lose less than ten of the sixteen digits,
// and the few thousand steps that carry weight next to none.
#include <math.h>

#include "stats.h"

#define TIE        1e-7   // as R: weights this near count as equal
#define NEGLIGIBLE 1e-25  // of the largest weight
#define LOG_RANGE  80.0   // no odds ratio of counts up to 1e6 lies beyond e^80
#define HALVINGS   64

typedef struct {
    int64_t first, second;  // totals of the rows
    int64_t taken;          // of the column of the covered
    int64_t low, high;      // what x can be
    int64_t x;
} conditional;

static conditional condition(const stats_table *t)
{
    conditional c = {
        .first = (int64_t)t->covered[0] + t->spared[0],
        .second = (int64_t)t->covered[1] + t->spared[1],
        .taken = (int64_t)t->covered[0] + t->covered[1],
        .x = t->covered[0],
    };
    c.low = c.taken > c.second ? c.taken - c.second : 0;
    c.high = c.taken < c.first ? c.taken : c.first;
    return c;
}

// weight(x + 1) / weight(x): falls as x grows.
static double step_up(const conditional *c, double psi, int64_t x)
{
    double up = (double)(c->first - x) * (double)(c->taken - x);
    double down = (double)(x + 1) * (double)(c->second - c->taken + x + 1);
    return psi * up / down;
}

// The most likely x.
static int64_t mode_of(const conditional *c, double psi)
{
    int64_t low = c->low, high = c->high;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (step_up(c, psi, middle) < 1)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

typedef struct {
    double total, at_most, at_least;  // weights of all, of <= x, of >= x
    double drift;                     // sum of weight * (value - x)
} masses;

static void add_mass(const conditional *c, masses *m, int64_t at, double weight)
{
    m->total += weight;
    if (at <= c->x) m->at_most += weight;
    if (at >= c->x) m->at_least += weight;
    m->drift += weight * (double)(at - c->x);
}

static masses weigh(const conditional *c, double psi)
{
    masses m = {0};
    int64_t mode = mode_of(c, psi);
    add_mass(c, &m, mode, 1);
    double weight = 1;
    for (int64_t at = mode; at < c->high && weight > NEGLIGIBLE; at++) {
        weight *= step_up(c, psi, at);
        add_mass(c, &m, at + 1, weight);
    }
    weight = 1;
    for (int64_t at = mode; at > c->low && weight > NEGLIGIBLE; at--) {
        weight /= step_up(c, psi, at - 1);
        add_mass(c, &m, at - 1, weight);
    }
    return m;
}

// The weight of x itself, relative to the largest, at psi = 1.
static double own_weight(const conditional *c, int64_t mode)
{
    double weight = 1;
    for (int64_t at = mode; at < c->x && weight > 0; at++)
        weight *= step_up(c, 1, at);
    for (int64_t at = mode; at > c->x && weight > 0; at--)
        weight /= step_up(c, 1, at - 1);
    return weight;
}

double sw_rules__fisher(const stats_table *t)
{
    conditional c = condition(t);
    int64_t mode = mode_of(&c, 1);
    double own = own_weight(&c, mode) * (1 + TIE);
    double total = 1, extreme = own >= 1 ? 1 : 0, weight = 1;
    for (int64_t at = mode; at < c.high && weight > 0; at++) {
        weight *= step_up(&c, 1, at);
        total += weight;
        if (weight <= own) extreme += weight;
    }
    weight = 1;
    for (int64_t at = mode; at > c.low && weight > 0; at--) {
        weight /= step_up(&c, 1, at - 1);
        total += weight;
        if (weight <= own) extreme += weight;
    }
    return fmin(extreme / total, 1);
}

// What falls through zero as psi grows, for the bisection below.
typedef double (*falling)(const masses *m, double tail);

static double upper_tail(const masses *m, double tail)
{
    return tail - m->at_least / m->total;
}

static double lower_tail(const masses *m, double tail)
{
    return m->at_most / m->total - tail;
}

static double mean(const masses *m, double tail)
{
    (void)tail;
    return -m->drift;
}

static double solve(const conditional *c, falling f, double tail)
{
    double low = -LOG_RANGE, high = LOG_RANGE;
    for (int i = 0; i < HALVINGS; i++) {
        double middle = (low + high) / 2;
        masses m = weigh(c, exp(middle));
        if (f(&m, tail) > 0)
            low = middle;
        else
            high = middle;
    }
    return exp((low + high) / 2);
}

stats_interval sw_rules__odds_ratio(const stats_table *t, double level)
{
    conditional c = condition(t);
    if (c.low == c.high) return (stats_interval){NAN, 0, INFINITY};

    double tail = (1 - level) / 2;
    bool least = c.x == c.low, most = c.x == c.high;
    return (stats_interval){
        .estimate = least  ? 0
                    : most ? INFINITY
                           : solve(&c, mean, 0),
        .low = least ? 0 : solve(&c, upper_tail, tail),
        .high = most ? INFINITY : solve(&c, lower_tail, tail),
    };
}
