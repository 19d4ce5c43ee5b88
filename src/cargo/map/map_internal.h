// Shared inside the map room and its tests only.
//
// The projection is held as tables with one row per entity of the input, a
// row's number being its rank: the place of its id in the order of the file.
// Rows name each other by rank, so an id is looked up once and the tables stay
// small (README.md gives the bytes).
#ifndef SW_MAP_INTERNAL_H
#define SW_MAP_INTERNAL_H

#include "segwan/map.h"
#include "segwan/osm.h"

#include <stdatomic.h>

#define SW_MAP__NONE UINT32_MAX  ///< the rank of what the input lacks

/**
 * Makes room for `need` elements in a heap array.
 * @param at  Address of the array's pointer.
 */
SW_CHECK bool sw_map__reserve(void *at, size_t *cap, size_t need, size_t size,
                              sw_error *err);

/* ---- id_table.c: sorted ids to ranks ---------------------------------- */

/** Ids whose keys (see id_table.c) share their upper half. */
typedef struct {
    uint32_t high;
    uint32_t first, count;  ///< ranks first .. first + count - 1
    uint32_t shift;         ///< a bucket holds 2^shift lower halves
    size_t bucket;          ///< the page's first in `buckets`
} sw_map__id_page;

typedef struct {
    uint32_t *low;  ///< lower half of each key
    size_t count, cap;
    sw_map__id_page *pages;
    size_t page_count, page_cap;
    uint32_t *buckets;  ///< ranks; each page's end with its own end
} sw_map__ids;

/** Appends an id greater than all before it. Its rank is the old count. */
SW_CHECK bool sw_map__ids_add(sw_map__ids *ids, int64_t id, sw_error *err);
/** Builds the index, after the last id. */
SW_CHECK bool sw_map__ids_seal(sw_map__ids *ids, sw_error *err);
/** @return the id's rank, or SW_MAP__NONE. */
uint32_t sw_map__ids_find(const sw_map__ids *ids, int64_t id);
/** The same; looks beside rank `near` first, where neighbours often are. */
uint32_t sw_map__ids_find_near(const sw_map__ids *ids, int64_t id,
                               uint32_t near);
int64_t sw_map__ids_at(const sw_map__ids *ids, uint32_t rank);
void sw_map__ids_done(sw_map__ids *ids);

/* ---- node_table.c ------------------------------------------------------ */

enum { SW_MAP__RESTRICTED = 1, SW_MAP__TAGGED = 2 };

typedef struct {
    sw_map__ids ids;
    sw_location *at;  ///< as read
    uint8_t *bits;    ///< SW_MAP__RESTRICTED | SW_MAP__TAGGED
    size_t at_cap, bits_cap;
    _Atomic uint8_t *referenced;  ///< by something that is kept
    uint32_t *joined;             ///< coarsen.c; NULL: coarsen is off
    bool joins_ended;             ///< `joined` holds; before, nothing is joined
} sw_map__nodes;

/** Appends the nodes of a block; `bits` has one byte for each. */
SW_CHECK bool sw_map__nodes_add(sw_map__nodes *nodes, const sw_osm_block *block,
                                const uint8_t *bits, sw_error *err);
/** After the last node: the index, the marks and, to coarsen, the joins. */
SW_CHECK bool sw_map__nodes_seal(sw_map__nodes *nodes, bool coarsen,
                                 sw_error *err);
/** From any thread; the order of marking does not show. */
void sw_map__nodes_mark(sw_map__nodes *nodes, uint32_t rank);
/** Tagged or referred to, and not restricted. */
bool sw_map__nodes_kept(const sw_map__nodes *nodes, uint32_t rank);
void sw_map__nodes_done(sw_map__nodes *nodes);

/* ---- coarsen.c --------------------------------------------------------- */

/** The released form of a place; grid 0 leaves it. */
sw_location sw_map__snap(sw_location at, int32_t grid_e7);
/** a and b become one node. One thread at a time. */
void sw_map__join(sw_map__nodes *nodes, uint32_t a, uint32_t b);
/** The node that stands for this one; itself before sw_map__joins_end(). */
uint32_t sw_map__joined(const sw_map__nodes *nodes, uint32_t rank);
/** After the last join: each node knows the one that stands for it, and has
 * handed its mark on. */
void sw_map__joins_end(sw_map__nodes *nodes);

/** Have both nodes the same released place? No, if the input lacks one. */
bool sw_map__collapse(const sw_map__nodes *nodes, int32_t grid_e7, uint32_t a,
                      uint32_t b);

/* ---- names.c ----------------------------------------------------------- */

typedef struct sw_map__names sw_map__names;

SW_CHECK bool sw_map__names_new(const sw_str *names, size_t count,
                                sw_map__names **out, sw_error *err);
