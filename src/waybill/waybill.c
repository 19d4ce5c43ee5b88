// Signing and verifying. Verification goes from the outside in: the envelope's
// form, the signature, the statement, then each file; nothing inside is
// believed before what is around it holds.
#include "segwan/waybill.h"

#include <string.h>

#include "waybill_internal.h"

/* ---- sign ------------------------------------------------------------ */

// What we sign we must be able to read: limits and UTF-8 are checked by
// reading.
static bool check_statement(sw_str payload, sw_arena *arena, sw_error *err)
{
    sw_statement statement;
    if (!sw_statement__read(payload, arena, &statement, err)) return false;
    sw_statement__done(&statement);
    return true;
}

static bool sign(sw_str payload, const sw_key *key, uint8_t sig[64],
                 sw_error *err)
{
    sw_buf pae = {0};
    sw_envelope__pae(SW_STR(SW_PAYLOAD_TYPE), payload, &pae);
    bool ok = pae.failed
                  ? sw_fail_memory(err)
                  : sw_key__sign(key, (sw_str){pae.at, pae.len}, sig, err);
    sw_buf_free(&pae);
    return ok;
}

bool sw_waybill_sign(const sw_waybill_facts *facts, const sw_key *key,
                     sw_arena *arena, sw_str *out, sw_error *err)
{
    sw_str payload;
    uint8_t sig[64];
    if (!sw_statement__write(facts, arena, &payload, err)) return false;
    if (!check_statement(payload, arena, err)) return false;
    if (!sign(payload, key, sig, err)) return false;
    return sw_envelope__write(
        SW_STR(SW_PAYLOAD_TYPE), payload, sw_str_of(sw_key_id(key)),
        (sw_str){(const char *)sig, sizeof sig}, arena, out, err);
}

/* ---- files ----------------------------------------------------------- */

static sw_str last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return sw_str_of(slash != NULL ? slash + 1 : path);
}

// Marks the subjects that a file is. By name first: a file that bears a
// subject's name must be that subject. A file that was renamed counts by its
// digest.
typedef struct {
    sw_str path, name;
    sw_str sha256;
    const sw_waybill_file *differs;  // same name, other digest
    bool found;
} candidate;

static void compare(const sw_waybill_file *subject, candidate *file,
                    bool by_name, bool *checked)
{
    bool named =
        subject->name.len > 0 && (sw_str_eq(subject->name, file->path) ||
                                  sw_str_eq(subject->name, file->name));
    if (by_name && !named) return;
    if (sw_str_eq(subject->sha256, file->sha256)) {
        file->found = true;
        *checked = true;
    } else if (by_name) {
        file->differs = subject;
    }
}

static bool fail_differs(const candidate *file, sw_error *err)
{
    const sw_waybill_file *subject = file->differs;
    if (subject->sha256.len == 0) {
        sw_fail(err, SW_ERR_INPUT, "the statement gives no SHA-256 of it");
    } else {
        sw_fail(err, SW_ERR_INPUT,
                "digest differs: the statement says sha256 %.*s, the file has "
                "%.*s",
                SW_STR_ARGS(subject->sha256), SW_STR_ARGS(file->sha256));
    }
    return sw_error_at(err, "subject %.*s", SW_STR_ARGS(subject->name));
}

static bool match_file(const char *path, const sw_waybill_report *report,
                       bool *checked, sw_error *err)
{
    char hex[65];
    if (!sw_sha256_file(path, hex, err)) return false;

    candidate file = {.path = sw_str_of(path),
                      .name = last_part(path),
                      .sha256 = sw_str_of(hex)};
    for (size_t i = 0; i < report->subject_count; i++)
        compare(&report->subjects[i], &file, true, &checked[i]);
    if (file.found) return true;
    if (file.differs != NULL) return fail_differs(&file, err);

    for (size_t i = 0; i < report->subject_count; i++)
        compare(&report->subjects[i], &file, false, &checked[i]);
    if (file.found) return true;
    return sw_fail(err, SW_ERR_INPUT,
                   "not a subject: no file of this name or digest is in the "
                   "statement");
}

/* ---- verify ---------------------------------------------------------- */

