#include "town.h"

#include <assert.h>
#include <string.h>
#include <zlib.h>

/* ---- the wire format -------------------------------------------------- */

static void put_varint(sw_buf *to, uint64_t number)
{
    while (number >= 0x80) {
        uint8_t byte = (uint8_t)(number | 0x80);
        sw_buf_add(to, &byte, 1);
        number >>= 7;
    }
    uint8_t byte = (uint8_t)number;
    sw_buf_add(to, &byte, 1);
}

static void put_zigzag(sw_buf *to, int64_t number)
{
    put_varint(to, ((uint64_t)number << 1) ^ (uint64_t)(number >> 63));
}

static void put_number(sw_buf *to, unsigned field, uint64_t number)
{
    put_varint(to, field << 3);
    put_varint(to, number);
}

static void put_bytes(sw_buf *to, unsigned field, const void *at, size_t len)
{
    put_varint(to, field << 3 | 2);
    put_varint(to, len);
    sw_buf_add(to, at, len);
}

// A message or packed array; an empty array is left out.
static void put_buf(sw_buf *to, unsigned field, sw_buf *from, bool array)
{
    if (!array || from->len > 0) put_bytes(to, field, from->at, from->len);
    sw_buf_free(from);
}

static void put_text(sw_buf *to, unsigned field, const char *text)
{
    put_bytes(to, field, text, strlen(text));
}

/* ---- strings ---------------------------------------------------------- */

typedef struct {
    const char *at[1024];
    size_t count;
} strings;

static uint64_t string_index(strings *s, const char *text)
{
    for (size_t i = 1; i < s->count; i++) {
        if (strcmp(s->at[i], text) == 0) return i;
    }
    assert(s->count < 1024);
    s->at[s->count] = text;
    return s->count++;
}

static void put_tags(sw_buf *to, strings *s, const char *const *tags)
{
    sw_buf keys = {0}, values = {0};
    for (; tags[0] != NULL; tags += 2) {
        put_varint(&keys, string_index(s, tags[0]));
        put_varint(&values, string_index(s, tags[1]));
    }
    put_buf(to, 2, &keys, true);
    put_buf(to, 3, &values, true);
}

static void put_info(sw_buf *to, const town *t, strings *s)
{
    if (t->user == NULL) return;
    sw_buf info = {0};
    put_number(&info, 1, t->version_zero ? 0 : 3);
    put_number(&info, 2, 1700000000);
    put_number(&info, 3, 77);
    put_number(&info, 4, 5);
    put_number(&info, 5, string_index(s, t->user));
    if (t->visible) put_number(&info, 6, 1);
    put_buf(to, 4, &info, false);
}

/* ---- groups ----------------------------------------------------------- */

static void put_dense_info(sw_buf *to, const town *t, size_t count, strings *s)
{
    if (t->user == NULL) return;
    sw_buf info = {0}, columns[6] = {{0}};
    for (size_t i = 0; i < count; i++) {
        put_varint(&columns[0], t->version_zero ? 0 : 3);
        put_zigzag(&columns[1], i == 0 ? 1700000000 : 0);
        put_zigzag(&columns[2], i == 0 ? 77 : 0);
        put_zigzag(&columns[3], i == 0 ? 5 : 0);
        put_zigzag(&columns[4], i == 0 ? (int64_t)string_index(s, t->user) : 0);
        if (t->visible) put_varint(&columns[5], 1);
    }
    for (unsigned i = 0; i < 6; i++)
        put_buf(&info, i + 1, &columns[i], true);
    put_buf(to, 5, &info, false);
}

