#include "drawn.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"

#include "pbf_builder.h"
#include "temp_dir.h"

enum { MOST = 4096 };

/* ---- text to PBF --------------------------------------------------------- */

// All that is drawn, in one arena.
typedef struct {
    sw_arena *arena;
    pbf_entity *entities;
    size_t count;
} drawing;

static void *take(sw_arena *arena, size_t size)
{
    void *at = sw_arena_calloc(arena, 1, size);
    assert_non_null(at);
    return at;
}

static sw_str spaced(sw_arena *arena, const char *text, size_t len)
{
    sw_str out;
    assert_true(sw_arena_str(arena, (sw_str){text, len}, &out));
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '_') ((char *)(uintptr_t)out.at)[i] = ' ';
    }
    return out;
}

static sw_osm_type type_of(char letter)
{
    assert_non_null(strchr("nwr", letter));
    return letter == 'n'   ? SW_OSM_NODE
           : letter == 'w' ? SW_OSM_WAY
                           : SW_OSM_RELATION;
}

static void read_refs(sw_arena *arena, char *text, pbf_entity *to)
{
    int64_t *refs = take(arena, MOST * sizeof *refs);
    char *rest = NULL;
    for (char *one = strtok_r(text, ",", &rest); one != NULL;
         one = strtok_r(NULL, ",", &rest)) {
        assert_true(to->ref_count < MOST);
        if (strcmp(one, "-") != 0)
            refs[to->ref_count++] = strtoll(one, NULL, 10);
    }
    to->refs = refs;
}

static void read_members(sw_arena *arena, char *text, pbf_entity *to)
{
    pbf_member *members = take(arena, 256 * sizeof *members);
    char *rest = NULL;
    for (char *one = strtok_r(text, ",", &rest); one != NULL;
         one = strtok_r(NULL, ",", &rest)) {
        assert_true(to->member_count < 256);
        if (strcmp(one, "-") == 0) continue;
        char *role = strchr(one, ':');
        assert_non_null(role);
        members[to->member_count++] = (pbf_member){
            .type = type_of(one[0]),
            .ref = strtoll(one + 1, NULL, 10),
            .role = spaced(arena, role + 1, strlen(role + 1)),
        };
    }
    to->members = members;
}

static void read_info(sw_arena *arena, const char *text, pbf_info *to)
{
    char user[64] = "";
    assert_true(sscanf(text, "%d,%" SCNd64 ",%" SCNd64 ",%d,%63s", &to->version,
                       &to->timestamp_s, &to->changeset, &to->uid, user) >= 4);
    to->user = spaced(arena, user, strlen(user));
}

static void read_tag(sw_arena *arena, const char *text, pbf_entity *to)
{
    const char *equals = strchr(text, '=');
    assert_non_null(equals);
    if (to->tags == NULL) to->tags = take(arena, 64 * sizeof *to->tags);
    assert_true(to->tag_count < 64);
    pbf_tag *tag = (pbf_tag *)(uintptr_t)&to->tags[to->tag_count++];
    tag->key = spaced(arena, text, (size_t)(equals - text));
    tag->value = spaced(arena, equals + 1, strlen(equals + 1));
}

static void read_entity(drawing *to, char *line)
{
    char *rest = NULL;
    char *word = strtok_r(line, " \t", &rest);
    if (word == NULL) return;

    assert_true(to->count < MOST);
    pbf_entity *entity = &to->entities[to->count++];
    *entity = (pbf_entity){.type = type_of(word[0]),
                           .id = strtoll(word + 1, NULL, 10),
                           .info = PBF_NO_INFO};
    word = strtok_r(NULL, " \t", &rest);
    assert_non_null(word);
    if (entity->type == SW_OSM_NODE) {
        entity->at.lon_e7 = (int32_t)strtol(word, NULL, 10);
        entity->at.lat_e7 =
            (int32_t)strtol(strtok_r(NULL, " \t", &rest), NULL, 10);
    } else if (entity->type == SW_OSM_WAY) {
        read_refs(to->arena, word, entity);
    } else {
        read_members(to->arena, word, entity);
    }
    while ((word = strtok_r(NULL, " \t", &rest)) != NULL) {
        if (word[0] == '%')
            read_info(to->arena, word + 1, &entity->info);
        else
            read_tag(to->arena, word, entity);
    }
}

