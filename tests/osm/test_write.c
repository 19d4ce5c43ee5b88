// What is written is a function of the entities alone.
#include "osm_tests.h"

#include <zlib.h>

// What the writer makes of `from`; it stands in `f->out` too.
static sw_str copied_from(osm_fixture *f, const char *from, sw_pool *pool)
{
    sw_error err = {0};
    char text[1024];
    sw_str bytes;
    if (!copy_bytes(from, f->out, pool, f->arena, &bytes, &err))
        fail_msg("%s", sw_error_text(&err, text, sizeof text));
    sw_buf file = {0};
    sw_buf_str(&file, bytes);
    pbf_save(&file, f->out);
    sw_buf_free(&file);
    return bytes;
}

static sw_str copied(osm_fixture *f, sw_pool *pool)
{
    return copied_from(f, f->in, pool);
}

static const pbf_random maps[] = {
    {.seed = 11, .nodes = 8100, .ways = 900, .relations = 100},
    {.seed = 12,
     .nodes = 1500,
     .ways = 700,
     .relations = 400,
     .some_info = true,
     .odd_strings = true,
     .odd_numbers = true},
    {.seed = 13, .nodes = 300, .ways = 40, .relations = 9, .no_info = true},
    {.seed = 14, .nodes = 0, .ways = 3, .relations = 0},
    {.seed = 15},
};
enum { MAPS = sizeof maps / sizeof maps[0] };

// The cuts and encodings that must not matter.
static const sw_str leftovers[] = {{"of an entity that is gone", 25}};
static const pbf_options cuts[] = {
    {.block_entities = 1},
    {.block_entities = 13, .strings_twice = true},
    {.block_entities = 7999, .packing = PBF_ZSTD},
    {.block_entities = 8001, .strings_reversed = true, .absent_as_zero = true},
    {.block_entities = 100000,
     .mix_types = true,
     .group_entities = 100,
     .plain_nodes = true,
     .unused = leftovers,
     .unused_count = 1,
     .no_empty_string = true,
     .visible = true},
};

static void same_entities_same_bytes(void **state)
{
    osm_fixture *f = *state;
    for (size_t m = 0; m < MAPS; m++) {
        pbf_model map = pbf_random_map(f->arena, &maps[m]);
        build(f, &map, &(pbf_options){0});
        sw_str expected = copied(f, f->pool);
        assert_true(sw_str_eq(copied(f, f->alone), expected));
        for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++) {
            build(f, &map, &cuts[i]);
            if (!sw_str_eq(copied(f, f->pool), expected))
                fail_msg("map %zu, cut %zu differs", m, i);
        }
    }
}

static void what_is_written_reads_the_same(void **state)
{
    osm_fixture *f = *state;
    for (size_t m = 0; m < MAPS; m++) {
        pbf_model map = pbf_random_map(f->arena, &maps[m]), got;
        sw_error err;
        build(f, &map, &(pbf_options){.block_entities = 500});
        copied(f, f->pool);
        assert_true(pbf_read(f->out, f->pool, NULL, f->arena, &got, &err));
        assert_int_equal(pbf_first_difference(&map, &got), SIZE_MAX);
    }
}

static void writing_twice_changes_nothing(void **state)
{
    osm_fixture *f = *state;
    pbf_model map = pbf_random_map(f->arena, &maps[1]);
    build(f, &map, &(pbf_options){0});
    sw_str once = copied(f, f->pool);
    assert_true(sw_str_eq(copied_from(f, f->out, f->alone), once));
}

/* ---- byte for byte --------------------------------------------------- */

// The encoding by hand, from docs/encoding.md alone, by the other encoder.
static void expect_header(sw_buf *out)
{
    sw_buf block = {0};
    pbf_bytes_field(&block, 4, SW_STR("OsmSchema-V0.6"));
    pbf_bytes_field(&block, 4, SW_STR("DenseNodes"));
    pbf_bytes_field(&block, 5, SW_STR("Sort.Type_then_ID"));
    pbf_bytes_field(&block, 16, SW_STR("segwan"));
    sw_buf_add(out, block.at, block.len);
    sw_buf_free(&block);
}

static const pbf_tag node_tags[] = {{PBF_STR("name"), PBF_STR("b")},
                                    {PBF_STR(""), PBF_STR("name")}};
