// What a rulebook must not say is refused at its very place.
#include "book.h"

// The base book with one thing replaced. <!> marks where the error must be
// placed; the mark is taken out before the book is read.
static const struct {
    const char *from, *to, *reason;
} slips[] = {
    // keys
    {"as_of: 2026-11-01\n", "as_of: 2026-11-01\n<!>authr: me\n",
     "has no key \"authr\""},
    {"    remedy: Coarsen the map.\n", "    <!>remdy: Coarsen.\n",
     "did you mean remedy?"},
    {"as_of: 2026-11-01\n", "as_of: 2026-11-01\n<!>as_of: 2026-11-02\n",
     "already given in line 4"},
    {"  cargo.fine: {type: bool, ask: Is it fine?}\n",
     "  cargo.fine: {type: bool, ask: Is it fine?}\n"
     "  <!>cargo.fine: {type: bool, ask: Is it fine?}\n",
     "already given in line 11"},
    {"    otherwise: permit\n",
     "    otherwise: permit\n    <!>otherwise: barred\n", "already given"},
    {"  - id: scale\n    title: Coarse maps only\n    source: act\n",
     "  - <!>id: scale\n    title: Coarse maps only\n",
     "lacks the key \"source\""},
    // yaml types
    {"title: A book for tests", "title: <!>2026", "not int: quote it"},
    {"title: A book for tests", "title: <!>[a]", "not a list"},
    {"title: A book for tests", "title: <!>\"\"", "is empty"},
    {"title: A book for tests", "<!>title:", "not nothing"},
    {"  act: {title: The Act", "  act: {title: <!>true", "not bool"},
    {"    title: Coarse maps only\n", "    title: <!>{a: b}\n", "not a map"},
    // dates
    {"as_of: 2026-11-01", "as_of: <!>2026-02-30", "YYYY-MM-DD"},
    {"as_of: 2026-11-01", "as_of: <!>1 Nov 2026", "not 1 Nov 2026"},
    {" read: 2026-11-01", " read: <!>2026-13-01", "YYYY-MM-DD"},
    {"    status: law\n", "    status: law\n    in_force: {from: <!>soon}\n",
     "YYYY-MM-DD"},
    {"    status: law\n",
     "    status: law\n    in_force: <!>{from: 2026-01-02, to: 2026-01-01}\n",
     "ends before it begins"},
    {"    status: law\n", "    status: law\n    in_force: <!>2026-01-01\n",
     "must be a map"},
    // words
    {"    status: law\n", "    status: <!>laww\n", "did you mean law?"},
    {"    otherwise: permit\n", "    otherwise: <!>forbidden\n",
     "none of treat, permit, barred"},
    {"evidence: law}", "evidence: <!>rumour}",
     "none of law, law-copy, press, code"},
    // ids and sources
    {"    source: act\n", "    source: <!>acct\n", "did you mean act?"},
    {"    source: act\n", "    source: [act, <!>other]\n",
     "no source has the id \"other\""},
    {"    source: act\n", "    source: <!>[]\n", "empty"},
    {"    source: act\n", "    source: <!>{a: b}\n", "must be a list"},
    {"  - id: scale\n", "  - id: <!>a b\n", "letters, digits"},
    // facts
    {"  cargo.fine: {type: bool", "  cargo.fine: {type: <!>boolean",
     "none of bool, int"},
    {"  cargo.fine: {type: bool", "  cargo.fine: {type: <!>list(list(int))",
     "none of bool, int"},
    {"  cargo.fine: {type: bool", "  cargo.fine: {type: <!>map",
     "none of bool"},
    {"  cargo.fine: {", "  <!>cargo-fine: {", "joined by dots"},
    {"  cargo.fine: {", "  <!>cargo..fine: {", "joined by dots"},
    {"  cargo.fine: {", "  <!>cargo.fine.: {", "joined by dots"},
    {"  cargo.fine: {", "  <!>.fine: {", "joined by dots"},
    {"  cargo.fine: {", "  <!>cargo.in: {", "\"in\" is reserved"},
    {"  cargo.fine: {", "  <!>for.me: {", "\"for\" is reserved"},
    {"  cargo.fine: {", "  <!>int: {", "\"int\" is reserved"},
    {"  cargo.fine: {", "  <!>notes: {", "\"notes\" is reserved"},
    {"  cargo.fine: {", "  <!>cargo.kind.fine: {", "goes on from fact"},
    {"  cargo.fine: {type: bool, ask: Is it fine?}",
     "  cargo.fine: <!>{type: bool}", "lacks the key \"ask\""},
    {"values: [map, image]", "values: <!>[]", "empty"},
    {"values: [map, image]", "values: [map, <!>map]", "twice"},
    {"values: [map, image]", "values: [map, <!>7]", "must be a string"},
    {"{type: bool, ask", "{type: bool, values: <!>[a], ask",
     "for string and list(string)"},
    // treatments
    {"    otherwise: permit\n",
     "    otherwise: treat\n    treatment: {<!>blur: true}\n",
     "no treatment is named \"blur\""},
    {"    otherwise: permit\n",
     "    otherwise: treat\n    treatment: {<!>strip-tag: [a]}\n",
     "did you mean strip-tags?"},
    {"    otherwise: permit\n",
     "    otherwise: treat\n    treatment: {remove-zones: <!>1}\n",
     "takes true"},
    {"    otherwise: permit\n",
     "    otherwise: treat\n    treatment: {remove-zones: <!>false}\n",
     "takes true"},
    {"    otherwise: permit\n",
     "    otherwise: treat\n    treatment: {strip-tags: <!>ele}\n",
     "a list of expressions"},
    {"    otherwise: permit\n",
     "    otherwise: treat\n    treatment: {strip-tags: <!>[]}\n",
     "a list of expressions"},
    {"    otherwise: permit\n",
     "    otherwise: treat\n    treatment: {coarsen: {scale: <!>0}}\n",
     "whole number from 1"},
    {"    otherwise: permit\n",
     "    otherwise: treat\n    treatment: {coarsen: {scale: <!>4294967296}}\n",
     "whole number from 1"},
    {"    otherwise: permit\n",
     "    otherwise: treat\n    treatment: {coarsen: <!>25000}\n",
     "must be a map"},
    {"    otherwise: permit\n",
     "    otherwise: treat\n    treatment: <!>remove-zones\n", "must be a map"},
    {"    otherwise: permit\n", "    otherwise: treat\n    treatment: <!>{}\n",
     "names none"},
    // yaml
    {"title: A book for tests", "title: &a <!>A book", "anchors"},
    {"title: A book for tests", "title: !!str <!>A book", "tags"},
    {"title: A book for tests", "title: <!>\"a\\e[31m\"", "control character"},
    {"title: A book for tests", "title: <!>\"a\\u009b\"", "control character"},
    {"title: A book for tests", "title: <!>\"a\\0\"", "control character"},
    {"rules:\n", "rules:\n<!>---\n", "one document"},
};

