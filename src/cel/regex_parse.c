// RE2's syntax into a tree. What RE2 lacks (references back, looking around,
// possessive repeats) is refused by name.
//
// Specification: github.com/google/re2/wiki/Syntax.
#include "regex_internal.h"

typedef sw_re__node node;

enum {
    MAX_NESTING = 200,        // of groups
    MAX_REPEAT = 1000,        // as in RE2
    MAX_RANGES = 200 * 1000,  // of all sets together
};

// Static texts name the limits.
_Static_assert(MAX_NESTING == 200 && MAX_REPEAT == 1000 &&
                   MAX_RANGES == 200000 && SW_CEL__MAX_REGEX == 16384,
               "the errors below say so");

typedef struct {
    sw_str text;
    size_t at;
    sw_arena *arena;
    const char *why;  // NULL with a failure: no memory
    bool fold, multi_line, dot_all;
    unsigned nesting;
    size_t ranges;
    size_t max_footprint;  // of the arena
} parser;

static bool fail(parser *p, const char *why)
{
    p->why = why;
    return false;
}

static bool memory(parser *p, bool ok)
{
    if (!ok) p->why = NULL;
    return ok;
}

static bool more(const parser *p)
{
    return p->at < p->text.len;
}

static bool looking_at(const parser *p, const char *text)
{
    return sw_str_starts(sw_cel__part(p->text, p->at, p->text.len),
                         sw_str_of(text));
}

static bool take(parser *p, const char *text)
{
    if (!looking_at(p, text)) return false;
    p->at += strlen(text);
    return true;
}

static uint32_t next(parser *p)
{
    return sw_cel__code_point(p->text, &p->at);
}

static node *new_node(parser *p, sw_re__kind kind)
{
    node *n = SW_NEW(p->arena, node);
    if (n == NULL) return p->why = NULL, NULL;
    n->kind = kind;
    return n;
}

/* ---- classes --------------------------------------------------------- */

typedef struct {
    const char *name;
    sw_re__range ranges[5];  // ended by a range without end
} ascii_class;

static const ascii_class ascii_classes[] = {
    {"alnum", {{'0', '9'}, {'A', 'Z'}, {'a', 'z'}}},
    {"alpha", {{'A', 'Z'}, {'a', 'z'}}},
    {"ascii", {{0, 0x7F}}},
    {"blank", {{'\t', '\t'}, {' ', ' '}}},
    {"cntrl", {{0, 0x1F}, {0x7F, 0x7F}}},
    {"digit", {{'0', '9'}}},
    {"graph", {{'!', '~'}}},
    {"lower", {{'a', 'z'}}},
    {"print", {{' ', '~'}}},
    {"punct", {{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}}},
    {"space", {{'\t', '\r'}, {' ', ' '}}},
    {"upper", {{'A', 'Z'}}},
    {"word", {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}},
    {"xdigit", {{'0', '9'}, {'A', 'F'}, {'a', 'f'}}},
    // Perl's, of which \s lacks the vertical tab.
    {"d", {{'0', '9'}}},
    {"s", {{'\t', '\n'}, {'\f', '\r'}, {' ', ' '}}},
    {"w", {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}},
};

static const ascii_class *find_class(sw_str name)
{
    for (size_t i = 0; i < sizeof ascii_classes / sizeof *ascii_classes; i++) {
        if (sw_str_eq(name, sw_str_of(ascii_classes[i].name)))
            return &ascii_classes[i];
    }
    return NULL;
}

// Adds a part of a class, which may be negated by itself: [\D[:^alpha:]].
static bool add_part(parser *p, sw_re__set *to, sw_re__set *part, bool negated)
{
    bool ok = true;
    if (p->fold) ok = sw_re__add_folds(p->arena, part);
    sw_re__normalise(part);
    if (ok && negated) ok = sw_re__negate(p->arena, part);
    if (ok && to->count == 0) {
        *to = *part;  // most classes have one part
    } else {
        for (size_t i = 0; ok && i < part->count; i++)
            ok = sw_re__add(p->arena, to, part->at[i].lo, part->at[i].hi);
    }
    p->ranges += part->count;
    if (p->ranges > MAX_RANGES)
        return fail(p, "its classes have more than 200000 ranges");
    if (sw_arena_footprint(p->arena) > p->max_footprint)
        return fail(p, sw_cel__regex_no_room);
    return memory(p, ok);
}

