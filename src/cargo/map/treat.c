// The treatments, in passes over one open file:
//
//     nodes, ways, relations       survey.c: the projection as tables
//     nodes, ways, runs, relations release.c: the projection as blocks
//
// The encoder is given the released blocks and nothing else. Runs with new ids
// come after all other ways, so ways are read once more for them if there are
// any; holding them would take memory without a limit.
#include "map_internal.h"

typedef struct {
    sw_osm_writer *writer;
    uint64_t counts[3];  // by sw_osm_type
} release;

static bool take_block(void *ctx, const sw_osm_block *block, void *result,
                       sw_error *err)
{
    release *to = ctx;
    const sw_osm_block *kept = result;
    to->counts[kept->type] += kept->count;
    return kept->count == 0 || sw_osm_write(to->writer, kept, err);
}

static bool write_all(sw_map__projection *projection, sw_osm_reader *in,
                      release *to, sw_error *err)
{
    const struct {
        const char *stage;
        unsigned want;
        bool (*work)(void *, const sw_osm_block *, sw_arena *, void **,
                     sw_error *);
        bool needed;
    } passes[] = {
        {"writing nodes", SW_OSM_NODES, sw_map__release_nodes, true},
        {"writing ways", SW_OSM_WAYS, sw_map__release_ways, true},
        {"writing parts of ways", SW_OSM_WAYS, sw_map__release_further,
         projection->ways.further > 0},
        {"writing relations", SW_OSM_RELATIONS, sw_map__release_relations,
         true},
    };
    const sw_map_options *how = projection->judge.how;
    for (size_t i = 0; i < sizeof passes / sizeof *passes; i++) {
        const sw_map__pass pass = {
            .stage = passes[i].stage,
            .read = {.want = passes[i].want,
                     .no_info = how->strip_metadata,
                     .work = passes[i].work,
                     .ctx = projection},
            .take = take_block,
            .ctx = to,
        };
        if (!passes[i].needed) continue;
        if (!sw_map__sweep(in, &pass, &how->progress, err)) return false;
    }
    return sw_osm_finish(to->writer, err);
}

static bool treat(sw_map__projection *projection, sw_osm_reader *in,
                  sw_output *out, sw_pool *pool, sw_map_report *report,
                  sw_error *err)
{
    release to = {0};
    uint64_t before = sw_output_size(out);
    bool ok = sw_map__survey(projection, in, err) &&
              sw_osm_begin(out, pool, NULL, &to.writer, err) &&
              write_all(projection, in, &to, err) && sw_output_flush(out, err);
    sw_osm_writer_free(to.writer);
    if (!ok || report == NULL) return ok;

    *report = (sw_map_report){
        .nodes = to.counts[SW_OSM_NODE],
        .ways = to.counts[SW_OSM_WAY],
        .relations = to.counts[SW_OSM_RELATION],
        .bytes = sw_output_size(out) - before,
    };
    return true;
}

bool sw_map_treat(const char *from, sw_output *to, sw_pool *pool,
                  const sw_map_options *options, sw_map_report *report,
                  sw_error *err)
{
    sw_map__projection projection = {0};
    sw_osm_reader *in = NULL;
    projection.judge = (sw_map__judge){
        .how = options,
        .nodes = &projection.nodes,
        .grid_e7 = options->coarsen_scale > 0
                       ? sw_map_grid_e7(options->coarsen_scale)
                       : 0,
    };

    bool ok = sw_osm_open(from, pool, NULL, &in, err) &&
              treat(&projection, in, to, pool, report, err);
    sw_osm_close(in);
    sw_map__nodes_done(&projection.nodes);
    sw_map__ways_done(&projection.ways);
    sw_map__relations_done(&projection.relations);
    return ok;
}
