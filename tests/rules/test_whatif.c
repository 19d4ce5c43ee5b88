// What-if beside brute force: random small books, every declaration of their
// facts, every set of differences. And what it says of days, variants, doubles.
#include "book.h"
#include "walk.h"

#include "segwan/whatif.h"

/* ---- random books over small facts ----------------------------------- */

#define HEAD                                                                   \
    "rulebook: xx/if\njurisdiction: XX\ntitle: T\nas_of: 2026-11-01\n"         \
    "sources:\n"                                                               \
    "  act: {title: A, provision: P, url: U, read: 2026-11-01, evidence: "     \
    "law}\n"                                                                   \
    "facts:\n"                                                                 \
    "  a: {type: bool, ask: A?}\n"                                             \
    "  k: {type: string, values: [map, image], ask: K?}\n"                     \
    "  n: {type: int, min: 0, max: 5, ask: N?}\n"                              \
    "  s: {type: list(int), count: 2, min: 0, max: 1, ask: S?}\n"              \
    "  t: {type: list(string), values: [x, y], ask: T?}\n"

enum { FACTS = 5, BOOKS = 12, MOST_WORDS = 7 };

// What each fact can be; the first: not said.
static const struct {
    const char *name, *words[MOST_WORDS];
    size_t count;
} facts[FACTS] = {
    {"a", {"null", "false", "true"}, 3},
    {"k", {"null", "map", "image"}, 3},
    {"n", {"null", "0", "1", "2", "3", "4", "5"}, 7},
    {"s", {"null", "[0, 0]", "[1, 0]", "[0, 1]", "[1, 1]"}, 5},
    {"t", {"null", "[]", "[x]", "[y]", "[x, y]"}, 5},
};
enum { ALL = 3 * 3 * 7 * 5 * 5 };

typedef struct {
    uint32_t seed;
    sw_arena *arena;
} dice;

static uint32_t roll(dice *d, uint32_t sides)
{
    d->seed = d->seed * 1664525 + 1013904223;
    return (d->seed >> 16) % sides;
}

static sw_str condition(dice *d, int depth)
{
    static const char *const atoms[] = {
        "a",          "!a",       "k == \"map\"",         "n >= 2",
        "n < 4",      "n == 3",   "n in [0, 5]",          "n != 1",
        "s[0] >= 1",  "s[1] < 1", "s.exists(i, i == 1)",  "size(t) > 0",
        "\"x\" in t", "n > 4",    "t.all(i, i == \"y\")", "s[0] == 0"};
    if (depth == 0 || roll(d, 3) == 0)
        return sw_str_of(atoms[roll(d, sizeof atoms / sizeof *atoms)]);
    sw_str left = condition(d, depth - 1), right = condition(d, depth - 1);
    return sw_arena_printf(d->arena, "(%.*s %s %.*s)", SW_STR_ARGS(left),
                           roll(d, 2) ? "&&" : "||", SW_STR_ARGS(right));
}

static sw_rulebook *random_book(dice *d)
{
    static const char *const otherwise[] = {
        "treat, treatment: {strip-names: true}, remedy: R", "permit, remedy: R",
        "barred, remedy: R"};
    sw_str when[3], require[3];
    for (int i = 0; i < 3; i++) {
        when[i] = condition(d, 1);
        require[i] = condition(d, 2);
    }
    sw_buf text = {0};
    sw_buf_str(&text, SW_STR(HEAD "rules:\n"));
    for (int i = 0; i < 3; i++) {
        sw_buf_printf(&text,
                      "  - {id: r%d, title: T, source: act, status: law, when: "
                      "'%.*s', require: '%.*s', otherwise: %s}\n",
                      i, SW_STR_ARGS(when[i]), SW_STR_ARGS(require[i]),
                      otherwise[i]);
    }
    sw_str kept;
    assert_true(sw_arena_str(d->arena, (sw_str){text.at, text.len}, &kept));
    sw_buf_free(&text);
    return book_of(kept.at, d->arena);
}

static void digits_of(size_t index, size_t digits[FACTS])
{
    for (size_t i = 0; i < FACTS; i++) {
        digits[i] = index % facts[i].count;
        index /= facts[i].count;
    }
}

