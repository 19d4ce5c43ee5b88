// The vocabulary of a rulebook: what facts there are, and what they hold.
//
// A fact is a leaf. CEL sees nested maps, so no path may go on from another;
// sorted by path that is seen between neighbours, for '.' sorts before every
// character that a name may hold. A list of records is one fact; its fields are
// facts of their own, whose path is a name.
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "rules_internal.h"

/* ---- paths ----------------------------------------------------------- */

// Names that cannot begin a path (CEL's, the free keys of a declaration, what
// expressions read beside facts), and names that can stand nowhere in it.
static const char *const reserved[] = {
    "as",        "break",  "const",    "continue", "else",        "for",
    "function",  "if",     "let",      "loop",     "package",     "import",
    "namespace", "return", "var",      "void",     "while",       "bool",
    "int",       "uint",   "double",   "list",     "map",         "bytes",
    "null_type", "string", "type",     "google",   "declaration", "notes",
    "ruling",    "months", "workdays", NULL};
static const char *const keywords[] = {"false", "in", "null", "true", NULL};

static bool is_name(sw_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.at[i];
        bool letter =
            c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        bool digit = c >= '0' && c <= '9';
        if (!letter && (!digit || i == 0)) return false;
    }
    return s.len > 0;
}

sw_str sw_rules__next_name(sw_str *rest)
{
    const char *dot = rest->len > 0 ? memchr(rest->at, '.', rest->len) : NULL;
    sw_str head = {rest->at,
                   dot != NULL ? (size_t)(dot - rest->at) : rest->len};
    size_t used = head.len + (dot != NULL);
    *rest = (sw_str){rest->at + used, rest->len - used};
    return head;
}

bool sw_rules__check_path(const yaml_node *key, const char *what, sw_error *err)
{
    sw_str rest = key->text;
    sw_str shown = sw_rules__clip(key->text);
    bool dot_last = sw_str_ends(rest, SW_STR("."));
    for (size_t i = 0; rest.len > 0 || i == 0; i++) {
        sw_str name = sw_rules__next_name(&rest);
        if (i == MAX_SEGMENTS) {
            return sw_rules__refuse(err, key, "a %s of more than %d names",
                                    what, MAX_SEGMENTS);
        }
        if (!is_name(name) || dot_last) {
            return sw_rules__refuse(err, key,
                                    "%s \"%.*s\": a path is names of "
                                    "letters, digits and _ joined by dots",
                                    what, SW_STR_ARGS(shown));
        }
        if (sw_rules__is_one_of(name, keywords) ||
            (i == 0 && sw_rules__is_one_of(name, reserved)))
            return sw_rules__refuse(
                err, key, "%s \"%.*s\": the name \"%.*s\" is reserved", what,
                SW_STR_ARGS(shown), SW_STR_ARGS(name));
    }
    return true;
}

static bool check_field_name(const yaml_node *key, sw_error *err)
{
    sw_str shown = sw_rules__clip(key->text);
    if (is_name(key->text) && !sw_rules__is_one_of(key->text, keywords))
        return true;
    return sw_rules__refuse(err, key,
                            "field \"%.*s\": a name of letters, digits and _",
                            SW_STR_ARGS(shown));
}

/* ---- types ----------------------------------------------------------- */

const char *const sw_rules__scalar_names[] = {"bool",   "int",  "double",
                                              "string", "date", "record"};

static bool read_type(const yaml_node *node, bool inner, fact_def *out,
                      sw_error *err)
{
    sw_str type;
    if (!sw_rules__read_text(node, &type, err)) return false;
    out->type = type;
    out->list =
        sw_str_starts(type, SW_STR("list(")) && sw_str_ends(type, SW_STR(")"));
    if (out->list) type = (sw_str){type.at + 5, type.len - 6};
    // A record stands in a list only, and holds no other.
    size_t known = out->list && !inner ? FACT_RECORD + 1 : FACT_RECORD;
    for (size_t i = 0; i < known; i++) {
        if (!sw_str_eq(type, sw_str_of(sw_rules__scalar_names[i]))) continue;
        out->scalar = (fact_scalar)i;
        return true;
    }
    type = sw_rules__clip(out->type);
    return sw_rules__refuse(err, node,
                            "type \"%.*s\" is none of bool, int, double, "
                            "string, date, list(bool) ... list(date)%s",
                            SW_STR_ARGS(type), inner ? "" : ", list(record)");
}

static bool read_values(const yaml_node *list, fact_def *fact, sw_arena *arena,
                        sw_error *err)
{
    if (!sw_rules__expect(list, YAML_LIST, "values", err)) return false;
    if (fact->scalar != FACT_STRING)
        return sw_rules__refuse(err, list,
                                "values are for string and list(string)");
    if (list->count == 0)
        return sw_rules__refuse(err, list, "values are empty");

    sw_str *values = SW_NEW_ARRAY(arena, sw_str, list->count);
    if (values == NULL) return sw_fail_memory(err);
    fact->values = values;
    for (const yaml_node *c = list->first; c != NULL; c = c->next) {
        sw_str *value = &values[fact->value_count];
        if (!sw_rules__read_text(c, value, err)) return false;
        if (sw_rules__fact_allows(fact, *value) && fact->value_count > 0)
            return sw_rules__refuse(err, c, "this value is given twice");
        fact->value_count++;
    }
    return true;
}

