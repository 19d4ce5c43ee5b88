// What functions take and how large their results are: a row for each name, as
// their overloads differ by what their arguments may be. It mirrors where they
// spend steps; a function without a row counts as unbounded, and a test finds
// it.
#include "cost_internal.h"

typedef sw_cel__bound bound;
typedef sw_cel__costing costing;

static uint64_t text_of(const bound *b)
{
    return (b->kinds & SW_KINDS_TEXT) != 0 ? b->bytes : 0;
}

static const sw_cel_value *literal_text(const bound *b)
{
    bool known = b->literal != NULL && b->literal->kind == SW_CEL_STRING;
    return known ? b->literal : NULL;
}

// How often `part` may be found in `s`: between any two characters if empty.
static uint64_t most_hits(const bound *s, const bound *part)
{
    const sw_cel_value *known = literal_text(part);
    if (known == NULL || known->as.str.len == 0)
        return sw_cel__sum(s->bytes, 1);
    return sw_cel__share(s->bytes, known->as.str.len);
}

// The argument that limits them, if it is there; none or less than 0: all.
static uint64_t limited(uint64_t hits, const bound *args, size_t count,
                        size_t which)
{
    const sw_cel_value *limit = count > which ? args[which].literal : NULL;
    if (limit == NULL || limit->kind != SW_CEL_INT || limit->as.i64 < 0)
        return hits;
    return sw_cel__min(hits, (uint64_t)limit->as.i64);
}

/* ---- no more than to read -------------------------------------------- */

static uint64_t nothing(costing *c, const bound *args, size_t count, bound *out)
{
    return 0;
}

static uint64_t reads(costing *c, const bound *args, size_t count, bound *out)
{
    return sw_cel__cost_of_text(text_of(&args[0]));
}

static uint64_t reads_second(costing *c, const bound *args, size_t count,
                             bound *out)
{
    return sw_cel__cost_of_text(text_of(&args[1]));
}

// The address of a CIDR, or one that is read.
static uint64_t network(costing *c, const bound *args, size_t count, bound *out)
{
    enum { LONGEST = 17 };
    out->bytes = LONGEST;
    return reads(c, args, count, out);
}

static uint64_t reads_duration(costing *c, const bound *args, size_t count,
                               bound *out)
{
    return sw_cel__share(text_of(&args[0]), 8);
}

static uint64_t zone(costing *c, const bound *args, size_t count, bound *out)
{
    enum { FILE_STEPS = 100 };
    return count == 2 ? FILE_STEPS : 0;
}

static uint64_t type(costing *c, const bound *args, size_t count, bound *out)
{
    enum { LONGEST = 64 };
    out->bytes = LONGEST;
    return 0;
}

static uint64_t same(costing *c, const bound *args, size_t count, bound *out)
{
    *out = args[0];
    return 0;
}

/* ---- text ------------------------------------------------------------ */

static uint64_t same_length(costing *c, const bound *args, size_t count,
                            bound *out)
{
    out->bytes = text_of(&args[0]);
    return reads(c, args, count, out);
}

static uint64_t string(costing *c, const bound *args, size_t count, bound *out)
{
    enum { LONGEST = 64 };  // text of what is no text
    bool real = (args[0].kinds & SW_KIND(SW_CEL_DOUBLE)) != 0;
    out->bytes = sw_cel__max(text_of(&args[0]), LONGEST);
    return sw_cel__max(reads(c, args, count, out),
                       real ? SW_CEL__DOUBLE_STEPS : 0);
}

static uint64_t character(costing *c, const bound *args, size_t count,
                          bound *out)
{
    enum { LONGEST = 4 };
    out->bytes = LONGEST;
    return reads(c, args, count, out);
}

static uint64_t last_place(costing *c, const bound *args, size_t count,
                           bound *out)
{
    uint64_t compared = sw_cel__product(args[0].bytes, args[1].bytes);
    return sw_cel__sum(reads(c, args, count, out),
                       sw_cel__share(compared, 1024));
}

static uint64_t replace(costing *c, const bound *args, size_t count, bound *out)
{
    uint64_t hits = limited(most_hits(&args[0], &args[1]), args, count, 3);
    uint64_t added = sw_cel__product(hits, args[2].bytes);
    out->bytes = sw_cel__sum(args[0].bytes, added);
    uint64_t steps =
        sw_cel__sum(reads(c, args, count, out), sw_cel__share(hits, 8));
    return sw_cel__sum(steps, sw_cel__cost_of_text(out->bytes));
}

static uint64_t split(costing *c, const bound *args, size_t count, bound *out)
{
    uint64_t parts = sw_cel__sum(most_hits(&args[0], &args[1]), 1);
    parts = limited(parts, args, count, 2);
    bound part =
        sw_cel__bound_scalar(SW_KIND(SW_CEL_STRING), text_of(&args[0]));
    *out = sw_cel__bound_list(c, parts, &part);
    return sw_cel__sum(reads(c, args, count, out), sw_cel__share(parts, 8));
}

