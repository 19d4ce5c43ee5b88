#include "fail_alloc.h"

#include <stdatomic.h>
#include <string.h>

// Counted down by each allocation; the one that finds 1 fails. 0: at rest.
static atomic_size_t left;
static atomic_bool lasting;
static atomic_bool hit;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *at, size_t size);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t len);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *at, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t len);

static void arm(size_t n, bool stay)
{
    atomic_store(&hit, false);
    atomic_store(&lasting, stay);
    atomic_store(&left, n);
}

void fail_alloc_at(size_t n)
{
    arm(n, false);
}

void fail_alloc_from(size_t n)
{
    arm(n, true);
}

bool fail_alloc_done(void)
{
    atomic_store(&left, 0);
    return atomic_load(&hit);
}

static bool fails(void)
{
    size_t now = atomic_load(&left);
    while (now > 0) {
        size_t after = now == 1 && atomic_load(&lasting) ? 1 : now - 1;
        if (atomic_compare_exchange_weak(&left, &now, after)) break;
    }
    if (now != 1) return false;
    atomic_store(&hit, true);
    return true;
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *at, size_t size)
{
    return fails() ? NULL : __real_realloc(at, size);
}

char *__wrap_strdup(const char *text)
{
    return fails() ? NULL : __real_strdup(text);
}

char *__wrap_strndup(const char *text, size_t len)
{
    return fails() ? NULL : __real_strndup(text, len);
}
