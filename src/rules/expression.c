// The CEL of a rule or term, checked when the rulebook is loaded: syntax, the
// facts and terms it reads, the words it compares them with, and that it is a
// bool whatever the facts are. What hangs on their values (an index, a
// division) is left to the ruling.
//
// It is checked as it is written, with terms as names, so that errors point
// into the YAML file; what is evaluated has its terms written out.
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "rules_internal.h"

/* ---- errors with their place in the file ----------------------------- */

// Line and column (from 1, in characters) of a text to a byte of it.
static size_t offset_of(sw_str text, unsigned line, unsigned column)
{
    size_t at = 0;
    for (; line > 1 && at < text.len; at++)
        line -= text.at[at] == '\n';
    while (column > 1 && at < text.len && text.at[at] != '\n') {
        at++;
        while (at < text.len && ((unsigned char)text.at[at] & 0xC0) == 0x80)
            at++;
        column--;
    }
    return at;
}

bool sw_rules__refuse_in(const cel_place *p, size_t offset, const char *fmt,
                         ...)
{
    char reason[sizeof p->err->reason];
    uint32_t line, column;
    va_list args;
    va_start(args, fmt);
    vsnprintf(reason, sizeof reason, fmt, args);
    va_end(args);
    sw_rules__locate(p->reader->book->text, p->node, offset, &line, &column);
    sw_str id = sw_rules__clip(p->id);
    sw_fail(p->err, SW_ERR_INPUT, "%s %.*s, %s: %s", p->owner, SW_STR_ARGS(id),
            p->role, reason);
    return sw_error_at(p->err, "line %u, column %u", line, column);
}

// Turns CEL's place within the expression into ours within the file.
static bool refuse_as_cel(const cel_place *p, const sw_error *cel)
{
    unsigned line = 1, column = 1;
    if (cel->kind != SW_ERR_INPUT) {
        *p->err = *cel;
        return false;
    }
    if (sscanf(cel->place, "line %u, column %u", &line, &column) != 2)
        line = column = 1;
    return sw_rules__refuse_in(p, offset_of(p->node->text, line, column), "%s",
                               cel->reason);
}

/* ---- facts ----------------------------------------------------------- */

static bool refuse_fact(const cel_place *p, const sw_cel_tree *n)
{
    const expression_reader *r = p->reader;
    sw_str path = sw_rules__clip(n->name);
    if (sw_rules__is_group(&r->book->facts, n->name)) {
        return sw_rules__refuse_in(p, n->begin,
                                   "%.*s is a group of facts, not a fact",
                                   SW_STR_ARGS(path));
    }
    char hint[120];
    sw_nearest near = {.word = n->name};
    for (size_t i = 0; i < r->declared->with_terms.variable_count; i++)
        sw_nearest_try(&near, r->declared->with_terms.variables[i].name);
    sw_rules__hint(hint, sizeof hint, near.best);
    return sw_rules__refuse_in(p, n->begin,
                               "the fact %.*s is not declared under facts%s",
                               SW_STR_ARGS(path), hint);
}

static bool is_declared(const expression_reader *r, sw_str path)
{
    return sw_rules__find_fact(&r->book->facts, path) != NULL ||
           sw_str_eq(path, SW_STR("ruling.date")) ||
           sw_str_eq(path, SW_STR("ruling.known")) ||
           sw_rules__find_term(r->book, path) != NULL;
}

// Before it is compiled, a qualified name reads as a method of its first part.
static bool is_qualified(const cel_place *p, const sw_cel_tree *n)
{
    return n->kind == SW_CEL_TREE_METHOD && n->at[0].kind == SW_CEL_TREE_PATH &&
           sw_rules__has_function(&p->reader->declared->facts, n->at[0].name,
                                  n->name);
}

static bool check_facts(const cel_place *p, const sw_cel_tree *n)
{
    if (n->kind == SW_CEL_TREE_PATH)
        return is_declared(p->reader, n->name) || refuse_fact(p, n);
    for (size_t i = is_qualified(p, n) ? 1 : 0; i < n->count; i++) {
        if (!check_facts(p, &n->at[i])) return false;
    }
    return true;
}

/* ---- calendars ------------------------------------------------------- */

