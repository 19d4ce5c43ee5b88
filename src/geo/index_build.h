// What building the index shares: index.c goes from level to level, split.c
// divides one cell.
#ifndef SEGWAN_INDEX_BUILD_H
#define SEGWAN_INDEX_BUILD_H

#include "geo_internal.h"

/** The edges of one polygon in a cell, and its winding at the known place. */
typedef struct {
    uint32_t count;
    int32_t winding;
} sw_geo__run;

/** A mixed cell that waits to be split or to become a leaf. */
typedef struct {
    sw_geo__square at;
    unsigned shift;
    sw_location known;
    size_t node;   // that it is a cell of; SIZE_MAX: it is the root
    unsigned bit;  // in that node
    size_t first_edge, edges;
    size_t first_run, runs;
} sw_geo__cell;

/** The cells of one depth. */
typedef struct {
    sw_geo__vec cells;  // sw_geo__cell; those of one node in the bits' order
    sw_geo__vec edges;  // uint32_t, ascending in each cell
    sw_geo__vec runs;   // sw_geo__run, in the edges' order
} sw_geo__level;

typedef struct {
    const sw_location *places;
    sw_location low, high;  // of all zones
    sw_geo__vec nodes, leaves, refs;
    sw_geo__level now, next;
    sw_geo__vec masks, owners, lists, windings;  // of the cell that is split
    size_t copies, budget;                       // of edges
} sw_geo__builder;

typedef enum { SW_GEO_FAILED, SW_GEO_UNSPLIT, SW_GEO_SPLIT } sw_geo__outcome;

/**
 * Divides a cell of b->now: its mixed children go to b->next, as cells of the
 * node that will be the next one, and `out` says what the others are.
 *
 * @return SW_GEO_UNSPLIT if that would pass the budget, or a child is so full
 * of edges that no place off them was found; nothing was added. FAILED: no
 *         memory.
 */
sw_geo__outcome sw_geo__split(sw_geo__builder *b, const sw_geo__cell *c,
                              sw_geo__node *out);

static inline int64_t sw_geo__larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static inline int64_t sw_geo__smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

#endif
