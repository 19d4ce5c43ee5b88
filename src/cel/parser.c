// Recursive descent over one token of lookahead, with the left-associative
// operators by a table of precedences. Chains of && and || become one node
// with many operands: they are the long chains of real policies, and a flat
// node costs no depth.
//
// Every function returns NULL with `err` filled when it fails.
// Specification: cel-spec, doc/langdef.md, "Syntax".
#include <stdlib.h>

#include "program.h"

typedef sw_cel__node node;

typedef struct {
    sw_str source;
    sw_arena *arena;
    sw_error *err;
    sw_cel__token token;  // the one looked at
    size_t last_end;      // where the token before it ended
    unsigned nesting;
} parser;

/** Operands being gathered, on the heap until their node is made. */
typedef struct {
    node **at;
    bool *optional;
    sw_str *fields;  // of a message: their names; else NULL
    size_t count, cap;
    bool any_optional;
} operands;

static void operands_done(operands *list)
{
    free(list->at);
    free(list->optional);
    free(list->fields);
}

static bool operands_add(parser *p, operands *list, node *item, bool optional)
{
    if (list->count == list->cap) {
        size_t cap = list->cap > 0 ? list->cap * 2 : 8;
        node **at = realloc(list->at, cap * sizeof *at);
        if (at == NULL) return sw_fail_memory(p->err);
        list->at = at;
        bool *flags = realloc(list->optional, cap * sizeof *flags);
        if (flags == NULL) return sw_fail_memory(p->err);
        list->optional = flags;
        list->cap = cap;
    }
    list->at[list->count] = item;
    list->optional[list->count++] = optional;
    list->any_optional |= optional;
    return true;
}

static node *parse_expression(parser *p);

static bool advance(parser *p)
{
    p->last_end = p->token.end;
    return sw_cel__next(p->source, p->token.end, &p->token, p->err);
}

static bool at(const parser *p, sw_cel__token_kind kind)
{
    return p->token.kind == kind;
}

static bool fail_here(parser *p, const char *expected)
{
    const char *found = sw_cel__token_name(p->token.kind);
    return sw_cel__fail_at(p->source, p->token.begin, p->err,
                           "expected %s, found %s", expected, found);
}

static bool expect(parser *p, sw_cel__token_kind kind)
{
    if (!at(p, kind)) return fail_here(p, sw_cel__token_name(kind));
    return advance(p);
}

// Takes the token if it is of the kind: `took` says whether.
static bool take(parser *p, sw_cel__token_kind kind, bool *took)
{
    *took = at(p, kind);
    return !*took || advance(p);
}

static node *new_node(parser *p, sw_cel__node_kind kind, size_t begin,
                      node *const *args, size_t count)
{
    return sw_cel__node_new(p->arena, p->source, kind, begin, p->last_end, args,
                            count, p->err);
}

// A copy in the arena; NULL without memory.
static const void *keep(parser *p, const void *bytes, size_t size)
{
    void *copy = sw_arena_alloc(p->arena, size);
    if (copy == NULL) return sw_fail_memory(p->err), NULL;
    memcpy(copy, bytes, size);
    return copy;
}

static node *list_node(parser *p, sw_cel__node_kind kind, size_t begin,
                       const operands *list)
{
    node *made = new_node(p, kind, begin, list->at, list->count);
    if (made == NULL) return NULL;
    const void *flags = NULL, *fields = NULL;
    if (list->any_optional)
        flags = keep(p, list->optional, list->count * sizeof(bool));
    if (list->fields != NULL)
        fields = keep(p, list->fields, list->count * sizeof(sw_str));
    if ((list->any_optional && flags == NULL) ||
        (list->fields != NULL && fields == NULL))
        return NULL;
    made->optional = flags;
    made->fields = fields;
    return made;
}

/* ---- lists of things ------------------------------------------------- */

typedef bool (*parse_item)(parser *p, operands *list);

