/**
 * The tree of an expression, for those who read it otherwise than by
 * evaluating: to write it anew, to put it into words, to measure what cases
 * reach.
 *
 *     const sw_cel_tree *top;
 *     if (!sw_cel_tree_of(cel, arena, &top, err)) return false;
 *     bool both = top->kind == SW_CEL_TREE_AND;
 *     for (size_t i = 0; both && i < top->count; i++)
 *         tell(&top->at[i]);   // a && b && c has three parts
 */
#ifndef SEGWAN_CEL_TREE_H
#define SEGWAN_CEL_TREE_H

#include "segwan/cel.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What stands at a place of the tree, and what its parts are. */
typedef enum {
    SW_CEL_TREE_LITERAL,   ///< `value`
    SW_CEL_TREE_PATH,      ///< a free name and plain fields: name "cargo.scale"
    SW_CEL_TREE_TYPE,      ///< a type as a value: name "int"
    SW_CEL_TREE_VARIABLE,  ///< of a macro around it
    SW_CEL_TREE_FIELD,     ///< at[0].name
    SW_CEL_TREE_FIELD_IF,  ///< at[0].?name
    SW_CEL_TREE_HAS,       ///< has(at[0]): a PATH or a FIELD
    SW_CEL_TREE_INDEX,     ///< at[0][at[1]]
    SW_CEL_TREE_INDEX_IF,  ///< at[0][?at[1]]
    SW_CEL_TREE_CALL,     ///< name(at...); also of a qualified name, "math.abs"
    SW_CEL_TREE_METHOD,   ///< at[0].name(at[1]...)
    SW_CEL_TREE_LIST,     ///< [at...]
    SW_CEL_TREE_MAP,      ///< {at[0]: at[1], ...}
    SW_CEL_TREE_MESSAGE,  ///< name{...}: the values
    SW_CEL_TREE_AND,      ///< two or more
    SW_CEL_TREE_OR,       ///< two or more
    SW_CEL_TREE_NOT,
    SW_CEL_TREE_NEGATE,
    SW_CEL_TREE_OPERATOR,     ///< at[0] name at[1]: "==", "in", "+"
    SW_CEL_TREE_CONDITIONAL,  ///< at[0] ? at[1] : at[2]
    SW_CEL_TREE_MACRO,  ///< over a range: name "all"; the range, a condition if
                        ///< the macro takes one more, then what is asked of
                        ///< each element or made of it
    SW_CEL_TREE_BIND,   ///< name "bind", "optMap": the value, then the body
    SW_CEL_TREE_BLOCK,  ///< cel.block(): its elements, then the body
    SW_CEL_TREE_ELEMENT,  ///< cel.index()
} sw_cel_tree_kind;

typedef struct sw_cel_tree sw_cel_tree;
struct sw_cel_tree {
    sw_cel_tree_kind kind;
    uint32_t begin, end;        ///< bytes in sw_cel_source(), without
                                ///< parentheses around the whole
    sw_str name;                ///< empty where no kind says otherwise
    sw_str variables[2];        ///< of MACRO and BIND; unused ones are empty
    const sw_cel_value *value;  ///< of LITERAL, else NULL
    const sw_cel_tree *at;      ///< its parts
    size_t count;
};

/**
 * The tree of a parsed or compiled expression. Its depth is bounded, so that it
 * may be walked by recursion.
 * @param arena  Holds the tree, which borrows names and values from `cel`.
 * @return false only without memory.
 */
SW_API SW_CHECK bool sw_cel_tree_of(const sw_cel *cel, sw_arena *arena,
                                    const sw_cel_tree **out, sw_error *err);

#ifdef __cplusplus
}
#endif
#endif
