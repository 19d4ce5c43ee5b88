// What the reader gives is what the file says, in every way of saying it.
#include "osm_tests.h"

static const pbf_random plain_map = {
    .seed = 1, .nodes = 1000, .ways = 300, .relations = 80, .step_e7 = 10};

static void assert_same(const pbf_model *expected, const pbf_model *got,
                        const char *name)
{
    size_t at = pbf_first_difference(expected, got);
    if (at != SIZE_MAX)
        fail_msg("%s: entity %zu of %zu differs", name, at, expected->count);
}

/* ---- encodings ------------------------------------------------------- */

static const sw_str leftovers[] = {{"secret", 6}, {"", 0}, {"name", 4}};

static const struct {
    const char *name;
    pbf_options how;
} encodings[] = {
    {"as osmium", {0}},
    {"one entity a block", {.block_entities = 1}},
    {"seven a block", {.block_entities = 7}},
    {"groups of three", {.group_entities = 3}},
    {"mixed blocks", {.mix_types = true, .block_entities = 5000}},
    {"mixed groups", {.mix_types = true, .group_entities = 7}},
    {"plain nodes", {.plain_nodes = true}},
    {"raw", {.packing = PBF_RAW}},
    {"lz4", {.packing = PBF_LZ4}},
    {"zstd", {.packing = PBF_ZSTD}},
    {"granularity 1000", {.granularity = 1000}},
    {"granularity 1", {.granularity = 1}},
    {"granularity stated", {.granularity = 100, .date_granularity = 1000}},
    {"offsets", {.lat_offset = 5000, .lon_offset = -7000}},
    {"offsets and granularity",
     {.lat_offset = -2000, .lon_offset = 3000, .granularity = 500}},
    {"dates in milliseconds", {.date_granularity = 1}},
    {"dates in seconds, first",
     {.date_granularity = 1000, .units_first = true, .granularity = 200}},
    {"strings reversed", {.strings_reversed = true}},
    {"strings twice", {.strings_twice = true}},
    {"first string real", {.no_empty_string = true}},
    {"first string real, plain",
     {.no_empty_string = true, .plain_nodes = true, .strings_twice = true}},
    {"strings left over", {.unused = leftovers, .unused_count = 3}},
    {"absent as zero", {.absent_as_zero = true}},
    {"visible", {.visible = true}},
    {"visible, plain", {.visible = true, .plain_nodes = true}},
    {"unpacked", {.unpacked = true}},
    {"unpacked, plain", {.unpacked = true, .plain_nodes = true}},
    {"in pieces", {.in_pieces = true}},
    {"fields turned", {.fields_turned = true, .plain_nodes = true}},
    {"junk", {.junk = true}},
    {"junk, plain", {.junk = true, .plain_nodes = true, .block_entities = 50}},
    {"long varints", {.long_varints = true}},
    {"empty groups", {.empty_groups = true, .block_entities = 100}},
    {"other blobs", {.other_blobs = true, .block_entities = 100}},
    {"index data", {.index_data = true, .block_entities = 100}},
    {"everything",
     {.mix_types = true,
      .group_entities = 11,
      .block_entities = 400,
      .granularity = 500,
      .lat_offset = 1000,
      .date_granularity = 500,
      .strings_twice = true,
      .strings_reversed = true,
      .no_empty_string = true,
      .absent_as_zero = true,
      .visible = true,
      .in_pieces = true,
      .fields_turned = true,
      .junk = true,
      .long_varints = true,
      .empty_groups = true,
      .other_blobs = true,
      .index_data = true}},
};

static const pbf_random maps[] = {
    {.seed = 1, .nodes = 1000, .ways = 300, .relations = 80, .step_e7 = 10},
    {.seed = 2,
     .nodes = 500,
     .ways = 200,
     .relations = 50,
     .step_e7 = 10,
     .some_info = true,
     .odd_strings = true,
     .odd_numbers = true},
    {.seed = 3,
     .nodes = 20,
     .ways = 0,
     .relations = 5,
     .no_info = true,
     .step_e7 = 10},
};

