// Streaming reader. The caller's thread finds blobs (it reads their headers
// alone) and hands each to the pool, where one job reads, unpacks and decodes
// it; the queue gives the jobs back in the order of the file.
//
//     find ahead -> [ slot | slot | slot ] -> next block
//
// A slot is one blob with all its memory, used again and again; there are as
// many as the queue is deep, plus the one whose blocks the caller has. That
// bounds memory.
//
// The place of every blob found, and the types seen in it, are remembered: a
// later pass reads only blobs that hold what it wants. All files are read with
// pread, since a pass may run ahead of another.
//
// What is wrong in the file is told in its order: a blob header that cannot be
// read is an error only when all blobs before it were given.
#include "osm_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LENGTH_SIZE = 4 };    // before each BlobHeader
enum { HEADER_GUESS = 64 };  // most headers are shorter: one read
enum { SLOTS_PER_THREAD = 2 };
enum { UNSEEN = 0xff };  // types of a blob not decoded yet

// A blob that was found. `at` is where its Blob begins.
typedef struct {
    uint64_t at;
    uint32_t size;
    uint8_t is_data;
    uint8_t types;  // SW_OSM_NODES | ..., or UNSEEN
} blob_entry;

typedef struct {
    sw_osm_reader *reader;
    size_t blob;
    uint64_t at;
    uint32_t size;
    sw_arena *arena;
    sw_osm__buffer packed, raw;
    sw_osm__decoder decoder;
    void *results[SW_OSM__TYPES];
} slot;

struct sw_osm_reader {
    int fd;
    char *path;
    uint64_t size;
    sw_pool *pool;
    sw_queue *queue;
    sw_osm_read_options how;
    sw_osm__unpacker *unpackers;  // one a worker

    sw_osm__buffer blobs;  // of blob_entry
    size_t blob_count;
    uint64_t found_to;  // end of the last blob found
    bool find_failed;
    sw_error find_error;
    size_t next_blob;  // to hand to the pool

    slot *slots;
    size_t slot_count;
    slot **idle;
    size_t idle_count;

    slot *current;  // its blocks are being given
    size_t next_block;
    uint64_t covered;
    bool has_last;
    sw_osm_type last_type;
    int64_t last_id;
    bool failed;
    sw_error failure;
};

/* ---- the file -------------------------------------------------------- */

static bool open_file(sw_osm_reader *r, const char *path, sw_error *err)
{
    r->path = strdup(path);
    if (r->path == NULL) return sw_fail_memory(err);
    // Nonblocking, so that a pipe is told apart instead of waited for.
    r->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (r->fd < 0) {
        sw_fail_errno(err, "open");
        if (errno == ENOENT || errno == ENOTDIR) err->kind = SW_ERR_INPUT;
        return false;
    }

    struct stat about;
    if (fstat(r->fd, &about) != 0) return sw_fail_errno(err, "stat");
    if (!S_ISREG(about.st_mode)) {
        return sw_fail(err, SW_ERR_INPUT,
                       "not a regular file; a map is read several times, so "
                       "not from a pipe");
    }
    r->size = (uint64_t)about.st_size;
    return true;
}

static bool read_exact(const sw_osm_reader *r, uint64_t at, void *to,
                       size_t size, sw_error *err)
{
    uint8_t *bytes = to;
    while (size > 0) {
        ssize_t got = pread(r->fd, bytes, size, (off_t)at);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return sw_fail_errno(err, "read");
        if (got == 0)
            return sw_fail(err, SW_ERR_INPUT, "the file shrank while read");
        bytes += got;
        at += (uint64_t)got;
        size -= (size_t)got;
    }
    return true;
}

static bool refuse_end(const sw_osm_reader *r, const char *within,
                       sw_error *err)
{
    return sw_fail(err, SW_ERR_INPUT,
                   "truncated: the file ends at byte %" PRIu64 " within %s",
                   r->size, within);
}

/* ---- finding blobs --------------------------------------------------- */

static uint32_t load_be32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
           (uint32_t)at[2] << 8 | at[3];
}

static bool check_header_size(uint32_t size, sw_error *err)
{
    if (size <= SW_OSM__MAX_BLOB_HEADER) return true;
    return sw_fail(err, SW_ERR_INPUT,
                   "not OSM PBF: a blob header of %" PRIu32
                   " bytes, at most %d allowed",
                   size, SW_OSM__MAX_BLOB_HEADER);
}

