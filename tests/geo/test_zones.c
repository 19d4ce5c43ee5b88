// Reading lists: what is taken, what is refused and where, dates, the canonical
// bytes, and that no message tells what stands in a list.
#include "geo_support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmocka_all.h"

#define SQUARE "[[[1,1],[2,1],[2,2],[1,2],[1,1]]]"
#define HEAD   "{\"type\":\"FeatureCollection\",\"features\":[\n"
#define FEATURE(properties, type, coordinates)                                 \
    "{\"type\":\"Feature\",\"properties\":" properties                         \
    ",\"geometry\":{\"type\":\"" type "\",\"coordinates\":" coordinates "}}"
#define ZONE(id)             FEATURE("{\"id\":" id "}", "Polygon", SQUARE)
#define POLYGON(coordinates) FEATURE("{\"id\":77}", "Polygon", coordinates)
#define WITH(properties)                                                       \
    FEATURE("{\"id\":77," properties "}", "Polygon", SQUARE)

static bool parse(const char *text, sw_date date, sw_zones **out, sw_error *err)
{
    sw_zones_options how = {.date = date};
    *out = NULL;
    *err = (sw_error){0};
    return sw_zones_parse(sw_str_of(text), &how, out, err);
}

static sw_zones *taken(const char *text, sw_date date)
{
    sw_zones *zones;
    sw_error err;
    if (!parse(text, date, &zones, &err)) {
        fail_msg("%s: %s", err.place, err.reason);
    }
    return zones;
}

static sw_location at(double lon, double lat)
{
    return (sw_location){(int32_t)lround(lon * 1e7),
                         (int32_t)lround(lat * 1e7)};
}

typedef struct {
    const char *feature;  // the second of the list, on line 3
    const char *reason;   // a part of it
} refusal;