void drawn_save(const char *map, size_t block_entities, const char *path)
{
    drawing drawn = {0};
    sw_error err;
    assert_true(sw_arena_new(&drawn.arena, &err));
    drawn.entities = take(drawn.arena, MOST * sizeof *drawn.entities);
    sw_str text;
    assert_true(sw_arena_str(drawn.arena, sw_str_of(map), &text));
    char *rest = NULL;
    for (char *line = strtok_r((char *)(uintptr_t)text.at, ";\n", &rest);
         line != NULL; line = strtok_r(NULL, ";\n", &rest))
        read_entity(&drawn, line);

    sw_buf file = {0};
    const pbf_options how = {.block_entities = block_entities};
    pbf_build(drawn.entities, drawn.count, &how, &file);
    pbf_save(&file, path);
    sw_buf_free(&file);
    sw_arena_free(drawn.arena);
}

/* ---- PBF to text --------------------------------------------------------- */

static void tell_text(sw_buf *to, sw_str text)
{
    for (size_t i = 0; i < text.len; i++)
        sw_buf_add(to, text.at[i] == ' ' ? "_" : &text.at[i], 1);
}

static void tell_refs(sw_buf *to, const sw_osm_block *block,
                      const sw_osm_entity *entity)
{
    if (block->type == SW_OSM_NODE) {
        sw_buf_printf(to, " %d %d", entity->at.lon_e7, entity->at.lat_e7);
        return;
    }
    if (entity->ref_count == 0) sw_buf_printf(to, " -");
    for (uint32_t i = 0; i < entity->ref_count; i++) {
        sw_buf_printf(to, i == 0 ? " " : ",");
        if (block->type == SW_OSM_WAY) {
            sw_buf_printf(to, "%" PRId64, block->refs[entity->refs + i]);
            continue;
        }
        sw_osm_member member = block->members[entity->refs + i];
        sw_buf_printf(to, "%c%" PRId64 ":", "nwr"[member.type], member.ref);
        tell_text(to, block->strings[member.role]);
    }
}

static void tell_entity(sw_buf *to, const sw_osm_block *block, size_t index)
{
    const sw_osm_entity *entity = &block->entities[index];
    sw_buf_printf(to, "%c%" PRId64, "nwr"[block->type], entity -> id);
    tell_refs(to, block, entity);
    for (uint32_t i = 0; i < entity->tag_count; i++) {
        sw_osm_tag tag = block->tags[entity->tags + i];
        sw_buf_printf(to, " ");
        tell_text(to, block->strings[tag.key]);
        sw_buf_printf(to, "=");
        tell_text(to, block->strings[tag.value]);
    }
    if (block->infos != NULL && block->infos[index].version >= 0) {
        const sw_osm_info *info = &block->infos[index];
        sw_buf_printf(to, " %%%d,%" PRId64 ",%" PRId64 ",%d,", info->version,
                      info->timestamp_s, info->changeset, info->uid);
        tell_text(to, block->strings[info->user]);
    }
    sw_buf_printf(to, "\n");
}

char *drawn_tell(const char *path)
{
    sw_error err = {0};
    sw_pool *pool = NULL;
    sw_osm_reader *in = NULL;
    sw_buf text = {0};
    assert_true(sw_pool_new(1, &pool, &err));
    assert_true(sw_osm_open(path, pool, NULL, &in, &err));
    const sw_osm_block *block;
    sw_step step;
    while ((step = sw_osm_next(in, &block, &err)) == SW_STEP_ITEM) {
        for (size_t i = 0; i < block->count; i++)
            tell_entity(&text, block, i);
    }
    assert_int_equal(step, SW_STEP_END);
    sw_buf_add(&text, "", 1);
    assert_false(text.failed);
    sw_osm_close(in);
    sw_pool_free(pool);
    return text.at;
}

