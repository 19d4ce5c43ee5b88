// Answers as JSON, one object a line.
//
// Numbers are exact, strings are as they are; what JSON has no value for is its
// CEL text. A map is an object if all its keys are strings, else a list of its
// entries. The member "cel" is the exact value, as a literal.
#include "cel.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

typedef struct {
    sw_session *session;
    sw_buf buf;
    sw_error *err;
} writer;

static void put(writer *w, const char *text)
{
    sw_buf_str(&w->buf, sw_str_of(text));
}

static void put_string(writer *w, sw_str s)
{
    put(w, "\"");
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.at[i];
        if (c == '"' || c == '\\') put(w, "\\");
        if (c < 0x20 || c == 0x7F) {
            sw_buf_printf(&w->buf, "\\u%04x", c);
        } else {
            sw_buf_add(&w->buf, &s.at[i], 1);
        }
    }
    put(w, "\"");
}

static void put_member(writer *w, const char *name, sw_str text)
{
    sw_buf_printf(&w->buf, "\"%s\": ", name);
    put_string(w, text);
}

/* ---- values ---------------------------------------------------------- */

static bool put_value(writer *w, const sw_cel_value *v, unsigned depth);

static bool put_literal(writer *w, const sw_cel_value *v)
{
    sw_str text;
    if (!sw_cel_print(v, w->session->line, &text, w->err)) return false;
    put_string(w, text);
    return true;
}

static bool put_list(writer *w, const sw_cel_value *v, unsigned depth)
{
    put(w, "[");
    for (size_t i = 0; i < v->as.list.count; i++) {
        if (i > 0) put(w, ", ");
        if (!put_value(w, &v->as.list.at[i], depth + 1)) return false;
    }
    put(w, "]");
    return true;
}

static bool put_object(writer *w, const sw_cel_value *v, unsigned depth)
{
    put(w, "{");
    for (size_t i = 0; i < v->as.map.count; i++) {
        if (i > 0) put(w, ", ");
        put_string(w, v->as.map.at[i].key.as.str);
        put(w, ": ");
        if (!put_value(w, &v->as.map.at[i].value, depth + 1)) return false;
    }
    put(w, "}");
    return true;
}

static bool put_entries(writer *w, const sw_cel_value *v, unsigned depth)
{
    put(w, "[");
    for (size_t i = 0; i < v->as.map.count; i++) {
        put(w, i > 0 ? ", {\"key\": " : "{\"key\": ");
        if (!put_value(w, &v->as.map.at[i].key, depth + 1)) return false;
        put(w, ", \"value\": ");
        if (!put_value(w, &v->as.map.at[i].value, depth + 1)) return false;
        put(w, "}");
    }
    put(w, "]");
    return true;
}

static bool put_map(writer *w, const sw_cel_value *v, unsigned depth)
{
    bool names = true;
    for (size_t i = 0; names && i < v->as.map.count; i++)
        names = v->as.map.at[i].key.kind == SW_CEL_STRING;
    return names ? put_object(w, v, depth) : put_entries(w, v, depth);
}

static bool put_value(writer *w, const sw_cel_value *v, unsigned depth)
{
    if (depth > SW_VALUE_DEPTH) {
        return sw_fail(w->err, SW_ERR_INPUT, "a value nested more than %d deep",
                       SW_VALUE_DEPTH);
    }
    switch (v->kind) {
    case SW_CEL_NULL: put(w, "null"); return true;
    case SW_CEL_BOOL: put(w, v->as.boolean ? "true" : "false"); return true;
    case SW_CEL_INT: sw_buf_printf(&w->buf, "%" PRId64, v->as.i64); return true;
    case SW_CEL_UINT:
        sw_buf_printf(&w->buf, "%" PRIu64, v->as.u64);
        return true;
    case SW_CEL_DOUBLE: break;
    case SW_CEL_STRING: put_string(w, v->as.str); return true;
    case SW_CEL_LIST: return put_list(w, v, depth);
    case SW_CEL_MAP: return put_map(w, v, depth);
    default: return put_literal(w, v);
    }
    if (!isfinite(v->as.f64)) return put_literal(w, v);
    sw_str text;
    if (!sw_cel_print(v, w->session->line, &text, w->err)) return false;
    sw_buf_str(&w->buf, text);
    return true;
}

static void put_strings(writer *w, const sw_str *at, size_t count)
{
    put(w, "[");
    for (size_t i = 0; i < count; i++) {
        if (i > 0) put(w, ", ");
        put_string(w, at[i]);
    }
    put(w, "]");
}

static void put_paths(writer *w, const sw_cel_value *v)
{
    put(w, "\"unknown\": ");
    put_strings(w, v->as.unknown.at, v->as.unknown.count);
}

