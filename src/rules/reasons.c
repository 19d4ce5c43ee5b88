// From CEL's tree of reasons to a list that people read: each condition that
// decided, with the values that it saw.
//
// A condition is a truth that is no logic of other truths: a && b, a ? b : c
// and !a are gone through, cargo.scale >= 25000 is one. In the tree that is a
// bool below which no bool stands.
#include <stdlib.h>
#include <string.h>

#include "rules_internal.h"

// CEL's parser limits nesting to some hundreds, and the tree follows it.
enum { MAX_REASON_DEPTH = 1000, MAX_DECIDERS = 64, MAX_SEEN = 16 };

typedef struct {
    sw_str source;
    sw_arena *arena;
    decider *at;
    size_t count, cap;
    sw_error *err;
} gatherer;

static sw_str part(const gatherer *g, const sw_cel_reason *why)
{
    return (sw_str){g->source.at + why->begin, why->end - why->begin};
}

static bool is_truth(const sw_cel_reason *why)
{
    return why->value.kind == SW_CEL_BOOL;
}

static bool stands_over_truth(const sw_cel_reason *why, size_t depth)
{
    if (depth == 0) return false;
    for (size_t i = 0; i < why->count; i++) {
        if (is_truth(&why->at[i]) || stands_over_truth(&why->at[i], depth - 1))
            return true;
    }
    return false;
}

// The leaves below a condition: what it saw. A fact seen twice is told once.
static bool see(gatherer *g, decider *to, seen_value *seen,
                const sw_cel_reason *why, size_t depth)
{
    if (why->count > 0 && depth > 0) {
        for (size_t i = 0; i < why->count; i++) {
            if (!see(g, to, seen, &why->at[i], depth - 1)) return false;
        }
        return true;
    }
    sw_str source = part(g, why);
    if (to->seen_count == MAX_SEEN) return true;
    for (size_t i = 0; i < to->seen_count; i++) {
        if (sw_str_eq(seen[i].source, source)) return true;
    }
    seen[to->seen_count++] = (seen_value){source, why->value};
    return true;
}

static bool is_path(sw_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.at[i];
        bool fits = c == '.' || c == '_' || (c >= '0' && c <= '9') ||
                    (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!fits) return false;
    }
    return !sw_str_eq(s, SW_STR("true")) && !sw_str_eq(s, SW_STR("false"));
}

// `element`: the reason of a macro's element that it stands in, or NULL.
static bool add_decider(gatherer *g, const sw_cel_reason *why,
                        const sw_cel_reason *element)
{
    if (g->count == MAX_DECIDERS) return true;
    if (g->count == g->cap) {
        size_t cap = g->cap == 0 ? 4 : g->cap * 2;
        decider *more = SW_NEW_ARRAY(g->arena, decider, cap);
        if (more == NULL) return sw_fail_memory(g->err);
        if (g->count > 0) memcpy(more, g->at, g->count * sizeof *more);
        g->at = more;
        g->cap = cap;
    }
    seen_value *seen = SW_NEW_ARRAY(g->arena, seen_value, MAX_SEEN);
    if (seen == NULL) return sw_fail_memory(g->err);
    sw_str text = {0};
    if (element != NULL &&
        !sw_cel_element_text(element, g->arena, &text, g->err))
        return false;
    decider *to = &g->at[g->count++];
    *to = (decider){part(g, why), why->value, text, seen, 0};
    // Of a leaf its own truth is all there is to see; a fact's is told.
    if (why->count == 0 && !is_path(to->source)) return true;
    return see(g, to, seen, why, MAX_REASON_DEPTH);
}

static bool gather(gatherer *g, const sw_cel_reason *why,
                   const sw_cel_reason *element, size_t depth)
{
    if (why->element_count > 0) element = why;
    if (depth == 0 || !stands_over_truth(why, depth))
        return add_decider(g, why, element);
    for (size_t i = 0; i < why->count; i++) {
        const sw_cel_reason *below = &why->at[i];
        bool says = is_truth(below) || stands_over_truth(below, depth - 1);
        if (says && !gather(g, below, element, depth - 1)) return false;
    }
    return true;
}

bool sw_rules__deciders(const sw_cel *cel, const sw_cel_reason *why,
                        sw_arena *arena, const decider **out, size_t *count,
                        sw_error *err)
{
    gatherer g = {.source = sw_cel_source(cel), .arena = arena, .err = err};
    if (why != NULL && !gather(&g, why, NULL, MAX_REASON_DEPTH)) return false;
    *out = g.at;
    *count = g.count;
    return true;
}

/* ---- values ---------------------------------------------------------- */

static bool is_day(const sw_cel_value *value)
{
    return value->kind == SW_CEL_TIMESTAMP &&
           value->as.time.seconds % 86400 == 0 && value->as.time.nanos == 0;
}

static bool list_text(const sw_cel_value *list, sw_arena *arena, sw_str *out,
                      sw_error *err)
{
    sw_buf buf = {0};
    bool ok = true;
    sw_buf_str(&buf, SW_STR("["));
    for (size_t i = 0; ok && i < list->as.list.count; i++) {
        sw_str item;
        ok = sw_rules__value_text(&list->as.list.at[i], arena, &item, err);
        if (!ok) break;
        if (i > 0) sw_buf_str(&buf, SW_STR(", "));
        sw_buf_str(&buf, item);
    }
    sw_buf_str(&buf, SW_STR("]"));
    if (ok &&
        (buf.failed || !sw_arena_str(arena, (sw_str){buf.at, buf.len}, out))) {
        ok = sw_fail_memory(err);
    }
    sw_buf_free(&buf);
    return ok;
}

static bool is_list_of_days(const sw_cel_value *value)
{
    if (value->kind != SW_CEL_LIST || value->as.list.count == 0) return false;
    for (size_t i = 0; i < value->as.list.count; i++) {
        if (!is_day(&value->as.list.at[i])) return false;
    }
    return true;
}

bool sw_rules__value_text(const sw_cel_value *value, sw_arena *arena,
                          sw_str *out, sw_error *err)
{
    char day[11];
    if (value->kind == SW_CEL_UNKNOWN) {
        *out = SW_STR("not known");
        return true;
    }
    if (is_list_of_days(value)) return list_text(value, arena, out, err);
    if (!is_day(value)) return sw_cel_print(value, arena, out, err);
    sw_date_text((sw_date)(value->as.time.seconds / 86400), day);
    return sw_arena_str(arena, sw_str_of(day), out) || sw_fail_memory(err);
}
