// Bytes become a small world, boxes as zones, and options. Of the release must
// hold: the same bytes with one thread and with three; treated again, the same
// bytes; no node in a box and no segment that meets one (by other arithmetic
// than src/geo's); every reference resolves; nothing is left over.
//
// The first four bytes choose options, the number of boxes, nodes and ways;
// then come boxes, nodes, ways and relations, a few bytes each. Bytes that are
// lacking read as zero.
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "segwan/map.h"
#include "segwan/osm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BOXES = 4, NODES = 32, WAYS = 16, RELATIONS = 8, REFS = 12, TEXTS = 18 };

static const char *const texts[TEXTS] = {
    "",     "type", "multipolygon", "restriction", "route",   "from",
    "to",   "via",  "outer",        "building",    "yes",     "highway",
    "area", "no",   "name",         "Camp Red",    "landuse", "ele",
};
// Key and value of tag sets; 0: none.
static const uint8_t tag_sets[8][4] = {
    {0},      {11, 10}, {9, 10},         {16, 15}, {12, 13, 9, 10},
    {14, 15}, {17, 4},  {11, 4, 14, 15},
};
static const uint8_t relation_sets[4] = {2, 3, 4, 8};  // values of type

typedef struct {
    const uint8_t *at;
    size_t left;
} bytes;

typedef struct {
    int32_t west, south, east, north;
} box;

typedef struct {
    sw_osm_entity entities[NODES + WAYS + RELATIONS];
    sw_osm_tag tags[(NODES + WAYS + RELATIONS) * 2];
    int64_t refs[WAYS * REFS];
    sw_osm_member members[RELATIONS * REFS];
    size_t tag_count, ref_count, member_count;
    box boxes[BOXES];
    size_t box_count;
    bool keep_missing;
    int32_t grid_e7;
} world;

static void require(bool ok, const char *what, const sw_error *err)
{
    if (ok) return;
    fprintf(stderr, "%s: %s\n", what, err != NULL ? err->reason : "");
    abort();
}

static unsigned take(bytes *from)
{
    if (from->left == 0) return 0;
    from->left--;
    return *from->at++;
}

/* ---- the world -------------------------------------------------------------
 */

static void take_boxes(bytes *from, world *w, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        int32_t x = (int32_t)take(from), y = (int32_t)take(from);
        unsigned size = take(from);
        w->boxes[w->box_count++] = (box){x, y, x + 1 + (int32_t)(size & 15) * 4,
                                         y + 1 + (int32_t)(size >> 4) * 4};
    }
}

static void take_tags(world *w, sw_osm_entity *to, const uint8_t *set,
                      size_t count)
{
    to->tags = (uint32_t)w->tag_count;
    for (size_t i = 0; i + 1 < count && set[i] != 0; i += 2)
        w->tags[w->tag_count++] = (sw_osm_tag){set[i], set[i + 1]};
    to->tag_count = (uint32_t)w->tag_count - to->tags;
}

static size_t take_nodes(bytes *from, world *w, unsigned count)
{
    int64_t id = 0;
    for (unsigned i = 0; i < count; i++) {
        unsigned form = take(from);
        id += 1 + (form & 3) / 3;  // now and then an id is lacking
        w->entities[i] = (sw_osm_entity){
            .id = id, .at = {(int32_t)take(from), (int32_t)take(from)}};
        if (form >= 128) take_tags(w, &w->entities[i], tag_sets[form >> 5], 4);
    }
    return count;
}

static void take_ways(bytes *from, world *w, sw_osm_entity *to, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        unsigned form = take(from), refs = form % REFS;
        to[i] = (sw_osm_entity){.id = (int64_t)i * 2 + 1,
                                .refs = (uint32_t)w->ref_count};
        for (unsigned n = 0; n < refs; n++)
            w->refs[w->ref_count++] = take(from) % (NODES + 4);
        if (refs > 1 && (form & 16) != 0)
            w->refs[w->ref_count - 1] = w->refs[to[i].refs];
        to[i].ref_count = refs;
        take_tags(w, &to[i], tag_sets[form >> 5], 4);
    }
}

