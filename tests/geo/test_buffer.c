// A buffered zone holds every place within the buffer of the polygon and none
// beyond the buffer and 5 cm, by distances on the ellipsoid that the test finds
// on its own.
#include "geo_support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <geodesic.h>

#include "cmocka_all.h"

#define PI          3.14159265358979323846
#define TOO_FAR_M   0.05
#define MAX_CORNERS 40

typedef struct {
    double lon, lat;  // degrees, exactly as in the list
} corner;

typedef struct {
    corner at[MAX_CORNERS + 1];
    size_t count;  // without the closing one
} outline;

typedef struct {
    outline rings[2];
    size_t count;
} polygon;

static struct geod_geodesic earth;

static double metres(corner a, corner b)
{
    double s;
    geod_inverse(&earth, a.lat, a.lon, b.lat, b.lon, &s, NULL, NULL);
    return s;
}

static corner along(corner a, corner b, double part)
{
    return (corner){a.lon + part * (b.lon - a.lon),
                    a.lat + part * (b.lat - a.lat)};
}

// Coarse steps, then a ternary search around the best one.
static double edge_metres(corner p, corner a, corner b)
{
    int steps = 8 + (int)(metres(a, b) / 4000);
    int best = 0;
    double least = INFINITY;
    for (int i = 0; i <= steps; i++) {
        double s = metres(p, along(a, b, (double)i / steps));
        if (s < least) {
            least = s;
            best = i;
        }
    }
    double low = fmax(0, (best - 1.0) / steps);
    double high = fmin(1, (best + 1.0) / steps);
    for (int i = 0; i < 60; i++) {
        double third = (high - low) / 3;
        double left = metres(p, along(a, b, low + third));
        double right = metres(p, along(a, b, high - third));
        if (left < right) {
            high -= third;
        } else {
            low += third;
        }
        least = fmin(least, fmin(left, right));
    }
    return least;
}

static bool inside(const polygon *shape, corner p)
{
    bool odd = false;
    for (size_t r = 0; r < shape->count; r++) {
        const outline *ring = &shape->rings[r];
        for (size_t i = 0; i < ring->count; i++) {
            corner a = ring->at[i], b = ring->at[i + 1];
            if ((a.lat > p.lat) == (b.lat > p.lat)) continue;
            double x =
                a.lon + (p.lat - a.lat) / (b.lat - a.lat) * (b.lon - a.lon);
            if (x > p.lon) odd = !odd;
        }
    }
    return odd;
}

// Roughly, in a plane around p: tells which edges need not be looked at.
static double flat_metres(corner p, corner a, corner b)
{
    double unit = 111000, across = unit * cos(p.lat * PI / 180);
    double ax = (a.lon - p.lon) * across, ay = (a.lat - p.lat) * unit;
    double dx = (b.lon - a.lon) * across, dy = (b.lat - a.lat) * unit;
    double part = -(ax * dx + ay * dy) / (dx * dx + dy * dy);
    part = fmin(1, fmax(0, part));
    return hypot(ax + part * dx, ay + part * dy);
}

static double polygon_metres(const polygon *shape, corner p)
{
    if (inside(shape, p)) return 0;
    double least = INFINITY;
    for (size_t r = 0; r < shape->count; r++) {
        const outline *ring = &shape->rings[r];
        for (size_t i = 0; i < ring->count; i++) {
            corner a = ring->at[i], b = ring->at[i + 1];
            if (flat_metres(p, a, b) > 1.5 * least + 10) continue;
            least = fmin(least, edge_metres(p, a, b));
        }
    }
    return least;
}

// A star around the middle: simple whatever the distances of its corners.
static void make_star(rng *r, corner middle, double size_m, double least,
                      size_t corners, int decimals, outline *out)
{
    double scale = pow(10, decimals);
    out->count = corners;
    for (size_t i = 0; i < corners; i++) {
        double azimuth = 360.0 * (double)i / (double)corners;
        double away = size_m * rng_real(r, least, 1);
        corner c;
        geod_direct(&earth, middle.lat, middle.lon, azimuth, away, &c.lat,
                    &c.lon, NULL);
        c.lon = middle.lon + remainder(c.lon - middle.lon, 360);
        c.lon = fmin(180, fmax(-180, round(c.lon * scale) / scale));
        c.lat = round(c.lat * scale) / scale;
        out->at[i] = c;
    }
    out->at[corners] = out->at[0];
}

