// Hostile input: what grows with its length is charged as steps, also on the
// ways that end in an error, and parsing stays within memory that its source
// allows for. Work that is charged ends at the limit of steps.
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cel_internal.h"
#include "cel_support.h"

enum { LONG = 1 << 20, MANY = 100 * 1000 };

/* ---- evaluation ------------------------------------------------------ */

static sw_cel_value long_text(sw_arena *arena, sw_cel_kind kind,
                              const char *piece, const char *end)
{
    size_t len = strlen(piece), count = LONG / len, tail = strlen(end);
    char *text = sw_arena_alloc(arena, count * len + tail);
    assert_non_null(text);
    for (size_t i = 0; i < count; i++)
        memcpy(text + i * len, piece, len);
    memcpy(text + count * len, end, tail);
    return (sw_cel_value){.kind = kind, .as.str = {text, count * len + tail}};
}

static sw_cel_value many(sw_arena *arena, sw_cel_value item)
{
    sw_cel_value *items = SW_NEW_ARRAY(arena, sw_cel_value, MANY);
    assert_non_null(items);
    for (size_t i = 0; i < MANY; i++)
        items[i] = item;
    sw_cel_value v = {.kind = SW_CEL_LIST};
    v.as.list.at = items;
    v.as.list.count = MANY;
    return v;
}

static sw_cel_value many_keys(sw_arena *arena)
{
    sw_cel_entry *entries = SW_NEW_ARRAY(arena, sw_cel_entry, MANY);
    assert_non_null(entries);
    for (int i = 0; i < MANY; i++)
        entries[i] = (sw_cel_entry){int_value(i), int_value(i)};
    sw_cel_value v = {.kind = SW_CEL_MAP};
    v.as.map.at = entries;
    v.as.map.count = MANY;
    return v;
}

enum { BINDINGS = 12 };

static void bind_hostile(sw_arena *arena, sw_cel_binding out[BINDINGS])
{
    const sw_cel_binding all[BINDINGS] = {
        {SW_STR("a"), long_text(arena, SW_CEL_STRING, "a", "")},
        {SW_STR("b"), long_text(arena, SW_CEL_STRING, "a", "")},
        {SW_STR("e"), long_text(arena, SW_CEL_STRING, "é", "")},
        {SW_STR("zeros"), long_text(arena, SW_CEL_STRING, "0", "1")},
        {SW_STR("space"), long_text(arena, SW_CEL_STRING, " ", "")},
        {SW_STR("units"), long_text(arena, SW_CEL_STRING, "1ns", "!")},
        {SW_STR("percents"), long_text(arena, SW_CEL_STRING, "%%", "%!")},
        {SW_STR("digits"), long_text(arena, SW_CEL_STRING, "%d", "")},
        {SW_STR("bytes"), long_text(arena, SW_CEL_BYTES, "a", "\xff")},
        {SW_STR("ints"), many(arena, int_value(7))},
        {SW_STR("empties"), many(arena, string_value(""))},
        {SW_STR("keys"), many_keys(arena)},
    };
    memcpy(out, all, sizeof all);
}

