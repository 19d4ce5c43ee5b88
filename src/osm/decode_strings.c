// The string table of a block.
//
//     StringTable  s = 1, repeated
//
// Index 0 is reserved for the empty string: it ends the tags of a dense node,
// and a user who is not known. A writer that put a real string there is read
// all the same: everything moves up by one.
//
// Strings are bytes: what is no UTF-8 is kept as it is, as libosmium keeps it.
// A NUL is refused: tools in C would read another string than this one does.
#include "osm_internal.h"

enum { TABLE_FIELDS = 1U << 1 };

static bool add_string(sw_osm__decoder *d, sw_osm__wire bytes, sw_error *err)
{
    size_t len = sw_osm__left(bytes);
    if (len > 0 && memchr(bytes.at, 0, len) != NULL) {
        return sw_fail(err, SW_ERR_INPUT, "string %zu holds a NUL byte",
                       d->string_count - 1);
    }
    if (!sw_osm__reserve(&d->strings, d->string_count + 1, sizeof(sw_str), err))
        return false;
    sw_str *strings = d->strings.at;
    strings[d->string_count++] = (sw_str){(const char *)bytes.at, len};
    return true;
}

static bool add_table(sw_osm__decoder *d, sw_osm__wire in, sw_error *err)
{
    sw_osm__field field;
    sw_step step;
    while ((step = sw_osm__next_field(&in, &field, err)) == SW_STEP_ITEM) {
        bool ok = field.tag == WIRE_TAG(1, WIRE_BYTES)
                      ? add_string(d, field.bytes, err)
                      : sw_osm__skip_field(field.tag, TABLE_FIELDS, err);
        if (!ok) return false;
    }
    return step == SW_STEP_END;
}

// strings[0] is the empty string already. If the file's first is empty too it
// is dropped; otherwise indexes are shifted.
static void settle_first(sw_osm__decoder *d)
{
    size_t read = d->string_count - 1;
    sw_str *strings = d->strings.at;
    if (read == 0) return;  // index 0 stays allowed: "no user"
    d->string_limit = (uint32_t)read;
    if (strings[1].len > 0) {
        d->string_shift = 1;
        return;
    }
    memmove(strings + 1, strings + 2, (read - 1) * sizeof *strings);
    d->string_count = read;
}

bool sw_osm__decode_strings(sw_osm__decoder *d, sw_error *err)
{
    sw_osm__wire in = d->block;
    sw_osm__field field;
    sw_step step;
    while ((step = sw_osm__next_field(&in, &field, err)) == SW_STEP_ITEM) {
        if (field.tag != WIRE_TAG(1, WIRE_BYTES)) continue;
        if (!add_table(d, field.bytes, err)) return false;
    }
    if (step == SW_STEP_FAILED) return false;
    settle_first(d);
    d->has_strings = true;
    return true;
}
