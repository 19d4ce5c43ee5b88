// Tag expressions, written from their description in segwan/map.h: those of
// strip-tags, and those of scope, which are osmium tags-filter's (man page
// osmium-tags-filter, "FILTER EXPRESSIONS").
#include "inspect_internal.h"

#include <string.h>

/* ---- parsing ---------------------------------------------------------- */

static bool find_byte(sw_str text, char byte, size_t *out)
{
    const char *at = text.len > 0 ? memchr(text.at, byte, text.len) : NULL;
    if (at == NULL) return false;
    *out = (size_t)(at - text.at);
    return true;
}

static sw_str from(sw_str text, size_t begin)
{
    return (sw_str){text.at + begin, text.len - begin};
}

static sw_str trim(sw_str text)
{
    while (text.len > 0 && strchr(" \t\r\n", text.at[0]) != NULL)
        text = from(text, 1);
    while (text.len > 0 && strchr(" \t\r\n", text.at[text.len - 1]) != NULL)
        text.len--;
    return text;
}

// Splits at commas; every part must hold something.
static bool split(sw_str text, sw_arena *arena, const sw_str **out,
                  size_t *count, sw_error *err)
{
    size_t parts = 1, made = 0, comma;
    for (size_t i = 0; i < text.len; i++)
        parts += text.at[i] == ',';
    sw_str *list = SW_NEW_ARRAY(arena, sw_str, parts);
    if (list == NULL) return sw_fail_memory(err);

    while (find_byte(text, ',', &comma)) {
        list[made++] = trim((sw_str){text.at, comma});
        text = from(text, comma + 1);
    }
    list[made++] = trim(text);
    for (size_t i = 0; i < made; i++) {
        if (list[i].len == 0)
            return sw_fail(err, SW_ERR_USAGE, "a key or value is empty");
    }
    *out = list;
    *count = made;
    return true;
}

static bool parse_kinds(sw_str *text, unsigned *out, sw_error *err)
{
    static const char letters[] = "nwra";
    size_t slash;
    *out = SW_KIND_ALL;
    if (!find_byte(*text, '/', &slash)) return true;

    unsigned kinds = 0;
    for (size_t i = 0; i < slash; i++) {
        const char *at = strchr(letters, text->at[i]);
        if (at == NULL || *at == '\0') {
            return sw_fail(err, SW_ERR_USAGE,
                           "what stands before / is not made of n, w, r, a");
        }
        kinds |= 1U << (at - letters);
    }
    if (slash > 0) *out = kinds;
    *text = from(*text, slash + 1);
    return true;
}

// key[,key…][=value[,value…]]
static bool parse_tags(sw_str text, bool scope, sw_arena *arena,
                       sw_inspect__rule *rule, sw_error *err)
{
    size_t equals;
    sw_str keys = text;
    if (find_byte(text, '=', &equals)) {
        keys.len = equals;
        if (!split(from(text, equals + 1), arena, &rule->values,
                   &rule->value_count, err))
            return false;
        rule->negated = scope && keys.len > 0 && keys.at[keys.len - 1] == '!';
        if (rule->negated) keys.len--;
    }
    return split(keys, arena, &rule->keys, &rule->key_count, err);
}

static bool parse_rule(sw_str text, bool scope, sw_arena *arena,
                       sw_inspect__rule *rule, sw_error *err)
{
    *rule = (sw_inspect__rule){.kinds = SW_KIND_ALL, .tail = scope};
    text = trim(text);
    if (scope && !parse_kinds(&text, &rule->kinds, err)) return false;
    return parse_tags(text, scope, arena, rule, err);
}

static bool parse(const sw_str *texts, size_t count, bool scope,
                  sw_arena *arena, sw_inspect__filter *out, sw_error *err)
{
    sw_inspect__rule *rules = SW_NEW_ARRAY(arena, sw_inspect__rule, count);
    if (rules == NULL) return sw_fail_memory(err);
    for (size_t i = 0; i < count; i++) {
        if (!parse_rule(texts[i], scope, arena, &rules[i], err)) {
            return sw_error_at(err, "%s expression %zu",
                               scope ? "scope" : "strip-tags", i + 1);
        }
    }
    *out = (sw_inspect__filter){rules, count};
    return true;
}

bool sw_inspect__strip_parse(const sw_str *texts, size_t count, sw_arena *arena,
                             sw_inspect__filter *out, sw_error *err)
{
    return parse(texts, count, false, arena, out, err);
}

