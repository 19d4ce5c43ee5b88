// Types and their text.
//
//     type := name [ '(' type { ',' type } ')' ]
//
// param(T) and message(a.b.C) hold a name, not a type. What is no known name is
// an abstract type.
#include "types_internal.h"

#include <stdlib.h>

static const struct {
    sw_str name;
    size_t least, most;  // parameters
    bool named;          // holds a name instead
} kinds[] = {
    [SW_CEL_TYPE_DYN] = {SW_STR_INIT("dyn"), 0, 0, false},
    [SW_CEL_TYPE_ANY] = {SW_STR_INIT("any"), 0, 0, false},
    [SW_CEL_TYPE_ERROR] = {SW_STR_INIT("error"), 0, 0, false},
    [SW_CEL_TYPE_NULL] = {SW_STR_INIT("null_type"), 0, 0, false},
    [SW_CEL_TYPE_BOOL] = {SW_STR_INIT("bool"), 0, 0, false},
    [SW_CEL_TYPE_INT] = {SW_STR_INIT("int"), 0, 0, false},
    [SW_CEL_TYPE_UINT] = {SW_STR_INIT("uint"), 0, 0, false},
    [SW_CEL_TYPE_DOUBLE] = {SW_STR_INIT("double"), 0, 0, false},
    [SW_CEL_TYPE_STRING] = {SW_STR_INIT("string"), 0, 0, false},
    [SW_CEL_TYPE_BYTES] = {SW_STR_INIT("bytes"), 0, 0, false},
    [SW_CEL_TYPE_TIMESTAMP] = {SW_STR_INIT("timestamp"), 0, 0, false},
    [SW_CEL_TYPE_DURATION] = {SW_STR_INIT("duration"), 0, 0, false},
    [SW_CEL_TYPE_LIST] = {SW_STR_INIT("list"), 1, 1, false},
    [SW_CEL_TYPE_MAP] = {SW_STR_INIT("map"), 2, 2, false},
    [SW_CEL_TYPE_TYPE] = {SW_STR_INIT("type"), 0, 1, false},
    [SW_CEL_TYPE_OPTIONAL] = {SW_STR_INIT("optional_type"), 1, 1, false},
    [SW_CEL_TYPE_WRAPPER] = {SW_STR_INIT("wrapper"), 1, 1, false},
    [SW_CEL_TYPE_PARAM] = {SW_STR_INIT("param"), 0, 0, true},
    [SW_CEL_TYPE_MESSAGE] = {SW_STR_INIT("message"), 0, 0, true},
};

enum { KNOWN_KINDS = sizeof kinds / sizeof *kinds };

static const sw_cel_type simple[] = {
    [SW_CEL_TYPE_DYN] = {.kind = SW_CEL_TYPE_DYN},
    [SW_CEL_TYPE_ANY] = {.kind = SW_CEL_TYPE_ANY},
    [SW_CEL_TYPE_ERROR] = {.kind = SW_CEL_TYPE_ERROR},
    [SW_CEL_TYPE_NULL] = {.kind = SW_CEL_TYPE_NULL},
    [SW_CEL_TYPE_BOOL] = {.kind = SW_CEL_TYPE_BOOL},
    [SW_CEL_TYPE_INT] = {.kind = SW_CEL_TYPE_INT},
    [SW_CEL_TYPE_UINT] = {.kind = SW_CEL_TYPE_UINT},
    [SW_CEL_TYPE_DOUBLE] = {.kind = SW_CEL_TYPE_DOUBLE},
    [SW_CEL_TYPE_STRING] = {.kind = SW_CEL_TYPE_STRING},
    [SW_CEL_TYPE_BYTES] = {.kind = SW_CEL_TYPE_BYTES},
    [SW_CEL_TYPE_TIMESTAMP] = {.kind = SW_CEL_TYPE_TIMESTAMP},
    [SW_CEL_TYPE_DURATION] = {.kind = SW_CEL_TYPE_DURATION},
};

const sw_cel_type sw_cel__ip_type = {.kind = SW_CEL_TYPE_ABSTRACT,
                                     .name = SW_STR_INIT("net.IP")};
