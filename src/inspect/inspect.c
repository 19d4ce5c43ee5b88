// The inspection as a whole: options to checks, two passes over the file, one
// look at the holes, and what came of it.
#include "inspect_internal.h"

#include <string.h>

// Everything that is made for one inspection and ends with it.
typedef struct {
    sw_inspect__run run;
    sw_inspect__zones zones;
    sw_inspect__table table;
    sw_checks checks;
    sw_inspect__file *file;
    sw_arena *secret;
    sw_inspect__totals cargo;
    double conspicuous;
} inspection;

int32_t sw_inspect__grid_e7(uint32_t scale)
{
    // 0.2 mm on the map are scale / 5000 metres; 111,320 m are a degree. No
    // scale lies half way between two grids, as 5566 = 2 * 11^2 * 23.
    uint64_t grid = ((uint64_t)scale * 100 + 2783) / 5566;
    return grid < 1 ? 1 : (int32_t)grid;
}

static void choose_checks(const sw_inspect_options *how, sw_checks *checks)
{
    const struct {
        sw_check_id id;
        bool runs;
    } asked[] = {
        {SW_CHECK_NODE_IN_ZONE, how->zones_path != NULL},
        {SW_CHECK_SEGMENT_MEETS_ZONE, how->zones_path != NULL},
        {SW_CHECK_FORBIDDEN_TAG, how->strip_count > 0},
        {SW_CHECK_FORBIDDEN_NAME, how->name_count > 0},
        {SW_CHECK_METADATA, how->strip_metadata},
        {SW_CHECK_SCOPE, how->scope_count > 0},
        {SW_CHECK_MISSING_REFERENCE, !how->keep_missing},
        {SW_CHECK_CUT_AREA, how->input_path != NULL},
    };
    for (size_t i = 0; i < SW_CHECK_COUNT; i++)
        checks->at[i].runs = true;
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++)
        checks->at[asked[i].id].runs = asked[i].runs;
}

static bool prepare(inspection *in, const sw_inspect_options *how,
                    sw_error *err)
{
    sw_inspect__run *run = &in->run;
    *run = (sw_inspect__run){
        .how = how,
        .checks = &in->checks,
        .grid_e7 = how->coarsen_scale > 0
                       ? sw_inspect__grid_e7(how->coarsen_scale)
                       : 1,
        .table = &in->table,
    };
    sw_inspect__table_init(&in->table);
    choose_checks(how, &in->checks);
    if (!sw_arena_new_secret(&in->secret, err)) return false;

    return sw_inspect__strip_parse(how->strip, how->strip_count, in->secret,
                                   &run->strip, err) &&
           sw_inspect__scope_parse(how->scope, how->scope_count, in->secret,
                                   &run->scope, err) &&
           (how->name_count == 0 ||
            sw_inspect__names_new(how->names, how->name_count, &run->names,
                                  err));
}

static bool load_zones(inspection *in, sw_error *err)
{
    const sw_inspect_options *how = in->run.how;
    in->conspicuous = -1;
    if (how->zones_path == NULL) return true;
    return sw_inspect__zones_load(how->zones_path, how->date, how->buffer_m,
                                  in->secret, &in->zones, err) &&
           sw_inspect__index_new(&in->zones, &in->run.index, err);
}

static bool inspect_file(inspection *in, const char *released, sw_error *err)
{
    bool ok = sw_inspect__open(released, &in->file, err) &&
              sw_inspect__collect(&in->run, in->file, err) &&
              sw_inspect__judge(&in->run, in->file, err);
    if (!ok) return sw_error_in(err, released);
    const char *cargo = in->run.how->input_path;
    if (cargo != NULL && !sw_inspect__compare(&in->run, cargo, &in->cargo, err))
        return false;
    return in->zones.zone_count == 0 ||
           sw_inspect__conspicuous(&in->zones, &in->table.nodes,
                                   &in->conspicuous, err);
}

static void inspection_done(inspection *in)
{
    sw_inspect__close(in->file);
    sw_inspect__index_free(in->run.index);
    sw_inspect__names_free(in->run.names);
    sw_inspect__table_done(&in->table);
    sw_arena_free(in->secret);
}

/* ---- the result ------------------------------------------------------- */

static bool add_finding(sw_arena *arena, const sw_tally *tally,
                        const char *name, sw_finding *out)
{
    sw_str first;
    if (!sw_arena_str(arena, sw_str_of(tally->first), &first)) return false;
    *out = (sw_finding){name, tally->found, first};
    return true;
}

static bool fill(const inspection *in, sw_arena *arena, sw_inspection *seen)
{
    sw_finding *findings = SW_NEW_ARRAY(arena, sw_finding, SW_CHECK_COUNT);
    const char **names = SW_NEW_ARRAY(arena, const char *, SW_CHECK_COUNT);
    const char **things = SW_NEW_ARRAY(arena, const char *, SW_CHECK_COUNT);
    uint64_t *looked = SW_NEW_ARRAY(arena, uint64_t, SW_CHECK_COUNT);
    if (findings == NULL || names == NULL || things == NULL || looked == NULL)
        return false;

    for (size_t i = 0; i < SW_CHECK_COUNT; i++) {
        const sw_tally *tally = &in->checks.at[i];
        if (!tally->runs) continue;
        looked[seen->check_count] = tally->looked;
        things[seen->check_count] = sw_inspect__about[i].looked;
        names[seen->check_count++] = sw_inspect__about[i].name;
        if (tally->found > 0 &&
            !add_finding(arena, tally, sw_inspect__about[i].name,
                         &findings[seen->finding_count++]))
            return false;
    }
    seen->findings = findings;
    seen->checks = names;
    seen->looked = looked;
    seen->looked_at = things;
    seen->nodes = in->table.nodes.count;
    seen->ways = in->table.ways.count;
    seen->relations = in->table.relations.count;
    seen->segments = in->table.segments;
    seen->cargo_known = in->cargo.known;
    seen->cargo_nodes = in->cargo.nodes;
    seen->cargo_ways = in->cargo.ways;
    seen->cargo_relations = in->cargo.relations;
    seen->conspicuous = in->conspicuous;
    return true;
}

bool sw_inspect_map(const char *released, const sw_inspect_options *options,
                    sw_arena *arena, sw_inspection **out, sw_error *err)
{
    static const sw_inspect_options defaults = {0};
    const sw_inspect_options *how = options != NULL ? options : &defaults;
    inspection in = {0};
    bool ok = prepare(&in, how, err) && load_zones(&in, err) &&
              inspect_file(&in, released, err);
    if (ok) {
        sw_inspection *seen = SW_NEW(arena, sw_inspection);
        ok = (seen != NULL && fill(&in, arena, seen)) || sw_fail_memory(err);
        if (ok) *out = seen;
    }
    inspection_done(&in);
    return ok;
}
