// What is left of an expression: the text of chosen ones, and of all others
// that it gives what the whole gives, however the unknowns turn out.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cel_support.h"

static sw_cel_value list_of(sw_arena *arena, size_t count,
                            const sw_cel_value *items)
{
    sw_cel_value *copy = SW_NEW_ARRAY(arena, sw_cel_value, count);
    if (count > 0) memcpy(copy, items, count * sizeof *copy);
    sw_cel_value v = {.kind = SW_CEL_LIST};
    v.as.list.at = copy;
    v.as.list.count = count;
    return v;
}

static sw_cel_value map_of(sw_arena *arena, size_t count,
                           const sw_cel_entry *entries)
{
    sw_cel_entry *copy = SW_NEW_ARRAY(arena, sw_cel_entry, count);
    if (count > 0) memcpy(copy, entries, count * sizeof *copy);
    sw_cel_value v = {.kind = SW_CEL_MAP};
    v.as.map.at = copy;
    v.as.map.count = count;
    return v;
}

static const char *left_of(sw_arena *arena, const char *source,
                           const sw_cel_options *how)
{
    sw_cel *left = NULL;
    sw_error err = {0};
    if (!sw_cel_residual(parsed(arena, source), how, arena, &left, &err))
        fail_msg("%s: %s", source, err.reason);
    return sw_cel_source(left).at;
}

static sw_cel_value value_with(sw_arena *arena, const sw_cel *cel,
                               const sw_cel_options *how)
{
    sw_cel_value v = {0};
    sw_error err = {0};
    if (!sw_cel_eval(cel, how, arena, &v, &err))
        fail_msg("%s: %s", sw_cel_source(cel).at, err.reason);
    return v;
}

// Any error is as good as another; else the text tells kind and value.
static const char *told(sw_arena *arena, const sw_cel_value *v)
{
    return v->kind == SW_CEL_ERROR ? "error" : shown(arena, v);
}

/* ---- chosen ---------------------------------------------------------- */

// n, xs and t are known, u and v are not; of cargo two things are not.
static sw_cel_options facts(sw_arena *arena)
{
    sw_cel_value tags[] = {string_value("a"),
                           unknown_value(arena, "cargo.tags[1]")};
    sw_cel_entry cargo[] = {
        {string_value("scale"), int_value(5000)},
        {string_value("kind"), unknown_value(arena, "cargo.kind")},
        {string_value("tags"), list_of(arena, 2, tags)}};
    sw_cel_value xs[] = {int_value(1), int_value(2), int_value(3)};
    sw_cel_binding *b = SW_NEW_ARRAY(arena, sw_cel_binding, 7);
    b[0] = (sw_cel_binding){SW_STR("cargo"), map_of(arena, 3, cargo)};
    b[1] = (sw_cel_binding){SW_STR("xs"), list_of(arena, 3, xs)};
    b[2] = (sw_cel_binding){SW_STR("n"), int_value(7)};
    b[3] = (sw_cel_binding){SW_STR("t"), bool_value(true)};
    b[4] = (sw_cel_binding){SW_STR("u"), unknown_value(arena, "u")};
    b[5] = (sw_cel_binding){SW_STR("v"), unknown_value(arena, "v")};
    b[6] = (sw_cel_binding){SW_STR("bad"), error_value("bad")};
    return (sw_cel_options){.bindings = b, .binding_count = 7};
}

#define CARGO                                                                  \
    "{\"scale\": 5000, ?\"kind\": cargo.?kind, \"tags\": [\"a\", "             \
    "cargo.tags[1]]}"