const sw_cel_type sw_cel__cidr_type = {.kind = SW_CEL_TYPE_ABSTRACT,
                                       .name = SW_STR_INIT("net.CIDR")};

const sw_cel_type *sw_cel_type_of(sw_cel_type_kind kind)
{
    bool known = (size_t)kind < sizeof simple / sizeof *simple;
    return known ? &simple[kind] : NULL;
}

// wrapper(T) is of what protobuf has wrappers for.
static bool may_be_wrapped(const sw_cel_type *type)
{
    switch (type->kind) {
    case SW_CEL_TYPE_BOOL:
    case SW_CEL_TYPE_INT:
    case SW_CEL_TYPE_UINT:
    case SW_CEL_TYPE_DOUBLE:
    case SW_CEL_TYPE_STRING:
    case SW_CEL_TYPE_BYTES: return true;
    default: return false;
    }
}

bool sw_cel__type_well_formed(const sw_cel_type *type)
{
    if (type->kind == SW_CEL_TYPE_ABSTRACT) return type->name.len > 0;
    if (type->kind == SW_CEL_TYPE_OBJECT)
        return type->name.len > 0 && (type->count == 0 || type->fields != NULL);
    if ((size_t)type->kind >= KNOWN_KINDS) return false;
    if (type->count < kinds[type->kind].least ||
        type->count > kinds[type->kind].most)
        return false;
    if (kinds[type->kind].named && type->name.len == 0) return false;
    return type->kind != SW_CEL_TYPE_WRAPPER || may_be_wrapped(type->args[0]);
}

/* ---- to text --------------------------------------------------------- */

static void put(sw_buf *buf, const sw_cel_type *type, size_t limit,
                unsigned depth)
{
    if (buf->len > limit) return;
    if (depth > SW_CEL__MAX_TYPE_DEPTH) {
        sw_buf_str(buf, SW_STR("..."));
        return;
    }
    type = sw_cel__type_resolve(type);
    if ((int)type->kind == SW_CEL__TYPE_VAR)
        type = &simple[SW_CEL_TYPE_DYN];  // nothing is known of it
    bool known = (size_t)type->kind < KNOWN_KINDS;
    bool named = known && kinds[type->kind].named;
    sw_buf_str(buf, known ? kinds[type->kind].name : type->name);
    if (type->kind == SW_CEL_TYPE_OBJECT || (type->count == 0 && !named))
        return;
    sw_buf_str(buf, SW_STR("("));
    if (named) sw_buf_str(buf, type->name);
    for (size_t i = 0; i < type->count && buf->len <= limit; i++) {
        if (i > 0) sw_buf_str(buf, SW_STR(", "));
        put(buf, type->args[i], limit, depth + 1);
    }
    sw_buf_str(buf, SW_STR(")"));
}

void sw_cel__type_put(sw_buf *buf, const sw_cel_type *type, size_t limit)
{
    size_t most = buf->len + limit;
    put(buf, type, most, 0);
    if (buf->failed || buf->len <= most) return;
    buf->len = most;
    while (buf->len > 0 && !sw_utf8_valid((sw_str){buf->at, buf->len}))
        buf->len--;
    sw_buf_str(buf, SW_STR("..."));
}

bool sw_cel_type_text(const sw_cel_type *type, sw_arena *arena, sw_str *out,
                      sw_error *err)
{
    sw_buf buf = {0};
    put(&buf, type, SW_CEL__MAX_TYPE_TEXT, 0);
    sw_str text = {buf.at, buf.len};
    bool ok = true;
    if (!buf.failed && text.len > SW_CEL__MAX_TYPE_TEXT) {
        ok = sw_fail(err, SW_ERR_INPUT, "a type of more than %d bytes of text",
                     SW_CEL__MAX_TYPE_TEXT);
    } else if (buf.failed || !sw_arena_str(arena, text, out)) {
        ok = sw_fail_memory(err);
    }
    sw_buf_free(&buf);
    return ok;
}

/* ---- from text ------------------------------------------------------- */

typedef struct {
    sw_str text;
    size_t at;
    unsigned depth;
    sw_arena *arena;
    sw_error *err;
} reader;

