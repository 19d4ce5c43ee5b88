// Shared inside the room only.
#ifndef SW_OSM_INTERNAL_H
#define SW_OSM_INTERNAL_H

#include "segwan/osm.h"

#include "wire.h"

/* ---- limits ---------------------------------------------------------- */

// OSM wiki, "PBF Format", "File format": a BlobHeader is under 64 KiB, a Blob
// at most 32 MiB, packed and unpacked; 16 MiB unpacked is advised.
enum {
    SW_OSM__MAX_BLOB_HEADER = 64 * 1024,
    SW_OSM__MAX_BLOB = 32 * 1024 * 1024,
    SW_OSM__MAX_RAW = 32 * 1024 * 1024,
    SW_OSM__GOOD_RAW = 16 * 1024 * 1024,
};

// A byte makes at most one string, tag, reference or entity, so counts and
// indexes of a block fit 32 bits.
_Static_assert(SW_OSM__MAX_RAW < INT32_MAX, "block indexes are 32 bits");

enum { SW_OSM__MAX_LON_E7 = 1800000000, SW_OSM__MAX_LAT_E7 = 900000000 };

/* ---- memory ---------------------------------------------------------- */

// A growing array that outlives the blob it was grown for.
typedef struct {
    void *at;
    size_t size;  // bytes
} sw_osm__buffer;

// Room for `count` items of `item` bytes; what it held stays.
SW_CHECK bool sw_osm__reserve(sw_osm__buffer *buffer, size_t count, size_t item,
                              sw_error *err);
// The same, inline for where it is asked for every entity.
static inline bool sw_osm__room(sw_osm__buffer *buffer, size_t count,
                                size_t item, sw_error *err)
{
    return SW_OSM__LIKELY(count < buffer->size / item) ||
           sw_osm__reserve(buffer, count, item, err);
}
void sw_osm__release(sw_osm__buffer *buffer);
// Gives back what only one huge blob needed.
void sw_osm__trim(sw_osm__buffer *buffer);

/* ---- order ----------------------------------------------------------- */

// Identifiers in osmium's order: 0, -1, -2, ... then 1, 2, ...
static inline uint64_t sw_osm__key(int64_t id)
{
    return id > 0 ? (uint64_t)id | UINT64_C(1) << 63 : 0 - (uint64_t)id;
}

const char *sw_osm__type_name(sw_osm_type type);

// Says why `id` may not follow `before` (both of `type`).
bool sw_osm__refuse_order(sw_osm_type type, int64_t before, int64_t id,
                          sw_error *err);
bool sw_osm__refuse_type_order(sw_osm_type before, sw_osm_type type,
                               sw_error *err);

/* ---- blobs ----------------------------------------------------------- */

typedef enum {
    SW_OSM__HEADER_BLOB,
    SW_OSM__DATA_BLOB,
    SW_OSM__OTHER_BLOB
} sw_osm__blob_kind;

typedef struct {
    sw_osm__blob_kind kind;
    uint32_t size;  // of the Blob that follows
} sw_osm__blob_head;

SW_CHECK bool sw_osm__read_blob_head(sw_osm__wire in, sw_osm__blob_head *out,
                                     sw_error *err);

// What one thread needs to unpack; made when first needed. {0} is empty.
typedef struct {
    void *deflate;  // struct libdeflate_decompressor
    void *zstd;     // ZSTD_DCtx
} sw_osm__unpacker;

void sw_osm__unpacker_done(sw_osm__unpacker *unpacker);

// Unpacks a Blob. `out` lies in `raw`, or in the blob itself if that is raw.
SW_CHECK bool sw_osm__unpack(sw_osm__unpacker *unpacker, sw_osm__wire blob,
                             sw_osm__buffer *raw, sw_osm__wire *out,
                             sw_error *err);

// Checks that an unpacked HeaderBlock asks for nothing that is not read here.
SW_CHECK bool sw_osm__check_header(sw_osm__wire in, sw_error *err);

/* ---- decoding a block ------------------------------------------------ */

enum { SW_OSM__TYPES = 3 };

// Entities of one type that follow one another in a blob. Types come in order,
// so a blob has at most three runs.
typedef struct {
    sw_osm_type type;
    size_t entities, tags, refs, members;  // where its columns start
    bool has_info;
} sw_osm__run;

