// Streets on a lattice that is bent until it no longer looks like one; the rail
// line, bus routes, turn restrictions, districts.
#include "town.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const double SPACING = 118;
enum { PRIMARY_EVERY = 12, SECONDARY_EVERY = 4, LONGEST_WAY = 10 };

typedef enum {
    STREET_NONE,
    STREET_RESIDENTIAL,
    STREET_SECONDARY,
    STREET_PRIMARY
} rank;

spot town_crossing(const town *t, size_t i, size_t j)
{
    double x = (double)i * SPACING, y = (double)j * SPACING, s = t->size;
    return (spot){
        x + 46 * sin(y / s * 11 + 1) + 30 * sin(x / s * 17) * cos(y / s * 5),
        y + 52 * sin(x / s * 8) + 22 * cos(y / s * 19 + 2) * sin(x / s * 13),
    };
}

static rank rank_of(size_t line)
{
    if (line % PRIMARY_EVERY == 6) return STREET_PRIMARY;
    return line % SECONDARY_EVERY == 2 ? STREET_SECONDARY : STREET_RESIDENTIAL;
}

// May a street run from a to b? Small ones keep off slopes, water and sites.
static bool passes(town *t, spot a, spot b, rank r)
{
    spot middle = {(a.x + b.x) / 2, (a.y + b.y) / 2};
    spot ends[] = {a, middle, b};
    for (int i = 0; i < 3; i++) {
        if (ends[i].x < 0 || ends[i].y < 0 || ends[i].x > t->size ||
            ends[i].y > t->size) {
            return false;
        }
        double height = town_height(t, ends[i]);
        if (height > (r == STREET_RESIDENTIAL ? 32
                      : r == STREET_SECONDARY ? 46
                                              : 90)) {
            return false;
        }
        if (r == STREET_RESIDENTIAL &&
            (town_wet(t, ends[i], 24) || town_restricted(t, ends[i], 0))) {
            return false;
        }
        if (r == STREET_SECONDARY && town_wet(t, ends[i], 8) &&
            fmod(a.x, 3 * SPACING) < 1.2 * SPACING) {
            return false;
        }
    }
    return r != STREET_RESIDENTIAL || !town_chance(t, 0.13);
}

static int64_t crossing_node(town *t, size_t i, size_t j)
{
    int64_t *node = &t->crossings[j * t->lattice + i];
    if (*node == 0) *node = town_node(t, town_crossing(t, i, j));
    return *node;
}

static const char *const name_heads[] = {
    "하늘", "은행", "솔밭", "강변", "중앙",   "새터",  "매화",
    "달빛", "한솔", "느티", "시청", "역전",   "학교",  "시장",
    "벚꽃", "들꽃", "가온", "누리", "미리내", "온새미"};
static const char *const romans[] = {
    "Haneul",   "Eunhaeng", "Solbat", "Gangbyeon", "Jungang",
    "Saeteo",   "Maehwa",   "Dalbit", "Hansol",    "Neuti",
    "Sicheong", "Yeokjeon", "Hakgyo", "Sijang",    "Beotkkot",
    "Deulkkot", "Gaon",     "Nuri",   "Mirinae",   "Onsaemi"};
enum { NAMES = sizeof name_heads / sizeof *name_heads };

static void tag_street(town *t, size_t line, bool column, rank r, bool bridge,
                       const site *through)
{
    size_t head = (line * 7 + (column ? 3 : 0)) % NAMES;
    static const char *const kinds[] = {"", "residential", "secondary",
                                        "primary"};
    town_tag(t, "highway", kinds[r]);
    if (through != NULL) {
        town_tagf(t, "name", "%s길", through->name);  // a name that betrays
    } else if (r == STREET_PRIMARY) {
        town_tagf(t, "name", "%s대로", name_heads[head]);
        town_tagf(t, "name:en", "%s-daero", romans[head]);
        town_tagf(t, "ref", "%zu", 30 + line);
        town_tag(t, "lanes", "6");
        town_tag(t, "maxspeed", "60");
    } else if (r == STREET_SECONDARY) {
        town_tagf(t, "name", "%s로", name_heads[head]);
        town_tagf(t, "name:en", "%s-ro", romans[head]);
        town_tag(t, "lanes", "4");
    } else {
        town_tagf(t, "name", "%s로 %zu%s길",
                  name_heads[(head + line / 3) % NAMES], line + 1,
                  column ? "번" : "");
    }
    if (bridge) {
        town_tag(t, "bridge", "yes");
        town_tag(t, "layer", "1");
    }
    if (town_chance(t, 0.5)) town_tag(t, "surface", "asphalt");
}

// A street line being drawn: the nodes of the way so far.
typedef struct {
    int64_t refs[2 * LONGEST_WAY + 4];
    size_t count;
    bool bridge;
    int64_t ways[256];  // of a primary line: for its bus route
    size_t way_count;
} pen;

static const site *site_through(const town *t, spot at)
{
    for (size_t i = 0; i < t->site_count; i++) {
        const site *s = &t->sites[i];
        if (hypot(at.x - s->middle.x, at.y - s->middle.y) < s->reach) return s;
    }
    return NULL;
}

