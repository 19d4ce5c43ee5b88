// Random expressions that are mostly well typed, variables with values of their
// types, and whether a value is of a type. For whoever asks that what passes
// the checker can be evaluated; stands on no test framework.
//
// A form is a template: '@' and a letter stand for an expression of that type,
// '$' and a letter for a new variable of that type, which the rest of the form
// may read.
#ifndef TYPED_SOURCE_H
#define TYPED_SOURCE_H

#include <stdlib.h>
#include <string.h>

#include "segwan/cel.h"

/** Gives a number below `n`. */
typedef struct {
    unsigned (*choose)(void *ctx, unsigned n);
    void *ctx;
} typed_source;

static const struct {
    char letter;
    const char *type;
} typed_letters[] = {
    {'b', "bool"},
    {'i', "int"},
    {'u', "uint"},
    {'d', "double"},
    {'s', "string"},
    {'y', "bytes"},
    {'t', "timestamp"},
    {'D', "duration"},
    {'L', "list(int)"},
    {'S', "list(string)"},
    {'M', "map(string, int)"},
    {'N', "map(int, list(string))"},
    {'o', "optional_type(int)"},
    {'O', "optional_type(string)"},
    {'P', "net.IP"},
    {'C', "net.CIDR"},
    {'G', "list(list(int))"},
};

