// Makes a key pair. Each file is written under a draft name and then linked:
// it appears whole, and a link never replaces a file that stands there.
#include "segwan/waybill.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool write_all(int fd, const char *at, size_t len)
{
    while (len > 0) {
        ssize_t got = write(fd, at, len);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return false;
        at += got;
        len -= (size_t)got;
    }
    return true;
}

static bool fill_and_link(int fd, const char *draft, const char *path,
                          mode_t mode, BIO *text, sw_error *err)
{
    char *at = NULL;
    long len = BIO_get_mem_data(text, &at);
    if (fchmod(fd, mode) != 0 || !write_all(fd, at, (size_t)len) ||
        fsync(fd) != 0)
        return sw_fail_errno(err, "write");
    if (link(draft, path) == 0) return true;
    if (errno == EEXIST)
        return sw_fail(err, SW_ERR_USAGE, "exists already; keys are kept");
    return sw_fail_errno(err, "create");
}

// mkostemp() makes the file readable by its owner only, from the beginning.
static bool write_new_file(const char *path, mode_t mode, BIO *text,
                           sw_error *err)
{
    char *draft = NULL;
    if (asprintf(&draft, "%s.XXXXXX.part", path) < 0)
        return sw_fail_memory(err);
    int fd = mkostemps(draft, (int)strlen(".part"), O_CLOEXEC);
    if (fd < 0) {
        sw_fail_errno(err, "create");
        free(draft);
        return sw_error_in(err, path);
    }
    bool ok = fill_and_link(fd, draft, path, mode, text, err) ||
              sw_error_in(err, path);
    close(fd);
    unlink(draft);
    free(draft);
    return ok;
}

static bool refuse_existing(const char *path, sw_error *err)
{
    struct stat about;
    if (lstat(path, &about) != 0) return true;
    sw_fail(err, SW_ERR_USAGE, "exists already; keys are kept");
    return sw_error_in(err, path);
}

static bool write_pair(const char *path, const char *pub_path, BIO *secret,
                       BIO *pub, sw_error *err)
{
    if (!refuse_existing(path, err) || !refuse_existing(pub_path, err))
        return false;
    if (!write_new_file(pub_path, 0644, pub, err)) return false;
    if (write_new_file(path, 0600, secret, err)) return true;
    unlink(pub_path);
    return false;
}

bool sw_key_generate(const char *path, sw_error *err)
{
    bool ok = false;
    char *pub_path = NULL;
    // Both kinds of memory are wiped when freed.
    BIO *secret = BIO_new(BIO_s_secmem());
    BIO *pub = BIO_new(BIO_s_mem());
    EVP_PKEY *pkey = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    if (secret == NULL || pub == NULL || pkey == NULL ||
        PEM_write_bio_PKCS8PrivateKey(secret, pkey, NULL, NULL, 0, NULL,
                                      NULL) != 1 ||
        PEM_write_bio_PUBKEY(pub, pkey) != 1) {
        sw_fail(err, SW_ERR_MACHINE, "OpenSSL cannot make a key");
        goto done;
    }
    if (asprintf(&pub_path, "%s.pub", path) < 0) {
        pub_path = NULL;
        sw_fail_memory(err);
        goto done;
    }
    ok = write_pair(path, pub_path, secret, pub, err);

done:
    free(pub_path);
    EVP_PKEY_free(pkey);
    BIO_free(pub);
    BIO_free(secret);
    return ok;
}
