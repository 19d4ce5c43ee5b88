// Loading: every feature of the list is read and judged, also those that are
// not in force; those in force are buffered and turned into integers. Features
// are independent, so long lists are worked on by all processors; results are
// taken in the list's order, so that the first fault of the list is the one
// told. At the end all is sorted by id: nothing depends on the order of the
// list.
//
// Zones are secret. What is kept or built here is zeroed before it is freed;
// the passing copies that jansson and GEOS make while they work are theirs.
#include "geo_internal.h"

#include <stdlib.h>
#include <string.h>

#define MAX_BUFFER_M    100000.0
#define PARALLEL_BYTES  ((size_t)64 << 10)  // a list worth starting threads
#define JOBS_PER_THREAD 8

/** One feature: what to read, and what came of it. */
typedef struct {
    struct loader *loader;
    sw_str text;
    size_t line;
    size_t number;  // of the feature, from 1: lists may be one long line
    sw_arena *arena;
    sw_geo__feature feature;
    bool in_force;
    sw_geo__shape shape;
    sw_geo__bytes canonical;
} job;

/** A feature that was read. */
typedef struct {
    sw_str id;
    size_t line;
    size_t number;  // of the feature, from 1: lists may be one long line
    bool in_force;
    size_t first_span, spans;  // in the loader's shape
    size_t first_byte, bytes;  // in the loader's canonical forms
} entry;

typedef struct loader {
    const sw_zones_options *options;
    sw_pool *pool;
    sw_queue *queue;
    job *jobs;  // taken in turn: as many as the queue holds
    size_t job_count, next_job;
    bool failed;                // a job did, and its error was told
    GEOSContextHandle_t *geos;  // one for each worker
    sw_arena *ids;
    sw_geo__vec entries;  // entry
    sw_geo__shape shape;
    sw_geo__bytes canonical;
} loader;

static bool init_jobs(loader *l, sw_error *err)
{
    l->jobs = calloc(l->job_count, sizeof *l->jobs);
    if (l->jobs == NULL) return sw_fail_memory(err);
    for (size_t i = 0; i < l->job_count; i++) {
        l->jobs[i].loader = l;
        if (!sw_arena_new_secret(&l->jobs[i].arena, err)) return false;
    }
    return true;
}

static bool init_geos(loader *l, sw_error *err)
{
    unsigned threads = sw_pool_threads(l->pool);
    l->geos = calloc(threads, sizeof *l->geos);
    if (l->geos == NULL) return sw_fail_memory(err);
    for (unsigned i = 0; i < threads; i++) {
        l->geos[i] = GEOS_init_r();
        if (l->geos[i] == NULL) return sw_fail_memory(err);
    }
    return true;
}

static bool loader_init(loader *l, size_t list_bytes,
                        const sw_zones_options *options, sw_error *err)
{
    *l = (loader){.options = options};
    unsigned threads = list_bytes < PARALLEL_BYTES ? 1 : 0;
    if (!sw_pool_new(threads, &l->pool, err)) return false;
    l->job_count = (size_t)sw_pool_threads(l->pool) * JOBS_PER_THREAD;
    return sw_queue_new(l->pool, l->job_count, &l->queue, err) &&
           sw_arena_new_secret(&l->ids, err) && init_jobs(l, err) &&
           init_geos(l, err);
}

static void job_done(job *j)
{
    sw_arena_free(j->arena);
    sw_geo__shape_free(&j->shape);
    sw_geo__vec_free(&j->canonical.bytes, 1);
}

static void loader_done(loader *l)
{
    if (l->queue != NULL) sw_queue_free(l->queue);
    for (size_t i = 0; l->jobs != NULL && i < l->job_count; i++) {
        job_done(&l->jobs[i]);
    }
    free(l->jobs);
    for (unsigned i = 0; l->geos != NULL && i < sw_pool_threads(l->pool); i++) {
        if (l->geos[i] != NULL) GEOS_finish_r(l->geos[i]);
    }
    free(l->geos);
    sw_pool_free(l->pool);
    sw_arena_free(l->ids);
    sw_geo__vec_free(&l->entries, sizeof(entry));
    sw_geo__shape_free(&l->shape);
    sw_geo__vec_free(&l->canonical.bytes, 1);
}

