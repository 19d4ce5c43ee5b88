// A block is built in two walks over its entities: the first collects the
// strings, the second writes. Numbers of a column are gathered as values and
// then written packed, in pieces or one by one.
#include "pbf_builder.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lz4.h>
#include <zlib.h>
#include <zstd.h>

enum { VARINT = 0, FIXED64 = 1, BYTES = 2, FIXED32 = 5 };

static void *get(size_t count, size_t size)
{
    void *at = calloc(count > 0 ? count : 1, size);
    if (at == NULL) abort();
    return at;
}

static sw_str view(const sw_buf *buf)
{
    return (sw_str){buf->at, buf->len};
}

/* ---- wire ------------------------------------------------------------ */

static void put_byte(sw_buf *out, unsigned byte)
{
    char raw = (char)byte;
    sw_buf_add(out, &raw, 1);
}

static void put_varint(sw_buf *out, uint64_t value, bool is_long)
{
    unsigned size = 0;
    for (; value >= 0x80; value >>= 7, size++)
        put_byte(out, (unsigned)(value & 0x7f) | 0x80);
    if (!is_long || size >= 8) {
        put_byte(out, (unsigned)value);
    } else {
        put_byte(out, (unsigned)value | 0x80);
        put_byte(out, 0);
    }
}

void pbf_varint(sw_buf *out, uint64_t value)
{
    put_varint(out, value, false);
}

static uint64_t zigzag(int64_t value)
{
    return value < 0 ? ~((uint64_t)value << 1) : (uint64_t)value << 1;
}

void pbf_signed(sw_buf *out, int64_t value)
{
    pbf_varint(out, zigzag(value));
}

static void put_tag(sw_buf *out, uint32_t field, unsigned type)
{
    pbf_varint(out, (uint64_t)field << 3 | type);
}

void pbf_number_field(sw_buf *out, uint32_t field, uint64_t value)
{
    put_tag(out, field, VARINT);
    pbf_varint(out, value);
}

void pbf_signed_field(sw_buf *out, uint32_t field, int64_t value)
{
    pbf_number_field(out, field, zigzag(value));
}

void pbf_bytes_field(sw_buf *out, uint32_t field, sw_str bytes)
{
    put_tag(out, field, BYTES);
    pbf_varint(out, bytes.len);
    sw_buf_add(out, bytes.at, bytes.len);
}

void pbf_nested_field(sw_buf *out, uint32_t field, const sw_buf *nested)
{
    pbf_bytes_field(out, field, view(nested));
}

// Fields that no message of the format has, of every wire type.
static void put_junk(sw_buf *out, const pbf_options *how)
{
    if (!how->junk) return;
    pbf_number_field(out, 101, UINT64_MAX);
    pbf_bytes_field(out, 102, SW_STR("\x08\x96\x01junk"));
    put_tag(out, 103, FIXED32);
    sw_buf_add(out, "\xff\xff\xff\xff", 4);
    put_tag(out, 536870911, FIXED64);
    sw_buf_add(out, "\x80\x80\x80\x80\x80\x80\x80\x80", 8);
}

/* ---- columns --------------------------------------------------------- */

// Values of a repeated number, zigzagged already where they are signed.
typedef struct {
    uint64_t *values;
    size_t count, room;
} column;

static void add(column *c, uint64_t value)
{
    if (c->count == c->room) {
        c->room = c->room > 0 ? 2 * c->room : 16;
        c->values = realloc(c->values, c->room * sizeof *c->values);
        if (c->values == NULL) abort();
    }
    c->values[c->count++] = value;
}

static void put_packed(sw_buf *out, uint32_t field, const uint64_t *values,
                       size_t count, bool is_long)
{
    sw_buf run = {0};
    for (size_t i = 0; i < count; i++)
        put_varint(&run, values[i], is_long);
    pbf_nested_field(out, field, &run);
    sw_buf_free(&run);
}