static const refusal refusals[] = {
    // geometry types
    {FEATURE("{\"id\":7}", "Point", "[1,2]"), "Polygon or a MultiPolygon"},
    {FEATURE("{\"id\":7}", "Circle", "[1,2]"), "Polygon or a MultiPolygon"},
    {"{\"type\":\"Feature\",\"properties\":{\"id\":7},\"geometry\":null}",
     "geometry"},
    {"{\"type\":\"Feature\",\"properties\":{\"id\":7}}", "geometry"},
    {"{\"type\":\"Polygon\",\"coordinates\":" SQUARE "}", "type"},
    {"17", "JSON"},
    {"[]", "type"},
    {FEATURE("{\"id\":7}", "GeometryCollection", "[]"), "Polygon"},
    // rings
    {POLYGON("[]"), "at least one ring"},
    {FEATURE("{\"id\":7}", "MultiPolygon", "[]"), "hold a polygon"},
    {POLYGON("[[[5,5],[6,5],[6,6]]]"), "four positions"},
    {POLYGON("[[[5,5],[6,5],[6,6],[5,6]]]"), "open"},
    {POLYGON("[[[5,5],[6,6],[6,5],[5,6],[5,5]]]"), "cross"},
    {POLYGON("[[[5,5],[6,5],[5,5],[5,5]]]"), "not a valid polygon"},
    {POLYGON("[[[5,5],[5,5],[5,5],[5,5]]]"), "no area"},
    {POLYGON("[[[5,5],[9,5],[9,9],[5,9],[5,5]],"
             "[[20,20],[21,20],[21,21],[20,20]]]"),
     "hole lies outside"},
    {POLYGON("[[[5,5],[9,5],[9,9],[5,9],[5,5]],"
             "[[6,6],[8,6],[8,8],[6,6]],[[6,6],[8,6],[8,7],[6,6]]]"),
     "not a valid polygon"},
    {POLYGON("[[[5,5],[9,5],[9,9],[5,9],[5,5]],"
             "[[8,8],[10,8],[10,10],[8,8]]]"),
     "not a valid polygon"},
    {FEATURE("{\"id\":7}", "MultiPolygon",
             "[[[[5,5],[9,5],[9,9],[5,9],[5,5]]],"
             "[[[8,8],[12,8],[12,12],[8,12],[8,8]]]]"),
     "not a valid polygon"},
    {POLYGON("[[[5,5],[6,5],[7,5],[5,5]]]"), "not a valid polygon"},
    // positions
    {POLYGON("[[[5],[6,5],[6,6],[5,5]]]"), "at least two numbers"},
    {POLYGON("[[5,6,6,5]]"), "at least two numbers"},
    {POLYGON("[[[5,\"5\"],[6,5],[6,6],[5,5]]]"), "numbers only"},
    {POLYGON("[[[5,null],[6,5],[6,6],[5,null]]]"), "numbers only"},
    {POLYGON("[[[5,5,\"x\"],[6,5],[6,6],[5,5]]]"), "numbers only"},
    {POLYGON("[[[5,5],[180.0000001,5],[6,6],[5,5]]]"), "outside the world"},
    {POLYGON("[[[5,5],[6,-90.5],[6,6],[5,5]]]"), "outside the world"},
    {POLYGON("[[[5,5],[6,1e300],[6,6],[5,5]]]"), "outside the world"},
    {POLYGON("[[[5,5],[6,1e999],[6,6],[5,5]]]"), "out of range"},
    {POLYGON("[[[5,5],[6,123456789012345678901],[6,6],[5,5]]]"),
     "out of range"},
    {POLYGON("[[[5,5],[6,NaN],[6,6],[5,5]]]"), "not well-formed"},
    {POLYGON("[[[5,5],[6,Infinity],[6,6],[5,5]]]"), "not well-formed"},
    {POLYGON("\"x\""), "hold a polygon"},
    {POLYGON("{}"), "hold a polygon"},
    // properties
    {FEATURE("{\"x\":7}", "Polygon", SQUARE), "property id"},
    {FEATURE("{\"id\":null}", "Polygon", SQUARE), "property id"},
    {FEATURE("{\"id\":\"\"}", "Polygon", SQUARE), "property id"},
    {FEATURE("{\"id\":true}", "Polygon", SQUARE), "property id"},
    {FEATURE("{\"id\":[1]}", "Polygon", SQUARE), "property id"},
    {FEATURE("null", "Polygon", SQUARE), "member properties"},
    {ZONE("\"first\""), "has the same one"},
    {WITH("\"class\":5"), "property class"},
    {WITH("\"buffer\":-1"), "property buffer"},
    {WITH("\"buffer\":\"50\""), "property buffer"},
    {WITH("\"buffer\":true"), "property buffer"},
    {WITH("\"buffer\":100001"), "property buffer"},
    {WITH("\"buffer\":1e300"), "property buffer"},
    {WITH("\"valid_from\":\"2026-02-29\""), "property valid_from"},
    {WITH("\"valid_from\":\"2026-1-1\""), "property valid_from"},
    {WITH("\"valid_from\":20260101"), "property valid_from"},
    {WITH("\"valid_to\":\"2026-12-32\""), "property valid_to"},
    {WITH("\"valid_to\":\"2026-12-31T00:00:00Z\""), "property valid_to"},
    {WITH("\"valid_from\":\"2026-02-02\",\"valid_to\":\"2026-02-01\""),
     "before valid_from"},
    {WITH("\"class\":\"a\",\"class\":\"b\""), "same key twice"},
    {WITH("\"class\":\"\\u0000\""), "U+0000"},
    {WITH("\"class\":\"\xff\""), "UTF-8"},
    {FEATURE("{\"id\":77}", "Polygon", SQUARE ",\"crs\":{}"), "crs"},
    // JSON
    {"{\"type\":}", "not well-formed"},
    {FEATURE("{\"id\":77,\"buffer\":1}", "Polygon",
             "[[[5,89.5],[6,89.5],[6,89.6],[5,89.5]]]"),
     "pole"},
};

// Of these the list's scanner cannot tell where they end.
static const refusal unclosed[] = {
    {"{\"type\":\"Feature\",\"properties\":{\"id\":7},\"geometry\":{}",
     "not well-formed"},
    {"{\"type\":\"Feature\",\"properties\":{\"id\":\"7}", "not well-formed"},
};

