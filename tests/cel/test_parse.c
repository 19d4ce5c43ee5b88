// Syntax: where an error is, what it says, and where its caret stands.
#include <string.h>

#include "cel_support.h"

typedef struct {
    const char *source, *place, *reason;
    const char *shown, *caret;  // the drawing's two lines; NULL: not compared
} bad;

static const bad bads[] = {
    {"", "line 1, column 1", "expected an expression, found the end", "", "^"},
    {"1 +", "line 1, column 4", "expected an expression, found the end", "1 +",
     "   ^"},
    {"a ==", "line 1, column 5", "expected an expression, found the end",
     "a ==", "    ^"},
    {"a = b", "line 1, column 3", "'=' alone; equality is '=='", "a = b",
     "  ^"},
    {"a & b", "line 1, column 3", "'&' alone; and is '&&'", NULL, NULL},
    {"a | b", "line 1, column 3", "'|' alone; or is '||'", NULL, NULL},
    {"(1", "line 1, column 3", "expected ')', found the end", NULL, NULL},
    {"[1, 2", "line 1, column 6", "expected ',' or ']', found the end", NULL,
     NULL},
    {"[1 2]", "line 1, column 4", "expected ',' or ']', found a number", NULL,
     NULL},
    {"{1: 2, 3}", "line 1, column 9", "expected ':', found '}'", NULL, NULL},
    {"f(1,)", "line 1, column 5", "expected an argument, found ')'", NULL,
     NULL},
    {"1 2", "line 1, column 3",
     "expected an operator or the end, found a number", NULL, NULL},
    {"a.", "line 1, column 3",
     "expected a field's name after '.', found the end", NULL, NULL},
    {"a.in", "line 1, column 3",
     "expected a field's name after '.', found 'in'", NULL, NULL},
    {"if", "line 1, column 1", "'if' is a reserved word", "if", "^"},
    {"a ? b", "line 1, column 6", "expected ':', found the end", NULL, NULL},
    {"a ? b : c ? d", "line 1, column 14", "expected ':', found the end", NULL,
     NULL},
    {"-!x", "line 1, column 2", "expected an expression, found '!'", NULL,
     NULL},
    {"'abc", "line 1, column 1", "a string that is not closed", NULL, NULL},
    {"'a\nb'", "line 1, column 1", "a string that is not closed", "'a", "^"},
    {"'''a\nb", "line 1, column 1", "a string that is not closed", NULL, NULL},
    {"'\\q'", "line 1, column 2", "a backslash that begins no escape", "'\\q'",
     " ^"},
    {"'ab\\x4'", "line 1, column 4", "an escape is \\xHH", NULL, NULL},
    {"'\\08'", "line 1, column 2", "an escape is \\xHH", NULL, NULL},
    {"'\\400'", "line 1, column 2", "an escape is \\xHH", NULL, NULL},
    {"'\\ud800'", "line 1, column 2", "U+D800 is no character", NULL, NULL},
    {"'\\U00110000'", "line 1, column 2", "U+110000 is no character", NULL,
     NULL},
    {"b'\\u0041'", "line 1, column 3", "\\u and \\U have no meaning in bytes",
     NULL, NULL},
    {"rb'a'", "line 1, column 3",
     "expected an operator or the end, found a string", NULL, NULL},
    {"9223372036854775808", "line 1, column 1",
     "a number out of the range of int", NULL, NULL},
    {"-9223372036854775809", "line 1, column 2",
     "a number out of the range of int", NULL, NULL},
    {"0x8000000000000000", "line 1, column 1",
     "a number out of the range of int", NULL, NULL},
    {"0x10000000000000000u", "line 1, column 1",
     "a number out of the range of uint", NULL, NULL},
    {"18446744073709551616u", "line 1, column 1",
     "a number out of the range of uint", NULL, NULL},
    {"1e400", "line 1, column 1", "a number out of the range of double", NULL,
     NULL},
    {"a.`b", "line 1, column 3", "a quoted name that is not closed", NULL,
     NULL},
    {"a.`b$`", "line 1, column 5", "a quoted name holds letters", NULL, NULL},
    {"a.``", "line 1, column 3", "a quoted name that is empty", NULL, NULL},
    {"`a`", "line 1, column 1", "expected an expression, found a quoted name",
     NULL, NULL},
    {"has(a)", "line 1, column 5", "has() takes a field selection", NULL, NULL},
    {"has(a.?b)", "line 1, column 5", "has() takes a field selection", NULL,
     NULL},
    {"[1].all(x.y, true)", "line 1, column 9",
     "a macro's variable must be a plain name", NULL, NULL},
    {"[1].all(.x, true)", "line 1, column 9",
     "a macro's variable must be a plain name", NULL, NULL},
    {"[1].all(x, x, true)", "line 1, column 12",
     "the two variables of a macro must differ", NULL, NULL},
    {"cel.bind(1, 2, 3)", "line 1, column 10",
     "a macro's variable must be a plain name", NULL, NULL},
    {"cel.block(x, 1)", "line 1, column 11",
     "cel.block() takes a list written out", "cel.block(x, 1)", "          ^"},
    {"cel.block([?x], 1)", "line 1, column 11",
     "cel.block() takes a list written out", NULL, NULL},
    {"cel.block([1], cel.index(1))", "line 1, column 16",
     "a block of 1 has no element 1", "cel.block([1], cel.index(1))",
     "               ^"},
    {"cel.block([], cel.index(0))", "line 1, column 15",
     "a block of 0 has no element 0", NULL, NULL},
    {"cel.block([1, cel.index(1)], 2)", "line 1, column 15",
     "an element may read only those before it",
     "cel.block([1, cel.index(1)], 2)", "              ^"},
    {"cel.block([cel.index(1), 1], 2)", "line 1, column 12",
     "an element may read only those before it", NULL, NULL},
    {"cel.index(0)", "line 1, column 1", "cel.index() outside of a block", NULL,
     NULL},
    {"cel.block([1], cel.index(0)) + cel.index(0)", "line 1, column 32",
     "cel.index() outside of a block", NULL, NULL},
    {"cel.block([1],\n  cel.block([2], 3))", "line 2, column 3",
     "a block within a block", "  cel.block([2], 3))", "  ^"},
    {"cel.block([1], cel.index(x))", "line 1, column 26",
     "expected a whole number written out", NULL, NULL},
    {"cel.block([1], cel.index(-1))", "line 1, column 26",
     "expected a whole number written out", NULL, NULL},
    {"cel.iterVar(0, 'a')", "line 1, column 16",
     "expected a whole number written out", NULL, NULL},
    {"a.b{1: 2}", "line 1, column 5", "expected a field's name, found a number",
     NULL, NULL},
    // Lines are counted, the line alone is shown.
    {"a &&\n  b ||\n  )", "line 3, column 3",
     "expected an expression, found ')'", "  )", "  ^"},
    {"a &&\r\n@", "line 2, column 1", "the character '@' means nothing here",
     "@", "^"},
    {"// note\na b", "line 2, column 3",
     "expected an operator or the end, found a name", "a b", "  ^"},
    // A tab shows as one space, a wide character takes two columns.
    {"\ta\tb", "line 1, column 4",
     "expected an operator or the end, found a name", " a b", "   ^"},
    {"'지도' == ~", "line 1, column 9", "the character '~' means nothing here",
     "'지도' == ~", "          ^"},
    {"한", "line 1, column 1",
     "the character U+D55C means nothing outside a string", "한", "^"},
    {"1 + \x01", "line 1, column 5",
     "the character U+0001 means nothing outside a string", "1 +  ", "    ^"},
    {"@ \xff\x8f\x8f\x8f", "line 1, column 3", "a byte that is not UTF-8",
     "@ ????", "  ^"},
    {"1 + \xff", "line 1, column 5", "a byte that is not UTF-8", "1 + ?",
     "    ^"},
};

