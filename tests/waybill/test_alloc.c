// Each allocation of signing, verifying and showing fails in turn. Those within
// OpenSSL and jansson are not reached; jansson 2.14 ends the process at some of
// its own ("load.c: lex_scan_string: Assertion `0' failed").
#include "cmocka_all.h"
#include "fail_alloc.h"
#include "sample.h"
#include "waybill_internal.h"

static sw_key *key;

static const sw_waybill_file output = {
    {"korea.osm.pbf", 13},
    {"3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d", 64}};

static bool the_whole_way(sw_error *err)
{
    sw_arena *arena = NULL;
    sw_str envelope, payload, text;
    sw_waybill_book book;
    sw_waybill_facts facts = sample_facts(&output, 1, &book);
    bool ok = sw_arena_new(&arena, err) &&
              sw_waybill_sign(&facts, key, arena, &envelope, err) &&
              sw_waybill_verify(envelope, key, NULL, 0, arena, &payload, err) &&
              sw_waybill_text(envelope, false, arena, &text, err);
    sw_arena_free(arena);
    return ok;
}

static void each_allocation_fails_in_turn(void **state)
{
    sw_error err = {0};
    assert_true(sw_key__from_seed(sample_seed, &key, &err));
    for (size_t n = 1;; n++) {
        err = (sw_error){0};
        fail_alloc_at(n);
        bool ok = the_whole_way(&err);
        if (!fail_alloc_done()) {
            assert_true(ok);
            assert_true(n > 10);
            break;
        }
        assert_false(ok);
        assert_int_equal(err.kind, SW_ERR_MACHINE);
        assert_true(n < 10000);
    }
    sw_key_free(key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_allocation_fails_in_turn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
