#include "cmocka_all.h"
#include "sample.h"
#include "temp_dir.h"
#include "waybill_internal.h"

static char dir[PATH_MAX];
static char path[PATH_MAX + 16], pub_path[PATH_MAX + 16];

static int setup(void **state)
{
    if (temp_dir_make(dir) != 0) return -1;
    snprintf(path, sizeof path, "%s/k", dir);
    snprintf(pub_path, sizeof pub_path, "%s/k.pub", dir);
    return 0;
}

static int teardown(void **state)
{
    temp_dir_remove(dir);
    return 0;
}

static void put(const char *where, const char *text)
{
    FILE *file = fopen(where, "wb");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static size_t unhex(const char *hex, uint8_t *out)
{
    size_t n = 0;
    for (; hex[2 * n] != '\0'; n++) {
        unsigned value;
        assert_int_equal(sscanf(hex + 2 * n, "%2x", &value), 1);
        out[n] = (uint8_t)value;
    }
    return n;
}

// RFC 8032, section 7.1, tests 1 to 3: Ed25519 is deterministic.
static void published_vectors_sign_to_the_byte(void **state)
{
    static const struct {
        const char *seed, *message, *signature;
    } cases[] = {
        {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "",
         "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8"
         "821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
        {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
         "72",
         "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085a"
         "c1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
        {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
         "af82",
         "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff"
         "9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t seed[32], message[8], expected[64], sig[64];
        unhex(cases[i].seed, seed);
        sw_str text = {(const char *)message, unhex(cases[i].message, message)};
        assert_int_equal(unhex(cases[i].signature, expected), 64);
        sw_key *key = NULL;
        sw_error err;
        assert_true(sw_key__from_seed(seed, &key, &err));
        assert_true(sw_key__sign(key, text, sig, &err));
        assert_memory_equal(sig, expected, 64);
        sw_str whole = {(const char *)sig, 64};
        assert_true(sw_key__verify(key, text, whole));
        assert_false(sw_key__verify(key, text, (sw_str){whole.at, 63}));
        assert_false(sw_key__verify(key, text, (sw_str){whole.at, 0}));
        for (size_t bit = 0; bit < 512; bit++) {
            sig[bit / 8] ^= (uint8_t)(1 << bit % 8);
            assert_false(sw_key__verify(key, text, whole));
            sig[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
        sw_key_free(key);
    }
}

static void a_made_pair_belongs_together(void **state)
{
    sw_error err = {0};
    sw_key *key = NULL, *pub = NULL;
    uint8_t sig[64];
    assert_true(sw_key_generate(path, &err));
    assert_int_equal(temp_dir_count(dir), 2);
    assert_true(sw_key_load(path, &key, &err));
    assert_true(sw_key_load_public(pub_path, &pub, &err));
    assert_string_equal(sw_key_id(key), sw_key_id(pub));
    assert_int_equal(strlen(sw_key_id(key)), 64);
    assert_true(sw_key__sign(key, SW_STR("m"), sig, &err));
    assert_true(
        sw_key__verify(pub, SW_STR("m"), (sw_str){(const char *)sig, 64}));
    assert_false(
        sw_key__verify(pub, SW_STR("n"), (sw_str){(const char *)sig, 64}));
    assert_false(sw_key__sign(pub, SW_STR("m"), sig, &err));
    assert_int_equal(err.kind, SW_ERR_USAGE);
    sw_key_free(pub);
    sw_key_free(key);
}

static void only_the_owner_may_read_the_private_key(void **state)
{
    sw_error err;
    struct stat about;
    mode_t before = umask(0);
    assert_true(sw_key_generate(path, &err));
    umask(before);
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 07777, 0600);
    assert_int_equal(stat(pub_path, &about), 0);
    assert_int_equal(about.st_mode & 07777, 0644);
}

static void neither_file_is_overwritten(void **state)
{
    sw_error err = {0};
    put(path, "mine");
    assert_false(sw_key_generate(path, &err));
    assert_int_equal(err.kind, SW_ERR_USAGE);
    assert_string_equal(err.file, path);
    assert_int_equal(temp_dir_count(dir), 1);
    unlink(path);
    put(pub_path, "mine");
    assert_false(sw_key_generate(path, &err));
    assert_string_equal(err.file, pub_path);
    assert_int_equal(temp_dir_count(dir), 1);

    char nowhere[PATH_MAX + 32];
    snprintf(nowhere, sizeof nowhere, "%s/none/k", dir);
    assert_false(sw_key_generate(nowhere, &err));
    assert_int_equal(temp_dir_count(dir), 1);
}

static void what_is_not_the_key_needed_is_told(void **state)
{
    static const struct {
        const char *text, *secret_reason, *public_reason;
    } cases[] = {
        {"", "no private key in PEM", "no valid public key in PEM"},
        {"-----BEGIN PUBLIC KEY-----\n"
         "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"
         "-----END PUBLIC KEY-----\n",
         "a public key where the private one is needed", NULL},
        // ECDSA P-256
        {"-----BEGIN PUBLIC KEY-----\n"
         "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAExRRST79+PsrRBnGAI4cMu6Omz2Jh\n"
         "fwlMW+gIutNKVRaMyS4rQKvgngc5p8UbLj55pVHhIoAxi/SRgURZI0J3Xw==\n"
         "-----END PUBLIC KEY-----\n",
         "a public key where the private one is needed", NULL},
        // the same, moved off the curve
        {"-----BEGIN PUBLIC KEY-----\n"
         "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAExRRST79+PsrRBnGAI4cMu6Omz2Jh\n"
         "fwlMW+gIutNKVRaMyS4rQKvgngc5p8UbLj55pVHhIoAxi/++++wrongkey==\n"
         "-----END PUBLIC KEY-----\n",
         "a public key where the private one is needed",
         "no valid public key in PEM"},
        {"-----BEGIN PRIVATE KEY-----\n"
         "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
         "-----END PRIVATE KEY-----\n",
         NULL, "a private key where the public one (KEY.pub) is needed"},
        {"-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n"
         "-----END ENCRYPTED PRIVATE KEY-----\n",
         "an encrypted key; decrypt it with 'openssl pkey'",
         "a private key where the public one (KEY.pub) is needed"},
        // X25519 exchanges keys and signs nothing
        {"-----BEGIN PUBLIC KEY-----\n"
         "MCowBQYDK2VuAyEAhSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=\n"
         "-----END PUBLIC KEY-----\n",
         "a public key where the private one is needed",
         "neither an Ed25519 nor an ECDSA P-256 key"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sw_key *key = NULL;
        sw_error err = {0};
        put(path, cases[i].text);
        bool secret = sw_key_load(path, &key, &err);
        assert_int_equal(secret, cases[i].secret_reason == NULL);
        if (!secret) {
            assert_string_equal(err.reason, cases[i].secret_reason);
            assert_string_equal(err.file, path);
        }
        sw_key_free(key);
        key = NULL;
        bool pub = sw_key_load_public(path, &key, &err);
        assert_int_equal(pub, cases[i].public_reason == NULL);
        if (!pub) assert_string_equal(err.reason, cases[i].public_reason);
        sw_key_free(key);
    }
    sw_error err = {0};
    sw_key *key = NULL;
    unlink(path);
    assert_false(sw_key_load(path, &key, &err));
    assert_int_equal(err.kind, SW_ERR_INPUT);
    assert_string_equal(err.file, path);
    sw_key_free(NULL);
}

// FIPS 180-2, appendix B.
static void digests_are_sha256(void **state)
{
    char hex[65], of_file[65];
    sw_error err;
    assert_true(sw_sha256(SW_STR("abc"), hex));
    assert_string_equal(
        hex,
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_true(sw_sha256((sw_str){NULL, 0}, hex));
    assert_string_equal(
        hex,
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    put(path, "abc");
    assert_true(sw_sha256_file(path, of_file, &err));
    sw_sha256(SW_STR("abc"), hex);
    assert_string_equal(of_file, hex);
    assert_false(sw_sha256_file(dir, of_file, &err));
    assert_string_equal(err.file, dir);
}

static void commitment(const uint8_t seed[32], const char *zones,
                       const uint8_t salt[16], char hex[65])
{
    sw_key *key = NULL;
    sw_error err;
    assert_true(sw_key__from_seed(seed, &key, &err));
    assert_true(sw_zone_commitment(key, sw_str_of(zones), salt, hex, &err));
    assert_int_equal(strlen(hex), 64);
    sw_key_free(key);
}

// The expected value was computed apart, with Python's hmac and hashlib.
static void a_commitment_depends_on_key_salt_and_zones(void **state)
{
    uint8_t salt[16] = {0}, other_salt[16] = {1}, other_seed[32];
    char a[65], b[65];
    memcpy(other_seed, sample_seed, 32);
    other_seed[0] ^= 1;
    commitment(sample_seed, "zones", salt, a);
    assert_string_equal(
        a, "40623dd90f91b045aa239584679d4053d03c6033ac0e3c7369cd601580c33925");
    commitment(sample_seed, "zones", salt, b);
    assert_string_equal(a, b);
    commitment(sample_seed, "zonez", salt, b);
    assert_string_not_equal(a, b);
    commitment(sample_seed, "zones", other_salt, b);
    assert_string_not_equal(a, b);
    commitment(other_seed, "zones", salt, b);
    assert_string_not_equal(a, b);
    commitment(sample_seed, "", salt, b);
}

static void a_public_key_commits_to_nothing(void **state)
{
    sw_error err = {0};
    sw_key *pub = NULL;
    char hex[65];
    uint8_t salt[16] = {0};
    assert_true(sw_key_generate(path, &err));
    assert_true(sw_key_load_public(pub_path, &pub, &err));
    assert_false(sw_zone_commitment(pub, SW_STR("z"), salt, hex, &err));
    assert_int_equal(err.kind, SW_ERR_USAGE);
    sw_key_free(pub);
}

#define EACH(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(published_vectors_sign_to_the_byte),
        EACH(a_made_pair_belongs_together),
        EACH(only_the_owner_may_read_the_private_key),
        EACH(neither_file_is_overwritten),
        EACH(what_is_not_the_key_needed_is_told),
        EACH(digests_are_sha256),
        EACH(a_commitment_depends_on_key_salt_and_zones),
        EACH(a_public_key_commits_to_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