static const char *const chosen[][2] = {
    // What is known is a literal.
    {"n + 1", "8"},
    {"cargo.scale >= 25000", "false"},
    {"[n, 'a', b'b', 2u, 0.5, null, xs, {'k': -1}]",
     "[7, \"a\", b\"b\", 2u, 0.5, null, [1, 2, 3], {\"k\": -1}]"},
    {"timestamp('2026-12-03T00:00:00Z')",
     "timestamp(\"2026-12-03T00:00:00Z\")"},
    {"duration('90s') + duration('0s')", "duration(\"90s\")"},
    {"[optional.of(n), optional.none()]", "[optional.of(7), optional.none()]"},
    {"[type(n), net.IP]", "[int, net.IP]"},
    {"ip('::1')", "ip(\"::1\")"},
    {"0.0 / 0.0", "double(\"NaN\")"},
    {"false && u", "false"},
    {"u || t", "true"},
    {"(u && false) || v", "v || false"},
    {"cargo.tags || false", "[\"a\", null] || false"},
    {"[1].all(x, cargo.tags)", "[\"a\", null] && true"},
    // Paths stay as written.
    {"u", NULL},
    {"u.x.y", NULL},
    {"cargo.kind", NULL},
    {"cargo['kind']", "cargo.kind"},
    {"cargo.kind.deep", NULL},
    {"has(cargo.kind) && has(u.x)", NULL},
    {"cargo.?kind.orValue('x')", "cargo.?kind.orValue(\"x\")"},
    {"optional.of(cargo).kind", "cargo.?kind"},
    {"cargo.tags[1] + cargo.tags[?1].value()",
     "cargo.tags[1] + cargo.tags[?1].value()"},
    {"has({'a': cargo}.a.kind)", "has(cargo.kind)"},
    // Containers that hold unknowns.
    {"cargo", CARGO},
    {"cargo == u", CARGO " == u"},
    {"cargo.tags + [n]", "[\"a\", cargo.tags[1], 7]"},
    {"'b' in cargo.tags", "\"b\" in [\"a\", cargo.tags[1]]"},
    {"'kind' in cargo", "\"kind\" in " CARGO},
    {"size(cargo.tags)", "2"},
    {"optional.of(cargo)", "optional.of(" CARGO ")"},
    // && and ||.
    {"u && t", "u && true"},
    {"t && u && v", "u && v"},
    {"(u && t) && v", "u && v"},
    {"(u || n > 9) && (v || false)", "u && v"},
    {"u > 1 && t", "u > 1"},
    {"u.startsWith('a') && t", "u.startsWith(\"a\")"},
    {"u.size() && t", "u.size() && true"},
    {"u && 1 / 0 > 0 && n / 0 > 0 && v", "u && 1 / 0 && v"},
    {"u && n", "u && 7"},
    {"t && n", "7 && true"},
    {"t && cargo.tags", "[\"a\", null] && true"},
    {"u || 'x'", "u || \"x\""},
    {"!(u && t)", "!u"},
    {"u && t ? v && t : n", "u ? v && true : 7"},
    {"t ? u : v", "u"},
    // Errors: what fails, and nothing else.
    {"1 / 0", NULL},
    {"u + n / (n - 7)", "7 / 0"},
    {"missing + u", "missing"},
    {"cargo.none", NULL},
    {"cargo.scale.x", NULL},
    {"bad + 1", "bad"},
    {"google.protobuf", NULL},
    {"cel.iterVar(0, 1) == u", "{}.error"},
    {"cel.iterVar(0, 1).x == u", "cel.iterVar(0, 1).x"},
    {"[1, 2][n]", "[1, 2][7]"},
    {"nosuch(u, n)", "nosuch(null, 7)"},
    {"u.nosuch()", "null.nosuch()"},
    {"n ? u : v", "!7"},
    {"n.all(x, u)", "7.all(x, true)"},
    {"n.optMap(x, u)", "7.optMap(x, true)"},
    {"cargo + 1",
     "{\"scale\": 5000, \"kind\": null, \"tags\": [\"a\", null]} + 1"},
    {"M{f: u}", "M{f: null}"},
    {"[u, ?n]", "[null, ?7]"},
    {"{u: 1, [n]: 2}", "{null: 1, [7]: 2}"},
    {"u ? 1 / 0 : 2", "u ? 1 / 0 : 2"},
    {"u.orValue(1 / 0)", "u.orValue(1 / 0)"},
    // Macros over known ranges.
    {"xs.all(x, x < u)", "1 < u && 2 < u && 3 < u"},
    {"xs.all(x, x < 3 || u)", "u && true"},
    {"xs.exists(x, x == u)", "1 == u || 2 == u || 3 == u"},
    {"xs.exists(x, x > 2 && u)", "u || false"},
    {"xs.exists(x, x > u || x == 3)", "true"},
    {"xs.all(x, x / (x - 2) < u)", "-1 < u && 2 / 0 && 3 < u"},
    {"xs.exists_one(x, x > 2 || u)", "[u, u, true].exists_one(x, x)"},
    {"xs.map(x, x + u)", "[1 + u, 2 + u, 3 + u]"},
    {"xs.map(x, x + n)", "[8, 9, 10]"},
    {"xs.filter(x, x > 1)", "[2, 3]"},
    {"xs.filter(x, x == 2 || x > u)",
     "[?1 > u ? optional.of(1) : optional.none(), 2, "
     "?3 > u ? optional.of(3) : optional.none()]"},
    {"xs.map(x, x > 1 && u, x * v)",
     "[?u ? optional.of(2 * v) : optional.none(), "
     "?u ? optional.of(3 * v) : optional.none()]"},
    {"xs.transformMap(i, x, x > 2 || (x > 1 && u), x)",
     "{?1: u ? optional.of(2) : optional.none(), 2: 3}"},
    {"xs.transformList(i, x, i + u)", "[0 + u, 1 + u, 2 + u]"},
    {"cargo.exists(k, v, v == 'map')", "cargo.kind == \"map\""},
    {"cargo.map(k, k)", "[\"scale\", \"kind\", \"tags\"]"},
    {"cargo.tags.all(t, t != 'b')", "cargo.tags[1] != \"b\""},
    {"cargo.tags.all(t, t == 'b')", "false"},
    {"[].all(x, u)", "true"},
    {"[1].all(x, u)", "u && true"},
    {"xs.map(x, xs.filter(y, y < x && u == y))",
     "[[], [?u == 1 ? optional.of(1) : optional.none()], "
     "[?u == 1 ? optional.of(1) : optional.none(), "
     "?u == 2 ? optional.of(2) : optional.none()]]"},
    // Macros that stay.
    {"u.all(x, x > n && t)", "u.all(x, x > 7)"},
    {"u.map(x, x > 1 && t, x + n)", "u.map(x, x > 1, x + 7)"},
    {"u.filter(x, x in xs)", "u.filter(x, x in [1, 2, 3])"},
    {"u.exists(i, x, i == x)", NULL},
    {"u.map(x, xs.map(y, x + y))", "u.map(x, [x + 1, x + 2, x + 3])"},
    {"[u, 1].all(x, x > n)", "[u, 1].all(x, x > 7)"},
    {"u.transformMap(k, v, v + n)", "u.transformMap(k, v, v + 7)"},
    // Names that variables hide.
    {"u.map(n, n + .n)", "u.map(n, n + 7)"},
    {"u.map(v, v + .v)", NULL},
    {"cel.bind(y, v, u.map(v, v + y))", "u.map(v, v + .v)"},
    {"u.map(cargo, cargo == .cargo)",
     "u.map(cargo, cargo == "
     "{\"scale\": 5000, ?\"kind\": .cargo.?kind, "
     "\"tags\": [\"a\", .cargo.tags[1]]})"},
    {"cel.bind(y, missing, u.map(missing, y))", "u.map(missing, .missing)"},
    {"cel.bind(y, int, u.map(int, y == type(int)))",
     "u.map(int, .int == type(int))"},
    // What binds.
    {"cel.bind(y, n, y + u)", "7 + u"},
    {"cel.bind(y, u, y + y)", "u + u"},
    {"cel.bind(y, u + 1, y * y)", NULL},
    {"cel.bind(y, u + 1, n)", "7"},
    {"cel.bind(y, u + 1, y > 1 || t)", "true"},
    {"cel.bind(y, u + 1, v && (y > 1 || t))", "v && true"},
    {"cel.bind(y, 1 / 0, y + u)", "1 / 0"},
    {"cel.bind(y, cargo, y.kind == 'a')", "cargo.kind == \"a\""},
    {"cel.bind(y, u + 1, cel.bind(z, y + 1, z + z))", NULL},
    {"u.optMap(x, x + n)", "u.optMap(x, x + 7)"},
    {"optional.of(n).optMap(x, x + u)", "optional.of(7 + u)"},
    {"optional.of(n).optFlatMap(x, u)", "u"},
    {"optional.none().optMap(x, u)", "optional.none()"},
    {"cargo.?kind.optMap(x, x + 'y')", "cargo.?kind.optMap(x, x + \"y\")"},
    // Blocks.
    {"cel.block([u + 1, n], cel.index(0) * cel.index(0) + cel.index(1))",
     "cel.block([u + 1], cel.index(0) * cel.index(0) + 7)"},
    {"cel.block([n, u * n, cel.index(1) + v, u + 2], "
     "t || cel.index(3) > 0 ? cel.index(2) + cel.index(1) : 0)",
     "cel.block([u * 7, cel.index(0) + v], cel.index(1) + cel.index(0))"},
    {"cel.block([u, 1 / 0, cargo], cel.index(0) || cel.index(1) > 1 || "
     "cel.index(2).kind)",
     "u || 1 / 0 || cargo.kind"},
    {"cel.block([u + 1], [cel.index(0) > 1].all(x, x))", NULL},
    {"cel.block([u + 1, cel.index(0) * 2], cel.index(1))", NULL},
    {"cel.block([u + 1, u + 2], [1, 2].exists(x, cel.index(0) > x || x == 2) "
     "&& cel.index(1) > 0)",
     "cel.block([u + 2], cel.index(0) > 0)"},
    {"cel.block([u + 1], xs.map(x, x + cel.index(0)))",
     "cel.block([u + 1], [1 + cel.index(0), 2 + cel.index(0), "
     "3 + cel.index(0)])"},
};

