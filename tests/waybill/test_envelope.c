// DSSE: the protocol's own vector, and everything that is no envelope.
#include "cmocka_all.h"
#include "sample.h"
#include "temp_dir.h"
#include "waybill_internal.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/pem.h>

static sw_arena *arena;

static int setup(void **state)
{
    sw_error err;
    return sw_arena_new(&arena, &err) ? 0 : -1;
}

static int teardown(void **state)
{
    sw_arena_free(arena);
    return 0;
}

static void the_encoding_that_is_signed(void **state)
{
    sw_buf pae = {0};
    sw_envelope__pae(SW_STR("http://example.com/HelloWorld"),
                     SW_STR("hello world"), &pae);
    assert_string_equal(
        pae.at, "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
    sw_buf_free(&pae);
    sw_envelope__pae(SW_STR(""), SW_STR("\0 "), &pae);
    assert_int_equal(pae.len, 14);
    assert_memory_equal(pae.at, "DSSEv1 0  2 \0 ", 14);
    sw_buf_free(&pae);
}

/* ---- the protocol's vector (ECDSA P-256, r||s) ----------------------- */

static json_t *load_vector(void)
{
    char path[PATH_MAX];
    const char *vectors = getenv("SEGWAN_VECTORS");
    snprintf(path, sizeof path, "%s/dsse/protocol-vector.json",
             vectors != NULL ? vectors : ".");
    if (access(path, R_OK) != 0) {
        print_message("skipped: %s is not there\n", path);
        skip();
    }
    return json_load_file(path, 0, NULL);
}

// Writes the vector's public point, two decimal numbers, as SPKI in PEM.
static void write_point(const json_t *vector, const char *path)
{
    uint8_t point[27 + 64];
    static const uint8_t head[27] = {0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a,
                                     0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06,
                                     0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03,
                                     0x01, 0x07, 0x03, 0x42, 0x00, 0x04};
    memcpy(point, head, sizeof head);
    static const char *const names[] = {"public_x", "public_y"};
    for (int i = 0; i < 2; i++) {
        BIGNUM *n = NULL;
        assert_true(BN_dec2bn(&n, json_string_value(
                                      json_object_get(vector, names[i]))) > 0);
        assert_int_equal(BN_bn2binpad(n, point + 27 + 32 * i, 32), 32);
        BN_free(n);
    }
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    PEM_write(file, "PUBLIC KEY", "", point, sizeof point);
    fclose(file);
}

static void the_protocols_vector_verifies(void **state)
{
    json_t *vector = load_vector();
    char dir[PATH_MAX], path[PATH_MAX + 8];
    assert_int_equal(temp_dir_make(dir), 0);
    snprintf(path, sizeof path, "%s/k.pub", dir);
    write_point(vector, path);
    sw_error err = {0};
    sw_key *key = NULL;
    assert_true(sw_key_load_public(path, &key, &err));
    char *text = json_dumps(json_object_get(vector, "envelope"), 0);
    sw_envelope envelope;
    assert_true(sw_envelope__read(sw_str_of(text), arena, &envelope, &err));
    assert_true(sw_str_eq(envelope.payload, SW_STR("hello world")));
    size_t which = 7;
    assert_true(sw_envelope__verify(&envelope, key, &which, &err));
    assert_int_equal(which, 0);

    // It is no in-toto statement, so it is no waybill either.
    sw_str payload;
    assert_false(sw_waybill_verify(sw_str_of(text), key, NULL, 0, arena,
                                   &payload, &err));
    assert_true(sw_str_has(sw_str_of(err.reason), SW_STR("payloadType")));

    envelope.payload = SW_STR("hello World");
    assert_false(sw_envelope__verify(&envelope, key, &which, &err));
    assert_string_equal(err.place, "signature");
    envelope.payload = SW_STR("hello world");
    envelope.payload_type = SW_STR("http://example.com/helloWorld");
    assert_false(sw_envelope__verify(&envelope, key, &which, &err));
    sw_key_free(key);
    free(text);
    json_decref(vector);
    temp_dir_remove(dir);
}

/* ---- what is no envelope --------------------------------------------- */

static void what_is_no_envelope_is_told(void **state)
{
    static const struct {
        const char *text, *place, *reason;
    } cases[] = {
        {"", "line 1, column 0", "not JSON"},
        {"[]", "", "not a JSON object"},
        {"{\"a\":1,\n\"a\":2}", "line 2, column 3", "duplicate"},
        {"{}", "", "lacks member \"payloadType\""},
        {"{\"payloadType\":1}", "", "wrong member \"payloadType\""},
        {"{\"payloadType\":\"t\"}", "", "lacks member \"payload\""},
        {"{\"payloadType\":\"t\",\"payload\":\"AA=\"}", "payload",
         "not base64"},
        {"{\"payloadType\":\"t\",\"payload\":\"\"}", "", "1 to 64"},
        {"{\"payloadType\":\"t\",\"payload\":\"\",\"signatures\":[]}", "",
         "1 to 64"},
        {"{\"payloadType\":\"t\",\"payload\":\"\",\"signatures\":{}}", "",
         "1 to 64"},
        {"{\"payloadType\":\"t\",\"payload\":\"\",\"signatures\":[1]}",
         "signature 1", "not an object"},
        {"{\"payloadType\":\"t\",\"payload\":\"\",\"signatures\":"
         "[{\"sig\":\"\"},{}]}",
         "signature 2", "lacks member \"sig\""},
        {"{\"payloadType\":\"t\",\"payload\":\"\",\"signatures\":"
         "[{\"sig\":\"\",\"keyid\":1}]}",
         "signature 1", "\"keyid\" is not a string"},
        {"{\"payloadType\":\"t\",\"payload\":\"\",\"signatures\":"
         "[{\"sig\":\"\"}]} x",
         "line 1, column 60", "end of file"},
        {"{\"payloadType\":\"a\\u0000\"}", "line 1, column 24", "\\u0000"},
        {"{\"mediaType\":\"application/json\"}", "", "unknown type"},
        {"{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\"}",
         "", "without a DSSE envelope"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sw_error err = {0};
        sw_envelope out;
        assert_false(
            sw_envelope__read(sw_str_of(cases[i].text), arena, &out, &err));
        assert_int_equal(err.kind, SW_ERR_INPUT);
        if (!sw_str_has(sw_str_of(err.reason), sw_str_of(cases[i].reason)))
            fail_msg("%s: %s", cases[i].text, err.reason);
        assert_string_equal(err.place, cases[i].place);
    }
}

static sw_str repeat(const char *piece, size_t count)
{
    sw_buf text = {0};
    sw_str copy;
    for (size_t i = 0; i < count; i++)
        sw_buf_str(&text, sw_str_of(piece));
    assert_true(sw_arena_str(arena, (sw_str){text.at, text.len}, &copy));
    sw_buf_free(&text);
    return copy;
}

// Deep, wide and large texts end before they become memory.
static void hostile_json_is_refused_by_its_shape(void **state)
{
    static const struct {
        const char *piece;
        size_t count;
        const char *reason;
    } cases[] = {
        {"[", 100000, "nested 100000 deep, at most 64"},
        {"{\"a\":", 65, "nested 65 deep, at most 64"},
        {"[],", 2000000, "values, at most 1000000"},
        {"                ", (size_t)3 << 20, "bytes, at most 33554432"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *out = NULL;
        sw_error err = {0};
        sw_str text = repeat(cases[i].piece, cases[i].count);
        assert_false(sw_json__parse(text, &out, &err));
        if (!sw_str_has(sw_str_of(err.reason), sw_str_of(cases[i].reason)))
            fail_msg("%s", err.reason);
        sw_arena_reset(arena);
    }
    json_t *out = NULL;
    sw_error err = {0};
    // Brackets within strings are no nesting, escaped quotes end no string.
    assert_true(sw_json__parse(
        SW_STR("{\"a\":\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
               "[[[[[[[[[[[[[[[[[[[[[[[\\\"[[[[[[[[[[[[[[\"}"),
        &out, &err));
    json_decref(out);
}

static void keyids_are_optional_and_members_may_be_added(void **state)
{
    sw_envelope out;
    sw_error err = {0};
    assert_true(sw_envelope__read(
        SW_STR("{\"payloadType\":\"t\",\"payload\":\"_-8=\",\"more\":1,"
               "\"signatures\":[{\"sig\":\"AA==\",\"keyid\":null},"
               "{\"sig\":\"AQ==\",\"keyid\":\"k\",\"x\":2}]}"),
        arena, &out, &err));
    assert_int_equal(out.payload.len, 2);
    assert_memory_equal(out.payload.at, "\xff\xef", 2);
    assert_int_equal(out.signature_count, 2);
    assert_true(sw_str_eq(out.signatures[1].keyid, SW_STR("k")));
    assert_false(out.strict);
}

static void what_is_written_reads_back_strictly(void **state)
{
    sw_str text;
    sw_envelope out;
    sw_error err = {0};
    sw_str payload = {"\0\x01\xfe\xff", 4};
    assert_true(sw_envelope__write(SW_STR("t/u+v"), payload, SW_STR("0a"),
                                   SW_STR("sig"), arena, &text, &err));
    assert_true(sw_envelope__read(text, arena, &out, &err));
    assert_true(out.strict);
    assert_true(sw_str_eq(out.payload, payload));
    assert_true(sw_str_eq(out.payload_type, SW_STR("t/u+v")));
    assert_true(sw_str_eq(out.signatures[0].keyid, SW_STR("0a")));
    assert_true(sw_str_eq(out.signatures[0].bytes, SW_STR("sig")));
}

static void any_of_several_signatures_will_do(void **state)
{
    sw_error err = {0};
    sw_key *key = NULL;
    uint8_t sig[64];
    assert_true(sw_key__from_seed(sample_seed, &key, &err));
    sw_str message = SW_STR("DSSEv1 1 t 1 p");
    assert_true(sw_key__sign(key, message, sig, &err));
    const sw_envelope__signature signatures[] = {
        {SW_STR(""), SW_STR("junk")},
        {SW_STR("unrelated"), {(const char *)sig, 64}},
    };
    sw_envelope envelope = {.payload_type = SW_STR("t"),
                            .payload = SW_STR("p"),
                            .signatures = signatures,
                            .signature_count = 2};
    size_t which = 0;
    assert_true(sw_envelope__verify(&envelope, key, &which, &err));
    assert_int_equal(which, 1);
    envelope.signature_count = 1;
    assert_false(sw_envelope__verify(&envelope, key, &which, &err));
    sw_key_free(key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_encoding_that_is_signed),
        cmocka_unit_test(the_protocols_vector_verifies),
        cmocka_unit_test(what_is_no_envelope_is_told),
        cmocka_unit_test(hostile_json_is_refused_by_its_shape),
        cmocka_unit_test(keyids_are_optional_and_members_may_be_added),
        cmocka_unit_test(what_is_written_reads_back_strictly),
        cmocka_unit_test(any_of_several_signatures_will_do),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
