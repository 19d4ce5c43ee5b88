// Objects out of a PrimitiveBlock. Everything that sizes or indexes is checked
// here: columns of unequal length, strings that are not there, places outside
// the world. Ids and references are sums of deltas and may be anything.
#include "block.h"

#include <inttypes.h>
#include <stdlib.h>

#define WORLD_LON INT64_C(180000000000)  // nanodegrees
#define WORLD_LAT INT64_C(90000000000)

int64_t sw_inspect__sum(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a + (uint64_t)b);
}

const char *sw_inspect__kind_name(unsigned kind)
{
    switch (kind) {
    case SW_KIND_NODE: return "node";
    case SW_KIND_WAY: return "way";
    default: return "relation";
    }
}

bool sw_inspect__string(const SwPbf__PrimitiveBlock *block, uint64_t index,
                        sw_str *out, sw_error *err)
{
    if (index >= block->stringtable->n_s) {
        return sw_fail(err, SW_ERR_INPUT, "string %" PRId64 " of %zu",
                       (int64_t)index, block->stringtable->n_s);
    }
    const ProtobufCBinaryData *s = &block->stringtable->s[index];
    *out = (sw_str){(const char *)s->data, s->len};
    return true;
}

sw_inspect__pair sw_inspect__pair_at(const sw_inspect__object *object,
                                     size_t index)
{
    if (object->dense == NULL) {
        return (sw_inspect__pair){object->keys[index], object->values[index]};
    }
    // A negative index becomes one that no table has.
    return (sw_inspect__pair){(uint64_t)object->dense[2 * index],
                              (uint64_t)object->dense[2 * index + 1]};
}

/* ---- places ----------------------------------------------------------- */

// One coordinate to units of 1e-7 degree. Granularity and offset are bounded
// first, and the number by what they leave, so nothing can overflow.
static bool coordinate(int64_t at, int32_t granularity, int64_t offset,
                       int64_t edge, int32_t *out, bool *finer)
{
    if (granularity <= 0 || llabs(offset / 4) > edge) return false;
    int64_t most = 8 * edge / granularity;
    if (at > most || at < -most) return false;

    int64_t nano = offset + at * granularity;
    if (nano > edge || nano < -edge) return false;
    *finer |= nano % 100 != 0;
    *out = (int32_t)(nano / 100);
    return true;
}

static bool place(const SwPbf__PrimitiveBlock *block, int64_t lon, int64_t lat,
                  sw_inspect__object *object, sw_error *err)
{
    bool ok = coordinate(lon, block->granularity, block->lon_offset, WORLD_LON,
                         &object->lon_e7, &object->finer) &&
              coordinate(lat, block->granularity, block->lat_offset, WORLD_LAT,
                         &object->lat_e7, &object->finer);
    return ok || sw_fail(err, SW_ERR_INPUT, "lies outside the world");
}

/* ---- objects ---------------------------------------------------------- */

typedef bool (*take_object)(void *ctx, const sw_inspect__object *object,
                            sw_error *err);

typedef struct {
    const sw_inspect__blob *blob;
    const sw_inspect__visitor *visitor;
    void *ctx;
} visit;

static bool at_object(const visit *v, const sw_inspect__object *object,
                      sw_error *err)
{
    return sw_error_at(err, "blob %" PRIu64 ", %s %" PRId64, v->blob->number,
                       sw_inspect__kind_name(object->kind), object->id);
}

static bool set_pairs(sw_inspect__object *object, size_t n_keys,
                      const uint32_t *keys, size_t n_values,
                      const uint32_t *values, sw_error *err)
{
    if (n_keys != n_values)
        return sw_fail(err, SW_ERR_INPUT,
                       "has keys without values, or the reverse");
    object->pair_count = n_keys;
    object->keys = keys;
    object->values = values;
    return true;
}

static void set_info(sw_inspect__object *object, const SwPbf__Info *info)
{
    if (info == NULL) return;
    object->has_info = true;
    object->has_visible = info->has_visible;
    object->has_user = info->has_user_sid;
    object->user = info->user_sid;
    object->strays |= info->base.n_unknown_fields > 0;
}

static bool visit_node(const visit *v, const SwPbf__Node *node, sw_error *err)
{
    sw_inspect__object object = {.kind = SW_KIND_NODE,
                                 .id = node->id,
                                 .strays = node->base.n_unknown_fields > 0};
    set_info(&object, node->info);
    bool ok = set_pairs(&object, node->n_keys, node->keys, node->n_vals,
                        node->vals, err) &&
              place(v->blob->block, node->lon, node->lat, &object, err) &&
              v->visitor->node(v->ctx, &object, err);
    return ok || at_object(v, &object, err);
}

static bool visit_way(const visit *v, const SwPbf__Way *way, sw_error *err)
{
    sw_inspect__object object = {.kind = SW_KIND_WAY,
                                 .id = way->id,
                                 .way = way,
                                 .strays = way->base.n_unknown_fields > 0};
    set_info(&object, way->info);
    if (way->n_refs > 0) object.first = way->refs[0];
    for (size_t i = 0; i < way->n_refs; i++)
        object.last = sw_inspect__sum(object.last, way->refs[i]);
    object.closed = way->n_refs >= 4 && object.first == object.last;

    bool ok = set_pairs(&object, way->n_keys, way->keys, way->n_vals, way->vals,
                        err) &&
              v->visitor->way(v->ctx, &object, err);
    return ok || at_object(v, &object, err);
}

