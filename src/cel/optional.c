// Optional values.
//
// Specification: cel-go, "OptionalTypes"; tests: cel-spec, optionals.
#include "cel_internal.h"

static bool wrap(sw_cel__run *run, const sw_cel_value *v, sw_cel_value *out)
{
    sw_cel_value *inner = sw_cel__alloc(run, 1, sizeof *inner);
    if (inner == NULL) return false;
    *inner = *v;
    *out = (sw_cel_value){.kind = SW_CEL_OPTIONAL, .as.optional = inner};
    return true;
}

static bool optional_of(sw_cel__run *run, const sw_cel_value *args,
                        size_t count, sw_cel_value *out)
{
    return wrap(run, &args[0], out);
}

static bool optional_none(sw_cel__run *run, const sw_cel_value *args,
                          size_t count, sw_cel_value *out)
{
    *out = (sw_cel_value){.kind = SW_CEL_OPTIONAL, .as.optional = NULL};
    return true;
}

static bool is_zero(const sw_cel_value *v)
{
    switch (v->kind) {
    case SW_CEL_NULL: return true;
    case SW_CEL_BOOL: return !v->as.boolean;
    case SW_CEL_INT: return v->as.i64 == 0;
    case SW_CEL_UINT: return v->as.u64 == 0;
    case SW_CEL_DOUBLE: return v->as.f64 == 0;
    case SW_CEL_STRING:
    case SW_CEL_BYTES: return v->as.str.len == 0;
    case SW_CEL_LIST: return v->as.list.count == 0;
    case SW_CEL_MAP: return v->as.map.count == 0;
    case SW_CEL_TIMESTAMP:
    case SW_CEL_DURATION:
        return v->as.time.seconds == 0 && v->as.time.nanos == 0;
    case SW_CEL_OPTIONAL: return v->as.optional == NULL;
    default: return false;
    }
}

static bool optional_of_non_zero(sw_cel__run *run, const sw_cel_value *args,
                                 size_t count, sw_cel_value *out)
{
    return is_zero(&args[0]) ? optional_none(run, args, count, out)
                             : wrap(run, &args[0], out);
}

static bool has_value(sw_cel__run *run, const sw_cel_value *args, size_t count,
                      sw_cel_value *out)
{
    *out = sw_cel__bool(args[0].as.optional != NULL);
    return true;
}

static bool value_of(sw_cel__run *run, const sw_cel_value *args, size_t count,
                     sw_cel_value *out)
{
    if (args[0].as.optional == NULL)
        return sw_cel__fault(out, "value() of an optional that has none");
    *out = *args[0].as.optional;
    return true;
}

// Called with the receiver alone when it has a value.
static bool or_optional(sw_cel__run *run, const sw_cel_value *args,
                        size_t count, sw_cel_value *out)
{
    *out = args[count - 1];
    return true;
}

static bool or_value(sw_cel__run *run, const sw_cel_value *args, size_t count,
                     sw_cel_value *out)
{
    *out = count == 1 ? *args[0].as.optional : args[1];
    return true;
}

const sw_cel__function sw_cel__optional_functions[] = {
    {"optional.of", false, "A", "oA", optional_of},
    {"optional.none", false, "", "oA", optional_none},
    {"optional.ofNonZeroValue", false, "A", "oA", optional_of_non_zero},
    {"hasValue", true, "oA", "b", has_value},
    {"value", true, "oA", "A", value_of},
    {"or", true, "?oAoA", "oA", or_optional},
    {"orValue", true, "?oAA", "A", or_value},
    {0},
};
