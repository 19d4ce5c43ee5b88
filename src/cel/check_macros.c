// The types of macros: what their variables are, and what they make of their
// bodies.
#include "check_internal.h"

typedef sw_cel__checker checker;
typedef sw_cel__node node;
typedef sw_cel_type type;

// What the variables of a macro over the range are.
static bool bind_range(checker *c, const node *n, const type *range)
{
    const type *key = sw_cel_type_of(SW_CEL_TYPE_DYN), *value = key;
    range = sw_cel__type_resolve(range);
    if (range->kind == SW_CEL_TYPE_LIST) {
        key = sw_cel_type_of(SW_CEL_TYPE_INT);
        value = range->args[0];
    } else if (range->kind == SW_CEL_TYPE_MAP) {
        key = range->args[0];
        value = range->args[1];
    } else if ((int)range->kind == SW_CEL__TYPE_VAR) {
        if (!sw_cel__try_assign(c, key, range)) return false;
    } else if (!sw_cel__is_dyn(range)) {
        sw_str name = sw_cel__fault_clip(n->name);
        sw_buf buf = {0};
        sw_buf_printf(&buf, "'%.*s' goes over a list or a map, found ",
                      SW_STR_ARGS(name));
        sw_cel__fault_put_type(&buf, range);
        if (sw_cel__fault_say(c, n->args[0]->begin, &buf) == NULL) return false;
    }
    bool two = n->vars[1].len > 0, list = range->kind == SW_CEL_TYPE_LIST;
    c->slots[n->slot] = two || !list ? key : value;
    if (two) c->slots[n->slot + 1] = value;
    return true;
}

static const type *fold_result(checker *c, const node *n, const type *body)
{
    switch (n->macro) {
    case SW_FOLD_LIST:
        return sw_cel__type_of_one(&c->types, SW_CEL_TYPE_LIST, body);
    case SW_FOLD_MAP:
        return sw_cel__type_of_two(&c->types, SW_CEL_TYPE_MAP,
                                   c->slots[n->slot], body);
    default: return sw_cel_type_of(SW_CEL_TYPE_BOOL);
    }
}

const type *sw_cel__check_fold(checker *c, const node *n)
{
    const type *range = sw_cel__check_node(c, n->args[0]);
    if (range == NULL || !bind_range(c, n, range)) return NULL;
    bool gives_bool = n->macro != SW_FOLD_LIST && n->macro != SW_FOLD_MAP;
    const type *body = NULL;
    for (size_t i = 1; i < n->count; i++) {
        body = sw_cel__check_node(c, n->args[i]);
        if (body == NULL) return NULL;
        bool condition = gives_bool || i + 1 < n->count;
        if (condition && !sw_cel__expect_bool(c, n->args[i], body,
                                              "a macro's condition is a bool"))
            return NULL;
    }
    return fold_result(c, n, body);
}

// What an optional holds; anything, if it is dyn.
static const type *check_held(checker *c, const node *n, const type *optional)
{
    if (sw_cel__is_dyn(sw_cel__type_resolve(optional))) {
        c->types.guessed = true;
        return sw_cel_type_of(SW_CEL_TYPE_DYN);
    }
    const type *inner = sw_cel__type_var_new(&c->types);
    const type *wanted =
        sw_cel__type_of_one(&c->types, SW_CEL_TYPE_OPTIONAL, inner);
    if (wanted == NULL) return NULL;
    if (sw_cel__try_assign(c, optional, wanted)) return inner;
    return sw_cel__is_fine(c)
               ? sw_cel__fault_expected(c, n, "the macro takes an optional",
                                        optional)
               : NULL;
}

const type *sw_cel__check_bind(checker *c, const node *n)
{
    const type *value = sw_cel__check_node(c, n->args[0]);
    bool plain = n->macro == SW_BIND_VALUE;
    if (value != NULL && !plain) value = check_held(c, n->args[0], value);
    if (value == NULL) return NULL;
    c->slots[n->slot] = value;
    const type *body = sw_cel__check_node(c, n->args[1]);
    if (body == NULL || plain) return body;
    if (n->macro == SW_BIND_OPTIONAL)
        return sw_cel__type_of_one(&c->types, SW_CEL_TYPE_OPTIONAL, body);
    return check_held(c, n->args[1], body) != NULL ? body : NULL;
}

// Every element of a block has one type wherever it is read.
const type *sw_cel__check_block(checker *c, const node *n)
{
    size_t count = n->count - 1;
    for (size_t i = 0; i < count; i++) {
        const type *element = sw_cel__check_node(c, n->args[i]);
        if (element == NULL) return NULL;
        c->slots[n->slot + i] =
            sw_cel__type_final(&c->types, c->arena, element);
        if (c->slots[n->slot + i] == NULL) return NULL;
    }
    return sw_cel__check_node(c, n->args[count]);
}
