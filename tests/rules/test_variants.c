// Books with something changed: variants and readings are the book that one
// would write by hand; the second clock chooses among versions.
#include "book.h"

#define PART_HEAD                                                              \
    "rulebook: xx/v\njurisdiction: XX\ntitle: T\nas_of: 2026-11-01\n"          \
    "sources:\n"                                                               \
    "  act: {title: A, provision: P, url: U, read: 2026-11-01, evidence: "     \
    "law}\n"                                                                   \
    "  news: {title: N, provision: P, url: U, read: 2026-11-01, evidence: "    \
    "press}\n"                                                                 \
    "facts:\n"                                                                 \
    "  cap: {type: int, unit: XXD, ask: Cap?}\n"                               \
    "  sales: {type: list(int), count: 2, ask: Sales?}\n"                      \
    "  users: {type: int, ask: Users?}\n"                                      \
    "  sells: {type: bool, ask: Sells?}\n"

#define SMALL                                                                  \
    "  small: {title: Small, source: act, of: cap, less_than: 4, level: "      \
    "group%s}\n"
#define BIG                                                                    \
    "  big: {title: Big, source: act, is: '!small && users > 10', state: "     \
    "presumed}\n"
#define RULE(id, extra)                                                        \
    "  - {id: " id ", title: T, source: act, status: law, otherwise: barred, " \
    "remedy: R" extra "}\n"
#define OWN(extra) RULE("own", ", when: big, require: '!sells'" extra)
#define FEW        RULE("few", ", require: users < 100")

static const char *const sayings[] = {
    "",
    "cap: 3",
    "{cap: 4, users: 10}",
    "{cap: 4, users: 11, sells: true}",
    "{cap: 3, users: 11, sells: true}",
    "{cap: 2, users: 11, sells: true}",
    "{cap: 9, users: 200, sells: false}",
    "{users: 200}",
    "{cap: 5, sales: [5, 1], users: 11}",
    "{sales: [1, 1], sells: true}",
};
enum { SAYINGS = sizeof sayings / sizeof *sayings };

static const sw_ruling *ruled(sw_rulebook *book, const char *said,
                              const char *known, sw_arena *arena)
{
    const sw_ruling *ruling = NULL;
    sw_error err = {0};
    sw_rule_options how = {.date = day("2026-11-24"),
                           .known_given = known != NULL,
                           .known = known != NULL ? day(known) : 0};
    if (!sw_rule_with(&book, 1, said_of(said, arena), &how, arena, &ruling,
                      &err))
        fail_msg("%s: %s", err.place, err.reason);
    return ruling;
}

static void same_outcomes(const sw_ruling *a, const sw_ruling *b)
{
    assert_int_equal(a->verdict, b->verdict);
    assert_int_equal(a->rule_count, b->rule_count);
    for (size_t i = 0; i < a->rule_count; i++) {
        assert_true(sw_str_eq(a->rules[i].id, b->rules[i].id));
        assert_int_equal(a->rules[i].state, b->rules[i].state);
        assert_int_equal(a->rules[i].verdict, b->rules[i].verdict);
    }
    assert_int_equal(a->term_count, b->term_count);
    for (size_t i = 0; i < a->term_count; i++) {
        assert_true(sw_str_eq(a->terms[i].path, b->terms[i].path));
        assert_int_equal(a->terms[i].value, b->terms[i].value);
    }
    assert_int_equal(a->question_count, b->question_count);
    for (size_t i = 0; i < a->question_count; i++)
        assert_true(sw_str_eq(a->questions[i].fact, b->questions[i].fact));
}

/* ---- variants -------------------------------------------------------- */

static sw_rulebook *variant_of(sw_rulebook *base, const char *id,
                               sw_arena *arena)
{
    sw_rulebook *book = NULL;
    sw_error err = {0};
    if (!sw_rulebook_variant(base, sw_str_of(id), arena, &book, &err))
        fail_msg("%s: %s", err.place, err.reason);
    return book;
}

