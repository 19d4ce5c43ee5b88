// The estimate: never below the steps that are taken, for chosen expressions
// at their worst, random ones over every operator, macro and function, and
// those of the conformance suite. How far it is above is printed, not judged.
#include <dirent.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../model/values.h"
#include "cel_support.h"
#include "cost_internal.h"

enum { MOST_VARIABLES = 24 };

/* ---- one evaluation beside its estimate ------------------------------ */

static const sw_cel_type *typed(sw_arena *arena, const char *text)
{
    const sw_cel_type *type = NULL;
    sw_error err = {0};
    if (!sw_cel_type_parse(sw_str_of(text), arena, &type, &err))
        fail_msg("%s: %s", text, err.reason);
    return type;
}

// Declares what is bound, as dyn, by the size it has.
static sw_cel_env measured(sw_arena *arena, const sw_cel_options *how)
{
    sw_cel_variable *v =
        SW_NEW_ARRAY(arena, sw_cel_variable, how->binding_count);
    for (size_t i = 0; i < how->binding_count; i++) {
        const sw_cel_binding *b = &how->bindings[i];
        v[i] = (sw_cel_variable){b->name, sw_cel_type_of(SW_CEL_TYPE_DYN),
                                 sw_cel_size_of(&b->value)};
    }
    return (sw_cel_env){.variables = v,
                        .variable_count = how->binding_count,
                        .container = how->container};
}

typedef struct {
    uint64_t taken, estimate;
} outcome;

static outcome run(sw_arena *arena, const sw_cel *cel, const sw_cel_env *env,
                   const sw_cel_options *how)
{
    outcome o = {0};
    sw_error err = {0};
    sw_cel_value v;
    sw_cel_options counted = *how;
    counted.steps_taken = &o.taken;
    if (!sw_cel_cost(cel, env, &o.estimate, &err)) fail_msg("%s", err.reason);
    bool ok = sw_cel_eval(cel, &counted, arena, &v, &err);
    assert_true(ok || err.kind == SW_ERR_INPUT);
    if (o.taken > o.estimate) {
        fail_msg("%" PRIu64 " steps taken, %" PRIu64 " estimated: %.*s",
                 o.taken, o.estimate, SW_STR_ARGS(sw_cel_source(cel)));
    }
    return o;
}

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

/* ---- values ---------------------------------------------------------- */

static sw_cel_value list_of(sw_arena *arena, sw_cel_value item, size_t count)
{
    sw_cel_value *items = SW_NEW_ARRAY(arena, sw_cel_value, count);
    for (size_t i = 0; i < count; i++)
        items[i] = item;
    sw_cel_value v = {.kind = SW_CEL_LIST};
    v.as.list.at = items;
    v.as.list.count = count;
    return v;
}

static sw_cel_value text_of(sw_arena *arena, const char *piece, size_t times)
{
    size_t len = strlen(piece);
    char *text = sw_arena_alloc(arena, len * times + 1);
    for (size_t i = 0; i < times; i++)
        memcpy(text + i * len, piece, len);
    return (sw_cel_value){.kind = SW_CEL_STRING, .as.str = {text, len * times}};
}

static sw_cel_value numbered_map(sw_arena *arena, int count)
{
    sw_cel_entry *entries = SW_NEW_ARRAY(arena, sw_cel_entry, count);
    for (int i = 0; i < count; i++) {
        entries[i].key = (sw_cel_value){
            .kind = SW_CEL_STRING, .as.str = sw_arena_printf(arena, "k%d", i)};
        entries[i].value = int_value(i);
    }
    sw_cel_value v = {.kind = SW_CEL_MAP};
    v.as.map.at = entries;
    v.as.map.count = (size_t)count;
    return v;
}

// Each list holds the one before it twice.
static sw_cel_value doubled(sw_arena *arena, int times)
{
    sw_cel_value v = int_value(1);
    for (int i = 0; i < times; i++)
        v = list_of(arena, v, 2);
    return v;
}

/* ---- chosen ---------------------------------------------------------- */

