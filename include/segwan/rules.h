/**
 * Rulebooks, declarations and rulings. Knows no cargo.
 *
 *     sw_rulebook *book = NULL;
 *     sw_declaration *said = NULL;
 *     const sw_ruling *ruling = NULL;
 *     bool ok = sw_rulebook_load("map-export.yaml", arena, &book, err) &&
 *               sw_declaration_load("declaration.yaml", arena, &said, err) &&
 *               sw_rule(&book, 1, said, sw_date_today(), arena, &ruling, err);
 *     if (ok) puts(sw_verdict_name(ruling->verdict));
 *
 * Format of both files: docs/rulebooks.md.
 */
#ifndef SEGWAN_RULES_H
#define SEGWAN_RULES_H

#include <stdio.h>

#include "segwan/base.h"
#include "segwan/cel.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sw_rulebook sw_rulebook;  ///< immutable, lives in its arena
typedef struct sw_declaration
    sw_declaration;  ///< immutable, lives in its arena

/**
 * Loads and validates a rulebook. Errors name file, line and column: unknown
 * key, undeclared fact, wrong type, missing source, bad date, CEL syntax.
 */
SW_API SW_CHECK bool sw_rulebook_load(const char *path, sw_arena *arena,
                                      sw_rulebook **out, sw_error *err);
SW_API SW_CHECK bool sw_rulebook_parse(sw_str text, const char *name,
                                       sw_arena *arena, sw_rulebook **out,
                                       sw_error *err);
SW_API sw_str sw_rulebook_id(const sw_rulebook *book);    ///< "kr/map-export"
SW_API sw_str sw_rulebook_text(const sw_rulebook *book);  ///< the file's bytes

/** Where a rule comes from. */
typedef struct {
    sw_str id, title, provision, url;
    sw_str evidence;  ///< "law", "law-copy", "press", "code"
    sw_date read;     ///< the day on which somebody read it
} sw_rule_source;

/** A bill, draft or plan: the same book with something changed. */
typedef struct {
    sw_str id, title, notes;
    sw_str status;  ///< of what it adds or changes: "bill"
    const sw_rule_source *sources;
    size_t source_count;
} sw_variant;

/** The variants of a book, in its order; borrowed from it. */
SW_API void sw_rulebook_variants(const sw_rulebook *book,
                                 const sw_variant **out, size_t *count);
/**
 * A book with a variant applied, which everything takes as any book. What it
 * adds or changes decides as if it were law, unless its status is `reported`.
 *
 * @param out  Borrows from `book`.
 * @return false if there is no such variant (SW_ERR_USAGE).
 */
SW_API SW_CHECK bool sw_rulebook_variant(const sw_rulebook *book, sw_str id,
                                         sw_arena *arena, sw_rulebook **out,
                                         sw_error *err);

/**
 * Loads a declaration (YAML or JSON by content). Facts nest ({cargo: {scale:
 * 5000}}) or are dotted ("cargo.scale": 5000); giving one twice is an error.
 */
SW_API SW_CHECK bool sw_declaration_load(const char *path, sw_arena *arena,
                                         sw_declaration **out, sw_error *err);
SW_API SW_CHECK bool sw_declaration_parse(sw_str text, const char *name,
                                          sw_arena *arena, sw_declaration **out,
                                          sw_error *err);
SW_API sw_str sw_declaration_text(const sw_declaration *said);
/** The facts as JSON with sorted keys, for the waybill. */
SW_API SW_CHECK bool sw_declaration_json(const sw_declaration *said,
                                         sw_arena *arena, sw_str *out,
                                         sw_error *err);

/** What a ruling says, from best to worst; a book's is its worst rule's. */
typedef enum {
    SW_VERDICT_CLEAR,         ///< may leave as it is
    SW_VERDICT_TREAT,         ///< may leave once treated
    SW_VERDICT_UNDETERMINED,  ///< facts are missing
    SW_VERDICT_PERMIT,        ///< needs a permit that nobody showed
    SW_VERDICT_BARRED,        ///< may not leave
} sw_verdict;
SW_API const char *sw_verdict_name(sw_verdict verdict);

typedef enum {
    SW_RULE_NOT_IN_FORCE,    ///< on the date ruled for
    SW_RULE_NOT_APPLICABLE,  ///< `when` is false
    SW_RULE_HELD,            ///< `require` is true
    SW_RULE_FAILED,          ///< `require` is false: `otherwise` follows
    SW_RULE_UNDETERMINED,    ///< facts are missing
} sw_rule_state;
SW_API const char *sw_rule_state_name(sw_rule_state state);

