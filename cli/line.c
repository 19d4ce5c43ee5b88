// Lines typed at a person's terminal: keys move, correct and recall. The line
// is drawn anew after each key, on one row that scrolls sideways. Where the
// terminal cannot be driven so, or there is none, lines are read as they come.
//
// Between two lines the terminal is as it was, so that what runs meanwhile is
// interrupted and prints as ever.
#include "line.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

enum {
    MAX_LINE = 1 << 20,
    MAX_HISTORY = 200,
    ESCAPE_MS = 50,  // within which the rest of a key's sequence comes
};

struct sw_line {
    bool driven;  // key by key
    struct termios was;
    char *cooked;  // getline()'s
    size_t cooked_size;
    const char *prompt, *color;
    sw_buf text;
    size_t at;  // the cursor's byte
    sw_buf history[MAX_HISTORY];
    size_t history_count;
    size_t recalled;  // history_count: the line that is typed
    sw_buf typed;     // it, while another one is recalled
};

bool sw_line_new(sw_line **out, sw_error *err)
{
    sw_line *line = calloc(1, sizeof *line);
    if (line == NULL) return sw_fail_memory(err);
    const char *term = getenv("TERM");
    line->driven = term != NULL && strcmp(term, "dumb") != 0 &&
                   isatty(STDOUT_FILENO) == 1 &&
                   tcgetattr(STDIN_FILENO, &line->was) == 0;
    *out = line;
    return true;
}

void sw_line_free(sw_line *line)
{
    if (line == NULL) return;
    for (size_t i = 0; i < line->history_count; i++)
        sw_buf_free(&line->history[i]);
    sw_buf_free(&line->text);
    sw_buf_free(&line->typed);
    free(line->cooked);
    free(line);
}

/* ---- keys ------------------------------------------------------------ */

enum {
    ESCAPE = 27,
    KEY_UP = 256,
    KEY_DOWN,
    KEY_LEFT,
    KEY_RIGHT,
    KEY_HOME,
    KEY_END,
    KEY_DELETE,
    KEY_WORD_LEFT,
    KEY_WORD_RIGHT,
    KEY_WORD_BACK,
    KEY_NONE,   // a sequence that nobody knows
    KEY_CLOSED  // the end of input
};

// The control key with a letter.
#define KEY_CTRL(letter) ((letter)&31)

// What terminals send behind an escape.
static const struct {
    const char *sequence;
    int key;
} sequences[] = {
    {"[A", KEY_UP},        {"OA", KEY_UP},
    {"[B", KEY_DOWN},      {"OB", KEY_DOWN},
    {"[C", KEY_RIGHT},     {"OC", KEY_RIGHT},
    {"[D", KEY_LEFT},      {"OD", KEY_LEFT},
    {"[H", KEY_HOME},      {"OH", KEY_HOME},
    {"[1~", KEY_HOME},     {"[7~", KEY_HOME},
    {"[F", KEY_END},       {"OF", KEY_END},
    {"[4~", KEY_END},      {"[8~", KEY_END},
    {"[3~", KEY_DELETE},   {"[1;5D", KEY_WORD_LEFT},
    {"b", KEY_WORD_LEFT},  {"[1;5C", KEY_WORD_RIGHT},
    {"f", KEY_WORD_RIGHT}, {"\x7f", KEY_WORD_BACK},
};

static bool more_comes(int within_ms)
{
    struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
    return poll(&in, 1, within_ms) > 0;
}

static int read_byte(void)
{
    unsigned char c;
    ssize_t got;
    do {
        got = read(STDIN_FILENO, &c, 1);
    } while (got < 0 && errno == EINTR);
    return got == 1 ? c : KEY_CLOSED;
}

