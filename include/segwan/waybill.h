/**
 * Waybills: in-toto Statement v1 in a DSSE envelope, Ed25519.
 *
 *     if (!sw_key_load("exporter.key", &key, err)) ...
 *     if (!sw_waybill_sign(&facts, key, arena, &envelope, err)) ...
 *
 * Formats: github.com/in-toto/attestation spec/v1; github.com/secure-systems-
 * lab/dsse envelope.md, protocol.md; RFC 8032. Predicate: docs/waybill.md.
 */
#ifndef SEGWAN_WAYBILL_H
#define SEGWAN_WAYBILL_H

#include "segwan/base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sw_key sw_key;  ///< a private or public Ed25519 key (public:
                               ///< also ECDSA P-256, to read others')

/** Makes a key pair: PATH (PKCS#8 PEM, mode 0600) and PATH.pub (SPKI PEM).
 *  Refuses to overwrite either. */
SW_API SW_CHECK bool sw_key_generate(const char *path, sw_error *err);
SW_API SW_CHECK bool sw_key_load(const char *path, sw_key **out, sw_error *err);
SW_API SW_CHECK bool sw_key_load_public(const char *path, sw_key **out,
                                        sw_error *err);
SW_API void sw_key_free(sw_key *key);
/** SHA-256 of the SubjectPublicKeyInfo in hexadecimal. */
SW_API const char *sw_key_id(const sw_key *key);

/** SHA-256 of a file, of bytes, in lower-case hexadecimal. */
SW_API SW_CHECK bool sw_sha256_file(const char *path, char hex[65],
                                    sw_error *err);
/** @return false, and "" in `hex`, when OpenSSL is out of memory. */
SW_API bool sw_sha256(sw_str bytes, char hex[65]);

/**
 * Keyed commitment to a zone list: HMAC-SHA-256 over its canonical bytes with
 * a key derived (HKDF) from the exporter's private key and a fresh salt that
 * the waybill carries. Who holds key and list can show that they match.
 */
SW_API SW_CHECK bool sw_zone_commitment(const sw_key *key, sw_str canonical,
                                        const uint8_t salt[16], char hex[65],
                                        sw_error *err);

typedef struct {
    sw_str id, sha256;
} sw_waybill_book;

typedef struct {
    sw_str name, sha256;
} sw_waybill_file;

/** What happened. JSON members are embedded as they are. */
typedef struct {
    sw_str tool_version;
    sw_str declaration_json;
    sw_str ruling_json;
    const sw_waybill_book *rulebooks;
    size_t rulebook_count;
    sw_str treatments_json;   ///< names and options
    sw_str zones_commitment;  ///< hex; empty: no zones
    sw_str zones_salt;        ///< hex
    sw_str inspection_json;
    sw_str input_name, input_sha256;
    const sw_waybill_file *outputs;  ///< the subjects
    size_t output_count;
    sw_str issued;  ///< RFC 3339 UTC
} sw_waybill_facts;

/** @param out  The envelope, JSON text, in the arena. */
SW_API SW_CHECK bool sw_waybill_sign(const sw_waybill_facts *facts,
                                     const sw_key *key, sw_arena *arena,
                                     sw_str *out, sw_error *err);

/** What a verified statement is about. Lives in the arena. */
typedef struct {
    sw_str payload;                   ///< the statement as it was signed
    const sw_waybill_file *subjects;  ///< sha256 empty where none is given
    const bool *checked;  ///< per subject: a file given was found to be it
    size_t subject_count;
    bool ours;  ///< a waybill, not another's statement
} sw_waybill_report;

/**
 * Verifies an envelope: format, signature, statement, then each file given
 * against the subject of its name (or, if its name is not among them, by
 * digest). Reads other people's in-toto envelopes too, also inside a Sigstore
 * bundle (whose certificates and log entries are not looked at). Of a waybill
 * of ours no byte may differ; of others' the signed bytes may not.
 * @return false with what does not hold: place "signature", "statement",
 *         "subject NAME"; file: the one that is not what was released.
 */
SW_API SW_CHECK bool sw_waybill_check(sw_str envelope, const sw_key *pub,
                                      const char *const *files, size_t count,
                                      sw_arena *arena, sw_waybill_report *out,
                                      sw_error *err);
/** The names of subjects that no file was given for, one a line, safe to print;
 *  empty if all were checked. */
SW_API SW_CHECK bool sw_waybill_unchecked(const sw_waybill_report *report,
                                          sw_arena *arena, sw_str *out,
                                          sw_error *err);
/** sw_waybill_check() for whoever needs only the statement. */
SW_API SW_CHECK bool sw_waybill_verify(sw_str envelope, const sw_key *pub,
                                       const char *const *files, size_t count,
                                       sw_arena *arena, sw_str *payload,
                                       sw_error *err);
/** The statement inside an envelope as it was signed, signature unchecked. */
SW_API SW_CHECK bool sw_waybill_payload(sw_str envelope, sw_arena *arena,
                                        sw_str *out, sw_error *err);
/** The envelope's statement for people, signature unchecked (and it says so).
 */
SW_API SW_CHECK bool sw_waybill_text(sw_str envelope, bool color,
                                     sw_arena *arena, sw_str *out,
                                     sw_error *err);

#ifdef __cplusplus
}
#endif
#endif