static bool visit_relation(const visit *v, const SwPbf__Relation *relation,
                           sw_error *err)
{
    sw_inspect__object object = {.kind = SW_KIND_RELATION,
                                 .id = relation->id,
                                 .relation = relation,
                                 .strays = relation->base.n_unknown_fields > 0};
    set_info(&object, relation->info);
    bool equal = relation->n_memids == relation->n_roles_sid &&
                 relation->n_memids == relation->n_types;
    if (!equal) {
        sw_fail(err, SW_ERR_INPUT,
                "has members without a role or type, or the reverse");
        return at_object(v, &object, err);
    }

    bool ok = set_pairs(&object, relation->n_keys, relation->keys,
                        relation->n_vals, relation->vals, err) &&
              v->visitor->relation(v->ctx, &object, err);
    return ok || at_object(v, &object, err);
}

/* ---- dense nodes ------------------------------------------------------ */

// Where the walk through the columns is.
typedef struct {
    int64_t id, lon, lat;
    uint64_t user;
    size_t pair;  // in keys_vals
} dense_state;

static bool column_fits(size_t have, size_t want)
{
    return have == 0 || have == want;
}

static bool columns_fit(const SwPbf__DenseNodes *dense)
{
    size_t count = dense->n_id;
    const SwPbf__DenseInfo *info = dense->denseinfo;
    if (dense->n_lat != count || dense->n_lon != count) return false;
    return info == NULL || (column_fits(info->n_version, count) &&
                            column_fits(info->n_timestamp, count) &&
                            column_fits(info->n_changeset, count) &&
                            column_fits(info->n_uid, count) &&
                            column_fits(info->n_user_sid, count) &&
                            column_fits(info->n_visible, count));
}

static bool dense_pairs(const SwPbf__DenseNodes *dense, dense_state *s,
                        sw_inspect__object *object, sw_error *err)
{
    if (dense->n_keys_vals == 0) return true;

    object->dense = dense->keys_vals + s->pair;
    while (s->pair < dense->n_keys_vals && dense->keys_vals[s->pair] != 0) {
        if (dense->n_keys_vals - s->pair < 2) break;
        object->pair_count++;
        s->pair += 2;
    }
    if (s->pair >= dense->n_keys_vals || dense->keys_vals[s->pair] != 0)
        return sw_fail(err, SW_ERR_INPUT, "has tags without an end");
    s->pair++;
    return true;
}

static void dense_info(const SwPbf__DenseInfo *info, size_t index,
                       dense_state *s, sw_inspect__object *object)
{
    if (info == NULL) return;
    object->has_info = true;
    object->has_visible = info->n_visible > 0;
    object->has_user = info->n_user_sid > 0;
    if (object->has_user) s->user += (uint64_t)(int64_t)info->user_sid[index];
    object->user = s->user;
}

static bool visit_dense_node(const visit *v, const SwPbf__DenseNodes *dense,
                             size_t index, dense_state *s, sw_error *err)
{
    s->id = sw_inspect__sum(s->id, dense->id[index]);
    s->lon = sw_inspect__sum(s->lon, dense->lon[index]);
    s->lat = sw_inspect__sum(s->lat, dense->lat[index]);

    sw_inspect__object object = {.kind = SW_KIND_NODE, .id = s->id};
    dense_info(dense->denseinfo, index, s, &object);
    bool ok = dense_pairs(dense, s, &object, err) &&
              place(v->blob->block, s->lon, s->lat, &object, err) &&
              v->visitor->node(v->ctx, &object, err);
    return ok || at_object(v, &object, err);
}

static bool visit_dense(const visit *v, const SwPbf__DenseNodes *dense,
                        sw_error *err)
{
    dense_state s = {0};
    if (!columns_fit(dense)) {
        return sw_fail(err, SW_ERR_INPUT,
                       "dense nodes with columns of unequal length");
    }
    for (size_t i = 0; i < dense->n_id; i++) {
        if (!visit_dense_node(v, dense, i, &s, err)) return false;
    }
    if (s.pair == dense->n_keys_vals) return true;
    return sw_fail(err, SW_ERR_INPUT, "dense nodes with tags of no node");
}

/* ---- groups ----------------------------------------------------------- */

static bool visit_group(const visit *v, const SwPbf__PrimitiveGroup *group,
                        sw_error *err)
{
    bool ok = true;
    if (v->visitor->node != NULL) {
        for (size_t i = 0; ok && i < group->n_nodes; i++)
            ok = visit_node(v, group->nodes[i], err);
        if (ok && group->dense != NULL) ok = visit_dense(v, group->dense, err);
    }
    for (size_t i = 0; ok && v->visitor->way != NULL && i < group->n_ways; i++)
        ok = visit_way(v, group->ways[i], err);
    for (size_t i = 0;
         ok && v->visitor->relation != NULL && i < group->n_relations; i++)
        ok = visit_relation(v, group->relations[i], err);
    return ok;
}

bool sw_inspect__visit(const sw_inspect__blob *blob,
                       const sw_inspect__visitor *visitor, void *ctx,
                       sw_error *err)
{
    visit v = {blob, visitor, ctx};
    for (size_t i = 0; i < blob->block->n_primitivegroup; i++) {
        if (!visit_group(&v, blob->block->primitivegroup[i], err))
            return sw_error_at(err, "blob %" PRIu64, blob->number);
    }
    return true;
}
