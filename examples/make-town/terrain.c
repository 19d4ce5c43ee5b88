// The ground: hills, a river with an island, contours by marching squares.
#include "town.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct {
    double x, y, top, spread;  // in parts of the town's size; metres
} hill;

static const hill hills[] = {
    {0.86, 0.86, 168, 0.13}, {0.70, 0.95, 84, 0.10}, {0.97, 0.62, 70, 0.09},
    {0.08, 0.12, 122, 0.12}, {0.22, 0.04, 66, 0.08}, {0.04, 0.95, 48, 0.09},
};
enum { HILLS = sizeof hills / sizeof *hills };

double town_height(const town *t, spot at)
{
    double x = at.x / t->size, y = at.y / t->size;
    double height = 6 + 2.2 * sin(9 * x + 2) * sin(7 * y) +
                    1.3 * sin(23 * x) * cos(19 * y + 1);
    for (int i = 0; i < HILLS; i++) {
        double dx = x - hills[i].x, dy = y - hills[i].y;
        double wobble = 1 + 0.18 * sin(5 * atan2(dy, dx) + i);
        height +=
            hills[i].top *
            exp(-(dx * dx + dy * dy) /
                (2 * hills[i].spread * hills[i].spread * wobble * wobble));
    }
    return height;
}

double town_river(const town *t, double x)
{
    double u = x / t->size;
    return t->size * (0.44 + 0.055 * sin(4.1 * u + 0.6) + 0.028 * sin(9.7 * u));
}

static double river_width(const town *t, double x)
{
    return 96 + 34 * sin(7 * x / t->size + 1);
}

bool town_wet(const town *t, spot at, double margin)
{
    return fabs(at.y - town_river(t, at.x)) < river_width(t, at.x) / 2 + margin;
}

enum { BANK_STEPS = 48, BANK_PIECES = 4 };

// One bank from `from` to `to` (both are nodes already), in pieces, as large
// rivers are drawn: the outer ring is made of several ways.
static void bank(town *t, int64_t from, int64_t to, double side,
                 int64_t pieces[BANK_PIECES])
{
    int64_t refs[BANK_STEPS + 1];
    for (int i = 0; i <= BANK_STEPS; i++) {
        double x = t->size * (side > 0 ? i : BANK_STEPS - i) / BANK_STEPS;
        double y = town_river(t, x) + side * river_width(t, x) / 2 +
                   town_range(t, -3, 3);
        refs[i] = i == 0            ? from
                  : i == BANK_STEPS ? to
                                    : town_node(t, (spot){x, y});
    }
    for (int i = 0; i < BANK_PIECES; i++) {
        int step = BANK_STEPS / BANK_PIECES;
        pieces[i] = town_way(t, refs + (ptrdiff_t)i * step, (size_t)step + 1);
    }
}

static int64_t island(town *t)
{
    spot corners[24];
    double cx = t->size * 0.56;
    for (int i = 0; i < 24; i++) {
        double a = i * 6.283185307 / 24;
        double x = cx + 130 * cos(a);
        corners[i] =
            (spot){x, town_river(t, x) + 17 * sin(a) * (1 + 0.2 * sin(3 * a))};
    }
    int64_t id = town_ring(t, corners, 24);
    town_tag(t, "place", "islet");
    town_tag(t, "name", "솔섬");
    town_tag(t, "name:en", "Solseom");
    town_tag(t, "leisure", "park");
    return id;
}

static int64_t bank_end(town *t, double x, double side)
{
    return town_node(
        t, (spot){x, town_river(t, x) + side * river_width(t, x) / 2});
}