static bool check_payload_type(const sw_envelope *envelope, sw_error *err)
{
    if (sw_str_eq(envelope->payload_type, SW_STR(SW_PAYLOAD_TYPE))) return true;
    return sw_fail(err, SW_ERR_INPUT, "\"payloadType\" is \"%.*s\", not %s",
                   SW_STR_ARGS(envelope->payload_type), SW_PAYLOAD_TYPE);
}

// What a signature does not cover, a waybill of ours has in one form only. So a
// change to any byte of it is found, also where DSSE would not mind.
static bool check_form(const sw_envelope *envelope, size_t which,
                       const sw_key *key, sw_error *err)
{
    sw_str keyid = envelope->signatures[which].keyid;
    if (!envelope->strict) {
        return sw_fail(err, SW_ERR_INPUT,
                       "envelope was changed: has members or characters that "
                       "no waybill has");
    }
    if (sw_str_eq(keyid, sw_str_of(sw_key_id(key)))) return true;
    return sw_fail(err, SW_ERR_INPUT,
                   "envelope was changed: signed with key %s, names key "
                   "\"%.*s\"",
                   sw_key_id(key), SW_STR_ARGS(keyid));
}

static bool copy_subjects(const sw_statement *statement, sw_arena *arena,
                          sw_waybill_report *out, sw_error *err)
{
    size_t count = statement->subject_count;
    sw_waybill_file *subjects = SW_NEW_ARRAY(arena, sw_waybill_file, count);
    if (subjects == NULL) return sw_fail_memory(err);
    for (size_t i = 0; i < count; i++) {
        const sw_waybill_file *from = &statement->subjects[i];
        if (!sw_arena_str(arena, from->name, &subjects[i].name) ||
            !sw_arena_str(arena, from->sha256, &subjects[i].sha256))
            return sw_fail_memory(err);
    }
    out->subjects = subjects;
    out->subject_count = count;
    return true;
}

// The signed statement, its structure checked, without any file.
static bool verify_statement(sw_str text, const sw_key *pub, sw_arena *arena,
                             sw_waybill_report *out, sw_error *err)
{
    sw_envelope envelope;
    sw_statement statement;
    size_t which;
    if (!sw_envelope__read(text, arena, &envelope, err)) return false;
    if (!check_payload_type(&envelope, err)) return false;
    if (!sw_envelope__verify(&envelope, pub, &which, err)) return false;
    if (!sw_statement__read(envelope.payload, arena, &statement, err))
        return false;

    out->payload = envelope.payload;
    out->ours = statement.ours;
    bool ok = (!statement.ours || check_form(&envelope, which, pub, err)) &&
              copy_subjects(&statement, arena, out, err);
    sw_statement__done(&statement);
    return ok;
}

bool sw_waybill_check(sw_str envelope, const sw_key *pub,
                      const char *const *files, size_t count, sw_arena *arena,
                      sw_waybill_report *out, sw_error *err)
{
    sw_waybill_report report = {0};
    if (!verify_statement(envelope, pub, arena, &report, err)) return false;

    bool *checked = SW_NEW_ARRAY(arena, bool, report.subject_count);
    if (checked == NULL) return sw_fail_memory(err);
    for (size_t i = 0; i < count; i++) {
        if (!match_file(files[i], &report, checked, err))
            return sw_error_in(err, files[i]);
    }
    report.checked = checked;
    *out = report;
    return true;
}

bool sw_waybill_verify(sw_str envelope, const sw_key *pub,
                       const char *const *files, size_t count, sw_arena *arena,
                       sw_str *payload, sw_error *err)
{
    sw_waybill_report report;
    if (!sw_waybill_check(envelope, pub, files, count, arena, &report, err))
        return false;
    *payload = report.payload;
    return true;
}

bool sw_waybill_payload(sw_str envelope, sw_arena *arena, sw_str *out,
                        sw_error *err)
{
    sw_envelope read;
    if (!sw_envelope__read(envelope, arena, &read, err)) return false;
    if (!check_payload_type(&read, err)) return false;
    if (!check_statement(read.payload, arena, err)) return false;
    *out = read.payload;
    return true;
}
