// DSSE envelopes (envelope.md, protocol.md v1.0.2): who signed which bytes,
// whatever the bytes mean. What is signed is not the payload but its
// pre-authentication encoding, which binds the type:
//
//     "DSSEv1" SP len(type) SP type SP len(payload) SP payload
//
// A Sigstore bundle holds an envelope as its member dsseEnvelope; its
// certificates and log entries are not looked at, the key comes from the user.
#include "waybill_internal.h"

#include <string.h>

#define SIGNATURE_LIMIT 64

/* ---- read ------------------------------------------------------------ */

static const char *const bundle_types[] = {
    "application/vnd.dev.sigstore.bundle+json;version=0.1",
    "application/vnd.dev.sigstore.bundle+json;version=0.2",
    "application/vnd.dev.sigstore.bundle+json;version=0.3",
    "application/vnd.dev.sigstore.bundle.v0.3+json",
};

static bool check_bundle_type(const json_t *bundle, sw_error *err)
{
    sw_str type;
    if (!sw_json__string(bundle, "mediaType", &type, err)) return false;
    for (size_t i = 0; i < sizeof bundle_types / sizeof *bundle_types; i++) {
        if (sw_str_eq(type, sw_str_of(bundle_types[i]))) return true;
    }
    return sw_fail(err, SW_ERR_INPUT, "a bundle of unknown type \"%.*s\"",
                   SW_STR_ARGS(type));
}

// The envelope itself, whether bare or in a bundle.
static bool find_envelope(const json_t *root, const json_t **out, sw_error *err)
{
    if (!json_is_object(root))
        return sw_fail(err, SW_ERR_INPUT, "no envelope: not a JSON object");
    if (json_object_get(root, "mediaType") == NULL) {
        *out = root;
        return true;
    }
    if (!check_bundle_type(root, err)) return false;
    const json_t *inner = json_object_get(root, "dsseEnvelope");
    if (!json_is_object(inner)) {
        return sw_fail(err, SW_ERR_INPUT,
                       "a Sigstore bundle without a DSSE envelope");
    }
    *out = inner;
    return true;
}

static bool read_signature(const json_t *from, sw_arena *arena,
                           sw_envelope__signature *out, bool *url_safe,
                           sw_error *err)
{
    sw_str text;
    if (!json_is_object(from))
        return sw_fail(err, SW_ERR_INPUT, "not an object");
    if (!sw_json__string(from, "sig", &text, err)) return false;
    if (!sw_base64__decode(text, arena, &out->bytes, url_safe, err))
        return false;

    const json_t *keyid = json_object_get(from, "keyid");
    if (keyid != NULL && !json_is_string(keyid) && !json_is_null(keyid))
        return sw_fail(err, SW_ERR_INPUT, "\"keyid\" is not a string");
    if (!sw_arena_str(arena, sw_json__slice(keyid), &out->keyid))
        return sw_fail_memory(err);
    return true;
}

static bool read_signatures(const json_t *list, sw_arena *arena,
                            sw_envelope *out, bool *url_safe, sw_error *err)
{
    size_t count = json_array_size(list);
    if (count == 0 || count > SIGNATURE_LIMIT) {
        return sw_fail(err, SW_ERR_INPUT,
                       "needs 1 to %d \"signatures\", has %zu", SIGNATURE_LIMIT,
                       count);
    }
    sw_envelope__signature *signatures =
        SW_NEW_ARRAY(arena, sw_envelope__signature, count);
    if (signatures == NULL) return sw_fail_memory(err);
    for (size_t i = 0; i < count; i++) {
        if (!read_signature(json_array_get(list, i), arena, &signatures[i],
                            url_safe, err))
            return sw_error_at(err, "signature %zu", i + 1);
    }
    out->signatures = signatures;
    out->signature_count = count;
    return true;
}

// Whether an object has only the members named, which all are present.
static bool has_only(const json_t *object, size_t count)
{
    return json_object_size(object) == count;
}