static void river(town *t)
{
    int64_t nw = bank_end(t, 0, 1), ne = bank_end(t, t->size, 1);
    int64_t se = bank_end(t, t->size, -1), sw = bank_end(t, 0, -1);
    int64_t north[BANK_PIECES], south[BANK_PIECES];
    bank(t, nw, ne, 1, north);
    int64_t east[] = {ne, se}, west[] = {sw, nw};
    int64_t east_end = town_way(t, east, 2);
    bank(t, se, sw, -1, south);
    int64_t west_end = town_way(t, west, 2);
    int64_t islet = island(t);

    int64_t axis[BANK_STEPS + 1];
    for (int i = 0; i <= BANK_STEPS; i++) {
        double x = t->size * i / BANK_STEPS;
        axis[i] = town_node(t, (spot){x, town_river(t, x)});
    }
    town_way(t, axis, BANK_STEPS + 1);
    town_tag(t, "waterway", "river");
    town_tag(t, "name", "하늘강");
    town_tag(t, "name:en", "Haneul River");

    town_relation(t, "multipolygon");
    town_tag(t, "natural", "water");
    town_tag(t, "water", "river");
    town_tag(t, "name", "하늘강");
    for (int i = 0; i < BANK_PIECES; i++) {
        town_member(t, SW_OSM_WAY, north[i], "outer");
    }
    town_member(t, SW_OSM_WAY, east_end, "outer");
    for (int i = 0; i < BANK_PIECES; i++) {
        town_member(t, SW_OSM_WAY, south[i], "outer");
    }
    town_member(t, SW_OSM_WAY, west_end, "outer");
    town_member(t, SW_OSM_WAY, islet, "inner");
}

// Woods on the slopes: closed lines of equal height are close enough to how
// people draw them; the highest has a clearing.
static void woods(town *t)
{
    for (int i = 0; i < HILLS; i++) {
        enum { CORNERS = 40 };
        spot corners[CORNERS];
        double cx = hills[i].x * t->size, cy = hills[i].y * t->size;
        for (int k = 0; k < CORNERS; k++) {
            double a = k * 6.283185307 / CORNERS;
            double r = 30;
            spot at = {cx, cy};
            while (r < t->size * 0.3) {
                at = (spot){cx + r * cos(a), cy + r * sin(a)};
                if (town_height(t, at) < 34 || town_wet(t, at, 20)) break;
                if (at.x < 5 || at.y < 5 || at.x > t->size - 5 ||
                    at.y > t->size - 5) {
                    break;
                }
                r += 12;
            }
            corners[k] = (spot){at.x + town_range(t, -8, 8),
                                at.y + town_range(t, -8, 8)};
        }
        int64_t outer = town_ring(t, corners, CORNERS);
        spot clearing[9];
        for (int k = 0; k < 9; k++) {
            double a = k * 6.283185307 / 9;
            clearing[k] = (spot){cx - 90 + 55 * cos(a), cy + 70 + 40 * sin(a)};
        }
        int64_t inner = town_ring(t, clearing, 9);
        town_tag(t, "natural", "heath");
        town_relation(t, "multipolygon");
        town_tag(t, "natural", "wood");
        town_tag(t, "leaf_type", i % 2 ? "mixed" : "needleleaved");
        town_member(t, SW_OSM_WAY, outer, "outer");
        town_member(t, SW_OSM_WAY, inner, "inner");
    }
    static const char *const peaks[] = {"매봉", "작은매봉", "동산",
                                        "남산", "학봉",     "솔봉"};
    for (int i = 0; i < HILLS; i++) {
        spot top = {hills[i].x * t->size, hills[i].y * t->size};
        town_node(t, top);
        town_tag(t, "natural", "peak");
        town_tag(t, "name", peaks[i]);
        town_tagf(t, "ele", "%.1f", town_height(t, top));
    }
}

// Contours. Every grid edge that a level crosses is a point; in each cell the
// points are joined in pairs; following the pairs gives the lines.
typedef struct {
    int cells;
    double step;
    double *heights;  // (cells + 1)^2
    int64_t *points;  // node of each edge, 0: none yet; 2 * (cells + 1)^2
    int32_t (*next)[2];
} grid;

static int edge_right(const grid *g, int i, int j)
{
    return 2 * (j * (g->cells + 1) + i);
}

static int edge_up(const grid *g, int i, int j)
{
    return edge_right(g, i, j) + 1;
}

static double height_at(const grid *g, int i, int j)
{
    return g->heights[j * (g->cells + 1) + i];
}

