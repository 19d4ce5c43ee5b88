// Indexes: weights, tables rebuilt or refused, paths, and scores from rules.
// The arithmetic is checked against sums made here, by another way.
#include <float.h>
#include <math.h>

#include "book.h"
#include "segwan/policy.h"
#include "walk.h"

#include <jansson.h>

#define SOURCES                                                                \
    "sources:\n"                                                               \
    "  s: {title: S, provision: P, url: U, read: 2026-11-01, evidence: "       \
    "data}\n"

#define HEAD "index: x\ntitle: X\npublisher: P\nedition: E\nsource: s\n" SOURCES

#define TABLE                                                                  \
    "table: {economy: E, name: N, area: A, year: Y, value: V, total: ALL, "    \
    "decimals: 6}\n"

#define AREAS                                                                  \
    "areas:\n"                                                                 \
    "  a: {title: Area a, code: A1, measures: 3, points: 2}\n"                 \
    "  b: {title: Area b, code: B1, measures: 2, points: 1}\n"

#define MORE                                                                   \
    "groups: {G: {title: Group, economies: [XX, YY]}}\n"                       \
    "part_scores: [{economy: YY, area: b, notes: N}]\n"                        \
    "changes:\n"                                                               \
    "  early: {title: T, economies: XX, day: 2019-05-01, effect: eases, "      \
    "source: s}\n"                                                             \
    "  seen: {title: T, economies: XX, day: 2020-05-01, effect: tightens, "    \
    "source: s}\n"                                                             \
    "  other: {title: T, economies: G, day: 2020-05-01, effect: eases, "       \
    "source: s}\n"                                                             \
    "  late: {title: T, economies: XX, day: 2023-05-01, effect: eases, "       \
    "source: s}\n"                                                             \
    "  stands: {title: T, economies: XX, effect: tightens, source: s}\n"       \
    "  elsewhere: {title: T, economies: YY, effect: tightens, source: s}\n"

// Weights 2/8 and 1/8. YY's b is half a measure: a part-score.
static const char scores_text[] = "E,N,A,Y,V,more\n"
                                  "XX,Ex,A1,2019,0.25,\n"
                                  "XX,Ex,B1,2019,0.125,\n"
                                  "XX,Ex,ALL,2019,0.375,\n"
                                  "YY,Why,ALL,2019,0.3125,\n"
                                  "YY,Why,A1,2019,0.25,\n"
                                  "YY,Why,B1,2019,0.0625,\n"
                                  "XX,Ex,A1,2020,0.5,\n"
                                  "XX,Ex,B1,2020,0,\n"
                                  "XX,Ex,ALL,2020,0.5,\n"
                                  "YY,Why,A1,2020,0.25,\n"
                                  "YY,Why,B1,2020,0.0625,\n"
                                  "YY,Why,ALL,2020,0.3125,\n"
                                  "XX,Ex,A1,2021,0.75,\n"
                                  "XX,Ex,B1,2021,0.250000,\n"
                                  "XX,Ex,ALL,2021,1,\n"
                                  "YY,Why,A1,2021,0.25,\n"
                                  "YY,Why,B1,2021,0.0625,\n"
                                  "YY,Why,ALL,2021,0.3125,\n";

static sw_index *index_of(const char *text, sw_arena *arena)
{
    sw_index *index = NULL;
    sw_error err = {0};
    if (!sw_index_parse(sw_str_of(text), "x.yaml", arena, &index, &err))
        fail_msg("%s: %s", err.place, err.reason);
    return index;
}

static sw_scores *scores_of(const sw_index *index, const char *text,
                            sw_arena *arena)
{
    sw_scores *scores = NULL;
    sw_error err = {0};
    if (!sw_scores_parse(sw_str_of(text), "s.csv", index, arena, &scores, &err))
        fail_msg("%s: %s", err.place, err.reason);
    return scores;
}

static const sw_index_report *report_of(const sw_scores *scores,
                                        const char *one, const char *other,
                                        sw_arena *arena)
{
    sw_str codes[] = {sw_str_of(one), sw_str_of(other)};
    sw_index_query query = {.economies = codes, .economy_count = 2};
    const sw_index_report *report = NULL;
    sw_error err = {0};
    if (!sw_index_published(scores, &query, arena, &report, &err))
        fail_msg("%s", err.reason);
    return report;
}