static void slip_is_refused_at_its_place(void **state)
{
    for (size_t i = 0; i < sizeof slips / sizeof *slips; i++) {
        sw_arena *arena = *state;
        char place[64];
        char *text = replaced(whole_book, slips[i].from, slips[i].to);
        take_mark(text, place);
        sw_rulebook *book = NULL;
        sw_error err = {0};
        bool ok =
            sw_rulebook_parse(sw_str_of(text), "b.yaml", arena, &book, &err);
        if (ok) fail_msg("accepted: %s", slips[i].to);
        if (strstr(err.reason, slips[i].reason) == NULL ||
            strcmp(err.place, place) != 0) {
            fail_msg("%s\n  found:    %s: %s\n  expected: %s: %s", slips[i].to,
                     err.place, err.reason, place, slips[i].reason);
        }
        assert_int_equal(err.kind, SW_ERR_INPUT);
        assert_string_equal(err.file, "b.yaml");
        assert_null(book);
        free(text);
    }
}

// As above for expressions: <!> stands in the YAML file, whatever the quoting.
static const struct {
    const char *require, *reason;
} expressions[] = {
    {"cargo.scale >= <!>cargo.scal", "did you mean cargo.scale?"},
    {"cargo.scale >= <!>carg.scale + 1", "not declared"},
    {"<!>cargo != null", "is a group of facts"},
    {"<!>cargo.scale.x > 1", "not declared"},
    {"'cargo.kind == \"map\" && <!>cargo.what'", "cargo.what is not declared"},
    {"\"cargo.kind == \\\"map\\\" && <!>cargo.what\"", "not declared"},
    {">-\n      cargo.kind == \"map\" &&\n      <!>cargo.what", "not declared"},
    {"|\n      cargo.kind == \"map\" &&\n        (<!>cargo.what)\n",
     "not declared"},
    {"cargo.fine ||\n      <!>cargo.what", "not declared"},
    {"name == \"지도\" && <!>cargo.what", "not declared"},
    {"cargo.tags.all(t, t == <!>u)", "not declared"},
    {"cargo.scale >= 25000 &&<!>", "rule scale, require"},
    {"cargo.scale >= <!>) 5", "rule scale, require"},
    {"<!>frobnicate(cargo.scale)", "frobnicate"},
    {"<!>cargo.scale + 1", "gives int, must give bool"},
    {"<!>cargo.scale", "must give bool"},
    {"'<!>\"yes\"'", "must give bool"},
    {"<!>1 + 1", "must give bool"},
    {"cargo.scale <!>>= \"a\"", "no '>=' for int and string"},
    {"cargo.scale <!>>= 1.5", "no '>=' for int and double"},
    {"cargo.ratio <!>== 2", "no '==' for double and int"},
    {"cargo.tags <!>== \"a\"", "no '==' for list(string) and string"},
    {"cargo.made <!>> 5", "no '>' for timestamp and int"},
    {"cargo.fine || cargo.scale <!>== null", "no '==' for int and null_type"},
    {"'cargo.fine && !<!>name'", "'!' takes bool, found string"},
    {"<!>cargo.scale && cargo.fine", "'&&' takes bool, found int"},
    {"cargo.fine ||\n      name.<!>startWith(\"x\")",
     "did you mean startsWith?"},
    {"name.matches(<!>\"(\")", "bad pattern"},
    {"cargo.tags.all(t, t <!>> 1)", "no '>' for string and int"},
    {"<!>cargo.tags.map(t, t == \"a\")", "gives list(bool), must give bool"},
    {"\"<!>cargo.fine ? 'a' : 'b'\"", "gives string, must give bool"},
    {"cargo.kind == <!>\"mapp\"", "did you mean map?"},
    {"cargo.kind != <!>\"video\"", "none of the values of cargo.kind"},
    {"|\n      <!>\"video\" == cargo.kind", "none of the values"},
    {"cargo.kind in [\"map\", <!>\"video\"]", "none of the values"},
    {"cargo.fine && !(<!>\"d\" in cargo.tags)",
     "none of the values of cargo.tags"},
    {"cargo.fine && (cargo.kind  ==  <!>'x')", "none of the values"},
    {"cargo.kind == <!>r\"a\\b\"", "none of the values"},
    {"<!>~", "empty"},
    {"'<!>'", "rule scale, require"},
    {"<!>[a]", "must be a single value"},
};

