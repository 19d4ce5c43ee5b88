// The whole way: rule, treat, inspect, release. Nothing stands under its final
// name until the inspection has passed; the cargo comes last, so a crash leaves
// either no cargo or cargo with its waybill.
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "plan.h"
#include "ruling.h"
#include "segwan/waybill.h"

static const sw_opt options[] = {
    {'d', "declaration", "DECLARATION", "what is declared (YAML or JSON)",
     SW_OPT_REQUIRED | SW_OPT_FILE},
    {'r', "rulebook", "RULEBOOK", "the rulebook to rule by (YAML)",
     SW_OPT_REQUIRED | SW_OPT_REPEAT | SW_OPT_FILE},
    {'k', "key", "KEY", "the private key that signs the waybill",
     SW_OPT_REQUIRED | SW_OPT_FILE},
    {'o', "output", "DIR", "the folder for the release",
     SW_OPT_REQUIRED | SW_OPT_FILE},
    SW_PLAN_OPTIONS,
    {'j', "threads", "N", "threads (default: one a processor)", 0},
    {0},
};

static const sw_example examples[] = {
    {"segwan clear -d declaration.yaml -r rulebooks/kr/map-export.yaml "
     "-z zones.geojson -k exporter.key korea.osm.pbf -o released/",
     "clear an extract for export"},
    {"segwan clear -d declaration.yaml -r rulebooks/kr/map-export.yaml "
     "-z zones.geojson --strip-names names.txt -k exporter.key korea.osm.pbf "
     "-o released/ --date 2026-12-03",
     "by the law of a given day, with a list of forbidden names"},
    {0},
};

enum { CARGO, RULING, INSPECTION, WAYBILL, FILES };

// Everything one clearance holds. Released by clearance_done().
typedef struct {
    const sw_args *args;
    sw_arena *arena;  // borrowed
    FILE *out;
    const char *cargo;
    char *paths[FILES];
    sw_output *files[FILES];
    sw_plan plan;
    sw_key *key;
    sw_pool *pool;
    sw_cli_ruling ruling;
    sw_inspection *seen;
    sw_str ruling_json, inspection_json, envelope;
    sw_map_report report;
} clearance;

static void clearance_done(clearance *c)
{
    for (int i = 0; i < FILES; i++)
        sw_output_discard(c->files[i]);
    sw_plan_done(&c->plan);
    sw_key_free(c->key);
    sw_pool_free(c->pool);
}

static const char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static bool name_files(clearance *c, sw_error *err)
{
    const char *dir = sw_args_get(c->args, "output");
    const char *names[FILES] = {name_of(c->cargo), "ruling.json",
                                "inspection.json", "waybill.dsse.json"};
    for (int i = 0; i < FILES; i++) {
        sw_str path = sw_arena_printf(
            c->arena, "%s%s%s", dir,
            dir[0] && dir[strlen(dir) - 1] == '/' ? "" : "/", names[i]);
        if (path.at == NULL) return sw_fail_memory(err);
        c->paths[i] = (char *)path.at;
        if (i > 0 && strcmp(names[i], names[0]) == 0) {
            return sw_fail(err, SW_ERR_USAGE, "cargo cannot be called %s",
                           names[0]);
        }
    }
    return sw_cli_apart(c->cargo, c->paths[CARGO], err);
}

static bool rule(clearance *c, sw_error *err)
{
    sw_rule_options how = {.date = c->plan.date};
    return sw_cli_rule(c->args, &how, NULL, &c->ruling, err);
}

static bool prepare(clearance *c, sw_error *err)
{
    uint64_t threads = 0;
    return name_files(c, err) && sw_plan_init(&c->plan, c->args, err) &&
           sw_args_number(c->args, "threads", 1024, &threads, err) &&
           sw_key_load(sw_args_get(c->args, "key"), &c->key, err) &&
           sw_pool_new((unsigned)threads, &c->pool, err) && rule(c, err) &&
           sw_ruling_json(c->ruling.ruling, c->arena, &c->ruling_json, err);
}

static bool make_folder(const char *dir, sw_error *err)
{
    if (mkdir(dir, 0777) == 0 || errno == EEXIST) return true;
    sw_fail_errno(err, "create the folder");
    return sw_error_in(err, dir);
}

static bool treat(clearance *c, sw_error *err)
{
    if (!sw_plan_add(&c->plan, c->ruling.ruling, err)) return false;
    if (!sw_plan_ready(&c->plan, err)) return false;
    if (!make_folder(sw_args_get(c->args, "output"), err)) return false;
    if (!sw_output_begin(c->paths[CARGO], &c->files[CARGO], err)) return false;

    sw_map_options how = sw_plan_map(&c->plan, sw_term_progress(c->args));
    return sw_map_treat(c->cargo, c->files[CARGO], c->pool, &how, &c->report,
                        err) &&
           sw_output_flush(c->files[CARGO], err);
}

