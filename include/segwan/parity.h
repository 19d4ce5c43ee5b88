/**
 * Parity: whether a rule falls on foreign suppliers more than on domestic ones.
 * Shows the work and gives no verdict.
 *
 *     sw_rulebook *book = NULL;
 *     sw_population *firms = NULL;
 *     const sw_parity *parity = NULL;
 *     sw_parity_options options = {.rule = {.date = date}};
 *     sw_str page;
 *     bool ok = sw_rulebook_load("dma.yaml", arena, &book, err) &&
 *               sw_population_load("firms.csv", book, arena, &firms, err) &&
 *               sw_parity_measure(book, firms, &options, arena, &parity,
 *                                 err) &&
 *               sw_parity_html(parity, arena, &page, err);
 *
 * Formats and method: docs/parity.md.
 *
 * Threads: all types are immutable once made and may be shared; they live in
 * the arena that they were made in and borrow from what they were made of.
 */
#ifndef SEGWAN_PARITY_H
#define SEGWAN_PARITY_H

#include "segwan/base.h"
#include "segwan/rules.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A table of firms or services, each a declaration, with their origins. */
typedef struct sw_population sw_population;

/**
 * Loads a population (CSV) whose heads are facts of `book`. Errors name file,
 * line and column: a head that is no fact, a row without name or origin, a
 * value of a wrong type.
 *
 * @param book  Must declare `origin`. Borrowed.
 */
SW_API SW_CHECK bool sw_population_load(const char *path,
                                        const sw_rulebook *book,
                                        sw_arena *arena, sw_population **out,
                                        sw_error *err);
SW_API SW_CHECK bool sw_population_parse(sw_str text, const char *name,
                                         const sw_rulebook *book,
                                         sw_arena *arena, sw_population **out,
                                         sw_error *err);

/** What is asked. {0} but for the day: every default. */
typedef struct {
    sw_rule_options rule;  ///< the days to rule for
    sw_str variant;        ///< of the book; empty: the book itself
    sw_str covered;   ///< a term, or the id of a rule: it applies; empty: the
                      ///< first term whose state is duties, else designated,
                      ///< presumed, meets; else whether any deciding rule does
    sw_str eligible;  ///< CEL over facts and terms; empty: every row
    double near;      ///< how near to a threshold is near; 0: 0.2 of it
} sw_parity_options;

/** At least, and at most where something is unknown. */
typedef struct {
    size_t low, high;
} sw_parity_count;

/** The same of a number that is known to lie between two. */
typedef struct {
    double low, high;  ///< NAN both: nothing to say
} sw_parity_range;

/** The two groups, as indexes. */
enum { SW_PARITY_FOREIGN, SW_PARITY_DOMESTIC, SW_PARITY_GROUPS };

typedef struct {
    sw_str name, origin;
    size_t line;  ///< in the population
    int group;    ///< SW_PARITY_FOREIGN, SW_PARITY_DOMESTIC
    sw_term_value eligible, covered;
    const sw_str *missing;  ///< facts that keep `covered` undetermined
    size_t missing_count;
    sw_parity_count duties;  ///< deciding rules that apply
} sw_parity_firm;

/* ---- on its face ----------------------------------------------------- */

/** A rule or a term that comes out otherwise for another origin. */
typedef struct {
    sw_str id, title;
    bool is_term;
    size_t firms;        ///< for how many
    size_t example;      ///< the first of them, index into firms
    sw_str to;           ///< the origin that it was given
    sw_str was, became;  ///< names of states or values
} sw_parity_turn;

/* ---- in effect ------------------------------------------------------- */

typedef struct {
    sw_parity_count firms;  ///< eligible
    sw_parity_count covered, spared;
    sw_parity_range rate;  ///< covered of eligible
} sw_parity_group;

/**
 * Statistics of the table of groups and coverage. With unknowns, the extremes
 * over all tables that they allow.
 */
typedef struct {
    sw_parity_range ratio;     ///< of the rates, foreign over domestic
    sw_parity_range interval;  ///< of the ratio: 95 %, exact
    sw_parity_range odds;      ///< the odds ratio
    sw_parity_range odds_interval;
    sw_parity_range p;  ///< Fisher's exact test, two-sided
    size_t tables;      ///< how many there are
    bool all_tables;    ///< false: too many for p, which is then NAN
} sw_parity_effect;

/** What another published reading of the law would make of coverage. */
typedef struct {
    sw_str id, title;    ///< "floor/etnews"; the title may be empty
    size_t firms;        ///< for how many coverage is another
    size_t example;      ///< the first of them, index into firms
    const char *became;  ///< the name of its value: "false"
    sw_parity_count covered[SW_PARITY_GROUPS];
} sw_parity_reading;