// Columns of all runs of one blob, and what is known while it is decoded.
typedef struct {
    // Set by the caller.
    sw_osm_read_options how;
    uint64_t blob;
    sw_arena *arena;  // reset by the caller

    sw_osm__buffer entities, infos, tags, refs, members, strings;
    size_t entity_count, tag_count, ref_count, member_count, string_count;

    // Of the PrimitiveBlock. An index i of the file, i < string_limit, is
    // i + string_shift here: 1 if the file's first string is not empty.
    sw_osm__wire block;
    bool has_strings;  // decoded
    uint32_t string_limit, string_shift;
    int64_t granularity, lat_offset, lon_offset, date_granularity;

    sw_osm__run runs[SW_OSM__TYPES];
    size_t run_count;
    unsigned mask;          // types seen, wanted or not
    sw_osm_type last_type;  // meaningful if mask != 0
    int64_t last_id;        // of the last run

    // For the place of an error.
    bool at_entity;
    sw_osm_type at_type;
    int64_t at_id;

    // Set on success.
    sw_osm_block blocks[SW_OSM__TYPES];
} sw_osm__decoder;

// Decodes an unpacked PrimitiveBlock. `raw` must outlive the blocks: their
// strings lie in it. On failure the place names blob and entity.
SW_CHECK bool sw_osm__decode(sw_osm__decoder *d, sw_osm__wire raw,
                             sw_error *err);
void sw_osm__decoder_done(sw_osm__decoder *d);

// The parts of sw_osm__decode, one file each.
SW_CHECK bool sw_osm__decode_strings(sw_osm__decoder *d, sw_error *err);
SW_CHECK bool sw_osm__decode_dense(sw_osm__decoder *d, sw_osm__wire in,
                                   sw_error *err);
SW_CHECK bool sw_osm__decode_plain(sw_osm__decoder *d, sw_osm_type type,
                                   sw_osm__wire in, sw_error *err);

// Notes that entities of `type` follow; makes a run of them if they are wanted.
SW_CHECK bool sw_osm__enter_type(sw_osm__decoder *d, sw_osm_type type,
                                 bool *wanted, sw_error *err);
// Room for `more` entities (and their infos, if the run has any).
SW_CHECK bool sw_osm__reserve_entities(sw_osm__decoder *d, size_t more,
                                       sw_error *err);
// Makes the run one with metadata, absent so far.
SW_CHECK bool sw_osm__need_infos(sw_osm__decoder *d, sw_error *err);
bool sw_osm__fail_at(sw_osm__decoder *d, sw_osm_type type, int64_t id);

static inline sw_osm__run *sw_osm__current_run(sw_osm__decoder *d)
{
    return &d->runs[d->run_count - 1];
}

// May `id` follow in the current run?
static inline bool sw_osm__in_order(const sw_osm__decoder *d, int64_t id)
{
    return d->entity_count == d->runs[d->run_count - 1].entities ||
           sw_osm__key(id) > sw_osm__key(d->last_id);
}

static inline bool sw_osm__string_index(const sw_osm__decoder *d,
                                        uint64_t index, uint32_t *out)
{
    if (SW_OSM__UNLIKELY(index >= d->string_limit)) return false;
    *out = (uint32_t)index + d->string_shift;
    return true;
}

bool sw_osm__bad_string_index(sw_error *err);
bool sw_osm__bad_numbers(sw_error *err);

// A place in the units of the file, to 1e-7 degree.
SW_CHECK bool sw_osm__location(const sw_osm__decoder *d, int64_t lat,
                               int64_t lon, sw_location *out, sw_error *err);
// A time in the units of the file, to seconds.
SW_CHECK bool sw_osm__timestamp(const sw_osm__decoder *d, int64_t value,
                                int64_t *out, sw_error *err);

// Writers state a missing number as 0 or -1; here it is -1.
static inline int64_t sw_osm__or_absent(int64_t value)
{
    return value == 0 ? -1 : value;
}

#define SW_OSM__NO_INFO                                                        \
    ((sw_osm_info){                                                            \
        .version = -1, .uid = -1, .timestamp_s = -1, .changeset = -1})

// All values of a repeated number, in one run of varints: packed or not, in
// one piece or several (then copied together).
typedef struct {
    sw_osm__wire run;
    size_t count;
    size_t room;  // of the copy
} sw_osm__numbers;

SW_CHECK bool sw_osm__gather(sw_osm__numbers *numbers,
                             const sw_osm__field *field, sw_arena *arena,
                             sw_error *err);

/* ---- encoding a block ------------------------------------------------ */

// Where an output block ends (docs/encoding.md): after so many entities, or
// before the entity that would bring its weight above the limit. The weight is
// no less than what the entities can take unpacked, and depends on them alone.
enum {
    SW_OSM__BLOCK_ENTITIES = 8000,
    SW_OSM__BLOCK_WEIGHT = 16 * 1024 * 1024 - 1024,
    SW_OSM__ENTITY_WEIGHT = 96,  // and the bytes of the user name
    SW_OSM__TAG_WEIGHT = 24,     // and the bytes of key and value
    SW_OSM__REF_WEIGHT = 10,
    SW_OSM__MEMBER_WEIGHT = 24,  // and the bytes of the role
};

