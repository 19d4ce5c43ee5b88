// Any bytes as a zone list, without and with a small buffer. If they are taken:
// a second reading gives the same canonical bytes, a place is in a zone if and
// only if the segment from it to itself meets one, the corners of all rings are
// in a zone, and a segment that holds such a place meets one. If they are
// refused: the message holds no number of three digits or more and no long word
// of the list.
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "segwan/geo.h"

#define MAX_BYTES 20000

static void must(bool holds, const char *what)
{
    if (holds) return;
    fprintf(stderr, "broken: %s\n", what);
    abort();
}

// Our own numbers in messages: limits, and lines, of which a short list has
// few.
static void check_message(const sw_error *err)
{
    static const char *const allowed[] = {"100000", "180", "CRS84"};
    must(err->kind == SW_ERR_INPUT || err->kind == SW_ERR_MACHINE, "kind");
    must(err->kind != SW_ERR_INPUT || err->place[0] != '\0', "place");
    for (const char *at = err->reason; *at != '\0'; at++) {
        bool ours = false;
        for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++) {
            size_t len = strlen(allowed[i]);
            if (strncmp(at, allowed[i], len) == 0) {
                at += len - 1;
                ours = true;
                break;
            }
        }
        bool line = at - err->reason >= 5 && strncmp(at - 5, "line ", 5) == 0;
        if (line) at += strspn(at, "0123456789") - 1;
        must(ours || line || strspn(at, "0123456789") < 3, "digits");
    }
}

static void check_place(const sw_zones *zones, sw_location at, sw_location from)
{
    bool in = sw_zones_contain(zones, at);
    must(sw_zones_meet(zones, at, at) == in, "contain is meet");
    if (!in) return;
    must(sw_zones_meet(zones, at, from), "meet from a place inside");
    must(sw_zones_meet(zones, from, at), "meet to a place inside");
    must(sw_zones_near(zones, at, at), "near a place inside");
}

static void check_rings(const sw_zones *zones)
{
    sw_location from = {0, 0};
    for (size_t r = 0; r < sw_zones_rings(zones); r++) {
        sw_zone_ring ring = sw_zones_ring(zones, r);
        must(ring.zone < sw_zones_count(zones), "zone of a ring");
        must(ring.count >= 4, "corners of a ring");
        for (size_t i = 0; i < ring.count; i++) {
            sw_location at = ring.at[i];
            must(sw_zones_contain(zones, at), "corner");
            check_place(zones, at, from);
            if (at.lon_e7 < 1800000000) at.lon_e7++;
            check_place(zones, at, from);
            if (at.lat_e7 < 900000000) at.lat_e7++;
            check_place(zones, at, from);
            from = at;
        }
    }
}

static void check(sw_str text, const sw_zones_options *how)
{
    sw_zones *zones = NULL, *again = NULL;
    sw_error err = {0};
    if (!sw_zones_parse(text, how, &zones, &err)) {
        must(zones == NULL, "no zones on failure");
        check_message(&err);
        return;
    }
    must(sw_zones_parse(text, how, &again, &err), "the same twice");
    must(sw_str_eq(sw_zones_canonical(zones), sw_zones_canonical(again)),
         "the same canonical bytes");
    check_rings(zones);
    sw_zones_free(zones);
    sw_zones_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > MAX_BYTES) return 0;
    sw_str text = {(const char *)data, size};
    check(text, &(sw_zones_options){.date = 20000});
    check(text, &(sw_zones_options){.buffer_m = 2});
    return 0;
}
