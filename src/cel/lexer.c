// Tokens, one at a time, straight from the source: the parser keeps one token
// and an offset, nothing is buffered. Literals are only delimited here;
// literal.c reads their values.
//
// Specification: cel-spec, doc/langdef.md, "Syntax".
#include "cel_internal.h"

typedef struct {
    sw_str source;
    size_t at;
    sw_error *err;
} lexer;

static bool is_digit(int c)
{
    return c >= '0' && c <= '9';
}

static bool is_hex(int c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_name_start(int c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_name_part(int c)
{
    return is_name_start(c) || is_digit(c);
}

// The byte `ahead` of the place, or -1 behind the end.
static int peek(const lexer *lex, size_t ahead)
{
    if (ahead >= lex->source.len - lex->at) return -1;
    return (unsigned char)lex->source.at[lex->at + ahead];
}

static void skip_space(lexer *lex)
{
    for (;;) {
        int c = peek(lex, 0);
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
            lex->at++;
        } else if (c == '/' && peek(lex, 1) == '/') {
            while (peek(lex, 0) >= 0 && peek(lex, 0) != '\n')
                lex->at++;
        } else {
            return;
        }
    }
}

static void skip_digits(lexer *lex)
{
    while (is_digit(peek(lex, 0)))
        lex->at++;
}

static bool skip_exponent(lexer *lex)
{
    if (peek(lex, 0) != 'e' && peek(lex, 0) != 'E') return false;
    size_t sign = peek(lex, 1) == '+' || peek(lex, 1) == '-';
    if (!is_digit(peek(lex, 1 + sign))) return false;
    lex->at += 1 + sign;
    skip_digits(lex);
    return true;
}

static sw_cel__token_kind read_number(lexer *lex)
{
    bool hex = peek(lex, 0) == '0' &&
               (peek(lex, 1) == 'x' || peek(lex, 1) == 'X') &&
               is_hex(peek(lex, 2));
    bool real = false;
    if (hex) {
        lex->at += 2;
        while (is_hex(peek(lex, 0)))
            lex->at++;
    } else {
        skip_digits(lex);
        if (peek(lex, 0) == '.' && is_digit(peek(lex, 1))) {
            real = true;
            lex->at++;
            skip_digits(lex);
        }
        real |= skip_exponent(lex);
    }
    if (real) return SW_TOKEN_DOUBLE;
    if (peek(lex, 0) != 'u' && peek(lex, 0) != 'U') return SW_TOKEN_INT;
    lex->at++;
    return SW_TOKEN_UINT;
}

// How many characters of prefix (r, b, br) stand before a quote here, or -1.
static int string_prefix(const lexer *lex)
{
    int c = peek(lex, 0);
    if (c == '"' || c == '\'') return 0;
    bool bytes = c == 'b' || c == 'B', raw = c == 'r' || c == 'R';
    if (!bytes && !raw) return -1;
    c = peek(lex, 1);
    if (c == '"' || c == '\'') return 1;
    if (!bytes || (c != 'r' && c != 'R')) return -1;
    c = peek(lex, 2);
    return c == '"' || c == '\'' ? 2 : -1;
}

static bool at_quotes(const lexer *lex, int quote, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (peek(lex, i) != quote) return false;
    }
    return true;
}

static bool read_string(lexer *lex, size_t prefix, sw_cel__token *out)
{
    int first = peek(lex, 0);
    bool raw = prefix > 0 && (first == 'r' || first == 'R' || prefix == 2);
    out->kind = first == 'b' || first == 'B' ? SW_TOKEN_BYTES : SW_TOKEN_STRING;
    lex->at += prefix;
    int quote = peek(lex, 0);
    size_t quotes = at_quotes(lex, quote, 3) ? 3 : 1;
    lex->at += quotes;

    for (;;) {
        int c = peek(lex, 0);
        if (c < 0 || (quotes == 1 && (c == '\n' || c == '\r'))) {
            return sw_cel__fail_at(lex->source, out->begin, lex->err,
                                   "a string that is not closed");
        }
        if (at_quotes(lex, quote, quotes)) break;
        // What an escape means is the literal's business; here it only keeps
        // a quote from closing. A line end is no escape.
        int next = peek(lex, 1);
        lex->at +=
            c == '\\' && !raw && next >= 0 && next != '\n' && next != '\r' ? 2
                                                                           : 1;
    }
    lex->at += quotes;
    return true;
}