static void chosen_expressions_leave_this(void **state)
{
    for (size_t i = 0; i < sizeof chosen / sizeof *chosen; i++) {
        sw_arena *arena = new_arena();
        sw_cel_options how = facts(arena);
        const char *source = chosen[i][0];
        const char *want = chosen[i][1] != NULL ? chosen[i][1] : source;
        const char *got = left_of(arena, source, &how);
        if (strcmp(got, want) != 0) fail_msg("%s: %s", source, got);
        sw_arena_free(arena);
    }
}

/* ---- containers, names with dots ------------------------------------- */

static const char *const spaced[][2] = {
    {"c", ".A.B.c"},
    {"c + 1", ".A.B.c + 1"},
    {"d.k", ".A.d.k"},
    {"has(d.k)", "has(.A.d.k)"},
    {"known + root", "1 + root"},
    {".root", NULL},
    {"x.y", NULL},
    {"cel.bind(a, x, a.y)", "x.`y`"},
    {"cel.bind(a, x, a.y.z)", "x.`y`.z"},
    {"cel.bind(a, d, a)", "{?\"k\": .A.d.?k}"},
    {"root.map(A, d)", "root.map(A, {?\"k\": .A.d.?k})"},
    {"undeclared.x", "{}.x"},
};

static void containers_and_dotted_names_mean_the_same(void **state)
{
    for (size_t i = 0; i < sizeof spaced / sizeof *spaced; i++) {
        sw_arena *arena = new_arena();
        sw_cel_entry k = {string_value("k"), unknown_value(arena, "A.d.k")};
        sw_cel_binding b[] = {
            {SW_STR("A.B.c"), unknown_value(arena, "A.B.c")},
            {SW_STR("A.d"), map_of(arena, 1, &k)},
            {SW_STR("A.known"), int_value(1)},
            {SW_STR("known"), int_value(2)},
            {SW_STR("root"), unknown_value(arena, "root")},
            {SW_STR("x"), unknown_value(arena, "x")},
            {SW_STR("x.y"), unknown_value(arena, "x.y")},
        };
        sw_cel_options how = {
            .bindings = b, .binding_count = 7, .container = SW_STR("A.B")};
        const char *source = spaced[i][0];
        const char *want = spaced[i][1] != NULL ? spaced[i][1] : source;
        const char *got = left_of(arena, source, &how);
        if (strcmp(got, want) != 0) fail_msg("%s: %s", source, got);
        sw_arena_free(arena);
    }
}

/* ---- functions of the caller's own ----------------------------------- */

static bool twice(void *data, const sw_cel_value *args, size_t count,
                  sw_arena *arena, sw_cel_value *out, sw_error *err)
{
    *out = int_value(args[0].as.i64 * 2);
    return true;
}

// With the value it has once u is 5.
static const struct {
    const char *source, *left, *value;
} own[] = {
    {"f(n) + u", "14 + u", "19"},
    {"f(u) + n", ".A.f(u) + 7", "17"},
    {"xs.map(x, f(x) + g(u))", "[2 + .A.B.g(u), 4 + .A.B.g(u), 6 + .A.B.g(u)]",
     "[12, 14, 16]"},
    {"g(u) && t", ".A.B.g(u) && true", "error"},
    {"g(cargo)",
     ".A.B.g({\"scale\": 5000, ?\"kind\": .cargo.?kind, \"tags\": [\"a\", "
     ".cargo.tags[1]]})",
     "error"},
    {"none(n) + u", ".A.B.none(7)", "error"},
    {"u.twice() + n.twice()", "u.twice() + 14", "24"},
    {"size(n) + u", "14 + u", "19"},
    {"size(u) && t", ".A.B.size(u) && true", "error"},
};

