// First pass over the release: what every object shows by itself (tags, names,
// metadata, place), how the blocks are built, and a table of all that is
// there, which the second pass needs.
#include "inspect_internal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "form.h"

enum { STRING_USED = 1, STRING_NAMES_KNOWN = 2, STRING_NAMES_ONE = 4 };

typedef struct {
    sw_inspect__run *run;
    sw_inspect__blob blob;
    uint8_t *marks;  // one a string
    size_t mark_room;
    sw_inspect__rows tags;  // sw_inspect__tag, of the current object
    unsigned kind;          // of the last object; 0: none yet
    int64_t last_id;
    sw_inspect__form form;
} collector;

/* ---- strings ---------------------------------------------------------- */

static bool marks_new(collector *c)
{
    size_t count = c->blob.block->stringtable->n_s;
    if (count > c->mark_room) {
        uint8_t *larger = realloc(c->marks, count);
        if (larger == NULL) return false;
        c->marks = larger;
        c->mark_room = count;
    }
    if (count > 0) memset(c->marks, 0, count);
    return true;
}

static bool names_one(collector *c, size_t index, sw_str text, bool *out,
                      sw_error *err)
{
    const sw_inspect__names *names = c->run->names;
    *out = false;
    if (names == NULL) return true;

    uint8_t *mark = &c->marks[index];
    if ((*mark & STRING_NAMES_KNOWN) == 0) {
        bool has;
        if (!sw_inspect__names_in(names, text, &has, err)) return false;
        *mark |= STRING_NAMES_KNOWN | (has ? STRING_NAMES_ONE : 0);
        sw_inspect__look(c->run->checks, SW_CHECK_FORBIDDEN_NAME);
    }
    *out = (*mark & STRING_NAMES_ONE) != 0;
    return true;
}

// A string that an object uses; says if a name is in it.
static bool use_string(collector *c, sw_inspect__use use, uint64_t index,
                       sw_str *out, bool *named, sw_error *err)
{
    if (!sw_inspect__string(c->blob.block, index, out, err)) return false;
    sw_inspect__form_string(&c->form, use, index, out->len,
                            (c->marks[index] & STRING_USED) == 0);
    c->marks[index] |= STRING_USED;
    bool has;
    if (!names_one(c, (size_t)index, *out, &has, err)) return false;
    *named |= has;
    return true;
}

static void check_strings(collector *c)
{
    const SwPbf__StringTable *table = c->blob.block->stringtable;
    sw_checks *checks = c->run->checks;
    for (size_t i = 0; i < table->n_s; i++) {
        sw_inspect__look(checks, SW_CHECK_LEFTOVER_STRING);
        if ((c->marks[i] & STRING_USED) != 0) continue;
        if (i == 0 && table->s[i].len == 0) continue;  // "none"
        sw_inspect__find(checks, SW_CHECK_LEFTOVER_STRING,
                         "blob %" PRIu64 ", string %zu", c->blob.number, i);
    }
}

/* ---- one object ------------------------------------------------------- */

static void check_order(collector *c, const sw_inspect__object *object)
{
    sw_checks *checks = c->run->checks;
    const char *type = sw_inspect__kind_name(object->kind);
    sw_inspect__look(checks, SW_CHECK_ORDER);
    // The kinds are numbered in the order of the file.
    if (object->kind < c->kind ||
        (object->kind == c->kind &&
         sw_inspect__id_order(c->last_id, object->id) >= 0)) {
        sw_inspect__find(checks, SW_CHECK_ORDER, "%s %" PRId64, type,
                         object->id);
    }
    c->kind = object->kind;
    c->last_id = object->id;
}

static bool load_tag(collector *c, const sw_inspect__object *object,
                     sw_inspect__pair pair, sw_error *err)
{
    sw_inspect__tag tag;
    bool named = false;
    if (!use_string(c, SW_USE_TAG, pair.key, &tag.key, &named, err) ||
        !use_string(c, SW_USE_TAG, pair.value, &tag.value, &named, err))
        return false;

    sw_checks *checks = c->run->checks;
    const char *type = sw_inspect__kind_name(object->kind);
    if (named) {
        sw_inspect__find(checks, SW_CHECK_FORBIDDEN_NAME, "%s %" PRId64, type,
                         object->id);
    }
    sw_inspect__look(checks, SW_CHECK_FORBIDDEN_TAG);
    if (sw_inspect__filter_match(&c->run->strip, SW_KIND_ALL, tag.key,
                                 tag.value)) {
        sw_inspect__find(checks, SW_CHECK_FORBIDDEN_TAG, "%s %" PRId64, type,
                         object->id);
    }
    sw_inspect__tag *row = sw_inspect__row(&c->tags);
    if (row == NULL) return sw_fail_memory(err);
    *row = tag;
    return true;
}

