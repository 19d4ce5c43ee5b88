// The treatments that a rule may ask for: their names, what each takes, and
// how what several rules ask for becomes one.
#include <string.h>

#include "rules_internal.h"

typedef enum {
    TAKES_TRUE,   // true
    TAKES_LIST,   // a list of expressions
    TAKES_SCOPE,  // a profile's name or a list of expressions
    TAKES_SCALE   // {scale: 25000}
} takes;

static const struct {
    const char *name;
    takes takes;
} known[] = {
    {"remove-zones", TAKES_TRUE}, {"strip-tags", TAKES_LIST},
    {"strip-names", TAKES_TRUE},  {"strip-metadata", TAKES_TRUE},
    {"scope", TAKES_SCOPE},       {"coarsen", TAKES_SCALE},
};
enum { KNOWN = sizeof known / sizeof *known };

static sw_str name_at(const void *ctx, size_t i)
{
    return sw_str_of(known[i].name);
}

static size_t find_known(sw_str name)
{
    size_t i = 0;
    while (i < KNOWN && !sw_str_eq(name, name_at(NULL, i)))
        i++;
    return i;
}

/* ---- reading --------------------------------------------------------- */

// Each reader gives a new reference, or NULL with `err` filled.

static json_t *read_true(const yaml_node *node, sw_error *err)
{
    bool yes = node->kind == YAML_SCALAR;
    if (yes) {
        scalar said = sw_rules__scalar(node);
        yes = said.kind == SCALAR_BOOL && said.boolean;
    }
    if (yes) return json_null();
    sw_rules__refuse(err, node, "%s takes true, not %s", node->key->text.at,
                     sw_rules__node_name(node));
    return NULL;
}

static json_t *read_list(const yaml_node *node, sw_error *err)
{
    if (node->kind != YAML_LIST || node->count == 0) {
        sw_rules__refuse(err, node, "%s takes a list of expressions, not %s",
                         node->key->text.at,
                         node->count == 0 && node->kind == YAML_LIST
                             ? "an empty one"
                             : sw_rules__node_name(node));
        return NULL;
    }
    json_t *list = json_array();
    bool ok = list != NULL || sw_fail_memory(err);
    for (const yaml_node *c = node->first; ok && c != NULL; c = c->next) {
        sw_str text;
        ok = sw_rules__read_text(c, &text, err) &&
             (json_array_append_new(list, sw_rules__json_str(text)) == 0 ||
              sw_fail_memory(err));
    }
    if (ok) return list;
    json_decref(list);
    return NULL;
}

static json_t *read_scope(const yaml_node *node, sw_error *err)
{
    if (node->kind == YAML_LIST) return read_list(node, err);
    sw_str text;
    if (!sw_rules__read_text(node, &text, err)) return NULL;
    json_t *name = sw_rules__json_str(text);
    if (name == NULL) sw_fail_memory(err);
    return name;
}

static json_t *read_scale(const yaml_node *node, sw_error *err)
{
    const yaml_node *value = NULL;
    static const field fields[] = {{"scale", FIELD_NODE, true, 0, NULL}};
    if (!sw_rules__read_fields(node, "coarsen", fields, 1, &value, err))
        return NULL;
    scalar said = {.kind = SCALAR_NULL};
    if (value->kind == YAML_SCALAR) said = sw_rules__scalar(value);
    if (said.kind != SCALAR_INT || said.i64 < 1 || said.i64 > UINT32_MAX) {
        sw_rules__refuse(err, value,
                         "scale must be a whole number from 1 (25000 means "
                         "1:25,000)");
        return NULL;
    }
    json_t *json = json_pack("{sI}", "scale", (json_int_t)said.i64);
    if (json == NULL) sw_fail_memory(err);
    return json;
}

static json_t *read_arguments(takes what, const yaml_node *node, sw_error *err)
{
    switch (what) {
    case TAKES_TRUE: return read_true(node, err);
    case TAKES_LIST: return read_list(node, err);
    case TAKES_SCOPE: return read_scope(node, err);
    case TAKES_SCALE: return read_scale(node, err);
    }
    return NULL;
}

static bool read_treatment(const yaml_node *node, sw_arena *arena,
                           sw_treatment *out, sw_error *err)
{
    size_t i = find_known(node->key->text);
    if (i == KNOWN) {
        char hint[120];
        sw_rules__hint(
            hint, sizeof hint,
            sw_rules__nearest(node->key->text, name_at, NULL, KNOWN));
        sw_str shown = sw_rules__clip(node->key->text);
        return sw_rules__refuse(err, node->key,
                                "no treatment is named \"%.*s\"%s",
                                SW_STR_ARGS(shown), hint);
    }
    json_t *json = read_arguments(known[i].takes, node, err);
    if (json == NULL) return false;
    out->name = name_at(NULL, i);
    bool ok = sw_rules__dump_json(json, 0, arena, &out->json, err);
    json_decref(json);
    return ok;
}

