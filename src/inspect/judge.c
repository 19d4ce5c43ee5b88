// Second pass over the release, when all that ways and relations may refer to
// is known: segments against zones, references, leftovers, relations that have
// lost what their type needs (docs/projection.md, sections 5 and 6).
#include "inspect_internal.h"

#include <inttypes.h>
#include <stdlib.h>

#include "block.h"

typedef struct {
    sw_inspect__run *run;
    sw_inspect__blob blob;
    sw_inspect__rows ends;  // int64_t: nodes at which a relation's ways end
} judge;

/* ---- ways ------------------------------------------------------------- */

static bool judge_segment(judge *j, int64_t way, const sw_inspect__node *a,
                          const sw_inspect__node *b, sw_error *err)
{
    sw_checks *checks = j->run->checks;
    bool one_place = a->lon_e7 == b->lon_e7 && a->lat_e7 == b->lat_e7;
    j->run->table->segments++;
    if (one_place && j->run->how->coarsen_scale > 0) {
        sw_inspect__find(checks, SW_CHECK_PRECISION,
                         "way %" PRId64 " between nodes %" PRId64
                         " and %" PRId64 ", of no length",
                         way, a->id, b->id);
    }
    if (j->run->index == NULL) return true;

    bool meets;
    sw_inspect__line line = {{a->lon_e7, a->lat_e7}, {b->lon_e7, b->lat_e7}};
    if (!sw_inspect__index_meets(j->run->index, line, &meets, err))
        return false;
    sw_inspect__look(checks, SW_CHECK_SEGMENT_MEETS_ZONE);
    if (meets) {
        sw_inspect__find(checks, SW_CHECK_SEGMENT_MEETS_ZONE,
                         "way %" PRId64 " between nodes %" PRId64
                         " and %" PRId64,
                         way, a->id, b->id);
    }
    return true;
}

static sw_inspect__node *node_of(judge *j, int64_t way, int64_t id,
                                 size_t index)
{
    sw_inspect__node *node = sw_inspect__rows_find(&j->run->table->nodes, id);
    sw_inspect__look(j->run->checks, SW_CHECK_MISSING_REFERENCE);
    if (node != NULL) {
        node->seen |= SW_SEEN_REFERRED;
    } else {
        sw_inspect__find(j->run->checks, SW_CHECK_MISSING_REFERENCE,
                         "way %" PRId64 ", reference %zu", way, index + 1);
    }
    return node;
}

static bool judge_way(void *ctx, const sw_inspect__object *object,
                      sw_error *err)
{
    judge *j = ctx;
    const SwPbf__Way *way = object->way;
    const sw_inspect__node *before = NULL;
    int64_t id = 0;
    for (size_t i = 0; i < way->n_refs; i++) {
        id = sw_inspect__sum(id, way->refs[i]);
        const sw_inspect__node *node = node_of(j, way->id, id, i);
        if (before != NULL && node != NULL &&
            !judge_segment(j, way->id, before, node, err))
            return false;
        before = node;
    }
    if (way->n_refs < 2) {
        sw_inspect__find(j->run->checks, SW_CHECK_LEFTOVER_WAY,
                         "way %" PRId64 ", without a segment", way->id);
    }
    return true;
}

/* ---- relations -------------------------------------------------------- */

typedef struct {
    bool from, to, via, way, missing;
} member_summary;

// The member's row, marked as referred to, or NULL.
static void *member_of(judge *j, SwPbf__Relation__MemberType type, int64_t id)
{
    sw_inspect__table *table = j->run->table;
    if (type == SW_PBF__RELATION__MEMBER_TYPE__RELATION)
        return sw_inspect__rows_find(&table->relations, id);
    if (type == SW_PBF__RELATION__MEMBER_TYPE__WAY) {
        sw_inspect__way *way = sw_inspect__rows_find(&table->ways, id);
        if (way != NULL) way->seen |= SW_SEEN_REFERRED;
        return way;
    }
    sw_inspect__node *node = sw_inspect__rows_find(&table->nodes, id);
    if (node != NULL) node->seen |= SW_SEEN_REFERRED;
    return node;
}

static bool add_ends(judge *j, const sw_inspect__way *way, sw_error *err)
{
    if (way->first == way->last) return true;
    for (int side = 0; side < 2; side++) {
        int64_t *end = sw_inspect__row(&j->ends);
        if (end == NULL) return sw_fail_memory(err);
        *end = side == 0 ? way->first : way->last;
    }
    return true;
}

static bool judge_member(judge *j, const SwPbf__Relation *relation, size_t i,
                         int64_t id, member_summary *sum, sw_error *err)
{
    sw_str role;
    if (!sw_inspect__string(j->blob.block, (uint64_t)relation->roles_sid[i],
                            &role, err))
        return false;
    sum->from |= sw_str_eq(role, SW_STR("from"));
    sum->to |= sw_str_eq(role, SW_STR("to"));
    sum->via |= sw_str_eq(role, SW_STR("via"));

    bool is_way = relation->types[i] == SW_PBF__RELATION__MEMBER_TYPE__WAY;
    const void *member = member_of(j, relation->types[i], id);
    sum->way |= is_way;
    sw_inspect__look(j->run->checks, SW_CHECK_MISSING_REFERENCE);
    if (member == NULL) {
        sum->missing = true;
        sw_inspect__find(j->run->checks, SW_CHECK_MISSING_REFERENCE,
                         "relation %" PRId64 ", member %zu", relation->id,
                         i + 1);
        return true;
    }
    return !is_way || add_ends(j, member, err);
}

