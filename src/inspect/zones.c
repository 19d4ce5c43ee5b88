// The zone list, read a second time by a reader of its own (jansson), so that
// a misreading in the treatment does not pass its own inspection.
//
// Nothing of a zone reaches a message: a fault is placed by the feature's
// number in the list, or by line and column when the text is no JSON. jansson's
// own words are not repeated, because they quote the text.
#include "inspect_internal.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

#define MAX_LIST_BYTES ((size_t)1 << 30)
#define WORLD_X        1.8e9
#define WORLD_Y        0.9e9
// No buffer reaches around the Earth (a quarter of a meridian).
#define MAX_BUFFER_M 1e7

// A decimal of at most seven places, once read as a double, is this close to
// the whole number that it is in units of 1e-7 degree.
#define WHOLE 1e-5

typedef struct {
    sw_date date;
    double buffer_m;
    sw_arena *arena;
    sw_inspect__rows polygons;
    size_t zones, idle;
    GEOSContextHandle_t geos;
} zone_reader;

static bool refuse(sw_error *err, const char *reason)
{
    return sw_fail(err, SW_ERR_INPUT, "%s", reason);
}

static double whole(double degrees)
{
    double e7 = degrees * 1e7;
    double near = nearbyint(e7);
    return fabs(e7 - near) < WHOLE ? near : e7;
}

static bool read_position(json_t *json, sw_inspect__point *out, sw_error *err)
{
    json_t *x = json_array_get(json, 0), *y = json_array_get(json, 1);
    if (!json_is_number(x) || !json_is_number(y))
        return refuse(err, "a position is not an array of two numbers");

    *out = (sw_inspect__point){whole(json_number_value(x)),
                               whole(json_number_value(y))};
    if (!(fabs(out->x) <= WORLD_X && fabs(out->y) <= WORLD_Y))
        return refuse(err, "a position lies outside the world");
    return true;
}

static bool read_ring(json_t *json, sw_arena *arena, sw_inspect__ring *out,
                      sw_error *err)
{
    size_t count = json_array_size(json);
    if (count < 4) return refuse(err, "a ring has fewer than four positions");

    sw_inspect__point *at = SW_NEW_ARRAY(arena, sw_inspect__point, count);
    if (at == NULL) return sw_fail_memory(err);
    for (size_t i = 0; i < count; i++) {
        if (!read_position(json_array_get(json, i), &at[i], err)) return false;
    }
    if (at[0].x != at[count - 1].x || at[0].y != at[count - 1].y)
        return refuse(err, "a ring is not closed");

    *out = (sw_inspect__ring){count, at};
    return true;
}

static GEOSGeometry *line_of(GEOSContextHandle_t geos, sw_inspect__ring ring)
{
    _Static_assert(sizeof(sw_inspect__point) == 2 * sizeof(double),
                   "GEOS reads points as pairs of doubles");
    if (ring.count > UINT32_MAX) return NULL;
    GEOSCoordSequence *places = GEOSCoordSeq_copyFromBuffer_r(
        geos, &ring.at[0].x, (unsigned)ring.count, 0, 0);
    return places != NULL ? GEOSGeom_createLinearRing_r(geos, places) : NULL;
}

// The polygon as GEOS has it, or NULL when memory is out.
GEOSGeometry *sw_inspect__geometry(GEOSContextHandle_t geos,
                                   const sw_inspect__polygon *polygon,
                                   sw_arena *arena)
{
    size_t holes = polygon->ring_count - 1, made = 0;
    if (holes > UINT32_MAX) return NULL;
    GEOSGeometry **inner = SW_NEW_ARRAY(arena, GEOSGeometry *, holes);
    GEOSGeometry *outer = line_of(geos, polygon->rings[0]);
    bool ok = inner != NULL && outer != NULL;
    for (; ok && made < holes; made += ok) {
        inner[made] = line_of(geos, polygon->rings[made + 1]);
        ok = inner[made] != NULL;
    }
    if (ok)
        return GEOSGeom_createPolygon_r(geos, outer, inner, (unsigned)holes);

    for (size_t i = 0; i < made; i++)
        GEOSGeom_destroy_r(geos, inner[i]);
    GEOSGeom_destroy_r(geos, outer);
    return NULL;
}

