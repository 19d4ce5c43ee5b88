// osm-copy IN OUT [THREADS]: reads a PBF file and writes it canonically. For
// the comparison with osmium (compare.py) and the benchmark.
#include <stdio.h>
#include <stdlib.h>

#include "segwan/osm.h"

static bool copy(sw_osm_reader *in, sw_output *out, sw_pool *pool,
                 sw_error *err)
{
    sw_osm_writer *writer = NULL;
    if (!sw_osm_begin(out, pool, NULL, &writer, err)) return false;

    const sw_osm_block *block;
    sw_step step;
    bool ok = true;
    while (ok && (step = sw_osm_next(in, &block, err)) != SW_STEP_END)
        ok = step == SW_STEP_ITEM && sw_osm_write(writer, block, err);
    ok = ok && sw_osm_finish(writer, err);
    sw_osm_writer_free(writer);
    return ok;
}

static bool run(char **argv, unsigned threads, sw_error *err)
{
    sw_pool *pool = NULL;
    sw_osm_reader *in = NULL;
    sw_output *out = NULL;
    bool ok = sw_pool_new(threads, &pool, err) &&
              sw_osm_open(argv[1], pool, NULL, &in, err) &&
              sw_output_begin(argv[2], &out, err) && copy(in, out, pool, err) &&
              sw_output_commit(out, err);
    sw_output_discard(out);
    sw_osm_close(in);
    sw_pool_free(pool);
    return ok;
}

int main(int argc, char **argv)
{
    if (argc < 3 || argc > 4) {
        fprintf(stderr, "usage: osm-copy IN OUT [THREADS]\n");
        return SW_ERR_USAGE;
    }
    sw_error err = {0};
    unsigned threads = argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : 0;
    if (run(argv, threads, &err)) return 0;

    char text[1024];
    fprintf(stderr, "%s\n", sw_error_text(&err, text, sizeof text));
    return (int)err.kind;
}
