// format(): "%s has %d".format(["a", 1]).
//
// Specification: cel-spec, doc/extensions/strings.md, "Format".
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "cel_internal.h"

enum { MAX_PRECISION = 1000, DEFAULT_PRECISION = 6 };

typedef struct {
    sw_cel__text_builder b;
    sw_cel_value stop;  // an ERROR once something was wrong, else UNKNOWN
                        // once something was unknown
    bool failed;        // a limit or memory ended it
} formatter;

static void refuse(formatter *f, const char *why)
{
    if (f->stop.kind != SW_CEL_ERROR) sw_cel__fault(&f->stop, why);
}

// Goes on behind an unknown: what follows may be an error, or unknown as well.
static void note(formatter *f, const sw_cel_value *v)
{
    if (!sw_cel__note(f->b.run, v, &f->stop)) f->failed = true;
}

static void put_text(formatter *f, const char *text)
{
    sw_cel__put(&f->b, sw_str_of(text));
}

/* ---- %s -------------------------------------------------------------- */

static void put_value(formatter *f, const sw_cel_value *v, unsigned depth);

// Bytes as text; a run of what is no UTF-8 becomes one U+FFFD.
static void put_bytes(formatter *f, sw_str s)
{
    bool valid = true;
    for (size_t at = 0; at < s.len;) {
        size_t begin = at;
        (void)sw_cel__code_point(s, &at);
        sw_str piece = sw_cel__part(s, begin, at);
        bool was_valid = valid;
        valid = sw_utf8_valid(piece);
        if (valid) {
            sw_cel__put(&f->b, piece);
        } else if (was_valid) {
            put_text(f, "\xEF\xBF\xBD");
        }
    }
}

// A scalar as string() gives it, but no double has an exponent: its digits,
// of which there are at most 17, are filled up with zeros.
static void put_scalar(formatter *f, const sw_cel_value *v)
{
    char text[40];
    bool real = v->kind == SW_CEL_DOUBLE;
    if (real) f->failed |= !sw_cel__spend(f->b.run, SW_CEL__DOUBLE_STEPS);
    if (f->failed) return;
    sw_str s = {text, sw_cel__scalar_text(v, text)};
    const char *e = v->kind == SW_CEL_DOUBLE ? memchr(s.at, 'e', s.len) : NULL;
    if (e == NULL) {
        sw_cel__put(&f->b, s);
        return;
    }
    int point = atoi(e + 1);
    s.len = (size_t)(e - s.at);
    if (*s.at == '-') {
        put_text(f, "-");
        s = sw_cel__part(s, 1, s.len);
    }
    for (int i = point; i < 0; i++)
        put_text(f, i == point ? "0." : "0");
    sw_cel__put(&f->b, sw_cel__part(s, 0, 1));
    if (s.len > 2) sw_cel__put(&f->b, sw_cel__part(s, 2, s.len));
    for (int i = s.len > 2 ? (int)s.len - 2 : 0; i < point; i++)
        put_text(f, "0");
}

static void put_list(formatter *f, const sw_cel_value *v, unsigned depth)
{
    put_text(f, "[");
    for (size_t i = 0; i < v->as.list.count && !f->b.full; i++) {
        if (i > 0) put_text(f, ", ");
        put_value(f, &v->as.list.at[i], depth + 1);
    }
    put_text(f, "]");
}

typedef struct {
    sw_str key;
    const sw_cel_value *value;
} keyed;

static int by_key(const void *a, const void *b)
{
    const keyed *x = a, *y = b;
    return sw_str_cmp(x->key, y->key);
}

static bool key_text(formatter *f, const sw_cel_value *key, sw_str *out)
{
    formatter inner = {.b = {.run = f->b.run}};
    sw_cel_value text;
    put_value(&inner, key, 0);
    if (!sw_cel__finish(&inner.b, &text)) return false;
    *out = text.as.str;
    return true;
}

