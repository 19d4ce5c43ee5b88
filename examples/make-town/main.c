// make-town: writes a town that does not exist, its zone list and its list of
// forbidden names. Towns stand side by side; each is built once for its nodes,
// once for its ways and once for its relations, so that any number of them
// needs the memory of one.
#include "town.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

typedef struct {
    uint64_t seed;
    double size;
    unsigned towns;
    const char *dir;
} wish;

typedef struct {
    int64_t node, way, relation;
} bases;

// Towns stand in rows of equal length, with a strip between them.
static void put_aside(town *t, const wish *w, unsigned which)
{
    unsigned across = (unsigned)ceil(sqrt(w->towns));
    unsigned row = which / across, column = which % across;
    t->lon0 += column * (w->size + 400) / t->metres_per_lon;
    t->lat0 += row * (w->size + 400) / 111320;
}

static town *build(const wish *w, unsigned which, bases base)
{
    town *t = town_new(w->seed + which, w->size);
    put_aside(t, w, which);
    t->node_base = base.node;
    t->way_base = base.way;
    t->relation_base = base.relation;

    town_plan_sites(t);
    town_terrain(t);
    town_streets(t);
    town_blocks(t);
    town_rails(t);
    town_districts(t);
    town_sites(t);
    return t;
}

static bool write_map(const wish *w, const char *path, sw_error *err)
{
    bool ok = false;
    sw_pool *pool = NULL;
    sw_output *out = NULL;
    sw_osm_writer *writer = NULL;
    bases *base = calloc(w->towns + 1, sizeof *base);
    if (base == NULL) return sw_fail_memory(err);

    if (!sw_pool_new(0, &pool, err)) goto done;
    if (!sw_output_begin(path, &out, err)) goto done;
    if (!sw_osm_begin(out, pool, NULL, &writer, err)) goto done;
    for (int type = SW_OSM_NODE; type <= SW_OSM_RELATION; type++) {
        for (unsigned k = 0; k < w->towns; k++) {
            town *t = build(w, k, base[k]);
            base[k + 1] =
                (bases){base[k].node + (int64_t)t->nodes.count,
                        base[k].way + (int64_t)t->ways.count,
                        base[k].relation + (int64_t)t->relations.count};
            sw_osm_block block = town_block(t, (sw_osm_type)type);
            bool written =
                block.count == 0 || sw_osm_write(writer, &block, err);
            town_free(t);
            if (!written) goto done;
        }
    }
    ok = sw_osm_finish(writer, err) && sw_output_commit(out, err);
    if (ok) {
        printf("%s: %" PRId64 " nodes, %" PRId64 " ways, %" PRId64
               " relations\n",
               path, base[w->towns].node, base[w->towns].way,
               base[w->towns].relation);
    }

done:
    sw_osm_writer_free(writer);
    sw_output_discard(out);
    sw_pool_free(pool);
    free(base);
    return ok;
}

static void add_zone(sw_buf *text, const town *t, const site *s, unsigned which,
                     bool first)
{
    sw_buf_printf(
        text,
        "%s{\"type\": \"Feature\", \"properties\": {\"id\": \"%s-%u\", "
        "\"class\": \"%s\"",
        first ? "" : ",\n", s->id, which, s->class_name);
    if (s->buffer_m > 0) sw_buf_printf(text, ", \"buffer\": %g", s->buffer_m);
    if (s->valid_from != NULL) {
        sw_buf_printf(text, ", \"valid_from\": \"%s\"", s->valid_from);
    }
    sw_buf_printf(text, "}, \"geometry\": {\"type\": \"Polygon\", "
                        "\"coordinates\": [[");
    for (size_t k = 0; k <= s->corners; k++) {
        sw_location at = town_location(t, s->outline[k % s->corners]);
        sw_buf_printf(text, "%s[%.7f, %.7f]", k == 0 ? "" : ", ",
                      at.lon_e7 / 1e7, at.lat_e7 / 1e7);
    }
    sw_buf_printf(text, "]]}}");
}

