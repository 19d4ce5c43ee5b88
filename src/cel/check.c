// The checker: finds the type of every part of an expression, from the leaves
// up, and the first place where types do not fit.
//
// It goes on after a fault, with the type `error` that fits everywhere, and
// keeps the fault that stands first in the source: so what is reported does not
// hang on the order of the walk.
//
// Specification: cel-spec, doc/langdef.md, "Type Checking".
#include "types_internal.h"

#include <stdio.h>

typedef sw_cel__node node;
typedef sw_cel_type type;

typedef enum {
    FAULT_NONE,
    FAULT_TYPES,
    FAULT_VARIABLE,  // unknown names; a near one is looked for in the end
    FAULT_FUNCTION,
    FAULT_METHOD,
} fault_kind;

typedef struct {
    fault_kind kind;
    size_t offset;
    sw_str name;  // that nobody knows
    char message[160];
} fault;

typedef struct {
    const sw_cel *cel;
    sw_arena *arena;  // ends with the check
    sw_cel__names names;
    sw_cel__types types;
    const type **slots;  // of the variables of macros
    const node *at;      // where the walk stands
    fault first;
} checker;

static const type *check(checker *c, const node *n);

/* ---- faults ---------------------------------------------------------- */

static const type *of(sw_cel_type_kind kind)
{
    return sw_cel_type_of(kind);
}

// Takes what `buf` says as the message if it is the first, and frees it.
// @return the type of what is wrong, or NULL without memory.
static const type *complain(checker *c, size_t offset, sw_buf *buf)
{
    bool failed = buf->failed;
    if (!failed && offset < c->first.offset) {
        size_t len = buf->len;
        if (len >= sizeof c->first.message) len = sizeof c->first.message - 1;
        while (len > 0 && !sw_utf8_valid((sw_str){buf->at, len}))
            len--;
        c->first.kind = FAULT_TYPES;
        c->first.offset = offset;
        memcpy(c->first.message, buf->at, len);
        c->first.message[len] = '\0';
    }
    sw_buf_free(buf);
    if (failed) sw_cel__types_stop(&c->types, SW_TYPES_NO_MEMORY);
    return failed ? NULL : of(SW_CEL_TYPE_ERROR);
}

static const type *unknown(checker *c, size_t offset, fault_kind kind,
                           sw_str name)
{
    if (offset < c->first.offset)
        c->first = (fault){.kind = kind, .offset = offset, .name = name};
    return of(SW_CEL_TYPE_ERROR);
}

enum { SHOWN_TYPE = 60 };  // bytes of a type, or of a name, in a message

static void put_type(sw_buf *buf, const type *a)
{
    sw_cel__type_put(buf, a, SHOWN_TYPE);
}

// "what, found int"
static const type *expected(checker *c, const node *n, const char *what,
                            const type *found)
{
    sw_buf buf = {0};
    sw_buf_printf(&buf, "%s, found ", what);
    put_type(&buf, found);
    return complain(c, n->begin, &buf);
}

static sw_str clip(sw_str s)
{
    if (s.len <= SHOWN_TYPE) return s;
    s.len = SHOWN_TYPE;
    while (s.len > 0 && !sw_utf8_valid(s))
        s.len--;
    return s;
}

// "int", "int and string", "int, string and dyn"
static void put_types(sw_buf *buf, const type *const *at, size_t count)
{
    for (size_t i = 0; i < count && buf->len < 200; i++) {
        if (i > 0)
            sw_buf_str(buf, i + 1 < count ? SW_STR(", ") : SW_STR(" and "));
        put_type(buf, at[i]);
    }
}

// Where the token stands that makes `n` of its first part and the rest: the
// operator, the field, the method's name.
static size_t place_behind(const checker *c, const node *n,
                           sw_cel__token_kind kind, sw_str name)
{
    sw_error ignored;
    sw_cel__token token = {.end = n->args[0]->end};
    while (token.end < n->end &&
           sw_cel__next(c->cel->source, token.end, &token, &ignored)) {
        sw_str text = sw_cel__part(c->cel->source, token.begin, token.end);
        if (token.kind == kind && (name.len == 0 || sw_str_eq(text, name)))
            return token.begin;
    }
    return n->begin;
}

/* ---- one attempt ----------------------------------------------------- */

