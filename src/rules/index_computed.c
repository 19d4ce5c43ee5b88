// Scores from answers. A measure's answer is an interval from 0 to 1; an area
// adds the answers times their weights. Where nobody published how an area's
// measures share its weight, any sharing may be: what it adds lies between its
// least and its greatest answer.
#include <math.h>
#include <string.h>

#include "policy_internal.h"

typedef struct {
    const sw_index *index;
    const sw_index_evidence *evidence;
    sw_arena *arena;
    sw_error *err;
    rule_shelf shelf;  // for the day at hand
} computing;

/* ---- answers --------------------------------------------------------- */

typedef struct {
    double low, high;
    sw_str because;
} answer;

// What a rule's outcome says of the measure that it answers. On no facts, it is
// whether the rule is law on the day.
static answer answer_of(const sw_rule_outcome *rule, bool on_facts)
{
    if (!rule->decides) return (answer){0, 0, SW_STR("is not law")};
    switch (rule->state) {
    case SW_RULE_NOT_IN_FORCE: return (answer){0, 0, SW_STR("not in force")};
    case SW_RULE_NOT_APPLICABLE:
        if (on_facts) return (answer){0, 0, SW_STR("does not apply")};
        break;
    case SW_RULE_HELD:
        if (on_facts) return (answer){0, 0, SW_STR("asks for nothing more")};
        break;
    case SW_RULE_UNDETERMINED:
        if (on_facts) return (answer){0, 1, SW_STR("waits for facts")};
        break;
    case SW_RULE_FAILED:
        if (on_facts) return (answer){1, 1, SW_STR("stands in the way")};
        break;
    }
    return (answer){1, 1, SW_STR("is in force")};
}

static bool ask_rule(computing *c, const answer_def *def, const rule_ref *ref,
                     answer *out)
{
    const sw_ruling *ruling = NULL;
    const sw_rule_outcome *rule = NULL;
    sw_rulebook *book = sw_rules__find_book(&c->shelf, ref->book);
    if (book == NULL) {
        sw_str id = sw_rules__clip(ref->book);
        return sw_rules__refuse(c->err, ref->node,
                                "rulebook %.*s is needed and was not given",
                                SW_STR_ARGS(id));
    }
    if (!sw_rules__shelf_rule(&c->shelf, book, def->said, c->arena, &ruling,
                              c->err) ||
        !sw_rules__shelf_outcome(ruling, ref, &rule, c->err)) {
        return false;
    }
    *out = answer_of(rule, def->said != NULL);
    out->because =
        sw_arena_printf(c->arena, "%.*s#%.*s %.*s", SW_STR_ARGS(ref->book),
                        SW_STR_ARGS(ref->rule), SW_STR_ARGS(out->because));
    return out->because.at != NULL || sw_fail_memory(c->err);
}

// Any of the rules makes the measure restrictive; the first that matters most
// is the reason.
static bool ask_rules(computing *c, const answer_def *def, answer *out)
{
    *out = (answer){0};
    for (size_t i = 0; i < def->rule_count; i++) {
        answer one = {0};
        if (!ask_rule(c, def, &def->rules[i], &one)) return false;
        bool more =
            one.low > out->low || (one.low == out->low && one.high > out->high);
        if (i == 0 || more) out->because = one.because;
        out->low = fmax(out->low, one.low);
        out->high = fmax(out->high, one.high);
    }
    return true;
}

static bool ask(computing *c, const answer_def *def, answer *out)
{
    if (!def->given) {
        *out = (answer){0, 1, SW_STR("nobody answered")};
        return true;
    }
    if (def->since.given && c->shelf.day < def->since.date) {
        *out = (answer){0, 1, SW_STR("nothing is known of so early a day")};
        return true;
    }
    if (def->rules != NULL) return ask_rules(c, def, out);
    *out = (answer){def->low, def->high, SW_STR("nobody knows")};
    if (def->sources.count > 0) out->because = def->sources.at[0].title;
    return true;
}

/* ---- areas ----------------------------------------------------------- */

static void add_measure(const area_def *area, const sw_measure_score *m,
                        sw_area_score *out)
{
    out->scored += m->answer_low == 1;
    out->open += m->answer_low < m->answer_high;
    if (!area->whole) {
        out->low += m->weight * m->answer_low;
        out->high += m->weight * m->answer_high;
    } else {
        out->low = fmin(out->low, area->weight * m->answer_low);
        out->high = fmax(out->high, area->weight * m->answer_high);
    }
}

