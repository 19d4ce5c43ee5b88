// Conditions in words: what each form of CEL says, written down by hand; and
// that whatever CEL a book may hold gets some words.
#include "phrase.h"

#include "book.h"

static const char words_book[] =
    "rulebook: xx/test\njurisdiction: XX\ntitle: T\nas_of: 2026-11-01\n"
    "sources:\n"
    "  act: {title: The Act, provision: Art. 1, url: \"https://law.example\","
    " read: 2026-11-01, evidence: law}\n"
    "facts:\n"
    "  kind: {type: string, ask: \"Which kind? One word.\"}\n"
    "  scale: {type: int, unit: denominator, ask: \"Which scale? A number.\"}\n"
    "  ratio: {type: double, ask: State the ratio. As a number.}\n"
    "  fine: {type: bool, ask: \"Is it fine?\"}\n"
    "  made: {type: date, ask: \"When was it made?\"}\n"
    "  tags: {type: list(string), ask: \"Which tags?\"}\n"
    "  sales: {type: list(int), count: 3, unit: EUR, ask: \"What sales?\"}\n"
    "  systems:\n"
    "    type: list(record)\n"
    "    ask: \"Which machines?\"\n"
    "    fields:\n"
    "      country: {type: string, ask: \"Where does it stand?\"}\n"
    "      cores: {type: int, unit: core}\n"
    "terms:\n"
    "  big: {title: A big one, source: act, of: scale, at_least: 5}\n"
    "rules:\n"
    "  - {id: r, title: R, source: act, status: law, require: fine,"
    " otherwise: barred, remedy: None.}\n";

static const struct {
    const char *cel, *words;
} said[] = {
    {"fine", "Is it fine?: yes"},
    {"!fine", "Is it fine?: no"},
    {"!!fine", "Is it fine?: yes"},
    {"big", "A big one: yes"},
    {"!big", "A big one: no"},
    {"true", "always"},
    {"!true", "never"},

    {"kind == 'map'", "Which kind?: map"},
    {"kind != 'map'", "Which kind?: not map"},
    {"!(kind == 'map')", "Which kind?: not map"},
    {"'map' == kind", "Which kind?: map"},
    {"kind == ''", "Which kind?: nothing"},
    {"scale >= 25000", "Which scale?: at least 25,000 (denominator)"},
    {"!(scale >= 25000)", "Which scale?: less than 25,000 (denominator)"},
    {"25000 <= scale", "Which scale?: at least 25,000 (denominator)"},
    {"scale > 999", "Which scale?: more than 999 (denominator)"},
    {"scale < -1000000", "Which scale?: less than -1,000,000 (denominator)"},
    {"scale <= 1", "Which scale?: at most 1 (denominator)"},
    {"ratio < 0.25", "State the ratio: less than 0.25"},
    {"ratio == 1234.0", "State the ratio: 1234"},
    {"ratio > 1234.5", "State the ratio: more than 1234.5"},
    {"made >= timestamp('2026-02-27T00:00:00Z')",
     "When was it made?: on or after 2026-02-27"},
    {"made < timestamp('2026-02-27T00:00:00Z')",
     "When was it made?: before 2026-02-27"},
    {"ruling.date > made", "the day ruled for: after made"},
    {"made > ruling.known", "When was it made?: after the day as known on"},
    {"ruling.date > months.add(made, 12)",
     "the day ruled for: after 12 months after made"},
    {"workdays.between(made, ruling.date, 'kr') <= 60",
     "the working days after made up to the day ruled for (calendar kr): at "
     "most 60"},
    {"made <= workdays.add(ruling.known, 60, 'kr')",
     "When was it made?: on or before working day 60 after the day as known on "
     "(calendar kr)"},
    {"scale + 1 > 2 * (scale - 3)",
     "scale plus 1: more than 2 times (scale minus 3)"},

    {"kind in ['a', 'b']", "Which kind?: one of: a, b"},
    {"!(kind in ['a', 'b'])", "Which kind?: none of: a, b"},
    {"'a' in tags", "Which tags?: a among them"},
    {"!('a' in tags)", "Which tags?: a not among them"},
    {"tags.exists(t, t in ['a', 'b'])", "Which tags?: at least one of: a, b"},
    {"!tags.exists(t, t in ['a', 'b'])", "Which tags?: none of: a, b"},
    {"tags.all(t, t in ['a', 'b'])", "Which tags?: nothing but: a, b"},
    {"!tags.all(t, t in ['a', 'b'])",
     "Which tags?: something other than: a, b"},
    {"tags.all(t, !(t in ['a', 'b']))", "Which tags?: none of: a, b"},
    {"tags.exists(t, t == 'a')", "Which tags?: a among them"},
    {"tags.all(t, t != 'a')", "Which tags?: a not among them"},
    {"tags.exists(t, t != 'a')", "Which tags?: something other than: a"},
    {"tags.all(t, t == 'a')", "Which tags?: nothing but: a"},
    {"tags == []", "Which tags?: nothing"},
    {"size(tags) > 2", "Which tags?: the number of entries: more than 2"},
    {"tags.size() > 2", "Which tags?: the number of entries: more than 2"},
    {"sales[0] > 5", "What sales?: the newest value: more than 5 (EUR)"},

    {"systems.all(s, s.country == 'KR')",
     "Which machines?: every entry: (Where does it stand?: KR)"},
    {"!systems.all(s, s.country == 'KR')",
     "Which machines?: at least one entry: (Where does it stand?: not KR)"},
    {"systems.exists(s, s.cores > 8 && s.country != 'KR')",
     "Which machines?: at least one entry: (all of these: (cores: more than 8 "
     "(core); Where does it stand?: not KR))"},
    {"!systems.exists(s, s.cores > 8)",
     "Which machines?: every entry: (cores: at most 8 (core))"},
    {"systems.exists_one(s, s.country in ['KR'])",
     "Which machines?: exactly one entry: (Where does it stand?: one of: KR)"},
    {"tags.all(t, t.startsWith('a') || t == 'b')",
     "Which tags?: every entry: (at least one of these: (its value: begins "
     "with a; its value: b))"},

    {"['a', 'b'].all(x, x in tags)", "Which tags?: all of: a, b"},
    {"!['a', 'b'].all(x, x in tags)", "Which tags?: not all of: a, b"},
    {"['a', 'b'].exists(x, x in tags)", "Which tags?: at least one of: a, b"},
    {"!['a', 'b'].exists(x, x in tags)", "Which tags?: none of: a, b"},
    {"[scale, 7].all(x, x > 5)",
     "all of these: (Which scale?: more than 5 (denominator); 7: more than 5)"},
    {"![kind, 'b'].exists(x, x in ['a'])",
     "all of these: (Which kind?: none of: a; b: none of: a)"},
    {"['a', 'b'].exists(x, kind == x)",
     "at least one of these: (Which kind?: a; Which kind?: b)"},
    {"made.getFullYear() > 2020", "the year of made: more than 2020"},

    {"fine && big && kind == 'a'",
     "all of these: (Is it fine?: yes; A big one: yes; Which kind?: a)"},
    {"fine && (big && kind == 'a')",
     "all of these: (Is it fine?: yes; A big one: yes; Which kind?: a)"},
    {"fine || (big && !fine)",
     "at least one of these: (Is it fine?: yes; all of these: (A big one: yes; "
     "Is it fine?: no))"},
    {"!(fine || big)", "none of these: (Is it fine?: yes; A big one: yes)"},
    {"!(fine && big)", "not all of these: (Is it fine?: yes; A big one: yes)"},
    {"fine ? big : kind == 'a'",
     "it depends: (if: (Is it fine?: yes); then: (A big one: yes); otherwise: "
     "(Which kind?: a))"},
    {"!(fine ? big : kind == 'a')",
     "it depends: (if: (Is it fine?: yes); then: (A big one: no); otherwise: "
     "(Which kind?: not a))"},
    {"scale > (fine ? 10 : 20)",
     "it depends: (if: (Is it fine?: yes); then: (Which scale?: more than 10 "
     "(denominator)); otherwise: (Which scale?: more than 20 (denominator)))"},

    {"kind.contains('x')", "Which kind?: contains x"},
    {"!kind.endsWith('x')", "Which kind?: does not end with x"},
    {"kind.matches('x.*')", "kind.matches('x.*'): yes"},
    {"!kind.matches('x.*')", "kind.matches('x.*'): no"},
    {"has(dyn(kind).x)", "dyn(kind).x: stated"},
};

