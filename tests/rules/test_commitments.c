// Commitments: what a file may say, and what is set against what.
#include "book.h"
#include "segwan/policy.h"
#include "walk.h"

#include <jansson.h>

#define HEAD                                                                   \
    "commitments: c\ntitle: Treaty\nforce: treaty\nsource: s\n"                \
    "sources:\n"                                                               \
    "  s: {title: S, provision: P, url: U, read: 2026-11-01, evidence: law}\n"

#define PROMISES                                                               \
    "exceptions:\n"                                                            \
    "  war: {title: War, provision: Art. 9, kind: self-judging, source: s}\n"  \
    "  buying: {title: Buying, provision: Art. 8, kind: carve-out, source: "   \
    "s}\n"                                                                     \
    "promises:\n"                                                              \
    "  flow: {title: Flows, provision: Art. 1, strength: endeavour, test: no " \
    "barriers, names: [maps], from: 2012-03-15, source: s}\n"                  \
    "  equal: {title: Equal, provision: Art. 2, strength: shall, source: s}\n"

#define LINKS                                                                  \
    "links:\n"                                                                 \
    "  - {rules: [xx/test, xx/test#new], promise: [flow, equal], reach: "      \
    "within, exceptions: [war], why: W1}\n"                                    \
    "  - {rules: xx/test#scale, promise: flow, reach: names, why: W2}\n"       \
    "  - {rules: yy/other, promise: equal, reach: outside, exceptions: "       \
    "[buying], why: W3}\n"                                                     \
    "mentions:\n"                                                              \
    "  - {who: B, when: 2025-03, says: later, rules: xx/test, source: s}\n"    \
    "  - {who: A, when: \"2025\", says: first, rules: xx/test, source: s}\n"   \
    "  - {who: C, when: 2024-02-29, says: of none, source: s}\n"

#define BOOK                                                                   \
    BOOK_HEAD BOOK_RULE                                                        \
        "  - {id: new, title: N, source: act, status: law, in_force: {from: "  \
        "2025-01-01}, require: cargo.fine, otherwise: permit, remedy: R}\n"    \
        "  - {id: bill, title: B, source: act, status: bill, require: "        \
        "cargo.fine, otherwise: barred, remedy: R}\n"

static const sw_commitments_report *compared(const char *text, const char *only,
                                             const char *date, sw_arena *arena,
                                             sw_error *err)
{
    sw_commitments *one = NULL;
    const sw_commitments_report *report = NULL;
    sw_rulebook *book = book_of(BOOK, arena);
    if (!sw_commitments_parse(sw_str_of(text), "c.yaml", arena, &one, err))
        return NULL;
    const sw_commitments *const all[] = {one};
    sw_commitments_query query = {all, 1, &book, 1, sw_str_of(only), day(date)};
    return sw_commitments_compare(&query, arena, &report, err) ? report : NULL;
}

static const sw_commitment_line *line_of(const sw_commitments_report *r,
                                         const char *book, const char *rule)
{
    for (size_t i = 0; i < r->line_count; i++) {
        if (sw_str_eq(r->lines[i].book, sw_str_of(book)) &&
            sw_str_eq(r->lines[i].rule, sw_str_of(rule))) {
            return &r->lines[i];
        }
    }
    fail_msg("no line of %s#%s", book, rule);
    return NULL;
}

static void each_rule_has_its_promises(void **state)
{
    sw_error err = {0};
    const sw_commitments_report *r =
        compared(HEAD PROMISES LINKS, "", "2024-06-01", *state, &err);
    if (r == NULL) fail_msg("%s: %s", err.place, err.reason);
    assert_int_equal(r->line_count, 4);  // by name, each once
    assert_str(r->lines[0].rule, "");
    assert_str(r->lines[1].rule, "new");
    assert_str(r->lines[2].rule, "scale");
    assert_str(r->lines[3].book, "yy/other");

    const sw_commitment_line *book = line_of(r, "xx/test", "");
    assert_int_equal(book->link_count, 2);
    assert_str(book->links[0].promise, "flow");
    assert_str(book->links[0].strength, "endeavour");
    assert_str(book->links[0].test, "no barriers");
    assert_str(book->links[0].names[0], "maps");
    assert_true(book->links[0].in_force);
    assert_int_equal(book->links[0].reach, SW_PROMISE_WITHIN);
    assert_str(book->links[0].exceptions[0].kind, "self-judging");
    assert_str(book->links[1].promise, "equal");
    assert_int_equal(book->mention_count, 2);
    assert_str(book->mentions[0].who, "A");  // in the order of time

    const sw_commitment_line *other = line_of(r, "yy/other", "");
    assert_false(other->known);
    assert_int_equal(other->links[0].reach, SW_PROMISE_OUTSIDE);
    assert_int_equal(r->elsewhere_count, 1);
}

