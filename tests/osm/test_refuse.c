// What the reader refuses: named, with its place, and never with a crash.
#include "osm_tests.h"

#include <sys/mman.h>

#include "osm_internal.h"

/* ---- files that are wrong in one way --------------------------------- */

// A block around one group, or around the fields that are given.
static void append_block(sw_buf *file, const sw_buf *fields)
{
    const char *const strings[] = {"", "key", "value"};
    sw_buf block = {0};
    pbf_strings_field(&block, strings, 3);
    sw_buf_add(&block, fields->at, fields->len);
    pbf_append(file, "OSMData", (sw_str){block.at, block.len}, PBF_RAW);
    sw_buf_free(&block);
}

// A file of the header and one group that holds one message.
static void one_message(sw_buf *file, uint32_t field, sw_buf *message)
{
    sw_buf group = {0}, block = {0};
    pbf_header(file, NULL, NULL);
    pbf_nested_field(&group, field, message);
    pbf_nested_field(&block, 2, &group);
    append_block(file, &block);
    sw_buf_free(message);
    sw_buf_free(&group);
    sw_buf_free(&block);
}

// A file of the header and one Blob message.
static void one_blob(sw_buf *file, sw_buf *blob)
{
    pbf_header(file, NULL, NULL);
    pbf_frame(file, "OSMData", (sw_str){blob->at, blob->len});
    sw_buf_free(blob);
}

static void features(sw_buf *file, const char *required, const char *optional)
{
    const char *const need[] = {"OsmSchema-V0.6", required, NULL};
    const char *const may[] = {"Has_Metadata", optional, NULL};
    pbf_header(file, need, may);
}

static void nothing(sw_buf *file)
{
    (void)file;
}

static void text(sw_buf *file)
{
    sw_buf_str(file, SW_STR("<?xml version='1.0'?><osm version=\"0.6\"/>"));
}

static void short_text(sw_buf *file)
{
    sw_buf_str(file, SW_STR("PK"));
}

static void data_first(sw_buf *file)
{
    pbf_append(file, "OSMData", SW_STR(""), PBF_RAW);
}

static void two_headers(sw_buf *file)
{
    pbf_header(file, NULL, NULL);
    pbf_header(file, NULL, NULL);
}

static void unknown_feature(sw_buf *file)
{
    features(file, "Future", NULL);
}

static void history_feature(sw_buf *file)
{
    features(file, "HistoricalInformation", NULL);
}

static void locations_required(sw_buf *file)
{
    features(file, "LocationsOnWays", NULL);
}

static void locations_optional(sw_buf *file)
{
    features(file, NULL, "LocationsOnWays");
}

static void long_header(sw_buf *file)
{
    pbf_header(file, NULL, NULL);
    sw_buf_add(file, "\x00\x01\x00\x01", 4);
}

static void header_without_size(sw_buf *file)
{
    pbf_header(file, NULL, NULL);
    sw_buf_add(file, "\x00\x00\x00\x09\x0a\x07OSMData", 13);
}

static void huge_blob(sw_buf *file)
{
    sw_buf header = {0};
    pbf_header(file, NULL, NULL);
    pbf_bytes_field(&header, 1, SW_STR("OSMData"));
    pbf_number_field(&header, 3, 32 * 1024 * 1024 + 1);
    sw_buf_add(file, "\x00\x00\x00", 3);
    pbf_varint(file, header.len);
    sw_buf_add(file, header.at, header.len);
    sw_buf_free(&header);
}

static void lzma_blob(sw_buf *file)
{
    sw_buf blob = {0};
    pbf_number_field(&blob, 2, 3);
    pbf_bytes_field(&blob, 4, SW_STR("xyz"));
    one_blob(file, &blob);
}

static void bzip2_blob(sw_buf *file)
{
    sw_buf blob = {0};
    pbf_number_field(&blob, 2, 3);
    pbf_bytes_field(&blob, 5, SW_STR("xyz"));
    one_blob(file, &blob);
}

static void empty_blob(sw_buf *file)
{
    sw_buf blob = {0};
    pbf_number_field(&blob, 2, 0);
    one_blob(file, &blob);
}

static void data_twice(sw_buf *file)
{
    sw_buf blob = {0};
    pbf_bytes_field(&blob, 1, SW_STR(""));
    pbf_bytes_field(&blob, 1, SW_STR(""));
    one_blob(file, &blob);
}

// A blob of `packing` whose raw_size is off by one.
static void wrong_size(sw_buf *file, pbf_packing packing, int off)
{
    static const sw_str block = {"\x12\x00\x12\x00\x12\x00", 6};
    sw_buf right = {0}, blob = {0};
    pbf_blob(&right, block, packing);
    pbf_number_field(&blob, 2, (uint64_t)((int)block.len + off));
    size_t skip = packing == PBF_RAW ? 0 : 2;  // its own raw_size
    sw_buf_add(&blob, right.at + skip, right.len - skip);
    sw_buf_free(&right);
    one_blob(file, &blob);
}

