// Builds the index: a tree whose nodes are 8 x 8 cells. A cell is outside,
// inside (some polygon holds all of it), or mixed; a mixed cell with more than
// LEAF_EDGES edges is split further. So a query costs the depth of the tree and
// a handful of edges, however many zones there are: the tree grows deep only
// where edges are dense. A flat grid is either too coarse or too large for a
// list of small zones spread over a country.
//
// For each mixed cell the windings of the polygons with edges in it are kept at
// a known place, one that lies on no edge. A walk from child to child, from one
// known place to the next, updates them by the edges that it crosses: these all
// touch one of the two children. Of other polygons only the number is kept that
// hold the place. A polygon that holds the place and does not touch the cell
// holds all of the cell, so that the cell is inside and its edges are dropped:
// zones that cover each other do not slow a query.
//
// The tree is built level by level. Edges that coincide, or meet in one place,
// can be told apart at no size of cell; when the edges' copies pass a budget
// the cells that are left become leaves as they are.
#include "geo_internal.h"

#include <stdlib.h>
#include <string.h>

#define LEAF_EDGES  8
#define MIN_SHIFT   4  // cells are at least 16 units wide
#define CELLS       64
#define PLACE_TRIES 1024
#define COPIES_EACH 32  // budget of copies for each edge, on average
#define COPIES_MORE 65536

/** The edges of one polygon in a cell, and its winding at the known place. */
typedef struct {
    uint32_t polygon, count;
    int32_t winding;
} run;

/** A mixed cell that waits to be split or to become a leaf. */
typedef struct {
    sw_geo__square at;
    unsigned shift;
    sw_location known;
    size_t node;   // that it is a cell of; no_node: it is the root
    unsigned bit;  // in that node
    size_t first_edge, edges;
    size_t first_run, runs;
} cell;

/** The cells of one depth. */
typedef struct {
    sw_geo__vec cells;  // cell
    sw_geo__vec edges;  // uint32_t, ascending in each cell
    sw_geo__vec runs;   // run, in the edges' order
} level;

typedef struct {
    const sw_location *places;
    sw_location low, high;  // of all zones
    sw_geo__vec nodes, leaves, refs;
    level now, next;
    size_t copies, budget;
} builder;

/** One cell while it is split; all arrays are over the cell's edges or runs. */
typedef struct {
    const builder *b;
    cell at;
    unsigned shift;          // of the children
    unsigned columns, rows;  // children that a zone can reach
    const uint32_t *edges;
    const run *runs;
    sw_geo__vec masks;     // uint64_t: the children that an edge touches
    sw_geo__vec owners;    // uint32_t: an edge's run
    sw_geo__vec lists;     // uint32_t: for each child, its edges' numbers
    sw_geo__vec windings;  // int32_t: a run's winding where the walk stands
    size_t positive;       // runs with a winding above 0
    size_t first[CELLS + 1];
    sw_location known[CELLS];
} split;

static const size_t no_node = SIZE_MAX;
static const uint32_t no_leaf = UINT32_MAX;

static void level_free(level *l)
{
    sw_geo__vec_free(&l->cells, sizeof(cell));
    sw_geo__vec_free(&l->edges, sizeof(uint32_t));
    sw_geo__vec_free(&l->runs, sizeof(run));
}

static void builder_done(builder *b)
{
    level_free(&b->now);
    level_free(&b->next);
    sw_geo__vec_free(&b->nodes, sizeof(sw_geo__node));
    sw_geo__vec_free(&b->leaves, sizeof(sw_geo__leaf));
    sw_geo__vec_free(&b->refs, sizeof(uint32_t));
}

static void split_done(split *s)
{
    sw_geo__vec_free(&s->masks, sizeof(uint64_t));
    sw_geo__vec_free(&s->owners, sizeof(uint32_t));
    sw_geo__vec_free(&s->lists, sizeof(uint32_t));
    sw_geo__vec_free(&s->windings, sizeof(int32_t));
}

static inline int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}
static inline int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static sw_geo__square child_square(const split *s, unsigned bit)
{
    return (sw_geo__square){
        .x = s->at.at.x + ((int64_t)(bit & 7) << s->shift),
        .y = s->at.at.y + ((int64_t)(bit >> 3) << s->shift),
        .size = INT64_C(1) << s->shift,
    };
}