// At their worst: the variables are as large as they are declared. `most` is
// how far above the estimate may be.
static const struct {
    const char *source;
    double most;
} worst[] = {
    // Steps that can be counted by hand.
    {"1", 1},
    {"x + 1 > 2", 1},
    {"b ? x + x + x : x", 1},
    {"l.all(i, true)", 1},
    {"l.all(i, i < 1000)", 1},
    {"l.map(i, l.map(j, i + j))", 1},
    {"l.all(i, l.all(j, l.all(k, i + j + k < 9999)))", 1},
    {"l.filter(i, i >= 0).map(i, i * 2)", 1},
    {"l.map(i, i >= 0, i * 2).size()", 1},
    {"l.exists_one(i, i == 5)", 1.4},  // quick steps compare for nothing
    {"m.transformMap(k, v, v + 1)", 1},
    {"m.transformList(k, v, k + string(v)).size()", 1.3},
    {"cel.bind(y, l.map(i, i), y.map(i, i))", 1},
    {"cel.block([l.map(i, i), cel.index(0).map(i, i)], "
     "cel.index(1).map(i, i))",
     1},
    // Doubling.
    {"l.map(i, [i, i]).map(i, [i, i]).map(i, [i, i]).size()", 1},
    {"l.map(i, s + s).map(t, t + t).map(t, t + t).map(t, t.size())", 1.1},
    {"cel.bind(a, s + s, cel.bind(b, a + a, cel.bind(d, b + b, d.size())))",
     1.1},
    {"cel.bind(a, [l, l], cel.bind(d, [a, a], cel.bind(e, [d, d], e == e)))",
     1.1},
    // Comparing.
    {"l == l", 1},
    {"[l, l, l] == [l, l, l]", 1.1},
    {"nested == nested", 4},
    {"s == t", 1.1},
    {"s < t", 1.1},
    {"s in [u, u, u]", 1.1},
    {"-1 in l", 1.1},
    {"l.all(i, i in l)", 3},  // half of each list is passed over
    {"m == m", 2},
    {"'k99' in m", 1.1},
    {"m.k99 + m['k98']", 1.1},
    // Sorting by hand: for each, how many are less.
    {"l.map(i, l.filter(j, j < i).size())", 1.2},
    {"l.map(i, l.filter(j, l.filter(k, k < j).size() == i))", 1.5},
    // Text that grows.
    {"s.split('')", 1.1},
    {"s.split('').map(c, c + s).join('-')", 2},
    {"s.split('').join(s)", 2},
    {"s.replace('', s)", 1.1},
    {"s.replace('a', s)", 1.1},
    {"s.replace('aa', s)", 1.1},
    {"s.replace('', s).replace('a', 'bc')", 2},
    {"'%s%s%s'.format([s, s, s])", 3},
    {"'%s'.format([l])", 15},  // any int may take 20 digits, a value more
    {"'%s'.format([m])", 15},
    {"'%.1000f'.format([1e308 * d])", 3},
    {"s.matches('(a|aa|b)*c')", 3},
    {"s.matches(p)", 250},  // whatever the pattern, 20000 instructions
    {"l.all(i, s.matches('b+$') || i >= 0)", 1.1},
    {"s.lastIndexOf('aaaa' + 'b')", 1.5},
    {"strings.quote(s).reverse().upperAscii().trim().size()", 2.5},
    {"base64.decode(base64.encode(bytes(s))).size()", 2},
    {"[0, 1].map(i, timestamp(i).getHours('Asia/Seoul'))", 1.1},
    {"{s: 1, u: 2, s + s: 3, u + u: 4, s + u: 5}", 6},
};

static const struct {
    const char *name, *type;
} chosen_types[] = {
    {"x", "int"},
    {"b", "bool"},
    {"d", "double"},
    {"l", "list(int)"},
    {"m", "map(string, int)"},
    {"s", "string"},
    {"t", "string"},
    {"u", "string"},
    {"p", "string"},
    {"nested", "dyn"},
};

enum { CHOSEN = sizeof chosen_types / sizeof *chosen_types };

static void bind_chosen(sw_arena *arena, sw_cel_binding *bindings,
                        sw_cel_variable *variables)
{
    sw_cel_value l = list_of(arena, int_value(0), 100);
    sw_cel_value *items = (sw_cel_value *)(uintptr_t)l.as.list.at;
    for (int i = 0; i < 100; i++)
        items[i] = int_value(i);
    const sw_cel_value values[CHOSEN] = {
        int_value(1),
        bool_value(true),
        {.kind = SW_CEL_DOUBLE, .as.f64 = 1},
        l,
        numbered_map(arena, 100),
        text_of(arena, "a", 1000),
        text_of(arena, "a", 1000),
        text_of(arena, "b", 1000),
        text_of(arena, "(a|b)", 20),
        doubled(arena, 8),
    };
    for (size_t i = 0; i < CHOSEN; i++) {
        sw_str name = sw_str_of(chosen_types[i].name);
        bindings[i] = (sw_cel_binding){name, values[i]};
        variables[i] =
            (sw_cel_variable){name, typed(arena, chosen_types[i].type),
                              sw_cel_size_of(&values[i])};
    }
}

