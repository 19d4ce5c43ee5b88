// The word that may have been meant: Levenshtein's distance, one row at a time.
#include "segwan/base.h"

enum { LONGEST_WORD = 80 };  // bytes; longer ones are never near

static size_t distance(sw_str a, sw_str b)
{
    size_t row[LONGEST_WORD + 1] = {0};
    for (size_t j = 0; j <= b.len; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        size_t corner = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            size_t swap = corner + (a.at[i - 1] != b.at[j - 1]);
            size_t least = row[j] < row[j - 1] ? row[j] : row[j - 1];
            corner = row[j];
            row[j] = swap < least + 1 ? swap : least + 1;
        }
    }
    return row[b.len];
}

void sw_nearest_try(sw_nearest *search, sw_str candidate)
{
    sw_str word = search->word;
    if (word.len > LONGEST_WORD || candidate.len > LONGEST_WORD) return;
    // Farther is another word.
    size_t within = search->best.len > 0 ? search->distance : word.len / 3 + 2;
    size_t d = distance(word, candidate);
    if (d >= within || d >= candidate.len) return;
    search->distance = d;
    search->best = candidate;
}