static size_t index_of(const size_t digits[FACTS])
{
    size_t index = 0;
    for (size_t i = FACTS; i > 0; i--)
        index = index * facts[i - 1].count + digits[i - 1];
    return index;
}

static const char *saying(const size_t digits[FACTS], sw_arena *arena)
{
    sw_str text = SW_STR("");
    for (size_t i = 0; i < FACTS; i++)
        text = sw_arena_printf(arena, "%.*s%s: %s\n", SW_STR_ARGS(text),
                               facts[i].name, facts[i].words[digits[i]]);
    assert_non_null(text.at);
    return text.at;
}

static const sw_ruling *ruled_at(sw_rulebook *book, size_t index,
                                 sw_arena *arena)
{
    size_t digits[FACTS];
    digits_of(index, digits);
    return ruling_of(book, saying(digits, arena), "2026-11-20", arena);
}

/* ---- the nearest change ---------------------------------------------- */

// What is reached from `now` by changing facts to values that are said: the
// fewest facts, and the sets of that many.
typedef struct {
    size_t fewest;  // FACTS + 1: none
    bool sets[1 << FACTS];
    size_t set_count;
} brute;

// As the ruling has it; of "anything but clear" a sure failure.
static bool is_wanted(const sw_ruling *ruling, bool other, sw_verdict wanted)
{
    if (!other) return ruling->verdict == wanted;
    for (size_t i = 0; i < ruling->rule_count; i++) {
        if (ruling->rules[i].state == SW_RULE_FAILED) return true;
    }
    return false;
}

static brute try_all(const bool *wanted, const size_t now[FACTS])
{
    brute b = {.fewest = FACTS + 1};
    for (size_t i = 0; i < ALL; i++) {
        size_t then[FACTS], changed = 0, set = 0;
        bool unsaid = false;
        digits_of(i, then);
        for (size_t k = 0; k < FACTS; k++) {
            if (then[k] == now[k]) continue;
            changed++;
            set |= (size_t)1 << k;
            unsaid = unsaid || then[k] == 0;
        }
        if (unsaid || !wanted[i] || changed > b.fewest) continue;
        if (changed < b.fewest) b = (brute){.fewest = changed};
        b.set_count += !b.sets[set];
        b.sets[set] = true;
    }
    return b;
}

static size_t fact_index(sw_str name)
{
    size_t i = 0;
    while (i < FACTS && !sw_str_eq(name, sw_str_of(facts[i].name)))
        i++;
    assert_true(i < FACTS);
    return i;
}

static size_t word_index(size_t fact, sw_str value)
{
    char plain[64];
    size_t n = 0;
    for (size_t i = 0; i < value.len && n + 1 < sizeof plain; i++) {
        if (value.at[i] != '"') plain[n++] = value.at[i];
    }
    plain[n] = 0;
    // To expressions, of a list of words the order is nothing.
    if (strcmp(plain, "[y, x]") == 0) return 4;
    size_t i = 1;
    while (i < facts[fact].count && strcmp(facts[fact].words[i], plain) != 0)
        i++;
    if (i == facts[fact].count) fail_msg("%s: %s", facts[fact].name, plain);
    return i;
}

// Each way is one of the smallest sets, and its values do; a single number is
// the nearest that does.
static void check_way(const sw_whatif_way *way, const brute *b,
                      const bool *wanted, const size_t now[FACTS])
{
    size_t then[FACTS], set = 0;
    memcpy(then, now, sizeof then);
    assert_int_equal(way->change_count, b->fewest);
    for (size_t i = 0; i < way->change_count; i++) {
        size_t fact = fact_index(way->changes[i].fact);
        then[fact] = word_index(fact, way->changes[i].to);
        set |= (size_t)1 << fact;
    }
    assert_true(b->sets[set]);
    assert_true(wanted[index_of(then)]);
    enum { NUMBER = 2 };
    if (set != 1 << NUMBER || now[NUMBER] == 0) return;
    int found = abs((int)then[NUMBER] - (int)now[NUMBER]);
    for (size_t v = 1; v < facts[NUMBER].count; v++) {
        then[NUMBER] = v;
        if (wanted[index_of(then)])
            assert_true(abs((int)v - (int)now[NUMBER]) >= found);
    }
}

