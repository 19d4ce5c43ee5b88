// Bands along a ring: the places to its right within a distance. GEOS's own
// buffer is no help here: it rounds bends inwards and smooths shallow dents by
// one per cent of the distance, which is metres where 5 cm are allowed.
//
// A place near the ring is nearest to the inside of an edge, and then lies in
// the edge's band (the edge pushed to the right), or to a corner at which the
// ring turns left, and then lies in the sector between the two edges' normals.
// So bands and sectors, united with the polygon, are the buffered polygon.
// Bends are circumscribed by tangents, never inscribed. Consecutive edges are
// joined to one outline as long as it cannot cross itself: their turns add up
// to less than half a circle, and right turns are slight (the pushed edges meet
// before they end).
//
// Distances are measured in a plane that is azimuthal equidistant around a
// vertex of the ring. Lines through its centre are true; a line of length s
// that passes the centre at h is wrong by s h^2 / 6R^2 (the plane lacks the
// sphere's excess), and h is at most the distance of the near end, which is on
// the ring. So one plane serves a chain of the ring, long for small distances
// and short for large ones, whatever the size of the zone. Where two outlines
// meet they overlap by a small angle, as each is drawn in another plane.
//
// Edges are straight in longitude and latitude, and curved in the plane. They
// come cut into pieces that are straight enough in both.
#include "geo_internal.h"

#include <math.h>
#include <string.h>

#include <geodesic.h>

#define PI         3.14159265358979323846
#define EQUATOR_M  6378137.0  // WGS 84
#define FLATTENING (1 / 298.257223563)
#define RADIUS_M   6335439.0  // the least radius of curvature

// What each step may add to, or take from, the distance.
#define MARGIN_M 0.015  // added: more than all that is taken
#define ARC_M    0.014  // added by tangents
#define CURVE_M  0.001  // pieces that are not straight
#define PLANE_M  0.001  // the plane
#define JOIN_M   0.020  // overlap, within the distance of the ring

#define MAX_PIECE_M 1000.0
#define MAX_CHAIN_M 20000.0
#define MAX_TURN    2.4  // of one outline, in radians: < pi
#define MAX_BEND    0.1  // right turns of a ring that is as good as convex
#define MAX_EDGES   256  // of one outline

/** A run of the ring's edges and its plane. */
typedef struct {
    const sw_geo__point *ring;
    size_t open;  // vertices of the ring
    const sw_geo__reach *reach;
    struct geod_geodesic globe;
    double lon, lat;      // the plane's centre
    size_t first, count;  // edges first to first + count - 1
    sw_geo__vec flat;     // sw_geo__point: from the vertex before the first
    sw_geo__vec normals;  // double: of the edges, also the one before
    sw_geo__outlines *out;
} chain;

double sw_geo__metres(sw_geo__point a, sw_geo__point b)
{
    double unit = EQUATOR_M * PI / 180 / SW_GEO_UNIT;
    double middle = (a.y + b.y) / 2 / SW_GEO_UNIT * PI / 180;
    return hypot((b.x - a.x) * unit * cos(middle), (b.y - a.y) * unit);
}

// A line that is straight in longitude and latitude bends by at most 2 tan(lat)
// / R; a piece of length s then leaves its chord by s^2 / 8 of that.
sw_geo__reach sw_geo__reach_of(double buffer_m, double lat_deg)
{
    double bend = 2 * tan(lat_deg * PI / 180) / RADIUS_M;
    double distance = buffer_m + MARGIN_M;
    double piece = sqrt(8 * CURVE_M / fmax(bend, 1e-12));
    double longest = RADIUS_M * sqrt(6 * PLANE_M / distance);
    return (sw_geo__reach){
        .distance_m = distance,
        .piece_m = fmin(piece, MAX_PIECE_M),
        .chain_m = fmin(longest, MAX_CHAIN_M),
        .arc_rad = fmin(2 * acos(distance / (distance + ARC_M)), PI / 3),
        .overlap_rad = fmin(JOIN_M / distance + distance * bend, 0.5),
    };
}

