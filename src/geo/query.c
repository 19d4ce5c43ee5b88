// Answers from the index. A place descends the tree of 8 x 8 cells until a cell
// is wholly outside, wholly inside, or a leaf with a few edges. In a leaf the
// way from a known place to the asked one is followed: each edge that it
// crosses adds to or takes from the number of polygons around. All zones'
// polygons are counted together, so a place is in some zone if and only if it
// lies on an edge or that number is above 0.
//
// A segment visits every cell that it touches and is tried against the edges
// there. If it crosses none it is wholly inside or wholly outside all zones, so
// one of its ends decides.
#include "geo_internal.h"

static inline bool between(int32_t v, int32_t a, int32_t b)
{
    return a <= b ? a <= v && v <= b : b <= v && v <= a;
}

// Whether the way from `known` to `at` crosses an edge u, v that holds neither:
// they lie on different sides of the edge's line, and u and v on different
// sides of the way's line, where "on it" counts as left. That rule moves the
// way a hair to the right, so that it never meets a vertex. With `known` on the
// edge's line (but not on the edge) u and v are on one side of the way, so that
// it does not matter on which side `known` is noted; the same holds for `at`.
static bool leaf_contain(const sw_geo__index *index, const sw_geo__leaf *leaf,
                         sw_location at)
{
    const uint32_t *edge = index->edges + leaf->first;
    int32_t winding = leaf->winding;
    for (uint32_t i = 0; i < leaf->count; i++) {
        const sw_location *ends = index->places + (edge[i] & ~SW_GEO_LEFT);
        sw_location u = ends[0], v = ends[1];
        int64_t side = sw_geo__turn(u, v, at);
        if (side == 0 && between(at.lon_e7, u.lon_e7, v.lon_e7) &&
            between(at.lat_e7, u.lat_e7, v.lat_e7)) {
            return true;
        }
        bool left = side > 0;
        if (left == ((edge[i] & SW_GEO_LEFT) != 0)) continue;
        if ((sw_geo__turn(leaf->known, at, u) >= 0) !=
            (sw_geo__turn(leaf->known, at, v) >= 0)) {
            winding += left ? 1 : -1;
        }
    }
    return winding > 0;
}