// The terms and rules of the base, what the variant says, and the terms and
// rules that one would write in its place.
static void a_variant_is_the_book_written_by_hand(void **state)
{
    static const struct {
        const char *variant, *terms, *rules;
    } rows[] = {
        {"terms: {small: {at_most: 2}}",
         "  small: {title: Small, source: act, of: cap, at_most: 2}\n" BIG,
         OWN("") FEW},
        {"terms: {small: {of: sales, quantifier: each}}",
         "  small: {title: S, source: act, of: sales, less_than: 4, "
         "quantifier: each}\n" BIG,
         OWN("") FEW},
        {"terms: {small: {is: sells}}",
         "  small: {title: S, source: act, is: sells}\n" BIG, OWN("") FEW},
        {"terms: {big: {of: users, more_than: 5}}",
         "  small: {title: S, source: act, of: cap, less_than: 4}\n"
         "  big: {title: S, source: act, of: users, more_than: 5, state: "
         "presumed}\n",
         OWN("") FEW},
        {"terms: {many: {title: M, source: act, is: 'users > 1 && !small'}, "
         "big: {is: many}, last: {title: L, source: act, is: big && many}}",
         "  small: {title: S, source: act, of: cap, less_than: 4}\n"
         "  many: {title: M, source: act, is: 'users > 1 && !small'}\n"
         "  big: {title: B, source: act, is: many, state: presumed}\n"
         "  last: {title: L, source: act, is: big && many}\n",
         OWN("") FEW},
        {"without: [few]",
         "  small: {title: S, source: act, of: cap, less_than: 4}\n" BIG,
         OWN("")},
        {"rules: [{id: own, require: users < 150, otherwise: permit}, {id: "
         "new, title: N, source: news, when: big, require: cap > 8, otherwise: "
         "permit, remedy: R}]",
         "  small: {title: S, source: act, of: cap, less_than: 4}\n" BIG,
         "  - {id: own, title: T, source: act, status: law, otherwise: permit, "
         "remedy: R, when: big, require: users < 150}\n" FEW
         "  - {id: new, title: N, source: news, status: law, when: big, "
         "require: cap > 8, otherwise: permit, remedy: R}\n"},
        {"terms: {small: [{title: S, source: act, is: sells, in_force: {to: "
         "2000-01-01}}, {title: S, source: act, of: cap, less_than: 3, "
         "in_force: {from: 2000-01-02}}]}",
         "  small: {title: S, source: act, of: cap, less_than: 3}\n" BIG,
         OWN("") FEW},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[6000];
        snprintf(text, sizeof text,
                 PART_HEAD "terms:\n" SMALL BIG "rules:\n" OWN("") FEW
                 "variants:\n"
                 "  v: {title: V, status: bill, source: news, %s}\n",
                 "", rows[i].variant);
        sw_rulebook *base = book_of(text, *state);
        sw_rulebook *variant = variant_of(base, "v", *state);
        snprintf(text, sizeof text, PART_HEAD "terms:\n%srules:\n%s",
                 rows[i].terms, rows[i].rules);
        sw_rulebook *by_hand = book_of(text, *state);
        for (size_t k = 0; k < SAYINGS; k++)
            same_outcomes(ruled(variant, sayings[k], NULL, *state),
                          ruled(by_hand, sayings[k], NULL, *state));
    }
}

static const char bills[] = PART_HEAD
    "rules:\n" FEW "  - {id: b, title: B, source: act, status: bill, require: "
    "sells, otherwise: barred, remedy: R}\n"
    "variants:\n"
    "  first: {title: First bill, status: bill, source: [news, act], "
    "notes: Dropped.,\n"
    "    rules: [{id: b, require: '!sells'}, {id: c, title: C, "
    "source: act, status: reported, require: 'false', otherwise: "
    "barred, remedy: R}]}\n"
    "  second: {title: Second bill, status: not-yet-in-force, "
    "source: news, without: [few]}\n";

