// The restricted sites, all invented: a depot, a radar on a hill, a power
// plant, a waterworks, a bunker under a street. What stands in them, the lines
// that lead to them, and names elsewhere that betray them.
#include "town.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { SITES = 6 };
static const double TURN = 6.283185307;

static void outline(site *s, spot middle, double rx, double ry, double turn,
                    size_t corners)
{
    s->middle = middle;
    s->reach = (rx > ry ? rx : ry) * 1.25 + 20;
    s->corners = corners;
    for (size_t k = 0; k < corners; k++) {
        double a = TURN * (double)k / (double)corners + TURN / 8;
        double x = rx * cos(a), y = ry * sin(a);
        s->outline[k] = (spot){middle.x + x * cos(turn) - y * sin(turn),
                               middle.y + x * sin(turn) + y * cos(turn)};
    }
}

// Where they lie is needed before the streets are drawn.
void town_plan_sites(town *t)
{
    t->sites = calloc(SITES, sizeof *t->sites);
    if (t->sites == NULL) exit(4);
    t->site_count = SITES;
    double s = t->size;
    site *at = t->sites;

    at[0] = (site){.id = "depot",
                   .class_name = "military-base",
                   .name = "한빛부대",
                   .buffer_m = 40};
    outline(&at[0], (spot){s * 0.24, s * 0.60}, 330, 260, 0.2, 4);
    at[1] = (site){.id = "radar",
                   .class_name = "military-base",
                   .name = "매봉레이더기지",
                   .buffer_m = 60};
    outline(&at[1], (spot){s * 0.86, s * 0.86}, 150, 150, 0, 12);
    at[2] = (site){.id = "plant",
                   .class_name = "power-plant",
                   .name = "하늘열병합발전소",
                   .buffer_m = 25};
    double px = s * 0.77;
    outline(&at[2], (spot){px, town_river(t, px) - 210}, 230, 130, 0.1, 4);
    at[3] = (site){.id = "water",
                   .class_name = "waterworks",
                   .name = "새터정수장",
                   .buffer_m = 15};
    outline(&at[3], (spot){s * 0.40, s * 0.30}, 150, 110, -0.2, 6);
    at[4] = (site){.id = "bunker",
                   .class_name = "national-important-facility",
                   .name = "중앙지하통제소",
                   .buffer_m = 0};
    outline(&at[4], (spot){s * 0.535, s * 0.565}, 34, 34, 0.3, 5);
    at[4].reach = 60;
    at[5] = (site){.id = "later",
                   .class_name = "military-base",
                   .name = "솔안초소",
                   .buffer_m = 20,
                   .valid_from = "2027-06-01"};
    outline(&at[5], (spot){s * 0.62, s * 0.83}, 70, 50, 0.5, 4);
}

// How far a place is outside the nearest site; the bunker is under the town and
// the last one is not there yet: neither keeps anything away.
bool town_restricted(const town *t, spot at, double margin)
{
    for (size_t k = 0; k < 4; k++) {
        const site *s = &t->sites[k];
        double dx = at.x - s->middle.x, dy = at.y - s->middle.y;
        if (hypot(dx, dy) < s->reach + margin) return true;
    }
    return false;
}

static spot inside(const site *s, double u, double v)
{
    return (spot){s->middle.x + u * s->reach * 0.55,
                  s->middle.y + v * s->reach * 0.45};
}

static int64_t box(town *t, spot at, double w, double h)
{
    spot corners[] = {{at.x - w / 2, at.y - h / 2},
                      {at.x + w / 2, at.y - h / 2},
                      {at.x + w / 2, at.y + h / 2},
                      {at.x - w / 2, at.y + h / 2}};
    return town_ring(t, corners, 4);
}

static void fence(town *t, const site *s)
{
    town_ring(t, s->outline, s->corners);
    town_tag(t, "barrier", "fence");
}

static void depot(town *t, const site *s)
{
    town_ring(t, s->outline, s->corners);
    town_tag(t, "landuse", "military");
    town_tag(t, "military", "base");
    town_tag(t, "name", s->name);
    town_tag(t, "name:en", "Hanbit Base");
    fence(t, s);
    for (int row = -2; row <= 2; row++) {
        for (int k = -2; k <= 2; k++) {
            box(t, inside(s, k * 0.36, row * 0.34), 46, 16);
            town_tag(t, "building", row == 0 ? "bunker" : "barracks");
            if (row == 0) town_tagf(t, "name", "%s 탄약고 %d", s->name, k + 3);
        }
    }
    for (int row = -2; row < 2; row++) {
        spot lane[] = {inside(s, -0.85, row * 0.34 + 0.17),
                       inside(s, 0, row * 0.34 + 0.18),
                       inside(s, 0.85, row * 0.34 + 0.17)};
        town_line(t, lane, 3);
        town_tag(t, "highway", "service");
        town_tag(t, "access", "no");
    }
    town_node(t, inside(s, 0.5, 0.7));
    town_tag(t, "aeroway", "helipad");
    town_tag(t, "name", s->name);
}

