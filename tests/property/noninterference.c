// noninterference [PAIRS [SEED]]: random worlds, zones and options; random
// changes of what is restricted alone, in another encoding. The releases must
// be the same, byte for byte; so must the release of the release, and that of
// one thread and of many. A failure prints the seed that repeats it.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "segwan/inspect.h"
#include "world.h"

typedef struct {
    sw_pool *one, *many;
    sw_arena *arena;
    char before[128], after[128], out[128], zones[128];
    uint64_t pairs, changes[64], empty;
} campaign;

static void random_encoding(dice *d, pbf_options *how)
{
    static const int32_t granularities[] = {0, 0, 1, 20, 100};
    *how = (pbf_options){
        .block_entities = (size_t)(1 + below(d, chance(d, 50) ? 9 : 300)),
        .mix_types = chance(d, 30),
        .plain_nodes = chance(d, 30),
        .packing = (pbf_packing)below(d, 4),
        .granularity = granularities[below(d, 5)],
        .strings_reversed = chance(d, 30),
        .strings_twice = chance(d, 20),
        .fields_turned = chance(d, 20),
        .unpacked = chance(d, 15),
        .junk = chance(d, 15),
        .index_data = chance(d, 20),
    };
}

// The release of a file, into `out`; NULL-terminated text of the error if not.
static bool treat(campaign *c, const char *from, sw_pool *pool,
                  const rule_set *r, sw_buf *out)
{
    sw_error err = {0};
    sw_output *output = NULL;
    sw_str bytes;
    char text[1024];
    sw_arena_reset(c->arena);
    bool ok = sw_output_begin(c->out, &output, &err) &&
              sw_map_treat(from, output, pool, &r->map, NULL, &err) &&
              sw_output_commit(output, &err) &&
              sw_file_read(c->out, 1u << 26, c->arena, &bytes, &err);
    sw_output_discard(output);
    if (!ok) {
        printf("treat: %s\n", sw_error_text(&err, text, sizeof text));
        return false;
    }
    out->len = 0;
    sw_buf_add(out, bytes.at, bytes.len);
    return true;
}

static bool read_release(campaign *c, release *of)
{
    sw_error err = {0};
    sw_osm_reader *in = NULL;
    const sw_osm_block *b;
    sw_step step = SW_STEP_FAILED;
    *of = (release){0};
    if (!sw_osm_open(c->out, c->one, NULL, &in, &err)) return false;
    while ((step = sw_osm_next(in, &b, &err)) == SW_STEP_ITEM) {
        for (size_t i = 0; i < b->count; i++) {
            of->ids[b->type][of->counts[b->type]++] = b->entities[i].id;
        }
    }
    sw_osm_close(in);
    return step == SW_STEP_END;
}

static bool same(const sw_buf *a, const sw_buf *b)
{
    return a->len == b->len &&
           (a->len == 0 || memcmp(a->at, b->at, a->len) == 0);
}

static bool differs(const char *what, uint64_t seed, const sw_buf *a,
                    const sw_buf *b)
{
    printf("seed %" PRIu64 ": %s: %zu and %zu bytes, not the same\n", seed,
           what, a->len, b->len);
    return false;
}

// The independent inspection agrees that nothing restricted is left.
static bool inspected(campaign *c, const rule_set *r, uint64_t seed)
{
    sw_error err = {0};
    sw_inspection *seen;
    static const sw_str strip[] = {SW_STR_INIT("ele"), SW_STR_INIT("name:*")};
    static const sw_str names[] = {SW_STR_INIT("한빛부대"),
                                   SW_STR_INIT("Hanbit Base")};
    static const sw_str scope[] = {SW_STR_INIT("highway"),
                                   SW_STR_INIT("natural"),
                                   SW_STR_INIT("landuse"), SW_STR_INIT("type")};
    pbf_save(&r->zone_text, c->zones);
    sw_inspect_options how = {
        .zones_path = c->zones,
        .strip = strip,
        .strip_count = r->strip ? 2 : 0,
        .names = names,
        .name_count = r->strip ? 2 : 0,
        .scope = scope,
        .scope_count = r->scope ? 4 : 0,
        .strip_metadata = r->map.strip_metadata,
        .keep_missing = r->map.keep_missing,
        .coarsen_scale = r->map.coarsen_scale,
    };
    sw_arena_reset(c->arena);
    if (!sw_inspect_map(c->out, &how, c->arena, &seen, &err)) {
        printf("seed %" PRIu64 ": inspection: %s\n", seed, err.reason);
        return false;
    }
    for (size_t i = 0; i < seen->finding_count; i++) {
        printf("seed %" PRIu64 ": inspection found %s (%" PRIu64 "): %.*s\n",
               seed, seen->findings[i].check, seen->findings[i].count,
               SW_STR_ARGS(seen->findings[i].first));
    }
    return seen->finding_count == 0;
}

