// Real extracts: without zones no zone is met, and with zones over the densest
// spots the counts are those of tests/inspect/count.py, entity for entity.
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "cmocka_all.h"
#include "segwan/inspect.h"
#include "temp_dir.h"

#define SKIPPED 77

static const char *source_root(void)
{
    const char *root = getenv("SEGWAN_SOURCE");
    return root != NULL ? root : ".";
}

// Runs count.py. @return its exit status.
static int count(const char *cargo, const char *zones, uint64_t *nodes,
                 uint64_t *segments)
{
    char command[3 * PATH_MAX];
    snprintf(command, sizeof command,
             "/usr/bin/python3 '%s/tests/inspect/count.py' '%s' '%s'",
             source_root(), cargo, zones);
    FILE *out = popen(command, "r");
    assert_non_null(out);
    int got = fscanf(out, "%" SCNu64 " %" SCNu64, nodes, segments);
    int status = pclose(out);
    if (got != 2 && WEXITSTATUS(status) == 0) return 1;
    return WEXITSTATUS(status);
}

static uint64_t found(const sw_inspection *seen, const char *check)
{
    for (size_t i = 0; i < seen->finding_count; i++) {
        if (strcmp(seen->findings[i].check, check) == 0)
            return seen->findings[i].count;
    }
    return 0;
}

static const sw_inspection *inspect(const char *cargo, const char *zones,
                                    sw_arena *arena)
{
    sw_inspect_options how = {.zones_path = zones};
    sw_inspection *seen = NULL;
    sw_error err = {0};
    char text[1024];
    if (!sw_inspect_map(cargo, &how, arena, &seen, &err))
        fail_msg("%s", sw_error_text(&err, text, sizeof text));
    return seen;
}

static void compare(const char *cargo, const char *zones)
{
    sw_arena *arena = NULL;
    sw_error err;
    assert_true(sw_arena_new(&arena, &err));
    const sw_inspection *seen = inspect(cargo, NULL, arena);
    assert_int_equal(found(seen, "node-in-zone"), 0);
    assert_int_equal(found(seen, "segment-meets-zone"), 0);
    assert_true(seen->segments > 0);

    uint64_t nodes, segments;
    int status = count(cargo, zones, &nodes, &segments);
    if (status == SKIPPED) {
        fprintf(stderr, "SKIPPED: no pyosmium or shapely\n");
    } else {
        assert_int_equal(status, 0);
        seen = inspect(cargo, zones, arena);
        printf("%s: %" PRIu64 " nodes, %" PRIu64 " segments in zones\n",
               strrchr(cargo, '/') + 1, nodes, segments);
        assert_true(nodes > 0 && segments > 0);
        assert_int_equal(found(seen, "node-in-zone"), nodes);
        assert_int_equal(found(seen, "segment-meets-zone"), segments);
        assert_true(seen->conspicuous >= 0 && seen->conspicuous <= 1);
    }
    sw_arena_free(arena);
}

static void counts_agree_with_shapely(void **state)
{
    (void)state;
    static const char *const extracts[] = {
        "ajou-suwon-kr",     "seoul-songpa-kr",     "monaco",
        "helsinki",          "berlin-siegessaeule", "beijing-forestry",
        "fiji-antimeridian", "singapore-bayfront",
    };
    char dir[PATH_MAX], zones[PATH_MAX + 32], cargo[PATH_MAX];
    assert_int_equal(temp_dir_make(dir), 0);
    snprintf(zones, sizeof zones, "%s/zones.geojson", dir);
    for (size_t i = 0; i < sizeof extracts / sizeof *extracts; i++) {
        snprintf(cargo, sizeof cargo, "%s/../shared/data/osm/%s.osm.pbf",
                 source_root(), extracts[i]);
        if (access(cargo, R_OK) != 0)
            fprintf(stderr, "SKIPPED: no %s\n", cargo);
        else
            compare(cargo, zones);
    }
    temp_dir_remove(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_agree_with_shapely),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
