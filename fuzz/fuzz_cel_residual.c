// Writes what can be parsed, and reduces it with bindings of which parts are
// unknown, drawn from the input.
//
// Properties: what is written is read as what is written the same; what is left
// of an expression gives, with the unknowns bound alone, what the whole gives;
// a value that is known although something is not is that of the whole.
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "segwan/cel.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BINDINGS = 7, MAX_STEPS = 20000, MORE_STEPS = 20 * MAX_STEPS };

static const char *const names[BINDINGS] = {"a", "b",   "c",    "x",
                                            "y", "p.x", "p.q.z"};

typedef struct {
    const uint8_t *at;
    size_t left;
} input;

static unsigned take(input *in)
{
    if (in->left == 0) return 0;
    in->left--;
    return *in->at++;
}

/* ---- values, as they are, as they are known, and what is missing ------ */

typedef struct {
    sw_cel_value whole, known, missing;
    bool misses;  // something is unknown
} facets;

static void must(bool ok)
{
    if (!ok) abort();
}

static sw_cel_value draw_scalar(input *in)
{
    static const double doubles[] = {0, -0.0, 1, 0.1, 1e300, -2.5};
    static const char *const texts[] = {"", "a", "k", "지도", "2026"};
    sw_cel_value v = {.kind = SW_CEL_NULL};
    switch (take(in) % 9) {
    case 0: break;
    case 1:
    case 2:
        v.kind = SW_CEL_BOOL;
        v.as.boolean = take(in) % 2;
        break;
    case 3:
    case 4:
        v.kind = SW_CEL_INT;
        v.as.i64 = take(in) % 8 == 7 ? INT64_MIN : (int64_t)(take(in) % 8) - 2;
        break;
    case 5:
        v.kind = SW_CEL_UINT;
        v.as.u64 = take(in) % 8;
        break;
    case 6:
        v.kind = SW_CEL_DOUBLE;
        v.as.f64 = doubles[take(in) % 6];
        break;
    case 7:
        v.kind = take(in) % 4 == 0 ? SW_CEL_BYTES : SW_CEL_STRING;
        v.as.str = sw_str_of(texts[take(in) % 5]);
        break;
    default:
        v.kind = take(in) % 2 == 0 ? SW_CEL_TIMESTAMP : SW_CEL_DURATION;
        v.as.time.seconds = take(in);
    }
    return v;
}

static sw_cel_value open_value(sw_arena *arena, sw_str path)
{
    sw_str *at = SW_NEW_ARRAY(arena, sw_str, 1);
    must(at != NULL);
    *at = path;
    sw_cel_value v = {.kind = SW_CEL_UNKNOWN};
    v.as.unknown.at = at;
    v.as.unknown.count = 1;
    return v;
}

static facets draw_value(input *in, sw_arena *arena, sw_str path,
                         unsigned depth);

static sw_cel_value map_of(const sw_cel_entry *entries, size_t count)
{
    sw_cel_value v = {.kind = SW_CEL_MAP};
    v.as.map.at = entries;
    v.as.map.count = count;
    return v;
}

// What misses of a list is a map by number.
static facets draw_parts(input *in, sw_arena *arena, sw_str path,
                         unsigned depth, bool is_map)
{
    static const char *const keys[] = {"k", "l", "m"};
    size_t count = take(in) % 4, missing = 0;
    sw_cel_entry *whole = SW_NEW_ARRAY(arena, sw_cel_entry, 3 * count);
    sw_cel_value *items = SW_NEW_ARRAY(arena, sw_cel_value, 2 * count);
    must(whole != NULL && items != NULL);
    sw_cel_entry *known = whole + count, *alone = known + count;
    for (size_t i = 0; i < count; i++) {
        sw_cel_value key = {.kind = SW_CEL_STRING};
        key.as.str = sw_str_of(keys[i]);
        sw_str inner =
            is_map
                ? sw_arena_printf(arena, "%.*s.%s", SW_STR_ARGS(path), keys[i])
                : sw_arena_printf(arena, "%.*s[%zu]", SW_STR_ARGS(path), i);
        if (!is_map) key = (sw_cel_value){.kind = SW_CEL_INT};
        if (!is_map) key.as.i64 = (int64_t)i;
        facets part = draw_value(in, arena, inner, depth - 1);
        whole[i] = (sw_cel_entry){key, part.whole};
        known[i] = (sw_cel_entry){key, part.known};
        items[i] = part.whole;
        items[count + i] = part.known;
        if (part.misses) alone[missing++] = (sw_cel_entry){key, part.missing};
    }
    facets all = {map_of(whole, count), map_of(known, count),
                  map_of(alone, missing), missing > 0};
    if (is_map) return all;
    all.whole = all.known = (sw_cel_value){.kind = SW_CEL_LIST};
    all.whole.as.list.at = items;
    all.known.as.list.at = items + count;
    all.whole.as.list.count = all.known.as.list.count = count;
    return all;
}

