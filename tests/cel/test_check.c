// Which types the checker finds, and where and why it refuses.
#include <stdio.h>

#include "check_support.h"

/* ---- types found ----------------------------------------------------- */

typedef struct {
    const char *declared, *source, *type;
} typed;

static const sw_cel_type *checked(sw_arena *arena, const char *source,
                                  const sw_cel_env *env)
{
    sw_cel *cel = NULL;
    const sw_cel_type *type = NULL;
    sw_error err = {0};
    if (!sw_cel_compile(sw_str_of(source), env, arena, &cel, &type, &err))
        fail_msg("%s: %s: %s", source, err.place, err.reason);
    return type;
}

// What needs no declaration is evaluated, too: the value is of the type.
static void expect_held(sw_arena *arena, const char *source,
                        const sw_cel_type *type)
{
    sw_cel_value v = evaluated(arena, source, NULL);
    if (v.kind != SW_CEL_ERROR && !holds_type(&v, type))
        fail_msg("%s: %s is no such value", source, shown(arena, &v));
}

static void expect_types(const typed *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        sw_arena *arena = new_arena();
        sw_cel_env env = declared(arena, cases[i].declared);
        const sw_cel_type *type = checked(arena, cases[i].source, &env);
        const char *found = type_shown(arena, type);
        if (cases[i].declared[0] == '\0')
            expect_held(arena, cases[i].source, type);
        if (strcmp(found, cases[i].type) != 0) {
            fail_msg("%s: %s rather than %s", cases[i].source, found,
                     cases[i].type);
        }
        sw_arena_free(arena);
    }
}

#define EXPECT_TYPES(cases) expect_types(cases, sizeof cases / sizeof *cases)

static void literals_have_the_types_of_their_parts(void **state)
{
    static const typed cases[] = {
        {"", "[]", "list(dyn)"},
        {"", "{}", "map(dyn, dyn)"},
        {"", "[[], [1]]", "list(list(int))"},
        {"", "[[1], []]", "list(list(int))"},
        {"", "[[], [[]], [[['a']]]]", "list(list(list(list(string))))"},
        {"", "[[[['a']]], [[]], []]", "list(list(list(list(string))))"},
        {"", "[1, 'a']", "list(dyn)"},
        {"", "[1, 1u, 1.0]", "list(dyn)"},
        {"", "[1, dyn(1)]", "list(dyn)"},
        {"", "[dyn('a'), 1]", "list(dyn)"},
        {"", "[[1], ['a']]", "list(dyn)"},
        {"", "[[1], [dyn('a')]]", "list(list(dyn))"},
        {"", "{'a': 1, 'b': 2}", "map(string, int)"},
        {"", "{'a': 1, 'b': 'c'}", "map(string, dyn)"},
        {"", "{'a': 1, 2: 'c'}", "map(dyn, dyn)"},
        {"", "{1: {}, 2: {'a': 1u}}", "map(int, map(string, uint))"},
        {"", "{1: [], 2: {}}", "map(int, dyn)"},
        {"", "[{}, {'a': []}, {'b': [1]}]", "list(map(string, list(int)))"},
        {"", "[null]", "list(null_type)"},
        {"", "[null, 1]", "list(dyn)"},
        {"", "b'a'", "bytes"},
        {"", "1.0", "double"},
    };
    EXPECT_TYPES(cases);
}

static void null_joins_what_may_be_null(void **state)
{
    static const typed cases[] = {
        {"t: timestamp", "[t, null]", "list(timestamp)"},
        {"t: timestamp", "[null, t]", "list(timestamp)"},
        {"d: duration", "[null, d, null]", "list(duration)"},
        {"d: duration", "true ? d : null", "duration"},
        {"d: duration", "true ? null : d", "duration"},
        {"", "[null, optional.of(1)]", "list(optional_type(int))"},
        {"", "[optional.of(1), null][1]", "optional_type(int)"},
        {"", "[{'a': null}, {'a': optional.none()}]",
         "list(map(string, optional_type(dyn)))"},
        {"r: region", "[null, r]", "list(region)"},
        {"r: region", "r == null", "bool"},
        {"t: timestamp", "null != t", "bool"},
        {"w: wrapper(int)", "[w, null]", "list(wrapper(int))"},
        {"w: wrapper(int)", "[null, w]", "list(wrapper(int))"},
        {"w: wrapper(int)", "false ? w : null", "wrapper(int)"},
        {"w: wrapper(int)", "w == null", "bool"},
    };
    EXPECT_TYPES(cases);
}

static void wrappers_stand_for_what_they_wrap(void **state)
{
    static const typed cases[] = {
        {"w: wrapper(int)", "w + 1", "int"},
        {"w: wrapper(int)", "1 + w", "int"},
        {"w: wrapper(double)", "-w", "double"},
        {"w: wrapper(int)", "w == 1", "bool"},
        {"w: wrapper(int)", "[w, 1]", "list(wrapper(int))"},
        {"w: wrapper(int)", "[1, w]", "list(wrapper(int))"},
        {"w: wrapper(int)", "[[1], [w], []]", "list(list(wrapper(int)))"},
        {"w: wrapper(int)", "{'a': 1, 'b': w}", "map(string, wrapper(int))"},
        {"w: wrapper(int)", "true ? w : 42", "wrapper(int)"},
        {"w: wrapper(int)", "true ? 42 : w", "wrapper(int)"},
        {"w: wrapper(int)", "[w, 1, dyn(1)]", "list(dyn)"},
        {"w: wrapper(int)", "[dyn(1), w, 1]", "list(dyn)"},
        {"w: wrapper(int); s: wrapper(string)", "[w, s]", "list(dyn)"},
        {"s: wrapper(string)", "s.startsWith('a') && size(s) > 1", "bool"},
        {"b: wrapper(bool)", "b && !b || (b ? b : true)", "bool"},
        {"l: list(int); w: wrapper(int)", "l[w]", "int"},
        {"m: map(string, int); s: wrapper(string)", "m[s]", "int"},
    };
    EXPECT_TYPES(cases);
}

