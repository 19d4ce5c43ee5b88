// Index reports as JSON, for programs. Members are written in the order in
// which they are set here, so the bytes depend on the report alone. A score is
// a number, or {low, high} where measures have no answer.
#include <math.h>

#include "json_build.h"
#include "policy_internal.h"

static json_t *interval(double low, double high)
{
    if (low == high) return json_real(low);
    json_t *both = json_object();
    bool ok = both != NULL && set(both, "low", json_real(low)) &&
              set(both, "high", json_real(high));
    return finish(both, ok);
}

json_t *sw_rules__source_json(const void *sources, size_t i)
{
    const sw_rule_source *s = &((const sw_rule_source *)sources)[i];
    json_t *one = json_object();
    bool ok = one != NULL && set_str(one, "id", s->id) &&
              set_str(one, "title", s->title) &&
              set_str(one, "provision", s->provision) &&
              set_str(one, "url", s->url) && set_date(one, "read", s->read) &&
              set_str(one, "evidence", s->evidence);
    return finish(one, ok);
}

static bool set_sources(json_t *to, const sw_rule_source *at, size_t count)
{
    return set(to, "sources", items(sw_rules__source_json, at, count));
}

static bool set_index(json_t *to, const sw_index *x)
{
    return set_str(to, "index", x->id) && set_str(to, "title", x->title) &&
           set_str(to, "publisher", x->publisher) &&
           set_str(to, "edition", x->edition) &&
           set_given(to, "licence", x->licence);
}

/* ---- scores ---------------------------------------------------------- */

typedef struct {
    const sw_index_report *report;
    const sw_index_line *line;
    const sw_index_score *score;
} place;

static json_t *area_score_json(const void *ctx, size_t i)
{
    const sw_area_score *a = &((const place *)ctx)->score->areas[i];
    json_t *one = json_object();
    bool ok = one != NULL && set_str(one, "area", a->id) &&
              set(one, "score", interval(a->low, a->high)) &&
              set(one, "scored", json_real(a->scored)) &&
              set(one, "open", json_real(a->open));
    return finish(one, ok);
}

static json_t *measure_json(const void *ctx, size_t i)
{
    const place *p = ctx;
    const sw_measure_score *m = &p->score->measures[i];
    json_t *one = json_object();
    bool ok = one != NULL && set_str(one, "measure", m->id) &&
              set_str(one, "area", p->score->areas[m->area].id) &&
              set(one, "answer", interval(m->answer_low, m->answer_high)) &&
              (m->weight == 0 || set(one, "weight", json_real(m->weight))) &&
              set_str(one, "because", m->because);
    return finish(one, ok);
}

static json_t *score_json(const void *ctx, size_t i)
{
    place p = *(const place *)ctx;
    p.score = &p.line->scores[i];
    json_t *one = json_object();
    bool ok =
        one != NULL && set_str(one, "at", p.report->times[i]) &&
        set(one, "index", interval(p.score->low, p.score->high)) &&
        set(one, "areas", items(area_score_json, &p, p.report->area_count));
    if (ok && p.line->members > 0) {
        ok = set(one, "least", json_real(p.score->least)) &&
             set(one, "most", json_real(p.score->most));
    }
    if (ok && p.score->measures != NULL) {
        ok = set(one, "measures",
                 items(measure_json, &p, p.report->measure_count));
    }
    return finish(one, ok);
}

static json_t *line_json(const void *ctx, size_t i)
{
    const sw_index_report *r = ctx;
    place p = {r, &r->lines[i], NULL};
    json_t *one = json_object();
    bool ok =
        one != NULL && set_str(one, "economy", p.line->code) &&
        set_str(one, "name", p.line->name) &&
        (p.line->members == 0 || set_count(one, "members", p.line->members)) &&
        set(one, "scores", items(score_json, &p, r->time_count));
    return finish(one, ok);
}

/* ---- changes --------------------------------------------------------- */

static json_t *step_json(const void *ctx, size_t i)
{
    return json_integer(((const int *)ctx)[i]);
}

static bool set_outcome(json_t *one, const sw_index_report *r,
                        const sw_index_change *c)
{
    static const char *const names[] = {"stands", "before", "after", "unmoved",
                                        "moved"};
    bool ok = set(one, "state", json_string(names[c->state]));
    if (!ok || c->steps == NULL) return ok;
    if (c->state == SW_CHANGE_STANDS) {
        return set(one, "scored_always",
                   items(step_json, c->steps, r->area_count));
    }
    return set(one, "from", json_integer(c->from)) &&
           set(one, "to", json_integer(c->to)) &&
           set_count(one, "moved", c->moved) &&
           set(one, "as_expected", json_boolean(c->as_expected)) &&
           set(one, "steps", items(step_json, c->steps, r->area_count));
}

