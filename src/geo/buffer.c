// From degrees to integers. A polygon of exact coordinates without a buffer is
// taken as it is. Any other is united with the bands around its rings
// (offset.c) and rounded to whole units once, at the end; the margin in the
// bands' distance pays for the rounding, so that the result is never too small:
//
//     added   margin 1.5 cm, tangents at most 1.4 cm
//     either  rounding 0.8 cm (half of a unit's diagonal), plane 0.1 cm,
//             curved pieces 0.1 cm on the ring and 0.1 cm on the band
//     so      short of the distance by less than 0, beyond it by at most 4 cm
//
// A zone may reach past 180 degrees. It is united where it lies, then cut, and
// the parts beyond are moved to the other side.
#include "geo_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_LAT_DEG    89.0  // of what is buffered
#define METRES_PER_LAT 110000.0
#define MAX_PIECES     4000000  // of one zone
#define FALLBACK_GRID  (1.0 / 1024)

/** One zone while it is buffered. */
typedef struct {
    GEOSContextHandle_t geos;
    sw_geo__reach reach;
    sw_geo__vec ring;  // sw_geo__point: one ring, cut into pieces
    sw_geo__outlines bands;
    sw_geo__vec polygons;  // GEOSGeometry *: the parts to unite
    size_t pieces;
    sw_error *err;
} work;

static void work_done(work *w)
{
    for (size_t i = 0; i < w->polygons.count; i++) {
        GEOSGeom_destroy_r(w->geos, SW_GEO_AT(&w->polygons, GEOSGeometry *)[i]);
    }
    sw_geo__vec_free(&w->polygons, sizeof(GEOSGeometry *));
    sw_geo__vec_free(&w->ring, sizeof(sw_geo__point));
    sw_geo__vec_free(&w->bands.points, sizeof(sw_geo__point));
    sw_geo__vec_free(&w->bands.ends, sizeof(size_t));
}

static bool add_exact_ring(const sw_geo__ring *ring, bool hole,
                           sw_geo__shape *shape, sw_error *err)
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

static bool add_exact(const sw_geo__feature *feature, sw_geo__shape *shape,
                      sw_error *err)
{
    for (size_t p = 0; p < feature->count; p++) {
        const sw_geo__polygon *polygon = &feature->polygons[p];
        for (size_t r = 0; r < polygon->count; r++) {
            if (!add_exact_ring(&polygon->rings[r], r > 0, shape, err)) {
                return false;
            }
        }
    }
    return true;
}

static sw_geo__point point_of(sw_geo__position p)
{
    return (sw_geo__point){p.lon * SW_GEO_UNIT, p.lat * SW_GEO_UNIT};
}

// The edge's pieces without its last point.
static bool cut_edge(work *w, sw_geo__point a, sw_geo__point b)
{
    double pieces = fmax(1, ceil(sw_geo__metres(a, b) / w->reach.piece_m));
    if (pieces > MAX_PIECES - (double)w->pieces) {
        return sw_fail(w->err, SW_ERR_INPUT,
                       "geometry: the zone is too large to be buffered");
    }
    size_t count = (size_t)pieces;
    sw_geo__point *added = SW_GEO_ADD(&w->ring, sw_geo__point, count);
    if (added == NULL) return sw_fail_memory(w->err);
    for (size_t i = 0; i < count; i++) {
        double part = (double)i / pieces;
        added[i] =
            (sw_geo__point){a.x + part * (b.x - a.x), a.y + part * (b.y - a.y)};
    }
    w->pieces += count;
    return true;
}

static bool cut_ring(work *w, const sw_geo__ring *ring)
{
    w->ring.count = 0;
    for (size_t i = 0; i + 1 < ring->count; i++) {
        if (!cut_edge(w, point_of(ring->at[i]), point_of(ring->at[i + 1]))) {
            return false;
        }
    }
    sw_geo__point *last = SW_GEO_ADD(&w->ring, sw_geo__point, 1);
    if (last == NULL) return sw_fail_memory(w->err);
    *last = SW_GEO_AT(&w->ring, sw_geo__point)[0];
    return true;
}

static GEOSGeometry *ring_of(work *w, const sw_geo__point *at, size_t count)
{
    _Static_assert(sizeof(sw_geo__point) == 2 * sizeof(double),
                   "points are pairs of doubles");
    GEOSCoordSequence *seq =
        GEOSCoordSeq_copyFromBuffer_r(w->geos, &at->x, (unsigned)count, 0, 0);
    return seq != NULL ? GEOSGeom_createLinearRing_r(w->geos, seq) : NULL;
}

// Takes the polygon over.
static bool add_polygon(work *w, GEOSGeometry *polygon)
{
    GEOSGeometry **added =
        polygon != NULL ? SW_GEO_ADD(&w->polygons, GEOSGeometry *, 1) : NULL;
    if (added == NULL) {
        GEOSGeom_destroy_r(w->geos, polygon);
        return sw_fail_memory(w->err);
    }
    *added = polygon;
    return true;
}

