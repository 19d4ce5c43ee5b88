// A question for people: what is asked, which rules wait for it, and how it may
// be answered.
#include <string.h>

#include "page.h"

enum { TITLES_SHOWN = 3, LEFT = 3 };

static const struct {
    const char *type, *how;
} answers[] = {
    {"bool", "yes or no"},
    {"int", "a whole number"},
    {"double", "a number"},
    {"string", "a word or more"},
    {"date", "a day, as 2026-12-03"},
    {"list(bool)", "yes or no, with commas between; none"},
    {"list(int)", "whole numbers, with commas between; none"},
    {"list(double)", "numbers, with commas between; none"},
    {"list(string)", "words, with commas between; none"},
    {"list(date)", "days, as 2026-12-03, with commas between; none"},
    {"list(record)", "how many there are; each is asked about then"},
};

static const char *how_to_answer(const sw_question *q)
{
    bool list = sw_str_starts(q->type, SW_STR("list("));
    if (q->value_count > 0)
        return list ? "numbers or words, with commas between; none"
                    : "a number or a word";
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        if (sw_str_eq(q->type, sw_str_of(answers[i].type)))
            return answers[i].how;
    }
    return "";
}

static bool answer_line(page *p, const sw_question *q)
{
    sw_str line =
        sw_arena_printf(p->arena, "%.*s: %s%s%.*s%s", SW_STR_ARGS(q->fact),
                        how_to_answer(q), q->unit.len > 0 ? " (" : "",
                        SW_STR_ARGS(q->unit), q->unit.len > 0 ? ")" : "");
    if (line.at == NULL) return sw_fail_memory(p->err);
    sw_page__indent(p, LEFT);
    sw_page__wrap(p, line, LEFT + 2, LEFT);
    return true;
}

static void value_lines(page *p, const sw_question *q)
{
    for (size_t i = 0; i < q->value_count; i++)
        sw_buf_printf(&p->buf, "%*s%3zu  %.*s\n", LEFT, "", i + 1,
                      SW_STR_ARGS(q->values[i]));
}

static void waiting_lines(page *p, const sw_asked *asked)
{
    size_t shown = asked->waiting_count < TITLES_SHOWN ? asked->waiting_count
                                                       : TITLES_SHOWN;
    for (size_t i = 0; i < shown; i++) {
        sw_page__indent(p, LEFT);
        sw_buf_str(&p->buf, SW_STR("for "));
        sw_page__wrap(p, asked->waiting[i]->title, LEFT + 4, LEFT + 4);
    }
    size_t more = asked->waiting_count - shown;
    if (more > 0)
        sw_buf_printf(&p->buf, "%*sand %zu more rule%s\n", LEFT, "", more,
                      more == 1 ? "" : "s");
}

static bool question(page *p, const sw_asked *asked)
{
    const sw_question *q = asked->question;
    sw_str line = sw_arena_printf(p->arena, "%zu. %.*s", asked->number,
                                  SW_STR_ARGS(q->ask));
    if (line.at == NULL) return sw_fail_memory(p->err);
    sw_buf_str(&p->buf, SW_STR("\n"));
    sw_page__wrap(p, line, LEFT, 0);
    value_lines(p, q);
    if (!answer_line(p, q)) return false;
    waiting_lines(p, asked);
    return true;
}

bool sw_interview_question_text(const sw_interview *talk, sw_arena *arena,
                                sw_str *out, sw_error *err)
{
    page p = {.arena = arena, .err = err};
    const sw_asked *asked = sw_interview_asks(talk);
    bool ok = asked == NULL || question(&p, asked);
    return sw_page__finish(&p, ok, out);
}

static bool why(page *p, const sw_rule_outcome *rule)
{
    sw_str name = sw_arena_printf(p->arena, "%.*s: %.*s", SW_STR_ARGS(rule->id),
                                  SW_STR_ARGS(rule->title));
    sw_str place =
        sw_arena_printf(p->arena, "%.*s, %.*s", SW_STR_ARGS(rule->source_title),
                        SW_STR_ARGS(rule->provision));
    if (name.at == NULL || place.at == NULL) return sw_fail_memory(p->err);
    sw_page__indent(p, LEFT);
    sw_page__wrap(p, name, LEFT + 2, LEFT);
    sw_page__labelled(p, "applies", rule->when_text);
    sw_page__labelled(p, "requires", rule->require_text);
    sw_page__labelled(p, "otherwise",
                      sw_str_of(sw_verdict_name(rule->otherwise)));
    sw_page__labelled(p, "remedy", rule->remedy);
    sw_page__labelled(p, "source", place);
    sw_page__labelled(p, "", rule->url);
    return true;
}

bool sw_interview_why_text(const sw_interview *talk, sw_arena *arena,
                           sw_str *out, sw_error *err)
{
    page p = {.arena = arena, .err = err};
    const sw_asked *asked = sw_interview_asks(talk);
    bool ok = true;
    for (size_t i = 0; ok && asked != NULL && i < asked->waiting_count; i++)
        ok = why(&p, asked->waiting[i]);
    return sw_page__finish(&p, ok, out);
}
