// The vocabulary of a rulebook: what facts there are, what they hold, and how
// declared ones become CEL values.
//
// A fact is a leaf. CEL sees nested maps, so no path may go on from another;
// sorted by path that is seen between neighbours, for '.' sorts before every
// character that a name may hold.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules_internal.h"

/* ---- paths ----------------------------------------------------------- */

// Names that cannot begin a path (CEL's, and the free keys of a declaration),
// and names that can stand nowhere in it.
static const char *const reserved[] = {
    "as",        "break",  "const",  "continue", "else",        "for",
    "function",  "if",     "let",    "loop",     "package",     "import",
    "namespace", "return", "var",    "void",     "while",       "bool",
    "int",       "uint",   "double", "list",     "map",         "bytes",
    "null_type", "string", "type",   "google",   "declaration", "notes",
    NULL};
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

static sw_str next_segment(sw_str *rest)
{
    const char *dot = rest->len > 0 ? memchr(rest->at, '.', rest->len) : NULL;
    sw_str head = {rest->at,
                   dot != NULL ? (size_t)(dot - rest->at) : rest->len};
    size_t used = head.len + (dot != NULL);
    *rest = (sw_str){rest->at + used, rest->len - used};
    return head;
}

static bool check_path(const yaml_node *key, sw_error *err)
{
    sw_str rest = key->text;
    sw_str shown = sw_rules__clip(key->text);
    bool dot_last = sw_str_ends(rest, SW_STR("."));
    for (size_t i = 0; rest.len > 0 || i == 0; i++) {
        sw_str name = next_segment(&rest);
        if (i == MAX_SEGMENTS) {
            return sw_rules__refuse(err, key, "a fact of more than %d names",
                                    MAX_SEGMENTS);
        }
        if (!is_name(name) || dot_last) {
            return sw_rules__refuse(err, key,
                                    "fact \"%.*s\": a path is names of "
                                    "letters, digits and _ joined by dots",
                                    SW_STR_ARGS(shown));
        }
        if (sw_rules__is_one_of(name, keywords) ||
            (i == 0 && sw_rules__is_one_of(name, reserved)))
            return sw_rules__refuse(
                err, key, "fact \"%.*s\": the name \"%.*s\" is reserved",
                SW_STR_ARGS(shown), SW_STR_ARGS(name));
    }
    return true;
}

/* ---- types ----------------------------------------------------------- */

static const char *const scalar_names[] = {"bool", "int", "double", "string",
                                           "date"};