// The expression, and a part of its input's length that it must at least take.
static const struct {
    const char *source;
    uint64_t least;
} charged[] = {
    {"a.size()", LONG / 64},
    {"a.contains('b')", LONG / 64},
    {"a.endsWith(b)", LONG / 64},
    {"a.startsWith(b)", LONG / 64},
    {"a == b", LONG / 64},
    {"[a] == [b]", LONG / 64},
    {"a in [b]", LONG / 64},
    {"a < b", LONG / 64},
    {"bytes(a) <= bytes(b)", LONG / 64},
    {"{a: 1}[b]", LONG / 64},
    {"b in {a: 1}", LONG / 64},
    {"{a: 1, b: 2}", LONG / 64},
    {"{a: 1} == {b: 1}", LONG / 64},
    {"e.indexOf('x', 900000)", LONG / 64},
    {"e.lastIndexOf('x', 900000)", LONG / 64},
    {"e.charAt(900000)", LONG / 64},
    {"e.substring(900000)", LONG / 64},
    {"e.substring(0, 900000)", LONG / 64},
    {"a.lastIndexOf(b.substring(500000))", LONG / 64},
    {"int(zeros)", LONG / 64},
    {"uint(zeros)", LONG / 64},
    {"duration(units)", LONG / 64},
    {"timestamp('2026-01-01T00:00:00.' + zeros + 'Z')", LONG / 64},
    {"ip(zeros)", LONG / 64},
    {"isIP(zeros)", LONG / 64},
    {"ip.isCanonical(zeros)", LONG / 64},
    {"cidr(zeros)", LONG / 64},
    {"isCIDR(zeros)", LONG / 64},
    {"cidr('10.0.0.0/8').containsIP(zeros)", LONG / 64},
    {"cidr('10.0.0.0/8').containsCIDR(zeros)", LONG / 64},
    {"string(bytes)", LONG / 64},
    {"base64.encode(bytes)", LONG / 64},
    {"base64.decode(a)", LONG / 64},
    {"a.lowerAscii()", LONG / 64},
    {"a.upperAscii()", LONG / 64},
    {"a.reverse()", LONG / 64},
    {"space.trim()", LONG / 64},
    {"strings.quote(a)", LONG / 64},
    {"a.replace('a', '')", LONG / 8},
    {"a.replace('', '')", LONG / 8},
    {"a.split('')", LONG / 8},
    {"a.split('a')", LONG / 8},
    {"percents.format([])", LONG / 64},
    {"digits.format(ints)", MANY},
    {"'%s'.format([ints])", MANY},
    {"'%s'.format([keys])", MANY},
    {"'%x'.format([a])", LONG / 64},
    {"empties.join()", MANY / 8},
    {"empties.join(a)", MANY / 8},
    {"math.greatest(ints)", MANY / 8},
    {"7 in keys", 1},
    {"ints + ints", MANY / 8},
    {"ints == ints", MANY},
    {"keys == keys", MANY},
    {"8 in ints", MANY},
    {"a.matches('b+$')", LONG / 64},
    {"a.matches('b' + '+$')", LONG / 64},
    {"a.matches('(a|aa|aaa|x)*y')", LONG / 64},
    {"'a'.matches(a.substring(0, 16000))", 16000},
    {"timestamp(ints[0]).getHours('../../etc/passwd')", 100},
    {"timestamp(ints[0]).getHours(a)", 100},
    {"timestamp(ints[0]).getHours('Asia/Seoul')", 100},
};

static void what_grows_with_the_input_is_charged(void **state)
{
    sw_arena *arena = new_arena();
    sw_cel_binding bindings[BINDINGS];
    bind_hostile(arena, bindings);
    for (size_t i = 0; i < sizeof charged / sizeof *charged; i++) {
        sw_arena *own = new_arena();
        uint64_t steps = 0;
        sw_cel_options how = {.bindings = bindings,
                              .binding_count = BINDINGS,
                              .steps_taken = &steps};
        sw_cel *cel = parsed(own, charged[i].source);
        sw_cel_value v;
        sw_error err = {0};
        bool ok = sw_cel_eval(cel, &how, own, &v, &err);
        assert_true(ok || err.kind == SW_ERR_INPUT);
        if (steps < charged[i].least)
            fail_msg("%s: %llu steps", charged[i].source,
                     (unsigned long long)steps);
        sw_arena_free(own);
    }
    sw_arena_free(arena);
}

