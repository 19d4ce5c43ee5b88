// The path of economies and groups through a published table, and whether the
// table moved when a rule did.
#include <math.h>
#include <string.h>

#include "policy_internal.h"

typedef struct {
    const sw_scores *scores;
    const sw_index *index;
    sw_arena *arena;
    sw_error *err;
    int from, to;
} reading;

/* ---- lines ----------------------------------------------------------- */

// Those of a line: one economy, or the members of a group.
typedef struct {
    const economy_scores *const *at;
    size_t count;
} members;

static bool refuse_economy(const reading *r, sw_str code)
{
    code = sw_rules__clip(code);
    return sw_fail(r->err, SW_ERR_USAGE,
                   "\"%.*s\" is neither an economy of the table nor a group of "
                   "the index",
                   SW_STR_ARGS(code));
}

static bool find_members(const reading *r, sw_str code, members *out,
                         sw_index_line *line)
{
    const economy_scores *one = sw_rules__find_economy(r->scores, code);
    const group_def *group = sw_rules__find_group(r->index, code);
    if (one == NULL && group == NULL) return refuse_economy(r, code);
    size_t count = one != NULL ? 1 : group->count;
    const economy_scores **at =
        SW_NEW_ARRAY(r->arena, const economy_scores *, count);
    if (at == NULL) return sw_fail_memory(r->err);
    for (size_t i = 0; i < count; i++) {
        sw_str member = one != NULL ? code : group->economies[i];
        at[i] = sw_rules__find_economy(r->scores, member);
        if (at[i] == NULL) return refuse_economy(r, member);
    }
    *out = (members){at, count};
    *line = (sw_index_line){.code = code,
                            .name = one != NULL ? one->name : group->title,
                            .members = one != NULL ? 0 : count};
    return true;
}

static bool mean_score(const reading *r, const members *of, int year,
                       sw_index_score *out)
{
    sw_area_score *areas =
        SW_NEW_ARRAY(r->arena, sw_area_score, r->index->area_count);
    if (areas == NULL) return sw_fail_memory(r->err);
    double n = (double)of->count, sum = 0;
    out->least = INFINITY;
    for (size_t m = 0; m < of->count; m++) {
        const score_cell *cell =
            &of->at[m]->years[year - r->scores->first_year];
        sum += cell->total;
        out->least = fmin(out->least, cell->total);
        out->most = fmax(out->most, cell->total);
        for (size_t i = 0; i < r->index->area_count; i++) {
            areas[i].low += cell->values[i] / n;
            areas[i].scored += cell->scored[i] / n;
        }
    }
    for (size_t i = 0; i < r->index->area_count; i++) {
        areas[i].id = r->index->areas[i].id;
        areas[i].title = r->index->areas[i].title;
        areas[i].high = areas[i].low;
    }
    out->low = out->high = sum / n;
    out->areas = areas;
    return true;
}

static bool read_line(const reading *r, sw_str code, members *of,
                      sw_index_line *out)
{
    if (!find_members(r, code, of, out)) return false;
    size_t years = (size_t)(r->to - r->from) + 1;
    sw_index_score *scores = SW_NEW_ARRAY(r->arena, sw_index_score, years);
    if (scores == NULL) return sw_fail_memory(r->err);
    for (size_t i = 0; i < years; i++) {
        if (!mean_score(r, of, r->from + (int)i, &scores[i])) return false;
    }
    out->scores = scores;
    return true;
}

static sw_index_rank rank_of(const reading *r, double score)
{
    sw_index_rank rank = {.least = INFINITY};
    const sw_scores *s = r->scores;
    for (size_t i = 0; i < s->economy_count; i++) {
        double other = s->economies[i].years[r->to - s->first_year].total;
        double apart = other - score;
        // Totals are equal when they are to the digits that are published.
        bool same = fabs(apart) < pow(10, -r->index->table.decimals);
        rank.same += same;
        rank.lower += !same && apart < 0;
        rank.higher += !same && apart > 0;
        rank.mean += other / (double)s->economy_count;
        rank.least = fmin(rank.least, other);
        rank.most = fmax(rank.most, other);
    }
    return rank;
}

/* ---- changes --------------------------------------------------------- */

static int year_of(sw_date day)
{
    char text[11];
    sw_date_text(day, text);
    return (text[0] - '0') * 1000 + (text[1] - '0') * 100 +
           (text[2] - '0') * 10 + (text[3] - '0');
}

// Of the year before to the year after: on which day of a year the answers hold
// is not said.
static bool follow(const reading *r, const members *of, sw_index_change *out)
{
    const sw_scores *s = r->scores;
    int *steps = SW_NEW_ARRAY(r->arena, int, r->index->area_count);
    if (steps == NULL) return sw_fail_memory(r->err);
    for (size_t m = 0; m < of->count; m++) {
        const score_cell *a = &of->at[m]->years[out->from - s->first_year];
        const score_cell *b = &of->at[m]->years[out->to - s->first_year];
        bool moved = false;
        for (size_t i = 0; i < r->index->area_count; i++) {
            int step = (int)round(b->scored[i] - a->scored[i]);
            steps[i] += step;
            moved = moved || step != 0;
        }
        out->moved += moved;
    }
    for (size_t i = 0; i < r->index->area_count; i++) {
        bool same_way = out->eases ? steps[i] < 0 : steps[i] > 0;
        out->as_expected |= same_way && 2 * out->moved > of->count;
    }
    out->steps = steps;
    out->state = out->moved > 0 ? SW_CHANGE_MOVED : SW_CHANGE_UNMOVED;
    return true;
}

