// YAML to a tree of nodes that know their place.
//
// libfyaml gives events; the tree is built here, not by its documents, because
// ours must know line and column of every key, stay within limits while it
// grows, and refuse what makes small files large: anchors and aliases. Tags go
// too: a fact's type comes from the rulebook, never from the document. JSON is
// read by the same path, as YAML 1.2 is a superset of it.
//
// Line and column count from 1; libfyaml counts from 0 and places a quoted
// scalar behind its opening quote.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libfyaml.h>

#include "rules_internal.h"

typedef struct {
    sw_str document;
    sw_arena *arena;
    yaml_node *open[MAX_DEPTH];  // maps and lists that are not yet closed
    yaml_node *last[MAX_DEPTH];  // their last child
    const yaml_node
        *key[MAX_DEPTH];  // of a map: the key that waits for a value
    size_t depth, nodes, documents;
    yaml_node *root;
} builder;

bool sw_rules__refuse(sw_error *err, const yaml_node *node, const char *fmt,
                      ...)
{
    char reason[sizeof err->reason];
    va_list args;
    va_start(args, fmt);
    vsnprintf(reason, sizeof reason, fmt, args);
    va_end(args);
    sw_fail(err, SW_ERR_INPUT, "%s", reason);
    return sw_error_at(err, "line %u, column %u", node->line, node->column);
}

sw_str sw_rules__clip(sw_str s)
{
    enum { SHOWN = 60 };
    if (s.len <= SHOWN) return s;

    size_t len = SHOWN;
    while (len > 0 && ((unsigned char)s.at[len] & 0xC0) == 0x80)
        len--;
    return (sw_str){s.at, len};
}

/* ---- events ---------------------------------------------------------- */

static void set_place(yaml_node *node, const builder *b, struct fy_event *event)
{
    const struct fy_mark *mark = fy_event_start_mark(event);
    if (mark != NULL) {
        node->line = (uint32_t)mark->line + 1;
        node->column = (uint32_t)mark->column + 1;
        node->offset = mark->input_pos;
        return;
    }
    // A value that is not there ("key:") stands where its key does.
    const yaml_node *near = b->depth == 0 ? NULL : b->key[b->depth - 1];
    if (near == NULL && b->depth > 0) near = b->open[b->depth - 1];
    node->line = near != NULL ? near->line : 1;
    node->column = near != NULL ? near->column : 1;
}

// Anything that would steer a terminal or hide text has no place in a
// rulebook or a declaration.
bool sw_rules__is_clean(sw_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.at[i];
        bool c1 =
            c == 0xC2 && i + 1 < s.len && (unsigned char)s.at[i + 1] < 0xA0;
        if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7F || c1)
            return false;
    }
    return true;
}

static bool is_quoted(enum fy_scalar_style style)
{
    return style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED;
}

static bool read_quoted(const builder *b, bool single, yaml_node *node,
                        sw_error *err)
{
    sw_buf text = {0};
    bool ok = sw_rules__unquote(b->document, node->offset, single, &text);
    if (node->column > 1) node->column--;  // to the quote
    if (!ok) {
        sw_rules__refuse(err, node, "not YAML: an escape that is none");
    } else if (text.failed ||
               !sw_arena_str(b->arena, (sw_str){text.at, text.len},
                             &node->text)) {
        ok = sw_fail_memory(err);
    }
    sw_buf_free(&text);
    return ok;
}

static bool take_scalar(builder *b, yaml_node *node, struct fy_event *event,
                        sw_error *err)
{
    struct fy_token *token = event->scalar.value;
    enum fy_scalar_style style =
        token != NULL ? fy_token_scalar_style(token) : FYSS_PLAIN;
    sw_str text = SW_STR("");
    node->plain = style == FYSS_PLAIN;
    if (is_quoted(style)) {
        if (!read_quoted(b, style == FYSS_SINGLE_QUOTED, node, err))
            return false;
    } else {
        if (token != NULL) text.at = fy_token_get_text(token, &text.len);
        if (text.at == NULL || !sw_arena_str(b->arena, text, &node->text))
            return sw_fail_memory(err);
    }
    if (!sw_rules__is_clean(node->text) || !sw_utf8_valid(node->text))
        return sw_rules__refuse(err, node, "a control character in text");
    return true;
}

static int compare_keys(const void *a, const void *b)
{
    const yaml_node *x = *(const yaml_node *const *)a;
    const yaml_node *y = *(const yaml_node *const *)b;
    int order = sw_str_cmp(x->key->text, y->key->text);
    if (order != 0) return order;
    return x->key->offset < y->key->offset ? -1
                                           : x->key->offset > y->key->offset;
}