static void the_worst_is_met_and_hardly_passed(void **state)
{
    sw_arena *arena = new_arena();
    sw_cel_binding bindings[CHOSEN];
    sw_cel_variable variables[CHOSEN];
    bind_chosen(arena, bindings, variables);
    sw_cel_env env = {.variables = variables, .variable_count = CHOSEN};
    sw_cel_options how = {.bindings = bindings,
                          .binding_count = CHOSEN,
                          .max_steps = UINT64_MAX,
                          .max_memory = 1 << 30};
    for (size_t i = 0; i < sizeof worst / sizeof *worst; i++) {
        sw_arena *own = new_arena();
        outcome o = run(own, parsed(own, worst[i].source), &env, &how);
        double above = (double)o.estimate / (double)o.taken;
        if (above > worst[i].most) {
            fail_msg("%s: %" PRIu64 " steps, %" PRIu64 " estimated",
                     worst[i].source, o.taken, o.estimate);
        }
        sw_arena_free(own);
    }
    sw_arena_free(arena);
}

// What hangs on a size that nobody knows is unbounded, and only that.
static const struct {
    const char *source;
    bool bounded;
} open[] = {
    {"x > 1", true},
    {"dyn(any) == 1", true},
    {"any + 1 == 2", true},
    {"any == 'a'", true},
    {"any == [1, 2]", true},
    {"any == any", false},
    {"any in [1, 2]", true},
    {"1 in any", false},
    {"any.f == 1", false},
    {"l.all(i, i > 0)", false},
    {"any.all(i, i > 0)", false},
    {"l[0] > 1", true},
    {"l.size() > 1", true},
    {"s.size() > 1", false},
    {"s == 'abc'", true},
    {"s < 'abc'", true},
    {"s + 'a' == 'b'", false},
    {"small.all(i, i > 0)", true},
    {"small.all(i, s == 'a')", true},
    {"small.all(i, s.contains('a'))", false},
    {"s.startsWith('a')", false},
    {"undeclared > 1", true},
    {"undeclared.f > 1", false},
    {"type(x) == int", true},
    {"google.protobuf.Timestamp == type(x)", true},
    {"nosuch(any).all(i, i > 0)", true},  // an error, whatever any is
    {"t.getHours('Asia/Seoul') > 1", true},
};

static void only_what_hangs_on_an_unknown_size_is_unbounded(void **state)
{
    sw_arena *arena = new_arena();
    sw_cel_variable variables[] = {
        {.name = SW_STR("x"), .type = typed(arena, "int")},
        {.name = SW_STR("any"), .type = typed(arena, "dyn")},
        {.name = SW_STR("l"), .type = typed(arena, "list(int)")},
        {.name = SW_STR("small"),
         .type = typed(arena, "list(int)"),
         .size = {.items = 10}},
        {.name = SW_STR("s"), .type = typed(arena, "string")},
        {.name = SW_STR("t"), .type = typed(arena, "timestamp")},
    };
    sw_cel_env env = {.variables = variables, .variable_count = 6};
    for (size_t i = 0; i < sizeof open / sizeof *open; i++) {
        uint64_t steps = 0;
        sw_error err = {0};
        assert_true(
            sw_cel_cost(parsed(arena, open[i].source), &env, &steps, &err));
        if ((steps < UINT64_MAX) != open[i].bounded)
            fail_msg("%s: %" PRIu64, open[i].source, steps);
    }
    sw_arena_free(arena);
}

static bool give_list(void *data, const sw_cel_value *args, size_t count,
                      sw_arena *arena, sw_cel_value *out, sw_error *err)
{
    *out = list_of(arena, args[0], 10);
    return true;
}