static bool assignable(checker *c, const type *from, const type *to)
{
    sw_cel__types_begin(&c->types);
    return sw_cel__types_end(&c->types,
                             sw_cel__assignable(&c->types, from, to));
}

static bool fine(const checker *c)
{
    return c->types.state == SW_TYPES_FINE;
}

// Refuses what is no bool.
static bool expect_bool(checker *c, const node *n, const type *found,
                        const char *what)
{
    if (assignable(c, found, of(SW_CEL_TYPE_BOOL))) return true;
    return fine(c) && expected(c, n, what, found) != NULL;
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
    return fine(c) ? of(SW_CEL_TYPE_DYN) : NULL;
}

static const type **make_array(checker *c, size_t count)
{
    const type **made = SW_NEW_ARRAY(c->arena, const type *, count);
    if (made == NULL) sw_cel__types_stop(&c->types, SW_TYPES_NO_MEMORY);
    return made;
}

static const type **check_all(checker *c, node *const *args, size_t count)
{
    const type **types = make_array(c, count);
    for (size_t i = 0; types != NULL && i < count; i++) {
        types[i] = check(c, args[i]);
        if (types[i] == NULL) return NULL;
    }
    return types;
}

/* ---- names and fields ------------------------------------------------ */

static const type *no_field(checker *c, const node *n, const type *holder)
{
    sw_str name = clip(n->name);
    sw_buf buf = {0};
    sw_buf_printf(&buf, "no field '%.*s' in ", SW_STR_ARGS(name));
    put_type(&buf, holder);
    return complain(c,
                    n->quoted ? place_behind(c, n, SW_TOKEN_QUOTED, SW_STR(""))
                              : place_behind(c, n, SW_TOKEN_NAME, n->name),
                    &buf);
}

static const type *check_field(checker *c, const node *n, const type *holder)
{
    holder = sw_cel__type_resolve(holder);
    bool maybe = n->maybe || holder->kind == SW_CEL_TYPE_OPTIONAL;
    if (holder->kind == SW_CEL_TYPE_OPTIONAL)
        holder = sw_cel__type_resolve(holder->args[0]);
    // Of what nothing is known, nothing else is believed later.
    const type *field = of(SW_CEL_TYPE_DYN);
    if ((int)holder->kind == SW_CEL__TYPE_VAR) {
        if (!assignable(c, field, holder)) return NULL;
    } else if (holder->kind == SW_CEL_TYPE_MAP) {
        field = holder->args[1];
    } else if (!sw_cel__is_dyn(holder)) {
        return no_field(c, n, holder);
    }
    if (n->test) return of(SW_CEL_TYPE_BOOL);
    return maybe ? sw_cel__type_of_one(&c->types, SW_CEL_TYPE_OPTIONAL, field)
                 : field;
}

// The first `len` bytes of the path are a variable, the rest are fields.
static const type *check_rest(checker *c, const node *n, size_t len,
                              const type *variable)
{
    if (n->path.len == len) return n->test ? of(SW_CEL_TYPE_BOOL) : variable;
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
    return unknown(c, n->begin, FAULT_VARIABLE, n->path);
}

static const type *check_select(checker *c, const node *n)
{
    if (n->path.len > 0) return check_path(c, n);
    const type *holder = check(c, n->args[0]);
    return holder == NULL ? NULL : check_field(c, n, holder);
}

/* ---- operators ------------------------------------------------------- */

// Of an operand that is itself wrong, no more is said.
static bool is_wrong(const type *const *at, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (sw_cel__type_resolve(at[i])->kind == SW_CEL_TYPE_ERROR) return true;
    }
    return false;
}

// "no '+' for int and string"
static const type *mismatch(checker *c, size_t place, const char *name,
                            const sw_cel__choice *call)
{
    if (is_wrong(call->args, call->count)) return of(SW_CEL_TYPE_ERROR);
    sw_buf buf = {0};
    sw_buf_printf(&buf, "no %s for ", name);
    put_types(&buf, call->args, call->count);
    return complain(c, place, &buf);
}

