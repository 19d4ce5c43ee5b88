// A process that is killed at any moment while it writes and commits leaves
// nothing, the older file, or the whole new one under the name.
#include "segwan/base.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "base_internal.h"
#include "cmocka_all.h"
#include "temp_dir.h"

#define SIZE   1500000
#define ROUNDS 120

static char dir[PATH_MAX];
static char target[PATH_MAX + 16];

static int setup(void **state)
{
    if (temp_dir_make(dir) != 0) return -1;
    snprintf(target, sizeof target, "%s/target", dir);
    return 0;
}

static int teardown(void **state)
{
    temp_dir_remove(dir);
    return 0;
}

// Replaces the target again and again by whole files of one letter each.
static void write_for_ever(sw_draft_kind kind)
{
    static char bytes[SIZE];
    sw_error err;
    for (int letter = 'a';; letter = letter == 'z' ? 'a' : letter + 1) {
        sw_output *out = NULL;
        memset(bytes, letter, sizeof bytes);
        if (!sw_output__begin(target, kind, &out, &err)) _exit(1);
        for (size_t at = 0; at < SIZE; at += 50000) {
            if (!sw_output_write(out, bytes + at, 50000, &err)) _exit(1);
        }
        if (!sw_output_commit(out, &err)) _exit(1);
        sw_output_discard(out);
    }
}

static void assert_whole_or_absent(void)
{
    static char bytes[SIZE + 1];
    FILE *file = fopen(target, "rb");
    if (file == NULL) return;
    size_t len = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    assert_int_equal(len, SIZE);
    for (size_t i = 1; i < SIZE; i++) {
        if (bytes[i] != bytes[0]) fail_msg("mixed at byte %zu", i);
    }
}

static void killed_writers_leave_whole_files(sw_draft_kind kind)
{
    uint32_t seed = 42;
    for (int round = 0; round < ROUNDS; round++) {
        if (round % 10 == 0) unlink(target);
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) write_for_ever(kind);

        seed = seed * 1664525U + 1013904223U;
        struct timespec pause = {0, (long)(seed % 12000000U)};
        nanosleep(&pause, NULL);
        kill(child, SIGKILL);
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status));
        assert_whole_or_absent();
    }
}

static void unnamed_drafts(void **state)
{
    killed_writers_leave_whole_files(SW_DRAFT_UNNAMED);
}

static void hidden_neighbours(void **state)
{
    killed_writers_leave_whole_files(SW_DRAFT_NAMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(unnamed_drafts, setup, teardown),
        cmocka_unit_test_setup_teardown(hidden_neighbours, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