// Functions of the caller's own count as they are declared.
static void own_functions_are_estimated_as_declared(void **state)
{
    static const struct {
        const char *source;
        uint64_t steps;
    } cases[] = {
        {"repeat(1).size()", 3 + 100},
        {"repeat(1).all(i, i > 0)", 3 + 100 + 10 * 3},
        {"repeat(1).all(i, repeat(i).all(j, j > 0))",
         3 + 100 + 10 * (3 + 100 + 10 * 3)},
    };
    sw_arena *arena = new_arena();
    const sw_cel_type *of_int = typed(arena, "int");
    sw_cel_function f = {.name = SW_STR("repeat"),
                         .params = &of_int,
                         .param_count = 1,
                         .result = typed(arena, "list(int)"),
                         .call = give_list,
                         .steps = 100,
                         .size = {.items = 10}};
    sw_cel_env env = {.functions = &f, .function_count = 1};
    sw_cel_options how = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sw_cel *cel = NULL;
        sw_error err = {0};
        assert_true(sw_cel_compile(sw_str_of(cases[i].source), &env, arena,
                                   &cel, NULL, &err));
        outcome o = run(arena, cel, &env, &how);
        if (o.estimate != cases[i].steps || o.taken != cases[i].steps) {
            fail_msg("%s: %" PRIu64 " taken, %" PRIu64 " estimated",
                     cases[i].source, o.taken, o.estimate);
        }
    }
    sw_arena_free(arena);
}

// As deep as the parser goes.
static void the_deepest_trees_are_estimated(void **state)
{
    static const char *const shapes[][3] = {
        {"[", "1", "]"},
        {"{1: ", "1", "}"},
        {"size(", "l", ")"},
        {"(", "1", " + 1)"},
        {"l.map(i, ", "i", ")"},
        {"cel.bind(i, 1, ", "i", ")"},
        {"", "l", ".f"},
        {"", "l", "[0]"},
        {"true ? 1 : (", "2", ")"},
        {"optional.of(", "1", ")"},
    };
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        sw_arena *arena = new_arena();
        sw_cel *cel = NULL;
        int depth = SW_CEL__MAX_DEPTH;
        for (; depth > 0 && cel == NULL; depth--) {
            sw_buf text = {0};
            sw_error err = {0};
            for (int n = 0; n < depth; n++)
                sw_buf_str(&text, sw_str_of(shapes[i][0]));
            sw_buf_str(&text, sw_str_of(shapes[i][1]));
            for (int n = 0; n < depth; n++)
                sw_buf_str(&text, sw_str_of(shapes[i][2]));
            if (!sw_cel_parse((sw_str){text.at, text.len}, arena, &cel, &err))
                cel = NULL;
            sw_buf_free(&text);
        }
        uint64_t steps = 0;
        sw_error err = {0};
        assert_true(depth > 100);
        assert_true(sw_cel_cost(cel, NULL, &steps, &err));
        assert_true(steps >= (uint64_t)depth);
        sw_arena_free(arena);
    }
}

static void a_wrong_env_is_refused(void **state)
{
    sw_arena *arena = new_arena();
    sw_cel_variable twice[] = {
        {.name = SW_STR("x"), .type = typed(arena, "int")},
        {.name = SW_STR("x"), .type = typed(arena, "int")},
    };
    sw_cel_env env = {.variables = twice, .variable_count = 2};
    uint64_t steps = 7;
    sw_error err = {0};
    assert_false(sw_cel_cost(parsed(arena, "x"), &env, &steps, &err));
    assert_int_equal(err.kind, SW_ERR_USAGE);
    assert_int_equal(steps, 7);
    sw_arena_free(arena);
}

/* ---- sizes ----------------------------------------------------------- */

static void values_are_measured(void **state)
{
    static const struct {
        const char *source;
        sw_cel_size size;
    } cases[] = {
        {"1", {1, 1, 1}},
        {"'abcd'", {1, 4, 1}},
        {"[]", {1, 1, 1}},
        {"[1, 2, 3]", {3, 1, 4}},
        {"[[1, 2], ['abc'], []]", {3, 3, 7}},
        {"{'a': 'bcd', 'e': [1, 2, 3]}", {3, 3, 8}},
        {"optional.of(['ab'])", {1, 2, 3}},
        {"optional.none()", {1, 1, 1}},
    };
    sw_arena *arena = new_arena();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sw_cel_value v = evaluated(arena, cases[i].source, NULL);
        sw_cel_size size = sw_cel_size_of(&v), want = cases[i].size;
        if (size.items != want.items || size.bytes != want.bytes ||
            size.values != want.values)
            fail_msg("%s: %" PRIu64 ", %" PRIu64 ", %" PRIu64, cases[i].source,
                     size.items, size.bytes, size.values);
    }
    // Shared parts count as often as they are met; beyond 10 million, or 1000
    // levels, it is not known how often.
    sw_cel_value v = doubled(arena, 10);
    assert_true(sw_cel_size_of(&v).values == (1 << 11) - 1);
    v = doubled(arena, 60);
    assert_true(sw_cel_size_of(&v).values == 0);
    v = int_value(1);
    for (int i = 0; i < 1001; i++)
        v = list_of(arena, v, 1);
    assert_true(sw_cel_size_of(&v).values == 0);
    sw_arena_free(arena);
}

