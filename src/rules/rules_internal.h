// Shared inside src/rules: the YAML tree, fact and rule definitions, and the
// steps from text to ruling.
#ifndef SEGWAN_RULES_INTERNAL_H
#define SEGWAN_RULES_INTERNAL_H

#include <jansson.h>

#include "segwan/cel_tree.h"
#include "segwan/rules.h"

// What a document may hold. Far above any honest one; a hostile one ends here.
enum {
    MAX_DOCUMENT_BYTES = 16 * 1024 * 1024,
    MAX_DOCUMENT_NODES = 200 * 1000,
    MAX_DEPTH = 32,          // of nested lists and maps
    MAX_DEFINITIONS = 4096,  // rules, facts, sources: each
    MAX_SEGMENTS = 16,       // of a fact's path
    // What the expressions of a book come to when its terms are written out.
    MAX_BOOK_WRITTEN_OUT = 4 * 1024 * 1024,
};

/* ---- yaml_tree.c: text to nodes with places -------------------------- */

typedef enum { YAML_SCALAR, YAML_LIST, YAML_MAP } yaml_kind;

typedef struct yaml_node yaml_node;
struct yaml_node {
    yaml_kind kind;
    bool plain;             // a scalar without quotes: may be a number
    bool by_variant;        // a rule or term that a variant adds or changes
    uint32_t line, column;  // from 1; columns in characters
    size_t offset;          // of a scalar's text in the document
    sw_str text;            // of a scalar, decoded and terminated
    const yaml_node *key;   // of a map's child
    yaml_node *first, *next;
    size_t count;  // children
};

// Reads one document. An empty one is a null scalar.
SW_CHECK bool sw_rules__yaml(sw_str text, sw_arena *arena,
                             const yaml_node **out, sw_error *err);

// Whether text holds nothing that could steer a terminal.
bool sw_rules__is_clean(sw_str s);

// Refuses at a node's place. Returns false.
bool sw_rules__refuse(sw_error *err, const yaml_node *node, const char *fmt,
                      ...) SW_PRINTF(3, 4);

// At most some 60 bytes of `s`, cut between characters: for messages.
sw_str sw_rules__clip(sw_str s);

// The place in the document of byte `at` of a scalar's decoded text; the
// scalar's own place when quoting hides it.
void sw_rules__locate(sw_str document, const yaml_node *node, size_t at,
                      uint32_t *line, uint32_t *column);

/* ---- quoted.c -------------------------------------------------------- */

// Decodes a quoted scalar; `at` stands behind its opening quote, and libfyaml
// has seen to it that there is a closing one. Returns false at a bad escape.
SW_CHECK bool sw_rules__unquote(sw_str document, size_t at, bool single,
                                sw_buf *out);

/* ---- scalar.c: YAML 1.2 core schema ---------------------------------- */

typedef enum {
    SCALAR_NULL,
    SCALAR_BOOL,
    SCALAR_INT,
    SCALAR_DOUBLE,
    SCALAR_STRING,
    SCALAR_TOO_LARGE,   // an int beyond int64_t, a float beyond double
    SCALAR_NOT_FINITE,  // .inf, .nan
} scalar_kind;

typedef struct {
    scalar_kind kind;
    bool boolean;
    int64_t i64;
    double f64;
} scalar;

scalar sw_rules__scalar(const yaml_node *node);
// "int", "a list": what a node is, for messages.
const char *sw_rules__node_name(const yaml_node *node);

/* ---- schema.c: maps with known keys ---------------------------------- */

typedef enum { FIELD_TEXT, FIELD_DATE, FIELD_WORD, FIELD_NODE } field_kind;

typedef struct {
    const char *key;
    field_kind kind;
    bool required;
    size_t offset;             // of the member that takes it
    const char *const *words;  // FIELD_WORD: what is allowed, NULL at the end
} field;

typedef struct {
    bool given;
    sw_date date;
} optional_date;

