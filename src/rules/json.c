// Rulings as JSON: docs/ruling.schema.json. Members are written in the order
// in which they are set here, so the bytes depend on the ruling alone.
#include <string.h>

#include "json_build.h"

json_t *sw_rules__json_str(sw_str s)
{
    return json_stringn(s.len > 0 ? s.at : "", s.len);
}

static int take_bytes(const char *bytes, size_t len, void *buf)
{
    sw_buf_add(buf, bytes, len);
    return ((sw_buf *)buf)->failed ? -1 : 0;
}

// Not json_dumps(): jansson (2.14) does not look at every failure to append a
// key, and would give a text with a hole. `buf.failed` stays set.
bool sw_rules__dump_json(json_t *json, size_t flags, sw_arena *arena,
                         sw_str *out, sw_error *err)
{
    sw_buf buf = {0};
    bool ok = json_dump_callback(json, take_bytes, &buf,
                                 flags | JSON_ENCODE_ANY) == 0 &&
              !buf.failed &&
              sw_arena_str(arena, (sw_str){buf.at, buf.len}, out);
    sw_buf_free(&buf);
    return ok || sw_fail_memory(err);
}

/* ---- building -------------------------------------------------------- */

static json_t *strs_json(const sw_str *at, size_t count)
{
    json_t *list = json_array();
    bool ok = list != NULL;
    for (size_t i = 0; ok && i < count; i++)
        ok = json_array_append_new(list, sw_rules__json_str(at[i])) == 0;
    return finish(list, ok);
}

/* ---- values ---------------------------------------------------------- */

static json_t *printed(const sw_cel_value *value, sw_arena *arena)
{
    sw_str text;
    sw_error ignored = {0};
    if (!sw_rules__value_text(value, arena, &text, &ignored)) return NULL;
    return sw_rules__json_str(text);
}

static json_t *list_json(const sw_cel_value *value, sw_arena *arena)
{
    json_t *list = json_array();
    bool ok = list != NULL;
    for (size_t i = 0; ok && i < value->as.list.count; i++) {
        json_t *item = sw_rules__json_value(&value->as.list.at[i], arena);
        ok = json_array_append_new(list, item) == 0;
    }
    return finish(list, ok);
}

// Of records; their keys are strings.
static json_t *map_json(const sw_cel_value *value, sw_arena *arena)
{
    json_t *map = json_object();
    bool ok = map != NULL;
    for (size_t i = 0; ok && i < value->as.map.count; i++) {
        const sw_cel_entry *entry = &value->as.map.at[i];
        if (entry->key.kind != SW_CEL_STRING) {
            json_decref(map);
            return printed(value, arena);
        }
        ok = json_object_setn_new(
                 map, entry->key.as.str.at, entry->key.as.str.len,
                 sw_rules__json_value(&entry->value, arena)) == 0;
    }
    return finish(map, ok);
}

json_t *sw_rules__json_value(const sw_cel_value *value, sw_arena *arena)
{
    switch (value->kind) {
    case SW_CEL_NULL:
    case SW_CEL_UNKNOWN: return json_null();
    case SW_CEL_BOOL: return json_boolean(value->as.boolean);
    case SW_CEL_INT: return json_integer(value->as.i64);
    case SW_CEL_STRING: return sw_rules__json_str(value->as.str);
    case SW_CEL_LIST: return list_json(value, arena);
    case SW_CEL_MAP: return map_json(value, arena);
    case SW_CEL_DOUBLE: {
        json_t *real = json_real(value->as.f64);
        return real != NULL ? real : printed(value, arena);  // not finite
    }
    default: return printed(value, arena);
    }
}

/* ---- reasons --------------------------------------------------------- */

static json_t *seen_json(const decider *d, sw_arena *arena)
{
    json_t *list = json_array();
    bool ok = list != NULL;
    for (size_t i = 0; ok && i < d->seen_count; i++) {
        json_t *one = json_object();
        ok = json_array_append_new(list, one) == 0 &&
             set_str(one, "expression", d->seen[i].source) &&
             set(one, "value", sw_rules__json_value(&d->seen[i].value, arena));
    }
    return finish(list, ok);
}

static json_t *decider_json(const decider *d, sw_arena *arena)
{
    json_t *one = json_object();
    bool ok = one != NULL && set_str(one, "expression", d->source) &&
              set(one, "value", sw_rules__json_value(&d->value, arena)) &&
              set_given(one, "element", d->element) &&
              set(one, "saw", seen_json(d, arena));
    return finish(one, ok);
}

static json_t *deciders_json(const decider *at, size_t count, sw_arena *arena)
{
    json_t *list = json_array();
    bool ok = list != NULL;
    for (size_t i = 0; ok && i < count; i++)
        ok = json_array_append_new(list, decider_json(&at[i], arena)) == 0;
    return finish(list, ok);
}

