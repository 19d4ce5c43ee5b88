// How operators and functions are typed: which overloads fit the types of the
// arguments. All that fit are tried, each with variables of its own for its
// type parameters; if they give different types, the call is dyn.
//
// The order of an operator's rows matters only to operands of which nothing is
// known, such as the elements of []: the first row wins.
//
// Specification: cel-spec, doc/langdef.md, "List of Standard Definitions".
#include "types_internal.h"

typedef sw_cel_type type;

/* ---- operators ------------------------------------------------------- */

typedef struct {
    sw_cel__token_kind op;
    const char *takes, *gives;
} row;

// Numbers of two types are not compared: not even by ==, as 1 == 1.0 is more
// often a mistake than meant.
static const row binary[] = {
    {SW_TOKEN_PLUS, "ii", "i"},    {SW_TOKEN_PLUS, "uu", "u"},
    {SW_TOKEN_PLUS, "dd", "d"},    {SW_TOKEN_PLUS, "ss", "s"},
    {SW_TOKEN_PLUS, "yy", "y"},    {SW_TOKEN_PLUS, "lAlA", "lA"},
    {SW_TOKEN_PLUS, "DD", "D"},    {SW_TOKEN_PLUS, "tD", "t"},
    {SW_TOKEN_PLUS, "Dt", "t"},    {SW_TOKEN_MINUS, "ii", "i"},
    {SW_TOKEN_MINUS, "uu", "u"},   {SW_TOKEN_MINUS, "dd", "d"},
    {SW_TOKEN_MINUS, "DD", "D"},   {SW_TOKEN_MINUS, "tD", "t"},
    {SW_TOKEN_MINUS, "tt", "D"},   {SW_TOKEN_STAR, "ii", "i"},
    {SW_TOKEN_STAR, "uu", "u"},    {SW_TOKEN_STAR, "dd", "d"},
    {SW_TOKEN_SLASH, "ii", "i"},   {SW_TOKEN_SLASH, "uu", "u"},
    {SW_TOKEN_SLASH, "dd", "d"},   {SW_TOKEN_PERCENT, "ii", "i"},
    {SW_TOKEN_PERCENT, "uu", "u"}, {SW_TOKEN_EQ, "AA", "b"},
    {SW_TOKEN_NE, "AA", "b"},      {SW_TOKEN_IN, "AlA", "b"},
    {SW_TOKEN_IN, "AmAB", "b"},
};

// < <= > >=
static const char *const ordered[] = {"ii", "uu", "dd", "ss",
                                      "yy", "bb", "tt", "DD"};

// a[b], and a[?b], which gives an optional whatever a is.
static const struct {
    const char *takes, *gives, *maybe;
} indexes[] = {
    {"lAi", "A", "oA"},
    {"mABA", "B", "oB"},
    {"olAi", "oA", "oA"},
    {"omABA", "oB", "oB"},
};

static bool is_order(sw_cel__token_kind op)
{
    return op == SW_TOKEN_LT || op == SW_TOKEN_LE || op == SW_TOKEN_GT ||
           op == SW_TOKEN_GE;
}

bool sw_cel__try_binary(sw_cel__types *t, sw_cel__choice *choice,
                        sw_cel__token_kind op)
{
    size_t rows = is_order(op) ? 0 : sizeof binary / sizeof *binary;
    for (size_t i = 0; i < rows; i++) {
        if (binary[i].op == op &&
            !sw_cel__try_letters(t, choice, binary[i].takes, binary[i].gives))
            return false;
    }
    size_t orders = is_order(op) ? sizeof ordered / sizeof *ordered : 0;
    for (size_t i = 0; i < orders; i++) {
        if (!sw_cel__try_letters(t, choice, ordered[i], "b")) return false;
    }
    return true;
}

bool sw_cel__try_index(sw_cel__types *t, sw_cel__choice *choice, bool maybe)
{
    for (size_t i = 0; i < sizeof indexes / sizeof *indexes; i++) {
        const char *gives = maybe ? indexes[i].maybe : indexes[i].gives;
        if (!sw_cel__try_letters(t, choice, indexes[i].takes, gives))
            return false;
    }
    return true;
}

bool sw_cel__try_negate(sw_cel__types *t, sw_cel__choice *choice)
{
    return sw_cel__try_letters(t, choice, "i", "i") &&
           sw_cel__try_letters(t, choice, "d", "d");
}

/* ---- letters --------------------------------------------------------- */

