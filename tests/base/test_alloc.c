// Each allocation fails in turn; the function says so and leaks nothing (the
// leak checker of AddressSanitizer judges that).
#include "segwan/base.h"

#include "base_internal.h"
#include "cmocka_all.h"
#include "fail_alloc.h"
#include "temp_dir.h"

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

static void each_allocation_fails_in_turn(bool (*use)(sw_error *err))
{
    for (size_t n = 1;; n++) {
        sw_error err = {0};
        fail_alloc_at(n);
        bool ok = use(&err);
        if (!fail_alloc_done()) {
            assert_true(ok);
            assert_true(n > 1);
            return;
        }
        assert_false(ok);
        assert_int_equal(err.kind, SW_ERR_MACHINE);
        assert_true(n < 1000);
    }
}

static bool use_arena(sw_error *err)
{
    bool ok = false;
    sw_arena *arena = NULL;
    if (!sw_arena_new(&arena, err)) goto done;
    for (int i = 0; i < 2000; i++) {
        sw_str copy;
        if (sw_arena_alloc(arena, 100) == NULL ||
            sw_arena_calloc(arena, 10, 10) == NULL ||
            !sw_arena_str(arena, SW_STR("text"), &copy) ||
            sw_arena_printf(arena, "%d", i).at == NULL) {
            sw_fail_memory(err);
            goto done;
        }
    }
    ok = true;

done:
    sw_arena_free(arena);
    return ok;
}

static bool use_buffer(sw_error *err)
{
    sw_buf buf = {0};
    for (int i = 0; i < 2000; i++) {
        sw_buf_str(&buf, SW_STR("text"));
        sw_buf_printf(&buf, "%d", i);
    }
    bool ok = !buf.failed || sw_fail_memory(err);
    sw_buf_free(&buf);
    return ok;
}

static bool run_nothing(void *job, unsigned worker, sw_error *err)
{
    return true;
}

static bool use_queue(sw_error *err)
{
    bool ok = false;
    sw_pool *pool = NULL;
    sw_queue *queue = NULL;
    void *job;
    if (!sw_pool_new(3, &pool, err)) goto done;
    if (!sw_queue_new(pool, 4, &queue, err)) goto done;
    sw_queue_push(queue, run_nothing, NULL);
    sw_queue_push(queue, run_nothing, NULL);
    ok = sw_queue_pop(queue, &job, err);

done:
    sw_queue_free(queue);
    sw_pool_free(pool);
    return ok;
}

static bool write_output(sw_draft_kind kind, sw_error *err)
{
    sw_output *out = NULL;
    bool ok = sw_output__begin(target, kind, &out, err) &&
              sw_output_write(out, "text", 4, err) &&
              sw_output_commit(out, err);
    sw_output_discard(out);
    return ok;
}

static bool use_unnamed_output(sw_error *err)
{
    return write_output(SW_DRAFT_UNNAMED, err);
}

static bool use_named_output(sw_error *err)
{
    return write_output(SW_DRAFT_NAMED, err);
}

static bool use_file(sw_error *err)
{
    sw_arena *arena = NULL;
    sw_str text;
    bool ok = sw_arena_new(&arena, err) &&
              sw_file_read("/proc/self/maps", 10000000, arena, &text, err);
    sw_arena_free(arena);
    return ok;
}

static void arena_says_so(void **state)
{
    each_allocation_fails_in_turn(use_arena);
}

static void buffer_says_so(void **state)
{
    each_allocation_fails_in_turn(use_buffer);
}

static void queue_says_so(void **state)
{
    each_allocation_fails_in_turn(use_queue);
}

static void output_says_so(void **state)
{
    each_allocation_fails_in_turn(use_unnamed_output);
    assert_int_equal(unlink(target), 0);
    each_allocation_fails_in_turn(use_named_output);
    assert_int_equal(temp_dir_count(dir), 1);
}

static void file_says_so(void **state)
{
    each_allocation_fails_in_turn(use_file);
}

static void the_helper_itself_fails_what_it_is_told_to(void **state)
{
    fail_alloc_at(2);
    // volatile: a compiler may leave out allocations that nothing uses
    void *volatile first = malloc(1);
    void *volatile second = malloc(1);
    void *volatile third = malloc(1);
    assert_true(fail_alloc_done());
    assert_non_null(first);
    assert_null(second);
    assert_non_null(third);
    free(first);
    free(third);

    fail_alloc_from(1);
    first = malloc(1);
    second = calloc(1, 1);
    assert_null(first);
    assert_null(second);
    assert_true(fail_alloc_done());
    fail_alloc_at(5);
    assert_false(fail_alloc_done());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_helper_itself_fails_what_it_is_told_to),
        cmocka_unit_test(arena_says_so),
        cmocka_unit_test(buffer_says_so),
        cmocka_unit_test(queue_says_so),
        cmocka_unit_test_setup_teardown(output_says_so, setup, teardown),
        cmocka_unit_test(file_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
