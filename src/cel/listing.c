// The tables of functions as text, for people: an overload a line.
#include "cel_internal.h"

static const struct {
    char letter;
    const char *name;
} types[] = {
    {'b', "bool"},      {'i', "int"},       {'u', "uint"},
    {'d', "double"},    {'s', "string"},    {'y', "bytes"},
    {'t', "timestamp"}, {'D', "duration"},  {'P', "net.IP"},
    {'C', "net.CIDR"},  {'l', "list"},      {'m', "map"},
    {'T', "type"},      {'A', "A"},         {'o', "optional_type"},
    {'B', "B"},         {'N', "null_type"},
};

static const char *name_of(char letter)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (types[i].letter == letter) return types[i].name;
    }
    return "dyn";
}

// Writes the type that begins at `letters`. @return what is behind it.
static const char *put_type(sw_buf *buf, const char *letters)
{
    char letter = *letters++;
    sw_buf_str(buf, sw_str_of(name_of(letter)));
    size_t inner = letter == 'm' ? 2 : strchr("loT", letter) != NULL ? 1 : 0;
    for (size_t i = 0; i < inner; i++) {
        sw_buf_str(buf, i == 0 ? SW_STR("(") : SW_STR(", "));
        letters = put_type(buf, letters);
    }
    if (inner > 0) sw_buf_str(buf, SW_STR(")"));
    return letters;
}

// "string.replace(string, string) -> string", "math.least(int...) -> int".
static void put_signature(sw_buf *buf, const sw_cel__function *f)
{
    const char *at = f->takes;
    if (*at == '?') at++;
    if (f->method) {
        at = put_type(buf, at);
        sw_buf_str(buf, SW_STR("."));
    }
    sw_buf_printf(buf, "%s(", f->name);
    for (bool first = true; *at != '\0'; first = false) {
        if (*at == '*') {
            sw_buf_str(buf, SW_STR("..."));
            break;
        }
        if (!first) sw_buf_str(buf, SW_STR(", "));
        at = put_type(buf, at);
    }
    sw_buf_str(buf, SW_STR(") -> "));
    (void)put_type(buf, f->gives);
}

static bool list(const sw_cel__function *f, sw_arena *arena,
                 sw_cel_overload *out, sw_error *err)
{
    sw_buf buf = {0};
    put_signature(&buf, f);
    out->name = sw_str_of(f->name);
    bool ok = !buf.failed &&
              sw_arena_str(arena, (sw_str){buf.at, buf.len}, &out->signature);
    sw_buf_free(&buf);
    return ok || sw_fail_memory(err);
}

bool sw_cel_overloads(sw_arena *arena, const sw_cel_overload **out,
                      size_t *count, sw_error *err)
{
    size_t n = 0;
    for (size_t i = 0; sw_cel__tables[i] != NULL; i++) {
        for (const sw_cel__function *f = sw_cel__tables[i]; f->name != NULL;
             f++)
            n++;
    }
    sw_cel_overload *all = SW_NEW_ARRAY(arena, sw_cel_overload, n);
    if (all == NULL) return sw_fail_memory(err);
    n = 0;
    for (size_t i = 0; sw_cel__tables[i] != NULL; i++) {
        const sw_cel__function *f = sw_cel__tables[i];
        for (; f->name != NULL; f++) {
            if (!list(f, arena, &all[n++], err)) return false;
        }
    }
    *out = all;
    *count = n;
    return true;
}
