// Macros over a range, and macros that bind one value.
//
// all folds with &&, exists with ||: a deciding element wins over errors and
// unknowns of the others. The rest look at every element, and any error is the
// result.
#include "cel_internal.h"

typedef sw_cel__node node;

size_t sw_cel__range_count(const sw_cel_value *range)
{
    return range->kind == SW_CEL_LIST ? range->as.list.count
                                      : range->as.map.count;
}

// One variable: a list's element, a map's key. Two: index or key, and value.
void sw_cel__bind_element(sw_cel__run *run, const node *n,
                          const sw_cel_value *range, size_t i)
{
    sw_cel_value *slot = &run->slots[n->slot];
    bool two = n->vars[1].len > 0;
    if (range->kind == SW_CEL_LIST) {
        if (two) *slot++ = sw_cel__int((int64_t)i);
        *slot = range->as.list.at[i];
    } else {
        *slot = range->as.map.at[i].key;
        if (two) slot[1] = range->as.map.at[i].value;
    }
}

typedef struct {
    sw_cel__run *run;
    const node *n;
    sw_cel_value range;
    sw_cel_value unknown, error;  // met so far
} fold;

static bool note(fold *f, const sw_cel_value *v)
{
    if (v->kind == SW_CEL_UNKNOWN) return sw_cel__merge(f->run, &f->unknown, v);
    if (f->error.kind == SW_CEL_ERROR) return true;
    if (v->kind == SW_CEL_ERROR) {
        f->error = *v;
        return true;
    }
    return sw_cel__no_overload(&f->error);
}

// all and exists: false, or true, decides.
static bool fold_logical(fold *f, bool decides, sw_cel_value *out)
{
    const node *body = f->n->args[f->n->count - 1];
    for (size_t i = 0; i < sw_cel__range_count(&f->range); i++) {
        sw_cel_value v;
        sw_cel__bind_element(f->run, f->n, &f->range, i);
        if (!sw_cel__eval(f->run, body, &v)) return false;
        if (v.kind != SW_CEL_BOOL) {
            if (!note(f, &v)) return false;
        } else if (v.as.boolean == decides) {
            *out = v;
            return true;
        }
    }
    *out = f->unknown.kind == SW_CEL_UNKNOWN ? f->unknown
           : f->error.kind == SW_CEL_ERROR   ? f->error
                                             : sw_cel__bool(!decides);
    return true;
}

// What is left when nothing may be absorbed: an error, an unknown, or `value`.
static sw_cel_value strict_result(const fold *f, sw_cel_value value)
{
    return f->error.kind == SW_CEL_ERROR       ? f->error
           : f->unknown.kind == SW_CEL_UNKNOWN ? f->unknown
                                               : value;
}

static bool fold_one(fold *f, sw_cel_value *out)
{
    const node *body = f->n->args[f->n->count - 1];
    size_t count = 0;
    for (size_t i = 0; i < sw_cel__range_count(&f->range); i++) {
        sw_cel_value v;
        sw_cel__bind_element(f->run, f->n, &f->range, i);
        if (!sw_cel__eval(f->run, body, &v)) return false;
        if (v.kind != SW_CEL_BOOL) {
            if (!note(f, &v)) return false;
        } else {
            count += v.as.boolean;
        }
    }
    *out = strict_result(f, sw_cel__bool(count == 1));
    return true;
}

static bool passes_filter(fold *f, bool *passes)
{
    *passes = true;
    if (f->n->count < 3) return true;
    sw_cel_value v;
    if (!sw_cel__eval(f->run, f->n->args[1], &v)) return false;
    *passes = sw_cel__is_true(&v);
    return v.kind == SW_CEL_BOOL || note(f, &v);
}

