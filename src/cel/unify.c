// What may stand for what: unification of types with variables.
//
// Every call and every literal begins an attempt: it makes variables for the
// type parameters, asks whether each argument is assignable, and keeps the
// bindings or takes them back. Within an attempt a variable may be widened: [1,
// dyn(2)] binds the element first to int, then to dyn. Later attempts do not
// widen it any more, so that the type of an expression stays what it was.
//
// All walks count their steps and their depth: types are shared, so what is
// small in memory may be a tree without end.
//
// Follows the checkers of cel-go (checker/types.go) and, where null and
// wrappers meet, of cel-cpp (checker/internal), as the conformance suite does.
#include "types_internal.h"

#include <stdlib.h>

typedef sw_cel_type type;
typedef sw_cel__type_var variable;

bool sw_cel__types_stop(sw_cel__types *t, sw_cel__types_state why)
{
    if (t->state == SW_TYPES_FINE) t->state = why;
    return false;
}

bool sw_cel__types_spend(sw_cel__types *t)
{
    if (t->state != SW_TYPES_FINE) return false;
    if (t->steps == 0) return sw_cel__types_stop(t, SW_TYPES_TOO_MANY_STEPS);
    t->steps--;
    return true;
}

void sw_cel__types_done(sw_cel__types *t)
{
    free(t->undo);
}

// Every walk asks on its way down.
static bool go_on(sw_cel__types *t, unsigned depth)
{
    if (depth > SW_CEL__MAX_TYPE_DEPTH)
        return sw_cel__types_stop(t, SW_TYPES_TOO_DEEP);
    return sw_cel__types_spend(t);
}

/* ---- making types ---------------------------------------------------- */

// Memory is bounded as time is: what is made counts as several steps.
enum { STEPS_TO_MAKE = 8 };

static void *make(sw_cel__types *t, size_t size)
{
    if (t->steps < STEPS_TO_MAKE) t->steps = 0;
    if (!sw_cel__types_spend(t)) return NULL;
    t->steps -= STEPS_TO_MAKE - 1;
    void *made = sw_arena_calloc(t->arena, 1, size);
    if (made == NULL) sw_cel__types_stop(t, SW_TYPES_NO_MEMORY);
    return made;
}

// A type, and behind it the room for its parameters.
static const type *make_type(sw_cel__types *t, sw_cel_type_kind kind,
                             sw_str name, size_t count, const type ***args)
{
    type *made = make(t, sizeof *made + count * sizeof(const type *));
    if (made == NULL) return NULL;
    *args = (const type **)(made + 1);
    *made = (type){.kind = kind, .name = name, .args = *args, .count = count};
    return made;
}

const type *sw_cel__type_of_one(sw_cel__types *t, sw_cel_type_kind kind,
                                const type *arg)
{
    const type **args = NULL;
    if (arg == NULL) return NULL;
    const type *made = make_type(t, kind, SW_STR(""), 1, &args);
    if (made != NULL) args[0] = arg;
    return made;
}

const type *sw_cel__type_of_two(sw_cel__types *t, sw_cel_type_kind kind,
                                const type *first, const type *second)
{
    const type **args = NULL;
    if (first == NULL || second == NULL) return NULL;
    const type *made = make_type(t, kind, SW_STR(""), 2, &args);
    if (made == NULL) return NULL;
    args[0] = first;
    args[1] = second;
    return made;
}

/* ---- variables ------------------------------------------------------- */

const type *sw_cel__type_var_new(sw_cel__types *t)
{
    variable *made = make(t, sizeof *made);
    if (made == NULL) return NULL;
    made->type.kind = (sw_cel_type_kind)SW_CEL__TYPE_VAR;
    made->serial = ++t->serial;
    return &made->type;
}

static bool is_var(const type *a)
{
    return (int)a->kind == SW_CEL__TYPE_VAR;
}

// The variable that the type is the head of.
static variable *var_of(const type *a)
{
    return (variable *)(uintptr_t)a;
}

const type *sw_cel__type_resolve(const type *a)
{
    while (is_var(a) && var_of(a)->bound != NULL)
        a = var_of(a)->bound;
    return a;
}

// The same, counting its steps: chains of variables may be long.
static const type *resolve(sw_cel__types *t, const type *a)
{
    while (is_var(a) && var_of(a)->bound != NULL && sw_cel__types_spend(t))
        a = var_of(a)->bound;
    return a;
}

void sw_cel__types_begin(sw_cel__types *t)
{
    t->frozen = t->serial;
    t->undo_count = 0;
}

bool sw_cel__types_end(sw_cel__types *t, bool keep)
{
    while (!keep && t->undo_count > 0) {
        sw_cel__undo *last = &t->undo[--t->undo_count];
        last->var->bound = last->was;
    }
    t->undo_count = 0;
    return keep;
}