static void the_bill_of_a_variant_decides(void **state)
{
    sw_rulebook *base = book_of(bills, *state);
    const char *said = "{users: 1, sells: true}";
    const sw_ruling *ruling = ruled(base, said, NULL, *state);
    assert_int_equal(ruling->verdict, SW_VERDICT_CLEAR);
    assert_null(ruling->books[0].variant);
    ruling = ruled(base, "{users: 1, sells: false}", NULL, *state);
    assert_int_equal(ruling->verdict, SW_VERDICT_CLEAR);

    ruling = ruled(variant_of(base, "first", *state), said, NULL, *state);
    assert_int_equal(ruling->verdict, SW_VERDICT_BARRED);
    assert_true(ruling->rules[1].decides);
    assert_str(ruling->rules[1].status, "bill");
    assert_false(ruling->rules[2].decides);  // reported
    sw_str text = {0};
    sw_error err = {0};
    assert_true(sw_ruling_text(ruling, false, false, *state, &text, &err));
    assert_has(text, "  variant first: First bill (bill), ruled as if it were "
                     "law\n");

    // What the variant did not touch is what it was.
    ruling = ruled(variant_of(base, "second", *state),
                   "{users: 500, sells: false}", NULL, *state);
    assert_int_equal(ruling->verdict, SW_VERDICT_CLEAR);
    assert_int_equal(ruling->rule_count, 1);
    assert_false(ruling->rules[0].decides);
}

static void variants_are_listed(void **state)
{
    const sw_variant *at;
    size_t count;
    sw_rulebook *base = book_of(bills, *state), *none = NULL;
    sw_error err = {0};
    sw_rulebook_variants(base, &at, &count);
    assert_int_equal(count, 2);
    assert_str(at[0].id, "first");
    assert_str(at[0].title, "First bill");
    assert_str(at[0].status, "bill");
    assert_str(at[0].notes, "Dropped.");
    assert_int_equal(at[0].source_count, 2);
    assert_str(at[0].sources[0].id, "news");
    assert_str(at[1].id, "second");
    assert_false(
        sw_rulebook_variant(base, SW_STR("frst"), *state, &none, &err));
    assert_int_equal(err.kind, SW_ERR_USAGE);
    assert_non_null(strstr(err.reason, "did you mean first?"));
}

