// The checker: finds the type of every part of an expression, from the leaves
// up, and the first place where types do not fit.
//
// Specification: cel-spec, doc/langdef.md, "Type Checking".
#include "check_internal.h"

typedef sw_cel__checker checker;
typedef sw_cel__node node;
typedef sw_cel_type type;

/* ---- one attempt ----------------------------------------------------- */

bool sw_cel__try_assign(checker *c, const type *from, const type *to)
{
    sw_cel__types_begin(&c->types);
    return sw_cel__types_end(&c->types,
                             sw_cel__assignable(&c->types, from, to));
}

bool sw_cel__expect_bool(checker *c, const node *n, const type *found,
                         const char *what)
{
    if (sw_cel__try_assign(c, found, sw_cel_type_of(SW_CEL_TYPE_BOOL)))
        return true;
    return sw_cel__is_fine(c) &&
           sw_cel__fault_expected(c, n, what, found) != NULL;
}

// The type that all have, or dyn; of none, one that is still free.
static const type *join(checker *c, const type *const *at, size_t count)
{
    size_t alike = 0;
    while (alike < count && at[alike] == at[0])
        alike++;
    if (count > 0 && alike == count) return at[0];
    sw_cel__types_begin(&c->types);
    const type *all = sw_cel__type_var_new(&c->types);
    bool fit = all != NULL;
    for (size_t i = 0; fit && i < count; i++)
        fit = sw_cel__assignable(&c->types, at[i], all);
    if (sw_cel__types_end(&c->types, fit)) return sw_cel__type_resolve(all);
    return sw_cel__is_fine(c) ? sw_cel_type_of(SW_CEL_TYPE_DYN) : NULL;
}

static const type **make_array(checker *c, size_t count)
{
    const type **made = SW_NEW_ARRAY(c->arena, const type *, count);
    if (made == NULL) sw_cel__types_stop(&c->types, SW_TYPES_NO_MEMORY);
    return made;
}

const type **sw_cel__check_all(checker *c, node *const *args, size_t count)
{
    const type **types = make_array(c, count);
    for (size_t i = 0; types != NULL && i < count; i++) {
        types[i] = sw_cel__check_node(c, args[i]);
        if (types[i] == NULL) return NULL;
    }
    return types;
}

/* ---- names and fields ------------------------------------------------ */

static const type *no_field(checker *c, const node *n, const type *holder)
{
    sw_str name = sw_cel__fault_clip(n->name);
    sw_buf buf = {0};
    sw_buf_printf(&buf, "no field '%.*s' in ", SW_STR_ARGS(name));
    sw_cel__fault_put_type(&buf, holder);
    sw_nearest near = {.word = n->name};
    for (size_t i = 0; holder->fields != NULL && i < holder->count; i++)
        sw_nearest_try(&near, holder->fields[i]);
    if (near.best.len > 0)
        sw_buf_printf(&buf, " (did you mean %.*s?)", SW_STR_ARGS(near.best));
    size_t place = n->quoted
                       ? sw_cel__fault_place(c, n, SW_TOKEN_QUOTED, SW_STR(""))
                       : sw_cel__fault_place(c, n, SW_TOKEN_NAME, n->name);
    return sw_cel__fault_say(c, place, &buf);
}

// The type of an object's field, or NULL.
static const type *field_of(const type *object, sw_str name)
{
    for (size_t i = 0; i < object->count; i++) {
        if (sw_str_eq(object->fields[i], name)) return object->args[i];
    }
    return NULL;
}

static const type *check_field(checker *c, const node *n, const type *holder)
{
    holder = sw_cel__type_resolve(holder);
    bool maybe = n->maybe || holder->kind == SW_CEL_TYPE_OPTIONAL;
    if (holder->kind == SW_CEL_TYPE_OPTIONAL)
        holder = sw_cel__type_resolve(holder->args[0]);
    // Of what nothing is known, nothing else is believed later.
    const type *field = sw_cel_type_of(SW_CEL_TYPE_DYN);
    if ((int)holder->kind == SW_CEL__TYPE_VAR) {
        if (!sw_cel__try_assign(c, field, holder)) return NULL;
    } else if (holder->kind == SW_CEL_TYPE_MAP) {
        field = holder->args[1];
    } else if (holder->kind == SW_CEL_TYPE_OBJECT) {
        field = field_of(holder, n->name);
        if (field == NULL) return no_field(c, n, holder);
    } else if (!sw_cel__is_dyn(holder)) {
        return no_field(c, n, holder);
    }
    if (n->test) return sw_cel_type_of(SW_CEL_TYPE_BOOL);
    return maybe ? sw_cel__type_of_one(&c->types, SW_CEL_TYPE_OPTIONAL, field)
                 : field;
}

