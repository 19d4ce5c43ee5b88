// Tables: what RFC 4180 says, and what of it others bend is refused by place.
#include "book.h"
#include "csv.h"
#include "fail_alloc.h"

// All rows as one text: cells between [ and ], comments between # and #.
static bool read_all(const char *text, bool comments, sw_buf *all,
                     sw_error *err)
{
    sw_arena *arena = NULL;
    csv_reader r = {.text = sw_str_of(text), .comments = comments};
    csv_row row;
    sw_step step = SW_STEP_FAILED;
    if (!sw_arena_new(&arena, err)) return false;
    while ((step = sw_rules__csv_next(&r, arena, &row, err)) == SW_STEP_ITEM) {
        if (row.count == 0)
            sw_buf_printf(all, "#%.*s#", SW_STR_ARGS(row.comment));
        for (size_t i = 0; i < row.count; i++)
            sw_buf_printf(all, "[%.*s]", SW_STR_ARGS(row.cells[i].text));
        sw_buf_str(all, SW_STR("/"));
    }
    sw_arena_free(arena);
    return step == SW_STEP_END;
}

static void cells_are_read(void **state)
{
    static const struct {
        const char *text, *rows;
        bool comments;
    } cases[] = {
        {"", "", false},
        {"\n\r\n\n", "", false},
        {"a,b", "[a][b]/", false},
        {"a,b\r\n1,2\r\n", "[a][b]/[1][2]/", false},
        {"a,b\n\n1,\n", "[a][b]/[1][]/", false},
        {",\n", "[][]/", false},
        {"\"a\"\"b\",\"c,\nd\"\n", "[a\"b][c,\nd]/", false},
        {"\"\",\"\"\"\"", "[][\"]/", false},
        {"\xEF\xBB\xBF"
         "a,b\n",
         "[a][b]/", false},
        {" a , b ", "[ a ][ b ]/", false},
        {"# of\xC3\xA9 \r\na\n#b\n", "#of\xC3\xA9#/[a]/#b#/", true},
        {"#a\n", "[#a]/", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sw_buf all = {0};
        sw_error err = {0};
        if (!read_all(cases[i].text, cases[i].comments, &all, &err))
            fail_msg("case %zu: %s", i, err.reason);
        assert_str(((sw_str){all.at, all.len}), cases[i].rows);
        sw_buf_free(&all);
    }
}

static void what_is_bent_is_refused(void **state)
{
    static const struct {
        const char *text, *place, *reason;
    } cases[] = {
        {"a,b\n1\n", "line 2, column 1", "a row of 1 cells; the head has 2"},
        {"a\n\n1,2", "line 3, column 1", "a row of 2 cells; the head has 1"},
        {"a,b\"c", "line 1, column 4", "a quote inside a cell"},
        {"\"a\"b", "line 1, column 4", "text behind a closing quote"},
        {"a\n\"\xC3\xA9\nb", "line 3, column 2", "a quote is not closed"},
        {"\"", "line 1, column 2", "a quote is not closed"},
        {"a,\x1b[1m", "line 1, column 3", "a control character"},
        {"a\rb", "line 1, column 2", "a control character"},
        {"\"a\rb\"", "line 1, column 3", "a control character"},
        {"a\n\xC2\x9b", "line 2, column 1", "a control character"},
        {"\"\x7f\"", "line 1, column 2", "a control character"},
        {"a\xff", "", "not UTF-8"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sw_buf all = {0};
        sw_error err = {0};
        assert_false(read_all(cases[i].text, false, &all, &err));
        assert_int_equal(err.kind, SW_ERR_INPUT);
        assert_string_equal(err.place, cases[i].place);
        assert_has(sw_str_of(err.reason), cases[i].reason);
        sw_buf_free(&all);
    }
}

static void a_row_too_wide_is_refused(void **state)
{
    char text[2 * CSV_MAX_COLUMNS + 1] = "";
    sw_buf all = {0};
    sw_error err = {0};
    memset(text, ',', CSV_MAX_COLUMNS);
    assert_false(read_all(text, false, &all, &err));
    assert_has(sw_str_of(err.reason), "more than 256 cells");
    text[CSV_MAX_COLUMNS - 1] = '\0';
    assert_true(read_all(text, false, &all, &err));
    sw_buf_free(&all);
}

static void places_and_columns_are_told(void **state)
{
    csv_reader r = {.text = SW_STR("name,\"x\ny\",z\n"), .comments = true};
    csv_row head;
    sw_error err = {0};
    assert_int_equal(sw_rules__csv_next(&r, *state, &head, &err), SW_STEP_ITEM);
    assert_int_equal(head.line, 1);
    assert_int_equal(head.cells[1].column, 6);
    assert_int_equal(head.cells[2].line, 2);
    assert_int_equal(head.cells[2].column, 4);
    assert_int_equal(sw_rules__csv_column(&head, SW_STR("z")), 2);
    assert_int_equal(sw_rules__csv_column(&head, SW_STR("Z")), 3);
}

static void a_failing_allocation_is_told(void **state)
{
    for (size_t n = 1;; n++) {
        sw_buf all = {0};
        sw_error err = {0};
        fail_alloc_at(n);
        bool ok = read_all("\"a\"\"\",b\n", false, &all, &err);
        ok = ok && !all.failed;
        sw_buf_free(&all);
        if (!fail_alloc_done()) {
            assert_true(ok);
            break;
        }
        assert_false(ok);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_are_read),
        cmocka_unit_test(what_is_bent_is_refused),
        cmocka_unit_test(a_row_too_wide_is_refused),
        cmocka_unit_test_setup_teardown(places_and_columns_are_told, make_arena,
                                        free_arena),
        cmocka_unit_test(a_failing_allocation_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
