// Which zone a node or a segment meets.
//
// One STR tree of GEOS holds two kinds of items: each polygon, with its own
// box, and each short run of ring edges, with its box widened by the buffer. A
// polygon is judged by GEOS, exactly: coordinates in units of 1e-7 degree are
// whole numbers that doubles hold, and GEOS takes orientations in double-double
// arithmetic. A run is judged in metres (distance.c). A bitmap over the box of
// all items answers first; in most of a country it says no.
//
// The tree knows one turn of the world. What lies beyond 180 degrees, a segment
// across the antimeridian or a buffer that reaches over it, is met by asking
// again one turn to the west and one to the east.
#include "inspect_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TURN      3.6e9
#define RUN_EDGES ((size_t)8)
// Cells to a side of the bitmap, one byte each: few for few items.
#define LEAST_SIDE ((size_t)64)
#define MOST_SIDE  ((size_t)2048)
// A line over more cells than this goes to the tree at once.
#define FEW_CELLS 64

// What the treatment need not have held against us: rounding in the ninth
// digit, and a buffer drawn as a polygon that just covers the true one.
#define TOLERANCE_M 0.001

typedef struct {
    double low_x, low_y, high_x, high_y;
} box;

typedef struct {
    const sw_inspect__polygon *polygon;
    box reach;
    const sw_inspect__point *edges;  // count + 1 points; NULL: the polygon
    size_t count;
    GEOSGeometry *shape;  // of a polygon, made when first asked for
    const GEOSPreparedGeometry *prepared;
} item;

struct sw_inspect__index {
    GEOSContextHandle_t geos;
    GEOSSTRtree *tree;
    sw_arena *arena;  // secret: items and shapes come from zones
    item *items;
    size_t count;
    box all;
    uint8_t *cells;
    size_t side;
};

static box box_of(const sw_inspect__point *at, size_t count)
{
    box out = {at[0].x, at[0].y, at[0].x, at[0].y};
    for (size_t i = 1; i < count; i++) {
        out.low_x = fmin(out.low_x, at[i].x);
        out.low_y = fmin(out.low_y, at[i].y);
        out.high_x = fmax(out.high_x, at[i].x);
        out.high_y = fmax(out.high_y, at[i].y);
    }
    return out;
}

static box box_widened(box in, double m)
{
    double farthest = fmax(fabs(in.low_y), fabs(in.high_y));
    sw_inspect__point by = sw_inspect__reach(farthest, m);
    return (box){in.low_x - by.x, in.low_y - by.y, in.high_x + by.x,
                 in.high_y + by.y};
}

static bool boxes_meet(box a, box b)
{
    return a.low_x <= b.high_x && b.low_x <= a.high_x && a.low_y <= b.high_y &&
           b.low_y <= a.high_y;
}

/* ---- the bitmap ------------------------------------------------------- */

static size_t cell_of(double at, double low, double high, size_t side)
{
    if (!(high > low)) return 0;
    double cell = floor((at - low) / (high - low) * (double)side);
    if (cell < 0) return 0;
    return cell >= (double)side ? side - 1 : (size_t)cell;
}

typedef struct {
    size_t low_x, low_y, high_x, high_y;
} cell_range;

static cell_range cells_of(const sw_inspect__index *index, box at)
{
    const box *all = &index->all;
    size_t side = index->side;
    return (cell_range){cell_of(at.low_x, all->low_x, all->high_x, side),
                        cell_of(at.low_y, all->low_y, all->high_y, side),
                        cell_of(at.high_x, all->low_x, all->high_x, side),
                        cell_of(at.high_y, all->low_y, all->high_y, side)};
}

static void cells_mark(sw_inspect__index *index, box at)
{
    cell_range r = cells_of(index, at);
    for (size_t y = r.low_y; y <= r.high_y; y++)
        memset(index->cells + y * index->side + r.low_x, 1,
               r.high_x - r.low_x + 1);
}

// May something lie in the box? Cells are monotonous in their coordinate, so
// boxes that meet share one.
static bool cells_near(const sw_inspect__index *index, box at)
{
    if (!boxes_meet(index->all, at)) return false;
    cell_range r = cells_of(index, at);
    if ((r.high_x - r.low_x + 1) * (r.high_y - r.low_y + 1) > FEW_CELLS)
        return true;
    for (size_t y = r.low_y; y <= r.high_y; y++) {
        for (size_t x = r.low_x; x <= r.high_x; x++) {
            if (index->cells[y * index->side + x]) return true;
        }
    }
    return false;
}

/* ---- building --------------------------------------------------------- */