// Items with commas between up to `close`; one comma may trail if `trailing`.
static bool parse_items(parser *p, sw_cel__token_kind close, bool trailing,
                        parse_item item, operands *list)
{
    while (!at(p, close)) {
        if (!item(p, list)) return false;
        if (at(p, close)) break;
        if (!at(p, SW_TOKEN_COMMA)) {
            return fail_here(p, close == SW_TOKEN_RPAREN     ? "',' or ')'"
                                : close == SW_TOKEN_RBRACKET ? "',' or ']'"
                                                             : "',' or '}'");
        }
        if (!advance(p)) return false;
        if (at(p, close) && !trailing) return fail_here(p, "an argument");
    }
    return advance(p);
}

static bool parse_argument(parser *p, operands *list)
{
    node *item = parse_expression(p);
    return item != NULL && operands_add(p, list, item, false);
}

static bool parse_element(parser *p, operands *list)
{
    bool optional = false;
    if (!take(p, SW_TOKEN_QUESTION, &optional)) return false;
    node *item = parse_expression(p);
    return item != NULL && operands_add(p, list, item, optional);
}

static bool parse_entry(parser *p, operands *list)
{
    bool optional = false;
    if (!take(p, SW_TOKEN_QUESTION, &optional)) return false;
    node *key = parse_expression(p);
    if (key == NULL || !expect(p, SW_TOKEN_COLON)) return false;
    node *value = parse_expression(p);
    return value != NULL && operands_add(p, list, key, optional) &&
           operands_add(p, list, value, optional);
}

static sw_str token_text(const parser *p)
{
    return sw_cel__part(p->source, p->token.begin, p->token.end);
}

// A field of a message: without message types nothing can be built from it,
// but its name is kept to be written again.
static bool parse_field(parser *p, operands *list)
{
    bool optional = false;
    if (!take(p, SW_TOKEN_QUESTION, &optional)) return false;
    if (!at(p, SW_TOKEN_NAME) && !at(p, SW_TOKEN_QUOTED))
        return fail_here(p, "a field's name");
    sw_str name = token_text(p);
    if (!advance(p) || !expect(p, SW_TOKEN_COLON)) return false;
    node *value = parse_expression(p);
    if (value == NULL || !operands_add(p, list, value, optional)) return false;
    sw_str *fields = realloc(list->fields, list->cap * sizeof *fields);
    if (fields == NULL) return sw_fail_memory(p->err);
    list->fields = fields;
    fields[list->count - 1] = name;
    return true;
}

/* ---- primaries ------------------------------------------------------- */

static node *parse_literal(parser *p, size_t begin, bool negative)
{
    sw_cel__token token = p->token;
    if (!advance(p)) return NULL;
    node *made = new_node(p, SW_NODE_LITERAL, begin, NULL, 0);
    if (made == NULL || !sw_cel__literal(p->source, &token, negative, p->arena,
                                         &made->value, p->err))
        return NULL;
    return made;
}

// Arguments after '(', with the receiver of a method as the first.
static node *parse_call(parser *p, size_t begin, sw_str name, node *receiver)
{
    operands list = {0};
    node *made = NULL;
    bool ok = receiver == NULL || operands_add(p, &list, receiver, false);
    if (ok && advance(p) &&
        parse_items(p, SW_TOKEN_RPAREN, false, parse_argument, &list))
        made = list_node(p, SW_NODE_CALL, begin, &list);
    operands_done(&list);
    if (made == NULL) return NULL;
    made->name = name;
    made->method = receiver != NULL;
    return sw_cel__expand(p->arena, p->source, made, p->err);
}

