// Days from one to another, both included: when something is in force, and when
// the rulebook knew it. Versions of one thing must not share a day of both.
#include <stddef.h>

#include "rules_internal.h"

bool sw_rules__read_period(const yaml_node *node, const char *what, period *out,
                           sw_error *err)
{
    static const field fields[] = {
        {"from", FIELD_DATE, false, offsetof(period, from), NULL},
        {"to", FIELD_DATE, false, offsetof(period, to), NULL},
    };
    if (!sw_rules__read_fields(node, what, fields,
                               sizeof fields / sizeof *fields, out, err)) {
        return false;
    }
    if (out->from.given && out->to.given && out->to.date < out->from.date)
        return sw_rules__refuse(err, node, "%s ends before it begins", what);
    return true;
}

bool sw_rules__period_has(const period *p, sw_date day)
{
    return (!p->from.given || p->from.date <= day) &&
           (!p->to.given || day <= p->to.date);
}

bool sw_rules__periods_meet(const period *a, const period *b)
{
    bool apart = (a->to.given && b->from.given && a->to.date < b->from.date) ||
                 (b->to.given && a->from.given && b->to.date < a->from.date);
    return !apart;
}

bool sw_rules__period_text(const period *p, sw_arena *arena, sw_str *out,
                           sw_error *err)
{
    char from[11], to[11];
    sw_date_text(p->from.date, from);
    sw_date_text(p->to.date, to);
    if (p->from.given && p->to.given) {
        *out = sw_arena_printf(arena, "%s to %s", from, to);
    } else if (p->from.given) {
        *out = sw_arena_printf(arena, "from %s", from);
    } else if (p->to.given) {
        *out = sw_arena_printf(arena, "until %s", to);
    } else {
        *out = SW_STR("");
    }
    return out->at != NULL || sw_fail_memory(err);
}