static const struct {
    char gives;
    const char *form;
} typed_forms[] = {
    {'b', "true"},
    {'b', "false"},
    {'b', "(@b && @b)"},
    {'b', "(@b || @b || @b)"},
    {'b', "!@b"},
    {'b', "(@b ? @b : @b)"},
    {'b', "(@i < @i)"},
    {'b', "(@u >= @u)"},
    {'b', "(@d <= @d)"},
    {'b', "(@s > @s)"},
    {'b', "(@y < @y)"},
    {'b', "(@b < @b)"},
    {'b', "(@t < @t)"},
    {'b', "(@D >= @D)"},
    {'b', "(@i == @i)"},
    {'b', "(@L != @L)"},
    {'b', "(@M == @M)"},
    {'b', "(@N == @N)"},
    {'b', "(@o == @o)"},
    {'b', "(@s != @s)"},
    {'b', "(@P == @P)"},
    {'b', "(@i in @L)"},
    {'b', "(@s in @S)"},
    {'b', "(@s in @M)"},
    {'b', "(@L in @G)"},
    {'b', "has(@M.a)"},
    {'b', "@L.all($i, @b)"},
    {'b', "@S.exists($i, $s, @b)"},
    {'b', "@M.exists_one($s, @b)"},
    {'b', "@M.existsOne($s, $i, @b)"},
    {'b', "@o.hasValue()"},
    {'b', "@s.startsWith(@s)"},
    {'b', "@s.contains(@s)"},
    {'b', "@s.matches('a+')"},
    {'b', "bool(@s)"},
    {'b', "isIP(@s)"},
    {'b', "@P.isLoopback()"},
    {'b', "@C.containsIP(@P)"},
    {'b', "@C.containsCIDR(@s)"},
    {'b', "math.isNaN(@d)"},
    {'b', "(type(@i) == type(@s))"},
    {'b', "(type(@L) == list)"},
    {'i', "0"},
    {'i', "1"},
    {'i', "-7"},
    {'i', "(@i + @i)"},
    {'i', "(@i - @i)"},
    {'i', "(@i * @i)"},
    {'i', "(@i / @i)"},
    {'i', "(@i % @i)"},
    {'i', "-@i"},
    {'i', "(@b ? @i : @i)"},
    {'i', "size(@s)"},
    {'i', "@L.size()"},
    {'i', "size(@M)"},
    {'i', "size(@y)"},
    {'i', "int(@u)"},
    {'i', "int(@d)"},
    {'i', "int(@s)"},
    {'i', "int(@t)"},
    {'i', "@L[@i]"},
    {'i', "@M[@s]"},
    {'i', "@M.a"},
    {'i', "@o.value()"},
    {'i', "@o.orValue(@i)"},
    {'i', "@s.indexOf(@s)"},
    {'i', "@s.lastIndexOf(@s, @i)"},
    {'i', "@t.getFullYear()"},
    {'i', "@t.getHours(@s)"},
    {'i', "@D.getSeconds()"},
    {'i', "cel.bind($i, v.i, @i)"},
    {'i', "math.greatest(@i, @i)"},
    {'i', "math.least(@L)"},
    {'i', "math.abs(@i)"},
    {'i', "math.bitShiftLeft(@i, @i)"},
    {'i', "@C.prefixLength()"},
    {'i', "id(@i)"},
    {'i', "@i.plus(@i)"},
    {'u', "2u"},
    {'u', "(@u + @u)"},
    {'u', "(@u % @u)"},
    {'u', "uint(@i)"},
    {'u', "uint(@s)"},
    {'u', "math.bitOr(@u, @u)"},
    {'d', "1.5"},
    {'d', "(@d / @d)"},
    {'d', "-@d"},
    {'d', "double(@i)"},
    {'d', "double(@s)"},
    {'d', "math.round(@d)"},
    {'d', "math.sqrt(@u)"},
    {'d', "math.least(@d, @d, @d)"},
    {'s', "'a'"},
    {'s', "'b1'"},
    {'s', "(@s + @s)"},
    {'s', "(@b ? @s : @s)"},
    {'s', "string(@i)"},
    {'s', "string(@d)"},
    {'s', "string(@b)"},
    {'s', "string(@y)"},
    {'s', "string(@t)"},
    {'s', "string(@D)"},
    {'s', "string(@P)"},
    {'s', "@S[@i]"},
    {'s', "@S.join(@s)"},
    {'s', "@s.charAt(@i)"},
    {'s', "@s.substring(@i, @i)"},
    {'s', "@s.replace(@s, @s)"},
    {'s', "@s.upperAscii()"},
    {'s', "'%s %d'.format([@L, @i])"},
    {'s', "@O.orValue(@s)"},
    {'s', "base64.encode(@y)"},
    {'s', "@N[@i][@i]"},
    {'s', "id(@s)"},
    {'y', "b'a'"},
    {'y', "(@y + @y)"},
    {'y', "bytes(@s)"},
    {'y', "base64.decode(@s)"},
    {'t', "timestamp(@i)"},
    {'t', "timestamp('2026-12-03T00:00:00Z')"},
    {'t', "(@t + @D)"},
    {'t', "(@D + @t)"},
    {'t', "(@t - @D)"},
    {'D', "duration('1h')"},
    {'D', "(@t - @t)"},
    {'D', "(@D + @D)"},
    {'D', "(@D - @D)"},
    {'L', "[]"},
    {'L', "[@i]"},
    {'L', "[@i, @i, ?@o]"},
    {'L', "(@L + @L)"},
    {'L', "@L.filter($i, @b)"},
    {'L', "@S.map($s, @i)"},
    {'L', "@L.map($i, @b, @i)"},
    {'L', "@M.transformList($s, $i, @i)"},
    {'L', "@G[@i]"},
    {'L', "id(@L)"},
    {'S', "[@s, @s]"},
    {'S', "@s.split(@s)"},
    {'S', "(@S + @S)"},
    {'S', "@M.map($s, @s)"},
    {'S', "@N[@i]"},
    {'M', "{}"},
    {'M', "{'a': @i}"},
    {'M', "{@s: @i, ?@s: @o}"},
    {'M', "@M.transformMap($s, $i, @b, @i)"},
    {'N', "{@i: @S}"},
    {'N', "@S.transformMap($i, $s, [@s])"},
    {'o', "optional.none()"},
    {'o', "optional.of(@i)"},
    {'o', "optional.ofNonZeroValue(@i)"},
    {'o', "@M.?a"},
    {'o', "@M[?@s]"},
    {'o', "@L[?@i]"},
    {'o', "@o.or(@o)"},
    {'o', "@o.optMap($i, @i)"},
    {'o', "@o.optFlatMap($i, @o)"},
    {'o', "@O.optMap($s, @i)"},
    {'O', "optional.of(@s)"},
    {'O', "@N[?@i][?@i]"},
    {'P', "ip('::1')"},
    {'P', "@C.ip()"},
    {'C', "cidr('10.0.0.0/8')"},
    {'C', "@C.masked()"},
    {'G', "[@L, @L]"},
    {'G', "@L.map($i, @L)"},
    {'G', "[[]]"},
};

