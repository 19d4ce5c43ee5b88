// States, dates, verdicts, treatments; and that what a ruling says about
// missing facts is true of every way in which they may come out.
#include "book.h"

static void state_follows_when_and_require(void **state)
{
    static const struct {
        const char *said;
        sw_rule_state state;
        sw_verdict verdict;
        const char *asked;
    } rows[] = {
        {"cargo: {kind: image, scale: 5}", SW_RULE_NOT_APPLICABLE,
         SW_VERDICT_CLEAR, ""},
        {"cargo: {kind: image}", SW_RULE_NOT_APPLICABLE, SW_VERDICT_CLEAR, ""},
        {"cargo: {kind: map, scale: 25000}", SW_RULE_HELD, SW_VERDICT_CLEAR,
         ""},
        {"cargo: {kind: map, scale: 24999}", SW_RULE_FAILED, SW_VERDICT_PERMIT,
         ""},
        {"cargo: {kind: map}", SW_RULE_UNDETERMINED, SW_VERDICT_UNDETERMINED,
         "cargo.scale "},
        {"cargo: {scale: 25000}", SW_RULE_HELD, SW_VERDICT_CLEAR, ""},
        {"cargo: {scale: 24999}", SW_RULE_UNDETERMINED, SW_VERDICT_UNDETERMINED,
         "cargo.kind "},
        {"", SW_RULE_UNDETERMINED, SW_VERDICT_UNDETERMINED,
         "cargo.kind cargo.scale "},
    };
    sw_rulebook *book = book_of(whole_book, *state);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char asked[200] = "";
        const sw_ruling *ruling =
            ruling_of(book, rows[i].said, "2026-11-24", *state);
        assert_int_equal(ruling->rules[0].state, rows[i].state);
        assert_int_equal(ruling->verdict, rows[i].verdict);
        for (size_t k = 0; k < ruling->question_count; k++) {
            strncat(asked, ruling->questions[k].fact.at,
                    ruling->questions[k].fact.len);
            strcat(asked, " ");
        }
        assert_string_equal(asked, rows[i].asked);
    }
}

// One rule that fails, with a status and days of its own.
static const sw_ruling *ruled_with(const char *status, const char *in_force,
                                   const char *date, sw_arena *arena)
{
    char text[3000];
    snprintf(text, sizeof text,
             BOOK_HEAD "  - id: r\n    title: T\n    source: act\n"
                       "    status: %s\n%s    require: \"false\"\n"
                       "    otherwise: barred\n    remedy: R\n",
             status, in_force);
    return ruling_of(book_of(text, arena), "", date, arena);
}

static void rule_is_in_force_on_its_days(void **state)
{
    static const struct {
        const char *in_force, *date;
        bool in;
    } rows[] = {
        {"", "0001-01-01", true},
        {"    in_force: {}\n", "9999-12-31", true},
        {"    in_force: {from: 2026-12-03}\n", "2026-12-02", false},
        {"    in_force: {from: 2026-12-03}\n", "2026-12-03", true},
        {"    in_force: {from: 2026-12-03}\n", "2026-12-04", true},
        {"    in_force: {to: 2026-12-03}\n", "2026-12-03", true},
        {"    in_force: {to: 2026-12-03}\n", "2026-12-04", false},
        {"    in_force: {from: 2026-12-03, to: 2026-12-03}\n", "2026-12-02",
         false},
        {"    in_force: {from: 2026-12-03, to: 2026-12-03}\n", "2026-12-03",
         true},
        {"    in_force: {from: 2026-12-03, to: 2026-12-03}\n", "2026-12-04",
         false},
    };
    static const char *const deciding[] = {"law", "permit-condition"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (size_t k = 0; k < 2; k++) {
            const sw_ruling *ruling =
                ruled_with(deciding[k], rows[i].in_force, rows[i].date, *state);
            assert_int_equal(ruling->verdict,
                             rows[i].in ? SW_VERDICT_BARRED : SW_VERDICT_CLEAR);
            assert_int_equal(ruling->rules[0].state,
                             rows[i].in ? SW_RULE_FAILED
                                        : SW_RULE_NOT_IN_FORCE);
        }
    }
}