static bool is_in_force(const sw_geo__feature *feature, sw_date date)
{
    if (date == 0) return true;
    return (!feature->has_from || feature->from <= date) &&
           (!feature->has_to || date <= feature->to);
}

static bool work_on(job *j, GEOSContextHandle_t geos, sw_error *err)
{
    const sw_zones_options *options = j->loader->options;
    sw_geo__feature *feature = &j->feature;
    if (!sw_geo__feature_read(j->text, j->line, j->arena, feature, err) ||
        !sw_geo__feature_check(geos, feature, err)) {
        return false;
    }
    j->in_force = is_in_force(feature, options->date);
    if (!j->in_force) return true;

    double buffer_m =
        feature->has_buffer ? feature->buffer_m : options->buffer_m;
    if (!sw_geo__buffer(geos, feature, buffer_m, &j->shape, err)) return false;
    sw_geo__canonical_add(&j->canonical, feature, buffer_m);
    return !j->canonical.failed || sw_fail_memory(err);
}

static bool run_job(void *work, unsigned worker, sw_error *err)
{
    job *j = work;
    return work_on(j, j->loader->geos[worker], err) ||
           sw_error_at(err, "line %zu, feature %zu", j->line, j->number);
}

static bool add_shape(sw_geo__shape *to, const sw_geo__shape *from,
                      size_t first, size_t spans, uint32_t zone, sw_error *err)
{
    const sw_location *places = SW_GEO_AT(&from->places, sw_location);
    for (size_t i = 0; i < spans; i++) {
        const sw_geo__span *span =
            SW_GEO_AT(&from->spans, sw_geo__span) + first + i;
        if (!sw_geo__shape_add(to, places + span->first, span->count,
                               span->hole, err)) {
            return false;
        }
        SW_GEO_AT(&to->spans, sw_geo__span)[to->spans.count - 1].zone = zone;
    }
    return true;
}

// Takes over what the oldest job made.
static bool take_job(loader *l, sw_error *err)
{
    void *oldest;
    if (!sw_queue_pop(l->queue, &oldest, err)) return false;
    job *j = oldest;
    entry made = {.line = j->line,
                  .number = j->number,
                  .in_force = j->in_force,
                  .first_span = l->shape.spans.count,
                  .spans = j->shape.spans.count,
                  .first_byte = l->canonical.bytes.count,
                  .bytes = j->canonical.bytes.count};
    if (!add_shape(&l->shape, &j->shape, 0, made.spans, 0, err)) return false;
    sw_geo__canonical_copy(&l->canonical,
                           SW_GEO_AT(&j->canonical.bytes, unsigned char),
                           made.bytes);
    entry *added = SW_GEO_ADD(&l->entries, entry, 1);
    if (added == NULL || l->canonical.failed ||
        !sw_arena_str(l->ids, j->feature.id, &made.id)) {
        return sw_fail_memory(err);
    }
    *added = made;
    return l->entries.count < UINT32_MAX ||
           sw_fail(err, SW_ERR_INPUT, "the list has too many zones");
}

static bool push_feature(void *ctx, sw_str text, size_t line, sw_error *err)
{
    loader *l = ctx;
    if (sw_queue_full(l->queue) && !take_job(l, err)) {
        l->failed = true;
        return false;
    }

    job *j = &l->jobs[l->next_job++ % l->job_count];
    sw_arena_reset(j->arena);
    sw_geo__shape_free(&j->shape);
    sw_geo__vec_free(&j->canonical.bytes, 1);
    j->text = text;
    j->line = line;
    j->number = l->next_job;
    sw_queue_push(l->queue, run_job, j);
    return true;
}

