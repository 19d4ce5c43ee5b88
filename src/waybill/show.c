// A statement for people. Every string in it may come from somebody else, so
// whatever a terminal would obey, or would show as something else than it is,
// is written as an escape. Lines are cut short; the whole is there with --json.
#include "segwan/waybill.h"

#include <stdio.h>
#include <string.h>

#include "waybill_internal.h"

#define SECTION_LINES 60   // of one member
#define TEXT_LIMIT    400  // bytes of one value
#define KEY_WIDTH_MAX 36

typedef struct {
    sw_buf *out;
    bool color;
    size_t width;    // of the names in this section
    size_t lines;    // printed in this section
    bool measuring;  // only looks for `width`
} printer;

/* ---- text ------------------------------------------------------------ */

static size_t character_length(unsigned char lead)
{
    return lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

// jansson has made sure that strings are valid UTF-8.
static uint32_t decode_character(const unsigned char *at, size_t len)
{
    static const uint32_t lead_bits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    uint32_t code = at[0] & lead_bits[len];
    for (size_t i = 1; i < len; i++)
        code = code << 6 | (at[i] & 0x3f);
    return code;
}

// Controls, invisible characters and those that turn the direction of writing.
static bool is_unsafe(uint32_t code)
{
    static const struct {
        uint32_t first, last;
    } ranges[] = {
        {0x00, 0x1f},       {0x7f, 0x9f},     {0xad, 0xad},
        {0x61c, 0x61c},     {0x200b, 0x200f}, {0x2028, 0x202e},
        {0x2060, 0x206f},   {0xfeff, 0xfeff}, {0xfff9, 0xfffb},
        {0xe0000, 0xe007f},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        if (code >= ranges[i].first && code <= ranges[i].last) return true;
    }
    return false;
}

// Appends text made safe; returns the number of characters it takes.
static size_t add_safe(sw_buf *out, sw_str text)
{
    size_t columns = 0;
    for (size_t i = 0, len; i < text.len; i += len) {
        const unsigned char *at = (const unsigned char *)text.at + i;
        len = character_length(at[0]);
        uint32_t code = decode_character(at, len);
        size_t before = out->len;
        if (i + len > TEXT_LIMIT) {
            sw_buf_str(out, SW_STR(" ..."));
            return columns + 4;
        }
        if (is_unsafe(code)) {
            sw_buf_printf(out, "\\u{%x}", (unsigned)code);
            columns += out->len - before;
        } else {
            sw_buf_add(out, at, len);
            columns++;
        }
    }
    return columns;
}

static void add_spaces(sw_buf *out, size_t from, size_t to)
{
    for (; from < to; from++)
        sw_buf_str(out, SW_STR(" "));
}

static void heading(printer *to, const char *text)
{
    sw_buf_printf(to->out, "\n%s%s%s\n", to->color ? "\x1b[1m" : "", text,
                  to->color ? "\x1b[0m" : "");
}

/* ---- one line -------------------------------------------------------- */

static void add_value(sw_buf *out, const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_STRING: add_safe(out, sw_json__slice(value)); break;
    case JSON_INTEGER:
        sw_buf_printf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        break;
    case JSON_REAL: sw_buf_printf(out, "%.15g", json_real_value(value)); break;
    case JSON_TRUE: sw_buf_str(out, SW_STR("yes")); break;
    case JSON_FALSE: sw_buf_str(out, SW_STR("no")); break;
    case JSON_NULL: sw_buf_str(out, SW_STR("-")); break;
    case JSON_OBJECT:
    case JSON_ARRAY: sw_buf_str(out, SW_STR("none")); break;
    }
}

static void line(printer *to, sw_str name, const json_t *value)
{
    if (to->measuring) {
        size_t width = name.len < KEY_WIDTH_MAX ? name.len : KEY_WIDTH_MAX;
        if (width > to->width) to->width = width;
        return;
    }
    if (++to->lines > SECTION_LINES) return;
    sw_buf_str(to->out, SW_STR("  "));
    size_t columns = add_safe(to->out, name);
    add_spaces(to->out, columns, to->width);
    sw_buf_str(to->out, SW_STR("  "));
    add_value(to->out, value);
    sw_buf_str(to->out, SW_STR("\n"));
}

/* ---- any JSON -------------------------------------------------------- */

static void flatten(printer *to, sw_buf *path, const json_t *value);