static void what_is_not_yet_in_force_decides_from_its_day(void **state)
{
    const char *from = "    in_force: {from: 2026-12-03}\n";
    const sw_ruling *ruling =
        ruled_with("not-yet-in-force", from, "2026-12-02", *state);
    assert_int_equal(ruling->verdict, SW_VERDICT_CLEAR);
    ruling = ruled_with("not-yet-in-force", from, "2026-12-03", *state);
    assert_int_equal(ruling->verdict, SW_VERDICT_BARRED);
    ruling = ruled_with("not-yet-in-force", "", "2026-12-03", *state);
    assert_int_equal(ruling->verdict, SW_VERDICT_CLEAR);
    assert_int_equal(ruling->rules[0].state, SW_RULE_NOT_IN_FORCE);
}

static void bills_and_reports_never_decide(void **state)
{
    static const char *const statuses[] = {"bill", "reported"};
    for (size_t i = 0; i < 2; i++) {
        const sw_ruling *ruling =
            ruled_with(statuses[i], "", "2026-12-03", *state);
        assert_int_equal(ruling->verdict, SW_VERDICT_CLEAR);
        assert_int_equal(ruling->rules[0].state, SW_RULE_FAILED);
        assert_int_equal(ruling->rules[0].verdict, SW_VERDICT_BARRED);
        assert_false(ruling->rules[0].decides);
        assert_int_equal(ruling->question_count, 0);
    }
}

static void a_bill_asks_nothing(void **state)
{
    char *text = replaced(whole_book, "status: law", "status: bill");
    const sw_ruling *ruling =
        ruling_of(book_of(text, *state), "", "2026-12-03", *state);
    assert_int_equal(ruling->verdict, SW_VERDICT_CLEAR);
    assert_int_equal(ruling->rules[0].state, SW_RULE_UNDETERMINED);
    assert_int_equal(ruling->question_count, 0);
    free(text);
}

static void dates_compare_as_days(void **state)
{
    char *text = replaced(whole_book, "cargo.scale >= 25000",
                          "cargo.made >= timestamp(\"2026-12-03T00:00:00Z\")");
    sw_rulebook *book = book_of(text, *state);
    assert_int_equal(ruling_of(book, "cargo: {kind: map, made: 2026-12-02}",
                               "2026-01-01", *state)
                         ->verdict,
                     SW_VERDICT_PERMIT);
    assert_int_equal(ruling_of(book, "cargo: {kind: map, made: 2026-12-03}",
                               "2026-01-01", *state)
                         ->verdict,
                     SW_VERDICT_CLEAR);
    free(text);
}

/* ---- errors of evaluation -------------------------------------------- */

static void an_error_is_no_verdict(void **state)
{
    char *text =
        replaced(whole_book, "cargo.scale >= 25000", "100 / cargo.scale > 1");
    sw_rulebook *book = book_of(text, *state);
    const sw_ruling *ruling = NULL;
    sw_error err = {0};
    assert_false(sw_rule(&book, 1,
                         said_of("cargo: {kind: map, scale: 0}", *state),
                         day("2026-11-24"), *state, &ruling, &err));
    assert_non_null(strstr(err.reason, "rule scale, require"));
    assert_string_equal(err.file, "book.yaml");
    assert_string_equal(err.place, "line 23, column 14");
    assert_int_equal(err.kind, SW_ERR_INPUT);

    // Where it does not come to count it does no harm.
    ruling_of(book, "cargo: {kind: image, scale: 0}", "2026-11-24", *state);
    ruling = ruling_of(book, "cargo: {scale: 0}", "2026-11-24", *state);
    assert_int_equal(ruling->rules[0].state, SW_RULE_UNDETERMINED);
    assert_int_equal(ruling->question_count, 1);
    assert_str(ruling->questions[0].fact, "cargo.kind");
    free(text);
}

