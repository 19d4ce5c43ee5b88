// Lines until their end: expressions, assignments, and words that begin with a
// colon. At a terminal with a prompt, results that are kept, and expressions
// that go on while brackets are open; from a pipe one expression a line.
#include "cel.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_INPUT = 1 << 20 };

typedef struct {
    sw_session *session;
    bool terminal, quit;
    size_t number;  // of the line that the input began in
    sw_buf input;   // lines of an expression that is not complete
} repl;

/* ---- complete or not ------------------------------------------------- */

// Whether a quote of one or three characters, or a comment, ends at or behind
// `at`; moves past it. Inside a raw string a backslash is itself.
static bool skip_quoted(sw_str s, size_t *at, bool raw)
{
    char quote = s.at[*at];
    size_t run = 1;
    if (s.len - *at >= 3 && s.at[*at + 1] == quote && s.at[*at + 2] == quote)
        run = 3;
    for (size_t i = *at + run; i < s.len; i++) {
        if (s.at[i] == '\\' && !raw) {
            i++;
        } else if (s.at[i] == quote && s.len - i >= run &&
                   (run == 1 ||
                    (s.at[i + 1] == quote && s.at[i + 2] == quote))) {
            return *at = i + run, true;
        } else if (s.at[i] == '\n' && run == 1) {
            return *at = i, true;  // an error that the parser will tell
        }
    }
    *at = s.len;
    return run == 1;
}

static bool is_raw(sw_str s, size_t quote)
{
    return quote > 0 && (s.at[quote - 1] == 'r' || s.at[quote - 1] == 'R');
}

// Whether the text ends within brackets, or within a triple-quoted string.
static bool is_open(sw_str s)
{
    int depth = 0;
    for (size_t at = 0; at < s.len;) {
        char c = s.at[at];
        if (c == '"' || c == '\'') {
            if (!skip_quoted(s, &at, is_raw(s, at))) return true;
            continue;
        }
        if (c == '/' && at + 1 < s.len && s.at[at + 1] == '/') {
            while (at < s.len && s.at[at] != '\n')
                at++;
            continue;
        }
        if (c != '\0' && strchr("([{", c) != NULL) depth++;
        if (c != '\0' && strchr(")]}", c) != NULL) depth--;
        at++;
    }
    return depth > 0;
}

/* ---- what is told ---------------------------------------------------- */

// An error does not end the session; its place is that of the whole input.
static void refuse(repl *r, sw_error *err)
{
    size_t line, column;
    if (!r->terminal &&
        sscanf(err->place, "line %zu, column %zu", &line, &column) == 2) {
        snprintf(err->place, sizeof err->place, "line %zu, column %zu",
                 r->number + line - 1, column);
    }
    fflush(r->session->out);
    sw_session_note(r->session, (int)err->kind);
    sw_term_error(err);
    *err = (sw_error){0};
}

/* ---- words ----------------------------------------------------------- */

static bool explain(repl *r, sw_str text, sw_error *err)
{
    return sw_session_tell(r->session, text, (sw_asked){.explain = true}, err);
}

static bool type(repl *r, sw_str text, sw_error *err)
{
    return sw_session_tell(r->session, text, (sw_asked){.check = true}, err);
}

static bool unknown(repl *r, sw_str text, sw_error *err)
{
    return sw_facts_unknown(r->session, text, err);
}

static bool facts(repl *r, sw_str text, sw_error *err)
{
    sw_session *session = r->session;
    if (text.len > 0) {
        sw_str path;
        return (sw_arena_str(session->line, text, &path) ||
                sw_fail_memory(err)) &&
               sw_facts_load(session, path.at, err);
    }
    for (size_t i = 0; i < session->fact_count; i++) {
        sw_cel_binding *fact = &session->facts[i];
        fprintf(session->out, "%.*s = ", SW_STR_ARGS(fact->name));
        if (!sw_show_value(session, &fact->value, err)) return false;
        fputc('\n', session->out);
    }
    return true;
}

static bool functions(repl *r, sw_str text, sw_error *err)
{
    return sw_show_functions(r->session, text, err);
}

static bool quit(repl *r, sw_str text, sw_error *err)
{
    r->quit = true;
    return true;
}

static bool help(repl *r, sw_str text, sw_error *err);

static const struct {
    const char *name, *operand, *help;
    bool needed;  // the operand
    bool (*run)(repl *r, sw_str text, sw_error *err);
} words[] = {
    {"type", "EXPRESSION", "its type, without evaluating it", true, type},
    {"explain", "EXPRESSION", "its value, and what decided it", true, explain},
    {"unknown", "PATH", "an attribute that nobody knows", true, unknown},
    {"facts", "[FILE]", "the facts; or more of them, from JSON", false, facts},
    {"functions", "[PART]", "the functions there are", false, functions},
    {"help", "", "this", false, help},
    {"quit", "", "the end; also Ctrl-D", false, quit},
};

static bool help(repl *r, sw_str text, sw_error *err)
{
    FILE *out = r->session->out;
    static const struct {
        const char *input, *what;
    } forms[] = {
        {"EXPRESSION", "its value; goes on while brackets are open"},
        {"NAME = EXPRESSION", "a fact, also cargo.scale = 25000"},
        {"_   _2 .. _9", "the last result, and those before it"},
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        fprintf(out, "  %-23s %s\n", forms[i].input, forms[i].what);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        fprintf(out, "  :%-9s %-12s %s\n", words[i].name, words[i].operand,
                words[i].help);
    }
    return true;
}

