// Canonical writer. The caller's thread copies entities into a batch; a full
// batch is encoded and deflated by one job on the pool, and the jobs' blobs are
// written in the order of the batches.
//
// Copying is cheap beside the rest, and frees the caller's block at once.
// Where a block ends is a function of the entities alone; docs/encoding.md.
#include "osm_internal.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/random.h>

enum { DEFAULT_LEVEL = 2, MAX_LEVEL = 12 };
enum { BATCHES_PER_THREAD = 2 };

typedef struct {
    sw_osm_writer *writer;
    sw_osm__batch batch;
    sw_osm__buffer blob;
    size_t blob_size;
} slot;

struct sw_osm_writer {
    sw_output *out;
    sw_pool *pool;
    sw_queue *queue;
    int level;
    sw_osm__encoder *encoders;  // one a worker

    slot *slots;
    size_t slot_count;
    slot **idle;
    size_t idle_count;
    slot *current;  // being filled; NULL: none
    size_t weight;  // of its batch
    sw_osm__seen seen;

    bool has_last;
    sw_osm_type last_type;
    int64_t last_id;
    bool failed, finished;
    sw_error failure;
};

/* ---- blocks ---------------------------------------------------------- */

static bool encode_job(void *job, unsigned worker, sw_error *err)
{
    slot *s = job;
    sw_osm_writer *w = s->writer;
    sw_osm__encoder *e = &w->encoders[worker];
    sw_osm__wire raw;
    return sw_osm__encode(e, &s->batch, &raw, err) &&
           sw_osm__pack(e, w->level, SW_STR("OSMData"), raw, &s->blob,
                        &s->blob_size, err);
}

static bool write_oldest(sw_osm_writer *w, sw_error *err)
{
    void *job;
    bool ok = sw_queue_pop(w->queue, &job, err);
    slot *s = job;
    ok = ok && sw_output_write(w->out, s->blob.at, s->blob_size, err);
    w->idle[w->idle_count++] = s;
    return ok;
}

// Hands the batch to the pool.
static bool end_block(sw_osm_writer *w, sw_error *err)
{
    if (w->current == NULL) return true;
    if (sw_queue_full(w->queue) && !write_oldest(w, err)) return false;
    sw_queue_push(w->queue, encode_job, w->current);
    w->current = NULL;
    return true;
}

static bool start_block(sw_osm_writer *w, const sw_osm_block *block,
                        sw_error *err)
{
    if (w->idle_count == 0 && !write_oldest(w, err)) return false;
    w->current = w->idle[--w->idle_count];
    w->weight = 0;
    return sw_osm__seen_start(&w->seen, block->string_count, err) &&
           sw_osm__batch_start(&w->current->batch, block->type, err);
}

/* ---- entities -------------------------------------------------------- */

static void assert_order(sw_osm_writer *w, sw_osm_type type, int64_t id)
{
    assert(!w->has_last || type > w->last_type ||
           (type == w->last_type && sw_osm__key(id) > sw_osm__key(w->last_id)));
    w->has_last = true;
    w->last_type = type;
    w->last_id = id;
}

static bool write_entity(sw_osm_writer *w, const sw_osm_block *block, size_t i,
                         sw_error *err)
{
    if (w->current == NULL && !start_block(w, block, err)) return false;
    size_t weight;
    sw_osm__batch *batch = &w->current->batch;
    if (!sw_osm__batch_add(batch, &w->seen, block, i, &weight, err))
        return false;

    w->weight += weight;
    if (SW_OSM__UNLIKELY(w->weight > SW_OSM__BLOCK_WEIGHT) &&
        batch->entity_count > 1) {
        sw_osm__batch_drop_last(batch);
        if (!end_block(w, err)) return false;
        return write_entity(w, block, i, err);  // once: it stands alone now
    }
    return batch->entity_count < SW_OSM__BLOCK_ENTITIES || end_block(w, err);
}

static bool write_block(sw_osm_writer *w, const sw_osm_block *block,
                        sw_error *err)
{
    if (w->current != NULL && w->current->batch.type != block->type &&
        !end_block(w, err))
        return false;
    if (!sw_osm__seen_start(&w->seen, block->string_count, err)) return false;
    for (size_t i = 0; i < block->count; i++) {
        int64_t id = block->entities[i].id;
        assert_order(w, block->type, id);
        if (!write_entity(w, block, i, err)) {
            return sw_error_at(err, "%s %" PRId64,
                               sw_osm__type_name(block->type), id);
        }
    }
    return true;
}

