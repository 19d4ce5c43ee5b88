// Keys: Ed25519 to sign and verify; ECDSA on P-256 to verify what others
// signed. Nothing here asks for a passphrase: an encrypted key is refused.
#include "segwan/waybill.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#include "waybill_internal.h"

#define KEY_FILE_LIMIT ((size_t)64 << 10)
#define P256_HALF      32

struct sw_key {
    EVP_PKEY *pkey;
    bool secret;
    bool ecdsa;
    char id[65];
};

static bool is_p256(const EVP_PKEY *pkey)
{
    char group[32] = "";
    return EVP_PKEY_is_a(pkey, "EC") &&
           EVP_PKEY_get_group_name(pkey, group, sizeof group, NULL) == 1 &&
           strcmp(group, "prime256v1") == 0;
}

static bool name_key(sw_key *key, sw_error *err)
{
    uint8_t *der = NULL;
    int len = i2d_PUBKEY(key->pkey, &der);
    bool ok =
        len > 0 && sw_sha256((sw_str){(const char *)der, (size_t)len}, key->id);
    OPENSSL_free(der);
    return ok || sw_fail_memory(err);
}

// Takes over `pkey`, on failure too.
static bool wrap(EVP_PKEY *pkey, bool secret, sw_key **out, sw_error *err)
{
    sw_key *key = calloc(1, sizeof *key);
    if (key == NULL) {
        EVP_PKEY_free(pkey);
        return sw_fail_memory(err);
    }
    *key = (sw_key){.pkey = pkey, .secret = secret};
    key->ecdsa = !EVP_PKEY_is_a(pkey, "ED25519");
    if (!name_key(key, err)) {
        sw_key_free(key);
        return false;
    }
    *out = key;
    return true;
}

void sw_key_free(sw_key *key)
{
    if (key == NULL) return;
    EVP_PKEY_free(key->pkey);  // wipes the private part
    free(key);
}

const char *sw_key_id(const sw_key *key)
{
    return key->id;
}

/* ---- load ------------------------------------------------------------ */

static int no_passphrase(char *buf, int size, int writing, void *ctx)
{
    return -1;
}

static EVP_PKEY *decode_pem(sw_str text, bool secret)
{
    BIO *bio = BIO_new_mem_buf(text.at, (int)text.len);
    if (bio == NULL) return NULL;
    EVP_PKEY *pkey =
        secret ? PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL)
               : PEM_read_bio_PUBKEY(bio, NULL, no_passphrase, NULL);
    BIO_free(bio);
    ERR_clear_error();
    return pkey;
}

static const char *explain_pem(sw_str text, bool secret)
{
    if (secret && sw_str_has(text, SW_STR("ENCRYPTED")))
        return "an encrypted key; decrypt it with 'openssl pkey'";
    if (secret && sw_str_has(text, SW_STR("BEGIN PUBLIC KEY")))
        return "a public key where the private one is needed";
    if (!secret && sw_str_has(text, SW_STR("PRIVATE KEY")))
        return "a private key where the public one (KEY.pub) is needed";
    if (secret) return "no private key in PEM";
    return "no valid public key in PEM";
}

static bool decode_key(sw_str text, bool secret, sw_key **out, sw_error *err)
{
    EVP_PKEY *pkey = decode_pem(text, secret);
    if (pkey == NULL)
        return sw_fail(err, SW_ERR_INPUT, "%s", explain_pem(text, secret));

    bool fits = EVP_PKEY_is_a(pkey, "ED25519") || (!secret && is_p256(pkey));
    if (fits) return wrap(pkey, secret, out, err);
    EVP_PKEY_free(pkey);
    return sw_fail(err, SW_ERR_INPUT,
                   secret ? "not an Ed25519 key"
                          : "neither an Ed25519 nor an ECDSA P-256 key");
}

