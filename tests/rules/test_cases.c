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
    // What always applies cannot but.
    assert_has(report.report,
               "whose     1       1                             1\n");
    assert_has(report.report, "gap  rule scale is never held\n");
    assert_has(report.report, "states reached 6 of 7 (85 %)");
    assert_int_equal(report.states, 7);
    assert_int_equal(report.states_reached, 6);
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

/* ---- coverage -------------------------------------------------------- */

// A rule with this `require` and cases with these declarations: the sides that
// none takes.
static void check_gaps(place *p, const char *require, const char *const *said,
                       const char *const *gaps)
{
    char book[4000], cases[2000] = "cases:\n";
    snprintf(book, sizeof book,
             "terms:\n"
             "  big: {title: B, source: act, of: cargo.scale, more_than: 9}\n"
             "  odd: {title: O, source: act, is: big || name == \"odd\"}\n"
             "%s"
             "  - id: r\n    title: T\n    source: act\n    status: law\n"
             "    otherwise: permit\n    remedy: R\n    require: '%s'\n",
             BOOK_HEAD, require);
    for (size_t i = 0; said[i] != NULL; i++) {
        size_t used = strlen(cases);
        snprintf(cases + used, sizeof cases - used,
                 "  - {name: c%zu, date: 2026-11-24, declaration: %s, expect: "
                 "{verdict: clear}}\n",
                 i, said[i]);
    }
    sw_case_report report = {0};
    sw_error err = {0};
    if (!run_book(p, book, cases, &report, &err))
        fail_msg("%s: %s", err.place, err.reason);
    size_t count = 0;
    for (; gaps[count] != NULL; count++) {
        if (!sw_str_has(report.report, sw_str_of(gaps[count])))
            fail_msg("%s: not told: %s\n%.*s", require, gaps[count],
                     SW_STR_ARGS(report.report));
    }
    // As many lines as expected speak of the rule's conditions.
    size_t told = 0;
    for (const char *at = report.report.at;
         (at = strstr(at, "gap  rule r, require")) != NULL; at++)
        told++;
    if (told != count)
        fail_msg("%s: %zu gaps expected, %zu found\n%.*s", require, count, told,
                 SW_STR_ARGS(report.report));
}

