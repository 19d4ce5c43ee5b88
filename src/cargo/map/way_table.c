// What was found about the ways of the input: 13.5 bytes a way, and for the few
// that are held (cut, or without tags) 4 bytes for each reference of a run.
#include "map_internal.h"

#include <stdlib.h>
#include <string.h>

// The largest id that src/osm reads.
#define LARGEST_ID ((INT64_C(1) << 62) - 1)

static size_t held_words(const uint32_t *runs)
{
    size_t words = 1;
    for (uint32_t i = 0; i < runs[0]; i++)
        words += 1 + (size_t)runs[words];
    return words;
}

size_t sw_map__held_add(sw_map__held *held, uint32_t way, const uint32_t *runs,
                        sw_error *err)
{
    size_t words = held_words(runs);
    size_t need;
    if (!sw_add_size(held->node_count, words, &need) ||
        !sw_map__reserve(&held->ways, &held->way_cap, held->way_count + 1,
                         sizeof *held->ways, err) ||
        !sw_map__reserve(&held->nodes, &held->node_cap, need,
                         sizeof *held->nodes, err))
        return 0;

    memcpy(held->nodes + held->node_count, runs + 1,
           (words - 1) * sizeof *runs);
    held->ways[held->way_count++] = (sw_map__held_way){
        .way = way, .run_count = runs[0], .at = held->node_count};
    held->node_count += words - 1;
    return words;
}

const sw_map__held_way *sw_map__held_find(const sw_map__held *held,
                                          uint32_t way)
{
    size_t low = 0, end = held->way_count;
    while (low < end) {
        size_t middle = low + (end - low) / 2;
        if (held->ways[middle].way < way)
            low = middle + 1;
        else
            end = middle;
    }
    bool found = low < held->way_count && held->ways[low].way == way;
    return found ? &held->ways[low] : NULL;
}

static bool add_held(sw_map__ways *ways, size_t before,
                     const sw_osm_block *block,
                     const sw_map__way_findings *found, sw_error *err)
{
    const uint32_t *runs = found->held;
    for (size_t i = 0; i < block->count; i++) {
        if ((found->states[i] & SW_MAP__WAY_HELD) == 0) continue;
        size_t words =
            sw_map__held_add(&ways->held, (uint32_t)(before + i), runs, err);
        if (words == 0) return false;
        runs += words;
    }
    return true;
}

bool sw_map__ways_add(sw_map__ways *ways, const sw_osm_block *block,
                      const sw_map__way_findings *found, sw_error *err)
{
    size_t before = ways->ids.count;
    size_t need;
    if (!sw_add_size(before, block->count, &need)) return sw_fail_memory(err);
    if (!sw_map__reserve(&ways->states, &ways->state_cap, need, 1, err) ||
        !sw_map__reserve(&ways->ends, &ways->end_cap, need, sizeof *ways->ends,
                         err))
        return false;

    for (size_t i = 0; i < block->count; i++) {
        if (!sw_map__ids_add(&ways->ids, block->entities[i].id, err))
            return false;
        ways->states[before + i] = found->states[i];
        ways->ends[before + i] = found->ends[i];
    }
    return add_held(ways, before, block, found, err);
}

// Moves the runs that do not collapse together. @return how many they are.
static uint32_t drop_runs(uint32_t *runs, uint32_t count,
                          const sw_map__nodes *nodes, int32_t grid_e7)
{
    uint32_t left = 0, *from = runs, *to = runs;
    for (uint32_t n = 0; n < count; n++) {
        size_t words = 1 + (size_t)from[0];
        bool solid = false;
        for (uint32_t i = 1; i < from[0] && !solid; i++)
            solid = !sw_map__collapse(nodes, grid_e7, from[i], from[i + 1]);
        if (solid) {
            memmove(to, from, words * sizeof *to);
            to += words;
            left++;
        }
        from += words;
    }
    return left;
}

void sw_map__ways_collapse(sw_map__ways *ways, const sw_map__nodes *nodes,
                           int32_t grid_e7)
{
    for (size_t i = 0; i < ways->held.way_count; i++) {
        sw_map__held_way *held = &ways->held.ways[i];
        if ((ways->states[held->way] & SW_MAP__FATE) != SW_MAP__CUT) continue;
        held->run_count = drop_runs(ways->held.nodes + held->at,
                                    held->run_count, nodes, grid_e7);
        if (held->run_count == 0)
            ways->states[held->way] |= SW_MAP__WAY_COLLAPSES;
    }
    for (size_t rank = 0; rank < ways->ids.count; rank++) {
        uint8_t *state = &ways->states[rank];
        *state &= (uint8_t)~SW_MAP__WAY_NEEDED;
        if ((*state & SW_MAP__WAY_COLLAPSES) != 0)
            *state = (uint8_t)((*state & ~SW_MAP__FATE) | SW_MAP__VANISHED);
    }
}

bool sw_map__way_kept(uint8_t state)
{
    return (state & SW_MAP__FATE) >= SW_MAP__WHOLE &&
           (state & (SW_MAP__WAY_TAGGED | SW_MAP__WAY_NEEDED)) != 0;
}

static int64_t largest_kept(const sw_map__ways *ways)
{
    for (size_t rank = ways->ids.count; rank-- > 0;) {
        if (!sw_map__way_kept(ways->states[rank])) continue;
        int64_t id = sw_map__ids_at(&ways->ids, (uint32_t)rank);
        return id > 0 ? id : 0;  // positive ids are the last of the file
    }
    return 0;
}

bool sw_map__ways_number(sw_map__ways *ways, int64_t above, sw_error *err)
{
    ways->largest = largest_kept(ways);
    int64_t last = ways->largest > above ? ways->largest : above;
    for (size_t i = 0; i < ways->held.way_count; i++) {
        sw_map__held_way *held = &ways->held.ways[i];
        if (held->run_count < 2 || !sw_map__way_kept(ways->states[held->way]))
            continue;
        int64_t more = (int64_t)held->run_count - 1;
        if (last > LARGEST_ID - more) {
            return sw_fail(err, SW_ERR_INPUT,
                           "way ids reach the largest number there is; none "
                           "is left for the parts of ways that are split");
        }
        held->further_id = last + 1;
        last += more;
        ways->further += (uint64_t)more;
    }
    return true;
}

static void held_done(sw_map__held *held)
{
    free(held->ways);
    free(held->nodes);
}

void sw_map__ways_done(sw_map__ways *ways)
{
    sw_map__ids_done(&ways->ids);
    free(ways->states);
    free(ways->ends);
    held_done(&ways->held);
    held_done(&ways->vias);
    *ways = (sw_map__ways){0};
}
