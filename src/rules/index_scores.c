// A published table of scores, taken apart and put together again. An area's
// score is a whole number of measures times what one weighs; a total is the sum
// of its areas. What does not come out to the last published digit is refused:
// it is of another edition, or damaged, and no path may be drawn through it.
//
// The rows come in any order; they are sorted by economy, year and area, so
// that a table costs n log n whatever it holds.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv.h"
#include "policy_internal.h"

enum { TOTAL = MAX_DEFINITIONS, MAX_YEARS = 200 };

// A row of the table. `area` is TOTAL for the total.
typedef struct {
    sw_str code, name;
    int year;
    size_t area;
    double value;
    int decimals;  // that it was published with
    uint32_t line;
} record;

typedef struct {
    sw_scores *scores;
    const sw_index *index;
    sw_arena *arena;
    sw_error *err;
    record *records;
    size_t count, room;
} reader;

static bool refuse_at(sw_error *err, uint32_t line, uint32_t column)
{
    return sw_error_at(err, "line %u, column %u", line, column);
}

/* ---- rows ------------------------------------------------------------ */

// A number as tables give it: 0.082866699, 0, 1.5e-3.
static bool read_value(const csv_cell *cell, double *value, int *decimals,
                       sw_error *err)
{
    char text[48];
    yaml_node node = {.kind = YAML_SCALAR, .plain = true};
    if (cell->text.len < sizeof text) {
        memcpy(text, cell->text.at, cell->text.len);
        text[cell->text.len] = '\0';
        node.text = (sw_str){text, cell->text.len};
    }
    scalar s = sw_rules__scalar(&node);
    *value = s.kind == SCALAR_INT ? (double)s.i64 : s.f64;
    if ((s.kind != SCALAR_INT && s.kind != SCALAR_DOUBLE) || *value < 0 ||
        *value > 1) {
        sw_str shown = sw_rules__clip(cell->text);
        sw_fail(err, SW_ERR_INPUT, "a score is a number from 0 to 1, not %.*s",
                SW_STR_ARGS(shown));
        return refuse_at(err, cell->line, cell->column);
    }
    const char *point = memchr(cell->text.at, '.', cell->text.len);
    *decimals =
        point != NULL ? (int)(cell->text.at + cell->text.len - point - 1) : 0;
    return true;
}

static bool read_year(const csv_cell *cell, int *out, sw_error *err)
{
    int year = 0;
    bool ok = cell->text.len == 4;
    for (size_t i = 0; ok && i < cell->text.len; i++) {
        ok = cell->text.at[i] >= '0' && cell->text.at[i] <= '9';
        year = year * 10 + (cell->text.at[i] - '0');
    }
    *out = year;
    if (ok) return true;
    sw_str shown = sw_rules__clip(cell->text);
    sw_fail(err, SW_ERR_INPUT, "\"%.*s\" is no year", SW_STR_ARGS(shown));
    return refuse_at(err, cell->line, cell->column);
}

static bool read_area(const reader *r, const csv_cell *cell, size_t *out)
{
    if (sw_str_eq(cell->text, r->index->table.total)) {
        *out = TOTAL;
        return true;
    }
    for (size_t i = 0; i < r->index->area_count; i++) {
        if (!sw_str_eq(cell->text, r->index->areas[i].code)) continue;
        *out = i;
        return true;
    }
    sw_str shown = sw_rules__clip(cell->text);
    sw_fail(r->err, SW_ERR_INPUT, "the index has no area of the code \"%.*s\"",
            SW_STR_ARGS(shown));
    return refuse_at(r->err, cell->line, cell->column);
}

typedef struct {
    size_t economy, name, area, year, value;
} columns;

static bool find_columns(const reader *r, const csv_row *head, columns *out)
{
    const table_def *t = &r->index->table;
    const struct {
        sw_str name;
        size_t *column;
    } wanted[] = {{t->economy, &out->economy},
                  {t->name, &out->name},
                  {t->area, &out->area},
                  {t->year, &out->year},
                  {t->value, &out->value}};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        *wanted[i].column = sw_rules__csv_column(head, wanted[i].name);
        if (*wanted[i].column < head->count) continue;
        sw_str name = sw_rules__clip(wanted[i].name);
        sw_fail(r->err, SW_ERR_INPUT, "the table has no column \"%.*s\"",
                SW_STR_ARGS(name));
        return refuse_at(r->err, head->line, 1);
    }
    return true;
}

static bool add(reader *r, const record *one)
{
    if (r->count == r->room) {
        size_t room = r->room > 0 ? 2 * r->room : 1024, bytes;
        record *more = sw_mul_size(room, sizeof *more, &bytes)
                           ? realloc(r->records, bytes)
                           : NULL;
        if (more == NULL) return sw_fail_memory(r->err);
        r->records = more;
        r->room = room;
    }
    r->records[r->count++] = *one;
    return true;
}

