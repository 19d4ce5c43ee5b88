// Builds the index: a tree whose nodes are 8 x 8 cells. A cell is outside,
// inside (some polygon holds all of it), or mixed; a mixed cell with more than
// LEAF_EDGES edges is split further. So a query costs the depth of the tree and
// a handful of edges, however many zones there are: the tree grows deep only
// where edges are dense. A flat grid is either too coarse or too large for a
// list of small zones spread over a country.
//
// The tree is built level by level. Edges that coincide, or meet in one place,
// can be told apart at no size of cell; when the edges' copies pass a budget
// the cells that are left become leaves as they are.
#include "index_build.h"

#include <string.h>

#define LEAF_EDGES  8
#define MIN_SHIFT   4   // cells are at least 16 units wide
#define COPIES_EACH 32  // budget of copies for each edge, on average
#define COPIES_MORE 65536

static const size_t no_node = SIZE_MAX;
static const uint32_t no_leaf = UINT32_MAX;

static void level_free(sw_geo__level *l)
{
    sw_geo__vec_free(&l->cells, sizeof(sw_geo__cell));
    sw_geo__vec_free(&l->edges, sizeof(uint32_t));
    sw_geo__vec_free(&l->runs, sizeof(sw_geo__run));
}

static void builder_done(sw_geo__builder *b)
{
    level_free(&b->now);
    level_free(&b->next);
    sw_geo__vec_free(&b->nodes, sizeof(sw_geo__node));
    sw_geo__vec_free(&b->leaves, sizeof(sw_geo__leaf));
    sw_geo__vec_free(&b->refs, sizeof(uint32_t));
    sw_geo__vec_free(&b->masks, sizeof(uint64_t));
    sw_geo__vec_free(&b->owners, sizeof(uint32_t));
    sw_geo__vec_free(&b->lists, sizeof(uint32_t));
    sw_geo__vec_free(&b->windings, sizeof(int32_t));
}

// Cells settle in the order in which they stand in their node, so that the
// first branch and the first leaf tell where the others are.
static void note_branch(sw_geo__builder *b, const sw_geo__cell *c,
                        size_t number)
{
    if (c->node == no_node) return;
    sw_geo__node *node = SW_GEO_AT(&b->nodes, sw_geo__node) + c->node;
    if (node->branch == 0) node->first_node = (uint32_t)number;
    node->branch |= UINT64_C(1) << c->bit;
}

static void note_leaf(sw_geo__builder *b, const sw_geo__cell *c, size_t number)
{
    if (c->node == no_node) return;
    sw_geo__node *node = SW_GEO_AT(&b->nodes, sw_geo__node) + c->node;
    if (node->first_leaf == no_leaf) node->first_leaf = (uint32_t)number;
}

static bool make_leaf(sw_geo__builder *b, const sw_geo__cell *c)
{
    const uint32_t *edges = SW_GEO_AT(&b->now.edges, uint32_t) + c->first_edge;
    const sw_geo__run *runs =
        SW_GEO_AT(&b->now.runs, sw_geo__run) + c->first_run;
    sw_geo__leaf *leaf = SW_GEO_ADD(&b->leaves, sw_geo__leaf, 1);
    uint32_t *refs = SW_GEO_ADD(&b->refs, uint32_t, c->edges);
    if (leaf == NULL || refs == NULL) return false;
    if (b->refs.count > UINT32_MAX || b->leaves.count > no_leaf) {
        return false;
    }

    *leaf = (sw_geo__leaf){.known = c->known,
                           .first = (uint32_t)(b->refs.count - c->edges),
                           .count = (uint32_t)c->edges};
    for (size_t r = 0; r < c->runs; r++)
        leaf->winding += runs[r].winding;
    for (size_t i = 0; i < c->edges; i++) {
        const sw_location *ends = b->places + edges[i];
        bool left = sw_geo__turn(ends[0], ends[1], c->known) > 0;
        refs[i] = edges[i] | (left ? SW_GEO_LEFT : 0);
    }
    note_leaf(b, c, b->leaves.count - 1);
    return true;
}

static bool make_node(sw_geo__builder *b, const sw_geo__cell *c,
                      sw_geo__node made)
{
    made.first_leaf = no_leaf;
    sw_geo__node *added = SW_GEO_ADD(&b->nodes, sw_geo__node, 1);
    if (added == NULL || b->nodes.count > UINT32_MAX) return false;
    *added = made;
    note_branch(b, c, b->nodes.count - 1);
    return true;
}

static bool settle_cell(sw_geo__builder *b, const sw_geo__cell *c)
{
    bool small = c->shift < MIN_SHIFT + 3;
    if (c->edges <= LEAF_EDGES || small || b->copies >= b->budget) {
        return make_leaf(b, c);
    }
    sw_geo__node made = {0};
    switch (sw_geo__split(b, c, &made)) {
    case SW_GEO_SPLIT: return make_node(b, c, made);
    case SW_GEO_UNSPLIT: return make_leaf(b, c);
    default: return false;
    }
}

// The level above leaves its memory to the one below.
static bool settle_level(sw_geo__builder *b)
{
    for (size_t i = 0; i < b->now.cells.count; i++) {
        sw_geo__cell c = SW_GEO_AT(&b->now.cells, sw_geo__cell)[i];
        if (!settle_cell(b, &c)) return false;
    }
    sw_geo__level settled = b->now;
    b->now = b->next;
    b->next = settled;
    b->next.cells.count = b->next.edges.count = b->next.runs.count = 0;
    return true;
}

