// What the cases of a rulebook reach: each rule in each state.
#include <stdio.h>
#include <string.h>

#include "cases.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

// NULL when memory is out.
static covered_rule *find(coverage *all, sw_str id, sw_arena *arena)
{
    for (size_t i = 0; i < all->count; i++) {
        if (sw_str_eq(all->rules[i].id, id)) return &all->rules[i];
    }
    if (all->count == all->cap) {
        size_t cap = all->cap == 0 ? 64 : all->cap * 2;
        covered_rule *more = SW_NEW_ARRAY(arena, covered_rule, cap);
        if (more == NULL) return NULL;
        if (all->count > 0) memcpy(more, all->rules, all->count * sizeof *more);
        all->rules = more;
        all->cap = cap;
    }
    covered_rule *made = &all->rules[all->count++];
    made->id = id;
    return made;
}

bool sw_rules__cover(coverage *all, const sw_ruling *ruling, sw_arena *arena,
                     sw_error *err)
{
    for (size_t i = 0; i < ruling->rule_count; i++) {
        covered_rule *rule = find(all, ruling->rules[i].id, arena);
        if (rule == NULL) return sw_fail_memory(err);
        rule->states[ruling->rules[i].state]++;
    }
    return true;
}

static size_t id_width(const coverage *all)
{
    size_t width = 4;
    for (size_t i = 0; i < all->count; i++) {
        if (all->rules[i].id.len > width) width = all->rules[i].id.len;
    }
    return width;
}

// "rule                held  failed  not applicable  undetermined": how many
// cases brought the rule there, a dot where none did.
void sw_rules__print_coverage(const coverage *all, sw_buf *report)
{
    static const struct {
        const char *title;
        sw_rule_state state;
    } column[] = {{"held", SW_RULE_HELD},
                  {"failed", SW_RULE_FAILED},
                  {"not applicable", SW_RULE_NOT_APPLICABLE},
                  {"undetermined", SW_RULE_UNDETERMINED}};
    size_t width = id_width(all);
    sw_buf_printf(report, "%-*s", (int)width, "rule");
    for (size_t k = 0; k < COUNT(column); k++)
        sw_buf_printf(report, "  %s", column[k].title);
    sw_buf_str(report, SW_STR("\n"));
    for (size_t i = 0; i < all->count; i++) {
        const covered_rule *rule = &all->rules[i];
        sw_buf_printf(report, "%.*s%*s", SW_STR_ARGS(rule->id),
                      (int)(width - rule->id.len), "");
        for (size_t k = 0; k < COUNT(column); k++) {
            char number[24] = ".";
            size_t n = rule->states[column[k].state];
            if (n > 0) snprintf(number, sizeof number, "%zu", n);
            sw_buf_printf(report, "  %*s", (int)strlen(column[k].title),
                          number);
        }
        sw_buf_str(report, SW_STR("\n"));
    }
}