static bool refuse_twins(const builder *b, const yaml_node *map, sw_error *err)
{
    if (map->count < 2) return true;
    const yaml_node **children =
        SW_NEW_ARRAY(b->arena, const yaml_node *, map->count);
    if (children == NULL) return sw_fail_memory(err);

    size_t n = 0;
    for (const yaml_node *c = map->first; c != NULL; c = c->next)
        children[n++] = c;
    qsort(children, n, sizeof *children, compare_keys);
    for (size_t i = 1; i < n; i++) {
        const yaml_node *key = children[i]->key;
        if (!sw_str_eq(children[i - 1]->key->text, key->text)) continue;
        sw_str shown = sw_rules__clip(key->text);
        return sw_rules__refuse(err, key,
                                "key \"%.*s\" is already given in line %u",
                                SW_STR_ARGS(shown), children[i - 1]->key->line);
    }
    return true;
}

static bool attach(builder *b, yaml_node *node, sw_error *err)
{
    if (b->depth == 0) {
        b->root = node;
        return true;
    }
    size_t top = b->depth - 1;
    yaml_node *parent = b->open[top];
    if (parent->kind == YAML_MAP && b->key[top] == NULL) {
        if (node->kind != YAML_SCALAR)
            return sw_rules__refuse(err, node, "a key must be a word");
        b->key[top] = node;
        return true;
    }
    node->key = b->key[top];
    b->key[top] = NULL;
    if (b->last[top] == NULL) {
        parent->first = node;
    } else {
        b->last[top]->next = node;
    }
    b->last[top] = node;
    parent->count++;
    return true;
}

static bool open_node(builder *b, yaml_node *node, sw_error *err)
{
    if (b->depth == MAX_DEPTH) {
        return sw_rules__refuse(err, node, "nested deeper than %d levels",
                                MAX_DEPTH);
    }
    b->open[b->depth] = node;
    b->last[b->depth] = NULL;
    b->key[b->depth] = NULL;
    b->depth++;
    return true;
}

static bool add_node(builder *b, yaml_kind kind, struct fy_event *event,
                     sw_error *err)
{
    yaml_node *node = SW_NEW(b->arena, yaml_node);
    if (node == NULL) return sw_fail_memory(err);
    node->kind = kind;
    set_place(node, b, event);

    if (++b->nodes > MAX_DOCUMENT_NODES) {
        return sw_rules__refuse(err, node, "more than %d values in a document",
                                MAX_DOCUMENT_NODES);
    }
    if (fy_event_get_anchor_token(event) != NULL)
        return sw_rules__refuse(err, node, "anchors (&name) are not read here");
    if (fy_event_get_tag_token(event) != NULL)
        return sw_rules__refuse(err, node, "tags (!name) are not read here");
    if (kind == YAML_SCALAR && !take_scalar(b, node, event, err)) return false;
    if (!attach(b, node, err)) return false;
    return kind == YAML_SCALAR || open_node(b, node, err);
}

static bool take_event(builder *b, struct fy_event *event, sw_error *err)
{
    yaml_node here = {.line = 1, .column = 1};
    set_place(&here, b, event);
    switch (event->type) {
    case FYET_DOCUMENT_START:
        if (++b->documents > 1)
            return sw_rules__refuse(err, &here, "one document is expected");
        return true;
    case FYET_ALIAS:
        return sw_rules__refuse(
            err, &here, "aliases (*name) are not read here: write it out");
    case FYET_SCALAR: return add_node(b, YAML_SCALAR, event, err);
    case FYET_SEQUENCE_START: return add_node(b, YAML_LIST, event, err);
    case FYET_MAPPING_START: return add_node(b, YAML_MAP, event, err);
    case FYET_MAPPING_END: return refuse_twins(b, b->open[--b->depth], err);
    case FYET_SEQUENCE_END: b->depth--; return true;
    default: return true;
    }
}

/* ---- the parser ------------------------------------------------------ */

// libfyaml's own finding, if there is one, becomes ours.
static bool refuse_syntax(struct fy_diag *diag, sw_error *err)
{
    void *at = NULL;
    for (struct fy_diag_error *e;
         (e = fy_diag_errors_iterate(diag, &at)) != NULL;) {
        if (e->type < FYET_ERROR || e->msg == NULL) continue;
        sw_fail(err, SW_ERR_INPUT, "not YAML: %s", e->msg);
        return sw_error_at(err, "line %d, column %d", e->line, e->column);
    }
    sw_fail(err, SW_ERR_INPUT, "not YAML");
    return sw_error_at(err, "line 1, column 1");
}