static void heavy_cel_ends_a_ruling_at_a_limit(void **state)
{
    char *text = replaced(
        whole_book, "    require: cargo.scale >= 25000\n",
        "    require: |\n"
        "      [0,1,2,3,4,5,6,7,8,9].all(a, [0,1,2,3,4,5,6,7,8,9].all(b,\n"
        "      [0,1,2,3,4,5,6,7,8,9].all(c, [0,1,2,3,4,5,6,7,8,9].all(d,\n"
        "      [0,1,2,3,4,5,6,7,8,9].all(e, [0,1,2,3,4,5,6,7,8,9].all(f,\n"
        "      a + b + c + d + e + f >= 0))))))\n");
    sw_rulebook *book = book_of(text, *state);
    const sw_ruling *ruling = NULL;
    sw_error err = {0};
    assert_false(sw_rule(&book, 1, said_of("cargo.kind: map", *state),
                         day("2026-11-24"), *state, &ruling, &err));
    assert_int_equal(err.kind, SW_ERR_INPUT);
    assert_non_null(strstr(err.reason, "rule scale, require"));
    free(text);
}

static void no_rulebook_is_a_usage_error(void **state)
{
    const sw_ruling *ruling = NULL;
    sw_error err = {0};
    assert_false(sw_rule(NULL, 0, said_of("", *state), day("2026-11-24"),
                         *state, &ruling, &err));
    assert_int_equal(err.kind, SW_ERR_USAGE);
}

/* ---- treatments ------------------------------------------------------ */

static sw_rulebook *treating(const char *const *treatments, size_t count,
                             sw_arena *arena)
{
    char text[8000];
    size_t used = (size_t)snprintf(text, sizeof text, "%s", BOOK_HEAD);
    for (size_t i = 0; i < count; i++) {
        used += (size_t)snprintf(
            text + used, sizeof text - used,
            "  - id: r%zu\n    title: T\n    source: act\n    status: law\n"
            "    require: \"false\"\n    otherwise: treat\n"
            "    treatment: %s\n    remedy: R\n",
            i, treatments[i]);
    }
    return book_of(text, arena);
}

static void treatments_are_united(void **state)
{
    static const char *const asked[] = {
        "{strip-tags: [ele, \"name:*\"], coarsen: {scale: 25000}}",
        "{remove-zones: true, strip-tags: [height, ele, height]}",
        "{coarsen: {scale: 50000}, scope: base-and-roads}",
        "{coarsen: {scale: 10000}, scope: base-and-roads, remove-zones: true}",
        "{strip-names: true, strip-metadata: true}",
    };
    static const struct {
        const char *name, *json;
    } merged[] = {
        {"strip-tags", "[\"ele\", \"name:*\", \"height\"]"},
        {"coarsen", "{\"scale\": 50000}"},
        {"remove-zones", "null"},
        {"scope", "\"base-and-roads\""},
        {"strip-names", "null"},
        {"strip-metadata", "null"},
    };
    const sw_ruling *ruling =
        ruling_of(treating(asked, 5, *state), "", "2026-11-24", *state);
    assert_int_equal(ruling->verdict, SW_VERDICT_TREAT);
    assert_int_equal(ruling->treatment_count, 6);
    for (size_t i = 0; i < 6; i++) {
        assert_str(ruling->treatments[i].name, merged[i].name);
        assert_str(ruling->treatments[i].json, merged[i].json);
    }
}

static void two_scopes_cannot_be_met(void **state)
{
    static const char *const asked[] = {"{scope: base-and-roads}",
                                        "{scope: [w/highway]}"};
    sw_rulebook *book = treating(asked, 2, *state);
    const sw_ruling *ruling = NULL;
    sw_error err = {0};
    assert_false(sw_rule(&book, 1, said_of("", *state), day("2026-11-24"),
                         *state, &ruling, &err));
    assert_non_null(strstr(err.reason, "rules r0 and r1"));
}

