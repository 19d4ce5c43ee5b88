// Order of entities in a file: nodes, ways, relations, each as osmium sorts.
#include "osm_internal.h"

#include <inttypes.h>

int sw_osm_id_cmp(int64_t a, int64_t b)
{
    uint64_t left = sw_osm__key(a), right = sw_osm__key(b);
    return (left > right) - (left < right);
}

const char *sw_osm__type_name(sw_osm_type type)
{
    static const char *const names[] = {"node", "way", "relation"};
    return names[type];
}

bool sw_osm__refuse_order(sw_osm_type type, int64_t before, int64_t id,
                          sw_error *err)
{
    if (before == id) {
        return sw_fail(err, SW_ERR_INPUT,
                       "the %s is there twice; a file with several versions "
                       "of an object (history, or merged) is not taken",
                       sw_osm__type_name(type));
    }
    return sw_fail(err, SW_ERR_INPUT,
                   "not sorted: it follows %s %" PRId64
                   "; sort it with osmium sort",
                   sw_osm__type_name(type), before);
}

bool sw_osm__refuse_type_order(sw_osm_type before, sw_osm_type type,
                               sw_error *err)
{
    return sw_fail(err, SW_ERR_INPUT,
                   "not sorted: a %s follows a %s; sort it with osmium sort",
                   sw_osm__type_name(type), sw_osm__type_name(before));
}
