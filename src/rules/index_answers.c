// One economy's answers to the measures of an index: a rule, ruled on for a day
// on facts that the answer gives, or what a source says.
#include <stddef.h>

#include "policy_internal.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

typedef struct {
    sw_answers *answers;
    citations sources;
    answer_def *at;
    sw_arena *arena;
    sw_error *err;
} reader;

typedef struct {
    sw_str notes;
    optional_date since;
    const yaml_node *rule, *given, *value, *source;
} raw_answer;

// yes, no, unknown, or a share of the measure.
static bool read_value(reader *r, const yaml_node *node, answer_def *out)
{
    static const struct {
        sw_str word;
        double low, high;
    } words[] = {{SW_STR_INIT("yes"), 1, 1},
                 {SW_STR_INIT("no"), 0, 0},
                 {SW_STR_INIT("unknown"), 0, 1}};
    for (size_t i = 0; i < COUNT(words); i++) {
        if (node->kind != YAML_SCALAR || !sw_str_eq(node->text, words[i].word))
            continue;
        out->low = words[i].low;
        out->high = words[i].high;
        return true;
    }
    if (!sw_rules__read_number(node, "a value other than yes, no and unknown",
                               0, 1, &out->low, r->err)) {
        return false;
    }
    out->high = out->low;
    return true;
}

static bool read_rule(reader *r, const raw_answer *raw, answer_def *out)
{
    sw_declaration *said = NULL;
    if (!sw_rules__read_refs(raw->rule, r->arena, &out->rules, &out->rule_count,
                             r->err)) {
        return false;
    }
    for (size_t i = 0; i < out->rule_count; i++) {
        if (out->rules[i].rule.len > 0) continue;
        return sw_rules__refuse(r->err, out->rules[i].node,
                                "an answer names a rule: RULEBOOK#RULE");
    }
    if (raw->given != NULL && !sw_rules__declare(raw->given, r->answers->file,
                                                 r->arena, &said, r->err)) {
        return false;
    }
    out->said = said;
    return true;
}

static bool read_answer(reader *r, const yaml_node *node, answer_def *out)
{
    static const field fields[] = {
        {"rule", FIELD_NODE, false, offsetof(raw_answer, rule), NULL},
        {"given", FIELD_NODE, false, offsetof(raw_answer, given), NULL},
        {"value", FIELD_NODE, false, offsetof(raw_answer, value), NULL},
        {"since", FIELD_DATE, false, offsetof(raw_answer, since), NULL},
        {"source", FIELD_NODE, false, offsetof(raw_answer, source), NULL},
        {"notes", FIELD_TEXT, false, offsetof(raw_answer, notes), NULL},
    };
    raw_answer raw = {0};
    if (!sw_rules__read_fields(node, "answer", fields, COUNT(fields), &raw,
                               r->err)) {
        return false;
    }
    if ((raw.rule == NULL) == (raw.value == NULL)) {
        return sw_rules__refuse(r->err, node,
                                "an answer is either a rule or a value");
    }
    if (raw.given != NULL && raw.rule == NULL) {
        return sw_rules__refuse(r->err, raw.given,
                                "facts are given to a rule, not to a value");
    }
    out->notes = raw.notes;
    out->since = raw.since;
    out->given = true;
    if (!sw_rules__cite(&r->sources, raw.source, r->arena, &out->sources,
                        r->err)) {
        return false;
    }
    if (raw.rule != NULL) return read_rule(r, &raw, out);
    if (!read_value(r, raw.value, out)) return false;
    if (raw.source != NULL || out->low < out->high) return true;
    return sw_rules__refuse(r->err, raw.value,
                            "a value needs the source that says it");
}

static sw_str measure_id_at(const void *index, size_t i)
{
    return ((const sw_index *)index)->measures[i].id;
}