static void put_dense(sw_buf *group, const town *t, size_t from, size_t count,
                      strings *s)
{
    sw_buf dense = {0}, ids = {0}, lats = {0}, lons = {0}, tags = {0};
    int64_t id = 0, lat = 0, lon = 0;
    bool tagged = false;
    for (size_t i = from; i < from + count; i++) {
        const town_node *n = &t->nodes[i];
        int32_t unit = t->granularity ? 10 : 1;
        put_zigzag(&ids, n->id - id);
        put_zigzag(&lats, n->lat_e7 / unit - lat);
        put_zigzag(&lons, n->lon_e7 / unit - lon);
        id = n->id;
        lat = n->lat_e7 / unit;
        lon = n->lon_e7 / unit;
        for (const char *const *tag = n->tags; *tag != NULL; tag++) {
            put_varint(&tags, string_index(s, *tag));
            tagged = true;
        }
        put_varint(&tags, 0);
        // Its place among the strings is behind the first node's tags.
        if (t->user != NULL) string_index(s, t->user);
    }
    put_buf(&dense, 1, &ids, true);
    put_dense_info(&dense, t, count, s);
    put_buf(&dense, 8, &lats, true);
    put_buf(&dense, 9, &lons, true);
    if (!tagged && !t->empty_column) tags.len = 0;
    put_buf(&dense, 10, &tags, true);
    if (t->dense_field) put_text(&dense, 33, "hidden");
    put_buf(group, 2, &dense, false);
}

static void put_plain(sw_buf *group, const town *t, size_t from, size_t count,
                      strings *s)
{
    for (size_t i = from; i < from + count; i++) {
        sw_buf node = {0};
        put_varint(&node, 1 << 3);
        put_zigzag(&node, t->nodes[i].id);
        put_tags(&node, s, t->nodes[i].tags);
        put_info(&node, t, s);
        put_varint(&node, 8 << 3);
        put_zigzag(&node, t->nodes[i].lat_e7);
        put_varint(&node, 9 << 3);
        put_zigzag(&node, t->nodes[i].lon_e7);
        put_buf(group, 1, &node, false);
    }
}

static void put_nodes(sw_buf *group, const town *t, size_t from, size_t count,
                      strings *s)
{
    if (t->plain_nodes)
        put_plain(group, t, from, count, s);
    else
        put_dense(group, t, from, count, s);
}

static void put_ways(sw_buf *group, const town *t, size_t from, size_t count,
                     strings *s)
{
    for (size_t i = from; i < from + count; i++) {
        const town_way *w = &t->ways[i];
        sw_buf way = {0}, refs = {0};
        put_number(&way, 1, (uint64_t)w->id);
        put_tags(&way, s, w->tags);
        put_info(&way, t, s);
        for (size_t k = 0; k < w->ref_count; k++)
            put_zigzag(&refs, w->refs[k] - (k > 0 ? w->refs[k - 1] : 0));
        put_buf(&way, 8, &refs, true);
        if (t->way_field && i == 0) put_text(&way, 9, "hidden");
        put_buf(group, 3, &way, false);
    }
}

static void put_relations(sw_buf *group, const town *t, size_t from,
                          size_t count, strings *s)
{
    for (size_t i = from; i < from + count; i++) {
        const town_relation *r = &t->relations[i];
        sw_buf relation = {0}, roles = {0}, ids = {0}, types = {0};
        put_number(&relation, 1, (uint64_t)r->id);
        put_tags(&relation, s, r->tags);
        put_info(&relation, t, s);
        for (size_t k = 0; k < r->member_count; k++) {
            const town_member *m = &r->members[k];
            put_varint(&roles, *m->role ? string_index(s, m->role) : 0);
            put_zigzag(&ids, m->ref - (k > 0 ? r->members[k - 1].ref : 0));
            put_varint(&types, m->type == 'n' ? 0 : m->type == 'w' ? 1 : 2);
        }
        put_buf(&relation, 8, &roles, true);
        put_buf(&relation, 9, &ids, true);
        put_buf(&relation, 10, &types, true);
        put_buf(group, 4, &relation, false);
    }
}

/* ---- blobs ------------------------------------------------------------ */