static void raw_too_short(sw_buf *file)
{
    wrong_size(file, PBF_RAW, 1);
}

static void zlib_too_short(sw_buf *file)
{
    wrong_size(file, PBF_ZLIB, 1);
}

static void zlib_too_long(sw_buf *file)
{
    wrong_size(file, PBF_ZLIB, -1);
}

static void lz4_too_short(sw_buf *file)
{
    wrong_size(file, PBF_LZ4, 1);
}

static void lz4_too_long(sw_buf *file)
{
    wrong_size(file, PBF_LZ4, -1);
}

static void zstd_too_short(sw_buf *file)
{
    wrong_size(file, PBF_ZSTD, 1);
}

static void zstd_too_long(sw_buf *file)
{
    wrong_size(file, PBF_ZSTD, -1);
}

static void zlib_without_size(sw_buf *file)
{
    sw_buf blob = {0};
    pbf_bytes_field(&blob, 3, SW_STR("\x78\x9c\x03\x00\x00\x00\x00\x01"));
    one_blob(file, &blob);
}

static void zlib_bomb(sw_buf *file)
{
    sw_buf blob = {0};
    pbf_number_field(&blob, 2, 32 * 1024 * 1024 + 1);
    pbf_bytes_field(&blob, 3, SW_STR("\x78\x9c\x03\x00\x00\x00\x00\x01"));
    one_blob(file, &blob);
}

/* ---- blocks ---------------------------------------------------------- */

static void changesets(sw_buf *file)
{
    sw_buf changeset = {0};
    pbf_number_field(&changeset, 1, 5);
    one_message(file, 5, &changeset);
}

static void wire_group(sw_buf *file)
{
    sw_buf way = {0};
    pbf_varint(&way, 12 << 3 | 3);
    one_message(file, 3, &way);
}

static void field_zero(sw_buf *file)
{
    sw_buf way = {0};
    pbf_number_field(&way, 0, 3);
    one_message(file, 3, &way);
}

static void wrong_wire_type(sw_buf *file)
{
    sw_buf way = {0};
    pbf_bytes_field(&way, 1, SW_STR("1"));
    one_message(file, 3, &way);
}

static void field_beyond_message(sw_buf *file)
{
    sw_buf way = {0};
    pbf_number_field(&way, 1, 4);
    sw_buf_add(&way, "\x42\x05\x02", 3);
    one_message(file, 3, &way);
}

static void endless_varint(sw_buf *file)
{
    sw_buf way = {0};
    pbf_number_field(&way, 1, 4);
    pbf_bytes_field(
        &way, 8,
        SW_STR("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01\x02"));
    one_message(file, 3, &way);
}

static void varint_of_65_bits(sw_buf *file)
{
    sw_buf way = {0};
    sw_buf_add(&way, "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x03", 11);
    one_message(file, 3, &way);
}

static void cut_run(sw_buf *file)
{
    sw_buf way = {0};
    pbf_number_field(&way, 1, 4);
    pbf_bytes_field(&way, 8, SW_STR("\x02\x80"));
    one_message(file, 3, &way);
}

static void way_without_id(sw_buf *file)
{
    sw_buf way = {0};
    pbf_deltas_field(&way, 8, (const int64_t[]){1}, 1);
    one_message(file, 3, &way);
}

static void node_without_place(sw_buf *file)
{
    sw_buf node = {0};
    pbf_signed_field(&node, 1, 9);
    pbf_signed_field(&node, 8, 9);
    one_message(file, 1, &node);
}

static void location_on_way(sw_buf *file)
{
    sw_buf way = {0};
    pbf_number_field(&way, 1, 4);
    pbf_deltas_field(&way, 8, (const int64_t[]){1}, 1);
    pbf_deltas_field(&way, 9, (const int64_t[]){1}, 1);
    one_message(file, 3, &way);
}

// A way with id 4 and two columns of plain numbers.
static void way_with(sw_buf *file, uint32_t a, const uint64_t *in_a, size_t len,
                     uint32_t b, const uint64_t *in_b, size_t len_b)
{
    sw_buf way = {0};
    pbf_number_field(&way, 1, 4);
    pbf_numbers_field(&way, a, in_a, len);
    pbf_numbers_field(&way, b, in_b, len_b);
    one_message(file, 3, &way);
}

static void more_keys_than_values(sw_buf *file)
{
    way_with(file, 2, (const uint64_t[]){1, 1}, 2, 3, (const uint64_t[]){2}, 1);
}

static void key_beyond_table(sw_buf *file)
{
    way_with(file, 2, (const uint64_t[]){3}, 1, 3, (const uint64_t[]){2}, 1);
}

