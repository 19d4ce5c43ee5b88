// By threshold: who would be covered if a threshold had another value, all else
// equal.
//
// What a firm's coverage makes of a threshold hangs on one thing, whether the
// firm meets it. So a firm is ruled on twice, under the book with the threshold
// moved below all numbers of the population and above them; which of the two
// holds at a value follows from the firm's own number. The steps between those
// numbers are therefore exact, not a sample. A firm whose number is a range, or
// not known, is open where the range leaves it open.
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parity_internal.h"

typedef struct {
    double low, high;
} extent;

typedef struct {
    measure *m;
    const threshold *t;
    sw_parity_threshold *out;
    bool above;  // to meet it is to be at or above it
    bool strict;
    extent *extents;                     // one a firm
    sw_term_value *if_met, *if_not_met;  // coverage, one each a firm
} sweep;

/* ---- what a firm is measured by -------------------------------------- */

static extent extent_of(const sw_cel_value *value)
{
    switch (value->kind) {
    case SW_CEL_INT:
        return (extent){(double)value->as.i64, (double)value->as.i64};
    case SW_CEL_DOUBLE: return (extent){value->as.f64, value->as.f64};
    default: return (extent){-INFINITY, INFINITY};
    }
}

// Every one is at least v if the smallest is, any one if the largest is.
static extent extent_of_list(const sweep *s, const sw_cel_value *items)
{
    const threshold *t = s->t;
    bool least = (t->quantifier == QUANTIFIER_EACH) == s->above;
    extent all = extent_of(&items[0]);
    for (size_t i = 1; i < t->over && t->quantifier != QUANTIFIER_LAST; i++) {
        extent one = extent_of(&items[i]);
        if (t->quantifier == QUANTIFIER_SUM ||
            t->quantifier == QUANTIFIER_AVERAGE) {
            all = (extent){all.low + one.low, all.high + one.high};
        } else if (least) {
            all = (extent){fmin(all.low, one.low), fmin(all.high, one.high)};
        } else {
            all = (extent){fmax(all.low, one.low), fmax(all.high, one.high)};
        }
    }
    if (t->quantifier == QUANTIFIER_AVERAGE)
        return (extent){all.low / (double)t->over, all.high / (double)t->over};
    return all;
}

static const yaml_node *said_of(const population_row *row, sw_str path)
{
    for (size_t i = 0; i < row->fact_count; i++) {
        if (sw_str_eq(row->facts[i].path, path)) return row->facts[i].node;
    }
    return NULL;
}

static bool measure_firm(const sweep *s, size_t firm)
{
    const measure *m = s->m;
    const fact_def *of = s->t->of;
    sw_cel_value value;
    const yaml_node *node = said_of(&m->population->rows[firm], of->path);
    sw_arena_reset(m->scratch);
    if (!sw_rules__declared_value(of, node, m->scratch, NULL, &value, m->err))
        return sw_error_in(m->err, m->population->name.at);
    bool list = value.kind == SW_CEL_LIST;
    s->extents[firm] =
        list ? extent_of_list(s, value.as.list.at) : extent_of(&value);
    return true;
}

/* ---- met or not ------------------------------------------------------ */

static bool passes(const sweep *s, double number, double value)
{
    if (s->above) return s->strict ? number > value : number >= value;
    return s->strict ? number < value : number <= value;
}

static sw_term_value meets(const sweep *s, size_t firm, double value)
{
    extent e = s->extents[firm];
    bool low = passes(s, e.low, value), high = passes(s, e.high, value);
    if (low != high) return SW_TERM_UNDETERMINED;
    return low ? SW_TERM_TRUE : SW_TERM_FALSE;
}

static sw_term_value covered_at(const sweep *s, size_t firm, double value)
{
    sw_term_value met = s->if_met[firm], not_met = s->if_not_met[firm];
    switch (meets(s, firm, value)) {
    case SW_TERM_TRUE: return met;
    case SW_TERM_FALSE: return not_met;
    case SW_TERM_UNDETERMINED: break;
    }
    return met == not_met ? met : SW_TERM_UNDETERMINED;
}

