// Dense nodes: each attribute of all nodes is one column, most as differences.
//
//     DenseNodes  id = 1, denseinfo = 5, lat = 8, lon = 9, keys_vals = 10
//     DenseInfo   version = 1, timestamp = 2, changeset = 3, uid = 4,
//                 user_sid = 5, visible = 6
//
// keys_vals is (key value)* 0 for each node in turn, or empty if no node has
// tags. A metadata column is as long as `id`, or empty: absent.
#include "osm_internal.h"

#include <inttypes.h>

enum { DENSE_FIELDS = 1U << 1 | 1U << 5 | 1U << 8 | 1U << 9 | 1U << 10 };
enum { INFO_FIELDS = 0x7e };

typedef struct {
    sw_osm__numbers id, lat, lon, keys_vals;
    sw_osm__numbers version, timestamp, changeset, uid, user, visible;
    bool has_info;
} dense;

static bool gather_info(sw_osm__decoder *d, dense *in, sw_osm__wire message,
                        sw_error *err)
{
    sw_osm__numbers *const columns[] = {
        NULL,     &in->version, &in->timestamp, &in->changeset,
        &in->uid, &in->user,    &in->visible};
    in->has_info = true;
    sw_osm__field field;
    sw_step step;
    while ((step = sw_osm__next_field(&message, &field, err)) == SW_STEP_ITEM) {
        uint32_t number = field.tag >> 3, type = field.tag & 7;
        bool is_column = number >= 1 && number <= 6 &&
                         (type == WIRE_BYTES || type == WIRE_VARINT);
        bool ok = is_column
                      ? sw_osm__gather(columns[number], &field, d->arena, err)
                      : sw_osm__skip_field(field.tag, INFO_FIELDS, err);
        if (!ok) return false;
    }
    return step == SW_STEP_END;
}

static bool gather(sw_osm__decoder *d, dense *in, sw_osm__wire message,
                   sw_error *err)
{
    sw_osm__field field;
    sw_step step;
    while ((step = sw_osm__next_field(&message, &field, err)) == SW_STEP_ITEM) {
        bool ok;
        switch (field.tag) {
        case WIRE_TAG(1, WIRE_BYTES):
        case WIRE_TAG(1, WIRE_VARINT):
            ok = sw_osm__gather(&in->id, &field, d->arena, err);
            break;
        case WIRE_TAG(5, WIRE_BYTES):
            ok = gather_info(d, in, field.bytes, err);
            break;
        case WIRE_TAG(8, WIRE_BYTES):
        case WIRE_TAG(8, WIRE_VARINT):
            ok = sw_osm__gather(&in->lat, &field, d->arena, err);
            break;
        case WIRE_TAG(9, WIRE_BYTES):
        case WIRE_TAG(9, WIRE_VARINT):
            ok = sw_osm__gather(&in->lon, &field, d->arena, err);
            break;
        case WIRE_TAG(10, WIRE_BYTES):
        case WIRE_TAG(10, WIRE_VARINT):
            ok = sw_osm__gather(&in->keys_vals, &field, d->arena, err);
            break;
        default: ok = sw_osm__skip_field(field.tag, DENSE_FIELDS, err);
        }
        if (!ok) return false;
    }
    return step == SW_STEP_END;
}

static bool check_lengths(const dense *in, sw_error *err)
{
    const size_t count = in->id.count;
    if (in->lat.count != count || in->lon.count != count) {
        return sw_fail(err, SW_ERR_INPUT,
                       "damaged: %zu ids but %zu latitudes and %zu longitudes",
                       count, in->lat.count, in->lon.count);
    }
    const sw_osm__numbers *const columns[] = {&in->version,   &in->timestamp,
                                              &in->changeset, &in->uid,
                                              &in->user,      &in->visible};
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        if (columns[i]->count != 0 && columns[i]->count != count) {
            return sw_fail(err, SW_ERR_INPUT,
                           "damaged: %zu nodes but %zu entries of metadata",
                           count, columns[i]->count);
        }
    }
    return true;
}