static int read_sequence(void)
{
    char text[8] = "";
    for (size_t n = 0; n + 1 < sizeof text && more_comes(ESCAPE_MS); n++) {
        int c = read_byte();
        if (c == KEY_CLOSED) return c;
        text[n] = (char)c;
        bool begins = n == 0 && (c == '[' || c == 'O');
        if (!begins && c >= '@') break;
    }
    for (size_t i = 0; i < sizeof sequences / sizeof *sequences; i++) {
        if (strcmp(sequences[i].sequence, text) == 0) return sequences[i].key;
    }
    return KEY_NONE;
}

static int read_key(void)
{
    int c = read_byte();
    return c == ESCAPE ? read_sequence() : c;
}

/* ---- the text -------------------------------------------------------- */

static sw_str all_of(const sw_buf *buf)
{
    return (sw_str){buf->at, buf->len};
}

static size_t behind(const sw_line *line, size_t at)
{
    if (at < line->text.len) sw_term_char(all_of(&line->text), &at);
    return at;
}

static size_t before(const sw_line *line, size_t at)
{
    while (at > 0 && ((unsigned char)line->text.at[--at] & 0xC0) == 0x80) {
    }
    return at;
}

static bool is_word(const sw_line *line, size_t at)
{
    unsigned char c = (unsigned char)line->text.at[at];
    return c >= 0x80 || c == '_' || (c >= '0' && c <= '9') ||
           ((c | 32) >= 'a' && (c | 32) <= 'z');
}

static size_t word_before(const sw_line *line)
{
    size_t at = line->at;
    while (at > 0 && !is_word(line, before(line, at)))
        at = before(line, at);
    while (at > 0 && is_word(line, before(line, at)))
        at = before(line, at);
    return at;
}

static size_t word_behind(const sw_line *line)
{
    size_t at = line->at;
    while (at < line->text.len && !is_word(line, at))
        at = behind(line, at);
    while (at < line->text.len && is_word(line, at))
        at = behind(line, at);
    return at;
}

static void insert(sw_line *line, const char *bytes, size_t len)
{
    sw_buf *text = &line->text;
    size_t rest = text->len - line->at;
    if (text->len + len > MAX_LINE) return;
    sw_buf_add(text, bytes, len);  // for the room
    if (text->failed) return;
    memmove(text->at + line->at + len, text->at + line->at, rest);
    memcpy(text->at + line->at, bytes, len);
    line->at += len;
}

static void cut(sw_line *line, size_t begin, size_t end)
{
    sw_buf *text = &line->text;
    if (begin == end) return;
    memmove(text->at + begin, text->at + end, text->len - end);
    text->len -= end - begin;
    line->at = begin;
}

static void replace(sw_buf *to, sw_str text)
{
    to->len = 0;
    if (text.len > 0) sw_buf_str(to, text);
}

// A character of several bytes is inserted once it is whole.
static void insert_key(sw_line *line, int c)
{
    char bytes[4] = {(char)c};
    size_t len = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC0 ? 2 : 1;
    for (size_t i = 1; i < len; i++) {
        int next = more_comes(ESCAPE_MS) ? read_byte() : KEY_CLOSED;
        if (next == KEY_CLOSED) return;
        bytes[i] = (char)next;
    }
    if (sw_utf8_valid((sw_str){bytes, len})) insert(line, bytes, len);
}

/* ---- history --------------------------------------------------------- */

static void recall(sw_line *line, size_t which)
{
    if (which > line->history_count) return;
    if (line->recalled == line->history_count)
        replace(&line->typed, all_of(&line->text));
    line->recalled = which;
    replace(&line->text,
            all_of(which == line->history_count ? &line->typed
                                                : &line->history[which]));
    line->at = line->text.len;
}

static void remember(sw_line *line)
{
    size_t count = line->history_count;
    sw_str text = all_of(&line->text);
    if (text.len == 0) return;
    if (count > 0 && sw_str_eq(all_of(&line->history[count - 1]), text)) return;
    if (count == MAX_HISTORY) {
        sw_buf_free(&line->history[0]);
        memmove(line->history, line->history + 1,
                (MAX_HISTORY - 1) * sizeof *line->history);
        count = --line->history_count;
    }
    line->history[count] = (sw_buf){0};
    sw_buf_str(&line->history[count], text);
    line->history_count++;
}

