// The list of checks, and the tally of each: how much it looked at, how much
// it found, and the first finding in the order of the file.
#include "inspect_internal.h"

#include <stdarg.h>
#include <stdio.h>

// In the order in which reports list them: what leaks most comes first.
const sw_check_about sw_inspect__about[SW_CHECK_COUNT] = {
    [SW_CHECK_NODE_IN_ZONE] = {"node-in-zone", "nodes"},
    [SW_CHECK_SEGMENT_MEETS_ZONE] = {"segment-meets-zone", "segments"},
    [SW_CHECK_FORBIDDEN_TAG] = {"forbidden-tag", "tags"},
    [SW_CHECK_FORBIDDEN_NAME] = {"forbidden-name", "strings"},
    [SW_CHECK_METADATA] = {"metadata", "objects"},
    [SW_CHECK_SCOPE] = {"scope", "objects"},
    [SW_CHECK_PRECISION] = {"precision", "nodes"},
    [SW_CHECK_MISSING_REFERENCE] = {"missing-reference", "references"},
    [SW_CHECK_BROKEN_RELATION] = {"broken-relation", "relations"},
    [SW_CHECK_CUT_AREA] = {"cut-area", "outlines"},
    [SW_CHECK_LEFTOVER_NODE] = {"leftover-node", "nodes"},
    [SW_CHECK_LEFTOVER_WAY] = {"leftover-way", "ways"},
    [SW_CHECK_LEFTOVER_STRING] = {"leftover-string", "strings"},
    [SW_CHECK_ORDER] = {"order", "objects"},
    [SW_CHECK_HEADER_LEAK] = {"header-leak", "headers"},
    [SW_CHECK_UNKNOWN_FIELD] = {"unknown-field", "messages"},
    [SW_CHECK_NOT_CANONICAL] = {"not-canonical", "blobs"},
    [SW_CHECK_TRAILING_BYTES] = {"trailing-bytes", "blobs"},
};

void sw_inspect__find(sw_checks *checks, sw_check_id id, const char *fmt, ...)
{
    sw_tally *tally = &checks->at[id];
    if (!tally->runs || tally->found++ > 0) return;

    va_list args;
    va_start(args, fmt);
    vsnprintf(tally->first, sizeof tally->first, fmt, args);
    va_end(args);
}
