// The objects of a PrimitiveBlock, in whatever of the format's forms they are
// written, one after the other.
#ifndef SW_INSPECT_BLOCK_H
#define SW_INSPECT_BLOCK_H

#include "inspect_internal.h"

/** A tag as indexes into the block's strings, as yet unchecked. */
typedef struct {
    uint64_t key, value;
} sw_inspect__pair;

typedef struct {
    unsigned kind;  ///< SW_KIND_NODE, SW_KIND_WAY or SW_KIND_RELATION
    int64_t id;
    int32_t lon_e7, lat_e7;  ///< nodes
    bool finer;              ///< its place is no multiple of 1e-7 degree

    size_t pair_count;
    const uint32_t *keys, *values;  ///< NULL if in `dense`
    const int32_t *dense;           ///< key, value, key, value …

    bool has_info, has_user, has_visible;
    uint64_t user;  ///< index of a string
    bool strays;    ///< fields that the format does not have

    const SwPbf__Way *way;
    int64_t first, last;  ///< ids of a way's ends; 0 without nodes
    bool closed;          ///< at least four references, first is last
    const SwPbf__Relation *relation;
} sw_inspect__object;

/** One function a kind; NULL: such objects are passed over. */
typedef struct {
    bool (*node)(void *ctx, const sw_inspect__object *object, sw_error *err);
    bool (*way)(void *ctx, const sw_inspect__object *object, sw_error *err);
    bool (*relation)(void *ctx, const sw_inspect__object *object,
                     sw_error *err);
} sw_inspect__visitor;

/** Errors are placed by blob and object. */
SW_CHECK bool sw_inspect__visit(const sw_inspect__blob *blob,
                                const sw_inspect__visitor *visitor, void *ctx,
                                sw_error *err);

SW_CHECK bool sw_inspect__string(const SwPbf__PrimitiveBlock *block,
                                 uint64_t index, sw_str *out, sw_error *err);
/** @param index  < object->pair_count */
sw_inspect__pair sw_inspect__pair_at(const sw_inspect__object *object,
                                     size_t index);
/** "node", "way", "relation". */
const char *sw_inspect__kind_name(unsigned kind);
/** a + b, as the sums of deltas are formed: modulo 2^64. */
int64_t sw_inspect__sum(int64_t a, int64_t b);

#endif