static void check_refusals(const refusal *table, size_t count,
                           const char *place)
{
    for (size_t i = 0; i < count; i++) {
        const refusal *r = &table[i];
        sw_buf text = {0};
        sw_buf_printf(&text, HEAD ZONE("\"first\"") ",\n%s\n]}", r->feature);
        sw_buf_add(&text, "", 1);
        sw_zones *zones;
        sw_error err;
        if (parse(text.at, 0, &zones, &err)) {
            fail_msg("taken: %s", r->feature);
        }
        if (strcmp(err.place, place) != 0 ||
            strstr(err.reason, r->reason) == NULL) {
            fail_msg("%s\n%s: %s\nexpected %s: %s", r->feature, err.place,
                     err.reason, place, r->reason);
        }
        assert_int_equal(err.kind, SW_ERR_INPUT);
        assert_null(zones);
        sw_buf_free(&text);
    }
}

static void each_fault_is_refused_at_its_line(void **state)
{
    check_refusals(refusals, sizeof refusals / sizeof *refusals,
                   "line 3, feature 2");
    check_refusals(unclosed, sizeof unclosed / sizeof *unclosed, "line 3");
}

// Features of a long list are judged by several threads.
static void the_first_fault_of_a_long_list_is_told(void **state)
{
    enum { zones_wanted = 3000 };
    for (int first = 2; first < zones_wanted; first += 421) {
        sw_buf text = {0};
        sw_buf_printf(&text, HEAD);
        for (int line = 2; line < zones_wanted; line++) {
            sw_buf_printf(&text, "%s", line > 2 ? ",\n" : "");
            if (line == first) {
                sw_buf_printf(&text,
                              POLYGON("[[[0,0],[1,1],[1,0],[0,1],[0,0]]]"));
            } else if (line > first && line % 3 == 0) {
                sw_buf_printf(&text, "{\"type\":1}");
            } else {
                sw_buf_printf(&text,
                              "{\"type\":\"Feature\",\"properties\":{"
                              "\"id\":%d},\"geometry\":{\"type\":\"Polygon\","
                              "\"coordinates\":" SQUARE "}}",
                              1000000 + line);
            }
        }
        sw_buf_printf(&text, first % 2 == 0 ? "\n] ]" : "\n]}");
        sw_zones_options how = {0};
        sw_zones *zones = NULL;
        sw_error err;
        assert_false(
            sw_zones_parse((sw_str){text.at, text.len}, &how, &zones, &err));
        char place[48];
        snprintf(place, sizeof place, "line %d, feature %d", first, first - 1);
        if (first % 2 == 1) assert_string_equal(err.place, place);
        sw_buf_free(&text);
    }
}

