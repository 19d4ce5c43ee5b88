// A report of parity as one page to hand on: HTML with its style and its charts
// inside, no script, nothing fetched. All that comes from files is escaped.
#include "parity_charts.h"
#include "parity_words.h"
#include "svg.h"

static const char style[] =
    "body{font:15px/1.5 'Noto Sans','DejaVu Sans',Helvetica,Arial,sans-serif;"
    "color:#1a1a1a;max-width:800px;margin:2em auto;padding:0 1em}"
    "h1{font-size:1.5em;line-height:1.25;margin-bottom:.2em}"
    "h2{font-size:1.2em;margin:2em 0 .5em;border-bottom:1px solid #c9ccd1}"
    "h3{font-size:1em;margin:1.5em 0 .3em}"
    "p,ul{margin:.5em 0}.quiet{color:#5f6368}"
    "dl{display:grid;grid-template-columns:max-content 1fr;gap:.2em 1em}"
    "dt{color:#5f6368}dd{margin:0;overflow-wrap:anywhere}"
    "table{border-collapse:collapse;margin:.7em 0;width:100%;font-size:.93em}"
    "th,td{text-align:left;padding:.25em .7em .25em 0;vertical-align:top;"
    "border-bottom:1px solid #e3e5e8}th{font-weight:600}"
    "td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}"
    "tr.now{background:#fff4d6;font-weight:600}"
    ".key{background:#f4f6f8;padding:.7em 1em;border-left:4px solid #0b5cad}"
    "svg{max-width:100%;height:auto}"
    "details{margin:.7em 0}summary{cursor:pointer}"
    "@page{margin:15mm}@media "
    "print{body{margin:0;max-width:none;font-size:11pt}"
    "h2,h3{break-after:avoid}svg,tr,.key{break-inside:avoid}"
    "tr.now,.key{print-color-adjust:exact;-webkit-print-color-adjust:exact}}";

// `word` is put together first, then written escaped.
typedef struct {
    const sw_parity *r;
    sw_arena *arena;
    sw_error *err;
    sw_buf out, word;
} web;

/* ---- pieces ---------------------------------------------------------- */

static void raw(web *w, const char *html)
{
    sw_buf_str(&w->out, sw_str_of(html));
}

static void text(web *w, sw_str s)
{
    sw_rules__svg_escape(&w->out, s);
}

static void say(web *w, const char *s)
{
    text(w, sw_str_of(s));
}

// Writes what was put into `word`.
static void flush(web *w)
{
    w->out.failed = w->out.failed || w->word.failed;
    text(w, (sw_str){w->word.at, w->word.len});
    w->word.len = 0;
}

static void item(web *w, const char *label, sw_str value)
{
    if (value.len == 0) return;
    raw(w, "<dt>");
    say(w, label);
    raw(w, "</dt><dd>");
    text(w, value);
    raw(w, "</dd>\n");
}

static void cell(web *w, sw_str s)
{
    raw(w, "<td>");
    text(w, s);
    raw(w, "</td>");
}

static void flush_cell(web *w, bool is_number)
{
    raw(w, is_number ? "<td class=\"n\">" : "<td>");
    flush(w);
    raw(w, "</td>");
}

static void count_cell(web *w, sw_parity_count count)
{
    sw_parity__count(&w->word, count);
    flush_cell(w, true);
}

// Heads, of which those after the first `words` are of numbers.
static void table_begin(web *w, const char *const *heads, size_t words)
{
    raw(w, "<table><thead><tr>");
    for (size_t i = 0; heads[i] != NULL; i++) {
        raw(w, i < words ? "<th>" : "<th class=\"n\">");
        say(w, heads[i]);
        raw(w, "</th>");
    }
    raw(w, "</tr></thead><tbody>\n");
}

static void table_end(web *w)
{
    raw(w, "</tbody></table>\n");
}

/* ---- what is compared ------------------------------------------------ */

static void put_head(web *w)
{
    const sw_parity *r = w->r;
    char day[11];
    raw(w, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
           "<meta name=\"viewport\" content=\"width=device-width\">\n<title>");
    say(w, "Parity of ");
    text(w, r->book);
    raw(w, "</title>\n<style>");
    raw(w, style);
    raw(w, "</style></head><body>\n<h1>Whom it falls on: ");
    text(w, r->title);
    raw(w, "</h1>\n<p class=\"quiet\">");
    sw_buf_printf(&w->word, "Rulebook %.*s, as of %.*s, ruled for %s",
                  SW_STR_ARGS(r->book), SW_STR_ARGS(r->as_of),
                  sw_date_text(r->date, day));
    if (r->variant.len > 0)
        sw_buf_printf(&w->word, ", under %.*s: %.*s", SW_STR_ARGS(r->variant),
                      SW_STR_ARGS(r->variant_title));
    flush(w);
    raw(w, "</p>\n");
}