static void slip_in_a_variant_is_placed(void **state)
{
    static const struct {
        const char *variant, *reason;
    } rows[] = {
        {"<!>{title: V, status: bill, source: act}", "changes nothing"},
        {"<!>{title: V, source: act, without: [few]}", "lacks the key"},
        {"{title: V, status: bill, source: <!>at, without: [few]}",
         "did you mean act?"},
        {"{title: V, status: bill, source: act, without: [<!>fw]}",
         "is none of the base (did you mean few?)"},
        {"{title: V, status: bill, source: act, without: <!>few}",
         "must be a list"},
        {"{title: V, status: bill, source: act, terms: {small: "
         "{<!>less_tan: 3}}}",
         "variant v: a term has no key \"less_tan\""},
        {"{title: V, status: bill, source: act, terms: {small: {less_than: "
         "<!>x}}}",
         "must be int, not string"},
        {"{title: V, status: bill, source: act, terms: {small: "
         "<!>{quantifier: each}}}",
         "are for lists"},
        {"{title: V, status: bill, source: act, terms: {small: <!>3}}",
         "a term must be a map"},
        {"{title: V, status: bill, source: act, terms: {small: {is: <!>big}}}",
         "the fact big is not declared"},
        {"{title: V, status: bill, source: act, terms: {many: "
         "<!>{title: M, source: act}}}",
         "lacks `of` or `is`"},
        {"{title: V, status: bill, source: act, rules: [<!>{title: x}]}",
         "lacks the key \"id\""},
        {"{title: V, status: bill, source: act, rules: [<!>x]}",
         "must be a map"},
        {"{title: V, status: bill, source: act, rules: [<!>{id: new, title: "
         "x}]}",
         "lacks the key \"source\""},
        {"{title: V, status: bill, source: act, rules: [{id: few, require: "
         "<!>user < 3}]}",
         "did you mean users?"},
        {"{title: V, status: bill, source: act, rules: [<!>{id: few, "
         "otherwise: treat}]}",
         "must name its treatment"},
        {"{title: V, status: bill, source: act, without: [few], rules: [{id: "
         "<!>few, otherwise: permit}]}",
         "is taken away by the same variant"},
        {"{title: V, status: bill, source: act, rules: [{id: few, otherwise: "
         "permit}, {id: <!>few, otherwise: permit}]}",
         "is changed twice"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[6000], place[64];
        snprintf(text, sizeof text,
                 PART_HEAD "terms:\n" SMALL BIG "rules:\n" OWN("") FEW
                 "variants:\n  v: %s\n",
                 "", rows[i].variant);
        take_mark(text, place);
        sw_rulebook *book = NULL;
        sw_error err = {0};
        if (sw_rulebook_parse(sw_str_of(text), "b.yaml", *state, &book, &err))
            fail_msg("accepted: %s", rows[i].variant);
        if (strstr(err.reason, rows[i].reason) == NULL ||
            strcmp(err.place, place) != 0)
            fail_msg("%s\n  found:    %s: %s\n  expected: %s: %s",
                     rows[i].variant, err.place, err.reason, place,
                     rows[i].reason);
        assert_string_equal(err.file, "b.yaml");
    }
}

// Each variant has each reading of the many rules: that would be two million.
static void variants_times_readings_end_at_a_limit(void **state)
{
    sw_buf text = {0};
    sw_buf_printf(&text, PART_HEAD "terms:\n");
    for (int i = 0; i < 32; i++) {
        sw_buf_printf(&text,
                      "  t%d: {title: T, source: act, is: sells, readings: {r: "
                      "{source: act, is: '!sells'}}}\n",
                      i);
    }
    sw_buf_printf(&text, "rules:\n");
    for (int i = 0; i < 1000; i++) {
        sw_buf_printf(&text, RULE("r%d", ", require: sells"), i);
    }
    sw_buf_printf(&text, "variants:\n");
    for (int i = 0; i < 64; i++) {
        sw_buf_printf(&text,
                      "  v%d: {title: V, status: bill, source: act, rules: "
                      "[{id: r1, require: '!sells'}]}\n",
                      i);
    }
    sw_rulebook *book = NULL;
    sw_error err = {0};
    assert_false(sw_rulebook_parse((sw_str){text.at, text.len}, "b.yaml",
                                   *state, &book, &err));
    assert_non_null(strstr(err.reason, "too many rules for so many variants"));
    assert_string_not_equal(err.place, "");
    sw_buf_free(&text);
}

/* ---- readings -------------------------------------------------------- */

static const sw_reading_outcome *reading_of(const sw_ruling *ruling,
                                            const char *id)
{
    for (size_t i = 0; i < ruling->reading_count; i++) {
        if (sw_str_eq(ruling->readings[i].reading->id, sw_str_of(id)))
            return &ruling->readings[i];
    }
    fail_msg("no reading %s", id);
    return NULL;
}

// What a reading says to change is what changes between the book and the book
// as one would write it under the reading.
static void check_reading(const sw_reading_outcome *outcome,
                          const sw_ruling *first, const sw_ruling *other)
{
    size_t changes = 0;
    for (size_t i = 0; i < first->term_count; i++) {
        if (first->terms[i].value == other->terms[i].value) continue;
        const sw_reading_change *change = &outcome->changes[changes++];
        assert_string_equal(change->what, "term");
        assert_true(sw_str_eq(change->id, first->terms[i].path));
        assert_string_equal(change->from,
                            sw_term_value_name(first->terms[i].value));
        assert_string_equal(change->to,
                            sw_term_value_name(other->terms[i].value));
    }
    for (size_t i = 0; i < first->rule_count; i++) {
        const sw_rule_outcome *a = &first->rules[i], *b = &other->rules[i];
        if (a->state == b->state && a->verdict == b->verdict) continue;
        const sw_reading_change *change = &outcome->changes[changes++];
        assert_string_equal(change->what, "rule");
        assert_true(sw_str_eq(change->id, a->id));
        bool state = a->state != b->state;
        assert_string_equal(change->from, state ? sw_rule_state_name(a->state)
                                                : sw_verdict_name(a->verdict));
        assert_string_equal(change->to, state ? sw_rule_state_name(b->state)
                                              : sw_verdict_name(b->verdict));
    }
    assert_int_equal(outcome->change_count, changes);
    assert_int_equal(outcome->first, first->verdict);
    assert_int_equal(outcome->verdict, other->verdict);
}

static void a_reading_is_the_book_written_by_hand(void **state)
{
    static const char *const rows[][3] = {
        // the reading, the term, the rule
        {"small/news",
         "  small: {title: Small, source: act, of: cap, at_most: 4}\n" BIG,
         OWN("") FEW},
        {"own/strict",
         "  small: {title: Small, source: act, of: cap, less_than: 4}\n" BIG,
         RULE("own", ", require: '!sells', when: users > 5") FEW},
        {"own/mild",
         "  small: {title: Small, source: act, of: cap, less_than: 4}\n" BIG,
         "  - {id: own, title: T, source: act, status: law, otherwise: permit, "
         "remedy: R, when: big, require: '!sells'}\n" FEW},
    };
    char text[6000];
    snprintf(text, sizeof text,
             PART_HEAD "terms:\n" SMALL BIG "rules:\n" OWN(
                 ", readings: {strict: {source: news, when: users > 5}, mild: "
                 "{source: news, otherwise: permit}}") FEW,
             ", readings: {news: {source: news, title: The floor is small, "
             "at_most: 4}}");
    sw_rulebook *book = book_of(text, *state);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        snprintf(text, sizeof text, PART_HEAD "terms:\n%srules:\n%s",
                 rows[i][1], rows[i][2]);
        sw_rulebook *by_hand = book_of(text, *state);
        for (size_t k = 0; k < SAYINGS; k++) {
            const sw_ruling *first = ruled(book, sayings[k], NULL, *state);
            assert_int_equal(first->reading_count, 3);
            check_reading(reading_of(first, rows[i][0]), first,
                          ruled(by_hand, sayings[k], NULL, *state));
        }
    }
}