static void assert_near(double a, double b)
{
    if (fabs(a - b) > 1e-12) fail_msg("%.15g is not %.15g", a, b);
}

/* ---- weights --------------------------------------------------------- */

static double weight_in(const char *json, const char *area)
{
    char key[64];
    snprintf(key, sizeof key, "\"id\": \"%s\"", area);
    const char *at = strstr(json, key);
    assert_non_null(at);
    at = strstr(at, "weight\": ");
    assert_non_null(at);
    return strtod(at + 9, NULL);
}

static void weights_are_shares_of_all_points(void **state)
{
    static const struct {
        const char *areas;
        double a, b;
    } cases[] = {
        {AREAS, 2 / 8.0, 1 / 8.0},
        {"areas:\n  a: {title: A, whole: 3}\n  b: {title: B, measures: 2, "
         "points: 0.5}\nmeasures: {m: {title: M, area: a}}\n",
         3 / 4.0, 0.5 / 4},
        // One listed measure weighs 4, the other two 1 each.
        {"areas:\n  a: {title: A, measures: 3, points: 1}\n  b: {title: B, "
         "measures: 2, points: 1}\nmeasures: {m: {title: M, area: a, points: "
         "4}}\n",
         1 / 8.0, 1 / 8.0},
        {"arithmetic: single\nareas:\n  a: {title: A, measures: 3, points: "
         "1}\n  b: {title: B, measures: 7, points: 1}\n",
         (float)0.1, (float)0.1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[1024];
        sw_str json;
        sw_error err = {0};
        snprintf(text, sizeof text, "%s%s", HEAD, cases[i].areas);
        sw_index *index = index_of(text, *state);
        assert_true(sw_index_describe_json(index, *state, &json, &err));
        assert_near(weight_in(json.at, "a"), cases[i].a);
        assert_near(weight_in(json.at, "b"), cases[i].b);
    }
}

static void bad_indexes_are_refused_with_their_place(void **state)
{
    static const struct {
        const char *rest, *reason;  // <!> marks the place
    } cases[] = {
        {"<!>", "lacks the key \"areas\""},
        {"areas: <!>{}\n", "areas are empty"},
        {"areas: {a: <!>{title: A}}\n", "either points"},
        {"areas: {a: <!>{title: A, points: 1, whole: 1}}\n", "either points"},
        {"areas: {a: {title: A, points: <!>0, measures: 1}}\n",
         "points must be a number"},
        {"areas: {a: {title: A, points: <!>many, measures: 1}}\n",
         "not string"},
        {"areas: {a: <!>{title: A, points: 1}}\n",
         "0 measures are listed, the area has 0"},
        {"areas: {a: {title: A, points: 1, measures: <!>5000}}\n",
         "measures must be a number"},
        {"areas: {a: {title: A, points: 1, source: <!>t}}\n",
         "no source has the id \"t\""},
        {AREAS "measures: {m: <!>{title: M, area: c}}\n",
         "no area has the id \"c\""},
        {"areas: {a: {title: A, whole: 1}}\nmeasures: {m: {title: M, area: a, "
         "points: <!>1}}\n",
         "not known"},
        {"areas: {a: <!>{title: A, points: 1, measures: 1}}\nmeasures: {m: "
         "{title: M, area: a}, n: {title: N, area: a}}\n",
         "2 measures are listed, the area has 1"},
        {TABLE "areas: {a: <!>{title: A, whole: 1, code: C}}\n"
               "measures: {m: {title: M, area: a}}\n",
         "needs the code and the points"},
        {TABLE AREAS "measures: {m: <!>{title: M, area: a, points: 9}}\n",
         "weigh the same"},
        {AREAS "groups: {<!>G!: {title: T, economies: [A]}}\n",
         "letters, digits"},
        {AREAS "published: [{economy: A, year: 2020, value: <!>2, source: "
               "s}]\n",
         "value must be a number from 0 to 1"},
        {AREAS "changes: {c: {title: T, economies: A, effect: <!>eased, "
               "source: s}}\n",
         "none of eases, tightens"},
        {AREAS "<!>table2: 1\n", "has no key \"table2\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[2048], place[64];
        sw_index *index = NULL;
        sw_error err = {0};
        snprintf(text, sizeof text, "%s%s", HEAD, cases[i].rest);
        take_mark(text, place);
        assert_false(
            sw_index_parse(sw_str_of(text), "x.yaml", *state, &index, &err));
        if (i > 0) assert_string_equal(err.place, place);
        assert_has(sw_str_of(err.reason), cases[i].reason);
        assert_string_equal(err.file, "x.yaml");
    }
}

/* ---- tables ---------------------------------------------------------- */

static void a_table_is_rebuilt_in_any_order_of_rows(void **state)
{
    sw_index *index = index_of(HEAD TABLE AREAS MORE, *state);
    sw_scores *scores = scores_of(index, scores_text, *state);
    const sw_index_report *r = report_of(scores, "XX", "G", *state);
    assert_int_equal(r->economy_count, 2);
    assert_int_equal(r->total_count, 6);
    assert_int_equal(r->area_score_count, 12);
    assert_int_equal(r->part_score_count, 3);
    assert_int_equal(r->time_count, 3);
    assert_str(r->times[2], "2021");

    const sw_index_score *xx = r->lines[0].scores;
    static const double totals[] = {0.375, 0.5, 1};
    static const double a[] = {1, 2, 3}, b[] = {1, 0, 2};
    for (size_t i = 0; i < 3; i++) {
        assert_near(xx[i].low, totals[i]);
        assert_near(xx[i].areas[0].scored, a[i]);
        assert_near(xx[i].areas[1].scored, b[i]);
        assert_near(xx[i].areas[0].low, a[i] / 4);
    }
    const sw_index_line *group = &r->lines[1];
    assert_int_equal(group->members, 2);
    assert_near(group->scores[1].low, (0.5 + 0.3125) / 2);
    assert_near(group->scores[1].least, 0.3125);
    assert_near(group->scores[1].most, 0.5);
    assert_near(group->scores[1].areas[1].scored, 0.25);
    assert_int_equal(r->rank.lower, 1);
    assert_int_equal(r->rank.same, 1);  // itself
    assert_int_equal(r->rank.higher, 0);
}

static void changes_are_followed_through_the_table(void **state)
{
    sw_index *index = index_of(HEAD TABLE AREAS MORE, *state);
    sw_scores *scores = scores_of(index, scores_text, *state);
    const sw_index_report *r = report_of(scores, "XX", "G", *state);
    assert_int_equal(r->change_count, 5);  // YY was not asked for
    static const struct {
        const char *id;
        sw_change_state state;
        int from, to, a, b;
        bool as_expected;
    } expected[] = {
        {"early", SW_CHANGE_BEFORE, 0, 0, 0, 0, false},
        {"seen", SW_CHANGE_MOVED, 2019, 2021, 2, 1, true},
        // One of two moved, and not downwards.
        {"other", SW_CHANGE_MOVED, 2019, 2021, 2, 1, false},
        {"late", SW_CHANGE_AFTER, 0, 0, 0, 0, false},
        {"stands", SW_CHANGE_STANDS, 0, 0, 1, 0, false},
    };
    for (size_t i = 0; i < 5; i++) {
        const sw_index_change *c = &r->changes[i];
        assert_str(c->id, expected[i].id);
        assert_int_equal(c->state, expected[i].state);
        assert_int_equal(c->from, expected[i].from);
        assert_int_equal(c->to, expected[i].to);
        assert_int_equal(c->as_expected, expected[i].as_expected);
        if (c->steps == NULL) continue;
        assert_int_equal(c->steps[0], expected[i].a);
        assert_int_equal(c->steps[1], expected[i].b);
    }
}

// Each case changes the one line that it names.
static void a_table_that_does_not_come_out_is_refused(void **state)
{
    static const struct {
        const char *from, *to, *place, *reason;
    } cases[] = {
        {"XX,Ex,A1,2020,0.5,", "XX,Ex,A1,2020,0.51,", "line 8, column 1",
         "no whole number of a measures of 0.250000000 each"},
        {"XX,Ex,A1,2021,0.75,", "XX,Ex,A1,2021,1,", "line 14, column 1",
         "no whole number"},  // four of three measures
        {"XX,Ex,B1,2019,0.125,", "XX,Ex,B1,2019,0.1250001,", "line 3, column 1",
         "no whole number"},
        {"XX,Ex,ALL,2019,0.375,", "XX,Ex,ALL,2019,0.376,", "line 4, column 1",
         "the total is 0.376000000, its areas make 0.375000000"},
        {"XX,Ex,B1,2020,0,", "XX,Ex,B1,2019,0.125,", "line 9, column 1",
         "XX 2019 has twice its score of b"},
        {"XX,Ex,ALL,2020,0.5,", "XX,Ex,ALL,2019,0.375,", "line 10, column 1",
         "XX 2019 has twice its score of total"},
        {"XX,Ex,B1,2020,0,\n", "", "", "XX 2020 lacks its score of b"},
        {"YY,Why,ALL,2021,0.3125,\n", "", "", "YY 2021 lacks its score of t"},
        {"XX,Ex,B1,2020,0,", "XX,Ex,B2,2020,0,", "line 9, column 7",
         "no area of the code \"B2\""},
        {"XX,Ex,B1,2020,0,", "XX,Ex,B1,20,0,", "line 9, column 10",
         "\"20\" is no year"},
        {"XX,Ex,B1,2020,0,", "XX,Ex,B1,2020,-0,", "", ""},  // is 0
        {"XX,Ex,B1,2020,0,", "XX,Ex,B1,2020,nan,", "line 9, column 15",
         "from 0 to 1, not nan"},
        {"XX,Ex,B1,2020,0,", "XX,Ex,B1,2020,,", "line 9, column 15",
         "from 0 to 1"},
        {"E,N,A,Y,V,more", "E,N,A,Y,W,more", "line 1, column 1",
         "the table has no column \"V\""},
        {"XX,Ex,A1,2019,0.25,", "XX,Ex,A1,0001,0.25,", "",
         "more than 200 years"},
    };
    sw_index *index = index_of(HEAD TABLE AREAS MORE, *state);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *text = replaced(scores_text, cases[i].from, cases[i].to);
        sw_scores *scores = NULL;
        sw_error err = {0};
        bool ok = sw_scores_parse(sw_str_of(text), "s.csv", index, *state,
                                  &scores, &err);
        free(text);
        if (cases[i].reason[0] == '\0') {
            assert_true(ok);
            continue;
        }
        assert_false(ok);
        assert_int_equal(err.kind, SW_ERR_INPUT);
        assert_string_equal(err.place, cases[i].place);
        assert_string_equal(err.file, "s.csv");
        assert_has(sw_str_of(err.reason), cases[i].reason);
    }
}

static void what_is_not_in_the_table_is_refused(void **state)
{
    sw_index *index = index_of(HEAD TABLE AREAS
                               "groups: {G: {title: T, economies: [XX, QQ]}}\n",
                               *state);
    const sw_index_report *report = NULL;
    static const struct {
        const char *code;
        int from, to;
        const char *reason;
    } cases[] = {{"ZZ", 0, 0, "\"ZZ\" is neither"},
                 {"G", 0, 0, "\"QQ\" is neither"},
                 {"XX", 2018, 0, "2018 to 2021: the table has 2019 to 2021"},
                 {"XX", 2021, 2020, "2021 to 2020"}};
    // Here YY's half measure is no part-score that the index knows.
    char *text = replaced(scores_text, "2021,0.75", "2021,0.75");
    for (char *at = text; (at = strstr(at, "0.0625")) != NULL;)
        memcpy(at, "0.1250", 6);
    for (char *at = text; (at = strstr(at, "0.3125")) != NULL;)
        memcpy(at, "0.3750", 6);
    sw_scores *scores = scores_of(index, text, *state);
    free(text);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sw_str code = sw_str_of(cases[i].code);
        sw_index_query query = {&code, 1, cases[i].from, cases[i].to};
        sw_error err = {0};
        assert_false(sw_index_published(scores, &query, *state, &report, &err));
        assert_int_equal(err.kind, SW_ERR_USAGE);
        assert_has(sw_str_of(err.reason), cases[i].reason);
    }
}

