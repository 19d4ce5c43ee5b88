// Any bytes as a declaration: refused with a place, or taken; and if taken,
// then its JSON is a declaration of the same facts that is ruled on alike.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "segwan/rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char book_text[] =
    "rulebook: f\njurisdiction: XX\ntitle: F\nas_of: 2026-01-01\n"
    "sources:\n"
    "  s: {title: S, provision: P, url: U, read: 2026-01-01, evidence: law}\n"
    "facts:\n"
    "  cargo.kind: {type: string, values: [map, image], ask: k}\n"
    "  cargo.scale: {type: int, ask: s}\n"
    "  cargo.tags: {type: list(string), ask: t}\n"
    "  cargo.made: {type: date, ask: m}\n"
    "  cargo.ratio: {type: double, ask: r}\n"
    "  fine: {type: bool, ask: f}\n"
    "  sold: {type: list(int), count: 3, min: 0, max: 1000, ask: d}\n"
    "  parts: {type: list(record), ask: p, fields: {kind: {type: string,\n"
    "    values: [a, b]}, ok: {type: bool}, made: {type: date}, tags: {type:\n"
    "    list(string)}}}\n"
    "terms:\n"
    "  much: {title: M, source: s, of: sold, at_least: 5, state: meets,\n"
    "    quantifier: average}\n"
    "rules:\n"
    "  - {id: a, title: A, source: s, status: law, otherwise: permit,\n"
    "     remedy: R, when: 'cargo.kind == \"map\"',\n"
    "     require: cargo.scale >= 25000 && cargo.ratio > 0.5}\n"
    "  - {id: b, title: B, source: s, status: law, otherwise: barred,\n"
    "     remedy: R, require: 'cargo.tags.all(t, t.size() < 5) || fine'}\n"
    "  - {id: c, title: C, source: s, status: law, otherwise: treat,\n"
    "     treatment: {remove-zones: true}, remedy: R,\n"
    "     require: 'cargo.made < timestamp(\"2026-12-03T00:00:00Z\")'}\n"
    "  - {id: d, title: D, source: s, status: law, otherwise: permit,\n"
    "     remedy: R, when: much, require: 'parts.all(p, p.ok || p.kind == \n"
    "     \"b\" && p.made < ruling.date && p.tags.exists(t, t == \"x\"))'}\n";

static void require(bool holds, const char *what)
{
    if (holds) return;
    fprintf(stderr, "broken: %s\n", what);
    abort();
}

static void check_error(const sw_error *err)
{
    require(err->kind == SW_ERR_INPUT, "a bad declaration is an input error");
    require(err->place[0] != '\0', "an error has its place");
    require(err->reason[0] != '\0', "an error has its reason");
}

// The ruling as JSON; empty if the facts do not fit the book.
static sw_str rule(const sw_declaration *said, sw_arena *arena)
{
    sw_error err = {0};
    sw_rulebook *book = NULL;
    const sw_ruling *ruling = NULL;
    sw_str json = {0}, text;
    require(sw_rulebook_parse(SW_STR(book_text), "b", arena, &book, &err),
            "the book is one");
    if (!sw_rule(&book, 1, said, 20000, arena, &ruling, &err)) {
        check_error(&err);
        return json;
    }
    require(sw_ruling_json(ruling, arena, &json, &err), "JSON is written");
    require(sw_ruling_text(ruling, false, true, arena, &text, &err),
            "text is written");
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];
        require(c >= 0x20 || c == '\n', "text steers no terminal");
    }
    return json;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sw_arena *arena = NULL;
    sw_error err = {0};
    if (!sw_arena_new(&arena, &err)) return 0;
    sw_declaration *said = NULL, *again = NULL;
    sw_str json, json_again;
    if (!sw_declaration_parse((sw_str){(const char *)data, size}, "d", arena,
                              &said, &err)) {
        check_error(&err);
    } else {
        require(sw_declaration_json(said, arena, &json, &err),
                "JSON is written");
        bool ok = sw_declaration_parse(json, "j", arena, &again, &err);
        if (!ok) fprintf(stderr, "%s: %s\n", err.place, err.reason);
        require(ok, "JSON of a declaration is one");
        require(sw_declaration_json(again, arena, &json_again, &err) &&
                    sw_str_eq(json, json_again),
                "JSON holds the same facts");
        require(sw_str_eq(rule(said, arena), rule(again, arena)),
                "YAML and JSON are ruled on alike");
    }
    sw_arena_free(arena);
    return 0;
}
