/**
 * Indexes of how restrictive rules are, and commitments that rules are set
 * against. Both stand on rulebooks; neither says whether a rule is good, or
 * breaks a promise.
 *
 *     sw_index *index = NULL;
 *     sw_scores *scores = NULL;
 *     const sw_index_report *report = NULL;
 *     sw_str economies[] = {SW_STR("KOR"), SW_STR("EU")}, text;
 *     sw_index_query query = {.economies = economies, .economy_count = 2};
 *     bool ok = sw_index_load("oecd-dstri.yaml", arena, &index, err) &&
 *               sw_scores_load("scores.csv", index, arena, &scores, err) &&
 *               sw_index_published(scores, &query, arena, &report, err) &&
 *               sw_index_text(report, false, arena, &text, err);
 *
 * Formats: docs/indexes.md.
 *
 * Threads: all types are immutable once made and may be shared; they live in
 * the arena that they were made in and borrow from what they were made of.
 */
#ifndef SEGWAN_POLICY_H
#define SEGWAN_POLICY_H

#include "segwan/base.h"
#include "segwan/rules.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- indexes --------------------------------------------------------- */

/** One edition of an index: areas, measures and what they weigh. */
typedef struct sw_index sw_index;

/** A published table of scores, rebuilt from whole numbers of measures. */
typedef struct sw_scores sw_scores;

/** One economy's answers to the measures: rules, or what a source says. */
typedef struct sw_answers sw_answers;

/** Loads an index. Errors name file, line and column. */
SW_API SW_CHECK bool sw_index_load(const char *path, sw_arena *arena,
                                   sw_index **out, sw_error *err);
SW_API SW_CHECK bool sw_index_parse(sw_str text, const char *name,
                                    sw_arena *arena, sw_index **out,
                                    sw_error *err);
SW_API sw_str sw_index_id(const sw_index *index);  ///< "oecd-dstri"

/**
 * Loads the table (CSV) of an index's edition and rebuilds it: every area's
 * score as a whole number of measures times their weight, every total as the
 * sum of its areas, to the last digit that is published.
 *
 * @return false, with the line, if a score cannot be rebuilt (a table of
 * another edition, or damaged), is missing or stands twice.
 */
SW_API SW_CHECK bool sw_scores_load(const char *path, const sw_index *index,
                                    sw_arena *arena, sw_scores **out,
                                    sw_error *err);
SW_API SW_CHECK bool sw_scores_parse(sw_str text, const char *name,
                                     const sw_index *index, sw_arena *arena,
                                     sw_scores **out, sw_error *err);

/** Loads an economy's answers to the measures of an index. */
SW_API SW_CHECK bool sw_answers_load(const char *path, const sw_index *index,
                                     sw_arena *arena, sw_answers **out,
                                     sw_error *err);
SW_API SW_CHECK bool sw_answers_parse(sw_str text, const char *name,
                                      const sw_index *index, sw_arena *arena,
                                      sw_answers **out, sw_error *err);

/** What an area adds to a score. Of a group: the mean of its members. */
typedef struct {
    sw_str id, title;
    double low, high;  ///< equal where all is answered
    double scored;     ///< measures that are restrictive for sure
    double open;       ///< measures without an answer
} sw_area_score;

/** What a measure adds to a computed score, and why. */
typedef struct {
    sw_str id, title;
    size_t area;        ///< index into the areas
    double answer_low;  ///< from 0, open, to 1, restrictive
    double answer_high;
    double weight;   ///< its share of the index; 0 where nobody published it
    sw_str because;  ///< "rule kr/map-export#kr-geo-01 failed"
} sw_measure_score;

/** A score at one time. */
typedef struct {
    double low, high;    ///< equal where all is answered
    double least, most;  ///< of a group's members; of one economy low and high
    const sw_area_score *areas;
    const sw_measure_score *measures;  ///< of computed scores; NULL: published
} sw_index_score;

/** The scores of an economy, or the mean of a group, one a time. */
typedef struct {
    sw_str code, name;
    size_t members;  ///< of a group; 0: one economy
    const sw_index_score *scores;
} sw_index_line;

