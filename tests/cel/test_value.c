// Values: numbers as text, times and zones against the C library, printing
// that reads back, equality, limits on steps and memory.
#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cel_support.h"

/* ---- numbers --------------------------------------------------------- */

static const char *double_text(sw_arena *arena, double d)
{
    sw_cel_binding b[] = {{SW_STR("d"), {.kind = SW_CEL_DOUBLE, .as.f64 = d}}};
    sw_cel_options how = {.bindings = b, .binding_count = 1};
    sw_cel_value v = evaluated(arena, "string(d)", &how);
    assert_int_equal(v.kind, SW_CEL_STRING);
    sw_str copy;
    assert_true(sw_arena_str(arena, v.as.str, &copy));
    return copy.at;
}

static void doubles_print_in_the_fewest_digits(void **state)
{
    static const struct {
        double d;
        const char *text;
    } cases[] = {
        {0, "0"},
        {-0.0, "-0"},
        {1, "1"},
        {-1.5, "-1.5"},
        {0.1, "0.1"},
        {0.1 + 0.2, "0.30000000000000004"},
        {123.456, "123.456"},
        {-4.5e-3, "-0.0045"},
        {1e6, "1000000"},
        {1e20, "100000000000000000000"},
        {1e21, "1e+21"},
        {1.5e300, "1.5e+300"},
        {1e-6, "0.000001"},
        {1e-7, "1e-7"},
        {1.25e-7, "1.25e-7"},
        {9007199254740993.0, "9007199254740992"},
        {5e-324, "5e-324"},
        {1e-323, "1e-323"},
        {DBL_MAX, "1.7976931348623157e+308"},
        {DBL_MIN, "2.2250738585072014e-308"},
        {0x1p-44, "5.684341886080802e-14"},
        {0x1p-1074, "5e-324"},
        {(double)NAN, "NaN"},
        {(double)INFINITY, "Infinity"},
        {-(double)INFINITY, "-Infinity"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sw_arena *arena = new_arena();
        assert_string_equal(double_text(arena, cases[i].d), cases[i].text);
        sw_arena_free(arena);
    }
}

static void doubles_read_back(void **state)
{
    uint64_t seed = 3;
    for (int i = 0; i < 20000; i++) {
        uint64_t bits = (uint64_t)draw(&seed) << 33 ^
                        (uint64_t)draw(&seed) << 11 ^ draw(&seed);
        double d;
        memcpy(&d, &bits, sizeof d);
        if (isnan(d)) continue;
        sw_arena *arena = new_arena();
        const char *text = double_text(arena, d);
        assert_true(strtod(text, NULL) == d);
        sw_arena_free(arena);
    }
}

// Some locales write 0,5: that must change nothing.
static void the_locale_changes_no_number(void **state)
{
    static const char *const names[] = {"de_DE.UTF-8", "fr_FR.UTF-8",
                                        "ru_RU.UTF-8", "de_DE.utf8"};
    bool set = false;
    for (size_t i = 0; i < 4 && !set; i++)
        set = setlocale(LC_ALL, names[i]) != NULL;
    if (!set) {
        print_message("no locale with a decimal comma is installed\n");
        skip();
    }
    sw_arena *arena = new_arena();
    assert_string_equal(result(arena, "string(1.5) + string(1e-7)", NULL),
                        "\"1.51e-7\"");
    assert_string_equal(result(arena, "double('2.5') + 0.25", NULL), "2.75");
    sw_arena_free(arena);
    setlocale(LC_ALL, "C");
}

/* ---- time ------------------------------------------------------------ */

static const char *const zones[] = {
    "Asia/Seoul",        "America/New_York",
    "Europe/London",     "Australia/Sydney",
    "Asia/Kathmandu",    "America/St_Johns",
    "Africa/Casablanca", "America/Sao_Paulo",
    "Pacific/Apia",      "Europe/Dublin",
    "Asia/Gaza",         "Antarctica/Troll",
    "Etc/GMT+5",         "America/Argentina/Buenos_Aires",
};

// Every accessor, in every zone, at random seconds and near each change.
static void zones_agree_with_the_c_library(void **state)
{
    uint64_t seed = 11;
    size_t known = 0;
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
        setenv("TZ", zones[i], 1);
        tzset();
        for (int j = 0; j < 400; j++) {
            // 1900 to 2100
            int64_t at =
                -2208988800 + (int64_t)((uint64_t)draw(&seed) * 2939 / 1000);
            time_t when = (time_t)at;
            struct tm want;
            assert_non_null(localtime_r(&when, &want));

            sw_arena *arena = new_arena();
            sw_cel_binding b[] = {{SW_STR("s"), int_value(at)},
                                  {SW_STR("z"), string_value(zones[i])}};
            sw_cel_options how = {.bindings = b, .binding_count = 2};
            const char *got = result(
                arena,
                "cel.bind(t, timestamp(s), [t.getFullYear(z), t.getMonth(z), "
                "t.getDate(z), t.getDayOfMonth(z), t.getDayOfWeek(z), "
                "t.getDayOfYear(z), t.getHours(z), t.getMinutes(z), "
                "t.getSeconds(z)])",
                &how);
            if (strstr(got, "unknown time zone") != NULL) {
                sw_arena_free(arena);
                break;
            }
            known++;
            char text[200];
            snprintf(text, sizeof text, "[%d, %d, %d, %d, %d, %d, %d, %d, %d]",
                     want.tm_year + 1900, want.tm_mon, want.tm_mday,
                     want.tm_mday - 1, want.tm_wday, want.tm_yday, want.tm_hour,
                     want.tm_min, want.tm_sec);
            if (strcmp(got, text) != 0)
                fail_msg("%s at %lld: %s", zones[i], (long long)at, got);
            sw_arena_free(arena);
        }
    }
    unsetenv("TZ");
    tzset();
    if (known == 0) {
        print_message("no time zones are installed\n");
        skip();
    }
}