void sw_map__names_free(sw_map__names *names);
/**
 * Does the text contain a forbidden name?
 * @param scratch  Memory for the text's folded form.
 * @return 1, 0, or -1 when memory is out.
 */
int sw_map__names_in(const sw_map__names *names, sw_str text,
                     sw_arena *scratch);

/* ---- filter.c: expressions --------------------------------------------- */

enum { SW_MAP__CLOSED = 8 };  ///< beside 1 << sw_osm_type: "a/"

/** Does the pattern match all of the text? `*` is any run of bytes. */
bool sw_map__glob(sw_str pattern, sw_str text);

/** What a key alone settles. */
typedef enum {
    SW_MAP__KEY_UNKNOWN,  ///< not asked yet
    SW_MAP__KEY_FREE,     ///< no expression speaks of this key
    SW_MAP__KEY_SETTLED,  ///< matches whatever the value and the object
    SW_MAP__KEY_ASKS,     ///< the value or the kind of object decides
} sw_map__key_verdict;

sw_map__key_verdict sw_map__filter_key(const sw_tag_filter *filter, sw_str key);
/** @param kinds  1 << sw_osm_type, | SW_MAP__CLOSED if it may be an area. */
bool sw_map__filter_tag(const sw_tag_filter *filter, unsigned kinds, sw_str key,
                        sw_str value);
/** NULL: no names are forbidden. */
const sw_map__names *sw_map__filter_names(const sw_tag_filter *filter);

/* ---- area.c ------------------------------------------------------------ */

/** Number of the rule for a key; 0: the key does not decide. */
unsigned sw_map__area_rule(sw_str key);
/** What a tag says: 1 area, -1 `area=no`, 2 `area=` else, 0 nothing. */
int sw_map__area_says(unsigned rule, sw_str value);

/* ---- view.c: what the filters leave of a block's text ------------------ */

/**
 * One block seen through strip and scope. Each distinct string is tested once:
 * the memos have a byte for each string of the block.
 */
typedef struct {
    const sw_map_options *how;
    const sw_osm_block *block;
    sw_arena *arena;
    const sw_map__names *names;
    uint8_t *strip_keys, *scope_keys, *areas, *named;  ///< memos or NULL
    bool failed;  ///< memory ran out: nothing that was said since holds
} sw_map__view;

SW_CHECK bool sw_map__view_open(sw_map__view *view, const sw_map_options *how,
                                const sw_osm_block *block, sw_arena *arena,
                                sw_error *err);
/** Does strip leave this tag? */
bool sw_map__view_has(sw_map__view *view, sw_osm_tag tag);
/** Does scope admit the entity, by the tags that strip leaves? */
bool sw_map__view_admits(sw_map__view *view, const sw_osm_entity *entity);
/** Is a tag left of it by strip and scope? */
bool sw_map__view_tagged(sw_map__view *view, const sw_osm_entity *entity);
/** Is a closed way with tags left of it an area (sections 1.3 and 8)? */
bool sw_map__view_area(sw_map__view *view, const sw_osm_entity *entity);
/** The value of a key that is left; empty if none. */
sw_str sw_map__view_value(sw_map__view *view, const sw_osm_entity *entity,
                          sw_str key);
/** The string, or 0 (empty) if a forbidden name is in it. */
uint32_t sw_map__view_text(sw_map__view *view, uint32_t string);

/* ---- project.c: what is restricted ------------------------------------- */

/** What is left of a way. */
typedef enum {
    SW_MAP__GONE,      ///< nothing, by section 4
    SW_MAP__VANISHED,  ///< nothing, by coarsening
    SW_MAP__WHOLE,
    SW_MAP__CUT,
} sw_map__fate;

/** References first .. first + count - 1 of a way; past the end of a closed
 * way they go on behind its first. */
typedef struct {
    size_t first, count;
} sw_map__run;

typedef struct {
    uint32_t a, b;
} sw_map__pair;

/** Room for the ways of one block, made by sw_map__cutter_open(). */
typedef struct {
    uint32_t *ranks;  ///< of each reference
    uint8_t *segments;
    sw_map__run *runs, *spare;
    size_t run_count;
} sw_map__cutter;

/** What nodes and ways are judged by. Immutable while ways are cut. */
typedef struct {
    const sw_map_options *how;
    const sw_map__nodes *nodes;
    int32_t grid_e7;  ///< 0: coarsen is off
} sw_map__judge;

bool sw_map__node_restricted(const sw_map_options *how, int32_t grid_e7,
                             sw_location at);
SW_CHECK bool sw_map__cutter_open(sw_map__cutter *cutter,
                                  const sw_osm_block *block, sw_arena *arena,
                                  sw_error *err);