static bool set(sw_cel__types *t, const type *var, const type *to)
{
    if (t->undo_count == t->undo_cap) {
        size_t cap = t->undo_cap > 0 ? t->undo_cap * 2 : 16;
        sw_cel__undo *undo = realloc(t->undo, cap * sizeof *undo);
        if (undo == NULL) return sw_cel__types_stop(t, SW_TYPES_NO_MEMORY);
        t->undo = undo;
        t->undo_cap = cap;
    }
    variable *v = var_of(var);
    t->undo[t->undo_count++] = (sw_cel__undo){v, v->bound};
    v->bound = to;
    return true;
}

// A type that held itself would have no end.
static bool occurs(sw_cel__types *t, const type *var, const type *in,
                   unsigned depth)
{
    if (!go_on(t, depth)) return true;
    in = resolve(t, in);
    if (in == var) return true;
    for (size_t i = 0; i < in->count; i++) {
        if (occurs(t, var, in->args[i], depth + 1)) return true;
    }
    return false;
}

// One of the two is a free variable. Of two, the newer is bound to the older,
// so that chains stay short.
static bool bind(sw_cel__types *t, const type *from, const type *to)
{
    bool newer =
        is_var(from) && is_var(to) && var_of(from)->serial > var_of(to)->serial;
    if (!is_var(to) || newer)
        return !occurs(t, from, to, 0) && set(t, from, to);
    return !occurs(t, to, from, 0) && set(t, to, from);
}

/* ---- the wider of two ------------------------------------------------ */

static const type *wider(sw_cel__types *t, const type *a, const type *b,
                         unsigned depth);

static const type *wider_inside(sw_cel__types *t, const type *a, const type *b,
                                unsigned depth)
{
    const type **args = NULL;
    const type *made = make_type(t, a->kind, a->name, a->count, &args);
    if (made == NULL) return NULL;
    bool like_a = true, like_b = true;
    for (size_t i = 0; i < a->count; i++) {
        args[i] = wider(t, a->args[i], b->args[i], depth + 1);
        if (args[i] == NULL) return NULL;
        like_a &= args[i] == resolve(t, a->args[i]);
        like_b &= args[i] == resolve(t, b->args[i]);
    }
    return like_a ? a : like_b ? b : made;
}

// Of two types of which one is assignable to the other: dyn is wider than all,
// what may be null than null, a wrapper than what it wraps. If neither is, the
// first.
static const type *wider(sw_cel__types *t, const type *a, const type *b,
                         unsigned depth)
{
    if (!go_on(t, depth)) return NULL;
    a = resolve(t, a);
    b = resolve(t, b);
    if (a == b || sw_cel__is_dyn(a)) return a;
    if (sw_cel__is_dyn(b)) return b;
    if (a->kind == SW_CEL_TYPE_NULL || b->kind == SW_CEL_TYPE_WRAPPER) return b;
    if (a->kind != b->kind || a->count != b->count || a->count == 0 ||
        a->kind == SW_CEL_TYPE_TYPE || a->kind == SW_CEL_TYPE_OBJECT)
        return a;
    return wider_inside(t, a, b, depth);
}

/* ---- assignability --------------------------------------------------- */

static bool assign(sw_cel__types *t, const type *from, const type *to,
                   unsigned depth);

// Null is a value of what protobuf holds by reference.
static bool is_nullable(const type *a)
{
    switch (a->kind) {
    case SW_CEL_TYPE_NULL:
    case SW_CEL_TYPE_TIMESTAMP:
    case SW_CEL_TYPE_DURATION:
    case SW_CEL_TYPE_OPTIONAL:
    case SW_CEL_TYPE_WRAPPER:
    case SW_CEL_TYPE_MESSAGE:
    case SW_CEL_TYPE_ABSTRACT: return true;
    default: return false;
    }
}

static const type *unwrap(const type *a)
{
    return a->kind == SW_CEL_TYPE_WRAPPER ? a->args[0] : a;
}

// Neither is a free variable.
static bool assign_known(sw_cel__types *t, const type *from, const type *to,
                         unsigned depth)
{
    if (sw_cel__is_dyn(to)) return true;
    if (from->kind != to->kind && (sw_cel__is_dyn(from) || is_nullable(from)))
        t->guessed = true;
    if (sw_cel__is_dyn(from)) return true;
    if (from->kind == SW_CEL_TYPE_NULL) return is_nullable(to);
    if (to->kind == SW_CEL_TYPE_NULL) return is_nullable(from);
    from = unwrap(from);
    to = unwrap(to);
    if (from->kind != to->kind) return false;
    // type(int) and type(string) are both just types.
    if (from->kind == SW_CEL_TYPE_TYPE) return true;
    if (!sw_str_eq(from->name, to->name) || from->count != to->count)
        return false;
    for (size_t i = 0; i < from->count; i++) {
        if (!assign(t, from->args[i], to->args[i], depth + 1)) return false;
    }
    return true;
}

