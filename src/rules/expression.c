// The CEL of a rule, checked when the rulebook is loaded: syntax, the facts it
// reads, the words it compares them with, and that it is a bool whatever the
// facts are. What hangs on their values (an index, a division) is left to the
// ruling.
#include <stdio.h>
#include <string.h>

#include "rules_internal.h"

typedef struct {
    const sw_rulebook *book;
    sw_str rule;
    const char *role;  // "when", "require"
    const yaml_node *node;
    sw_arena *scratch;
    const sw_cel *cel;
    sw_error *err;
} check;

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

static bool refuse_at(const check *c, size_t offset, const char *reason)
{
    uint32_t line, column;
    sw_rules__locate(c->book->text, c->node, offset, &line, &column);
    sw_str rule = sw_rules__clip(c->rule);
    sw_fail(c->err, SW_ERR_INPUT, "rule %.*s, %s: %s", SW_STR_ARGS(rule),
            c->role, reason);
    return sw_error_at(c->err, "line %u, column %u", line, column);
}

// Turns CEL's place within the expression into ours within the file.
static bool refuse_as_cel(const check *c, const sw_error *cel)
{
    unsigned line = 1, column = 1;
    if (cel->kind != SW_ERR_INPUT) {
        *c->err = *cel;
        return false;
    }
    if (sscanf(cel->place, "line %u, column %u", &line, &column) != 2)
        line = column = 1;
    return refuse_at(c, offset_of(c->node->text, line, column), cel->reason);
}

/* ---- facts ----------------------------------------------------------- */

static bool refuse_fact(const check *c, const sw_cel_reference *ref)
{
    const vocabulary *words = &c->book->facts;
    char reason[300], hint[120];
    sw_str path = sw_rules__clip(ref->path);
    if (sw_rules__is_group(words, ref->path)) {
        snprintf(reason, sizeof reason, "%.*s is a group of facts, not a fact",
                 SW_STR_ARGS(path));
    } else {
        sw_rules__hint(hint, sizeof hint,
                       sw_rules__nearest_fact(words, ref->path));
        snprintf(reason, sizeof reason,
                 "the fact %.*s is not declared under facts%s",
                 SW_STR_ARGS(path), hint);
    }
    return refuse_at(c, ref->begin, reason);
}

static bool check_facts(const check *c)
{
    const sw_cel_reference *refs;
    size_t count;
    if (!sw_cel_references(c->cel, c->scratch, &refs, &count, c->err))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (sw_rules__find_fact(&c->book->facts, refs[i].path) == NULL)
            return refuse_fact(c, &refs[i]);
    }
    return true;
}

/* ---- enumerations ---------------------------------------------------- */

// A look at the tokens is enough to see `fact == "word"`, `"word" != fact`,
// `fact in ["a", "b"]` and `"word" in fact`.
typedef enum { TOKEN_END, TOKEN_PATH, TOKEN_STRING, TOKEN_OTHER } token_kind;

typedef struct {
    token_kind kind;
    sw_str text;
} token;

