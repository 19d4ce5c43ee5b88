// Borrowed slices, UTF-8, and arithmetic on sizes that says when it overflows.
#include "segwan/base.h"

#include <string.h>

sw_str sw_str_of(const char *text)
{
    return (sw_str){text, text != NULL ? strlen(text) : 0};
}

bool sw_str_eq(sw_str a, sw_str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

int sw_str_cmp(sw_str a, sw_str b)
{
    size_t both = a.len < b.len ? a.len : b.len;
    int order = both > 0 ? memcmp(a.at, b.at, both) : 0;
    if (order != 0) return order;
    return (a.len > b.len) - (a.len < b.len);
}

bool sw_str_starts(sw_str s, sw_str prefix)
{
    if (prefix.len > s.len) return false;
    return prefix.len == 0 || memcmp(s.at, prefix.at, prefix.len) == 0;
}

bool sw_str_ends(sw_str s, sw_str suffix)
{
    if (suffix.len > s.len) return false;
    return suffix.len == 0 ||
           memcmp(s.at + (s.len - suffix.len), suffix.at, suffix.len) == 0;
}

bool sw_str_has(sw_str s, sw_str part)
{
    if (part.len == 0) return true;
    if (part.len > s.len) return false;
    return memmem(s.at, s.len, part.at, part.len) != NULL;
}

// What may follow a lead byte (RFC 3629, section 4): the range of the second
// byte rules out overlong forms, surrogates and values beyond U+10FFFF.
typedef struct {
    uint8_t lead_min, lead_max, second_min, second_max, length;
} utf8_form;

static const utf8_form forms[] = {
    {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
    {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3},
    {0xee, 0xef, 0x80, 0xbf, 3}, {0xf0, 0xf0, 0x90, 0xbf, 4},
    {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
};

// Length of the character at `at`, 0 if it is none.
static size_t utf8_length(const uint8_t *at, size_t left)
{
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        const utf8_form *form = &forms[i];
        if (at[0] < form->lead_min || at[0] > form->lead_max) continue;
        if (left < form->length) return 0;
        if (at[1] < form->second_min || at[1] > form->second_max) return 0;
        for (size_t k = 2; k < form->length; k++) {
            if ((at[k] & 0xc0) != 0x80) return 0;
        }
        return form->length;
    }
    return 0;
}

bool sw_utf8_valid(sw_str s)
{
    const uint8_t *at = (const uint8_t *)s.at;
    for (size_t left = s.len; left > 0;) {
        size_t step = at[0] < 0x80 ? 1 : utf8_length(at, left);
        if (step == 0) return false;
        at += step;
        left -= step;
    }
    return true;
}

bool sw_mul_size(size_t a, size_t b, size_t *out)
{
    size_t product;
    if (__builtin_mul_overflow(a, b, &product)) return false;
    *out = product;
    return true;
}

bool sw_add_size(size_t a, size_t b, size_t *out)
{
    size_t sum;
    if (__builtin_add_overflow(a, b, &sum)) return false;
    *out = sum;
    return true;
}
