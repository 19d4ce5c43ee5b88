// Terms for people: where somebody stands, at a glance, and why.
#include <string.h>

#include "page.h"

static const char *const phrases[][2] = {
    {"meets", "meets the thresholds"},
    {"presumed", "presumed"},
    {"designated", "designated"},
    {"duties", "duties apply"},
};
enum { STANDINGS = sizeof phrases / sizeof *phrases, VALUE = 24, NAME = 35 };

static const char *answer_of(const sw_term_outcome *term)
{
    static const char *const answers[] = {"no", "yes", "not known"};
    return answers[term->value];
}

/* ---- one term -------------------------------------------------------- */

// "impact: Turnover of ... (bill, not in force: from 2027-07-01)"
static bool name_line(page *p, const sw_term_outcome *term, size_t column)
{
    bool law = sw_str_eq(term->status, SW_STR("law"));
    bool dated = !term->in_effect && term->in_force.len > 0;
    sw_str words = sw_arena_printf(
        p->arena, "%.*s%s%s%s%.*s",
        SW_STR_ARGS(law ? SW_STR("") : term->status),
        law || term->in_effect ? "" : ", ",
        term->in_effect ? "" : "not in force", dated ? ": " : "",
        SW_STR_ARGS(dated ? term->in_force : SW_STR("")));
    if (words.at == NULL) return sw_fail_memory(p->err);
    sw_str line =
        sw_arena_printf(p->arena, "%.*s: %.*s%s%.*s%s", SW_STR_ARGS(term->path),
                        SW_STR_ARGS(term->title), words.len > 0 ? " (" : "",
                        SW_STR_ARGS(words), words.len > 0 ? ")" : "");
    if (line.at == NULL) return sw_fail_memory(p->err);
    sw_page__wrap(p, line, column + 2, column);
    return true;
}

static void put_missing(const sw_term_outcome *term, sw_buf *out)
{
    for (size_t i = 0; i < term->missing_count; i++) {
        sw_buf_printf(out, "%s%.*s", i > 0 ? ", " : "missing ",
                      SW_STR_ARGS(term->missing[i]));
    }
}

static bool is_told(const sw_buf *buf, sw_str piece)
{
    return buf->len > 0 && sw_str_has((sw_str){buf->at, buf->len}, piece);
}

// "turnover[0] = 8000000000", once.
static bool put_seen(page *p, const decider *d, sw_buf *out)
{
    for (size_t i = 0; i < d->seen_count; i++) {
        sw_str value;
        if (!sw_rules__value_text(&d->seen[i].value, p->arena, &value, p->err))
            return false;
        sw_str piece =
            sw_arena_printf(p->arena, "%.*s = %.*s",
                            SW_STR_ARGS(d->seen[i].source), SW_STR_ARGS(value));
        if (piece.at == NULL) return sw_fail_memory(p->err);
        if (is_told(out, piece)) continue;
        sw_buf_printf(out, "%s%.*s", out->len > 0 ? ", " : "because ",
                      SW_STR_ARGS(piece));
    }
    if (d->element.len > 0 && !is_told(out, d->element))
        sw_buf_printf(out, ", %.*s", SW_STR_ARGS(d->element));
    return true;
}

// What it saw or waits for, in a line or two below its name.
static bool brief_reason(page *p, const sw_term_outcome *term)
{
    enum { COLUMN = 6 };
    const decider *at;
    size_t count;
    sw_buf line = {0};
    if (!sw_page__deciders(p, term->cel, term->why, &at, &count)) return false;
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++)
        ok = put_seen(p, &at[i], &line);
    put_missing(term, &line);
    ok = ok && (!line.failed || sw_fail_memory(p->err));
    if (ok && line.len > 0) {
        sw_page__indent(p, COLUMN);
        sw_page__wrap(p, (sw_str){line.at, line.len}, COLUMN, COLUMN);
    }
    sw_buf_free(&line);
    return ok;
}

static bool missing_line(page *p, const sw_term_outcome *term)
{
    sw_buf line = {0};
    for (size_t i = 0; i < term->missing_count; i++) {
        sw_buf_printf(&line, "%s%.*s", i > 0 ? ", " : "",
                      SW_STR_ARGS(term->missing[i]));
    }
    bool ok = !line.failed || sw_fail_memory(p->err);
    if (ok) sw_page__labelled(p, "missing", (sw_str){line.at, line.len});
    sw_buf_free(&line);
    return ok;
}

// The condition as the book has it, and what of it decided.
static bool reason_lines(page *p, const sw_term_outcome *term)
{
    const decider *at;
    size_t count;
    if (!sw_page__deciders(p, term->cel, term->why, &at, &count)) return false;
    if (count != 1 || !sw_str_eq(at[0].source, term->is))
        sw_page__labelled(p, "is", term->is);
    for (size_t i = 0; i < count; i++) {
        bool is_true =
            at[i].value.kind == SW_CEL_BOOL && at[i].value.as.boolean;
        if (!sw_page__decider(p, is_true ? "is true" : "is false", "", &at[i]))
            return false;
    }
    return missing_line(p, term);
}

