// GEOS, asked in another way, agrees: about places and segments of real size
// that are not within its rounding of the boundary; and that buffered rings are
// valid polygons which hold the polygon that was buffered.
#include "geo_support.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <geos_c.h>

#include "cmocka_all.h"

static GEOSContextHandle_t geos;

static GEOSGeometry *ring_of(const sw_zone_ring *ring)
{
    GEOSCoordSequence *seq =
        GEOSCoordSeq_create_r(geos, (unsigned)ring->count, 2);
    assert_non_null(seq);
    for (size_t i = 0; i < ring->count; i++) {
        GEOSCoordSeq_setXY_r(geos, seq, (unsigned)i, ring->at[i].lon_e7,
                             ring->at[i].lat_e7);
    }
    return GEOSGeom_createLinearRing_r(geos, seq);
}

// The zone's polygons, each of which must be valid.
static GEOSGeometry *shape_of(const sw_zones *zones)
{
    GEOSGeometry *parts[512], *holes[512];
    unsigned count = 0;
    for (size_t r = 0; r < sw_zones_rings(zones);) {
        sw_zone_ring shell = sw_zones_ring(zones, r++);
        unsigned hole_count = 0;
        assert_false(shell.hole);
        for (; r < sw_zones_rings(zones); r++) {
            sw_zone_ring hole = sw_zones_ring(zones, r);
            if (!hole.hole) break;
            assert_true(hole_count < 512);
            holes[hole_count++] = ring_of(&hole);
        }
        assert_true(count < 512);
        parts[count] =
            GEOSGeom_createPolygon_r(geos, ring_of(&shell), holes, hole_count);
        assert_int_equal(GEOSisValid_r(geos, parts[count]), 1);
        count++;
    }
    return GEOSGeom_createCollection_r(geos, GEOS_GEOMETRYCOLLECTION, parts,
                                       count);
}

static GEOSGeometry *segment_of(sw_location a, sw_location b)
{
    double xy[] = {a.lon_e7, a.lat_e7, b.lon_e7, b.lat_e7};
    GEOSCoordSequence *seq = GEOSCoordSeq_copyFromBuffer_r(geos, xy, 2, 0, 0);
    return GEOSGeom_createLineString_r(geos, seq);
}

static void write_star(rng *r, sw_buf *out, double lon, double lat, double size,
                       bool clockwise)
{
    int corners = (int)rng_between(r, 4, 40);
    char first[64];
    sw_buf_printf(out, "[");
    for (int i = 0; i < corners; i++) {
        double turn = (clockwise ? -2 : 2) * 3.14159265358979 * i / corners;
        double away = size * rng_real(r, 0.5, 1);
        char text[64];
        snprintf(text, sizeof text, "[%.7f,%.7f]", lon + away * cos(turn),
                 lat + away * sin(turn));
        if (i == 0) memcpy(first, text, sizeof first);
        sw_buf_printf(out, "%s,", text);
    }
    sw_buf_printf(out, "%s]", first);
}

static sw_zones *stars(rng *r, int count, double buffer_m)
{
    list l;
    list_begin(&l);
    for (int i = 0; i < count; i++) {
        double lon = rng_real(r, 126.5, 127.5), lat = rng_real(r, 37, 38);
        double size = pow(10, rng_real(r, -4, -1));
        sw_buf polygon = {0};
        char properties[64];
        snprintf(properties, sizeof properties, "\"id\":%d,\"buffer\":%g", i,
                 buffer_m);
        sw_buf_printf(&polygon, "[");
        write_star(r, &polygon, lon, lat, size, i % 2 == 0);
        sw_buf_printf(&polygon, ",");
        write_star(r, &polygon, lon, lat, size * 0.3, i % 3 == 0);
        sw_buf_add(&polygon, "]", 2);
        list_feature(&l, properties, polygon.at);
        sw_buf_free(&polygon);
    }
    sw_zones *zones = zones_of(list_end(&l), NULL);
    list_free(&l);
    return zones;
}

static sw_location near_corner(rng *r, const sw_zones *zones)
{
    size_t index = rng_next(r) % sw_zones_rings(zones);
    sw_zone_ring ring = sw_zones_ring(zones, index);
    sw_location at = ring.at[rng_next(r) % ring.count];
    int64_t away = rng_next(r) % 2 == 0 ? 300 : 100000;
    at.lon_e7 += (int32_t)rng_between(r, -away, away);
    at.lat_e7 += (int32_t)rng_between(r, -away, away);
    return at;
}