typedef enum {
    SW_TERM_FALSE,
    SW_TERM_TRUE,
    SW_TERM_UNDETERMINED,  ///< facts are missing
} sw_term_value;
SW_API const char *sw_term_value_name(sw_term_value value);

/** A treatment that a rule names. */
typedef struct {
    sw_str name;  ///< "remove-zones", "strip-tags", "strip-names",
                  ///< "strip-metadata", "scope", "coarsen"
    sw_str json;  ///< its arguments: "null" if none, a list of expressions
                  ///< (strip-tags), a profile's name or a list of expressions
                  ///< (scope), {"scale": 25000} (coarsen)
} sw_treatment;

typedef struct {
    sw_str id, title, status, remedy, notes;
    sw_str provision, source_title, url;  ///< of its first source
    sw_str in_force;  ///< for people: "from 2026-12-03", "" if always
    sw_rule_state state;
    sw_verdict verdict;  ///< this rule's own outcome
    const sw_treatment
        *treatments;  ///< what the rule names: asked for if its outcome is
                      ///< TREAT, the other way out if PERMIT or BARRED
    size_t treatment_count;
    sw_str when_text, require_text;  ///< as the book has them; "" if none
    const sw_cel *when, *require;  ///< with its terms written out; NULL if the
                                   ///< rule has none
    const sw_cel_reason *why_when, *why_require;  ///< NULL if not evaluated
    const sw_str *missing;  ///< facts that keep it undetermined
    size_t missing_count;
    sw_str book, penalty;
    sw_str takes;  ///< how long the remedy takes, in words; or ""
    bool decides;  ///< false: `bill` or `reported`, told beside the ruling
    sw_verdict otherwise;  ///< what follows if it fails
    const sw_rule_source *sources;
    size_t source_count;
    bool from_given, to_given;
    sw_date from, to;  ///< in force on these days and between
} sw_rule_outcome;

/** What the law defines, and whether it is so. */
typedef struct {
    sw_str path, title, status, notes;
    sw_str standing;  ///< "meets", "presumed", "designated", "duties", or ""
    sw_str subject;   ///< whose standing that is, in words; or ""
    sw_str in_force;  ///< of the version that counts: "from 2026-12-03", ""
    sw_term_value value;
    bool in_effect;     ///< false: no version counts on the days; the value is
                        ///< FALSE, the rest that of the first version
    sw_str is;          ///< the condition as the book has it, or what its
                        ///< threshold comes to
    const sw_cel *cel;  ///< the same with its terms written out
    const sw_cel_reason *why;  ///< NULL if not in effect
    const sw_str *missing;     ///< facts that keep it undetermined
    size_t missing_count;
    const sw_rule_source *sources;
    size_t source_count;
    sw_str book;
} sw_term_outcome;

/** A question that could still change the ruling. */
typedef struct {
    sw_str fact;  ///< "cargo.scale", also "turnover[1]", "systems[2].country"
    sw_str type, unit, ask;
    size_t rules;          ///< how many rules wait for it
    const sw_str *values;  ///< the answers allowed; none: any of its type
    size_t value_count;
} sw_question;

/**
 * A fact of which a range was said. What comes out the same for every value in
 * it is decided, with the reasons of one such value; else it is missing.
 */
typedef struct {
    sw_str fact;
    sw_str said;   ///< "about 680000"
    sw_str taken;  ///< "612000 to 748000"
} sw_ruled_range;

/** A rulebook that a ruling was made under. */
typedef struct {
    sw_str id, jurisdiction, title, as_of;
    const sw_variant *variant;  ///< that it is, or NULL
} sw_ruling_book;

/** Another published reading of a rule or term. */
typedef struct {
    sw_str id;     ///< "floor/etnews": the term or rule, and the reading
    sw_str title;  ///< "" if it has none of its own
    sw_str book;
    const sw_rule_source *sources;
    size_t source_count;
} sw_reading;

/** What comes out differently under a reading. */
typedef struct {
    const char *what;      ///< "rule", "term"
    sw_str id;             ///< of the rule, or the term's path
    const char *from, *to; /**< states ("held") or values ("true"); of a rule
                                that failed both times, its verdicts */
} sw_reading_change;

typedef struct {
    const sw_reading *reading;
    const sw_reading_change *changes;
    size_t change_count;
    sw_verdict first, verdict;  ///< of its book as it stands, and under this
} sw_reading_outcome;

