// What names mean where variables and functions are declared.
//
// In container A.B a name n is tried as A.B.n, A.n and n, and in each of them
// the longest beginning of a dotted path wins. Variables are sorted once, so
// that each trial is a binary search.
//
// Specification: cel-spec, doc/langdef.md, "Name Resolution".
#include "types_internal.h"

#include <stdlib.h>

/* ---- the env itself -------------------------------------------------- */

// Whether a declared type is one, and no larger than can be looked at.
static bool is_sound(const sw_cel_type *type, unsigned depth, size_t *left)
{
    if (type == NULL || depth > SW_CEL__MAX_TYPE_DEPTH || *left == 0 ||
        !sw_cel__type_well_formed(type))
        return false;
    --*left;
    for (size_t i = 0; i < type->count; i++) {
        if (!is_sound(type->args[i], depth + 1, left)) return false;
    }
    return true;
}

static bool check_type(const sw_cel_type *type, sw_str name, sw_error *err)
{
    size_t left = SW_CEL__MAX_TYPE_SIZE;
    return is_sound(type, 0, &left) ||
           sw_fail(err, SW_ERR_USAGE, "the declaration of %.*s has no type",
                   (int)(name.len < 80 ? name.len : 80), name.at);
}

static bool is_name(sw_str s)
{
    bool start = true;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.at[i];
        bool letter =
            c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        bool more = (c >= '0' && c <= '9') || c == '.';
        if (!letter && (start || !more)) return false;
        start = c == '.';
    }
    return !start;
}

static bool refuse(const sw_cel_function *f, const char *why, sw_error *err)
{
    sw_str name = sw_cel__part(f->name, 0, f->name.len < 80 ? f->name.len : 80);
    return sw_fail(err, SW_ERR_USAGE, "the function %.*s %s", SW_STR_ARGS(name),
                   why);
}

static bool check_overlaps(const sw_cel_env *env, size_t i, sw_error *err)
{
    const sw_cel_function *f = &env->functions[i];
    const sw_cel__function *ours = sw_cel__find_function(f->name, f->method);
    for (; ours != NULL; ours = sw_cel__next_overload(ours)) {
        if (sw_cel__overlaps_ours(f, ours)) {
            return refuse(f, "takes arguments that a standard one takes", err);
        }
    }
    for (size_t k = 0; k < i; k++) {
        if (env->functions[k].call != NULL &&
            sw_cel__overlaps(f, &env->functions[k]))
            return refuse(f, "is declared twice for such arguments", err);
    }
    return true;
}

// What is only declared is never called: whatever its name, whatever overlaps.
static bool check_function(const sw_cel_env *env, size_t i, sw_error *err)
{
    const sw_cel_function *f = &env->functions[i];
    if (!check_type(f->result, f->name, err)) return false;
    for (size_t k = 0; k < f->param_count; k++) {
        if (!check_type(f->params[k], f->name, err)) return false;
    }
    if (f->call == NULL) return true;
    if (!is_name(f->name)) return refuse(f, "has no name to call it by", err);
    if (f->method && f->param_count == 0)
        return refuse(f, "is a method, but has no receiver", err);
    if (f->method && sw_cel__without_last(f->name).len > 0)
        return refuse(f, "is a method, so its name has no dots", err);
    if (sw_cel__is_macro(f)) return refuse(f, "is called as a macro is", err);
    return check_overlaps(env, i, err);
}

static bool check_functions(const sw_cel_env *env, sw_error *err)
{
    for (size_t i = 0; i < env->function_count; i++) {
        if (!check_function(env, i, err)) return false;
    }
    return true;
}

static int by_name(const void *a, const void *b)
{
    const sw_cel_variable *x = *(const sw_cel_variable *const *)a;
    const sw_cel_variable *y = *(const sw_cel_variable *const *)b;
    return sw_str_cmp(x->name, y->name);
}

// Callers that check many expressions may keep their variables sorted.
static void sort(const sw_cel_variable **at, size_t count)
{
    bool sorted = true;
    for (size_t i = 1; sorted && i < count; i++)
        sorted = by_name(&at[i - 1], &at[i]) < 0;
    if (!sorted) qsort(at, count, sizeof *at, by_name);
}

static bool check_variables(const sw_cel__names *names, sw_error *err)
{
    for (size_t i = 0; i < names->env->variable_count; i++) {
        const sw_cel_variable *v = names->by_name[i];
        if (!check_type(v->type, v->name, err)) return false;
        if (i == 0 || !sw_str_eq(v->name, names->by_name[i - 1]->name))
            continue;
        return sw_fail(err, SW_ERR_USAGE, "the variable %.*s is declared twice",
                       (int)(v->name.len < 80 ? v->name.len : 80), v->name.at);
    }
    return true;
}

bool sw_cel__names_init(sw_cel__names *names, const sw_cel_env *env,
                        sw_arena *arena, sw_error *err)
{
    const sw_cel_variable **at =
        SW_NEW_ARRAY(arena, const sw_cel_variable *, env->variable_count);
    if (at == NULL) return sw_fail_memory(err);
    for (size_t i = 0; i < env->variable_count; i++)
        at[i] = &env->variables[i];
    if (env->variable_count > 0) sort(at, env->variable_count);
    *names = (sw_cel__names){env, at};
    return check_variables(names, err) && check_functions(env, err);
}