static sw_geo__point to_plane(const chain *c, sw_geo__point p)
{
    double metres, azimuth, back;
    geod_inverse(&c->globe, c->lat, c->lon, p.y / SW_GEO_UNIT,
                 p.x / SW_GEO_UNIT, &metres, &azimuth, &back);
    double angle = azimuth * PI / 180;
    return (sw_geo__point){metres * sin(angle), metres * cos(angle)};
}

// Longitudes go on past 180 degrees: the nearest to the centre's.
static sw_geo__point from_plane(const chain *c, sw_geo__point p)
{
    double lat, lon, back;
    geod_direct(&c->globe, c->lat, c->lon, atan2(p.x, p.y) * 180 / PI,
                hypot(p.x, p.y), &lat, &lon, &back);
    lon = c->lon + remainder(lon - c->lon, 360);
    return (sw_geo__point){lon * SW_GEO_UNIT, lat * SW_GEO_UNIT};
}

static sw_geo__point vertex(const chain *c, size_t i)
{
    return c->ring[i % c->open];
}

static sw_geo__point flat_vertex(const chain *c, size_t i)
{
    return vertex(c, c->first + c->open - 1 + i);
}

// flat[i] is vertex first - 1 + i; normals[i] is that of the edge from flat[i]
// to flat[i + 1], which points to the right.
static bool flatten(chain *c)
{
    sw_geo__point middle = vertex(c, c->first + c->count / 2);
    c->lon = middle.x / SW_GEO_UNIT;
    c->lat = middle.y / SW_GEO_UNIT;
    c->flat.count = c->normals.count = 0;
    sw_geo__point *flat = SW_GEO_ADD(&c->flat, sw_geo__point, c->count + 2);
    double *normals = SW_GEO_ADD(&c->normals, double, c->count + 1);
    if (flat == NULL || normals == NULL) return false;

    for (size_t i = 0; i < c->count + 2; i++) {
        flat[i] = to_plane(c, flat_vertex(c, i));
    }
    for (size_t i = 0; i < c->count + 1; i++) {
        normals[i] =
            atan2(flat[i].x - flat[i + 1].x, flat[i + 1].y - flat[i].y);
    }
    return true;
}

static bool add_point(sw_geo__outlines *out, sw_geo__point p)
{
    sw_geo__point *added = SW_GEO_ADD(&out->points, sw_geo__point, 1);
    if (added != NULL) *added = p;
    return added != NULL;
}

static bool add_polar(chain *c, sw_geo__point from, double angle, double length)
{
    sw_geo__point p = {from.x + length * cos(angle),
                       from.y + length * sin(angle)};
    return add_point(c->out, from_plane(c, p));
}

// The corners of the tangents to the circle around `at`, from one normal to the
// next; where the ring turns right, the one place where the pushed edges meet.
static bool add_arc(chain *c, sw_geo__point at, double from, double sweep)
{
    size_t steps = (size_t)fmax(1, ceil(sweep / c->reach->arc_rad));
    double step = sweep / (double)steps;
    double length = c->reach->distance_m / cos(step / 2);
    for (size_t i = 0; i < steps; i++) {
        double angle = from + ((double)i + 0.5) * step;
        if (!add_polar(c, at, angle, length)) return false;
    }
    return true;
}

// > 0: to the left. Within half a circle.
static double turn_at(const chain *c, size_t i)
{
    const double *normals = SW_GEO_AT(&c->normals, double);
    return remainder(normals[i] - normals[i - 1], 2 * PI);
}

// The edges from flat[from] to flat[to]: their vertices backwards, the sector
// at the first one, the pushed edges, and the overlap at the last one.
static bool add_outline(chain *c, size_t from, size_t to)
{
    const sw_geo__point *flat = SW_GEO_AT(&c->flat, sw_geo__point);
    const double *normals = SW_GEO_AT(&c->normals, double);
    double overlap = c->reach->overlap_rad, distance = c->reach->distance_m;
    double sweep = fmax(turn_at(c, from), 0) + overlap;
    double start = normals[from] - sweep, last = normals[to - 1];

    bool ok = true;
    for (size_t i = to + 1; ok && i-- > from;) {
        ok = add_point(c->out, flat_vertex(c, i));
    }
    ok = ok && add_polar(c, flat[from], start, distance) &&
         add_arc(c, flat[from], start, sweep);
    for (size_t i = from + 1; ok && i < to; i++) {
        ok = add_arc(c, flat[i], normals[i - 1], turn_at(c, i));
    }
    ok = ok && add_arc(c, flat[to], last, overlap) &&
         add_polar(c, flat[to], last + overlap, distance) &&
         add_point(c->out, flat_vertex(c, to));
    size_t *end = ok ? SW_GEO_ADD(&c->out->ends, size_t, 1) : NULL;
    if (end != NULL) *end = c->out->points.count;
    return end != NULL;
}