static bool has_buffer(const sw_inspect__polygon *polygon)
{
    return polygon->buffer_m > TOLERANCE_M;
}

static size_t count_items(const sw_inspect__zones *zones)
{
    size_t count = 0;
    for (size_t i = 0; i < zones->polygon_count; i++) {
        const sw_inspect__polygon *polygon = &zones->polygons[i];
        count++;
        for (size_t r = 0; has_buffer(polygon) && r < polygon->ring_count; r++)
            count += (polygon->rings[r].count - 2) / RUN_EDGES + 1;
    }
    return count;
}

static void add_item(sw_inspect__index *index, item made)
{
    box *all = &index->all;
    if (index->count == 0) *all = made.reach;
    all->low_x = fmin(all->low_x, made.reach.low_x);
    all->low_y = fmin(all->low_y, made.reach.low_y);
    all->high_x = fmax(all->high_x, made.reach.high_x);
    all->high_y = fmax(all->high_y, made.reach.high_y);
    index->items[index->count++] = made;
}

static void add_ring(sw_inspect__index *index,
                     const sw_inspect__polygon *polygon, sw_inspect__ring ring)
{
    size_t edges = ring.count - 1;
    for (size_t from = 0; from < edges; from += RUN_EDGES) {
        size_t count = edges - from < RUN_EDGES ? edges - from : RUN_EDGES;
        const sw_inspect__point *at = ring.at + from;
        box reach = box_widened(box_of(at, count + 1), polygon->buffer_m);
        add_item(index, (item){polygon, reach, at, count, NULL, NULL});
    }
}

static void add_polygon(sw_inspect__index *index,
                        const sw_inspect__polygon *polygon)
{
    box reach = box_of(polygon->rings[0].at, polygon->rings[0].count);
    add_item(index, (item){polygon, reach, NULL, 0, NULL, NULL});
    for (size_t r = 0; has_buffer(polygon) && r < polygon->ring_count; r++)
        add_ring(index, polygon, polygon->rings[r]);
}

static bool plant(sw_inspect__index *index)
{
    for (size_t i = 0; i < index->count; i++) {
        box *b = &index->items[i].reach;
        GEOSGeometry *shape = GEOSGeom_createRectangle_r(
            index->geos, b->low_x, b->low_y, b->high_x, b->high_y);
        if (shape == NULL) return false;
        // The tree copies the box (GEOS 3.9 and later).
        GEOSSTRtree_insert_r(index->geos, index->tree, shape, &index->items[i]);
        GEOSGeom_destroy_r(index->geos, shape);
        cells_mark(index, *b);
    }
    return true;
}

static bool build(sw_inspect__index *index, const sw_inspect__zones *zones)
{
    index->geos = GEOS_init_r();
    if (index->geos == NULL) return false;
    index->tree = GEOSSTRtree_create_r(index->geos, 10);
    size_t count = count_items(zones);
    index->side = LEAST_SIDE;
    while (index->side < MOST_SIDE && index->side * index->side < 16 * count)
        index->side *= 2;
    index->items = SW_NEW_ARRAY(index->arena, item, count);
    index->cells =
        SW_NEW_ARRAY(index->arena, uint8_t, index->side * index->side);
    if (index->tree == NULL || index->items == NULL || index->cells == NULL)
        return false;

    for (size_t i = 0; i < zones->polygon_count; i++)
        add_polygon(index, &zones->polygons[i]);
    return plant(index);
}

bool sw_inspect__index_new(const sw_inspect__zones *zones,
                           sw_inspect__index **out, sw_error *err)
{
    sw_inspect__index *index = calloc(1, sizeof *index);
    if (index == NULL) return sw_fail_memory(err);
    bool ok = sw_arena_new_secret(&index->arena, err) &&
              (build(index, zones) || sw_fail_memory(err));
    if (ok)
        *out = index;
    else
        sw_inspect__index_free(index);
    return ok;
}

void sw_inspect__index_free(sw_inspect__index *index)
{
    if (index == NULL) return;
    for (size_t i = 0; i < index->count; i++) {
        GEOSPreparedGeom_destroy_r(index->geos, index->items[i].prepared);
        GEOSGeom_destroy_r(index->geos, index->items[i].shape);
    }
    if (index->tree != NULL) GEOSSTRtree_destroy_r(index->geos, index->tree);
    if (index->geos != NULL) GEOS_finish_r(index->geos);
    sw_arena_free(index->arena);
    free(index);
}

/* ---- asking ----------------------------------------------------------- */