static void every_encoding_reads_alike(void **state)
{
    osm_fixture *f = *state;
    for (size_t m = 0; m < sizeof maps / sizeof maps[0]; m++) {
        pbf_model map = pbf_random_map(f->arena, &maps[m]);
        for (size_t i = 0; i < sizeof encodings / sizeof encodings[0]; i++) {
            build(f, &map, &encodings[i].how);
            pbf_model got = must_read(f, NULL);
            assert_same(&map, &got, encodings[i].name);
        }
    }
}

// The planet's blocks hold some 228,000 nodes.
static void large_blocks_are_read(void **state)
{
    osm_fixture *f = *state;
    pbf_random how = {.seed = 4, .nodes = 300000, .ways = 100, .relations = 3};
    pbf_model map = pbf_random_map(f->arena, &how);
    build(f, &map, &(pbf_options){.block_entities = 400000});
    pbf_model got = must_read(f, NULL);
    assert_same(&map, &got, "large block");
}

static void a_file_without_entities_ends_at_once(void **state)
{
    osm_fixture *f = *state;
    pbf_model map = {0};
    build(f, &map, &(pbf_options){.other_blobs = true});
    assert_int_equal(must_read(f, NULL).count, 0);
}

/* ---- blocks ---------------------------------------------------------- */

static void blocks_keep_to_their_type_and_blob(void **state)
{
    osm_fixture *f = *state;
    pbf_model map = pbf_random_map(f->arena, &plain_map);
    build(f, &map, &(pbf_options){.mix_types = true, .block_entities = 100000});
    sw_error err;
    sw_osm_reader *reader;
    const sw_osm_block *block;
    assert_true(sw_osm_open(f->in, f->pool, NULL, &reader, &err));
    const size_t counts[] = {1000, 300, 80};
    for (sw_osm_type type = SW_OSM_NODE; type <= SW_OSM_RELATION; type++) {
        assert_int_equal(sw_osm_next(reader, &block, &err), SW_STEP_ITEM);
        assert_int_equal(block->type, type);
        assert_int_equal(block->count, counts[type]);
        assert_int_equal(block->blob, 1);
        assert_int_equal(block->strings[0].len, 0);
        assert_int_equal(sw_osm_offset(reader), sw_osm_size(reader));
    }
    assert_int_equal(sw_osm_next(reader, &block, &err), SW_STEP_END);
    assert_int_equal(sw_osm_next(reader, &block, &err), SW_STEP_END);
    sw_osm_close(reader);
}

static void offset_grows_to_the_size(void **state)
{
    osm_fixture *f = *state;
    pbf_model map = pbf_random_map(f->arena, &plain_map);
    build(f, &map, &(pbf_options){.block_entities = 100, .other_blobs = true});
    sw_error err;
    sw_osm_reader *reader;
    const sw_osm_block *block;
    assert_true(sw_osm_open(f->in, f->pool, NULL, &reader, &err));
    uint64_t before = sw_osm_offset(reader);
    while (sw_osm_next(reader, &block, &err) == SW_STEP_ITEM) {
        assert_true(sw_osm_offset(reader) > before);
        before = sw_osm_offset(reader);
    }
    assert_int_equal(sw_osm_offset(reader), sw_osm_size(reader));
    sw_osm_close(reader);
}

/* ---- options and passes ---------------------------------------------- */

// The part of a model that a pass wants.
static pbf_model part_of(osm_fixture *f, const pbf_model *map,
                         const sw_osm_read_options *how)
{
    pbf_model part = {.entities =
                          SW_NEW_ARRAY(f->arena, pbf_entity, map->count)};
    assert_non_null(part.entities);
    for (size_t i = 0; i < map->count; i++) {
        pbf_entity e = map->entities[i];
        if ((how->want & 1U << e.type) == 0) continue;
        if (how->no_tags) e.tag_count = 0;
        if (how->no_info) e.info = (pbf_info)PBF_NO_INFO;
        part.entities[part.count++] = e;
    }
    return part;
}