static void take_relations(bytes *from, world *w, sw_osm_entity *to,
                           unsigned count)
{
    static const uint8_t roles[4] = {5, 6, 7, 8};
    for (unsigned i = 0; i < count; i++) {
        unsigned form = take(from), members = form % REFS;
        to[i] = (sw_osm_entity){.id = (int64_t)i + 1,
                                .refs = (uint32_t)w->member_count,
                                .ref_count = members};
        for (unsigned n = 0; n < members; n++) {
            unsigned what = take(from), ref = take(from);
            uint8_t type = what % 8 < 5   ? SW_OSM_WAY
                           : what % 8 < 7 ? SW_OSM_NODE
                                          : SW_OSM_RELATION;
            w->members[w->member_count++] = (sw_osm_member){
                .ref = ref % 40, .role = roles[what >> 6], .type = type};
        }
        const uint8_t set[2] = {1, relation_sets[form >> 6]};
        take_tags(w, &to[i], set, 2);
    }
}

static void write_world(const world *w, const size_t counts[3], sw_output *out,
                        sw_pool *pool)
{
    sw_str strings[TEXTS];
    for (size_t i = 0; i < TEXTS; i++)
        strings[i] = sw_str_of(texts[i]);
    sw_error err = {0};
    sw_osm_writer *writer = NULL;
    bool ok = sw_osm_begin(out, pool, NULL, &writer, &err);
    const sw_osm_entity *entities = w->entities;
    for (int type = 0; type < 3; type++) {
        const sw_osm_block block = {
            .type = (sw_osm_type)type,
            .count = counts[type],
            .entities = entities,
            .tags = w->tags,
            .refs = w->refs,
            .members = w->members,
            .string_count = TEXTS,
            .strings = strings,
        };
        ok = ok && sw_osm_write(writer, &block, &err);
        entities += counts[type];
    }
    require(ok && sw_osm_finish(writer, &err) && sw_output_flush(out, &err),
            "the world cannot be written", &err);
    sw_osm_writer_free(writer);
}

static sw_zones *make_zones(const world *w)
{
    sw_buf json = {0};
    sw_buf_printf(&json, "{\"type\":\"FeatureCollection\",\"features\":[");
    for (size_t i = 0; i < w->box_count; i++) {
        double west = w->boxes[i].west / 1e7, east = w->boxes[i].east / 1e7;
        double south = w->boxes[i].south / 1e7, north = w->boxes[i].north / 1e7;
        sw_buf_printf(&json,
                      "%s{\"type\":\"Feature\",\"properties\":{\"id\":%zu},"
                      "\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[%"
                      ".7f,%.7f],[%.7f,%.7f],[%.7f,%.7f],[%.7f,%.7f],[%.7f,%."
                      "7f]]]}}",
                      i > 0 ? "," : "", i, west, south, east, south, east,
                      north, west, north, west, south);
    }
    sw_buf_printf(&json, "]}");
    sw_zones *zones = NULL;
    sw_error err = {0};
    const sw_zones_options how = {0};
    require(sw_zones_parse((sw_str){json.at, json.len}, &how, &zones, &err),
            "zones", &err);
    sw_buf_free(&json);
    return zones;
}

/* ---- what must hold of the release ------------------------------------------
 */

static bool in_box(const box *b, sw_location at)
{
    return at.lon_e7 >= b->west && at.lon_e7 <= b->east &&
           at.lat_e7 >= b->south && at.lat_e7 <= b->north;
}

static int side(sw_location a, sw_location b, int64_t x, int64_t y)
{
    int64_t twice = (b.lon_e7 - a.lon_e7) * (y - a.lat_e7) -
                    (b.lat_e7 - a.lat_e7) * (x - a.lon_e7);
    return (twice > 0) - (twice < 0);
}

// They are apart if an axis separates them: x, y, or the segment's normal.
static bool meets_box(const box *z, sw_location a, sw_location b)
{
    if ((a.lon_e7 < z->west && b.lon_e7 < z->west) ||
        (a.lon_e7 > z->east && b.lon_e7 > z->east) ||
        (a.lat_e7 < z->south && b.lat_e7 < z->south) ||
        (a.lat_e7 > z->north && b.lat_e7 > z->north))
        return false;
    int sum = side(a, b, z->west, z->south) + side(a, b, z->west, z->north) +
              side(a, b, z->east, z->south) + side(a, b, z->east, z->north);
    return sum != 4 && sum != -4;
}

enum { SEEN = 1024 };

