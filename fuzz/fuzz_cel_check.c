// Checks and evaluates expressions over declared variables: the input itself,
// and one that is written by the types with the input as the dice.
//
// Properties: an error has a place; where nothing dyn stood for something else,
// an evaluation with values of the declared types misses no overload, and gives
// a value of the type that was found; the type's text is read as the same.
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "typed_source.h"
#include "types_internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_STEPS = 20000 };

typedef struct {
    const uint8_t *at;
    size_t left;
} input;

static unsigned choose(void *ctx, unsigned n)
{
    input *in = ctx;
    if (in->left == 0) return 0;
    in->left--;
    return *in->at++ % n;
}

static void check_text(const sw_cel_type *type, sw_arena *arena)
{
    sw_str text, again;
    const sw_cel_type *read;
    sw_error err = {0};
    if (!sw_cel_type_text(type, arena, &text, &err)) return;
    bool ok = sw_cel_type_parse(text, arena, &read, &err) &&
              sw_cel_type_text(read, arena, &again, &err);
    assert(ok && sw_str_eq(text, again));
}

static void check_value(const sw_cel_value *v, const sw_cel_type *type,
                        sw_str source)
{
    bool error = v->kind == SW_CEL_ERROR;
    bool missed = error && (sw_str_has(v->as.str, SW_STR("overload")) ||
                            sw_str_starts(v->as.str, SW_STR("undeclared")) ||
                            sw_str_starts(v->as.str, SW_STR("unknown func")) ||
                            sw_str_starts(v->as.str, SW_STR("unknown meth")));
    bool fits = error ? !missed : holds_type(v, type);
    if (!fits) fprintf(stderr, "%.*s\n", SW_STR_ARGS(source));
    assert(fits);
}

static void run(sw_str source, const sw_cel_env *env, const sw_cel_options *how,
                sw_arena *arena)
{
    sw_cel *cel;
    const sw_cel_type *type;
    sw_cel_value value;
    sw_error err = {0};
    bool certain;
    if (!sw_cel__parse(source, env, arena, &cel, &err) ||
        !sw_cel__check(cel, env, arena, &type, &certain, &err)) {
        assert(err.kind == SW_ERR_INPUT && err.place[0] != '\0');
        assert(sw_utf8_valid(sw_str_of(err.reason)));
        return;
    }
    check_text(type, arena);
    if (sw_cel_eval(cel, how, arena, &value, &err)) {
        if (certain) check_value(&value, type, source);
    } else {
        assert(err.kind == SW_ERR_INPUT);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    input in = {data, size};
    typed_source from = {choose, &in};
    sw_arena *arena = NULL;
    sw_cel_env env;
    sw_error err = {0};
    sw_buf buf = {0};
    if (!sw_arena_new(&arena, &err) || !typed_env(arena, &env, &err)) abort();

    sw_cel_binding bindings[TYPED_LETTERS];
    for (size_t i = 0; i < TYPED_LETTERS; i++) {
        bindings[i].name = env.variables[i].name;
        bindings[i].value = typed_value(&from, env.variables[i].type, arena);
    }
    sw_cel_options how = {.bindings = bindings,
                          .binding_count = TYPED_LETTERS,
                          .max_steps = MAX_STEPS};
    run((sw_str){(const char *)data, size}, &env, &how, arena);

    typed_writer writer = {.from = from, .out = &buf, .strange = 50};
    typed_write(&writer, typed_letters[choose(&in, TYPED_LETTERS)].letter,
                TYPED_DEPTH);
    run((sw_str){buf.at, buf.len}, &env, &how, arena);

    sw_buf_free(&buf);
    sw_arena_free(arena);
    return 0;
}
