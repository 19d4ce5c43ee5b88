// The tree for readers: what parsing and resolving found out, without what only
// evaluation needs. A chain of plain fields from a free name is one node.
#include "segwan/cel_tree.h"

#include "cel_internal.h"

typedef sw_cel__node node;

static const sw_cel_tree_kind kinds[] = {
    [SW_NODE_LITERAL] = SW_CEL_TREE_LITERAL,
    [SW_NODE_NAME] = SW_CEL_TREE_VARIABLE,
    [SW_NODE_SELECT] = SW_CEL_TREE_FIELD,
    [SW_NODE_INDEX] = SW_CEL_TREE_INDEX,
    [SW_NODE_CALL] = SW_CEL_TREE_CALL,
    [SW_NODE_LIST] = SW_CEL_TREE_LIST,
    [SW_NODE_MAP] = SW_CEL_TREE_MAP,
    [SW_NODE_MESSAGE] = SW_CEL_TREE_MESSAGE,
    [SW_NODE_AND] = SW_CEL_TREE_AND,
    [SW_NODE_OR] = SW_CEL_TREE_OR,
    [SW_NODE_NOT] = SW_CEL_TREE_NOT,
    [SW_NODE_NEGATE] = SW_CEL_TREE_NEGATE,
    [SW_NODE_BINARY] = SW_CEL_TREE_OPERATOR,
    [SW_NODE_CONDITIONAL] = SW_CEL_TREE_CONDITIONAL,
    [SW_NODE_FOLD] = SW_CEL_TREE_MACRO,
    [SW_NODE_BIND] = SW_CEL_TREE_BIND,
    [SW_NODE_BLOCK] = SW_CEL_TREE_BLOCK,
    [SW_NODE_ELEMENT] = SW_CEL_TREE_ELEMENT,
};

static sw_str operator_name(sw_cel__token_kind op)
{
    sw_str quoted = sw_str_of(sw_cel__token_name(op));  // "'=='"
    return sw_cel__part(quoted, 1, quoted.len - 1);
}

static bool is_path(const node *n)
{
    return n->path.len > 0 && !n->test;
}

static sw_cel_tree_kind kind_of(const node *n)
{
    if (n->test) return SW_CEL_TREE_HAS;
    if (is_path(n)) {
        return sw_cel__type_name(n->path) != NULL ? SW_CEL_TREE_TYPE
                                                  : SW_CEL_TREE_PATH;
    }
    if (n->kind == SW_NODE_SELECT && n->maybe) return SW_CEL_TREE_FIELD_IF;
    if (n->kind == SW_NODE_INDEX && n->maybe) return SW_CEL_TREE_INDEX_IF;
    if (n->kind == SW_NODE_CALL && n->method) return SW_CEL_TREE_METHOD;
    return kinds[n->kind];
}

static sw_str name_of(const node *n)
{
    if (n->test) return SW_STR("");
    if (is_path(n)) return n->path;
    return n->kind == SW_NODE_BINARY ? operator_name(n->op) : n->name;
}

static bool copy(const node *n, sw_arena *arena, sw_cel_tree *out);

static bool copy_parts(const node *n, sw_arena *arena, sw_cel_tree *out)
{
    sw_cel_tree *parts = SW_NEW_ARRAY(arena, sw_cel_tree, n->count);
    if (parts == NULL) return false;
    for (size_t i = 0; i < n->count; i++) {
        if (!copy(n->args[i], arena, &parts[i])) return false;
    }
    out->at = parts;
    out->count = n->count;
    return true;
}

// has(a.b) stands over a.b, which has no node of its own. What it spans ends
// before the closing parenthesis.
static bool copy_asked(const node *n, sw_arena *arena, sw_cel_tree *out)
{
    sw_cel_tree *asked = SW_NEW(arena, sw_cel_tree);
    if (asked == NULL) return false;
    bool path = n->path.len > 0;
    asked->kind = path ? SW_CEL_TREE_PATH : SW_CEL_TREE_FIELD;
    asked->name = path ? n->path : n->name;
    asked->begin = (uint32_t)n->args[0]->begin;
    asked->end = (uint32_t)n->end - 1;
    out->at = asked;
    out->count = 1;
    return path || copy_parts(n, arena, asked);
}

static bool copy(const node *n, sw_arena *arena, sw_cel_tree *out)
{
    *out = (sw_cel_tree){.kind = kind_of(n),
                         .begin = (uint32_t)n->begin,
                         .end = (uint32_t)n->end,
                         .name = name_of(n),
                         .variables = {n->vars[0], n->vars[1]}};
    if (n->kind == SW_NODE_LITERAL) out->value = &n->value;
    if (n->test) return copy_asked(n, arena, out);
    return is_path(n) || copy_parts(n, arena, out);
}

bool sw_cel_tree_of(const sw_cel *cel, sw_arena *arena, const sw_cel_tree **out,
                    sw_error *err)
{
    sw_cel_tree *top = SW_NEW(arena, sw_cel_tree);
    if (top == NULL || !copy(cel->top, arena, top)) return sw_fail_memory(err);
    *out = top;
    return true;
}
