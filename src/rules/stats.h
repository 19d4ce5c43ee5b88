// Exact statistics of a 2x2 table: two groups, each member covered or not. They
// know nothing of rulebooks. Every number below is a finite computation on the
// counts, no large-sample approximation, so it also holds for few and for none.
#ifndef SEGWAN_RULES_STATS_H
#define SEGWAN_RULES_STATS_H

#include "segwan/base.h"

// Two rows, each of those that are covered and those that are not; each count
// at most some millions.
typedef struct {
    uint32_t covered[2], spared[2];
} stats_table;

// An estimate within its interval. INFINITY is a value; NAN: nothing can be
// said (a group that is empty, 0 / 0), and the interval is then 0 to INFINITY.
typedef struct {
    double estimate, low, high;
} stats_interval;

// Fisher's exact test, two-sided: the probability, margins given, of the tables
// that are at most as likely as this one (within 1e-7 of it, as R's fisher.test
// has it). Below 1e-300 it may be 0.
double sw_rules__fisher(const stats_table *t);

// The odds ratio of the first row against the second: the estimate of maximum
// likelihood given the margins, and the exact conditional interval (Cornfield
// 1956; R's fisher.test) that holds with probability `level` or more.
stats_interval sw_rules__odds_ratio(const stats_table *t, double level);

// The ratio of the rates, first row against second, and an exact unconditional
// interval that holds with probability `level` or more whatever the two rates
// are. stats_ratio.c says how.
SW_CHECK bool sw_rules__rate_ratio(const stats_table *t, double level,
                                   stats_interval *out, sw_error *err);

#endif
