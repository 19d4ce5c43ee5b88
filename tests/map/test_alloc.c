// Every allocation of a treatment fails in turn: an error, and nothing leaks
// (the sanitizers' build looks).
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmocka_all.h"

#include "drawn.h"
#include "fail_alloc.h"
#include "temp_dir.h"

static const char map[] =
    "n1 50 150;n2 250 150 a=Camp_Red %1,2,3,4,kim;n3 40 150;n4 260 150;"
    "n5 261 150;n6 261 300 a=b;n9 0 0 a=b;"
    "w1 3,1,2,4 highway=path;w2 4,5,6 highway=path;w3 3,1;w4 1,2,4,3,1 a=b;"
    "r1 w1:from,w2:via,w2:to type=restriction;"
    "r2 w3:outer,w2:x,n9: type=multipolygon;r3 r1:,r2:,w4: type=site";

static bool treat(const char *from, const char *to, sw_error *err)
{
    static const char zone[] =
        "{\"type\":\"Feature\",\"properties\":{\"id\":1},\"geometry\":"
        "{\"type\":\"Polygon\",\"coordinates\":[[[0.00001,0.00001],"
        "[0.00002,0.00001],[0.00002,0.00002],[0.00001,0.00002],"
        "[0.00001,0.00001]]]}}";
    const sw_zones_options plain = {0};
    const sw_str strip[] = {SW_STR("ele"), SW_STR("x=y,z")};
    const sw_str names[] = {SW_STR("camp red"), SW_STR("caf\xC3\xA9")};
    const sw_str scope[] = {SW_STR("a"), SW_STR("w/highway"), SW_STR("r/type")};
    sw_map_options how = {.coarsen_scale = 557};
    sw_zones *zones = NULL;
    sw_tag_filter *kept = NULL, *gone = NULL;
    sw_pool *pool = NULL;
    sw_output *out = NULL;
    bool ok = sw_zones_parse(SW_STR(zone), &plain, &zones, err) &&
              sw_map_strip_new(strip, 2, names, 2, &gone, err) &&
              sw_map_scope_new(scope, 3, &kept, err) &&
              sw_pool_new(1, &pool, err);
    how.zones = zones;
    how.strip = gone;
    how.scope = kept;
    ok = ok && sw_output_begin(to, &out, err) &&
         sw_map_treat(from, out, pool, &how, NULL, err) &&
         sw_output_commit(out, err);
    sw_output_discard(out);
    sw_pool_free(pool);
    sw_tag_filter_free(kept);
    sw_tag_filter_free(gone);
    sw_zones_free(zones);
    return ok;
}

static void each_allocation_may_fail(void **state)
{
    char dir[PATH_MAX], from[PATH_MAX + 8], to[PATH_MAX + 8];
    assert_int_equal(temp_dir_make(dir), 0);
    snprintf(from, sizeof from, "%s/in.pbf", dir);
    snprintf(to, sizeof to, "%s/out.pbf", dir);
    drawn_save(map, 2, from);

    for (size_t n = 1;; n++) {
        sw_error err = {0};
        fail_alloc_at(n);
        bool ok = treat(from, to, &err);
        if (!fail_alloc_done()) {
            assert_true(ok);
            assert_true(n > 50);
            break;
        }
        if (ok) continue;  // a library made do without
        if (err.kind != SW_ERR_MACHINE)
            fail_msg("allocation %zu: %s", n, err.reason);
        assert_int_equal(temp_dir_count(dir), 1);
    }
    temp_dir_remove(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