static bool inspect(clearance *c, sw_error *err)
{
    sw_inspect_options how =
        sw_plan_inspect(&c->plan, sw_term_progress(c->args));
    how.input_path = c->cargo;
    return sw_inspect_map(sw_output_draft(c->files[CARGO]), &how, c->arena,
                          &c->seen, err) &&
           sw_inspection_json(c->seen, c->arena, &c->inspection_json, err);
}

static bool fresh_salt(uint8_t salt[16], char hex[33], sw_error *err)
{
    if (getrandom(salt, 16, 0) != 16)
        return sw_fail_errno(err, "get random bytes");
    for (int i = 0; i < 16; i++)
        snprintf(hex + 2 * i, 3, "%02x", salt[i]);
    return true;
}

static void issued_now(char text[21])
{
    time_t now = time(NULL);
    struct tm utc;
    gmtime_r(&now, &utc);
    strftime(text, 21, "%Y-%m-%dT%H:%M:%SZ", &utc);
}

static bool sign(clearance *c, sw_error *err)
{
    uint8_t salt[16];
    char salt_hex[33] = "", commitment[65] = "", input_hash[65], issued[21];
    char hashes[3][65];
    sw_waybill_book *books =
        SW_NEW_ARRAY(c->arena, sw_waybill_book, c->ruling.book_count);
    char(*book_hashes)[65] =
        sw_arena_calloc(c->arena, c->ruling.book_count, 65);
    if (books == NULL || book_hashes == NULL) return sw_fail_memory(err);

    for (size_t i = 0; i < c->ruling.book_count; i++) {
        sw_sha256(sw_rulebook_text(c->ruling.books[i]), book_hashes[i]);
        books[i] = (sw_waybill_book){sw_rulebook_id(c->ruling.books[i]),
                                     sw_str_of(book_hashes[i])};
    }
    if (c->plan.zones != NULL &&
        !(fresh_salt(salt, salt_hex, err) &&
          sw_zone_commitment(c->key, sw_zones_canonical(c->plan.zones), salt,
                             commitment, err))) {
        return false;
    }
    if (!sw_sha256_file(c->cargo, input_hash, err)) return false;
    if (!sw_sha256_file(sw_output_draft(c->files[CARGO]), hashes[0], err)) {
        return false;
    }
    sw_sha256(c->ruling_json, hashes[1]);
    sw_sha256(c->inspection_json, hashes[2]);
    issued_now(issued);

    sw_waybill_file outputs[3];
    for (int i = 0; i < 3; i++) {
        outputs[i] = (sw_waybill_file){sw_str_of(name_of(c->paths[i])),
                                       sw_str_of(hashes[i])};
    }
    sw_waybill_facts facts = {
        .tool_version = SW_STR(SEGWAN_VERSION),
        .ruling_json = c->ruling_json,
        .rulebooks = books,
        .rulebook_count = c->ruling.book_count,
        .zones_commitment = sw_str_of(commitment),
        .zones_salt = sw_str_of(salt_hex),
        .inspection_json = c->inspection_json,
        .input_name = sw_str_of(name_of(c->cargo)),
        .input_sha256 = sw_str_of(input_hash),
        .outputs = outputs,
        .output_count = 3,
        .issued = sw_str_of(issued),
    };
    return sw_declaration_json(c->ruling.said, c->arena,
                               &facts.declaration_json, err) &&
           sw_plan_json(&c->plan, c->arena, &facts.treatments_json, err) &&
           sw_waybill_sign(&facts, c->key, c->arena, &c->envelope, err);
}

static bool stage(clearance *c, int which, sw_str text, sw_error *err)
{
    return sw_output_begin(c->paths[which], &c->files[which], err) &&
           sw_output_write(c->files[which], text.at, text.len, err);
}

static bool release(clearance *c, sw_error *err)
{
    if (!stage(c, RULING, c->ruling_json, err)) return false;
    if (!stage(c, INSPECTION, c->inspection_json, err)) return false;
    if (!stage(c, WAYBILL, c->envelope, err)) return false;

    // An older release of this name must not stand beside a newer waybill.
    if (unlink(c->paths[CARGO]) != 0 && errno != ENOENT) {
        sw_fail_errno(err, "replace the older release");
        return sw_error_in(err, c->paths[CARGO]);
    }
    return sw_output_commit(c->files[RULING], err) &&
           sw_output_commit(c->files[INSPECTION], err) &&
           sw_output_commit(c->files[WAYBILL], err) &&
           sw_output_commit(c->files[CARGO], err);
}

