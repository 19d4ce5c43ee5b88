// The extension `strings`, but for format(). Places count code points; UTF-8
// never finds a character inside another, so searching is by bytes.
//
// Specification: cel-spec, doc/extensions/strings.md.
#include "cel_internal.h"

/* ---- building -------------------------------------------------------- */

void sw_cel__put(sw_cel__text_builder *b, sw_str s)
{
    if (s.len > b->run->room - b->buf.len || b->buf.len > b->run->room)
        b->full = true;
    if (!b->full) sw_buf_str(&b->buf, s);
}

bool sw_cel__finish(sw_cel__text_builder *b, sw_cel_value *out)
{
    bool ok = !b->buf.failed || sw_fail_memory(b->run->err);
    // Asking for more than there is room gives the error of the limit.
    char *copy = !ok       ? NULL
                 : b->full ? sw_cel__alloc(b->run, SIZE_MAX, 1)
                           : sw_cel__alloc(b->run, b->buf.len + 1, 1);
    ok = copy != NULL && sw_cel__spend(b->run, b->buf.len / 64);
    if (ok) {
        if (b->buf.len > 0) memcpy(copy, b->buf.at, b->buf.len);
        *out = sw_cel__text(SW_CEL_STRING, (sw_str){copy, b->buf.len});
    }
    sw_buf_free(&b->buf);
    return ok;
}

/* ---- places ---------------------------------------------------------- */

static bool out_of_range(sw_cel__run *run, int64_t index, sw_cel_value *out)
{
    return sw_cel__error(run, out, "index out of range: %lld",
                         (long long)index);
}

// The byte where code point `index` begins; the number of code points is the
// place behind the last. @return false out of range.
static bool byte_of(sw_str s, int64_t index, size_t *out)
{
    if (index < 0 || (uint64_t)index > s.len) return false;
    size_t at = 0;
    for (; index > 0 && at < s.len; index--)
        (void)sw_cel__code_point(s, &at);
    *out = at;
    return index == 0;
}

static bool give_place(sw_str s, size_t at, bool found, sw_cel_value *out)
{
    size_t place =
        found ? sw_cel__count_code_points(sw_cel__part(s, 0, at)) : 0;
    *out = sw_cel__int(found ? (int64_t)place : -1);
    return true;
}

static bool find(sw_str s, sw_str part, size_t from, size_t *at)
{
    if (part.len == 0) return *at = from, true;
    const char *hit = memmem(s.at + from, s.len - from, part.at, part.len);
    if (hit == NULL) return false;
    *at = (size_t)(hit - s.at);
    return true;
}

static bool index_of(sw_cel__run *run, const sw_cel_value *args, size_t count,
                     sw_cel_value *out)
{
    sw_str s = args[0].as.str;
    size_t from = 0, at = 0;
    if (!sw_cel__spend_text(run, s.len)) return false;
    if (count == 3 && !byte_of(s, args[2].as.i64, &from))
        return out_of_range(run, args[2].as.i64, out);
    bool found = find(s, args[1].as.str, from, &at);
    return give_place(s, at, found, out);
}

// The last place at or before `from`.
static bool last_index_of(sw_cel__run *run, const sw_cel_value *args,
                          size_t count, sw_cel_value *out)
{
    sw_str s = args[0].as.str, part = args[1].as.str;
    size_t from = s.len;
    if (!sw_cel__spend_text(run, s.len)) return false;
    if (count == 3 && !byte_of(s, args[2].as.i64, &from))
        return out_of_range(run, args[2].as.i64, out);
    if (part.len > s.len) return give_place(s, 0, false, out);
    if (from > s.len - part.len) from = s.len - part.len;
    // Each place tried compares up to the whole part.
    if (!sw_cel__spend(run, (uint64_t)from * part.len / 1024)) return false;
    size_t at = from + 1;
    bool found = false;
    while (!found && at > 0) {
        at--;
        found = part.len == 0 || memcmp(s.at + at, part.at, part.len) == 0;
    }
    return give_place(s, at, found, out);
}

static bool char_at(sw_cel__run *run, const sw_cel_value *args, size_t count,
                    sw_cel_value *out)
{
    sw_str s = args[0].as.str;
    size_t begin = 0;
    if (!sw_cel__spend_text(run, s.len)) return false;
    if (!byte_of(s, args[1].as.i64, &begin))
        return out_of_range(run, args[1].as.i64, out);
    size_t end = begin;
    if (end < s.len) (void)sw_cel__code_point(s, &end);
    *out = sw_cel__text(SW_CEL_STRING, sw_cel__part(s, begin, end));
    return true;
}

static bool substring(sw_cel__run *run, const sw_cel_value *args, size_t count,
                      sw_cel_value *out)
{
    sw_str s = args[0].as.str;
    size_t begin = 0, end = s.len;
    if (!sw_cel__spend_text(run, s.len)) return false;
    if (!byte_of(s, args[1].as.i64, &begin))
        return out_of_range(run, args[1].as.i64, out);
    if (count == 3 && !byte_of(s, args[2].as.i64, &end))
        return out_of_range(run, args[2].as.i64, out);
    if (begin > end)
        return sw_cel__fault(out, "a substring that ends before it begins");
    *out = sw_cel__text(SW_CEL_STRING, sw_cel__part(s, begin, end));
    return true;
}