static void compare(rng *r, const sw_zones *zones, int tries)
{
    GEOSGeometry *shape = shape_of(zones);
    GEOSGeometry *bounds = GEOSUnaryUnion_r(geos, shape);
    assert_non_null(bounds);
    const GEOSPreparedGeometry *ready = GEOSPrepare_r(geos, bounds);
    size_t met = 0;
    for (int i = 0; i < tries; i++) {
        sw_location a = near_corner(r, zones), b = near_corner(r, zones);
        if (i % 3 != 0) {
            b = a;
            b.lon_e7 += (int32_t)rng_between(r, -4000, 4000);
            b.lat_e7 += (int32_t)rng_between(r, -4000, 4000);
        }
        GEOSGeometry *segment = segment_of(a, b);
        GEOSGeometry *place =
            GEOSGeom_createPointFromXY_r(geos, a.lon_e7, a.lat_e7);
        bool meets = GEOSPreparedIntersects_r(geos, ready, segment) == 1;
        bool holds = GEOSPreparedIntersects_r(geos, ready, place) == 1;
        GEOSGeometry *edge = GEOSBoundary_r(geos, bounds);
        double segment_away, place_away;
        GEOSDistance_r(geos, edge, segment, &segment_away);
        GEOSDistance_r(geos, edge, place, &place_away);
        // The union's corners are rounded: a long common part is sure.
        GEOSGeometry *common = GEOSIntersection_r(geos, bounds, segment);
        double length = 0;
        GEOSLength_r(geos, common, &length);
        GEOSGeom_destroy_r(geos, common);
        if (segment_away > 0.01 || length > 1) {
            assert_int_equal(sw_zones_meet(zones, a, b), meets);
        }
        if (place_away > 0.01) {
            assert_int_equal(sw_zones_contain(zones, a), holds);
        }
        met += meets;
        GEOSGeom_destroy_r(geos, edge);
        GEOSGeom_destroy_r(geos, segment);
        GEOSGeom_destroy_r(geos, place);
    }
    assert_true(met > (size_t)tries / 20);
    GEOSPreparedGeom_destroy_r(geos, ready);
    GEOSGeom_destroy_r(geos, bounds);
    GEOSGeom_destroy_r(geos, shape);
}

static void plain_zones_agree(void **state)
{
    rng r = {21};
    sw_zones *zones = stars(&r, 60, 0);
    compare(&r, zones, 300);
    sw_zones_free(zones);
}

static void buffered_zones_agree_and_are_valid(void **state)
{
    static const double buffers[] = {0.3, 20, 700};
    rng r = {22};
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++) {
        sw_zones *zones = stars(&r, 8, buffers[i]);
        compare(&r, zones, 60);
        sw_zones_free(zones);
    }
}

static void a_buffered_zone_holds_its_polygon(void **state)
{
    for (uint64_t seed = 30; seed < 40; seed++) {
        rng r = {seed}, same = {seed};
        sw_zones *plain = stars(&r, 1, 0);
        sw_zones *wide = stars(&same, 1, seed % 2 == 0 ? 0.01 : 50);
        GEOSGeometry *inner = shape_of(plain), *outer = shape_of(wide);
        GEOSGeometry *inner_flat = GEOSUnaryUnion_r(geos, inner);
        GEOSGeometry *outer_flat = GEOSUnaryUnion_r(geos, outer);
        assert_int_equal(GEOSCovers_r(geos, outer_flat, inner_flat), 1);
        GEOSGeom_destroy_r(geos, inner);
        GEOSGeom_destroy_r(geos, outer);
        GEOSGeom_destroy_r(geos, inner_flat);
        GEOSGeom_destroy_r(geos, outer_flat);
        sw_zones_free(plain);
        sw_zones_free(wide);
    }
}

static void the_same_list_gives_the_same_rings(void **state)
{
    rng r = {50}, same = {50};
    sw_zones *a = stars(&r, 40, 15), *b = stars(&same, 40, 15);
    assert_int_equal(sw_zones_rings(a), sw_zones_rings(b));
    for (size_t i = 0; i < sw_zones_rings(a); i++) {
        sw_zone_ring left = sw_zones_ring(a, i), right = sw_zones_ring(b, i);
        assert_int_equal(left.zone, right.zone);
        assert_int_equal(left.count, right.count);
        assert_memory_equal(left.at, right.at, left.count * sizeof *left.at);
    }
    sw_zones_free(a);
    sw_zones_free(b);
}

static int start(void **state)
{
    geos = GEOS_init_r();
    return geos == NULL;
}

static int stop(void **state)
{
    GEOS_finish_r(geos);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_zones_agree),
        cmocka_unit_test(buffered_zones_agree_and_are_valid),
        cmocka_unit_test(a_buffered_zone_holds_its_polygon),
        cmocka_unit_test(the_same_list_gives_the_same_rings),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