/** Cuts one way (section 4). Its runs stand in `cutter` until the next call.
 * @return GONE, WHOLE (one run, all of it) or CUT. */
sw_map__fate sw_map__cut(const sw_map__judge *judge, const int64_t *refs,
                         size_t count, bool area, sw_map__cutter *cutter);
/** Index of a run's n-th reference in a way of `count` references. */
size_t sw_map__run_at(sw_map__run run, size_t n, size_t count);
/** Segments of a run of the way cut last that do not collapse. */
size_t sw_map__run_solid(const sw_map__cutter *cutter, sw_map__run run,
                         size_t count);
/** Drops the runs that collapse (section 7). */
void sw_map__drop_collapsed(sw_map__cutter *cutter, size_t count);

/* ---- way_table.c ------------------------------------------------------- */

enum {
    SW_MAP__FATE = 3,            ///< mask of sw_map__fate
    SW_MAP__WAY_TAGGED = 4,      ///< has tags
    SW_MAP__WAY_NEEDED = 8,      ///< a kept relation refers to it
    SW_MAP__WAY_HELD = 16,       ///< its runs are in `held`
    SW_MAP__WAY_WANTED = 32,     ///< via of a restriction with a cut way
    SW_MAP__WAY_COLLAPSES = 64,  ///< whole, but nothing at the grid's scale
};

/** A way's runs as ranks of nodes: held[at ..]. */
typedef struct {
    uint32_t way;  ///< rank
    uint32_t run_count;
    size_t at;           ///< each run: its length, then its nodes
    int64_t further_id;  ///< of its second run
} sw_map__held_way;

typedef struct {
    sw_map__held_way *ways;  ///< by rank
    size_t way_count, way_cap;
    uint32_t *nodes;
    size_t node_count, node_cap;
} sw_map__held;

typedef struct {
    sw_map__ids ids;
    uint8_t *states;
    sw_map__pair *ends;  ///< first and last node of ways that are whole
    size_t state_cap, end_cap;
    sw_map__held held;  ///< cut ways, and ways without tags
    sw_map__held vias;  ///< further ways that a restriction needs
    int64_t largest;    ///< id of a kept way, at least 0
    uint64_t further;   ///< runs that get new ids
} sw_map__ways;

/** What a pool thread found about the ways of a block. */
typedef struct {
    uint8_t *states;
    sw_map__pair *ends;
    uint32_t *held;  ///< of each way that is held: count, then its runs
    sw_map__pair *joins;
    size_t held_count, join_count;
} sw_map__way_findings;

SW_CHECK bool sw_map__ways_add(sw_map__ways *ways, const sw_osm_block *block,
                               const sw_map__way_findings *found,
                               sw_error *err);
bool sw_map__way_kept(uint8_t state);
/** Appends a way; `runs` as in sw_map__way_findings. @return words taken; 0:
 * failed. */
SW_CHECK size_t sw_map__held_add(sw_map__held *held, uint32_t way,
                                 const uint32_t *runs, sw_error *err);
const sw_map__held_way *sw_map__held_find(const sw_map__held *held,
                                          uint32_t way);
/** Section 7: takes what collapses from the runs and the ways, and forgets
 * what relations needed. */
void sw_map__ways_collapse(sw_map__ways *ways, const sw_map__nodes *nodes,
                           int32_t grid_e7);
/** Section 4, last clause. */
SW_CHECK bool sw_map__ways_number(sw_map__ways *ways, int64_t above,
                                  sw_error *err);
void sw_map__ways_done(sw_map__ways *ways);

/* ---- relations.c ------------------------------------------------------- */

typedef enum {
    SW_MAP__PLAIN,
    SW_MAP__MULTIPOLYGON,
    SW_MAP__RESTRICTION,
} sw_map__kind;

/** Order of sw_map__member.role; counted by relations.c. */
typedef enum {
    SW_MAP__ROLE_OTHER,
    SW_MAP__ROLE_FROM,
    SW_MAP__ROLE_TO,
    SW_MAP__ROLE_VIA,
    SW_MAP__ROLES,
} sw_map__role;

typedef struct {
    uint32_t rank;  ///< in the table of its type
    uint8_t type;   ///< sw_osm_type
    uint8_t role;   ///< sw_map__role
} sw_map__member;

typedef struct {
    sw_map__ids ids;
    size_t *firsts;  ///< of members; one more than relations
    uint8_t *kinds;
    uint8_t *kept;
    int64_t *lacked_ways;  ///< largest id of a way that the input lacks, or 0
    sw_map__member *members;
    int64_t *refs;  ///< of members that are relations, until resolved
    size_t first_cap, kind_cap, kept_cap, lacked_cap;
    size_t member_count, member_cap, ref_count, ref_cap;
} sw_map__relations;

