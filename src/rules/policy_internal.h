// Shared by indexes and commitments: sources, references to rules, and what an
// index is once it is read.
#ifndef SEGWAN_POLICY_INTERNAL_H
#define SEGWAN_POLICY_INTERNAL_H

#include "rules_internal.h"
#include "segwan/policy.h"

/* ---- citation.c ------------------------------------------------------ */

typedef struct {
    const sw_rule_source *at;
    size_t count;
} citations;

// The map `sources` of a document: of each title, provision, url, read,
// evidence, notes.
SW_CHECK bool sw_rules__read_citations(const yaml_node *map, sw_arena *arena,
                                       citations *out, sw_error *err);
// One source's id, or a list of them; NULL: none.
SW_CHECK bool sw_rules__cite(const citations *all, const yaml_node *node,
                             sw_arena *arena, citations *out, sw_error *err);
// A number within low..high, both included.
SW_CHECK bool sw_rules__read_number(const yaml_node *node, const char *what,
                                    double low, double high, double *out,
                                    sw_error *err);
SW_CHECK bool sw_rules__read_texts(const yaml_node *list, const char *what,
                                   sw_arena *arena, const sw_str **out,
                                   size_t *count, sw_error *err);
// Reads each child of a list or map into `size` bytes of an array. `out` is the
// pointer to it and `count` its length, both up to date while reading, so that
// what comes later may look at what stands above. NULL: nothing to read.
typedef bool (*read_one)(void *reader, const yaml_node *node, void *out);
typedef struct {
    yaml_kind kind;
    const char *what;
    read_one read;
    size_t size;
} each_child;
SW_CHECK bool sw_rules__read_each(const yaml_node *node, const each_child *how,
                                  void *reader, sw_arena *arena, void *out,
                                  size_t *count, sw_error *err);

/* ---- shelf.c: rules by reference ------------------------------------- */

// "kr/map-export" or "kr/map-export#kr-geo-01".
typedef struct {
    sw_str book, rule;  // rule: empty for the whole book
    const yaml_node *node;
} rule_ref;

SW_CHECK bool sw_rules__read_ref(const yaml_node *node, rule_ref *out,
                                 sw_error *err);
// One, or a list.
SW_CHECK bool sw_rules__read_refs(const yaml_node *node, sw_arena *arena,
                                  const rule_ref **out, size_t *count,
                                  sw_error *err);

typedef struct {
    sw_rulebook *const *books;
    size_t count;
    sw_date day;
} rule_shelf;

// NULL if the book is not on the shelf.
sw_rulebook *sw_rules__find_book(const rule_shelf *shelf, sw_str id);
// The book's ruling on these facts; `said` NULL: on none.
SW_CHECK bool sw_rules__shelf_rule(const rule_shelf *shelf, sw_rulebook *book,
                                   const sw_declaration *said, sw_arena *arena,
                                   const sw_ruling **out, sw_error *err);
// The outcome of the rule named, in force rather than not if it stands there
// several times. Refuses at the reference if the book has no such rule.
SW_CHECK bool sw_rules__shelf_outcome(const sw_ruling *ruling,
                                      const rule_ref *ref,
                                      const sw_rule_outcome **out,
                                      sw_error *err);

/* ---- index.c --------------------------------------------------------- */

typedef struct {
    sw_str id, title, notes;
    sw_str code;      // in the publisher's table
    size_t measures;  // how many
    double points;    // of each measure; of the area as a whole
    bool whole;       // how its measures share its weight is not known
    double weight;    // points as a share of the index
    citations sources;
    const yaml_node *node;
} area_def;

typedef struct {
    sw_str id, title, notes;
    size_t area;
    double points, weight;  // the area's unless given
    citations sources;
    const yaml_node *node;
} measure_def;

typedef struct {
    sw_str id, title, notes;
    const sw_str *economies;
    size_t count;
    const yaml_node *node;
} group_def;

