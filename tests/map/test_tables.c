// Ids to ranks, and nodes that become one, against the obvious.
#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"

#include "map_internal.h"

static uint64_t step(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407U;
    return *seed >> 11;
}

static int by_id(const void *a, const void *b)
{
    return sw_osm_id_cmp(*(const int64_t *)a, *(const int64_t *)b);
}

// Sorted ids without repetition, of several spreads. @return how many.
static size_t make_ids(int64_t *ids, size_t count, unsigned kind)
{
    uint64_t seed = kind + 1;
    for (size_t i = 0; i < count; i++) {
        uint64_t r = step(&seed);
        switch (kind) {
        case 0: ids[i] = (int64_t)i; break;                  // dense
        case 1: ids[i] = (int64_t)(r % 100000); break;       // thin
        case 2: ids[i] = (int64_t)(r % 2000) - 1000; break;  // both signs
        case 3: ids[i] = (int64_t)(r % 16) << 32 | (r & 7); break;
        case 4: ids[i] = (int64_t)(r << 11); break;  // anywhere
        default:  // ends of pages and of the range
            ids[i] = ((int64_t)(r % 5) - 2) * INT64_C(0x100000000) +
                     (int64_t)(step(&seed) % 5) - 2;
        }
    }
    if (kind == 4) {
        ids[0] = INT64_MIN;
        ids[1] = INT64_MAX;
        ids[2] = 0;
        ids[3] = -1;
    }
    qsort(ids, count, sizeof *ids, by_id);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || ids[i] != ids[kept - 1]) ids[kept++] = ids[i];
    }
    return kept;
}

static void check_neighbours(const sw_map__ids *table, const int64_t *ids,
                             size_t count, size_t at)
{
    for (int64_t off = -2; off <= 2; off++) {
        int64_t id;
        if (__builtin_add_overflow(ids[at], off, &id)) continue;
        const int64_t *found = bsearch(&id, ids, count, sizeof *ids, by_id);
        uint32_t want = found != NULL ? (uint32_t)(found - ids) : SW_MAP__NONE;
        assert_int_equal(sw_map__ids_find(table, id), want);
        uint32_t near = (uint32_t)((at + 7) % count);
        assert_int_equal(sw_map__ids_find_near(table, id, near), want);
        assert_int_equal(sw_map__ids_find_near(table, id, (uint32_t)at), want);
    }
}

static void ids_are_found(void **state)
{
    enum { COUNT = 5000 };
    static int64_t ids[COUNT];
    for (unsigned kind = 0; kind < 6; kind++) {
        size_t count = make_ids(ids, COUNT, kind);
        sw_map__ids table = {0};
        sw_error err = {0};
        for (size_t i = 0; i < count; i++)
            assert_true(sw_map__ids_add(&table, ids[i], &err));
        assert_true(sw_map__ids_seal(&table, &err));
        for (size_t i = 0; i < count; i++) {
            assert_int_equal(sw_map__ids_at(&table, (uint32_t)i), ids[i]);
            check_neighbours(&table, ids, count, i);
        }
        sw_map__ids_done(&table);
    }
}

static void nothing_is_found_in_no_ids(void **state)
{
    sw_map__ids table = {0};
    sw_error err = {0};
    assert_true(sw_map__ids_seal(&table, &err));
    assert_int_equal(sw_map__ids_find(&table, 0), SW_MAP__NONE);
    assert_int_equal(sw_map__ids_find_near(&table, -7, 0), SW_MAP__NONE);
    sw_map__ids_done(&table);
}

/* ---- coarsen --------------------------------------------------------------
 */

