// Text for people, in lines that end near column 80; Korean letters count two.
#include <string.h>

#include <utf8proc.h>

#include "page.h"

/* ---- wrapping -------------------------------------------------------- */

size_t sw_page__columns(sw_str s)
{
    size_t n = 0;
    for (size_t at = 0; at < s.len;) {
        utf8proc_int32_t c;
        utf8proc_ssize_t used =
            utf8proc_iterate((const utf8proc_uint8_t *)s.at + at,
                             (utf8proc_ssize_t)(s.len - at), &c);
        if (used <= 0) break;
        int width = utf8proc_charwidth(c);
        n += width > 0 ? (size_t)width : 0;
        at += (size_t)used;
    }
    return n;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static sw_str next_word(sw_str *rest)
{
    while (rest->len > 0 && is_blank(rest->at[0]))
        *rest = (sw_str){rest->at + 1, rest->len - 1};
    size_t n = 0;
    while (n < rest->len && !is_blank(rest->at[n]))
        n++;
    sw_str word = {rest->at, n};
    *rest = (sw_str){rest->at + n, rest->len - n};
    return word;
}

void sw_page__indent(page *p, size_t n)
{
    sw_buf_printf(&p->buf, "%*s", (int)n, "");
}

// Writes words from column `at` on, further lines from column `left` on, and
// ends the line.
void sw_page__wrap(page *p, sw_str text, size_t left, size_t at)
{
    bool first = true;
    for (sw_str word; (word = next_word(&text)).len > 0;) {
        size_t width = sw_page__columns(word);
        if (!first && at + 1 + width > WIDTH) {
            sw_buf_str(&p->buf, SW_STR("\n"));
            sw_page__indent(p, left);
            at = left;
        } else if (!first) {
            sw_buf_str(&p->buf, SW_STR(" "));
            at++;
        }
        sw_buf_str(&p->buf, word);
        at += width;
        first = false;
    }
    sw_buf_str(&p->buf, SW_STR("\n"));
}

// "    remedy   Coarsen to ..."
void sw_page__labelled(page *p, const char *label, sw_str text)
{
    if (text.len == 0) return;
    sw_buf_printf(&p->buf, "    %-*s", LABEL - 4, label);
    sw_page__wrap(p, text, LABEL, LABEL);
}

/* ---- colours --------------------------------------------------------- */

void sw_page__paint(page *p, const char *color, const char *text)
{
    if (p->color) {
        sw_buf_printf(&p->buf, "\033[1;%sm%s\033[0m", color, text);
    } else {
        sw_buf_str(&p->buf, sw_str_of(text));
    }
}

void sw_page__heading(page *p, const char *text)
{
    sw_buf_str(&p->buf, SW_STR("\n"));
    sw_page__paint(p, "39", text);
    sw_buf_str(&p->buf, SW_STR("\n"));
}

bool sw_page__finish(page *p, bool ok, sw_str *out)
{
    sw_str text = {p->buf.at, p->buf.len};
    if (ok && (p->buf.failed || !sw_arena_str(p->arena, text, out)))
        ok = sw_fail_memory(p->err);
    sw_buf_free(&p->buf);
    return ok;
}