static bool check_valid(zone_reader *reader, const sw_inspect__polygon *polygon,
                        sw_error *err)
{
    GEOSGeometry *shape =
        sw_inspect__geometry(reader->geos, polygon, reader->arena);
    if (shape == NULL) return sw_fail_memory(err);
    char valid = GEOSisValid_r(reader->geos, shape);
    GEOSGeom_destroy_r(reader->geos, shape);
    if (valid == 1) return true;
    return refuse(err, "the polygon is not valid (a ring crosses or touches "
                       "itself, or a hole is not inside)");
}

static bool read_polygon(zone_reader *reader, json_t *json, double buffer_m,
                         sw_error *err)
{
    size_t count = json_array_size(json);
    if (count == 0) return refuse(err, "a polygon has no ring");

    sw_inspect__ring *rings =
        SW_NEW_ARRAY(reader->arena, sw_inspect__ring, count);
    if (rings == NULL) return sw_fail_memory(err);
    for (size_t i = 0; i < count; i++) {
        json_t *ring = json_array_get(json, i);
        if (!read_ring(ring, reader->arena, &rings[i], err)) return false;
    }

    sw_inspect__polygon polygon = {reader->zones, buffer_m, count, rings};
    if (!check_valid(reader, &polygon, err)) return false;
    sw_inspect__polygon *row = sw_inspect__row(&reader->polygons);
    if (row == NULL) return sw_fail_memory(err);
    *row = polygon;
    return true;
}

static bool read_geometry(zone_reader *reader, json_t *json, double buffer_m,
                          sw_error *err)
{
    const char *type = json_string_value(json_object_get(json, "type"));
    json_t *places = json_object_get(json, "coordinates");
    if (type == NULL || !json_is_array(places))
        return refuse(err, "no geometry with type and coordinates");
    if (strcmp(type, "Polygon") == 0)
        return read_polygon(reader, places, buffer_m, err);
    if (strcmp(type, "MultiPolygon") != 0)
        return refuse(err, "the geometry is no Polygon or MultiPolygon");

    size_t count = json_array_size(places);
    if (count == 0) return refuse(err, "the MultiPolygon is empty");
    for (size_t i = 0; i < count; i++) {
        json_t *part = json_array_get(places, i);
        if (!read_polygon(reader, part, buffer_m, err)) return false;
    }
    return true;
}

static bool read_buffer(json_t *properties, double fallback, double *out,
                        sw_error *err)
{
    json_t *json = json_object_get(properties, "buffer");
    *out = fallback;
    if (json == NULL || json_is_null(json)) return true;
    if (!json_is_number(json)) return refuse(err, "buffer is not a number");

    *out = json_number_value(json);
    if (*out >= 0 && *out <= MAX_BUFFER_M) return true;
    return refuse(err, "buffer is not a number of metres from 0 to 10,000,000");
}

static bool read_day(json_t *properties, const char *name, sw_date fallback,
                     sw_date *out, sw_error *err)
{
    json_t *json = json_object_get(properties, name);
    *out = fallback;
    if (json == NULL || json_is_null(json)) return true;

    sw_str text = {json_string_value(json), json_string_length(json)};
    if (text.at != NULL && sw_date_parse(text, out)) return true;
    return sw_fail(err, SW_ERR_INPUT, "%s is not a date like 2026-12-03", name);
}

// Does the zone count on the day that is asked for?
static bool in_force(const zone_reader *reader, json_t *properties, bool *out,
                     sw_error *err)
{
    sw_date from, to;
    if (!read_day(properties, "valid_from", INT32_MIN, &from, err) ||
        !read_day(properties, "valid_to", INT32_MAX, &to, err))
        return false;
    *out = reader->date == 0 || (from <= reader->date && reader->date <= to);
    return true;
}

