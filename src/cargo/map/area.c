// Which closed ways are areas: docs/projection.md, section 8, as data.
// Source: OSM wiki, "Overpass turbo/Polygon Features", read 2026-11-24.
#include "map_internal.h"

typedef struct {
    const char *key;
    enum { ANY, EXCEPT, ONLY } take;
    const char *values[6];
} rule;

static const rule rules[] = {
    {"area", ANY, {0}},  // first: it overrules the others
    {"building", ANY, {0}},
    {"building:part", ANY, {0}},
    {"landuse", ANY, {0}},
    {"amenity", ANY, {0}},
    {"leisure", ANY, {0}},
    {"place", ANY, {0}},
    {"boundary", ANY, {0}},
    {"shop", ANY, {0}},
    {"tourism", ANY, {0}},
    {"historic", ANY, {0}},
    {"public_transport", ANY, {0}},
    {"office", ANY, {0}},
    {"military", ANY, {0}},
    {"ruins", ANY, {0}},
    {"craft", ANY, {0}},
    {"golf", ANY, {0}},
    {"indoor", ANY, {0}},
    {"area:highway", ANY, {0}},
    {"natural", EXCEPT, {"coastline", "cliff", "ridge", "arete", "tree_row"}},
    {"man_made", EXCEPT, {"cutline", "embankment", "pipeline"}},
    {"aeroway", EXCEPT, {"taxiway"}},
    {"highway", ONLY, {"services", "rest_area", "escape", "elevator"}},
    {"waterway", ONLY, {"riverbank", "dock", "boatyard", "dam"}},
    {"barrier",
     ONLY,
     {"city_wall", "ditch", "hedge", "retaining_wall", "wall", "spikes"}},
    {"railway", ONLY, {"station", "turntable", "roundhouse", "platform"}},
    {"power", ONLY, {"plant", "substation", "generator", "transformer"}},
};

#define RULES (sizeof rules / sizeof *rules)

unsigned sw_map__area_rule(sw_str key)
{
    for (unsigned i = 0; i < RULES; i++) {
        if (sw_str_eq(key, sw_str_of(rules[i].key))) return i + 1;
    }
    return 0;
}

static bool listed(const rule *of, sw_str value)
{
    const size_t slots = sizeof of->values / sizeof *of->values;
    for (size_t i = 0; i < slots && of->values[i] != NULL; i++) {
        if (sw_str_eq(value, sw_str_of(of->values[i]))) return true;
    }
    return false;
}

int sw_map__area_says(unsigned number, sw_str value)
{
    if (number == 0) return 0;
    bool no = sw_str_eq(value, SW_STR("no"));
    if (number == 1) return no ? -1 : 2;
    if (no) return 0;

    const rule *of = &rules[number - 1];
    return of->take == ANY || listed(of, value) == (of->take == ONLY);
}