// Writes a column and frees it. Empty ones are left out.
static void put_column(sw_buf *out, uint32_t field, column *c,
                       const pbf_options *how)
{
    if (how->unpacked) {
        for (size_t i = 0; i < c->count; i++)
            pbf_number_field(out, field, c->values[i]);
    } else if (how->in_pieces && c->count > 1) {
        size_t half = c->count / 2;
        put_packed(out, field, c->values, half, how->long_varints);
        pbf_bytes_field(out, field, SW_STR(""));
        put_packed(out, field, c->values + half, c->count - half,
                   how->long_varints);
    } else if (c->count > 0) {
        put_packed(out, field, c->values, c->count, how->long_varints);
    }
    free(c->values);
    *c = (column){0};
}

void pbf_numbers_field(sw_buf *out, uint32_t field, const uint64_t *values,
                       size_t count)
{
    put_packed(out, field, values, count, false);
}

static void add_delta(column *c, int64_t *before, int64_t value)
{
    add(c, zigzag((int64_t)((uint64_t)value - (uint64_t)*before)));
    *before = value;
}

void pbf_deltas_field(sw_buf *out, uint32_t field, const int64_t *values,
                      size_t count)
{
    column c = {0};
    int64_t before = 0;
    for (size_t i = 0; i < count; i++)
        add_delta(&c, &before, values[i]);
    put_column(out, field, &c, &(pbf_options){0});
}

/* ---- string table ---------------------------------------------------- */

typedef struct {
    sw_str *strings;
    size_t count, room;
    size_t *slots;  // hash table: index + 1
    size_t slot_mask;
    const pbf_options *how;
    size_t first;  // entries before the strings that are used
    bool turn;     // strings_twice: which copy is next
} table;

static size_t hash_of(sw_str text)
{
    size_t hash = 5381;
    for (size_t i = 0; i < text.len; i++)
        hash = hash * 33 + (unsigned char)text.at[i];
    return hash;
}

static size_t *find(const table *t, sw_str text)
{
    size_t i = hash_of(text) & t->slot_mask;
    while (t->slots[i] != 0 && !sw_str_eq(t->strings[t->slots[i] - 1], text))
        i = (i + 1) & t->slot_mask;
    return &t->slots[i];
}

static void grow(table *t)
{
    t->room = t->room > 0 ? 2 * t->room : 64;
    t->strings = realloc(t->strings, t->room * sizeof *t->strings);
    if (t->strings == NULL) abort();
    free(t->slots);
    t->slots = get(4 * t->room, sizeof *t->slots);
    t->slot_mask = 4 * t->room - 1;
    for (size_t i = 0; i < t->count; i++)
        *find(t, t->strings[i]) = i + 1;
}

static void collect_string(table *t, sw_str text)
{
    if (t->count == t->room) grow(t);
    size_t *slot = find(t, text);
    if (*slot != 0) return;
    t->strings[t->count] = text;
    *slot = ++t->count;
}

// Roles and users: empty is index 0 if that is the empty string.
static void collect_name(table *t, sw_str text)
{
    if (text.len > 0 || t->how->no_empty_string) collect_string(t, text);
}

static uint64_t string_index(table *t, sw_str text)
{
    size_t index = *find(t, text) - 1;
    if (t->how->strings_reversed) index = t->count - 1 - index;
    t->turn = !t->turn;
    if (t->how->strings_twice && t->turn) index += t->count;
    return t->first + index;
}

static uint64_t name_index(table *t, sw_str text)
{
    bool is_zero = text.len == 0 && !t->how->no_empty_string;
    return is_zero ? 0 : string_index(t, text);
}

static void collect(table *t, const pbf_entity *entities, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const pbf_entity *e = &entities[i];
        for (size_t k = 0; k < e->tag_count; k++) {
            collect_string(t, e->tags[k].key);
            collect_string(t, e->tags[k].value);
        }
        collect_name(t, e->info.user);
        if (e->type != SW_OSM_RELATION) continue;
        for (size_t k = 0; k < e->member_count; k++)
            collect_name(t, e->members[k].role);
    }
    t->first = 1 + t->how->unused_count;
}