/** Whether an index moved when a rule did. */
typedef enum {
    SW_CHANGE_STANDS,   ///< it has no day, it stood all the time; `steps` are
                        ///< the measures that were scored all the time
                        ///< `steps` are the measures scored all the time
    SW_CHANGE_BEFORE,   ///< its year is the table's first or earlier
    SW_CHANGE_AFTER,    ///< its year is later than the table's last
    SW_CHANGE_UNMOVED,  ///< no area of any economy concerned moved
    SW_CHANGE_MOVED,    ///< `steps` says which areas moved
} sw_change_state;

typedef struct {
    sw_str id, title, economies, rulebook, notes;
    bool day_given, eases;
    sw_date day;
    const sw_rule_source *sources;
    size_t source_count;
    sw_change_state state;
    int from, to;      ///< the years compared
    size_t line;       ///< which line of the report it concerns
    size_t moved;      ///< members of that line that moved
    bool as_expected;  ///< most moved, and some area the way the rule did
    const int *steps;  ///< measures more or fewer, one number an area; NULL:
                       ///< before, after
} sw_index_change;

/** What is asked of a published table. */
typedef struct {
    const sw_str *economies;  ///< codes of economies and groups; the first is
                              ///< the one asked about
    size_t economy_count;
    int from, to;  ///< years; 0: the table's first, last
} sw_index_query;

/** The economy asked about among all at the last time. */
typedef struct {
    size_t lower, same, higher;
    double mean, least, most;
} sw_index_rank;

typedef struct {
    const sw_index *index;
    const sw_str *areas;  ///< titles
    size_t area_count;
    const sw_str *times;  ///< "2025", or days
    size_t time_count;
    const sw_index_line *lines;  ///< the first is the one asked about
    size_t line_count;
    size_t measure_count;  ///< of each computed score
    size_t economy_count, total_count, area_score_count,
        part_score_count;  ///< of the table that was rebuilt; 0: computed
    sw_index_rank rank;    ///< of a single economy in a table
    const sw_index_change *changes;
    size_t change_count;
} sw_index_report;

/**
 * Reads the path of economies and groups out of a published table, and says for
 * each change of rules that the index lists whether it moved them.
 *
 * @return false if an economy or a year is not in the table.
 */
SW_API SW_CHECK bool
sw_index_published(const sw_scores *scores, const sw_index_query *query,
                   sw_arena *arena, const sw_index_report **out, sw_error *err);

/** What an index is computed from. */
typedef struct {
    const sw_answers *const *answers;  ///< one an economy
    size_t answer_count;
    sw_rulebook *const *books;  ///< what the answers refer to
    size_t book_count;
    const sw_date *days;  ///< rising
    size_t day_count;
} sw_index_evidence;

/**
 * Computes an index from answers: each measure's answer is a rule's ruling on
 * a day, or what a source says; without an answer it is an interval.
 *
 * @return false if an answer refers to a rule that no book has, or a rule
 * cannot be evaluated on the facts given.
 */
SW_API SW_CHECK bool
sw_index_computed(const sw_index *index, const sw_index_evidence *evidence,
                  sw_arena *arena, const sw_index_report **out, sw_error *err);

/** For people: path, what moved, differences; `verbose`: every measure. */
SW_API SW_CHECK bool sw_index_text(const sw_index_report *report, bool verbose,
                                   sw_arena *arena, sw_str *out, sw_error *err);
/** For programs. Deterministic. */
SW_API SW_CHECK bool sw_index_json(const sw_index_report *report,
                                   sw_arena *arena, sw_str *out, sw_error *err);

typedef enum {
    SW_CHART_PATH,   ///< a table's scores over the years
    SW_CHART_AREAS,  ///< what each area adds, at the last time
    SW_CHART_MOVES,  ///< what each area added from the first time to the last
} sw_index_chart_kind;
/** A picture: SVG that stands alone. */
SW_API SW_CHECK bool sw_index_chart(const sw_index_report *report,
                                    sw_index_chart_kind kind, sw_arena *arena,
                                    sw_str *out, sw_error *err);

/** The index itself: areas, weights, what was published, other editions. */
SW_API SW_CHECK bool sw_index_describe(const sw_index *index, sw_arena *arena,
                                       sw_str *out, sw_error *err);