static const char *const times[][2] = {
    {"timestamp('2026-12-03T00:00:00+09:00')",
     "timestamp(\"2026-12-02T15:00:00Z\")"},
    {"timestamp('2024-02-29t23:59:59.123456789z')",
     "timestamp(\"2024-02-29T23:59:59.123456789Z\")"},
    {"timestamp('2023-02-29T00:00:00Z')", NULL},
    {"timestamp('2023-13-01T00:00:00Z')", NULL},
    {"timestamp('2023-01-01T24:00:00Z')", NULL},
    {"timestamp('2023-01-01T00:00:60Z')", NULL},
    {"timestamp('2023-01-01T00:00:00')", NULL},
    {"timestamp('2023-01-01')", NULL},
    {"timestamp('2023-01-01T00:00:00Z ')", NULL},
    {"timestamp('2023-01-01T00:00:00.Z')", NULL},
    {"timestamp('0001-01-01T00:00:00+00:01')", NULL},
    {"timestamp('9999-12-31T23:59:59-00:01')", NULL},
    {"int(timestamp('1969-12-31T23:59:59.5Z'))", "-1"},
    {"timestamp('1969-12-31T23:59:59.5Z') - timestamp(0)",
     "duration(\"-0.5s\")"},
    {"duration('1h30m')", "duration(\"5400s\")"},
    {"duration('-1.5h')", "duration(\"-5400s\")"},
    {"duration('1.5ms2us3ns')", "duration(\"0.001502003s\")"},
    {"duration('+0.5s')", "duration(\"0.5s\")"},
    {"duration('.5s')", "duration(\"0.5s\")"},
    {"duration('1.s')", "duration(\"1s\")"},
    {"duration('0')", "duration(\"0s\")"},
    {"duration('-0')", "duration(\"0s\")"},
    {"duration('')", NULL},
    {"duration('1')", NULL},
    {"duration('1d')", NULL},
    {"duration('.s')", NULL},
    {"duration('1h-1m')", NULL},
    {"duration('1 h')", NULL},
    {"duration('9223372036.854775807s')",
     "duration(\"9223372036.854775807s\")"},
    {"duration('-9223372036.854775808s')",
     "duration(\"-9223372036.854775808s\")"},
    {"duration('-9223372036854775808ns')",
     "duration(\"-9223372036.854775808s\")"},
    {"duration('9223372036.854775808s')", NULL},
    {"duration('9223372036854775808ns')", NULL},
    {"duration('-9223372036.854775808s') - duration('1ns')", NULL},
    {"duration('9223372036s') + duration('1s')", NULL},
    {"duration('0s') - duration('-9223372036.854775808s')", NULL},
    {"duration('-1.5s').getSeconds()", "-1"},
    {"duration('-1.5s').getMilliseconds()", "-500"},
    {"duration('-0.5s').getSeconds()", "0"},
    {"duration('-90m').getHours()", "-1"},
    {"timestamp(0).getHours('09:00')", "9"},
    {"timestamp(0).getHours('+09:30')", "9"},
    {"timestamp(0).getHours('-01:00')", "23"},
    {"timestamp(0).getHours('25:00')", NULL},
    {"timestamp(0).getHours('9:00')", NULL},
    {"timestamp(0).getHours('../UTC')", NULL},
    {"timestamp(0).getHours('/etc/passwd')", NULL},
    {"timestamp(0).getHours('Nowhere/At_All')", NULL},
    {"timestamp(0).getHours('Europe')", NULL},
    {"timestamp(0).getHours('')", NULL},
    {"timestamp(0).getMilliseconds('+09:30')", "0"},
    {"timestamp(0).getMilliseconds('Nowhere/At_All')", NULL},
};

