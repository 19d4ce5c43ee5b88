// The estimate is never below the steps that are taken: for random expressions
// and values, and for the conformance suite. How far it is above is printed,
// not judged.
#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../model/values.h"
#include "cost_support.h"
#include "random_source.h"

/* ---- how far above --------------------------------------------------- */

typedef struct {
    double *at;
    size_t count, cap, unbounded;
} ratios;

static void note(ratios *r, outcome o)
{
    if (o.estimate == UINT64_MAX) {
        r->unbounded++;
        return;
    }
    if (r->count == r->cap) {
        r->cap = r->cap > 0 ? r->cap * 2 : 256;
        r->at = realloc(r->at, r->cap * sizeof *r->at);
        assert_non_null(r->at);
    }
    r->at[r->count++] =
        (double)o.estimate / (double)(o.taken > 0 ? o.taken : 1);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void print_ratios(ratios *r, const char *what)
{
    if (r->count > 0) {
        qsort(r->at, r->count, sizeof *r->at, by_size);
        printf("%s: %zu, estimate / steps taken: half below %.2f, nine in ten "
               "below %.1f, unbounded %zu\n",
               what, r->count, r->at[r->count / 2], r->at[r->count * 9 / 10],
               r->unbounded);
    }
    free(r->at);
}

/* ---- random values --------------------------------------------------- */

static sw_cel_value draw_value(uint64_t *seed, sw_arena *arena, char letter,
                               int depth);

static sw_cel_value draw_list(uint64_t *seed, sw_arena *arena, int depth)
{
    size_t count = draw(seed) % (draw(seed) % 4 == 0 ? 60 : 5);
    sw_cel_value v = list_of(arena, int_value(0), count);
    sw_cel_value *items = (sw_cel_value *)(uintptr_t)v.as.list.at;
    char letter = random_letters[draw(seed) % (strlen(random_letters))];
    for (size_t i = 0; i < count; i++)
        items[i] = draw_value(seed, arena, letter, depth - 1);
    return v;
}

static sw_cel_value draw_map(uint64_t *seed, sw_arena *arena, int depth)
{
    int count = (int)(draw(seed) % (draw(seed) % 4 == 0 ? 40 : 4));
    sw_cel_value v = numbered_map(arena, count), indexed;
    sw_cel_entry *entries = (sw_cel_entry *)(uintptr_t)v.as.map.at;
    sw_error err = {0};
    char letter = random_letters[draw(seed) % (strlen(random_letters))];
    for (int i = 0; i < count; i++) {
        entries[i].value = draw_value(seed, arena, letter, depth - 1);
        if (draw(seed) % 8 == 0)
            entries[i].key = text_of(arena, "k", 60 + (size_t)i);
    }
    if (draw(seed) % 2 == 0) return v;
    assert_true(sw_cel_map(entries, (size_t)count, arena, &indexed, &err));
    return indexed;
}

static sw_cel_value draw_evaluated(sw_arena *arena, const char *source)
{
    return evaluated(arena, source, NULL);
}

static sw_cel_value draw_value(uint64_t *seed, sw_arena *arena, char letter,
                               int depth)
{
    static const char *const pieces[] = {"a", "ab", "é", "0", "%s", "a b-"};
    static const size_t lengths[] = {0, 1, 3, 30, 100, 1000};
    if (draw(seed) % 40 == 0) return unknown_value(arena, "fact");
    if (draw(seed) % 40 == 0) return error_value("bound");
    if (depth <= 0 && strchr("lmo", letter) != NULL) letter = 'i';
    switch (letter) {
    case 'b': return bool_value(draw(seed) % 2);
    case 'i': return int_value((int64_t)(draw(seed) % 100) - 5);
    case 'u':
        return (sw_cel_value){.kind = SW_CEL_UINT, .as.u64 = draw(seed) % 100};
    case 'd':
        return (sw_cel_value){.kind = SW_CEL_DOUBLE,
                              .as.f64 = draw(seed) % 2 ? 1e-300 : 2.5};
    case 's':
        return text_of(arena, pieces[draw(seed) % 6], lengths[draw(seed) % 6]);
    case 'y': {
        sw_cel_value v = text_of(arena, draw(seed) % 2 ? "a" : "\xff",
                                 lengths[draw(seed) % 6]);
        v.kind = SW_CEL_BYTES;
        return v;
    }
    case 't': return draw_evaluated(arena, "timestamp(1000000)");
    case 'D': return draw_evaluated(arena, "duration('3.5s')");
    case 'l': return draw_list(seed, arena, depth);
    case 'm': return draw_map(seed, arena, depth);
    case 'o': {
        sw_cel_value *inner = SW_NEW(arena, sw_cel_value);
        *inner = draw_value(seed, arena, 'l', depth - 1);
        return (sw_cel_value){.kind = SW_CEL_OPTIONAL,
                              .as.optional = draw(seed) % 4 ? inner : NULL};
    }
    case 'T':
        return (sw_cel_value){.kind = SW_CEL_TYPE, .as.str = SW_STR("string")};
    case 'P': return draw_evaluated(arena, "ip('10.1.2.3')");
    default: return draw_evaluated(arena, "cidr('10.0.0.0/8')");
    }
}

static const sw_cel_type *type_of_letter(sw_arena *arena, char letter)
{
    static const char *const types[] = {
        "bool",
        "int",
        "uint",
        "double",
        "string",
        "bytes",
        "timestamp",
        "duration",
        "list(dyn)",
        "map(string, dyn)",
        "optional_type(dyn)",
        "type",
        "net.IP",
        "net.CIDR",
    };
    return typed(arena, types[strchr(random_letters, letter) - random_letters]);
}

static void bind_random(uint64_t *seed, sw_arena *arena, sw_cel_env *env,
                        sw_cel_options *how)
{
    size_t count = 2 * (strlen(random_letters));
    sw_cel_binding *b = SW_NEW_ARRAY(arena, sw_cel_binding, count);
    sw_cel_variable *v = SW_NEW_ARRAY(arena, sw_cel_variable, count);
    for (size_t i = 0; i < count; i++) {
        char letter = random_letters[i / 2];
        b[i].name = sw_arena_printf(arena, "%c%zu", letter, i % 2);
        b[i].value = draw_value(seed, arena, letter, 3);
        v[i].name = b[i].name;
        v[i].size = sw_cel_size_of(&b[i].value);
        v[i].type = i % 2 == 0 ? type_of_letter(arena, letter)
                               : sw_cel_type_of(SW_CEL_TYPE_DYN);
    }
    *env = (sw_cel_env){.variables = v, .variable_count = count};
    *how = (sw_cel_options){.bindings = b,
                            .binding_count = count,
                            .max_steps = 200 * 1000,
                            .max_memory = 64 << 20};
}

static void random_expressions_stay_within_their_estimate(void **state)
{
    const char *asked = getenv("SEGWAN_CASES");
    long cases = asked != NULL ? atol(asked) : 6000;
    ratios r = {0};
    uint64_t seed = 1;
    for (long i = 0; i < cases; i++) {
        sw_arena *arena = new_arena();
        uint64_t own = seed + (uint64_t)i;
        sw_buf text = {0};
        sw_cel_env env;
        sw_cel_options how;
        sw_cel *cel = NULL;
        sw_error err = {0};
        random_source(&own, &text);
        if (!sw_cel_parse((sw_str){text.at, text.len}, arena, &cel, &err))
            fail_msg("%.*s\n%s", SW_STR_ARGS(text), err.reason);
        for (int round = 0; round < 3; round++) {
            bind_random(&own, arena, &env, &how);
            note(&r, run(arena, cel, &env, &how));
        }
        sw_buf_free(&text);
        sw_arena_free(arena);
    }
    print_ratios(&r, "random expressions");
    const char *missed = function_never_called();
    if (missed != NULL) fail_msg("%s was never called", missed);
}

/* ---- the conformance suite ------------------------------------------- */

static void try_line(const char *text, size_t len, ratios *r)
{
    json_t *test = json_loadb(text, len, JSON_ALLOW_NUL, NULL);
    sw_arena *arena = new_arena();
    sw_cel_options how = {0};
    sw_cel *cel = NULL;
    sw_error err = {0};
    assert_non_null(test);
    if (!json_is_true(json_object_get(test, "needs_proto")) &&
        (json_object_get(test, "bindings") == NULL ||
         read_bindings(json_object_get(test, "bindings"), arena, &how)) &&
        sw_cel_parse(json_text(json_object_get(test, "expr")), arena, &cel,
                     &err)) {
        how.container = json_text(json_object_get(test, "container"));
        sw_cel_env env = measured(arena, &how);
        note(r, run(arena, cel, &env, &how));
    }
    sw_arena_free(arena);
    json_decref(test);
}

static void try_file(const char *name, ratios *r)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", CONFORMANCE_DIR, name);
    FILE *in = fopen(path, "rb");
    assert_non_null(in);
    char *text = NULL;
    size_t cap = 0;
    ssize_t len;
    while ((len = getline(&text, &cap, in)) > 0)
        try_line(text, (size_t)len, r);
    free(text);
    fclose(in);
}

static void the_conformance_suite_stays_within_its_estimate(void **state)
{
    DIR *dir = opendir(CONFORMANCE_DIR);
    if (dir == NULL) {
        printf("not compared: there is no %s\n", CONFORMANCE_DIR);
        return;
    }
    ratios r = {0};
    for (struct dirent *file; (file = readdir(dir)) != NULL;) {
        size_t len = strlen(file->d_name);
        if (len > 6 && strcmp(file->d_name + len - 6, ".jsonl") == 0)
            try_file(file->d_name, &r);
    }
    closedir(dir);
    assert_true(r.count > 1000);
    print_ratios(&r, "conformance suite");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_expressions_stay_within_their_estimate),
        cmocka_unit_test(the_conformance_suite_stays_within_its_estimate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