// The two lines below the message, without their indent.
static void split_drawing(const char *reason, char lines[2][256])
{
    lines[0][0] = lines[1][0] = '\0';
    for (int i = 0; i < 2; i++) {
        reason = strchr(reason, '\n');
        assert_non_null(reason);
        reason++;
        assert_memory_equal(reason, "    ", 4);
        size_t len = strcspn(reason + 4, "\n");
        assert_true(len < 256);
        memcpy(lines[i], reason + 4, len);
        lines[i][len] = '\0';
    }
}

static void errors_name_place_and_reason(void **state)
{
    for (size_t i = 0; i < sizeof bads / sizeof *bads; i++) {
        sw_arena *arena = new_arena();
        sw_cel *cel = NULL;
        sw_error err = {0};
        if (sw_cel_parse(sw_str_of(bads[i].source), arena, &cel, &err))
            fail_msg("parses: %s", bads[i].source);
        assert_int_equal(err.kind, SW_ERR_INPUT);
        assert_string_equal(err.place, bads[i].place);
        if (strncmp(err.reason, bads[i].reason, strlen(bads[i].reason)) != 0)
            fail_msg("%s: %s", bads[i].source, err.reason);
        char lines[2][256];
        split_drawing(err.reason, lines);
        if (bads[i].shown != NULL) {
            assert_string_equal(lines[0], bads[i].shown);
            assert_string_equal(lines[1], bads[i].caret);
        }
        sw_arena_free(arena);
    }
}

