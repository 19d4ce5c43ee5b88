// The grid of a scale, and nodes that become one.
//
// What is drawn finer than 0.2 mm cannot be read off a map, so the grid of a
// scale is 0.2 mm on the map: 0.2 mm x scale on the ground, in units of 1e-7
// degree of latitude with 111,320 m to the degree,
//
//     grid = round(scale x 0.0002 m x 1e7 / 111,320 m) = round(scale x 50/2783)
//
// and at least 1; 1:25,000 gives 449 (5 m). Longitude uses the same step, which
// is finer on the ground the farther from the equator.
//
// Joined nodes are a forest: joined[n] is n itself or a better node of its set,
// and the best of a set is its root. "Better" is a total order (tags first,
// then the earlier id), so the root does not depend on the order of joining.
#include "map_internal.h"

int32_t sw_map_grid_e7(uint32_t scale)
{
    uint64_t grid = ((uint64_t)scale * 50 + 2783 / 2) / 2783;
    return grid < 1 ? 1 : (int32_t)grid;
}

// Nearest multiple, halves away from zero; one that would leave the world
// gives way to the last inside it.
static int32_t snap_to(int32_t value, int32_t grid, int64_t limit)
{
    int64_t size = value < 0 ? -(int64_t)value : value;
    int64_t steps = (2 * size + grid) / (2 * (int64_t)grid);
    if (steps * grid > limit) steps = limit / grid;
    return (int32_t)(value < 0 ? -steps * grid : steps * grid);
}

sw_location sw_map__snap(sw_location at, int32_t grid_e7)
{
    if (grid_e7 == 0) return at;
    return (sw_location){
        .lon_e7 = snap_to(at.lon_e7, grid_e7, INT64_C(1800000000)),
        .lat_e7 = snap_to(at.lat_e7, grid_e7, INT64_C(900000000)),
    };
}

uint32_t sw_map__joined(const sw_map__nodes *nodes, uint32_t rank)
{
    return nodes->joins_ended ? nodes->joined[rank] : rank;
}

// Finds the root and halves the way to it.
static uint32_t root_of(sw_map__nodes *nodes, uint32_t rank)
{
    uint32_t *joined = nodes->joined;
    while (joined[rank] != rank) {
        joined[rank] = joined[joined[rank]];
        rank = joined[rank];
    }
    return rank;
}

static bool better(const sw_map__nodes *nodes, uint32_t a, uint32_t b)
{
    unsigned tags_a = nodes->bits[a] & SW_MAP__TAGGED;
    unsigned tags_b = nodes->bits[b] & SW_MAP__TAGGED;
    return tags_a != tags_b ? tags_a > tags_b : a < b;
}

void sw_map__join(sw_map__nodes *nodes, uint32_t a, uint32_t b)
{
    a = root_of(nodes, a);
    b = root_of(nodes, b);
    if (better(nodes, a, b))
        nodes->joined[b] = a;
    else
        nodes->joined[a] = b;
}

void sw_map__joins_end(sw_map__nodes *nodes)
{
    if (nodes->joined == NULL) return;
    for (uint32_t rank = 0; rank < nodes->ids.count; rank++) {
        uint32_t root = root_of(nodes, rank);
        nodes->joined[rank] = root;
        if (root == rank || nodes->referenced[rank] == 0) continue;
        nodes->referenced[rank] = 0;
        sw_map__nodes_mark(nodes, root);
    }
    nodes->joins_ended = true;
}

bool sw_map__collapse(const sw_map__nodes *nodes, int32_t grid_e7, uint32_t a,
                      uint32_t b)
{
    if (grid_e7 == 0 || a == SW_MAP__NONE || b == SW_MAP__NONE) return false;
    sw_location from = sw_map__snap(nodes->at[a], grid_e7);
    sw_location to = sw_map__snap(nodes->at[b], grid_e7);
    return from.lon_e7 == to.lon_e7 && from.lat_e7 == to.lat_e7;
}