static bool add_bands(work *w)
{
    const sw_geo__point *points = SW_GEO_AT(&w->bands.points, sw_geo__point);
    const size_t *ends = SW_GEO_AT(&w->bands.ends, size_t);
    size_t start = 0;
    for (size_t i = 0; i < w->bands.ends.count; i++) {
        GEOSGeometry *ring = ring_of(w, points + start, ends[i] - start);
        start = ends[i];
        if (ring == NULL) return sw_fail_memory(w->err);
        if (!add_polygon(w, GEOSGeom_createPolygon_r(w->geos, ring, NULL, 0))) {
            return false;
        }
    }
    w->bands.points.count = w->bands.ends.count = 0;
    return true;
}

// One ring: its bands are added, and it is returned itself.
static GEOSGeometry *add_ring(work *w, const sw_geo__ring *ring)
{
    if (!cut_ring(w, ring)) return NULL;
    const sw_geo__point *at = SW_GEO_AT(&w->ring, sw_geo__point);
    if (!sw_geo__offset(at, w->ring.count, &w->reach, &w->bands)) {
        sw_fail_memory(w->err);
        return NULL;
    }
    if (!add_bands(w)) return NULL;
    GEOSGeometry *made = ring_of(w, at, w->ring.count);
    if (made == NULL) sw_fail_memory(w->err);
    return made;
}

// Most zones are convex: no union is needed. False: it is not, and nothing was
// added.
static bool add_convex(work *w, const sw_geo__polygon *polygon, bool *failed)
{
    *failed = !cut_ring(w, &polygon->rings[0]);
    if (*failed || polygon->count > 1 ||
        !sw_geo__surround(SW_GEO_AT(&w->ring, sw_geo__point), w->ring.count,
                          &w->reach, &w->bands)) {
        return false;
    }
    *failed = !add_bands(w);
    return !*failed;
}

static bool add_parts(work *w, const sw_geo__polygon *polygon)
{
    bool failed;
    if (add_convex(w, polygon, &failed)) return true;
    if (failed) return false;
    GEOSGeometry **rings = calloc(polygon->count, sizeof *rings);
    if (rings == NULL) return sw_fail_memory(w->err);

    size_t count = 0;
    while (count < polygon->count) {
        rings[count] = add_ring(w, &polygon->rings[count]);
        if (rings[count] == NULL) break;
        count++;
    }
    bool ok = count == polygon->count;
    if (ok) {
        ok = add_polygon(w,
                         GEOSGeom_createPolygon_r(w->geos, rings[0], rings + 1,
                                                  (unsigned)(count - 1)));
    } else {
        for (size_t i = 0; i < count; i++) {
            GEOSGeom_destroy_r(w->geos, rings[i]);
        }
    }
    free(rings);
    return ok;
}

static bool fail_union(work *w)
{
    return sw_fail(w->err, SW_ERR_INPUT,
                   "geometry: the zone could not be buffered");
}

static GEOSGeometry *unite(work *w)
{
    if (w->polygons.count == 1) {
        w->polygons.count = 0;
        return SW_GEO_AT(&w->polygons, GEOSGeometry *)[0];
    }
    GEOSGeometry *all = GEOSGeom_createCollection_r(
        w->geos, GEOS_GEOMETRYCOLLECTION,
        SW_GEO_AT(&w->polygons, GEOSGeometry *), (unsigned)w->polygons.count);
    w->polygons.count = 0;
    if (all == NULL) return NULL;
    GEOSGeometry *made = GEOSUnaryUnion_r(w->geos, all);
    if (made == NULL) {
        made = GEOSUnaryUnionPrec_r(w->geos, all, FALLBACK_GRID);
    }
    GEOSGeom_destroy_r(w->geos, all);
    return made;
}

static bool add_whole_ring(work *w, const GEOSGeometry *ring, int turns,
                           bool hole, sw_geo__shape *shape)
{
    const GEOSCoordSequence *seq = GEOSGeom_getCoordSeq_r(w->geos, ring);
    unsigned count = 0;
    char left = 0;
    if (seq == NULL || !GEOSCoordSeq_getSize_r(w->geos, seq, &count) ||
        !GEOSCoordSeq_isCCW_r(w->geos, seq, &left)) {
        return fail_union(w);
    }
    sw_geo__vec places = {0};
    sw_location *at = SW_GEO_ADD(&places, sw_location, count);
    if (at == NULL) return sw_fail_memory(w->err);
    for (unsigned i = 0; i < count; i++) {
        double x = 0, y = 0;
        bool backwards = (left == 1) == hole;
        GEOSCoordSeq_getXY_r(w->geos, seq, backwards ? count - 1 - i : i, &x,
                             &y);
        at[i].lon_e7 = (int32_t)(x - turns * 2.0 * SW_GEO_HALF);
        at[i].lat_e7 = (int32_t)y;
    }
    bool ok = sw_geo__shape_add(shape, at, count, hole, w->err);
    sw_geo__vec_free(&places, sizeof(sw_location));
    return ok;
}