static void a_reading_is_told_where_it_makes_a_difference(void **state)
{
    char text[6000];
    sw_str out = {0};
    sw_error err = {0};
    snprintf(text, sizeof text,
             PART_HEAD "terms:\n" SMALL BIG "rules:\n" OWN(""),
             ", readings: {news: {source: news, title: The floor is small, "
             "at_most: 4}}");
    sw_rulebook *book = book_of(text, *state);
    const sw_ruling *ruling =
        ruled(book, "{cap: 4, users: 11, sells: true}", NULL, *state);
    assert_true(sw_ruling_text(ruling, false, false, *state, &out, &err));
    assert_has(out, "\nReadings differ:\n"
                    "  small/news: The floor is small\n"
                    "    term small is true, not false\n"
                    "    term big is false, not true\n"
                    "    rule own is not-applicable, not failed\n"
                    "    the verdict is clear, not barred\n"
                    "    source    N, P\n");
    ruling = ruled(book, "{cap: 5, users: 11, sells: true}", NULL, *state);
    assert_true(sw_ruling_text(ruling, false, false, *state, &out, &err));
    assert_false(sw_str_has(out, SW_STR("Readings differ")));
}

static void one_reading_may_be_of_several_versions(void **state)
{
    sw_rulebook *book = book_of(
        PART_HEAD
        "terms:\n"
        "  small:\n"
        "    - {title: O, source: act, of: cap, less_than: 4, in_force: {to: "
        "2025-12-31}, readings: {news: {source: news, at_most: 4}}}\n"
        "    - {title: N, source: act, of: cap, less_than: 5, in_force: {from: "
        "2026-01-01}, readings: {news: {source: news, at_most: 5}}}\n"
        "rules:\n" FEW,
        *state);
    const sw_ruling *ruling = ruled(book, "cap: 5", NULL, *state);
    assert_int_equal(ruling->reading_count, 1);
    assert_int_equal(ruling->readings[0].change_count, 1);
    ruling = ruling_of(book, "cap: 4", "2025-06-01", *state);
    assert_int_equal(ruling->readings[0].change_count, 1);
    ruling = ruling_of(book, "cap: 5", "2025-06-01", *state);
    assert_int_equal(ruling->readings[0].change_count, 0);
}