static void only_failed_rules_that_treat_ask_for_treatment(void **state)
{
    char *text = replaced(whole_book, "    otherwise: permit\n",
                          "    otherwise: permit\n"
                          "    treatment: {coarsen: {scale: 25000}}\n");
    const sw_ruling *ruling =
        ruling_of(book_of(text, *state), "cargo: {kind: map, scale: 1}",
                  "2026-11-24", *state);
    assert_int_equal(ruling->treatment_count, 0);
    assert_int_equal(ruling->rules[0].treatment_count, 1);
    free(text);
}

/* ---- questions ------------------------------------------------------- */

static void questions_come_most_rules_first(void **state)
{
    char text[6000];
    static const char *const requires[] = {
        "cargo.fine", "cargo.scale > 1 && name != \"\"",
        "cargo.scale > 2 || cargo.ratio > 1.0", "name != \"a\"",
        "cargo.scale > 3"};
    size_t used = (size_t)snprintf(text, sizeof text, "%s", BOOK_HEAD);
    for (size_t i = 0; i < 5; i++) {
        used += (size_t)snprintf(
            text + used, sizeof text - used,
            "  - id: r%zu\n    title: T\n    source: act\n    status: law\n"
            "    require: %s\n    otherwise: barred\n    remedy: R\n",
            i, requires[i]);
    }
    const sw_ruling *ruling =
        ruling_of(book_of(text, *state), "", "2026-11-24", *state);
    static const struct {
        const char *fact;
        size_t rules;
    } expected[] = {
        {"cargo.scale", 3}, {"name", 2}, {"cargo.fine", 1}, {"cargo.ratio", 1}};
    assert_int_equal(ruling->question_count, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_str(ruling->questions[i].fact, expected[i].fact);
        assert_int_equal(ruling->questions[i].rules, expected[i].rules);
    }
    assert_str(ruling->questions[0].ask, "Which scale?");
    assert_str(ruling->questions[0].unit, "denominator");
    assert_str(ruling->questions[0].type, "int");
}

/* ---- all completions of small rulebooks ------------------------------ */

// A rulebook over these facts is made at random, with its rules as trees that
// a few lines here can evaluate on a full set of facts. Then any partial
// declaration is ruled on, and held against all ways to complete it.
enum { FACTS = 6, MAX_RULES = 4, DOMAIN = 3, MAX_NODES = 64 };

static const struct {
    const char *path;
    size_t size;
    const char *values[DOMAIN];
} facts[FACTS] = {
    {"a", 2, {"false", "true", ""}},   {"b", 2, {"false", "true", ""}},
    {"g.c", 2, {"false", "true", ""}}, {"g.e", 3, {"x", "y", "z"}},
    {"g.h.e", 3, {"x", "y", "z"}},     {"n", 3, {"0", "10", "20"}},
};

#define PROPERTY_HEAD                                                          \
    "rulebook: p\njurisdiction: XX\ntitle: P\nas_of: 2026-01-01\n"             \
    "sources:\n  s: {title: S, provision: P, url: U, read: 2026-01-01, "       \
    "evidence: law}\n"                                                         \
    "facts:\n"                                                                 \
    "  n: {type: int, ask: n}\n"                                               \
    "  b: {type: bool, ask: b}\n"                                              \
    "  g.h.e: {type: string, values: [x, y, z], ask: e}\n"                     \
    "  g.c: {type: bool, ask: c}\n"                                            \
    "  a: {type: bool, ask: a}\n"                                              \
    "  g.e: {type: string, values: [x, y, z], ask: e}\n"                       \
    "rules:\n"

typedef enum { ATOM, NOT, AND, OR, IF } op;

typedef struct {
    op op;
    size_t fact, limit;  // ATOM: value index at least `limit`, or equal to
    bool equal;          // it
    size_t left, right, third;
} tree_node;