static void add_areas(const sw_index *x, const sw_measure_score *measures,
                      sw_area_score *out)
{
    for (size_t i = 0; i < x->area_count; i++) {
        const area_def *area = &x->areas[i];
        size_t listed = 0;
        out[i] = (sw_area_score){.id = area->id, .title = area->title};
        if (area->whole) out[i].low = area->weight;
        for (size_t k = 0; k < x->measure_count; k++) {
            if (x->measures[k].area != i) continue;
            add_measure(area, &measures[k], &out[i]);
            listed++;
        }
        // Measures that the index only counts have no answer.
        for (; listed < area->measures; listed++) {
            sw_measure_score open = {.answer_high = 1, .weight = area->weight};
            add_measure(area, &open, &out[i]);
        }
    }
}

static bool compute(computing *c, const sw_answers *answers,
                    sw_index_score *out)
{
    const sw_index *x = c->index;
    sw_measure_score *measures =
        SW_NEW_ARRAY(c->arena, sw_measure_score, x->measure_count);
    sw_area_score *areas = SW_NEW_ARRAY(c->arena, sw_area_score, x->area_count);
    double *sums = SW_NEW_ARRAY(c->arena, double, x->area_count);
    if (measures == NULL || areas == NULL || sums == NULL)
        return sw_fail_memory(c->err);
    for (size_t k = 0; k < x->measure_count; k++) {
        answer one = {0};
        const measure_def *m = &x->measures[k];
        if (!ask(c, &answers->answers[k], &one))
            return sw_error_in(c->err, answers->file);
        measures[k] =
            (sw_measure_score){m->id,    m->title,  m->area,    one.low,
                               one.high, m->weight, one.because};
    }
    add_areas(x, measures, areas);
    for (size_t i = 0; i < x->area_count; i++)
        sums[i] = areas[i].low;
    out->low = out->least = sw_rules__index_total(x, sums);
    for (size_t i = 0; i < x->area_count; i++)
        sums[i] = areas[i].high;
    out->high = out->most = sw_rules__index_total(x, sums);
    out->areas = areas;
    out->measures = measures;
    return true;
}

/* ---- the report ------------------------------------------------------ */

static bool name_days(computing *c, sw_index_report *report)
{
    const sw_index_evidence *e = c->evidence;
    sw_str *times = SW_NEW_ARRAY(c->arena, sw_str, e->day_count);
    if (times == NULL) return sw_fail_memory(c->err);
    for (size_t i = 0; i < e->day_count; i++) {
        char day[11];
        sw_str text = sw_str_of(sw_date_text(e->days[i], day));
        if (!sw_arena_str(c->arena, text, &times[i]))
            return sw_fail_memory(c->err);
    }
    report->times = times;
    report->time_count = e->day_count;
    return true;
}

static bool compute_line(computing *c, const sw_answers *answers,
                         sw_index_line *out)
{
    sw_index_score *scores =
        SW_NEW_ARRAY(c->arena, sw_index_score, c->evidence->day_count);
    if (scores == NULL) return sw_fail_memory(c->err);
    for (size_t i = 0; i < c->evidence->day_count; i++) {
        c->shelf.day = c->evidence->days[i];
        if (!compute(c, answers, &scores[i])) return false;
    }
    *out = (sw_index_line){answers->economy, answers->name, 0, scores};
    return true;
}

bool sw_index_computed(const sw_index *index, const sw_index_evidence *evidence,
                       sw_arena *arena, const sw_index_report **out,
                       sw_error *err)
{
    computing c = {index,
                   evidence,
                   arena,
                   err,
                   {evidence->books, evidence->book_count, 0}};
    sw_index_report *report = SW_NEW(arena, sw_index_report);
    sw_index_line *lines =
        SW_NEW_ARRAY(arena, sw_index_line, evidence->answer_count);
    if (report == NULL || lines == NULL) return sw_fail_memory(err);
    *report = (sw_index_report){.index = index,
                                .areas = index->area_titles,
                                .area_count = index->area_count,
                                .lines = lines,
                                .line_count = evidence->answer_count,
                                .measure_count = index->measure_count};
    if (!name_days(&c, report)) return false;
    for (size_t i = 0; i < evidence->answer_count; i++) {
        if (!compute_line(&c, evidence->answers[i], &lines[i])) return false;
    }
    *out = report;
    return true;
}
