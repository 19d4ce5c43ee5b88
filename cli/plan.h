// The treatments of one run, from the command line and from a ruling, in the
// forms that treatment, inspection and waybill take.
#ifndef SEGWAN_CLI_PLAN_H
#define SEGWAN_CLI_PLAN_H

#include "cli.h"

#include "segwan/geo.h"
#include "segwan/inspect.h"
#include "segwan/map.h"
#include "segwan/rules.h"

// The options of treat, inspect and clear that name treatments.
#define SW_PLAN_OPTIONS                                                        \
    {'z', "zones", "ZONES",                                                    \
     "zone list (GeoJSON): what is in a zone is removed", SW_OPT_FILE},        \
        {0, "remove-zones", NULL,                                              \
         "remove what the zones restrict; implied by "                         \
         "--zones",                                                            \
         0},                                                                   \
        {0, "buffer", "METRES",                                                \
         "buffer for zones that state none (default 0)", 0},                   \
        {0, "date", "YYYY-MM-DD",                                              \
         "the day to rule for, and for the zones' dates (default today)", 0},  \
        {0, "strip-tags", "EXPR",                                              \
         "remove tags: KEY, KEY=VALUE[,VALUE], with * as wildcard",            \
         SW_OPT_REPEAT},                                                       \
        {0, "strip-names", "FILE",                                             \
         "remove tags, roles and user names that contain a name of this list " \
         "(one a line)",                                                       \
         SW_OPT_FILE},                                                         \
        {0, "strip-metadata", NULL,                                            \
         "remove version, timestamp, changeset and user", 0},                  \
        {0, "scope", "FILTER",                                                 \
         "keep only what the filter admits: 'w/highway', "                     \
         "'nwr/natural=water', "                                               \
         "or the profile base-and-roads",                                      \
         SW_OPT_REPEAT},                                                       \
        {0, "coarsen", "SCALE",                                                \
         "snap to the grid of a scale; 25000 means 1:25,000", 0},              \
    {                                                                          \
        0, "keep-missing", NULL,                                               \
            "keep references to objects that the cargo lacks (the waybill "    \
            "says so)",                                                        \
            0                                                                  \
    }

typedef struct {
    sw_arena *arena;  // a secret one: it holds zones' names
    sw_date date;
    const char *zones_path;
    double buffer_m;
    bool remove_zones, strip_names, strip_metadata, keep_missing;
    uint32_t coarsen_scale;
    sw_str *strip, *names, *scope;
    size_t strip_count, name_count, scope_count;
    sw_zones *zones;
    sw_tag_filter *strip_filter, *scope_filter;
} sw_plan;

// Reads the options. Release with sw_plan_done() whether it succeeded or not.
bool sw_plan_init(sw_plan *plan, const sw_args *args, sw_error *err);
void sw_plan_done(sw_plan *plan);
// Adds what a ruling asks for.
bool sw_plan_add(sw_plan *plan, const sw_ruling *ruling, sw_error *err);
// Loads the zones and builds the filters; last before use.
bool sw_plan_ready(sw_plan *plan, sw_error *err);

sw_map_options sw_plan_map(const sw_plan *plan, sw_progress progress);
sw_inspect_options sw_plan_inspect(const sw_plan *plan, sw_progress progress);
// Names and options as JSON, without zones and names.
bool sw_plan_json(const sw_plan *plan, sw_arena *arena, sw_str *out,
                  sw_error *err);

#endif