typedef struct {
    tree_node nodes[MAX_NODES];
    size_t node_count;
    struct {
        size_t when, require;
        bool has_when, decides;
        sw_verdict otherwise;
    } rules[MAX_RULES];
    size_t rule_count;
    bool conditional;  // an IF stands somewhere
    bool once;         // each fact may stand at one place only
    bool used[FACTS];
} model;

static uint64_t seed;

static size_t draw(size_t n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (size_t)(seed % n);
}

static size_t pick_fact(model *m)
{
    size_t fact = draw(FACTS);
    for (size_t i = 0; i < FACTS && m->once && m->used[fact]; i++)
        fact = (fact + 1) % FACTS;
    m->used[fact] = true;
    return fact;
}

static bool all_used(const model *m)
{
    for (size_t i = 0; i < FACTS; i++) {
        if (!m->used[i]) return false;
    }
    return true;
}

static size_t grow(model *m, size_t depth)
{
    size_t at = m->node_count++;
    assert_true(at < MAX_NODES);
    tree_node node = {.op = depth == 0 ? ATOM : (op)draw(5)};
    if (m->once && (node.op == IF || all_used(m))) node.op = ATOM;
    if (node.op == ATOM) {
        node.fact = pick_fact(m);
        node.equal = facts[node.fact].size == 3 && node.fact != 5;
        node.limit = node.equal ? draw(3) : 1 + draw(facts[node.fact].size - 1);
    } else {
        node.left = grow(m, depth - 1);
        if (node.op == AND || node.op == OR || node.op == IF) {
            // A tree that must read each fact once ends where facts run out.
            if (m->once && all_used(m)) {
                node.op = NOT;
            } else {
                node.right = grow(m, depth - 1);
            }
        }
        if (node.op == IF) node.third = grow(m, depth - 1);
    }
    m->conditional = m->conditional || node.op == IF;
    m->nodes[at] = node;
    return at;
}

static void print_tree(const model *m, size_t at, sw_buf *out)
{
    const tree_node *n = &m->nodes[at];
    if (n->op == ATOM) {
        const char *path = facts[n->fact].path;
        const char *value = facts[n->fact].values[n->limit];
        if (n->equal) {
            sw_buf_printf(out, "%s == \"%s\"", path, value);
        } else if (facts[n->fact].size == 2) {
            sw_buf_printf(out, "%s", path);
        } else {
            sw_buf_printf(out, "%s >= %s", path, value);
        }
        return;
    }
    sw_buf_printf(out, n->op == NOT ? "!(" : "((");
    print_tree(m, n->left, out);
    sw_buf_printf(out, ")");
    if (n->op == NOT) return;
    sw_buf_printf(out, n->op == AND ? " && (" : n->op == OR ? " || (" : " ? (");
    print_tree(m, n->right, out);
    sw_buf_printf(out, ")");
    if (n->op == IF) {
        sw_buf_printf(out, " : (");
        print_tree(m, n->third, out);
        sw_buf_printf(out, ")");
    }
    sw_buf_printf(out, ")");
}

static bool holds(const model *m, size_t at, const size_t *values)
{
    const tree_node *n = &m->nodes[at];
    switch (n->op) {
    case ATOM:
        return n->equal ? values[n->fact] == n->limit
                        : values[n->fact] >= n->limit;
    case NOT: return !holds(m, n->left, values);
    case AND: return holds(m, n->left, values) && holds(m, n->right, values);
    case OR: return holds(m, n->left, values) || holds(m, n->right, values);
    case IF:
        return holds(m, n->left, values) ? holds(m, n->right, values)
                                         : holds(m, n->third, values);
    }
    return false;
}

// Verdict, and which treating rules fail as bits: what a ruling comes to.
typedef struct {
    sw_verdict verdict;
    unsigned treatments;
} end;