// Reads length and header at `at`; *end is where the Blob begins.
static bool read_head(const sw_osm_reader *r, uint64_t at,
                      sw_osm__blob_head *head, uint64_t *end, sw_error *err)
{
    uint8_t bytes[LENGTH_SIZE + SW_OSM__MAX_BLOB_HEADER];
    uint64_t left = r->size - at;
    if (left < LENGTH_SIZE) return refuse_end(r, "a blob's length", err);
    size_t have = left < HEADER_GUESS ? (size_t)left : HEADER_GUESS;
    if (!read_exact(r, at, bytes, have, err)) return false;

    uint32_t size = load_be32(bytes);
    if (!check_header_size(size, err)) return false;
    if (size > left - LENGTH_SIZE) return refuse_end(r, "a blob header", err);
    size_t need = LENGTH_SIZE + size;
    if (need > have &&
        !read_exact(r, at + have, bytes + have, need - have, err))
        return false;

    sw_osm__wire in = {bytes + LENGTH_SIZE, bytes + need};
    if (!sw_osm__read_blob_head(in, head, err)) return false;
    *end = at + need;
    if (head->size > r->size - *end) return refuse_end(r, "a blob", err);
    return true;
}

static bool check_kind(const sw_osm_reader *r, sw_osm__blob_kind kind,
                       sw_error *err)
{
    if (r->blob_count == 0 && kind != SW_OSM__HEADER_BLOB) {
        return sw_fail(err, SW_ERR_INPUT,
                       "not OSM PBF: the first blob is not OSMHeader");
    }
    if (r->blob_count > 0 && kind == SW_OSM__HEADER_BLOB) {
        return sw_fail(err, SW_ERR_INPUT,
                       "a second OSMHeader: files were joined; osmium cat or "
                       "osmium merge joins them");
    }
    return true;
}

static bool find_blob(sw_osm_reader *r, sw_error *err)
{
    sw_osm__blob_head head = {0};
    uint64_t at;
    if (!read_head(r, r->found_to, &head, &at, err) ||
        !check_kind(r, head.kind, err) ||
        !sw_osm__reserve(&r->blobs, r->blob_count + 1, sizeof(blob_entry), err))
        return sw_error_at(err, "blob %zu", r->blob_count);

    blob_entry *entries = r->blobs.at;
    bool is_data = head.kind == SW_OSM__DATA_BLOB;
    entries[r->blob_count++] = (blob_entry){
        .at = at,
        .size = head.size,
        .is_data = is_data,
        .types = is_data ? UNSEEN : 0,
    };
    r->found_to = at + head.size;
    return true;
}

// The next blob that may hold something wanted. False: none (any more), or
// what follows cannot be read; find_failed tells.
static bool next_wanted(sw_osm_reader *r, size_t *out)
{
    for (;; r->next_blob++) {
        if (r->next_blob == r->blob_count) {
            if (r->find_failed || r->found_to == r->size) return false;
            if (!find_blob(r, &r->find_error)) {
                r->find_failed = true;
                return false;
            }
        }
        const blob_entry *entry =
            (const blob_entry *)r->blobs.at + r->next_blob;
        if ((entry->types & r->how.want) != 0) break;
    }
    *out = r->next_blob++;
    return true;
}

/* ---- one blob on the pool -------------------------------------------- */

static bool read_blob(slot *s, unsigned worker, sw_osm__wire *raw,
                      sw_error *err)
{
    sw_osm_reader *r = s->reader;
    sw_osm__trim(&s->packed);
    sw_osm__trim(&s->raw);
    if (!sw_osm__reserve(&s->packed, s->size, 1, err) ||
        !read_exact(r, s->at, s->packed.at, s->size, err))
        return false;
    const uint8_t *at = s->packed.at;
    return sw_osm__unpack(&r->unpackers[worker],
                          (sw_osm__wire){at, at + s->size}, &s->raw, raw, err);
}

static bool run_work(slot *s, sw_error *err)
{
    const sw_osm_read_options *how = &s->decoder.how;
    for (size_t i = 0; i < s->decoder.run_count; i++) {
        s->results[i] = NULL;
        if (how->work != NULL && !how->work(how->ctx, &s->decoder.blocks[i],
                                            s->arena, &s->results[i], err))
            return false;
    }
    return true;
}

