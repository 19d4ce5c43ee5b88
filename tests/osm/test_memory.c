// Each allocation fails in turn: an error, no crash, nothing lost.
#include "fail_alloc.h"
#include "osm_tests.h"

static bool copy_it(osm_fixture *f, sw_error *err)
{
    sw_osm_reader *in = NULL;
    sw_output *out = NULL;
    sw_osm_writer *writer = NULL;
    const sw_osm_block *block;
    sw_step step = SW_STEP_END;
    bool ok = sw_osm_open(f->in, f->alone, NULL, &in, err) &&
              sw_output_begin(f->out, &out, err) &&
              sw_osm_begin(out, f->alone, NULL, &writer, err);
    while (ok && (step = sw_osm_next(in, &block, err)) == SW_STEP_ITEM)
        ok = sw_osm_write(writer, block, err);
    ok = ok && step == SW_STEP_END && sw_osm_finish(writer, err);
    sw_osm_writer_free(writer);
    sw_output_discard(out);
    sw_osm_close(in);
    return ok;
}

static void each_failed_allocation_is_an_error(void **state)
{
    static const pbf_options ways[] = {
        {.block_entities = 7},
        {.plain_nodes = true, .unpacked = true, .packing = PBF_RAW},
        {.block_entities = 40, .packing = PBF_ZSTD, .strings_twice = true},
    };
    osm_fixture *f = *state;
    pbf_random how = {.seed = 5, .nodes = 60, .ways = 20, .relations = 9};
    pbf_model map = pbf_random_map(f->arena, &how);
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        build(f, &map, &ways[i]);
        size_t n = 1;
        for (;; n++) {
            sw_error err = {0};
            fail_alloc_at(n);
            bool ok = copy_it(f, &err);
            if (!fail_alloc_done()) {
                assert_true(ok);
                break;
            }
            assert_false(ok);
            assert_int_equal(err.kind, SW_ERR_MACHINE);
        }
        assert_true(n > 30);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OSM_TEST(each_failed_allocation_is_an_error),
    };
    return cmocka_run_group_tests_name("osm: memory", tests, NULL, NULL);
}
