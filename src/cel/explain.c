// Why a value is what it is. The tree is walked a second time with the values
// recomputed, so that the ordinary evaluation keeps no record; the work is at
// most the depth of the tree times that of an evaluation.
//
// Kept is what the value hangs on: change anything else, and it stays. Of a
// strict node that is an error, the first part that is one; of an unknown one,
// the unknown parts; else all parts. Of && and || the first side that decides,
// if one does.
#include "cel_internal.h"

#include <stdio.h>

typedef sw_cel__node node;

enum {
    MAX_REASONS = 4096,  // nodes; a longer explanation is cut
    MAX_ELEMENT = 120,   // bytes of an element's value that are shown
};

typedef struct {
    sw_cel__run *run;
    size_t left;  // reasons that may still be made
} explainer;

typedef struct {
    sw_cel_reason *at;
    size_t count, cap;
} reasons;

static bool explain(explainer *x, const node *n, const sw_cel_value *value,
                    sw_cel_reason *out);

static bool is_stop(const sw_cel_value *v)
{
    return v->kind == SW_CEL_ERROR || v->kind == SW_CEL_UNKNOWN;
}

// Literals and a macro's own variables say nothing new.
static bool is_silent(const node *n)
{
    return !n->reads || n->kind == SW_NODE_ELEMENT ||
           (n->kind == SW_NODE_NAME && n->local);
}

static bool add(explainer *x, reasons *list, const node *n,
                const sw_cel_value *value, sw_str element)
{
    if ((is_silent(n) && element.len == 0) || x->left == 0) return true;
    x->left--;
    if (list->count == list->cap) {
        size_t cap = list->cap > 0 ? list->cap * 2 : 2;
        sw_cel_reason *at = sw_cel__alloc(x->run, cap, sizeof *at);
        if (at == NULL) return false;
        if (list->count > 0) memcpy(at, list->at, list->count * sizeof *at);
        list->at = at;
        list->cap = cap;
    }
    sw_cel_reason *reason = &list->at[list->count++];
    if (!explain(x, n, value, reason)) return false;
    reason->element = element;
    return true;
}

/* ---- parts of a node ------------------------------------------------- */

static bool eval_parts(explainer *x, const node *n, sw_cel_value **out)
{
    sw_cel_value *values = sw_cel__alloc(x->run, n->count, sizeof *values);
    if (values == NULL) return false;
    for (size_t i = 0; i < n->count; i++) {
        if (!sw_cel__eval(x->run, n->args[i], &values[i])) return false;
    }
    *out = values;
    return true;
}

static size_t find_kind(const sw_cel_value *values, size_t count,
                        sw_cel_kind kind)
{
    size_t i = 0;
    while (i < count && values[i].kind != kind)
        i++;
    return i;
}

static bool explain_strict(explainer *x, const node *n,
                           const sw_cel_value *value, reasons *list)
{
    sw_cel_value *parts = NULL;
    if (!eval_parts(x, n, &parts)) return false;
    size_t first = n->count;
    if (is_stop(value)) first = find_kind(parts, n->count, value->kind);
    if (first < n->count && value->kind == SW_CEL_ERROR)
        return add(x, list, n->args[first], &parts[first], SW_STR(""));

    bool unknowns_only = first < n->count;
    for (size_t i = 0; i < n->count; i++) {
        if (unknowns_only && parts[i].kind != SW_CEL_UNKNOWN) continue;
        if (!add(x, list, n->args[i], &parts[i], SW_STR(""))) return false;
    }
    return true;
}

// or() and orValue() of an optional that has a value look no further.
static bool explain_call(explainer *x, const node *n, const sw_cel_value *value,
                         reasons *list)
{
    sw_cel_value first;
    if (n->count < 2) return explain_strict(x, n, value, list);
    if (!sw_cel__eval(x->run, n->args[0], &first)) return false;
    if (!sw_cel__is_enough(n, &first)) return explain_strict(x, n, value, list);
    return add(x, list, n->args[0], &first, SW_STR(""));
}

// Whether a side or element alone decides: && and all() by false, || and
// exists() by true.
static bool is_decided(const node *n, const sw_cel_value *value)
{
    bool fold = n->kind == SW_NODE_FOLD;
    bool by_true = fold ? n->macro == SW_FOLD_EXISTS : n->kind == SW_NODE_OR;
    bool by_false = fold ? n->macro == SW_FOLD_ALL : n->kind == SW_NODE_AND;
    return value->kind == SW_CEL_BOOL &&
           (value->as.boolean ? by_true : by_false);
}

