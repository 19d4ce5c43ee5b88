// Any bytes as an instrument: refused with a place, or taken and set against a
// rulebook; what is written steers no terminal.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "segwan/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char book_text[] =
    "rulebook: f\njurisdiction: XX\ntitle: F\nas_of: 2026-01-01\n"
    "sources:\n"
    "  s: {title: S, provision: P, url: U, read: 2026-01-01, evidence: law}\n"
    "facts: {scale: {type: int, ask: s}}\n"
    "rules:\n"
    "  - {id: a, title: A, source: s, status: law, otherwise: permit,\n"
    "     remedy: R, require: scale >= 25000}\n";

static void require(bool holds, const char *what)
{
    if (holds) return;
    fprintf(stderr, "broken: %s\n", what);
    abort();
}

static void check_error(const sw_error *err)
{
    require(err->kind == SW_ERR_INPUT, "a bad document is an input error");
    require(err->file[0] != '\0', "an error has its file");
    require(err->reason[0] != '\0', "an error has its reason");
}

static void compare(const sw_commitments *one, sw_arena *arena)
{
    sw_error err = {0};
    sw_rulebook *book = NULL;
    const sw_commitments_report *r = NULL;
    sw_str text;
    require(sw_rulebook_parse(SW_STR(book_text), "b", arena, &book, &err),
            "the book is one");
    sw_commitments_query query = {&one, 1, &book, 1, {0}, 20000};
    if (!sw_commitments_compare(&query, arena, &r, &err)) {
        check_error(&err);
        return;
    }
    require(sw_commitments_text(r, true, arena, &text, &err),
            "text is written");
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];
        require(c >= 0x20 || c == '\n', "text steers no terminal");
    }
    require(sw_commitments_json(r, arena, &text, &err), "JSON is written");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sw_arena *arena = NULL;
    sw_error err = {0};
    sw_commitments *one = NULL;
    if (!sw_arena_new(&arena, &err)) return 0;
    if (sw_commitments_parse((sw_str){(const char *)data, size}, "c", arena,
                             &one, &err)) {
        compare(one, arena);
    } else {
        check_error(&err);
    }
    sw_arena_free(arena);
    return 0;
}