/* ---- ids and places -------------------------------------------------- */

static bool decode_places(sw_osm__decoder *d, const dense *in, sw_error *err)
{
    const uint8_t *ids = in->id.run.at, *lats = in->lat.run.at,
                  *lons = in->lon.run.at;
    int64_t id = 0, lat = 0, lon = 0;
    bool bad = false;
    for (size_t i = 0; i < in->id.count; i++) {
        id = sw_osm__take_delta(&ids, id, &bad);
        lat = sw_osm__take_delta(&lats, lat, &bad);
        lon = sw_osm__take_delta(&lons, lon, &bad);
        if (SW_OSM__UNLIKELY(bad)) return sw_osm__bad_numbers(err);

        sw_osm_entity *node = (sw_osm_entity *)d->entities.at + d->entity_count;
        *node = (sw_osm_entity){.id = id};
        if (SW_OSM__UNLIKELY(!sw_osm__in_order(d, id))) {
            sw_osm__refuse_order(SW_OSM_NODE, d->last_id, id, err);
            return sw_osm__fail_at(d, SW_OSM_NODE, id);
        }
        if (!sw_osm__location(d, lat, lon, &node->at, err))
            return sw_osm__fail_at(d, SW_OSM_NODE, id);
        d->last_id = id;
        d->entity_count++;
    }
    return true;
}

/* ---- tags ------------------------------------------------------------ */

static bool bad_keys_vals(sw_error *err)
{
    return sw_fail(err, SW_ERR_INPUT,
                   "damaged: keys_vals is not (key value)* 0 for each node");
}

// The tags of one node; `left` counts what is not read of keys_vals.
static bool decode_node_tags(sw_osm__decoder *d, const uint8_t **at,
                             size_t *left, sw_osm_entity *node, sw_error *err)
{
    sw_osm_tag *tags = d->tags.at;
    size_t first = d->tag_count;
    bool bad = false;
    for (;;) {
        if (*left == 0) return bad_keys_vals(err);
        (*left)--;
        uint64_t key = sw_osm__take(at, &bad);
        if (key == 0) break;
        if (*left == 0) return bad_keys_vals(err);
        (*left)--;
        uint64_t value = sw_osm__take(at, &bad);
        sw_osm_tag *tag = &tags[d->tag_count++];
        if (!sw_osm__string_index(d, key, &tag->key) ||
            !sw_osm__string_index(d, value, &tag->value))
            return sw_osm__bad_string_index(err);
    }
    if (bad) return sw_osm__bad_numbers(err);
    node->tags = (uint32_t)(first - sw_osm__current_run(d)->tags);
    node->tag_count = (uint32_t)(d->tag_count - first);
    return true;
}

static bool decode_tags(sw_osm__decoder *d, const dense *in, size_t first,
                        sw_error *err)
{
    if (in->keys_vals.count == 0 || d->how.no_tags) return true;

    // Each tag takes two entries.
    size_t room = d->tag_count + in->keys_vals.count / 2;
    if (!sw_osm__reserve(&d->tags, room, sizeof(sw_osm_tag), err)) return false;

    const uint8_t *at = in->keys_vals.run.at;
    size_t left = in->keys_vals.count;
    for (size_t i = first; i < d->entity_count; i++) {
        sw_osm_entity *node = (sw_osm_entity *)d->entities.at + i;
        if (!decode_node_tags(d, &at, &left, node, err))
            return sw_osm__fail_at(d, SW_OSM_NODE, node->id);
    }
    return left == 0 || bad_keys_vals(err);
}

/* ---- metadata -------------------------------------------------------- */

static bool check_visible(const sw_osm__numbers *visible, sw_error *err)
{
    bool bad = false;
    const uint8_t *at = visible->run.at;
    for (size_t i = 0; i < visible->count; i++) {
        if (sw_osm__take(&at, &bad) != 0) continue;
        return sw_fail(err, SW_ERR_INPUT,
                       "a deleted node (visible = false): a history file is "
                       "not taken");
    }
    return !bad || sw_osm__bad_numbers(err);
}

