// draw-map: a plain street map of OSM PBF files as SVG, one panel a file, on
// the same ground: to look at cargo before and after. Zones, if given, are
// hatched on the first panel; the picture is then as secret as the zone list.
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "segwan/osm.h"

enum { PANEL = 900, MARGIN = 24, HEAD = 44 };

typedef enum { FILL, LINE, CASED, LABEL } how;

// The first entry that matches draws the object; order in the table is order of
// painting.
typedef struct {
    const char *key, *value;  // value NULL: any
    how kind;
    const char *color;
    double width;  // pixels on a panel that shows 4 km; of a label: font size
    const char *more;  // further SVG attributes
} style;

static const style styles[] = {
    {"landuse", "farmland", FILL, "#eef0d5", 0, ""},
    {"landuse", "greenhouse_horticulture", FILL, "#e3ead2", 0, ""},
    {"natural", "wood", FILL, "#c5dcb4", 0, ""},
    {"natural", "heath", FILL, "#dfe3b9", 0, ""},
    {"landuse", "residential", FILL, "#eae6e1", 0, ""},
    {"landuse", "commercial", FILL, "#f3dcd6", 0, ""},
    {"landuse", "industrial", FILL, "#e6dcea", 0, ""},
    {"landuse", "military", FILL, "#f3c9bf", 0, ""},
    {"power", "plant", FILL, "#e2cfe0", 0, ""},
    {"man_made", "water_works", FILL, "#d5dde4", 0, ""},
    {"leisure", "park", FILL, "#cdebb0", 0, ""},
    {"leisure", "playground", FILL, "#bfe3cd", 0, ""},
    {"amenity", "school", FILL, "#f4f0d3", 0, ""},
    {"contour", NULL, LINE, "#c9a26d", 0.5, "stroke-opacity=\"0.8\""},
    {"natural", "water", FILL, "#a9cfe0", 0, ""},
    {"landuse", "basin", FILL, "#a9cfe0", 0, ""},
    {"leisure", "pitch", FILL, "#a5d9bd", 0, ""},
    {"building", NULL, FILL, "#cfc3b8", 0,
     "stroke=\"#b3a598\" stroke-width=\"0.3\""},
    {"barrier", NULL, LINE, "#9a6a5c", 0.7, "stroke-dasharray=\"3 1.5\""},
    {"waterway", "river", LINE, "#8fbdd2", 0.6, ""},
    {"boundary", "administrative", LINE, "#9b6fa8", 1.3,
     "stroke-dasharray=\"8 3 2 3\" stroke-opacity=\"0.75\""},
    {"highway", "footway", LINE, "#e39488", 0.8, "stroke-dasharray=\"2 1.5\""},
    {"highway", "track", LINE, "#a77b45", 1.0, "stroke-dasharray=\"4 2\""},
    {"highway", "service", CASED, "#ffffff", 1.2, ""},
    {"highway", "residential", CASED, "#ffffff", 2.0, ""},
    {"highway", "secondary", CASED, "#f7fabf", 3.4, ""},
    {"highway", "primary", CASED, "#fcd6a4", 5.0, ""},
    {"railway", "rail", LINE, "#6a6a6a", 1.8, ""},
    {"man_made", "pipeline", LINE, "#b0702c", 1.0, "stroke-dasharray=\"6 2\""},
    {"power", "line", LINE, "#8a8a8a", 0.7, ""},
    {"railway", "station", LABEL, "#4c4c8a", 9, "font-weight=\"bold\""},
    {"natural", "peak", LABEL, "#7b4f1d", 8, ""},
    {"highway", "bus_stop", LABEL, "#3a62b3", 5.5, ""},
    {"historic", "memorial", LABEL, "#734a08", 6, ""},
    {"aeroway", "helipad", LABEL, "#a03a2c", 7, ""},
    {"military", "bunker", LABEL, "#a03a2c", 7, ""},
};
enum { STYLES = sizeof styles / sizeof *styles };

typedef struct {
    int64_t id;
    sw_location at;
} place;

typedef struct {
    int64_t id;
    size_t refs, count;  // in the panel's refs
} shape;

typedef struct {
    sw_arena *arena;
    place *places;
    size_t place_count;
    shape *shapes;
    size_t shape_count;
    int64_t *refs;
    size_t ref_count;
    sw_buf layers[2 * STYLES];  // casings, then the styles
    sw_buf names;
    sw_location low, high;
} panel;

