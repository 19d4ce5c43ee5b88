// The matcher: a table of RE2's syntax, the C library's as an oracle for
// random patterns, and patterns on which a backtracking matcher never ends.
#include <regex.h>
#include <stdio.h>
#include <string.h>

#include "cel_support.h"

// "true", "false", or the begin of an error.
static const char *matched(sw_arena *arena, const char *text,
                           const char *pattern, bool literal)
{
    sw_cel_binding b[] = {{SW_STR("t"), string_value(text)},
                          {SW_STR("p"), string_value(pattern)}};
    sw_cel_options how = {.bindings = b, .binding_count = 2};
    if (!literal) return result(arena, "t.matches(p)", &how);

    sw_cel_value value = string_value(pattern);
    sw_str source =
        sw_arena_printf(arena, "t.matches(%s)", shown(arena, &value));
    return result(arena, source.at, &how);
}

static const struct {
    const char *pattern, *text;
    bool found;
} table[] = {
    {"", "", true},
    {"", "x", true},
    {"a", "xay", true},
    {"a", "xby", false},
    {"^a", "ba", false},
    {"a$", "ab", false},
    {"a$", "a\n", false},
    {"(?m)a$", "a\nb", true},
    {"(?m)^b", "a\nb", true},
    {"^b", "a\nb", false},
    {"\\Ab", "a\nb", false},
    {"(?m)\\Ab", "a\nb", false},
    {"a\\z", "ba", true},
    {"^$", "", true},
    {"^$", "a", false},
    {"a.c", "abc", true},
    {"a.c", "a\nc", false},
    {"(?s)a.c", "a\nc", true},
    {"^.$", "한", true},
    {"^..$", "한", false},
    {"^(ARIA|SEED|LEA)-[0-9]+$", "SEED-128", true},
    {"^(ARIA|SEED|LEA)-[0-9]+$", "AES-256", false},
    {"^a|b", "xb", true},
    {"^(?:a|b)", "xb", false},
    {"^(a|^b)", "b", true},
    {"x*", "", true},
    {"^x+$", "xxx", true},
    {"^x?$", "xx", false},
    {"^x{2}$", "xx", true},
    {"^x{2,}$", "xxxxx", true},
    {"^x{2,3}$", "xxxx", false},
    {"^x{0}$", "", true},
    {"^x{,2}$", "x{,2}", true},
    {"^x{$", "x{", true},
    {"^x{a}$", "x{a}", true},
    {"^a*?b+?c??$", "aabb", true},
    {"^(a*)*$", "aaaa", true},
    {"^(a*)+b$", "aaac", false},
    {"^(|a)+$", "aaa", true},
    {"^[abc]+$", "cab", true},
    {"^[^abc]+$", "xyz", true},
    {"^[a-cx-z]+$", "abxz", true},
    {"^[]a]+$", "]a", true},
    {"^[^]a]+$", "b", true},
    {"^[-a]+$", "-a", true},
    {"^[a-]+$", "-a", true},
    {"^[\\d-]+$", "1-2", true},
    {"^[\\]\\\\]+$", "]\\", true},
    {"^[[:alpha:]]+$", "aZ", true},
    {"^[[:^alpha:]]+$", "12", true},
    {"^[[:digit:]x]+$", "1x", true},
    {"^[[:word:]]+$", "a_1", true},
    {"^[^\\D]+$", "12", true},
    {"^[\\D]+$", "1", false},
    {"^\\d+\\D\\w\\W\\s\\S$", "12a_! x", true},
    {"\\s", "\v", false},
    {"[[:space:]]", "\v", true},
    {"\\d", "٣", false},
    {"\\pN", "٣", true},
    {"^\\p{Hangul}+$", "관세", true},
    {"^\\p{Hangul}+$", "關稅", false},
    {"^\\p{Han}+$", "關稅", true},
    {"^\\PL$", "1", true},
    {"^\\P{Lu}$", "A", false},
    {"^\\p{^Lu}$", "a", true},
    {"^[\\p{Lu}\\d]+$", "A1", true},
    {"^[^\\pL]+$", "é", false},
    {"^\\p{Any}$", "🐱", true},
    {"^\\p{Greek}\\p{Cyrillic}$", "αя", true},
    {"(?i)^KR-map$", "kr-MAP", true},
    {"^(?i:a)b$", "Ab", true},
    {"^(?i:a)b$", "AB", false},
    {"^a(?i)b$", "aB", true},
    {"^(a(?i)b)c$", "aBC", false},
    {"(?i)^[a-c]+$", "ABC", true},
    {"(?i)^[^a]$", "A", false},
    {"(?i)k", "\xE2\x84\xAA", true},  // the Kelvin sign
    {"(?i)\xE2\x84\xAA", "k", true},
    {"(?i)s", "ſ", true},
    {"(?i)σ", "Σς", true},
    {"(?i)^ς$", "Σ", true},
    {"(?i)^é$", "É", true},
    {"(?i)^я$", "Я", true},
    {"(?i)^Ā$", "ā", true},
    {"(?i-s).", "\n", false},
    {"(?is)A.", "a\n", true},
    {"(?U)a+", "a", true},
    {"\\bmap\\b", "a map.", true},
    {"\\bmap\\b", "amap", false},
    {"\\Bap", "map", true},
    {"\\Bmap", "map", false},
    {"^\\B$", "", true},
    {"\\b", "", false},
    {"a\\b지", "a지", true},  // word characters are ASCII
    {"^\\x41\\x{D55C}\\101\\060$", "A한A0", true},
    {"^\\0$", "\\0", false},
    {"^\\.\\*\\?\\+\\(\\)\\[\\]\\{\\}\\|\\^\\$\\\\\\/\\-$", ".*?+()[]{}|^$\\/-",
     true},
    {"^\\a\\f\\n\\r\\t\\v$", "\a\f\n\r\t\v", true},
    {"^\\Qa.b*\\E+$", "a.b**", true},
    {"\\Qa.b", "axb", false},
    {"^(?P<year>\\d{4})-(?<m>\\d\\d)$", "2026-12", true},
    {"^((((((((((a))))))))))$", "a", true},
    {"()", "", true},
    {"(|)", "x", true},
    {"a||b", "", true},
    {"}]", "}]", true},
    {"^\xCC\x81$", "\xCC\x81", true},
};

