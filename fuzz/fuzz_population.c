// Any bytes as a population: refused with a place, or taken; and if taken, then
// measured, the same twice, with counts that add up and steps without gaps.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "segwan/parity.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_BYTES = 4096 };  // rulings take time

static const char book_text[] =
    "rulebook: xx/fuzz\njurisdiction: XX\ntitle: T\nas_of: 2026-11-01\n"
    "origin: firm.origin\n"
    "sources: {act: {title: A, provision: P, url: U, read: 2026-11-01, "
    "evidence: law}}\n"
    "facts:\n"
    "  firm.origin: {type: string, ask: Q}\n"
    "  firm.sales: {type: list(int), count: 3, ask: Q}\n"
    "  firm.staff: {type: int, min: 0, ask: Q}\n"
    "  firm.fee: {type: double, ask: Q}\n"
    "  firm.open: {type: bool, ask: Q}\n"
    "  firm.since: {type: date, ask: Q}\n"
    "  firm.kind: {type: string, values: [a, b], ask: Q}\n"
    "terms:\n"
    "  big: {title: B, source: act, of: firm.sales, at_least: 10, "
    "quantifier: average}\n"
    "  dear: {title: D, source: act, of: firm.fee, less_than: 2.5}\n"
    "  meets: {title: M, source: act, state: meets, "
    "is: 'big || dear && firm.kind == \"a\"'}\n"
    "rules:\n"
    "  - {id: r, title: T, source: act, status: law, when: 'meets && "
    "firm.origin != \"XX\"', require: firm.open, otherwise: barred, "
    "remedy: R}\n";

static void require(bool holds, const char *what)
{
    if (holds) return;
    fprintf(stderr, "broken: %s\n", what);
    abort();
}

static sw_population *parse(sw_str text, const sw_rulebook *book,
                            sw_arena *arena)
{
    sw_population *all = NULL;
    sw_error err = {0};
    if (sw_population_parse(text, "p.csv", book, arena, &all, &err)) return all;
    require(err.kind == SW_ERR_INPUT, "a bad population is an input error");
    require(err.reason[0] != '\0', "an error has its reason");
    require(strcmp(err.file, "p.csv") == 0, "an error has its file");
    return NULL;
}

static void check(const sw_parity *p)
{
    size_t firms = 0;
    for (int g = 0; g < SW_PARITY_GROUPS; g++) {
        const sw_parity_group *group = &p->groups[g];
        require(group->firms.low == group->firms.high, "every row counts");
        require(group->covered.low + group->spared.high == group->firms.low,
                "who is not covered for sure may be spared");
        firms += group->firms.low;
    }
    require(firms == p->firm_count, "each firm is of one group");
    for (size_t i = 0; i < p->threshold_count; i++) {
        const sw_parity_threshold *t = &p->thresholds[i];
        size_t now = 0;
        for (size_t k = 0; k < t->step_count; k++) {
            now += t->steps[k].holds_now;
            require(k == 0 || t->steps[k].from == t->steps[k - 1].to,
                    "steps have no gap");
        }
        require(now == 1, "one step holds now");
    }
}

// All that is written of it; empty if a row cannot be ruled on.
static sw_str measure(const sw_rulebook *book, const sw_population *all,
                      sw_arena *arena)
{
    const sw_parity *parity;
    sw_parity_options options = {.rule = {.date = 20000}};
    sw_error err = {0};
    sw_str text = {0}, json, html;
    if (!sw_parity_measure(book, all, &options, arena, &parity, &err)) {
        require(err.kind == SW_ERR_INPUT && err.reason[0] != '\0',
                "a measurement fails with a reason");
        return text;
    }
    check(parity);
    require(sw_parity_text(parity, true, true, arena, &text, &err),
            "text is written");
    require(sw_parity_json(parity, arena, &json, &err), "JSON is written");
    require(sw_parity_html(parity, arena, &html, &err), "HTML is written");
    require(sw_utf8_valid(text) && sw_utf8_valid(json) && sw_utf8_valid(html),
            "output is UTF-8");
    require(!sw_str_has(html, SW_STR("<script")), "no script gets in");
    return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sw_arena *arena = NULL;
    sw_rulebook *book = NULL;
    sw_error err = {0};
    if (size > MAX_BYTES || !sw_arena_new(&arena, &err)) return 0;
    require(sw_rulebook_parse(sw_str_of(book_text), "b", arena, &book, &err),
            "the book is one");
    sw_str text = {(const char *)data, size};
    sw_population *all = parse(text, book, arena);
    if (all != NULL) {
        sw_population *again = parse(text, book, arena);
        require(again != NULL, "what was taken is taken again");
        require(
            sw_str_eq(measure(book, all, arena), measure(book, again, arena)),
            "the same population measures the same");
    }
    sw_arena_free(arena);
    return 0;
}
