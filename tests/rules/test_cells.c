// Cells: the constants that a fact is compared with, whether that is all, and
// that values of one cell give one outcome.
#include "book.h"

#include "cells.h"

#define CELL_FACTS                                                             \
    "rulebook: xx/cells\njurisdiction: XX\ntitle: T\nas_of: 2026-11-01\n"      \
    "sources:\n"                                                               \
    "  act: {title: A, provision: P, url: U, read: 2026-11-01, evidence: "     \
    "law}\n"                                                                   \
    "facts:\n"                                                                 \
    "  n: {type: int, min: -9, max: 9, ask: N?}\n"                             \
    "  m: {type: int, ask: M?}\n"                                              \
    "  ratio: {type: double, min: 0, max: 1, ask: R?}\n"                       \
    "  made: {type: date, ask: When?}\n"                                       \
    "  name: {type: string, ask: Who?}\n"                                      \
    "  kind: {type: string, values: [map, image, text], ask: Kind?}\n"         \
    "  fine: {type: bool, ask: Fine?}\n"                                       \
    "  tags: {type: list(string), ask: Tags?}\n"                               \
    "  sales: {type: list(int), count: 2, ask: Sales?}\n"                      \
    "  parts: {type: list(record), ask: Parts?, fields: {size: {type: "        \
    "int}}}\n"                                                                 \
    "terms:\n"                                                                 \
    "  big: {title: B, source: act, of: sales, quantifier: each, at_least: "   \
    "5}\n"                                                                     \
    "rules:\n"                                                                 \
    "  - {id: r, title: T, source: act, status: law, otherwise: barred, "      \
    "remedy: R, require: '%s'}\n"

static sw_rulebook *book_requiring(const char *require, sw_arena *arena)
{
    sw_str text = sw_arena_printf(arena, CELL_FACTS, require);
    assert_non_null(text.at);
    return book_of(text.at, arena);
}

static cells cells_of(const sw_rulebook *book, const char *fact,
                      sw_arena *arena)
{
    survey all = {0};
    cells of;
    sw_error err = {0};
    ruling_days days = {day("2026-11-20"), day("2026-11-24")};
    const fact_def *def = sw_rules__find_fact(&book->facts, sw_str_of(fact));
    assert_non_null(def);
    if (!sw_rules__survey(&all, book, &days, arena, &err) ||
        !sw_rules__find_cells(&all, def, arena, &of, &err))
        fail_msg("%s: %s", err.place, err.reason);
    return of;
}

static sw_str listed(const sw_cel_value *at, size_t count, sw_arena *arena)
{
    sw_str all = SW_STR("");
    sw_error err = {0};
    for (size_t i = 0; i < count; i++) {
        sw_str one;
        assert_true(sw_rules__value_text(&at[i], arena, &one, &err));
        all = sw_arena_printf(arena, "%.*s%s%.*s", SW_STR_ARGS(all),
                              i > 0 ? " " : "", SW_STR_ARGS(one));
        assert_non_null(all.at);
    }
    return all;
}

/* ---- what is compared ------------------------------------------------ */