static const type *check_binary(checker *c, const node *n)
{
    sw_cel__choice call = {.args = check_all(c, n->args, 2), .count = 2};
    if (call.args == NULL || !sw_cel__try_binary(&c->types, &call, n->op))
        return NULL;
    if (call.result != NULL) return call.result;
    return mismatch(c, place_behind(c, n, n->op, SW_STR("")),
                    sw_cel__token_name(n->op), &call);
}

static const type *check_index(checker *c, const node *n)
{
    sw_cel__choice call = {.args = check_all(c, n->args, 2), .count = 2};
    if (call.args == NULL || !sw_cel__try_index(&c->types, &call, n->maybe))
        return NULL;
    if (call.result != NULL) return call.result;
    return mismatch(c, place_behind(c, n, SW_TOKEN_LBRACKET, SW_STR("")),
                    n->maybe ? "'[?]'" : "'[]'", &call);
}

static const type *check_negate(checker *c, const node *n)
{
    sw_cel__choice call = {.args = check_all(c, n->args, 1), .count = 1};
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
        const type *side = check(c, n->args[i]);
        if (side == NULL || !expect_bool(c, n->args[i], side, what))
            return NULL;
    }
    return of(SW_CEL_TYPE_BOOL);
}

// Both branches have one type; dyn takes in the other's.
static const type *check_conditional(checker *c, const node *n)
{
    const type **args = check_all(c, n->args, 3);
    if (args == NULL || !expect_bool(c, n->args[0], args[0], "'?' takes bool"))
        return NULL;
    sw_cel__types_begin(&c->types);
    const type *both = sw_cel__type_var_new(&c->types);
    bool fit = both != NULL && sw_cel__assignable(&c->types, args[1], both) &&
               sw_cel__assignable(&c->types, args[2], both);
    if (sw_cel__types_end(&c->types, fit)) return sw_cel__type_resolve(both);
    if (!fine(c)) return NULL;
    sw_buf buf = {0};
    sw_buf_str(&buf, SW_STR("the branches of '?' are of different types: "));
    put_types(&buf, args + 1, 2);
    return complain(c, n->args[2]->begin, &buf);
}

/* ---- lists and maps -------------------------------------------------- */

// What an entry marked with ? adds if it is there.
static const type *unwrap(checker *c, const node *n, const type *entry)
{
    const type *known = sw_cel__type_resolve(entry);
    if (known->kind == SW_CEL_TYPE_OPTIONAL) return known->args[0];
    if (sw_cel__is_dyn(known)) return c->types.guessed = true, known;
    if ((int)known->kind != SW_CEL__TYPE_VAR)
        return expected(c, n, "'?' takes an optional", entry);
    const type *inner = sw_cel__type_var_new(&c->types);
    const type *optional =
        sw_cel__type_of_one(&c->types, SW_CEL_TYPE_OPTIONAL, inner);
    return optional != NULL && assignable(c, known, optional) ? inner : NULL;
}

// An element, or an entry's value.
static const type *check_item(checker *c, const node *n, size_t i)
{
    const type *item = check(c, n->args[i]);
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
    const type *key = check(c, n);
    if (key == NULL || may_be_key(key)) return key;
    return expected(c, n, "a map's key is a bool, int, uint or string", key);
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
    if (check_all(c, n->args, n->count) == NULL) return NULL;
    sw_str name = clip(n->name);
    sw_buf buf = {0};
    sw_buf_printf(&buf, "unknown message type '%.*s'", SW_STR_ARGS(name));
    return complain(c, n->begin, &buf);
}

/* ---- calls ----------------------------------------------------------- */

typedef struct {
    const node *n;
    sw_cel__overloads found;
    bool method;
    size_t first;  // argument: 1 if the first part is a namespace
    sw_cel__choice choice;
} call;

// math.abs(x) parses as a method of math, and so does my.f(x) unless the
// parser was told of it.
static bool find_qualified(checker *c, call *f)
{
    sw_str name;
    bool rooted;
    sw_cel__overloads found;
    if (!sw_cel__dotted(f->n->args[0], f->n->name, c->arena, &name, &rooted))
        return false;
    if (name.len == 0) return true;
    if (!sw_cel__find_overloads(c->names.env, name, false, rooted, c->arena,
                                &found))
        return false;
    if (found.ours == NULL && found.own == 0) return true;
    f->found = found;
    f->method = false;
    f->first = 1;
    return true;
}

