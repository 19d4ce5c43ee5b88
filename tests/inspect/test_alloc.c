// Each allocation of an inspection fails in turn: an error that says so, no
// crash, nothing lost.
#include <string.h>

#include "cmocka_all.h"
#include "fail_alloc.h"
#include "in_memory.h"
#include "segwan/inspect.h"
#include "town.h"

static const char zones_json[] =
    "{\"type\":\"Feature\",\"properties\":{\"id\":1,\"buffer\":60},"
    "\"geometry\":{\"type\":\"MultiPolygon\",\"coordinates\":"
    "[[[[127.0206,37.519],[127.021,37.519],[127.021,37.521],"
    "[127.0206,37.521],[127.0206,37.519]],"
    "[[127.0207,37.5195],[127.0208,37.5195],[127.0208,37.5196],"
    "[127.0207,37.5195]]]]}}";

typedef struct {
    in_memory released, cargo, zones;
    sw_inspect_options how;
} fixture;

static bool inspect_once(const fixture *f, size_t *findings, sw_error *err)
{
    sw_arena *arena = NULL;
    sw_inspection *seen = NULL;
    sw_str text, json;
    bool ok = sw_arena_new(&arena, err) &&
              sw_inspect_map(f->released.path, &f->how, arena, &seen, err) &&
              sw_inspection_text(seen, true, arena, &text, err) &&
              sw_inspection_json(seen, arena, &json, err);
    if (ok) *findings = seen->finding_count;
    sw_arena_free(arena);
    return ok;
}

static void each_allocation_may_fail(void **state)
{
    (void)state;
    static town t;
    town_build(&t);
    t.user = "anyone";
    sw_buf bytes = town_write(&t);
    const sw_str strip = SW_STR("ele,x=*y,z"), scope = SW_STR("nwra/*");
    const sw_str names[] = {SW_STR("secret base"), SW_STR("우물 둘")};
    fixture f = {
        .released = in_memory_file(bytes.at, bytes.len),
        .cargo = in_memory_file(bytes.at, bytes.len),
        .zones = in_memory_file(zones_json, sizeof zones_json - 1),
    };
    f.how = (sw_inspect_options){.zones_path = f.zones.path,
                                 .input_path = f.cargo.path,
                                 .strip = &strip,
                                 .strip_count = 1,
                                 .names = names,
                                 .name_count = 2,
                                 .scope = &scope,
                                 .scope_count = 1};
    size_t n = 1;
    for (;; n++) {
        size_t findings = 0;
        sw_error err = {0};
        fail_alloc_at(n);
        bool ok = inspect_once(&f, &findings, &err);
        if (!fail_alloc_done()) {
            assert_true(ok);
            assert_int_equal(findings, 1);  // node 20
            break;
        }
        assert_false(ok);
        assert_int_equal(err.kind, SW_ERR_MACHINE);
    }
    assert_true(n > 20);
    in_memory_close(&f.released);
    in_memory_close(&f.cargo);
    in_memory_close(&f.zones);
    sw_buf_free(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