// They keep the names by which they are found, and what is left of them is
// called again.
static void functions_of_ones_own_stay(void **state)
{
    const sw_cel_type *dyn = sw_cel_type_of(SW_CEL_TYPE_DYN);
    const sw_cel_type *number = sw_cel_type_of(SW_CEL_TYPE_INT);
    const sw_cel_function functions[] = {
        {.name = SW_STR("A.f"), .params = &dyn, .call = twice},
        {.name = SW_STR("A.B.g"), .params = &dyn, .call = twice},
        {.name = SW_STR("A.B.none"), .params = &dyn},
        {.name = SW_STR("twice"),
         .params = &dyn,
         .call = twice,
         .method = true},
        {.name = SW_STR("A.B.size"), .params = &number, .call = twice},
    };
    sw_cel_function all[5];
    for (size_t i = 0; i < 5; i++) {
        all[i] = functions[i];
        all[i].param_count = 1;
        all[i].result = dyn;
    }
    static const char *const names[] = {"n", "u", "t", "xs", "cargo"};
    sw_cel_variable variables[5];
    for (size_t i = 0; i < 5; i++)
        variables[i] = (sw_cel_variable){sw_str_of(names[i]), dyn, {0}};
    sw_cel_env env = {variables, 5, all, 5, SW_STR("A.B")};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        sw_arena *arena = new_arena();
        sw_cel_options how = facts(arena);
        sw_cel_binding five = {SW_STR("u"), int_value(5)};
        sw_cel_options alone = {.bindings = &five, .binding_count = 1};
        sw_cel *cel = NULL, *left = NULL;
        sw_error err = {0};
        if (!sw_cel_compile(sw_str_of(own[i].source), &env, arena, &cel, NULL,
                            &err) ||
            !sw_cel_residual(cel, &how, arena, &left, &err))
            fail_msg("%s: %s", own[i].source, err.reason);
        assert_string_equal(sw_cel_source(left).at, own[i].left);
        sw_cel_value v = value_with(arena, left, &alone);
        assert_string_equal(told(arena, &v), own[i].value);
        sw_arena_free(arena);
    }
}

/* ---- all others: by trying every way the unknowns may turn out -------- */

// p and q are bools, n an int, m a map whose k may be unknown or absent, ys a
// list of which one element may be, w what may be a list, o an optional.
enum { P, Q, N, MK, YS1, W, O, ATTRIBUTES };

static const char *const paths[ATTRIBUTES] = {"p",     "q", "n", "m.k",
                                              "ys[1]", "w", "o"};
static const size_t ways[ATTRIBUTES] = {2, 3, 3, 3, 2, 3, 2};

typedef struct {
    uint64_t seed;
    sw_buf out;
    char vars[16];  // ints, mostly, that are bound around
    size_t var_count;
    bool used[ATTRIBUTES];
    bool whole_map;  // m is read other than by its keys
    bool in_block;
} maker;

// A form of an expression. In its text #B #I #L #O #M stand for a bool, an int,
// a list, an optional, a map; ^ for a dot if a variable hides the name behind;
// #V for a variable, which the text behind @ may read, #W for a second one.
typedef struct {
    const char *text;
    int attribute;  // that it reads; -1: none
} form;

#define FORMS(name, ...) static const form name[] = {__VA_ARGS__}

FORMS(bool_leaves, {"true", -1}, {"false", -1}, {"^p", P}, {"^p", P}, {"q", Q},
      {"has(^m.k)", MK}, {"('k' in ^m)", MK}, {"has(w.k)", W}, {"#I", -1});
FORMS(int_leaves, {"0", -1}, {"2", -1}, {"-1", -1}, {"^n", N}, {"^m.k", MK},
      {"^m['k']", MK}, {"ys[1]", YS1}, {"(1 / 0)", -1});
FORMS(list_leaves, {"ys", YS1}, {"w", W}, {"[]", -1}, {"[1, 2, 0]", -1});
FORMS(optional_leaves, {"o", O}, {"^m.?k", MK}, {"optional.none()", -1},
      {"ys[?1]", YS1});
FORMS(map_leaves, {"^m", MK});

FORMS(bools, {"(#B && #B)", -1}, {"(#B && #B)", -1}, {"(#B || #B)", -1},
      {"(#B || #B)", -1}, {"(#B && #B && #B)", -1}, {"!#B", -1},
      {"(#I < #I)", -1}, {"(#I == #I)", -1}, {"(#L == #L)", -1},
      {"(#I in #L)", -1}, {"(#B ? #B : #B)", -1}, {"#O.hasValue()", -1},
      {"#L.all(#V, @#B)", -1}, {"#L.exists(#V, @#B)", -1},
      {"#L.exists_one(#V, @#B)", -1}, {"#L.all(#V, #W, @#B)", -1},
      {"#M.exists(#V, #W, @#B)", -1}, {"cel.bind(#V, #I, @#B)", -1},
      {"(#O == #O)", -1}, {"(#M != #M)", -1},
      {"cel.block([#I, #I, cel.index(0) / #I], #L.all(#V, @cel.index(2) < #I))",
       -1},
      {"has(#M.k)", -1}, {"", -1});
