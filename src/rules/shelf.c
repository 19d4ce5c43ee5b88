// Rules by reference: "kr/map-export#kr-geo-01" among the rulebooks at hand.
// Only what a ruling tells is asked of them, so that the format of rulebooks
// may grow without this file.
#include <string.h>

#include "policy_internal.h"

bool sw_rules__read_ref(const yaml_node *node, rule_ref *out, sw_error *err)
{
    sw_str text = {0};
    if (!sw_rules__read_text(node, &text, err)) return false;
    const char *hash = memchr(text.at, '#', text.len);
    size_t len = hash != NULL ? (size_t)(hash - text.at) : text.len;
    *out = (rule_ref){.book = {text.at, len}, .node = node};
    if (hash != NULL) out->rule = (sw_str){hash + 1, text.len - len - 1};
    if (len == 0 || (hash != NULL && out->rule.len == 0)) {
        return sw_rules__refuse(err, node,
                                "a rule is named RULEBOOK or RULEBOOK#RULE");
    }
    return sw_rules__check_id(out->book, node, err) &&
           sw_rules__check_id(out->rule, node, err);
}

bool sw_rules__read_refs(const yaml_node *node, sw_arena *arena,
                         const rule_ref **out, size_t *count, sw_error *err)
{
    bool list = node->kind == YAML_LIST;
    if (list && !sw_rules__check_count(node, "rules", err)) return false;
    size_t n = list ? node->count : 1;
    rule_ref *refs = SW_NEW_ARRAY(arena, rule_ref, n);
    if (refs == NULL) return sw_fail_memory(err);
    const yaml_node *c = list ? node->first : node;
    for (size_t i = 0; i < n; i++, c = c->next) {
        if (!sw_rules__read_ref(c, &refs[i], err)) return false;
    }
    *out = refs;
    *count = n;
    return true;
}

sw_rulebook *sw_rules__find_book(const rule_shelf *shelf, sw_str id)
{
    for (size_t i = 0; i < shelf->count; i++) {
        if (sw_str_eq(sw_rulebook_id(shelf->books[i]), id))
            return shelf->books[i];
    }
    return NULL;
}

bool sw_rules__shelf_rule(const rule_shelf *shelf, sw_rulebook *book,
                          const sw_declaration *said, sw_arena *arena,
                          const sw_ruling **out, sw_error *err)
{
    sw_declaration *nothing = NULL;
    if (said == NULL) {
        if (!sw_declaration_parse(SW_STR("{}"), "no facts", arena, &nothing,
                                  err)) {
            return false;
        }
        said = nothing;
    }
    return sw_rule(&book, 1, said, shelf->day, arena, out, err);
}

static sw_str rule_id_at(const void *ruling, size_t i)
{
    return ((const sw_ruling *)ruling)->rules[i].id;
}

bool sw_rules__shelf_outcome(const sw_ruling *ruling, const rule_ref *ref,
                             const sw_rule_outcome **out, sw_error *err)
{
    const sw_rule_outcome *found = NULL;
    for (size_t i = 0; i < ruling->rule_count; i++) {
        const sw_rule_outcome *rule = &ruling->rules[i];
        if (!sw_str_eq(rule->id, ref->rule)) continue;
        if (found == NULL || rule->state != SW_RULE_NOT_IN_FORCE) found = rule;
    }
    if (found != NULL) {
        *out = found;
        return true;
    }
    char hint[120];
    sw_rules__hint(
        hint, sizeof hint,
        sw_rules__nearest(ref->rule, rule_id_at, ruling, ruling->rule_count));
    sw_str book = sw_rules__clip(ref->book), rule = sw_rules__clip(ref->rule);
    return sw_rules__refuse(err, ref->node,
                            "rulebook %.*s has no rule \"%.*s\"%s",
                            SW_STR_ARGS(book), SW_STR_ARGS(rule), hint);
}
