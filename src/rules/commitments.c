// From the text of an instrument to its definitions: promises, exceptions, what
// rules they touch, what others said. Each part of the format is a table of
// fields; docs/commitments.md is the same in words.
#include <stddef.h>
#include <string.h>

#include "policy_internal.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

typedef struct {
    sw_commitments *instrument;
    sw_arena *arena;
    sw_error *err;
} reader;

static const char *const force_names[] = {"treaty", "political", "claim", NULL};
static const char *const strength_names[] = {"shall",  "endeavour", "recognise",
                                             "intend", "unread",    NULL};
static const char *const kind_names[] = {"self-judging", "justification",
                                         "reservation", "carve-out", NULL};
static const char *const reach_names[] = {"names", "within", "outside", NULL};

const char *sw_promise_reach_name(sw_promise_reach reach)
{
    return reach_names[reach];
}

static bool cite(const reader *r, const yaml_node *source, citations *out)
{
    return sw_rules__cite(&r->instrument->all_sources, source, r->arena, out,
                          r->err);
}

/* ---- exceptions and promises ----------------------------------------- */

static bool read_exception(void *ctx, const yaml_node *node, void *out)
{
    reader *r = ctx;
    struct raw {
        sw_promise_exception def;
        int kind;
        const yaml_node *source;
        sw_str notes;  // for the reader of the file
    } raw = {.def = {.id = node->key->text}};
    static const field fields[] = {
        {"title", FIELD_TEXT, true, offsetof(struct raw, def.title), NULL},
        {"provision", FIELD_TEXT, true, offsetof(struct raw, def.provision),
         NULL},
        {"kind", FIELD_WORD, true, offsetof(struct raw, kind), kind_names},
        {"source", FIELD_NODE, true, offsetof(struct raw, source), NULL},
        {"notes", FIELD_TEXT, false, offsetof(struct raw, notes), NULL},
    };
    citations sources = {0};
    if (!sw_rules__check_id(raw.def.id, node->key, r->err) ||
        !sw_rules__read_fields(node, "exception", fields, COUNT(fields), &raw,
                               r->err) ||
        !cite(r, raw.source, &sources)) {
        return false;
    }
    raw.def.kind = sw_str_of(kind_names[raw.kind]);
    raw.def.sources = sources.at;
    raw.def.source_count = sources.count;
    memcpy(out, &raw.def, sizeof raw.def);
    return true;
}

static bool read_promise(void *ctx, const yaml_node *node, void *out)
{
    reader *r = ctx;
    struct raw {
        promise_def def;
        int strength;
        const yaml_node *source, *names;
    } raw = {.def = {.id = node->key->text}};
    static const field fields[] = {
        {"title", FIELD_TEXT, true, offsetof(struct raw, def.title), NULL},
        {"provision", FIELD_TEXT, true, offsetof(struct raw, def.provision),
         NULL},
        {"strength", FIELD_WORD, true, offsetof(struct raw, strength),
         strength_names},
        {"test", FIELD_TEXT, false, offsetof(struct raw, def.test), NULL},
        {"names", FIELD_NODE, false, offsetof(struct raw, names), NULL},
        {"from", FIELD_DATE, false, offsetof(struct raw, def.from), NULL},
        {"source", FIELD_NODE, true, offsetof(struct raw, source), NULL},
        {"notes", FIELD_TEXT, false, offsetof(struct raw, def.notes), NULL},
    };
    if (!sw_rules__check_id(raw.def.id, node->key, r->err) ||
        !sw_rules__read_fields(node, "promise", fields, COUNT(fields), &raw,
                               r->err) ||
        !cite(r, raw.source, &raw.def.sources)) {
        return false;
    }
    if (raw.names != NULL &&
        !sw_rules__read_texts(raw.names, "names", r->arena, &raw.def.names,
                              &raw.def.name_count, r->err)) {
        return false;
    }
    raw.def.strength = sw_str_of(strength_names[raw.strength]);
    memcpy(out, &raw.def, sizeof raw.def);
    return true;
}

/* ---- links ----------------------------------------------------------- */

static sw_str promise_id_at(const void *instrument, size_t i)
{
    return ((const sw_commitments *)instrument)->promises[i].id;
}

static sw_str exception_id_at(const void *instrument, size_t i)
{
    return ((const sw_commitments *)instrument)->exceptions[i].id;
}

// The place of an id among the promises or the exceptions.
static bool find_id(const reader *r, const yaml_node *node, const char *what,
                    candidate_at at, size_t count, size_t *out)
{
    sw_str id = {0};
    const sw_commitments *x = r->instrument;
    if (!sw_rules__read_text(node, &id, r->err)) return false;
    for (*out = 0; *out < count; ++*out) {
        if (sw_str_eq(at(x, *out), id)) return true;
    }
    char hint[120];
    sw_rules__hint(hint, sizeof hint, sw_rules__nearest(id, at, x, count));
    id = sw_rules__clip(id);
    return sw_rules__refuse(r->err, node, "no %s has the id \"%.*s\"%s", what,
                            SW_STR_ARGS(id), hint);
}

