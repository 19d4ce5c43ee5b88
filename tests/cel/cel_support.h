// Short ways to parse and evaluate, for the tests of this room.
#ifndef CEL_SUPPORT_H
#define CEL_SUPPORT_H

#include "segwan/cel.h"

#include "cmocka_all.h"

/** A fresh arena. */
static inline sw_arena *new_arena(void)
{
    sw_arena *arena = NULL;
    sw_error err = {0};
    assert_true(sw_arena_new(&arena, &err));
    return arena;
}

/** Parses what must parse. */
static inline sw_cel *parsed(sw_arena *arena, const char *source)
{
    sw_cel *cel = NULL;
    sw_error err = {0};
    if (!sw_cel_parse(sw_str_of(source), arena, &cel, &err))
        fail_msg("%s: %s", source, err.reason);
    return cel;
}

/** Evaluates what must stay within the limits. */
static inline sw_cel_value evaluated(sw_arena *arena, const char *source,
                                     const sw_cel_options *how)
{
    sw_cel_value value = {0};
    sw_error err = {0};
    if (!sw_cel_eval(parsed(arena, source), how, arena, &value, &err))
        fail_msg("%s: %s", source, err.reason);
    return value;
}

/** The value as text. */
static inline const char *shown(sw_arena *arena, const sw_cel_value *value)
{
    sw_str text;
    sw_error err = {0};
    assert_true(sw_cel_print(value, arena, &text, &err));
    return text.at;
}

/** Evaluates and prints. */
static inline const char *result(sw_arena *arena, const char *source,
                                 const sw_cel_options *how)
{
    sw_cel_value value = evaluated(arena, source, how);
    return shown(arena, &value);
}

static inline sw_cel_value unknown_value(sw_arena *arena, const char *path)
{
    sw_str *at = SW_NEW_ARRAY(arena, sw_str, 1);
    assert_non_null(at);
    at[0] = sw_str_of(path);
    sw_cel_value v = {.kind = SW_CEL_UNKNOWN};
    v.as.unknown.at = at;
    v.as.unknown.count = 1;
    return v;
}

static inline sw_cel_value error_value(const char *message)
{
    return (sw_cel_value){.kind = SW_CEL_ERROR, .as.str = sw_str_of(message)};
}

static inline sw_cel_value bool_value(bool b)
{
    return (sw_cel_value){.kind = SW_CEL_BOOL, .as.boolean = b};
}

static inline sw_cel_value int_value(int64_t i)
{
    return (sw_cel_value){.kind = SW_CEL_INT, .as.i64 = i};
}

static inline sw_cel_value string_value(const char *text)
{
    return (sw_cel_value){.kind = SW_CEL_STRING, .as.str = sw_str_of(text)};
}

/** A small generator with a seed: the same numbers on every machine. */
static inline uint32_t draw(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*seed >> 33);
}

#endif
