/**
 * Builds OSM PBF files in memory from an entity model, in any way the format
 * allows: simple, slow, and written without a line of src/osm. For tests.
 *
 *     const pbf_tag tags[] = {{PBF_STR("highway"), PBF_STR("residential")}};
 *     const pbf_entity map[] = {
 *         {.type = SW_OSM_NODE, .id = 1, .at = {1265000000, 375000000},
 *          .info = PBF_NO_INFO},
 *         {.type = SW_OSM_WAY, .id = 7, .tags = tags, .tag_count = 1,
 *          .refs = (const int64_t[]){1}, .ref_count = 1,
 *          .info = PBF_NO_INFO},
 *     };
 *     pbf_options how = {.block_entities = 100, .plain_nodes = true};
 *     sw_buf file = {0};
 *     pbf_build(map, 2, &how, &file);
 *     pbf_save(&file, path);
 *     sw_buf_free(&file);
 *
 * Memory that runs out aborts. Entities are written as they are given: nothing
 * is sorted or checked, so that wrong files can be built too.
 */
#ifndef PBF_BUILDER_H
#define PBF_BUILDER_H

#include "segwan/osm.h"

/** A string in the initialiser of a static model. */
#define PBF_STR(literal)                                                       \
    {                                                                          \
        (literal), sizeof(literal) - 1                                         \
    }

/* ---- the model ------------------------------------------------------- */

typedef struct {
    sw_str key, value;
} pbf_tag;

typedef struct {
    sw_osm_type type;
    int64_t ref;
    sw_str role;
} pbf_member;

/** -1: absent; an empty user is absent too. */
typedef struct {
    int32_t version, uid;
    int64_t timestamp_s, changeset;
    sw_str user;
    bool deleted;  ///< visible = false
} pbf_info;

#define PBF_NO_INFO                                                            \
    {                                                                          \
        .version = -1, .uid = -1, .timestamp_s = -1, .changeset = -1           \
    }

/** One entity; what does not belong to its type is ignored. */
typedef struct {
    sw_osm_type type;
    int64_t id;
    sw_location at;
    const pbf_tag *tags;
    size_t tag_count;
    const int64_t *refs;  ///< ways
    size_t ref_count;
    const pbf_member *members;  ///< relations
    size_t member_count;
    pbf_info info;
} pbf_entity;

/* ---- building -------------------------------------------------------- */

typedef enum { PBF_ZLIB = 0, PBF_RAW, PBF_LZ4, PBF_ZSTD } pbf_packing;

/** {0}: as osmium writes. Every member is one freedom of the format. */
typedef struct {
    size_t block_entities;  ///< entities a block; 0: 8000
    size_t group_entities;  ///< entities a group; 0: all of the block
    bool mix_types;         ///< blocks do not end where the type changes
    bool plain_nodes;       ///< Node messages instead of DenseNodes
    pbf_packing packing;

    // Units. Places and times must be multiples (assert).
    int32_t granularity;  ///< nanodegrees; 0: 100, not written
    int64_t lat_offset;   ///< nanodegrees
    int64_t lon_offset;
    int32_t date_granularity;  ///< milliseconds; 0: 1000, not written
    bool units_first;          ///< before the groups, not after

    // String table.
    bool strings_reversed;  ///< last used first
    bool strings_twice;     ///< each string twice, used in turn
    bool no_empty_string;   ///< a real string at index 0
    const sw_str *unused;   ///< strings that nothing uses
    size_t unused_count;

    // Metadata.
    bool absent_as_zero;  ///< write columns and fields of absent values, as 0
    bool visible;         ///< write visible = true

    // Wire.
    bool unpacked;       ///< repeated numbers one by one
    bool in_pieces;      ///< packed numbers in two pieces
    bool fields_turned;  ///< fields of Way, Relation and Node backwards
    bool junk;           ///< unknown fields of every wire type, everywhere
    bool long_varints;   ///< varints longer than they need be
    bool empty_groups;   ///< groups and dense nodes with nothing in them
    bool other_blobs;    ///< blobs of an unknown type between the others
    bool index_data;     ///< indexdata in blob headers

    const char *const *required;  ///< features, NULL at the end; NULL: usual
    const char *const *optional;
    bool no_header;  ///< leave the OSMHeader blob out
} pbf_options;

/** Appends a whole file. */
void pbf_build(const pbf_entity *entities, size_t count, const pbf_options *how,
               sw_buf *out);
/** Writes a buffer to a file, or aborts. */
void pbf_save(const sw_buf *file, const char *path);

/* ---- pieces, for files that pbf_build() will not make ----------------- */

void pbf_varint(sw_buf *out, uint64_t value);
void pbf_signed(sw_buf *out, int64_t value);  ///< zigzag
void pbf_number_field(sw_buf *out, uint32_t field, uint64_t value);
void pbf_signed_field(sw_buf *out, uint32_t field, int64_t value);
void pbf_bytes_field(sw_buf *out, uint32_t field, sw_str bytes);
/** A message or packed column that was built in a buffer of its own. */
void pbf_nested_field(sw_buf *out, uint32_t field, const sw_buf *nested);
/** A packed column: signed differences, or plain numbers. */
void pbf_deltas_field(sw_buf *out, uint32_t field, const int64_t *values,
                      size_t count);
void pbf_numbers_field(sw_buf *out, uint32_t field, const uint64_t *values,
                       size_t count);
/** A string table with these entries (the first should be empty). */
void pbf_strings_field(sw_buf *block, const char *const *strings, size_t count);

/** A Blob message of an unpacked block. */
void pbf_blob(sw_buf *out, sw_str block, pbf_packing packing);
/** Length, BlobHeader and a given Blob message. */
void pbf_frame(sw_buf *out, const char *type, sw_str blob);
/** The two together. */
void pbf_append(sw_buf *out, const char *type, sw_str block,
                pbf_packing packing);
/** An OSMHeader blob; NULL: OsmSchema-V0.6 and DenseNodes, none. */
void pbf_header(sw_buf *out, const char *const *required,
                const char *const *optional);

#endif
