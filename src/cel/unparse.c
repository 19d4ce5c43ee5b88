// A tree as source. It is written so that the parser builds the same tree from
// it, with the parentheses that this takes and no others: as the parser needed
// at least those, what it could read can be read again, however deep.
//
// Two things ask for care. A minus before a number belongs to the number, so
// -(1) is not -1, while -1.abs() is the method of a negative number. And a run
// of signs is of one kind: !-x is written so, but not -!x.
#include "cel_internal.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

typedef sw_cel__node node;

// How tightly a node binds, from the loosest.
typedef enum {
    LEVEL_ANY,  // a ? b : c
    LEVEL_OR,
    LEVEL_AND,
    LEVEL_RELATION,
    LEVEL_SUM,
    LEVEL_PRODUCT,
    LEVEL_UNARY,
    LEVEL_MEMBER,
} level;

typedef struct scope scope;
struct scope {
    const node *binder;
    const scope *outer;
};

typedef struct {
    sw_buf *buf;
    size_t end;  // the buffer is not filled beyond it
    bool cut;
    const scope *in;
} writer;

static void write_node(writer *w, const node *n);

static void add(writer *w, sw_str s)
{
    if (s.len > w->end - w->buf->len) w->cut = true;
    if (!w->cut) sw_buf_str(w->buf, s);
}

static void add_text(writer *w, const char *text)
{
    add(w, sw_str_of(text));
}

/* ---- precedence ------------------------------------------------------ */

static const struct {
    const char *sign;
    level level;
} operators[] = {
    [SW_TOKEN_IN] = {"in", LEVEL_RELATION},
    [SW_TOKEN_EQ] = {"==", LEVEL_RELATION},
    [SW_TOKEN_NE] = {"!=", LEVEL_RELATION},
    [SW_TOKEN_LT] = {"<", LEVEL_RELATION},
    [SW_TOKEN_LE] = {"<=", LEVEL_RELATION},
    [SW_TOKEN_GT] = {">", LEVEL_RELATION},
    [SW_TOKEN_GE] = {">=", LEVEL_RELATION},
    [SW_TOKEN_PLUS] = {"+", LEVEL_SUM},
    [SW_TOKEN_MINUS] = {"-", LEVEL_SUM},
    [SW_TOKEN_STAR] = {"*", LEVEL_PRODUCT},
    [SW_TOKEN_SLASH] = {"/", LEVEL_PRODUCT},
    [SW_TOKEN_PERCENT] = {"%", LEVEL_PRODUCT},
};

static level level_of(const node *n)
{
    switch (n->kind) {
    case SW_NODE_CONDITIONAL: return LEVEL_ANY;
    case SW_NODE_OR: return LEVEL_OR;
    case SW_NODE_AND: return LEVEL_AND;
    case SW_NODE_BINARY: return operators[n->op].level;
    case SW_NODE_NOT:
    case SW_NODE_NEGATE: return LEVEL_UNARY;
    default: return LEVEL_MEMBER;
    }
}

static void write_group(writer *w, const node *n)
{
    add_text(w, "(");
    write_node(w, n);
    add_text(w, ")");
}

static void write_at(writer *w, const node *n, level least)
{
    level_of(n) < least ? write_group(w, n) : write_node(w, n);
}

/* ---- lists of things ------------------------------------------------- */

static bool is_optional(const node *n, size_t i)
{
    return n->optional != NULL && n->optional[i];
}

// The parts from `from` with commas between.
static void write_parts(writer *w, const node *n, size_t from)
{
    for (size_t i = from; i < n->count && !w->cut; i++) {
        if (i > from) add_text(w, ", ");
        if (is_optional(n, i)) add_text(w, "?");
        write_node(w, n->args[i]);
    }
}

static void write_list(writer *w, const node *n)
{
    add_text(w, "[");
    write_parts(w, n, 0);
    add_text(w, "]");
}

static void write_map(writer *w, const node *n)
{
    add_text(w, "{");
    for (size_t i = 0; i < n->count && !w->cut; i += 2) {
        if (i > 0) add_text(w, ", ");
        if (is_optional(n, i)) add_text(w, "?");
        write_node(w, n->args[i]);
        add_text(w, ": ");
        write_node(w, n->args[i + 1]);
    }
    add_text(w, "}");
}

static void write_message(writer *w, const node *n)
{
    add(w, n->name);
    add_text(w, "{");
    for (size_t i = 0; i < n->count && !w->cut; i++) {
        if (i > 0) add_text(w, ", ");
        if (is_optional(n, i)) add_text(w, "?");
        add(w, n->fields[i]);
        add_text(w, ": ");
        write_node(w, n->args[i]);
    }
    add_text(w, "}");
}

/* ---- names ----------------------------------------------------------- */

