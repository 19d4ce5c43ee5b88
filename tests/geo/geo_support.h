// What the tests of this room share: lists written as text, zones by a slow and
// different way, and a small generator of random numbers.
#ifndef SEGWAN_TESTS_GEO_SUPPORT_H
#define SEGWAN_TESTS_GEO_SUPPORT_H

#include "segwan/geo.h"

typedef struct {
    uint64_t state;
} rng;

uint64_t rng_next(rng *r);
int64_t rng_between(rng *r, int64_t low, int64_t high);  // both included
double rng_real(rng *r, double low, double high);

/** Parses or fails the test, telling why. */
sw_zones *zones_of(sw_str text, const sw_zones_options *options);

/** A list written feature by feature, one a line, the first on line 2. */
typedef struct {
    sw_buf text;
    size_t features;
} list;

void list_begin(list *l);
void list_feature(list *l, const char *properties, const char *coordinates);
sw_str list_end(list *l);
void list_free(list *l);

/** Writes 1e-7 degrees as a decimal. */
void write_e7(sw_buf *buf, int64_t value);
void write_ring(sw_buf *buf, const sw_location *at, size_t count);

/**
 * The oracle: closed rings, compared with all of them, in another way than the
 * index. Parity of crossings for places, solved equations for segments.
 */
bool oracle_contain(const sw_zones *zones, sw_location at);
bool oracle_meet(const sw_zones *zones, sw_location a, sw_location b);

#endif
