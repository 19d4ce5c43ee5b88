// Conditions in words, for people who read no code: a tree of questions with
// the answers that they must get. cargo.scale >= 25000 becomes the question
// that the fact puts and "at least 25,000 (scale denominator)"; && and ||
// become lists.
#ifndef SEGWAN_RULES_PHRASE_H
#define SEGWAN_RULES_PHRASE_H

#include "rules_internal.h"

typedef struct phrase phrase;
struct phrase {
    sw_str question;  // "What scale is the chart?", a term's title; empty where
                      // the answer says all
    sw_str path;      // of the fact or term that is asked for; empty: of none
    bool code;        // the question is CEL that has no words
    sw_str answer;    // "yes", "at least 25,000 (metre)", "all of these:"
    const phrase *at;
    size_t count;
};

// A condition as a book has it, with its terms by name.
SW_CHECK bool sw_rules__phrase(const sw_rulebook *book, sw_str text,
                               sw_arena *arena, const phrase **out,
                               sw_error *err);

// The question within `ask`: up to its first question mark, or its first
// sentence. What follows explains.
sw_str sw_rules__question(sw_str ask);

/* ---- words.c: values in words ---------------------------------------- */

// The arguments of a call of that function, or of a method the receiver first;
// NULL if the tree is none with so many.
const sw_cel_tree *sw_rules__call_args(const sw_cel_tree *tree,
                                       const char *name, size_t count);

// "25,000", "0.4", "CN"; a day without its time.
void sw_rules__literal_words(const sw_cel_value *value, sw_buf *out);
// A sub-expression that gives a value: "timestamp(...)" as a day, a sum as "a
// plus b"; what has no words as it is written.
void sw_rules__value_words(const sw_cel_tree *tree, sw_str source, sw_buf *out);
// The items of a list in the source, "AM, AZ and BY"; false if it is no list of
// values.
bool sw_rules__list_words(const sw_cel_tree *tree, sw_str source, sw_buf *out);

#endif
