// The whole way: sign, change anything, verify, with files and without.
#include "cmocka_all.h"
#include "sample.h"
#include "temp_dir.h"
#include "waybill_internal.h"

static sw_arena *arena;
static sw_key *key;
static char dir[PATH_MAX];
static char map_path[PATH_MAX + 32], ruling_path[PATH_MAX + 32];
static char map_hash[65], ruling_hash[65];
static sw_str envelope;

static void put(const char *path, sw_str text)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fwrite(text.at, 1, text.len, file);
    fclose(file);
}

static sw_str sign_with(sw_waybill_facts facts)
{
    sw_error err = {0};
    sw_str out;
    if (!sw_waybill_sign(&facts, key, arena, &out, &err))
        fail_msg("%s", err.reason);
    return out;
}

static int setup(void **state)
{
    sw_error err;
    if (temp_dir_make(dir) != 0 || !sw_arena_new(&arena, &err) ||
        !sw_key__from_seed(sample_seed, &key, &err))
        return -1;
    snprintf(map_path, sizeof map_path, "%s/korea.osm.pbf", dir);
    snprintf(ruling_path, sizeof ruling_path, "%s/ruling.json", dir);
    put(map_path, SW_STR("a map"));
    put(ruling_path, SW_STR("a ruling"));
    sw_sha256(SW_STR("a map"), map_hash);
    sw_sha256(SW_STR("a ruling"), ruling_hash);
    const sw_waybill_file outputs[] = {
        {SW_STR("korea.osm.pbf"), sw_str_of(map_hash)},
        {SW_STR("ruling.json"), sw_str_of(ruling_hash)},
    };
    sw_waybill_book book;
    envelope = sign_with(sample_facts(outputs, 2, &book));
    return 0;
}

static int teardown(void **state)
{
    sw_key_free(key);
    sw_arena_free(arena);
    temp_dir_remove(dir);
    return 0;
}

static bool check(sw_str text, const char *const *files, size_t count,
                  sw_waybill_report *report, sw_error *err)
{
    return sw_waybill_check(text, key, files, count, arena, report, err);
}

static void what_was_signed_verifies_with_its_files(void **state)
{
    const char *const files[] = {ruling_path, map_path};
    sw_error err = {0};
    sw_waybill_report report;
    assert_true(check(envelope, files, 2, &report, &err));
    assert_int_equal(report.subject_count, 2);
    assert_true(report.checked[0]);
    assert_true(report.checked[1]);
    assert_true(report.ours);

    sw_str payload, unchecked;
    assert_true(
        sw_waybill_verify(envelope, key, files, 2, arena, &payload, &err));
    assert_true(sw_waybill_payload(envelope, arena, &unchecked, &err));
    assert_true(sw_str_eq(payload, unchecked));
    assert_true(sw_str_eq(payload, report.payload));
}

static void subjects_without_a_file_are_told(void **state)
{
    const char *const files[] = {ruling_path};
    sw_error err = {0};
    sw_waybill_report report;
    assert_true(check(envelope, NULL, 0, &report, &err));
    assert_false(report.checked[0]);
    assert_false(report.checked[1]);
    assert_true(check(envelope, files, 1, &report, &err));
    assert_false(report.checked[0]);
    assert_true(report.checked[1]);

    sw_str names;
    assert_true(sw_waybill_unchecked(&report, arena, &names, &err));
    assert_string_equal(names.at, "korea.osm.pbf\n");
    const char *const both[] = {ruling_path, map_path};
    assert_true(check(envelope, both, 2, &report, &err));
    assert_true(sw_waybill_unchecked(&report, arena, &names, &err));
    assert_int_equal(names.len, 0);
}

