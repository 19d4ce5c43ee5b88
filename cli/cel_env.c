// What the checker is told of a session's variables: what was declared, else
// the types that facts have.
//
// The fields of a fact are variables of their own where the map that holds them
// has values of several types, so that cargo.scale is an int though cargo is a
// map(string, dyn).
#include "cel.h"

#include <string.h>

enum { MAX_FIELDS = 10000 };  // of facts, that are variables of their own

/* ---- declarations ---------------------------------------------------- */

static bool add(sw_variables *to, sw_arena *arena, sw_cel_variable variable,
                sw_error *err)
{
    if (to->count == to->cap) {
        size_t cap = to->cap > 0 ? to->cap * 2 : 16;
        sw_cel_variable *at = SW_NEW_ARRAY(arena, sw_cel_variable, cap);
        if (at == NULL) return sw_fail_memory(err);
        if (to->count > 0) memcpy(at, to->at, to->count * sizeof *at);
        to->at = at;
        to->cap = cap;
    }
    to->at[to->count++] = variable;
    return true;
}

bool sw_session_declare(sw_session *session, sw_str text, sw_error *err)
{
    const char *colon = text.len > 0 ? memchr(text.at, ':', text.len) : NULL;
    if (colon == NULL) {
        return sw_fail(err, SW_ERR_USAGE,
                       "%.*s: expected name:type, as in "
                       "'cargo.area: list(string)'",
                       SW_STR_ARGS(text));
    }
    size_t len = (size_t)(colon - text.at);
    sw_str written = sw_session_trim((sw_str){colon + 1, text.len - len - 1});
    sw_path path;
    const sw_cel_type *type;
    sw_str name = sw_session_trim((sw_str){text.at, len});
    if (!sw_path_read(session, name, &path, err)) return false;
    if (sw_str_has(path.text, SW_STR("["))) {
        return sw_fail(err, SW_ERR_USAGE, "%.*s: not the name of a variable",
                       SW_STR_ARGS(name));
    }
    return sw_cel_type_parse(written, session->arena, &type, err) &&
           add(&session->declared, session->arena,
               (sw_cel_variable){.name = path.text, .type = type}, err);
}

static bool is_within(sw_str path, sw_str name)
{
    return sw_str_starts(path, name) &&
           (path.len == name.len || path.at[name.len] == '.');
}

bool sw_session_check_facts(sw_session *session, sw_error *err)
{
    for (size_t i = 0; i < session->declared.count; i++) {
        const sw_cel_variable *v = &session->declared.at[i];
        sw_path path;
        if (!sw_path_read(session, v->name, &path, err)) return false;
        const sw_cel_value *value = sw_facts_find(session, &path);
        if (value == NULL || sw_value_has_type(value, v->type)) continue;
        sw_str declared, found;
        const sw_cel_type *type;
        if (!sw_cel_type_text(v->type, session->line, &declared, err) ||
            !sw_value_type(value, session->line, &type, err) ||
            !sw_cel_type_text(type, session->line, &found, err))
            return false;
        return sw_fail(err, SW_ERR_USAGE,
                       "%.*s is declared as %.*s, but the fact is %.*s (--set "
                       "gives what JSON lacks)",
                       SW_STR_ARGS(v->name), SW_STR_ARGS(declared),
                       SW_STR_ARGS(found));
    }
    return true;
}

/* ---- the env --------------------------------------------------------- */

typedef struct {
    sw_session *session;
    sw_variables all;
    size_t fields;
    bool sized;
    sw_error *err;
} builder;

static bool is_declared(const builder *b, sw_str path)
{
    const sw_variables *declared = &b->session->declared;
    for (size_t i = 0; i < declared->count; i++) {
        if (is_within(path, declared->at[i].name)) return true;
    }
    return false;
}

static bool is_fact(const builder *b, sw_str path)
{
    for (size_t i = 0; i < b->session->fact_count; i++) {
        if (sw_str_eq(b->session->facts[i].name, path)) return true;
    }
    return false;
}

static bool add_value(builder *b, sw_str path, const sw_cel_value *value);

static bool add_fields(builder *b, sw_str path, const sw_cel_value *map)
{
    for (size_t i = 0; i < map->as.map.count; i++) {
        const sw_cel_entry *entry = &map->as.map.at[i];
        bool named = entry->key.kind == SW_CEL_STRING &&
                     sw_path_is_name(entry->key.as.str);
        if (!named || b->fields >= MAX_FIELDS) continue;
        sw_str field =
            sw_arena_printf(b->session->line, "%.*s.%.*s", SW_STR_ARGS(path),
                            SW_STR_ARGS(entry->key.as.str));
        if (field.at == NULL) return sw_fail_memory(b->err);
        if (is_fact(b, field)) continue;
        b->fields++;
        if (!add_value(b, field, &entry->value)) return false;
    }
    return true;
}

static bool add_value(builder *b, sw_str path, const sw_cel_value *value)
{
    sw_cel_variable v = {.name = path};
    if (is_declared(b, path)) return true;
    if (b->sized) v.size = sw_cel_size_of(value);
    if (!sw_value_type(value, b->session->line, &v.type, b->err) ||
        !add(&b->all, b->session->line, v, b->err))
        return false;
    bool mixed = v.type->kind == SW_CEL_TYPE_MAP &&
                 v.type->args[1]->kind == SW_CEL_TYPE_DYN;
    return !mixed || add_fields(b, path, value);
}

// What was declared, of the size of its fact if there is one.
static bool add_declared(builder *b, sw_cel_variable v)
{
    sw_path path;
    const sw_cel_value *value = NULL;
    if (b->sized) {
        if (!sw_path_read(b->session, v.name, &path, b->err)) return false;
        value = sw_facts_find(b->session, &path);
    }
    if (value != NULL) v.size = sw_cel_size_of(value);
    return add(&b->all, b->session->line, v, b->err);
}

bool sw_session_env(sw_session *session, const sw_cel_binding *bindings,
                    size_t count, bool sized, sw_cel_env *out, sw_error *err)
{
    builder b = {.session = session, .sized = sized, .err = err};
    for (size_t i = 0; i < session->declared.count; i++) {
        if (!add_declared(&b, session->declared.at[i])) return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!add_value(&b, bindings[i].name, &bindings[i].value)) return false;
    }
    *out = (sw_cel_env){.variables = b.all.at,
                        .variable_count = b.all.count,
                        .container = session->container};
    return true;
}
