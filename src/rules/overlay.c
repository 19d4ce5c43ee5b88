// Trees with something changed: what a variant or a reading says of a rule or
// term, laid over what the base says, key by key. Nodes are copied where they
// get new neighbours; below them both trees share what did not change.
#include "rules_internal.h"

bool sw_rules__add_child(yaml_node *parent, const yaml_node *child,
                         sw_arena *arena, yaml_node **last)
{
    yaml_node *copy = SW_NEW(arena, yaml_node);
    if (copy == NULL) return false;
    *copy = *child;
    copy->next = NULL;
    if (*last == NULL) {
        parent->first = copy;
    } else {
        (*last)->next = copy;
    }
    *last = copy;
    parent->count++;
    return true;
}

yaml_node *sw_rules__empty_like(const yaml_node *node, sw_arena *arena)
{
    yaml_node *made = SW_NEW(arena, yaml_node);
    if (made == NULL) return NULL;
    *made = *node;
    made->first = NULL;
    made->next = NULL;
    made->count = 0;
    return made;
}

// A threshold has one operator; and a term is a threshold or an expression. So
// one key may drive out others.
static const char *const operator_keys[] = {"at_least", "more_than", "at_most",
                                            "less_than", NULL};
static const char *const threshold_keys[] = {
    "of",   "at_least", "more_than", "at_most", "less_than", "quantifier",
    "over", "window",   "unit",      "level",   NULL};
static const char *const expression_keys[] = {"is", NULL};
static const char *const form_keys[] = {"of",      "at_least",  "more_than",
                                        "at_most", "less_than", NULL};

static const struct {
    const char *const *given, *const *driven_out;
} exclusions[] = {
    {operator_keys, operator_keys},
    {expression_keys, threshold_keys},
    {form_keys, expression_keys},
};

static bool has_one_of(const yaml_node *map, const char *const *keys)
{
    for (const yaml_node *c = map->first; c != NULL; c = c->next) {
        if (sw_rules__is_one_of(c->key->text, keys)) return true;
    }
    return false;
}

static bool is_driven_out(sw_str key, const yaml_node *changes)
{
    for (size_t i = 0; i < sizeof exclusions / sizeof *exclusions; i++) {
        if (sw_rules__is_one_of(key, exclusions[i].driven_out) &&
            has_one_of(changes, exclusions[i].given))
            return true;
    }
    return false;
}

const yaml_node *sw_rules__merge(const yaml_node *base,
                                 const yaml_node *changes, sw_arena *arena)
{
    static const char *const dropped[] = {"readings", NULL};
    yaml_node *last = NULL, *made = sw_rules__empty_like(base, arena);
    if (made == NULL) return NULL;
    made->line = changes->line;  // where what does not fit together is written
    made->column = changes->column;
    for (const yaml_node *c = base->first; c != NULL; c = c->next) {
        const yaml_node *over = sw_rules__find_child(changes, c->key->text);
        if (over == NULL && (is_driven_out(c->key->text, changes) ||
                             sw_rules__is_one_of(c->key->text, dropped)))
            continue;
        if (!sw_rules__add_child(made, over != NULL ? over : c, arena, &last))
            return NULL;
    }
    for (const yaml_node *c = changes->first; c != NULL; c = c->next) {
        if (sw_rules__find_child(base, c->key->text) == NULL &&
            !sw_rules__add_child(made, c, arena, &last))
            return NULL;
    }
    return made;
}

const yaml_node *sw_rules__with_child(const yaml_node *map,
                                      const yaml_node *child, sw_arena *arena)
{
    yaml_node *last = NULL, *made = sw_rules__empty_like(map, arena);
    if (made == NULL) return NULL;
    bool placed = false;
    for (const yaml_node *c = map->first; c != NULL; c = c->next) {
        bool same = sw_str_eq(c->key->text, child->key->text);
        placed = placed || same;
        if (!sw_rules__add_child(made, same ? child : c, arena, &last))
            return NULL;
    }
    if (!placed && !sw_rules__add_child(made, child, arena, &last)) return NULL;
    return made;
}

const yaml_node *sw_rules__without_child(const yaml_node *map, const char *key,
                                         sw_arena *arena)
{
    yaml_node *last = NULL, *made = sw_rules__empty_like(map, arena);
    if (made == NULL) return NULL;
    for (const yaml_node *c = map->first; c != NULL; c = c->next) {
        if (!sw_str_eq(c->key->text, sw_str_of(key)) &&
            !sw_rules__add_child(made, c, arena, &last))
            return NULL;
    }
    return made;
}