static bool find_called(checker *c, call *f)
{
    f->method = f->n->method;
    if (f->method && !find_qualified(c, f)) return false;
    return f->first == 1 ||
           sw_cel__find_overloads(c->names.env, f->n->name, f->method,
                                  f->n->rooted, c->arena, &f->found);
}

static bool try_overloads(checker *c, call *f)
{
    const sw_cel__function *ours = f->found.ours;
    for (; ours != NULL; ours = sw_cel__next_overload(ours)) {
        if (!sw_cel__try_letters(&c->types, &f->choice, ours->takes,
                                 ours->gives))
            return false;
    }
    const sw_cel_env *env = c->names.env;
    for (size_t i = 0; f->found.own > 0 && i < env->function_count; i++) {
        const sw_cel_function *own = &env->functions[i];
        if (sw_cel__is_called(own, f->found.name, f->method) &&
            !sw_cel__try_function(&c->types, &f->choice, own))
            return false;
    }
    return true;
}

static size_t place_of_name(const checker *c, const call *f)
{
    if (!f->n->method || f->first == 1) return f->n->begin;
    return place_behind(c, f->n, SW_TOKEN_NAME, f->n->name);
}

// "no 'join' for list(int)", and what the only overload takes.
static const type *no_overload(checker *c, const call *f)
{
    if (is_wrong(f->choice.args, f->choice.count)) return of(SW_CEL_TYPE_ERROR);
    sw_buf buf = {0};
    sw_str name = clip(f->found.name);
    sw_buf_printf(&buf, "no '%.*s' %s", SW_STR_ARGS(name),
                  f->choice.count > 0 ? "for " : "without arguments");
    put_types(&buf, f->choice.args, f->choice.count);
    const sw_cel__function *only = f->found.ours;
    if (f->found.own == 0 && sw_cel__next_overload(only) == NULL) {
        sw_buf_str(&buf, SW_STR("; it takes "));
        if (only->takes[0] == '\0') sw_buf_str(&buf, SW_STR("none"));
        if (!sw_cel__put_letters(&c->types, &buf, only->takes))
            return sw_buf_free(&buf), NULL;
    }
    return complain(c, place_of_name(c, f), &buf);
}

// Of foo.bar(x) with nothing called foo, the function foo.bar is missed rather
// than the variable.
static const type *unknown_function(checker *c, const call *f)
{
    const node *n = f->n;
    size_t len;
    sw_str name;
    bool rooted;
    if (!f->method) return unknown(c, n->begin, FAULT_FUNCTION, n->name);
    sw_str path = n->args[0]->path;
    if (path.len > 0 && sw_cel__type_name(path) == NULL &&
        sw_cel__find_variable(&c->names, path, false, &len) == NULL &&
        sw_cel__variable_below(&c->names, path) == NULL) {
        if (!sw_cel__dotted(n->args[0], n->name, c->arena, &name, &rooted))
            return sw_cel__types_stop(&c->types, SW_TYPES_NO_MEMORY), NULL;
        if (name.len > 0) return unknown(c, n->begin, FAULT_FUNCTION, name);
    }
    if (check(c, n->args[0]) == NULL) return NULL;
    return unknown(c, place_of_name(c, f), FAULT_METHOD, n->name);
}

static const type *bad_pattern(checker *c, const node *n)
{
    sw_buf buf = {0};
    sw_buf_printf(&buf, "bad pattern: %s", n->bad_pattern);
    return complain(c, n->args[1]->begin, &buf);
}

static const type *check_call(checker *c, const node *n)
{
    call f = {.n = n};
    if (!find_called(c, &f))
        return sw_cel__types_stop(&c->types, SW_TYPES_NO_MEMORY), NULL;
    bool known = f.found.ours != NULL || f.found.own > 0;
    if (!known) {
        // A receiver is looked at together with the missing name.
        size_t skip = f.method ? 1 : 0;
        if (check_all(c, n->args + skip, n->count - skip) == NULL) return NULL;
        return unknown_function(c, &f);
    }
    f.choice.count = n->count - f.first;
    f.choice.args = check_all(c, n->args + f.first, f.choice.count);
    if (f.choice.args == NULL || !try_overloads(c, &f)) return NULL;
    if (n->bad_pattern != NULL && bad_pattern(c, n) == NULL) return NULL;
    return f.choice.result != NULL ? f.choice.result : no_overload(c, &f);
}

