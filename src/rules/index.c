// From the text of an index to its definitions, and what each measure weighs:
// points as a share of all points. Each part of the format is a table of
// fields; docs/indexes.md is the same in words.
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "policy_internal.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum { MAX_MEASURES = 4096, MAX_AREAS = 64 };
#define MAX_POINTS 1e9

typedef struct {
    sw_index *index;
    sw_arena *arena;
    sw_error *err;
} reader;

static const char *const arithmetic_names[] = {"double", "single", NULL};
static const char *const effect_names[] = {"eases", "tightens", NULL};

static bool read_each(reader *r, const yaml_node *node, yaml_kind kind,
                      const char *what, read_one read, size_t size, void *out,
                      size_t *count)
{
    each_child how = {kind, what, read, size};
    return sw_rules__read_each(node, &how, r, r->arena, out, count, r->err);
}

static bool cite(reader *r, const yaml_node *source, citations *out)
{
    return sw_rules__cite(&r->index->all_sources, source, r->arena, out,
                          r->err);
}

/* ---- areas and measures ---------------------------------------------- */

typedef struct {
    area_def def;
    const yaml_node *source, *measures, *points, *whole;
} raw_area;

static bool read_points(reader *r, const yaml_node *node, const char *what,
                        double *out)
{
    return sw_rules__read_number(node, what, 1e-6, MAX_POINTS, out, r->err);
}

static bool read_area(void *ctx, const yaml_node *node, void *out)
{
    reader *r = ctx;
    static const field fields[] = {
        {"title", FIELD_TEXT, true, offsetof(raw_area, def.title), NULL},
        {"code", FIELD_TEXT, false, offsetof(raw_area, def.code), NULL},
        {"measures", FIELD_NODE, false, offsetof(raw_area, measures), NULL},
        {"points", FIELD_NODE, false, offsetof(raw_area, points), NULL},
        {"whole", FIELD_NODE, false, offsetof(raw_area, whole), NULL},
        {"source", FIELD_NODE, false, offsetof(raw_area, source), NULL},
        {"notes", FIELD_TEXT, false, offsetof(raw_area, def.notes), NULL},
    };
    raw_area raw = {0};
    if (!sw_rules__read_fields(node, "area", fields, COUNT(fields), &raw,
                               r->err)) {
        return false;
    }
    if ((raw.points == NULL) == (raw.whole == NULL)) {
        return sw_rules__refuse(
            r->err, node,
            "an area has either points, of each measure, or "
            "whole, of all together");
    }
    double measures = 0;
    if (raw.measures != NULL &&
        !sw_rules__read_number(raw.measures, "measures", 1, MAX_MEASURES,
                               &measures, r->err)) {
        return false;
    }
    area_def *area = out;
    *area = raw.def;
    area->id = node->key->text;
    area->node = node;
    area->whole = raw.whole != NULL;
    area->measures = (size_t)measures;
    return sw_rules__check_id(area->id, node->key, r->err) &&
           read_points(r, area->whole ? raw.whole : raw.points,
                       area->whole ? "whole" : "points", &area->points) &&
           cite(r, raw.source, &area->sources);
}

static sw_str area_id_at(const void *index, size_t i)
{
    return ((const sw_index *)index)->areas[i].id;
}

static bool find_area(reader *r, sw_str id, const yaml_node *node, size_t *out)
{
    const sw_index *x = r->index;
    *out = sw_rules__find_area(x, id);
    if (*out < x->area_count) return true;
    char hint[120];
    sw_rules__hint(hint, sizeof hint,
                   sw_rules__nearest(id, area_id_at, x, x->area_count));
    id = sw_rules__clip(id);
    return sw_rules__refuse(r->err, node, "no area has the id \"%.*s\"%s",
                            SW_STR_ARGS(id), hint);
}

typedef struct {
    measure_def def;
    sw_str area;
    const yaml_node *source, *points;
} raw_measure;