static end end_of(const model *m, const size_t *values)
{
    end e = {SW_VERDICT_CLEAR, 0};
    for (size_t i = 0; i < m->rule_count; i++) {
        bool applies =
            !m->rules[i].has_when || holds(m, m->rules[i].when, values);
        if (!m->rules[i].decides || !applies ||
            holds(m, m->rules[i].require, values)) {
            continue;
        }
        if (m->rules[i].otherwise > e.verdict)
            e.verdict = m->rules[i].otherwise;
        if (m->rules[i].otherwise == SW_VERDICT_TREAT) e.treatments |= 1u << i;
    }
    // Once a permit is needed or the cargo barred, treatments do not matter.
    if (e.verdict > SW_VERDICT_TREAT) e.treatments = 0;
    return e;
}

static bool same_end(end a, end b)
{
    return a.verdict == b.verdict && a.treatments == b.treatments;
}

static sw_rulebook *make_book(model *m, bool once, sw_arena *arena)
{
    static const sw_verdict outcomes[] = {SW_VERDICT_TREAT, SW_VERDICT_PERMIT,
                                          SW_VERDICT_BARRED};
    *m = (model){.once = once};
    m->rule_count = 1 + draw(MAX_RULES);
    sw_buf text = {0};
    sw_buf_printf(&text, "%s", PROPERTY_HEAD);
    for (size_t i = 0; i < m->rule_count; i++) {
        if (once && all_used(m)) {
            m->rule_count = i;
            break;
        }
        m->rules[i].require = grow(m, 2);
        m->rules[i].has_when = draw(2) == 1 && !(once && all_used(m));
        if (m->rules[i].has_when) m->rules[i].when = grow(m, 1);
        m->rules[i].decides = draw(6) > 0;
        m->rules[i].otherwise = outcomes[draw(3)];
        sw_buf_printf(&text,
                      "  - id: r%zu\n    title: T\n    source: s\n"
                      "    status: %s\n    otherwise: %s\n    remedy: R\n"
                      "    treatment: {strip-tags: [t%zu]}\n    require: '",
                      i, m->rules[i].decides ? "law" : "bill",
                      sw_verdict_name(m->rules[i].otherwise), i);
        print_tree(m, m->rules[i].require, &text);
        sw_buf_printf(&text, "'\n");
        if (!m->rules[i].has_when) continue;
        sw_buf_printf(&text, "    when: '");
        print_tree(m, m->rules[i].when, &text);
        sw_buf_printf(&text, "'\n");
    }
    sw_buf_add(&text, "", 1);
    assert_false(text.failed);
    sw_rulebook *book = book_of(text.at, arena);
    sw_buf_free(&text);
    return book;
}

static const sw_ruling *rule_on(sw_rulebook *book, const size_t *values,
                                const bool *known, sw_arena *arena)
{
    char said[300] = "";
    for (size_t i = 0; i < FACTS; i++) {
        size_t used = strlen(said);
        if (!known[i]) continue;
        snprintf(said + used, sizeof said - used, "%s: %s\n", facts[i].path,
                 facts[i].values[values[i]]);
    }
    return ruling_of(book, said, "2026-06-01", arena);
}

static size_t fact_number(sw_str path)
{
    for (size_t i = 0; i < FACTS; i++) {
        if (sw_str_eq(path, sw_str_of(facts[i].path))) return i;
    }
    fail_msg("an unknown fact was asked");
    return 0;
}

// Counts `values` on over the facts that are not `fixed`; false at the end.
static bool next_completion(size_t *values, const bool *fixed)
{
    for (size_t i = 0; i < FACTS; i++) {
        if (fixed[i]) continue;
        if (++values[i] < facts[i].size) return true;
        values[i] = 0;
    }
    return false;
}

static void reset_open(size_t *values, const bool *fixed)
{
    for (size_t i = 0; i < FACTS; i++)
        values[i] = fixed[i] ? values[i] : 0;
}

