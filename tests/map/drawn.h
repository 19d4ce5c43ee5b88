/**
 * Small maps as text, for tests that can be read:
 *
 *     n1 0 5            a node: id, longitude, latitude in 1e-7 degree
 *     w7 1,2,3 highway=path
 *     r9 w7:outer,n1: type=multipolygon name=a_b   ("_" stands for a space)
 *     n2 3 4 %3,1700000000,12,5,mapper             (metadata: version, time,
 *                                          changeset, user id, user name)
 *
 * one entity a line or between ";". Zones are polygons "x y,x y,..." with ";"
 * between them and "|" before each hole. What comes out is told in the same
 * words, so a test is a map, zones and the map that is expected.
 */
#ifndef DRAWN_H
#define DRAWN_H

#include "segwan/map.h"

typedef struct {
    const char *zones;  ///< NULL: remove-zones is off
    const char *strip;  ///< expressions between blanks
    const char *names;  ///< names between "|"
    const char *scope;  ///< expressions between blanks
    bool strip_metadata, keep_missing;
    uint32_t coarsen_scale;
    unsigned threads;       ///< 0: 1
    size_t block_entities;  ///< of the input; 0: 8000
    sw_progress progress;
} drawn_options;

/** Treats a map. @return the result as text, or "error: ..."; free it. */
char *drawn_treat(const char *map, const drawn_options *how);
/** The bytes of the release; fails the test on an error. */
sw_buf drawn_bytes(const char *map, const drawn_options *how);
/** The same of a file that is there. */
bool drawn_treat_file(const char *from, const char *to,
                      const drawn_options *how, sw_map_report *report,
                      sw_error *err);
/** Writes the map as PBF. */
void drawn_save(const char *map, size_t block_entities, const char *path);
/** A PBF file as text; free it. */
char *drawn_tell(const char *path);
/** Fails the test unless the map treated is `want` (";" may end lines). */
void drawn_expect(const char *name, const char *map, const drawn_options *how,
                  const char *want);

#endif
