// Parity: every number of a report beside what plain rulings say, made one by
// one under a book whose text has the threshold moved.
#include "fail_alloc.h"
#include "parity_book.h"

#include <jansson.h>
#include <math.h>

enum { FIRMS = 12, MISSING = -1000 };

/* ---- a population at random ------------------------------------------ */

typedef struct {
    const char *origin;
    int sales[3], staff, fee, open;  // MISSING: not said
} firm;

static uint32_t next(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 16;
}

static int number(uint32_t *seed)
{
    return next(seed) % 6 == 0 ? MISSING : (int)(next(seed) % 10);
}

static firm random_firm(uint32_t *seed)
{
    static const char *const origins[] = {"XX", "US", "XX", "NL"};
    firm f = {.origin = origins[next(seed) % 4],
              .staff = number(seed),
              .fee = number(seed),
              .open = number(seed)};
    for (int i = 0; i < 3; i++)
        f.sales[i] = number(seed);
    return f;
}

static void put_number(sw_buf *out, int n, const char *missing)
{
    if (n == MISSING)
        sw_buf_printf(out, "%s", missing);
    else
        sw_buf_printf(out, "%d", n);
}

static void put_row(sw_buf *out, const firm *f, int number)
{
    sw_buf_printf(out, "Firm %d,%s,", number, f->origin);
    for (int i = 0; i < 3; i++) {
        if (i > 0) sw_buf_printf(out, ";");
        put_number(out, f->sales[i], "");
    }
    sw_buf_printf(out, ",");
    put_number(out, f->staff, "");
    sw_buf_printf(out, ",");
    put_number(out, f->fee, "");
    sw_buf_printf(out, ",%s\n",
                  f->open == MISSING ? ""
                  : f->open < 5      ? "true"
                                     : "false");
}

static void put_json(sw_buf *out, const firm *f)
{
    sw_buf_printf(out, "{\"firm\": {\"origin\": \"%s\", \"sales\": [",
                  f->origin);
    for (int i = 0; i < 3; i++) {
        if (i > 0) sw_buf_printf(out, ", ");
        put_number(out, f->sales[i], "null");
    }
    sw_buf_printf(out, "], \"staff\": ");
    put_number(out, f->staff, "null");
    sw_buf_printf(out, ", \"fee\": ");
    put_number(out, f->fee, "null");
    sw_buf_printf(out, ", \"open\": %s}}",
                  f->open == MISSING ? "null"
                  : f->open < 5      ? "true"
                                     : "false");
}

/* ---- the same, ruled on one by one ----------------------------------- */

static const sw_ruling *rule(sw_rulebook *book, const firm *f, sw_arena *arena)
{
    sw_buf json = {0};
    put_json(&json, f);
    const sw_ruling *ruling = ruling_of(book, json.at, "2026-11-20", arena);
    sw_buf_free(&json);
    return ruling;
}

static sw_term_value meets(sw_rulebook *book, const firm *f, sw_arena *arena)
{
    return rule(book, f, arena)->terms[5].value;
}

static void count(sw_rulebook *book, const firm *firms, size_t n,
                  sw_parity_count *out, sw_arena *arena)
{
    memset(out, 0, 2 * sizeof *out);
    for (size_t i = 0; i < n; i++) {
        int group = strcmp(firms[i].origin, "XX") == 0 ? SW_PARITY_DOMESTIC
                                                       : SW_PARITY_FOREIGN;
        sw_term_value value = meets(book, &firms[i], arena);
        out[group].low += value == SW_TERM_TRUE;
        out[group].high += value != SW_TERM_FALSE;
    }
}

static const sw_parity_step *step_at(const sw_parity_threshold *t, double value)
{
    const sw_parity_step *found = NULL;
    for (size_t i = 0; i < t->step_count; i++) {
        const sw_parity_step *s = &t->steps[i];
        bool in = (s->from_included ? value >= s->from : value > s->from) &&
                  (s->to_included ? value <= s->to : value < s->to);
        if (!in) continue;
        assert_null(found);
        found = s;
    }
    assert_non_null(found);
    return found;
}

