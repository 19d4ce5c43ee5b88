// A rulebook as a page that a lawyer can read: what it leaves open first, then
// its rules and terms in words, its questions, its sources, its cases.
#include "show.h"

/* ---- the head -------------------------------------------------------- */

static void head(show *p)
{
    const sw_rulebook *book = p->book;
    char day[11];
    sheet *s = &p->s;
    sw_sheet__begin(s, book->title);
    sw_sheet__heading(s, 1, NULL, SW_STR(""), book->title);
    sw_sheet__paragraph(s);
    sw_sheet__say(s, "Rulebook ");
    sw_sheet__code(s, book->id);
    sw_sheet__say(s, ", jurisdiction ");
    sw_sheet__text(s, book->jurisdiction);
    sw_sheet__say(s, ". The law was looked at until %s.",
                  sw_date_text(book->as_of.date, day));
    sw_sheet__paragraph_end(s);
    sw_sheet__paragraph(s);
    sw_sheet__say(s, "Written from the very text that segwan rules by. It is "
                     "not legal advice: confirm at the sources.");
    sw_sheet__paragraph_end(s);
}

static void open_questions(show *p)
{
    if (p->book->notes.len == 0) return;
    sw_sheet__heading(&p->s, 2, "part-", SW_STR("notes"),
                      SW_STR("What it covers, and what it does not decide"));
    sw_sheet__paragraph(&p->s);
    sw_sheet__text(&p->s, p->book->notes);
    sw_sheet__paragraph_end(&p->s);
}

/* ---- facts ----------------------------------------------------------- */

static void words_of(show *p, const fact_def *fact)
{
    for (size_t i = 0; i < fact->value_count; i++) {
        sw_sheet__say(&p->s, i == 0 ? " One of: " : ", ");
        sw_sheet__text(&p->s, fact->values[i]);
    }
    if (fact->value_count > 0) sw_sheet__say(&p->s, ".");
}

static void bound_of(show *p, const char *words, const fact_bound *bound)
{
    if (bound->text.len == 0) return;
    sw_sheet__say(&p->s, " %s ", words);
    sw_sheet__text(&p->s, bound->text);
    sw_sheet__say(&p->s, ".");
}

static void bounds_of(show *p, const fact_def *fact)
{
    bound_of(p, "At least", &fact->min);
    bound_of(p, "At most", &fact->max);
    if (fact->count > 0)
        sw_sheet__say(&p->s, " %zu values, newest first.", fact->count);
}

static void kind_of(show *p, const fact_def *fact)
{
    sw_sheet__text(&p->s, fact->type);
    if (fact->unit.len > 0) {
        sw_sheet__say(&p->s, ", ");
        sw_sheet__text(&p->s, fact->unit);
    }
}

// The fields of a record, each with its question.
static void fields_of(show *p, const fact_def *fact)
{
    for (size_t i = 0; i < fact->field_count; i++) {
        const fact_def *entry = &fact->fields[i];
        sw_sheet__break(&p->s);
        sw_sheet__code(&p->s, entry->path);
        sw_sheet__say(&p->s, " (");
        kind_of(p, entry);
        sw_sheet__say(&p->s, ") ");
        sw_sheet__text(&p->s, entry->ask);
        words_of(p, entry);
        bounds_of(p, entry);
    }
}

static void fact_row(show *p, const fact_def *fact)
{
    sheet *s = &p->s;
    sw_sheet__row(s, "fact-", fact->path);
    sw_sheet__cell(s);
    sw_sheet__text(s, fact->ask);
    words_of(p, fact);
    bounds_of(p, fact);
    fields_of(p, fact);
    if (fact->notes.len > 0) {
        sw_sheet__break(s);
        sw_sheet__text(s, fact->notes);
    }
    sw_sheet__cell_end(s);
    sw_sheet__cell(s);
    sw_sheet__code(s, fact->path);
    sw_sheet__cell_end(s);
    sw_sheet__cell(s);
    kind_of(p, fact);
    sw_sheet__cell_end(s);
    sw_sheet__row_end(s);
}

