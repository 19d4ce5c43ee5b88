// What the law defines: each term as a card, its versions by date.
#include "show.h"

static void standing(show *p, const term_version *v)
{
    static const char *const words[] = {"meets the thresholds", "is presumed",
                                        "is designated", "has duties"};
    if (v->standing < 0) return;
    sw_sheet__say(&p->s, " Says that the ");
    sw_sheet__text(&p->s, v->subject.len > 0 ? v->subject : SW_STR("subject"));
    sw_sheet__say(&p->s, " %s.", words[v->standing]);
}

static bool dated(const term_version *v)
{
    return v->in_force.from.given || v->in_force.to.given ||
           v->known.from.given || v->known.to.given;
}

static bool version(show *p, const term_version *v)
{
    const phrase *said;
    sheet *s = &p->s;
    if (v->status != STATUS_LAW || dated(v) || v->standing >= 0) {
        sw_sheet__paragraph(s);
        sw_show__status(p, v->status);
        sw_show__dates(p, &v->in_force, &v->known);
        standing(p, v);
        sw_sheet__paragraph_end(s);
    }
    if (!sw_show__term_phrase(p, v, &said)) return false;
    sw_show__sides(p, said, v->is.text);
    sw_show__labelled(p, "Uncertain:", v->notes);
    sw_show__provisions(p, v->sources, v->source_count);
    return true;
}

static bool card(show *p, const term_def *term)
{
    sheet *s = &p->s;
    sw_sheet__group(s, "card");
    for (size_t i = 0; i < term->version_count; i++) {
        const term_version *v = &term->versions[i];
        sw_str head =
            sw_arena_printf(p->arena, "%.*s: %.*s", SW_STR_ARGS(term->path),
                            SW_STR_ARGS(v->title));
        if (head.at == NULL) return sw_fail_memory(p->err);
        sw_sheet__heading(s, 3, i == 0 ? "term-" : NULL, term->path, head);
        if (!version(p, v)) return false;
    }
    if (!sw_show__readings(p, true, term->path)) return false;
    sw_sheet__group_end(s);
    return true;
}

bool sw_show__terms(show *p)
{
    if (p->book->term_count == 0) return true;
    sw_sheet__heading(&p->s, 2, "part-", SW_STR("terms"),
                      SW_STR("What the law defines"));
    for (size_t i = 0; i < p->book->term_count; i++) {
        if (!card(p, &p->book->terms[i])) return false;
    }
    return true;
}