static void rules_are_looked_up_on_the_day(void **state)
{
    static const struct {
        const char *date;
        size_t book, new;
        bool promise;
    } cases[] = {{"2010-01-01", 1, 0, false},
                 {"2024-12-31", 1, 0, true},
                 {"2025-01-01", 2, 1, true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sw_error err = {0};
        const sw_commitments_report *r =
            compared(HEAD PROMISES LINKS, "", cases[i].date, *state, &err);
        assert_non_null(r);
        const sw_commitment_line *book = line_of(r, "xx/test", "");
        assert_int_equal(book->rules, 3);
        assert_int_equal(book->in_force, cases[i].book);  // never the bill
        assert_str(book->title, "A book for tests");
        assert_int_equal(line_of(r, "xx/test", "new")->in_force, cases[i].new);
        assert_str(line_of(r, "xx/test", "scale")->title, "Coarse maps only");
        assert_int_equal(book->links[0].in_force, cases[i].promise);
        assert_true(book->links[1].in_force);  // it has no day
    }
}

static void one_rule_or_book_is_asked_for(void **state)
{
    static const struct {
        const char *only;
        size_t lines;
    } cases[] = {{"xx/test", 3},      {"xx/test#new", 2}, {"xx/test#x", 1},
                 {"yy/other", 1},     {"zz/none", 0},     {"yy/other#r", 1},
                 {"xx/test#scale", 2}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sw_error err = {0};
        const sw_commitments_report *r = compared(
            HEAD PROMISES LINKS, cases[i].only, "2025-06-01", *state, &err);
        assert_non_null(r);
        assert_int_equal(r->line_count, cases[i].lines);
        assert_int_equal(r->elsewhere_count, 0);
    }
}

static void bad_files_are_refused_with_their_place(void **state)
{
    static const struct {
        const char *text, *reason;
    } cases[] = {
        {HEAD "<!>promise: {}\n", "has no key \"promise\" (did you mean"},
        {HEAD "promises: {p: <!>{title: T, provision: P, source: s}}\n",
         "lacks the key \"strength\""},
        {HEAD "promises: {p: {title: T, provision: P, strength: <!>must, "
              "source: s}}\n",
         "none of shall, endeavour, recognise, intend, unread"},
        {HEAD "exceptions: {e: {title: T, provision: P, kind: <!>self, "
              "source: s}}\n",
         "none of self-judging"},
        {HEAD PROMISES "links: [{rules: a, promise: <!>flows, reach: within, "
                       "why: W}]\n",
         "no promise has the id \"flows\" (did you mean flow?)"},
        {HEAD PROMISES "links: [{rules: a, promise: flow, reach: within, "
                       "exceptions: [<!>peace], why: W}]\n",
         "no exception has the id \"peace\""},
        {HEAD PROMISES "links: [<!>{rules: a, promise: flow, reach: outside, "
                       "why: W}]\n",
         "Name an exception"},
        {HEAD PROMISES "links: [{rules: <!>'a b', promise: flow, reach: "
                       "within, why: W}]\n",
         "letters, digits"},
        {HEAD PROMISES "links: [{rules: xx/test#<!>, promise: flow, reach: "
                       "within, why: W}]\n",
         ""},
        {HEAD PROMISES "links: [{rules: <!>'xx/test#scal', promise: flow, "
                       "reach: within, why: W}]\n",
         "no rule \"scal\" (did you mean scale?)"},
        {HEAD "mentions: [{who: A, when: <!>2025-13, says: S, source: s}]\n",
         "when must be a year"},
        {HEAD "mentions: [{who: A, when: <!>soon, says: S, source: s}]\n",
         "when must be a year"},
        {HEAD "mentions: [{who: A, when: 2025-01, says: S, source: <!>t}]\n",
         "no source has the id"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[2048], place[64];
        sw_error err = {0};
        snprintf(text, sizeof text, "%s", cases[i].text);
        take_mark(text, place);
        assert_null(compared(text, "", "2025-06-01", *state, &err));
        assert_int_equal(err.kind, SW_ERR_INPUT);
        assert_string_equal(err.file, "c.yaml");
        if (cases[i].reason[0] == '\0') continue;
        assert_string_equal(err.place, place);
        assert_has(sw_str_of(err.reason), cases[i].reason);
    }
}

static void text_says_what_stands_in_the_way_and_no_verdict(void **state)
{
    sw_error err = {0};
    sw_str text;
    const sw_commitments_report *r =
        compared(HEAD PROMISES LINKS, "", "2010-01-01", *state, &err);
    assert_true(sw_commitments_text(r, true, *state, &text, &err));
    assert_has(text,
               "strength  endeavour (best efforts), in a treaty; not yet");
    assert_has(text, "but       War, Art. 9 (self-judging)");
    assert_has(text, "outside   Treaty, Art. 2: Equal");
    assert_has(text, "yy/other (rulebook not at hand)");
    assert_has(text, "2024-02-29  C: of none");
    assert_has(text, "No verdict");
}

/* ---- memory ---------------------------------------------------------- */

static bool all_of_it(sw_buf *all, bool *hit, sw_error *err)
{
    sw_arena *arena = NULL;
    sw_commitments *one = NULL;
    sw_rulebook *book = NULL;
    const sw_commitments_report *r = NULL;
    sw_str text = {0}, json = {0};
    bool ok = sw_arena_new(&arena, err) &&
              sw_rulebook_parse(SW_STR(BOOK), "b", arena, &book, err) &&
              sw_commitments_parse(SW_STR(HEAD PROMISES LINKS), "c", arena,
                                   &one, err);
    const sw_commitments *const list[] = {one};
    sw_commitments_query query = {list, 1, &book, 1, {0}, 20000};
    ok = ok && sw_commitments_compare(&query, arena, &r, err) &&
         sw_commitments_text(r, true, arena, &text, err) &&
         sw_commitments_json(r, arena, &json, err);
    *hit = fail_alloc_done();
    if (ok) {
        sw_buf_str(all, text);
        sw_buf_str(all, json);
    }
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
        in_arena(each_rule_has_its_promises),
        in_arena(rules_are_looked_up_on_the_day),
        in_arena(one_rule_or_book_is_asked_for),
        in_arena(bad_files_are_refused_with_their_place),
        in_arena(text_says_what_stands_in_the_way_and_no_verdict),
        cmocka_unit_test(failing_allocations_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