/* ---- the book with the threshold moved ------------------------------- */

static bool move_limit(const sweep *s, double to, sw_rulebook **out)
{
    const measure *m = s->m;
    const yaml_node *node = s->t->node;
    sw_str text = m->base->text, was = node->text;
    bool whole = s->t->of->scalar == FACT_INT;
    // Beyond these an int of CEL, or the sum of a list, would not hold it.
    double most = ldexp(1, 53);
    char limit[40];
    to = fmin(fmax(to, -most), most);
    if (whole)
        snprintf(limit, sizeof limit, "%" PRId64, (int64_t)to);
    else
        snprintf(limit, sizeof limit, "%.17g", to);
    size_t behind = node->offset + was.len;
    sw_str moved =
        sw_arena_printf(m->arena, "%.*s%s%.*s", (int)node->offset, text.at,
                        limit, (int)(text.len - behind), text.at + behind);
    if (moved.at == NULL) return sw_fail_memory(m->err);
    sw_rulebook *base;
    const sw_rulebook *book;
    if (!sw_rulebook_parse(moved, m->base->name.at, m->arena, &base, m->err) ||
        !sw_rules__apply_variant(base, m->options->variant, m->arena, &book,
                                 m->err))
        return false;
    *out = (sw_rulebook *)book;
    return true;
}

static bool cover_all(const sweep *s, const sw_rulebook *book,
                      sw_term_value *out)
{
    const measure *m = s->m;
    for (size_t i = 0; i < m->out->firm_count; i++) {
        const sw_ruling *ruling;
        sw_arena_reset(m->scratch);
        if (!sw_rules__rule_row(m, book, i, (sw_str){0}, &ruling)) return false;
        out[i] = sw_rules__covered(m, ruling);
    }
    return true;
}

// Below and above every number that there is.
static extent beyond_all(const sweep *s)
{
    extent all = {s->out->value, s->out->value};
    for (size_t i = 0; i < s->m->out->firm_count; i++) {
        extent e = s->extents[i];
        if (isfinite(e.low)) all.low = fmin(all.low, e.low);
        if (isfinite(e.low)) all.high = fmax(all.high, e.low);
        if (isfinite(e.high)) all.low = fmin(all.low, e.high);
        if (isfinite(e.high)) all.high = fmax(all.high, e.high);
    }
    double margin = 1 + fmax(fabs(all.low), fabs(all.high)) * 0.5;
    return (extent){floor(all.low - margin), ceil(all.high + margin)};
}

static bool cover_both(const sweep *s)
{
    sw_rulebook *low, *high;
    extent e = beyond_all(s);
    return move_limit(s, e.low, &low) && move_limit(s, e.high, &high) &&
           cover_all(s, low, s->above ? s->if_met : s->if_not_met) &&
           cover_all(s, high, s->above ? s->if_not_met : s->if_met);
}

/* ---- steps ----------------------------------------------------------- */

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// The numbers at which something changes: sorted, each once.
static size_t list_numbers(const sweep *s, double *out)
{
    size_t n = 0, kept = 0;
    for (size_t i = 0; i < s->m->out->firm_count; i++) {
        if (s->m->firms[i].eligible == SW_TERM_FALSE) continue;
        if (isfinite(s->extents[i].low)) out[n++] = s->extents[i].low;
        if (isfinite(s->extents[i].high)) out[n++] = s->extents[i].high;
    }
    qsort(out, n, sizeof *out, compare_doubles);
    for (size_t i = 0; i < n; i++) {
        if (kept == 0 || out[kept - 1] < out[i]) out[kept++] = out[i];
    }
    return kept;
}