static void value_beyond_table(sw_buf *file)
{
    way_with(file, 2, (const uint64_t[]){1}, 1, 3,
             (const uint64_t[]){UINT64_MAX}, 1);
}

static void refs_overflow(sw_buf *file)
{
    const uint64_t signed_max = UINT64_MAX - 1, signed_one = 2;
    way_with(file, 8, &signed_max, 1, 8, &signed_one, 1);
}

static void id_too_large(sw_buf *file)
{
    sw_buf way = {0};
    pbf_number_field(&way, 1, UINT64_C(1) << 62);
    one_message(file, 3, &way);
}

static void relation_with(sw_buf *file, const uint64_t *roles, size_t role_len,
                          const uint64_t *types, size_t type_len)
{
    sw_buf relation = {0};
    pbf_number_field(&relation, 1, 6);
    pbf_numbers_field(&relation, 8, roles, role_len);
    pbf_deltas_field(&relation, 9, (const int64_t[]){1, 2}, 2);
    pbf_numbers_field(&relation, 10, types, type_len);
    one_message(file, 4, &relation);
}

static void members_of_unlike_length(sw_buf *file)
{
    relation_with(file, (const uint64_t[]){0}, 1, (const uint64_t[]){0, 1}, 2);
}

static void member_of_no_type(sw_buf *file)
{
    relation_with(file, (const uint64_t[]){0, 0}, 2, (const uint64_t[]){0, 3},
                  2);
}

static void role_beyond_table(sw_buf *file)
{
    relation_with(file, (const uint64_t[]){0, 9}, 2, (const uint64_t[]){0, 0},
                  2);
}

// Way 4 with one field of Info.
static void way_info(sw_buf *file, uint32_t field, uint64_t value)
{
    sw_buf way = {0}, info = {0};
    pbf_number_field(&way, 1, 4);
    pbf_number_field(&info, field, value);
    pbf_nested_field(&way, 4, &info);
    sw_buf_free(&info);
    one_message(file, 3, &way);
}

static void huge_version(sw_buf *file)
{
    way_info(file, 1, (uint64_t)1 << 31);
}

static void huge_uid(sw_buf *file)
{
    way_info(file, 4, UINT64_MAX / 2);
}

static void huge_changeset(sw_buf *file)
{
    way_info(file, 3, UINT64_C(1) << 62);
}

static void huge_timestamp(sw_buf *file)
{
    way_info(file, 2, UINT64_C(1) << 63);
}

static void user_beyond_table(sw_buf *file)
{
    way_info(file, 5, 3);
}

static void deleted_way(sw_buf *file)
{
    way_info(file, 6, 0);
}

/* ---- dense nodes ----------------------------------------------------- */

typedef struct {
    int64_t ids[2], lats[2], lons[2];
    size_t id_count, lat_count, lon_count;
    const uint64_t *keys_vals;
    size_t keys_vals_count;
    uint32_t info_field;
    int64_t info[3];
    size_t info_count;
    int64_t granularity, offset, date_granularity;
} dense_case;

static void dense(sw_buf *file, const dense_case *c)
{
    sw_buf nodes = {0}, info = {0}, group = {0}, block = {0};
    pbf_deltas_field(&nodes, 1, c->ids, c->id_count);
    pbf_deltas_field(&nodes, 8, c->lats, c->lat_count);
    pbf_deltas_field(&nodes, 9, c->lons, c->lon_count);
    if (c->keys_vals != NULL)
        pbf_numbers_field(&nodes, 10, c->keys_vals, c->keys_vals_count);
    if (c->info_field != 0) {
        pbf_deltas_field(&info, c->info_field, c->info, c->info_count);
        pbf_nested_field(&nodes, 5, &info);
    }
    pbf_nested_field(&group, 2, &nodes);
    pbf_nested_field(&block, 2, &group);
    if (c->granularity != 0)
        pbf_number_field(&block, 17, (uint64_t)c->granularity);
    if (c->date_granularity != 0)
        pbf_number_field(&block, 18, (uint64_t)c->date_granularity);
    if (c->offset != 0) pbf_number_field(&block, 19, (uint64_t)c->offset);
    pbf_header(file, NULL, NULL);
    append_block(file, &block);
    sw_buf_free(&nodes);
    sw_buf_free(&info);
    sw_buf_free(&group);
    sw_buf_free(&block);
}

#define TWO_NODES                                                              \
    .ids = {5, 6}, .lats = {1, 2}, .lons = {3, 4}, .id_count = 2,              \
    .lat_count = 2, .lon_count = 2

