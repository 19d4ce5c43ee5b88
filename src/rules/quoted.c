// The text between quotes, decoded from the document: YAML 1.2.2, section 7.3.
//
// libfyaml finds where a quoted scalar begins and ends, and its text could be
// had from there. But 0.7.12 gives a wrong one, at times with bytes of other
// memory in it, where escapes and folded lines meet ("a\\<newline>"), and for
// quotes side by side (four in a row in single quotes). A random comparison
// with another reader of YAML found that; plain and block scalars agreed.
#include <string.h>

#include "rules_internal.h"

typedef struct {
    sw_str document;
    size_t at;
    sw_buf *out;
    size_t kept;  // white space before it in `out` is no line's end
} quoted;

static bool more(const quoted *q)
{
    return q->at < q->document.len;
}

static char peek(const quoted *q)
{
    return q->document.at[q->at];
}

static bool is_break(char c)
{
    return c == '\n' || c == '\r';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

// Skips white space and line breaks. Returns how many breaks.
static size_t skip_lines(quoted *q)
{
    size_t breaks = 0;
    for (; more(q) && (is_blank(peek(q)) || is_break(peek(q))); q->at++) {
        bool half = peek(q) == '\r' && q->at + 1 < q->document.len &&
                    q->document.at[q->at + 1] == '\n';
        breaks += is_break(peek(q)) && !half;
    }
    return breaks;
}

static void add_breaks(quoted *q, size_t count)
{
    for (; count > 0; count--)
        sw_buf_str(q->out, SW_STR("\n"));
    q->kept = q->out->len;
}

// One line break is a space, more are one less; white space around them goes.
static void fold(quoted *q)
{
    while (q->out->len > q->kept && is_blank(q->out->at[q->out->len - 1]))
        q->out->len--;
    size_t breaks = skip_lines(q);
    if (breaks == 1) sw_buf_str(q->out, SW_STR(" "));
    add_breaks(q, breaks - 1);
}

static void add_char(quoted *q)
{
    sw_buf_add(q->out, &q->document.at[q->at++], 1);
}

static void read_single(quoted *q)
{
    while (more(q)) {
        if (is_break(peek(q))) {
            fold(q);
            continue;
        }
        if (peek(q) == '\'') {
            q->at++;
            if (!more(q) || peek(q) != '\'') return;
        }
        add_char(q);
    }
}

/* ---- escapes --------------------------------------------------------- */

static const struct {
    char name;
    const char *text;
} escapes[] = {
    {'a', "\a"},           {'b', "\b"},
    {'t', "\t"},           {'\t', "\t"},
    {'n', "\n"},           {'v', "\v"},
    {'f', "\f"},           {'r', "\r"},
    {'e', "\033"},         {' ', " "},
    {'"', "\""},           {'/', "/"},
    {'\\', "\\"},          {'N', "\xc2\x85"},
    {'_', "\xc2\xa0"},     {'L', "\xe2\x80\xa8"},
    {'P', "\xe2\x80\xa9"},
};

static size_t encode(uint32_t c, char to[4])
{
    static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    size_t len = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = len; i-- > 1; c >>= 6)
        to[i] = (char)(0x80 | (c & 0x3F));
    to[0] = (char)(lead[len] | c);
    return len;
}

static bool read_hex(quoted *q, size_t digits, uint32_t *out)
{
    *out = 0;
    if (digits > q->document.len - q->at) return false;
    for (size_t i = 0; i < digits; i++, q->at++) {
        char c = peek(q);
        uint32_t digit = c >= '0' && c <= '9'   ? (uint32_t)(c - '0')
                         : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a' + 10)
                         : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A' + 10)
                                                : 16;
        if (digit == 16) return false;
        *out = *out << 4 | digit;
    }
    return true;
}

// JSON writes characters beyond U+FFFF as two escapes.
static bool read_low_half(quoted *q, uint32_t *c)
{
    uint32_t low;
    sw_str rest = {q->document.at + q->at, q->document.len - q->at};
    if (!sw_str_starts(rest, SW_STR("\\u"))) return false;
    q->at += 2;
    if (!read_hex(q, 4, &low) || low < 0xDC00 || low > 0xDFFF) return false;
    *c = 0x10000 + ((*c - 0xD800) << 10) + (low - 0xDC00);
    return true;
}

static bool add_code_point(quoted *q, size_t digits)
{
    uint32_t c;
    char text[4];
    if (!read_hex(q, digits, &c)) return false;
    if (c >= 0xD800 && c <= 0xDBFF && !read_low_half(q, &c)) return false;
    if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return false;
    sw_buf_add(q->out, text, encode(c, text));
    return true;
}

static bool add_escape(quoted *q, char name)
{
    switch (name) {
    case '0': sw_buf_add(q->out, "", 1); return true;
    case 'x': return add_code_point(q, 2);
    case 'u': return add_code_point(q, 4);
    case 'U': return add_code_point(q, 8);
    default: break;
    }
    for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++) {
        if (escapes[i].name != name) continue;
        sw_buf_str(q->out, sw_str_of(escapes[i].text));
        return true;
    }
    return false;
}

// Behind a backslash. An escaped line break is none, and the white space before
// it stays; empty lines after it count.
static bool read_escape(quoted *q)
{
    if (!more(q)) return false;
    if (is_break(peek(q))) {
        q->kept = q->out->len;
        add_breaks(q, skip_lines(q) - 1);
        return true;
    }
    char name = q->document.at[q->at++];
    bool ok = add_escape(q, name);
    q->kept = q->out->len;
    return ok;
}

static bool read_double(quoted *q)
{
    while (more(q)) {
        if (is_break(peek(q))) {
            fold(q);
        } else if (peek(q) == '"') {
            return true;
        } else if (peek(q) == '\\') {
            q->at++;
            if (!read_escape(q)) return false;
        } else {
            add_char(q);
        }
    }
    return true;
}

bool sw_rules__unquote(sw_str document, size_t at, bool single, sw_buf *out)
{
    quoted q = {.document = document, .at = at, .out = out};
    if (!single) return read_double(&q);
    read_single(&q);
    return true;
}
