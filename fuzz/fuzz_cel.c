// Parses and evaluates whatever comes, with bindings drawn from the input.
//
// Properties: an error has a place; explaining changes no result; what a value
// prints as evaluates to what prints the same; no more steps are taken than
// were estimated.
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "segwan/cel.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BINDINGS = 8, MAX_STEPS = 20000, MAX_REREAD = 20000 };

typedef struct {
    const uint8_t *at;
    size_t left;
} input;

static unsigned take(input *in)
{
    if (in->left == 0) return 0;
    in->left--;
    return *in->at++;
}

static sw_cel_value draw_value(input *in, sw_arena *arena, unsigned depth);

static sw_cel_value draw_list(input *in, sw_arena *arena, unsigned depth)
{
    size_t count = take(in) % 4;
    sw_cel_value *items = SW_NEW_ARRAY(arena, sw_cel_value, count);
    if (items == NULL) abort();
    for (size_t i = 0; i < count; i++)
        items[i] = draw_value(in, arena, depth - 1);
    sw_cel_value v = {.kind = SW_CEL_LIST};
    v.as.list.at = items;
    v.as.list.count = count;
    return v;
}

static sw_cel_value draw_map(input *in, sw_arena *arena, unsigned depth)
{
    static const char *const keys[] = {"a", "b", "c", "d"};
    size_t count = take(in) % 4;
    sw_cel_entry *entries = SW_NEW_ARRAY(arena, sw_cel_entry, count);
    if (entries == NULL) abort();
    for (size_t i = 0; i < count; i++) {
        entries[i].key.kind = SW_CEL_STRING;
        entries[i].key.as.str = sw_str_of(keys[i]);
        entries[i].value = draw_value(in, arena, depth - 1);
    }
    sw_cel_value v = {.kind = SW_CEL_MAP};
    v.as.map.at = entries;
    v.as.map.count = count;
    return v;
}

static sw_cel_value draw_value(input *in, sw_arena *arena, unsigned depth)
{
    static const double doubles[] = {0, -0.0, 1, 0.1, 1e300, -2.5};
    static const char *const texts[] = {
        "",
        "a",
        "map",
        "지도",
        "2026",
        "longer than the 64 bytes that are read for one step, and by far: "
        "two of these are read when they are compared, when one is sought in "
        "the other, and whenever anything is made of them"};
    static const sw_str path = {"fact", 4};
    sw_cel_value v = {.kind = SW_CEL_NULL};
    switch (take(in) % (depth > 0 ? 12 : 10)) {
    case 0: break;
    case 1:
        v.kind = SW_CEL_BOOL;
        v.as.boolean = take(in) % 2;
        break;
    case 2:
        v.kind = SW_CEL_INT;
        v.as.i64 = take(in) == 0 ? INT64_MIN : (int64_t)take(in) - 100;
        break;
    case 3:
        v.kind = SW_CEL_UINT;
        v.as.u64 = take(in) == 0 ? UINT64_MAX : take(in);
        break;
    case 4:
        v.kind = SW_CEL_DOUBLE;
        v.as.f64 = doubles[take(in) % 6];
        break;
    case 5:
    case 6:
        v.kind = take(in) % 4 == 0 ? SW_CEL_BYTES : SW_CEL_STRING;
        v.as.str = sw_str_of(texts[take(in) % 6]);
        break;
    case 7:
        v.kind = take(in) % 2 == 0 ? SW_CEL_TIMESTAMP : SW_CEL_DURATION;
        v.as.time.seconds = (int64_t)take(in) * 1000003 - 1000000;
        v.as.time.nanos = (int32_t)take(in) * 1000;
        break;
    case 8:
        v.kind = SW_CEL_UNKNOWN;
        v.as.unknown.at = &path;
        v.as.unknown.count = 1;
        break;
    case 9:
        v.kind = SW_CEL_ERROR;
        v.as.str = sw_str_of("bound error");
        break;
    case 10: return draw_list(in, arena, depth);
    default: return draw_map(in, arena, depth);
    }
    return v;
}