static bool explain_logical(explainer *x, const node *n,
                            const sw_cel_value *value, reasons *list)
{
    bool decided = is_decided(n, value);
    for (size_t i = 0; i < n->count; i++) {
        sw_cel_value side;
        if (!sw_cel__eval(x->run, n->args[i], &side)) return false;
        bool decider = decided && is_decided(n, &side);
        if (decided && !decider) continue;
        if (value->kind == SW_CEL_UNKNOWN && side.kind != SW_CEL_UNKNOWN)
            continue;
        if (!add(x, list, n->args[i], &side, SW_STR(""))) return false;
        if (decider) break;
    }
    return true;
}

static bool explain_conditional(explainer *x, const node *n,
                                const sw_cel_value *value, reasons *list)
{
    sw_cel_value condition;
    if (!sw_cel__eval(x->run, n->args[0], &condition) ||
        !add(x, list, n->args[0], &condition, SW_STR("")))
        return false;
    if (condition.kind != SW_CEL_BOOL) return true;
    return add(x, list, n->args[condition.as.boolean ? 1 : 2], value,
               SW_STR(""));
}

/* ---- macros ---------------------------------------------------------- */

static bool element_text(explainer *x, const node *n, sw_str *out)
{
    sw_buf buf = {0};
    bool ok = true;
    for (size_t i = 0; i < 2 && n->vars[i].len > 0; i++) {
        if (i > 0) sw_buf_str(&buf, SW_STR(", "));
        sw_buf_str(&buf, n->vars[i]);
        sw_buf_str(&buf, SW_STR(" = "));
        if (!sw_cel__print_to(&buf, &x->run->slots[n->slot + i], MAX_ELEMENT))
            sw_buf_str(&buf, SW_STR("..."));
    }
    char *copy = NULL;
    if (buf.failed) {
        ok = sw_fail_memory(x->run->err);
    } else {
        copy = sw_cel__alloc(x->run, buf.len, 1);
        ok = copy != NULL;
    }
    if (ok && buf.len > 0) memcpy(copy, buf.at, buf.len);
    *out = (sw_str){copy, buf.len};
    sw_buf_free(&buf);
    return ok;
}

static bool is_logical(const node *n)
{
    return n->macro == SW_FOLD_ALL || n->macro == SW_FOLD_EXISTS;
}

// One element is enough if it decided, or if its error may not be absorbed.
static bool one_is_enough(const node *n, const sw_cel_value *whole)
{
    return is_decided(n, whole) ||
           (whole->kind == SW_CEL_ERROR && !is_logical(n));
}

// Which elements an explanation of the whole needs, by what their filter or
// body gave. A condition that is no bool is an error, too.
static bool wanted(const node *n, const node *part, const sw_cel_value *whole,
                   const sw_cel_value *one)
{
    if (is_decided(n, whole)) return is_decided(n, one);
    if (whole->kind == SW_CEL_UNKNOWN) return one->kind == SW_CEL_UNKNOWN;
    if (!one_is_enough(n, whole) || one->kind == SW_CEL_ERROR) return true;
    bool condition =
        n->macro == SW_FOLD_EXISTS_ONE || part != n->args[n->count - 1];
    return condition && one->kind != SW_CEL_BOOL && one->kind != SW_CEL_UNKNOWN;
}

// One part of the macro, its filter or body, for the element that is bound.
static bool explain_part(explainer *x, const node *n, const node *part,
                         const sw_cel_value *whole, reasons *list,
                         sw_cel_value *seen, bool *added)
{
    if (!sw_cel__eval(x->run, part, seen)) return false;
    *added = false;
    if (!wanted(n, part, whole, seen)) return true;
    sw_str element;
    if (!element_text(x, n, &element)) return false;
    *added = true;
    return add(x, list, part, seen, element);
}

static bool explain_elements(explainer *x, const node *n,
                             const sw_cel_value *range,
                             const sw_cel_value *whole, reasons *list)
{
    bool first_only = one_is_enough(n, whole);
    const node *body = n->args[n->count - 1];
    for (size_t i = 0; i < sw_cel__range_count(range) && x->left > 0; i++) {
        sw_cel_value seen;
        bool added = false;
        sw_cel__bind_element(x->run, n, range, i);
        if (n->count == 3) {
            if (!explain_part(x, n, n->args[1], whole, list, &seen, &added))
                return false;
            if (added && first_only) break;
            if (!sw_cel__is_true(&seen)) continue;
        }
        if (is_silent(body) && n->count == 3) continue;  // filter(x, p)
        if (!explain_part(x, n, body, whole, list, &seen, &added)) return false;
        if (added && first_only) break;
    }
    return true;
}

