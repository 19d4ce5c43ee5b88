// Shared inside the room. load.c makes zones in this order, one file each step:
//
//     text --list.c--> features --feature.c--> sw_geo__feature (degrees)
//       --valid.c--> the same, checked and in normal form
//       --buffer.c--> sw_geo__shape (rings of integers)
//       --index.c--> sw_geo__index  <--query.c-- places and segments
#ifndef SEGWAN_GEO_INTERNAL_H
#define SEGWAN_GEO_INTERNAL_H

#include <geos_c.h>

#include "segwan/geo.h"

// The world in 1e-7 degrees.
#define SW_GEO_UNIT    10000000
#define SW_GEO_HALF    INT64_C(1800000000)  // 180 degrees of longitude
#define SW_GEO_QUARTER INT64_C(900000000)   // 90 degrees of latitude

/* ---- vec.c: growing arrays whose memory is zeroed ---------------------- */

typedef struct {
    void *at;
    size_t count, room;
} sw_geo__vec;

/**
 * Adds n zeroed elements of `each` bytes; `each` is the same for all calls.
 * @return the first of them; NULL: no memory (the array stays as it was).
 */
void *sw_geo__vec_add(sw_geo__vec *vec, size_t n, size_t each);
void sw_geo__vec_free(sw_geo__vec *vec, size_t each);

#define SW_GEO_ADD(vec, T, n) ((T *)sw_geo__vec_add((vec), (n), sizeof(T)))
#define SW_GEO_AT(vec, T)     ((T *)(vec)->at)

/* ---- features, in degrees ---------------------------------------------- */

typedef struct {
    double lon, lat;
} sw_geo__position;

/** Closed: the first and last position are the same. */
typedef struct {
    sw_geo__position *at;
    size_t count;
} sw_geo__ring;

/** rings[0] is the shell, counterclockwise once normal; holes are clockwise. */
typedef struct {
    sw_geo__ring *rings;
    size_t count;
} sw_geo__polygon;

typedef struct {
    size_t line;
    sw_str id, class;
    bool has_class, has_buffer, has_from, has_to;
    double buffer_m;
    sw_date from, to;
    sw_geo__polygon *polygons;
    size_t count;
    bool exact;  // every coordinate is a multiple of 1e-7 degree
} sw_geo__feature;

/* ---- list.c: the document ----------------------------------------------- */

/** Called for each feature in the file's order. */
typedef bool (*sw_geo__visit)(void *ctx, sw_str feature, size_t line,
                              sw_error *err);

bool sw_geo__list_read(sw_str text, sw_geo__visit visit, void *ctx,
                       sw_error *err);

/* ---- feature.c ----------------------------------------------------------- */

/** Everything in `out` is in the arena. Geometry is not yet judged. */
bool sw_geo__feature_read(sw_str text, size_t line, sw_arena *arena,
                          sw_geo__feature *out, sw_error *err);

/* ---- json.c: jansson without its messages, which quote the text ---------- */

struct json_t;

/** NULL on failure; `line`, that of the text, moves on to that of the fault. */
struct json_t *sw_geo__json_parse(sw_str text, size_t *line, sw_error *err);
bool sw_geo__json_crs(const struct json_t *object, sw_error *err);

/* ---- valid.c --------------------------------------------------------------
 */

/** Refuses what is no polygon; brings the rest into normal form. */
bool sw_geo__feature_check(GEOSContextHandle_t geos, sw_geo__feature *feature,
                           sw_error *err);

/* ---- shapes: rings of integers --------------------------------------------
 */

typedef struct {
    size_t first, count;  // places
    size_t polygon;
    uint32_t zone;  // set when the zones are sorted
    bool hole;
} sw_geo__span;

typedef struct {
    sw_geo__vec places;  // sw_location
    sw_geo__vec spans;   // sw_geo__span; rings of one polygon are neighbours
    size_t polygons;
} sw_geo__shape;

/** Appends a closed ring, which must be simple, with its inside on the left. */
bool sw_geo__shape_add(sw_geo__shape *shape, const sw_location *at,
                       size_t count, bool hole, sw_error *err);