static bool refuse(const reader *r, size_t at, const char *why)
{
    return sw_cel__fail_at(r->text, at, r->err, "%s", why);
}

static char look(reader *r)
{
    while (r->at < r->text.len && r->text.at[r->at] == ' ')
        r->at++;
    return r->at < r->text.len ? r->text.at[r->at] : '\0';
}

static bool take(reader *r, char c)
{
    if (look(r) != c || r->at >= r->text.len) return false;
    r->at++;
    return true;
}

static bool is_name_char(char c)
{
    return c == '_' || c == '.' || (c >= '0' && c <= '9') ||
           (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool read_name(reader *r, sw_str *out)
{
    (void)look(r);
    size_t begin = r->at;
    while (r->at < r->text.len && is_name_char(r->text.at[r->at]))
        r->at++;
    *out = sw_cel__part(r->text, begin, r->at);
    return out->len > 0 || refuse(r, begin, "expected a type's name");
}

static sw_cel_type_kind kind_of(sw_str name)
{
    for (size_t i = 0; i < KNOWN_KINDS; i++) {
        if (sw_str_eq(name, kinds[i].name)) return (sw_cel_type_kind)i;
    }
    // As values the two have protobuf's names.
    if (sw_str_eq(name, SW_STR("google.protobuf.Timestamp")))
        return SW_CEL_TYPE_TIMESTAMP;
    if (sw_str_eq(name, SW_STR("google.protobuf.Duration")))
        return SW_CEL_TYPE_DURATION;
    return SW_CEL_TYPE_ABSTRACT;
}

static bool read_type(reader *r, const sw_cel_type **out);

// What stands between the parentheses, or nothing.
enum { MAX_PARAMETERS = 16 };

static bool read_parameters(reader *r, sw_cel_type *type)
{
    const sw_cel_type *args[MAX_PARAMETERS];
    do {
        if (type->count == MAX_PARAMETERS)
            return refuse(r, r->at, "a type of more than 16 parameters");
        if (!read_type(r, &args[type->count++])) return false;
    } while (take(r, ','));
    const sw_cel_type **copy =
        SW_NEW_ARRAY(r->arena, const sw_cel_type *, type->count);
    if (copy == NULL) return sw_fail_memory(r->err);
    memcpy(copy, args, type->count * sizeof *copy);
    type->args = copy;
    return true;
}

static bool read_inside(reader *r, sw_cel_type *type)
{
    bool named = (size_t)type->kind < KNOWN_KINDS && kinds[type->kind].named;
    if (named) type->name = (sw_str){0};
    if (!take(r, '(')) return true;
    if (!(named ? read_name(r, &type->name) : read_parameters(r, type)))
        return false;
    return take(r, ')') || refuse(r, r->at, "expected ')'");
}

static bool read_type(reader *r, const sw_cel_type **out)
{
    sw_str name = {0};
    if (!read_name(r, &name)) return false;
    size_t begin = r->at - name.len;
    if (r->depth >= SW_CEL__MAX_TYPE_DEPTH)
        return refuse(r, begin, "a type nested more than 1000 deep");
    sw_cel_type *type = SW_NEW(r->arena, sw_cel_type);
    if (type == NULL) return sw_fail_memory(r->err);
    type->kind = kind_of(name);
    if (type->kind == SW_CEL_TYPE_ABSTRACT) type->name = name;

    r->depth++;
    if (!read_inside(r, type)) return false;
    r->depth--;
    if (!sw_cel__type_well_formed(type)) {
        return sw_cel__fail_at(r->text, begin, r->err,
                               "%.*s() does not take such parameters",
                               SW_STR_ARGS(name));
    }
    *out = type;
    return true;
}

bool sw_cel_type_parse(sw_str text, sw_arena *arena, const sw_cel_type **out,
                       sw_error *err)
{
    reader r = {.arena = arena, .err = err};
    if (!sw_arena_str(arena, text, &r.text)) return sw_fail_memory(err);
    const sw_cel_type *type = NULL;
    if (!read_type(&r, &type)) return false;
    (void)look(&r);
    if (r.at < r.text.len) return refuse(&r, r.at, "expected the type's end");
    *out = type;
    return true;
}
