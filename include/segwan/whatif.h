/**
 * What-if: what comes out differently in another situation, and what did it;
 * and the least that would have to change for another verdict.
 *
 *     sw_situation now = {books, 1, said, {.date = today}};
 *     sw_situation then = now;
 *     const sw_whatif *found;
 *     then.how.date = next_year;
 *     if (!sw_whatif_compare(&now, &then, arena, &found, err)) return false;
 *     for (size_t i = 0; i < found->flip_count; i++) tell(&found->flips[i]);
 *
 * Method: docs/what-if.md.
 */
#ifndef SEGWAN_WHATIF_H
#define SEGWAN_WHATIF_H

#include "segwan/rules.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What a ruling is made of. Everything is borrowed. */
typedef struct {
    sw_rulebook *const *books;  ///< or variants of them
    size_t book_count;
    const sw_declaration *said;
    sw_rule_options how;
} sw_situation;

/* ---- two situations -------------------------------------------------- */

/** One thing in which two situations differ. */
typedef struct {
    const char *what;  ///< "fact", "date", "known", "variant"
    sw_str name;       ///< the fact; of a variant its rulebook; else ""
    sw_str from, to;   ///< "5000", "not said"; "no variant"
} sw_whatif_difference;

/** What comes out differently. */
typedef struct {
    const char *what;       ///< "verdict", "rule", "term"
    sw_str book, id, title; /**< "" of the verdict; the id of a term is its
                                 path */
    sw_str from, to;        /**< "clear"; of a rule "held", "failed (permit)",
                                 "absent"; of a term "true" */
    const size_t *causes;   ///< of the differences
    size_t cause_count;     ///< 0: not found within the limit
    bool alone;  ///< undoing any one of the causes turns it back; else it takes
                 ///< all of them, and no fewer differences turn it back
    sw_str was, is;  ///< what the rule or term says, if it says another thing
    sw_str remedy, takes;  ///< of a rule that fails now, or ""
} sw_whatif_flip;

typedef struct {
    const sw_ruling *from, *to;
    const sw_whatif_difference *differences;
    size_t difference_count;
    const sw_whatif_flip *flips;  ///< the verdict first
    size_t flip_count;
    bool cut_short;  ///< the limit came before some cause was found
} sw_whatif;

/**
 * Rules in both situations, and for all that comes out differently finds which
 * differences, undone in the second situation, turn it back: each alone, or the
 * smallest set.
 *
 * @param out  Borrows from both situations.
 * @return false if a ruling cannot be made, or if the books are not the same
 *         ones in the same order (SW_ERR_USAGE).
 */
SW_API SW_CHECK bool sw_whatif_compare(const sw_situation *from,
                                       const sw_situation *to, sw_arena *arena,
                                       const sw_whatif **out, sw_error *err);
/** For people. */
SW_API SW_CHECK bool sw_whatif_text(const sw_whatif *found, bool color,
                                    sw_arena *arena, sw_str *out,
                                    sw_error *err);
/** For programs: docs/what-if.schema.json. */
SW_API SW_CHECK bool sw_whatif_json(const sw_whatif *found, sw_arena *arena,
                                    sw_str *out, sw_error *err);

/* ---- the nearest change ---------------------------------------------- */

/** What is wanted; of what is left 0, the default. */
typedef struct {
    bool verdict_given;  ///< else: clear, or of what is clear anything else
    sw_verdict verdict;  ///< not SW_VERDICT_UNDETERMINED
    const sw_str *held;  ///< facts that stay as they are
    size_t held_count;
    size_t most_rulings;  ///< before the search is cut short; 0: 200000
} sw_whatif_wish;

/** A fact that changes. */
typedef struct {
    sw_str fact;
    sw_str from, to;  ///< "not said"; the nearest value that will do
    sw_str limit;  ///< of a double that has no nearest value: "above 0.4"; ""
} sw_whatif_change;

/** A rule that failed or was open, and no longer is. */
typedef struct {
    sw_str book, id, title;
    const char *state;  ///< then: "held", "not-applicable"
    sw_str remedy, takes;
} sw_whatif_freed;

/** A smallest set of facts, with values that do. */
typedef struct {
    const sw_whatif_change *changes;  ///< as many as any other way has
    size_t change_count;
    sw_verdict verdict;  ///< then
    const sw_whatif_freed *freed;
    size_t freed_count;
} sw_whatif_way;

typedef struct {
    const sw_ruling *now;
    bool any_other;             ///< any verdict but clear is wanted,
    sw_verdict wanted;          ///< else this one
    bool already;               ///< it is so now
    bool never;                 ///< no values of these facts reach it
    const sw_whatif_way *ways;  ///< nearest first
    size_t way_count;
    size_t more_ways;     ///< of the same size that are not listed
    size_t ruled_out;     ///< no set of as many facts or fewer will do
    const sw_str *tried;  ///< the facts that may change
    size_t tried_count;
    const sw_str *inexact;  ///< of the facts read, those whose other values
                            ///< were not, or not all, tried
    size_t inexact_count;
    size_t rulings;  ///< made in the search
    bool cut_short;  ///< by the limit
} sw_whatif_nearest;

/**
 * Finds the smallest sets of facts to change for a verdict, over one value of
 * each cell that the books' comparisons make: exact for facts that are only
 * compared with constants, as `inexact` tells of the others.
 *
 * @return false if a ruling cannot be made, if no book declares a fact that is
 *         to be held, or for an impossible wish (SW_ERR_USAGE).
 */
SW_API SW_CHECK bool sw_whatif_find(const sw_situation *now,
                                    const sw_whatif_wish *wish, sw_arena *arena,
                                    const sw_whatif_nearest **out,
                                    sw_error *err);
/** For people. */
SW_API SW_CHECK bool sw_whatif_nearest_text(const sw_whatif_nearest *found,
                                            bool color, sw_arena *arena,
                                            sw_str *out, sw_error *err);
/** For programs: docs/what-if.schema.json. */
SW_API SW_CHECK bool sw_whatif_nearest_json(const sw_whatif_nearest *found,
                                            sw_arena *arena, sw_str *out,
                                            sw_error *err);

#ifdef __cplusplus
}
#endif
#endif
