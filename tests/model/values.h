// Values as tests write them in JSON: an object with one member, which tells
// the type (tests/model/generate.py). What a reader builds lies in the arena,
// except for text, which lies in the JSON.
#ifndef MODEL_VALUES_H
#define MODEL_VALUES_H

#include <jansson.h>

#include "segwan/cel.h"

/** The text of a JSON string, NUL and all. */
sw_str json_text(const json_t *j);

/** false: this is no value. */
bool read_value(const json_t *j, sw_arena *arena, sw_cel_value *out);

/** {"name": value, ...}; false: one of them is no value. */
bool read_bindings(const json_t *j, sw_arena *arena, sw_cel_options *out);

/**
 * The same type and value: NaN matches itself, -0.0 not 0.0, an error any
 * other, an unknown one of the same paths.
 */
bool same_value(const sw_cel_value *a, const sw_cel_value *b);

/** The value as a literal, for people. */
sw_str shown_value(const sw_cel_value *v, sw_arena *arena);

#endif
