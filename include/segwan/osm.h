/**
 * OpenStreetMap PBF: streaming reader and canonical writer. Knows no zone.
 *
 *     sw_osm_reader *in = NULL;
 *     const sw_osm_block *block;
 *     if (!sw_osm_open("korea.osm.pbf", pool, NULL, &in, err)) return false;
 *     while ((step = sw_osm_next(in, &block, err)) == SW_STEP_ITEM) ...
 *     sw_osm_close(in);
 *
 * Format: OSM wiki, "PBF Format"; fileformat.proto and osmformat.proto.
 */
#ifndef SEGWAN_OSM_H
#define SEGWAN_OSM_H

#include "segwan/base.h"
#include "segwan/geo.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
    SW_OSM_NODE = 0,
    SW_OSM_WAY = 1,
    SW_OSM_RELATION = 2
} sw_osm_type;

enum {
    SW_OSM_NODES = 1,
    SW_OSM_WAYS = 2,
    SW_OSM_RELATIONS = 4,
    SW_OSM_ALL = 7
};

/** Key and value as indexes into the block's strings. */
typedef struct {
    uint32_t key, value;
} sw_osm_tag;

/**
 * Metadata. A field that is absent is -1 (user: index 0, the empty string).
 * Files state absence by 0 or -1 too; both are read as absent.
 */
typedef struct {
    int32_t version;
    int32_t uid;
    int64_t timestamp_s;  ///< seconds since 1970
    int64_t changeset;
    uint32_t user;  ///< index into the block's strings
} sw_osm_info;

/** One entity's place in the columns of its block. */
typedef struct {
    int64_t id;
    sw_location at;            ///< nodes only
    uint32_t tags, tag_count;  ///< first tag in block->tags
    uint32_t refs, ref_count;  ///< ways: block->refs; relations: block->members
} sw_osm_entity;

typedef struct {
    int64_t ref;
    uint32_t role;  ///< index into the block's strings
    uint8_t type;   ///< sw_osm_type
} sw_osm_member;

/**
 * Entities of one type, as columns. Blobs that mix types come out as several
 * blocks, in the order of the file. strings[0] is the empty string; further
 * strings may be empty, equal, or not used. Strings are bytes without NUL,
 * not always UTF-8.
 */
typedef struct {
    sw_osm_type type;
    size_t count;
    const sw_osm_entity *entities;
    const sw_osm_info *infos;  ///< NULL: no metadata in this block
    const sw_osm_tag *tags;
    const int64_t *refs;
    const sw_osm_member *members;
    size_t string_count;
    const sw_str *strings;
    uint64_t blob;  ///< number of the blob in the file, from 0
} sw_osm_block;

/**
 * Order of identifiers in a sorted file, as osmium sorts: 0, -1, -2, ... then
 * 1, 2, ... @return < 0, 0, > 0.
 */
SW_API int sw_osm_id_cmp(int64_t a, int64_t b);

typedef struct sw_osm_reader sw_osm_reader;

typedef struct {
    unsigned want;  ///< SW_OSM_NODES | ...; 0: all. Others are not decoded
    bool no_info;   ///< leave metadata undecoded: infos is NULL
    bool no_tags;   ///< leave tags undecoded: every tag_count is 0
    /**
     * Called on a pool thread right after a block was decoded, so for several
     * blocks at once and in no order; what it returns in `result` (memory from
     * `arena`, which lives as long as the block) is had by sw_osm_result().
     * May be NULL. Blocks behind the one at which reading fails may have been
     * seen by it.
     */
    bool (*work)(void *ctx, const sw_osm_block *block, sw_arena *arena,
                 void **result, sw_error *err);
    void *ctx;
} sw_osm_read_options;

/**
 * Opens a PBF file and reads its header.
 *
 * Refuses, by name: history files, required features other than
 * OsmSchema-V0.6 and DenseNodes, LocationsOnWays, lzma and bzip2 blobs. While
 * reading it refuses entities out of order ("sort it with osmium sort"),
 * repeated ids, coordinates outside the world, and any length or index that
 * does not fit (ids, references, times and changesets: more than 62 bits).
 * Errors name blob and entity ("blob 17, way 8812"; blob 0 is the header). The
 * first error in the order of the file is told, whatever the number of threads.
 *
 * @param path     A regular file: it is read at many places, so not a pipe.
 * @param pool     Borrowed until close; blobs are decoded ahead on it.
 * @param options  NULL: everything.
 *
 * Thread safety: one thread per reader; readers may share a pool.
 */
SW_API SW_CHECK bool sw_osm_open(const char *path, sw_pool *pool,
                                 const sw_osm_read_options *options,
                                 sw_osm_reader **out, sw_error *err);
/** The next block (never an empty one), borrowed until the next call. */
SW_API SW_CHECK sw_step sw_osm_next(sw_osm_reader *reader,
                                    const sw_osm_block **out, sw_error *err);
/** What `work` returned for the block that sw_osm_next() gave last. */
SW_API void *sw_osm_result(const sw_osm_reader *reader);
/**
 * Starts again from the first block with other options. Blobs that earlier
 * passes saw to hold nothing wanted are skipped unread.
 */
SW_API SW_CHECK bool sw_osm_rewind(sw_osm_reader *reader,
                                   const sw_osm_read_options *options,
                                   sw_error *err);
/**
 * Bytes of the file up to the end of the blob that was given last (all of it
 * once sw_osm_next() ended), and its size: for progress.
 */
SW_API uint64_t sw_osm_offset(const sw_osm_reader *reader);
SW_API uint64_t sw_osm_size(const sw_osm_reader *reader);
SW_API void sw_osm_close(sw_osm_reader *reader);

/**
 * Canonical encoder: what it writes is a function of the entities it is given,
 * in their order, and of nothing else: not of how they were grouped into
 * blocks, not of string indexes, threads or time. Entities must come sorted:
 * nodes, ways, relations, each by sw_osm_id_cmp() (assert). 8000 entities a
 * block, dense nodes, granularity 100, zlib, metadata if any entity of the
 * block has some; header without bbox, date or version.
 */
typedef struct sw_osm_writer sw_osm_writer;

typedef struct {
    int level;  ///< libdeflate level 1..12; 0: the default
} sw_osm_write_options;

/** @param out  Borrowed; the caller commits or discards it. */
SW_API SW_CHECK bool sw_osm_begin(sw_output *out, sw_pool *pool,
                                  const sw_osm_write_options *options,
                                  sw_osm_writer **writer, sw_error *err);
/** Appends all entities of the block; copies what it keeps. */
SW_API SW_CHECK bool sw_osm_write(sw_osm_writer *writer,
                                  const sw_osm_block *block, sw_error *err);
/** Writes what is pending. Nothing may be written after it. */
SW_API SW_CHECK bool sw_osm_finish(sw_osm_writer *writer, sw_error *err);
SW_API void sw_osm_writer_free(sw_osm_writer *writer);

#ifdef __cplusplus
}
#endif
#endif