/* ---- zones and options --------------------------------------------------- */

static void tell_ring(sw_buf *json, char *ring)
{
    sw_buf_printf(json, "[");
    double x = 0, y = 0, first_x = 0, first_y = 0;
    char *rest = NULL;
    bool first = true;
    for (char *at = strtok_r(ring, ",", &rest); at != NULL;
         at = strtok_r(NULL, ",", &rest)) {
        assert_int_equal(sscanf(at, "%lf %lf", &x, &y), 2);
        if (first) {
            first_x = x;
            first_y = y;
        }
        sw_buf_printf(json, "%s[%.7f,%.7f]", first ? "" : ",", x / 1e7,
                      y / 1e7);
        first = false;
    }
    sw_buf_printf(json, ",[%.7f,%.7f]]", first_x / 1e7, first_y / 1e7);
}

static void tell_zone(sw_buf *json, char *polygon, size_t number)
{
    sw_buf_printf(json,
                  "%s{\"type\":\"Feature\",\"properties\":{\"id\":%zu},"
                  "\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[",
                  number > 0 ? "," : "", number);
    char *rest = NULL;
    bool first = true;
    for (char *ring = strtok_r(polygon, "|", &rest); ring != NULL;
         ring = strtok_r(NULL, "|", &rest)) {
        if (!first) sw_buf_printf(json, ",");
        tell_ring(json, ring);
        first = false;
    }
    sw_buf_printf(json, "]}}");
}

static sw_zones *zones_of(const char *text)
{
    sw_buf json = {0};
    char *copy = strdup(text), *rest = NULL;
    assert_non_null(copy);
    sw_buf_printf(&json, "{\"type\":\"FeatureCollection\",\"features\":[");
    size_t number = 0;
    for (char *polygon = strtok_r(copy, ";", &rest); polygon != NULL;
         polygon = strtok_r(NULL, ";", &rest))
        tell_zone(&json, polygon, number++);
    sw_buf_printf(&json, "]}");

    sw_zones *zones = NULL;
    sw_error err = {0};
    const sw_zones_options how = {0};
    if (!sw_zones_parse((sw_str){json.at, json.len}, &how, &zones, &err))
        fail_msg("zones: %s", err.reason);
    free(copy);
    sw_buf_free(&json);
    return zones;
}

static size_t split(char *text, const char *at, sw_str *out, size_t most)
{
    size_t count = 0;
    char *rest = NULL;
    for (char *one = strtok_r(text, at, &rest); one != NULL;
         one = strtok_r(NULL, at, &rest)) {
        assert_true(count < most);
        out[count++] = sw_str_of(one);
    }
    return count;
}

static sw_tag_filter *strip_of(const drawn_options *how)
{
    if (how->strip == NULL && how->names == NULL) return NULL;
    char *expressions = strdup(how->strip != NULL ? how->strip : "");
    char *names = strdup(how->names != NULL ? how->names : "");
    sw_str a[32], b[32];
    size_t a_count = split(expressions, " ", a, 32);
    size_t b_count = split(names, "|", b, 32);
    sw_tag_filter *out = NULL;
    sw_error err = {0};
    if (!sw_map_strip_new(a, a_count, b, b_count, &out, &err))
        fail_msg("%s", err.reason);
    free(expressions);
    free(names);
    return out;
}

static sw_tag_filter *scope_of(const drawn_options *how)
{
    if (how->scope == NULL) return NULL;
    char *expressions = strdup(how->scope);
    sw_str list[32];
    size_t count = split(expressions, " ", list, 32);
    sw_tag_filter *out = NULL;
    sw_error err = {0};
    if (!sw_map_scope_new(list, count, &out, &err)) fail_msg("%s", err.reason);
    free(expressions);
    return out;
}

/* ---- treating ------------------------------------------------------------ */

