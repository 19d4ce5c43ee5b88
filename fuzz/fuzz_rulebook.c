// Any bytes as a rulebook: refused with a place, or taken; and if taken, then
// the same twice, and a ruling on nothing keeps its promises.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "segwan/rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds, const char *what)
{
    if (holds) return;
    fprintf(stderr, "broken: %s\n", what);
    abort();
}

static sw_rulebook *parse(sw_str text, sw_arena *arena)
{
    sw_rulebook *book = NULL;
    sw_error err = {0};
    if (sw_rulebook_parse(text, "b.yaml", arena, &book, &err)) return book;
    require(err.kind == SW_ERR_INPUT, "a bad book is an input error");
    require(err.place[0] != '\0', "an error has its place");
    require(err.reason[0] != '\0', "an error has its reason");
    require(strcmp(err.file, "b.yaml") == 0, "an error has its file");
    return NULL;
}

// The ruling as JSON; empty if a rule cannot be evaluated.
static sw_str rule(sw_rulebook *book, sw_arena *arena)
{
    sw_error err = {0};
    sw_declaration *said = NULL;
    const sw_ruling *ruling = NULL;
    sw_str json = {0}, text;
    require(sw_declaration_parse(SW_STR(""), "d", arena, &said, &err),
            "an empty declaration is one");
    if (!sw_rule(&book, 1, said, 20000, arena, &ruling, &err)) {
        require(err.kind == SW_ERR_INPUT && err.reason[0] != '\0',
                "a ruling fails with a reason");
        return json;
    }
    bool open = ruling->verdict == SW_VERDICT_UNDETERMINED;
    require(!open || ruling->question_count > 0,
            "an undetermined ruling asks something");
    require(ruling->verdict != SW_VERDICT_BARRED || ruling->question_count == 0,
            "a bar asks nothing");
    require(sw_ruling_json(ruling, arena, &json, &err), "JSON is written");
    require(sw_ruling_text(ruling, true, true, arena, &text, &err),
            "text is written");
    require(sw_utf8_valid(json) && sw_utf8_valid(text), "output is UTF-8");
    return json;
}

// What was checked when the book was read can be had; and rules the same twice.
static void rule_variants(sw_rulebook *book, sw_rulebook *again,
                          sw_arena *arena)
{
    const sw_variant *at;
    size_t count;
    sw_error err = {0};
    sw_rulebook_variants(book, &at, &count);
    for (size_t i = 0; i < count; i++) {
        sw_rulebook *one = NULL, *other = NULL;
        require(sw_rulebook_variant(book, at[i].id, arena, &one, &err) &&
                    sw_rulebook_variant(again, at[i].id, arena, &other, &err),
                "a variant that was read is a book");
        require(sw_str_eq(rule(one, arena), rule(other, arena)),
                "the same variant rules the same");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sw_arena *arena = NULL;
    sw_error err = {0};
    if (!sw_arena_new(&arena, &err)) return 0;
    sw_str text = {(const char *)data, size};
    sw_rulebook *book = parse(text, arena);
    if (book != NULL) {
        sw_rulebook *again = parse(text, arena);
        require(again != NULL, "what was taken is taken again");
        require(sw_str_eq(rule(book, arena), rule(again, arena)),
                "the same book rules the same");
        rule_variants(book, again, arena);
    }
    sw_arena_free(arena);
    return 0;
}
