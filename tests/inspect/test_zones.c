// The zone list and the index over it: what is refused and how it is named,
// exactness at the boundary, buffers to the millimetre, the antimeridian.
#include <geodesic.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cmocka_all.h"
#include "in_memory.h"
#include "inspect_internal.h"

#define SQUARE "[[[10,50],[10.01,50],[10.01,50.01],[10,50.01],[10,50]]]"
#define POLYGON(rings)                                                         \
    "\"geometry\":{\"type\":\"Polygon\",\"coordinates\":" rings "}"
#define FEATURE(properties, geometry)                                          \
    "{\"type\":\"Feature\",\"properties\":{" properties "}," geometry "}"
#define LIST(features)                                                         \
    "{\"type\":\"FeatureCollection\",\"features\":[" features "]}"
#define GOOD FEATURE("\"id\":1", POLYGON(SQUARE))

typedef struct {
    sw_arena *arena;
    sw_inspect__zones zones;
    sw_inspect__index *index;
} fixture;

static bool load(const char *json, sw_date date, double buffer_m, fixture *f,
                 sw_error *err)
{
    *f = (fixture){0};
    *err = (sw_error){0};
    assert_true(sw_arena_new_secret(&f->arena, err));
    in_memory file = in_memory_file(json, strlen(json));
    bool ok = sw_inspect__zones_load(file.path, date, buffer_m, f->arena,
                                     &f->zones, err) &&
              sw_inspect__index_new(&f->zones, &f->index, err);
    in_memory_close(&file);
    return ok;
}

static void done(fixture *f)
{
    sw_inspect__index_free(f->index);
    sw_arena_free(f->arena);
}

static bool meets(const fixture *f, double ax, double ay, double bx, double by)
{
    sw_error err;
    bool out = false;
    sw_inspect__line line = {{ax, ay}, {bx, by}};
    assert_true(sw_inspect__index_meets(f->index, line, &out, &err));
    return out;
}

/* ---- the list --------------------------------------------------------- */

