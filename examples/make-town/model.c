// Entities in growing columns with interned strings: the form that the writer
// takes, so a town of any size is written without another copy.
#include "town.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double METRES_PER_DEGREE = 111320;
static const double PI = 3.14159265358979323846;

static void *grow(void *at, size_t *cap, size_t need, size_t size)
{
    if (need <= *cap) return at;
    *cap = need * 2 > 1024 ? need * 2 : 1024;
    at = realloc(at, *cap * size);
    if (at == NULL) {
        fputs("make-town: out of memory\n", stderr);
        exit(4);
    }
    return at;
}

uint64_t town_random(town *t)
{
    uint64_t z = t->random += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

double town_range(town *t, double low, double high)
{
    return low + (high - low) * (double)(town_random(t) >> 11) * 0x1p-53;
}

bool town_chance(town *t, double p)
{
    return town_range(t, 0, 1) < p;
}

// The index of a string in the table; FNV-1a over open addressing.
static uint32_t intern(town *t, const char *text)
{
    if (t->string_count * 2 >= t->slot_count) {
        uint32_t count = t->slot_count == 0 ? 4096 : t->slot_count * 2;
        free(t->string_slots);
        t->string_slots = calloc(count, sizeof *t->string_slots);
        if (t->string_slots == NULL) exit(4);
        t->slot_count = count;
        uint32_t known = t->string_count;
        t->string_count = 0;
        for (uint32_t i = 0; i < known; i++)
            intern(t, t->strings[i].at);
    }
    uint64_t hash = 0xcbf29ce484222325;
    for (const char *c = text; *c != 0; c++) {
        hash = (hash ^ (uint8_t)*c) * 0x100000001b3;
    }
    uint32_t slot = (uint32_t)(hash >> 20) & (t->slot_count - 1);
    for (; t->string_slots[slot] != 0;
         slot = (slot + 1) & (t->slot_count - 1)) {
        uint32_t found = t->string_slots[slot] - 1;
        if (strcmp(t->strings[found].at, text) == 0) return found;
    }

    size_t cap = t->string_cap;
    t->strings =
        grow(t->strings, &cap, t->string_count + 1u, sizeof *t->strings);
    t->string_cap = (uint32_t)cap;
    sw_str copy = sw_str_of(text);
    bool ours = t->string_count < t->string_cap &&
                t->strings[t->string_count].at == text;  // being rehashed
    if (!ours && !sw_arena_str(t->arena, sw_str_of(text), &copy)) exit(4);
    t->strings[t->string_count] = copy;
    t->string_slots[slot] = ++t->string_count;
    return t->string_count - 1;
}

town *town_new(uint64_t seed, double size)
{
    sw_error err;
    town *t = calloc(1, sizeof *t);
    if (t == NULL || !sw_arena_new(&t->arena, &err)) exit(4);
    t->random = seed * 0x9e3779b97f4a7c15 + 1;
    t->size = size;
    t->lon0 = 124.55;  // open sea: nobody's town
    t->lat0 = 36.15;
    t->metres_per_lon = METRES_PER_DEGREE * cos(t->lat0 * PI / 180);
    intern(t, "");
    return t;
}

static void free_column(columns *c)
{
    free(c->entities);
    free(c->infos);
}

void town_free(town *t)
{
    free_column(&t->nodes);
    free_column(&t->ways);
    free_column(&t->relations);
    free(t->tags);
    free(t->refs);
    free(t->members);
    free(t->strings);
    free(t->string_slots);
    free(t->sites);
    free(t->crossings);
    sw_arena_free(t->arena);
    free(t);
}

sw_location town_location(const town *t, spot at)
{
    return (sw_location){
        .lon_e7 = (int32_t)lround((t->lon0 + at.x / t->metres_per_lon) * 1e7),
        .lat_e7 = (int32_t)lround((t->lat0 + at.y / METRES_PER_DEGREE) * 1e7)};
}

// Mappers of the town; one of them should have chosen another name.
static const char *const users[] = {"haneul_mapper", "지도사랑",
                                    "mapkim",        "sea_of_streets",
                                    "한빛부대_병장", "survey_bot"};

static sw_osm_entity *add(town *t, columns *c, int64_t base)
{
    size_t cap = c->cap;
    c->entities = grow(c->entities, &cap, c->count + 1, sizeof *c->entities);
    cap = c->cap;
    c->infos = grow(c->infos, &cap, c->count + 1, sizeof *c->infos);
    c->cap = cap;

    uint64_t dice = town_random(t);
    size_t who = dice % 97 == 0 ? 4 : (dice >> 8) % 4;
    c->infos[c->count] = (sw_osm_info){
        .version = 1 + (int32_t)((dice >> 16) % 5),
        .uid = 1000 + (int32_t)who,
        .timestamp_s = 1600000000 + (int64_t)((dice >> 24) % 150000000),
        .changeset = 90000000 + (int64_t)((dice >> 32) % 9000000),
        .user = intern(t, users[who]),
    };
    sw_osm_entity *e = &c->entities[c->count];
    *e = (sw_osm_entity){.id = base + (int64_t)c->count + 1,
                         .tags = (uint32_t)t->tag_count};
    c->count++;
    t->newest = c;  // the one that tags go to
    return e;
}

int64_t town_node(town *t, spot at)
{
    sw_osm_entity *e = add(t, &t->nodes, t->node_base);
    e->at = town_location(t, at);
    return e->id;
}

void town_tag(town *t, const char *key, const char *value)
{
    sw_osm_entity *e = &t->newest->entities[t->newest->count - 1];
    t->tags = grow(t->tags, &t->tag_cap, t->tag_count + 1, sizeof *t->tags);
    uint32_t k = intern(t, key), v = intern(t, value);
    t->tags[t->tag_count++] = (sw_osm_tag){k, v};
    e->tag_count++;
}

void town_tagf(town *t, const char *key, const char *fmt, ...)
{
    char text[256];
    va_list list;
    va_start(list, fmt);
    vsnprintf(text, sizeof text, fmt, list);
    va_end(list);
    town_tag(t, key, text);
}

int64_t town_way(town *t, const int64_t *refs, size_t count)
{
    sw_osm_entity *e = add(t, &t->ways, t->way_base);
    t->refs = grow(t->refs, &t->ref_cap, t->ref_count + count, sizeof *t->refs);
    memcpy(t->refs + t->ref_count, refs, count * sizeof *refs);
    e->refs = (uint32_t)t->ref_count;
    e->ref_count = (uint32_t)count;
    t->ref_count += count;
    return e->id;
}

static int64_t add_path(town *t, const spot *corners, size_t count, bool closed)
{
    int64_t refs[512];
    if (count > 511) abort();
    for (size_t i = 0; i < count; i++)
        refs[i] = town_node(t, corners[i]);
    if (closed) refs[count++] = refs[0];
    return town_way(t, refs, count);
}

int64_t town_ring(town *t, const spot *corners, size_t count)
{
    return add_path(t, corners, count, true);
}

int64_t town_line(town *t, const spot *corners, size_t count)
{
    return add_path(t, corners, count, false);
}

int64_t town_relation(town *t, const char *type)
{
    sw_osm_entity *e = add(t, &t->relations, t->relation_base);
    e->refs = (uint32_t)t->member_count;
    int64_t id = e->id;
    town_tag(t, "type", type);
    return id;
}

void town_member(town *t, sw_osm_type type, int64_t ref, const char *role)
{
    t->members = grow(t->members, &t->member_cap, t->member_count + 1,
                      sizeof *t->members);
    t->members[t->member_count++] = (sw_osm_member){
        .ref = ref, .role = intern(t, role), .type = (uint8_t)type};
    t->relations.entities[t->relations.count - 1].ref_count++;
}

sw_osm_block town_block(const town *t, sw_osm_type type)
{
    const columns *c = type == SW_OSM_NODE  ? &t->nodes
                       : type == SW_OSM_WAY ? &t->ways
                                            : &t->relations;
    return (sw_osm_block){
        .type = type,
        .count = c->count,
        .entities = c->entities,
        .infos = c->infos,
        .tags = t->tags,
        .refs = t->refs,
        .members = t->members,
        .string_count = t->string_count,
        .strings = t->strings,
    };
}
