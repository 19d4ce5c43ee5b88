// Plain nodes, ways and relations: one message an entity.
//
//     Node      id = 1 (signed), keys = 2, vals = 3, info = 4, lat = 8, lon = 9
//     Way       id = 1, keys = 2, vals = 3, info = 4, refs = 8,
//               lat = 9, lon = 10 (LocationsOnWays: refused)
//     Relation  id = 1, keys = 2, vals = 3, info = 4, roles_sid = 8,
//               memids = 9, types = 10
//     Info      version = 1, timestamp = 2, changeset = 3, uid = 4,
//               user_sid = 5, visible = 6
//
// Fields may come in any order and repeated ones in pieces, so a message is
// gathered first and decoded then.
#include "osm_internal.h"

enum { ENTITY_FIELDS = 0x1e | 0x7U << 8, NODE_FIELDS = 0x1e | 0x3U << 8 };
enum { INFO_FIELDS = 0x7e };

typedef struct {
    sw_osm__numbers keys, vals;
    sw_osm__numbers refs;          // ways: refs; relations: memids
    sw_osm__numbers roles, types;  // relations
    int64_t id, lat, lon;
    bool has_id, has_lat, has_lon, has_info;
    sw_osm_info info;
} message;

/* ---- metadata -------------------------------------------------------- */

static bool read_int32(uint64_t raw, int32_t *out)
{
    int64_t value = (int64_t)raw;
    if (value < INT32_MIN || value > INT32_MAX) return false;
    *out = (int32_t)sw_osm__or_absent(value);
    return true;
}

static bool refuse_deleted(sw_error *err)
{
    return sw_fail(err, SW_ERR_INPUT,
                   "it is deleted (visible = false): a history file is not "
                   "taken");
}

static bool read_info_field(const sw_osm__decoder *d,
                            const sw_osm__field *field, sw_osm_info *out,
                            sw_error *err)
{
    switch (field->tag) {
    case WIRE_TAG(1, WIRE_VARINT):
        return read_int32(field->value, &out->version) ||
               sw_osm__bad_numbers(err);
    case WIRE_TAG(2, WIRE_VARINT):
        return sw_osm__timestamp(d, (int64_t)field->value, &out->timestamp_s,
                                 err);
    case WIRE_TAG(3, WIRE_VARINT):
        out->changeset = sw_osm__or_absent((int64_t)field->value);
        return sw_osm__fits(out->changeset) || sw_osm__bad_numbers(err);
    case WIRE_TAG(4, WIRE_VARINT):
        return read_int32(field->value, &out->uid) || sw_osm__bad_numbers(err);
    case WIRE_TAG(5, WIRE_VARINT):
        return sw_osm__string_index(d, field->value, &out->user) ||
               sw_osm__bad_string_index(err);
    default: return sw_osm__skip_field(field->tag, INFO_FIELDS, err);
    }
}

// Deleted objects are refused even by a pass that reads no metadata.
static bool read_info(const sw_osm__decoder *d, sw_osm__wire in,
                      sw_osm_info *out, sw_error *err)
{
    sw_osm__field field;
    sw_step step;
    while ((step = sw_osm__next_field(&in, &field, err)) == SW_STEP_ITEM) {
        if (field.tag == WIRE_TAG(6, WIRE_VARINT)) {
            if (field.value == 0) return refuse_deleted(err);
            continue;
        }
        if (d->how.no_info) continue;
        if (!read_info_field(d, &field, out, err)) return false;
    }
    return step == SW_STEP_END;
}

/* ---- gathering ------------------------------------------------------- */

// Fields 1 to 4, which all three have.
static bool gather_common(sw_osm__decoder *d, sw_osm_type type, message *m,
                          const sw_osm__field *field, sw_error *err)
{
    switch (field->tag) {
    case WIRE_TAG(1, WIRE_VARINT):
        m->id = type == SW_OSM_NODE ? sw_osm__unzigzag(field->value)
                                    : (int64_t)field->value;
        m->has_id = true;
        sw_osm__fail_at(d, type, m->id);
        return sw_osm__fits(m->id) || sw_osm__bad_numbers(err);
    case WIRE_TAG(2, WIRE_BYTES):
    case WIRE_TAG(2, WIRE_VARINT):
        return d->how.no_tags || sw_osm__gather(&m->keys, field, d->arena, err);
    case WIRE_TAG(3, WIRE_BYTES):
    case WIRE_TAG(3, WIRE_VARINT):
        return d->how.no_tags || sw_osm__gather(&m->vals, field, d->arena, err);
    case WIRE_TAG(4, WIRE_BYTES):
        m->has_info = true;
        return read_info(d, field->bytes, &m->info, err);
    default:
        return sw_osm__skip_field(
            field->tag, type == SW_OSM_NODE ? NODE_FIELDS : ENTITY_FIELDS, err);
    }
}

