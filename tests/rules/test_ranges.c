// Ranges: a rule is decided exactly if it comes out the same at every value of
// the ranges, which brute force tries.
#include "book.h"

static const char range_book[] =
    "rulebook: xx/ranges\n"
    "jurisdiction: XX\n"
    "title: A book for tests\n"
    "as_of: 2026-11-01\n"
    "sources:\n"
    "  act: {title: The Act, provision: Art. 1, url: \"https://law.example\","
    " read: 2026-11-01, evidence: law}\n"
    "facts:\n"
    "  a: {type: int, min: 0, max: 12, ask: A?}\n"
    "  b: {type: int, min: 0, max: 12, ask: B?}\n"
    "  d: {type: double, ask: D?}\n"
    "  day: {type: date, ask: Day?}\n"
    "  sales: {type: list(int), count: 2, ask: Sales?}\n"
    "  parts: {type: list(record), ask: Which?, fields: {n: {type: int}}}\n"
    "terms:\n"
    "  large: {title: Large, source: act, of: a, at_least: 7}\n"
    "  steady: {title: Steady, source: act, of: sales, at_least: 5,"
    " quantifier: each}\n"
    "  total: {title: Total, source: act, of: sales, at_least: 10,"
    " quantifier: sum}\n"
    "rules:\n"
    "  - {id: one, title: T, source: act, status: law, otherwise: permit,"
    " remedy: R, require: 'a < 4 || a > 9'}\n"
    "  - {id: two, title: T, source: act, status: law, otherwise: permit,"
    " remedy: R, when: 'a != 5', require: 'b in [2, 3, 4] || a == 8'}\n"
    "  - {id: three, title: T, source: act, status: law, otherwise: permit,"
    " remedy: R, require: 'large ? b >= 6 : b < 6'}\n"
    "  - {id: four, title: T, source: act, status: law, otherwise: permit,"
    " remedy: R, require: 'a + b > 11'}\n"
    "  - {id: real, title: T, source: act, status: law, otherwise: permit,"
    " remedy: R, require: 'd >= 0.5 && d < 0.75'}\n"
    "  - {id: days, title: T, source: act, status: law, otherwise: permit,"
    " remedy: R, require: 'day >= ruling.date'}\n";

enum { COMPARED = 3 };  // rules that only compare a and b with constants

typedef struct {
    sw_arena *books, *arena;
    sw_rulebook *book;
} fixture;

static int set_up(void **state)
{
    static fixture f;
    sw_error err = {0};
    assert_true(sw_arena_new(&f.books, &err) && sw_arena_new(&f.arena, &err));
    if (!sw_rulebook_parse(sw_str_of(range_book), "book", f.books, &f.book,
                           &err))
        fail_msg("%s: %s", err.place, err.reason);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    sw_arena_free(f->books);
    sw_arena_free(f->arena);
    return 0;
}

// Borrows from the fixture's arena.
static const sw_ruling *ruled(fixture *f, const char *said)
{
    sw_error err = {0};
    sw_declaration *d;
    const sw_ruling *ruling;
    sw_rule_options how = {.date = day("2026-11-24")};
    if (!sw_declaration_parse(sw_str_of(said), "d", f->arena, &d, &err) ||
        !sw_rule_with(&f->book, 1, d, &how, f->arena, &ruling, &err))
        fail_msg("%s: %s: %s", said, err.place, err.reason);
    return ruling;
}

static sw_rule_state state_of(const sw_ruling *ruling, const char *id)
{
    for (size_t i = 0; i < ruling->rule_count; i++) {
        if (sw_str_eq(ruling->rules[i].id, sw_str_of(id)))
            return ruling->rules[i].state;
    }
    fail_msg("no rule %s", id);
    return SW_RULE_NOT_IN_FORCE;
}

/* ---- brute force ----------------------------------------------------- */

static uint64_t seed = 3;

static int roll(int sides)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (int)((seed >> 33) % (unsigned)sides);
}

typedef struct {
    char text[32];
    int low, high;
} random_range;

