// in-toto Statements: which files, by digest, a predicate is about. Ours is
// put together as text, so that the declaration, the ruling and the inspection
// stand in it byte for byte as they were made.
#include "waybill_internal.h"

#include <stdlib.h>
#include <string.h>

/* ---- read ------------------------------------------------------------ */

static const char *const statement_types[] = {
    SW_STATEMENT_TYPE,
    "https://in-toto.io/Statement/v0.1",
};

static bool check_type(sw_str type, sw_error *err)
{
    for (size_t i = 0; i < sizeof statement_types / sizeof *statement_types;
         i++) {
        if (sw_str_eq(type, sw_str_of(statement_types[i]))) return true;
    }
    return sw_fail(err, SW_ERR_INPUT, "\"_type\" is \"%.*s\", not %s",
                   SW_STR_ARGS(type), SW_STATEMENT_TYPE);
}

static bool is_sha256(sw_str hex)
{
    if (hex.len != 64) return false;
    for (size_t i = 0; i < hex.len; i++) {
        char c = hex.at[i];
        if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) return false;
    }
    return true;
}

static bool check_digests(const json_t *digests, sw_error *err)
{
    if (json_object_size(digests) == 0)
        return sw_fail(err, SW_ERR_INPUT, "has no digest");

    const char *name;
    json_t *value;
    json_object_foreach((json_t *)digests, name, value)
    {
        if (!json_is_string(value) || json_string_length(value) == 0) {
            return sw_fail(err, SW_ERR_INPUT, "digest %s is not a string",
                           name);
        }
    }
    return true;
}

static bool read_subject(const json_t *from, sw_waybill_file *out,
                         sw_error *err)
{
    if (!json_is_object(from))
        return sw_fail(err, SW_ERR_INPUT, "not an object");
    const json_t *name = json_object_get(from, "name");
    if (name != NULL && !json_is_string(name))
        return sw_fail(err, SW_ERR_INPUT, "\"name\" is not a string");
    const json_t *digests = json_object_get(from, "digest");
    if (!check_digests(digests, err)) return false;

    out->name = sw_json__slice(name);
    out->sha256 = sw_json__slice(json_object_get(digests, "sha256"));
    if (out->sha256.len == 0 || is_sha256(out->sha256)) return true;
    return sw_fail(err, SW_ERR_INPUT,
                   "sha256 is not 64 lower-case hexadecimal digits");
}

static bool read_subjects(const json_t *list, sw_arena *arena,
                          sw_statement *out, sw_error *err)
{
    size_t count = json_array_size(list);
    if (count == 0)
        return sw_fail(err, SW_ERR_INPUT, "statement has no \"subject\"");
    sw_waybill_file *subjects = SW_NEW_ARRAY(arena, sw_waybill_file, count);
    if (subjects == NULL) return sw_fail_memory(err);
    for (size_t i = 0; i < count; i++) {
        if (!read_subject(json_array_get(list, i), &subjects[i], err))
            return sw_error_at(err, "subject %zu", i + 1);
    }
    out->subjects = subjects;
    out->subject_count = count;
    return true;
}

static bool read_predicate(sw_statement *out, sw_error *err)
{
    if (!sw_json__string(out->root, "predicateType", &out->predicate_type, err))
        return false;
    if (out->predicate_type.len == 0)
        return sw_fail(err, SW_ERR_INPUT, "\"predicateType\" is empty");
    out->ours = sw_str_eq(out->predicate_type, SW_STR(SW_PREDICATE_TYPE));

    out->predicate = json_object_get(out->root, "predicate");
    if (json_is_object(out->predicate)) return true;
    if (out->predicate == NULL && !out->ours) return true;
    return sw_fail(err, SW_ERR_INPUT, "\"predicate\" is not an object");
}

static bool read_root(sw_arena *arena, sw_statement *out, sw_error *err)
{
    if (!json_is_object(out->root))
        return sw_fail(err, SW_ERR_INPUT, "not a JSON object");
    if (!sw_json__string(out->root, "_type", &out->type, err)) return false;
    if (!check_type(out->type, err)) return false;
    const json_t *list = json_object_get(out->root, "subject");
    return read_subjects(list, arena, out, err) && read_predicate(out, err);
}