static bool gather_node(sw_osm__decoder *d, message *m,
                        const sw_osm__field *field, sw_error *err)
{
    switch (field->tag) {
    case WIRE_TAG(8, WIRE_VARINT):
        m->lat = sw_osm__unzigzag(field->value);
        m->has_lat = true;
        return true;
    case WIRE_TAG(9, WIRE_VARINT):
        m->lon = sw_osm__unzigzag(field->value);
        m->has_lon = true;
        return true;
    default: return gather_common(d, SW_OSM_NODE, m, field, err);
    }
}

static bool gather_way(sw_osm__decoder *d, message *m,
                       const sw_osm__field *field, sw_error *err)
{
    switch (field->tag) {
    case WIRE_TAG(8, WIRE_BYTES):
    case WIRE_TAG(8, WIRE_VARINT):
        return sw_osm__gather(&m->refs, field, d->arena, err);
    case WIRE_TAG(9, WIRE_BYTES):
    case WIRE_TAG(9, WIRE_VARINT):
    case WIRE_TAG(10, WIRE_BYTES):
    case WIRE_TAG(10, WIRE_VARINT):
        if (sw_osm__left(field->bytes) == 0) return true;
        return sw_fail(err, SW_ERR_INPUT,
                       "LocationsOnWays: the way carries places of nodes that "
                       "may be gone");
    default: return gather_common(d, SW_OSM_WAY, m, field, err);
    }
}

static bool gather_relation(sw_osm__decoder *d, message *m,
                            const sw_osm__field *field, sw_error *err)
{
    switch (field->tag) {
    case WIRE_TAG(8, WIRE_BYTES):
    case WIRE_TAG(8, WIRE_VARINT):
        return sw_osm__gather(&m->roles, field, d->arena, err);
    case WIRE_TAG(9, WIRE_BYTES):
    case WIRE_TAG(9, WIRE_VARINT):
        return sw_osm__gather(&m->refs, field, d->arena, err);
    case WIRE_TAG(10, WIRE_BYTES):
    case WIRE_TAG(10, WIRE_VARINT):
        return sw_osm__gather(&m->types, field, d->arena, err);
    default: return gather_common(d, SW_OSM_RELATION, m, field, err);
    }
}

static bool gather(sw_osm__decoder *d, sw_osm_type type, sw_osm__wire in,
                   message *m, sw_error *err)
{
    static bool (*const gather_field[])(sw_osm__decoder *, message *,
                                        const sw_osm__field *, sw_error *) = {
        gather_node, gather_way, gather_relation};

    *m = (message){.info = SW_OSM__NO_INFO};
    sw_osm__field field;
    sw_step step;
    while ((step = sw_osm__next_field(&in, &field, err)) == SW_STEP_ITEM) {
        if (!gather_field[type](d, m, &field, err)) return false;
    }
    if (step == SW_STEP_FAILED) return false;
    if (!m->has_id) {
        return sw_fail(err, SW_ERR_INPUT, "damaged: a %s without id",
                       sw_osm__type_name(type));
    }
    if (type == SW_OSM_NODE && (!m->has_lat || !m->has_lon))
        return sw_fail(err, SW_ERR_INPUT, "damaged: a node without place");
    return true;
}

/* ---- decoding -------------------------------------------------------- */

static bool decode_tags(sw_osm__decoder *d, const message *m,
                        sw_osm_entity *out, sw_error *err)
{
    size_t count = m->keys.count;
    if (m->vals.count != count) {
        return sw_fail(err, SW_ERR_INPUT, "damaged: %zu keys but %zu values",
                       count, m->vals.count);
    }
    if (!sw_osm__reserve(&d->tags, d->tag_count + count, sizeof(sw_osm_tag),
                         err))
        return false;

    sw_osm_tag *tags = (sw_osm_tag *)d->tags.at + d->tag_count;
    const uint8_t *keys = m->keys.run.at, *vals = m->vals.run.at;
    bool bad = false;
    for (size_t i = 0; i < count; i++) {
        uint64_t key = sw_osm__take(&keys, &bad);
        uint64_t value = sw_osm__take(&vals, &bad);
        if (bad) return sw_osm__bad_numbers(err);
        if (!sw_osm__string_index(d, key, &tags[i].key) ||
            !sw_osm__string_index(d, value, &tags[i].value))
            return sw_osm__bad_string_index(err);
    }
    out->tags = (uint32_t)(d->tag_count - sw_osm__current_run(d)->tags);
    out->tag_count = (uint32_t)count;
    d->tag_count += count;
    return true;
}