static void measure(sw_geo__builder *b, const sw_geo__shape *shape)
{
    b->low = (sw_location){INT32_MAX, INT32_MAX};
    b->high = (sw_location){INT32_MIN, INT32_MIN};
    for (size_t i = 0; i < shape->places.count; i++) {
        sw_location p = b->places[i];
        b->low.lon_e7 = (int32_t)sw_geo__smaller(b->low.lon_e7, p.lon_e7);
        b->low.lat_e7 = (int32_t)sw_geo__smaller(b->low.lat_e7, p.lat_e7);
        b->high.lon_e7 = (int32_t)sw_geo__larger(b->high.lon_e7, p.lon_e7);
        b->high.lat_e7 = (int32_t)sw_geo__larger(b->high.lat_e7, p.lat_e7);
    }
}

static bool push_root_edges(sw_geo__builder *b, const sw_geo__shape *shape,
                            sw_geo__cell *root)
{
    size_t polygon = SIZE_MAX;
    for (size_t i = 0; i < shape->spans.count; i++) {
        sw_geo__span span = SW_GEO_AT(&shape->spans, sw_geo__span)[i];
        if (span.polygon != polygon) {
            polygon = span.polygon;
            sw_geo__run *added = SW_GEO_ADD(&b->now.runs, sw_geo__run, 1);
            if (added == NULL) return false;
            root->runs++;
        }
        size_t edges = span.count - 1;
        uint32_t *added = SW_GEO_ADD(&b->now.edges, uint32_t, edges);
        if (added == NULL) return false;
        for (size_t e = 0; e < edges; e++) {
            added[e] = (uint32_t)(span.first + e);
        }
        SW_GEO_AT(&b->now.runs, sw_geo__run)
        [b->now.runs.count - 1].count += (uint32_t)edges;
        root->edges += edges;
    }
    return true;
}

// The root's corner lies one unit outside the zones' box: a known place.
static bool push_root(sw_geo__builder *b, const sw_geo__shape *shape)
{
    sw_geo__cell root = {.node = no_node,
                         .shift = MIN_SHIFT,
                         .known = {b->low.lon_e7 - 1, b->low.lat_e7 - 1}};
    int64_t width = (int64_t)b->high.lon_e7 - b->low.lon_e7 + 3;
    int64_t height = (int64_t)b->high.lat_e7 - b->low.lat_e7 + 3;
    while (INT64_C(1) << root.shift < sw_geo__larger(width, height))
        root.shift++;
    root.at = (sw_geo__square){root.known.lon_e7, root.known.lat_e7,
                               INT64_C(1) << root.shift};
    if (!push_root_edges(b, shape, &root)) return false;

    sw_geo__cell *added = SW_GEO_ADD(&b->now.cells, sw_geo__cell, 1);
    if (added == NULL) return false;
    *added = root;
    b->budget = root.edges * COPIES_EACH + COPIES_MORE;
    return true;
}

// Moves an array to its final place.
static void *keep(sw_geo__vec *vec, size_t each, sw_arena *arena)
{
    void *copy = sw_arena_calloc(arena, vec->count, each);
    if (copy != NULL && vec->count > 0) {
        memcpy(copy, vec->at, vec->count * each);
    }
    sw_geo__vec_free(vec, each);
    return copy;
}

static bool finish(sw_geo__builder *b, sw_arena *arena, sw_geo__index *out)
{
    out->node_count = b->nodes.count;
    out->nodes = keep(&b->nodes, sizeof(sw_geo__node), arena);
    out->leaves = keep(&b->leaves, sizeof(sw_geo__leaf), arena);
    out->edges = keep(&b->refs, sizeof(uint32_t), arena);
    return out->nodes != NULL && out->leaves != NULL && out->edges != NULL;
}

static bool build(sw_geo__builder *b, const sw_geo__shape *shape,
                  sw_arena *arena, sw_geo__index *out)
{
    if (!push_root(b, shape)) return false;
    out->shift = SW_GEO_AT(&b->now.cells, sw_geo__cell)->shift;
    out->x = SW_GEO_AT(&b->now.cells, sw_geo__cell)->at.x;
    out->y = SW_GEO_AT(&b->now.cells, sw_geo__cell)->at.y;
    while (b->now.cells.count > 0) {
        if (!settle_level(b)) return false;
    }
    return finish(b, arena, out);
}

bool sw_geo__index_build(const sw_geo__shape *shape, sw_arena *arena,
                         sw_geo__index *out, sw_error *err)
{
    sw_geo__builder b = {.places = SW_GEO_AT(&shape->places, sw_location)};
    *out = (sw_geo__index){.places = b.places};
    measure(&b, shape);
    out->low = b.low;
    out->high = b.high;
    if (shape->places.count == 0) return true;
    if (shape->places.count >= SW_GEO_LEFT) {
        return sw_fail(err, SW_ERR_INPUT,
                       "the zones have too many edges: at most %u are allowed",
                       SW_GEO_LEFT - 1);
    }
    bool ok = build(&b, shape, arena, out);
    builder_done(&b);
    return ok || sw_fail_memory(err);
}
