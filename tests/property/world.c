// Worlds on a small lattice, so that nodes meet zone boundaries exactly and
// ways share nodes often.
#include "world.h"

#include <stdlib.h>
#include <string.h>

enum { SIDE = 14, STEP = 400, NODES = 70 };
static const sw_location origin = {1270000000, 370000000};

uint64_t roll(dice *d)
{
    uint64_t z = d->state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

int below(dice *d, int n)
{
    return (int)(roll(d) % (uint64_t)n);
}

bool chance(dice *d, int percent)
{
    return below(d, 100) < percent;
}

#define TAG(k, v)                                                              \
    {                                                                          \
        SW_STR_INIT(k), SW_STR_INIT(v)                                         \
    }

static const pbf_tag plain_tags[] = {
    TAG("highway", "residential"),
    TAG("highway", "service"),
    TAG("building", "yes"),
    TAG("natural", "water"),
    TAG("name", "솔밭길"),
    TAG("amenity", "cafe"),
    TAG("junction", "roundabout"),
    TAG("landuse", "forest"),
    TAG("area", "yes"),
    TAG("boundary", "administrative"),
    TAG("power", "line"),
    TAG("area", "no"),
};
const pbf_tag forbidden_tags[] = {
    TAG("ele", "12"),           TAG("ele", "999"),
    TAG("name:en", "Gate"),     TAG("name:ko", "정문"),
    TAG("note", "한빛부대 앞"), TAG("description", "HANBIT  base, gate 2"),
    TAG("한빛부대", "yes"),
};
const size_t forbidden_tag_count =
    sizeof forbidden_tags / sizeof *forbidden_tags;

static const char *const roles[] = {"", "outer", "inner", "stop", "forward"};

bool admitted(const thing *t)
{
    for (size_t i = 0; i < t->tag_count; i++) {
        sw_str key = t->tags[i].key;
        if (sw_str_eq(key, SW_STR("highway")) ||
            sw_str_eq(key, SW_STR("natural")) ||
            sw_str_eq(key, SW_STR("landuse")) ||
            sw_str_eq(key, SW_STR("type"))) {
            return true;
        }
    }
    return false;
}

void add_tag(thing *t, sw_str key, sw_str value)
{
    if (t->tag_count < MAX_TAGS)
        t->tags[t->tag_count++] = (pbf_tag){key, value};
}

void random_tags(dice *d, thing *t)
{
    t->tag_count = 0;
    for (int n = below(d, 4); n > 0; n--) {
        size_t count = sizeof plain_tags / sizeof *plain_tags;
        pbf_tag tag = plain_tags[below(d, (int)count)];
        bool twice = false;
        for (size_t i = 0; i < t->tag_count; i++) {
            twice |= sw_str_eq(t->tags[i].key, tag.key);
        }
        if (!twice) add_tag(t, tag.key, tag.value);
    }
}

thing *world_find(world *w, sw_osm_type type, int64_t id)
{
    for (size_t i = 0; i < w->count; i++) {
        if (w->things[i].type == type && w->things[i].id == id)
            return &w->things[i];
    }
    return NULL;
}

thing *world_add(world *w, sw_osm_type type, int64_t id)
{
    if (w->count == MAX_THINGS) return NULL;
    thing *t = &w->things[w->count++];
    *t = (thing){.type = type, .id = id, .info = PBF_NO_INFO};
    return t;
}

void world_remove(world *w, thing *t)
{
    *t = w->things[--w->count];
}

static void random_info(dice *d, thing *t)
{
    static const char *const users[] = {"a", "mapkim", "한빛부대_병장"};
    if (chance(d, 40)) return;
    t->info = (pbf_info){.version = 1 + below(d, 9),
                         .uid = below(d, 99),
                         .timestamp_s = 1500000000 + below(d, 9999),
                         .changeset = below(d, 9999),
                         .user = sw_str_of(users[below(d, 3)])};
}

static int64_t any_node(dice *d)
{
    return 1 + below(d, NODES);
}

static void make_nodes(world *w, dice *d)
{
    for (int i = 0; i < NODES; i++) {
        thing *t = world_add(w, SW_OSM_NODE, i + 1);
        t->at = (sw_location){origin.lon_e7 + STEP * below(d, SIDE),
                              origin.lat_e7 + STEP * below(d, SIDE)};
        if (chance(d, 15)) {
            t->at.lon_e7 += below(d, STEP);
            t->at.lat_e7 += below(d, STEP);
        }
        if (chance(d, 25)) random_tags(d, t);
        random_info(d, t);
    }
}

static void make_ways(world *w, dice *d)
{
    for (int i = 0; i < 26; i++) {
        thing *t = world_add(w, SW_OSM_WAY, 2 * i + 1);
        size_t n = (size_t)(1 + below(d, 9));
        for (size_t k = 0; k < n; k++)
            t->refs[t->ref_count++] = any_node(d);
        if (chance(d, 6))
            t->refs[below(d, (int)n)] = 900 + below(d, 9);  // missing
        if (chance(d, 45)) t->refs[t->ref_count++] = t->refs[0];
        if (chance(d, 70)) random_tags(d, t);
        random_info(d, t);
    }
}

static void add_member(thing *t, sw_osm_type type, int64_t ref,
                       const char *role)
{
    if (t->member_count == MAX_MEMBERS) return;
    t->members[t->member_count++] = (pbf_member){type, ref, sw_str_of(role)};
}

// A multipolygon whose ring is made of two or three ways of its own.
static void ring_of_ways(world *w, dice *d, thing *relation)
{
    int64_t corners[9];
    int n = 6 + below(d, 3), cuts[] = {0, 2 + below(d, 2), n};
    for (int i = 0; i < n; i++)
        corners[i] = any_node(d);
    corners[n] = corners[0];
    for (int part = 0; part < 2; part++) {
        thing *way = world_add(w, SW_OSM_WAY, 201 + 2 * (int64_t)w->count);
        for (int i = cuts[part]; i <= cuts[part + 1]; i++) {
            way->refs[way->ref_count++] = corners[i];
        }
        if (chance(d, 30)) random_tags(d, way);
        add_member(relation, SW_OSM_WAY, way->id, "outer");
    }
}

static void restriction(world *w, dice *d, thing *t)
{
    int64_t via = any_node(d);
    for (int k = 0; k < 2; k++) {
        thing *way = world_add(w, SW_OSM_WAY, 201 + 2 * (int64_t)w->count);
        for (int i = 0; i < 4; i++)
            way->refs[way->ref_count++] = any_node(d);
        way->refs[k == 0 ? 3 : 0] = via;
        add_tag(way, SW_STR("highway"), SW_STR("primary"));
        add_member(t, SW_OSM_WAY, way->id, k == 0 ? "from" : "to");
    }
    add_member(t, SW_OSM_NODE, via, "via");
}

static void make_relations(world *w, dice *d)
{
    static const char *const types[] = {"multipolygon", "route",
                                        "restriction",  "boundary",
                                        "site",         "multipolygon"};
    for (int i = 0; i < 14; i++) {
        thing *t = world_add(w, SW_OSM_RELATION, 3 * i + 1);
        const char *type = types[below(d, 6)];
        add_tag(t, SW_STR("type"), sw_str_of(type));
        if (strcmp(type, "restriction") == 0 && chance(d, 80)) {
            restriction(w, d, t);
        } else if (strcmp(type, "multipolygon") == 0 && chance(d, 60)) {
            ring_of_ways(w, d, t);
            add_tag(t, SW_STR("landuse"), SW_STR("forest"));
        }
        for (int n = below(d, 5); n > 0; n--) {
            sw_osm_type kind = (sw_osm_type)below(d, 3);
            int64_t ref = kind == SW_OSM_NODE  ? any_node(d)
                          : kind == SW_OSM_WAY ? 2 * below(d, 27) + 1
                                               : 3 * below(d, 15) + 1;
            if (strcmp(type, "multipolygon") == 0 && chance(d, 70)) continue;
            add_member(t, kind, ref, roles[below(d, 5)]);
        }
        random_info(d, t);
    }
}

void world_make(world *w, dice *d)
{
    w->count = 0;
    w->next_id = 100000;
    make_nodes(w, d);
    make_ways(w, d);
    make_relations(w, d);
}

static void zone_corners(sw_buf *out, dice *d, int shape)
{
    int x0 = below(d, SIDE - 3), y0 = below(d, SIDE - 3);
    int x1 = x0 + 1 + below(d, 4), y1 = y0 + 1 + below(d, 4);
    int corners[5][2] = {{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}, {x0, y0}};
    int count = 5;
    if (shape == 1) {  // a triangle
        corners[3][0] = x0;
        corners[3][1] = y0;
        count = 4;
    }
    for (int i = 0; i < count; i++) {
        sw_buf_printf(out, "%s[%.7f,%.7f]", i == 0 ? "" : ",",
                      (origin.lon_e7 + STEP * corners[i][0]) / 1e7,
                      (origin.lat_e7 + STEP * corners[i][1]) / 1e7);
    }
}

static void make_zones(rule_set *r, dice *d)
{
    sw_error err;
    sw_buf *out = &r->zone_text;
    sw_buf_printf(out, "{\"type\":\"FeatureCollection\",\"features\":[");
    int n = 1 + below(d, 3);
    for (int i = 0; i < n; i++) {
        sw_buf_printf(out, "%s{\"type\":\"Feature\",\"properties\":{\"id\":%d",
                      i == 0 ? "" : ",", i);
        if (chance(d, 25))
            sw_buf_printf(out, ",\"buffer\":%d", 1 + below(d, 6));
        sw_buf_printf(
            out, "},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[");
        zone_corners(out, d, below(d, 2));
        sw_buf_printf(out, "]]}}");
    }
    sw_buf_printf(out, "]}");
    sw_zones_options how = {0};
    if (!sw_zones_parse((sw_str){out->at, out->len}, &how, &r->zones, &err))
        abort();
}

void rules_make(rule_set *r, dice *d)
{
    static const sw_str expressions[] = {SW_STR_INIT("ele"),
                                         SW_STR_INIT("name:*")};
    static const sw_str names[] = {SW_STR_INIT("한빛부대"),
                                   SW_STR_INIT("Hanbit Base")};
    static const sw_str scope[] = {SW_STR_INIT("highway"),
                                   SW_STR_INIT("natural"),
                                   SW_STR_INIT("landuse"), SW_STR_INIT("type")};
    sw_error err;
    *r = (rule_set){.strip = chance(d, 40), .scope = chance(d, 30)};
    make_zones(r, d);
    if (r->strip &&
        !sw_map_strip_new(expressions, 2, names, 2, &r->strip_filter, &err)) {
        abort();
    }
    if (r->scope && !sw_map_scope_new(scope, 4, &r->scope_filter, &err))
        abort();
    r->map = (sw_map_options){.zones = r->zones,
                              .strip = r->strip_filter,
                              .scope = r->scope_filter,
                              .strip_metadata = chance(d, 40),
                              .keep_missing = chance(d, 15)};
    if (chance(d, 40)) {
        static const uint32_t scales[] = {2000, 25000, 60000};
        r->map.coarsen_scale = scales[below(d, 3)];
        r->grid = sw_map_grid_e7(r->map.coarsen_scale);
    }
}

void rules_done(rule_set *r)
{
    sw_tag_filter_free(r->strip_filter);
    sw_tag_filter_free(r->scope_filter);
    sw_zones_free(r->zones);
    sw_buf_free(&r->zone_text);
}

static int by_order(const void *a, const void *b)
{
    const pbf_entity *x = a, *y = b;
    if (x->type != y->type) return x->type < y->type ? -1 : 1;
    return sw_osm_id_cmp(x->id, y->id);
}

void world_save(world *w, const pbf_options *how, const char *path)
{
    static pbf_entity entities[MAX_THINGS];
    for (size_t i = 0; i < w->count; i++) {
        const thing *t = &w->things[i];
        entities[i] = (pbf_entity){.type = t->type,
                                   .id = t->id,
                                   .at = t->at,
                                   .tags = t->tags,
                                   .tag_count = t->tag_count,
                                   .refs = t->refs,
                                   .ref_count = t->ref_count,
                                   .members = t->members,
                                   .member_count = t->member_count,
                                   .info = t->info};
    }
    qsort(entities, w->count, sizeof *entities, by_order);
    sw_buf file = {0};
    pbf_build(entities, w->count, how, &file);
    pbf_save(&file, path);
    sw_buf_free(&file);
}

// Written again here, from docs/projection.md: nearest multiple, halves away
// from zero.
static int32_t snapped(int32_t v, int32_t grid)
{
    if (grid == 0) return v;
    int64_t size = v < 0 ? -(int64_t)v : v;
    int64_t down = size / grid * grid;
    size = 2 * (size - down) >= grid ? down + grid : down;
    return (int32_t)(v < 0 ? -size : size);
}

static sw_location as_released(const rule_set *r, sw_location at)
{
    return (sw_location){snapped(at.lon_e7, r->grid),
                         snapped(at.lat_e7, r->grid)};
}

bool node_restricted(const rule_set *r, const thing *node)
{
    return sw_zones_contain(r->zones, node->at) ||
           sw_zones_contain(r->zones, as_released(r, node->at));
}

bool segment_restricted(const rule_set *r, world *w, int64_t a, int64_t b)
{
    const thing *from = world_find(w, SW_OSM_NODE, a);
    const thing *to = world_find(w, SW_OSM_NODE, b);
    if (from == NULL || to == NULL) {
        return !r->map.keep_missing ||
               (from != NULL && node_restricted(r, from)) ||
               (to != NULL && node_restricted(r, to));
    }
    return sw_zones_meet(r->zones, from->at, to->at) ||
           sw_zones_meet(r->zones, as_released(r, from->at),
                         as_released(r, to->at));
}

sw_location place_in_zone(const rule_set *r, dice *d)
{
    for (;;) {
        sw_location at = {origin.lon_e7 + below(d, SIDE * STEP),
                          origin.lat_e7 + below(d, SIDE * STEP)};
        if (sw_zones_contain(r->zones, at)) return at;
    }
}

bool released(const release *of, sw_osm_type type, int64_t id)
{
    for (size_t i = 0; i < of->counts[type]; i++) {
        if (of->ids[type][i] == id) return true;
    }
    return false;
}