static facets draw_value(input *in, sw_arena *arena, sw_str path,
                         unsigned depth)
{
    unsigned pick = take(in) % (depth > 0 ? 8 : 4);
    facets f = {.misses = false};
    if (pick >= 6) return draw_parts(in, arena, path, depth, pick == 7);
    f.whole = f.known = draw_scalar(in);
    if (pick > 1) return f;
    // A whole list or map may be missing, too.
    if (pick == 1 && depth > 0) {
        input same = *in;
        f.whole = draw_parts(&same, arena, path, 1, take(in) % 2).whole;
    }
    f.missing = f.whole;
    f.known = open_value(arena, path);
    f.misses = true;
    return f;
}

/* ---- properties ------------------------------------------------------ */

static sw_cel *read_again(const sw_cel *cel, sw_arena *arena, sw_str *text)
{
    sw_cel *again = NULL;
    sw_error err = {0};
    if (!sw_cel_unparse(cel, arena, text, &err)) {
        assert(strstr(err.reason, "when written out") != NULL);
        return NULL;
    }
    bool ok = sw_cel_parse(*text, arena, &again, &err);
    if (!ok) fprintf(stderr, "%.*s\n%s\n", SW_STR_ARGS(*text), err.reason);
    assert(ok);
    return again;
}

static void check_written(const sw_cel *cel, sw_arena *arena)
{
    sw_str text, twice;
    const sw_cel *again = read_again(cel, arena, &text);
    if (again == NULL) return;
    (void)read_again(again, arena, &twice);
    assert(sw_str_eq(text, twice));
}

// Any error is like another, and a limit like none.
static bool tell(const sw_cel *cel, const sw_cel_options *how, sw_arena *arena,
                 sw_str *out)
{
    sw_cel_value v;
    sw_error err = {0};
    if (!sw_cel_eval(cel, how, arena, &v, &err)) return false;
    if (v.kind != SW_CEL_ERROR) return sw_cel_print(&v, arena, out, &err);
    *out = SW_STR("error");
    return true;
}

static bool is_excused(const sw_error *err)
{
    return strstr(err->reason, "left of the expression") != NULL ||
           strstr(err->reason, "nested more than") != NULL;
}

static void check_left(const sw_cel *cel, const sw_cel_options *whole,
                       sw_cel_options *known, sw_cel_options *alone,
                       sw_arena *arena)
{
    sw_cel *left = NULL;
    sw_error err = {0};
    sw_str want, open, got, text;
    bool evaluates = tell(cel, known, arena, &open);
    if (!sw_cel_residual(cel, known, arena, &left, &err)) {
        if (evaluates && !is_excused(&err))
            fprintf(stderr, "%.*s\n%s\n", SW_STR_ARGS(sw_cel_source(cel)),
                    err.reason);
        assert(!evaluates || is_excused(&err));
        return;
    }
    must(sw_cel_unparse(left, arena, &text, &err));
    assert(sw_str_eq(text, sw_cel_source(left)));

    alone->max_steps = MORE_STEPS;
    if (!tell(cel, whole, arena, &want) || !tell(left, alone, arena, &got))
        return;
    if (!sw_str_eq(want, got)) {
        fprintf(stderr, "%.*s\n  gives %.*s, but\n%.*s\n  gives %.*s\n",
                SW_STR_ARGS(sw_cel_source(cel)), SW_STR_ARGS(want),
                SW_STR_ARGS(text), SW_STR_ARGS(got));
    }
    assert(sw_str_eq(want, got));
    if (evaluates && !sw_str_has(open, SW_STR("unknown(")))
        assert(sw_str_eq(open, want));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    // The source ends at the first byte 1; what is behind it makes bindings.
    const uint8_t *mark = size > 0 ? memchr(data, 1, size) : NULL;
    size_t len = mark != NULL ? (size_t)(mark - data) : size;
    input in = {data + len, size - len};

    sw_error err = {0};
    sw_arena *arena = NULL;
    sw_cel *cel = NULL;
    if (!sw_arena_new(&arena, &err)) return 0;
    (void)take(&in);
    sw_cel_options how = {.max_steps = MAX_STEPS};
    if (take(&in) % 4 == 1) how.container = SW_STR("p.q");
    sw_cel_options whole = how, known = how, alone = how;
    sw_cel_binding b[3][BINDINGS];
    whole.bindings = b[0];
    known.bindings = b[1];
    alone.bindings = b[2];
    for (size_t i = 0; i < BINDINGS; i++) {
        sw_str name = sw_str_of(names[i]);
        if (i >= 5 && how.container.len == 0) break;
        facets f = draw_value(&in, arena, name, 2);
        b[0][whole.binding_count++] = (sw_cel_binding){name, f.whole};
        b[1][known.binding_count++] = (sw_cel_binding){name, f.known};
        if (f.misses)
            b[2][alone.binding_count++] = (sw_cel_binding){name, f.missing};
    }
    if (sw_cel_parse((sw_str){(const char *)data, len}, arena, &cel, &err)) {
        check_written(cel, arena);
        check_left(cel, &whole, &known, &alone, arena);
    }
    sw_arena_free(arena);
    return 0;
}