static bool blob_job(void *job, unsigned worker, sw_error *err)
{
    slot *s = job;
    sw_osm__wire raw;
    sw_arena_reset(s->arena);
    return (read_blob(s, worker, &raw, err) &&
            sw_osm__decode(&s->decoder, raw, err) && run_work(s, err)) ||
           sw_error_at(err, "blob %zu", s->blob);
}

static void start_blob(sw_osm_reader *r, size_t blob)
{
    const blob_entry *entry = (const blob_entry *)r->blobs.at + blob;
    slot *s = r->idle[--r->idle_count];
    s->blob = blob;
    s->at = entry->at;
    s->size = entry->size;
    s->decoder.how = r->how;
    s->decoder.blob = blob;
    sw_queue_push(r->queue, blob_job, s);
}

static void read_ahead(sw_osm_reader *r)
{
    size_t blob;
    while (r->idle_count > 0 && !sw_queue_full(r->queue) &&
           next_wanted(r, &blob))
        start_blob(r, blob);
}

/* ---- blocks in order ------------------------------------------------- */

static void let_go(sw_osm_reader *r)
{
    if (r->current == NULL) return;
    r->idle[r->idle_count++] = r->current;
    r->current = NULL;
}

// Within a blob the decoder has seen to the order; here, between blobs.
static bool check_order(sw_osm_reader *r, const slot *s, sw_error *err)
{
    const sw_osm__decoder *d = &s->decoder;
    if (d->run_count == 0) return true;

    const sw_osm_block *first = &d->blocks[0];
    int64_t id = first->entities[0].id;
    if (r->has_last && first->type < r->last_type) {
        sw_osm__refuse_type_order(r->last_type, first->type, err);
    } else if (r->has_last && first->type == r->last_type &&
               sw_osm_id_cmp(id, r->last_id) <= 0) {
        sw_osm__refuse_order(first->type, r->last_id, id, err);
    } else {
        const sw_osm_block *last = &d->blocks[d->run_count - 1];
        r->has_last = true;
        r->last_type = last->type;
        r->last_id = last->entities[last->count - 1].id;
        return true;
    }
    return sw_error_at(err, "blob %zu, %s %" PRId64, s->blob,
                       sw_osm__type_name(first->type), id);
}

static void remember_types(sw_osm_reader *r, const slot *s)
{
    blob_entry *entry = (blob_entry *)r->blobs.at + s->blob;
    entry->types = (uint8_t)s->decoder.mask;
}

static sw_step next_blob(sw_osm_reader *r, sw_error *err)
{
    let_go(r);
    read_ahead(r);
    if (sw_queue_empty(r->queue)) {
        if (!r->find_failed) {
            r->covered = r->size;
            return SW_STEP_END;
        }
        *err = r->find_error;
        return SW_STEP_FAILED;
    }

    void *job;
    bool ok = sw_queue_pop(r->queue, &job, err);
    r->current = job;
    r->next_block = 0;
    if (!ok) return SW_STEP_FAILED;
    remember_types(r, r->current);
    r->covered = r->current->at + r->current->size;
    return check_order(r, r->current, err) ? SW_STEP_ITEM : SW_STEP_FAILED;
}

sw_step sw_osm_next(sw_osm_reader *r, const sw_osm_block **out, sw_error *err)
{
    while (!r->failed && (r->current == NULL ||
                          r->next_block == r->current->decoder.run_count)) {
        sw_step step = next_blob(r, &r->failure);
        if (step == SW_STEP_END) return SW_STEP_END;
        if (step == SW_STEP_FAILED) {
            sw_error_in(&r->failure, r->path);
            r->failed = true;
        }
    }
    if (r->failed) {
        *err = r->failure;
        return SW_STEP_FAILED;
    }
    *out = &r->current->decoder.blocks[r->next_block++];
    return SW_STEP_ITEM;
}

void *sw_osm_result(const sw_osm_reader *r)
{
    return r->current != NULL && r->next_block > 0
               ? r->current->results[r->next_block - 1]
               : NULL;
}

