// Reading the input into the tables: nodes, then ways, then relations.
//
// Pool threads judge each block as soon as it is decoded; this thread appends
// what they found, in the order of the file. Nodes that tagged ways refer to
// are marked at once; for ways without tags the relations decide first.
#include "map_internal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

bool sw_map__sweep(sw_osm_reader *in, const sw_map__pass *pass,
                   const sw_progress *progress, sw_error *err)
{
    if (!sw_osm_rewind(in, &pass->read, err)) return false;

    const sw_osm_block *block;
    sw_step step;
    while ((step = sw_osm_next(in, &block, err)) == SW_STEP_ITEM) {
        if (!pass->take(pass->ctx, block, sw_osm_result(in), err)) return false;
        sw_progress_tell(progress, pass->stage, sw_osm_offset(in),
                         sw_osm_size(in));
    }
    return step == SW_STEP_END;
}

bool sw_map__changed(sw_error *err)
{
    return sw_fail(err, SW_ERR_INPUT, "the file changed while it was read");
}

bool sw_map__first_rank(const sw_map__ids *ids, const sw_osm_block *block,
                        uint32_t *rank, sw_error *err)
{
    *rank = 0;
    if (block->count == 0) return true;
    const sw_osm_entity *last = &block->entities[block->count - 1];
    *rank = sw_map__ids_find(ids, block->entities[0].id);
    uint32_t end = sw_map__ids_find(ids, last->id);
    if (*rank == SW_MAP__NONE || end == SW_MAP__NONE || end < *rank ||
        end - *rank != block->count - 1)
        return sw_map__changed(err);
    return true;
}

/* ---- nodes ------------------------------------------------------------- */

static bool judge_nodes(void *ctx, const sw_osm_block *block, sw_arena *arena,
                        void **result, sw_error *err)
{
    const sw_map__projection *projection = ctx;
    const sw_map__judge *judge = &projection->judge;
    sw_map__view view;
    if (!sw_map__view_open(&view, judge->how, block, arena, err)) return false;
    uint8_t *bits = sw_arena_calloc(arena, block->count, 1);
    if (bits == NULL) return sw_fail_memory(err);

    for (size_t i = 0; i < block->count; i++) {
        const sw_osm_entity *node = &block->entities[i];
        if (sw_map__node_restricted(judge->how, judge->grid_e7, node->at))
            bits[i] = SW_MAP__RESTRICTED;
        else if (node->tag_count > 0 && sw_map__view_tagged(&view, node))
            bits[i] = SW_MAP__TAGGED;
    }
    *result = bits;
    return !view.failed || sw_fail_memory(err);
}

static bool take_nodes(void *ctx, const sw_osm_block *block, void *result,
                       sw_error *err)
{
    sw_map__projection *projection = ctx;
    return sw_map__nodes_add(&projection->nodes, block, result, err);
}

/* ---- ways -------------------------------------------------------------- */

// Room for the findings. A way's runs take at most a word for their number and
// two for each reference: a run has two references or more.
static bool findings_new(const sw_osm_block *block, bool joins, sw_arena *arena,
                         sw_map__way_findings **out, sw_error *err)
{
    size_t refs = 0;
    for (size_t i = 0; i < block->count; i++)
        refs += block->entities[i].ref_count;

    sw_map__way_findings *found = SW_NEW(arena, sw_map__way_findings);
    if (found == NULL) return sw_fail_memory(err);
    *found = (sw_map__way_findings){
        .states = SW_NEW_ARRAY(arena, uint8_t, block->count),
        .ends = SW_NEW_ARRAY(arena, sw_map__pair, block->count),
        .held = SW_NEW_ARRAY(arena, uint32_t, block->count + 2 * refs),
        .joins = joins ? SW_NEW_ARRAY(arena, sw_map__pair, refs) : NULL,
    };
    if (found->states == NULL || found->ends == NULL || found->held == NULL ||
        (joins && found->joins == NULL))
        return sw_fail_memory(err);
    *out = found;
    return true;
}