static bool find_measure(const reader *r, const yaml_node *key, size_t *out)
{
    const sw_index *x = r->answers->index;
    for (size_t i = 0; i < x->measure_count; i++) {
        if (!sw_str_eq(x->measures[i].id, key->text)) continue;
        *out = i;
        return true;
    }
    char hint[120];
    sw_rules__hint(
        hint, sizeof hint,
        sw_rules__nearest(key->text, measure_id_at, x, x->measure_count));
    sw_str id = sw_rules__clip(key->text);
    return sw_rules__refuse(r->err, key, "the index has no measure \"%.*s\"%s",
                            SW_STR_ARGS(id), hint);
}

static bool read_answers(reader *r, const yaml_node *map)
{
    if (!sw_rules__expect(map, YAML_MAP, "answers", r->err)) return false;
    for (const yaml_node *c = map->first; c != NULL; c = c->next) {
        size_t i = 0;
        if (!find_measure(r, c->key, &i) || !read_answer(r, c, &r->at[i]))
            return false;
    }
    return true;
}

/* ---- the document ---------------------------------------------------- */

typedef struct {
    sw_answers def;
    sw_str index;
    const yaml_node *answers, *sources, *index_node;
} raw_answers;

static bool check_index(const sw_index *index, const yaml_node *root,
                        sw_str said, sw_error *err)
{
    if (sw_str_eq(said, index->id)) return true;
    said = sw_rules__clip(said);
    sw_str id = sw_rules__clip(index->id);
    return sw_rules__refuse(err, root,
                            "these are answers to index %.*s, not to %.*s",
                            SW_STR_ARGS(said), SW_STR_ARGS(id));
}

static bool parse(sw_str text, const char *name, const sw_index *index,
                  sw_arena *arena, sw_answers **out, sw_error *err)
{
    static const field fields[] = {
        {"answers_to", FIELD_TEXT, true, offsetof(raw_answers, index), NULL},
        {"economy", FIELD_TEXT, true, offsetof(raw_answers, def.economy), NULL},
        {"title", FIELD_TEXT, true, offsetof(raw_answers, def.name), NULL},
        {"notes", FIELD_TEXT, false, offsetof(raw_answers, def.notes), NULL},
        {"sources", FIELD_NODE, false, offsetof(raw_answers, sources), NULL},
        {"answers", FIELD_NODE, true, offsetof(raw_answers, answers), NULL},
    };
    const yaml_node *root;
    raw_answers raw = {0};
    if (!sw_rules__yaml(text, arena, &root, err) ||
        !sw_rules__read_fields(root, "file of answers", fields, COUNT(fields),
                               &raw, err) ||
        !check_index(index, root, raw.index, err)) {
        return false;
    }
    sw_answers *answers = SW_NEW(arena, sw_answers);
    answer_def *at = SW_NEW_ARRAY(arena, answer_def, index->measure_count);
    sw_str file;
    if (answers == NULL || at == NULL ||
        !sw_arena_str(arena, sw_str_of(name), &file)) {
        return sw_fail_memory(err);
    }
    *answers = raw.def;
    answers->index = index;
    answers->file = file.at;
    answers->answers = at;
    reader r = {answers, {0}, at, arena, err};
    if (raw.sources != NULL &&
        !sw_rules__read_citations(raw.sources, arena, &r.sources, err)) {
        return false;
    }
    if (!read_answers(&r, raw.answers)) return false;
    *out = answers;
    return true;
}

bool sw_answers_parse(sw_str text, const char *name, const sw_index *index,
                      sw_arena *arena, sw_answers **out, sw_error *err)
{
    return parse(text, name, index, arena, out, err) || sw_error_in(err, name);
}

bool sw_answers_load(const char *path, const sw_index *index, sw_arena *arena,
                     sw_answers **out, sw_error *err)
{
    sw_str text;
    if (!sw_file_read(path, MAX_DOCUMENT_BYTES, arena, &text, err))
        return sw_error_in(err, path);
    return sw_answers_parse(text, path, index, arena, out, err);
}
