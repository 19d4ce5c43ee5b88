// Loading: every feature of the list is read and judged, also those that are
// not in force; those in force are buffered and turned into integers. At the
// end all is sorted by id, so that nothing depends on the order of the list.
//
// Zones are secret. What is kept or built here is zeroed before it is freed;
// the passing copies that jansson and GEOS make while they parse are theirs.
#include "geo_internal.h"

#include <stdlib.h>
#include <string.h>

#define MAX_LIST_BYTES ((size_t)1 << 30)
#define MAX_ZONES      UINT32_MAX
#define MAX_BUFFER_M   100000.0

struct sw_zones {
    sw_arena *arena;
    size_t count, idle;
    sw_geo__shape shape;
    sw_geo__index index;
    sw_geo__bytes canonical;
};

/** A feature that was read. */
typedef struct {
    sw_str id;
    size_t line;
    bool in_force;
    size_t first_span, spans;  // in the loader's shape
    size_t first_byte, bytes;  // in the loader's canonical forms
} entry;

typedef struct {
    const sw_zones_options *options;
    GEOSContextHandle_t geos;
    sw_arena *scratch;  // one feature
    sw_arena *ids;
    sw_geo__vec entries;  // entry
    sw_geo__shape shape;
    sw_geo__bytes canonical;
} loader;

static bool loader_init(loader *l, const sw_zones_options *options,
                        sw_error *err)
{
    *l = (loader){.options = options};
    if (!sw_arena_new_secret(&l->scratch, err) ||
        !sw_arena_new_secret(&l->ids, err)) {
        return false;
    }
    l->geos = GEOS_init_r();
    return l->geos != NULL || sw_fail_memory(err);
}

static void loader_done(loader *l)
{
    sw_arena_free(l->scratch);
    sw_arena_free(l->ids);
    if (l->geos != NULL) GEOS_finish_r(l->geos);
    sw_geo__vec_free(&l->entries, sizeof(entry));
    sw_geo__shape_free(&l->shape);
    sw_geo__vec_free(&l->canonical.bytes, 1);
}

static bool in_force(const sw_geo__feature *feature, sw_date date)
{
    if (date == 0) return true;
    return (!feature->has_from || feature->from <= date) &&
           (!feature->has_to || date <= feature->to);
}

static bool add_zone(loader *l, const sw_geo__feature *feature, entry *made,
                     sw_error *err)
{
    double buffer_m =
        feature->has_buffer ? feature->buffer_m : l->options->buffer_m;
    made->first_span = l->shape.spans.count;
    made->first_byte = l->canonical.bytes.count;
    if (!sw_geo__buffer(l->geos, feature, buffer_m, &l->shape, err)) {
        return false;
    }
    sw_geo__canonical_add(&l->canonical, feature, buffer_m);
    if (l->canonical.failed) return sw_fail_memory(err);
    made->spans = l->shape.spans.count - made->first_span;
    made->bytes = l->canonical.bytes.count - made->first_byte;
    return true;
}

static bool add_feature(void *ctx, sw_str text, size_t line, sw_error *err)
{
    loader *l = ctx;
    sw_geo__feature feature;
    sw_arena_reset(l->scratch);
    if (!sw_geo__feature_read(text, line, l->scratch, &feature, err) ||
        !sw_geo__feature_check(l->geos, &feature, err)) {
        return false;
    }

    entry made = {.line = line,
                  .in_force = in_force(&feature, l->options->date)};
    if (!sw_arena_str(l->ids, feature.id, &made.id)) return sw_fail_memory(err);
    if (made.in_force && !add_zone(l, &feature, &made, err)) return false;

    entry *added = SW_GEO_ADD(&l->entries, entry, 1);
    if (added == NULL) return sw_fail_memory(err);
    *added = made;
    return l->entries.count < MAX_ZONES ||
           sw_fail(err, SW_ERR_INPUT, "the list has too many zones");
}

static int compare_entry(const void *left, const void *right)
{
    const entry *a = left, *b = right;
    int order = sw_str_cmp(a->id, b->id);
    return order != 0 ? order : (a->line > b->line) - (a->line < b->line);
}

// Of all ids that stand twice the one is named whose second zone comes first.
static bool sort_entries(loader *l, sw_error *err)
{
    entry *entries = SW_GEO_AT(&l->entries, entry);
    if (l->entries.count == 0) return true;
    qsort(entries, l->entries.count, sizeof *entries, compare_entry);

    const entry *twice = NULL;
    for (size_t i = 1; i < l->entries.count; i++) {
        if (!sw_str_eq(entries[i].id, entries[i - 1].id)) continue;
        if (twice == NULL || entries[i].line < twice->line) twice = &entries[i];
    }
    if (twice == NULL) return true;
    sw_fail(err, SW_ERR_INPUT,
            "property id: the zone on line %zu has the same one",
            (twice - 1)->line);
    return sw_error_at(err, "line %zu", twice->line);
}