/** What a pool thread found about the relations of a block. */
typedef struct {
    uint8_t *kinds;
    uint8_t *admitted;
    int64_t *lacked_ways;
    sw_map__member *members;  ///< as many as the block has
} sw_map__relation_findings;

SW_CHECK bool sw_map__relations_add(sw_map__relations *relations,
                                    const sw_osm_block *block,
                                    const sw_map__relation_findings *found,
                                    sw_error *err);
/** After the last relation: resolves members that are relations. */
SW_CHECK bool sw_map__relations_seal(sw_map__relations *relations,
                                     sw_error *err);
void sw_map__relations_done(sw_map__relations *relations);

/** What is left of a member. */
typedef enum {
    SW_MAP__OUT,    ///< nothing
    SW_MAP__STAYS,  ///< as it is
    SW_MAP__RUNS,   ///< runs of a way: ask sw_map__run_stays()
} sw_map__member_fate;

/** The tables that a relation is judged by, and room to do so. */
typedef struct {
    const sw_map__nodes *nodes;
    const sw_map__ways *ways;
    const sw_map__relations *relations;
    bool keep_missing;
    uint32_t *room;  ///< sorted nodes of vias, or ends of rings
    size_t room_count, room_cap;
} sw_map__court;

/** Gathers what sw_map__run_stays() needs of a restriction. */
SW_CHECK bool sw_map__court_open(sw_map__court *court, uint32_t relation,
                                 sw_error *err);
sw_map__member_fate sw_map__member_left(const sw_map__court *court,
                                        uint32_t relation,
                                        const sw_map__member *member);
/** Does run `n` of a cut way stay as this member? */
bool sw_map__run_stays(const sw_map__court *court, uint32_t relation,
                       const sw_map__member *member, uint32_t n);
/** Marks as wanted the via ways whose nodes must be known. @return any? */
bool sw_map__vias_wanted(const sw_map__relations *relations,
                         sw_map__ways *ways);
/** Section 5: removes relations until nothing changes. */
SW_CHECK bool sw_map__relations_settle(sw_map__relations *relations,
                                       const sw_map__nodes *nodes,
                                       const sw_map__ways *ways,
                                       bool keep_missing, sw_error *err);
/** Marks the ways that kept relations refer to as needed. */
SW_CHECK bool sw_map__relations_need(const sw_map__relations *relations,
                                     const sw_map__nodes *nodes,
                                     sw_map__ways *ways, bool keep_missing,
                                     sw_error *err);
/** Marks the nodes that kept relations refer to. */
void sw_map__relations_mark(const sw_map__relations *relations,
                            sw_map__nodes *nodes);

/* ---- survey.c: reading the input into the tables ------------------------ */

typedef struct {
    sw_map__judge judge;
    sw_map__nodes nodes;
    sw_map__ways ways;
    sw_map__relations relations;
} sw_map__projection;

/** Reads all that is kept into the tables and settles what stays. */
SW_CHECK bool sw_map__survey(sw_map__projection *projection, sw_osm_reader *in,
                             sw_error *err);

/** One pass: `work` on pool threads, `take` here with its result, in order. */
typedef struct {
    const char *stage;  ///< for progress
    sw_osm_read_options read;
    bool (*take)(void *ctx, const sw_osm_block *block, void *result,
                 sw_error *err);
    void *ctx;  ///< of take
} sw_map__pass;

SW_CHECK bool sw_map__sweep(sw_osm_reader *in, const sw_map__pass *pass,
                            const sw_progress *progress, sw_error *err);
/**
 * Rank of the block's first entity; the others follow. An error if the block
 * is not as it was when the table was filled.
 */
SW_CHECK bool sw_map__first_rank(const sw_map__ids *ids,
                                 const sw_osm_block *block, uint32_t *rank,
                                 sw_error *err);
/** The file is not what it was in an earlier pass. @return false. */
bool sw_map__changed(sw_error *err);

/* ---- release.c: the blocks that are written ---------------------------- */

/** Each is a sw_osm_read_options.work: ctx is the projection, the result the
 * kept part of the block (sw_osm_block). */
bool sw_map__release_nodes(void *ctx, const sw_osm_block *block,
                           sw_arena *arena, void **result, sw_error *err);
bool sw_map__release_ways(void *ctx, const sw_osm_block *block, sw_arena *arena,
                          void **result, sw_error *err);
/** The runs with new ids. */
bool sw_map__release_further(void *ctx, const sw_osm_block *block,
                             sw_arena *arena, void **result, sw_error *err);
bool sw_map__release_relations(void *ctx, const sw_osm_block *block,
                               sw_arena *arena, void **result, sw_error *err);

#endif