void sw_geo__shape_free(sw_geo__shape *shape);

/* ---- buffer.c, offset.c ---------------------------------------------------
 */

/**
 * Appends the feature's polygons: as they are when they are exact and
 * `buffer_m` is 0, otherwise buffered.
 */
bool sw_geo__buffer(GEOSContextHandle_t geos, const sw_geo__feature *feature,
                    double buffer_m, sw_geo__shape *shape, sw_error *err);

/** In units of 1e-7 degrees, not yet rounded; or metres in a local plane. */
typedef struct {
    double x, y;
} sw_geo__point;

/** Closed outlines, one behind the other. */
typedef struct {
    sw_geo__vec points;  // sw_geo__point
    sw_geo__vec ends;    // size_t: where each outline ends
} sw_geo__outlines;

/** How far and how finely to go around; sw_geo__reach_of() fills it in. */
typedef struct {
    double distance_m;   // with the margin
    double piece_m;      // edges must be cut into pieces no longer than this
    double chain_m;      // one plane serves this length of a ring
    double arc_rad;      // one corner of a round bend stands for this angle
    double overlap_rad;  // neighbouring bands overlap by this angle
} sw_geo__reach;

/** @param lat_deg  The largest latitude of the buffered zone, < 90. */
sw_geo__reach sw_geo__reach_of(double buffer_m, double lat_deg);

/** Metres between two near points, to 1 %. */
double sw_geo__metres(sw_geo__point a, sw_geo__point b);

/**
 * Appends bands that, together, hold every place to the right of the closed
 * ring that is within the distance of it.
 */
bool sw_geo__offset(const sw_geo__point *ring, size_t count,
                    const sw_geo__reach *reach, sw_geo__outlines *out);

/**
 * The outline of the whole buffered ring, counterclockwise, if it is convex and
 * small. @return false if it is not (or memory is out): take the bands.
 * `out` must be empty, and is on failure.
 */
bool sw_geo__surround(const sw_geo__point *ring, size_t count,
                      const sw_geo__reach *reach, sw_geo__outlines *out);

/* ---- canonical.c ------------------------------------------------------------
 */

typedef struct {
    sw_geo__vec bytes;  // unsigned char
    bool failed;        // no memory
} sw_geo__bytes;

void sw_geo__canonical_begin(sw_geo__bytes *out, uint64_t zones);
void sw_geo__canonical_add(sw_geo__bytes *out, const sw_geo__feature *feature,
                           double buffer_m);
void sw_geo__canonical_copy(sw_geo__bytes *out, const unsigned char *at,
                            size_t len);

/* ---- index.c, query.c -------------------------------------------------------
 */

/**
 * 8 x 8 cells. Bit 8 * row + column, from the south-west. Cells that are
 * neither outside nor inside are branches or leaves; those of one node stand
 * one behind the other, in the bits' order.
 */
typedef struct {
    uint64_t filled;  // cells that are not wholly outside
    uint64_t inside;  // of these, cells wholly inside a zone
    uint64_t branch;  // of these, cells with a node of their own
    uint32_t first_node, first_leaf;
} sw_geo__node;

/** A cell with the edges that touch it. */
typedef struct {
    sw_location known;  // a place in the cell that lies on no edge
    int32_t winding;    // how many of the edges' polygons hold it
    uint32_t first, count;
} sw_geo__leaf;

#define SW_GEO_LEFT 0x80000000u  // in an edge: `known` lies left of it

typedef struct {
    sw_location low, high;  // holds all zones; low > high: there are none
    int64_t x, y;           // the root cell's corner
    unsigned shift;         // its side is 2^shift
    size_t node_count;      // 0: the root is a leaf
    const sw_location *places;
    const sw_geo__node *nodes;
    const sw_geo__leaf *leaves;
    const uint32_t *edges;  // edge e runs from places[e] to places[e + 1]
} sw_geo__index;

bool sw_geo__index_build(const sw_geo__shape *shape, sw_arena *arena,
                         sw_geo__index *out, sw_error *err);
