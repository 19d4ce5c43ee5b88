// Random expressions by the letters of the functions' tables: what is wanted is
// a literal, a variable, or made of parts; now and then it is something else.
#include "random_source.h"

#include <stdlib.h>
#include <string.h>

#include "cel_internal.h"
#include "cel_support.h"

typedef struct {
    uint64_t seed;
    sw_buf text;
    char scope[64];  // letters of the macros' variables, v0, v1 ...
    int scope_count;
    int block;  // elements of the block that may be read
} writer;

static uint32_t pick(writer *w, uint32_t of)
{
    return draw(&w->seed) % of;
}

static void put(writer *w, const char *text)
{
    sw_buf_str(&w->text, sw_str_of(text));
}

const char random_letters[] = "biudsytDlmoTPC";

enum { LETTERS = sizeof random_letters - 1 };

// Variables, two for each letter, the second of them dyn.
static void put_variable(writer *w, char letter)
{
    sw_buf_printf(&w->text, "%c%u", letter, pick(w, 2));
}

#define FORTY     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define LONG_TEXT "'" FORTY FORTY FORTY FORTY "'"

static void put_leaf(writer *w, char letter)
{
    static const char *const texts[] = {
        "''",      "'a'",      "'ab'",       "'éa'",
        "'1'",     "'-1.5'",   "'10.0.0.1'", "'10.0.0.0/8'",
        "'1h2m'",  "'a-b-c'",  "'aGk='",     "'2026-01-02T03:04:05Z'",
        "'%s %s'", "'[a-c]+'", LONG_TEXT,
    };
    if (pick(w, 2) == 0) {
        put_variable(w, letter);
        return;
    }
    switch (letter) {
    case 'b': put(w, pick(w, 2) == 0 ? "true" : "false"); break;
    case 'i': sw_buf_printf(&w->text, "%d", (int)pick(w, 12) - 2); break;
    case 'u': sw_buf_printf(&w->text, "%uu", pick(w, 9)); break;
    case 'd': put(w, pick(w, 2) == 0 ? "0.5" : "1e300"); break;
    case 's': put(w, texts[pick(w, sizeof texts / sizeof *texts)]); break;
    case 'y': put(w, pick(w, 2) == 0 ? "b'ab'" : "b'\\xff'"); break;
    case 't': put(w, "timestamp('2026-01-02T03:04:05Z')"); break;
    case 'D': put(w, "duration('90s')"); break;
    case 'l': put(w, pick(w, 2) == 0 ? "[]" : "[1, 2, 3]"); break;
    case 'm': put(w, pick(w, 2) == 0 ? "{}" : "{'a': 1, 'k1': 'b'}"); break;
    case 'o': put(w, pick(w, 2) == 0 ? "optional.none()" : "m0.?k1"); break;
    case 'T': put(w, pick(w, 2) == 0 ? "int" : "type(l1)"); break;
    case 'P': put(w, "ip('10.0.0.1')"); break;
    default: put(w, "cidr('10.0.0.0/8')");
    }
}

static void put_any(writer *w, char letter, int depth);

static const char *const patterns[] = {
    "a", "a+$", "^(a|b)*c", "[^x]{2,5}x", "\\\\d+", "(?i)A.b", "\\\\pL+", "(",
};

// Arguments that mean something to the function, now and then.
static bool put_special(writer *w, const char *name, size_t i)
{
    static const char *const formats[] = {
        "'%s'", "'%d-%s'",    "'%.3f'", "'%x %X %o'",
        "'%b'", "'%s%s%s%%'", "'%e'",   "'%.700f'",
    };
    if (pick(w, 4) == 0) return false;
    if (strcmp(name, "matches") == 0 && i == 1) {
        sw_buf_printf(&w->text, "'%s'", patterns[pick(w, 8)]);
    } else if (strcmp(name, "format") == 0 && i == 0) {
        put(w, formats[pick(w, 8)]);
    } else if (strncmp(name, "get", 3) == 0 && i == 1) {
        put(w, pick(w, 2) == 0 ? "'Asia/Seoul'" : "'+09:00'");
    } else {
        return false;
    }
    return true;
}

static void put_argument(writer *w, const sw_cel__function *f,
                         const char *letters, size_t i, int depth)
{
    if (!put_special(w, f->name, i)) put_any(w, *letters, depth);
}

static void put_call(writer *w, const sw_cel__function *f, int depth)
{
    const char *takes = f->takes + (f->takes[0] == '?');
    size_t i = 0;
    if (f->method) {
        put(w, "(");
        put_argument(w, f, takes, i++, depth - 1);
        put(w, ")");
        takes = sw_cel__behind_type(takes);
        put(w, ".");
    }
    put(w, f->name);
    put(w, "(");
    bool first = true;
    for (const char *last = takes; *takes != '\0'; i++) {
        if (*takes == '*' && pick(w, 2) == 0) break;
        if (*takes != '*') last = takes;
        if (!first) put(w, ", ");
        put_argument(w, f, last, i, depth - 1);
        if (*takes != '*') takes = sw_cel__behind_type(takes);
        first = false;
    }
    put(w, ")");
}