static void a_changed_file_is_told_by_its_subject(void **state)
{
    const char *const files[] = {map_path};
    char whole[] = "a map";
    sw_waybill_report report;
    for (size_t i = 0; i < 5; i++) {
        sw_error err = {0};
        whole[i] ^= 1;
        put(map_path, SW_STR(whole));
        whole[i] ^= 1;
        assert_false(check(envelope, files, 1, &report, &err));
        assert_int_equal(err.kind, SW_ERR_INPUT);
        assert_string_equal(err.file, map_path);
        assert_string_equal(err.place, "subject korea.osm.pbf");
        assert_true(
            sw_str_starts(sw_str_of(err.reason), SW_STR("digest differs")));
    }
    sw_error err = {0};
    put(map_path, SW_STR("a map "));
    assert_false(check(envelope, files, 1, &report, &err));
    put(map_path, SW_STR(""));
    assert_false(check(envelope, files, 1, &report, &err));
    // The right bytes under another subject's name are wrong as well.
    put(map_path, SW_STR("a ruling"));
    assert_false(check(envelope, files, 1, &report, &err));
}

static void a_renamed_file_counts_and_a_strange_one_does_not(void **state)
{
    char other[PATH_MAX + 32];
    snprintf(other, sizeof other, "%s/other", dir);
    const char *const files[] = {other};
    sw_error err = {0};
    sw_waybill_report report;
    put(other, SW_STR("a map"));
    assert_true(check(envelope, files, 1, &report, &err));
    assert_true(report.checked[0]);
    put(other, SW_STR("a mop"));
    assert_false(check(envelope, files, 1, &report, &err));
    assert_string_equal(err.file, other);
    assert_true(sw_str_starts(sw_str_of(err.reason), SW_STR("not a subject")));
    unlink(other);
    assert_false(check(envelope, files, 1, &report, &err));
    assert_string_equal(err.file, other);
}

// Every bit of the envelope, and every byte set to a few others.
static void no_byte_of_a_waybill_can_change(void **state)
{
    static const char replacements[] = "\t\n\r \"\\/+-_=:,{}[]AZaz09\x7f\x80";
    char *text = malloc(envelope.len);
    assert_non_null(text);
    memcpy(text, envelope.at, envelope.len);
    sw_arena *scratch = NULL;
    sw_error err = {0};
    assert_true(sw_arena_new(&scratch, &err));
    for (size_t i = 0; i < envelope.len; i++) {
        for (size_t how = 0; how < 8 + sizeof replacements; how++) {
            text[i] = how < 8 ? (char)(envelope.at[i] ^ 1 << how)
                              : replacements[how - 8];
            if (text[i] == envelope.at[i]) continue;
            sw_str payload;
            if (sw_waybill_verify((sw_str){text, envelope.len}, key, NULL, 0,
                                  scratch, &payload, &err))
                fail_msg("byte %zu as %02x", i, (unsigned char)text[i]);
            assert_int_equal(err.kind, SW_ERR_INPUT);
            assert_string_not_equal(err.reason, "");
            sw_arena_reset(scratch);
        }
        text[i] = envelope.at[i];
    }
    for (size_t len = 0; len < envelope.len; len++) {
        sw_str payload;
        assert_false(sw_waybill_verify((sw_str){text, len}, key, NULL, 0,
                                       scratch, &payload, &err));
        sw_arena_reset(scratch);
    }
    sw_arena_free(scratch);
    free(text);
}

static void another_key_does_not_verify(void **state)
{
    uint8_t seed[32] = {1};
    sw_error err = {0};
    sw_key *other = NULL;
    sw_str payload;
    assert_true(sw_key__from_seed(seed, &other, &err));
    assert_false(
        sw_waybill_verify(envelope, other, NULL, 0, arena, &payload, &err));
    assert_string_equal(err.place, "signature");
    assert_true(sw_str_has(sw_str_of(err.reason), sw_str_of(sw_key_id(other))));
    assert_true(sw_str_has(sw_str_of(err.reason), sw_str_of(sw_key_id(key))));
    sw_key_free(other);
}

