// What of nodes and ways is restricted: docs/projection.md, sections 2 to 4,
// and what section 7 takes from runs.
//
// A way is judged segment by segment into a byte each, and the bytes are read
// off as runs. Nodes of one way lie together, so most ways need one question
// to the zones, whether any is near their box, and are whole.
#include "map_internal.h"

enum {
    KEPT = 1,   // not restricted
    SOLID = 2,  // does not collapse
};

bool sw_map__node_restricted(const sw_map_options *how, int32_t grid_e7,
                             sw_location at)
{
    if (how->zones == NULL) return false;
    if (sw_zones_contain(how->zones, at)) return true;
    return grid_e7 != 0 &&
           sw_zones_contain(how->zones, sw_map__snap(at, grid_e7));
}

bool sw_map__cutter_open(sw_map__cutter *cutter, const sw_osm_block *block,
                         sw_arena *arena, sw_error *err)
{
    size_t most = 0;
    for (size_t i = 0; i < block->count; i++) {
        if (block->entities[i].ref_count > most)
            most = block->entities[i].ref_count;
    }

    *cutter = (sw_map__cutter){
        .ranks = SW_NEW_ARRAY(arena, uint32_t, most),
        .segments = SW_NEW_ARRAY(arena, uint8_t, most),
        .runs = SW_NEW_ARRAY(arena, sw_map__run, most / 2 + 1),
        .spare = SW_NEW_ARRAY(arena, sw_map__run, most / 2 + 1),
    };
    bool ok = cutter->ranks != NULL && cutter->segments != NULL &&
              cutter->runs != NULL && cutter->spare != NULL;
    return ok || sw_fail_memory(err);
}

size_t sw_map__run_at(sw_map__run run, size_t n, size_t count)
{
    size_t at = run.first + n;
    return at < count ? at : at - (count - 1);
}

/* ---- segments ---------------------------------------------------------- */

static bool lacks_restricted(const sw_map__judge *judge, uint32_t a, uint32_t b)
{
    const uint8_t *bits = judge->nodes->bits;
    if (!judge->how->keep_missing) return true;
    return (a != SW_MAP__NONE && (bits[a] & SW_MAP__RESTRICTED) != 0) ||
           (b != SW_MAP__NONE && (bits[b] & SW_MAP__RESTRICTED) != 0);
}

static uint8_t judge_segment(const sw_map__judge *judge, uint32_t a, uint32_t b,
                             bool near)
{
    if (a == SW_MAP__NONE || b == SW_MAP__NONE)
        return lacks_restricted(judge, a, b) ? 0 : KEPT | SOLID;

    const sw_zones *zones = judge->how->zones;
    sw_location from = judge->nodes->at[a], to = judge->nodes->at[b];
    if (near && sw_zones_meet(zones, from, to)) return 0;
    if (judge->grid_e7 == 0) return KEPT | SOLID;

    from = sw_map__snap(from, judge->grid_e7);
    to = sw_map__snap(to, judge->grid_e7);
    if (near && sw_zones_meet(zones, from, to)) return 0;
    return sw_map__collapse(judge->nodes, judge->grid_e7, a, b) ? KEPT
                                                                : KEPT | SOLID;
}

static void widen(sw_location at, sw_location *low, sw_location *high)
{
    if (at.lon_e7 < low->lon_e7) low->lon_e7 = at.lon_e7;
    if (at.lat_e7 < low->lat_e7) low->lat_e7 = at.lat_e7;
    if (at.lon_e7 > high->lon_e7) high->lon_e7 = at.lon_e7;
    if (at.lat_e7 > high->lat_e7) high->lat_e7 = at.lat_e7;
}

// Looks the nodes up. @return may a zone be near any segment?
static bool find_nodes(const sw_map__judge *judge, const int64_t *refs,
                       size_t count, uint32_t *ranks)
{
    sw_location low = {INT32_MAX, INT32_MAX}, high = {INT32_MIN, INT32_MIN};
    uint32_t near = 0;
    for (size_t i = 0; i < count; i++) {
        ranks[i] = sw_map__ids_find_near(&judge->nodes->ids, refs[i], near);
        if (ranks[i] == SW_MAP__NONE) continue;
        near = ranks[i];
        sw_location at = judge->nodes->at[near];
        widen(at, &low, &high);
        widen(sw_map__snap(at, judge->grid_e7), &low, &high);
    }

    if (judge->how->zones == NULL || low.lon_e7 > high.lon_e7) return false;
    // Across the antimeridian a segment leaves the box of its ends.
    if ((int64_t)high.lon_e7 - low.lon_e7 > INT64_C(1800000000)) return true;
    return sw_zones_near(judge->how->zones, low, high);
}

