// The treatment as a whole: the same bytes whatever the threads, the blocks and
// the number of treatments; errors; memory that runs out.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmocka_all.h"

#include "drawn.h"
#include "temp_dir.h"

/* ---- random towns -----------------------------------------------------------
 */

static unsigned seed;

static unsigned pick(unsigned below)
{
    seed = seed * 1103515245U + 12345U;
    return (seed >> 8) % below;
}

static const char *const way_tags[] = {
    "",
    "",
    "highway=path",
    "highway=road name=Camp_Red",
    "landuse=x",
    "building=y",
    "natural=coastline",
    "highway=a area=yes",
};
static const char *const node_tags[] = {"", "", "", "", "a=b", "name=camp_red"};
static const char *const types[] = {"multipolygon", "restriction", "route",
                                    "site", "boundary"};
static const char *const roles[] = {"", "from", "to", "via", "outer"};

static void draw_ways(sw_buf *map, unsigned nodes, unsigned ways)
{
    for (unsigned i = 1; i <= ways; i++) {
        unsigned first = pick(nodes) + 1, count = pick(7) + 1;
        bool close = pick(3) == 0;
        sw_buf_printf(map, "w%u %u", i, first);
        for (unsigned k = 1; k < count; k++) {
            // mostly neighbours, now and then something that is lacking
            unsigned ref = pick(20) == 0
                               ? nodes + 1 + pick(3)
                               : (first + k * (1 + pick(2))) % nodes + 1;
            sw_buf_printf(map, ",%u", ref);
        }
        if (close) sw_buf_printf(map, ",%u", first);
        sw_buf_printf(map, " %s\n", way_tags[pick(8)]);
    }
}

static void draw_relations(sw_buf *map, unsigned nodes, unsigned ways,
                           unsigned relations)
{
    for (unsigned i = 1; i <= relations; i++) {
        unsigned count = pick(5) + 1;
        sw_buf_printf(map, "r%u ", i);
        for (unsigned k = 0; k < count; k++) {
            char type = "nwwwr"[pick(5)];
            unsigned most = type == 'n'   ? nodes
                            : type == 'w' ? ways
                                          : relations;
            sw_buf_printf(map, "%s%c%u:%s", k > 0 ? "," : "", type,
                          pick(most + 1) + 1, roles[pick(5)]);
        }
        sw_buf_printf(map, " type=%s\n", types[pick(5)]);
    }
}

// A town as text; free it.
static char *draw_town(unsigned number)
{
    seed = number * 7919 + 1;
    sw_buf map = {0};
    unsigned nodes = 60, ways = 40, relations = 20;
    for (unsigned i = 1; i <= nodes; i++) {
        sw_buf_printf(&map, "n%u %u %u %s", i, (i % 10) * 40 + pick(15),
                      (i / 10) * 40 + pick(15), node_tags[pick(6)]);
        sw_buf_printf(&map, pick(2) == 0 ? " %%1,1700000000,5,6,kim\n" : "\n");
    }
    draw_ways(&map, nodes, ways);
    draw_relations(&map, nodes, ways, relations);
    sw_buf_add(&map, "", 1);
    return map.at;
}

static const drawn_options variants[] = {
    {.zones = NULL},
    {.zones = "100 100,200 90,210 210,90 200"},
    {.zones = "20 20,35 20,35 300,20 300;150 0,160 0,160 80,150 80"},
    {.zones = "100 100,200 90,210 210,90 200", .keep_missing = true},
    {.zones = "100 100,200 90,210 210,90 200", .coarsen_scale = 2226},
    {.zones = "100 100,130 90,130 130,90 120", .coarsen_scale = 1113},
    {.zones = "100 100,200 90,210 210,90 200",
     .strip = "building",
     .names = "camp red",
     .scope = "highway landuse natural r/type",
     .strip_metadata = true,
     .coarsen_scale = 557},
    {.zones = "-10 -10,1000 -10,1000 1000,-10 1000"},
};

enum { VARIANTS = sizeof variants / sizeof *variants, TOWNS = 12 };

static void assert_same(sw_buf a, sw_buf b, const char *what, unsigned town,
                        size_t variant)
{
    if (a.len != b.len || memcmp(a.at, b.at, a.len) != 0)
        fail_msg("%s: town %u, variant %zu", what, town, variant);
    sw_buf_free(&b);
}

