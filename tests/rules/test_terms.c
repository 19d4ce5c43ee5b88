// Terms: thresholds mean what they say, a name stands for its text, versions
// follow the days.
#include "book.h"

#define TERMS_HEAD                                                             \
    "rulebook: xx/terms\n"                                                     \
    "jurisdiction: XX\n"                                                       \
    "title: T\n"                                                               \
    "as_of: 2026-11-01\n"                                                      \
    "sources:\n"                                                               \
    "  act: {title: A, provision: P, url: U, read: 2026-11-01, evidence: "     \
    "law}\n"                                                                   \
    "facts:\n"                                                                 \
    "  sales: {type: list(int), count: 3, unit: EUR, ask: Sales?}\n"           \
    "  rates: {type: list(double), count: 2, ask: Rates?}\n"                   \
    "  free: {type: list(int), ask: Any?}\n"                                   \
    "  users: {type: int, ask: Users?}\n"                                      \
    "  ratio: {type: double, ask: Ratio?}\n"                                   \
    "  firm.kind: {type: string, ask: Kind?}\n"                                \
    "  fine: {type: bool, ask: Fine?}\n"                                       \
    "terms:\n"
#define TERMS_TAIL(require)                                                    \
    "rules:\n"                                                                 \
    "  - {id: r, title: T, source: act, status: law, otherwise: barred,\n"     \
    "     remedy: R, require: '" require "'}\n"

static sw_rulebook *with_terms(const char *terms, const char *require,
                               sw_arena *arena)
{
    char text[6000];
    snprintf(text, sizeof text, TERMS_HEAD "%s" TERMS_TAIL("%s"), terms,
             require);
    return book_of(text, arena);
}

static const sw_term_outcome *term_of(const sw_ruling *ruling, const char *path)
{
    for (size_t i = 0; i < ruling->term_count; i++) {
        if (sw_str_eq(ruling->terms[i].path, sw_str_of(path)))
            return &ruling->terms[i];
    }
    fail_msg("no term %s", path);
    return NULL;
}

#define TERM(keys) "  t: {title: T, source: act, " keys "}\n"

/* ---- thresholds ------------------------------------------------------ */

typedef enum { EACH, ANY, AVERAGE, SUM, LAST, QUANTIFIERS } quantifier;

static bool holds(int operator, int64_t left, int64_t right)
{
    switch (operator) {
    case 0: return left >= right;
    case 1: return left > right;
    case 2: return left <= right;
    default: return left < right;
    }
}

// The words of the format, by arithmetic.
static bool expected(quantifier q, int operator, const int64_t * x, size_t over,
                     int64_t limit)
{
    bool each = true, any = false;
    int64_t sum = 0;
    for (size_t i = 0; i < over; i++) {
        each = each && holds(operator, x[i], limit);
        any = any || holds(operator, x[i], limit);
        sum += x[i];
    }
    switch (q) {
    case EACH: return each;
    case ANY: return any;
    case AVERAGE: return holds(operator, sum, limit * (int64_t)over);
    case SUM: return holds(operator, sum, limit);
    default: return holds(operator, x[0], limit);
    }
}

static void check_threshold(quantifier q, int operator, size_t over,
                            bool doubles, sw_arena *arena)
{
    static const char *const quantifiers[] = {"each", "any", "average", "sum",
                                              "last"};
    static const char *const operators[] = {"at_least", "more_than", "at_most",
                                            "less_than"};
    char terms[300];
    snprintf(terms, sizeof terms,
             TERM("of: %s, %s: 2, quantifier: %s, over: %zu"),
             doubles ? "rates" : "sales", operators[operator], quantifiers[q],
             over);
    sw_rulebook *book = with_terms(terms, "t", arena);
    for (int64_t code = 0; code < 125; code++) {
        int64_t x[] = {code % 5, code / 5 % 5, code / 25};
        char said[100];
        snprintf(said, sizeof said,
                 doubles ? "rates: [%d, %d]" : "sales: [%d, %d, %d]", (int)x[0],
                 (int)x[1], (int)x[2]);
        const sw_ruling *ruling = ruling_of(book, said, "2026-11-24", arena);
        bool want = expected(q, operator, x, over, 2);
        assert_int_equal(ruling->terms[0].value,
                         want ? SW_TERM_TRUE : SW_TERM_FALSE);
        assert_int_equal(ruling->rules[0].state,
                         want ? SW_RULE_HELD : SW_RULE_FAILED);
    }
}