static bool read_measure(void *ctx, const yaml_node *node, void *out)
{
    reader *r = ctx;
    static const field fields[] = {
        {"title", FIELD_TEXT, true, offsetof(raw_measure, def.title), NULL},
        {"area", FIELD_TEXT, true, offsetof(raw_measure, area), NULL},
        {"points", FIELD_NODE, false, offsetof(raw_measure, points), NULL},
        {"source", FIELD_NODE, false, offsetof(raw_measure, source), NULL},
        {"notes", FIELD_TEXT, false, offsetof(raw_measure, def.notes), NULL},
    };
    raw_measure raw = {0};
    measure_def *measure = out;
    if (!sw_rules__read_fields(node, "measure", fields, COUNT(fields), &raw,
                               r->err) ||
        !sw_rules__check_id(node->key->text, node->key, r->err) ||
        !find_area(r, raw.area, node, &raw.def.area)) {
        return false;
    }
    *measure = raw.def;
    measure->id = node->key->text;
    measure->node = node;
    const area_def *area = &r->index->areas[measure->area];
    measure->points = area->whole ? 0 : area->points;
    if (raw.points != NULL && area->whole) {
        return sw_rules__refuse(r->err, raw.points,
                                "how the measures of this area share its "
                                "weight is not known");
    }
    if (raw.points != NULL &&
        !read_points(r, raw.points, "points", &measure->points)) {
        return false;
    }
    return cite(r, raw.source, &measure->sources);
}

/* ---- groups, published scores, part-scores --------------------------- */

typedef struct {
    group_def def;
    const yaml_node *economies;
} raw_group;

static bool read_group(void *ctx, const yaml_node *node, void *out)
{
    reader *r = ctx;
    static const field fields[] = {
        {"title", FIELD_TEXT, true, offsetof(raw_group, def.title), NULL},
        {"economies", FIELD_NODE, true, offsetof(raw_group, economies), NULL},
        {"notes", FIELD_TEXT, false, offsetof(raw_group, def.notes), NULL},
    };
    raw_group raw = {.def = {.id = node->key->text, .node = node}};
    if (!sw_rules__read_fields(node, "group", fields, COUNT(fields), &raw,
                               r->err) ||
        !sw_rules__check_id(raw.def.id, node->key, r->err) ||
        !sw_rules__read_texts(raw.economies, "economies", r->arena,
                              &raw.def.economies, &raw.def.count, r->err)) {
        return false;
    }
    memcpy(out, &raw.def, sizeof raw.def);
    return true;
}

typedef struct {
    value_def def;
    const yaml_node *year, *value, *source;
} raw_value;

static bool read_value(void *ctx, const yaml_node *node, void *out)
{
    reader *r = ctx;
    static const field fields[] = {
        {"economy", FIELD_TEXT, true, offsetof(raw_value, def.economy), NULL},
        {"name", FIELD_TEXT, false, offsetof(raw_value, def.name), NULL},
        {"year", FIELD_NODE, true, offsetof(raw_value, year), NULL},
        {"value", FIELD_NODE, true, offsetof(raw_value, value), NULL},
        {"source", FIELD_NODE, true, offsetof(raw_value, source), NULL},
        {"notes", FIELD_TEXT, false, offsetof(raw_value, def.notes), NULL},
    };
    raw_value raw = {0};
    double year = 0;
    if (!sw_rules__read_fields(node, "published score", fields, COUNT(fields),
                               &raw, r->err) ||
        !sw_rules__read_number(raw.year, "year", 1900, 2200, &year, r->err) ||
        !sw_rules__read_number(raw.value, "value", 0, 1, &raw.def.value,
                               r->err) ||
        !cite(r, raw.source, &raw.def.sources)) {
        return false;
    }
    raw.def.year = (int)year;
    memcpy(out, &raw.def, sizeof raw.def);
    return true;
}

typedef struct {
    edition_def def;
    const yaml_node *values;
} raw_edition;

static bool read_edition(void *ctx, const yaml_node *node, void *out)
{
    reader *r = ctx;
    static const field fields[] = {
        {"title", FIELD_TEXT, true, offsetof(raw_edition, def.title), NULL},
        {"published", FIELD_NODE, true, offsetof(raw_edition, values), NULL},
        {"notes", FIELD_TEXT, false, offsetof(raw_edition, def.notes), NULL},
    };
    raw_edition raw = {0};
    if (!sw_rules__read_fields(node, "edition", fields, COUNT(fields), &raw,
                               r->err) ||
        !read_each(r, raw.values, YAML_LIST, "published scores", read_value,
                   sizeof(value_def), &raw.def.values, &raw.def.count)) {
        return false;
    }
    memcpy(out, &raw.def, sizeof raw.def);
    return true;
}