static bool put_type(writer *w, const sw_cel_type *type)
{
    sw_str text;
    if (!sw_cel_type_text(type, w->session->line, &text, w->err)) return false;
    put_member(w, "type", text);
    return true;
}

// What a value is: "value", "unknown" or "error", and its type and text.
static bool put_answer(writer *w, const sw_cel_value *v)
{
    const sw_cel_type *type;
    if (v->kind == SW_CEL_ERROR) return put_member(w, "error", v->as.str), true;
    if (v->kind == SW_CEL_UNKNOWN) return put_paths(w, v), true;
    put(w, "\"value\": ");
    if (!put_value(w, v, 0) ||
        !sw_value_type(v, w->session->line, &type, w->err))
        return false;
    put(w, ", ");
    if (!put_type(w, type)) return false;
    put(w, ", \"cel\": ");
    return put_literal(w, v);
}

/* ---- explanations ---------------------------------------------------- */

// The variables of a macro, by name.
static bool put_element(writer *w, const sw_cel_reason *reason)
{
    put(w, "\"element\": {");
    for (size_t i = 0; i < reason->element_count; i++) {
        if (i > 0) put(w, ", ");
        put_string(w, reason->element[i].name);
        put(w, ": {");
        if (!put_answer(w, &reason->element[i].value)) return false;
        put(w, "}");
    }
    put(w, "}, ");
    return true;
}

static bool put_reason(writer *w, const sw_answer *answer,
                       const sw_cel_reason *reason)
{
    sw_str source = sw_cel_source(answer->cel);
    put(w, "{");
    put_member(
        w, "source",
        (sw_str){source.at + reason->begin, reason->end - reason->begin});
    sw_buf_printf(&w->buf, ", \"begin\": %" PRIu32 ", \"end\": %" PRIu32 ", ",
                  reason->begin, reason->end);
    if (reason->path.len > 0) {
        put_member(w, "fact", reason->path);
        put(w, ", ");
    }
    if (reason->element_count > 0 && !put_element(w, reason)) return false;
    if (!put_answer(w, &reason->value)) return false;
    put(w, ", \"because\": [");
    for (size_t i = 0; i < reason->count; i++) {
        if (i > 0) put(w, ", ");
        if (!put_reason(w, answer, &reason->at[i])) return false;
    }
    put(w, "]}");
    return true;
}

// The facts that decided: enough, and none too much.
static bool put_facts(writer *w, const sw_cel_reason *why)
{
    const sw_str *facts = NULL;
    size_t count = 0;
    if (!sw_cel_reason_facts(why, w->session->line, &facts, &count, w->err))
        return false;
    put(w, ", \"decided_by\": ");
    put_strings(w, facts, count);
    return true;
}

// "most" is null where no bound is known.
static void put_steps(writer *w, const sw_answer *answer)
{
    put(w, ", \"steps\": {");
    if (!answer->asked.check)
        sw_buf_printf(&w->buf, "\"taken\": %" PRIu64 ", ", answer->steps_taken);
    if (answer->steps_most != UINT64_MAX) {
        sw_buf_printf(&w->buf, "\"most\": %" PRIu64 "}", answer->steps_most);
    } else {
        put(w, "\"most\": null}");
    }
}

/* ---- the object ------------------------------------------------------ */

static bool finish(writer *w, bool ok)
{
    if (ok && w->buf.failed) ok = sw_fail_memory(w->err);
    if (ok) {
        put(w, "\n");
        fwrite(w->buf.at, 1, w->buf.len, w->session->out);
    }
    sw_buf_free(&w->buf);
    return ok;
}

bool sw_answer_json(sw_session *session, const sw_answer *answer, sw_error *err)
{
    writer w = {.session = session, .err = err};
    put(&w, "{");
    bool ok = answer->asked.check ? put_type(&w, answer->type)
                                  : put_answer(&w, &answer->value);
    if (answer->error.place[0] != '\0') {
        put(&w, ", ");
        put_member(&w, "place", sw_str_of(answer->error.place));
    }
    if (answer->rest != NULL) {
        put(&w, ", ");
        put_member(&w, "residual", sw_cel_source(answer->rest));
    }
    if (answer->asked.cost) put_steps(&w, answer);
    if (ok && answer->asked.explain) {
        put(&w, ", \"explanation\": ");
        ok = put_reason(&w, answer, answer->why) && put_facts(&w, answer->why);
    }
    put(&w, "}");
    return finish(&w, ok);
}

bool sw_refusal_json(sw_session *session, const sw_error *why, sw_error *err)
{
    writer w = {.session = session, .err = err};
    put(&w, "{");
    // The lines below the first are the source and its caret.
    put_member(&w, "error", (sw_str){why->reason, strcspn(why->reason, "\n")});
    if (why->place[0] != '\0') {
        put(&w, ", ");
        put_member(&w, "place", sw_str_of(why->place));
    }
    put(&w, "}");
    return finish(&w, true);
}
