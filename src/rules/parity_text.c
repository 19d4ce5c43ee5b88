// A report of parity for people at a terminal.
#include "page.h"
#include "parity_words.h"

enum { MAX_LISTED = 8 };  // unless verbose

/* ---- pieces ---------------------------------------------------------- */

// A line that is put together first, as its length decides how it is wrapped.
typedef struct {
    page *p;
    sw_buf line;
} writer;

static void end_line(writer *w, size_t left, size_t at)
{
    w->p->buf.failed = w->p->buf.failed || w->line.failed;
    sw_page__wrap(w->p, (sw_str){w->line.at, w->line.len}, left, at);
    w->line.len = 0;
}

static void say(writer *w, const char *text)
{
    sw_buf_str(&w->line, sw_str_of(text));
}

static void labelled(writer *w, const char *label)
{
    enum { WIDE = 18 };
    sw_buf_printf(&w->p->buf, "  %-*s", WIDE - 2, label);
    end_line(w, WIDE, WIDE);
}

static void bullet(writer *w)
{
    sw_page__indent(w->p, 4);
    end_line(w, 6, 4);
}

static void plain(writer *w)
{
    sw_page__indent(w->p, 2);
    end_line(w, 2, 2);
}

// Pads what stands in the line up to a column, then goes on.
static void column(writer *w, size_t width)
{
    sw_str text = {w->line.at, w->line.len};
    size_t used = sw_rules__columns(text);
    sw_buf_str(&w->p->buf, text);
    sw_page__indent(w->p, used < width ? width - used : 1);
    w->p->buf.failed = w->p->buf.failed || w->line.failed;
    w->line.len = 0;
}

static void end_row(writer *w)
{
    sw_buf_add(&w->line, "\n", 1);
    sw_buf_str(&w->p->buf, (sw_str){w->line.at, w->line.len});
    w->line.len = 0;
}

// How many of so many are listed; the rest is said.
static size_t shown(const writer *w, size_t count)
{
    return w->p->verbose || count <= MAX_LISTED ? count : MAX_LISTED;
}

static void say_rest(writer *w, size_t count)
{
    size_t rest = count - shown(w, count);
    if (rest == 0) return;
    sw_buf_printf(&w->line, "and %zu more (--verbose lists them)", rest);
    bullet(w);
}

/* ---- what is compared ------------------------------------------------ */

static void put_note(writer *w, const sw_parity *r, const char *key,
                     const char *otherwise)
{
    sw_str value = sw_parity__note(r, sw_str_of(key));
    if (value.len == 0 && otherwise == NULL) return;
    sw_buf_str(&w->line, value.len > 0 ? value : sw_str_of(otherwise));
    labelled(w, key);
}

static void put_head(writer *w, const sw_parity *r)
{
    char day[11];
    sw_page__paint(w->p, "39", "parity");
    sw_buf_printf(&w->p->buf, " of %.*s (ruled for %s)\n", SW_STR_ARGS(r->book),
                  sw_date_text(r->date, day));
    sw_buf_printf(&w->line, "%.*s (%.*s, as of %.*s)", SW_STR_ARGS(r->title),
                  SW_STR_ARGS(r->jurisdiction), SW_STR_ARGS(r->as_of));
    end_line(w, 0, 0);
    if (r->variant.len > 0) {
        sw_buf_printf(&w->line, "%.*s: %.*s", SW_STR_ARGS(r->variant),
                      SW_STR_ARGS(r->variant_title));
        labelled(w, "variant");
    }
    sw_buf_printf(&w->line, "%.*s, %zu rows", SW_STR_ARGS(r->population),
                  r->firm_count);
    labelled(w, "population");
    put_note(w, r, "source", "not stated");
    put_note(w, r, "as of", "not stated");
    put_note(w, r, "comparison set", "not stated");
    put_note(w, r, "method", NULL);
    sw_buf_printf(&w->line, "%.*s is %.*s", SW_STR_ARGS(r->origin_fact),
                  SW_STR_ARGS(r->home));
    labelled(w, "domestic");
    if (r->eligible.len > 0) {
        sw_buf_str(&w->line, r->eligible);
        labelled(w, "eligible");
    }
    sw_parity__covered(&w->line, r);
    labelled(w, "covered");
}

/* ---- on its face ----------------------------------------------------- */