// A sum in single precision, as some publishers keep it, is another number.
static void single_precision_is_kept(void **state)
{
    static const char areas[] =
        "areas:\n  a: {title: A, code: A1, measures: 2, points: 1162}\n"
        "  b: {title: B, code: B1, measures: 3, points: 539}\n";
    float wa = (float)(1162 / 3941.0), wb = (float)(539 / 3941.0);
    float sum = (float)((float)(2.0 * wa) + 1.0 * wb);
    char text[512], csv[512];
    snprintf(text, sizeof text, "%sarithmetic: single\n%s%s", HEAD, TABLE,
             areas);
    snprintf(csv, sizeof csv,
             "E,N,A,Y,V\nX,X,A1,2020,%.16f\nX,X,B1,2020,%.16f\n"
             "X,X,ALL,2020,%.16f\n",
             2.0 * wa, (double)wb, (double)sum);
    sw_index *single = index_of(text, *state);
    scores_of(single, csv, *state);

    sw_scores *scores = NULL;
    sw_error err = {0};
    snprintf(text, sizeof text, "%s%s%s", HEAD, TABLE, areas);
    sw_index *other = index_of(text, *state);
    assert_false(
        sw_scores_parse(sw_str_of(csv), "s", other, *state, &scores, &err));
}

/* ---- computed -------------------------------------------------------- */

