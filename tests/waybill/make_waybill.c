// Writes a key pair, two files and a waybill about them into a folder, for the
// script that verifies it without segwan; prints the zone commitment's salt.
#include "segwan/waybill.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sample.h"

static bool write_file(const char *path, sw_str text, sw_error *err)
{
    sw_output *out = NULL;
    bool ok = sw_output_begin(path, &out, err) &&
              sw_output_write(out, text.at, text.len, err) &&
              sw_output_commit(out, err);
    sw_output_discard(out);
    return ok;
}

static bool make(sw_arena *arena, const sw_key *key, sw_error *err)
{
    static const uint8_t salt[16] = {0, 1, 2,  3,  4,  5,  6,  7,
                                     8, 9, 10, 11, 12, 13, 14, 15};
    char hashes[2][65], commitment[65];
    sw_str map = SW_STR("the map\n"), ruling = SW_STR("{\"verdict\":1}\n");
    if (!write_file("korea.osm.pbf", map, err)) return false;
    if (!write_file("ruling.json", ruling, err)) return false;
    if (!sw_zone_commitment(key, SW_STR("the zones\n"), salt, commitment, err))
        return false;
    sw_sha256(map, hashes[0]);
    sw_sha256(ruling, hashes[1]);
    const sw_waybill_file outputs[] = {
        {SW_STR("korea.osm.pbf"), sw_str_of(hashes[0])},
        {SW_STR("ruling.json"), sw_str_of(hashes[1])},
    };
    sw_waybill_book book;
    sw_waybill_facts facts = sample_facts(outputs, 2, &book);
    facts.zones_commitment = sw_str_of(commitment);
    sw_str envelope;
    return sw_waybill_sign(&facts, key, arena, &envelope, err) &&
           write_file("waybill.dsse.json", envelope, err);
}

int main(int argc, char **argv)
{
    sw_error err = {0};
    sw_arena *arena = NULL;
    sw_key *key = NULL;
    if (argc != 2 || chdir(argv[1]) != 0) return 2;
    bool ok = sw_key_generate("exporter.key", &err) &&
              sw_key_load("exporter.key", &key, &err) &&
              sw_arena_new(&arena, &err) && make(arena, key, &err);
    char text[1024];
    if (!ok) fprintf(stderr, "%s\n", sw_error_text(&err, text, sizeof text));
    sw_arena_free(arena);
    sw_key_free(key);
    return ok ? 0 : 1;
}