static bool add_whole_polygon(work *w, const GEOSGeometry *polygon, int turns,
                              sw_geo__shape *shape)
{
    if (GEOSGeomTypeId_r(w->geos, polygon) != GEOS_POLYGON) return true;
    if (!add_whole_ring(w, GEOSGetExteriorRing_r(w->geos, polygon), turns,
                        false, shape)) {
        return false;
    }
    int holes = GEOSGetNumInteriorRings_r(w->geos, polygon);
    for (int i = 0; i < holes; i++) {
        if (!add_whole_ring(w, GEOSGetInteriorRingN_r(w->geos, polygon, i),
                            turns, true, shape)) {
            return false;
        }
    }
    return true;
}

// Rounds to whole units. GEOS's snap rounding moves no line by more than half
// of a unit's diagonal and keeps polygons valid.
static bool add_rounded(work *w, const GEOSGeometry *whole, int turns,
                        sw_geo__shape *shape)
{
    GEOSGeometry *rounded = GEOSGeom_setPrecision_r(w->geos, whole, 1, 0);
    if (rounded == NULL || GEOSisValid_r(w->geos, rounded) != 1) {
        GEOSGeom_destroy_r(w->geos, rounded);
        return fail_union(w);
    }
    bool ok = true;
    int count = GEOSGetNumGeometries_r(w->geos, rounded);
    for (int i = 0; ok && i < count; i++) {
        ok = add_whole_polygon(w, GEOSGetGeometryN_r(w->geos, rounded, i),
                               turns, shape);
    }
    GEOSGeom_destroy_r(w->geos, rounded);
    return ok;
}

// The part in the world that lies `turns` turns to the east.
static bool add_world(work *w, const GEOSGeometry *whole, int turns,
                      sw_geo__shape *shape)
{
    double middle = turns * 2.0 * SW_GEO_HALF;
    GEOSGeometry *world = GEOSGeom_createRectangle_r(
        w->geos, middle - SW_GEO_HALF, -1e9, middle + SW_GEO_HALF, 1e9);
    GEOSGeometry *part =
        world != NULL ? GEOSIntersection_r(w->geos, whole, world) : NULL;
    bool ok = part != NULL ? add_rounded(w, part, turns, shape) : fail_union(w);
    GEOSGeom_destroy_r(w->geos, world);
    GEOSGeom_destroy_r(w->geos, part);
    return ok;
}

static bool add_worlds(work *w, const GEOSGeometry *whole, sw_geo__shape *shape)
{
    double west, east;
    if (!GEOSGeom_getXMin_r(w->geos, whole, &west) ||
        !GEOSGeom_getXMax_r(w->geos, whole, &east)) {
        return fail_union(w);
    }
    if (west >= -SW_GEO_HALF && east <= SW_GEO_HALF) {
        return add_rounded(w, whole, 0, shape);
    }
    return (west >= -SW_GEO_HALF || add_world(w, whole, -1, shape)) &&
           add_world(w, whole, 0, shape) &&
           (east <= SW_GEO_HALF || add_world(w, whole, 1, shape));
}

static double largest_lat(const sw_geo__feature *feature)
{
    double largest = 0;
    for (size_t p = 0; p < feature->count; p++) {
        const sw_geo__ring *shell = &feature->polygons[p].rings[0];
        for (size_t i = 0; i < shell->count; i++) {
            largest = fmax(largest, fabs(shell->at[i].lat));
        }
    }
    return largest;
}

static bool add_buffered(work *w, const sw_geo__feature *feature,
                         sw_geo__shape *shape)
{
    for (size_t p = 0; p < feature->count; p++) {
        if (!add_parts(w, &feature->polygons[p])) return false;
    }
    GEOSGeometry *whole = unite(w);
    bool ok = whole != NULL ? add_worlds(w, whole, shape) : fail_union(w);
    GEOSGeom_destroy_r(w->geos, whole);
    return ok;
}

bool sw_geo__buffer(GEOSContextHandle_t geos, const sw_geo__feature *feature,
                    double buffer_m, sw_geo__shape *shape, sw_error *err)
{
    if (feature->exact && buffer_m == 0) return add_exact(feature, shape, err);

    double lat = largest_lat(feature) + buffer_m / METRES_PER_LAT;
    if (lat > MAX_LAT_DEG) {
        return sw_fail(
            err, SW_ERR_INPUT,
            "geometry: within %.0f degree of a pole a zone must have "
            "no buffer and at most seven decimals",
            90 - MAX_LAT_DEG);
    }
    work w = {
        .geos = geos, .reach = sw_geo__reach_of(buffer_m, lat), .err = err};
    bool ok = add_buffered(&w, feature, shape);
    work_done(&w);
    return ok;
}
