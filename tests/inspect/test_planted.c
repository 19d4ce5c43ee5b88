// A good release passes every check; each planted violation is found by the
// check that is for it, by no other, and with the right id.
#include <stdio.h>
#include <string.h>

#include "cmocka_all.h"
#include "in_memory.h"
#include "segwan/inspect.h"
#include "town.h"

#define FEATURE(properties, rings)                                             \
    "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\","     \
    "\"properties\":{\"id\":\"secret-7\",\"class\":\"barracks\"" properties    \
    "},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":" rings "}}]}"

// Far from everything.
#define ZONE_AWAY FEATURE("", "[[[128,38],[128.01,38],[128,38.01],[128,38]]]")
// A square with node 20 within, and no way.
#define ZONE_SCHOOL                                                            \
    FEATURE("", "[[[127.019,37.519],[127.021,37.519],[127.021,37.521],"        \
                "[127.019,37.521],[127.019,37.519]]]")
// Node 20 lies just on its eastern edge.
#define ZONE_EDGE                                                              \
    FEATURE("", "[[[127.019,37.519],[127.02,37.519],[127.02,37.521],"          \
                "[127.019,37.521],[127.019,37.519]]]")
// Across the segment between nodes 3 and 4, ending within the segment's reach.
#define ZONE_ROAD                                                              \
    FEATURE("", "[[[127.0019,37.5003],[127.0021,37.5003],[127.0021,37.5006],"  \
                "[127.0019,37.5006],[127.0019,37.5003]]]")
// Fifty metres and a bit east of node 20 (88.5 km to a degree there).
#define ZONE_NEAR(buffer)                                                      \
    FEATURE(",\"buffer\":" buffer,                                             \
            "[[[127.0206,37.519],[127.021,37.519],[127.021,37.521],"           \
            "[127.0206,37.521],[127.0206,37.519]]]")

typedef struct {
    const char *name;
    void (*plant)(town *t);
    const char *check, *first;
    const char *zones;
    const char *strip, *forbidden, *scope;
    bool strip_metadata, keep_missing;
    void (*cargo)(town *t);
    uint32_t coarsen_scale;
} planted;

/* ---- what is planted -------------------------------------------------- */

static void nothing(town *t)
{
    (void)t;
}

static void name_in_value(town *t)
{
    t->nodes[12].tags[1] = "the SECRET\tBASE road";
}

static void name_in_key(town *t)
{
    t->ways[1].tags[0] = "secret base:x";
}

static void name_in_role(town *t)
{
    t->relations[0].members[0].role = "Secret Base";
}

static void name_in_user(town *t)
{
    t->user = "secret base";
}

static void name_unused(town *t)
{
    t->stray_string = "secret base";
}

static void metadata(town *t)
{
    t->user = "anyone";
}

static void visible(town *t)
{
    t->user = "anyone";
    t->visible = true;
}

static void no_version(town *t)
{
    t->user = "anyone";
    t->version_zero = true;
}

static void no_tags(town *t)
{
    t->nodes[0].tags[0] = t->nodes[4].tags[0] = NULL;
    t->node_count--;  // node 20
    t->empty_column = true;
}

static void way_before(town *t)
{
    t->ways[1].id = 99;
    t->relations[1].members[2].ref = 99;
}

static void node_twice(town *t)
{
    t->nodes[12].id = 12;
}

static void ways_first(town *t)
{
    t->ways_first = true;
}

static void cut_building(town *t)
{
    t->ways[4].ref_count = 3;
    t->relations[0].member_count = 2;
}

static void lost_node(town *t)
{
    t->nodes[6].id = 13;
    t->nodes[6].tags[0] = "a";
    t->nodes[6].tags[1] = "b";
    memmove(&t->nodes[6], &t->nodes[7], 5 * sizeof *t->nodes);
    t->nodes[11] = (town_node){13, 0, 0, {"a", "b", NULL}};
}

static void lost_member(town *t)
{
    t->relations[1].members[3] = (town_member){'w', 777, "other"};
    t->relations[1].member_count = 4;
}

