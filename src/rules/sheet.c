// The two ways to write a page. HTML carries its style in itself, has no script
// and prints in black on white; Markdown is what GitHub and pandoc agree on.
#include "sheet.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char style[] =
    "html{-webkit-text-size-adjust:100%}"
    "body{font:16px/1.5 system-ui,\"Noto Sans\",\"Noto Sans CJK "
    "KR\",sans-serif;"
    "color:#1b1b1b;background:#fff;max-width:60rem;margin:0 auto;"
    "padding:1.5rem 1rem 4rem}"
    "h1{font-size:1.75rem;line-height:1.25;margin:0 0 .5rem}"
    "h2{font-size:1.35rem;margin:2.5rem 0 .75rem;padding-bottom:.25rem;"
    "border-bottom:2px solid #1f4e79}"
    "h3{font-size:1.1rem;line-height:1.35;margin:1.5rem 0 .5rem}"
    ".card>h3:first-child{margin-top:0}"
    "h4{font-size:.95rem;margin:1rem 0 .25rem;color:#3b3b3b}"
    "p{margin:.5rem 0}ul{margin:.25rem 0;padding-left:1.35rem}"
    "li{margin:.15rem 0}a{color:#1f4e79}"
    "code,pre{font:.85em/1.45 ui-monospace,\"DejaVu Sans Mono\",monospace;"
    "background:#f3f4f6;border-radius:.25rem}"
    "code{padding:.05em .3em;overflow-wrap:anywhere}"
    "td code{overflow-wrap:normal}"
    "pre{padding:.6rem .75rem;margin:.25rem 0;white-space:pre-wrap;"
    "overflow-wrap:anywhere}"
    "table{border-collapse:collapse;width:100%;margin:.5rem 0;font-size:.92em}"
    "th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;"
    "border:1px solid #c9ced6}th{background:#eef2f7}"
    "td ul{padding-left:1.1rem}"
    ".words a{text-decoration:none;border-bottom:1px dotted #7d8ca3}"
    ".words>p:first-child{margin-top:0}"
    ".card{border:1px solid #c9ced6;border-left:.3rem solid #1f4e79;"
    "border-radius:.25rem;padding:1rem 1.1rem;margin:1rem 0}"
    ".sides{display:grid;grid-template-columns:minmax(0,3fr) minmax(0,2fr);"
    "gap:0 1.25rem;align-items:start}"
    ".badge{display:inline-block;font-size:.8em;font-weight:600;"
    "padding:.05em .55em;border-radius:1em;border:1px solid #8a919c;"
    "color:#3b3b3b;background:#fff;white-space:nowrap}"
    ".law,.clear{border-color:#2f6b3a;color:#205028}"
    ".bill,.reported,.not-yet-in-force,.undetermined{border-color:#8a6100;"
    "color:#6b4b00}"
    ".barred,.failed,.differs{border-color:#a1261f;color:#8a1c16}"
    ".permit,.permit-condition,.treat{border-color:#1f4e79;color:#173b5c}"
    "tr:target td,.card:target{background:#fff8e1}"
    "@media(max-width:45rem){.sides{display:block}"
    "table{display:block;overflow-x:auto}}"
    "@media print{body{max-width:none;font-size:10pt;padding:0}"
    "a{color:inherit;text-decoration:none}"
    ".card{border-width:0 0 0 .2rem;padding:.25rem .75rem}"
    ".words "
    "a{border:0}.sides{break-inside:avoid}h2,h3,h4{break-after:avoid;break-"
    "inside:avoid}"
    "tr{break-inside:avoid}pre,code,th{background:none}"
    "pre{border:1px solid #c9ced6}}";

static bool html(const sheet *s)
{
    return s->as == SW_PAGE_HTML;
}

static void raw(sheet *s, const char *text)
{
    sw_buf_str(&s->out, sw_str_of(text));
}

/* ---- escaping -------------------------------------------------------- */

static void html_text(sheet *s, sw_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        switch (text.at[i]) {
        case '&': raw(s, "&amp;"); break;
        case '<': raw(s, "&lt;"); break;
        case '>': raw(s, "&gt;"); break;
        case '"': raw(s, "&quot;"); break;
        case '\'': raw(s, "&#39;"); break;
        default: sw_buf_add(&s->out, text.at + i, 1); break;
        }
    }
}

// Every mark that may mean something is escaped, wherever it stands: simpler to
// trust than rules of context. Lines are joined.
static void markdown_text(sheet *s, sw_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (c == '\n') c = ' ';
        bool first = !s->line_open && i == 0;
        if (c == '&') {
            raw(s, "&amp;");
            continue;
        }
        if (c == '<') {
            raw(s, "&lt;");
            continue;
        }
        if (strchr("\\`*_[]|~$", c) != NULL || (first && strchr("#+->", c)))
            raw(s, "\\");
        sw_buf_add(&s->out, &c, 1);
    }
    if (text.len > 0) s->line_open = true;
}

void sw_sheet__text(sheet *s, sw_str text)
{
    if (html(s)) {
        html_text(s, text);
    } else {
        markdown_text(s, text);
    }
}

