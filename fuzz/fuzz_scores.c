// Any bytes as a table of scores: refused, or rebuilt; and if rebuilt, every
// total is the sum of its areas, every area a whole number of measures, and
// each path is drawn.
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "segwan/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char index_text[] =
    "index: f\ntitle: F\npublisher: P\nedition: E\nsource: s\n"
    "sources:\n"
    "  s: {title: S, provision: P, url: U, read: 2026-01-01, evidence: data}\n"
    "table: {economy: E, name: N, area: A, year: Y, value: V, total: T, "
    "decimals: 6}\n"
    "areas:\n"
    "  a: {title: A, code: A, measures: 3, points: 2}\n"
    "  b: {title: B, code: B, measures: 2, points: 1}\n"
    "changes:\n"
    "  c: {title: C, economies: X, day: 2020-02-02, effect: eases, source: s}\n"
    "  d: {title: D, economies: X, effect: tightens, source: s}\n";

static void require(bool holds, const char *what)
{
    if (holds) return;
    fprintf(stderr, "broken: %s\n", what);
    abort();
}

static void check_line(const sw_index_line *line, size_t times)
{
    static const double weights[] = {2 / 8.0, 1 / 8.0}, counts[] = {3, 2};
    for (size_t t = 0; t < times; t++) {
        const sw_index_score *s = &line->scores[t];
        double sum = 0;
        for (size_t i = 0; i < 2; i++) {
            double scored = s->areas[i].scored;
            require(scored == round(scored) && scored >= 0 &&
                        scored <= counts[i],
                    "a whole number of measures");
            sum += scored * weights[i];
        }
        require(fabs(sum - s->low) < 1e-9, "the total is the sum");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sw_arena *arena = NULL;
    sw_error err = {0};
    sw_index *index = NULL;
    sw_scores *scores = NULL;
    const sw_index_report *r = NULL;
    sw_str code = SW_STR("X"), text;
    sw_index_query query = {&code, 1, 0, 0};
    if (!sw_arena_new(&arena, &err)) return 0;
    require(sw_index_parse(SW_STR(index_text), "i", arena, &index, &err),
            "the index is one");
    if (!sw_scores_parse((sw_str){(const char *)data, size}, "s", index, arena,
                         &scores, &err)) {
        require(err.kind == SW_ERR_INPUT && err.file[0] != '\0' &&
                    err.reason[0] != '\0',
                "a bad table is an input error with its file and reason");
    } else if (sw_index_published(scores, &query, arena, &r, &err)) {
        check_line(&r->lines[0], r->time_count);
        require(sw_index_text(r, true, arena, &text, &err), "text is written");
        require(sw_index_chart(r, SW_CHART_PATH, arena, &text, &err),
                "a picture is drawn");
    }
    sw_arena_free(arena);
    return 0;
}
