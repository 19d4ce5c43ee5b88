// What-if as JSON: docs/what-if.schema.json.
#include "json_build.h"
#include "segwan/whatif.h"

static json_t *string_at(const void *strings, size_t i)
{
    return sw_rules__json_str(((const sw_str *)strings)[i]);
}

static bool write_json(json_t *json, sw_arena *arena, sw_str *out,
                       sw_error *err)
{
    if (json == NULL) return sw_fail_memory(err);
    bool ok = sw_rules__dump_json(json, JSON_INDENT(2), arena, out, err);
    json_decref(json);
    if (!ok) return false;
    *out = sw_arena_printf(arena, "%.*s\n", SW_STR_ARGS(*out));
    return out->at != NULL || sw_fail_memory(err);
}

/* ---- two situations -------------------------------------------------- */

static json_t *difference_at(const void *all, size_t i)
{
    const sw_whatif_difference *d = &((const sw_whatif_difference *)all)[i];
    json_t *one = json_object();
    return finish(
        one, one != NULL && set_str(one, "what", sw_str_of(d->what)) &&
                 set_given(one, "name", d->name) &&
                 set_str(one, "from", d->from) && set_str(one, "to", d->to));
}

static json_t *cause_at(const void *all, size_t i)
{
    return json_integer((json_int_t)((const size_t *)all)[i]);
}

static json_t *flip_at(const void *all, size_t i)
{
    const sw_whatif_flip *f = &((const sw_whatif_flip *)all)[i];
    json_t *one = json_object();
    bool ok = one != NULL && set_str(one, "what", sw_str_of(f->what)) &&
              set_given(one, "book", f->book) && set_given(one, "id", f->id) &&
              set_given(one, "title", f->title) &&
              set_str(one, "from", f->from) && set_str(one, "to", f->to) &&
              set(one, "causes", items(cause_at, f->causes, f->cause_count)) &&
              set(one, "alone", json_boolean(f->alone)) &&
              set_given(one, "said", f->was) && set_given(one, "says", f->is) &&
              set_given(one, "remedy", f->remedy) &&
              set_given(one, "takes", f->takes);
    return finish(one, ok);
}

static json_t *side(const sw_ruling *r)
{
    json_t *one = json_object();
    sw_str verdict = sw_str_of(sw_verdict_name(r->verdict));
    return finish(one, one != NULL && set_str(one, "verdict", verdict) &&
                           set_date(one, "date", r->date));
}

bool sw_whatif_json(const sw_whatif *found, sw_arena *arena, sw_str *out,
                    sw_error *err)
{
    json_t *all = json_object();
    bool ok =
        all != NULL && set(all, "from", side(found->from)) &&
        set(all, "to", side(found->to)) &&
        set(all, "differences",
            items(difference_at, found->differences,
                  found->difference_count)) &&
        set(all, "flips", items(flip_at, found->flips, found->flip_count)) &&
        set(all, "cut_short", json_boolean(found->cut_short));
    return write_json(finish(all, ok), arena, out, err);
}

/* ---- the nearest change ---------------------------------------------- */

static json_t *change_at(const void *all, size_t i)
{
    const sw_whatif_change *c = &((const sw_whatif_change *)all)[i];
    json_t *one = json_object();
    return finish(one, one != NULL && set_str(one, "fact", c->fact) &&
                           set_str(one, "from", c->from) &&
                           set_str(one, "to", c->to) &&
                           set_given(one, "limit", c->limit));
}

static json_t *freed_at(const void *all, size_t i)
{
    const sw_whatif_freed *f = &((const sw_whatif_freed *)all)[i];
    json_t *one = json_object();
    bool ok = one != NULL && set_str(one, "book", f->book) &&
              set_str(one, "rule", f->id) && set_str(one, "title", f->title) &&
              set_str(one, "state", sw_str_of(f->state)) &&
              set_given(one, "remedy", f->remedy) &&
              set_given(one, "takes", f->takes);
    return finish(one, ok);
}

static json_t *way_at(const void *all, size_t i)
{
    const sw_whatif_way *w = &((const sw_whatif_way *)all)[i];
    json_t *one = json_object();
    sw_str verdict = sw_str_of(sw_verdict_name(w->verdict));
    bool ok =
        one != NULL && set_str(one, "verdict", verdict) &&
        set(one, "changes", items(change_at, w->changes, w->change_count)) &&
        set(one, "frees", items(freed_at, w->freed, w->freed_count));
    return finish(one, ok);
}

bool sw_whatif_nearest_json(const sw_whatif_nearest *found, sw_arena *arena,
                            sw_str *out, sw_error *err)
{
    json_t *all = json_object();
    sw_str wanted =
        sw_str_of(found->any_other ? "other" : sw_verdict_name(found->wanted));
    bool ok =
        all != NULL && set(all, "now", side(found->now)) &&
        set_str(all, "wanted", wanted) &&
        set(all, "already", json_boolean(found->already)) &&
        set(all, "never", json_boolean(found->never)) &&
        set(all, "ways", items(way_at, found->ways, found->way_count)) &&
        set_count(all, "more_ways", found->more_ways) &&
        set_count(all, "ruled_out", found->ruled_out) &&
        set(all, "tried", items(string_at, found->tried, found->tried_count)) &&
        set(all, "inexact",
            items(string_at, found->inexact, found->inexact_count)) &&
        set_count(all, "rulings", found->rulings) &&
        set(all, "cut_short", json_boolean(found->cut_short));
    return write_json(finish(all, ok), arena, out, err);
}
