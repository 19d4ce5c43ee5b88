/**
 * Rulebooks as pages for people who read no code: each rule in words, with its
 * provision, dates and cases.
 *
 *     sw_str page;
 *     if (!sw_rulebook_page("map-export.yaml", SW_PAGE_HTML, arena, &page,
 * err)) return false; fwrite(page.at, 1, page.len, stdout);
 */
#ifndef SEGWAN_SHOW_H
#define SEGWAN_SHOW_H

#include "segwan/base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
    SW_PAGE_MARKDOWN,
    SW_PAGE_HTML,  ///< one file, without script, fit to be printed
} sw_page_format;

/**
 * Loads a rulebook, runs the cases beside it (BOOK.cases.yaml, if there is one)
 * and writes both down as a page: same files, same bytes. What the files hold
 * is escaped; a link leads only to http and https addresses.
 * @return false if a file is in error: `err` names file, line and column.
 */
SW_API SW_CHECK bool sw_rulebook_page(const char *path, sw_page_format as,
                                      sw_arena *arena, sw_str *out,
                                      sw_error *err);

#ifdef __cplusplus
}
#endif
#endif
