// SHA-256, and the commitment to a zone list that is made of it.
#include "segwan/waybill.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <stdlib.h>
#include <unistd.h>

#include "waybill_internal.h"

#define DIGEST_SIZE 32
#define PIECE_SIZE  ((size_t)256 << 10)

// Keeps this key apart from any other that may be derived from the same one.
static const char commitment_info[] = "segwan zone commitment v1";

static void write_hex(const uint8_t digest[DIGEST_SIZE], char hex[65])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < DIGEST_SIZE; i++) {
        hex[2 * i] = digits[digest[i] >> 4];
        hex[2 * i + 1] = digits[digest[i] & 15];
    }
    hex[64] = '\0';
}

bool sw_sha256(sw_str bytes, char hex[65])
{
    uint8_t digest[DIGEST_SIZE];
    hex[0] = '\0';
    const char *at = bytes.at != NULL ? bytes.at : "";
    if (EVP_Digest(at, bytes.len, digest, NULL, EVP_sha256(), NULL) != 1)
        return false;
    write_hex(digest, hex);
    return true;
}

static bool fail_openssl(sw_error *err, const char *what)
{
    return sw_fail(err, SW_ERR_MACHINE, "OpenSSL cannot %s", what);
}

static bool digest_pieces(int fd, EVP_MD_CTX *digest, uint8_t *piece,
                          sw_error *err)
{
    for (;;) {
        ssize_t got = read(fd, piece, PIECE_SIZE);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return sw_fail_errno(err, "read");
        if (got == 0) return true;
        if (EVP_DigestUpdate(digest, piece, (size_t)got) != 1)
            return fail_openssl(err, "compute SHA-256");
    }
}

static bool digest_file(int fd, char hex[65], sw_error *err)
{
    bool ok = false;
    uint8_t bytes[DIGEST_SIZE];
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    uint8_t *piece = malloc(PIECE_SIZE);
    if (digest == NULL || piece == NULL) {
        sw_fail_memory(err);
        goto done;
    }
    if (EVP_DigestInit_ex(digest, EVP_sha256(), NULL) != 1) {
        fail_openssl(err, "begin SHA-256");
        goto done;
    }
    if (!digest_pieces(fd, digest, piece, err)) goto done;
    ok = EVP_DigestFinal_ex(digest, bytes, NULL) == 1 ||
         fail_openssl(err, "finish SHA-256");
    if (ok) write_hex(bytes, hex);

done:
    free(piece);
    EVP_MD_CTX_free(digest);
    return ok;
}

bool sw_sha256_file(const char *path, char hex[65], sw_error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        sw_fail_errno(err, "open");
        return sw_error_in(err, path);
    }
    bool ok = digest_file(fd, hex, err) || sw_error_in(err, path);
    close(fd);
    return ok;
}

/* ---- commitment ------------------------------------------------------ */

static bool derive(const uint8_t raw[32], const uint8_t salt[16],
                   uint8_t out[32])
{
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST,
                                         (char *)"SHA256", 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)raw, 32),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, (void *)salt,
                                          16),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO,
                                          (void *)commitment_info,
                                          sizeof commitment_info - 1),
        OSSL_PARAM_construct_end(),
    };
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
    EVP_KDF_CTX *run = kdf != NULL ? EVP_KDF_CTX_new(kdf) : NULL;
    bool ok = run != NULL && EVP_KDF_derive(run, out, 32, params) == 1;
    EVP_KDF_CTX_free(run);
    EVP_KDF_free(kdf);
    return ok;
}

bool sw_zone_commitment(const sw_key *key, sw_str canonical,
                        const uint8_t salt[16], char hex[65], sw_error *err)
{
    uint8_t raw[32], derived[32], mac[DIGEST_SIZE];
    if (!sw_key__raw(key, raw, err)) return false;

    const uint8_t *at =
        (const uint8_t *)(canonical.at != NULL ? canonical.at : "");
    bool ok = derive(raw, salt, derived) &&
              HMAC(EVP_sha256(), derived, sizeof derived, at, canonical.len,
                   mac, NULL) != NULL;
    OPENSSL_cleanse(raw, sizeof raw);
    OPENSSL_cleanse(derived, sizeof derived);
    if (!ok) return fail_openssl(err, "compute the commitment to the zones");
    write_hex(mac, hex);
    return true;
}
