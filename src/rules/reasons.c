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

// Whether it is a fact or a part of one, read as it stands: "turnover[0]".
static bool is_read(sw_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.at[i];
        bool digit = c >= '0' && c <= '9';
        bool fits = c == '_' || (c >= 'a' && c <= 'z') ||
                    (c >= 'A' && c <= 'Z') ||
                    (i > 0 && (digit || c == '.' || c == '[' || c == ']'));
        if (!fits) return false;
    }
    return !sw_str_eq(s, SW_STR("true")) && !sw_str_eq(s, SW_STR("false"));
}

// The leaves below a condition: what it saw. A fact seen twice is told once.
static bool see(gatherer *g, decider *to, seen_value *seen,
                const sw_cel_reason *why, size_t depth)
{
    sw_str source = part(g, why);
    if (why->count > 0 && depth > 0 && !is_read(source)) {
        for (size_t i = 0; i < why->count; i++) {
            if (!see(g, to, seen, &why->at[i], depth - 1)) return false;
        }
        return true;
    }
    if (to->seen_count == MAX_SEEN) return true;
    for (size_t i = 0; i < to->seen_count; i++) {
        if (sw_str_eq(seen[i].source, source)) return true;
    }
    seen[to->seen_count++] = (seen_value){source, why->value};
    return true;
}

/* ---- elements of macros ---------------------------------------------- */

// Where in a macro a condition stands.
typedef struct {
    const sw_cel_reason *element;  // NULL: in none
    const sw_cel_reason *range;    // NULL: not among the reasons
} standpoint;

static standpoint step_into(const sw_cel_reason *macro,
                            const sw_cel_reason *below, standpoint from)
{
    const sw_cel_reason *first = &macro->at[0];
    if (below->element_count == 0) return from;
    bool range = first != below && first->value.kind == SW_CEL_LIST;
    return (standpoint){below, range ? first : NULL};
}

// "s = systems[1]" for a record: what it holds is mostly beside the point, and
// what is not is seen. Gives false if it is none, or not of the range as it is.
static bool record_text(const gatherer *g, standpoint at, sw_str *out)
{
    if (at.element->element_count != 1 || at.range == NULL) return false;
    const sw_cel_value *record = &at.element->element[0].value;
    sw_str range = part(g, at.range);
    if (record->kind != SW_CEL_MAP || !is_read(range)) return false;
    for (size_t i = 0; i < at.range->value.as.list.count; i++) {
        const sw_cel_value *item = &at.range->value.as.list.at[i];
        if (item->kind != SW_CEL_MAP || item->as.map.at != record->as.map.at)
            continue;
        *out = sw_arena_printf(g->arena, "%.*s = %.*s[%zu]",
                               SW_STR_ARGS(at.element->element[0].name),
                               SW_STR_ARGS(range), i);
        return true;
    }
    return false;
}

static bool element_text(const gatherer *g, standpoint at, sw_str *out)
{
    *out = SW_STR("");
    if (at.element == NULL) return true;
    if (record_text(g, at, out))
        return out->at != NULL || sw_fail_memory(g->err);
    return sw_cel_element_text(at.element, g->arena, out, g->err);
}

/* ---- conditions ------------------------------------------------------ */

static bool add_decider(gatherer *g, const sw_cel_reason *why, standpoint at)
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
    sw_str text;
    if (!element_text(g, at, &text)) return false;
    decider *to = &g->at[g->count++];
    *to = (decider){part(g, why), why->value, text, seen, 0};
    // Of a leaf its own truth is all there is to see; a fact's is told.
    if (why->count == 0 && !is_read(to->source)) return true;
    return see(g, to, seen, why, MAX_REASON_DEPTH);
}

static bool reads_days_only(const sw_cel_reason *why, size_t depth)
{
    if (why->count == 0 || depth == 0)
        return sw_str_starts(why->path, SW_STR("ruling."));
    for (size_t i = 0; i < why->count; i++) {
        if (!reads_days_only(&why->at[i], depth - 1)) return false;
    }
    return true;
}

// Whether the first part is what chooses, by the day that is ruled for, among
// versions of the law (DAYS ? a : b). The part that was taken tells it.
static bool is_choice_by_day(const gatherer *g, const sw_cel_reason *why)
{
    if (why->count < 2 || !reads_days_only(&why->at[0], MAX_REASON_DEPTH))
        return false;
    size_t at = why->at[0].end;
    while (at < g->source.len && strchr(" \t\n)", g->source.at[at]) != NULL)
        at++;
    return at < g->source.len && g->source.at[at] == '?';
}

static bool gather(gatherer *g, const sw_cel_reason *why, standpoint at,
                   size_t depth)
{
    if (depth == 0 || !stands_over_truth(why, depth))
        return add_decider(g, why, at);
    for (size_t i = is_choice_by_day(g, why); i < why->count; i++) {
        const sw_cel_reason *below = &why->at[i];
        bool says = is_truth(below) || stands_over_truth(below, depth - 1);
        if (says && !gather(g, below, step_into(why, below, at), depth - 1))
            return false;
    }
    return true;
}

bool sw_rules__deciders(const sw_cel *cel, const sw_cel_reason *why,
                        sw_arena *arena, const decider **out, size_t *count,
                        sw_error *err)
{
    gatherer g = {.source = sw_cel_source(cel), .arena = arena, .err = err};
    standpoint outside = {0};
    if (why != NULL && !gather(&g, why, outside, MAX_REASON_DEPTH))
        return false;
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