bool sw_rules__fact_allows(const fact_def *fact, sw_str value)
{
    if (fact->value_count == 0) return true;
    for (size_t i = 0; i < fact->value_count; i++) {
        if (sw_str_eq(fact->values[i], value)) return true;
    }
    return false;
}

/* ---- bounds ---------------------------------------------------------- */

// A bound is a value of the fact's own type.
static bool read_bound(const yaml_node *node, const fact_def *fact,
                       fact_bound *out, sw_error *err)
{
    bool ordered = fact->scalar == FACT_INT || fact->scalar == FACT_DOUBLE ||
                   fact->scalar == FACT_DATE;
    if (!ordered) {
        return sw_rules__refuse(err, node, "%s is for int, double and date",
                                node->key->text.at);
    }
    fact_def plain = {.path = node->key->text, .scalar = fact->scalar};
    if (!sw_rules__fact_value(&plain, node, NULL, &out->value, err))
        return false;
    if (out->value.kind == SW_CEL_UNKNOWN)
        return sw_rules__refuse(err, node, "%s is empty", node->key->text.at);
    out->text = node->text;
    return true;
}

static bool read_bounds(const yaml_node *min, const yaml_node *max,
                        fact_def *fact, sw_error *err)
{
    if (min != NULL && !read_bound(min, fact, &fact->min, err)) return false;
    if (max != NULL && !read_bound(max, fact, &fact->max, err)) return false;
    if (min == NULL || max == NULL ||
        sw_rules__compare_values(&fact->min.value, &fact->max.value) <= 0)
        return true;
    return sw_rules__refuse(err, max, "max lies below min");
}

static bool read_count(const yaml_node *node, fact_def *fact, sw_error *err)
{
    enum { MAX_COUNT = 1000 };
    scalar said = {.kind = SCALAR_NULL};
    if (!fact->list || fact->scalar == FACT_RECORD)
        return sw_rules__refuse(err, node, "count is for lists of values");
    if (node->kind == YAML_SCALAR) said = sw_rules__scalar(node);
    if (said.kind != SCALAR_INT || said.i64 < 1 || said.i64 > MAX_COUNT) {
        return sw_rules__refuse(
            err, node, "count must be a whole number from 1 to %d", MAX_COUNT);
    }
    fact->count = (size_t)said.i64;
    return true;
}

/* ---- the map of facts ------------------------------------------------ */

typedef struct {
    const yaml_node *type, *values, *min, *max, *count, *fields;
    sw_str unit, ask, notes;
} raw_fact;

// A record's field takes the first seven, a fact all but the first.
enum { FIELD_KEYS = 7, FACT_KEYS = 9 };
#define AT(member) offsetof(raw_fact, member)
static const field keys[] = {
    {"ask", FIELD_TEXT, false, AT(ask), NULL},
    {"type", FIELD_NODE, true, AT(type), NULL},
    {"unit", FIELD_TEXT, false, AT(unit), NULL},
    {"values", FIELD_NODE, false, AT(values), NULL},
    {"min", FIELD_NODE, false, AT(min), NULL},
    {"max", FIELD_NODE, false, AT(max), NULL},
    {"notes", FIELD_TEXT, false, AT(notes), NULL},
    {"ask", FIELD_TEXT, true, AT(ask), NULL},
    {"count", FIELD_NODE, false, AT(count), NULL},
    {"fields", FIELD_NODE, false, AT(fields), NULL},
};
#undef AT

static bool read_definition(const yaml_node *node, const raw_fact *raw,
                            bool inner, sw_arena *arena, fact_def *out,
                            sw_error *err)
{
    *out = (fact_def){.path = node->key->text,
                      .unit = raw->unit,
                      .ask = raw->ask,
                      .notes = raw->notes,
                      .node = node};
    if (!read_type(raw->type, inner, out, err)) return false;
    if (raw->values != NULL && !read_values(raw->values, out, arena, err))
        return false;
    if (raw->count != NULL && !read_count(raw->count, out, err)) return false;
    return read_bounds(raw->min, raw->max, out, err);
}

static bool read_record_fields(const yaml_node *map, sw_arena *arena,
                               fact_def *fact, sw_error *err)
{
    if (!sw_rules__expect(map, YAML_MAP, "fields", err)) return false;
    if (map->count == 0) return sw_rules__refuse(err, map, "fields are empty");
    if (map->count > MAX_DEFINITIONS)
        return sw_rules__refuse(err, map, "more than %d fields",
                                MAX_DEFINITIONS);
    fact_def *fields = SW_NEW_ARRAY(arena, fact_def, map->count);
    if (fields == NULL) return sw_fail_memory(err);
    for (const yaml_node *c = map->first; c != NULL; c = c->next) {
        raw_fact raw = {0};
        if (!check_field_name(c->key, err) ||
            !sw_rules__read_fields(c, "field", keys, FIELD_KEYS, &raw, err) ||
            !read_definition(c, &raw, true, arena, &fields[fact->field_count++],
                             err)) {
            return false;
        }
    }
    fact->fields = fields;
    return true;
}

