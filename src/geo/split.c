// Divides a cell of the index into 8 x 8 children.
//
// For each mixed cell the windings of the polygons with edges in it are kept at
// a known place, one that lies on no edge. A walk from child to child, from one
// known place to the next, updates them by the edges that it crosses: these all
// touch one of the two children. Of other polygons only the number is kept that
// hold the place. A polygon that holds the place and does not touch the child
// holds all of it, so that the child is inside and its edges are dropped: zones
// that cover each other do not slow a query.
#include "index_build.h"

#include <stdlib.h>
#include <string.h>

#define CELLS       64
#define PLACE_TRIES 1024

/** One cell while it is split; all arrays are over the cell's edges or runs. */
typedef struct {
    sw_geo__builder *b;
    const sw_geo__cell *at;
    unsigned shift;          // of the children
    unsigned columns, rows;  // children that a zone can reach
    const uint32_t *edges;
    const sw_geo__run *runs;
    uint64_t *masks;          // the children that an edge touches
    uint32_t *owners;         // an edge's run
    uint32_t *lists;          // the edges' numbers, child by child
    int32_t *windings;        // of a run, where the walk stands
    size_t positive;          // runs with a winding above 0
    size_t first[CELLS + 1];  // where a child's list begins
    sw_location known[CELLS];
} split;