static void slip_in_cel_is_placed_in_the_file(void **state)
{
    for (size_t i = 0; i < sizeof expressions / sizeof *expressions; i++) {
        char line[300], place[64];
        snprintf(line, sizeof line, "    require: %s\n",
                 expressions[i].require);
        char *text =
            replaced(whole_book, "    require: cargo.scale >= 25000\n", line);
        take_mark(text, place);
        sw_rulebook *book = NULL;
        sw_error err = {0};
        if (sw_rulebook_parse(sw_str_of(text), "b.yaml", *state, &book, &err))
            fail_msg("accepted: %s", line);
        if (strstr(err.reason, expressions[i].reason) == NULL ||
            strcmp(err.place, place) != 0) {
            fail_msg("%s  found:    %s: %s\n  expected: %s: %s", line,
                     err.place, err.reason, place, expressions[i].reason);
        }
        free(text);
    }
}

static void good_expressions_pass(void **state)
{
    static const char *const good[] = {
        "cargo.tags.all(t, t != \"a\")",
        "cargo.made < timestamp(\"2026-12-03T00:00:00Z\")",
        "cargo.ratio >= 2.5 || cargo.scale > 3",
        "size(cargo.tags) == 0 || cargo.tags[0] == \"a\"",
        "has(cargo.scale) && type(cargo.scale) == int",
        "cargo.scale > 0 ? cargo.fine : !cargo.fine",
        "name.startsWith(\"x\") // cargo.kind == \"video\"",
        "name == \"cargo.kind == 'video'\"",
        "false",
        "double(cargo.scale) >= cargo.ratio",
        "dyn(cargo.scale) >= cargo.ratio",
        "dyn(name)",  // found when a ruling is made
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        char line[300];
        snprintf(line, sizeof line, "    require: |\n      %s\n", good[i]);
        char *text =
            replaced(whole_book, "    require: cargo.scale >= 25000\n", line);
        book_of(text, *state);
        free(text);
    }
}