static bool read_part_score(void *ctx, const yaml_node *node, void *out)
{
    reader *r = ctx;
    struct raw {
        part_score_def def;
        sw_str area;
    } raw = {0};
    static const field fields[] = {
        {"economy", FIELD_TEXT, true, offsetof(struct raw, def.economy), NULL},
        {"area", FIELD_TEXT, true, offsetof(struct raw, area), NULL},
        {"notes", FIELD_TEXT, true, offsetof(struct raw, def.notes), NULL},
    };
    if (!sw_rules__read_fields(node, "part-score", fields, COUNT(fields), &raw,
                               r->err) ||
        !find_area(r, raw.area, node, &raw.def.area)) {
        return false;
    }
    memcpy(out, &raw.def, sizeof raw.def);
    return true;
}

/* ---- changes --------------------------------------------------------- */

typedef struct {
    change_def def;
    int effect;
    const yaml_node *source;
} raw_change;

static bool read_change(void *ctx, const yaml_node *node, void *out)
{
    reader *r = ctx;
    static const field fields[] = {
        {"title", FIELD_TEXT, true, offsetof(raw_change, def.title), NULL},
        {"economies", FIELD_TEXT, true, offsetof(raw_change, def.economies),
         NULL},
        {"day", FIELD_DATE, false, offsetof(raw_change, def.day), NULL},
        {"effect", FIELD_WORD, true, offsetof(raw_change, effect),
         effect_names},
        {"rulebook", FIELD_TEXT, false, offsetof(raw_change, def.rulebook),
         NULL},
        {"source", FIELD_NODE, true, offsetof(raw_change, source), NULL},
        {"notes", FIELD_TEXT, false, offsetof(raw_change, def.notes), NULL},
    };
    raw_change raw = {.def = {.id = node->key->text}};
    if (!sw_rules__read_fields(node, "change", fields, COUNT(fields), &raw,
                               r->err) ||
        !sw_rules__check_id(raw.def.id, node->key, r->err) ||
        !sw_rules__check_id(raw.def.rulebook, node, r->err) ||
        !cite(r, raw.source, &raw.def.sources)) {
        return false;
    }
    raw.def.eases = raw.effect == 0;
    memcpy(out, &raw.def, sizeof raw.def);
    return true;
}

/* ---- the table ------------------------------------------------------- */

static bool read_table(reader *r, const yaml_node *node)
{
    struct raw {
        table_def def;
        const yaml_node *decimals;
    } raw = {0};
    static const field fields[] = {
        {"economy", FIELD_TEXT, true, offsetof(struct raw, def.economy), NULL},
        {"name", FIELD_TEXT, true, offsetof(struct raw, def.name), NULL},
        {"area", FIELD_TEXT, true, offsetof(struct raw, def.area), NULL},
        {"year", FIELD_TEXT, true, offsetof(struct raw, def.year), NULL},
        {"value", FIELD_TEXT, true, offsetof(struct raw, def.value), NULL},
        {"total", FIELD_TEXT, true, offsetof(struct raw, def.total), NULL},
        {"decimals", FIELD_NODE, true, offsetof(struct raw, decimals), NULL},
    };
    double decimals = 0;
    if (node == NULL) return true;
    if (!sw_rules__read_fields(node, "table", fields, COUNT(fields), &raw,
                               r->err) ||
        !sw_rules__read_number(raw.decimals, "decimals", 1, 15, &decimals,
                               r->err)) {
        return false;
    }
    raw.def.decimals = (int)decimals;
    r->index->table = raw.def;
    r->index->has_table = true;
    for (size_t i = 0; i < r->index->area_count; i++) {
        const area_def *area = &r->index->areas[i];
        if (area->whole || area->code.len == 0) {
            return sw_rules__refuse(
                r->err, area->node,
                "an index with a table needs the code and the points of "
                "each area");
        }
    }
    for (size_t k = 0; k < r->index->measure_count; k++) {
        const measure_def *m = &r->index->measures[k];
        if (m->points == r->index->areas[m->area].points) continue;
        return sw_rules__refuse(r->err, m->node,
                                "where a table gives areas as whole numbers "
                                "of measures, all of an area weigh the same");
    }
    return true;
}