/* ---- every function has a rule --------------------------------------- */

static void every_function_has_a_rule(void **state)
{
    for (size_t i = 0; sw_cel__tables[i] != NULL; i++) {
        const sw_cel__function *f = sw_cel__tables[i];
        for (; f->name != NULL; f++) {
            if (sw_cel__find_cost_rule(f) == NULL)
                fail_msg("%s has none", f->name);
        }
    }
}

/* ---- random expressions ---------------------------------------------- */

// Expressions by the letters of the functions' tables: what is wanted is a
// literal, a variable, or made of parts; now and then it is something else.
typedef struct {
    uint64_t seed;
    sw_buf text;
    char scope[64];  // letters of the macros' variables, v0, v1 ...
    int scope_count;
    int block;  // elements of the block that may be read
} writer;

static uint32_t pick(writer *w, uint32_t of)
{
    return draw(&w->seed) % of;
}

static void put(writer *w, const char *text)
{
    sw_buf_str(&w->text, sw_str_of(text));
}

static const char kinds[] = "biudsytDlmoTPC";

// Variables, two for each letter, the second of them dyn.
static void put_variable(writer *w, char letter)
{
    sw_buf_printf(&w->text, "%c%u", letter, pick(w, 2));
}

#define FORTY     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define LONG_TEXT "'" FORTY FORTY FORTY FORTY "'"

static void put_leaf(writer *w, char letter)
{
    static const char *const texts[] = {
        "''",      "'a'",      "'ab'",       "'éa'",
        "'1'",     "'-1.5'",   "'10.0.0.1'", "'10.0.0.0/8'",
        "'1h2m'",  "'a-b-c'",  "'aGk='",     "'2026-01-02T03:04:05Z'",
        "'%s %s'", "'[a-c]+'", LONG_TEXT,
    };
    if (pick(w, 2) == 0) {
        put_variable(w, letter);
        return;
    }
    switch (letter) {
    case 'b': put(w, pick(w, 2) == 0 ? "true" : "false"); break;
    case 'i': sw_buf_printf(&w->text, "%d", (int)pick(w, 12) - 2); break;
    case 'u': sw_buf_printf(&w->text, "%uu", pick(w, 9)); break;
    case 'd': put(w, pick(w, 2) == 0 ? "0.5" : "1e300"); break;
    case 's': put(w, texts[pick(w, sizeof texts / sizeof *texts)]); break;
    case 'y': put(w, pick(w, 2) == 0 ? "b'ab'" : "b'\\xff'"); break;
    case 't': put(w, "timestamp('2026-01-02T03:04:05Z')"); break;
    case 'D': put(w, "duration('90s')"); break;
    case 'l': put(w, pick(w, 2) == 0 ? "[]" : "[1, 2, 3]"); break;
    case 'm': put(w, pick(w, 2) == 0 ? "{}" : "{'a': 1, 'k1': 'b'}"); break;
    case 'o': put(w, pick(w, 2) == 0 ? "optional.none()" : "m0.?k1"); break;
    case 'T': put(w, pick(w, 2) == 0 ? "int" : "type(l1)"); break;
    case 'P': put(w, "ip('10.0.0.1')"); break;
    default: put(w, "cidr('10.0.0.0/8')");
    }
}

static void put_any(writer *w, char letter, int depth);

static const char *const patterns[] = {
    "a", "a+$", "^(a|b)*c", "[^x]{2,5}x", "\\\\d+", "(?i)A.b", "\\\\pL+", "(",
};

// Arguments that mean something to the function, now and then.
static bool put_special(writer *w, const char *name, size_t i)
{
    static const char *const formats[] = {
        "'%s'", "'%d-%s'",    "'%.3f'", "'%x %X %o'",
        "'%b'", "'%s%s%s%%'", "'%e'",   "'%.700f'",
    };
    if (pick(w, 4) == 0) return false;
    if (strcmp(name, "matches") == 0 && i == 1) {
        sw_buf_printf(&w->text, "'%s'", patterns[pick(w, 8)]);
    } else if (strcmp(name, "format") == 0 && i == 0) {
        put(w, formats[pick(w, 8)]);
    } else if (strncmp(name, "get", 3) == 0 && i == 1) {
        put(w, pick(w, 2) == 0 ? "'Asia/Seoul'" : "'+09:00'");
    } else {
        return false;
    }
    return true;
}

