// Trees as source: the text of chosen expressions, and of all others that what
// is written is read as the same tree.
#include <dirent.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cel_internal.h"
#include "cel_support.h"

/* ---- sameness -------------------------------------------------------- */

static bool same_text(sw_str a, sw_str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

static bool same_literal(const sw_cel_value *a, const sw_cel_value *b)
{
    if (a->kind != b->kind) return false;
    switch (a->kind) {
    case SW_CEL_NULL: return true;
    case SW_CEL_BOOL: return a->as.boolean == b->as.boolean;
    case SW_CEL_STRING:
    case SW_CEL_BYTES: return same_text(a->as.str, b->as.str);
    default: return a->as.u64 == b->as.u64;  // every bit of a number
    }
}

static bool same_flags(const sw_cel__node *a, const sw_cel__node *b, size_t i)
{
    return (a->optional != NULL && a->optional[i]) ==
           (b->optional != NULL && b->optional[i]);
}

// What the parser and the macros made; `resolved`: also what resolve.c found.
static bool same_node(const sw_cel__node *a, const sw_cel__node *b,
                      bool resolved)
{
    bool same = a->kind == b->kind && a->count == b->count &&
                same_text(a->name, b->name) && a->maybe == b->maybe &&
                a->test == b->test && a->method == b->method &&
                a->rooted == b->rooted && a->quoted == b->quoted &&
                a->op == b->op && a->macro == b->macro &&
                same_text(a->vars[0], b->vars[0]) &&
                same_text(a->vars[1], b->vars[1]) &&
                (a->fields == NULL) == (b->fields == NULL) &&
                same_literal(&a->value, &b->value);
    if (!same || !resolved) return same;
    return a->slot == b->slot && a->local == b->local && a->root == b->root &&
           same_text(a->path, b->path) && a->path_rooted == b->path_rooted &&
           a->reads == b->reads && a->functions == b->functions &&
           (a->regex == NULL) == (b->regex == NULL);
}

static bool same_tree(const sw_cel__node *a, const sw_cel__node *b,
                      bool resolved)
{
    if (!same_node(a, b, resolved)) return false;
    for (size_t i = 0; i < a->count; i++) {
        if (!same_flags(a, b, i) ||
            (a->fields != NULL && !same_text(a->fields[i], b->fields[i])) ||
            !same_tree(a->args[i], b->args[i], resolved))
            return false;
    }
    return true;
}

static sw_str written(sw_arena *arena, const sw_cel *cel)
{
    sw_str text = {0};
    sw_error err = {0};
    if (!sw_cel_unparse(cel, arena, &text, &err)) fail_msg("%s", err.reason);
    return text;
}

// Writes it, reads that, and compares tree and text.
static void check_round_trip(sw_arena *arena, const sw_cel *cel)
{
    sw_cel *again = NULL;
    sw_error err = {0};
    sw_str text = written(arena, cel);
    if (!sw_cel_parse(text, arena, &again, &err)) {
        fail_msg("%.*s\n  written as %.*s\n  %s", SW_STR_ARGS(cel->source),
                 SW_STR_ARGS(text), err.reason);
    }
    if (!same_tree(cel->top, again->top, true)) {
        fail_msg("%.*s\n  written as another tree: %.*s",
                 SW_STR_ARGS(cel->source), SW_STR_ARGS(text));
    }
    assert_true(same_text(text, written(arena, again)));
}

/* ---- chosen ---------------------------------------------------------- */

static const struct {
    const char *source, *text;  // NULL: the source itself
} chosen[] = {
    // Parentheses: only those that are needed, and all of them.
    {"((a))", "a"},
    {"(a && b) && c", NULL},
    {"a && b && c && d", NULL},
    {"a && (b && c)", NULL},
    {"(a && b) || (c && d)", "a && b || c && d"},
    {"(a || b) && c", NULL},
    {"!(a || b)", NULL},
    {"((a + b)) + c", "a + b + c"},
    {"a + (b + c)", NULL},
    {"a - (b - c) * d", NULL},
    {"(a * b) % c / d", "a * b % c / d"},
    {"(a < b) == (c < d)", "a < b == (c < d)"},
    {"(a ? b : c) ? (d ? e : f) : (g ? h : i)",
     "(a ? b : c) ? (d ? e : f) : g ? h : i"},
    {"a ? b || c : d", NULL},
    {"(a || b) ? c : d", "a || b ? c : d"},
    {"(a ? b : c) + d", NULL},
    {"[a ? b : c, d]", NULL},
    {"{a ? b : c: d ? e : f}", NULL},
    {"(a + b).c", NULL},
    {"(a).b", "a.b"},
    {"[1, 2][0]", NULL},
    {"{'a': 1}.a", "{\"a\": 1}.a"},
    {"(a ? b : c)[(d)]", "(a ? b : c)[d]"},
    {"a in b in (c in d)", NULL},
    // Signs.
    {"-1", NULL},
    {"- 1", "-1"},
    {"-(1)", NULL},
    {"-((1))", "-(1)"},
    {"--1", NULL},
    {"-(-1)", "--1"},
    {"-(-(1))", "--(1)"},
    {"- x", "-x"},
    {"--x", NULL},
    {"-(-x)", "--x"},
    {"!-x", NULL},
    {"!(-x)", "!-x"},
    {"!(--x)", NULL},
    {"!-1", NULL},
    {"!(--1)", NULL},
    {"!-(1)", NULL},
    {"-(!x)", NULL},
    {"!!x", NULL},
    {"!(!x)", "!!x"},
    {"-(a + b)", NULL},
    {"-9223372036854775808", NULL},
    {"-(-9223372036854775808)", "--9223372036854775808"},
    {"-0x8000000000000000", "-9223372036854775808"},
    {"-0.0", NULL},
    {"-(0.0)", NULL},
    {"-1u", NULL},
    {"(-1).abs()", "-1.abs()"},
    {"-1.abs()", NULL},
    {"-(1).abs()", "-(1.abs())"},
    {"-(-1).abs()", "--1.abs()"},
    {"!(-1).f", "!-1.f"},
    {"!(-(-1).f)", "!(--1.f)"},
    {"(-x).f", NULL},
    {"a - -1", NULL},
    {"a - (-x)", "a - -x"},
    {"-a.b", NULL},
    {"-[1][0]", NULL},
    {"(-1)[0]", "-1[0]"},
    {"-(1 + 2)", NULL},
    {"-(1.f).all(x, x)", "-(1.f.all(x, x))"},
    {"1 - 1", NULL},
    // Literals.
    {"0xFFu", "255u"},
    {"1e3", "1000.0"},
    {"0.1", NULL},
    {"1.7976931348623157e308", "1.7976931348623157e+308"},
    {"5e-324", NULL},
    {"1.0.f", NULL},
    {"1.f", NULL},
    {"r'\\d'", "\"\\\\d\""},
    {"'''a\n\"b\"'''", "\"a\\n\\\"b\\\"\""},
    {"'\\u00e9\\U0001F600\\x00\\a\\377'", "\"é😀\\x00\\x07ÿ\""},
    {"b'\\377a\\x00é'", "b\"\\xffa\\x00\\xc3\\xa9\""},
    {"[true, false, null]", NULL},
    // Names, selections, optionals.
    {".a.b", NULL},
    {"x // end\n .y", "x.y"},
    {"a.`content-type`.`b`.c", NULL},
    {"has(a.b)", NULL},
    {"has(a.`b c`)", NULL},
    {"has((a.b))", "has(a.b)"},
    {"has((a + b).c)", NULL},
    {"has(.a.b) && has({}.c)", NULL},
    {"a.?b.c", NULL},
    {"a[?b].?c", NULL},
    {"[?a, b, ?c]", NULL},
    {"{?a: b, c: d,}", "{?a: b, c: d}"},
    {"a.package().as", NULL},
    // Calls.
    {"f()", NULL},
    {"f(a, (b))", "f(a, b)"},
    {"a.f(b)", NULL},
    {"(a + b).f()", NULL},
    {"math.abs(-1)", NULL},
    {"math . abs(x)", "math.abs(x)"},
    {"strings.quote('a')", "strings.quote(\"a\")"},
    {"math.nosuch(x)", NULL},
    {"a.b.c(d)", NULL},
    {"optional.of(1).orValue(2)", NULL},
    {".cel.bind(x, 1, x)", NULL},
    // Macros.
    {"a.all(x, x > 0)", NULL},
    {"a.exists(k, v, k == v)", NULL},
    {"a.exists_one(x, x) || a.existsOne(x, x) || a.existsOne(i, x, x)", NULL},
    {"a.map(x, x + 1)", NULL},
    {"a.map(x, x > 0, x + 1)", NULL},
    {"a.filter(x, x > 0)", NULL},
    {"a.map(x, x > 0, x)", NULL},
    {"a.transformList(i, x, x)", NULL},
    {"a.transformList(i, x, i > 0, x)", NULL},
    {"a.transformMap(k, v, v)", NULL},
    {"a.transformMap(k, v, k != 'b', v)",
     "a.transformMap(k, v, k != \"b\", v)"},
    {"a.all(x)", NULL},
    {"all(x, y)", NULL},
    {"cel.bind(x, 1 + 1, x * x)", NULL},
    {"a.optMap(x, x + 1).optFlatMap(y, y)", NULL},
    {"[a].all(a, a && .a)", NULL},
    {"(a + b).all(x, [x].exists(x, x))", NULL},
    {"cel.block([1, cel.index(0) + 1], cel.index(1))", NULL},
    {"cel.block([], (1))", "cel.block([], 1)"},
    {"a.all(cel.iterVar(0, 1), cel.iterVar(0, 1) > cel.accuVar(2, 3))", NULL},
    // Messages.
    {"A{}", NULL},
    {"a . b {c:1,?`d`:(x)}", "a . b{c: 1, ?`d`: x}"},
    {".a.B{}.c", NULL},
};

static void chosen_expressions_are_written_so(void **state)
{
    for (size_t i = 0; i < sizeof chosen / sizeof *chosen; i++) {
        const char *source = chosen[i].source;
        const char *text = chosen[i].text != NULL ? chosen[i].text : source;
        sw_arena *arena = new_arena();
        sw_cel *cel = parsed(arena, source);
        sw_str got = written(arena, cel);
        if (!same_text(got, sw_str_of(text)))
            fail_msg("%s: %.*s", source, SW_STR_ARGS(got));
        check_round_trip(arena, cel);
        sw_arena_free(arena);
    }
}

// Every code point but those that UTF-8 has not, in a string and in bytes.
static void every_character_is_written_back(void **state)
{
    sw_arena *arena = new_arena();
    sw_buf source = {0};
    for (uint32_t block = 0; block < 0x110000; block += 0x8000) {
        source.len = 0;
        sw_buf_printf(&source, "['");
        for (uint32_t c = block; c < block + 0x8000; c++) {
            if (c < 0xD800 || c > 0xDFFF)
                sw_buf_printf(&source, "\\U%08x", (unsigned)c);
        }
        sw_buf_printf(&source, "', b'");
        for (uint32_t c = 0; c < 256; c++)
            sw_buf_printf(&source, "\\x%02x", (unsigned)c);
        sw_buf_printf(&source, "']");
        check_round_trip(arena, parsed(arena, source.at));
        sw_arena_reset(arena);
    }
    sw_buf_free(&source);
    sw_arena_free(arena);
}

static void text_too_long_to_be_read_is_refused(void **state)
{
    sw_arena *arena = new_arena();
    sw_buf source = {0};
    sw_str text;
    sw_error err = {0};
    sw_buf_str(&source, SW_STR("["));
    while (source.len < (1 << 20) - 2)
        sw_buf_str(&source, SW_STR("a,"));
    sw_buf_str(&source, SW_STR("]"));
    assert_false(sw_cel_unparse(parsed(arena, source.at), arena, &text, &err));
    assert_int_equal(err.kind, SW_ERR_INPUT);
    sw_buf_free(&source);
    sw_arena_free(arena);
}

/* ---- deep ------------------------------------------------------------ */

static const struct {
    const char *open, *middle, *close;
} nests[] = {
    {"(", "a", ")"},
    {"[", "", "]"},
    {"-(", "1", ")"},
    {"-(!(", "x", "))"},
    {"!(--(", "x", "))"},
    {"-", "x", ""},
    {"!", "x", ""},
    {"(", "a", ".b + c) "},
    {"a + (", "b", ")"},
    {"", "a", " + b"},
    {"", "a", ".b"},
    {"", "a", "[0]"},
    {"", "-1", ".f()"},
    {"a[", "0", "]"},
    {"f(", "", ")"},
    {"a.f(", "b", ")"},
    {"{1: ", "2", "}"},
    {"{", "2", ": 1}"},
    {"M{f: ", "2", "}"},
    {"a ? b : ", "c", ""},
    {"a ? (", "b", ") : c"},
    {"(", "a", ") ? b : c"},
    {"(a || b && (", "a", "))"},
    {"[1].all(x, ", "x", ")"},
    {"", "[1]", ".filter(x, true)"},
    {"cel.bind(x, ", "1", ", x)"},
    {"cel.bind(x, 1, ", "x", ")"},
    {"cel.bind(cel.iterVar(1, 1), ", "1", ", cel.iterVar(1, 1))"},
    {"has(", "a.b", ".c)"},
    {"has((", "a.b", ").c)"},
    {"a.optMap(x, ", "x", ")"},
    {"math.abs(", "1", ")"},
    {"[?", "a", "]"},
};

static bool parse_nest(sw_arena *arena, size_t i, int times, sw_cel **out)
{
    sw_buf source = {0};
    sw_error err = {0};
    for (int n = 0; n < times; n++)
        sw_buf_str(&source, sw_str_of(nests[i].open));
    sw_buf_str(&source, sw_str_of(nests[i].middle));
    for (int n = 0; n < times; n++)
        sw_buf_str(&source, sw_str_of(nests[i].close));
    bool ok = sw_cel_parse((sw_str){source.at, source.len}, arena, out, &err);
    sw_buf_free(&source);
    return ok;
}

// As deep as the parser goes, then what is written goes as deep.
static void the_deepest_trees_are_written_back(void **state)
{
    for (size_t i = 0; i < sizeof nests / sizeof *nests; i++) {
        sw_arena *arena = new_arena();
        sw_cel *cel = NULL;
        int times = SW_CEL__MAX_DEPTH + 1;
        while (times > 1 && !parse_nest(arena, i, times, &cel))
            times--;
        if (times < 100)
            fail_msg("%s%s: %d deep", nests[i].open, nests[i].close, times);
        check_round_trip(arena, cel);
        sw_arena_free(arena);
    }
}

/* ---- random trees ---------------------------------------------------- */

typedef struct {
    sw_arena *arena;
    uint64_t seed;
} maker;

static sw_cel__node *make(maker *m, int depth);

static uint32_t pick(maker *m, uint32_t of)
{
    return draw(&m->seed) % of;
}

static sw_str pick_name(maker *m)
{
    static const char *const names[] = {"a", "b", "x", "math", "cel", "_1"};
    return sw_str_of(names[pick(m, 6)]);
}

static sw_cel__node *new_node(maker *m, sw_cel__node_kind kind, size_t count,
                              int depth)
{
    sw_cel__node *args[8] = {0};
    sw_error err = {0};
    for (size_t i = 0; i < count; i++)
        args[i] = make(m, depth - 1);
    sw_cel__node *made =
        sw_cel__node_new(m->arena, SW_STR(""), kind, 0, 0, args, count, &err);
    assert_non_null(made);
    return made;
}

static double any_double(maker *m)
{
    uint64_t bits = 0;
    double d = 0;
    do {
        for (int i = 0; i < 3; i++)
            bits = bits << 22 ^ draw(&m->seed);
        memcpy(&d, &bits, sizeof d);
    } while (!isfinite(d));
    return pick(m, 2) == 0 ? d : (double)pick(m, 100) / 8;
}

static sw_str any_text(maker *m)
{
    size_t len = pick(m, 5);
    char *text = sw_arena_alloc(m->arena, len);
    for (size_t i = 0; i < len; i++)
        text[i] = (char)pick(m, 128);
    return (sw_str){text, len};
}

static sw_cel__node *make_literal(maker *m)
{
    static const int64_t ints[] = {INT64_MIN, INT64_MAX, -1, 0, 1};
    sw_cel__node *made = new_node(m, SW_NODE_LITERAL, 0, 0);
    sw_cel_value *v = &made->value;
    switch (pick(m, 7)) {
    case 0: *v = sw_cel__bool(pick(m, 2)); break;
    case 1: *v = sw_cel__int(ints[pick(m, 5)]); break;
    case 2: *v = sw_cel__int((int64_t)pick(m, 100) - 50); break;
    case 3: *v = sw_cel__uint(pick(m, 2) == 0 ? UINT64_MAX : pick(m, 9)); break;
    case 4: *v = sw_cel__double(any_double(m)); break;
    case 5: *v = sw_cel__text(SW_CEL_STRING, any_text(m)); break;
    default: *v = sw_cel__text(SW_CEL_BYTES, any_text(m)); break;
    }
    return made;
}

static sw_cel__node *make_name(maker *m)
{
    sw_cel__node *made = new_node(m, SW_NODE_NAME, 0, 0);
    made->name = pick_name(m);
    made->rooted = pick(m, 4) == 0;
    return made;
}

static sw_cel__node *make_select(maker *m, int depth)
{
    static const char *const plain[] = {"a", "package", "size"};
    static const char *const quoted[] = {"a", "content-type", "a.b/c d", "in"};
    sw_cel__node *made = new_node(m, SW_NODE_SELECT, 1, depth);
    made->test = pick(m, 4) == 0;
    made->maybe = !made->test && pick(m, 3) == 0;
    made->quoted = pick(m, 3) == 0;
    made->name =
        sw_str_of(made->quoted ? quoted[pick(m, 4)] : plain[pick(m, 3)]);
    return made;
}

static sw_cel__node *make_call(maker *m, int depth)
{
    static const char *const global[] = {"f", "math.abs", "optional.of"};
    static const char *const method[] = {"f", "package", "size", "bind", "map"};
    bool is_method = pick(m, 2) == 0;
    sw_cel__node *made =
        new_node(m, SW_NODE_CALL, pick(m, 3) + is_method, depth);
    made->method = is_method;
    made->name = sw_str_of(is_method ? method[pick(m, 5)] : global[pick(m, 3)]);
    // map() of two arguments is a macro, cel.index() of one as well.
    bool macro = is_method && made->count == 3 && made->name.at[0] == 'm';
    if (macro) made->name = sw_str_of("f");
    return made;
}

static void mark_optional(maker *m, sw_cel__node *made, size_t step)
{
    bool *flags = SW_NEW_ARRAY(m->arena, bool, made->count);
    for (size_t i = 0; i < made->count; i += step) {
        for (size_t j = 0; j < step; j++)
            flags[i + j] = j > 0 ? flags[i] : pick(m, 3) == 0;
    }
    made->optional = flags;
}

static sw_cel__node *make_message(maker *m, int depth)
{
    static const char *const types[] = {"M", "a.M", ".a.M"};
    static const char *const fields[] = {"f", "`g h`", "package"};
    sw_cel__node *made = new_node(m, SW_NODE_MESSAGE, pick(m, 3), depth);
    sw_str *names = SW_NEW_ARRAY(m->arena, sw_str, made->count);
    made->name = sw_str_of(types[pick(m, 3)]);
    for (size_t i = 0; i < made->count; i++)
        names[i] = sw_str_of(fields[pick(m, 3)]);
    if (made->count > 0) made->fields = names;
    if (pick(m, 2) == 0) mark_optional(m, made, 1);
    return made;
}

static sw_cel__node *make_macro(maker *m, int depth)
{
    static const struct {
        const char *name;
        sw_cel__macro macro;
        bool two, filter;
    } macros[] = {
        {"all", SW_FOLD_ALL, false, false},
        {"exists", SW_FOLD_EXISTS, true, false},
        {"exists_one", SW_FOLD_EXISTS_ONE, false, false},
        {"existsOne", SW_FOLD_EXISTS_ONE, true, false},
        {"map", SW_FOLD_LIST, false, false},
        {"map", SW_FOLD_LIST, false, true},
        {"filter", SW_FOLD_LIST, false, true},
        {"transformList", SW_FOLD_LIST, true, false},
        {"transformMap", SW_FOLD_MAP, true, true},
    };
    size_t i = pick(m, sizeof macros / sizeof *macros);
    sw_cel__node *made =
        new_node(m, SW_NODE_FOLD, macros[i].filter ? 3 : 2, depth);
    made->name = sw_str_of(macros[i].name);
    made->macro = macros[i].macro;
    made->vars[0] = pick_name(m);
    if (macros[i].two) made->vars[1] = SW_STR("second");
    if (strcmp(macros[i].name, "filter") == 0) {
        sw_cel__node *variable = new_node(m, SW_NODE_NAME, 0, 0);
        variable->name = made->vars[0];
        made->args[2] = variable;
    }
    return made;
}

static sw_cel__node *make_bind(maker *m, int depth)
{
    static const char *const names[] = {"bind", "optMap", "optFlatMap"};
    sw_cel__node *made = new_node(m, SW_NODE_BIND, 2, depth);
    size_t i = pick(m, 3);
    made->name = sw_str_of(names[i]);
    made->macro = (sw_cel__macro)(SW_BIND_VALUE + i);
    made->vars[0] = pick_name(m);
    return made;
}

static sw_cel__node *make_operator(maker *m, int depth)
{
    static const sw_cel__token_kind ops[] = {
        SW_TOKEN_PLUS, SW_TOKEN_MINUS,   SW_TOKEN_STAR, SW_TOKEN_SLASH,
        SW_TOKEN_IN,   SW_TOKEN_PERCENT, SW_TOKEN_EQ,   SW_TOKEN_LE};
    static const sw_cel__node_kind kinds[] = {
        SW_NODE_AND,    SW_NODE_OR,     SW_NODE_NOT,
        SW_NODE_NEGATE, SW_NODE_NEGATE, SW_NODE_CONDITIONAL};
    uint32_t which = pick(m, 10);
    if (which >= 6) {
        sw_cel__node *made = new_node(m, SW_NODE_BINARY, 2, depth);
        made->op = ops[pick(m, 8)];
        return made;
    }
    size_t count = which < 2 ? 2 + pick(m, 2) : which == 5 ? 3 : 1;
    sw_cel__node *made = new_node(m, kinds[which], count, depth);
    bool is_number = made->kind == SW_NODE_NEGATE;
    if (is_number && pick(m, 2) == 0) made->args[0] = make_literal(m);
    return made;
}

static sw_cel__node *make(maker *m, int depth)
{
    sw_cel__node *made = NULL;
    switch (pick(m, depth > 0 ? 13 : 2)) {
    case 0: return make_literal(m);
    case 1: return make_name(m);
    case 2:
    case 3: return make_select(m, depth);
    case 4:
        made = new_node(m, SW_NODE_INDEX, 2, depth);
        made->maybe = pick(m, 3) == 0;
        return made;
    case 5: return make_call(m, depth);
    case 6:
        made = new_node(m, SW_NODE_LIST, pick(m, 4), depth);
        if (pick(m, 2) == 0) mark_optional(m, made, 1);
        return made;
    case 7:
        made = new_node(m, SW_NODE_MAP, 2 * pick(m, 3), depth);
        if (pick(m, 2) == 0) mark_optional(m, made, 2);
        return made;
    case 8: return make_message(m, depth);
    case 9: return make_macro(m, depth);
    case 10: return make_bind(m, depth);
    default: return make_operator(m, depth);
    }
}

// Trees that the parser could have made, but made here: what is written of them
// is read as they are.
static void random_trees_are_written_back(void **state)
{
    maker m = {.arena = new_arena(), .seed = 7};
    for (int round = 0; round < 20000; round++) {
        sw_arena_reset(m.arena);
        sw_cel made = {.top = make(&m, 5)};
        sw_cel *again = NULL;
        sw_error err = {0};
        sw_str text = written(m.arena, &made);
        if (!sw_cel_parse(text, m.arena, &again, &err))
            fail_msg("%.*s: %s", SW_STR_ARGS(text), err.reason);
        if (!same_tree(made.top, again->top, false))
            fail_msg("read as another tree: %.*s", SW_STR_ARGS(text));
        check_round_trip(m.arena, again);
    }
    sw_arena_free(m.arena);
}

/* ---- values that no literal of the grammar has ----------------------- */

static void built_literals_are_written_as_what_gives_them(void **state)
{
    sw_arena *arena = new_arena();
    const double doubles[] = {(double)NAN, (double)INFINITY, -(double)INFINITY};
    static const char *const texts[] = {
        "double(\"NaN\")", "double(\"Infinity\")", "double(\"-Infinity\")"};
    for (size_t i = 0; i < 3; i++) {
        sw_cel__node literal = {.kind = SW_NODE_LITERAL, .depth = 1};
        sw_cel__node *arg = &literal;
        sw_cel__node negated = {
            .kind = SW_NODE_NEGATE, .depth = 2, .args = &arg, .count = 1};
        literal.value = sw_cel__double(doubles[i]);
        sw_cel cel = {.top = &literal};
        assert_true(same_text(written(arena, &cel), sw_str_of(texts[i])));
        sw_cel_value back = evaluated(arena, texts[i], NULL);
        assert_true(back.kind == SW_CEL_DOUBLE &&
                    memcmp(&back.as.f64, &doubles[i], 8) == 0);
        cel.top = &negated;
        assert_non_null(parsed(arena, written(arena, &cel).at));
    }
    sw_arena_free(arena);
}

/* ---- the conformance suite ------------------------------------------- */

static void check_line(const char *line, size_t len, size_t *count)
{
    json_error_t why;
    json_t *test = json_loadb(line, len, JSON_ALLOW_NUL, &why);
    json_t *expr = json_object_get(test, "expr");
    sw_str source = {json_string_value(expr), json_string_length(expr)};
    sw_arena *arena = new_arena();
    sw_cel *cel = NULL, *again = NULL;
    sw_error err = {0};
    if (sw_cel_parse(source, arena, &cel, &err)) {
        sw_cel_value a, b;
        check_round_trip(arena, cel);
        assert_true(sw_cel_parse(written(arena, cel), arena, &again, &err));
        bool ok = sw_cel_eval(cel, NULL, arena, &a, &err);
        assert_int_equal(ok, sw_cel_eval(again, NULL, arena, &b, &err));
        if (ok) assert_string_equal(shown(arena, &a), shown(arena, &b));
        ++*count;
    }
    sw_arena_free(arena);
    json_decref(test);
}

static void check_file(const char *path, size_t *count)
{
    FILE *in = fopen(path, "rb");
    assert_non_null(in);
    char *line = NULL;
    size_t cap = 0;
    ssize_t len;
    while ((len = getline(&line, &cap, in)) > 0)
        check_line(line, (size_t)len, count);
    free(line);
    fclose(in);
}

static void the_conformance_suite_is_written_back(void **state)
{
    size_t count = 0;
    DIR *dir = opendir(CONFORMANCE_DIR);
    if (dir == NULL) {
        print_message("skipped: no conformance suite in " CONFORMANCE_DIR "\n");
        skip();
    }
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        char path[4096];
        if (strstr(entry->d_name, ".jsonl") == NULL) continue;
        snprintf(path, sizeof path, CONFORMANCE_DIR "/%s", entry->d_name);
        check_file(path, &count);
    }
    closedir(dir);
    assert_true(count > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chosen_expressions_are_written_so),
        cmocka_unit_test(every_character_is_written_back),
        cmocka_unit_test(text_too_long_to_be_read_is_refused),
        cmocka_unit_test(the_deepest_trees_are_written_back),
        cmocka_unit_test(random_trees_are_written_back),
        cmocka_unit_test(built_literals_are_written_as_what_gives_them),
        cmocka_unit_test(the_conformance_suite_is_written_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
