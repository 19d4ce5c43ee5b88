// Finds rulebooks that have cases beside them and runs these.
#include "books.h"
#include "cli.h"
#include "segwan/rules.h"

static const sw_opt options[] = {{0}};

static const sw_example examples[] = {
    {"segwan test rulebooks/", "run the cases of all rulebooks in a folder"},
    {"segwan test rulebooks/kr/map-export.yaml", "the cases of one"},
    {0},
};

typedef struct {
    FILE *out;
    size_t books;
    sw_case_report all;  // summed; without a text
} totals;

static void add(sw_case_report *sum, const sw_case_report *report)
{
    sum->passed += report->passed;
    sum->failed += report->failed;
    sum->states += report->states;
    sum->states_reached += report->states_reached;
    sum->sides += report->sides;
    sum->sides_taken += report->sides_taken;
}

static bool test_book(void *ctx, const char *path, sw_error *err)
{
    totals *sum = ctx;
    sw_arena *arena = NULL;
    sw_case_report report;
    if (!sw_arena_new(&arena, err)) return false;
    bool ok = sw_rulebook_test(path, arena, &report, err);
    if (ok) {
        fprintf(sum->out, "%s\n%.*s", path, SW_STR_ARGS(report.report));
        sum->books++;
        add(&sum->all, &report);
    }
    sw_arena_free(arena);
    return ok;
}

static int run(const sw_args *args, FILE *out, sw_error *err)
{
    totals sum = {.out = out};
    for (size_t i = 0; i < sw_args_operands(args); i++) {
        if (!sw_cli_yaml_below(sw_args_operand(args, i), test_book, &sum, err))
            return (int)err->kind;
    }
    if (sum.books == 0) {
        return sw_fail(err, SW_ERR_INPUT, "no rulebook (.yaml) found"),
               (int)err->kind;
    }
    const sw_case_report *all = &sum.all;
    fprintf(out,
            "%zu passed, %zu failed; states reached %zu of %zu, sides taken "
            "%zu of %zu\n",
            all->passed, all->failed, all->states_reached, all->states,
            all->sides_taken, all->sides);
    return all->failed == 0 ? EXIT_CLEAR : EXIT_STOPPED;
}

const sw_command cmd_test = {
    .name = "test",
    .operands = "RULEBOOKS...",
    .min_operands = 1,
    .max_operands = 10000,
    .summary = "run the cases beside rulebooks",
    .description =
        "Loads each rulebook (BOOK.yaml, or all below a folder), runs the "
        "cases beside it (BOOK.cases.yaml) and prints each case that fails "
        "with rule and difference; for each rule how many cases saw it held, "
        "failed, not applicable and undetermined; and a line for each gap: a "
        "state that no case reaches, a side of a condition (&&, ||, ?:) that "
        "none takes, a variant without a case.",
    .exit_status = "0 all cases passed, 1 one failed",
    .options = options,
    .examples = examples,
    .run = run,
};
