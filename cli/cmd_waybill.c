#include "cli.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "segwan/waybill.h"

enum { ENVELOPE_LIMIT = 64 << 20 };

static const sw_opt show_options[] = {{0}};

static const sw_example show_examples[] = {
    {"segwan waybill show released/waybill.dsse.json",
     "what was declared, ruled, treated, inspected and released"},
    {"segwan waybill show released/waybill.dsse.json --json | jq .subject",
     "the statement as JSON"},
    {0},
};

static int run_show(const sw_args *args, FILE *out, sw_error *err)
{
    sw_arena *arena = sw_args_arena(args);
    const char *path = sw_args_operand(args, 0);
    sw_str envelope, text;
    if (!sw_file_read(path, ENVELOPE_LIMIT, arena, &envelope, err)) {
        return (int)err->kind;
    }
    bool ok = sw_args_has(args, "json")
                  ? sw_waybill_payload(envelope, arena, &text, err)
                  : sw_waybill_text(envelope, sw_term_color(args, out), arena,
                                    &text, err);
    if (!ok) return sw_error_in(err, path), (int)err->kind;
    fwrite(text.at, 1, text.len, out);
    if (text.len > 0 && text.at[text.len - 1] != '\n') fputc('\n', out);
    return EXIT_CLEAR;
}

const sw_command cmd_waybill_show = {
    .name = "waybill show",
    .operands = "WAYBILL",
    .min_operands = 1,
    .max_operands = 1,
    .summary = "print a waybill (without checking it)",
    .description =
        "Prints the statement inside a DSSE envelope for people, or with "
        "--json "
        "as it was signed. The signature is not checked: use 'segwan waybill "
        "verify' before you believe a word of it.",
    .exit_status = "0 the waybill could be read",
    .options = show_options,
    .examples = show_examples,
    .run = run_show,
};

static const sw_opt verify_options[] = {
    {0, "pub", "KEY.pub", "the signer's public key (PEM)",
     SW_OPT_REQUIRED | SW_OPT_FILE},
    {0},
};

static const sw_example verify_examples[] = {
    {"segwan waybill verify released/waybill.dsse.json --pub exporter.key.pub "
     "released/korea.osm.pbf",
     "is this the file that was cleared?"},
    {"segwan waybill verify released/waybill.dsse.json --pub exporter.key.pub "
     "released/korea.osm.pbf released/ruling.json released/inspection.json",
     "the ruling and the inspection too"},
    {0},
};

static void print_verified(const sw_args *args, const sw_key *pub,
                           const char *const *files, size_t count,
                           sw_str unchecked, FILE *out)
{
    if (sw_args_has(args, "json")) {
        fprintf(out,
                "{\"verified\": true, \"keyid\": \"%s\", \"files\": %zu}\n",
                sw_key_id(pub), count);
    } else if (!sw_args_has(args, "quiet")) {
        fprintf(out, "The signature holds (key %s).\n", sw_key_id(pub));
        for (size_t i = 0; i < count; i++) {
            fprintf(out, "%s is what was released.\n", files[i]);
        }
        if (unchecked.len > 0) {
            fprintf(out, "Not checked, for no file was given:\n%.*s",
                    SW_STR_ARGS(unchecked));
        }
    }
}

// A file that is not there is a mistake of the caller's, not of the waybill.
static bool can_read(const char *path, sw_error *err)
{
    if (access(path, R_OK) == 0) return true;
    sw_fail(err, SW_ERR_INPUT, "cannot read: %s", strerror(errno));
    return sw_error_in(err, path);
}

static int run_verify(const sw_args *args, FILE *out, sw_error *err)
{
    sw_arena *arena = sw_args_arena(args);
    const char *path = sw_args_operand(args, 0);
    size_t count = sw_args_operands(args) - 1;
    const char **files = SW_NEW_ARRAY(arena, const char *, count);
    sw_key *pub = NULL;
    sw_str envelope, unchecked;
    sw_waybill_report report;
    if (files == NULL) return sw_fail_memory(err), (int)err->kind;
    for (size_t i = 0; i < count; i++) {
        files[i] = sw_args_operand(args, i + 1);
        if (!can_read(files[i], err)) return (int)err->kind;
    }

    if (!sw_file_read(path, ENVELOPE_LIMIT, arena, &envelope, err)) {
        return (int)err->kind;
    }
    if (!sw_key_load_public(sw_args_get(args, "pub"), &pub, err)) {
        return (int)err->kind;
    }
    bool ok =
        sw_waybill_check(envelope, pub, files, count, arena, &report, err) &&
        sw_waybill_unchecked(&report, arena, &unchecked, err);
    if (!ok) {
        sw_error_in(err, path);
        char text[1024];
        int status = err->kind == SW_ERR_INPUT ? EXIT_STOPPED : (int)err->kind;
        fprintf(stderr, "segwan: %s\n", sw_error_text(err, text, sizeof text));
        if (sw_args_has(args, "json")) fputs("{\"verified\": false}\n", out);
        *err = (sw_error){0};
        sw_key_free(pub);
        return status;
    }

    print_verified(args, pub, files, count, unchecked, out);
    sw_key_free(pub);
    return EXIT_CLEAR;
}

const sw_command cmd_waybill_verify = {
    .name = "waybill verify",
    .operands = "WAYBILL [FILE...]",
    .min_operands = 1,
    .max_operands = 10000,
    .summary = "check a waybill's signature, and files against it",
    .description =
        "Checks the signature of a waybill with the signer's public key, and "
        "that "
        "each file given is, byte for byte, one that it names. Nothing else is "
        "needed: not the cargo, not the zones, not the rulebook.\n\n"
        "Also reads in-toto statements in DSSE envelopes that others signed "
        "with "
        "Ed25519 or ECDSA P-256.",
    .exit_status = "0 all holds, 1 something does not (the message says what)",
    .options = verify_options,
    .examples = verify_examples,
    .run = run_verify,
};