static bool fits_int32(int64_t value)
{
    return value >= INT32_MIN && value <= INT32_MAX;
}

// Each column in turn: `infos` is that of the group's first node.
static bool decode_version(const dense *in, sw_osm_info *infos)
{
    const uint8_t *at = in->version.run.at;
    bool bad = false;
    for (size_t i = 0; i < in->version.count; i++) {
        int64_t value = (int64_t)sw_osm__take(&at, &bad);
        bad |= !fits_int32(value);
        infos[i].version = (int32_t)sw_osm__or_absent(value);
    }
    return !bad;
}

static bool decode_timestamp(const sw_osm__decoder *d, const dense *in,
                             sw_osm_info *infos, sw_error *err)
{
    const uint8_t *at = in->timestamp.run.at;
    int64_t value = 0;
    bool bad = false;
    for (size_t i = 0; i < in->timestamp.count; i++) {
        value = sw_osm__take_delta(&at, value, &bad);
        if (!sw_osm__timestamp(d, value, &infos[i].timestamp_s, err))
            return false;
    }
    return !bad || sw_osm__bad_numbers(err);
}

static bool decode_changeset(const dense *in, sw_osm_info *infos)
{
    const uint8_t *at = in->changeset.run.at;
    int64_t value = 0;
    bool bad = false;
    for (size_t i = 0; i < in->changeset.count; i++) {
        value = sw_osm__take_delta(&at, value, &bad);
        infos[i].changeset = sw_osm__or_absent(value);
    }
    return !bad;
}

static bool decode_uid(const dense *in, sw_osm_info *infos)
{
    const uint8_t *at = in->uid.run.at;
    int64_t value = 0;
    bool bad = false;
    for (size_t i = 0; i < in->uid.count; i++) {
        value = sw_osm__take_delta(&at, value, &bad);
        bad |= !fits_int32(value);
        infos[i].uid = (int32_t)sw_osm__or_absent(value);
    }
    return !bad;
}

static bool decode_user(const sw_osm__decoder *d, const dense *in,
                        sw_osm_info *infos)
{
    const uint8_t *at = in->user.run.at;
    int64_t value = 0;
    bool bad = false;
    for (size_t i = 0; i < in->user.count; i++) {
        value = sw_osm__take_delta(&at, value, &bad);
        // A negative index is a huge one.
        bad |= !sw_osm__string_index(d, (uint64_t)value, &infos[i].user);
    }
    return !bad;
}

static bool decode_infos(sw_osm__decoder *d, const dense *in, size_t first,
                         sw_error *err)
{
    if (!check_visible(&in->visible, err)) return false;
    if (d->how.no_info || (!in->has_info && !sw_osm__current_run(d)->has_info))
        return true;
    if (!sw_osm__need_infos(d, err)) return false;

    sw_osm_info *infos = (sw_osm_info *)d->infos.at + first;
    for (size_t i = 0; i < in->id.count; i++)
        infos[i] = SW_OSM__NO_INFO;
    if (!decode_timestamp(d, in, infos, err)) return false;
    if (!decode_user(d, in, infos)) return sw_osm__bad_string_index(err);
    if (decode_version(in, infos) && decode_changeset(in, infos) &&
        decode_uid(in, infos))
        return true;
    return sw_osm__bad_numbers(err);
}

bool sw_osm__decode_dense(sw_osm__decoder *d, sw_osm__wire message,
                          sw_error *err)
{
    dense in = {0};
    if (!gather(d, &in, message, err)) return false;
    if (!check_lengths(&in, err)) return false;
    if (in.id.count == 0) return in.keys_vals.count == 0 || bad_keys_vals(err);

    bool wanted;
    if (!sw_osm__enter_type(d, SW_OSM_NODE, &wanted, err)) return false;
    if (!wanted) return true;

    size_t first = d->entity_count;
    return sw_osm__reserve_entities(d, in.id.count, err) &&
           decode_places(d, &in, err) && decode_tags(d, &in, first, err) &&
           decode_infos(d, &in, first, err);
}
