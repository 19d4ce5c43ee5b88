// What stands between the streets: houses, apartment rows, shops, schools,
// parks, factories, fields. A block is drawn in its own square, (0,0) to (1,1),
// that is bent onto its four crossings.
#include "town.h"

#include <math.h>
#include <stdio.h>

typedef struct {
    spot corner[4];  // south-west, south-east, north-east, north-west
    size_t i, j;
} block;

static spot bend(const block *b, double u, double v)
{
    const spot *c = b->corner;
    double s = (1 - u) * (1 - v), e = u * (1 - v), n = u * v, w = (1 - u) * v;
    return (spot){s * c[0].x + e * c[1].x + n * c[2].x + w * c[3].x,
                  s * c[0].y + e * c[1].y + n * c[2].y + w * c[3].y};
}

static int64_t quad(town *t, const block *b, double u0, double v0, double u1,
                    double v1)
{
    spot corners[] = {bend(b, u0, v0), bend(b, u1, v0), bend(b, u1, v1),
                      bend(b, u0, v1)};
    return town_ring(t, corners, 4);
}

static void ground(town *t, const block *b, const char *key, const char *value)
{
    quad(t, b, 0.09, 0.09, 0.91, 0.91);
    town_tag(t, key, value);
}

static void levels(town *t, const char *kind, int count)
{
    town_tag(t, "building", kind);
    town_tagf(t, "building:levels", "%d", count);
    town_tagf(t, "height", "%.1f", count * 3.1);
}

static void houses(town *t, const block *b)
{
    ground(t, b, "landuse", "residential");
    int rows = 2, across = 5;
    for (int r = 0; r < rows; r++) {
        for (int k = 0; k < across; k++) {
            if (town_chance(t, 0.08)) continue;
            double u = 0.13 + 0.15 * k + town_range(t, 0, 0.02);
            double v = 0.14 + 0.40 * r + town_range(t, 0, 0.03);
            quad(t, b, u, v, u + town_range(t, 0.095, 0.125),
                 v + town_range(t, 0.24, 0.30));
            levels(t, "house", 1 + (int)(town_random(t) % 4));
            if (town_chance(t, 0.3)) {
                town_tagf(t, "addr:housenumber", "%d", 2 * k + 20 * r + 1);
            }
        }
    }
}

static void apartments(town *t, const block *b)
{
    static const char *const brands[] = {"하늘마을", "푸른숲", "강변힐스",
                                         "한솔빌"};
    const char *brand = brands[(b->i / 3 + b->j / 3) % 4];
    ground(t, b, "landuse", "residential");
    town_tagf(t, "name", "%s %zu단지", brand, 1 + (b->i + b->j) % 9);
    for (int k = 0; k < 4; k++) {
        double v = 0.15 + 0.19 * k;
        for (int half = 0; half < 2; half++) {
            double u = half == 0 ? 0.14 : 0.53;
            quad(t, b, u, v, u + 0.32, v + 0.085);
            levels(t, "apartments", 12 + (int)(town_random(t) % 14));
            town_tagf(t, "name", "%d동", 101 + 2 * k + half);
        }
    }
    spot drive[] = {bend(b, 0, 0.5), bend(b, 0.12, 0.33), bend(b, 0.5, 0.31),
                    bend(b, 0.88, 0.33)};
    town_line(t, drive, 4);
    town_tag(t, "highway", "service");
    quad(t, b, 0.40, 0.88, 0.6, 0.905);
    town_tag(t, "leisure", "playground");
}

static void shop(town *t, spot at)
{
    static const struct {
        const char *key, *value, *name;
    } kinds[] = {
        {"shop", "convenience", "하늘편의점"},
        {"amenity", "cafe", "구름다방"},
        {"amenity", "restaurant", "강변칼국수"},
        {"amenity", "pharmacy", "온누리약국"},
        {"shop", "bakery", "아침빵집"},
        {"amenity", "bank", "새터은행"},
        {"amenity", "restaurant", "달빛치킨"},
        {"shop", "hairdresser", "들꽃미용실"},
    };
    size_t which = town_random(t) % (sizeof kinds / sizeof *kinds);
    town_node(t, at);
    town_tag(t, kinds[which].key, kinds[which].value);
    town_tag(t, "name", kinds[which].name);
    if (town_chance(t, 0.2)) town_tagf(t, "ele", "%.1f", town_height(t, at));
}

static void commerce(town *t, const block *b)
{
    ground(t, b, "landuse", "commercial");
    for (int k = 0; k < 4; k++) {
        double u = 0.12 + 0.195 * k;
        for (int row = 0; row < 2; row++) {
            double v = row == 0 ? 0.12 : 0.55;
            double depth = town_range(t, 0.24, 0.34);
            quad(t, b, u, v, u + 0.17, v + depth);
            levels(t, "commercial", 3 + (int)(town_random(t) % 9));
            if (town_chance(t, 0.8)) shop(t, bend(b, u + 0.08, v + depth / 2));
        }
    }
}