// What is said without a question is true of every completion; a permit is
// never lifted.
static void check_promise(const model *m, const sw_ruling *ruling,
                          const size_t *said, const bool *known)
{
    size_t values[FACTS];
    memcpy(values, said, sizeof values);
    reset_open(values, known);
    do {
        end e = end_of(m, values);
        if (ruling->question_count == 0) {
            assert_int_equal(e.verdict, ruling->verdict);
        } else if (ruling->verdict == SW_VERDICT_PERMIT) {
            assert_true(e.verdict >= SW_VERDICT_PERMIT);
        } else {
            assert_int_equal(ruling->verdict, SW_VERDICT_UNDETERMINED);
        }
    } while (next_completion(values, known));
}

// The facts that are not asked for make no difference to those that are: with
// the asked ones fixed, every completion ends alike.
static void check_enough(const model *m, const size_t *said, const bool *known,
                         const bool *asked)
{
    bool outer[FACTS], inner[FACTS];
    size_t values[FACTS];
    for (size_t i = 0; i < FACTS; i++) {
        outer[i] = !asked[i];
        inner[i] = known[i] || asked[i];
    }
    memcpy(values, said, sizeof values);
    reset_open(values, known);
    do {
        end first = end_of(m, values);
        do {
            assert_int_equal(end_of(m, values).verdict, first.verdict);
        } while (next_completion(values, inner));
    } while (next_completion(values, outer));
}

// Some completion ends otherwise if this one fact is changed.
static bool can_matter(const model *m, const size_t *said, const bool *known,
                       size_t fact)
{
    size_t values[FACTS], changed[FACTS];
    memcpy(values, said, sizeof values);
    reset_open(values, known);
    do {
        memcpy(changed, values, sizeof changed);
        for (size_t v = 0; v < facts[fact].size; v++) {
            changed[fact] = v;
            if (!same_end(end_of(m, values), end_of(m, changed))) return true;
        }
    } while (next_completion(values, known));
    return false;
}

// Answering what is asked, round by round, ends at the true verdict.
static void check_dialogue(const model *m, sw_rulebook *book,
                           const size_t *truth, const bool *known,
                           sw_arena *arena)
{
    bool now[FACTS];
    memcpy(now, known, sizeof now);
    for (size_t round = 0; round <= FACTS; round++) {
        const sw_ruling *ruling = rule_on(book, truth, now, arena);
        if (ruling->question_count == 0) {
            end e = end_of(m, truth);
            assert_int_equal(ruling->verdict, e.verdict);
            if (e.verdict == SW_VERDICT_TREAT)
                assert_int_equal(ruling->treatment_count, 1);
            return;
        }
        for (size_t i = 0; i < ruling->question_count; i++) {
            size_t fact = fact_number(ruling->questions[i].fact);
            assert_false(now[fact]);
            now[fact] = true;
        }
    }
    fail_msg("the questions do not end");
}

static void check_ruling(const model *m, sw_rulebook *book, sw_arena *arena)
{
    size_t said[FACTS];
    bool known[FACTS], asked[FACTS] = {false};
    for (size_t i = 0; i < FACTS; i++) {
        said[i] = draw(facts[i].size);
        known[i] = draw(2) == 1;
    }
    const sw_ruling *ruling = rule_on(book, said, known, arena);
    check_promise(m, ruling, said, known);
    for (size_t i = 0; i < ruling->question_count; i++) {
        size_t fact = fact_number(ruling->questions[i].fact);
        assert_false(known[fact]);
        assert_false(asked[fact]);
        asked[fact] = true;
        if (m->once) assert_true(can_matter(m, said, known, fact));
    }
    if (ruling->verdict == SW_VERDICT_BARRED)
        assert_int_equal(ruling->question_count, 0);
    // What stands behind ?: is asked once its condition is known.
    if (!m->conditional) check_enough(m, said, known, asked);
    check_dialogue(m, book, said, known, arena);
}