// Reads a map into a struct: FIELD_TEXT a sw_str, FIELD_DATE an optional_date,
// FIELD_WORD an int (index), FIELD_NODE a const yaml_node *. What is absent
// stays as it was. `what` names the map ("rule", "source").
SW_CHECK bool sw_rules__read_fields(const yaml_node *map, const char *what,
                                    const field *fields, size_t count,
                                    void *out, sw_error *err);
SW_CHECK bool sw_rules__read_text(const yaml_node *node, sw_str *out,
                                  sw_error *err);
SW_CHECK bool sw_rules__expect(const yaml_node *node, yaml_kind kind,
                               const char *what, sw_error *err);

// The value of a key of a map, or NULL.
const yaml_node *sw_rules__find_child(const yaml_node *map, sw_str key);

// Whether `s` is one of the words, which NULL ends.
bool sw_rules__is_one_of(sw_str s, const char *const *words);

// The candidate nearest to `word`, or an empty string if none is near.
typedef sw_str (*candidate_at)(const void *ctx, size_t i);
sw_str sw_rules__nearest(sw_str word, candidate_at at, const void *ctx,
                         size_t count);
// " (did you mean X?)", or nothing.
void sw_rules__hint(char *buf, size_t size, sw_str nearest);

// Ids: letters, digits and - _ . /
SW_CHECK bool sw_rules__check_id(sw_str id, const yaml_node *node,
                                 sw_error *err);
// From 1 to MAX_DEFINITIONS children.
SW_CHECK bool sw_rules__check_count(const yaml_node *node, const char *what,
                                    sw_error *err);

/* ---- fact.c: the vocabulary ------------------------------------------ */

typedef enum {
    FACT_BOOL,
    FACT_INT,
    FACT_DOUBLE,
    FACT_STRING,
    FACT_DATE,
    FACT_RECORD,  // only in lists
} fact_scalar;
extern const char *const sw_rules__scalar_names[];

typedef struct {
    sw_str text;  // as written; empty: no bound
    sw_cel_value value;
} fact_bound;

typedef struct fact_def fact_def;
struct fact_def {
    sw_str path;  // of a record's field its name
    fact_scalar scalar;
    bool list;
    sw_str type;  // as written: "list(string)"
    sw_str unit, ask, notes;
    const sw_str *values;  // the enumeration; NULL: any
    size_t value_count;
    fact_bound min, max;     // both included
    size_t count;            // of a list: what it holds, newest first; 0: any
    const fact_def *fields;  // of records
    size_t field_count;
    const yaml_node *node;
};

// Facts in two orders: as declared, and by path.
typedef struct {
    const fact_def *at;
    const fact_def **by_path;
    size_t count;
} vocabulary;

SW_CHECK bool sw_rules__read_facts(const yaml_node *map, sw_arena *arena,
                                   vocabulary *out, sw_error *err);
const fact_def *sw_rules__find_fact(const vocabulary *words, sw_str path);
sw_str sw_rules__nearest_fact(const vocabulary *words, sw_str path);
const fact_def *sw_rules__find_field(const fact_def *fact, sw_str name);
sw_str sw_rules__nearest_field(const fact_def *fact, sw_str name);
// True if some fact's path goes on from this one.
bool sw_rules__is_group(const vocabulary *words, sw_str path);
// Sorts by_path and refuses paths that are prefixes of others.
SW_CHECK bool sw_rules__order_facts(vocabulary *words, sw_error *err);
bool sw_rules__fact_allows(const fact_def *fact, sw_str value);
// Refuses what is no path of names, or begins with a reserved one.
SW_CHECK bool sw_rules__check_path(const yaml_node *key, const char *what,
                                   sw_error *err);
// Takes the first name, and the dot behind it, off a path.
sw_str sw_rules__next_name(sw_str *rest);

/* ---- value.c: from a declaration to CEL ------------------------------ */

// `node` NULL: not said. Then, and in place of what a list or a record lacks,
// stands an unknown.
SW_CHECK bool sw_rules__fact_value(const fact_def *fact, const yaml_node *node,
                                   sw_arena *arena, sw_cel_value *out,
                                   sw_error *err);
