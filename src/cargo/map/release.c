// The kept part of each block, made on pool threads from the tables.
//
// A released block borrows the strings of its source block: the encoder makes
// tables of its own from the strings that are in use. All else is new: only
// what the tables say stays is copied, so nothing has to be taken away.
#include "map_internal.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    const sw_map__projection *projection;
    const sw_osm_block *source;
    sw_map__view view;
    sw_osm_block *out;
    sw_osm_entity *entities;
    sw_osm_info *infos;  // NULL: none
    sw_osm_tag *tags;    // NULL: no filter, so the source's own are used
    int64_t *refs;
    size_t tag_count, ref_count;
} draft;

static size_t count_tags(const sw_osm_block *block)
{
    size_t count = 0;
    for (size_t i = 0; i < block->count; i++)
        count += block->entities[i].tag_count;
    return count;
}

static bool draft_open(draft *d, const sw_map__projection *projection,
                       const sw_osm_block *source, size_t entities, size_t refs,
                       sw_arena *arena, sw_error *err)
{
    const sw_map_options *how = projection->judge.how;
    bool filtered = how->strip != NULL || how->scope != NULL;
    bool info = source->infos != NULL && !how->strip_metadata;
    *d = (draft){
        .projection = projection,
        .source = source,
        .out = SW_NEW(arena, sw_osm_block),
        .entities = SW_NEW_ARRAY(arena, sw_osm_entity, entities),
        .infos = info ? SW_NEW_ARRAY(arena, sw_osm_info, entities) : NULL,
        .tags = filtered ? SW_NEW_ARRAY(arena, sw_osm_tag, count_tags(source))
                         : NULL,
        .refs = SW_NEW_ARRAY(arena, int64_t, refs),
    };
    if (d->out == NULL || d->entities == NULL || d->refs == NULL ||
        (info && d->infos == NULL) || (filtered && d->tags == NULL))
        return sw_fail_memory(err);

    *d->out = (sw_osm_block){
        .type = source->type,
        .entities = d->entities,
        .infos = d->infos,
        .tags = filtered ? d->tags : source->tags,
        .refs = d->refs,
        .string_count = source->string_count,
        .strings = source->strings,
        .blob = source->blob,
    };
    return sw_map__view_open(&d->view, how, source, arena, err);
}

static bool draft_end(const draft *d, void **result, sw_error *err)
{
    if (d->view.failed) return sw_fail_memory(err);
    *result = d->out;
    return true;
}

// The entity with the tags that are left of it; its references are to be added.
static sw_osm_entity strip(draft *d, const sw_osm_entity *from)
{
    sw_osm_entity out = *from;
    if (d->tags == NULL) return out;

    out.tags = (uint32_t)d->tag_count;
    out.tag_count = 0;
    if (!sw_map__view_admits(&d->view, from)) return out;
    for (uint32_t i = 0; i < from->tag_count; i++) {
        sw_osm_tag tag = d->source->tags[from->tags + i];
        if (sw_map__view_has(&d->view, tag)) d->tags[d->tag_count++] = tag;
    }
    out.tag_count = (uint32_t)d->tag_count - out.tags;
    return out;
}

static void put(draft *d, size_t source_index, sw_osm_entity entity)
{
    size_t at = d->out->count++;
    d->entities[at] = entity;
    if (d->infos == NULL) return;
    d->infos[at] = d->source->infos[source_index];
    d->infos[at].user = sw_map__view_text(&d->view, d->infos[at].user);
}

/* ---- nodes ------------------------------------------------------------- */

bool sw_map__release_nodes(void *ctx, const sw_osm_block *block,
                           sw_arena *arena, void **result, sw_error *err)
{
    const sw_map__projection *projection = ctx;
    const sw_map__nodes *nodes = &projection->nodes;
    uint32_t rank;
    draft d;
    if (!sw_map__first_rank(&nodes->ids, block, &rank, err) ||
        !draft_open(&d, projection, block, block->count, 0, arena, err))
        return false;

    for (size_t i = 0; i < block->count; i++, rank++) {
        if (!sw_map__nodes_kept(nodes, rank)) continue;
        sw_osm_entity node = strip(&d, &block->entities[i]);
        node.at = sw_map__snap(node.at, projection->judge.grid_e7);
        put(&d, i, node);
    }
    return draft_end(&d, result, err);
}

/* ---- ways -------------------------------------------------------------- */

// Appends a run's references; nodes that became one are written once.
static void put_run(draft *d, const sw_osm_entity *from,
                    const sw_map__cutter *cutter, sw_map__run run,
                    sw_osm_entity *to)
{
    const sw_map__nodes *nodes = &d->projection->nodes;
    const int64_t *refs = d->source->refs + from->refs;
    uint32_t before = SW_MAP__NONE;
    to->refs = (uint32_t)d->ref_count;
    for (size_t n = 0; n < run.count; n++) {
        size_t at = sw_map__run_at(run, n, from->ref_count);
        uint32_t rank = cutter->ranks[at];
        int64_t ref = refs[at];
        if (nodes->joined != NULL && rank != SW_MAP__NONE) {
            rank = sw_map__joined(nodes, rank);
            if (rank == before) continue;
            ref = sw_map__ids_at(&nodes->ids, rank);
        }
        before = rank;
        d->refs[d->ref_count++] = ref;
    }
    to->ref_count = (uint32_t)d->ref_count - to->refs;
}

