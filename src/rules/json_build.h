// Building JSON: each step gives false or NULL once memory is out, so that a
// whole object is one expression.
//
//     json_t *one = json_object();
//     bool ok = one != NULL && set_str(one, "id", id) && set(one, "list", ...);
//     return finish(one, ok);
#ifndef SEGWAN_RULES_JSON_BUILD_H
#define SEGWAN_RULES_JSON_BUILD_H

#include "rules_internal.h"

// Takes `value`, which may be NULL: then memory ran out. Returns false then.
static inline bool set(json_t *to, const char *key, json_t *value)
{
    return json_object_set_new(to, key, value) == 0;
}

static inline bool set_str(json_t *to, const char *key, sw_str s)
{
    return set(to, key, sw_rules__json_str(s));
}

// What is empty is left out.
static inline bool set_given(json_t *to, const char *key, sw_str s)
{
    return s.len == 0 || set_str(to, key, s);
}

static inline bool set_date(json_t *to, const char *key, sw_date date)
{
    char text[11];
    return set(to, key, json_string(sw_date_text(date, text)));
}

static inline bool set_count(json_t *to, const char *key, size_t count)
{
    return set(to, key, json_integer((json_int_t)count));
}

// Gives `made` if all went well, else drops it and gives NULL.
static inline json_t *finish(json_t *made, bool ok)
{
    if (ok) return made;
    json_decref(made);
    return NULL;
}

// A list of what `item` gives for 0, 1, ... count - 1.
static inline json_t *items(json_t *(*item)(const void *ctx, size_t i),
                            const void *ctx, size_t count)
{
    json_t *list = json_array();
    bool ok = list != NULL;
    for (size_t i = 0; ok && i < count; i++)
        ok = json_array_append_new(list, item(ctx, i)) == 0;
    return finish(list, ok);
}

#endif