static bool read_quoted(lexer *lex, sw_cel__token *out)
{
    out->kind = SW_TOKEN_QUOTED;
    lex->at++;
    for (int c; (c = peek(lex, 0)) != '`'; lex->at++) {
        if (is_name_part(c) || c == '.' || c == '-' || c == '/' || c == ' ')
            continue;
        size_t place = c < 0 ? out->begin : lex->at;
        return sw_cel__fail_at(lex->source, place, lex->err,
                               c < 0 ? "a quoted name that is not closed"
                                     : "a quoted name holds letters, digits, "
                                       "_ . - / and spaces only");
    }
    lex->at++;
    if (lex->at - out->begin > 2) return true;
    return sw_cel__fail_at(lex->source, out->begin, lex->err,
                           "a quoted name that is empty");
}

static void read_name(lexer *lex, sw_cel__token *out)
{
    static const struct {
        const char *word;
        sw_cel__token_kind kind;
    } words[] = {{"true", SW_TOKEN_TRUE},
                 {"false", SW_TOKEN_FALSE},
                 {"null", SW_TOKEN_NULL},
                 {"in", SW_TOKEN_IN}};

    while (is_name_part(peek(lex, 0)))
        lex->at++;
    sw_str name = sw_cel__part(lex->source, out->begin, lex->at);
    out->kind = SW_TOKEN_NAME;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (sw_str_eq(name, sw_str_of(words[i].word)))
            out->kind = words[i].kind;
    }
}

// Longer signs stand before those they begin with.
static const struct {
    char text[3];
    sw_cel__token_kind kind;
} signs[] = {
    {"||", SW_TOKEN_OR},      {"&&", SW_TOKEN_AND},   {"==", SW_TOKEN_EQ},
    {"!=", SW_TOKEN_NE},      {"<=", SW_TOKEN_LE},    {">=", SW_TOKEN_GE},
    {"<", SW_TOKEN_LT},       {">", SW_TOKEN_GT},     {"+", SW_TOKEN_PLUS},
    {"-", SW_TOKEN_MINUS},    {"*", SW_TOKEN_STAR},   {"/", SW_TOKEN_SLASH},
    {"%", SW_TOKEN_PERCENT},  {"!", SW_TOKEN_NOT},    {"?", SW_TOKEN_QUESTION},
    {":", SW_TOKEN_COLON},    {".", SW_TOKEN_DOT},    {",", SW_TOKEN_COMMA},
    {"(", SW_TOKEN_LPAREN},   {")", SW_TOKEN_RPAREN}, {"[", SW_TOKEN_LBRACKET},
    {"]", SW_TOKEN_RBRACKET}, {"{", SW_TOKEN_LBRACE}, {"}", SW_TOKEN_RBRACE},
};

static bool read_sign(lexer *lex, sw_cel__token *out)
{
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        size_t len = strlen(signs[i].text);
        if (peek(lex, 0) != signs[i].text[0]) continue;
        if (len == 2 && peek(lex, 1) != signs[i].text[1]) continue;
        lex->at += len;
        out->kind = signs[i].kind;
        return true;
    }
    return false;
}