static void write_polygon(const polygon *shape, sw_buf *out)
{
    sw_buf_printf(out, "[");
    for (size_t r = 0; r < shape->count; r++) {
        sw_buf_printf(out, r > 0 ? ",[" : "[");
        for (size_t i = 0; i <= shape->rings[r].count; i++) {
            sw_buf_printf(out, "%s[%.17g,%.17g]", i > 0 ? "," : "",
                          shape->rings[r].at[i].lon, shape->rings[r].at[i].lat);
        }
        sw_buf_printf(out, "]");
    }
    sw_buf_add(out, "]", 2);
}

static sw_zones *buffered(const polygon *shape, double buffer_m)
{
    sw_buf coordinates = {0};
    write_polygon(shape, &coordinates);
    char properties[64];
    snprintf(properties, sizeof properties, "\"id\": 1, \"buffer\": %.17g",
             buffer_m);
    list l;
    list_begin(&l);
    list_feature(&l, properties, coordinates.at);
    sw_zones *zones = zones_of(list_end(&l), NULL);
    list_free(&l);
    sw_buf_free(&coordinates);
    return zones;
}

typedef struct {
    double nearest_out, farthest_in;  // beyond the buffer, in metres
    size_t in, out;
} seen;

static double beyond(const polygon *shape, double buffer_m, sw_location at,
                     double near_lon)
{
    double lon = near_lon + remainder(at.lon_e7 / 1e7 - near_lon, 360);
    corner p = {lon, at.lat_e7 / 1e7};
    return polygon_metres(shape, p) - buffer_m;
}

static void judge(const sw_zones *zones, const polygon *shape, double buffer_m,
                  corner p, seen *s)
{
    double lon = remainder(p.lon, 360);
    sw_location at = {(int32_t)lround(lon * 1e7), (int32_t)lround(p.lat * 1e7)};
    double metres_beyond = beyond(shape, buffer_m, at, p.lon);
    if (sw_zones_contain(zones, at)) {
        s->farthest_in = fmax(s->farthest_in, metres_beyond);
        s->in++;
    } else {
        s->nearest_out = fmin(s->nearest_out, metres_beyond);
        s->out++;
    }
}

// A line of the zone's rings that runs elsewhere (a sliver between bands, say)
// has its corners elsewhere. Corners on the antimeridian are where it was cut.
static void judge_rings(const sw_zones *zones, const polygon *shape,
                        double buffer_m, seen *s)
{
    double lon = shape->rings[0].at[0].lon;
    for (size_t r = 0; r < sw_zones_rings(zones); r++) {
        sw_zone_ring ring = sw_zones_ring(zones, r);
        size_t step = ring.count / 24 + 1;
        for (size_t i = 0; i < ring.count; i += ring.hole ? 1 : step) {
            if (llabs(ring.at[i].lon_e7) == 1800000000) continue;
            double metres_beyond = beyond(shape, buffer_m, ring.at[i], lon);
            s->farthest_in = fmax(s->farthest_in, metres_beyond);
            s->nearest_out = fmin(s->nearest_out, metres_beyond);
        }
    }
}

static void judge_corners(const sw_zones *zones, const polygon *shape)
{
    for (size_t r = 0; r < shape->count; r++) {
        for (size_t i = 0; i < shape->rings[r].count; i++) {
            corner c = shape->rings[r].at[i];
            sw_location at = {(int32_t)lround(c.lon * 1e7),
                              (int32_t)lround(c.lat * 1e7)};
            assert_true(sw_zones_contain(zones, at));
        }
    }
}

// Starts on the ring, in any direction, and goes on until the distance of the
// polygon is within centimetres of the buffer.
static corner place_near(rng *r, const polygon *shape, double buffer_m)
{
    const outline *ring = &shape->rings[rng_next(r) % shape->count];
    size_t i = rng_next(r) % ring->count;
    double part = rng_next(r) % 3 == 0 ? 0 : rng_real(r, 0, 1);
    corner base = along(ring->at[i], ring->at[i + 1], part), p = base;
    double azimuth = rng_real(r, 0, 360), away = buffer_m;
    double target = buffer_m + rng_real(r, -0.03, 0.08);
    for (int step = 0; step < 6; step++) {
        geod_direct(&earth, base.lat, base.lon, azimuth, away, &p.lat, &p.lon,
                    NULL);
        p.lon = base.lon + remainder(p.lon - base.lon, 360);
        double reached = polygon_metres(shape, p);
        if (step == 0 && reached == 0) azimuth += 180;
        if (step < 5) away += target - reached;
    }
    return p;
}