// The entities of one output block, copied from any number of input blocks.
// The strings are those the entities use; one that came with several input
// blocks stands here several times.
typedef struct {
    sw_osm_type type;
    bool has_info;
    sw_osm__buffer entities, infos, tags, refs, members, strings;
    size_t entity_count, tag_count, ref_count, member_count, string_count;
    // Where the strings' bytes stand: `text` of each is an offset.
    sw_osm__buffer text;
    size_t text_len;
} sw_osm__batch;

// A string of a batch.
typedef struct {
    size_t text;
    uint32_t len;
} sw_osm__text;

// For each string of an input block its number in the batch: valid if the
// stamp is the current one, which changes with block and batch.
typedef struct {
    sw_osm__buffer strings;  // of sw_osm__seen_string
    size_t count;
    uint32_t stamp;
} sw_osm__seen;

typedef struct {
    uint32_t stamp, string, len;
} sw_osm__seen_string;

SW_CHECK bool sw_osm__seen_start(sw_osm__seen *seen, size_t strings,
                                 sw_error *err);

SW_CHECK bool sw_osm__batch_start(sw_osm__batch *batch, sw_osm_type type,
                                  sw_error *err);
// Appends entity `index` of a block of the batch's type; the batch has fewer
// than SW_OSM__BLOCK_ENTITIES. `weight` is what it weighs.
SW_CHECK bool sw_osm__batch_add(sw_osm__batch *batch, sw_osm__seen *seen,
                                const sw_osm_block *block, size_t index,
                                size_t *weight, sw_error *err);
// Takes out the entity that was added last.
void sw_osm__batch_drop_last(sw_osm__batch *batch);
void sw_osm__batch_done(sw_osm__batch *batch);

static inline uint32_t sw_osm__text_len(const sw_osm__batch *batch,
                                        uint32_t string)
{
    return ((const sw_osm__text *)batch->strings.at)[string].len;
}

// The string table of one output block, in order of first use. Index 0 is the
// empty string that says "none"; a key or value that is empty has an entry of
// its own, since 0 ends the tags of a dense node.
typedef struct {
    uint64_t seed;  // keeps hostile strings from colliding; no byte depends
                    // on it
    const sw_osm__batch *batch;
    sw_osm__buffer remap;    // uint32_t: string of the batch to index; 0: new
    sw_osm__buffer slots;    // hash table, by content
    sw_osm__buffer sources;  // uint32_t: index to a string of the batch
    size_t slot_mask;
    uint32_t count;
    sw_osm__buffer bytes;  // StringTable as it is written
    uint8_t *end;
} sw_osm__table;

SW_CHECK bool sw_osm__table_start(sw_osm__table *table,
                                  const sw_osm__batch *batch, sw_error *err);
uint32_t sw_osm__table_add(sw_osm__table *table, uint32_t string);
void sw_osm__table_done(sw_osm__table *table);

// Index of a key or value.
static inline uint32_t sw_osm__table_tag(sw_osm__table *table, uint32_t string)
{
    uint32_t index = ((const uint32_t *)table->remap.at)[string];
    return SW_OSM__LIKELY(index != 0) ? index
                                      : sw_osm__table_add(table, string);
}

// Index of a role or user: the empty one is 0.
static inline uint32_t sw_osm__table_name(sw_osm__table *table, uint32_t string)
{
    return sw_osm__text_len(table->batch, string) == 0
               ? 0
               : sw_osm__table_tag(table, string);
}

// What one thread needs to encode. {0} is empty.
typedef struct {
    sw_osm__table table;
    sw_osm__buffer body, scratch, raw;
    void *deflate;  // struct libdeflate_compressor
} sw_osm__encoder;

void sw_osm__encoder_done(sw_osm__encoder *encoder);

// The PrimitiveBlock of a batch (docs/encoding.md).
SW_CHECK bool sw_osm__encode(sw_osm__encoder *encoder,
                             const sw_osm__batch *batch, sw_osm__wire *out,
                             sw_error *err);
// A whole blob, its length and header before it, as it stands in the file.
SW_CHECK bool sw_osm__pack(sw_osm__encoder *encoder, int level, sw_str type,
                           sw_osm__wire raw, sw_osm__buffer *out, size_t *size,
                           sw_error *err);

#endif