static bool read_feature(zone_reader *reader, json_t *feature, sw_error *err)
{
    const char *type = json_string_value(json_object_get(feature, "type"));
    if (type == NULL || strcmp(type, "Feature") != 0)
        return refuse(err, "not a Feature");

    json_t *properties = json_object_get(feature, "properties");
    json_t *id = json_object_get(properties, "id");
    if (!json_is_string(id) && !json_is_number(id))
        return refuse(err, "no property id that is a string or a number");

    double buffer_m;
    bool counts;
    if (!read_buffer(properties, reader->buffer_m, &buffer_m, err) ||
        !in_force(reader, properties, &counts, err))
        return false;

    // What is idle is read all the same: a list is sound on every day or none.
    size_t before = reader->polygons.count;
    json_t *geometry = json_object_get(feature, "geometry");
    if (!read_geometry(reader, geometry, buffer_m, err)) return false;
    if (counts) {
        reader->zones++;
    } else {
        reader->polygons.count = before;
        reader->idle++;
    }
    return true;
}

static bool read_list(zone_reader *reader, json_t *root, sw_error *err)
{
    const char *type = json_string_value(json_object_get(root, "type"));
    if (type != NULL && strcmp(type, "Feature") == 0) {
        return read_feature(reader, root, err) || sw_error_at(err, "feature 1");
    }

    json_t *features = json_object_get(root, "features");
    if (type == NULL || strcmp(type, "FeatureCollection") != 0 ||
        !json_is_array(features))
        return refuse(err, "not a GeoJSON FeatureCollection");
    size_t count = json_array_size(features);
    for (size_t i = 0; i < count; i++) {
        if (!read_feature(reader, json_array_get(features, i), err))
            return sw_error_at(err, "feature %zu", i + 1);
    }
    return true;
}

static bool parse_json(sw_str text, json_t **out, sw_error *err)
{
    json_error_t fault;
    *out = json_loadb(text.at, text.len, JSON_REJECT_DUPLICATES, &fault);
    if (*out != NULL) return true;
    refuse(err, "not JSON, or a member is there twice");
    return sw_error_at(err, "line %d, column %d", fault.line, fault.column);
}

bool sw_inspect__zones_load(const char *path, sw_date date, double buffer_m,
                            sw_arena *secret, sw_inspect__zones *out,
                            sw_error *err)
{
    zone_reader reader = {
        date, buffer_m, secret, {.size = sizeof(sw_inspect__polygon)},
        0,    0,        NULL};
    json_t *root = NULL;
    sw_str text;
    bool ok = false;

    if (!(buffer_m >= 0 && buffer_m <= MAX_BUFFER_M)) {
        return sw_fail(err, SW_ERR_USAGE,
                       "the buffer is not a number of metres from 0 to "
                       "10,000,000");
    }
    reader.geos = GEOS_init_r();
    if (reader.geos == NULL) return sw_fail_memory(err);
    if (!sw_file_read(path, MAX_LIST_BYTES, secret, &text, err)) goto done;
    if (!parse_json(text, &root, err)) goto done;
    if (!read_list(&reader, root, err)) goto done;

    size_t count = reader.polygons.count;
    sw_inspect__polygon *kept =
        SW_NEW_ARRAY(secret, sw_inspect__polygon, count);
    if (kept == NULL) {
        sw_fail_memory(err);
        goto done;
    }
    if (count > 0) memcpy(kept, reader.polygons.at, count * sizeof *kept);
    *out = (sw_inspect__zones){reader.zones, reader.idle, count, kept};
    ok = true;

done:
    json_decref(root);
    sw_inspect__rows_done(&reader.polygons);
    GEOS_finish_r(reader.geos);
    return ok || sw_error_in(err, path);
}
