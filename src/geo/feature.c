// One feature: JSON to a zone in degrees. Reasons name the property or the part
// of the geometry, never what stands in it.
#include "geo_internal.h"

#include <math.h>
#include <string.h>

#include <jansson.h>

#define MAX_BUFFER_M 100000.0

typedef struct {
    sw_arena *arena;
    sw_geo__feature *out;
    sw_error *err;
} reader;

static bool refuse(reader *r, const char *part, const char *reason)
{
    return sw_fail(r->err, SW_ERR_INPUT, "%s: %s", part, reason);
}

static bool copy_text(reader *r, const char *text, size_t len, sw_str *out)
{
    return sw_arena_str(r->arena, (sw_str){text, len}, out) ||
           sw_fail_memory(r->err);
}

static bool read_id(reader *r, const json_t *value)
{
    char number[40];
    if (json_is_string(value)) {
        if (json_string_length(value) == 0) {
            return refuse(r, "property id", "must not be empty");
        }
        return copy_text(r, json_string_value(value), json_string_length(value),
                         &r->out->id);
    }
    if (json_is_integer(value)) {
        int len = snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT,
                           json_integer_value(value));
        return copy_text(r, number, (size_t)len, &r->out->id);
    }
    if (json_is_real(value)) {
        int len =
            snprintf(number, sizeof number, "%.17g", json_real_value(value));
        return copy_text(r, number, (size_t)len, &r->out->id);
    }
    if (value == NULL || json_is_null(value)) {
        return refuse(r, "property id",
                      "is missing; each zone needs a unique one");
    }
    return refuse(r, "property id", "must be a string or a number");
}

static bool read_class(reader *r, const json_t *value)
{
    if (!json_is_string(value)) {
        return refuse(r, "property class", "must be a string");
    }
    r->out->has_class = true;
    return copy_text(r, json_string_value(value), json_string_length(value),
                     &r->out->class);
}

static bool read_buffer(reader *r, const json_t *value)
{
    double metres = json_number_value(value);
    if (!json_is_number(value) || !(metres >= 0 && metres <= MAX_BUFFER_M)) {
        return refuse(r, "property buffer",
                      "must be a number of metres from 0 to 100000");
    }
    r->out->has_buffer = true;
    r->out->buffer_m = metres + 0.0;  // -0 counts as 0
    return true;
}

static bool read_date(reader *r, const json_t *value, const char *part,
                      sw_date *out)
{
    sw_str text = {json_string_value(value), json_string_length(value)};
    if (text.at == NULL || !sw_date_parse(text, out)) {
        return refuse(r, part, "must be a date, YYYY-MM-DD");
    }
    return true;
}

static bool read_from(reader *r, const json_t *value)
{
    r->out->has_from = true;
    return read_date(r, value, "property valid_from", &r->out->from);
}

static bool read_to(reader *r, const json_t *value)
{
    r->out->has_to = true;
    return read_date(r, value, "property valid_to", &r->out->to);
}

// Optional ones; null counts as absent, as exporters of tables write it.
static const struct {
    const char *name;
    bool (*read)(reader *r, const json_t *value);
} properties[] = {
    {"class", read_class},
    {"buffer", read_buffer},
    {"valid_from", read_from},
    {"valid_to", read_to},
};

static bool read_properties(reader *r, const json_t *root)
{
    const json_t *given = json_object_get(root, "properties");
    if (!json_is_object(given)) {
        return refuse(r, "member properties", "must be an object with an id");
    }
    const json_t *id = json_object_get(given, "id");
    if (id == NULL) id = json_object_get(root, "id");  // RFC 7946, 3.2
    if (!read_id(r, id)) return false;
    for (size_t i = 0; i < sizeof properties / sizeof *properties; i++) {
        const json_t *value = json_object_get(given, properties[i].name);
        if (value == NULL || json_is_null(value)) continue;
        if (!properties[i].read(r, value)) return false;
    }
    if (r->out->has_from && r->out->has_to && r->out->to < r->out->from) {
        return refuse(r, "property valid_to", "must not be before valid_from");
    }
    return true;
}

static bool is_e7(double degrees)
{
    // A decimal with at most seven places is read as the double nearest to
    // n / 10^7, and the division below is rounded to that same double.
    return round(degrees * SW_GEO_UNIT) / SW_GEO_UNIT == degrees;
}

