// The changes: each alters only what docs/projection.md takes out, so the
// release may not change by a byte.
#include "world.h"

#include <string.h>

// A random thing that `fits`, or NULL.
static thing *pick(world *w, const rule_set *r, const release *of, dice *d,
                   bool (*fits)(world *w, const rule_set *r, const release *of,
                                const thing *t))
{
    for (int tries = 0; tries < 60 && w->count > 0; tries++) {
        thing *t = &w->things[below(d, (int)w->count)];
        if (fits(w, r, of, t)) return t;
    }
    return NULL;
}

static bool is_hidden_node(world *w, const rule_set *r, const release *of,
                           const thing *t)
{
    (void)w;
    (void)of;
    return t->type == SW_OSM_NODE && node_restricted(r, t);
}

static bool all_segments_restricted(world *w, const rule_set *r, const thing *t)
{
    for (size_t i = 1; i < t->ref_count; i++) {
        if (!segment_restricted(r, w, t->refs[i - 1], t->refs[i])) return false;
    }
    return true;
}

static bool is_runless_way(world *w, const rule_set *r, const release *of,
                           const thing *t)
{
    return t->type == SW_OSM_WAY && !released(of, SW_OSM_WAY, t->id) &&
           all_segments_restricted(w, r, t);
}

static bool is_cut_way(world *w, const rule_set *r, const release *of,
                       const thing *t)
{
    (void)of;
    if (t->type != SW_OSM_WAY || t->ref_count + 1 >= MAX_REFS) return false;
    if (t->ref_count < 2) return false;
    if (t->refs[0] == t->refs[t->ref_count - 1] && t->ref_count < 5)
        return false;
    for (size_t i = 1; i < t->ref_count; i++) {
        if (segment_restricted(r, w, t->refs[i - 1], t->refs[i])) return true;
    }
    return false;
}

static bool is_gone_relation(world *w, const rule_set *r, const release *of,
                             const thing *t)
{
    (void)w;
    (void)r;
    return t->type == SW_OSM_RELATION && !released(of, SW_OSM_RELATION, t->id);
}

static bool has_type(const thing *t, const char *type)
{
    for (size_t i = 0; i < t->tag_count; i++) {
        if (sw_str_eq(t->tags[i].key, SW_STR("type")) &&
            sw_str_eq(t->tags[i].value, sw_str_of(type))) {
            return true;
        }
    }
    return false;
}

// A released relation that keeps the rest when it loses a member.
static bool is_tolerant_relation(world *w, const rule_set *r, const release *of,
                                 const thing *t)
{
    (void)w;
    (void)r;
    return t->type == SW_OSM_RELATION && released(of, SW_OSM_RELATION, t->id) &&
           !has_type(t, "multipolygon") && !has_type(t, "restriction");
}

static bool is_anything(world *w, const rule_set *r, const release *of,
                        const thing *t)
{
    (void)w;
    (void)r;
    (void)of;
    (void)t;
    return true;
}

static bool is_unadmitted(world *w, const rule_set *r, const release *of,
                          const thing *t)
{
    (void)w;
    (void)r;
    (void)of;
    return !admitted(t);
}

static bool retag_node(world *w, const rule_set *r, const release *of, dice *d)
{
    thing *t = pick(w, r, of, d, is_hidden_node);
    if (t == NULL) return false;
    random_tags(d, t);
    if (chance(d, 50)) add_tag(t, SW_STR("name"), SW_STR("changed inside"));
    return true;
}

static bool move_node(world *w, const rule_set *r, const release *of, dice *d)
{
    thing *t = pick(w, r, of, d, is_hidden_node);
    if (t == NULL) return false;
    t->at = place_in_zone(r, d);
    return true;
}

static bool add_node(world *w, const rule_set *r, const release *of, dice *d)
{
    (void)of;
    thing *t = world_add(w, SW_OSM_NODE,
                         chance(d, 50) ? -(w->next_id++) : w->next_id++);
    if (t == NULL) return false;
    t->at = place_in_zone(r, d);
    random_tags(d, t);
    return true;
}

