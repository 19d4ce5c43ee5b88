// Shared inside src/rules: the YAML tree, fact and rule definitions, and the
// steps from text to ruling.
#ifndef SEGWAN_RULES_INTERNAL_H
#define SEGWAN_RULES_INTERNAL_H

#include <jansson.h>

#include "segwan/rules.h"

// What a document may hold. Far above any honest one; a hostile one ends here.
enum {
    MAX_DOCUMENT_BYTES = 16 * 1024 * 1024,
    MAX_DOCUMENT_NODES = 200 * 1000,
    MAX_DEPTH = 32,          // of nested lists and maps
    MAX_DEFINITIONS = 4096,  // rules, facts, sources: each
    MAX_SEGMENTS = 16,       // of a fact's path
};

/* ---- yaml_tree.c: text to nodes with places -------------------------- */

typedef enum { YAML_SCALAR, YAML_LIST, YAML_MAP } yaml_kind;

typedef struct yaml_node yaml_node;
struct yaml_node {
    yaml_kind kind;
    bool plain;             // a scalar without quotes: may be a number
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

// Whether `s` is one of the words, which NULL ends.
bool sw_rules__is_one_of(sw_str s, const char *const *words);

// The candidate nearest to `word`, or an empty string if none is near.
typedef sw_str (*candidate_at)(const void *ctx, size_t i);
sw_str sw_rules__nearest(sw_str word, candidate_at at, const void *ctx,
                         size_t count);
// " (did you mean X?)", or nothing.
void sw_rules__hint(char *buf, size_t size, sw_str nearest);

/* ---- fact.c: the vocabulary ------------------------------------------ */

typedef enum {
    FACT_BOOL,
    FACT_INT,
    FACT_DOUBLE,
    FACT_STRING,
    FACT_DATE
} fact_scalar;

typedef struct {
    sw_str path;
    fact_scalar scalar;
    bool list;
    sw_str type;  // as written: "list(string)"
    sw_str unit, ask, notes;
    const sw_str *values;  // the enumeration; NULL: any
    size_t value_count;
    const yaml_node *node;
} fact_def;

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
// True if some fact's path goes on from this one.
bool sw_rules__is_group(const vocabulary *words, sw_str path);
// Sorts by_path and refuses paths that are prefixes of others.
SW_CHECK bool sw_rules__order_facts(vocabulary *words, sw_error *err);
SW_CHECK bool sw_rules__fact_value(const fact_def *fact, const yaml_node *node,
                                   sw_arena *arena, sw_cel_value *out,
                                   sw_error *err);
bool sw_rules__fact_allows(const fact_def *fact, sw_str value);

// Nested maps for CEL; values[i] belongs to words->by_path[i].
typedef struct {
    sw_cel_binding *at;
    size_t count;
} bindings;
SW_CHECK bool sw_rules__bind(const vocabulary *words,
                             const sw_cel_value *values, sw_arena *arena,
                             bindings *out, sw_error *err);
// The facts as variables of the checker.
SW_CHECK bool sw_rules__declare_facts(const vocabulary *words, sw_arena *arena,
                                      sw_cel_env *out, sw_error *err);
sw_cel_value sw_rules__unknown(const fact_def *fact);

/* ---- treatments.c ---------------------------------------------------- */

SW_CHECK bool sw_rules__read_treatments(const yaml_node *map, sw_arena *arena,
                                        const sw_treatment **out, size_t *count,
                                        sw_error *err);
// Unites what failed rules ask for, in order of appearance.
SW_CHECK bool sw_rules__merge_treatments(const sw_rule_outcome *rules,
                                         size_t rule_count, sw_arena *arena,
                                         const sw_treatment **out,
                                         size_t *count, sw_error *err);

/* ---- rulebook.c, expression.c ---------------------------------------- */

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
    optional_date read;
    int evidence;  // index into its names
} source_def;

typedef struct {
    const yaml_node *node;  // NULL: not given
    const sw_cel *cel;
} expression;

typedef struct {
    sw_str id, title, remedy, penalty, notes;
    int status;     // rule_status
    int otherwise;  // index into sw_rules__otherwise
    optional_date from, to;
    sw_str in_force;  // for people
    const sw_rule_source *sources;
    size_t source_count;
    expression when, require;
    const sw_treatment *treatments;
    size_t treatment_count;
    const yaml_node *node;
} rule_def;
extern const sw_verdict sw_rules__otherwise[];

struct sw_rulebook {
    sw_str text, name;
    sw_str id, jurisdiction, title, notes;
    optional_date as_of;
    const source_def *sources;
    size_t source_count;
    vocabulary facts;
    const rule_def *rules;
    size_t rule_count;
};

typedef struct {
    const sw_rulebook *book;
    const sw_cel_env *facts;
    sw_arena *arena;    // of the book
    sw_arena *scratch;  // reset after each expression
} expression_reader;

// Parses and checks one expression of a rule: syntax, facts, enumerations,
// types, and that it gives a bool.
SW_CHECK bool sw_rules__read_expression(const expression_reader *r, sw_str rule,
                                        const char *role, const yaml_node *node,
                                        expression *out, sw_error *err);

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

// A declaration that stands inside another document (a case).
SW_CHECK bool sw_rules__declare(const yaml_node *node, const char *name,
                                sw_arena *arena, sw_declaration **out,
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