static void operators_give_what_their_operands_do(void **state)
{
    static const typed cases[] = {
        {"", "1 + 2 * 3 % 4 - 5 / 6", "int"},
        {"", "1u + 2u", "uint"},
        {"", "1.0 / 2.0", "double"},
        {"", "'a' + 'b'", "string"},
        {"", "b'a' + b'b'", "bytes"},
        {"", "[1] + [2]", "list(int)"},
        {"", "[] + [2]", "list(int)"},
        {"", "[2] + [] + []", "list(int)"},
        {"", "[1] + [dyn('a')]", "list(dyn)"},
        {"t: timestamp", "t - t", "duration"},
        {"t: timestamp; d: duration", "t - d", "timestamp"},
        {"t: timestamp; d: duration", "d + t", "timestamp"},
        {"d: duration", "d + d - d", "duration"},
        {"x: dyn", "x + 1", "int"},
        {"x: dyn", "x + x", "dyn"},
        {"x: dyn", "x * 2.0", "double"},
        {"x: dyn; d: duration", "x - d", "dyn"},
        {"x: dyn", "-x", "dyn"},
        {"x: any", "x < 1 && 1 < x", "bool"},
        {"x: dyn", "x == 1 && 1.0 == x", "bool"},
        {"", "dyn(1) < 1.0", "bool"},
        {"", "1 in [1, 2]", "bool"},
        {"", "1 in []", "bool"},
        {"", "'a' in {'a': 1}", "bool"},
        {"", "dyn(1.0) in [1]", "bool"},
        {"x: dyn", "'a' in x", "bool"},
        {"", "[] == [1]", "bool"},
        {"", "{} == {'a': [1]}", "bool"},
        {"", "type(1) == int && int != string", "bool"},
        {"", "false < true", "bool"},
        {"", "b'a' >= b''", "bool"},
        {"d: duration", "d <= d", "bool"},
        {"x: dyn", "x ? x : 1", "dyn"},
        {"x: dyn", "true ? 1 : x", "dyn"},
        {"", "true ? [] : [1]", "list(int)"},
        {"", "true ? {'a': []} : {'b': ['c']}", "map(string, list(string))"},
        {"x: dyn", "x && !x || x", "bool"},
    };
    EXPECT_TYPES(cases);
}

static void fields_and_indexes_reach_inside(void **state)
{
    static const typed cases[] = {
        {"m: map(string, int)", "m.a", "int"},
        {"m: map(string, int)", "m['a']", "int"},
        {"m: map(string, map(int, list(bool)))", "m.a[1][0]", "bool"},
        {"m: map(string, int)", "has(m.a)", "bool"},
        {"m: map(string, dyn)", "m.a.b[0].c", "dyn"},
        {"x: dyn", "has(x.a.b)", "bool"},
        {"x: dyn", "x.a + 1", "int"},
        {"x: dyn", "x[0]", "dyn"},
        {"x: dyn", "x['a']", "dyn"},
        {"l: list(list(string))", "l[0][1]", "string"},
        {"l: list(int); x: dyn", "l[x]", "int"},
        {"", "[][0]", "dyn"},
        {"", "([].map(x, x))[0].foo", "dyn"},
        {"m: map(string, int)", "m.?a", "optional_type(int)"},
        {"m: map(string, int)", "m[?'a']", "optional_type(int)"},
        {"l: list(int)", "l[?0]", "optional_type(int)"},
        {"m: map(string, map(string, int))", "m.?a.b", "optional_type(int)"},
        {"m: map(string, map(string, int))", "m.?a.?b", "optional_type(int)"},
        {"m: map(string, list(int))", "m.?a[0]", "optional_type(int)"},
        {"m: map(string, list(int))", "m.?a[?0]", "optional_type(int)"},
        {"m: map(string, map(int, bool))", "m[?'a'][?1]",
         "optional_type(bool)"},
        {"m: map(string, map(string, int))", "has(m.?a.b)", "bool"},
        {"x: dyn", "x.?a.b", "optional_type(dyn)"},
        {"m: map(string, int)", "m.`content-type`", "int"},
    };
    EXPECT_TYPES(cases);
}

static void optionals_keep_what_they_hold(void **state)
{
    static const typed cases[] = {
        {"", "optional.none()", "optional_type(dyn)"},
        {"", "optional.of([])", "optional_type(list(dyn))"},
        {"", "optional.ofNonZeroValue(1u)", "optional_type(uint)"},
        {"", "optional.of(1).value()", "int"},
        {"", "optional.of(1).hasValue()", "bool"},
        {"", "optional.of('a').orValue('b')", "string"},
        {"", "optional.none().orValue('b')", "string"},
        {"", "optional.none().or(optional.of(1.0))", "optional_type(double)"},
        {"", "optional.of(1).or(optional.none()).orValue(2)", "int"},
        {"", "[optional.none(), optional.of(1)]", "list(optional_type(int))"},
        {"", "[optional.of(1), optional.none()]", "list(optional_type(int))"},
        {"", "[optional.of(1), optional.of(dyn(1))]",
         "list(optional_type(dyn))"},
        {"", "true ? optional.of(dyn(1)) : optional.of(1)",
         "optional_type(dyn)"},
        {"", "[?optional.of(1)]", "list(int)"},
        {"", "[?optional.none(), 'a']", "list(string)"},
        {"", "[?optional.none()]", "list(dyn)"},
        {"", "{?'a': optional.of(1u)}", "map(string, uint)"},
        {"x: dyn", "[?x, 1]", "list(dyn)"},
        {"", "optional.of(1).optMap(x, string(x))", "optional_type(string)"},
        {"", "optional.none().optMap(x, 1)", "optional_type(int)"},
        {"", "optional.of([1]).optFlatMap(x, x[?0])", "optional_type(int)"},
        {"x: dyn", "x.optMap(y, y.a)", "optional_type(dyn)"},
        {"x: dyn", "optional.of(1).optFlatMap(y, x)", "dyn"},
        {"m: map(string, int)", "m.?a.optMap(v, v > 1).orValue(false)", "bool"},
        {"", "optional.none() == optional.of(1)", "bool"},
    };
    EXPECT_TYPES(cases);
}