/* ---- macros ---------------------------------------------------------- */

// What the variables of a macro over the range are.
static bool bind_range(checker *c, const node *n, const type *range)
{
    const type *key = of(SW_CEL_TYPE_DYN), *value = key;
    range = sw_cel__type_resolve(range);
    if (range->kind == SW_CEL_TYPE_LIST) {
        key = of(SW_CEL_TYPE_INT);
        value = range->args[0];
    } else if (range->kind == SW_CEL_TYPE_MAP) {
        key = range->args[0];
        value = range->args[1];
    } else if ((int)range->kind == SW_CEL__TYPE_VAR) {
        if (!assignable(c, key, range)) return false;
    } else if (!sw_cel__is_dyn(range)) {
        sw_str name = clip(n->name);
        sw_buf buf = {0};
        sw_buf_printf(&buf, "'%.*s' goes over a list or a map, found ",
                      SW_STR_ARGS(name));
        put_type(&buf, range);
        if (complain(c, n->args[0]->begin, &buf) == NULL) return false;
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
    default: return of(SW_CEL_TYPE_BOOL);
    }
}

static const type *check_fold(checker *c, const node *n)
{
    const type *range = check(c, n->args[0]);
    if (range == NULL || !bind_range(c, n, range)) return NULL;
    bool gives_bool = n->macro != SW_FOLD_LIST && n->macro != SW_FOLD_MAP;
    const type *body = NULL;
    for (size_t i = 1; i < n->count; i++) {
        body = check(c, n->args[i]);
        if (body == NULL) return NULL;
        bool condition = gives_bool || i + 1 < n->count;
        if (condition &&
            !expect_bool(c, n->args[i], body, "a macro's condition is a bool"))
            return NULL;
    }
    return fold_result(c, n, body);
}

// What an optional holds; anything, if it is dyn.
static const type *check_held(checker *c, const node *n, const type *optional)
{
    if (sw_cel__is_dyn(sw_cel__type_resolve(optional))) {
        c->types.guessed = true;
        return of(SW_CEL_TYPE_DYN);
    }
    const type *inner = sw_cel__type_var_new(&c->types);
    const type *wanted =
        sw_cel__type_of_one(&c->types, SW_CEL_TYPE_OPTIONAL, inner);
    if (wanted == NULL) return NULL;
    if (assignable(c, optional, wanted)) return inner;
    return fine(c) ? expected(c, n, "the macro takes an optional", optional)
                   : NULL;
}

static const type *check_bind(checker *c, const node *n)
{
    const type *value = check(c, n->args[0]);
    bool plain = n->macro == SW_BIND_VALUE;
    if (value != NULL && !plain) value = check_held(c, n->args[0], value);
    if (value == NULL) return NULL;
    c->slots[n->slot] = value;
    const type *body = check(c, n->args[1]);
    if (body == NULL || plain) return body;
    if (n->macro == SW_BIND_OPTIONAL)
        return sw_cel__type_of_one(&c->types, SW_CEL_TYPE_OPTIONAL, body);
    return check_held(c, n->args[1], body) != NULL ? body : NULL;
}

// Every element of a block has one type wherever it is read.
static const type *check_block(checker *c, const node *n)
{
    size_t count = n->count - 1;
    for (size_t i = 0; i < count; i++) {
        const type *element = check(c, n->args[i]);
        if (element == NULL) return NULL;
        c->slots[n->slot + i] =
            sw_cel__type_final(&c->types, c->arena, element);
        if (c->slots[n->slot + i] == NULL) return NULL;
    }
    return check(c, n->args[count]);
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
    return of(kinds[v->kind]);
}