enum { MOST_ROWS = 256 };
static unsigned called[MOST_ROWS];  // how often, by row

// A function that gives the letter. @return false if there is none.
static bool put_function(writer *w, char letter, int depth)
{
    const sw_cel__function *fitting[MOST_ROWS];
    unsigned rows[MOST_ROWS];
    unsigned count = 0, row = 0;
    for (size_t i = 0; sw_cel__tables[i] != NULL; i++) {
        const sw_cel__function *f = sw_cel__tables[i];
        for (; f->name != NULL; f++, row++) {
            if (strchr("AB.", f->gives[0]) == NULL && f->gives[0] != letter)
                continue;
            assert_true(row < MOST_ROWS);
            fitting[count] = f;
            rows[count++] = row;
        }
    }
    if (count == 0) return false;
    // Those that were called least come first, so that all are.
    unsigned best = pick(w, count);
    for (int i = 0; i < 3; i++) {
        unsigned other = pick(w, count);
        if (called[rows[other]] < called[rows[best]]) best = other;
    }
    called[rows[best]]++;
    put_call(w, fitting[best], depth);
    return true;
}

static void put_binary(writer *w, char a, const char *op, char b, int depth)
{
    put(w, "(");
    put_any(w, a, depth - 1);
    sw_buf_printf(&w->text, " %s ", op);
    put_any(w, b, depth - 1);
    put(w, ")");
}

static void put_operator(writer *w, char letter, int depth)
{
    static const char *const relations[] = {"==", "!=", "<", "<=", ">", ">="};
    static const char *const arithmetic[] = {"+", "-", "*", "/", "%"};
    char any = random_letters[pick(w, LETTERS)];
    switch (letter) {
    case 'b':
        switch (pick(w, 6)) {
        case 0: put_binary(w, 'b', "&&", 'b', depth); break;
        case 1: put_binary(w, 'b', "||", 'b', depth); break;
        case 2: put_binary(w, any, "in", pick(w, 2) ? 'l' : 'm', depth); break;
        case 3:
            put(w, "!");
            put_any(w, 'b', depth - 1);
            break;
        default: put_binary(w, any, relations[pick(w, 6)], any, depth);
        }
        break;
    case 'i':
    case 'u':
    case 'd':
        put_binary(w, letter, arithmetic[pick(w, 5)], letter, depth);
        break;
    case 's':
    case 'y':
    case 'l': put_binary(w, letter, "+", letter, depth); break;
    case 't': put_binary(w, 't', pick(w, 2) ? "+" : "-", 'D', depth); break;
    case 'D': put_binary(w, 't', "-", 't', depth); break;
    default: put_leaf(w, letter);
    }
}

// Element, field or key, of a list, a map or an optional.
static void put_part(writer *w, char letter, int depth)
{
    static const char *const fields[] = {".k1", ".?k1", "['k1']", "[?'k1']",
                                         "[0]", "[?1]", ".nosuch"};
    bool has = letter == 'b' && pick(w, 2) == 0;
    if (has) put(w, "has(");
    put_any(w, pick(w, 3) == 0 ? 'o' : pick(w, 2) ? 'm' : 'l', depth - 1);
    put(w, has ? ".k1)" : fields[pick(w, 7)]);
}

static void put_literal(writer *w, char letter, int depth)
{
    char item = random_letters[pick(w, LETTERS)];
    unsigned count = pick(w, 4);
    put(w, letter == 'l' ? "[" : "{");
    for (unsigned i = 0; i < count; i++) {
        if (i > 0) put(w, ", ");
        bool maybe = pick(w, 8) == 0;
        if (maybe) put(w, "?");
        if (letter == 'm') put_any(w, 's', depth - 2);
        if (letter == 'm') put(w, ": ");
        put_any(w, maybe ? 'o' : item, depth - 1);
    }
    put(w, letter == 'l' ? "]" : "}");
}

static void enter(writer *w, char letter)
{
    w->scope[w->scope_count++] = letter;
}

