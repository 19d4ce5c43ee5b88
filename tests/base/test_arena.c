#include "segwan/base.h"

#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525U + 1013904223U;
    return *seed >> 8;
}

// Every allocation keeps what was written to it until the reset, whatever the
// others write: none overlap.
static void allocations_are_aligned_and_apart(void **state)
{
    enum { COUNT = 3000 };
    static struct {
        unsigned char *at;
        size_t size;
    } given[COUNT];
    sw_error err;
    sw_arena *arena = NULL;
    assert_true(sw_arena_new(&arena, &err));
    uint32_t seed = 1;
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < COUNT; i++) {
            size_t size = next_random(&seed) % 200;
            if (i % 500 == 0) size *= 1000;
            given[i].at = sw_arena_alloc(arena, size);
            given[i].size = size;
            assert_non_null(given[i].at);
            assert_int_equal((uintptr_t)given[i].at % _Alignof(max_align_t), 0);
            memset(given[i].at, (int)(i & 0xff), size);
        }
        for (size_t i = 0; i < COUNT; i++) {
            for (size_t k = 0; k < given[i].size; k++)
                assert_int_equal(given[i].at[k], i & 0xff);
        }
        sw_arena_reset(arena);
    }
    sw_arena_free(arena);
}

static void the_same_rounds_take_nothing_more_from_the_system(void **state)
{
    sw_error err;
    sw_arena *arena = NULL;
    assert_true(sw_arena_new(&arena, &err));
    size_t first = 0;
    for (int round = 0; round < 50; round++) {
        for (size_t i = 0; i < 400; i++)
            assert_non_null(sw_arena_alloc(arena, i * 7));
        assert_non_null(sw_arena_alloc(arena, 3000000));
        if (round == 0) first = sw_arena_footprint(arena);
        assert_int_equal(sw_arena_footprint(arena), first);
        sw_arena_reset(arena);
    }
    sw_arena_free(arena);
}

static void growth_is_geometric(void **state)
{
    sw_error err;
    sw_arena *arena = NULL;
    assert_true(sw_arena_new(&arena, &err));
    size_t asked = 0, before = sw_arena_footprint(arena), steps = 0;
    while (asked < 4000000) {
        assert_non_null(sw_arena_alloc(arena, 64));
        asked += 64;
        steps += sw_arena_footprint(arena) != before;
        before = sw_arena_footprint(arena);
    }
    assert_true(steps < 14);
    assert_true(before < 5 * asked);
    sw_arena_free(arena);
}

static void nothing_is_still_something(void **state)
{
    sw_error err;
    sw_arena *arena = NULL;
    assert_true(sw_arena_new(&arena, &err));
    const void *a = sw_arena_alloc(arena, 0), *b = sw_arena_alloc(arena, 0);
    assert_non_null(a);
    assert_non_null(b);
    assert_ptr_not_equal(a, b);
    sw_arena_free(arena);
    sw_arena_free(NULL);
}

static void sizes_that_overflow_give_nothing(void **state)
{
    sw_error err;
    sw_arena *arena = NULL;
    assert_true(sw_arena_new(&arena, &err));
    for (size_t below = 0; below < 64; below++)
        assert_null(sw_arena_alloc(arena, SIZE_MAX - below));
    assert_null(sw_arena_calloc(arena, SIZE_MAX / 8 + 1, 8));
    sw_str out = SW_STR("untouched");
    assert_false(sw_arena_str(arena, (sw_str){"x", SIZE_MAX}, &out));
    assert_string_equal(out.at, "untouched");
    assert_non_null(sw_arena_alloc(arena, 10));
    sw_arena_free(arena);
}

static void strings_are_copied_and_terminated(void **state)
{
    sw_error err;
    sw_arena *arena = NULL;
    assert_true(sw_arena_new(&arena, &err));
    char text[] = "abc";
    sw_str copy, empty;
    assert_true(sw_arena_str(arena, (sw_str){text, 2}, &copy));
    assert_true(sw_arena_str(arena, (sw_str){NULL, 0}, &empty));
    text[0] = 'x';
    assert_int_equal(copy.len, 2);
    assert_string_equal(copy.at, "ab");
    assert_string_equal(empty.at, "");
    sw_str built = sw_arena_printf(arena, "%s-%05d", "way", 42);
    assert_string_equal(built.at, "way-00042");
    assert_int_equal(built.len, 9);
    sw_arena_free(arena);
}

static void zeroed_memory_is_zero_after_use(void **state)
{
    sw_error err;
    sw_arena *arena = NULL;
    assert_true(sw_arena_new(&arena, &err));
    memset(sw_arena_alloc(arena, 5000), 0xff, 5000);
    sw_arena_reset(arena);
    const unsigned char *at = SW_NEW_ARRAY(arena, unsigned char, 5000);
    for (size_t i = 0; i < 5000; i++)
        assert_int_equal(at[i], 0);
    sw_arena_free(arena);
}

// The memory is the arena's until it is freed, so it may be looked at after a
// reset; under AddressSanitizer that is caught, as it should be.
static void a_secret_is_gone_after_reset(void **state)
{
#if defined(__SANITIZE_ADDRESS__)
    skip();
#else
    sw_error err;
    sw_arena *arena = NULL;
    assert_true(sw_arena_new_secret(&arena, &err));
    char *small = sw_arena_alloc(arena, 32);
    char *large = sw_arena_alloc(arena, 200000);
    memset(small, 's', 32);
    memset(large, 's', 200000);
    sw_arena_reset(arena);
    for (size_t i = 0; i < 32; i++)
        assert_int_equal(small[i], 0);
    for (size_t i = 0; i < 200000; i++)
        assert_int_equal(large[i], 0);
    sw_arena_free(arena);
#endif
}

static void a_buffer_grows_and_stays_terminated(void **state)
{
    sw_buf buf = {0};
    sw_buf_add(&buf, NULL, 0);
    assert_string_equal(buf.at, "");
    for (int i = 0; i < 1000; i++) {
        sw_buf_str(&buf, SW_STR("ab"));
        sw_buf_printf(&buf, "%03d", i);
        assert_int_equal(buf.len, (size_t)(i + 1) * 5);
        assert_int_equal(buf.at[buf.len], '\0');
    }
    assert_false(buf.failed);
    assert_memory_equal(buf.at + 4995, "ab999", 5);

    sw_buf_add(&buf, "x", SIZE_MAX - 2);
    assert_true(buf.failed);
    size_t len = buf.len;
    sw_buf_str(&buf, SW_STR("later"));
    assert_int_equal(buf.len, len);
    sw_buf_free(&buf);
    assert_null(buf.at);
    assert_false(buf.failed);
    sw_buf_free(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(allocations_are_aligned_and_apart),
        cmocka_unit_test(the_same_rounds_take_nothing_more_from_the_system),
        cmocka_unit_test(growth_is_geometric),
        cmocka_unit_test(nothing_is_still_something),
        cmocka_unit_test(sizes_that_overflow_give_nothing),
        cmocka_unit_test(strings_are_copied_and_terminated),
        cmocka_unit_test(zeroed_memory_is_zero_after_use),
        cmocka_unit_test(a_secret_is_gone_after_reset),
        cmocka_unit_test(a_buffer_grows_and_stays_terminated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