static bool read_link_promises(const reader *r, const yaml_node *node,
                               link_def *out)
{
    bool list = node->kind == YAML_LIST;
    if (list && !sw_rules__check_count(node, "promises", r->err)) return false;
    size_t n = list ? node->count : 1;
    size_t *promises = SW_NEW_ARRAY(r->arena, size_t, n);
    if (promises == NULL) return sw_fail_memory(r->err);
    const yaml_node *c = list ? node->first : node;
    for (size_t i = 0; i < n; i++, c = c->next) {
        if (!find_id(r, c, "promise", promise_id_at,
                     r->instrument->promise_count, &promises[i])) {
            return false;
        }
    }
    out->promises = promises;
    out->promise_count = n;
    return true;
}

static bool read_link_exceptions(const reader *r, const yaml_node *list,
                                 link_def *out)
{
    if (list == NULL) return true;
    if (!sw_rules__expect(list, YAML_LIST, "exceptions", r->err) ||
        !sw_rules__check_count(list, "exceptions", r->err)) {
        return false;
    }
    sw_promise_exception *at =
        SW_NEW_ARRAY(r->arena, sw_promise_exception, list->count);
    if (at == NULL) return sw_fail_memory(r->err);
    for (const yaml_node *c = list->first; c != NULL; c = c->next) {
        size_t i = 0;
        if (!find_id(r, c, "exception", exception_id_at,
                     r->instrument->exception_count, &i)) {
            return false;
        }
        at[out->exception_count++] = r->instrument->exceptions[i];
    }
    out->exceptions = at;
    return true;
}

static bool read_link(void *ctx, const yaml_node *node, void *out)
{
    reader *r = ctx;
    struct raw {
        link_def def;
        const yaml_node *rules, *promise, *exceptions;
    } raw = {0};
    static const field fields[] = {
        {"rules", FIELD_NODE, true, offsetof(struct raw, rules), NULL},
        {"promise", FIELD_NODE, true, offsetof(struct raw, promise), NULL},
        {"reach", FIELD_WORD, true, offsetof(struct raw, def.reach),
         reach_names},
        {"exceptions", FIELD_NODE, false, offsetof(struct raw, exceptions),
         NULL},
        {"why", FIELD_TEXT, true, offsetof(struct raw, def.why), NULL},
        {"notes", FIELD_TEXT, false, offsetof(struct raw, def.notes), NULL},
    };
    if (!sw_rules__read_fields(node, "link", fields, COUNT(fields), &raw,
                               r->err) ||
        !sw_rules__read_refs(raw.rules, r->arena, &raw.def.rules,
                             &raw.def.rule_count, r->err) ||
        !read_link_promises(r, raw.promise, &raw.def) ||
        !read_link_exceptions(r, raw.exceptions, &raw.def)) {
        return false;
    }
    if (raw.def.reach == SW_PROMISE_OUTSIDE && raw.def.exception_count == 0) {
        return sw_rules__refuse(r->err, node,
                                "what takes the rule out? Name an exception");
    }
    memcpy(out, &raw.def, sizeof raw.def);
    return true;
}

/* ---- mentions -------------------------------------------------------- */

// A year, a month or a day, as far as the source says.
static bool read_when(const yaml_node *node, sw_str *out, sw_error *err)
{
    static const char whole[] = "0000-01-01";
    char day[sizeof whole];
    sw_date date;
    memcpy(day, whole, sizeof day);
    bool fits =
        node->kind == YAML_SCALAR &&
        (node->text.len == 4 || node->text.len == 7 || node->text.len == 10);
    if (fits) memcpy(day, node->text.at, node->text.len);
    if (fits && sw_date_parse(sw_str_of(day), &date)) {
        *out = node->text;
        return true;
    }
    return sw_rules__refuse(err, node,
                            "when must be a year, YYYY-MM or YYYY-MM-DD");
}

static bool read_mention(void *ctx, const yaml_node *node, void *out)
{
    reader *r = ctx;
    struct raw {
        mention_def def;
        const yaml_node *when, *rules, *source;
    } raw = {0};
    static const field fields[] = {
        {"who", FIELD_TEXT, true, offsetof(struct raw, def.mention.who), NULL},
        {"when", FIELD_NODE, true, offsetof(struct raw, when), NULL},
        {"says", FIELD_TEXT, true, offsetof(struct raw, def.mention.says),
         NULL},
        {"rules", FIELD_NODE, false, offsetof(struct raw, rules), NULL},
        {"source", FIELD_NODE, true, offsetof(struct raw, source), NULL},
    };
    citations sources = {0};
    if (!sw_rules__read_fields(node, "mention", fields, COUNT(fields), &raw,
                               r->err) ||
        !read_when(raw.when, &raw.def.mention.when, r->err) ||
        !cite(r, raw.source, &sources)) {
        return false;
    }
    if (raw.rules != NULL &&
        !sw_rules__read_refs(raw.rules, r->arena, &raw.def.rules,
                             &raw.def.rule_count, r->err)) {
        return false;
    }
    raw.def.mention.sources = sources.at;
    raw.def.mention.source_count = sources.count;
    memcpy(out, &raw.def, sizeof raw.def);
    return true;
}

