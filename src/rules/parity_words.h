// How the numbers of a parity report are said, on a terminal as on a page.
#ifndef SEGWAN_RULES_PARITY_WORDS_H
#define SEGWAN_RULES_PARITY_WORDS_H

#include "segwan/parity.h"

extern const char *const sw_parity__groups[SW_PARITY_GROUPS];

// "45,000,000", "60.5": every digit that people give.
void sw_parity__number(sw_buf *out, double value);
// To `digits` significant ones: "4.83", "0.0107"; infinity as "infinite", NAN
// as "undefined".
void sw_parity__rounded(sw_buf *out, double value, int digits);
// "24", "24 to 26"
void sw_parity__count(sw_buf *out, sw_parity_count count);
// "4.83", "4.83 to 6"; rates as "80 %", "75 to 80 %"
void sw_parity__range(sw_buf *out, sw_parity_range range);
void sw_parity__rate(sw_buf *out, sw_parity_range rate);
// "0.0031", "0.002 to 0.04", "below 0.000001"
void sw_parity__p(sw_buf *out, sw_parity_range p);
// "12.5 % under", "3 % over", "exactly on it"
void sw_parity__gap(sw_buf *out, double gap);
// "up to 45,000,000", "above 3, below 9", "any value"
void sw_parity__step(sw_buf *out, const sw_parity_step *step);
// "45,000,000", "more than 45,000,000", "5 to 10", "not known"
void sw_parity__extent(sw_buf *out, const sw_parity_stand *stand);
// "Naver (KR)"
void sw_parity__firm(sw_buf *out, const sw_parity_firm *firm);
// "covered", "not covered", "open"
const char *sw_parity__coverage(sw_term_value covered);
// "duties: Arts 5 to 7 bind", "rule R applies: ...", "a deciding rule applies"
void sw_parity__covered(sw_buf *out, const sw_parity *parity);
// The note with this key; empty if there is none.
sw_str sw_parity__note(const sw_parity *parity, sw_str key);
// Whether there may be somebody in both groups.
bool sw_parity__has_both(const sw_parity *parity);
// Whether anything of the effect hangs on what is unknown.
bool sw_parity__is_open(const sw_parity *parity);

/* ---- parity_say.c: sentences ----------------------------------------- */

extern const char sw_parity__no_verdict[];
extern const char sw_parity__method[];

// "supplier.origin changed and nothing else, 40 times: ..."
void sw_parity__face(sw_buf *out, const sw_parity *parity);
// "It is read by agent."
void sw_parity__readers(sw_buf *out, const sw_parity *parity);
// "Naver (KR) as US: held became failed"
void sw_parity__turn(sw_buf *out, const sw_parity *parity,
                     const sw_parity_turn *turn);
// Which group has nobody to compare; nothing if both have somebody.
void sw_parity__alone(sw_buf *out, const sw_parity *parity);
// "What is missing leaves 6 tables: ..."
void sw_parity__open(sw_buf *out, const sw_parity *parity);
// "Under the reading floor/etnews: 3 foreign and 1 domestic covered; another
// for 2, as Naver (KR), false"
void sw_parity__reading(sw_buf *out, const sw_parity *parity,
                        const sw_parity_reading *reading);
bool sw_parity__firm_is_open(const sw_parity_firm *firm);
// "Naver (KR) waits for service.users[0]"
void sw_parity__waits(sw_buf *out, const sw_parity_firm *firm);
// "nearest under, foreign: Naver (KR) with 43,000,000, 4 % under"
void sw_parity__beside(sw_buf *out, const sw_parity *parity,
                       const sw_parity_stand *stand, const char *where);
// "at least 45,000,000 users"
void sw_parity__limit(sw_buf *out, const sw_parity_threshold *threshold);
// "No firm's coverage turns on ..."; nothing if every threshold decides.
void sw_parity__idle(sw_buf *out, const sw_parity *parity);
// "Within 20 % of a threshold, ..."
void sw_parity__near(sw_buf *out, const sw_parity *parity);
// "Naver (KR), not covered: users, 4 % under"
void sw_parity__near_miss(sw_buf *out, const sw_parity *parity,
                          const sw_parity_near *near);

#endif