static void sides_that_no_case_takes_are_told(void **state)
{
    static const struct {
        const char *require;
        const char *said[4], *gaps[6];
    } rows[] = {
        {"cargo.fine && cargo.scale > 5",
         {"{cargo: {fine: true, scale: 6}}",
          "{cargo: {fine: false, scale: 5}}"},
         {NULL}},
        {"cargo.fine && cargo.scale > 5",
         {"{cargo: {fine: true, scale: 6}}", "{cargo: {fine: false}}"},
         {"never false: cargo.scale > 5\n"}},
        {"cargo.fine || cargo.scale > 5",
         {"{cargo: {fine: true}}"},
         {"never false: cargo.fine\n", "never true: cargo.scale > 5\n",
          "never false: cargo.scale > 5\n"}},
        {"cargo.fine ? cargo.scale > 5 && name != \"\" : cargo.ratio > 1.0",
         {"{cargo: {fine: true, scale: 6}, name: x}",
          "{cargo: {fine: false, scale: 5, ratio: 1}, name: \"\"}"},
         {"never false: cargo.scale > 5\n", "never false: name != \"\"\n"}},
        {"!(cargo.fine && (cargo.scale > 5 || name == \"x\"))",
         {"{cargo: {fine: true, scale: 6}, name: y}",
          "{cargo: {fine: false, scale: 5}, name: y}"},
         {"never true: name == \"x\"\n"}},
        {"parts.all(p, p.ok || p.kind == \"b\")",
         {"{parts: [{ok: true, kind: a}, {ok: false, kind: b}]}"},
         {NULL}},
        {"parts.all(p, p.ok || p.kind == \"b\")",
         {"{parts: [{ok: true, kind: b}]}", "{parts: []}"},
         {"never false: p.ok\n", "never false: p.kind == \"b\"\n"}},
        // Of an element that the filter lets through.
        {"parts.map(p, p.ok, p.kind == \"a\" || p.kind == \"b\").all(t, t)",
         {"{parts: [{ok: true, kind: a}, {ok: false, kind: b}]}"},
         {"never false: p.kind == \"a\"\n", "never true: p.kind == \"b\"\n"}},
        {"cargo.tags.all(t, sales.exists(s, s > 1 && t != \"a\"))",
         {"{cargo: {tags: [a]}, sales: [2, 0]}"},
         {"never true: t != \"a\"\n"}},
        {"cel.bind(big, cargo.scale > 3, big || cargo.fine)",
         {"{cargo: {scale: 4, fine: true}}", "{cargo: {scale: 1}}"},
         {"never false: cargo.fine\n"}},
        {"odd || cargo.fine",
         {"{cargo: {scale: 10, fine: false}}",
          "{cargo: {scale: 1, fine: false}, name: x}"},
         {"never true: cargo.fine\n"}},
        {"true || cargo.fine && false",
         {"{cargo: {fine: true}}"},
         {"never true: cargo.fine && false\n", "never false: cargo.fine\n"}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check_gaps(*state, rows[i].require, rows[i].said, rows[i].gaps);
}

static void a_gap_is_placed_in_the_file(void **state)
{
    static const char book[] =
        "terms:\n"
        "  t: {title: T, source: act, is: 'cargo.fine &&\n"
        "     (name == \"a\" || name == \"b\")'}\n"
        "variants:\n"
        "  v: {title: V, status: bill, source: act, terms: {t2: {title: T, "
        "source: act, is: 'name != \"\"'}, t: {is: 'cargo.fine || "
        "t2'}}}\n" BOOK_HEAD BOOK_RULE;
    sw_case_report report = {0};
    sw_error err = {0};
    if (!run_book(*state, book,
                  "cases:\n" CASE("a", "{cargo: {fine: true}, name: b}",
                                  "{verdict: undetermined}"),
                  &report, &err))
        fail_msg("%s: %s", err.place, err.reason);
    assert_has(report.report, "gap  term t, is, line 2, column 35: never "
                              "false: cargo.fine\n");
    assert_has(report.report, "gap  term t, is, line 3, column 7: never false: "
                              "name == \"a\" || name == \"b\"\n");
    assert_has(report.report, "gap  term t, is, line 3, column 7: never true: "
                              "name == \"a\"\n");
    assert_has(report.report, "gap  variant v has no case\n");
}

// Only the version that counts on the days, and a rule that applies, is asked.
static void what_is_not_asked_is_not_covered(void **state)
{
    static const char book[] = BOOK_HEAD
        "  - {id: r, title: T, source: act, status: law, otherwise: permit, "
        "remedy: R, when: cargo.fine, require: name == \"a\" || name == "
        "\"b\", in_force: {to: 2025-12-31}}\n"
        "  - {id: r, title: T, source: act, status: law, otherwise: permit, "
        "remedy: R, require: name == \"c\" || name == \"d\", in_force: {from: "
        "2026-01-01}}\n"
        "  - {id: never, title: T, source: act, status: not-yet-in-force, "
        "otherwise: permit, remedy: R, require: 'false'}\n";
    sw_case_report report = {0};
    sw_error err = {0};
    char cases[600] = "cases:\n";
    static const char *const rows[][3] = {
        {"2026-11-24", "{name: c, cargo: {fine: true}}", "clear"},
        {"2026-11-24", "{name: d, cargo: {fine: true}}", "clear"},
        {"2025-11-24", "{name: a, cargo: {fine: false}}", "clear"},
        {"2025-11-24", "{name: b, cargo: {fine: false}}", "clear"},
    };
    for (size_t i = 0; i < 4; i++) {
        size_t used = strlen(cases);
        snprintf(cases + used, sizeof cases - used,
                 "  - {name: c%zu, date: %s, declaration: %s, expect: "
                 "{verdict: %s}}\n",
                 i, rows[i][0], rows[i][1], rows[i][2]);
    }
    if (!run_book(*state, book, cases, &report, &err))
        fail_msg("%s: %s", err.place, err.reason);
    assert_int_equal(report.sides, 8);
    assert_int_equal(report.sides_taken, 4);
    assert_has(report.report, "never true: name == \"a\"\n");
    assert_false(sw_str_has(report.report, SW_STR("name == \"c\"")));
    // Of a rule that is never in force nothing is expected.
    assert_false(sw_str_has(report.report, SW_STR("rule never")));
    assert_int_equal(report.states, 4);
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
        TEST(sides_that_no_case_takes_are_told),
        TEST(a_gap_is_placed_in_the_file),
        TEST(what_is_not_asked_is_not_covered),
        TEST(slip_in_cases_is_refused_at_its_place),
        TEST(two_cases_of_one_name_are_refused),
        TEST(book_without_cases_is_refused),
        TEST(shipped_rulebooks_pass_their_cases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
