// A town that does not exist, as OpenStreetMap data: what the generator's files
// share. A town is built into columns (sw_osm_block's own form), in metres from
// its south-west corner, and written when whole.
#ifndef MAKE_TOWN_H
#define MAKE_TOWN_H

#include "segwan/osm.h"

typedef struct {
    double x, y;  // metres east and north of the town's south-west corner
} spot;

// Growing columns of one entity type.
typedef struct {
    sw_osm_entity *entities;
    sw_osm_info *infos;
    size_t count, cap;
} columns;

typedef struct {
    uint64_t random;  // splitmix64 state
    double size;      // metres along each side
    double lon0, lat0, metres_per_lon;
    int64_t node_base, way_base, relation_base;

    columns nodes, ways, relations;
    columns *newest;  // whose last entity town_tag() tags
    sw_osm_tag *tags;
    size_t tag_count, tag_cap;
    int64_t *refs;
    size_t ref_count, ref_cap;
    sw_osm_member *members;
    size_t member_count, member_cap;
    sw_str *strings;
    uint32_t string_count, string_cap;
    uint32_t *string_slots;  // open addressing, power of two
    uint32_t slot_count;
    sw_arena *arena;

    struct site *sites;
    size_t site_count;
    size_t lattice;      // intersections along each side
    int64_t *crossings;  // node ids of the lattice, 0: no road there
} town;

// A restricted site: what the zone list and the list of names come from.
typedef struct site {
    const char *id, *class_name, *name;
    spot outline[16];
    size_t corners;
    double buffer_m;
    const char *valid_from;  // NULL: always
    spot middle;
    double reach;  // no ordinary block nearer than this
    int street;    // the lattice column that runs through it, or -1
} site;

// model.c: entities. Every call may run out of memory; then the program ends.
town *town_new(uint64_t seed, double size);
void town_free(town *t);
uint64_t town_random(town *t);
double town_range(town *t, double low, double high);
bool town_chance(town *t, double p);
int64_t town_node(town *t, spot at);
void town_tag(town *t, const char *key,
              const char *value);  // the newest entity
void town_tagf(town *t, const char *key, const char *fmt, ...) SW_PRINTF(3, 4);
int64_t town_way(town *t, const int64_t *refs, size_t count);
int64_t town_ring(town *t, const spot *corners, size_t count);  // closed way
int64_t town_line(town *t, const spot *corners, size_t count);
int64_t town_relation(town *t, const char *type);
void town_member(town *t, sw_osm_type type, int64_t ref, const char *role);
sw_osm_block town_block(const town *t, sw_osm_type type);
sw_location town_location(const town *t, spot at);

// terrain.c: the ground itself.
double town_height(const town *t, spot at);  // metres above the sea
double town_river(const town *t, double x);  // y of the middle of the river
bool town_wet(const town *t, spot at, double margin);
void town_terrain(town *t);  // river, island, contours, peaks

// streets.c, blocks.c, sites.c: what people built, in this order.
spot town_crossing(const town *t, size_t i, size_t j);
void town_streets(town *t);
void town_blocks(town *t);
void town_plan_sites(town *t);
void town_sites(town *t);
bool town_restricted(const town *t, spot at, double margin);
void town_rails(town *t);
void town_districts(town *t);

#endif
