// The sentences of a parity report, the same on a terminal and on a page.
#include "parity_words.h"

const char sw_parity__no_verdict[] =
    "This says what the data shows of the firms in the table. It is no finding "
    "that a rule discriminates: that needs a comparison set chosen for the "
    "question, reasons for the rule, and law.";

const char sw_parity__method[] =
    "Ratio of rates: exact unconditional interval (Buehler's limits, tables "
    "ranked by the score test with Yates's correction). Odds ratio: "
    "conditional "
    "estimate and exact interval. Fisher's test: two-sided, by the probability "
    "of tables no more likely. Where facts are missing, the extremes over "
    "every "
    "table that they allow.";

/* ---- on its face ----------------------------------------------------- */

void sw_parity__face(sw_buf *out, const sw_parity *parity)
{
    sw_buf_printf(out, "%.*s changed and nothing else, %zu times: ",
                  SW_STR_ARGS(parity->origin_fact), parity->changes);
    if (parity->turn_count == 0)
        sw_buf_str(out, SW_STR("no rule and no term comes out otherwise."));
    else if (parity->turn_count == 1)
        sw_buf_str(out, SW_STR("one rule or term comes out otherwise."));
    else
        sw_buf_printf(out, "%zu rules and terms come out otherwise.",
                      parity->turn_count);
}

void sw_parity__readers(sw_buf *out, const sw_parity *parity)
{
    if (parity->reader_count == 0) {
        sw_buf_str(out, SW_STR("No rule and no term reads it."));
        return;
    }
    for (size_t i = 0; i < parity->reader_count; i++)
        sw_buf_printf(out, "%s%.*s", i > 0 ? ", " : "It is read by ",
                      SW_STR_ARGS(parity->readers[i]));
    sw_buf_str(out, SW_STR("."));
}

void sw_parity__turn(sw_buf *out, const sw_parity *parity,
                     const sw_parity_turn *turn)
{
    sw_parity__firm(out, &parity->firms[turn->example]);
    sw_buf_printf(out, " as %.*s: %.*s became %.*s", SW_STR_ARGS(turn->to),
                  SW_STR_ARGS(turn->was), SW_STR_ARGS(turn->became));
}

/* ---- in effect ------------------------------------------------------- */

void sw_parity__alone(sw_buf *out, const sw_parity *parity)
{
    for (int g = 0; g < SW_PARITY_GROUPS; g++) {
        if (parity->groups[g].firms.high > 0) continue;
        sw_buf_printf(out,
                      "%sNo %s firm is among those compared, so there is "
                      "nothing to hold the others against.",
                      out->len > 0 ? " " : "", sw_parity__groups[g]);
    }
}

void sw_parity__open(sw_buf *out, const sw_parity *parity)
{
    const sw_parity_effect *e = &parity->effect;
    if (e->all_tables) {
        sw_buf_printf(out,
                      "What is missing leaves %zu tables; the ends that are "
                      "given hold over all of them.",
                      e->tables);
    } else {
        sw_buf_str(out,
                   SW_STR("What is missing leaves too many tables to try "
                          "each: p was not computed. The ends of the other "
                          "numbers hold over all of them."));
    }
}

void sw_parity__reading(sw_buf *out, const sw_parity *parity,
                        const sw_parity_reading *reading)
{
    const sw_parity_firm *firm = &parity->firms[reading->example];
    sw_buf_printf(out, "Under the reading %.*s%s%.*s: covered ",
                  SW_STR_ARGS(reading->id), reading->title.len > 0 ? ", " : "",
                  SW_STR_ARGS(reading->title));
    for (int g = 0; g < SW_PARITY_GROUPS; g++) {
        sw_parity__count(out, reading->covered[g]);
        sw_buf_printf(out, " %s%s", sw_parity__groups[g], g == 0 ? ", " : "");
    }
    sw_buf_printf(out, "; otherwise for %zu, as for ", reading->firms);
    sw_parity__firm(out, firm);
    sw_buf_printf(out, ": %s became %s", sw_term_value_name(firm->covered),
                  reading->became);
}

bool sw_parity__firm_is_open(const sw_parity_firm *firm)
{
    return firm->eligible != SW_TERM_FALSE &&
           (firm->covered == SW_TERM_UNDETERMINED ||
            firm->eligible == SW_TERM_UNDETERMINED);
}

void sw_parity__waits(sw_buf *out, const sw_parity_firm *firm)
{
    sw_parity__firm(out, firm);
    if (firm->eligible == SW_TERM_UNDETERMINED)
        sw_buf_str(out, SW_STR(": not known whether it counts"));
    for (size_t i = 0; i < firm->missing_count; i++)
        sw_buf_printf(out, "%s %.*s",
                      i > 0                                    ? ","
                      : firm->eligible == SW_TERM_UNDETERMINED ? "; waits for"
                                                               : " waits for",
                      SW_STR_ARGS(firm->missing[i]));
}

/* ---- by threshold ---------------------------------------------------- */

void sw_parity__beside(sw_buf *out, const sw_parity *parity,
                       const sw_parity_stand *stand, const char *where)
{
    const sw_parity_firm *firm = &parity->firms[stand->firm];
    sw_buf_printf(out, "nearest %s, %s: ", where,
                  sw_parity__groups[firm->group]);
    sw_parity__firm(out, firm);
    sw_buf_str(out, SW_STR(" with "));
    sw_parity__extent(out, stand);
    sw_buf_str(out, SW_STR(", "));
    sw_parity__gap(out, stand->gap);
}

void sw_parity__limit(sw_buf *out, const sw_parity_threshold *threshold)
{
    sw_buf_printf(out, "%.*s ", SW_STR_ARGS(threshold->sign));
    sw_parity__number(out, threshold->value);
    if (threshold->unit.len > 0)
        sw_buf_printf(out, " %.*s", SW_STR_ARGS(threshold->unit));
}

void sw_parity__idle(sw_buf *out, const sw_parity *parity)
{
    size_t n = 0;
    if (parity->threshold_count == 0)
        sw_buf_str(out, SW_STR("No threshold is a term of this rulebook."));
    for (size_t i = 0; i < parity->threshold_count; i++) {
        const sw_parity_threshold *t = &parity->thresholds[i];
        if (t->decides) continue;
        sw_buf_printf(out, "%s%.*s",
                      n++ > 0 ? ", " : "No firm's coverage turns on ",
                      SW_STR_ARGS(t->term));
    }
    if (n > 0) sw_buf_str(out, SW_STR(", whatever its value."));
}

void sw_parity__near(sw_buf *out, const sw_parity *parity)
{
    sw_buf_str(out, SW_STR("Within "));
    sw_parity__rounded(out, 100 * parity->near, 3);
    sw_buf_str(out, SW_STR(" % of a threshold on which their coverage turns, "
                           "all else equal:"));
}

void sw_parity__near_miss(sw_buf *out, const sw_parity *parity,
                          const sw_parity_near *near)
{
    const sw_parity_firm *firm = &parity->firms[near->firm];
    sw_parity__firm(out, firm);
    sw_buf_printf(out, ", %s: %.*s, ", sw_parity__coverage(firm->covered),
                  SW_STR_ARGS(parity->thresholds[near->threshold].term));
    sw_parity__gap(out, near->gap);
}
