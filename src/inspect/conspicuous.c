// How much a hole shows. A zone is compared with the belt around it: how many
// nodes would lie within it if it were as dense as its surroundings, and how
// many do (docs/inspection.md, "Conspicuous").
//
// Areas and belts are drawn by GEOS in a plane of metres around each zone;
// this is a measure, not a check, and needs no exactness.
#include "inspect_internal.h"

#include <math.h>
#include <stdlib.h>

#define METRES_PER_DEGREE 111320.0
#define ARC_STEPS         8

typedef struct {
    double origin_x, origin_y, scale_x, scale_y;  // e7 to metres
    double low_x, low_y, high_x, high_y;          // of the belt, in e7
    GEOSGeometry *inside, *belt;
    const GEOSPreparedGeometry *inside_ready, *belt_ready;
    double expected;  // nodes inside per node in the belt
    uint64_t nodes_inside, nodes_belt;
} surroundings;

typedef struct {
    GEOSContextHandle_t geos;
    GEOSSTRtree *tree;
    sw_arena *arena;
    surroundings *at;
    size_t count;
    bool failed;
} measure;

/* ---- drawing ---------------------------------------------------------- */

static bool project(const surroundings *s, const sw_inspect__polygon *from,
                    sw_arena *arena, sw_inspect__polygon *out)
{
    sw_inspect__ring *rings =
        SW_NEW_ARRAY(arena, sw_inspect__ring, from->ring_count);
    if (rings == NULL) return false;
    for (size_t r = 0; r < from->ring_count; r++) {
        size_t count = from->rings[r].count;
        sw_inspect__point *at = SW_NEW_ARRAY(arena, sw_inspect__point, count);
        if (at == NULL) return false;
        for (size_t i = 0; i < count; i++) {
            at[i].x = (from->rings[r].at[i].x - s->origin_x) * s->scale_x;
            at[i].y = (from->rings[r].at[i].y - s->origin_y) * s->scale_y;
        }
        rings[r] = (sw_inspect__ring){count, at};
    }
    *out = (sw_inspect__polygon){from->zone, from->buffer_m, from->ring_count,
                                 rings};
    return true;
}

static void centre_on(surroundings *s, const sw_inspect__polygon *polygon)
{
    s->origin_x = polygon->rings[0].at[0].x;
    s->origin_y = polygon->rings[0].at[0].y;
    s->scale_y = METRES_PER_DEGREE / 1e7;
    double lat = s->origin_y / 1e7 * M_PI / 180;
    s->scale_x = s->scale_y * fmax(cos(lat), 0.01);
}

// The box of the belt, back in units of 1e-7 degree.
static bool bound(measure *m, surroundings *s)
{
    double low_x, low_y, high_x, high_y;
    if (!GEOSGeom_getXMin_r(m->geos, s->belt, &low_x) ||
        !GEOSGeom_getYMin_r(m->geos, s->belt, &low_y) ||
        !GEOSGeom_getXMax_r(m->geos, s->belt, &high_x) ||
        !GEOSGeom_getYMax_r(m->geos, s->belt, &high_y))
        return false;
    s->low_x = low_x / s->scale_x + s->origin_x;
    s->low_y = low_y / s->scale_y + s->origin_y;
    s->high_x = high_x / s->scale_x + s->origin_x;
    s->high_y = high_y / s->scale_y + s->origin_y;
    return true;
}

// The buffered zone, and the belt: as wide as the radius of a circle of the
// zone's area.
static bool draw(measure *m, surroundings *s, GEOSGeometry *shape,
                 double buffer_m)
{
    double inside, whole;
    s->inside = GEOSBuffer_r(m->geos, shape, buffer_m, ARC_STEPS);
    if (s->inside == NULL || !GEOSArea_r(m->geos, s->inside, &inside))
        return false;
    s->belt = GEOSBuffer_r(m->geos, s->inside, sqrt(inside / M_PI), ARC_STEPS);
    if (s->belt == NULL || !GEOSArea_r(m->geos, s->belt, &whole)) return false;
    s->expected = whole > inside ? inside / (whole - inside) : 0;
    s->inside_ready = GEOSPrepare_r(m->geos, s->inside);
    s->belt_ready = GEOSPrepare_r(m->geos, s->belt);
    return s->inside_ready != NULL && s->belt_ready != NULL && bound(m, s);
}

// The polygons of one zone as one shape in metres.
static GEOSGeometry *shape_of_zone(measure *m, const surroundings *s,
                                   const sw_inspect__polygon *polygons,
                                   size_t count)
{
    GEOSGeometry **parts = SW_NEW_ARRAY(m->arena, GEOSGeometry *, count);
    size_t made = 0;
    for (; parts != NULL && made < count; made++) {
        sw_inspect__polygon flat;
        if (!project(s, &polygons[made], m->arena, &flat)) break;
        parts[made] = sw_inspect__geometry(m->geos, &flat, m->arena);
        if (parts[made] == NULL) break;
    }
    if (parts != NULL && made == count && count <= UINT32_MAX) {
        return GEOSGeom_createCollection_r(m->geos, GEOS_MULTIPOLYGON, parts,
                                           (unsigned)count);
    }
    for (size_t i = 0; i < made; i++)
        GEOSGeom_destroy_r(m->geos, parts[i]);
    return NULL;
}