static void put_face(writer *w, const sw_parity *r)
{
    sw_page__heading(w->p, "On its face");
    sw_parity__face(&w->line, r);
    plain(w);
    for (size_t i = 0; i < shown(w, r->turn_count); i++) {
        const sw_parity_turn *t = &r->turns[i];
        sw_buf_printf(&w->line, "%s %.*s: %.*s", t->is_term ? "term" : "rule",
                      SW_STR_ARGS(t->id), SW_STR_ARGS(t->title));
        bullet(w);
        sw_buf_printf(&w->line, "turns for %zu; ", t->firms);
        sw_parity__turn(&w->line, r, t);
        sw_page__indent(w->p, 6);
        end_line(w, 8, 6);
    }
    say_rest(w, r->turn_count);
    sw_parity__readers(&w->line, r);
    plain(w);
}

/* ---- in effect ------------------------------------------------------- */

static void put_group(writer *w, int group, const sw_parity_group *g)
{
    enum { NAME = 14, NUMBER = 12 };
    sw_buf_printf(&w->line, "  %s", sw_parity__groups[group]);
    column(w, NAME);
    sw_parity__count(&w->line, g->firms);
    column(w, NUMBER);
    sw_parity__count(&w->line, g->covered);
    column(w, NUMBER);
    sw_parity__count(&w->line, g->spared);
    column(w, NUMBER);
    sw_parity__rate(&w->line, g->rate);
    end_row(w);
}

static void put_interval(writer *w, sw_parity_range value,
                         sw_parity_range interval, const char *kind)
{
    sw_parity__range(&w->line, value);
    say(w, "; 95 % interval ");
    sw_parity__rounded(&w->line, interval.low, 3);
    say(w, " to ");
    sw_parity__rounded(&w->line, interval.high, 3);
    sw_buf_printf(&w->line, " (%s)", kind);
}

static void put_open(writer *w, const sw_parity *r)
{
    if (!sw_parity__is_open(r)) return;
    sw_parity__open(&w->line, r);
    plain(w);
    size_t count = 0, listed = 0;
    for (size_t i = 0; i < r->firm_count; i++)
        count += sw_parity__firm_is_open(&r->firms[i]);
    for (size_t i = 0; listed < shown(w, count); i++) {
        if (!sw_parity__firm_is_open(&r->firms[i])) continue;
        sw_parity__waits(&w->line, &r->firms[i]);
        bullet(w);
        listed++;
    }
    say_rest(w, count);
}

static void put_readings(writer *w, const sw_parity *r)
{
    for (size_t i = 0; i < r->reading_count; i++) {
        sw_parity__reading(&w->line, r, &r->readings[i]);
        plain(w);
    }
}

static void put_effect(writer *w, const sw_parity *r)
{
    const sw_parity_effect *e = &r->effect;
    sw_page__heading(w->p, "In effect");
    say(w, "              eligible    covered     not         rate");
    end_row(w);
    for (int g = 0; g < SW_PARITY_GROUPS; g++)
        put_group(w, g, &r->groups[g]);
    put_interval(w, e->ratio, e->interval, "exact, unconditional");
    labelled(w, "ratio of rates");
    put_interval(w, e->odds, e->odds_interval, "exact, conditional");
    labelled(w, "odds ratio");
    sw_parity__p(&w->line, e->p);
    labelled(w, "Fisher's p");
    sw_parity__alone(&w->line, r);
    if (w->line.len > 0) plain(w);
    put_open(w, r);
    put_readings(w, r);
}

/* ---- by threshold ---------------------------------------------------- */

static void put_beside(writer *w, const sw_parity *r,
                       const sw_parity_threshold *t, const char *where,
                       const size_t *nearest)
{
    for (int g = 0; g < SW_PARITY_GROUPS; g++) {
        if (nearest[g] == SW_PARITY_NOBODY) continue;
        sw_parity__beside(&w->line, r, &t->stands[nearest[g]], where);
        bullet(w);
    }
}

// The steps around the one that holds now, unless all are asked for.
static bool is_near_now(const writer *w, const sw_parity_threshold *t, size_t i)
{
    size_t now = 0;
    while (now + 1 < t->step_count && !t->steps[now].holds_now)
        now++;
    size_t apart = i > now ? i - now : now - i;
    return w->p->verbose || apart <= MAX_LISTED / 2;
}

static void put_step(writer *w, const sw_parity_step *s)
{
    enum { STEP = 44, COUNT = 18 };
    sw_buf_printf(&w->line, "    %s ", s->holds_now ? ">" : " ");
    sw_parity__step(&w->line, s);
    column(w, STEP);
    for (int g = 0; g < SW_PARITY_GROUPS; g++) {
        sw_buf_printf(&w->line, "%s ", sw_parity__groups[g]);
        sw_parity__count(&w->line, s->covered[g]);
        if (g + 1 < SW_PARITY_GROUPS) column(w, COUNT);
    }
    end_row(w);
}