// An expression, what it came to (null: facts are missing), and why. Without
// `why` it was not evaluated.
static json_t *expression_json(sw_str text, const sw_cel *cel,
                               const sw_cel_reason *why, sw_arena *arena)
{
    const decider *at = NULL;
    size_t count = 0;
    sw_error ignored = {0};
    json_t *one = json_object();
    bool ok = one != NULL && set_str(one, "expression", text);
    if (ok && why != NULL) {
        bool known = why->value.kind == SW_CEL_BOOL;
        ok = set(one, "value", sw_rules__json_value(&why->value, arena)) &&
             (!known ||
              sw_rules__deciders(cel, why, arena, &at, &count, &ignored)) &&
             set(one, "because", deciders_json(at, count, arena));
    }
    return finish(one, ok);
}

/* ---- rules ----------------------------------------------------------- */

static json_t *treatments_json(const sw_treatment *at, size_t count)
{
    json_t *list = json_array();
    bool ok = list != NULL;
    for (size_t i = 0; ok && i < count; i++) {
        json_t *one = json_object();
        ok = json_array_append_new(list, one) == 0 &&
             set_str(one, "name", at[i].name) &&
             set(one, "arguments",
                 json_loadb(at[i].json.at, at[i].json.len, JSON_DECODE_ANY,
                            NULL));
    }
    return finish(list, ok);
}

static json_t *sources_json(const sw_rule_source *at, size_t count)
{
    json_t *list = json_array();
    bool ok = list != NULL;
    for (size_t i = 0; ok && i < count; i++) {
        const sw_rule_source *source = &at[i];
        json_t *one = json_object();
        ok = json_array_append_new(list, one) == 0 &&
             set_str(one, "id", source->id) &&
             set_str(one, "title", source->title) &&
             set_str(one, "provision", source->provision) &&
             set_str(one, "url", source->url) &&
             set_date(one, "read", source->read) &&
             set_str(one, "evidence", source->evidence);
    }
    return finish(list, ok);
}

static json_t *in_force_json(const sw_rule_outcome *rule)
{
    json_t *days = json_object();
    bool ok = days != NULL &&
              (!rule->from_given || set_date(days, "from", rule->from)) &&
              (!rule->to_given || set_date(days, "to", rule->to));
    return finish(days, ok);
}

static bool set_expressions(json_t *one, const sw_rule_outcome *rule,
                            sw_arena *arena)
{
    bool ok =
        rule->when == NULL || set(one, "when",
                                  expression_json(rule->when_text, rule->when,
                                                  rule->why_when, arena));
    return ok && set(one, "require",
                     expression_json(rule->require_text, rule->require,
                                     rule->why_require, arena));
}

static json_t *rule_json(const sw_rule_outcome *rule, sw_arena *arena)
{
    json_t *one = json_object();
    bool ok =
        one != NULL && set_str(one, "id", rule->id) &&
        set_str(one, "rulebook", rule->book) &&
        set_str(one, "title", rule->title) &&
        set_str(one, "status", rule->status) &&
        set(one, "decides", json_boolean(rule->decides)) &&
        set(one, "in_force", in_force_json(rule)) &&
        set(one, "state", json_string(sw_rule_state_name(rule->state))) &&
        set(one, "verdict", json_string(sw_verdict_name(rule->verdict))) &&
        set(one, "otherwise", json_string(sw_verdict_name(rule->otherwise))) &&
        set_expressions(one, rule, arena) &&
        set(one, "missing", strs_json(rule->missing, rule->missing_count)) &&
        set(one, "treatments",
            treatments_json(rule->treatments, rule->treatment_count)) &&
        set_str(one, "remedy", rule->remedy) &&
        set_given(one, "takes", rule->takes) &&
        set_given(one, "penalty", rule->penalty) &&
        set_given(one, "notes", rule->notes) &&
        set(one, "sources", sources_json(rule->sources, rule->source_count));
    return finish(one, ok);
}

static json_t *rules_json(const sw_ruling *ruling, sw_arena *arena)
{
    json_t *list = json_array();
    bool ok = list != NULL;
    for (size_t i = 0; ok && i < ruling->rule_count; i++)
        ok = json_array_append_new(list, rule_json(&ruling->rules[i], arena)) ==
             0;
    return finish(list, ok);
}

/* ---- terms ----------------------------------------------------------- */

static json_t *truth_json(sw_term_value value)
{
    if (value == SW_TERM_UNDETERMINED) return json_null();
    return json_boolean(value == SW_TERM_TRUE);
}

static json_t *term_json(const sw_term_outcome *term, sw_arena *arena)
{
    json_t *one = json_object();
    bool ok =
        one != NULL && set_str(one, "term", term->path) &&
        set_str(one, "rulebook", term->book) &&
        set_str(one, "title", term->title) &&
        set_str(one, "status", term->status) &&
        set_given(one, "state", term->standing) &&
        set_given(one, "subject", term->subject) &&
        set_given(one, "in_force", term->in_force) &&
        set(one, "in_effect", json_boolean(term->in_effect)) &&
        set(one, "value", truth_json(term->value)) &&
        set(one, "is",
            expression_json(term->is, term->cel, term->why, arena)) &&
        set(one, "missing", strs_json(term->missing, term->missing_count)) &&
        set_given(one, "notes", term->notes) &&
        set(one, "sources", sources_json(term->sources, term->source_count));
    return finish(one, ok);
}

