// Errors and unknowns in && || ! ?: and the macros, against an oracle that
// states the rules once more in another way.
#include <stdio.h>
#include <string.h>

#include "cel_support.h"

// The sorts of operands. W is a value of a wrong type; U and V are unknowns of
// two facts; UV is both.
typedef enum { T, F, E, W, U, V, UV, SORTS } sort;

static sw_cel_value operand(sw_arena *arena, sort s)
{
    switch (s) {
    case T:
    case F: return bool_value(s == T);
    case E: return error_value("e");
    case W: return string_value("w");
    case U: return unknown_value(arena, "u");
    default: return unknown_value(arena, "v");
    }
}

// A result as a sort; any error is E.
static sort sort_of(const sw_cel_value *v)
{
    if (v->kind == SW_CEL_BOOL) return v->as.boolean ? T : F;
    if (v->kind == SW_CEL_ERROR) return E;
    if (v->kind != SW_CEL_UNKNOWN) return W;
    if (v->as.unknown.count == 2) return UV;
    return v->as.unknown.at[0].at[0] == 'u' ? U : V;
}

static bool is_unknown(sort s)
{
    return s == U || s == V || s == UV;
}

// && by what it must stand: if any side can decide whatever the unknowns turn
// out to be, it does; if the unknowns could still decide, it is open.
static sort oracle_and(const sort *sides, size_t count)
{
    bool open = false, wrong = false, u = false, v = false;
    for (size_t i = 0; i < count; i++) {
        if (sides[i] == F) return F;
        open |= is_unknown(sides[i]);
        u |= sides[i] == U || sides[i] == UV;
        v |= sides[i] == V || sides[i] == UV;
        wrong |= sides[i] == E || sides[i] == W;
    }
    if (open) return u && v ? UV : u ? U : V;
    return wrong ? E : T;
}

static sort negated(sort s)
{
    return s == T ? F : s == F ? T : s;
}

static sort oracle_or(const sort *sides, size_t count)
{
    sort turned[8];
    for (size_t i = 0; i < count; i++)
        turned[i] = negated(sides[i]);
    return negated(oracle_and(turned, count));
}

static sort strict_not(sort s)
{
    return s == W ? E : negated(s);
}

static sw_cel_options bind_sides(sw_arena *arena, const sort *sides,
                                 size_t count)
{
    static const char *const names[] = {"a", "b", "c", "d"};
    sw_cel_binding *bindings = SW_NEW_ARRAY(arena, sw_cel_binding, count);
    for (size_t i = 0; i < count; i++) {
        bindings[i] =
            (sw_cel_binding){sw_str_of(names[i]), operand(arena, sides[i])};
    }
    return (sw_cel_options){.bindings = bindings, .binding_count = count};
}

static sort run(sw_arena *arena, const char *source, const sw_cel_options *how)
{
    sw_cel_value v = evaluated(arena, source, how);
    return sort_of(&v);
}

static void and_or_agree_with_the_oracle(void **state)
{
    for (int i = 0; i < UV * UV * UV; i++) {
        sort sides[] = {(sort)(i % UV), (sort)(i / UV % UV),
                        (sort)(i / UV / UV)};
        sw_arena *arena = new_arena();
        sw_cel_options how = bind_sides(arena, sides, 3);
        assert_int_equal(run(arena, "a && b", &how), oracle_and(sides, 2));
        assert_int_equal(run(arena, "a || b", &how), oracle_or(sides, 2));
        assert_int_equal(run(arena, "a && b && c", &how), oracle_and(sides, 3));
        assert_int_equal(run(arena, "a && (b && c)", &how),
                         oracle_and(sides, 3));
        assert_int_equal(run(arena, "a || b || c", &how), oracle_or(sides, 3));

        sort inner = oracle_or(sides, 2);
        assert_int_equal(run(arena, "(a || b) && c", &how),
                         oracle_and((sort[]){inner, sides[2]}, 2));
        assert_int_equal(run(arena, "!(a || b)", &how), strict_not(inner));
        sw_arena_free(arena);
    }
}

static void and_or_commute(void **state)
{
    for (int i = 0; i < UV * UV; i++) {
        sort sides[] = {(sort)(i % UV), (sort)(i / UV)};
        sw_arena *arena = new_arena();
        sw_cel_options how = bind_sides(arena, sides, 2);
        assert_int_equal(run(arena, "a && b", &how),
                         run(arena, "b && a", &how));
        assert_int_equal(run(arena, "a || b", &how),
                         run(arena, "b || a", &how));
        sw_arena_free(arena);
    }
}