static const struct {
    const char *text, *place, *reason;
} documents[] = {
    {HEAD ZONE("6") ",\n"
                    "{\"type\":\"Feature\",\"properties\":{\"id\":[[[[[[[[[[[[["
                    "[[[[[[[[[[[[[[["
                    "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
                    "[[[[[[1"
                    "\n]}",
     "line 3", "nested too deeply"},
    {HEAD ZONE("7") ",\n]}", "line 3", "value is missing"},
    {HEAD ZONE("7") ",\n" ZONE("8") " " ZONE("9") "\n]}", "line 3",
     "comma or ]"},
    {HEAD ",\n" ZONE("7") "\n]}", "line 2", "value is missing"},
    {"", "line 1", "empty"},
    {"\n \n", "line 3", "empty"},
    {"\xef\xbb\xbf", "line 1", "empty"},
    {"[]", "line 1", "object"},
    {"\n\nnull", "line 3", "object"},
    {"{\"features\":[]}", "line 1", "member type"},
    {"{\n\"type\":\"Features\",\n\"features\":[]}", "line 2", "member type"},
    {"{\"type\":\"FeatureCollection\"}", "line 1, feature 1", "member type"},
    {"{\"type\":\"FeatureCollection\",\n\"features\":{}}", "line 2",
     "not an array"},
    {"{\"type\":\"FeatureCollection\",\n\"features\":[],\n\"features\":[]}",
     "line 3", "again"},
    {"{\"type\":\"FeatureCollection\",\n\"features\":[],\n\"f\\u0065atures\":"
     "[]}",
     "line 3", "again"},
    {"{\"type\":\"FeatureCollection\",\n\"a\":1,\n\"features\":[\n],\n"
     "\"a\":1}",
     "line 5", "twice"},
    {"{\"type\":\"FeatureCollection\",\n\"features\":[],\n\"crs\":{\"type\":"
     "\"name\",\"properties\":{\"name\":\"EPSG:5179\"}}}",
     "line 3", "CRS84"},
    {"{\"type\":\"FeatureCollection\",\n\"crs\":null,\"features\":[]}",
     "line 2", "CRS84"},
    {"{\"type\":\"FeatureCollection\",\"features\":[\n]\n}\n]", "line 4",
     "not well-formed"},
    {"{\"type\":\"FeatureCollection\",\"features\":[\n", "line 1",
     "not closed"},
    {"{\"type\":\"FeatureCollection\",\"features\":[\n" ZONE("1") "\n]",
     "line 3", "ends too early"},
    {"{\"type\":\"FeatureCollection\",\"features\":[\n" ZONE("1") ",\n" ZONE(
         "1") "\n]}",
     "line 3, feature 2", "line 2 (feature 1)"},
    {"{\"type\":\"Feature\",\n\"properties\":{\"id\":1},\n\"geometry\":{}}",
     "line 1, feature 1", "Polygon"},
    {"{\"type\":\"FeatureCollection\",\"features\":[\n{\"type\":\n\"Feature\",,"
     "}]}",
     "line 2, feature 1", "at line 3"},
};

static void each_broken_document_is_refused_at_its_line(void **state)
{
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
        sw_zones *zones;
        sw_error err;
        if (parse(documents[i].text, 0, &zones, &err)) {
            fail_msg("taken: %s", documents[i].text);
        }
        if (strcmp(err.place, documents[i].place) != 0 ||
            strstr(err.reason, documents[i].reason) == NULL) {
            fail_msg("%s\n%s: %s\nexpected %s: %s", documents[i].text,
                     err.place, err.reason, documents[i].place,
                     documents[i].reason);
        }
    }
}

// Cut anywhere, a list is refused, and with a place.
static void cut_lists_are_refused(void **state)
{
    static const char whole[] = HEAD ZONE("\"a\\\"b\"") ",\n" ZONE("2") "\n]}";
    for (size_t n = 0; n < sizeof whole - 1; n++) {
        char *cut = malloc(n + 1);
        assert_non_null(cut);
        memcpy(cut, whole, n);
        sw_zones_options how = {0};
        sw_zones *zones = NULL;
        sw_error err = {0};
        assert_false(sw_zones_parse((sw_str){cut, n}, &how, &zones, &err));
        assert_int_equal(err.kind, SW_ERR_INPUT);
        assert_string_not_equal(err.place, "");
        free(cut);
    }
}

// No message may hold a coordinate, an id or a class.
static void messages_tell_nothing(void **state)
{
    static const char *const faulty[] = {
        "[[[127.1234567,37.7654321],[127.2345678,37.7654321],"
        "[127.1234567,37.8765432],[127.2345678,37.8765432],"
        "[127.1234567,37.7654321]]]",
        "[[[127.1234567,37.7654321],[127.2345678 37.7654321]]]",
        "[[[127.1234567,37.7654321],[127.2345678,137.7654321],"
        "[127.2345678,37.8765432],[127.1234567,37.7654321]]]",
        "[[[127.1234567,37.7654321],[127.2345678,37.7654321],"
        "[127.2345678,37.8765432],[127.1234567,37.7654322]]]",
        "[[[127.1234567,37.7654321]],nope]",
    };
    for (size_t i = 0; i < sizeof faulty / sizeof *faulty; i++) {
        sw_buf text = {0};
        sw_buf_printf(&text,
                      HEAD "{\"type\":\"Feature\",\"properties\":{\"id\":"
                           "\"SECRET\",\"class\":\"SILO\"},\"geometry\":{"
                           "\"type\":\"Polygon\",\"coordinates\":%s}}]}",
                      faulty[i]);
        sw_buf_add(&text, "", 1);
        sw_zones *zones;
        sw_error err;
        assert_false(parse(text.at, 0, &zones, &err));
        static const char *const secrets[] = {"127",    "37",   "1234", "7654",
                                              "SECRET", "SILO", "nope"};
        for (size_t s = 0; s < sizeof secrets / sizeof *secrets; s++) {
            assert_null(strstr(err.reason, secrets[s]));
            assert_null(strstr(err.place, secrets[s]));
        }
        sw_buf_free(&text);
    }
}

