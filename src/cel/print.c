// Values as CEL source. What it writes for a value without errors and unknowns
// parses and evaluates to an equal value.
#include "cel_internal.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

enum { MAX_PRINTED = 64 << 20 };

typedef struct {
    sw_buf *buf;
    size_t end;  // the buffer is not filled beyond it
    bool cut;
} printer;

static bool print(printer *p, const sw_cel_value *v, unsigned depth);

static void add(printer *p, sw_str s)
{
    if (s.len > p->end - p->buf->len) p->cut = true;
    if (!p->cut) sw_buf_str(p->buf, s);
}

static void add_text(printer *p, const char *text)
{
    add(p, sw_str_of(text));
}

static void print_byte(printer *p, char c, bool bytes)
{
    static const struct {
        char c;
        const char *escape;
    } escapes[] = {{'"', "\\\""},
                   {'\\', "\\\\"},
                   {'\n', "\\n"},
                   {'\r', "\\r"},
                   {'\t', "\\t"}};
    static const char hex[] = "0123456789abcdef";
    unsigned char u = (unsigned char)c;
    for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++) {
        if (c == escapes[i].c) {
            add_text(p, escapes[i].escape);
            return;
        }
    }
    if (u < 0x20 || u == 0x7F || (bytes && u >= 0x80)) {
        add(p, (sw_str){(char[]){'\\', 'x', hex[u >> 4], hex[u & 15]}, 4});
    } else {
        add(p, (sw_str){&c, 1});
    }
}