static bool signatures_are_plain(const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i);
        if (!json_is_string(json_object_get(one, "keyid"))) return false;
        if (!has_only(one, 2)) return false;
    }
    return true;
}

static bool read_payload(const json_t *from, sw_arena *arena, sw_envelope *out,
                         bool *url_safe, sw_error *err)
{
    sw_str text, type;
    if (!sw_json__string(from, "payloadType", &type, err)) return false;
    if (!sw_arena_str(arena, type, &out->payload_type))
        return sw_fail_memory(err);
    if (!sw_json__string(from, "payload", &text, err)) return false;
    return sw_base64__decode(text, arena, &out->payload, url_safe, err) ||
           sw_error_at(err, "payload");
}

static bool read_envelope(const json_t *root, sw_arena *arena, sw_envelope *out,
                          sw_error *err)
{
    const json_t *from = NULL;
    sw_envelope read = {0};
    bool url_safe = false;
    if (!find_envelope(root, &from, err)) return false;
    const json_t *list = json_object_get(from, "signatures");
    if (!read_payload(from, arena, &read, &url_safe, err)) return false;
    if (!read_signatures(list, arena, &read, &url_safe, err)) return false;

    read.strict = from == root && !url_safe && has_only(from, 3) &&
                  signatures_are_plain(list);
    *out = read;
    return true;
}

bool sw_envelope__read(sw_str text, sw_arena *arena, sw_envelope *out,
                       sw_error *err)
{
    json_t *root = NULL;
    if (!sw_json__parse(text, &root, err)) return false;
    bool ok = read_envelope(root, arena, out, err);
    json_decref(root);
    return ok;
}

/* ---- write ----------------------------------------------------------- */

void sw_envelope__pae(sw_str payload_type, sw_str payload, sw_buf *out)
{
    sw_buf_printf(out, "DSSEv1 %zu ", payload_type.len);
    sw_buf_str(out, payload_type);
    sw_buf_printf(out, " %zu ", payload.len);
    sw_buf_str(out, payload);
}

// No member and no white space that a reader could ignore: no byte of it can
// change without effect. Payload type and key id are our own plain text.
bool sw_envelope__write(sw_str payload_type, sw_str payload, sw_str keyid,
                        sw_str sig, sw_arena *arena, sw_str *out, sw_error *err)
{
    sw_buf text = {0};
    sw_buf_str(&text, SW_STR("{\"payloadType\":\""));
    sw_buf_str(&text, payload_type);
    sw_buf_str(&text, SW_STR("\",\"payload\":\""));
    sw_base64__encode(payload, &text);
    sw_buf_str(&text, SW_STR("\",\"signatures\":[{\"keyid\":\""));
    sw_buf_str(&text, keyid);
    sw_buf_str(&text, SW_STR("\",\"sig\":\""));
    sw_base64__encode(sig, &text);
    sw_buf_str(&text, SW_STR("\"}]}"));
    bool ok =
        !text.failed && sw_arena_str(arena, (sw_str){text.at, text.len}, out);
    sw_buf_free(&text);
    return ok || sw_fail_memory(err);
}

/* ---- verify ---------------------------------------------------------- */

// A key id is a hint and decides nothing: every signature is tried.
bool sw_envelope__verify(const sw_envelope *envelope, const sw_key *key,
                         size_t *which, sw_error *err)
{
    sw_buf pae = {0};
    sw_envelope__pae(envelope->payload_type, envelope->payload, &pae);
    if (pae.failed) {
        sw_buf_free(&pae);
        return sw_fail_memory(err);
    }
    size_t i = 0;
    while (i < envelope->signature_count &&
           !sw_key__verify(key, (sw_str){pae.at, pae.len},
                           envelope->signatures[i].bytes))
        i++;
    sw_buf_free(&pae);
    if (i < envelope->signature_count) {
        *which = i;
        return true;
    }
    sw_fail(err, SW_ERR_INPUT,
            "signature does not match key %s (envelope names key \"%.*s\")",
            sw_key_id(key), SW_STR_ARGS(envelope->signatures[0].keyid));
    return sw_error_at(err, "signature");
}