bool sw_geo__index_contain(const sw_geo__index *index, sw_location at);
bool sw_geo__index_meet(const sw_geo__index *index, sw_location a,
                        sw_location b);
bool sw_geo__index_near(const sw_geo__index *index, sw_location low,
                        sw_location high);

/* ---- load.c, zones.c ------------------------------------------------------
 */

struct sw_zones {
    sw_arena *arena;  // of the index
    size_t count, idle;
    sw_geo__shape shape;
    sw_geo__index index;
    sw_geo__bytes canonical;
};

/* ---- exact predicates
 * --------------------------------------------------------- */

__extension__ typedef __int128 sw_geo__wide;

// Twice the area of a, b, p: > 0 left of a->b, < 0 right, 0 on the line. Exact
// in int64_t when all three lie in the world's box or one unit beside it: both
// products and the area's double are at most the box's area, and
static inline int64_t sw_geo__turn(sw_location a, sw_location b, sw_location p)
{
    _Static_assert((2 * SW_GEO_HALF + 2) <=
                       INT64_MAX / (2 * SW_GEO_QUARTER + 2),
                   "the box's area fits in 63 bits");
    return ((int64_t)b.lon_e7 - a.lon_e7) * ((int64_t)p.lat_e7 - a.lat_e7) -
           ((int64_t)b.lat_e7 - a.lat_e7) * ((int64_t)p.lon_e7 - a.lon_e7);
}

/** A square [x, x + size] by [y, y + size], borders included. */
typedef struct {
    int64_t x, y, size;
} sw_geo__square;

/** A segment; its ends may lie in the worlds to the left and right. */
typedef struct {
    int64_t ax, ay, bx, by;
    int64_t low_x, high_x, low_y, high_y;
} sw_geo__segment;

static inline sw_geo__segment sw_geo__segment_of(int64_t ax, int64_t ay,
                                                 int64_t bx, int64_t by)
{
    return (sw_geo__segment){
        .ax = ax,
        .ay = ay,
        .bx = bx,
        .by = by,
        .low_x = ax < bx ? ax : bx,
        .high_x = ax < bx ? bx : ax,
        .low_y = ay < by ? ay : by,
        .high_y = ay < by ? by : ay,
    };
}

// Does the line through the segment touch the square? Its corners farthest to
// either side decide. Coordinates below 2^34 need 70 bits.
static inline bool sw_geo__line_touches(const sw_geo__segment *s,
                                        sw_geo__square cell)
{
    int64_t dx = s->bx - s->ax, dy = s->by - s->ay;
    int64_t west = cell.x - s->ax, east = west + cell.size;
    int64_t south = cell.y - s->ay, north = south + cell.size;
    sw_geo__wide least = (sw_geo__wide)dx * (dx > 0 ? south : north) -
                         (sw_geo__wide)dy * (dy > 0 ? east : west);
    sw_geo__wide most = (sw_geo__wide)dx * (dx > 0 ? north : south) -
                        (sw_geo__wide)dy * (dy > 0 ? west : east);
    return least <= 0 && most >= 0;
}

/**
 * The cells of side 2^shift, of the 8 x 8 whose corner is x, y, that overlap
 * the box from `low` to `high`, borders included, as bits.
 */
static inline uint64_t sw_geo__cells(int64_t x, int64_t y, unsigned shift,
                                     int64_t low_x, int64_t high_x,
                                     int64_t low_y, int64_t high_y)
{
    int64_t west = (low_x - x) >> shift, east = (high_x - x) >> shift;
    int64_t south = (low_y - y) >> shift, north = (high_y - y) >> shift;
    if (west > 7 || east < 0 || south > 7 || north < 0) return 0;

    west = west < 0 ? 0 : west;
    south = south < 0 ? 0 : south;
    east = east > 7 ? 7 : east;
    north = north > 7 ? 7 : north;
    uint64_t columns = (0xffu >> (7 - east)) & (0xffu << west);
    uint64_t rows =
        (~UINT64_C(0) << (8 * south)) & (~UINT64_C(0) >> (8 * (7 - north)));
    return columns * UINT64_C(0x0101010101010101) & rows;
}

#endif
