// The released file as messages: four bytes of length, BlobHeader, Blob, again
// and again (OSM wiki, "PBF Format"). One blob is in memory at a time.
//
// Lengths from the file are compared with the format's limits before anything
// is allocated; what protobuf-c unpacks comes out of a budget with a ceiling;
// zlib never writes past the size that was declared.
//
// A message that does not pack into the bytes it was unpacked from was written
// otherwise than by a plain encoder: fields out of order or twice, numbers
// longer than need be, empty arrays. There is room in that to hide something,
// so it is a finding.
#include "inspect_internal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

struct sw_inspect__file {
    FILE *in;
    sw_arena *arena;  // of the current blob
    sw_inspect__budget budget;
    ProtobufCAllocator allocator;
    uint64_t size, offset, blobs;
};

/* ---- memory for protobuf-c -------------------------------------------- */

static void *budget_alloc(void *ctx, size_t size)
{
    sw_inspect__budget *budget = ctx;
    if (size > budget->ceiling - budget->used) {
        budget->over = true;
        return NULL;
    }
    void *at = sw_arena_alloc(budget->arena, size);
    budget->no_memory |= at == NULL;
    budget->used += size;
    return at;
}

// All of a blob ends together.
static void budget_free(void *ctx, void *at)
{
    (void)ctx;
    (void)at;
}

static bool fail_unpack(const sw_inspect__file *file, const char *what,
                        sw_error *err)
{
    if (file->budget.no_memory) return sw_fail_memory(err);
    if (file->budget.over) {
        return sw_fail(err, SW_ERR_INPUT,
                       "needs more memory than any sound blob (%zu bytes)",
                       file->budget.ceiling);
    }
    return sw_fail(err, SW_ERR_INPUT, "not a sound %s message", what);
}

/* ---- reading ---------------------------------------------------------- */

static uint8_t *read_bytes(sw_inspect__file *file, size_t size, sw_error *err)
{
    if (size > file->size - file->offset) {
        sw_fail(err, SW_ERR_INPUT, "the file is cut short");
        return NULL;
    }
    uint8_t *at = budget_alloc(&file->budget, size);
    if (at == NULL) {
        sw_fail_memory(err);
        return NULL;
    }
    if (fread(at, 1, size, file->in) != size) {
        if (ferror(file->in))
            sw_fail_errno(err, "read");
        else
            sw_fail(err, SW_ERR_INPUT, "the file became shorter");
        return NULL;
    }
    file->offset += size;
    return at;
}

// The length of the next BlobHeader; 0 where the file ends. What cannot be a
// length, behind at least one blob, is something that was put there.
static bool read_length(sw_inspect__file *file, size_t *out, sw_checks *checks,
                        sw_error *err)
{
    uint64_t left = file->size - file->offset;
    *out = 0;
    if (left == 0) return true;

    uint32_t size = 0;
    if (left >= 4) {
        const uint8_t *raw = read_bytes(file, 4, err);
        if (raw == NULL) return false;
        size = (uint32_t)raw[0] << 24 | (uint32_t)raw[1] << 16 |
               (uint32_t)raw[2] << 8 | raw[3];
    }
    if (size > 0 && size <= SW_MAX_BLOB_HEADER) {
        *out = size;
        return true;
    }
    if (file->blobs == 0) return sw_fail(err, SW_ERR_INPUT, "not OSM PBF");
    if (checks != NULL) {
        sw_inspect__find(checks, SW_CHECK_TRAILING_BYTES,
                         "%" PRIu64 " bytes behind blob %" PRIu64, left,
                         file->blobs - 1);
    }
    file->offset = file->size;
    return true;
}