bool sw_inspect__scope_parse(const sw_str *texts, size_t count, sw_arena *arena,
                             sw_inspect__filter *out, sw_error *err)
{
    return parse(texts, count, true, arena, out, err);
}

/* ---- matching --------------------------------------------------------- */

// `*` is any run of characters. Only the last star is ever tried again, so
// the time is at most the product of both lengths.
static bool fits(sw_str pattern, sw_str text)
{
    size_t p = 0, t = 0, star = SIZE_MAX, held = 0;
    while (t < text.len) {
        if (p < pattern.len && pattern.at[p] == '*') {
            star = p++;
            held = t;
        } else if (p < pattern.len && pattern.at[p] == text.at[t]) {
            p++;
            t++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            t = ++held;
        } else {
            return false;
        }
    }
    while (p < pattern.len && pattern.at[p] == '*')
        p++;
    return p == pattern.len;
}

// osmium reads "*Paris" as "contains Paris".
static bool fits_tail(sw_str pattern, sw_str text)
{
    sw_str part = pattern.len > 0 && pattern.at[0] == '*' ? from(pattern, 1)
                                                          : (sw_str){0};
    size_t star;
    return part.len > 0 && !find_byte(part, '*', &star) &&
           sw_str_has(text, part);
}

static bool fits_any(const sw_inspect__rule *rule, const sw_str *patterns,
                     size_t count, sw_str text)
{
    for (size_t i = 0; i < count; i++) {
        if (fits(patterns[i], text)) return true;
        if (rule->tail && fits_tail(patterns[i], text)) return true;
    }
    return false;
}

static bool rule_matches(const sw_inspect__rule *rule, sw_str key, sw_str value)
{
    if (!fits_any(rule, rule->keys, rule->key_count, key)) return false;
    if (rule->value_count == 0) return true;
    return fits_any(rule, rule->values, rule->value_count, value) !=
           rule->negated;
}

bool sw_inspect__filter_match(const sw_inspect__filter *filter, unsigned kinds,
                              sw_str key, sw_str value)
{
    for (size_t i = 0; i < filter->count; i++) {
        if ((filter->rules[i].kinds & kinds) != 0 &&
            rule_matches(&filter->rules[i], key, value))
            return true;
    }
    return false;
}

/* ---- areas ------------------------------------------------------------ */

typedef enum { AREA_ANY, AREA_EXCEPT, AREA_ONLY } area_kind;

// docs/projection.md, section 8; a list is of words set off by spaces.
static const struct {
    const char *keys;
    area_kind kind;
    const char *values;
} area_rules[] = {
    {" building building:part landuse amenity leisure place boundary shop "
     "tourism historic public_transport office military ruins craft golf "
     "indoor area:highway ",
     AREA_ANY, ""},
    {" natural ", AREA_EXCEPT, " coastline cliff ridge arete tree_row "},
    {" man_made ", AREA_EXCEPT, " cutline embankment pipeline "},
    {" aeroway ", AREA_EXCEPT, " taxiway "},
    {" highway ", AREA_ONLY, " services rest_area escape elevator "},
    {" waterway ", AREA_ONLY, " riverbank dock boatyard dam "},
    {" barrier ", AREA_ONLY,
     " city_wall ditch hedge retaining_wall wall spikes "},
    {" railway ", AREA_ONLY, " station turntable roundhouse platform "},
    {" power ", AREA_ONLY, " plant substation generator transformer "},
};

static bool listed(const char *words, sw_str word)
{
    for (const char *at = words; (at = strchr(at, ' ')) != NULL; at++) {
        const char *begin = at + 1;
        if (strlen(begin) > word.len && begin[word.len] == ' ' &&
            memcmp(begin, word.at, word.len) == 0 && word.len > 0)
            return true;
    }
    return false;
}

static bool tag_says_area(sw_str key, sw_str value)
{
    if (sw_str_eq(value, SW_STR("no"))) return false;
    for (size_t i = 0; i < sizeof area_rules / sizeof *area_rules; i++) {
        if (!listed(area_rules[i].keys, key)) continue;
        if (area_rules[i].kind == AREA_ANY) return true;
        bool among = listed(area_rules[i].values, value);
        return among == (area_rules[i].kind == AREA_ONLY);
    }
    return false;
}

bool sw_inspect__is_area(const sw_inspect__tag *tags, size_t count)
{
    bool says = false;
    for (size_t i = 0; i < count; i++) {
        if (sw_str_eq(tags[i].key, SW_STR("area")))
            return !sw_str_eq(tags[i].value, SW_STR("no"));
        says |= tag_says_area(tags[i].key, tags[i].value);
    }
    return says;
}