static void put_argument(writer *w, const sw_cel__function *f,
                         const char *letters, size_t i, int depth)
{
    if (!put_special(w, f->name, i)) put_any(w, *letters, depth);
}

static void put_call(writer *w, const sw_cel__function *f, int depth)
{
    const char *takes = f->takes + (f->takes[0] == '?');
    size_t i = 0;
    if (f->method) {
        put(w, "(");
        put_argument(w, f, takes, i++, depth - 1);
        put(w, ")");
        takes = sw_cel__behind_type(takes);
        put(w, ".");
    }
    put(w, f->name);
    put(w, "(");
    bool first = true;
    for (const char *last = takes; *takes != '\0'; i++) {
        if (*takes == '*' && pick(w, 2) == 0) break;
        if (*takes != '*') last = takes;
        if (!first) put(w, ", ");
        put_argument(w, f, last, i, depth - 1);
        if (*takes != '*') takes = sw_cel__behind_type(takes);
        first = false;
    }
    put(w, ")");
}

enum { MOST_ROWS = 256 };
static unsigned called[MOST_ROWS];  // how often, by row

// A function that gives the letter. @return false if there is none.
static bool put_function(writer *w, char letter, int depth)
{
    const sw_cel__function *fitting[MOST_ROWS];
    unsigned rows[MOST_ROWS];
    unsigned count = 0, row = 0;
    for (size_t i = 0; sw_cel__tables[i] != NULL; i++) {
        const sw_cel__function *f = sw_cel__tables[i];
        for (; f->name != NULL; f++, row++) {
            if (strchr("AB.", f->gives[0]) == NULL && f->gives[0] != letter)
                continue;
            assert_true(row < MOST_ROWS);
            fitting[count] = f;
            rows[count++] = row;
        }
    }
    if (count == 0) return false;
    // Those that were called least come first, so that all are.
    unsigned best = pick(w, count);
    for (int i = 0; i < 3; i++) {
        unsigned other = pick(w, count);
        if (called[rows[other]] < called[rows[best]]) best = other;
    }
    called[rows[best]]++;
    put_call(w, fitting[best], depth);
    return true;
}

static void put_binary(writer *w, char a, const char *op, char b, int depth)
{
    put(w, "(");
    put_any(w, a, depth - 1);
    sw_buf_printf(&w->text, " %s ", op);
    put_any(w, b, depth - 1);
    put(w, ")");
}

static void put_operator(writer *w, char letter, int depth)
{
    static const char *const relations[] = {"==", "!=", "<", "<=", ">", ">="};
    static const char *const arithmetic[] = {"+", "-", "*", "/", "%"};
    char any = kinds[pick(w, sizeof kinds - 1)];
    switch (letter) {
    case 'b':
        switch (pick(w, 6)) {
        case 0: put_binary(w, 'b', "&&", 'b', depth); break;
        case 1: put_binary(w, 'b', "||", 'b', depth); break;
        case 2: put_binary(w, any, "in", pick(w, 2) ? 'l' : 'm', depth); break;
        case 3:
            put(w, "!");
            put_any(w, 'b', depth - 1);
            break;
        default: put_binary(w, any, relations[pick(w, 6)], any, depth);
        }
        break;
    case 'i':
    case 'u':
    case 'd':
        put_binary(w, letter, arithmetic[pick(w, 5)], letter, depth);
        break;
    case 's':
    case 'y':
    case 'l': put_binary(w, letter, "+", letter, depth); break;
    case 't': put_binary(w, 't', pick(w, 2) ? "+" : "-", 'D', depth); break;
    case 'D': put_binary(w, 't', "-", 't', depth); break;
    default: put_leaf(w, letter);
    }
}

// Element, field or key, of a list, a map or an optional.
static void put_part(writer *w, char letter, int depth)
{
    static const char *const fields[] = {".k1", ".?k1", "['k1']", "[?'k1']",
                                         "[0]", "[?1]", ".nosuch"};
    bool has = letter == 'b' && pick(w, 2) == 0;
    if (has) put(w, "has(");
    put_any(w, pick(w, 3) == 0 ? 'o' : pick(w, 2) ? 'm' : 'l', depth - 1);
    put(w, has ? ".k1)" : fields[pick(w, 7)]);
}