static bool add_ascii(parser *p, sw_re__set *to, const ascii_class *class,
                      bool negated)
{
    sw_re__set part = {0};
    for (const sw_re__range *r = class->ranges; r->hi != 0; r++) {
        if (!memory(p, sw_re__add(p->arena, &part, r->lo, r->hi))) return false;
    }
    return add_part(p, to, &part, negated);
}

// \pL, \p{Lu}, \P{Hangul}, \p{^Hangul}; the place is behind the p.
static bool add_property(parser *p, sw_re__set *to, bool negated)
{
    size_t begin = p->at;
    if (!more(p)) return fail(p, "\\p without a class");
    sw_str name;
    if (take(p, "{")) {
        if (take(p, "^")) negated = !negated;
        begin = p->at;
        while (more(p) && p->text.at[p->at] != '}')
            p->at++;
        name = sw_cel__part(p->text, begin, p->at);
        if (!take(p, "}")) return fail(p, "\\p{ without }");
    } else {
        (void)next(p);
        name = sw_cel__part(p->text, begin, p->at);
    }
    sw_re__set part = {0};
    bool known = false;
    if (!memory(p, sw_re__add_property(p->arena, &part, name, &known)))
        return false;
    if (!known) return fail(p, "an unknown Unicode class after \\p");
    return add_part(p, to, &part, negated);
}

// A class that begins with a backslash. `is` says whether one stood here.
static bool class_escape(parser *p, sw_re__set *to, bool *is)
{
    *is = false;
    if (p->text.len - p->at < 2 || p->text.at[p->at] != '\\') return true;
    char c = p->text.at[p->at + 1];
    *is = strchr("dDsSwWpP", c) != NULL && c != '\0';
    if (!*is) return true;
    p->at += 2;
    bool negated = c >= 'A' && c <= 'Z';
    char lower = (char)(c | 0x20);
    if (lower == 'p') return add_property(p, to, negated);
    return add_ascii(p, to, find_class((sw_str){&lower, 1}), negated);
}

/* ---- escapes --------------------------------------------------------- */

static int hex_value(int c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// \x7F or \x{10FFFF}; the place is behind the x.
static bool hex_escape(parser *p, uint32_t *out)
{
    bool braces = take(p, "{");
    size_t most = braces ? 6 : 2, count = 0;
    uint32_t value = 0;
    for (; count < most && more(p); count++, p->at++) {
        int digit = hex_value(p->text.at[p->at]);
        if (digit < 0) break;
        value = value << 4 | (uint32_t)digit;
    }
    if (count == 0 || (!braces && count < 2) || (braces && !take(p, "}")) ||
        value > SW_RE_LAST)
        return fail(p, "\\x takes two hexadecimal digits, or some in braces");
    *out = value;
    return true;
}

static bool octal_escape(parser *p, uint32_t value, uint32_t *out)
{
    for (int i = 0; i < 2 && more(p); i++, p->at++) {
        char c = p->text.at[p->at];
        if (c < '0' || c > '7') break;
        value = value * 8 + (uint32_t)(c - '0');
    }
    *out = value;
    return true;
}

// The character that an escape stands for; the place is at the backslash.
static bool escape(parser *p, uint32_t *out)
{
    static const char plain[][2] = {{'a', '\a'}, {'f', '\f'}, {'n', '\n'},
                                    {'r', '\r'}, {'t', '\t'}, {'v', '\v'}};
    p->at++;
    if (!more(p)) return fail(p, "a backslash at the end");
    uint32_t c = next(p);
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        if (c == (uint32_t)plain[i][0])
            return *out = (uint32_t)plain[i][1], true;
    }
    if (c == 'x') return hex_escape(p, out);
    if (c >= '0' && c <= '7') {
        bool octal =
            more(p) && p->text.at[p->at] >= '0' && p->text.at[p->at] <= '7';
        if (c == '0' || octal) return octal_escape(p, c - '0', out);
    }
    if (c >= '1' && c <= '9')
        return fail(p, "references back (\\1) do not exist here");
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (letter || c >= 0x80) return fail(p, "an unknown escape");
    *out = c;
    return true;
}

