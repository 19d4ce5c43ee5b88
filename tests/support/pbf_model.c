#include "pbf_model.h"

#include <stdlib.h>
#include <string.h>

static void *get(sw_arena *arena, size_t count, size_t size)
{
    void *at = sw_arena_calloc(arena, count, size);
    if (at == NULL) abort();
    return at;
}

/* ---- random maps ----------------------------------------------------- */

typedef struct {
    sw_arena *arena;
    const pbf_random *how;
    uint64_t state;
} maker;

static uint64_t next(maker *m)
{
    m->state ^= m->state << 13;
    m->state ^= m->state >> 7;
    m->state ^= m->state << 17;
    return m->state * UINT64_C(0x2545f4914f6cdd1d);
}

static uint64_t below(maker *m, uint64_t limit)
{
    return next(m) % limit;
}

static bool one_in(maker *m, uint64_t n)
{
    return below(m, n) == 0;
}

static sw_str random_string(maker *m)
{
    static const char *const words[] = {
        "highway", "residential", "name",    "서울특별시", "building",
        "yes",     "ele",         "natural", "water",      "ref"};
    if (m->how->odd_strings && one_in(m, 8)) {
        switch (below(m, 4)) {
        case 0: return SW_STR("");
        case 1: return SW_STR("\xff\xfe\x80 no UTF-8");
        case 2: return SW_STR("tab\tline\nquote\"\\");
        default: {
            char *at = get(m->arena, 400, 1);
            memset(at, 'a' + (int)below(m, 3), 400);
            return (sw_str){at, 200 + below(m, 200)};
        }
        }
    }
    if (one_in(m, 3)) {
        return sw_arena_printf(m->arena, "%s %u", words[below(m, 10)],
                               (unsigned)below(m, 1000));
    }
    return sw_str_of(words[below(m, 10)]);
}

static void random_tags(maker *m, pbf_entity *out)
{
    size_t count = one_in(m, 2) ? 0 : below(m, 6);
    pbf_tag *tags = get(m->arena, count, sizeof *tags);
    for (size_t i = 0; i < count; i++)
        tags[i] = (pbf_tag){random_string(m), random_string(m)};
    out->tags = tags;
    out->tag_count = count;
}

static bool lacks(maker *m)
{
    return m->how->some_info && one_in(m, 3);
}

static void random_info(maker *m, pbf_entity *out)
{
    out->info = (pbf_info)PBF_NO_INFO;
    if (m->how->no_info || lacks(m)) return;
    if (!lacks(m)) out->info.version = 1 + (int32_t)below(m, 40);
    if (!lacks(m)) out->info.timestamp_s = 1000000000 + (int64_t)below(m, 1e9);
    if (!lacks(m)) out->info.changeset = 1 + (int64_t)below(m, 4000000000);
    if (!lacks(m)) out->info.uid = 1 + (int32_t)below(m, 2000000);
    if (!lacks(m)) out->info.user = random_string(m);
}

static int64_t random_ref(maker *m)
{
    int64_t ref = 1 + (int64_t)below(m, 2 * m->how->nodes + 10);
    if (m->how->odd_numbers && one_in(m, 10)) return -ref;
    if (m->how->odd_numbers && one_in(m, 20))
        return (one_in(m, 2) ? 1 : -1) * ((INT64_C(1) << 62) - 1);
    return ref;
}

static void random_refs(maker *m, pbf_entity *out)
{
    size_t count = below(m, 20);
    int64_t *refs = get(m->arena, count, sizeof *refs);
    for (size_t i = 0; i < count; i++)
        refs[i] = random_ref(m);
    out->refs = refs;
    out->ref_count = count;
}

static void random_members(maker *m, pbf_entity *out)
{
    size_t count = below(m, 12);
    pbf_member *members = get(m->arena, count, sizeof *members);
    for (size_t i = 0; i < count; i++) {
        members[i] = (pbf_member){
            .type = (sw_osm_type)below(m, 3),
            .ref = random_ref(m),
            .role = one_in(m, 2) ? SW_STR("") : random_string(m),
        };
    }
    out->members = members;
    out->member_count = count;
}