// The same of what a declaration says, where a range may stand: an unknown
// then, which is added to `found` unless that is NULL.
typedef struct fact_range fact_range;
typedef struct {
    fact_range *at;
    size_t count, cap;
    sw_arena *arena;
} ranges;
SW_CHECK bool sw_rules__declared_value(const fact_def *fact,
                                       const yaml_node *node, sw_arena *arena,
                                       ranges *found, sw_cel_value *out,
                                       sw_error *err);
// Of two ints, doubles or dates: below, at or above 0.
int sw_rules__compare_values(const sw_cel_value *a, const sw_cel_value *b);
sw_cel_value sw_rules__day_value(sw_date date);
sw_cel_value sw_rules__unknown(const sw_str *path);

/* ---- bind.c: facts as CEL takes them --------------------------------- */

// The days that a ruling is for, readable in every expression.
typedef struct {
    sw_date date, known;
} ruling_days;

typedef struct {
    sw_cel_binding *at;
    size_t count;
} bindings;
// Nested maps; values[i] belongs to words->by_path[i].
SW_CHECK bool sw_rules__bind(const vocabulary *words,
                             const sw_cel_value *values,
                             const ruling_days *days, sw_arena *arena,
                             bindings *out, sw_error *err);

// Where the value of a fact stands in bindings that hold it; NULL: in none.
sw_cel_value *sw_rules__place_of(const bindings *facts, sw_str path);

// The variables of the checker, without and with the terms read so far.
typedef struct {
    sw_cel_env facts, with_terms;
    sw_cel_variable *terms;  // of with_terms, to be added to
} declared;
// Facts and functions of the book; makes room for as many terms.
SW_CHECK bool sw_rules__declare_facts(const sw_rulebook *book, size_t terms,
                                      sw_arena *arena, declared *out,
                                      sw_error *err);
// The same facts, with room for terms of its own.
SW_CHECK bool sw_rules__declare_again(const declared *from, size_t terms,
                                      sw_arena *arena, declared *out,
                                      sw_error *err);
void sw_rules__declare_term(declared *all, sw_str path);

/* ---- calendar.c: working days ---------------------------------------- */

typedef struct {
    sw_str id, title, notes;
    const sw_rule_source *sources;
    size_t source_count;
    sw_date from, to;       // both included
    size_t days;            // from..to
    const int32_t *before;  // working days among the first i days, i to `days`
} calendar;

SW_CHECK bool sw_rules__read_calendars(sw_rulebook *book, const yaml_node *map,
                                       sw_arena *arena, sw_error *err);
// NULL: no such calendar.
const calendar *sw_rules__find_calendar(const sw_rulebook *book, sw_str id);
sw_str sw_rules__nearest_calendar(const sw_rulebook *book, sw_str id);
bool sw_rules__calendar_has(const calendar *c, int64_t day);
// Working days after `a` up to `b` and including it; below 0 if b comes first.
// Both are days of the calendar.
int64_t sw_rules__workdays_between(const calendar *c, sw_date a, sw_date b);
// The n-th working day after a day of the calendar; of 0 the day itself.
// Returns false for fewer than 0, and if the calendar ends before.
SW_CHECK bool sw_rules__workday_after(const calendar *c, sw_date day, int64_t n,
                                      sw_date *out);

/* ---- functions.c: what expressions can call beside CEL's own --------- */

// `book`: whose calendars they count by; as long as the env is used.
SW_CHECK bool sw_rules__declare_functions(const sw_rulebook *book,
                                          sw_arena *arena, sw_cel_env *env,
                                          sw_error *err);
// Whether `before`.`name` is one of them.
bool sw_rules__has_function(const sw_cel_env *env, sw_str before, sw_str name);

/* ---- treatments.c ---------------------------------------------------- */

SW_CHECK bool sw_rules__read_treatments(const yaml_node *map, sw_arena *arena,
                                        const sw_treatment **out, size_t *count,
                                        sw_error *err);