// Dense nodes that are right but for what the row says.
static const struct {
    const char *name;
    dense_case nodes;
    const char *place, *reason;
} dense_cases[] = {
    {"fewer latitudes",
     {.ids = {5, 6}, .id_count = 2, .lat_count = 1, .lon_count = 2},
     "blob 1",
     "2 ids but 1 latitudes"},
    {"more longitudes",
     {.ids = {5}, .id_count = 1, .lat_count = 1, .lon_count = 2},
     "blob 1",
     "2 longitudes"},
    {"places without ids", {.lat_count = 2, .lon_count = 2}, "blob 1", "0 ids"},
    {"no end of the tags",
     {TWO_NODES, .keys_vals = (const uint64_t[]){0, 1, 2},
      .keys_vals_count = 3},
     "blob 1, node 6",
     "keys_vals"},
    {"a key without value",
     {TWO_NODES, .keys_vals = (const uint64_t[]){1}, .keys_vals_count = 1},
     "blob 1, node 5",
     "keys_vals"},
    {"tags of too few nodes",
     {TWO_NODES, .keys_vals = (const uint64_t[]){0}, .keys_vals_count = 1},
     "blob 1, node 6",
     "keys_vals"},
    {"tags of too many nodes",
     {TWO_NODES, .keys_vals = (const uint64_t[]){0, 0, 0},
      .keys_vals_count = 3},
     "blob 1",
     "keys_vals"},
    {"key beyond the table",
     {TWO_NODES, .keys_vals = (const uint64_t[]){3, 1, 0, 0},
      .keys_vals_count = 4},
     "blob 1, node 5",
     "string table"},
    {"value beyond the table",
     {TWO_NODES, .keys_vals = (const uint64_t[]){0, 1, 1u << 31, 0},
      .keys_vals_count = 4},
     "blob 1, node 6",
     "string table"},
    {"ids repeat",
     {.ids = {5, 5}, .id_count = 2, .lat_count = 2, .lon_count = 2},
     "blob 1, node 5",
     "twice"},
    {"ids fall",
     {.ids = {6, 5}, .id_count = 2, .lat_count = 2, .lon_count = 2},
     "blob 1, node 5",
     "follows node 6; sort it with osmium sort"},
    {"negative after positive",
     {.ids = {1, -1}, .id_count = 2, .lat_count = 2, .lon_count = 2},
     "blob 1, node -1",
     "sort it with osmium sort"},
    {"zero after negative",
     {.ids = {-1, 0}, .id_count = 2, .lat_count = 2, .lon_count = 2},
     "blob 1, node 0",
     "sort it with osmium sort"},
    {"id more than 62 bits",
     {.ids = {5, INT64_C(1) << 62},
      .id_count = 2,
      .lat_count = 2,
      .lon_count = 2},
     "blob 1",
     "more than 62 bits"},
    {"changeset more than 62 bits",
     {TWO_NODES, .info_field = 3, .info = {0, -(INT64_C(1) << 62)},
      .info_count = 2},
     "blob 1",
     "more than 62 bits"},
    {"too far north",
     {.ids = {5, 6},
      .lats = {0, 900000001},
      .id_count = 2,
      .lat_count = 2,
      .lon_count = 2},
     "blob 1, node 6",
     "outside the world"},
    {"too far west",
     {.ids = {5},
      .lons = {-1800000001},
      .id_count = 1,
      .lat_count = 1,
      .lon_count = 1},
     "blob 1, node 5",
     "outside the world"},
    {"place overflows",
     {.ids = {5},
      .lons = {INT64_MAX / 2},
      .id_count = 1,
      .lat_count = 1,
      .lon_count = 1,
      .granularity = 1000},
     "blob 1, node 5",
     "does not fit"},
    {"offset overflows",
     {.ids = {5},
      .lats = {INT64_MAX / 100},
      .id_count = 1,
      .lat_count = 1,
      .lon_count = 1,
      .offset = INT64_MAX},
     "blob 1, node 5",
     "does not fit"},
    {"granularity negative",
     {TWO_NODES, .granularity = -1},
     "blob 1",
     "granularity"},
    {"granularity too large",
     {TWO_NODES, .granularity = (int64_t)1 << 31},
     "blob 1",
     "granularity"},
    {"date granularity negative",
     {TWO_NODES, .date_granularity = -1000},
     "blob 1",
     "granularity"},
    {"date overflows",
     {TWO_NODES, .date_granularity = 100000, .info_field = 2,
      .info = {INT64_MAX / 4, 1}, .info_count = 2},
     "blob 1",
     "does not fit"},
    {"fewer dates",
     {TWO_NODES, .info_field = 2, .info = {1}, .info_count = 1},
     "blob 1",
     "2 nodes but 1 entries"},
    {"more uids",
     {TWO_NODES, .info_field = 4, .info = {1, 2, 3}, .info_count = 3},
     "blob 1",
     "3 entries"},
    {"uid too large",
     {TWO_NODES, .info_field = 4, .info = {1, INT64_C(1) << 31},
      .info_count = 2},
     "blob 1",
     "does not fit"},
    {"user beyond the table",
     {TWO_NODES, .info_field = 5, .info = {1, 3}, .info_count = 2},
     "blob 1",
     "string table"},
    {"user negative",
     {TWO_NODES, .info_field = 5, .info = {1, -1}, .info_count = 2},
     "blob 1",
     "string table"},
    {"deleted",
     {TWO_NODES, .info_field = 6, .info = {1, 1}, .info_count = 2},
     "blob 1",
     "visible = false"},
};

