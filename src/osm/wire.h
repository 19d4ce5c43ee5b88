// Protocol buffer wire format, read and written: the little of it that OSM PBF
// needs, inline because every byte of a file passes here.
//
// Reading a repeated number: a packed run of n bytes holds as many varints as
// it has bytes below 0x80 (the last byte of each). Counting those first gives
// the exact size of the column, and if the last byte of the run is one of
// them, no varint can run over its end: the decoding loop needs no bounds
// check (see sw_osm__take).
#ifndef SW_OSM_WIRE_H
#define SW_OSM_WIRE_H

#include <string.h>

#include "segwan/base.h"

#define SW_OSM__LIKELY(x)   __builtin_expect(!!(x), 1)
#define SW_OSM__UNLIKELY(x) __builtin_expect(!!(x), 0)

// Wire types that occur. 3 and 4 (groups) were dropped before OSM PBF existed.
enum { WIRE_VARINT = 0, WIRE_FIXED64 = 1, WIRE_BYTES = 2, WIRE_FIXED32 = 5 };

// A tag as it stands on the wire: field number and wire type.
#define WIRE_TAG(field, type) ((uint32_t)(field) << 3 | (uint32_t)(type))

enum { MAX_VARINT = 10 };

// A slice of a message.
typedef struct {
    const uint8_t *at, *end;
} sw_osm__wire;

// One field: `value` of a varint; `bytes` of everything (of a varint its own).
typedef struct {
    uint32_t tag;
    uint64_t value;
    sw_osm__wire bytes;
} sw_osm__field;

/* ---- reading --------------------------------------------------------- */

static inline size_t sw_osm__left(sw_osm__wire in)
{
    return (size_t)(in.end - in.at);
}

// The varint at *at, which may not reach `end`. Its tenth byte holds one bit.
static inline bool sw_osm__varint(const uint8_t **at, const uint8_t *end,
                                  uint64_t *out)
{
    uint64_t value = 0;
    const uint8_t *p = *at;
    for (unsigned shift = 0; p < end && shift < 7 * MAX_VARINT; shift += 7) {
        uint8_t byte = *p++;
        if (shift == 63 && byte > 1) return false;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            *at = p;
            *out = value;
            return true;
        }
    }
    return false;
}

// A varint of two bytes or more, or one that is too long.
uint64_t sw_osm__take_long(const uint8_t **at, bool *bad);

// The next varint of a run that was counted: it ends within the run, for one
// of the counted last bytes is ahead. A varint longer than ten bytes sets
// `bad` and leaves `at` before its last byte, so that n calls never pass the
// n-th last byte.
static inline uint64_t sw_osm__take(const uint8_t **at, bool *bad)
{
    const uint8_t *p = *at;
    if (SW_OSM__LIKELY(p[0] < 0x80)) {
        *at = p + 1;
        return p[0];
    }
    if (p[1] < 0x80) {
        *at = p + 2;
        return (uint64_t)(p[0] & 0x7f) | (uint64_t)p[1] << 7;
    }
    if (p[2] < 0x80) {
        *at = p + 3;
        return (uint64_t)(p[0] & 0x7f) | (uint64_t)(p[1] & 0x7f) << 7 |
               (uint64_t)p[2] << 14;
    }
    return sw_osm__take_long(at, bad);
}

static inline int64_t sw_osm__unzigzag(uint64_t value)
{
    return (int64_t)(value >> 1 ^ (0 - (value & 1)));
}

static inline int64_t sw_osm__take_signed(const uint8_t **at, bool *bad)
{
    return sw_osm__unzigzag(sw_osm__take(at, bad));
}

// Ids, references, times and changesets lie within this, both ways, so that
// any of them can be written as its difference to any other.
#define SW_OSM__MAX_NUMBER ((INT64_C(1) << 62) - 1)

static inline bool sw_osm__fits(int64_t value)
{
    return value >= -SW_OSM__MAX_NUMBER && value <= SW_OSM__MAX_NUMBER;
}