#define LISTED                                                                 \
    "areas:\n"                                                                 \
    "  a: {title: A, points: 3}\n"                                             \
    "  b: {title: B, whole: 2}\n"                                              \
    "measures:\n"                                                              \
    "  m1: {title: M, area: a}\n  m2: {title: M, area: a, points: 5}\n"        \
    "  m3: {title: M, area: a}\n  n1: {title: N, area: b}\n"                   \
    "  n2: {title: N, area: b}\n"

#define ANSWERS "answers_to: x\neconomy: XX\ntitle: Ex\n" SOURCES "answers:\n"

static const sw_index_report *
computed(const sw_index *index, const char *answers_text, sw_rulebook *book,
         const sw_date *days, size_t day_count, sw_arena *arena, sw_error *err)
{
    sw_answers *answers = NULL;
    const sw_index_report *report = NULL;
    if (!sw_answers_parse(sw_str_of(answers_text), "a.yaml", index, arena,
                          &answers, err)) {
        return NULL;
    }
    const sw_answers *all[] = {answers};
    sw_index_evidence evidence = {all, 1, &book, book != NULL, days, day_count};
    return sw_index_computed(index, &evidence, arena, &report, err) ? report
                                                                    : NULL;
}

// All combinations of yes, no, unknown: the interval must hold what comes out
// however the unknown ones are answered and, in b, however two measures share
// its weight; and its ends must be reached.
static void an_interval_holds_every_completion_and_no_more(void **state)
{
    static const char *const words[] = {"no", "yes", "unknown"};
    sw_index *index = index_of(HEAD LISTED, *state);
    sw_date today = 20000;
    for (int code = 0; code < 243; code++) {
        int answers[5], rest = code;
        char text[1024] = ANSWERS;
        static const char *const ids[] = {"m1", "m2", "m3", "n1", "n2"};
        for (size_t i = 0; i < 5; i++, rest /= 3) {
            answers[i] = rest % 3;
            size_t used = strlen(text);
            snprintf(text + used, sizeof text - used,
                     "  %s: {value: %s, source: s}\n", ids[i],
                     words[answers[i]]);
        }
        sw_arena *arena = NULL;
        sw_error err = {0};
        assert_true(sw_arena_new(&arena, &err));
        const sw_index_report *r =
            computed(index, text, NULL, &today, 1, arena, &err);
        assert_non_null(r);
        double least = 1, most = 0;
        for (int filled = 0; filled < 32; filled++) {
            double value[5];
            bool fits = true;
            for (int i = 0; i < 5; i++) {
                value[i] = filled >> i & 1;
                fits = fits && (answers[i] == 2 || answers[i] == value[i]);
            }
            for (int share = 0; fits && share <= 4; share++) {
                double s = share / 4.0;
                double all = (3 * value[0] + 5 * value[1] + 3 * value[2] +
                              2 * (s * value[3] + (1 - s) * value[4])) /
                             13;
                least = fmin(least, all);
                most = fmax(most, all);
            }
        }
        assert_near(r->lines[0].scores[0].low, least);
        assert_near(r->lines[0].scores[0].high, most);
        sw_arena_free(arena);
    }
}

