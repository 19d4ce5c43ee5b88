// Each allocation of the way from text to ruling fails once: an error of the
// machine, nothing leaked, nothing half made.
#include "book.h"
#include "fail_alloc.h"
#include "temp_dir.h"

#include <jansson.h>

static const char treating_book[] =
    "variants:\n"
    "  v:\n"
    "    title: V\n"
    "    status: bill\n"
    "    source: act\n"
    "    without: [open]\n"
    "    terms: {more: {title: M, source: act, is: cargo.fine},\n"
    "      sold: {at_least: 9}}\n"
    "    rules: [{id: scale, otherwise: barred}]\n"
    "calendars:\n"
    "  c: {title: C, source: act, weekend: [friday], from: 2024-01-01,\n"
    "    to: 2024-12-31, holidays: [2024-05-01]}\n"
    "terms:\n"
    "  late: {title: L, source: act, is: 'workdays.add(ruling.date, 3,\n"
    "    \"c\") > cargo.made || workdays.between(ruling.date, cargo.made,\n"
    "    \"c\") > 4'}\n"
    "  sold: {title: S, source: act, of: sales, at_most: 5, quantifier: sum,\n"
    "    readings: {other: {source: act, quantifier: last}}}\n"
    "  open:\n"
    "    - {title: O, source: act, is: sold || cargo.fine, state: meets,\n"
    "       in_force: {to: 2000-01-01}}\n"
    "    - {title: O, source: act, is: '!sold', state: presumed,\n"
    "       in_force: {from: 2020-01-01}}\n" BOOK_HEAD BOOK_RULE
    "  - id: parts\n    title: P\n    source: act\n    status: law\n"
    "    when: open\n    otherwise: barred\n    remedy: R\n"
    "    require: 'parts.all(p, p.ok || p.kind == \"b\")'\n"
    "  - id: tags\n    title: T\n    source: [act]\n    status: law\n"
    "    in_force: {from: 2020-01-01, to: 2030-01-01}\n"
    "    require: 'cargo.tags.all(t, t != ''a'')'\n"
    "    otherwise: treat\n    remedy: R\n"
    "    treatment: {strip-tags: [a, b], coarsen: {scale: 5}}\n"
    "  - id: open\n    title: O\n    source: act\n    status: law\n"
    "    require: cargo.fine || cargo.ratio > 1.0\n"
    "    otherwise: permit\n    remedy: R\n";

static const char said_text[] =
    "{\"name\": \"it's\\n\", \"cargo\": {\"kind\": \"map\", \"scale\": 1, "
    "\"tags\": [\"b\", \"a\"]}, \"sales\": [9, null], "
    "\"parts\": [{\"kind\": \"a\", \"ok\": false}, {}, null]}";

// One of them fails.
static const char cases_text[] =
    "cases:\n"
    "  - name: first\n"
    "    date: 2024-05-02\n"
    "    declaration: {cargo: {kind: map, scale: 1}, sales: [9, null]}\n"
    "    expect: {verdict: clear, terms: {sold: true}, missing: [name],\n"
    "      rules: {scale: held}}\n"
    "  - name: second\n"
    "    date: 2024-05-02\n"
    "    known_on: 2024-01-01\n"
    "    variant: v\n"
    "    declaration: {parts: [{ok: true}, {}], sales: [1, 2], cargo: {scale: "
    "5}}\n"
    "    expect: {verdict: undetermined}\n";

// A way through the library; `all` gets what it yields. Sets `failed` to what
// fail_alloc_done() gives.
typedef bool (*way)(sw_buf *all, bool *failed, sw_error *err);

static bool from_text_to_ruling(sw_buf *all, bool *failed, sw_error *err)
{
    sw_arena *arena = NULL;
    sw_rulebook *book = NULL;
    sw_declaration *said = NULL;
    const sw_ruling *base = NULL, *ruling = NULL;
    sw_str facts, first, text, json;
    bool ok =
        sw_arena_new(&arena, err) &&
        sw_rulebook_parse(SW_STR(treating_book), "b", arena, &book, err) &&
        sw_declaration_parse(SW_STR(said_text), "d", arena, &said, err) &&
        sw_declaration_json(said, arena, &facts, err) &&
        sw_rule(&book, 1, said, 20000, arena, &base, err) &&
        sw_rulebook_variant(book, SW_STR("v"), arena, &book, err) &&
        sw_rule(&book, 1, said, 20000, arena, &ruling, err) &&
        sw_ruling_json(base, arena, &first, err) &&
        sw_ruling_text(ruling, true, true, arena, &text, err) &&
        sw_ruling_json(ruling, arena, &json, err);
    *failed = fail_alloc_done();
    if (ok) {
        sw_buf_str(all, facts);
        sw_buf_str(all, first);
        sw_buf_str(all, text);
        sw_buf_str(all, json);
    }
    sw_arena_free(arena);
    return ok;
}

