// Paths of attributes: a name, then fields and indexes, as in cargo.scale,
// orders[0].total, tags["a b"]. In their own spelling: what can be a field is
// one, what cannot is an index.
#include "cel.h"

bool sw_path_is_name(sw_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        bool digit = c >= '0' && c <= '9';
        if (!letter && c != '_' && (i == 0 || !digit)) return false;
    }
    return text.len > 0;
}

// A name that may stand behind a dot.
static bool is_field(sw_str name)
{
    static const char *const words[] = {"in", "true", "false", "null"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (sw_str_eq(name, sw_str_of(words[i]))) return false;
    }
    return sw_path_is_name(name);
}

bool sw_path_goes_on(char c)
{
    return c == '.' || c == '[';
}

static sw_str take_name(sw_str *rest)
{
    size_t len = 0;
    while (len < rest->len && !sw_path_goes_on(rest->at[len]))
        len++;
    sw_str name = {rest->at, len};
    *rest = (sw_str){rest->at + len, rest->len - len};
    return name;
}

static bool is_key(const sw_cel_value *value)
{
    return value->kind == SW_CEL_STRING || value->kind == SW_CEL_INT ||
           value->kind == SW_CEL_UINT || value->kind == SW_CEL_BOOL;
}

static bool literal(sw_session *session, sw_str text, sw_cel_value *out)
{
    sw_error err = {0};
    sw_cel *cel = NULL;
    sw_cel_options nothing = {0};
    return sw_cel_parse(text, session->arena, &cel, &err) &&
           sw_cel_eval(cel, &nothing, session->arena, out, &err) && is_key(out);
}

// "[key]": the first bracket that closes a literal.
static bool take_index(sw_session *session, sw_str *rest, sw_cel_value *out)
{
    for (size_t i = 1; i < rest->len; i++) {
        if (rest->at[i] != ']' ||
            !literal(session, (sw_str){rest->at + 1, i - 1}, out))
            continue;
        *rest = (sw_str){rest->at + i + 1, rest->len - i - 1};
        return true;
    }
    return false;
}

static bool take_step(sw_session *session, sw_str *rest, sw_cel_value *out)
{
    if (rest->at[0] == '[') return take_index(session, rest, out);
    *rest = (sw_str){rest->at + 1, rest->len - 1};
    *out = (sw_cel_value){.kind = SW_CEL_STRING, .as.str = take_name(rest)};
    return is_field(out->as.str);
}

// Writes the text anew, in the one spelling.
static bool spell(sw_session *session, sw_path *path, sw_error *err)
{
    sw_buf buf = {0};
    bool ok = true;
    sw_buf_str(&buf, path->root);
    for (size_t i = 0; ok && i < path->count; i++) {
        const sw_cel_value *key = &path->keys[i];
        sw_str text;
        if (key->kind == SW_CEL_STRING && is_field(key->as.str)) {
            sw_buf_printf(&buf, ".%.*s", SW_STR_ARGS(key->as.str));
        } else if ((ok = sw_cel_print(key, session->line, &text, err))) {
            sw_buf_printf(&buf, "[%.*s]", SW_STR_ARGS(text));
        }
    }
    sw_str all = {buf.at, buf.len};
    if (ok && (buf.failed || !sw_arena_str(session->arena, all, &path->text)))
        ok = sw_fail_memory(err);
    sw_buf_free(&buf);
    return ok;
}

static bool refuse(sw_str text, sw_error *err)
{
    return sw_fail(err, SW_ERR_USAGE,
                   "%.*s: not the path of an attribute, as in cargo.scale or "
                   "orders[0].total",
                   (int)(text.len < 80 ? text.len : 80), text.at);
}

bool sw_path_read(sw_session *session, sw_str text, sw_path *out, sw_error *err)
{
    sw_cel *cel = NULL;
    sw_error why = {0};
    *out = (sw_path){0};
    if (!sw_cel_parse(text, session->line, &cel, &why))  // a reserved word, too
        return refuse(text, err);
    sw_str rest;
    if (!sw_arena_str(session->arena, text, &rest)) return sw_fail_memory(err);
    out->root = take_name(&rest);
    out->keys = SW_NEW_ARRAY(session->arena, sw_cel_value, rest.len);
    if (out->keys == NULL) return sw_fail_memory(err);
    if (!is_field(out->root)) return refuse(text, err);
    while (rest.len > 0) {
        if (!take_step(session, &rest, &out->keys[out->count++]))
            return refuse(text, err);
    }
    return spell(session, out, err);
}