// How many cells of the set come before the bit. Not the builtin: without the
// popcnt instruction, which not every amd64 has, it is a call.
static inline uint32_t rank(uint64_t cells, unsigned bit)
{
    uint64_t v = cells & ((UINT64_C(1) << bit) - 1);
    v -= v >> 1 & UINT64_C(0x5555555555555555);
    v = (v & UINT64_C(0x3333333333333333)) +
        (v >> 2 & UINT64_C(0x3333333333333333));
    v = (v + (v >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    return (uint32_t)(v * UINT64_C(0x0101010101010101) >> 56);
}

static inline const sw_geo__node *
node_at(const sw_geo__index *index, const sw_geo__node *node, unsigned bit)
{
    return &index->nodes[node->first_node + rank(node->branch, bit)];
}

static inline const sw_geo__leaf *
leaf_at(const sw_geo__index *index, const sw_geo__node *node, unsigned bit)
{
    uint64_t leaves = node->filled & ~(node->inside | node->branch);
    return &index->leaves[node->first_leaf + rank(leaves, bit)];
}

static inline bool in_box(const sw_geo__index *index, sw_location at)
{
    return at.lon_e7 >= index->low.lon_e7 && at.lon_e7 <= index->high.lon_e7 &&
           at.lat_e7 >= index->low.lat_e7 && at.lat_e7 <= index->high.lat_e7;
}

static bool contain(const sw_geo__index *index, sw_location at)
{
    if (!in_box(index, at)) return false;

    uint64_t x = (uint64_t)(at.lon_e7 - index->x);
    uint64_t y = (uint64_t)(at.lat_e7 - index->y);
    unsigned shift = index->shift;
    if (index->node_count == 0) return leaf_contain(index, index->leaves, at);
    for (const sw_geo__node *node = index->nodes;;) {
        shift -= 3;
        unsigned bit = (unsigned)(8 * (y >> shift & 7) + (x >> shift & 7));
        if (!(node->filled >> bit & 1)) return false;
        if (node->inside >> bit & 1) return true;
        if (!(node->branch >> bit & 1)) {
            return leaf_contain(index, leaf_at(index, node, bit), at);
        }
        node = node_at(index, node, bit);
    }
}

// The same place on the world's other rim; itself when it lies on none.
static inline sw_location twin(sw_location at)
{
    if (at.lon_e7 == SW_GEO_HALF || at.lon_e7 == -SW_GEO_HALF) {
        at.lon_e7 = -at.lon_e7;
    }
    return at;
}

bool sw_geo__index_contain(const sw_geo__index *index, sw_location at)
{
    if (contain(index, at)) return true;
    sw_location other = twin(at);
    return other.lon_e7 != at.lon_e7 && contain(index, other);
}

typedef enum {
    APART,  // touches no cell that holds a zone's edge or inside
    NEAR,   // touches such cells, but no edge and no inside
    MEETS,
} reach;

static inline int sign_of(sw_geo__wide v)
{
    return (v > 0) - (v < 0);
}

static inline int side_of(int64_t ax, int64_t ay, int64_t bx, int64_t by,
                          int64_t px, int64_t py)
{
    return sign_of((sw_geo__wide)(bx - ax) * (py - ay) -
                   (sw_geo__wide)(by - ay) * (px - ax));
}

// Two closed segments share a point if and only if their boxes do and neither
// lies strictly on one side of the other's line. That holds for collinear ones
// (all sides 0: the boxes decide) and for segments of no length too.
static inline bool edge_meets(const sw_geo__segment *s, sw_location u,
                              sw_location v)
{
    if ((u.lon_e7 < s->low_x && v.lon_e7 < s->low_x) ||
        (u.lon_e7 > s->high_x && v.lon_e7 > s->high_x) ||
        (u.lat_e7 < s->low_y && v.lat_e7 < s->low_y) ||
        (u.lat_e7 > s->high_y && v.lat_e7 > s->high_y)) {
        return false;
    }
    int su = side_of(s->ax, s->ay, s->bx, s->by, u.lon_e7, u.lat_e7);
    int sv = side_of(s->ax, s->ay, s->bx, s->by, v.lon_e7, v.lat_e7);
    if (su * sv > 0) return false;

    int sa = side_of(u.lon_e7, u.lat_e7, v.lon_e7, v.lat_e7, s->ax, s->ay);
    int sb = side_of(u.lon_e7, u.lat_e7, v.lon_e7, v.lat_e7, s->bx, s->by);
    return sa * sb <= 0;
}

static reach leaf_reach(const sw_geo__index *index, const sw_geo__leaf *leaf,
                        const sw_geo__segment *s)
{
    const uint32_t *edge = index->edges + leaf->first;
    for (uint32_t i = 0; i < leaf->count; i++) {
        const sw_location *ends = index->places + (edge[i] & ~SW_GEO_LEFT);
        if (edge_meets(s, ends[0], ends[1])) return MEETS;
    }
    return NEAR;
}

// Depth is at most 11: each level takes 3 of the at most 32 bits of `shift`.
static reach node_reach(const sw_geo__index *index, const sw_geo__node *node,
                        sw_geo__square cell, unsigned shift,
                        const sw_geo__segment *s)
{
    shift -= 3;
    uint64_t range = sw_geo__cells(cell.x, cell.y, shift, s->low_x, s->high_x,
                                   s->low_y, s->high_y);
    bool alone = (range & (range - 1)) == 0;  // no choice: it touches that cell
    reach best = APART;
    for (uint64_t left = range & node->filled; left != 0; left &= left - 1) {
        unsigned bit = (unsigned)__builtin_ctzll(left);
        sw_geo__square child = {
            .x = cell.x + ((int64_t)(bit & 7) << shift),
            .y = cell.y + ((int64_t)(bit >> 3) << shift),
            .size = INT64_C(1) << shift,
        };
        if (!alone && !sw_geo__line_touches(s, child)) continue;
        if (node->inside >> bit & 1) return MEETS;

        reach found =
            node->branch >> bit & 1
                ? node_reach(index, node_at(index, node, bit), child, shift, s)
                : leaf_reach(index, leaf_at(index, node, bit), s);
        if (found == MEETS) return MEETS;
        if (found == NEAR) best = NEAR;
    }
    return best;
}

static reach segment_reach(const sw_geo__index *index, const sw_geo__segment *s)
{
    if (s->high_x < index->low.lon_e7 || s->low_x > index->high.lon_e7 ||
        s->high_y < index->low.lat_e7 || s->low_y > index->high.lat_e7) {
        return APART;
    }
    if (index->node_count == 0) return leaf_reach(index, index->leaves, s);
    sw_geo__square root = {index->x, index->y, INT64_C(1) << index->shift};
    return node_reach(index, index->nodes, root, index->shift, s);
}

// `at` in the world that lies `turns` times 360 degrees to the east.
static inline int64_t turned(sw_location at, int turns)
{
    return at.lon_e7 + turns * 2 * SW_GEO_HALF;
}

static bool turned_meets(const sw_geo__index *index, sw_location a, int a_turns,
                         sw_location b, int b_turns)
{
    sw_geo__segment s = sw_geo__segment_of(turned(a, a_turns), a.lat_e7,
                                           turned(b, b_turns), b.lat_e7);
    return segment_reach(index, &s) == MEETS;
}

// A segment across the antimeridian, or with an end on it, is also tried where
// it lies as seen from the world's other rim.
static bool far_side_meets(const sw_geo__index *index, sw_location a,
                           sw_location b)
{
    int64_t dx = (int64_t)b.lon_e7 - a.lon_e7;
    if (dx > SW_GEO_HALF) {
        return turned_meets(index, a, 1, b, 0) ||
               turned_meets(index, a, 0, b, -1);
    }
    if (dx < -SW_GEO_HALF) {
        return turned_meets(index, a, 0, b, 1) ||
               turned_meets(index, a, -1, b, 0);
    }
    int turns = a.lon_e7 == SW_GEO_HALF || b.lon_e7 == SW_GEO_HALF ? -1 : 1;
    return turned_meets(index, a, turns, b, turns);
}

static inline bool on_rim(sw_location at)
{
    return at.lon_e7 == SW_GEO_HALF || at.lon_e7 == -SW_GEO_HALF;
}

bool sw_geo__index_meet(const sw_geo__index *index, sw_location a,
                        sw_location b)
{
    int64_t dx = (int64_t)b.lon_e7 - a.lon_e7;
    if (dx > SW_GEO_HALF || dx < -SW_GEO_HALF) {
        return far_side_meets(index, a, b) || sw_geo__index_contain(index, a);
    }
    sw_geo__segment s =
        sw_geo__segment_of(a.lon_e7, a.lat_e7, b.lon_e7, b.lat_e7);
    reach found = segment_reach(index, &s);
    if (found == MEETS || (found == NEAR && contain(index, a))) return true;
    return (on_rim(a) || on_rim(b)) &&
           (far_side_meets(index, a, b) || sw_geo__index_contain(index, a) ||
            sw_geo__index_contain(index, b));
}

typedef struct {
    int64_t west, east, south, north;
} box;

static bool edge_near(sw_location u, sw_location v, const box *b)
{
    return !((u.lon_e7 < b->west && v.lon_e7 < b->west) ||
             (u.lon_e7 > b->east && v.lon_e7 > b->east) ||
             (u.lat_e7 < b->south && v.lat_e7 < b->south) ||
             (u.lat_e7 > b->north && v.lat_e7 > b->north));
}

static inline int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}
static inline int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

// The part of the box in the cell: if no edge's box overlaps it, all its places
// are alike, and one is asked.
static bool leaf_near(const sw_geo__index *index, const sw_geo__leaf *leaf,
                      sw_geo__square cell, const box *whole)
{
    box part = {
        .west = larger(larger(cell.x, whole->west), index->low.lon_e7),
        .east = smaller(smaller(cell.x + cell.size - 1, whole->east),
                        index->high.lon_e7),
        .south = larger(larger(cell.y, whole->south), index->low.lat_e7),
        .north = smaller(smaller(cell.y + cell.size - 1, whole->north),
                         index->high.lat_e7),
    };
    if (part.west > part.east || part.south > part.north) return false;

    const uint32_t *edge = index->edges + leaf->first;
    for (uint32_t i = 0; i < leaf->count; i++) {
        const sw_location *ends = index->places + (edge[i] & ~SW_GEO_LEFT);
        if (edge_near(ends[0], ends[1], &part)) return true;
    }
    sw_location corner = {(int32_t)part.west, (int32_t)part.south};
    return leaf_contain(index, leaf, corner);
}

static bool node_near(const sw_geo__index *index, const sw_geo__node *node,
                      sw_geo__square cell, unsigned shift, const box *b)
{
    shift -= 3;
    uint64_t left = node->filled & sw_geo__cells(cell.x, cell.y, shift, b->west,
                                                 b->east, b->south, b->north);
    if (left & node->inside) return true;
    for (; left != 0; left &= left - 1) {
        unsigned bit = (unsigned)__builtin_ctzll(left);
        sw_geo__square child = {
            .x = cell.x + ((int64_t)(bit & 7) << shift),
            .y = cell.y + ((int64_t)(bit >> 3) << shift),
            .size = INT64_C(1) << shift,
        };
        bool near =
            node->branch >> bit & 1
                ? node_near(index, node_at(index, node, bit), child, shift, b)
                : leaf_near(index, leaf_at(index, node, bit), child, b);
        if (near) return true;
    }
    return false;
}

static bool box_near(const sw_geo__index *index, const box *b)
{
    if (b->east < index->low.lon_e7 || b->west > index->high.lon_e7 ||
        b->north < index->low.lat_e7 || b->south > index->high.lat_e7) {
        return false;
    }
    sw_geo__square root = {index->x, index->y, INT64_C(1) << index->shift};
    return index->node_count == 0
               ? leaf_near(index, index->leaves, root, b)
               : node_near(index, index->nodes, root, index->shift, b);
}

// Where the box touches one rim of the world it touches the other too.
bool sw_geo__index_near(const sw_geo__index *index, sw_location low,
                        sw_location high)
{
    box b = {low.lon_e7, high.lon_e7, low.lat_e7, high.lat_e7};
    box east_rim = {SW_GEO_HALF, SW_GEO_HALF, b.south, b.north};
    box west_rim = {-SW_GEO_HALF, -SW_GEO_HALF, b.south, b.north};
    return box_near(index, &b) ||
           (b.west <= -SW_GEO_HALF && box_near(index, &east_rim)) ||
           (b.east >= SW_GEO_HALF && box_near(index, &west_rim));
}
