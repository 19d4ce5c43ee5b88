// The index agrees with the oracle for every place and segment tried.
#include "geo_support.h"

#include <stdio.h>

#include "cmocka_all.h"

#define GRID 12

typedef struct {
    int64_t scale, x, y;  // grid place (i, j) is at (x + i scale, y + j scale)
} frame;

static sw_location place(const frame *f, int64_t i, int64_t j)
{
    return (sw_location){(int32_t)(f->x + i * f->scale),
                         (int32_t)(f->y + j * f->scale)};
}

static void random_ring(rng *r, const frame *f, int64_t low, int64_t high,
                        sw_buf *out)
{
    sw_location at[9];
    size_t count = (size_t)rng_between(r, 3, 8);
    for (size_t i = 0; i < count; i++) {
        at[i] = place(f, rng_between(r, low, high), rng_between(r, low, high));
    }
    at[count] = at[0];
    write_ring(out, at, count + 1);
}

static void random_polygon(rng *r, const frame *f, sw_buf *out)
{
    sw_buf_printf(out, "[");
    random_ring(r, f, 0, GRID, out);
    for (int64_t holes = rng_between(r, 0, 3); holes > 1; holes--) {
        sw_buf_printf(out, ",");
        random_ring(r, f, 2, GRID - 2, out);
    }
    sw_buf_printf(out, "]");
}

static bool is_zone(const char *coordinates)
{
    list l;
    list_begin(&l);
    list_feature(&l, "\"id\": 1", coordinates);
    sw_str text = list_end(&l);
    sw_zones_options how = {0};
    sw_zones *zones = NULL;
    sw_error err;
    bool ok = sw_zones_parse(text, &how, &zones, &err);
    sw_zones_free(zones);
    list_free(&l);
    return ok;
}

// Draws until the list takes it: random rings often cross themselves.
static void add_random_zone(rng *r, const frame *f, list *l)
{
    for (;;) {
        sw_buf polygon = {0};
        random_polygon(r, f, &polygon);
        sw_buf_add(&polygon, "", 1);
        bool ok = is_zone(polygon.at);
        if (ok) {
            char id[32];
            snprintf(id, sizeof id, "\"id\": %zu", l->features);
            list_feature(l, id, polygon.at);
        }
        sw_buf_free(&polygon);
        if (ok) return;
    }
}

static void compare_place(const sw_zones *zones, sw_location p)
{
    bool expected = oracle_contain(zones, p);
    if (sw_zones_contain(zones, p) != expected) {
        fail_msg("place %d %d: expected %d", p.lon_e7, p.lat_e7, expected);
    }
    if (sw_zones_meet(zones, p, p) != expected) {
        fail_msg("segment of no length at %d %d", p.lon_e7, p.lat_e7);
    }
    if (expected) assert_true(sw_zones_near(zones, p, p));
}

static void compare_segment(const sw_zones *zones, sw_location a, sw_location b)
{
    bool expected = oracle_meet(zones, a, b);
    if (sw_zones_meet(zones, a, b) != expected ||
        sw_zones_meet(zones, b, a) != expected) {
        fail_msg("segment %d %d to %d %d: expected %d", a.lon_e7, a.lat_e7,
                 b.lon_e7, b.lat_e7, expected);
    }
}

static void compare_all(const sw_zones *zones, const frame *f)
{
    enum { side = GRID + 3, places = side * side };
    for (int i = 0; i < places; i++) {
        sw_location a = place(f, i % side - 1, i / side - 1);
        compare_place(zones, a);
        for (int j = i + 1; j < places; j++) {
            compare_segment(zones, a, place(f, j % side - 1, j / side - 1));
        }
    }
}

// On small grids nearly every degenerate case occurs: ends on vertices and
// edges, segments along edges and through vertices, holes that touch.
static void every_place_and_segment_of_small_grids_agrees(void **state)
{
    rng r = {1};
    for (int round = 0; round < 60; round++) {
        frame f = {round % 3 == 0 ? 1 : 1000 * round + 7, -5, 3};
        list l;
        list_begin(&l);
        add_random_zone(&r, &f, &l);
        if (round % 2 == 1) add_random_zone(&r, &f, &l);
        sw_zones *zones = zones_of(list_end(&l), NULL);
        compare_all(zones, &f);
        sw_zones_free(zones);
        list_free(&l);
    }
}

static sw_location jitter(rng *r, sw_location p)
{
    p.lon_e7 += (int32_t)rng_between(r, -1, 1);
    p.lat_e7 += (int32_t)rng_between(r, -1, 1);
    return p;
}

