// From the columns of a batch to the bytes of a PrimitiveBlock.
//
// docs/encoding.md defines them. In short: fields in ascending order, numbers
// in their shortest form, repeated numbers packed, what is empty or a default
// left out, one group.
//
// Room for a whole block is made before it is encoded, from the same weights
// that bound it (osm_internal.h), so nothing here checks for room. A column is
// written to scratch first, since its length stands before it.
#include "osm_internal.h"

#include <inttypes.h>

// The field tags and lengths around the columns of a block.
enum { FRAME = 1024 };

// Bytes of a string's index, or of the difference of two.
static const size_t MAX_INDEX = 5;

// Per entity in scratch: of a dense node one column (10), the end of its tags
// (1), its user (5), version to uid (10 each), of a plain one its Info (58).
_Static_assert(SW_OSM__ENTITY_WEIGHT >= 10 + 1 + 5 + 4 * 10 + 5, "dense node");
_Static_assert(SW_OSM__ENTITY_WEIGHT >= 58 + 11 + 6 + 3 * 6, "plain entity");
_Static_assert(SW_OSM__TAG_WEIGHT >= 2 * 5 + 2 * 6, "indexes and entries");
_Static_assert(SW_OSM__MEMBER_WEIGHT >= 10 + 5 + 1 + 6, "a member");

static bool make_room(sw_osm__encoder *e, const sw_osm__batch *batch,
                      sw_error *err)
{
    size_t room = FRAME + batch->entity_count * SW_OSM__ENTITY_WEIGHT +
                  batch->tag_count * SW_OSM__TAG_WEIGHT +
                  batch->ref_count * SW_OSM__REF_WEIGHT +
                  batch->member_count * SW_OSM__MEMBER_WEIGHT;
    return sw_osm__table_start(&e->table, batch, err) &&
           sw_osm__reserve(&e->body, room, 1, err) &&
           sw_osm__reserve(&e->scratch, room, 1, err);
}

// A stretch of scratch that was written.
typedef struct {
    const uint8_t *at, *end;
} piece;

static size_t field_size(unsigned field, size_t len)
{
    return sw_osm__varint_size(WIRE_TAG(field, WIRE_BYTES)) +
           sw_osm__varint_size(len) + len;
}

static size_t piece_size(unsigned field, piece p)
{
    return p.at == p.end ? 0 : field_size(field, (size_t)(p.end - p.at));
}

static uint8_t *put_head(uint8_t *to, unsigned field, size_t len)
{
    return sw_osm__put(sw_osm__put(to, WIRE_TAG(field, WIRE_BYTES)), len);
}

// An empty piece is left out.
static uint8_t *put_piece(uint8_t *to, unsigned field, piece p)
{
    if (p.at == p.end) return to;
    size_t len = (size_t)(p.end - p.at);
    to = put_head(to, field, len);
    memcpy(to, p.at, len);
    return to + len;
}

static uint8_t *put_number(uint8_t *to, unsigned field, uint64_t value)
{
    return sw_osm__put(sw_osm__put(to, WIRE_TAG(field, WIRE_VARINT)), value);
}

static bool is_absent(int64_t value)
{
    return value == 0 || value == -1;
}

/* ---- dense nodes ----------------------------------------------------- */

// Tags and users in one walk, so that strings are met node by node.
static void put_names(sw_osm__encoder *e, const sw_osm__batch *batch,
                      uint8_t *scratch, piece *keys_vals, piece *users)
{
    const sw_osm_entity *node = batch->entities.at;
    const sw_osm_tag *tags = batch->tags.at;
    const sw_osm_info *infos = batch->has_info ? batch->infos.at : NULL;
    uint8_t *kv = scratch;
    uint8_t *user = kv + batch->entity_count + 2 * MAX_INDEX * batch->tag_count;
    bool has_user = false;
    int64_t before = 0;
    *keys_vals = (piece){kv, NULL};
    *users = (piece){user, NULL};
    for (size_t i = 0; i < batch->entity_count; i++, node++) {
        for (uint32_t t = 0; t < node->tag_count; t++) {
            const sw_osm_tag *tag = &tags[node->tags + t];
            kv = sw_osm__put(kv, sw_osm__table_tag(&e->table, tag->key));
            kv = sw_osm__put(kv, sw_osm__table_tag(&e->table, tag->value));
        }
        *kv++ = 0;
        if (infos == NULL) continue;
        int64_t index = sw_osm__table_name(&e->table, infos[i].user);
        has_user |= index != 0;
        user = sw_osm__put_signed(user, index - before);
        before = index;
    }
    keys_vals->end = batch->tag_count > 0 ? kv : keys_vals->at;
    users->end = has_user ? user : users->at;
}