static void hold_runs(const sw_map__cutter *cutter, size_t count,
                      sw_map__way_findings *found)
{
    uint32_t *to = found->held + found->held_count;
    *to++ = (uint32_t)cutter->run_count;
    for (size_t n = 0; n < cutter->run_count; n++) {
        sw_map__run run = cutter->runs[n];
        *to++ = (uint32_t)run.count;
        for (size_t i = 0; i < run.count; i++)
            *to++ = cutter->ranks[sw_map__run_at(run, i, count)];
    }
    found->held_count = (size_t)(to - found->held);
}

static void mark_run(sw_map__nodes *nodes, const sw_map__cutter *cutter,
                     sw_map__run run, size_t count)
{
    for (size_t i = 0; i < run.count; i++) {
        uint32_t rank = cutter->ranks[sw_map__run_at(run, i, count)];
        if (rank != SW_MAP__NONE) sw_map__nodes_mark(nodes, rank);
    }
}

static void note_joins(const sw_map__judge *judge, const sw_map__cutter *cutter,
                       sw_map__run run, size_t count,
                       sw_map__way_findings *found)
{
    for (size_t i = 0; i + 1 < run.count; i++) {
        uint32_t a = cutter->ranks[sw_map__run_at(run, i, count)];
        uint32_t b = cutter->ranks[sw_map__run_at(run, i + 1, count)];
        if (a != b && sw_map__collapse(judge->nodes, judge->grid_e7, a, b))
            found->joins[found->join_count++] = (sw_map__pair){a, b};
    }
}

// A way with tags stays as section 4 leaves it: its nodes join, and those of
// runs that do not collapse are referred to.
static void keep_runs(sw_map__projection *projection,
                      const sw_map__cutter *cutter, size_t count,
                      bool collapses, sw_map__way_findings *found)
{
    bool coarsen = projection->judge.grid_e7 != 0;
    for (size_t n = 0; n < cutter->run_count; n++) {
        sw_map__run run = cutter->runs[n];
        if (coarsen) note_joins(&projection->judge, cutter, run, count, found);
        if (!collapses && sw_map__run_solid(cutter, run, count) > 0)
            mark_run(&projection->nodes, cutter, run, count);
    }
}

static void judge_way(sw_map__projection *projection, sw_map__view *view,
                      size_t index, sw_map__cutter *cutter,
                      sw_map__way_findings *found)
{
    const sw_osm_entity *way = &view->block->entities[index];
    const int64_t *refs = view->block->refs + way->refs;
    size_t count = way->ref_count;
    bool tagged = sw_map__view_tagged(view, way);
    bool area = tagged && count >= 4 && refs[0] == refs[count - 1] &&
                sw_map__view_area(view, way);

    sw_map__fate fate =
        sw_map__cut(&projection->judge, refs, count, area, cutter);
    uint8_t state = (uint8_t)fate;
    bool collapses = false;
    if (tagged) state |= SW_MAP__WAY_TAGGED;
    if (fate == SW_MAP__WHOLE) {
        found->ends[index] =
            (sw_map__pair){cutter->ranks[0], cutter->ranks[count - 1]};
        collapses = sw_map__run_solid(cutter, cutter->runs[0], count) <
                    (area ? 3U : 1U);
    }
    if (collapses) state |= SW_MAP__WAY_COLLAPSES;
    if (fate == SW_MAP__CUT || (fate == SW_MAP__WHOLE && !tagged)) {
        state |= SW_MAP__WAY_HELD;
        hold_runs(cutter, count, found);
    }
    if (tagged) keep_runs(projection, cutter, count, collapses, found);
    found->states[index] = state;
}