static bool print_seen(clearance *c, sw_error *err)
{
    sw_str text;
    if (sw_args_has(c->args, "json") || sw_args_has(c->args, "quiet"))
        return true;
    sw_term_progress_end();
    if (!sw_inspection_text(c->seen, sw_term_color(c->args, c->out), c->arena,
                            &text, err)) {
        return false;
    }
    fprintf(c->out, "\n%.*s", SW_STR_ARGS(text));
    return true;
}

// The one JSON object of --json: what was ruled, seen and released.
static void print_json(const clearance *c, bool released)
{
    fprintf(c->out, "{\"released\": %s, \"ruling\": %.*s",
            released ? "true" : "false", SW_STR_ARGS(c->ruling_json));
    if (c->seen != NULL) {
        fprintf(c->out, ", \"inspection\": %.*s",
                SW_STR_ARGS(c->inspection_json));
    }
    if (released) {
        json_t *paths =
            json_pack("{s:s, s:s, s:s, s:s}", "cargo", c->paths[CARGO],
                      "ruling", c->paths[RULING], "inspection",
                      c->paths[INSPECTION], "waybill", c->paths[WAYBILL]);
        char *text = json_dumps(paths, JSON_COMPACT);
        fprintf(c->out, ", \"files\": %s", text != NULL ? text : "null");
        free(text);
        json_decref(paths);
    }
    fputs("}\n", c->out);
}

static int stopped(clearance *c, const char *why)
{
    if (sw_args_has(c->args, "json")) print_json(c, false);
    sw_term_say(c->args, "Stopped: %s. Nothing was released.", why);
    return EXIT_STOPPED;
}

static void print_released(const clearance *c)
{
    if (sw_args_has(c->args, "json")) {
        print_json(c, true);
        return;
    }
    if (sw_args_has(c->args, "quiet")) return;
    fprintf(c->out,
            "\nReleased  %s\n          %" PRIu64 " nodes, %" PRIu64
            " ways, %" PRIu64 " relations, %" PRIu64 " bytes\n"
            "Ruling    %s\nInspected %s\nWaybill   %s\n"
            "Verify    segwan waybill verify %s --pub %s.pub %s\n",
            c->paths[CARGO], c->report.nodes, c->report.ways,
            c->report.relations, c->report.bytes, c->paths[RULING],
            c->paths[INSPECTION], c->paths[WAYBILL], c->paths[WAYBILL],
            sw_args_get(c->args, "key"), c->paths[CARGO]);
}

static int clear(clearance *c, sw_error *err)
{
    if (!prepare(c, err)) return (int)err->kind;

    sw_verdict verdict = c->ruling.ruling->verdict;
    if (!sw_args_has(c->args, "json") && !sw_args_has(c->args, "quiet") &&
        !sw_cli_ruling_print(c->args, c->ruling.ruling, c->out, err)) {
        return (int)err->kind;
    }
    fflush(c->out);
    if (verdict != SW_VERDICT_CLEAR && verdict != SW_VERDICT_TREAT) {
        return stopped(c, "the ruling does not let it leave");
    }

    if (!treat(c, err) || !inspect(c, err) || !print_seen(c, err)) {
        return (int)err->kind;
    }
    if (c->seen->finding_count > 0) {
        return stopped(c, "the inspection found what must not leave");
    }
    if (!sign(c, err) || !release(c, err)) return (int)err->kind;
    print_released(c);
    return EXIT_CLEAR;
}

static int run(const sw_args *args, FILE *out, sw_error *err)
{
    clearance c = {
        .args = args,
        .arena = sw_args_arena(args),
        .out = out,
        .cargo = sw_args_operand(args, 0),
    };
    int status = clear(&c, err);
    clearance_done(&c);
    return status;
}

const sw_command cmd_clear = {
    .name = "clear",
    .operands = "CARGO",
    .min_operands = 1,
    .max_operands = 1,
    .summary = "rule on, treat, inspect and release cargo, with a waybill",
    .description =
        "Rules on the declaration; if the ruling lets the cargo leave as it is "
        "or "
        "once treated, applies the treatments that it asks for (and those that "
        "you add), inspects the result by an independent path, and writes into "
        "DIR the treated cargo under its own name, ruling.json, "
        "inspection.json "
        "and waybill.dsse.json. If the ruling stops the cargo, or the "
        "inspection "
        "finds anything, nothing is written.\n\n"
        "The zone list and the list of names are secret: no message and no "
        "file "
        "of the release shows them. The waybill carries a keyed commitment.",
    .exit_status = "0 released, 1 stopped by the ruling or by the inspection",
    .options = options,
    .examples = examples,
    .run = run,
};
