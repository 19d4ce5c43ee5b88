// What passes the checker can be evaluated: with values of the declared types
// no overload is missed, and the value is of the type that was found. Where dyn
// or null stands for something else nobody can know, and the checker knows that
// it does not.
#include <dirent.h>
#include <jansson.h>
#include <stdio.h>

#include "check_support.h"
#include "types_internal.h"

typedef struct {
    size_t all, typed, certain, values;
} counts;

static bool is_missed(const sw_cel_value *v)
{
    return v->kind == SW_CEL_ERROR &&
           (sw_str_has(v->as.str, SW_STR("overload")) ||
            sw_str_starts(v->as.str, SW_STR("unknown function")) ||
            sw_str_starts(v->as.str, SW_STR("unknown method")) ||
            sw_str_starts(v->as.str, SW_STR("undeclared")));
}

// Compiles, checks and evaluates.
static void expect_sound(sw_str source, const sw_cel_env *env,
                         const sw_cel_options *how, sw_arena *arena,
                         counts *seen)
{
    sw_cel *cel = NULL;
    const sw_cel_type *type = NULL;
    bool certain = false;
    sw_cel_value v = {0};
    sw_error err = {0};
    seen->all++;
    if (!sw_cel__parse(source, env, arena, &cel, &err) ||
        !sw_cel__check(cel, env, arena, &type, &certain, &err)) {
        assert_int_equal(err.kind, SW_ERR_INPUT);
        assert_string_not_equal(err.place, "");
        return;
    }
    seen->typed++;
    seen->certain += certain;
    if (!certain || !sw_cel_eval(cel, how, arena, &v, &err)) return;
    seen->values += v.kind != SW_CEL_ERROR;
    if (is_missed(&v) || (v.kind != SW_CEL_ERROR && !holds_type(&v, type))) {
        fail_msg("%.*s: %s is not %s", SW_STR_ARGS(source), shown(arena, &v),
                 type_shown(arena, type));
    }
}

/* ---- random expressions ---------------------------------------------- */

static unsigned choose(void *seed, unsigned n)
{
    return draw(seed) % n;
}

static void one_random(uint64_t *seed, unsigned strange, counts *seen)
{
    typed_source from = {choose, seed};
    sw_arena *arena = new_arena();
    sw_cel_env env = {0};
    sw_cel_binding bindings[TYPED_LETTERS];
    sw_error err = {0};
    sw_buf buf = {0};
    assert_true(typed_env(arena, &env, &err));
    for (size_t i = 0; i < TYPED_LETTERS; i++) {
        bindings[i].name = env.variables[i].name;
        bindings[i].value = typed_value(&from, env.variables[i].type, arena);
    }
    sw_cel_options how = {.bindings = bindings,
                          .binding_count = TYPED_LETTERS,
                          .max_steps = 20000};
    typed_writer writer = {.from = from, .out = &buf, .strange = strange};
    char letter = typed_letters[choose(seed, TYPED_LETTERS)].letter;
    typed_write(&writer, letter, 1 + choose(seed, TYPED_DEPTH));
    expect_sound((sw_str){buf.at, buf.len}, &env, &how, arena, seen);
    sw_buf_free(&buf);
    sw_arena_free(arena);
}

static void random_expressions_are_sound(void **state)
{
    counts right = {0}, strange = {0};
    uint64_t seed = 7;
    for (int i = 0; i < 20000; i++)
        one_random(&seed, 0, &right);
    for (int i = 0; i < 10000; i++)
        one_random(&seed, 40, &strange);
    print_message("%zu of %zu typed, %zu certain, %zu values\n", right.typed,
                  right.all, right.certain, right.values);
    // What is written by the types passes them, but for variables that range
    // over [] or {}: their first use says what they are.
    assert_true(right.typed > right.all - right.all / 1000);
    assert_true(right.certain > right.all / 2);
    assert_true(right.values > right.all / 4);
    assert_true(strange.typed < strange.all && strange.typed > 0);
}

/* ---- the conformance suite ------------------------------------------- */

static void check_line(const char *line, size_t len, counts *seen)
{
    json_t *test = json_loadb(line, len, JSON_ALLOW_NUL, NULL);
    assert_non_null(test);
    const json_t *expr = json_object_get(test, "expr");
    sw_str source = {json_string_value(expr), json_string_length(expr)};
    sw_arena *arena = new_arena();
    sw_cel_env none = {0};
    expect_sound(source, &none, NULL, arena, seen);
    sw_arena_free(arena);
    json_decref(test);
}

static void check_file(const char *path, counts *seen)
{
    FILE *in = fopen(path, "rb");
    char *line = NULL;
    size_t cap = 0;
    ssize_t len;
    assert_non_null(in);
    while ((len = getline(&line, &cap, in)) > 0)
        check_line(line, (size_t)len, seen);
    free(line);
    fclose(in);
}

static void the_conformance_suite_is_sound(void **state)
{
    counts seen = {0};
    DIR *dir = opendir(CONFORMANCE_DIR);
    if (dir == NULL) {
        print_message("skipped: no conformance suite in " CONFORMANCE_DIR "\n");
        skip();
    }
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        char path[4096];
        if (strstr(entry->d_name, ".jsonl") == NULL) continue;
        snprintf(path, sizeof path, CONFORMANCE_DIR "/%s", entry->d_name);
        check_file(path, &seen);
    }
    closedir(dir);
    print_message("%zu of %zu typed, %zu certain, %zu values\n", seen.typed,
                  seen.all, seen.certain, seen.values);
    assert_true(seen.values > 500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_expressions_are_sound),
        cmocka_unit_test(the_conformance_suite_is_sound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
