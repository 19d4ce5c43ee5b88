// A program that decides by an expression: compiled once, with the types of its
// variables and a function of the program's own; evaluated over facts, one of
// them unknown; with the reason.
//
//     cc embed-cel.c -o embed-cel $(pkg-config --cflags --libs segwan-cel)
#include <stdio.h>

#include <segwan/cel.h>

static const char policy[] =
    "cargo.scale >= 25000 || (isAlly(cargo.to) && cargo.masked)";

// isAlly(string) -> bool. `data` is that of the sw_cel_function.
static bool is_ally(void *data, const sw_cel_value *args, size_t count,
                    sw_arena *arena, sw_cel_value *out, sw_error *err)
{
    (void)count, (void)arena, (void)err;
    *out = (sw_cel_value){.kind = SW_CEL_BOOL};
    for (const char **ally = data; *ally != NULL; ally++)
        out->as.boolean |= sw_str_eq(args[0].as.str, sw_str_of(*ally));
    return true;
}

static sw_cel_value text(const char *s)
{
    return (sw_cel_value){.kind = SW_CEL_STRING, .as.str = sw_str_of(s)};
}

static sw_cel_value whole(int64_t i)
{
    return (sw_cel_value){.kind = SW_CEL_INT, .as.i64 = i};
}

static sw_cel_value unknown(const sw_str *path)
{
    return (sw_cel_value){.kind = SW_CEL_UNKNOWN, .as.unknown = {path, 1}};
}

// Prints what decided, indented by depth.
static bool print_reasons(const sw_cel *cel, const sw_cel_reason *reason,
                          int depth, sw_arena *arena, sw_error *err)
{
    sw_str value, source = sw_cel_source(cel);
    if (!sw_cel_print(&reason->value, arena, &value, err)) return false;
    printf("%*s%.*s  is  %.*s\n", 2 * depth, "",
           (int)(reason->end - reason->begin), source.at + reason->begin,
           SW_STR_ARGS(value));
    for (size_t i = 0; i < reason->count; i++) {
        if (!print_reasons(cel, &reason->at[i], depth + 1, arena, err))
            return false;
    }
    return true;
}

// What is left of an open question, as an expression.
static bool print_rest(const sw_cel *cel, const sw_cel_options *how,
                       sw_arena *arena, sw_error *err)
{
    sw_cel *rest = NULL;
    if (!sw_cel_residual(cel, how, arena, &rest, err)) return false;
    printf("to be asked: %.*s\n", SW_STR_ARGS(sw_cel_source(rest)));
    return true;
}

static bool decide(const sw_cel *cel, int64_t scale, sw_error *err)
{
    static const sw_str masked = SW_STR_INIT("cargo.masked");
    const sw_cel_entry cargo[] = {
        {text("scale"), whole(scale)},
        {text("to"), text("NL")},
        {text("masked"), unknown(&masked)},
    };
    const sw_cel_binding vars[] = {
        {SW_STR_INIT("cargo"), {.kind = SW_CEL_MAP, .as.map = {cargo, 3}}},
    };
    const sw_cel_reason *why = NULL;
    sw_cel_options how = {.bindings = vars, .binding_count = 1, .reason = &why};

    sw_arena *arena = NULL;  // of this evaluation; reset, it serves the next
    if (!sw_arena_new(&arena, err)) return false;
    sw_cel_value value;
    bool ok =
        sw_cel_eval(cel, &how, arena, &value, err) &&
        print_reasons(cel, why, 0, arena, err) &&
        (value.kind != SW_CEL_UNKNOWN || print_rest(cel, &how, arena, err));
    sw_arena_free(arena);
    return ok;
}

int main(void)
{
    const sw_cel_type *string = sw_cel_type_of(SW_CEL_TYPE_STRING);
    const sw_cel_type *boolean = sw_cel_type_of(SW_CEL_TYPE_BOOL);
    const sw_cel_type *whole_number = sw_cel_type_of(SW_CEL_TYPE_INT);
    const sw_cel_variable variables[] = {
        {.name = SW_STR_INIT("cargo.scale"), .type = whole_number},
        {.name = SW_STR_INIT("cargo.to"), .type = string},
        {.name = SW_STR_INIT("cargo.masked"), .type = boolean},
    };
    const char *allies[] = {"NL", "NZ", NULL};
    const sw_cel_function functions[] = {
        {.name = SW_STR_INIT("isAlly"),
         .params = &string,
         .param_count = 1,
         .result = boolean,
         .call = is_ally,
         .data = allies},
    };
    const sw_cel_env env = {.variables = variables,
                            .variable_count = 3,
                            .functions = functions,
                            .function_count = 1};

    sw_arena *arena = NULL;  // of the expression
    sw_error err = {0};
    sw_cel *cel = NULL;
    bool ok = sw_arena_new(&arena, &err) &&
              sw_cel_compile(SW_STR(policy), &env, arena, &cel, NULL, &err) &&
              decide(cel, 50000, &err) && decide(cel, 5000, &err);
    if (!ok) fprintf(stderr, "%s: %s\n", err.place, err.reason);
    sw_arena_free(arena);
    return ok ? 0 : 1;
}
