// Calls: the tables put together, the choice of an overload by the kinds of
// the arguments, and the functions that belong to no type.
//
// A new group of functions is a file with a table, and a line in
// sw_cel__tables.
#include "cel_internal.h"

typedef sw_cel__node node;

const sw_cel__function *const sw_cel__tables[] = {
    sw_cel__core_functions,
    sw_cel__string_functions,
    sw_cel__time_functions,
    sw_cel__optional_functions,
    sw_cel__string_ext_functions,
    sw_cel__math_functions,
    sw_cel__encoder_functions,
    sw_cel__network_functions,
    NULL,
};

const sw_cel__function *sw_cel__find_function(sw_str name, bool method)
{
    for (size_t i = 0; sw_cel__tables[i] != NULL; i++) {
        const sw_cel__function *f = sw_cel__tables[i];
        for (; f->name != NULL; f++) {
            if (f->method == method && sw_str_eq(name, sw_str_of(f->name)))
                return f;
        }
    }
    return NULL;
}

const sw_cel__function *sw_cel__next_overload(const sw_cel__function *f)
{
    const sw_cel__function *next = f + 1;
    return next->name != NULL && next->method == f->method &&
                   strcmp(next->name, f->name) == 0
               ? next
               : NULL;
}

const char *sw_cel__type_name(sw_str path)
{
    for (int kind = 0; kind < SW_CEL_UNKNOWN; kind++) {
        const char *name = sw_cel_kind_name((sw_cel_kind)kind);
        if (sw_str_eq(path, sw_str_of(name))) return name;
    }
    return NULL;
}

/* ---- overloads ------------------------------------------------------- */

unsigned sw_cel__kinds_of_letter(char letter)
{
    switch (letter) {
    case 'b': return 1u << SW_CEL_BOOL;
    case 'i': return 1u << SW_CEL_INT;
    case 'u': return 1u << SW_CEL_UINT;
    case 'd': return 1u << SW_CEL_DOUBLE;
    case 's': return 1u << SW_CEL_STRING;
    case 'y': return 1u << SW_CEL_BYTES;
    case 'l': return 1u << SW_CEL_LIST;
    case 'm': return 1u << SW_CEL_MAP;
    case 't': return 1u << SW_CEL_TIMESTAMP;
    case 'D': return 1u << SW_CEL_DURATION;
    case 'T': return 1u << SW_CEL_TYPE;
    case 'o': return 1u << SW_CEL_OPTIONAL;
    case 'P': return 1u << SW_CEL_IP;
    case 'C': return 1u << SW_CEL_CIDR;
    case 'n': return 1u << SW_CEL_INT | 1u << SW_CEL_UINT | 1u << SW_CEL_DOUBLE;
    default: return ~0u;
    }
}

static bool takes(char letter, const sw_cel_value *v)
{
    return (sw_cel__kinds_of_letter(letter) >> v->kind & 1) != 0;
}

const char *sw_cel__behind_type(const char *letters)
{
    switch (*letters) {
    case 'm': return sw_cel__behind_type(sw_cel__behind_type(letters + 1));
    case 'l':
    case 'o':
    case 'T': return sw_cel__behind_type(letters + 1);
    default: return letters + 1;
    }
}

// What lists and maps hold is left to the checker.
static bool fits(const char *pattern, const sw_cel_value *args, size_t count)
{
    size_t i = 0;
    char letter = '\0';
    if (*pattern == '?') pattern++;
    while (*pattern != '\0' && *pattern != '*') {
        letter = *pattern;
        if (i >= count || !takes(letter, &args[i++])) return false;
        pattern = sw_cel__behind_type(pattern);
    }
    if (*pattern != '*') return i == count;
    for (; i < count; i++) {
        if (!takes(letter, &args[i])) return false;
    }
    return true;
}

bool sw_cel__call_overload(sw_cel__run *run, const node *n,
                           const sw_cel_value *args, sw_cel_value *out)
{
    if (n->regex != NULL) {
        return args[0].kind == SW_CEL_STRING
                   ? sw_cel__matches(run, n->regex, args[0].as.str, out)
                   : sw_cel__no_overload(out);
    }
    const sw_cel__function *f = n->functions;
    for (; f != NULL; f = sw_cel__next_overload(f)) {
        if (fits(f->takes, args, n->count))
            return f->call(run, args, n->count, out);
    }
    bool own = false;
    if (!sw_cel__call_own(run, n, args, out, &own)) return false;
    if (own) return true;
    const char *first =
        n->count > 0 ? sw_cel_kind_name(args[0].kind) : "nothing";
    return sw_cel__error(run, out, "no such overload: %.*s() of %s",
                         SW_CEL__SHOWN(n->name), first);
}

// or() and orValue() do not evaluate what they do not need.
bool sw_cel__is_enough(const node *n, const sw_cel_value *first)
{
    return n->functions != NULL && n->functions->takes[0] == '?' &&
           first->kind == SW_CEL_OPTIONAL && first->as.optional != NULL;
}