static void flatten_inner(printer *to, sw_buf *path, const char *name,
                          size_t index, const json_t *value)
{
    size_t before = path->len;
    if (name != NULL) {
        sw_buf_printf(path, "%s%s", before > 0 ? "." : "", name);
    } else {
        sw_buf_printf(path, "[%zu]", index);
    }
    flatten(to, path, value);
    path->len = before;
}

// One line a value, named by its path. Depth is bounded by the parser.
static void flatten(printer *to, sw_buf *path, const json_t *value)
{
    if (to->lines > SECTION_LINES && !to->measuring) {
        to->lines++;  // enough to know that there was more
        return;
    }
    if (json_object_size(value) > 0) {
        const char *name;
        json_t *inner;
        json_object_foreach((json_t *)value, name, inner)
        {
            flatten_inner(to, path, name, 0, inner);
        }
    } else if (json_array_size(value) > 0) {
        for (size_t i = 0; i < json_array_size(value); i++)
            flatten_inner(to, path, NULL, i, json_array_get(value, i));
    } else {
        line(to, (sw_str){path->at, path->len}, value);
    }
}

static void section(printer *to, const char *title, const json_t *value)
{
    if (value == NULL || json_is_null(value)) return;
    sw_buf path = {0};
    heading(to, title);
    to->width = 0;
    to->lines = 0;
    to->measuring = true;
    flatten(to, &path, value);
    to->measuring = false;
    flatten(to, &path, value);
    if (to->lines > SECTION_LINES)
        sw_buf_str(to->out, SW_STR("  ... more with --json\n"));
    if (path.failed) to->out->failed = true;
    sw_buf_free(&path);
}

/* ---- our predicate --------------------------------------------------- */

static void field(printer *to, const char *name, sw_str value)
{
    sw_buf_printf(to->out, "%-12s", name);
    add_safe(to->out, value);
    sw_buf_str(to->out, SW_STR("\n"));
}

static sw_str text_at(const json_t *object, const char *name)
{
    return sw_json__slice(json_object_get(object, name));
}

static void file_lines(printer *to, sw_str name, sw_str sha256)
{
    sw_buf_str(to->out, SW_STR("  "));
    add_safe(to->out, name.len > 0 ? name : SW_STR("(no name)"));
    sw_buf_str(to->out, SW_STR("\n    sha256 "));
    add_safe(to->out, sha256.len > 0 ? sha256 : SW_STR("not given"));
    sw_buf_str(to->out, SW_STR("\n"));
}

// A rule in one line: its state, its verdict, its id and title.
static void rule_line(printer *to, const json_t *rule)
{
    static const char *const parts[] = {"id", "state", "verdict", "title"};
    sw_buf_str(to->out, SW_STR("  rule"));
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        sw_str part = text_at(rule, parts[i]);
        if (part.len == 0) continue;
        sw_buf_str(to->out, i > 0 ? SW_STR(", ") : SW_STR(" "));
        add_safe(to->out, part);
    }
    sw_buf_str(to->out, SW_STR("\n"));
}

// The reasons of a ruling are long and stand in ruling.json beside the waybill;
// here each rule has one line.
static void ruling_section(printer *to, const json_t *ruling)
{
    if (!json_is_object(ruling)) return;
    const char *name;
    json_t *value;
    heading(to, "Ruled");
    to->width = 12;
    to->lines = 0;
    json_object_foreach((json_t *)ruling, name, value)
    {
        if (!json_is_object(value) && !json_is_array(value))
            line(to, sw_str_of(name), value);
    }
    const json_t *rules = json_object_get(ruling, "rules");
    size_t count = json_array_size(rules);
    for (size_t i = 0; i < count && i < SECTION_LINES; i++)
        rule_line(to, json_array_get(rules, i));
    if (count > SECTION_LINES)
        sw_buf_str(to->out, SW_STR("  ... more with --json\n"));
}

static void rulebook_section(printer *to, const json_t *books)
{
    if (json_array_size(books) == 0) return;
    heading(to, "By these rulebooks");
    for (size_t i = 0; i < json_array_size(books); i++) {
        const json_t *book = json_array_get(books, i);
        const json_t *digest = json_object_get(book, "digest");
        file_lines(to, text_at(book, "id"), text_at(digest, "sha256"));
    }
}

