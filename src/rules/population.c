// Populations: a table whose rows are declarations. A cell is what would stand
// in a declaration; the type of its column's fact says how to read it.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv.h"
#include "parity_internal.h"

enum { MAX_ROWS = 100 * 1000 };

typedef enum { COLUMN_NAME, COLUMN_ORIGIN, COLUMN_IGNORED, COLUMN_FACT } role;

typedef struct {
    role role;
    const fact_def *fact;  // COLUMN_FACT, and the origin's
    const yaml_node *key;
} column;

typedef struct {
    const sw_rulebook *book;
    sw_arena *arena, *scratch;
    column columns[CSV_MAX_COLUMNS];
    size_t width, fact_columns;
    size_t nodes;
    population_row *rows;
    size_t count, cap;
    sw_parity_note *notes;
    size_t note_count, note_cap;
    sw_error *err;
} loader;

static bool refuse_cell(loader *l, const csv_cell *cell, const char *why)
{
    sw_str shown = sw_rules__clip(cell->text);
    sw_fail(l->err, SW_ERR_INPUT, "\"%.*s\": %s", SW_STR_ARGS(shown), why);
    return sw_error_at(l->err, "line %u, column %u", cell->line, cell->column);
}

// Doubles an array in the arena when it is full.
static bool grow(loader *l, void **at, size_t *cap, size_t count, size_t size)
{
    if (count < *cap) return true;
    size_t more = *cap == 0 ? 16 : *cap * 2;
    void *made = sw_arena_calloc(l->arena, more, size);
    if (made == NULL) return sw_fail_memory(l->err);
    if (count > 0) memcpy(made, *at, count * size);
    *at = made;
    *cap = more;
    return true;
}

/* ---- comments -------------------------------------------------------- */

// "key: value", where the key is words; anything else is a note.
static sw_parity_note note_of(sw_str comment)
{
    size_t colon = 0;
    while (colon < comment.len &&
           (comment.at[colon] == ' ' || comment.at[colon] == '-' ||
            (comment.at[colon] >= 'a' && comment.at[colon] <= 'z')))
        colon++;
    bool keyed = colon > 0 && colon + 1 < comment.len &&
                 comment.at[colon] == ':' && comment.at[colon + 1] == ' ';
    if (!keyed) return (sw_parity_note){SW_STR("note"), comment};

    size_t from = colon + 1;
    while (from < comment.len && comment.at[from] == ' ')
        from++;
    return (sw_parity_note){{comment.at, colon},
                            {comment.at + from, comment.len - from}};
}

static bool take_comment(loader *l, sw_str comment)
{
    void *at = l->notes;
    if (comment.len == 0) return true;
    if (!grow(l, &at, &l->note_cap, l->note_count, sizeof *l->notes))
        return false;
    l->notes = at;
    sw_parity_note note = note_of(comment);
    if (!sw_arena_str(l->arena, note.key, &note.key) ||
        !sw_arena_str(l->arena, note.value, &note.value))
        return sw_fail_memory(l->err);
    l->notes[l->note_count++] = note;
    return true;
}

/* ---- nodes ----------------------------------------------------------- */

static bool new_node(loader *l, const csv_cell *cell, yaml_node **out)
{
    if (++l->nodes > MAX_DOCUMENT_NODES)
        return refuse_cell(l, cell, "more values than a document may hold");
    yaml_node *node = SW_NEW(l->arena, yaml_node);
    if (node == NULL) return sw_fail_memory(l->err);
    node->line = cell->line;
    node->column = cell->column;
    *out = node;
    return true;
}

static sw_str trimmed(sw_str s)
{
    while (s.len > 0 && s.at[s.len - 1] == ' ')
        s.len--;
    while (s.len > 0 && s.at[0] == ' ')
        s = (sw_str){s.at + 1, s.len - 1};
    return s;
}

// Words are words even if they look like a number. What stands in a column of
// numbers and is none ("about 680000") is quoted, as a declaration has it.
static bool scalar_node(loader *l, const csv_cell *cell, const fact_def *fact,
                        sw_str text, yaml_node **out)
{
    yaml_node *node;
    if (!new_node(l, cell, &node)) return false;
    if (!sw_arena_str(l->arena, trimmed(text), &node->text))
        return sw_fail_memory(l->err);
    node->plain = true;
    if (node->text.len > 0 && fact->scalar != FACT_BOOL) {
        scalar_kind kind = sw_rules__scalar(node).kind;
        node->plain = fact->scalar != FACT_STRING &&
                      (kind == SCALAR_INT || kind == SCALAR_DOUBLE);
    }
    *out = node;
    return true;
}

