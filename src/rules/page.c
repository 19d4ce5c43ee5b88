// Text for people, in lines that end near column 80; Korean letters count two.
#include <string.h>

#include "page.h"

/* ---- wrapping -------------------------------------------------------- */

void sw_page__indent(page *p, size_t n)
{
    sw_buf_printf(&p->buf, "%*s", (int)n, "");
}

void sw_page__wrap(page *p, sw_str text, size_t left, size_t at)
{
    sw_rules__wrap(&p->buf, text, left, at);
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