static void not_and_conditional_absorb_nothing(void **state)
{
    for (int i = 0; i < UV * UV * UV; i++) {
        sort s[] = {(sort)(i % UV), (sort)(i / UV % UV), (sort)(i / UV / UV)};
        sw_arena *arena = new_arena();
        sw_cel_options how = bind_sides(arena, s, 3);
        assert_int_equal(run(arena, "!a", &how), strict_not(s[0]));
        sort want = s[0] == T ? s[1] : s[0] == F ? s[2] : strict_not(s[0]);
        assert_int_equal(run(arena, "a ? b : c", &how), want);
        sw_arena_free(arena);
    }
}

// Elements stand in a bound list, so they may be errors and unknowns.
static void all_and_exists_fold_like_and_and_or(void **state)
{
    for (int i = 0; i < UV * UV * UV; i++) {
        sort s[] = {(sort)(i % UV), (sort)(i / UV % UV), (sort)(i / UV / UV)};
        sw_arena *arena = new_arena();
        sw_cel_value items[3];
        for (size_t j = 0; j < 3; j++)
            items[j] = operand(arena, s[j]);
        sw_cel_value list = {.kind = SW_CEL_LIST};
        list.as.list.at = items;
        list.as.list.count = 3;
        sw_cel_binding bindings[] = {{SW_STR("xs"), list}};
        sw_cel_options how = {.bindings = bindings, .binding_count = 1};
        assert_int_equal(run(arena, "xs.all(x, x)", &how), oracle_and(s, 3));
        assert_int_equal(run(arena, "xs.exists(x, x)", &how), oracle_or(s, 3));
        assert_int_equal(run(arena, "xs.all(i, x, i >= 0 && x)", &how),
                         oracle_and(s, 3));

        // The others are strict: an error, then the unknowns, then a value.
        bool error = false, u = false, v = false;
        int trues = 0;
        for (size_t j = 0; j < 3; j++) {
            error |= s[j] == E || s[j] == W;
            u |= s[j] == U;
            v |= s[j] == V;
            trues += s[j] == T;
        }
        sort open = u && v ? UV : u ? U : v ? V : SORTS;
        sort want = error ? E : open != SORTS ? open : trues == 1 ? T : F;
        assert_int_equal(run(arena, "xs.exists_one(x, x)", &how), want);
        want = error ? E : open != SORTS ? open : T;
        assert_int_equal(run(arena, "xs.filter(x, x).size() >= 0", &how), want);
        assert_int_equal(run(arena, "xs.map(x, x ? 1 : 2).size() == 3", &how),
                         want);
        sw_arena_free(arena);
    }
}

static void strict_places_prefer_errors_and_join_unknowns(void **state)
{
    static const char *const sources[] = {
        "a + b",    "a == b",           "a < b",
        "[a, b]",   "{'x': a, 'y': b}", "[1, 2][a + b]",
        "f(a, b)",  "a.startsWith(b)",  "[a][b]",
        "a in [b]", "{a: b}",           "size([a, b])",
    };
    sw_arena *arena = new_arena();
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        sort sides[][2] = {{U, V}, {U, E}, {E, U}, {U, U}};
        sort want[] = {UV, E, E, U};
        for (size_t j = 0; j < 4; j++) {
            sw_cel_options how = bind_sides(arena, sides[j], 2);
            sort got = run(arena, sources[i], &how);
            bool no_function = sources[i][0] == 'f';
            assert_int_equal(got, no_function ? E : want[j]);
        }
    }
    sw_arena_free(arena);
}

/* ---- unknowns inside values ------------------------------------------ */