// @return how many segments are kept.
static size_t judge_segments(const sw_map__judge *judge, const int64_t *refs,
                             size_t count, sw_map__cutter *cutter)
{
    bool near = find_nodes(judge, refs, count, cutter->ranks);
    size_t kept = 0;
    for (size_t i = 0; i + 1 < count; i++) {
        cutter->segments[i] =
            judge_segment(judge, cutter->ranks[i], cutter->ranks[i + 1], near);
        kept += (cutter->segments[i] & KEPT) != 0;
    }
    return kept;
}

/* ---- runs -------------------------------------------------------------- */

static void read_runs(const uint8_t *segments, size_t count,
                      sw_map__cutter *cutter)
{
    cutter->run_count = 0;
    for (size_t i = 0; i + 1 < count; i++) {
        if ((segments[i] & KEPT) == 0) continue;
        size_t first = i;
        while (i + 1 < count && (segments[i] & KEPT) != 0)
            i++;
        cutter->runs[cutter->run_count++] = (sw_map__run){first, i - first + 1};
    }
}

// Makes run `first` the first; the others follow in their circle.
static void rotate(sw_map__cutter *cutter, size_t first)
{
    size_t count = cutter->run_count;
    for (size_t i = 0; i < count; i++)
        cutter->spare[i] = cutter->runs[(first + i) % count];

    sw_map__run *turned = cutter->spare;
    cutter->spare = cutter->runs;
    cutter->runs = turned;
}

static int compare_runs(const int64_t *refs, size_t count, sw_map__run a,
                        sw_map__run b)
{
    size_t shorter = a.count < b.count ? a.count : b.count;
    for (size_t i = 0; i < shorter; i++) {
        int order = sw_osm_id_cmp(refs[sw_map__run_at(a, i, count)],
                                  refs[sw_map__run_at(b, i, count)]);
        if (order != 0) return order;
    }
    return (a.count > b.count) - (a.count < b.count);
}

// Where to begin a circle of runs so that their list comes first of all
// rotations (linear: of two candidates, the worse skips what was equal).
static size_t least_rotation(const int64_t *refs, size_t count,
                             const sw_map__cutter *cutter)
{
    size_t runs = cutter->run_count, a = 0, b = 1, same = 0;
    while (a < runs && b < runs && same < runs) {
        int order = compare_runs(refs, count, cutter->runs[(a + same) % runs],
                                 cutter->runs[(b + same) % runs]);
        if (order == 0) {
            same++;
            continue;
        }
        if (order > 0)
            a += same + 1;
        else
            b += same + 1;
        if (a == b) b++;
        same = 0;
    }
    return a < b ? a : b;
}

// A closed way has no end: its runs go round, and begin where nothing
// restricted decides.
static void close_runs(const int64_t *refs, size_t count,
                       sw_map__cutter *cutter)
{
    bool first = (cutter->segments[0] & KEPT) != 0;
    bool last = (cutter->segments[count - 2] & KEPT) != 0;
    sw_map__run *runs = cutter->runs;
    if (first && last) {
        sw_map__run end = runs[--cutter->run_count];
        runs[0] = (sw_map__run){end.first, end.count + runs[0].count - 1};
    } else if (last) {
        rotate(cutter, cutter->run_count - 1);
    } else if (!first) {
        rotate(cutter, least_rotation(refs, count, cutter));
    }
}

size_t sw_map__run_solid(const sw_map__cutter *cutter, sw_map__run run,
                         size_t count)
{
    size_t solid = 0;
    for (size_t n = 0; n + 1 < run.count; n++) {
        size_t at = sw_map__run_at(run, n, count);
        if (at == count - 1) at = 0;  // round the end of a closed way
        solid += (cutter->segments[at] & SOLID) != 0;
    }
    return solid;
}

void sw_map__drop_collapsed(sw_map__cutter *cutter, size_t count)
{
    size_t left = 0;
    for (size_t i = 0; i < cutter->run_count; i++) {
        if (sw_map__run_solid(cutter, cutter->runs[i], count) > 0)
            cutter->runs[left++] = cutter->runs[i];
    }
    cutter->run_count = left;
}

sw_map__fate sw_map__cut(const sw_map__judge *judge, const int64_t *refs,
                         size_t count, bool area, sw_map__cutter *cutter)
{
    cutter->run_count = 0;
    if (count < 2) return SW_MAP__GONE;

    size_t kept = judge_segments(judge, refs, count, cutter);
    bool closed = refs[0] == refs[count - 1];
    area = area && closed && count >= 4;
    if (kept == count - 1) {
        cutter->runs[cutter->run_count++] = (sw_map__run){0, count};
        return SW_MAP__WHOLE;
    }
    if (kept == 0 || area) return SW_MAP__GONE;

    read_runs(cutter->segments, count, cutter);
    if (closed) close_runs(refs, count, cutter);
    return SW_MAP__CUT;
}