static void put_strings(sw_buf *block, const table *t)
{
    sw_buf out = {0};
    put_junk(&out, t->how);
    pbf_bytes_field(&out, 1,
                    t->how->no_empty_string ? SW_STR("zeroth") : SW_STR(""));
    for (size_t i = 0; i < t->how->unused_count; i++)
        pbf_bytes_field(&out, 1, t->how->unused[i]);
    for (size_t copy = 0; copy <= t->how->strings_twice; copy++) {
        for (size_t i = 0; i < t->count; i++) {
            size_t at = t->how->strings_reversed ? t->count - 1 - i : i;
            pbf_bytes_field(&out, 1, t->strings[at]);
        }
    }
    pbf_nested_field(block, 1, &out);
    sw_buf_free(&out);
}

void pbf_strings_field(sw_buf *block, const char *const *strings, size_t count)
{
    sw_buf out = {0};
    for (size_t i = 0; i < count; i++)
        pbf_bytes_field(&out, 1, sw_str_of(strings[i]));
    pbf_nested_field(block, 1, &out);
    sw_buf_free(&out);
}

/* ---- units ----------------------------------------------------------- */

static int64_t in_units(int32_t e7, int64_t offset, int32_t granularity)
{
    int64_t nano = (int64_t)e7 * 100 - offset;
    int64_t unit = granularity > 0 ? granularity : 100;
    assert(nano % unit == 0);
    return nano / unit;
}

static int64_t lat_of(const pbf_entity *e, const pbf_options *how)
{
    return in_units(e->at.lat_e7, how->lat_offset, how->granularity);
}

static int64_t lon_of(const pbf_entity *e, const pbf_options *how)
{
    return in_units(e->at.lon_e7, how->lon_offset, how->granularity);
}

static int64_t time_of(const pbf_info *info, const pbf_options *how)
{
    if (info->timestamp_s == -1) return 0;
    int64_t unit = how->date_granularity > 0 ? how->date_granularity : 1000;
    assert(info->timestamp_s * 1000 % unit == 0);
    return info->timestamp_s * 1000 / unit;
}

static void put_units(sw_buf *block, const pbf_options *how)
{
    if (how->granularity > 0)
        pbf_number_field(block, 17, (uint64_t)how->granularity);
    if (how->date_granularity > 0)
        pbf_number_field(block, 18, (uint64_t)how->date_granularity);
    if (how->lat_offset != 0)
        pbf_number_field(block, 19, (uint64_t)how->lat_offset);
    if (how->lon_offset != 0)
        pbf_number_field(block, 20, (uint64_t)how->lon_offset);
}

/* ---- metadata -------------------------------------------------------- */

static bool has_info(const pbf_info *info)
{
    return info->version != -1 || info->uid != -1 || info->timestamp_s != -1 ||
           info->changeset != -1 || info->user.len > 0 || info->deleted;
}

static int64_t or_zero(int64_t value)
{
    return value == -1 ? 0 : value;
}

// Which columns of DenseInfo some node has.
typedef struct {
    bool any, version, timestamp, changeset, uid, user, deleted;
} presence;

static presence find_presence(const pbf_entity *nodes, size_t count,
                              const pbf_options *how)
{
    presence p = {0};
    for (size_t i = 0; i < count; i++) {
        const pbf_info *info = &nodes[i].info;
        p.any |= has_info(info);
        p.version |= info->version != -1;
        p.timestamp |= info->timestamp_s != -1;
        p.changeset |= info->changeset != -1;
        p.uid |= info->uid != -1;
        p.user |= info->user.len > 0;
        p.deleted |= info->deleted;
    }
    if (how->absent_as_zero && p.any)
        p = (presence){true, true, true, true, true, true, p.deleted};
    return p;
}

