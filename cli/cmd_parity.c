// Whom a rulebook falls on.
#include "cli.h"

#include "segwan/parity.h"

static const sw_opt options[] = {
    {'r', "rulebook", "RULEBOOK", "the rulebook (YAML)",
     SW_OPT_REQUIRED | SW_OPT_FILE},
    {0, "date", "YYYY-MM-DD", "the day to rule for (default today)", 0},
    {0, "as-known-on", "YYYY-MM-DD",
     "rule by what the rulebook knew on that day (as segwan rule)", 0},
    {0, "variant", "ID", "a bill or plan of the rulebook, as if it were law",
     0},
    {0, "covered", "TERM|RULE",
     "what counts as covered (default: the first term whose state is duties, "
     "else designated, presumed, meets; else that a deciding rule applies)",
     0},
    {0, "eligible", "EXPRESSION",
     "which rows are compared: CEL over facts and terms (default all)", 0},
    {0, "near", "PERCENT", "how near to a threshold is near (default 20)", 0},
    {0, "html", "FILE", "write a page with charts, to hand on", SW_OPT_FILE},
    {0},
};

static const sw_example examples[] = {
    {"segwan parity rulebooks/populations/eu-dma.csv -r rulebooks/eu/dma.yaml "
     "--date 2026-06-25",
     "whom does the Digital Markets Act reach, by origin?"},
    {"segwan parity firms.csv -r rulebook.yaml --covered presumed --html "
     "parity.html",
     "whom would the presumption reach, as a page with charts?"},
    {0},
};

static sw_str option(const sw_args *args, const char *name)
{
    return sw_str_of(sw_args_get(args, name));
}

static bool read_options(const sw_args *args, sw_parity_options *out,
                         sw_error *err)
{
    uint64_t near = 20;
    *out = (sw_parity_options){.rule = {.today = sw_date_today()},
                               .variant = option(args, "variant"),
                               .covered = option(args, "covered"),
                               .eligible = option(args, "eligible")};
    if (!sw_args_number(args, "near", 1000, &near, err)) return false;
    out->near = (double)near / 100;
    out->rule.known_given = sw_args_has(args, "as-known-on");
    return sw_args_date(args, &out->rule.date, err) &&
           sw_args_day(args, "as-known-on", &out->rule.known, err);
}

static bool measure(const sw_args *args, const sw_parity **out, sw_error *err)
{
    sw_arena *arena = sw_args_arena(args);
    sw_parity_options asked;
    sw_rulebook *book;
    sw_population *firms;
    return read_options(args, &asked, err) &&
           sw_rulebook_load(sw_args_get(args, "rulebook"), arena, &book, err) &&
           sw_population_load(sw_args_operand(args, 0), book, arena, &firms,
                              err) &&
           sw_parity_measure(book, firms, &asked, arena, out, err);
}

static bool write_page(const sw_args *args, const sw_parity *parity,
                       sw_error *err)
{
    const char *path = sw_args_get(args, "html");
    if (path == NULL) return true;
    sw_output *out = NULL;
    sw_str page;
    bool ok = sw_cli_apart(sw_args_operand(args, 0), path, err) &&
              sw_cli_apart(sw_args_get(args, "rulebook"), path, err) &&
              sw_parity_html(parity, sw_args_arena(args), &page, err) &&
              sw_output_begin(path, &out, err) &&
              sw_output_write(out, page.at, page.len, err) &&
              sw_output_commit(out, err);
    sw_output_discard(out);
    return ok || sw_error_in(err, path);
}

static int run(const sw_args *args, FILE *out, sw_error *err)
{
    sw_arena *arena = sw_args_arena(args);
    const sw_parity *parity;
    sw_str text;
    if (!measure(args, &parity, err)) return (int)err->kind;
    bool ok =
        sw_args_has(args, "json")
            ? sw_parity_json(parity, arena, &text, err)
            : sw_parity_text(parity, sw_term_color(args, out),
                             sw_args_has(args, "verbose"), arena, &text, err);
    if (!ok || !write_page(args, parity, err)) return (int)err->kind;
    fprintf(out, "%.*s", SW_STR_ARGS(text));
    return EXIT_CLEAR;
}

const sw_command cmd_parity = {
    .name = "parity",
    .operands = "POPULATION",
    .min_operands = 1,
    .max_operands = 1,
    .summary = "measure whom a rulebook falls on, foreign or domestic",
    .description =
        "Rules on every firm of a table (CSV: name, origin and facts) and "
        "shows "
        "four things. On its face: what comes out otherwise when the origin is "
        "changed and nothing else. In effect: how many firms are covered by "
        "origin, with exact intervals and Fisher's test. By threshold: how "
        "that "
        "would be for every other value, and who stands just beside it. "
        "Burden: "
        "the rules that apply by origin.\n\n"
        "What is missing in the table gives intervals, not guesses. There is "
        "no "
        "verdict: docs/parity.md says what the numbers mean.",
    .exit_status = "0 the table was measured",
    .options = options,
    .examples = examples,
    .run = run,
};