static const pbf_tag way_tags[] = {{PBF_STR("highway"), PBF_STR("")}};
static const pbf_member members[] = {{SW_OSM_WAY, 7, PBF_STR("outer")},
                                     {SW_OSM_NODE, 2, PBF_STR("")}};
static const int64_t way_refs[] = {1, 2, 1};
static const pbf_entity small_map[] = {
    {.type = SW_OSM_NODE, .id = 1, .at = {10, -20}, .info = PBF_NO_INFO},
    {.type = SW_OSM_NODE,
     .id = 2,
     .at = {-5, 30},
     .tags = node_tags,
     .tag_count = 2,
     .info = {.version = 3,
              .uid = -1,
              .timestamp_s = 1000,
              .changeset = -1,
              .user = PBF_STR("b")}},
    {.type = SW_OSM_WAY,
     .id = 7,
     .tags = way_tags,
     .tag_count = 1,
     .refs = way_refs,
     .ref_count = 3,
     .info = {.version = -1, .uid = 5, .timestamp_s = -1, .changeset = 6}},
    {.type = SW_OSM_RELATION,
     .id = -1,
     .members = members,
     .member_count = 2,
     .info = {.version = -1,
              .uid = -1,
              .timestamp_s = -1,
              .changeset = -1,
              .user = PBF_STR("outer")}},
};
enum { SMALL = sizeof small_map / sizeof small_map[0] };

static void expect_nodes(sw_buf *out)
{
    const char *const strings[] = {"", "name", "b", ""};
    sw_buf group = {0}, dense = {0}, info = {0};
    pbf_strings_field(out, strings, 4);
    pbf_deltas_field(&dense, 1, (const int64_t[]){1, 2}, 2);
    pbf_numbers_field(&info, 1, (const uint64_t[]){UINT64_MAX, 3}, 2);
    pbf_deltas_field(&info, 2, (const int64_t[]){0, 1000}, 2);
    pbf_deltas_field(&info, 5, (const int64_t[]){0, 2}, 2);
    pbf_nested_field(&dense, 5, &info);
    pbf_deltas_field(&dense, 8, (const int64_t[]){-20, 30}, 2);
    pbf_deltas_field(&dense, 9, (const int64_t[]){10, -5}, 2);
    pbf_numbers_field(&dense, 10, (const uint64_t[]){0, 1, 2, 3, 1, 0}, 6);
    pbf_nested_field(&group, 2, &dense);
    pbf_nested_field(out, 2, &group);
    sw_buf_free(&group);
    sw_buf_free(&dense);
    sw_buf_free(&info);
}

static void expect_ways(sw_buf *out)
{
    const char *const strings[] = {"", "highway", ""};
    sw_buf group = {0}, way = {0}, info = {0};
    pbf_strings_field(out, strings, 3);
    pbf_number_field(&way, 1, 7);
    pbf_numbers_field(&way, 2, (const uint64_t[]){1}, 1);
    pbf_numbers_field(&way, 3, (const uint64_t[]){2}, 1);
    pbf_number_field(&info, 3, 6);
    pbf_number_field(&info, 4, 5);
    pbf_nested_field(&way, 4, &info);
    pbf_deltas_field(&way, 8, way_refs, 3);
    pbf_nested_field(&group, 3, &way);
    pbf_nested_field(out, 2, &group);
    sw_buf_free(&group);
    sw_buf_free(&way);
    sw_buf_free(&info);
}

static void expect_relations(sw_buf *out)
{
    const char *const strings[] = {"", "outer"};
    sw_buf group = {0}, relation = {0}, info = {0};
    pbf_strings_field(out, strings, 2);
    pbf_number_field(&relation, 1, UINT64_MAX);
    pbf_number_field(&info, 5, 1);
    pbf_nested_field(&relation, 4, &info);
    pbf_numbers_field(&relation, 8, (const uint64_t[]){1, 0}, 2);
    pbf_deltas_field(&relation, 9, (const int64_t[]){7, 2}, 2);
    pbf_numbers_field(&relation, 10, (const uint64_t[]){1, 0}, 2);
    pbf_nested_field(&group, 4, &relation);
    pbf_nested_field(out, 2, &group);
    sw_buf_free(&group);
    sw_buf_free(&relation);
    sw_buf_free(&info);
}