static uint64_t join(costing *c, const bound *args, size_t count, bound *out)
{
    bound item = sw_cel__inside(&args[0]);
    uint64_t each = text_of(&item);
    if (count == 2) each = sw_cel__sum(each, args[1].bytes);
    out->bytes = sw_cel__product(args[0].count, each);
    return sw_cel__sum(sw_cel__share(args[0].count, 8),
                       sw_cel__cost_of_text(out->bytes));
}

static uint64_t quote(costing *c, const bound *args, size_t count, bound *out)
{
    out->bytes = sw_cel__sum(sw_cel__product(args[0].bytes, 2), 2);
    return sw_cel__cost_of_text(out->bytes);
}

static uint64_t encode(costing *c, const bound *args, size_t count, bound *out)
{
    uint64_t groups = sw_cel__sum(sw_cel__share(args[0].bytes, 3), 1);
    out->bytes = sw_cel__product(groups, 4);
    return reads(c, args, count, out);
}

static uint64_t matches(costing *c, const bound *args, size_t count, bound *out)
{
    enum { COMPILING = 64 };  // steps for each byte
    uint64_t pattern = sw_cel__min(args[1].bytes, SW_CEL__MAX_REGEX);
    return sw_cel__sum(pattern * COMPILING,
                       sw_cel__regex_steps(NULL, args[0].bytes));
}

/* ---- format ---------------------------------------------------------- */

enum {
    LONG_SCALAR = 400,  // a double without exponent, or %f of one
    SHORT_SCALAR = 40,  // anything else
    LONG_REAL = 1500,   // with a precision
    REAL_STEPS = 125,   // likewise
    PUNCTUATION = 4,    // beside each value of a list or map
    BYTES_AS_TEXT = 3,  // a stray byte becomes U+FFFD
};

// Whether a clause may have a precision.
static bool is_precise(const bound *format)
{
    const sw_cel_value *known = literal_text(format);
    return known == NULL || sw_str_has(known->as.str, SW_STR("."));
}

static bool may_hold_double(const bound *b)
{
    return sw_cel__may_hold(b, SW_KIND(SW_CEL_DOUBLE));
}

// The longest text of a value that is no list or map, in `b` or within it.
static uint64_t longest_scalar(const bound *b)
{
    bool stray = sw_cel__may_hold(b, SW_KIND(SW_CEL_BYTES));
    uint64_t scalar = may_hold_double(b) ? LONG_SCALAR : SHORT_SCALAR;
    uint64_t text = stray ? sw_cel__product(b->bytes, BYTES_AS_TEXT) : b->bytes;
    return sw_cel__max(scalar, text);
}

// Each clause takes one argument, whose values are walked once.
static uint64_t format(costing *c, const bound *args, size_t count, bound *out)
{
    bound arg = sw_cel__inside(&args[1]);
    uint64_t clauses =
        sw_cel__min(sw_cel__share(args[0].bytes, 2), args[1].count);
    uint64_t values =
        sw_cel__min(sw_cel__product(clauses, arg.values), args[1].values);
    uint64_t hex = sw_cel__product(arg.bytes, 2);
    bool precise = is_precise(&args[0]);
    uint64_t clause = sw_cel__max(precise ? LONG_REAL : LONG_SCALAR, hex);
    uint64_t value = sw_cel__sum(longest_scalar(&arg), PUNCTUATION);
    out->bytes =
        sw_cel__sum(args[0].bytes, sw_cel__sum(sw_cel__product(clauses, clause),
                                               sw_cel__product(values, value)));

    uint64_t keys = 0;
    if ((arg.kinds & SW_KINDS_HOLDER) != 0)
        keys = sw_cel__product(
            values, sw_cel__cost_of_text(sw_cel__max(longest_scalar(&arg), 1)));
    uint64_t each = may_hold_double(&arg) ? 1 + SW_CEL__DOUBLE_STEPS : 1;
    uint64_t steps = sw_cel__sum(sw_cel__product(values, each), keys);
    steps = sw_cel__sum(steps,
                        sw_cel__product(clauses, precise ? 1 + REAL_STEPS : 1));
    steps = sw_cel__sum(steps, reads(c, args, count, out));
    return sw_cel__sum(steps, sw_cel__cost_of_text(out->bytes));
}

/* ---- optionals and numbers ------------------------------------------- */

static uint64_t wraps(costing *c, const bound *args, size_t count, bound *out)
{
    if (count > 0) *out = sw_cel__bound_optional(c, &args[0]);
    return 0;
}

static uint64_t value(costing *c, const bound *args, size_t count, bound *out)
{
    *out = sw_cel__inside(&args[0]);
    return 0;
}

static uint64_t or_other(costing *c, const bound *args, size_t count,
                         bound *out)
{
    *out = args[0];
    sw_cel__join_bounds(c, out, &args[1]);
    return 0;
}

static uint64_t or_value(costing *c, const bound *args, size_t count,
                         bound *out)
{
    *out = sw_cel__inside(&args[0]);
    sw_cel__join_bounds(c, out, &args[1]);
    return 0;
}

