// Declarations: facts said about one cargo, nested or dotted, YAML or JSON.
// What a fact's type is, only a rulebook knows; so values stay nodes here and
// become CEL values when a ruling is made.
#include <stdlib.h>
#include <string.h>

#include "rules_internal.h"

enum { MAX_FACTS_SAID = 10 * 1000 };

typedef struct {
    sw_arena *arena;
    said_fact *facts;
    size_t count, cap;
} collector;

static bool append(collector *c, sw_str path, const yaml_node *node,
                   sw_error *err)
{
    if (c->count == MAX_FACTS_SAID)
        return sw_rules__refuse(err, node, "more than %d facts",
                                MAX_FACTS_SAID);
    if (c->count == c->cap) {
        size_t cap = c->cap == 0 ? 32 : c->cap * 2;
        said_fact *more = SW_NEW_ARRAY(c->arena, said_fact, cap);
        if (more == NULL) return sw_fail_memory(err);
        if (c->count > 0) memcpy(more, c->facts, c->count * sizeof *more);
        c->facts = more;
        c->cap = cap;
    }
    c->facts[c->count++] = (said_fact){path, node};
    return true;
}

// Numbers that no type holds are refused here, whatever the rulebook says.
static bool check_scalar(const yaml_node *node, sw_error *err)
{
    scalar_kind kind = sw_rules__scalar(node).kind;
    if (kind == SCALAR_TOO_LARGE || kind == SCALAR_NOT_FINITE) {
        sw_str shown = sw_rules__clip(node->text);
        return sw_rules__refuse(
            err, node, "%.*s is %s", SW_STR_ARGS(shown),
            kind == SCALAR_TOO_LARGE ? "out of range" : "not a finite number");
    }
    return true;
}

// What stands in a list of `what`: single values, or nothing.
static bool check_items(const yaml_node *list, const char *what, sw_error *err)
{
    for (const yaml_node *c = list->first; c != NULL; c = c->next) {
        if (c->kind != YAML_SCALAR)
            return sw_rules__refuse(err, c, "%s is a list of lists or maps",
                                    what);
        if (!check_scalar(c, err)) return false;
    }
    return true;
}

static bool check_record(const yaml_node *map, sw_error *err)
{
    for (const yaml_node *c = map->first; c != NULL; c = c->next) {
        if (c->kind == YAML_MAP)
            return sw_rules__refuse(err, c, "a record's field is a map");
        bool ok = c->kind == YAML_LIST ? check_items(c, "a record's field", err)
                                       : check_scalar(c, err);
        if (!ok) return false;
    }
    return true;
}

// A single value, or a list of single values and records.
static bool check_value(const yaml_node *node, sw_error *err)
{
    if (node->kind == YAML_SCALAR) return check_scalar(node, err);
    for (const yaml_node *c = node->first; c != NULL; c = c->next) {
        if (c->kind == YAML_LIST)
            return sw_rules__refuse(err, c, "a fact is a list of lists");
        bool ok =
            c->kind == YAML_MAP ? check_record(c, err) : check_scalar(c, err);
        if (!ok) return false;
    }
    return true;
}

static bool join(sw_arena *arena, sw_str prefix, const yaml_node *key,
                 sw_str *out, sw_error *err)
{
    if (key->text.len == 0) return sw_rules__refuse(err, key, "an empty key");
    if (prefix.len == 0) {
        *out = key->text;
        return true;
    }
    *out = sw_arena_printf(arena, "%.*s.%.*s", SW_STR_ARGS(prefix),
                           SW_STR_ARGS(key->text));
    return out->at != NULL || sw_fail_memory(err);
}

static bool is_reserved(sw_str prefix, const yaml_node *key)
{
    return prefix.len == 0 && (sw_str_eq(key->text, SW_STR("declaration")) ||
                               sw_str_eq(key->text, SW_STR("notes")));
}

// Goes as deep as the document, which the reader limits.
static bool collect(collector *c, sw_str prefix, const yaml_node *map,
                    sw_error *err)
{
    for (const yaml_node *child = map->first; child != NULL;
         child = child->next) {
        sw_str path;
        if (is_reserved(prefix, child->key)) continue;
        if (!join(c->arena, prefix, child->key, &path, err)) return false;
        bool ok = child->kind == YAML_MAP
                      ? collect(c, path, child, err)
                      : check_value(child, err) && append(c, path, child, err);
        if (!ok) return false;
    }
    return true;
}

static int compare_said(const void *a, const void *b)
{
    const said_fact *x = a, *y = b;
    int order = sw_str_cmp(x->path, y->path);
    if (order != 0) return order;
    size_t i = x->node->key->offset, j = y->node->key->offset;
    return i < j ? -1 : i > j;
}

