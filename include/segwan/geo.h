/**
 * Zones and exact geometry over OSM's integer coordinates. Knows no map
 * format but the zone list's own (GeoJSON, RFC 7946).
 *
 *     sw_zones *zones = NULL;
 *     sw_zones_options how = {.date = sw_date_today()};
 *     if (!sw_zones_load("zones.geojson", &how, &zones, err)) return false;
 *     if (sw_zones_contain(zones, at)) ...
 *     sw_zones_free(zones);
 */
#ifndef SEGWAN_GEO_H
#define SEGWAN_GEO_H

#include "segwan/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A place in 1e-7 degrees (WGS 84): |lon| <= 1.8e9, |lat| <= 0.9e9. */
typedef struct {
    int32_t lon_e7, lat_e7;
} sw_location;

/** Built once, then immutable and freely shared between threads. */
typedef struct sw_zones sw_zones;

typedef struct {
    sw_date date;  ///< the day for which valid_from/valid_to are read; a
                   ///< zone counts on both of its days. 0: all zones count,
                   ///< whatever their dates
    double
        buffer_m;  ///< added to zones that state no buffer of their own, >= 0
} sw_zones_options;

/**
 * Loads a FeatureCollection (or one Feature) of Polygon and MultiPolygon.
 * Properties: `id` (string or number, required, unique; the Feature's own `id`
 * stands in for it), `class` (string), `buffer` (metres, 0 to 100000),
 * `valid_from`, `valid_to` (YYYY-MM-DD). null counts as absent; others are
 * ignored. Long lists are worked on by all processors.
 *
 * A polygon that is open, crosses itself, has fewer than four positions, or
 * leaves the world's box is refused; nothing is repaired. Errors name the
 * line of the feature and its number in the list, and never its coordinates, id
 * or class.
 *
 * The buffered zone covers every point within the buffer's geodesic distance
 * (WGS 84) of the polygon as RFC 7946 draws it (straight in longitude and
 * latitude), and no point farther than that distance + 5 cm. With no buffer
 * and coordinates of at most seven decimals the zone is the polygon itself.
 * What is buffered must stay 1 degree away from the poles.
 */
SW_API SW_CHECK bool sw_zones_load(const char *path,
                                   const sw_zones_options *options,
                                   sw_zones **out, sw_error *err);
/** The same from memory; `text` is borrowed during the call only. */
SW_API SW_CHECK bool sw_zones_parse(sw_str text,
                                    const sw_zones_options *options,
                                    sw_zones **out, sw_error *err);
SW_API void sw_zones_free(sw_zones *zones);  ///< zeroes the list

/** Zones in force, and zones in the list that the date left out. */
SW_API size_t sw_zones_count(const sw_zones *zones);
SW_API size_t sw_zones_idle(const sw_zones *zones);

/** Is the place in some zone? The boundary counts as inside. Exact. */
SW_API bool sw_zones_contain(const sw_zones *zones, sw_location at);

/**
 * Does the closed segment a-b share a point with some zone? Exact. The
 * segment is straight in the plane of longitude and latitude; if its ends
 * are more than 180 degrees of longitude apart it is taken the short way
 * round, across the antimeridian. a == b asks sw_zones_contain().
 */
SW_API bool sw_zones_meet(const sw_zones *zones, sw_location a, sw_location b);

/**
 * May a place in this box (inclusive) be in a zone? False is certain, also for
 * segments between places of the box. Boxes do not cross the antimeridian.
 */
SW_API bool sw_zones_near(const sw_zones *zones, sw_location low,
                          sw_location high);

/**
 * A canonical byte form of the zones in force (sorted; ids, classes, buffers
 * and rings): what a keyed commitment is computed over. Borrowed. Secret.
 */
SW_API sw_str sw_zones_canonical(const sw_zones *zones);

/**
 * The buffered zones as closed integer rings, for pictures and for tests. The
 * inside is on the left. Zones are numbered by id; of each polygon the shell
 * comes first, then its holes.
 */
typedef struct {
    size_t zone;  ///< 0 .. sw_zones_count() - 1
    bool hole;
    size_t count;           ///< first and last are the same place
    const sw_location *at;  ///< borrowed. Secret.
} sw_zone_ring;
SW_API size_t sw_zones_rings(const sw_zones *zones);
SW_API sw_zone_ring sw_zones_ring(const sw_zones *zones, size_t index);

#ifdef __cplusplus
}
#endif
#endif