static bool add_orphan(world *w, const rule_set *r, const release *of, dice *d)
{
    (void)r;
    (void)of;
    thing *t = world_add(w, SW_OSM_NODE, w->next_id++);
    if (t == NULL) return false;
    t->at = w->things[0].at;
    t->at.lon_e7 += below(d, 9000);
    return true;
}

static bool insert_node(world *w, const rule_set *r, const release *of, dice *d)
{
    thing *t = pick(w, r, of, d, is_cut_way);
    thing *inside = pick(w, r, of, d, is_hidden_node);
    if (t == NULL || inside == NULL) return false;
    size_t start = (size_t)below(d, (int)t->ref_count);
    for (size_t k = 0; k < t->ref_count; k++) {
        size_t i = (start + k) % t->ref_count;
        if (i == 0 || !segment_restricted(r, w, t->refs[i - 1], t->refs[i]))
            continue;
        memmove(t->refs + i + 1, t->refs + i,
                (t->ref_count - i) * sizeof *t->refs);
        t->refs[i] = inside->id;
        t->ref_count++;
        return true;
    }
    return false;
}

static bool skip_node(world *w, const rule_set *r, const release *of, dice *d)
{
    thing *t = pick(w, r, of, d, is_cut_way);
    if (t == NULL || t->ref_count < 3) return false;
    if (t->refs[0] == t->refs[t->ref_count - 1] && t->ref_count < 6)
        return false;
    size_t i = 1 + (size_t)below(d, (int)t->ref_count - 2);
    const thing *node = world_find(w, SW_OSM_NODE, t->refs[i]);
    if (node == NULL && r->map.keep_missing) return false;
    if (node != NULL && !node_restricted(r, node)) return false;
    if (!segment_restricted(r, w, t->refs[i - 1], t->refs[i + 1])) return false;
    memmove(t->refs + i, t->refs + i + 1,
            (t->ref_count - i - 1) * sizeof *t->refs);
    t->ref_count--;
    return true;
}

static bool delete_node(world *w, const rule_set *r, const release *of, dice *d)
{
    thing *t = pick(w, r, of, d, is_hidden_node);
    if (t == NULL || r->map.keep_missing) return false;
    world_remove(w, t);
    return true;
}

static void renumber(world *w, thing *t, int64_t to)
{
    for (size_t i = 0; i < w->count; i++) {
        thing *other = &w->things[i];
        for (size_t k = 0; t->type == SW_OSM_NODE && k < other->ref_count;
             k++) {
            if (other->refs[k] == t->id) other->refs[k] = to;
        }
        for (size_t k = 0; k < other->member_count; k++) {
            pbf_member *m = &other->members[k];
            if (m->type == t->type && m->ref == t->id) m->ref = to;
        }
    }
    t->id = to;
}

static bool renumber_node(world *w, const rule_set *r, const release *of,
                          dice *d)
{
    thing *t = pick(w, r, of, d, is_hidden_node);
    if (t == NULL) return false;
    renumber(w, t, chance(d, 50) ? w->next_id++ : -(w->next_id++));
    return true;
}

static bool retag_way(world *w, const rule_set *r, const release *of, dice *d)
{
    thing *t = pick(w, r, of, d, is_runless_way);
    if (t == NULL) return false;
    random_tags(d, t);
    return true;
}

static bool delete_way(world *w, const rule_set *r, const release *of, dice *d)
{
    thing *t = pick(w, r, of, d, is_runless_way);
    if (t == NULL || r->map.keep_missing) return false;
    world_remove(w, t);
    return true;
}

static bool renumber_way(world *w, const rule_set *r, const release *of,
                         dice *d)
{
    thing *t = pick(w, r, of, d, is_runless_way);
    if (t == NULL) return false;
    renumber(w, t, chance(d, 50) ? w->next_id++ : -(w->next_id++));
    return true;
}

static bool add_way(world *w, const rule_set *r, const release *of, dice *d)
{
    thing *t = world_add(w, SW_OSM_WAY,
                         chance(d, 50) ? w->next_id++ : -(w->next_id++));
    if (t == NULL) return false;
    for (int n = 1 + below(d, 6); n > 0; n--) {
        const thing *node = pick(w, r, of, d, is_hidden_node);
        if (node != NULL) t->refs[t->ref_count++] = node->id;
    }
    random_tags(d, t);
    return true;
}