// Squares are closed, so an edge on a border touches the cells on both sides:
// hence the box begins one unit earlier.
static uint64_t touched(const split *s, sw_location u, sw_location v)
{
    sw_geo__segment edge =
        sw_geo__segment_of(u.lon_e7, u.lat_e7, v.lon_e7, v.lat_e7);
    uint64_t range =
        sw_geo__cells(s->at.at.x, s->at.at.y, s->shift, edge.low_x - 1,
                      edge.high_x, edge.low_y - 1, edge.high_y);
    uint64_t mask = 0;
    for (uint64_t left = range; left != 0; left &= left - 1) {
        unsigned bit = (unsigned)__builtin_ctzll(left);
        if (sw_geo__line_touches(&edge, child_square(s, bit))) {
            mask |= UINT64_C(1) << bit;
        }
    }
    return mask;
}

static bool note_edges(split *s)
{
    uint64_t *masks = SW_GEO_ADD(&s->masks, uint64_t, s->at.edges);
    uint32_t *owners = SW_GEO_ADD(&s->owners, uint32_t, s->at.edges);
    int32_t *windings = SW_GEO_ADD(&s->windings, int32_t, s->at.runs);
    if (masks == NULL || owners == NULL || windings == NULL) return false;

    size_t edge = 0;
    for (size_t r = 0; r < s->at.runs; r++) {
        windings[r] = s->runs[r].winding;
        if (windings[r] > 0) s->positive++;
        for (uint32_t i = 0; i < s->runs[r].count; i++, edge++) {
            const sw_location *ends = s->b->places + s->edges[edge];
            owners[edge] = (uint32_t)r;
            masks[edge] = touched(s, ends[0], ends[1]);
        }
    }
    return true;
}

// Sorts the edges by child: child c has lists[first[c]] to lists[first[c + 1]].
static bool list_children(split *s)
{
    const uint64_t *masks = SW_GEO_AT(&s->masks, uint64_t);
    memset(s->first, 0, sizeof s->first);
    for (size_t i = 0; i < s->at.edges; i++) {
        for (uint64_t m = masks[i]; m != 0; m &= m - 1) {
            s->first[(unsigned)__builtin_ctzll(m) + 1]++;
        }
    }
    for (size_t c = 0; c < CELLS; c++)
        s->first[c + 1] += s->first[c];

    uint32_t *lists = SW_GEO_ADD(&s->lists, uint32_t, s->first[CELLS]);
    if (lists == NULL) return false;
    size_t next[CELLS];
    memcpy(next, s->first, sizeof next);
    for (size_t i = 0; i < s->at.edges; i++) {
        for (uint64_t m = masks[i]; m != 0; m &= m - 1) {
            lists[next[(unsigned)__builtin_ctzll(m)]++] = (uint32_t)i;
        }
    }
    return true;
}

// The places of a cell that a query can ask, with one more on each side of the
// zones' box, where no edge runs.
typedef struct {
    int64_t west, south, width, height;
} field;

static field field_of(const builder *b, const sw_geo__square *at)
{
    int64_t west = larger(at->x, (int64_t)b->low.lon_e7 - 1);
    int64_t south = larger(at->y, (int64_t)b->low.lat_e7 - 1);
    int64_t east = smaller(at->x + at->size - 1, (int64_t)b->high.lon_e7 + 1);
    int64_t north = smaller(at->y + at->size - 1, (int64_t)b->high.lat_e7 + 1);
    return (field){west, south, east - west + 1, north - south + 1};
}

// All places of a small field, or the middle and then others in a fixed order.
static sw_location candidate(const field *f, uint64_t turn)
{
    uint64_t width = (uint64_t)f->width, height = (uint64_t)f->height;
    uint64_t x = width / 2, y = height / 2;
    if (width <= PLACE_TRIES && width * height <= PLACE_TRIES) {
        x = (x + turn) % width;
        y = (y + turn / width) % height;
    } else if (turn > 0) {
        uint64_t mixed = turn * UINT64_C(0x9e3779b97f4a7c15);
        x = (mixed >> 32) % width;
        y = (mixed & UINT32_MAX) % height;
    }
    return (sw_location){(int32_t)(f->west + (int64_t)x),
                         (int32_t)(f->south + (int64_t)y)};
}

static bool on_edge(sw_location p, sw_location u, sw_location v)
{
    return p.lon_e7 >= smaller(u.lon_e7, v.lon_e7) &&
           p.lon_e7 <= larger(u.lon_e7, v.lon_e7) &&
           p.lat_e7 >= smaller(u.lat_e7, v.lat_e7) &&
           p.lat_e7 <= larger(u.lat_e7, v.lat_e7) && sw_geo__turn(u, v, p) == 0;
}