static void syntax_means_what_re2_says(void **state)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        sw_arena *arena = new_arena();
        const char *want = table[i].found ? "true" : "false";
        for (int literal = 0; literal < 2; literal++) {
            const char *got =
                matched(arena, table[i].text, table[i].pattern, literal);
            if (strcmp(got, want) != 0)
                fail_msg("%s on %s: %s", table[i].pattern, table[i].text, got);
        }
        sw_arena_free(arena);
    }
}

static const char *const refused[] = {
    "(",
    ")",
    "a)",
    "(a",
    "[a",
    "[",
    "[]",
    "[^]",
    "*",
    "+a",
    "?",
    "a**",
    "a+*",
    "a??*",
    "a{2}{3}",
    "a*+",
    "|*",
    "(*)",
    "x{1001}",
    "x{2,1}",
    "[b-a]",
    "[a-\\d]",
    "\\1",
    "(a)\\1",
    "\\8",
    "\\y",
    "\\Z",
    "\\C",
    "\\G",
    "\\K",
    "\\pQ",
    "\\p{Klin}",
    "\\p{",
    "\\p",
    "[[:foo:]]",
    "[[:d:]]",
    "(?=a)",
    "(?!a)",
    "(?<=a)",
    "(?<!a)",
    "(?x)a",
    "(?i",
    "(?-)",
    "(?i-)",
    "(?--i)",
    "(?P<a",
    "(?P<>a)",
    "(?P<a-b>c)",
    "(?P=a)",
    "(?#c)",
    "(?>a)",
    "\\x1",
    "\\x{110000}",
    "\\x{}",
    "\\",
    "a\\",
    "[\\",
    "\\é",
    "((x{100}){100}){100}",
    "(((((x{10}){10}){10}){10}){10})",
};

static void bad_patterns_are_errors(void **state)
{
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        sw_arena *arena = new_arena();
        for (int literal = 0; literal < 2; literal++) {
            const char *got = matched(arena, "a", refused[i], literal);
            if (strncmp(got, "error(", 6) != 0)
                fail_msg("%s: %s", refused[i], got);
        }
        sw_arena_free(arena);
    }
}

/* ---- an oracle ------------------------------------------------------- */

