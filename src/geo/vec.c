// Growing arrays for zones in the making. Memory that is left behind, at each
// growth and at the end, is zeroed, all of it: callers set the count back and
// begin again, and what lies behind the count still holds zones.
#include "geo_internal.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM 16

static bool grow(sw_geo__vec *vec, size_t need, size_t each)
{
    size_t room, bytes;
    if (!sw_add_size(vec->room, vec->room / 2, &room)) return false;
    if (room < need) room = need;
    if (room < FIRST_ROOM) room = FIRST_ROOM;
    if (!sw_mul_size(room, each, &bytes)) return false;
    void *at = malloc(bytes);
    if (at == NULL) return false;

    if (vec->at != NULL) {
        memcpy(at, vec->at, vec->count * each);
        explicit_bzero(vec->at, vec->room * each);
        free(vec->at);
    }
    vec->at = at;
    vec->room = room;
    return true;
}

void *sw_geo__vec_add(sw_geo__vec *vec, size_t n, size_t each)
{
    size_t need;
    if (!sw_add_size(vec->count, n, &need)) return NULL;
    if ((need > vec->room || vec->at == NULL) && !grow(vec, need, each)) {
        return NULL;
    }
    unsigned char *added = (unsigned char *)vec->at + vec->count * each;
    memset(added, 0, n * each);
    vec->count = need;
    return added;
}

void sw_geo__vec_free(sw_geo__vec *vec, size_t each)
{
    if (vec->at != NULL) explicit_bzero(vec->at, vec->room * each);
    free(vec->at);
    *vec = (sw_geo__vec){0};
}