static void lost_relation(town *t)
{
    t->relations[1].members[3] = (town_member){'r', 500, "a"};
    t->relations[1].members[4] = (town_member){'r', 502, "b"};
    t->relations[1].member_count = 5;
}

static void open_polygon(town *t)
{
    t->relations[0].members[1] = t->relations[0].members[2];
    t->relations[0].member_count = 2;
    t->ways[3].tags[0] = "barrier";
    t->ways[3].tags[1] = "fence";
}

static void no_via(town *t)
{
    t->relations[1].members[1].role = "";
}

static void no_member(town *t)
{
    t->relations[1].member_count = 0;
}

static void spare_node(town *t)
{
    t->nodes[12].tags[0] = NULL;
}

static void spare_way(town *t)
{
    t->ways[1].tags[0] = NULL;
    t->relations[1].members[2].ref = 100;
}

static void short_way(town *t)
{
    t->ways[1].ref_count = 1;
    t->nodes[3].tags[0] = "a";
    t->nodes[3].tags[1] = "b";
}

static void off_grid(town *t)
{
    town_build(t);
    for (size_t i = 0; i < t->node_count; i++) {
        // 1:25,000 is a grid of 449.
        t->nodes[i].lon_e7 = t->nodes[i].lon_e7 / 449 * 449;
        t->nodes[i].lat_e7 = t->nodes[i].lat_e7 / 449 * 449;
    }
    t->nodes[4].lat_e7++;
}

static void no_length(town *t)
{
    off_grid(t);
    t->nodes[4].lat_e7--;
    t->nodes[2].lon_e7 = t->nodes[1].lon_e7;
}

#define KNOB(name, member, value)                                              \
    static void name(town *t)                                                  \
    {                                                                          \
        t->member = value;                                                     \
    }
KNOB(stray_string, stray_string, "left behind")
KNOB(first_string, first_string, "not empty")
KNOB(bbox, bbox, true)
KNOB(source, source, true)
KNOB(replication, replication, true)
KNOB(history, history, true)
KNOB(no_features, no_features, true)
KNOB(writer, writer, "osmium/1.15.0")
KNOB(index_data, index_data, true)
KNOB(raw, raw, true)
KNOB(foreign_blob, foreign_blob, true)
KNOB(bytes_after_zlib, bytes_after_zlib, true)
KNOB(bytes_after_blobs, bytes_after_blobs, true)
KNOB(block_field, block_field, true)
KNOB(group_field, group_field, true)
KNOB(way_field, way_field, true)
KNOB(dense_field, dense_field, true)
KNOB(header_field, header_field, true)
KNOB(wide_number, wide_number, true)
KNOB(explicit_default, explicit_default, true)
KNOB(twin_strings, twin_strings, true)
KNOB(swapped_strings, swapped_strings, true)
KNOB(plain_nodes, plain_nodes, true)
KNOB(two_groups, two_groups, true)
KNOB(granularity, granularity, true)
KNOB(small_blocks, block_objects, 5)

#define FINDS(finds, id) .check = (finds), .first = (id)

