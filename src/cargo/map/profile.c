// Profiles of scope, as data.
//
// base-and-roads is what navigation needs: the transport network and the map
// beneath it. A whitelist, so what it does not name goes: points of interest,
// power, pipelines, military, aerodromes' insides, masts, contours, spot
// heights, survey points. Buildings stay as outlines of the base map; whoever
// must not show what is in them strips those keys as well (an admitted object
// keeps all its tags).
#include "map_internal.h"

#include <string.h>

static const char *const base_and_roads[] = {
    // the network
    "w/highway",
    "n/highway=motorway_junction,traffic_signals,crossing,stop,give_way,"
    "mini_roundabout,turning_circle,turning_loop,passing_place",
    "a/area:highway",
    "nw/barrier=bollard,block,border_control,cycle_barrier,gate,height_"
    "restrictor,kerb,lift_gate,swing_gate,toll_booth",
    "n/ford",
    "n/traffic_calming",
    "w/railway=rail,light_rail,subway,tram,monorail,narrow_gauge,funicular",
    "n/railway=level_crossing,crossing,switch,station,halt,tram_stop",
    "wr/route=ferry",
    "r/type=restriction,restriction:*,connectivity",
    "r/route=road,ferry,train,subway,light_rail,tram,bus,bicycle,foot,hiking",
    "r/type=street,bridge,tunnel",
    "w/man_made=bridge,pier",
    // water and coast
    "nwr/natural=water,coastline,bay,strait,wetland,glacier,spring",
    "nwr/waterway=river,stream,canal,riverbank,waterfall",
    "r/type=waterway",
    // the ground
    "nwr/natural=wood,scrub,heath,grassland,bare_rock,scree,shingle,sand,beach,"
    "tree,tree_row,cape",
    "wr/landuse=residential,commercial,retail,forest,farmland,farmyard,meadow,"
    "orchard,vineyard,grass,cemetery,recreation_ground,village_green,"
    "allotments,"
    "plant_nursery,greenhouse_horticulture,salt_pond,basin,reservoir",
    "wr/leisure=park,garden,pitch,playground,nature_reserve",
    "wr/building",
    "wr/building:part",
    // names and borders
    "nwr/place",
    "nwr/boundary=administrative,national_park,protected_area,postal_code",
    NULL,
};

static const struct {
    const char *name;
    const char *const *expressions;
} profiles[] = {
    {"base-and-roads", base_and_roads},
};

const char *const *sw_map_profile(const char *name)
{
    for (size_t i = 0; i < sizeof profiles / sizeof *profiles; i++) {
        if (strcmp(profiles[i].name, name) == 0) return profiles[i].expressions;
    }
    return NULL;
}
