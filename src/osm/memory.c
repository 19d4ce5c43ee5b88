// Arrays that are kept from blob to blob, so that after the first few blobs
// reading and writing allocate nothing.
#include "osm_internal.h"

#include <stdlib.h>

// Larger arrays are not kept: blobs that need them are rare.
enum { KEEP = 64 * 1024 * 1024 };

bool sw_osm__reserve(sw_osm__buffer *buffer, size_t count, size_t item,
                     sw_error *err)
{
    size_t need;
    if (!sw_mul_size(count, item, &need)) return sw_fail_memory(err);
    if (need <= buffer->size && buffer->at != NULL) return true;

    size_t grown = buffer->size + buffer->size / 2;
    size_t size = grown > need ? grown : need;
    if (size < 256) size = 256;
    void *at = realloc(buffer->at, size);
    if (at == NULL) return sw_fail_memory(err);
    buffer->at = at;
    buffer->size = size;
    return true;
}

void sw_osm__release(sw_osm__buffer *buffer)
{
    free(buffer->at);
    *buffer = (sw_osm__buffer){0};
}

void sw_osm__trim(sw_osm__buffer *buffer)
{
    if (buffer->size > KEEP) sw_osm__release(buffer);
}