static void measures_that_are_only_counted_have_no_answer(void **state)
{
    sw_index *index =
        index_of(HEAD AREAS "measures: {m: {title: M, area: a}}\n", *state);
    sw_date today = 20000;
    sw_error err = {0};
    const sw_index_report *r =
        computed(index, ANSWERS "  m: {value: yes, source: s}\n", NULL, &today,
                 1, *state, &err);
    assert_non_null(r);
    assert_near(r->lines[0].scores[0].low, 0.25);
    assert_near(r->lines[0].scores[0].high, 1);
    assert_near(r->lines[0].scores[0].areas[0].open, 2);
    assert_near(r->lines[0].scores[0].areas[1].open, 2);
}

#define DATED                                                                  \
    BOOK_HEAD BOOK_RULE                                                        \
        "  - {id: new, title: N, source: act, status: law, in_force: {from: "  \
        "2025-01-01}, require: cargo.fine, otherwise: permit, remedy: R}\n"    \
        "  - {id: bill, title: B, source: act, status: bill, require: "        \
        "cargo.fine, otherwise: barred, remedy: R}\n"

static void a_rule_answers_on_its_day(void **state)
{
    static const struct {
        const char *answer;
        double low[2], high[2];  // on 2024-06-01 and 2025-06-01
        const char *because;     // on the later day
    } cases[] = {
        {"{rule: xx/test#scale}", {1, 1}, {1, 1}, "xx/test#scale is in force"},
        {"{rule: xx/test#new}", {0, 1}, {0, 1}, "is in force"},
        {"{rule: xx/test#bill}", {0, 0}, {0, 0}, "is not law"},
        {"{rule: xx/test#scale, given: {cargo: {kind: map, scale: 5000}}}",
         {1, 1},
         {1, 1},
         "stands in the way"},
        {"{rule: xx/test#scale, given: {cargo: {kind: map, scale: 50000}}}",
         {0, 0},
         {0, 0},
         "asks for nothing more"},
        {"{rule: xx/test#scale, given: {cargo: {kind: image}}}",
         {0, 0},
         {0, 0},
         "does not apply"},
        {"{rule: xx/test#scale, given: {cargo: {kind: map}}}",
         {0, 0},
         {1, 1},
         "waits for facts"},
        {"{rule: xx/test#new, given: {cargo: {fine: false}}}",
         {0, 1},
         {0, 1},
         "stands in the way"},
        {"{rule: [xx/test#new, xx/test#scale], given: {cargo: {fine: true, "
         "kind: map}}}",
         {0, 0},
         {1, 1},
         "xx/test#scale waits for facts"},
        {"{value: 0.5, source: s}", {0.5, 0.5}, {0.5, 0.5}, "S"},
        {"{value: unknown}", {0, 0}, {1, 1}, "nobody knows"},
        {"{rule: xx/test#scale, since: 2025-01-01}", {0, 1}, {1, 1}, "force"},
        {"{value: no, source: s, since: 2025-06-01}", {0, 0}, {1, 0}, "S"},
        {"{value: no, source: s, since: 2025-06-02}",
         {0, 0},
         {1, 1},
         "nothing is known"},
    };
    sw_index *index = index_of(HEAD "areas: {a: {title: A, points: 1}}\n"
                                    "measures: {m: {title: M, area: a}}\n",
                               *state);
    sw_rulebook *book = book_of(DATED, *state);
    sw_date days[] = {day("2024-06-01"), day("2025-06-01")};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[512];
        sw_error err = {0};
        snprintf(text, sizeof text, "%s  m: %s\n", ANSWERS, cases[i].answer);
        const sw_index_report *r =
            computed(index, text, book, days, 2, *state, &err);
        if (r == NULL) fail_msg("%zu: %s: %s", i, err.place, err.reason);
        for (size_t t = 0; t < 2; t++) {
            assert_near(r->lines[0].scores[t].low, cases[i].low[t]);
            assert_near(r->lines[0].scores[t].high, cases[i].high[t]);
        }
        assert_has(r->lines[0].scores[1].measures[0].because, cases[i].because);
    }
}