static node *parse_name(parser *p, size_t begin, bool rooted)
{
    if (!at(p, SW_TOKEN_NAME)) {
        fail_here(p, rooted ? "a name after '.'" : "an expression");
        return NULL;
    }
    sw_str name = token_text(p);
    if (sw_cel__reserved(name)) {
        sw_cel__fail_at(p->source, p->token.begin, p->err,
                        "'%.*s' is a reserved word", SW_STR_ARGS(name));
        return NULL;
    }
    if (!advance(p)) return NULL;
    if (at(p, SW_TOKEN_LPAREN)) {
        node *call = parse_call(p, begin, name, NULL);
        if (call != NULL && call->kind == SW_NODE_CALL) call->rooted = rooted;
        return call;
    }

    node *made = new_node(p, SW_NODE_NAME, begin, NULL, 0);
    if (made == NULL) return NULL;
    made->name = name;
    made->rooted = rooted;
    return made;
}

static node *parse_group(parser *p)
{
    if (!advance(p)) return NULL;
    node *inner = parse_expression(p);
    if (inner == NULL || !expect(p, SW_TOKEN_RPAREN)) return NULL;
    return inner;
}

static node *parse_braces(parser *p, sw_cel__node_kind kind, size_t begin,
                          sw_cel__token_kind close, parse_item item)
{
    operands list = {0};
    node *made = NULL;
    if (advance(p) && parse_items(p, close, true, item, &list))
        made = list_node(p, kind, begin, &list);
    operands_done(&list);
    return made;
}

static node *parse_primary(parser *p)
{
    size_t begin = p->token.begin;
    switch (p->token.kind) {
    case SW_TOKEN_INT:
    case SW_TOKEN_UINT:
    case SW_TOKEN_DOUBLE:
    case SW_TOKEN_STRING:
    case SW_TOKEN_BYTES:
    case SW_TOKEN_TRUE:
    case SW_TOKEN_FALSE:
    case SW_TOKEN_NULL: return parse_literal(p, begin, false);
    case SW_TOKEN_LPAREN: return parse_group(p);
    case SW_TOKEN_LBRACKET:
        return parse_braces(p, SW_NODE_LIST, begin, SW_TOKEN_RBRACKET,
                            parse_element);
    case SW_TOKEN_LBRACE:
        return parse_braces(p, SW_NODE_MAP, begin, SW_TOKEN_RBRACE,
                            parse_entry);
    case SW_TOKEN_DOT:
        if (!advance(p)) return NULL;
        return parse_name(p, begin, true);
    default: return parse_name(p, begin, false);
    }
}

/* ---- members --------------------------------------------------------- */

static node *parse_selection(parser *p, size_t begin, node *operand)
{
    bool maybe = false;
    if (!advance(p) || !take(p, SW_TOKEN_QUESTION, &maybe)) return NULL;
    bool quoted = at(p, SW_TOKEN_QUOTED);
    if (!quoted && !at(p, SW_TOKEN_NAME))
        return fail_here(p, "a field's name after '.'"), NULL;
    sw_str name = token_text(p);
    if (quoted) name = sw_cel__part(name, 1, name.len - 1);
    if (!advance(p)) return NULL;
    if (at(p, SW_TOKEN_LPAREN) && !maybe && !quoted)
        return parse_call(p, begin, name, operand);

    node *made = new_node(p, SW_NODE_SELECT, begin, &operand, 1);
    if (made == NULL) return NULL;
    made->name = name;
    made->maybe = maybe;
    made->quoted = quoted;
    return made;
}

static node *parse_index(parser *p, size_t begin, node *operand)
{
    bool maybe = false;
    if (!advance(p) || !take(p, SW_TOKEN_QUESTION, &maybe)) return NULL;
    node *key = parse_expression(p);
    if (key == NULL || !expect(p, SW_TOKEN_RBRACKET)) return NULL;
    node *made = new_node(p, SW_NODE_INDEX, begin, (node *[]){operand, key}, 2);
    if (made != NULL) made->maybe = maybe;
    return made;
}

// Only a name, or names with dots between, can be the type of a message.
static bool is_type_name(const node *n)
{
    while (n->kind == SW_NODE_SELECT && !n->maybe && !n->quoted && !n->test)
        n = n->args[0];
    return n->kind == SW_NODE_NAME;
}