static bool widen(sw_cel__types *t, const type *var, const type *known,
                  const type *from)
{
    if (var_of(var)->serial <= t->frozen) return true;
    const type *wide = wider(t, known, from, 0);
    if (wide == NULL) return false;
    if (wide == known || occurs(t, var, wide, 0))
        return t->state == SW_TYPES_FINE;
    return set(t, var, wide);
}

static bool assign(sw_cel__types *t, const type *from, const type *to,
                   unsigned depth)
{
    if (!go_on(t, depth)) return false;
    const type *f = resolve(t, from), *o = resolve(t, to);
    if (f == o) return true;
    if (is_var(f) || is_var(o)) return bind(t, f, o);
    if (!assign_known(t, f, o, depth)) return false;
    return !is_var(to) || widen(t, to, o, f);
}

bool sw_cel__assignable(sw_cel__types *t, const type *from, const type *to)
{
    return assign(t, from, to, 0);
}

static bool same(sw_cel__types *t, const type *a, const type *b, unsigned depth)
{
    if (!go_on(t, depth)) return false;
    a = resolve(t, a);
    b = resolve(t, b);
    if (a == b) return true;
    if (is_var(a) || a->kind != b->kind || a->count != b->count ||
        !sw_str_eq(a->name, b->name))
        return false;
    for (size_t i = 0; i < a->count; i++) {
        if (!same(t, a->args[i], b->args[i], depth + 1)) return false;
    }
    return true;
}

bool sw_cel__same_type(sw_cel__types *t, const type *a, const type *b)
{
    return same(t, a, b, 0);
}

/* ---- into the checker and out of it ---------------------------------- */

static const type *param_of(sw_cel__types *t, sw_str name,
                            sw_cel__params **params)
{
    for (const sw_cel__params *p = *params; p != NULL; p = p->next) {
        if (sw_str_eq(p->name, name)) return p->var;
    }
    sw_cel__params *made = make(t, sizeof *made);
    const type *var = sw_cel__type_var_new(t);
    if (made == NULL || var == NULL) return NULL;
    *made = (sw_cel__params){name, var, *params};
    *params = made;
    return var;
}

static const type *instantiate(sw_cel__types *t, const type *a,
                               sw_cel__params **params, unsigned depth)
{
    if (!go_on(t, depth)) return NULL;
    if (a->kind == SW_CEL_TYPE_PARAM) return param_of(t, a->name, params);
    if (a->count == 0 || a->kind == SW_CEL_TYPE_OBJECT) return a;
    const type **args = NULL;
    const type *made = make_type(t, a->kind, a->name, a->count, &args);
    if (made == NULL) return NULL;
    bool changed = false;
    for (size_t i = 0; i < a->count; i++) {
        args[i] = instantiate(t, a->args[i], params, depth + 1);
        if (args[i] == NULL) return NULL;
        changed |= args[i] != a->args[i];
    }
    return changed ? made : a;
}

const type *sw_cel__instantiate(sw_cel__types *t, const type *declared,
                                sw_cel__params **params)
{
    return instantiate(t, declared, params, 0);
}

typedef struct {
    sw_cel__types *t;
    sw_arena *into;
    size_t left;  // types that may still be made
} finisher;

static const type *finish(finisher *f, const type *a, unsigned depth)
{
    if (!go_on(f->t, depth)) return NULL;
    a = resolve(f->t, a);
    if (is_var(a)) return sw_cel_type_of(SW_CEL_TYPE_DYN);
    const type *plain = sw_cel_type_of(a->kind);
    if (plain != NULL) return plain;
    if (a->kind == SW_CEL_TYPE_OBJECT) return a;
    if (f->left-- == 0)
        return sw_cel__types_stop(f->t, SW_TYPES_TOO_LARGE), NULL;

    type *made = SW_NEW(f->into, type);
    const type **args = SW_NEW_ARRAY(f->into, const type *, a->count);
    if (made == NULL || args == NULL ||
        !sw_arena_str(f->into, a->name, &made->name))
        return sw_cel__types_stop(f->t, SW_TYPES_NO_MEMORY), NULL;
    for (size_t i = 0; i < a->count; i++) {
        args[i] = finish(f, a->args[i], depth + 1);
        if (args[i] == NULL) return NULL;
    }
    made->kind = a->kind;
    made->args = args;
    made->count = a->count;
    return made;
}

const type *sw_cel__type_final(sw_cel__types *t, sw_arena *into, const type *a)
{
    finisher f = {t, into, SW_CEL__MAX_TYPE_SIZE};
    return finish(&f, a, 0);
}