static void put_key(web *w)
{
    const sw_parity *r = w->r;
    raw(w, "<p class=\"key\">Covered: ");
    for (int g = 0; g < SW_PARITY_GROUPS; g++) {
        const sw_parity_group *group = &r->groups[g];
        raw(w, "<strong>");
        sw_parity__count(&w->word, group->covered);
        sw_buf_str(&w->word, SW_STR(" of "));
        sw_parity__count(&w->word, group->firms);
        sw_buf_printf(&w->word, " %s", sw_parity__groups[g]);
        flush(w);
        raw(w, "</strong> (");
        sw_parity__rate(&w->word, group->rate);
        flush(w);
        raw(w, g == 0 ? "), " : "). Ratio of rates <strong>");
    }
    sw_parity__range(&w->word, r->effect.ratio);
    flush(w);
    raw(w, "</strong>, exact 95&nbsp;% interval ");
    sw_parity__rounded(&w->word, r->effect.interval.low, 3);
    sw_buf_str(&w->word, SW_STR(" to "));
    sw_parity__rounded(&w->word, r->effect.interval.high, 3);
    sw_buf_str(&w->word, SW_STR("; Fisher's p "));
    sw_parity__p(&w->word, r->effect.p);
    flush(w);
    raw(w, ". ");
    sw_parity__alone(&w->word, r);
    flush(w);
    raw(w, "</p>\n<p>");
    say(w, sw_parity__no_verdict);
    raw(w, "</p>\n");
}

static sw_str stated(const sw_parity *r, const char *key)
{
    sw_str value = sw_parity__note(r, sw_str_of(key));
    return value.len > 0 ? value : SW_STR("not stated");
}

static void put_compared(web *w)
{
    const sw_parity *r = w->r;
    raw(w, "<h2>What is compared</h2>\n<dl>\n");
    sw_buf_printf(&w->word, "%.*s, %zu rows", SW_STR_ARGS(r->population),
                  r->firm_count);
    raw(w, "<dt>population</dt><dd>");
    flush(w);
    raw(w, "</dd>\n");
    item(w, "source", stated(r, "source"));
    item(w, "as of", stated(r, "as of"));
    item(w, "comparison set", stated(r, "comparison set"));
    item(w, "method", sw_parity__note(r, SW_STR("method")));
    raw(w, "<dt>domestic</dt><dd>");
    sw_buf_printf(&w->word, "%.*s is %.*s; all others are foreign",
                  SW_STR_ARGS(r->origin_fact), SW_STR_ARGS(r->home));
    flush(w);
    raw(w, "</dd>\n");
    item(w, "eligible",
         r->eligible.len > 0 ? r->eligible : SW_STR("every row"));
    raw(w, "<dt>covered</dt><dd>");
    sw_parity__covered(&w->word, r);
    flush(w);
    raw(w, "</dd>\n</dl>\n");
}

/* ---- on its face ----------------------------------------------------- */

static void put_turns(web *w)
{
    const sw_parity *r = w->r;
    static const char *const heads[] = {"rule or term", "example", "firms",
                                        NULL};
    if (r->turn_count == 0) return;
    table_begin(w, heads, 2);
    for (size_t i = 0; i < r->turn_count; i++) {
        const sw_parity_turn *t = &r->turns[i];
        raw(w, "<tr>");
        sw_buf_printf(&w->word, "%.*s: %.*s", SW_STR_ARGS(t->id),
                      SW_STR_ARGS(t->title));
        flush_cell(w, false);
        sw_parity__turn(&w->word, r, t);
        flush_cell(w, false);
        sw_buf_printf(&w->word, "%zu", t->firms);
        flush_cell(w, true);
        raw(w, "</tr>\n");
    }
    table_end(w);
}

static void put_face(web *w)
{
    const sw_parity *r = w->r;
    raw(w, "<h2>On its face</h2>\n<p>");
    sw_parity__face(&w->word, r);
    flush(w);
    raw(w, "</p>\n");
    put_turns(w);
    raw(w, "<p>");
    sw_parity__readers(&w->word, r);
    flush(w);
    raw(w, "</p>\n");
}

/* ---- in effect ------------------------------------------------------- */

