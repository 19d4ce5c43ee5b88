// What a declaration says of a fact, as a value of CEL. What it does not say is
// an unknown whose name is the question: `cargo.scale`, and of an element or a
// record's field `turnover[1]`, `systems[2].country`.
#include <stdio.h>
#include <string.h>

#include "ranges.h"

typedef struct {
    const fact_def *fact;
    sw_str path;    // of the fact, or of the field that holds the value
    bool item;      // an element of it is read
    size_t number;  // which one
    bool inner;     // in a list: its place will not change
    bool open;      // a range may stand here
    ranges *found;  // or NULL
    sw_arena *arena;
    sw_error *err;
} reading;

enum { MAX_PLACE = 100 };

// "turnover[1]", cut to what a message has room for.
static const char *place_of(const reading *r, char buf[MAX_PLACE])
{
    sw_str path = sw_rules__clip(r->path);
    int used = snprintf(buf, MAX_PLACE, "%.*s", SW_STR_ARGS(path));
    if (r->item)
        snprintf(buf + used, MAX_PLACE - (size_t)used, "[%zu]", r->number);
    return buf;
}

/* ---- refusals -------------------------------------------------------- */

static bool refuse_type(const reading *r, const yaml_node *node)
{
    const fact_def *fact = r->fact;
    char place[MAX_PLACE];
    bool list = fact->list && !r->item;
    bool quote = fact->scalar == FACT_STRING && node->kind == YAML_SCALAR;
    return sw_rules__refuse(
        r->err, node, "fact %s must be %s%s%s, not %s%s", place_of(r, place),
        list                          ? "a list of "
        : fact->scalar == FACT_RECORD ? "a "
                                      : "",
        sw_rules__scalar_names[fact->scalar],
        list && fact->scalar == FACT_RECORD ? "s"
        : fact->scalar == FACT_DATE         ? " (YYYY-MM-DD)"
                                            : "",
        sw_rules__node_name(node), quote && !list ? ": quote it" : "");
}

static bool refuse_value(const reading *r, const yaml_node *node)
{
    const fact_def *fact = r->fact;
    char place[MAX_PLACE], allowed[240] = "";
    size_t used = 0;
    for (size_t i = 0; i < fact->value_count; i++) {
        sw_str v = fact->values[i];
        if (used + v.len + 8 > sizeof allowed) {
            snprintf(allowed + used, sizeof allowed - used, ", ...");
            break;
        }
        used += (size_t)snprintf(allowed + used, sizeof allowed - used,
                                 "%s%.*s", i > 0 ? ", " : "", SW_STR_ARGS(v));
    }
    sw_str said = sw_rules__clip(node->text);
    return sw_rules__refuse(r->err, node, "fact %s: \"%.*s\" is none of %s",
                            place_of(r, place), SW_STR_ARGS(said), allowed);
}

static bool refuse_day(const reading *r, const yaml_node *node)
{
    char place[MAX_PLACE];
    sw_str said = sw_rules__clip(node->text);
    return sw_rules__refuse(
        r->err, node, "fact %s must be a day written YYYY-MM-DD, not %.*s",
        place_of(r, place), SW_STR_ARGS(said));
}

/* ---- scalars --------------------------------------------------------- */

int sw_rules__compare_values(const sw_cel_value *a, const sw_cel_value *b)
{
    switch (a->kind) {
    case SW_CEL_INT: return (a->as.i64 > b->as.i64) - (a->as.i64 < b->as.i64);
    case SW_CEL_DOUBLE:
        return (a->as.f64 > b->as.f64) - (a->as.f64 < b->as.f64);
    default:
        return (a->as.time.seconds > b->as.time.seconds) -
               (a->as.time.seconds < b->as.time.seconds);
    }
}

static bool check_bounds(const reading *r, const yaml_node *node,
                         const sw_cel_value *value)
{
    const fact_bound *min = &r->fact->min, *max = &r->fact->max;
    bool below =
        min->text.len > 0 && sw_rules__compare_values(value, &min->value) < 0;
    bool above =
        max->text.len > 0 && sw_rules__compare_values(value, &max->value) > 0;
    if (!below && !above) return true;
    char place[MAX_PLACE];
    sw_str said = sw_rules__clip(node->text);
    sw_str bound = sw_rules__clip(below ? min->text : max->text);
    return sw_rules__refuse(
        r->err, node, "fact %s: %.*s is %s %.*s, the %s", place_of(r, place),
        SW_STR_ARGS(said), below ? "below" : "above", SW_STR_ARGS(bound),
        below ? "least that it can be" : "most that it can be");
}