static void assert_counts(const sw_parity_count *a, const sw_parity_count *b,
                          const char *where, int value)
{
    for (int g = 0; g < SW_PARITY_GROUPS; g++) {
        if (a[g].low == b[g].low && a[g].high == b[g].high) continue;
        fail_msg("%s at %d, group %d: %zu to %zu, not %zu to %zu", where, value,
                 g, a[g].low, a[g].high, b[g].low, b[g].high);
    }
}

// A value at a time: the threshold's text is changed and every firm ruled on.
// A ruling may know less than the sweep, which tries both sides of what is
// missing, but never other.
static void check_sweep(limits l, const sw_parity *parity, const firm *firms,
                        size_t n, sw_arena *arena)
{
    static const char *const names[] = {"big", "mean", "few", "any", "dear"};
    for (size_t t = 0; t < LIMITS; t++) {
        assert_str(parity->thresholds[t].term, names[t]);
        for (int value = -2; value < 12; value++) {
            limits moved = l;
            sw_parity_count expected[SW_PARITY_GROUPS];
            moved.at[t] = value;
            count(parity_book(moved, arena), firms, n, expected, arena);
            const sw_parity_step *s = step_at(&parity->thresholds[t], value);
            assert_counts(s->covered, expected, names[t], value);
            assert_true(s->holds_now || value != l.at[t]);
        }
    }
}

static void steps_are_what_rulings_say_at_every_value(void **state)
{
    uint32_t seed = 20261125;
    for (int round = 0; round < 12; round++) {
        sw_arena *arena;
        sw_error err;
        assert_true(sw_arena_new(&arena, &err));
        firm firms[FIRMS];
        size_t n = 1 + next(&seed) % FIRMS;
        limits l;
        sw_buf text = {0};
        sw_buf_printf(&text, "name,origin,firm.sales,firm.staff,firm.fee,"
                             "firm.open\n");
        for (size_t i = 0; i < n; i++) {
            firms[i] = random_firm(&seed);
            put_row(&text, &firms[i], (int)i);
        }
        for (size_t i = 0; i < LIMITS; i++)
            l.at[i] = (int)(next(&seed) % 10);
        const sw_parity *parity =
            parity_of(parity_book(l, arena), text.at, NULL, arena);
        check_sweep(l, parity, firms, n, arena);
        sw_parity_count now[SW_PARITY_GROUPS];
        count(parity_book(l, arena), firms, n, now, arena);
        const sw_parity_count reported[] = {parity->groups[0].covered,
                                            parity->groups[1].covered};
        assert_counts(reported, now, "as it is", 0);
        sw_buf_free(&text);
        sw_arena_free(arena);
    }
}

/* ---- one population by hand ------------------------------------------ */

static const limits hand_limits = {{10, 100, 2, 0, 9}};
static const char hand[] = "# source: nobody\n# comparison set: all\n"
                           "name,origin,firm.sales,firm.staff,firm.open\n"
                           "Ash,XX,9;20;1,5,true\n"
                           "Birch,XX,10;12;1,5,true\n"
                           "Cedar,US,11;30;1,5,false\n"
                           "Date,NL,12;;1,5,true\n"
                           "Elm,US,40;50;1,,true\n"
                           "Fir,NL,1;1;1,1,true\n";

static void firms_are_told_with_what_they_wait_for(void **state)
{
    sw_arena *arena = *state;
    const sw_parity *p =
        parity_of(parity_book(hand_limits, arena), hand, NULL, arena);
    static const sw_term_value covered[] = {
        SW_TERM_FALSE,        SW_TERM_TRUE,         SW_TERM_TRUE,
        SW_TERM_UNDETERMINED, SW_TERM_UNDETERMINED, SW_TERM_FALSE};
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(p->firms[i].covered, covered[i]);
    assert_int_equal(p->firms[3].missing_count, 1);
    assert_str(p->firms[3].missing[0], "firm.sales[1]");
    assert_str(p->firms[4].missing[0], "firm.staff");
    assert_int_equal(p->groups[SW_PARITY_FOREIGN].covered.low, 1);
    assert_int_equal(p->groups[SW_PARITY_FOREIGN].covered.high, 3);
    assert_int_equal(p->effect.tables, 3);
    assert_str(p->covered, "meets");
    assert_str(p->home, "XX");
}