// A pattern that POSIX's extended syntax reads in the same way.
static void write_pattern(uint64_t *seed, int depth, sw_buf *out)
{
    static const char *const atoms[] = {"a",    "b",    "c",    ".",
                                        "[ab]", "[^a]", "[b-c]"};
    static const char *const repeats[] = {"*",   "+",     "?",
                                          "{2}", "{1,2}", "{2,}"};
    uint32_t pieces = 1 + draw(seed) % 3;
    for (uint32_t i = 0; i < pieces; i++) {
        if (depth > 0 && draw(seed) % 3 == 0) {
            sw_buf_str(out, SW_STR("("));
            write_pattern(seed, depth - 1, out);
            if (draw(seed) % 2 == 0) {
                sw_buf_str(out, SW_STR("|"));
                write_pattern(seed, depth - 1, out);
            }
            sw_buf_str(out, SW_STR(")"));
        } else {
            sw_buf_printf(out, "%s", atoms[draw(seed) % 7]);
        }
        if (draw(seed) % 3 == 0)
            sw_buf_printf(out, "%s", repeats[draw(seed) % 6]);
    }
}

static void random_patterns_agree_with_the_c_library(void **state)
{
    uint64_t seed = 7;
    for (int round = 0; round < 3000; round++) {
        sw_buf pattern = {0};
        if (draw(&seed) % 4 == 0) sw_buf_str(&pattern, SW_STR("^"));
        write_pattern(&seed, 3, &pattern);
        if (draw(&seed) % 4 == 0) sw_buf_str(&pattern, SW_STR("$"));
        sw_buf_str(&pattern, (sw_str){"", 1});
        regex_t theirs;
        assert_int_equal(regcomp(&theirs, pattern.at, REG_EXTENDED | REG_NOSUB),
                         0);
        for (int i = 0; i < 5; i++) {
            char text[12];
            size_t len = draw(&seed) % (sizeof text - 1);
            for (size_t j = 0; j < len; j++)
                text[j] = (char)('a' + draw(&seed) % 3);
            text[len] = '\0';
            bool want = regexec(&theirs, text, 0, NULL, 0) == 0;
            sw_arena *arena = new_arena();
            const char *got = matched(arena, text, pattern.at, i % 2);
            if ((strcmp(got, "true") == 0) != want)
                fail_msg("%s on %s: %s", pattern.at, text, got);
            sw_arena_free(arena);
        }
        regfree(&theirs);
        sw_buf_free(&pattern);
    }
}

/* ---- time ------------------------------------------------------------ */

// Each takes a backtracking matcher 2^n steps or more. Ours counts steps, so a
// search that is not linear would end in an error here.
static void explosive_patterns_finish(void **state)
{
    static const char *const patterns[] = {
        "^(a+)+$",
        "^(a*)*$",
        "^(a|a)*$",
        "^(a|aa)+$",
        "^(.*)*x$",
        "(x+x+)+y",
        "^((a+)+)+$",
        "^(a?){500}a{500}$",
        "(.*)(.*)(.*)(.*)(.*)[^a!]",
        "([a-zA-Z]+)*#",
        "^(([a-z])+.)+[A-Z]([a-z])+$",
    };
    sw_arena *arena = new_arena();
    char *text = sw_arena_alloc(arena, 2002);
    memset(text, 'a', 2000);
    memcpy(text + 2000, "!", 2);
    sw_cel_binding b[] = {{SW_STR("t"), string_value(text)},
                          {SW_STR("p"), {0}}};
    sw_cel_options how = {.bindings = b, .binding_count = 2};
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        b[1].value = string_value(patterns[i]);
        assert_string_equal(result(arena, "t.matches(p)", &how), "false");
    }
    sw_arena_free(arena);
}

static void a_search_that_costs_too_much_ends(void **state)
{
    sw_arena *arena = new_arena();
    size_t len = 4 << 20;
    char *text = sw_arena_alloc(arena, len + 1);
    memset(text, 'a', len);
    text[len] = '\0';
    sw_cel_binding b[] = {{SW_STR("t"), string_value(text)}};
    sw_cel_options how = {.bindings = b, .binding_count = 1};
    sw_cel *cel = parsed(arena, "t.matches('(a|b|aa){1,900}x')");
    sw_cel_value value;
    sw_error err = {0};
    how.max_steps = 1000;
    assert_false(sw_cel_eval(cel, &how, arena, &value, &err));
    assert_int_equal(err.kind, SW_ERR_INPUT);
    sw_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(syntax_means_what_re2_says),
        cmocka_unit_test(bad_patterns_are_errors),
        cmocka_unit_test(random_patterns_agree_with_the_c_library),
        cmocka_unit_test(explosive_patterns_finish),
        cmocka_unit_test(a_search_that_costs_too_much_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
