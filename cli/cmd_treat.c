#include "cli.h"

#include <inttypes.h>

#include "plan.h"

static const sw_opt options[] = {
    {'o', "output", "FILE", "the treated cargo", SW_OPT_REQUIRED | SW_OPT_FILE},
    SW_PLAN_OPTIONS,
    {'j', "threads", "N", "threads (default: one a processor)", 0},
    {0},
};

static const sw_example examples[] = {
    {"segwan treat korea.osm.pbf -z zones.geojson -o treated.osm.pbf",
     "remove what the zones restrict"},
    {"segwan treat korea.osm.pbf --strip-tags ele --strip-tags 'name:*' "
     "--strip-metadata -o plain.osm.pbf",
     "no elevation, no translated names, no metadata"},
    {"segwan treat korea.osm.pbf -z zones.geojson --scope base-and-roads "
     "--coarsen 25000 -o small.osm.pbf",
     "base map and roads alone, on a grid fit for 1:25,000"},
    {0},
};

static bool treat(const sw_args *args, const char *from, const char *to,
                  sw_plan *plan, sw_map_report *report, sw_error *err)
{
    bool ok = false;
    sw_pool *pool = NULL;
    sw_output *output = NULL;
    uint64_t threads = 0;
    sw_map_options how;

    if (!sw_plan_init(plan, args, err)) goto done;
    if (!sw_args_number(args, "threads", 1024, &threads, err)) goto done;
    if (!sw_cli_apart(from, to, err)) goto done;
    if (!sw_plan_ready(plan, err)) goto done;
    if (!sw_pool_new((unsigned)threads, &pool, err)) goto done;
    if (!sw_output_begin(to, &output, err)) goto done;

    how = sw_plan_map(plan, sw_term_progress(args));
    ok = sw_map_treat(from, output, pool, &how, report, err) &&
         sw_output_commit(output, err);

done:
    sw_output_discard(output);
    sw_pool_free(pool);
    return ok;
}

static int run(const sw_args *args, FILE *out, sw_error *err)
{
    sw_plan plan = {0};
    sw_map_report report = {0};
    const char *to = sw_args_get(args, "output");
    bool ok = treat(args, sw_args_operand(args, 0), to, &plan, &report, err);
    sw_plan_done(&plan);
    if (!ok) return (int)err->kind;

    sw_term_progress_end();
    if (sw_args_has(args, "json")) {
        fprintf(out,
                "{\"nodes\": %" PRIu64 ", \"ways\": %" PRIu64
                ", \"relations\": %" PRIu64 ", \"bytes\": %" PRIu64 "}\n",
                report.nodes, report.ways, report.relations, report.bytes);
    } else {
        sw_term_say(args,
                    "%s: %" PRIu64 " nodes, %" PRIu64 " ways, %" PRIu64
                    " relations, %" PRIu64 " bytes",
                    to, report.nodes, report.ways, report.relations,
                    report.bytes);
    }
    return EXIT_CLEAR;
}

const sw_command cmd_treat = {
    .name = "treat",
    .operands = "CARGO",
    .min_operands = 1,
    .max_operands = 1,
    .summary = "treat an OpenStreetMap extract",
    .description =
        "Takes out of a sorted OSM PBF file what the options restrict and "
        "writes "
        "what is left, canonically: the same remainder gives the same bytes, "
        "whatever was taken out and however the input was laid out. "
        "docs/projection.md defines what is restricted.\n\n"
        "Without any treatment the file is only made canonical: references to "
        "objects that it lacks, and untagged objects that nothing refers to, "
        "go.",
    .exit_status = "0 the treated cargo stands under its name, whole",
    .options = options,
    .examples = examples,
    .run = run,
};