// The sum of a difference and what came before it.
static inline int64_t sw_osm__take_delta(const uint8_t **at, int64_t before,
                                         bool *bad)
{
    int64_t delta = sw_osm__take_signed(at, bad), sum;
    bool over = __builtin_add_overflow(before, delta, &sum);
    if (SW_OSM__UNLIKELY(over || !sw_osm__fits(sum))) *bad = true;
    return sum;
}

// Varints in a run: its bytes below 0x80, eight at a time.
static inline size_t sw_osm__count_varints(sw_osm__wire run)
{
    size_t count = 0;
    while (sw_osm__left(run) >= 8) {
        uint64_t word;
        memcpy(&word, run.at, sizeof word);
        uint64_t last = (~word >> 7) & UINT64_C(0x0101010101010101);
        count += last * UINT64_C(0x0101010101010101) >> 56;
        run.at += 8;
    }
    for (; run.at < run.end; run.at++)
        count += *run.at < 0x80;
    return count;
}

static inline bool sw_osm__wire_bad(sw_error *err)
{
    return sw_fail(err, SW_ERR_INPUT,
                   "damaged: a field does not fit its "
                   "message");
}

static inline bool sw_osm__take_bytes(sw_osm__wire *in, uint64_t len,
                                      sw_osm__field *out)
{
    if (len > sw_osm__left(*in)) return false;
    out->bytes = (sw_osm__wire){in->at, in->at + len};
    in->at += len;
    return true;
}

// The next field of a message, whatever it is.
static inline sw_step sw_osm__next_field(sw_osm__wire *in, sw_osm__field *out,
                                         sw_error *err)
{
    if (in->at == in->end) return SW_STEP_END;

    uint64_t number = *in->at;
    if (SW_OSM__LIKELY(number < 0x80)) {
        in->at++;
    } else if (!sw_osm__varint(&in->at, in->end, &number)) {
        goto bad;
    }
    if (number < 8 || number > UINT32_MAX) goto bad;  // field 0 is none
    out->tag = (uint32_t)number;
    out->value = 0;

    const uint8_t *start = in->at;
    uint64_t len;
    switch (number & 7) {
    case WIRE_VARINT:
        if (!sw_osm__varint(&in->at, in->end, &out->value)) goto bad;
        out->bytes = (sw_osm__wire){start, in->at};
        return SW_STEP_ITEM;
    case WIRE_BYTES:
        if (!sw_osm__varint(&in->at, in->end, &len)) goto bad;
        if (!sw_osm__take_bytes(in, len, out)) goto bad;
        return SW_STEP_ITEM;
    case WIRE_FIXED64:
        if (!sw_osm__take_bytes(in, 8, out)) goto bad;
        return SW_STEP_ITEM;
    case WIRE_FIXED32:
        if (!sw_osm__take_bytes(in, 4, out)) goto bad;
        return SW_STEP_ITEM;
    default: break;
    }
bad:
    sw_osm__wire_bad(err);
    return SW_STEP_FAILED;
}

// For the `default` of a switch over tags: an unknown field is skipped, one of
// `known` (bit n: field n) has the wrong wire type.
static inline bool sw_osm__skip_field(uint32_t tag, uint64_t known,
                                      sw_error *err)
{
    uint32_t number = tag >> 3;
    if (number >= 64 || (known >> number & 1) == 0) return true;
    return sw_fail(err, SW_ERR_INPUT, "damaged: field %u has wire type %u",
                   (unsigned)number, (unsigned)(tag & 7));
}

/* ---- writing --------------------------------------------------------- */

static inline size_t sw_osm__varint_size(uint64_t value)
{
    unsigned bits = 64 - (unsigned)__builtin_clzll(value | 1);
    return (bits + 6) / 7;
}

// Writes the shortest form; the caller has room for MAX_VARINT bytes.
static inline uint8_t *sw_osm__put(uint8_t *to, uint64_t value)
{
    while (value >= 0x80) {
        *to++ = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    *to++ = (uint8_t)value;
    return to;
}

static inline uint8_t *sw_osm__put_signed(uint8_t *to, int64_t value)
{
    return sw_osm__put(to, (uint64_t)value << 1 ^ (0 - (uint64_t)(value < 0)));
}

#endif
