// What every document of policy has: sources that it cites, ids, numbers.
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "policy_internal.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char *const evidence_names[] = {"law",  "law-copy", "press",
                                             "code", "data",     NULL};

bool sw_rules__read_each(const yaml_node *node, const each_child *how,
                         void *reader, sw_arena *arena, void *out,
                         size_t *count, sw_error *err)
{
    if (node == NULL) return true;
    if (!sw_rules__expect(node, how->kind, how->what, err)) return false;
    if (!sw_rules__check_count(node, how->what, err)) return false;
    char *at = sw_arena_calloc(arena, node->count, how->size);
    if (at == NULL) return sw_fail_memory(err);
    memcpy(out, &at, sizeof at);
    for (const yaml_node *c = node->first; c != NULL; c = c->next) {
        if (!how->read(reader, c, at + *count * how->size)) return false;
        *count += 1;
    }
    return true;
}

bool sw_rules__read_number(const yaml_node *node, const char *what, double low,
                           double high, double *out, sw_error *err)
{
    scalar s = {.kind = SCALAR_STRING};
    if (node->kind == YAML_SCALAR) s = sw_rules__scalar(node);
    double value = s.kind == SCALAR_INT ? (double)s.i64 : s.f64;
    bool number = s.kind == SCALAR_INT || s.kind == SCALAR_DOUBLE;
    if (number && value >= low && value <= high) {
        *out = value;
        return true;
    }
    return sw_rules__refuse(err, node, "%s must be a number from %g to %g%s%s",
                            what, low, high, number ? "" : ", not ",
                            number ? "" : sw_rules__node_name(node));
}

bool sw_rules__read_texts(const yaml_node *list, const char *what,
                          sw_arena *arena, const sw_str **out, size_t *count,
                          sw_error *err)
{
    if (!sw_rules__expect(list, YAML_LIST, what, err)) return false;
    if (!sw_rules__check_count(list, what, err)) return false;
    sw_str *texts = SW_NEW_ARRAY(arena, sw_str, list->count);
    if (texts == NULL) return sw_fail_memory(err);
    size_t n = 0;
    for (const yaml_node *c = list->first; c != NULL; c = c->next) {
        if (!sw_rules__read_text(c, &texts[n++], err)) return false;
    }
    *out = texts;
    *count = n;
    return true;
}

/* ---- sources --------------------------------------------------------- */

typedef struct {
    sw_rule_source source;
    optional_date read;
    int evidence;
    sw_str notes;  // for the reader of the file
} raw_source;

static bool read_source(const yaml_node *node, sw_rule_source *out,
                        sw_error *err)
{
    static const field fields[] = {
        {"title", FIELD_TEXT, true, offsetof(raw_source, source.title), NULL},
        {"provision", FIELD_TEXT, true, offsetof(raw_source, source.provision),
         NULL},
        {"url", FIELD_TEXT, true, offsetof(raw_source, source.url), NULL},
        {"read", FIELD_DATE, true, offsetof(raw_source, read), NULL},
        {"evidence", FIELD_WORD, true, offsetof(raw_source, evidence),
         evidence_names},
        {"notes", FIELD_TEXT, false, offsetof(raw_source, notes), NULL},
    };
    raw_source raw = {0};
    if (!sw_rules__check_id(node->key->text, node->key, err)) return false;
    if (!sw_rules__read_fields(node, "source", fields, COUNT(fields), &raw,
                               err)) {
        return false;
    }
    *out = raw.source;
    out->id = node->key->text;
    out->evidence = sw_str_of(evidence_names[raw.evidence]);
    out->read = raw.read.date;
    return true;
}

bool sw_rules__read_citations(const yaml_node *map, sw_arena *arena,
                              citations *out, sw_error *err)
{
    if (!sw_rules__expect(map, YAML_MAP, "sources", err)) return false;
    if (!sw_rules__check_count(map, "sources", err)) return false;
    sw_rule_source *sources = SW_NEW_ARRAY(arena, sw_rule_source, map->count);
    if (sources == NULL) return sw_fail_memory(err);
    size_t n = 0;
    for (const yaml_node *c = map->first; c != NULL; c = c->next) {
        if (!read_source(c, &sources[n++], err)) return false;
    }
    *out = (citations){sources, n};
    return true;
}

/* ---- citing ---------------------------------------------------------- */

static sw_str source_id_at(const void *all, size_t i)
{
    return ((const citations *)all)->at[i].id;
}

static bool find_source(const citations *all, const yaml_node *node,
                        sw_rule_source *out, sw_error *err)
{
    sw_str id = {0};
    if (!sw_rules__read_text(node, &id, err)) return false;
    for (size_t i = 0; i < all->count; i++) {
        if (!sw_str_eq(all->at[i].id, id)) continue;
        *out = all->at[i];
        return true;
    }
    char hint[120];
    sw_rules__hint(hint, sizeof hint,
                   sw_rules__nearest(id, source_id_at, all, all->count));
    id = sw_rules__clip(id);
    return sw_rules__refuse(err, node, "no source has the id \"%.*s\"%s",
                            SW_STR_ARGS(id), hint);
}

bool sw_rules__cite(const citations *all, const yaml_node *node,
                    sw_arena *arena, citations *out, sw_error *err)
{
    *out = (citations){0};
    if (node == NULL) return true;
    if (node->kind == YAML_MAP)
        return sw_rules__expect(node, YAML_LIST, "source", err);
    bool list = node->kind == YAML_LIST;
    if (list && !sw_rules__check_count(node, "sources", err)) return false;
    size_t count = list ? node->count : 1;
    sw_rule_source *sources = SW_NEW_ARRAY(arena, sw_rule_source, count);
    if (sources == NULL) return sw_fail_memory(err);
    const yaml_node *c = list ? node->first : node;
    for (size_t i = 0; i < count; i++, c = c->next) {
        if (!find_source(all, c, &sources[i], err)) return false;
    }
    *out = (citations){sources, count};
    return true;
}