static bool is_name_char(char ch)
{
    return ch == '_' || (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') ||
           (ch >= 'A' && ch <= 'Z');
}

static size_t skip_blank(sw_str s, size_t at)
{
    while (at < s.len) {
        if (strchr(" \t\r\n", s.at[at]) != NULL && s.at[at] != '\0') {
            at++;
        } else if (at + 1 < s.len && s.at[at] == '/' && s.at[at + 1] == '/') {
            while (at < s.len && s.at[at] != '\n')
                at++;
        } else {
            break;
        }
    }
    return at;
}

// End of a string whose quotes begin at `at`; the parser has accepted it.
static size_t string_end(sw_str s, size_t at, bool raw)
{
    char quote = s.at[at];
    bool triple =
        at + 2 < s.len && s.at[at + 1] == quote && s.at[at + 2] == quote;
    size_t width = triple ? 3 : 1;
    for (at += width; at < s.len; at++) {
        if (s.at[at] == '\\' && !raw) {
            at++;
        } else if (s.at[at] == quote &&
                   (!triple || (at + 2 < s.len && s.at[at + 1] == quote &&
                                s.at[at + 2] == quote))) {
            return at + width;
        }
    }
    return s.len;
}

static token next_token(sw_str s, size_t *at)
{
    size_t from = *at = skip_blank(s, *at);
    if (from >= s.len) return (token){TOKEN_END, {s.at + s.len, 0}};

    size_t end = from;
    while (end < s.len && (is_name_char(s.at[end]) || s.at[end] == '.'))
        end++;
    token_kind kind = TOKEN_PATH;
    bool prefix = end - from <= 2 && end < s.len &&
                  (s.at[end] == '"' || s.at[end] == '\'');
    if (prefix) {
        bool raw = memchr(s.at + from, 'r', end - from) != NULL ||
                   memchr(s.at + from, 'R', end - from) != NULL;
        end = string_end(s, end, raw);
        kind = TOKEN_STRING;
    } else if (end == from) {
        bool two = end + 1 < s.len && strchr("=!<>&|", s.at[end]) != NULL;
        end += two && strchr("=&|", s.at[end + 1]) != NULL ? 2 : 1;
        kind = TOKEN_OTHER;
    }
    *at = end < s.len ? end : s.len;
    return (token){kind, {s.at + from, *at - from}};
}

static bool is_text(token t, const char *text)
{
    return sw_str_eq(t.text, sw_str_of(text));
}

// The fact with an enumeration that a token names, or NULL.
static const fact_def *enumerated(const check *c, token t)
{
    if (t.kind != TOKEN_PATH) return NULL;
    const fact_def *fact = sw_rules__find_fact(&c->book->facts, t.text);
    return fact != NULL && fact->value_count > 0 ? fact : NULL;
}

static sw_str value_at(const void *fact, size_t i)
{
    return ((const fact_def *)fact)->values[i];
}

static bool check_word(const check *c, const fact_def *fact, token t)
{
    if (fact == NULL || t.kind != TOKEN_STRING) return true;
    sw_cel *literal;
    sw_cel_value value;
    sw_cel_options how = {0};
    if (!sw_cel_parse(t.text, c->scratch, &literal, c->err) ||
        !sw_cel_eval(literal, &how, c->scratch, &value, c->err)) {
        return false;
    }
    if (value.kind != SW_CEL_STRING ||
        sw_rules__fact_allows(fact, value.as.str)) {
        return true;
    }
    char reason[300], hint[120];
    sw_rules__hint(
        hint, sizeof hint,
        sw_rules__nearest(value.as.str, value_at, fact, fact->value_count));
    sw_str path = sw_rules__clip(fact->path), word = sw_rules__clip(t.text);
    snprintf(reason, sizeof reason, "%.*s is none of the values of %.*s%s",
             SW_STR_ARGS(word), SW_STR_ARGS(path), hint);
    return refuse_at(c, (size_t)(t.text.at - c->node->text.at), reason);
}

static bool check_members(const check *c, const fact_def *fact, size_t at)
{
    sw_str s = c->node->text;
    if (fact == NULL || !is_text(next_token(s, &at), "[")) return true;
    for (;;) {
        token t = next_token(s, &at);
        if (t.kind != TOKEN_STRING) return true;
        if (!check_word(c, fact, t)) return false;
        if (!is_text(next_token(s, &at), ",")) return true;
    }
}

static bool check_words(const check *c)
{
    size_t at = 0;
    sw_str s = c->node->text;
    token left = next_token(s, &at);
    token middle = next_token(s, &at);
    while (middle.kind != TOKEN_END) {
        size_t behind = at;
        token right = next_token(s, &at);
        if (is_text(middle, "==") || is_text(middle, "!=")) {
            if (!check_word(c, enumerated(c, left), right)) return false;
            if (!check_word(c, enumerated(c, right), left)) return false;
        } else if (is_text(middle, "in")) {
            if (!check_members(c, enumerated(c, left), behind)) return false;
            if (!check_word(c, enumerated(c, right), left)) return false;
        }
        left = middle;
        middle = right;
    }
    return true;
}

/* ---- types ----------------------------------------------------------- */

// dyn is left to the ruling; nobody gets it without asking for it.
static bool check_type(const check *c, const sw_cel_env *facts)
{
    const sw_cel_type *type;
    sw_error failed = {0};
    if (!sw_cel_check(c->cel, facts, c->scratch, &type, &failed))
        return refuse_as_cel(c, &failed);
    if (type->kind == SW_CEL_TYPE_BOOL || type->kind == SW_CEL_TYPE_DYN)
        return true;
    sw_str text;
    char reason[300];
    if (!sw_cel_type_text(type, c->scratch, &text, c->err)) return false;
    text = sw_rules__clip(text);
    snprintf(reason, sizeof reason, "gives %.*s, must give bool",
             SW_STR_ARGS(text));
    return refuse_at(c, 0, reason);
}

bool sw_rules__read_expression(const expression_reader *r, sw_str rule,
                               const char *role, const yaml_node *node,
                               expression *out, sw_error *err)
{
    check c = {r->book, rule, role, node, r->scratch, NULL, err};
    if (!sw_rules__expect(node, YAML_SCALAR, role, err)) return false;
    if (node->plain && sw_rules__scalar(node).kind == SCALAR_NULL)
        return sw_rules__refuse(err, node, "%s is empty", role);

    sw_cel *cel;
    sw_error failed = {0};
    if (!sw_cel_parse(node->text, r->arena, &cel, &failed))
        return refuse_as_cel(&c, &failed);
    c.cel = cel;
    bool ok = check_facts(&c) && check_words(&c) && check_type(&c, r->facts);
    sw_arena_reset(r->scratch);
    if (ok) *out = (expression){node, cel};
    return ok;
}
