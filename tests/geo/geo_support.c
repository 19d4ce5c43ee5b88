#include "geo_support.h"

#include <inttypes.h>
#include <stdio.h>

#include "cmocka_all.h"

__extension__ typedef __int128 wide;

uint64_t rng_next(rng *r)
{
    uint64_t z = (r->state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

int64_t rng_between(rng *r, int64_t low, int64_t high)
{
    return low + (int64_t)(rng_next(r) % (uint64_t)(high - low + 1));
}

double rng_real(rng *r, double low, double high)
{
    return low + (high - low) * ((double)(rng_next(r) >> 11) * 0x1p-53);
}

sw_zones *zones_of(sw_str text, const sw_zones_options *options)
{
    sw_zones_options none = {0};
    sw_zones *zones = NULL;
    sw_error err = {0};
    if (!sw_zones_parse(text, options != NULL ? options : &none, &zones,
                        &err)) {
        char words[1024];
        fail_msg("%s", sw_error_text(&err, words, sizeof words));
    }
    return zones;
}

void list_begin(list *l)
{
    *l = (list){0};
    sw_buf_printf(&l->text,
                  "{\"type\": \"FeatureCollection\", \"features\": [\n");
}

void list_feature(list *l, const char *properties, const char *coordinates)
{
    sw_buf_printf(&l->text,
                  "%s{\"type\": \"Feature\", \"properties\": {%s}, "
                  "\"geometry\": {\"type\": \"Polygon\", \"coordinates\": %s}}",
                  l->features++ > 0 ? ",\n" : "", properties, coordinates);
}

sw_str list_end(list *l)
{
    sw_buf_printf(&l->text, "\n]}\n");
    assert_false(l->text.failed);
    return (sw_str){l->text.at, l->text.len};
}

void list_free(list *l)
{
    sw_buf_free(&l->text);
}

void write_e7(sw_buf *buf, int64_t value)
{
    uint64_t size = value < 0 ? (uint64_t)-value : (uint64_t)value;
    sw_buf_printf(buf, "%s%" PRIu64 ".%07" PRIu64, value < 0 ? "-" : "",
                  size / 10000000, size % 10000000);
}

void write_ring(sw_buf *buf, const sw_location *at, size_t count)
{
    sw_buf_printf(buf, "[");
    for (size_t i = 0; i < count; i++) {
        sw_buf_printf(buf, i > 0 ? ",[" : "[");
        write_e7(buf, at[i].lon_e7);
        sw_buf_printf(buf, ",");
        write_e7(buf, at[i].lat_e7);
        sw_buf_printf(buf, "]");
    }
    sw_buf_printf(buf, "]");
}

// Is p on the closed segment u, v: p = u + t (v - u) with 0 <= t <= 1, checked
// by multiplying out.
static bool on_segment(sw_location p, sw_location u, sw_location v)
{
    wide dx = (wide)v.lon_e7 - u.lon_e7, dy = (wide)v.lat_e7 - u.lat_e7;
    wide px = (wide)p.lon_e7 - u.lon_e7, py = (wide)p.lat_e7 - u.lat_e7;
    if (px * dy != py * dx) return false;
    wide along = px * dx + py * dy;
    return along >= 0 && along <= dx * dx + dy * dy;
}

// Does the ray from p to the east cross u, v?
static bool crosses_ray(sw_location p, sw_location u, sw_location v)
{
    if ((u.lat_e7 > p.lat_e7) == (v.lat_e7 > p.lat_e7)) return false;
    wide dy = (wide)v.lat_e7 - u.lat_e7;
    // u.x + (p.y - u.y) * dx / dy > p.x
    wide left = ((wide)p.lat_e7 - u.lat_e7) * ((wide)v.lon_e7 - u.lon_e7);
    wide right = ((wide)p.lon_e7 - u.lon_e7) * dy;
    return dy > 0 ? left > right : left < right;
}

// Rings of one polygon follow each other, the shell first.
bool oracle_contain(const sw_zones *zones, sw_location at)
{
    bool odd = false;
    for (size_t r = 0; r < sw_zones_rings(zones); r++) {
        sw_zone_ring ring = sw_zones_ring(zones, r);
        if (!ring.hole) {
            if (odd) return true;
            odd = false;
        }
        for (size_t i = 0; i + 1 < ring.count; i++) {
            if (on_segment(at, ring.at[i], ring.at[i + 1])) return true;
            if (crosses_ray(at, ring.at[i], ring.at[i + 1])) odd = !odd;
        }
    }
    return odd;
}

static bool share_range(int32_t a, int32_t b, int32_t c, int32_t d)
{
    int32_t low = a < b ? a : b, high = a < b ? b : a;
    int32_t from = c < d ? c : d, to = c < d ? d : c;
    return low <= to && from <= high;
}

// Solves a + t (b - a) = u + s (v - u) by Cramer's rule; t and s are fractions
// over the same determinant.
static bool segments_share(sw_location a, sw_location b, sw_location u,
                           sw_location v)
{
    wide ax = (wide)b.lon_e7 - a.lon_e7, ay = (wide)b.lat_e7 - a.lat_e7;
    wide ux = (wide)v.lon_e7 - u.lon_e7, uy = (wide)v.lat_e7 - u.lat_e7;
    wide cx = (wide)u.lon_e7 - a.lon_e7, cy = (wide)u.lat_e7 - a.lat_e7;
    wide det = ax * uy - ay * ux;
    wide t = cx * uy - cy * ux, s = cx * ay - cy * ax;
    if (det != 0) {
        if (det < 0) det = -det, t = -t, s = -s;
        return t >= 0 && t <= det && s >= 0 && s <= det;
    }
    bool collinear = cx * ay == cy * ax && cx * uy == cy * ux;
    return collinear && share_range(a.lon_e7, b.lon_e7, u.lon_e7, v.lon_e7) &&
           share_range(a.lat_e7, b.lat_e7, u.lat_e7, v.lat_e7);
}

bool oracle_meet(const sw_zones *zones, sw_location a, sw_location b)
{
    if (oracle_contain(zones, a) || oracle_contain(zones, b)) return true;
    for (size_t r = 0; r < sw_zones_rings(zones); r++) {
        sw_zone_ring ring = sw_zones_ring(zones, r);
        for (size_t i = 0; i + 1 < ring.count; i++) {
            if (segments_share(a, b, ring.at[i], ring.at[i + 1])) return true;
        }
    }
    return false;
}
