// Explanations: the trees of chosen expressions, and of random ones that what
// an explanation names is enough for the verdict.
#include <stdio.h>
#include <string.h>

#include "cel_support.h"

/* ---- chosen ---------------------------------------------------------- */

// "source=value" or "source[element]=value", children in parentheses.
static void write_reason(sw_arena *arena, sw_str source, const sw_cel_reason *r,
                         sw_buf *out)
{
    sw_buf_printf(out, "%.*s", (int)(r->end - r->begin), source.at + r->begin);
    sw_str element = {0};
    sw_error err = {0};
    assert_true(sw_cel_element_text(r, arena, &element, &err));
    if (element.len > 0) sw_buf_printf(out, "[%.*s]", SW_STR_ARGS(element));
    sw_buf_printf(out, "=%s", shown(arena, &r->value));
    for (size_t i = 0; i < r->count; i++) {
        sw_buf_str(out, i == 0 ? SW_STR(" (") : SW_STR("; "));
        write_reason(arena, source, &r->at[i], out);
    }
    if (r->count > 0) sw_buf_str(out, SW_STR(")"));
}

static const struct {
    const char *source, *tree;
} chosen[] = {
    {"n >= 25000", "n >= 25000=false (n=5000)"},
    {"25000 > n && t", "25000 > n && t=true (25000 > n=true (n=5000); t=true)"},
    {"t && n > 9000 && f",
     "t && n > 9000 && f=false (n > 9000=false (n=5000))"},
    {"t || f", "t || f=true (t=true)"},
    {"f || n == 1", "f || n == 1=false (f=false; n == 1=false (n=5000))"},
    {"!(t && f)", "!(t && f)=true (t && f=false (f=false))"},
    {"t ? n : m", "t ? n : m=5000 (t=true; n=5000)"},
    {"f ? n : m.k", "f ? n : m.k=\"v\" (f=false; m.k=\"v\")"},
    {"u ? n : 1", "u ? n : 1=unknown(u) (u=unknown(u))"},
    {"u && t", "u && t=unknown(u) (u=unknown(u))"},
    {"u > n", "u > n=unknown(u) (u=unknown(u))"},
    {"n / z == 1 && t",
     "n / z == 1 && t=error(\"division by zero\") (n / z == "
     "1=error(\"division by zero\") (n / z=error(\"division by zero\") "
     "(n=5000; z=0)); t=true)"},
    {"missing == n", "missing == n=error(\"undeclared reference to "
                     "'missing'\") (missing=error(\"undeclared reference to "
                     "'missing'\"))"},
    {"has(m.k) && !has(m.x)",
     "has(m.k) && !has(m.x)=true (has(m.k)=true; !has(m.x)=true "
     "(has(m.x)=false))"},
    {"m.k == 'v'", "m.k == 'v'=true (m.k=\"v\")"},
    {"m['k'].startsWith('v')",
     "m['k'].startsWith('v')=true (m['k']=\"v\" (m={\"k\": \"v\"}))"},
    {"n in [1, 5000]", "n in [1, 5000]=true (n=5000)"},
    {"timestamp('2026-01-01T00:00:00Z') < s",
     "timestamp('2026-01-01T00:00:00Z') < "
     "s=true (s=timestamp(\"2026-12-03T00:00:00Z\"))"},
    {"xs.all(x, x < 3)",
     "xs.all(x, x < 3)=false (xs=[1, 2, 3]; x < 3[x = 3]=false)"},
    {"xs.exists(x, x == 2 && n > 0)",
     "xs.exists(x, x == 2 && n > 0)=true (xs=[1, 2, 3]; x == 2 && n > 0[x = "
     "2]=true (x == 2=true; n > 0=true (n=5000)))"},
    {"xs.all(i, x, i + x < 5)",
     "xs.all(i, x, i + x < 5)=false (xs=[1, 2, 3]; i + x < 5[i = 2, x = "
     "3]=false (i + x=5))"},
    {"[1, 2].all(x, x > 0)",
     "[1, 2].all(x, x > 0)=true (x > 0[x = 1]=true; x > 0[x = 2]=true)"},
    {"xs.filter(x, x > 2).size() == 1",
     "xs.filter(x, x > 2).size() == 1=true (xs.filter(x, x > 2).size()=1 "
     "(xs.filter(x, x > 2)=[3] (xs=[1, 2, 3]; x > 2[x = 1]=false; x > 2[x = "
     "2]=false; x > 2[x = 3]=true)))"},
    {"xs.exists_one(x, x / (x - 2) > 0)",
     "xs.exists_one(x, x / (x - 2) > 0)=error(\"division by zero\") (xs=[1, "
     "2, 3]; x / (x - 2) > 0[x = 2]=error(\"division by zero\") (x / (x - "
     "2)=error(\"division by zero\") (x - 2=0)))"},
    {"cel.bind(y, n * 2, y > 1 || t)",
     "cel.bind(y, n * 2, y > 1 || t)=true (n * 2=10000 (n=5000); y > 1 || "
     "t=true (y > 1=true))"},
    {"cel.bind(y, n, t)", "cel.bind(y, n, t)=true (t=true)"},
    {"m.?k.orValue(n) == 'v'",
     "m.?k.orValue(n) == 'v'=true (m.?k.orValue(n)=\"v\" "
     "(m.?k=optional.of(\"v\") (m={\"k\": \"v\"})))"},
    {"1 + 1", "1 + 1=2"},
};