static int32_t random_degrees(maker *m, int32_t limit)
{
    int32_t step = m->how->step_e7 > 0 ? m->how->step_e7 : 1;
    if (m->how->odd_numbers && one_in(m, 10))
        return one_in(m, 2) ? -(limit / step * step) : limit / step * step;
    return (int32_t)below(m, (uint64_t)(limit / step)) * step;
}

// Ids grow by one or a random step; with odd numbers they begin at 0, run
// through negative ones by magnitude, and end at the largest.
static int64_t next_id(maker *m, int64_t before, bool first, bool last)
{
    int64_t step = one_in(m, 2) ? 1 : 1 + (int64_t)below(m, 1000);
    if (!m->how->odd_numbers) return first ? 1 : before + step;
    if (first) return 0;
    if (last) return (INT64_C(1) << 62) - 1;
    if (before > 0) return before + step;
    return one_in(m, 10) ? step : before - step;
}

static void random_entities(maker *m, sw_osm_type type, size_t count,
                            pbf_entity *out)
{
    int64_t id = 0;
    for (size_t i = 0; i < count; i++) {
        pbf_entity *e = &out[i];
        id = next_id(m, id, i == 0, i > 0 && i + 1 == count);
        e->type = type;
        e->id = id;
        random_tags(m, e);
        random_info(m, e);
        if (type == SW_OSM_NODE) {
            e->at.lon_e7 = random_degrees(m, 1800000000);
            e->at.lat_e7 = random_degrees(m, 900000000);
        }
        if (type == SW_OSM_WAY) random_refs(m, e);
        if (type == SW_OSM_RELATION) random_members(m, e);
    }
}

pbf_model pbf_random_map(sw_arena *arena, const pbf_random *how)
{
    maker m = {arena, how, how->seed * 2 + UINT64_C(88172645463325252)};
    size_t count = how->nodes + how->ways + how->relations;
    pbf_entity *entities = get(arena, count, sizeof *entities);
    random_entities(&m, SW_OSM_NODE, how->nodes, entities);
    random_entities(&m, SW_OSM_WAY, how->ways, entities + how->nodes);
    random_entities(&m, SW_OSM_RELATION, how->relations,
                    entities + how->nodes + how->ways);
    return (pbf_model){entities, count};
}

/* ---- reading back ---------------------------------------------------- */

static sw_str copy_string(sw_arena *arena, const sw_osm_block *block,
                          uint32_t index)
{
    sw_str copy;
    if (index >= block->string_count) abort();
    if (!sw_arena_str(arena, block->strings[index], &copy)) abort();
    return copy;
}

static pbf_info copy_info(sw_arena *arena, const sw_osm_block *block, size_t i)
{
    if (block->infos == NULL) return (pbf_info)PBF_NO_INFO;
    const sw_osm_info *info = &block->infos[i];
    return (pbf_info){
        .version = info->version,
        .uid = info->uid,
        .timestamp_s = info->timestamp_s,
        .changeset = info->changeset,
        .user = copy_string(arena, block, info->user),
    };
}

static void copy_tags(sw_arena *arena, const sw_osm_block *block,
                      const sw_osm_entity *from, pbf_entity *out)
{
    pbf_tag *tags = get(arena, from->tag_count, sizeof *tags);
    for (uint32_t k = 0; k < from->tag_count; k++) {
        const sw_osm_tag *tag = &block->tags[from->tags + k];
        tags[k] = (pbf_tag){copy_string(arena, block, tag->key),
                            copy_string(arena, block, tag->value)};
    }
    out->tags = tags;
    out->tag_count = from->tag_count;
}

static void copy_refs(sw_arena *arena, const sw_osm_block *block,
                      const sw_osm_entity *from, pbf_entity *out)
{
    int64_t *refs = get(arena, from->ref_count, sizeof *refs);
    for (uint32_t k = 0; k < from->ref_count; k++)
        refs[k] = block->refs[from->refs + k];
    out->refs = refs;
    out->ref_count = from->ref_count;
}