static void check_nearest(sw_rulebook *book, const sw_ruling **rulings,
                          size_t index, bool given, sw_verdict verdict,
                          sw_arena *arena)
{
    size_t now[FACTS];
    bool wanted[ALL];
    const sw_whatif_nearest *found;
    sw_error err = {0};
    sw_verdict is = rulings[index]->verdict;
    bool other = !given && is == SW_VERDICT_CLEAR;
    digits_of(index, now);
    for (size_t i = 0; i < ALL; i++)
        wanted[i] =
            is_wanted(rulings[i], other, given ? verdict : SW_VERDICT_CLEAR);
    brute b = try_all(wanted, now);
    sw_situation at = {&book,
                       1,
                       said_of(saying(now, arena), arena),
                       {.date = day("2026-11-20")}};
    sw_whatif_wish wish = {.verdict_given = given, .verdict = verdict};
    if (!sw_whatif_find(&at, &wish, arena, &found, &err))
        fail_msg("%s: %s", err.place, err.reason);
    assert_false(found->cut_short);
    assert_int_equal(found->inexact_count, 0);
    assert_int_equal(found->already, b.fewest == 0);
    if (b.fewest == 0) return;
    assert_int_equal(found->never, b.fewest > FACTS);
    assert_int_equal(found->way_count + found->more_ways, b.set_count);
    for (size_t i = 0; i < found->way_count; i++)
        check_way(&found->ways[i], &b, wanted, now);
}

static void nothing_smaller_reaches_the_verdict(void **state)
{
    static const sw_verdict verdicts[] = {SW_VERDICT_CLEAR, SW_VERDICT_TREAT,
                                          SW_VERDICT_PERMIT, SW_VERDICT_BARRED};
    dice d = {7, *state};
    for (int i = 0; i < BOOKS; i++) {
        const sw_ruling *rulings[ALL];
        sw_rulebook *book = random_book(&d);
        for (size_t k = 0; k < ALL; k++)
            rulings[k] = ruled_at(book, k, *state);
        for (int k = 0; k < 8; k++) {
            size_t now = roll(&d, ALL);
            check_nearest(book, rulings, now, false, 0, *state);
            check_nearest(book, rulings, now, true, verdicts[roll(&d, 4)],
                          *state);
        }
    }
}

/* ---- causes ---------------------------------------------------------- */

static sw_str outcome(const sw_ruling *r, const sw_whatif_flip *flip)
{
    if (strcmp(flip->what, "verdict") == 0)
        return sw_str_of(sw_verdict_name(r->verdict));
    for (size_t i = 0; i < r->rule_count; i++) {
        if (!sw_str_eq(r->rules[i].id, flip->id)) continue;
        if (r->rules[i].state != SW_RULE_FAILED)
            return sw_str_of(sw_rule_state_name(r->rules[i].state));
        const char *otherwise = sw_verdict_name(r->rules[i].otherwise);
        static char text[40];
        snprintf(text, sizeof text, "failed (%s)", otherwise);
        return sw_str_of(text);
    }
    fail_msg("no such rule");
    return SW_STR("");
}

// Whether the outcome is that of the first with these facts as in the first.
static bool turns_back(const sw_ruling **rulings, const size_t from[FACTS],
                       const size_t to[FACTS], size_t undone,
                       const sw_whatif_flip *flip)
{
    size_t mixed[FACTS];
    for (size_t i = 0; i < FACTS; i++)
        mixed[i] = undone >> i & 1 ? from[i] : to[i];
    return sw_str_eq(outcome(rulings[index_of(mixed)], flip), flip->from);
}

static size_t count_bits(size_t set)
{
    size_t n = 0;
    for (; set > 0; set &= set - 1)
        n++;
    return n;
}

