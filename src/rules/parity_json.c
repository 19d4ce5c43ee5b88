// A report of parity as JSON, for programs. Counts and ranges are {low, high};
// a number that is infinite is the word, one that is undefined is null.
#include <math.h>

#include "json_build.h"
#include "parity_words.h"

static json_t *number(double value)
{
    if (isnan(value)) return json_null();
    if (isinf(value)) return json_string(value > 0 ? "infinite" : "-infinite");
    return json_real(value);
}

static json_t *range(sw_parity_range r)
{
    json_t *one = json_object();
    return finish(one, one != NULL && set(one, "low", number(r.low)) &&
                           set(one, "high", number(r.high)));
}

static json_t *count(sw_parity_count c)
{
    json_t *one = json_object();
    return finish(one, one != NULL && set_count(one, "low", c.low) &&
                           set_count(one, "high", c.high));
}

static json_t *string_at(const void *strings, size_t i)
{
    return sw_rules__json_str(((const sw_str *)strings)[i]);
}

// {"foreign": .., "domestic": ..}
static json_t *by_group(json_t *(*item)(const void *ctx, size_t i),
                        const void *ctx)
{
    json_t *one = json_object();
    bool ok = one != NULL;
    for (int g = 0; ok && g < SW_PARITY_GROUPS; g++)
        ok = set(one, sw_parity__groups[g], item(ctx, (size_t)g));
    return finish(one, ok);
}

static json_t *count_at(const void *counts, size_t i)
{
    return count(((const sw_parity_count *)counts)[i]);
}

/* ---- what is compared ------------------------------------------------ */

static json_t *note(const void *notes, size_t i)
{
    const sw_parity_note *n = &((const sw_parity_note *)notes)[i];
    json_t *one = json_object();
    return finish(one, one != NULL && set_str(one, "key", n->key) &&
                           set_str(one, "value", n->value));
}

static json_t *population(const sw_parity *r)
{
    json_t *one = json_object();
    bool ok = one != NULL && set_str(one, "file", r->population) &&
              set_count(one, "rows", r->firm_count) &&
              set(one, "notes", items(note, r->notes, r->note_count));
    return finish(one, ok);
}

static json_t *covered(const sw_parity *r)
{
    const char *by = r->covered.len == 0  ? "any-rule"
                     : r->covered_is_rule ? "rule"
                                          : "term";
    json_t *one = json_object();
    bool ok = one != NULL && set(one, "by", json_string(by)) &&
              set_given(one, "id", r->covered) &&
              set_given(one, "title", r->covered_title);
    return finish(one, ok);
}

static bool set_head(json_t *to, const sw_parity *r)
{
    return set_str(to, "rulebook", r->book) &&
           set_str(to, "jurisdiction", r->jurisdiction) &&
           set_str(to, "title", r->title) && set_str(to, "as_of", r->as_of) &&
           set_given(to, "variant", r->variant) &&
           set_given(to, "variant_title", r->variant_title) &&
           set_date(to, "date", r->date) &&
           set(to, "population", population(r)) &&
           set_str(to, "origin_fact", r->origin_fact) &&
           set_str(to, "home", r->home) && set(to, "covered", covered(r)) &&
           set_given(to, "eligible", r->eligible) &&
           set(to, "near", json_real(r->near)) &&
           set(to, "method", json_string(sw_parity__method)) &&
           set(to, "no_verdict", json_string(sw_parity__no_verdict));
}

/* ---- on its face ----------------------------------------------------- */

static json_t *turn(const void *ctx, size_t i)
{
    const sw_parity *r = ctx;
    const sw_parity_turn *t = &r->turns[i];
    json_t *one = json_object(), *example = json_object();
    bool ok = example != NULL &&
              set_str(example, "name", r->firms[t->example].name) &&
              set_str(example, "from", r->firms[t->example].origin) &&
              set_str(example, "to", t->to) &&
              set_str(example, "was", t->was) &&
              set_str(example, "became", t->became);
    example = finish(example, ok);
    ok = one != NULL &&
         set(one, "what", json_string(t->is_term ? "term" : "rule")) &&
         set_str(one, "id", t->id) && set_str(one, "title", t->title) &&
         set_count(one, "firms", t->firms);
    if (ok) return finish(one, set(one, "example", example));
    json_decref(example);
    return finish(one, false);
}

static json_t *face(const sw_parity *r)
{
    json_t *one = json_object();
    bool ok =
        one != NULL && set_count(one, "changes", r->changes) &&
        set(one, "readers", items(string_at, r->readers, r->reader_count)) &&
        set(one, "turns", items(turn, r, r->turn_count));
    return finish(one, ok);
}

/* ---- in effect ------------------------------------------------------- */

static json_t *group(const void *groups, size_t i)
{
    const sw_parity_group *g = &((const sw_parity_group *)groups)[i];
    json_t *one = json_object();
    bool ok = one != NULL && set(one, "eligible", count(g->firms)) &&
              set(one, "covered", count(g->covered)) &&
              set(one, "spared", count(g->spared)) &&
              set(one, "rate", range(g->rate));
    return finish(one, ok);
}

static json_t *reading(const void *ctx, size_t i)
{
    const sw_parity *r = ctx;
    const sw_parity_reading *one = &r->readings[i];
    json_t *made = json_object();
    bool ok = made != NULL && set_str(made, "id", one->id) &&
              set_given(made, "title", one->title) &&
              set_count(made, "firms", one->firms) &&
              set_count(made, "example", one->example) &&
              set(made, "became", json_string(one->became)) &&
              set(made, "covered", by_group(count_at, one->covered));
    return finish(made, ok);
}

