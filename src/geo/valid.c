// Which polygons are zones. GEOS judges them by the rules of OGC Simple
// Features: rings that neither cross nor touch themselves, holes within the
// shell and apart from each other, an inside that hangs together. What is
// decided upon is what is judged: coordinates of at most seven decimals as
// integers, on which GEOS's predicates are exact, others as they are.
//
// Then the polygons are brought into normal form, which depends only on the
// set of places: shells counterclockwise, holes clockwise, the smallest
// position first, no position twice in a row, holes and polygons sorted. The
// index needs the direction, the commitment the rest.
#include "geo_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// GEOS's reasons continue with a place, in brackets: that must not get out.
static const struct {
    const char *start, *words;
} reasons[] = {
    {"Self-intersection", "its rings cross or touch along a line"},
    {"Ring Self-intersection", "a ring touches itself"},
    {"Too few points", "a ring encloses no area"},
    {"Hole lies outside shell", "a hole lies outside its shell"},
    {"Holes are nested", "holes overlap"},
    {"Interior is disconnected", "its rings cut the inside into parts"},
    {"Nested shells", "a polygon of a MultiPolygon lies in another one"},
    {"Duplicate Rings", "a ring stands twice"},
};

static bool fail_invalid(GEOSContextHandle_t geos, const GEOSGeometry *shape,
                         sw_error *err)
{
    char *reason = GEOSisValidReason_r(geos, shape);
    const char *words = "its rings are not those of a polygon";
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        size_t len = strlen(reasons[i].start);
        if (reason != NULL && strncmp(reason, reasons[i].start, len) == 0) {
            words = reasons[i].words;
            break;
        }
    }
    if (reason != NULL) {
        explicit_bzero(reason, strlen(reason));
        GEOSFree_r(geos, reason);
    }
    return sw_fail(err, SW_ERR_INPUT,
                   "geometry: not a valid polygon: %s; nothing is repaired",
                   words);
}

static GEOSCoordSequence *coords_of(GEOSContextHandle_t geos,
                                    const sw_geo__ring *ring, bool exact)
{
    if (ring->count > UINT32_MAX) return NULL;
    GEOSCoordSequence *seq =
        GEOSCoordSeq_create_r(geos, (unsigned)ring->count, 2);
    for (size_t i = 0; seq != NULL && i < ring->count; i++) {
        double x = ring->at[i].lon, y = ring->at[i].lat;
        if (exact) {
            x = round(x * SW_GEO_UNIT);
            y = round(y * SW_GEO_UNIT);
        }
        if (!GEOSCoordSeq_setXY_r(geos, seq, (unsigned)i, x, y)) {
            GEOSCoordSeq_destroy_r(geos, seq);
            return NULL;
        }
    }
    return seq;
}

static GEOSGeometry *ring_of(GEOSContextHandle_t geos, const sw_geo__ring *ring,
                             bool exact)
{
    GEOSCoordSequence *seq = coords_of(geos, ring, exact);
    return seq != NULL ? GEOSGeom_createLinearRing_r(geos, seq) : NULL;
}

static void destroy_all(GEOSContextHandle_t geos, GEOSGeometry **parts,
                        size_t count)
{
    for (size_t i = 0; parts != NULL && i < count; i++) {
        GEOSGeom_destroy_r(geos, parts[i]);
    }
    free(parts);
}

// GEOS owns the rings once they are handed over, also when it fails.
static GEOSGeometry *polygon_of(GEOSContextHandle_t geos,
                                const sw_geo__polygon *polygon, bool exact)
{
    GEOSGeometry **rings = calloc(polygon->count, sizeof *rings);
    if (rings == NULL) return NULL;
    for (size_t i = 0; i < polygon->count; i++) {
        rings[i] = ring_of(geos, &polygon->rings[i], exact);
        if (rings[i] == NULL) {
            destroy_all(geos, rings, i);
            return NULL;
        }
    }
    GEOSGeometry *made = GEOSGeom_createPolygon_r(
        geos, rings[0], rings + 1, (unsigned)(polygon->count - 1));
    free(rings);
    return made;
}