static sw_cel_type_kind kind_of(char letter)
{
    switch (letter) {
    case 'b': return SW_CEL_TYPE_BOOL;
    case 'i': return SW_CEL_TYPE_INT;
    case 'u': return SW_CEL_TYPE_UINT;
    case 'd': return SW_CEL_TYPE_DOUBLE;
    case 's': return SW_CEL_TYPE_STRING;
    case 'y': return SW_CEL_TYPE_BYTES;
    case 'N': return SW_CEL_TYPE_NULL;
    case 't': return SW_CEL_TYPE_TIMESTAMP;
    case 'D': return SW_CEL_TYPE_DURATION;
    case 'l': return SW_CEL_TYPE_LIST;
    case 'm': return SW_CEL_TYPE_MAP;
    case 'o': return SW_CEL_TYPE_OPTIONAL;
    case 'T': return SW_CEL_TYPE_TYPE;
    case 'P':
    case 'C': return SW_CEL_TYPE_ABSTRACT;
    default: return SW_CEL_TYPE_DYN;
    }
}

// Reads the type that begins at `*at`, and moves behind it. `vars` stand for A
// and B, and are made when first met.
static const type *read_type(sw_cel__types *t, const char **at,
                             const type *vars[2])
{
    char letter = *(*at)++;
    sw_cel_type_kind kind = kind_of(letter);
    switch (letter) {
    case 'A':
    case 'B':
        if (vars[letter - 'A'] == NULL)
            vars[letter - 'A'] = sw_cel__type_var_new(t);
        return vars[letter - 'A'];
    case 'P': return &sw_cel__ip_type;
    case 'C': return &sw_cel__cidr_type;
    case 'l':
    case 'o':
    case 'T': return sw_cel__type_of_one(t, kind, read_type(t, at, vars));
    case 'm': {
        const type *key = read_type(t, at, vars);
        return sw_cel__type_of_two(t, kind, key, read_type(t, at, vars));
    }
    default: return sw_cel_type_of(kind);
    }
}

/* ---- one overload ---------------------------------------------------- */

// Whether a type could be what the letter begins: most overloads end here,
// before anything is made for them. Null may be a timestamp, but no function or
// operator takes it for one.
static bool could_be(const type *a, char letter)
{
    a = sw_cel__type_resolve(a);
    sw_cel_type_kind kind = kind_of(letter);
    if (kind == SW_CEL_TYPE_DYN || sw_cel__is_dyn(a) ||
        (int)a->kind == SW_CEL__TYPE_VAR)
        return true;
    if (a->kind == SW_CEL_TYPE_WRAPPER) a = a->args[0];
    return a->kind == kind;
}

// Where the type of the next argument begins: a '*' repeats the one before.
static const char *next_type(const char *at, const char *before)
{
    return *at == '*' ? before : at;
}

static bool could_fit(const sw_cel__choice *choice, const char *takes)
{
    const char *before = takes;
    size_t i = 0;
    for (; i < choice->count && *takes != '\0'; i++) {
        const char *begin = next_type(takes, before);
        if (!could_be(choice->args[i], *begin)) return false;
        takes = *takes == '*' ? takes : sw_cel__behind_type(takes);
        before = begin;
    }
    return i == choice->count && (*takes == '\0' || (*takes == '*' && i > 0));
}

// The kind of a number, dyn if it may be one, null_type if not.
static sw_cel_type_kind number_kind(const type *a)
{
    a = sw_cel__type_resolve(a);
    if (a->kind == SW_CEL_TYPE_WRAPPER) a = a->args[0];
    if (sw_cel__is_dyn(a) || (int)a->kind == SW_CEL__TYPE_VAR)
        return SW_CEL_TYPE_DYN;
    bool is = a->kind == SW_CEL_TYPE_INT || a->kind == SW_CEL_TYPE_UINT ||
              a->kind == SW_CEL_TYPE_DOUBLE;
    return is ? a->kind : SW_CEL_TYPE_NULL;
}

// "n*": numbers that are not all of one type; those that are have rows of
// their own.
static bool are_mixed_numbers(const sw_cel__choice *choice)
{
    bool mixed = false;
    for (size_t i = 0; i < choice->count; i++) {
        sw_cel_type_kind kind = number_kind(choice->args[i]);
        if (kind == SW_CEL_TYPE_NULL) return false;
        mixed |= kind != number_kind(choice->args[0]);
    }
    return mixed;
}