static void keys_may_lack_only_if_optional(void **state)
{
    static const char *const lines[] = {
        "rulebook: xx/test\n",
        "jurisdiction: XX\n",
        "title: A book for tests\n",
        "as_of: 2026-11-01\n",
        "  - id: scale\n    title: Coarse maps only\n",
        "    status: law\n",
        "    require: cargo.scale >= 25000\n",
        "    otherwise: permit\n",
        "    remedy: Coarsen the map.\n",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        bool first = strncmp(lines[i], "  - ", 4) == 0;
        char *text =
            replaced(whole_book, lines[i], first ? "  - id: scale\n" : "");
        sw_rulebook *book = NULL;
        sw_error err = {0};
        assert_false(
            sw_rulebook_parse(sw_str_of(text), "b.yaml", *state, &book, &err));
        if (strstr(err.reason, "lacks the key") == NULL)
            fail_msg("%s%s: %s", lines[i], err.place, err.reason);
        assert_string_not_equal(err.place, "");
        free(text);
    }
    char *text = replaced(whole_book, "    when: cargo.kind == \"map\"\n", "");
    book_of(text, *state);
    free(text);
}

static void rule_ids_are_unique(void **state)
{
    sw_rulebook *book = NULL;
    sw_error err = {0};
    assert_false(sw_rulebook_parse(sw_str_of(BOOK_HEAD BOOK_RULE BOOK_RULE),
                                   "b.yaml", *state, &book, &err));
    assert_string_equal(err.place, "line 26, column 9");
    assert_non_null(strstr(err.reason, "already taken in line 18"));
}

static void cut_book_is_refused_or_whole(void **state)
{
    sw_str text = sw_str_of(whole_book);
    for (size_t n = 0; n < text.len; n++) {
        char *copy = malloc(n + 1);  // exact: one byte too far is a crash
        assert_non_null(copy);
        memcpy(copy, text.at, n);
        sw_rulebook *book = NULL;
        sw_error err = {0};
        sw_arena *arena;
        assert_true(sw_arena_new(&arena, &err));
        bool ok =
            sw_rulebook_parse((sw_str){copy, n}, "b.yaml", arena, &book, &err);
        // Only the last word may lack letters and still be a book.
        assert_true(!ok || n > text.len - strlen("oarsen the map.\n") - 1);
        if (!ok) {
            assert_int_equal(err.kind, SW_ERR_INPUT);
            assert_string_not_equal(err.place, "");
        }
        sw_arena_free(arena);
        free(copy);
    }
}

static void expect_refusal(sw_str text, const char *reason, sw_arena *arena)
{
    sw_rulebook *book = NULL;
    sw_error err = {0};
    assert_false(sw_rulebook_parse(text, "b.yaml", arena, &book, &err));
    if (strstr(err.reason, reason) == NULL)
        fail_msg("%s is not: %s", err.reason, reason);
}

static void hostile_yaml_ends_at_a_limit(void **state)
{
    static char deep[100001];
    memset(deep, '[', sizeof deep - 1);
    expect_refusal(sw_str_of(deep), "nested deeper", *state);

    expect_refusal(sw_str_of("a: &x [1]\nb: [*x, *x]\n"), "anchors", *state);
    expect_refusal(SW_STR("a: *x\n"), "aliases", *state);
    expect_refusal(SW_STR("a: \"\xff\"\n"), "UTF-8", *state);
    expect_refusal(SW_STR("a: \0b\n"), "NUL", *state);
    expect_refusal(SW_STR("? [a]\n: b\n"), "a key must be a word", *state);

    size_t size = 700 * 1000;
    char *wide = malloc(size);
    assert_non_null(wide);
    for (size_t i = 0; i < size; i++)
        wide[i] = i == 0 ? '[' : i % 2 == 0 ? ',' : '1';
    expect_refusal((sw_str){wide, size}, "more than 200000 values", *state);
    free(wide);

    size = 17 * 1024 * 1024;
    char *large = calloc(size, 1);
    assert_non_null(large);
    expect_refusal((sw_str){large, size}, "larger than", *state);
    free(large);
}

static void book_keeps_its_bytes(void **state)
{
    sw_rulebook *book = book_of(whole_book, *state);
    assert_str(sw_rulebook_id(book), "xx/test");
    assert_str(sw_rulebook_text(book), whole_book);
}

static void missing_file_is_named(void **state)
{
    sw_rulebook *book = NULL;
    sw_error err = {0};
    assert_false(sw_rulebook_load("/nowhere/b.yaml", *state, &book, &err));
    assert_string_equal(err.file, "/nowhere/b.yaml");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, make_arena, free_arena)
    const struct CMUnitTest tests[] = {
        TEST(slip_is_refused_at_its_place),
        TEST(slip_in_cel_is_placed_in_the_file),
        TEST(good_expressions_pass),
        TEST(keys_may_lack_only_if_optional),
        TEST(rule_ids_are_unique),
        TEST(cut_book_is_refused_or_whole),
        TEST(hostile_yaml_ends_at_a_limit),
        TEST(book_keeps_its_bytes),
        TEST(missing_file_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
