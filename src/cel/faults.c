// What is wrong with the types of an expression. The walk goes on after a fault
// and keeps the one that stands first in the source: so what is reported does
// not hang on the order of the walk.
#include "check_internal.h"

#include <stdio.h>

typedef sw_cel__checker checker;
typedef sw_cel__node node;
typedef sw_cel_type type;

const type *sw_cel__fault_say(checker *c, size_t offset, sw_buf *buf)
{
    bool failed = buf->failed;
    if (!failed && offset < c->first.offset) {
        size_t len = buf->len;
        if (len >= sizeof c->first.message) len = sizeof c->first.message - 1;
        while (len > 0 && !sw_utf8_valid((sw_str){buf->at, len}))
            len--;
        c->first.kind = SW_FAULT_TYPES;
        c->first.offset = offset;
        memcpy(c->first.message, buf->at, len);
        c->first.message[len] = '\0';
    }
    sw_buf_free(buf);
    if (failed) sw_cel__types_stop(&c->types, SW_TYPES_NO_MEMORY);
    return failed ? NULL : sw_cel_type_of(SW_CEL_TYPE_ERROR);
}

const type *sw_cel__fault_unknown(checker *c, size_t offset,
                                  sw_cel__fault_kind kind, sw_str name)
{
    if (offset < c->first.offset) {
        c->first.kind = kind;
        c->first.offset = offset;
        c->first.name = name;
    }
    return sw_cel_type_of(SW_CEL_TYPE_ERROR);
}

enum { SHOWN_TYPE = 60 };  // bytes of a type, or of a name, in a message

void sw_cel__fault_put_type(sw_buf *buf, const type *a)
{
    sw_cel__type_put(buf, a, SHOWN_TYPE);
}

const type *sw_cel__fault_expected(checker *c, const node *n, const char *what,
                                   const type *found)
{
    sw_buf buf = {0};
    sw_buf_printf(&buf, "%s, found ", what);
    sw_cel__fault_put_type(&buf, found);
    return sw_cel__fault_say(c, n->begin, &buf);
}

sw_str sw_cel__fault_clip(sw_str s)
{
    if (s.len <= SHOWN_TYPE) return s;
    s.len = SHOWN_TYPE;
    while (s.len > 0 && !sw_utf8_valid(s))
        s.len--;
    return s;
}

void sw_cel__fault_put_types(sw_buf *buf, const type *const *at, size_t count)
{
    for (size_t i = 0; i < count && buf->len < 200; i++) {
        if (i > 0)
            sw_buf_str(buf, i + 1 < count ? SW_STR(", ") : SW_STR(" and "));
        sw_cel__fault_put_type(buf, at[i]);
    }
}

size_t sw_cel__fault_place(const checker *c, const node *n,
                           sw_cel__token_kind kind, sw_str name)
{
    sw_error ignored;
    sw_cel__token token = {.end = n->args[0]->end};
    while (token.end < n->end &&
           sw_cel__next(c->cel->source, token.end, &token, &ignored)) {
        sw_str text = sw_cel__part(c->cel->source, token.begin, token.end);
        if (token.kind == kind && (name.len == 0 || sw_str_eq(text, name)))
            return token.begin;
    }
    return n->begin;
}

bool sw_cel__is_wrong(const type *const *at, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (sw_cel__type_resolve(at[i])->kind == SW_CEL_TYPE_ERROR) return true;
    }
    return false;
}

/* ---- telling it ------------------------------------------------------ */

static bool fail_limit(const checker *c, sw_error *err)
{
    sw_str source = c->cel->source;
    size_t at = c->at->begin;
    switch (c->types.state) {
    case SW_TYPES_TOO_DEEP:
        return sw_cel__fail_at(source, at, err,
                               "a type nested more than %d deep",
                               SW_CEL__MAX_TYPE_DEPTH);
    case SW_TYPES_TOO_LARGE:
        return sw_cel__fail_at(source, at, err, "a type of more than %d parts",
                               SW_CEL__MAX_TYPE_SIZE);
    case SW_TYPES_TOO_MANY_STEPS:
        return sw_cel__fail_at(
            source, at, err,
            "types so large that checking takes more than %d steps",
            SW_CEL__MAX_TYPE_STEPS);
    default: return sw_fail_memory(err);
    }
}

static bool is_function(const checker *c, sw_str name, bool method)
{
    bool own = false;
    for (size_t i = 0; i < c->names.env->function_count; i++)
        own |= sw_cel__is_called(&c->names.env->functions[i], name, method);
    return own || sw_cel__find_function(name, method) != NULL;
}

// What may have been meant by a name that nobody knows.
static void write_hint(const checker *c, char *hint, size_t size)
{
    sw_str name = c->first.name;
    bool variable = c->first.kind == SW_FAULT_VARIABLE;
    bool method = c->first.kind == SW_FAULT_METHOD;
    sw_str near = SW_STR("");
    hint[0] = '\0';
    if (variable) {
        const sw_cel_variable *below = sw_cel__variable_below(&c->names, name);
        near = below != NULL ? below->name
                             : sw_cel__nearest_variable(&c->names, name);
    } else if (is_function(c, name, !method)) {
        snprintf(hint, size,
                 method ? "; it is a function" : "; it is a method");
    } else {
        near = sw_cel__nearest_function(c->names.env, name, method);
    }
    near = sw_cel__fault_clip(near);
    if (near.len > 0)
        snprintf(hint, size, " (did you mean %.*s?)", SW_STR_ARGS(near));
}

static bool fail_unknown(const checker *c, sw_error *err)
{
    static const char *const what[] = {[SW_FAULT_VARIABLE] = "variable",
                                       [SW_FAULT_FUNCTION] = "function",
                                       [SW_FAULT_METHOD] = "method"};
    char hint[100];
    write_hint(c, hint, sizeof hint);
    sw_str name = sw_cel__fault_clip(c->first.name);
    return sw_cel__fail_at(c->cel->source, c->first.offset, err,
                           "there is no %s '%.*s'%s", what[c->first.kind],
                           SW_STR_ARGS(name), hint);
}

bool sw_cel__fault_tell(const checker *c, sw_error *err)
{
    if (!sw_cel__is_fine(c)) return fail_limit(c, err);
    if (c->first.kind != SW_FAULT_TYPES) return fail_unknown(c, err);
    return sw_cel__fail_at(c->cel->source, c->first.offset, err, "%s",
                           c->first.message);
}