static void check_flip(const sw_whatif *found, const sw_whatif_flip *flip,
                       const sw_ruling **rulings, const size_t from[FACTS],
                       const size_t to[FACTS])
{
    size_t causes = 0, alone = 0, fewest = FACTS;
    for (size_t i = 0; i < flip->cause_count; i++) {
        const sw_whatif_difference *d = &found->differences[flip->causes[i]];
        causes |= (size_t)1 << fact_index(d->name);
    }
    for (size_t set = 1; set < 1 << FACTS; set++) {
        if (!turns_back(rulings, from, to, set, flip)) continue;
        if (count_bits(set) < fewest) fewest = count_bits(set);
        // What does not differ turns nothing back.
        if (count_bits(set) == 1) alone |= set;
    }
    assert_int_equal(flip->alone, alone != 0);
    if (flip->alone) {
        assert_int_equal(causes, alone);
        return;
    }
    assert_int_equal(count_bits(causes), fewest);
    assert_true(turns_back(rulings, from, to, causes, flip));
}

static void causes_turn_the_outcome_back_and_no_fewer_do(void **state)
{
    dice d = {11, *state};
    size_t flips = 0;
    for (int i = 0; i < BOOKS; i++) {
        const sw_ruling *rulings[ALL];
        sw_rulebook *book = random_book(&d);
        for (size_t k = 0; k < ALL; k++)
            rulings[k] = ruled_at(book, k, *state);
        for (int k = 0; k < 20; k++) {
            size_t from[FACTS], to[FACTS], changed = 0;
            const sw_whatif *found;
            sw_error err = {0};
            digits_of(roll(&d, ALL), from);
            digits_of(roll(&d, ALL), to);
            sw_situation a = {&book,
                              1,
                              said_of(saying(from, *state), *state),
                              {.date = day("2026-11-20")}};
            sw_situation b = a;
            b.said = said_of(saying(to, *state), *state);
            if (!sw_whatif_compare(&a, &b, *state, &found, &err))
                fail_msg("%s: %s", err.place, err.reason);
            for (size_t f = 0; f < FACTS; f++)
                changed += from[f] != to[f];
            assert_int_equal(found->difference_count, changed);
            for (size_t f = 0; f < found->flip_count; f++)
                check_flip(found, &found->flips[f], rulings, from, to);
            flips += found->flip_count;
        }
    }
    assert_true(flips > 150);
}

/* ---- days, variants, doubles ----------------------------------------- */

static const char dated[] = HEAD
    "  ratio: {type: double, min: 0, ask: R?}\n"
    "  m: {type: int, ask: M?}\n"
    "terms:\n"
    "  many: {title: Many, source: act, of: n, at_least: 3}\n"
    "rules:\n"
    "  - {id: old, title: O, source: act, status: law, in_force: {to: "
    "2026-12-31}, require: '!many', otherwise: permit, remedy: Ask., takes: 60 "
    "days}\n"
    "  - {id: fine, title: F, source: act, status: law, require: 'ratio > "
    "0.4', otherwise: barred, remedy: R}\n"
    "  - {id: sum, title: S, source: act, status: law, require: 'm + 1 > 0', "
    "otherwise: barred, remedy: R}\n"
    "variants:\n"
    "  bill:\n"
    "    title: B\n"
    "    status: bill\n"
    "    source: act\n"
    "    terms: {many: {at_least: 5}}\n"
    "    without: [fine]\n";

static sw_situation situation(sw_rulebook **book, const char *said,
                              const char *date, sw_arena *arena)
{
    return (sw_situation){book, 1, said_of(said, arena), {.date = day(date)}};
}

static const sw_whatif *compared(const sw_situation *a, const sw_situation *b,
                                 sw_arena *arena)
{
    const sw_whatif *found = NULL;
    sw_error err = {0};
    if (!sw_whatif_compare(a, b, arena, &found, &err))
        fail_msg("%s: %s", err.place, err.reason);
    return found;
}

static void a_day_is_a_cause(void **state)
{
    sw_rulebook *book = book_of(dated, *state);
    const char *said = "{n: 4, ratio: 0.5, m: 0}";
    sw_situation a = situation(&book, said, "2026-11-20", *state);
    sw_situation b = situation(&book, said, "2027-01-01", *state);
    const sw_whatif *found = compared(&a, &b, *state);
    assert_int_equal(found->difference_count, 1);
    assert_string_equal(found->differences[0].what, "date");
    assert_int_equal(found->flip_count, 2);
    assert_str(found->flips[0].from, "permit");
    assert_str(found->flips[0].to, "clear");
    assert_str(found->flips[1].id, "old");
    assert_str(found->flips[1].from, "failed (permit)");
    assert_str(found->flips[1].to, "not-in-force");
    assert_int_equal(found->flips[1].cause_count, 1);
    assert_true(found->flips[1].alone);
}

