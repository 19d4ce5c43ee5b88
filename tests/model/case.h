// A case, and how a property of it says what it found.
#ifndef MODEL_CASE_H
#define MODEL_CASE_H

#include "values.h"

typedef struct {
    json_t *line;
    sw_arena *arena;
    sw_str source;
    sw_cel *cel;
    sw_cel_options partial, whole;  ///< with facts missing, with none missing
    bool has_whole;                 ///< false: no fact is missing
    sw_cel_value result, verdict;   ///< of the two, by the model
} model_case;

/** What a property found; where it fails, complain() has said so. */
typedef enum { HOLDS, FAILS, SAYS_NOTHING } finding;

/** Prints the case, what was wanted and what came. @return FAILS. */
finding complain(const model_case *c, const char *what, sw_str want,
                 sw_str got);
finding complain_values(const model_case *c, const char *what,
                        const sw_cel_value *want, const sw_cel_value *got);
finding complain_error(const model_case *c, const char *what,
                       const sw_error *err);

/** Whether a value is unknown or holds something unknown. */
bool is_open(const sw_cel_value *v);

/** What is left of an expression has, with what was missing, its value. */
finding rest_gives_the_whole(const model_case *c);

/** What an unknown does not name cannot matter yet. */
finding others_cannot_matter(const model_case *c);

/** An explanation names facts enough, and none too much. */
finding explanation_is_enough(const model_case *c);
finding explanation_is_minimal(const model_case *c);
/** It is the same told at once and later, and takes no steps. */
finding explanations_are_one(const model_case *c);

/** The checker accepts what was made to fit, and finds a type that fits. */
finding type_is_found(const model_case *c);

/** No evaluation takes more steps than was estimated. */
finding steps_are_bounded(const model_case *c);

#endif