typedef struct {
    sw_inspect__index *index;
    sw_inspect__line line;
    box reach;
    GEOSGeometry *shape;
    bool meets, failed;
} question;

static bool prepare(sw_inspect__index *index, item *it)
{
    if (it->prepared != NULL) return true;
    if (it->shape == NULL) {
        it->shape =
            sw_inspect__geometry(index->geos, it->polygon, index->arena);
    }
    if (it->shape == NULL) return false;
    it->prepared = GEOSPrepare_r(index->geos, it->shape);
    return it->prepared != NULL;
}

static void ask_polygon(question *q, item *it)
{
    if (!prepare(q->index, it)) {
        q->failed = true;
        return;
    }
    char met = GEOSPreparedIntersects_r(q->index->geos, it->prepared, q->shape);
    q->failed = met == 2;
    q->meets = met == 1;
}

// Only the part of a line within a box can be near what the box was widened
// around; a segment half around the world is thus as quick as any. @return
// false if none is.
static bool clip(sw_inspect__line *line, box to)
{
    double from = 0, until = 1;
    double delta[2] = {line->b.x - line->a.x, line->b.y - line->a.y};
    double below[2] = {to.low_x - line->a.x, to.low_y - line->a.y};
    double above[2] = {to.high_x - line->a.x, to.high_y - line->a.y};
    for (int axis = 0; axis < 2; axis++) {
        if (delta[axis] == 0) continue;  // the boxes meet: it is within
        double enter = below[axis] / delta[axis];
        double leave = above[axis] / delta[axis];
        from = fmax(from, fmin(enter, leave));
        until = fmin(until, fmax(enter, leave));
    }
    if (from > until) return false;

    sw_inspect__point a = line->a;
    if (until < 1) {
        line->b =
            (sw_inspect__point){a.x + until * delta[0], a.y + until * delta[1]};
    }
    if (from > 0) {
        line->a =
            (sw_inspect__point){a.x + from * delta[0], a.y + from * delta[1]};
    }
    return true;
}

static void ask_edges(question *q, const item *it)
{
    sw_inspect__line line = q->line;
    if (!clip(&line, it->reach)) return;
    double limit_m = it->polygon->buffer_m - TOLERANCE_M;
    for (size_t i = 0; i < it->count && !q->meets; i++) {
        sw_inspect__line edge = {it->edges[i], it->edges[i + 1]};
        q->meets = sw_inspect__closer(line, edge, limit_m);
    }
}

// Called by GEOS for each item whose box the line's box meets.
static void ask_item(void *found, void *ctx)
{
    question *q = ctx;
    item *it = found;
    if (q->meets || q->failed || !boxes_meet(q->reach, it->reach)) return;
    if (it->edges == NULL)
        ask_polygon(q, it);
    else
        ask_edges(q, it);
}

static GEOSGeometry *shape_of(GEOSContextHandle_t geos, sw_inspect__line line)
{
    if (line.a.x == line.b.x && line.a.y == line.b.y)
        return GEOSGeom_createPointFromXY_r(geos, line.a.x, line.a.y);
    GEOSCoordSequence *places =
        GEOSCoordSeq_copyFromBuffer_r(geos, &line.a.x, 2, 0, 0);
    return places != NULL ? GEOSGeom_createLineString_r(geos, places) : NULL;
}

static bool ask(sw_inspect__index *index, sw_inspect__line line, bool *out)
{
    const sw_inspect__point ends[2] = {line.a, line.b};
    question q = {index, line, box_of(ends, 2), NULL, false, false};
    if (!cells_near(index, q.reach)) return true;

    q.shape = shape_of(index->geos, line);
    if (q.shape == NULL) return false;
    GEOSSTRtree_query_r(index->geos, index->tree, q.shape, ask_item, &q);
    GEOSGeom_destroy_r(index->geos, q.shape);
    *out |= q.meets;
    return !q.failed;
}

bool sw_inspect__index_meets(sw_inspect__index *index, sw_inspect__line line,
                             bool *out, sw_error *err)
{
    *out = false;
    if (index->count == 0) return true;

    // The short way round, which may lead beyond 180 degrees.
    if (line.b.x - line.a.x > TURN / 2) line.b.x -= TURN;
    if (line.b.x - line.a.x < -TURN / 2) line.b.x += TURN;
    for (int turn = -1; turn <= 1 && !*out; turn++) {
        sw_inspect__line moved = line;
        moved.a.x += turn * TURN;
        moved.b.x += turn * TURN;
        if (!ask(index, moved, out)) return sw_fail_memory(err);
    }
    return true;
}
