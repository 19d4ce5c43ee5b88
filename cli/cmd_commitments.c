#include "books.h"
#include "cli.h"
#include "segwan/policy.h"

#include <string.h>

static const sw_opt options[] = {
    {'r', "rulebook", "RULEBOOK",
     "a rulebook, or a folder of them, to look the rules up in",
     SW_OPT_REPEAT | SW_OPT_FILE},
    {0, "rule", "ID",
     "only this rulebook, or one rule: kr/map-export#kr-geo-01", 0},
    {0, "date", "YYYY-MM-DD", "the day to compare on (default today)", 0},
    {0},
};

static const sw_example examples[] = {
    {"segwan commitments commitments/ -r rulebooks/ --rule kr/map-export",
     "which promises name Korea's map rules, and what stands in the way?"},
    {"segwan commitments commitments/korus.yaml --json",
     "all rules that one treaty touches, for a program"},
    {0},
};

typedef struct {
    sw_arena *arena;
    const sw_commitments **at;
    size_t count, room;
} instruments;

static bool load_instrument(void *ctx, const char *path, sw_error *err)
{
    instruments *all = ctx;
    sw_commitments *one = NULL;
    if (all->count == all->room) {
        size_t room = all->room > 0 ? 2 * all->room : 8;
        const sw_commitments **more =
            SW_NEW_ARRAY(all->arena, const sw_commitments *, room);
        if (more == NULL) return sw_fail_memory(err);
        if (all->count > 0) memcpy(more, all->at, all->count * sizeof *more);
        all->at = more;
        all->room = room;
    }
    if (!sw_commitments_load(path, all->arena, &one, err)) return false;
    all->at[all->count++] = one;
    return true;
}

static bool compare(const sw_args *args, sw_str *out, sw_error *err)
{
    sw_arena *arena = sw_args_arena(args);
    instruments all = {.arena = arena};
    sw_cli_books books;
    sw_commitments_query query = {.only = sw_str_of(sw_args_get(args, "rule"))};
    const sw_commitments_report *report = NULL;
    for (size_t i = 0; i < sw_args_operands(args); i++) {
        if (!sw_cli_yaml_below(sw_args_operand(args, i), load_instrument, &all,
                               err)) {
            return false;
        }
    }
    if (all.count == 0)
        return sw_fail(err, SW_ERR_INPUT, "no commitments (.yaml) found");
    if (!sw_args_date(args, &query.day, err) ||
        !sw_cli_books_load(args, "rulebook", &books, err)) {
        return false;
    }
    query.instruments = all.at;
    query.instrument_count = all.count;
    query.books = books.at;
    query.book_count = books.count;
    if (!sw_commitments_compare(&query, arena, &report, err)) return false;
    return sw_args_has(args, "json")
               ? sw_commitments_json(report, arena, out, err)
               : sw_commitments_text(report, sw_args_has(args, "verbose"),
                                     arena, out, err);
}

static int run(const sw_args *args, FILE *out, sw_error *err)
{
    sw_str text;
    if (!compare(args, &text, err)) return (int)err->kind;
    fwrite(text.at, 1, text.len, out);
    return EXIT_CLEAR;
}

const sw_command cmd_commitments = {
    .name = "commitments",
    .operands = "COMMITMENTS...",
    .min_operands = 1,
    .max_operands = 1000,
    .summary = "set rules against what states promised each other",
    .description =
        "For each rule that an instrument touches: which promise names it or "
        "is wide enough to hold it, how strong its words are, by which test it "
        "would be measured, which exceptions stand in the way, and who said "
        "so. It gives no verdict of breach.\n\n"
        "With -r the rules are looked up: what they are called, and how many "
        "are in force on the day. docs/commitments.md has the format.",
    .exit_status = "0 done",
    .options = options,
    .examples = examples,
    .run = run,
};