static json_t *terms_json(const sw_ruling *ruling, sw_arena *arena)
{
    json_t *list = json_array();
    bool ok = list != NULL;
    for (size_t i = 0; ok && i < ruling->term_count; i++)
        ok = json_array_append_new(list, term_json(&ruling->terms[i], arena)) ==
             0;
    return finish(list, ok);
}

/* ---- the ruling ------------------------------------------------------ */

static json_t *question_json(const sw_question *q)
{
    json_t *one = json_object();
    bool ok = one != NULL && set_str(one, "fact", q->fact) &&
              set_str(one, "type", q->type) &&
              set_given(one, "unit", q->unit) && set_str(one, "ask", q->ask) &&
              (q->value_count == 0 ||
               set(one, "values", strs_json(q->values, q->value_count))) &&
              set(one, "rules", json_integer((json_int_t)q->rules));
    return finish(one, ok);
}

static json_t *questions_json(const sw_ruling *ruling)
{
    json_t *list = json_array();
    bool ok = list != NULL;
    for (size_t i = 0; ok && i < ruling->question_count; i++)
        ok = json_array_append_new(list,
                                   question_json(&ruling->questions[i])) == 0;
    return finish(list, ok);
}

static json_t *variant_json(const sw_variant *variant)
{
    json_t *one = json_object();
    bool ok = one != NULL && set_str(one, "id", variant->id) &&
              set_str(one, "title", variant->title) &&
              set_str(one, "status", variant->status) &&
              set_given(one, "notes", variant->notes) &&
              set(one, "sources",
                  sources_json(variant->sources, variant->source_count));
    return finish(one, ok);
}

static json_t *books_json(const sw_ruling *ruling)
{
    json_t *list = json_array();
    bool ok = list != NULL;
    for (size_t i = 0; ok && i < ruling->book_count; i++) {
        const sw_ruling_book *book = &ruling->books[i];
        json_t *one = json_object();
        ok = json_array_append_new(list, one) == 0 &&
             set_str(one, "id", book->id) &&
             set_str(one, "jurisdiction", book->jurisdiction) &&
             set_str(one, "title", book->title) &&
             set_str(one, "as_of", book->as_of) &&
             (book->variant == NULL ||
              set(one, "variant", variant_json(book->variant)));
    }
    return finish(list, ok);
}

static json_t *changes_json(const sw_reading_outcome *reading)
{
    json_t *list = json_array();
    bool ok = list != NULL;
    for (size_t i = 0; ok && i < reading->change_count; i++) {
        const sw_reading_change *change = &reading->changes[i];
        json_t *one = json_object();
        ok = json_array_append_new(list, one) == 0 &&
             set_str(one, change->what, change->id) &&
             set_str(one, "from", sw_str_of(change->from)) &&
             set_str(one, "to", sw_str_of(change->to));
    }
    return finish(list, ok);
}

static json_t *readings_json(const sw_ruling *ruling)
{
    json_t *list = json_array();
    bool ok = list != NULL;
    for (size_t i = 0; ok && i < ruling->reading_count; i++) {
        const sw_reading_outcome *outcome = &ruling->readings[i];
        const sw_reading *reading = outcome->reading;
        json_t *one = json_object();
        ok = json_array_append_new(list, one) == 0 &&
             set_str(one, "reading", reading->id) &&
             set_str(one, "rulebook", reading->book) &&
             set_given(one, "title", reading->title) &&
             set(one, "verdict",
                 json_string(sw_verdict_name(outcome->verdict))) &&
             set(one, "changes", changes_json(outcome)) &&
             set(one, "sources",
                 sources_json(reading->sources, reading->source_count));
    }
    return finish(list, ok);
}

static json_t *range_json(const void *ctx, size_t i)
{
    const sw_ruled_range *r = &((const sw_ruling *)ctx)->ranges[i];
    json_t *one = json_object();
    bool ok = one != NULL && set_str(one, "fact", r->fact) &&
              set_str(one, "said", r->said) && set_str(one, "taken", r->taken);
    return finish(one, ok);
}

bool sw_ruling_json(const sw_ruling *ruling, sw_arena *arena, sw_str *out,
                    sw_error *err)
{
    json_t *all = json_object();
    bool ok =
        all != NULL &&
        set(all, "verdict", json_string(sw_verdict_name(ruling->verdict))) &&
        set_date(all, "date", ruling->date) &&
        (!ruling->known_given || set_date(all, "known_on", ruling->known)) &&
        set(all, "rulebooks", books_json(ruling)) &&
        set(all, "treatments",
            treatments_json(ruling->treatments, ruling->treatment_count)) &&
        set(all, "questions", questions_json(ruling)) &&
        set(all, "terms", terms_json(ruling, arena)) &&
        set(all, "readings", readings_json(ruling)) &&
        (ruling->range_count == 0 ||
         set(all, "ranges", items(range_json, ruling, ruling->range_count))) &&
        set(all, "rules", rules_json(ruling, arena));
    ok = ok ? sw_rules__dump_json(all, JSON_INDENT(2), arena, out, err)
            : sw_fail_memory(err);
    json_decref(all);
    return ok;
}