static void macros_bind_what_their_range_holds(void **state)
{
    static const typed cases[] = {
        {"l: list(int)", "l.all(x, x > 0)", "bool"},
        {"l: list(string)", "l.exists(i, x, i > 0 && x == 'a')", "bool"},
        {"m: map(string, int)", "m.exists_one(k, k == 'a')", "bool"},
        {"m: map(string, int)", "m.existsOne(k, v, k == 'a' && v == 1)",
         "bool"},
        {"l: list(int)", "l.map(x, string(x))", "list(string)"},
        {"l: list(int)", "l.map(x, x > 1, [x])", "list(list(int))"},
        {"l: list(int)", "l.filter(x, x > 1)", "list(int)"},
        {"m: map(string, int)", "m.filter(k, k != '')", "list(string)"},
        {"m: map(string, int)", "m.map(k, m[k])", "list(int)"},
        {"l: list(bool)", "l.transformList(i, v, v ? i : 0)", "list(int)"},
        {"m: map(string, int)", "m.transformList(k, v, v > 0, k)",
         "list(string)"},
        {"m: map(string, int)", "m.transformMap(k, v, [v])",
         "map(string, list(int))"},
        {"l: list(string)", "l.transformMap(i, v, i > 0, v)",
         "map(int, string)"},
        {"x: dyn", "x.map(y, y.a)", "list(dyn)"},
        {"x: dyn", "x.transformMap(k, v, 1)", "map(dyn, int)"},
        {"x: dyn", "x.all(y, y)", "bool"},
        {"", "[].map(x, 1)", "list(int)"},
        {"", "[].filter(x, true)", "list(dyn)"},
        {"", "[[]].map(x, x.map(y, y))", "list(list(dyn))"},
        {"", "[[1], []].map(x, x.filter(y, y > 0))", "list(list(int))"},
        {"", "cel.bind(x, 1, [x, x + 1])", "list(int)"},
        {"", "cel.bind(x, [], x + ['a'])", "list(string)"},
        {"x: string", "cel.bind(x, 1, x + 1)", "int"},
        {"x: string", "[1].map(x, x)[0]", "int"},
        {"x: string", "[1].map(x, .x)[0]", "string"},
        {"x: string", "x + string([1].map(x, x + 1)[0]) + x", "string"},
        {"", "[[1]].map(x, x.map(x, x + 1))", "list(list(int))"},
        {"x.y: string", "[{'y': 1}].map(x, x.y)", "list(int)"},
        {"", "cel.block([1, [cel.index(0)]], cel.index(1))", "list(int)"},
        {"", "cel.block([optional.none()], [?cel.index(0), 1])", "list(dyn)"},
    };
    EXPECT_TYPES(cases);
}

static void declared_functions_are_instantiated_for_each_call(void **state)
{
    static const char tuple[] =
        "tuple(param(T), param(U)): tuple(param(T), param(U));"
        "same(tuple(param(T), param(T))): param(T);"
        "swap(tuple(param(T), param(U))): tuple(param(U), param(T))";
    static const char id[] = "id(param(T)): param(T); x: dyn";
    const typed cases[] = {
        {id, "id(1)", "int"},
        {id, "[id(1), id(id(2))]", "list(int)"},
        {id, "id([])", "list(dyn)"},
        {id, "{id('a'): id(1)}", "map(string, int)"},
        {tuple, "tuple(1, 'a')", "tuple(int, string)"},
        {tuple, "swap(tuple(1, 'a'))", "tuple(string, int)"},
        {tuple, "swap(swap(tuple(1, 'a')))", "tuple(int, string)"},
        {tuple, "same(tuple(1, 2))", "int"},
        {tuple, "same(tuple(1, dyn('a')))", "dyn"},
        {tuple, "same(tuple(dyn(1), 'a'))", "dyn"},
        {tuple, "[tuple(1, 2u), tuple(dyn(1), dyn(2u))][0]", "tuple(dyn, dyn)"},
        {tuple, "[tuple(dyn(1), 2u), tuple(1, dyn(2u))][0]", "tuple(dyn, dyn)"},
        {tuple, "[tuple(1, 'a'), tuple('a', 1)]", "list(dyn)"},
        {tuple, "tuple(1, 2u) == tuple(dyn(1), 2u)", "bool"},
        {tuple, "tuple([], {})", "tuple(list(dyn), map(dyn, dyn))"},
        {"f(list(param(T)), param(T)): param(T)", "f([], 1)", "int"},
        {"f(list(param(T)), param(T)): param(T)", "f([[]], ['a'])",
         "list(string)"},
        {"f(int): int; f(string): string; x: dyn", "f(x)", "dyn"},
        {"f(int): int; f(string): string; x: dyn", "f('a')", "string"},
        {"f(int): bool; f(string): bool; x: dyn", "f(x)", "bool"},
        {"f(int, string): int; x: dyn", "f(x, 'a')", "int"},
        {"string>f(int): bool", "'a'.f(1)", "bool"},
        {"my.pkg.f(int): bool", "my.pkg.f(1)", "bool"},
        {"my.f(int): bool; my: map(string, int)", "my.f(my.f)", "bool"},
        {"size(region): int; r: region", "size(r) + size('a')", "int"},
        {"e: list(param(T))", "[e, [1], e]", "list(list(int))"},
        {"e: list(param(T))", "e + [1] == [2] && e + ['a'] == []", "bool"},
        {"f(wrapper(int)): int", "f(null) + f(1)", "int"},
        {"f(dyn): int", "f(null) + f([1]) + f({})", "int"},
        {"f(map(string, dyn)): int", "f({}) + f({'a': 1})", "int"},
        {"f(): int", "f()", "int"},
        {"f(type(param(T))): param(T)", "f(int)", "dyn"},
    };
    EXPECT_TYPES(cases);
}

static void types_are_values_of_type_type(void **state)
{
    static const typed cases[] = {
        {"", "int", "type(int)"},
        {"", "null_type", "type(null_type)"},
        {"", "list", "type(list(dyn))"},
        {"", "map", "type(map(dyn, dyn))"},
        {"", "type", "type(type)"},
        {"", "optional_type", "type(optional_type(dyn))"},
        {"", "google.protobuf.Timestamp", "type(timestamp)"},
        {"", "google.protobuf.Duration", "type(duration)"},
        {"", "net.IP", "type(net.IP)"},
        {"", "net.CIDR", "type(net.CIDR)"},
        {"", "type([1])", "type(list(int))"},
        {"", "type(type(1))", "type(type(int))"},
        {"", "[int, string]", "list(type(int))"},
        {"int: bool", "int", "bool"},
    };
    EXPECT_TYPES(cases);
}

