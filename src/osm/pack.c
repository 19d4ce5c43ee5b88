// Whole blobs as they stand in a file: length, BlobHeader, Blob.
//
//     BlobHeader  type = 1, datasize = 3
//     Blob        raw_size = 2, zlib_data = 3
#include "osm_internal.h"

#include <libdeflate.h>

// Around the payload: 4 + 2 + type + 6, then 6 + 6.
enum { FRAME = 64, LENGTH_SIZE = 4 };

static uint8_t *put_be32(uint8_t *to, uint32_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        *to++ = (uint8_t)(value >> shift);
    return to;
}

static bool deflate_to(sw_osm__encoder *e, int level, sw_osm__wire raw,
                       sw_error *err, size_t *size)
{
    if (e->deflate == NULL) {
        e->deflate = libdeflate_alloc_compressor(level);
        if (e->deflate == NULL) return sw_fail_memory(err);
    }
    size_t len = sw_osm__left(raw);
    size_t bound = libdeflate_zlib_compress_bound(e->deflate, len);
    if (!sw_osm__reserve(&e->body, bound, 1, err)) return false;
    *size =
        libdeflate_zlib_compress(e->deflate, raw.at, len, e->body.at, bound);
    if (*size > SW_OSM__MAX_BLOB - FRAME) {
        return sw_fail(err, SW_ERR_INPUT,
                       "a block takes %zu bytes packed; a blob has at most %d",
                       *size, SW_OSM__MAX_BLOB);
    }
    return true;
}

// Everything before the payload of `packed` bytes.
static uint8_t *put_frame(uint8_t *to, sw_str type, size_t raw, size_t packed)
{
    size_t blob =
        1 + sw_osm__varint_size(raw) + 1 + sw_osm__varint_size(packed) + packed;
    size_t header = 1 + 1 + type.len + 1 + sw_osm__varint_size(blob);
    to = put_be32(to, (uint32_t)header);
    *to++ = WIRE_TAG(1, WIRE_BYTES);
    *to++ = (uint8_t)type.len;  // short: it is one of two
    memcpy(to, type.at, type.len);
    to += type.len;
    *to++ = WIRE_TAG(3, WIRE_VARINT);
    to = sw_osm__put(to, blob);
    *to++ = WIRE_TAG(2, WIRE_VARINT);
    to = sw_osm__put(to, raw);
    *to++ = WIRE_TAG(3, WIRE_BYTES);
    return sw_osm__put(to, packed);
}

bool sw_osm__pack(sw_osm__encoder *e, int level, sw_str type, sw_osm__wire raw,
                  sw_osm__buffer *out, size_t *size, sw_error *err)
{
    size_t packed = 0;
    if (!deflate_to(e, level, raw, err, &packed)) return false;
    if (!sw_osm__reserve(out, packed + FRAME, 1, err)) return false;
    uint8_t *to = put_frame(out->at, type, sw_osm__left(raw), packed);
    memcpy(to, e->body.at, packed);
    *size = (size_t)(to + packed - (uint8_t *)out->at);
    return true;
}

void sw_osm__encoder_done(sw_osm__encoder *e)
{
    libdeflate_free_compressor(e->deflate);
    sw_osm__table_done(&e->table);
    sw_osm__release(&e->body);
    sw_osm__release(&e->scratch);
    sw_osm__release(&e->raw);
}