/* ---- weights --------------------------------------------------------- */

// An area has as many measures as it says, or as are listed.
static bool count_measures(reader *r, area_def *areas)
{
    const sw_index *x = r->index;
    for (size_t i = 0; i < x->area_count; i++) {
        size_t listed = 0;
        for (size_t k = 0; k < x->measure_count; k++)
            listed += x->measures[k].area == i;
        if (areas[i].measures == 0) areas[i].measures = listed;
        if (areas[i].measures > 0 && listed <= areas[i].measures) continue;
        return sw_rules__refuse(r->err, areas[i].node,
                                "%zu measures are listed, the area has %zu",
                                listed, areas[i].measures);
    }
    return true;
}

// The points of an area's measures together: those listed, and the rest.
static double points_of(const sw_index *x, size_t area)
{
    const area_def *a = &x->areas[area];
    if (a->whole) return a->points;
    double points = 0;
    size_t listed = 0;
    for (size_t k = 0; k < x->measure_count; k++) {
        if (x->measures[k].area != area) continue;
        points += x->measures[k].points;
        listed++;
    }
    return points + (double)(a->measures - listed) * a->points;
}

static double share(const sw_index *x, double points, double all)
{
    double weight = points / all;
    return x->single ? (double)(float)weight : weight;
}

static void weigh(const sw_index *x, area_def *areas, measure_def *measures)
{
    double all = 0;
    for (size_t i = 0; i < x->area_count; i++)
        all += points_of(x, i);
    for (size_t i = 0; i < x->area_count; i++)
        areas[i].weight = share(x, areas[i].points, all);
    for (size_t k = 0; k < x->measure_count; k++)
        measures[k].weight = share(x, measures[k].points, all);
}

double sw_rules__index_total(const sw_index *index, const double *areas)
{
    double sum = 0;
    for (size_t i = 0; i < index->area_count; i++) {
        sum += areas[i];
        if (index->single) sum = (double)(float)sum;
    }
    return sum;
}

/* ---- the index ------------------------------------------------------- */

typedef struct {
    sw_index index;
    int arithmetic;
    const yaml_node *source, *sources, *table, *areas, *measures, *groups,
        *published, *editions, *part_scores, *changes;
} raw_index;

static const field index_fields[] = {
    {"index", FIELD_TEXT, true, offsetof(raw_index, index.id), NULL},
    {"title", FIELD_TEXT, true, offsetof(raw_index, index.title), NULL},
    {"publisher", FIELD_TEXT, true, offsetof(raw_index, index.publisher), NULL},
    {"edition", FIELD_TEXT, true, offsetof(raw_index, index.edition), NULL},
    {"licence", FIELD_TEXT, false, offsetof(raw_index, index.licence), NULL},
    {"notes", FIELD_TEXT, false, offsetof(raw_index, index.notes), NULL},
    {"arithmetic", FIELD_WORD, false, offsetof(raw_index, arithmetic),
     arithmetic_names},
    {"source", FIELD_NODE, true, offsetof(raw_index, source), NULL},
    {"sources", FIELD_NODE, true, offsetof(raw_index, sources), NULL},
    {"areas", FIELD_NODE, true, offsetof(raw_index, areas), NULL},
    {"measures", FIELD_NODE, false, offsetof(raw_index, measures), NULL},
    {"table", FIELD_NODE, false, offsetof(raw_index, table), NULL},
    {"groups", FIELD_NODE, false, offsetof(raw_index, groups), NULL},
    {"published", FIELD_NODE, false, offsetof(raw_index, published), NULL},
    {"editions", FIELD_NODE, false, offsetof(raw_index, editions), NULL},
    {"part_scores", FIELD_NODE, false, offsetof(raw_index, part_scores), NULL},
    {"changes", FIELD_NODE, false, offsetof(raw_index, changes), NULL},
};