static const type *check(checker *c, const node *n)
{
    c->at = n;
    if (!sw_cel__types_spend(&c->types)) return NULL;
    switch (n->kind) {
    case SW_NODE_LITERAL: return of_literal(&n->value);
    case SW_NODE_NAME: return n->local ? c->slots[n->slot] : check_path(c, n);
    case SW_NODE_ELEMENT: return c->slots[n->slot];
    case SW_NODE_SELECT: return check_select(c, n);
    case SW_NODE_INDEX: return check_index(c, n);
    case SW_NODE_CALL: return check_call(c, n);
    case SW_NODE_LIST: return check_list(c, n);
    case SW_NODE_MAP: return check_map(c, n);
    case SW_NODE_MESSAGE: return check_message(c, n);
    case SW_NODE_AND:
    case SW_NODE_OR:
    case SW_NODE_NOT: return check_logical(c, n);
    case SW_NODE_NEGATE: return check_negate(c, n);
    case SW_NODE_BINARY: return check_binary(c, n);
    case SW_NODE_CONDITIONAL: return check_conditional(c, n);
    case SW_NODE_FOLD: return check_fold(c, n);
    case SW_NODE_BIND: return check_bind(c, n);
    case SW_NODE_BLOCK: return check_block(c, n);
    }
    return of(SW_CEL_TYPE_DYN);
}

/* ---- the whole ------------------------------------------------------- */

static bool fail_limit(const checker *c, sw_error *err)
{
    sw_str source = c->cel->source;
    size_t at = c->at->begin;
    switch (c->types.state) {
    case SW_TYPES_TOO_DEEP:
        return sw_cel__fail_at(source, at, err,
                               "a type nested more than %d deep",
                               SW_CEL__MAX_TYPE_DEPTH);
    case SW_TYPES_TOO_LARGE:
        return sw_cel__fail_at(source, at, err, "a type of more than %d parts",
                               SW_CEL__MAX_TYPE_SIZE);
    case SW_TYPES_TOO_MANY_STEPS:
        return sw_cel__fail_at(
            source, at, err,
            "types so large that checking takes more than %d steps",
            SW_CEL__MAX_TYPE_STEPS);
    default: return sw_fail_memory(err);
    }
}

static bool is_function(const checker *c, sw_str name, bool method)
{
    bool own = false;
    for (size_t i = 0; i < c->names.env->function_count; i++)
        own |= sw_cel__is_called(&c->names.env->functions[i], name, method);
    return own || sw_cel__find_function(name, method) != NULL;
}

// What may have been meant by a name that nobody knows.
static void write_hint(const checker *c, char *hint, size_t size)
{
    const fault *f = &c->first;
    bool method = f->kind == FAULT_METHOD;
    sw_str near = SW_STR("");
    hint[0] = '\0';
    if (f->kind == FAULT_VARIABLE) {
        const sw_cel_variable *below =
            sw_cel__variable_below(&c->names, f->name);
        near = below != NULL ? below->name
                             : sw_cel__nearest_variable(&c->names, f->name);
    } else if (is_function(c, f->name, !method)) {
        snprintf(hint, size,
                 method ? "; it is a function" : "; it is a method");
    } else {
        near = sw_cel__nearest_function(c->names.env, f->name, method);
    }
    near = clip(near);
    if (near.len > 0)
        snprintf(hint, size, " (did you mean %.*s?)", SW_STR_ARGS(near));
}

static bool fail_unknown(const checker *c, sw_error *err)
{
    static const char *const what[] = {[FAULT_VARIABLE] = "variable",
                                       [FAULT_FUNCTION] = "function",
                                       [FAULT_METHOD] = "method"};
    char hint[100];
    write_hint(c, hint, sizeof hint);
    sw_str name = clip(c->first.name);
    return sw_cel__fail_at(c->cel->source, c->first.offset, err,
                           "there is no %s '%.*s'%s", what[c->first.kind],
                           SW_STR_ARGS(name), hint);
}

static bool fail_first(const checker *c, sw_error *err)
{
    if (c->first.kind != FAULT_TYPES) return fail_unknown(c, err);
    return sw_cel__fail_at(c->cel->source, c->first.offset, err, "%s",
                           c->first.message);
}

static bool run(checker *c, sw_arena *arena, const sw_cel_type **out,
                sw_error *err)
{
    c->slots = SW_NEW_ARRAY(c->arena, const type *, c->cel->slot_count);
    if (c->slots == NULL) return sw_fail_memory(err);
    const type *found = check(c, c->cel->top);
    if (found != NULL && c->first.kind == FAULT_NONE)
        found = sw_cel__type_final(&c->types, arena, found);
    if (found == NULL) return fail_limit(c, err);
    if (c->first.kind != FAULT_NONE) return fail_first(c, err);
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
