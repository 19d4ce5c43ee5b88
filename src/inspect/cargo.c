// What only a look at the cargo before its treatment can tell: how much there
// was (for the exporter's eyes), and whether an outline in the release is what
// is left of an area that should have gone whole (docs/projection.md, section
// 4). An open way whose tags make it an area may have come so; if the cargo has
// it closed, it was cut.
//
// Cargo comes in more encodings than a release may. What this reader does not
// take (lz4, zstd, damage) leaves the check undone, and the report says so by
// not listing it.
#include "inspect_internal.h"

#include <inttypes.h>

#include "block.h"

typedef struct {
    sw_inspect__run *run;
    uint64_t nodes, ways, relations;
} cargo;

static bool take_node(void *ctx, const sw_inspect__object *object,
                      sw_error *err)
{
    (void)object;
    (void)err;
    ((cargo *)ctx)->nodes++;
    return true;
}

// Do both ends of the outline lie on the ring? The id alone would not do: a
// run of another way may have been given the id of a way that is gone.
static bool is_part(const sw_inspect__way *outline, const SwPbf__Way *ring)
{
    bool first = false, last = false;
    int64_t id = 0;
    for (size_t i = 0; i < ring->n_refs; i++) {
        id = sw_inspect__sum(id, ring->refs[i]);
        first |= id == outline->first;
        last |= id == outline->last;
    }
    return first && last;
}

static bool take_way(void *ctx, const sw_inspect__object *object, sw_error *err)
{
    (void)err;
    cargo *c = ctx;
    c->ways++;
    if (!object->closed) return true;
    const sw_inspect__way *outline =
        sw_inspect__rows_find(&c->run->table->outlines, object->id);
    if (outline != NULL && is_part(outline, object->way)) {
        sw_inspect__find(c->run->checks, SW_CHECK_CUT_AREA, "way %" PRId64,
                         object->id);
    }
    return true;
}

static bool take_relation(void *ctx, const sw_inspect__object *object,
                          sw_error *err)
{
    (void)object;
    (void)err;
    ((cargo *)ctx)->relations++;
    return true;
}

static bool read_all(cargo *c, sw_inspect__file *file, sw_error *err)
{
    static const sw_inspect__visitor visitor = {take_node, take_way,
                                                take_relation};
    sw_inspect__blob blob;
    sw_step step;
    while ((step = sw_inspect__next(file, &blob, NULL, err)) == SW_STEP_ITEM) {
        sw_progress_tell(&c->run->how->progress, "reading the cargo",
                         sw_inspect__offset(file), sw_inspect__size(file));
        if (blob.block != NULL && !sw_inspect__visit(&blob, &visitor, c, err))
            return false;
    }
    return step == SW_STEP_END;
}

bool sw_inspect__compare(sw_inspect__run *run, const char *path,
                         sw_inspect__totals *out, sw_error *err)
{
    cargo c = {.run = run};
    sw_inspect__file *file = NULL;
    sw_tally *tally = &run->checks->at[SW_CHECK_CUT_AREA];
    sw_inspect__rows_sort(&run->table->outlines);
    if (!sw_inspect__open(path, &file, err)) return sw_error_in(err, path);

    bool ok = read_all(&c, file, err);
    sw_inspect__close(file);
    if (!ok && err->kind == SW_ERR_MACHINE) return sw_error_in(err, path);
    if (!ok) {
        *tally = (sw_tally){0};
        *err = (sw_error){0};
        return true;
    }
    tally->looked = run->table->outlines.count;
    *out = (sw_inspect__totals){true, c.nodes, c.ways, c.relations};
    return true;
}
