// Section 5: which relations stay, and what of their members.
//
// Each relation is weighed once, with all relations that scope admits standing.
// Those that fall are then taken from their parents, which may make these fall,
// and so on: every member is looked at a bounded number of times, whatever the
// nesting, and a circle of relations that nothing breaks stands.
#include "map_internal.h"

#include <stdlib.h>
#include <string.h>

/* ---- the table --------------------------------------------------------- */

static bool reserve_rows(sw_map__relations *all, size_t rows, sw_error *err)
{
    return sw_map__reserve(&all->firsts, &all->first_cap, rows + 1,
                           sizeof *all->firsts, err) &&
           sw_map__reserve(&all->kinds, &all->kind_cap, rows, 1, err) &&
           sw_map__reserve(&all->kept, &all->kept_cap, rows, 1, err) &&
           sw_map__reserve(&all->lacked_ways, &all->lacked_cap, rows,
                           sizeof *all->lacked_ways, err);
}

static bool add_members(sw_map__relations *all, const sw_osm_member *refs,
                        const sw_map__member *members, size_t count,
                        sw_error *err)
{
    size_t need;
    if (!sw_add_size(all->member_count, count, &need) ||
        !sw_map__reserve(&all->members, &all->member_cap, need,
                         sizeof *all->members, err))
        return false;

    for (size_t i = 0; i < count; i++) {
        all->members[all->member_count++] = members[i];
        if (members[i].type != SW_OSM_RELATION) continue;
        if (!sw_map__reserve(&all->refs, &all->ref_cap, all->ref_count + 1,
                             sizeof *all->refs, err))
            return false;
        all->refs[all->ref_count++] = refs[i].ref;
    }
    return true;
}

bool sw_map__relations_add(sw_map__relations *all, const sw_osm_block *block,
                           const sw_map__relation_findings *found,
                           sw_error *err)
{
    const sw_map__member *members = found->members;
    for (size_t i = 0; i < block->count; i++) {
        const sw_osm_entity *entity = &block->entities[i];
        size_t row = all->ids.count;
        if (!reserve_rows(all, row + 1, err) ||
            !sw_map__ids_add(&all->ids, entity->id, err))
            return false;
        all->kinds[row] = found->kinds[i];
        all->kept[row] = found->admitted[i];
        all->lacked_ways[row] = found->lacked_ways[i];
        all->firsts[row] = all->member_count;
        if (!add_members(all, block->members + entity->refs, members,
                         entity->ref_count, err))
            return false;
        members += entity->ref_count;
    }
    return true;
}

bool sw_map__relations_seal(sw_map__relations *all, sw_error *err)
{
    if (!reserve_rows(all, all->ids.count, err) ||
        !sw_map__ids_seal(&all->ids, err))
        return false;
    all->firsts[all->ids.count] = all->member_count;

    const int64_t *ref = all->refs;
    for (size_t i = 0; i < all->member_count; i++) {
        sw_map__member *member = &all->members[i];
        if (member->type == SW_OSM_RELATION)
            member->rank = sw_map__ids_find(&all->ids, *ref++);
    }
    free(all->refs);
    all->refs = NULL;
    return true;
}

void sw_map__relations_done(sw_map__relations *all)
{
    sw_map__ids_done(&all->ids);
    free(all->firsts);
    free(all->kinds);
    free(all->kept);
    free(all->lacked_ways);
    free(all->members);
    free(all->refs);
    *all = (sw_map__relations){0};
}

/* ---- members ----------------------------------------------------------- */

static sw_map__fate way_fate(const sw_map__ways *ways, uint32_t way)
{
    return (sw_map__fate)(ways->states[way] & SW_MAP__FATE);
}

// Of a cut way that leads to or from a via only what touches it stays.
static bool is_arm(const sw_map__relations *all, uint32_t relation,
                   const sw_map__member *member)
{
    return all->kinds[relation] == SW_MAP__RESTRICTION &&
           (member->role == SW_MAP__ROLE_FROM ||
            member->role == SW_MAP__ROLE_TO);
}

