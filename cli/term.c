// What a person at a terminal sees: colours where they are wanted, one line of
// progress on stderr, prose on stderr.
#include "cli.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <utf8proc.h>

enum { REDRAW_MS = 100 };

bool sw_term_color(const sw_args *args, FILE *out)
{
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    if (sw_args_has(args, "no-color")) return false;
    if (no_color != NULL && no_color[0] != 0) return false;
    if (term == NULL || strcmp(term, "dumb") == 0) return false;
    return isatty(fileno(out)) == 1;
}

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

// The state of the one progress line that a terminal has.
static struct {
    const char *stage;
    int64_t drawn_ms;
    bool shown;
} line;

static void draw(void *ctx, const char *stage, uint64_t done, uint64_t total)
{
    (void)ctx;
    int64_t now = now_ms();
    if (line.stage == stage && now - line.drawn_ms < REDRAW_MS &&
        done != total) {
        return;
    }
    line.stage = stage;
    line.drawn_ms = now;
    line.shown = true;

    if (total == 0) {
        fprintf(stderr, "\r\033[K  %s", stage);
    } else {
        int percent = (int)(100.0 * (double)done / (double)total);
        fprintf(stderr, "\r\033[K  %-28s %3d %%  [", stage, percent);
        for (int i = 0; i < 24; i++)
            fputc(i * 100 < percent * 24 ? '#' : '.', stderr);
        fputc(']', stderr);
    }
    fflush(stderr);
}

sw_progress sw_term_progress(const sw_args *args)
{
    if (sw_args_has(args, "quiet") || isatty(STDERR_FILENO) != 1) {
        return (sw_progress){0};
    }
    return (sw_progress){.fn = draw};
}

void sw_term_progress_end(void)
{
    if (line.shown) fputs("\r\033[K", stderr);
    line.shown = false;
    line.stage = NULL;
}

void sw_term_say(const sw_args *args, const char *fmt, ...)
{
    if (sw_args_has(args, "quiet")) return;
    sw_term_progress_end();
    va_list list;
    va_start(list, fmt);
    vfprintf(stderr, fmt, list);
    va_end(list);
    fputc('\n', stderr);
}

void sw_term_error(const sw_error *err)
{
    char text[1024];
    sw_term_progress_end();
    fprintf(stderr, "segwan: %s\n", sw_error_text(err, text, sizeof text));
}

size_t sw_term_char(sw_str s, size_t *at)
{
    utf8proc_int32_t c;
    utf8proc_ssize_t used =
        utf8proc_iterate((const utf8proc_uint8_t *)s.at + *at,
                         (utf8proc_ssize_t)(s.len - *at), &c);
    if (used <= 0) return (*at)++, 1;
    *at += (size_t)used;
    int width = utf8proc_charwidth(c);
    return width > 0 ? (size_t)width : 0;
}

size_t sw_term_columns(sw_str s)
{
    size_t n = 0;
    for (size_t at = 0; at < s.len;)
        n += sw_term_char(s, &at);
    return n;
}

size_t sw_term_width(FILE *out)
{
    enum { USUAL = 79, LEAST = 40, MOST = 120 };
    struct winsize size;
    if (isatty(fileno(out)) != 1 || ioctl(fileno(out), TIOCGWINSZ, &size) != 0)
        return USUAL;
    return size.ws_col < LEAST  ? LEAST
           : size.ws_col > MOST ? MOST
                                : size.ws_col;
}
