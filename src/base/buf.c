// A growing byte string. One flag remembers that memory ran out, so that a
// writer of many pieces checks once, at the end.
#include "segwan/base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CAP ((size_t)256)

// Makes room for `more` bytes and a terminator.
static bool buf_reserve(sw_buf *buf, size_t more)
{
    if (buf->failed) return false;

    size_t need;
    if (!sw_add_size(buf->len, more, &need) || !sw_add_size(need, 1, &need)) {
        buf->failed = true;
        return false;
    }
    if (need <= buf->cap) return true;

    size_t cap;
    if (!sw_mul_size(buf->cap, 2, &cap) || cap < need) cap = need;
    if (cap < FIRST_CAP) cap = FIRST_CAP;
    char *at = realloc(buf->at, cap);
    if (at == NULL) {
        buf->failed = true;
        return false;
    }
    buf->at = at;
    buf->cap = cap;
    return true;
}

void sw_buf_add(sw_buf *buf, const void *bytes, size_t len)
{
    if (!buf_reserve(buf, len)) return;
    if (len > 0) memcpy(buf->at + buf->len, bytes, len);
    buf->len += len;
    buf->at[buf->len] = '\0';
}

void sw_buf_str(sw_buf *buf, sw_str s)
{
    sw_buf_add(buf, s.at, s.len);
}

void sw_buf_printf(sw_buf *buf, const char *fmt, ...)
{
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, fmt, args);
    if (len < 0) {
        buf->failed = true;
    } else if (buf_reserve(buf, (size_t)len)) {
        vsnprintf(buf->at + buf->len, (size_t)len + 1, fmt, again);
        buf->len += (size_t)len;
    }
    va_end(again);
    va_end(args);
}

void sw_buf_free(sw_buf *buf)
{
    if (buf == NULL) return;
    free(buf->at);
    *buf = (sw_buf){0};
}