static void put_whole(draft *d, const sw_osm_entity *from, sw_osm_entity *to)
{
    to->refs = (uint32_t)d->ref_count;
    if (from->ref_count == 0) return;
    memcpy(d->refs + d->ref_count, d->source->refs + from->refs,
           from->ref_count * sizeof *d->refs);
    d->ref_count += from->ref_count;
}

// Cuts a way again, as the survey did; no area is cut.
static bool cut_again(const sw_map__projection *projection,
                      const sw_osm_block *block, size_t index, uint32_t rank,
                      sw_map__cutter *cutter, sw_error *err)
{
    const sw_osm_entity *way = &block->entities[index];
    sw_map__fate before =
        (sw_map__fate)(projection->ways.states[rank] & SW_MAP__FATE);
    sw_map__fate fate = sw_map__cut(&projection->judge, block->refs + way->refs,
                                    way->ref_count, false, cutter);
    if (fate != before) return sw_map__changed(err);
    if (fate != SW_MAP__CUT) return true;
    if (projection->judge.grid_e7 != 0)
        sw_map__drop_collapsed(cutter, way->ref_count);

    const sw_map__held_way *held =
        sw_map__held_find(&projection->ways.held, rank);
    return held->run_count == cutter->run_count || sw_map__changed(err);
}

static size_t count_refs(const sw_osm_block *block)
{
    size_t count = 0;
    for (size_t i = 0; i < block->count; i++)
        count += block->entities[i].ref_count;
    return count;
}

bool sw_map__release_ways(void *ctx, const sw_osm_block *block, sw_arena *arena,
                          void **result, sw_error *err)
{
    const sw_map__projection *projection = ctx;
    const sw_map__ways *ways = &projection->ways;
    uint32_t rank;
    draft d;
    sw_map__cutter cutter;
    if (!sw_map__first_rank(&ways->ids, block, &rank, err) ||
        !draft_open(&d, projection, block, block->count, count_refs(block),
                    arena, err) ||
        !sw_map__cutter_open(&cutter, block, arena, err))
        return false;

    bool coarsen = projection->judge.grid_e7 != 0;
    for (size_t i = 0; i < block->count; i++, rank++) {
        if (!sw_map__way_kept(ways->states[rank])) continue;
        const sw_osm_entity *from = &block->entities[i];
        sw_osm_entity way = strip(&d, from);
        if ((ways->states[rank] & SW_MAP__FATE) == SW_MAP__CUT || coarsen) {
            if (!cut_again(projection, block, i, rank, &cutter, err))
                return false;
            put_run(&d, from, &cutter, cutter.runs[0], &way);
        } else {
            put_whole(&d, from, &way);
        }
        put(&d, i, way);
    }
    return draft_end(&d, result, err);
}

// The way's runs if some have new ids, else NULL.
static const sw_map__held_way *split_way(const sw_map__ways *ways,
                                         uint32_t rank)
{
    uint8_t state = ways->states[rank];
    if ((state & SW_MAP__FATE) != SW_MAP__CUT || !sw_map__way_kept(state))
        return NULL;
    const sw_map__held_way *held = sw_map__held_find(&ways->held, rank);
    return held->run_count > 1 ? held : NULL;
}

static size_t count_further(const sw_map__ways *ways, uint32_t rank,
                            size_t count)
{
    size_t further = 0;
    for (size_t i = 0; i < count; i++, rank++) {
        const sw_map__held_way *held = split_way(ways, rank);
        if (held != NULL) further += held->run_count - 1;
    }
    return further;
}

bool sw_map__release_further(void *ctx, const sw_osm_block *block,
                             sw_arena *arena, void **result, sw_error *err)
{
    const sw_map__projection *projection = ctx;
    const sw_map__ways *ways = &projection->ways;
    uint32_t rank;
    draft d;
    sw_map__cutter cutter;
    if (!sw_map__first_rank(&ways->ids, block, &rank, err)) return false;
    size_t further = count_further(ways, rank, block->count);
    size_t refs = further > 0 ? count_refs(block) : 0;
    if (!draft_open(&d, projection, block, further, refs, arena, err))
        return false;
    if (further == 0) return draft_end(&d, result, err);
    if (!sw_map__cutter_open(&cutter, block, arena, err)) return false;

    for (size_t i = 0; i < block->count; i++, rank++) {
        const sw_map__held_way *held = split_way(ways, rank);
        if (held == NULL) continue;
        if (!cut_again(projection, block, i, rank, &cutter, err)) return false;
        sw_osm_entity way = strip(&d, &block->entities[i]);
        for (uint32_t n = 1; n < held->run_count; n++) {
            way.id = held->further_id + (int64_t)n - 1;
            put_run(&d, &block->entities[i], &cutter, cutter.runs[n], &way);
            put(&d, i, way);
        }
    }
    return draft_end(&d, result, err);
}