/* ---- variables ------------------------------------------------------- */

sw_str sw_cel__without_last(sw_str dotted)
{
    size_t len = dotted.len;
    while (len > 0 && dotted.at[len - 1] != '.')
        len--;
    return (sw_str){dotted.at, len > 0 ? len - 1 : 0};
}

// Orders a name and "space.path", or "path" in the root.
static int compare(sw_str name, sw_str space, sw_str path)
{
    if (space.len == 0) return sw_str_cmp(name, path);
    size_t head = name.len < space.len ? name.len : space.len;
    int order = sw_str_cmp(sw_cel__part(name, 0, head), space);
    if (order != 0) return order;
    sw_str rest = sw_cel__part(name, head, name.len);
    if (rest.len == 0) return -1;
    if (rest.at[0] != '.') return (unsigned char)rest.at[0] < '.' ? -1 : 1;
    return sw_str_cmp(sw_cel__part(rest, 1, rest.len), path);
}

// The first variable that is not before the name.
static size_t lower_bound(const sw_cel__names *names, sw_str space, sw_str path)
{
    size_t low = 0, high = names->env->variable_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare(names->by_name[middle]->name, space, path) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

sw_cel__candidates sw_cel__seek(const sw_cel__names *names, sw_str path,
                                bool rooted)
{
    sw_str space = rooted ? SW_STR("") : names->env->container;
    return (sw_cel__candidates){.path = path, .space = space};
}

// The next name to try: a shorter one, or the whole path in an outer namespace.
static void move_on(sw_cel__candidates *s)
{
    s->name = s->begun ? sw_cel__without_last(s->name) : s->path;
    s->begun = s->name.len > 0;
    if (s->begun) return;
    s->ended = s->space.len == 0;
    s->space = sw_cel__without_last(s->space);
}

const sw_cel_variable *sw_cel__next_variable(const sw_cel__names *names,
                                             sw_cel__candidates *s)
{
    while (!s->ended) {
        move_on(s);
        if (!s->begun) continue;
        size_t i = lower_bound(names, s->space, s->name);
        if (i < names->env->variable_count &&
            compare(names->by_name[i]->name, s->space, s->name) == 0)
            return names->by_name[i];
    }
    return NULL;
}

const sw_cel_variable *sw_cel__find_variable(const sw_cel__names *names,
                                             sw_str path, bool rooted,
                                             size_t *len)
{
    sw_cel__candidates search = sw_cel__seek(names, path, rooted);
    const sw_cel_variable *found = sw_cel__next_variable(names, &search);
    *len = search.name.len;
    return found;
}

const sw_cel_variable *sw_cel__variable_below(const sw_cel__names *names,
                                              sw_str path)
{
    size_t i = lower_bound(names, SW_STR(""), path);
    for (; i < names->env->variable_count; i++) {
        sw_str name = names->by_name[i]->name;
        if (!sw_str_starts(name, path)) return NULL;
        if (name.len > path.len && name.at[path.len] == '.')
            return names->by_name[i];
    }
    return NULL;
}

sw_str sw_cel__nearest_variable(const sw_cel__names *names, sw_str path)
{
    sw_nearest search = {.word = path};
    for (size_t i = 0; i < names->env->variable_count; i++)
        sw_nearest_try(&search, names->by_name[i]->name);
    return search.best;
}

/* ---- functions ------------------------------------------------------- */

bool sw_cel__is_called(const sw_cel_function *f, sw_str name, bool method)
{
    return f->method == method && sw_str_eq(f->name, name);
}

// Joins a namespace and a name. @return at == NULL without memory.
static sw_str join(sw_str space, sw_str name, sw_arena *arena)
{
    if (space.len == 0) return name;
    return sw_arena_printf(arena, "%.*s.%.*s", SW_STR_ARGS(space),
                           SW_STR_ARGS(name));
}

bool sw_cel__find_overloads(const sw_cel_env *env, sw_str name, bool method,
                            bool rooted, sw_arena *arena,
                            sw_cel__overloads *out)
{
    sw_str space =
        method || rooted || env == NULL ? SW_STR("") : env->container;
    for (;; space = sw_cel__without_last(space)) {
        *out = (sw_cel__overloads){.name = join(space, name, arena)};
        if (out->name.at == NULL) return false;
        out->ours = sw_cel__find_function(out->name, method);
        for (size_t i = 0; env != NULL && i < env->function_count; i++)
            out->own +=
                sw_cel__is_called(&env->functions[i], out->name, method);
        if (out->ours != NULL || out->own > 0 || space.len == 0) return true;
    }
}

sw_str sw_cel__nearest_function(const sw_cel_env *env, sw_str name, bool method)
{
    sw_nearest search = {.word = name};
    for (size_t i = 0; sw_cel__tables[i] != NULL; i++) {
        const sw_cel__function *f = sw_cel__tables[i];
        for (; f->name != NULL; f++) {
            if (f->method == method)
                sw_nearest_try(&search, sw_str_of(f->name));
        }
    }
    for (size_t i = 0; i < env->function_count; i++) {
        if (env->functions[i].method == method)
            sw_nearest_try(&search, env->functions[i].name);
    }
    return search.best;
}
