// Whether two lines come closer than a distance, on the WGS 84 ellipsoid.
//
// A line is straight in the plane of longitude and latitude. Near one latitude
// that plane is, but for two factors, a plane in metres; there the closest
// pair of points of two segments has a closed form. It is found in the metric
// of the latitude half way between the pair, which makes its error one of
// second order, and where that leaves it open the pair is slid along both
// lines by the azimuths of the geodesic between them until it stays.
//
// Whatever pair comes out, its distance is a true geodesic one (PROJ's
// geodesic.h), so the least distance can be missed by a hair but never be
// reported smaller than it is. The test is thus safe against false alarms.
#include "inspect_internal.h"

#include <geodesic.h>
#include <math.h>

#define EQUATOR_M  6378137.0
#define FLATTENING (1 / 298.257223563)
#define E7         1e7
#define RADIAN     (M_PI / 180)

// Longer lines are cut, so that one latitude's metric serves a whole piece.
#define PIECE_E7   (0.05 * E7)
#define MAX_PIECES 8192

typedef struct {
    double x, y;  // metres in a unit of 1e-7 degree
} metric;

static metric metric_at(double lat_e7)
{
    double lat = lat_e7 / E7 * RADIAN;
    double e2 = FLATTENING * (2 - FLATTENING);
    double w = 1 - e2 * sin(lat) * sin(lat);
    double across = EQUATOR_M / sqrt(w);
    double along = EQUATOR_M * (1 - e2) / (w * sqrt(w));
    return (metric){across * fabs(cos(lat)) * RADIAN / E7, along * RADIAN / E7};
}

static double clamp(double t)
{
    return t < 0 ? 0 : t > 1 ? 1 : t;
}

static sw_inspect__point on(sw_inspect__line line, double t)
{
    if (t == 1) return line.b;
    return (sw_inspect__point){line.a.x + t * (line.b.x - line.a.x),
                               line.a.y + t * (line.b.y - line.a.y)};
}

// Geodesic distance, with the azimuth at each end towards the other.
static double geodesic(sw_inspect__point p, sw_inspect__point q, double *from_p,
                       double *from_q)
{
    struct geod_geodesic earth;
    geod_init(&earth, EQUATOR_M, FLATTENING);
    double metres = 0;
    geod_inverse(&earth, p.y / E7, p.x / E7, q.y / E7, q.x / E7, &metres,
                 from_p, from_q);
    *from_q += 180;
    return metres;
}

// The closest pair of two segments in a flat metric, as parameters; after
// Ericson, "Real-Time Collision Detection", 5.1.9. @return their distance.
static double closest(sw_inspect__line p, sw_inspect__line q, metric m,
                      double *s, double *t)
{
    double ux = (p.b.x - p.a.x) * m.x, uy = (p.b.y - p.a.y) * m.y;
    double vx = (q.b.x - q.a.x) * m.x, vy = (q.b.y - q.a.y) * m.y;
    double rx = (p.a.x - q.a.x) * m.x, ry = (p.a.y - q.a.y) * m.y;
    double a = ux * ux + uy * uy, e = vx * vx + vy * vy;
    double b = ux * vx + uy * vy, c = ux * rx + uy * ry, f = vx * rx + vy * ry;

    *s = *t = 0;
    if (a <= 0 && e > 0) {
        *t = clamp(f / e);
    } else if (a > 0 && e <= 0) {
        *s = clamp(-c / a);
    } else if (a > 0 && e > 0) {
        double parallel = a * e - b * b;
        *s = parallel > 0 ? clamp((b * f - c * e) / parallel) : 0;
        *t = clamp((b * *s + f) / e);
        *s = clamp((b * *t - c) / a);
    }
    return hypot(rx + *s * ux - *t * vx, ry + *s * uy - *t * vy);
}

// Where a point at `t` comes to rest when drawn along its line towards what
// lies `metres` away at `azimuth`.
static double slide(sw_inspect__line line, double t, double azimuth,
                    double metres)
{
    metric m = metric_at(on(line, t).y);
    double x = (line.b.x - line.a.x) * m.x, y = (line.b.y - line.a.y) * m.y;
    double length = hypot(x, y);
    if (length <= 0) return t;
    double along = metres *
                   (x * sin(azimuth * RADIAN) + y * cos(azimuth * RADIAN)) /
                   length;
    return clamp(t + along / length);
}

// From a good pair to the best: a few steps, each of which at least halves
// what is missing.
static bool settle(sw_inspect__line p, sw_inspect__line q, double s, double t,
                   double limit_m)
{
    for (int step = 0; step < 12; step++) {
        double from_p, from_q;
        double metres = geodesic(on(p, s), on(q, t), &from_p, &from_q);
        if (metres < limit_m) return true;

        double was = step % 2 == 0 ? t : s, now;
        if (step % 2 == 0)
            now = t = slide(q, t, from_q, metres);
        else
            now = s = slide(p, s, from_p, metres);
        if (step > 0 && fabs(now - was) < 1e-12) break;
    }
    return false;
}

static bool pieces_closer(sw_inspect__line p, sw_inspect__line q,
                          double limit_m)
{
    double s = 0.5, t = 0.5, metres = 0;
    for (int round = 0; round < 3; round++) {
        metric m = metric_at((on(p, s).y + on(q, t).y) / 2);
        metres = closest(p, q, m, &s, &t);
    }
    // A flat metric is good to a few per cent at this size, away from the
    // poles; only what is near the limit needs the ellipsoid.
    bool flat = fabs(p.a.y) < 75 * E7 && limit_m < 2e5;
    if (flat && metres > limit_m * 1.05 + 1) return false;
    return settle(p, q, s, t, limit_m);
}

static unsigned pieces_of(sw_inspect__line line)
{
    double longest = fmax(fabs(line.b.x - line.a.x), fabs(line.b.y - line.a.y));
    double pieces = ceil(longest / PIECE_E7);
    if (pieces < 1) return 1;
    return pieces > MAX_PIECES ? MAX_PIECES : (unsigned)pieces;
}

static sw_inspect__line piece_of(sw_inspect__line line, unsigned index,
                                 unsigned count)
{
    return (sw_inspect__line){on(line, (double)index / count),
                              on(line, (double)(index + 1) / count)};
}

bool sw_inspect__closer(sw_inspect__line p, sw_inspect__line q, double limit_m)
{
    unsigned m = pieces_of(p), n = pieces_of(q);
    for (unsigned i = 0; i < m; i++) {
        sw_inspect__line piece = piece_of(p, i, m);
        for (unsigned k = 0; k < n; k++) {
            if (pieces_closer(piece, piece_of(q, k, n), limit_m)) return true;
        }
    }
    return false;
}

sw_inspect__point sw_inspect__reach(double lat_e7, double m)
{
    // The least metres of a degree of latitude are 110,574, at the equator;
    // of longitude those of the latitude farthest from it.
    double up = m / 110500 * E7;
    double farthest = fabs(lat_e7) + up;
    if (farthest > 89 * E7) return (sw_inspect__point){360 * E7, up};
    return (sw_inspect__point){m / metric_at(farthest).x * 1.001, up};
}