static void times_keep_their_ranges(void **state)
{
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        sw_arena *arena = new_arena();
        const char *got = result(arena, times[i][0], NULL);
        bool error = strncmp(got, "error(", 6) == 0;
        if (times[i][1] == NULL ? !error : strcmp(got, times[i][1]) != 0)
            fail_msg("%s: %s", times[i][0], got);
        sw_arena_free(arena);
    }
}

/* ---- printing -------------------------------------------------------- */

static const char *const printed[] = {
    "null",
    "true",
    "-9223372036854775808",
    "18446744073709551615u",
    "1.0",
    "-0.0",
    "1e+21",
    "0.30000000000000004",
    "double(\"NaN\")",
    "double(\"-Infinity\")",
    "\"\"",
    // C1 controls and bidirectional marks would steer a terminal.
    "\"\\u0085\\u009b\\u200e\\u202e\\u2066é\"",
    "\"a\\\"b\\\\c\\n\\t\\r\\x00\\x7f지🐱\"",
    "b\"a\\x00\\xff\\\"\"",
    "[]",
    "[1, [2u, []], \"x\"]",
    "{}",
    "{1: \"a\", true: null, \"k\": {2u: 1.5}}",
    "timestamp(\"2026-12-03T00:00:00.5Z\")",
    "duration(\"-1.000000001s\")",
    "int",
    "google.protobuf.Timestamp",
    "optional.none()",
    "optional.of([1])",
};

static void what_is_printed_reads_back(void **state)
{
    for (size_t i = 0; i < sizeof printed / sizeof *printed; i++) {
        sw_arena *arena = new_arena();
        sw_cel_value value = evaluated(arena, printed[i], NULL);
        const char *text = shown(arena, &value);
        assert_string_equal(text, printed[i]);
        sw_arena_free(arena);
    }
}