// Unites what failed rules ask for, in order of appearance.
SW_CHECK bool sw_rules__merge_treatments(const sw_rule_outcome *rules,
                                         size_t rule_count, sw_arena *arena,
                                         const sw_treatment **out,
                                         size_t *count, sw_error *err);

/* ---- period.c -------------------------------------------------------- */

// Both days included; one that is not given has no end there.
typedef struct {
    optional_date from, to;
} period;

SW_CHECK bool sw_rules__read_period(const yaml_node *node, const char *what,
                                    period *out, sw_error *err);
bool sw_rules__period_has(const period *p, sw_date day);
bool sw_rules__periods_meet(const period *a, const period *b);
// "from 2026-12-03", "" if always.
SW_CHECK bool sw_rules__period_text(const period *p, sw_arena *arena,
                                    sw_str *out, sw_error *err);

/* ---- expression.c, inline.c ------------------------------------------ */

typedef struct {
    const yaml_node *node;  // NULL: not given
    sw_str text;            // as the book has it
    const sw_cel *cel;      // with its terms written out
    const sw_str *reads;    // these terms
    size_t read_count;
} expression;

typedef struct {
    const sw_rulebook *book;
    const sw_rulebook *like;  // read before, the same but for some parts; or
                              // NULL
    declared *declared;
    sw_arena *arena;    // of the book
    sw_arena *scratch;  // reset after each expression
    size_t *budget;     // bytes of text that may still be written out
} expression_reader;

// Where an expression stands.
typedef struct {
    const expression_reader *reader;
    const char *owner;  // "rule", "term"
    sw_str id;          // of the owner
    const char *role;   // "when", "is"
    const yaml_node *node;
    sw_error *err;
} cel_place;

// Refuses at a byte of the expression's text. Returns false.
bool sw_rules__refuse_in(const cel_place *p, size_t offset, const char *fmt,
                         ...) SW_PRINTF(3, 4);
// Parses and checks: syntax, facts, enumerations, types, and that it gives a
// bool.
SW_CHECK bool sw_rules__read_expression(const cel_place *p, expression *out);
// Compiles what reads facts alone.
SW_CHECK bool sw_rules__compile_text(const cel_place *p, sw_str text,
                                     sw_cel **out);
// The text of the place with each term in parentheses in place of its name, in
// scratch memory; and which terms `of` reads. Without any, the text is empty.
SW_CHECK bool sw_rules__write_out(const cel_place *p, const sw_cel_tree *tree,
                                  expression *of, sw_str *out);
// Whether it means in the reader's book what it meant in the one before: the
// terms that it reads have not changed.
bool sw_rules__reads_alike(const expression_reader *r, const expression *e);

/* ---- rulebook.c ------------------------------------------------------ */

typedef enum {
    STATUS_LAW,
    STATUS_NOT_YET_IN_FORCE,
    STATUS_PERMIT_CONDITION,
    STATUS_BILL,
    STATUS_REPORTED
} rule_status;
extern const char *const sw_rules__status_names[];

typedef struct {
    sw_str id, title, provision, url, notes;
    optional_date read, review;
    int evidence;  // index into its names
} source_def;

typedef struct rule_def {
    sw_str id, title, remedy, takes, penalty, notes;
    int status;     // rule_status
    int otherwise;  // index into sw_rules__otherwise
    bool decides;
    period in_force, known;
    sw_str in_force_text;  // for people
    const sw_rule_source *sources;
    size_t source_count;
    expression when, require;
    const sw_treatment *treatments;
    size_t treatment_count;
    const yaml_node *node;   // of the id
    const yaml_node *parts;  // the first of its keys: what it is known by
    bool is_later;           // another rule of this id stands above
    struct rule_def *later;  // the next one of this id, or NULL
} rule_def;
extern const sw_verdict sw_rules__otherwise[];

typedef struct term_def term_def;