// A rule that stood all the time can only be one of the measures that were
// scored all the time: the fewest that ever were.
static bool stand(const reading *r, const members *of, sw_index_change *out)
{
    const sw_scores *s = r->scores;
    int *steps = SW_NEW_ARRAY(r->arena, int, r->index->area_count);
    if (steps == NULL) return sw_fail_memory(r->err);
    for (size_t m = 0; m < of->count; m++) {
        for (size_t i = 0; i < r->index->area_count; i++) {
            double fewest = INFINITY;
            for (int year = s->first_year; year <= s->last_year; year++) {
                int at = year - s->first_year;
                fewest = fmin(fewest, of->at[m]->years[at].scored[i]);
            }
            steps[i] += (int)fewest;
        }
    }
    out->steps = steps;
    out->state = SW_CHANGE_STANDS;
    return true;
}

static bool read_change(const reading *r, const change_def *def, size_t line,
                        const members *of, sw_index_change *out)
{
    *out = (sw_index_change){.id = def->id,
                             .title = def->title,
                             .economies = def->economies,
                             .rulebook = def->rulebook,
                             .notes = def->notes,
                             .day_given = def->day.given,
                             .day = def->day.date,
                             .eases = def->eases,
                             .sources = def->sources.at,
                             .source_count = def->sources.count,
                             .line = line};
    if (!def->day.given) return stand(r, of, out);
    const sw_scores *s = r->scores;
    int year = year_of(def->day.date);
    if (year <= s->first_year || year > s->last_year) {
        out->state = year > s->last_year ? SW_CHANGE_AFTER : SW_CHANGE_BEFORE;
        return true;
    }
    out->from = year - 1;
    out->to = year < s->last_year ? year + 1 : year;
    return follow(r, of, out);
}

static bool read_changes(const reading *r, const members *of,
                         sw_index_report *report)
{
    sw_index_change *changes =
        SW_NEW_ARRAY(r->arena, sw_index_change, r->index->change_count);
    if (changes == NULL) return sw_fail_memory(r->err);
    size_t n = 0;
    for (size_t i = 0; i < r->index->change_count; i++) {
        const change_def *def = &r->index->changes[i];
        size_t line = 0;
        while (line < report->line_count &&
               !sw_str_eq(report->lines[line].code, def->economies)) {
            line++;
        }
        if (line == report->line_count) continue;
        if (!read_change(r, def, line, &of[line], &changes[n++])) return false;
    }
    report->changes = changes;
    report->change_count = n;
    return true;
}

/* ---- the report ------------------------------------------------------ */

static bool choose_years(reading *r, const sw_index_query *query)
{
    const sw_scores *s = r->scores;
    r->from = query->from != 0 ? query->from : s->first_year;
    r->to = query->to != 0 ? query->to : s->last_year;
    if (r->from >= s->first_year && r->from <= r->to && r->to <= s->last_year)
        return true;
    return sw_fail(r->err, SW_ERR_USAGE,
                   "years from %d to %d: the table has %d to %d", r->from,
                   r->to, s->first_year, s->last_year);
}

static bool name_years(const reading *r, sw_index_report *report)
{
    size_t years = (size_t)(r->to - r->from) + 1;
    sw_str *times = SW_NEW_ARRAY(r->arena, sw_str, years);
    if (times == NULL) return sw_fail_memory(r->err);
    for (size_t i = 0; i < years; i++) {
        times[i] = sw_arena_printf(r->arena, "%04d", r->from + (int)i);
        if (times[i].at == NULL) return sw_fail_memory(r->err);
    }
    report->times = times;
    report->time_count = years;
    return true;
}

static bool read_lines(const reading *r, const sw_index_query *query,
                       sw_index_report *report)
{
    size_t n = query->economy_count;
    sw_index_line *lines = SW_NEW_ARRAY(r->arena, sw_index_line, n);
    members *of = SW_NEW_ARRAY(r->arena, members, n);
    if (lines == NULL || of == NULL) return sw_fail_memory(r->err);
    for (size_t i = 0; i < n; i++) {
        if (!read_line(r, query->economies[i], &of[i], &lines[i])) return false;
    }
    report->lines = lines;
    report->line_count = n;
    if (n > 0) {
        report->rank = rank_of(r, lines[0].scores[report->time_count - 1].low);
    }
    return read_changes(r, of, report);
}

bool sw_index_published(const sw_scores *scores, const sw_index_query *query,
                        sw_arena *arena, const sw_index_report **out,
                        sw_error *err)
{
    const sw_index *index = scores->index;
    reading r = {.scores = scores, .index = index, .arena = arena, .err = err};
    sw_index_report *report = SW_NEW(arena, sw_index_report);
    if (report == NULL) return sw_fail_memory(err);
    *report = (sw_index_report){.index = index,
                                .areas = index->area_titles,
                                .area_count = index->area_count,
                                .economy_count = scores->economy_count,
                                .total_count = scores->total_count,
                                .area_score_count = scores->area_score_count,
                                .part_score_count = scores->part_score_count};
    if (!choose_years(&r, query) || !name_years(&r, report) ||
        !read_lines(&r, query, report)) {
        return false;
    }
    *out = report;
    return true;
}