/* ---- relations --------------------------------------------------------- */

typedef struct {
    draft d;
    sw_map__court court;
    sw_osm_member *members;
    size_t member_count;
} relation_draft;

static void put_runs(relation_draft *r, uint32_t relation,
                     const sw_map__member *member, sw_osm_member to)
{
    const sw_map__held_way *held =
        sw_map__held_find(&r->court.ways->held, member->rank);
    for (uint32_t n = 0; n < held->run_count; n++) {
        if (!sw_map__run_stays(&r->court, relation, member, n)) continue;
        if (n > 0) to.ref = held->further_id + (int64_t)n - 1;
        r->members[r->member_count++] = to;
    }
}

static void put_member(relation_draft *r, uint32_t relation,
                       const sw_map__member *member, sw_osm_member to)
{
    const sw_map__nodes *nodes = r->court.nodes;
    to.role = sw_map__view_text(&r->d.view, to.role);
    switch (sw_map__member_left(&r->court, relation, member)) {
    case SW_MAP__OUT: break;
    case SW_MAP__RUNS: put_runs(r, relation, member, to); break;
    case SW_MAP__STAYS:
        if (member->type == SW_OSM_NODE && member->rank != SW_MAP__NONE &&
            nodes->joined != NULL)
            to.ref = sw_map__ids_at(&nodes->ids,
                                    sw_map__joined(nodes, member->rank));
        r->members[r->member_count++] = to;
        break;
    }
}

static bool put_relation(relation_draft *r, size_t index, uint32_t rank,
                         sw_error *err)
{
    const sw_map__relations *all = r->court.relations;
    const sw_osm_entity *from = &r->d.source->entities[index];
    const sw_osm_member *members = r->d.source->members + from->refs;
    const sw_map__member *known = all->members + all->firsts[rank];
    if (!sw_map__court_open(&r->court, rank, err)) return false;

    sw_osm_entity relation = strip(&r->d, from);
    relation.refs = (uint32_t)r->member_count;
    for (size_t i = 0; i < from->ref_count; i++) {
        if (known[i].type != members[i].type) return sw_map__changed(err);
        put_member(r, rank, &known[i], members[i]);
    }
    relation.ref_count = (uint32_t)r->member_count - relation.refs;
    put(&r->d, index, relation);
    return true;
}

// Members of the kept relations of a block, each run of a way counted.
static bool count_members(const sw_map__projection *projection,
                          const sw_osm_block *block, uint32_t rank, size_t *out,
                          sw_error *err)
{
    const sw_map__relations *all = &projection->relations;
    size_t count = 0;
    for (size_t i = 0; i < block->count; i++, rank++) {
        size_t first = all->firsts[rank], end = all->firsts[rank + 1];
        if (end - first != block->entities[i].ref_count)
            return sw_map__changed(err);
        if (all->kept[rank] == 0) continue;
        for (size_t m = first; m < end; m++) {
            const sw_map__member *member = &all->members[m];
            const sw_map__held_way *held =
                member->type == SW_OSM_WAY
                    ? sw_map__held_find(&projection->ways.held, member->rank)
                    : NULL;
            count += held != NULL ? held->run_count : 1;
        }
    }
    if (count > UINT32_MAX) return sw_fail_memory(err);
    *out = count;
    return true;
}

static bool put_relations(relation_draft *r, uint32_t rank, sw_error *err)
{
    const sw_osm_block *block = r->d.source;
    for (size_t i = 0; i < block->count; i++, rank++) {
        if (r->court.relations->kept[rank] == 0) continue;
        if (!put_relation(r, i, rank, err)) return false;
    }
    return true;
}

bool sw_map__release_relations(void *ctx, const sw_osm_block *block,
                               sw_arena *arena, void **result, sw_error *err)
{
    const sw_map__projection *projection = ctx;
    uint32_t rank;
    size_t members = 0;
    relation_draft r = {
        .court = {.nodes = &projection->nodes,
                  .ways = &projection->ways,
                  .relations = &projection->relations,
                  .keep_missing = projection->judge.how->keep_missing}};
    if (!sw_map__first_rank(&projection->relations.ids, block, &rank, err) ||
        !count_members(projection, block, rank, &members, err) ||
        !draft_open(&r.d, projection, block, block->count, 0, arena, err))
        return false;
    r.members = SW_NEW_ARRAY(arena, sw_osm_member, members);
    if (r.members == NULL) return sw_fail_memory(err);

    r.d.out->members = r.members;
    bool ok = put_relations(&r, rank, err);
    free(r.court.room);
    return ok && draft_end(&r.d, result, err);
}