static const planted table[] = {
    {"nothing", nothing, .zones = ZONE_AWAY, .strip = "ele",
     .forbidden = "Secret  Base", .strip_metadata = true},
    {"nothing, without options", nothing, FINDS(NULL, NULL)},
    {"a bare header", no_features,
     FINDS("not-canonical", "blob 0, its header")},
    {"node within", nothing, FINDS("node-in-zone", "node 20"),
     .zones = ZONE_SCHOOL},
    {"node on the edge", nothing, FINDS("node-in-zone", "node 20"),
     .zones = ZONE_EDGE},
    {"node within the buffer", nothing, FINDS("node-in-zone", "node 20"),
     .zones = ZONE_NEAR("60")},
    {"node beyond the buffer", nothing, .zones = ZONE_NEAR("50")},
    {"segment across", nothing,
     FINDS("segment-meets-zone", "way 101 between nodes 3 and 4"),
     .zones = ZONE_ROAD},
    {"tag by key", nothing, FINDS("forbidden-tag", "node 5"),
     .strip = "man_made"},
    {"tag by value", nothing, FINDS("forbidden-tag", "way 101"),
     .strip = "highway=track,service"},
    {"tag by pattern", nothing, FINDS("forbidden-tag", "relation 501"),
     .strip = "restr*=no_*_turn"},
    {"name in a value", name_in_value, FINDS("forbidden-name", "node 20"),
     .forbidden = "Secret Base"},
    {"name in a key", name_in_key, FINDS("forbidden-name", "way 101"),
     .forbidden = "Secret Base"},
    {"name in a role", name_in_role, FINDS("forbidden-name", "relation 500"),
     .forbidden = "Secret Base"},
    {"name of a user", name_in_user, FINDS("forbidden-name", "node 1"),
     .forbidden = "Secret Base"},
    {"Hangul name", nothing, FINDS("forbidden-name", "node 5"),
     .forbidden = "우물"},
    {"name in an unused string", name_unused,
     FINDS("leftover-string", "blob 1, string 9"), .forbidden = "Secret Base"},
    {"metadata", metadata, FINDS("metadata", "node 1"), .strip_metadata = true},
    {"metadata that may stay", metadata, FINDS(NULL, NULL)},
    {"visible flags", visible,
     FINDS("not-canonical", "node 1, its visible flag")},
    {"scope", nothing, FINDS("scope", "node 1"), .scope = "wr/*"},
    {"scope of areas", nothing, FINDS("scope", "way 100"),
     .scope = "n/*;r/*;a/building"},
    {"scope of values", nothing, FINDS("scope", "relation 501"),
     .scope = "nw/*;r/type=multi*,route"},
    {"grid", off_grid, FINDS("precision", "node 5"), .coarsen_scale = 25000},
    {"no length", no_length,
     FINDS("precision", "way 100 between nodes 2 and 3, of no length"),
     .coarsen_scale = 25000},
    {"lost node", lost_node,
     FINDS("missing-reference", "way 102, reference 2")},
    {"lost member", lost_member,
     FINDS("missing-reference", "relation 501, member 4")},
    {"lost relation", lost_relation,
     FINDS("missing-reference", "relation 501, member 5")},
    {"kept missing", lost_relation, .keep_missing = true},
    {"open multipolygon", open_polygon,
     FINDS("broken-relation", "relation 500, a multipolygon that is open")},
    {"cut building", cut_building, FINDS("cut-area", "way 104"),
     .cargo = nothing},
    {"building that was open", cut_building, FINDS(NULL, NULL),
     .cargo = cut_building},
    {"whole building", nothing, FINDS(NULL, NULL), .cargo = nothing},
    {"no via", no_via,
     FINDS("broken-relation",
           "relation 501, a restriction without from, to or via")},
    {"no member", no_member,
     FINDS("broken-relation", "relation 501, without a member")},
    {"spare node", spare_node, FINDS("leftover-node", "node 20")},
    {"spare way", spare_way, FINDS("leftover-way", "way 101")},
    {"way of one node", short_way,
     FINDS("leftover-way", "way 101, without a segment")},
    {"way out of order", way_before, FINDS("order", "way 99")},
    {"node twice", node_twice, FINDS("order", "node 12")},
    {"ways first", ways_first, FINDS("order", "node 1")},
    {"stray string", stray_string,
     FINDS("leftover-string", "blob 1, string 9")},
    {"bounding box", bbox, FINDS("header-leak", "blob 0, bounding box")},
    {"source", source, FINDS("header-leak", "blob 0, source")},
    {"replication", replication,
     FINDS("header-leak", "blob 0, replication state")},
    {"history", history, FINDS("header-leak", "blob 0, required feature")},
    {"writer", writer, FINDS("header-leak", "blob 0, writing program")},
    {"index data", index_data, FINDS("header-leak", "blob 0, index data")},
    {"raw blobs", raw, FINDS("not-canonical", "blob 0, its envelope")},
    {"foreign blob", foreign_blob,
     FINDS("not-canonical", "blob 4, of a type of its own")},
    {"bytes after zlib", bytes_after_zlib,
     FINDS("trailing-bytes", "blob 0, 3 bytes behind its data")},
    {"bytes after blobs", bytes_after_blobs,
     FINDS("trailing-bytes", "6 bytes behind blob 3")},
    {"field of a block", block_field, FINDS("unknown-field", "blob 1")},
    {"field of a group", group_field, FINDS("unknown-field", "blob 1")},
    {"field of a way", way_field, FINDS("unknown-field", "way 100")},
    {"field of dense nodes", dense_field, FINDS("unknown-field", "blob 1")},
    {"field of a header", header_field, FINDS("unknown-field", "blob 0")},
    {"wide number", wide_number,
     FINDS("not-canonical", "blob 1, its encoding")},
    {"a default that is said", explicit_default,
     FINDS("not-canonical", "blob 1, its granularity or offset")},
    {"a string twice", twin_strings,
     FINDS("not-canonical", "blob 1, its strings")},
    {"strings in another order", swapped_strings,
     FINDS("not-canonical", "blob 2, its strings")},
    {"metadata of nothing", no_version,
     FINDS("not-canonical", "blob 1, its metadata")},
    {"tags of no node", no_tags,
     FINDS("not-canonical", "blob 1, its empty column of tags")},
    {"plain nodes", plain_nodes,
     FINDS("not-canonical", "blob 1, its plain nodes")},
    {"two groups", two_groups,
     FINDS("not-canonical", "blob 1, its number of groups")},
    {"granularity", granularity,
     FINDS("not-canonical", "blob 1, its granularity or offset")},
    {"small blocks", small_blocks,
     FINDS("not-canonical", "blob 1, its number of objects")},
    {"first string", first_string,
     FINDS("leftover-string", "blob 1, string 0")},
};