// A building round a yard, and a field beside it.
static void school(town *t, const block *b)
{
    static const char *const names[] = {"하늘초등학교", "솔안중학교",
                                        "매봉고등학교"};
    ground(t, b, "amenity", "school");
    town_tag(t, "name", names[(b->i + b->j) % 3]);
    int64_t outer = quad(t, b, 0.15, 0.60, 0.75, 0.86);
    int64_t yard = quad(t, b, 0.25, 0.67, 0.65, 0.79);
    town_relation(t, "multipolygon");
    town_tag(t, "building", "school");
    town_member(t, SW_OSM_WAY, outer, "outer");
    town_member(t, SW_OSM_WAY, yard, "inner");
    quad(t, b, 0.2, 0.18, 0.8, 0.5);
    town_tag(t, "leisure", "pitch");
    town_tag(t, "sport", "soccer");
}

static void park(town *t, const block *b)
{
    ground(t, b, "leisure", "park");
    town_tag(t, "name", "느티공원");
    spot pond[10];
    for (int k = 0; k < 10; k++) {
        double a = k * 0.6283185307;
        pond[k] = bend(b, 0.5 + 0.17 * cos(a), 0.5 + 0.12 * sin(a + 0.3));
    }
    town_ring(t, pond, 10);
    town_tag(t, "natural", "water");
    spot path[9];
    for (int k = 0; k < 9; k++) {
        double a = 0.4 + k * 0.75;
        path[k] = bend(b, 0.5 + 0.3 * cos(a), 0.5 + 0.27 * sin(a));
    }
    town_line(t, path, 9);
    town_tag(t, "highway", "footway");
    for (int k = 0; k < 14; k++) {
        town_node(
            t, bend(b, town_range(t, 0.12, 0.88), town_range(t, 0.12, 0.88)));
        town_tag(t, "natural", "tree");
    }
}

static void factory(town *t, const block *b)
{
    ground(t, b, "landuse", "industrial");
    quad(t, b, 0.13, 0.13, 0.55, town_range(t, 0.5, 0.8));
    levels(t, "industrial", 2);
    quad(t, b, 0.60, 0.2, 0.87, 0.5);
    levels(t, "warehouse", 1);
    quad(t, b, 0.62, 0.58, 0.74, 0.82);
    levels(t, "warehouse", 1);
}

static void fields(town *t, const block *b)
{
    for (int k = 0; k < 4; k++) {
        quad(t, b, 0.05 + 0.23 * k, 0.05, 0.265 + 0.23 * k, 0.95);
        town_tag(t, "landuse", k % 3 ? "farmland" : "greenhouse_horticulture");
        if (k % 3) town_tag(t, "crop", "rice");
    }
}

typedef void (*use)(town *t, const block *b);

// What a block is used for: by its place in the town, then by the dice.
static use use_of(town *t, const block *b)
{
    spot middle = bend(b, 0.5, 0.5);
    double out =
        hypot(middle.x - t->size * 0.5, middle.y - t->size * 0.55) / t->size;
    uint64_t dice = town_random(t) % 100;
    if (out > 0.46 + 0.05 * sin(middle.x / 300)) return fields;
    if ((b->i * 7 + b->j * 13) % 29 == 0) return school;
    if ((b->i * 5 + b->j * 11) % 23 == 0) return park;
    if (middle.x > t->size * 0.66 && middle.y < t->size * 0.38) {
        return dice < 75 ? factory : houses;
    }
    if (out < 0.13) return dice < 80 ? commerce : park;
    if ((b->i / 4 + b->j / 4) % 3 == 0) return apartments;
    return dice < 84 ? houses : commerce;
}

static bool stands(const town *t, const block *b)
{
    for (int k = 0; k < 9; k++) {
        int row = k / 3, column = k % 3;
        spot at = bend(b, column / 2.0, row / 2.0);
        if (at.x < 0 || at.y < 0 || at.x > t->size || at.y > t->size)
            return false;
        if (town_wet(t, at, 16) || town_height(t, at) > 34) return false;
        if (town_restricted(t, at, 14)) return false;
    }
    return true;
}

void town_blocks(town *t)
{
    for (size_t j = 0; j + 1 < t->lattice; j++) {
        for (size_t i = 0; i + 1 < t->lattice; i++) {
            block b = {.i = i,
                       .j = j,
                       .corner = {town_crossing(t, i, j),
                                  town_crossing(t, i + 1, j),
                                  town_crossing(t, i + 1, j + 1),
                                  town_crossing(t, i, j + 1)}};
            if (stands(t, &b)) use_of(t, &b)(t, &b);
        }
    }
}