static void who_stands_beside_a_threshold_is_found(void **state)
{
    sw_arena *arena = *state;
    const sw_parity *p =
        parity_of(parity_book(hand_limits, arena), hand, NULL, arena);
    const sw_parity_threshold *big = &p->thresholds[0];
    assert_true(big->decides);
    const sw_parity_stand *s = big->stands;
    assert_int_equal(s[big->under[SW_PARITY_DOMESTIC]].firm, 0);
    assert_int_equal(s[big->over[SW_PARITY_DOMESTIC]].firm, 1);
    assert_int_equal(s[big->under[SW_PARITY_FOREIGN]].firm, 5);
    assert_int_equal(s[big->over[SW_PARITY_FOREIGN]].firm, 2);
    assert_true(fabs(s[0].gap - -0.1) < 1e-12 && s[1].gap == 0);
    assert_true(isnan(s[3].gap) && isinf(s[3].low) && s[3].high == 12);
    // Ash, Birch and Cedar: 9, 10 and 11 beside 10. Date is open.
    assert_int_equal(p->near_count, 3);
    assert_int_equal(p->nears[0].firm, 1);
    assert_int_equal(p->nears[1].firm, 0);
    assert_int_equal(p->nears[2].firm, 2);
}

static void only_what_reads_the_origin_turns_with_it(void **state)
{
    sw_arena *arena = *state;
    const sw_parity *p =
        parity_of(parity_book(hand_limits, arena), hand, NULL, arena);
    assert_int_equal(p->changes, 2 * 2 + 4);  // two at home, two other origins
    assert_int_equal(p->reader_count, 2);
    assert_str(p->readers[0], "abroad");
    assert_str(p->readers[1], "never");
    assert_int_equal(p->turn_count, 2);
    assert_str(p->turns[1].id, "never");
    assert_str(p->turns[1].title, "N");
    assert_int_equal(p->turns[1].firms, 5);  // not Fir, who has too few
    assert_str(p->turns[0].id, "abroad");
    assert_int_equal(p->turns[0].firms, 6);
    assert_str(p->turns[0].to, "NL");
    assert_str(p->turns[0].was, "not-applicable");
    assert_str(p->turns[0].became, "held");
}

// Under "press" those with up to five are few, so only who is open may be
// covered: Elm, whose staff is missing, and Date, whose sales might be below 0.
static void readings_that_change_coverage_are_told(void **state)
{
    sw_arena *arena = *state;
    const sw_parity *p =
        parity_of(parity_book(hand_limits, arena), hand, NULL, arena);
    assert_int_equal(p->reading_count, 1);
    const sw_parity_reading *r = &p->readings[0];
    assert_str(r->id, "few/press");
    assert_str(r->title, "R");
    assert_int_equal(r->firms, 2);  // Birch, Cedar
    assert_int_equal(r->example, 1);
    assert_string_equal(r->became, "false");
    assert_int_equal(r->covered[SW_PARITY_DOMESTIC].high, 0);
    assert_int_equal(r->covered[SW_PARITY_FOREIGN].low, 0);
    assert_int_equal(r->covered[SW_PARITY_FOREIGN].high, 2);
}

static void duties_are_rules_that_decide_and_apply(void **state)
{
    sw_arena *arena = *state;
    const sw_parity *p =
        parity_of(parity_book(hand_limits, arena), hand, NULL, arena);
    assert_int_equal(p->duty_count, 3);  // `never` is a bill
    assert_str(p->duties[0].id, "meeting");
    assert_int_equal(p->duties[0].applies[SW_PARITY_FOREIGN].low, 1);
    assert_int_equal(p->duties[0].applies[SW_PARITY_FOREIGN].high, 3);
    assert_int_equal(p->duties[1].applies[SW_PARITY_FOREIGN].low, 4);
    assert_int_equal(p->duties[1].applies[SW_PARITY_DOMESTIC].high, 0);
    assert_int_equal(p->duties[2].applies[SW_PARITY_DOMESTIC].low, 2);
    assert_int_equal(p->origin_count, 3);
    assert_str(p->origins[0].origin, "XX");
    assert_str(p->origins[1].origin, "NL");
    assert_int_equal(p->origins[0].duties.low, 3);  // Ash 1, Birch 2
    assert_int_equal(p->origins[1].duties.low, 4);
    assert_int_equal(p->origins[1].duties.high, 5);
}