static const char *const lines[] = {"b",   "2",  "yes", "?",    "back",
                                    "why", "no", "5",   "1,2,3"};

// Of the answers some are refused; that is told too.
static bool from_questions_to_declaration(sw_buf *all, bool *failed,
                                          sw_error *err)
{
    sw_arena *arena = NULL;
    sw_rulebook *book = NULL;
    sw_interview *talk = NULL;
    sw_answer got;
    sw_str text = {0}, why = {0};
    sw_rule_options how = {.date = 19900};
    bool ok =
        sw_arena_new(&arena, err) &&
        sw_rulebook_parse(SW_STR(treating_book), "b", arena, &book, err) &&
        sw_interview_new(&book, 1, NULL, &how, &talk, err);
    for (size_t i = 0; ok && i < sizeof lines / sizeof *lines; i++) {
        ok = sw_interview_question_text(talk, arena, &text, err) &&
             sw_interview_why_text(talk, arena, &why, err) &&
             sw_interview_answer(talk, sw_str_of(lines[i]), &got, err);
    }
    *failed = fail_alloc_done();
    if (ok) {
        sw_buf_str(all, text);
        sw_buf_str(all, why);
        sw_buf_str(all, sw_interview_declaration(talk));
    }
    sw_interview_free(talk);
    sw_arena_free(arena);
    return ok;
}

static char book_path[PATH_MAX + 16];

static bool from_cases_to_report(sw_buf *all, bool *failed, sw_error *err)
{
    sw_arena *arena = NULL;
    sw_case_report report;
    bool ok = sw_arena_new(&arena, err) &&
              sw_rulebook_test(book_path, arena, &report, err);
    *failed = fail_alloc_done();
    if (ok) sw_buf_str(all, report.report);
    sw_arena_free(arena);
    return ok;
}

// An allocation may fail and do no harm: jansson needs some only to look for
// cycles. Then the result is whole.
static void check_way(way go)
{
    sw_buf whole = {0};
    sw_error err = {0};
    bool failed = false;
    if (!go(&whole, &failed, &err)) fail_msg("%s: %s", err.place, err.reason);
    size_t refused = 0, n = 0;
    do {
        sw_buf all = {0};
        err = (sw_error){0};
        fail_alloc_at(++n);
        if (!go(&all, &failed, &err)) {
            refused++;
            if (err.kind != SW_ERR_MACHINE)
                fail_msg("allocation %zu: %s", n, err.reason);
        } else if (!sw_str_eq((sw_str){all.at, all.len},
                              (sw_str){whole.at, whole.len})) {
            fail_msg("allocation %zu: half a result", n);
        }
        sw_buf_free(&all);
    } while (failed);
    sw_buf_free(&whole);
    assert_true(refused > 100);
}

static void write_text(const char *path, const char *text)
{
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    assert_int_equal(fwrite(text, 1, strlen(text), out), strlen(text));
    assert_int_equal(fclose(out), 0);
}

static void failing_allocations_are_told_in_rulings(void **state)
{
    check_way(from_text_to_ruling);
}

static void failing_allocations_are_told_in_interviews(void **state)
{
    check_way(from_questions_to_declaration);
}

static void failing_allocations_are_told_in_cases(void **state)
{
    char dir[PATH_MAX], path[PATH_MAX + 32];
    assert_int_equal(temp_dir_make(dir), 0);
    snprintf(book_path, sizeof book_path, "%s/b.yaml", dir);
    snprintf(path, sizeof path, "%s/b.cases.yaml", dir);
    write_text(book_path, treating_book);
    write_text(path, cases_text);
    check_way(from_cases_to_report);
    temp_dir_remove(dir);
}

int main(void)
{
    json_set_alloc_funcs(malloc, free);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(failing_allocations_are_told_in_rulings),
        cmocka_unit_test(failing_allocations_are_told_in_interviews),
        cmocka_unit_test(failing_allocations_are_told_in_cases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