static void put_literal(writer *w, char letter, int depth)
{
    char item = kinds[pick(w, sizeof kinds - 1)];
    unsigned count = pick(w, 4);
    put(w, letter == 'l' ? "[" : "{");
    for (unsigned i = 0; i < count; i++) {
        if (i > 0) put(w, ", ");
        bool maybe = pick(w, 8) == 0;
        if (maybe) put(w, "?");
        if (letter == 'm') put_any(w, 's', depth - 2);
        if (letter == 'm') put(w, ": ");
        put_any(w, maybe ? 'o' : item, depth - 1);
    }
    put(w, letter == 'l' ? "]" : "}");
}

static void enter(writer *w, char letter)
{
    w->scope[w->scope_count++] = letter;
}

// range.name(v3, v4, parts...)
static void put_macro(writer *w, char letter, int depth)
{
    static const struct {
        char gives;
        const char *name;
        int variables;
        const char *parts;
    } macros[] = {
        {'b', "all", 1, "b"},
        {'b', "all", 2, "b"},
        {'b', "exists", 1, "b"},
        {'b', "exists", 2, "b"},
        {'b', "exists_one", 1, "b"},
        {'b', "existsOne", 2, "b"},
        {'l', "map", 1, "?"},
        {'l', "map", 1, "b?"},
        {'l', "filter", 1, "b"},
        {'l', "transformList", 2, "?"},
        {'l', "transformList", 2, "b?"},
        {'m', "transformMap", 2, "?"},
        {'m', "transformMap", 2, "b?"},
    };
    unsigned m = 0;
    do {
        m = pick(w, sizeof macros / sizeof *macros);
    } while (macros[m].gives != letter);
    put_any(w, pick(w, 3) == 0 ? 'm' : 'l', depth - 1);
    sw_buf_printf(&w->text, ".%s(", macros[m].name);
    int before = w->scope_count;
    for (int i = 0; i < macros[m].variables; i++) {
        sw_buf_printf(&w->text, "v%d, ", w->scope_count);
        enter(w, kinds[pick(w, 5)]);
    }
    for (const char *part = macros[m].parts; *part != '\0'; part++) {
        if (part != macros[m].parts) put(w, ", ");
        put_any(w, *part == '?' ? kinds[pick(w, sizeof kinds - 1)] : *part,
                depth - 1);
    }
    put(w, ")");
    w->scope_count = before;
}

static void put_bind(writer *w, char letter, int depth)
{
    char bound = kinds[pick(w, sizeof kinds - 1)];
    bool flat = letter == 'o' && pick(w, 2) == 0;
    if (letter == 'o') {
        put_any(w, 'o', depth - 1);
        sw_buf_printf(&w->text, ".%s(v%d, ", flat ? "optFlatMap" : "optMap",
                      w->scope_count);
    } else {
        sw_buf_printf(&w->text, "cel.bind(v%d, ", w->scope_count);
        put_any(w, bound, depth - 1);
        put(w, ", ");
    }
    enter(w, bound);
    put_any(w, letter == 'o' && !flat ? bound : letter, depth - 1);
    w->scope_count--;
    put(w, ")");
}

static void put_conditional(writer *w, char letter, int depth)
{
    put(w, "(");
    put_any(w, 'b', depth - 1);
    put(w, " ? ");
    put_any(w, letter, depth - 1);
    put(w, " : ");
    put_any(w, letter, depth - 1);
    put(w, ")");
}

static bool put_local(writer *w, char letter)
{
    if (w->block > 0 && pick(w, 3) == 0) {
        sw_buf_printf(&w->text, "cel.index(%u)", pick(w, (uint32_t)w->block));
        return true;
    }
    if (w->scope_count == 0) return false;
    unsigned v = pick(w, (uint32_t)w->scope_count);
    if (w->scope[v] != letter && pick(w, 3) > 0) return false;
    sw_buf_printf(&w->text, "v%u", v);
    return true;
}

// By a macro, written out, or by a function.
static void put_made(writer *w, char letter, int depth)
{
    bool folds = strchr("blm", letter) != NULL;
    bool written = strchr("lm", letter) != NULL;
    if (folds && pick(w, 2) == 0) {
        put_macro(w, letter, depth);
    } else if (written && pick(w, 3) == 0) {
        put_literal(w, letter, depth);
    } else if (!put_function(w, letter, depth)) {
        put_leaf(w, letter);
    }
}