struct sw_rulebook {
    sw_str text, name;
    sw_str id, jurisdiction, title, notes;
    sw_str origin,
        home;  // the fact that says whence, its value for "from here"
    optional_date as_of;
    const source_def *sources;
    size_t source_count;
    vocabulary facts;
    const calendar *calendars;
    size_t calendar_count;
    declared declared;      // facts and terms as the checker knows them
    const term_def *terms;  // as the book has them
    const term_def **terms_by_path;
    size_t term_count;
    const rule_def *rules;
    size_t rule_count, id_count;  // versions of a rule have one id
    const yaml_node *root;
    const struct reading_def *readings;
    size_t reading_count;
    const sw_variant *told_variants;
    const struct variant_def *variants;
    size_t variant_count;
    const sw_variant *variant;  // that it is, or NULL
};

// Builds a book from a tree, without its readings and variants. `like`: a book
// from which all that is the same in both trees is taken, or NULL; the text and
// the name are those of `named`.
SW_CHECK bool sw_rules__build(const yaml_node *root, const sw_rulebook *like,
                              const sw_rulebook *named, sw_arena *arena,
                              size_t *budget, sw_rulebook **out, sw_error *err);
// The value of a key that is text by now; the map itself if there is none: the
// place of a fault.
const yaml_node *sw_rules__child(const yaml_node *map, const char *key);

/* ---- source.c, rule.c ------------------------------------------------ */

extern const char *const sw_rules__evidence_names[];

SW_CHECK bool sw_rules__define_sources(sw_rulebook *book, const yaml_node *map,
                                       sw_arena *arena, sw_error *err);

// One source's id, or a list of them.
SW_CHECK bool sw_rules__read_sources(const sw_rulebook *book, sw_arena *arena,
                                     const yaml_node *node,
                                     const sw_rule_source **out, size_t *count,
                                     sw_error *err);
SW_CHECK bool sw_rules__read_rules(const expression_reader *r,
                                   sw_rulebook *book, const yaml_node *list,
                                   sw_error *err);
// What is on its way to becoming law, with no day yet.
bool sw_rules__is_never(int status, const period *in_force);

/* ---- threshold.c, terms.c -------------------------------------------- */

enum { OPERATORS = 4 };
typedef enum {
    QUANTIFIER_NONE = -1,  // of a single number
    QUANTIFIER_EACH,
    QUANTIFIER_ANY,
    QUANTIFIER_AVERAGE,
    QUANTIFIER_SUM,
    QUANTIFIER_LAST
} threshold_quantifier;
extern const char *const sw_rules__quantifier_names[];
extern const char *const sw_rules__level_names[];
extern const char *const sw_rules__standing_names[];

typedef struct {
    const fact_def *of;  // NULL: the term is an expression
    sw_str sign;         // ">="
    sw_cel_value limit;
    sw_str limit_text;  // as CEL has it
    int quantifier;     // threshold_quantifier
    size_t over;        // how many of the newest values of a list
    int level;          // -1: not said
    sw_str window, unit;
    const yaml_node *node;  // of the limit
} threshold;

typedef struct {
    sw_str title, subject, notes;
    int status;    // rule_status
    int standing;  // -1: none
    period in_force, known;
    sw_str in_force_text;
    const sw_rule_source *sources;
    size_t source_count;
    threshold threshold;
    expression is;
    const yaml_node *node;
} term_version;

struct term_def {
    sw_str path;
    const term_version *versions;  // no two on the same days
    size_t version_count;
    sw_str text;          // what stands in place of its name
    const sw_str *roots;  // the names that paths in it begin with
    size_t root_count;
    const yaml_node *node;
};  // known by the first of its parts, node->first

typedef struct {
    const expression_reader *reader;
    sw_str path;
    sw_error *err;
} term_reader;

// What of a threshold needs more than a table.
typedef struct {
    const yaml_node *of, *limits[OPERATORS], *over;
    int quantifier, level;
    sw_str window, unit;
} raw_threshold;

// Refuses at a node, naming the term. Returns false.
bool sw_rules__refuse_term(const term_reader *t, const yaml_node *node,
                           const char *why);
// Whether any of its keys is given.
bool sw_rules__is_threshold(const raw_threshold *raw);
SW_CHECK bool sw_rules__read_threshold(const term_reader *t,
                                       const yaml_node *term,
                                       const raw_threshold *raw, threshold *out,
                                       expression *is);
