// Variants: bills, drafts and plans as alternatives of one book. Each is a list
// of changes; the book under it is the base with these laid over it.
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "rules_internal.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum { MAX_VARIANTS = 64 };

/* ---- what a variant says --------------------------------------------- */

static bool read_variant(const sw_rulebook *book, const yaml_node *node,
                         sw_arena *arena, sw_variant *told, variant_def *out,
                         sw_error *err)
{
    struct {
        sw_str title, notes;
        int status;
        const yaml_node *source, *terms, *rules, *without;
    } raw = {0};
#define AT(member) offsetof(__typeof__(raw), member)
    static const field fields[] = {
        {"title", FIELD_TEXT, true, AT(title), NULL},
        {"status", FIELD_WORD, true, AT(status), sw_rules__status_names},
        {"source", FIELD_NODE, true, AT(source), NULL},
        {"notes", FIELD_TEXT, false, AT(notes), NULL},
        {"terms", FIELD_NODE, false, AT(terms), NULL},
        {"rules", FIELD_NODE, false, AT(rules), NULL},
        {"without", FIELD_NODE, false, AT(without), NULL},
    };
#undef AT
    if (!sw_rules__check_id(node->key->text, node->key, err) ||
        !sw_rules__read_fields(node, "variant", fields, COUNT(fields), &raw,
                               err)) {
        return false;
    }
    if (raw.terms == NULL && raw.rules == NULL && raw.without == NULL)
        return sw_rules__refuse(err, node, "a variant that changes nothing");
    *told =
        (sw_variant){.id = node->key->text,
                     .title = raw.title,
                     .status = sw_str_of(sw_rules__status_names[raw.status]),
                     .notes = raw.notes};
    *out = (variant_def){told, sw_rules__find_child(node, SW_STR("status")),
                         raw.terms, raw.rules, raw.without};
    return sw_rules__read_sources(book, arena, raw.source, &told->sources,
                                  &told->source_count, err);
}

/* ---- the tree with its changes --------------------------------------- */

typedef struct {
    const sw_rulebook *base;
    const variant_def *variant;
    sw_arena *arena;
    sw_error *err;
} changer;

static bool refuse_id(const changer *c, const yaml_node *node, const char *why)
{
    sw_str id = sw_rules__clip(node->text);
    return sw_rules__refuse(c->err, node, "rule \"%.*s\" %s", SW_STR_ARGS(id),
                            why);
}

// The status of the variant is that of all it changes, unless they have theirs.
static const yaml_node *with_status(const changer *c, const yaml_node *changes)
{
    if (sw_rules__child(changes, "status") != changes) return changes;
    return sw_rules__with_child(changes, c->variant->status, c->arena);
}

// `base` NULL: a new one.
static bool change(const changer *c, const yaml_node *base,
                   const yaml_node *changes, const char *what,
                   const yaml_node **out)
{
    if (!sw_rules__expect(changes, YAML_MAP, what, c->err)) return false;
    changes = with_status(c, changes);
    if (changes == NULL) return sw_fail_memory(c->err);
    const yaml_node *merged =
        base != NULL ? sw_rules__merge(base, changes, c->arena) : changes;
    yaml_node *marked = SW_NEW(c->arena, yaml_node);
    if (merged == NULL || marked == NULL) return sw_fail_memory(c->err);
    *marked = *merged;
    marked->key = changes->key;
    marked->by_variant = true;
    *out = marked;
    return true;
}

// Every version of a term that is a list.
static bool change_versions(const changer *c, const yaml_node *list,
                            const yaml_node **out)
{
    yaml_node *last = NULL, *made = sw_rules__empty_like(list, c->arena);
    if (made == NULL) return sw_fail_memory(c->err);
    for (const yaml_node *v = list->first; v != NULL; v = v->next) {
        const yaml_node *version;
        if (!change(c, NULL, v, "a version of a term", &version)) return false;
        if (!sw_rules__add_child(made, version, c->arena, &last))
            return sw_fail_memory(c->err);
    }
    *out = made;
    return true;
}