static bool read_row(reader *r, const columns *c, const csv_row *row)
{
    record one = {.code = row->cells[c->economy].text,
                  .name = row->cells[c->name].text,
                  .line = row->line};
    return read_year(&row->cells[c->year], &one.year, r->err) &&
           read_area(r, &row->cells[c->area], &one.area) &&
           read_value(&row->cells[c->value], &one.value, &one.decimals,
                      r->err) &&
           add(r, &one);
}

static bool read_rows(reader *r, sw_str text)
{
    csv_reader csv = {.text = text};
    csv_row row;
    columns c = {0};
    sw_step step = sw_rules__csv_next(&csv, r->arena, &row, r->err);
    if (step == SW_STEP_ITEM && !find_columns(r, &row, &c)) return false;
    while (step == SW_STEP_ITEM) {
        step = sw_rules__csv_next(&csv, r->arena, &row, r->err);
        if (step == SW_STEP_ITEM && !read_row(r, &c, &row)) return false;
    }
    if (step == SW_STEP_FAILED) return false;
    return r->count > 0 ||
           sw_fail(r->err, SW_ERR_INPUT, "the table holds no scores");
}

/* ---- order ----------------------------------------------------------- */

static int by_cell(const void *a, const void *b)
{
    const record *l = a, *r = b;
    int codes = sw_str_cmp(l->code, r->code);
    if (codes != 0) return codes;
    if (l->year != r->year) return l->year < r->year ? -1 : 1;
    if (l->area != r->area) return l->area < r->area ? -1 : 1;
    return (l->line > r->line) - (l->line < r->line);
}

static bool find_years(reader *r)
{
    sw_scores *s = r->scores;
    s->first_year = s->last_year = r->records[0].year;
    for (size_t i = 1; i < r->count; i++) {
        int year = r->records[i].year;
        if (year < s->first_year) s->first_year = year;
        if (year > s->last_year) s->last_year = year;
    }
    return s->last_year - s->first_year < MAX_YEARS ||
           sw_fail(r->err, SW_ERR_INPUT, "more than %d years", MAX_YEARS);
}

// What a cell lacks, or has twice.
static bool refuse_cell(const reader *r, sw_str code, int year, size_t area,
                        const record *twin)
{
    sw_str title = area < r->index->area_count ? r->index->areas[area].id
                                               : SW_STR("total");
    code = sw_rules__clip(code);
    sw_fail(r->err, SW_ERR_INPUT, "%.*s %d %s its score of %.*s",
            SW_STR_ARGS(code), year, twin != NULL ? "has twice" : "lacks",
            SW_STR_ARGS(title));
    return twin != NULL && refuse_at(r->err, twin->line, 1);
}

/* ---- putting together ------------------------------------------------ */

// Equal to the last digit published. Trailing zeros may have been left out.
static bool same_digits(double made, const record *published, int least)
{
    int decimals = published->decimals > least ? published->decimals : least;
    double half = 0.5 * pow(10, -decimals);
    return fabs(made - published->value) <= half * (1 + 1e-6) + 1e-16;
}

static bool is_part_score(const sw_index *x, const record *one)
{
    for (size_t i = 0; i < x->part_score_count; i++) {
        if (x->part_scores[i].area == one->area &&
            sw_str_eq(x->part_scores[i].economy, one->code)) {
            return true;
        }
    }
    return false;
}

static bool rebuild_area(reader *r, const record *one, double *scored,
                         double *value)
{
    const area_def *area = &r->index->areas[one->area];
    double whole = round(one->value / area->weight);
    r->scores->area_score_count++;
    if (whole <= (double)area->measures &&
        same_digits(whole * area->weight, one, r->index->table.decimals)) {
        *scored = whole;
        *value = whole * area->weight;
        return true;
    }
    if (is_part_score(r->index, one)) {
        r->scores->part_score_count++;
        *scored = one->value / area->weight;
        *value = one->value;
        return true;
    }
    sw_str code = sw_rules__clip(one->code);
    sw_fail(r->err, SW_ERR_INPUT,
            "%.*s %d: %.9f is no whole number of %.*s measures of %.9f each: "
            "a table of another edition?",
            SW_STR_ARGS(code), one->year, one->value, SW_STR_ARGS(area->id),
            area->weight);
    return refuse_at(r->err, one->line, 1);
}

