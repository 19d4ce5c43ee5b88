// Runs the conformance suite of the Common Expression Language, kept as JSON
// lines (one test a line), and prints what fails.
//
//     cel-conformance FILE.jsonl...
//
// Skipped are tests that need protobuf messages, and nothing else. The checker
// runs first unless a test says not to; what it refuses counts as the error
// that a test expects.
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "segwan/cel.h"

enum { SKIP = 77 };  // meson: the test could not run

typedef struct {
    size_t passed, failed, skipped;
} counts;

/* ---- values ---------------------------------------------------------- */

static bool is_set(const json_t *test, const char *member)
{
    return json_is_true(json_object_get(test, member));
}

static sw_str json_text(const json_t *j)
{
    return (sw_str){json_string_value(j), json_string_length(j)};
}

static int base64_digit(char c)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c != '\0' ? strchr(digits, c) : NULL;
    return at != NULL ? (int)(at - digits) : -1;
}

static sw_str base64_decode(sw_str s, sw_arena *arena)
{
    char *out = sw_arena_alloc(arena, s.len + 1);
    size_t len = 0;
    unsigned bits = 0, have = 0;
    for (size_t i = 0; out != NULL && i < s.len; i++) {
        int digit = base64_digit(s.at[i]);
        if (digit < 0) break;
        bits = bits << 6 | (unsigned)digit;
        have += 6;
        if (have < 8) continue;
        have -= 8;
        out[len++] = (char)(bits >> have & 0xFF);
    }
    return (sw_str){out, len};
}

static bool read_value(const json_t *j, sw_arena *arena, sw_cel_value *out);

static bool read_list(const json_t *j, sw_arena *arena, sw_cel_value *out)
{
    size_t count = json_array_size(j);
    sw_cel_value *items = SW_NEW_ARRAY(arena, sw_cel_value, count);
    for (size_t i = 0; i < count; i++) {
        if (!read_value(json_array_get(j, i), arena, &items[i])) return false;
    }
    out->kind = SW_CEL_LIST;
    out->as.list.at = items;
    out->as.list.count = count;
    return true;
}

static bool read_map(const json_t *j, sw_arena *arena, sw_cel_value *out)
{
    size_t count = json_array_size(j);
    sw_cel_entry *entries = SW_NEW_ARRAY(arena, sw_cel_entry, count);
    for (size_t i = 0; i < count; i++) {
        const json_t *pair = json_array_get(j, i);
        if (!read_value(json_array_get(pair, 0), arena, &entries[i].key) ||
            !read_value(json_array_get(pair, 1), arena, &entries[i].value))
            return false;
    }
    out->kind = SW_CEL_MAP;
    out->as.map.at = entries;
    out->as.map.count = count;
    return true;
}

static double read_number(const char *text)
{
    if (strcmp(text, "NaN") == 0) return (double)NAN;
    if (strcmp(text, "Infinity") == 0) return (double)INFINITY;
    if (strcmp(text, "-Infinity") == 0) return -(double)INFINITY;
    return strtod(text, NULL);
}

static bool read_value(const json_t *j, sw_arena *arena, sw_cel_value *out)
{
    void *member = json_object_iter((json_t *)(uintptr_t)j);
    if (member == NULL) return false;
    const char *kind = json_object_iter_key(member);
    const json_t *v = json_object_iter_value(member);
    const char *text = json_is_string(v) ? json_string_value(v) : "";
    *out = (sw_cel_value){0};

    if (strcmp(kind, "null") == 0) return true;
    if (strcmp(kind, "list") == 0) return read_list(v, arena, out);
    if (strcmp(kind, "map") == 0) return read_map(v, arena, out);
    if (strcmp(kind, "timestamp") == 0)
        return sw_cel_timestamp(json_text(v), out);
    if (strcmp(kind, "duration") == 0)
        return sw_cel_duration(json_text(v), out);
    if (strcmp(kind, "bool") == 0) {
        out->kind = SW_CEL_BOOL;
        out->as.boolean = json_is_true(v);
    } else if (strcmp(kind, "int") == 0) {
        out->kind = SW_CEL_INT;
        out->as.i64 = strtoll(text, NULL, 10);
    } else if (strcmp(kind, "uint") == 0) {
        out->kind = SW_CEL_UINT;
        out->as.u64 = strtoull(text, NULL, 10);
    } else if (strcmp(kind, "double") == 0) {
        out->kind = SW_CEL_DOUBLE;
        out->as.f64 = read_number(text);
    } else if (strcmp(kind, "string") == 0) {
        out->kind = SW_CEL_STRING;
        out->as.str = json_text(v);
    } else if (strcmp(kind, "bytes") == 0) {
        out->kind = SW_CEL_BYTES;
        out->as.str = base64_decode(json_text(v), arena);
    } else if (strcmp(kind, "type") == 0) {
        out->kind = SW_CEL_TYPE;
        out->as.str = json_text(v);
    } else {
        return false;
    }
    return true;
}

/* ---- matching: same type and value, NaN itself, the zeros apart -------- */