// Where the ground lies on the panel.
typedef struct {
    double lon0, lat1, per_lon, per_lat, line;
} view;

static void *more(void *at, size_t count, size_t size)
{
    if ((count & (count - 1)) != 0) return at;
    at = realloc(at, (count == 0 ? 1 : count * 2) * size);
    if (at == NULL) exit(4);
    return at;
}

static sw_str tag_of(const sw_osm_block *b, const sw_osm_entity *e,
                     const char *key)
{
    for (uint32_t i = 0; i < e->tag_count; i++) {
        const sw_osm_tag *tag = &b->tags[e->tags + i];
        if (sw_str_eq(b->strings[tag->key], sw_str_of(key))) {
            return b->strings[tag->value];
        }
    }
    return (sw_str){0};
}

static int style_of(const sw_osm_block *b, const sw_osm_entity *e)
{
    for (int i = STYLES - 1; i >= 0; i--) {
        if ((styles[i].kind == LABEL) != (b->type == SW_OSM_NODE)) continue;
        sw_str value = tag_of(b, e, styles[i].key);
        if (value.at == NULL) continue;
        if (styles[i].value == NULL ||
            sw_str_eq(value, sw_str_of(styles[i].value))) {
            return i;
        }
    }
    return -1;
}

static double at_x(const view *v, sw_location at)
{
    return (at.lon_e7 - v->lon0) * v->per_lon;
}

static double at_y(const view *v, sw_location at)
{
    return (v->lat1 - at.lat_e7) * v->per_lat;
}

static void add_text(sw_buf *out, sw_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.at[i];
        if (c == '<' || c == '&' || c == '>')
            sw_buf_printf(out, "&#%d;", c);
        else if ((unsigned char)c >= ' ')
            sw_buf_add(out, &c, 1);
    }
}

static void add_label(panel *p, const view *v, const style *s, sw_location at,
                      sw_str name)
{
    if (name.len == 0) return;
    sw_buf_printf(
        &p->names,
        "<text x=\"%.1f\" y=\"%.1f\" font-size=\"%.1f\" fill=\"%s\" %s>",
        at_x(v, at), at_y(v, at), s->width, s->color, s->more);
    add_text(&p->names, name);
    sw_buf_printf(&p->names, "</text>\n");
}