// With fewer steps than that the same ends at the limit.
static void charged_work_ends_at_the_limit(void **state)
{
    sw_arena *arena = new_arena();
    sw_cel_binding bindings[BINDINGS];
    bind_hostile(arena, bindings);
    for (size_t i = 0; i < sizeof charged / sizeof *charged; i++) {
        if (charged[i].least < 100) continue;
        sw_arena *own = new_arena();
        sw_cel_options how = {.bindings = bindings,
                              .binding_count = BINDINGS,
                              .max_steps = charged[i].least / 2 + 1};
        sw_cel_value v;
        sw_error err = {0};
        if (sw_cel_eval(parsed(own, charged[i].source), &how, own, &v, &err))
            fail_msg("%s ends", charged[i].source);
        assert_non_null(strstr(err.reason, "steps"));
        sw_arena_free(own);
    }
    sw_arena_free(arena);
}

static void zones_stay_in_their_folder(void **state)
{
    static const char *const zones[] = {
        "../../etc/passwd",
        "/etc/passwd",
        "Asia/../../../etc/passwd",
        "Asia/../Europe/Berlin",
        "Asia//Seoul",
        "Asia",
        "Asia/Seoul\\000",
        "",
        ".",
    };
    sw_arena *arena = new_arena();
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
        char source[200];
        snprintf(source, sizeof source, "timestamp(0).getHours('%s')",
                 zones[i]);
        sw_cel_value v = evaluated(arena, source, NULL);
        bool seoul = strcmp(zones[i], "Asia//Seoul") == 0;
        if (v.kind != SW_CEL_ERROR && !seoul) fail_msg("%s is read", zones[i]);
    }
    sw_arena_free(arena);
}

// A pattern's program may take much more memory than its text: it is refused
// before it has been taken.
static void patterns_stay_within_the_memory(void **state)
{
    sw_arena *arena = new_arena();
    sw_buf pattern = {0};
    for (int i = 0; i < 300; i++)
        sw_buf_str(&pattern, SW_STR("(?i)\\pL"));
    sw_cel_value text = {.kind = SW_CEL_STRING,
                         .as.str = {pattern.at, pattern.len}};
    sw_cel_binding p = {SW_STR("p"), text};
    sw_cel_options how = {
        .bindings = &p, .binding_count = 1, .max_memory = 1 << 20};
    sw_cel_value v;
    sw_error err = {0};
    sw_cel *cel = parsed(arena, "'a'.matches(p)");
    assert_false(sw_cel_eval(cel, &how, arena, &v, &err));
    assert_non_null(strstr(err.reason, "1048576 bytes"));
    assert_in_range(sw_arena_footprint(arena), 0, 4 << 20);
    sw_buf_free(&pattern);
    sw_arena_free(arena);
}

// Maps of so many keys are unequal by the limit that sw_cel_equal() sets
// itself.
static void comparing_outside_of_a_run_is_bounded(void **state)
{
    sw_arena *arena = new_arena();
    sw_cel_value keys = many_keys(arena), same = many_keys(arena);
    assert_false(sw_cel_equal(&keys, &same));
    sw_arena_free(arena);
}

// Keys chosen to stand side by side in an index, each in its own place, and
// others sought that belong where they begin.
static sw_cel_value row_of_keys(sw_arena *arena, uint32_t places, uint32_t row,
                                int64_t *next)
{
    sw_cel_entry *entries = SW_NEW_ARRAY(arena, sw_cel_entry, row);
    uint32_t filled = 0;
    for (; filled < row; ++*next) {
        sw_cel_value key = int_value(*next);
        uint32_t place = sw_cel__hash(&key) & (places - 1);
        if (place >= row || entries[place].key.kind == SW_CEL_INT) continue;
        entries[place] = (sw_cel_entry){key, int_value(*next)};
        filled++;
    }
    sw_cel_value map = {0};
    sw_error err = {0};
    assert_true(sw_cel_map(entries, row, arena, &map, &err));
    assert_int_equal(map.index_mask, places - 1);
    return map;
}

static double seconds_to_look_up(const sw_cel_value *map,
                                 const sw_cel_value *keys, size_t count,
                                 bool there)
{
    clock_t begin = clock();
    for (int round = 0; round < 100; round++) {
        for (size_t i = 0; i < count; i++)
            assert_int_equal(sw_cel__lookup(map, &keys[i]) != NULL, there);
    }
    return (double)(clock() - begin) / CLOCKS_PER_SEC;
}