static void count_step(const sweep *s, double value, sw_parity_step *step)
{
    const measure *m = s->m;
    for (size_t i = 0; i < m->out->firm_count; i++) {
        sw_rules__count(&step->covered[m->firms[i].group], m->firms[i].eligible,
                        covered_at(s, i, value));
    }
}

static bool same_counts(const sw_parity_step *a, const sw_parity_step *b)
{
    for (int g = 0; g < SW_PARITY_GROUPS; g++) {
        if (a->covered[g].low != b->covered[g].low ||
            a->covered[g].high != b->covered[g].high)
            return false;
    }
    return true;
}

static bool holds(const sw_parity_step *step, double value)
{
    bool from = step->from_included ? value >= step->from : value > step->from;
    bool to = step->to_included ? value <= step->to : value < step->to;
    return from && to;
}

// "x >= v" changes behind v, "x > v" at it: so steps end with a number or begin
// with one.
static bool set_steps(const sweep *s)
{
    const measure *m = s->m;
    size_t most = 2 * m->out->firm_count;
    double *numbers = SW_NEW_ARRAY(m->arena, double, most);
    sw_parity_step *steps = SW_NEW_ARRAY(m->arena, sw_parity_step, most + 1);
    if (numbers == NULL || steps == NULL) return sw_fail_memory(m->err);
    bool ends = s->above != s->strict;
    size_t count = list_numbers(s, numbers), n = 0;
    for (size_t i = 0; i <= count; i++) {
        sw_parity_step step = {
            .from = i > 0 ? numbers[i - 1] : -INFINITY,
            .to = i < count ? numbers[i] : INFINITY,
            .from_included = i > 0 && !ends,
            .to_included = i < count && ends,
        };
        count_step(s, ends ? step.to : step.from, &step);
        if (n > 0 && same_counts(&steps[n - 1], &step)) {
            steps[n - 1].to = step.to;
            steps[n - 1].to_included = step.to_included;
        } else {
            steps[n++] = step;
        }
    }
    for (size_t i = 0; i < n; i++)
        steps[i].holds_now = holds(&steps[i], s->out->value);
    s->out->steps = steps;
    s->out->step_count = n;
    return true;
}

/* ---- where firms stand ----------------------------------------------- */

static double gap_of(const sweep *s, size_t firm)
{
    extent e = s->extents[firm];
    double value = s->out->value, near;
    if (e.low > value || e.low == e.high)
        near = e.low;
    else if (e.high < value)
        near = e.high;
    else
        return NAN;
    return value != 0 ? (near - value) / fabs(value) : NAN;
}

static void note_nearest(sw_parity_threshold *out, int group, size_t stand)
{
    const sw_parity_stand *all = out->stands;
    double gap = all[stand].gap;
    if (isnan(gap)) return;
    size_t *nearest = gap < 0 ? &out->under[group] : &out->over[group];
    if (*nearest == SW_PARITY_NOBODY || fabs(gap) < fabs(all[*nearest].gap))
        *nearest = stand;
}

static bool set_stands(const sweep *s)
{
    const measure *m = s->m;
    sw_parity_threshold *out = s->out;
    sw_parity_stand *stands =
        SW_NEW_ARRAY(m->arena, sw_parity_stand, m->out->firm_count);
    if (stands == NULL) return sw_fail_memory(m->err);
    out->stands = stands;
    for (int g = 0; g < SW_PARITY_GROUPS; g++)
        out->under[g] = out->over[g] = SW_PARITY_NOBODY;
    for (size_t i = 0; i < m->out->firm_count; i++) {
        if (m->firms[i].eligible == SW_TERM_FALSE) continue;
        sw_parity_stand *stand = &stands[out->stand_count];
        *stand = (sw_parity_stand){
            .firm = i,
            .low = s->extents[i].low,
            .high = s->extents[i].high,
            .meets = meets(s, i, out->value),
            .gap = gap_of(s, i),
            .turns = s->if_met[i] != s->if_not_met[i],
        };
        out->decides = out->decides || stand->turns;
        note_nearest(out, m->firms[i].group, out->stand_count++);
    }
    return true;
}

