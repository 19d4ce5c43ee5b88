// Shared inside the base room and its tests only.
#ifndef SW_BASE_INTERNAL_H
#define SW_BASE_INTERNAL_H

#include "segwan/base.h"

/** How sw_output_begin() keeps the draft. */
typedef enum {
    SW_DRAFT_UNNAMED,  ///< O_TMPFILE, or a neighbour where there is none
    SW_DRAFT_NAMED,    ///< always a hidden neighbour
} sw_draft_kind;

SW_CHECK bool sw_output__begin(const char *path, sw_draft_kind kind,
                               sw_output **out, sw_error *err);

#endif
