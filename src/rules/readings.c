// Readings: published readings of a provision that conflict. The first is the
// rule or term itself; each other one is a book that differs in that alone.
#include <stddef.h>
#include <string.h>

#include "rules_internal.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum { MAX_READINGS = 32 };

// What a reading may say. All that a rule or term is called by stays.
static const char *const term_keys[] = {
    "title",    "source", "notes",      "of",   "at_least", "more_than",
    "at_most",  "is",     "over",       "unit", "window",   "less_than",
    "in_force", "level",  "quantifier", NULL};
static const char *const rule_keys[] = {"title",     "source",   "notes",
                                        "when",      "require",  "otherwise",
                                        "treatment", "in_force", NULL};

typedef struct {
    const yaml_node *root;
    const char *part;  // "terms", "rules"
    sw_str owner;      // the term's name, the rule's id
    sw_str id;         // of the reading
    sw_arena *arena;
} change;

/* ---- the tree with one reading --------------------------------------- */

static const yaml_node *reading_of(const yaml_node *version, sw_str id)
{
    if (version->kind != YAML_MAP) return NULL;
    const yaml_node *all = sw_rules__find_child(version, SW_STR("readings"));
    return all != NULL && all->kind == YAML_MAP ? sw_rules__find_child(all, id)
                                                : NULL;
}

// NULL when memory is out.
static const yaml_node *with_reading(const change *c, const yaml_node *version)
{
    const yaml_node *said = reading_of(version, c->id);
    if (said == NULL) return version;
    const yaml_node *merged = sw_rules__merge(version, said, c->arena);
    return merged;
}

// A map, or a list of versions of which some may have the reading.
static const yaml_node *changed_owner(const change *c, const yaml_node *owner)
{
    if (owner->kind != YAML_LIST) return with_reading(c, owner);
    yaml_node *last = NULL, *made = sw_rules__empty_like(owner, c->arena);
    for (const yaml_node *v = owner->first; made != NULL && v != NULL;
         v = v->next) {
        const yaml_node *version = with_reading(c, v);
        if (version == NULL ||
            !sw_rules__add_child(made, version, c->arena, &last))
            return NULL;
    }
    return made;
}

static sw_str name_of(const yaml_node *owner)
{
    if (owner->key != NULL) return owner->key->text;
    const yaml_node *id = sw_rules__find_child(owner, SW_STR("id"));
    return id != NULL ? id->text : SW_STR("");
}

static const yaml_node *changed_root(const change *c)
{
    const yaml_node *part = sw_rules__find_child(c->root, sw_str_of(c->part));
    yaml_node *last = NULL, *made = sw_rules__empty_like(part, c->arena);
    for (const yaml_node *n = part->first; made != NULL && n != NULL;
         n = n->next) {
        bool hit = sw_str_eq(name_of(n), c->owner);
        const yaml_node *owner = hit ? changed_owner(c, n) : n;
        if (owner == NULL || !sw_rules__add_child(made, owner, c->arena, &last))
            return NULL;
    }
    return made != NULL ? sw_rules__with_child(c->root, made, c->arena) : NULL;
}

/* ---- what there are -------------------------------------------------- */

typedef struct {
    sw_rulebook *book;
    const char *part;
    sw_arena *arena;
    size_t *budget;
    reading_def *all;
    sw_error *err;
} reader;

static sw_str key_at(const void *keys, size_t i)
{
    return sw_str_of(((const char *const *)keys)[i]);
}