// Whether nothing inside is an error or unknown, and it is shallow.
static bool is_printable(const sw_cel_value *v, unsigned depth)
{
    if (depth > 50) return false;
    switch (v->kind) {
    case SW_CEL_ERROR:
    case SW_CEL_UNKNOWN: return false;
    case SW_CEL_LIST:
        for (size_t i = 0; i < v->as.list.count; i++) {
            if (!is_printable(&v->as.list.at[i], depth + 1)) return false;
        }
        return true;
    case SW_CEL_MAP:
        for (size_t i = 0; i < v->as.map.count; i++) {
            if (!is_printable(&v->as.map.at[i].value, depth + 1)) return false;
        }
        return true;
    case SW_CEL_OPTIONAL:
        return v->as.optional == NULL ||
               is_printable(v->as.optional, depth + 1);
    default: return true;
    }
}

static void check_print(const sw_cel_value *value, sw_arena *arena)
{
    sw_error err = {0};
    sw_str text, again;
    sw_cel *cel = NULL;
    sw_cel_value back;
    if (!sw_cel_print(value, arena, &text, &err) || text.len > MAX_REREAD ||
        !is_printable(value, 0))
        return;
    bool ok = sw_cel_parse(text, arena, &cel, &err) &&
              sw_cel_eval(cel, NULL, arena, &back, &err) &&
              sw_cel_print(&back, arena, &again, &err);
    if (!ok) fprintf(stderr, "%.*s\n%s\n", SW_STR_ARGS(text), err.reason);
    assert(ok);
    assert(sw_str_eq(text, again));
    // NaN alone is not equal to itself.
    assert(!sw_cel_equal(value, value) || sw_cel_equal(value, &back));
}

// The most steps for values of the sizes that are bound.
static uint64_t estimate(const sw_cel *cel, const sw_cel_binding *bindings)
{
    sw_cel_variable variables[BINDINGS];
    for (size_t i = 0; i < BINDINGS; i++) {
        variables[i] =
            (sw_cel_variable){bindings[i].name, sw_cel_type_of(SW_CEL_TYPE_DYN),
                              sw_cel_size_of(&bindings[i].value)};
    }
    sw_cel_env env = {.variables = variables, .variable_count = BINDINGS};
    sw_error err = {0};
    uint64_t steps = 0;
    bool ok = sw_cel_cost(cel, &env, &steps, &err);
    assert(ok);
    return steps;
}

static void run(const sw_cel *cel, const sw_cel_binding *bindings,
                sw_arena *arena)
{
    uint64_t steps = 0, most = estimate(cel, bindings);
    sw_error err = {0};
    const sw_cel_reason *why = NULL;
    sw_cel_value value, explained;
    sw_cel_options how = {.bindings = bindings,
                          .binding_count = BINDINGS,
                          .max_steps = MAX_STEPS,
                          .steps_taken = &steps};
    bool ok = sw_cel_eval(cel, &how, arena, &value, &err);
    assert(steps <= most);
    if (!ok) {
        assert(err.kind == SW_ERR_INPUT);
        return;
    }
    how.reason = &why;
    ok = sw_cel_eval(cel, &how, arena, &explained, &err);
    assert(steps <= most);
    if (ok) {
        assert(value.kind == explained.kind);
        assert(!sw_cel_equal(&value, &value) ||
               sw_cel_equal(&value, &explained));
        assert(why != NULL && why->value.kind == value.kind);
        assert(why->begin <= why->end && why->end <= sw_cel_source(cel).len);
    }
    check_print(&value, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[BINDINGS] = {"a", "b", "c",   "d",
                                                "x", "y", "a.b", "cargo"};
    // The source ends at the first byte 1; what is behind it makes bindings.
    const uint8_t *mark = size > 0 ? memchr(data, 1, size) : NULL;
    size_t len = mark != NULL ? (size_t)(mark - data) : size;
    input in = {data + len, size - len};

    sw_error err = {0};
    sw_arena *arena = NULL;
    if (!sw_arena_new(&arena, &err)) return 0;
    sw_cel_binding bindings[BINDINGS];
    (void)take(&in);
    for (size_t i = 0; i < BINDINGS; i++) {
        bindings[i].name = sw_str_of(names[i]);
        bindings[i].value = draw_value(&in, arena, 2);
    }

    sw_cel *cel = NULL;
    const sw_cel_reference *refs = NULL;
    size_t count = 0;
    if (!sw_cel_parse((sw_str){(const char *)data, len}, arena, &cel, &err)) {
        assert(err.kind == SW_ERR_INPUT && err.place[0] != '\0');
        assert(sw_utf8_valid(sw_str_of(err.reason)));
    } else {
        bool ok = sw_cel_references(cel, arena, &refs, &count, &err);
        assert(ok);
        run(cel, bindings, arena);
    }
    sw_arena_free(arena);
    return 0;
}