typedef struct {
    const world *w;
    sw_location at[NODES * 2 + 2];
    bool node[NODES * 2 + 2], bare[NODES * 2 + 2];  // without tags
    bool way[SEEN], bare_way[SEEN], relation[RELATIONS + 1];
    struct {
        uint8_t type;
        int64_t ref;
    } later[SEEN];  // members to look up at the end
    size_t later_count;
} seen;

static void see_node(seen *s, const sw_osm_entity *node)
{
    require(node->id > 0 && node->id < NODES * 2 + 2, "node id", NULL);
    for (size_t i = 0; i < s->w->box_count; i++)
        require(!in_box(&s->w->boxes[i], node->at), "node in a zone", NULL);
    if (s->w->grid_e7 > 0)
        require(node->at.lon_e7 % s->w->grid_e7 == 0 &&
                    node->at.lat_e7 % s->w->grid_e7 == 0,
                "node off the grid", NULL);
    s->at[node->id] = node->at;
    s->node[node->id] = true;
    s->bare[node->id] = node->tag_count == 0;
}

static bool see_ref(seen *s, int64_t ref)
{
    bool known = ref >= 0 && ref < NODES * 2 + 2 && s->node[ref];
    require(known || s->w->keep_missing, "reference to nothing", NULL);
    if (known) s->bare[ref] = false;
    return known;
}

static void see_way(seen *s, const sw_osm_entity *way, const int64_t *refs)
{
    require(way->ref_count >= 2, "a way without a segment", NULL);
    require(way->id > 0 && way->id < SEEN && !s->way[way->id], "way id", NULL);
    s->way[way->id] = true;
    s->bare_way[way->id] = way->tag_count == 0;
    bool before = see_ref(s, refs[0]);
    for (uint32_t i = 1; i < way->ref_count; i++) {
        bool known = see_ref(s, refs[i]);
        for (size_t z = 0; before && known && z < s->w->box_count; z++)
            require(
                !meets_box(&s->w->boxes[z], s->at[refs[i - 1]], s->at[refs[i]]),
                "segment meets a zone", NULL);
        before = known;
    }
}

static void see_relation(seen *s, const sw_osm_entity *relation,
                         const sw_osm_member *members)
{
    require(relation->ref_count > 0, "a relation without a member", NULL);
    require(relation->id > 0 && relation->id <= RELATIONS, "relation", NULL);
    s->relation[relation->id] = true;
    for (uint32_t i = 0; i < relation->ref_count; i++) {
        require(s->later_count < SEEN, "members", NULL);
        s->later[s->later_count].type = members[i].type;
        s->later[s->later_count++].ref = members[i].ref;
    }
}

static void see_members(seen *s)
{
    for (size_t i = 0; i < s->later_count; i++) {
        int64_t ref = s->later[i].ref;
        bool known = false;
        if (s->later[i].type == SW_OSM_NODE) {
            see_ref(s, ref);
            continue;
        }
        if (s->later[i].type == SW_OSM_WAY && ref >= 0 && ref < SEEN) {
            known = s->way[ref];
            s->bare_way[ref] = false;
        }
        if (s->later[i].type == SW_OSM_RELATION && ref >= 0 && ref <= RELATIONS)
            known = s->relation[ref];
        require(known || s->w->keep_missing, "member that is nothing", NULL);
    }
}

static void see_leftovers(const seen *s)
{
    for (size_t i = 0; i < NODES * 2 + 2; i++)
        require(!s->node[i] || !s->bare[i], "a leftover node", NULL);
    for (size_t i = 0; i < SEEN; i++)
        require(!s->way[i] || !s->bare_way[i], "a leftover way", NULL);
}

static void check_release(const world *w, const char *path, sw_pool *pool)
{
    static seen s;
    s = (seen){.w = w};
    sw_error err = {0};
    sw_osm_reader *in = NULL;
    const sw_osm_block *block;
    sw_step step;
    require(sw_osm_open(path, pool, NULL, &in, &err), "open", &err);
    while ((step = sw_osm_next(in, &block, &err)) == SW_STEP_ITEM) {
        for (size_t i = 0; i < block->count; i++) {
            const sw_osm_entity *one = &block->entities[i];
            if (block->type == SW_OSM_NODE) see_node(&s, one);
            if (block->type == SW_OSM_WAY)
                see_way(&s, one, block->refs + one->refs);
            if (block->type == SW_OSM_RELATION)
                see_relation(&s, one, block->members + one->refs);
        }
    }
    require(step == SW_STEP_END, "read", &err);
    sw_osm_close(in);
    see_members(&s);
    see_leftovers(&s);
}

