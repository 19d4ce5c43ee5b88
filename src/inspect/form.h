// Is a block in the one form that docs/encoding.md leaves it?
#ifndef SW_INSPECT_FORM_H
#define SW_INSPECT_FORM_H

#include "block.h"

/** How far a walk over the blocks of a release has come. */
typedef struct {
    // Of this block.
    uint64_t next_string;  ///< the least that the next one may have
    bool odd_strings, odd_info;
    size_t objects;
    uint64_t weight, first_weight;  ///< of all objects, of the first one
    uint64_t object_weight;
    // Of the block before.
    unsigned before_kind;
    size_t before_objects;
    uint64_t before_weight, before_blob;
} sw_inspect__form;

/** Which strings may be the empty one of index 0, and none other. */
typedef enum { SW_USE_TAG, SW_USE_USER, SW_USE_ROLE } sw_inspect__use;

void sw_inspect__form_begin(sw_inspect__form *form);
void sw_inspect__form_object(sw_inspect__form *form,
                             const sw_inspect__object *object);
/** A string is used, for the first time or again. */
void sw_inspect__form_string(sw_inspect__form *form, sw_inspect__use use,
                             uint64_t index, size_t len, bool first);
/** The end of an object whose strings have all been told of. */
void sw_inspect__form_object_end(sw_inspect__form *form);
/** Judges the block, and the block before by this one. */
SW_CHECK bool sw_inspect__form_end(sw_inspect__form *form,
                                   const sw_inspect__blob *blob, unsigned kind,
                                   sw_checks *checks, sw_error *err);

#endif
