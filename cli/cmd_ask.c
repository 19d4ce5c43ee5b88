// Puts the questions of rulebooks to a person, line by line. Questions go to
// standard error, so that standard output can be the declaration.
#include "cli.h"

#include <unistd.h>

#include "line.h"
#include "ruling.h"
#include "segwan/rules.h"

static const sw_opt options[] = {
    {'r', "rulebook", "RULEBOOK", "the rulebook to rule by (YAML)",
     SW_OPT_REQUIRED | SW_OPT_REPEAT | SW_OPT_FILE},
    {'d', "declaration", "DECLARATION",
     "what is declared already (YAML or JSON)", SW_OPT_FILE},
    {'o', "output", "FILE",
     "where the declaration goes (default standard output)", SW_OPT_FILE},
    {0, "date", "YYYY-MM-DD", "the day to rule for (default today)", 0},
    {0, "as-known-on", "YYYY-MM-DD",
     "rule by what the rulebook knew on that day", 0},
    {0, "variant", "ID",
     "rule under a variant of the rulebook: a bill, a draft, a plan", 0},
    {0},
};

static const sw_example examples[] = {
    {"segwan ask -r rulebooks/kr/map-export.yaml -o declaration.yaml",
     "answer only what matters, and keep the declaration"},
    {"segwan ask -r rulebooks/eu/dma.yaml -d begun.yaml -o begun-more.yaml",
     "go on with a declaration that was begun"},
    {0},
};

/* ---- lines ----------------------------------------------------------- */

typedef struct {
    sw_interview *talk;
    sw_line *line;
    sw_arena *arena;  // of one question
    bool prompts;     // the line editor shows the prompt, on a terminal
    bool ended;       // no more answers
} session;

static void print(FILE *out, sw_str text)
{
    fwrite(text.at, 1, text.len, out);
}

static bool show_question(session *s, sw_error *err)
{
    sw_str text;
    sw_arena_reset(s->arena);
    if (!sw_interview_question_text(s->talk, s->arena, &text, err))
        return false;
    print(stderr, text);
    return true;
}

static bool show_why(session *s, sw_error *err)
{
    sw_str text;
    if (!sw_interview_why_text(s->talk, s->arena, &text, err)) return false;
    print(stderr, text);
    return true;
}

// Reads and gives one answer. `fresh`: whether a question is to be shown next.
static bool answer(session *s, bool *fresh, sw_error *err)
{
    sw_buf input = {0};
    sw_answer got = {0};
    if (!s->prompts) fputs("> ", stderr);
    sw_line_got read =
        sw_line_read(s->line, s->prompts ? "> " : "", "", &input, err);
    bool ok = read != SW_LINE_FAILED;
    s->ended = read != SW_LINE_READ;
    if (!s->ended) {
        sw_str line = {input.at, input.len};
        ok = sw_interview_answer(s->talk, line, &got, err);
    }
    sw_buf_free(&input);
    if (!ok || s->ended) return ok;
    *fresh = got.kind != SW_ANSWER_WHY && got.kind != SW_ANSWER_REFUSED;
    if (got.kind == SW_ANSWER_REFUSED) fprintf(stderr, "   %s\n", got.reason);
    return got.kind != SW_ANSWER_WHY || show_why(s, err);
}

static bool ask_all(session *s, sw_error *err)
{
    bool fresh = true;
    while (!s->ended && sw_interview_asks(s->talk) != NULL) {
        if (fresh && !show_question(s, err)) return false;
        if (!answer(s, &fresh, err)) return false;
    }
    fputs("\n", stderr);
    return true;
}

/* ---- the command ----------------------------------------------------- */

static bool write_file(const char *file, sw_str text, sw_error *err)
{
    sw_output *output = NULL;
    bool ok = sw_output_begin(file, &output, err) &&
              sw_output_write(output, text.at, text.len, err) &&
              sw_output_commit(output, err);
    sw_output_discard(output);
    return ok;
}

// Standard output is for one of both, unless a person reads it.
static bool finish(const sw_args *args, const sw_interview *talk, FILE *out,
                   sw_error *err)
{
    const char *file = sw_args_get(args, "output");
    bool person = isatty(fileno(out)) == 1;
    sw_str text = sw_interview_declaration(talk);
    if (file != NULL && !write_file(file, text, err)) return false;
    if (!sw_cli_ruling_print(args, sw_interview_ruling(talk),
                             file != NULL || person ? out : stderr, err))
        return false;
    if (file != NULL) return true;
    if (person) fputs("\nThe declaration (-o keeps it in a file):\n\n", out);
    print(out, text);
    return true;
}

static bool begin(const sw_args *args, sw_cli_ruling *of, sw_interview **out,
                  sw_error *err)
{
    sw_rule_options how = {.today = sw_date_today()};
    const char *given = sw_args_get(args, "declaration");
    how.known_given = sw_args_has(args, "as-known-on");
    if (!sw_args_date(args, &how.date, err) ||
        !sw_args_day(args, "as-known-on", &how.known, err) ||
        !sw_cli_rulebooks(args, sw_args_get(args, "variant"), of, err))
        return false;
    if (given != NULL &&
        !sw_declaration_load(given, sw_args_arena(args), &of->said, err))
        return false;
    return sw_interview_new(of->books, of->book_count, of->said, &how, out,
                            err);
}

static int run(const sw_args *args, FILE *out, sw_error *err)
{
    session s = {.prompts = isatty(STDOUT_FILENO) == 1};
    sw_cli_ruling of = {0};
    bool ok = begin(args, &of, &s.talk, err) && sw_line_new(&s.line, err) &&
              sw_arena_new(&s.arena, err);
    if (ok && !sw_args_has(args, "quiet") && sw_interview_asks(s.talk) != NULL)
        fputs("An empty line or ? says that you do not know; back takes the "
              "last answer back;\nwhy says more about the question.\n",
              stderr);
    ok = ok && ask_all(&s, err) && finish(args, s.talk, out, err);
    int status = !ok ? (int)err->kind
                 : sw_interview_ruling(s.talk)->verdict == SW_VERDICT_CLEAR
                     ? EXIT_CLEAR
                     : EXIT_STOPPED;
    sw_arena_free(s.arena);
    sw_line_free(s.line);
    sw_interview_free(s.talk);
    return status;
}

const sw_command cmd_ask = {
    .name = "ask",
    .operands = "",
    .summary = "ask for what a ruling needs, and write the declaration",
    .description =
        "Puts questions, the one that settles most first, and only those whose "
        "answer can still change the ruling; says which rules wait for the "
        "answer. Then prints the ruling as segwan rule does, and writes what "
        "was declared as YAML.\n\n"
        "Answers are lines: at a terminal, or from a pipe. A word of a list is "
        "told by its number, itself or its beginning; lists have commas "
        "between their items; of records you say how many there are and are "
        "asked about each. An empty line, ? or the end of input is \"not "
        "known\". Questions go to standard error. Without -o the declaration "
        "goes to standard output, and the ruling, unless that is a terminal, "
        "to standard error.",
    .exit_status = "0 the verdict is clear, 1 it is anything else",
    .options = options,
    .examples = examples,
    .run = run,
};