static sw_str item_path(const reading *r);

// What stands there if it is a range: an unknown that is taken note of.
static bool range_value(const reading *r, const yaml_node *node,
                        sw_cel_value *out, bool *is_range)
{
    fact_range range;
    *is_range = r->open && sw_rules__scalar(node).kind == SCALAR_STRING &&
                sw_rules__read_range(r->fact->scalar, node->text, &range);
    if (!*is_range) return true;
    sw_str *name = SW_NEW(r->arena, sw_str);
    range.fact = r->fact;
    range.path = r->item ? item_path(r) : r->path;
    if (name == NULL || range.path.at == NULL) return sw_fail_memory(r->err);
    *name = range.path;
    *out = sw_rules__unknown(name);
    if (r->inner) range.place = out;
    return r->found == NULL || sw_rules__add_range(r->found, &range, r->err);
}

static bool scalar_value(const reading *r, const yaml_node *node,
                         sw_cel_value *out)
{
    if (node->kind != YAML_SCALAR) return refuse_type(r, node);
    scalar said = sw_rules__scalar(node);
    sw_date date;
    bool is_range;
    if (!range_value(r, node, out, &is_range)) return false;
    if (is_range) return true;
    *out = (sw_cel_value){0};
    switch (r->fact->scalar) {
    case FACT_BOOL:
        if (said.kind != SCALAR_BOOL) break;
        out->kind = SW_CEL_BOOL;
        out->as.boolean = said.boolean;
        return true;
    case FACT_INT:
        if (said.kind != SCALAR_INT) break;
        out->kind = SW_CEL_INT;
        out->as.i64 = said.i64;
        return check_bounds(r, node, out);
    case FACT_DOUBLE:
        if (said.kind != SCALAR_DOUBLE && said.kind != SCALAR_INT) break;
        out->kind = SW_CEL_DOUBLE;
        out->as.f64 = said.kind == SCALAR_INT ? (double)said.i64 : said.f64;
        return check_bounds(r, node, out);
    case FACT_STRING:
        if (said.kind != SCALAR_STRING) break;
        if (!sw_rules__fact_allows(r->fact, node->text))
            return refuse_value(r, node);
        out->kind = SW_CEL_STRING;
        out->as.str = node->text;
        return true;
    case FACT_DATE:
        if (said.kind != SCALAR_STRING) break;
        if (!sw_date_parse(node->text, &date)) return refuse_day(r, node);
        *out = sw_rules__day_value(date);
        return check_bounds(r, node, out);
    case FACT_RECORD: break;
    }
    return refuse_type(r, node);
}

sw_cel_value sw_rules__day_value(sw_date date)
{
    sw_cel_value value = {.kind = SW_CEL_TIMESTAMP};
    value.as.time = (sw_cel_time){(int64_t)date * 86400, 0};
    return value;
}

/* ---- what is not known ----------------------------------------------- */

// An explicit null says "not known", as leaving the fact out does.
static bool is_null(const yaml_node *node)
{
    return node->kind == YAML_SCALAR &&
           sw_rules__scalar(node).kind == SCALAR_NULL;
}

sw_cel_value sw_rules__unknown(const sw_str *path)
{
    sw_cel_value value = {.kind = SW_CEL_UNKNOWN};
    value.as.unknown.at = path;
    value.as.unknown.count = 1;
    return value;
}

static bool unknown_named(const reading *r, sw_str path, sw_cel_value *out)
{
    sw_str *name = SW_NEW(r->arena, sw_str);
    if (name == NULL || path.at == NULL) return sw_fail_memory(r->err);
    *name = path;
    *out = sw_rules__unknown(name);
    return true;
}

static sw_str item_path(const reading *r)
{
    return sw_arena_printf(r->arena, "%.*s[%zu]", SW_STR_ARGS(r->path),
                           r->number);
}

/* ---- lists and records ----------------------------------------------- */

static bool value_of(const reading *r, const yaml_node *node,
                     sw_cel_value *out);