/* ---- drawing --------------------------------------------------------- */

static size_t room(const sw_line *line)
{
    struct winsize size;
    size_t prompt = strlen(line->prompt), least = 10;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return 80 - prompt - 1;
    return size.ws_col > prompt + 1 + least ? size.ws_col - prompt - 1 : least;
}

static size_t columns(const sw_line *line, size_t begin, size_t end)
{
    return sw_term_columns((sw_str){line->text.at + begin, end - begin});
}

static void draw(const sw_line *line)
{
    size_t width = room(line), begin = 0, end;
    while (columns(line, begin, line->at) > width)
        begin = behind(line, begin);
    for (end = begin; end < line->text.len; end = behind(line, end)) {
        if (columns(line, begin, behind(line, end)) > width) break;
    }
    printf("\r%s%s%s", line->color, line->prompt,
           line->color[0] != '\0' ? "\033[0m" : "");
    if (end > begin) fwrite(line->text.at + begin, 1, end - begin, stdout);
    printf("\033[K\r\033[%zuC",
           strlen(line->prompt) + columns(line, begin, line->at));
    fflush(stdout);
}

/* ---- what keys do ---------------------------------------------------- */

static void go_left(sw_line *line)
{
    line->at = before(line, line->at);
}
static void go_right(sw_line *line)
{
    line->at = behind(line, line->at);
}
static void go_home(sw_line *line)
{
    line->at = 0;
}
static void go_end(sw_line *line)
{
    line->at = line->text.len;
}
static void go_word_left(sw_line *line)
{
    line->at = word_before(line);
}
static void go_word_right(sw_line *line)
{
    line->at = word_behind(line);
}
static void go_up(sw_line *line)
{
    if (line->recalled > 0) recall(line, line->recalled - 1);
}
static void go_down(sw_line *line)
{
    recall(line, line->recalled + 1);
}
static void cut_back(sw_line *line)
{
    cut(line, before(line, line->at), line->at);
}
static void cut_here(sw_line *line)
{
    size_t at = line->at;
    cut(line, at, behind(line, at));
}
static void cut_word(sw_line *line)
{
    cut(line, word_before(line), line->at);
}
static void cut_rest(sw_line *line)
{
    cut(line, line->at, line->text.len);
}
static void cut_all_before(sw_line *line)
{
    cut(line, 0, line->at);
}
static void clear_screen(sw_line *line)
{
    fputs("\033[H\033[2J", stdout);
}

static const struct {
    int key;
    void (*run)(sw_line *line);
} actions[] = {
    {KEY_LEFT, go_left},
    {KEY_CTRL('B'), go_left},
    {KEY_RIGHT, go_right},
    {KEY_CTRL('F'), go_right},
    {KEY_HOME, go_home},
    {KEY_CTRL('A'), go_home},
    {KEY_END, go_end},
    {KEY_CTRL('E'), go_end},
    {KEY_WORD_LEFT, go_word_left},
    {KEY_WORD_RIGHT, go_word_right},
    {KEY_UP, go_up},
    {KEY_CTRL('P'), go_up},
    {KEY_DOWN, go_down},
    {KEY_CTRL('N'), go_down},
    {0x7F, cut_back},
    {KEY_CTRL('H'), cut_back},
    {KEY_DELETE, cut_here},
    {KEY_CTRL('D'), cut_here},
    {KEY_CTRL('W'), cut_word},
    {KEY_WORD_BACK, cut_word},
    {KEY_CTRL('K'), cut_rest},
    {KEY_CTRL('U'), cut_all_before},
    {KEY_CTRL('L'), clear_screen},
};

