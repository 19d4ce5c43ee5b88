// Random expressions over every operator, macro and function.
#ifndef RANDOM_SOURCE_H
#define RANDOM_SOURCE_H

#include "segwan/cel.h"

/**
 * The letters of the kinds of values, as in the functions' tables. A source
 * reads two variables of each, as in "b0" and "b1".
 */
extern const char random_letters[];

/** Writes one, and moves the seed. */
void random_source(uint64_t *seed, sw_buf *out);

/** A function that no source so far calls, or NULL. */
const char *function_never_called(void);

#endif