// The first `len` bytes of the path are a variable, the rest are fields.
static const type *check_rest(checker *c, const node *n, size_t len,
                              const type *variable)
{
    if (n->path.len == len)
        return n->test ? sw_cel_type_of(SW_CEL_TYPE_BOOL) : variable;
    const type *holder = check_rest(c, n->args[0], len, variable);
    return holder == NULL ? NULL : check_field(c, n, holder);
}

static const type *check_path(checker *c, const node *n)
{
    size_t len = 0;
    const sw_cel_variable *v =
        sw_cel__find_variable(&c->names, n->path, n->path_rooted, &len);
    if (v != NULL) {
        sw_cel__params *params = NULL;
        const type *declared = sw_cel__instantiate(&c->types, v->type, &params);
        return declared == NULL ? NULL : check_rest(c, n, len, declared);
    }
    if (sw_cel__type_name(n->path) != NULL)
        return sw_cel__type_of_value(&c->types, n->path);
    return sw_cel__fault_unknown(c, n->begin, SW_FAULT_VARIABLE, n->path);
}

static const type *check_select(checker *c, const node *n)
{
    if (n->path.len > 0) return check_path(c, n);
    const type *holder = sw_cel__check_node(c, n->args[0]);
    return holder == NULL ? NULL : check_field(c, n, holder);
}

/* ---- operators ------------------------------------------------------- */

// "no '+' for int and string"
static const type *mismatch(checker *c, size_t place, const char *name,
                            const sw_cel__choice *call)
{
    if (sw_cel__is_wrong(call->args, call->count))
        return sw_cel_type_of(SW_CEL_TYPE_ERROR);
    sw_buf buf = {0};
    sw_buf_printf(&buf, "no %s for ", name);
    sw_cel__fault_put_types(&buf, call->args, call->count);
    return sw_cel__fault_say(c, place, &buf);
}

static const type *check_binary(checker *c, const node *n)
{
    sw_cel__choice call = {.args = sw_cel__check_all(c, n->args, 2),
                           .count = 2};
    if (call.args == NULL || !sw_cel__try_binary(&c->types, &call, n->op))
        return NULL;
    if (call.result != NULL) return call.result;
    return mismatch(c, sw_cel__fault_place(c, n, n->op, SW_STR("")),
                    sw_cel__token_name(n->op), &call);
}

static const type *check_index(checker *c, const node *n)
{
    sw_cel__choice call = {.args = sw_cel__check_all(c, n->args, 2),
                           .count = 2};
    if (call.args == NULL || !sw_cel__try_index(&c->types, &call, n->maybe))
        return NULL;
    if (call.result != NULL) return call.result;
    return mismatch(c, sw_cel__fault_place(c, n, SW_TOKEN_LBRACKET, SW_STR("")),
                    n->maybe ? "'[?]'" : "'[]'", &call);
}

static const type *check_negate(checker *c, const node *n)
{
    sw_cel__choice call = {.args = sw_cel__check_all(c, n->args, 1),
                           .count = 1};
    if (call.args == NULL || !sw_cel__try_negate(&c->types, &call)) return NULL;
    if (call.result != NULL) return call.result;
    return mismatch(c, n->begin, "'-'", &call);
}

static const type *check_logical(checker *c, const node *n)
{
    const char *what = n->kind == SW_NODE_AND  ? "'&&' takes bool"
                       : n->kind == SW_NODE_OR ? "'||' takes bool"
                                               : "'!' takes bool";
    for (size_t i = 0; i < n->count; i++) {
        const type *side = sw_cel__check_node(c, n->args[i]);
        if (side == NULL || !sw_cel__expect_bool(c, n->args[i], side, what))
            return NULL;
    }
    return sw_cel_type_of(SW_CEL_TYPE_BOOL);
}