static sw_cel_options chosen_facts(sw_arena *arena)
{
    sw_cel_value *items = SW_NEW_ARRAY(arena, sw_cel_value, 3);
    for (int i = 0; i < 3; i++)
        items[i] = int_value(i + 1);
    sw_cel_value xs = {.kind = SW_CEL_LIST}, m = {.kind = SW_CEL_MAP}, s = {0};
    xs.as.list.at = items;
    xs.as.list.count = 3;
    sw_cel_entry *entry = SW_NEW_ARRAY(arena, sw_cel_entry, 1);
    *entry = (sw_cel_entry){string_value("k"), string_value("v")};
    m.as.map.at = entry;
    m.as.map.count = 1;
    assert_true(sw_cel_timestamp(SW_STR("2026-12-03T00:00:00Z"), &s));
    const sw_cel_binding facts[] = {
        {SW_STR("n"), int_value(5000)},
        {SW_STR("z"), int_value(0)},
        {SW_STR("t"), bool_value(true)},
        {SW_STR("f"), bool_value(false)},
        {SW_STR("u"), unknown_value(arena, "u")},
        {SW_STR("xs"), xs},
        {SW_STR("m"), m},
        {SW_STR("s"), s},
    };
    sw_cel_binding *copy = sw_arena_alloc(arena, sizeof facts);
    memcpy(copy, facts, sizeof facts);
    return (sw_cel_options){.bindings = copy, .binding_count = 8};
}

static void explanations_name_what_decided(void **state)
{
    for (size_t i = 0; i < sizeof chosen / sizeof *chosen; i++) {
        sw_arena *arena = new_arena();
        const sw_cel_reason *why = NULL;
        sw_cel_options how = chosen_facts(arena);
        how.reason = &why;
        evaluated(arena, chosen[i].source, &how);
        sw_buf tree = {0};
        write_reason(arena, sw_str_of(chosen[i].source), why, &tree);
        sw_buf_str(&tree, (sw_str){"", 1});
        assert_string_equal(tree.at, chosen[i].tree);
        sw_buf_free(&tree);
        sw_arena_free(arena);
    }
}

/* ---- random ---------------------------------------------------------- */

// Facts a to h; the first four are bool, the others int, any may be unknown
// or missing (an error).
enum { FACTS = 8, BOOLS = 4 };

static const char *const fact_names[FACTS] = {"a", "b", "c", "d",
                                              "e", "f", "g", "h"};

static void write_bool(uint64_t *seed, int depth, sw_buf *out);