SW_API SW_CHECK bool sw_index_describe_json(const sw_index *index,
                                            sw_arena *arena, sw_str *out,
                                            sw_error *err);

/* ---- commitments ----------------------------------------------------- */

/** One instrument: what its parties promised, and what rules it touches. */
typedef struct sw_commitments sw_commitments;

/** Loads an instrument. Errors name file, line and column. */
SW_API SW_CHECK bool sw_commitments_load(const char *path, sw_arena *arena,
                                         sw_commitments **out, sw_error *err);
SW_API SW_CHECK bool sw_commitments_parse(sw_str text, const char *name,
                                          sw_arena *arena, sw_commitments **out,
                                          sw_error *err);

/** How a promise stands to a rule. None of them says that it is kept or not. */
typedef enum {
    SW_PROMISE_NAMES,    ///< its text names what the rule governs
    SW_PROMISE_WITHIN,   ///< its text is general, the rule of that kind
    SW_PROMISE_OUTSIDE,  ///< an exception takes the rule out
} sw_promise_reach;
SW_API const char *sw_promise_reach_name(sw_promise_reach reach);

/** What may stand in the way of a promise. */
typedef struct {
    sw_str id, title, provision;
    sw_str kind;  ///< "self-judging", "justification", "reservation",
                  ///< "carve-out"
    const sw_rule_source *sources;
    size_t source_count;
} sw_promise_exception;

/** A promise, set against a rule. */
typedef struct {
    sw_str instrument, instrument_title;
    sw_str force;  ///< "treaty", "political"
    sw_str promise, title, provision;
    sw_str strength;  ///< "shall", "endeavour", "recognise", "intend", "unread"
    sw_str test;      ///< the words that it would be measured by
    const sw_str *names;
    size_t name_count;
    bool in_force;  ///< on the day
    sw_promise_reach reach;
    sw_str why;
    const sw_promise_exception *exceptions;  ///< that stand in the way here
    size_t exception_count;
    const sw_rule_source *sources;  ///< of the promise
    size_t source_count;
} sw_promise_link;

/** What somebody said of a rule; being named is no finding. */
typedef struct {
    sw_str who, says;
    sw_str when;  ///< "2025", "2025-03" or "2025-03-31"
    const sw_rule_source *sources;
    size_t source_count;
} sw_promise_mention;

/** A rule, or a whole rulebook, and all that touches it. */
typedef struct {
    sw_str book, rule;  ///< rule: empty for the whole book
    sw_str title;       ///< empty if the rulebook is not at hand
    bool known;
    size_t rules, in_force;  ///< how many; in force: deciding, on the day
    const sw_promise_link *links;
    size_t link_count;
    const sw_promise_mention *mentions;
    size_t mention_count;
} sw_commitment_line;

typedef struct {
    sw_date day;
    const sw_commitment_line *lines;  ///< books in the order of their ids
    size_t line_count;
    size_t instrument_count;
    const sw_promise_mention *elsewhere;  ///< said of no rule here
    size_t elsewhere_count;
} sw_commitments_report;

/** What is set against what. */
typedef struct {
    const sw_commitments *const *instruments;
    size_t instrument_count;
    sw_rulebook *const *books;  ///< to look rules up in; may be none
    size_t book_count;
    sw_str only;  ///< a rulebook, or one rule of it; empty: all
    sw_date day;
} sw_commitments_query;

/**
 * Sets rules against promises. No verdict of breach is given or implied.
 *
 * @return false if an instrument refers to a rule that a book at hand lacks.
 */
SW_API SW_CHECK bool sw_commitments_compare(const sw_commitments_query *query,
                                            sw_arena *arena,
                                            const sw_commitments_report **out,
                                            sw_error *err);

/** For people; `verbose`: with sources. */
SW_API SW_CHECK bool sw_commitments_text(const sw_commitments_report *report,
                                         bool verbose, sw_arena *arena,
                                         sw_str *out, sw_error *err);
/** For programs. Deterministic. */
SW_API SW_CHECK bool sw_commitments_json(const sw_commitments_report *report,
                                         sw_arena *arena, sw_str *out,
                                         sw_error *err);

#ifdef __cplusplus
}
#endif
#endif