static sw_geo__square child_square(const split *s, unsigned bit)
{
    return (sw_geo__square){
        .x = s->at->at.x + ((int64_t)(bit & 7) << s->shift),
        .y = s->at->at.y + ((int64_t)(bit >> 3) << s->shift),
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
        sw_geo__cells(s->at->at.x, s->at->at.y, s->shift, edge.low_x - 1,
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

static bool take_memory(split *s)
{
    sw_geo__builder *b = s->b;
    b->masks.count = b->owners.count = b->windings.count = 0;
    s->masks = SW_GEO_ADD(&b->masks, uint64_t, s->at->edges);
    s->owners = SW_GEO_ADD(&b->owners, uint32_t, s->at->edges);
    s->windings = SW_GEO_ADD(&b->windings, int32_t, s->at->runs);
    return s->masks != NULL && s->owners != NULL && s->windings != NULL;
}

static void note_edges(split *s)
{
    size_t edge = 0;
    for (size_t r = 0; r < s->at->runs; r++) {
        s->windings[r] = s->runs[r].winding;
        s->positive += s->windings[r] > 0;
        for (uint32_t i = 0; i < s->runs[r].count; i++, edge++) {
            const sw_location *ends = s->b->places + s->edges[edge];
            s->owners[edge] = (uint32_t)r;
            s->masks[edge] = touched(s, ends[0], ends[1]);
        }
    }
}

// Sorts the edges by child: child c has s->lists[first[c]] to s->lists[first[c
// + 1]].
static bool list_children(split *s)
{
    memset(s->first, 0, sizeof s->first);
    for (size_t i = 0; i < s->at->edges; i++) {
        for (uint64_t m = s->masks[i]; m != 0; m &= m - 1) {
            s->first[(unsigned)__builtin_ctzll(m) + 1]++;
        }
    }
    for (size_t c = 0; c < CELLS; c++)
        s->first[c + 1] += s->first[c];

    s->b->lists.count = 0;
    s->lists = SW_GEO_ADD(&s->b->lists, uint32_t, s->first[CELLS]);
    if (s->lists == NULL) return false;
    size_t next[CELLS];
    memcpy(next, s->first, sizeof next);
    for (size_t i = 0; i < s->at->edges; i++) {
        for (uint64_t m = s->masks[i]; m != 0; m &= m - 1) {
            s->lists[next[(unsigned)__builtin_ctzll(m)]++] = (uint32_t)i;
        }
    }
    return true;
}

// The places of a cell that a query can ask, with one more on each side of the
// zones' box, where no edge runs.
typedef struct {
    int64_t west, south, width, height;
} field;

static field field_of(const sw_geo__builder *b, const sw_geo__square *at)
{
    int64_t west = sw_geo__larger(at->x, (int64_t)b->low.lon_e7 - 1);
    int64_t south = sw_geo__larger(at->y, (int64_t)b->low.lat_e7 - 1);
    int64_t east =
        sw_geo__smaller(at->x + at->size - 1, (int64_t)b->high.lon_e7 + 1);
    int64_t north =
        sw_geo__smaller(at->y + at->size - 1, (int64_t)b->high.lat_e7 + 1);
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
    return p.lon_e7 >= sw_geo__smaller(u.lon_e7, v.lon_e7) &&
           p.lon_e7 <= sw_geo__larger(u.lon_e7, v.lon_e7) &&
           p.lat_e7 >= sw_geo__smaller(u.lat_e7, v.lat_e7) &&
           p.lat_e7 <= sw_geo__larger(u.lat_e7, v.lat_e7) &&
           sw_geo__turn(u, v, p) == 0;
}

static bool child_has_on_edge(const split *s, unsigned child, sw_location p)
{
    for (size_t i = s->first[child]; i < s->first[child + 1]; i++) {
        const sw_location *ends = s->b->places + s->edges[s->lists[i]];
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
    sw_geo__square whole = s->at->at;
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
    int32_t *winding = &s->windings[s->owners[edge]];
    s->positive -= *winding > 0;
    *winding += left ? 1 : -1;
    s->positive += *winding > 0;
}

static void walk_in(split *s, sw_location to)
{
    for (size_t i = 0; i < s->at->edges; i++) {
        cross(s, (uint32_t)i, s->at->known, to);
    }
}

// From one child to its neighbour; an edge that touches both is met in the
// first one's list.
static void walk_on(split *s, unsigned from, unsigned to)
{
    for (size_t i = s->first[from]; i < s->first[from + 1]; i++) {
        cross(s, s->lists[i], s->known[from], s->known[to]);
    }
    for (size_t i = s->first[to]; i < s->first[to + 1]; i++) {
        if (s->masks[s->lists[i]] >> from & 1) continue;
        cross(s, s->lists[i], s->known[from], s->known[to]);
    }
}

// Copies the child's edges to the next level, grouped in runs. `positive` is
// how many of these have a winding above 0.
static bool copy_edges(split *s, unsigned child, size_t *positive)
{
    sw_geo__level *next = &s->b->next;
    size_t count = s->first[child + 1] - s->first[child];
    uint32_t *copy = SW_GEO_ADD(&next->edges, uint32_t, count);
    if (copy == NULL) return false;

    uint32_t owner = UINT32_MAX;
    sw_geo__run *run = NULL;
    for (size_t i = 0; i < count; i++) {
        uint32_t edge = s->lists[s->first[child] + i];
        copy[i] = s->edges[edge];
        if (run == NULL || s->owners[edge] != owner) {
            owner = s->owners[edge];
            run = SW_GEO_ADD(&next->runs, sw_geo__run, 1);
            if (run == NULL) return false;
            run->winding = s->windings[owner];
            *positive += run->winding > 0;
        }
        run->count++;
    }
    return true;
}

// Adds the child to the next level; `covered` is set instead if a polygon that
// has no edges in it holds it.
static bool push_child(split *s, unsigned child, bool *covered)
{
    sw_geo__level *next = &s->b->next;
    sw_geo__cell made = {.at = child_square(s, child),
                         .shift = s->shift,
                         .known = s->known[child],
                         .node = s->b->nodes.count,
                         .bit = child,
                         .first_edge = next->edges.count,
                         .first_run = next->runs.count};
    size_t positive = 0;
    if (!copy_edges(s, child, &positive)) return false;
    *covered = s->positive > positive;
    if (*covered) {
        next->edges.count = made.first_edge;
        next->runs.count = made.first_run;
        return true;
    }
    made.edges = next->edges.count - made.first_edge;
    made.runs = next->runs.count - made.first_run;
    sw_geo__cell *added = SW_GEO_ADD(&next->cells, sw_geo__cell, 1);
    if (added == NULL) return false;
    *added = made;
    s->b->copies += made.edges;
    return true;
}

// Judges the child where the walk stands.
static bool judge_child(split *s, unsigned child, sw_geo__node *node)
{
    uint64_t bit = UINT64_C(1) << child;
    bool covered = s->positive > 0;
    if (s->first[child] < s->first[child + 1]) {
        node->filled |= bit;
        if (!push_child(s, child, &covered)) return false;
    }
    if (covered) {
        node->filled |= bit;
        node->inside |= bit;
    }
    return true;
}

// Row by row, every second one backwards, so that each step is to a neighbour.
static bool walk_children(split *s, sw_geo__node *node)
{
    unsigned last = 0;
    walk_in(s, s->known[0]);
    for (unsigned row = 0; row < s->rows; row++) {
        for (unsigned i = 0; i < s->columns; i++) {
            unsigned column = row % 2 == 0 ? i : s->columns - 1 - i;
            unsigned child = 8 * row + column;
            if (child != 0) walk_on(s, last, child);
            last = child;
            if (!judge_child(s, child, node)) return false;
        }
    }
    return true;
}

static int compare_cell(const void *left, const void *right)
{
    const sw_geo__cell *a = left, *b = right;
    return (a->bit > b->bit) - (a->bit < b->bit);
}

static void sort_children(sw_geo__level *next, size_t first)
{
    size_t count = next->cells.count - first;
    if (count == 0) return;
    qsort(SW_GEO_AT(&next->cells, sw_geo__cell) + first, count,
          sizeof(sw_geo__cell), compare_cell);
}

sw_geo__outcome sw_geo__split(sw_geo__builder *b, const sw_geo__cell *c,
                              sw_geo__node *out)
{
    split s = {
        .b = b,
        .at = c,
        .shift = c->shift - 3,
        .edges = SW_GEO_AT(&b->now.edges, uint32_t) + c->first_edge,
        .runs = SW_GEO_AT(&b->now.runs, sw_geo__run) + c->first_run,
    };
    if (!take_memory(&s)) return SW_GEO_FAILED;
    note_edges(&s);
    if (!list_children(&s)) return SW_GEO_FAILED;
    if (s.first[CELLS] > b->budget - b->copies || !find_all_known(&s)) {
        return SW_GEO_UNSPLIT;
    }
    size_t first = b->next.cells.count;
    if (!walk_children(&s, out)) return SW_GEO_FAILED;
    sort_children(&b->next, first);
    return SW_GEO_SPLIT;
}