// Another's statement, signed with our key: DSSE's own freedom applies, the
// payload is the same whatever is written around it.
static void others_envelopes_may_be_written_as_they_like(void **state)
{
    sw_str payload =
        SW_STR("{\"_type\":\"https://in-toto.io/Statement/v0.1\",\"subject\":"
               "[{\"name\":\"out/a.txt\",\"digest\":{\"sha512\":\"00\"}}],"
               "\"predicateType\":\"https://example.com/p\"}");
    sw_error err = {0};
    uint8_t sig[64];
    sw_buf pae = {0}, text = {0};
    sw_envelope__pae(SW_STR(SW_PAYLOAD_TYPE), payload, &pae);
    assert_true(sw_key__sign(key, (sw_str){pae.at, pae.len}, sig, &err));
    sw_buf_str(&text, SW_STR("{ \"signatures\": [{\"sig\": \""));
    sw_base64__encode((sw_str){(const char *)sig, 64}, &text);
    sw_buf_str(&text, SW_STR("\"}],\n \"extra\": [],\n \"payload\": \""));
    sw_base64__encode(payload, &text);
    sw_buf_str(&text, SW_STR("\", \"payloadType\": \"" SW_PAYLOAD_TYPE "\"}"));
    sw_waybill_report report;
    assert_true(check((sw_str){text.at, text.len}, NULL, 0, &report, &err));
    assert_true(sw_str_eq(report.payload, payload));
    assert_false(report.ours);

    char path[PATH_MAX + 32];
    snprintf(path, sizeof path, "%s/a.txt", dir);
    put(path, SW_STR("x"));
    const char *const files[] = {path};
    assert_false(check((sw_str){text.at, text.len}, files, 1, &report, &err));
    assert_int_equal(err.kind, SW_ERR_INPUT);
    sw_buf_free(&pae);
    sw_buf_free(&text);
}

static void a_waybill_in_other_clothes_is_refused(void **state)
{
    sw_error err = {0};
    sw_waybill_report report;
    json_t *root = json_loadb(envelope.at, envelope.len, 0, NULL);
    json_object_set_new(root, "note", json_string("hello"));
    char *text = json_dumps(root, 0);
    assert_false(check(sw_str_of(text), NULL, 0, &report, &err));
    assert_true(sw_str_has(sw_str_of(err.reason), SW_STR("was changed")));
    free(text);
    json_decref(root);
}

static void only_a_private_key_signs(void **state)
{
    char path[PATH_MAX + 32], pub_path[PATH_MAX + 40];
    snprintf(path, sizeof path, "%s/k", dir);
    snprintf(pub_path, sizeof pub_path, "%s.pub", path);
    sw_error err = {0};
    sw_key *pub = NULL;
    assert_true(sw_key_generate(path, &err));
    assert_true(sw_key_load_public(pub_path, &pub, &err));
    const sw_waybill_file output = {SW_STR("m"), sw_str_of(map_hash)};
    sw_waybill_book book;
    sw_waybill_facts facts = sample_facts(&output, 1, &book);
    sw_str out;
    assert_false(sw_waybill_sign(&facts, pub, arena, &out, &err));
    assert_int_equal(err.kind, SW_ERR_USAGE);
    sw_key_free(pub);
}

static void signing_twice_gives_the_same_bytes(void **state)
{
    const sw_waybill_file output = {SW_STR("m"), sw_str_of(map_hash)};
    sw_waybill_book book;
    sw_str a = sign_with(sample_facts(&output, 1, &book));
    sw_str b = sign_with(sample_facts(&output, 1, &book));
    assert_true(sw_str_eq(a, b));
}

#define EACH(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(what_was_signed_verifies_with_its_files),
        EACH(subjects_without_a_file_are_told),
        EACH(a_changed_file_is_told_by_its_subject),
        EACH(a_renamed_file_counts_and_a_strange_one_does_not),
        EACH(no_byte_of_a_waybill_can_change),
        EACH(another_key_does_not_verify),
        EACH(others_envelopes_may_be_written_as_they_like),
        EACH(a_waybill_in_other_clothes_is_refused),
        EACH(only_a_private_key_signs),
        EACH(signing_twice_gives_the_same_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
