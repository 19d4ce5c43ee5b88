// Charts: pictures that are XML whatever they are told, drawn where the numbers
// say, the same in every locale.
#include <locale.h>
#include <math.h>
#include <stdlib.h>

#include "book.h"
#include "chart_internal.h"
#include "fail_alloc.h"

static const chart_point rising[] = {
    {2014, 1, 1, 1}, {2015, 2, 2, 2}, {2016, 3, 2.5, 4}};
static const chart_point broken[] = {
    {2014, 1, 1, 1}, {2015, NAN, NAN, NAN}, {2016, 3, 3, 3}};

static size_t count_of(const char *text, const char *part)
{
    size_t n = 0;
    for (; (text = strstr(text, part)) != NULL; text++)
        n++;
    return n;
}

/* ---- is it XML? ------------------------------------------------------ */

static bool is_entity(const char *at)
{
    static const char *const known[] = {"&amp;", "&lt;", "&gt;", "&quot;",
                                        "&#39;"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strncmp(at, known[i], strlen(known[i])) == 0) return true;
    }
    return false;
}

// Tags nest and close, attributes are quoted, no stray '<' or '&'.
static void assert_xml(const char *text)
{
    char open[32][16];
    size_t depth = 0;
    for (const char *at = text; *at != '\0'; at++) {
        assert_true((unsigned char)*at >= 0x20 || *at == '\n');
        if (*at == '&') assert_true(is_entity(at));
        if (*at != '<') continue;
        const char *end = strchr(at, '>');
        assert_non_null(end);
        size_t len = (size_t)(end - at);
        assert_int_equal(count_of(at, "\"") % 2, 0);
        assert_null(memchr(at + 1, '<', len - 1));
        char name[16] = "";
        bool closes = at[1] == '/';
        sscanf(at + 1 + closes, "%15[a-z]", name);
        if (closes) {
            assert_true(depth > 0);
            assert_string_equal(name, open[--depth]);
        } else if (end[-1] != '/') {
            assert_true(depth < 32);
            memcpy(open[depth++], name, sizeof name);
        }
        at = end;
    }
    assert_int_equal(depth, 0);
}

/* ---- samples --------------------------------------------------------- */

static void draw_lines(const chart_series *series, size_t count, sw_buf *out)
{
    chart_lines chart = {.words = {.id = "a",
                                   .title = SW_STR("Title"),
                                   .description = SW_STR("In full"),
                                   .x_label = SW_STR("year")},
                         .series = series,
                         .series_count = count};
    sw_rules__chart_lines(&chart, out);
}

static const double parts_up[] = {0.25, 0.5}, parts_apart[] = {-0.5, 0.25};

static void draw_rows(sw_buf *out)
{
    static const sw_str names[] = {SW_STR_INIT("first"), SW_STR_INIT("second")};
    const chart_row rows[] = {
        {.label = SW_STR("up"), .parts = parts_up, .value = 0.75},
        {.label = SW_STR("apart"), .parts = parts_apart, .value = -0.25},
    };
    chart_rows chart = {.words = {.id = "r", .title = SW_STR("Rows")},
                        .parts = names,
                        .part_count = 2,
                        .rows = rows,
                        .row_count = 2};
    sw_rules__chart_rows(&chart, out);
}

/* ---- facts ----------------------------------------------------------- */

static void markup_and_controls_are_text(void **state)
{
    chart_series one = {.name = SW_STR("<b>&\"'\x01\xff\xef\xbf\xbf"),
                        .points = rising,
                        .count = 3};
    sw_buf out = {0};
    draw_lines(&one, 1, &out);
    assert_false(out.failed);
    assert_xml(out.at);
    assert_non_null(strstr(out.at, "&lt;b&gt;&amp;&quot;&#39;??"
                                   "?</text>"));
    sw_buf_free(&out);
}

static void a_chart_of_nothing_is_a_picture(void **state)
{
    sw_buf out = {0};
    draw_lines(NULL, 0, &out);
    assert_xml(out.at);
    sw_buf_free(&out);
    chart_rows none = {.words = {.id = "n"}, .log_x = true};
    sw_rules__chart_rows(&none, &out);
    assert_xml(out.at);
    sw_buf_free(&out);
}

static void a_missing_value_is_a_gap(void **state)
{
    chart_series whole = {.name = SW_STR("w"), .points = rising, .count = 3};
    chart_series gap = {.name = SW_STR("g"), .points = broken, .count = 3};
    sw_buf one = {0}, two = {0};
    draw_lines(&whole, 1, &one);
    draw_lines(&gap, 1, &two);
    assert_int_equal(count_of(one.at, "<polyline"), 1);
    assert_int_equal(count_of(one.at, "<circle"), 3);
    assert_int_equal(count_of(one.at, "<polygon"), 1);  // its interval
    assert_int_equal(count_of(two.at, "<polyline"), 2);
    assert_int_equal(count_of(two.at, "<circle"), 2);
    assert_int_equal(count_of(two.at, "<polygon"), 0);
    sw_buf_free(&one);
    sw_buf_free(&two);
}