static bool field_value(const reading *record, sw_str path, const fact_def *of,
                        const yaml_node *node, sw_cel_value *out)
{
    sw_str name = sw_arena_printf(record->arena, "%.*s.%.*s", SW_STR_ARGS(path),
                                  SW_STR_ARGS(of->path));
    reading r = {.fact = of,
                 .path = name,
                 .inner = true,
                 .open = record->open,
                 .found = record->found,
                 .arena = record->arena,
                 .err = record->err};
    if (node == NULL || is_null(node)) return unknown_named(&r, name, out);
    if (name.at == NULL) return sw_fail_memory(r.err);
    return value_of(&r, node, out);
}

// Every field is there, so that none is taken for absent. Names that no field
// has may be another book's.
static bool record_value(const reading *r, const yaml_node *node,
                         sw_cel_value *out)
{
    const fact_def *fact = r->fact;
    if (node->kind != YAML_MAP) return refuse_type(r, node);
    sw_str path = item_path(r);
    sw_cel_entry *entries =
        SW_NEW_ARRAY(r->arena, sw_cel_entry, fact->field_count);
    if (entries == NULL || path.at == NULL) return sw_fail_memory(r->err);
    for (size_t i = 0; i < fact->field_count; i++) {
        const fact_def *of = &fact->fields[i];
        entries[i].key.kind = SW_CEL_STRING;
        entries[i].key.as.str = of->path;
        if (!field_value(r, path, of, sw_rules__find_child(node, of->path),
                         &entries[i].value)) {
            return false;
        }
    }
    *out = (sw_cel_value){.kind = SW_CEL_MAP};
    out->as.map.at = entries;
    out->as.map.count = fact->field_count;
    return true;
}

static bool item_value(const reading *r, const yaml_node *node,
                       sw_cel_value *out)
{
    if (node == NULL || is_null(node))
        return unknown_named(r, item_path(r), out);
    if (r->fact->scalar == FACT_RECORD) return record_value(r, node, out);
    return scalar_value(r, node, out);
}

static bool check_count(const reading *r, const yaml_node *node)
{
    const fact_def *fact = r->fact;
    char place[MAX_PLACE];
    if (fact->count == 0 || node->count <= fact->count) return true;
    return sw_rules__refuse(r->err, node,
                            "fact %s holds %zu value%s, newest first, not %zu",
                            place_of(r, place), fact->count,
                            fact->count == 1 ? "" : "s", node->count);
}

// A list of fixed length that is too short lacks its last values.
static bool list_value(const reading *r, const yaml_node *node,
                       sw_cel_value *out)
{
    if (node->kind != YAML_LIST) return refuse_type(r, node);
    if (!check_count(r, node)) return false;
    size_t count = r->fact->count > 0 ? r->fact->count : node->count;
    sw_cel_value *items = SW_NEW_ARRAY(r->arena, sw_cel_value, count);
    if (items == NULL) return sw_fail_memory(r->err);

    reading item = *r;
    const yaml_node *c = node->first;
    item.item = item.inner = true;
    for (size_t i = 0; i < count; i++, c = c != NULL ? c->next : NULL) {
        item.number = i;
        if (!item_value(&item, c, &items[i])) return false;
    }
    *out = (sw_cel_value){.kind = SW_CEL_LIST};
    out->as.list.at = items;
    out->as.list.count = count;
    return true;
}

static bool value_of(const reading *r, const yaml_node *node, sw_cel_value *out)
{
    return r->fact->list ? list_value(r, node, out)
                         : scalar_value(r, node, out);
}

static bool read_value(const reading *r, const yaml_node *node,
                       sw_cel_value *out)
{
    if (node == NULL || is_null(node)) {
        *out = sw_rules__unknown(&r->fact->path);
        return true;
    }
    return value_of(r, node, out);
}

bool sw_rules__fact_value(const fact_def *fact, const yaml_node *node,
                          sw_arena *arena, sw_cel_value *out, sw_error *err)
{
    reading r = {.fact = fact, .path = fact->path, .arena = arena, .err = err};
    return read_value(&r, node, out);
}

bool sw_rules__declared_value(const fact_def *fact, const yaml_node *node,
                              sw_arena *arena, ranges *found, sw_cel_value *out,
                              sw_error *err)
{
    reading r = {.fact = fact,
                 .path = fact->path,
                 .open = true,
                 .found = found,
                 .arena = arena,
                 .err = err};
    return read_value(&r, node, out);
}
