// What a compiled expression promises: no allocation where no list, map or
// text is made, nothing that threads could fight over, and maps with an index
// that answer as those without.
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "cel_support.h"
#include "fail_alloc.h"

static const char policy[] =
    "a.kind == 'map' && a.dest != 'KR' && (a.scale < 25000 || a.contours) && "
    "!(a.reviewed && a.n >= 2025) && a.gsd > 0.25 && a.kind in ['map', 'dem'] "
    "&& size(a.kind) > 2 && a.layers.exists(l, l == 3) && "
    "a.kind.startsWith('m') && a.kind.matches('^m[a-z]+$') && a.n % 2 == 0 && "
    "(a.n > 1 ? a.n - 1 : a.n) * 3 + 1 > 0 && has(a.gsd) && a.layers[1] == 2";

static sw_cel_binding policy_facts(sw_arena *arena)
{
    static sw_cel_value layers[3];
    for (int i = 0; i < 3; i++)
        layers[i] = int_value(i + 1);
    sw_cel_value list = {.kind = SW_CEL_LIST};
    list.as.list.at = layers;
    list.as.list.count = 3;
    sw_cel_value gsd = {.kind = SW_CEL_DOUBLE, .as.f64 = 0.5};
    const sw_cel_entry entries[] = {
        {string_value("kind"), string_value("map")},
        {string_value("dest"), string_value("US")},
        {string_value("scale"), int_value(5000)},
        {string_value("contours"), bool_value(false)},
        {string_value("reviewed"), bool_value(true)},
        {string_value("gsd"), gsd},
        {string_value("layers"), list},
        {string_value("n"), int_value(42)},
    };
    sw_cel_binding binding = {.name = SW_STR("a")};
    sw_error err = {0};
    assert_true(sw_cel_map(entries, sizeof entries / sizeof *entries, arena,
                           &binding.value, &err));
    return binding;
}

static void scalar_policies_allocate_nothing(void **state)
{
    sw_arena *arena = new_arena(), *scratch = new_arena();
    sw_cel_binding facts = policy_facts(arena);
    sw_cel *cel = parsed(arena, policy);
    sw_cel_options how = {.bindings = &facts, .binding_count = 1};
    sw_cel_value value;
    sw_error err = {0};
    fail_alloc_from(1);
    bool ok = sw_cel_eval(cel, &how, scratch, &value, &err);
    assert_false(fail_alloc_done());
    assert_true(ok);
    assert_true(value.kind == SW_CEL_BOOL && value.as.boolean);
    sw_arena_free(scratch);
    sw_arena_free(arena);
}

/* ---- threads --------------------------------------------------------- */

enum { THREADS = 4, ROUNDS = 200 };

typedef struct {
    const sw_cel *cel;
    const sw_cel_options *how;
    const sw_cel_trace *trace;
    size_t reasons;
    bool ok;
} work;

static size_t count_reasons(const sw_cel_reason *why)
{
    size_t count = 1;
    for (size_t i = 0; i < why->count; i++)
        count += count_reasons(&why->at[i]);
    return count;
}

static void *evaluate_often(void *ctx)
{
    work *w = ctx;
    sw_error err = {0};
    sw_arena *arena = NULL;
    w->ok = sw_arena_new(&arena, &err);
    for (int i = 0; w->ok && i < ROUNDS; i++) {
        sw_cel_value value;
        const sw_cel_reason *why = NULL;
        w->ok = sw_cel_eval(w->cel, w->how, arena, &value, &err) &&
                value.kind == SW_CEL_BOOL && value.as.boolean &&
                sw_cel_explain(w->trace, arena, &why, &err) &&
                count_reasons(why) == w->reasons;
        sw_arena_reset(arena);
    }
    sw_arena_free(arena);
    return NULL;
}