static void threads_and_blocks_do_not_show(void **state)
{
    for (unsigned town = 0; town < TOWNS; town++) {
        char *map = draw_town(town);
        for (size_t i = 0; i < VARIANTS; i++) {
            drawn_options how = variants[i];
            sw_buf one = drawn_bytes(map, &how);
            how.threads = 4;
            assert_same(one, drawn_bytes(map, &how), "threads", town, i);
            how.block_entities = 3;
            assert_same(one, drawn_bytes(map, &how), "blocks", town, i);
            how.threads = 1;
            how.block_entities = 1;
            assert_same(one, drawn_bytes(map, &how), "blocks", town, i);
            sw_buf_free(&one);
        }
        free(map);
    }
}

static void treating_twice_is_treating_once(void **state)
{
    for (unsigned town = 0; town < TOWNS; town++) {
        char *map = draw_town(town);
        for (size_t i = 0; i < VARIANTS; i++) {
            char *once = drawn_treat(map, &variants[i]);
            char *twice = drawn_treat(once, &variants[i]);
            if (strcmp(once, twice) != 0)
                fail_msg("town %u, variant %zu\n--- once\n%s--- twice\n%s",
                         town, i, once, twice);
            free(once);
            free(twice);
        }
        free(map);
    }
}

/* ---- what a zone hides does not show
 * ----------------------------------------- */

// The same town seen from outside: what lies in the square is told otherwise.
static void the_inside_does_not_show(void **state)
{
    static const char *const inside[] = {
        // by way of one node in the zone
        "n1 50 150;n2 250 150;n3 40 150;n4 260 150;n5 150 150 secret=yes;"
        "w1 3,1,5,2,4 a=b;r1 n5:x,w1: type=route",
        // across it without a node
        "n1 50 150;n2 250 150;n3 40 150;n4 260 150;"
        "w1 3,1,2,4 a=b;r1 w1: type=route",
        // nodes that the extract lost, under other numbers
        "n1 50 150;n2 250 150;n3 40 150;n4 260 150;"
        "w1 3,1,77,78,2,4 a=b;r1 w1:,w9:,n77:,r5: type=route",
        // a town in the zone, its ids between and above the others
        "n-7 150 140;n1 50 150;n2 250 150;n3 40 150;n4 260 150;"
        "n70 150 150 secret=yes;n71 160 160;n72 170 150;w1 3,1,70,71,2,4 a=b;"
        "w5 70,71,72,70 building=yes name=secret;w900 71,72 highway=path;"
        "r1 w5:x,w1:,w900:y type=route;r9 w5:outer type=multipolygon x=y",
        // an area that reaches into it, and what only that needed
        "n1 50 150;n2 250 150;n3 40 150;n4 260 150;n6 60 110;n7 60 190;"
        "n70 150 150;w1 3,1,70,2,4 a=b;w3 6,7,70,6 building=yes;w4 6,7;"
        "r1 w3:,w1: type=route;r2 w4:outer,w8:outer type=multipolygon",
    };
    for (size_t v = 0; v < 4; v++) {
        drawn_options how = {.zones = "100 100,200 100,200 200,100 200"};
        if (v == 1) how.coarsen_scale = 557;
        if (v == 2) how.strip_metadata = true;
        if (v == 3) how.scope = "a building r/type=route";
        sw_buf first = drawn_bytes(inside[0], &how);
        for (unsigned i = 1; i < sizeof inside / sizeof *inside; i++)
            assert_same(first, drawn_bytes(inside[i], &how), "inside", i, v);
        sw_buf_free(&first);
    }
}

/* ---- the report, progress, errors
 * -------------------------------------------- */

typedef struct {
    size_t calls;
    char stages[512];
} heard;

static void listen(void *ctx, const char *stage, uint64_t done, uint64_t total)
{
    heard *to = ctx;
    to->calls++;
    assert_true(done <= total);
    if (strstr(to->stages, stage) == NULL) {
        strcat(to->stages, stage);
        strcat(to->stages, ";");
    }
}

static void the_report_counts_the_release(void **state)
{
    char dir[PATH_MAX], from[PATH_MAX + 8], to[PATH_MAX + 8];
    assert_int_equal(temp_dir_make(dir), 0);
    snprintf(from, sizeof from, "%s/in.pbf", dir);
    snprintf(to, sizeof to, "%s/out.pbf", dir);
    drawn_save("n1 50 150;n2 250 150;n3 40 150;n4 260 150;n5 0 0 a=b;"
               "w1 3,1,2,4 a=b;r1 w1: type=route",
               0, from);

    heard told = {0};
    sw_map_report report = {0};
    sw_error err = {0};
    const drawn_options how = {.zones = "100 100,200 100,200 200,100 200",
                               .progress = {listen, &told}};
    assert_true(drawn_treat_file(from, to, &how, &report, &err));
    assert_int_equal(report.nodes, 5);
    assert_int_equal(report.ways, 2);
    assert_int_equal(report.relations, 1);
    struct stat about;
    assert_int_equal(stat(to, &about), 0);
    assert_int_equal(report.bytes, about.st_size);
    assert_string_equal(told.stages,
                        "reading nodes;reading ways;reading relations;"
                        "writing nodes;writing ways;writing parts of ways;"
                        "writing relations;");
    temp_dir_remove(dir);
}