static bool change_term(const changer *c, const yaml_node *base,
                        const yaml_node *changes, const yaml_node **out)
{
    if (changes->kind == YAML_LIST) return change_versions(c, changes, out);
    if (base != NULL && base->kind == YAML_LIST) {
        return sw_rules__refuse(c->err, changes,
                                "the base has versions of this term: give a "
                                "list, which takes their place");
    }
    return change(c, base, changes, "a term", out);
}

static const yaml_node *find(const yaml_node *map, sw_str key)
{
    return map != NULL ? sw_rules__find_child(map, key) : NULL;
}

// Adds the new terms that stand in the variant just above one of the base, so
// that it may read them; above NULL: all that are left.
static bool add_new_terms(const changer *c, const yaml_node **from,
                          const yaml_node *above, const yaml_node *base,
                          yaml_node *made, yaml_node **last)
{
    const yaml_node *stop = above;
    for (; *from != NULL && *from != stop; *from = (*from)->next) {
        const yaml_node *term;
        if (find(base, (*from)->key->text) != NULL) continue;
        if (!change_term(c, NULL, *from, &term)) return false;
        if (!sw_rules__add_child(made, term, c->arena, last))
            return sw_fail_memory(c->err);
    }
    return true;
}

// Whether the term stands in what is left of the variant's list.
static bool is_ahead(const yaml_node *from, const yaml_node *term)
{
    while (from != NULL && from != term)
        from = from->next;
    return from != NULL && term != NULL;
}

static bool change_terms(const changer *c, const yaml_node *base,
                         const yaml_node **out)
{
    const yaml_node *changes = c->variant->terms;
    if (!sw_rules__expect(changes, YAML_MAP, "terms", c->err)) return false;
    yaml_node *last = NULL, *made = sw_rules__empty_like(changes, c->arena);
    if (made == NULL) return sw_fail_memory(c->err);
    const yaml_node *from = changes->first;
    for (const yaml_node *b = base != NULL ? base->first : NULL; b != NULL;
         b = b->next) {
        const yaml_node *over = find(changes, b->key->text), *term = b;
        if (is_ahead(from, over) &&
            !add_new_terms(c, &from, over, base, made, &last))
            return false;
        if (over != NULL && !change_term(c, b, over, &term)) return false;
        if (!sw_rules__add_child(made, term, c->arena, &last))
            return sw_fail_memory(c->err);
    }
    *out = made;
    return add_new_terms(c, &from, NULL, base, made, &last);
}

/* ---- rules ----------------------------------------------------------- */

static sw_str id_of(const yaml_node *rule)
{
    const yaml_node *id = sw_rules__child(rule, "id");
    return id != rule && id->kind == YAML_SCALAR ? id->text : SW_STR("");
}

static sw_str base_id_at(const void *book, size_t i)
{
    return ((const sw_rulebook *)book)->rules[i].id;
}

static size_t count_id(const sw_rulebook *book, sw_str id)
{
    size_t n = 0;
    for (size_t i = 0; i < book->rule_count; i++)
        n += sw_str_eq(book->rules[i].id, id);
    return n;
}

static bool check_without(const changer *c)
{
    const yaml_node *list = c->variant->without;
    if (list == NULL) return true;
    if (!sw_rules__expect(list, YAML_LIST, "without", c->err) ||
        !sw_rules__check_count(list, "without", c->err))
        return false;
    for (const yaml_node *n = list->first; n != NULL; n = n->next) {
        sw_str id;
        if (!sw_rules__read_text(n, &id, c->err)) return false;
        if (count_id(c->base, id) > 0) continue;
        char hint[120], why[160];
        sw_rules__hint(
            hint, sizeof hint,
            sw_rules__nearest(id, base_id_at, c->base, c->base->rule_count));
        snprintf(why, sizeof why, "is none of the base%s", hint);
        return refuse_id(c, n, why);
    }
    return true;
}

static bool is_without(const changer *c, sw_str id)
{
    const yaml_node *n =
        c->variant->without != NULL ? c->variant->without->first : NULL;
    while (n != NULL && !sw_str_eq(n->text, id))
        n = n->next;
    return n != NULL;
}