static json_t *effect(const sw_parity *r)
{
    const sw_parity_effect *e = &r->effect;
    json_t *one = json_object();
    bool ok = one != NULL && set(one, "groups", by_group(group, r->groups)) &&
              set(one, "ratio", range(e->ratio)) &&
              set(one, "ratio_interval", range(e->interval)) &&
              set(one, "odds_ratio", range(e->odds)) &&
              set(one, "odds_interval", range(e->odds_interval)) &&
              set(one, "level", json_real(0.95)) &&
              set(one, "fisher_p", range(e->p)) &&
              set_count(one, "tables", e->tables) &&
              set(one, "all_tables", json_boolean(e->all_tables)) &&
              set(one, "readings", items(reading, r, r->reading_count));
    return finish(one, ok);
}

/* ---- by threshold ---------------------------------------------------- */

static json_t *value_name(sw_term_value value)
{
    return json_string(sw_term_value_name(value));
}

static json_t *stand(const void *stands, size_t i)
{
    const sw_parity_stand *s = &((const sw_parity_stand *)stands)[i];
    json_t *one = json_object();
    bool ok = one != NULL && set_count(one, "firm", s->firm) &&
              set(one, "low", number(s->low)) &&
              set(one, "high", number(s->high)) &&
              set(one, "meets", value_name(s->meets)) &&
              set(one, "gap", number(s->gap)) &&
              set(one, "turns", json_boolean(s->turns));
    return finish(one, ok);
}

static json_t *step(const void *steps, size_t i)
{
    const sw_parity_step *s = &((const sw_parity_step *)steps)[i];
    json_t *one = json_object();
    bool ok = one != NULL && set(one, "from", number(s->from)) &&
              set(one, "from_included", json_boolean(s->from_included)) &&
              set(one, "to", number(s->to)) &&
              set(one, "to_included", json_boolean(s->to_included)) &&
              set(one, "now", json_boolean(s->holds_now)) &&
              set(one, "covered", by_group(count_at, s->covered));
    return finish(one, ok);
}

static json_t *threshold_json(const void *thresholds, size_t i)
{
    const sw_parity_threshold *t =
        &((const sw_parity_threshold *)thresholds)[i];
    json_t *one = json_object();
    bool ok = one != NULL && set_str(one, "term", t->term) &&
              set_str(one, "title", t->title) &&
              set_str(one, "sign", t->sign) &&
              set(one, "value", number(t->value)) &&
              set_given(one, "unit", t->unit) &&
              set(one, "decides", json_boolean(t->decides)) &&
              set(one, "stands", items(stand, t->stands, t->stand_count)) &&
              set(one, "steps", items(step, t->steps, t->step_count));
    return finish(one, ok);
}

static json_t *near_miss(const void *ctx, size_t i)
{
    const sw_parity *r = ctx;
    const sw_parity_near *n = &r->nears[i];
    json_t *one = json_object();
    bool ok = one != NULL && set_count(one, "firm", n->firm) &&
              set_str(one, "term", r->thresholds[n->threshold].term) &&
              set(one, "gap", number(n->gap));
    return finish(one, ok);
}

/* ---- burden and firms ------------------------------------------------ */

static json_t *duty(const void *duties, size_t i)
{
    const sw_parity_duty *d = &((const sw_parity_duty *)duties)[i];
    json_t *one = json_object();
    bool ok = one != NULL && set_str(one, "rule", d->id) &&
              set_str(one, "title", d->title) &&
              set(one, "applies", by_group(count_at, d->applies));
    return finish(one, ok);
}

static json_t *origin(const void *origins, size_t i)
{
    const sw_parity_origin *o = &((const sw_parity_origin *)origins)[i];
    json_t *one = json_object();
    bool ok = one != NULL && set_str(one, "origin", o->origin) &&
              set(one, "group", json_string(sw_parity__groups[o->group])) &&
              set(one, "eligible", count(o->firms)) &&
              set(one, "covered", count(o->covered)) &&
              set(one, "duties", count(o->duties));
    return finish(one, ok);
}

static json_t *firm(const void *firms, size_t i)
{
    const sw_parity_firm *f = &((const sw_parity_firm *)firms)[i];
    json_t *one = json_object();
    bool ok =
        one != NULL && set_str(one, "name", f->name) &&
        set_str(one, "origin", f->origin) && set_count(one, "line", f->line) &&
        set(one, "group", json_string(sw_parity__groups[f->group])) &&
        set(one, "eligible", value_name(f->eligible)) &&
        set(one, "covered", value_name(f->covered)) &&
        set(one, "missing", items(string_at, f->missing, f->missing_count)) &&
        set(one, "duties", count(f->duties));
    return finish(one, ok);
}

static bool set_all(json_t *to, const sw_parity *r)
{
    return set_head(to, r) && set(to, "face", face(r)) &&
           set(to, "effect", effect(r)) &&
           set(to, "thresholds",
               items(threshold_json, r->thresholds, r->threshold_count)) &&
           set(to, "near_misses", items(near_miss, r, r->near_count)) &&
           set(to, "origins", items(origin, r->origins, r->origin_count)) &&
           set(to, "duties", items(duty, r->duties, r->duty_count)) &&
           set(to, "firms", items(firm, r->firms, r->firm_count));
}

bool sw_parity_json(const sw_parity *parity, sw_arena *arena, sw_str *out,
                    sw_error *err)
{
    json_t *all = json_object();
    bool ok = all != NULL && set_all(all, parity)
                  ? sw_rules__dump_json(all, JSON_INDENT(2), arena, out, err)
                  : sw_fail_memory(err);
    json_decref(all);
    return ok;
}