static bool same(const sw_cel_value *a, const sw_cel_value *b);

static bool same_map(const sw_cel_value *a, const sw_cel_value *b)
{
    if (a->as.map.count != b->as.map.count) return false;
    for (size_t i = 0; i < a->as.map.count; i++) {
        size_t j = 0;
        while (j < b->as.map.count &&
               !same(&a->as.map.at[i].key, &b->as.map.at[j].key))
            j++;
        if (j == b->as.map.count ||
            !same(&a->as.map.at[i].value, &b->as.map.at[j].value))
            return false;
    }
    return true;
}

static bool same_list(const sw_cel_value *a, const sw_cel_value *b)
{
    if (a->as.list.count != b->as.list.count) return false;
    for (size_t i = 0; i < a->as.list.count; i++) {
        if (!same(&a->as.list.at[i], &b->as.list.at[i])) return false;
    }
    return true;
}

static bool same(const sw_cel_value *a, const sw_cel_value *b)
{
    if (a->kind != b->kind) return false;
    switch (a->kind) {
    case SW_CEL_DOUBLE:
        return (isnan(a->as.f64) && isnan(b->as.f64)) ||
               (a->as.f64 == b->as.f64 &&
                signbit(a->as.f64) == signbit(b->as.f64));
    case SW_CEL_LIST: return same_list(a, b);
    case SW_CEL_MAP: return same_map(a, b);
    default: return sw_cel_equal(a, b);
    }
}

/* ---- declarations ---------------------------------------------------- */

static bool read_type(const json_t *j, sw_arena *arena, const sw_cel_type **out,
                      sw_error *err)
{
    return sw_cel_type_parse(json_text(j), arena, out, err);
}

static bool read_overload(const json_t *j, sw_str name, sw_arena *arena,
                          sw_cel_function *out, sw_error *err)
{
    const json_t *params = json_object_get(j, "params");
    size_t count = json_array_size(params);
    const sw_cel_type **types = SW_NEW_ARRAY(arena, const sw_cel_type *, count);
    for (size_t i = 0; i < count; i++) {
        if (!read_type(json_array_get(params, i), arena, &types[i], err))
            return false;
    }
    *out = (sw_cel_function){.name = name,
                             .method = is_set(j, "instance"),
                             .params = types,
                             .param_count = count};
    return read_type(json_object_get(j, "result"), arena, &out->result, err);
}

// What the test declares, in arrays that have room for it.
static bool read_declaration(const json_t *j, sw_arena *arena,
                             sw_cel_variable *variables,
                             sw_cel_function *functions, sw_cel_env *out,
                             sw_error *err)
{
    sw_str name = json_text(json_object_get(j, "name"));
    const json_t *ident = json_object_get(j, "ident");
    const json_t *overloads = json_object_get(j, "function");
    if (ident != NULL) {
        sw_cel_variable *v = &variables[out->variable_count++];
        v->name = name;
        return read_type(ident, arena, &v->type, err);
    }
    for (size_t i = 0; i < json_array_size(overloads); i++) {
        if (!read_overload(json_array_get(overloads, i), name, arena,
                           &functions[out->function_count++], err))
            return false;
    }
    return true;
}

static bool read_env(const json_t *test, sw_arena *arena, sw_cel_env *out,
                     sw_error *err)
{
    const json_t *all = json_object_get(test, "type_env");
    size_t count = json_array_size(all), overloads = 0;
    for (size_t i = 0; i < count; i++) {
        overloads += json_array_size(
            json_object_get(json_array_get(all, i), "function"));
    }
    sw_cel_variable *variables = SW_NEW_ARRAY(arena, sw_cel_variable, count);
    sw_cel_function *functions =
        SW_NEW_ARRAY(arena, sw_cel_function, overloads);
    out->variables = variables;
    out->functions = functions;
    out->container = json_text(json_object_get(test, "container"));
    for (size_t i = 0; i < count; i++) {
        if (!read_declaration(json_array_get(all, i), arena, variables,
                              functions, out, err))
            return false;
    }
    return true;
}

/* ---- one test -------------------------------------------------------- */

static bool read_bindings(const json_t *test, sw_arena *arena,
                          sw_cel_options *how)
{
    json_t *all = json_object_get(test, "bindings");
    sw_cel_binding *bindings =
        SW_NEW_ARRAY(arena, sw_cel_binding, json_object_size(all));
    const char *name;
    json_t *value;
    json_object_foreach(all, name, value)
    {
        sw_cel_binding *b = &bindings[how->binding_count++];
        b->name = sw_str_of(name);
        if (!read_value(value, arena, &b->value)) return false;
    }
    how->bindings = bindings;
    how->container = json_text(json_object_get(test, "container"));
    return true;
}

typedef struct {
    sw_cel_value value;       // an ERROR that holds why, if it got no further
    const sw_cel_type *type;  // NULL: not checked, or refused
} outcome;

