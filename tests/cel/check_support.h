// Declarations as text, for the tests of the checker.
//
//     "x: int; a.b: map(string, int); f(int, param(T)): param(T); int>g():
//     bool"
#ifndef CHECK_SUPPORT_H
#define CHECK_SUPPORT_H

#include <string.h>

#include "cel_support.h"
#include "typed_source.h"

static inline const sw_cel_type *type_named(sw_arena *arena, sw_str text)
{
    const sw_cel_type *type = NULL;
    sw_error err = {0};
    if (!sw_cel_type_parse(text, arena, &type, &err))
        fail_msg("%.*s: %s", SW_STR_ARGS(text), err.reason);
    return type;
}

static inline const char *type_shown(sw_arena *arena, const sw_cel_type *type)
{
    sw_str text;
    sw_error err = {0};
    assert_true(sw_cel_type_text(type, arena, &text, &err));
    return text.at;
}

static inline sw_str trimmed(sw_str s)
{
    while (s.len > 0 && s.at[0] == ' ')
        s = (sw_str){s.at + 1, s.len - 1};
    while (s.len > 0 && s.at[s.len - 1] == ' ')
        s.len--;
    return s;
}

// Cuts at the first `c` that stands outside parentheses; `rest` lacks it.
static inline sw_str cut(sw_str *rest, char c)
{
    int depth = 0;
    size_t i = 0;
    for (; i < rest->len && (depth > 0 || rest->at[i] != c); i++)
        depth += (rest->at[i] == '(') - (rest->at[i] == ')');
    sw_str head = {rest->at, i};
    size_t skip = i < rest->len ? i + 1 : i;
    *rest = (sw_str){rest->at + skip, rest->len - skip};
    return trimmed(head);
}

enum { MOST_DECLARED = 16, MOST_PARAMS = 8 };

// "name(T, U)", or "T.name(U)": the last dot outside parentheses divides.
static inline void declare_function(sw_arena *arena, sw_str head,
                                    const sw_cel_type *result,
                                    sw_cel_function *out)
{
    size_t open = head.len - 1, depth = 1;
    while (depth > 0) {
        open--;
        depth += (head.at[open] == ')') ? 1 : 0;
        depth -= (head.at[open] == '(') ? 1 : 0;
    }
    const sw_cel_type **params =
        SW_NEW_ARRAY(arena, const sw_cel_type *, MOST_PARAMS);
    sw_str args = {head.at + open + 1, head.len - open - 2};
    sw_str name = {head.at, open};
    *out = (sw_cel_function){.params = params, .result = result};
    const char *arrow = memchr(head.at, '>', open);  // "T>name": a method of T
    if (arrow != NULL) {
        size_t at = (size_t)(arrow - head.at);
        out->method = true;
        params[out->param_count++] = type_named(arena, (sw_str){head.at, at});
        name = (sw_str){arrow + 1, open - at - 1};
    }
    while (args.len > 0)
        params[out->param_count++] = type_named(arena, cut(&args, ','));
    out->name = name;
}

/** Reads declarations; "T>name(U): V" is a method. */
static inline sw_cel_env declared(sw_arena *arena, const char *text)
{
    sw_cel_variable *variables =
        SW_NEW_ARRAY(arena, sw_cel_variable, MOST_DECLARED);
    sw_cel_function *functions =
        SW_NEW_ARRAY(arena, sw_cel_function, MOST_DECLARED);
    sw_cel_env env = {.variables = variables, .functions = functions};
    sw_str rest = sw_str_of(text);
    while (rest.len > 0) {
        sw_str type = cut(&rest, ';');
        sw_str head = cut(&type, ':');
        const sw_cel_type *result = type_named(arena, trimmed(type));
        if (sw_str_ends(head, SW_STR(")"))) {
            declare_function(arena, head, result,
                             &functions[env.function_count++]);
        } else {
            variables[env.variable_count++] =
                (sw_cel_variable){.name = head, .type = result};
        }
    }
    return env;
}

#endif