static void wrong_dense_nodes_are_refused(void **state)
{
    osm_fixture *f = *state;
    for (size_t i = 0; i < sizeof dense_cases / sizeof dense_cases[0]; i++) {
        sw_buf file = {0};
        dense(&file, &dense_cases[i].nodes);
        pbf_save(&file, f->in);
        sw_buf_free(&file);
        sw_error err = must_refuse(f);
        if (err.kind != SW_ERR_INPUT ||
            strcmp(err.place, dense_cases[i].place) != 0 ||
            strstr(err.reason, dense_cases[i].reason) == NULL)
            fail_msg("%s: %s: %s", dense_cases[i].name, err.place, err.reason);
    }
}

/* ---- the rest by table ----------------------------------------------- */

static const struct {
    void (*build)(sw_buf *file);
    const char *place, *reason;
} faults[] = {
    {nothing, "blob 0", "the file is empty"},
    {text, "blob 0", "not OSM PBF"},
    {short_text, "blob 0", "truncated"},
    {data_first, "blob 0", "the first blob is not OSMHeader"},
    {two_headers, "blob 1", "a second OSMHeader"},
    {unknown_feature, "blob 0", "requires the feature \"Future\""},
    {history_feature, "blob 0", "HistoricalInformation"},
    {locations_required, "blob 0", "LocationsOnWays"},
    {locations_optional, "blob 0", "LocationsOnWays"},
    {long_header, "blob 1", "at most 65536 allowed"},
    {header_without_size, "blob 1", "without type or size"},
    {huge_blob, "blob 1", "at most 33554432 allowed"},
    {lzma_blob, "blob 1", "lzma"},
    {bzip2_blob, "blob 1", "bzip2"},
    {empty_blob, "blob 1", "without data"},
    {data_twice, "blob 1", "twice"},
    {raw_too_short, "blob 1", "a raw blob of 6 bytes that states 7"},
    {zlib_too_short, "blob 1", "zlib"},
    {zlib_too_long, "blob 1", "zlib"},
    {lz4_too_short, "blob 1", "lz4"},
    {lz4_too_long, "blob 1", "lz4"},
    {zstd_too_short, "blob 1", "zstd"},
    {zstd_too_long, "blob 1", "zstd"},
    {zlib_without_size, "blob 1", "without raw_size"},
    {zlib_bomb, "blob 1", "at most 33554432 allowed"},
    {changesets, "blob 1", "changesets"},
    {wire_group, "blob 1", "does not fit its message"},
    {field_zero, "blob 1", "does not fit its message"},
    {wrong_wire_type, "blob 1", "field 1 has wire type 2"},
    {field_beyond_message, "blob 1, way 4", "does not fit its message"},
    {endless_varint, "blob 1, way 4", "does not fit its type"},
    {varint_of_65_bits, "blob 1", "does not fit its message"},
    {cut_run, "blob 1, way 4", "does not fit its message"},
    {way_without_id, "blob 1", "a way without id"},
    {node_without_place, "blob 1, node 9", "without place"},
    {location_on_way, "blob 1, way 4", "LocationsOnWays"},
    {more_keys_than_values, "blob 1, way 4", "2 keys but 1 values"},
    {key_beyond_table, "blob 1, way 4", "string table"},
    {value_beyond_table, "blob 1, way 4", "string table"},
    {refs_overflow, "blob 1, way 4", "does not fit its type"},
    {members_of_unlike_length, "blob 1, relation 6", "2 members but 1 roles"},
    {member_of_no_type, "blob 1, relation 6", "does not fit its type"},
    {role_beyond_table, "blob 1, relation 6", "string table"},
    {huge_version, "blob 1, way 4", "does not fit its type"},
    {id_too_large, "blob 1, way 4611686018427387904", "more than 62 bits"},
    {huge_changeset, "blob 1, way 4", "more than 62 bits"},
    {huge_timestamp, "blob 1, way 4", "more than 62 bits"},
    {huge_uid, "blob 1, way 4", "does not fit its type"},
    {user_beyond_table, "blob 1, way 4", "string table"},
    {deleted_way, "blob 1, way 4", "visible = false"},
};

static void wrong_files_are_refused_by_place(void **state)
{
    osm_fixture *f = *state;
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        sw_buf file = {0};
        faults[i].build(&file);
        pbf_save(&file, f->in);
        sw_buf_free(&file);
        sw_error err = must_refuse(f);
        if (err.kind != SW_ERR_INPUT ||
            strcmp(err.place, faults[i].place) != 0 ||
            strstr(err.reason, faults[i].reason) == NULL)
            fail_msg("fault %zu: %s: %s", i, err.place, err.reason);
    }
}

