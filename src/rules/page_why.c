// Why a condition came out as it did, in lines.
#include <string.h>

#include "page.h"

// `cargo.scale = 5000, cargo.kind = "map"`; nothing if the condition is the
// fact itself.
static bool seen_text(page *p, const decider *d, sw_buf *out)
{
    const char *comma = "";
    bool itself = d->seen_count == 1 && sw_str_eq(d->seen[0].source, d->source);
    for (size_t i = 0; i < d->seen_count && !itself; i++) {
        sw_str value;
        if (!sw_rules__value_text(&d->seen[i].value, p->arena, &value, p->err))
            return false;
        sw_buf_printf(out, "%s%.*s = %.*s", comma,
                      SW_STR_ARGS(d->seen[i].source), SW_STR_ARGS(value));
        comma = ", ";
    }
    if (d->element.len > 0)
        sw_buf_printf(out, "%s%.*s", comma, SW_STR_ARGS(d->element));
    return true;
}

// `cargo.scale >= 25000   because cargo.scale = 5000`, on two lines if one is
// too short for it.
static void put_decider(page *p, sw_str before, sw_str source, sw_str why)
{
    sw_str because = SW_STR("because ");
    size_t width = LABEL + before.len + sw_rules__columns(source) + 3 +
                   because.len + sw_rules__columns(why);
    sw_buf_str(&p->buf, before);
    if (why.len > 0 && width <= WIDTH) {
        sw_buf_printf(&p->buf, "%.*s   %.*s%.*s\n", SW_STR_ARGS(source),
                      SW_STR_ARGS(because), SW_STR_ARGS(why));
        return;
    }
    sw_page__wrap(p, source, LABEL, LABEL + before.len);
    if (why.len == 0) return;
    sw_page__indent(p, LABEL);
    sw_buf_str(&p->buf, because);
    sw_page__wrap(p, why, LABEL, LABEL + because.len);
}

bool sw_page__decider(page *p, const char *label, const char *before,
                      const decider *d)
{
    sw_buf seen = {0};
    bool ok = seen_text(p, d, &seen);
    ok = ok && (!seen.failed || sw_fail_memory(p->err));
    if (ok) {
        sw_buf_printf(&p->buf, "    %-*s", LABEL - 4, label);
        put_decider(p, sw_str_of(before), d->source,
                    (sw_str){seen.at, seen.len});
    }
    sw_buf_free(&seen);
    return ok;
}

bool sw_page__deciders(page *p, const sw_cel *cel, const sw_cel_reason *why,
                       const decider **at, size_t *count)
{
    *count = 0;
    if (cel == NULL || why == NULL || why->value.kind != SW_CEL_BOOL)
        return true;
    return sw_rules__deciders(cel, why, p->arena, at, count, p->err);
}