// An untagged way that nothing kept refers to, over any nodes.
static bool add_leftover_way(world *w, const rule_set *r, const release *of,
                             dice *d)
{
    (void)r;
    (void)of;
    thing *t = world_add(w, SW_OSM_WAY, w->next_id++);
    if (t == NULL) return false;
    for (int n = 2 + below(d, 6); n > 0; n--)
        t->refs[t->ref_count++] = 1 + below(d, 60);
    return true;
}

static bool add_relation(world *w, const rule_set *r, const release *of,
                         dice *d)
{
    static const char *const types[] = {"route", "multipolygon", "restriction",
                                        "site"};
    thing *t = world_add(w, SW_OSM_RELATION, w->next_id++);
    if (t == NULL) return false;
    add_tag(t, SW_STR("type"), sw_str_of(types[below(d, 4)]));
    add_tag(t, SW_STR("name"), SW_STR("only inside"));
    for (int n = below(d, 5); n > 0; n--) {
        const thing *m =
            pick(w, r, of, d, chance(d, 50) ? is_hidden_node : is_runless_way);
        if (m == NULL) continue;
        t->members[t->member_count++] =
            (pbf_member){m->type, m->id, SW_STR("inside")};
    }
    return true;
}

// A turn restriction without its via, over kept ways: it goes, they stay.
static bool add_broken_restriction(world *w, const rule_set *r,
                                   const release *of, dice *d)
{
    const thing *inside = pick(w, r, of, d, is_hidden_node);
    if (inside == NULL) return false;
    int64_t via = inside->id;
    thing *t = world_add(w, SW_OSM_RELATION, w->next_id++);
    if (t == NULL) return false;
    add_tag(t, SW_STR("type"), SW_STR("restriction"));
    t->members[0] =
        (pbf_member){SW_OSM_WAY, 2 * below(d, 26) + 1, SW_STR("from")};
    t->members[1] = (pbf_member){SW_OSM_NODE, via, SW_STR("via")};
    t->members[2] =
        (pbf_member){SW_OSM_WAY, 2 * below(d, 26) + 1, SW_STR("to")};
    t->member_count = 3;
    return true;
}

static bool delete_relation(world *w, const rule_set *r, const release *of,
                            dice *d)
{
    thing *t = pick(w, r, of, d, is_gone_relation);
    if (t == NULL || r->map.keep_missing) return false;
    world_remove(w, t);
    return true;
}

static bool insert_member(world *w, const rule_set *r, const release *of,
                          dice *d)
{
    thing *t = pick(w, r, of, d, is_tolerant_relation);
    const thing *m =
        pick(w, r, of, d, chance(d, 50) ? is_hidden_node : is_runless_way);
    if (t == NULL || m == NULL || t->member_count == MAX_MEMBERS) return false;
    size_t i = (size_t)below(d, (int)t->member_count + 1);
    memmove(t->members + i + 1, t->members + i,
            (t->member_count - i) * sizeof *t->members);
    t->members[i] = (pbf_member){m->type, m->id, SW_STR("stop")};
    t->member_count++;
    return true;
}

static bool drop_member(world *w, const rule_set *r, const release *of, dice *d)
{
    thing *t = pick(w, r, of, d, is_tolerant_relation);
    if (t == NULL || t->member_count == 0) return false;
    size_t i = (size_t)below(d, (int)t->member_count);
    const thing *m = world_find(w, t->members[i].type, t->members[i].ref);
    bool hidden = m == NULL ? !r->map.keep_missing
                            : is_hidden_node(w, r, of, m) ||
                                  is_runless_way(w, r, of, m) ||
                                  is_gone_relation(w, r, of, m);
    if (!hidden) return false;
    memmove(t->members + i, t->members + i + 1,
            (t->member_count - i - 1) * sizeof *t->members);
    t->member_count--;
    return true;
}