static bool take_shape(const loader *l, const entry *e, sw_zones *zones,
                       sw_error *err)
{
    const sw_location *places = SW_GEO_AT(&l->shape.places, sw_location);
    for (size_t i = 0; i < e->spans; i++) {
        const sw_geo__span *span =
            SW_GEO_AT(&l->shape.spans, sw_geo__span) + e->first_span + i;
        if (!sw_geo__shape_add(&zones->shape, places + span->first, span->count,
                               span->hole, err)) {
            return false;
        }
        SW_GEO_AT(&zones->shape.spans, sw_geo__span)
        [zones->shape.spans.count - 1].zone = (uint32_t)zones->count;
    }
    return true;
}

static bool take_entry(const loader *l, const entry *e, sw_zones *zones,
                       sw_error *err)
{
    if (!e->in_force) {
        zones->idle++;
        return true;
    }
    if (!take_shape(l, e, zones, err)) return false;
    sw_geo__canonical_copy(&zones->canonical,
                           SW_GEO_AT(&l->canonical.bytes, unsigned char) +
                               e->first_byte,
                           e->bytes);
    zones->count++;
    return !zones->canonical.failed || sw_fail_memory(err);
}

static bool take_all(loader *l, sw_zones *zones, sw_error *err)
{
    const entry *entries = SW_GEO_AT(&l->entries, entry);
    uint64_t count = 0;
    for (size_t i = 0; i < l->entries.count; i++)
        count += entries[i].in_force;
    sw_geo__canonical_begin(&zones->canonical, count);
    for (size_t i = 0; i < l->entries.count; i++) {
        if (!take_entry(l, &entries[i], zones, err)) return false;
    }
    return sw_geo__index_build(&zones->shape, zones->arena, &zones->index, err);
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
    bool ok = loader_init(&l, options, err) &&
              sw_arena_new_secret(&zones->arena, err) &&
              sw_geo__list_read(text, add_feature, &l, err) &&
              sort_entries(&l, err) && take_all(&l, zones, err);
    loader_done(&l);
    if (!ok) {
        sw_zones_free(zones);
        return false;
    }
    *out = zones;
    return true;
}

bool sw_zones_load(const char *path, const sw_zones_options *options,
                   sw_zones **out, sw_error *err)
{
    sw_arena *arena = NULL;
    sw_str text;
    bool ok = sw_arena_new_secret(&arena, err) &&
              sw_file_read(path, MAX_LIST_BYTES, arena, &text, err) &&
              sw_zones_parse(text, options, out, err);
    sw_arena_free(arena);
    return ok || sw_error_in(err, path);
}

void sw_zones_free(sw_zones *zones)
{
    if (zones == NULL) return;
    sw_arena_free(zones->arena);
    sw_geo__shape_free(&zones->shape);
    sw_geo__vec_free(&zones->canonical.bytes, 1);
    explicit_bzero(zones, sizeof *zones);
    free(zones);
}

size_t sw_zones_count(const sw_zones *zones)
{
    return zones->count;
}

size_t sw_zones_idle(const sw_zones *zones)
{
    return zones->idle;
}

bool sw_zones_contain(const sw_zones *zones, sw_location at)
{
    return sw_geo__index_contain(&zones->index, at);
}

bool sw_zones_meet(const sw_zones *zones, sw_location a, sw_location b)
{
    return sw_geo__index_meet(&zones->index, a, b);
}

bool sw_zones_near(const sw_zones *zones, sw_location low, sw_location high)
{
    return sw_geo__index_near(&zones->index, low, high);
}

sw_str sw_zones_canonical(const sw_zones *zones)
{
    return (sw_str){SW_GEO_AT(&zones->canonical.bytes, char),
                    zones->canonical.bytes.count};
}

size_t sw_zones_rings(const sw_zones *zones)
{
    return zones->shape.spans.count;
}

sw_zone_ring sw_zones_ring(const sw_zones *zones, size_t index)
{
    const sw_geo__span *span =
        SW_GEO_AT(&zones->shape.spans, sw_geo__span) + index;
    return (sw_zone_ring){
        .zone = span->zone,
        .hole = span->hole,
        .count = span->count,
        .at = SW_GEO_AT(&zones->shape.places, sw_location) + span->first,
    };
}