static json_t *change_json(const void *ctx, size_t i)
{
    const sw_index_report *r = ctx;
    const sw_index_change *c = &r->changes[i];
    json_t *one = json_object();
    bool ok =
        one != NULL && set_str(one, "id", c->id) &&
        set_str(one, "title", c->title) &&
        set_str(one, "economies", c->economies) &&
        (!c->day_given || set_date(one, "day", c->day)) &&
        set(one, "effect", json_string(c->eases ? "eases" : "tightens")) &&
        set_given(one, "rulebook", c->rulebook) && set_outcome(one, r, c) &&
        set_given(one, "notes", c->notes) &&
        set_sources(one, c->sources, c->source_count);
    return finish(one, ok);
}

/* ---- the report ------------------------------------------------------ */

static json_t *table_json(const sw_index_report *r)
{
    json_t *one = json_object();
    bool ok = one != NULL && set_count(one, "economies", r->economy_count) &&
              set_count(one, "totals", r->total_count) &&
              set_count(one, "area_scores", r->area_score_count) &&
              set_count(one, "part_scores", r->part_score_count);
    return finish(one, ok);
}

static json_t *rank_json(const sw_index_rank *rank)
{
    json_t *one = json_object();
    bool ok = one != NULL && set_count(one, "lower", rank->lower) &&
              set_count(one, "same", rank->same) &&
              set_count(one, "higher", rank->higher) &&
              set(one, "mean", json_real(rank->mean)) &&
              set(one, "least", json_real(rank->least)) &&
              set(one, "most", json_real(rank->most));
    return finish(one, ok);
}

static bool dump(json_t *all, bool ok, sw_arena *arena, sw_str *out,
                 sw_error *err)
{
    size_t flags = JSON_INDENT(2) | JSON_REAL_PRECISION(16);
    ok = ok ? sw_rules__dump_json(all, flags, arena, out, err)
            : sw_fail_memory(err);
    json_decref(all);
    return ok;
}

bool sw_index_json(const sw_index_report *r, sw_arena *arena, sw_str *out,
                   sw_error *err)
{
    json_t *all = json_object();
    bool ok = all != NULL && set_index(all, r->index);
    if (ok && r->economy_count > 0) ok = set(all, "rebuilt", table_json(r));
    if (ok && r->economy_count > 0 && r->line_count > 0)
        ok = set(all, "rank", rank_json(&r->rank));
    ok = ok && set(all, "economies", items(line_json, r, r->line_count)) &&
         set(all, "changes", items(change_json, r, r->change_count));
    return dump(all, ok, arena, out, err);
}

/* ---- the index itself ------------------------------------------------ */

static json_t *area_json(const void *ctx, size_t i)
{
    const sw_index *x = ctx;
    const area_def *a = &x->areas[i];
    json_t *one = json_object();
    bool ok = one != NULL && set_str(one, "id", a->id) &&
              set_str(one, "title", a->title) &&
              set_count(one, "measures", a->measures) &&
              set(one, a->whole ? "weight" : "measure_weight",
                  json_real(a->weight)) &&
              set_given(one, "notes", a->notes);
    return finish(one, ok);
}

static json_t *listed_json(const void *ctx, size_t i)
{
    const sw_index *x = ctx;
    const measure_def *m = &x->measures[i];
    json_t *one = json_object();
    bool ok = one != NULL && set_str(one, "id", m->id) &&
              set_str(one, "title", m->title) &&
              set_str(one, "area", x->areas[m->area].id) &&
              (m->weight == 0 || set(one, "weight", json_real(m->weight))) &&
              set_given(one, "notes", m->notes);
    return finish(one, ok);
}

static json_t *value_json(const void *values, size_t i)
{
    const value_def *v = &((const value_def *)values)[i];
    json_t *one = json_object();
    bool ok = one != NULL && set_str(one, "economy", v->economy) &&
              set_given(one, "name", v->name) &&
              set(one, "year", json_integer(v->year)) &&
              set(one, "value", json_real(v->value)) &&
              set_given(one, "notes", v->notes) &&
              set_sources(one, v->sources.at, v->sources.count);
    return finish(one, ok);
}

static json_t *edition_json(const void *ctx, size_t i)
{
    const edition_def *e = &((const sw_index *)ctx)->editions[i];
    json_t *one = json_object();
    bool ok = one != NULL && set_str(one, "title", e->title) &&
              set(one, "published", items(value_json, e->values, e->count)) &&
              set_given(one, "notes", e->notes);
    return finish(one, ok);
}

bool sw_index_describe_json(const sw_index *x, sw_arena *arena, sw_str *out,
                            sw_error *err)
{
    json_t *all = json_object();
    bool ok =
        all != NULL && set_index(all, x) && set_given(all, "notes", x->notes) &&
        set(all, "areas", items(area_json, x, x->area_count)) &&
        set(all, "measures", items(listed_json, x, x->measure_count)) &&
        set(all, "published", items(value_json, x->values, x->value_count)) &&
        set(all, "other_editions", items(edition_json, x, x->edition_count)) &&
        set_sources(all, x->sources.at, x->sources.count);
    return dump(all, ok, arena, out, err);
}