static void bad_answers_are_refused_with_their_place(void **state)
{
    static const struct {
        const char *text, *reason;
    } cases[] = {
        {ANSWERS "  <!>n: {value: yes, source: s}\n",
         "the index has no measure \"n\""},
        {ANSWERS "  m: <!>{}\n", "either a rule or a value"},
        {ANSWERS "  m: <!>{value: yes, rule: b#r}\n", "either a rule or"},
        {ANSWERS "  m: {value: <!>yes}\n", "needs the source"},
        {ANSWERS "  m: {value: <!>perhaps, source: s}\n", "must be a number"},
        {ANSWERS "  m: {value: <!>2, source: s}\n", "from 0 to 1"},
        {ANSWERS "  m: {value: yes, source: s, given: <!>{a: 1}}\n",
         "facts are given to a rule"},
        {ANSWERS "  m: {rule: <!>b}\n", "RULEBOOK#RULE"},
        {ANSWERS "  m: {rule: <!>'#r'}\n", "RULEBOOK#RULE"},
        {ANSWERS "  m: {rule: <!>xx/other#r}\n", "was not given"},
        {ANSWERS "  m: {rule: <!>xx/test#scales}\n",
         "xx/test has no rule \"scales\" (did you mean scale?)"},
        {ANSWERS "  m: {rule: xx/test#scale, given: {cargo: {kind: "
                 "<!>song}}}\n",
         "song"},
        {"<!>answers_to: y\neconomy: X\ntitle: T\nanswers: {}\n",
         "answers to index y, not to x"},
    };
    sw_index *index = index_of(HEAD "areas: {a: {title: A, points: 1}}\n"
                                    "measures: {m: {title: M, area: a}}\n",
                               *state);
    sw_rulebook *book = book_of(DATED, *state);
    sw_date today = day("2025-06-01");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[512], place[64];
        sw_error err = {0};
        snprintf(text, sizeof text, "%s", cases[i].text);
        take_mark(text, place);
        assert_null(computed(index, text, book, &today, 1, *state, &err));
        assert_int_equal(err.kind, SW_ERR_INPUT);
        assert_string_equal(err.place, place);
        assert_string_equal(err.file, "a.yaml");
        assert_has(sw_str_of(err.reason), cases[i].reason);
    }
}

