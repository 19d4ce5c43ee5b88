// One expression after another, over the same facts.
#include "cel.h"

#include <assert.h>
#include <string.h>

/* ---- evaluation ------------------------------------------------------ */

// The facts, and the results that are kept as _, _2 .. _9; a fact of such a
// name comes first.
static bool bindings(sw_session *session, sw_cel_binding **out, size_t *count,
                     sw_error *err)
{
    size_t facts = session->fact_count;
    size_t newest = session->again && session->last_has_value ? 1 : 0;
    sw_cel_binding *all = SW_NEW_ARRAY(session->line, sw_cel_binding,
                                       facts + session->result_count);
    if (all == NULL) return sw_fail_memory(err);
    if (facts > 0) memcpy(all, session->facts, facts * sizeof *all);
    *count = facts;
    for (size_t i = newest; i < session->result_count; i++) {
        sw_str name = i == newest ? SW_STR("_")
                                  : sw_arena_printf(session->line, "_%zu",
                                                    i - newest + 1);
        if (name.at == NULL) return sw_fail_memory(err);
        all[(*count)++] = (sw_cel_binding){name, session->results[i]};
    }
    *out = all;
    return true;
}

static const sw_cel_reason *faulty_part(const sw_cel_reason *of)
{
    for (size_t i = 0; i < of->count; i++) {
        const sw_cel_value *value = &of->at[i].value;
        if (value->kind == SW_CEL_ERROR &&
            sw_str_eq(value->as.str, of->value.as.str))
            return &of->at[i];
    }
    return NULL;
}

// The innermost part that is the error shows where it comes from.
static bool find_fault(sw_answer *answer, const sw_cel_options *options,
                       sw_arena *arena, sw_error *err)
{
    const sw_cel_reason *at = NULL;
    sw_cel_options how = *options;
    how.reason = &at;
    if (!sw_cel_eval(answer->cel, &how, arena, &answer->value, err))
        return false;
    assert(at != NULL);
    for (const sw_cel_reason *in = at; in != NULL; in = faulty_part(in))
        at = in;
    sw_cel_fail_at(answer->cel, at->begin, &answer->error, "%.*s",
                   SW_STR_ARGS(answer->value.as.str));
    return true;
}

static bool find_rest(sw_answer *answer, const sw_cel_options *options,
                      sw_arena *arena, sw_error *err)
{
    sw_cel *rest = NULL;
    if (!sw_cel_residual(answer->cel, options, arena, &rest, err)) return false;
    answer->rest = rest;
    return true;
}

// Parses; checks if that is asked for or anything was declared; estimates.
static bool read_source(sw_session *session, sw_str source,
                        const sw_cel_options *how, sw_answer *out,
                        sw_error *err)
{
    sw_cel_env env = {0};
    sw_asked asked = out->asked;
    bool check = asked.check || session->declared.count > 0;
    if ((check || asked.cost) &&
        !sw_session_env(session, how->bindings, how->binding_count, asked.cost,
                        &env, err)) {
        return false;
    }
    bool ok = check ? sw_cel_compile(source, &env, session->line, &out->cel,
                                     &out->type, err)
                    : sw_cel_parse(source, session->line, &out->cel, err);
    return ok &&
           (!asked.cost || sw_cel_cost(out->cel, &env, &out->steps_most, err));
}

bool sw_session_ask(sw_session *session, sw_str source, sw_asked asked,
                    sw_answer *out, sw_error *err)
{
    *out = (sw_answer){.asked = asked};
    sw_cel_binding *all = NULL;
    sw_cel_options how = {.container = session->container};
    if (!bindings(session, &all, &how.binding_count, err)) return false;
    how.bindings = all;
    if (!read_source(session, source, &how, out, err)) return false;
    if (asked.check) return true;

    sw_cel_options first = how;
    first.reason = asked.explain ? &out->why : NULL;
    first.steps_taken = &out->steps_taken;
    if (!sw_cel_eval(out->cel, &first, session->line, &out->value, err))
        return false;
    if (out->value.kind == SW_CEL_ERROR)
        return find_fault(out, &how, session->line, err);
    return !asked.residual || find_rest(out, &how, session->line, err);
}

/* ---- telling --------------------------------------------------------- */

void sw_session_note(sw_session *session, int status)
{
    if (status > session->status) session->status = status;
}

static bool keep_source(sw_session *session, sw_str source, sw_error *err)
{
    session->last_has_value = false;
    return sw_arena_str(session->arena, source, &session->last) ||
           sw_fail_memory(err);
}

static bool keep_value(sw_session *session, const sw_cel_value *value,
                       sw_error *err)
{
    sw_cel_value kept;
    if (!sw_value_copy(value, session->arena, &kept, err)) return false;
    memmove(session->results + 1, session->results,
            (SW_RESULTS_KEPT - 1) * sizeof kept);
    session->results[0] = kept;
    session->last_has_value = true;
    if (session->result_count < SW_RESULTS_KEPT) session->result_count++;
    return true;
}