// Without a bound it would take a thousand times as long.
static void
keys_in_a_row_do_not_slow_down_those_that_are_not_there(void **state)
{
    enum { PLACES = 1 << 15, ROW = PLACES / 2, SOUGHT = 500 };
    sw_arena *arena = new_arena();
    int64_t next = 0;
    sw_cel_value map = row_of_keys(arena, PLACES, ROW, &next);
    sw_cel_value there[SOUGHT], absent[SOUGHT];
    for (size_t i = 0; i < SOUGHT; i++)
        there[i] = map.as.map.at[i].key;
    for (size_t found = 0; found < SOUGHT; next++) {
        sw_cel_value key = int_value(next);
        if ((sw_cel__hash(&key) & (PLACES - 1)) < 1000) absent[found++] = key;
    }
    double present = seconds_to_look_up(&map, there, SOUGHT, true);
    double lost = seconds_to_look_up(&map, absent, SOUGHT, false);
    assert_true(lost < 50 * present + 0.05);
    sw_arena_free(arena);
}

/* ---- parsing --------------------------------------------------------- */

enum { SOURCE = 256 << 10 };

static const struct {
    const char *begin, *piece, *end;  // # in a piece: its number
} sources[] = {
    {"[", "1,", "]"},
    {"[", "[],", "]"},
    {"[", "a#,", "]"},
    {"[", "a#.b#,", "]"},
    {"{", "'#': 1,", "}"},
    {"a", " + 1", ""},
    {"a", ".bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", ""},
    {"", "!", "a"},
    {"", "a && ", "a"},
    {"[", "'a'.matches(r'(?i)\\pL\\pL\\pL\\pL\\pL\\pL\\pL\\pL'),", "]"},
    {"[", "'a'.matches(r'\\p{Greek}.{6}x'),", "]"},
    {"[", "'a'.matches(r'((a{10}){10}){190}'),", "]"},
    {"cel.block([", "#,", "], 1)"},
};

static void add_piece(sw_buf *text, const char *piece, int number)
{
    for (; *piece != '\0'; piece++) {
        if (*piece == '#') {
            sw_buf_printf(text, "%d", number);
        } else {
            sw_buf_add(text, piece, 1);
        }
    }
}

static void parsing_takes_memory_by_the_source(void **state)
{
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        sw_arena *arena = new_arena();
        sw_buf text = {0};
        sw_cel *cel = NULL;
        sw_error err = {0};
        const sw_cel_reference *refs;
        size_t count;
        sw_buf_str(&text, sw_str_of(sources[i].begin));
        for (int n = 0; text.len < SOURCE; n++)
            add_piece(&text, sources[i].piece, n);
        sw_buf_str(&text, sw_str_of(sources[i].end));
        bool ok = sw_cel_parse((sw_str){text.at, text.len}, arena, &cel, &err);
        assert_true(ok || strstr(err.reason, "nested more than") != NULL);
        if (ok) assert_true(sw_cel_references(cel, arena, &refs, &count, &err));
        if (sw_arena_footprint(arena) > (size_t)SOURCE * 250) {
            fail_msg("%s: %zu bytes", sources[i].piece,
                     sw_arena_footprint(arena));
        }
        sw_buf_free(&text);
        sw_arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_grows_with_the_input_is_charged),
        cmocka_unit_test(charged_work_ends_at_the_limit),
        cmocka_unit_test(zones_stay_in_their_folder),
        cmocka_unit_test(patterns_stay_within_the_memory),
        cmocka_unit_test(comparing_outside_of_a_run_is_bounded),
        cmocka_unit_test(
            keys_in_a_row_do_not_slow_down_those_that_are_not_there),
        cmocka_unit_test(parsing_takes_memory_by_the_source),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