static bool fits(sw_cel__types *t, const sw_cel__choice *choice,
                 const char *takes, const type *vars[2])
{
    const char *before = takes;
    for (size_t i = 0; i < choice->count; i++) {
        const char *begin = next_type(takes, before), *end = begin;
        const type *wanted = read_type(t, &end, vars);
        if (wanted == NULL || !sw_cel__assignable(t, choice->args[i], wanted))
            return false;
        takes = *takes == '*' ? takes : end;
        before = begin;
    }
    return true;
}

// Overloads that give different types leave the choice to evaluation.
static bool add_result(sw_cel__types *t, sw_cel__choice *choice,
                       const type *gives)
{
    if (gives == NULL) return false;
    if (choice->result == NULL) {
        choice->result = gives;
    } else if (!sw_cel__same_type(t, choice->result, gives)) {
        choice->result = sw_cel_type_of(SW_CEL_TYPE_DYN);
    }
    return t->state == SW_TYPES_FINE;
}

bool sw_cel__try_letters(sw_cel__types *t, sw_cel__choice *choice,
                         const char *takes, const char *gives)
{
    if (!sw_cel__types_spend(t)) return false;
    if (*takes == '?') takes++;
    if (!could_fit(choice, takes)) return true;
    if (*takes == 'n') {
        return !are_mixed_numbers(choice) ||
               add_result(t, choice, sw_cel_type_of(SW_CEL_TYPE_DYN));
    }
    const type *vars[2] = {NULL, NULL};
    sw_cel__types_begin(t);
    if (!sw_cel__types_end(t, fits(t, choice, takes, vars)))
        return t->state == SW_TYPES_FINE;
    return add_result(t, choice, read_type(t, &gives, vars));
}

bool sw_cel__try_function(sw_cel__types *t, sw_cel__choice *choice,
                          const sw_cel_function *f)
{
    if (!sw_cel__types_spend(t)) return false;
    if (f->param_count != choice->count) return true;
    sw_cel__params *params = NULL;
    sw_cel__types_begin(t);
    bool fit = true;
    for (size_t i = 0; fit && i < f->param_count; i++) {
        const type *wanted = sw_cel__instantiate(t, f->params[i], &params);
        fit = wanted != NULL && sw_cel__assignable(t, choice->args[i], wanted);
    }
    if (!sw_cel__types_end(t, fit)) return t->state == SW_TYPES_FINE;
    return add_result(t, choice, sw_cel__instantiate(t, f->result, &params));
}

/* ---- types as values, and as text ------------------------------------ */

// The expression `int` is of the type type(int).
static const struct {
    sw_str name;
    const char *holds;
} values[] = {
    {SW_STR_INIT("bool"), "b"},
    {SW_STR_INIT("int"), "i"},
    {SW_STR_INIT("uint"), "u"},
    {SW_STR_INIT("double"), "d"},
    {SW_STR_INIT("string"), "s"},
    {SW_STR_INIT("bytes"), "y"},
    {SW_STR_INIT("list"), "l."},
    {SW_STR_INIT("map"), "m.."},
    {SW_STR_INIT("null_type"), "N"},
    {SW_STR_INIT("optional_type"), "o."},
    {SW_STR_INIT("google.protobuf.Timestamp"), "t"},
    {SW_STR_INIT("google.protobuf.Duration"), "D"},
    {SW_STR_INIT("net.IP"), "P"},
    {SW_STR_INIT("net.CIDR"), "C"},
};

const type *sw_cel__type_of_value(sw_cel__types *t, sw_str name)
{
    static const type any_type = {.kind = SW_CEL_TYPE_TYPE};
    if (sw_str_eq(name, SW_STR("type")))
        return sw_cel__type_of_one(t, SW_CEL_TYPE_TYPE, &any_type);
    const type *vars[2] = {NULL, NULL};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        const char *holds = values[i].holds;
        if (sw_str_eq(name, values[i].name)) {
            return sw_cel__type_of_one(t, SW_CEL_TYPE_TYPE,
                                       read_type(t, &holds, vars));
        }
    }
    return sw_cel_type_of(SW_CEL_TYPE_DYN);
}

bool sw_cel__put_letters(sw_cel__types *t, sw_buf *buf, const char *letters)
{
    const type *vars[2] = {NULL, NULL};
    if (*letters == '?') letters++;
    for (bool first = true; *letters != '\0' && *letters != '*';
         first = false) {
        if (!first) sw_buf_str(buf, SW_STR(" and "));
        const type *read = read_type(t, &letters, vars);
        if (read == NULL) return false;
        sw_cel__type_put(buf, read, 60);
    }
    return true;
}