static void copy_members(sw_arena *arena, const sw_osm_block *block,
                         const sw_osm_entity *from, pbf_entity *out)
{
    pbf_member *members = get(arena, from->ref_count, sizeof *members);
    for (uint32_t k = 0; k < from->ref_count; k++) {
        const sw_osm_member *member = &block->members[from->refs + k];
        members[k] = (pbf_member){(sw_osm_type)member->type, member->ref,
                                  copy_string(arena, block, member->role)};
    }
    out->members = members;
    out->member_count = from->ref_count;
}

static void copy_block(sw_arena *arena, const sw_osm_block *block,
                       pbf_entity *out)
{
    for (size_t i = 0; i < block->count; i++) {
        const sw_osm_entity *from = &block->entities[i];
        out[i] = (pbf_entity){.type = block->type,
                              .id = from->id,
                              .at = from->at,
                              .info = copy_info(arena, block, i)};
        copy_tags(arena, block, from, &out[i]);
        if (block->type == SW_OSM_WAY) copy_refs(arena, block, from, &out[i]);
        if (block->type == SW_OSM_RELATION)
            copy_members(arena, block, from, &out[i]);
    }
}

bool pbf_read_on(sw_osm_reader *reader, sw_arena *arena, pbf_model *out,
                 sw_error *err)
{
    size_t room = 0, count = 0;
    pbf_entity *entities = NULL;
    const sw_osm_block *block;
    sw_step step;
    while ((step = sw_osm_next(reader, &block, err)) == SW_STEP_ITEM) {
        if (room - count < block->count) {
            room = 2 * (count + block->count);
            pbf_entity *more = get(arena, room, sizeof *more);
            if (count > 0) memcpy(more, entities, count * sizeof *more);
            entities = more;
        }
        copy_block(arena, block, entities + count);
        count += block->count;
    }
    *out = (pbf_model){entities, count};
    return step == SW_STEP_END;
}

bool pbf_read(const char *path, sw_pool *pool,
              const sw_osm_read_options *options, sw_arena *arena,
              pbf_model *out, sw_error *err)
{
    sw_osm_reader *reader;
    if (!sw_osm_open(path, pool, options, &reader, err)) return false;
    bool ok = pbf_read_on(reader, arena, out, err);
    sw_osm_close(reader);
    return ok;
}

/* ---- comparing ------------------------------------------------------- */

static bool same_tags(const pbf_entity *a, const pbf_entity *b)
{
    if (a->tag_count != b->tag_count) return false;
    for (size_t i = 0; i < a->tag_count; i++) {
        if (!sw_str_eq(a->tags[i].key, b->tags[i].key) ||
            !sw_str_eq(a->tags[i].value, b->tags[i].value))
            return false;
    }
    return true;
}

static bool same_refs(const pbf_entity *a, const pbf_entity *b)
{
    return a->ref_count == b->ref_count &&
           (a->ref_count == 0 ||
            memcmp(a->refs, b->refs, a->ref_count * sizeof *a->refs) == 0);
}

static bool same_members(const pbf_entity *a, const pbf_entity *b)
{
    if (a->member_count != b->member_count) return false;
    for (size_t i = 0; i < a->member_count; i++) {
        const pbf_member *x = &a->members[i], *y = &b->members[i];
        if (x->type != y->type || x->ref != y->ref ||
            !sw_str_eq(x->role, y->role))
            return false;
    }
    return true;
}

static bool same_info(const pbf_info *a, const pbf_info *b)
{
    return a->version == b->version && a->uid == b->uid &&
           a->timestamp_s == b->timestamp_s && a->changeset == b->changeset &&
           sw_str_eq(a->user, b->user) && a->deleted == b->deleted;
}

static bool same_entity(const pbf_entity *a, const pbf_entity *b)
{
    return a->type == b->type && a->id == b->id &&
           a->at.lon_e7 == b->at.lon_e7 && a->at.lat_e7 == b->at.lat_e7 &&
           same_tags(a, b) && same_refs(a, b) && same_members(a, b) &&
           same_info(&a->info, &b->info);
}

size_t pbf_first_difference(const pbf_model *a, const pbf_model *b)
{
    size_t count = a->count < b->count ? a->count : b->count;
    for (size_t i = 0; i < count; i++) {
        if (!same_entity(&a->entities[i], &b->entities[i])) return i;
    }
    return a->count == b->count ? SIZE_MAX : count;
}