static void thresholds_mean_what_they_say(void **state)
{
    for (int q = 0; q < QUANTIFIERS; q++) {
        for (int operator= 0; operator<4; operator++) {
            check_threshold((quantifier)q, operator, 3, false, *state);
            check_threshold((quantifier)q, operator, 2, false, *state);
            check_threshold((quantifier)q, operator, 2, true, *state);
            sw_arena_reset(*state);
        }
    }
}

static void a_threshold_is_undetermined_as_long_as_it_may_turn(void **state)
{
    static const struct {
        const char *keys, *said;
        sw_term_value value;
        const char *missing;
    } rows[] = {
        {"of: sales, at_least: 5, quantifier: each", "sales: [5, 6]",
         SW_TERM_UNDETERMINED, "sales[2]"},
        {"of: sales, at_least: 5, quantifier: each", "sales: [5, 4]",
         SW_TERM_FALSE, NULL},
        {"of: sales, at_least: 5, quantifier: any", "sales: [5]", SW_TERM_TRUE,
         NULL},
        {"of: sales, at_least: 5, quantifier: average", "sales: [50, 60]",
         SW_TERM_UNDETERMINED, "sales[2]"},
        {"of: sales, at_least: 5, quantifier: last", "sales: [5]", SW_TERM_TRUE,
         NULL},
        {"of: sales, at_least: 5, quantifier: sum, over: 2", "sales: [3, 2]",
         SW_TERM_TRUE, NULL},
        {"of: users, less_than: 5", "", SW_TERM_UNDETERMINED, "users"},
        {"of: users, less_than: 5", "users: 5", SW_TERM_FALSE, NULL},
        {"of: ratio, at_most: 2", "ratio: 2.0", SW_TERM_TRUE, NULL},
        {"of: ratio, more_than: -0.5", "ratio: -0.5", SW_TERM_FALSE, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char terms[300];
        snprintf(terms, sizeof terms, TERM("%s"), rows[i].keys);
        const sw_ruling *ruling = ruling_of(with_terms(terms, "true", *state),
                                            rows[i].said, "2026-11-24", *state);
        const sw_term_outcome *term = &ruling->terms[0];
        assert_int_equal(term->value, rows[i].value);
        assert_int_equal(term->missing_count, rows[i].missing != NULL);
        if (rows[i].missing != NULL)
            assert_str(term->missing[0], rows[i].missing);
        assert_int_equal(ruling->question_count, 0);  // no rule waits for it
    }
}

/* ---- names and their text -------------------------------------------- */

#define LADDER                                                                 \
    "  firm.large: {title: L, source: act, of: users, at_least: 10, state: "   \
    "meets, subject: firm}\n"                                                  \
    "  firm: {title: F, source: [act], is: firm.large && (fine || ratio > "    \
    "1.0), state: presumed, subject: firm}\n"                                  \
    "  calm: {title: C, source: act, is: '!firm // or what'}\n"

static void a_term_stands_for_its_text(void **state)
{
    static const char *const said[] = {
        "",
        "users: 9",
        "users: 10",
        "{users: 10, fine: true}",
        "{users: 10, ratio: 1.0}",
        "{users: 10, fine: false, ratio: 1.0}",
        "{users: 10, fine: false, ratio: 1.5}",
        "fine: false",
        "{fine: false, ratio: 0.5}",
    };
    static const char *const pairs[][2] = {
        {"firm", "users >= 10 && (fine || ratio > 1.0)"},
        {"calm", "!(users >= 10 && (fine || ratio > 1.0))"},
        {"firm ? calm : firm.large",
         "(users >= 10 && (fine || ratio > 1.0)) ? "
         "!(users >= 10 && (fine || ratio > 1.0)) : users >= 10"},
        {"free.all(x, calm || x > 0)",
         "free.all(x, !(users >= 10 && (fine || ratio > 1.0)) || x > 0)"},
        {"free.exists(calm, calm > 0)", "free.exists(x, x > 0)"},
        {"firm.kind == \"a\" || firm",
         "firm.kind == \"a\" || users >= 10 && (fine || ratio > 1.0)"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        sw_rulebook *terms = with_terms(LADDER, pairs[i][0], *state);
        sw_rulebook *plain = with_terms(LADDER, pairs[i][1], *state);
        for (size_t k = 0; k < sizeof said / sizeof *said; k++) {
            const sw_ruling *a =
                ruling_of(terms, said[k], "2026-11-24", *state);
            const sw_ruling *b =
                ruling_of(plain, said[k], "2026-11-24", *state);
            assert_int_equal(a->rules[0].state, b->rules[0].state);
            assert_int_equal(a->question_count, b->question_count);
            for (size_t q = 0; q < a->question_count; q++)
                assert_true(
                    sw_str_eq(a->questions[q].fact, b->questions[q].fact));
        }
    }
}

static void reasons_are_facts_and_conditions_stay_as_written(void **state)
{
    sw_str text = {0};
    sw_error err = {0};
    const sw_ruling *ruling =
        ruling_of(with_terms(LADDER, "!firm", *state),
                  "{users: 12, fine: true}", "2026-11-24", *state);
    assert_str(ruling->rules[0].require_text, "!firm");
    assert_true(sw_ruling_text(ruling, false, false, *state, &text, &err));
    assert_has(text, "Where it stands, firm:\n"
                     "  meets the thresholds  yes        firm.large: L\n"
                     "      because users = 12\n"
                     "  presumed              yes        firm: F\n"
                     "      because users = 12, fine = true\n");
    assert_has(text, "    requires  !firm\n"
                     "    is true   users >= 10   because users = 12\n"
                     "    is true   fine\n");
    assert_false(sw_str_has(text, SW_STR("calm")));
    assert_true(sw_ruling_text(ruling, false, true, *state, &text, &err));
    assert_has(text, "The other terms:\n  no         calm: C\n"
                     "    is        !firm // or what\n");
}

static void terms_of_a_subject_stand_together(void **state)
{
    sw_str text = {0};
    sw_error err = {0};
    const sw_ruling *ruling = ruling_of(
        with_terms("  a: {title: A, source: act, is: fine, state: duties, "
                   "subject: one}\n"
                   "  b: {title: B, source: act, is: a, state: meets}\n"
                   "  c: {title: C, source: act, is: '!a', state: designated, "
                   "subject: one}\n",
                   "true", *state),
        "", "2026-11-24", *state);
    assert_true(sw_ruling_text(ruling, false, false, *state, &text, &err));
    assert_has(text, "Where it stands, one:\n"
                     "  designated            not known  c: C\n"
                     "      missing fine\n"
                     "  duties apply          not known  a: A\n"
                     "      missing fine\n"
                     "\nWhere it stands:\n"
                     "  meets the thresholds  not known  b: B\n");
}

/* ---- versions -------------------------------------------------------- */

static void versions_follow_the_days(void **state)
{
    static const char terms[] =
        "  t:\n"
        "    - {title: Old, source: act, of: users, at_least: 10, in_force: "
        "{to: 2025-12-31}}\n"
        "    - {title: New, source: act, of: users, at_least: 20, in_force: "
        "{from: 2026-01-01, to: 2027-12-31}, known: {to: 2026-06-30}}\n"
        "    - {title: Corrected, source: act, of: users, at_least: 30, "
        "in_force: {from: 2026-01-01, to: 2027-12-31}, known: {from: "
        "2026-07-01}}\n"
        "    - {title: Later, source: act, is: 'true', status: "
        "not-yet-in-force, in_force: {from: 2029-01-01}}\n"
        "  u: {title: U, source: act, is: t}\n"
        "  never: {title: N, source: act, is: 'true', status: "
        "not-yet-in-force}\n";
    static const struct {
        const char *date, *known, *users, *title;
        bool value;
    } rows[] = {
        {"2025-12-31", "2026-11-01", "10", "Old", true},
        {"2025-12-31", "2026-11-01", "9", "Old", false},
        {"2026-01-01", "2026-06-30", "20", "New", true},
        {"2026-01-01", "2026-06-30", "19", "New", false},
        {"2026-01-01", "2026-07-01", "29", "Corrected", false},
        {"2027-12-31", "2026-07-01", "30", "Corrected", true},
        {"2028-01-01", "2026-07-01", "99", "", false},
        {"2028-12-31", "2026-07-01", "99", "", false},
        {"2029-01-01", "2026-07-01", "0", "Later", true},
    };
    sw_rulebook *book = with_terms(terms, "u && !never", *state);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char said[40];
        const sw_ruling *ruling = NULL;
        sw_error err = {0};
        sw_rule_options options = {.date = day(rows[i].date),
                                   .known_given = true,
                                   .known = day(rows[i].known)};
        snprintf(said, sizeof said, "users: %s", rows[i].users);
        assert_true(sw_rule_with(&book, 1, said_of(said, *state), &options,
                                 *state, &ruling, &err));
        const sw_term_outcome *t = term_of(ruling, "t");
        assert_int_equal(t->in_effect, rows[i].title[0] != '\0');
        if (t->in_effect) assert_str(t->title, rows[i].title);
        assert_int_equal(t->value, rows[i].value);
        assert_int_equal(term_of(ruling, "u")->value, rows[i].value);
        assert_int_equal(term_of(ruling, "never")->value, SW_TERM_FALSE);
        assert_int_equal(ruling->rules[0].state,
                         rows[i].value ? SW_RULE_HELD : SW_RULE_FAILED);
    }
}

static void the_choice_of_a_version_is_not_a_reason(void **state)
{
    static const char terms[] =
        "  t:\n"
        "    - {title: O, source: act, is: fine, in_force: {to: 2025-12-31}}\n"
        "    - {title: N, source: act, is: users > 5, in_force: {from: "
        "2026-01-01}}\n";
    sw_str text = {0};
    sw_error err = {0};
    const sw_ruling *ruling = ruling_of(with_terms(terms, "t", *state),
                                        "users: 5", "2026-11-24", *state);
    assert_true(sw_ruling_text(ruling, false, false, *state, &text, &err));
    assert_has(text, "    is false  users > 5   because users = 5\n");
    assert_false(sw_str_has(text, SW_STR("ruling.date")));
}

/* ---- what is refused ------------------------------------------------- */

static void slip_in_a_term_is_placed(void **state)
{
    static const struct {
        const char *terms, *reason;
    } rows[] = {
        {"  t: <!>{title: T, is: fine}\n", "lacks the key \"source\""},
        {"  t: <!>{title: T, source: act}\n", "term t: it lacks `of` or `is`"},
        {TERM("<!>at: 5"), "has no key \"at\""},
        {"  t: <!>{title: T, source: act, is: fine, at_least: 5}\n",
         "two forms"},
        {"  t: <!>{title: T, source: act, is: fine, of: users}\n", "two forms"},
        {"  t: <!>{title: T, source: act, is: fine, level: firm}\n",
         "two forms"},
        {"  t: <!>{title: T, source: act, of: users}\n", "has one of at_least"},
        {"  t: <!>{title: T, source: act, of: users, at_least: 5, at_most: "
         "7}\n",
         "has one of at_least"},
        {TERM("of: <!>user, at_least: 5"), "did you mean users?"},
        {TERM("of: <!>fine, at_least: 5"), "an int or double"},
        {TERM("of: <!>free, at_least: 5, quantifier: each"),
         "needs the fact's count"},
        {"  t: <!>{title: T, source: act, of: sales, at_least: 5}\n",
         "needs its quantifier"},
        {"  t: <!>{title: T, source: act, of: users, at_least: 5, quantifier: "
         "each}\n",
         "are for lists"},
        {TERM("of: sales, at_least: 5, quantifier: each, over: <!>4"),
         "from 1 to the count"},
        {TERM("of: sales, at_least: 5, quantifier: each, over: <!>0"),
         "from 1 to the count"},
        {TERM("of: sales, at_least: 5, quantifier: <!>every"),
         "none of each, any"},
        {TERM("of: users, at_least: <!>2.5"), "must be int, not double"},
        {TERM("of: users, at_least: <!>null"), "without a number"},
        {TERM("of: users, at_least: <!>many"), "must be int, not string"},
        {TERM("of: sales, quantifier: average, at_least: "
              "<!>3074457345618258603"),
         "out of range"},
        {TERM("of: users, at_least: 5, level: <!>planet"), "none of group"},
        {TERM("of: users, at_least: 5, state: <!>met"), "did you mean meets?"},
        {TERM("is: <!>u") "  u: {title: U, source: act, is: fine}\n",
         "the fact u is not declared"},
        {TERM("is: <!>t"), "the fact t is not declared"},
        {TERM("is: <!>users"), "term t, is: gives int, must give bool"},
        {TERM("is: users <!>> 1.5"), "no '>' for int and double"},
        {TERM("is: fine, source: act"), "already given"},
        {"  <!>users: {title: T, source: act, is: fine}\n",
         "a fact has this name"},
        {"  <!>a-b: {title: T, source: act, is: fine}\n", "joined by dots"},
        {"  <!>ruling: {title: T, source: act, is: fine}\n", "is reserved"},
        {"  t: <!>[]\n", "from 1 to 64 versions"},
        {"  t: [{title: T, source: act, is: fine, in_force: {to: "
         "2026-01-01}}, <!>{title: T, source: act, is: fine, in_force: {from: "
         "2026-01-01}}]\n",
         "share days"},
        {TERM("is: fine, in_force: <!>{from: 2026-01-02, to: 2026-01-01}"),
         "ends before it begins"},
        {TERM("is: fine, known: {from: <!>soon}"), "YYYY-MM-DD"},
        {"  firm.big: {title: T, source: act, is: fine}\n"
         "  u: {title: U, source: act, is: '<!>has(firm.big)'}\n",
         "has() asks for a fact, not for a term"},
        {TERM("is: users > 1") "  u: {title: U, source: act, is: "
                               "'free.all(users, <!>t)'}\n",
         "rename the variable"},
        {TERM("is: fine") "  u: {title: U, source: act, is: 'fine &&\n      "
                          "<!>tt'}\n",
         "the fact tt is not declared"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[6000], place[64];
        snprintf(text, sizeof text, TERMS_HEAD "%s" TERMS_TAIL("true"),
                 rows[i].terms);
        if (strstr(text, "<!>") != NULL) {
            take_mark(text, place);
        } else {
            place[0] = '\0';
        }
        sw_rulebook *book = NULL;
        sw_error err = {0};
        if (sw_rulebook_parse(sw_str_of(text), "b.yaml", *state, &book, &err))
            fail_msg("accepted: %s", rows[i].terms);
        if (strstr(err.reason, rows[i].reason) == NULL ||
            (place[0] != '\0' && strcmp(err.place, place) != 0))
            fail_msg("%s  found:    %s: %s\n  expected: %s: %s", rows[i].terms,
                     err.place, err.reason, place, rows[i].reason);
    }
}

// Each doubles the one above: written out, the last would take 2^40 names.
static void terms_that_swell_end_at_a_limit(void **state)
{
    sw_buf terms = {0};
    sw_buf_printf(&terms, "  t0: {title: T, source: act, is: fine || fine}\n");
    for (int i = 1; i <= 40; i++) {
        sw_buf_printf(&terms,
                      "  t%d: {title: T, source: act, is: t%d || t%d}\n", i,
                      i - 1, i - 1);
    }
    sw_buf text = {0};
    sw_buf_printf(&text, TERMS_HEAD "%s" TERMS_TAIL("true"), terms.at);
    sw_rulebook *book = NULL;
    sw_error err = {0};
    assert_false(sw_rulebook_parse((sw_str){text.at, text.len}, "b.yaml",
                                   *state, &book, &err));
    assert_non_null(strstr(err.reason, "longer than 65536 bytes"));
    sw_buf_free(&terms);
    sw_buf_free(&text);
}

// Each alone is within its limit, all together are not.
static void a_book_that_swells_ends_at_a_limit(void **state)
{
    sw_buf text = {0};
    sw_buf_printf(&text, TERMS_HEAD "  t0: {title: T, source: act, is: 'fine");
    for (int i = 0; i < 6000; i++)
        sw_buf_printf(&text, "||fine");
    sw_buf_printf(&text, "'}\n");
    for (int i = 1; i < 200; i++)
        sw_buf_printf(&text, "  t%d: {title: T, source: act, is: t0}\n", i);
    sw_buf_printf(&text, TERMS_TAIL("true"));
    sw_rulebook *book = NULL;
    sw_error err = {0};
    assert_false(sw_rulebook_parse((sw_str){text.at, text.len}, "b.yaml",
                                   *state, &book, &err));
    assert_non_null(strstr(err.reason, "longer than 4194304 bytes"));
    sw_buf_free(&text);
}

static void an_error_names_the_term(void **state)
{
    const sw_ruling *ruling = NULL;
    sw_error err = {0};
    sw_rulebook *book = with_terms(
        "  t: {title: T, source: act, is: 'users / 0 > 1'}\n", "true", *state);
    assert_false(sw_rule(&book, 1, said_of("users: 1", *state),
                         day("2026-11-24"), *state, &ruling, &err));
    assert_non_null(strstr(err.reason, "term t, is cannot be evaluated"));
    assert_string_equal(err.file, "book.yaml");
    assert_string_equal(err.place, "line 16, column 34");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, make_arena, free_arena)
    const struct CMUnitTest tests[] = {
        TEST(thresholds_mean_what_they_say),
        TEST(a_threshold_is_undetermined_as_long_as_it_may_turn),
        TEST(a_term_stands_for_its_text),
        TEST(reasons_are_facts_and_conditions_stay_as_written),
        TEST(terms_of_a_subject_stand_together),
        TEST(versions_follow_the_days),
        TEST(the_choice_of_a_version_is_not_a_reason),
        TEST(slip_in_a_term_is_placed),
        TEST(terms_that_swell_end_at_a_limit),
        TEST(a_book_that_swells_ends_at_a_limit),
        TEST(an_error_names_the_term),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