static bool judge_ways(void *ctx, const sw_osm_block *block, sw_arena *arena,
                       void **result, sw_error *err)
{
    sw_map__projection *projection = ctx;
    sw_map__view view;
    sw_map__cutter cutter;
    sw_map__way_findings *found = NULL;
    if (!sw_map__view_open(&view, projection->judge.how, block, arena, err) ||
        !sw_map__cutter_open(&cutter, block, arena, err) ||
        !findings_new(block, projection->judge.grid_e7 != 0, arena, &found,
                      err))
        return false;

    for (size_t i = 0; i < block->count; i++)
        judge_way(projection, &view, i, &cutter, found);
    *result = found;
    return !view.failed || sw_fail_memory(err);
}

static bool take_ways(void *ctx, const sw_osm_block *block, void *result,
                      sw_error *err)
{
    sw_map__projection *projection = ctx;
    const sw_map__way_findings *found = result;
    for (size_t i = 0; i < found->join_count; i++)
        sw_map__join(&projection->nodes, found->joins[i].a, found->joins[i].b);
    return sw_map__ways_add(&projection->ways, block, found, err);
}

/* ---- the nodes of via ways --------------------------------------------- */

static bool judge_vias(void *ctx, const sw_osm_block *block, sw_arena *arena,
                       void **result, sw_error *err)
{
    const sw_map__projection *projection = ctx;
    uint32_t rank;
    sw_map__way_findings *found = NULL;
    if (!sw_map__first_rank(&projection->ways.ids, block, &rank, err) ||
        !findings_new(block, false, arena, &found, err))
        return false;

    uint32_t *to = found->held;
    for (size_t i = 0; i < block->count; i++) {
        const sw_osm_entity *way = &block->entities[i];
        const int64_t *refs = block->refs + way->refs;
        found->states[i] = projection->ways.states[rank + i];
        if ((found->states[i] & SW_MAP__WAY_WANTED) == 0) continue;
        *to++ = 1;
        *to++ = way->ref_count;
        for (size_t n = 0; n < way->ref_count; n++)
            *to++ = sw_map__ids_find(&projection->nodes.ids, refs[n]);
    }
    *result = found;
    return true;
}

static bool take_vias(void *ctx, const sw_osm_block *block, void *result,
                      sw_error *err)
{
    sw_map__projection *projection = ctx;
    const sw_map__way_findings *found = result;
    const uint32_t *runs = found->held;
    uint32_t rank;
    if (!sw_map__first_rank(&projection->ways.ids, block, &rank, err))
        return false;
    for (size_t i = 0; i < block->count; i++) {
        if ((found->states[i] & SW_MAP__WAY_WANTED) == 0) continue;
        size_t words = sw_map__held_add(&projection->ways.vias,
                                        rank + (uint32_t)i, runs, err);
        if (words == 0) return false;
        runs += words;
    }
    return true;
}

/* ---- relations --------------------------------------------------------- */

static uint8_t kind_of(sw_str type)
{
    if (sw_str_eq(type, SW_STR("multipolygon"))) return SW_MAP__MULTIPOLYGON;
    bool restricts = sw_str_eq(type, SW_STR("restriction")) ||
                     sw_str_starts(type, SW_STR("restriction:")) ||
                     sw_str_eq(type, SW_STR("connectivity"));
    return restricts ? SW_MAP__RESTRICTION : SW_MAP__PLAIN;
}

static uint8_t role_of(sw_str role)
{
    if (sw_str_eq(role, SW_STR("from"))) return SW_MAP__ROLE_FROM;
    if (sw_str_eq(role, SW_STR("to"))) return SW_MAP__ROLE_TO;
    if (sw_str_eq(role, SW_STR("via"))) return SW_MAP__ROLE_VIA;
    return SW_MAP__ROLE_OTHER;
}

static sw_map__member find_member(const sw_map__projection *projection,
                                  sw_map__view *view, sw_osm_member member)
{
    uint32_t role = sw_map__view_text(view, member.role);
    sw_map__member out = {.rank = SW_MAP__NONE,
                          .type = member.type,
                          .role = role_of(view->block->strings[role])};
    if (member.type == SW_OSM_NODE)
        out.rank = sw_map__ids_find(&projection->nodes.ids, member.ref);
    if (member.type == SW_OSM_WAY)
        out.rank = sw_map__ids_find(&projection->ways.ids, member.ref);
    return out;
}

