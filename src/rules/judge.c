// An expression on the facts of one ruling: its value, why, and what it waits
// for. An error of evaluation names the rule or term, for the book is to blame.
#include <stdlib.h>
#include <string.h>

#include "rules_internal.h"

enum { MAX_RULING_STEPS = 1000 * 1000 };  // of one expression

bool sw_rules__refuse_result(const judge *j, const subject *of,
                             const expression *e, const sw_cel_value *value)
{
    sw_str id = sw_rules__clip(of->id);
    if (value->kind == SW_CEL_ERROR) {
        sw_str message = {value->as.str.at,
                          value->as.str.len < 200 ? value->as.str.len : 200};
        sw_rules__refuse(j->err, e->node,
                         "%s %.*s, %s cannot be evaluated on these facts: "
                         "%.*s",
                         of->owner, SW_STR_ARGS(id), of->role,
                         SW_STR_ARGS(message));
    } else {
        sw_rules__refuse(
            j->err, e->node, "%s %.*s, %s gives %s, must give bool", of->owner,
            SW_STR_ARGS(id), of->role, sw_cel_kind_name(value->kind));
    }
    return sw_error_in(j->err, j->book->name.at);
}

bool sw_rules__judge(const judge *j, const subject *of, const expression *e,
                     sw_cel_value *out, const sw_cel_reason **why)
{
    sw_cel_options how = {.bindings = j->facts.at,
                          .binding_count = j->facts.count,
                          .reason = j->plain ? NULL : why,
                          .max_steps = MAX_RULING_STEPS,
                          .plain_names = true};
    if (sw_cel_eval(e->cel, &how, j->arena, out, j->err)) return true;
    if (j->err->kind != SW_ERR_INPUT) return false;
    char reason[sizeof j->err->reason];
    memcpy(reason, j->err->reason, sizeof reason);
    sw_str id = sw_rules__clip(of->id);
    sw_rules__refuse(j->err, e->node, "%s %.*s, %s: %s", of->owner,
                     SW_STR_ARGS(id), of->role, reason);
    return sw_error_in(j->err, j->book->name.at);
}

/* ---- what is missing ------------------------------------------------- */

static int compare_strs(const void *a, const void *b)
{
    return sw_str_cmp(*(const sw_str *)a, *(const sw_str *)b);
}

static size_t copy_unknown(const sw_cel_value *value, sw_str *to)
{
    size_t n = value->kind == SW_CEL_UNKNOWN ? value->as.unknown.count : 0;
    for (size_t i = 0; to != NULL && i < n; i++)
        to[i] = value->as.unknown.at[i];
    return n;
}

bool sw_rules__missing(const judge *j, const sw_cel_value *a,
                       const sw_cel_value *b, const sw_str **out, size_t *count)
{
    size_t total = copy_unknown(a, NULL) + copy_unknown(b, NULL);
    sw_str *all = SW_NEW_ARRAY(j->arena, sw_str, total);
    if (all == NULL) return sw_fail_memory(j->err);
    (void)copy_unknown(b, all + copy_unknown(a, all));
    qsort(all, total, sizeof *all, compare_strs);

    size_t n = 0;
    for (size_t i = 0; i < total; i++) {
        if (n == 0 || !sw_str_eq(all[n - 1], all[i])) all[n++] = all[i];
    }
    *out = all;
    *count = n;
    return true;
}
