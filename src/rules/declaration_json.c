// A declaration as one line of JSON: read by jansson, for there may be millions
// of lines, and given the form that YAML gets. jansson keeps no places, so a
// fault names the line alone.
#include <stdio.h>
#include <string.h>

#include "rules_internal.h"

typedef struct {
    sw_arena *arena;
    uint32_t line;
    size_t nodes;
    sw_error *err;
} builder;

static yaml_node *new_node(builder *b, yaml_kind kind)
{
    if (b->nodes == MAX_DOCUMENT_NODES) {
        sw_fail(b->err, SW_ERR_INPUT, "more than %d values",
                MAX_DOCUMENT_NODES);
        return NULL;
    }
    yaml_node *node = SW_NEW(b->arena, yaml_node);
    if (node == NULL) {
        sw_fail_memory(b->err);
        return NULL;
    }
    node->kind = kind;
    node->line = b->line;
    node->column = 1;
    // In order, for duplicates are told by it.
    node->offset = b->nodes++;
    return node;
}

static bool set_text(builder *b, yaml_node *node, sw_str text)
{
    if (!sw_rules__is_clean(text))
        return sw_rules__refuse(b->err, node, "a control character in text");
    return sw_arena_str(b->arena, text, &node->text) || sw_fail_memory(b->err);
}

// As JSON has it, which is how YAML reads it, too.
static bool set_scalar(builder *b, const json_t *json, yaml_node *node)
{
    char buf[40];
    node->plain = true;
    switch (json_typeof(json)) {
    case JSON_STRING:
        node->plain = false;
        return set_text(
            b, node,
            (sw_str){json_string_value(json), json_string_length(json)});
    case JSON_INTEGER:
        snprintf(buf, sizeof buf, "%" JSON_INTEGER_FORMAT,
                 json_integer_value(json));
        return set_text(b, node, sw_str_of(buf));
    case JSON_REAL: {
        // With an exponent it is a real whatever its value.
        snprintf(buf, sizeof buf, "%.17e", json_real_value(json));
        return set_text(b, node, sw_str_of(buf));
    }
    case JSON_TRUE: node->text = SW_STR("true"); return true;
    case JSON_FALSE: node->text = SW_STR("false"); return true;
    default: node->text = SW_STR("null"); return true;
    }
}

static yaml_node *build(builder *b, json_t *json);

static bool append(yaml_node *to, yaml_node ***end, yaml_node *child)
{
    if (child == NULL) return false;
    **end = child;
    *end = &child->next;
    to->count++;
    return true;
}

static bool build_map(builder *b, json_t *json, yaml_node *map)
{
    yaml_node **end = &map->first;
    const char *key;
    json_t *value;
    json_object_foreach(json, key, value)
    {
        yaml_node *name = new_node(b, YAML_SCALAR);
        if (name == NULL || !set_text(b, name, sw_str_of(key))) return false;
        yaml_node *child = build(b, value);
        if (!append(map, &end, child)) return false;
        child->key = name;
    }
    return true;
}

// jansson nests no deeper than 2048.
static yaml_node *build(builder *b, json_t *json)
{
    yaml_kind kind = json_is_object(json)  ? YAML_MAP
                     : json_is_array(json) ? YAML_LIST
                                           : YAML_SCALAR;
    yaml_node *node = new_node(b, kind);
    if (node == NULL) return NULL;
    bool ok = true;
    if (kind == YAML_SCALAR) {
        ok = set_scalar(b, json, node);
    } else if (kind == YAML_MAP) {
        ok = build_map(b, json, node);
    } else {
        yaml_node **end = &node->first;
        for (size_t i = 0; ok && i < json_array_size(json); i++)
            ok = append(node, &end, build(b, json_array_get(json, i)));
    }
    return ok ? node : NULL;
}

bool sw_rules__declare_json(sw_str json, const char *name, uint32_t line,
                            sw_arena *arena, sw_declaration **out,
                            sw_error *err)
{
    json_error_t why;
    json_t *root = json_loadb(json.at, json.len, JSON_REJECT_DUPLICATES, &why);
    if (root == NULL) {
        sw_fail(err, SW_ERR_INPUT, "%s", why.text);
        return sw_error_at(err, "line %u, column %d", line, why.column);
    }
    builder b = {.arena = arena, .line = line, .err = err};
    bool ok = json_is_object(root);
    if (!ok) {
        sw_fail(err, SW_ERR_INPUT, "a declaration must be an object");
        ok = sw_error_at(err, "line %u", line);
    } else {
        const yaml_node *node = build(&b, root);
        ok = node != NULL && sw_rules__declare(node, name, arena, out, err);
    }
    json_decref(root);
    return ok;
}
