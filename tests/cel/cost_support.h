// What the tests of the estimate share: an evaluation beside its estimate, and
// values of a known size.
#ifndef COST_SUPPORT_H
#define COST_SUPPORT_H

#include <inttypes.h>

#include "cel_support.h"

static inline const sw_cel_type *typed(sw_arena *arena, const char *text)
{
    const sw_cel_type *type = NULL;
    sw_error err = {0};
    if (!sw_cel_type_parse(sw_str_of(text), arena, &type, &err))
        fail_msg("%s: %s", text, err.reason);
    return type;
}

// Declares what is bound, as dyn, by the size it has.
static inline sw_cel_env measured(sw_arena *arena, const sw_cel_options *how)
{
    sw_cel_variable *v =
        SW_NEW_ARRAY(arena, sw_cel_variable, how->binding_count);
    for (size_t i = 0; i < how->binding_count; i++) {
        const sw_cel_binding *b = &how->bindings[i];
        v[i] = (sw_cel_variable){b->name, sw_cel_type_of(SW_CEL_TYPE_DYN),
                                 sw_cel_size_of(&b->value)};
    }
    return (sw_cel_env){.variables = v,
                        .variable_count = how->binding_count,
                        .container = how->container};
}

typedef struct {
    uint64_t taken, estimate;
} outcome;

static inline outcome run(sw_arena *arena, const sw_cel *cel,
                          const sw_cel_env *env, const sw_cel_options *how)
{
    outcome o = {0};
    sw_error err = {0};
    sw_cel_value v;
    sw_cel_options counted = *how;
    counted.steps_taken = &o.taken;
    if (!sw_cel_cost(cel, env, &o.estimate, &err)) fail_msg("%s", err.reason);
    bool ok = sw_cel_eval(cel, &counted, arena, &v, &err);
    assert_true(ok || err.kind == SW_ERR_INPUT);
    if (o.taken > o.estimate) {
        fail_msg("%" PRIu64 " steps taken, %" PRIu64 " estimated: %.*s",
                 o.taken, o.estimate, SW_STR_ARGS(sw_cel_source(cel)));
    }
    return o;
}

static inline sw_cel_value list_of(sw_arena *arena, sw_cel_value item,
                                   size_t count)
{
    sw_cel_value *items = SW_NEW_ARRAY(arena, sw_cel_value, count);
    for (size_t i = 0; i < count; i++)
        items[i] = item;
    sw_cel_value v = {.kind = SW_CEL_LIST};
    v.as.list.at = items;
    v.as.list.count = count;
    return v;
}

static inline sw_cel_value text_of(sw_arena *arena, const char *piece,
                                   size_t times)
{
    size_t len = strlen(piece);
    char *text = sw_arena_alloc(arena, len * times + 1);
    for (size_t i = 0; i < times; i++)
        memcpy(text + i * len, piece, len);
    return (sw_cel_value){.kind = SW_CEL_STRING, .as.str = {text, len * times}};
}

static inline sw_cel_value numbered_map(sw_arena *arena, int count)
{
    sw_cel_entry *entries = SW_NEW_ARRAY(arena, sw_cel_entry, count);
    for (int i = 0; i < count; i++) {
        entries[i].key = (sw_cel_value){
            .kind = SW_CEL_STRING, .as.str = sw_arena_printf(arena, "k%d", i)};
        entries[i].value = int_value(i);
    }
    sw_cel_value v = {.kind = SW_CEL_MAP};
    v.as.map.at = entries;
    v.as.map.count = (size_t)count;
    return v;
}

// Each list holds the one before it twice.
static inline sw_cel_value doubled(sw_arena *arena, int times)
{
    sw_cel_value v = int_value(1);
    for (int i = 0; i < times; i++)
        v = list_of(arena, v, 2);
    return v;
}

#endif