static bool child_has_on_edge(const split *s, unsigned child, sw_location p)
{
    const uint32_t *lists = SW_GEO_AT(&s->lists, uint32_t);
    for (size_t i = s->first[child]; i < s->first[child + 1]; i++) {
        const sw_location *ends = s->b->places + s->edges[lists[i]];
        if (on_edge(p, ends[0], ends[1])) return true;
    }
    return false;
}

static bool find_known(split *s, unsigned child)
{
    sw_geo__square square = child_square(s, child);
    field f = field_of(s->b, &square);
    for (uint64_t turn = 0; turn < PLACE_TRIES; turn++) {
        sw_location p = candidate(&f, turn);
        if (child_has_on_edge(s, child, p)) continue;
        s->known[child] = p;
        return true;
    }
    return false;
}

// False if some child is so full of edges that no place off them was found.
static bool find_all_known(split *s)
{
    sw_geo__square whole = s->at.at;
    field f = field_of(s->b, &whole);
    s->columns = (unsigned)((f.west + f.width - 1 - whole.x) >> s->shift) + 1;
    s->rows = (unsigned)((f.south + f.height - 1 - whole.y) >> s->shift) + 1;
    for (unsigned row = 0; row < s->rows; row++) {
        for (unsigned column = 0; column < s->columns; column++) {
            if (!find_known(s, 8 * row + column)) return false;
        }
    }
    return true;
}

// query.c, leaf_contain(), says why this rule is exact.
static void cross(split *s, uint32_t edge, sw_location from, sw_location to)
{
    const sw_location *ends = s->b->places + s->edges[edge];
    bool left = sw_geo__turn(ends[0], ends[1], to) > 0;
    if (left == (sw_geo__turn(ends[0], ends[1], from) > 0)) return;
    if ((sw_geo__turn(from, to, ends[0]) >= 0) ==
        (sw_geo__turn(from, to, ends[1]) >= 0)) {
        return;
    }
    int32_t *winding = SW_GEO_AT(&s->windings, int32_t) +
                       SW_GEO_AT(&s->owners, uint32_t)[edge];
    s->positive -= *winding > 0;
    *winding += left ? 1 : -1;
    s->positive += *winding > 0;
}

static void walk_in(split *s, sw_location to)
{
    for (size_t i = 0; i < s->at.edges; i++) {
        cross(s, (uint32_t)i, s->at.known, to);
    }
}

// From one child to its neighbour; an edge that touches both is met in the
// first one's list.
static void walk_on(split *s, unsigned from, unsigned to)
{
    const uint32_t *lists = SW_GEO_AT(&s->lists, uint32_t);
    const uint64_t *masks = SW_GEO_AT(&s->masks, uint64_t);
    for (size_t i = s->first[from]; i < s->first[from + 1]; i++) {
        cross(s, lists[i], s->known[from], s->known[to]);
    }
    for (size_t i = s->first[to]; i < s->first[to + 1]; i++) {
        if (masks[lists[i]] >> from & 1) continue;
        cross(s, lists[i], s->known[from], s->known[to]);
    }
}

// Adds the child to the next level, its edges and their runs. `covered` is set
// instead if a polygon without edges in the child holds it.
static bool push_child(builder *b, split *s, unsigned child, bool *covered)
{
    const uint32_t *lists = SW_GEO_AT(&s->lists, uint32_t);
    const uint32_t *owners = SW_GEO_AT(&s->owners, uint32_t);
    const int32_t *windings = SW_GEO_AT(&s->windings, int32_t);
    size_t edges = s->first[child + 1] - s->first[child];
    cell made = {.at = child_square(s, child),
                 .shift = s->shift,
                 .known = s->known[child],
                 .node = b->nodes.count,  // made once its children are
                 .bit = child,
                 .first_edge = b->next.edges.count,
                 .edges = edges,
                 .first_run = b->next.runs.count};

    uint32_t *copy = SW_GEO_ADD(&b->next.edges, uint32_t, edges);
    if (copy == NULL) return false;
    size_t positive = 0;
    uint32_t owner = UINT32_MAX;
    for (size_t i = 0; i < edges; i++) {
        uint32_t edge = lists[s->first[child] + i];
        copy[i] = s->edges[edge];
        if (owners[edge] != owner) {
            owner = owners[edge];
            run *added = SW_GEO_ADD(&b->next.runs, run, 1);
            if (added == NULL) return false;
            *added = (run){s->runs[owner].polygon, 0, windings[owner]};
            positive += windings[owner] > 0;
        }
        SW_GEO_AT(&b->next.runs, run)[b->next.runs.count - 1].count++;
    }
    made.runs = b->next.runs.count - made.first_run;
    *covered = s->positive > positive;
    if (*covered) {
        b->next.edges.count = made.first_edge;
        b->next.runs.count = made.first_run;
        return true;
    }

    cell *added = SW_GEO_ADD(&b->next.cells, cell, 1);
    if (added == NULL) return false;
    *added = made;
    b->copies += edges;
    return true;
}