FORMS(ints, {"(#I + #I)", -1}, {"(#I + #I)", -1}, {"(#I / #I)", -1},
      {"-(#I)", -1}, {"(#B ? #I : #I)", -1}, {"#L[#I]", -1}, {"size(#L)", -1},
      {"#O.orValue(#I)", -1}, {"#O.value()", -1}, {"#M.k", -1},
      {"cel.bind(#V, #I, @#I)", -1}, {"cel.bind(#V, #B, @#I)", -1},
      {"math.greatest(#L)", -1},
      {"cel.block([#I, cel.index(0) + #I], #I + cel.index(1) * cel.index(0))",
       -1},
      {"", -1}, {"", -1});
FORMS(lists, {"[#I, #I]", -1}, {"[#I, ?#O]", -1}, {"(#L + #L)", -1},
      {"#L.map(#V, @#I)", -1}, {"#L.map(#V, @#B, #I)", -1},
      {"#L.filter(#V, @#B)", -1}, {"#L.transformList(#V, #W, @#I)", -1},
      {"#M.transformList(#V, #W, @#B, #I)", -1}, {"(#B ? #L : #L)", -1},
      {"cel.bind(#V, #I, @#L)", -1}, {"", -1}, {"", -1}, {"", -1});
FORMS(optionals, {"optional.of(#I)", -1}, {"#L[?#I]", -1}, {"#M.?k", -1},
      {"#O.or(#O)", -1}, {"#O.optMap(#V, @#I)", -1},
      {"#O.optFlatMap(#V, @#O)", -1}, {"(#B ? #O : #O)", -1}, {"", -1});
FORMS(maps, {"{'k': #I, 'z': #I}", -1}, {"{?'k': #O}", -1},
      {"#L.transformMap(#V, #W, @#I)", -1},
      {"#M.transformMap(#V, #W, @#B, #I)", -1}, {"(#B ? #M : #M)", -1},
      {"", -1}, {"", -1});

#define COUNTED(forms) forms, sizeof forms / sizeof *forms

static const struct {
    char letter;
    const form *leaves;
    size_t leaf_count;
    const form *forms;
    size_t count;
} types[] = {
    {'B', COUNTED(bool_leaves), COUNTED(bools)},
    {'I', COUNTED(int_leaves), COUNTED(ints)},
    {'L', COUNTED(list_leaves), COUNTED(lists)},
    {'O', COUNTED(optional_leaves), COUNTED(optionals)},
    {'M', COUNTED(map_leaves), COUNTED(maps)},
};

static size_t pick(maker *m, size_t of)
{
    return draw(&m->seed) % of;
}

static bool is_hidden(const maker *m, char name)
{
    return m->var_count > 0 && memchr(m->vars, name, m->var_count) != NULL;
}

static void write_type(maker *m, char letter, int depth);

static void write_form(maker *m, const form *f, int depth)
{
    // Names that hide an attribute, or one another, or neither.
    char first = "xynpmy"[pick(m, 6)], second = first == 'x' ? 'y' : 'x';
    size_t bound = 0, outer = m->var_count;
    if (f->attribute >= 0) m->used[f->attribute] = true;
    m->whole_map |= f == map_leaves;
    for (const char *at = f->text; *at != '\0'; at++) {
        if (*at == '^') {
            if (is_hidden(m, at[1])) sw_buf_str(&m->out, SW_STR("."));
        } else if (*at == '@') {
            if (bound > 0) m->vars[m->var_count++] = first;
            if (bound > 1) m->vars[m->var_count++] = second;
        } else if (*at != '#') {
            sw_buf_add(&m->out, at, 1);
        } else if (*++at == 'V' || *at == 'W') {
            sw_buf_add(&m->out, bound++ == 0 ? &first : &second, 1);
        } else {
            write_type(m, *at, depth - 1);
        }
    }
    m->var_count = outer;
}

static bool may_be_used(const maker *m, const form *f)
{
    bool binds = strchr(f->text, '@') != NULL;
    bool block = strncmp(f->text, "cel.block", 9) == 0;
    return f->text[0] != '\0' && !(binds && m->var_count > 12) &&
           !(block && m->in_block);
}

static void write_type(maker *m, char letter, int depth)
{
    size_t t = 0;
    while (types[t].letter != letter)
        t++;
    const form *f = &types[t].forms[pick(m, types[t].count)];
    if (depth > 0 && may_be_used(m, f)) {
        bool outer = m->in_block;
        m->in_block |= strncmp(f->text, "cel.block", 9) == 0;
        write_form(m, f, depth);
        m->in_block = outer;
    } else if (letter == 'I' && m->var_count > 0 && pick(m, 2) == 0) {
        sw_buf_add(&m->out, &m->vars[pick(m, m->var_count)], 1);
    } else {
        write_form(m, &types[t].leaves[pick(m, types[t].leaf_count)], 0);
    }
}

static void write_any(maker *m)
{
    char type = "BBBILMO"[pick(m, 7)];
    write_type(m, type, 1 + (int)pick(m, 4));
}

/* ---- what is bound --------------------------------------------------- */

// How an attribute turned out, the way'th.
static sw_cel_value way_of(sw_arena *arena, int attribute, size_t way)
{
    sw_cel_value items[] = {int_value(0), int_value(2)};
    sw_cel_value *one = SW_NEW_ARRAY(arena, sw_cel_value, 1);
    one[0] = int_value(1);
    sw_cel_value optional = {.kind = SW_CEL_OPTIONAL};
    switch (attribute) {
    case P: return bool_value(way == 0);
    case Q: return way == 2 ? error_value("q") : bool_value(way == 0);
    case N: return int_value((int64_t)way);
    case MK: return int_value((int64_t)way);
    case YS1: return int_value(way == 0 ? 0 : 2);
    case W: return way == 2 ? int_value(5) : list_of(arena, way * 2, items);
    default:
        if (way == 1) optional.as.optional = one;
        return optional;
    }
}

enum { UNKNOWN_WAY = -1, ABSENT_WAY = 2, MISSING_WAY = -2 };