static void check_full(const model *m, sw_rulebook *book, sw_arena *arena)
{
    size_t said[FACTS];
    bool known[FACTS];
    for (size_t i = 0; i < FACTS; i++) {
        said[i] = draw(facts[i].size);
        known[i] = true;
    }
    const sw_ruling *ruling = rule_on(book, said, known, arena);
    assert_int_equal(ruling->question_count, 0);
    assert_int_equal(ruling->verdict, end_of(m, said).verdict);
}

static void check_books(bool once, sw_arena *arena)
{
    for (size_t i = 0; i < 400; i++) {
        model m;
        seed = 0x9E3779B97F4A7C15u * (i + 1) + once;
        sw_rulebook *book = make_book(&m, once, arena);
        for (size_t k = 0; k < 8; k++) {
            check_full(&m, book, arena);
            check_ruling(&m, book, arena);
        }
        sw_arena_reset(arena);
    }
}

static void rulings_are_true_of_all_completions(void **state)
{
    check_books(false, *state);
}

static void every_question_can_matter_if_facts_are_read_once(void **state)
{
    check_books(true, *state);
}

static void same_input_gives_same_bytes(void **state)
{
    sw_rulebook *book = book_of(whole_book, *state);
    sw_str first[2] = {{0}};
    for (size_t i = 0; i < 3; i++) {
        const sw_ruling *ruling =
            ruling_of(book, "cargo: {kind: map}", "2026-11-24", *state);
        sw_str json, text;
        sw_error err = {0};
        assert_true(sw_ruling_json(ruling, *state, &json, &err));
        assert_true(sw_ruling_text(ruling, false, true, *state, &text, &err));
        if (i == 0) first[0] = json, first[1] = text;
        assert_true(sw_str_eq(json, first[0]));
        assert_true(sw_str_eq(text, first[1]));
    }
}

static void several_books_are_ruled_as_one(void **state)
{
    char *other =
        replaced(whole_book, "otherwise: permit", "otherwise: barred");
    char *named = replaced(other, "rulebook: xx/test", "rulebook: xx/other");
    sw_rulebook *books[] = {book_of(whole_book, *state),
                            book_of(named, *state)};
    const sw_ruling *ruling = NULL;
    sw_error err = {0};
    assert_true(sw_rule(books, 2,
                        said_of("cargo: {kind: map, scale: 1}", *state),
                        day("2026-11-24"), *state, &ruling, &err));
    assert_int_equal(ruling->verdict, SW_VERDICT_BARRED);
    assert_int_equal(ruling->book_count, 2);
    assert_str(ruling->book, "xx/test");
    assert_str(ruling->rules[0].book, "xx/test");
    assert_str(ruling->rules[1].book, "xx/other");

    assert_true(sw_rule(books, 2, said_of("cargo: {kind: map}", *state),
                        day("2026-11-24"), *state, &ruling, &err));
    assert_int_equal(ruling->question_count, 1);
    assert_int_equal(ruling->questions[0].rules, 2);
    free(named);
    free(other);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, make_arena, free_arena)
    const struct CMUnitTest tests[] = {
        TEST(state_follows_when_and_require),
        TEST(rule_is_in_force_on_its_days),
        TEST(what_is_not_yet_in_force_decides_from_its_day),
        TEST(bills_and_reports_never_decide),
        TEST(a_bill_asks_nothing),
        TEST(dates_compare_as_days),
        TEST(an_error_is_no_verdict),
        TEST(heavy_cel_ends_a_ruling_at_a_limit),
        TEST(no_rulebook_is_a_usage_error),
        TEST(treatments_are_united),
        TEST(two_scopes_cannot_be_met),
        TEST(only_failed_rules_that_treat_ask_for_treatment),
        TEST(questions_come_most_rules_first),
        TEST(rulings_are_true_of_all_completions),
        TEST(every_question_can_matter_if_facts_are_read_once),
        TEST(same_input_gives_same_bytes),
        TEST(several_books_are_ruled_as_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