static bool read_type(const yaml_node *node, fact_def *out, sw_error *err)
{
    sw_str type;
    if (!sw_rules__read_text(node, &type, err)) return false;
    out->type = type;
    out->list =
        sw_str_starts(type, SW_STR("list(")) && sw_str_ends(type, SW_STR(")"));
    if (out->list) type = (sw_str){type.at + 5, type.len - 6};
    for (size_t i = 0; i < sizeof scalar_names / sizeof *scalar_names; i++) {
        if (!sw_str_eq(type, sw_str_of(scalar_names[i]))) continue;
        out->scalar = (fact_scalar)i;
        return true;
    }
    type = sw_rules__clip(out->type);
    return sw_rules__refuse(err, node,
                            "type \"%.*s\" is none of bool, int, double, "
                            "string, date, list(bool) ... list(date)",
                            SW_STR_ARGS(type));
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

/* ---- the map of facts ------------------------------------------------ */

static bool read_fact(const yaml_node *node, sw_arena *arena, fact_def *out,
                      sw_error *err)
{
    struct {
        const yaml_node *type, *values;
        sw_str unit, ask, notes;
    } raw = {0};
#define AT(member) offsetof(__typeof__(raw), member)
    static const field fields[] = {
        {"type", FIELD_NODE, true, AT(type), NULL},
        {"unit", FIELD_TEXT, false, AT(unit), NULL},
        {"ask", FIELD_TEXT, true, AT(ask), NULL},
        {"values", FIELD_NODE, false, AT(values), NULL},
        {"notes", FIELD_TEXT, false, AT(notes), NULL},
    };
#undef AT
    if (!check_path(node->key, err)) return false;
    if (!sw_rules__read_fields(node, "fact", fields,
                               sizeof fields / sizeof *fields, &raw, err)) {
        return false;
    }
    *out = (fact_def){.path = node->key->text,
                      .unit = raw.unit,
                      .ask = raw.ask,
                      .notes = raw.notes,
                      .node = node};
    if (!read_type(raw.type, out, err)) return false;
    return raw.values == NULL || read_values(raw.values, out, arena, err);
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

/* ---- values ---------------------------------------------------------- */

static bool refuse_type(const fact_def *fact, const yaml_node *node,
                        sw_error *err)
{
    sw_str path = sw_rules__clip(fact->path);
    bool item = node->key == NULL;
    bool quote = fact->scalar == FACT_STRING && node->kind == YAML_SCALAR &&
                 (item || !fact->list);
    return sw_rules__refuse(
        err, node, "fact %.*s%s must be %s%s%s, not %s%s", SW_STR_ARGS(path),
        item ? ": each item" : "", fact->list && !item ? "a list of " : "",
        scalar_names[fact->scalar],
        fact->scalar == FACT_DATE ? " (YYYY-MM-DD)" : "",
        sw_rules__node_name(node), quote ? ": quote it" : "");
}

static bool refuse_value(const fact_def *fact, const yaml_node *node,
                         sw_error *err)
{
    char allowed[240] = "";
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
    sw_str path = sw_rules__clip(fact->path), said = sw_rules__clip(node->text);
    return sw_rules__refuse(err, node, "fact %.*s: \"%.*s\" is none of %s",
                            SW_STR_ARGS(path), SW_STR_ARGS(said), allowed);
}

static bool date_value(const fact_def *fact, const yaml_node *node,
                       sw_cel_value *out, sw_error *err)
{
    sw_date date;
    if (!sw_date_parse(node->text, &date)) {
        sw_str path = sw_rules__clip(fact->path);
        sw_str said = sw_rules__clip(node->text);
        return sw_rules__refuse(
            err, node, "fact %.*s must be a day written YYYY-MM-DD, not %.*s",
            SW_STR_ARGS(path), SW_STR_ARGS(said));
    }
    out->kind = SW_CEL_TIMESTAMP;
    out->as.time = (sw_cel_time){(int64_t)date * 86400, 0};
    return true;
}

static bool scalar_value(const fact_def *fact, const yaml_node *node,
                         sw_cel_value *out, sw_error *err)
{
    if (node->kind != YAML_SCALAR) return refuse_type(fact, node, err);
    scalar said = sw_rules__scalar(node);
    *out = (sw_cel_value){0};
    switch (fact->scalar) {
    case FACT_BOOL:
        if (said.kind != SCALAR_BOOL) break;
        out->kind = SW_CEL_BOOL;
        out->as.boolean = said.boolean;
        return true;
    case FACT_INT:
        if (said.kind != SCALAR_INT) break;
        out->kind = SW_CEL_INT;
        out->as.i64 = said.i64;
        return true;
    case FACT_DOUBLE:
        if (said.kind != SCALAR_DOUBLE && said.kind != SCALAR_INT) break;
        out->kind = SW_CEL_DOUBLE;
        out->as.f64 = said.kind == SCALAR_INT ? (double)said.i64 : said.f64;
        return true;
    case FACT_STRING:
        if (said.kind != SCALAR_STRING) break;
        if (!sw_rules__fact_allows(fact, node->text))
            return refuse_value(fact, node, err);
        out->kind = SW_CEL_STRING;
        out->as.str = node->text;
        return true;
    case FACT_DATE:
        if (said.kind != SCALAR_STRING) break;
        return date_value(fact, node, out, err);
    }
    return refuse_type(fact, node, err);
}

sw_cel_value sw_rules__unknown(const fact_def *fact)
{
    sw_cel_value value = {.kind = SW_CEL_UNKNOWN};
    value.as.unknown.at = &fact->path;
    value.as.unknown.count = 1;
    return value;
}

bool sw_rules__fact_value(const fact_def *fact, const yaml_node *node,
                          sw_arena *arena, sw_cel_value *out, sw_error *err)
{
    // An explicit null says "not known", as leaving the fact out does.
    if (node->kind == YAML_SCALAR &&
        sw_rules__scalar(node).kind == SCALAR_NULL) {
        *out = sw_rules__unknown(fact);
        return true;
    }
    if (!fact->list) return scalar_value(fact, node, out, err);
    if (node->kind != YAML_LIST) return refuse_type(fact, node, err);

    sw_cel_value *items = SW_NEW_ARRAY(arena, sw_cel_value, node->count);
    if (items == NULL) return sw_fail_memory(err);
    size_t n = 0;
    for (const yaml_node *c = node->first; c != NULL; c = c->next) {
        if (!scalar_value(fact, c, &items[n++], err)) return false;
    }
    *out = (sw_cel_value){.kind = SW_CEL_LIST};
    out->as.list.at = items;
    out->as.list.count = n;
    return true;
}

/* ---- bindings -------------------------------------------------------- */

typedef struct {
    const vocabulary *words;
    const sw_cel_value *values;
    sw_arena *arena;
} binder;

static sw_str segment_of(sw_str path, size_t skip)
{
    sw_str rest = {path.at + skip, path.len - skip};
    return next_segment(&rest);
}

// End of the run of facts from `i` that share the name at `skip`.
static size_t run_end(const binder *b, size_t i, size_t to, size_t skip)
{
    sw_str name = segment_of(b->words->by_path[i]->path, skip);
    size_t end = i + 1;
    while (end < to &&
           sw_str_eq(segment_of(b->words->by_path[end]->path, skip), name)) {
        end++;
    }
    return end;
}

// The value of facts [from, to), which share all names before `skip`. Calls
// itself once a name of a path, so at most MAX_SEGMENTS deep.
static bool bind_run(const binder *b, size_t from, size_t to, size_t skip,
                     sw_cel_value *out, sw_error *err)
{
    if (b->words->by_path[from]->path.len < skip) {
        *out = b->values[from];
        return true;
    }
    sw_cel_entry *entries = SW_NEW_ARRAY(b->arena, sw_cel_entry, to - from);
    if (entries == NULL) return sw_fail_memory(err);
    size_t count = 0;
    for (size_t i = from, end; i < to; i = end) {
        end = run_end(b, i, to, skip);
        sw_str name = segment_of(b->words->by_path[i]->path, skip);
        entries[count].key = (sw_cel_value){.kind = SW_CEL_STRING};
        entries[count].key.as.str = name;
        if (!bind_run(b, i, end, skip + name.len + 1, &entries[count].value,
                      err)) {
            return false;
        }
        count++;
    }
    *out = (sw_cel_value){.kind = SW_CEL_MAP};
    out->as.map.at = entries;
    out->as.map.count = count;
    return true;
}

bool sw_rules__bind(const vocabulary *words, const sw_cel_value *values,
                    sw_arena *arena, bindings *out, sw_error *err)
{
    binder b = {words, values, arena};
    out->count = 0;
    out->at = SW_NEW_ARRAY(arena, sw_cel_binding, words->count);
    if (out->at == NULL) return sw_fail_memory(err);
    for (size_t i = 0, end; i < words->count; i = end) {
        end = run_end(&b, i, words->count, 0);
        sw_str name = segment_of(words->by_path[i]->path, 0);
        sw_cel_binding *binding = &out->at[out->count++];
        binding->name = name;
        if (!bind_run(&b, i, end, name.len + 1, &binding->value, err))
            return false;
    }
    return true;
}

/* ---- for the checker ------------------------------------------------- */

static const sw_cel_type *type_of(const fact_def *fact)
{
    static const sw_cel_type scalars[] = {
        [FACT_BOOL] = {.kind = SW_CEL_TYPE_BOOL},
        [FACT_INT] = {.kind = SW_CEL_TYPE_INT},
        [FACT_DOUBLE] = {.kind = SW_CEL_TYPE_DOUBLE},
        [FACT_STRING] = {.kind = SW_CEL_TYPE_STRING},
        [FACT_DATE] = {.kind = SW_CEL_TYPE_TIMESTAMP},
    };
    // One to point at for each type of list.
    static const sw_cel_type *const items[] = {
        &scalars[0], &scalars[1], &scalars[2], &scalars[3], &scalars[4]};
#define LIST_OF(scalar)                                                        \
    {                                                                          \
        .kind = SW_CEL_TYPE_LIST, .args = &items[scalar], .count = 1           \
    }
    static const sw_cel_type lists[] = {
        LIST_OF(FACT_BOOL),   LIST_OF(FACT_INT),  LIST_OF(FACT_DOUBLE),
        LIST_OF(FACT_STRING), LIST_OF(FACT_DATE),
    };
#undef LIST_OF
    return fact->list ? &lists[fact->scalar] : &scalars[fact->scalar];
}

bool sw_rules__declare_facts(const vocabulary *words, sw_arena *arena,
                             sw_cel_env *out, sw_error *err)
{
    sw_cel_variable *facts = SW_NEW_ARRAY(arena, sw_cel_variable, words->count);
    if (facts == NULL) return sw_fail_memory(err);
    for (size_t i = 0; i < words->count; i++) {
        const fact_def *fact = words->by_path[i];
        facts[i] = (sw_cel_variable){.name = fact->path, .type = type_of(fact)};
    }
    *out = (sw_cel_env){.variables = facts, .variable_count = words->count};
    return true;
}
