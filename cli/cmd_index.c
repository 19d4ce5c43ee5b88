#include "books.h"
#include "cli.h"
#include "segwan/policy.h"

#include <stdlib.h>
#include <string.h>

static const sw_opt options[] = {
    {'s', "scores", "CSV", "the table that the publisher gives, rebuilt",
     SW_OPT_FILE},
    {'e', "economy", "CODE",
     "an economy or group: the first is asked about, the others stand beside",
     SW_OPT_REPEAT},
    {0, "from", "YEAR", "the first year (default the table's)", 0},
    {0, "to", "YEAR", "the last year (default the table's)", 0},
    {'a', "answers", "ANSWERS", "an economy's answers: computes the index",
     SW_OPT_REPEAT | SW_OPT_FILE},
    {'r', "rulebook", "RULEBOOK",
     "a rulebook, or a folder of them, that the answers refer to",
     SW_OPT_REPEAT | SW_OPT_FILE},
    {0, "date", "YYYY-MM-DD", "the day to compute for (default today)", 0},
    {0, "since", "YYYY-MM-DD", "an earlier day to compare with", 0},
    {0, "svg", "FILE", "writes a picture", SW_OPT_FILE},
    {0, "chart", "KIND", "what it shows: path (of scores), areas, moves", 0},
    {0},
};

static const sw_example examples[] = {
    {"segwan index indexes/oecd-dstri.yaml --scores dstri.csv -e KOR -e USA "
     "-e EU",
     "Korea's path, what moved it, beside the US and the EU's mean"},
    {"segwan index INDEX -a kr.yaml -a us.yaml -r rulebooks/ --since "
     "2020-01-01",
     "an index computed from rules, for two economies and two days"},
    {"segwan index indexes/ecipe-dtri-2018.yaml",
     "what an index is made of, and what was published of it"},
    {0},
};

/* ---- arguments ------------------------------------------------------- */

static bool read_year(const sw_args *args, const char *name, int *out,
                      sw_error *err)
{
    uint64_t year = 0;
    if (!sw_args_number(args, name, 9999, &year, err)) return false;
    *out = (int)year;
    return true;
}

static bool read_chart(const sw_args *args, sw_index_chart_kind *out,
                       sw_error *err)
{
    static const char *const names[] = {"path", "areas", "moves"};
    const char *word = sw_args_get(args, "chart");
    *out = sw_args_has(args, "scores") ? SW_CHART_PATH : SW_CHART_AREAS;
    if (word == NULL) return true;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(word, names[i]) != 0) continue;
        *out = (sw_index_chart_kind)i;
        return true;
    }
    return sw_fail(err, SW_ERR_USAGE,
                   "--chart %s: expected path, areas or moves", word);
}