static bool explain_fold(explainer *x, const node *n, const sw_cel_value *value,
                         reasons *list)
{
    sw_cel_value range;
    if (!sw_cel__eval(x->run, n->args[0], &range) ||
        !add(x, list, n->args[0], &range, SW_STR("")))
        return false;
    if (range.kind != SW_CEL_LIST && range.kind != SW_CEL_MAP) return true;
    return explain_elements(x, n, &range, value, list);
}

static bool reads_slot(const node *n, size_t slot)
{
    if (n->kind == SW_NODE_NAME) return n->local && n->slot == slot;
    for (size_t i = 0; i < n->count; i++) {
        if (reads_slot(n->args[i], slot)) return true;
    }
    return false;
}

static bool explain_bind(explainer *x, const node *n, const sw_cel_value *value,
                         reasons *list)
{
    sw_cel_value init;
    if (!sw_cel__eval(x->run, n->args[0], &init)) return false;
    bool optional = n->macro != SW_BIND_VALUE;
    if ((optional || reads_slot(n->args[1], n->slot)) &&
        !add(x, list, n->args[0], &init, SW_STR("")))
        return false;
    if (optional) {
        if (init.kind != SW_CEL_OPTIONAL || init.as.optional == NULL)
            return true;
        init = *init.as.optional;
    }
    sw_cel_value body;
    x->run->slots[n->slot] = init;
    return sw_cel__eval(x->run, n->args[1], &body) &&
           add(x, list, n->args[1], &body, SW_STR(""));
}

// The elements that the body read, then the body.
static bool explain_block(explainer *x, const node *n, reasons *list)
{
    sw_cel_value body;
    size_t last = n->count - 1;
    if (!sw_cel__eval(x->run, n, &body)) return false;
    for (size_t i = 0; i < last; i++) {
        if (!sw_cel__was_read(x->run, n, i)) continue;
        sw_cel_value element = x->run->slots[n->slot + i];
        if (!add(x, list, n->args[i], &element, SW_STR(""))) return false;
    }
    return add(x, list, n->args[last], &body, SW_STR(""));
}

/* ---- the whole ------------------------------------------------------- */

static bool explain_children(explainer *x, const node *n,
                             const sw_cel_value *value, reasons *list)
{
    switch (n->kind) {
    case SW_NODE_LITERAL:
    case SW_NODE_ELEMENT:
    case SW_NODE_NAME: return true;
    case SW_NODE_SELECT:
        return n->path.len > 0 || explain_strict(x, n, value, list);
    case SW_NODE_AND:
    case SW_NODE_OR: return explain_logical(x, n, value, list);
    case SW_NODE_CONDITIONAL: return explain_conditional(x, n, value, list);
    case SW_NODE_CALL: return explain_call(x, n, value, list);
    case SW_NODE_FOLD: return explain_fold(x, n, value, list);
    case SW_NODE_BIND: return explain_bind(x, n, value, list);
    case SW_NODE_BLOCK: return explain_block(x, n, list);
    default: return explain_strict(x, n, value, list);
    }
}

static bool explain(explainer *x, const node *n, const sw_cel_value *value,
                    sw_cel_reason *out)
{
    reasons list = {0};
    *out = (sw_cel_reason){.begin = n->begin, .end = n->end, .value = *value};
    if (!explain_children(x, n, value, &list)) return false;
    out->at = list.at;
    out->count = list.count;
    return true;
}

// The steps begin anew. If they do not do for an explanation, the value stands
// alone: a verdict is not lost for want of its reasons.
bool sw_cel__explain(sw_cel__run *run, const sw_cel_value *value,
                     const sw_cel_reason **out)
{
    uint64_t steps = run->options->max_steps;
    run->steps = steps > 0 ? steps : SW_CEL__DEFAULT_STEPS;
    sw_cel_reason *top = sw_cel__alloc(run, 1, sizeof *top);
    if (top == NULL) return false;

    const node *n = run->cel->top;
    sw_error *err = run->err, own = {0};
    explainer x = {run, MAX_REASONS};
    run->err = &own;
    bool ok = explain(&x, n, value, top);
    run->err = err;
    if (!ok && own.kind != SW_ERR_INPUT) return sw_fail_memory(err);
    if (!ok)
        *top =
            (sw_cel_reason){.begin = n->begin, .end = n->end, .value = *value};
    *out = top;
    return true;
}
