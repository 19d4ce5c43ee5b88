// make-large IN ROUNDS OUT: a large sorted PBF file of IN's entities, ROUNDS
// times, with ids shifted by a stride each time. A copy never repeats within a
// block, so sizes and speeds are those of real data.
#include <stdio.h>
#include <stdlib.h>

#include "segwan/osm.h"

typedef struct {
    sw_pool *pool;
    sw_osm_reader *in;
    sw_output *out;
    sw_osm_writer *writer;
    int64_t stride;
} maker;

static bool find_stride(maker *m, sw_error *err)
{
    const sw_osm_block *block;
    sw_step step;
    while ((step = sw_osm_next(m->in, &block, err)) == SW_STEP_ITEM) {
        for (size_t i = 0; i < block->count; i++) {
            if (block->entities[i].id >= m->stride)
                m->stride = block->entities[i].id + 1;
        }
    }
    return step == SW_STEP_END;
}

static size_t ref_count(const sw_osm_block *block)
{
    size_t count = 0;
    for (size_t i = 0; i < block->count; i++)
        count += block->entities[i].ref_count;
    return count;
}

// The blocks are borrowed from the reader, so each is shifted as a copy.
static bool write_shifted(maker *m, const sw_osm_block *from, int64_t shift,
                          sw_error *err)
{
    size_t refs = ref_count(from);
    sw_osm_block block = *from;
    sw_osm_entity *entities = malloc(from->count * sizeof *entities);
    int64_t *nodes = malloc((refs + 1) * sizeof *nodes);
    sw_osm_member *members = malloc((refs + 1) * sizeof *members);
    bool ok = (entities != NULL && nodes != NULL && members != NULL) ||
              sw_fail_memory(err);
    for (size_t i = 0; ok && i < from->count; i++) {
        entities[i] = from->entities[i];
        entities[i].id += shift;
    }
    for (size_t i = 0; ok && i < refs; i++) {
        if (from->type == SW_OSM_WAY) nodes[i] = from->refs[i] + shift;
        if (from->type != SW_OSM_RELATION) continue;
        members[i] = from->members[i];
        members[i].ref += shift;
    }
    block.entities = entities;
    block.refs = nodes;
    block.members = members;
    ok = ok && sw_osm_write(m->writer, &block, err);
    free(entities);
    free(nodes);
    free(members);
    return ok;
}

static bool write_round(maker *m, unsigned want, int64_t shift, sw_error *err)
{
    const sw_osm_block *block;
    sw_osm_read_options how = {.want = want};
    if (!sw_osm_rewind(m->in, &how, err)) return false;
    sw_step step;
    while ((step = sw_osm_next(m->in, &block, err)) == SW_STEP_ITEM) {
        if (!write_shifted(m, block, shift, err)) return false;
    }
    return step == SW_STEP_END;
}

static bool write_all(maker *m, long rounds, sw_error *err)
{
    const unsigned types[] = {SW_OSM_NODES, SW_OSM_WAYS, SW_OSM_RELATIONS};
    for (size_t t = 0; t < 3; t++) {
        for (long i = 0; i < rounds; i++) {
            if (!write_round(m, types[t], i * m->stride, err)) return false;
        }
    }
    return true;
}

int main(int argc, char **argv)
{
    maker m = {0};
    sw_error err = {0};
    if (argc != 4) {
        fprintf(stderr, "usage: make-large IN ROUNDS OUT\n");
        return SW_ERR_USAGE;
    }
    bool ok = sw_pool_new(0, &m.pool, &err) &&
              sw_osm_open(argv[1], m.pool, NULL, &m.in, &err) &&
              find_stride(&m, &err) && sw_output_begin(argv[3], &m.out, &err) &&
              sw_osm_begin(m.out, m.pool, NULL, &m.writer, &err) &&
              write_all(&m, strtol(argv[2], NULL, 10), &err) &&
              sw_osm_finish(m.writer, &err) && sw_output_commit(m.out, &err);
    sw_osm_writer_free(m.writer);
    sw_output_discard(m.out);
    sw_osm_close(m.in);
    sw_pool_free(m.pool);

    char text[1024];
    if (!ok) fprintf(stderr, "%s\n", sw_error_text(&err, text, sizeof text));
    return ok ? 0 : (int)err.kind;
}