static void a_broken_file_leaves_nothing(void **state)
{
    char dir[PATH_MAX], from[PATH_MAX + 8], to[PATH_MAX + 8];
    assert_int_equal(temp_dir_make(dir), 0);
    snprintf(from, sizeof from, "%s/in.pbf", dir);
    snprintf(to, sizeof to, "%s/out.pbf", dir);
    drawn_save("n1 0 0 a=b;n2 1 1 a=b;w1 1,2 a=b;r1 w1: a=b", 1, from);
    struct stat about;
    assert_int_equal(stat(from, &about), 0);

    for (off_t size = about.st_size - 1; size > 0; size--) {
        assert_int_equal(truncate(from, size), 0);
        sw_error err = {0};
        const drawn_options how = {0};
        if (drawn_treat_file(from, to, &how, NULL, &err)) {
            unlink(to);  // cut between two blobs: a shorter file, but a whole
            continue;
        }
        assert_int_equal(err.kind, SW_ERR_INPUT);
        assert_string_equal(err.file, from);
        assert_int_equal(temp_dir_count(dir), 1);
    }
    temp_dir_remove(dir);
}

static void a_lacking_file_is_named(void **state)
{
    sw_error err = {0};
    char dir[PATH_MAX], to[PATH_MAX + 8];
    assert_int_equal(temp_dir_make(dir), 0);
    snprintf(to, sizeof to, "%s/out.pbf", dir);
    const drawn_options how = {0};
    assert_false(drawn_treat_file("/no/such.pbf", to, &how, NULL, &err));
    assert_int_equal(err.kind, SW_ERR_INPUT);
    assert_string_equal(err.file, "/no/such.pbf");
    temp_dir_remove(dir);
}

/* ---- real extracts
 * ------------------------------------------------------------- */

// Where shared extracts lie beside the source, each is treated with 1 and 3
// threads and once more, under a zone over its middle.
static void real_extracts_treated_twice(void **state)
{
    static const char *const names[] = {"monaco", "helsinki",
                                        "singapore-bayfront"};
    static const char *const zones[] = {
        "74150000 437300000,74250000 437300000,74250000 437400000,"
        "74150000 437400000",
        "249400000 601700000,249460000 601700000,249460000 601740000,"
        "249400000 601740000",
        "1038550000 12800000,1038600000 12800000,1038600000 12850000,"
        "1038550000 12850000",
    };
    const char *root = getenv("SEGWAN_SHARED");
    char dir[PATH_MAX], from[PATH_MAX + 64], to[3][PATH_MAX + 8];
    if (root == NULL || access(root, R_OK) != 0) {
        print_message("no shared extracts here: skipped\n");
        skip();
    }
    assert_int_equal(temp_dir_make(dir), 0);
    for (int i = 0; i < 3; i++)
        snprintf(to[i], sizeof to[i], "%s/%d.pbf", dir, i);
    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        snprintf(from, sizeof from, "%s/data/osm/%s.osm.pbf", root, names[n]);
        sw_error err = {0};
        drawn_options how = {.zones = zones[n], .threads = 1};
        if (n == 1) how.coarsen_scale = 25000;
        assert_true(drawn_treat_file(from, to[0], &how, NULL, &err));
        how.threads = 3;
        assert_true(drawn_treat_file(from, to[1], &how, NULL, &err));
        assert_true(drawn_treat_file(to[0], to[2], &how, NULL, &err));

        sw_arena *arena = NULL;
        sw_str bytes[3];
        assert_true(sw_arena_new(&arena, &err));
        for (int i = 0; i < 3; i++)
            assert_true(sw_file_read(to[i], 1 << 26, arena, &bytes[i], &err));
        assert_true(sw_str_eq(bytes[0], bytes[1]));
        assert_true(sw_str_eq(bytes[0], bytes[2]));
        sw_arena_free(arena);
    }
    temp_dir_remove(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_and_blocks_do_not_show),
        cmocka_unit_test(treating_twice_is_treating_once),
        cmocka_unit_test(the_inside_does_not_show),
        cmocka_unit_test(the_report_counts_the_release),
        cmocka_unit_test(a_broken_file_leaves_nothing),
        cmocka_unit_test(a_lacking_file_is_named),
        cmocka_unit_test(real_extracts_treated_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