static void each_pass_gives_what_it_wants(void **state)
{
    osm_fixture *f = *state;
    pbf_model map = pbf_random_map(f->arena, &plain_map);
    const pbf_options cuts[] = {
        {.block_entities = 90},
        {.block_entities = 90, .mix_types = true, .plain_nodes = true}};
    for (size_t c = 0; c < 2; c++) {
        build(f, &map, &cuts[c]);
        sw_error err;
        sw_osm_reader *reader;
        sw_osm_read_options how = {.want = SW_OSM_WAYS};
        assert_true(sw_osm_open(f->in, f->pool, &how, &reader, &err));
        // All masks twice: the second time the blobs' types are known.
        for (unsigned round = 0; round < 64; round++) {
            how.want = round % 8 != 0 ? round % 8 : SW_OSM_ALL;
            how.no_tags = round / 8 % 2 != 0;
            how.no_info = round / 16 % 2 != 0;
            assert_true(sw_osm_rewind(reader, &how, &err));
            pbf_model got, expected = part_of(f, &map, &how);
            assert_true(pbf_read_on(reader, f->arena, &got, &err));
            assert_same(&expected, &got, "pass");
        }
        sw_osm_close(reader);
    }
}

static void rewinding_midway_starts_again(void **state)
{
    osm_fixture *f = *state;
    pbf_model map = pbf_random_map(f->arena, &plain_map);
    build(f, &map, &(pbf_options){.block_entities = 20});
    sw_error err;
    sw_osm_reader *reader;
    const sw_osm_block *block;
    assert_true(sw_osm_open(f->in, f->pool, NULL, &reader, &err));
    for (unsigned i = 0; i < 30; i++) {
        for (unsigned k = 0; k < i; k++)
            assert_int_equal(sw_osm_next(reader, &block, &err), SW_STEP_ITEM);
        assert_true(sw_osm_rewind(reader, NULL, &err));
    }
    pbf_model got;
    assert_true(pbf_read_on(reader, f->arena, &got, &err));
    assert_same(&map, &got, "rewound");
    sw_osm_close(reader);
}

// Blobs known to hold nothing wanted are not read: even if they are damaged
// meanwhile.
static void unwanted_blobs_are_not_read_again(void **state)
{
    osm_fixture *f = *state;
    pbf_model map = pbf_random_map(f->arena, &plain_map);
    build(f, &map, &(pbf_options){.packing = PBF_RAW});
    sw_error err;
    sw_osm_reader *reader;
    const sw_osm_block *block;
    pbf_model got;
    assert_true(sw_osm_open(f->in, f->pool, NULL, &reader, &err));
    assert_int_equal(sw_osm_next(reader, &block, &err), SW_STEP_ITEM);
    off_t nodes_end = (off_t)sw_osm_offset(reader);
    assert_true(pbf_read_on(reader, f->arena, &got, &err));

    int fd = open(f->in, O_WRONLY);
    assert_int_equal(pwrite(fd, "\xff\xff\xff\xff", 4, nodes_end - 4), 4);
    close(fd);
    sw_osm_read_options ways = {.want = SW_OSM_WAYS};
    assert_true(sw_osm_rewind(reader, &ways, &err));
    assert_true(pbf_read_on(reader, f->arena, &got, &err));
    assert_int_equal(got.count, 300);
    assert_true(sw_osm_rewind(reader, NULL, &err));
    assert_false(pbf_read_on(reader, f->arena, &got, &err));
    assert_string_equal(err.place, "blob 1");
    sw_osm_close(reader);
}

/* ---- work on the pool ------------------------------------------------ */