static const char *const accepted[] = {
    HEAD "]}",
    HEAD ZONE("1") "]}",
    "\xef\xbb\xbf" HEAD ZONE("1") "]}",
    HEAD "\r\n\t " ZONE("1") " \r\n,\r\n" ZONE("2") "\r\n]\r\n}\r\n",
    ZONE("\"a single one\""),
    HEAD WITH("\"class\":null,\"buffer\":null,\"valid_from\":null,"
              "\"valid_to\":null,\"owner\":{\"deep\":[1,{\"x\":\"]}\"}]}") "]}",
    HEAD FEATURE("{\"id\":1}", "Polygon",
                 "[[[1,1,5],[2,1,5,6],[2,2,7],[1,1,5]]]") "]}",
    // clockwise, and with a position twice in a row
    HEAD POLYGON("[[[1,1],[1,2],[2,2],[2,2],[2,1],[1,1]]]") "]}",
    // a hole that touches the shell in one place
    HEAD POLYGON(
        "[[[0,0],[4,0],[4,4],[0,4],[0,0]],[[0,2],[2,1],[2,3],[0,2]]]") "]}",
    // two polygons that touch in one place
    HEAD FEATURE(
        "{\"id\":1}", "MultiPolygon",
        "[[[[0,0],[1,0],[1,1],[0,0]]],[[[1,1],[2,1],[2,2],[1,1]]]]") "]}",
    HEAD POLYGON("[[[-180,-90],[180,-90],[180,90],[-180,90],[-180,-90]]]") "]}",
    HEAD "{\"type\":\"Feature\",\"id\":\"outside\",\"properties\":{},"
         "\"geometry\":{\"type\":\"Polygon\",\"coordinates\":" SQUARE "}}]}",
    "{\"name\":\"[{\\\"features\\\":\",\"type\":\"FeatureCollection\",\"crs\":"
    "{\"type\":\"name\",\"properties\":{\"name\":"
    "\"urn:ogc:def:crs:OGC:1.3:CRS84\"}},\"features\":[],\"bbox\":[0,0,1,1]}",
    "{\"f\\u0065atures\":[" ZONE("1") "],\"type\":\"FeatureCollection\"}",
};

static void good_lists_are_taken(void **state)
{
    for (size_t i = 0; i < sizeof accepted / sizeof *accepted; i++) {
        sw_zones_free(taken(accepted[i], 0));
    }
}

static void an_empty_list_holds_nothing(void **state)
{
    sw_zones *zones = taken(HEAD "]}", 0);
    assert_int_equal(sw_zones_count(zones), 0);
    assert_int_equal(sw_zones_rings(zones), 0);
    assert_false(sw_zones_contain(zones, at(1, 1)));
    assert_false(sw_zones_contain(zones, at(180, 90)));
    assert_false(sw_zones_meet(zones, at(-170, 0), at(170, 1)));
    assert_false(sw_zones_near(zones, at(-180, -90), at(180, 90)));
    sw_zones_free(zones);
}

static void a_zone_counts_on_both_of_its_days(void **state)
{
    static const char text[] = HEAD WITH(
        "\"valid_from\":\"2026-12-03\",\"valid_to\":\"2026-12-31\"") "]}";
    static const struct {
        const char *date;
        bool counts;
    } days[] = {{"2026-12-02", false}, {"2026-12-03", true},
                {"2026-12-31", true},  {"2027-01-01", false},
                {"1969-12-31", false}, {"9999-12-31", false}};
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        sw_date date;
        assert_true(sw_date_parse(sw_str_of(days[i].date), &date));
        sw_zones *zones = taken(text, date);
        assert_int_equal(sw_zones_count(zones), days[i].counts);
        assert_int_equal(sw_zones_idle(zones), !days[i].counts);
        assert_int_equal(sw_zones_contain(zones, at(1, 1)), days[i].counts);
        sw_zones_free(zones);
    }
    sw_zones *zones = taken(text, 0);
    assert_int_equal(sw_zones_count(zones), 1);
    sw_zones_free(zones);
}