static bool evaluate(const json_t *test, const sw_cel_env *env, sw_arena *arena,
                     outcome *out, sw_error *err)
{
    sw_cel *cel = NULL;
    sw_cel_options how = {0};
    const sw_cel_reason *reason = NULL;
    how.reason = &reason;  // explaining must never change or break a result
    sw_str source = json_text(json_object_get(test, "expr"));
    if (!read_bindings(test, arena, &how))
        return sw_fail(err, SW_ERR_INPUT, "cannot read the bindings");
    if (is_set(test, "disable_check")
            ? !sw_cel_parse(source, arena, &cel, err)
            : !sw_cel_compile(source, env, arena, &cel, &out->type, err))
        return false;
    return is_set(test, "check_only") ||
           sw_cel_eval(cel, &how, arena, &out->value, err);
}

static void complain(const json_t *test, size_t line, const outcome *got,
                     sw_arena *arena)
{
    sw_str value = SW_STR("?"), type = SW_STR("none");
    sw_error err = {0};
    (void)!sw_cel_print(&got->value, arena, &value, &err);
    if (got->type != NULL)
        (void)!sw_cel_type_text(got->type, arena, &type, &err);
    printf("FAIL %s:%zu %s/%s: got %.*s of type %.*s: %s\n",
           json_string_value(json_object_get(test, "file")), line,
           json_string_value(json_object_get(test, "section")),
           json_string_value(json_object_get(test, "name")), SW_STR_ARGS(value),
           SW_STR_ARGS(type), json_string_value(json_object_get(test, "expr")));
}

static bool is_expected(const json_t *test, const outcome *got, sw_arena *arena)
{
    const json_t *expect = json_object_get(test, "expect");
    const json_t *typed = json_object_get(expect, "typed_result");
    const json_t *value =
        json_object_get(typed != NULL ? typed : expect, "value");
    sw_cel_value want = {0};
    sw_str type = {0};
    sw_error err = {0};
    if (typed != NULL &&
        (got->type == NULL ||
         !sw_cel_type_text(got->type, arena, &type, &err) ||
         !sw_str_eq(type, json_text(json_object_get(typed, "type")))))
        return false;
    if (is_set(test, "check_only")) return typed != NULL;
    if (value == NULL) return got->value.kind == SW_CEL_ERROR;
    return read_value(value, arena, &want) && same(&got->value, &want);
}

static bool check(const json_t *test, size_t line, sw_arena *arena)
{
    sw_cel_env env = {0};
    outcome got = {0};
    sw_error err = {0};
    char text[1024];
    if (!read_env(test, arena, &env, &err) ||
        !evaluate(test, &env, arena, &got, &err)) {
        sw_error_text(&err, text, sizeof text);
        got = (outcome){
            .value = {.kind = SW_CEL_ERROR, .as.str = sw_str_of(text)}};
    }
    bool ok = is_expected(test, &got, arena);
    if (!ok) complain(test, line, &got, arena);
    return ok;
}

/* ---- files ----------------------------------------------------------- */

static bool run_line(const char *text, size_t len, size_t line, counts *total)
{
    json_error_t why;
    json_t *test = json_loadb(text, len, JSON_ALLOW_NUL, &why);
    sw_arena *arena = NULL;
    sw_error err = {0};
    if (test == NULL || !sw_arena_new(&arena, &err)) {
        fprintf(stderr, "line %zu: %s\n", line, why.text);
        json_decref(test);
        return false;
    }
    if (is_set(test, "needs_proto")) {
        total->skipped++;
    } else if (check(test, line, arena)) {
        total->passed++;
    } else {
        total->failed++;
    }
    sw_arena_free(arena);
    json_decref(test);
    return true;
}

static bool run_file(const char *path, counts *total)
{
    FILE *in = fopen(path, "rb");
    if (in == NULL) {
        fprintf(stderr, "cannot open %s\n", path);
        return false;
    }
    counts here = {0};
    char *text = NULL;
    size_t cap = 0;
    bool ok = true;
    ssize_t len;
    for (size_t line = 1; ok && (len = getline(&text, &cap, in)) > 0; line++) {
        bool blank = strspn(text, " \t\r\n") == (size_t)len;
        ok = blank || run_line(text, (size_t)len, line, &here);
    }
    free(text);
    fclose(in);
    const char *name = strrchr(path, '/');
    printf("%-24s %4zu passed, %4zu failed, %4zu skipped\n",
           name != NULL ? name + 1 : path, here.passed, here.failed,
           here.skipped);
    total->passed += here.passed;
    total->failed += here.failed;
    total->skipped += here.skipped;
    return ok;
}

int main(int argc, char **argv)
{
    counts total = {0};
    if (argc < 2 || access(argv[1], R_OK) != 0) {
        printf("skipped: the conformance suite is not here (%s)\n",
               argc < 2 ? "no file given" : argv[1]);
        return SKIP;
    }
    bool ok = true;
    for (int i = 1; ok && i < argc; i++)
        ok = run_file(argv[i], &total);
    printf("%zu passed, %zu failed, %zu skipped\n", total.passed, total.failed,
           total.skipped);
    return ok && total.failed == 0 ? 0 : 1;
}
