// jansson, without its words: its messages quote the text near a fault, and
// that text may be a coordinate or a name.
#include "geo_internal.h"

#include <string.h>

#include <jansson.h>

static const struct {
    enum json_error_code code;
    const char *words;
} faults[] = {
    {json_error_invalid_utf8, "is not UTF-8"},
    {json_error_premature_end_of_input, "ends too early"},
    {json_error_null_character, "holds U+0000"},
    {json_error_null_byte_in_key, "holds U+0000"},
    {json_error_duplicate_key, "has the same key twice in one object"},
    {json_error_numeric_overflow, "holds a number that is out of range"},
    {json_error_stack_overflow, "is nested too deeply"},
};

static bool fail_json(json_error_t *fault, sw_error *err)
{
    enum json_error_code code = json_error_code(fault);
    explicit_bzero(fault, sizeof *fault);
    if (code == json_error_out_of_memory) return sw_fail_memory(err);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        if (faults[i].code == code) {
            return sw_fail(err, SW_ERR_INPUT, "the JSON %s", faults[i].words);
        }
    }
    return sw_fail(err, SW_ERR_INPUT, "the JSON is not well-formed");
}

json_t *sw_geo__json_parse(sw_str text, size_t *line, sw_error *err)
{
    json_error_t fault = {0};
    json_t *root =
        json_loadb(text.at, text.len, JSON_REJECT_DUPLICATES, &fault);
    if (root == NULL) {
        if (fault.line > 0) *line += (size_t)fault.line - 1;
        fail_json(&fault, err);
    }
    return root;
}

// GeoJSON of 2008 could name another system; RFC 7946 knows WGS 84 only. An
// EPSG name is refused even for 4326, whose axes some writers turn round.
bool sw_geo__json_crs(const json_t *object, sw_error *err)
{
    static const char *const same[] = {
        "urn:ogc:def:crs:OGC:1.3:CRS84",
        "urn:ogc:def:crs:OGC::CRS84",
        "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
        "https://www.opengis.net/def/crs/OGC/1.3/CRS84",
        "OGC:CRS84",
        "CRS84",
    };
    const json_t *crs = json_object_get(object, "crs");
    if (crs == NULL) return true;
    const char *name = json_string_value(
        json_object_get(json_object_get(crs, "properties"), "name"));
    for (size_t i = 0; name != NULL && i < sizeof same / sizeof *same; i++) {
        if (strcmp(name, same[i]) == 0) return true;
    }
    return sw_fail(err, SW_ERR_INPUT,
                   "member crs: only CRS84 (WGS 84, longitude first) is read; "
                   "convert the list or leave crs out");
}