static void write_int(uint64_t *seed, int depth, const char *variable,
                      sw_buf *out)
{
    uint32_t pick = draw(seed) % (depth > 0 ? 8 : 4);
    if (pick < 3) {
        sw_buf_printf(out, "%s", fact_names[BOOLS + draw(seed) % BOOLS]);
    } else if (pick == 3) {
        if (variable != NULL) {
            sw_buf_printf(out, "%s", variable);
        } else {
            sw_buf_printf(out, "%u", draw(seed) % 4);
        }
    } else if (pick < 7) {
        static const char *const ops[] = {"+", "-", "*", "/", "%"};
        sw_buf_str(out, SW_STR("("));
        write_int(seed, depth - 1, variable, out);
        sw_buf_printf(out, " %s ", ops[draw(seed) % 5]);
        write_int(seed, depth - 1, variable, out);
        sw_buf_str(out, SW_STR(")"));
    } else {
        sw_buf_str(out, SW_STR("("));
        write_bool(seed, depth - 1, out);
        sw_buf_str(out, SW_STR(" ? "));
        write_int(seed, depth - 1, variable, out);
        sw_buf_str(out, SW_STR(" : "));
        write_int(seed, depth - 1, variable, out);
        sw_buf_str(out, SW_STR(")"));
    }
}

static void write_relation(uint64_t *seed, int depth, const char *variable,
                           sw_buf *out)
{
    static const char *const ops[] = {"<", "<=", "==", "!=", ">"};
    write_int(seed, depth - 1, variable, out);
    sw_buf_printf(out, " %s ", ops[draw(seed) % 5]);
    write_int(seed, depth - 1, variable, out);
}

static void write_macro(uint64_t *seed, int depth, sw_buf *out)
{
    static const char *const names[] = {"all", "exists", "exists_one"};
    sw_buf_str(out, SW_STR("["));
    for (int i = 0; i < 3; i++) {
        if (i > 0) sw_buf_str(out, SW_STR(", "));
        write_int(seed, 0, NULL, out);
    }
    sw_buf_printf(out, "].%s(x, ", names[draw(seed) % 3]);
    write_relation(seed, depth, "x", out);
    sw_buf_str(out, SW_STR(" && "));
    write_bool(seed, depth - 1, out);
    sw_buf_str(out, SW_STR(")"));
}

static void write_bool(uint64_t *seed, int depth, sw_buf *out)
{
    uint32_t pick = draw(seed) % (depth > 0 ? 10 : 2);
    if (pick < 2) {
        sw_buf_printf(out, "%s", fact_names[draw(seed) % BOOLS]);
    } else if (pick < 6) {
        static const char *const ops[] = {"&&", "||"};
        sw_buf_str(out, SW_STR("("));
        write_bool(seed, depth - 1, out);
        sw_buf_printf(out, " %s ", ops[draw(seed) % 2]);
        write_bool(seed, depth - 1, out);
        sw_buf_str(out, SW_STR(")"));
    } else if (pick == 6) {
        sw_buf_str(out, SW_STR("!"));
        write_bool(seed, 0, out);
    } else if (pick < 9) {
        write_relation(seed, depth, NULL, out);
    } else {
        write_macro(seed, depth, out);
    }
}

static sw_cel_value random_fact(sw_arena *arena, uint64_t *seed, size_t i)
{
    uint32_t pick = draw(seed) % 8;
    if (pick == 0) return unknown_value(arena, fact_names[i]);
    if (pick == 1) return error_value("missing");
    return i < BOOLS ? bool_value(draw(seed) % 2)
                     : int_value((int64_t)(draw(seed) % 4));
}

// Marks the facts that an explanation names.
static void mark_named(sw_str source, const sw_cel_reason *r, bool named[FACTS])
{
    sw_str text = {source.at + r->begin, r->end - r->begin};
    for (size_t i = 0; i < FACTS; i++)
        named[i] |= sw_str_eq(text, sw_str_of(fact_names[i]));
    for (size_t i = 0; i < r->count; i++)
        mark_named(source, &r->at[i], named);
}

static bool same_verdict(const sw_cel_value *a, const sw_cel_value *b)
{
    if (a->kind != b->kind) return false;
    return a->kind != SW_CEL_BOOL || a->as.boolean == b->as.boolean;
}