static void zone_section(printer *to, const json_t *zones)
{
    heading(to, "Zones");
    if (!json_is_object(zones)) {
        sw_buf_str(to->out, SW_STR("  none\n"));
        return;
    }
    sw_buf_str(to->out, SW_STR("  kept secret; commitment "));
    add_safe(to->out, text_at(zones, "commitment"));
    sw_buf_str(to->out, SW_STR("\n"));
}

static void input_section(printer *to, const json_t *input)
{
    if (!json_is_object(input)) return;
    heading(to, "Made from");
    file_lines(to, text_at(input, "name"),
               text_at(json_object_get(input, "digest"), "sha256"));
}

static void our_predicate(printer *to, const json_t *predicate)
{
    section(to, "Declared", json_object_get(predicate, "declaration"));
    ruling_section(to, json_object_get(predicate, "ruling"));
    rulebook_section(to, json_object_get(predicate, "rulebooks"));
    section(to, "Treated", json_object_get(predicate, "treatments"));
    zone_section(to, json_object_get(predicate, "zones"));
    section(to, "Inspected", json_object_get(predicate, "inspection"));
    input_section(to, json_object_get(predicate, "input"));
}

bool sw_waybill_unchecked(const sw_waybill_report *report, sw_arena *arena,
                          sw_str *out, sw_error *err)
{
    sw_buf text = {0};
    sw_buf_str(&text, SW_STR(""));
    for (size_t i = 0; i < report->subject_count; i++) {
        sw_str name = report->subjects[i].name;
        if (report->checked[i]) continue;
        add_safe(&text, name.len > 0 ? name : SW_STR("(no name)"));
        sw_buf_str(&text, SW_STR("\n"));
    }
    bool ok =
        !text.failed && sw_arena_str(arena, (sw_str){text.at, text.len}, out);
    sw_buf_free(&text);
    return ok || sw_fail_memory(err);
}

/* ---- the whole ------------------------------------------------------- */

static void head(printer *to, const sw_envelope *envelope,
                 const sw_statement *statement)
{
    sw_buf_printf(to->out, "%s%s%s\n\n", to->color ? "\x1b[33m" : "",
                  "Not verified: anyone may have written this. "
                  "Check it with 'segwan waybill verify'.",
                  to->color ? "\x1b[0m" : "");
    if (statement->ours) {
        const json_t *tool = json_object_get(statement->predicate, "tool");
        field(to, "issued", text_at(statement->predicate, "issued"));
        field(to, "by segwan", text_at(tool, "version"));
    } else {
        field(to, "statement", statement->type);
        field(to, "predicate", statement->predicate_type);
    }
    for (size_t i = 0; i < envelope->signature_count; i++) {
        sw_str keyid = envelope->signatures[i].keyid;
        field(to, "key", keyid.len > 0 ? keyid : SW_STR("not named"));
    }
}

static void subject_section(printer *to, const sw_statement *statement)
{
    heading(to, statement->ours ? "Released" : "Subjects");
    for (size_t i = 0; i < statement->subject_count; i++) {
        if (i == SECTION_LINES) {
            sw_buf_str(to->out, SW_STR("  ... more with --json\n"));
            return;
        }
        file_lines(to, statement->subjects[i].name,
                   statement->subjects[i].sha256);
    }
}

static bool print_all(const sw_envelope *envelope,
                      const sw_statement *statement, bool color,
                      sw_arena *arena, sw_str *out, sw_error *err)
{
    sw_buf text = {0};
    printer to = {.out = &text, .color = color};
    head(&to, envelope, statement);
    subject_section(&to, statement);
    if (statement->ours) {
        our_predicate(&to, statement->predicate);
    } else {
        section(&to, "Predicate", statement->predicate);
    }
    bool ok =
        !text.failed && sw_arena_str(arena, (sw_str){text.at, text.len}, out);
    sw_buf_free(&text);
    return ok || sw_fail_memory(err);
}

bool sw_waybill_text(sw_str envelope, bool color, sw_arena *arena, sw_str *out,
                     sw_error *err)
{
    sw_str payload;
    sw_envelope read;
    sw_statement statement;
    if (!sw_waybill_payload(envelope, arena, &payload, err)) return false;
    if (!sw_envelope__read(envelope, arena, &read, err)) return false;
    if (!sw_statement__read(payload, arena, &statement, err)) return false;
    bool ok = print_all(&read, &statement, color, arena, out, err);
    sw_statement__done(&statement);
    return ok;
}