// A caller's own finding looks like ours.
static void callers_may_point_too(void **state)
{
    sw_arena *arena = new_arena();
    sw_cel *cel = parsed(arena, "a +\n '\xed\x95\x9c' + b");
    sw_error err = {0};
    assert_false(sw_cel_fail_at(cel, 13, &err, "no %s", "b"));
    assert_int_equal(err.kind, SW_ERR_INPUT);
    assert_string_equal(err.place, "line 2, column 8");
    char lines[2][256];
    split_drawing(err.reason, lines);
    assert_true(sw_str_starts(sw_str_of(err.reason), SW_STR("no b\n")));
    assert_string_equal(lines[0], " '\xed\x95\x9c' + b");
    assert_string_equal(lines[1], "        ^");  // the letter takes two columns

    assert_false(sw_cel_fail_at(cel, 1000, &err, "behind"));
    assert_string_equal(err.place, "line 2, column 9");
    sw_arena_free(arena);
}

// Of a long line only the part around the caret is shown.
static void long_lines_are_cut_around_the_caret(void **state)
{
    char source[2000];
    memset(source, ' ', sizeof source);
    source[1000] = '@';
    source[sizeof source - 1] = '\0';
    sw_arena *arena = new_arena();
    sw_cel *cel = NULL;
    sw_error err = {0};
    assert_false(sw_cel_parse(sw_str_of(source), arena, &cel, &err));
    assert_string_equal(err.place, "line 1, column 1001");
    char lines[2][256];
    split_drawing(err.reason, lines);
    assert_true(strlen(lines[0]) < 100);
    assert_int_equal(strchr(lines[0], '@') - lines[0],
                     strchr(lines[1], '^') - lines[1]);
    assert_memory_equal(lines[0], "...", 3);
    sw_arena_free(arena);
}

// Whatever the line holds, the reason fits its buffer and ends in a caret.
static void every_place_of_every_line_is_drawn(void **state)
{
    static const char *const pieces[] = {"a", "\t",   "지", "\xCC\x81",
                                         "🐱", "\x7F", " "};
    uint64_t seed = 1;
    for (int round = 0; round < 3000; round++) {
        char source[1600] = "'";
        size_t count = draw(&seed) % 300;
        for (size_t i = 0; i < count; i++)
            strcat(source, pieces[draw(&seed) % 7]);
        strcat(source, "' @");
        sw_arena *arena = new_arena();
        sw_cel *cel = NULL;
        sw_error err = {0};
        assert_false(sw_cel_parse(sw_str_of(source), arena, &cel, &err));
        size_t len = strlen(err.reason);
        assert_int_equal(err.reason[len - 1], '^');
        assert_true(sw_utf8_valid(sw_str_of(err.reason)));
        sw_arena_free(arena);
    }
}

/* ---- what parses ----------------------------------------------------- */

