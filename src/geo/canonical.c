// The canonical bytes that a keyed commitment is computed over. Numbers are big
// endian; a text is its length and its bytes; a coordinate is the bits of the
// double that the decimal in the list stands for. Zones are sorted by id and
// rings in normal form (valid.c), so that neither the order of the list nor the
// way in which it is written matters.
//
//     "segwan zones 1\n"  u64 zones, and for each
//       text id  u8 has class  text class  f64 buffer in metres
//       u64 polygons, and for each  u64 rings, and for each
//         u64 positions without the closing one, and for each  f64 lon  f64 lat
#include "geo_internal.h"

#include <string.h>

static void add(sw_geo__bytes *out, const void *bytes, size_t len)
{
    unsigned char *at = SW_GEO_ADD(&out->bytes, unsigned char, len);
    if (at == NULL) {
        out->failed = true;
    } else if (len > 0) {
        memcpy(at, bytes, len);
    }
}

static void add_u64(sw_geo__bytes *out, uint64_t v)
{
    unsigned char raw[8];
    for (int i = 0; i < 8; i++)
        raw[i] = (unsigned char)(v >> (56 - 8 * i));
    add(out, raw, sizeof raw);
}

static void add_f64(sw_geo__bytes *out, double v)
{
    _Static_assert(sizeof v == sizeof(uint64_t), "IEEE 754 double");
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    add_u64(out, bits);
}

static void add_text(sw_geo__bytes *out, sw_str text)
{
    add_u64(out, text.len);
    add(out, text.at, text.len);
}

static void add_polygon(sw_geo__bytes *out, const sw_geo__polygon *polygon)
{
    add_u64(out, polygon->count);
    for (size_t r = 0; r < polygon->count; r++) {
        const sw_geo__ring *ring = &polygon->rings[r];
        add_u64(out, ring->count - 1);
        for (size_t i = 0; i + 1 < ring->count; i++) {
            add_f64(out, ring->at[i].lon);
            add_f64(out, ring->at[i].lat);
        }
    }
}

void sw_geo__canonical_begin(sw_geo__bytes *out, uint64_t zones)
{
    static const char magic[] = "segwan zones 1\n";
    add(out, magic, sizeof magic - 1);
    add_u64(out, zones);
}

void sw_geo__canonical_add(sw_geo__bytes *out, const sw_geo__feature *feature,
                           double buffer_m)
{
    unsigned char has_class = feature->has_class;
    add_text(out, feature->id);
    add(out, &has_class, 1);
    add_text(out, feature->class);
    add_f64(out, buffer_m);
    add_u64(out, feature->count);
    for (size_t i = 0; i < feature->count; i++) {
        add_polygon(out, &feature->polygons[i]);
    }
}

void sw_geo__canonical_copy(sw_geo__bytes *out, const unsigned char *at,
                            size_t len)
{
    add(out, at, len);
}