// What the variant says of a rule, or NULL.
static const yaml_node *changes_of(const changer *c, sw_str id)
{
    const yaml_node *n =
        c->variant->rules != NULL ? c->variant->rules->first : NULL;
    while (n != NULL && !sw_str_eq(id_of(n), id))
        n = n->next;
    return n;
}

static bool check_rules(const changer *c)
{
    const yaml_node *list = c->variant->rules;
    if (list == NULL) return true;
    if (!sw_rules__expect(list, YAML_LIST, "rules", c->err) ||
        !sw_rules__check_count(list, "rules", c->err))
        return false;
    for (const yaml_node *n = list->first; n != NULL; n = n->next) {
        if (!sw_rules__expect(n, YAML_MAP, "rule", c->err)) return false;
        sw_str id = id_of(n);
        const yaml_node *place = sw_rules__child(n, "id");
        if (id.len == 0)
            return sw_rules__refuse(c->err, n,
                                    "this rule lacks the key \"id\"");
        if (count_id(c->base, id) > 1)
            return refuse_id(c, place,
                             "has versions in the base: take it "
                             "away (without) and add another");
        if (is_without(c, id))
            return refuse_id(c, place, "is taken away by the same variant");
        if (count_id(c->base, id) == 1 && changes_of(c, id) != n)
            return refuse_id(c, place, "is changed twice");
    }
    return true;
}

static bool change_rules(const changer *c, const yaml_node *base,
                         const yaml_node **out)
{
    if (!check_without(c) || !check_rules(c)) return false;
    yaml_node *last = NULL, *made = sw_rules__empty_like(base, c->arena);
    if (made == NULL) return sw_fail_memory(c->err);
    for (const yaml_node *b = base->first; b != NULL; b = b->next) {
        const yaml_node *over = changes_of(c, id_of(b)), *rule = b;
        if (is_without(c, id_of(b))) continue;
        if (over != NULL && !change(c, b, over, "rule", &rule)) return false;
        if (!sw_rules__add_child(made, rule, c->arena, &last))
            return sw_fail_memory(c->err);
    }
    const yaml_node *n =
        c->variant->rules != NULL ? c->variant->rules->first : NULL;
    for (; n != NULL; n = n->next) {
        const yaml_node *rule;
        if (count_id(c->base, id_of(n)) > 0) continue;
        if (!change(c, NULL, n, "rule", &rule)) return false;
        if (!sw_rules__add_child(made, rule, c->arena, &last))
            return sw_fail_memory(c->err);
    }
    *out = made;
    return true;
}

/* ---- the whole ------------------------------------------------------- */

static bool change_book(const changer *c, const yaml_node **out)
{
    const yaml_node *root =
        sw_rules__without_child(c->base->root, "variants", c->arena);
    if (root == NULL) return sw_fail_memory(c->err);
    const yaml_node *terms = find(root, SW_STR("terms")), *rules = NULL;
    if (c->variant->terms != NULL) {
        if (!change_terms(c, terms, &terms)) return false;
        root = sw_rules__with_child(root, terms, c->arena);
        if (root == NULL) return sw_fail_memory(c->err);
    }
    if (!change_rules(c, find(root, SW_STR("rules")), &rules)) return false;
    *out = sw_rules__with_child(root, rules, c->arena);
    return *out != NULL || sw_fail_memory(c->err);
}

static bool build(const sw_rulebook *base, const variant_def *variant,
                  sw_arena *arena, size_t *budget, sw_rulebook **out,
                  sw_error *err)
{
    changer c = {base, variant, arena, err};
    const yaml_node *root = NULL;
    sw_rulebook *book;
    if (!change_book(&c, &root) ||
        !sw_rules__build(root, base, base, arena, budget, &book, err) ||
        !sw_rules__read_readings(book, arena, budget, err))
        return false;
    book->variant = variant->told;
    *out = book;
    return true;
}

