// Rings of integers as they are indexed and shown.
#include "geo_internal.h"

#include <string.h>

bool sw_geo__shape_add(sw_geo__shape *shape, const sw_location *at,
                       size_t count, bool hole, sw_error *err)
{
    size_t first = shape->places.count;
    sw_location *places = SW_GEO_ADD(&shape->places, sw_location, count);
    sw_geo__span *span = SW_GEO_ADD(&shape->spans, sw_geo__span, 1);
    if (places == NULL || span == NULL) return sw_fail_memory(err);

    memcpy(places, at, count * sizeof *at);
    if (!hole) shape->polygons++;
    *span = (sw_geo__span){.first = first,
                           .count = count,
                           .polygon = shape->polygons - 1,
                           .hole = hole};
    return true;
}

void sw_geo__shape_free(sw_geo__shape *shape)
{
    sw_geo__vec_free(&shape->places, sizeof(sw_location));
    sw_geo__vec_free(&shape->spans, sizeof(sw_geo__span));
    shape->polygons = 0;
}
