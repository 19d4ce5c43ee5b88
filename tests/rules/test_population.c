// Populations: what a table must be, cell by cell.
#include "parity_book.h"
#include "parity_internal.h"

static const limits any_limits = {{5, 5, 5, 5, 5}};

static const said_fact *said(const population_row *row, const char *path)
{
    for (size_t i = 0; i < row->fact_count; i++) {
        if (sw_str_eq(row->facts[i].path, sw_str_of(path)))
            return &row->facts[i];
    }
    return NULL;
}

static void cells_are_what_a_declaration_would_say(void **state)
{
    sw_arena *arena = *state;
    sw_rulebook *book = parity_book(any_limits, arena);
    sw_population *all = population_of(
        "\xEF\xBB\xBF# source: S\n# as of: 2026-01-01\n#only words\n#\n"
        "name,origin,firm.sales,firm.staff,firm.fee,firm.open,firm.kinds,"
        "firm.since,notes\r\n"
        "\"A, Inc.\",US,1; 2 ;3,7,2,true,7;x,2020-01-02,\"a\nb\"\r\n"
        "B,XX,;;,,2.5,,,\"2020-01-03\",\r\n",
        book, arena);
    assert_int_equal(all->row_count, 2);
    assert_int_equal(all->note_count, 3);
    assert_str(all->notes[0].key, "source");
    assert_str(all->notes[1].value, "2026-01-01");
    assert_str(all->notes[2].key, "note");
    assert_str(all->notes[2].value, "only words");
    assert_str(all->rows[0].name, "A, Inc.");
    assert_int_equal(all->rows[1].line, 8);
    assert_null(said(&all->rows[1], "firm.staff"));
    assert_null(said(&all->rows[0], "notes"));

    sw_declaration *one;
    sw_str json;
    sw_error err;
    assert_true(sw_rules__declare_row(all, &all->rows[0], (sw_str){0}, arena,
                                      &one, &err));
    assert_true(sw_declaration_json(one, arena, &json, &err));
    assert_str(json, "{\"firm.fee\": 2, \"firm.kinds\": [\"7\", \"x\"], "
                     "\"firm.open\": true, \"firm.origin\": \"US\", "
                     "\"firm.sales\": [1, 2, 3], \"firm.since\": "
                     "\"2020-01-02\", \"firm.staff\": 7}");
    assert_true(sw_rules__declare_row(all, &all->rows[1], SW_STR("NL"), arena,
                                      &one, &err));
    assert_true(sw_declaration_json(one, arena, &json, &err));
    assert_str(json, "{\"firm.fee\": 2.5, \"firm.origin\": \"NL\", "
                     "\"firm.sales\": [null, null, null], \"firm.since\": "
                     "\"2020-01-03\"}");
}

// The mark <!> stands where the error is.
static void faults_are_refused_by_place(void **state)
{
    static const struct {
        const char *text, *reason;
    } cases[] = {
        {"name,<!>origins\nA,US\n",
         "\"origins\": the rulebook has no such fact"},
        {"name,origin,<!>firm.stuff\nA,US,\n", "did you mean firm.staff?"},
        {"name,origin,<!>firm\nA,US,\n", "no such fact"},
        {"name,origin,<!>firm.origin\nA,US,US\n",
         "stands in the column origin"},
        {"name,origin,<!>parts\nA,US,\n", "records have no place in a table"},
        {"name,origin,firm.staff,<!>firm.staff\nA,US,1,1\n", "twice"},
        {"name,origin,notes,<!>notes\nA,US,1,1\n", "twice"},
        {"# c\n<!>origin,firm.staff\nUS,1\n", "the head has no column name"},
        {"<!>name,firm.staff\nA,1\n", "the head has no column origin"},
        {"name,origin\n<!>,US\n", "a row without a name"},
        {"name,origin\nA,<!> \n", "a row without an origin"},
        {"name,origin\n<!>\"A\nB\",US\n", "more than one line"},
        {"name,origin,firm.staff\nA,US,<!>many\n",
         "fact firm.staff must be int, not string"},
        {"name,origin,firm.staff\nA,US,<!>1.5\n", "must be int"},
        {"name,origin,firm.open\nA,US,<!>yes\n", "must be bool"},
        {"name,origin,firm.since\nA,US,<!>2020-02-30\n", "must be a day"},
        {"name,origin,firm.sales\nA,US,<!>1;2;3;4\n", "fact firm.sales"},
        {"name,origin\nA,US,<!>\n", "a row of 3 cells"},
        {"name,origin\n<!>", "no row"},
        {"<!>", "no row"},
        {"name,origin\nA,\"U<!>", "a quote is not closed"},
    };
    sw_arena *arena = *state;
    sw_rulebook *book = parity_book(any_limits, arena);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[200], place[64];
        snprintf(text, sizeof text, "%s", cases[i].text);
        take_mark(text, place);
        sw_population *all;
        sw_error err = {0};
        if (sw_population_parse(sw_str_of(text), "p.csv", book, arena, &all,
                                &err))
            fail_msg("taken: %s", text);
        assert_int_equal(err.kind, SW_ERR_INPUT);
        assert_string_equal(err.file, "p.csv");
        assert_has(sw_str_of(err.reason), cases[i].reason);
        // A row that is too wide is known by its line.
        if (strstr(cases[i].reason, "cells") == NULL &&
            strcmp(err.place, place) != 0)
            fail_msg("%s: at %s, not at %s", err.reason, err.place, place);
    }
}

static void a_book_must_say_which_fact_is_the_origin(void **state)
{
    sw_arena *arena = *state;
    sw_population *all;
    sw_error err = {0};
    assert_false(sw_population_parse(SW_STR("name,origin\nA,US\n"), "p.csv",
                                     book_of(whole_book, arena), arena, &all,
                                     &err));
    assert_has(sw_str_of(err.reason), "origin: FACT");
    assert_false(sw_population_load(
        "/nonexistent.csv", parity_book(any_limits, arena), arena, &all, &err));
    assert_string_equal(err.file, "/nonexistent.csv");
}

static void rows_and_values_are_limited(void **state)
{
    sw_arena *arena = *state;
    sw_rulebook *book = parity_book(any_limits, arena);
    sw_population *all;
    sw_error err = {0};
    sw_buf text = {0};
    sw_buf_printf(&text, "name,origin,firm.kinds\nA,US,");
    for (size_t i = 0; i < 250 * 1000; i++)
        sw_buf_str(&text, SW_STR("a;"));
    assert_false(sw_population_parse((sw_str){text.at, text.len}, "p.csv", book,
                                     arena, &all, &err));
    assert_has(sw_str_of(err.reason), "more values than");
    sw_buf_free(&text);

    sw_buf_printf(&text, "name,origin\n");
    for (size_t i = 0; i < 100 * 1000 + 1; i++)
        sw_buf_str(&text, SW_STR("A,US\n"));
    assert_false(sw_population_parse((sw_str){text.at, text.len}, "p.csv", book,
                                     arena, &all, &err));
    assert_has(sw_str_of(err.reason), "more than 100000 rows");
    sw_buf_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(cells_are_what_a_declaration_would_say,
                                        make_arena, free_arena),
        cmocka_unit_test_setup_teardown(faults_are_refused_by_place, make_arena,
                                        free_arena),
        cmocka_unit_test_setup_teardown(
            a_book_must_say_which_fact_is_the_origin, make_arena, free_arena),
        cmocka_unit_test_setup_teardown(rows_and_values_are_limited, make_arena,
                                        free_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
