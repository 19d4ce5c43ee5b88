// Both kinds of draft, and every system call of a commit failing in turn.
#include "segwan/base.h"

#include <errno.h>

#include "base_internal.h"
#include "cmocka_all.h"
#include "temp_dir.h"

static char dir[PATH_MAX];
static char target[PATH_MAX + 16];

/* ---- failing system calls -------------------------------------------- */

// Set to an errno to make the call fail so; write fails after `write_room`.
static int write_error, fsync_error, linkat_error, renameat_error;
static size_t write_room;
static bool write_in_pieces;

ssize_t __real_write(int fd, const void *bytes, size_t len);
int __real_fsync(int fd);
int __real_linkat(int from, const char *old, int to, const char *new, int how);
int __real_renameat(int from, const char *old, int to, const char *new);
ssize_t __wrap_write(int fd, const void *bytes, size_t len);
int __wrap_fsync(int fd);
int __wrap_linkat(int from, const char *old, int to, const char *new, int how);
int __wrap_renameat(int from, const char *old, int to, const char *new);

static int fail_with(int code)
{
    errno = code;
    return -1;
}

ssize_t __wrap_write(int fd, const void *bytes, size_t len)
{
    static unsigned turn;
    if (write_in_pieces && turn++ % 3 == 0) return fail_with(EINTR);
    if (write_in_pieces && len > 1000) len = 1000;
    if (write_error != 0) {
        if (write_room == 0) return fail_with(write_error);
        if (len > write_room) len = write_room;
        write_room -= len;
    }
    return __real_write(fd, bytes, len);
}

int __wrap_fsync(int fd)
{
    return fsync_error != 0 ? fail_with(fsync_error) : __real_fsync(fd);
}

int __wrap_linkat(int from, const char *old, int to, const char *new, int how)
{
    return linkat_error != 0 ? fail_with(linkat_error)
                             : __real_linkat(from, old, to, new, how);
}

int __wrap_renameat(int from, const char *old, int to, const char *new)
{
    return renameat_error != 0 ? fail_with(renameat_error)
                               : __real_renameat(from, old, to, new);
}

/* ---- fixture --------------------------------------------------------- */

static int setup(void **state)
{
    write_error = fsync_error = linkat_error = renameat_error = 0;
    write_in_pieces = false;
    if (temp_dir_make(dir) != 0) return -1;
    snprintf(target, sizeof target, "%s/target", dir);
    return 0;
}

static int teardown(void **state)
{
    temp_dir_remove(dir);
    return 0;
}

static const sw_draft_kind kinds[] = {SW_DRAFT_UNNAMED, SW_DRAFT_NAMED};

static sw_output *begin(sw_draft_kind kind)
{
    sw_error err = {0};
    sw_output *out = NULL;
    if (!sw_output__begin(target, kind, &out, &err)) fail_msg("%s", err.reason);
    return out;
}

static void assert_file(const char *path, const char *expected)
{
    char got[256] = {0};
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t len = fread(got, 1, sizeof got - 1, file);
    fclose(file);
    assert_int_equal(len, strlen(expected));
    assert_string_equal(got, expected);
}

static void put_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

/* ---- tests ----------------------------------------------------------- */

static void the_name_appears_at_commit(void **state)
{
    for (size_t k = 0; k < 2; k++) {
        sw_error err = {0};
        sw_output *out = begin(kinds[k]);
        assert_true(sw_output_write(out, "hello", 5, &err));
        assert_true(sw_output_flush(out, &err));
        assert_int_not_equal(access(target, F_OK), 0);
        assert_file(sw_output_draft(out), "hello");
        assert_true(sw_output_write(out, " there", 6, &err));
        assert_int_equal(sw_output_size(out), 11);
        assert_true(sw_output_commit(out, &err));
        sw_output_discard(out);
        assert_file(target, "hello there");
        assert_int_equal(temp_dir_count(dir), 1);
        assert_int_equal(unlink(target), 0);
    }
}

static void an_older_file_stays_until_commit(void **state)
{
    for (size_t k = 0; k < 2; k++) {
        sw_error err = {0};
        put_file(target, "old");
        sw_output *out = begin(kinds[k]);
        assert_true(sw_output_write(out, "new", 3, &err));
        assert_true(sw_output_flush(out, &err));
        assert_file(target, "old");
        assert_true(sw_output_commit(out, &err));
        sw_output_discard(out);
        assert_file(target, "new");
        assert_int_equal(temp_dir_count(dir), 1);
    }
}

static void a_discarded_draft_leaves_nothing(void **state)
{
    for (size_t k = 0; k < 2; k++) {
        sw_error err = {0};
        sw_output *out = begin(kinds[k]);
        assert_true(sw_output_write(out, "new", 3, &err));
        assert_true(sw_output_flush(out, &err));
        sw_output_discard(out);
        assert_int_equal(temp_dir_count(dir), 0);
    }
    sw_output_discard(NULL);
}

static void the_mode_is_what_the_umask_leaves(void **state)
{
    for (size_t k = 0; k < 2; k++) {
        sw_error err = {0};
        mode_t before = umask(027);
        sw_output *out = begin(kinds[k]);
        umask(before);
        assert_true(sw_output_commit(out, &err));
        sw_output_discard(out);
        struct stat about;
        assert_int_equal(stat(target, &about), 0);
        assert_int_equal(about.st_mode & 0777, 0640);
        unlink(target);
    }
}