/* ---- order between blobs, deleted objects, strings ------------------- */

static const struct {
    pbf_entity entities[3];
    pbf_options how;
    const char *place, *reason;
} maps[] = {
    {{{.type = SW_OSM_NODE, .id = 3, .info = PBF_NO_INFO},
      {.type = SW_OSM_NODE, .id = 4, .info = PBF_NO_INFO},
      {.type = SW_OSM_NODE, .id = 4, .info = PBF_NO_INFO}},
     {.block_entities = 1},
     "blob 3, node 4",
     "twice"},
    {{{.type = SW_OSM_WAY, .id = 3, .info = PBF_NO_INFO},
      {.type = SW_OSM_WAY, .id = 9, .info = PBF_NO_INFO},
      {.type = SW_OSM_WAY, .id = 4, .info = PBF_NO_INFO}},
     {.block_entities = 1},
     "blob 3, way 4",
     "follows way 9"},
    {{{.type = SW_OSM_WAY, .id = 3, .info = PBF_NO_INFO},
      {.type = SW_OSM_WAY, .id = 9, .info = PBF_NO_INFO},
      {.type = SW_OSM_WAY, .id = 4, .info = PBF_NO_INFO}},
     {0},
     "blob 1, way 4",
     "follows way 9"},
    {{{.type = SW_OSM_WAY, .id = 3, .info = PBF_NO_INFO},
      {.type = SW_OSM_NODE, .id = 4, .info = PBF_NO_INFO},
      {.type = SW_OSM_NODE, .id = 5, .info = PBF_NO_INFO}},
     {0},
     "blob 2, node 4",
     "a node follows a way; sort it with osmium sort"},
    {{{.type = SW_OSM_NODE, .id = 3, .info = PBF_NO_INFO},
      {.type = SW_OSM_RELATION, .id = 4, .info = PBF_NO_INFO},
      {.type = SW_OSM_WAY, .id = 5, .info = PBF_NO_INFO}},
     {.mix_types = true},
     "blob 1",
     "a way follows a relation"},
    {{{.type = SW_OSM_NODE, .id = 3, .info = PBF_NO_INFO},
      {.type = SW_OSM_NODE,
       .id = 4,
       .info = {.version = 2,
                .uid = -1,
                .timestamp_s = -1,
                .changeset = -1,
                .deleted = true}},
      {.type = SW_OSM_NODE, .id = 5, .info = PBF_NO_INFO}},
     {.plain_nodes = true},
     "blob 1, node 4",
     "deleted"},
};

static void wrong_order_is_refused_within_and_between_blobs(void **state)
{
    osm_fixture *f = *state;
    for (size_t i = 0; i < sizeof maps / sizeof maps[0]; i++) {
        pbf_model map = {(pbf_entity *)maps[i].entities, 3};
        build(f, &map, &maps[i].how);
        sw_error err = must_refuse(f);
        if (strcmp(err.place, maps[i].place) != 0 ||
            strstr(err.reason, maps[i].reason) == NULL)
            fail_msg("map %zu: %s: %s", i, err.place, err.reason);
    }
}

// A pass that reads no metadata must not take deleted objects for living ones.
static void deleted_objects_are_refused_without_metadata_too(void **state)
{
    osm_fixture *f = *state;
    sw_osm_read_options how = {.no_info = true, .no_tags = true};
    for (int plain = 0; plain < 2; plain++) {
        pbf_model map = {(pbf_entity *)maps[5].entities, 3}, got;
        build(f, &map, &(pbf_options){.plain_nodes = plain});
        sw_error err = {0};
        assert_false(pbf_read(f->in, f->pool, &how, f->arena, &got, &err));
        assert_non_null(strstr(err.reason, "visible = false"));
    }
}

static void strings_with_nul_are_refused(void **state)
{
    osm_fixture *f = *state;
    const pbf_tag tag = {PBF_STR("a\0b"), PBF_STR("c")};
    pbf_entity node = {.type = SW_OSM_NODE,
                       .id = 1,
                       .tags = &tag,
                       .tag_count = 1,
                       .info = PBF_NO_INFO};
    pbf_model map = {&node, 1};
    build(f, &map, &(pbf_options){0});
    sw_error err = must_refuse(f);
    assert_string_equal(err.place, "blob 1");
    assert_non_null(strstr(err.reason, "NUL"));
}