// One column of metadata: left out (returns `to`) if no node has it. Versions
// are written as they are, -1 for absent; the rest as differences, 0 for
// absent, which is what osmium reads as absent.
static uint8_t *put_versions(uint8_t *to, const sw_osm__batch *batch)
{
    const sw_osm_info *infos = batch->infos.at;
    uint8_t *start = to;
    bool some = false;
    for (size_t i = 0; i < batch->entity_count; i++) {
        int64_t value = infos[i].version;
        if (is_absent(value)) value = -1;
        some |= value != -1;
        to = sw_osm__put(to, (uint64_t)value);
    }
    return some ? to : start;
}

typedef int64_t (*info_value)(const sw_osm_info *info);

static int64_t timestamp_of(const sw_osm_info *info)
{
    return info->timestamp_s;
}

static int64_t changeset_of(const sw_osm_info *info)
{
    return info->changeset;
}

static int64_t uid_of(const sw_osm_info *info)
{
    return info->uid;
}

static inline uint8_t *put_info_column(uint8_t *to, const sw_osm__batch *batch,
                                       info_value value_of)
{
    const sw_osm_info *infos = batch->infos.at;
    uint8_t *start = to;
    bool some = false;
    int64_t before = 0;
    for (size_t i = 0; i < batch->entity_count; i++) {
        int64_t value = value_of(&infos[i]);
        if (is_absent(value)) value = 0;
        some |= value != 0;
        to = sw_osm__put_signed(to, value - before);
        before = value;
    }
    return some ? to : start;
}

// DenseInfo without its own head; `scratch` is free, `to` takes it.
static uint8_t *put_dense_info(uint8_t *to, const sw_osm__batch *batch,
                               uint8_t *scratch, piece users)
{
    if (!batch->has_info) return to;
    to = put_piece(to, 1, (piece){scratch, put_versions(scratch, batch)});
    to = put_piece(
        to, 2, (piece){scratch, put_info_column(scratch, batch, timestamp_of)});
    to = put_piece(
        to, 3, (piece){scratch, put_info_column(scratch, batch, changeset_of)});
    to = put_piece(to, 4,
                   (piece){scratch, put_info_column(scratch, batch, uid_of)});
    return put_piece(to, 5, users);
}

static uint8_t *put_ids(uint8_t *to, const sw_osm__batch *batch)
{
    const sw_osm_entity *node = batch->entities.at;
    int64_t before = 0;
    for (size_t i = 0; i < batch->entity_count; i++, node++) {
        to = sw_osm__put_signed(to, node->id - before);
        before = node->id;
    }
    return to;
}

static uint8_t *put_lats(uint8_t *to, const sw_osm__batch *batch)
{
    const sw_osm_entity *node = batch->entities.at;
    int64_t before = 0;
    for (size_t i = 0; i < batch->entity_count; i++, node++) {
        to = sw_osm__put_signed(to, node->at.lat_e7 - before);
        before = node->at.lat_e7;
    }
    return to;
}

static uint8_t *put_lons(uint8_t *to, const sw_osm__batch *batch)
{
    const sw_osm_entity *node = batch->entities.at;
    int64_t before = 0;
    for (size_t i = 0; i < batch->entity_count; i++, node++) {
        to = sw_osm__put_signed(to, node->at.lon_e7 - before);
        before = node->at.lon_e7;
    }
    return to;
}

