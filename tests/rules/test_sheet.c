// What a page does to text: nothing in it becomes markup, in either form.
#include "sheet.h"

#include "book.h"

static void expect(sheet *s, const char *text)
{
    assert_false(s->out.failed);
    sw_buf_add(&s->out, "", 1);
    assert_string_equal(s->out.at, text);
    sw_buf_free(&s->out);
}

static void markup_in_text_is_escaped(void **state)
{
    (void)state;
    static const struct {
        const char *text, *html, *markdown;
    } cases[] = {
        {"plain, 1.5 (x)", "plain, 1.5 (x)", "plain, 1.5 (x)"},
        {"a < b & c > d", "a &lt; b &amp; c &gt; d", "a &lt; b &amp; c > d"},
        {"\"q\" 'r'", "&quot;q&quot; &#39;r&#39;", "\"q\" 'r'"},
        {"*a* _b_ `c` ~d~", "*a* _b_ `c` ~d~",
         "\\*a\\* \\_b\\_ \\`c\\` \\~d\\~"},
        {"[a](b) | c", "[a](b) | c", "\\[a\\](b) \\| c"},
        {"# no heading", "# no heading", "\\# no heading"},
        {"- no item", "- no item", "\\- no item"},
        {"> no quote", "&gt; no quote", "\\> no quote"},
        {"&amp;", "&amp;amp;", "&amp;amp;"},
        {"\\|", "\\|", "\\\\\\|"},
        {"지도", "지도", "지도"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sheet html = {.as = SW_PAGE_HTML}, markdown = {.as = SW_PAGE_MARKDOWN};
        sw_sheet__text(&html, sw_str_of(cases[i].text));
        sw_sheet__text(&markdown, sw_str_of(cases[i].text));
        expect(&html, cases[i].html);
        expect(&markdown, cases[i].markdown);
    }
}

static void marks_within_a_line_begin_nothing(void **state)
{
    (void)state;
    sheet s = {.as = SW_PAGE_MARKDOWN};
    sw_sheet__text(&s, SW_STR("a "));
    sw_sheet__text(&s, SW_STR("- b"));
    expect(&s, "a - b");
}

static void code_holds_its_own_quotes(void **state)
{
    (void)state;
    sheet s = {.as = SW_PAGE_MARKDOWN};
    sw_sheet__code(&s, SW_STR("a `b` ``c``"));
    expect(&s, "``` a `b` ``c`` ```");
    s = (sheet){.as = SW_PAGE_MARKDOWN};
    sw_sheet__block(&s, SW_STR("a\n````\nb"));
    expect(&s, "`````\na\n````\nb\n`````\n\n");
    s = (sheet){.as = SW_PAGE_HTML};
    sw_sheet__block(&s, SW_STR("a < b"));
    expect(&s, "<pre>a &lt; b</pre>\n");
}

static void links_lead_to_the_web_only(void **state)
{
    (void)state;
    static const struct {
        const char *url, *html, *markdown;
    } cases[] = {
        {"https://a.example/b?c=1&d",
         "<a href=\"https://a.example/b?c=1&amp;d\">t</a>",
         "[t](https://a.example/b?c=1&d)"},
        {"https://a.example/법", "<a href=\"https://a.example/법\">t</a>",
         "[t](https://a.example/법)"},
        {"http://a.example/(x) y\"><",
         "<a href=\"http://a.example/%28x%29%20y%22%3E%3C\">t</a>",
         "[t](http://a.example/%28x%29%20y%22%3E%3C)"},
        {"javascript:alert(1)", "t", "t"},
        {"data:text/html,x", "t", "t"},
        {"//a.example", "t", "t"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sheet html = {.as = SW_PAGE_HTML}, markdown = {.as = SW_PAGE_MARKDOWN};
        sw_sheet__link(&html, sw_str_of(cases[i].url), SW_STR("t"));
        sw_sheet__link(&markdown, sw_str_of(cases[i].url), SW_STR("t"));
        expect(&html, cases[i].html);
        expect(&markdown, cases[i].markdown);
    }
}

static void lists_nest(void **state)
{
    (void)state;
    for (int form = 0; form < 2; form++) {
        sheet s = {.as = form == 0 ? SW_PAGE_MARKDOWN : SW_PAGE_HTML};
        sw_sheet__list(&s);
        sw_sheet__item(&s);
        sw_sheet__text(&s, SW_STR("a"));
        sw_sheet__list(&s);
        sw_sheet__item(&s);
        sw_sheet__text(&s, SW_STR("b"));
        sw_sheet__item_end(&s);
        sw_sheet__list_end(&s);
        sw_sheet__item_end(&s);
        sw_sheet__item(&s);
        sw_sheet__text(&s, SW_STR("c"));
        sw_sheet__item_end(&s);
        sw_sheet__list_end(&s);
        expect(&s, form == 0 ? "- a\n  - b\n- c\n\n"
                             : "<ul>\n<li>a<ul>\n<li>b</li>\n</ul>\n</li>\n"
                               "<li>c</li>\n</ul>\n");
    }
}

static void anchors_and_jumps_agree(void **state)
{
    (void)state;
    for (int form = 0; form < 2; form++) {
        sheet s = {.as = form == 0 ? SW_PAGE_MARKDOWN : SW_PAGE_HTML};
        sw_sheet__heading(&s, 2, "rule-", SW_STR("a/b \"c\""), SW_STR("A"));
        sw_sheet__jump(&s, "rule-", SW_STR("a/b \"c\""), SW_STR("A"));
        expect(&s, form == 0 ? "<a id=\"rule-a-b--c-\"></a>\n\n## A\n\n"
                               "[A](#rule-a-b--c-)"
                             : "<h2 id=\"rule-a-b--c-\">A</h2>\n"
                               "<a href=\"#rule-a-b--c-\">A</a>");
    }
}

static void a_row_of_markdown_carries_its_anchor(void **state)
{
    (void)state;
    static const char *const heads[] = {"A", "B", NULL};
    sheet s = {.as = SW_PAGE_MARKDOWN};
    sw_sheet__table(&s, heads);
    sw_sheet__row(&s, "fact-", SW_STR("x"));
    for (int i = 0; i < 2; i++) {
        sw_sheet__cell(&s);
        sw_sheet__text(&s, SW_STR("a|b"));
        sw_sheet__break(&s);
        sw_sheet__code(&s, SW_STR("c|d"));
        sw_sheet__cell_end(&s);
    }
    sw_sheet__row_end(&s);
    sw_sheet__table_end(&s);
    expect(&s,
           "| A | B |\n| --- | --- |\n"
           "| <a id=\"fact-x\"></a>a\\|b<br>`c\\|d` | a\\|b<br>`c\\|d` |\n\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(markup_in_text_is_escaped),
        cmocka_unit_test(marks_within_a_line_begin_nothing),
        cmocka_unit_test(code_holds_its_own_quotes),
        cmocka_unit_test(links_lead_to_the_web_only),
        cmocka_unit_test(lists_nest),
        cmocka_unit_test(anchors_and_jumps_agree),
        cmocka_unit_test(a_row_of_markdown_carries_its_anchor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
