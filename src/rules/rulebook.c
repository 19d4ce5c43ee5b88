// From the text of a rulebook to its definitions: what each part of the format
// is, stands in a table beside its reader; docs/rulebooks.md is the same in
// words.
//
// A variant or a reading is a tree with something changed, built in the same
// way; what did not change is taken over from the book that was read first.
#include <stddef.h>
#include <string.h>

#include "rules_internal.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

const yaml_node *sw_rules__child(const yaml_node *map, const char *key)
{
    const yaml_node *c = map->first;
    while (c != NULL && !sw_str_eq(c->key->text, sw_str_of(key)))
        c = c->next;
    return c != NULL ? c : map;
}

/* ---- the book -------------------------------------------------------- */

typedef struct {
    sw_rulebook book;
    const yaml_node *sources, *facts, *terms, *rules, *variants, *calendars;
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
    {"variants", FIELD_NODE, false, offsetof(raw_book, variants), NULL},
    {"calendars", FIELD_NODE, false, offsetof(raw_book, calendars), NULL},
};

// The origin is a fact that holds one word; what it says of us is `home`.
static bool check_origin(sw_rulebook *book, const yaml_node *root,
                         sw_error *err)
{
    if (book->home.len == 0) book->home = book->jurisdiction;
    if (book->origin.len == 0) return true;
    const yaml_node *node = sw_rules__child(root, "origin");
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

// What others refer to first, whatever the file's order.
static bool read_new(sw_rulebook *book, const yaml_node *root,
                     const raw_book *raw, sw_arena *arena, sw_error *err)
{
    size_t terms = raw->terms != NULL ? raw->terms->count : 0;
    return sw_rules__check_id(book->id, sw_rules__child(root, "rulebook"),
                              err) &&
           sw_rules__define_sources(book, raw->sources, arena, err) &&
           sw_rules__read_facts(raw->facts, arena, &book->facts, err) &&
           check_origin(book, root, err) &&
           sw_rules__read_calendars(book, raw->calendars, arena, err) &&
           sw_rules__declare_facts(book, terms, arena, &book->declared, err);
}

// What a rule or term of another book counts as, of the text that a book may
// come to: so that many variants and readings of many rules end at a limit.
enum { PART_COST = 4 };

static bool spend(const raw_book *raw, size_t *budget, sw_error *err)
{
    size_t terms = raw->terms != NULL ? raw->terms->count : 0;
    size_t cost = (raw->rules->count + terms) * PART_COST;
    if (cost > *budget) {
        return sw_rules__refuse(err, raw->rules,
                                "too many rules for so many variants and "
                                "readings");
    }
    *budget -= cost;
    return true;
}

// Sources, facts and calendars are those of the other book.
static bool read_like(sw_rulebook *book, const sw_rulebook *like,
                      const raw_book *raw, sw_arena *arena, sw_error *err)
{
    size_t terms = raw->terms != NULL ? raw->terms->count : 0;
    book->text = like->text;
    book->name = like->name;
    book->home = like->home;
    book->sources = like->sources;
    book->source_count = like->source_count;
    book->facts = like->facts;
    book->calendars = like->calendars;
    book->calendar_count = like->calendar_count;
    return sw_rules__declare_again(&like->declared, terms, arena,
                                   &book->declared, err);
}

static bool read_conditions(sw_rulebook *book, const sw_rulebook *like,
                            const raw_book *raw, sw_arena *arena,
                            size_t *budget, sw_error *err)
{
    expression_reader r = {.book = book,
                           .like = like,
                           .declared = &book->declared,
                           .arena = arena,
                           .budget = budget};
    bool ok = sw_arena_new(&r.scratch, err) &&
              (raw->terms == NULL ||
               sw_rules__read_terms(&r, book, raw->terms, err)) &&
              sw_rules__read_rules(&r, book, raw->rules, err);
    sw_arena_free(r.scratch);
    return ok;
}

bool sw_rules__build(const yaml_node *root, const sw_rulebook *like,
                     const sw_rulebook *named, sw_arena *arena, size_t *budget,
                     sw_rulebook **out, sw_error *err)
{
    raw_book raw = {0};
    if (!sw_rules__read_fields(root, "rulebook", book_fields,
                               COUNT(book_fields), &raw, err)) {
        return false;
    }
    sw_rulebook *book = SW_NEW(arena, sw_rulebook);
    if (book == NULL) return sw_fail_memory(err);
    *book = raw.book;
    book->root = root;
    book->text = named->text;
    book->name = named->name;
    bool ok = like == NULL ? read_new(book, root, &raw, arena, err)
                           : spend(&raw, budget, err) &&
                                 read_like(book, like, &raw, arena, err);
    if (!ok || !read_conditions(book, like, &raw, arena, budget, err))
        return false;
    *out = book;
    return true;
}

static bool parse(sw_str text, const char *name, sw_arena *arena,
                  sw_rulebook **out, sw_error *err)
{
    const yaml_node *root;
    sw_rulebook *book, named = {0};
    size_t budget = MAX_BOOK_WRITTEN_OUT;
    if (!sw_rules__yaml(text, arena, &root, err)) return false;
    if (!sw_arena_str(arena, text, &named.text) ||
        !sw_arena_str(arena, sw_str_of(name), &named.name)) {
        return sw_fail_memory(err);
    }
    if (!sw_rules__build(root, NULL, &named, arena, &budget, &book, err) ||
        !sw_rules__read_readings(book, arena, &budget, err) ||
        !sw_rules__read_variants(book, arena, &budget, err))
        return false;
    *out = book;
    return true;
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