static random_range some_range(void)
{
    random_range r = {.low = 0, .high = 12};
    int x = roll(13), y = roll(13);
    switch (roll(5)) {
    case 0: r.low = x, snprintf(r.text, sizeof r.text, "\">= %d\"", x); break;
    case 1: r.high = x, snprintf(r.text, sizeof r.text, "\"<=%d\"", x); break;
    case 2:
        x = x < 12 ? x : 11;
        r.low = x + 1, snprintf(r.text, sizeof r.text, "\">%d\"", x);
        break;
    case 3:
        r.low = x < y ? x : y, r.high = x < y ? y : x;
        snprintf(r.text, sizeof r.text, "\"%d..%d\"", r.low, r.high);
        break;
    default: r.low = r.high = x, snprintf(r.text, sizeof r.text, "%d", x);
    }
    return r;
}

static void a_range_is_all_of_its_values(void **state)
{
    fixture *f = *state;
    size_t settled = 0, open = 0;
    for (int round = 0; round < 250; round++) {
        random_range a = some_range(), b = some_range();
        char said[100];
        snprintf(said, sizeof said, "{a: %s, b: %s}", a.text, b.text);
        sw_arena_reset(f->arena);
        const sw_ruling *ruling = ruled(f, said);
        sw_rule_state told[4];
        for (size_t i = 0; i < 4; i++)
            told[i] = ruling->rules[i].state;
        unsigned seen[4] = {0};
        for (int x = a.low; x <= a.high; x++) {
            for (int y = b.low; y <= b.high; y++) {
                char exact[40];
                snprintf(exact, sizeof exact, "{a: %d, b: %d}", x, y);
                sw_arena_reset(f->arena);
                ruling = ruled(f, exact);
                for (size_t i = 0; i < 4; i++)
                    seen[i] |= 1u << ruling->rules[i].state;
            }
        }
        for (size_t i = 0; i < 4; i++) {
            unsigned clear = 1u << SW_RULE_HELD | 1u << SW_RULE_NOT_APPLICABLE;
            // Held where it applies is held.
            if ((seen[i] & ~clear) == 0 && (seen[i] & 1u << SW_RULE_HELD))
                seen[i] = 1u << SW_RULE_HELD;
            bool one = (seen[i] & (seen[i] - 1)) == 0;
            if (told[i] != SW_RULE_UNDETERMINED && seen[i] != 1u << told[i])
                fail_msg("%s: rule %zu is told %s", said, i,
                         sw_rule_state_name(told[i]));
            if (i < COMPARED && one && told[i] == SW_RULE_UNDETERMINED)
                fail_msg("%s: rule %zu is open, but always the same", said, i);
            settled += told[i] != SW_RULE_UNDETERMINED;
            open += told[i] == SW_RULE_UNDETERMINED;
        }
    }
    assert_true(settled > 100 && open > 100);
}

/* ---- forms ----------------------------------------------------------- */

static const struct {
    const char *said, *rule;
    sw_rule_state state;
} forms[] = {
    {"{d: \">0.5\"}", "real", SW_RULE_UNDETERMINED},
    {"{d: \"<0.5\"}", "real", SW_RULE_FAILED},
    {"{d: \"<=0.5\"}", "real", SW_RULE_UNDETERMINED},
    {"{d: \">= 0.75\"}", "real", SW_RULE_FAILED},
    {"{d: \"0.5..0.7\"}", "real", SW_RULE_HELD},
    {"{d: \"0.5..0.75\"}", "real", SW_RULE_UNDETERMINED},
    {"{d: \"about 0.6\"}", "real", SW_RULE_HELD},
    {"{d: \"about 0.7\"}", "real", SW_RULE_UNDETERMINED},
    {"{d: about 0.6}", "real", SW_RULE_HELD},
    {"{day: \">=2026-11-24\"}", "days", SW_RULE_HELD},
    {"{day: \"<2026-11-24\"}", "days", SW_RULE_FAILED},
    {"{day: \"2026-11-23..2026-11-24\"}", "days", SW_RULE_UNDETERMINED},
    {"{day: \"2025-01-01 .. 2026-11-23\"}", "days", SW_RULE_FAILED},
};