static void bars_are_as_long_as_their_parts(void **state)
{
    sw_buf out = {0};
    draw_rows(&out);
    assert_xml(out.at);
    double x[8], width[8];
    size_t n = 0;
    for (const char *at = out.at; n < 8; n++) {
        at = strstr(at, "<rect height=\"15\"");
        if (at == NULL) break;
        assert_int_equal(sscanf(strstr(at, " x="),
                                " x=\"%lf\" y=\"%*f\" width=\"%lf\"", &x[n],
                                &width[n]),
                         2);
        at++;
    }
    assert_int_equal(n, 4);
    // A bar leaves 0.8 of a pixel to its neighbour.
    double unit = (width[1] + 0.8) / 0.5;
    assert_true(fabs(width[0] + 0.8 - 0.25 * unit) < 0.2);
    assert_true(fabs(width[2] + 0.8 - 0.5 * unit) < 0.2);
    assert_true(fabs(width[3] + 0.8 - 0.25 * unit) < 0.2);
    assert_true(fabs(x[0] + width[0] + 0.8 - x[1]) < 0.2);  // stacked
    assert_true(fabs(x[2] + width[2] + 0.8 - x[0]) < 0.2);  // left of zero
    assert_true(fabs(x[3] - x[0]) < 0.2);                   // right of it
    sw_buf_free(&out);
}

static void an_unbounded_interval_has_no_cap(void **state)
{
    chart_row row = {.label = SW_STR("r"), .value = 2, .low = 1, .high = 4};
    chart_rows chart = {
        .words = {.id = "c"}, .rows = &row, .row_count = 1, .log_x = true};
    sw_buf closed = {0}, open = {0};
    sw_rules__chart_rows(&chart, &closed);
    row.high = INFINITY;
    sw_rules__chart_rows(&chart, &open);
    assert_int_equal(count_of(closed.at, "stroke-width=\"1.6\""), 3);
    assert_int_equal(count_of(open.at, "stroke-width=\"1.6\""), 2);
    assert_null(strstr(open.at, "inf"));
    sw_buf_free(&closed);
    sw_buf_free(&open);
}

static void scales_end_where_people_count(void **state)
{
    static const struct {
        double low, high;
        bool log;
        double from, to, step;
    } cases[] = {
        {0.02, 0.19, false, 0, 0.2, 0.05}, {-3, 7, false, -4, 8, 2},
        {0, 0, false, -0.5, 0.5, 0.2},     {5, 5, false, 2, 8, 1},
        {1, 1000, true, 1, 1000, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        chart_scale s;
        sw_rules__scale_make(&s, cases[i].low, cases[i].high, cases[i].log, 6);
        assert_true(s.low <= cases[i].low && s.high >= cases[i].high);
        assert_true(s.tick_count >= 2 && s.tick_count <= MAX_TICKS);
        if (i == 0 || i == 1) {
            assert_true(fabs(s.low - cases[i].from) < 1e-9);
            assert_true(fabs(s.high - cases[i].to) < 1e-9);
            assert_true(fabs(s.step - cases[i].step) < 1e-9);
        }
        s.from = 100;
        s.to = 300;
        assert_true(sw_rules__scale_place(&s, s.low) == 100);
        assert_true(sw_rules__scale_place(&s, s.high) == 300);
        assert_true(sw_rules__scale_place(&s, INFINITY) == 300);
    }
}

static void figures_are_as_fine_as_their_step(void **state)
{
    static const struct {
        double value, step, largest;
        const char *text;
    } cases[] = {
        {0.05, 0.05, 0.2, "0.05"},   {0.3, 0.1, 0.4, "0.3"},
        {2014, 2, 2025, "2014"},     {12500, 500, 20000, "12,500"},
        {7.5e9, 5e8, 8e9, "7.5 bn"}, {4e12, 1e12, 4e12, "4 tn"},
        {0, 1e6, 5e6, "0"},          {-0.25, 0.05, 1, "−0.25"},
        {45e6, 5e6, 5e7, "45 M"},    {-0.001, 0.1, 1, "0.0"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char buf[SVG_FIGURE];
        assert_str(sw_rules__svg_figure(buf, cases[i].value, cases[i].step,
                                        sw_rules__svg_unit(cases[i].largest)),
                   cases[i].text);
    }
}

static void a_comma_locale_changes_nothing(void **state)
{
    sw_buf here = {0}, there = {0};
    draw_rows(&here);
    if (setlocale(LC_ALL, "de_DE.UTF-8") == NULL) {
        sw_buf_free(&here);
        skip();
    }
    draw_rows(&there);
    setlocale(LC_ALL, "C");
    assert_string_equal(here.at, there.at);
    sw_buf_free(&here);
    sw_buf_free(&there);
}

static void a_failing_allocation_is_told(void **state)
{
    chart_series one = {.name = SW_STR("w"), .points = rising, .count = 3};
    for (size_t n = 1;; n++) {
        sw_buf out = {0};
        fail_alloc_at(n);
        draw_lines(&one, 1, &out);
        draw_rows(&out);
        bool failed = out.failed;
        sw_buf_free(&out);
        if (!fail_alloc_done()) break;
        assert_true(failed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(markup_and_controls_are_text),
        cmocka_unit_test(a_chart_of_nothing_is_a_picture),
        cmocka_unit_test(a_missing_value_is_a_gap),
        cmocka_unit_test(bars_are_as_long_as_their_parts),
        cmocka_unit_test(an_unbounded_interval_has_no_cap),
        cmocka_unit_test(scales_end_where_people_count),
        cmocka_unit_test(figures_are_as_fine_as_their_step),
        cmocka_unit_test(a_comma_locale_changes_nothing),
        cmocka_unit_test(a_failing_allocation_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