/* ---- [...] ----------------------------------------------------------- */

// [:alpha:] or [:^alpha:]; `is` says whether one stood here.
static bool named_class(parser *p, sw_re__set *to, bool *is)
{
    size_t begin = p->at + 2, end = begin;
    *is = false;
    if (!looking_at(p, "[:")) return true;
    bool negated = end < p->text.len && p->text.at[end] == '^';
    begin = end += negated;
    while (end < p->text.len && p->text.at[end] >= 'a' &&
           p->text.at[end] <= 'z')
        end++;
    if (p->text.len - end < 2 || p->text.at[end] != ':' ||
        p->text.at[end + 1] != ']')
        return true;
    const ascii_class *class = find_class(sw_cel__part(p->text, begin, end));
    if (class == NULL || end - begin == 1)
        return fail(p, "an unknown class in [: :]");
    *is = true;
    p->at = end + 2;
    return add_ascii(p, to, class, negated);
}

static bool class_character(parser *p, uint32_t *out)
{
    if (!more(p)) return fail(p, "[ without ]");
    if (p->text.at[p->at] == '\\') return escape(p, out);
    *out = next(p);
    return true;
}

static bool class_range(parser *p, sw_re__set *to)
{
    uint32_t lo = 0, hi = 0;
    if (!class_character(p, &lo)) return false;
    hi = lo;
    bool range = looking_at(p, "-") && p->text.len - p->at >= 2 &&
                 p->text.at[p->at + 1] != ']';
    if (range) {
        p->at++;
        if (!class_character(p, &hi)) return false;
        if (hi < lo) return fail(p, "a range in [] that runs backwards");
    }
    sw_re__set part = {0};
    return memory(p, sw_re__add(p->arena, &part, lo, hi)) &&
           add_part(p, to, &part, false);
}

static bool parse_class(parser *p, node **out)
{
    node *n = new_node(p, SW_RE_SET);
    if (n == NULL) return false;
    p->at++;
    bool negated = take(p, "^");
    for (bool first = true; first || !looking_at(p, "]"); first = false) {
        bool is = false;
        if (!more(p)) return fail(p, "[ without ]");
        if (!named_class(p, &n->set, &is)) return false;
        if (!is && !class_escape(p, &n->set, &is)) return false;
        if (!is && !class_range(p, &n->set)) return false;
    }
    p->at++;
    sw_re__normalise(&n->set);
    if (negated && !memory(p, sw_re__negate(p->arena, &n->set))) return false;
    *out = n;
    return true;
}

/* ---- atoms ----------------------------------------------------------- */

static bool parse_choice(parser *p, node **out);

static bool character(parser *p, uint32_t c, node **out)
{
    node *n = new_node(p, SW_RE_SET);
    sw_re__set part = {0};
    if (n == NULL || !memory(p, sw_re__add(p->arena, &part, c, c)) ||
        !add_part(p, &n->set, &part, false))
        return false;
    *out = n;
    return true;
}

static bool any_character(parser *p, node **out)
{
    node *n = new_node(p, SW_RE_SET);
    if (n == NULL) return false;
    bool ok = true;
    if (p->dot_all) {
        ok = sw_re__add(p->arena, &n->set, 0, SW_RE_LAST);
    } else {
        ok = sw_re__add(p->arena, &n->set, 0, '\n' - 1) &&
             sw_re__add(p->arena, &n->set, '\n' + 1, SW_RE_LAST);
    }
    *out = n;
    return memory(p, ok);
}

static bool assertion(parser *p, sw_re__assertion what, node **out)
{
    *out = new_node(p, SW_RE_ASSERT);
    if (*out == NULL) return false;
    (*out)->assertion = what;
    return true;
}

