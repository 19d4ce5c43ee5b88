// Sources: where a rulebook has what it says.
#include <stddef.h>

#include "rules_internal.h"

enum { MAX_RULE_SOURCES = 64 };

const char *const sw_rules__evidence_names[] = {"law", "law-copy", "press",
                                                "code", NULL};

static bool read_source(const yaml_node *node, source_def *out, sw_error *err)
{
    static const field fields[] = {
        {"title", FIELD_TEXT, true, offsetof(source_def, title), NULL},
        {"provision", FIELD_TEXT, true, offsetof(source_def, provision), NULL},
        {"url", FIELD_TEXT, true, offsetof(source_def, url), NULL},
        {"read", FIELD_DATE, true, offsetof(source_def, read), NULL},
        {"review", FIELD_DATE, false, offsetof(source_def, review), NULL},
        {"evidence", FIELD_WORD, true, offsetof(source_def, evidence),
         sw_rules__evidence_names},
        {"notes", FIELD_TEXT, false, offsetof(source_def, notes), NULL},
    };
    out->id = node->key->text;
    return sw_rules__check_id(out->id, node->key, err) &&
           sw_rules__read_fields(node, "source", fields,
                                 sizeof fields / sizeof *fields, out, err);
}

bool sw_rules__define_sources(sw_rulebook *book, const yaml_node *map,
                              sw_arena *arena, sw_error *err)
{
    if (!sw_rules__expect(map, YAML_MAP, "sources", err)) return false;
    if (!sw_rules__check_count(map, "sources", err)) return false;
    source_def *sources = SW_NEW_ARRAY(arena, source_def, map->count);
    if (sources == NULL) return sw_fail_memory(err);

    size_t n = 0;
    for (const yaml_node *c = map->first; c != NULL; c = c->next) {
        if (!read_source(c, &sources[n++], err)) return false;
    }
    book->sources = sources;
    book->source_count = n;
    return true;
}

static sw_str source_id_at(const void *book, size_t i)
{
    return ((const sw_rulebook *)book)->sources[i].id;
}

static bool find_source(const sw_rulebook *book, const yaml_node *node,
                        sw_rule_source *out, sw_error *err)
{
    sw_str id;
    if (!sw_rules__read_text(node, &id, err)) return false;
    for (size_t i = 0; i < book->source_count; i++) {
        const source_def *s = &book->sources[i];
        if (!sw_str_eq(s->id, id)) continue;
        *out =
            (sw_rule_source){s->id,
                             s->title,
                             s->provision,
                             s->url,
                             sw_str_of(sw_rules__evidence_names[s->evidence]),
                             s->read.date};
        return true;
    }
    char hint[120];
    sw_rules__hint(
        hint, sizeof hint,
        sw_rules__nearest(id, source_id_at, book, book->source_count));
    id = sw_rules__clip(id);
    return sw_rules__refuse(err, node, "no source has the id \"%.*s\"%s",
                            SW_STR_ARGS(id), hint);
}

bool sw_rules__read_sources(const sw_rulebook *book, sw_arena *arena,
                            const yaml_node *node, const sw_rule_source **out,
                            size_t *count, sw_error *err)
{
    if (node->kind == YAML_MAP)
        return sw_rules__expect(node, YAML_LIST, "source", err);
    bool list = node->kind == YAML_LIST;
    if (list && !sw_rules__check_count(node, "sources", err)) return false;
    if (list && node->count > MAX_RULE_SOURCES) {
        return sw_rules__refuse(err, node, "more than %d sources",
                                MAX_RULE_SOURCES);
    }

    *count = list ? node->count : 1;
    sw_rule_source *sources = SW_NEW_ARRAY(arena, sw_rule_source, *count);
    if (sources == NULL) return sw_fail_memory(err);
    const yaml_node *c = list ? node->first : node;
    for (size_t i = 0; i < *count; i++, c = c->next) {
        if (!find_source(book, c, &sources[i], err)) return false;
    }
    *out = sources;
    return true;
}
