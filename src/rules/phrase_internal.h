// Shared by the files that put conditions into words.
#ifndef SEGWAN_RULES_PHRASE_INTERNAL_H
#define SEGWAN_RULES_PHRASE_INTERNAL_H

#include "phrase.h"

// The variables of the macros around.
typedef struct scope scope;
struct scope {
    sw_str variable;
    const fact_def *list;      // whose entries it takes; NULL: not a fact's
    const sw_cel_tree *value;  // or what it stands for; NULL: an entry
    const scope *outer;
};

typedef struct {
    const sw_rulebook *book;
    sw_str source;
    sw_arena *arena;
    sw_error *err;
} teller;

// A question, and the fact that it is about.
typedef struct {
    sw_str question, path;
    bool code;
    const fact_def *fact;  // NULL: a term, or no name at all
    const char *before;    // put before the answer
} topic;

/* ---- phrase.c -------------------------------------------------------- */

// `not`: the phrase is of the tree's negation.
SW_CHECK bool sw_phrase__tell(const teller *t, const scope *in,
                              const sw_cel_tree *tree, bool not, phrase *out);
// What a value is of: the question that it answers.
SW_CHECK bool sw_phrase__topic(const teller *t, const scope *in,
                               const sw_cel_tree *tree, topic *out);
// A question with the answer in `words`, which it releases.
SW_CHECK bool sw_phrase__answer(const teller *t, const topic *asked,
                                phrase *out, sw_buf *words);

/* ---- phrase_macros.c ------------------------------------------------- */

// Whether it is all, exists or exists_one of one variable.
bool sw_phrase__is_macro(const sw_cel_tree *tree);
SW_CHECK bool sw_phrase__macro(const teller *t, const scope *in,
                               const sw_cel_tree *tree, bool not, phrase *out);

#endif