static void put_dense_info(sw_buf *dense, table *t, const pbf_entity *nodes,
                           size_t count, const pbf_options *how)
{
    presence p = find_presence(nodes, count, how);
    if (!p.any) return;

    column version = {0}, timestamp = {0}, changeset = {0}, uid = {0},
           user = {0}, visible = {0};
    int64_t time = 0, set = 0, id = 0, name = 0;
    for (size_t i = 0; i < count; i++) {
        const pbf_info *info = &nodes[i].info;
        int64_t number = how->absent_as_zero ? or_zero(info->version)
                                             : (int64_t)info->version;
        if (p.version) add(&version, (uint64_t)number);
        if (p.timestamp) add_delta(&timestamp, &time, time_of(info, how));
        if (p.changeset) add_delta(&changeset, &set, or_zero(info->changeset));
        if (p.uid) add_delta(&uid, &id, or_zero(info->uid));
        if (p.user) add_delta(&user, &name, (int64_t)name_index(t, info->user));
        if (p.deleted || how->visible) add(&visible, !info->deleted);
    }
    sw_buf out = {0};
    put_column(&out, 1, &version, how);
    put_column(&out, 2, &timestamp, how);
    put_column(&out, 3, &changeset, how);
    put_junk(&out, how);
    put_column(&out, 4, &uid, how);
    put_column(&out, 5, &user, how);
    put_column(&out, 6, &visible, how);
    pbf_nested_field(dense, 5, &out);
    sw_buf_free(&out);
}

static void put_info(sw_buf *message, table *t, const pbf_info *info,
                     const pbf_options *how)
{
    bool all = how->absent_as_zero;
    if (!has_info(info) && !all) return;
    sw_buf out = {0};
    put_junk(&out, how);
    if (info->version != -1 || all)
        pbf_number_field(&out, 1, (uint64_t)or_zero(info->version));
    if (info->timestamp_s != -1 || all)
        pbf_number_field(&out, 2, (uint64_t)time_of(info, how));
    if (info->changeset != -1 || all)
        pbf_number_field(&out, 3, (uint64_t)or_zero(info->changeset));
    if (info->uid != -1 || all)
        pbf_number_field(&out, 4, (uint64_t)or_zero(info->uid));
    if (info->user.len > 0 || all)
        pbf_number_field(&out, 5, name_index(t, info->user));
    if (info->deleted || how->visible)
        pbf_number_field(&out, 6, !info->deleted);
    pbf_nested_field(message, 4, &out);
    sw_buf_free(&out);
}

/* ---- groups ---------------------------------------------------------- */

static void put_dense(sw_buf *group, table *t, const pbf_entity *nodes,
                      size_t count, const pbf_options *how)
{
    column ids = {0}, lats = {0}, lons = {0}, keys_vals = {0};
    int64_t id = 0, lat = 0, lon = 0;
    bool has_tags = false;
    for (size_t i = 0; i < count; i++) {
        add_delta(&ids, &id, nodes[i].id);
        add_delta(&lats, &lat, lat_of(&nodes[i], how));
        add_delta(&lons, &lon, lon_of(&nodes[i], how));
        for (size_t k = 0; k < nodes[i].tag_count; k++) {
            add(&keys_vals, string_index(t, nodes[i].tags[k].key));
            add(&keys_vals, string_index(t, nodes[i].tags[k].value));
            has_tags = true;
        }
        add(&keys_vals, 0);
    }
    if (!has_tags) keys_vals.count = 0;

    sw_buf out = {0};
    put_junk(&out, how);
    put_column(&out, 1, &ids, how);
    put_dense_info(&out, t, nodes, count, how);
    put_column(&out, 8, &lats, how);
    put_column(&out, 9, &lons, how);
    put_column(&out, 10, &keys_vals, how);
    put_junk(&out, how);
    pbf_nested_field(group, 2, &out);
    sw_buf_free(&out);
}

// The fields of a message, each apart, so that they can be turned round.
enum { PARTS = 8 };

static void put_tags(sw_buf *keys, sw_buf *vals, table *t, const pbf_entity *e,
                     const pbf_options *how)
{
    column k = {0}, v = {0};
    for (size_t i = 0; i < e->tag_count; i++) {
        add(&k, string_index(t, e->tags[i].key));
        add(&v, string_index(t, e->tags[i].value));
    }
    put_column(keys, 2, &k, how);
    put_column(vals, 3, &v, how);
}

static void put_refs(sw_buf *out, const pbf_entity *way, const pbf_options *how)
{
    column refs = {0};
    int64_t before = 0;
    for (size_t i = 0; i < way->ref_count; i++)
        add_delta(&refs, &before, way->refs[i]);
    put_column(out, 8, &refs, how);
}