typedef struct {
    int of[ATTRIBUTES];  // a way, unknown, or missing: not bound at all
} ways_taken;

static bool value_of(sw_arena *arena, const ways_taken *taken, int attribute,
                     sw_cel_value *out)
{
    int way = taken->of[attribute];
    if (way == MISSING_WAY) return false;
    *out = way == UNKNOWN_WAY ? unknown_value(arena, paths[attribute])
                              : way_of(arena, attribute, (size_t)way);
    return attribute != MK || way != ABSENT_WAY;
}

// Everything bound; or, `alone`, the attributes that are not missing.
static sw_cel_options bind_ways(sw_arena *arena, const ways_taken *taken,
                                bool alone)
{
    static const int plain[] = {P, Q, N, W, O};
    sw_cel_binding *b = SW_NEW_ARRAY(arena, sw_cel_binding, 7);
    size_t count = 0;
    sw_cel_value v;
    for (size_t i = 0; i < 5; i++) {
        if (value_of(arena, taken, plain[i], &v))
            b[count++] = (sw_cel_binding){sw_str_of(paths[plain[i]]), v};
    }
    sw_cel_entry entries[] = {{string_value("z"), int_value(1)},
                              {string_value("k"), int_value(0)}};
    bool has_k = value_of(arena, taken, MK, &entries[1].value);
    if (!alone) {
        b[count++] = (sw_cel_binding){SW_STR("m"),
                                      map_of(arena, has_k ? 2 : 1, entries)};
    } else if (taken->of[MK] != MISSING_WAY) {
        b[count++] =
            (sw_cel_binding){SW_STR("m"), map_of(arena, has_k, entries + 1)};
    }
    // Alone, the element stands in a map under its number.
    sw_cel_value ys[] = {int_value(1), int_value(0), int_value(0)};
    bool has_ys1 = value_of(arena, taken, YS1, &ys[1]);
    sw_cel_entry second = {int_value(1), ys[1]};
    if (!alone) {
        b[count++] = (sw_cel_binding){SW_STR("ys"), list_of(arena, 3, ys)};
    } else if (has_ys1) {
        b[count++] = (sw_cel_binding){SW_STR("ys"), map_of(arena, 1, &second)};
    }
    return (sw_cel_options){.bindings = b, .binding_count = count};
}

/* ---- the property ---------------------------------------------------- */

typedef struct {
    sw_arena *arena;
    const sw_cel *cel, *left;
    sw_cel_value verdict;  // with the unknowns
    size_t decided, compared;
} trial;

// Whether it is unknown, or something in it.
static bool is_open(const trial *t)
{
    return strstr(shown(t->arena, &t->verdict), "unknown(") != NULL;
}

static void compare(trial *t, const ways_taken *whole, const ways_taken *alone)
{
    sw_cel_options all = bind_ways(t->arena, whole, false);
    sw_cel_options few = bind_ways(t->arena, alone, true);
    sw_cel_value a = value_with(t->arena, t->cel, &all);
    sw_cel_value b = value_with(t->arena, t->left, &few);
    const char *want = told(t->arena, &a), *got = told(t->arena, &b);
    t->compared++;
    if (strcmp(want, got) != 0) {
        fail_msg("%s\n  gives %s, but what is left of it\n  %s\n  gives %s",
                 sw_cel_source(t->cel).at, want, sw_cel_source(t->left).at,
                 got);
    }
    if (!is_open(t) && strcmp(told(t->arena, &t->verdict), want) != 0) {
        fail_msg("%s\n  is known as %s, but gives %s", sw_cel_source(t->cel).at,
                 told(t->arena, &t->verdict), want);
    }
}

// Every way in which the unknowns may turn out.
static void compare_all(trial *t, const maker *m, ways_taken *whole,
                        ways_taken *alone, int attribute)
{
    while (attribute < ATTRIBUTES && alone->of[attribute] == MISSING_WAY)
        attribute++;
    if (attribute == ATTRIBUTES) {
        compare(t, whole, alone);
        return;
    }
    size_t count = ways[attribute];
    if (attribute == MK && m->whole_map) count = ABSENT_WAY;
    for (size_t way = 0; way < count; way++) {
        whole->of[attribute] = alone->of[attribute] = (int)way;
        compare_all(t, m, whole, alone, attribute + 1);
    }
}

// What is named is unknown; and of a known value nothing is left to name.
static void check_names(const trial *t, const ways_taken *known)
{
    const sw_cel_reference *refs = NULL;
    size_t count = 0;
    sw_error err = {0};
    for (size_t i = 0;
         t->verdict.kind == SW_CEL_UNKNOWN && i < t->verdict.as.unknown.count;
         i++) {
        int a = 0;
        while (a < ATTRIBUTES &&
               !sw_str_eq(t->verdict.as.unknown.at[i], sw_str_of(paths[a])))
            a++;
        assert_true(a < ATTRIBUTES && known->of[a] == UNKNOWN_WAY);
    }
    assert_true(sw_cel_references(t->left, t->arena, &refs, &count, &err));
    if (!is_open(t) && t->verdict.kind != SW_CEL_ERROR && count > 0)
        fail_msg("%s is known, but leaves %s", sw_cel_source(t->cel).at,
                 sw_cel_source(t->left).at);
}