/* ---- running ---------------------------------------------------------- */

// Splits at ";" in place.
static size_t list_of(char *text, sw_str out[8])
{
    size_t count = 0;
    for (char *at = strtok(text, ";"); at != NULL; at = strtok(NULL, ";"))
        out[count++] = sw_str_of(at);
    return count;
}

static in_memory cargo_of(const planted *p)
{
    static town t;
    town_build(&t);
    p->cargo(&t);
    sw_buf bytes = town_write(&t);
    in_memory file = in_memory_file(bytes.at, bytes.len);
    sw_buf_free(&bytes);
    return file;
}

static void inspect(const planted *p, const sw_buf *bytes, sw_arena *arena,
                    sw_inspection **seen)
{
    in_memory file = in_memory_file(bytes->at, bytes->len);
    in_memory zones = {.fd = -1};
    sw_str strip = sw_str_of(p->strip), name = sw_str_of(p->forbidden);
    sw_str scope[8];
    char scope_text[128] = "";
    if (p->scope != NULL)
        snprintf(scope_text, sizeof scope_text, "%s", p->scope);
    sw_inspect_options how = {
        .strip = &strip,
        .strip_count = p->strip != NULL,
        .names = &name,
        .name_count = p->forbidden != NULL,
        .scope = scope,
        .scope_count = list_of(scope_text, scope),
        .strip_metadata = p->strip_metadata,
        .keep_missing = p->keep_missing,
        .coarsen_scale = p->coarsen_scale,
    };
    if (p->zones != NULL) {
        zones = in_memory_file(p->zones, strlen(p->zones));
        how.zones_path = zones.path;
    }
    in_memory cargo = {.fd = -1};
    if (p->cargo != NULL) {
        cargo = cargo_of(p);
        how.input_path = cargo.path;
    }
    sw_error err = {0};
    char text[1024];
    if (!sw_inspect_map(file.path, &how, arena, seen, &err))
        fail_msg("%s: %s", p->name, sw_error_text(&err, text, sizeof text));
    in_memory_close(&file);
    if (cargo.fd >= 0) in_memory_close(&cargo);
    if (zones.fd >= 0) in_memory_close(&zones);
}