static void put_members(sw_buf parts[3], table *t, const pbf_entity *e,
                        const pbf_options *how)
{
    column roles = {0}, refs = {0}, types = {0};
    int64_t before = 0;
    for (size_t i = 0; i < e->member_count; i++) {
        add(&roles, name_index(t, e->members[i].role));
        add_delta(&refs, &before, e->members[i].ref);
        add(&types, e->members[i].type);
    }
    put_column(&parts[0], 8, &roles, how);
    put_column(&parts[1], 9, &refs, how);
    put_column(&parts[2], 10, &types, how);
}

static void put_entity(sw_buf *group, table *t, const pbf_entity *e,
                       const pbf_options *how)
{
    static const uint32_t in_group[] = {1, 3, 4};
    sw_buf parts[PARTS] = {{0}};
    put_tags(&parts[1], &parts[2], t, e, how);
    put_info(&parts[3], t, &e->info, how);
    if (e->type == SW_OSM_NODE) {
        pbf_signed_field(&parts[0], 1, e->id);
        pbf_signed_field(&parts[4], 8, lat_of(e, how));
        pbf_signed_field(&parts[5], 9, lon_of(e, how));
    } else {
        pbf_number_field(&parts[0], 1, (uint64_t)e->id);
    }
    if (e->type == SW_OSM_WAY) put_refs(&parts[4], e, how);
    if (e->type == SW_OSM_RELATION) put_members(&parts[4], t, e, how);
    put_junk(&parts[7], how);

    sw_buf out = {0};
    for (size_t i = 0; i < PARTS; i++) {
        sw_buf *part = &parts[how->fields_turned ? PARTS - 1 - i : i];
        sw_buf_str(&out, view(part));
        sw_buf_free(part);
    }
    pbf_nested_field(group, in_group[e->type], &out);
    sw_buf_free(&out);
}

// One group: runs of nodes as dense messages, everything else one by one.
static void put_group(sw_buf *block, table *t, const pbf_entity *entities,
                      size_t count, const pbf_options *how)
{
    sw_buf group = {0};
    put_junk(&group, how);
    for (size_t i = 0, end; i < count; i = end) {
        end = i + 1;
        if (entities[i].type != SW_OSM_NODE || how->plain_nodes) {
            put_entity(&group, t, &entities[i], how);
            continue;
        }
        while (end < count && entities[end].type == SW_OSM_NODE)
            end++;
        put_dense(&group, t, entities + i, end - i, how);
    }
    pbf_nested_field(block, 2, &group);
    sw_buf_free(&group);
}

static void put_empty_groups(sw_buf *block, const pbf_options *how)
{
    if (!how->empty_groups) return;
    sw_buf group = {0};
    pbf_nested_field(block, 2, &group);
    pbf_bytes_field(&group, 2, SW_STR(""));
    pbf_nested_field(block, 2, &group);
    sw_buf_free(&group);
}

/* ---- blobs ----------------------------------------------------------- */

static void put_lz4(sw_buf *out, sw_str block)
{
    int bound = LZ4_compressBound((int)block.len);
    char *to = get((size_t)bound, 1);
    int len = LZ4_compress_default(block.at, to, (int)block.len, bound);
    pbf_bytes_field(out, 6, (sw_str){to, (size_t)len});
    free(to);
}

static void put_zstd(sw_buf *out, sw_str block)
{
    size_t bound = ZSTD_compressBound(block.len);
    char *to = get(bound, 1);
    size_t len = ZSTD_compress(to, bound, block.at, block.len, 3);
    pbf_bytes_field(out, 7, (sw_str){to, len});
    free(to);
}

static void put_zlib(sw_buf *out, sw_str block)
{
    uLongf len = compressBound((uLong)block.len);
    char *to = get(len, 1);
    if (compress((Bytef *)to, &len, (const Bytef *)block.at,
                 (uLong)block.len) != Z_OK)
        abort();
    pbf_bytes_field(out, 3, (sw_str){to, len});
    free(to);
}

void pbf_blob(sw_buf *out, sw_str block, pbf_packing packing)
{
    sw_str some = block.at != NULL ? block : SW_STR("");
    if (packing == PBF_RAW) {
        pbf_bytes_field(out, 1, some);
        return;
    }
    pbf_number_field(out, 2, some.len);
    switch (packing) {
    case PBF_LZ4: put_lz4(out, some); break;
    case PBF_ZSTD: put_zstd(out, some); break;
    default: put_zlib(out, some); break;
    }
}

