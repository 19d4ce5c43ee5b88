// Shared inside the waybill room, its tests and its fuzz target only.
#ifndef SW_WAYBILL_INTERNAL_H
#define SW_WAYBILL_INTERNAL_H

#include <jansson.h>

#include "segwan/waybill.h"

#define SW_PAYLOAD_TYPE   "application/vnd.in-toto+json"
#define SW_STATEMENT_TYPE "https://in-toto.io/Statement/v1"
#define SW_PREDICATE_TYPE "https://segwan.dev/waybill/v1"

/* ---- json.c ---------------------------------------------------------- */

/**
 * Parses untrusted JSON: no duplicate names, no NUL in strings, bounded depth,
 * size and number of values. Release with json_decref().
 */
SW_CHECK bool sw_json__parse(sw_str text, json_t **out, sw_error *err);
/** A member that must be a string; borrowed from `object`. */
SW_CHECK bool sw_json__string(const json_t *object, const char *name,
                              sw_str *out, sw_error *err);
/** The string's slice; empty if `value` is none. */
sw_str sw_json__slice(const json_t *value);

/* ---- base64.c -------------------------------------------------------- */

void sw_base64__encode(sw_str bytes, sw_buf *out);
/**
 * Strict RFC 4648: padded, no white space, unused bits zero; standard or
 * URL-safe alphabet, not both in one text.
 * @param url_safe  Set if a character of the URL-safe alphabet was met.
 */
SW_CHECK bool sw_base64__decode(sw_str text, sw_arena *arena, sw_str *out,
                                bool *url_safe, sw_error *err);

/* ---- key.c ----------------------------------------------------------- */

/** A key pair from its 32-byte seed (RFC 8032), for vectors. */
SW_CHECK bool sw_key__from_seed(const uint8_t seed[32], sw_key **out,
                                sw_error *err);
SW_CHECK bool sw_key__sign(const sw_key *key, sw_str message, uint8_t sig[64],
                           sw_error *err);
/** Whether the signature holds; Ed25519, or ECDSA in DER or as r||s. */
bool sw_key__verify(const sw_key *key, sw_str message, sw_str sig);
/** The private key's 32 bytes; wipe them. */
SW_CHECK bool sw_key__raw(const sw_key *key, uint8_t raw[32], sw_error *err);

/* ---- envelope.c ------------------------------------------------------ */

typedef struct {
    sw_str keyid;  ///< a hint, possibly empty
    sw_str bytes;
} sw_envelope__signature;

typedef struct {
    sw_str payload_type, payload;
    const sw_envelope__signature *signatures;
    size_t signature_count;
    bool strict;  ///< holds nothing but what sw_envelope__write() would write
} sw_envelope;

/** Reads a DSSE envelope, or the one inside a Sigstore bundle. */
SW_CHECK bool sw_envelope__read(sw_str text, sw_arena *arena, sw_envelope *out,
                                sw_error *err);
/** Appends the pre-authentication encoding: what is signed. */
void sw_envelope__pae(sw_str payload_type, sw_str payload, sw_buf *out);
SW_CHECK bool sw_envelope__write(sw_str payload_type, sw_str payload,
                                 sw_str keyid, sw_str sig, sw_arena *arena,
                                 sw_str *out, sw_error *err);
/** @param which  The signature that holds. */
SW_CHECK bool sw_envelope__verify(const sw_envelope *envelope,
                                  const sw_key *key, size_t *which,
                                  sw_error *err);

/* ---- statement.c ----------------------------------------------------- */

typedef struct {
    json_t *root;  ///< owned
    sw_str type, predicate_type;
    const sw_waybill_file *subjects;  ///< sha256 empty where there is none
    size_t subject_count;
    const json_t *predicate;  ///< may be NULL
    bool ours;                ///< our predicate type
} sw_statement;

/** Reads and checks an in-toto Statement v1 or v0.1. */
SW_CHECK bool sw_statement__read(sw_str payload, sw_arena *arena,
                                 sw_statement *out, sw_error *err);
void sw_statement__done(sw_statement *statement);

SW_CHECK bool sw_statement__write(const sw_waybill_facts *facts,
                                  sw_arena *arena, sw_str *out, sw_error *err);

#endif