// Both branches have one type; dyn takes in the other's.
static const type *check_conditional(checker *c, const node *n)
{
    const type **args = sw_cel__check_all(c, n->args, 3);
    if (args == NULL ||
        !sw_cel__expect_bool(c, n->args[0], args[0], "'?' takes bool"))
        return NULL;
    sw_cel__types_begin(&c->types);
    const type *both = sw_cel__type_var_new(&c->types);
    bool fit = both != NULL && sw_cel__assignable(&c->types, args[1], both) &&
               sw_cel__assignable(&c->types, args[2], both);
    if (sw_cel__types_end(&c->types, fit)) return sw_cel__type_resolve(both);
    if (!sw_cel__is_fine(c)) return NULL;
    sw_buf buf = {0};
    sw_buf_str(&buf, SW_STR("the branches of '?' are of different types: "));
    sw_cel__fault_put_types(&buf, args + 1, 2);
    return sw_cel__fault_say(c, n->args[2]->begin, &buf);
}

/* ---- lists and maps -------------------------------------------------- */

// What an entry marked with ? adds if it is there.
static const type *unwrap(checker *c, const node *n, const type *entry)
{
    const type *known = sw_cel__type_resolve(entry);
    if (known->kind == SW_CEL_TYPE_OPTIONAL) return known->args[0];
    if (sw_cel__is_dyn(known)) return c->types.guessed = true, known;
    if ((int)known->kind != SW_CEL__TYPE_VAR)
        return sw_cel__fault_expected(c, n, "'?' takes an optional", entry);
    const type *inner = sw_cel__type_var_new(&c->types);
    const type *optional =
        sw_cel__type_of_one(&c->types, SW_CEL_TYPE_OPTIONAL, inner);
    return optional != NULL && sw_cel__try_assign(c, known, optional) ? inner
                                                                      : NULL;
}

// An element, or an entry's value.
static const type *check_item(checker *c, const node *n, size_t i)
{
    const type *item = sw_cel__check_node(c, n->args[i]);
    bool optional = n->optional != NULL && n->optional[i];
    return item != NULL && optional ? unwrap(c, n->args[i], item) : item;
}

static const type *check_list(checker *c, const node *n)
{
    const type **items = make_array(c, n->count);
    for (size_t i = 0; items != NULL && i < n->count; i++) {
        items[i] = check_item(c, n, i);
        if (items[i] == NULL) return NULL;
    }
    if (items == NULL) return NULL;
    return sw_cel__type_of_one(&c->types, SW_CEL_TYPE_LIST,
                               join(c, items, n->count));
}

static bool may_be_key(const type *a)
{
    a = sw_cel__type_resolve(a);
    if (a->kind == SW_CEL_TYPE_WRAPPER) a = a->args[0];
    return sw_cel__is_dyn(a) || (int)a->kind == SW_CEL__TYPE_VAR ||
           a->kind == SW_CEL_TYPE_BOOL || a->kind == SW_CEL_TYPE_INT ||
           a->kind == SW_CEL_TYPE_UINT || a->kind == SW_CEL_TYPE_STRING;
}

static const type *check_key(checker *c, const node *n)
{
    const type *key = sw_cel__check_node(c, n);
    if (key == NULL || may_be_key(key)) return key;
    return sw_cel__fault_expected(
        c, n, "a map's key is a bool, int, uint or string", key);
}

static const type *check_map(checker *c, const node *n)
{
    size_t count = n->count / 2;
    const type **keys = make_array(c, count), **values = make_array(c, count);
    if (keys == NULL || values == NULL) return NULL;
    for (size_t i = 0; i < count; i++) {
        keys[i] = check_key(c, n->args[2 * i]);
        if (keys[i] == NULL) return NULL;
        values[i] = check_item(c, n, 2 * i + 1);
        if (values[i] == NULL) return NULL;
    }
    const type *key = join(c, keys, count);
    const type *value = key != NULL ? join(c, values, count) : NULL;
    return sw_cel__type_of_two(&c->types, SW_CEL_TYPE_MAP, key, value);
}

static const type *check_message(checker *c, const node *n)
{
    if (sw_cel__check_all(c, n->args, n->count) == NULL) return NULL;
    sw_str name = sw_cel__fault_clip(n->name);
    sw_buf buf = {0};
    sw_buf_printf(&buf, "unknown message type '%.*s'", SW_STR_ARGS(name));
    return sw_cel__fault_say(c, n->begin, &buf);
}

/* ---- the walk -------------------------------------------------------- */

