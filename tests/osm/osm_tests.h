// What the tests of src/osm share: a folder, files in it, errors by place.
#ifndef OSM_TESTS_H
#define OSM_TESTS_H

#include "cmocka_all.h"
#include "pbf_model.h"
#include "temp_dir.h"

// The folder of the running test, and a pool; see with_folder().
typedef struct {
    char dir[PATH_MAX];
    char in[PATH_MAX + 16], out[PATH_MAX + 16];
    sw_pool *pool, *alone;  // three threads, and none but the caller's
    sw_arena *arena;
} osm_fixture;

static inline int fixture_setup(void **state)
{
    sw_error err;
    osm_fixture *f = calloc(1, sizeof *f);
    if (f == NULL || temp_dir_make(f->dir) != 0) return -1;
    snprintf(f->in, sizeof f->in, "%s/in.osm.pbf", f->dir);
    snprintf(f->out, sizeof f->out, "%s/out.osm.pbf", f->dir);
    if (!sw_pool_new(3, &f->pool, &err) || !sw_pool_new(1, &f->alone, &err) ||
        !sw_arena_new(&f->arena, &err))
        return -1;
    *state = f;
    return 0;
}

static inline int fixture_teardown(void **state)
{
    osm_fixture *f = *state;
    sw_arena_free(f->arena);
    sw_pool_free(f->alone);
    sw_pool_free(f->pool);
    temp_dir_remove(f->dir);
    free(f);
    return 0;
}

// A test that gets an osm_fixture.
#define OSM_TEST(function)                                                     \
    cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)

// Reads `f->in`, or fails the test with the error's text.
static inline pbf_model must_read(osm_fixture *f,
                                  const sw_osm_read_options *options)
{
    pbf_model got = {0};
    sw_error err = {0};
    char text[1024];
    if (!pbf_read(f->in, f->pool, options, f->arena, &got, &err))
        fail_msg("%s", sw_error_text(&err, text, sizeof text));
    return got;
}

// Builds `f->in` from a model.
static inline void build(osm_fixture *f, const pbf_model *model,
                         const pbf_options *how)
{
    sw_buf file = {0};
    pbf_build(model->entities, model->count, how, &file);
    pbf_save(&file, f->in);
    sw_buf_free(&file);
}

// Reads `f->in` with one thread and with three: both must refuse it alike.
static inline sw_error must_refuse(osm_fixture *f)
{
    pbf_model got;
    sw_error one = {0}, many = {0};
    assert_false(pbf_read(f->in, f->alone, NULL, f->arena, &got, &one));
    assert_false(pbf_read(f->in, f->pool, NULL, f->arena, &got, &many));
    assert_int_equal(one.kind, many.kind);
    assert_string_equal(one.place, many.place);
    assert_string_equal(one.reason, many.reason);
    assert_string_equal(one.file, f->in);
    return one;
}

// Reads `from` and writes it: the bytes that would stand in `to`, which is not
// made (no waiting for the disk).
static inline bool copy_bytes(const char *from, const char *to, sw_pool *pool,
                              sw_arena *arena, sw_str *bytes, sw_error *err)
{
    sw_osm_reader *in = NULL;
    sw_output *out = NULL;
    sw_osm_writer *writer = NULL;
    const sw_osm_block *block;
    sw_step step = SW_STEP_END;
    bool ok = sw_osm_open(from, pool, NULL, &in, err) &&
              sw_output_begin(to, &out, err) &&
              sw_osm_begin(out, pool, NULL, &writer, err);
    while (ok && (step = sw_osm_next(in, &block, err)) == SW_STEP_ITEM)
        ok = sw_osm_write(writer, block, err);
    ok = ok && step == SW_STEP_END && sw_osm_finish(writer, err);
    sw_osm_writer_free(writer);
    ok = ok && sw_output_flush(out, err) &&
         sw_file_read(sw_output_draft(out), (size_t)1 << 30, arena, bytes, err);
    sw_output_discard(out);
    sw_osm_close(in);
    return ok;
}

#endif
