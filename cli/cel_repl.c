// Lines until their end: expressions, assignments, and words that begin with a
// colon. At a terminal with a prompt, results that are kept, and expressions
// that go on while brackets are open; from a pipe one expression a line.
#include "cel.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "line.h"

enum { MAX_INPUT = 1 << 20 };  // bytes; more is no expression

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

// A person sees the source and needs no line of it; a pipe's reader needs the
// line of the whole input.
static void place_error(const repl *r, sw_error *err)
{
    size_t line, column;
    if (r->terminal) {
        err->place[0] = '\0';
    } else if (sscanf(err->place, "line %zu, column %zu", &line, &column) ==
               2) {
        snprintf(err->place, sizeof err->place, "line %zu, column %zu",
                 r->number + line - 1, column);
    }
}

// Tells an error, which does not end the session.
static void refuse(repl *r, sw_error *err)
{
    if (err->file[0] == '\0') place_error(r, err);
    fflush(r->session->out);
    sw_session_note(r->session, (int)err->kind);
    if (r->terminal) {
        char text[1024];
        fprintf(stderr,
                r->session->color ? "\033[1;31merror:\033[0m %s\n"
                                  : "error: %s\n",
                sw_error_text(err, text, sizeof text));
    } else {
        sw_term_error(err);
    }
    *err = (sw_error){0};
}

/* ---- words ----------------------------------------------------------- */

// The expression that was typed behind a word, else the last one.
static bool tell(repl *r, sw_str text, sw_asked asked, sw_error *err)
{
    r->session->again = text.len == 0;
    if (text.len == 0) text = r->session->last;
    bool ok = text.len > 0
                  ? sw_session_tell(r->session, text, asked, err)
                  : sw_fail(err, SW_ERR_USAGE, "there is no expression yet");
    r->session->again = false;
    return ok;
}

static bool explain(repl *r, sw_str text, sw_error *err)
{
    return tell(r, text, (sw_asked){.explain = true}, err);
}

static bool residual(repl *r, sw_str text, sw_error *err)
{
    return tell(r, text, (sw_asked){.residual = true}, err);
}

static bool cost(repl *r, sw_str text, sw_error *err)
{
    return tell(r, text, (sw_asked){.cost = true}, err);
}

static bool type(repl *r, sw_str text, sw_error *err)
{
    return tell(r, text, (sw_asked){.check = true}, err);
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
    {"type", "[EXPR]", "its type, or that of the last one", false, type},
    {"explain", "[EXPR]", "what decided it", false, explain},
    {"residual", "[EXPR]", "what is left to decide", false, residual},
    {"cost", "[EXPR]", "its steps, and the most there could be", false, cost},
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
        {"EXPR", "its value; goes on while brackets are open"},
        {"NAME = EXPR", "a fact, also cargo.scale = 25000"},
        {"_   _2 .. _9", "the last result, and those before it"},
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        fprintf(out, "  %-19s %s\n", forms[i].input, forms[i].what);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        fprintf(out, "  :%-9s %-8s %s\n", words[i].name, words[i].operand,
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
    sw_asked asked = r->session->asked;
    asked.keep = r->terminal;
    return sw_session_tell(r->session, text, asked, err);
}

static void drop_input(repl *r)
{
    sw_buf_free(&r->input);
    r->input = (sw_buf){0};
}

// Runs what was read; its errors do not end the session, but lost memory does.
static bool finish_input(repl *r, sw_error *err)
{
    sw_str text = sw_session_trim((sw_str){r->input.at, r->input.len});
    sw_arena_reset(r->session->line);
    bool ok = !r->input.failed ? run_input(r, text, err) : sw_fail_memory(err);
    drop_input(r);
    if (ok) return true;
    if (err->kind == SW_ERR_MACHINE) return false;
    refuse(r, err);
    return true;
}

/* ---- reading --------------------------------------------------------- */

// Ctrl-C gives up an input, not the session, wherever it comes.
static void on_interrupt(int signal)
{
    (void)signal;
}

static void catch_interrupts(void)
{
    struct sigaction action = {.sa_handler = on_interrupt};
    sigaction(SIGINT, &action, NULL);
}

// Runs the input, or waits for the rest of it.
static bool take_line(repl *r, sw_error *err)
{
    sw_str text = {r->input.at, r->input.len};
    if (r->terminal && is_open(text) && text.len < MAX_INPUT) return true;
    return finish_input(r, err);
}

static bool read_all(repl *r, sw_line *line, sw_error *err)
{
    const char *color = r->session->color ? "\033[1;34m" : "";
    while (!r->quit) {
        bool began = r->input.len > 0;
        switch (sw_line_read(line, began ? "...> " : "cel> ", color, &r->input,
                             err)) {
        case SW_LINE_READ: break;
        case SW_LINE_GIVEN_UP: drop_input(r); continue;
        case SW_LINE_FAILED: return false;
        case SW_LINE_END:
            if (!began || !r->terminal) return true;
            drop_input(r);
            continue;
        }
        r->number++;
        if (!take_line(r, err)) return false;
    }
    return true;
}

bool sw_repl(sw_session *session, sw_error *err)
{
    repl r = {.session = session, .terminal = isatty(STDIN_FILENO) == 1};
    sw_line *line = NULL;
    if (!sw_line_new(&line, err)) return false;
    if (r.terminal) {
        catch_interrupts();
        if (!sw_args_has(session->args, "quiet"))
            fputs("CEL. :help for help, Ctrl-D to end.\n", session->out);
    }
    session->terminal = r.terminal;
    bool ok = read_all(&r, line, err);
    sw_buf_free(&r.input);
    sw_line_free(line);
    if (r.terminal) session->status = EXIT_CLEAR;  // its errors were told
    return ok;
}