static sw_location random_place(rng *r, const frame *f, int64_t cells)
{
    if (rng_next(r) % 4 == 0) {
        int64_t far = cells * f->scale;
        return (sw_location){(int32_t)(f->x + rng_between(r, -far / 8, far)),
                             (int32_t)(f->y + rng_between(r, -far / 8, far))};
    }
    sw_location p =
        place(f, rng_between(r, -1, cells), rng_between(r, -1, cells));
    return rng_next(r) % 2 == 0 ? p : jitter(r, p);
}

static void compare_random(rng *r, const sw_zones *zones, const frame *f,
                           int64_t cells, int tries)
{
    for (int i = 0; i < tries; i++) {
        sw_location a = random_place(r, f, cells);
        sw_location b = random_place(r, f, cells);
        if (i % 4 != 0) {  // mostly short ones
            b.lon_e7 = a.lon_e7 + (int32_t)rng_between(r, -f->scale, f->scale);
            b.lat_e7 = a.lat_e7 + (int32_t)rng_between(r, -f->scale, f->scale);
        }
        compare_place(zones, a);
        compare_segment(zones, a, b);
    }
}

// Many zones that overlap, touch and share edges: the tree is deep here.
static void many_zones_agree(void **state)
{
    static const int64_t scales[] = {3, 100, 4096, 12345, 1000000, 20000000};
    rng r = {2};
    for (size_t s = 0; s < sizeof scales / sizeof *scales; s++) {
        for (int round = 0; round < 4; round++) {
            int64_t cells = GRID * (round + 1);
            frame all = {scales[s], -cells * scales[s] / 2 + round,
                         -cells * scales[s] / 2 + 1};
            list l;
            list_begin(&l);
            for (int i = 0; i < 30; i++) {
                frame f = {all.scale,
                           all.x + rng_between(&r, 0, cells - GRID) * all.scale,
                           all.y +
                               rng_between(&r, 0, cells - GRID) * all.scale};
                add_random_zone(&r, &f, &l);
            }
            sw_zones *zones = zones_of(list_end(&l), NULL);
            assert_int_equal(sw_zones_count(zones), 30);
            compare_random(&r, zones, &all, cells, 4000);
            sw_zones_free(zones);
            list_free(&l);
        }
    }
}

// Copies of a zone, and zones that share an edge with many, cannot be told
// apart by any cell: the index must stay small, and right.
static void zones_that_coincide_agree(void **state)
{
    rng r = {3};
    frame f = {1000000, 100, 200};
    list l;
    list_begin(&l);
    for (int i = 0; i < 200; i++) {
        char id[32];
        snprintf(id, sizeof id, "\"id\": %d", i);
        sw_location low = place(&f, 1, 1), high = place(&f, 6, 1 + i % 8 + 1);
        sw_location at[] = {low,
                            {high.lon_e7, low.lat_e7},
                            high,
                            {low.lon_e7, high.lat_e7},
                            low};
        sw_buf ring = {0};
        sw_buf_printf(&ring, "[");
        write_ring(&ring, at, 5);
        sw_buf_add(&ring, "]", 2);
        list_feature(&l, id, ring.at);
        sw_buf_free(&ring);
    }
    sw_zones *zones = zones_of(list_end(&l), NULL);
    compare_random(&r, zones, &f, GRID, 2000);
    sw_zones_free(zones);
    list_free(&l);
}

// A box of which no place is in a zone may be called near, but not the reverse.
static void near_never_misses(void **state)
{
    rng r = {4};
    frame f = {4096, 0, 0};
    list l;
    list_begin(&l);
    for (int i = 0; i < 5; i++) {
        frame moved = {4096, (i * 30) * 4096, (i % 2) * 30 * 4096};
        add_random_zone(&r, &moved, &l);
    }
    sw_zones *zones = zones_of(list_end(&l), NULL);
    size_t far = 0;
    for (int i = 0; i < 4000; i++) {
        sw_location a = random_place(&r, &f, 150);
        sw_location b = {a.lon_e7 + (int32_t)rng_between(&r, 0, 20000),
                         a.lat_e7 + (int32_t)rng_between(&r, 0, 20000)};
        if (sw_zones_near(zones, a, b)) continue;
        far++;
        assert_false(sw_zones_contain(zones, a));
        assert_false(oracle_meet(zones, a, b));
        for (int t = 0; t < 20; t++) {
            sw_location p = {(int32_t)rng_between(&r, a.lon_e7, b.lon_e7),
                             (int32_t)rng_between(&r, a.lat_e7, b.lat_e7)};
            assert_false(oracle_contain(zones, p));
        }
    }
    assert_true(far > 1000);
    sw_zones_free(zones);
    list_free(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_place_and_segment_of_small_grids_agrees),
        cmocka_unit_test(many_zones_agree),
        cmocka_unit_test(zones_that_coincide_agree),
        cmocka_unit_test(near_never_misses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
