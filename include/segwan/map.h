/**
 * Map cargo: OpenStreetMap data projected and treated. What is taken out, and
 * why, is defined in docs/projection.md; this room is that definition in C.
 *
 *     sw_map_options how = {.zones = zones, .strip_metadata = true};
 *     if (!sw_map_treat("korea.osm.pbf", out, pool, &how, &report, err)) ...
 */
#ifndef SEGWAN_MAP_H
#define SEGWAN_MAP_H

#include "segwan/base.h"
#include "segwan/geo.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Which tags, names and objects may stay. Built from text, then immutable.
 */
typedef struct sw_tag_filter sw_tag_filter;

/**
 * What strips tags. Expressions: "ele" (key), "name:*" (key pattern, `*` any
 * run of characters), "man_made=pipeline", "power=tower,pole" (key and
 * values, patterns too).
 * @param names  Forbidden names, one each; a tag, role or user that contains
 *               one goes. Compared after Unicode NFKC case folding with white
 *               space runs made one space. Names shorter than two characters
 *               are refused.
 */
SW_API SW_CHECK bool sw_map_strip_new(const sw_str *expressions, size_t count,
                                      const sw_str *names, size_t name_count,
                                      sw_tag_filter **out, sw_error *err);
/**
 * What scope admits. Expressions as osmium tags-filter writes them:
 * "w/highway", "nwr/natural=water,wood", "r/type=route", "highway"
 * (n, w, r; a for areas), values with `*`; or the profile "base-and-roads".
 */
SW_API SW_CHECK bool sw_map_scope_new(const sw_str *expressions, size_t count,
                                      sw_tag_filter **out, sw_error *err);
SW_API void sw_tag_filter_free(sw_tag_filter *filter);

/** The expressions of a profile, for --help and the waybill; NULL: unknown. */
SW_API const char *const *sw_map_profile(const char *name);

/** {0}: a canonical copy of what resolves. Every member is one treatment. */
typedef struct {
    const sw_zones *zones;       ///< remove-zones; NULL: off
    const sw_tag_filter *strip;  ///< strip-tags; NULL: off
    const sw_tag_filter *scope;  ///< scope; NULL: off
    bool strip_metadata;
    bool keep_missing;       ///< keep segments and members that the input
                             ///< lacks instead of treating them as restricted
    uint32_t coarsen_scale;  ///< scale denominator, 0: off
    sw_progress progress;
} sw_map_options;

/** The grid of coarsen in 1e-7 degree for a scale denominator, >= 1. */
SW_API int32_t sw_map_grid_e7(uint32_t scale);

/** Counts of the release; nothing about what was taken out. */
typedef struct {
    uint64_t nodes, ways, relations;
    uint64_t bytes;
} sw_map_report;

/**
 * Projects and encodes. Same projection, same bytes, whatever the input's
 * blocks, and whatever the number of threads.
 *
 * @param from    A sorted PBF file; read several times, so not a pipe.
 * @param to      Borrowed; flushed on success, the caller commits or discards.
 * @param report  May be NULL.
 */
SW_API SW_CHECK bool sw_map_treat(const char *from, sw_output *to,
                                  sw_pool *pool, const sw_map_options *options,
                                  sw_map_report *report, sw_error *err);

#ifdef __cplusplus
}
#endif
#endif