static void lift(town *t, pen *p, size_t line, bool column, rank r, spot at)
{
    if (p->count >= 2) {
        int64_t id = town_way(t, p->refs, p->count);
        const site *near = r == STREET_SECONDARY ? site_through(t, at) : NULL;
        tag_street(t, line, column, r, p->bridge, near);
        if (p->way_count < 256) p->ways[p->way_count++] = id;
    }
    p->count = 0;
    p->bridge = false;
}

static void draw_line(town *t, size_t line, bool column, pen *p)
{
    rank r = rank_of(line);
    p->count = p->way_count = 0;
    spot a = {0, 0};
    for (size_t k = 0; k + 1 < t->lattice; k++) {
        size_t i = column ? line : k, j = column ? k : line;
        a = town_crossing(t, i, j);
        spot b = town_crossing(t, column ? i : i + 1, column ? j + 1 : j);
        bool bridge =
            town_wet(t, (spot){(a.x + b.x) / 2, (a.y + b.y) / 2}, 4) ||
            town_wet(t, a, 4) || town_wet(t, b, 4);
        if (!passes(t, a, b, r)) {
            lift(t, p, line, column, r, a);
            continue;
        }
        bool turn = rank_of(k) == STREET_PRIMARY && r >= STREET_SECONDARY;
        if (bridge != p->bridge || turn || p->count > 2 * LONGEST_WAY) {
            lift(t, p, line, column, r, a);
        }
        p->bridge = bridge;
        if (p->count == 0) p->refs[p->count++] = crossing_node(t, i, j);
        spot bend = {(a.x + b.x) / 2 + town_range(t, -5, 5),
                     (a.y + b.y) / 2 + town_range(t, -5, 5)};
        p->refs[p->count++] = town_node(t, bend);
        p->refs[p->count++] =
            crossing_node(t, column ? i : i + 1, column ? j + 1 : j);
    }
    lift(t, p, line, column, r, a);
}

static int64_t bus_stop(town *t, spot at, const char *name)
{
    int64_t id = town_node(t, at);
    town_tag(t, "highway", "bus_stop");
    town_tag(t, "public_transport", "platform");
    town_tag(t, "name", name);
    return id;
}

static void bus_route(town *t, size_t line, bool column, const pen *p)
{
    if (p->way_count < 3) return;
    int64_t stops[12];
    size_t stop_count = 0;
    for (size_t k = 2; k + 2 < t->lattice && stop_count < 12; k += 5) {
        size_t i = column ? line : k, j = column ? k : line;
        spot at = town_crossing(t, i, j);
        if (t->crossings[j * t->lattice + i] == 0) continue;
        const site *near = site_through(t, at);
        char name[96];
        snprintf(name, sizeof name, near != NULL ? "%s앞" : "%s사거리",
                 near != NULL ? near->name : name_heads[(k + line) % NAMES]);
        stops[stop_count++] = bus_stop(t, (spot){at.x + 9, at.y + 7}, name);
    }
    town_relation(t, "route");
    town_tag(t, "route", "bus");
    town_tagf(t, "ref", "%zu", 100 + line * 3 + column);
    town_tagf(t, "name", "하늘시 버스 %zu", 100 + line * 3 + column);
    town_tagf(t, "from", "%s", name_heads[line % NAMES]);
    town_tag(t, "to", "하늘역");
    for (size_t k = 0; k < p->way_count; k++) {
        town_member(t, SW_OSM_WAY, p->ways[k], "");
    }
    for (size_t k = 0; k < stop_count; k++) {
        town_member(t, SW_OSM_NODE, stops[k], "platform");
    }
}

// Ways of large streets that end at each crossing of two of them.
typedef struct {
    int64_t ways[4];
    size_t count;
} junction;

static void note_ends(const town *t, junction *ends)
{
    for (size_t w = 0; w < t->ways.count; w++) {
        const sw_osm_entity *way = &t->ways.entities[w];
        int64_t tips[] = {t->refs[way->refs],
                          t->refs[way->refs + way->ref_count - 1]};
        for (int k = 0; k < 2; k++) {
            size_t n = (size_t)(tips[k] - t->node_base);
            if (ends[n].count < 4) ends[n].ways[ends[n].count++] = way->id;
        }
    }
}

static void turn_restrictions(town *t)
{
    junction *ends = calloc(t->nodes.count + 1, sizeof *ends);
    if (ends == NULL) exit(4);
    note_ends(t, ends);
    for (size_t j = 6; j < t->lattice; j += SECONDARY_EVERY) {
        for (size_t i = 6; i < t->lattice; i += PRIMARY_EVERY) {
            int64_t node = t->crossings[j * t->lattice + i];
            if (node == 0) continue;
            const junction *at = &ends[node - t->node_base];
            if (at->count < 2) continue;
            town_relation(t, "restriction");
            town_tag(t, "restriction",
                     (i + j) % 2 ? "no_left_turn" : "no_u_turn");
            town_member(t, SW_OSM_WAY, at->ways[0], "from");
            town_member(t, SW_OSM_NODE, node, "via");
            town_member(t, SW_OSM_WAY, at->ways[at->count - 1], "to");
        }
    }
    free(ends);
}