static void constants_of_comparisons(void **state)
{
    static const struct {
        const char *require, *fact, *constants;
        bool exact;
    } rows[] = {
        {"n >= 5", "n", "5", true},
        {"5 < n || n == -2", "n", "-2 5", true},
        {"n in [3, 1, 3] && fine", "n", "1 3", true},
        {"n < 2 * 3 ? n > 1 : fine", "n", "1 6", true},
        {"n + 1 > 4", "n", "", false},
        {"n > 3 && n < m", "n", "3", false},
        {"n > m", "m", "", false},
        {"ratio < 0.5", "ratio", "0.5", true},
        {"made < timestamp(\"2026-01-02T00:00:00Z\")", "made", "2026-01-02",
         true},
        {"made <= ruling.date", "made", "2026-11-20", true},
        {"made < months.add(ruling.known, -1)", "made", "2026-10-24", true},
        {"made < timestamp(\"2026-01-02T13:00:00Z\")", "made", "2026-01-02",
         true},
        {"ruling.date < months.add(made, 6)", "made", "", false},
        {"name == \"a\" || name != \"b\"", "name", "\"a\" \"b\"", true},
        {"name.startsWith(\"a\")", "name", "", false},
        {"kind.startsWith(\"m\")", "kind", "", true},
        {"!fine", "fine", "", true},
        {"\"a\" in tags && !(\"b\" in tags)", "tags", "\"a\" \"b\"", true},
        {"tags.all(t, t == \"a\" || t in [\"c\"])", "tags", "\"a\" \"c\"",
         true},
        {"tags.exists(t, t == name)", "tags", "", false},
        {"tags.exists(t, t == name)", "name", "", false},
        {"tags.exists(t, size(t) > 2)", "tags", "", false},
        {"tags.exists_one(t, t == \"a\")", "tags", "", false},
        {"[\"x\"].all(tag, tag == \"x\") && tags.all(t, t == \"a\")", "tags",
         "\"a\"", true},
        {"tags.all(t, [\"x\"].all(t, t == \"x\"))", "tags", "", true},
        {"size(tags) > 0 || \"a\" in tags", "tags", "\"a\"", true},
        {"tags.size() > 1", "tags", "", false},
        {"tags == [\"a\"]", "tags", "", false},
        {"big || sales[0] < 2", "sales", "2 5", true},
        {"sales[0] + sales[1] > 3", "sales", "5", false},
        {"parts.all(p, p.size > 3)", "parts", "", false},
        {"fine", "m", "", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cells of = cells_of(book_requiring(rows[i].require, *state),
                            rows[i].fact, *state);
        sw_str seen = listed(of.at, of.count, *state);
        if (!sw_str_eq(seen, sw_str_of(rows[i].constants)) ||
            of.exact != rows[i].exact)
            fail_msg("%s, %s: \"%.*s\", exact: %d", rows[i].require,
                     rows[i].fact, SW_STR_ARGS(seen), of.exact);
    }
}

static void what_no_expression_reads_is_not_read(void **state)
{
    sw_rulebook *book = book_requiring("n > 3", *state);
    assert_true(cells_of(book, "n", *state).read);
    assert_true(cells_of(book, "sales", *state).read);
    assert_false(cells_of(book, "m", *state).read);
    assert_false(cells_of(book, "parts", *state).read);
}

/* ---- a value of each cell -------------------------------------------- */

static void values_lie_within_bounds(void **state)
{
    static const struct {
        const char *require, *fact, *values;
        bool whole;
    } rows[] = {
        {"n >= 5", "n", "-9 4 5 6 9", true},
        {"n == 9 || n < -20", "n", "-9 8 9", true},
        {"m >= 5", "m", "4 5 6", true},
        {"m > 9223372036854775806", "m",
         "9223372036854775805 9223372036854775806 9223372036854775807", true},
        {"ratio < 0.5", "ratio", "0.0 0.25 0.5 0.75 1.0", true},
        {"made < timestamp(\"2024-03-01T00:00:00Z\")", "made",
         "2024-02-29 2024-03-01 2024-03-02", true},
        {"made < timestamp(\"0001-01-01T00:00:00Z\")", "made",
         "0001-01-01 0001-01-02", true},
        {"kind == \"map\"", "kind", "\"map\" \"image\" \"text\"", true},
        {"name == \"other\"", "name", "\"other\" \"other-2\"", true},
        {"fine", "fine", "false true", true},
        {"\"a\" in tags", "tags", "[] [\"other\"] [\"a\"] [\"a\", \"other\"]",
         true},
        {"fine", "parts", "", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cell_values all;
        sw_error err = {0};
        cells of = cells_of(book_requiring(rows[i].require, *state),
                            rows[i].fact, *state);
        assert_true(sw_rules__cell_values(&of, NULL, *state, &all, &err));
        sw_str seen = listed(all.at, all.count, *state);
        if (!sw_str_eq(seen, sw_str_of(rows[i].values)) ||
            all.whole != rows[i].whole)
            fail_msg("%s, %s: %.*s", rows[i].require, rows[i].fact,
                     SW_STR_ARGS(seen));
    }
}

static void a_list_keeps_what_no_constant_is(void **state)
{
    cells of =
        cells_of(book_requiring("\"a\" in tags", *state), "tags", *state);
    sw_cel_value items[2] = {{.kind = SW_CEL_STRING}, {.kind = SW_CEL_STRING}};
    sw_cel_value now = {.kind = SW_CEL_LIST};
    sw_error err = {0};
    cell_values all;
    items[0].as.str = SW_STR("a");
    items[1].as.str = SW_STR("mine");
    now.as.list.at = items;
    now.as.list.count = 2;
    assert_true(sw_rules__cell_values(&of, &now, *state, &all, &err));
    assert_str(listed(all.at, all.count, *state),
               "[] [\"mine\"] [\"a\"] [\"a\", \"mine\"]");
}

// Where a number stands among the constants.
static size_t cell_of(const cells *of, const sw_cel_value *value)
{
    size_t at = 0;
    for (size_t i = 0; i < of->count; i++) {
        int order = sw_rules__compare_values(value, &of->at[i]);
        if (order >= 0) at++;
        if (order > 0) at++;
    }
    return at;
}

// Every value from -9 to 9 comes out as the values of its cell do, and every
// cell that one of them lies in has a value.
static void values_of_a_cell_come_out_alike(void **state)
{
    static const char *const parts[] = {"n >= 3", "n < -4",          "n == 0",
                                        "n != 5", "n in [-9, 2, 9]", "7 <= n"};
    enum { PARTS = sizeof parts / sizeof *parts };
    for (size_t i = 0; i < (size_t)PARTS * PARTS * 4; i++) {
        sw_str require = sw_arena_printf(
            *state, "%s(%s) %s (%s)", i / PARTS / PARTS / 2 ? "!" : "",
            parts[i % PARTS], i / PARTS / PARTS % 2 ? "&&" : "||",
            parts[i / PARTS % PARTS]);
        sw_rulebook *book = book_requiring(require.at, *state);
        cells of = cells_of(book, "n", *state);
        cell_values all;
        sw_error err = {0};
        int outcome[32];
        assert_true(of.exact);
        assert_true(sw_rules__cell_values(&of, NULL, *state, &all, &err));
        memset(outcome, -1, sizeof outcome);
        for (int n = -9 - (int)all.count; n <= 9; n++) {
            sw_cel_value value = {.kind = SW_CEL_INT};
            value.as.i64 = n;
            if (n < -9) value = all.at[-10 - n];
            sw_str said =
                sw_arena_printf(*state, "{n: %lld}", (long long)value.as.i64);
            int state_now = (int)ruling_of(book, said.at, "2026-11-20", *state)
                                ->rules[0]
                                .state;
            int *told = &outcome[cell_of(&of, &value)];
            if (n < -9 && *told < 0) *told = state_now;
            if (*told != state_now)
                fail_msg("%s at %lld", require.at, (long long)value.as.i64);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, make_arena, free_arena)
        TEST(constants_of_comparisons),
        TEST(what_no_expression_reads_is_not_read),
        TEST(values_lie_within_bounds),
        TEST(a_list_keeps_what_no_constant_is),
        TEST(values_of_a_cell_come_out_alike),
    };
    return cmocka_run_group_tests_name("cells", tests, NULL, NULL);
}