/* ---- near misses ----------------------------------------------------- */

static int compare_nears(const void *a, const void *b)
{
    const sw_parity_near *x = a, *y = b;
    double gap = fabs(x->gap) - fabs(y->gap);
    if (gap != 0) return gap < 0 ? -1 : 1;
    if (x->threshold != y->threshold)
        return x->threshold < y->threshold ? -1 : 1;
    return x->firm < y->firm ? -1 : x->firm > y->firm;
}

static bool set_nears(const measure *m)
{
    sw_parity *out = m->out;
    size_t most = 0;
    for (size_t i = 0; i < out->threshold_count; i++)
        most += out->thresholds[i].stand_count;
    sw_parity_near *nears = SW_NEW_ARRAY(m->arena, sw_parity_near, most);
    if (nears == NULL) return sw_fail_memory(m->err);
    for (size_t i = 0; i < out->threshold_count; i++) {
        const sw_parity_threshold *t = &out->thresholds[i];
        for (size_t k = 0; k < t->stand_count; k++) {
            const sw_parity_stand *stand = &t->stands[k];
            // A gap that is not known is near to nothing.
            if (stand->turns && fabs(stand->gap) <= out->near)
                nears[out->near_count++] =
                    (sw_parity_near){i, stand->firm, stand->gap};
        }
    }
    qsort(nears, out->near_count, sizeof *nears, compare_nears);
    out->nears = nears;
    return true;
}

/* ---- every threshold ------------------------------------------------- */

static double number_of(const sw_cel_value *limit)
{
    return limit->kind == SW_CEL_INT ? (double)limit->as.i64 : limit->as.f64;
}

static sw_str words_of(bool above, bool strict)
{
    if (above) return strict ? SW_STR("more than") : SW_STR("at least");
    return strict ? SW_STR("less than") : SW_STR("at most");
}

static bool sweep_one(measure *m, const term_def *term, const term_version *v,
                      sw_parity_threshold *out)
{
    size_t count = m->out->firm_count;
    sweep s = {
        .m = m,
        .t = &v->threshold,
        .out = out,
        .above = v->threshold.sign.at[0] == '>',
        .strict = v->threshold.sign.len == 1,
        .extents = SW_NEW_ARRAY(m->arena, extent, count),
        .if_met = SW_NEW_ARRAY(m->arena, sw_term_value, count),
        .if_not_met = SW_NEW_ARRAY(m->arena, sw_term_value, count),
    };
    if (s.extents == NULL || s.if_met == NULL || s.if_not_met == NULL)
        return sw_fail_memory(m->err);
    out->term = term->path;
    out->title = v->title;
    out->unit = v->threshold.unit;
    out->sign = words_of(s.above, s.strict);
    out->value = number_of(&v->threshold.limit);
    for (size_t i = 0; i < count; i++) {
        if (!measure_firm(&s, i)) return false;
    }
    return cover_both(&s) && set_stands(&s) && set_steps(&s);
}

bool sw_rules__parity_thresholds(measure *m)
{
    const sw_rulebook *book = m->book;
    sw_parity *out = m->out;
    sw_parity_threshold *all =
        SW_NEW_ARRAY(m->arena, sw_parity_threshold, book->term_count);
    if (all == NULL) return sw_fail_memory(m->err);
    out->thresholds = all;
    ruling_days days = sw_rules__parity_days(m);
    for (size_t i = 0; i < book->term_count; i++) {
        const term_version *v = sw_rules__version_on(&book->terms[i], &days);
        if (v == NULL || v->threshold.of == NULL) continue;
        if (!sweep_one(m, &book->terms[i], v, &all[out->threshold_count]))
            return false;
        out->threshold_count++;
    }
    return set_nears(m);
}
