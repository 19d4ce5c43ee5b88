/**
 * The entity model of pbf_builder.h, made at random, read back from a file
 * with sw_osm, and compared.
 */
#ifndef PBF_MODEL_H
#define PBF_MODEL_H

#include "pbf_builder.h"

typedef struct {
    pbf_entity *entities;  ///< of an arena
    size_t count;
} pbf_model;

/** What a random map is made of; {0} but for seed and counts is a plain one. */
typedef struct {
    uint64_t seed;
    size_t nodes, ways, relations;
    int32_t step_e7;   ///< coordinates are multiples of it; 0: 1
    bool no_info;      ///< nothing has metadata
    bool some_info;    ///< entities lack some or all of it, at random
    bool odd_strings;  ///< empty, long, not UTF-8
    bool odd_numbers;  ///< negative and extreme ids, the world's corners
} pbf_random;

/** A sorted map, the same for the same seed. Aborts without memory. */
pbf_model pbf_random_map(sw_arena *arena, const pbf_random *how);

/** Reads all that `options` want into a model; strings are copied. */
SW_CHECK bool pbf_read(const char *path, sw_pool *pool,
                       const sw_osm_read_options *options, sw_arena *arena,
                       pbf_model *out, sw_error *err);
/** The same from an open reader, from where it stands. */
SW_CHECK bool pbf_read_on(sw_osm_reader *reader, sw_arena *arena,
                          pbf_model *out, sw_error *err);

/**
 * Compares entity for entity. @return the index of the first that differs
 * (or of the first that only one has), or SIZE_MAX if none does.
 */
size_t pbf_first_difference(const pbf_model *a, const pbf_model *b);

#endif