static void facts(show *p)
{
    static const char *const heads[] = {"Question", "Fact", "Type", NULL};
    sw_sheet__heading(&p->s, 2, "part-", SW_STR("facts"),
                      SW_STR("What it asks"));
    sw_sheet__table(&p->s, heads);
    for (size_t i = 0; i < p->book->facts.count; i++)
        fact_row(p, &p->book->facts.at[i]);
    sw_sheet__table_end(&p->s);
}

/* ---- calendars ------------------------------------------------------- */

static void calendars(show *p)
{
    sheet *s = &p->s;
    char from[11], to[11];
    if (p->book->calendar_count == 0) return;
    sw_sheet__heading(s, 2, "part-", SW_STR("calendars"),
                      SW_STR("How it counts working days"));
    for (size_t i = 0; i < p->book->calendar_count; i++) {
        const calendar *c = &p->book->calendars[i];
        sw_sheet__group(s, "card");
        sw_sheet__heading(s, 3, "calendar-", c->id, c->title);
        sw_sheet__paragraph(s);
        sw_sheet__say(s, "Calendar ");
        sw_sheet__code(s, c->id);
        sw_sheet__say(s, ", from %s to %s.", sw_date_text(c->from, from),
                      sw_date_text(c->to, to));
        sw_sheet__paragraph_end(s);
        sw_show__labelled(p, "Uncertain:", c->notes);
        sw_show__provisions(p, c->sources, c->source_count);
        sw_sheet__group_end(s);
    }
}

/* ---- sources --------------------------------------------------------- */

static void source_row(show *p, const source_def *source)
{
    sheet *s = &p->s;
    char day[11];
    sw_sheet__row(s, "source-", source->id);
    sw_sheet__cell(s);
    sw_sheet__link(s, source->url, source->title);
    if (source->notes.len > 0) {
        sw_sheet__break(s);
        sw_sheet__text(s, source->notes);
    }
    sw_sheet__cell_end(s);
    sw_sheet__cell(s);
    sw_sheet__text(s, source->provision);
    sw_sheet__cell_end(s);
    sw_sheet__cell(s);
    sw_sheet__say(s, "%s", sw_rules__evidence_names[source->evidence]);
    sw_sheet__cell_end(s);
    sw_sheet__cell(s);
    sw_sheet__say(s, "%s", sw_date_text(source->read.date, day));
    if (source->review.given) {
        sw_sheet__break(s);
        sw_sheet__say(s, "again by %s", sw_date_text(source->review.date, day));
    }
    sw_sheet__cell_end(s);
    sw_sheet__row_end(s);
}

static void sources(show *p)
{
    static const char *const heads[] = {"Source", "Provision", "Evidence",
                                        "Read", NULL};
    sw_sheet__heading(&p->s, 2, "part-", SW_STR("sources"), SW_STR("Sources"));
    sw_sheet__table(&p->s, heads);
    for (size_t i = 0; i < p->book->source_count; i++)
        source_row(p, &p->book->sources[i]);
    sw_sheet__table_end(&p->s);
}

/* ---- the page -------------------------------------------------------- */

static bool write_page(show *p)
{
    head(p);
    open_questions(p);
    if (!sw_show__rules(p) || !sw_show__terms(p) || !sw_show__variants(p))
        return false;
    facts(p);
    calendars(p);
    sources(p);
    if (!sw_show__cases(p)) return false;
    sw_sheet__end(&p->s);
    return !p->s.out.failed || sw_fail_memory(p->err);
}

bool sw_rulebook_page(const char *path, sw_page_format as, sw_arena *arena,
                      sw_str *out, sw_error *err)
{
    sw_rulebook *book;
    if (!sw_rulebook_load(path, arena, &book, err)) return false;
    show p = {.s = {.as = as},
              .base = book,
              .book = book,
              .arena = arena,
              .err = err};
    bool ok = sw_show__run_cases(&p, book, path) && write_page(&p);
    sw_str page = {p.s.out.at, p.s.out.len};
    ok = ok && (sw_arena_str(arena, page, out) || sw_fail_memory(err));
    sw_buf_free(&p.s.out);
    return ok;
}