static bool add_zone(measure *m, const sw_inspect__polygon *polygons,
                     size_t count)
{
    surroundings *s = &m->at[m->count++];
    centre_on(s, polygons);
    GEOSGeometry *shape = shape_of_zone(m, s, polygons, count);
    if (shape == NULL) return false;
    bool ok = draw(m, s, shape, polygons->buffer_m);
    GEOSGeom_destroy_r(m->geos, shape);
    if (!ok) return false;

    GEOSGeometry *box = GEOSGeom_createRectangle_r(m->geos, s->low_x, s->low_y,
                                                   s->high_x, s->high_y);
    if (box == NULL) return false;
    GEOSSTRtree_insert_r(m->geos, m->tree, box, s);
    GEOSGeom_destroy_r(m->geos, box);
    return true;
}

static bool draw_all(measure *m, const sw_inspect__zones *zones)
{
    m->geos = GEOS_init_r();
    if (m->geos == NULL) return false;
    m->tree = GEOSSTRtree_create_r(m->geos, 10);
    m->at = SW_NEW_ARRAY(m->arena, surroundings, zones->zone_count);
    if (m->tree == NULL || m->at == NULL) return false;

    // A zone's polygons stand side by side.
    for (size_t i = 0, same; i < zones->polygon_count; i += same) {
        const sw_inspect__polygon *first = &zones->polygons[i];
        for (same = 1; i + same < zones->polygon_count &&
                       first[same].zone == first->zone;)
            same++;
        if (!add_zone(m, first, same)) return false;
    }
    return true;
}

/* ---- counting --------------------------------------------------------- */

typedef struct {
    measure *m;
    const sw_inspect__node *node;
} visit;

static void count_node(void *found, void *ctx)
{
    surroundings *s = found;
    const visit *v = ctx;
    GEOSContextHandle_t geos = v->m->geos;
    GEOSGeometry *point = GEOSGeom_createPointFromXY_r(
        geos, (v->node->lon_e7 - s->origin_x) * s->scale_x,
        (v->node->lat_e7 - s->origin_y) * s->scale_y);
    if (point == NULL) {
        v->m->failed = true;
        return;
    }
    if (GEOSPreparedIntersects_r(geos, s->inside_ready, point) == 1)
        s->nodes_inside++;
    else if (GEOSPreparedIntersects_r(geos, s->belt_ready, point) == 1)
        s->nodes_belt++;
    GEOSGeom_destroy_r(geos, point);
}

static bool count_all(measure *m, const sw_inspect__rows *nodes)
{
    const sw_inspect__node *at = nodes->at;
    for (size_t i = 0; i < nodes->count && !m->failed; i++) {
        GEOSGeometry *point =
            GEOSGeom_createPointFromXY_r(m->geos, at[i].lon_e7, at[i].lat_e7);
        if (point == NULL) return false;
        visit v = {m, &at[i]};
        GEOSSTRtree_query_r(m->geos, m->tree, point, count_node, &v);
        GEOSGeom_destroy_r(m->geos, point);
    }
    return !m->failed;
}

// How much emptier than expected, weighed by how unlikely it is that so small
// an expectation came out empty by chance (Poisson).
static double score(const surroundings *s)
{
    double expected = s->expected * (double)s->nodes_belt;
    if (expected <= 0) return 0;
    double emptier = 1 - (double)s->nodes_inside / expected;
    return emptier > 0 ? emptier * (1 - exp(-expected)) : 0;
}

/* ---- entry point ------------------------------------------------------ */

static void measure_done(measure *m)
{
    for (size_t i = 0; i < m->count; i++) {
        surroundings *s = &m->at[i];
        GEOSPreparedGeom_destroy_r(m->geos, s->inside_ready);
        GEOSPreparedGeom_destroy_r(m->geos, s->belt_ready);
        GEOSGeom_destroy_r(m->geos, s->inside);
        GEOSGeom_destroy_r(m->geos, s->belt);
    }
    if (m->tree != NULL) GEOSSTRtree_destroy_r(m->geos, m->tree);
    if (m->geos != NULL) GEOS_finish_r(m->geos);
    sw_arena_free(m->arena);
}

bool sw_inspect__conspicuous(const sw_inspect__zones *zones,
                             const sw_inspect__rows *nodes, double *out,
                             sw_error *err)
{
    measure m = {0};
    if (!sw_arena_new_secret(&m.arena, err)) return false;
    bool ok = draw_all(&m, zones) && count_all(&m, nodes);
    double worst = 0;
    for (size_t i = 0; ok && i < m.count; i++)
        worst = fmax(worst, score(&m.at[i]));
    measure_done(&m);
    if (!ok) return sw_fail_memory(err);
    *out = zones->zone_count > 0 ? worst : -1;
    return true;
}
