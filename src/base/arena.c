// A chain of chunks. Allocation moves a pointer through the current chunk; when
// that is full the next chunk that is large enough takes over, and only when
// none is left is memory taken from the system, each time as much again as the
// arena has, up to MAX_STEP. A reset goes back to the first chunk and keeps all
// of them, so a loop of resets soon takes nothing from the system.
//
// Under AddressSanitizer what was not given out, or was reset, is poisoned, and
// a gap lies between neighbours, so that reading past an allocation is caught.
#include "segwan/base.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define UNDER_ASAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define UNDER_ASAN 1
#endif

#ifdef UNDER_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(at, len)   ASAN_POISON_MEMORY_REGION((at), (len))
#define UNPOISON(at, len) ASAN_UNPOISON_MEMORY_REGION((at), (len))
#define GAP               ALIGNMENT
#else
#define POISON(at, len)   ((void)(at), (void)(len))
#define UNPOISON(at, len) ((void)(at), (void)(len))
#define GAP               ((size_t)0)
#endif

#define ALIGNMENT  _Alignof(max_align_t)
#define FIRST_STEP ((size_t)16 << 10)
#define MAX_STEP   ((size_t)8 << 20)

typedef struct chunk {
    struct chunk *next;
    size_t size, used;  // of `bytes`
    _Alignas(max_align_t) unsigned char bytes[];
} chunk;

struct sw_arena {
    chunk *first, *current;
    size_t footprint;
    bool secret;
};

static bool arena_new(bool secret, sw_arena **out, sw_error *err)
{
    sw_arena *arena = calloc(1, sizeof *arena);
    if (arena == NULL) return sw_fail_memory(err);
    arena->footprint = sizeof *arena;
    arena->secret = secret;
    *out = arena;
    return true;
}

bool sw_arena_new(sw_arena **out, sw_error *err)
{
    return arena_new(false, out, err);
}

bool sw_arena_new_secret(sw_arena **out, sw_error *err)
{
    return arena_new(true, out, err);
}

static void chunk_clear(chunk *piece, bool secret)
{
    if (secret) {
        UNPOISON(piece->bytes, piece->used);
        explicit_bzero(piece->bytes, piece->used);
    }
    POISON(piece->bytes, piece->size);
    piece->used = 0;
}

void sw_arena_free(sw_arena *arena)
{
    if (arena == NULL) return;
    for (chunk *piece = arena->first, *next; piece != NULL; piece = next) {
        next = piece->next;
        chunk_clear(piece, arena->secret);
        UNPOISON(piece->bytes, piece->size);
        free(piece);
    }
    free(arena);
}

void sw_arena_reset(sw_arena *arena)
{
    for (chunk *piece = arena->first; piece != NULL; piece = piece->next)
        chunk_clear(piece, arena->secret);
    arena->current = arena->first;
}

// Puts `piece` behind the current chunk and makes it the current one.
static void chunk_enter(sw_arena *arena, chunk *piece)
{
    chunk **link =
        arena->current != NULL ? &arena->current->next : &arena->first;
    piece->next = *link;
    *link = piece;
    arena->current = piece;
}

// Takes a chunk with room for `need` out of those that a reset left behind the
// current one.
static chunk *chunk_reuse(sw_arena *arena, size_t need)
{
    if (arena->current == NULL) return NULL;
    for (chunk **link = &arena->current->next; *link != NULL;
         link = &(*link)->next) {
        chunk *piece = *link;
        if (piece->size < need) continue;
        *link = piece->next;
        return piece;
    }
    return NULL;
}

static chunk *chunk_take(sw_arena *arena, size_t need)
{
    size_t size = arena->footprint;
    if (size < FIRST_STEP) size = FIRST_STEP;
    if (size > MAX_STEP) size = MAX_STEP;
    if (size < need) size = need;

    size_t whole;
    if (!sw_add_size(size, sizeof(chunk), &whole)) return NULL;
    if (whole > PTRDIFF_MAX) return NULL;  // no object can be larger
    chunk *piece = malloc(whole);
    if (piece == NULL) return NULL;

    *piece = (chunk){.size = size};
    POISON(piece->bytes, size);
    arena->footprint += whole;
    return piece;
}

void *sw_arena_alloc(sw_arena *arena, size_t size)
{
    size_t need;
    if (!sw_add_size(size > 0 ? size : 1, ALIGNMENT - 1 + GAP, &need))
        return NULL;
    need -= need % ALIGNMENT;

    chunk *piece = arena->current;
    if (piece == NULL || need > piece->size - piece->used) {
        piece = chunk_reuse(arena, need);
        if (piece == NULL) piece = chunk_take(arena, need);
        if (piece == NULL) return NULL;
        chunk_enter(arena, piece);
    }

    void *at = piece->bytes + piece->used;
    piece->used += need;
    UNPOISON(at, size);
    return at;
}

void *sw_arena_calloc(sw_arena *arena, size_t count, size_t size)
{
    size_t whole;
    if (!sw_mul_size(count, size, &whole)) return NULL;
    void *at = sw_arena_alloc(arena, whole);
    if (at != NULL) memset(at, 0, whole);
    return at;
}

bool sw_arena_str(sw_arena *arena, sw_str s, sw_str *out)
{
    size_t whole;
    if (!sw_add_size(s.len, 1, &whole)) return false;
    char *copy = sw_arena_alloc(arena, whole);
    if (copy == NULL) return false;

    if (s.len > 0) memcpy(copy, s.at, s.len);
    copy[s.len] = '\0';
    *out = (sw_str){copy, s.len};
    return true;
}

sw_str sw_arena_printf(sw_arena *arena, const char *fmt, ...)
{
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, fmt, args);
    char *text = len >= 0 ? sw_arena_alloc(arena, (size_t)len + 1) : NULL;
    if (text != NULL) vsnprintf(text, (size_t)len + 1, fmt, again);
    va_end(again);
    va_end(args);
    return (sw_str){text, text != NULL ? (size_t)len : 0};
}

size_t sw_arena_footprint(const sw_arena *arena)
{
    return arena->footprint;
}
