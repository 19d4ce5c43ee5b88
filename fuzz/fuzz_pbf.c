// Reads any bytes as OSM PBF. What is read must be the same after it was
// written and read again, and writing it twice must give the same bytes.
//
// The first byte chooses: 'F', the rest is a file; anything else, the rest is
// an unpacked block, put into a file here, so that the fuzzer reaches the
// decoder without guessing lengths.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "pbf_model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok, const char *what, const sw_error *err)
{
    if (ok) return;
    fprintf(stderr, "%s: %s: %s\n", what, err->place, err->reason);
    abort();
}

// A file in memory that has a path.
static int file_of(sw_str bytes, char path[32])
{
    int fd = memfd_create("fuzz", 0);
    if (fd < 0) abort();
    if (bytes.len > 0 && write(fd, bytes.at, bytes.len) != (ssize_t)bytes.len)
        abort();
    snprintf(path, 32, "/proc/self/fd/%d", fd);
    return fd;
}

static sw_str written(const char *path, sw_pool *pool, sw_arena *arena)
{
    sw_error err = {0};
    sw_osm_reader *in = NULL;
    sw_output *out = NULL;
    sw_osm_writer *writer = NULL;
    const sw_osm_block *block;
    sw_step step = SW_STEP_END;
    sw_str bytes = {0};
    bool ok = sw_osm_open(path, pool, NULL, &in, &err) &&
              sw_output_begin("/tmp/fuzz-pbf.osm.pbf", &out, &err) &&
              sw_osm_begin(out, pool, NULL, &writer, &err);
    while (ok && (step = sw_osm_next(in, &block, &err)) == SW_STEP_ITEM)
        ok = sw_osm_write(writer, block, &err);
    require(ok && step == SW_STEP_END && sw_osm_finish(writer, &err) &&
                sw_output_flush(out, &err) &&
                sw_file_read(sw_output_draft(out), (size_t)1 << 30, arena,
                             &bytes, &err),
            "what was read cannot be written", &err);
    sw_osm_writer_free(writer);
    sw_output_discard(out);
    sw_osm_close(in);
    return bytes;
}

static void check(const char *path, sw_pool *pool, sw_arena *arena)
{
    sw_error err = {0};
    pbf_model first, second;
    if (!pbf_read(path, pool, NULL, arena, &first, &err)) {
        require(err.kind == SW_ERR_INPUT && err.place[0] != '\0' &&
                    err.reason[0] != '\0',
                "an error without kind or place", &err);
        return;
    }
    char copy[32];
    sw_str once = written(path, pool, arena);
    int fd = file_of(once, copy);
    require(pbf_read(copy, pool, NULL, arena, &second, &err),
            "what was written cannot be read", &err);
    require(pbf_first_difference(&first, &second) == SIZE_MAX,
            "entities changed", &err);
    require(sw_str_eq(written(copy, pool, arena), once), "bytes changed", &err);
    close(fd);
}

static void add_input(const uint8_t *data, size_t size, sw_buf *file)
{
    if (size == 0) return;
    sw_str rest = {(const char *)data + 1, size - 1};
    if (data[0] == 'F') {
        sw_buf_str(file, rest);
        return;
    }
    pbf_header(file, NULL, NULL);
    pbf_append(file, "OSMData", rest, PBF_RAW);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sw_error err;
    sw_pool *pool;
    sw_arena *arena;
    sw_buf file = {0};
    char path[32];
    if (!sw_pool_new(1, &pool, &err) || !sw_arena_new(&arena, &err)) abort();

    add_input(data, size, &file);
    int fd = file_of((sw_str){file.at, file.len}, path);
    check(path, pool, arena);
    close(fd);

    sw_buf_free(&file);
    sw_arena_free(arena);
    sw_pool_free(pool);
    return 0;
}
