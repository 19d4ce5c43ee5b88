// Each of our allocations fails in turn: loading says so, leaks nothing, and
// touches no output. (jansson's and GEOS's own are in shared libraries.)
#include "fail_alloc.h"
#include "geo_support.h"

#include "cmocka_all.h"

#define ZONE(id, coordinates)                                                  \
    "{\"type\":\"Feature\",\"properties\":{\"id\":" id ",\"class\":\"c\"},"    \
    "\"geometry\":{\"type\":\"Polygon\",\"coordinates\":" coordinates "}}"
#define LIST                                                                   \
    "{\"type\":\"FeatureCollection\",\"features\":[" ZONE(                     \
        "1",                                                                   \
        "[[[1,1],[1.0001,1],[1.0001,1.0001],[1,1]]]") "," ZONE("2",            \
                                                               "[[[5,5],[5."   \
                                                               "0001,5],[5."   \
                                                               "00005,5."      \
                                                               "00003],[5,5."  \
                                                               "0001],[5,5]]"  \
                                                               "]") "]}"

static void each_failing_allocation_is_told(double buffer_m)
{
    sw_zones_options how = {.buffer_m = buffer_m};
    size_t n = 1;
    for (;; n++) {
        sw_zones *zones = NULL;
        sw_error err = {0};
        fail_alloc_at(n);
        bool ok = sw_zones_parse(SW_STR(LIST), &how, &zones, &err);
        bool failed = fail_alloc_done();
        if (!failed) {
            assert_true(ok);
            sw_zones_free(zones);
            break;
        }
        if (ok) {  // the allocation was one that can be done without
            sw_zones_free(zones);
            continue;
        }
        assert_null(zones);
        assert_int_equal(err.kind, SW_ERR_MACHINE);
    }
    assert_true(n > 20);
}

static void plain_zones(void **state)
{
    each_failing_allocation_is_told(0);
}

static void buffered_zones(void **state)
{
    each_failing_allocation_is_told(2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_zones),
        cmocka_unit_test(buffered_zones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