static bool add_forbidden_tag(world *w, const rule_set *r, const release *of,
                              dice *d)
{
    thing *t = pick(w, r, of, d, is_anything);
    if (!r->strip || t == NULL || t->tag_count == MAX_TAGS) return false;
    size_t i = (size_t)below(d, (int)t->tag_count + 1);
    memmove(t->tags + i + 1, t->tags + i, (t->tag_count - i) * sizeof *t->tags);
    t->tags[i] = forbidden_tags[below(d, (int)forbidden_tag_count)];
    t->tag_count++;
    return true;
}

static bool change_forbidden_role(world *w, const rule_set *r,
                                  const release *of, dice *d)
{
    thing *t = pick(w, r, of, d, is_tolerant_relation);
    if (!r->strip || t == NULL || t->member_count == 0) return false;
    pbf_member *m = &t->members[below(d, (int)t->member_count)];
    if (m->role.len != 0) return false;
    m->role = SW_STR("한빛부대 정문");
    return true;
}

static bool change_forbidden_user(world *w, const rule_set *r,
                                  const release *of, dice *d)
{
    thing *t = pick(w, r, of, d, is_anything);
    if (!r->strip || t == NULL || t->info.version < 0) return false;
    if (!sw_str_has(t->info.user, SW_STR("한빛부대"))) return false;
    t->info.user = SW_STR("x 한빛부대 y");
    return true;
}

static bool change_metadata(world *w, const rule_set *r, const release *of,
                            dice *d)
{
    thing *t = pick(w, r, of, d, is_anything);
    if (!r->map.strip_metadata || t == NULL) return false;
    t->info = (pbf_info){.version = below(d, 99),
                         .uid = below(d, 99),
                         .timestamp_s = below(d, 999999),
                         .changeset = below(d, 9999),
                         .user = SW_STR("another")};
    return true;
}

static bool change_hidden_metadata(world *w, const rule_set *r,
                                   const release *of, dice *d)
{
    thing *t =
        pick(w, r, of, d, chance(d, 50) ? is_hidden_node : is_runless_way);
    if (t == NULL) return false;
    t->info = (pbf_info){.version = below(d, 99),
                         .uid = below(d, 99),
                         .timestamp_s = below(d, 999999),
                         .changeset = below(d, 9999),
                         .user = SW_STR("somebody inside")};
    return true;
}

static bool change_unadmitted(world *w, const rule_set *r, const release *of,
                              dice *d)
{
    thing *t = pick(w, r, of, d, is_unadmitted);
    if (!r->scope || t == NULL) return false;
    t->tag_count = 0;
    if (chance(d, 60)) add_tag(t, SW_STR("amenity"), SW_STR("bank"));
    if (chance(d, 60)) add_tag(t, SW_STR("building"), SW_STR("yes"));
    if (chance(d, 30)) add_tag(t, SW_STR("area"), SW_STR("yes"));
    return true;
}

static bool nothing(world *w, const rule_set *r, const release *of, dice *d)
{
    (void)w;
    (void)r;
    (void)of;
    (void)d;
    return true;  // only the encoding differs
}

const named_mutation mutations[] = {
    {"retag a hidden node", retag_node},
    {"move a hidden node", move_node},
    {"add a node in a zone", add_node},
    {"add an orphan node", add_orphan},
    {"route a cut way over a hidden node", insert_node},
    {"take a hidden node out of a way", skip_node},
    {"delete a hidden node", delete_node},
    {"renumber a hidden node", renumber_node},
    {"retag a way without a run", retag_way},
    {"delete a way without a run", delete_way},
    {"renumber a way without a run", renumber_way},
    {"add a way in a zone", add_way},
    {"add an untagged, unused way", add_leftover_way},
    {"add a relation of hidden members", add_relation},
    {"add a restriction without its via", add_broken_restriction},
    {"delete a relation that goes", delete_relation},
    {"add a hidden member", insert_member},
    {"drop a hidden member", drop_member},
    {"add a forbidden tag", add_forbidden_tag},
    {"put a forbidden name into a role", change_forbidden_role},
    {"change a forbidden user name", change_forbidden_user},
    {"change metadata that is stripped", change_metadata},
    {"change metadata of what is hidden", change_hidden_metadata},
    {"retag what scope does not admit", change_unadmitted},
    {"cut into other blocks", nothing},
};
const size_t mutation_count = sizeof mutations / sizeof *mutations;