static const place *find_place(const panel *p, int64_t id)
{
    size_t low = 0, high = p->place_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (sw_osm_id_cmp(p->places[middle].id, id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < p->place_count && p->places[low].id == id ? &p->places[low]
                                                           : NULL;
}

static const shape *find_shape(const panel *p, int64_t id)
{
    for (size_t low = 0, high = p->shape_count; low < high;) {
        size_t middle = (low + high) / 2;
        int order = sw_osm_id_cmp(p->shapes[middle].id, id);
        if (order == 0) return &p->shapes[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static void add_path(sw_buf *out, const panel *p, const view *v,
                     const int64_t *refs, size_t count, bool backwards,
                     bool move)
{
    for (size_t k = 0; k < count; k++) {
        const place *at = find_place(p, refs[backwards ? count - 1 - k : k]);
        if (at == NULL) continue;
        sw_buf_printf(out, "%c%.1f %.1f", move ? 'M' : 'L', at_x(v, at->at),
                      at_y(v, at->at));
        move = false;
    }
}

static void draw(panel *p, const view *v, int which, const char *d)
{
    const style *s = &styles[which];
    if (s->kind == FILL) {
        sw_buf_printf(&p->layers[STYLES + which],
                      "<path fill=\"%s\" fill-rule=\"evenodd\" %s d=\"%s\"/>\n",
                      s->color, s->more, d);
        return;
    }
    if (s->kind == CASED) {
        sw_buf_printf(
            &p->layers[which],
            "<path fill=\"none\" stroke=\"#a89e94\" stroke-linecap=\"round\""
            " stroke-width=\"%.2f\" d=\"%s\"/>\n",
            s->width * v->line + 0.9, d);
    }
    sw_buf_printf(&p->layers[STYLES + which],
                  "<path fill=\"none\" stroke=\"%s\" stroke-linejoin=\"round\" "
                  "stroke-linecap=\"%s\" stroke-width=\"%.2f\" %s d=\"%s\"/>\n",
                  s->color, s->kind == CASED ? "round" : "butt",
                  s->width * v->line, s->more, d);
}

static void name_street(panel *p, const view *v, const sw_osm_block *b,
                        const sw_osm_entity *e)
{
    sw_str name = tag_of(b, e, "name");
    const place *at = find_place(p, b->refs[e->refs + e->ref_count / 2]);
    const place *to = find_place(p, b->refs[e->refs + e->ref_count / 2 - 1]);
    if (name.len == 0 || at == NULL || to == NULL || e->ref_count < 5) return;
    double turn = atan2(at_y(v, at->at) - at_y(v, to->at),
                        at_x(v, at->at) - at_x(v, to->at)) *
                  57.29578;
    if (turn > 90 || turn < -90) turn += 180;
    sw_buf_printf(
        &p->names,
        "<text font-size=\"6.5\" fill=\"#5b4632\" text-anchor=\"middle\" "
        "transform=\"translate(%.1f %.1f) rotate(%.0f)\" dy=\"2\">",
        at_x(v, at->at), at_y(v, at->at), turn);
    add_text(&p->names, name);
    sw_buf_printf(&p->names, "</text>\n");
}

static void draw_way(panel *p, const view *v, const sw_osm_block *b,
                     const sw_osm_entity *e)
{
    int which = style_of(b, e);
    if (which < 0) return;
    sw_buf d = {0};
    add_path(&d, p, v, b->refs + e->refs, e->ref_count, false, true);
    sw_buf_add(&d, "", 1);
    draw(p, v, which, d.at);
    sw_buf_free(&d);

    sw_str kind = tag_of(b, e, "highway");
    if (sw_str_eq(kind, SW_STR("primary")) ||
        sw_str_eq(kind, SW_STR("secondary"))) {
        name_street(p, v, b, e);
    }
    if (sw_str_eq(tag_of(b, e, "landuse"), SW_STR("military")) ||
        sw_str_eq(tag_of(b, e, "power"), SW_STR("plant")) ||
        sw_str_eq(tag_of(b, e, "man_made"), SW_STR("water_works"))) {
        static const style site = {"",        NULL, LABEL,
                                   "#a03a2c", 10,   "font-weight=\"bold\""};
        const place *at = find_place(p, b->refs[e->refs]);
        if (at != NULL) add_label(p, v, &site, at->at, tag_of(b, e, "name"));
    }
}

static const shape *member_shape(const panel *p, const sw_osm_block *b,
                                 const sw_osm_entity *e, uint32_t which)
{
    const sw_osm_member *m = &b->members[e->refs + which];
    return m->type == SW_OSM_WAY ? find_shape(p, m->ref) : NULL;
}

// Joins the member ways of a multipolygon end to end; even-odd filling makes
// holes of the inner rings.
static void draw_multipolygon(panel *p, const view *v, const sw_osm_block *b,
                              const sw_osm_entity *e)
{
    int which = style_of(b, e);
    if (which < 0 || e->ref_count > 4096 || p->refs == NULL) return;
    bool *used = calloc(e->ref_count + 1u, sizeof *used);
    sw_buf d = {0};
    if (used == NULL) exit(4);
    for (uint32_t start = 0; start < e->ref_count; start++) {
        const shape *s = member_shape(p, b, e, start);
        if (used[start] || s == NULL || s->count < 2) continue;
        used[start] = true;
        add_path(&d, p, v, p->refs + s->refs, s->count, false, true);
        int64_t first = p->refs[s->refs], end = p->refs[s->refs + s->count - 1];
        for (uint32_t k = 0; k < e->ref_count && end != first;) {
            const shape *n = member_shape(p, b, e, k);
            bool joins = !used[k] && n != NULL && n->count >= 2 &&
                         (p->refs[n->refs] == end ||
                          p->refs[n->refs + n->count - 1] == end);
            if (!joins) {
                k++;
                continue;
            }
            bool back = p->refs[n->refs] != end;
            used[k] = true;
            add_path(&d, p, v, p->refs + n->refs, n->count, back, false);
            end = p->refs[back ? n->refs : n->refs + n->count - 1];
            k = 0;
        }
    }
    sw_buf_add(&d, "", 1);
    draw(p, v, which, d.at);
    sw_buf_free(&d);
    free(used);
}

static void keep(panel *p, const sw_osm_block *b)
{
    for (size_t i = 0; i < b->count; i++) {
        const sw_osm_entity *e = &b->entities[i];
        if (b->type == SW_OSM_NODE) {
            p->places = more(p->places, p->place_count, sizeof *p->places);
            p->places[p->place_count++] = (place){e->id, e->at};
            if (e->at.lon_e7 < p->low.lon_e7) p->low.lon_e7 = e->at.lon_e7;
            if (e->at.lat_e7 < p->low.lat_e7) p->low.lat_e7 = e->at.lat_e7;
            if (e->at.lon_e7 > p->high.lon_e7) p->high.lon_e7 = e->at.lon_e7;
            if (e->at.lat_e7 > p->high.lat_e7) p->high.lat_e7 = e->at.lat_e7;
        } else if (b->type == SW_OSM_WAY) {
            p->shapes = more(p->shapes, p->shape_count, sizeof *p->shapes);
            p->shapes[p->shape_count++] =
                (shape){e->id, p->ref_count, e->ref_count};
            for (uint32_t k = 0; k < e->ref_count; k++) {
                p->refs = more(p->refs, p->ref_count, sizeof *p->refs);
                p->refs[p->ref_count++] = b->refs[e->refs + k];
            }
        }
    }
}

static void paint(panel *p, const view *v, const sw_osm_block *b)
{
    for (size_t i = 0; i < b->count; i++) {
        const sw_osm_entity *e = &b->entities[i];
        if (b->type == SW_OSM_WAY) {
            draw_way(p, v, b, e);
        } else if (b->type == SW_OSM_NODE) {
            int which = style_of(b, e);
            if (which >= 0) {
                add_label(p, v, &styles[which], e->at, tag_of(b, e, "name"));
            }
        } else if (sw_str_eq(tag_of(b, e, "type"), SW_STR("multipolygon"))) {
            draw_multipolygon(p, v, b, e);
        }
    }
}

// Reads the file; with a view paints it, without one keeps its geometry.
static bool read_panel(panel *p, const char *path, sw_pool *pool, const view *v,
                       sw_error *err)
{
    sw_osm_reader *in = NULL;
    const sw_osm_block *block;
    sw_step step = SW_STEP_FAILED;
    if (!sw_osm_open(path, pool, NULL, &in, err)) return false;
    while ((step = sw_osm_next(in, &block, err)) == SW_STEP_ITEM) {
        if (v == NULL)
            keep(p, block);
        else
            paint(p, v, block);
    }
    sw_osm_close(in);
    return step == SW_STEP_END;
}

static void write_panel(FILE *out, const panel *p, int which, double height,
                        const char *title)
{
    double x = MARGIN + which * (PANEL + MARGIN);
    fprintf(out,
            "<text x=\"%g\" y=\"%d\" font-size=\"18\" fill=\"#222\">%s</text>\n"
            "<svg x=\"%g\" y=\"%d\" width=\"%d\" height=\"%.0f\" "
            "viewBox=\"0 0 %d %.0f\">\n"
            "<rect width=\"%d\" height=\"%.0f\" fill=\"#f5f2ec\"/>\n",
            x, HEAD - 14, title, x, HEAD, PANEL, height, PANEL, height, PANEL,
            height);
    // Ground first, then casings of all streets, then what lies on top.
    for (int i = 0; i < STYLES; i++) {
        if (strcmp(styles[i].key, "highway") == 0) break;
        fwrite(p->layers[STYLES + i].at, 1, p->layers[STYLES + i].len, out);
    }
    for (int i = 0; i < STYLES; i++) {
        fwrite(p->layers[i].at, 1, p->layers[i].len, out);
    }
    bool above = false;
    for (int i = 0; i < STYLES; i++) {
        above |= strcmp(styles[i].key, "highway") == 0;
        if (above)
            fwrite(p->layers[STYLES + i].at, 1, p->layers[STYLES + i].len, out);
    }
    fputs("<g font-family=\"'Noto Sans CJK KR','Noto Sans KR','Malgun Gothic',"
          "sans-serif\" stroke=\"#fff\" stroke-width=\"1.6\" "
          "paint-order=\"stroke\" "
          "stroke-linejoin=\"round\">\n",
          out);
    fwrite(p->names.at, 1, p->names.len, out);
    fputs("</g>\n", out);
}

static void write_zones(FILE *out, const sw_zones *zones, const view *v)
{
    fputs("<g fill=\"url(#hatch)\" stroke=\"#c81e1e\" stroke-width=\"1.4\">\n",
          out);
    for (size_t i = 0; i < sw_zones_rings(zones); i++) {
        sw_zone_ring ring = sw_zones_ring(zones, i);
        fputs("<path d=\"", out);
        for (size_t k = 0; k < ring.count; k++) {
            fprintf(out, "%c%.1f %.1f", k == 0 ? 'M' : 'L', at_x(v, ring.at[k]),
                    at_y(v, ring.at[k]));
        }
        fputs("Z\"/>\n", out);
    }
    fputs("</g>\n", out);
}

static void free_panel(panel *p)
{
    free(p->places);
    free(p->shapes);
    free(p->refs);
    for (int i = 0; i < 2 * STYLES; i++)
        sw_buf_free(&p->layers[i]);
    sw_buf_free(&p->names);
}

static bool write_picture(const char *path, const panel *panels, int count,
                          const sw_zones *zones, const view *v, double height,
                          const char *const *titles)
{
    FILE *out = fopen(path, "w");
    if (out == NULL) return false;
    fprintf(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" "
        "height=\"%.0f\" "
        "font-family=\"sans-serif\">\n"
        "<defs><pattern id=\"hatch\" width=\"7\" height=\"7\" "
        "patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
        "<rect width=\"7\" height=\"7\" fill=\"#e33\" fill-opacity=\"0.12\"/>"
        "<line y2=\"7\" stroke=\"#c81e1e\" stroke-width=\"1.6\" "
        "stroke-opacity=\"0.55\"/></pattern></defs>\n"
        "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n",
        MARGIN + count * (PANEL + MARGIN), height + HEAD + MARGIN);
    for (int i = 0; i < count; i++) {
        write_panel(out, &panels[i], i, height, titles[i]);
        if (i == 0 && zones != NULL) write_zones(out, zones, v);
        fputs("</svg>\n", out);
    }
    fputs("</svg>\n", out);
    bool ok = !ferror(out);
    return fclose(out) == 0 && ok;
}

static view view_of(const panel *p, double *height)
{
    double degrees = (double)p->high.lon_e7 - p->low.lon_e7;
    double tall = (double)p->high.lat_e7 - p->low.lat_e7;
    double middle = ((double)p->high.lat_e7 + p->low.lat_e7) / 2e7 / 57.29578;
    view v = {.lon0 = p->low.lon_e7, .lat1 = p->high.lat_e7};
    v.per_lon = degrees > 0 ? PANEL / degrees : 1;
    v.per_lat = v.per_lon / cos(middle);
    *height = tall * v.per_lat;
    double metres = degrees / 1e7 * 111320 * cos(middle);
    v.line = metres > 0 ? 4200 / metres : 1;
    if (v.line < 0.15) v.line = 0.15;
    return v;
}

int main(int argc, char **argv)
{
    const char *output = NULL, *zone_list = NULL;
    for (int c; (c = getopt(argc, argv, "o:z:")) != -1;) {
        if (c == 'o')
            output = optarg;
        else if (c == 'z')
            zone_list = optarg;
        else
            return 2;
    }
    int count = argc - optind;
    if (output == NULL || count < 1 || count > 2) {
        fputs("draw-map [-z ZONES] -o PICTURE.svg BEFORE.osm.pbf "
              "[AFTER.osm.pbf]\n",
              stderr);
        return 2;
    }

    sw_error err = {0};
    sw_pool *pool = NULL;
    sw_zones *zones = NULL;
    panel panels[2] = {0};
    static const char *const titles[] = {"Before: the cargo, and the zones",
                                         "After: the release"};
    bool ok = sw_pool_new(0, &pool, &err);
    if (ok && zone_list != NULL) {
        sw_zones_options all = {.date = sw_date_today()};
        ok = sw_zones_load(zone_list, &all, &zones, &err);
    }
    for (int i = 0; ok && i < count; i++) {
        panels[i].low = (sw_location){INT32_MAX, INT32_MAX};
        panels[i].high = (sw_location){INT32_MIN, INT32_MIN};
        ok = read_panel(&panels[i], argv[optind + i], pool, NULL, &err);
    }
    double height = 0;
    view v = view_of(&panels[0], &height);
    for (int i = 0; ok && i < count; i++) {
        ok = read_panel(&panels[i], argv[optind + i], pool, &v, &err);
    }
    if (ok &&
        !write_picture(output, panels, count, zones, &v, height, titles)) {
        sw_fail_errno(&err, "write");
        ok = sw_error_in(&err, output);
    }
    if (!ok) {
        char text[1024];
        fprintf(stderr, "draw-map: %s\n",
                sw_error_text(&err, text, sizeof text));
    }
    for (int i = 0; i < count; i++)
        free_panel(&panels[i]);
    sw_zones_free(zones);
    sw_pool_free(pool);
    return ok ? 0 : (int)err.kind;
}