bool sw_statement__read(sw_str payload, sw_arena *arena, sw_statement *out,
                        sw_error *err)
{
    sw_statement read = {0};
    if (!sw_json__parse(payload, &read.root, err) ||
        !read_root(arena, &read, err)) {
        sw_statement__done(&read);
        return sw_error_at(err, "statement");
    }
    *out = read;
    return true;
}

void sw_statement__done(sw_statement *statement)
{
    json_decref(statement->root);
    *statement = (sw_statement){0};
}

/* ---- write ----------------------------------------------------------- */

static void add_string(sw_buf *out, sw_str s)
{
    json_t *value = json_stringn(s.at != NULL ? s.at : "", s.len);
    char *text = json_dumps(value, JSON_ENCODE_ANY);
    json_decref(value);
    if (text == NULL) {
        out->failed = true;
        return;
    }
    sw_buf_str(out, sw_str_of(text));
    free(text);
}

static void add_member(sw_buf *out, const char *name, sw_str value)
{
    sw_buf_printf(out, "\"%s\":", name);
    add_string(out, value);
}

static void add_digest(sw_buf *out, sw_str sha256)
{
    sw_buf_printf(out, "\"digest\":{\"sha256\":\"%.*s\"}", SW_STR_ARGS(sha256));
}

static void add_file(sw_buf *out, const char *name_member, sw_str name,
                     sw_str sha256)
{
    sw_buf_str(out, SW_STR("{"));
    add_member(out, name_member, name);
    sw_buf_str(out, SW_STR(","));
    add_digest(out, sha256);
    sw_buf_str(out, SW_STR("}"));
}

static sw_str trim(sw_str s)
{
    while (s.len > 0 && strchr(" \t\r\n", s.at[s.len - 1]) != NULL)
        s.len--;
    while (s.len > 0 && strchr(" \t\r\n", s.at[0]) != NULL) {
        s.at++;
        s.len--;
    }
    return s;
}

static void add_json(sw_buf *out, const char *name, sw_str json)
{
    sw_buf_printf(out, ",\"%s\":", name);
    json = trim(json);
    sw_buf_str(out, json.len > 0 ? json : SW_STR("null"));
}

static void add_subjects(sw_buf *out, const sw_waybill_facts *facts)
{
    sw_buf_str(out, SW_STR("\"subject\":["));
    for (size_t i = 0; i < facts->output_count; i++) {
        if (i > 0) sw_buf_str(out, SW_STR(","));
        add_file(out, "name", facts->outputs[i].name, facts->outputs[i].sha256);
    }
    sw_buf_str(out, SW_STR("]"));
}

static void add_rulebooks(sw_buf *out, const sw_waybill_facts *facts)
{
    sw_buf_str(out, SW_STR(",\"rulebooks\":["));
    for (size_t i = 0; i < facts->rulebook_count; i++) {
        if (i > 0) sw_buf_str(out, SW_STR(","));
        add_file(out, "id", facts->rulebooks[i].id, facts->rulebooks[i].sha256);
    }
    sw_buf_str(out, SW_STR("]"));
}

static void add_zones(sw_buf *out, const sw_waybill_facts *facts)
{
    if (facts->zones_commitment.len == 0) {
        sw_buf_str(out, SW_STR(",\"zones\":null"));
        return;
    }
    sw_buf_str(out, SW_STR(",\"zones\":{\"algorithm\":"
                           "\"HMAC-SHA256, key by HKDF-SHA256\","));
    add_member(out, "commitment", facts->zones_commitment);
    sw_buf_str(out, SW_STR(","));
    add_member(out, "salt", facts->zones_salt);
    sw_buf_str(out, SW_STR("}"));
}

