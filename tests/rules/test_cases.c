// Cases beside a rulebook: what they find, and what they must not say.
// Arguments: rulebooks that are shipped.
#include "book.h"
#include "temp_dir.h"

static char **shipped;
static int shipped_count;

typedef struct {
    char dir[PATH_MAX];
    char book[PATH_MAX + 16];
    sw_arena *arena;
} place;

static int make_place(void **state)
{
    static place p;
    sw_error err;
    if (temp_dir_make(p.dir) != 0) return -1;
    snprintf(p.book, sizeof p.book, "%s/b.yaml", p.dir);
    *state = &p;
    return sw_arena_new(&p.arena, &err) ? 0 : -1;
}

static int remove_place(void **state)
{
    place *p = *state;
    temp_dir_remove(p->dir);
    sw_arena_free(p->arena);
    return 0;
}

static void write_text(const char *path, const char *text)
{
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    assert_int_equal(fwrite(text, 1, strlen(text), out), strlen(text));
    assert_int_equal(fclose(out), 0);
}

#define BOOK_WITH_TERMS                                                        \
    "terms:\n"                                                                 \
    "  coarse: {title: C, source: act, of: cargo.scale, at_least: 25000}\n"    \
    "  named: {title: N, source: act, is: name != \"\"}\n" BOOK_HEAD

// Two clocks, a variant, a reading.
#define TIMELY_BOOK                                                            \
    "terms:\n"                                                                 \
    "  coarse: {title: C, source: act, of: cargo.scale, at_least: 25000, "     \
    "readings: {more: {source: act, more_than: 25000}}}\n"                     \
    "variants:\n"                                                              \
    "  bill: {title: B, status: bill, source: act, terms: {coarse: "           \
    "{at_least: 50000}}, rules: [{id: new, title: N, source: act, require: "   \
    "cargo.fine, otherwise: barred, remedy: R}]}\n" BOOK_HEAD                  \
    "  - {id: scale, title: S, source: act, status: law, require: coarse, "    \
    "otherwise: permit, remedy: R, known: {to: 2026-06-30}}\n"                 \
    "  - {id: scale, title: S, source: act, status: law, require: coarse, "    \
    "otherwise: barred, remedy: R, known: {from: 2026-07-01}}\n"

static bool run_book(place *p, const char *book, const char *cases,
                     sw_case_report *report, sw_error *err)
{
    char path[PATH_MAX + 32];
    snprintf(path, sizeof path, "%s/b.cases.yaml", p->dir);
    write_text(p->book, book);
    write_text(path, cases);
    return sw_rulebook_test(p->book, p->arena, report, err);
}

static bool run(place *p, const char *cases, sw_case_report *report,
                sw_error *err)
{
    return run_book(
        p,
        BOOK_WITH_TERMS BOOK_RULE
        "  - id: whose\n    title: T\n    source: act\n    status: law\n"
        "    require: name != \"\"\n    otherwise: treat\n"
        "    treatment: {strip-names: true}\n    remedy: R\n",
        cases, report, err);
}

#define CASE(name, said, expect)                                               \
    "  - name: " name "\n    date: 2026-11-24\n    declaration: " said "\n"    \
    "    expect: " expect "\n"

static void right_cases_pass(void **state)
{
    sw_case_report report = {0};
    sw_error err = {0};
    bool ok =
        run(*state,
            "cases:\n" CASE("one", "{cargo: {kind: map, scale: 1}, name: x}",
                            "{verdict: permit, rules: {scale: failed, whose: "
                            "held}, terms: {coarse: false, named: true}, "
                            "treatments: [], missing: []}")
                CASE("two", "{cargo.kind: image, name: ''}",
                     "{verdict: treat, rules: {scale: not-applicable}, "
                     "treatments: [strip-names]}")
                    CASE("three", "{}",
                         "{verdict: undetermined, missing: [name, cargo.scale, "
                         "cargo.kind], terms: {coarse: undetermined}}"),
            &report, &err);
    if (!ok) fail_msg("%s: %s", err.place, err.reason);
    assert_int_equal(report.passed, 3);
    assert_int_equal(report.failed, 0);
    assert_false(sw_str_has(report.report, SW_STR("FAIL")));
    // held, failed, not applicable, undetermined
    assert_has(report.report,
               "scale     .       1               1             1\n");
    assert_has(report.report,
               "whose     1       1               .             1\n");
}

