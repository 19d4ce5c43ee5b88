// Rules beside promises as JSON. Members are written in the order in which they
// are set here, so the bytes depend on the report alone.
#include "json_build.h"
#include "policy_internal.h"

static json_t *name_json(const void *names, size_t i)
{
    return sw_rules__json_str(((const sw_str *)names)[i]);
}

static json_t *exception_json(const void *exceptions, size_t i)
{
    const sw_promise_exception *e =
        &((const sw_promise_exception *)exceptions)[i];
    json_t *one = json_object();
    bool ok = one != NULL && set_str(one, "id", e->id) &&
              set_str(one, "title", e->title) &&
              set_str(one, "provision", e->provision) &&
              set_str(one, "kind", e->kind) &&
              set(one, "sources",
                  items(sw_rules__source_json, e->sources, e->source_count));
    return finish(one, ok);
}

static json_t *link_json(const void *links, size_t i)
{
    const sw_promise_link *l = &((const sw_promise_link *)links)[i];
    json_t *one = json_object();
    bool ok = one != NULL && set_str(one, "instrument", l->instrument) &&
              set_str(one, "instrument_title", l->instrument_title) &&
              set_str(one, "force", l->force) &&
              set_str(one, "promise", l->promise) &&
              set_str(one, "title", l->title) &&
              set_str(one, "provision", l->provision) &&
              set(one, "in_force", json_boolean(l->in_force)) &&
              set(one, "reach", json_string(sw_promise_reach_name(l->reach))) &&
              set_str(one, "strength", l->strength) &&
              set_given(one, "test", l->test) &&
              set(one, "names", items(name_json, l->names, l->name_count)) &&
              set_str(one, "why", l->why) &&
              set(one, "exceptions",
                  items(exception_json, l->exceptions, l->exception_count)) &&
              set(one, "sources",
                  items(sw_rules__source_json, l->sources, l->source_count));
    return finish(one, ok);
}

static json_t *mention_json(const void *mentions, size_t i)
{
    const sw_promise_mention *m = &((const sw_promise_mention *)mentions)[i];
    json_t *one = json_object();
    bool ok = one != NULL && set_str(one, "when", m->when) &&
              set_str(one, "who", m->who) && set_str(one, "says", m->says) &&
              set(one, "sources",
                  items(sw_rules__source_json, m->sources, m->source_count));
    return finish(one, ok);
}

static json_t *line_json(const void *lines, size_t i)
{
    const sw_commitment_line *l = &((const sw_commitment_line *)lines)[i];
    json_t *one = json_object();
    bool ok = one != NULL && set_str(one, "rulebook", l->book) &&
              set_given(one, "rule", l->rule) &&
              set_given(one, "title", l->title);
    if (ok && l->known) {
        ok = set_count(one, "rules", l->rules) &&
             set_count(one, "in_force", l->in_force);
    }
    ok = ok &&
         set(one, "promises", items(link_json, l->links, l->link_count)) &&
         set(one, "mentions",
             items(mention_json, l->mentions, l->mention_count));
    return finish(one, ok);
}

bool sw_commitments_json(const sw_commitments_report *report, sw_arena *arena,
                         sw_str *out, sw_error *err)
{
    json_t *all = json_object();
    bool ok =
        all != NULL && set_date(all, "day", report->day) &&
        set_count(all, "instruments", report->instrument_count) &&
        set(all, "rules",
            items(line_json, report->lines, report->line_count)) &&
        set(all, "elsewhere",
            items(mention_json, report->elsewhere, report->elsewhere_count));
    ok = ok ? sw_rules__dump_json(all, JSON_INDENT(2), arena, out, err)
            : sw_fail_memory(err);
    json_decref(all);
    return ok;
}