// A score that was published singly.
typedef struct {
    sw_str economy, name, notes;
    int year;
    double value;
    citations sources;
} value_def;

typedef struct {
    sw_str title, notes;
    const value_def *values;
    size_t count;
} edition_def;

typedef struct {
    sw_str economy, notes;
    size_t area;
} part_score_def;

typedef struct {
    sw_str id, title, economies, rulebook, notes;
    optional_date day;
    bool eases;
    citations sources;
} change_def;

// The names of the columns of the published table.
typedef struct {
    sw_str economy, name, area, year, value;
    sw_str total;  // what the area's column says of the total
    int decimals;  // that it gives at least, trailing zeros left out
} table_def;

struct sw_index {
    sw_str name;  // of the file
    sw_str id, title, publisher, edition, licence, notes;
    bool single;  // summed in single precision, as its publisher does
    citations all_sources, sources;
    const area_def *areas;
    size_t area_count;
    const sw_str *area_titles;
    const measure_def *measures;
    size_t measure_count;
    const group_def *groups;
    size_t group_count;
    const value_def *values;
    size_t value_count;
    const edition_def *editions;
    size_t edition_count;
    const part_score_def *part_scores;
    size_t part_score_count;
    const change_def *changes;
    size_t change_count;
    bool has_table;
    table_def table;
};

// `area_count` if there is none.
size_t sw_rules__find_area(const sw_index *index, sw_str id);
const group_def *sw_rules__find_group(const sw_index *index, sw_str id);
// The sum that the index makes of what its areas add.
double sw_rules__index_total(const sw_index *index, const double *areas);

/* ---- index_json.c ---------------------------------------------------- */

// The source number `i` of an array of sw_rule_source.
json_t *sw_rules__source_json(const void *sources, size_t i);

/* ---- index_scores.c -------------------------------------------------- */

// An economy in a year: measures scored in each area, and what that adds.
typedef struct {
    const double *scored;
    const double *values;
    double total;
} score_cell;

typedef struct {
    sw_str code, name;
    const score_cell *years;  // from first_year on
} economy_scores;

struct sw_scores {
    const sw_index *index;
    const economy_scores *economies;  // by code
    size_t economy_count;
    int first_year, last_year;
    size_t total_count, area_score_count, part_score_count;
};

const economy_scores *sw_rules__find_economy(const sw_scores *scores,
                                             sw_str code);

/* ---- index_answers.c ------------------------------------------------- */

typedef struct {
    const rule_ref *rules;  // NULL: a source says it
    size_t rule_count;
    const sw_declaration *said;  // the facts to rule on; NULL: none
    double low, high;            // what a source says
    optional_date since;         // before it nothing is known
    citations sources;
    sw_str notes;
    bool given;
} answer_def;

struct sw_answers {
    const sw_index *index;
    const char *file;
    sw_str economy, name, notes;
    const answer_def *answers;  // one a measure
};

/* ---- commitments.c --------------------------------------------------- */

typedef struct {
    sw_str id, title, provision, test, notes;
    sw_str strength;
    const sw_str *names;
    size_t name_count;
    optional_date from;
    citations sources;
} promise_def;

// Some rules, some promises that touch them, and what stands in the way.
typedef struct {
    const rule_ref *rules;
    size_t rule_count;
    const size_t *promises;  // indices
    size_t promise_count;
    int reach;  // sw_promise_reach
    const sw_promise_exception *exceptions;
    size_t exception_count;
    sw_str why, notes;
} link_def;

typedef struct {
    const rule_ref *rules;  // NULL: none
    size_t rule_count;
    sw_promise_mention mention;
} mention_def;

struct sw_commitments {
    const char *file;
    sw_str id, title, force, notes;
    citations all_sources, sources;
    const sw_promise_exception *exceptions;
    size_t exception_count;
    const promise_def *promises;
    size_t promise_count;
    const link_def *links;
    size_t link_count;
    const mention_def *mentions;
    size_t mention_count;
    size_t ref_count;  // of links and mentions together
};

#endif