static void wrong_case_names_rule_and_fact(void **state)
{
    sw_case_report report = {0};
    sw_error err = {0};
    assert_true(run(
        *state,
        "cases:\n" CASE("the odd one",
                        "{cargo: {kind: map, scale: 1}, name: ''}",
                        "{verdict: clear, rules: {scale: held, whose: "
                        "failed}, terms: {coarse: true, named: undetermined}, "
                        "treatments: [coarsen], missing: [name]}")
            CASE("fine", "{cargo.kind: image, name: x}", "{verdict: clear}"),
        &report, &err));
    assert_int_equal(report.passed, 1);
    assert_int_equal(report.failed, 1);
    static const char *const parts[] = {
        "b.cases.yaml:4  the odd one",
        "verdict: clear expected, permit found",
        "rule scale: held expected, failed found: cargo.scale = 1",
        "term coarse: true expected, false found: cargo.scale = 1",
        "term named: undetermined expected, false found: name = \"\"",
        "treatments: coarsen expected, not found",
        "treatments: strip-names found, not expected",
        "missing: name expected, not found",
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        assert_has(report.report, parts[i]);
    assert_false(sw_str_has(report.report, SW_STR("rule whose: ")));
}

static void a_case_may_be_of_a_variant_and_of_what_was_known(void **state)
{
    static const char cases[] =
        "cases:\n"
        "  - name: base\n    date: 2026-11-24\n"
        "    declaration: {cargo.scale: 25000}\n"
        "    expect: {verdict: clear, terms: {coarse: true}, readings: "
        "[coarse/more]}\n"
        "  - name: both readings\n    date: 2026-11-24\n"
        "    declaration: {cargo.scale: 30000}\n"
        "    expect: {verdict: clear, readings: []}\n"
        "  - name: earlier\n    date: 2026-11-24\n    known_on: 2026-06-30\n"
        "    declaration: {cargo.scale: 2}\n"
        "    expect: {verdict: permit, rules: {scale: failed}}\n"
        "  - name: later\n    date: 2026-11-24\n    known_on: 2026-07-01\n"
        "    declaration: {cargo.scale: 2}\n"
        "    expect: {verdict: barred}\n"
        "  - name: bill\n    date: 2026-11-24\n    variant: bill\n"
        "    declaration: {cargo: {scale: 49999, fine: true}}\n"
        "    expect: {verdict: barred, rules: {scale: failed, new: held}, "
        "terms: {coarse: false}}\n";
    sw_case_report report = {0};
    sw_error err = {0};
    if (!run_book(*state, TIMELY_BOOK, cases, &report, &err))
        fail_msg("%s: %s", err.place, err.reason);
    if (report.failed > 0) fail_msg("%.*s", SW_STR_ARGS(report.report));
    assert_int_equal(report.passed, 5);

    char *wrong = replaced(cases, "readings: []", "readings: [coarse/more]");
    assert_true(run_book(*state, TIMELY_BOOK, wrong, &report, &err));
    assert_int_equal(report.failed, 1);
    assert_has(report.report, "readings: coarse/more expected, not found");
    free(wrong);

    wrong = replaced(cases, "variant: bill", "variant: bil");
    assert_false(run_book(*state, TIMELY_BOOK, wrong, &report, &err));
    assert_int_equal(err.kind, SW_ERR_INPUT);
    assert_string_equal(err.place, "line 22, column 14");
    assert_non_null(strstr(err.reason, "did you mean bill?"));
    free(wrong);
}

static void slip_in_cases_is_refused_at_its_place(void **state)
{
    static const struct {
        const char *cases, *reason;
    } rows[] = {
        {"cases: <!>[]\n", "from 1 to"},
        {"<!>case: []\n", "did you mean cases?"},
        {"cases:\n" CASE("a", "{<!>nam: x}", "{verdict: clear}"),
         "did you mean name?"},
        {"cases:\n" CASE("a", "{name: <!>5}", "{verdict: clear}"),
         "must be string"},
        {"cases:\n" CASE("a", "{name: x, <!>name: y}", "{verdict: clear}"),
         "already given"},
        {"cases:\n" CASE("a", "{}", "{verdict: <!>clea}"),
         "did you mean clear?"},
        {"cases:\n" CASE("a", "{}", "{verdict: clear, rules: {<!>scal: held}}"),
         "did you mean scale?"},
        {"cases:\n" CASE("a", "{}", "{verdict: clear, rules: {scale: <!>hel}}"),
         "a state is"},
        {"cases:\n" CASE("a", "{}",
                         "{verdict: clear, terms: {<!>coars: true}}"),
         "did you mean coarse?"},
        {"cases:\n" CASE("a", "{}",
                         "{verdict: clear, terms: {coarse: <!>yes}}"),
         "true, false or undetermined"},
        {"cases:\n" CASE("a", "{}", "{verdict: clear, <!>rule: {}}"),
         "did you mean rules?"},
        {"cases:\n" CASE("a", "{}", "<!>{rules: {}}"), "lacks the key"},
        {"cases:\n" CASE("a", "{}", "{verdict: clear}") "    <!>expct: x\n",
         "did you mean expect?"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[600], where[64];
        snprintf(text, sizeof text, "%s", rows[i].cases);
        take_mark(text, where);
        sw_case_report report = {0};
        sw_error err = {0};
        if (run(*state, text, &report, &err)) fail_msg("accepted: %s", text);
        if (strstr(err.reason, rows[i].reason) == NULL ||
            strcmp(err.place, where) != 0) {
            fail_msg("%s  found:    %s: %s\n  expected: %s: %s", text,
                     err.place, err.reason, where, rows[i].reason);
        }
        assert_non_null(strstr(err.file, "b.cases.yaml"));
    }
}

static void two_cases_of_one_name_are_refused(void **state)
{
    sw_case_report report = {0};
    sw_error err = {0};
    assert_false(run(*state,
                     "cases:\n" CASE("a", "{}", "{verdict: undetermined}")
                         CASE("a", "{}", "{verdict: undetermined}"),
                     &report, &err));
    assert_string_equal(err.place, "line 6, column 5");
}

static void book_without_cases_is_refused(void **state)
{
    place *p = *state;
    sw_case_report report = {0};
    sw_error err = {0};
    write_text(p->book, whole_book);
    assert_false(sw_rulebook_test(p->book, p->arena, &report, &err));
    assert_non_null(strstr(err.file, "b.cases.yaml"));
}

static void shipped_rulebooks_pass_their_cases(void **state)
{
    place *p = *state;
    for (int i = 0; i < shipped_count; i++) {
        sw_case_report report = {0};
        sw_error err = {0};
        if (!sw_rulebook_test(shipped[i], p->arena, &report, &err))
            fail_msg("%s: %s: %s", err.file, err.place, err.reason);
        if (report.failed > 0)
            fail_msg("%s:\n%.*s", shipped[i], SW_STR_ARGS(report.report));
        assert_true(report.passed > 0);
        print_message("%s: %zu cases\n", shipped[i], report.passed);
    }
}

int main(int argc, char **argv)
{
    shipped = argv + 1;
    shipped_count = argc - 1;
#define TEST(f) cmocka_unit_test_setup_teardown(f, make_place, remove_place)
    const struct CMUnitTest tests[] = {
        TEST(right_cases_pass),
        TEST(wrong_case_names_rule_and_fact),
        TEST(a_case_may_be_of_a_variant_and_of_what_was_known),
        TEST(slip_in_cases_is_refused_at_its_place),
        TEST(two_cases_of_one_name_are_refused),
        TEST(book_without_cases_is_refused),
        TEST(shipped_rulebooks_pass_their_cases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