static void coordinates_of_seven_decimals_are_kept_exactly(void **state)
{
    sw_zones *zones =
        taken(HEAD POLYGON(
                  "[[[127.0000001,37.1234567],[127.0000004,37.1234567],"
                  "[127.0000004,37.1234569],[127.0000001,37.1234567]]]") "]}",
              0);
    assert_int_equal(sw_zones_rings(zones), 1);
    sw_zone_ring ring = sw_zones_ring(zones, 0);
    assert_int_equal(ring.count, 4);
    assert_int_equal(ring.at[0].lon_e7, 1270000001);
    assert_int_equal(ring.at[0].lat_e7, 371234567);
    assert_int_equal(ring.at[2].lon_e7, 1270000004);
    assert_int_equal(ring.at[2].lat_e7, 371234569);
    sw_zones_free(zones);
}

static void the_default_buffer_is_for_zones_without_one(void **state)
{
    sw_zones_options how = {.buffer_m = 200000};
    sw_zones *zones = NULL;
    sw_error err;
    assert_false(sw_zones_parse(SW_STR(HEAD "]}"), &how, &zones, &err));
    assert_int_equal(err.kind, SW_ERR_USAGE);

    how.buffer_m = 1000;
    assert_true(
        sw_zones_parse(SW_STR(HEAD ZONE("1") "]}"), &how, &zones, &err));
    assert_true(sw_zones_contain(zones, at(0.995, 1.5)));
    sw_zones_free(zones);
    assert_true(sw_zones_parse(SW_STR(HEAD WITH("\"buffer\":0") "]}"), &how,
                               &zones, &err));
    assert_false(sw_zones_contain(zones, at(0.995, 1.5)));
    sw_zones_free(zones);
}

static void files_are_named_in_errors(void **state)
{
    char path[] = "zones-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    static const char text[] = HEAD ZONE("1") ",\n" ZONE("null") "]}";
    assert_int_equal(write(fd, text, sizeof text - 1), sizeof text - 1);
    close(fd);
    sw_zones_options how = {0};
    sw_zones *zones = NULL;
    sw_error err;
    assert_false(sw_zones_load(path, &how, &zones, &err));
    assert_string_equal(err.file, path);
    assert_string_equal(err.place, "line 3, feature 2");
    unlink(path);
    assert_false(sw_zones_load(path, &how, &zones, &err));
    assert_string_equal(err.file, path);
}

static sw_str canonical(const char *text, sw_zones **zones)
{
    *zones = taken(text, 0);
    return sw_zones_canonical(*zones);
}

static bool same_canonical(const char *left, const char *right)
{
    sw_zones *a, *b;
    bool same = sw_str_eq(canonical(left, &a), canonical(right, &b));
    sw_zones_free(a);
    sw_zones_free(b);
    return same;
}

static void order_and_formatting_do_not_change_the_canonical_bytes(void **state)
{
    static const char plain[] = HEAD FEATURE(
        "{\"id\":\"b\",\"class\":\"x\",\"buffer\":5}", "MultiPolygon",
        "[[[[0,0],[4,0],[4,4],[0,4],[0,0]],"
        "[[1,1],[1,2],[2,2],[1,1]],[[2.5,2],[2.5,3],[3,3],"
        "[2.5,2]]],[[[7,7],[8,7],[8,8],[7,7]]]]") "," ZONE("\"a\"") "]}";
    static const char other[] = "{\"features\":[ " ZONE(
        "\"\\u0061\"") ", \n\n"
                       "{\"geometry\":{\"coordinates\":"
                       "[[[[8,8.0],[8,7],[7,7],[8,8.0]]],[[[4,4],[4,0],[0,-0.0]"
                       ",[0,4],[4,4]],"
                       "[[3,3],[2.5,3],[25e-1,2],[3,3]],[[2,2],[1,2],[1,1."
                       "00000],[1,1],[2,2]]]]"
                       ",\"type\":\"MultiPolygon\"},\"type\":\"Feature\","
                       "\"properties\":"
                       "{\"note\":\"other\",\"buffer\":5.0,\"class\":\"x\","
                       "\"id\":\"b\"}}],"
                       "\"type\":\"FeatureCollection\"}";
    assert_true(same_canonical(plain, other));
}