static bool rebuild_total(reader *r, const record *one, const double *values,
                          double *total)
{
    *total = sw_rules__index_total(r->index, values);
    r->scores->total_count++;
    if (same_digits(*total, one, r->index->table.decimals)) return true;
    sw_str code = sw_rules__clip(one->code);
    sw_fail(r->err, SW_ERR_INPUT,
            "%.*s %d: the total is %.9f, its areas make %.9f",
            SW_STR_ARGS(code), one->year, one->value, *total);
    return refuse_at(r->err, one->line, 1);
}

// The records of one economy and year: each area once, then the total.
static bool read_cell(reader *r, sw_str code, const record *at, size_t count,
                      int year, score_cell *out)
{
    size_t areas = r->index->area_count;
    double *scored = SW_NEW_ARRAY(r->arena, double, areas);
    double *values = SW_NEW_ARRAY(r->arena, double, areas);
    if (scored == NULL || values == NULL) return sw_fail_memory(r->err);
    for (size_t i = 0; i <= areas; i++) {
        size_t area = i < areas ? i : TOTAL;
        if (i >= count || at[i].year != year || at[i].area != area) {
            bool twin = i > 0 && i < count && at[i].year == year &&
                        at[i].area == at[i - 1].area;
            return refuse_cell(r, code, year, twin ? at[i].area : area,
                               twin ? &at[i] : NULL);
        }
        bool ok = i < areas ? rebuild_area(r, &at[i], &scored[i], &values[i])
                            : rebuild_total(r, &at[i], values, &out->total);
        if (!ok) return false;
    }
    if (count > areas + 1 && at[areas + 1].year == year)
        return refuse_cell(r, code, year, TOTAL, &at[areas + 1]);
    out->scored = scored;
    out->values = values;
    return true;
}

static bool read_economy(reader *r, const record *at, size_t count,
                         economy_scores *out)
{
    int years = r->scores->last_year - r->scores->first_year + 1;
    score_cell *cells = SW_NEW_ARRAY(r->arena, score_cell, (size_t)years);
    if (cells == NULL || !sw_arena_str(r->arena, at->code, &out->code) ||
        !sw_arena_str(r->arena, at->name, &out->name)) {
        return sw_fail_memory(r->err);
    }
    out->years = cells;
    for (int i = 0; i < years; i++) {
        int year = r->scores->first_year + i;
        if (!read_cell(r, out->code, at, count, year, &cells[i])) return false;
        at += r->index->area_count + 1;
        count -= r->index->area_count + 1;
    }
    return true;
}

static size_t count_of_economy(const record *at, size_t count)
{
    size_t n = 1;
    while (n < count && sw_str_eq(at[n].code, at->code))
        n++;
    return n;
}

static bool read_economies(reader *r)
{
    size_t economies = 0;
    for (size_t i = 0; i < r->count;
         i += count_of_economy(&r->records[i], r->count - i)) {
        economies++;
    }
    economy_scores *all = SW_NEW_ARRAY(r->arena, economy_scores, economies);
    if (all == NULL) return sw_fail_memory(r->err);
    r->scores->economies = all;
    for (size_t i = 0; i < r->count;) {
        size_t n = count_of_economy(&r->records[i], r->count - i);
        if (!read_economy(r, &r->records[i], n,
                          &all[r->scores->economy_count++])) {
            return false;
        }
        i += n;
    }
    return true;
}

bool sw_scores_parse(sw_str text, const char *name, const sw_index *index,
                     sw_arena *arena, sw_scores **out, sw_error *err)
{
    if (!index->has_table) {
        sw_str id = sw_rules__clip(index->id);
        return sw_fail(err, SW_ERR_USAGE,
                       "index %.*s says of no table how it is read",
                       SW_STR_ARGS(id));
    }
    reader r = {.index = index, .arena = arena, .err = err};
    r.scores = SW_NEW(arena, sw_scores);
    if (r.scores == NULL) return sw_fail_memory(err);
    r.scores->index = index;
    bool ok = read_rows(&r, text);
    if (ok) {
        qsort(r.records, r.count, sizeof *r.records, by_cell);
        ok = find_years(&r) && read_economies(&r);
    }
    free(r.records);
    if (ok) *out = r.scores;
    return ok || sw_error_in(err, name);
}

bool sw_scores_load(const char *path, const sw_index *index, sw_arena *arena,
                    sw_scores **out, sw_error *err)
{
    sw_str text;
    if (!sw_file_read(path, MAX_DOCUMENT_BYTES, arena, &text, err))
        return sw_error_in(err, path);
    return sw_scores_parse(text, path, index, arena, out, err);
}

const economy_scores *sw_rules__find_economy(const sw_scores *scores,
                                             sw_str code)
{
    size_t low = 0, high = scores->economy_count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        int order = sw_str_cmp(scores->economies[mid].code, code);
        if (order == 0) return &scores->economies[mid];
        if (order < 0) {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    return NULL;
}