static node *parse_message(parser *p, size_t begin, const node *type)
{
    sw_str name = sw_cel__part(p->source, type->begin, type->end);
    node *made =
        parse_braces(p, SW_NODE_MESSAGE, begin, SW_TOKEN_RBRACE, parse_field);
    if (made != NULL) made->name = name;
    return made;
}

static node *parse_members(parser *p, size_t begin, node *operand)
{
    while (operand != NULL) {
        if (at(p, SW_TOKEN_DOT)) {
            operand = parse_selection(p, begin, operand);
        } else if (at(p, SW_TOKEN_LBRACKET)) {
            operand = parse_index(p, begin, operand);
        } else if (at(p, SW_TOKEN_LBRACE) && is_type_name(operand)) {
            operand = parse_message(p, begin, operand);
        } else {
            break;
        }
    }
    return operand;
}

static node *parse_member(parser *p)
{
    size_t begin = p->token.begin;
    return parse_members(p, begin, parse_primary(p));
}

/* ---- operators ------------------------------------------------------- */

// A minus before a number is part of it, and binds tighter than a selector.
static node *parse_signed(parser *p, size_t begin)
{
    if (at(p, SW_TOKEN_INT) || at(p, SW_TOKEN_DOUBLE))
        return parse_members(p, begin, parse_literal(p, begin, true));
    node *operand = parse_member(p);
    return operand == NULL ? NULL
                           : new_node(p, SW_NODE_NEGATE, begin, &operand, 1);
}

// A run of equal signs: !!!x or --x. Counted first and applied from the
// inside out, so no recursion is needed.
static node *parse_unary(parser *p)
{
    sw_cel__token_kind sign = p->token.kind;
    if (sign != SW_TOKEN_NOT && sign != SW_TOKEN_MINUS) return parse_member(p);

    size_t first = p->token.begin, last = first, count = 0;
    for (; at(p, sign); count++) {
        last = p->token.begin;
        if (!advance(p)) return NULL;
    }
    node *made = NULL;
    if (sign == SW_TOKEN_MINUS) {
        made = parse_signed(p, last);
        count--;
    } else if (at(p, SW_TOKEN_MINUS)) {
        size_t begin = p->token.begin;
        if (!advance(p)) return NULL;
        made = parse_signed(p, begin);
    } else {
        made = parse_member(p);
    }
    for (; count > 0 && made != NULL; count--) {
        made = new_node(p, sign == SW_TOKEN_NOT ? SW_NODE_NOT : SW_NODE_NEGATE,
                        first, &made, 1);
    }
    return made;
}

static int precedence(sw_cel__token_kind kind)
{
    static const unsigned char table[] = {
        [SW_TOKEN_IN] = 1,   [SW_TOKEN_EQ] = 1,    [SW_TOKEN_NE] = 1,
        [SW_TOKEN_LT] = 1,   [SW_TOKEN_LE] = 1,    [SW_TOKEN_GT] = 1,
        [SW_TOKEN_GE] = 1,   [SW_TOKEN_PLUS] = 2,  [SW_TOKEN_MINUS] = 2,
        [SW_TOKEN_STAR] = 3, [SW_TOKEN_SLASH] = 3, [SW_TOKEN_PERCENT] = 3,
    };
    return (size_t)kind < sizeof table ? table[kind] : 0;
}

static node *parse_binary(parser *p, int above)
{
    size_t begin = p->token.begin;
    node *left = parse_unary(p);
    while (left != NULL) {
        sw_cel__token_kind op = p->token.kind;
        int level = precedence(op);
        if (level <= above) break;
        if (!advance(p)) return NULL;
        node *right = parse_binary(p, level);
        if (right == NULL) return NULL;
        left = new_node(p, SW_NODE_BINARY, begin, (node *[]){left, right}, 2);
        if (left != NULL) left->op = op;
    }
    return left;
}