// range.name(v3, v4, parts...)
static void put_macro(writer *w, char letter, int depth)
{
    static const struct {
        char gives;
        const char *name;
        int variables;
        const char *parts;
    } macros[] = {
        {'b', "all", 1, "b"},
        {'b', "all", 2, "b"},
        {'b', "exists", 1, "b"},
        {'b', "exists", 2, "b"},
        {'b', "exists_one", 1, "b"},
        {'b', "existsOne", 2, "b"},
        {'l', "map", 1, "?"},
        {'l', "map", 1, "b?"},
        {'l', "filter", 1, "b"},
        {'l', "transformList", 2, "?"},
        {'l', "transformList", 2, "b?"},
        {'m', "transformMap", 2, "?"},
        {'m', "transformMap", 2, "b?"},
    };
    unsigned m = 0;
    do {
        m = pick(w, sizeof macros / sizeof *macros);
    } while (macros[m].gives != letter);
    put_any(w, pick(w, 3) == 0 ? 'm' : 'l', depth - 1);
    sw_buf_printf(&w->text, ".%s(", macros[m].name);
    int before = w->scope_count;
    for (int i = 0; i < macros[m].variables; i++) {
        sw_buf_printf(&w->text, "v%d, ", w->scope_count);
        enter(w, random_letters[pick(w, 5)]);
    }
    for (const char *part = macros[m].parts; *part != '\0'; part++) {
        if (part != macros[m].parts) put(w, ", ");
        put_any(w, *part == '?' ? random_letters[pick(w, LETTERS)] : *part,
                depth - 1);
    }
    put(w, ")");
    w->scope_count = before;
}

static void put_bind(writer *w, char letter, int depth)
{
    char bound = random_letters[pick(w, LETTERS)];
    bool flat = letter == 'o' && pick(w, 2) == 0;
    if (letter == 'o') {
        put_any(w, 'o', depth - 1);
        sw_buf_printf(&w->text, ".%s(v%d, ", flat ? "optFlatMap" : "optMap",
                      w->scope_count);
    } else {
        sw_buf_printf(&w->text, "cel.bind(v%d, ", w->scope_count);
        put_any(w, bound, depth - 1);
        put(w, ", ");
    }
    enter(w, bound);
    put_any(w, letter == 'o' && !flat ? bound : letter, depth - 1);
    w->scope_count--;
    put(w, ")");
}

static void put_conditional(writer *w, char letter, int depth)
{
    put(w, "(");
    put_any(w, 'b', depth - 1);
    put(w, " ? ");
    put_any(w, letter, depth - 1);
    put(w, " : ");
    put_any(w, letter, depth - 1);
    put(w, ")");
}

static bool put_local(writer *w, char letter)
{
    if (w->block > 0 && pick(w, 3) == 0) {
        sw_buf_printf(&w->text, "cel.index(%u)", pick(w, (uint32_t)w->block));
        return true;
    }
    if (w->scope_count == 0) return false;
    unsigned v = pick(w, (uint32_t)w->scope_count);
    if (w->scope[v] != letter && pick(w, 3) > 0) return false;
    sw_buf_printf(&w->text, "v%u", v);
    return true;
}

// By a macro, written out, or by a function.
static void put_made(writer *w, char letter, int depth)
{
    bool folds = strchr("blm", letter) != NULL;
    bool written = strchr("lm", letter) != NULL;
    if (folds && pick(w, 2) == 0) {
        put_macro(w, letter, depth);
    } else if (written && pick(w, 3) == 0) {
        put_literal(w, letter, depth);
    } else if (!put_function(w, letter, depth)) {
        put_leaf(w, letter);
    }
}

static void put_any(writer *w, char letter, int depth)
{
    bool wild = strchr("AB.n", letter) != NULL;
    if (wild || pick(w, 30) == 0) {
        letter = letter == 'n' ? "iud"[pick(w, 3)]
                               : random_letters[pick(w, LETTERS)];
    }
    if (pick(w, 3) == 0 && put_local(w, letter)) return;
    if (depth <= 0 || w->text.len > 3000) {
        put_leaf(w, letter);
        return;
    }
    switch (pick(w, 12)) {
    case 0: put_leaf(w, letter); break;
    case 1: put_part(w, letter, depth); break;
    case 2: put_conditional(w, letter, depth); break;
    case 3: put_bind(w, letter, depth); break;
    case 4:
    case 5: put_operator(w, letter, depth); break;
    default: put_made(w, letter, depth);
    }
}

static void put_whole(writer *w)
{
    char letter = random_letters[pick(w, LETTERS)];
    int depth = 2 + (int)pick(w, 4), elements = (int)pick(w, 4);
    if (pick(w, 6) > 0 || elements == 0) {
        put_any(w, letter, depth);
        return;
    }
    put(w, "cel.block([");
    for (int i = 0; i < elements; i++) {
        if (i > 0) put(w, ", ");
        put_any(w, random_letters[pick(w, LETTERS)], depth - 1);
        w->block = i + 1;
    }
    put(w, "], ");
    put_any(w, letter, depth);
    put(w, ")");
    w->block = 0;
}

void random_source(uint64_t *seed, sw_buf *out)
{
    writer w = {.seed = *seed};
    put_whole(&w);
    *seed = w.seed;
    *out = w.text;
}

const char *function_never_called(void)
{
    unsigned row = 0;
    for (size_t i = 0; sw_cel__tables[i] != NULL; i++) {
        const sw_cel__function *f = sw_cel__tables[i];
        for (; f->name != NULL; f++, row++) {
            if (called[row] == 0) return f->name;
        }
    }
    return NULL;
}