// The first error of the file is told, however far ahead others are found.
static void the_first_error_is_told(void **state)
{
    osm_fixture *f = *state;
    for (unsigned round = 0; round < 20; round++) {
        sw_buf file = {0};
        pbf_header(&file, NULL, NULL);
        for (int64_t i = 1; i <= 40; i++) {
            sw_buf block = {0}, group = {0}, way = {0};
            // The fourth is damaged at its end, all later ones at their start.
            pbf_number_field(&way, 1, (uint64_t)i);
            if (i >= 4) pbf_bytes_field(&way, 1, SW_STR(""));
            pbf_nested_field(&group, 3, &way);
            pbf_nested_field(&block, 2, &group);
            append_block(&file, &block);
            sw_buf_free(&block);
            sw_buf_free(&group);
            sw_buf_free(&way);
        }
        sw_buf_add(&file, "\x7f", 1);
        pbf_save(&file, f->in);
        sw_buf_free(&file);
        assert_string_equal(must_refuse(f).place, "blob 4, way 4");
    }
}

static void a_failed_reader_stays_failed(void **state)
{
    osm_fixture *f = *state;
    pbf_model map = {(pbf_entity *)maps[1].entities, 3};
    build(f, &map, &maps[1].how);
    sw_error err = {0}, again = {0};
    sw_osm_reader *reader;
    const sw_osm_block *block;
    assert_true(sw_osm_open(f->in, f->pool, NULL, &reader, &err));
    for (unsigned pass = 0; pass < 3; pass++) {
        assert_int_equal(sw_osm_next(reader, &block, &err), SW_STEP_ITEM);
        assert_int_equal(sw_osm_next(reader, &block, &err), SW_STEP_ITEM);
        assert_int_equal(sw_osm_next(reader, &block, &err), SW_STEP_FAILED);
        assert_int_equal(sw_osm_next(reader, &block, &again), SW_STEP_FAILED);
        assert_string_equal(err.place, again.place);
        assert_true(sw_osm_rewind(reader, NULL, &err));
    }
    sw_osm_close(reader);
}

/* ---- files that are none --------------------------------------------- */

static void what_is_no_regular_file_is_refused(void **state)
{
    osm_fixture *f = *state;
    sw_error err = {0};
    sw_osm_reader *reader;
    assert_false(sw_osm_open(f->in, f->pool, NULL, &reader, &err));
    assert_int_equal(err.kind, SW_ERR_INPUT);
    assert_string_equal(err.file, f->in);

    assert_false(sw_osm_open(f->dir, f->pool, NULL, &reader, &err));
    assert_int_equal(err.kind, SW_ERR_INPUT);

    assert_int_equal(mkfifo(f->in, 0600), 0);
    assert_false(sw_osm_open(f->in, f->pool, NULL, &reader, &err));
    assert_int_equal(err.kind, SW_ERR_INPUT);
    assert_non_null(strstr(err.reason, "pipe"));
}

/* ---- every prefix, every flipped byte -------------------------------- */

// A file with everything in it, small enough to break at each byte. `ends` of
// blobs are where a prefix is a whole file.
static sw_buf small_file(osm_fixture *f, const pbf_options *how)
{
    pbf_random map = {.seed = 21,
                      .nodes = 8,
                      .ways = 3,
                      .relations = 2,
                      .some_info = true,
                      .step_e7 = 10};
    pbf_model model = pbf_random_map(f->arena, &map);
    sw_buf file = {0};
    pbf_build(model.entities, model.count, how, &file);
    return file;
}

static const pbf_options small_ways[] = {
    {.packing = PBF_RAW, .block_entities = 6, .date_granularity = 500},
    {.packing = PBF_RAW, .plain_nodes = true, .mix_types = true, .junk = true},
    {.packing = PBF_RAW,
     .unpacked = true,
     .in_pieces = true,
     .no_empty_string = true,
     .granularity = 1000},
    {.packing = PBF_ZLIB, .block_entities = 5},
    {.packing = PBF_LZ4},
    {.packing = PBF_ZSTD},
};
enum { SMALL_WAYS = sizeof small_ways / sizeof small_ways[0] };

static bool is_blob_end(const sw_buf *file, size_t at)
{
    size_t end = 0;
    while (end < at) {
        const uint8_t *head = (const uint8_t *)file->at + end;
        size_t header = (size_t)head[2] << 8 | head[3];
        sw_osm__blob_head blob;
        sw_error err;
        sw_osm__wire in = {head + 4, head + 4 + header};
        assert_true(sw_osm__read_blob_head(in, &blob, &err));
        end += 4 + header + blob.size;
    }
    return end == at;
}

static void every_prefix_is_refused(void **state)
{
    osm_fixture *f = *state;
    for (size_t i = 0; i < SMALL_WAYS; i++) {
        sw_buf file = small_file(f, &small_ways[i]);
        for (size_t n = 0; n < file.len; n++) {
            sw_buf prefix = {.at = file.at, .len = n};
            if (n > 0 && is_blob_end(&file, n)) continue;
            pbf_save(&prefix, f->in);
            pbf_model got;
            sw_error err = {0};
            assert_false(pbf_read(f->in, f->alone, NULL, f->arena, &got, &err));
            assert_int_equal(err.kind, SW_ERR_INPUT);
            assert_memory_equal(err.place, "blob ", 5);
        }
        sw_buf_free(&file);
    }
}