// Checks one blob's frame and unpacks it with zlib. @return its end.
static const uint8_t *open_blob(const uint8_t *at, const char *type,
                                sw_buf *block)
{
    // Shortest numbers; blobs here are under 128 bytes packed.
    size_t name = strlen(type), header = 4 + name;
    assert_int_equal(at[0] | at[1] | at[2], 0);
    assert_int_equal(at[3], header);
    assert_int_equal(at[4], 0x0a);
    assert_int_equal(at[5], name);
    assert_memory_equal(at + 6, type, name);
    at += 6 + name;
    assert_int_equal(at[0], 0x18);
    size_t size = at[1];
    assert_true(size < 0x80);
    at += 2;
    assert_int_equal(at[0], 0x10);
    assert_true(at[1] < 0x80);
    assert_int_equal(at[2], 0x1a);
    assert_int_equal(at[3], size - 4);
    char raw[256];
    uLongf len = sizeof raw;
    assert_int_equal(uncompress((Bytef *)raw, &len, at + 4, (uLong)size - 4),
                     Z_OK);
    assert_int_equal(len, at[1]);
    sw_buf_add(block, raw, len);
    return at + size;
}

static void the_encoding_is_as_documented(void **state)
{
    static const struct {
        const char *type;
        void (*expect)(sw_buf *out);
    } blobs[] = {{"OSMHeader", expect_header},
                 {"OSMData", expect_nodes},
                 {"OSMData", expect_ways},
                 {"OSMData", expect_relations}};
    osm_fixture *f = *state;
    pbf_model map = {(pbf_entity *)small_map, SMALL};
    build(f, &map, &(pbf_options){.mix_types = true});
    sw_str file = copied(f, f->pool);
    const uint8_t *at = (const uint8_t *)file.at;
    for (size_t i = 0; i < sizeof blobs / sizeof blobs[0]; i++) {
        sw_buf expected = {0}, got = {0};
        blobs[i].expect(&expected);
        at = open_blob(at, blobs[i].type, &got);
        assert_int_equal(got.len, expected.len);
        assert_memory_equal(got.at, expected.at, got.len);
        sw_buf_free(&expected);
        sw_buf_free(&got);
    }
    assert_ptr_equal(at, file.at + file.len);
}

/* ---- where blocks end ------------------------------------------------ */

// Entities of each block of a file, 0 at the end.
static void block_counts(osm_fixture *f, const char *path, size_t *counts,
                         size_t room)
{
    sw_error err;
    sw_osm_reader *reader;
    const sw_osm_block *block;
    size_t i = 0;
    assert_true(sw_osm_open(path, f->pool, NULL, &reader, &err));
    while (sw_osm_next(reader, &block, &err) == SW_STEP_ITEM && i + 1 < room)
        counts[i++] = block->count;
    counts[i] = 0;
    sw_osm_close(reader);
}

static void blocks_hold_8000_entities(void **state)
{
    osm_fixture *f = *state;
    pbf_random how = {.seed = 3, .nodes = 16001, .ways = 8000, .relations = 1};
    pbf_model map = pbf_random_map(f->arena, &how);
    build(f, &map, &(pbf_options){.block_entities = 30000});
    copied(f, f->pool);
    const size_t expected[] = {8000, 8000, 1, 8000, 1, 0};
    size_t got[16];
    block_counts(f, f->out, got, 16);
    assert_memory_equal(got, expected, sizeof expected);
}

// Relations whose members would fill more than a block: 24 bytes of weight a
// member, 96 a relation, at most 16 MiB - 1024 a block.
static void heavy_blocks_end_earlier(void **state)
{
    enum { RELATIONS = 60, MEMBERS = 30000 };
    osm_fixture *f = *state;
    pbf_member *all = SW_NEW_ARRAY(f->arena, pbf_member, MEMBERS);
    pbf_entity *relations = SW_NEW_ARRAY(f->arena, pbf_entity, RELATIONS);
    for (size_t i = 0; i < MEMBERS; i++)
        all[i] = (pbf_member){SW_OSM_NODE, (int64_t)(i * i), SW_STR("")};
    for (size_t i = 0; i < RELATIONS; i++) {
        relations[i] = (pbf_entity){.type = SW_OSM_RELATION,
                                    .id = (int64_t)i + 1,
                                    .members = all,
                                    .member_count = MEMBERS,
                                    .info = PBF_NO_INFO};
    }
    pbf_model map = {relations, RELATIONS}, back;
    sw_error err;
    size_t counts[32];
    const size_t a_block =
        (16 * 1024 * 1024 - 1024) / (96 + 24 * (size_t)MEMBERS);

    build(f, &map, &(pbf_options){.block_entities = 50});
    sw_str expected = copied(f, f->pool);
    block_counts(f, f->out, counts, 32);
    for (size_t i = 0; i < RELATIONS / a_block; i++)
        assert_int_equal(counts[i], a_block);
    assert_true(pbf_read(f->out, f->pool, NULL, f->arena, &back, &err));
    assert_int_equal(pbf_first_difference(&map, &back), SIZE_MAX);

    build(f, &map, &(pbf_options){.block_entities = 7});
    assert_true(sw_str_eq(copied(f, f->alone), expected));
}