static void put_blob(sw_buf *file, const town *t, const char *type,
                     sw_buf *message)
{
    sw_buf blob = {0}, head = {0};
    if (t->raw) {
        put_bytes(&blob, 1, message->at, message->len);
    } else {
        unsigned char packed[1 << 16];
        uLongf len = sizeof packed - 3;
        assert(message->len < sizeof packed / 2);
        compress(packed, &len, (const Bytef *)message->at, message->len);
        if (t->bytes_after_zlib) {
            memcpy(packed + len, "abc", 3);
            len += 3;
        }
        put_number(&blob, 2, message->len);
        put_bytes(&blob, 3, packed, len);
    }
    put_text(&head, 1, type);
    if (t->index_data) put_text(&head, 2, "index");
    put_number(&head, 3, blob.len);

    uint8_t size[4] = {0, 0, (uint8_t)(head.len >> 8), (uint8_t)head.len};
    sw_buf_add(file, size, 4);
    sw_buf_add(file, head.at, head.len);
    sw_buf_add(file, blob.at, blob.len);
    sw_buf_free(&head);
    sw_buf_free(&blob);
    sw_buf_free(message);
}

static void put_header(sw_buf *file, const town *t)
{
    sw_buf header = {0};
    if (t->bbox) {
        sw_buf box = {0};
        for (unsigned side = 1; side <= 4; side++) {
            put_varint(&box, side << 3);
            put_zigzag(&box, side);
        }
        put_buf(&header, 1, &box, false);
    }
    put_text(&header, 4, "OsmSchema-V0.6");
    put_text(&header, 4, "DenseNodes");
    if (t->history) put_text(&header, 4, "HistoricalInformation");
    if (!t->no_features) put_text(&header, 5, "Sort.Type_then_ID");
    put_text(&header, 16, t->writer != NULL ? t->writer : "segwan");
    if (t->source) put_text(&header, 17, "survey");
    if (t->replication) put_number(&header, 32, 1700000000);
    if (t->header_field) put_text(&header, 99, "hidden");
    put_blob(file, t, "OSMHeader", &header);
}

// Strings 1 and 2 change places, in the table and where the first way of the
// town uses them: key and value of its first tag.
static void swap_strings(strings *s, sw_buf *groups)
{
    const char *first = s->at[1];
    s->at[1] = s->at[2];
    s->at[2] = first;
    char *keys = memmem(groups[0].at, groups[0].len, "\x12\x02\x01\x03", 4);
    char *values = memmem(groups[0].at, groups[0].len, "\x1a\x02\x02\x04", 4);
    if (keys == NULL || values == NULL) return;
    keys[2] = 2;
    values[2] = 1;
}

// Groups and strings to a block, and the block to the file.
static void put_block(sw_buf *file, const town *t, sw_buf *groups,
                      size_t group_count, strings *s)
{
    sw_buf block = {0}, table = {0};
    if (t->stray_string != NULL) s->at[s->count++] = t->stray_string;
    s->at[0] = t->first_string != NULL ? t->first_string : "";
    if (t->twin_strings) s->at[2] = s->at[1];
    if (t->swapped_strings) swap_strings(s, groups);
    for (size_t i = 0; i < s->count; i++)
        put_text(&table, 1, s->at[i]);
    put_buf(&block, 1, &table, false);
    for (size_t i = 0; i < group_count; i++) {
        if (t->group_field) put_text(&groups[i], 77, "hidden");
        put_buf(&block, 2, &groups[i], false);
    }
    if (t->granularity) put_number(&block, 17, 1000);
    if (t->explicit_default) put_number(&block, 17, 100);
    if (t->wide_number) {
        // Date granularity, 1000, in three bytes where two would do.
        put_varint(&block, 18 << 3);
        sw_buf_add(&block, "\xe8\x87\x00", 3);
    }
    if (t->block_field) put_text(&block, 99, "hidden");
    put_blob(file, t, "OSMData", &block);
}