// "a;b;c"; nothing between two semicolons is a missing element.
static bool list_node(loader *l, const csv_cell *cell, const fact_def *fact,
                      yaml_node **out)
{
    yaml_node *list;
    if (!new_node(l, cell, &list)) return false;
    list->kind = YAML_LIST;
    yaml_node **end = &list->first;
    sw_str rest = cell->text;
    for (bool more = true; more; list->count++) {
        const char *cut = memchr(rest.at, ';', rest.len);
        size_t len = cut != NULL ? (size_t)(cut - rest.at) : rest.len;
        more = cut != NULL;
        if (!scalar_node(l, cell, fact, (sw_str){rest.at, len}, end))
            return false;
        end = &(*end)->next;
        if (more) rest = (sw_str){cut + 1, rest.len - len - 1};
    }
    *out = list;
    return true;
}

/* ---- the head -------------------------------------------------------- */

static bool is_reserved(sw_str head, role *out)
{
    static const struct {
        const char *head;
        role role;
    } reserved[] = {{"name", COLUMN_NAME},
                    {"origin", COLUMN_ORIGIN},
                    {"source", COLUMN_IGNORED},
                    {"notes", COLUMN_IGNORED}};
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++) {
        if (!sw_str_eq(head, sw_str_of(reserved[i].head))) continue;
        *out = reserved[i].role;
        return true;
    }
    return false;
}

static bool key_node(loader *l, const csv_cell *cell, sw_str path,
                     const yaml_node **out)
{
    yaml_node *key;
    if (!new_node(l, cell, &key)) return false;
    key->text = path;
    key->offset = l->nodes;  // columns stay in their order
    *out = key;
    return true;
}

static bool read_fact_head(loader *l, const csv_cell *cell, column *out)
{
    const vocabulary *words = &l->book->facts;
    out->role = COLUMN_FACT;
    out->fact = sw_rules__find_fact(words, cell->text);
    if (out->fact == NULL) {
        char hint[120], why[200];
        sw_rules__hint(hint, sizeof hint,
                       sw_rules__nearest_fact(words, cell->text));
        snprintf(why, sizeof why, "the rulebook has no such fact%s", hint);
        return refuse_cell(l, cell, why);
    }
    if (sw_str_eq(out->fact->path, l->book->origin))
        return refuse_cell(l, cell, "stands in the column origin");
    if (out->fact->scalar == FACT_RECORD)
        return refuse_cell(l, cell, "records have no place in a table");
    l->fact_columns++;
    return key_node(l, cell, out->fact->path, &out->key);
}

static bool read_head_cell(loader *l, const csv_row *row, size_t i)
{
    const csv_cell *cell = &row->cells[i];
    column *out = &l->columns[i];
    if (sw_rules__csv_column(row, cell->text) != i)
        return refuse_cell(l, cell, "a head that stands here twice");
    if (!is_reserved(cell->text, &out->role))
        return read_fact_head(l, cell, out);
    if (out->role != COLUMN_ORIGIN) return true;
    out->fact = sw_rules__find_fact(&l->book->facts, l->book->origin);
    return key_node(l, cell, l->book->origin, &out->key);
}

static bool read_head(loader *l, const csv_row *row)
{
    l->width = row->count;
    for (size_t i = 0; i < row->count; i++) {
        if (!read_head_cell(l, row, i)) return false;
    }
    for (const char *const *need =
             (const char *const[]){"name", "origin", NULL};
         *need != NULL; need++) {
        if (sw_rules__csv_column(row, sw_str_of(*need)) < row->count) continue;
        sw_fail(l->err, SW_ERR_INPUT, "the head has no column %s", *need);
        return sw_error_at(l->err, "line %u, column 1", row->line);
    }
    return true;
}

/* ---- rows ------------------------------------------------------------ */

static bool check_value(loader *l, const fact_def *fact, const yaml_node *node)
{
    sw_cel_value value;
    bool ok =
        sw_rules__declared_value(fact, node, l->scratch, NULL, &value, l->err);
    sw_arena_reset(l->scratch);
    return ok;
}

static bool read_value(loader *l, const column *c, const csv_cell *cell,
                       population_row *row)
{
    if (trimmed(cell->text).len == 0) return true;
    yaml_node *node;
    bool ok = c->fact->list ? list_node(l, cell, c->fact, &node)
                            : scalar_node(l, cell, c->fact, cell->text, &node);
    if (!ok) return false;
    node->key = c->key;
    row->facts[row->fact_count++] = (said_fact){c->fact->path, node};
    return check_value(l, c->fact, node);
}

// What is printed on a line of its own keeps to it.
static bool read_label(loader *l, const csv_cell *cell, const char *what,
                       sw_str *out)
{
    sw_str text = trimmed(cell->text);
    if (text.len == 0) {
        sw_fail(l->err, SW_ERR_INPUT, "a row without %s", what);
        return sw_error_at(l->err, "line %u, column %u", cell->line,
                           cell->column);
    }
    if (memchr(text.at, '\n', text.len) != NULL)
        return refuse_cell(l, cell, "more than one line");
    return sw_arena_str(l->arena, text, out) || sw_fail_memory(l->err);
}