// The bill moves the threshold and takes a rule away; only one of the two
// hangs on the fact that differs as well.
static void a_variant_is_a_cause_beside_facts(void **state)
{
    sw_rulebook *book = book_of(dated, *state), *bill = NULL;
    sw_error err = {0};
    assert_true(sw_rulebook_variant(book, SW_STR("bill"), *state, &bill, &err));
    sw_situation a =
        situation(&book, "{n: 4, ratio: 0.1, m: 0}", "2026-11-20", *state);
    sw_situation b =
        situation(&bill, "{n: 2, ratio: 0.1, m: 0}", "2026-11-20", *state);
    const sw_whatif *found = compared(&a, &b, *state);
    assert_int_equal(found->difference_count, 2);
    assert_string_equal(found->differences[0].what, "fact");
    assert_string_equal(found->differences[1].what, "variant");
    assert_str(found->differences[1].to, "bill");
    assert_int_equal(found->flip_count, 4);
    const sw_whatif_flip *old = &found->flips[1], *fine = &found->flips[2];
    const sw_whatif_flip *many = &found->flips[3];
    assert_str(old->id, "old");
    assert_int_equal(old->cause_count, 2);  // n < 3, and so n < 5: only both
    assert_false(old->alone);
    assert_str(fine->id, "fine");
    assert_str(fine->to, "absent");
    assert_int_equal(fine->cause_count, 1);
    assert_int_equal(fine->causes[0], 1);
    assert_str(many->id, "many");
    assert_str(many->was, "n >= 3");
    assert_str(many->is, "n >= 5");
    sw_str text;
    assert_true(sw_whatif_text(found, false, *state, &text, &err));
    assert_has(text, "barred -> clear\n");
    assert_has(text, "of n and the variant of xx/if: only undoing all");
    assert_has(text, "said      n >= 3\n    says      n >= 5\n");
}

static const sw_whatif_nearest *
nearest(const sw_situation *at, const sw_whatif_wish *wish, sw_arena *arena)
{
    const sw_whatif_nearest *found = NULL;
    sw_error err = {0};
    if (!sw_whatif_find(at, wish, arena, &found, &err))
        fail_msg("%s: %s", err.place, err.reason);
    return found;
}

static void a_double_says_where_its_values_begin(void **state)
{
    sw_rulebook *book = book_of(dated, *state);
    sw_situation at =
        situation(&book, "{n: 0, ratio: 0.1, m: 0}", "2026-11-20", *state);
    const sw_whatif_nearest *found = nearest(&at, &(sw_whatif_wish){0}, *state);
    assert_int_equal(found->way_count, 1);
    assert_str(found->ways[0].changes[0].fact, "ratio");
    assert_str(found->ways[0].changes[0].limit, "above 0.4");
    assert_str(found->ways[0].freed[0].id, "fine");
    assert_int_equal(found->inexact_count, 1);
    assert_str(found->inexact[0], "m");
}

static void the_law_s_own_remedy_stands_with_a_way(void **state)
{
    sw_rulebook *book = book_of(dated, *state);
    sw_situation at =
        situation(&book, "{n: 5, ratio: 0.5, m: 0}", "2026-11-20", *state);
    const sw_whatif_nearest *found = nearest(&at, &(sw_whatif_wish){0}, *state);
    assert_int_equal(found->way_count, 1);
    assert_str(found->ways[0].changes[0].to, "2");
    assert_str(found->ways[0].freed[0].remedy, "Ask.");
    assert_str(found->ways[0].freed[0].takes, "60 days");
}

