// Interviews: how answers are read, what is written, and that asking only what
// matters loses nothing. The last by brute force: over all completions of
// random books, and with the cases of the shipped books as the people who
// answer.
#include <fts.h>

#include "book.h"
#include "cases.h"

static const char *shipped;  // the folder of rulebooks

static sw_interview *talk_under(sw_rulebook *const *book,
                                const sw_declaration *said)
{
    sw_interview *talk = NULL;
    sw_error err = {0};
    sw_rule_options how = {.date = day("2026-11-24")};
    if (!sw_interview_new(book, 1, said, &how, &talk, &err))
        fail_msg("%s: %s", err.place, err.reason);
    return talk;
}

static sw_answer answered(sw_interview *talk, const char *line)
{
    sw_answer got;
    sw_error err = {0};
    if (!sw_interview_answer(talk, sw_str_of(line), &got, &err))
        fail_msg("%s: %s", line, err.reason);
    return got;
}

#define assert_asks(talk, path)                                                \
    do {                                                                       \
        assert_non_null(sw_interview_asks(talk));                              \
        assert_str(sw_interview_asks(talk)->question->fact, path);             \
    } while (0)

/* ---- answers --------------------------------------------------------- */

// A book that asks for the one fact `x` of a type.
static sw_rulebook *asking_for(const char *fact, const char *require,
                               sw_arena *arena)
{
    sw_str text = sw_arena_printf(
        arena,
        "rulebook: xx/test\njurisdiction: XX\ntitle: T\nas_of: 2026-11-01\n"
        "sources:\n  act: {title: A, provision: P, url: U, read: 2026-11-01, "
        "evidence: law}\n"
        "facts:\n  x: {ask: What?, %s}\n"
        "rules:\n  - {id: r, title: T, source: act, status: law, require: "
        "'%s', otherwise: permit, remedy: R}\n",
        fact, require);
    assert_non_null(text.at);
    return book_of(text.at, arena);
}

#define BOOL  "type: bool", "x"
#define INT   "type: int, min: 0, max: 100000000", "x > 5"
#define REAL  "type: double", "x > 5.0"
#define TEXT  "type: string", "x == \"a\""
#define WORD  "type: string, values: [map, mapped, image, why]", "x == \"map\""
#define DAY   "type: date", "x > timestamp(\"2026-01-01T00:00:00Z\")"
#define INTS  "type: list(int)", "x.all(i, i > 5)"
#define YEARS "type: list(int), count: 3", "x[0] > 5"
#define WORDS "type: list(string), values: [map, image, none]", "\"map\" in x"
#define TEXTS "type: list(string)", "\"a\" in x"
#define PARTS "type: list(record), fields: {ok: {type: bool}}", "x.all(p, p.ok)"

