// A small rulebook with thresholds of every kind, for tests of parity.
#ifndef TESTS_RULES_PARITY_BOOK_H
#define TESTS_RULES_PARITY_BOOK_H

#include "book.h"
#include "segwan/parity.h"

// Five numbers: the limits of big, mean, few, any and dear.
#define PARITY_BOOK                                                            \
    "rulebook: xx/parity\n"                                                    \
    "jurisdiction: XX\n"                                                       \
    "title: A book for tests\n"                                                \
    "as_of: 2026-11-01\n"                                                      \
    "origin: firm.origin\n"                                                    \
    "sources:\n"                                                               \
    "  act: {title: A, provision: P, url: \"https://law.example\","            \
    " read: 2026-11-01, evidence: law}\n"                                      \
    "facts:\n"                                                                 \
    "  firm.origin: {type: string, ask: Whence?}\n"                            \
    "  firm.sales: {type: list(int), count: 3, ask: How much?}\n"              \
    "  firm.staff: {type: int, unit: person, ask: How many?}\n"                \
    "  firm.fee: {type: double, ask: How dear?}\n"                             \
    "  firm.open: {type: bool, ask: Is it open?}\n"                            \
    "  firm.kinds: {type: list(string), ask: Which kinds?}\n"                  \
    "  firm.since: {type: date, ask: Since when?}\n"                           \
    "  parts: {type: list(record), ask: Which?, fields: {ok: {type: bool}}}\n" \
    "terms:\n"                                                                 \
    "  big: {title: B, source: act, of: firm.sales, at_least: %d,"             \
    " quantifier: each, over: 2}\n"                                            \
    "  mean: {title: M, source: act, of: firm.sales, more_than: %d,"           \
    " quantifier: average}\n"                                                  \
    "  few: {title: F, source: act, of: firm.staff, at_most: %d,"              \
    " readings: {press: {title: R, source: act, at_most: 5},"                  \
    " same: {source: act, less_than: 3}}}\n"                                   \
    "  any: {title: A, source: act, of: firm.sales, less_than: %d,"            \
    " quantifier: any}\n"                                                      \
    "  dear: {title: D, source: act, of: firm.fee, at_least: %d}\n"            \
    "  meets: {title: M, source: act, state: meets,"                           \
    " is: (big || mean) && !few || any && (firm.open || dear)}\n"              \
    "rules:\n"                                                                 \
    "  - {id: meeting, title: T, source: act, status: law, when: meets,"       \
    " require: firm.open, otherwise: barred, remedy: R}\n"                     \
    "  - {id: abroad, title: T, source: act, status: law,"                     \
    " when: 'firm.origin != \"XX\"', require: firm.staff > 3,"                 \
    " otherwise: barred, remedy: R, in_force: {from: 2020-01-01}}\n"           \
    "  - {id: abroad, title: T, source: act, status: law,"                     \
    " require: firm.staff > 3, otherwise: barred, remedy: R,"                  \
    " in_force: {to: 2019-12-31}}\n"                                           \
    "  - {id: always, title: T, source: act, status: law,"                     \
    " require: firm.open, otherwise: barred, remedy: R}\n"                     \
    "  - {id: never, title: N, source: act, status: bill,"                     \
    " when: 'firm.staff > 4 && firm.origin != \"XX\"', require: firm.open,"    \
    " otherwise: barred, remedy: R}\n"                                         \
    "variants:\n"                                                              \
    "  lower: {title: L, status: bill, source: act,"                           \
    " terms: {big: {at_least: 2}}}\n"

enum { LIMITS = 5 };

typedef struct {
    int at[LIMITS];
} limits;

static inline sw_rulebook *parity_book(limits l, sw_arena *arena)
{
    char text[4096];
    snprintf(text, sizeof text, PARITY_BOOK, l.at[0], l.at[1], l.at[2], l.at[3],
             l.at[4]);
    return book_of(text, arena);
}

static inline sw_population *
population_of(const char *text, const sw_rulebook *book, sw_arena *arena)
{
    sw_population *all = NULL;
    sw_error err = {0};
    if (!sw_population_parse(sw_str_of(text), "p.csv", book, arena, &all, &err))
        fail_msg("%s: %s: %s", err.file, err.place, err.reason);
    return all;
}

static inline const sw_parity *parity_of(const sw_rulebook *book,
                                         const char *text,
                                         const sw_parity_options *options,
                                         sw_arena *arena)
{
    const sw_parity *parity = NULL;
    sw_error err = {0};
    sw_parity_options asked =
        options != NULL ? *options : (sw_parity_options){0};
    asked.rule.date = day("2026-11-20");
    sw_population *all = population_of(text, book, arena);
    if (!sw_parity_measure(book, all, &asked, arena, &parity, &err))
        fail_msg("%s: %s: %s", err.file, err.place, err.reason);
    return parity;
}

#endif
