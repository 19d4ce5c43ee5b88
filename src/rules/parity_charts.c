#include "parity_charts.h"

#include <math.h>
#include <stdlib.h>

#include "chart.h"
#include "parity_words.h"

enum { MAX_ROWS = 40 };  // of a chart; a page has the rest as a table

typedef struct {
    sw_arena *arena;
    sw_error *err;
    sw_buf text;
} picture;

// What was put together so far, kept; the next text begins empty.
static sw_str take(picture *p)
{
    sw_str kept = {0};
    sw_str text = {p->text.at, p->text.len};
    if (p->text.failed || !sw_arena_str(p->arena, text, &kept)) kept.at = NULL;
    p->text.len = 0;
    return kept;
}

static bool end(picture *p, bool ok)
{
    sw_buf_free(&p->text);
    return ok;
}

/* ---- by origin ------------------------------------------------------- */

static const sw_str coverage_parts[] = {
    SW_STR_INIT("covered"), SW_STR_INIT("open"), SW_STR_INIT("not covered")};

static bool origin_row(picture *p, const sw_parity *r, size_t i, chart_row *out)
{
    const sw_parity_origin *o = &r->origins[i];
    double *parts = SW_NEW_ARRAY(p->arena, double, 3);
    if (parts == NULL) return sw_fail_memory(p->err);
    parts[0] = (double)o->covered.low;
    parts[1] = (double)(o->covered.high - o->covered.low);
    parts[2] = (double)(o->firms.high - o->covered.high);
    sw_buf_printf(&p->text, "%.*s%s", SW_STR_ARGS(o->origin),
                  o->group == SW_PARITY_DOMESTIC ? ", domestic" : "");
    *out = (chart_row){.label = take(p),
                       .parts = parts,
                       .value = (double)o->firms.high,
                       .low = (double)o->firms.high,
                       .high = (double)o->firms.high,
                       .strong = o->group == SW_PARITY_DOMESTIC};
    sw_parity__count(&p->text, o->covered);
    sw_buf_str(&p->text, SW_STR(" of "));
    sw_parity__count(&p->text, o->firms);
    out->says = take(p);
    return (out->label.at != NULL && out->says.at != NULL) ||
           sw_fail_memory(p->err);
}

bool sw_parity__chart_origins(const sw_parity *r, sw_arena *arena, sw_buf *out,
                              sw_error *err)
{
    picture p = {.arena = arena, .err = err};
    size_t count = r->origin_count < MAX_ROWS ? r->origin_count : MAX_ROWS;
    chart_row *rows = SW_NEW_ARRAY(arena, chart_row, count);
    if (rows == NULL) return sw_fail_memory(err);
    for (size_t i = 0; i < count; i++) {
        if (!origin_row(&p, r, i, &rows[i])) return end(&p, false);
    }
    chart_rows chart = {.words = {.id = "origins",
                                  .title = SW_STR("Who is covered, by origin"),
                                  .description = SW_STR(
                                      "Bars of firms by origin: covered, open "
                                      "and not covered. The table beside it "
                                      "has the numbers."),
                                  .x_label = SW_STR("eligible firms")},
                        .parts = coverage_parts,
                        .part_count = 3,
                        .rows = rows,
                        .row_count = count};
    sw_rules__chart_rows(&chart, out);
    return end(&p, true);
}

/* ---- ratios ---------------------------------------------------------- */

static bool ratio_row(picture *p, const char *label, sw_parity_range value,
                      sw_parity_range interval, chart_row *out)
{
    // An open estimate has no one place; its interval has.
    bool one = value.low == value.high && value.low > 0;
    *out = (chart_row){.label = sw_str_of(label),
                       .value = one ? value.low : NAN,
                       .low = interval.low > 0 ? interval.low : -INFINITY,
                       .high = interval.high};
    sw_parity__range(&p->text, value);
    out->says = take(p);
    return out->says.at != NULL || sw_fail_memory(p->err);
}

bool sw_parity__chart_ratios(const sw_parity *r, sw_arena *arena, sw_buf *out,
                             sw_error *err)
{
    picture p = {.arena = arena, .err = err};
    const sw_parity_effect *e = &r->effect;
    chart_row rows[2];
    chart_mark same = {1, SW_STR("no difference")};
    if (!ratio_row(&p, "ratio of rates", e->ratio, e->interval, &rows[0]) ||
        !ratio_row(&p, "odds ratio", e->odds, e->odds_interval, &rows[1]))
        return end(&p, false);
    chart_rows chart = {
        .words = {.id = "ratios",
                  .title = SW_STR("Foreign against domestic"),
                  .description =
                      SW_STR("Ratio of rates and odds ratio with their exact "
                             "95 % intervals, beside 1, no difference."),
                  .x_label =
                      SW_STR("ratio, foreign over domestic (logarithmic); "
                             "lines: exact 95 % intervals")},
        .rows = rows,
        .row_count = 2,
        .marks = &same,
        .mark_count = 1,
        .log_x = true};
    sw_rules__chart_rows(&chart, out);
    return end(&p, true);
}

/* ---- a threshold's scale --------------------------------------------- */