// @it:1:2 and @ac:1:2 are names that only cel.iterVar(1, 2) and cel.accuVar(1,
// 2) can write.
static void write_variable(writer *w, sw_str name)
{
    if (!sw_str_starts(name, SW_STR("@"))) {
        add(w, name);
        return;
    }
    size_t first = strlen("@it:"), colon = first;
    while (name.at[colon] != ':')
        colon++;
    add_text(w, name.at[1] == 'i' ? "cel.iterVar(" : "cel.accuVar(");
    add(w, sw_cel__part(name, first, colon));
    add_text(w, ", ");
    add(w, sw_cel__part(name, colon + 1, name.len));
    add_text(w, ")");
}

// A variable of a macro around hides a free name; only its dot tells it then.
// No tree of the parser has such a name without one.
static bool is_hidden(const writer *w, sw_str name)
{
    for (const scope *s = w->in; s != NULL; s = s->outer) {
        if (sw_str_eq(s->binder->vars[0], name) ||
            sw_str_eq(s->binder->vars[1], name))
            return true;
    }
    return false;
}

static void write_name(writer *w, const node *n)
{
    if (n->rooted || (n->path.len > 0 && is_hidden(w, n->name)))
        add_text(w, ".");
    write_variable(w, n->name);
}

static void write_select(writer *w, const node *n)
{
    if (n->test) add_text(w, "has(");
    write_at(w, n->args[0], LEVEL_MEMBER);
    add_text(w, n->maybe ? ".?" : ".");
    if (n->quoted) add_text(w, "`");
    add(w, n->name);
    if (n->quoted) add_text(w, "`");
    if (n->test) add_text(w, ")");
}

static void write_index(writer *w, const node *n)
{
    write_at(w, n->args[0], LEVEL_MEMBER);
    add_text(w, n->maybe ? "[?" : "[");
    write_node(w, n->args[1]);
    add_text(w, "]");
}

/* ---- calls and macros ------------------------------------------------ */

// What stands before the arguments: the receiver of a method, and the name.
static void write_callee(writer *w, const node *n, bool method)
{
    if (method) {
        write_at(w, n->args[0], LEVEL_MEMBER);
        add_text(w, ".");
    } else if (n->rooted) {
        add_text(w, ".");
    }
    add(w, n->name);
    add_text(w, "(");
}

static void write_call(writer *w, const node *n)
{
    write_callee(w, n, n->method);
    write_parts(w, n, n->method ? 1 : 0);
    add_text(w, ")");
}

// What is within reach of a macro's variables: its filter and its body. The
// body of filter() is the variable itself, which is not written.
static void write_body(writer *w, const node *n)
{
    scope inner = {n, w->in};
    bool is_filter = sw_str_eq(n->name, SW_STR("filter"));
    w->in = &inner;
    for (size_t i = 1; i < (is_filter ? 2 : n->count); i++) {
        add_text(w, ", ");
        write_node(w, n->args[i]);
    }
    w->in = inner.outer;
}

static void write_macro(writer *w, const node *n)
{
    write_callee(w, n, true);
    write_variable(w, n->vars[0]);
    if (n->vars[1].len > 0) {
        add_text(w, ", ");
        write_variable(w, n->vars[1]);
    }
    write_body(w, n);
    add_text(w, ")");
}

static void write_bind(writer *w, const node *n)
{
    if (n->macro != SW_BIND_VALUE) {
        write_macro(w, n);
        return;
    }
    add_text(w, "cel.bind(");
    write_variable(w, n->vars[0]);
    add_text(w, ", ");
    write_node(w, n->args[0]);
    write_body(w, n);
    add_text(w, ")");
}

static void write_block(writer *w, const node *n)
{
    add_text(w, "cel.block([");
    for (size_t i = 0; i + 1 < n->count; i++) {
        if (i > 0) add_text(w, ", ");
        write_node(w, n->args[i]);
    }
    add_text(w, "], ");
    write_node(w, n->args[n->count - 1]);
    add_text(w, ")");
}

static void write_element(writer *w, const node *n)
{
    char text[40];
    snprintf(text, sizeof text, "cel.index(%" PRId64 ")", n->value.as.i64);
    add_text(w, text);
}

/* ---- literals and operators ------------------------------------------ */

static bool is_number(const sw_cel_value *v)
{
    return v->kind == SW_CEL_INT ||
           (v->kind == SW_CEL_DOUBLE && isfinite(v->as.f64));
}

static bool is_negative(const sw_cel_value *v)
{
    return is_number(v) &&
           (v->kind == SW_CEL_INT ? v->as.i64 < 0 : signbit(v->as.f64) != 0);
}

static void write_literal(writer *w, const node *n)
{
    bool hidden = n->value.kind == SW_CEL_TYPE && is_hidden(w, n->value.as.str);
    if (hidden) add_text(w, ".");
    if (!w->cut &&
        !sw_cel__print_whole(w->buf, &n->value, w->end - w->buf->len))
        w->cut = true;
}