static SwPbf__BlobHeader *read_head(sw_inspect__file *file, size_t size,
                                    const uint8_t **raw, sw_error *err)
{
    *raw = read_bytes(file, size, err);
    if (*raw == NULL) return NULL;
    SwPbf__BlobHeader *head =
        sw_pbf__blob_header__unpack(&file->allocator, size, *raw);
    if (head == NULL) {
        fail_unpack(file, "BlobHeader", err);
        return NULL;
    }
    if (head->datasize < 0 || head->datasize > SW_MAX_BLOB) {
        sw_fail(err, SW_ERR_INPUT,
                "blob of %" PRId32 " bytes, at most %d allowed", head->datasize,
                SW_MAX_BLOB);
        return NULL;
    }
    return head;
}

/* ---- inflating -------------------------------------------------------- */

static bool inflate_into(const ProtobufCBinaryData *from, uint8_t *to,
                         size_t size, size_t *left, sw_error *err)
{
    z_stream stream = {.next_in = from->data,
                       .avail_in = (uInt)from->len,
                       .next_out = to,
                       .avail_out = (uInt)size};
    if (inflateInit(&stream) != Z_OK) return sw_fail_memory(err);
    int status = inflate(&stream, Z_FINISH);
    bool whole = status == Z_STREAM_END && stream.total_out == size;
    *left = stream.avail_in;
    inflateEnd(&stream);
    if (status == Z_MEM_ERROR) return sw_fail_memory(err);
    if (whole) return true;
    return sw_fail(err, SW_ERR_INPUT,
                   "zlib data is damaged, or not of the size it declares");
}

static bool unwrap(sw_inspect__file *file, const SwPbf__Blob *blob,
                   ProtobufCBinaryData *out, size_t *left, sw_error *err)
{
    *left = 0;
    if (blob->has_raw) {
        *out = blob->raw;
        return true;
    }
    if (!blob->has_zlib_data) {
        return sw_fail(err, SW_ERR_INPUT,
                       "holds neither raw nor zlib data, as a release does");
    }
    if (!blob->has_raw_size || blob->raw_size < 0 ||
        blob->raw_size > SW_MAX_BLOB) {
        return sw_fail(err, SW_ERR_INPUT,
                       "declares no size, or more than the %d bytes allowed",
                       SW_MAX_BLOB);
    }
    out->len = (size_t)blob->raw_size;
    out->data = budget_alloc(&file->budget, out->len);
    if (out->data == NULL) return sw_fail_memory(err);
    return inflate_into(&blob->zlib_data, out->data, out->len, left, err);
}

/* ---- judging the envelope --------------------------------------------- */

// Does the message pack into just the bytes it came from? A message with
// unknown fields, which has its own finding, is not asked.
static bool packs_back(sw_inspect__file *file, const ProtobufCMessage *message,
                       const uint8_t *bytes, size_t size)
{
    if (message->n_unknown_fields > 0) return true;
    if (protobuf_c_message_get_packed_size(message) != size) return false;
    uint8_t *again = budget_alloc(&file->budget, size);
    if (again == NULL) return false;
    return protobuf_c_message_pack(message, again) == size &&
           (size == 0 || memcmp(again, bytes, size) == 0);
}

typedef struct {
    const SwPbf__BlobHeader *head;
    const uint8_t *head_raw;
    size_t head_size;
    const SwPbf__Blob *blob;
    const uint8_t *blob_raw;
    size_t left;  // bytes behind the zlib stream
} envelope;

