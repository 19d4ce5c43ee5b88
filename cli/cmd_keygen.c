#include "cli.h"

#include "segwan/waybill.h"

static const sw_opt options[] = {
    {'o', "output", "KEY",
     "the private key's file; KEY.pub is written beside it",
     SW_OPT_REQUIRED | SW_OPT_FILE},
    {0},
};

static const sw_example examples[] = {
    {"segwan keygen -o exporter.key", "make exporter.key and exporter.key.pub"},
    {"openssl pkey -in exporter.key.pub -pubin -text -noout",
     "read the public key with another tool"},
    {0},
};

static int run(const sw_args *args, FILE *out, sw_error *err)
{
    const char *path = sw_args_get(args, "output");
    sw_key *key = NULL;
    if (!sw_key_generate(path, err)) return (int)err->kind;
    if (!sw_key_load(path, &key, err)) return (int)err->kind;

    if (sw_args_has(args, "json")) {
        fprintf(out, "{\"keyid\": \"%s\"}\n", sw_key_id(key));
    } else {
        fprintf(out,
                "private key  %s  (keep it secret)\n"
                "public key   %s.pub\nkey id       %s\n",
                path, path, sw_key_id(key));
    }
    sw_key_free(key);
    return EXIT_CLEAR;
}

const sw_command cmd_keygen = {
    .name = "keygen",
    .operands = "",
    .summary = "make a key pair that signs waybills",
    .description =
        "Writes an Ed25519 private key (PKCS#8 PEM, readable by its owner "
        "alone) "
        "and its public key (PEM) beside it. Neither is overwritten.\n\n"
        "Give the public key to whoever is to verify waybills.",
    .exit_status = "0 both files were written",
    .options = options,
    .examples = examples,
    .run = run,
};