/* ---- memory ---------------------------------------------------------- */

static bool all_of_it(sw_buf *all, bool *hit, sw_error *err)
{
    sw_arena *arena = NULL;
    sw_index *index = NULL;
    sw_scores *scores = NULL;
    sw_answers *answers = NULL;
    sw_rulebook *book = NULL;
    const sw_index_report *r = NULL, *made = NULL;
    sw_str codes[] = {SW_STR("XX"), SW_STR("G")}, text[6] = {0};
    sw_index_query query = {codes, 2, 0, 0};
    sw_date days[] = {day("2024-06-01"), day("2025-06-01")};
    bool ok =
        sw_arena_new(&arena, err) &&
        sw_index_parse(SW_STR(HEAD TABLE AREAS MORE
                              "measures: {m: {title: M, area: a}}\n"),
                       "x", arena, &index, err) &&
        sw_scores_parse(SW_STR(scores_text), "s", index, arena, &scores, err) &&
        sw_index_published(scores, &query, arena, &r, err) &&
        sw_index_text(r, true, arena, &text[0], err) &&
        sw_index_json(r, arena, &text[1], err) &&
        sw_index_chart(r, SW_CHART_PATH, arena, &text[2], err) &&
        sw_index_describe(index, arena, &text[3], err) &&
        sw_rulebook_parse(SW_STR(DATED), "b", arena, &book, err) &&
        sw_answers_parse(SW_STR(ANSWERS "  m: {rule: xx/test#new, given: "
                                        "{cargo: {fine: false}}}\n"),
                         "a", index, arena, &answers, err);
    const sw_answers *const list[] = {answers};
    sw_index_evidence evidence = {list, 1, &book, 1, days, 2};
    ok = ok && sw_index_computed(index, &evidence, arena, &made, err) &&
         sw_index_text(made, true, arena, &text[4], err) &&
         sw_index_chart(made, SW_CHART_AREAS, arena, &text[5], err);
    *hit = fail_alloc_done();
    for (size_t i = 0; ok && i < 6; i++)
        sw_buf_str(all, text[i]);
    sw_arena_free(arena);
    return ok;
}

static void failing_allocations_are_told(void **state)
{
    walk_allocations(all_of_it, 100);
}

#define in_arena(f) cmocka_unit_test_setup_teardown(f, make_arena, free_arena)

int main(void)
{
    json_set_alloc_funcs(malloc, free);
    const struct CMUnitTest tests[] = {
        in_arena(weights_are_shares_of_all_points),
        in_arena(bad_indexes_are_refused_with_their_place),
        in_arena(a_table_is_rebuilt_in_any_order_of_rows),
        in_arena(changes_are_followed_through_the_table),
        in_arena(a_table_that_does_not_come_out_is_refused),
        in_arena(what_is_not_in_the_table_is_refused),
        in_arena(single_precision_is_kept),
        in_arena(an_interval_holds_every_completion_and_no_more),
        in_arena(measures_that_are_only_counted_have_no_answer),
        in_arena(a_rule_answers_on_its_day),
        in_arena(bad_answers_are_refused_with_their_place),
        cmocka_unit_test(failing_allocations_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
