// Forbidden names: is one of them in a text?
//
// Name and text are folded alike: NFKC case folding (which also drops what
// Unicode ignores: soft hyphens, zero-width spaces), white space runs made one
// space. Bytes that are no UTF-8 count as U+FFFD and hide nothing beside them.
// A folded name has at least two bytes, so a table by the first two leads from
// each place of the text to the few names that could begin there.
//
// Names are secret: they lie in an arena that is zeroed, and errors number
// them.
#include "map_internal.h"

#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#define PAIRS 65536U
#define FOLD_OPTIONS                                                           \
    (UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT |                    \
     UTF8PROC_CASEFOLD | UTF8PROC_IGNORE)

struct sw_map__names {
    sw_arena *arena;
    sw_str *list;  // by their first two bytes
    uint32_t starts[PAIRS + 1];
};

static bool is_ascii(sw_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if ((unsigned char)text.at[i] >= 0x80) return false;
    }
    return true;
}

static bool is_space(utf8proc_int32_t point)
{
    if ((point >= '\t' && point <= '\r') || point == 0x85) return true;
    switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP: return true;
    default: return false;
    }
}

static bool fold_ascii(sw_str text, sw_arena *arena, sw_str *out)
{
    char *to = sw_arena_alloc(arena, text.len);
    if (to == NULL) return false;

    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (c >= 'A' && c <= 'Z') c = (char)(c - 'A' + 'a');
        if (c >= '\t' && c <= '\r') c = ' ';
        if (c == ' ' && len > 0 && to[len - 1] == ' ') continue;
        to[len++] = c;
    }
    *out = (sw_str){to, len};
    return true;
}

// Copies the text, each byte that is no UTF-8 replaced by U+FFFD (3 bytes).
static bool mend_utf8(sw_str text, sw_arena *arena, sw_str *out)
{
    size_t room;
    if (!sw_mul_size(text.len, 3, &room)) return false;
    char *to = sw_arena_alloc(arena, room);
    if (to == NULL) return false;

    size_t len = 0;
    for (size_t i = 0; i < text.len;) {
        utf8proc_int32_t point;
        utf8proc_ssize_t taken =
            utf8proc_iterate((const utf8proc_uint8_t *)text.at + i,
                             (utf8proc_ssize_t)(text.len - i), &point);
        const char *from = taken > 0 ? text.at + i : "\xEF\xBF\xBD";
        size_t bytes = taken > 0 ? (size_t)taken : 3;
        memcpy(to + len, from, bytes);
        len += bytes;
        i += taken > 0 ? (size_t)taken : 1;
    }
    *out = (sw_str){to, len};
    return true;
}

static size_t join_spaces(utf8proc_int32_t *points, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        utf8proc_int32_t point = is_space(points[i]) ? ' ' : points[i];
        if (point == ' ' && kept > 0 && points[kept - 1] == ' ') continue;
        points[kept++] = point;
    }
    return kept;
}

static bool fold_unicode(sw_str text, sw_arena *arena, sw_str *out)
{
    if (!mend_utf8(text, arena, &text)) return false;
    const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)text.at;
    utf8proc_ssize_t len = (utf8proc_ssize_t)text.len;

    utf8proc_ssize_t count =
        utf8proc_decompose(bytes, len, NULL, 0, FOLD_OPTIONS);
    size_t room;
    if (count < 0 || !sw_mul_size((size_t)count + 1, 4, &room)) return false;
    utf8proc_int32_t *points = sw_arena_alloc(arena, room);
    if (points == NULL) return false;
    count = utf8proc_decompose(bytes, len, points, count, FOLD_OPTIONS);
    if (count < 0) return false;

    size_t kept = join_spaces(points, (size_t)count);
    utf8proc_ssize_t folded =
        utf8proc_reencode(points, (utf8proc_ssize_t)kept, FOLD_OPTIONS);
    if (folded < 0) return false;
    *out = (sw_str){(const char *)points, (size_t)folded};
    return true;
}

static bool fold(sw_str text, sw_arena *arena, sw_str *out)
{
    return is_ascii(text) ? fold_ascii(text, arena, out)
                          : fold_unicode(text, arena, out);
}

static sw_str trim(sw_str text)
{
    if (text.len > 0 && text.at[0] == ' ')
        text = (sw_str){text.at + 1, text.len - 1};
    if (text.len > 0 && text.at[text.len - 1] == ' ') text.len--;
    return text;
}

static size_t characters(sw_str text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += ((unsigned char)text.at[i] & 0xC0) != 0x80;
    return count;
}

static uint32_t pair_at(const char *at)
{
    return (uint32_t)(unsigned char)at[0] << 8 | (unsigned char)at[1];
}

static int by_text(const void *a, const void *b)
{
    return sw_str_cmp(*(const sw_str *)a, *(const sw_str *)b);
}

static bool load(sw_map__names *names, const sw_str *from, size_t count,
                 sw_error *err)
{
    names->list = SW_NEW_ARRAY(names->arena, sw_str, count);
    if (names->list == NULL) return sw_fail_memory(err);

    for (size_t i = 0; i < count; i++) {
        sw_str folded;
        if (!fold(from[i], names->arena, &folded)) return sw_fail_memory(err);
        folded = trim(folded);
        if (characters(folded) < 2) {
            return sw_fail(err, SW_ERR_USAGE,
                           "name %zu is shorter than two characters and would "
                           "be found almost everywhere",
                           i + 1);
        }
        names->list[i] = folded;
        names->starts[pair_at(folded.at) + 1]++;
    }
    qsort(names->list, count, sizeof *names->list, by_text);
    for (uint32_t pair = 0; pair < PAIRS; pair++)
        names->starts[pair + 1] += names->starts[pair];
    return true;
}

bool sw_map__names_new(const sw_str *list, size_t count, sw_map__names **out,
                       sw_error *err)
{
    if (count >= UINT32_MAX) return sw_fail_memory(err);
    sw_map__names *names = calloc(1, sizeof *names);
    if (names == NULL) return sw_fail_memory(err);
    if (!sw_arena_new_secret(&names->arena, err) ||
        !load(names, list, count, err)) {
        sw_map__names_free(names);
        return false;
    }
    *out = names;
    return true;
}

void sw_map__names_free(sw_map__names *names)
{
    if (names == NULL) return;
    sw_arena_free(names->arena);
    memset(names->starts, 0, sizeof names->starts);
    free(names);
}

static bool begins_here(const sw_map__names *names, const char *at, size_t left)
{
    uint32_t pair = pair_at(at);
    for (uint32_t i = names->starts[pair]; i < names->starts[pair + 1]; i++) {
        sw_str name = names->list[i];
        if (name.len <= left && memcmp(name.at, at, name.len) == 0) return true;
    }
    return false;
}

int sw_map__names_in(const sw_map__names *names, sw_str text, sw_arena *scratch)
{
    if (text.len == 0) return 0;
    sw_str folded;
    if (!fold(text, scratch, &folded)) return -1;
    for (size_t i = 0; i + 1 < folded.len; i++) {
        if (begins_here(names, folded.at + i, folded.len - i)) return 1;
    }
    return 0;
}