static void the_longest_declared_name_wins(void **state)
{
    static const typed cases[] = {
        {"a.b.c: string; a.b: map(string, int)", "a.b.c", "string"},
        {"a.b.c: string; a.b: map(string, int)", "a.b.d", "int"},
        {"a.b: map(string, int); a: map(string, bool)", "a.c", "bool"},
        {"a.b: map(string, int); a: map(string, bool)", "a.b.c", "int"},
        {"a.b: map(string, int)", "has(a.b.c)", "bool"},
        {"a.b: int", "has(a.b)", "bool"},
        {"a.b: int", "a . b", "int"},
        {"google.protobuf: int", "google.protobuf", "int"},
    };
    EXPECT_TYPES(cases);
}

static void containers_are_tried_from_the_inside(void **state)
{
    static const struct {
        const char *container;
        typed is;
    } cases[] = {
        {"a.b", {"a.b.x: int; a.x: uint; x: bool", "x", "int"}},
        {"a.b", {"a.x: uint; x: bool", "x", "uint"}},
        {"a.b", {"x: bool", "x", "bool"}},
        {"a.b", {"a.b.x: int; x: bool", ".x", "bool"}},
        // The namespace comes before the length of the name.
        {"a", {"a.x: map(string, int); x.y: bool", "x.y", "int"}},
        {"a", {"a.x.y: string; a.x: map(string, int)", "x.y", "string"}},
        {"a", {"ax: int; a.ax: bool; a: string", "ax", "bool"}},
        {"a", {"a.y: string", "[1].exists(y, y == 1)", "bool"}},
        {"a",
         {"a.y.z: int; y.z: string", "[{'z': 1}].exists(y, .y.z == 'a')",
          "bool"}},
        {"a", {"a.f(int): bool; f(int): string", "f(1)", "bool"}},
        {"a", {"a.f(string): bool; f(int): string", ".f(1)", "string"}},
        {"math", {"x: int", "abs(x)", "int"}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sw_arena *arena = new_arena();
        sw_cel_env env = declared(arena, cases[i].is.declared);
        env.container = sw_str_of(cases[i].container);
        assert_string_equal(
            type_shown(arena, checked(arena, cases[i].is.source, &env)),
            cases[i].is.type);
        sw_arena_free(arena);
    }
}

/* ---- faults ---------------------------------------------------------- */

typedef struct {
    const char *declared, *source;
    unsigned line, column;
    const char *reason;  // its first line
} faulty;

static void expect_fault(const faulty *c)
{
    sw_arena *arena = new_arena();
    sw_cel_env env = declared(arena, c->declared);
    sw_cel *cel = parsed(arena, c->source);
    const sw_cel_type *type = NULL;
    sw_error err = {0};
    char place[64];
    if (sw_cel_check(cel, &env, arena, &type, &err))
        fail_msg("%s: is %s", c->source, type_shown(arena, type));
    snprintf(place, sizeof place, "line %u, column %u", c->line, c->column);
    size_t len = strcspn(err.reason, "\n");
    if (err.kind != SW_ERR_INPUT || strcmp(err.place, place) != 0 ||
        len != strlen(c->reason) || strncmp(err.reason, c->reason, len) != 0)
        fail_msg("%s: %s: %s", c->source, err.place, err.reason);
    assert_non_null(strchr(err.reason + len, '^'));
    sw_arena_free(arena);
}

static void expect_faults(const faulty *cases, size_t count)
{
    for (size_t i = 0; i < count; i++)
        expect_fault(&cases[i]);
}

#define EXPECT_FAULTS(cases) expect_faults(cases, sizeof cases / sizeof *cases)

static void unknown_names_are_told_with_the_nearest(void **state)
{
    static const faulty cases[] = {
        {"", "x", 1, 1, "there is no variable 'x'"},
        {"cargo.scale: int", "cargo.scal > 1", 1, 1,
         "there is no variable 'cargo.scal' (did you mean cargo.scale?)"},
        {"cargo.scale: int", "1 <\n  cargo", 2, 3,
         "there is no variable 'cargo' (did you mean cargo.scale?)"},
        {"cargo.scale: int", "scale", 1, 1, "there is no variable 'scale'"},
        {"x: int", "[1].all(y, x < .y)", 1, 16, "there is no variable 'y'"},
        {"x: int", "[1].all(y, y < 2) && y", 1, 22, "there is no variable 'y'"},
        {"", "int.x", 1, 1, "there is no variable 'int.x'"},
        {"", "siz([])", 1, 1,
         "there is no function 'siz' (did you mean size?)"},
        {"", "'a'.startWith('a')", 1, 5,
         "there is no method 'startWith' (did you mean startsWith?)"},
        {"", "( 'a' ) . foo ( 'b' )", 1, 11, "there is no method 'foo'"},
        {"", "startsWith('a', 'b')", 1, 1,
         "there is no function 'startsWith'; it is a method"},
        {"", "'a'.timestamp()", 1, 5,
         "there is no method 'timestamp'; it is a function"},
        {"", "math.absolute(1)", 1, 1,
         "there is no function 'math.absolute' (did you mean math.abs?)"},
        {"", "1 + math.flor(1.5)", 1, 5,
         "there is no function 'math.flor' (did you mean math.floor?)"},
        {"math: dyn", "math.flor(1.5)", 1, 6, "there is no method 'flor'"},
        {"near(int): int", "neer(1)", 1, 1,
         "there is no function 'neer' (did you mean near?)"},
        {"int>near(): int", "near(1)", 1, 1,
         "there is no function 'near'; it is a method"},
        {"", "Foo{a: 1}", 1, 1, "unknown message type 'Foo'"},
    };
    EXPECT_FAULTS(cases);
}

static void operators_tell_what_they_were_given(void **state)
{
    static const faulty cases[] = {
        {"", "1 + 'a'", 1, 3, "no '+' for int and string"},
        {"", "1 + 1u", 1, 3, "no '+' for int and uint"},
        {"", "1 + 1.0", 1, 3, "no '+' for int and double"},
        {"", "(1 + 2) * ('a')", 1, 9, "no '*' for int and string"},
        {"", "1 +\n 2 +\n 'a'", 2, 4, "no '+' for int and string"},
        {"", "1.5 % 2.0", 1, 5, "no '%' for double and double"},
        {"", "1 == 1.0", 1, 3, "no '==' for int and double"},
        {"", "1 != 'a'", 1, 3, "no '!=' for int and string"},
        {"", "1 < 1u", 1, 3, "no '<' for int and uint"},
        {"", "1 < 2 < 3", 1, 7, "no '<' for bool and int"},
        {"", "[1] < [2]", 1, 5, "no '<' for list(int) and list(int)"},
        {"", "null < null", 1, 6, "no '<' for null_type and null_type"},
        {"", "null == 1", 1, 6, "no '==' for null_type and int"},
        {"", "[1] == ['a']", 1, 5, "no '==' for list(int) and list(string)"},
        {"", "{'a': 1} == {1: 1}", 1, 10,
         "no '==' for map(string, int) and map(int, int)"},
        {"t: timestamp", "t + t", 1, 3, "no '+' for timestamp and timestamp"},
        {"t: timestamp; d: duration", "d - t", 1, 3,
         "no '-' for duration and timestamp"},
        {"", "[1] + ['a']", 1, 5, "no '+' for list(int) and list(string)"},
        {"", "'a' in [1]", 1, 5, "no 'in' for string and list(int)"},
        {"", "1 in {'a': 1}", 1, 3, "no 'in' for int and map(string, int)"},
        {"", "1 in 1", 1, 3, "no 'in' for int and int"},
        {"", "-'a'", 1, 1, "no '-' for string"},
        {"", "-1u", 1, 1, "no '-' for uint"},
        {"", "!1", 1, 2, "'!' takes bool, found int"},
        {"", "true && 1", 1, 9, "'&&' takes bool, found int"},
        {"", "true || false || 'a'", 1, 18, "'||' takes bool, found string"},
        {"", "1 ? 2 : 3", 1, 1, "'?' takes bool, found int"},
        {"", "true ? 1 : 'a'", 1, 12,
         "the branches of '?' are of different types: int and string"},
        {"x: wrapper(int)", "x + 1.0", 1, 3,
         "no '+' for wrapper(int) and double"},
        {"r: region; s: sea", "r == s", 1, 3, "no '==' for region and sea"},
        {"r: a(int); s: a(int, int)", "r == s", 1, 3,
         "no '==' for a(int) and a(int, int)"},
    };
    EXPECT_FAULTS(cases);
}

static void fields_and_indexes_tell_what_they_were_given(void **state)
{
    static const faulty cases[] = {
        {"x: int", "x.a", 1, 3, "no field 'a' in int"},
        {"x: string", "1 + x . size", 1, 9, "no field 'size' in string"},
        {"x: int", "has(x.a)", 1, 7, "no field 'a' in int"},
        {"x: list(int)", "x.first.second", 1, 3,
         "no field 'first' in list(int)"},
        {"x: map(string, int)", "x.a.b", 1, 5, "no field 'b' in int"},
        {"x: map(string, int)", "x.?a.b", 1, 6, "no field 'b' in int"},
        {"x: int", "x.`a-b`", 1, 3, "no field 'a-b' in int"},
        {"x: message(a.B)", "x.c", 1, 3, "no field 'c' in message(a.B)"},
        {"", "null.a", 1, 6, "no field 'a' in null_type"},
        {"", "[1]['a']", 1, 4, "no '[]' for list(int) and string"},
        {"", "[1][0u]", 1, 4, "no '[]' for list(int) and uint"},
        {"", "{'a': 1}[1]", 1, 9, "no '[]' for map(string, int) and int"},
        {"", "(1)[0]", 1, 4, "no '[]' for int and int"},
        {"", "[1][?'a']", 1, 4, "no '[?]' for list(int) and string"},
        {"", "{1.5: 1}", 1, 2,
         "a map's key is a bool, int, uint or string, found double"},
        {"", "{'a': 1, null: 2}", 1, 10,
         "a map's key is a bool, int, uint or string, found null_type"},
        {"", "[?1]", 1, 3, "'?' takes an optional, found int"},
        {"", "{?'a': 1}", 1, 8, "'?' takes an optional, found int"},
        {"", "[?null]", 1, 3, "'?' takes an optional, found null_type"},
    };
    EXPECT_FAULTS(cases);
}

static void calls_tell_what_they_were_given(void **state)
{
    static const faulty cases[] = {
        {"", "size(1)", 1, 1, "no 'size' for int"},
        {"", "size()", 1, 1, "no 'size' without arguments"},
        {"", "size('a', 'b')", 1, 1, "no 'size' for string and string"},
        {"", "'a'.startsWith(1)", 1, 5,
         "no 'startsWith' for string and int; it takes string and string"},
        {"", "(('a')).contains(b'a')", 1, 9,
         "no 'contains' for string and bytes; it takes string and string"},
        {"", "optional.none(1)", 1, 1,
         "no 'optional.none' for int; it takes none"},
        {"", "[1].join()", 1, 5, "no 'join' for list(int)"},
        {"", "'%d'.format(1)", 1, 6,
         "no 'format' for string and int; it takes string and list(dyn)"},
        {"", "math.abs('a')", 1, 1, "no 'math.abs' for string"},
        {"", "1 + math.greatest(1, 'a')", 1, 5,
         "no 'math.greatest' for int and string"},
        {"", "math.greatest(['a'])", 1, 1,
         "no 'math.greatest' for list(string)"},
        {"", "int([1])", 1, 1, "no 'int' for list(int)"},
        {"", "optional.of(1).orValue('a')", 1, 16,
         "no 'orValue' for optional_type(int) and string; "
         "it takes optional_type(dyn) and dyn"},
        {"", "timestamp(1.5)", 1, 1, "no 'timestamp' for double"},
        {"d: duration", "d.getFullYear()", 1, 3,
         "no 'getFullYear' for duration"},
        {"", "'a'.matches('(')", 1, 13, "bad pattern: ( without )"},
        {"", "true || matches('a', '[')", 1, 22, "bad pattern: [ without ]"},
        {"f(int, string): int", "f('a', 1)", 1, 1, "no 'f' for string and int"},
        {"f(param(T), param(T)): int", "f('a', 1)", 1, 1,
         "no 'f' for string and int"},
        {"int>f(): int", "'a'.f()", 1, 5, "no 'f' for string"},
        {"my.f(int): int", "my.f('a')", 1, 1, "no 'my.f' for string"},
        {"f(int, int, int): int", "f(1, 2u, 3.0)", 1, 1,
         "no 'f' for int, uint and double"},
    };
    EXPECT_FAULTS(cases);
}

static void macros_tell_what_they_were_given(void **state)
{
    static const faulty cases[] = {
        {"", "1.all(x, true)", 1, 1,
         "'all' goes over a list or a map, found int"},
        {"", "'abc'.map(x, x)", 1, 1,
         "'map' goes over a list or a map, found string"},
        {"", "[1].all(x, x)", 1, 12,
         "a macro's condition is a bool, found int"},
        {"", "[1].exists(i, x, i)", 1, 18,
         "a macro's condition is a bool, found int"},
        {"", "[1].filter(x, x)", 1, 15,
         "a macro's condition is a bool, found int"},
        {"", "[1].map(x, 'a', x)", 1, 12,
         "a macro's condition is a bool, found string"},
        {"", "['a'].map(x, x + 1)", 1, 16, "no '+' for string and int"},
        {"", "{'a': 1}.map(x, x + 1)", 1, 19, "no '+' for string and int"},
        {"", "{'a': 1}.transformMap(k, v, k + v)", 1, 31,
         "no '+' for string and int"},
        {"", "['a'].transformList(i, v, i + v)", 1, 29,
         "no '+' for int and string"},
        {"", "cel.bind(x, 'a', x + 1)", 1, 20, "no '+' for string and int"},
        {"", "(1).optMap(x, x)", 1, 2,
         "the macro takes an optional, found int"},
        {"", "optional.of(1).optFlatMap(x, x)", 1, 30,
         "the macro takes an optional, found int"},
        {"", "cel.block([1], cel.index(0) + 'a')", 1, 29,
         "no '+' for int and string"},
    };
    EXPECT_FAULTS(cases);
}

// What stands first is told, whatever the walk meets first.
static void the_first_fault_by_place_is_told(void **state)
{
    static const faulty cases[] = {
        {"", "x + y", 1, 1, "there is no variable 'x'"},
        {"", "siz(x)", 1, 1, "there is no function 'siz' (did you mean size?)"},
        {"", "size(x, 1)", 1, 6, "there is no variable 'x'"},
        {"", "1 + 'a' + x", 1, 3, "no '+' for int and string"},
        {"", "[1, x, 1 + 'a']", 1, 5, "there is no variable 'x'"},
        {"", "x.foo(y)", 1, 1, "there is no function 'x.foo'"},
        {"", "[y].all(x, x + 'a' == z)", 1, 2, "there is no variable 'y'"},
        {"", "true ? x : 'a' + 1", 1, 8, "there is no variable 'x'"},
        {"", "cel.bind(a, x, a + 1 + 'a')", 1, 13, "there is no variable 'x'"},
        {"", "{x: 1, 'a': 1 + ''}", 1, 2, "there is no variable 'x'"},
    };
    EXPECT_FAULTS(cases);
}

/* ---- standard functions ---------------------------------------------- */

static void standard_functions_give_what_they_say(void **state)
{
    static const typed cases[] = {
        {"", "[size(''), size(b''), size([]), size({})]", "list(int)"},
        {"", "[''.size(), b''.size(), [].size(), {}.size()]", "list(int)"},
        {"", "[int(1), int(1u), int(1.0), int('1'), int(timestamp(0))]",
         "list(int)"},
        {"", "[uint(1), uint(1u), uint(1.0), uint('1')]", "list(uint)"},
        {"", "[double(1), double(1u), double(1.0), double('1')]",
         "list(double)"},
        {"", "[bool(true), bool('true')]", "list(bool)"},
        {"", "[string(1), string(1u), string(1.0), string(true), string('')]",
         "list(string)"},
        {"", "[string(b''), string(timestamp(0)), string(duration('0s'))]",
         "list(string)"},
        {"", "[string(ip('::1')), string(cidr('::/8'))]", "list(string)"},
        {"", "[bytes(''), bytes(b'')]", "list(bytes)"},
        {"",
         "[timestamp(0), timestamp(timestamp(0)),"
         " timestamp('2000-01-01T00:00:00Z')]",
         "list(timestamp)"},
        {"", "[duration('1s'), duration(duration('1s'))]", "list(duration)"},
        {"", "dyn(1)", "dyn"},
        {"",
         "['a'.contains('a'), 'a'.startsWith('a'), 'a'.endsWith('a'),"
         " 'a'.matches('a'), matches('a', 'a')]",
         "list(bool)"},
        {"",
         "['a'.charAt(0), 'a'.lowerAscii(), 'a'.upperAscii(),"
         " 'a'.replace('a', 'b'), 'a'.replace('a', 'b', 1), 'a'.trim(),"
         " 'a'.reverse(), 'a'.substring(0), 'a'.substring(0, 1),"
         " ['a'].join(), ['a'].join(','), strings.quote('a'),"
         " '%d'.format([1])]",
         "list(string)"},
        {"",
         "['a'.indexOf('a'), 'a'.indexOf('a', 0), 'a'.lastIndexOf('a'),"
         " 'a'.lastIndexOf('a', 0)]",
         "list(int)"},
        {"", "['a,b'.split(','), 'a,b'.split(',', 1)]", "list(list(string))"},
        {"", "[base64.encode(b'a')]", "list(string)"},
        {"", "base64.decode('YQ')", "bytes"},
        {"",
         "[math.greatest(1), math.greatest(1, 2), math.least(1, 2, 3),"
         " math.greatest([1, 2])]",
         "list(int)"},
        {"", "math.greatest(1u, 2u)", "uint"},
        {"", "math.least(1.0, 2.0, 3.0)", "double"},
        {"", "math.least([1.0, 2.0])", "double"},
        {"", "math.greatest(1, 2.0)", "dyn"},
        {"", "math.greatest(1u, 2, 3)", "dyn"},
        {"", "math.greatest(dyn(1), 2)", "dyn"},
        {"", "math.greatest(dyn(1))", "dyn"},
        {"", "math.greatest([1, 2.0])", "dyn"},
        {"",
         "[math.ceil(1.5), math.floor(1.5), math.round(1.5),"
         " math.trunc(1.5), math.sqrt(1.0), math.sqrt(1), math.sqrt(1u)]",
         "list(double)"},
        {"", "[math.isNaN(1.5), math.isInf(1.5), math.isFinite(1.5)]",
         "list(bool)"},
        {"",
         "[math.abs(1), math.sign(1), math.bitAnd(1, 1), math.bitNot(1),"
         " math.bitShiftLeft(1, 1)]",
         "list(int)"},
        {"",
         "[math.abs(1u), math.sign(1u), math.bitOr(1u, 1u),"
         " math.bitShiftRight(1u, 1), math.bitXor(1u, 1u)]",
         "list(uint)"},
        {"", "[math.abs(1.5), math.sign(1.5)]", "list(double)"},
        {"",
         "[timestamp(0).getFullYear(), timestamp(0).getMonth('UTC'),"
         " timestamp(0).getDate(), timestamp(0).getDayOfMonth(),"
         " timestamp(0).getDayOfWeek(), timestamp(0).getDayOfYear(),"
         " timestamp(0).getHours('+01:00'), timestamp(0).getMinutes(),"
         " timestamp(0).getSeconds(), timestamp(0).getMilliseconds(),"
         " duration('1s').getHours(), duration('1s').getMinutes(),"
         " duration('1s').getSeconds(), duration('1s').getMilliseconds()]",
         "list(int)"},
        {"", "ip('::1')", "net.IP"},
        {"", "[cidr('::/8').masked()]", "list(net.CIDR)"},
        {"", "cidr('::/8').ip()", "net.IP"},
        {"", "[cidr('::/8').prefixLength(), ip('::1').family()]", "list(int)"},
        {"",
         "[isIP('::1'), ip.isCanonical('::1'), ip('::1').isLoopback(),"
         " cidr('::/8').containsIP('::1'),"
         " cidr('::/8').containsIP(ip('::1')),"
         " cidr('::/8').containsCIDR(cidr('::/9'))]",
         "list(bool)"},
    };
    EXPECT_TYPES(cases);
}

/* ---- types as text --------------------------------------------------- */

static void types_are_written_as_they_are_read(void **state)
{
    static const char *const cases[][2] = {
        {"int", "int"},
        {" list( int ) ", "list(int)"},
        {"map(string,list(dyn))", "map(string, list(dyn))"},
        {"type", "type"},
        {"type(type(int))", "type(type(int))"},
        {"wrapper(bytes)", "wrapper(bytes)"},
        {"param(T)", "param(T)"},
        {"message(a.b.C)", "message(a.b.C)"},
        {"tuple(param(T), param(U), any)", "tuple(param(T), param(U), any)"},
        {"net.IP", "net.IP"},
        {"optional_type(error)", "optional_type(error)"},
        {"google.protobuf.Timestamp", "timestamp"},
        {"list(google.protobuf.Duration)", "list(duration)"},
        {"null_type", "null_type"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sw_arena *arena = new_arena();
        const sw_cel_type *type = type_named(arena, sw_str_of(cases[i][0]));
        assert_string_equal(type_shown(arena, type), cases[i][1]);
        sw_arena_free(arena);
    }
}

static void what_is_no_type_is_refused_where_it_is(void **state)
{
    static const struct {
        const char *text;
        unsigned column;
        const char *reason;
    } cases[] = {
        {"", 1, "expected a type's name"},
        {"list(", 6, "expected a type's name"},
        {"list(int", 9, "expected ')'"},
        {"list(int))", 10, "expected the type's end"},
        {"list()", 6, "expected a type's name"},
        {"list", 1, "list() does not take such parameters"},
        {"list(int, int)", 1, "list() does not take such parameters"},
        {"map(int, map(int))", 10, "map() does not take such parameters"},
        {"int(int)", 1, "int() does not take such parameters"},
        {"wrapper(list(int))", 1, "wrapper() does not take such parameters"},
        {"param()", 7, "expected a type's name"},
        {"param", 1, "param() does not take such parameters"},
        {"a(b, -)", 6, "expected a type's name"},
        {"int int", 5, "expected the type's end"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sw_arena *arena = new_arena();
        const sw_cel_type *type = NULL;
        sw_error err = {0};
        char place[64];
        sw_str text = sw_str_of(cases[i].text);
        assert_false(sw_cel_type_parse(text, arena, &type, &err));
        snprintf(place, sizeof place, "line 1, column %u", cases[i].column);
        assert_string_equal(err.place, place);
        if (!sw_str_starts(sw_str_of(err.reason), sw_str_of(cases[i].reason)))
            fail_msg("%s: %s", cases[i].text, err.reason);
        sw_arena_free(arena);
    }
}

static void a_type_without_end_is_refused(void **state)
{
    static char text[40000];
    for (size_t i = 0; i < 5000; i++)
        memcpy(text + 5 * i, "list(", 5);
    memcpy(text + 25000, "int", 3);
    memset(text + 25003, ')', 5000);
    sw_arena *arena = new_arena();
    const sw_cel_type *type = NULL;
    sw_error err = {0};
    assert_false(sw_cel_type_parse((sw_str){text, 30003}, arena, &type, &err));
    assert_non_null(strstr(err.reason, "nested more than 1000 deep"));
    sw_arena_free(arena);
}

/* ---- declarations ---------------------------------------------------- */

static void a_wrong_env_is_the_callers_fault(void **state)
{
    static const sw_cel_type list = {.kind = SW_CEL_TYPE_LIST};
    static const sw_cel_type nameless = {.kind = SW_CEL_TYPE_PARAM};
    static const sw_cel_type beyond = {
        .kind = (sw_cel_type_kind)(SW_CEL_TYPE_ABSTRACT + 1)};
    const sw_cel_type *const types[] = {NULL, &list, &nameless, &beyond};
    sw_arena *arena = new_arena();
    sw_cel *cel = parsed(arena, "1");
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        sw_error err = {0};
        sw_cel_variable v = {.name = SW_STR("x"), .type = types[i]};
        sw_cel_env env = {.variables = &v, .variable_count = 1};
        assert_false(sw_cel_check(cel, &env, arena, NULL, &err));
        assert_int_equal(err.kind, SW_ERR_USAGE);
    }
    sw_error err = {0};
    sw_cel_env twice = declared(arena, "x: int; y: int; x: bool");
    assert_false(sw_cel_check(cel, &twice, arena, NULL, &err));
    assert_int_equal(err.kind, SW_ERR_USAGE);
    assert_non_null(strstr(err.reason, "x is declared twice"));
    sw_arena_free(arena);
}

static void without_an_env_nothing_is_declared(void **state)
{
    sw_arena *arena = new_arena();
    sw_error err = {0};
    assert_true(sw_cel_check(parsed(arena, "1 + 1"), NULL, arena, NULL, &err));
    assert_false(sw_cel_check(parsed(arena, "x"), NULL, arena, NULL, &err));
    sw_arena_free(arena);
}

/* ---- hostile input --------------------------------------------------- */

static const char *refused(const char *declarations, const char *source,
                           sw_error *err)
{
    sw_arena *arena = new_arena();
    sw_cel_env env = declared(arena, declarations);
    sw_cel *cel = NULL;
    if (sw_cel_compile(sw_str_of(source), &env, arena, &cel, NULL, err))
        fail_msg("%.60s... passes", source);
    sw_arena_free(arena);
    assert_string_not_equal(err->place, "");
    return err->reason;
}

// cel.bind(a1, f(a0, a0), cel.bind(a2, f(a1, a1), ... body))
static void put_doubling(sw_buf *buf, char name, const char *first, int times)
{
    sw_buf_printf(buf, "cel.bind(%c0, %s, ", name, first);
    for (int i = 1; i <= times; i++) {
        sw_buf_printf(buf, "cel.bind(%c%d, pair(%c%d, %c%d), ", name, i, name,
                      i - 1, name, i - 1);
    }
}

static void types_that_double_are_bounded(void **state)
{
    static const char pair[] =
        "pair(param(T), param(U)): pair(param(T), param(U))";
    sw_error err = {0};
    sw_buf buf = {0};
    put_doubling(&buf, 'a', "1", 60);
    sw_buf_printf(
        &buf, "a60%.61s",
        ")))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))");
    assert_non_null(
        strstr(refused(pair, buf.at, &err), "more than 20000000 steps"));
    sw_buf_free(&buf);

    put_doubling(&buf, 'a', "1", 60);
    put_doubling(&buf, 'b', "2", 60);
    sw_buf_str(&buf, SW_STR("a60 == b60"));
    for (int i = 0; i < 122; i++)
        sw_buf_str(&buf, SW_STR(")"));
    assert_non_null(strstr(refused(pair, buf.at, &err), "steps"));
    sw_buf_free(&buf);
}

// Each variable's type is hung into the one before: deeper than any source.
static void types_that_deepen_are_bounded(void **state)
{
    sw_error err = {0};
    sw_buf buf = {0};
    for (int i = 0; i < 20; i++) {
        sw_buf_printf(
            &buf, "cel.bind(a%d, %.120s%.120s, ", i,
            "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
            "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
            "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"
            "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]");
    }
    sw_buf_str(&buf, SW_STR("["));
    for (int i = 19; i > 0; i--) {
        sw_buf_printf(&buf, "a%d", i - 1);
        for (int k = 0; k < 119; k++)
            sw_buf_str(&buf, SW_STR("[0]"));
        sw_buf_printf(&buf, " + [a%d], ", i);
    }
    sw_buf_str(&buf, SW_STR("a0]"));
    for (int i = 0; i < 20; i++)
        sw_buf_str(&buf, SW_STR(")"));
    assert_non_null(
        strstr(refused("", buf.at, &err), "nested more than 1000 deep"));
    sw_buf_free(&buf);
}

static void a_type_cannot_hold_itself(void **state)
{
    sw_error err = {0};
    refused("", "cel.bind(x, [], x + [x])", &err);
    refused("", "cel.bind(x, [], x == [x] && [x] == [[[x]]])", &err);
    refused("", "[].all(x, x == [x])", &err);
}

static void a_source_of_the_largest_size_is_checked(void **state)
{
    static const char *const items[] = {
        "[1]+[],",  // the most steps for its length
        "1+1,[],{},x,x.a,-x,size([]),[1]+[],x==x,''.size(),",
    };
    for (size_t i = 0; i < sizeof items / sizeof *items; i++) {
        sw_arena *arena = new_arena();
        sw_cel_env env = declared(arena, "x: dyn");
        sw_buf buf = {0};
        sw_buf_str(&buf, SW_STR("["));
        while (buf.len < (1 << 20) - 60)
            sw_buf_str(&buf, sw_str_of(items[i]));
        sw_buf_str(&buf, SW_STR("]"));
        checked(arena, buf.at, &env);
        sw_buf_free(&buf);
        sw_arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(literals_have_the_types_of_their_parts),
        cmocka_unit_test(null_joins_what_may_be_null),
        cmocka_unit_test(wrappers_stand_for_what_they_wrap),
        cmocka_unit_test(operators_give_what_their_operands_do),
        cmocka_unit_test(fields_and_indexes_reach_inside),
        cmocka_unit_test(optionals_keep_what_they_hold),
        cmocka_unit_test(macros_bind_what_their_range_holds),
        cmocka_unit_test(declared_functions_are_instantiated_for_each_call),
        cmocka_unit_test(types_are_values_of_type_type),
        cmocka_unit_test(the_longest_declared_name_wins),
        cmocka_unit_test(containers_are_tried_from_the_inside),
        cmocka_unit_test(standard_functions_give_what_they_say),
        cmocka_unit_test(unknown_names_are_told_with_the_nearest),
        cmocka_unit_test(operators_tell_what_they_were_given),
        cmocka_unit_test(fields_and_indexes_tell_what_they_were_given),
        cmocka_unit_test(calls_tell_what_they_were_given),
        cmocka_unit_test(macros_tell_what_they_were_given),
        cmocka_unit_test(the_first_fault_by_place_is_told),
        cmocka_unit_test(types_are_written_as_they_are_read),
        cmocka_unit_test(what_is_no_type_is_refused_where_it_is),
        cmocka_unit_test(a_type_without_end_is_refused),
        cmocka_unit_test(a_wrong_env_is_the_callers_fault),
        cmocka_unit_test(without_an_env_nothing_is_declared),
        cmocka_unit_test(types_that_double_are_bounded),
        cmocka_unit_test(types_that_deepen_are_bounded),
        cmocka_unit_test(a_type_cannot_hold_itself),
        cmocka_unit_test(a_source_of_the_largest_size_is_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