static int end_order(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

// Is no node the end of an odd number of the relation's ways?
static bool ways_close(sw_inspect__rows *ends)
{
    int64_t *at = ends->at;
    if (ends->count == 0) return true;
    qsort(at, ends->count, sizeof *at, end_order);
    for (size_t i = 0, same; i < ends->count; i += same) {
        for (same = 1; i + same < ends->count && at[i + same] == at[i];)
            same++;
        if (same % 2 != 0) return false;
    }
    return true;
}

static bool read_type(judge *j, const sw_inspect__object *object, sw_str *out,
                      sw_error *err)
{
    *out = (sw_str){0};
    for (size_t i = 0; i < object->pair_count; i++) {
        sw_str key, value;
        sw_inspect__pair pair = sw_inspect__pair_at(object, i);
        if (!sw_inspect__string(j->blob.block, pair.key, &key, err) ||
            !sw_inspect__string(j->blob.block, pair.value, &value, err))
            return false;
        if (sw_str_eq(key, SW_STR("type"))) *out = value;
    }
    return true;
}

static const char *what_is_broken(judge *j, const SwPbf__Relation *relation,
                                  sw_str type, const member_summary *sum)
{
    if (relation->n_memids == 0) return "without a member";
    if (sw_str_eq(type, SW_STR("multipolygon"))) {
        if (!sum->way) return "a multipolygon without a way";
        // Where a member is missing, it may be the one that closes the ring.
        if (!sum->missing && !ways_close(&j->ends))
            return "a multipolygon that is open";
        return NULL;
    }
    bool turn = sw_str_eq(type, SW_STR("restriction")) ||
                sw_str_eq(type, SW_STR("connectivity")) ||
                sw_str_starts(type, SW_STR("restriction:"));
    if (turn && !(sum->from && sum->to && sum->via))
        return "a restriction without from, to or via";
    return NULL;
}

static bool judge_relation(void *ctx, const sw_inspect__object *object,
                           sw_error *err)
{
    judge *j = ctx;
    const SwPbf__Relation *relation = object->relation;
    member_summary sum = {0};
    int64_t id = 0;
    j->ends.count = 0;
    for (size_t i = 0; i < relation->n_memids; i++) {
        id = sw_inspect__sum(id, relation->memids[i]);
        if (!judge_member(j, relation, i, id, &sum, err)) return false;
    }

    sw_str type;
    if (!read_type(j, object, &type, err)) return false;
    const char *broken = what_is_broken(j, relation, type, &sum);
    sw_inspect__look(j->run->checks, SW_CHECK_BROKEN_RELATION);
    if (broken != NULL) {
        sw_inspect__find(j->run->checks, SW_CHECK_BROKEN_RELATION,
                         "relation %" PRId64 ", %s", relation->id, broken);
    }
    return true;
}

/* ---- leftovers -------------------------------------------------------- */

// An id that is there twice has its finding; which of the two was referred to
// nobody can say.
static void judge_leftovers(judge *j)
{
    sw_checks *checks = j->run->checks;
    const sw_inspect__rows *nodes = &j->run->table->nodes;
    const sw_inspect__node *node = nodes->at;
    for (size_t i = 0; i < nodes->count; i++) {
        sw_inspect__look(checks, SW_CHECK_LEFTOVER_NODE);
        if (node[i].seen != 0 || sw_inspect__rows_twin(nodes, i)) continue;
        sw_inspect__find(checks, SW_CHECK_LEFTOVER_NODE, "node %" PRId64,
                         node[i].id);
    }
    const sw_inspect__rows *ways = &j->run->table->ways;
    const sw_inspect__way *way = ways->at;
    for (size_t i = 0; i < ways->count; i++) {
        sw_inspect__look(checks, SW_CHECK_LEFTOVER_WAY);
        if (way[i].seen != 0 || sw_inspect__rows_twin(ways, i)) continue;
        sw_inspect__find(checks, SW_CHECK_LEFTOVER_WAY, "way %" PRId64,
                         way[i].id);
    }
}

/* ---- the pass --------------------------------------------------------- */

static bool judge_blobs(judge *j, sw_inspect__file *file, sw_error *err)
{
    static const sw_inspect__visitor visitor = {NULL, judge_way,
                                                judge_relation};
    const sw_inspect__rows *blobs = &j->run->table->blobs;
    const uint8_t *again = blobs->at;
    for (size_t i = 0; i < blobs->count; i++) {
        sw_progress_tell(&j->run->how->progress, "inspecting references",
                         sw_inspect__offset(file), sw_inspect__size(file));
        sw_step step = again[i] ? sw_inspect__next(file, &j->blob, NULL, err)
                                : sw_inspect__skip(file, err);
        if (step == SW_STEP_FAILED) return false;
        if (step == SW_STEP_END || (again[i] && j->blob.block == NULL))
            return sw_fail(err, SW_ERR_INPUT, "the file changed meanwhile");
        if (again[i] && !sw_inspect__visit(&j->blob, &visitor, j, err))
            return false;
    }
    return true;
}

bool sw_inspect__judge(sw_inspect__run *run, sw_inspect__file *file,
                       sw_error *err)
{
    judge j = {.run = run, .ends.size = sizeof(int64_t)};
    sw_inspect__rows_sort(&run->table->nodes);
    sw_inspect__rows_sort(&run->table->ways);
    sw_inspect__rows_sort(&run->table->relations);
    bool ok = sw_inspect__rewind(file, err) && judge_blobs(&j, file, err);
    if (ok) judge_leftovers(&j);
    sw_inspect__rows_done(&j.ends);
    return ok;
}
