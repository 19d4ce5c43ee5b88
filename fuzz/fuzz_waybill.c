// Reads hostile envelopes in every way there is, and hostile statements in an
// envelope of ours. What must hold:
//   - nothing verifies but the one payload that the key has signed;
//   - what is shown to people is valid UTF-8 and holds no control character;
//   - a payload that could be read, wrapped again, reads the same.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../src/waybill/waybill_internal.h"
#include "../tests/waybill/sample.h"

#define CHECK(condition)                                                       \
    do {                                                                       \
        if (!(condition)) abort();                                             \
    } while (0)

// Of the statement in corpus/waybill/signed.json.
static const char signed_payload_sha256[] =
    "c82db506b8635225d3f28a74cc37cd952131850c945a1081d9135d10d39e9954";

static void check_verified(sw_str payload)
{
    char hex[65];
    CHECK(sw_sha256(payload, hex));
    CHECK(strcmp(hex, signed_payload_sha256) == 0);
}

static void check_shown(sw_str text)
{
    CHECK(sw_utf8_valid(text));
    for (size_t i = 0; i < text.len; i++)
        CHECK(text.at[i] == '\n' || (uint8_t)text.at[i] >= 0x20);
}

static void check_wrapped_again(sw_str payload, sw_arena *arena)
{
    sw_error err = {0};
    sw_str envelope, again;
    CHECK(sw_envelope__write(SW_STR(SW_PAYLOAD_TYPE), payload, SW_STR("k"),
                             SW_STR("s"), arena, &envelope, &err));
    CHECK(sw_waybill_payload(envelope, arena, &again, &err));
    CHECK(sw_str_eq(payload, again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_envelope(sw_str envelope, const sw_key *key, sw_arena *arena)
{
    sw_error err = {0};
    sw_str out;
    if (sw_waybill_verify(envelope, key, NULL, 0, arena, &out, &err)) {
        check_verified(out);
    } else {
        CHECK(err.kind == SW_ERR_INPUT && err.reason[0] != '\0');
    }
    bool readable = sw_waybill_payload(envelope, arena, &out, &err);
    if (readable) check_wrapped_again(out, arena);
    CHECK(sw_waybill_text(envelope, false, arena, &out, &err) == readable);
    if (readable) check_shown(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sw_error err = {0};
    sw_arena *arena = NULL;
    sw_key *key = NULL;
    sw_str input = {(const char *)data, size}, envelope;
    CHECK(sw_arena_new(&arena, &err));
    CHECK(sw_key__from_seed(sample_seed, &key, &err));
    read_envelope(input, key, arena);
    CHECK(sw_envelope__write(SW_STR(SW_PAYLOAD_TYPE), input, SW_STR("k"),
                             SW_STR("s"), arena, &envelope, &err));
    read_envelope(envelope, key, arena);
    sw_key_free(key);
    sw_arena_free(arena);
    return 0;
}