// What goes with a table does not go with answers.
static bool check_options(const sw_args *args, sw_error *err)
{
    static const struct {
        const char *option, *needs;
    } pairs[] = {{"economy", "scores"}, {"from", "scores"},
                 {"to", "scores"},      {"rulebook", "answers"},
                 {"date", "answers"},   {"since", "answers"},
                 {"chart", "svg"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        if (!sw_args_has(args, pairs[i].option) ||
            sw_args_has(args, pairs[i].needs)) {
            continue;
        }
        return sw_fail(err, SW_ERR_USAGE, "--%s goes with --%s",
                       pairs[i].option, pairs[i].needs);
    }
    bool scores = sw_args_has(args, "scores");
    bool answers = sw_args_has(args, "answers");
    if (scores && answers) {
        return sw_fail(err, SW_ERR_USAGE,
                       "an index is read from --scores or computed from "
                       "--answers");
    }
    if (sw_args_has(args, "svg") && !answers && !sw_args_has(args, "economy"))
        return sw_fail(err, SW_ERR_USAGE, "--svg needs an economy to show");
    return true;
}

/* ---- reports --------------------------------------------------------- */

static bool read_published(const sw_args *args, const sw_index *index,
                           const sw_index_report **out, sw_error *err)
{
    sw_arena *arena = sw_args_arena(args);
    sw_scores *scores = NULL;
    sw_index_query query = {.economy_count = sw_args_count(args, "economy")};
    sw_str *codes = SW_NEW_ARRAY(arena, sw_str, query.economy_count);
    if (codes == NULL) return sw_fail_memory(err);
    for (size_t i = 0; i < query.economy_count; i++)
        codes[i] = sw_str_of(sw_args_at(args, "economy", i));
    query.economies = codes;
    return read_year(args, "from", &query.from, err) &&
           read_year(args, "to", &query.to, err) &&
           sw_scores_load(sw_args_get(args, "scores"), index, arena, &scores,
                          err) &&
           sw_index_published(scores, &query, arena, out, err);
}

// The days: --since, if given, then --date.
static bool read_days(const sw_args *args, sw_date days[2], size_t *count,
                      sw_error *err)
{
    const char *since = sw_args_get(args, "since");
    if (!sw_args_date(args, &days[0], err)) return false;
    *count = 1;
    if (since == NULL) return true;
    days[1] = days[0];
    *count = 2;
    if (!sw_date_parse(sw_str_of(since), &days[0])) {
        return sw_fail(err, SW_ERR_USAGE,
                       "--since %s: not a date, expected YYYY-MM-DD", since);
    }
    return days[0] < days[1] ||
           sw_fail(err, SW_ERR_USAGE, "--since is not before --date");
}

static bool compute(const sw_args *args, const sw_index *index,
                    const sw_index_report **out, sw_error *err)
{
    sw_arena *arena = sw_args_arena(args);
    size_t count = sw_args_count(args, "answers");
    const sw_answers **answers = SW_NEW_ARRAY(arena, const sw_answers *, count);
    sw_cli_books books;
    sw_date days[2];
    sw_index_evidence evidence = {
        .answers = answers, .answer_count = count, .days = days};
    if (answers == NULL) return sw_fail_memory(err);
    for (size_t i = 0; i < count; i++) {
        sw_answers *one = NULL;
        if (!sw_answers_load(sw_args_at(args, "answers", i), index, arena, &one,
                             err)) {
            return false;
        }
        answers[i] = one;
    }
    if (!read_days(args, days, &evidence.day_count, err) ||
        !sw_cli_books_load(args, "rulebook", &books, err)) {
        return false;
    }
    evidence.books = books.at;
    evidence.book_count = books.count;
    return sw_index_computed(index, &evidence, arena, out, err);
}

/* ---- output ---------------------------------------------------------- */

static bool write_chart(const sw_args *args, const sw_index_report *report,
                        sw_error *err)
{
    const char *path = sw_args_get(args, "svg");
    sw_index_chart_kind kind = SW_CHART_PATH;
    sw_output *file = NULL;
    sw_str svg;
    if (path == NULL) return true;
    bool ok = read_chart(args, &kind, err) &&
              sw_index_chart(report, kind, sw_args_arena(args), &svg, err) &&
              ((sw_output_begin(path, &file, err) &&
                sw_output_write(file, svg.at, svg.len, err) &&
                sw_output_commit(file, err)) ||
               sw_error_in(err, path));
    sw_output_discard(file);
    return ok;
}

static bool make_text(const sw_args *args, const sw_index *index,
                      const sw_index_report *report, sw_str *out, sw_error *err)
{
    sw_arena *arena = sw_args_arena(args);
    bool json = sw_args_has(args, "json");
    if (report == NULL) {
        return json ? sw_index_describe_json(index, arena, out, err)
                    : sw_index_describe(index, arena, out, err);
    }
    return json ? sw_index_json(report, arena, out, err)
                : sw_index_text(report, sw_args_has(args, "verbose"), arena,
                                out, err);
}

static bool run_index(const sw_args *args, FILE *out, sw_error *err)
{
    sw_index *index = NULL;
    const sw_index_report *report = NULL;
    sw_str text;
    if (!check_options(args, err) ||
        !sw_index_load(sw_args_operand(args, 0), sw_args_arena(args), &index,
                       err)) {
        return false;
    }
    if (sw_args_has(args, "scores") &&
        !read_published(args, index, &report, err)) {
        return false;
    }
    if (sw_args_has(args, "answers") && !compute(args, index, &report, err))
        return false;
    if (!make_text(args, index, report, &text, err) ||
        !write_chart(args, report, err)) {
        return false;
    }
    fwrite(text.at, 1, text.len, out);
    return true;
}

static int run(const sw_args *args, FILE *out, sw_error *err)
{
    return run_index(args, out, err) ? EXIT_CLEAR : (int)err->kind;
}

const sw_command cmd_index = {
    .name = "index",
    .operands = "INDEX",
    .min_operands = 1,
    .max_operands = 1,
    .summary = "rebuild or compute an index of restrictiveness",
    .description =
        "With --scores it reads the table that an index's publisher gives, "
        "rebuilds every score from whole numbers of measures and refuses a "
        "table of another edition; shows an economy's path, what moved it, "
        "others beside it, and whether the index moved when the rules did.\n\n"
        "With --answers it computes the index for economies from rules on a "
        "day: a measure's answer is a rule's ruling or what a source says; a "
        "measure without an answer makes the index an interval.\n\n"
        "With neither it says what the index is made of. docs/indexes.md has "
        "the formats.",
    .exit_status = "0 done",
    .options = options,
    .examples = examples,
    .run = run,
};
