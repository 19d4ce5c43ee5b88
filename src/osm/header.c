// The OSMHeader blob: what the file asks of its reader.
//
//     HeaderBlock  bbox = 1, required_features = 4, optional_features = 5,
//                  writingprogram = 16, source = 17, replication = 32..34
//
// Nothing of it reaches a release, so only the features are looked at.
#include "osm_internal.h"

enum { HEADER_FIELDS = 1U << 1 | 1U << 4 | 1U << 5 | 1U << 16 | 1U << 17 };

// Refused wherever they stand: osmium lists LocationsOnWays as optional.
static const struct {
    sw_str name;
    const char *why;
} refused[] = {
    {{"HistoricalInformation", 21},
     "a history file (HistoricalInformation) is not taken; osmium "
     "time-filter makes a plain one"},
    {{"LocationsOnWays", 15},
     "LocationsOnWays: its ways carry places of nodes that may be gone; "
     "make the file again without osmium add-locations-to-ways"},
};

static bool refuse_listed(sw_str name, sw_error *err)
{
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        if (sw_str_eq(name, refused[i].name))
            return sw_fail(err, SW_ERR_INPUT, "%s", refused[i].why);
    }
    return true;
}

static bool check_required(sw_str name, sw_error *err)
{
    if (!refuse_listed(name, err)) return false;
    if (sw_str_eq(name, SW_STR("OsmSchema-V0.6"))) return true;
    if (sw_str_eq(name, SW_STR("DenseNodes"))) return true;
    if (name.len > 64) name.len = 64;
    return sw_fail(err, SW_ERR_INPUT,
                   "the file requires the feature \"%.*s\", which is not known",
                   SW_STR_ARGS(name));
}

bool sw_osm__check_header(sw_osm__wire in, sw_error *err)
{
    sw_osm__field field;
    sw_step step;
    while ((step = sw_osm__next_field(&in, &field, err)) == SW_STEP_ITEM) {
        sw_str text = {(const char *)field.bytes.at, sw_osm__left(field.bytes)};
        switch (field.tag) {
        case WIRE_TAG(4, WIRE_BYTES):
            if (!check_required(text, err)) return false;
            break;
        case WIRE_TAG(5, WIRE_BYTES):
            if (!refuse_listed(text, err)) return false;
            break;
        case WIRE_TAG(1, WIRE_BYTES):
        case WIRE_TAG(16, WIRE_BYTES):
        case WIRE_TAG(17, WIRE_BYTES): break;
        default:
            if (!sw_osm__skip_field(field.tag, HEADER_FIELDS, err))
                return false;
        }
    }
    return step == SW_STEP_END;
}
