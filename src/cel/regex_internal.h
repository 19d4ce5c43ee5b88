/**
 * Between the two halves of the matcher: regex_parse.c reads a pattern into a
 * tree of sets and operators, regex.c makes a program of it and runs it.
 */
#ifndef SEGWAN_CEL_REGEX_INTERNAL_H
#define SEGWAN_CEL_REGEX_INTERNAL_H

#include "cel_internal.h"

enum { SW_RE_LAST = 0x10FFFF };  // the last code point

typedef struct {
    uint32_t lo, hi;
} sw_re__range;

/** Code points: sorted ranges that do not touch once it is normal. */
typedef struct {
    sw_re__range *at;
    size_t count, cap;
} sw_re__set;

SW_CHECK bool sw_re__add(sw_arena *arena, sw_re__set *set, uint32_t lo,
                         uint32_t hi);
/** Sorts and joins; quick on what is sorted. */
void sw_re__normalise(sw_re__set *set);
/** Of a normal set. */
SW_CHECK bool sw_re__negate(sw_arena *arena, sw_re__set *set);
bool sw_re__has(const sw_re__set *set, uint32_t c);

/** Adds a category ("Lu", "L"), a script ("Hangul") or "Any". */
SW_CHECK bool sw_re__add_property(sw_arena *arena, sw_re__set *set, sw_str name,
                                  bool *known);
/** Adds what differs by case only from what is there. */
SW_CHECK bool sw_re__add_folds(sw_arena *arena, sw_re__set *set);

typedef enum {
    SW_RE_SET,
    SW_RE_SEQUENCE,  // of children; none: the empty string
    SW_RE_CHOICE,
    SW_RE_REPEAT,  // the one child, min to max times; max < 0: without end
    SW_RE_ASSERT,
} sw_re__kind;

typedef enum {
    SW_RE_TEXT_BEGIN,
    SW_RE_TEXT_END,
    SW_RE_LINE_BEGIN,
    SW_RE_LINE_END,
    SW_RE_WORD,      // \b
    SW_RE_NOT_WORD,  // \B
} sw_re__assertion;

typedef struct sw_re__node sw_re__node;
struct sw_re__node {
    sw_re__kind kind;
    sw_re__node *first, *next;  // children, siblings
    sw_re__set set;
    int min, max;
    sw_re__assertion assertion;
};

/** `max_bytes` and `why` as of sw_cel__regex_compile(). */
SW_CHECK bool sw_re__parse(sw_str pattern, size_t max_bytes, sw_arena *arena,
                           sw_re__node **out, const char **why);

#endif
