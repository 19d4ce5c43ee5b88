// From the text of a rulebook to its definitions. Each part of the format is a
// table of fields; docs/rulebooks.md is the same in words.
#include <stddef.h>
#include <string.h>

#include "rules_internal.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

const char *const sw_rules__status_names[] = {
    "law", "not-yet-in-force", "permit-condition", "bill", "reported", NULL};
static const char *const evidence_names[] = {"law", "law-copy", "press", "code",
                                             NULL};
static const char *const otherwise_names[] = {"treat", "permit", "barred",
                                              NULL};
const sw_verdict sw_rules__otherwise[] = {SW_VERDICT_TREAT, SW_VERDICT_PERMIT,
                                          SW_VERDICT_BARRED};

typedef struct {
    sw_rulebook *book;
    sw_arena *arena;
    sw_arena *scratch;
    declared declared;  // facts and terms as the checker knows them
    size_t budget;      // of text with terms written out
} reader;

enum { MAX_RULE_SOURCES = 64 };

static bool check_limit(const yaml_node *node, const char *what, sw_error *err)
{
    if (node->count == 0)
        return sw_rules__refuse(err, node, "%s are empty", what);
    if (node->count <= MAX_DEFINITIONS) return true;
    return sw_rules__refuse(err, node, "more than %d %s", MAX_DEFINITIONS,
                            what);
}

static const yaml_node *child_named(const yaml_node *map, const char *key)
{
    const yaml_node *c = map->first;
    while (c != NULL && !sw_str_eq(c->key->text, sw_str_of(key)))
        c = c->next;
    return c != NULL ? c : map;
}

static bool check_id(sw_str id, const yaml_node *node, sw_error *err)
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

/* ---- sources --------------------------------------------------------- */

static bool read_source(const yaml_node *node, source_def *out, sw_error *err)
{
    static const field fields[] = {
        {"title", FIELD_TEXT, true, offsetof(source_def, title), NULL},
        {"provision", FIELD_TEXT, true, offsetof(source_def, provision), NULL},
        {"url", FIELD_TEXT, true, offsetof(source_def, url), NULL},
        {"read", FIELD_DATE, true, offsetof(source_def, read), NULL},
        {"review", FIELD_DATE, false, offsetof(source_def, review), NULL},
        {"evidence", FIELD_WORD, true, offsetof(source_def, evidence),
         evidence_names},
        {"notes", FIELD_TEXT, false, offsetof(source_def, notes), NULL},
    };
    out->id = node->key->text;
    return check_id(out->id, node->key, err) &&
           sw_rules__read_fields(node, "source", fields, COUNT(fields), out,
                                 err);
}