enum {
    TYPED_LETTERS = sizeof typed_letters / sizeof *typed_letters,
    TYPED_FORMS = sizeof typed_forms / sizeof *typed_forms,
    TYPED_SCOPE = 12,     // variables of macros alive at once
    TYPED_DEPTH = 6,      // of forms within forms
    TYPED_LENGTH = 2000,  // bytes, about
};

typedef struct {
    typed_source from;
    sw_buf *out;
    char scope[TYPED_SCOPE];  // the letters of the variables alive
    size_t count;
    unsigned strange;  // one in so many parts is of a wrong type; 0: none
} typed_writer;

static inline unsigned typed_choose(typed_writer *w, unsigned n)
{
    return w->from.choose(w->from.ctx, n);
}

// A declared variable is named after its letter: "v_i"; one of a macro "x0".
static inline void typed_variable(typed_writer *w, char letter)
{
    size_t skip = typed_choose(w, TYPED_SCOPE + 1);
    for (size_t i = 0; i < w->count; i++) {
        size_t at = (i + skip) % w->count;
        if (w->scope[at] != letter) continue;
        sw_buf_printf(w->out, "x%zu", at);
        return;
    }
    sw_buf_printf(w->out, "v.%c", letter);
}

static inline const char *typed_form(typed_writer *w, char letter)
{
    unsigned of_letter = 0;
    for (unsigned i = 0; i < TYPED_FORMS; i++)
        of_letter += typed_forms[i].gives == letter;
    unsigned left = typed_choose(w, of_letter);
    unsigned at = 0;
    while (typed_forms[at].gives != letter || left-- > 0)
        at++;
    return typed_forms[at].form;
}

static inline void typed_write(typed_writer *w, char letter, unsigned depth)
{
    if (w->strange > 0 && typed_choose(w, w->strange) == 0)
        letter = typed_letters[typed_choose(w, TYPED_LETTERS)].letter;
    if (depth == 0 || w->out->len > TYPED_LENGTH || typed_choose(w, 4) == 0) {
        typed_variable(w, letter);
        return;
    }
    size_t before = w->count;
    for (const char *c = typed_form(w, letter); *c != '\0'; c++) {
        if (*c == '@') {
            typed_write(w, *++c, depth - 1);
        } else if (*c == '$') {
            size_t at = w->count < TYPED_SCOPE ? w->count++ : TYPED_SCOPE - 1;
            w->scope[at] = *++c;
            sw_buf_printf(w->out, "x%zu", at);
        } else {
            sw_buf_add(w->out, c, 1);
        }
    }
    w->count = before;
}

/* ---- declarations and values ----------------------------------------- */

static inline bool typed_same(void *data, const sw_cel_value *args,
                              size_t count, sw_arena *arena, sw_cel_value *out,
                              sw_error *err)
{
    *out = args[0];
    return true;
}

