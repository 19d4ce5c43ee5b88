// What is said of an expression before it runs. The checker: what was made to
// satisfy it does, and the type that it finds is one that the value has. The
// estimate: no evaluation takes more steps.
#include <inttypes.h>

#include "case.h"

static bool fits(const sw_cel_type *type, const sw_cel_value *v);

static bool fits_list(const sw_cel_type *type, const sw_cel_value *v)
{
    for (size_t i = 0; i < v->as.list.count; i++) {
        if (!fits(type->args[0], &v->as.list.at[i])) return false;
    }
    return true;
}

static bool fits_map(const sw_cel_type *type, const sw_cel_value *v)
{
    for (size_t i = 0; i < v->as.map.count; i++) {
        if (!fits(type->args[0], &v->as.map.at[i].key) ||
            !fits(type->args[1], &v->as.map.at[i].value))
            return false;
    }
    return true;
}

static bool may_be_null(sw_cel_type_kind kind)
{
    switch (kind) {
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

// The kind that values of a type have.
static sw_cel_kind kind_of(const sw_cel_type *type)
{
    static const sw_cel_kind kinds[] = {
        [SW_CEL_TYPE_NULL] = SW_CEL_NULL,
        [SW_CEL_TYPE_BOOL] = SW_CEL_BOOL,
        [SW_CEL_TYPE_INT] = SW_CEL_INT,
        [SW_CEL_TYPE_UINT] = SW_CEL_UINT,
        [SW_CEL_TYPE_DOUBLE] = SW_CEL_DOUBLE,
        [SW_CEL_TYPE_STRING] = SW_CEL_STRING,
        [SW_CEL_TYPE_BYTES] = SW_CEL_BYTES,
        [SW_CEL_TYPE_TIMESTAMP] = SW_CEL_TIMESTAMP,
        [SW_CEL_TYPE_DURATION] = SW_CEL_DURATION,
        [SW_CEL_TYPE_LIST] = SW_CEL_LIST,
        [SW_CEL_TYPE_MAP] = SW_CEL_MAP,
        [SW_CEL_TYPE_TYPE] = SW_CEL_TYPE,
        [SW_CEL_TYPE_OPTIONAL] = SW_CEL_OPTIONAL,
    };
    if (type->kind == SW_CEL_TYPE_ABSTRACT)
        return sw_str_eq(type->name, SW_STR("net.IP")) ? SW_CEL_IP
                                                       : SW_CEL_CIDR;
    return kinds[type->kind];
}

static bool fits(const sw_cel_type *type, const sw_cel_value *v)
{
    bool any = type->kind == SW_CEL_TYPE_DYN || type->kind == SW_CEL_TYPE_ANY;
    if (any || v->kind == SW_CEL_UNKNOWN || v->kind == SW_CEL_ERROR)
        return true;
    if (v->kind == SW_CEL_NULL) return may_be_null(type->kind);
    if (v->kind != kind_of(type)) return false;
    switch (v->kind) {
    case SW_CEL_LIST: return fits_list(type, v);
    case SW_CEL_MAP: return fits_map(type, v);
    case SW_CEL_OPTIONAL:
        return v->as.optional == NULL || fits(type->args[0], v->as.optional);
    default: return true;
    }
}

// How large the variables are: as large as they turn out to be.
static void measure(const model_case *c, sw_cel_variable *variable)
{
    const sw_cel_options *how = c->has_whole ? &c->whole : &c->partial;
    for (size_t i = 0; i < how->binding_count; i++) {
        if (sw_str_eq(how->bindings[i].name, variable->name))
            variable->size = sw_cel_size_of(&how->bindings[i].value);
    }
}

static bool declared(const model_case *c, sw_cel_env *env, sw_error *err)
{
    json_t *types = json_object_get(c->line, "types");
    sw_cel_variable *variables =
        SW_NEW_ARRAY(c->arena, sw_cel_variable, json_object_size(types));
    const char *name;
    json_t *text;
    json_object_foreach(types, name, text)
    {
        sw_cel_variable *v = &variables[env->variable_count++];
        v->name = sw_str_of(name);
        measure(c, v);
        if (!sw_cel_type_parse(json_text(text), c->arena, &v->type, err))
            return false;
    }
    env->variables = variables;
    env->container = c->partial.container;
    return true;
}

finding type_is_found(const model_case *c)
{
    sw_cel_env env = {0};
    const sw_cel_type *type = NULL;
    sw_error err = {0};
    sw_str text;
    bool checked = json_is_true(json_object_get(c->line, "checked"));
    if (!declared(c, &env, &err)) return complain_error(c, "types", &err);
    if (!sw_cel_check(c->cel, &env, c->arena, &type, &err))
        return checked ? complain_error(c, "types", &err) : SAYS_NOTHING;

    const sw_cel_value *value = c->has_whole ? &c->verdict : &c->result;
    if (!json_is_true(json_object_get(c->line, "exact"))) return SAYS_NOTHING;
    if (fits(type, value))
        return value->kind == SW_CEL_ERROR ? SAYS_NOTHING : HOLDS;
    if (!sw_cel_type_text(type, c->arena, &text, &err)) text = SW_STR("?");
    return complain(c, "type", text, shown_value(value, c->arena));
}

finding steps_are_bounded(const model_case *c)
{
    sw_cel_env env = {0};
    sw_error err = {0};
    uint64_t most = 0, taken = 0;
    sw_cel_value v;
    if (!declared(c, &env, &err) || !sw_cel_cost(c->cel, &env, &most, &err))
        return complain_error(c, "cost", &err);
    for (int round = 0; round < 1 + c->has_whole; round++) {
        sw_cel_options how = round == 0 ? c->partial : c->whole;
        how.steps_taken = &taken;
        if (!sw_cel_eval(c->cel, &how, c->arena, &v, &err))
            return complain_error(c, "cost", &err);
        if (taken <= most) continue;
        return complain(c, "cost",
                        sw_arena_printf(c->arena, "at most %" PRIu64, most),
                        sw_arena_printf(c->arena, "%" PRIu64 " steps", taken));
    }
    return most == UINT64_MAX ? SAYS_NOTHING : HOLDS;
}
