// Rules beside promises for people: rule by rule, the promises that name it
// first; how strong each is, and what stands in the way.
#include "policy_internal.h"
#include "prose.h"

enum { LABEL = 12 };

typedef struct {
    const sw_commitments_report *report;
    sw_buf buf;
    bool verbose;
} page;

// "  strength  shall"
static void labelled(page *p, const char *label, sw_str text)
{
    if (text.len == 0) return;
    sw_buf_printf(&p->buf, "      %-*s", LABEL - 2, label);
    sw_rules__wrap(&p->buf, text, LABEL + 4, LABEL + 4);
}

static void labelled_buf(page *p, const char *label, sw_buf *text)
{
    labelled(p, label, (sw_str){text->at, text->len});
    p->buf.failed |= text->failed;
    sw_buf_free(text);
}

static void sources(page *p, const sw_rule_source *at, size_t count)
{
    for (size_t i = 0; p->verbose && i < count; i++) {
        sw_buf text = {0};
        sw_buf_printf(&text, "%.*s, %.*s (%.*s)", SW_STR_ARGS(at[i].title),
                      SW_STR_ARGS(at[i].provision),
                      SW_STR_ARGS(at[i].evidence));
        labelled_buf(p, "source", &text);
        sw_buf_printf(&p->buf, "%*s%.*s\n", LABEL + 4, "",
                      SW_STR_ARGS(at[i].url));
    }
}

/* ---- links ----------------------------------------------------------- */

static const char *strength_says(sw_str strength)
{
    static const struct {
        const char *word, *says;
    } words[] = {
        {"shall", "binding words"},
        {"endeavour", "best efforts"},
        {"recognise", "a principle that is recognised"},
        {"intend", "an intention"},
        {"unread", "the wording was not read"},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (sw_str_eq(strength, sw_str_of(words[i].word))) return words[i].says;
    }
    return "";
}

static void strength_line(page *p, const sw_promise_link *link)
{
    sw_buf text = {0};
    sw_buf_printf(&text, "%.*s (%s), %s%s", SW_STR_ARGS(link->strength),
                  strength_says(link->strength),
                  sw_str_eq(link->force, SW_STR("treaty"))
                      ? "in a treaty"
                      : "in a text without legal force",
                  link->in_force ? "" : "; not yet in force");
    labelled_buf(p, "strength", &text);
}

static void names_line(page *p, const sw_promise_link *link)
{
    sw_buf text = {0};
    for (size_t i = 0; i < link->name_count; i++) {
        sw_buf_printf(&text, "%s%.*s", i > 0 ? ", " : "",
                      SW_STR_ARGS(link->names[i]));
    }
    labelled_buf(p, "names", &text);
}

static void link_lines(page *p, const sw_promise_link *link)
{
    static const char *const says[] = {"named by", "within", "outside"};
    sw_buf text = {0};
    sw_buf_printf(&p->buf, "  %-*s", LABEL - 2, says[link->reach]);
    sw_buf_printf(&text, "%.*s, %.*s: %.*s",
                  SW_STR_ARGS(link->instrument_title),
                  SW_STR_ARGS(link->provision), SW_STR_ARGS(link->title));
    sw_rules__wrap(&p->buf, (sw_str){text.at, text.len}, LABEL, LABEL);
    p->buf.failed |= text.failed;
    sw_buf_free(&text);

    strength_line(p, link);
    labelled(p, "test", link->test);
    names_line(p, link);
    sources(p, link->sources, link->source_count);
    labelled(p, "why", link->why);
    for (size_t i = 0; i < link->exception_count; i++) {
        const sw_promise_exception *e = &link->exceptions[i];
        text = (sw_buf){0};
        sw_buf_printf(&text, "%.*s, %.*s (%.*s)", SW_STR_ARGS(e->title),
                      SW_STR_ARGS(e->provision), SW_STR_ARGS(e->kind));
        labelled_buf(p, "but", &text);
        sources(p, e->sources, e->source_count);
    }
}

/* ---- lines ----------------------------------------------------------- */

static void mention_lines(page *p, const sw_promise_mention *at, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        sw_buf text = {0};
        sw_buf_str(&p->buf, SW_STR("  "));
        sw_rules__pad(&p->buf, at[i].when, LABEL);
        sw_buf_printf(&text, "%.*s: %.*s", SW_STR_ARGS(at[i].who),
                      SW_STR_ARGS(at[i].says));
        sw_rules__wrap(&p->buf, (sw_str){text.at, text.len}, LABEL + 2,
                       LABEL + 2);
        p->buf.failed |= text.failed;
        sw_buf_free(&text);
        sources(p, at[i].sources, at[i].source_count);
    }
}

static void head_line(page *p, const sw_commitment_line *line)
{
    sw_buf text = {0};
    sw_buf_printf(&text, "%.*s%s%.*s", SW_STR_ARGS(line->book),
                  line->rule.len > 0 ? "#" : "", SW_STR_ARGS(line->rule));
    if (!line->known) {
        sw_buf_str(&text, SW_STR(" (rulebook not at hand)"));
    } else if (line->rule.len > 0) {
        sw_buf_printf(&text, ": %.*s (%s)", SW_STR_ARGS(line->title),
                      line->in_force > 0 ? "in force" : "not in force");
    } else {
        sw_buf_printf(&text, ": %.*s (%zu rules, %zu in force)",
                      SW_STR_ARGS(line->title), line->rules, line->in_force);
    }
    sw_buf_str(&p->buf, SW_STR("\n"));
    sw_rules__wrap(&p->buf, (sw_str){text.at, text.len}, 2, 0);
    p->buf.failed |= text.failed;
    sw_buf_free(&text);
}

static void line(page *p, const sw_commitment_line *l)
{
    head_line(p, l);
    for (int reach = SW_PROMISE_NAMES; reach <= SW_PROMISE_OUTSIDE; reach++) {
        for (size_t i = 0; i < l->link_count; i++) {
            if ((int)l->links[i].reach == reach) link_lines(p, &l->links[i]);
        }
    }
    if (l->mention_count > 0)
        sw_buf_str(&p->buf,
                   SW_STR("  said of it; being named is no finding\n"));
    mention_lines(p, l->mentions, l->mention_count);
}

bool sw_commitments_text(const sw_commitments_report *report, bool verbose,
                         sw_arena *arena, sw_str *out, sw_error *err)
{
    page p = {.report = report, .verbose = verbose};
    char day[11];
    sw_buf_printf(&p.buf, "Rules beside promises on %s, from %zu files\n",
                  sw_date_text(report->day, day), report->instrument_count);
    for (size_t i = 0; i < report->line_count; i++)
        line(&p, &report->lines[i]);
    if (report->elsewhere_count > 0) {
        sw_buf_str(&p.buf, SW_STR("\nSaid of no rule here\n"));
        mention_lines(&p, report->elsewhere, report->elsewhere_count);
    }
    sw_buf_str(&p.buf,
               SW_STR("\nNo verdict: whether a rule keeps or breaks a "
                      "promise is for its parties and\ntheir panels.\n"));
    bool ok = !p.buf.failed &&
              sw_arena_str(arena, (sw_str){p.buf.at, p.buf.len}, out);
    sw_buf_free(&p.buf);
    return ok || sw_fail_memory(err);
}
