// The types of calls: what a name means, which of its overloads fit, and what
// to say when none does.
#include "check_internal.h"

typedef sw_cel__checker checker;
typedef sw_cel__node node;
typedef sw_cel_type type;

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
    return sw_cel__fault_place(c, f->n, SW_TOKEN_NAME, f->n->name);
}

// "no 'join' for list(int)", and what the only overload takes.
static const type *no_overload(checker *c, const call *f)
{
    if (sw_cel__is_wrong(f->choice.args, f->choice.count))
        return sw_cel_type_of(SW_CEL_TYPE_ERROR);
    sw_buf buf = {0};
    sw_str name = sw_cel__fault_clip(f->found.name);
    sw_buf_printf(&buf, "no '%.*s' %s", SW_STR_ARGS(name),
                  f->choice.count > 0 ? "for " : "without arguments");
    sw_cel__fault_put_types(&buf, f->choice.args, f->choice.count);
    const sw_cel__function *only = f->found.ours;
    if (f->found.own == 0 && sw_cel__next_overload(only) == NULL) {
        sw_buf_str(&buf, SW_STR("; it takes "));
        if (only->takes[0] == '\0') sw_buf_str(&buf, SW_STR("none"));
        if (!sw_cel__put_letters(&c->types, &buf, only->takes))
            return sw_buf_free(&buf), NULL;
    }
    return sw_cel__fault_say(c, place_of_name(c, f), &buf);
}

// Of foo.bar(x) with nothing called foo, the function foo.bar is missed rather
// than the variable.
static const type *unknown_function(checker *c, const call *f)
{
    const node *n = f->n;
    size_t len;
    sw_str name;
    bool rooted;
    if (!f->method)
        return sw_cel__fault_unknown(c, n->begin, SW_FAULT_FUNCTION, n->name);
    sw_str path = n->args[0]->path;
    if (path.len > 0 && sw_cel__type_name(path) == NULL &&
        sw_cel__find_variable(&c->names, path, false, &len) == NULL &&
        sw_cel__variable_below(&c->names, path) == NULL) {
        if (!sw_cel__dotted(n->args[0], n->name, c->arena, &name, &rooted))
            return sw_cel__types_stop(&c->types, SW_TYPES_NO_MEMORY), NULL;
        if (name.len > 0)
            return sw_cel__fault_unknown(c, n->begin, SW_FAULT_FUNCTION, name);
    }
    if (sw_cel__check_node(c, n->args[0]) == NULL) return NULL;
    return sw_cel__fault_unknown(c, place_of_name(c, f), SW_FAULT_METHOD,
                                 n->name);
}

static const type *bad_pattern(checker *c, const node *n)
{
    sw_buf buf = {0};
    sw_buf_printf(&buf, "bad pattern: %s", n->bad_pattern);
    return sw_cel__fault_say(c, n->args[1]->begin, &buf);
}

const type *sw_cel__check_call(checker *c, const node *n)
{
    call f = {.n = n};
    if (!find_called(c, &f))
        return sw_cel__types_stop(&c->types, SW_TYPES_NO_MEMORY), NULL;
    bool known = f.found.ours != NULL || f.found.own > 0;
    if (!known) {
        // A receiver is looked at together with the missing name.
        size_t skip = f.method ? 1 : 0;
        if (sw_cel__check_all(c, n->args + skip, n->count - skip) == NULL)
            return NULL;
        return unknown_function(c, &f);
    }
    f.choice.count = n->count - f.first;
    f.choice.args = sw_cel__check_all(c, n->args + f.first, f.choice.count);
    if (f.choice.args == NULL || !try_overloads(c, &f)) return NULL;
    if (n->bad_pattern != NULL && bad_pattern(c, n) == NULL) return NULL;
    return f.choice.result != NULL ? f.choice.result : no_overload(c, &f);
}