void town_streets(town *t)
{
    t->lattice = (size_t)(t->size / SPACING) + 2;
    t->crossings = calloc(t->lattice * t->lattice, sizeof *t->crossings);
    pen *p = calloc(1, sizeof *p);
    if (t->crossings == NULL || p == NULL) exit(4);
    for (size_t line = 0; line < t->lattice; line++) {
        for (int column = 0; column < 2; column++) {
            draw_line(t, line, column, p);
            if (rank_of(line) == STREET_PRIMARY) bus_route(t, line, column, p);
        }
    }
    turn_restrictions(t);
    free(p);
}

static double rail_y(const town *t, double x)
{
    return t->size * (0.70 + 0.035 * sin(3 * x / t->size));
}

void town_rails(town *t)
{
    enum { STEPS = 60 };
    int64_t refs[STEPS + 1], ways[6];
    for (int i = 0; i <= STEPS; i++) {
        double x = t->size * i / STEPS;
        refs[i] = town_node(t, (spot){x, rail_y(t, x)});
        if (i % 20 != 10) continue;
        static const char *const stations[] = {"서하늘역", "하늘역",
                                               "동하늘역"};
        town_tag(t, "railway", "station");
        town_tag(t, "name", stations[i / 20]);
    }
    for (int i = 0; i < 6; i++) {
        ways[i] = town_way(t, refs + (ptrdiff_t)i * 10, 11);
        town_tag(t, "railway", "rail");
        town_tag(t, "gauge", "1435");
        town_tag(t, "electrified", "contact_line");
    }
    town_relation(t, "route");
    town_tag(t, "route", "train");
    town_tag(t, "name", "하늘선");
    for (int i = 0; i < 6; i++)
        town_member(t, SW_OSM_WAY, ways[i], "");
    for (int i = 10; i < STEPS; i += 20) {
        town_member(t, SW_OSM_NODE, refs[i], "stop");
    }
}

static int64_t border(town *t, const spot *corners, size_t count, int64_t from,
                      int64_t to)
{
    int64_t refs[32];
    for (size_t i = 0; i < count; i++) {
        refs[i] = i == 0           ? from
                  : i + 1 == count ? to
                                   : town_node(t, corners[i]);
    }
    int64_t id = town_way(t, refs, count);
    town_tag(t, "boundary", "administrative");
    town_tag(t, "admin_level", "8");
    return id;
}

// Four districts that share their borders: one follows the river, one crosses.
void town_districts(town *t)
{
    enum { SIDE = 9 };
    spot lines[12][SIDE];
    // The nine corner nodes: west, middle, east by south, river, north.
    int64_t corner[3][3];
    spot at[3][3];
    for (int c = 0; c < 3; c++) {
        double x = t->size * (c == 0 ? 0.02 : c == 1 ? 0.48 : 0.98);
        at[c][0] = (spot){x, t->size * 0.02};
        at[c][1] = (spot){x, town_river(t, x)};
        at[c][2] = (spot){x, t->size * 0.98};
        for (int r = 0; r < 3; r++)
            corner[c][r] = town_node(t, at[c][r]);
    }
    int64_t across[2][3], up[3][2];
    int n = 0;
    for (int r = 0; r < 3; r++) {
        for (int c = 0; c < 2; c++, n++) {
            for (int k = 0; k < SIDE; k++) {
                double x =
                    at[c][r].x + (at[c + 1][r].x - at[c][r].x) * k / (SIDE - 1);
                double y = r == 1 ? town_river(t, x)
                                  : at[c][r].y + 30 * sin(x / t->size * 12);
                lines[n][k] = (spot){x, y};
            }
            across[c][r] =
                border(t, lines[n], SIDE, corner[c][r], corner[c + 1][r]);
        }
    }
    for (int c = 0; c < 3; c++) {
        for (int r = 0; r < 2; r++, n++) {
            for (int k = 0; k < SIDE; k++) {
                double y =
                    at[c][r].y + (at[c][r + 1].y - at[c][r].y) * k / (SIDE - 1);
                lines[n][k] =
                    (spot){at[c][r].x + 40 * sin(y / t->size * 14 + c), y};
            }
            up[c][r] =
                border(t, lines[n], SIDE, corner[c][r], corner[c][r + 1]);
        }
    }
    static const char *const names[2][2] = {{"갯벌동", "솔안동"},
                                            {"동강동", "매봉동"}};
    for (int c = 0; c < 2; c++) {
        for (int r = 0; r < 2; r++) {
            town_relation(t, "boundary");
            town_tag(t, "boundary", "administrative");
            town_tag(t, "admin_level", "8");
            town_tag(t, "name", names[c][r]);
            town_member(t, SW_OSM_WAY, across[c][r], "outer");
            town_member(t, SW_OSM_WAY, up[c + 1][r], "outer");
            town_member(t, SW_OSM_WAY, across[c][r + 1], "outer");
            town_member(t, SW_OSM_WAY, up[c][r], "outer");
        }
    }
}