static bool refuse_twice(const collector *c, sw_error *err)
{
    if (c->count > 1) qsort(c->facts, c->count, sizeof *c->facts, compare_said);
    for (size_t i = 1; i < c->count; i++) {
        if (!sw_str_eq(c->facts[i - 1].path, c->facts[i].path)) continue;
        sw_str path = sw_rules__clip(c->facts[i].path);
        return sw_rules__refuse(
            err, c->facts[i].node->key, "fact %.*s is already given in line %u",
            SW_STR_ARGS(path), c->facts[i - 1].node->key->line);
    }
    return true;
}

bool sw_rules__declare(const yaml_node *node, const char *name, sw_arena *arena,
                       sw_declaration **out, sw_error *err)
{
    collector c = {.arena = arena};
    bool empty =
        node->kind == YAML_SCALAR && sw_rules__scalar(node).kind == SCALAR_NULL;
    if (!empty && !sw_rules__expect(node, YAML_MAP, "a declaration", err))
        return false;
    if (!empty && !collect(&c, (sw_str){0}, node, err)) return false;
    if (!refuse_twice(&c, err)) return false;

    sw_declaration *said = SW_NEW(arena, sw_declaration);
    if (said == NULL || !sw_arena_str(arena, sw_str_of(name), &said->name))
        return sw_fail_memory(err);
    said->facts = c.facts;
    said->count = c.count;
    *out = said;
    return true;
}

static bool parse(sw_str text, const char *name, sw_arena *arena,
                  sw_declaration **out, sw_error *err)
{
    const yaml_node *root;
    sw_declaration *said;
    if (!sw_rules__yaml(text, arena, &root, err)) return false;
    if (!sw_rules__declare(root, name, arena, &said, err)) return false;
    if (!sw_arena_str(arena, text, &said->text)) return sw_fail_memory(err);
    *out = said;
    return true;
}

bool sw_declaration_parse(sw_str text, const char *name, sw_arena *arena,
                          sw_declaration **out, sw_error *err)
{
    return parse(text, name, arena, out, err) || sw_error_in(err, name);
}

bool sw_declaration_load(const char *path, sw_arena *arena,
                         sw_declaration **out, sw_error *err)
{
    sw_str text;
    if (!sw_file_read(path, MAX_DOCUMENT_BYTES, arena, &text, err))
        return sw_error_in(err, path);
    return sw_declaration_parse(text, path, arena, out, err);
}

sw_str sw_declaration_text(const sw_declaration *said)
{
    return said->text;
}

/* ---- as JSON --------------------------------------------------------- */

static json_t *scalar_json(const yaml_node *node)
{
    scalar said = sw_rules__scalar(node);
    switch (said.kind) {
    case SCALAR_NULL: return json_null();
    case SCALAR_BOOL: return json_boolean(said.boolean);
    case SCALAR_INT: return json_integer(said.i64);
    case SCALAR_DOUBLE: return json_real(said.f64);
    default: return sw_rules__json_str(node->text);
    }
}

static json_t *value_json(const yaml_node *node);

// Goes as deep as a fact does: a list of records of lists.
static json_t *record_json(const yaml_node *map)
{
    json_t *record = json_object();
    for (const yaml_node *c = map->first; record != NULL && c != NULL;
         c = c->next) {
        if (json_object_set_new(record, c->key->text.at, value_json(c)) == 0)
            continue;
        json_decref(record);
        record = NULL;
    }
    return record;
}

static json_t *value_json(const yaml_node *node)
{
    if (node->kind == YAML_SCALAR) return scalar_json(node);
    if (node->kind == YAML_MAP) return record_json(node);
    json_t *list = json_array();
    for (const yaml_node *c = node->first; list != NULL && c != NULL;
         c = c->next) {
        if (json_array_append_new(list, value_json(c)) == 0) continue;
        json_decref(list);
        list = NULL;
    }
    return list;
}

bool sw_declaration_json(const sw_declaration *said, sw_arena *arena,
                         sw_str *out, sw_error *err)
{
    json_t *all = json_object();
    bool ok = all != NULL;
    for (size_t i = 0; ok && i < said->count; i++) {
        ok = json_object_set_new(all, said->facts[i].path.at,
                                 value_json(said->facts[i].node)) == 0;
    }
    ok = ok ? sw_rules__dump_json(all, JSON_SORT_KEYS, arena, out, err)
            : sw_fail_memory(err);
    json_decref(all);
    return ok;
}