static uint64_t extreme(costing *c, const bound *args, size_t count, bound *out)
{
    *out = sw_cel__bound_scalar(SW_KINDS_NUMBER, 0);
    bool list = count == 1 && (args[0].kinds & SW_KIND(SW_CEL_LIST)) != 0;
    return list ? sw_cel__share(args[0].count, 8) : 0;
}

/* ---- the table ------------------------------------------------------- */

static const struct {
    const char *name;
    sw_cel__cost_rule rule;
} rules[] = {
    {"size", reads},
    {"type", type},
    {"dyn", same},
    {"int", reads},
    {"uint", reads},
    {"double", reads},
    {"bool", nothing},
    {"string", string},
    {"bytes", same_length},
    {"startsWith", reads},
    {"endsWith", reads},
    {"contains", reads},
    {"matches", matches},
    {"timestamp", reads},
    {"duration", reads_duration},
    {"getFullYear", zone},
    {"getMonth", zone},
    {"getDate", zone},
    {"getDayOfMonth", zone},
    {"getDayOfWeek", zone},
    {"getDayOfYear", zone},
    {"getHours", zone},
    {"getMinutes", zone},
    {"getSeconds", zone},
    {"getMilliseconds", zone},
    {"optional.of", wraps},
    {"optional.none", nothing},
    {"optional.ofNonZeroValue", wraps},
    {"hasValue", nothing},
    {"value", value},
    {"or", or_other},
    {"orValue", or_value},
    {"charAt", character},
    {"indexOf", reads},
    {"lastIndexOf", last_place},
    {"lowerAscii", same_length},
    {"upperAscii", same_length},
    {"replace", replace},
    {"reverse", same_length},
    {"split", split},
    {"substring", same_length},
    {"trim", same_length},
    {"join", join},
    {"strings.quote", quote},
    {"format", format},
    {"math.greatest", extreme},
    {"math.least", extreme},
    {"math.ceil", nothing},
    {"math.floor", nothing},
    {"math.round", nothing},
    {"math.trunc", nothing},
    {"math.sqrt", nothing},
    {"math.isNaN", nothing},
    {"math.isInf", nothing},
    {"math.isFinite", nothing},
    {"math.abs", nothing},
    {"math.sign", nothing},
    {"math.bitAnd", nothing},
    {"math.bitOr", nothing},
    {"math.bitXor", nothing},
    {"math.bitNot", nothing},
    {"math.bitShiftLeft", nothing},
    {"math.bitShiftRight", nothing},
    {"base64.encode", encode},
    {"base64.decode", same_length},
    {"ip", network},
    {"cidr", network},
    {"isIP", reads},
    {"isCIDR", reads},
    {"ip.isCanonical", reads},
    {"family", nothing},
    {"isUnspecified", nothing},
    {"isLoopback", nothing},
    {"isGlobalUnicast", nothing},
    {"isLinkLocalMulticast", nothing},
    {"isLinkLocalUnicast", nothing},
    {"containsIP", reads_second},
    {"containsCIDR", reads_second},
    {"masked", network},
    {"prefixLength", nothing},
};

sw_cel__cost_rule sw_cel__find_cost_rule(const sw_cel__function *function)
{
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        if (strcmp(rules[i].name, function->name) == 0) return rules[i].rule;
    }
    return NULL;
}

/* ---- overloads ------------------------------------------------------- */

static uint32_t kinds_of(char letter)
{
    return sw_cel__kinds_of_letter(letter) & SW_KINDS_ANY;
}

// Whether the arguments may be what an overload takes: `narrow` then has what
// is left of them. An argument that is not evaluated may be an error.
static bool may_fit(const char *takes, const bound *args, size_t count,
                    bound *narrow)
{
    size_t i = 0;
    bool lazy = *takes == '?';
    const char *last = takes += lazy;
    for (; i < count; i++) {
        bool more = *takes != '\0' && *takes != '*';
        if (!more && *takes != '*') return false;
        if (more) last = takes;
        narrow[i] = args[i];
        narrow[i].kinds &= kinds_of(*last);
        if (narrow[i].kinds == 0 && !(lazy && i > 0)) return false;
        if (more) takes = sw_cel__behind_type(takes);
    }
    return *takes == '\0' || *takes == '*';
}

uint64_t sw_cel__cost_of_call(costing *c, const sw_cel__function *f,
                              const bound *args, size_t count, bound *out)
{
    uint64_t most = 0;
    *out = (bound){.values = 1};
    bound *narrow = SW_NEW_ARRAY(c->arena, bound, count);
    if (narrow == NULL) return c->failed = true, 0;
    for (; f != NULL; f = sw_cel__next_overload(f)) {
        if (!may_fit(f->takes, args, count, narrow)) continue;
        sw_cel__cost_rule rule = sw_cel__find_cost_rule(f);
        bound one = sw_cel__bound_scalar(kinds_of(*f->gives), 0);
        if (rule == NULL) {
            *out = sw_cel__bound_any();
            return SW_CEL__UNBOUNDED;
        }
        most = sw_cel__max(most, rule(c, narrow, count, &one));
        sw_cel__join_bounds(c, out, &one);
    }
    return most;
}