/** Variables "v.i" and so on, and the functions id(T) and int.plus(int). */
static inline bool typed_env(sw_arena *arena, sw_cel_env *out, sw_error *err)
{
    static const sw_cel_type integer = {.kind = SW_CEL_TYPE_INT};
    static const sw_cel_type any = {.kind = SW_CEL_TYPE_PARAM,
                                    .name = SW_STR_INIT("T")};
    static const sw_cel_type *const of_any[] = {&any};
    static const sw_cel_type *const of_ints[] = {&integer, &integer};
    static const sw_cel_function functions[] = {
        {SW_STR_INIT("id"), false, of_any, 1, &any, typed_same, .data = NULL},
        {SW_STR_INIT("plus"), true, of_ints, 2, &integer, typed_same,
         .data = NULL},
    };
    sw_cel_variable *all = SW_NEW_ARRAY(arena, sw_cel_variable, TYPED_LETTERS);
    if (all == NULL) return sw_fail_memory(err);
    for (size_t i = 0; i < TYPED_LETTERS; i++) {
        all[i].name = sw_arena_printf(arena, "v.%c", typed_letters[i].letter);
        if (!sw_cel_type_parse(sw_str_of(typed_letters[i].type), arena,
                               &all[i].type, err))
            return false;
    }
    *out = (sw_cel_env){all, TYPED_LETTERS, functions, 2, {0}};
    return true;
}

static inline sw_cel_value
typed_value(const typed_source *from, const sw_cel_type *type, sw_arena *arena);

static inline sw_cel_value typed_text(sw_cel_kind kind, const char *text)
{
    return (sw_cel_value){.kind = kind, .as.str = sw_str_of(text)};
}

// Keys are all different, so they are no matter of chance.
static inline sw_cel_value typed_key(const sw_cel_type *type, unsigned i)
{
    static const char *const names[] = {"a", "b1", "지도"};
    if (type->kind == SW_CEL_TYPE_STRING)
        return typed_text(SW_CEL_STRING, names[i % 3]);
    return (sw_cel_value){.kind = SW_CEL_INT, .as.i64 = (int64_t)i};
}

static inline sw_cel_value typed_composite(const typed_source *from,
                                           const sw_cel_type *type,
                                           unsigned count, sw_arena *arena)
{
    sw_cel_value *items = SW_NEW_ARRAY(arena, sw_cel_value, count + 1);
    sw_cel_entry *entries = SW_NEW_ARRAY(arena, sw_cel_entry, count + 1);
    sw_cel_value v = {.kind = SW_CEL_LIST};
    if (items == NULL || entries == NULL) abort();
    for (unsigned i = 0; i < count; i++) {
        items[i] = typed_value(from, type->args[type->count - 1], arena);
        entries[i] = (sw_cel_entry){typed_key(type->args[0], i), items[i]};
    }
    v.as.list.at = items;
    v.as.list.count = count;
    if (type->kind == SW_CEL_TYPE_OPTIONAL) {
        v.kind = SW_CEL_OPTIONAL;
        v.as.optional = count > 0 ? items : NULL;
    } else if (type->kind == SW_CEL_TYPE_MAP) {
        v.kind = SW_CEL_MAP;
        v.as.map.at = entries;
        v.as.map.count = count;
    }
    return v;
}

/** A value of a type that typed_letters[] names. */
static inline sw_cel_value typed_value(const typed_source *from,
                                       const sw_cel_type *type, sw_arena *arena)
{
    static const char *const texts[] = {"", "a", "b1", "12", "::1", "지도"};
    unsigned n = from->choose(from->ctx, 7);
    sw_cel_value v = {.kind = SW_CEL_NULL};
    switch (type->kind) {
    case SW_CEL_TYPE_BOOL: v.kind = SW_CEL_BOOL, v.as.boolean = n % 2; break;
    case SW_CEL_TYPE_INT: v.kind = SW_CEL_INT, v.as.i64 = (int64_t)n - 2; break;
    case SW_CEL_TYPE_UINT: v.kind = SW_CEL_UINT, v.as.u64 = n; break;
    case SW_CEL_TYPE_DOUBLE: v.kind = SW_CEL_DOUBLE, v.as.f64 = n / 2.0; break;
    case SW_CEL_TYPE_STRING:
    case SW_CEL_TYPE_BYTES:
        v.kind = type->kind == SW_CEL_TYPE_BYTES ? SW_CEL_BYTES : SW_CEL_STRING;
        v.as.str = sw_str_of(texts[n % 6]);
        break;
    case SW_CEL_TYPE_TIMESTAMP:
    case SW_CEL_TYPE_DURATION:
        v.kind = type->kind == SW_CEL_TYPE_TIMESTAMP ? SW_CEL_TIMESTAMP
                                                     : SW_CEL_DURATION;
        v.as.time.seconds = (int64_t)n * 86400;
        break;
    case SW_CEL_TYPE_ABSTRACT:
        if (sw_str_eq(type->name, SW_STR("net.IP")))
            return typed_text(SW_CEL_IP, "\x7f\x01\x01\x01");
        return typed_text(SW_CEL_CIDR, "\x0a\x01\x01\x01\x08");
    default: return typed_composite(from, type, n % 4, arena);
    }
    return v;
}