static void judge_envelope(sw_inspect__file *file, const envelope *e,
                           sw_checks *checks)
{
    uint64_t number = file->blobs;
    sw_inspect__look(checks, SW_CHECK_TRAILING_BYTES);
    sw_inspect__look(checks, SW_CHECK_UNKNOWN_FIELD);
    sw_inspect__look(checks, SW_CHECK_NOT_CANONICAL);
    if (e->left > 0) {
        sw_inspect__find(checks, SW_CHECK_TRAILING_BYTES,
                         "blob %" PRIu64 ", %zu bytes behind its data", number,
                         e->left);
    }
    if (e->head->has_indexdata) {
        sw_inspect__find(checks, SW_CHECK_HEADER_LEAK,
                         "blob %" PRIu64 ", index data", number);
    }
    if (e->head->base.n_unknown_fields + e->blob->base.n_unknown_fields > 0) {
        sw_inspect__find(checks, SW_CHECK_UNKNOWN_FIELD, "blob %" PRIu64,
                         number);
    }
    bool plain = packs_back(file, &e->head->base, e->head_raw, e->head_size) &&
                 packs_back(file, &e->blob->base, e->blob_raw,
                            (size_t)e->head->datasize) &&
                 !e->blob->has_raw;
    if (!plain) {
        sw_inspect__find(checks, SW_CHECK_NOT_CANONICAL,
                         "blob %" PRIu64 ", its envelope", number);
    }
}

/* ---- what is inside --------------------------------------------------- */

static bool has_strays(const SwPbf__PrimitiveBlock *block)
{
    size_t strays = block->base.n_unknown_fields +
                    block->stringtable->base.n_unknown_fields;
    for (size_t i = 0; i < block->n_primitivegroup; i++) {
        const SwPbf__PrimitiveGroup *group = block->primitivegroup[i];
        strays += group->base.n_unknown_fields;
        if (group->dense == NULL) continue;
        strays += group->dense->base.n_unknown_fields;
        if (group->dense->denseinfo != NULL)
            strays += group->dense->denseinfo->base.n_unknown_fields;
    }
    return strays > 0;
}

static bool unpack_header(sw_inspect__file *file, ProtobufCBinaryData raw,
                          sw_inspect__blob *out, sw_error *err)
{
    out->header =
        sw_pbf__header_block__unpack(&file->allocator, raw.len, raw.data);
    return out->header != NULL || fail_unpack(file, "HeaderBlock", err);
}

static bool unpack_block(sw_inspect__file *file, ProtobufCBinaryData raw,
                         sw_inspect__blob *out, sw_error *err)
{
    out->block =
        sw_pbf__primitive_block__unpack(&file->allocator, raw.len, raw.data);
    return out->block != NULL || fail_unpack(file, "PrimitiveBlock", err);
}

static bool unpack(sw_inspect__file *file, const char *type,
                   ProtobufCBinaryData raw, sw_inspect__blob *out,
                   sw_checks *checks, sw_error *err)
{
    const ProtobufCMessage *message = NULL;
    bool strays = false;
    if (strcmp(type, "OSMHeader") == 0) {
        if (!unpack_header(file, raw, out, err)) return false;
        message = &out->header->base;
        strays = message->n_unknown_fields > 0;
    } else if (strcmp(type, "OSMData") == 0) {
        if (!unpack_block(file, raw, out, err)) return false;
        message = &out->block->base;
        strays = has_strays(out->block);
    }
    if (checks == NULL) return true;

    if (strays) {
        sw_inspect__find(checks, SW_CHECK_UNKNOWN_FIELD, "blob %" PRIu64,
                         out->number);
    } else if (message == NULL) {
        sw_inspect__find(checks, SW_CHECK_NOT_CANONICAL,
                         "blob %" PRIu64 ", of a type of its own", out->number);
    } else if (!packs_back(file, message, raw.data, raw.len)) {
        sw_inspect__find(checks, SW_CHECK_NOT_CANONICAL,
                         "blob %" PRIu64 ", its encoding", out->number);
    }
    return true;
}

static bool read_blob(sw_inspect__file *file, size_t size,
                      sw_inspect__blob *out, sw_checks *checks, sw_error *err)
{
    envelope e = {.head_size = size};
    e.head = read_head(file, size, &e.head_raw, err);
    if (e.head == NULL) return false;

    size_t blob_size = (size_t)e.head->datasize;
    e.blob_raw = read_bytes(file, blob_size, err);
    if (e.blob_raw == NULL) return false;
    e.blob = sw_pbf__blob__unpack(&file->allocator, blob_size, e.blob_raw);
    if (e.blob == NULL) return fail_unpack(file, "Blob", err);

    ProtobufCBinaryData raw = {0};
    if (!unwrap(file, e.blob, &raw, &e.left, err)) return false;
    if (checks != NULL) judge_envelope(file, &e, checks);
    out->raw_size = raw.len;
    return unpack(file, e.head->type, raw, out, checks, err);
}