static void a_flipped_byte_is_an_error_or_another_map(void **state)
{
    static const unsigned char flips[] = {0x01, 0x80, 0xff, 0x08};
    osm_fixture *f = *state;
    for (size_t i = 0; i < SMALL_WAYS; i++) {
        sw_buf file = small_file(f, &small_ways[i]);
        for (size_t n = 0; n < file.len * sizeof flips; n++) {
            char *byte = &file.at[n / sizeof flips];
            *byte = (char)(*byte ^ flips[n % sizeof flips]);
            pbf_save(&file, f->in);
            pbf_model got;
            sw_error err = {0};
            if (!pbf_read(f->in, f->alone, NULL, f->arena, &got, &err)) {
                assert_int_equal(err.kind, SW_ERR_INPUT);
                assert_memory_equal(err.place, "blob ", 5);
            }
            *byte = (char)(*byte ^ flips[n % sizeof flips]);
            sw_arena_reset(f->arena);
        }
        sw_buf_free(&file);
    }
}

/* ---- blocks that end at an unmapped page ----------------------------- */

// One byte too far is a crash, not luck.
typedef struct {
    uint8_t *pages;
    size_t size;
} guarded;

static guarded guard_new(size_t room)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    guarded g = {.size = (room + page - 1) / page * page};
    g.pages = mmap(NULL, g.size + page, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(g.pages, MAP_FAILED);
    assert_int_equal(mprotect(g.pages + g.size, page, PROT_NONE), 0);
    return g;
}

static void guard_free(guarded g)
{
    munmap(g.pages, g.size + (size_t)sysconf(_SC_PAGESIZE));
}

static sw_osm__wire guard_copy(guarded g, const char *at, size_t len)
{
    uint8_t *to = g.pages + g.size - len;
    memcpy(to, at, len);
    return (sw_osm__wire){to, to + len};
}

// The unpacked block of a file of one raw data blob, without its frame.
static sw_str raw_block(const sw_buf *file)
{
    size_t at = 0;
    const uint8_t *bytes = (const uint8_t *)file->at;
    for (;;) {
        size_t header = (size_t)bytes[at + 2] << 8 | bytes[at + 3];
        sw_osm__blob_head head;
        sw_error err;
        sw_osm__wire in = {bytes + at + 4, bytes + at + 4 + header};
        assert_true(sw_osm__read_blob_head(in, &head, &err));
        at += 4 + header;
        if (head.kind == SW_OSM__DATA_BLOB) {
            sw_osm__wire blob = {bytes + at, bytes + at + head.size}, raw;
            assert_true(sw_osm__unpack(NULL, blob, NULL, &raw, &err));
            return (sw_str){(const char *)raw.at, sw_osm__left(raw)};
        }
        at += head.size;
    }
}

static void decoding_stays_within_the_block(void **state)
{
    osm_fixture *f = *state;
    for (size_t i = 0; i < 3; i++) {
        pbf_options how = small_ways[i];
        how.mix_types = true;
        how.block_entities = 0;
        sw_buf file = small_file(f, &how);
        sw_str block = raw_block(&file);
        guarded g = guard_new(block.len);
        sw_osm__decoder d = {.how = {.want = SW_OSM_ALL}, .arena = f->arena};
        sw_error err;
        for (size_t n = 0; n <= block.len; n++) {
            sw_osm__wire in = guard_copy(g, block.at, n);
            bool ok = sw_osm__decode(&d, in, &err);
            if (n == block.len) assert_true(ok);
            for (size_t k = 0; k < n; k++) {
                uint8_t *byte = g.pages + g.size - n + k;
                *byte ^= 0x80;
                // Either answer will do.
                if (n == block.len || k + 8 > n)
                    ok = sw_osm__decode(&d, in, &err);
                *byte ^= 0x80;
            }
        }
        sw_osm__decoder_done(&d);
        guard_free(g);
        sw_buf_free(&file);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OSM_TEST(wrong_files_are_refused_by_place),
        OSM_TEST(wrong_dense_nodes_are_refused),
        OSM_TEST(wrong_order_is_refused_within_and_between_blobs),
        OSM_TEST(deleted_objects_are_refused_without_metadata_too),
        OSM_TEST(strings_with_nul_are_refused),
        OSM_TEST(the_first_error_is_told),
        OSM_TEST(a_failed_reader_stays_failed),
        OSM_TEST(what_is_no_regular_file_is_refused),
        OSM_TEST(every_prefix_is_refused),
        OSM_TEST(a_flipped_byte_is_an_error_or_another_map),
        OSM_TEST(decoding_stays_within_the_block),
    };
    return cmocka_run_group_tests_name("osm: refusing", tests, NULL, NULL);
}