static void put_any(writer *w, char letter, int depth)
{
    bool wild = strchr("AB.n", letter) != NULL;
    if (wild || pick(w, 30) == 0) {
        letter = letter == 'n' ? "iud"[pick(w, 3)]
                               : kinds[pick(w, sizeof kinds - 1)];
    }
    if (pick(w, 3) == 0 && put_local(w, letter)) return;
    if (depth <= 0 || w->text.len > 3000) {
        put_leaf(w, letter);
        return;
    }
    switch (pick(w, 12)) {
    case 0: put_leaf(w, letter); break;
    case 1: put_part(w, letter, depth); break;
    case 2: put_conditional(w, letter, depth); break;
    case 3: put_bind(w, letter, depth); break;
    case 4:
    case 5: put_operator(w, letter, depth); break;
    default: put_made(w, letter, depth);
    }
}

static void put_whole(writer *w)
{
    char letter = kinds[pick(w, sizeof kinds - 1)];
    int depth = 2 + (int)pick(w, 4), elements = (int)pick(w, 4);
    if (pick(w, 6) > 0 || elements == 0) {
        put_any(w, letter, depth);
        return;
    }
    put(w, "cel.block([");
    for (int i = 0; i < elements; i++) {
        if (i > 0) put(w, ", ");
        put_any(w, kinds[pick(w, sizeof kinds - 1)], depth - 1);
        w->block = i + 1;
    }
    put(w, "], ");
    put_any(w, letter, depth);
    put(w, ")");
    w->block = 0;
}

/* ---- random values --------------------------------------------------- */

static sw_cel_value draw_value(uint64_t *seed, sw_arena *arena, char letter,
                               int depth);

static sw_cel_value draw_list(uint64_t *seed, sw_arena *arena, int depth)
{
    size_t count = draw(seed) % (draw(seed) % 4 == 0 ? 60 : 5);
    sw_cel_value v = list_of(arena, int_value(0), count);
    sw_cel_value *items = (sw_cel_value *)(uintptr_t)v.as.list.at;
    char letter = kinds[draw(seed) % (sizeof kinds - 1)];
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
    char letter = kinds[draw(seed) % (sizeof kinds - 1)];
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
    return typed(arena, types[strchr(kinds, letter) - kinds]);
}

static void bind_random(uint64_t *seed, sw_arena *arena, sw_cel_env *env,
                        sw_cel_options *how)
{
    size_t count = 2 * (sizeof kinds - 1);
    sw_cel_binding *b = SW_NEW_ARRAY(arena, sw_cel_binding, count);
    sw_cel_variable *v = SW_NEW_ARRAY(arena, sw_cel_variable, count);
    for (size_t i = 0; i < count; i++) {
        char letter = kinds[i / 2];
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
        writer w = {.seed = seed + (uint64_t)i};
        sw_cel_env env;
        sw_cel_options how;
        sw_cel *cel = NULL;
        sw_error err = {0};
        put_whole(&w);
        if (!sw_cel_parse((sw_str){w.text.at, w.text.len}, arena, &cel, &err))
            fail_msg("%.*s\n%s", SW_STR_ARGS(w.text), err.reason);
        for (int round = 0; round < 3; round++) {
            bind_random(&w.seed, arena, &env, &how);
            note(&r, run(arena, cel, &env, &how));
        }
        sw_buf_free(&w.text);
        sw_arena_free(arena);
    }
    print_ratios(&r, "random expressions");
    unsigned row = 0;
    for (size_t i = 0; sw_cel__tables[i] != NULL; i++) {
        const sw_cel__function *f = sw_cel__tables[i];
        for (; f->name != NULL; f++, row++) {
            if (called[row] == 0) fail_msg("%s was never called", f->name);
        }
    }
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
        cmocka_unit_test(the_worst_is_met_and_hardly_passed),
        cmocka_unit_test(only_what_hangs_on_an_unknown_size_is_unbounded),
        cmocka_unit_test(own_functions_are_estimated_as_declared),
        cmocka_unit_test(the_deepest_trees_are_estimated),
        cmocka_unit_test(a_wrong_env_is_refused),
        cmocka_unit_test(values_are_measured),
        cmocka_unit_test(every_function_has_a_rule),
        cmocka_unit_test(random_expressions_stay_within_their_estimate),
        cmocka_unit_test(the_conformance_suite_stays_within_its_estimate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