static void a_fact_that_is_held_stays(void **state)
{
    sw_rulebook *book = book_of(dated, *state);
    sw_str held[] = {SW_STR("n")};
    sw_whatif_wish wish = {.held = held, .held_count = 1};
    sw_situation at =
        situation(&book, "{n: 5, ratio: 0.5, m: 0}", "2026-11-20", *state);
    const sw_whatif_nearest *found = nearest(&at, &wish, *state);
    assert_true(found->never);
    assert_int_equal(found->way_count, 0);
    held[0] = SW_STR("nn");
    sw_error err = {0};
    assert_false(sw_whatif_find(&at, &wish, *state, &found, &err));
    assert_int_equal(err.kind, SW_ERR_USAGE);
}

static void a_search_cut_short_says_so(void **state)
{
    dice d = {3, *state};
    sw_rulebook *book = random_book(&d);
    sw_whatif_wish wish = {.most_rulings = 2};
    for (size_t i = 0; i < ALL; i += 97) {
        size_t digits[FACTS];
        digits_of(i, digits);
        sw_situation at =
            situation(&book, saying(digits, *state), "2026-11-20", *state);
        const sw_whatif_nearest *found = nearest(&at, &wish, *state);
        assert_true(found->already || found->never || found->cut_short);
        if (found->cut_short) assert_false(found->way_count > 0);
    }
}

static void other_books_are_not_compared(void **state)
{
    sw_rulebook *one = book_of(dated, *state), *two;
    two = book_of(whole_book, *state);
    sw_situation a = situation(&one, "{}", "2026-11-20", *state);
    sw_situation b = situation(&two, "{}", "2026-11-20", *state);
    const sw_whatif *found;
    sw_error err = {0};
    assert_false(sw_whatif_compare(&a, &b, *state, &found, &err));
    assert_int_equal(err.kind, SW_ERR_USAGE);
}

/* ---- memory ---------------------------------------------------------- */

static bool both_ways(sw_arena *arena, sw_buf *all, sw_error *err)
{
    sw_rulebook *book, *bill;
    sw_declaration *one, *two;
    const sw_whatif *found;
    const sw_whatif_nearest *near;
    sw_str text[4];
    if (!sw_rulebook_parse(SW_STR(dated), "b", arena, &book, err) ||
        !sw_rulebook_variant(book, SW_STR("bill"), arena, &bill, err) ||
        !sw_declaration_parse(SW_STR("{n: 4, m: 0, ratio: 0.1}"), "d", arena,
                              &one, err) ||
        !sw_declaration_parse(SW_STR("{n: 2, m: 0, t: [x]}"), "e", arena, &two,
                              err))
        return false;
    sw_situation a = {&book, 1, one, {.date = day("2026-11-20")}};
    sw_situation b = {&bill, 1, two, {.date = day("2026-12-20")}};
    if (!sw_whatif_compare(&a, &b, arena, &found, err) ||
        !sw_whatif_text(found, true, arena, &text[0], err) ||
        !sw_whatif_json(found, arena, &text[1], err) ||
        !sw_whatif_find(&a, &(sw_whatif_wish){0}, arena, &near, err) ||
        !sw_whatif_nearest_text(near, true, arena, &text[2], err) ||
        !sw_whatif_nearest_json(near, arena, &text[3], err))
        return false;
    for (int i = 0; i < 4; i++)
        sw_buf_str(all, text[i]);
    return !all->failed || sw_fail_memory(err);
}

static bool whole(sw_buf *all, bool *hit, sw_error *err)
{
    sw_arena *arena = NULL;
    bool ok = sw_arena_new(&arena, err) && both_ways(arena, all, err);
    sw_arena_free(arena);
    *hit = fail_alloc_done();
    return ok;
}

static void memory_that_ends_is_an_error(void **state)
{
    (void)state;
    walk_allocations(whole, 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, make_arena, free_arena)
        TEST(nothing_smaller_reaches_the_verdict),
        TEST(causes_turn_the_outcome_back_and_no_fewer_do),
        TEST(a_day_is_a_cause),
        TEST(a_variant_is_a_cause_beside_facts),
        TEST(a_double_says_where_its_values_begin),
        TEST(the_law_s_own_remedy_stands_with_a_way),
        TEST(a_fact_that_is_held_stays),
        TEST(a_search_cut_short_says_so),
        TEST(other_books_are_not_compared),
        TEST(memory_that_ends_is_an_error),
    };
    return cmocka_run_group_tests_name("what-if", tests, NULL, NULL);
}