// Writes of all sizes around the buffer's, in pieces and interrupted.
static void bytes_arrive_as_written(void **state)
{
    static unsigned char bytes[700000], got[700000];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(i * 131 >> 3);
    static const size_t steps[] = {1000, 65537, 262143, 262144, 262145, 700000};
    write_in_pieces = true;
    for (size_t s = 0; s < sizeof steps / sizeof *steps; s++) {
        sw_error err = {0};
        sw_output *out = begin(kinds[s % 2]);
        for (size_t at = 0; at < sizeof bytes; at += steps[s]) {
            size_t len = sizeof bytes - at;
            if (len > steps[s]) len = steps[s];
            assert_true(sw_output_write(out, bytes + at, len, &err));
        }
        assert_true(sw_output_commit(out, &err));
        sw_output_discard(out);
        FILE *file = fopen(target, "rb");
        assert_non_null(file);
        assert_int_equal(fread(got, 1, sizeof got, file), sizeof got);
        assert_int_equal(fgetc(file), EOF);
        fclose(file);
        assert_memory_equal(got, bytes, sizeof bytes);
    }
}

static bool write_much_and_commit(sw_output *out, sw_error *err)
{
    static const char block[100000];
    for (int i = 0; i < 10; i++) {
        if (!sw_output_write(out, block, sizeof block, err)) return false;
    }
    return sw_output_commit(out, err);
}

static void a_full_disk_is_told_and_leaves_nothing(void **state)
{
    for (size_t k = 0; k < 2; k++) {
        for (size_t room = 0; room < 1000000; room += 90001) {
            sw_error err = {0};
            sw_output *out = begin(kinds[k]);
            write_error = ENOSPC;
            write_room = room;
            assert_false(write_much_and_commit(out, &err));
            write_error = 0;
            assert_int_equal(err.kind, SW_ERR_MACHINE);
            assert_string_equal(err.file, target);
            assert_string_equal(err.reason,
                                "cannot write: No space left on device");
            sw_output_discard(out);
            assert_int_equal(temp_dir_count(dir), 0);
        }
    }
}

static void a_commit_that_fails_leaves_the_older_file(void **state)
{
    static int *const calls[] = {&fsync_error, &linkat_error, &renameat_error};
    for (size_t k = 0; k < 2; k++) {
        for (size_t c = 0; c < 3; c++) {
            if (kinds[k] == SW_DRAFT_NAMED && calls[c] == &linkat_error)
                continue;
            sw_error err = {0};
            put_file(target, "old");
            sw_output *out = begin(kinds[k]);
            assert_true(sw_output_write(out, "new", 3, &err));
            // The link to the name itself must fail as it does when it exists.
            *calls[c] = EIO;
            assert_false(sw_output_commit(out, &err));
            *calls[c] = 0;
            assert_int_equal(err.kind, SW_ERR_MACHINE);
            assert_string_equal(err.file, target);
            sw_output_discard(out);
            assert_file(target, "old");
            assert_int_equal(temp_dir_count(dir), 1);
        }
    }
}

static void what_cannot_be_a_target_is_refused(void **state)
{
    static const struct {
        const char *path;
        sw_error_kind kind;
    } bad[] = {
        {"", SW_ERR_USAGE},
        {"/", SW_ERR_USAGE},
        {".", SW_ERR_USAGE},
        {"/dev/null", SW_ERR_USAGE},
        {"/nonexistent/folder/file", SW_ERR_USAGE},
        {"nonexistent/", SW_ERR_USAGE},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        sw_error err = {0};
        sw_output *out = NULL;
        assert_false(sw_output_begin(bad[i].path, &out, &err));
        assert_null(out);
        assert_int_equal(err.kind, bad[i].kind);
        assert_string_equal(err.file, bad[i].path);
    }
}

static void a_name_as_long_as_the_folder_takes_is_fine(void **state)
{
    for (size_t k = 0; k < 2; k++) {
        sw_error err = {0};
        char name[NAME_MAX + 1];
        memset(name, 'n', NAME_MAX);
        name[NAME_MAX] = '\0';
        char path[PATH_MAX + NAME_MAX + 2];
        snprintf(path, sizeof path, "%s/%s", dir, name);
        for (int round = 0; round < 2; round++) {
            sw_output *out = NULL;
            assert_true(sw_output__begin(path, kinds[k], &out, &err));
            assert_true(sw_output_commit(out, &err));
            sw_output_discard(out);
        }
        assert_int_equal(temp_dir_count(dir), 1);
        unlink(path);
    }
}

static void a_bare_name_lands_in_the_working_folder(void **state)
{
    char before[PATH_MAX];
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(dir), 0);
    for (size_t k = 0; k < 2; k++) {
        sw_error err = {0};
        sw_output *out = NULL;
        assert_true(sw_output__begin("bare", kinds[k], &out, &err));
        assert_true(sw_output_write(out, "x", 1, &err));
        assert_true(sw_output_flush(out, &err));
        assert_file(sw_output_draft(out), "x");
        assert_true(sw_output_commit(out, &err));
        sw_output_discard(out);
        assert_file("bare", "x");
    }
    assert_int_equal(chdir(before), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_name_appears_at_commit, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(an_older_file_stays_until_commit, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_discarded_draft_leaves_nothing, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(the_mode_is_what_the_umask_leaves,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(bytes_arrive_as_written, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_full_disk_is_told_and_leaves_nothing,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(
            a_commit_that_fails_leaves_the_older_file, setup, teardown),
        cmocka_unit_test_setup_teardown(what_cannot_be_a_target_is_refused,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(
            a_name_as_long_as_the_folder_takes_is_fine, setup, teardown),
        cmocka_unit_test_setup_teardown(a_bare_name_lands_in_the_working_folder,
                                        setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