static void put_open(web *w)
{
    const sw_parity *r = w->r;
    if (!sw_parity__is_open(r)) return;
    raw(w, "<p>");
    sw_parity__open(&w->word, r);
    flush(w);
    raw(w, "</p>\n<ul>\n");
    for (size_t i = 0; i < r->firm_count; i++) {
        if (!sw_parity__firm_is_open(&r->firms[i])) continue;
        raw(w, "<li>");
        sw_parity__waits(&w->word, &r->firms[i]);
        flush(w);
        raw(w, "</li>\n");
    }
    raw(w, "</ul>\n");
}

static void put_readings(web *w)
{
    const sw_parity *r = w->r;
    for (size_t i = 0; i < r->reading_count; i++) {
        raw(w, "<p>");
        sw_parity__reading(&w->word, r, &r->readings[i]);
        flush(w);
        raw(w, "</p>\n");
    }
}

static void put_interval(web *w, const char *name, sw_parity_range value,
                         sw_parity_range interval)
{
    raw(w, "<tr>");
    cell(w, sw_str_of(name));
    sw_parity__range(&w->word, value);
    flush_cell(w, true);
    sw_parity__rounded(&w->word, interval.low, 3);
    sw_buf_str(&w->word, SW_STR(" to "));
    sw_parity__rounded(&w->word, interval.high, 3);
    flush_cell(w, true);
    raw(w, "</tr>\n");
}

static void put_statistics(web *w)
{
    const sw_parity_effect *e = &w->r->effect;
    static const char *const heads[] = {"", "estimate", "exact 95 % interval",
                                        NULL};
    table_begin(w, heads, 1);
    put_interval(w, "ratio of rates", e->ratio, e->interval);
    put_interval(w, "odds ratio", e->odds, e->odds_interval);
    raw(w, "<tr><td>Fisher's exact test, two-sided p</td>");
    sw_parity__p(&w->word, e->p);
    flush_cell(w, true);
    raw(w, "<td></td></tr>\n");
    table_end(w);
}

static bool put_effect(web *w)
{
    const sw_parity *r = w->r;
    static const char *const heads[] = {"",    "eligible", "covered",
                                        "not", "rate",     NULL};
    raw(w, "<h2>In effect</h2>\n");
    table_begin(w, heads, 1);
    for (int g = 0; g < SW_PARITY_GROUPS; g++) {
        raw(w, "<tr>");
        cell(w, sw_str_of(sw_parity__groups[g]));
        count_cell(w, r->groups[g].firms);
        count_cell(w, r->groups[g].covered);
        count_cell(w, r->groups[g].spared);
        sw_parity__rate(&w->word, r->groups[g].rate);
        flush_cell(w, true);
        raw(w, "</tr>\n");
    }
    table_end(w);
    if (!sw_parity__chart_origins(r, w->arena, &w->out, w->err)) return false;
    put_statistics(w);
    if (sw_parity__has_both(r) &&
        !sw_parity__chart_ratios(r, w->arena, &w->out, w->err))
        return false;
    put_open(w);
    put_readings(w);
    return true;
}

/* ---- by threshold ---------------------------------------------------- */

static void put_steps(web *w, const sw_parity_threshold *t)
{
    static const char *const heads[] = {"if it were", "foreign covered",
                                        "domestic covered", NULL};
    raw(w, "<details open><summary>The steps as a table</summary>\n");
    table_begin(w, heads, 1);
    for (size_t i = 0; i < t->step_count; i++) {
        const sw_parity_step *s = &t->steps[i];
        raw(w, s->holds_now ? "<tr class=\"now\">" : "<tr>");
        sw_parity__step(&w->word, s);
        if (s->holds_now) sw_buf_str(&w->word, SW_STR(" (as it is)"));
        flush_cell(w, false);
        for (int g = 0; g < SW_PARITY_GROUPS; g++)
            count_cell(w, s->covered[g]);
        raw(w, "</tr>\n");
    }
    table_end(w);
    raw(w, "</details>\n");
}

static void put_beside(web *w, const sw_parity_threshold *t, const char *where,
                       const size_t *nearest)
{
    for (int g = 0; g < SW_PARITY_GROUPS; g++) {
        if (nearest[g] == SW_PARITY_NOBODY) continue;
        raw(w, "<li>");
        sw_parity__beside(&w->word, w->r, &t->stands[nearest[g]], where);
        flush(w);
        raw(w, "</li>\n");
    }
}

static bool put_threshold(web *w, size_t i)
{
    const sw_parity_threshold *t = &w->r->thresholds[i];
    raw(w, "<h3>");
    sw_buf_printf(&w->word, "%.*s: %.*s", SW_STR_ARGS(t->term),
                  SW_STR_ARGS(t->title));
    flush(w);
    raw(w, "</h3>\n<ul>\n");
    put_beside(w, t, "under", t->under);
    put_beside(w, t, "over", t->over);
    raw(w, "</ul>\n");
    if (!sw_parity__chart_steps(w->r, i, w->arena, &w->out, w->err) ||
        !sw_parity__chart_stands(w->r, i, w->arena, &w->out, w->err))
        return false;
    put_steps(w, t);
    return true;
}

