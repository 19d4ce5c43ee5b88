// The zones as others see them. Immutable once loaded, so queries take no lock.
#include "geo_internal.h"

#include <stdlib.h>
#include <string.h>

#define MAX_LIST_BYTES ((size_t)1 << 30)

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
