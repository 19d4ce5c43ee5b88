// Where the nodes of the input lie and what was found about them: 14.5 bytes a
// node (id 4.5, place 8, findings 1, mark 1), and 4 more to coarsen.
//
// Marks are set from pool threads. They only ever go from 0 to 1, so their
// order cannot show, and a relaxed store is enough: the pool's own locks order
// it before the pass that reads it.
#include "map_internal.h"

#include <stdlib.h>
#include <string.h>

bool sw_map__nodes_add(sw_map__nodes *nodes, const sw_osm_block *block,
                       const uint8_t *bits, sw_error *err)
{
    size_t before = nodes->ids.count;
    size_t need;
    if (!sw_add_size(before, block->count, &need)) return sw_fail_memory(err);
    if (!sw_map__reserve(&nodes->at, &nodes->at_cap, need, sizeof *nodes->at,
                         err) ||
        !sw_map__reserve(&nodes->bits, &nodes->bits_cap, need, 1, err))
        return false;

    for (size_t i = 0; i < block->count; i++) {
        if (!sw_map__ids_add(&nodes->ids, block->entities[i].id, err))
            return false;
        nodes->at[before + i] = block->entities[i].at;
    }
    if (block->count > 0) memcpy(nodes->bits + before, bits, block->count);
    return true;
}

bool sw_map__nodes_seal(sw_map__nodes *nodes, bool coarsen, sw_error *err)
{
    size_t count = nodes->ids.count;
    if (!sw_map__ids_seal(&nodes->ids, err)) return false;

    nodes->referenced = calloc(count + 1, sizeof *nodes->referenced);
    if (nodes->referenced == NULL) return sw_fail_memory(err);
    if (!coarsen) return true;

    nodes->joined = calloc(count + 1, sizeof *nodes->joined);
    if (nodes->joined == NULL) return sw_fail_memory(err);
    for (uint32_t rank = 0; rank < count; rank++)
        nodes->joined[rank] = rank;
    return true;
}

void sw_map__nodes_mark(sw_map__nodes *nodes, uint32_t rank)
{
    atomic_store_explicit(&nodes->referenced[rank], 1, memory_order_relaxed);
}

bool sw_map__nodes_kept(const sw_map__nodes *nodes, uint32_t rank)
{
    if ((nodes->bits[rank] & SW_MAP__RESTRICTED) != 0) return false;
    return (nodes->bits[rank] & SW_MAP__TAGGED) != 0 ||
           atomic_load_explicit(&nodes->referenced[rank],
                                memory_order_relaxed) != 0;
}

void sw_map__nodes_done(sw_map__nodes *nodes)
{
    sw_map__ids_done(&nodes->ids);
    free(nodes->at);
    free(nodes->bits);
    free(nodes->referenced);
    free(nodes->joined);
    *nodes = (sw_map__nodes){0};
}
