// Shared inside the inspection room and its tests only.
//
// The way of a release through the room: blobs.c cuts the file into messages,
// collect.c judges every object by itself and remembers places and ids,
// judge.c goes over ways and relations again now that everything they may
// refer to is known, conspicuous.c asks what the holes show. All of them write
// down what they find in a sw_checks.
#ifndef SW_INSPECT_INTERNAL_H
#define SW_INSPECT_INTERNAL_H

#include "segwan/inspect.h"

#include <geos_c.h>

#include "osmpbf.pb-c.h"

/* ---- checks.c: what was looked at and what was found ------------------ */

typedef enum {
    SW_CHECK_NODE_IN_ZONE,
    SW_CHECK_SEGMENT_MEETS_ZONE,
    SW_CHECK_FORBIDDEN_TAG,
    SW_CHECK_FORBIDDEN_NAME,
    SW_CHECK_METADATA,
    SW_CHECK_SCOPE,
    SW_CHECK_PRECISION,
    SW_CHECK_MISSING_REFERENCE,
    SW_CHECK_BROKEN_RELATION,
    SW_CHECK_CUT_AREA,
    SW_CHECK_LEFTOVER_NODE,
    SW_CHECK_LEFTOVER_WAY,
    SW_CHECK_LEFTOVER_STRING,
    SW_CHECK_ORDER,
    SW_CHECK_HEADER_LEAK,
    SW_CHECK_UNKNOWN_FIELD,
    SW_CHECK_NOT_CANONICAL,
    SW_CHECK_TRAILING_BYTES,
    SW_CHECK_COUNT,
} sw_check_id;

typedef struct {
    bool runs;
    uint64_t looked, found;
    char first[96];  ///< of the first finding: released ids only
} sw_tally;

typedef struct {
    sw_tally at[SW_CHECK_COUNT];
} sw_checks;

/** One more thing was looked at. */
static inline void sw_inspect__look(sw_checks *checks, sw_check_id id)
{
    checks->at[id].looked++;
}

/** One more violation; only the first one's text is kept. */
void sw_inspect__find(sw_checks *checks, sw_check_id id, const char *fmt, ...)
    SW_PRINTF(3, 4);

typedef struct {
    const char *name;    ///< "node-in-zone"
    const char *looked;  ///< what is counted: "nodes"
} sw_check_about;
extern const sw_check_about sw_inspect__about[SW_CHECK_COUNT];

/* ---- blobs.c: the file as messages ------------------------------------ */

/** Limits of the format (OSM wiki, "PBF Format"), and of our patience. */
enum {
    SW_MAX_BLOB_HEADER = 64 * 1024,
    SW_MAX_BLOB = 32 * 1024 * 1024,
};
#define SW_MAX_BLOB_MEMORY ((size_t)512 << 20)

/** What one blob unpacks to: an arena with a ceiling. */
typedef struct {
    sw_arena *arena;
    size_t used, ceiling;
    bool over, no_memory;
} sw_inspect__budget;

typedef struct {
    uint64_t number;                     ///< from 0
    const SwPbf__HeaderBlock *header;    ///< of an OSMHeader, else NULL
    const SwPbf__PrimitiveBlock *block;  ///< of an OSMData, else NULL
    size_t raw_size;
} sw_inspect__blob;

typedef struct sw_inspect__file sw_inspect__file;

/** Opens a released file, which must be able to seek. */
SW_CHECK bool sw_inspect__open(const char *path, sw_inspect__file **out,
                               sw_error *err);
void sw_inspect__close(sw_inspect__file *file);
/** Back to the first blob. */
SW_CHECK bool sw_inspect__rewind(sw_inspect__file *file, sw_error *err);
/**
 * The next blob, borrowed until the next call. What the envelope shows (stray
 * fields, bytes behind the end, other encodings than the shortest) goes to
 * `checks`, unless that is NULL.
 */
SW_CHECK sw_step sw_inspect__next(sw_inspect__file *file, sw_inspect__blob *out,
                                  sw_checks *checks, sw_error *err);