/* ---- treating
 * ---------------------------------------------------------------- */

static sw_output *draft(void)
{
    sw_output *out = NULL;
    sw_error err = {0};
    require(sw_output_begin("/tmp/fuzz-treat.osm.pbf", &out, &err), "draft",
            &err);
    return out;
}

static sw_output *treated(const char *from, sw_pool *pool,
                          const sw_map_options *how)
{
    sw_output *out = draft();
    sw_error err = {0};
    require(sw_map_treat(from, out, pool, how, NULL, &err), "treat", &err);
    return out;
}

static void same(sw_output *a, sw_output *b, const char *what)
{
    sw_arena *arena = NULL;
    sw_error err = {0};
    sw_str one = {0}, two = {0};
    require(sw_arena_new(&arena, &err) &&
                sw_file_read(sw_output_draft(a), 1 << 24, arena, &one, &err) &&
                sw_file_read(sw_output_draft(b), 1 << 24, arena, &two, &err),
            "read back", &err);
    require(sw_str_eq(one, two), what, NULL);
    sw_arena_free(arena);
}

static void check(const world *w, const char *from, const sw_map_options *how)
{
    static sw_pool *one = NULL, *three = NULL;
    sw_error err = {0};
    if (one == NULL)
        require(sw_pool_new(1, &one, &err) && sw_pool_new(3, &three, &err),
                "threads", &err);

    sw_output *first = treated(from, one, how);
    sw_output *many = treated(from, three, how);
    sw_output *again = treated(sw_output_draft(first), one, how);
    same(first, many, "threads show");
    same(first, again, "treated again it differs");
    check_release(w, sw_output_draft(first), one);
    sw_output_discard(first);
    sw_output_discard(many);
    sw_output_discard(again);
}

static sw_tag_filter *make_filter(bool scope)
{
    static const sw_str strip[] = {{"ele", 3}}, names[] = {{"camp red", 8}},
                        admit[] = {
                            {"highway", 7}, {"a/building", 10}, {"r/type", 6}};
    sw_tag_filter *filter = NULL;
    sw_error err = {0};
    require(scope ? sw_map_scope_new(admit, 3, &filter, &err)
                  : sw_map_strip_new(strip, 1, names, 1, &filter, &err),
            "filter", &err);
    return filter;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static world w;
    w = (world){0};
    bytes from = {data, size};
    unsigned form = take(&from), boxes = take(&from) % (BOXES + 1);
    size_t counts[3] = {take(&from) % (NODES + 1), take(&from) % (WAYS + 1), 0};
    counts[2] = form % RELATIONS;
    take_boxes(&from, &w, boxes);
    take_nodes(&from, &w, (unsigned)counts[0]);
    take_ways(&from, &w, w.entities + counts[0], (unsigned)counts[1]);
    take_relations(&from, &w, w.entities + counts[0] + counts[1],
                   (unsigned)counts[2]);

    w.keep_missing = (form & 8) != 0;
    sw_map_options how = {.keep_missing = w.keep_missing,
                          .zones = make_zones(&w)};
    if ((form & 16) != 0) how.coarsen_scale = 300;
    if ((form & 32) != 0) how.strip = make_filter(false);
    if ((form & 64) != 0) how.scope = make_filter(true);
    if (how.coarsen_scale > 0) w.grid_e7 = sw_map_grid_e7(how.coarsen_scale);

    static sw_pool *pool = NULL;
    sw_error err = {0};
    if (pool == NULL) require(sw_pool_new(1, &pool, &err), "threads", &err);
    sw_output *input = draft();
    write_world(&w, counts, input, pool);
    check(&w, sw_output_draft(input), &how);
    sw_output_discard(input);

    sw_zones_free((sw_zones *)(uintptr_t)how.zones);
    sw_tag_filter_free((sw_tag_filter *)(uintptr_t)how.strip);
    sw_tag_filter_free((sw_tag_filter *)(uintptr_t)how.scope);
    return 0;
}