/* ---- by threshold ---------------------------------------------------- */

/** What the table would be for values of a threshold between two. */
typedef struct {
    double from, to;  ///< -INFINITY and INFINITY at the ends
    bool from_included, to_included, holds_now;  ///< the threshold as it is
    sw_parity_count covered[SW_PARITY_GROUPS];
} sw_parity_step;

/** Where a firm stands to a threshold. */
typedef struct {
    size_t firm;       ///< index into firms
    double low, high;  ///< what it is measured by; equal unless a range
    sw_term_value meets;
    double gap;  ///< to the threshold, of it; below 0: under. NAN: not known
    bool turns;  ///< `covered` would be another with the threshold on its other
                 ///< side, all else equal
} sw_parity_stand;

#define SW_PARITY_NOBODY ((size_t)-1)

typedef struct {
    sw_str term, title, unit, sign;  ///< "at least"
    double value;
    const sw_parity_stand *stands;  ///< of firms that may be eligible
    size_t stand_count;
    size_t under[SW_PARITY_GROUPS];  ///< the nearest of each group on either
    size_t over[SW_PARITY_GROUPS];   ///< side, index into stands; or
                                     ///< SW_PARITY_NOBODY
    const sw_parity_step *steps;     ///< ascending, without gaps
    size_t step_count;
    bool decides;  ///< some firm's coverage turns on it
} sw_parity_threshold;

/** A firm that one threshold, moved by no more than `near`, would turn. */
typedef struct {
    size_t threshold, firm;
    double gap;
} sw_parity_near;

/* ---- burden ---------------------------------------------------------- */

/** A deciding rule, and for how many eligible firms it applies. */
typedef struct {
    sw_str id, title;
    sw_parity_count applies[SW_PARITY_GROUPS];
} sw_parity_duty;

/** Firms of one origin. */
typedef struct {
    sw_str origin;
    int group;
    sw_parity_count firms, covered, duties;  ///< duties: the sum
} sw_parity_origin;

/* ---- all of it ------------------------------------------------------- */

/** A line "# key: value" on top of a population. */
typedef struct {
    sw_str key, value;
} sw_parity_note;

typedef struct {
    sw_str book, jurisdiction, title, as_of, variant, variant_title;
    sw_date date;
    sw_str population;  ///< the file
    const sw_parity_note *notes;
    size_t note_count;
    sw_str origin_fact, home;
    sw_str covered, covered_title;  ///< empty: some deciding rule applies
    bool covered_is_rule;
    sw_str eligible;
    double near;

    const sw_parity_firm *firms;  ///< in the order of the population
    size_t firm_count;

    const sw_str *readers;  ///< rules and terms whose text reads the origin
    size_t reader_count;
    const sw_parity_turn *turns;  ///< terms, then rules, as in the book
    size_t turn_count;
    size_t changes;  ///< how many pairs of firm and other origin were tried

    sw_parity_group groups[SW_PARITY_GROUPS];
    sw_parity_effect effect;

    const sw_parity_reading *readings;  ///< if a term says who is covered
    size_t reading_count;               ///< those that change something

    const sw_parity_threshold *thresholds;  ///< as in the book
    size_t threshold_count;
    const sw_parity_near *nears;  ///< the nearest first
    size_t near_count;

    const sw_parity_duty *duties;  ///< rules that apply to someone, maybe
    size_t duty_count;
    const sw_parity_origin *origins;  ///< domestic first, then by code
    size_t origin_count;
} sw_parity;

/**
 * Rules on every row, and again with another origin and with thresholds moved.
 *
 * @param book  Without the variant.
 * @return false if a row cannot be ruled on (place and file are the
 *         population's or the book's), or if `options` names no term, rule or
 *         variant of the book, or no CEL (SW_ERR_USAGE).
 */
SW_API SW_CHECK bool sw_parity_measure(const sw_rulebook *book,
                                       const sw_population *population,
                                       const sw_parity_options *options,
                                       sw_arena *arena, const sw_parity **out,
                                       sw_error *err);

/** For people; `verbose`: every firm, and every step of every threshold. */
SW_API SW_CHECK bool sw_parity_text(const sw_parity *parity, bool color,
                                    bool verbose, sw_arena *arena, sw_str *out,
                                    sw_error *err);
/** For programs: docs/parity.schema.json. Deterministic. */
SW_API SW_CHECK bool sw_parity_json(const sw_parity *parity, sw_arena *arena,
                                    sw_str *out, sw_error *err);
/** One page with its charts in it, to hand on: no script, nothing fetched. */
SW_API SW_CHECK bool sw_parity_html(const sw_parity *parity, sw_arena *arena,
                                    sw_str *out, sw_error *err);

#ifdef __cplusplus
}
#endif
#endif