static bool load(const char *path, bool secret, sw_key **out, sw_error *err)
{
    sw_arena *arena = NULL;
    sw_str text;
    if (!sw_arena_new_secret(&arena, err)) return false;
    bool ok = sw_file_read(path, KEY_FILE_LIMIT, arena, &text, err) &&
              (decode_key(text, secret, out, err) || sw_error_in(err, path));
    sw_arena_free(arena);
    return ok;
}

bool sw_key_load(const char *path, sw_key **out, sw_error *err)
{
    return load(path, true, out, err);
}

bool sw_key_load_public(const char *path, sw_key **out, sw_error *err)
{
    return load(path, false, out, err);
}

bool sw_key__from_seed(const uint8_t seed[32], sw_key **out, sw_error *err)
{
    EVP_PKEY *pkey =
        EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, 32);
    if (pkey == NULL) return sw_fail_memory(err);
    return wrap(pkey, true, out, err);
}

bool sw_key__raw(const sw_key *key, uint8_t raw[32], sw_error *err)
{
    size_t len = 32;
    if (key->secret && !key->ecdsa &&
        EVP_PKEY_get_raw_private_key(key->pkey, raw, &len) == 1 && len == 32)
        return true;
    return sw_fail(err, SW_ERR_USAGE, "needs the private Ed25519 key");
}

/* ---- sign and verify ------------------------------------------------- */

bool sw_key__sign(const sw_key *key, sw_str message, uint8_t sig[64],
                  sw_error *err)
{
    if (!key->secret || key->ecdsa)
        return sw_fail(err, SW_ERR_USAGE, "needs the private Ed25519 key");

    size_t len = 64;
    EVP_MD_CTX *run = EVP_MD_CTX_new();
    bool ok = run != NULL &&
              EVP_DigestSignInit(run, NULL, NULL, NULL, key->pkey) == 1 &&
              EVP_DigestSign(run, sig, &len, (const uint8_t *)message.at,
                             message.len) == 1;
    EVP_MD_CTX_free(run);
    return ok || sw_fail(err, SW_ERR_MACHINE, "OpenSSL cannot sign");
}

static bool verify_with_openssl(const sw_key *key, sw_str message,
                                const uint8_t *sig, size_t len)
{
    const EVP_MD *hash = key->ecdsa ? EVP_sha256() : NULL;
    EVP_MD_CTX *run = EVP_MD_CTX_new();
    bool ok = run != NULL &&
              EVP_DigestVerifyInit(run, NULL, hash, NULL, key->pkey) == 1 &&
              EVP_DigestVerify(run, sig, len, (const uint8_t *)message.at,
                               message.len) == 1;
    EVP_MD_CTX_free(run);
    ERR_clear_error();
    return ok;
}

// An ECDSA signature as two plain numbers (IEEE P1363), rewritten as DER.
static int p1363_to_der(const uint8_t *sig, uint8_t **der)
{
    int len = -1;
    ECDSA_SIG *pair = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(sig, P256_HALF, NULL);
    BIGNUM *s = BN_bin2bn(sig + P256_HALF, P256_HALF, NULL);
    if (pair != NULL && r != NULL && s != NULL &&
        ECDSA_SIG_set0(pair, r, s) == 1) {
        r = s = NULL;  // the pair's now
        len = i2d_ECDSA_SIG(pair, der);
    }
    BN_free(r);
    BN_free(s);
    ECDSA_SIG_free(pair);
    return len;
}

bool sw_key__verify(const sw_key *key, sw_str message, sw_str sig)
{
    const uint8_t *at = (const uint8_t *)sig.at;
    if (sig.len == 0) return false;
    if (verify_with_openssl(key, message, at, sig.len)) return true;
    if (!key->ecdsa || sig.len != (size_t)2 * P256_HALF) return false;

    uint8_t *der = NULL;
    int len = p1363_to_der(at, &der);
    bool ok = len > 0 && verify_with_openssl(key, message, der, (size_t)len);
    OPENSSL_free(der);
    return ok;
}