typedef struct {
    sw_verdict verdict;
    sw_date date;
    sw_str book, jurisdiction, title,
        as_of;  ///< of the first book when several
    const sw_rule_outcome *rules;
    size_t rule_count;
    const sw_question *questions;  ///< most rules first
    size_t question_count;
    const sw_treatment *treatments;  ///< all that failed rules ask for, merged
    size_t treatment_count;
    const sw_ruling_book *books;
    size_t book_count;
    const sw_term_outcome *terms;  ///< of all books, in their order
    size_t term_count;
    bool known_given;
    sw_date known;  ///< the day as known on, if it was given
    const sw_reading_outcome *readings;  ///< of all books
    size_t reading_count;
    const sw_ruled_range *ranges;  ///< facts that were given as ranges
    size_t range_count;
} sw_ruling;

/**
 * Rules on a declaration for a date under one or several books.
 * Rules whose status is `bill` or `reported` are reported and never decide.
 *
 * @param out  Borrows from the books and the declaration, which must outlive
 *             it.
 * @return false if the declaration gives a fact that no book declares, or
 *         gives it a wrong type (`err` names file, line and column); or if a
 *         rule cannot be evaluated on these facts.
 */
SW_API SW_CHECK bool sw_rule(sw_rulebook *const *books, size_t count,
                             const sw_declaration *said, sw_date date,
                             sw_arena *arena, const sw_ruling **out,
                             sw_error *err);

/** What to rule for; of what is left 0, the default. */
typedef struct {
    sw_date date;  ///< the day ruled for
    bool
        known_given;  ///< rule by what the books knew on `known`; else on their
    sw_date known;    ///< day `as_of`, or on `today` if that is later
    sw_date today;
} sw_rule_options;

/** As sw_rule(), which is the same with the date alone. */
SW_API SW_CHECK bool sw_rule_with(sw_rulebook *const *books, size_t count,
                                  const sw_declaration *said,
                                  const sw_rule_options *options,
                                  sw_arena *arena, const sw_ruling **out,
                                  sw_error *err);

/** For people; `color`: ANSI colours; `verbose`: also rules that held. */
SW_API SW_CHECK bool sw_ruling_text(const sw_ruling *ruling, bool color,
                                    bool verbose, sw_arena *arena, sw_str *out,
                                    sw_error *err);
/** For programs: docs/ruling.schema.json. Deterministic. */
SW_API SW_CHECK bool sw_ruling_json(const sw_ruling *ruling, sw_arena *arena,
                                    sw_str *out, sw_error *err);

/**
 * Rulebooks made ready for many declarations of one day: what does not hang on
 * the declaration is done once. For one thread at a time; each thread has one
 * of its own, of the same books.
 *
 *     sw_batch *batch = NULL;
 *     const sw_batch_ruling *ruling;
 *     bool ok = sw_batch_new(books, 1, &options, false, arena, &batch, err);
 *     while (ok && next(&said))
 *         ok = sw_batch_declare(batch, said, err) &&
 *              sw_batch_rule(batch, &ruling, err) && use(ruling);
 *     sw_batch_free(batch);
 */
typedef struct sw_batch sw_batch;

/** What sw_rule_with() says of the same: its verdict, and of each rule. */
typedef struct {
    sw_verdict verdict;
    const sw_rule_outcome *rules;
    size_t rule_count;
} sw_batch_ruling;

/**
 * @param books    Borrowed, with the array.
 * @param reasons  Whether rules that failed or are undetermined say why, as in
 *                 a ruling.
 * @param arena    Holds it; a batch has an arena of its own beside it, too.
 */
SW_API SW_CHECK bool sw_batch_new(sw_rulebook *const *books, size_t count,
                                  const sw_rule_options *options, bool reasons,
                                  sw_arena *arena, sw_batch **out,
                                  sw_error *err);
/** NULL is accepted. */
SW_API void sw_batch_free(sw_batch *batch);
/**
 * Takes the facts of a declaration, which must stay until the next.
 * @return false as sw_rule_with() does on facts that no book declares.
 */
SW_API SW_CHECK bool
sw_batch_declare(sw_batch *batch, const sw_declaration *said, sw_error *err);
/**
 * Rules on the facts taken last.
 * @param out  Stands until the next ruling, or declaration.
 */
SW_API SW_CHECK bool sw_batch_rule(sw_batch *batch, const sw_batch_ruling **out,
                                   sw_error *err);

/** How rulings on lines went. */
typedef struct {
    uint64_t lines;        ///< declarations
    uint64_t verdicts[5];  ///< by sw_verdict
    uint64_t faults;       ///< declarations that could not be ruled on
} sw_batch_count;

/**
 * Rules on each line of a stream, a declaration as a JSON object, and writes a
 * line for each in the same order (docs/rulebooks.md): a ruling, or what is
 * wrong with it. Empty lines are passed over. Lines are read in pieces, so that
 * memory hangs on the longest line, not on their number.
 * @param name      Of the input, for messages.
 * @param pool      Its threads work; the caller reads and writes.
 * @param progress  Bytes read are told to it. NULL: not asked for.
 * @return false if reading or writing fails, or a line is longer than 16 MiB.
 */