static void put(const phrase *p, sw_buf *out)
{
    if (p->question.len > 0)
        sw_buf_printf(out, "%.*s: ", SW_STR_ARGS(p->question));
    sw_buf_str(out, p->answer);
    if (p->count == 0) return;
    sw_buf_str(out, SW_STR(" ("));
    for (size_t i = 0; i < p->count; i++) {
        if (i > 0) sw_buf_str(out, SW_STR("; "));
        put(&p->at[i], out);
    }
    sw_buf_str(out, SW_STR(")"));
}

static void conditions_are_put_into_words(void **state)
{
    sw_arena *arena = *state;
    sw_rulebook *book = book_of(words_book, arena);
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        const phrase *p;
        sw_error err = {0};
        sw_buf out = {0};
        if (!sw_rules__phrase(book, sw_str_of(said[i].cel), arena, &p, &err))
            fail_msg("%s: %s", said[i].cel, err.reason);
        put(p, &out);
        sw_buf_add(&out, "", 1);
        assert_string_equal(out.at, said[i].words);
        sw_buf_free(&out);
    }
}

static void question_ends_where_the_explanation_begins(void **state)
{
    (void)state;
    static const char *const asks[][2] = {
        {"Which? Say it. Now?", "Which?"},
        {"Say it. Now.", "Say it"},
        {"Say it.", "Say it."},
        {"e.g.x", "e.g.x"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
        sw_str got = sw_rules__question(sw_str_of(asks[i][0]));
        assert_true(sw_str_eq(got, sw_str_of(asks[i][1])));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(conditions_are_put_into_words,
                                        make_arena, free_arena),
        cmocka_unit_test(question_ends_where_the_explanation_begins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