static void radar(town *t, const site *s)
{
    town_ring(t, s->outline, s->corners);
    town_tag(t, "landuse", "military");
    town_tag(t, "name", s->name);
    for (int k = 0; k < 3; k++) {
        town_node(t, inside(s, -0.5 + 0.5 * k, 0.2 * k));
        town_tag(t, "man_made", "tower");
        town_tag(t, "tower:type", "radar");
        town_tagf(t, "ele", "%.0f", town_height(t, s->middle));
    }
    // A track climbs from the town to its gate.
    spot track[14];
    for (int k = 0; k < 14; k++) {
        double part = k / 13.0;
        track[k] =
            (spot){t->size * 0.66 + (s->middle.x - t->size * 0.66) * part +
                       60 * sin(part * 11),
                   t->size * 0.74 + (s->middle.y - t->size * 0.74) * part +
                       40 * cos(part * 9)};
    }
    town_line(t, track, 14);
    town_tag(t, "highway", "track");
    town_tagf(t, "name", "%s 진입로", s->name);
}

static void power_line(town *t, spot from, spot to, int towers,
                       const char *name)
{
    spot corners[32];
    for (int k = 0; k <= towers; k++) {
        double part = (double)k / towers;
        corners[k] =
            (spot){from.x + (to.x - from.x) * part,
                   from.y + (to.y - from.y) * part + 60 * sin(part * 3)};
    }
    int64_t refs[32];
    for (int k = 0; k <= towers; k++) {
        refs[k] = town_node(t, corners[k]);
        town_tag(t, "power", "tower");
    }
    town_way(t, refs, (size_t)towers + 1);
    town_tag(t, "power", "line");
    town_tag(t, "voltage", "154000");
    town_tagf(t, "name", "%s 송전선", name);
}

static void plant(town *t, const site *s)
{
    town_ring(t, s->outline, s->corners);
    town_tag(t, "power", "plant");
    town_tag(t, "plant:source", "gas");
    town_tag(t, "name", s->name);
    fence(t, s);
    for (int k = -1; k <= 1; k++) {
        box(t, inside(s, k * 0.5, 0.1), 70, 44);
        town_tag(t, "building", "industrial");
        town_node(t, inside(s, k * 0.5 + 0.2, 0.5));
        town_tag(t, "man_made", "chimney");
    }
    double size = t->size;
    power_line(t, s->middle, (spot){size * 0.97, size * 0.10}, 11, s->name);
    power_line(t, s->middle, (spot){size * 0.30, size * 0.22}, 18, s->name);
    spot pipe[] = {s->middle,
                   {s->middle.x - 300, s->middle.y - 420},
                   {s->middle.x - 900, s->middle.y - 700}};
    town_line(t, pipe, 3);
    town_tag(t, "man_made", "pipeline");
    town_tag(t, "substance", "gas");
    box(t, (spot){size * 0.30, size * 0.22}, 70, 60);
    town_tag(t, "power", "substation");
}

static void waterworks(town *t, const site *s)
{
    town_ring(t, s->outline, s->corners);
    town_tag(t, "man_made", "water_works");
    town_tag(t, "name", s->name);
    for (int k = -1; k <= 1; k++) {
        box(t, inside(s, k * 0.55, 0), 44, 60);
        town_tag(t, "landuse", "basin");
    }
    town_node(t, inside(s, 0, 0.8));
    town_tag(t, "man_made", "water_tower");
}

static void bunker(town *t, const site *s)
{
    town_node(t, s->middle);
    town_tag(t, "military", "bunker");
    town_tag(t, "name", s->name);
    // A bus stop and a monument outside that give it away.
    town_node(t, (spot){s->middle.x + 190, s->middle.y - 120});
    town_tag(t, "historic", "memorial");
    town_tagf(t, "name", "%s 순직자 위령비", s->name);
}

void town_sites(town *t)
{
    depot(t, &t->sites[0]);
    radar(t, &t->sites[1]);
    plant(t, &t->sites[2]);
    waterworks(t, &t->sites[3]);
    bunker(t, &t->sites[4]);
    box(t, t->sites[5].middle, 40, 24);
    town_tag(t, "building", "yes");
}