static void put_frame(sw_buf *out, const char *type, sw_str blob,
                      const pbf_options *how)
{
    sw_buf header = {0};
    put_junk(&header, how);
    pbf_bytes_field(&header, 1, sw_str_of(type));
    if (how->index_data) {
        char index[200] = {0};  // longer than a reader may guess
        pbf_bytes_field(&header, 2, (sw_str){index, sizeof index});
    }
    pbf_number_field(&header, 3, blob.len);
    for (int shift = 24; shift >= 0; shift -= 8)
        put_byte(out, (unsigned)(header.len >> shift) & 0xff);
    sw_buf_str(out, view(&header));
    sw_buf_str(out, blob);
    sw_buf_free(&header);
}

void pbf_frame(sw_buf *out, const char *type, sw_str blob)
{
    put_frame(out, type, blob, &(pbf_options){0});
}

static void put_blob(sw_buf *out, const char *type, sw_str block,
                     const pbf_options *how)
{
    sw_buf blob = {0};
    put_junk(&blob, how);
    pbf_blob(&blob, block, how->packing);
    put_frame(out, type, view(&blob), how);
    sw_buf_free(&blob);
    if (how->other_blobs) pbf_frame(out, "SomethingElse", SW_STR("\x00\xff"));
}

void pbf_append(sw_buf *out, const char *type, sw_str block,
                pbf_packing packing)
{
    put_blob(out, type, block, &(pbf_options){.packing = packing});
}

static void put_header(sw_buf *out, const pbf_options *how)
{
    static const char *const usual[] = {"OsmSchema-V0.6", "DenseNodes", NULL};
    const char *const *required = how->required != NULL ? how->required : usual;
    sw_buf block = {0};
    put_junk(&block, how);
    for (; *required != NULL; required++)
        pbf_bytes_field(&block, 4, sw_str_of(*required));
    for (const char *const *o = how->optional; o != NULL && *o != NULL; o++)
        pbf_bytes_field(&block, 5, sw_str_of(*o));
    put_blob(out, "OSMHeader", view(&block), how);
    sw_buf_free(&block);
}

void pbf_header(sw_buf *out, const char *const *required,
                const char *const *optional)
{
    put_header(out, &(pbf_options){.required = required, .optional = optional});
}

/* ---- files ----------------------------------------------------------- */

static void put_block(sw_buf *out, const pbf_entity *entities, size_t count,
                      const pbf_options *how)
{
    size_t step = how->group_entities > 0 ? how->group_entities : count;
    table t = {.how = how};
    sw_buf block = {0};
    grow(&t);
    collect(&t, entities, count);

    put_junk(&block, how);
    if (how->units_first) put_units(&block, how);
    put_strings(&block, &t);
    put_empty_groups(&block, how);
    for (size_t i = 0; i < count; i += step)
        put_group(&block, &t, entities + i, count - i < step ? count - i : step,
                  how);
    put_empty_groups(&block, how);
    if (!how->units_first) put_units(&block, how);

    put_blob(out, "OSMData", view(&block), how);
    sw_buf_free(&block);
    free(t.strings);
    free(t.slots);
}

void pbf_build(const pbf_entity *entities, size_t count, const pbf_options *how,
               sw_buf *out)
{
    size_t limit = how->block_entities > 0 ? how->block_entities : 8000;
    if (!how->no_header) put_header(out, how);
    for (size_t i = 0, end; i < count; i = end) {
        end = i + 1;
        while (end < count && end - i < limit &&
               (how->mix_types || entities[end].type == entities[i].type))
            end++;
        put_block(out, entities + i, end - i, how);
    }
    if (out->failed) abort();
}

void pbf_save(const sw_buf *file, const char *path)
{
    remove(path);  // a file that is emptied and filled is flushed by ext4
    FILE *out = fopen(path, "wb");
    if (out == NULL) abort();
    if (file->len > 0 && fwrite(file->at, 1, file->len, out) != file->len)
        abort();
    if (fclose(out) != 0) abort();
}