// Characters that steer a terminal, or show text in another order than it
// stands in.
static bool steers(uint32_t c)
{
    return (c >= 0x80 && c < 0xA0) || (c >= 0x200E && c <= 0x200F) ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

static void print_steering(printer *p, uint32_t c)
{
    char text[8];
    snprintf(text, sizeof text, "\\u%04x", c & 0xFFFF);
    add_text(p, text);
}

// A cut never falls inside a character: a character is added as one piece.
static void print_text(printer *p, const sw_cel_value *v)
{
    bool bytes = v->kind == SW_CEL_BYTES;
    sw_str s = v->as.str;
    add_text(p, bytes ? "b\"" : "\"");
    for (size_t at = 0; at < s.len && !p->cut;) {
        size_t begin = at;
        uint32_t c = bytes ? 0 : sw_cel__code_point(s, &at);
        if (steers(c)) {
            print_steering(p, c);
        } else if (at - begin > 1) {
            add(p, sw_cel__part(s, begin, at));
        } else {
            print_byte(p, s.at[begin], bytes);
            at = begin + 1;
        }
    }
    add_text(p, "\"");
}

static void print_double(printer *p, double d)
{
    char text[40];
    sw_str s = {text, sw_cel__double_text(d, text)};
    if (!isfinite(d)) {
        add_text(p, "double(\"");
        add(p, s);
        add_text(p, "\")");
        return;
    }
    add(p, s);
    bool real =
        memchr(text, '.', s.len) != NULL || memchr(text, 'e', s.len) != NULL;
    if (!real) add_text(p, ".0");
}

static void print_time(printer *p, const sw_cel_value *v)
{
    char text[40];
    bool stamp = v->kind == SW_CEL_TIMESTAMP;
    size_t len = stamp ? sw_cel__timestamp_text(v->as.time, text)
                       : sw_cel__duration_text(v->as.time, text);
    add_text(p, stamp ? "timestamp(\"" : "duration(\"");
    add(p, (sw_str){text, len});
    add_text(p, "\")");
}

static void print_network(printer *p, const sw_cel_value *v)
{
    char text[64];
    size_t len = sw_cel__network_text(v, text);
    add_text(p, v->kind == SW_CEL_IP ? "ip(\"" : "cidr(\"");
    add(p, (sw_str){text, len});
    add_text(p, "\")");
}

static bool print_list(printer *p, const sw_cel_value *v, unsigned depth)
{
    add_text(p, "[");
    for (size_t i = 0; i < v->as.list.count && !p->cut; i++) {
        if (i > 0) add_text(p, ", ");
        if (!print(p, &v->as.list.at[i], depth + 1)) return false;
    }
    add_text(p, "]");
    return true;
}

static bool print_map(printer *p, const sw_cel_value *v, unsigned depth)
{
    add_text(p, "{");
    for (size_t i = 0; i < v->as.map.count && !p->cut; i++) {
        if (i > 0) add_text(p, ", ");
        if (!print(p, &v->as.map.at[i].key, depth + 1)) return false;
        add_text(p, ": ");
        if (!print(p, &v->as.map.at[i].value, depth + 1)) return false;
    }
    add_text(p, "}");
    return true;
}

static bool print_optional(printer *p, const sw_cel_value *v, unsigned depth)
{
    if (v->as.optional == NULL) return add_text(p, "optional.none()"), true;
    add_text(p, "optional.of(");
    if (!print(p, v->as.optional, depth + 1)) return false;
    add_text(p, ")");
    return true;
}

static void print_unknown(printer *p, const sw_cel_value *v)
{
    add_text(p, "unknown(");
    for (size_t i = 0; i < v->as.unknown.count; i++) {
        if (i > 0) add_text(p, ", ");
        add(p, v->as.unknown.at[i]);
    }
    add_text(p, ")");
}

static void print_error(printer *p, const sw_cel_value *v)
{
    sw_cel_value text = sw_cel__text(SW_CEL_STRING, v->as.str);
    add_text(p, "error(");
    print_text(p, &text);
    add_text(p, ")");
}

static void print_number(printer *p, const sw_cel_value *v)
{
    char text[32];
    int len = v->kind == SW_CEL_INT
                  ? snprintf(text, sizeof text, "%" PRId64, v->as.i64)
                  : snprintf(text, sizeof text, "%" PRIu64 "u", v->as.u64);
    add(p, (sw_str){text, (size_t)len});
}

static bool print(printer *p, const sw_cel_value *v, unsigned depth)
{
    if (depth > SW_CEL__MAX_VALUE_DEPTH) return false;
    switch (v->kind) {
    case SW_CEL_NULL: add_text(p, "null"); break;
    case SW_CEL_BOOL: add_text(p, v->as.boolean ? "true" : "false"); break;
    case SW_CEL_INT:
    case SW_CEL_UINT: print_number(p, v); break;
    case SW_CEL_DOUBLE: print_double(p, v->as.f64); break;
    case SW_CEL_STRING:
    case SW_CEL_BYTES: print_text(p, v); break;
    case SW_CEL_LIST: return print_list(p, v, depth);
    case SW_CEL_MAP: return print_map(p, v, depth);
    case SW_CEL_TIMESTAMP:
    case SW_CEL_DURATION: print_time(p, v); break;
    case SW_CEL_TYPE: add(p, v->as.str); break;
    case SW_CEL_OPTIONAL: return print_optional(p, v, depth);
    case SW_CEL_UNKNOWN: print_unknown(p, v); break;
    case SW_CEL_ERROR: print_error(p, v); break;
    case SW_CEL_IP:
    case SW_CEL_CIDR: print_network(p, v); break;
    }
    return true;
}

bool sw_cel__print_to(sw_buf *buf, const sw_cel_value *value, size_t limit)
{
    printer p = {buf, buf->len + limit, false};
    if (!print(&p, value, 0)) return false;
    if (p.cut) sw_buf_str(buf, SW_STR("..."));
    return true;
}

bool sw_cel__print_whole(sw_buf *buf, const sw_cel_value *value, size_t limit)
{
    printer p = {buf, buf->len + limit, false};
    return print(&p, value, 0) && !p.cut;
}

bool sw_cel_print(const sw_cel_value *value, sw_arena *arena, sw_str *out,
                  sw_error *err)
{
    sw_buf buf = {0};
    printer p = {&buf, MAX_PRINTED, false};
    bool ok = print(&p, value, 0);
    if (!ok) {
        sw_fail(err, SW_ERR_INPUT, "a value nested more than %d deep",
                SW_CEL__MAX_VALUE_DEPTH);
    } else if (p.cut) {
        ok = sw_fail(err, SW_ERR_INPUT, "a value of more than %d MiB as text",
                     MAX_PRINTED >> 20);
    } else if (buf.failed ||
               !sw_arena_str(arena, (sw_str){buf.at, buf.len}, out)) {
        ok = sw_fail_memory(err);
    }
    sw_buf_free(&buf);
    return ok;
}