static void answers_are_read_by_type(void **state)
{
    static const struct {
        const char *fact, *require, *line, *said;
    } cases[] = {
        {BOOL, "y", "x: true\n"},
        {BOOL, " No\r\n", "x: false\n"},
        {BOOL, "TRUE", "x: true\n"},
        {INT, "25000", "x: 25000\n"},
        {INT, "45,000,000", "x: 45000000\n"},
        {INT, "45 000_000", "x: 45000000\n"},
        {REAL, "2.5", "x: 2.5\n"},
        {REAL, "1,234.5", "x: 1234.5\n"},
        {REAL, "-3", "x: -3\n"},
        {TEXT, "a", "x: a\n"},
        {TEXT, "\"why\"", "x: why\n"},
        {TEXT, "true", "x: \"true\"\n"},
        {TEXT, "12", "x: \"12\"\n"},
        {TEXT, "a: b # c", "x: \"a: b # c\"\n"},
        {TEXT, "say \\ \"so\"!", "x: \"say \\\\ \\\"so\\\"!\"\n"},
        {TEXT, "지도", "x: \"지도\"\n"},
        {WORD, "map", "x: map\n"},
        {WORD, "MAP", "x: map\n"},
        {WORD, "2", "x: mapped\n"},
        {WORD, "i", "x: image\n"},
        {WORD, "why", "x: why\n"},
        {DAY, "2026-12-03", "x: 2026-12-03\n"},
        {INTS, "7, 8,9", "x: [7, 8, 9]\n"},
        {INTS, "none", "x: []\n"},
        {YEARS, "7, ?", "x: [7, null]\n"},
        {WORDS, "2, ma", "x: [image, map]\n"},
        {WORDS, "none", "x: [none]\n"},
        {WORDS, "[]", "x: []\n"},
        {TEXTS, "a, \"b, c\"", "x: [a, \"b, c\"]\n"},
        {PARTS, "0", "x: []\n"},
        {PARTS, "none", "x: []\n"},
        {PARTS, "2", "x: [{}, {}]\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sw_rulebook *book = asking_for(cases[i].fact, cases[i].require, *state);
        sw_interview *talk = talk_under(&book, NULL);
        sw_answer got = answered(talk, cases[i].line);
        if (got.kind != SW_ANSWER_TAKEN)
            fail_msg("%s: %s", cases[i].line, got.reason);
        assert_str(sw_interview_declaration(talk), cases[i].said);
        sw_interview_free(talk);
    }
}

static void what_is_no_answer_is_refused_with_the_reason(void **state)
{
    static const struct {
        const char *fact, *require, *line, *reason;
    } cases[] = {
        {BOOL, "maybe", "yes or no"},
        {INT, "many", "a whole number"},
        {INT, "2.5", "a whole number"},
        {INT, "1,23", "a whole number"},
        {INT, "99999999999999999999", "too large"},
        {INT, "-1", "below 0"},
        {INT, "100,000,001", "above 100000000"},
        {REAL, ".nan", "a number"},
        {WORD, "m", "may be map or mapped"},
        {WORD, "5", "one of the answers"},
        {WORD, "\"i\"", "one of the answers"},
        {WORD, "boat", "one of the answers"},
        {DAY, "2026-02-30", "a day"},
        {DAY, "tomorrow", "a day"},
        {INTS, "7,,8", "between two commas"},
        {INTS, "7, x", "\"x\" is not a whole number"},
        {YEARS, "1, 2, 3, 4", "holds 3 values"},
        {PARTS, "many", "how many"},
        {PARTS, "1001", "how many"},
        {TEXT, "a\x01", "control character"},
        {TEXT, "a\xff", "UTF-8"},
        {BOOL, "back", "nothing to take back"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sw_rulebook *book = asking_for(cases[i].fact, cases[i].require, *state);
        sw_interview *talk = talk_under(&book, NULL);
        sw_answer got = answered(talk, cases[i].line);
        assert_int_equal(got.kind, SW_ANSWER_REFUSED);
        assert_has(sw_str_of(got.reason), cases[i].reason);
        assert_asks(talk, "x");
        assert_str(sw_interview_declaration(talk), "{}\n");
        sw_interview_free(talk);
    }
}

static void what_cannot_be_ruled_on_is_refused(void **state)
{
    sw_rulebook *book = asking_for("type: list(int)", "x[1] > 5", *state);
    sw_interview *talk = talk_under(&book, NULL);
    sw_answer got = answered(talk, "7");
    assert_int_equal(got.kind, SW_ANSWER_REFUSED);
    assert_has(sw_str_of(got.reason), "cannot be evaluated");
    assert_int_equal(answered(talk, "7, 8").kind, SW_ANSWER_TAKEN);
    assert_null(sw_interview_asks(talk));
    sw_interview_free(talk);
}

static void what_is_not_known_is_not_asked_again(void **state)
{
    static const char *const lines[] = {"", "\n", "?", "don't know\n"};
    sw_rulebook *book = book_of(whole_book, *state);
    for (size_t i = 0; i < 4; i++) {
        sw_interview *talk = talk_under(&book, NULL);
        assert_asks(talk, "cargo.kind");
        assert_int_equal(answered(talk, lines[i]).kind, SW_ANSWER_UNKNOWN);
        assert_asks(talk, "cargo.scale");
        assert_int_equal(sw_interview_asks(talk)->number, 2);
        answered(talk, "?");
        assert_null(sw_interview_asks(talk));
        assert_int_equal(sw_interview_ruling(talk)->verdict,
                         SW_VERDICT_UNDETERMINED);
        sw_interview_free(talk);
    }
}

static void answers_are_taken_back_one_by_one(void **state)
{
    sw_rulebook *book = book_of(whole_book, *state);
    sw_interview *talk = talk_under(&book, NULL);
    answered(talk, "map");
    answered(talk, "?");
    assert_null(sw_interview_asks(talk));
    sw_interview_free(talk);

    talk = talk_under(&book, NULL);
    answered(talk, "map");
    assert_asks(talk, "cargo.scale");
    assert_int_equal(answered(talk, "back").kind, SW_ANSWER_BACK);
    assert_asks(talk, "cargo.kind");
    assert_str(sw_interview_declaration(talk), "{}\n");
    answered(talk, "?");
    assert_int_equal(answered(talk, "back").kind, SW_ANSWER_BACK);
    assert_asks(talk, "cargo.kind");
    answered(talk, "image");
    assert_null(sw_interview_asks(talk));
    assert_int_equal(sw_interview_ruling(talk)->verdict, SW_VERDICT_CLEAR);
    sw_interview_free(talk);
}

static void records_are_asked_for_entry_by_entry(void **state)
{
    sw_rulebook *book = asking_for(PARTS, *state);
    sw_interview *talk = talk_under(&book, NULL);
    answered(talk, "2");
    assert_asks(talk, "x[0].ok");
    answered(talk, "yes");
    assert_asks(talk, "x[1].ok");
    answered(talk, "no");
    assert_str(sw_interview_declaration(talk),
               "x: [{ok: true}, {ok: false}]\n");
    assert_int_equal(sw_interview_ruling(talk)->verdict, SW_VERDICT_PERMIT);
    sw_interview_free(talk);
}

static void entries_are_asked_for_in_the_order_of_their_numbers(void **state)
{
    sw_rulebook *book = asking_for(PARTS, *state);
    sw_interview *talk = talk_under(&book, NULL);
    answered(talk, "12");
    for (size_t i = 0; i < 12; i++) {
        char path[32];
        snprintf(path, sizeof path, "x[%zu].ok", i);
        assert_asks(talk, path);
        answered(talk, "yes");
    }
    assert_null(sw_interview_asks(talk));
    sw_interview_free(talk);
}

static void what_was_declared_is_kept_and_loads_again(void **state)
{
    static const char given[] =
        "declaration: 'Ship no. 7: \"Ada\"'\n"
        "notes: |\n  two\n  lines\n"
        "name: '42'\n"
        "cargo: {kind: map, tags: [a, null], ratio: 1e3, made: 2026-01-02}\n"
        "parts: [{kind: a}, {ok: true}]\n"
        "sales: [1]\n";
    sw_rulebook *book = book_of(whole_book, *state);
    sw_declaration *said = said_of(given, *state);
    sw_interview *talk = talk_under(&book, said);
    assert_asks(talk, "cargo.scale");
    answered(talk, "30000");
    sw_str text = sw_interview_declaration(talk), before, after;
    assert_has(text, "declaration: \"Ship no. 7: \\\"Ada\\\"\"\n");
    assert_has(text, "notes: \"two\\x0alines\\x0a\"\n");

    sw_error err = {0};
    sw_declaration *again;
    sw_str whole = sw_arena_printf(*state, "%scargo.scale: 30000\n", given);
    assert_true(sw_declaration_parse(text, "again", *state, &again, &err));
    assert_true(sw_declaration_json(again, *state, &after, &err));
    assert_true(
        sw_declaration_json(said_of(whole.at, *state), *state, &before, &err));
    assert_true(sw_str_eq(before, after));
    sw_interview_free(talk);
}

static void text_says_what_is_asked_and_why(void **state)
{
    sw_rulebook *book = book_of(whole_book, *state);
    sw_interview *talk = talk_under(&book, NULL);
    sw_error err = {0};
    sw_str text;
    assert_int_equal(answered(talk, "why").kind, SW_ANSWER_WHY);
    assert_true(sw_interview_question_text(talk, *state, &text, &err));
    assert_has(text, "1. Which kind?");
    assert_has(text, "2  image");
    assert_has(text, "for Coarse maps only");
    assert_true(sw_interview_why_text(talk, *state, &text, &err));
    assert_has(text, "cargo.kind == \"map\"");
    assert_has(text, "cargo.scale >= 25000");
    assert_has(text, "The Act, Art. 1");
    assert_has(text, "https://law.example");
    sw_interview_free(talk);
}

/* ---- random books ---------------------------------------------------- */

// Bools f0 .. f11, of which each stands once in a rule; so a fact that keeps a
// rule undetermined can turn it.
enum { FACTS = 12, RULES = 5, BOOKS = 40 };

static uint64_t seed = 20261125;

static size_t draw(size_t n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (size_t)(seed % n);
}

// A formula of facts [from, to) in the order given.
static void add_formula(sw_buf *out, const size_t *facts, size_t count)
{
    if (count == 1) {
        sw_buf_printf(out, "%sf%zu", draw(3) == 0 ? "!" : "", facts[0]);
        return;
    }
    if (count >= 3 && draw(4) == 0) {
        size_t third = count / 3;
        sw_buf_str(out, SW_STR("("));
        add_formula(out, facts, third);
        sw_buf_str(out, SW_STR(" ? "));
        add_formula(out, facts + third, third);
        sw_buf_str(out, SW_STR(" : "));
        add_formula(out, facts + 2 * third, count - 2 * third);
        sw_buf_str(out, SW_STR(")"));
        return;
    }
    size_t left = 1 + draw(count - 1);
    sw_buf_str(out, SW_STR("("));
    add_formula(out, facts, left);
    sw_buf_str(out, draw(2) == 0 ? SW_STR(" && ") : SW_STR(" || "));
    add_formula(out, facts + left, count - left);
    sw_buf_str(out, SW_STR(")"));
}

static void add_rule(sw_buf *out, size_t number, size_t facts)
{
    static const char *const otherwise[] = {
        "permit", "barred", "treat, treatment: {remove-zones: true}",
        "treat, treatment: {strip-names: true}"};
    size_t order[FACTS], used = 2 + draw(facts - 1), when = draw(used);
    for (size_t i = 0; i < facts; i++)
        order[i] = i;
    for (size_t i = 0; i < facts; i++) {
        size_t k = i + draw(facts - i), kept = order[i];
        order[i] = order[k];
        order[k] = kept;
    }
    sw_buf_printf(out, "  - {id: r%zu, title: T, source: s, status: law, ",
                  number);
    if (when > 0) {
        sw_buf_str(out, SW_STR("when: '"));
        add_formula(out, order, when);
        sw_buf_str(out, SW_STR("', "));
    }
    sw_buf_str(out, SW_STR("require: '"));
    add_formula(out, order + when, used - when);
    sw_buf_printf(out, "', otherwise: %s, remedy: R}\n", otherwise[draw(4)]);
}

static sw_rulebook *random_book(size_t facts, sw_arena *arena)
{
    sw_buf text = {0};
    sw_buf_str(&text, SW_STR("rulebook: p\njurisdiction: XX\ntitle: P\n"
                             "as_of: 2026-01-01\nsources:\n  s: {title: S, "
                             "provision: P, url: U, read: 2026-01-01, "
                             "evidence: law}\nfacts:\n"));
    for (size_t i = 0; i < facts; i++)
        sw_buf_printf(&text, "  f%zu: {type: bool, ask: What?}\n", i);
    sw_buf_str(&text, SW_STR("rules:\n"));
    for (size_t i = 0, n = 1 + draw(RULES); i < n; i++)
        add_rule(&text, i, facts);
    assert_false(text.failed);
    sw_rulebook *book = book_of(text.at, arena);
    sw_buf_free(&text);
    return book;
}

typedef struct {
    sw_rulebook *book;
    size_t facts;
    unsigned known, values;  // a bit a fact
} partial;

static const sw_ruling *ruled(const partial *p, sw_arena *arena)
{
    sw_buf text = {0};
    sw_buf_str(&text, SW_STR("{"));
    for (size_t i = 0; i < p->facts; i++) {
        if (p->known >> i & 1)
            sw_buf_printf(&text, "f%zu: %s, ", i,
                          p->values >> i & 1 ? "true" : "false");
    }
    sw_buf_str(&text, SW_STR("}"));
    const sw_ruling *ruling = ruling_of(p->book, text.at, "2026-11-24", arena);
    sw_buf_free(&text);
    return ruling;
}

static partial completed(const partial *p, unsigned values)
{
    partial full = *p;
    full.known = (1U << p->facts) - 1;
    full.values = (p->values & p->known) | (values & ~p->known);
    return full;
}

// Calls `each` with the ruling on every completion, until it returns true.
typedef bool (*completion)(const partial *full, const sw_ruling *ruling,
                           const void *ctx, sw_arena *arena);
static bool any_completion(const partial *p, completion each, const void *ctx)
{
    sw_arena *arena;
    sw_error err;
    bool found = false;
    assert_true(sw_arena_new(&arena, &err));
    unsigned all = (1U << p->facts) - 1;
    for (unsigned v = 0; !found && v <= all; v++) {
        if (v & p->known) continue;
        partial full = completed(p, v);
        sw_arena_reset(arena);
        found = each(&full, ruled(&full, arena), ctx, arena);
    }
    sw_arena_free(arena);
    return found;
}

static bool is_other(const partial *full, const sw_ruling *ruling,
                     const void *ctx, sw_arena *arena)
{
    const sw_ruling *said = ctx;
    return ruling->verdict != said->verdict ||
           (said->verdict <= SW_VERDICT_TREAT &&
            ruling->treatment_count != said->treatment_count);
}

// Whether the fact turns a rule, all else being equal.
static bool turns(const partial *full, const sw_ruling *ruling, const void *ctx,
                  sw_arena *arena)
{
    partial other = *full;
    other.values ^= 1U << *(const size_t *)ctx;
    const sw_ruling *changed = ruled(&other, arena);
    for (size_t i = 0; i < ruling->rule_count; i++) {
        if (ruling->rules[i].state != changed->rules[i].state) return true;
    }
    return false;
}

static void ask_all(partial *p, bool doubts)
{
    sw_interview *talk = talk_under(&p->book, NULL);
    unsigned asked = 0;
    for (const sw_asked *a; (a = sw_interview_asks(talk)) != NULL;) {
        size_t fact = (size_t)atoi(a->question->fact.at + 1);
        assert_false(asked >> fact & 1);
        asked |= 1U << fact;
        if (!any_completion(p, turns, &fact))
            fail_msg("f%zu is asked and turns nothing", fact);
        bool yes = draw(2) == 1;
        if (doubts && draw(4) == 0) {
            answered(talk, "?");
            continue;
        }
        answered(talk, yes ? "yes" : "no");
        p->known |= 1U << fact;
        p->values |= (unsigned)yes << fact;
    }
    // With something left open a ruling may still change.
    if (p->known == asked &&
        any_completion(p, is_other, sw_interview_ruling(talk)))
        fail_msg("something that was not asked changes the ruling");
    sw_interview_free(talk);
}

static void nothing_is_missing_and_nothing_idle(void **state)
{
    for (size_t i = 0; i < BOOKS; i++) {
        sw_arena_reset(*state);
        partial p = {.facts = 3 + i % (FACTS - 2)};
        p.book = random_book(p.facts, *state);
        for (size_t k = 0; k < 3; k++) {
            p.known = p.values = 0;
            ask_all(&p, k == 2);
        }
    }
}

/* ---- the shipped books ----------------------------------------------- */

typedef struct {
    sw_rulebook *book;
    size_t cases, drops, questions;
} shipped_run;

static sw_rule_options options_of(const case_def *c)
{
    return (sw_rule_options){.date = c->date.date,
                             .known_given = c->known_on.given,
                             .known = c->known_on.date};
}

static sw_rulebook *book_for(const shipped_run *run, const case_def *c,
                             sw_arena *arena)
{
    sw_rulebook *book = run->book;
    sw_error err = {0};
    if (c->variant != NULL)
        assert_true(sw_rulebook_variant(run->book, c->variant->text, arena,
                                        &book, &err));
    return book;
}

// What was settled without a fact stays settled with it: `less` knows less.
static void assert_weaker(const case_def *c, sw_str fact, const sw_ruling *less,
                          const sw_ruling *more)
{
    for (size_t i = 0; i < less->rule_count; i++) {
        sw_rule_state a = less->rules[i].state, b = more->rules[i].state;
        bool undecided = a == SW_RULE_UNDETERMINED;
        // Its requirement holds, so whether it applies was left open.
        bool holds = a == SW_RULE_HELD && b == SW_RULE_NOT_APPLICABLE;
        if (undecided || holds || a == b) continue;
        fail_msg("%.*s without %.*s: %.*s is %s, with it %s",
                 SW_STR_ARGS(c->name), SW_STR_ARGS(fact),
                 SW_STR_ARGS(less->rules[i].id), sw_rule_state_name(a),
                 sw_rule_state_name(b));
    }
    bool final = less->question_count == 0;
    bool ok = less->verdict == SW_VERDICT_UNDETERMINED ||
              (final ? less->verdict == more->verdict
                     : less->verdict <= more->verdict);
    if (!ok)
        fail_msg("%.*s without %.*s: %s, with it %s", SW_STR_ARGS(c->name),
                 SW_STR_ARGS(fact), sw_verdict_name(less->verdict),
                 sw_verdict_name(more->verdict));
}

static void drop_each(shipped_run *run, const case_def *c, sw_rulebook *book,
                      const sw_declaration *said, const sw_ruling *more,
                      sw_arena *arena)
{
    sw_rule_options how = options_of(c);
    sw_declaration fewer = *said;
    sw_error err = {0};
    for (size_t i = 0; i < said->count; i++) {
        const sw_ruling *less;
        fewer.facts = SW_NEW_ARRAY(arena, said_fact, said->count);
        fewer.count = 0;
        for (size_t k = 0; k < said->count; k++) {
            if (k != i) fewer.facts[fewer.count++] = said->facts[k];
        }
        if (!sw_rule_with(&book, 1, &fewer, &how, arena, &less, &err))
            fail_msg("%.*s: %s", SW_STR_ARGS(c->name), err.reason);
        assert_weaker(c, said->facts[i].path, less, more);
        run->drops++;
    }
}

// What the case says at the place of a question, or NULL.
static const yaml_node *said_at(const sw_declaration *said, sw_str path)
{
    const char *bracket = memchr(path.at, '[', path.len);
    sw_str fact = {path.at,
                   bracket != NULL ? (size_t)(bracket - path.at) : path.len};
    const yaml_node *node = NULL;
    for (size_t i = 0; i < said->count; i++) {
        if (sw_str_eq(said->facts[i].path, fact)) node = said->facts[i].node;
    }
    if (node == NULL || bracket == NULL) return node;
    size_t index = (size_t)atoi(bracket + 1);
    node = node->first;
    while (node != NULL && index-- > 0)
        node = node->next;
    const char *dot = memchr(bracket, '.', path.len - fact.len);
    if (node == NULL || dot == NULL) return node;
    sw_str name = {dot + 1, (size_t)(path.at + path.len - dot - 1)};
    assert_null(memchr(name.at, '[', name.len));
    return sw_rules__find_child(node, name);
}

static void add_answer(sw_buf *line, const yaml_node *node)
{
    scalar_kind kind = sw_rules__scalar(node).kind;
    bool quoted = kind == SCALAR_STRING && node->text.at[0] != '2';
    if (kind == SCALAR_NULL) {
        sw_buf_str(line, SW_STR("?"));
    } else {
        sw_buf_printf(line, quoted ? "\"%.*s\"" : "%.*s",
                      SW_STR_ARGS(node->text));
    }
}

// The line by which somebody would say what the case says.
static void line_of(const yaml_node *node, sw_buf *line)
{
    if (node == NULL || node->kind == YAML_SCALAR) {
        if (node != NULL) add_answer(line, node);
        sw_buf_str(line, SW_STR(""));
    } else if (node->first == NULL) {
        sw_buf_str(line, SW_STR("[]"));
    } else if (node->first->kind == YAML_MAP) {
        sw_buf_printf(line, "%zu", node->count);
    } else {
        for (const yaml_node *c = node->first; c != NULL; c = c->next) {
            if (c != node->first) sw_buf_str(line, SW_STR(", "));
            add_answer(line, c);
        }
    }
}

static void answer_all(shipped_run *run, const case_def *c, sw_rulebook *book,
                       const sw_declaration *said, const sw_ruling *whole)
{
    sw_rule_options how = options_of(c);
    sw_interview *talk;
    sw_error err = {0};
    assert_true(sw_interview_new(&book, 1, NULL, &how, &talk, &err));
    for (const sw_asked *a; (a = sw_interview_asks(talk)) != NULL;) {
        sw_buf line = {0};
        sw_answer got;
        const yaml_node *node = said_at(said, a->question->fact);
        bool no_records = node != NULL && node->kind == YAML_LIST &&
                          node->first == NULL &&
                          sw_str_eq(a->question->type, SW_STR("list(record)"));
        line_of(node, &line);
        sw_str text = no_records ? SW_STR("0") : (sw_str){line.at, line.len};
        assert_true(sw_interview_answer(talk, text, &got, &err));
        if (got.kind == SW_ANSWER_REFUSED)
            fail_msg("%.*s: %.*s: \"%.*s\": %s", SW_STR_ARGS(c->name),
                     SW_STR_ARGS(a->question->fact), SW_STR_ARGS(text),
                     got.reason);
        sw_buf_free(&line);
        run->questions++;
    }
    const sw_ruling *ruling = sw_interview_ruling(talk);
    if (ruling->verdict != whole->verdict)
        fail_msg("%.*s: %s when asked, %s", SW_STR_ARGS(c->name),
                 sw_verdict_name(ruling->verdict),
                 sw_verdict_name(whole->verdict));
    if (whole->verdict <= SW_VERDICT_TREAT)
        assert_int_equal(ruling->treatment_count, whole->treatment_count);
    sw_interview_free(talk);
}

static bool check_case(void *ctx, const case_def *c, const sw_ruling *ruling,
                       bool passed, sw_error *err)
{
    shipped_run *run = ctx;
    sw_arena *arena;
    sw_declaration *said;
    (void)passed;
    assert_true(sw_arena_new(&arena, err));
    assert_true(sw_rules__declare(c->declaration, "case", arena, &said, err));
    sw_rulebook *book = book_for(run, c, arena);
    drop_each(run, c, book, said, ruling, arena);
    answer_all(run, c, book, said, ruling);
    run->cases++;
    sw_arena_free(arena);
    return true;
}

static void check_shipped(const char *path, shipped_run *run)
{
    sw_arena *arena;
    sw_case_report report;
    sw_error err = {0};
    assert_true(sw_arena_new(&arena, &err));
    if (!sw_rulebook_load(path, arena, &run->book, &err) ||
        !sw_rules__run_cases(run->book, path, check_case, run, arena, &report,
                             &err))
        fail_msg("%s: %s: %s", err.file, err.place, err.reason);
    sw_arena_free(arena);
}

static void cases_that_say_less_or_are_asked_say_nothing_else(void **state)
{
    (void)state;
    char *roots[] = {(char *)shipped, NULL};
    shipped_run run = {0};
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    assert_non_null(tree);
    for (FTSENT *e; (e = fts_read(tree)) != NULL;) {
        static const char end[] = ".cases.yaml";
        if (e->fts_info != FTS_F ||
            !sw_str_ends(sw_str_of(e->fts_path), sw_str_of(end)))
            continue;
        char path[4096];
        int len = (int)(strlen(e->fts_path) - (sizeof end - 1));
        snprintf(path, sizeof path, "%.*s.yaml", len, e->fts_path);
        check_shipped(path, &run);
    }
    fts_close(tree);
    assert_true(run.cases > 0 && run.drops > run.cases && run.questions > 0);
    print_message("%zu cases, %zu facts dropped, %zu questions\n", run.cases,
                  run.drops, run.questions);
}

int main(int argc, char **argv)
{
    if (argc != 2) return 2;
    shipped = argv[1];
#define TEST(f) cmocka_unit_test_setup_teardown(f, make_arena, free_arena)
    const struct CMUnitTest tests[] = {
        TEST(answers_are_read_by_type),
        TEST(what_is_no_answer_is_refused_with_the_reason),
        TEST(what_cannot_be_ruled_on_is_refused),
        TEST(what_is_not_known_is_not_asked_again),
        TEST(answers_are_taken_back_one_by_one),
        TEST(records_are_asked_for_entry_by_entry),
        TEST(entries_are_asked_for_in_the_order_of_their_numbers),
        TEST(what_was_declared_is_kept_and_loads_again),
        TEST(text_says_what_is_asked_and_why),
        TEST(nothing_is_missing_and_nothing_idle),
        TEST(cases_that_say_less_or_are_asked_say_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