bool drawn_treat_file(const char *from, const char *to,
                      const drawn_options *how, sw_map_report *report,
                      sw_error *err)
{
    sw_zones *zones = how->zones != NULL ? zones_of(how->zones) : NULL;
    sw_tag_filter *strip = strip_of(how), *scope = scope_of(how);
    const sw_map_options options = {
        .zones = zones,
        .strip = strip,
        .scope = scope,
        .strip_metadata = how->strip_metadata,
        .keep_missing = how->keep_missing,
        .coarsen_scale = how->coarsen_scale,
        .progress = how->progress,
    };
    sw_pool *pool = NULL;
    sw_output *out = NULL;
    bool ok = sw_pool_new(how->threads > 0 ? how->threads : 1, &pool, err) &&
              sw_output_begin(to, &out, err) &&
              sw_map_treat(from, out, pool, &options, report, err) &&
              sw_output_commit(out, err);
    sw_output_discard(out);
    sw_pool_free(pool);
    sw_tag_filter_free(strip);
    sw_tag_filter_free(scope);
    sw_zones_free(zones);
    return ok;
}

// Treats a drawn map in a folder of its own. @return path of the release in
// `to`, or false.
static bool treat_in(const char *dir, const char *map, const drawn_options *how,
                     char to[PATH_MAX], sw_error *err)
{
    char from[PATH_MAX];
    assert_true(snprintf(from, sizeof from, "%s/in.pbf", dir) < PATH_MAX);
    assert_true(snprintf(to, PATH_MAX, "%s/out.pbf", dir) < PATH_MAX);
    drawn_save(map, how->block_entities, from);

    sw_map_report report = {0};
    return drawn_treat_file(from, to, how, &report, err);
}

char *drawn_treat(const char *map, const drawn_options *how)
{
    char dir[PATH_MAX], to[PATH_MAX];
    sw_error err = {0};
    assert_int_equal(temp_dir_make(dir), 0);
    char *text = NULL;
    if (treat_in(dir, map, how, to, &err)) {
        text = drawn_tell(to);
    } else {
        assert_int_equal(temp_dir_count(dir), 1);  // nothing half written
        text = malloc(512);
        assert_non_null(text);
        snprintf(text, 512, "error: %s", err.reason);
    }
    temp_dir_remove(dir);
    return text;
}

sw_buf drawn_bytes(const char *map, const drawn_options *how)
{
    char dir[PATH_MAX], to[PATH_MAX];
    sw_error err = {0};
    assert_int_equal(temp_dir_make(dir), 0);
    if (!treat_in(dir, map, how, to, &err)) fail_msg("%s", err.reason);

    sw_arena *arena = NULL;
    sw_str read;
    sw_buf bytes = {0};
    assert_true(sw_arena_new(&arena, &err));
    assert_true(sw_file_read(to, 1 << 24, arena, &read, &err));
    sw_buf_str(&bytes, read);
    sw_arena_free(arena);
    temp_dir_remove(dir);
    return bytes;
}

// One line an entity, no blanks at the ends of lines.
static void normalise(const char *text, sw_buf *out)
{
    bool fresh = true, blank = false;
    for (; *text != '\0'; text++) {
        bool end = *text == ';' || *text == '\n';
        if (end) {
            if (!fresh) sw_buf_add(out, "\n", 1);
            fresh = true;
            blank = false;
        } else if (isblank((unsigned char)*text)) {
            blank = !fresh;
        } else {
            if (blank) sw_buf_add(out, " ", 1);
            blank = false;
            fresh = false;
            sw_buf_add(out, text, 1);
        }
    }
    if (!fresh) sw_buf_add(out, "\n", 1);
    sw_buf_add(out, "", 1);
}

void drawn_expect(const char *name, const char *map, const drawn_options *how,
                  const char *want)
{
    char *got = drawn_treat(map, how);
    sw_buf expected = {0};
    normalise(want, &expected);
    if (strcmp(got, expected.at) != 0)
        fail_msg("%s\n--- expected\n%s--- got\n%s", name, expected.at, got);
    sw_buf_free(&expected);
    free(got);
}