static bool parse_escape(parser *p, node **out)
{
    static const struct {
        const char *text;
        sw_re__assertion what;
    } assertions[] = {{"\\A", SW_RE_TEXT_BEGIN},
                      {"\\z", SW_RE_TEXT_END},
                      {"\\b", SW_RE_WORD},
                      {"\\B", SW_RE_NOT_WORD}};
    for (size_t i = 0; i < sizeof assertions / sizeof *assertions; i++) {
        if (take(p, assertions[i].text))
            return assertion(p, assertions[i].what, out);
    }
    node *n = new_node(p, SW_RE_SET);
    bool is = false;
    if (n == NULL || !class_escape(p, &n->set, &is)) return false;
    if (is) {
        sw_re__normalise(&n->set);
        *out = n;
        return true;
    }
    uint32_t c = 0;
    return escape(p, &c) && character(p, c, out);
}

// Flags such as i or ms-i up to : or ), the place behind (?.
static bool parse_flags(parser *p)
{
    bool on = true, any = false;
    for (; more(p); p->at++) {
        switch (p->text.at[p->at]) {
        case 'i': p->fold = on; break;
        case 'm': p->multi_line = on; break;
        case 's': p->dot_all = on; break;
        case 'U': break;  // greed changes no answer of a search
        case '-':
            if (!on) return fail(p, "unknown flags after (?");
            on = false;
            any = false;
            continue;
        case ':':
        case ')':
            if (!on && !any) return fail(p, "unknown flags after (?");
            return true;
        default: return fail(p, "unknown flags after (?");
        }
        any = true;
    }
    return fail(p, "( without )");
}

static bool skip_group_name(parser *p)
{
    size_t begin = p->at;
    for (; more(p) && p->text.at[p->at] != '>'; p->at++) {
        char c = p->text.at[p->at];
        bool word = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                    (c >= 'A' && c <= 'Z') || c == '_';
        if (!word) return fail(p, "a group's name holds letters, digits and _");
    }
    if (p->at == begin || !take(p, ">"))
        return fail(p, "a group's name without >");
    return true;
}

// What stands between ( and the group's own pattern. `flags_only`: (?i), which
// holds for the rest of the group around it.
static bool group_start(parser *p, bool *flags_only)
{
    static const char *const looks[] = {"(?=", "(?!", "(?<=", "(?<!"};
    *flags_only = false;
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++) {
        if (looking_at(p, looks[i]))
            return fail(p, "looking ahead or behind does not exist here");
    }
    if (take(p, "(?P<") || take(p, "(?<")) return skip_group_name(p);
    if (!take(p, "(?")) return take(p, "(");
    if (!parse_flags(p)) return false;
    *flags_only = p->text.at[p->at] == ')';
    p->at++;
    return true;
}

static bool parse_group(parser *p, node **out)
{
    parser before = *p;
    bool flags_only = false;
    if (!group_start(p, &flags_only)) return false;
    if (flags_only) {
        *out = new_node(p, SW_RE_SEQUENCE);
        return *out != NULL;
    }
    if (++p->nesting > MAX_NESTING)
        return fail(p, "groups nested more than 200 deep");
    if (!parse_choice(p, out)) return false;
    if (!take(p, ")")) return fail(p, "( without )");
    p->nesting--;
    p->fold = before.fold;
    p->multi_line = before.multi_line;
    p->dot_all = before.dot_all;
    return true;
}

static bool parse_atom(parser *p, node **out)
{
    if (looking_at(p, "(")) return parse_group(p, out);
    if (looking_at(p, "[")) return parse_class(p, out);
    if (take(p, ".")) return any_character(p, out);
    if (take(p, "^"))
        return assertion(p, p->multi_line ? SW_RE_LINE_BEGIN : SW_RE_TEXT_BEGIN,
                         out);
    if (take(p, "$"))
        return assertion(p, p->multi_line ? SW_RE_LINE_END : SW_RE_TEXT_END,
                         out);
    if (looking_at(p, "\\")) return parse_escape(p, out);
    if (looking_at(p, "*") || looking_at(p, "+") || looking_at(p, "?"))
        return fail(p, "a repetition of nothing");
    return character(p, next(p), out);
}