static bool has_tag(const sw_inspect__rows *tags, sw_str key, sw_str value)
{
    const sw_inspect__tag *at = tags->at;
    for (size_t i = 0; i < tags->count; i++) {
        if (sw_str_eq(at[i].key, key) && sw_str_eq(at[i].value, value))
            return true;
    }
    return false;
}

// A line that was closed before it was cut was rightly judged as a closed way;
// one that its tags make an area is never cut.
static unsigned kinds_of(const collector *c, const sw_inspect__object *object)
{
    if (object->kind == SW_KIND_RELATION) {
        bool area = has_tag(&c->tags, SW_STR("type"), SW_STR("multipolygon")) ||
                    has_tag(&c->tags, SW_STR("type"), SW_STR("boundary"));
        return SW_KIND_RELATION | (area ? SW_KIND_AREA : 0);
    }
    if (object->kind == SW_KIND_WAY) {
        bool area =
            object->closed || !sw_inspect__is_area(c->tags.at, c->tags.count);
        return SW_KIND_WAY | (area ? SW_KIND_AREA : 0);
    }
    return SW_KIND_NODE;
}

static void check_scope(collector *c, const sw_inspect__object *object)
{
    sw_inspect__look(c->run->checks, SW_CHECK_SCOPE);
    if (c->tags.count == 0 && object->kind != SW_KIND_RELATION) return;

    unsigned kinds = kinds_of(c, object);
    const sw_inspect__tag *at = c->tags.at;
    for (size_t i = 0; i < c->tags.count; i++) {
        if (sw_inspect__filter_match(&c->run->scope, kinds, at[i].key,
                                     at[i].value))
            return;
    }
    sw_inspect__find(c->run->checks, SW_CHECK_SCOPE, "%s %" PRId64,
                     sw_inspect__kind_name(object->kind), object->id);
}

static bool check_metadata(collector *c, const sw_inspect__object *object,
                           sw_error *err)
{
    sw_checks *checks = c->run->checks;
    const char *type = sw_inspect__kind_name(object->kind);
    sw_inspect__look(checks, SW_CHECK_METADATA);
    if (object->has_info) {
        sw_inspect__find(checks, SW_CHECK_METADATA, "%s %" PRId64, type,
                         object->id);
    }
    if (object->has_visible) {
        sw_inspect__find(checks, SW_CHECK_NOT_CANONICAL,
                         "%s %" PRId64 ", its visible flag", type, object->id);
    }
    if (object->strays) {
        sw_inspect__find(checks, SW_CHECK_UNKNOWN_FIELD, "%s %" PRId64, type,
                         object->id);
    }

    sw_str user;
    bool named = false;
    if (!object->has_user) return true;
    if (!use_string(c, SW_USE_USER, object->user, &user, &named, err))
        return false;
    if (named) {
        sw_inspect__find(checks, SW_CHECK_FORBIDDEN_NAME, "%s %" PRId64, type,
                         object->id);
    }
    return true;
}

static bool check_object(collector *c, const sw_inspect__object *object,
                         sw_error *err)
{
    c->tags.count = 0;
    sw_inspect__form_object(&c->form, object);
    check_order(c, object);
    for (size_t i = 0; i < object->pair_count; i++) {
        sw_inspect__pair pair = sw_inspect__pair_at(object, i);
        if (!load_tag(c, object, pair, err)) return false;
    }
    if (!check_metadata(c, object, err)) return false;
    check_scope(c, object);
    return true;
}

/* ---- nodes, ways, relations ------------------------------------------- */

static bool off_grid(int32_t at, int32_t edge, int32_t grid)
{
    // At the world's edge there may be no multiple of the grid.
    return grid > 1 && at % grid != 0 && at != edge && at != -edge;
}