static void press(sw_line *line, int key)
{
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
        if (actions[i].key == key) {
            actions[i].run(line);
            return;
        }
    }
    if (key == '\t') key = ' ';
    if (key >= ' ' && key < 256) insert_key(line, key);
}

/* ---- reading --------------------------------------------------------- */

static void drive(const sw_line *line)
{
    struct termios raw = line->was;
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG | IEXTEN);
    raw.c_iflag &= ~(tcflag_t)(IXON | ICRNL);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
}

static void let_go(const sw_line *line)
{
    tcsetattr(STDIN_FILENO, TCSADRAIN, &line->was);
}

static void suspend(const sw_line *line)
{
    let_go(line);
    raise(SIGTSTP);
    drive(line);
}

static sw_line_got read_keys(sw_line *line)
{
    for (;;) {
        if (!more_comes(0)) draw(line);
        int key = read_key();
        bool empty = line->text.len == 0;
        if (key == '\r' || key == '\n') return SW_LINE_READ;
        if (key == KEY_CTRL('C')) return SW_LINE_GIVEN_UP;
        if (key == KEY_CLOSED || (key == KEY_CTRL('D') && empty))
            return SW_LINE_END;
        if (key == KEY_CTRL('Z')) {
            suspend(line);
        } else {
            press(line, key);
        }
    }
}

static sw_line_got read_driven(sw_line *line, sw_buf *out, sw_error *err)
{
    line->text.len = line->at = 0;
    line->recalled = line->history_count;
    drive(line);
    sw_line_got got = read_keys(line);
    go_end(line);
    draw(line);
    let_go(line);
    fputs(got == SW_LINE_GIVEN_UP ? "^C\n" : "\n", stdout);
    if (got != SW_LINE_READ) return got;
    remember(line);
    if (line->text.len > 0) sw_buf_str(out, all_of(&line->text));
    sw_buf_str(out, SW_STR("\n"));
    if (line->text.failed || out->failed)
        return sw_fail_memory(err), SW_LINE_FAILED;
    return SW_LINE_READ;
}

static sw_line_got read_next(sw_line *line, sw_buf *out, sw_error *err)
{
    errno = 0;
    ssize_t len = getline(&line->cooked, &line->cooked_size, stdin);
    if (len < 0 && errno == EINTR) return SW_LINE_GIVEN_UP;
    if (len < 0 && ferror(stdin))
        return sw_fail_errno(err, "read standard input"), SW_LINE_FAILED;
    if (len < 0) return SW_LINE_END;
    sw_buf_add(out, line->cooked, (size_t)len);
    return out->failed ? (sw_fail_memory(err), SW_LINE_FAILED) : SW_LINE_READ;
}

// Shows the prompt and waits for a line. An interrupt is held back until the
// wait, or one that came just before it would be lost. @return false if one
// came.
static bool wait_for_line(const sw_line *line)
{
    sigset_t interrupt, before;
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    sigprocmask(SIG_BLOCK, &interrupt, &before);
    fputs(line->prompt, stdout);
    fflush(stdout);
    struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
    bool came = ppoll(&in, 1, NULL, &before) < 0 && errno == EINTR;
    sigprocmask(SIG_SETMASK, &before, NULL);
    return !came;
}

static sw_line_got read_cooked(sw_line *line, sw_buf *out, sw_error *err)
{
    if (isatty(STDIN_FILENO) != 1) return read_next(line, out, err);
    sw_line_got got =
        wait_for_line(line) ? read_next(line, out, err) : SW_LINE_GIVEN_UP;
    clearerr(stdin);
    if (got != SW_LINE_READ) fputc('\n', stdout);
    return got;
}

sw_line_got sw_line_read(sw_line *line, const char *prompt, const char *color,
                         sw_buf *out, sw_error *err)
{
    line->prompt = prompt;
    line->color = color;
    return line->driven ? read_driven(line, out, err)
                        : read_cooked(line, out, err);
}
