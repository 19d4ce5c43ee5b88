// A small world that can be changed: what the property test generates, mutates
// and writes. Everything is fixed in size; strings are literals.
#ifndef PROPERTY_WORLD_H
#define PROPERTY_WORLD_H

#include "pbf_builder.h"
#include "segwan/map.h"

enum { MAX_THINGS = 400, MAX_TAGS = 8, MAX_REFS = 40, MAX_MEMBERS = 14 };

typedef struct {
    sw_osm_type type;
    int64_t id;
    sw_location at;
    pbf_tag tags[MAX_TAGS];
    size_t tag_count;
    int64_t refs[MAX_REFS];
    size_t ref_count;
    pbf_member members[MAX_MEMBERS];
    size_t member_count;
    pbf_info info;
} thing;

typedef struct {
    thing things[MAX_THINGS];
    size_t count;
    int64_t next_id;  // ids that nothing has used
} world;

typedef struct {
    uint64_t state;
} dice;

uint64_t roll(dice *d);
int below(dice *d, int n);  // 0 .. n - 1
bool chance(dice *d, int percent);

// The options of one round, in the treatment's form and as the test needs them.
typedef struct {
    sw_map_options map;
    bool strip, scope;
    int32_t grid;  // 0: no coarsening
    sw_zones *zones;
    sw_tag_filter *strip_filter, *scope_filter;
    sw_buf zone_text;
} rule_set;

// The key, value and name words that stripping forbids, and scope does not
// admit.
extern const pbf_tag forbidden_tags[];
extern const size_t forbidden_tag_count;
bool admitted(const thing *t);

void world_make(world *w, dice *d);
void rules_make(rule_set *r, dice *d);
void rules_done(rule_set *r);

thing *world_find(world *w, sw_osm_type type, int64_t id);
thing *world_add(world *w, sw_osm_type type, int64_t id);  // NULL: full
void world_remove(world *w, thing *t);
void add_tag(thing *t, sw_str key, sw_str value);
void random_tags(dice *d, thing *t);

// Sorts as files must be, and writes with the given freedoms.
void world_save(world *w, const pbf_options *how, const char *path);

bool node_restricted(const rule_set *r, const thing *node);
bool segment_restricted(const rule_set *r, world *w, int64_t a, int64_t b);
sw_location place_in_zone(const rule_set *r, dice *d);

// What the release of the world as it was holds, sorted by id.
typedef struct {
    int64_t ids[3][2 * MAX_THINGS];
    size_t counts[3];
} release;
bool released(const release *of, sw_osm_type type, int64_t id);

// One change of what is restricted, or of what options forbid. False if the
// world has nothing that it could change.
typedef bool (*mutation)(world *w, const rule_set *r, const release *of,
                         dice *d);
typedef struct {
    const char *name;
    mutation change;
} named_mutation;
extern const named_mutation mutations[];
extern const size_t mutation_count;

#endif
