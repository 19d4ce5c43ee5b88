// A program that decides by an expression: compiled once, with the types of its
// variables; evaluated over facts, one of them unknown; with the reason.
//
//     cc embed-cel.c -o embed-cel $(pkg-config --cflags --libs segwan-cel)
#include <stdio.h>

#include <segwan/cel.h>

static const char policy[] =
    "cargo.scale >= 25000 || (cargo.kind == 'map' && cargo.masked)";

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

static bool decide(const sw_cel *cel, int64_t scale, sw_error *err)
{
    static const sw_str masked = SW_STR_INIT("cargo.masked");
    const sw_cel_entry cargo[] = {
        {text("scale"), whole(scale)},
        {text("kind"), text("map")},
        {text("masked"), unknown(&masked)},
    };
    const sw_cel_binding vars[] = {
        {SW_STR_INIT("cargo"),
         {.kind = SW_CEL_MAP, .as.map = {cargo, sizeof cargo / sizeof *cargo}}},
    };
    const sw_cel_reason *why = NULL;
    sw_cel_options how = {.bindings = vars, .binding_count = 1, .reason = &why};

    sw_arena *arena = NULL;  // of this evaluation; an expression may be shared
    if (!sw_arena_new(&arena, err)) return false;
    sw_cel_value value;
    bool ok = sw_cel_eval(cel, &how, arena, &value, err) &&
              print_reasons(cel, why, 0, arena, err);
    sw_arena_free(arena);
    return ok;
}

static bool compile(sw_arena *arena, sw_cel **out, sw_error *err)
{
    const sw_cel_variable variables[] = {
        {.name = SW_STR_INIT("cargo.scale"),
         .type = sw_cel_type_of(SW_CEL_TYPE_INT)},
        {.name = SW_STR_INIT("cargo.kind"),
         .type = sw_cel_type_of(SW_CEL_TYPE_STRING)},
        {.name = SW_STR_INIT("cargo.masked"),
         .type = sw_cel_type_of(SW_CEL_TYPE_BOOL)},
    };
    const sw_cel_env env = {.variables = variables,
                            .variable_count =
                                sizeof variables / sizeof *variables};
    const sw_cel_type *type = NULL;
    if (!sw_cel_compile(SW_STR(policy), &env, arena, out, &type, err))
        return false;
    return type->kind == SW_CEL_TYPE_BOOL ||
           sw_fail(err, SW_ERR_INPUT, "the policy is no condition");
}

int main(void)
{
    sw_arena *arena = NULL;  // of the expression
    sw_error err = {0};
    sw_cel *cel = NULL;
    bool ok = sw_arena_new(&arena, &err) && compile(arena, &cel, &err) &&
              decide(cel, 50000, &err) && decide(cel, 5000, &err);
    if (!ok) fprintf(stderr, "%s: %s\n", err.place, err.reason);
    sw_arena_free(arena);
    return ok ? 0 : 1;
}
