// Rules on declarations by the million.
#include <inttypes.h>
#include <string.h>

#include "cli.h"

#include "books.h"

static const sw_opt options[] = {
    {'r', "rulebook", "RULEBOOK", "the rulebook to rule by (YAML)",
     SW_OPT_REQUIRED | SW_OPT_REPEAT | SW_OPT_FILE},
    {0, "date", "YYYY-MM-DD", "the day to rule for (default today)", 0},
    {0, "as-known-on", "YYYY-MM-DD",
     "rule by what the rulebook knew on that day (default today, or the day "
     "up to which the book looked at the law, if that is later)",
     0},
    {0, "explain", NULL, "say of rules that failed which facts decided", 0},
    {'j', "threads", "N", "threads (default: one a processor)", 0},
    {0},
};

static const sw_example examples[] = {
    {"segwan batch -r rulebooks/kr/map-export.yaml declarations.jsonl "
     "> rulings.jsonl",
     "which of these may leave Korea today?"},
    {"zcat declarations.jsonl.gz | segwan batch --explain -r rulebook.yaml -",
     "the same from a pipe, with reasons"},
    {0},
};

static void tell(const sw_batch_count *n)
{
    fprintf(stderr, "%" PRIu64 " declarations:", n->lines);
    for (int v = SW_VERDICT_CLEAR; v <= SW_VERDICT_BARRED; v++) {
        if (n->verdicts[v] == 0) continue;
        fprintf(stderr, " %" PRIu64 " %s", n->verdicts[v],
                sw_verdict_name((sw_verdict)v));
    }
    if (n->faults > 0)
        fprintf(stderr, " %" PRIu64 " could not be read", n->faults);
    fprintf(stderr, "\n");
}

static bool rule_lines(const sw_args *args, FILE *in, const char *name,
                       FILE *out, sw_batch_count *counted, sw_error *err)
{
    sw_cli_books books;
    uint64_t threads = 0;
    sw_pool *pool = NULL;
    sw_progress progress = sw_term_progress(args);
    sw_rule_options how = {.today = sw_date_today()};
    how.known_given = sw_args_has(args, "as-known-on");
    bool ok = sw_args_date(args, &how.date, err) &&
              sw_args_day(args, "as-known-on", &how.known, err) &&
              sw_args_number(args, "threads", 1024, &threads, err) &&
              sw_cli_books_load(args, "rulebook", &books, err) &&
              sw_pool_new((unsigned)threads, &pool, err) &&
              sw_batch_lines(books.at, books.count, &how,
                             sw_args_has(args, "explain"), in, name, out, pool,
                             &progress, counted, err);
    sw_pool_free(pool);
    return ok;
}

static int run(const sw_args *args, FILE *out, sw_error *err)
{
    const char *path = sw_args_operand(args, 0);
    bool piped = strcmp(path, "-") == 0;
    const char *name = piped ? "standard input" : path;
    FILE *in = piped ? stdin : fopen(path, "rbe");
    if (in == NULL) {
        sw_fail_errno(err, "open");
        return sw_error_in(err, path), (int)err->kind;
    }
    sw_batch_count counted;
    bool ok = rule_lines(args, in, name, out, &counted, err);
    if (!piped) fclose(in);
    if (!ok) return (int)err->kind;
    if (!sw_args_has(args, "quiet")) tell(&counted);
    if (counted.faults > 0) {
        sw_fail(err, SW_ERR_INPUT,
                "%" PRIu64 " of %" PRIu64 " declarations could not be read",
                counted.faults, counted.lines);
        return sw_error_in(err, name), (int)err->kind;
    }
    return counted.verdicts[SW_VERDICT_CLEAR] == counted.lines ? EXIT_CLEAR
                                                               : EXIT_STOPPED;
}

const sw_command cmd_batch = {
    .name = "batch",
    .operands = "DECLARATIONS",
    .min_operands = 1,
    .max_operands = 1,
    .summary = "rule on many declarations, a line of JSON each",
    .description =
        "Rules on each line of a file, a declaration as a JSON object, and "
        "writes a line of JSON for each in the same order: the verdict, the "
        "rules that failed, those that are undetermined and the facts that "
        "they wait for; with --explain why rules failed. A line that is no "
        "declaration gets a line that says so, and the rest goes on. All "
        "processors work; memory does not grow with the number of lines.",
    .exit_status = "0 every verdict is clear, 1 one is not, 3 a line could not "
                   "be read",
    .options = options,
    .examples = examples,
    .run = run,
};