// Judges the child where the walk stands.
static bool judge_child(builder *b, split *s, unsigned child,
                        sw_geo__node *node)
{
    uint64_t bit = UINT64_C(1) << child;
    bool covered = s->positive > 0;
    if (s->first[child] < s->first[child + 1]) {
        node->filled |= bit;
        if (!push_child(b, s, child, &covered)) return false;
    }
    if (covered) {
        node->filled |= bit;
        node->inside |= bit;
    }
    return true;
}

// Row by row, every second one backwards, so that each step is to a neighbour.
static bool walk_children(builder *b, split *s, sw_geo__node *node)
{
    unsigned last = 0;
    walk_in(s, s->known[0]);
    for (unsigned row = 0; row < s->rows; row++) {
        for (unsigned i = 0; i < s->columns; i++) {
            unsigned column = row % 2 == 0 ? i : s->columns - 1 - i;
            unsigned child = 8 * row + column;
            if (child != 0) walk_on(s, last, child);
            last = child;
            if (!judge_child(b, s, child, node)) return false;
        }
    }
    return true;
}

static int compare_cell(const void *left, const void *right)
{
    const cell *a = left, *b = right;
    return (a->bit > b->bit) - (a->bit < b->bit);
}

// Cells settle in the order in which they stand in their node, so that the
// first branch and the first leaf tell where the others are.
static void note_branch(builder *b, const cell *c, size_t number)
{
    if (c->node == no_node) return;
    sw_geo__node *node = SW_GEO_AT(&b->nodes, sw_geo__node) + c->node;
    if (node->branch == 0) node->first_node = (uint32_t)number;
    node->branch |= UINT64_C(1) << c->bit;
}

static void note_leaf(builder *b, const cell *c, size_t number)
{
    if (c->node == no_node) return;
    sw_geo__node *node = SW_GEO_AT(&b->nodes, sw_geo__node) + c->node;
    if (node->first_leaf == no_leaf) node->first_leaf = (uint32_t)number;
}