static void a_variant_has_readings_of_its_own_alone(void **state)
{
    char text[6000];
    snprintf(text, sizeof text,
             PART_HEAD "terms:\n" SMALL BIG "rules:\n" OWN(
                 ", readings: {mild: {source: news, otherwise: "
                 "permit}}") "variants:\n"
                             "  v: {title: V, status: bill, source: "
                             "news, terms: {small: "
                             "{less_than: 3}}}\n"
                             "  w: {title: W, status: bill, source: "
                             "news, terms: {small: "
                             "{less_than: 3, readings: {other: "
                             "{source: act, at_most: "
                             "3}}}}}\n",
             ", readings: {news: {source: news, at_most: 4}}");
    sw_rulebook *base = book_of(text, *state);
    const char *said = "{cap: 3, users: 11, sells: true}";
    const sw_ruling *v =
        ruled(variant_of(base, "v", *state), said, NULL, *state);
    assert_int_equal(v->reading_count, 1);
    assert_str(v->readings[0].reading->id, "own/mild");
    assert_int_equal(v->readings[0].change_count, 1);
    const sw_ruling *w =
        ruled(variant_of(base, "w", *state), said, NULL, *state);
    assert_int_equal(w->reading_count, 2);
    assert_int_equal(reading_of(w, "small/other")->change_count, 3);
}

