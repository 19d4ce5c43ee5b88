/**
 * Independent inspection of released map cargo. Shares no code and no codec
 * with the treatment: protobuf-c and zlib read the file, GEOS judges it.
 *
 *     sw_inspection *seen = NULL;
 *     if (!sw_inspect_map("released.osm.pbf", &how, arena, &seen, err)) ...
 *     return seen->finding_count == 0;
 */
#ifndef SEGWAN_INSPECT_H
#define SEGWAN_INSPECT_H

#include "segwan/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What the release must satisfy: the treatment's options, as text. */
typedef struct {
    const char *zones_path;  ///< GeoJSON; NULL: no zones
    sw_date date;            ///< for the zones' validity; 0: all count
    double buffer_m;         ///< default buffer
    const sw_str *strip;     ///< strip-tags expressions
    size_t strip_count;
    const sw_str *names;  ///< forbidden names
    size_t name_count;
    const sw_str *scope;  ///< scope expressions, profiles resolved
    size_t scope_count;
    bool strip_metadata;
    bool keep_missing;
    uint32_t coarsen_scale;  ///< 0: any precision
    const char *input_path;  ///< the cargo before treatment, or NULL: for
                             ///< "cut-area", and for its counts in the text
    sw_progress progress;
} sw_inspect_options;

/** One kind of violation. Never a zone's place, id, name or class. */
typedef struct {
    const char *check;  ///< "node-in-zone" …: docs/inspection.md lists them
    uint64_t count;
    sw_str first;  ///< "node 17", "way 9 between nodes 4 and 5", "blob 3, its
                   ///< encoding": released ids and block numbers only
} sw_finding;

typedef struct {
    const sw_finding *findings;
    size_t finding_count;          ///< 0: passed
    const char *const *checks;     ///< all checks that ran
    const uint64_t *looked;        ///< how much each looked at,
    const char *const *looked_at;  ///< and of what: "nodes"
    size_t check_count;
    uint64_t nodes, ways, relations, segments;  ///< read in the release
    bool cargo_known;  ///< the input was there and could be read:
    uint64_t cargo_nodes, cargo_ways, cargo_relations;  ///< for the exporter's
                                                        ///< eyes, not in JSON
    double conspicuous;  ///< 0 .. 1, the most conspicuous zone: how empty
                         ///< it is against its surroundings; -1: no zones
} sw_inspection;

/**
 * Inspects a released file against the options of its treatment.
 *
 * @param released  A regular file: it is read twice.
 * @param options   NULL: a canonical copy, no treatment.
 * @return false if the file or the zone list cannot be read or is damaged
 *         (`err` says); a leak is a finding, not an error.
 */
SW_API SW_CHECK bool sw_inspect_map(const char *released,
                                    const sw_inspect_options *options,
                                    sw_arena *arena, sw_inspection **out,
                                    sw_error *err);
SW_API SW_CHECK bool sw_inspection_text(const sw_inspection *seen, bool color,
                                        sw_arena *arena, sw_str *out,
                                        sw_error *err);
/** docs/inspection.schema.json. Deterministic. */
SW_API SW_CHECK bool sw_inspection_json(const sw_inspection *seen,
                                        sw_arena *arena, sw_str *out,
                                        sw_error *err);

#ifdef __cplusplus
}
#endif
#endif