// The literal by which the text of a node begins, or NULL.
static const sw_cel_value *first_literal(const node *n)
{
    for (;;) {
        switch (n->kind) {
        case SW_NODE_LITERAL: return &n->value;
        case SW_NODE_SELECT:
            if (n->test) return NULL;
            break;
        case SW_NODE_CALL:
            if (!n->method) return NULL;
            break;
        case SW_NODE_BIND:
            if (n->macro == SW_BIND_VALUE) return NULL;
            break;
        case SW_NODE_INDEX:
        case SW_NODE_FOLD: break;
        default: return NULL;
        }
        n = n->args[0];
        if (level_of(n) < LEVEL_MEMBER) return NULL;
    }
}

static bool begins_with_number(const node *n, bool negative)
{
    const sw_cel_value *v = first_literal(n);
    return v != NULL && is_number(v) && is_negative(v) == negative;
}

static void write_negate(writer *w, const node *n)
{
    const node *of = n->args[0];
    bool plain = level_of(of) == LEVEL_MEMBER ? !begins_with_number(of, false)
                                              : of->kind == SW_NODE_NEGATE;
    add_text(w, "-");
    plain ? write_node(w, of) : write_group(w, of);
}

// Behind ! one minus may follow, be it of a negation or of a number.
static bool has_one_minus(const node *negation)
{
    const node *of = negation->args[0];
    return of->kind != SW_NODE_NEGATE && !begins_with_number(of, true);
}

static void write_not(writer *w, const node *n)
{
    const node *of = n->args[0];
    bool plain = level_of(of) == LEVEL_MEMBER || of->kind == SW_NODE_NOT ||
                 (of->kind == SW_NODE_NEGATE && has_one_minus(of));
    add_text(w, "!");
    plain ? write_node(w, of) : write_group(w, of);
}

// To the left: a + b + c is (a + b) + c.
static void write_binary(writer *w, const node *n)
{
    level own = operators[n->op].level;
    write_at(w, n->args[0], own);
    add_text(w, " ");
    add_text(w, operators[n->op].sign);
    add_text(w, " ");
    write_at(w, n->args[1], own + 1);
}

static void write_logical(writer *w, const node *n)
{
    bool is_or = n->kind == SW_NODE_OR;
    for (size_t i = 0; i < n->count && !w->cut; i++) {
        if (i > 0) add_text(w, is_or ? " || " : " && ");
        write_at(w, n->args[i], is_or ? LEVEL_AND : LEVEL_RELATION);
    }
}

static void write_conditional(writer *w, const node *n)
{
    write_at(w, n->args[0], LEVEL_OR);
    add_text(w, " ? ");
    write_at(w, n->args[1], LEVEL_OR);
    add_text(w, " : ");
    write_node(w, n->args[2]);
}

/* ---- the whole ------------------------------------------------------- */

static void write_node(writer *w, const node *n)
{
    static void (*const write[])(writer *, const node *) = {
        [SW_NODE_LITERAL] = write_literal,
        [SW_NODE_NAME] = write_name,
        [SW_NODE_SELECT] = write_select,
        [SW_NODE_INDEX] = write_index,
        [SW_NODE_CALL] = write_call,
        [SW_NODE_LIST] = write_list,
        [SW_NODE_MAP] = write_map,
        [SW_NODE_MESSAGE] = write_message,
        [SW_NODE_AND] = write_logical,
        [SW_NODE_OR] = write_logical,
        [SW_NODE_NOT] = write_not,
        [SW_NODE_NEGATE] = write_negate,
        [SW_NODE_BINARY] = write_binary,
        [SW_NODE_CONDITIONAL] = write_conditional,
        [SW_NODE_FOLD] = write_macro,
        [SW_NODE_BIND] = write_bind,
        [SW_NODE_BLOCK] = write_block,
        [SW_NODE_ELEMENT] = write_element,
    };
    if (!w->cut) write[n->kind](w, n);
}

bool sw_cel__unparse_to(sw_buf *buf, const node *n)
{
    writer w = {.buf = buf, .end = buf->len + SW_CEL__MAX_SOURCE};
    write_node(&w, n);
    return !w.cut;
}

bool sw_cel_unparse(const sw_cel *cel, sw_arena *arena, sw_str *out,
                    sw_error *err)
{
    sw_buf buf = {0};
    bool ok = sw_cel__unparse_to(&buf, cel->top);
    if (!ok) {
        sw_fail(err, SW_ERR_INPUT,
                "an expression of more than %d bytes when written out",
                SW_CEL__MAX_SOURCE);
    } else if (buf.failed ||
               !sw_arena_str(arena, (sw_str){buf.at, buf.len}, out)) {
        ok = sw_fail_memory(err);
    }
    sw_buf_free(&buf);
    return ok;
}