static bool build(struct fy_parser *parser, struct fy_diag *diag, builder *b,
                  sw_error *err)
{
    for (struct fy_event *event; (event = fy_parser_parse(parser)) != NULL;) {
        bool ok = take_event(b, event, err);
        fy_parser_event_free(parser, event);
        if (!ok) return false;
    }
    if (fy_parser_get_stream_error(parser)) return refuse_syntax(diag, err);
    return true;
}

static bool parse(sw_str text, builder *b, sw_error *err)
{
    struct fy_diag_cfg quiet;
    fy_diag_cfg_default(&quiet);
    quiet.fp = NULL;
    quiet.colorize = false;
    struct fy_diag *diag = fy_diag_create(&quiet);
    if (diag == NULL) return sw_fail_memory(err);
    fy_diag_set_collect_errors(diag, true);

    struct fy_parse_cfg cfg = {
        .flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_JSON_NONE |
                 FYPCF_DEFAULT_VERSION_1_2,
        .diag = diag,
    };
    bool ok = false;
    struct fy_parser *parser = fy_parser_create(&cfg);
    if (parser == NULL ||
        fy_parser_set_string(parser, text.at, text.len) != 0) {
        sw_fail_memory(err);
        goto done;
    }
    ok = build(parser, diag, b, err);

done:
    if (parser != NULL) fy_parser_destroy(parser);
    fy_diag_destroy(diag);
    return ok;
}

static bool check_bytes(sw_str text, sw_error *err)
{
    if (text.len > MAX_DOCUMENT_BYTES) {
        return sw_fail(err, SW_ERR_INPUT, "larger than %d bytes",
                       MAX_DOCUMENT_BYTES);
    }
    if (!sw_utf8_valid(text)) {
        sw_fail(err, SW_ERR_INPUT, "not UTF-8 text");
        return sw_error_at(err, "line 1, column 1");
    }
    if (text.len > 0 && memchr(text.at, '\0', text.len) != NULL) {
        sw_fail(err, SW_ERR_INPUT, "a NUL byte in text");
        return sw_error_at(err, "line 1, column 1");
    }
    return true;
}

bool sw_rules__yaml(sw_str text, sw_arena *arena, const yaml_node **out,
                    sw_error *err)
{
    if (!check_bytes(text, err)) return false;

    builder b = {.document = text, .arena = arena};
    if (text.len > 0 && !parse(text, &b, err)) return false;
    if (b.root == NULL) {
        b.root = SW_NEW(arena, yaml_node);
        if (b.root == NULL) return sw_fail_memory(err);
        *b.root = (yaml_node){
            .plain = true, .line = 1, .column = 1, .text = SW_STR("")};
    }
    *out = b.root;
    return true;
}

/* ---- places inside a scalar ------------------------------------------ */

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

typedef struct {
    size_t at;
    uint32_t line, column;
} cursor;

static void step(cursor *c, sw_str document)
{
    char byte = document.at[c->at++];
    if (byte == '\n') {
        c->line++;
        c->column = 1;
    } else if (((unsigned char)byte & 0xC0) != 0x80) {
        c->column++;
    }
}

// Moves past characters that stand in the file for fewer in the text: white
// space around a fold, the indentation of a block, an escape's backslash, the
// second of two quotes.
static bool align(cursor *c, sw_str document, char wanted, bool plain)
{
    while (c->at < document.len && document.at[c->at] != wanted) {
        char byte = document.at[c->at];
        bool hidden =
            is_space(byte) || (!plain && (byte == '\\' || byte == '\''));
        if (!hidden) return wanted == ' ' || wanted == '\n';
        step(c, document);
    }
    return c->at < document.len;
}

void sw_rules__locate(sw_str document, const yaml_node *node, size_t at,
                      uint32_t *line, uint32_t *column)
{
    *line = node->line;
    *column = node->column;
    if (at > node->text.len || node->offset >= document.len) return;

    cursor c = {node->offset, node->line, node->column};
    // A quoted scalar's place is its quote, its offset lies behind it.
    if (!node->plain && c.at > 0 &&
        (document.at[c.at - 1] == '"' || document.at[c.at - 1] == '\'')) {
        c.column++;
    }
    for (size_t i = 0; i < at; i++) {
        char wanted = node->text.at[i];
        if (!align(&c, document, wanted, node->plain)) return;
        bool folded = is_space(wanted) && !is_space(document.at[c.at]);
        if (!folded) step(&c, document);
    }
    if (at < node->text.len &&
        !align(&c, document, node->text.at[at], node->plain)) {
        return;
    }
    *line = c.line;
    *column = c.column;
}
