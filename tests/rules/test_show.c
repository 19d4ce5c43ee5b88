// A page of a book: that it tells of cases which came out otherwise, that it
// needs none, and that each allocation on its way may fail.
#include "book.h"
#include "fail_alloc.h"
#include "segwan/show.h"
#include "temp_dir.h"

#include <jansson.h>

static const char shown_book[] =
    "calendars:\n"
    "  xx: {title: Days, source: act, weekend: [sunday], from: 2020-01-01,\n"
    "       to: 2020-12-31, holidays: [2020-05-01], notes: A test.}\n"
    "terms:\n"
    "  big:\n"
    "    - {title: Big, source: act, of: sales, at_least: 9, quantifier: sum,\n"
    "       in_force: {to: 2020-01-01}, window: year, level: group}\n"
    "    - {title: Big, source: act, of: sales, at_least: 5, over: 2,\n"
    "       quantifier: each, in_force: {from: 2020-01-02}, state: meets,\n"
    "       readings: {any: {source: act, quantifier: any}}}\n"
    "variants:\n"
    "  bill:\n"
    "    title: A bill\n"
    "    status: bill\n"
    "    source: act\n"
    "    terms: {small: {title: Small, source: act, is: '!big'}}\n"
    "    rules:\n"
    "      - {id: scale, otherwise: barred}\n"
    "      - {id: new, title: New, source: act, status: bill, remedy: N,\n"
    "         require: 'small || cargo.fine', otherwise: permit}\n"
    "    without: [tags]\n" BOOK_HEAD BOOK_RULE
    "  - id: tags\n    title: T\n    source: act\n    status: law\n"
    "    when: 'big && !parts.exists(p, p.ok && p.kind == \"b\")'\n"
    "    require: 'cargo.tags.all(t, !(t in [\"a\", \"b\"]))'\n"
    "    otherwise: treat\n    remedy: R\n    takes: A day.\n"
    "    treatment: {strip-tags: [a, b], coarsen: {scale: 25000}}\n"
    "    readings: {never: {title: N, source: act, require: 'false'}}\n";

static const char shown_cases[] =
    "cases:\n"
    "  - name: A coarse map\n"
    "    date: 2021-01-01\n"
    "    declaration: {cargo: {kind: map, scale: 50000}, sales: [1, 1]}\n"
    "    expect: {verdict: clear}\n"
    "    source: https://law.example/7\n"
    "  - name: A fine map\n"
    "    date: 2021-01-01\n"
    "    variant: bill\n"
    "    declaration: {cargo: {kind: map, scale: 5000, fine: true}}\n"
    "    expect: {verdict: barred}\n"
    "    notes: Under the bill.\n";

static char folder[PATH_MAX], book[PATH_MAX + 16], cases[PATH_MAX + 16];

static void put_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_not_equal(fputs(text, file), EOF);
    assert_int_equal(fclose(file), 0);
}

static int make_files(void **state)
{
    if (temp_dir_make(folder) != 0) return -1;
    snprintf(book, sizeof book, "%s/book.yaml", folder);
    snprintf(cases, sizeof cases, "%s/book.cases.yaml", folder);
    put_file(book, shown_book);
    put_file(cases, shown_cases);
    return make_arena(state);
}

static int remove_files(void **state)
{
    temp_dir_remove(folder);
    return free_arena(state);
}

static sw_str page_of(sw_page_format as, sw_arena *arena)
{
    sw_str page = {0};
    sw_error err = {0};
    if (!sw_rulebook_page(book, as, arena, &page, &err))
        fail_msg("%s: %s: %s", err.file, err.place, err.reason);
    return page;
}

