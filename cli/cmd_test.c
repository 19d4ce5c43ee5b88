// Finds rulebooks that have cases beside them and runs these.
#include "cli.h"

#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "segwan/rules.h"

static const sw_opt options[] = {{0}};

static const sw_example examples[] = {
    {"segwan test rulebooks/", "run the cases of all rulebooks in a folder"},
    {"segwan test rulebooks/kr/map-export.yaml", "the cases of one"},
    {0},
};

typedef struct {
    size_t books, passed, failed;
} totals;

static bool test_book(const char *path, totals *sum, FILE *out, sw_error *err)
{
    sw_arena *arena = NULL;
    sw_case_report report;
    if (!sw_arena_new(&arena, err)) return false;
    bool ok = sw_rulebook_test(path, arena, &report, err);
    if (ok) {
        fprintf(out, "%s\n%.*s", path, SW_STR_ARGS(report.report));
        sum->books++;
        sum->passed += report.passed;
        sum->failed += report.failed;
    }
    sw_arena_free(arena);
    return ok;
}

static bool is_book(sw_str path)
{
    return sw_str_ends(path, SW_STR(".yaml")) &&
           !sw_str_ends(path, SW_STR(".cases.yaml"));
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

static bool test_tree(const char *root, totals *sum, FILE *out, sw_error *err)
{
    char *roots[] = {(char *)root, NULL};
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
    if (tree == NULL) return sw_fail_errno(err, "open"), sw_error_in(err, root);

    bool ok = true;
    for (FTSENT *entry; ok && (entry = fts_read(tree)) != NULL;) {
        if (entry->fts_info == FTS_NS || entry->fts_info == FTS_DNR) {
            sw_fail(err, SW_ERR_INPUT, "cannot read: %s",
                    strerror(entry->fts_errno));
            ok = sw_error_in(err, entry->fts_path);
        } else if (entry->fts_info == FTS_F &&
                   is_book(sw_str_of(entry->fts_path))) {
            ok = test_book(entry->fts_path, sum, out, err);
        }
    }
    fts_close(tree);
    return ok;
}

static int run(const sw_args *args, FILE *out, sw_error *err)
{
    totals sum = {0};
    for (size_t i = 0; i < sw_args_operands(args); i++) {
        if (!test_tree(sw_args_operand(args, i), &sum, out, err)) {
            return (int)err->kind;
        }
    }
    if (sum.books == 0) {
        return sw_fail(err, SW_ERR_INPUT, "no rulebook (.yaml) found"),
               (int)err->kind;
    }
    fprintf(out, "%zu passed, %zu failed\n", sum.passed, sum.failed);
    return sum.failed == 0 ? EXIT_CLEAR : EXIT_STOPPED;
}

const sw_command cmd_test = {
    .name = "test",
    .operands = "RULEBOOKS...",
    .min_operands = 1,
    .max_operands = 10000,
    .summary = "run the cases beside rulebooks",
    .description =
        "Loads each rulebook (BOOK.yaml, or all below a folder), runs the "
        "cases "
        "beside it (BOOK.cases.yaml) and prints each case that fails with rule "
        "and difference, and for each rule whether the cases saw it held, "
        "failed, not applicable and undetermined.",
    .exit_status = "0 all cases passed, 1 one failed",
    .options = options,
    .examples = examples,
    .run = run,
};