static bool fold_list(fold *f, sw_cel_value *out)
{
    const node *body = f->n->args[f->n->count - 1];
    size_t most = sw_cel__range_count(&f->range), count = 0;
    sw_cel_value *items = sw_cel__alloc(f->run, most, sizeof *items);
    if (items == NULL) return false;
    for (size_t i = 0; i < most; i++) {
        sw_cel_value v;
        bool passes;
        sw_cel__bind_element(f->run, f->n, &f->range, i);
        if (!passes_filter(f, &passes)) return false;
        if (!passes) continue;
        if (!sw_cel__eval(f->run, body, &v)) return false;
        bool stop = v.kind == SW_CEL_ERROR || v.kind == SW_CEL_UNKNOWN;
        if (stop && !note(f, &v)) return false;
        items[count++] = v;
    }
    sw_cel_value list = {.kind = SW_CEL_LIST};
    list.as.list.at = items;
    list.as.list.count = count;
    *out = strict_result(f, list);
    return true;
}

static bool fold_map(fold *f, sw_cel_value *out)
{
    const node *body = f->n->args[f->n->count - 1];
    size_t most = sw_cel__range_count(&f->range), count = 0;
    sw_cel_entry *entries = sw_cel__alloc(f->run, most, sizeof *entries);
    if (entries == NULL) return false;
    for (size_t i = 0; i < most; i++) {
        sw_cel_value v;
        bool passes;
        sw_cel__bind_element(f->run, f->n, &f->range, i);
        if (!passes_filter(f, &passes)) return false;
        if (!passes) continue;
        if (!sw_cel__eval(f->run, body, &v)) return false;
        bool stop = v.kind == SW_CEL_ERROR || v.kind == SW_CEL_UNKNOWN;
        if (stop && !note(f, &v)) return false;
        entries[count++] = (sw_cel_entry){f->run->slots[f->n->slot], v};
    }
    sw_cel_value map = {.kind = SW_CEL_MAP};
    map.as.map.at = entries;
    map.as.map.count = count;
    *out = strict_result(f, map);
    return true;
}

bool sw_cel__eval_fold(sw_cel__run *run, const node *n, sw_cel_value *out)
{
    fold f = {.run = run, .n = n};
    if (!sw_cel__eval(run, n->args[0], &f.range)) return false;
    switch (f.range.kind) {
    case SW_CEL_ERROR:
    case SW_CEL_UNKNOWN: *out = f.range; return true;
    case SW_CEL_LIST:
    case SW_CEL_MAP: break;
    default:
        return sw_cel__error(run, out, "%.*s() over a %s", SW_STR_ARGS(n->name),
                             sw_cel_kind_name(f.range.kind));
    }
    switch (n->macro) {
    case SW_FOLD_ALL: return fold_logical(&f, false, out);
    case SW_FOLD_EXISTS: return fold_logical(&f, true, out);
    case SW_FOLD_EXISTS_ONE: return fold_one(&f, out);
    case SW_FOLD_MAP: return fold_map(&f, out);
    default: return fold_list(&f, out);
    }
}

// cel.bind binds whatever the value is: an error that the body does not use
// does not count. optMap and optFlatMap need an optional.
bool sw_cel__eval_bind(sw_cel__run *run, const node *n, sw_cel_value *out)
{
    sw_cel_value v;
    if (!sw_cel__eval(run, n->args[0], &v)) return false;
    if (n->macro != SW_BIND_VALUE) {
        if (v.kind == SW_CEL_ERROR || v.kind == SW_CEL_UNKNOWN)
            return *out = v, true;
        if (v.kind != SW_CEL_OPTIONAL) return sw_cel__no_overload(out);
        if (v.as.optional == NULL) return *out = v, true;
        v = *v.as.optional;
    }
    run->slots[n->slot] = v;
    if (!sw_cel__eval(run, n->args[1], out)) return false;
    if (n->macro != SW_BIND_OPTIONAL || out->kind == SW_CEL_ERROR ||
        out->kind == SW_CEL_UNKNOWN)
        return true;
    sw_cel_value *inner = sw_cel__alloc(run, 1, sizeof *inner);
    if (inner == NULL) return false;
    *inner = *out;
    *out = (sw_cel_value){.kind = SW_CEL_OPTIONAL, .as.optional = inner};
    return true;
}