static void page_says_all(void **state)
{
    static const char *const parts[] = {
        // the rule
        "scale: Coarse maps only", "Which kind?](#fact-cargo.kind) **map**",
        "Which scale?](#fact-cargo.scale) **at least 25,000 (denominator)**",
        "somebody must permit it", "Coarsen the map.",
        "[Art. 1](https://law.example), [The Act](#source-act) (the text of "
        "the "
        "law, read 2026-11-01)",
        // treatment, time, readings of a rule
        "it may leave once it was treated: take out the tags `a`, `b`; coarsen "
        "to 1:25,000.",
        "**Takes:** A day.", "| N | **N** **law**", "Asks that: **never**",
        // the term, by date
        "**the sum of the 2 newest values at least 9, year, of the group**",
        "In force to 2020-01-01.", "**each of the 2 newest values at least 5**",
        "Says that the subject meets the thresholds.",
        // its reading
        "**any of the 2 newest values at least 5**",
        // the variant
        "### A bill", "#### Rule tags", "| taken away |", "#### Rule new",
        "#### Term small", "it is barred.",
        // the calendar
        "### Days", "Calendar `xx`, from 2020-01-01 to 2020-12-31.",
        "**Uncertain:** A test.",
        // cases
        "2 cases, run anew for this page: 2 came out as expected.",
        "A coarse map [(source)](https://law.example/7)",
        "A fine map<br>Under the bill.",
        "held in 1, failed in 1, not applicable in 0, undetermined in 0. "
        "Failed: [A fine map](#case-2)."};
    sw_str page = page_of(SW_PAGE_MARKDOWN, *state);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        assert_has(page, parts[i]);
    assert_false(sw_str_has(page, SW_STR("other than expected")));
    assert_false(sw_str_has(page, SW_STR("#### Rule scale\n\n| Under | What it "
                                         "says |\n| --- | --- |\n| [A bill]")));
}

static void other_outcomes_are_told(void **state)
{
    char *wrong = replaced(shown_cases, "verdict: clear", "verdict: treat");
    put_file(cases, wrong);
    free(wrong);
    sw_str page = page_of(SW_PAGE_HTML, *state);
    assert_has(page, "2 cases, run anew for this page: 1 came out as expected");
    assert_has(page,
               "<span class=\"badge differs\">other than expected</span>");
}

static void book_needs_no_cases(void **state)
{
    assert_int_equal(unlink(cases), 0);
    sw_str page = page_of(SW_PAGE_MARKDOWN, *state);
    assert_false(sw_str_has(page, SW_STR("Cases")));
    assert_has(page, "## Sources");
}

static void wrong_cases_are_an_error(void **state)
{
    put_file(cases, "cases: [{name: x}]\n");
    sw_str page;
    sw_error err = {0};
    assert_false(sw_rulebook_page(book, SW_PAGE_HTML, *state, &page, &err));
    assert_int_equal(err.kind, SW_ERR_INPUT);
    assert_string_equal(err.file, cases);
}

static bool try_page(sw_page_format as, sw_buf *out, bool *failed,
                     sw_error *err)
{
    sw_arena *arena = NULL;
    sw_str page;
    bool ok = sw_arena_new(&arena, err) &&
              sw_rulebook_page(book, as, arena, &page, err);
    *failed = fail_alloc_done();
    if (ok) sw_buf_str(out, page);
    sw_arena_free(arena);
    return ok;
}

// An allocation may fail and do no harm; then the page is whole.
static void failing_allocations_are_told(void **state)
{
    (void)state;
    for (int as = SW_PAGE_MARKDOWN; as <= SW_PAGE_HTML; as++) {
        sw_buf whole = {0};
        sw_error err = {0};
        bool failed = false;
        assert_true(try_page((sw_page_format)as, &whole, &failed, &err));
        size_t refused = 0, n = 0;
        do {
            sw_buf page = {0};
            err = (sw_error){0};
            fail_alloc_at(++n);
            if (!try_page((sw_page_format)as, &page, &failed, &err)) {
                refused++;
                if (err.kind != SW_ERR_MACHINE)
                    fail_msg("allocation %zu: %s", n, err.reason);
            } else if (!sw_str_eq((sw_str){page.at, page.len},
                                  (sw_str){whole.at, whole.len})) {
                fail_msg("allocation %zu: half a page", n);
            }
            sw_buf_free(&page);
        } while (failed);
        sw_buf_free(&whole);
        assert_true(refused > 100);
    }
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, make_files, remove_files)

int main(void)
{
    json_set_alloc_funcs(malloc, free);
    const struct CMUnitTest tests[] = {
        TEST(page_says_all),
        TEST(other_outcomes_are_told),
        TEST(book_needs_no_cases),
        TEST(wrong_cases_are_an_error),
        TEST(failing_allocations_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
