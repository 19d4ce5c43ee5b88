#include "segwan/base.h"

#include <fcntl.h>
#include <pthread.h>

#include "cmocka_all.h"
#include "temp_dir.h"

static char dir[PATH_MAX];

static int setup(void **state)
{
    return temp_dir_make(dir);
}

static int teardown(void **state)
{
    temp_dir_remove(dir);
    return 0;
}

static const char *put(const char *name, const void *bytes, size_t len)
{
    static char path[PATH_MAX + 64];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    if (len > 0) assert_int_equal(fwrite(bytes, 1, len, file), len);
    fclose(file);
    return path;
}

static void a_file_at_its_limit_is_read_and_one_byte_more_is_not(void **state)
{
    static char bytes[200000];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(i * 31);
    static const size_t sizes[] = {0, 1, 4095, 65536, 65537, sizeof bytes};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        sw_error err = {0};
        sw_arena *arena = NULL;
        assert_true(sw_arena_new(&arena, &err));
        const char *path = put("f", bytes, sizes[i]);
        sw_str got;
        assert_true(sw_file_read(path, sizes[i], arena, &got, &err));
        assert_int_equal(got.len, sizes[i]);
        assert_memory_equal(got.at, bytes, sizes[i]);
        assert_int_equal(got.at[got.len], '\0');
        assert_true(sw_file_read(path, SIZE_MAX, arena, &got, &err));
        if (sizes[i] > 0) {
            assert_false(sw_file_read(path, sizes[i] - 1, arena, &got, &err));
            assert_int_equal(err.kind, SW_ERR_INPUT);
            assert_string_equal(err.file, path);
        }
        sw_arena_free(arena);
    }
}

// Opening for reading and a writer in a thread meet at the pipe.
typedef struct {
    int fd;
    size_t len;
} feed;

static void *feed_pipe(void *arg)
{
    const feed *mine = arg;
    for (size_t i = 0; i < mine->len; i++) {
        char byte = (char)(i * 31);
        if (write(mine->fd, &byte, 1) != 1) break;
    }
    close(mine->fd);
    return NULL;
}

static bool read_stdin(size_t len, size_t limit, sw_arena *arena, sw_str *out,
                       sw_error *err)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    int before = dup(STDIN_FILENO);
    assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    pthread_t thread;
    feed mine = {ends[1], len};
    assert_int_equal(pthread_create(&thread, NULL, feed_pipe, &mine), 0);
    bool ok = sw_file_read("-", limit, arena, out, err);
    char rest[4096];
    while (read(STDIN_FILENO, rest, sizeof rest) > 0)
        continue;
    pthread_join(thread, NULL);
    dup2(before, STDIN_FILENO);
    close(before);
    close(ends[0]);
    return ok;
}

static void a_dash_reads_standard_input_to_its_end(void **state)
{
    static const size_t sizes[] = {0, 10, 65536, 65537, 150001};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        sw_error err = {0};
        sw_arena *arena = NULL;
        assert_true(sw_arena_new(&arena, &err));
        sw_str got;
        assert_true(read_stdin(sizes[i], sizes[i], arena, &got, &err));
        assert_int_equal(got.len, sizes[i]);
        for (size_t k = 0; k < got.len; k++) {
            if (got.at[k] != (char)(k * 31)) fail_msg("byte %zu", k);
        }
        assert_int_equal(got.at[got.len], '\0');
        if (sizes[i] > 0) {
            assert_false(read_stdin(sizes[i], sizes[i] - 1, arena, &got, &err));
            assert_string_equal(err.file, "standard input");
        }
        sw_arena_free(arena);
    }
}

static void what_is_no_file_is_named_and_refused(void **state)
{
    sw_error err = {0};
    sw_arena *arena = NULL;
    assert_true(sw_arena_new(&arena, &err));
    sw_str got;
    assert_false(sw_file_read(dir, 1000, arena, &got, &err));
    assert_int_equal(err.kind, SW_ERR_INPUT);
    assert_string_equal(err.file, dir);
    assert_false(sw_file_read("/nonexistent/x", 1000, arena, &got, &err));
    assert_int_equal(err.kind, SW_ERR_INPUT);
    assert_string_equal(err.file, "/nonexistent/x");
    assert_false(sw_file_read("/dev/zero", 1000, arena, &got, &err));
    assert_int_equal(err.kind, SW_ERR_INPUT);
    assert_true(sw_file_read("/proc/self/status", 100000, arena, &got, &err));
    assert_true(got.len > 0);
    sw_arena_free(arena);
}

static void a_huge_file_is_refused_before_it_is_read(void **state)
{
    sw_error err = {0};
    sw_arena *arena = NULL;
    assert_true(sw_arena_new(&arena, &err));
    const char *path = put("huge", NULL, 0);
    if (truncate(path, (off_t)1 << 40) != 0) skip();
    sw_str got;
    assert_false(sw_file_read(path, 1 << 20, arena, &got, &err));
    assert_int_equal(err.kind, SW_ERR_INPUT);
    assert_true(sw_arena_footprint(arena) < 1 << 20);
    sw_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_at_its_limit_is_read_and_one_byte_more_is_not),
        cmocka_unit_test(a_dash_reads_standard_input_to_its_end),
        cmocka_unit_test(what_is_no_file_is_named_and_refused),
        cmocka_unit_test(a_huge_file_is_refused_before_it_is_read),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