static void slip_in_a_reading_is_placed(void **state)
{
    static const struct {
        const char *readings, *reason;
    } rows[] = {
        {", readings: <!>[a]", "readings must be a map"},
        {", readings: {a: <!>x}", "a reading must be a map"},
        {", readings: {a: <!>{at_most: 4}}", "lacks the key \"source\""},
        {", readings: {a: <!>{source: act}}", "changes nothing"},
        {", readings: {a: {source: act, <!>state: meets}}",
         "a reading cannot change \"state\""},
        {", readings: {a: {source: act, <!>at_mst: 4}}",
         "did you mean at_most?"},
        {", readings: {a: {source: act, at_most: <!>x}}", "must be int"},
        {", readings: {a: {source: act, is: <!>cap}}", "must give bool"},
        {", readings: {a: {source: <!>at, at_most: 3}}", "did you mean act?"},
        {", readings: {<!>a b: {source: act, at_most: 3}}", "letters, digits"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[6000], place[64];
        snprintf(text, sizeof text,
                 PART_HEAD "terms:\n" SMALL BIG "rules:\n" OWN(""),
                 rows[i].readings);
        take_mark(text, place);
        sw_rulebook *book = NULL;
        sw_error err = {0};
        if (sw_rulebook_parse(sw_str_of(text), "b.yaml", *state, &book, &err))
            fail_msg("accepted: %s", rows[i].readings);
        if (strstr(err.reason, rows[i].reason) == NULL ||
            strcmp(err.place, place) != 0)
            fail_msg("%s\n  found:    %s: %s\n  expected: %s: %s",
                     rows[i].readings, err.place, err.reason, place,
                     rows[i].reason);
    }
}

/* ---- two clocks ------------------------------------------------------ */

static void versions_of_a_rule_have_one_outcome(void **state)
{
    sw_rulebook *book = book_of(
        PART_HEAD
        "rules:\n" FEW
        "  - {id: r, title: Old, source: act, status: law, require: users < 5, "
        "otherwise: treat, treatment: {strip-names: true}, remedy: R, "
        "in_force: {from: 2020-01-01, to: 2025-12-31}}\n"
        "  - {id: r, title: New, source: act, status: law, require: users < "
        "4, otherwise: permit, remedy: R, takes: 9 days, in_force: {from: "
        "2026-01-01}, known: {to: 2026-06-30}}\n"
        "  - {id: r, title: Corrected, source: act, status: law, require: "
        "users < 3, otherwise: barred, remedy: R, in_force: {from: "
        "2026-01-01}, known: {from: 2026-07-01}}\n",
        *state);
    static const struct {
        const char *date, *known, *title;
        sw_rule_state state;
        sw_verdict verdict;
    } rows[] = {
        {"2019-01-01", "2026-11-01", "Old", SW_RULE_NOT_IN_FORCE,
         SW_VERDICT_CLEAR},
        {"2025-12-31", "2026-11-01", "Old", SW_RULE_FAILED, SW_VERDICT_TREAT},
        {"2026-01-01", "2026-06-30", "New", SW_RULE_FAILED, SW_VERDICT_PERMIT},
        {"2026-01-01", "2026-07-01", "Corrected", SW_RULE_FAILED,
         SW_VERDICT_BARRED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        sw_rule_options how = {.date = day(rows[i].date),
                               .known_given = true,
                               .known = day(rows[i].known)};
        const sw_ruling *ruling = NULL;
        sw_error err = {0};
        assert_true(sw_rule_with(&book, 1, said_of("users: 9", *state), &how,
                                 *state, &ruling, &err));
        assert_int_equal(ruling->rule_count, 2);
        assert_str(ruling->rules[1].id, "r");
        assert_str(ruling->rules[1].title, rows[i].title);
        assert_int_equal(ruling->rules[1].state, rows[i].state);
        assert_int_equal(ruling->verdict, rows[i].verdict);
        sw_str json = {0};
        assert_true(sw_ruling_json(ruling, *state, &json, &err));
        assert_has(json, "\"known_on\": \"");
    }
}

static void versions_of_a_rule_share_no_day(void **state)
{
    static const struct {
        const char *first, *second;
        bool apart;
    } rows[] = {
        {"in_force: {to: 2025-12-31}", "in_force: {from: 2026-01-01}", true},
        {"in_force: {to: 2026-01-01}", "in_force: {from: 2026-01-01}", false},
        {"in_force: {to: 2026-01-01}, known: {to: 2026-01-01}",
         "known: {from: 2026-01-02}", true},
        {"in_force: {to: 2026-01-01}, known: {to: 2026-01-02}",
         "known: {from: 2026-01-02}", false},
        {"known: {from: 2026-01-01, to: 2026-02-01}",
         "known: {from: 2026-02-02}", true},
        {"in_force: {from: 2026-01-01}", "in_force: {to: 2025-12-31}", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[4000];
        snprintf(text, sizeof text,
                 PART_HEAD "rules:\n" RULE("r", ", require: sells, %s")
                     RULE("r", ", require: sells, %s"),
                 rows[i].first, rows[i].second);
        sw_rulebook *book = NULL;
        sw_error err = {0};
        bool ok =
            sw_rulebook_parse(sw_str_of(text), "b.yaml", *state, &book, &err);
        if (ok != rows[i].apart)
            fail_msg("%s, %s: %s", rows[i].first, rows[i].second, err.reason);
        if (!ok) assert_non_null(strstr(err.reason, "already taken in line"));
    }
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, make_arena, free_arena)
    const struct CMUnitTest tests[] = {
        TEST(a_variant_is_the_book_written_by_hand),
        TEST(the_bill_of_a_variant_decides),
        TEST(variants_are_listed),
        TEST(slip_in_a_variant_is_placed),
        TEST(variants_times_readings_end_at_a_limit),
        TEST(a_reading_is_the_book_written_by_hand),
        TEST(a_reading_is_told_where_it_makes_a_difference),
        TEST(one_reading_may_be_of_several_versions),
        TEST(a_variant_has_readings_of_its_own_alone),
        TEST(slip_in_a_reading_is_placed),
        TEST(versions_of_a_rule_have_one_outcome),
        TEST(versions_of_a_rule_share_no_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