// Other values in place of the facts that were not named change nothing. Of an
// unknown verdict only the open facts are named, so there the rest may but be
// forgotten, not changed.
static void check_enough(sw_arena *arena, uint64_t *seed, const char *source,
                         const sw_cel_binding *facts, const bool named[FACTS],
                         const sw_cel_value *verdict)
{
    for (int round = 0; round < 8; round++) {
        sw_cel_binding other[FACTS];
        for (size_t i = 0; i < FACTS; i++) {
            other[i] = facts[i];
            if (named[i]) continue;
            other[i].value = round == 0 || verdict->kind == SW_CEL_UNKNOWN
                                 ? unknown_value(arena, fact_names[i])
                                 : random_fact(arena, seed, i);
        }
        sw_cel_options how = {.bindings = other, .binding_count = FACTS};
        sw_cel_value again = evaluated(arena, source, &how);
        if (!same_verdict(verdict, &again)) {
            fail_msg("%s: %s, but %s without what was not named", source,
                     shown(arena, verdict), shown(arena, &again));
        }
    }
}

// Forgetting one fact that was named as well leaves the verdict open.
static void check_needed(sw_arena *arena, const char *source,
                         const sw_cel_binding *facts, const bool named[FACTS])
{
    for (size_t out = 0; out < FACTS; out++) {
        sw_cel_binding other[FACTS];
        if (!named[out]) continue;
        for (size_t i = 0; i < FACTS; i++) {
            other[i] = facts[i];
            if (!named[i] || i == out)
                other[i].value = unknown_value(arena, fact_names[i]);
        }
        sw_cel_options how = {.bindings = other, .binding_count = FACTS};
        sw_cel_value again = evaluated(arena, source, &how);
        if (again.kind != SW_CEL_UNKNOWN) {
            fail_msg("%s: %s even without %s", source, shown(arena, &again),
                     fact_names[out]);
        }
    }
}

static void what_is_named_is_enough_and_needed(void **state)
{
    uint64_t seed = 42;
    size_t decided = 0;
    for (int round = 0; round < 4000; round++) {
        sw_arena *arena = new_arena();
        sw_buf source = {0};
        write_bool(&seed, 4, &source);
        sw_buf_str(&source, (sw_str){"", 1});

        sw_cel_binding facts[FACTS];
        for (size_t i = 0; i < FACTS; i++) {
            facts[i] = (sw_cel_binding){sw_str_of(fact_names[i]),
                                        random_fact(arena, &seed, i)};
        }
        const sw_cel_reason *why = NULL;
        sw_cel_options how = {
            .bindings = facts, .binding_count = FACTS, .reason = &why};
        sw_cel_value verdict = evaluated(arena, source.at, &how);
        bool named[FACTS] = {0};
        mark_named(sw_str_of(source.at), why, named);
        check_enough(arena, &seed, source.at, facts, named, &verdict);
        if (verdict.kind != SW_CEL_UNKNOWN)
            check_needed(arena, source.at, facts, named);
        decided += verdict.kind == SW_CEL_BOOL;
        sw_buf_free(&source);
        sw_arena_free(arena);
    }
    assert_true(decided > 500);  // else the property says little
}

static void long_explanations_are_cut(void **state)
{
    sw_arena *arena = new_arena();
    sw_cel_value *items = SW_NEW_ARRAY(arena, sw_cel_value, 100000);
    for (size_t i = 0; i < 100000; i++)
        items[i] = int_value((int64_t)i);
    sw_cel_value xs = {.kind = SW_CEL_LIST};
    xs.as.list.at = items;
    xs.as.list.count = 100000;
    sw_cel_binding b[] = {{SW_STR("xs"), xs}};
    const sw_cel_reason *why = NULL;
    sw_cel_options how = {.bindings = b, .binding_count = 1, .reason = &why};
    sw_cel_value v = evaluated(arena, "xs.all(x, x >= 0)", &how);
    assert_true(v.kind == SW_CEL_BOOL && v.as.boolean);
    assert_in_range(why->count, 1000, 5000);
    sw_arena_free(arena);
}