static void try_subset(trial *t, maker *m, unsigned subset)
{
    ways_taken known, whole, alone;
    sw_error err = {0};
    sw_cel *left = NULL;
    sw_str text;
    for (int a = 0; a < ATTRIBUTES; a++) {
        bool open = (subset >> a & 1) != 0;
        size_t count = a == MK && m->whole_map ? 2 : ways[a];
        whole.of[a] = (int)pick(m, count);
        known.of[a] = open ? UNKNOWN_WAY : whole.of[a];
        alone.of[a] = open ? 0 : MISSING_WAY;
    }
    sw_cel_options how = bind_ways(t->arena, &known, false);
    uint64_t taken = 0;
    how.steps_taken = &taken;
    t->verdict = value_with(t->arena, t->cel, &how);
    // Steps that do for the value do for what is left.
    if (pick(m, 4) == 0) how.max_steps = taken;
    if (!sw_cel_residual(t->cel, &how, t->arena, &left, &err))
        fail_msg("%s: %s", sw_cel_source(t->cel).at, err.reason);
    t->left = left;
    t->decided += subset != 0 && t->verdict.kind != SW_CEL_UNKNOWN;
    assert_true(sw_cel_unparse(left, t->arena, &text, &err));
    assert_true(sw_str_eq(text, sw_cel_source(left)));
    check_names(t, &known);
    compare_all(t, m, &whole, &alone, 0);
}

static size_t rounds = 10000;

static void what_is_left_gives_what_the_whole_gives(void **state)
{
    maker m = {.seed = 11};
    trial t = {.arena = new_arena()};
    for (size_t round = 0; round < rounds; round++) {
        sw_error err = {0};
        sw_cel *cel = NULL;
        m.out.len = 0;
        m.whole_map = false;
        memset(m.used, 0, sizeof m.used);
        write_any(&m);
        sw_arena_reset(t.arena);
        if (!sw_cel_parse((sw_str){m.out.at, m.out.len}, t.arena, &cel, &err))
            fail_msg("%s: %s", m.out.at, err.reason);
        t.cel = cel;
        unsigned used = 0, count = 0;
        for (int a = 0; a < ATTRIBUTES; a++)
            used |= (unsigned)m.used[a] << a;
        // Every subset of what it reads, up to 16 of them.
        for (unsigned subset = used;; subset = (subset - 1) & used) {
            try_subset(&t, &m, subset);
            if (subset == 0 || ++count == 16) break;
        }
    }
    sw_buf_free(&m.out);
    sw_arena_free(t.arena);
    print_message("%zu comparisons, %zu known although something is not\n",
                  t.compared, t.decided);
    assert_true(t.compared > rounds * 10 && t.decided > rounds / 4);
}

/* ---- limits ---------------------------------------------------------- */

static sw_cel_options long_list(sw_arena *arena, size_t count)
{
    sw_cel_value *items = SW_NEW_ARRAY(arena, sw_cel_value, count);
    sw_cel_binding *b = SW_NEW_ARRAY(arena, sw_cel_binding, 2);
    for (size_t i = 0; i < count; i++)
        items[i] = int_value((int64_t)i);
    b[0] = (sw_cel_binding){SW_STR("xs"), list_of(arena, 0, NULL)};
    b[0].value.as.list.at = items;
    b[0].value.as.list.count = count;
    b[1] = (sw_cel_binding){SW_STR("u"), unknown_value(arena, "u")};
    return (sw_cel_options){.bindings = b, .binding_count = 2};
}

// Also the element that decides behind the point where unrolling ends is seen.
static void what_would_be_too_long_is_not_unrolled(void **state)
{
    static const char *const cases[][2] = {
        {"xs.all(x, x < u)", "4999].all(x, x < u)"},
        {"xs.map(x, x + u)", "4999].map(x, x + u)"},
        {"xs.filter(x, x > u)", "4999].filter(x, x > u)"},
        {"xs.exists_one(x, x == u)", "4999].exists_one(x, x == u)"},
        {"xs.all(x, x < u || x > 4998)", "].all(x, x < u || x > 4998)"},
        {"xs.all(x, x < u && x < 4999)", "false"},
        {"xs.exists(x, x < u || x == 4999)", "true"},
        {"xs.map(x, x + u + 1 / (x - 4999))", "{}.error"},
        {"[1, 2].all(y, xs.exists(x, x + y > u))",
         "4999].exists(x, x + y > u))"},
        {"xs.all(x, cel.block([x + u], cel.index(0) > 0))",
         "].all(x, "
         "cel.block([x + u], cel.index(0) > 0))"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sw_arena *arena = new_arena();
        sw_cel_options how = long_list(arena, 5000);
        sw_str got = sw_str_of(left_of(arena, cases[i][0], &how));
        if (!sw_str_ends(got, sw_str_of(cases[i][1])) || got.len > 100000)
            fail_msg("%s: %.300s...", cases[i][0], got.at);
        sw_arena_free(arena);
    }
}

// cel.bind(a0, [u0], cel.bind(a1, [a0, a0], ... an == u))
static char *doubling(sw_buf *out, const char *first, int times,
                      const char *last)
{
    out->len = 0;
    sw_buf_printf(out, "cel.bind(a0, %s, ", first);
    for (int i = 1; i < times; i++)
        sw_buf_printf(out, "cel.bind(a%d, [a%d, a%d], ", i, i - 1, i - 1);
    sw_buf_printf(out, "a%d%s", times - 1, last);
    for (int i = 0; i < times; i++)
        sw_buf_str(out, SW_STR(")"));
    return out->at;
}

// Values that hold themselves many times over would not end as literals.
static void what_would_never_end_as_a_literal_stays(void **state)
{
    static const struct {
        const char *first, *last;
    } cases[] = {
        {"[1]", " == u"},
        {"[1]", ""},
        {"[xs]", " == u"},
        {"[u]", ""},
    };
    sw_buf source = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sw_arena *arena = new_arena();
        sw_cel_options how = long_list(arena, 3);
        doubling(&source, cases[i].first, 60, cases[i].last);
        sw_str got = sw_str_of(left_of(arena, source.at, &how));
        assert_true(sw_str_starts(got, SW_STR("cel.bind(a0, [")));
        assert_false(sw_str_has(got, SW_STR("xs")));
        assert_true(got.len < 3000);
        sw_arena_free(arena);
    }
    sw_buf_free(&source);
}

