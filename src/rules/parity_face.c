// On its face: every firm is ruled on again with another origin and nothing
// else changed. A domestic firm becomes each foreign origin of the population
// in turn, a foreign one domestic. A rule or term that comes out otherwise
// reads the origin, directly or not.
#include <string.h>

#include "parity_internal.h"

typedef struct {
    measure *m;
    sw_str *foreign;  // origins of the population, each once
    size_t foreign_count;
    sw_parity_turn *terms, *rules;  // one each; firms == 0: it never turned
    size_t firm;
    bool *turned;  // for this firm: terms, then rules
} trial;

/* ---- what turns ------------------------------------------------------ */

static void note_turn(trial *t, sw_parity_turn *turn, size_t index, sw_str to,
                      const char *was, const char *became)
{
    if (strcmp(was, became) == 0 || t->turned[index]) return;
    t->turned[index] = true;
    if (turn->firms++ > 0) return;
    turn->example = t->firm;
    turn->to = to;
    turn->was = sw_str_of(was);
    turn->became = sw_str_of(became);
}

static void compare(trial *t, const sw_ruling *was, const sw_ruling *is,
                    sw_str to)
{
    for (size_t i = 0; i < was->term_count; i++) {
        note_turn(t, &t->terms[i], i, to,
                  sw_term_value_name(was->terms[i].value),
                  sw_term_value_name(is->terms[i].value));
    }
    for (size_t i = 0; i < was->rule_count; i++) {
        note_turn(t, &t->rules[i], was->term_count + i, to,
                  sw_rule_state_name(was->rules[i].state),
                  sw_rule_state_name(is->rules[i].state));
    }
}

static bool try_firm(trial *t)
{
    measure *m = t->m;
    const sw_ruling *was, *is;
    bool home = m->firms[t->firm].group == SW_PARITY_DOMESTIC;
    size_t others = home ? t->foreign_count : 1;
    memset(t->turned, 0, m->book->term_count + m->book->rule_count);
    sw_arena_reset(m->scratch);
    if (!sw_rules__rule_row(m, m->book, t->firm, (sw_str){0}, &was))
        return false;
    for (size_t i = 0; i < others; i++) {
        sw_str to = home ? t->foreign[i] : m->out->home;
        if (!sw_rules__rule_row(m, m->book, t->firm, to, &is)) return false;
        compare(t, was, is, to);
        m->out->changes++;
    }
    return true;
}

/* ---- who reads the origin -------------------------------------------- */

static bool reads(const measure *m, const sw_cel *cel, bool *out)
{
    const sw_cel_reference *refs;
    size_t count;
    if (cel == NULL || *out) return true;
    if (!sw_cel_references(cel, m->scratch, &refs, &count, m->err))
        return false;
    sw_str origin = m->book->origin;
    for (size_t i = 0; i < count; i++) {
        // A name of the path alone reads what lies under it too.
        sw_str path = refs[i].path;
        bool inside = path.len < origin.len && origin.at[path.len] == '.' &&
                      sw_str_starts(origin, path);
        if (inside || sw_str_eq(path, origin)) *out = true;
    }
    return true;
}

static bool list_readers(measure *m)
{
    const sw_rulebook *book = m->book;
    sw_parity *out = m->out;
    sw_str *all =
        SW_NEW_ARRAY(m->arena, sw_str, book->term_count + book->rule_count);
    if (all == NULL) return sw_fail_memory(m->err);
    for (size_t i = 0; i < book->term_count; i++) {
        bool found = false;
        for (size_t k = 0; k < book->terms[i].version_count; k++) {
            if (!reads(m, book->terms[i].versions[k].is.cel, &found))
                return false;
        }
        if (found) all[out->reader_count++] = book->terms[i].path;
    }
    for (size_t i = 0; i < book->rule_count; i++) {
        bool found = false;
        if (!reads(m, book->rules[i].when.cel, &found) ||
            !reads(m, book->rules[i].require.cel, &found))
            return false;
        if (found) all[out->reader_count++] = book->rules[i].id;
    }
    out->readers = all;
    return true;
}

/* ---- all of it ------------------------------------------------------- */

static void list_foreign(trial *t)
{
    const sw_parity *out = t->m->out;
    for (size_t i = 0; i < out->origin_count; i++) {
        if (out->origins[i].group == SW_PARITY_FOREIGN)
            t->foreign[t->foreign_count++] = out->origins[i].origin;
    }
}

static bool begin(trial *t)
{
    measure *m = t->m;
    const sw_rulebook *book = m->book;
    size_t all = book->term_count + book->rule_count;
    t->foreign = SW_NEW_ARRAY(m->arena, sw_str, m->out->origin_count);
    t->terms = SW_NEW_ARRAY(m->arena, sw_parity_turn, all);
    t->turned = SW_NEW_ARRAY(m->arena, bool, all);
    if (t->foreign == NULL || t->terms == NULL || t->turned == NULL)
        return sw_fail_memory(m->err);
    t->rules = t->terms + book->term_count;
    for (size_t i = 0; i < book->term_count; i++) {
        t->terms[i].id = book->terms[i].path;
        t->terms[i].title = book->terms[i].versions[0].title;
        t->terms[i].is_term = true;
    }
    for (size_t i = 0; i < book->rule_count; i++) {
        t->rules[i].id = book->rules[i].id;
        t->rules[i].title = book->rules[i].title;
    }
    list_foreign(t);
    return true;
}

bool sw_rules__parity_face(measure *m)
{
    trial t = {.m = m};
    if (!begin(&t) || !list_readers(m)) return false;
    for (t.firm = 0; t.firm < m->out->firm_count; t.firm++) {
        if (!try_firm(&t)) return false;
    }
    size_t all = m->book->term_count + m->book->rule_count;
    for (size_t i = 0; i < all; i++) {
        if (t.terms[i].firms > 0) t.terms[m->out->turn_count++] = t.terms[i];
    }
    m->out->turns = t.terms;
    return true;
}