SW_CHECK bool sw_rules__read_terms(const expression_reader *r,
                                   sw_rulebook *book, const yaml_node *map,
                                   sw_error *err);
// NULL: no such term so far.
const term_def *sw_rules__find_term(const sw_rulebook *book, sw_str path);

/* ---- overlay.c: trees with something changed ------------------------- */

// Appends a copy of a node; `last` is the child before it. Returns false when
// memory is out.
SW_CHECK bool sw_rules__add_child(yaml_node *parent, const yaml_node *child,
                                  sw_arena *arena, yaml_node **last);
// A map or list without children. These give NULL when memory is out.
yaml_node *sw_rules__empty_like(const yaml_node *node, sw_arena *arena);
// A rule or term with changes laid over it key by key. Readings of what was
// changed are not readings of what it is now, so they go.
const yaml_node *sw_rules__merge(const yaml_node *base,
                                 const yaml_node *changes, sw_arena *arena);
// A map with a child in place of the one of its key, or at the end.
const yaml_node *sw_rules__with_child(const yaml_node *map,
                                      const yaml_node *child, sw_arena *arena);
const yaml_node *sw_rules__without_child(const yaml_node *map, const char *key,
                                         sw_arena *arena);

/* ---- variants.c, readings.c ------------------------------------------ */

typedef struct variant_def {
    const sw_variant *told;
    const yaml_node *status, *terms, *rules, *without;  // or NULL
} variant_def;

typedef struct reading_def {
    sw_reading told;
    sw_rulebook *book;  // as it reads it
} reading_def;

// Refuses an id that no variant has, as wrong usage.
SW_CHECK bool sw_rules__find_variant(const sw_rulebook *book, sw_str id,
                                     size_t *out, sw_error *err);
// Reads all, and builds each once to see that it is a book.
SW_CHECK bool sw_rules__read_variants(sw_rulebook *book, sw_arena *arena,
                                      size_t *budget, sw_error *err);
SW_CHECK bool sw_rules__read_readings(sw_rulebook *book, sw_arena *arena,
                                      size_t *budget, sw_error *err);

/* ---- declaration.c --------------------------------------------------- */

typedef struct {
    sw_str path;
    const yaml_node *node;
} said_fact;

struct sw_declaration {
    sw_str text, name;
    said_fact *facts;  // by path
    size_t count;
};

// A declaration that is one line of a document, a JSON object. No text is kept.
SW_CHECK bool sw_rules__declare_json(sw_str json, const char *name,
                                     uint32_t line, sw_arena *arena,
                                     sw_declaration **out, sw_error *err);
// A declaration that stands inside another document (a case).
SW_CHECK bool sw_rules__declare(const yaml_node *node, const char *name,
                                sw_arena *arena, sw_declaration **out,
                                sw_error *err);

/* ---- said.c: a declaration under several books ----------------------- */

// Refuses what no book declares: facts, and fields of records.
SW_CHECK bool sw_rules__check_said(sw_rulebook *const *books, size_t count,
                                   const sw_declaration *said, sw_error *err);
SW_CHECK bool sw_rules__bind_said(const sw_rulebook *book,
                                  const sw_declaration *said,
                                  const ruling_days *days, sw_arena *arena,
                                  bindings *out, ranges *found, sw_error *err);

/* ---- judge.c: expressions on the facts of one ruling ----------------- */

typedef struct {
    const sw_rulebook *book;
    bindings facts;
    ruling_days days;
    bool plain;            // no reasons are asked for
    const ranges *ranges;  // facts of which only these are known; or NULL
    sw_arena *arena;
    sw_error *err;
} judge;

// What an expression belongs to, for errors.
typedef struct {
    const char *owner;  // "rule", "term"
    sw_str id;
    const char *role;  // "when"
} subject;

// The value may be an unknown or an error. `why`: NULL, or where the reasons
// go.
SW_CHECK bool sw_rules__judge(const judge *j, const subject *of,
                              const expression *e, sw_cel_value *out,
                              const sw_cel_reason **why);
