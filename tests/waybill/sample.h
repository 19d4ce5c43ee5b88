// A waybill's facts for tests. Nothing in it is real.
#ifndef TESTS_WAYBILL_SAMPLE_H
#define TESTS_WAYBILL_SAMPLE_H

#include "segwan/waybill.h"

// RFC 8032, section 7.1, test 1.
static const uint8_t sample_seed[32] = {
    0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a,
    0xf4, 0x92, 0xec, 0x2c, 0xc4, 0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32,
    0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60};

#define SAMPLE_HASH(c)                                                         \
    SW_STR(c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c)

static const sw_waybill_book sample_books[] = {
    {{"kr/map-export", 13}, {NULL, 0}},
};

/** Facts whose outputs the caller gives. */
static inline sw_waybill_facts sample_facts(const sw_waybill_file *outputs,
                                            size_t count, sw_waybill_book *book)
{
    *book = sample_books[0];
    book->sha256 = SAMPLE_HASH("0a");
    return (sw_waybill_facts){
        .tool_version = SW_STR("0.1.0"),
        .declaration_json =
            SW_STR("{\"cargo.kind\":\"map\",\"cargo.scale\":5000,"
                   "\"destination.country\":\"JP\"}"),
        .ruling_json =
            SW_STR("{\"verdict\":\"treat\",\"date\":\"2026-12-03\","
                   "\"rules\":[{\"id\":\"facilities\",\"state\":\"failed\","
                   "\"verdict\":\"treat\",\"title\":\"Facilities stay out\"}]}"
                   "\n"),
        .rulebooks = book,
        .rulebook_count = 1,
        .treatments_json = SW_STR("[{\"name\":\"remove-zones\"},"
                                  "{\"name\":\"strip-metadata\"}]"),
        .zones_commitment = SAMPLE_HASH("1b"),
        .zones_salt = SW_STR("000102030405060708090a0b0c0d0e0f"),
        .inspection_json = SW_STR("{\"leaks\":0,\"checks\":12}"),
        .input_name = SW_STR("korea.osm.pbf"),
        .input_sha256 = SAMPLE_HASH("2c"),
        .outputs = outputs,
        .output_count = count,
        .issued = SW_STR("2026-12-03T09:30:00Z"),
    };
}

#endif