// DenseNodes, to the body. Returns its end.
static uint8_t *put_dense(sw_osm__encoder *e, const sw_osm__batch *batch)
{
    // Scratch: tags, users, one column, DenseInfo.
    const size_t count = batch->entity_count;
    const size_t names =
        2 * MAX_INDEX * batch->tag_count + (1 + MAX_INDEX) * count;
    piece keys_vals, users;
    uint8_t *to = e->body.at;
    put_names(e, batch, e->scratch.at, &keys_vals, &users);
    uint8_t *column = (uint8_t *)e->scratch.at + names;
    uint8_t *info = column + MAX_VARINT * count;

    to = put_piece(to, 1, (piece){column, put_ids(column, batch)});
    to = put_piece(to, 5,
                   (piece){info, put_dense_info(info, batch, column, users)});
    to = put_piece(to, 8, (piece){column, put_lats(column, batch)});
    to = put_piece(to, 9, (piece){column, put_lons(column, batch)});
    return put_piece(to, 10, keys_vals);
}

/* ---- ways and relations ---------------------------------------------- */

// The parts of one message, in scratch. refs: of a relation memids.
typedef struct {
    piece keys, vals, info, refs, roles, types;
} parts;

static uint8_t *put_tags(sw_osm__encoder *e, const sw_osm__batch *batch,
                         const sw_osm_entity *entity, uint8_t *to, parts *out)
{
    const sw_osm_tag *tags = (const sw_osm_tag *)batch->tags.at + entity->tags;
    uint8_t *keys = to, *vals = to + MAX_INDEX * entity->tag_count;
    out->keys.at = keys;
    out->vals.at = vals;
    for (uint32_t t = 0; t < entity->tag_count; t++) {
        keys = sw_osm__put(keys, sw_osm__table_tag(&e->table, tags[t].key));
        vals = sw_osm__put(vals, sw_osm__table_tag(&e->table, tags[t].value));
    }
    out->keys.end = keys;
    out->vals.end = vals;
    return vals;
}

static uint8_t *put_info(sw_osm__encoder *e, const sw_osm__batch *batch,
                         size_t index, uint8_t *to, parts *out)
{
    out->info = (piece){to, to};
    if (!batch->has_info) return to;
    const sw_osm_info *info = (const sw_osm_info *)batch->infos.at + index;
    const int64_t values[] = {info->version, info->timestamp_s, info->changeset,
                              info->uid};
    for (unsigned i = 0; i < 4; i++) {
        if (!is_absent(values[i]))
            to = put_number(to, i + 1, (uint64_t)values[i]);
    }
    uint32_t user = sw_osm__table_name(&e->table, info->user);
    if (user != 0) to = put_number(to, 5, user);
    out->info.end = to;
    return to;
}

static void put_refs(const sw_osm__batch *batch, const sw_osm_entity *way,
                     uint8_t *to, parts *out)
{
    const int64_t *refs = (const int64_t *)batch->refs.at + way->refs;
    int64_t before = 0;
    out->refs.at = to;
    for (uint32_t i = 0; i < way->ref_count; i++) {
        to = sw_osm__put_signed(to, refs[i] - before);
        before = refs[i];
    }
    out->refs.end = to;
    out->roles = out->types = (piece){to, to};
}

static void put_members(sw_osm__encoder *e, const sw_osm__batch *batch,
                        const sw_osm_entity *relation, uint8_t *to, parts *out)
{
    const sw_osm_member *member =
        (const sw_osm_member *)batch->members.at + relation->refs;
    size_t count = relation->ref_count;
    uint8_t *refs = to, *roles = refs + MAX_VARINT * count,
            *types = roles + MAX_INDEX * count;
    int64_t before = 0;
    *out = (parts){out->keys,    out->vals,      out->info,
                   {refs, refs}, {roles, roles}, {types, types}};
    for (size_t i = 0; i < count; i++, member++) {
        refs = sw_osm__put_signed(refs, member->ref - before);
        before = member->ref;
        roles = sw_osm__put(roles, sw_osm__table_name(&e->table, member->role));
        *types++ = member->type;
    }
    out->refs.end = refs;
    out->roles.end = roles;
    out->types.end = types;
}

