// What is printed of a case that disagrees.
#include "case.h"

#include <stdio.h>
#include <stdlib.h>

enum { MOST_SHOWN = 20 };

static size_t shown;

static void show_member(const model_case *c, const char *name)
{
    const json_t *j = json_object_get(c->line, name);
    char *text = j != NULL ? json_dumps(j, JSON_ENCODE_ANY) : NULL;
    if (text != NULL) printf("    %-10s %s\n", name, text);
    free(text);
}

finding complain(const model_case *c, const char *what, sw_str want, sw_str got)
{
    if (shown++ >= MOST_SHOWN) return FAILS;
    printf("DISAGREES %s: seed %" JSON_INTEGER_FORMAT
           " case %" JSON_INTEGER_FORMAT "\n    %.*s\n",
           what, json_integer_value(json_object_get(c->line, "seed")),
           json_integer_value(json_object_get(c->line, "case")),
           SW_STR_ARGS(c->source));
    show_member(c, "container");
    show_member(c, "bindings");
    if (c->has_whole) show_member(c, "truth");
    printf("    %-10s %.*s\n    %-10s %.*s\n", "wanted", SW_STR_ARGS(want),
           "got", SW_STR_ARGS(got));
    return FAILS;
}

finding complain_values(const model_case *c, const char *what,
                        const sw_cel_value *want, const sw_cel_value *got)
{
    return complain(c, what, shown_value(want, c->arena),
                    shown_value(got, c->arena));
}

finding complain_error(const model_case *c, const char *what,
                       const sw_error *err)
{
    char text[1024];
    sw_error_text(err, text, sizeof text);
    return complain(c, what, SW_STR("no fault"), sw_str_of(text));
}

bool is_open(const sw_cel_value *v)
{
    switch (v->kind) {
    case SW_CEL_UNKNOWN: return true;
    case SW_CEL_OPTIONAL:
        return v->as.optional != NULL && is_open(v->as.optional);
    case SW_CEL_LIST:
        for (size_t i = 0; i < v->as.list.count; i++) {
            if (is_open(&v->as.list.at[i])) return true;
        }
        return false;
    case SW_CEL_MAP:
        for (size_t i = 0; i < v->as.map.count; i++) {
            if (is_open(&v->as.map.at[i].value)) return true;
        }
        return false;
    default: return false;
    }
}