/* ---- values against types --------------------------------------------- */

static inline bool holds_type(const sw_cel_value *v, const sw_cel_type *type);

static inline bool all_hold(const sw_cel_value *v, const sw_cel_type *type)
{
    for (size_t i = 0; v->kind == SW_CEL_LIST && i < v->as.list.count; i++) {
        if (!holds_type(&v->as.list.at[i], type->args[0])) return false;
    }
    for (size_t i = 0; v->kind == SW_CEL_MAP && i < v->as.map.count; i++) {
        if (!holds_type(&v->as.map.at[i].key, type->args[0]) ||
            !holds_type(&v->as.map.at[i].value, type->args[1]))
            return false;
    }
    return true;
}

/** Whether the value is one of the type; null is one of what is nullable. */
static inline bool holds_type(const sw_cel_value *v, const sw_cel_type *type)
{
    static const sw_cel_kind kinds[] = {
        [SW_CEL_TYPE_NULL] = SW_CEL_NULL,
        [SW_CEL_TYPE_BOOL] = SW_CEL_BOOL,
        [SW_CEL_TYPE_INT] = SW_CEL_INT,
        [SW_CEL_TYPE_UINT] = SW_CEL_UINT,
        [SW_CEL_TYPE_DOUBLE] = SW_CEL_DOUBLE,
        [SW_CEL_TYPE_STRING] = SW_CEL_STRING,
        [SW_CEL_TYPE_BYTES] = SW_CEL_BYTES,
        [SW_CEL_TYPE_TIMESTAMP] = SW_CEL_TIMESTAMP,
        [SW_CEL_TYPE_DURATION] = SW_CEL_DURATION,
        [SW_CEL_TYPE_LIST] = SW_CEL_LIST,
        [SW_CEL_TYPE_MAP] = SW_CEL_MAP,
        [SW_CEL_TYPE_TYPE] = SW_CEL_TYPE,
        [SW_CEL_TYPE_OPTIONAL] = SW_CEL_OPTIONAL,
    };
    switch (type->kind) {
    case SW_CEL_TYPE_DYN:
    case SW_CEL_TYPE_ANY:
    case SW_CEL_TYPE_ERROR: return true;
    case SW_CEL_TYPE_WRAPPER:
        return v->kind == SW_CEL_NULL || holds_type(v, type->args[0]);
    case SW_CEL_TYPE_ABSTRACT:
        return v->kind == SW_CEL_NULL ||
               sw_str_eq(sw_str_of(sw_cel_kind_name(v->kind)), type->name);
    case SW_CEL_TYPE_TIMESTAMP:
    case SW_CEL_TYPE_DURATION:
        return v->kind == SW_CEL_NULL || v->kind == kinds[type->kind];
    case SW_CEL_TYPE_OPTIONAL:
        return v->kind == SW_CEL_NULL ||
               (v->kind == SW_CEL_OPTIONAL &&
                (v->as.optional == NULL ||
                 holds_type(v->as.optional, type->args[0])));
    case SW_CEL_TYPE_PARAM:
    case SW_CEL_TYPE_MESSAGE: return false;
    default: return v->kind == kinds[type->kind] && all_hold(v, type);
    }
}

#endif