SW_API SW_CHECK bool sw_batch_lines(sw_rulebook *const *books, size_t count,
                                    const sw_rule_options *options,
                                    bool reasons, FILE *in, const char *name,
                                    FILE *out, sw_pool *pool,
                                    const sw_progress *progress,
                                    sw_batch_count *counted, sw_error *err);

/* ---- asking ---------------------------------------------------------- */

/**
 * A declaration in the making: questions that can still change the ruling, one
 * after the other, and the answers to them. One thread.
 *
 *     sw_interview *talk = NULL;
 *     if (!sw_interview_new(books, count, NULL, &how, &talk, err)) return
 * false; while (ok && sw_interview_asks(talk) != NULL) { sw_answer got; ok =
 * next_line(&line) && sw_interview_answer(talk, line, &got, err);
 *     }
 *     ... sw_interview_ruling(talk), sw_interview_declaration(talk)
 *     sw_interview_free(talk);
 */
typedef struct sw_interview sw_interview;

/** What is to be answered next. */
typedef struct {
    const sw_question *question;
    const sw_rule_outcome *const *waiting;  ///< rules that wait for it and can
                                            ///< change the ruling
    size_t waiting_count;
    size_t number;  ///< from 1: answers so far, those not known too, and this
} sw_asked;

/** What became of an answer. */
typedef enum {
    SW_ANSWER_TAKEN,
    SW_ANSWER_UNKNOWN,  ///< "?", or nothing: it is not asked again
    SW_ANSWER_BACK,     ///< "back": the answer before is taken back
    SW_ANSWER_WHY,      ///< "why": more about the question is wanted
    SW_ANSWER_REFUSED,  ///< not understood, or impossible; asked again
} sw_answer_kind;

typedef struct {
    sw_answer_kind kind;
    char reason[192];  ///< of a refusal, in words
} sw_answer;

/**
 * Begins one. Release it with sw_interview_free().
 *
 * @param said  What is declared already, or NULL. Borrowed, as the books are.
 * @return false if no ruling can be made on it (see sw_rule_with()).
 */
SW_API SW_CHECK bool sw_interview_new(sw_rulebook *const *books, size_t count,
                                      const sw_declaration *said,
                                      const sw_rule_options *options,
                                      sw_interview **out, sw_error *err);
SW_API void sw_interview_free(sw_interview *talk);  ///< NULL is accepted
/**
 * The question that settles most, of those not yet put; NULL: nothing is left
 * that could change the ruling and that was not answered by "not known".
 * This, and what the functions below give, stays until the next answer.
 */
SW_API const sw_asked *sw_interview_asks(const sw_interview *talk);
/**
 * Takes one line as the answer to the question. A bool is yes or no, a word of
 * an enumeration is told by its number or by its beginning, a list has commas
 * between its items; of records the answer is how many there are, and each is
 * asked about then. Text in double quotes is that text whatever it says.
 *
 * @return false for want of memory only, or if there is no question: what a
 *         person says wrong is SW_ANSWER_REFUSED.
 */
SW_API SW_CHECK bool sw_interview_answer(sw_interview *talk, sw_str line,
                                         sw_answer *out, sw_error *err);
SW_API const sw_ruling *sw_interview_ruling(const sw_interview *talk);
/** What is declared by now, as YAML that sw_declaration_load() takes. */
SW_API sw_str sw_interview_declaration(const sw_interview *talk);
/** The question for people: what, why, and how to answer. */
SW_API SW_CHECK bool sw_interview_question_text(const sw_interview *talk,
                                                sw_arena *arena, sw_str *out,
                                                sw_error *err);
/** The rules that wait for it: condition, provision, what follows. */
SW_API SW_CHECK bool sw_interview_why_text(const sw_interview *talk,
                                           sw_arena *arena, sw_str *out,
                                           sw_error *err);

/** Result of the cases beside a rulebook. */
typedef struct {
    size_t passed, failed;
    size_t states, states_reached;  ///< that rules can have, and had in a case
    size_t sides, sides_taken;      ///< of conditions: each may go either way
    sw_str report;  ///< text: failures with rule, case and differing fact; what
                    ///< rules and conditions the cases reach, a line a gap
} sw_case_report;
/** Runs BOOK.cases.yaml beside a rulebook. */
SW_API SW_CHECK bool sw_rulebook_test(const char *path, sw_arena *arena,
                                      sw_case_report *out, sw_error *err);

#ifdef __cplusplus
}
#endif
#endif