// What --test makes of a value: true and false, and nothing else.
static bool test(sw_session *session, const sw_answer *answer, sw_error *err)
{
    if (!sw_args_has(session->args, "test")) return true;
    if (answer->value.kind != SW_CEL_BOOL) {
        return sw_fail(err, SW_ERR_INPUT, "neither true nor false, but %s",
                       sw_cel_kind_name(answer->value.kind));
    }
    sw_session_note(session,
                    answer->value.as.boolean ? EXIT_CLEAR : EXIT_STOPPED);
    return true;
}

static bool show_value(sw_session *session, const sw_answer *answer,
                       sw_error *err)
{
    if (answer->asked.check) return sw_show_type(session, answer->type, err);
    if (answer->value.kind == SW_CEL_ERROR) return true;  // told at the end
    if (answer->asked.residual) return sw_show_rest(session, answer, err);
    return sw_show_result(session, &answer->value, err);
}

static bool show(sw_session *session, const sw_answer *answer, sw_error *err)
{
    if (!show_value(session, answer, err)) return false;
    if (answer->why != NULL && !sw_show_reasons(session, answer, err))
        return false;
    if (answer->asked.cost) sw_show_cost(session, answer);
    if (answer->value.kind != SW_CEL_ERROR) return true;
    *err = answer->error;
    return false;
}

static bool tell_json(sw_session *session, const sw_answer *answer,
                      sw_error *err)
{
    bool fault = answer->value.kind == SW_CEL_ERROR;
    if (fault) sw_session_note(session, (int)answer->error.kind);
    return sw_answer_json(session, answer, err);
}

bool sw_session_tell(sw_session *session, sw_str source, sw_asked asked,
                     sw_error *err)
{
    sw_answer answer;
    bool json = sw_args_has(session->args, "json");
    if (asked.keep && !keep_source(session, source, err)) return false;
    bool ok = sw_session_ask(session, source, asked, &answer, err);
    if (!ok && json && err->kind == SW_ERR_INPUT) {
        sw_error why = *err;
        *err = (sw_error){0};
        sw_session_note(session, (int)why.kind);
        return sw_refusal_json(session, &why, err);
    }
    if (!ok) return false;
    ok = json ? tell_json(session, &answer, err) : show(session, &answer, err);
    if (!ok || asked.check || answer.value.kind == SW_CEL_ERROR) return ok;
    if (asked.keep && !keep_value(session, &answer.value, err)) return false;
    return test(session, &answer, err);
}

/* ---- assignments ----------------------------------------------------- */

sw_str sw_session_trim(sw_str text)
{
    static const char white[] = " \t\r\n";
    while (text.len > 0 && memchr(white, text.at[0], sizeof white - 1) != NULL)
        text = (sw_str){text.at + 1, text.len - 1};
    while (text.len > 0 &&
           memchr(white, text.at[text.len - 1], sizeof white - 1) != NULL)
        text.len--;
    return text;
}

// Splits "name = expression" at a "=" that is none of == <= >= !=.
static bool split(sw_str text, sw_str *name, sw_str *value)
{
    const char *sign = text.len > 0 ? memchr(text.at, '=', text.len) : NULL;
    if (sign == NULL) return false;
    *name = sw_session_trim((sw_str){text.at, (size_t)(sign - text.at)});
    *value = (sw_str){sign + 1, text.len - (size_t)(sign + 1 - text.at)};
    if (value->len > 0 && value->at[0] == '=') return false;
    for (size_t i = 0; i < name->len; i++) {
        unsigned char c = (unsigned char)name->at[i];
        bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                    (c >= '0' && c <= '9') || c == '_' || c == '.';
        if (!word) return false;
    }
    return name->len > 0;
}

bool sw_session_sets(sw_str text)
{
    sw_str name, value;
    return split(text, &name, &value);
}

bool sw_session_set(sw_session *session, sw_str text, sw_cel_value *out,
                    sw_error *err)
{
    sw_str name, source;
    sw_answer answer;
    sw_cel_value kept;
    sw_path path;
    if (!split(text, &name, &source)) {
        return sw_fail(err, SW_ERR_USAGE,
                       "%.*s: expected name=expression, as in "
                       "cargo.scale=25000",
                       SW_STR_ARGS(text));
    }
    if (!sw_path_read(session, name, &path, err)) return false;
    if (!sw_session_ask(session, source, (sw_asked){0}, &answer, err))
        return false;
    if (answer.value.kind == SW_CEL_ERROR) return *err = answer.error, false;
    if (!sw_value_copy(&answer.value, session->arena, &kept, err) ||
        !sw_facts_put(session, &path, &kept, err)) {
        return false;
    }
    *out = kept;
    return true;
}