static void add_predicate(sw_buf *out, const sw_waybill_facts *facts)
{
    sw_buf_str(out, SW_STR("{\"tool\":{\"name\":\"segwan\","));
    add_member(out, "version", facts->tool_version);
    sw_buf_str(out, SW_STR("},"));
    add_member(out, "issued", facts->issued);
    sw_buf_str(out, SW_STR(",\"input\":"));
    add_file(out, "name", facts->input_name, facts->input_sha256);
    add_json(out, "declaration", facts->declaration_json);
    add_rulebooks(out, facts);
    add_json(out, "ruling", facts->ruling_json);
    add_json(out, "treatments", facts->treatments_json);
    add_zones(out, facts);
    add_json(out, "inspection", facts->inspection_json);
    sw_buf_str(out, SW_STR("}"));
}

static bool check_digest(sw_str sha256, const char *what, sw_str name,
                         sw_error *err)
{
    if (is_sha256(sha256)) return true;
    return sw_fail(err, SW_ERR_USAGE, "%s %.*s has no SHA-256", what,
                   SW_STR_ARGS(name));
}

static bool check_file(sw_str name, sw_str sha256, const char *what,
                       sw_error *err)
{
    if (name.len > 0 && sw_utf8_valid(name))
        return check_digest(sha256, what, name, err);
    return sw_fail(err, SW_ERR_USAGE, "%s has no name in UTF-8", what);
}

// 2026-12-03T09:30:00Z
static bool check_issued(sw_str issued, sw_error *err)
{
    static const char form[] = "dddd-dd-ddTdd:dd:ddZ";
    sw_date day;
    bool ok = issued.len == sizeof form - 1 &&
              sw_date_parse((sw_str){issued.at, 10}, &day);
    for (size_t i = 0; ok && form[i] != '\0'; i++) {
        bool digit = issued.at[i] >= '0' && issued.at[i] <= '9';
        ok = form[i] == 'd' ? digit : issued.at[i] == form[i];
    }
    if (ok) return true;
    return sw_fail(err, SW_ERR_USAGE,
                   "\"issued\" is not like 2026-12-03T09:30:00Z");
}

// A declaration and a ruling are what a waybill is about; each embedded text is
// one JSON value, so that it cannot add members around itself.
static bool check_json(const char *name, sw_str json, bool needed,
                       sw_error *err)
{
    if (json.len == 0 && !needed) return true;
    json_t *value = NULL;
    bool ok = sw_json__parse(json, &value, err);
    json_decref(value);
    return ok || sw_error_at(err, "%s", name);
}

static bool check_facts(const sw_waybill_facts *facts, sw_error *err)
{
    if (facts->output_count == 0)
        return sw_fail(err, SW_ERR_USAGE, "a waybill of no output");
    for (size_t i = 0; i < facts->output_count; i++) {
        const sw_waybill_file *output = &facts->outputs[i];
        if (!check_file(output->name, output->sha256, "output", err))
            return false;
    }
    for (size_t i = 0; i < facts->rulebook_count; i++) {
        const sw_waybill_book *book = &facts->rulebooks[i];
        if (!check_file(book->id, book->sha256, "rulebook", err)) return false;
    }
    if (facts->zones_commitment.len > 0 &&
        !check_digest(facts->zones_commitment, "zone commitment", SW_STR(""),
                      err))
        return false;
    return check_file(facts->input_name, facts->input_sha256, "input", err) &&
           check_issued(facts->issued, err) &&
           check_json("declaration", facts->declaration_json, true, err) &&
           check_json("ruling", facts->ruling_json, true, err) &&
           check_json("treatments", facts->treatments_json, false, err) &&
           check_json("inspection", facts->inspection_json, false, err);
}

bool sw_statement__write(const sw_waybill_facts *facts, sw_arena *arena,
                         sw_str *out, sw_error *err)
{
    if (!check_facts(facts, err)) return false;

    sw_buf text = {0};
    sw_buf_str(&text, SW_STR("{\"_type\":\"" SW_STATEMENT_TYPE "\","));
    add_subjects(&text, facts);
    sw_buf_str(&text, SW_STR(",\"predicateType\":\"" SW_PREDICATE_TYPE
                             "\",\"predicate\":"));
    add_predicate(&text, facts);
    sw_buf_str(&text, SW_STR("}"));
    bool ok =
        !text.failed && sw_arena_str(arena, (sw_str){text.at, text.len}, out);
    sw_buf_free(&text);
    return ok || sw_fail_memory(err);
}