// A calendar is named in place, so that a wrong name is found here.
static bool check_calendar(const cel_place *p, const sw_cel_tree *call)
{
    const sw_rulebook *book = p->reader->book;
    const sw_cel_tree *name = &call->at[call->count - 1];
    if (call->count != 4) return true;  // no overload: left to the checker
    if (name->kind != SW_CEL_TREE_LITERAL ||
        name->value->kind != SW_CEL_STRING) {
        return sw_rules__refuse_in(p, name->begin,
                                   "a calendar's name must be written out");
    }
    sw_str id = name->value->as.str;
    if (sw_rules__find_calendar(book, id) != NULL) return true;
    char hint[120];
    sw_rules__hint(hint, sizeof hint, sw_rules__nearest_calendar(book, id));
    id = sw_rules__clip(id);
    return sw_rules__refuse_in(p, name->begin,
                               "the rulebook has no calendar \"%.*s\"%s",
                               SW_STR_ARGS(id), hint);
}

static bool check_calendars(const cel_place *p, const sw_cel_tree *n)
{
    if (is_qualified(p, n) && sw_str_eq(n->at[0].name, SW_STR("workdays")) &&
        !check_calendar(p, n))
        return false;
    for (size_t i = 0; i < n->count; i++) {
        if (!check_calendars(p, &n->at[i])) return false;
    }
    return true;
}

/* ---- enumerations ---------------------------------------------------- */

// The fact, or the field of a record, that a value is of.
typedef struct {
    const fact_def *fact;  // NULL: none, or who knows
    bool element;          // one of its list
} origin;

typedef struct scope scope;
struct scope {
    sw_str name;  // of a macro's variable
    origin of;
    const scope *outer;
};

static origin origin_of(const cel_place *p, const sw_cel_tree *n,
                        const scope *in)
{
    origin of = {0};
    switch (n->kind) {
    case SW_CEL_TREE_PATH:
        of.fact = sw_rules__find_fact(&p->reader->book->facts, n->name);
        return of;
    case SW_CEL_TREE_VARIABLE:
        while (in != NULL && !sw_str_eq(in->name, n->name))
            in = in->outer;
        return in != NULL ? in->of : of;
    case SW_CEL_TREE_INDEX:
        of = origin_of(p, &n->at[0], in);
        if (of.fact != NULL && (!of.fact->list || of.element)) of.fact = NULL;
        of.element = true;
        return of;
    case SW_CEL_TREE_FIELD:
        of = origin_of(p, &n->at[0], in);
        if (of.fact != NULL)
            of.fact =
                of.element ? sw_rules__find_field(of.fact, n->name) : NULL;
        of.element = false;
        return of;
    case SW_CEL_TREE_MACRO:
        if (sw_str_eq(n->name, SW_STR("filter")))
            return origin_of(p, &n->at[0], in);
        return of;
    default: return of;
    }
}

static sw_str value_at(const void *fact, size_t i)
{
    return ((const fact_def *)fact)->values[i];
}

// `list`: the fact itself is a list, of which the word may be one.
static bool check_word(const cel_place *p, origin of, bool list,
                       const sw_cel_tree *word)
{
    const fact_def *fact = of.fact;
    if (fact == NULL || fact->value_count == 0 ||
        list != (fact->list && !of.element))
        return true;
    if (word->kind != SW_CEL_TREE_LITERAL ||
        word->value->kind != SW_CEL_STRING ||
        sw_rules__fact_allows(fact, word->value->as.str))
        return true;
    char hint[120];
    sw_rules__hint(hint, sizeof hint,
                   sw_rules__nearest(word->value->as.str, value_at, fact,
                                     fact->value_count));
    sw_str source = {p->node->text.at + word->begin, word->end - word->begin};
    sw_str path = sw_rules__clip(fact->path), shown = sw_rules__clip(source);
    return sw_rules__refuse_in(p, word->begin,
                               "%.*s is none of the values of %.*s%s",
                               SW_STR_ARGS(shown), SW_STR_ARGS(path), hint);
}

static bool check_comparison(const cel_place *p, const sw_cel_tree *n,
                             const scope *in)
{
    const sw_cel_tree *left = &n->at[0], *right = &n->at[1];
    bool equality =
        sw_str_eq(n->name, SW_STR("==")) || sw_str_eq(n->name, SW_STR("!="));
    if (equality)
        return check_word(p, origin_of(p, left, in), false, right) &&
               check_word(p, origin_of(p, right, in), false, left);
    if (!sw_str_eq(n->name, SW_STR("in"))) return true;
    if (right->kind != SW_CEL_TREE_LIST)
        return check_word(p, origin_of(p, right, in), true, left);
    origin of = origin_of(p, left, in);
    for (size_t i = 0; i < right->count; i++) {
        if (!check_word(p, of, false, &right->at[i])) return false;
    }
    return true;
}