static bool is_cut_arm(const sw_map__relations *all, const sw_map__ways *ways,
                       uint32_t relation, const sw_map__member *member)
{
    return is_arm(all, relation, member) && member->type == SW_OSM_WAY &&
           member->rank != SW_MAP__NONE &&
           way_fate(ways, member->rank) == SW_MAP__CUT;
}

static bool has_cut_arm(const sw_map__relations *all, const sw_map__ways *ways,
                        uint32_t relation)
{
    for (size_t i = all->firsts[relation]; i < all->firsts[relation + 1]; i++) {
        if (is_cut_arm(all, ways, relation, &all->members[i])) return true;
    }
    return false;
}

bool sw_map__vias_wanted(const sw_map__relations *all, sw_map__ways *ways)
{
    bool any = false;
    for (uint32_t row = 0; row < all->ids.count; row++) {
        if (!has_cut_arm(all, ways, row)) continue;
        for (size_t i = all->firsts[row]; i < all->firsts[row + 1]; i++) {
            const sw_map__member *member = &all->members[i];
            if (member->role != SW_MAP__ROLE_VIA ||
                member->type != SW_OSM_WAY || member->rank == SW_MAP__NONE ||
                way_fate(ways, member->rank) != SW_MAP__WHOLE ||
                (ways->states[member->rank] & SW_MAP__WAY_HELD) != 0)
                continue;
            ways->states[member->rank] |= SW_MAP__WAY_WANTED;
            any = true;
        }
    }
    return any;
}

static bool gather(sw_map__court *court, uint32_t node, sw_error *err)
{
    if (node == SW_MAP__NONE) return true;
    if (!sw_map__reserve(&court->room, &court->room_cap, court->room_count + 1,
                         sizeof *court->room, err))
        return false;
    court->room[court->room_count++] = node;
    return true;
}

static bool gather_way(sw_map__court *court, uint32_t way, sw_error *err)
{
    const sw_map__held *in = &court->ways->held;
    const sw_map__held_way *found = sw_map__held_find(in, way);
    if (found == NULL) {
        in = &court->ways->vias;
        found = sw_map__held_find(in, way);
    }
    if (found == NULL) return true;  // nothing is left of it

    const uint32_t *run = in->nodes + found->at;
    for (uint32_t n = 0; n < found->run_count; n++, run += 1 + run[0]) {
        for (uint32_t i = 1; i <= run[0]; i++) {
            if (!gather(court, run[i], err)) return false;
        }
    }
    return true;
}