static const char *const goods[][2] = {
    {"1 + 2 * 3 - 4", "3"},
    {"(1 + 2) * 3", "9"},
    {"-1 + - 2", "-3"},
    {"--1", "1"},
    {"!!true", "true"},
    {"!-1.5", "error(\"no such overload\")"},
    {"1 < 2 == true", "true"},
    {"true || false && false", "true"},
    {"true ? 1 : false ? 2 : 3", "1"},
    {"false ? 1 : false ? 2 : 3", "3"},
    {"[1, 2,]", "[1, 2]"},
    {"{'a': 1,}", "{\"a\": 1}"},
    {"[]", "[]"},
    {"{}", "{}"},
    {".5 + 1.5e0 + 1E-1", "2.1"},
    {"0x1F + 0xau == 0", "error(\"no such overload\")"},
    {"0xFFFFFFFFFFFFFFFFu", "18446744073709551615u"},
    {"-0x8000000000000000", "-9223372036854775808"},
    {"-9223372036854775808", "-9223372036854775808"},
    {"- 9223372036854775808", "-9223372036854775808"},
    {"--9223372036854775808", "error(\"integer overflow\")"},
    {"1 // one\n + 1 // two", "2"},
    {"{ 'a' : { 'b' : 1 } } . a . b", "1"},
    {"{'while': 1}.while", "1"},
    {"{'a-b.c/d e': 2}.`a-b.c/d e`", "2"},
    {"'a' 'b'", NULL},
    {"'''a'b\nc'''", "\"a'b\\nc\""},
    {"'''''' + \"\"\"\"\"\"", "\"\""},
    {"r'\\n' + R\"\\\"", "\"\\\\n\\\\\""},
    {"bR'\\xff' + Br'' + BR'' + br''", "b\"\\\\xff\""},
    {"b'\\xff\\377ÿ'", "b\"\\xff\\xff\\xc3\\xbf\""},
    {"'\\xff\\377'", "\"ÿÿ\""},
    {"'\\u00e9\\U0001F431'", "\"é🐱\""},
    {"[?optional.none(), ?optional.of(1)]", "[1]"},
    {"{?'a': optional.none(), ?'b': optional.of(1)}", "{\"b\": 1}"},
    {"{'a': [1]}.?a[?5].hasValue()", "false"},
    {"a.b.C{f: 1, `x`: 2, ?g: optional.none(),}",
     "error(\"unknown message type 'a.b.C'\")"},
    {"1.5.e5", NULL},
    {"0xg", NULL},
    {"a.f.?b()", NULL},
};

static void the_grammar_is_read(void **state)
{
    for (size_t i = 0; i < sizeof goods / sizeof *goods; i++) {
        sw_arena *arena = new_arena();
        sw_cel *cel = NULL;
        sw_error err = {0};
        bool ok = sw_cel_parse(sw_str_of(goods[i][0]), arena, &cel, &err);
        if (goods[i][1] == NULL) {
            if (ok && i != 0 && strcmp(goods[i][0], "1.5.e5") != 0)
                fail_msg("parses: %s", goods[i][0]);
        } else {
            if (!ok) fail_msg("%s: %s", goods[i][0], err.reason);
            assert_string_equal(result(arena, goods[i][0], NULL), goods[i][1]);
        }
        sw_arena_free(arena);
    }
}

// Every prefix and every single-byte change of a rich expression either parses
// or says where it does not.
static void mutilated_sources_fail_in_place(void **state)
{
    static const char source[] =
        "a.b ? [1, 2u, -3.5e1].all(x, i, x in {'k': b'\\xff'}) : "
        "has(c.`d-e`) && !f(\"\"\"q\"\"\").g(?1) || T{v: r'\\'}.h[?0]";
    for (size_t i = 0; i < sizeof source - 1; i++) {
        for (int c = -1; c < 128; c++) {
            char text[sizeof source];
            memcpy(text, source, sizeof source);
            size_t len = c < 0 ? i : sizeof source - 1;
            if (c >= 0) text[i] = (char)c;
            sw_arena *arena = new_arena();
            sw_cel *cel = NULL;
            sw_error err = {0};
            if (!sw_cel_parse((sw_str){text, len}, arena, &cel, &err)) {
                assert_int_equal(err.kind, SW_ERR_INPUT);
                assert_string_not_equal(err.place, "");
            }
            sw_arena_free(arena);
        }
    }
}

/* ---- limits ---------------------------------------------------------- */

static void repeated(sw_buf *buf, const char *piece, size_t times)
{
    for (size_t i = 0; i < times; i++)
        sw_buf_str(buf, sw_str_of(piece));
}

static bool nests(const char *open, const char *middle, const char *close,
                  size_t times)
{
    sw_buf buf = {0};
    repeated(&buf, open, times);
    sw_buf_str(&buf, sw_str_of(middle));
    repeated(&buf, close, times);
    sw_arena *arena = new_arena();
    sw_cel *cel = NULL;
    sw_error err = {0};
    bool ok = sw_cel_parse((sw_str){buf.at, buf.len}, arena, &cel, &err);
    sw_cel_value value;
    if (ok) {
        assert_true(sw_cel_eval(cel, NULL, arena, &value, &err));
    } else {
        assert_int_equal(err.kind, SW_ERR_INPUT);
        assert_non_null(strstr(err.reason, "nested more than"));
        assert_string_not_equal(err.place, "");
    }
    sw_arena_free(arena);
    sw_buf_free(&buf);
    return ok;
}

