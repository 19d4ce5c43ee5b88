// Declarations with something changed.
#include <string.h>

#include "whatif_internal.h"

static bool is_null(const yaml_node *node)
{
    return node->kind == YAML_SCALAR &&
           sw_rules__scalar(node).kind == SCALAR_NULL;
}

const yaml_node *sw_rules__said(const sw_declaration *said, sw_str path)
{
    for (size_t i = 0; i < said->count; i++) {
        const yaml_node *node = said->facts[i].node;
        if (sw_str_eq(said->facts[i].path, path))
            return node == NULL || is_null(node) ? NULL : node;
    }
    return NULL;
}

const fact_def *sw_rules__fact_of(sw_rulebook *const *books, size_t count,
                                  sw_str path)
{
    for (size_t i = 0; i < count; i++) {
        const fact_def *fact = sw_rules__find_fact(&books[i]->facts, path);
        if (fact != NULL) return fact;
    }
    return NULL;
}

bool sw_rules__said_text(const fact_def *fact, const yaml_node *node,
                         sw_arena *arena, sw_str *out, sw_error *err)
{
    sw_cel_value value;
    *out = SW_STR("not said");
    return node == NULL ||
           (sw_rules__declared_value(fact, node, arena, NULL, &value, err) &&
            sw_rules__value_text(&value, arena, out, err));
}

/* ---- values as nodes ------------------------------------------------- */

static bool set_scalar(const sw_cel_value *value, sw_arena *arena,
                       yaml_node *out, sw_error *err)
{
    sw_str text = value->as.str;
    bool word = value->kind == SW_CEL_STRING;
    if (!word && !sw_rules__value_text(value, arena, &text, err)) return false;
    *out = (yaml_node){.kind = YAML_SCALAR, .plain = !word};
    return sw_arena_str(arena, text, &out->text) || sw_fail_memory(err);
}

bool sw_rules__said_value(const sw_cel_value *value, sw_arena *arena,
                          yaml_node **out, sw_error *err)
{
    bool list = value->kind == SW_CEL_LIST;
    size_t count = list ? value->as.list.count : 0;
    yaml_node *nodes = SW_NEW_ARRAY(arena, yaml_node, count + 1);
    if (nodes == NULL) return sw_fail_memory(err);
    *out = nodes;
    if (!list) return set_scalar(value, arena, nodes, err);
    nodes[0] = (yaml_node){.kind = YAML_LIST, .count = count};
    for (size_t i = count; i > 0; i--) {
        if (!set_scalar(&value->as.list.at[i - 1], arena, &nodes[i], err))
            return false;
        nodes[i].next = nodes[0].first;
        nodes[0].first = &nodes[i];
    }
    return true;
}

bool sw_rules__without_gaps(const sw_declaration *said, sw_arena *arena,
                            sw_declaration **out, sw_error *err)
{
    sw_declaration *made = SW_NEW(arena, sw_declaration);
    said_fact *facts = SW_NEW_ARRAY(arena, said_fact, said->count);
    if (made == NULL || facts == NULL) return sw_fail_memory(err);
    *made = (sw_declaration){.text = said->text, .name = said->name};
    made->facts = facts;
    for (size_t i = 0; i < said->count; i++) {
        if (said->facts[i].node != NULL) facts[made->count++] = said->facts[i];
    }
    *out = made;
    return true;
}
