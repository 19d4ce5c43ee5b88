// A page as it is written: headings, paragraphs, lists, tables, links, as
// Markdown or as one self-contained HTML file. Text goes in as it is; what
// would be markup in it is escaped here and nowhere else.
//
//     sheet s = {.as = SW_PAGE_HTML};
//     sw_sheet__begin(&s, title);
//     sw_sheet__heading(&s, 2, "part-", SW_STR("rules"), SW_STR("Rules"));
//     sw_sheet__list(&s);
//     sw_sheet__item(&s); sw_sheet__text(&s, text); sw_sheet__item_end(&s);
//     sw_sheet__list_end(&s);
//     sw_sheet__end(&s);
//     ... s.out, s.out.failed: memory ran out ...
#ifndef SEGWAN_RULES_SHEET_H
#define SEGWAN_RULES_SHEET_H

#include "segwan/base.h"
#include "segwan/show.h"

typedef struct {
    sw_page_format as;
    sw_buf out;
    int lists;              // that are open
    bool in_cell;           // of a table: Markdown has no blocks there
    bool line_open;         // something stands on the line
    const char *row_group;  // the anchor that the next cell of Markdown takes
    sw_str row_name;
} sheet;

void sw_sheet__begin(sheet *s, sw_str title);
void sw_sheet__end(sheet *s);

// A place of the page that a jump may lead to: "rule-" and an id. NULL: none.
void sw_sheet__heading(sheet *s, int level, const char *group, sw_str name,
                       sw_str text);
void sw_sheet__paragraph(sheet *s);
void sw_sheet__paragraph_end(sheet *s);
// Words for a few lines of source, as they are.
void sw_sheet__block(sheet *s, sw_str code);

void sw_sheet__list(sheet *s);
void sw_sheet__item(sheet *s);
void sw_sheet__item_end(sheet *s);
void sw_sheet__list_end(sheet *s);

// `heads` ends with NULL. Each cell opens and closes.
void sw_sheet__table(sheet *s, const char *const *heads);
void sw_sheet__row(sheet *s, const char *group, sw_str name);
void sw_sheet__cell(sheet *s);
void sw_sheet__cell_end(sheet *s);
void sw_sheet__row_end(sheet *s);
void sw_sheet__table_end(sheet *s);

// HTML alone: a block of a class of the style sheet.
void sw_sheet__group(sheet *s, const char *kind);
void sw_sheet__group_end(sheet *s);

void sw_sheet__text(sheet *s, sw_str text);
// A few words of our own and numbers, 500 bytes at most.
void sw_sheet__say(sheet *s, const char *fmt, ...) SW_PRINTF(2, 3);
void sw_sheet__strong(sheet *s, sw_str text);
void sw_sheet__code(sheet *s, sw_str text);
// A word set apart by colour: a status, a verdict. `kind` is a class.
void sw_sheet__badge(sheet *s, sw_str kind, sw_str text);
// To a web page; text alone if `url` is no http(s) address.
void sw_sheet__link(sheet *s, sw_str url, sw_str text);
// To an anchor of this page.
void sw_sheet__jump(sheet *s, const char *group, sw_str name, sw_str text);
// A new line within a paragraph, an item or a cell.
void sw_sheet__break(sheet *s);

#endif