// Logarithmic where all numbers are above 0 and far apart.
static bool is_log(const sw_parity_threshold *t)
{
    double low = t->value, high = t->value;
    for (size_t i = 0; i < t->stand_count; i++) {
        const sw_parity_stand *s = &t->stands[i];
        if (isfinite(s->low)) low = fmin(low, s->low);
        if (isfinite(s->high)) high = fmax(high, s->high);
    }
    return low > 0 && high > 20 * low;
}

static sw_str threshold_label(picture *p, const sw_parity_threshold *t)
{
    sw_buf_printf(&p->text, "%.*s ", SW_STR_ARGS(t->sign));
    sw_parity__number(&p->text, t->value);
    return take(p);
}

static sw_str axis_label(picture *p, const sw_parity_threshold *t, bool log)
{
    sw_buf_printf(&p->text, "%.*s%s", SW_STR_ARGS(t->unit),
                  log ? " (logarithmic)" : "");
    return take(p);
}

/* ---- who would be covered -------------------------------------------- */

// Where the first step begins and the last one ends on the paper: a little
// beyond the numbers, so that both can be seen.
static double edge(const sw_parity_threshold *t, bool log, bool upper)
{
    double low = t->value, high = t->value;
    for (size_t i = 1; i < t->step_count; i++) {
        low = fmin(low, t->steps[i].from);
        high = fmax(high, t->steps[i].from);
    }
    double part = log ? pow(high / low, 0.06) : (high - low) * 0.06;
    if (log) return upper ? high * part : low / part;
    return upper ? high + part : low - part;
}

static bool step_series(picture *p, const sw_parity_threshold *t, bool log,
                        int group, chart_series *out)
{
    size_t count = t->step_count + 1;
    chart_point *points = SW_NEW_ARRAY(p->arena, chart_point, count);
    if (points == NULL) return sw_fail_memory(p->err);
    for (size_t i = 0; i < count; i++) {
        bool last = i == t->step_count;
        sw_parity_count c = t->steps[last ? i - 1 : i].covered[group];
        double low = (double)c.low, high = (double)c.high;
        points[i] = (chart_point){
            .x = i == 0 || last ? edge(t, log, last) : t->steps[i].from,
            .y = (low + high) / 2,
            .low = low,
            .high = high,
        };
    }
    *out = (chart_series){.name = sw_str_of(sw_parity__groups[group]),
                          .points = points,
                          .count = count,
                          .steps = true};
    return true;
}

bool sw_parity__chart_steps(const sw_parity *r, size_t i, sw_arena *arena,
                            sw_buf *out, sw_error *err)
{
    picture p = {.arena = arena, .err = err};
    const sw_parity_threshold *t = &r->thresholds[i];
    bool log = is_log(t);
    chart_series series[SW_PARITY_GROUPS];
    for (int g = 0; g < SW_PARITY_GROUPS; g++) {
        if (!step_series(&p, t, log, g, &series[g])) return end(&p, false);
    }
    chart_mark now = {t->value, threshold_label(&p, t)};
    sw_buf_printf(&p.text, "steps-%zu", i);
    sw_str id = take(&p), axis = axis_label(&p, t, log);
    sw_buf_printf(&p.text, "Covered firms, if %.*s had another value",
                  SW_STR_ARGS(t->term));
    sw_str title = take(&p);
    if (id.at == NULL || axis.at == NULL || title.at == NULL ||
        now.label.at == NULL)
        return end(&p, sw_fail_memory(err));
    chart_lines chart = {
        .words = {.id = id.at,
                  .title = title,
                  .description = SW_STR("Two lines of steps, foreign and "
                                        "domestic, over the value of the "
                                        "threshold. A table has the numbers."),
                  .x_label = axis,
                  .y_label = SW_STR("covered firms; shaded: what is open")},
        .series = series,
        .series_count = SW_PARITY_GROUPS,
        .marks = &now,
        .mark_count = 1,
        .log_x = log,
        .from_zero = true};
    sw_rules__chart_lines(&chart, out);
    return end(&p, true);
}

/* ---- where firms stand ----------------------------------------------- */

static double place_of(const sw_parity_stand *s)
{
    if (isfinite(s->low)) return s->low;
    return s->high;
}

static int compare_stands(const void *a, const void *b)
{
    const sw_parity_stand *x = *(const sw_parity_stand *const *)a;
    const sw_parity_stand *y = *(const sw_parity_stand *const *)b;
    double i = place_of(x), j = place_of(y);
    if (i != j) return i > j ? -1 : 1;
    return x->firm < y->firm ? -1 : x->firm > y->firm;
}

// Those with a number, from above.
static size_t sort_stands(const sw_parity_threshold *t,
                          const sw_parity_stand **out)
{
    size_t n = 0;
    for (size_t i = 0; i < t->stand_count; i++) {
        if (isfinite(place_of(&t->stands[i]))) out[n++] = &t->stands[i];
    }
    qsort(out, n, sizeof *out, compare_stands);
    return n;
}