static bool check_words(const cel_place *p, const sw_cel_tree *n,
                        const scope *in);

// The element stands in the last variable; with two, the first is its number.
static bool check_macro(const cel_place *p, const sw_cel_tree *n,
                        const scope *in)
{
    bool two = n->variables[1].len > 0;
    origin range = origin_of(p, &n->at[0], in), none = {0};
    bool list = range.fact != NULL && range.fact->list && !range.element;
    origin element = {list ? range.fact : NULL, true};
    scope first = {n->variables[0], two ? none : element, in};
    scope second = {n->variables[1], element, &first};
    if (!check_words(p, &n->at[0], in)) return false;
    for (size_t i = 1; i < n->count; i++) {
        if (!check_words(p, &n->at[i], two ? &second : &first)) return false;
    }
    return true;
}

static bool check_words(const cel_place *p, const sw_cel_tree *n,
                        const scope *in)
{
    if (n->kind == SW_CEL_TREE_MACRO) return check_macro(p, n, in);
    if (n->kind == SW_CEL_TREE_BIND) {
        scope bound = {n->variables[0], origin_of(p, &n->at[0], in), in};
        return check_words(p, &n->at[0], in) &&
               check_words(p, &n->at[1], &bound);
    }
    if (n->kind == SW_CEL_TREE_OPERATOR && !check_comparison(p, n, in))
        return false;
    for (size_t i = 0; i < n->count; i++) {
        if (!check_words(p, &n->at[i], in)) return false;
    }
    return true;
}

/* ---- types ----------------------------------------------------------- */

// dyn is left to the ruling; nobody gets it without asking for it.
static bool compile_as_written(const cel_place *p, sw_cel **out)
{
    const expression_reader *r = p->reader;
    const sw_cel_type *type;
    sw_error failed = {0};
    if (!sw_cel_compile(p->node->text, &r->declared->with_terms, r->arena, out,
                        &type, &failed))
        return refuse_as_cel(p, &failed);
    if (type->kind == SW_CEL_TYPE_BOOL || type->kind == SW_CEL_TYPE_DYN)
        return true;
    sw_str text;
    if (!sw_cel_type_text(type, r->scratch, &text, p->err)) return false;
    text = sw_rules__clip(text);
    return sw_rules__refuse_in(p, 0, "gives %.*s, must give bool",
                               SW_STR_ARGS(text));
}

/* ---- the whole ------------------------------------------------------- */

static bool read_written(const cel_place *p, expression *out)
{
    const expression_reader *r = p->reader;
    const sw_cel_tree *tree;
    sw_cel *cel = NULL;
    sw_error failed = {0};
    if (!sw_cel_parse(p->node->text, r->scratch, &cel, &failed))
        return refuse_as_cel(p, &failed);
    if (!sw_cel_tree_of(cel, r->scratch, &tree, p->err)) return false;
    if (!check_facts(p, tree) || !check_calendars(p, tree) ||
        !check_words(p, tree, NULL))
        return false;
    if (!compile_as_written(p, &cel)) return false;

    sw_str text;
    *out = (expression){.node = p->node, .text = p->node->text};
    if (!sw_rules__write_out(p, tree, out, &text)) return false;
    if (text.len > 0 && !sw_rules__compile_text(p, text, &cel)) return false;
    out->cel = cel;
    return true;
}

bool sw_rules__compile_text(const cel_place *p, sw_str text, sw_cel **out)
{
    const expression_reader *r = p->reader;
    sw_error failed = {0};
    if (sw_cel_compile(text, &r->declared->facts, r->arena, out, NULL, &failed))
        return true;
    if (failed.kind != SW_ERR_INPUT) {
        *p->err = failed;
        return false;
    }
    return sw_rules__refuse_in(p, 0, "with its terms written out: %s",
                               failed.reason);
}

bool sw_rules__read_expression(const cel_place *p, expression *out)
{
    const yaml_node *node = p->node;
    if (!sw_rules__expect(node, YAML_SCALAR, p->role, p->err)) return false;
    if (node->plain && sw_rules__scalar(node).kind == SCALAR_NULL)
        return sw_rules__refuse(p->err, node, "%s is empty", p->role);
    bool ok = read_written(p, out);
    sw_arena_reset(p->reader->scratch);
    return ok;
}