static bool decode_refs(sw_osm__decoder *d, const message *m,
                        sw_osm_entity *out, sw_error *err)
{
    size_t count = m->refs.count;
    if (!sw_osm__reserve(&d->refs, d->ref_count + count, sizeof(int64_t), err))
        return false;

    int64_t *refs = (int64_t *)d->refs.at + d->ref_count;
    const uint8_t *at = m->refs.run.at;
    int64_t ref = 0;
    bool bad = false;
    for (size_t i = 0; i < count; i++) {
        ref = sw_osm__take_delta(&at, ref, &bad);
        refs[i] = ref;
    }
    if (bad) return sw_osm__bad_numbers(err);
    out->refs = (uint32_t)(d->ref_count - sw_osm__current_run(d)->refs);
    out->ref_count = (uint32_t)count;
    d->ref_count += count;
    return true;
}

static bool check_member_columns(const message *m, sw_error *err)
{
    if (m->roles.count == m->refs.count && m->types.count == m->refs.count)
        return true;
    return sw_fail(err, SW_ERR_INPUT,
                   "damaged: %zu members but %zu roles and %zu types",
                   m->refs.count, m->roles.count, m->types.count);
}

static bool decode_members(sw_osm__decoder *d, const message *m,
                           sw_osm_entity *out, sw_error *err)
{
    size_t count = m->refs.count;
    if (!check_member_columns(m, err)) return false;
    if (!sw_osm__reserve(&d->members, d->member_count + count,
                         sizeof(sw_osm_member), err))
        return false;

    sw_osm_member *members = (sw_osm_member *)d->members.at + d->member_count;
    const uint8_t *refs = m->refs.run.at, *roles = m->roles.run.at,
                  *types = m->types.run.at;
    int64_t ref = 0;
    bool bad = false;
    for (size_t i = 0; i < count; i++) {
        ref = sw_osm__take_delta(&refs, ref, &bad);
        uint64_t role = sw_osm__take(&roles, &bad);
        uint64_t type = sw_osm__take(&types, &bad);
        if (bad || type > SW_OSM_RELATION) return sw_osm__bad_numbers(err);
        members[i] = (sw_osm_member){.ref = ref, .type = (uint8_t)type};
        if (!sw_osm__string_index(d, role, &members[i].role))
            return sw_osm__bad_string_index(err);
    }
    out->refs = (uint32_t)(d->member_count - sw_osm__current_run(d)->members);
    out->ref_count = (uint32_t)count;
    d->member_count += count;
    return true;
}

static bool decode_info(sw_osm__decoder *d, const message *m, sw_error *err)
{
    bool here = m->has_info && !d->how.no_info;
    if (here && !sw_osm__need_infos(d, err)) return false;
    if (!sw_osm__current_run(d)->has_info) return true;
    ((sw_osm_info *)d->infos.at)[d->entity_count] = m->info;
    return true;
}

static bool decode_entity(sw_osm__decoder *d, sw_osm_type type,
                          const message *m, sw_error *err)
{
    if (!sw_osm__in_order(d, m->id))
        return sw_osm__refuse_order(type, d->last_id, m->id, err);
    if (!sw_osm__reserve_entities(d, 1, err)) return false;

    sw_osm_entity *out = (sw_osm_entity *)d->entities.at + d->entity_count;
    *out = (sw_osm_entity){.id = m->id};
    if (!decode_tags(d, m, out, err) || !decode_info(d, m, err)) return false;
    switch (type) {
    case SW_OSM_NODE: return sw_osm__location(d, m->lat, m->lon, &out->at, err);
    case SW_OSM_WAY: return decode_refs(d, m, out, err);
    case SW_OSM_RELATION: return decode_members(d, m, out, err);
    }
    return false;
}

bool sw_osm__decode_plain(sw_osm__decoder *d, sw_osm_type type, sw_osm__wire in,
                          sw_error *err)
{
    bool wanted;
    d->at_entity = false;
    if (!sw_osm__enter_type(d, type, &wanted, err)) return false;
    if (!wanted) return true;

    message m;
    if (!gather(d, type, in, &m, err)) return false;
    if (!decode_entity(d, type, &m, err)) return false;
    d->last_id = m.id;
    d->entity_count++;
    d->at_entity = false;
    return true;
}