// Field numbers of a group and of what follows Info in its messages.
static const struct {
    unsigned in_group, roles, refs, types;
} numbers[] = {
    [SW_OSM_WAY] = {.in_group = 3, .roles = 0, .refs = 8, .types = 0},
    [SW_OSM_RELATION] = {.in_group = 4, .roles = 8, .refs = 9, .types = 10},
};

static uint8_t *put_message(uint8_t *to, sw_osm_type type, int64_t id,
                            const parts *p)
{
    size_t size = 1 + sw_osm__varint_size((uint64_t)id) +
                  piece_size(2, p->keys) + piece_size(3, p->vals) +
                  piece_size(4, p->info) +
                  piece_size(numbers[type].roles, p->roles) +
                  piece_size(numbers[type].refs, p->refs) +
                  piece_size(numbers[type].types, p->types);
    to = put_head(to, numbers[type].in_group, size);
    to = put_number(to, 1, (uint64_t)id);
    to = put_piece(to, 2, p->keys);
    to = put_piece(to, 3, p->vals);
    to = put_piece(to, 4, p->info);
    to = put_piece(to, numbers[type].roles, p->roles);
    to = put_piece(to, numbers[type].refs, p->refs);
    return put_piece(to, numbers[type].types, p->types);
}

// PrimitiveGroup of ways or relations, to the body. Returns its end.
static uint8_t *put_plain(sw_osm__encoder *e, const sw_osm__batch *batch)
{
    const sw_osm_entity *entity = batch->entities.at;
    uint8_t *to = e->body.at;
    for (size_t i = 0; i < batch->entity_count; i++, entity++) {
        parts p;
        uint8_t *scratch = put_tags(e, batch, entity, e->scratch.at, &p);
        scratch = put_info(e, batch, i, scratch, &p);
        if (batch->type == SW_OSM_WAY) {
            put_refs(batch, entity, scratch, &p);
        } else {
            put_members(e, batch, entity, scratch, &p);
        }
        to = put_message(to, batch->type, entity->id, &p);
    }
    return to;
}

/* ---- the block ------------------------------------------------------- */

static bool check_size(const sw_osm__batch *batch, size_t size, sw_error *err)
{
    if (size <= SW_OSM__MAX_RAW) return true;
    // The weights leave this to an entity that stands alone.
    const sw_osm_entity *entity = batch->entities.at;
    sw_fail(err, SW_ERR_INPUT,
            "it takes %zu bytes; a block of OSM PBF has at most %d", size,
            SW_OSM__MAX_RAW);
    return sw_error_at(err, "%s %" PRId64, sw_osm__type_name(batch->type),
                       entity->id);
}

// PrimitiveBlock: string table and one group.
static bool put_block(sw_osm__encoder *e, const sw_osm__batch *batch,
                      const uint8_t *body_end, sw_osm__wire *out, sw_error *err)
{
    piece table = {e->table.bytes.at, e->table.end};
    piece body = {e->body.at, body_end};
    bool dense = batch->type == SW_OSM_NODE;
    size_t group = dense ? piece_size(2, body) : (size_t)(body.end - body.at);
    size_t size = piece_size(1, table) + field_size(2, group);
    if (!check_size(batch, size, err)) return false;
    if (!sw_osm__reserve(&e->raw, size, 1, err)) return false;

    uint8_t *to = put_piece(e->raw.at, 1, table);
    if (dense) {
        to = put_head(to, 2, group);
        to = put_piece(to, 2, body);
    } else {
        to = put_piece(to, 2, body);
    }
    *out = (sw_osm__wire){e->raw.at, to};
    return true;
}

bool sw_osm__encode(sw_osm__encoder *e, const sw_osm__batch *batch,
                    sw_osm__wire *out, sw_error *err)
{
    if (!make_room(e, batch, err)) return false;
    const uint8_t *end =
        batch->type == SW_OSM_NODE ? put_dense(e, batch) : put_plain(e, batch);
    return put_block(e, batch, end, out, err);
}