static int by_rank(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void sort_room(sw_map__court *court)
{
    if (court->room_count > 1)
        qsort(court->room, court->room_count, sizeof *court->room, by_rank);
}

bool sw_map__court_open(sw_map__court *court, uint32_t relation, sw_error *err)
{
    const sw_map__relations *all = court->relations;
    court->room_count = 0;
    if (all->kinds[relation] != SW_MAP__RESTRICTION ||
        !has_cut_arm(all, court->ways, relation))
        return true;

    for (size_t i = all->firsts[relation]; i < all->firsts[relation + 1]; i++) {
        const sw_map__member *member = &all->members[i];
        if (member->role != SW_MAP__ROLE_VIA || member->rank == SW_MAP__NONE)
            continue;
        if (member->type == SW_OSM_NODE && !gather(court, member->rank, err))
            return false;
        if (member->type == SW_OSM_WAY && !gather_way(court, member->rank, err))
            return false;
    }
    sort_room(court);
    return true;
}

static bool in_room(const sw_map__court *court, uint32_t node)
{
    if (node == SW_MAP__NONE || court->room_count == 0) return false;
    return bsearch(&node, court->room, court->room_count, sizeof node,
                   by_rank) != NULL;
}

// Nodes as read, not as joined: what touched before the collapse touches after
// it, and nothing else was left as a member.
static bool touches(const sw_map__court *court, const uint32_t *run)
{
    for (uint32_t i = 1; i <= run[0]; i++) {
        if (in_room(court, run[i])) return true;
    }
    return false;
}

static const uint32_t *run_of(const sw_map__court *court, uint32_t way,
                              uint32_t n)
{
    const sw_map__held *held = &court->ways->held;
    const uint32_t *run = held->nodes + sw_map__held_find(held, way)->at;
    while (n-- > 0)
        run += 1 + run[0];
    return run;
}

bool sw_map__run_stays(const sw_map__court *court, uint32_t relation,
                       const sw_map__member *member, uint32_t n)
{
    return !is_arm(court->relations, relation, member) ||
           touches(court, run_of(court, member->rank, n));
}

static bool any_run_stays(const sw_map__court *court, uint32_t relation,
                          const sw_map__member *member)
{
    if (!is_arm(court->relations, relation, member)) return true;
    // Without tags, a run that nothing else needs would be a leftover.
    if ((court->ways->states[member->rank] & SW_MAP__WAY_TAGGED) == 0)
        return false;
    const sw_map__held_way *way =
        sw_map__held_find(&court->ways->held, member->rank);
    const uint32_t *run = court->ways->held.nodes + way->at;
    for (uint32_t n = 0; n < way->run_count; n++, run += 1 + run[0]) {
        if (touches(court, run)) return true;
    }
    return false;
}

static sw_map__member_fate way_left(const sw_map__court *court,
                                    uint32_t relation,
                                    const sw_map__member *member)
{
    switch (way_fate(court->ways, member->rank)) {
    case SW_MAP__WHOLE: return SW_MAP__STAYS;
    case SW_MAP__CUT:
        return any_run_stays(court, relation, member) ? SW_MAP__RUNS
                                                      : SW_MAP__OUT;
    default: return SW_MAP__OUT;
    }
}

sw_map__member_fate sw_map__member_left(const sw_map__court *court,
                                        uint32_t relation,
                                        const sw_map__member *member)
{
    bool stays = court->keep_missing;
    if (member->rank != SW_MAP__NONE) {
        if (member->type == SW_OSM_WAY)
            return way_left(court, relation, member);
        stays =
            member->type == SW_OSM_NODE
                ? (court->nodes->bits[member->rank] & SW_MAP__RESTRICTED) == 0
                : court->relations->kept[member->rank] != 0;
    }
    return stays ? SW_MAP__STAYS : SW_MAP__OUT;
}

/* ---- what a relation needs --------------------------------------------- */

typedef struct {
    uint32_t left[SW_MAP__ROLES];  // members, by role
} weight;

static bool outweighed(const sw_map__relations *all, uint32_t relation,
                       const weight *of)
{
    const uint32_t *left = of->left;
    if (all->kinds[relation] == SW_MAP__RESTRICTION)
        return left[SW_MAP__ROLE_FROM] == 0 || left[SW_MAP__ROLE_TO] == 0 ||
               left[SW_MAP__ROLE_VIA] == 0;
    return left[0] == 0 && left[1] == 0 && left[2] == 0 && left[3] == 0;
}

// Adds the ends of a ring's way. @return false: memory ran out.
static bool gather_ends(sw_map__court *court, uint32_t way, bool *known,
                        sw_error *err)
{
    sw_map__pair ends = court->ways->ends[way];
    if (ends.a == SW_MAP__NONE || ends.b == SW_MAP__NONE) {
        *known = false;
        return true;
    }
    uint32_t a = sw_map__joined(court->nodes, ends.a);
    uint32_t b = sw_map__joined(court->nodes, ends.b);
    return a == b || (gather(court, a, err) && gather(court, b, err));
}

// Is each node in the room the end of an even number of ways?
static bool all_even(sw_map__court *court)
{
    sort_room(court);
    for (size_t i = 0; i < court->room_count;) {
        size_t first = i;
        while (i < court->room_count && court->room[i] == court->room[first])
            i++;
        if ((i - first) % 2 != 0) return false;
    }
    return true;
}

// Sets `holds` to whether the rings are untouched and close.
static bool weigh_rings(sw_map__court *court, uint32_t relation, bool *holds,
                        sw_error *err)
{
    const sw_map__relations *all = court->relations;
    bool known = true, any = false;
    *holds = false;
    court->room_count = 0;
    for (size_t i = all->firsts[relation]; i < all->firsts[relation + 1]; i++) {
        const sw_map__member *member = &all->members[i];
        if (member->type != SW_OSM_WAY) continue;
        if (member->rank == SW_MAP__NONE) {
            if (!court->keep_missing) return true;
            known = false;
            any = true;
            continue;
        }
        switch (way_fate(court->ways, member->rank)) {
        case SW_MAP__VANISHED: break;  // encloses nothing at this scale
        case SW_MAP__WHOLE:
            any = true;
            if (!gather_ends(court, member->rank, &known, err)) return false;
            break;
        default: return true;
        }
    }
    *holds = any && (!known || all_even(court));
    return true;
}

static bool weigh_members(sw_map__court *court, uint32_t relation,
                          weight *weighed, bool *holds, sw_error *err)
{
    const sw_map__relations *all = court->relations;
    if (!sw_map__court_open(court, relation, err)) return false;

    bool via_hurt = false;
    for (size_t i = all->firsts[relation]; i < all->firsts[relation + 1]; i++) {
        const sw_map__member *member = &all->members[i];
        sw_map__member_fate fate = sw_map__member_left(court, relation, member);
        if (fate != SW_MAP__OUT) weighed->left[member->role]++;
        via_hurt |= member->role == SW_MAP__ROLE_VIA && fate != SW_MAP__STAYS;
    }
    bool needs_via = all->kinds[relation] == SW_MAP__RESTRICTION;
    *holds = !outweighed(all, relation, weighed) && !(needs_via && via_hurt);
    return true;
}

static bool weigh(sw_map__court *court, uint32_t relation, weight *weighed,
                  bool *holds, sw_error *err)
{
    if (court->relations->kinds[relation] == SW_MAP__MULTIPOLYGON)
        return weigh_rings(court, relation, holds, err);
    return weigh_members(court, relation, weighed, holds, err);
}

/* ---- until nothing changes --------------------------------------------- */

typedef struct {
    uint32_t relation;
    uint8_t role;
} parent;

typedef struct {
    weight *weights;
    size_t *firsts;  // of each relation's parents
    parent *parents;
    uint32_t *falling;
    size_t falling_count;
} balance;

static bool is_child(const sw_map__member *member)
{
    return member->type == SW_OSM_RELATION && member->rank != SW_MAP__NONE;
}

static void count_parents(const sw_map__relations *all, size_t *firsts)
{
    for (size_t i = 0; i < all->member_count; i++) {
        if (is_child(&all->members[i])) firsts[all->members[i].rank + 1]++;
    }
    for (size_t row = 0; row < all->ids.count; row++)
        firsts[row + 1] += firsts[row];
}

// Fills the lists from their ends; firsts[r] comes down to where r's begins.
static void list_parents(const sw_map__relations *all, balance *of)
{
    for (size_t row = 0; row < all->ids.count; row++)
        of->firsts[row] = of->firsts[row + 1];
    for (uint32_t row = 0; row < all->ids.count; row++) {
        for (size_t i = all->firsts[row]; i < all->firsts[row + 1]; i++) {
            const sw_map__member *member = &all->members[i];
            if (!is_child(member)) continue;
            of->parents[--of->firsts[member->rank]] =
                (parent){row, member->role};
        }
    }
}

static bool balance_open(const sw_map__relations *all, balance *of,
                         sw_error *err)
{
    size_t rows = all->ids.count;
    of->weights = calloc(rows + 1, sizeof *of->weights);
    of->firsts = calloc(rows + 2, sizeof *of->firsts);
    of->falling = calloc(rows + 1, sizeof *of->falling);
    if (of->weights == NULL || of->firsts == NULL || of->falling == NULL)
        return sw_fail_memory(err);

    count_parents(all, of->firsts);
    of->parents = calloc(of->firsts[rows] + 1, sizeof *of->parents);
    if (of->parents == NULL) return sw_fail_memory(err);
    list_parents(all, of);
    return true;
}

static bool weigh_all(sw_map__court *court, balance *of, sw_error *err)
{
    const sw_map__relations *all = court->relations;
    for (uint32_t row = 0; row < all->ids.count; row++) {
        bool holds;
        if (all->kept[row] == 0) continue;
        if (!weigh(court, row, &of->weights[row], &holds, err)) return false;
        if (!holds) of->falling[of->falling_count++] = row;
    }
    return true;
}

static void fall(sw_map__relations *all, balance *of, uint32_t relation)
{
    all->kept[relation] = 0;
    of->falling[of->falling_count++] = relation;
}

// A relation fell: what does its parent still have?
static void take_from(sw_map__relations *all, balance *of, parent from)
{
    uint8_t kind = all->kinds[from.relation];
    weight *weighed = &of->weights[from.relation];
    if (all->kept[from.relation] == 0 || kind == SW_MAP__MULTIPOLYGON) return;

    weighed->left[from.role]--;
    bool via = kind == SW_MAP__RESTRICTION && from.role == SW_MAP__ROLE_VIA;
    if (via || outweighed(all, from.relation, weighed))
        fall(all, of, from.relation);
}

static void topple(sw_map__relations *all, balance *of)
{
    for (size_t i = 0; i < of->falling_count; i++)
        all->kept[of->falling[i]] = 0;
    while (of->falling_count > 0) {
        uint32_t fallen = of->falling[--of->falling_count];
        for (size_t i = of->firsts[fallen]; i < of->firsts[fallen + 1]; i++)
            take_from(all, of, of->parents[i]);
    }
}

bool sw_map__relations_settle(sw_map__relations *all,
                              const sw_map__nodes *nodes,
                              const sw_map__ways *ways, bool keep_missing,
                              sw_error *err)
{
    sw_map__court court = {.nodes = nodes,
                           .ways = ways,
                           .relations = all,
                           .keep_missing = keep_missing};
    balance of = {0};
    bool ok = balance_open(all, &of, err) && weigh_all(&court, &of, err);
    if (ok) topple(all, &of);

    free(court.room);
    free(of.weights);
    free(of.firsts);
    free(of.parents);
    free(of.falling);
    return ok;
}

bool sw_map__relations_need(const sw_map__relations *all,
                            const sw_map__nodes *nodes, sw_map__ways *ways,
                            bool keep_missing, sw_error *err)
{
    sw_map__court court = {.nodes = nodes,
                           .ways = ways,
                           .relations = all,
                           .keep_missing = keep_missing};
    bool ok = true;
    for (uint32_t row = 0; ok && row < all->ids.count; row++) {
        if (all->kept[row] == 0) continue;
        ok = sw_map__court_open(&court, row, err);
        for (size_t i = all->firsts[row]; ok && i < all->firsts[row + 1]; i++) {
            const sw_map__member *member = &all->members[i];
            if (member->type == SW_OSM_WAY && member->rank != SW_MAP__NONE &&
                sw_map__member_left(&court, row, member) != SW_MAP__OUT)
                ways->states[member->rank] |= SW_MAP__WAY_NEEDED;
        }
    }
    free(court.room);
    return ok;
}

void sw_map__relations_mark(const sw_map__relations *all, sw_map__nodes *nodes)
{
    for (uint32_t row = 0; row < all->ids.count; row++) {
        if (all->kept[row] == 0) continue;
        for (size_t i = all->firsts[row]; i < all->firsts[row + 1]; i++) {
            const sw_map__member *member = &all->members[i];
            if (member->type == SW_OSM_NODE && member->rank != SW_MAP__NONE)
                sw_map__nodes_mark(nodes, sw_map__joined(nodes, member->rank));
        }
    }
}