static void join(grid *g, int a, int b)
{
    int32_t *ends[] = {g->next[a], g->next[b]};
    ends[0][ends[0][0] < 0 ? 0 : 1] = b;
    ends[1][ends[1][0] < 0 ? 0 : 1] = a;
}

static void join_cell(grid *g, int i, int j, double level)
{
    bool sw = height_at(g, i, j) >= level, se = height_at(g, i + 1, j) >= level;
    bool nw = height_at(g, i, j + 1) >= level;
    bool ne = height_at(g, i + 1, j + 1) >= level;
    int crossed[4], n = 0;
    if (sw != se) crossed[n++] = edge_right(g, i, j);
    if (se != ne) crossed[n++] = edge_up(g, i + 1, j);
    if (ne != nw) crossed[n++] = edge_right(g, i, j + 1);
    if (nw != sw) crossed[n++] = edge_up(g, i, j);
    for (int k = 0; k + 1 < n; k += 2)
        join(g, crossed[k], crossed[k + 1]);
}

static spot edge_spot(const grid *g, int edge, double level)
{
    int i = edge / 2 % (g->cells + 1), j = edge / 2 / (g->cells + 1);
    bool up = edge & 1;
    double a = height_at(g, i, j);
    double b = up ? height_at(g, i, j + 1) : height_at(g, i + 1, j);
    double part = (level - a) / (b - a);
    return (spot){(i + (up ? 0 : part)) * g->step,
                  (j + (up ? part : 0)) * g->step};
}

static void follow(town *t, grid *g, int start, double level)
{
    enum { LONGEST = 400 };
    int64_t refs[LONGEST + 1];
    size_t count = 0;
    int at = start, from = -1;
    int64_t first = 0;
    while (at >= 0 && count < LONGEST) {
        bool seen = g->points[at] != 0;
        if (!seen) g->points[at] = town_node(t, edge_spot(g, at, level));
        refs[count++] = g->points[at];
        if (first == 0)
            first = refs[0];
        else if (seen)
            break;  // closed
        int to = g->next[at][0] != from ? g->next[at][0] : g->next[at][1];
        from = at;
        at = to;
    }
    if (count < 3) return;
    town_way(t, refs, count);
    town_tag(t, "contour", "elevation");
    town_tagf(t, "ele", "%.0f", level);
    town_tag(t, "contour_ext",
             fmod(level, 50) == 0 ? "elevation_major" : "elevation_minor");
}

static void contour(town *t, grid *g, double level)
{
    int edges = 2 * (g->cells + 1) * (g->cells + 1);
    for (int e = 0; e < edges; e++) {
        g->points[e] = 0;
        g->next[e][0] = g->next[e][1] = -1;
    }
    for (int j = 0; j < g->cells; j++) {
        for (int i = 0; i < g->cells; i++)
            join_cell(g, i, j, level);
    }
    // Open lines first, from an end; what is left is closed.
    for (int e = 0; e < edges; e++) {
        if (g->points[e] == 0 && g->next[e][0] >= 0 && g->next[e][1] < 0) {
            follow(t, g, e, level);
        }
    }
    for (int e = 0; e < edges; e++) {
        if (g->points[e] == 0 && g->next[e][0] >= 0) follow(t, g, e, level);
    }
}

static void contours(town *t)
{
    grid g = {.cells = (int)(t->size / 40), .step = 40};
    size_t corners = (size_t)(g.cells + 1) * (size_t)(g.cells + 1);
    g.heights = calloc(corners, sizeof *g.heights);
    g.points = calloc(2 * corners, sizeof *g.points);
    g.next = calloc(2 * corners, sizeof *g.next);
    if (g.heights == NULL || g.points == NULL || g.next == NULL) exit(4);
    for (int j = 0; j <= g.cells; j++) {
        for (int i = 0; i <= g.cells; i++) {
            g.heights[j * (g.cells + 1) + i] =
                town_height(t, (spot){i * g.step, j * g.step});
        }
    }
    for (int level = 10; level < 220; level += 10)
        contour(t, &g, level);
    free(g.heights);
    free(g.points);
    free(g.next);
}

void town_terrain(town *t)
{
    river(t);
    woods(t);
    contours(t);
}