static double edge_metres(const chain *c, size_t i)
{
    const sw_geo__point *flat = SW_GEO_AT(&c->flat, sw_geo__point);
    return hypot(flat[i + 1].x - flat[i].x, flat[i + 1].y - flat[i].y);
}

// Whether the pushed edges on both sides of flat[i] meet before they end, with
// room for the same at their other ends.
static bool is_smooth(const chain *c, size_t i, double turn)
{
    if (turn >= 0) return true;
    double shift = c->reach->distance_m * tan(-turn / 2);
    return shift < 0.45 * fmin(edge_metres(c, i - 1), edge_metres(c, i));
}

static bool add_chain(chain *c)
{
    if (!flatten(c)) return false;
    for (size_t from = 1, to; from <= c->count; from = to) {
        double turns = 0;
        for (to = from + 1; to <= c->count && to - from < MAX_EDGES; to++) {
            double turn = turn_at(c, to);
            turns += fabs(turn);
            if (turns > MAX_TURN || !is_smooth(c, to, turn)) break;
        }
        if (!add_outline(c, from, to)) return false;
    }
    return true;
}

// The edges from `first` on that one plane serves.
static size_t chain_length(const chain *c, size_t first)
{
    double metres = 0;
    size_t count = 0;
    while (first + count < c->open) {
        metres += sw_geo__metres(vertex(c, first + count),
                                 vertex(c, first + count + 1));
        if (count > 0 && metres > 2 * c->reach->chain_m) break;
        count++;
    }
    return count;
}

// All around a ring that is convex, but for edges that bend in the plane.
static bool add_round(chain *c)
{
    const sw_geo__point *flat = SW_GEO_AT(&c->flat, sw_geo__point);
    const double *normals = SW_GEO_AT(&c->normals, double);
    for (size_t i = 1; i <= c->count; i++) {
        if (!add_arc(c, flat[i], normals[i - 1], turn_at(c, i))) return false;
    }
    size_t *end = SW_GEO_ADD(&c->out->ends, size_t, 1);
    sw_geo__point first = SW_GEO_AT(&c->out->points, sw_geo__point)[0];
    if (end == NULL || !add_point(c->out, first)) return false;
    *end = c->out->points.count;
    return true;
}

static bool is_convex(const chain *c)
{
    double right = 0;
    for (size_t i = 1; i <= c->count; i++) {
        double turn = turn_at(c, i);
        if (!is_smooth(c, i, turn)) return false;
        right -= fmin(turn, 0);
    }
    return right < MAX_BEND;
}

static void chain_done(chain *c)
{
    sw_geo__vec_free(&c->flat, sizeof(sw_geo__point));
    sw_geo__vec_free(&c->normals, sizeof(double));
}

bool sw_geo__surround(const sw_geo__point *ring, size_t count,
                      const sw_geo__reach *reach, sw_geo__outlines *out)
{
    chain c = {.ring = ring, .open = count - 1, .reach = reach, .out = out};
    geod_init(&c.globe, EQUATOR_M, FLATTENING);
    c.count = chain_length(&c, 0);
    bool ok =
        c.count == c.open && flatten(&c) && is_convex(&c) && add_round(&c);
    chain_done(&c);
    if (!ok) out->points.count = out->ends.count = 0;
    return ok;
}

bool sw_geo__offset(const sw_geo__point *ring, size_t count,
                    const sw_geo__reach *reach, sw_geo__outlines *out)
{
    chain c = {.ring = ring, .open = count - 1, .reach = reach, .out = out};
    geod_init(&c.globe, EQUATOR_M, FLATTENING);
    bool ok = true;
    while (ok && c.first < c.open) {
        c.count = chain_length(&c, c.first);
        ok = add_chain(&c);
        c.first += c.count;
    }
    chain_done(&c);
    return ok;
}