// ":explain x > 1"; a word may be cut short as long as it is clear.
static bool run_word(repl *r, sw_str text, sw_error *err)
{
    size_t len = 1;
    while (len < text.len && text.at[len] >= 'a' && text.at[len] <= 'z')
        len++;
    sw_str word = {text.at + 1, len - 1};
    sw_str rest = sw_session_trim((sw_str){text.at + len, text.len - len});
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (word.len == 0 || !sw_str_starts(sw_str_of(words[i].name), word))
            continue;
        if (words[i].needed && rest.len == 0) {
            return sw_fail(err, SW_ERR_USAGE, "expected :%s %s", words[i].name,
                           words[i].operand);
        }
        return words[i].run(r, rest, err);
    }
    return sw_fail(err, SW_ERR_USAGE, "no such word: %.*s (try :help)",
                   SW_STR_ARGS(text));
}

/* ---- one input ------------------------------------------------------- */

static bool set(repl *r, sw_str text, sw_error *err)
{
    sw_cel_value value;
    if (!sw_session_set(r->session, text, &value, err)) return false;
    return !r->terminal || sw_show_result(r->session, &value, err);
}

static bool run_input(repl *r, sw_str text, sw_error *err)
{
    if (text.len == 0) return true;
    if (text.at[0] == ':') return run_word(r, text, err);
    if (sw_session_sets(text)) return set(r, text, err);
    return sw_session_tell(r->session, text, r->session->asked, err);
}

// Runs what was read; its errors do not end the session, but lost memory does.
static bool finish_input(repl *r, sw_error *err)
{
    sw_str text = sw_session_trim((sw_str){r->input.at, r->input.len});
    sw_arena_reset(r->session->line);
    bool ok = !r->input.failed ? run_input(r, text, err) : sw_fail_memory(err);
    sw_buf_free(&r->input);
    r->input = (sw_buf){0};
    if (ok) return true;
    if (err->kind == SW_ERR_MACHINE) return false;
    refuse(r, err);
    return true;
}

/* ---- reading --------------------------------------------------------- */

// Ctrl-C gives up the input, not the session: it interrupts the read.
static void on_interrupt(int signal)
{
    (void)signal;
}

static void catch_interrupts(void)
{
    struct sigaction action = {.sa_handler = on_interrupt};
    sigaction(SIGINT, &action, NULL);
}

static void prompt(const repl *r)
{
    if (!r->terminal) return;
    const char *text = r->input.len > 0 ? "...> " : "cel> ";
    fprintf(r->session->out, r->session->color ? "\033[1;34m%s\033[0m" : "%s",
            text);
    fflush(r->session->out);
}

typedef enum { LINE_READ, LINE_GIVEN_UP, LINE_END, LINE_FAILED } line_read;

static line_read read_line(sw_buf *input, char **line, size_t *size,
                           sw_error *err)
{
    errno = 0;
    ssize_t len = getline(line, size, stdin);
    if (len < 0 && errno == EINTR) return clearerr(stdin), LINE_GIVEN_UP;
    if (len < 0 && ferror(stdin))
        return sw_fail_errno(err, "read standard input"), LINE_FAILED;
    if (len < 0) return LINE_END;
    if (input->len + (size_t)len > MAX_INPUT) {
        sw_fail(err, SW_ERR_INPUT, "an expression of more than %d bytes",
                MAX_INPUT);
        return LINE_FAILED;
    }
    sw_buf_add(input, *line, (size_t)len);
    return LINE_READ;
}

// A line behind the prompt that was given up, or never begun.
static void give_up(repl *r)
{
    sw_buf_free(&r->input);
    r->input = (sw_buf){0};
    if (r->terminal) fputc('\n', r->session->out);
}

static bool read_all(repl *r, sw_error *err)
{
    char *line = NULL;
    size_t size = 0;
    bool ok = true;
    while (ok && !r->quit) {
        prompt(r);
        bool began = r->input.len > 0;
        line_read got = read_line(&r->input, &line, &size, err);
        r->number++;
        if (got == LINE_GIVEN_UP || (got == LINE_END && began && r->terminal)) {
            give_up(r);
            clearerr(stdin);
            continue;
        }
        if (got != LINE_READ) {
            ok = got == LINE_END;
            give_up(r);
            break;
        }
        if (r->terminal && is_open((sw_str){r->input.at, r->input.len}))
            continue;
        ok = finish_input(r, err);
    }
    free(line);
    return ok;
}

bool sw_repl(sw_session *session, sw_error *err)
{
    repl r = {.session = session, .terminal = isatty(STDIN_FILENO) == 1};
    if (r.terminal) {
        catch_interrupts();
        if (!sw_args_has(session->args, "quiet"))
            fprintf(session->out, "CEL, :help for help, Ctrl-D to end\n");
    }
    session->keeps = r.terminal;
    bool ok = read_all(&r, err);
    sw_buf_free(&r.input);
    if (r.terminal) session->status = EXIT_CLEAR;  // its errors were told
    return ok;
}