// A fault in what a variant comes to may stand in the base, so it is named.
static bool name_variant(const variant_def *variant, sw_error *err)
{
    char reason[sizeof err->reason];
    if (err->kind != SW_ERR_INPUT) return false;
    memcpy(reason, err->reason, sizeof reason);
    sw_str id = sw_rules__clip(variant->told->id);
    snprintf(err->reason, sizeof err->reason, "variant %.*s: %.*s",
             SW_STR_ARGS(id), (int)sizeof reason - 80, reason);
    return false;
}

static bool check_variant(const sw_rulebook *base, const variant_def *variant,
                          size_t *budget, sw_error *err)
{
    sw_arena *arena = NULL;
    sw_rulebook *book;
    bool ok = sw_arena_new(&arena, err) &&
              build(base, variant, arena, budget, &book, err);
    sw_arena_free(arena);
    return ok || name_variant(variant, err);
}

bool sw_rules__read_variants(sw_rulebook *book, sw_arena *arena, size_t *budget,
                             sw_error *err)
{
    const yaml_node *map = find(book->root, SW_STR("variants"));
    if (map == NULL) return true;
    if (!sw_rules__expect(map, YAML_MAP, "variants", err)) return false;
    if (map->count > MAX_VARIANTS)
        return sw_rules__refuse(err, map, "more than %d variants",
                                MAX_VARIANTS);
    sw_variant *told = SW_NEW_ARRAY(arena, sw_variant, map->count);
    variant_def *all = SW_NEW_ARRAY(arena, variant_def, map->count);
    if (told == NULL || all == NULL) return sw_fail_memory(err);
    book->told_variants = told;
    book->variants = all;
    for (const yaml_node *c = map->first; c != NULL; c = c->next) {
        size_t n = book->variant_count++;
        if (!read_variant(book, c, arena, &told[n], &all[n], err) ||
            !check_variant(book, &all[n], budget, err))
            return false;
    }
    return true;
}

void sw_rulebook_variants(const sw_rulebook *book, const sw_variant **out,
                          size_t *count)
{
    *out = book->told_variants;
    *count = book->variant_count;
}

static sw_str variant_id_at(const void *book, size_t i)
{
    return ((const sw_rulebook *)book)->told_variants[i].id;
}

// " (did you mean x?)", else "; it has a, b, ...", as far as there is room.
static void tell_variants(const sw_rulebook *book, sw_str id, char *buf,
                          size_t size)
{
    sw_rules__hint(
        buf, size,
        sw_rules__nearest(id, variant_id_at, book, book->variant_count));
    size_t used = strlen(buf);
    for (size_t i = 0; used == 0 && i < book->variant_count; i++) {
        size_t len = strlen(buf);
        sw_str each = sw_rules__clip(book->told_variants[i].id);
        if (size - len < each.len + 10) {
            snprintf(buf + len, size - len, ", ...");
            return;
        }
        snprintf(buf + len, size - len, "%s%.*s", i == 0 ? "; it has " : ", ",
                 SW_STR_ARGS(each));
    }
}

bool sw_rules__find_variant(const sw_rulebook *book, sw_str id, size_t *out,
                            sw_error *err)
{
    for (size_t i = 0; i < book->variant_count; i++) {
        if (!sw_str_eq(book->told_variants[i].id, id)) continue;
        *out = i;
        return true;
    }
    char known[260];
    tell_variants(book, id, known, sizeof known);
    id = sw_rules__clip(id);
    sw_str name = sw_rules__clip(book->id);
    return sw_fail(err, SW_ERR_USAGE,
                   "the rulebook %.*s has no variant \"%.*s\"%s",
                   SW_STR_ARGS(name), SW_STR_ARGS(id), known);
}

bool sw_rulebook_variant(const sw_rulebook *book, sw_str id, sw_arena *arena,
                         sw_rulebook **out, sw_error *err)
{
    size_t i, budget = MAX_BOOK_WRITTEN_OUT;
    if (!sw_rules__find_variant(book, id, &i, err)) return false;
    const variant_def *variant = &book->variants[i];
    return build(book, variant, arena, &budget, out, err) ||
           name_variant(variant, err) || sw_error_in(err, book->name.at);
}