static bool check_keys(const yaml_node *map, const char *const *keys,
                       sw_error *err)
{
    size_t count = 0;
    while (keys[count] != NULL)
        count++;
    for (const yaml_node *c = map->first; c != NULL; c = c->next) {
        if (sw_rules__is_one_of(c->key->text, keys)) continue;
        char hint[120];
        sw_rules__hint(hint, sizeof hint,
                       sw_rules__nearest(c->key->text, key_at, keys, count));
        sw_str key = sw_rules__clip(c->key->text);
        return sw_rules__refuse(err, c->key,
                                "a reading cannot change \"%.*s\"%s",
                                SW_STR_ARGS(key), hint);
    }
    if (sw_rules__find_child(map, SW_STR("source")) == NULL)
        return sw_rules__refuse(err, map,
                                "this reading lacks the key \"source\"");
    if (map->count < 2)
        return sw_rules__refuse(err, map, "this reading changes nothing");
    return true;
}

static bool is_read(const reader *r, sw_str id)
{
    for (size_t i = 0; i < r->book->reading_count; i++) {
        if (sw_str_eq(r->all[i].told.id, id)) return true;
    }
    return false;
}

static bool tell(const reader *r, const yaml_node *node, reading_def *out)
{
    const yaml_node *title = sw_rules__find_child(node, SW_STR("title"));
    out->told.book = r->book->id;
    return (title == NULL ||
            sw_rules__read_text(title, &out->told.title, r->err)) &&
           sw_rules__read_sources(
               r->book, r->arena, sw_rules__find_child(node, SW_STR("source")),
               &out->told.sources, &out->told.source_count, r->err);
}

// A reading that several versions have is one.
static bool read_reading(const reader *r, sw_str owner, const yaml_node *node)
{
    bool term = r->part[0] == 't';
    sw_rulebook *book = r->book;
    if (!sw_rules__check_id(node->key->text, node->key, r->err) ||
        !sw_rules__expect(node, YAML_MAP, "a reading", r->err) ||
        !check_keys(node, term ? term_keys : rule_keys, r->err))
        return false;
    sw_str id = sw_arena_printf(r->arena, "%.*s/%.*s", SW_STR_ARGS(owner),
                                SW_STR_ARGS(node->key->text));
    if (id.at == NULL) return sw_fail_memory(r->err);
    if (is_read(r, id)) return true;
    if (book->reading_count == MAX_READINGS)
        return sw_rules__refuse(r->err, node, "more than %d readings",
                                MAX_READINGS);
    reading_def *out = &r->all[book->reading_count++];
    change c = {book->root, r->part, owner, node->key->text, r->arena};
    const yaml_node *root = changed_root(&c);
    out->told.id = id;
    if (root == NULL) return sw_fail_memory(r->err);
    return tell(r, node, out) && sw_rules__build(root, book, book, r->arena,
                                                 r->budget, &out->book, r->err);
}

static bool read_version(const reader *r, sw_str owner, const yaml_node *node)
{
    const yaml_node *map = sw_rules__find_child(node, SW_STR("readings"));
    if (map == NULL) return true;
    if (!sw_rules__expect(map, YAML_MAP, "readings", r->err)) return false;
    for (const yaml_node *c = map->first; c != NULL; c = c->next) {
        if (!read_reading(r, owner, c)) return false;
    }
    return true;
}

static bool read_part(reader *r, const char *part)
{
    const yaml_node *all = sw_rules__find_child(r->book->root, sw_str_of(part));
    r->part = part;
    for (const yaml_node *n = all != NULL ? all->first : NULL; n != NULL;
         n = n->next) {
        bool list = n->kind == YAML_LIST;
        const yaml_node *v = list ? n->first : n;
        for (; v != NULL; v = list ? v->next : NULL) {
            if (!read_version(r, name_of(n), v)) return false;
        }
    }
    return true;
}

bool sw_rules__read_readings(sw_rulebook *book, sw_arena *arena, size_t *budget,
                             sw_error *err)
{
    reader r = {.book = book, .arena = arena, .budget = budget, .err = err};
    r.all = SW_NEW_ARRAY(arena, reading_def, MAX_READINGS);
    if (r.all == NULL) return sw_fail_memory(err);
    book->readings = r.all;
    return read_part(&r, "terms") && read_part(&r, "rules");
}
