// Untrusted JSON. Before jansson sees a text, its depth and number of values
// are counted: jansson would build up to 170 bytes for each value of two bytes.
#include "waybill_internal.h"

#define TEXT_LIMIT  ((size_t)32 << 20)
#define DEPTH_LIMIT 64
#define VALUE_LIMIT 1000000

typedef struct {
    size_t depth, deepest, values;
} shape;

// Counts brackets and commas outside strings. What is not JSON gives some count
// or other; the parser refuses it afterwards.
static shape measure(sw_str text)
{
    shape seen = {0};
    bool in_string = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (in_string) {
            if (c == '\\') i++;
            if (c == '"') in_string = false;
            continue;
        }
        if (c == '"') in_string = true;
        if (c == ',' || c == '[' || c == '{') seen.values++;
        if (c == '[' || c == '{') seen.depth++;
        if (c == ']' || c == '}') seen.depth -= seen.depth > 0;
        if (seen.depth > seen.deepest) seen.deepest = seen.depth;
    }
    return seen;
}

static bool check_limits(sw_str text, sw_error *err)
{
    if (text.len > TEXT_LIMIT) {
        return sw_fail(err, SW_ERR_INPUT, "JSON of %zu bytes, at most %zu",
                       text.len, TEXT_LIMIT);
    }
    shape seen = measure(text);
    if (seen.deepest > DEPTH_LIMIT) {
        return sw_fail(err, SW_ERR_INPUT, "JSON nested %zu deep, at most %d",
                       seen.deepest, DEPTH_LIMIT);
    }
    if (seen.values > VALUE_LIMIT) {
        return sw_fail(err, SW_ERR_INPUT, "JSON of %zu values, at most %d",
                       seen.values, VALUE_LIMIT);
    }
    return true;
}

bool sw_json__parse(sw_str text, json_t **out, sw_error *err)
{
    if (!check_limits(text, err)) return false;

    json_error_t why;
    const char *at = text.at != NULL ? text.at : "";
    json_t *root = json_loadb(at, text.len, JSON_REJECT_DUPLICATES, &why);
    if (root != NULL) {
        *out = root;
        return true;
    }
    // jansson is silent about some allocations that fail.
    if (json_error_code(&why) == json_error_out_of_memory ||
        why.text[0] == '\0')
        return sw_fail_memory(err);
    sw_fail(err, SW_ERR_INPUT, "not JSON: %s", why.text);
    return sw_error_at(err, "line %d, column %d", why.line, why.column);
}

sw_str sw_json__slice(const json_t *value)
{
    return (sw_str){json_string_value(value), json_string_length(value)};
}

bool sw_json__string(const json_t *object, const char *name, sw_str *out,
                     sw_error *err)
{
    const json_t *value = json_object_get(object, name);
    if (!json_is_string(value)) {
        return sw_fail(err, SW_ERR_INPUT, "%s member \"%s\", a string",
                       value == NULL ? "lacks" : "has a wrong", name);
    }
    *out = sw_json__slice(value);
    return true;
}
