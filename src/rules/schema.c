// Maps with known keys, read by tables; and what to say about unknown ones.
#include <stdio.h>
#include <string.h>

#include "rules_internal.h"

bool sw_rules__expect(const yaml_node *node, yaml_kind kind, const char *what,
                      sw_error *err)
{
    static const char *const names[] = {"a single value", "a list", "a map"};
    if (node->kind == kind) return true;
    return sw_rules__refuse(err, node, "%s must be %s, not %s", what,
                            names[kind], sw_rules__node_name(node));
}

const yaml_node *sw_rules__find_child(const yaml_node *map, sw_str key)
{
    const yaml_node *c = map->first;
    while (c != NULL && !sw_str_eq(c->key->text, key))
        c = c->next;
    return c;
}

bool sw_rules__is_one_of(sw_str s, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (sw_str_eq(s, sw_str_of(*words))) return true;
    }
    return false;
}

/* ---- nearest word ---------------------------------------------------- */

sw_str sw_rules__nearest(sw_str word, candidate_at at, const void *ctx,
                         size_t count)
{
    sw_nearest search = {.word = word};
    for (size_t i = 0; i < count; i++)
        sw_nearest_try(&search, at(ctx, i));
    return search.best;
}

void sw_rules__hint(char *buf, size_t size, sw_str nearest)
{
    buf[0] = '\0';
    if (nearest.len == 0) return;
    snprintf(buf, size, " (did you mean %.*s?)", SW_STR_ARGS(nearest));
}

/* ---- values ---------------------------------------------------------- */

bool sw_rules__read_text(const yaml_node *node, sw_str *out, sw_error *err)
{
    const char *name =
        node->key != NULL ? node->key->text.at : "an item of the list";
    if (node->kind != YAML_SCALAR ||
        sw_rules__scalar(node).kind != SCALAR_STRING) {
        return sw_rules__refuse(err, node, "%.60s must be a string, not %s%s",
                                name, sw_rules__node_name(node),
                                node->kind == YAML_SCALAR && node->text.len > 0
                                    ? ": quote it"
                                    : "");
    }
    if (node->text.len == 0)
        return sw_rules__refuse(err, node, "%.60s is empty", name);
    *out = node->text;
    return true;
}

static bool read_date(const yaml_node *node, optional_date *out, sw_error *err)
{
    if (node->kind != YAML_SCALAR || !sw_date_parse(node->text, &out->date)) {
        sw_str shown = sw_rules__clip(node->text);
        return sw_rules__refuse(
            err, node, "%.60s must be a day written YYYY-MM-DD, not %s%.*s",
            node->key->text.at,
            node->kind == YAML_SCALAR ? "" : sw_rules__node_name(node),
            SW_STR_ARGS(shown));
    }
    out->given = true;
    return true;
}

static sw_str word_at(const void *words, size_t i)
{
    return sw_str_of(((const char *const *)words)[i]);
}

static bool read_word(const yaml_node *node, const char *const *words, int *out,
                      sw_error *err)
{
    sw_str text = {0};
    if (!sw_rules__read_text(node, &text, err)) return false;
    char allowed[200] = "";
    size_t count = 0;
    for (; words[count] != NULL; count++) {
        if (sw_str_eq(text, sw_str_of(words[count]))) {
            *out = (int)count;
            return true;
        }
        size_t used = strlen(allowed);
        snprintf(allowed + used, sizeof allowed - used, "%s%s",
                 count > 0 ? ", " : "", words[count]);
    }
    char hint[120];
    sw_rules__hint(hint, sizeof hint,
                   sw_rules__nearest(text, word_at, words, count));
    text = sw_rules__clip(text);
    return sw_rules__refuse(err, node, "%.60s \"%.*s\" is none of %s%s",
                            node->key->text.at, SW_STR_ARGS(text), allowed,
                            hint);
}

static bool read_field(const yaml_node *node, const field *f, void *out,
                       sw_error *err)
{
    void *member = (char *)out + f->offset;
    switch (f->kind) {
    case FIELD_TEXT: return sw_rules__read_text(node, member, err);
    case FIELD_DATE: return read_date(node, member, err);
    case FIELD_WORD: return read_word(node, f->words, member, err);
    case FIELD_NODE: break;
    }
    memcpy(member, &node, sizeof node);
    return true;
}

/* ---- maps ------------------------------------------------------------ */

static sw_str field_at(const void *fields, size_t i)
{
    return sw_str_of(((const field *)fields)[i].key);
}

static bool refuse_key(const yaml_node *key, const char *what,
                       const field *fields, size_t count, sw_error *err)
{
    char hint[120];
    sw_rules__hint(hint, sizeof hint,
                   sw_rules__nearest(key->text, field_at, fields, count));
    sw_str shown = sw_rules__clip(key->text);
    return sw_rules__refuse(err, key, "a %s has no key \"%.*s\"%s", what,
                            SW_STR_ARGS(shown), hint);
}

bool sw_rules__read_fields(const yaml_node *map, const char *what,
                           const field *fields, size_t count, void *out,
                           sw_error *err)
{
    uint32_t seen = 0;  // one bit a field
    if (!sw_rules__expect(map, YAML_MAP, what, err)) return false;
    for (const yaml_node *c = map->first; c != NULL; c = c->next) {
        size_t i = 0;
        while (i < count && !sw_str_eq(c->key->text, field_at(fields, i)))
            i++;
        if (i == count) return refuse_key(c->key, what, fields, count, err);
        if (!read_field(c, &fields[i], out, err)) return false;
        seen |= UINT32_C(1) << i;
    }
    for (size_t i = 0; i < count; i++) {
        if (!fields[i].required || (seen >> i & 1)) continue;
        return sw_rules__refuse(err, map, "this %s lacks the key \"%s\"", what,
                                fields[i].key);
    }
    return true;
}

/* ---- limits ---------------------------------------------------------- */

bool sw_rules__check_id(sw_str id, const yaml_node *node, sw_error *err)
{
    for (size_t i = 0; i < id.len; i++) {
        char c = id.at[i];
        bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                    (c >= '0' && c <= '9') || strchr("-_./", c) != NULL;
        if (fits) continue;
        sw_str shown = sw_rules__clip(id);
        return sw_rules__refuse(err, node,
                                "id \"%.*s\": letters, digits and - _ . / only",
                                SW_STR_ARGS(shown));
    }
    return true;
}

bool sw_rules__check_count(const yaml_node *node, const char *what,
                           sw_error *err)
{
    if (node->count == 0)
        return sw_rules__refuse(err, node, "%s are empty", what);
    if (node->count <= MAX_DEFINITIONS) return true;
    return sw_rules__refuse(err, node, "more than %d %s", MAX_DEFINITIONS,
                            what);
}
