#include "cli.h"

#include <string.h>

#include "segwan/show.h"

static const sw_opt options[] = {
    {0, "format", "FORMAT",
     "md (Markdown) or html (one file, without script); default by the "
     "output's "
     "name, else md",
     0},
    {'o', "output", "FILE", "where to write the page (default standard output)",
     SW_OPT_FILE},
    {0},
};

static const sw_example examples[] = {
    {"segwan show rulebooks/kr/map-export.yaml -o map-export.html",
     "a page to hand on and to print"},
    {"segwan show rulebooks/eu/dma.yaml --format md",
     "the same as Markdown on standard output"},
    {0},
};

static bool read_format(const char *word, const char *file, sw_page_format *out,
                        sw_error *err)
{
    if (word == NULL) {
        bool html = sw_str_ends(sw_str_of(file), SW_STR(".html")) ||
                    sw_str_ends(sw_str_of(file), SW_STR(".htm"));
        *out = html ? SW_PAGE_HTML : SW_PAGE_MARKDOWN;
        return true;
    }
    *out = strcmp(word, "html") == 0 ? SW_PAGE_HTML : SW_PAGE_MARKDOWN;
    return *out == SW_PAGE_HTML || strcmp(word, "md") == 0 ||
           sw_fail(err, SW_ERR_USAGE, "--format takes md or html, not \"%s\"",
                   word);
}

static bool write_file(const char *file, sw_str page, sw_error *err)
{
    sw_output *output = NULL;
    bool ok = sw_output_begin(file, &output, err) &&
              sw_output_write(output, page.at, page.len, err) &&
              sw_output_commit(output, err);
    sw_output_discard(output);
    return ok;
}

static int run(const sw_args *args, FILE *out, sw_error *err)
{
    const char *book = sw_args_operand(args, 0);
    const char *file = sw_args_get(args, "output");
    sw_page_format as;
    sw_str page;
    if (!read_format(sw_args_get(args, "format"), file, &as, err) ||
        (file != NULL && !sw_cli_apart(book, file, err)) ||
        !sw_rulebook_page(book, as, sw_args_arena(args), &page, err))
        return (int)err->kind;
    if (file == NULL) {
        fwrite(page.at, 1, page.len, out);
    } else if (!write_file(file, page, err)) {
        return (int)err->kind;
    }
    return EXIT_CLEAR;
}

const sw_command cmd_show = {
    .name = "show",
    .operands = "RULEBOOK",
    .min_operands = 1,
    .max_operands = 1,
    .summary = "write a rulebook as a page for people",
    .description =
        "Puts a rulebook into words: for each rule when it applies, what it "
        "asks "
        "for and what follows if that is not so, as questions and answers with "
        "the expression beside them; its provision with link, evidence and the "
        "day it was read; dates, status, way out and penalty. Then what the "
        "law "
        "defines, with thresholds; variants and readings side by side; the "
        "questions; the sources; and the cases beside the rulebook with their "
        "outcome.",
    .exit_status = "0 the page was written",
    .options = options,
    .examples = examples,
    .run = run,
};
