// Expressions of the Common Expression Language from the command line.
#include "cel.h"

#include <string.h>
#include <unistd.h>

enum { MAX_EXPRESSION = 1 << 20 };

static const sw_opt options[] = {
    {'f', "facts", "FILE",
     "JSON object whose members are the variables; integers stay int, numbers "
     "with a fraction or an exponent are double; - is standard input",
     SW_OPT_FILE},
    {'s', "set", "NAME=EXPRESSION",
     "a variable, or a field within one, by an expression: --set "
     "'now=timestamp(\"2026-11-25T00:00:00Z\")'",
     SW_OPT_REPEAT},
    {'u', "unknown", "PATH",
     "an attribute that nobody knows, as in cargo.scale; it may lie within a "
     "fact or be absent from it",
     SW_OPT_REPEAT},
    {'d', "declare", "NAME:TYPE",
     "a variable's type, as in 'cargo.area: list(string)'; if any is given, "
     "expressions are checked before they are evaluated",
     SW_OPT_REPEAT},
    {'c', "check", NULL,
     "print the type, and evaluate nothing; variables have the types declared "
     "or else those of the facts",
     0},
    {'e', "explain", NULL, "print what decided, as a tree", 0},
    {'r', "residual", NULL,
     "print what is left to decide, as an expression, in place of a value that "
     "is unknown",
     0},
    {0, "cost", NULL,
     "print the steps that were taken, and the most that values of these types "
     "and sizes could take",
     0},
    {0, "test", NULL, "the exit status is the answer: 0 true, 1 false", 0},
    {0, "file", "FILE", "read the expression from a file; - is standard input",
     SW_OPT_FILE},
    {0, "functions", NULL,
     "print the functions there are, or those with the argument in their "
     "signature",
     0},
    {0, "container", "NAME", "namespace in which names are looked up first", 0},
    {0},
};

static const sw_example examples[] = {
    {"segwan cel 'size(names.filter(n, n.startsWith(\"A\")))' --facts "
     "facts.json",
     "how many names begin with an A?"},
    {"segwan cel 'cargo.scale >= 25000 || cargo.masked' --facts facts.json "
     "--unknown cargo.masked --explain",
     "is it true whatever the answer, and why?"},
    {"segwan cel --facts facts.json", "a session at the terminal"},
    {0},
};

/* ---- the session ----------------------------------------------------- */

static bool prepare(sw_session *session, sw_error *err)
{
    const sw_args *args = session->args;
    const char *facts = sw_args_get(args, "facts");
    const char *container = sw_args_get(args, "container");
    if (container != NULL) session->container = sw_str_of(container);
    if (facts != NULL && !sw_facts_load(session, facts, err)) return false;
    for (size_t i = 0; i < sw_args_count(args, "set"); i++) {
        sw_cel_value value;
        if (!sw_session_set(session, sw_str_of(sw_args_at(args, "set", i)),
                            &value, err)) {
            return sw_error_in(err, "--set");
        }
    }
    for (size_t i = 0; i < sw_args_count(args, "unknown"); i++) {
        sw_str path = sw_str_of(sw_args_at(args, "unknown", i));
        if (!sw_facts_unknown(session, path, err))
            return sw_error_in(err, "--unknown");
    }
    for (size_t i = 0; i < sw_args_count(args, "declare"); i++) {
        sw_str text = sw_str_of(sw_args_at(args, "declare", i));
        if (!sw_session_declare(session, text, err))
            return sw_error_in(err, "--declare");
    }
    if (!sw_session_check_facts(session, err))
        return sw_error_in(err, "--declare");
    session->asked = (sw_asked){.check = sw_args_has(args, "check"),
                                .residual = sw_args_has(args, "residual"),
                                .cost = sw_args_has(args, "cost"),
                                .explain = sw_args_has(args, "explain")};
    return true;
}

// Standard input can be one thing only: facts, an expression, or lines of them.
static bool check_input(const sw_args *args, sw_error *err)
{
    const char *facts = sw_args_get(args, "facts");
    const char *file = sw_args_get(args, "file");
    bool operand = sw_args_operands(args) > 0;
    bool facts_read = facts != NULL && strcmp(facts, "-") == 0;
    if (operand && file != NULL) {
        return sw_fail(err, SW_ERR_USAGE,
                       "an expression is given twice: as an argument and by "
                       "--file");
    }
    bool lines = !operand && file == NULL;
    if (facts_read && (lines || (file != NULL && strcmp(file, "-") == 0))) {
        return sw_fail(err, SW_ERR_USAGE,
                       "standard input cannot be both the facts and the "
                       "expression");
    }
    return true;
}

static bool tell(sw_session *session, sw_error *err)
{
    const char *file = sw_args_get(session->args, "file");
    const char *operand = sw_args_operand(session->args, 0);
    sw_str source = sw_str_of(operand);
    if (operand == NULL && file == NULL) return sw_repl(session, err);
    if (file != NULL &&
        !sw_file_read(file, MAX_EXPRESSION, session->arena, &source, err)) {
        return false;
    }
    if (sw_session_tell(session, source, session->asked, err)) return true;
    return file != NULL ? sw_error_in(err, file) : false;
}

static int run(const sw_args *args, FILE *out, sw_error *err)
{
    sw_session session = {.args = args,
                          .out = out,
                          .color = sw_term_color(args, out),
                          .width = sw_term_width(out),
                          .arena = sw_args_arena(args)};
    if (!check_input(args, err) || !sw_arena_new(&session.line, err))
        return (int)err->kind;
    bool ok = sw_args_has(args, "functions")
                  ? sw_show_functions(&session,
                                      sw_str_of(sw_args_operand(args, 0)), err)
                  : prepare(&session, err) && tell(&session, err);
    sw_arena_free(session.line);
    return ok ? session.status : (int)err->kind;
}

const sw_command cmd_cel = {
    .name = "cel",
    .operands = "[EXPRESSION]",
    .max_operands = 1,
    .summary = "evaluate an expression of the Common Expression Language",
    .description =
        "Evaluates an expression, prints its value as a CEL literal, and if "
        "asked what decided it. docs/cel.md describes the language.\n\n"
        "Any value is a success, an unknown too; an error is not. With --test "
        "true is a success, false gives 1, and all else is an error.\n\n"
        "Without an expression it reads lines: at a terminal as a session, "
        "with :help, else one expression a line. An expression that begins "
        "with a dash needs -- before it.",
    .exit_status =
        "0 there is a value, 1 it is false and --test was given, 3 an error",
    .options = options,
    .examples = examples,
    .run = run,
};