/* ---- case, space, order ---------------------------------------------- */

static bool map_ascii(sw_cel__run *run, sw_str s, char from, char to,
                      sw_cel_value *out)
{
    char *text = sw_cel__alloc(run, s.len + 1, 1);
    if (text == NULL || !sw_cel__spend_text(run, s.len)) return false;
    for (size_t i = 0; i < s.len; i++) {
        bool letter = s.at[i] >= from && s.at[i] <= from + 25;
        text[i] = letter ? (char)(s.at[i] - from + to) : s.at[i];
    }
    *out = sw_cel__text(SW_CEL_STRING, (sw_str){text, s.len});
    return true;
}

static bool lower_ascii(sw_cel__run *run, const sw_cel_value *args,
                        size_t count, sw_cel_value *out)
{
    return map_ascii(run, args[0].as.str, 'A', 'a', out);
}

static bool upper_ascii(sw_cel__run *run, const sw_cel_value *args,
                        size_t count, sw_cel_value *out)
{
    return map_ascii(run, args[0].as.str, 'a', 'A', out);
}

// Unicode's White_Space.
static bool is_space(uint32_t c)
{
    return (c >= 9 && c <= 13) || c == ' ' || c == 0x85 || c == 0xA0 ||
           c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
           c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

static bool trim(sw_cel__run *run, const sw_cel_value *args, size_t count,
                 sw_cel_value *out)
{
    sw_str s = args[0].as.str;
    size_t begin = s.len, end = 0;
    if (!sw_cel__spend_text(run, s.len)) return false;
    for (size_t at = 0; at < s.len;) {
        size_t here = at;
        if (is_space(sw_cel__code_point(s, &at))) continue;
        if (begin > here) begin = here;
        end = at;
    }
    if (begin > end) begin = end;
    *out = sw_cel__text(SW_CEL_STRING, sw_cel__part(s, begin, end));
    return true;
}

static bool reverse(sw_cel__run *run, const sw_cel_value *args, size_t count,
                    sw_cel_value *out)
{
    sw_str s = args[0].as.str;
    char *text = sw_cel__alloc(run, s.len + 1, 1);
    if (text == NULL || !sw_cel__spend_text(run, s.len)) return false;
    for (size_t at = 0; at < s.len;) {
        size_t begin = at;
        (void)sw_cel__code_point(s, &at);
        memcpy(text + s.len - at, s.at + begin, at - begin);
    }
    *out = sw_cel__text(SW_CEL_STRING, (sw_str){text, s.len});
    return true;
}

/* ---- parts ----------------------------------------------------------- */

// The next place to cut at or after `from`; an empty separator cuts between
// any two code points. @return false if there is none.
static bool next_cut(sw_str s, sw_str separator, size_t from, size_t *begin,
                     size_t *end)
{
    if (separator.len > 0) {
        if (!find(s, separator, from, begin)) return false;
        *end = *begin + separator.len;
        return true;
    }
    if (from >= s.len) return false;
    size_t at = from;
    (void)sw_cel__code_point(s, &at);
    *begin = *end = at;
    return at < s.len;
}

static size_t count_parts(sw_str s, sw_str separator, size_t most)
{
    size_t count = 1, begin, end = 0;
    while (count < most && next_cut(s, separator, end, &begin, &end))
        count++;
    return count;
}

static bool split(sw_cel__run *run, const sw_cel_value *args, size_t count,
                  sw_cel_value *out)
{
    sw_str s = args[0].as.str, separator = args[1].as.str;
    int64_t limit = count == 3 ? args[2].as.i64 : -1;
    size_t most = limit < 0 ? SIZE_MAX : (size_t)limit;
    *out = (sw_cel_value){.kind = SW_CEL_LIST};
    if (most == 0 || (separator.len == 0 && s.len == 0)) return true;
    if (!sw_cel__spend_text(run, s.len)) return false;

    size_t parts = count_parts(s, separator, most);
    sw_cel_value *items = sw_cel__alloc(run, parts, sizeof *items);
    if (items == NULL || !sw_cel__spend(run, parts / 8)) return false;
    size_t from = 0;
    for (size_t i = 0; i < parts; i++) {
        size_t begin = s.len;
        size_t end = begin;
        if (i + 1 < parts) (void)next_cut(s, separator, from, &begin, &end);
        items[i] = sw_cel__text(SW_CEL_STRING, sw_cel__part(s, from, begin));
        from = end;
    }
    out->as.list.at = items;
    out->as.list.count = parts;
    return true;
}

// How long the joined text is; stop: the error or unknown among the items.
static bool measure_joined(sw_cel__run *run, const sw_cel_value *list,
                           sw_str separator, size_t *len, sw_cel_value *stop)
{
    for (size_t i = 0; i < list->as.list.count; i++) {
        const sw_cel_value *item = &list->as.list.at[i];
        if (item->kind != SW_CEL_STRING) {
            if (!sw_cel__note_element(run, item, stop)) return false;
            continue;
        }
        size_t more = i > 0 ? separator.len : 0;
        if (!sw_add_size(more, item->as.str.len, &more) ||
            !sw_add_size(*len, more, len))
            *len = SIZE_MAX;
    }
    return true;
}

static size_t append(char *text, size_t at, sw_str s)
{
    if (s.len > 0) memcpy(text + at, s.at, s.len);
    return at + s.len;
}

static bool join(sw_cel__run *run, const sw_cel_value *args, size_t count,
                 sw_cel_value *out)
{
    sw_str separator = count == 2 ? args[1].as.str : SW_STR("");
    sw_cel_value stop = {0};
    size_t len = 0, at = 0, items = args[0].as.list.count;
    if (!sw_cel__spend(run, items / 8) ||
        !measure_joined(run, &args[0], separator, &len, &stop))
        return false;
    if (stop.kind != SW_CEL_NULL) return *out = stop, true;

    char *text = sw_cel__alloc(run, len, 1);
    if (text == NULL || !sw_cel__spend_text(run, len)) return false;
    for (size_t i = 0; i < items; i++) {
        if (i > 0) at = append(text, at, separator);
        at = append(text, at, args[0].as.list.at[i].as.str);
    }
    *out = sw_cel__text(SW_CEL_STRING, (sw_str){text, len});
    return true;
}

// Where the next `from` is replaced, at or after `at`; an empty one stands
// before every code point and behind the last.
static bool next_hit(sw_str s, sw_str from, size_t done, size_t at, size_t *hit)
{
    if (from.len > 0) return find(s, from, at, hit);
    if (done > 0) {
        if (at >= s.len) return false;
        (void)sw_cel__code_point(s, &at);
    }
    *hit = at;
    return true;
}

static bool replace(sw_cel__run *run, const sw_cel_value *args, size_t count,
                    sw_cel_value *out)
{
    enum { PER_STEP = 8 };  // replacements
    sw_str s = args[0].as.str, from = args[1].as.str, to = args[2].as.str;
    int64_t limit = count == 4 ? args[3].as.i64 : -1;
    uint64_t most = limit < 0 ? UINT64_MAX : (uint64_t)limit;
    if (!sw_cel__spend_text(run, s.len)) return false;

    sw_cel__text_builder b = {.run = run};
    size_t at = 0, hit = 0;
    for (size_t done = 0; done < most && !b.full; done++) {
        if (!next_hit(s, from, done, at, &hit)) break;
        if (done % PER_STEP == PER_STEP - 1 && !sw_cel__spend(run, 1))
            return sw_buf_free(&b.buf), false;
        sw_cel__put(&b, sw_cel__part(s, at, hit));
        sw_cel__put(&b, to);
        at = hit + from.len;
    }
    sw_cel__put(&b, sw_cel__part(s, at, s.len));
    return sw_cel__finish(&b, out);
}

// The letter of a character's escape, or NUL.
static char escape_of(char c)
{
    switch (c) {
    case '\a': return 'a';
    case '\b': return 'b';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    case '\v': return 'v';
    case '\\':
    case '"': return c;
    default: return '\0';
    }
}

static bool quote(sw_cel__run *run, const sw_cel_value *args, size_t count,
                  sw_cel_value *out)
{
    sw_str s = args[0].as.str;
    sw_cel__text_builder b = {.run = run};
    size_t plain = 0;  // where what needs no escape begins
    sw_cel__put(&b, SW_STR("\""));
    for (size_t i = 0; i < s.len; i++) {
        char letter = escape_of(s.at[i]);
        if (letter == '\0') continue;
        sw_cel__put(&b, sw_cel__part(s, plain, i));
        sw_cel__put(&b, (sw_str){(char[]){'\\', letter}, 2});
        plain = i + 1;
    }
    sw_cel__put(&b, sw_cel__part(s, plain, s.len));
    sw_cel__put(&b, SW_STR("\""));
    return sw_cel__finish(&b, out);
}

const sw_cel__function sw_cel__string_ext_functions[] = {
    {"charAt", true, "si", "s", char_at},
    {"indexOf", true, "ss", "i", index_of},
    {"indexOf", true, "ssi", "i", index_of},
    {"lastIndexOf", true, "ss", "i", last_index_of},
    {"lastIndexOf", true, "ssi", "i", last_index_of},
    {"lowerAscii", true, "s", "s", lower_ascii},
    {"upperAscii", true, "s", "s", upper_ascii},
    {"replace", true, "sss", "s", replace},
    {"replace", true, "sssi", "s", replace},
    {"reverse", true, "s", "s", reverse},
    {"split", true, "ss", "ls", split},
    {"split", true, "ssi", "ls", split},
    {"substring", true, "si", "s", substring},
    {"substring", true, "sii", "s", substring},
    {"trim", true, "s", "s", trim},
    {"join", true, "ls", "s", join},
    {"join", true, "lss", "s", join},
    {"strings.quote", false, "s", "s", quote},
    {"format", true, "sl.", "s", sw_cel__format},
    {0},
};