/* ---- the instrument -------------------------------------------------- */

typedef struct {
    sw_commitments def;
    int force;
    const yaml_node *source, *sources, *exceptions, *promises, *links,
        *mentions;
} raw_instrument;

static const field instrument_fields[] = {
    {"commitments", FIELD_TEXT, true, offsetof(raw_instrument, def.id), NULL},
    {"title", FIELD_TEXT, true, offsetof(raw_instrument, def.title), NULL},
    {"force", FIELD_WORD, true, offsetof(raw_instrument, force), force_names},
    {"notes", FIELD_TEXT, false, offsetof(raw_instrument, def.notes), NULL},
    {"source", FIELD_NODE, true, offsetof(raw_instrument, source), NULL},
    {"sources", FIELD_NODE, true, offsetof(raw_instrument, sources), NULL},
    {"exceptions", FIELD_NODE, false, offsetof(raw_instrument, exceptions),
     NULL},
    {"promises", FIELD_NODE, false, offsetof(raw_instrument, promises), NULL},
    {"links", FIELD_NODE, false, offsetof(raw_instrument, links), NULL},
    {"mentions", FIELD_NODE, false, offsetof(raw_instrument, mentions), NULL},
};

static bool read_parts(reader *r, const raw_instrument *raw)
{
    sw_commitments *x = r->instrument;
    static const each_child exceptions = {
        YAML_MAP, "exceptions", read_exception, sizeof *x->exceptions};
    static const each_child promises = {YAML_MAP, "promises", read_promise,
                                        sizeof *x->promises};
    static const each_child links = {YAML_LIST, "links", read_link,
                                     sizeof *x->links};
    static const each_child mentions = {YAML_LIST, "mentions", read_mention,
                                        sizeof *x->mentions};
    return sw_rules__read_citations(raw->sources, r->arena, &x->all_sources,
                                    r->err) &&
           cite(r, raw->source, &x->sources) &&
           sw_rules__read_each(raw->exceptions, &exceptions, r, r->arena,
                               &x->exceptions, &x->exception_count, r->err) &&
           sw_rules__read_each(raw->promises, &promises, r, r->arena,
                               &x->promises, &x->promise_count, r->err) &&
           sw_rules__read_each(raw->links, &links, r, r->arena, &x->links,
                               &x->link_count, r->err) &&
           sw_rules__read_each(raw->mentions, &mentions, r, r->arena,
                               &x->mentions, &x->mention_count, r->err);
}

// Each reference is looked for in all of them: so many, and no more.
static bool count_refs(sw_commitments *x, const yaml_node *root, sw_error *err)
{
    for (size_t i = 0; i < x->link_count; i++)
        x->ref_count += x->links[i].rule_count;
    for (size_t i = 0; i < x->mention_count; i++)
        x->ref_count += x->mentions[i].rule_count;
    return x->ref_count <= MAX_DEFINITIONS ||
           sw_rules__refuse(err, root, "more than %d references to rules",
                            MAX_DEFINITIONS);
}

static bool parse(sw_str text, const char *name, sw_arena *arena,
                  sw_commitments **out, sw_error *err)
{
    const yaml_node *root;
    raw_instrument raw = {0};
    sw_str file;
    if (!sw_rules__yaml(text, arena, &root, err) ||
        !sw_rules__read_fields(root, "file of commitments", instrument_fields,
                               COUNT(instrument_fields), &raw, err)) {
        return false;
    }
    sw_commitments *x = SW_NEW(arena, sw_commitments);
    if (x == NULL || !sw_arena_str(arena, sw_str_of(name), &file))
        return sw_fail_memory(err);
    *x = raw.def;
    x->file = file.at;
    x->force = sw_str_of(force_names[raw.force]);
    reader r = {x, arena, err};
    if (!sw_rules__check_id(x->id, root, err) || !read_parts(&r, &raw) ||
        !count_refs(x, root, err)) {
        return false;
    }
    *out = x;
    return true;
}

bool sw_commitments_parse(sw_str text, const char *name, sw_arena *arena,
                          sw_commitments **out, sw_error *err)
{
    return parse(text, name, arena, out, err) || sw_error_in(err, name);
}

bool sw_commitments_load(const char *path, sw_arena *arena,
                         sw_commitments **out, sw_error *err)
{
    sw_str text;
    if (!sw_file_read(path, MAX_DOCUMENT_BYTES, arena, &text, err))
        return sw_error_in(err, path);
    return sw_commitments_parse(text, path, arena, out, err);
}