static bool read_position(reader *r, const json_t *value, sw_geo__position *out)
{
    if (!json_is_array(value) || json_array_size(value) < 2) {
        return refuse(r, "geometry",
                      "a position must be an array of at least two numbers");
    }
    for (size_t i = 0; i < json_array_size(value); i++) {
        if (!json_is_number(json_array_get(value, i))) {
            return refuse(r, "geometry", "a position must hold numbers only");
        }
    }
    double lon = json_number_value(json_array_get(value, 0));
    double lat = json_number_value(json_array_get(value, 1));
    if (!(fabs(lon) <= 180 && fabs(lat) <= 90)) {
        return refuse(r, "geometry",
                      "a position lies outside the world: longitude -180 to "
                      "180 comes first, then latitude -90 to 90");
    }
    out->lon = lon + 0.0;  // -0 counts as 0
    out->lat = lat + 0.0;
    if (!is_e7(lon) || !is_e7(lat)) r->out->exact = false;
    return true;
}

static bool read_ring(reader *r, const json_t *value, sw_geo__ring *out)
{
    if (!json_is_array(value)) {
        return refuse(r, "geometry", "a ring must be an array of positions");
    }
    size_t count = json_array_size(value);
    if (count < 4) {
        return refuse(r, "geometry", "a ring needs at least four positions");
    }
    out->at = SW_NEW_ARRAY(r->arena, sw_geo__position, count);
    if (out->at == NULL) return sw_fail_memory(r->err);
    for (size_t i = 0; i < count; i++) {
        if (!read_position(r, json_array_get(value, i), &out->at[i])) {
            return false;
        }
    }
    out->count = count;
    const sw_geo__position *a = &out->at[0], *z = &out->at[count - 1];
    if (a->lon != z->lon || a->lat != z->lat) {
        return refuse(r, "geometry",
                      "a ring is open: its last position must be its first");
    }
    return true;
}

static bool read_polygon(reader *r, const json_t *value, sw_geo__polygon *out)
{
    if (!json_is_array(value) || json_array_size(value) == 0) {
        return refuse(r, "geometry",
                      "a polygon must be an array of at least one ring");
    }
    out->count = json_array_size(value);
    out->rings = SW_NEW_ARRAY(r->arena, sw_geo__ring, out->count);
    if (out->rings == NULL) return sw_fail_memory(r->err);
    for (size_t i = 0; i < out->count; i++) {
        if (!read_ring(r, json_array_get(value, i), &out->rings[i])) {
            return false;
        }
    }
    return true;
}

static bool read_polygons(reader *r, const json_t *coordinates, bool many)
{
    size_t count = many ? json_array_size(coordinates) : 1;
    if (!json_is_array(coordinates) || count == 0) {
        return refuse(r, "geometry", "coordinates must hold a polygon");
    }
    r->out->polygons = SW_NEW_ARRAY(r->arena, sw_geo__polygon, count);
    if (r->out->polygons == NULL) return sw_fail_memory(r->err);
    r->out->count = count;
    for (size_t i = 0; i < count; i++) {
        const json_t *value =
            many ? json_array_get(coordinates, i) : coordinates;
        if (!read_polygon(r, value, &r->out->polygons[i])) return false;
    }
    return true;
}

static bool read_geometry(reader *r, const json_t *root)
{
    const json_t *geometry = json_object_get(root, "geometry");
    if (!json_is_object(geometry)) {
        return refuse(r, "member geometry",
                      "must be a Polygon or a MultiPolygon");
    }
    if (!sw_geo__json_crs(geometry, r->err)) return false;
    const char *type = json_string_value(json_object_get(geometry, "type"));
    bool many = type != NULL && strcmp(type, "MultiPolygon") == 0;
    if (type == NULL || (!many && strcmp(type, "Polygon") != 0)) {
        return refuse(r, "geometry", "must be a Polygon or a MultiPolygon");
    }
    r->out->exact = true;
    return read_polygons(r, json_object_get(geometry, "coordinates"), many);
}

static bool read_feature(reader *r, const json_t *root)
{
    const char *type = json_string_value(json_object_get(root, "type"));
    if (type == NULL || strcmp(type, "Feature") != 0) {
        return refuse(r, "member type",
                      "a Feature is expected (or, around all of them, a "
                      "FeatureCollection)");
    }
    return sw_geo__json_crs(root, r->err) && read_properties(r, root) &&
           read_geometry(r, root);
}

// The place is the feature's line; where in a long feature the JSON breaks is
// part of the reason.
static bool add_line(size_t line, sw_error *err)
{
    if (err->kind != SW_ERR_INPUT) return false;
    char reason[sizeof err->reason];
    memcpy(reason, err->reason, sizeof reason);
    return sw_fail(err, SW_ERR_INPUT, "%.400s (at line %zu)", reason, line);
}

bool sw_geo__feature_read(sw_str text, size_t line, sw_arena *arena,
                          sw_geo__feature *out, sw_error *err)
{
    *out = (sw_geo__feature){.line = line};
    size_t fault = line;
    json_t *root = sw_geo__json_parse(text, &fault, err);
    if (root == NULL) {
        return fault == line ? false : add_line(fault, err);
    }
    reader r = {arena, out, err};
    bool ok = read_feature(&r, root);
    json_decref(root);
    return ok;
}