static void huge_values_are_not_printed(void **state)
{
    // 40 lists of two, each holding the one before twice.
    sw_arena *arena = new_arena();
    sw_cel_value v = int_value(1);
    for (int i = 0; i < 40; i++) {
        sw_cel_value *two = SW_NEW_ARRAY(arena, sw_cel_value, 2);
        two[0] = two[1] = v;
        v = (sw_cel_value){.kind = SW_CEL_LIST};
        v.as.list.at = two;
        v.as.list.count = 2;
    }
    sw_str text;
    sw_error err = {0};
    assert_false(sw_cel_print(&v, arena, &text, &err));
    assert_int_equal(err.kind, SW_ERR_INPUT);
    sw_arena_free(arena);
}

static void deep_values_are_not_walked(void **state)
{
    sw_arena *arena = new_arena();
    sw_cel_value v = int_value(1);
    for (int i = 0; i < 200000; i++) {
        sw_cel_value *one = SW_NEW(arena, sw_cel_value);
        *one = v;
        v = (sw_cel_value){.kind = SW_CEL_LIST};
        v.as.list.at = one;
        v.as.list.count = 1;
    }
    sw_str text;
    sw_error err = {0};
    assert_false(sw_cel_print(&v, arena, &text, &err));
    assert_false(sw_cel_equal(&v, &v));
    sw_cel_binding b[] = {{SW_STR("v"), v}};
    sw_cel_options how = {.bindings = b, .binding_count = 1};
    sw_cel_value out;
    assert_false(sw_cel_eval(parsed(arena, "v == v"), &how, arena, &out, &err));
    assert_int_equal(err.kind, SW_ERR_INPUT);
    sw_arena_free(arena);
}

/* ---- limits ---------------------------------------------------------- */

static const char *const costly[] = {
    // 4^12 and more elements, visited or made.
    "[1,2,3,4].all(a,[1,2,3,4].all(b,[1,2,3,4].all(c,[1,2,3,4].all(d,"
    "[1,2,3,4].all(e,[1,2,3,4].all(f,[1,2,3,4].all(g,[1,2,3,4].all(h,"
    "[1,2,3,4].all(i,[1,2,3,4].all(j,[1,2,3,4].all(k,[1,2,3,4].all(l,"
    "true))))))))))))",
    "l.map(a, l).map(b, b.map(c, l)).map(d, d.map(e, e.map(f, l))) == []",
    // Doubling.
    "cel.bind(a,l+l,cel.bind(b,a+a,cel.bind(c,b+b,cel.bind(d,c+c,cel.bind(e,"
    "d+d,cel.bind(f,e+e,cel.bind(g,f+f,cel.bind(h,g+g,cel.bind(i,h+h,"
    "cel.bind(j,i+i,cel.bind(k,j+j,cel.bind(m,k+k,cel.bind(n,m+m,cel.bind(o,"
    "n+n,cel.bind(p,o+o,cel.bind(q,p+p,size(q)))))))))))))))))",
    "cel.bind(a,[l,l],cel.bind(b,[a,a],cel.bind(c,[b,b],cel.bind(d,[c,c],"
    "cel.bind(e,[d,d],cel.bind(f,[e,e],cel.bind(g,[f,f],cel.bind(h,[g,g],"
    "cel.bind(i,[h,h],cel.bind(j,[i,i],cel.bind(k,[j,j],cel.bind(m,[k,k],"
    "cel.bind(n,[m,m],cel.bind(o,[n,n],o==o))))))))))))))",
    "cel.bind(a,s+s,cel.bind(b,a+a,cel.bind(c,b+b,cel.bind(d,c+c,cel.bind(e,"
    "d+d,cel.bind(f,e+e,cel.bind(g,f+f,cel.bind(h,g+g,cel.bind(i,h+h,"
    "cel.bind(j,i+i,cel.bind(k,j+j,cel.bind(m,k+k,cel.bind(n,m+m,cel.bind(o,"
    "n+n,cel.bind(p,o+o,cel.bind(q,p+p,size(q)))))))))))))))))",
};