bool sw_rules__read_treatments(const yaml_node *map, sw_arena *arena,
                               const sw_treatment **out, size_t *count,
                               sw_error *err)
{
    if (!sw_rules__expect(map, YAML_MAP, "treatment", err)) return false;
    if (map->count == 0)
        return sw_rules__refuse(err, map, "treatment names none");

    sw_treatment *list = SW_NEW_ARRAY(arena, sw_treatment, map->count);
    if (list == NULL) return sw_fail_memory(err);
    size_t n = 0;
    for (const yaml_node *c = map->first; c != NULL; c = c->next) {
        if (!read_treatment(c, arena, &list[n++], err)) return false;
    }
    *out = list;
    *count = n;
    return true;
}

/* ---- merging --------------------------------------------------------- */

// What one treatment has come to, as rules are gone through.
typedef struct {
    json_t *json;  // NULL: nobody asks for it
    size_t order;
    sw_str rule;  // that asked first
} asked;

static bool has_item(const json_t *list, const json_t *item)
{
    size_t i;
    json_t *value;
    json_array_foreach(list, i, value)
    {
        if (json_equal(value, item)) return true;
    }
    return false;
}

static bool unite_lists(json_t *into, const json_t *from, sw_error *err)
{
    size_t i;
    json_t *value;
    json_array_foreach(from, i, value)
    {
        if (has_item(into, value)) continue;
        if (json_array_append(into, value) != 0) return sw_fail_memory(err);
    }
    return true;
}

static bool take_coarser(json_t *into, const json_t *from, sw_error *err)
{
    json_t *old = json_object_get(into, "scale");
    json_t *new = json_object_get(from, "scale");
    if (json_integer_value(new) <= json_integer_value(old)) return true;
    return json_object_set(into, "scale", new) == 0 || sw_fail_memory(err);
}

// What two scopes both admit is no list of either's expressions, and uniting
// them would keep what one of the rules takes away.
static bool same_scope(const asked *first, const json_t *json, sw_str rule,
                       sw_error *err)
{
    if (json_equal(first->json, json)) return true;
    sw_str a = sw_rules__clip(first->rule), b = sw_rules__clip(rule);
    return sw_fail(err, SW_ERR_INPUT,
                   "rules %.*s and %.*s ask for different scopes: one "
                   "release cannot meet both",
                   SW_STR_ARGS(a), SW_STR_ARGS(b));
}

static bool merge_one(takes what, asked *into, const json_t *json, sw_str rule,
                      sw_error *err)
{
    switch (what) {
    case TAKES_TRUE: return true;
    case TAKES_LIST: return unite_lists(into->json, json, err);
    case TAKES_SCOPE: return same_scope(into, json, rule, err);
    case TAKES_SCALE: return take_coarser(into->json, json, err);
    }
    return true;
}

static bool add_treatment(asked *all, size_t *order, const sw_treatment *t,
                          sw_str rule, sw_error *err)
{
    size_t i = find_known(t->name);
    json_t *json = json_loadb(t->json.at, t->json.len, JSON_DECODE_ANY, NULL);
    if (json == NULL) return sw_fail_memory(err);
    if (all[i].json == NULL) {
        all[i] = (asked){json, (*order)++, rule};
        return true;
    }
    bool ok = merge_one(known[i].takes, &all[i], json, rule, err);
    json_decref(json);
    return ok;
}

static bool add_all(asked *all, size_t *order, const sw_rule_outcome *rules,
                    size_t count, sw_error *err)
{
    for (size_t i = 0; i < count; i++) {
        const sw_rule_outcome *rule = &rules[i];
        if (!rule->decides || rule->verdict != SW_VERDICT_TREAT) continue;
        for (size_t j = 0; j < rule->treatment_count; j++) {
            if (!add_treatment(all, order, &rule->treatments[j], rule->id, err))
                return false;
        }
    }
    return true;
}

bool sw_rules__merge_treatments(const sw_rule_outcome *rules, size_t rule_count,
                                sw_arena *arena, const sw_treatment **out,
                                size_t *count, sw_error *err)
{
    asked all[KNOWN] = {{0}};
    size_t order = 0;
    bool ok = add_all(all, &order, rules, rule_count, err);
    sw_treatment *list = SW_NEW_ARRAY(arena, sw_treatment, KNOWN);
    if (ok && list == NULL) ok = sw_fail_memory(err);
    for (size_t i = 0; i < KNOWN; i++) {
        if (all[i].json == NULL) continue;
        if (ok) {
            sw_treatment *to = &list[all[i].order];
            to->name = name_at(NULL, i);
            ok = sw_rules__dump_json(all[i].json, 0, arena, &to->json, err);
        }
        json_decref(all[i].json);
    }
    if (!ok) return false;
    *out = list;
    *count = order;
    return true;
}
