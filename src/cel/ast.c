// Nodes of the tree. Each knows its depth, so that no tree is made that a
// recursive walk could not afford.
#include "cel_internal.h"

bool sw_cel__fail_too_deep(sw_str source, size_t offset, sw_error *err)
{
    return sw_cel__fail_at(source, offset, err,
                           "nested more than %d deep; divide the expression",
                           SW_CEL__MAX_DEPTH);
}

sw_cel__node *sw_cel__node_new(sw_arena *arena, sw_str source,
                               sw_cel__node_kind kind, size_t begin, size_t end,
                               sw_cel__node *const *args, size_t count,
                               sw_error *err)
{
    unsigned below = 0;
    for (size_t i = 0; i < count; i++) {
        if (args[i]->depth > below) below = args[i]->depth;
    }
    if (below >= SW_CEL__MAX_DEPTH) {
        sw_cel__fail_too_deep(source, begin, err);
        return NULL;
    }
    sw_cel__node *node = SW_NEW(arena, sw_cel__node);
    sw_cel__node **copy = SW_NEW_ARRAY(arena, sw_cel__node *, count);
    if (node == NULL || copy == NULL) {
        sw_fail_memory(err);
        return NULL;
    }
    if (count > 0) memcpy(copy, args, count * sizeof *copy);
    node->kind = kind;
    node->depth = below + 1;
    node->begin = begin;
    node->end = end;
    node->args = copy;
    node->count = count;
    return node;
}