static void check(const planted *p, const sw_inspection *seen)
{
    for (size_t i = 0; i < seen->finding_count; i++) {
        const sw_finding *found = &seen->findings[i];
        if (p->check != NULL && strcmp(found->check, p->check) == 0) {
            if (strcmp(found->first.at, p->first) != 0) {
                fail_msg("%s: first is \"%s\", not \"%s\"", p->name,
                         found->first.at, p->first);
            }
            continue;
        }
        fail_msg("%s: %s also finds: %s", p->name, found->check,
                 found->first.at);
    }
    if (seen->finding_count != (p->check != NULL))
        fail_msg("%s: %s finds nothing", p->name, p->check);
}

static void the_right_check_finds_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        static town t;
        town_build(&t);
        table[i].plant(&t);
        sw_buf bytes = town_write(&t);
        sw_arena *arena = NULL;
        sw_error err;
        assert_true(sw_arena_new(&arena, &err));
        sw_inspection *seen = NULL;
        inspect(&table[i], &bytes, arena, &seen);
        check(&table[i], seen);
        sw_arena_free(arena);
        sw_buf_free(&bytes);
    }
}

// What a report must never hold: anything of the zone list.
static void reports_name_no_zone(void **state)
{
    (void)state;
    static town t;
    town_build(&t);
    sw_buf bytes = town_write(&t);
    sw_arena *arena = NULL;
    sw_error err;
    assert_true(sw_arena_new(&arena, &err));
    const planted p = {"zones", nothing, .zones = ZONE_SCHOOL};
    sw_inspection *seen = NULL;
    inspect(&p, &bytes, arena, &seen);

    sw_str text, json;
    assert_true(sw_inspection_text(seen, false, arena, &text, &err));
    assert_true(sw_inspection_json(seen, arena, &json, &err));
    assert_non_null(strstr(text.at, "node 20"));
    assert_non_null(strstr(json.at, "\"first\": \"node 20\""));
    static const char *const secrets[] = {"secret", "barracks", "127.0",
                                          "37.5",   "1270",     "3751"};
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++) {
        assert_null(strstr(text.at, secrets[i]));
        assert_null(strstr(json.at, secrets[i]));
    }
    sw_arena_free(arena);
    sw_buf_free(&bytes);
}

static void a_report_is_as_written_here(void **state)
{
    (void)state;
    static town t;
    town_build(&t);
    sw_buf bytes = town_write(&t);
    sw_arena *arena = NULL;
    sw_error err;
    assert_true(sw_arena_new(&arena, &err));
    const planted p = {"report", nothing, .strip = "highway"};
    sw_inspection *seen = NULL;
    inspect(&p, &bytes, arena, &seen);

    sw_str text;
    assert_true(sw_inspection_text(seen, false, arena, &text, &err));
    assert_string_equal(text.at,
                        "read 13 nodes, 5 ways, 2 relations, 11 segments\n"
                        "  LEAK forbidden-tag       3 found, first: node 1\n"
                        "  ok   precision           13 nodes\n"
                        "  ok   missing-reference   22 references\n"
                        "  ok   broken-relation     2 relations\n"
                        "  ok   leftover-node       13 nodes\n"
                        "  ok   leftover-way        5 ways\n"
                        "  ok   leftover-string     29 strings\n"
                        "  ok   order               20 objects\n"
                        "  ok   header-leak         1 headers\n"
                        "  ok   unknown-field       4 messages\n"
                        "  ok   not-canonical       4 blobs\n"
                        "  ok   trailing-bytes      4 blobs\n"
                        "stopped: 1 of 12 checks found something\n");
    sw_arena_free(arena);
    sw_buf_free(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_right_check_finds_it),
        cmocka_unit_test(reports_name_no_zone),
        cmocka_unit_test(a_report_is_as_written_here),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