static bool read_structure(reader *r, const raw_index *raw)
{
    sw_index *x = r->index;
    area_def *areas = NULL;
    measure_def *measures = NULL;
    if (raw->areas->count > MAX_AREAS) {
        return sw_rules__refuse(r->err, raw->areas, "more than %d areas",
                                MAX_AREAS);
    }
    if (!read_each(r, raw->areas, YAML_MAP, "areas", read_area,
                   sizeof *x->areas, &x->areas, &x->area_count) ||
        !read_each(r, raw->measures, YAML_MAP, "measures", read_measure,
                   sizeof *x->measures, &x->measures, &x->measure_count)) {
        return false;
    }
    memcpy(&areas, &x->areas, sizeof areas);  // ours until they are weighed
    memcpy(&measures, &x->measures, sizeof measures);
    if (!count_measures(r, areas)) return false;
    weigh(x, areas, measures);
    sw_str *titles = SW_NEW_ARRAY(r->arena, sw_str, x->area_count);
    if (titles == NULL) return sw_fail_memory(r->err);
    for (size_t i = 0; i < x->area_count; i++)
        titles[i] = areas[i].title;
    x->area_titles = titles;
    return true;
}

static bool read_parts(reader *r, const raw_index *raw)
{
    sw_index *x = r->index;
    return sw_rules__read_citations(raw->sources, r->arena, &x->all_sources,
                                    r->err) &&
           cite(r, raw->source, &x->sources) && read_structure(r, raw) &&
           read_table(r, raw->table) &&
           read_each(r, raw->groups, YAML_MAP, "groups", read_group,
                     sizeof *x->groups, &x->groups, &x->group_count) &&
           read_each(r, raw->published, YAML_LIST, "published scores",
                     read_value, sizeof *x->values, &x->values,
                     &x->value_count) &&
           read_each(r, raw->editions, YAML_LIST, "editions", read_edition,
                     sizeof *x->editions, &x->editions, &x->edition_count) &&
           read_each(r, raw->part_scores, YAML_LIST, "part-scores",
                     read_part_score, sizeof *x->part_scores, &x->part_scores,
                     &x->part_score_count) &&
           read_each(r, raw->changes, YAML_MAP, "changes", read_change,
                     sizeof *x->changes, &x->changes, &x->change_count);
}

static bool parse(sw_str text, const char *name, sw_arena *arena,
                  sw_index **out, sw_error *err)
{
    const yaml_node *root;
    raw_index raw = {0};
    if (!sw_rules__yaml(text, arena, &root, err)) return false;
    if (!sw_rules__read_fields(root, "index", index_fields, COUNT(index_fields),
                               &raw, err)) {
        return false;
    }
    sw_index *index = SW_NEW(arena, sw_index);
    if (index == NULL) return sw_fail_memory(err);
    *index = raw.index;
    index->single = raw.arithmetic == 1;
    if (!sw_arena_str(arena, sw_str_of(name), &index->name))
        return sw_fail_memory(err);
    reader r = {index, arena, err};
    if (!sw_rules__check_id(index->id, root, err) || !read_parts(&r, &raw))
        return false;
    *out = index;
    return true;
}

bool sw_index_parse(sw_str text, const char *name, sw_arena *arena,
                    sw_index **out, sw_error *err)
{
    return parse(text, name, arena, out, err) || sw_error_in(err, name);
}

bool sw_index_load(const char *path, sw_arena *arena, sw_index **out,
                   sw_error *err)
{
    sw_str text;
    if (!sw_file_read(path, MAX_DOCUMENT_BYTES, arena, &text, err))
        return sw_error_in(err, path);
    return sw_index_parse(text, path, arena, out, err);
}

sw_str sw_index_id(const sw_index *index)
{
    return index->id;
}

size_t sw_rules__find_area(const sw_index *index, sw_str id)
{
    size_t i = 0;
    while (i < index->area_count && !sw_str_eq(index->areas[i].id, id))
        i++;
    return i;
}

const group_def *sw_rules__find_group(const sw_index *index, sw_str id)
{
    for (size_t i = 0; i < index->group_count; i++) {
        if (sw_str_eq(index->groups[i].id, id)) return &index->groups[i];
    }
    return NULL;
}