static void bad_lists_are_refused_without_a_word_of_them(void **state)
{
    (void)state;
    static const struct {
        const char *json, *place, *reason;
    } cases[] = {
        {"", "line 1, column 0", "not JSON"},
        {LIST(GOOD) "\n 10.77", "line 2, column 6", "not JSON"},
        {"{\"type\":1,\"type\":2}", "line 1, column 16", "twice"},
        {"[10.77]", "", "FeatureCollection"},
        {LIST(GOOD ",10.77"), "feature 2", "not a Feature"},
        {LIST(FEATURE("", POLYGON(SQUARE))), "feature 1", "no property id"},
        {LIST(FEATURE("\"id\":true", POLYGON(SQUARE))), "feature 1", "id"},
        {LIST(GOOD
              "," FEATURE("\"id\":2,\"buffer\":\"10.77\"", POLYGON(SQUARE))),
         "feature 2", "buffer"},
        {LIST(FEATURE("\"id\":2,\"buffer\":-1", POLYGON(SQUARE))), "feature 1",
         "buffer"},
        {LIST(FEATURE("\"id\":2,\"valid_from\":\"2026-13-01\"",
                      POLYGON(SQUARE))),
         "feature 1", "valid_from"},
        {LIST(FEATURE("\"id\":2", "\"geometry\":null")), "feature 1",
         "geometry"},
        {LIST(FEATURE("\"id\":2", "\"geometry\":{\"type\":\"Point\","
                                  "\"coordinates\":[10.77,50]}")),
         "feature 1", "no Polygon"},
        {LIST(FEATURE("\"id\":2", POLYGON("[]"))), "feature 1", "no ring"},
        {LIST(FEATURE("\"id\":2", POLYGON("[[[1,1],[2,2],[1,1]]]"))),
         "feature 1", "fewer than four"},
        {LIST(FEATURE("\"id\":2", POLYGON("[[[1,1],[2,2],[1,2],[1,3]]]"))),
         "feature 1", "not closed"},
        {LIST(
             FEATURE("\"id\":2", POLYGON("[[[1,1],[2,2],[2,1],[1,2],[1,1]]]"))),
         "feature 1", "not valid"},
        {LIST(FEATURE("\"id\":2", POLYGON("[[[1,1],[2,1],[2,91],[1,1]]]"))),
         "feature 1", "outside the world"},
        {LIST(FEATURE("\"id\":2", POLYGON("[[[1,1],[2,1],[2,\"x\"],[1,1]]]"))),
         "feature 1", "two numbers"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fixture f;
        sw_error err;
        if (load(cases[i].json, 0, 0, &f, &err)) fail_msg("case %zu", i);
        done(&f);
        assert_int_equal(err.kind, SW_ERR_INPUT);
        assert_string_equal(err.place, cases[i].place);
        if (strstr(err.reason, cases[i].reason) == NULL)
            fail_msg("case %zu: %s", i, err.reason);
        assert_null(strstr(err.reason, "10.77"));
    }
}

static void zones_count_on_their_days(void **state)
{
    (void)state;
    static const char list[] = LIST(FEATURE(
        "\"id\":1,\"valid_from\":\"2026-12-03\",\"valid_to\":\"2026-12-05\"",
        POLYGON(SQUARE)));
    static const struct {
        const char *day;
        bool counts;
    } cases[] = {{"2026-12-02", false},
                 {"2026-12-03", true},
                 {"2026-12-05", true},
                 {"2026-12-06", false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sw_date day;
        fixture f;
        sw_error err;
        assert_true(sw_date_parse(sw_str_of(cases[i].day), &day));
        assert_true(load(list, day, 0, &f, &err));
        assert_int_equal(f.zones.zone_count, cases[i].counts);
        assert_int_equal(f.zones.idle, !cases[i].counts);
        assert_int_equal(meets(&f, 100050000, 500050000, 100050000, 500050000),
                         cases[i].counts);
        done(&f);
    }
}

/* ---- the boundary ----------------------------------------------------- */

static void the_boundary_is_inside_and_a_hole_is_not(void **state)
{
    (void)state;
    static const char list[] = LIST(FEATURE(
        "\"id\":1",
        POLYGON("[[[10,50],[10.01,50],[10.01,50.01],[10,50.01],[10,50]],"
                "[[10.004,50.004],[10.006,50.004],[10.006,50.006],"
                "[10.004,50.006],[10.004,50.004]]]")));
    fixture f;
    sw_error err;
    assert_true(load(list, 0, 0, &f, &err));
    assert_true(meets(&f, 100000000, 500050000, 100000000, 500050000));
    assert_false(meets(&f, 99999999, 500050000, 99999999, 500050000));
    assert_true(meets(&f, 100100000, 500100000, 100100000, 500100000));
    assert_true(meets(&f, 100040000, 500050000, 100040000, 500050000));
    assert_false(meets(&f, 100040001, 500050000, 100040001, 500050000));
    assert_false(meets(&f, 100041000, 500041000, 100059000, 500059000));
    assert_true(meets(&f, 100041000, 500041000, 100060000, 500060000));
    // Across with both ends far away, and by the corner.
    assert_true(meets(&f, 90000000, 500050000, 110000000, 500050000));
    assert_true(meets(&f, 99900000, 500000000, 100000000, 499900000) == false);
    assert_true(meets(&f, 99900000, 500100000, 100100000, 499900000));
    done(&f);
}

typedef struct {
    int64_t x, y;
} whole;

static uint32_t seed = 3;

static int64_t below(uint32_t limit)
{
    seed = seed * 1664525 + 1013904223;
    return (int64_t)((seed >> 8) % limit);
}

static int side(whole a, whole b, whole p)
{
    int64_t twice = (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x);
    return (twice > 0) - (twice < 0);
}

static bool on_segment(whole a, whole b, whole p)
{
    return side(a, b, p) == 0 && (p.x - a.x) * (p.x - b.x) <= 0 &&
           (p.y - a.y) * (p.y - b.y) <= 0;
}

static bool segments_meet(whole a, whole b, whole c, whole d)
{
    if (on_segment(a, b, c) || on_segment(a, b, d) || on_segment(c, d, a) ||
        on_segment(c, d, b))
        return true;
    return side(a, b, c) * side(a, b, d) < 0 &&
           side(c, d, a) * side(c, d, b) < 0;
}

// A triangle of any orientation.
static bool in_triangle(const whole t[3], whole p)
{
    int a = side(t[0], t[1], p), b = side(t[1], t[2], p),
        c = side(t[2], t[0], p);
    return (a >= 0 && b >= 0 && c >= 0) || (a <= 0 && b <= 0 && c <= 0);
}

static bool triangle_meets(const whole t[3], whole a, whole b)
{
    return in_triangle(t, a) || segments_meet(t[0], t[1], a, b) ||
           segments_meet(t[1], t[2], a, b) || segments_meet(t[2], t[0], a, b);
}

// On a grid of 24 units nearly everything touches something.
static void decisions_are_those_of_whole_numbers(void **state)
{
    (void)state;
    for (int round = 0; round < 200; round++) {
        whole t[3];
        do {
            for (int i = 0; i < 3; i++)
                t[i] = (whole){1270000000 + below(24), 370000000 + below(24)};
        } while (side(t[0], t[1], t[2]) == 0);
        char json[512];
        snprintf(json, sizeof json,
                 LIST(FEATURE("\"id\":1",
                              POLYGON("[[[%.7f,%.7f],[%.7f,%.7f],[%.7f,%.7f],"
                                      "[%.7f,%.7f]]]"))),
                 (double)t[0].x / 1e7, (double)t[0].y / 1e7,
                 (double)t[1].x / 1e7, (double)t[1].y / 1e7,
                 (double)t[2].x / 1e7, (double)t[2].y / 1e7,
                 (double)t[0].x / 1e7, (double)t[0].y / 1e7);
        fixture f;
        sw_error err;
        assert_true(load(json, 0, 0, &f, &err));
        for (int k = 0; k < 200; k++) {
            whole a = {1270000000 + below(24), 370000000 + below(24)};
            whole b = {1270000000 + below(24), 370000000 + below(24)};
            if (k % 4 == 0) b = a;
            assert_int_equal(
                meets(&f, (double)a.x, (double)a.y, (double)b.x, (double)b.y),
                triangle_meets(t, a, b));
        }
        done(&f);
    }
}

/* ---- buffers ---------------------------------------------------------- */

static void a_buffer_ends_where_it_should(void **state)
{
    (void)state;
    static const char list[] =
        LIST(FEATURE("\"id\":1,\"buffer\":250", POLYGON(SQUARE)));
    struct geod_geodesic earth;
    geod_init(&earth, 6378137.0, 1 / 298.257223563);
    fixture f;
    sw_error err;
    assert_true(load(list, 0, 0, &f, &err));
    // Away from the north-east corner, north-eastwards.
    for (double azimuth = 1; azimuth < 90; azimuth += 8) {
        for (int out = 0; out < 2; out++) {
            double lat, lon, metres = out ? 250.001 : 249.998;
            geod_direct(&earth, 50.01, 10.01, azimuth, metres, &lat, &lon,
                        NULL);
            assert_int_equal(
                meets(&f, lon * 1e7, lat * 1e7, lon * 1e7, lat * 1e7), !out);
        }
    }
    done(&f);
}

static void a_default_buffer_is_for_zones_without_one(void **state)
{
    (void)state;
    fixture f;
    sw_error err;
    assert_true(load(LIST(GOOD), 0, 100, &f, &err));
    assert_true(meets(&f, 100050000, 500107000, 100050000, 500107000));
    done(&f);
    assert_true(load(LIST(FEATURE("\"id\":1,\"buffer\":0", POLYGON(SQUARE))), 0,
                     100, &f, &err));
    assert_false(meets(&f, 100050000, 500107000, 100050000, 500107000));
    done(&f);
    assert_false(load(LIST(GOOD), 0, -1, &f, &err));
    assert_int_equal(err.kind, SW_ERR_USAGE);
    done(&f);
}

/* ---- the antimeridian ------------------------------------------------- */

static void segments_take_the_short_way_round(void **state)
{
    (void)state;
    static const char list[] =
        LIST(FEATURE("\"id\":1,\"buffer\":1000",
                     POLYGON("[[[179.99,-17],[179.995,-17],[179.995,-16.99],"
                             "[179.99,-16.99],[179.99,-17]]]")));
    fixture f;
    sw_error err;
    assert_true(load(list, 0, 0, &f, &err));
    // Across the antimeridian and the zone; the long way round would miss it.
    assert_true(meets(&f, 1799000000, -169950000, -1799000000, -169950000));
    assert_true(meets(&f, -1799000000, -169950000, 1799000000, -169950000));
    // The long way round would meet it here.
    assert_false(meets(&f, 1799990000, -168000000, -1799990000, -168000000));
    assert_false(meets(&f, 0, -169950000, 1000000000, -169950000));
    // The buffer reaches over: 532 m are 0.005 degrees here.
    assert_true(meets(&f, -1799990000, -169950000, -1799990000, -169950000));
    assert_false(meets(&f, -1799900000, -169950000, -1799900000, -169950000));
    done(&f);
}

/* ---- many ------------------------------------------------------------- */

// Forty thousand zones on a lattice: an index that were none would take hours.
static void many_zones_are_no_burden(void **state)
{
    (void)state;
    sw_buf json = {0};
    sw_buf_printf(&json, "{\"type\":\"FeatureCollection\",\"features\":[");
    for (int i = 0; i < 40000; i++) {
        double x = 125 + (i % 200) * 0.02, y = 34 + (double)(i / 200) * 0.02;
        sw_buf_printf(&json,
                      "%s{\"type\":\"Feature\",\"properties\":{\"id\":%d,"
                      "\"buffer\":50},\"geometry\":{\"type\":\"Polygon\","
                      "\"coordinates\":[[[%.7f,%.7f],[%.7f,%.7f],[%.7f,%.7f],"
                      "[%.7f,%.7f]]]}}",
                      i > 0 ? "," : "", i, x, y, x + 0.002, y, x, y + 0.002, x,
                      y);
    }
    sw_buf_printf(&json, "]}");
    fixture f;
    sw_error err;
    assert_true(load(json.at, 0, 0, &f, &err));
    assert_int_equal(f.zones.zone_count, 40000);
    size_t hits = 0;
    for (int i = 0; i < 200000; i++) {
        double x = 1250000000 + (double)below(40000000);
        double y = 340000000 + (double)below(40000000);
        hits += meets(&f, x, y, x + 1000, y + 1000);
    }
    assert_true(hits > 1000 && hits < 20000);

    sw_inspect__rows nodes = {.size = sizeof(sw_inspect__node)};
    for (int i = 0; i < 100000; i++) {
        sw_inspect__node *node = sw_inspect__row(&nodes);
        assert_non_null(node);
        node->lon_e7 = 1250000000 + (int32_t)below(40000000);
        node->lat_e7 = 340000000 + (int32_t)below(40000000);
    }
    double conspicuous;
    assert_true(sw_inspect__conspicuous(&f.zones, &nodes, &conspicuous, &err));
    assert_true(conspicuous >= 0 && conspicuous <= 1);
    sw_inspect__rows_done(&nodes);
    done(&f);
    sw_buf_free(&json);
}

/* ---- holes ------------------------------------------------------------ */

// A lattice of nodes with and without a hole where the zone is.
static double hole(double step, bool emptied)
{
    fixture f;
    sw_error err;
    assert_true(load(LIST(GOOD), 0, 0, &f, &err));
    sw_inspect__rows nodes = {.size = sizeof(sw_inspect__node)};
    for (double x = 99900000; x < 100200000; x += step) {
        for (double y = 499900000; y < 500200000; y += step) {
            if (emptied && meets(&f, x, y, x, y)) continue;
            sw_inspect__node *node = sw_inspect__row(&nodes);
            assert_non_null(node);
            node->lon_e7 = (int32_t)x;
            node->lat_e7 = (int32_t)y;
        }
    }
    double out = -2;
    assert_true(sw_inspect__conspicuous(&f.zones, &nodes, &out, &err));
    sw_inspect__rows_done(&nodes);
    done(&f);
    return out;
}

static void an_empty_hole_in_a_dense_place_shows(void **state)
{
    (void)state;
    assert_true(hole(2000, true) > 0.99);
    assert_true(hole(2000, false) < 0.2);
    // Where there is next to nothing, nothing is missed.
    assert_true(hole(150000, true) < 0.8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_lists_are_refused_without_a_word_of_them),
        cmocka_unit_test(zones_count_on_their_days),
        cmocka_unit_test(the_boundary_is_inside_and_a_hole_is_not),
        cmocka_unit_test(decisions_are_those_of_whole_numbers),
        cmocka_unit_test(a_buffer_ends_where_it_should),
        cmocka_unit_test(a_default_buffer_is_for_zones_without_one),
        cmocka_unit_test(segments_take_the_short_way_round),
        cmocka_unit_test(many_zones_are_no_burden),
        cmocka_unit_test(an_empty_hole_in_a_dense_place_shows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