static void every_part_changes_the_canonical_bytes(void **state)
{
    static const char base[] = HEAD WITH("\"class\":\"x\",\"buffer\":5") "]}";
    static const char *const others[] = {
        HEAD "]}",
        HEAD WITH("\"buffer\":5") "]}",
        HEAD WITH("\"class\":\"\",\"buffer\":5") "]}",
        HEAD WITH("\"class\":\"y\",\"buffer\":5") "]}",
        HEAD WITH("\"class\":\"x\",\"buffer\":6") "]}",
        HEAD WITH("\"class\":\"x\",\"buffer\":5") "," ZONE("1") "]}",
        HEAD FEATURE("{\"id\":78,\"class\":\"x\",\"buffer\":5}", "Polygon",
                     SQUARE) "]}",
        HEAD FEATURE("{\"id\":77,\"class\":\"x\",\"buffer\":5}", "Polygon",
                     "[[[1,1],[2,1],[2,2.0000001],[1,2],[1,1]]]") "]}",
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        assert_false(same_canonical(base, others[i]));
    }
}

static void zones_are_numbered_by_id(void **state)
{
    sw_zones *zones = taken(
        HEAD FEATURE("{\"id\":\"b\"}", "Polygon",
                     "[[[5,5],[6,5],[6,6],[5,5]]]") "," ZONE("\"a\"") "]}",
        0);
    assert_int_equal(sw_zones_ring(zones, 0).zone, 0);
    assert_int_equal(sw_zones_ring(zones, 0).at[0].lon_e7, 10000000);
    assert_int_equal(sw_zones_ring(zones, 1).zone, 1);
    sw_zones_free(zones);
}

// A square with a hole: 0..8, hole 2..6.
#define FRAME                                                                  \
    "[[[0,0],[8,0],[8,8],[0,8],[0,0]],[[2,2],[2,6],[6,6],[6,2],[2,2]]]"

static const struct {
    const char *what;
    int ax, ay, bx, by;
    bool meets;
} segments[] = {
    {"on a vertex", 0, 0, 0, 0, true},
    {"on an edge", 4, 0, 4, 0, true},
    {"on the hole's edge", 2, 4, 2, 4, true},
    {"on the hole's vertex", 6, 6, 6, 6, true},
    {"a place in the hole", 4, 4, 4, 4, false},
    {"a place outside", 9, 9, 9, 9, false},
    {"a place inside", 1, 1, 1, 1, true},
    {"within the inside", 1, 1, 1, 7, true},
    {"within the hole", 3, 3, 5, 5, false},
    {"in the hole, ends on its ring", 3, 3, 6, 4, true},
    {"across the hole", 1, 4, 7, 4, true},
    {"along the hole's edge", 2, 3, 2, 5, true},
    {"touches a vertex from outside", -1, 1, 1, -1, true},
    {"passes a vertex by a unit", -1, 0, 0, -1, false},
    {"along an edge's line, apart", 9, 0, 12, 0, false},
    {"along an edge's line, touching", 8, 0, 12, 0, true},
    {"along an edge's line, over it", -3, 0, 12, 0, true},
    {"ends on an edge", 4, -3, 4, 0, true},
    {"ends before an edge", 4, -3, 4, -1, false},
    {"through all", -1, -1, 9, 9, true},
};

