#include "cli.h"

#include "ruling.h"
#include "segwan/rules.h"

static const sw_opt options[] = {
    {'d', "declaration", "DECLARATION", "what is declared (YAML or JSON)",
     SW_OPT_REQUIRED | SW_OPT_FILE},
    {'r', "rulebook", "RULEBOOK", "the rulebook to rule by (YAML)",
     SW_OPT_REQUIRED | SW_OPT_REPEAT | SW_OPT_FILE},
    {0, "date", "YYYY-MM-DD", "the day to rule for (default today)", 0},
    {0, "as-known-on", "YYYY-MM-DD",
     "rule by what the rulebook knew on that day (default today, or the day "
     "up to which the book looked at the law, if that is later)",
     0},
    {0, "variant", "ID",
     "rule under a variant of the rulebook: a bill, a draft, a plan", 0},
    {0},
};

static const sw_example examples[] = {
    {"segwan rule -d declaration.yaml -r rulebooks/kr/map-export.yaml",
     "what must happen before this map may leave Korea today?"},
    {"segwan rule -d declaration.yaml -r rulebooks/kr/map-export.yaml "
     "--date 2026-12-03 --json",
     "the same for another day, for a program"},
    {"segwan rule -d declaration.yaml -r rulebook.yaml --variant bill-7",
     "what would follow if that bill of the rulebook were law?"},
    {0},
};

static int run(const sw_args *args, FILE *out, sw_error *err)
{
    sw_cli_ruling got;
    sw_rule_options how = {.today = sw_date_today()};
    how.known_given = sw_args_has(args, "as-known-on");
    if (!sw_args_date(args, &how.date, err) ||
        !sw_args_day(args, "as-known-on", &how.known, err) ||
        !sw_cli_rule(args, &how, sw_args_get(args, "variant"), &got, err))
        return (int)err->kind;
    if (!sw_cli_ruling_print(args, got.ruling, out, err)) return (int)err->kind;
    return got.ruling->verdict == SW_VERDICT_CLEAR ? EXIT_CLEAR : EXIT_STOPPED;
}

const sw_command cmd_rule = {
    .name = "rule",
    .operands = "",
    .summary = "rule on a declaration, with reasons and provisions",
    .description =
        "Judges a declaration by one or several rulebooks for a date. Says for "
        "each rule what it decided, which facts decided, the provision and its "
        "address, the remedy and the treatment; for facts that are missing, "
        "the questions that could still change the answer; where somebody "
        "stands (thresholds met, presumed, designated, duties); and where "
        "other published readings of the law come out differently.\n\n"
        "The verdict is one of: clear (may leave as it is), treat (may leave "
        "once treated), undetermined (facts are missing), permit (needs a "
        "permit), barred.",
    .exit_status = "0 the verdict is clear, 1 it is anything else",
    .options = options,
    .examples = examples,
    .run = run,
};