static void long_strings_end_a_block_too(void **state)
{
    enum { TEXT = 3 << 20, WAYS = 12 };
    osm_fixture *f = *state;
    char *text = SW_NEW_ARRAY(f->arena, char, TEXT);
    memset(text, 'x', TEXT);
    const pbf_tag tag = {SW_STR("note"), {text, TEXT}};
    pbf_entity ways[WAYS];
    for (size_t i = 0; i < WAYS; i++) {
        ways[i] = (pbf_entity){.type = SW_OSM_WAY,
                               .id = (int64_t)i + 1,
                               .tags = &tag,
                               .tag_count = 1,
                               .info = PBF_NO_INFO};
    }
    // Weighed by use, so five a block, though a table would hold it once.
    pbf_model map = {ways, WAYS};
    build(f, &map, &(pbf_options){0});
    sw_str expected = copied(f, f->pool);
    const size_t counts[] = {5, 5, 2, 0};
    size_t got[8];
    block_counts(f, f->out, got, 8);
    assert_memory_equal(got, counts, sizeof counts);
    build(f, &map, &(pbf_options){.block_entities = 1});
    assert_true(sw_str_eq(copied(f, f->pool), expected));
}

/* ---- failures -------------------------------------------------------- */

static void what_fits_no_block_is_refused(void **state)
{
    osm_fixture *f = *state;
    size_t size = (size_t)33 << 20;
    char *text = SW_NEW_ARRAY(f->arena, char, size);
    const sw_str strings[] = {SW_STR(""), {text, size}};
    const sw_osm_tag tag = {1, 1};
    const sw_osm_entity node = {.id = 77, .tag_count = 1};
    const sw_osm_block block = {.type = SW_OSM_NODE,
                                .count = 1,
                                .entities = &node,
                                .tags = &tag,
                                .string_count = 2,
                                .strings = strings};
    sw_error err = {0}, again = {0};
    sw_output *out;
    sw_osm_writer *writer;
    assert_true(sw_output_begin(f->out, &out, &err));
    assert_true(sw_osm_begin(out, f->pool, NULL, &writer, &err));
    assert_false(sw_osm_write(writer, &block, &err));
    assert_int_equal(err.kind, SW_ERR_INPUT);
    assert_string_equal(err.place, "node 77");
    assert_false(sw_osm_finish(writer, &again));
    assert_string_equal(again.reason, err.reason);
    sw_osm_writer_free(writer);
    sw_output_discard(out);
    assert_int_not_equal(access(f->out, F_OK), 0);
}

static void levels_are_checked(void **state)
{
    osm_fixture *f = *state;
    sw_error err;
    sw_output *out;
    sw_osm_writer *writer = NULL;
    assert_true(sw_output_begin(f->out, &out, &err));
    for (int level = -1; level <= 13; level++) {
        sw_osm_write_options how = {.level = level};
        bool ok = sw_osm_begin(out, f->pool, &how, &writer, &err);
        assert_int_equal(ok, level >= 0 && level <= 12);
        if (ok) sw_osm_writer_free(writer);
        if (!ok) assert_int_equal(err.kind, SW_ERR_USAGE);
    }
    sw_output_discard(out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OSM_TEST(same_entities_same_bytes),
        OSM_TEST(what_is_written_reads_the_same),
        OSM_TEST(writing_twice_changes_nothing),
        OSM_TEST(the_encoding_is_as_documented),
        OSM_TEST(blocks_hold_8000_entities),
        OSM_TEST(heavy_blocks_end_earlier),
        OSM_TEST(long_strings_end_a_block_too),
        OSM_TEST(what_fits_no_block_is_refused),
        OSM_TEST(levels_are_checked),
    };
    return cmocka_run_group_tests_name("osm: writing", tests, NULL, NULL);
}