static bool relation_findings_new(const sw_osm_block *block, sw_arena *arena,
                                  sw_map__relation_findings **out,
                                  sw_error *err)
{
    size_t members = 0;
    for (size_t i = 0; i < block->count; i++)
        members += block->entities[i].ref_count;

    sw_map__relation_findings *found = SW_NEW(arena, sw_map__relation_findings);
    if (found == NULL) return sw_fail_memory(err);
    found->kinds = sw_arena_calloc(arena, block->count, 1);
    found->admitted = sw_arena_calloc(arena, block->count, 1);
    found->lacked_ways = SW_NEW_ARRAY(arena, int64_t, block->count);
    found->members = SW_NEW_ARRAY(arena, sw_map__member, members);
    if (found->kinds == NULL || found->admitted == NULL ||
        found->lacked_ways == NULL || found->members == NULL)
        return sw_fail_memory(err);
    *out = found;
    return true;
}

static bool judge_relations(void *ctx, const sw_osm_block *block,
                            sw_arena *arena, void **result, sw_error *err)
{
    const sw_map__projection *projection = ctx;
    sw_map__view view;
    sw_map__relation_findings *found = NULL;
    if (!sw_map__view_open(&view, projection->judge.how, block, arena, err) ||
        !relation_findings_new(block, arena, &found, err))
        return false;

    sw_map__member *to = found->members;
    for (size_t i = 0; i < block->count; i++) {
        const sw_osm_entity *relation = &block->entities[i];
        const sw_osm_member *members = block->members + relation->refs;
        found->kinds[i] =
            kind_of(sw_map__view_value(&view, relation, SW_STR("type")));
        found->admitted[i] = sw_map__view_admits(&view, relation);
        for (size_t n = 0; n < relation->ref_count; n++) {
            *to = find_member(projection, &view, members[n]);
            bool lacks = to->rank == SW_MAP__NONE && to->type == SW_OSM_WAY;
            if (lacks && members[n].ref > found->lacked_ways[i])
                found->lacked_ways[i] = members[n].ref;
            to++;
        }
    }
    *result = found;
    return !view.failed || sw_fail_memory(err);
}

static bool take_relations(void *ctx, const sw_osm_block *block, void *result,
                           sw_error *err)
{
    sw_map__projection *projection = ctx;
    return sw_map__relations_add(&projection->relations, block, result, err);
}

/* ---- all of it --------------------------------------------------------- */

static bool survey_vias(sw_map__projection *projection, sw_osm_reader *in,
                        sw_error *err)
{
    if (!sw_map__vias_wanted(&projection->relations, &projection->ways))
        return true;
    const sw_map__pass pass = {
        .stage = "reading ways of turn restrictions",
        .read = {.want = SW_OSM_WAYS,
                 .no_info = true,
                 .no_tags = true,
                 .work = judge_vias,
                 .ctx = projection},
        .take = take_vias,
        .ctx = projection,
    };
    return sw_map__sweep(in, &pass, &projection->judge.how->progress, err);
}

typedef void (*held_run)(sw_map__projection *projection, const uint32_t *run);

// Calls for each run of each way without tags that stays: that is known only
// now.
static void for_untagged(sw_map__projection *projection, held_run call)
{
    const sw_map__held *held = &projection->ways.held;
    for (size_t i = 0; i < held->way_count; i++) {
        uint8_t state = projection->ways.states[held->ways[i].way];
        if ((state & SW_MAP__WAY_TAGGED) != 0 || !sw_map__way_kept(state))
            continue;
        const uint32_t *run = held->nodes + held->ways[i].at;
        for (uint32_t n = 0; n < held->ways[i].run_count; n++) {
            call(projection, run);
            run += 1 + run[0];
        }
    }
}