static void every_form_is_read(void **state)
{
    fixture *f = *state;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        sw_arena_reset(f->arena);
        const sw_ruling *ruling = ruled(f, forms[i].said);
        if (state_of(ruling, forms[i].rule) != forms[i].state)
            fail_msg("%s: %s", forms[i].said,
                     sw_rule_state_name(state_of(ruling, forms[i].rule)));
        assert_int_equal(ruling->range_count, 1);
    }
}

static void a_ruling_says_how_it_took_ranges(void **state)
{
    static const struct {
        const char *said, *taken;
    } cases[] = {
        {"{a: about 7}", "7 to 7"},
        {"{d: about 680000}", "612000 to 748000"},
        {"{a: \">3\"}", "above 3"},
        {"{a: \"<= 3\"}", "at most 3"},
        {"{day: \">=2026-01-01\"}", "at least 2026-01-01"},
        {"{d: \"-3..1.5\"}", "-3 to 1.5"},
    };
    fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sw_arena_reset(f->arena);
        sw_ruled_range range = ruled(f, cases[i].said)->ranges[0];
        char taken[60];
        snprintf(taken, sizeof taken, "%.*s", SW_STR_ARGS(range.taken));
        // Doubles are written with a point.
        char *point = strstr(taken, ".0");
        while (point != NULL) {
            memmove(point, point + 2, strlen(point + 2) + 1);
            point = strstr(taken, ".0");
        }
        assert_string_equal(taken, cases[i].taken);
    }
}

static void elements_and_fields_may_be_ranges(void **state)
{
    fixture *f = *state;
    sw_arena_reset(f->arena);
    const sw_ruling *r =
        ruled(f, "{sales: [\">= 6\", 5], parts: [{n: \">3\"}]}");
    for (size_t i = 0; i < r->term_count; i++) {
        if (sw_str_eq(r->terms[i].path, SW_STR("steady")))
            assert_int_equal(r->terms[i].value, SW_TERM_TRUE);
        // A sum is no comparison with a constant.
        if (sw_str_eq(r->terms[i].path, SW_STR("total")))
            assert_int_equal(r->terms[i].value, SW_TERM_UNDETERMINED);
    }
    assert_int_equal(r->range_count, 2);
    assert_true(sw_str_eq(r->ranges[1].fact, SW_STR("sales[0]")) ||
                sw_str_eq(r->ranges[0].fact, SW_STR("sales[0]")));
}

static void what_is_no_range_is_refused(void **state)
{
    static const char *const bad[] = {
        "{a: \"5..3\"}",          "{a: \">\"}",
        "{a: \"> x\"}",           "{a: about}",
        "{a: \"1..2..3\"}",       "{a: \"..\"}",
        "{d: \">1e999\"}",        "{day: \"about 2026-01-01\"}",
        "{day: \">2026-13-01\"}", "{a: \">0.5\"}",
    };
    fixture *f = *state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        sw_error err = {0};
        sw_declaration *d;
        const sw_ruling *ruling;
        sw_rule_options how = {.date = day("2026-11-24")};
        sw_arena_reset(f->arena);
        assert_true(
            sw_declaration_parse(sw_str_of(bad[i]), "d", f->arena, &d, &err));
        if (sw_rule_with(&f->book, 1, d, &how, f->arena, &ruling, &err))
            fail_msg("%s is taken", bad[i]);
        assert_int_equal(err.kind, SW_ERR_INPUT);
        assert_true(strlen(err.place) > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_range_is_all_of_its_values),
        cmocka_unit_test(every_form_is_read),
        cmocka_unit_test(a_ruling_says_how_it_took_ranges),
        cmocka_unit_test(elements_and_fields_may_be_ranges),
        cmocka_unit_test(what_is_no_range_is_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