// {"scale": 5000, "kind": unknown, "tags": ["a", unknown],
//  "two": [unknown, unknown]}
static sw_cel_options cargo(sw_arena *arena)
{
    sw_cel_value *tags = SW_NEW_ARRAY(arena, sw_cel_value, 2);
    tags[0] = string_value("a");
    tags[1] = unknown_value(arena, "cargo.tags[1]");
    sw_cel_value *two = SW_NEW_ARRAY(arena, sw_cel_value, 2);
    two[0] = unknown_value(arena, "cargo.two[0]");
    two[1] = unknown_value(arena, "cargo.two[1]");
    sw_cel_entry *entries = SW_NEW_ARRAY(arena, sw_cel_entry, 4);
    entries[0] = (sw_cel_entry){string_value("scale"), int_value(5000)};
    entries[1] = (sw_cel_entry){string_value("kind"),
                                unknown_value(arena, "cargo.kind")};
    sw_cel_value list = {.kind = SW_CEL_LIST};
    list.as.list.at = tags;
    list.as.list.count = 2;
    entries[2] = (sw_cel_entry){string_value("tags"), list};
    list.as.list.at = two;
    entries[3] = (sw_cel_entry){string_value("two"), list};
    sw_cel_value map = {.kind = SW_CEL_MAP};
    map.as.map.at = entries;
    map.as.map.count = 4;
    sw_cel_binding *b = SW_NEW_ARRAY(arena, sw_cel_binding, 2);
    b[0] = (sw_cel_binding){SW_STR("cargo"), map};
    b[1] = (sw_cel_binding){SW_STR("u"), unknown_value(arena, "u")};
    return (sw_cel_options){.bindings = b, .binding_count = 2};
}