static void mark_held(sw_map__projection *projection, const uint32_t *run)
{
    sw_map__nodes *nodes = &projection->nodes;
    for (uint32_t i = 1; i <= run[0]; i++) {
        if (run[i] != SW_MAP__NONE)
            sw_map__nodes_mark(nodes, sw_map__joined(nodes, run[i]));
    }
}

static void join_held(sw_map__projection *projection, const uint32_t *run)
{
    sw_map__nodes *nodes = &projection->nodes;
    int32_t grid_e7 = projection->judge.grid_e7;
    for (uint32_t i = 1; i < run[0]; i++) {
        if (sw_map__collapse(nodes, grid_e7, run[i], run[i + 1]))
            sw_map__join(nodes, run[i], run[i + 1]);
    }
}

// New ids must not meet references to ways that the input lacks.
static int64_t largest_lacked(const sw_map__projection *projection)
{
    int64_t largest = 0;
    if (!projection->judge.how->keep_missing) return 0;
    for (size_t i = 0; i < projection->relations.ids.count; i++) {
        if (projection->relations.kept[i] != 0 &&
            projection->relations.lacked_ways[i] > largest)
            largest = projection->relations.lacked_ways[i];
    }
    return largest;
}

// Sections 5 and 6 for relations and ways.
static bool settle(sw_map__projection *projection, sw_error *err)
{
    bool keep_missing = projection->judge.how->keep_missing;
    return sw_map__relations_settle(&projection->relations, &projection->nodes,
                                    &projection->ways, keep_missing, err) &&
           sw_map__relations_need(&projection->relations, &projection->nodes,
                                  &projection->ways, keep_missing, err);
}

// Section 7, and sections 5 and 6 once more.
static bool coarsen(sw_map__projection *projection, sw_error *err)
{
    for_untagged(projection, join_held);
    sw_map__joins_end(&projection->nodes);
    sw_map__ways_collapse(&projection->ways, &projection->nodes,
                          projection->judge.grid_e7);
    return settle(projection, err);
}

static bool decide(sw_map__projection *projection, sw_error *err)
{
    if (!settle(projection, err)) return false;
    if (projection->judge.grid_e7 != 0 && !coarsen(projection, err))
        return false;
    sw_map__relations_mark(&projection->relations, &projection->nodes);
    for_untagged(projection, mark_held);
    return sw_map__ways_number(&projection->ways, largest_lacked(projection),
                               err);
}

bool sw_map__survey(sw_map__projection *projection, sw_osm_reader *in,
                    sw_error *err)
{
    const sw_map__pass nodes = {
        .stage = "reading nodes",
        .read = {.want = SW_OSM_NODES,
                 .no_info = true,
                 .work = judge_nodes,
                 .ctx = projection},
        .take = take_nodes,
        .ctx = projection,
    };
    const sw_map__pass ways = {
        .stage = "reading ways",
        .read = {.want = SW_OSM_WAYS,
                 .no_info = true,
                 .work = judge_ways,
                 .ctx = projection},
        .take = take_ways,
        .ctx = projection,
    };
    const sw_map__pass relations = {
        .stage = "reading relations",
        .read = {.want = SW_OSM_RELATIONS,
                 .no_info = true,
                 .work = judge_relations,
                 .ctx = projection},
        .take = take_relations,
        .ctx = projection,
    };
    const sw_progress *progress = &projection->judge.how->progress;
    bool joins = projection->judge.grid_e7 != 0;

    return sw_map__sweep(in, &nodes, progress, err) &&
           sw_map__nodes_seal(&projection->nodes, joins, err) &&
           sw_map__sweep(in, &ways, progress, err) &&
           sw_map__ids_seal(&projection->ways.ids, err) &&
           sw_map__sweep(in, &relations, progress, err) &&
           sw_map__relations_seal(&projection->relations, err) &&
           survey_vias(projection, in, err) && decide(projection, err);
}