// What the scanner finds comes after all that the jobs in the queue may find.
static bool read_features(loader *l, sw_str text, sw_error *err)
{
    sw_error scanned;
    bool ok = sw_geo__list_read(text, push_feature, l, &scanned);
    while (!l->failed && !sw_queue_empty(l->queue)) {
        if (!take_job(l, err)) return false;
    }
    if (!ok) *err = scanned;
    return ok;
}

static int compare_entry(const void *left, const void *right)
{
    const entry *a = left, *b = right;
    int order = sw_str_cmp(a->id, b->id);
    return order != 0 ? order
                      : (a->number > b->number) - (a->number < b->number);
}

// Of all ids that stand twice the one is told whose second zone comes first.
static bool sort_entries(loader *l, sw_error *err)
{
    entry *entries = SW_GEO_AT(&l->entries, entry);
    if (l->entries.count == 0) return true;
    qsort(entries, l->entries.count, sizeof *entries, compare_entry);

    const entry *twice = NULL;
    for (size_t i = 1; i < l->entries.count; i++) {
        if (!sw_str_eq(entries[i].id, entries[i - 1].id)) continue;
        if (twice == NULL || entries[i].number < twice->number)
            twice = &entries[i];
    }
    if (twice == NULL) return true;
    sw_fail(err, SW_ERR_INPUT,
            "property id: the zone on line %zu (feature %zu) has the same one",
            (twice - 1)->line, (twice - 1)->number);
    return sw_error_at(err, "line %zu, feature %zu", twice->line,
                       twice->number);
}

static bool take_entry(const loader *l, const entry *e, sw_zones *zones,
                       sw_error *err)
{
    if (!e->in_force) {
        zones->idle++;
        return true;
    }
    if (!add_shape(&zones->shape, &l->shape, e->first_span, e->spans,
                   (uint32_t)zones->count, err)) {
        return false;
    }
    sw_geo__canonical_copy(&zones->canonical,
                           SW_GEO_AT(&l->canonical.bytes, unsigned char) +
                               e->first_byte,
                           e->bytes);
    zones->count++;
    return !zones->canonical.failed || sw_fail_memory(err);
}

static bool take_entries(const loader *l, sw_zones *zones, sw_error *err)
{
    const entry *entries = SW_GEO_AT(&l->entries, entry);
    uint64_t count = 0;
    for (size_t i = 0; i < l->entries.count; i++)
        count += entries[i].in_force;
    sw_geo__canonical_begin(&zones->canonical, count);
    for (size_t i = 0; i < l->entries.count; i++) {
        if (!take_entry(l, &entries[i], zones, err)) return false;
    }
    return true;
}

static bool check_options(const sw_zones_options *options, sw_error *err)
{
    return (options->buffer_m >= 0 && options->buffer_m <= MAX_BUFFER_M) ||
           sw_fail(err, SW_ERR_USAGE,
                   "the zones' buffer must be from 0 to %.0f metres",
                   MAX_BUFFER_M);
}

bool sw_zones_parse(sw_str text, const sw_zones_options *options,
                    sw_zones **out, sw_error *err)
{
    if (!check_options(options, err)) return false;
    sw_zones *zones = calloc(1, sizeof *zones);
    if (zones == NULL) return sw_fail_memory(err);

    loader l;
    bool ok = loader_init(&l, text.len, options, err) &&
              sw_arena_new_secret(&zones->arena, err) &&
              read_features(&l, text, err) && sort_entries(&l, err) &&
              take_entries(&l, zones, err);
    loader_done(&l);
    ok = ok &&
         sw_geo__index_build(&zones->shape, zones->arena, &zones->index, err);
    if (!ok) {
        sw_zones_free(zones);
        return false;
    }
    *out = zones;
    return true;
}