typedef struct {
    int64_t fail_at;  // id of an entity; 0: none
} work_context;

static bool sum_ids(void *ctx, const sw_osm_block *block, sw_arena *arena,
                    void **result, sw_error *err)
{
    const work_context *how = ctx;
    int64_t *sum = sw_arena_alloc(arena, sizeof *sum);
    if (sum == NULL) return sw_fail_memory(err);
    *sum = 0;
    for (size_t i = 0; i < block->count; i++) {
        *sum += block->entities[i].id;
        if (block->entities[i].id == how->fail_at)
            return sw_fail(err, SW_ERR_USAGE, "met %d", (int)how->fail_at);
    }
    *result = sum;
    return true;
}

static void work_results_come_with_their_blocks(void **state)
{
    osm_fixture *f = *state;
    pbf_model map = pbf_random_map(f->arena, &plain_map);
    build(f, &map, &(pbf_options){.block_entities = 70, .mix_types = true});
    work_context ctx = {0};
    sw_osm_read_options how = {.work = sum_ids, .ctx = &ctx};
    sw_error err;
    sw_osm_reader *reader;
    const sw_osm_block *block;
    size_t blocks = 0;
    assert_true(sw_osm_open(f->in, f->pool, &how, &reader, &err));
    assert_null(sw_osm_result(reader));
    for (; sw_osm_next(reader, &block, &err) == SW_STEP_ITEM; blocks++) {
        int64_t sum = 0;
        for (size_t i = 0; i < block->count; i++)
            sum += block->entities[i].id;
        assert_int_equal(*(int64_t *)sw_osm_result(reader), sum);
    }
    assert_true(blocks >= 1380 / 70);
    sw_osm_close(reader);
}

static void failing_work_is_an_error_of_its_blob(void **state)
{
    osm_fixture *f = *state;
    pbf_model map = pbf_random_map(f->arena, &plain_map);
    build(f, &map, &(pbf_options){.block_entities = 100});
    work_context ctx = {.fail_at = map.entities[555].id};
    sw_osm_read_options how = {
        .work = sum_ids, .ctx = &ctx, .want = SW_OSM_NODES};
    sw_error err;
    pbf_model got;
    assert_false(pbf_read(f->in, f->pool, &how, f->arena, &got, &err));
    assert_int_equal(err.kind, SW_ERR_USAGE);
    assert_string_equal(err.place, "blob 6");
}

/* ---- order ----------------------------------------------------------- */

static void ids_are_ordered_as_osmium_sorts(void **state)
{
    (void)state;
    const int64_t sorted[] = {0,         -1, -2, -900, INT64_MIN + 1,
                              INT64_MIN, 1,  2,  900,  INT64_MAX - 1,
                              INT64_MAX};
    const int count = sizeof sorted / sizeof sorted[0];
    for (int i = 0; i < count; i++) {
        for (int k = 0; k < count; k++) {
            int cmp = sw_osm_id_cmp(sorted[i], sorted[k]);
            assert_int_equal((cmp > 0) - (cmp < 0), (i > k) - (i < k));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OSM_TEST(every_encoding_reads_alike),
        OSM_TEST(large_blocks_are_read),
        OSM_TEST(a_file_without_entities_ends_at_once),
        OSM_TEST(blocks_keep_to_their_type_and_blob),
        OSM_TEST(offset_grows_to_the_size),
        OSM_TEST(each_pass_gives_what_it_wants),
        OSM_TEST(rewinding_midway_starts_again),
        OSM_TEST(unwanted_blobs_are_not_read_again),
        OSM_TEST(work_results_come_with_their_blocks),
        OSM_TEST(failing_work_is_an_error_of_its_blob),
        cmocka_unit_test(ids_are_ordered_as_osmium_sorts),
    };
    return cmocka_run_group_tests_name("osm: reading", tests, NULL, NULL);
}
