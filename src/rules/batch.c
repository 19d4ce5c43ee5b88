// Rulebooks made ready for many declarations of one day: versions chosen, maps
// of facts built and indexed. What is left for each declaration is to put its
// values in their places and to evaluate.
#include <stdlib.h>
#include <string.h>

#include "ranges.h"

// One book.
typedef struct {
    judge judge;
    sw_cel_value **places;   // of the facts by path, within the bindings
    sw_cel_value *unknowns;  // what stands there if nothing is said
    const rule_def **rules;  // NULL: not in force
    sw_rule_outcome *outcomes;
    ranges ranges;
} ready_book;

struct sw_batch {
    sw_rulebook *const *books;
    ready_book *ready;
    size_t count;
    sw_rule_outcome *outcomes;
    size_t rule_count;
    bool reasons;
    sw_arena *facts;    // of one declaration
    sw_arena *scratch;  // of one ruling
    sw_batch_ruling ruling;
};

/* ---- making ready ---------------------------------------------------- */

static bool place_facts(ready_book *d, const vocabulary *words, sw_arena *arena,
                        sw_error *err)
{
    d->unknowns = SW_NEW_ARRAY(arena, sw_cel_value, words->count);
    d->places = SW_NEW_ARRAY(arena, sw_cel_value *, words->count);
    if (d->unknowns == NULL || d->places == NULL) return sw_fail_memory(err);
    for (size_t i = 0; i < words->count; i++) {
        if (!sw_rules__fact_value(words->by_path[i], NULL, arena,
                                  &d->unknowns[i], err))
            return false;
    }
    if (!sw_rules__bind(words, d->unknowns, &d->judge.days, arena,
                        &d->judge.facts, err))
        return false;
    for (size_t i = 0; i < words->count; i++)
        d->places[i] =
            sw_rules__place_of(&d->judge.facts, words->by_path[i]->path);
    return true;
}

static bool make_ready(sw_batch *batch, ready_book *d, const sw_rulebook *book,
                       const sw_rule_options *options, sw_arena *arena,
                       sw_error *err)
{
    d->judge = (judge){.book = book, .plain = true};
    d->judge.days = sw_rules__days_for(book, options);
    d->judge.arena = batch->scratch;
    d->rules = SW_NEW_ARRAY(arena, const rule_def *, book->id_count);
    if (d->rules == NULL) return sw_fail_memory(err);
    size_t n = 0;
    for (size_t i = 0; i < book->rule_count; i++) {
        if (book->rules[i].is_later) continue;
        d->rules[n] =
            sw_rules__open_rule(&d->judge, &book->rules[i], &d->outcomes[n]);
        n++;
    }
    return place_facts(d, &book->facts, arena, err);
}

bool sw_batch_new(sw_rulebook *const *books, size_t count,
                  const sw_rule_options *options, bool reasons, sw_arena *arena,
                  sw_batch **out, sw_error *err)
{
    if (count == 0)
        return sw_fail(err, SW_ERR_USAGE, "no rulebook to rule under");
    sw_batch *batch = SW_NEW(arena, sw_batch);
    if (batch == NULL) return sw_fail_memory(err);
    batch->books = books;
    batch->count = count;
    for (size_t i = 0; i < count; i++)
        batch->rule_count += books[i]->id_count;
    batch->ready = SW_NEW_ARRAY(arena, ready_book, count);
    batch->outcomes = SW_NEW_ARRAY(arena, sw_rule_outcome, batch->rule_count);
    if (batch->ready == NULL || batch->outcomes == NULL)
        return sw_fail_memory(err);
    batch->reasons = reasons;
    if (!sw_arena_new(&batch->scratch, err)) return false;
    if (!sw_arena_new(&batch->facts, err)) {
        sw_batch_free(batch);
        return false;
    }
    sw_rule_outcome *outcomes = batch->outcomes;
    for (size_t i = 0; i < count; i++) {
        batch->ready[i].outcomes = outcomes;
        outcomes += books[i]->id_count;
        if (!make_ready(batch, &batch->ready[i], books[i], options, arena,
                        err)) {
            sw_batch_free(batch);
            return false;
        }
    }
    batch->ruling.rules = batch->outcomes;
    batch->ruling.rule_count = batch->rule_count;
    *out = batch;
    return true;
}

void sw_batch_free(sw_batch *batch)
{
    if (batch == NULL) return;
    sw_arena_free(batch->facts);
    sw_arena_free(batch->scratch);
}

/* ---- one declaration ------------------------------------------------- */

// Facts said and facts declared are in the same order.
static bool set_facts(ready_book *d, const sw_declaration *said,
                      sw_arena *scratch, sw_error *err)
{
    const vocabulary *words = &d->judge.book->facts;
    size_t at = 0;
    d->ranges = (ranges){.arena = scratch};
    d->judge.ranges = &d->ranges;
    for (size_t i = 0; i < words->count; i++) {
        const fact_def *fact = words->by_path[i];
        int order = -1;
        while (at < said->count &&
               (order = sw_str_cmp(said->facts[at].path, fact->path)) < 0)
            at++;
        if (at == said->count || order > 0) {
            *d->places[i] = d->unknowns[i];
        } else if (!sw_rules__declared_value(fact, said->facts[at].node,
                                             scratch, &d->ranges, d->places[i],
                                             err)) {
            return sw_error_in(err, said->name.at);
        }
    }
    sw_rules__place_ranges(&d->ranges, &d->judge.facts);
    return true;
}

bool sw_batch_declare(sw_batch *batch, const sw_declaration *said,
                      sw_error *err)
{
    sw_arena_reset(batch->facts);
    if (!sw_rules__check_said(batch->books, batch->count, said, err))
        return false;
    for (size_t i = 0; i < batch->count; i++) {
        if (!set_facts(&batch->ready[i], said, batch->facts, err)) return false;
    }
    return true;
}

// What came out badly is evaluated once more, to say why: most rules do not.
static bool rule_one(const sw_batch *batch, judge *j, const rule_def *rule,
                     sw_rule_outcome *out)
{
    if (!sw_rules__judge_rule(j, rule, out)) return false;
    bool bad =
        out->state == SW_RULE_FAILED || out->state == SW_RULE_UNDETERMINED;
    if (!batch->reasons || !bad) return true;
    j->plain = false;
    bool ok = sw_rules__judge_rule(j, rule, out);
    j->plain = true;
    return ok;
}

bool sw_batch_rule(sw_batch *batch, const sw_batch_ruling **out, sw_error *err)
{
    sw_verdict worst = SW_VERDICT_CLEAR;
    sw_arena_reset(batch->scratch);
    for (size_t i = 0; i < batch->count; i++) {
        ready_book *d = &batch->ready[i];
        d->judge.err = err;
        for (size_t r = 0; r < d->judge.book->id_count; r++) {
            sw_rule_outcome *outcome = &d->outcomes[r];
            if (d->rules[r] == NULL) continue;
            outcome->why_when = outcome->why_require = NULL;
            outcome->missing_count = 0;
            if (!rule_one(batch, &d->judge, d->rules[r], outcome)) return false;
            if (outcome->decides && outcome->verdict > worst)
                worst = outcome->verdict;
        }
    }
    batch->ruling.verdict = worst;
    *out = &batch->ruling;
    return true;
}
