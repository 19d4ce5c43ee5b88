// Any bytes as an index, then as answers to one: refused with a place, or
// taken; and if taken, an index's weights make one, it describes itself, and
// the score that it computes lies between 0 and 1.
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "segwan/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char index_text[] =
    "index: f\ntitle: F\npublisher: P\nedition: E\nsource: s\n"
    "sources:\n"
    "  s: {title: S, provision: P, url: U, read: 2026-01-01, evidence: data}\n"
    "areas:\n"
    "  a: {title: A, points: 3, measures: 4}\n"
    "  b: {title: B, whole: 2}\n"
    "measures:\n"
    "  m1: {title: M, area: a}\n  m2: {title: M, area: a, points: 5}\n"
    "  n1: {title: N, area: b}\n  n2: {title: N, area: b}\n";

static const char book_text[] =
    "rulebook: f\njurisdiction: XX\ntitle: F\nas_of: 2026-01-01\n"
    "sources:\n"
    "  s: {title: S, provision: P, url: U, read: 2026-01-01, evidence: law}\n"
    "facts: {scale: {type: int, ask: s}, kind: {type: string, ask: k}}\n"
    "rules:\n"
    "  - {id: a, title: A, source: s, status: law, otherwise: permit,\n"
    "     remedy: R, when: 'kind == \"map\"', require: scale >= 25000}\n";

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

static void check_text(sw_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];
        require(c >= 0x20 || c == '\n', "text steers no terminal");
    }
}

static void compute(const sw_index *index, const sw_answers *answers,
                    sw_arena *arena)
{
    sw_error err = {0};
    sw_rulebook *book = NULL;
    const sw_index_report *r = NULL;
    sw_date day = 20000;
    sw_str text;
    require(sw_rulebook_parse(SW_STR(book_text), "b", arena, &book, &err),
            "the book is one");
    sw_index_evidence evidence = {&answers, 1, &book, 1, &day, 1};
    if (!sw_index_computed(index, &evidence, arena, &r, &err)) {
        check_error(&err);
        return;
    }
    const sw_index_score *s = &r->lines[0].scores[0];
    require(0 <= s->low && s->low <= s->high && s->high <= 1 + 1e-6,
            "a score lies between 0 and 1");
    require(sw_index_text(r, true, arena, &text, &err), "text is written");
    check_text(text);
    require(sw_index_json(r, arena, &text, &err), "JSON is written");
    require(sw_index_chart(r, SW_CHART_AREAS, arena, &text, &err),
            "a picture is drawn");
}

static void try_answers(sw_str text, sw_arena *arena)
{
    sw_error err = {0};
    sw_index *index = NULL;
    sw_answers *answers = NULL;
    require(sw_index_parse(SW_STR(index_text), "i", arena, &index, &err),
            "the index is one");
    if (sw_answers_parse(text, "a", index, arena, &answers, &err)) {
        compute(index, answers, arena);
    } else {
        check_error(&err);
    }
}

static void try_index(sw_str text, sw_arena *arena)
{
    sw_error err = {0};
    sw_index *index = NULL;
    sw_answers *answers = NULL;
    sw_str told;
    if (!sw_index_parse(text, "i", arena, &index, &err)) {
        check_error(&err);
        return;
    }
    require(sw_index_describe(index, arena, &told, &err), "it is described");
    check_text(told);
    require(sw_index_describe_json(index, arena, &told, &err), "also as JSON");
    sw_str none = sw_arena_printf(
        arena, "answers_to: '%.*s'\neconomy: X\ntitle: T\nanswers: {}\n",
        SW_STR_ARGS(sw_index_id(index)));
    require(sw_answers_parse(none, "a", index, arena, &answers, &err),
            "nobody needs to answer");
    compute(index, answers, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sw_arena *arena = NULL;
    sw_error err = {0};
    sw_str text = {(const char *)data, size};
    if (!sw_arena_new(&arena, &err)) return 0;
    try_index(text, arena);
    try_answers(text, arena);
    sw_arena_free(arena);
    return 0;
}