// One world, and `pairs` changed worlds beside it.
static bool play(campaign *c, uint64_t seed, int pairs)
{
    static world base, changed;
    static release of;
    dice d = {seed};
    rule_set r;
    pbf_options how;
    sw_buf first = {0}, second = {0};
    bool ok = false;

    world_make(&base, &d);
    rules_make(&r, &d);
    random_encoding(&d, &how);
    world_save(&base, &how, c->before);
    if (!treat(c, c->before, c->one, &r, &first)) goto done;
    if (!read_release(c, &of)) goto done;
    if (!inspected(c, &r, seed)) goto done;
    c->empty += of.counts[0] == 0;

    if (!treat(c, c->out, c->one, &r, &second)) goto done;
    if (!same(&first, &second)) {
        ok = differs("treating the release again", seed, &first, &second);
        goto done;
    }
    if (!treat(c, c->before, c->many, &r, &second)) goto done;
    if (!same(&first, &second)) {
        ok = differs("many threads", seed, &first, &second);
        goto done;
    }

    for (int k = 0; k < pairs; k++) {
        char story[1024] = "";
        changed = base;
        for (int n = 1 + below(&d, 6); n > 0; n--) {
            size_t which = (size_t)below(&d, (int)mutation_count);
            if (!mutations[which].change(&changed, &r, &of, &d)) continue;
            c->changes[which]++;
            size_t len = strlen(story);
            snprintf(story + len, sizeof story - len, "%s; ",
                     mutations[which].name);
        }
        random_encoding(&d, &how);
        world_save(&changed, &how, c->after);
        if (!treat(c, c->after, k % 2 ? c->many : c->one, &r, &second))
            goto done;
        c->pairs++;
        if (!same(&first, &second)) {
            ok = differs(story, seed, &first, &second);
            goto done;
        }
    }
    ok = true;

done:
    if (!ok) {
        printf("seed %" PRIu64
               ": strip %d, scope %d, metadata %d, keep-missing %d, "
               "scale %u\n",
               seed, r.strip, r.scope, r.map.strip_metadata, r.map.keep_missing,
               r.map.coarsen_scale);
    }
    sw_buf_free(&first);
    sw_buf_free(&second);
    rules_done(&r);
    return ok;
}

int main(int argc, char **argv)
{
    uint64_t wanted = argc > 1 ? strtoull(argv[1], NULL, 10) : 2000;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    // In memory where there is such a folder: every release is synced to disk.
    char dir[64];
    snprintf(dir, sizeof dir, "%s/segwan-noninterference-XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    campaign c = {0};
    sw_error err;
    if (mkdtemp(dir) == NULL || !sw_pool_new(1, &c.one, &err) ||
        !sw_pool_new(3, &c.many, &err) || !sw_arena_new(&c.arena, &err)) {
        return 4;
    }
    snprintf(c.before, sizeof c.before, "%s/before.osm.pbf", dir);
    snprintf(c.after, sizeof c.after, "%s/after.osm.pbf", dir);
    snprintf(c.out, sizeof c.out, "%s/out.osm.pbf", dir);
    snprintf(c.zones, sizeof c.zones, "%s/zones.geojson", dir);

    bool ok = true;
    uint64_t worlds = 0;
    while (ok && c.pairs < wanted) {
        ok = play(&c, seed + worlds++, 8);
        if (worlds % 1000 == 0) fprintf(stderr, "%" PRIu64 " pairs\n", c.pairs);
    }
    for (size_t i = 0; ok && i < mutation_count; i++) {
        printf("%8" PRIu64 "  %s\n", c.changes[i], mutations[i].name);
        if (wanted >= 2000 && c.changes[i] == 0)
            ok = false;  // it tests nothing
    }
    printf("%" PRIu64 " pairs of %" PRIu64 " worlds (%" PRIu64
           " with an empty release): %s\n",
           c.pairs, worlds, c.empty, ok ? "the same bytes" : "FAILED");
    if (ok) {
        unlink(c.before), unlink(c.after), unlink(c.out), unlink(c.zones),
            rmdir(dir);
    } else {
        printf("files are in %s\n", dir);
    }
    sw_arena_free(c.arena);
    sw_pool_free(c.many);
    sw_pool_free(c.one);
    return ok ? 0 : 1;
}