// A fact that is read twice may do for more than one side, and then the other
// facts of the side that came first are too much.
static void no_fact_is_named_too_much(void **state)
{
    static const struct {
        const char *source, *facts;
    } cases[] = {
        {"(t && n > 0) || t", "t"},
        {"(t && n > 0 && z == 0) || (n > 0 && t)", "n t"},
        {"t || true", ""},
        {"(f || m.k == 'v') && (t || m.k == 'v')", "m.k"},
        {"(t && m.k == 'v') || has(m.k)", "m.k"},
        {"xs.exists(x, x == 1 && t || x == 2)", "xs"},
        {"xs.exists(x, x == 1 && t || x == 5)", "t xs"},
        {"1 / z + 1 / (z * n) > 0", "z"},
        {"cel.bind(y, n, t || y > 0)", "t"},
        {"cel.bind(y, n, f || y > 0)", "n"},
        {"(m.x == 1 && t) || false", "m.x t"},
        // What may decide without any fact.
        {"t || (z == 0 || true)", ""},
        {"t || optional.of(true).orValue(f)", ""},
        {"t || [].all(x, x == n)", ""},
        {"t || (z == 0 || [1].exists(x, true))", ""},
        {"f && {'a': false && t, 'b': [1].map(x, true, 1)}['a']", ""},
        {"f && false == ([map] != [list])", ""},
        // Errors: of several the one that needs least, and all that led there.
        {"1 / z + 1 / 0", ""},
        {"1 / z + '1'.split(m.k, 1 / 0).size()", ""},
        {"{'a': n, 'a': t}", ""},
        {"{m.k: n, 'v': t, 'b': z}", "m.k"},
        {"{m.k: 1, m.k: n == m['k']}", "m.k"},
        {"[?n, z]", "n"},
        {"(f ? optional.of(n) : optional.none()).orValue(1 / 0)", "f"},
        {"xs.transformList(i, x, x == n - 4999, [][x])", "n xs"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sw_arena *arena = new_arena();
        const sw_cel_reason *why = NULL;
        const sw_str *facts = NULL;
        size_t count = 0;
        sw_error err = {0};
        sw_cel_options how = chosen_facts(arena);
        how.reason = &why;
        evaluated(arena, cases[i].source, &how);
        assert_true(sw_cel_reason_facts(why, arena, &facts, &count, &err));
        sw_buf names = {0};
        sw_buf_str(&names, SW_STR(""));
        for (size_t j = 0; j < count; j++) {
            sw_buf_printf(&names, j > 0 ? " %.*s" : "%.*s",
                          SW_STR_ARGS(facts[j]));
        }
        if (!sw_str_eq((sw_str){names.at, names.len},
                       sw_str_of(cases[i].facts))) {
            fail_msg("%s names %.*s, not %s", cases[i].source, (int)names.len,
                     names.at, cases[i].facts);
        }
        sw_buf_free(&names);
        sw_arena_free(arena);
    }
}

// Steps that just do for the value do for its reasons, too.
static void reasons_take_no_steps(void **state)
{
    sw_arena *arena = new_arena();
    const sw_cel_reason *why = NULL;
    sw_cel_options how = chosen_facts(arena);
    sw_cel *cel = parsed(arena, "n + n + n + n + n + n + n + n > 0");
    sw_cel_value value;
    sw_error err = {0};
    how.max_steps = 1;
    while (!sw_cel_eval(cel, &how, arena, &value, &err))
        how.max_steps++;
    how.reason = &why;
    assert_true(sw_cel_eval(cel, &how, arena, &value, &err));
    assert_true(value.kind == SW_CEL_BOOL && value.as.boolean);
    assert_int_equal(why->count, 1);
    assert_int_equal(why->end, sw_cel_source(cel).len);
    sw_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(explanations_name_what_decided),
        cmocka_unit_test(what_is_named_is_enough_and_needed),
        cmocka_unit_test(long_explanations_are_cut),
        cmocka_unit_test(no_fact_is_named_too_much),
        cmocka_unit_test(reasons_take_no_steps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