static bool check_place(collector *c, const sw_inspect__object *object,
                        sw_error *err)
{
    sw_checks *checks = c->run->checks;
    int32_t grid = c->run->grid_e7;
    sw_inspect__look(checks, SW_CHECK_PRECISION);
    if (off_grid(object->lon_e7, 1800000000, grid) ||
        off_grid(object->lat_e7, 900000000, grid) || object->finer) {
        sw_inspect__find(checks, SW_CHECK_PRECISION, "node %" PRId64,
                         object->id);
    }
    if (c->run->index == NULL) return true;

    bool meets;
    sw_inspect__point at = {object->lon_e7, object->lat_e7};
    sw_inspect__line line = {at, at};
    if (!sw_inspect__index_meets(c->run->index, line, &meets, err))
        return false;
    sw_inspect__look(checks, SW_CHECK_NODE_IN_ZONE);
    if (meets) {
        sw_inspect__find(checks, SW_CHECK_NODE_IN_ZONE, "node %" PRId64,
                         object->id);
    }
    return true;
}

static bool take_node(void *ctx, const sw_inspect__object *object,
                      sw_error *err)
{
    collector *c = ctx;
    if (!check_object(c, object, err) || !check_place(c, object, err))
        return false;
    sw_inspect__form_object_end(&c->form);
    sw_inspect__node *row = sw_inspect__row(&c->run->table->nodes);
    if (row == NULL) return sw_fail_memory(err);
    *row = (sw_inspect__node){object->id, object->lon_e7, object->lat_e7,
                              object->pair_count > 0 ? SW_SEEN_TAGGED : 0};
    return true;
}

// What may be left of an area; cargo.c knows more.
static bool note_outline(collector *c, const sw_inspect__object *object,
                         sw_error *err)
{
    if (c->run->how->input_path == NULL || object->first == object->last ||
        !sw_inspect__is_area(c->tags.at, c->tags.count))
        return true;
    sw_inspect__way *row = sw_inspect__row(&c->run->table->outlines);
    if (row == NULL) return sw_fail_memory(err);
    *row = (sw_inspect__way){object->id, object->first, object->last, 0};
    return true;
}

static bool take_way(void *ctx, const sw_inspect__object *object, sw_error *err)
{
    collector *c = ctx;
    if (!check_object(c, object, err) || !note_outline(c, object, err))
        return false;
    sw_inspect__form_object_end(&c->form);
    sw_inspect__way *row = sw_inspect__row(&c->run->table->ways);
    if (row == NULL) return sw_fail_memory(err);
    *row = (sw_inspect__way){object->id, object->first, object->last,
                             object->pair_count > 0 ? SW_SEEN_TAGGED : 0};
    return true;
}

static bool check_roles(collector *c, const sw_inspect__object *object,
                        sw_error *err)
{
    const SwPbf__Relation *relation = object->relation;
    for (size_t i = 0; i < relation->n_roles_sid; i++) {
        sw_str role;
        bool named = false;
        int32_t index = relation->roles_sid[i];
        if (!use_string(c, SW_USE_ROLE, (uint64_t)index, &role, &named, err))
            return false;
        if (!named) continue;
        sw_inspect__find(c->run->checks, SW_CHECK_FORBIDDEN_NAME,
                         "relation %" PRId64, object->id);
    }
    return true;
}

static bool take_relation(void *ctx, const sw_inspect__object *object,
                          sw_error *err)
{
    collector *c = ctx;
    if (!check_object(c, object, err) || !check_roles(c, object, err))
        return false;
    sw_inspect__form_object_end(&c->form);
    sw_inspect__relation *row = sw_inspect__row(&c->run->table->relations);
    if (row == NULL) return sw_fail_memory(err);
    *row = (sw_inspect__relation){object->id};
    return true;
}

/* ---- headers and blocks ----------------------------------------------- */

static bool is_text(ProtobufCBinaryData bytes, const char *text)
{
    return sw_str_eq((sw_str){(const char *)bytes.data, bytes.len},
                     sw_str_of(text));
}

