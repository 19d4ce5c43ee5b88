// Where somebody stands: each term of a book on the facts of one ruling.
#include "ranges.h"

const char *sw_term_value_name(sw_term_value value)
{
    static const char *const names[] = {"false", "true", "undetermined"};
    return names[value];
}

const term_version *sw_rules__version_on(const term_def *term,
                                         const ruling_days *days)
{
    for (size_t i = 0; i < term->version_count; i++) {
        const term_version *v = &term->versions[i];
        if (!sw_rules__is_never(v->status, &v->in_force) &&
            sw_rules__period_has(&v->in_force, days->date) &&
            sw_rules__period_has(&v->known, days->known))
            return v;
    }
    return NULL;
}

static sw_term_outcome outcome_of(const judge *j, const term_def *term,
                                  const term_version *v)
{
    const char *standing =
        v->standing >= 0 ? sw_rules__standing_names[v->standing] : "";
    return (sw_term_outcome){
        .path = term->path,
        .title = v->title,
        .status = sw_str_of(sw_rules__status_names[v->status]),
        .notes = v->notes,
        .standing = sw_str_of(standing),
        .subject = v->subject,
        .in_force = v->in_force_text,
        .is = v->is.text,
        .cel = v->is.cel,
        .sources = v->sources,
        .source_count = v->source_count,
        .book = j->book->id,
    };
}

// What waits for ranges is what it is at all of their values.
static bool settle(const judge *j, const subject *of, const expression *is,
                   sw_term_outcome *out)
{
    trials t;
    judge plain = *j;
    sw_cel_value first, other;
    const sw_cel_reason *why = out->why;
    waiting w = {{is}, 1, out->missing, out->missing_count};
    bool any;
    plain.plain = true;
    if (!sw_rules__trials_begin(&t, j, &w, &any)) return false;
    if (!any) return true;
    bool ok = sw_rules__judge(j, of, is, &first, &why);
    bool same = ok && first.kind == SW_CEL_BOOL;
    while (same && sw_rules__trials_next(&t)) {
        ok = sw_rules__judge(&plain, of, is, &other, NULL);
        same = ok && other.kind == SW_CEL_BOOL &&
               other.as.boolean == first.as.boolean;
    }
    sw_rules__trials_end(&t);
    if (!same) return ok;
    out->value = first.as.boolean ? SW_TERM_TRUE : SW_TERM_FALSE;
    out->why = why;
    out->missing_count = 0;
    return true;
}

static bool judge_term(const judge *j, const term_def *term,
                       sw_term_outcome *out)
{
    const term_version *v = sw_rules__version_on(term, &j->days);
    *out = outcome_of(j, term, v != NULL ? v : &term->versions[0]);
    if (v == NULL) return true;
    out->in_effect = true;

    sw_cel_value value, known = {.kind = SW_CEL_BOOL};
    subject of = {"term", term->path, "is"};
    if (!sw_rules__judge(j, &of, &v->is, &value, &out->why)) return false;
    if (value.kind == SW_CEL_BOOL) {
        out->value = value.as.boolean ? SW_TERM_TRUE : SW_TERM_FALSE;
        return true;
    }
    if (value.kind != SW_CEL_UNKNOWN)
        return sw_rules__refuse_result(j, &of, &v->is, &value);
    out->value = SW_TERM_UNDETERMINED;
    return sw_rules__missing(j, &value, &known, &out->missing,
                             &out->missing_count) &&
           settle(j, &of, &v->is, out);
}

bool sw_rules__judge_terms(const judge *j, sw_term_outcome *out)
{
    for (size_t i = 0; i < j->book->term_count; i++) {
        if (!judge_term(j, &j->book->terms[i], &out[i])) return false;
    }
    return true;
}