static bool stand_row(picture *p, const sw_parity *r, const sw_parity_stand *s,
                      chart_row *out)
{
    const sw_parity_firm *f = &r->firms[s->firm];
    *out = (chart_row){.value = s->low == s->high ? s->low : NAN,
                       .low = s->low,
                       .high = s->high,
                       .strong = f->group == SW_PARITY_FOREIGN};
    sw_parity__firm(&p->text, f);
    out->label = take(p);
    out->says = sw_str_of(sw_parity__coverage(f->covered));
    return out->label.at != NULL || sw_fail_memory(p->err);
}

static bool stand_rows(picture *p, const sw_parity *r,
                       const sw_parity_threshold *t, chart_row **out,
                       size_t *count)
{
    const sw_parity_stand **sorted =
        SW_NEW_ARRAY(p->arena, const sw_parity_stand *, t->stand_count);
    chart_row *rows = SW_NEW_ARRAY(p->arena, chart_row, MAX_ROWS);
    if (sorted == NULL || rows == NULL) return sw_fail_memory(p->err);
    size_t n = sort_stands(t, sorted), from = 0;
    // Around the threshold, if there are too many.
    while (n - from > MAX_ROWS &&
           place_of(sorted[from + MAX_ROWS / 2]) > t->value)
        from++;
    *count = n - from < MAX_ROWS ? n - from : MAX_ROWS;
    for (size_t i = 0; i < *count; i++) {
        if (!stand_row(p, r, sorted[from + i], &rows[i])) return false;
    }
    *out = rows;
    return true;
}

bool sw_parity__chart_stands(const sw_parity *r, size_t i, sw_arena *arena,
                             sw_buf *out, sw_error *err)
{
    picture p = {.arena = arena, .err = err};
    const sw_parity_threshold *t = &r->thresholds[i];
    chart_row *rows = NULL;
    size_t count = 0;
    if (!stand_rows(&p, r, t, &rows, &count)) return end(&p, false);
    bool log = is_log(t);
    chart_mark now = {t->value, threshold_label(&p, t)};
    sw_buf_printf(&p.text, "stands-%zu", i);
    sw_str id = take(&p), axis = axis_label(&p, t, log);
    if (id.at == NULL || axis.at == NULL || now.label.at == NULL)
        return end(&p, sw_fail_memory(err));
    chart_rows chart = {
        .words = {.id = id.at,
                  .title = SW_STR("Where firms stand"),
                  .description = SW_STR("One dot a firm beside the threshold; "
                                        "foreign firms in bold."),
                  .x_label = axis,
                  .note =
                      SW_STR("Bold: foreign. A line without a dot: a range. "
                             "Behind: covered, as things are.")},
        .rows = rows,
        .row_count = count,
        .marks = &now,
        .mark_count = 1,
        .log_x = log};
    if (count > 0) sw_rules__chart_rows(&chart, out);
    return end(&p, true);
}

/* ---- burden ---------------------------------------------------------- */

// In the colours that the groups have elsewhere on the page.
static const int group_order[] = {SW_PARITY_DOMESTIC, SW_PARITY_FOREIGN};
static const sw_str group_parts[] = {SW_STR_INIT("domestic"),
                                     SW_STR_INIT("foreign")};

static bool duty_row(picture *p, const sw_parity_duty *d, chart_row *out)
{
    double *parts = SW_NEW_ARRAY(p->arena, double, SW_PARITY_GROUPS);
    if (parts == NULL) return sw_fail_memory(p->err);
    double sum = 0;
    for (size_t k = 0; k < SW_PARITY_GROUPS; k++) {
        const sw_parity_count *applies = &d->applies[group_order[k]];
        parts[k] = (double)applies->low;
        sum += parts[k];
        if (k > 0) sw_buf_str(&p->text, SW_STR(" + "));
        sw_parity__count(&p->text, *applies);
    }
    *out = (chart_row){.label = d->id,
                       .parts = parts,
                       .value = sum,
                       .low = sum,
                       .high = sum,
                       .says = take(p)};
    return out->says.at != NULL || sw_fail_memory(p->err);
}

bool sw_parity__chart_duties(const sw_parity *r, sw_arena *arena, sw_buf *out,
                             sw_error *err)
{
    picture p = {.arena = arena, .err = err};
    size_t count = r->duty_count < MAX_ROWS ? r->duty_count : MAX_ROWS;
    chart_row *rows = SW_NEW_ARRAY(arena, chart_row, count);
    if (rows == NULL) return sw_fail_memory(err);
    for (size_t i = 0; i < count; i++) {
        if (!duty_row(&p, &r->duties[i], &rows[i])) return end(&p, false);
    }
    chart_rows chart = {
        .words = {.id = "duties",
                  .title = SW_STR("For how many firms each rule applies"),
                  .description = SW_STR("Bars of firms by rule, foreign and "
                                        "domestic. A table has the numbers."),
                  .x_label = SW_STR("eligible firms for which it applies, "
                                    "as far as is known")},
        .parts = group_parts,
        .part_count = SW_PARITY_GROUPS,
        .rows = rows,
        .row_count = count};
    if (count > 0) sw_rules__chart_rows(&chart, out);
    return end(&p, true);
}