void sw_sheet__say(sheet *s, const char *fmt, ...)
{
    char text[512];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    sw_sheet__text(s, sw_str_of(text));
}

// An anchor's name: letters, digits, and `-` for the rest, a byte each.
static void anchor_name(sheet *s, sw_str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.at[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                     (c >= 'A' && c <= 'Z') || c == '.' || c == '_';
        sw_buf_add(&s->out, plain ? &c : "-", 1);
    }
}

static void anchored(sheet *s, const char *group, sw_str name)
{
    if (group == NULL) return;
    raw(s, " id=\"");
    raw(s, group);
    anchor_name(s, name);
    raw(s, "\"");
}

// Longer than the longest run of backquotes inside.
static size_t fence_of(sw_str text)
{
    size_t longest = 0, run = 0;
    for (size_t i = 0; i < text.len; i++) {
        run = text.at[i] == '`' ? run + 1 : 0;
        if (run > longest) longest = run;
    }
    return longest + 1;
}

static void backquotes(sheet *s, size_t count)
{
    for (size_t i = 0; i < count; i++)
        raw(s, "`");
}

// Markdown has no anchors of its own but those of headings.
static void place(sheet *s, const char *group, sw_str name)
{
    raw(s, "<a");
    anchored(s, group, name);
    raw(s, "></a>");
}

/* ---- blocks ---------------------------------------------------------- */

// Markdown: ends the line, and leaves one empty unless in a list or a cell.
static void new_block(sheet *s)
{
    if (s->in_cell) return;
    raw(s, s->line_open ? "\n\n" : "");
    s->line_open = false;
}

void sw_sheet__begin(sheet *s, sw_str title)
{
    if (!html(s)) return;
    raw(s, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta "
           "charset=\"utf-8\">\n"
           "<meta name=\"viewport\" content=\"width=device-width,"
           "initial-scale=1\">\n<title>");
    html_text(s, title);
    raw(s, "</title>\n<style>");
    raw(s, style);
    raw(s, "</style>\n</head>\n<body>\n");
}

void sw_sheet__end(sheet *s)
{
    raw(s, html(s) ? "</body>\n</html>\n" : "");
}

void sw_sheet__heading(sheet *s, int level, const char *group, sw_str name,
                       sw_str text)
{
    if (html(s)) {
        sw_buf_printf(&s->out, "<h%d", level);
        anchored(s, group, name);
        raw(s, ">");
        html_text(s, text);
        sw_buf_printf(&s->out, "</h%d>\n", level);
        return;
    }
    if (group != NULL) {
        place(s, group, name);
        raw(s, "\n\n");
    }
    sw_buf_printf(&s->out, "%.*s ", level, "######");
    s->line_open = true;
    markdown_text(s, text);
    new_block(s);
}

void sw_sheet__paragraph(sheet *s)
{
    if (html(s)) raw(s, "<p>");
}

void sw_sheet__paragraph_end(sheet *s)
{
    if (html(s)) {
        raw(s, "</p>\n");
    } else {
        new_block(s);
    }
}

void sw_sheet__block(sheet *s, sw_str code)
{
    if (html(s)) {
        raw(s, "<pre>");
        html_text(s, code);
        raw(s, "</pre>\n");
        return;
    }
    size_t fence = fence_of(code) < 3 ? 3 : fence_of(code);
    backquotes(s, fence);
    raw(s, "\n");
    sw_buf_str(&s->out, code);
    raw(s, code.len > 0 && code.at[code.len - 1] == '\n' ? "" : "\n");
    backquotes(s, fence);
    s->line_open = true;
    new_block(s);
}

void sw_sheet__group(sheet *s, const char *kind)
{
    if (html(s)) sw_buf_printf(&s->out, "<div class=\"%s\">\n", kind);
}

void sw_sheet__group_end(sheet *s)
{
    if (html(s)) raw(s, "</div>\n");
}

/* ---- lists ----------------------------------------------------------- */

void sw_sheet__list(sheet *s)
{
    if (html(s)) {
        raw(s, "<ul>\n");
    } else if (s->line_open && !s->in_cell) {
        raw(s, "\n");
        s->line_open = false;
    }
    s->lists++;
}

void sw_sheet__item(sheet *s)
{
    if (html(s)) {
        raw(s, "<li>");
        return;
    }
    sw_buf_printf(&s->out, "%*s- ", 2 * (s->lists - 1), "");
    s->line_open = false;
}

void sw_sheet__item_end(sheet *s)
{
    if (html(s)) {
        raw(s, "</li>\n");
        return;
    }
    if (s->line_open) raw(s, "\n");
    s->line_open = false;
}

void sw_sheet__list_end(sheet *s)
{
    s->lists--;
    if (html(s)) {
        raw(s, "</ul>\n");
    } else if (s->lists == 0) {
        raw(s, "\n");
    }
}

/* ---- tables ---------------------------------------------------------- */