static bool source_lines(page *p, const sw_rule_source *at, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const sw_rule_source *source = &at[i];
        sw_str line =
            sw_arena_printf(p->arena, "%.*s, %.*s", SW_STR_ARGS(source->title),
                            SW_STR_ARGS(source->provision));
        if (line.at == NULL) return sw_fail_memory(p->err);
        sw_page__labelled(p, i == 0 ? "source" : "", line);
        sw_page__labelled(p, "", source->url);
    }
    return true;
}

static bool reasons(page *p, const sw_term_outcome *term)
{
    if (!p->verbose) return brief_reason(p, term);
    if (!reason_lines(p, term)) return false;
    sw_page__labelled(p, "notes", term->notes);
    return source_lines(p, term->sources, term->source_count);
}

/* ---- subjects -------------------------------------------------------- */

static bool is_first_of_subject(const sw_ruling *ruling, size_t i)
{
    const sw_term_outcome *term = &ruling->terms[i];
    for (size_t k = 0; k < i; k++) {
        const sw_term_outcome *other = &ruling->terms[k];
        if (other->standing.len > 0 &&
            sw_str_eq(other->subject, term->subject) &&
            sw_str_eq(other->book, term->book))
            return false;
    }
    return true;
}

static bool stands(const sw_term_outcome *term, const sw_term_outcome *first,
                   const char *standing)
{
    return sw_str_eq(term->standing, sw_str_of(standing)) &&
           sw_str_eq(term->subject, first->subject) &&
           sw_str_eq(term->book, first->book);
}

static bool standing_line(page *p, const sw_term_outcome *term,
                          const char *phrase)
{
    sw_buf_printf(&p->buf, "  %-*s%-*s", VALUE - 2, phrase, NAME - VALUE,
                  answer_of(term));
    return name_line(p, term, NAME);
}

static bool subject_lines(page *p, const sw_ruling *ruling,
                          const sw_term_outcome *first)
{
    bool named = first->subject.len > 0;
    sw_str title =
        sw_arena_printf(p->arena, "Where it stands%s%.*s:", named ? ", " : "",
                        SW_STR_ARGS(first->subject));
    if (title.at == NULL) return sw_fail_memory(p->err);
    sw_page__heading(p, title.at);
    for (size_t s = 0; s < STANDINGS; s++) {
        for (size_t i = 0; i < ruling->term_count; i++) {
            const sw_term_outcome *term = &ruling->terms[i];
            if (stands(term, first, phrases[s][0]) &&
                (!standing_line(p, term, phrases[s][1]) || !reasons(p, term)))
                return false;
        }
    }
    return true;
}

bool sw_page__standing(page *p, const sw_ruling *ruling)
{
    for (size_t i = 0; i < ruling->term_count; i++) {
        const sw_term_outcome *term = &ruling->terms[i];
        if (term->standing.len > 0 && is_first_of_subject(ruling, i) &&
            !subject_lines(p, ruling, term))
            return false;
    }
    return true;
}

bool sw_page__terms(page *p, const sw_ruling *ruling)
{
    enum { COLUMN = 13 };
    bool any = false;
    for (size_t i = 0; i < ruling->term_count; i++) {
        const sw_term_outcome *term = &ruling->terms[i];
        if (term->standing.len > 0) continue;
        if (!any) sw_page__heading(p, "The other terms:");
        any = true;
        sw_buf_printf(&p->buf, "  %-*s", COLUMN - 2, answer_of(term));
        if (!name_line(p, term, COLUMN) || !reasons(p, term)) return false;
    }
    return true;
}

/* ---- readings -------------------------------------------------------- */

// "rule duties is held, not failed"
static void change_line(page *p, const char *what, sw_str id, const char *to,
                        const char *from)
{
    sw_page__indent(p, 4);
    sw_buf_printf(&p->buf, "%s%s%.*s is %s, not %s\n", what,
                  id.len > 0 ? " " : "", SW_STR_ARGS(id), to, from);
}

static bool reading_lines(page *p, const sw_reading_outcome *outcome)
{
    const sw_reading *reading = outcome->reading;
    sw_str line = sw_arena_printf(
        p->arena, "%.*s%s%.*s", SW_STR_ARGS(reading->id),
        reading->title.len > 0 ? ": " : "", SW_STR_ARGS(reading->title));
    if (line.at == NULL) return sw_fail_memory(p->err);
    sw_page__indent(p, 2);
    sw_page__wrap(p, line, 4, 2);
    for (size_t i = 0; i < outcome->change_count; i++) {
        const sw_reading_change *change = &outcome->changes[i];
        change_line(p, change->what, change->id, change->to, change->from);
    }
    if (outcome->verdict != outcome->first) {
        change_line(p, "the verdict", SW_STR(""),
                    sw_verdict_name(outcome->verdict),
                    sw_verdict_name(outcome->first));
    }
    return source_lines(p, reading->sources, reading->source_count);
}

bool sw_page__readings(page *p, const sw_ruling *ruling)
{
    bool any = false;
    for (size_t i = 0; i < ruling->reading_count; i++) {
        if (ruling->readings[i].change_count == 0) continue;
        if (!any) sw_page__heading(p, "Readings differ:");
        any = true;
        if (!reading_lines(p, &ruling->readings[i])) return false;
    }
    return true;
}