typedef void (*put_group)(sw_buf *group, const town *t, size_t from,
                          size_t count, strings *s);

static void put_kind(sw_buf *file, const town *t, put_group put, size_t count)
{
    size_t most = t->block_objects > 0 ? t->block_objects : 8000;
    for (size_t from = 0; from < count; from += most) {
        sw_buf group = {0};
        strings s = {.count = 1};
        put(&group, t, from, count - from < most ? count - from : most, &s);
        put_block(file, t, &group, 1, &s);
    }
}

static void put_mixed(sw_buf *file, const town *t)
{
    sw_buf groups[2] = {{0}};
    strings s = {.count = 1};
    put_nodes(&groups[0], t, 0, t->node_count, &s);
    put_ways(&groups[1], t, 0, t->way_count, &s);
    put_block(file, t, groups, 2, &s);
}

sw_buf town_write(const town *t)
{
    sw_buf file = {0};
    put_header(&file, t);
    if (t->ways_first) put_kind(&file, t, put_ways, t->way_count);
    if (t->two_groups) {
        put_mixed(&file, t);
    } else {
        put_kind(&file, t, put_nodes, t->node_count);
        if (!t->ways_first) put_kind(&file, t, put_ways, t->way_count);
    }
    put_kind(&file, t, put_relations, t->relation_count);
    if (t->foreign_blob) {
        sw_buf any = {0};
        sw_buf_add(&any, "hidden", 6);
        put_blob(&file, t, "Other", &any);
    }
    if (t->bytes_after_blobs) sw_buf_add(&file, "hidden", 6);
    assert(!file.failed);
    return file;
}

/* ---- the town --------------------------------------------------------- */

static const town_node some_nodes[] = {
    {1, 1270000000, 375000000, {"highway", "crossing", NULL}},
    {2, 1270010000, 375000000, {NULL}},
    {3, 1270020000, 375000000, {NULL}},
    {4, 1270020000, 375010000, {NULL}},
    {5,
     1270020000,
     375020000,
     {"name", "우물", "man_made", "water_well", NULL}},
    {6, 1270100000, 375100000, {NULL}},
    {7, 1270110000, 375100000, {NULL}},
    {8, 1270110000, 375110000, {NULL}},
    {9, 1270100000, 375110000, {NULL}},
    {10, 1270102000, 375102000, {NULL}},
    {11, 1270104000, 375102000, {NULL}},
    {12, 1270104000, 375104000, {NULL}},
    {20, 1270200000, 375200000, {"amenity", "school", NULL}},
};

static const town_way some_ways[] = {
    {100,
     {1, 2, 3},
     3,
     {"highway", "residential", "name", "Main  Street", NULL}},
    {101, {3, 4, 5}, 3, {"highway", "service", NULL}},
    {102, {6, 7, 8}, 3, {NULL}},
    {103, {8, 9, 6}, 3, {NULL}},
    {104, {10, 11, 12, 10}, 4, {"building", "yes", NULL}},
};

static const town_relation some_relations[] = {
    {500,
     {{'w', 102, "outer"}, {'w', 103, "outer"}, {'w', 104, "inner"}},
     3,
     {"type", "multipolygon", "leisure", "park", NULL}},
    {501,
     {{'w', 100, "from"}, {'n', 3, "via"}, {'w', 101, "to"}},
     3,
     {"type", "restriction", "restriction", "no_left_turn", NULL}},
};

void town_build(town *t)
{
    memset(t, 0, sizeof *t);
    memcpy(t->nodes, some_nodes, sizeof some_nodes);
    memcpy(t->ways, some_ways, sizeof some_ways);
    memcpy(t->relations, some_relations, sizeof some_relations);
    t->node_count = sizeof some_nodes / sizeof *some_nodes;
    t->way_count = sizeof some_ways / sizeof *some_ways;
    t->relation_count = sizeof some_relations / sizeof *some_relations;
}