static void assert_no_residual(sw_arena *arena, const char *source,
                               const sw_cel_options *how, const char *why)
{
    sw_cel *left = NULL;
    sw_error err = {0};
    assert_false(
        sw_cel_residual(parsed(arena, source), how, arena, &left, &err));
    assert_true(left == NULL && err.kind != SW_ERR_NONE);
    if (strstr(err.reason, why) == NULL) fail_msg("%s", err.reason);
}

static void what_cannot_be_written_is_refused(void **state)
{
    sw_arena *arena = new_arena();
    sw_cel_options how = long_list(arena, 300000);
    assert_no_residual(arena, "u in xs", &how, "too large");
    assert_no_residual(arena, "xs", &how, "too large");
    assert_string_equal(left_of(arena, "xs.size() > 5 && u in [xs[7]]", &how),
                        "u in [7]");

    // Nested values in a nested expression.
    sw_buf source = {0};
    sw_cel_value deep = list_of(arena, 0, NULL);
    for (int i = 0; i < 200; i++)
        deep = list_of(arena, 1, &deep);
    sw_cel_binding b[] = {{SW_STR("xs"), deep},
                          {SW_STR("u"), unknown_value(arena, "u")}};
    how = (sw_cel_options){.bindings = b, .binding_count = 2};
    for (int i = 0; i < 300; i++)
        sw_buf_str(&source, SW_STR("["));
    sw_buf_str(&source, SW_STR("xs, u"));
    for (int i = 0; i < 300; i++)
        sw_buf_str(&source, SW_STR("]"));
    assert_no_residual(arena, source.at, &how, "nested more than 400");
    sw_buf_free(&source);
    sw_arena_free(arena);
}

// As deep as the parser goes; with a literal in place of a name it may go too
// deep, but with what was there before it does not.
static void the_deepest_trees_are_reduced(void **state)
{
    static const char *const nests[][2] = {
        {"[", "]"},
        {"!(-", ")"},
        {"(u + ", ")"},
        {"f(", ")"},
        {"(u ? 1 : ", ")"},
        {"(u && !", ")"},
        {"[1].map(x, ", ")"},
        {"u.map(x, ", ")"},
        {"[1].all(x, u && ", ")"},
        {"cel.bind(x, u + 1, x + ", ")"},
        {"cel.bind(x, ", " + u, x + u)"},
        {"optional.of(", ")"},
        {"{1: ", "}"},
        {"u.optMap(x, ", ")"},
    };
    sw_buf source = {0};
    for (size_t i = 0; i < sizeof nests / sizeof *nests; i++) {
        sw_arena *arena = new_arena();
        sw_cel_options how = facts(arena);
        sw_cel *cel = NULL, *left = NULL;
        sw_error err = {0};
        for (int times = 400; cel == NULL; times--) {
            source.len = 0;
            for (int n = 0; n < times; n++)
                sw_buf_str(&source, sw_str_of(nests[i][0]));
            sw_buf_str(&source, SW_STR("u"));
            for (int n = 0; n < times; n++)
                sw_buf_str(&source, sw_str_of(nests[i][1]));
            if (!sw_cel_parse((sw_str){source.at, source.len}, arena, &cel,
                              &err))
                cel = NULL;
        }
        if (!sw_cel_residual(cel, &how, arena, &left, &err))
            fail_msg("%.60s...: %s", source.at, err.reason);
        sw_arena_free(arena);
    }
    sw_buf_free(&source);
}

// At the top a name stays, whatever the unknown is called; inside a value there
// is only what it is called.
static void unknowns_inside_values_need_their_paths(void **state)
{
    static const char *const names[] = {"",     "a b",  "1 + 1",   "f(x)",
                                        "a.?b", "a[b]", "has(a.b)"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        sw_arena *arena = new_arena();
        sw_cel_value odd = unknown_value(arena, names[i]);
        sw_cel_entry k = {string_value("k"), odd};
        sw_cel_binding b[] = {{SW_STR("u"), odd},
                              {SW_STR("m"), map_of(arena, 1, &k)}};
        sw_cel_options how = {.bindings = b, .binding_count = 2};
        assert_string_equal(left_of(arena, "u + m.k", &how), "u + m.k");
        assert_no_residual(arena, "[m]", &how, "not by its path");
        sw_arena_free(arena);
    }
}

// What evaluation does not look at may take more steps than there are.
static void steps_that_do_for_the_value_do(void **state)
{
    sw_arena *arena = new_arena();
    sw_cel_options how = long_list(arena, 100);
    how.max_steps = 2;
    assert_string_equal(
        left_of(arena, "u ? [1, 2].all(x, x > 1) : 'a' + 'b'", &how),
        "u ? [1, 2].all(x, x > 1) : \"a\" + \"b\"");
    how.max_steps = 3;
    assert_no_residual(arena, "xs == xs", &how, "steps");
    sw_arena_free(arena);
}

// An argument: how many random expressions.
int main(int argc, char **argv)
{
    if (argc > 1) rounds = strtoul(argv[1], NULL, 10);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chosen_expressions_leave_this),
        cmocka_unit_test(containers_and_dotted_names_mean_the_same),
        cmocka_unit_test(functions_of_ones_own_stay),
        cmocka_unit_test(what_is_left_gives_what_the_whole_gives),
        cmocka_unit_test(what_would_be_too_long_is_not_unrolled),
        cmocka_unit_test(what_would_never_end_as_a_literal_stays),
        cmocka_unit_test(what_cannot_be_written_is_refused),
        cmocka_unit_test(the_deepest_trees_are_reduced),
        cmocka_unit_test(unknowns_inside_values_need_their_paths),
        cmocka_unit_test(steps_that_do_for_the_value_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
