// Trees of a declaration with an answer put in, and written as YAML. An answer
// lies anywhere within a fact, at the place that its question names; what
// stands before it in a list and was not said is null.
#include "ask_internal.h"

#include <string.h>

/* ---- putting in ------------------------------------------------------ */

static const yaml_node nothing = {
    .kind = YAML_SCALAR, .plain = true, .text = {"", 0}};
static const yaml_node empty_list = {.kind = YAML_LIST};
static const yaml_node empty_map = {.kind = YAML_MAP};

// Takes "[12]" off the path. False: no number that a list could have.
static bool take_index(sw_str *path, size_t *out)
{
    size_t i = 1;
    *out = 0;
    for (; i < path->len && path->at[i] >= '0' && path->at[i] <= '9'; i++) {
        *out = *out * 10 + (size_t)(path->at[i] - '0');
        if (*out >= MAX_DOCUMENT_NODES) return false;
    }
    if (i == path->len || path->at[i] != ']') return false;
    *path = (sw_str){path->at + i + 1, path->len - i - 1};
    return true;
}

static const yaml_node *with_value(const yaml_node *node, sw_str path,
                                   const yaml_node *value, sw_arena *arena);

static const yaml_node *with_item(const yaml_node *list, size_t index,
                                  sw_str path, const yaml_node *value,
                                  sw_arena *arena)
{
    const yaml_node *from = list->kind == YAML_LIST ? list : &empty_list;
    const yaml_node *old = from->first;
    yaml_node *last = NULL, *made = sw_rules__empty_like(from, arena);
    for (size_t i = 0; made != NULL && (old != NULL || i <= index); i++) {
        const yaml_node *item = old != NULL ? old : &nothing;
        if (i == index) item = with_value(item, path, value, arena);
        if (item == NULL || !sw_rules__add_child(made, item, arena, &last))
            return NULL;
        if (old != NULL) old = old->next;
    }
    return made;
}

static const yaml_node *with_field(const yaml_node *map, sw_str path,
                                   const yaml_node *value, sw_arena *arena)
{
    const yaml_node *from = map->kind == YAML_MAP ? map : &empty_map;
    const char *bracket = memchr(path.at, '[', path.len);
    size_t len = bracket != NULL ? (size_t)(bracket - path.at) : path.len;
    sw_str name = {path.at, len}, rest = {path.at + len, path.len - len};
    const yaml_node *old = sw_rules__find_child(from, name);
    const yaml_node *inner =
        with_value(old != NULL ? old : &nothing, rest, value, arena);
    yaml_node *key = SW_NEW(arena, yaml_node),
              *child = SW_NEW(arena, yaml_node);
    if (inner == NULL || key == NULL || child == NULL) return NULL;
    *key = (yaml_node){.kind = YAML_SCALAR, .plain = true, .text = name};
    *child = *inner;
    child->key = key;
    return sw_rules__with_child(from, child, arena);
}

// A copy of the node with the value at the path; NULL when memory is out. As
// deep as a fact is: a list of records of lists.
static const yaml_node *with_value(const yaml_node *node, sw_str path,
                                   const yaml_node *value, sw_arena *arena)
{
    size_t index;
    if (path.len == 0) return value;
    if (path.at[0] == '.') {
        sw_str rest = {path.at + 1, path.len - 1};
        return with_field(node, rest, value, arena);
    }
    if (!take_index(&path, &index)) return NULL;
    return with_item(node, index, path, value, arena);
}

// Where the fact is, or room for it; NULL when memory is out.
static said_fact *place_for(said_facts *facts, sw_str fact, sw_arena *arena)
{
    for (size_t i = 0; i < facts->count; i++) {
        if (sw_str_eq(facts->at[i].path, fact)) return &facts->at[i];
    }
    if (facts->count == facts->cap) {
        size_t cap = facts->cap > 0 ? 2 * facts->cap : 32;
        said_fact *more = SW_NEW_ARRAY(arena, said_fact, cap);
        if (more == NULL) return NULL;
        if (facts->count > 0)
            memcpy(more, facts->at, facts->count * sizeof *more);
        facts->at = more;
        facts->cap = cap;
    }
    said_fact *made = &facts->at[facts->count++];
    *made = (said_fact){fact, &nothing};
    return made;
}

bool sw_ask__put(said_facts *facts, sw_str path, sw_str value, sw_arena *arena,
                 sw_error *err)
{
    const yaml_node *node;
    if (!sw_rules__yaml(value, arena, &node, err)) return false;
    const char *bracket = memchr(path.at, '[', path.len);
    size_t len = bracket != NULL ? (size_t)(bracket - path.at) : path.len;
    said_fact *fact = place_for(facts, (sw_str){path.at, len}, arena);
    if (fact == NULL) return sw_fail_memory(err);
    sw_str rest = {path.at + len, path.len - len};
    fact->node = with_value(fact->node, rest, node, arena);
    return fact->node != NULL || sw_fail_memory(err);
}

/* ---- writing --------------------------------------------------------- */

// Words that mean the same everywhere in YAML, within brackets too.
static bool is_simple(sw_str text)
{
    yaml_node node = {.kind = YAML_SCALAR, .plain = true, .text = text};
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        bool digit = c >= '0' && c <= '9';
        bool inner = c == '-' || c == '_' || c == '.' || c == '/';
        if (!letter && !digit && (!inner || i == 0)) return false;
    }
    return text.len > 0 && sw_rules__scalar(&node).kind == SCALAR_STRING;
}

void sw_ask__write_string(sw_buf *out, sw_str text)
{
    if (is_simple(text)) {
        sw_buf_str(out, text);
        return;
    }
    sw_buf_str(out, SW_STR("\""));
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if (c < 0x20 || c == 0x7F) {
            sw_buf_printf(out, "\\x%02x", c);
        } else {
            if (c == '"' || c == '\\') sw_buf_str(out, SW_STR("\\"));
            sw_buf_add(out, &text.at[i], 1);
        }
    }
    sw_buf_str(out, SW_STR("\""));
}

static void write_scalar(sw_buf *out, const yaml_node *node)
{
    scalar_kind kind = sw_rules__scalar(node).kind;
    if (kind == SCALAR_STRING) {
        sw_ask__write_string(out, node->text);
    } else {
        sw_buf_str(out, kind == SCALAR_NULL ? SW_STR("null") : node->text);
    }
}

void sw_ask__write(sw_buf *out, const yaml_node *node)
{
    if (node->kind == YAML_SCALAR) {
        write_scalar(out, node);
        return;
    }
    bool map = node->kind == YAML_MAP;
    sw_buf_str(out, map ? SW_STR("{") : SW_STR("["));
    for (const yaml_node *c = node->first; c != NULL; c = c->next) {
        if (c != node->first) sw_buf_str(out, SW_STR(", "));
        if (map) {
            sw_ask__write_string(out, c->key->text);
            sw_buf_str(out, SW_STR(": "));
        }
        sw_ask__write(out, c);
    }
    sw_buf_str(out, map ? SW_STR("}") : SW_STR("]"));
}