static void costly_expressions_end_at_a_limit(void **state)
{
    sw_arena *arena = new_arena();
    sw_cel_value items[1000];
    for (int i = 0; i < 1000; i++)
        items[i] = int_value(i);
    sw_cel_value l = {.kind = SW_CEL_LIST};
    l.as.list.at = items;
    l.as.list.count = 1000;
    char text[8001];
    memset(text, 's', 8000);
    text[8000] = '\0';
    sw_cel_binding b[] = {{SW_STR("l"), l}, {SW_STR("s"), string_value(text)}};
    sw_cel_options how = {.bindings = b, .binding_count = 2};
    for (size_t i = 0; i < sizeof costly / sizeof *costly; i++) {
        sw_arena *own = new_arena();
        sw_error err = {0};
        sw_cel_value v;
        sw_cel *cel = parsed(own, costly[i]);
        if (sw_cel_eval(cel, &how, own, &v, &err))
            fail_msg("%s: %s", costly[i], shown(own, &v));
        assert_int_equal(err.kind, SW_ERR_INPUT);
        assert_in_range(sw_arena_footprint(own), 0, 600u << 20);
        sw_arena_free(own);
    }
    sw_arena_free(arena);
}

static void steps_can_be_limited_by_the_caller(void **state)
{
    sw_arena *arena = new_arena();
    sw_cel *cel = parsed(arena, "[1, 2, 3].all(x, x > 0)");
    bool before = false;
    for (uint64_t steps = 1; steps < 100; steps++) {
        sw_cel_options how = {.max_steps = steps};
        sw_cel_value v;
        sw_error err = {0};
        bool ok = sw_cel_eval(cel, &how, arena, &v, &err);
        assert_true(ok || !before);  // once enough, always enough
        before = ok;
    }
    assert_true(before);
    sw_arena_free(arena);
}

/* ---- names ----------------------------------------------------------- */

static void dotted_facts_and_containers_resolve(void **state)
{
    sw_arena *arena = new_arena();
    sw_cel_binding b[] = {
        {SW_STR("cargo.scale"), int_value(5000)},
        {SW_STR("a.b.x"), int_value(1)},
        {SW_STR("a.x"), int_value(2)},
        {SW_STR("x"), int_value(3)},
        {SW_STR("cargo.kind"), unknown_value(arena, "cargo.kind")},
    };
    sw_cel_options how = {.bindings = b, .binding_count = 5};
    assert_string_equal(result(arena, "cargo.scale < 25000", &how), "true");
    assert_string_equal(result(arena, "has(cargo.scale)", &how), "true");
    assert_string_equal(
        result(arena, "[1, 2].map(i, cargo.scale + i + a.x)", &how),
        "[5003, 5004]");
    assert_string_equal(result(arena, "has(cargo.kind)", &how),
                        "unknown(cargo.kind)");
    assert_string_equal(result(arena, "x", &how), "3");
    how.container = SW_STR("a.b");
    assert_string_equal(result(arena, "[x, .x, a.x, .a.x]", &how),
                        "[1, 3, 2, 2]");
    how.container = SW_STR("a.c");
    assert_string_equal(result(arena, "x", &how), "2");
    sw_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(doubles_print_in_the_fewest_digits),
        cmocka_unit_test(doubles_read_back),
        cmocka_unit_test(the_locale_changes_no_number),
        cmocka_unit_test(zones_agree_with_the_c_library),
        cmocka_unit_test(times_keep_their_ranges),
        cmocka_unit_test(what_is_printed_reads_back),
        cmocka_unit_test(huge_values_are_not_printed),
        cmocka_unit_test(deep_values_are_not_walked),
        cmocka_unit_test(costly_expressions_end_at_a_limit),
        cmocka_unit_test(steps_can_be_limited_by_the_caller),
        cmocka_unit_test(dotted_facts_and_containers_resolve),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
