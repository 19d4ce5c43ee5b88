#include "geo_internal.h"

#include <math.h>

static bool add_ring(const sw_geo__ring *ring, bool hole, sw_geo__shape *shape,
                     sw_error *err)
{
    sw_geo__vec places = {0};
    sw_location *at = SW_GEO_ADD(&places, sw_location, ring->count);
    if (at == NULL) return sw_fail_memory(err);
    for (size_t i = 0; i < ring->count; i++) {
        at[i].lon_e7 = (int32_t)lround(ring->at[i].lon * SW_GEO_UNIT);
        at[i].lat_e7 = (int32_t)lround(ring->at[i].lat * SW_GEO_UNIT);
    }
    bool ok = sw_geo__shape_add(shape, at, ring->count, hole, err);
    sw_geo__vec_free(&places, sizeof(sw_location));
    return ok;
}

bool sw_geo__buffer(GEOSContextHandle_t geos, const sw_geo__feature *feature,
                    double buffer_m, sw_geo__shape *shape, sw_error *err)
{
    if (!feature->exact || buffer_m > 0) {
        return sw_fail(err, SW_ERR_INPUT, "buffers are not read yet");
    }
    for (size_t p = 0; p < feature->count; p++) {
        const sw_geo__polygon *polygon = &feature->polygons[p];
        for (size_t r = 0; r < polygon->count; r++) {
            if (!add_ring(&polygon->rings[r], r > 0, shape, err)) return false;
        }
    }
    return true;
}
