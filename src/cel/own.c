// Functions of the caller's own. As with ours, evaluation chooses among the
// overloads of a name by the kinds of the arguments alone; so two overloads
// must differ in a kind, or nobody could tell which one is meant.
#include "cel_internal.h"

// A set of kinds has a bit for each.
enum { ANY_KIND = (1 << (SW_CEL_ERROR + 1)) - 1 };

static unsigned kinds_of_abstract(sw_str name)
{
    if (sw_str_eq(name, SW_STR("net.IP"))) return 1u << SW_CEL_IP;
    if (sw_str_eq(name, SW_STR("net.CIDR"))) return 1u << SW_CEL_CIDR;
    return ANY_KIND;  // the caller knows what stands for it
}

static unsigned kinds_of_type(const sw_cel_type *type)
{
    switch (type->kind) {
    case SW_CEL_TYPE_NULL: return 1u << SW_CEL_NULL;
    case SW_CEL_TYPE_BOOL: return 1u << SW_CEL_BOOL;
    case SW_CEL_TYPE_INT: return 1u << SW_CEL_INT;
    case SW_CEL_TYPE_UINT: return 1u << SW_CEL_UINT;
    case SW_CEL_TYPE_DOUBLE: return 1u << SW_CEL_DOUBLE;
    case SW_CEL_TYPE_STRING: return 1u << SW_CEL_STRING;
    case SW_CEL_TYPE_BYTES: return 1u << SW_CEL_BYTES;
    case SW_CEL_TYPE_TIMESTAMP: return 1u << SW_CEL_TIMESTAMP;
    case SW_CEL_TYPE_DURATION: return 1u << SW_CEL_DURATION;
    case SW_CEL_TYPE_LIST: return 1u << SW_CEL_LIST;
    case SW_CEL_TYPE_MAP: return 1u << SW_CEL_MAP;
    case SW_CEL_TYPE_TYPE: return 1u << SW_CEL_TYPE;
    case SW_CEL_TYPE_OPTIONAL: return 1u << SW_CEL_OPTIONAL;
    case SW_CEL_TYPE_WRAPPER:
        return 1u << SW_CEL_NULL | kinds_of_type(type->args[0]);
    case SW_CEL_TYPE_ABSTRACT: return kinds_of_abstract(type->name);
    default: return ANY_KIND;
    }
}

/* ---- overlaps -------------------------------------------------------- */

static bool meet(unsigned a, unsigned b)
{
    return (a & b) != 0;
}

bool sw_cel__overlaps(const sw_cel_function *a, const sw_cel_function *b)
{
    if (!sw_cel__is_called(a, b->name, b->method) ||
        a->param_count != b->param_count)
        return false;
    for (size_t i = 0; i < a->param_count; i++) {
        if (!meet(kinds_of_type(a->params[i]), kinds_of_type(b->params[i])))
            return false;
    }
    return true;
}

bool sw_cel__overlaps_ours(const sw_cel_function *a, const sw_cel__function *b)
{
    // or() and orValue() are evaluated in a way of their own.
    const char *at = b->takes, *before = at;
    if (*at == '?') return true;
    for (size_t i = 0; i < a->param_count; i++) {
        if (*at == '\0') return false;
        const char *type = *at == '*' ? before : at;
        if (!meet(kinds_of_type(a->params[i]), sw_cel__kinds_of_letter(*type)))
            return false;
        at = *at == '*' ? at : sw_cel__behind_type(at);
        before = type;
    }
    return *at == '\0' || (*at == '*' && a->param_count > 0);
}

/* ---- calls ----------------------------------------------------------- */

static bool fits(const sw_cel_function *f, const sw_cel_value *args,
                 size_t count)
{
    if (f->param_count != count) return false;
    for (size_t i = 0; i < count; i++) {
        if (!meet(kinds_of_type(f->params[i]), 1u << args[i].kind))
            return false;
    }
    return true;
}

// What the function takes from the arena counts as the run's.
static bool charge(sw_cel__run *run, size_t before)
{
    size_t used = sw_arena_footprint(run->arena) - before;
    if (used > run->room) {
        return sw_fail(run->err, SW_ERR_INPUT,
                       "the expression needs more than %zu bytes of memory",
                       sw_cel__max_memory(run->options));
    }
    run->room -= used;
    return true;
}

static bool call(sw_cel__run *run, const sw_cel_function *f,
                 const sw_cel_value *args, size_t count, sw_cel_value *out)
{
    if (f->call == NULL) {
        return sw_cel__error(run, out, "'%.*s' is declared, but has no code",
                             SW_CEL__SHOWN(f->name));
    }
    if (!sw_cel__spend(run, f->steps)) return false;
    size_t before = sw_arena_footprint(run->arena);
    sw_cel_value value = {0};
    sw_error err = {0};
    if (!f->call(f->data, args, count, run->arena, &value, &err)) {
        if (err.kind == SW_ERR_NONE)
            sw_fail(&err, SW_ERR_MACHINE, "a function failed without a reason");
        *run->err = err;
        return false;
    }
    *out = value;
    return charge(run, before);
}

/* ---- what is inside of arguments ------------------------------------- */

// Only the function knows which parts of a list or map it reads. So an error or
// an unknown anywhere in one is as good as one beside it.
typedef struct {
    sw_cel__run *run;
    size_t passed;      // values looked at; a step for 8 of them
    sw_cel_value stop;  // met so far
} inspection;

static bool inspect(inspection *in, const sw_cel_value *v, unsigned depth);

static bool inspect_parts(inspection *in, const sw_cel_value *v, unsigned depth)
{
    for (size_t i = 0; v->kind == SW_CEL_LIST && i < v->as.list.count; i++) {
        if (!inspect(in, &v->as.list.at[i], depth)) return false;
    }
    for (size_t i = 0; v->kind == SW_CEL_MAP && i < v->as.map.count; i++) {
        if (!inspect(in, &v->as.map.at[i].value, depth)) return false;
    }
    return v->kind != SW_CEL_OPTIONAL || v->as.optional == NULL ||
           inspect(in, v->as.optional, depth);
}

static bool inspect(inspection *in, const sw_cel_value *v, unsigned depth)
{
    if (depth > SW_CEL__MAX_VALUE_DEPTH) {
        return sw_fail(in->run->err, SW_ERR_INPUT,
                       "an argument is nested more than %d deep",
                       SW_CEL__MAX_VALUE_DEPTH);
    }
    if (++in->passed % 8 == 0 && !sw_cel__spend(in->run, 1)) return false;
    return sw_cel__note(in->run, v, &in->stop) &&
           inspect_parts(in, v, depth + 1);
}

bool sw_cel__call_own(sw_cel__run *run, const sw_cel__node *n,
                      const sw_cel_value *args, sw_cel_value *out, bool *fit)
{
    const sw_cel_function *f = NULL;
    for (size_t i = 0; i < n->own_count && f == NULL; i++) {
        if (fits(n->own[i], args, n->count)) f = n->own[i];
    }
    *fit = f != NULL;
    if (f == NULL) return true;
    inspection in = {.run = run};
    for (size_t i = 0; i < n->count; i++) {
        if (!inspect_parts(&in, &args[i], 1)) return false;
    }
    if (in.stop.kind == SW_CEL_NULL) return call(run, f, args, n->count, out);
    *out = in.stop;
    return true;
}