// A failure stays: nothing may follow a block that is missing.
static bool settle(sw_osm_writer *w, bool ok, sw_error *err)
{
    if (!ok) {
        w->failed = true;
        *err = w->failure;
    }
    return ok;
}

bool sw_osm_write(sw_osm_writer *w, const sw_osm_block *block, sw_error *err)
{
    assert(!w->finished);
    bool ok =
        !w->failed && (block->count == 0 || write_block(w, block, &w->failure));
    return settle(w, ok, err);
}

bool sw_osm_finish(sw_osm_writer *w, sw_error *err)
{
    assert(!w->finished);
    bool ok = !w->failed && end_block(w, &w->failure);
    while (ok && !sw_queue_empty(w->queue))
        ok = write_oldest(w, &w->failure);
    w->finished = true;
    return settle(w, ok, err);
}

/* ---- begin and free -------------------------------------------------- */

// HeaderBlock: required_features = 4, optional_features = 5,
// writingprogram = 16.
static bool write_header(sw_osm_writer *w, sw_error *err)
{
    static const char raw[] = "\x22\x0eOsmSchema-V0.6"
                              "\x22\x0a"
                              "DenseNodes"
                              "\x2a\x11Sort.Type_then_ID"
                              "\x82\x01\x06segwan";
    const uint8_t *at = (const uint8_t *)raw;
    slot *s = &w->slots[0];
    return sw_osm__pack(&w->encoders[0], w->level, SW_STR("OSMHeader"),
                        (sw_osm__wire){at, at + sizeof raw - 1}, &s->blob,
                        &s->blob_size, err) &&
           sw_output_write(w->out, s->blob.at, s->blob_size, err);
}

static bool make_encoders(sw_osm_writer *w, sw_error *err)
{
    unsigned threads = sw_pool_threads(w->pool);
    w->encoders = calloc(threads, sizeof *w->encoders);
    if (w->encoders == NULL) return sw_fail_memory(err);

    uint64_t seed;
    if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) != sizeof seed)
        seed = (uintptr_t)w->encoders;
    for (unsigned i = 0; i < threads; i++)
        w->encoders[i].table.seed = seed;
    return true;
}

static bool make_slots(sw_osm_writer *w, sw_error *err)
{
    unsigned threads = sw_pool_threads(w->pool);
    size_t depth = threads == 1 ? 1 : (size_t)threads * BATCHES_PER_THREAD;
    w->slot_count = depth + 1;
    w->slots = calloc(w->slot_count, sizeof *w->slots);
    w->idle = calloc(w->slot_count, sizeof *w->idle);
    if (w->slots == NULL || w->idle == NULL) return sw_fail_memory(err);
    for (size_t i = 0; i < w->slot_count; i++) {
        w->slots[i].writer = w;
        w->idle[w->idle_count++] = &w->slots[i];
    }
    return sw_queue_new(w->pool, depth, &w->queue, err);
}

bool sw_osm_begin(sw_output *out, sw_pool *pool,
                  const sw_osm_write_options *options, sw_osm_writer **writer,
                  sw_error *err)
{
    int level = options != NULL ? options->level : 0;
    if (level < 0 || level > MAX_LEVEL) {
        return sw_fail(err, SW_ERR_USAGE,
                       "compression level %d, 1 to %d allowed", level,
                       MAX_LEVEL);
    }
    sw_osm_writer *w = calloc(1, sizeof *w);
    if (w == NULL) return sw_fail_memory(err);
    w->out = out;
    w->pool = pool;
    w->level = level != 0 ? level : DEFAULT_LEVEL;
    if (!make_encoders(w, err) || !make_slots(w, err) ||
        !write_header(w, err)) {
        sw_osm_writer_free(w);
        return false;
    }
    *writer = w;
    return true;
}

void sw_osm_writer_free(sw_osm_writer *w)
{
    if (w == NULL) return;
    sw_queue_free(w->queue);  // waits: jobs use all that follows
    if (w->slots != NULL) {
        for (size_t i = 0; i < w->slot_count; i++) {
            sw_osm__batch_done(&w->slots[i].batch);
            sw_osm__release(&w->slots[i].blob);
        }
    }
    if (w->encoders != NULL) {
        for (unsigned i = 0; i < sw_pool_threads(w->pool); i++)
            sw_osm__encoder_done(&w->encoders[i]);
    }
    sw_osm__release(&w->seen.strings);
    free(w->encoders);
    free(w->slots);
    free(w->idle);
    free(w);
}