static bool read_fact(const yaml_node *node, sw_arena *arena, fact_def *out,
                      sw_error *err)
{
    raw_fact raw = {0};
    if (!sw_rules__check_path(node->key, "fact", err)) return false;
    if (!sw_rules__read_fields(node, "fact", keys + 1, FACT_KEYS, &raw, err))
        return false;
    if (!read_definition(node, &raw, false, arena, out, err)) return false;
    bool records = out->scalar == FACT_RECORD;
    if (records && raw.fields == NULL) {
        return sw_rules__refuse(err, node,
                                "a list of records must name its fields");
    }
    if (!records && raw.fields != NULL)
        return sw_rules__refuse(err, raw.fields, "fields are for list(record)");
    return !records || read_record_fields(raw.fields, arena, out, err);
}

static int compare_paths(const void *a, const void *b)
{
    const fact_def *x = *(const fact_def *const *)a;
    const fact_def *y = *(const fact_def *const *)b;
    return sw_str_cmp(x->path, y->path);
}

static bool goes_on(sw_str path, sw_str from)
{
    return path.len > from.len && sw_str_starts(path, from) &&
           path.at[from.len] == '.';
}

bool sw_rules__order_facts(vocabulary *words, sw_error *err)
{
    if (words->count > 0) {
        qsort(words->by_path, words->count, sizeof *words->by_path,
              compare_paths);
    }
    for (size_t i = 1; i < words->count; i++) {
        const fact_def *a = words->by_path[i - 1], *b = words->by_path[i];
        if (!goes_on(b->path, a->path)) continue;
        sw_str outer = sw_rules__clip(a->path), inner = sw_rules__clip(b->path);
        return sw_rules__refuse(err, b->node->key,
                                "fact \"%.*s\" goes on from fact \"%.*s\" of "
                                "line %u: a fact holds no other",
                                SW_STR_ARGS(inner), SW_STR_ARGS(outer),
                                a->node->key->line);
    }
    return true;
}

bool sw_rules__read_facts(const yaml_node *map, sw_arena *arena,
                          vocabulary *out, sw_error *err)
{
    if (!sw_rules__expect(map, YAML_MAP, "facts", err)) return false;
    if (map->count > MAX_DEFINITIONS)
        return sw_rules__refuse(err, map, "more than %d facts",
                                MAX_DEFINITIONS);

    fact_def *facts = SW_NEW_ARRAY(arena, fact_def, map->count);
    out->by_path = SW_NEW_ARRAY(arena, const fact_def *, map->count);
    if (facts == NULL || out->by_path == NULL) return sw_fail_memory(err);
    out->at = facts;
    out->count = 0;
    for (const yaml_node *c = map->first; c != NULL; c = c->next) {
        if (!read_fact(c, arena, &facts[out->count], err)) return false;
        out->by_path[out->count] = &facts[out->count];
        out->count++;
    }
    return sw_rules__order_facts(out, err);
}

/* ---- looking up ------------------------------------------------------ */

// Index of the first fact whose path is not before `path`.
static size_t lower_bound(const vocabulary *words, sw_str path)
{
    size_t from = 0, to = words->count;
    while (from < to) {
        size_t mid = from + (to - from) / 2;
        if (sw_str_cmp(words->by_path[mid]->path, path) < 0) {
            from = mid + 1;
        } else {
            to = mid;
        }
    }
    return from;
}

const fact_def *sw_rules__find_fact(const vocabulary *words, sw_str path)
{
    size_t i = lower_bound(words, path);
    if (i == words->count || !sw_str_eq(words->by_path[i]->path, path))
        return NULL;
    return words->by_path[i];
}

bool sw_rules__is_group(const vocabulary *words, sw_str path)
{
    size_t i = lower_bound(words, path);
    return i < words->count && goes_on(words->by_path[i]->path, path);
}

static sw_str path_at(const void *words, size_t i)
{
    return ((const vocabulary *)words)->by_path[i]->path;
}

sw_str sw_rules__nearest_fact(const vocabulary *words, sw_str path)
{
    return sw_rules__nearest(path, path_at, words, words->count);
}

const fact_def *sw_rules__find_field(const fact_def *fact, sw_str name)
{
    for (size_t i = 0; i < fact->field_count; i++) {
        if (sw_str_eq(fact->fields[i].path, name)) return &fact->fields[i];
    }
    return NULL;
}

static sw_str field_at(const void *fact, size_t i)
{
    return ((const fact_def *)fact)->fields[i].path;
}

sw_str sw_rules__nearest_field(const fact_def *fact, sw_str name)
{
    return sw_rules__nearest(name, field_at, fact, fact->field_count);
}
