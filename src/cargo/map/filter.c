// Tag filters: expressions, parsed once and matched against keys and values.
//
//     [types/]key[,key...][=value[,value...] | !=value[,value...]]
//
// as osmium tags-filter has them, but `*` may stand anywhere and any number of
// times, and strip expressions have no types, so that their keys may hold a
// slash. An expression has no way to quote `,` `=` `*`.
#include "map_internal.h"

#include <stdlib.h>
#include <string.h>

#define EVERY_KIND                                                             \
    (1U << SW_OSM_NODE | 1U << SW_OSM_WAY | 1U << SW_OSM_RELATION)

typedef struct {
    sw_str *at;
    size_t count;
} patterns;

typedef struct {
    unsigned kinds;  // bits of 1 << sw_osm_type, SW_MAP__CLOSED
    bool unless;     // `!=`: a value that matches does not count
    patterns keys, values;
} expression;

struct sw_tag_filter {
    sw_arena *arena;
    expression *list;
    size_t count;
    sw_map__names *names;
};

bool sw_map__glob(sw_str pattern, sw_str text)
{
    size_t p = 0, t = 0, star = SIZE_MAX, resume = 0;
    while (t < text.len) {
        if (p < pattern.len && pattern.at[p] == '*') {
            star = p++;  // let it match nothing, and more on the way back
            resume = t;
        } else if (p < pattern.len && pattern.at[p] == text.at[t]) {
            p++;
            t++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    while (p < pattern.len && pattern.at[p] == '*')
        p++;
    return p == pattern.len;
}

static bool any_matches(patterns list, sw_str text)
{
    for (size_t i = 0; i < list.count; i++) {
        if (sw_map__glob(list.at[i], text)) return true;
    }
    return false;
}

static size_t find_byte(sw_str text, char byte)
{
    const char *at = text.len > 0 ? memchr(text.at, byte, text.len) : NULL;
    return at != NULL ? (size_t)(at - text.at) : text.len;
}

static sw_str tail(sw_str text, size_t from)
{
    return (sw_str){text.at + from, text.len - from};
}

static bool refuse(sw_str text, const char *why, sw_error *err)
{
    int shown = text.len > 120 ? 120 : (int)text.len;
    return sw_fail(err, SW_ERR_USAGE, "expression \"%.*s\": %s", shown, text.at,
                   why);
}

// Splits at commas. @return false: memory ran out or (`*empty`) a part is
// empty.
static bool split(sw_str text, sw_arena *arena, patterns *out, bool *empty)
{
    size_t count = 1;
    for (size_t i = 0; i < text.len; i++)
        count += text.at[i] == ',';
    out->at = SW_NEW_ARRAY(arena, sw_str, count);
    if (out->at == NULL) return false;

    for (out->count = 0; out->count < count; out->count++) {
        size_t len = find_byte(text, ',');
        out->at[out->count] = (sw_str){text.at, len};
        if (len == 0) return *empty = true, false;
        if (len < text.len) text = tail(text, len + 1);
    }
    return true;
}

static unsigned kind_of(char letter)
{
    switch (letter) {
    case 'n': return 1U << SW_OSM_NODE;
    case 'w': return 1U << SW_OSM_WAY;
    case 'r': return 1U << SW_OSM_RELATION;
    case 'a': return SW_MAP__CLOSED;
    default: return 0;
    }
}

// Takes "nwr/" off the front of `rest`. Without it every kind is meant.
static bool take_kinds(sw_str whole, sw_str *rest, unsigned *kinds,
                       sw_error *err)
{
    size_t slash = find_byte(*rest, '/');
    *kinds = slash == 0 || slash == rest->len ? EVERY_KIND : 0;
    if (slash == rest->len) return true;

    for (size_t i = 0; i < slash; i++) {
        unsigned kind = kind_of(rest->at[i]);
        if (kind == 0) {
            return refuse(whole,
                          "before '/' stand n, w, r and a only (node, "
                          "way, relation, area)",
                          err);
        }
        *kinds |= kind;
    }
    *rest = tail(*rest, slash + 1);
    return true;
}

// keys, then what stands behind `=` or `!=`
static bool take_patterns(sw_str whole, sw_str rest, sw_arena *arena,
                          expression *out, sw_error *err)
{
    bool empty = false;
    size_t equals = find_byte(rest, '=');
    bool has_values = equals < rest.len;
    sw_str keys = {rest.at, equals};
    if (has_values && equals > 0 && keys.at[equals - 1] == '!') {
        out->unless = true;
        keys.len--;
    }

    if (!split(keys, arena, &out->keys, &empty))
        return empty ? refuse(whole, "a key is empty", err)
                     : sw_fail_memory(err);
    if (!has_values) return true;
    if (!split(tail(rest, equals + 1), arena, &out->values, &empty))
        return empty ? refuse(whole, "a value is empty", err)
                     : sw_fail_memory(err);
    return true;
}

static bool parse(sw_str text, bool typed, sw_arena *arena, expression *out,
                  sw_error *err)
{
    sw_str whole;
    if (!sw_arena_str(arena, text, &whole)) return sw_fail_memory(err);

    sw_str rest = whole;
    out->kinds = EVERY_KIND;
    if (typed && !take_kinds(whole, &rest, &out->kinds, err)) return false;
    return take_patterns(whole, rest, arena, out, err);
}

static bool filter_new(size_t count, sw_tag_filter **out, sw_error *err)
{
    sw_tag_filter *filter = calloc(1, sizeof *filter);
    if (filter == NULL) return sw_fail_memory(err);
    if (!sw_arena_new(&filter->arena, err)) {
        free(filter);
        return false;
    }
    filter->list = SW_NEW_ARRAY(filter->arena, expression, count);
    if (filter->list == NULL) {
        sw_tag_filter_free(filter);
        return sw_fail_memory(err);
    }
    *out = filter;
    return true;
}

static bool add(sw_tag_filter *filter, sw_str text, bool typed, sw_error *err)
{
    return parse(text, typed, filter->arena, &filter->list[filter->count++],
                 err);
}

bool sw_map_strip_new(const sw_str *expressions, size_t count,
                      const sw_str *names, size_t name_count,
                      sw_tag_filter **out, sw_error *err)
{
    sw_tag_filter *filter;
    if (!filter_new(count, &filter, err)) return false;
    for (size_t i = 0; i < count; i++) {
        if (!add(filter, expressions[i], false, err)) goto failed;
    }
    if (name_count > 0 &&
        !sw_map__names_new(names, name_count, &filter->names, err))
        goto failed;
    *out = filter;
    return true;

failed:
    sw_tag_filter_free(filter);
    return false;
}

// The expressions of a profile, or NULL if the text is none's name.
static const char *const *profile_of(sw_str text)
{
    char name[64];
    if (text.len >= sizeof name) return NULL;
    if (text.len > 0) memcpy(name, text.at, text.len);
    name[text.len] = '\0';
    return sw_map_profile(name);
}

static size_t profile_size(const char *const *profile)
{
    size_t count = 0;
    while (profile[count] != NULL)
        count++;
    return count;
}

static bool add_scope(sw_tag_filter *filter, sw_str text, sw_error *err)
{
    const char *const *profile = profile_of(text);
    if (profile == NULL) return add(filter, text, true, err);
    for (; *profile != NULL; profile++) {
        if (!add(filter, sw_str_of(*profile), true, err)) return false;
    }
    return true;
}

bool sw_map_scope_new(const sw_str *expressions, size_t count,
                      sw_tag_filter **out, sw_error *err)
{
    size_t total = 0;
    for (size_t i = 0; i < count; i++) {
        const char *const *profile = profile_of(expressions[i]);
        total += profile != NULL ? profile_size(profile) : 1;
    }

    sw_tag_filter *filter;
    if (!filter_new(total, &filter, err)) return false;
    for (size_t i = 0; i < count; i++) {
        if (!add_scope(filter, expressions[i], err)) {
            sw_tag_filter_free(filter);
            return false;
        }
    }
    *out = filter;
    return true;
}

void sw_tag_filter_free(sw_tag_filter *filter)
{
    if (filter == NULL) return;
    sw_map__names_free(filter->names);
    sw_arena_free(filter->arena);
    free(filter);
}

sw_map__key_verdict sw_map__filter_key(const sw_tag_filter *filter, sw_str key)
{
    sw_map__key_verdict verdict = SW_MAP__KEY_FREE;
    for (size_t i = 0; i < filter->count; i++) {
        const expression *one = &filter->list[i];
        if (!any_matches(one->keys, key)) continue;
        if (one->values.count == 0 && (one->kinds & EVERY_KIND) == EVERY_KIND)
            return SW_MAP__KEY_SETTLED;
        verdict = SW_MAP__KEY_ASKS;
    }
    return verdict;
}

bool sw_map__filter_tag(const sw_tag_filter *filter, unsigned kinds, sw_str key,
                        sw_str value)
{
    for (size_t i = 0; i < filter->count; i++) {
        const expression *one = &filter->list[i];
        if ((one->kinds & kinds) == 0 || !any_matches(one->keys, key)) continue;
        if (one->values.count == 0) return true;
        if (any_matches(one->values, value) != one->unless) return true;
    }
    return false;
}

const sw_map__names *sw_map__filter_names(const sw_tag_filter *filter)
{
    return filter->names;
}