// Entries stand in the order of their keys' text.
static void put_map(formatter *f, const sw_cel_value *v, unsigned depth)
{
    size_t count = v->as.map.count;
    keyed *entries = sw_cel__alloc(f->b.run, count, sizeof *entries);
    f->failed |= entries == NULL;
    for (size_t i = 0; i < count && !f->failed; i++) {
        entries[i].value = &v->as.map.at[i].value;
        f->failed = !key_text(f, &v->as.map.at[i].key, &entries[i].key);
    }
    if (f->failed) return;
    qsort(entries, count, sizeof *entries, by_key);
    put_text(f, "{");
    for (size_t i = 0; i < count && !f->b.full; i++) {
        if (i > 0) put_text(f, ", ");
        sw_cel__put(&f->b, entries[i].key);
        put_text(f, ": ");
        put_value(f, entries[i].value, depth + 1);
    }
    put_text(f, "}");
}

_Static_assert(SW_CEL__MAX_VALUE_DEPTH == 1000, "the error below says so");

static void put_value(formatter *f, const sw_cel_value *v, unsigned depth)
{
    if (depth > SW_CEL__MAX_VALUE_DEPTH)
        refuse(f, "format: a value nested more than 1000 deep");
    if (f->failed || f->stop.kind == SW_CEL_ERROR) return;
    f->failed = !sw_cel__spend(f->b.run, 1);
    switch (v->kind) {
    case SW_CEL_NULL: put_text(f, "null"); break;
    case SW_CEL_STRING:
    case SW_CEL_TYPE: sw_cel__put(&f->b, v->as.str); break;
    case SW_CEL_BYTES: put_bytes(f, v->as.str); break;
    case SW_CEL_LIST: put_list(f, v, depth); break;
    case SW_CEL_MAP: put_map(f, v, depth); break;
    case SW_CEL_BOOL:
    case SW_CEL_INT:
    case SW_CEL_UINT:
    case SW_CEL_DOUBLE:
    case SW_CEL_TIMESTAMP:
    case SW_CEL_DURATION: put_scalar(f, v); break;
    case SW_CEL_ERROR:
    case SW_CEL_UNKNOWN: note(f, v); break;
    default: refuse(f, "format: %s of a type without text");
    }
}

/* ---- numbers --------------------------------------------------------- */

static void put_decimal(formatter *f, const sw_cel_value *v)
{
    if (!sw_cel__numeric(v)) {
        refuse(f, "format: %d takes a number");
        return;
    }
    put_scalar(f, v);
}

static void put_real(formatter *f, const sw_cel_value *v, char verb,
                     int precision)
{
    enum { DIGITS_PER_STEP = 8 };
    char text[MAX_PRECISION + 400];
    uint64_t steps = (uint64_t)precision / DIGITS_PER_STEP;
    f->failed |= !sw_cel__spend(f->b.run, steps);
    if (f->failed) return;
    if (!sw_cel__numeric(v)) {
        refuse(f, "format: %f and %e take a number");
        return;
    }
    double d = v->kind == SW_CEL_INT    ? (double)v->as.i64
               : v->kind == SW_CEL_UINT ? (double)v->as.u64
                                        : v->as.f64;
    size_t len = isfinite(d) ? sw_cel__double_format(d, verb, precision, text,
                                                     sizeof text)
                             : sw_cel__double_text(d, text);
    sw_cel__put(&f->b, (sw_str){text, len});
}

// In base 2, 8 or 16; a negative int as a minus and its magnitude.
static void put_based(formatter *f, const sw_cel_value *v, unsigned shift,
                      bool upper)
{
    const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    bool negative = v->kind == SW_CEL_INT && v->as.i64 < 0;
    uint64_t bits = v->kind == SW_CEL_UINT ? v->as.u64 : (uint64_t)v->as.i64;
    if (negative) bits = 0 - bits;
    char text[65];
    size_t at = sizeof text;
    do {
        text[--at] = digits[bits & ((1u << shift) - 1)];
        bits >>= shift;
    } while (bits > 0);
    if (negative) put_text(f, "-");
    sw_cel__put(&f->b, (sw_str){text + at, sizeof text - at});
}