static const type *of_literal(const sw_cel_value *v)
{
    static const sw_cel_type_kind kinds[] = {
        [SW_CEL_NULL] = SW_CEL_TYPE_NULL,
        [SW_CEL_BOOL] = SW_CEL_TYPE_BOOL,
        [SW_CEL_INT] = SW_CEL_TYPE_INT,
        [SW_CEL_UINT] = SW_CEL_TYPE_UINT,
        [SW_CEL_DOUBLE] = SW_CEL_TYPE_DOUBLE,
        [SW_CEL_STRING] = SW_CEL_TYPE_STRING,
        [SW_CEL_BYTES] = SW_CEL_TYPE_BYTES,
    };
    return sw_cel_type_of(kinds[v->kind]);
}

const type *sw_cel__check_node(checker *c, const node *n)
{
    c->at = n;
    if (!sw_cel__types_spend(&c->types)) return NULL;
    switch (n->kind) {
    case SW_NODE_LITERAL: return of_literal(&n->value);
    case SW_NODE_NAME: return n->local ? c->slots[n->slot] : check_path(c, n);
    case SW_NODE_ELEMENT: return c->slots[n->slot];
    case SW_NODE_SELECT: return check_select(c, n);
    case SW_NODE_INDEX: return check_index(c, n);
    case SW_NODE_CALL: return sw_cel__check_call(c, n);
    case SW_NODE_LIST: return check_list(c, n);
    case SW_NODE_MAP: return check_map(c, n);
    case SW_NODE_MESSAGE: return check_message(c, n);
    case SW_NODE_AND:
    case SW_NODE_OR:
    case SW_NODE_NOT: return check_logical(c, n);
    case SW_NODE_NEGATE: return check_negate(c, n);
    case SW_NODE_BINARY: return check_binary(c, n);
    case SW_NODE_CONDITIONAL: return check_conditional(c, n);
    case SW_NODE_FOLD: return sw_cel__check_fold(c, n);
    case SW_NODE_BIND: return sw_cel__check_bind(c, n);
    case SW_NODE_BLOCK: return sw_cel__check_block(c, n);
    }
    return sw_cel_type_of(SW_CEL_TYPE_DYN);
}

/* ---- the whole ------------------------------------------------------- */

static bool run(checker *c, sw_arena *arena, const sw_cel_type **out,
                sw_error *err)
{
    c->slots = SW_NEW_ARRAY(c->arena, const type *, c->cel->slot_count);
    if (c->slots == NULL) return sw_fail_memory(err);
    const type *found = sw_cel__check_node(c, c->cel->top);
    if (found != NULL && c->first.kind == SW_FAULT_NONE)
        found = sw_cel__type_final(&c->types, arena, found);
    if (found == NULL || c->first.kind != SW_FAULT_NONE)
        return sw_cel__fault_tell(c, err);
    if (out != NULL) *out = found;
    return true;
}

bool sw_cel__check(const sw_cel *cel, const sw_cel_env *env, sw_arena *arena,
                   const sw_cel_type **out, bool *certain, sw_error *err)
{
    static const sw_cel_env empty = {0};
    checker c = {.cel = cel, .at = cel->top, .first.offset = SIZE_MAX};
    if (!sw_arena_new(&c.arena, err)) return false;
    c.types =
        (sw_cel__types){.arena = c.arena, .steps = SW_CEL__MAX_TYPE_STEPS};
    bool ok = sw_cel__names_init(&c.names, env != NULL ? env : &empty, c.arena,
                                 err) &&
              run(&c, arena, out, err);
    *certain = !c.types.guessed;
    sw_cel__types_done(&c.types);
    sw_arena_free(c.arena);
    return ok;
}

bool sw_cel_check(const sw_cel *cel, const sw_cel_env *env, sw_arena *arena,
                  const sw_cel_type **out, sw_error *err)
{
    bool certain;
    return sw_cel__check(cel, env, arena, out, &certain, err);
}

bool sw_cel_compile(sw_str source, const sw_cel_env *env, sw_arena *arena,
                    sw_cel **out, const sw_cel_type **found, sw_error *err)
{
    sw_cel *cel = NULL;
    if (!sw_cel__parse(source, env, arena, &cel, err) ||
        !sw_cel_check(cel, env, arena, found, err))
        return false;
    *out = cel;
    return true;
}