static bool read_sources(reader *r, const yaml_node *map, sw_error *err)
{
    if (!sw_rules__expect(map, YAML_MAP, "sources", err)) return false;
    if (!check_limit(map, "sources", err)) return false;
    source_def *sources = SW_NEW_ARRAY(r->arena, source_def, map->count);
    if (sources == NULL) return sw_fail_memory(err);

    size_t n = 0;
    for (const yaml_node *c = map->first; c != NULL; c = c->next) {
        if (!read_source(c, &sources[n++], err)) return false;
    }
    r->book->sources = sources;
    r->book->source_count = n;
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
        *out = (sw_rule_source){s->id,
                                s->title,
                                s->provision,
                                s->url,
                                sw_str_of(evidence_names[s->evidence]),
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
    if (list && !check_limit(node, "sources", err)) return false;
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

/* ---- rules ----------------------------------------------------------- */

bool sw_rules__is_never(int status, const period *in_force)
{
    return status == STATUS_NOT_YET_IN_FORCE && !in_force->from.given;
}

// What of a rule needs more than a table.
typedef struct {
    rule_def def;
    const yaml_node *source, *in_force, *when, *require, *treatment;
} raw_rule;

static const field rule_fields[] = {
    {"id", FIELD_TEXT, true, offsetof(raw_rule, def.id), NULL},
    {"title", FIELD_TEXT, true, offsetof(raw_rule, def.title), NULL},
    {"source", FIELD_NODE, true, offsetof(raw_rule, source), NULL},
    {"status", FIELD_WORD, true, offsetof(raw_rule, def.status),
     sw_rules__status_names},
    {"in_force", FIELD_NODE, false, offsetof(raw_rule, in_force), NULL},
    {"when", FIELD_NODE, false, offsetof(raw_rule, when), NULL},
    {"require", FIELD_NODE, true, offsetof(raw_rule, require), NULL},
    {"otherwise", FIELD_WORD, true, offsetof(raw_rule, def.otherwise),
     otherwise_names},
    {"treatment", FIELD_NODE, false, offsetof(raw_rule, treatment), NULL},
    {"remedy", FIELD_TEXT, true, offsetof(raw_rule, def.remedy), NULL},
    {"penalty", FIELD_TEXT, false, offsetof(raw_rule, def.penalty), NULL},
    {"notes", FIELD_TEXT, false, offsetof(raw_rule, def.notes), NULL},
};

static bool read_expressions(reader *r, const raw_rule *raw, rule_def *rule,
                             sw_error *err)
{
    expression_reader e = {r->book, &r->declared, r->arena, r->scratch,
                           &r->budget};
    cel_place when = {&e, "rule", rule->id, "when", raw->when, err};
    cel_place require = {&e, "rule", rule->id, "require", raw->require, err};
    return (raw->when == NULL ||
            sw_rules__read_expression(&when, &rule->when)) &&
           sw_rules__read_expression(&require, &rule->require);
}

static bool read_days(const reader *r, const raw_rule *raw, rule_def *rule,
                      sw_error *err)
{
    return (raw->in_force == NULL ||
            sw_rules__read_period(raw->in_force, "in_force", &rule->in_force,
                                  err)) &&
           sw_rules__period_text(&rule->in_force, r->arena,
                                 &rule->in_force_text, err);
}

static bool read_rule(reader *r, const yaml_node *node, rule_def *out,
                      sw_error *err)
{
    raw_rule raw = {0};
    if (!sw_rules__read_fields(node, "rule", rule_fields, COUNT(rule_fields),
                               &raw, err)) {
        return false;
    }
    *out = raw.def;
    out->node = child_named(node, "id");
    if (!check_id(out->id, out->node, err)) return false;
    if (!sw_rules__read_sources(r->book, r->arena, raw.source, &out->sources,
                                &out->source_count, err)) {
        return false;
    }
    if (!read_days(r, &raw, out, err)) return false;
    if (!read_expressions(r, &raw, out, err)) return false;

    if (raw.treatment == NULL) {
        if (sw_rules__otherwise[out->otherwise] != SW_VERDICT_TREAT)
            return true;
        return sw_rules__refuse(
            err, node, "a rule with otherwise: treat must name its treatment");
    }
    return sw_rules__read_treatments(raw.treatment, r->arena, &out->treatments,
                                     &out->treatment_count, err);
}

static bool refuse_twin(const rule_def *rules, size_t n, sw_error *err)
{
    for (size_t i = 0; i < n; i++) {
        if (!sw_str_eq(rules[i].id, rules[n].id)) continue;
        sw_str id = sw_rules__clip(rules[n].id);
        return sw_rules__refuse(err, rules[n].node,
                                "rule id \"%.*s\" is already taken in line %u",
                                SW_STR_ARGS(id), rules[i].node->line);
    }
    return true;
}

static bool read_rules(reader *r, const yaml_node *list, sw_error *err)
{
    if (!sw_rules__expect(list, YAML_LIST, "rules", err)) return false;
    if (!check_limit(list, "rules", err)) return false;
    rule_def *rules = SW_NEW_ARRAY(r->arena, rule_def, list->count);
    if (rules == NULL) return sw_fail_memory(err);

    size_t n = 0;
    for (const yaml_node *c = list->first; c != NULL; c = c->next, n++) {
        if (!read_rule(r, c, &rules[n], err)) return false;
        if (!refuse_twin(rules, n, err)) return false;
    }
    r->book->rules = rules;
    r->book->rule_count = n;
    return true;
}

/* ---- the book -------------------------------------------------------- */

typedef struct {
    sw_rulebook book;
    const yaml_node *sources, *facts, *terms, *rules;
} raw_book;

static const field book_fields[] = {
    {"rulebook", FIELD_TEXT, true, offsetof(raw_book, book.id), NULL},
    {"jurisdiction", FIELD_TEXT, true, offsetof(raw_book, book.jurisdiction),
     NULL},
    {"title", FIELD_TEXT, true, offsetof(raw_book, book.title), NULL},
    {"as_of", FIELD_DATE, true, offsetof(raw_book, book.as_of), NULL},
    {"origin", FIELD_TEXT, false, offsetof(raw_book, book.origin), NULL},
    {"home", FIELD_TEXT, false, offsetof(raw_book, book.home), NULL},
    {"notes", FIELD_TEXT, false, offsetof(raw_book, book.notes), NULL},
    {"sources", FIELD_NODE, true, offsetof(raw_book, sources), NULL},
    {"facts", FIELD_NODE, true, offsetof(raw_book, facts), NULL},
    {"terms", FIELD_NODE, false, offsetof(raw_book, terms), NULL},
    {"rules", FIELD_NODE, true, offsetof(raw_book, rules), NULL},
};

// The origin is a fact that holds one word; what it says of us is `home`.
static bool check_origin(sw_rulebook *book, const yaml_node *root,
                         sw_error *err)
{
    if (book->home.len == 0) book->home = book->jurisdiction;
    if (book->origin.len == 0) return true;
    const yaml_node *node = child_named(root, "origin");
    const fact_def *fact = sw_rules__find_fact(&book->facts, book->origin);
    if (fact == NULL || fact->scalar != FACT_STRING || fact->list) {
        char hint[120];
        sw_str path = sw_rules__clip(book->origin);
        sw_rules__hint(hint, sizeof hint,
                       sw_rules__nearest_fact(&book->facts, book->origin));
        return sw_rules__refuse(err, node,
                                "origin: no fact of type string is named "
                                "\"%.*s\"%s",
                                SW_STR_ARGS(path), fact == NULL ? hint : "");
    }
    if (sw_rules__fact_allows(fact, book->home)) return true;
    sw_str home = sw_rules__clip(book->home);
    return sw_rules__refuse(err, node,
                            "home \"%.*s\" is none of the values of origin",
                            SW_STR_ARGS(home));
}

static bool read_terms(reader *r, const yaml_node *map, sw_error *err)
{
    expression_reader e = {r->book, &r->declared, r->arena, r->scratch,
                           &r->budget};
    return map == NULL || sw_rules__read_terms(&e, r->book, map, err);
}

// What others refer to first, whatever the file's order.
static bool read_parts(reader *r, const yaml_node *root, const raw_book *raw,
                       sw_error *err)
{
    vocabulary *facts = &r->book->facts;
    size_t terms = raw->terms != NULL ? raw->terms->count : 0;
    return read_sources(r, raw->sources, err) &&
           sw_rules__read_facts(raw->facts, r->arena, facts, err) &&
           check_origin(r->book, root, err) &&
           sw_rules__declare_facts(facts, terms, r->arena, &r->declared, err) &&
           read_terms(r, raw->terms, err) && read_rules(r, raw->rules, err);
}

static bool parse(sw_str text, const char *name, sw_arena *arena,
                  sw_rulebook **out, sw_error *err)
{
    const yaml_node *root;
    raw_book raw = {0};
    if (!sw_rules__yaml(text, arena, &root, err)) return false;
    if (!sw_rules__read_fields(root, "rulebook", book_fields,
                               COUNT(book_fields), &raw, err)) {
        return false;
    }
    sw_rulebook *book = SW_NEW(arena, sw_rulebook);
    if (book == NULL) return sw_fail_memory(err);
    *book = raw.book;
    if (!sw_arena_str(arena, text, &book->text) ||
        !sw_arena_str(arena, sw_str_of(name), &book->name)) {
        return sw_fail_memory(err);
    }
    if (!check_id(book->id, child_named(root, "rulebook"), err)) return false;

    reader r = {.book = book, .arena = arena, .budget = MAX_BOOK_WRITTEN_OUT};
    bool ok = sw_arena_new(&r.scratch, err) && read_parts(&r, root, &raw, err);
    sw_arena_free(r.scratch);
    if (ok) *out = book;
    return ok;
}

bool sw_rulebook_parse(sw_str text, const char *name, sw_arena *arena,
                       sw_rulebook **out, sw_error *err)
{
    return parse(text, name, arena, out, err) || sw_error_in(err, name);
}

bool sw_rulebook_load(const char *path, sw_arena *arena, sw_rulebook **out,
                      sw_error *err)
{
    sw_str text;
    if (!sw_file_read(path, MAX_DOCUMENT_BYTES, arena, &text, err))
        return sw_error_in(err, path);
    return sw_rulebook_parse(text, path, arena, out, err);
}

sw_str sw_rulebook_id(const sw_rulebook *book)
{
    return book->id;
}

sw_str sw_rulebook_text(const sw_rulebook *book)
{
    return book->text;
}