/* ---- repeats, sequences, choices ------------------------------------- */

static bool small_number(parser *p, int *out)
{
    size_t begin = p->at;
    int value = 0;
    for (; more(p) && p->text.at[p->at] >= '0' && p->text.at[p->at] <= '9';
         p->at++) {
        if (value <= MAX_REPEAT) value = value * 10 + (p->text.at[p->at] - '0');
    }
    *out = value;
    return p->at > begin;
}

// {n}, {n,} or {n,m}. Anything else leaves the brace a plain character.
static bool counted(parser *p, int *min, int *max)
{
    size_t begin = p->at;
    if (take(p, "{") && small_number(p, min)) {
        *max = *min;
        if (take(p, ",") && !small_number(p, max)) *max = -1;
        if (take(p, "}")) return true;
    }
    p->at = begin;
    return false;
}

static bool repeat_sign(parser *p, int *min, int *max)
{
    *min = looking_at(p, "+");
    *max = looking_at(p, "?") ? 1 : -1;
    if (take(p, "*") || take(p, "+") || take(p, "?")) return true;
    return counted(p, min, max);
}

static bool parse_repeats(parser *p, node **atom)
{
    int min = 0, max = 0;
    if (!repeat_sign(p, &min, &max)) return true;
    if (min > MAX_REPEAT || max > MAX_REPEAT)
        return fail(p, "a repeat count above 1000");
    if (max >= 0 && max < min)
        return fail(p, "a repeat count that runs backwards");
    (void)take(p, "?");  // greed changes no answer of a search
    node *repeat = new_node(p, SW_RE_REPEAT);
    if (repeat == NULL) return false;
    repeat->first = *atom;
    repeat->min = min;
    repeat->max = max;
    *atom = repeat;
    if (repeat_sign(p, &min, &max))
        return fail(p, "a repetition of a repetition");
    return true;
}

// \Q...\E: the text as it stands, up to \E or the end. A repeat behind it is
// of its last character.
static bool parse_quoted(parser *p, node ***last)
{
    node **slot = NULL;
    while (more(p) && !take(p, "\\E")) {
        slot = *last;
        if (!character(p, next(p), slot)) return false;
        *last = &(*slot)->next;
    }
    if (slot == NULL) return true;
    if (!parse_repeats(p, slot)) return false;
    *last = &(*slot)->next;
    return true;
}

static bool parse_sequence(parser *p, node **out)
{
    node *sequence = new_node(p, SW_RE_SEQUENCE);
    if (sequence == NULL) return false;
    node **last = &sequence->first;
    while (more(p) && !looking_at(p, "|") && !looking_at(p, ")")) {
        if (take(p, "\\Q")) {
            if (!parse_quoted(p, &last)) return false;
            continue;
        }
        if (!parse_atom(p, last) || !parse_repeats(p, last)) return false;
        last = &(*last)->next;
    }
    *out = sequence;
    return true;
}

static bool parse_choice(parser *p, node **out)
{
    node *choice = new_node(p, SW_RE_CHOICE);
    if (choice == NULL) return false;
    node **last = &choice->first;
    do {
        if (!parse_sequence(p, last)) return false;
        last = &(*last)->next;
    } while (take(p, "|"));
    *out = choice;
    return true;
}

bool sw_re__parse(sw_str pattern, size_t max_bytes, sw_arena *arena,
                  sw_re__node **out, const char **why)
{
    parser p = {.text = pattern, .arena = arena, .why = "a bad pattern"};
    if (!sw_add_size(sw_arena_footprint(arena), max_bytes, &p.max_footprint))
        p.max_footprint = SIZE_MAX;
    bool ok = pattern.len <= SW_CEL__MAX_REGEX
                  ? parse_choice(&p, out)
                  : fail(&p, "more than 16384 bytes");
    if (ok && more(&p)) ok = fail(&p, ") without (");
    if (!ok) *why = p.why;
    return ok;
}
