#include "parity_words.h"

#include <math.h>

#include "svg.h"

const char *const sw_parity__groups[SW_PARITY_GROUPS] = {"foreign", "domestic"};

/* ---- numbers --------------------------------------------------------- */

// With at most so many decimals; zeros at the end are dropped.
static void put_fixed(sw_buf *out, double value, int decimals)
{
    char buf[SVG_FIGURE];
    sw_str s = sw_rules__svg_figure(buf, value, pow(10, -decimals), 1);
    while (decimals > 0 && s.len > 0 && s.at[s.len - 1] == '0')
        s.len--;
    if (decimals > 0 && s.len > 0 && s.at[s.len - 1] == '.') s.len--;
    sw_buf_str(out, s);
}

static bool put_special(sw_buf *out, double value)
{
    if (isfinite(value)) return false;
    sw_buf_str(out, isnan(value) ? SW_STR("undefined") : SW_STR("infinite"));
    return true;
}

void sw_parity__number(sw_buf *out, double value)
{
    if (!put_special(out, value)) put_fixed(out, value, 6);
}

void sw_parity__rounded(sw_buf *out, double value, int digits)
{
    if (put_special(out, value)) return;
    double size = value != 0 ? floor(log10(fabs(value))) : 0;
    int decimals = digits - 1 - (int)size;
    put_fixed(out, value, decimals < 0 ? 0 : decimals > 9 ? 9 : decimals);
}

void sw_parity__count(sw_buf *out, sw_parity_count count)
{
    sw_buf_printf(out, "%zu", count.low);
    if (count.high != count.low) sw_buf_printf(out, " to %zu", count.high);
}

// NAN is equal to NAN here.
static bool is_one(sw_parity_range r)
{
    return r.low == r.high || (isnan(r.low) && isnan(r.high));
}

void sw_parity__range(sw_buf *out, sw_parity_range range)
{
    sw_parity__rounded(out, range.low, 3);
    if (is_one(range)) return;
    sw_buf_str(out, SW_STR(" to "));
    sw_parity__rounded(out, range.high, 3);
}

void sw_parity__rate(sw_buf *out, sw_parity_range rate)
{
    if (put_special(out, rate.low)) return;
    put_fixed(out, 100 * rate.low, 1);
    if (!is_one(rate)) {
        sw_buf_str(out, SW_STR(" to "));
        put_fixed(out, 100 * rate.high, 1);
    }
    sw_buf_str(out, SW_STR(" %"));
}

static void put_p(sw_buf *out, double p)
{
    if (p < 1e-6)
        sw_buf_str(out, SW_STR("below 0.000001"));
    else
        sw_parity__rounded(out, p, p > 0.1 ? 3 : 2);
}

void sw_parity__p(sw_buf *out, sw_parity_range p)
{
    if (isnan(p.low)) {
        sw_buf_str(out, SW_STR("not computed"));
        return;
    }
    put_p(out, p.low);
    if (is_one(p)) return;
    sw_buf_str(out, SW_STR(" to "));
    put_p(out, p.high);
}

/* ---- thresholds ------------------------------------------------------ */

void sw_parity__gap(sw_buf *out, double gap)
{
    if (gap == 0) {
        sw_buf_str(out, SW_STR("exactly on it"));
        return;
    }
    if (fabs(gap) > 10)
        sw_parity__rounded(out, fabs(gap) + (gap > 0), 3);
    else
        sw_parity__rounded(out, 100 * fabs(gap), 3);
    sw_buf_printf(out, "%s %s", fabs(gap) > 10 ? " times" : " %",
                  gap < 0          ? "under"
                  : fabs(gap) > 10 ? "it"
                                   : "over");
}

static void put_end(sw_buf *out, const char *words, double value)
{
    sw_buf_printf(out, "%s ", words);
    sw_parity__number(out, value);
}

void sw_parity__step(sw_buf *out, const sw_parity_step *step)
{
    bool from = isfinite(step->from), to = isfinite(step->to);
    if (from) put_end(out, step->from_included ? "from" : "above", step->from);
    if (from && to) sw_buf_str(out, SW_STR(", "));
    if (to) put_end(out, step->to_included ? "up to" : "below", step->to);
    if (!from && !to) sw_buf_str(out, SW_STR("any value"));
}

void sw_parity__extent(sw_buf *out, const sw_parity_stand *stand)
{
    bool low = isfinite(stand->low), high = isfinite(stand->high);
    if (!low && !high) {
        sw_buf_str(out, SW_STR("not known"));
    } else if (!low || !high) {
        put_end(out, low ? "at least" : "at most",
                low ? stand->low : stand->high);
    } else {
        sw_parity__number(out, stand->low);
        if (stand->low == stand->high) return;
        sw_buf_str(out, SW_STR(" to "));
        sw_parity__number(out, stand->high);
    }
}

/* ---- words ----------------------------------------------------------- */

void sw_parity__firm(sw_buf *out, const sw_parity_firm *firm)
{
    sw_buf_printf(out, "%.*s (%.*s)", SW_STR_ARGS(firm->name),
                  SW_STR_ARGS(firm->origin));
}

const char *sw_parity__coverage(sw_term_value covered)
{
    static const char *const words[] = {"not covered", "covered", "open"};
    return words[covered];
}

void sw_parity__covered(sw_buf *out, const sw_parity *parity)
{
    if (parity->covered.len == 0) {
        sw_buf_str(out, SW_STR("a deciding rule applies"));
        return;
    }
    sw_buf_printf(
        out, parity->covered_is_rule ? "rule %.*s applies: %.*s" : "%.*s: %.*s",
        SW_STR_ARGS(parity->covered), SW_STR_ARGS(parity->covered_title));
}

sw_str sw_parity__note(const sw_parity *parity, sw_str key)
{
    for (size_t i = 0; i < parity->note_count; i++) {
        if (sw_str_eq(parity->notes[i].key, key)) return parity->notes[i].value;
    }
    return (sw_str){0};
}

bool sw_parity__has_both(const sw_parity *parity)
{
    return parity->groups[SW_PARITY_FOREIGN].firms.high > 0 &&
           parity->groups[SW_PARITY_DOMESTIC].firms.high > 0;
}

bool sw_parity__is_open(const sw_parity *parity)
{
    return parity->effect.tables != 1;
}