static const char *const inner_cases[][2] = {
    {"cargo.scale >= 25000", "false"},
    {"cargo.kind == 'map'", "unknown(cargo.kind)"},
    {"cargo.kind == 'map' && cargo.scale >= 25000", "false"},
    {"cargo.kind == 'map' || cargo.scale < 25000", "true"},
    {"has(cargo.scale)", "true"},
    {"has(cargo.kind)", "unknown(cargo.kind)"},
    {"has(cargo.none)", "false"},
    {"has(cargo.kind.deep)", "unknown(cargo.kind)"},
    {"cargo.kind.deep.deeper", "unknown(cargo.kind)"},
    {"cargo['kind'] + 'x'", "unknown(cargo.kind)"},
    {"cargo.?kind.orValue('x')", "unknown(cargo.kind)"},
    {"size(cargo)", "4"},
    {"size(cargo.tags)", "2"},
    {"cargo.tags[0]", "\"a\""},
    {"cargo.tags[1]", "unknown(cargo.tags[1])"},
    {"'a' in cargo.tags", "true"},
    {"'b' in cargo.tags", "unknown(cargo.tags[1])"},
    {"cargo.tags == ['b', 'c']", "false"},
    {"cargo.tags == ['a']", "false"},
    {"cargo.tags == ['a', 'c']", "unknown(cargo.tags[1])"},
    {"cargo.tags != ['a', 'c']", "unknown(cargo.tags[1])"},
    {"cargo.tags.exists(t, t == 'a')", "true"},
    {"cargo.tags.all(t, t == 'b')", "false"},
    {"cargo.tags.all(t, t == 'a')", "unknown(cargo.tags[1])"},
    {"u.all(x, true)", "unknown(u)"},
    {"u.map(x, 1 / 0)", "unknown(u)"},
    {"[u].exists(x, true)", "unknown(u)"},
    {"cel.bind(x, u, true)", "true"},
    {"cel.bind(x, 1 / 0, true)", "true"},
    {"u ? 1 : 2", "unknown(u)"},
    {"true ? 1 : u", "1"},
    {"optional.of(1).orValue(u)", "1"},
    {"optional.none().orValue(u)", "unknown(u)"},
    {"u.orValue(1 / 0)", "unknown(u)"},
    {"u.or(1 / 0)", "unknown(u)"},
    {"u.orValue(cargo.kind)", "unknown(cargo.kind, u)"},
    {"(1 / 0).orValue(u)", "error(\"division by zero\")"},
    {"u.orElse(1 / 0)", "error(\"division by zero\")"},
    {"'kind' in cargo", "unknown(cargo.kind)"},
    {"'scale' in cargo", "true"},
    {"'none' in cargo", "false"},
    {"cargo.tags.join(',')", "unknown(cargo.tags[1])"},
    {"(cargo.tags + [cargo]).join()", "error(\"no such overload\")"},
    {"(cargo.two + cargo.tags).join()",
     "unknown(cargo.tags[1], cargo.two[0], cargo.two[1])"},
    {"math.greatest(cargo.two)", "unknown(cargo.two[0], cargo.two[1])"},
    {"math.least(cargo.two + [7])", "unknown(cargo.two[0], cargo.two[1])"},
    {"math.least(cargo.two + ['a'])", "error(\"no such overload\")"},
    {"'%s %d'.format(cargo.two)", "unknown(cargo.two[0], cargo.two[1])"},
    {"'%s'.format([cargo.two])", "unknown(cargo.two[0], cargo.two[1])"},
    {"'%s %d'.format(cargo.two + ['a'])",
     "unknown(cargo.two[0], cargo.two[1])"},
    {"'%s %d %d'.format(cargo.two + ['a'])",
     "error(\"format: %d takes a number\")"},
    {"{'a': 1, 'a': u}", "error(\"a key is repeated in a map\")"},
    {"{'a': u, 1: u, 'a': 1}", "error(\"a key is repeated in a map\")"},
    {"{?'a': u, 'a': 1}", "unknown(u)"},
    {"{?u: u, 'a': 1}", "unknown(u)"},
    {"(u && false) || cargo.kind", "unknown(cargo.kind)"},
    {"u && cargo.kind && false", "false"},
    {"u && 1 / 0 > 0", "unknown(u)"},
    {"u + cargo.kind / 0", "unknown(cargo.kind, u)"},
    {"u + cargo.scale / 0", "error(\"division by zero\")"},
    {"u || [1 / 0, cargo.kind] == []", "unknown(u)"},
    {"[u, 1] == [1, 2]", "unknown(u)"},
    {"[[u], 1 / 0] == 1", "error(\"division by zero\")"},
    {"['a', 'b'].exists(x, x == u || x == 'b')", "true"},
    {"['a', 'b'].all(x, x == 'b' && u == x)", "false"},
    {"['a', 'b'].all(x, x == 'a' || u == x)", "unknown(u)"},
    {"['a', 'b'].exists_one(x, x == u || 1 / 0 > 0)", "unknown(u)"},
    {"['a', 'b'].map(x, u + x + 1 / 0)", "error(\"division by zero\")"},
    {"['a', 'b'].filter(x, x == 'a' && u)", "unknown(u)"},
    {"['a', 'b'].map(x, u, 1 / 0)", "unknown(u)"},
    {"u ? cargo.kind : 1", "unknown(u)"},
    {"true ? cargo.kind : u", "unknown(cargo.kind)"},
    {"(u && false) ? u : cargo.kind", "unknown(cargo.kind)"},
    {"cel.bind(x, u, cargo.kind || x == 1)", "unknown(cargo.kind, u)"},
    {"optional.of(1).orValue(u) + cargo.kind", "unknown(cargo.kind)"},
    {"{'a': u, 'b': 1}.b", "unknown(u)"},
    {"{'a': cargo, 'b': 1}.b", "1"},
    {"[cargo, u][0].scale", "unknown(u)"},
    {"[cargo][0].kind", "unknown(cargo.kind)"},
    {"cargo == {'scale': 1}", "false"},
    {"cargo.tags.filter(t, t != 'c').size() > 5", "unknown(cargo.tags[1])"},
    {"u == u", "unknown(u)"},
    {"[u, cargo.kind, u]", "unknown(cargo.kind, u)"},
    {"type(u)", "unknown(u)"},
    {"missing || true", "true"},
    {"missing && cargo.kind == 'x'", "unknown(cargo.kind)"},
    {"missing", "error(\"undeclared reference to 'missing'\")"},
};

static void unknowns_inside_values_matter_only_when_read(void **state)
{
    sw_arena *arena = new_arena();
    sw_cel_options how = cargo(arena);
    for (size_t i = 0; i < sizeof inner_cases / sizeof *inner_cases; i++) {
        const char *got = result(arena, inner_cases[i][0], &how);
        if (strcmp(got, inner_cases[i][1]) != 0)
            fail_msg("%s: %s", inner_cases[i][0], got);
    }
    sw_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(and_or_agree_with_the_oracle),
        cmocka_unit_test(and_or_commute),
        cmocka_unit_test(not_and_conditional_absorb_nothing),
        cmocka_unit_test(all_and_exists_fold_like_and_and_or),
        cmocka_unit_test(strict_places_prefer_errors_and_join_unknowns),
        cmocka_unit_test(unknowns_inside_values_matter_only_when_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