/** Steps over the next blob without unpacking it. */
SW_CHECK sw_step sw_inspect__skip(sw_inspect__file *file, sw_error *err);
uint64_t sw_inspect__offset(const sw_inspect__file *file);
uint64_t sw_inspect__size(const sw_inspect__file *file);

/* ---- rows: growing arrays (table.c) ----------------------------------- */

/** A growing array of one element size; {.size = …} is empty. */
typedef struct {
    void *at;
    size_t count, cap, size;
} sw_inspect__rows;

/** A new zeroed last element, or NULL. */
void *sw_inspect__row(sw_inspect__rows *rows);
void sw_inspect__rows_done(sw_inspect__rows *rows);

/* ---- zones.c: the zone list ------------------------------------------- */

/** A place in units of 1e-7 degree. Doubles hold all of OSM's exactly. */
typedef struct {
    double x, y;
} sw_inspect__point;

typedef struct {
    size_t count;  ///< first and last are the same
    const sw_inspect__point *at;
} sw_inspect__ring;

/** A polygon of a zone: one outer ring, then holes. */
typedef struct {
    size_t zone;
    double buffer_m;
    size_t ring_count;
    const sw_inspect__ring *rings;
} sw_inspect__polygon;

typedef struct {
    size_t zone_count, idle;
    size_t polygon_count;
    const sw_inspect__polygon *polygons;
} sw_inspect__zones;

/** Reads the zones in force; everything lies in `secret`. */
SW_CHECK bool sw_inspect__zones_load(const char *path, sw_date date,
                                     double buffer_m, sw_arena *secret,
                                     sw_inspect__zones *out, sw_error *err);

/** The polygon as GEOS has it (caller destroys); NULL when memory is out. */
GEOSGeometry *sw_inspect__geometry(GEOSContextHandle_t geos,
                                   const sw_inspect__polygon *polygon,
                                   sw_arena *arena);

/* ---- distance.c: metres on the ellipsoid ------------------------------ */

typedef struct {
    sw_inspect__point a, b;
} sw_inspect__line;

/**
 * Do two lines, each straight in the plane of longitude and latitude, come
 * closer than `limit_m`? True only if two of their points really are: the
 * error, if any, is on the side of "no".
 */
bool sw_inspect__closer(sw_inspect__line p, sw_inspect__line q, double limit_m);
/** How many units of 1e-7 degree surely hold `m` metres at a latitude. */
sw_inspect__point sw_inspect__reach(double lat_e7, double m);

/* ---- zone_index.c: which zone is met ---------------------------------- */

typedef struct sw_inspect__index sw_inspect__index;

/** @param zones  Borrowed for the index's life. */
SW_CHECK bool sw_inspect__index_new(const sw_inspect__zones *zones,
                                    sw_inspect__index **out, sw_error *err);
void sw_inspect__index_free(sw_inspect__index *index);
/** Does the line (or the point, if its ends are one) meet a zone? */
SW_CHECK bool sw_inspect__index_meets(sw_inspect__index *index,
                                      sw_inspect__line line, bool *out,
                                      sw_error *err);

/* ---- names.c: forbidden names ----------------------------------------- */

typedef struct sw_inspect__names sw_inspect__names;

SW_CHECK bool sw_inspect__names_new(const sw_str *names, size_t count,
                                    sw_inspect__names **out, sw_error *err);
void sw_inspect__names_free(sw_inspect__names *names);
SW_CHECK bool sw_inspect__names_in(const sw_inspect__names *names, sw_str text,
                                   bool *out, sw_error *err);

/* ---- filter.c: tag expressions ---------------------------------------- */

enum {
    SW_KIND_NODE = 1,
    SW_KIND_WAY = 2,
    SW_KIND_RELATION = 4,
    SW_KIND_AREA = 8,
    SW_KIND_ALL = 15,
};

typedef struct {
    unsigned kinds;
    bool negated;  ///< key there, value not among these
    size_t key_count, value_count;
    const sw_str *keys, *values;  ///< no values: any value
    bool tail;  ///< a leading `*` in a value also stands at its end
} sw_inspect__rule;