static void the_grid_is_a_fifth_of_a_millimetre(void **state)
{
    static const struct {
        uint32_t scale;
        int32_t grid_e7;
    } cases[] = {
        {0, 1},
        {1, 1},
        {55, 1},
        {84, 2},
        {557, 10},
        {5000, 90},
        {25000, 449},
        {50000, 898},
        {100000, 1797},
        {1000000, 17966},
        {UINT32_MAX, 77164342},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(sw_map_grid_e7(cases[i].scale), cases[i].grid_e7);
}

static void snapped_places_are_the_nearest(void **state)
{
    uint64_t seed = 3;
    for (int i = 0; i < 100000; i++) {
        int32_t grid = (int32_t)(step(&seed) % 2000) + 1;
        sw_location at = {
            (int32_t)(step(&seed) % 3600000001U - 1800000000),
            (int32_t)(step(&seed) % 1800000001U - 900000000),
        };
        sw_location to = sw_map__snap(at, grid);
        assert_int_equal(to.lon_e7 % grid, 0);
        assert_int_equal(to.lat_e7 % grid, 0);
        assert_true(llabs((long long)to.lon_e7) <= 1800000000);
        assert_true(llabs((long long)to.lat_e7) <= 900000000);
        if (llabs((long long)at.lon_e7) <= 1800000000 - grid)
            assert_true(2 * llabs((long long)to.lon_e7 - at.lon_e7) <= grid);
        sw_location again = sw_map__snap(to, grid);
        assert_memory_equal(&again, &to, sizeof to);
    }
}

enum { NODES = 40 };

static sw_map__nodes some_nodes(uint64_t *seed)
{
    sw_osm_entity entities[NODES];
    uint8_t bits[NODES];
    memset(entities, 0, sizeof entities);
    for (int i = 0; i < NODES; i++) {
        entities[i].id = i;
        bits[i] = step(seed) % 3 == 0 ? SW_MAP__TAGGED : 0;
    }
    const sw_osm_block block = {
        .type = SW_OSM_NODE, .count = NODES, .entities = entities};
    sw_map__nodes nodes = {0};
    sw_error err = {0};
    assert_true(sw_map__nodes_add(&nodes, &block, bits, &err));
    assert_true(sw_map__nodes_seal(&nodes, true, &err));
    return nodes;
}

// The best of all that can be reached by pairs.
static uint32_t slow_root(const sw_map__nodes *nodes, const sw_map__pair *pairs,
                          size_t count, uint32_t of)
{
    bool reached[NODES] = {false};
    reached[of] = true;
    for (bool grew = true; grew;) {
        grew = false;
        for (size_t i = 0; i < count; i++) {
            bool a = reached[pairs[i].a], b = reached[pairs[i].b];
            if (a == b) continue;
            reached[pairs[i].a] = reached[pairs[i].b] = grew = true;
        }
    }
    for (uint32_t i = 0; i < NODES; i++) {
        if (reached[i] && nodes->bits[i] == SW_MAP__TAGGED) return i;
    }
    uint32_t first = 0;
    while (!reached[first])
        first++;
    return first;
}

static void the_best_node_leads_in_any_order(void **state)
{
    uint64_t seed = 9;
    for (int round = 0; round < 300; round++) {
        sw_map__nodes nodes = some_nodes(&seed);
        sw_map__pair pairs[30];
        for (int i = 0; i < 30; i++) {
            pairs[i] = (sw_map__pair){(uint32_t)(step(&seed) % NODES),
                                      (uint32_t)(step(&seed) % NODES)};
            sw_map__join(&nodes, pairs[i].a, pairs[i].b);
        }
        uint32_t marked = (uint32_t)(step(&seed) % NODES);
        sw_map__nodes_mark(&nodes, marked);
        assert_int_equal(sw_map__joined(&nodes, marked), marked);
        sw_map__joins_end(&nodes);
        for (uint32_t i = 0; i < NODES; i++)
            assert_int_equal(sw_map__joined(&nodes, i),
                             slow_root(&nodes, pairs, 30, i));
        for (uint32_t i = 0; i < NODES; i++)
            assert_int_equal(nodes.referenced[i],
                             i == sw_map__joined(&nodes, marked));
        sw_map__nodes_done(&nodes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_are_found),
        cmocka_unit_test(nothing_is_found_in_no_ids),
        cmocka_unit_test(the_grid_is_a_fifth_of_a_millimetre),
        cmocka_unit_test(snapped_places_are_the_nearest),
        cmocka_unit_test(the_best_node_leads_in_any_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