static bool make_leaf(builder *b, const cell *c)
{
    const uint32_t *edges = SW_GEO_AT(&b->now.edges, uint32_t) + c->first_edge;
    const run *runs = SW_GEO_AT(&b->now.runs, run) + c->first_run;
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

static bool make_node(builder *b, split *s)
{
    size_t first_cell = b->next.cells.count;
    sw_geo__node made = {.first_leaf = no_leaf};
    if (b->nodes.count > UINT32_MAX || !walk_children(b, s, &made))
        return false;

    size_t cells = b->next.cells.count - first_cell;
    if (cells > 0) {
        qsort(SW_GEO_AT(&b->next.cells, cell) + first_cell, cells, sizeof(cell),
              compare_cell);
    }
    sw_geo__node *added = SW_GEO_ADD(&b->nodes, sw_geo__node, 1);
    if (added == NULL) return false;
    *added = made;
    note_branch(b, &s->at, b->nodes.count - 1);
    return true;
}

static bool split_cell(builder *b, const cell *c)
{
    split s = {.b = b,
               .at = *c,
               .shift = c->shift - 3,
               .edges = SW_GEO_AT(&b->now.edges, uint32_t) + c->first_edge,
               .runs = SW_GEO_AT(&b->now.runs, run) + c->first_run};
    bool ok = note_edges(&s) && list_children(&s);
    if (ok) {
        bool worth =
            s.first[CELLS] <= b->budget - b->copies && find_all_known(&s);
        ok = worth ? make_node(b, &s) : make_leaf(b, c);
    }
    split_done(&s);
    return ok;
}

static bool settle_cell(builder *b, const cell *c)
{
    bool small = c->shift < MIN_SHIFT + 3;
    if (c->edges <= LEAF_EDGES || small || b->copies >= b->budget) {
        return make_leaf(b, c);
    }
    return split_cell(b, c);
}

static bool settle_level(builder *b)
{
    for (size_t i = 0; i < b->now.cells.count; i++) {
        cell c = SW_GEO_AT(&b->now.cells, cell)[i];
        if (!settle_cell(b, &c)) return false;
    }
    level_free(&b->now);
    b->now = b->next;
    b->next = (level){0};
    return true;
}

static void measure(builder *b, const sw_geo__shape *shape)
{
    b->low = (sw_location){INT32_MAX, INT32_MAX};
    b->high = (sw_location){INT32_MIN, INT32_MIN};
    for (size_t i = 0; i < shape->places.count; i++) {
        sw_location p = b->places[i];
        b->low.lon_e7 = (int32_t)smaller(b->low.lon_e7, p.lon_e7);
        b->low.lat_e7 = (int32_t)smaller(b->low.lat_e7, p.lat_e7);
        b->high.lon_e7 = (int32_t)larger(b->high.lon_e7, p.lon_e7);
        b->high.lat_e7 = (int32_t)larger(b->high.lat_e7, p.lat_e7);
    }
}

static bool push_root_edges(builder *b, const sw_geo__shape *shape, cell *root)
{
    size_t polygon = SIZE_MAX;
    for (size_t i = 0; i < shape->spans.count; i++) {
        sw_geo__span span = SW_GEO_AT(&shape->spans, sw_geo__span)[i];
        if (span.polygon != polygon) {
            polygon = span.polygon;
            run *added = SW_GEO_ADD(&b->now.runs, run, 1);
            if (added == NULL) return false;
            added->polygon = (uint32_t)polygon;
            root->runs++;
        }
        size_t edges = span.count - 1;
        uint32_t *added = SW_GEO_ADD(&b->now.edges, uint32_t, edges);
        if (added == NULL) return false;
        for (size_t e = 0; e < edges; e++) {
            added[e] = (uint32_t)(span.first + e);
        }
        SW_GEO_AT(&b->now.runs, run)
        [b->now.runs.count - 1].count += (uint32_t)edges;
        root->edges += edges;
    }
    return true;
}

// The root's corner lies one unit outside the zones' box: a known place.
static bool push_root(builder *b, const sw_geo__shape *shape)
{
    cell root = {.node = no_node,
                 .shift = MIN_SHIFT,
                 .known = {b->low.lon_e7 - 1, b->low.lat_e7 - 1}};
    int64_t width = (int64_t)b->high.lon_e7 - b->low.lon_e7 + 3;
    int64_t height = (int64_t)b->high.lat_e7 - b->low.lat_e7 + 3;
    while (INT64_C(1) << root.shift < larger(width, height))
        root.shift++;
    root.at = (sw_geo__square){root.known.lon_e7, root.known.lat_e7,
                               INT64_C(1) << root.shift};
    if (!push_root_edges(b, shape, &root)) return false;

    cell *added = SW_GEO_ADD(&b->now.cells, cell, 1);
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

static bool finish(builder *b, sw_arena *arena, sw_geo__index *out)
{
    out->node_count = b->nodes.count;
    out->nodes = keep(&b->nodes, sizeof(sw_geo__node), arena);
    out->leaves = keep(&b->leaves, sizeof(sw_geo__leaf), arena);
    out->edges = keep(&b->refs, sizeof(uint32_t), arena);
    return out->nodes != NULL && out->leaves != NULL && out->edges != NULL;
}

static bool build(builder *b, const sw_geo__shape *shape, sw_arena *arena,
                  sw_geo__index *out)
{
    if (!push_root(b, shape)) return false;
    out->shift = SW_GEO_AT(&b->now.cells, cell)->shift;
    out->x = SW_GEO_AT(&b->now.cells, cell)->at.x;
    out->y = SW_GEO_AT(&b->now.cells, cell)->at.y;
    while (b->now.cells.count > 0) {
        if (!settle_level(b)) return false;
    }
    return finish(b, arena, out);
}

bool sw_geo__index_build(const sw_geo__shape *shape, sw_arena *arena,
                         sw_geo__index *out, sw_error *err)
{
    builder b = {.places = SW_GEO_AT(&shape->places, sw_location)};
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
