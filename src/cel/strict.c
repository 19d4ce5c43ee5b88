// Nodes whose parts are all evaluated first: operators, calls, lists, maps,
// selections, indexes. An error in any part is the result, the first one if
// there are several; then the unknowns of all parts, joined.
//
// Specification: cel-spec, doc/langdef.md, "Evaluation".
#include "cel_internal.h"

typedef sw_cel__node node;

static bool stopped(const sw_cel_value *v)
{
    return v->kind == SW_CEL_ERROR || v->kind == SW_CEL_UNKNOWN;
}

bool sw_cel__note(sw_cel__run *run, const sw_cel_value *part,
                  sw_cel_value *stop)
{
    if (stop->kind == SW_CEL_ERROR) return true;
    if (part->kind == SW_CEL_ERROR) return *stop = *part, true;
    if (part->kind == SW_CEL_UNKNOWN) return sw_cel__merge(run, stop, part);
    return true;
}

bool sw_cel__note_element(sw_cel__run *run, const sw_cel_value *item,
                          sw_cel_value *stop)
{
    sw_cel_value wrong;
    if (stopped(item)) return sw_cel__note(run, item, stop);
    return sw_cel__no_overload(&wrong) && sw_cel__note(run, &wrong, stop);
}

/* ---- lists and maps -------------------------------------------------- */

// An element or entry marked with ? is what its optional holds; `keep`: it has
// something.
static void unwrap(const sw_cel_value *v, bool *keep, sw_cel_value *out)
{
    if (stopped(v)) {
        *out = *v;
    } else if (v->kind != SW_CEL_OPTIONAL) {
        sw_cel__fault(out, "an entry marked with ? must be optional");
    } else if (v->as.optional == NULL) {
        *keep = false;
    } else {
        *out = *v->as.optional;
    }
}

static bool make_list(sw_cel__run *run, const node *n,
                      const sw_cel_value *parts, sw_cel_value *out)
{
    sw_cel_value *items = sw_cel__alloc(run, n->count, sizeof *items);
    if (items == NULL) return false;
    sw_cel_value stop = {0};
    size_t count = 0;
    for (size_t i = 0; i < n->count; i++) {
        sw_cel_value v = parts[i];
        bool keep = true;
        if (n->optional != NULL && n->optional[i]) unwrap(&parts[i], &keep, &v);
        if (!keep) continue;
        if (!sw_cel__note(run, &v, &stop)) return false;
        items[count++] = v;
    }
    *out = (sw_cel_value){.kind = SW_CEL_LIST};
    out->as.list.at = items;
    out->as.list.count = count;
    if (stopped(&stop)) *out = stop;
    return true;
}

static bool is_key(const sw_cel_value *v)
{
    return v->kind == SW_CEL_INT || v->kind == SW_CEL_UINT ||
           v->kind == SW_CEL_BOOL || v->kind == SW_CEL_STRING;
}

// Adds an entry to a literal's map, or stops on what it may not hold.
static bool add_entry(sw_cel__run *run, sw_cel_value *map,
                      sw_cel_entry *entries, const sw_cel_value v[2],
                      sw_cel_value *stop)
{
    if (stop->kind == SW_CEL_ERROR) return true;
    if (!is_key(&v[0])) {
        return sw_cel__error(run, stop, "a %s cannot be a map's key",
                             sw_cel_kind_name(v[0].kind));
    }
    if (!sw_cel__spend(run, sw_cel__lookup_steps(map, &v[0]))) return false;
    if (sw_cel__lookup(map, &v[0]) != NULL)
        return sw_cel__fault(stop, "a key is repeated in a map");
    entries[map->as.map.count++] = (sw_cel_entry){v[0], v[1]};
    return true;
}

static bool make_map(sw_cel__run *run, const node *n, const sw_cel_value *parts,
                     sw_cel_value *out)
{
    sw_cel_entry *entries = sw_cel__alloc(run, n->count / 2, sizeof *entries);
    if (entries == NULL) return false;
    sw_cel_value map = {.kind = SW_CEL_MAP}, stop = {0};
    map.as.map.at = entries;
    for (size_t i = 0; i < n->count; i += 2) {
        sw_cel_value v[2] = {parts[i], parts[i + 1]};
        bool keep = true, marked = n->optional != NULL && n->optional[i];
        if (marked) unwrap(&parts[i + 1], &keep, &v[1]);
        // A key that is certain to be there may not be repeated, whatever its
        // value turns out to be.
        bool certain = !stopped(&v[0]) && !(marked && stopped(&v[1]));
        if (!sw_cel__note(run, &v[0], &stop)) return false;
        if (!keep) continue;
        if (!sw_cel__note(run, &v[1], &stop)) return false;
        if (certain && !add_entry(run, &map, entries, v, &stop)) return false;
    }
    *out = stopped(&stop) ? stop : map;
    return true;
}

static bool make_message(sw_cel__run *run, const node *n,
                         const sw_cel_value *parts, sw_cel_value *out)
{
    for (size_t i = 0; i < n->count; i++) {
        if (parts[i].kind == SW_CEL_ERROR) return *out = parts[i], true;
    }
    return sw_cel__error(run, out, "unknown message type '%.*s'",
                         SW_CEL__SHOWN(n->name));
}

/* ---- the rest -------------------------------------------------------- */

static bool combine(sw_cel__run *run, const node *n, const sw_cel_value *parts,
                    sw_cel_value *out)
{
    switch (n->kind) {
    case SW_NODE_SELECT: return sw_cel__select(run, &parts[0], n, out);
    case SW_NODE_INDEX:
        return sw_cel__index(run, &parts[0], &parts[1], n->maybe, out);
    case SW_NODE_NOT:
        if (parts[0].kind != SW_CEL_BOOL) return sw_cel__no_overload(out);
        *out = sw_cel__bool(!parts[0].as.boolean);
        return true;
    case SW_NODE_NEGATE: return sw_cel__negate(&parts[0], out);
    case SW_NODE_BINARY:
        return sw_cel__binary(run, n->op, &parts[0], &parts[1], out);
    default: return sw_cel__call_overload(run, n, parts, out);
    }
}

// or() and orValue() of an unknown may turn out not to look at their argument,
// so an error there does not decide yet.
static bool may_be_enough(const node *n, const sw_cel_value *parts)
{
    return n->kind == SW_NODE_CALL && n->functions != NULL &&
           n->functions->takes[0] == '?' && parts[0].kind == SW_CEL_UNKNOWN;
}

bool sw_cel__combine(sw_cel__run *run, const node *n, const sw_cel_value *parts,
                     sw_cel_value *out)
{
    switch (n->kind) {
    case SW_NODE_LIST: return make_list(run, n, parts, out);
    case SW_NODE_MAP: return make_map(run, n, parts, out);
    case SW_NODE_MESSAGE: return make_message(run, n, parts, out);
    default: break;
    }
    sw_cel_value stop = {0};
    for (size_t i = 0; i < n->count; i++) {
        if (!sw_cel__note(run, &parts[i], &stop)) return false;
    }
    if (stop.kind == SW_CEL_ERROR) {
        *out = may_be_enough(n, parts) ? parts[0] : stop;
        return true;
    }
    if (n->kind == SW_NODE_CALL && !sw_cel__is_known_call(n)) {
        return sw_cel__error(run, out, "unknown %s '%.*s'",
                             n->method ? "method" : "function",
                             SW_CEL__SHOWN(n->name));
    }
    if (stop.kind == SW_CEL_UNKNOWN) return *out = stop, true;
    return combine(run, n, parts, out);
}