static bool fail_character(lexer *lex)
{
    static const struct {
        char c;
        const char *hint;
    } hints[] = {
        {'=', "'=' alone; equality is '=='"},
        {'&', "'&' alone; and is '&&'"},
        {'|', "'|' alone; or is '||'"},
    };
    int c = peek(lex, 0);
    for (size_t i = 0; i < sizeof hints / sizeof *hints; i++) {
        if (c == hints[i].c) {
            return sw_cel__fail_at(lex->source, lex->at, lex->err, "%s",
                                   hints[i].hint);
        }
    }
    if (c > 0x20 && c < 0x7F) {
        return sw_cel__fail_at(lex->source, lex->at, lex->err,
                               "the character '%c' means nothing here", c);
    }
    size_t at = lex->at;
    return sw_cel__fail_at(
        lex->source, lex->at, lex->err,
        "the character U+%04X means nothing outside a string",
        (unsigned)sw_cel__code_point(lex->source, &at));
}

bool sw_cel__next(sw_str source, size_t at, sw_cel__token *out, sw_error *err)
{
    lexer lex = {source, at, err};
    skip_space(&lex);
    *out = (sw_cel__token){SW_TOKEN_END, lex.at, lex.at};
    int c = peek(&lex, 0);
    if (c < 0) return true;

    int prefix = string_prefix(&lex);
    bool ok = true;
    if (prefix >= 0) {
        ok = read_string(&lex, (size_t)prefix, out);
    } else if (is_digit(c) || (c == '.' && is_digit(peek(&lex, 1)))) {
        out->kind = read_number(&lex);
    } else if (is_name_start(c)) {
        read_name(&lex, out);
    } else if (c == '`') {
        ok = read_quoted(&lex, out);
    } else {
        ok = read_sign(&lex, out) || fail_character(&lex);
    }
    out->end = lex.at;
    return ok;
}

const char *sw_cel__token_name(sw_cel__token_kind kind)
{
    static const char *const names[] = {
        [SW_TOKEN_END] = "the end",     [SW_TOKEN_INT] = "a number",
        [SW_TOKEN_UINT] = "a number",   [SW_TOKEN_DOUBLE] = "a number",
        [SW_TOKEN_STRING] = "a string", [SW_TOKEN_BYTES] = "a bytes literal",
        [SW_TOKEN_NAME] = "a name",     [SW_TOKEN_QUOTED] = "a quoted name",
        [SW_TOKEN_TRUE] = "'true'",     [SW_TOKEN_FALSE] = "'false'",
        [SW_TOKEN_NULL] = "'null'",     [SW_TOKEN_IN] = "'in'",
        [SW_TOKEN_OR] = "'||'",         [SW_TOKEN_AND] = "'&&'",
        [SW_TOKEN_EQ] = "'=='",         [SW_TOKEN_NE] = "'!='",
        [SW_TOKEN_LT] = "'<'",          [SW_TOKEN_LE] = "'<='",
        [SW_TOKEN_GT] = "'>'",          [SW_TOKEN_GE] = "'>='",
        [SW_TOKEN_PLUS] = "'+'",        [SW_TOKEN_MINUS] = "'-'",
        [SW_TOKEN_STAR] = "'*'",        [SW_TOKEN_SLASH] = "'/'",
        [SW_TOKEN_PERCENT] = "'%'",     [SW_TOKEN_NOT] = "'!'",
        [SW_TOKEN_QUESTION] = "'?'",    [SW_TOKEN_COLON] = "':'",
        [SW_TOKEN_DOT] = "'.'",         [SW_TOKEN_COMMA] = "','",
        [SW_TOKEN_LPAREN] = "'('",      [SW_TOKEN_RPAREN] = "')'",
        [SW_TOKEN_LBRACKET] = "'['",    [SW_TOKEN_RBRACKET] = "']'",
        [SW_TOKEN_LBRACE] = "'{'",      [SW_TOKEN_RBRACE] = "'}'",
    };
    return names[kind];
}

bool sw_cel__reserved(sw_str name)
{
    static const char *const words[] = {
        "as",        "break",  "const",  "continue", "else", "for",
        "function",  "if",     "import", "let",      "loop", "package",
        "namespace", "return", "var",    "void",     "while"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (sw_str_eq(name, sw_str_of(words[i]))) return true;
    }
    return false;
}