static const char *header_leak(const SwPbf__HeaderBlock *header)
{
    if (header->bbox != NULL) return "bounding box";
    if (header->has_source) return "source";
    if (header->has_osmosis_replication_timestamp ||
        header->has_osmosis_replication_sequence_number ||
        header->has_osmosis_replication_base_url)
        return "replication state";
    if (header->has_writingprogram &&
        !is_text(header->writingprogram, "segwan"))
        return "writing program";
    for (size_t i = 0; i < header->n_required_features; i++) {
        if (!is_text(header->required_features[i], "OsmSchema-V0.6") &&
            !is_text(header->required_features[i], "DenseNodes"))
            return "required feature";
    }
    for (size_t i = 0; i < header->n_optional_features; i++) {
        if (!is_text(header->optional_features[i], "Sort.Type_then_ID"))
            return "optional feature";
    }
    return NULL;
}

// Of a header without anything that leaks: is it still not the one header that
// docs/encoding.md has?
static bool lacks_part(const SwPbf__HeaderBlock *header)
{
    return header->n_required_features != 2 ||
           !is_text(header->required_features[0], "OsmSchema-V0.6") ||
           !is_text(header->required_features[1], "DenseNodes") ||
           header->n_optional_features != 1 || !header->has_writingprogram;
}

static void take_header(collector *c)
{
    if (c->blob.number > 0) {
        sw_inspect__find(c->run->checks, SW_CHECK_NOT_CANONICAL,
                         "blob %" PRIu64 ", one more header", c->blob.number);
    }
    const char *leak = header_leak(c->blob.header);
    sw_inspect__look(c->run->checks, SW_CHECK_HEADER_LEAK);
    if (leak != NULL) {
        sw_inspect__find(c->run->checks, SW_CHECK_HEADER_LEAK,
                         "blob %" PRIu64 ", %s", c->blob.number, leak);
    } else if (lacks_part(c->blob.header)) {
        sw_inspect__find(c->run->checks, SW_CHECK_NOT_CANONICAL,
                         "blob %" PRIu64 ", its header", c->blob.number);
    }
}

static bool take_block(collector *c, sw_error *err)
{
    static const sw_inspect__visitor visitor = {take_node, take_way,
                                                take_relation};
    sw_inspect__form_begin(&c->form);
    if (!marks_new(c)) return sw_fail_memory(err);
    if (!sw_inspect__visit(&c->blob, &visitor, c, err)) return false;
    check_strings(c);
    return sw_inspect__form_end(&c->form, &c->blob, c->kind, c->run->checks,
                                err);
}

// Does the second pass need the block?
static bool has_lists(const SwPbf__PrimitiveBlock *block)
{
    size_t count = 0;
    for (size_t i = 0; i < block->n_primitivegroup; i++) {
        count += block->primitivegroup[i]->n_ways;
        count += block->primitivegroup[i]->n_relations;
    }
    return count > 0;
}

static bool take_blob(collector *c, sw_error *err)
{
    uint8_t *again = sw_inspect__row(&c->run->table->blobs);
    if (again == NULL) return sw_fail_memory(err);
    if (c->blob.number == 0 && c->blob.header == NULL)
        return sw_fail(err, SW_ERR_INPUT, "is no OSMHeader: not OSM PBF");
    if (c->blob.header != NULL) take_header(c);
    if (c->blob.block == NULL) return true;

    *again = has_lists(c->blob.block);
    return take_block(c, err);
}

bool sw_inspect__collect(sw_inspect__run *run, sw_inspect__file *file,
                         sw_error *err)
{
    collector c = {.run = run, .tags.size = sizeof(sw_inspect__tag)};
    sw_step step;
    while ((step = sw_inspect__next(file, &c.blob, run->checks, err)) ==
           SW_STEP_ITEM) {
        sw_progress_tell(&run->how->progress, "inspecting",
                         sw_inspect__offset(file), sw_inspect__size(file));
        if (!take_blob(&c, err)) {
            sw_error_at(err, "blob %" PRIu64, c.blob.number);
            step = SW_STEP_FAILED;
            break;
        }
    }
    if (step == SW_STEP_END && run->table->blobs.count == 0) {
        sw_fail(err, SW_ERR_INPUT, "the file is empty");
        step = SW_STEP_FAILED;
    }
    sw_inspect__rows_done(&c.tags);
    free(c.marks);
    return step == SW_STEP_END;
}