void sw_sheet__table(sheet *s, const char *const *heads)
{
    raw(s, html(s) ? "<table>\n<thead><tr>" : "|");
    for (size_t i = 0; heads[i] != NULL; i++) {
        raw(s, html(s) ? "<th>" : " ");
        sw_sheet__text(s, sw_str_of(heads[i]));
        raw(s, html(s) ? "</th>" : " |");
    }
    raw(s, html(s) ? "</tr></thead>\n<tbody>\n" : "\n|");
    for (size_t i = 0; !html(s) && heads[i] != NULL; i++)
        raw(s, " --- |");
    if (!html(s)) raw(s, "\n");
    s->line_open = false;
}

void sw_sheet__row(sheet *s, const char *group, sw_str name)
{
    if (!html(s)) {
        raw(s, "|");
        s->row_group = group;
        s->row_name = name;
        return;
    }
    raw(s, "<tr");
    anchored(s, group, name);
    raw(s, ">");
}

void sw_sheet__cell(sheet *s)
{
    raw(s, html(s) ? "<td>" : " ");
    if (s->row_group != NULL) place(s, s->row_group, s->row_name);
    s->row_group = NULL;
    s->in_cell = true;
    s->line_open = true;
}

void sw_sheet__cell_end(sheet *s)
{
    raw(s, html(s) ? "</td>" : " |");
    s->in_cell = false;
}

void sw_sheet__row_end(sheet *s)
{
    raw(s, html(s) ? "</tr>\n" : "\n");
    s->line_open = false;
}

void sw_sheet__table_end(sheet *s)
{
    raw(s, html(s) ? "</tbody>\n</table>\n" : "\n");
}

/* ---- words ----------------------------------------------------------- */

void sw_sheet__strong(sheet *s, sw_str text)
{
    if (text.len == 0) return;
    raw(s, html(s) ? "<strong>" : "**");
    s->line_open = true;
    sw_sheet__text(s, text);
    raw(s, html(s) ? "</strong>" : "**");
}

void sw_sheet__code(sheet *s, sw_str text)
{
    if (html(s)) {
        raw(s, "<code>");
        html_text(s, text);
        raw(s, "</code>");
        return;
    }
    size_t fence = fence_of(text);
    backquotes(s, fence);
    if (fence > 1) raw(s, " ");
    for (size_t i = 0; i < text.len; i++) {
        // A bar would end the cell, also within code.
        bool bar = text.at[i] == '|' && s->in_cell;
        if (bar) raw(s, "\\");
        sw_buf_add(&s->out, text.at[i] == '\n' ? " " : text.at + i, 1);
    }
    if (fence > 1) raw(s, " ");
    backquotes(s, fence);
    s->line_open = true;
}

void sw_sheet__badge(sheet *s, sw_str kind, sw_str text)
{
    if (!html(s)) {
        sw_sheet__strong(s, text);
        return;
    }
    raw(s, "<span class=\"badge ");
    anchor_name(s, kind);
    raw(s, "\">");
    html_text(s, text);
    raw(s, "</span>");
}

// An address within the parentheses of Markdown, or the quotes of HTML.
static void address(sheet *s, sw_str url)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < url.len; i++) {
        unsigned char c = (unsigned char)url.at[i];
        if (c == '&' && html(s)) {
            raw(s, "&amp;");
            continue;
        }
        if (c > ' ' && c != 0x7f && strchr("\"'<>()\\`|", c) == NULL) {
            sw_buf_add(&s->out, url.at + i, 1);
            continue;
        }
        char escape[] = {'%', digits[c >> 4], digits[c & 15]};
        sw_buf_add(&s->out, escape, sizeof escape);
    }
}

static bool is_web(sw_str url)
{
    return sw_str_starts(url, SW_STR("https://")) ||
           sw_str_starts(url, SW_STR("http://"));
}

void sw_sheet__link(sheet *s, sw_str url, sw_str text)
{
    if (!is_web(url)) {
        sw_sheet__text(s, text);
        return;
    }
    raw(s, html(s) ? "<a href=\"" : "[");
    s->line_open = true;
    if (html(s)) {
        address(s, url);
        raw(s, "\">");
        html_text(s, text);
        raw(s, "</a>");
    } else {
        markdown_text(s, text);
        raw(s, "](");
        address(s, url);
        raw(s, ")");
    }
}

void sw_sheet__jump(sheet *s, const char *group, sw_str name, sw_str text)
{
    raw(s, html(s) ? "<a href=\"#" : "[");
    s->line_open = true;
    if (html(s)) {
        raw(s, group);
        anchor_name(s, name);
        raw(s, "\">");
        html_text(s, text);
        raw(s, "</a>");
    } else {
        markdown_text(s, text);
        raw(s, "](#");
        raw(s, group);
        anchor_name(s, name);
        raw(s, ")");
    }
}

void sw_sheet__break(sheet *s)
{
    raw(s, html(s) || s->in_cell ? "<br>" : "  \n");
    if (!html(s) && !s->in_cell && s->lists > 0)
        sw_buf_printf(&s->out, "%*s", 2 * s->lists, "");
    s->line_open = s->in_cell;
}
