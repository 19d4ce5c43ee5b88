// What src/osm writes is canonical in the eyes of an inspection that knows only
// docs/encoding.md: real extracts, and blocks that are cut by weight.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"
#include "segwan/inspect.h"
#include "segwan/osm.h"
#include "temp_dir.h"

typedef struct {
    char dir[PATH_MAX], path[PATH_MAX + 32];
    sw_pool *pool;
    sw_output *out;
    sw_osm_writer *writer;
} release;

static void release_begin(release *r)
{
    sw_error err;
    memset(r, 0, sizeof *r);
    assert_int_equal(temp_dir_make(r->dir), 0);
    snprintf(r->path, sizeof r->path, "%s/released.osm.pbf", r->dir);
    assert_true(sw_pool_new(1, &r->pool, &err));
    assert_true(sw_output_begin(r->path, &r->out, &err));
    assert_true(sw_osm_begin(r->out, r->pool, NULL, &r->writer, &err));
}

static void release_done(release *r)
{
    sw_osm_writer_free(r->writer);
    sw_output_discard(r->out);
    sw_pool_free(r->pool);
    temp_dir_remove(r->dir);
}

// Nothing is found that is about the encoding.
static void release_is_canonical(release *r, uint64_t ways)
{
    static const char *const checks[] = {
        "leftover-string", "order",          "header-leak", "unknown-field",
        "not-canonical",   "trailing-bytes", "precision"};
    sw_error err = {0};
    char text[1024];
    sw_arena *arena = NULL;
    sw_inspection *seen = NULL;
    if (!sw_osm_finish(r->writer, &err) || !sw_output_commit(r->out, &err) ||
        !sw_arena_new(&arena, &err) ||
        !sw_inspect_map(r->path, NULL, arena, &seen, &err))
        fail_msg("%s", sw_error_text(&err, text, sizeof text));
    for (size_t i = 0; i < seen->finding_count; i++) {
        for (size_t k = 0; k < sizeof checks / sizeof *checks; k++) {
            if (strcmp(seen->findings[i].check, checks[k]) == 0) {
                fail_msg("%s: %s", seen->findings[i].check,
                         seen->findings[i].first.at);
            }
        }
    }
    if (ways > 0) assert_int_equal(seen->ways, ways);
    sw_arena_free(arena);
}

static bool copy(const char *from, release *r, sw_error *err)
{
    sw_osm_reader *in = NULL;
    const sw_osm_block *block;
    sw_step step = SW_STEP_FAILED;
    if (!sw_osm_open(from, r->pool, NULL, &in, err)) return false;
    while ((step = sw_osm_next(in, &block, err)) == SW_STEP_ITEM) {
        if (!sw_osm_write(r->writer, block, err)) break;
    }
    sw_osm_close(in);
    return step == SW_STEP_END;
}

static void real_extracts_are_canonical(void **state)
{
    (void)state;
    static const char *const extracts[] = {
        "osm/monaco",        "osm/helsinki",
        "osm/ajou-suwon-kr", "osm/singapore-bayfront",
        "osm/andorra",       "osm/encodings/ajou-negative-ids",
        "pbf-odd/osmium-f1", "pbf-odd/osmium-empty",
    };
    const char *root = getenv("SEGWAN_SOURCE");
    for (size_t i = 0; i < sizeof extracts / sizeof *extracts; i++) {
        char from[PATH_MAX];
        snprintf(from, sizeof from, "%s/../shared/data/%s.osm.pbf",
                 root != NULL ? root : ".", extracts[i]);
        if (access(from, R_OK) != 0) {
            fprintf(stderr, "SKIPPED: no %s\n", from);
            continue;
        }
        release r;
        sw_error err = {0};
        char text[1024];
        release_begin(&r);
        if (!copy(from, &r, &err))
            fail_msg("%s", sw_error_text(&err, text, sizeof text));
        release_is_canonical(&r, 0);
        release_done(&r);
    }
}

// Ways with a tag of `size` bytes each, so that the weight cuts the blocks.
static void heavy_ways(size_t count, size_t size)
{
    char *value = malloc(size);
    assert_non_null(value);
    memset(value, 'x', size);
    const sw_str strings[] = {SW_STR(""), SW_STR("note"), {value, size}};
    const sw_osm_tag tag = {1, 2};
    const int64_t refs[] = {1, 2};
    release r;
    release_begin(&r);
    for (size_t i = 0; i < count; i++) {
        sw_osm_entity way = {
            .id = (int64_t)i + 1, .tag_count = 1, .ref_count = 2};
        sw_osm_block block = {.type = SW_OSM_WAY,
                              .count = 1,
                              .entities = &way,
                              .tags = &tag,
                              .refs = refs,
                              .string_count = 3,
                              .strings = strings};
        sw_error err;
        snprintf(value, 16, "%zu", i);
        assert_true(sw_osm_write(r.writer, &block, &err));
    }
    release_is_canonical(&r, count);
    release_done(&r);
    free(value);
}

static void heavy_blocks_are_canonical(void **state)
{
    (void)state;
    heavy_ways(100, 400000);
    heavy_ways(9, 16776192 / 4 - 96 - 24 - 4 - 20);  // four just fit
    heavy_ways(9, 16776192 / 4 - 96 - 24 - 4 - 19);  // and just not
    heavy_ways(3, 17000000);  // each too heavy, and alone
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(real_extracts_are_canonical),
        cmocka_unit_test(heavy_blocks_are_canonical),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