static void compare(rng *r, const polygon *shape, double buffer_m, int tries)
{
    sw_zones *zones = buffered(shape, buffer_m);
    seen s = {.nearest_out = INFINITY, .farthest_in = -INFINITY};
    for (int i = 0; i < tries; i++) {
        judge(zones, shape, buffer_m, place_near(r, shape, buffer_m), &s);
    }
    judge_rings(zones, shape, buffer_m, &s);
    judge_corners(zones, shape);
    sw_zones_free(zones);
    assert_true(s.in > 0 && s.out > 0);
    if (s.nearest_out <= 0) {
        fail_msg("a place is out at %.4f m from the buffer of %.2f m",
                 s.nearest_out, buffer_m);
    }
    if (s.farthest_in > TOO_FAR_M) {
        fail_msg("a place is in %.4f m beyond the buffer of %.2f m",
                 s.farthest_in, buffer_m);
    }
}

static const double lats[] = {0, 37.5, -55, 70, 85, -88};
static const double buffers[] = {0.5, 30, 1000, 5000};

static void polygons_of_all_sizes_and_latitudes(void **state)
{
    static const double sizes[] = {5, 300, 20000};
    rng r = {7};
    for (size_t l = 0; l < sizeof lats / sizeof *lats; l++) {
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
            for (size_t b = 0; b < sizeof buffers / sizeof *buffers; b++) {
                corner middle = {rng_real(&r, -170, 170), lats[l]};
                polygon shape = {.count = 1};
                make_star(&r, middle, sizes[s], 0.3,
                          (size_t)rng_between(&r, 3, 24), 7, &shape.rings[0]);
                compare(&r, &shape, buffers[b], 24);
            }
        }
    }
}

static void long_edges_are_straight_in_degrees(void **state)
{
    rng r = {8};
    for (size_t l = 0; l < sizeof lats / sizeof *lats - 1; l++) {
        corner middle = {rng_real(&r, -170, 170), lats[l]};
        polygon shape = {.count = 1};
        make_star(&r, middle, 100000, 0.6, 4, 7, &shape.rings[0]);
        compare(&r, &shape, 100, 24);
        compare(&r, &shape, 5000, 24);
    }
}

static void holes_shrink(void **state)
{
    rng r = {9};
    for (size_t l = 0; l < sizeof lats / sizeof *lats; l++) {
        corner middle = {rng_real(&r, -170, 170), lats[l]};
        polygon shape = {.count = 2};
        make_star(&r, middle, 3000, 0.7, 12, 7, &shape.rings[0]);
        make_star(&r, middle, 1500, 0.5, 12, 7, &shape.rings[1]);
        compare(&r, &shape, 40, 30);
        compare(&r, &shape, 400, 30);
    }
}

static void narrow_holes_vanish(void **state)
{
    rng r = {10};
    corner middle = {127, 37};
    polygon shape = {.count = 2};
    make_star(&r, middle, 3000, 0.9, 12, 7, &shape.rings[0]);
    make_star(&r, middle, 90, 0.9, 12, 7, &shape.rings[1]);
    sw_zones *zones = buffered(&shape, 100);
    assert_int_equal(sw_zones_rings(zones), 1);
    sw_zones_free(zones);
}

// Coordinates of more than seven decimals: covered, by a few centimetres more.
static void inexact_polygons_without_a_buffer_are_covered(void **state)
{
    rng r = {11};
    for (size_t l = 0; l < sizeof lats / sizeof *lats; l++) {
        corner middle = {rng_real(&r, -170, 170), lats[l]};
        polygon shape = {.count = 1};
        make_star(&r, middle, 50, 0.3, 9, 12, &shape.rings[0]);
        compare(&r, &shape, 0, 60);
    }
}

static void buffers_pass_the_antimeridian(void **state)
{
    rng r = {12};
    for (int i = 0; i < 8; i++) {
        corner middle = {i % 2 == 0 ? 179.999 : -179.999, i < 4 ? 65 : -17};
        polygon shape = {.count = 1};
        make_star(&r, middle, 80, 0.4, 9, 7, &shape.rings[0]);
        compare(&r, &shape, 400, 30);
    }
}

static void huge_buffers_are_as_exact(void **state)
{
    rng r = {13};
    for (size_t l = 0; l < 4; l++) {
        corner middle = {rng_real(&r, -170, 170), lats[l]};
        polygon shape = {.count = 1};
        make_star(&r, middle, 900, 0.4, 7, 7, &shape.rings[0]);
        compare(&r, &shape, 100000, 24);
    }
}

int main(void)
{
    geod_init(&earth, 6378137, 1 / 298.257223563);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(polygons_of_all_sizes_and_latitudes),
        cmocka_unit_test(long_edges_are_straight_in_degrees),
        cmocka_unit_test(holes_shrink),
        cmocka_unit_test(narrow_holes_vanish),
        cmocka_unit_test(inexact_polygons_without_a_buffer_are_covered),
        cmocka_unit_test(buffers_pass_the_antimeridian),
        cmocka_unit_test(huge_buffers_are_as_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