static void what_counts_as_covered_can_be_chosen(void **state)
{
    sw_arena *arena = *state;
    sw_rulebook *book = parity_book(hand_limits, arena);
    sw_parity_options rule = {.covered = SW_STR("abroad")};
    const sw_parity *p = parity_of(book, hand, &rule, arena);
    assert_true(p->covered_is_rule);
    assert_int_equal(p->groups[SW_PARITY_FOREIGN].covered.low, 4);
    assert_int_equal(p->groups[SW_PARITY_DOMESTIC].covered.high, 0);
    assert_true(isinf(p->effect.ratio.low));

    sw_parity_options term = {.covered = SW_STR("few")};
    p = parity_of(book, hand, &term, arena);
    assert_int_equal(p->groups[SW_PARITY_FOREIGN].covered.low, 1);
    assert_int_equal(p->groups[SW_PARITY_FOREIGN].covered.high, 2);

    sw_parity_options few = {.eligible = SW_STR("firm.staff > 1 || big")};
    p = parity_of(book, hand, &few, arena);
    assert_int_equal(p->firms[5].eligible, SW_TERM_FALSE);
    assert_int_equal(p->firms[4].eligible, SW_TERM_TRUE);
    assert_int_equal(p->groups[SW_PARITY_FOREIGN].firms.low, 3);

    sw_parity_options lower = {.variant = SW_STR("lower")};
    p = parity_of(book, hand, &lower, arena);
    assert_int_equal(p->firms[0].covered, SW_TERM_TRUE);
    assert_str(p->variant_title, "L");
    assert_true(p->thresholds[0].value == 2);
}

// Without terms, whether any rule that decides applies.
static void a_book_without_standing_covers_by_its_rules(void **state)
{
    sw_arena *arena = *state;
    char text[4096];
    snprintf(text, sizeof text, PARITY_BOOK, 10, 100, 2, 0, 9);
    char *plain = replaced(text, " state: meets,", "");
    char *sometimes = replaced(plain,
                               "  - {id: always, title: T, source: act, "
                               "status: law, require: firm.open,",
                               "  - {id: always, title: T, source: act, "
                               "status: law, when: firm.staff > 4, require: "
                               "firm.open,");
    const sw_parity *p =
        parity_of(book_of(sometimes, arena), hand, NULL, arena);
    assert_int_equal(p->covered.len, 0);
    assert_int_equal(p->groups[SW_PARITY_FOREIGN].covered.low, 4);
    assert_int_equal(p->groups[SW_PARITY_DOMESTIC].covered.low, 2);
    free(plain);
    free(sometimes);
}

static void wrong_questions_are_refused(void **state)
{
    static const struct {
        sw_parity_options options;
        const char *file, *place, *reason;
    } cases[] = {
        {{.covered = SW_STR_INIT("nobody")}, "", "", "no term and no rule"},
        {{.variant = SW_STR_INIT("nobody")}, "", "", "nobody"},
        {{.eligible = SW_STR_INIT("firm.staff +")}, "--eligible", "line 1", ""},
        {{.eligible = SW_STR_INIT("firm.staff")},
         "--eligible",
         "line 1, column 1",
         "bool"},
        {{.eligible = SW_STR_INIT("firm.staf > 1")},
         "--eligible",
         "line 1, column 1",
         "firm.staff"},
    };
    sw_arena *arena = *state;
    sw_rulebook *book = parity_book(hand_limits, arena);
    sw_population *all = population_of(hand, book, arena);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const sw_parity *p;
        sw_error err = {0};
        assert_false(
            sw_parity_measure(book, all, &cases[i].options, arena, &p, &err));
        assert_int_equal(err.kind, SW_ERR_USAGE);
        assert_string_equal(err.file, cases[i].file);
        assert_has(sw_str_of(err.place), cases[i].place);
        assert_has(sw_str_of(err.reason), cases[i].reason);
    }
}

/* ---- what is written ------------------------------------------------- */

