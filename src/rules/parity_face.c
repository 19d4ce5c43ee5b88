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
    size_t count;           // of terms and rules
    sw_parity_turn *turns;  // of terms, then rules; firms == 0: it never turned
    bool *turned;           // the same, for this firm
    size_t firm;
} trial;

/* ---- what turns ------------------------------------------------------ */

// `now`: what turned, if it did. It counts once a firm; the first is told.
static void note_turn(trial *t, size_t index, sw_parity_turn now)
{
    sw_parity_turn *turn = &t->turns[index];
    if (sw_str_eq(now.was, now.became) || t->turned[index]) return;
    t->turned[index] = true;
    if (turn->firms++ > 0) return;
    now.firms = 1;
    now.example = t->firm;
    *turn = now;
}

static void compare(trial *t, const sw_ruling *was, const sw_ruling *is,
                    sw_str to)
{
    for (size_t i = 0; i < was->term_count; i++) {
        const sw_term_outcome *a = &was->terms[i], *b = &is->terms[i];
        note_turn(t, i,
                  (sw_parity_turn){
                      .id = a->path,
                      .title = a->title,
                      .is_term = true,
                      .to = to,
                      .was = sw_str_of(sw_term_value_name(a->value)),
                      .became = sw_str_of(sw_term_value_name(b->value))});
    }
    for (size_t i = 0; i < was->rule_count; i++) {
        const sw_rule_outcome *a = &was->rules[i], *b = &is->rules[i];
        note_turn(t, was->term_count + i,
                  (sw_parity_turn){
                      .id = a->id,
                      .title = a->title,
                      .to = to,
                      .was = sw_str_of(sw_rule_state_name(a->state)),
                      .became = sw_str_of(sw_rule_state_name(b->state))});
    }
}

static bool try_firm(trial *t)
{
    measure *m = t->m;
    const sw_ruling *was, *is;
    bool home = m->firms[t->firm].group == SW_PARITY_DOMESTIC;
    size_t others = home ? t->foreign_count : 1;
    memset(t->turned, 0, t->count * sizeof *t->turned);
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

static bool is_listed(const sw_str *list, size_t count, sw_str s)
{
    for (size_t i = 0; i < count; i++) {
        if (sw_str_eq(list[i], s)) return true;
    }
    return false;
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
        // A rule in versions is one.
        if (found && !is_listed(all, out->reader_count, book->rules[i].id))
            all[out->reader_count++] = book->rules[i].id;
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
    t->count = m->book->term_count + m->book->rule_count;
    t->foreign = SW_NEW_ARRAY(m->arena, sw_str, m->out->origin_count);
    t->turns = SW_NEW_ARRAY(m->arena, sw_parity_turn, t->count);
    t->turned = SW_NEW_ARRAY(m->arena, bool, t->count);
    if (t->foreign == NULL || t->turns == NULL || t->turned == NULL)
        return sw_fail_memory(m->err);
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
    for (size_t i = 0; i < t.count; i++) {
        if (t.turns[i].firms > 0) t.turns[m->out->turn_count++] = t.turns[i];
    }
    m->out->turns = t.turns;
    return true;
}