static node *parse_logical(parser *p, sw_cel__token_kind op)
{
    bool is_or = op == SW_TOKEN_OR;
    size_t begin = p->token.begin;
    operands list = {0};
    node *made = NULL;
    bool more = true;
    while (more) {
        node *term =
            is_or ? parse_logical(p, SW_TOKEN_AND) : parse_binary(p, 0);
        if (term == NULL || !operands_add(p, &list, term, false) ||
            !take(p, op, &more))
            goto done;
    }
    made = list.count == 1
               ? list.at[0]
               : list_node(p, is_or ? SW_NODE_OR : SW_NODE_AND, begin, &list);

done:
    operands_done(&list);
    return made;
}

static node *parse_conditional(parser *p)
{
    size_t begin = p->token.begin;
    node *condition = parse_logical(p, SW_TOKEN_OR);
    if (condition == NULL || !at(p, SW_TOKEN_QUESTION)) return condition;
    if (!advance(p)) return NULL;
    node *yes = parse_logical(p, SW_TOKEN_OR);
    if (yes == NULL || !expect(p, SW_TOKEN_COLON)) return NULL;
    node *no = parse_expression(p);
    if (no == NULL) return NULL;
    return new_node(p, SW_NODE_CONDITIONAL, begin,
                    (node *[]){condition, yes, no}, 3);
}

// The one place where the descent starts over, so the one that counts.
static node *parse_expression(parser *p)
{
    if (p->nesting >= SW_CEL__MAX_DEPTH) {
        sw_cel__fail_too_deep(p->source, p->token.begin, p->err);
        return NULL;
    }
    p->nesting++;
    node *made = parse_conditional(p);
    p->nesting--;
    return made;
}

/* ---- the whole ------------------------------------------------------- */

static bool check_source(sw_str source, sw_error *err)
{
    if (source.len > SW_CEL__MAX_SOURCE) {
        return sw_fail(err, SW_ERR_INPUT,
                       "an expression of %zu bytes, at most %d allowed",
                       source.len, SW_CEL__MAX_SOURCE);
    }
    if (sw_utf8_valid(source)) return true;
    size_t good = 0;
    for (size_t next = 0; next < source.len;) {
        good = next;
        sw_cel__code_point(source, &next);
        if (!sw_utf8_valid(sw_cel__part(source, good, next))) break;
    }
    return sw_cel__fail_at(source, good, err, "a byte that is not UTF-8");
}

bool sw_cel__parse(sw_str source, const sw_cel_env *env, sw_arena *arena,
                   sw_cel **out, sw_error *err)
{
    if (!check_source(source, err)) return false;
    sw_cel *cel = SW_NEW(arena, sw_cel);
    if (cel == NULL || !sw_arena_str(arena, source, &cel->source) ||
        (env != NULL &&
         !sw_arena_str(arena, env->container, &cel->env.container)))
        return sw_fail_memory(err);
    if (env != NULL) {
        cel->env.functions = env->functions;
        cel->env.function_count = env->function_count;
    }

    parser p = {.source = cel->source, .arena = arena, .err = err};
    if (!advance(&p)) return false;
    cel->top = parse_expression(&p);
    if (cel->top == NULL) return false;
    if (!at(&p, SW_TOKEN_END)) {
        return sw_cel__fail_at(cel->source, p.token.begin, err,
                               "expected an operator or the end, found %s",
                               sw_cel__token_name(p.token.kind));
    }
    if (!sw_cel__resolve(cel, arena, err) ||
        !sw_cel__make_program(cel, arena, err))
        return false;
    *out = cel;
    return true;
}

bool sw_cel_parse(sw_str source, sw_arena *arena, sw_cel **out, sw_error *err)
{
    return sw_cel__parse(source, NULL, arena, out, err);
}

sw_str sw_cel_source(const sw_cel *cel)
{
    return cel->source;
}