static void put_threshold(writer *w, const sw_parity *r,
                          const sw_parity_threshold *t)
{
    sw_buf_printf(&w->line, "%.*s: %.*s", SW_STR_ARGS(t->term),
                  SW_STR_ARGS(t->title));
    plain(w);
    put_beside(w, r, t, "under", t->under);
    put_beside(w, r, t, "over", t->over);
    say(w, "now ");
    sw_parity__limit(&w->line, t);
    say(w, "; covered if it were");
    bullet(w);
    size_t listed = 0;
    for (size_t i = 0; i < t->step_count; i++) {
        if (!is_near_now(w, t, i)) continue;
        put_step(w, &t->steps[i]);
        listed++;
    }
    if (listed < t->step_count) {
        sw_buf_printf(&w->line, "and %zu more steps (--verbose)",
                      t->step_count - listed);
        bullet(w);
    }
}

static void put_thresholds(writer *w, const sw_parity *r)
{
    sw_page__heading(w->p, "By threshold");
    for (size_t i = 0; i < r->threshold_count; i++) {
        if (r->thresholds[i].decides) put_threshold(w, r, &r->thresholds[i]);
    }
    sw_parity__idle(&w->line, r);
    if (w->line.len > 0) plain(w);
    if (r->near_count == 0) return;
    sw_page__heading(w->p, "Near misses");
    sw_parity__near(&w->line, r);
    plain(w);
    for (size_t i = 0; i < shown(w, r->near_count); i++) {
        sw_parity__near_miss(&w->line, r, &r->nears[i]);
        bullet(w);
    }
    say_rest(w, r->near_count);
}

/* ---- burden ---------------------------------------------------------- */

static void put_burden(writer *w, const sw_parity *r)
{
    sw_page__heading(w->p, "Burden");
    say(w, "  origin      eligible    covered     rules that apply, in all");
    end_row(w);
    for (size_t i = 0; i < r->origin_count; i++) {
        const sw_parity_origin *o = &r->origins[i];
        sw_buf_printf(&w->line, "  %.*s", SW_STR_ARGS(o->origin));
        column(w, 14);
        sw_parity__count(&w->line, o->firms);
        column(w, 12);
        sw_parity__count(&w->line, o->covered);
        column(w, 12);
        sw_parity__count(&w->line, o->duties);
        end_row(w);
    }
    for (size_t i = 0; i < shown(w, r->duty_count); i++) {
        const sw_parity_duty *d = &r->duties[i];
        sw_buf_printf(&w->line, "%.*s applies to ", SW_STR_ARGS(d->id));
        for (int g = 0; g < SW_PARITY_GROUPS; g++) {
            sw_parity__count(&w->line, d->applies[g]);
            sw_buf_printf(&w->line, " %s%s", sw_parity__groups[g],
                          g == 0 ? ", " : "");
        }
        bullet(w);
    }
    say_rest(w, r->duty_count);
}

static void put_firms(writer *w, const sw_parity *r)
{
    if (!w->p->verbose) return;
    sw_page__heading(w->p, "Every firm");
    for (size_t i = 0; i < r->firm_count; i++) {
        const sw_parity_firm *f = &r->firms[i];
        sw_parity__firm(&w->line, f);
        sw_buf_printf(&w->line, ", line %zu: ", f->line);
        if (f->eligible == SW_TERM_FALSE) say(w, "not eligible, ");
        if (f->eligible == SW_TERM_UNDETERMINED) say(w, "eligible or not, ");
        sw_buf_printf(&w->line, "%s, ", sw_parity__coverage(f->covered));
        sw_parity__count(&w->line, f->duties);
        say(w, " rules apply");
        bullet(w);
    }
}

bool sw_parity_text(const sw_parity *parity, bool color, bool verbose,
                    sw_arena *arena, sw_str *out, sw_error *err)
{
    page p = {.color = color, .verbose = verbose, .arena = arena, .err = err};
    writer w = {.p = &p};
    put_head(&w, parity);
    put_face(&w, parity);
    put_effect(&w, parity);
    put_thresholds(&w, parity);
    put_burden(&w, parity);
    put_firms(&w, parity);
    sw_buf_add(&p.buf, "\n", 1);
    say(&w, sw_parity__no_verdict);
    end_line(&w, 0, 0);
    sw_buf_free(&w.line);
    return sw_page__finish(&p, true, out);
}
