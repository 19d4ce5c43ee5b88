// For check_stats.py: reads tables "a b c d" (covered and spared of the first
// row, then of the second), writes what stats.h says of each.
#include <stdio.h>

#include "stats.h"

int main(void)
{
    stats_table t;
    sw_error err;
    while (scanf("%u %u %u %u", &t.covered[0], &t.spared[0], &t.covered[1],
                 &t.spared[1]) == 4) {
        stats_interval odds = sw_rules__odds_ratio(&t, 0.95), rate;
        if (!sw_rules__rate_ratio(&t, 0.95, &rate, &err)) return 1;
        printf("%.17g %.17g %.17g %.17g %.17g %.17g %.17g\n",
               sw_rules__fisher(&t), odds.estimate, odds.low, odds.high,
               rate.estimate, rate.low, rate.high);
    }
    return 0;
}