static void put_nears(web *w)
{
    const sw_parity *r = w->r;
    raw(w, "<h3>Near misses</h3>\n<p>");
    sw_parity__near(&w->word, r);
    flush(w);
    raw(w, "</p>\n<ul>\n");
    for (size_t i = 0; i < r->near_count; i++) {
        raw(w, "<li>");
        sw_parity__near_miss(&w->word, r, &r->nears[i]);
        flush(w);
        raw(w, "</li>\n");
    }
    raw(w, "</ul>\n");
}

static bool put_thresholds(web *w)
{
    const sw_parity *r = w->r;
    raw(w, "<h2>By threshold</h2>\n");
    for (size_t i = 0; i < r->threshold_count; i++) {
        if (r->thresholds[i].decides && !put_threshold(w, i)) return false;
    }
    sw_parity__idle(&w->word, r);
    raw(w, "<p>");
    flush(w);
    raw(w, "</p>\n");
    if (r->near_count > 0) put_nears(w);
    return true;
}

/* ---- burden and firms ------------------------------------------------ */

static void put_origins(web *w)
{
    const sw_parity *r = w->r;
    static const char *const heads[] = {"origin", "eligible", "covered",
                                        "rules that apply, in all", NULL};
    table_begin(w, heads, 1);
    for (size_t i = 0; i < r->origin_count; i++) {
        const sw_parity_origin *o = &r->origins[i];
        raw(w, "<tr>");
        cell(w, o->origin);
        count_cell(w, o->firms);
        count_cell(w, o->covered);
        count_cell(w, o->duties);
        raw(w, "</tr>\n");
    }
    table_end(w);
}

static bool put_burden(web *w)
{
    const sw_parity *r = w->r;
    static const char *const heads[] = {"rule", "foreign", "domestic", NULL};
    raw(w, "<h2>Burden</h2>\n");
    put_origins(w);
    if (!sw_parity__chart_duties(r, w->arena, &w->out, w->err)) return false;
    table_begin(w, heads, 1);
    for (size_t i = 0; i < r->duty_count; i++) {
        const sw_parity_duty *d = &r->duties[i];
        raw(w, "<tr>");
        sw_buf_printf(&w->word, "%.*s: %.*s", SW_STR_ARGS(d->id),
                      SW_STR_ARGS(d->title));
        flush_cell(w, false);
        for (int g = 0; g < SW_PARITY_GROUPS; g++)
            count_cell(w, d->applies[g]);
        raw(w, "</tr>\n");
    }
    table_end(w);
    return true;
}

static void put_firms(web *w)
{
    const sw_parity *r = w->r;
    static const char *const heads[] = {
        "firm", "origin", "eligible", "covered", "rules that apply", NULL};
    static const char *const eligible[] = {"no", "yes", "open"};
    raw(w, "<h2>Every firm</h2>\n");
    table_begin(w, heads, 4);
    for (size_t i = 0; i < r->firm_count; i++) {
        const sw_parity_firm *f = &r->firms[i];
        raw(w, "<tr>");
        cell(w, f->name);
        cell(w, f->origin);
        cell(w, sw_str_of(eligible[f->eligible]));
        cell(w, sw_str_of(sw_parity__coverage(f->covered)));
        count_cell(w, f->duties);
        raw(w, "</tr>\n");
    }
    table_end(w);
}

static bool put_page(web *w)
{
    put_head(w);
    put_key(w);
    put_compared(w);
    put_face(w);
    if (!put_effect(w) || !put_thresholds(w) || !put_burden(w)) return false;
    put_firms(w);
    raw(w, "<h2>Method</h2>\n<p>");
    say(w, sw_parity__method);
    raw(w, "</p>\n</body></html>\n");
    return true;
}

bool sw_parity_html(const sw_parity *parity, sw_arena *arena, sw_str *out,
                    sw_error *err)
{
    web w = {.r = parity, .err = err};
    if (!sw_arena_new(&w.arena, err)) return false;
    bool ok = put_page(&w);
    sw_str page = {w.out.at, w.out.len};
    if (ok && (w.out.failed || !sw_arena_str(arena, page, out)))
        ok = sw_fail_memory(err);
    sw_buf_free(&w.out);
    sw_buf_free(&w.word);
    sw_arena_free(w.arena);
    return ok;
}
