#include "cli.h"

#include "plan.h"

static const sw_opt options[] = {
    SW_PLAN_OPTIONS,
    {0},
};

static const sw_example examples[] = {
    {"segwan inspect korea.osm.pbf treated.osm.pbf -z zones.geojson",
     "does the treated file keep the zones out?"},
    {"segwan inspect korea.osm.pbf treated.osm.pbf -z zones.geojson "
     "--strip-metadata --json",
     "the same, metadata forbidden too, for a program"},
    {0},
};

static int inspect(const sw_args *args, const sw_plan *plan, FILE *out,
                   sw_error *err)
{
    sw_arena *arena = sw_args_arena(args);
    sw_inspection *seen;
    sw_str text;
    if (plan->remove_zones && plan->zones_path == NULL) {
        return sw_fail(err, SW_ERR_USAGE, "give the zone list with -z"),
               SW_ERR_USAGE;
    }
    sw_inspect_options how = sw_plan_inspect(plan, sw_term_progress(args));
    how.input_path = sw_args_operand(args, 0);
    if (!sw_inspect_map(sw_args_operand(args, 1), &how, arena, &seen, err)) {
        return (int)err->kind;
    }

    sw_term_progress_end();
    bool ok = sw_args_has(args, "json")
                  ? sw_inspection_json(seen, arena, &text, err)
                  : sw_inspection_text(seen, sw_term_color(args, out), arena,
                                       &text, err);
    if (!ok) return (int)err->kind;
    fwrite(text.at, 1, text.len, out);
    return seen->finding_count == 0 ? EXIT_CLEAR : EXIT_STOPPED;
}

static int run(const sw_args *args, FILE *out, sw_error *err)
{
    sw_plan plan = {0};
    int status = sw_plan_init(&plan, args, err) ? inspect(args, &plan, out, err)
                                                : (int)err->kind;
    sw_plan_done(&plan);
    return status;
}

const sw_command cmd_inspect = {
    .name = "inspect",
    .operands = "CARGO RELEASED",
    .min_operands = 2,
    .max_operands = 2,
    .summary = "check treated cargo by an independent path",
    .description =
        "Reads the released file with another decoder and other geometry than "
        "the treatment and looks for anything that the options forbid: places "
        "and segments in a zone, forbidden tags, names, metadata and "
        "precision, "
        "references that do not resolve, leftover strings, and an encoding "
        "that "
        "is not canonical. Give the options that the cargo was treated "
        "with.\n\n"
        "It also says how conspicuous the zones are against their "
        "surroundings: "
        "an empty hole in a dense town shows, and no treatment can hide it.",
    .exit_status = "0 nothing was found, 1 a violation was found",
    .options = options,
    .examples = examples,
    .run = run,
};