static GEOSGeometry *polygons_of(GEOSContextHandle_t geos,
                                 const sw_geo__feature *feature)
{
    if (feature->count == 1) {
        return polygon_of(geos, &feature->polygons[0], feature->exact);
    }
    GEOSGeometry **parts = calloc(feature->count, sizeof *parts);
    if (parts == NULL) return NULL;
    for (size_t i = 0; i < feature->count; i++) {
        parts[i] = polygon_of(geos, &feature->polygons[i], feature->exact);
        if (parts[i] == NULL) {
            destroy_all(geos, parts, i);
            return NULL;
        }
    }
    GEOSGeometry *made = GEOSGeom_createCollection_r(
        geos, GEOS_MULTIPOLYGON, parts, (unsigned)feature->count);
    free(parts);
    return made;
}

static int compare_position(const sw_geo__position *a,
                            const sw_geo__position *b)
{
    if (a->lon != b->lon) return a->lon < b->lon ? -1 : 1;
    if (a->lat != b->lat) return a->lat < b->lat ? -1 : 1;
    return 0;
}

static int compare_ring(const void *left, const void *right)
{
    const sw_geo__ring *a = left, *b = right;
    for (size_t i = 0; i < a->count && i < b->count; i++) {
        int order = compare_position(&a->at[i], &b->at[i]);
        if (order != 0) return order;
    }
    return (a->count > b->count) - (a->count < b->count);
}

static int compare_polygon(const void *left, const void *right)
{
    const sw_geo__polygon *a = left, *b = right;
    return compare_ring(&a->rings[0], &b->rings[0]);
}

static void drop_repeated(sw_geo__ring *ring)
{
    size_t kept = 1;
    for (size_t i = 1; i < ring->count; i++) {
        if (compare_position(&ring->at[i], &ring->at[kept - 1]) != 0) {
            ring->at[kept++] = ring->at[i];
        }
    }
    ring->count = kept;
}

static void reverse(sw_geo__position *at, size_t count)
{
    for (size_t i = 0; i < count / 2; i++) {
        sw_geo__position moved = at[i];
        at[i] = at[count - 1 - i];
        at[count - 1 - i] = moved;
    }
}

// Rotates by three reversals; the closing position is not among the `open`.
static void smallest_first(sw_geo__ring *ring)
{
    size_t open = ring->count - 1, first = 0;
    for (size_t i = 1; i < open; i++) {
        if (compare_position(&ring->at[i], &ring->at[first]) < 0) first = i;
    }
    reverse(ring->at, first);
    reverse(ring->at + first, open - first);
    reverse(ring->at, open);
    ring->at[open] = ring->at[0];
}

static bool turn_ring(GEOSContextHandle_t geos, sw_geo__ring *ring, bool hole,
                      bool exact)
{
    GEOSCoordSequence *seq = coords_of(geos, ring, exact);
    char left = 0;
    bool known = seq != NULL && GEOSCoordSeq_isCCW_r(geos, seq, &left) == 1;
    GEOSCoordSeq_destroy_r(geos, seq);
    if (known && (left == 1) == hole) reverse(ring->at, ring->count);
    return known;
}

static bool normalize(GEOSContextHandle_t geos, sw_geo__feature *feature)
{
    for (size_t p = 0; p < feature->count; p++) {
        sw_geo__polygon *polygon = &feature->polygons[p];
        for (size_t r = 0; r < polygon->count; r++) {
            sw_geo__ring *ring = &polygon->rings[r];
            drop_repeated(ring);
            if (!turn_ring(geos, ring, r > 0, feature->exact)) return false;
            smallest_first(ring);
        }
        if (polygon->count > 1) {
            qsort(polygon->rings + 1, polygon->count - 1,
                  sizeof *polygon->rings, compare_ring);
        }
    }
    qsort(feature->polygons, feature->count, sizeof *feature->polygons,
          compare_polygon);
    return true;
}

bool sw_geo__feature_check(GEOSContextHandle_t geos, sw_geo__feature *feature,
                           sw_error *err)
{
    GEOSGeometry *shape = polygons_of(geos, feature);
    if (shape == NULL) return sw_fail_memory(err);

    bool ok = false;
    char valid = GEOSisValid_r(geos, shape);
    if (valid != 1) {
        fail_invalid(geos, shape, err);
    } else if (!normalize(geos, feature)) {
        sw_fail_memory(err);
    } else {
        ok = true;
    }
    GEOSGeom_destroy_r(geos, shape);
    return ok;
}