/* ---- entry points ----------------------------------------------------- */

static bool examine(sw_inspect__file *file, sw_error *err)
{
    struct stat about;
    if (fstat(fileno(file->in), &about) != 0)
        return sw_fail_errno(err, "examine");
    if (!S_ISREG(about.st_mode)) {
        return sw_fail(err, SW_ERR_INPUT,
                       "not a regular file (a release is read twice)");
    }
    file->size = (uint64_t)about.st_size;
    return sw_arena_new(&file->arena, err);
}

bool sw_inspect__open(const char *path, sw_inspect__file **out, sw_error *err)
{
    sw_inspect__file *file = calloc(1, sizeof *file);
    if (file == NULL) return sw_fail_memory(err);

    file->in = fopen(path, "rbe");
    bool ok =
        (file->in != NULL || sw_fail_errno(err, "open")) && examine(file, err);
    if (!ok) {
        sw_inspect__close(file);
        return false;
    }
    file->budget = (sw_inspect__budget){.arena = file->arena,
                                        .ceiling = SW_MAX_BLOB_MEMORY};
    file->allocator =
        (ProtobufCAllocator){budget_alloc, budget_free, &file->budget};
    *out = file;
    return true;
}

void sw_inspect__close(sw_inspect__file *file)
{
    if (file == NULL) return;
    if (file->in != NULL) fclose(file->in);
    sw_arena_free(file->arena);
    free(file);
}

bool sw_inspect__rewind(sw_inspect__file *file, sw_error *err)
{
    file->offset = file->blobs = 0;
    if (fseeko(file->in, 0, SEEK_SET) == 0) return true;
    return sw_fail_errno(err, "read");
}

static void next_round(sw_inspect__file *file)
{
    sw_arena_reset(file->arena);
    file->budget.used = 0;
    file->budget.over = file->budget.no_memory = false;
}

static sw_step failed_at(const sw_inspect__file *file, sw_error *err)
{
    sw_error_at(err, "blob %" PRIu64, file->blobs);
    return SW_STEP_FAILED;
}

sw_step sw_inspect__next(sw_inspect__file *file, sw_inspect__blob *out,
                         sw_checks *checks, sw_error *err)
{
    size_t size;
    next_round(file);
    *out = (sw_inspect__blob){.number = file->blobs};
    if (!read_length(file, &size, checks, err)) return failed_at(file, err);
    if (size == 0) return SW_STEP_END;
    if (!read_blob(file, size, out, checks, err)) return failed_at(file, err);
    file->blobs++;
    return SW_STEP_ITEM;
}

sw_step sw_inspect__skip(sw_inspect__file *file, sw_error *err)
{
    size_t size;
    const uint8_t *raw;
    next_round(file);
    if (!read_length(file, &size, NULL, err)) return failed_at(file, err);
    if (size == 0) return SW_STEP_END;

    const SwPbf__BlobHeader *head = read_head(file, size, &raw, err);
    if (head == NULL) return failed_at(file, err);
    if (fseeko(file->in, head->datasize, SEEK_CUR) != 0) {
        sw_fail_errno(err, "read");
        return failed_at(file, err);
    }
    file->offset += (uint64_t)head->datasize;
    file->blobs++;
    return SW_STEP_ITEM;
}

uint64_t sw_inspect__offset(const sw_inspect__file *file)
{
    return file->offset;
}

uint64_t sw_inspect__size(const sw_inspect__file *file)
{
    return file->size;
}