static const char hostile[] = "# source: <b onclick=\"x()\">&amp;\n"
                              "name,origin,firm.sales,firm.staff,firm.open\n"
                              "<script>alert('1')</script>,US,10;12;1,5,true\n"
                              "\"\"\"></title>\",\"X<X\",9;12;1,5,true\n"
                              "대한,XX,8;12;1,5,true\n";

static void pages_hold_no_markup_of_others(void **state)
{
    sw_arena *arena = *state;
    sw_error err;
    sw_str page;
    const sw_parity *p =
        parity_of(parity_book(hand_limits, arena), hostile, NULL, arena);
    assert_true(sw_parity_html(p, arena, &page, &err));
    static const char *const never[] = {"<script", "<b ", "X<X", "\"></title>",
                                        "alert('1')"};
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        assert_false(sw_str_has(page, sw_str_of(never[i])));
    assert_has(page, "&lt;script&gt;");
    assert_has(page, "대한");
    static const char *const outside[] = {" src=", " href=", "url(", "@import"};
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++)
        assert_false(sw_str_has(page, sw_str_of(outside[i])));
}

static bool whole_way(sw_buf *all, sw_error *err)
{
    sw_arena *arena = NULL;
    sw_rulebook *book = NULL;
    sw_population *firms = NULL;
    const sw_parity *parity = NULL;
    sw_parity_options options = {.rule = {.date = 20000},
                                 .variant = SW_STR("lower"),
                                 .eligible = SW_STR("firm.staff > 0")};
    sw_str text, json, html;
    char source[4096];
    snprintf(source, sizeof source, PARITY_BOOK, 10, 100, 2, 0, 9);
    bool ok =
        sw_arena_new(&arena, err) &&
        sw_rulebook_parse(sw_str_of(source), "b", arena, &book, err) &&
        sw_population_parse(SW_STR(hand), "p", book, arena, &firms, err) &&
        sw_parity_measure(book, firms, &options, arena, &parity, err) &&
        sw_parity_text(parity, true, true, arena, &text, err) &&
        sw_parity_json(parity, arena, &json, err) &&
        sw_parity_html(parity, arena, &html, err);
    fail_alloc_done();
    if (ok) {
        sw_buf_str(all, text);
        sw_buf_str(all, json);
        sw_buf_str(all, html);
    }
    sw_arena_free(arena);
    return ok;
}

static void failing_allocations_are_told(void **state)
{
    sw_buf whole = {0};
    sw_error err = {0};
    if (!whole_way(&whole, &err)) fail_msg("%s: %s", err.place, err.reason);
    size_t failed = 0, harmless = 0;
    for (size_t n = 1; harmless < 40; n += n < 60 ? 1 : 1 + n / 60) {
        sw_buf all = {0};
        err = (sw_error){0};
        fail_alloc_at(n);
        if (!whole_way(&all, &err)) {
            failed++;
            if (err.kind != SW_ERR_MACHINE)
                fail_msg("allocation %zu: %s", n, err.reason);
        } else {
            harmless++;  // none failed, or it did no harm
            if (!sw_str_eq((sw_str){all.at, all.len},
                           (sw_str){whole.at, whole.len}))
                fail_msg("allocation %zu: half a result", n);
        }
        sw_buf_free(&all);
    }
    sw_buf_free(&whole);
    assert_true(failed > 100);
}

#define WITH_ARENA(test)                                                       \
    cmocka_unit_test_setup_teardown(test, make_arena, free_arena)

int main(void)
{
    json_set_alloc_funcs(malloc, free);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_are_what_rulings_say_at_every_value),
        WITH_ARENA(firms_are_told_with_what_they_wait_for),
        WITH_ARENA(who_stands_beside_a_threshold_is_found),
        WITH_ARENA(only_what_reads_the_origin_turns_with_it),
        WITH_ARENA(readings_that_change_coverage_are_told),
        WITH_ARENA(duties_are_rules_that_decide_and_apply),
        WITH_ARENA(what_counts_as_covered_can_be_chosen),
        WITH_ARENA(a_book_without_standing_covers_by_its_rules),
        WITH_ARENA(wrong_questions_are_refused),
        WITH_ARENA(pages_hold_no_markup_of_others),
        cmocka_unit_test(failing_allocations_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