static bool write_text(const char *path, sw_buf *text, sw_error *err)
{
    sw_output *out = NULL;
    bool ok = !text->failed && sw_output_begin(path, &out, err) &&
              sw_output_write(out, text->at, text->len, err) &&
              sw_output_commit(out, err);
    sw_output_discard(out);
    sw_buf_free(text);
    return ok;
}

static bool write_lists(const wish *w, const char *zones, const char *names,
                        sw_error *err)
{
    sw_buf list = {0}, forbidden = {0};
    sw_buf_printf(&list, "{\"type\": \"FeatureCollection\", \"features\": [\n");
    for (unsigned k = 0; k < w->towns; k++) {
        town *t = town_new(w->seed + k, w->size);
        put_aside(t, w, k);
        town_plan_sites(t);
        for (size_t i = 0; i < t->site_count; i++) {
            add_zone(&list, t, &t->sites[i], k, k + i == 0);
            if (k == 0 && t->sites[i].valid_from == NULL) {
                sw_buf_printf(&forbidden, "%s\n", t->sites[i].name);
            }
        }
        town_free(t);
    }
    sw_buf_printf(&list, "\n]}\n");
    sw_buf_printf(&forbidden, "Hanbit Base\n");
    bool ok = write_text(zones, &list, err);
    if (!ok) sw_buf_free(&forbidden);
    return ok && write_text(names, &forbidden, err);
}

static int usage(FILE *out, int status)
{
    fputs("make-town [--seed N] [--size METRES] [--towns N] -o DIR\n\n"
          "Writes DIR/town.osm.pbf, DIR/zones.geojson and DIR/names.txt: towns "
          "that\n"
          "do not exist, with streets, buildings, a river, hills with "
          "contours, and\n"
          "restricted sites. The same arguments give the same bytes.\n\n"
          "  --seed N       another town (default 1)\n"
          "  --size METRES  the length of each side (default 4200)\n"
          "  --towns N      that many towns side by side (default 1)\n"
          "  -o DIR         where to\n",
          out);
    return status;
}

static bool read_wish(int argc, char **argv, wish *w)
{
    static const struct option longs[] = {
        {"seed", required_argument, NULL, 's'},
        {"size", required_argument, NULL, 'm'},
        {"towns", required_argument, NULL, 't'},
        {"output", required_argument, NULL, 'o'},
        {"help", no_argument, NULL, 'h'},
        {0}};
    for (int c; (c = getopt_long(argc, argv, "o:h", longs, NULL)) != -1;) {
        switch (c) {
        case 's': w->seed = strtoull(optarg, NULL, 10); break;
        case 'm': w->size = strtod(optarg, NULL); break;
        case 't': w->towns = (unsigned)strtoul(optarg, NULL, 10); break;
        case 'o': w->dir = optarg; break;
        case 'h': exit(usage(stdout, 0));
        default: return false;
        }
    }
    return w->dir != NULL && optind == argc && w->size >= 2500 &&
           w->size <= 20000 && w->towns >= 1 && w->towns <= 100000;
}

int main(int argc, char **argv)
{
    wish w = {.seed = 1, .size = 4200, .towns = 1};
    if (!read_wish(argc, argv, &w)) return usage(stderr, 2);

    sw_error err = {0};
    char paths[3][4096];
    static const char *const names[] = {"town.osm.pbf", "zones.geojson",
                                        "names.txt"};
    for (int i = 0; i < 3; i++) {
        snprintf(paths[i], sizeof paths[i], "%s/%s", w.dir, names[i]);
    }
    if (mkdir(w.dir, 0777) != 0 && errno != EEXIST) {
        sw_fail_errno(&err, "create the folder");
        sw_error_in(&err, w.dir);
    }
    if (err.kind == SW_ERR_NONE && write_map(&w, paths[0], &err) &&
        write_lists(&w, paths[1], paths[2], &err)) {
        return 0;
    }
    char text[1024];
    fprintf(stderr, "make-town: %s\n", sw_error_text(&err, text, sizeof text));
    return (int)err.kind;
}
