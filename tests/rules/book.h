// A small rulebook for tests, and a way to change one thing in it.
#ifndef TESTS_RULES_BOOK_H
#define TESTS_RULES_BOOK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"
#include "segwan/rules.h"

#define BOOK_HEAD                                                              \
    "rulebook: xx/test\n"                                                      \
    "jurisdiction: XX\n"                                                       \
    "title: A book for tests\n"                                                \
    "as_of: 2026-11-01\n"                                                      \
    "sources:\n"                                                               \
    "  act: {title: The Act, provision: Art. 1, url: \"https://law.example\"," \
    " read: 2026-11-01, evidence: law}\n"                                      \
    "facts:\n"                                                                 \
    "  cargo.kind: {type: string, values: [map, image], ask: Which kind?}\n"   \
    "  cargo.scale: {type: int, unit: denominator, ask: Which scale?}\n"       \
    "  cargo.tags: {type: list(string), values: [a, b, c], ask: Which "        \
    "tags?}\n"                                                                 \
    "  cargo.fine: {type: bool, ask: Is it fine?}\n"                           \
    "  cargo.made: {type: date, ask: When was it made?}\n"                     \
    "  cargo.ratio: {type: double, ask: Which ratio?}\n"                       \
    "  name: {type: string, ask: Whose?}\n"                                    \
    "  sales: {type: list(int), count: 2, ask: How many?}\n"                   \
    "  parts: {type: list(record), ask: Which parts?, fields: {kind: "         \
    "{type: string, values: [a, b]}, ok: {type: bool}}}\n"                     \
    "rules:\n"

#define BOOK_RULE                                                              \
    "  - id: scale\n"                                                          \
    "    title: Coarse maps only\n"                                            \
    "    source: act\n"                                                        \
    "    status: law\n"                                                        \
    "    when: cargo.kind == \"map\"\n"                                        \
    "    require: cargo.scale >= 25000\n"                                      \
    "    otherwise: permit\n"                                                  \
    "    remedy: Coarsen the map.\n"

static const char whole_book[] = BOOK_HEAD BOOK_RULE;

/** `text` with the one occurrence of `from` replaced. The caller frees. */
static inline char *replaced(const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    assert_non_null(at);
    assert_null(strstr(at + 1, from));
    size_t size = strlen(text) + strlen(to) + 1;
    char *out = malloc(size);
    assert_non_null(out);
    snprintf(out, size, "%.*s%s%s", (int)(at - text), text, to,
             at + strlen(from));
    return out;
}

/** Takes the mark <!> out of `text` and writes its place, in characters. */
static inline void take_mark(char *text, char place[64])
{
    char *mark = strstr(text, "<!>");
    assert_non_null(mark);
    size_t line = 1, column = 1;
    for (const char *c = text; c < mark; c++) {
        if (*c == '\n') {
            line++;
            column = 1;
        } else if (((unsigned char)*c & 0xC0) != 0x80) {
            column++;
        }
    }
    memmove(mark, mark + 3, strlen(mark + 3) + 1);
    snprintf(place, 64, "line %zu, column %zu", line, column);
}

static inline sw_rulebook *book_of(const char *text, sw_arena *arena)
{
    sw_rulebook *book = NULL;
    sw_error err = {0};
    if (!sw_rulebook_parse(sw_str_of(text), "book.yaml", arena, &book, &err))
        fail_msg("%s: %s", err.place, err.reason);
    return book;
}

static inline sw_declaration *said_of(const char *text, sw_arena *arena)
{
    sw_declaration *said = NULL;
    sw_error err = {0};
    if (!sw_declaration_parse(sw_str_of(text), "said.yaml", arena, &said, &err))
        fail_msg("%s: %s", err.place, err.reason);
    return said;
}

static inline sw_date day(const char *text)
{
    sw_date date;
    assert_true(sw_date_parse(sw_str_of(text), &date));
    return date;
}

static inline const sw_ruling *ruling_of(sw_rulebook *book, const char *said,
                                         const char *date, sw_arena *arena)
{
    const sw_ruling *ruling = NULL;
    sw_error err = {0};
    bool ok = sw_rule(&book, 1, said_of(said, arena), day(date), arena, &ruling,
                      &err);
    if (!ok) fail_msg("%s: %s: %s", err.file, err.place, err.reason);
    if (ruling == NULL) abort();
    return ruling;
}

static inline int make_arena(void **state)
{
    sw_error err;
    sw_arena *arena;
    if (!sw_arena_new(&arena, &err)) return -1;
    *state = arena;
    return 0;
}

static inline int free_arena(void **state)
{
    sw_arena_free(*state);
    return 0;
}

#define assert_str(actual, expected)                                           \
    do {                                                                       \
        sw_str actual_ = (actual);                                             \
        if (!sw_str_eq(actual_, sw_str_of(expected)))                          \
            fail_msg("\"%.*s\" is not \"%s\"", SW_STR_ARGS(actual_),           \
                     (const char *)(expected));                                \
    } while (0)

#define assert_has(actual, part)                                               \
    do {                                                                       \
        sw_str actual_ = (actual);                                             \
        if (!sw_str_has(actual_, sw_str_of(part)))                             \
            fail_msg("\"%s\" is not in:\n%.*s", (const char *)(part),          \
                     SW_STR_ARGS(actual_));                                    \
    } while (0)

#endif
