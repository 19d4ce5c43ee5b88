// The values of literal tokens: numbers with their sign, strings and bytes
// with their escapes.
#include "cel_internal.h"

typedef struct {
    sw_str source;
    size_t at, end;  // what is left of the content
    bool bytes;
    char *out;
    size_t len;
    sw_error *err;
} unescape;

static int hex_digit(int c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

static bool read_digits(unescape *u, size_t count, int base, uint32_t *out)
{
    uint32_t value = 0;
    if (count > u->end - u->at) return false;
    for (size_t i = 0; i < count; i++) {
        int digit = hex_digit((unsigned char)u->source.at[u->at + i]);
        if (digit < 0 || digit >= base) return false;
        value = value * (uint32_t)base + (uint32_t)digit;
    }
    u->at += count;
    *out = value;
    return true;
}

static void add_code_point(unescape *u, uint32_t c)
{
    if (u->bytes) {
        u->out[u->len++] = (char)c;
    } else {
        u->len += sw_cel__encode(c, u->out + u->len);
    }
}

// \x41, \u0041, \U00000041, \101: no escape is shorter than its UTF-8, which
// bounds the output by the source.
static bool read_numeric(unescape *u, char kind, size_t begin)
{
    uint32_t c = 0;
    bool ok = false;
    switch (kind) {
    case 'x':
    case 'X': ok = read_digits(u, 2, 16, &c); break;
    case 'u': ok = !u->bytes && read_digits(u, 4, 16, &c); break;
    case 'U': ok = !u->bytes && read_digits(u, 8, 16, &c); break;
    default: u->at--; ok = kind <= '3' && read_digits(u, 3, 8, &c);
    }
    if (!ok) {
        return sw_cel__fail_at(
            u->source, begin, u->err,
            u->bytes && (kind == 'u' || kind == 'U')
                ? "\\u and \\U have no meaning in bytes"
                : "an escape is \\xHH, \\uHHHH, \\UHHHHHHHH or three octal "
                  "digits up to 377");
    }
    if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) {
        return sw_cel__fail_at(u->source, begin, u->err,
                               "U+%04X is no character", (unsigned)c);
    }
    add_code_point(u, c);
    return true;
}

static bool read_escape(unescape *u)
{
    static const char plain[][2] = {
        {'a', '\a'}, {'b', '\b'}, {'f', '\f'},  {'n', '\n'},
        {'r', '\r'}, {'t', '\t'}, {'v', '\v'},  {'\\', '\\'},
        {'?', '?'},  {'"', '"'},  {'\'', '\''}, {'`', '`'},
    };
    size_t begin = u->at++;
    char kind = u->at < u->end ? u->source.at[u->at] : '\0';
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        if (kind != plain[i][0]) continue;
        u->at++;
        u->out[u->len++] = plain[i][1];
        return true;
    }
    bool numeric = kind == 'x' || kind == 'X' || kind == 'u' || kind == 'U' ||
                   (kind >= '0' && kind <= '9');
    if (!numeric) {
        return sw_cel__fail_at(u->source, begin, u->err,
                               "a backslash that begins no escape");
    }
    u->at++;
    return read_numeric(u, kind, begin);
}

static bool read_text(sw_str source, const sw_cel__token *token,
                      sw_arena *arena, sw_cel_value *out, sw_error *err)
{
    bool bytes = token->kind == SW_TOKEN_BYTES, raw = false;
    size_t at = token->begin;
    for (; source.at[at] != '"' && source.at[at] != '\''; at++)
        raw |= source.at[at] == 'r' || source.at[at] == 'R';
    char quote = source.at[at];
    size_t left = token->end - at;
    size_t quotes =
        left >= 6 && source.at[at + 1] == quote && source.at[at + 2] == quote
            ? 3
            : 1;

    unescape u = {source, at + quotes, token->end - quotes, bytes, NULL,
                  0,      err};
    u.out = sw_arena_alloc(arena, u.end - u.at);
    if (u.out == NULL) return sw_fail_memory(err);
    while (u.at < u.end) {
        if (source.at[u.at] == '\\' && !raw) {
            if (!read_escape(&u)) return false;
        } else {
            u.out[u.len++] = source.at[u.at++];
        }
    }
    *out = sw_cel__text(bytes ? SW_CEL_BYTES : SW_CEL_STRING,
                        (sw_str){u.out, u.len});
    return true;
}

static bool read_magnitude(sw_str digits, uint64_t *out)
{
    if (digits.len < 3 || (digits.at[1] != 'x' && digits.at[1] != 'X'))
        return sw_cel__digits(digits, out);
    uint64_t value = 0;
    for (size_t i = 2; i < digits.len; i++) {
        if (value >> 60 != 0) return false;
        value = value << 4 | (uint64_t)hex_digit(digits.at[i]);
    }
    *out = value;
    return true;
}

// The sign is folded in before the range check, for -2^63 has no positive.
static bool read_integer(sw_str source, const sw_cel__token *token,
                         bool negative, sw_cel_value *out, sw_error *err)
{
    bool is_unsigned = token->kind == SW_TOKEN_UINT;
    sw_str digits =
        sw_cel__part(source, token->begin, token->end - is_unsigned);
    uint64_t magnitude = 0;
    uint64_t limit =
        is_unsigned ? UINT64_MAX : (uint64_t)INT64_MAX + (negative ? 1 : 0);
    if (!read_magnitude(digits, &magnitude) || magnitude > limit) {
        return sw_cel__fail_at(source, token->begin, err,
                               "a number out of the range of %s",
                               is_unsigned ? "uint" : "int");
    }
    *out = is_unsigned
               ? sw_cel__uint(magnitude)
               : sw_cel__int((int64_t)(negative ? 0 - magnitude : magnitude));
    return true;
}

static bool read_double(sw_str source, const sw_cel__token *token,
                        bool negative, sw_cel_value *out, sw_error *err)
{
    double d = 0;
    if (!sw_cel__double_read(sw_cel__part(source, token->begin, token->end),
                             &d)) {
        return sw_cel__fail_at(source, token->begin, err,
                               "a number out of the range of double");
    }
    *out = sw_cel__double(negative ? -d : d);
    return true;
}

bool sw_cel__literal(sw_str source, const sw_cel__token *token, bool negative,
                     sw_arena *arena, sw_cel_value *out, sw_error *err)
{
    switch (token->kind) {
    case SW_TOKEN_INT:
    case SW_TOKEN_UINT: return read_integer(source, token, negative, out, err);
    case SW_TOKEN_DOUBLE: return read_double(source, token, negative, out, err);
    case SW_TOKEN_TRUE:
    case SW_TOKEN_FALSE:
        *out = sw_cel__bool(token->kind == SW_TOKEN_TRUE);
        return true;
    case SW_TOKEN_NULL: *out = (sw_cel_value){.kind = SW_CEL_NULL}; return true;
    default: return read_text(source, token, arena, out, err);
    }
}