static void threads_share_an_expression(void **state)
{
    sw_arena *arena = new_arena();
    sw_cel_binding facts = policy_facts(arena);
    const sw_cel_trace *trace = NULL;
    const sw_cel_reason *why = NULL;
    sw_cel_options how = {.bindings = &facts, .binding_count = 1};
    sw_cel_options traced = how;
    traced.trace = &trace;
    traced.reason = &why;
    sw_cel *cel = parsed(arena, policy);
    sw_cel_value value;
    sw_error err = {0};
    assert_true(sw_cel_eval(cel, &traced, arena, &value, &err));
    assert_true(count_reasons(why) > 20);

    pthread_t threads[THREADS];
    work shares[THREADS];
    for (size_t i = 0; i < THREADS; i++) {
        shares[i] = (work){cel, &how, trace, count_reasons(why), false};
        assert_int_equal(
            pthread_create(&threads[i], NULL, evaluate_often, &shares[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        assert_true(shares[i].ok);
    }
    sw_arena_free(arena);
}

/* ---- maps with an index ---------------------------------------------- */

// Keys of every kind, near one another and near where doubles lose whole
// numbers.
static sw_cel_value random_key(sw_arena *arena, uint64_t *seed)
{
    static const int64_t bases[] = {0, -3, 9007199254740990, INT64_MAX - 4};
    int64_t i = bases[draw(seed) % 4] + draw(seed) % 4;
    sw_cel_value key = {.kind = SW_CEL_UINT};
    switch (draw(seed) % 5) {
    case 0: return int_value(i);
    case 1: key.as.u64 = (uint64_t)i; return key;
    case 2: return bool_value(draw(seed) % 2);
    default:
        key.kind = SW_CEL_STRING;
        key.as.str = sw_arena_printf(arena, "%.*s%u", (int)(draw(seed) % 20),
                                     "a-rather-long-prefix", draw(seed) % 50);
        return key;
    }
}

static bool is_there(const sw_cel_entry *at, size_t count,
                     const sw_cel_value *key)
{
    for (size_t i = 0; i < count; i++) {
        if (sw_cel_equal(&at[i].key, key)) return true;
    }
    return false;
}

static const char *looked_up(sw_arena *arena, const sw_cel *cel,
                             const sw_cel_value *map, const sw_cel_value *key)
{
    sw_cel_binding facts[] = {{SW_STR("m"), *map}, {SW_STR("k"), *key}};
    sw_cel_options how = {.bindings = facts, .binding_count = 2};
    sw_cel_value value;
    sw_error err = {0};
    assert_true(sw_cel_eval(cel, &how, arena, &value, &err));
    return shown(arena, &value);
}

static void maps_with_an_index_answer_as_those_without(void **state)
{
    uint64_t seed = 7;
    size_t indexed = 0, found = 0;
    for (int round = 0; round < 400; round++) {
        enum { MOST = 80 };
        sw_arena *arena = new_arena();
        sw_cel *cel = parsed(arena, "[k in m, m[?k]]");
        sw_cel_entry entries[MOST];
        size_t want = draw(&seed) % MOST, count = 0;
        for (size_t i = 0; i < want; i++) {
            sw_cel_value key = random_key(arena, &seed);
            if (is_there(entries, count, &key)) continue;
            entries[count] = (sw_cel_entry){key, int_value((int64_t)count)};
            count++;
        }
        sw_cel_value plain = {.kind = SW_CEL_MAP}, with;
        sw_error err = {0};
        plain.as.map.at = entries;
        plain.as.map.count = count;
        assert_true(sw_cel_map(entries, count, arena, &with, &err));
        indexed += with.index_mask > 0;
        for (int i = 0; i < 60; i++) {
            sw_cel_value key = random_key(arena, &seed);
            if (draw(&seed) % 4 == 0) {
                // A double finds a whole number, an int a uint.
                key = (sw_cel_value){.kind = SW_CEL_DOUBLE};
                key.as.f64 = (double)(draw(&seed) % 6) - 2;
            }
            const char *one = looked_up(arena, cel, &plain, &key);
            assert_string_equal(looked_up(arena, cel, &with, &key), one);
            found += strncmp(one, "[true", 5) == 0;
        }
        assert_true(sw_cel_equal(&plain, &with));
        sw_arena_free(arena);
    }
    assert_true(indexed > 300 && found > 1000);  // else this says little
}

static void keys_that_crowd_get_no_index(void **state)
{
    sw_arena *arena = new_arena();
    sw_cel_entry entries[100];
    for (int i = 0; i < 100; i++)
        entries[i] = (sw_cel_entry){string_value("same"), int_value(i)};
    sw_cel_value map;
    sw_error err = {0};
    assert_true(sw_cel_map(entries, 100, arena, &map, &err));
    assert_int_equal(map.index_mask, 0);
    sw_cel_value key = string_value("same");
    assert_string_equal(looked_up(arena, parsed(arena, "m[k]"), &map, &key),
                        "0");
    sw_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scalar_policies_allocate_nothing),
        cmocka_unit_test(threads_share_an_expression),
        cmocka_unit_test(maps_with_an_index_answer_as_those_without),
        cmocka_unit_test(keys_that_crowd_get_no_index),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
