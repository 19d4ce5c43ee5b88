// Other people's envelopes: the DSSE cases of sigstore-conformance. We check
// the signature with the key of the bundle's certificate; logs, time stamps and
// the certificate's own chain are not ours, so cases that fail for those
// verify.
#include "cmocka_all.h"
#include "temp_dir.h"
#include "waybill_internal.h"

#include <openssl/pem.h>
#include <openssl/x509.h>

static sw_arena *arena;
static char dir[PATH_MAX], key_path[PATH_MAX + 8];
static char root[PATH_MAX];

static int setup(void **state)
{
    sw_error err;
    const char *vectors = getenv("SEGWAN_VECTORS");
    snprintf(root, sizeof root, "%s/sigstore-conformance",
             vectors != NULL ? vectors : ".");
    if (temp_dir_make(dir) != 0 || !sw_arena_new(&arena, &err)) return -1;
    snprintf(key_path, sizeof key_path, "%s/k", dir);
    return 0;
}

static int teardown(void **state)
{
    sw_arena_free(arena);
    temp_dir_remove(dir);
    return 0;
}

// Cases whose signature, key or form is bad; all others fail elsewhere, if at
// all.
static bool fails_for_us(const char *name)
{
    static const char *const bad[] = {
        "dsse-invalid-sig_fail",
        "rekor2-dsse-invalid-sig_fail",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (strcmp(name, bad[i]) == 0) return true;
    }
    return false;
}

static const char *certificate_of(const json_t *bundle)
{
    const json_t *material = json_object_get(bundle, "verificationMaterial");
    const json_t *one = json_object_get(material, "certificate");
    if (one == NULL) {
        const json_t *chain = json_object_get(material, "x509CertificateChain");
        one = json_array_get(json_object_get(chain, "certificates"), 0);
    }
    return json_string_value(json_object_get(one, "rawBytes"));
}

static void write_certificate_key(const json_t *bundle)
{
    sw_str der;
    sw_error err = {0};
    bool url_safe = false;
    const char *text = certificate_of(bundle);
    assert_non_null(text);
    assert_true(
        sw_base64__decode(sw_str_of(text), arena, &der, &url_safe, &err));
    const unsigned char *at = (const unsigned char *)der.at;
    X509 *certificate = d2i_X509(NULL, &at, (long)der.len);
    assert_non_null(certificate);
    FILE *file = fopen(key_path, "wb");
    assert_non_null(file);
    assert_int_equal(PEM_write_PUBKEY(file, X509_get0_pubkey(certificate)), 1);
    fclose(file);
    X509_free(certificate);
}

static void check_artifact(const char *name, sw_str text, const sw_key *key)
{
    char path[2 * PATH_MAX];
    snprintf(path, sizeof path, "%s/bundle-verify/%s/artifact", root, name);
    if (access(path, R_OK) != 0) snprintf(path, sizeof path, "%s/a.txt", root);
    const char *const files[] = {path};
    sw_error err = {0};
    sw_waybill_report report;
    if (!sw_waybill_check(text, key, files, 1, arena, &report, &err))
        fail_msg("%s: %s: %s", name, err.place, err.reason);
    assert_true(report.checked[0]);

    const char *const wrong[] = {key_path};
    assert_false(sw_waybill_check(text, key, wrong, 1, arena, &report, &err));
}

static void check_dsse(const char *name, sw_str text, const json_t *bundle)
{
    sw_error err = {0};
    sw_key *key = NULL;
    sw_str payload;
    write_certificate_key(bundle);
    assert_true(sw_key_load_public(key_path, &key, &err));
    bool ok = sw_waybill_verify(text, key, NULL, 0, arena, &payload, &err);
    if (ok == fails_for_us(name))
        fail_msg("%s: %s", name, ok ? "verifies" : err.reason);
    if (!ok) assert_string_equal(err.place, "signature");
    if (ok) check_artifact(name, text, key);
    assert_true(sw_waybill_payload(text, arena, &payload, &err));
    assert_true(sw_waybill_text(text, false, arena, &payload, &err));
    sw_key_free(key);
}

// A signature of a message is no statement; with no key there is nothing to
// believe. Both are told, neither verifies.
static void check_message(const char *name, sw_str text)
{
    sw_error err = {0};
    sw_str out;
    assert_false(sw_waybill_text(text, false, arena, &out, &err));
    assert_int_equal(err.kind, SW_ERR_INPUT);
    const char *expected = strcmp(name, "bundle-unknown-version_fail") == 0
                               ? "unknown type"
                               : "without a DSSE envelope";
    assert_true(sw_str_has(sw_str_of(err.reason), sw_str_of(expected)));
}

static bool check_case(const char *name)
{
    char path[2 * PATH_MAX];
    snprintf(path, sizeof path, "%s/bundle-verify/%s/bundle.sigstore.json",
             root, name);
    sw_str text;
    sw_error err = {0};
    if (!sw_file_read(path, 1 << 20, arena, &text, &err)) return false;
    json_t *bundle = json_loadb(text.at, text.len, 0, NULL);
    assert_non_null(bundle);
    bool dsse = json_object_get(bundle, "dsseEnvelope") != NULL;
    if (dsse) {
        check_dsse(name, text, bundle);
    } else {
        check_message(name, text);
    }
    json_decref(bundle);
    sw_arena_reset(arena);
    return dsse;
}

static void every_case_is_read_and_its_signature_judged(void **state)
{
    char path[PATH_MAX + 32];
    snprintf(path, sizeof path, "%s/bundle-verify", root);
    DIR *folder = opendir(path);
    if (folder == NULL) {
        print_message("skipped: %s is not there\n", path);
        skip();
    }
    size_t count = 0;
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (entry->d_name[0] != '.') count += check_case(entry->d_name);
    }
    closedir(folder);
    print_message("%zu bundles with DSSE envelopes\n", count);
    assert_true(count > 0);
}

// Keys that others manage themselves load, or are refused when off the curve.
static void managed_keys_load_or_are_refused(void **state)
{
    char path[2 * PATH_MAX];
    sw_error err = {0};
    sw_key *key = NULL;
    snprintf(path, sizeof path,
             "%s/bundle-verify/managed-key-and-trusted-root/key.pub", root);
    if (access(path, R_OK) != 0) {
        print_message("skipped: %s is not there\n", path);
        skip();
    }
    assert_true(sw_key_load_public(path, &key, &err));
    sw_key_free(key);
    key = NULL;
    snprintf(path, sizeof path,
             "%s/bundle-verify/managed-key-wrong-key_fail/key.pub", root);
    assert_false(sw_key_load_public(path, &key, &err));
    assert_string_equal(err.reason, "no valid public key in PEM");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_case_is_read_and_its_signature_judged),
        cmocka_unit_test(managed_keys_load_or_are_refused),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