typedef struct {
    const sw_inspect__rule *rules;
    size_t count;
} sw_inspect__filter;

/** strip-tags: "ele", "name:*", "power=tower,pole". */
SW_CHECK bool sw_inspect__strip_parse(const sw_str *texts, size_t count,
                                      sw_arena *arena, sw_inspect__filter *out,
                                      sw_error *err);
/** scope: "nwr/natural=water,wood". */
SW_CHECK bool sw_inspect__scope_parse(const sw_str *texts, size_t count,
                                      sw_arena *arena, sw_inspect__filter *out,
                                      sw_error *err);
/** Does a rule for one of `kinds` match the tag? */
bool sw_inspect__filter_match(const sw_inspect__filter *filter, unsigned kinds,
                              sw_str key, sw_str value);
/** Do these tags make a closed way an area (docs/projection.md, section 8)? */
typedef struct {
    sw_str key, value;
} sw_inspect__tag;
bool sw_inspect__is_area(const sw_inspect__tag *tags, size_t count);

/* ---- table.c: what the release holds ---------------------------------- */

enum { SW_SEEN_TAGGED = 1, SW_SEEN_REFERRED = 2 };

typedef struct {
    int64_t id;
    int32_t lon_e7, lat_e7;
    uint8_t seen;
} sw_inspect__node;

typedef struct {
    int64_t id;
    int64_t first, last;  ///< node ids of its ends
    uint8_t seen;
} sw_inspect__way;

typedef struct {
    int64_t id;
} sw_inspect__relation;

/** OSM's order: 0, then negative ids by magnitude, then positive ones. */
int sw_inspect__id_order(int64_t a, int64_t b);
/** Brings rows that begin with an int64_t id into order, if they are not. */
void sw_inspect__rows_sort(sw_inspect__rows *rows);
/** The row with that id in sorted rows, or NULL. */
void *sw_inspect__rows_find(const sw_inspect__rows *rows, int64_t id);
/** Does a neighbour in sorted rows have the same id? */
bool sw_inspect__rows_twin(const sw_inspect__rows *rows, size_t index);

typedef struct {
    sw_inspect__rows nodes, ways, relations;
    sw_inspect__rows outlines;  ///< sw_inspect__way: open, with an area's tags
    sw_inspect__rows blobs;     ///< uint8_t each: must be read again
    uint64_t segments;
} sw_inspect__table;

void sw_inspect__table_init(sw_inspect__table *table);
void sw_inspect__table_done(sw_inspect__table *table);

/* ---- collect.c, judge.c, cargo.c, conspicuous.c ----------------------- */

/** What the passes share. */
typedef struct {
    const sw_inspect_options *how;
    sw_checks *checks;
    sw_inspect__filter strip, scope;
    sw_inspect__names *names;  ///< NULL: none are forbidden
    sw_inspect__index *index;  ///< NULL: no zones
    int32_t grid_e7;
    sw_inspect__table *table;
} sw_inspect__run;

/** First pass: everything that an object shows by itself. */
SW_CHECK bool sw_inspect__collect(sw_inspect__run *run, sw_inspect__file *file,
                                  sw_error *err);
/** Second pass: segments, references, leftovers, relations. */
SW_CHECK bool sw_inspect__judge(sw_inspect__run *run, sw_inspect__file *file,
                                sw_error *err);
/** What the cargo held before its treatment. */
typedef struct {
    bool known;
    uint64_t nodes, ways, relations;
} sw_inspect__totals;
/** A look at the cargo itself: `out` stays as it is if it cannot be read. */
SW_CHECK bool sw_inspect__compare(sw_inspect__run *run, const char *path,
                                  sw_inspect__totals *out, sw_error *err);
/** The grid of coarsen for a scale denominator, as segwan/map.h defines it. */
int32_t sw_inspect__grid_e7(uint32_t scale);
/** How conspicuous the worst zone is: docs/inspection.md. */
SW_CHECK bool sw_inspect__conspicuous(const sw_inspect__zones *zones,
                                      const sw_inspect__rows *nodes,
                                      double *out, sw_error *err);

#endif