static void the_boundary_is_inside(void **state)
{
    sw_zones *zones = taken(HEAD POLYGON(FRAME) "]}", 0);
    for (size_t i = 0; i < sizeof segments / sizeof *segments; i++) {
        sw_location a = at(segments[i].ax, segments[i].ay);
        sw_location b = at(segments[i].bx, segments[i].by);
        if (sw_zones_meet(zones, a, b) != segments[i].meets ||
            sw_zones_meet(zones, b, a) != segments[i].meets) {
            fail_msg("%s", segments[i].what);
        }
    }
    // one unit beside the edges and corners
    assert_true(sw_zones_contain(zones, (sw_location){80000000, 80000000}));
    assert_false(sw_zones_contain(zones, (sw_location){80000001, 80000000}));
    assert_false(sw_zones_contain(zones, (sw_location){-1, 0}));
    assert_true(sw_zones_contain(zones, (sw_location){20000000, 30000000}));
    assert_false(sw_zones_contain(zones, (sw_location){20000001, 30000000}));
    sw_zones_free(zones);
}

static void segments_go_the_short_way_round(void **state)
{
    sw_zones *zones = taken(
        HEAD POLYGON(
            "[[[179,10],[180,10],[180,12],[179,12]"
            ",[179,10]]]") "," FEATURE("{\"id\":2}", "Polygon",
                                       "[[[-10,-5],[10,-5],[10,5],[-10,5],"
                                       "[-10,-5]]]") "]}",
        0);
    static const struct {
        double ax, ay, bx, by;
        bool meets;
    } cases[] = {
        {178, 11, -178, 11, true},  // across, through the zone
        {-178, 11, 178, 11, true},
        {178, 9, -178, 9, false},     // across, south of it
        {178, 9, -178, 12.5, true},   // across, through its corner region
        {-179, 11, -178, 11, false},  // on the other side
        {-180, 11, -180, 11, true},   // the rim is one line
        {-180, 11, -178, 11, true},
        {-180, 13, -178, 13, false},
        {-180, 9, -180, 13, true},
        {-179.5, 13, 179.5, 13, false},
        {-179, 9, 179, 15, true},  // touches the corner 180, 12
        {-179, 8.9999999, 179, 15, true},
        {-179, 9.0000001, 179, 15, false},
        {-170, 0, 170, 0, false},  // not through the zone at 0
        {-80, 0, 80, 0, true},     // 160 degrees: through it
        {-90, 0, 90, 0, true},     // 180 degrees: as drawn
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sw_location a = at(cases[i].ax, cases[i].ay);
        sw_location b = at(cases[i].bx, cases[i].by);
        if (sw_zones_meet(zones, a, b) != cases[i].meets ||
            sw_zones_meet(zones, b, a) != cases[i].meets) {
            fail_msg("case %zu", i);
        }
    }
    assert_true(sw_zones_contain(zones, at(-180, 11)));
    assert_true(sw_zones_contain(zones, at(-180, 12)));
    assert_false(sw_zones_contain(zones, at(-180, 12.1)));
    assert_true(sw_zones_near(zones, at(-180, 11), at(-179, 11)));
    assert_false(sw_zones_near(zones, at(-179.9, 11), at(-179, 11)));
    sw_zones_free(zones);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fault_is_refused_at_its_line),
        cmocka_unit_test(each_broken_document_is_refused_at_its_line),
        cmocka_unit_test(the_first_fault_of_a_long_list_is_told),
        cmocka_unit_test(cut_lists_are_refused),
        cmocka_unit_test(messages_tell_nothing),
        cmocka_unit_test(good_lists_are_taken),
        cmocka_unit_test(an_empty_list_holds_nothing),
        cmocka_unit_test(a_zone_counts_on_both_of_its_days),
        cmocka_unit_test(coordinates_of_seven_decimals_are_kept_exactly),
        cmocka_unit_test(the_default_buffer_is_for_zones_without_one),
        cmocka_unit_test(files_are_named_in_errors),
        cmocka_unit_test(
            order_and_formatting_do_not_change_the_canonical_bytes),
        cmocka_unit_test(every_part_changes_the_canonical_bytes),
        cmocka_unit_test(zones_are_numbered_by_id),
        cmocka_unit_test(the_boundary_is_inside),
        cmocka_unit_test(segments_go_the_short_way_round),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
