// Distances between lines agree with a search by brute force over pairs of
// their points, to a millimetre on both sides of the limit.
#include <geodesic.h>
#include <math.h>
#include <stdio.h>

#include "cmocka_all.h"
#include "inspect_internal.h"

#define STEPS 24

static uint64_t seed = 1;

static double uniform(double low, double high)
{
    seed = seed * 6364136223846793005U + 1442695040888963407U;
    return low + (high - low) * (double)(seed >> 11) / 9007199254740992.0;
}

static sw_inspect__point along(sw_inspect__line line, double t)
{
    return (sw_inspect__point){line.a.x + t * (line.b.x - line.a.x),
                               line.a.y + t * (line.b.y - line.a.y)};
}

static double metres(sw_inspect__point p, sw_inspect__point q)
{
    static struct geod_geodesic earth;
    double out;
    if (earth.a == 0) geod_init(&earth, 6378137.0, 1 / 298.257223563);
    geod_inverse(&earth, p.y / 1e7, p.x / 1e7, q.y / 1e7, q.x / 1e7, &out, NULL,
                 NULL);
    return out;
}

// A grid over all pairs, then ever finer grids around the best pair.
static double brute(sw_inspect__line p, sw_inspect__line q)
{
    double s = 0.5, t = 0.5, width = 1, best = INFINITY;
    for (int level = 0; level < 18; level++) {
        double s0 = s, t0 = t;
        for (int i = 0; i <= STEPS; i++) {
            for (int k = 0; k <= STEPS; k++) {
                double u = s0 + width * ((double)i / STEPS - 0.5);
                double v = t0 + width * ((double)k / STEPS - 0.5);
                u = u < 0 ? 0 : u > 1 ? 1 : u;
                v = v < 0 ? 0 : v > 1 ? 1 : v;
                double d = metres(along(p, u), along(q, v));
                if (d >= best) continue;
                best = d;
                s = u;
                t = v;
            }
        }
        width *= 0.35;
    }
    return best;
}

static sw_inspect__line random_line(double lon, double lat, double size)
{
    sw_inspect__point a = {(lon + uniform(-size, size)) * 1e7,
                           (lat + uniform(-size, size)) * 1e7};
    sw_inspect__point b = {a.x + uniform(-size, size) * 1e7,
                           a.y + uniform(-size, size) * 1e7};
    return (sw_inspect__line){a, b};
}

static void agrees_with_brute_force(void **state)
{
    (void)state;
    // Sizes in degrees: from a house to a province.
    static const double sizes[] = {0.0001, 0.002, 0.02, 0.3};
    for (int i = 0; i < 400; i++) {
        double size = sizes[i % 4], lat = uniform(-70, 70);
        sw_inspect__line p = random_line(127, lat, size);
        sw_inspect__line q = random_line(127 + 2 * size, lat, size);
        if (i % 5 == 0) q.b = q.a;
        if (i % 7 == 0) p.b = p.a;

        double least = brute(p, q);
        if (least < 0.01) continue;
        if (!sw_inspect__closer(p, q, least + 0.001) ||
            !sw_inspect__closer(q, p, least + 0.001))
            fail_msg("case %d: not closer than %.4f m", i, least + 0.001);
        if (sw_inspect__closer(p, q, least - 0.001) ||
            sw_inspect__closer(q, p, least - 0.001))
            fail_msg("case %d: closer than %.4f m", i, least - 0.001);
    }
}

static void parallels_are_judged_over_their_whole_length(void **state)
{
    (void)state;
    // Two lines along parallels, 0.001 degree apart, far apart at their ends.
    sw_inspect__line p = {{1270000000, 370000000}, {1280000000, 370000000}};
    sw_inspect__line q = {{1274999999, 370010000}, {1275000001, 370010000}};
    double least = metres((sw_inspect__point){1275000000, 370000000},
                          (sw_inspect__point){1275000000, 370010000});
    assert_true(sw_inspect__closer(p, q, least + 0.001));
    assert_false(sw_inspect__closer(p, q, least - 0.001));
}

static void lines_that_cross_have_no_distance(void **state)
{
    (void)state;
    sw_inspect__line p = {{1270000000, 370000000}, {1270020000, 370020000}};
    sw_inspect__line q = {{1270020000, 370000000}, {1270000000, 370020000}};
    assert_true(sw_inspect__closer(p, q, 0.001));
}

static void reach_holds_what_is_in_reach(void **state)
{
    (void)state;
    struct geod_geodesic earth;
    geod_init(&earth, 6378137.0, 1 / 298.257223563);
    for (int i = 0; i < 2000; i++) {
        double lat = uniform(-85, 85), far = uniform(1, 50000), lat2, lon2;
        geod_direct(&earth, lat, 10, uniform(0, 360), far, &lat2, &lon2, NULL);
        sw_inspect__point by = sw_inspect__reach(lat * 1e7, far);
        assert_true(fabs(lat2 - lat) * 1e7 <= by.y);
        assert_true(fabs(lon2 - 10) * 1e7 <= by.x);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_brute_force),
        cmocka_unit_test(parallels_are_judged_over_their_whole_length),
        cmocka_unit_test(lines_that_cross_have_no_distance),
        cmocka_unit_test(reach_holds_what_is_in_reach),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