static bool read_cell(loader *l, const csv_cell *cell, const column *c,
                      population_row *row)
{
    switch (c->role) {
    case COLUMN_NAME: return read_label(l, cell, "a name", &row->name);
    case COLUMN_ORIGIN:
        return read_label(l, cell, "an origin", &row->origin) &&
               read_value(l, c, cell, row);
    case COLUMN_FACT: return read_value(l, c, cell, row);
    case COLUMN_IGNORED: break;
    }
    return true;
}

static int compare_said(const void *a, const void *b)
{
    const said_fact *x = a, *y = b;
    return sw_str_cmp(x->path, y->path);
}

static bool read_row(loader *l, const csv_row *cells)
{
    void *at = l->rows;
    if (l->count == MAX_ROWS) {
        sw_fail(l->err, SW_ERR_INPUT, "more than %d rows", MAX_ROWS);
        return sw_error_at(l->err, "line %u, column 1", cells->line);
    }
    if (!grow(l, &at, &l->cap, l->count, sizeof *l->rows)) return false;
    l->rows = at;
    population_row *row = &l->rows[l->count++];
    row->line = cells->line;
    row->facts = SW_NEW_ARRAY(l->arena, said_fact, l->fact_columns + 1);
    if (row->facts == NULL) return sw_fail_memory(l->err);
    for (size_t i = 0; i < cells->count; i++) {
        if (!read_cell(l, &cells->cells[i], &l->columns[i], row)) return false;
    }
    qsort(row->facts, row->fact_count, sizeof *row->facts, compare_said);
    return true;
}

/* ---- the file -------------------------------------------------------- */

static bool read_all(loader *l, sw_str text)
{
    csv_reader reader = {.text = text, .comments = true};
    csv_row row;
    sw_step step;
    while ((step = sw_rules__csv_next(&reader, l->arena, &row, l->err)) ==
           SW_STEP_ITEM) {
        bool head = l->width == 0;
        bool ok = row.count > 0
                      ? (head ? read_head(l, &row) : read_row(l, &row))
                      : !head || take_comment(l, row.comment);
        if (!ok) return false;
    }
    if (step == SW_STEP_FAILED) return false;
    if (l->count > 0) return true;
    sw_fail(l->err, SW_ERR_INPUT, "no row");
    return sw_error_at(l->err, "line %u, column 1", reader.line);
}

static bool check_book(const sw_rulebook *book, sw_error *err)
{
    if (book->origin.len > 0) return true;
    sw_fail(err, SW_ERR_INPUT,
            "the rulebook does not say which fact is a supplier's origin "
            "(origin: FACT)");
    return sw_error_in(err, book->name.at);
}

static bool load(sw_str text, const char *name, const sw_rulebook *book,
                 loader *l, sw_population **out)
{
    sw_population *all = SW_NEW(l->arena, sw_population);
    if (all == NULL || !sw_arena_str(l->arena, sw_str_of(name), &all->name))
        return sw_fail_memory(l->err);
    if (!read_all(l, text)) return sw_error_in(l->err, name);
    all->book = book;
    all->notes = l->notes;
    all->note_count = l->note_count;
    all->rows = l->rows;
    all->row_count = l->count;
    *out = all;
    return true;
}

bool sw_population_parse(sw_str text, const char *name, const sw_rulebook *book,
                         sw_arena *arena, sw_population **out, sw_error *err)
{
    loader l = {.book = book, .arena = arena, .err = err};
    if (!check_book(book, err) || !sw_arena_new(&l.scratch, err)) return false;
    bool ok = load(text, name, book, &l, out);
    sw_arena_free(l.scratch);
    return ok;
}

bool sw_population_load(const char *path, const sw_rulebook *book,
                        sw_arena *arena, sw_population **out, sw_error *err)
{
    sw_str text;
    if (!sw_file_read(path, MAX_DOCUMENT_BYTES, arena, &text, err))
        return sw_error_in(err, path);
    return sw_population_parse(text, path, book, arena, out, err);
}

/* ---- a row as a declaration ------------------------------------------ */

bool sw_rules__declare_row(const sw_population *all, const population_row *row,
                           sw_str origin, sw_arena *arena, sw_declaration **out,
                           sw_error *err)
{
    sw_declaration *said = SW_NEW(arena, sw_declaration);
    said_fact *facts = SW_NEW_ARRAY(arena, said_fact, row->fact_count);
    yaml_node *other = SW_NEW(arena, yaml_node);
    if (said == NULL || facts == NULL || other == NULL)
        return sw_fail_memory(err);
    for (size_t i = 0; i < row->fact_count; i++) {
        facts[i] = row->facts[i];
        if (origin.len == 0 || !sw_str_eq(facts[i].path, all->book->origin))
            continue;
        *other = *facts[i].node;
        other->text = origin;
        facts[i].node = other;
    }
    *said = (sw_declaration){
        .name = all->name, .facts = facts, .count = row->fact_count};
    *out = said;
    return true;
}