// Refuses a value that is neither a bool nor unknown. Returns false.
bool sw_rules__refuse_result(const judge *j, const subject *of,
                             const expression *e, const sw_cel_value *value);
// The facts that two results wait for, each once; either may be known.
SW_CHECK bool sw_rules__missing(const judge *j, const sw_cel_value *a,
                                const sw_cel_value *b, const sw_str **out,
                                size_t *count);

/* ---- ruling.c and its parts: standing.c, questions.c, differ.c ------- */

ruling_days sw_rules__days_for(const sw_rulebook *book,
                               const sw_rule_options *options);
// Fills in what an outcome says whatever the facts. Gives the version that
// counts on the days; NULL: none, and the outcome stands.
const rule_def *sw_rules__open_rule(const judge *j, const rule_def *first,
                                    sw_rule_outcome *out);
// The rest of it: state, verdict, reasons, what is missing.
SW_CHECK bool sw_rules__judge_rule(const judge *j, const rule_def *rule,
                                   sw_rule_outcome *out);
// Every rule of the book, of versions the one that counts; `out` has room for
// id_count.
SW_CHECK bool sw_rules__judge_rules(const judge *j, sw_rule_outcome *out);
// Of the versions of a rule the one that counts on the days; if none does, what
// the book says of other days, else of what was known otherwise.
const rule_def *sw_rules__rule_on(const rule_def *rule, const ruling_days *days,
                                  bool *in_force);
ruling_days sw_rules__days_for(const sw_rulebook *book,
                               const sw_rule_options *options);
// The worst of all rules that decide; and of those that failed for sure.
sw_verdict sw_rules__worst(const sw_rule_outcome *rules, size_t count);
sw_verdict sw_rules__decided(const sw_rule_outcome *rules, size_t count);

// The version that counts on the days; NULL: none does.
const term_version *sw_rules__version_on(const term_def *term,
                                         const ruling_days *days);
// Every term of the book; `out` has room for them.
SW_CHECK bool sw_rules__judge_terms(const judge *j, sw_term_outcome *out);
// What comes out differently under each other reading of the book; `out` has
// room for all. Rules and terms are those of the first reading.
SW_CHECK bool sw_rules__compare_readings(const judge *first,
                                         const sw_rule_outcome *rules,
                                         const sw_term_outcome *terms,
                                         sw_reading_outcome *out);
// Whether knowing a rule's outcome could change a ruling whose worst failure is
// `decided`.
bool sw_rules__matters(const sw_rule_outcome *rule, sw_verdict decided);
// What could still change such a ruling.
SW_CHECK bool sw_rules__ask(sw_ruling *ruling, sw_rulebook *const *books,
                            size_t count, sw_verdict decided, sw_arena *arena,
                            sw_error *err);

/* ---- reasons.c: why an expression came out as it did ----------------- */

typedef struct {
    sw_str source;       // "cargo.scale"
    sw_cel_value value;  // 5000
} seen_value;

// One deciding condition: the smallest truth that the logic around it took.
typedef struct {
    sw_str source;  // "cargo.scale >= 25000"
    sw_cel_value value;
    sw_str element;  // in a macro: "x = 3"
    const seen_value *seen;
    size_t seen_count;
} decider;

SW_CHECK bool sw_rules__deciders(const sw_cel *cel, const sw_cel_reason *why,
                                 sw_arena *arena, const decider **out,
                                 size_t *count, sw_error *err);
// A value as people read it: dates as dates.
SW_CHECK bool sw_rules__value_text(const sw_cel_value *value, sw_arena *arena,
                                   sw_str *out, sw_error *err);

/* ---- json.c ---------------------------------------------------------- */

SW_CHECK bool sw_rules__dump_json(json_t *json, size_t flags, sw_arena *arena,
                                  sw_str *out, sw_error *err);
json_t *sw_rules__json_str(sw_str s);
// NULL when memory is out; what JSON has no type for becomes CEL's text.
json_t *sw_rules__json_value(const sw_cel_value *value, sw_arena *arena);

#endif