uint64_t sw_osm_offset(const sw_osm_reader *r)
{
    return r->covered;
}

uint64_t sw_osm_size(const sw_osm_reader *r)
{
    return r->size;
}

/* ---- open, rewind, close --------------------------------------------- */

static void set_options(sw_osm_reader *r, const sw_osm_read_options *options)
{
    r->how = options != NULL ? *options : (sw_osm_read_options){0};
    if (r->how.want == 0) r->how.want = SW_OSM_ALL;
}

static bool make_slots(sw_osm_reader *r, sw_error *err)
{
    unsigned threads = sw_pool_threads(r->pool);
    size_t depth = threads == 1 ? 1 : (size_t)threads * SLOTS_PER_THREAD;
    r->unpackers = calloc(threads, sizeof *r->unpackers);
    r->slots = calloc(depth + 1, sizeof *r->slots);
    r->idle = calloc(depth + 1, sizeof *r->idle);
    if (r->unpackers == NULL || r->slots == NULL || r->idle == NULL)
        return sw_fail_memory(err);

    for (; r->slot_count <= depth; r->slot_count++) {
        slot *s = &r->slots[r->slot_count];
        s->reader = r;
        if (!sw_arena_new(&s->arena, err)) return false;
        s->decoder.arena = s->arena;
        r->idle[r->idle_count++] = s;
    }
    return sw_queue_new(r->pool, depth, &r->queue, err);
}

static bool read_header(sw_osm_reader *r, sw_error *err)
{
    if (r->size == 0) {
        sw_fail(err, SW_ERR_INPUT, "not OSM PBF: the file is empty");
        return sw_error_at(err, "blob 0");
    }
    if (!find_blob(r, err)) return false;

    const blob_entry *entry = r->blobs.at;
    slot *s = &r->slots[0];
    s->at = entry->at;
    s->size = entry->size;
    sw_osm__wire raw;
    return (read_blob(s, 0, &raw, err) && sw_osm__check_header(raw, err)) ||
           sw_error_at(err, "blob 0");
}

static bool start(sw_osm_reader *r, const char *path, sw_error *err)
{
    return open_file(r, path, err) && make_slots(r, err) && read_header(r, err);
}

bool sw_osm_open(const char *path, sw_pool *pool,
                 const sw_osm_read_options *options, sw_osm_reader **out,
                 sw_error *err)
{
    sw_osm_reader *r = calloc(1, sizeof *r);
    if (r == NULL) return sw_fail_memory(err);
    r->fd = -1;
    r->pool = pool;
    set_options(r, options);
    if (!start(r, path, err)) {
        sw_osm_close(r);
        return sw_error_in(err, path);
    }
    r->covered = r->found_to;
    *out = r;
    return true;
}

// Lets all that is under way end; its failures no longer matter.
static void drain(sw_osm_reader *r)
{
    let_go(r);
    while (!sw_queue_empty(r->queue)) {
        sw_error ignored;
        void *job;
        if (sw_queue_pop(r->queue, &job, &ignored)) remember_types(r, job);
        r->idle[r->idle_count++] = job;
    }
}

bool sw_osm_rewind(sw_osm_reader *r, const sw_osm_read_options *options,
                   sw_error *err)
{
    drain(r);
    set_options(r, options);
    r->next_blob = 0;
    r->next_block = 0;
    r->has_last = false;
    r->failed = false;
    const blob_entry *header = r->blobs.at;
    r->covered = header->at + header->size;
    return true;
}

void sw_osm_close(sw_osm_reader *r)
{
    if (r == NULL) return;
    sw_queue_free(r->queue);  // waits: jobs use all that follows
    for (size_t i = 0; i < r->slot_count; i++) {
        slot *s = &r->slots[i];
        sw_osm__release(&s->packed);
        sw_osm__release(&s->raw);
        sw_osm__decoder_done(&s->decoder);
        sw_arena_free(s->arena);
    }
    if (r->unpackers != NULL) {
        for (unsigned i = 0; i < sw_pool_threads(r->pool); i++)
            sw_osm__unpacker_done(&r->unpackers[i]);
    }
    sw_osm__release(&r->blobs);
    free(r->unpackers);
    free(r->slots);
    free(r->idle);
    free(r->path);
    if (r->fd >= 0) close(r->fd);
    free(r);
}