static void put_hex_bytes(formatter *f, sw_str s, bool upper)
{
    const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    for (size_t i = 0; i < s.len && !f->b.full; i++) {
        unsigned char c = (unsigned char)s.at[i];
        sw_cel__put(&f->b,
                    (sw_str){(char[]){digits[c >> 4], digits[c & 15]}, 2});
    }
}

static void put_whole(formatter *f, const sw_cel_value *v, char verb)
{
    bool hex = verb == 'x' || verb == 'X';
    if (v->kind == SW_CEL_INT || v->kind == SW_CEL_UINT) {
        put_based(f, v, hex ? 4 : verb == 'o' ? 3 : 1, verb == 'X');
    } else if (hex && (v->kind == SW_CEL_STRING || v->kind == SW_CEL_BYTES)) {
        put_hex_bytes(f, v->as.str, verb == 'X');
    } else if (verb == 'b' && v->kind == SW_CEL_BOOL) {
        put_text(f, v->as.boolean ? "1" : "0");
    } else {
        refuse(f, "format: %x, %o and %b take a whole number");
    }
}

/* ---- clauses --------------------------------------------------------- */

static void put_clause(formatter *f, char verb, int precision,
                       const sw_cel_value *arg)
{
    f->failed = !sw_cel__spend(f->b.run, 1);
    if (f->failed) return;
    if (arg->kind == SW_CEL_UNKNOWN || arg->kind == SW_CEL_ERROR) {
        note(f, arg);
        return;
    }
    if (precision >= 0 && verb != 'f' && verb != 'e') {
        refuse(f, "format: a precision is for %f and %e alone");
        return;
    }
    switch (verb) {
    case 's': put_value(f, arg, 0); break;
    case 'd': put_decimal(f, arg); break;
    case 'f':
    case 'e':
        put_real(f, arg, verb, precision < 0 ? DEFAULT_PRECISION : precision);
        break;
    default: put_whole(f, arg, verb);
    }
}

// ".3" of "%.3f"; -1 if there is none. @return false if it is malformed.
static bool read_precision(sw_str s, size_t *at, int *out)
{
    *out = -1;
    if (*at >= s.len || s.at[*at] != '.') return true;
    size_t begin = ++*at;
    uint64_t value = 0;
    while (*at < s.len && s.at[*at] >= '0' && s.at[*at] <= '9')
        ++*at;
    if (!sw_cel__digits(sw_cel__part(s, begin, *at), &value) ||
        value > MAX_PRECISION)
        return false;
    *out = (int)value;
    return true;
}

static void format_all(formatter *f, sw_str s, const sw_cel_value *args)
{
    size_t used = 0;
    for (size_t at = 0; at < s.len && !f->failed && !f->b.full;) {
        size_t begin = at;
        while (at < s.len && s.at[at] != '%')
            at++;
        sw_cel__put(&f->b, sw_cel__part(s, begin, at));
        if (at++ >= s.len) return;
        if (at < s.len && s.at[at] == '%') {
            put_text(f, "%");
            at++;
            continue;
        }
        int precision = -1;
        bool ok = read_precision(s, &at, &precision);
        if (!ok || at >= s.len || strchr("sdfexXob", s.at[at]) == NULL ||
            s.at[at] == '\0') {
            refuse(f, "format: a clause that does not exist");
        } else if (used >= args->as.list.count) {
            refuse(f, "format: more clauses than arguments");
        } else {
            put_clause(f, s.at[at++], precision, &args->as.list.at[used++]);
        }
        if (f->stop.kind == SW_CEL_ERROR) return;
    }
}

bool sw_cel__format(sw_cel__run *run, const sw_cel_value *args, size_t count,
                    sw_cel_value *out)
{
    formatter f = {.b = {.run = run}};
    if (!sw_cel__spend_text(run, args[0].as.str.len)) return false;
    format_all(&f, args[0].as.str, &args[1]);
    if (!f.failed && f.stop.kind == SW_CEL_NULL)
        return sw_cel__finish(&f.b, out);
    sw_buf_free(&f.b.buf);
    if (!f.failed) *out = f.stop;
    return !f.failed;
}