static void depth_has_a_limit_that_fails_cleanly(void **state)
{
    static const char *const shapes[][3] = {
        {"(", "1", ")"},
        {"[", "", "]"},
        {"{1:", "1", "}"},
        {"f(", "1", ")"},
        {"!", "true", ""},
        {"--", "x", ""},
        {"true?(", "1", "):1"},
        {"1?1:", "1", ""},
        {"x[", "1", "]"},
        {"", "x", ".y"},
        {"", "x", "[0]"},
        {"", "x", ".f()"},
        {"", "1", "+1"},
        {"1+(", "1", ")"},
        {"[1].all(x,", "true", ")"},
        {"cel.bind(x,1,", "x", ")"},
        {"T{a:", "1", "}"},
    };
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        const char *const *s = shapes[i];
        if (!nests(s[0], s[1], s[2], 100)) fail_msg("100 deep: %s", s[0]);
        if (nests(s[0], s[1], s[2], 50000)) fail_msg("50000 deep: %s", s[0]);
    }
}

static void chains_of_and_and_or_have_no_depth(void **state)
{
    assert_true(nests("", "true", "&&true", 20000));
    assert_true(nests("", "true", "||true", 20000));
    assert_true(nests("", "true", "&&true||false", 10000));
}

static void huge_sources_are_refused(void **state)
{
    sw_buf buf = {0};
    repeated(&buf, "          ", 200000);
    sw_arena *arena = new_arena();
    sw_cel *cel = NULL;
    sw_error err = {0};
    assert_false(sw_cel_parse((sw_str){buf.at, buf.len}, arena, &cel, &err));
    assert_int_equal(err.kind, SW_ERR_INPUT);
    sw_arena_free(arena);
    sw_buf_free(&buf);
}

/* ---- names ----------------------------------------------------------- */

static const char *const references[][2] = {
    {"cargo.scale >= 25000", "cargo.scale"},
    {"a.b.c + a.b + a.b.c", "a.b.c a.b"},
    {"has(a.b) && c[d.e].f", "a.b c d.e"},
    {"xs.all(x, x.y > z.w && xs.exists(k, v, k + v + x + q))", "xs z.w q"},
    {"xs.filter(x, x > lo).map(y, y * f)", "xs lo f"},
    {"xs.map(x, x > p, x + t)", "xs p t"},
    {"x.all(x, x)", "x"},
    {"[1].all(x, .x.y)", "x.y"},
    {"cel.bind(v, a.b, v.c + d)", "a.b d"},
    {"a.b.size() + size(a.c) + f(a.d.e)", "a.b a.c a.d.e"},
    {"a.?b.c + a.`d`.e", "a"},
    {"type(a) == int || google.protobuf.Timestamp == type(b)", "a b"},
    {"optional.of(a).or(b)", "a b"},
    {"T{f: a.b}", "a.b"},
    {"cel.block([a.b, cel.index(0).c], cel.index(1) + d)", "a.b d"},
    {"{'k': a}.k + [b][0]", "a b"},
    {"1 + 2", ""},
};

static void free_names_are_listed_once_in_order(void **state)
{
    for (size_t i = 0; i < sizeof references / sizeof *references; i++) {
        sw_arena *arena = new_arena();
        sw_cel *cel = parsed(arena, references[i][0]);
        const sw_cel_reference *refs = NULL;
        size_t count = 0;
        sw_error err = {0};
        assert_true(sw_cel_references(cel, arena, &refs, &count, &err));
        sw_buf list = {0};
        for (size_t j = 0; j < count; j++) {
            if (j > 0) sw_buf_str(&list, SW_STR(" "));
            sw_buf_str(&list, refs[j].path);
            assert_true(refs[j].begin < refs[j].end);
            assert_true(refs[j].end <= sw_cel_source(cel).len);
        }
        sw_buf_str(&list, (sw_str){"", 1});
        assert_string_equal(list.at, references[i][1]);
        sw_buf_free(&list);
        sw_arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_name_place_and_reason),
        cmocka_unit_test(callers_may_point_too),
        cmocka_unit_test(long_lines_are_cut_around_the_caret),
        cmocka_unit_test(every_place_of_every_line_is_drawn),
        cmocka_unit_test(the_grammar_is_read),
        cmocka_unit_test(mutilated_sources_fail_in_place),
        cmocka_unit_test(depth_has_a_limit_that_fails_cleanly),
        cmocka_unit_test(chains_of_and_and_or_have_no_depth),
        cmocka_unit_test(huge_sources_are_refused),
        cmocka_unit_test(free_names_are_listed_once_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
