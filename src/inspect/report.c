// What an inspection says, for people and for programs. Both are functions of
// the result alone and name nothing but checks, counts and released ids.
#include "segwan/inspect.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const sw_finding *finding_of(const sw_inspection *seen,
                                    const char *check)
{
    for (size_t i = 0; i < seen->finding_count; i++) {
        if (strcmp(seen->findings[i].check, check) == 0)
            return &seen->findings[i];
    }
    return NULL;
}

/* ---- text ------------------------------------------------------------- */

// 1234567 as "1,234,567".
static const char *grouped(uint64_t number, char buf[32])
{
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%" PRIu64, number);
    char *to = buf;
    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0) *to++ = ',';
        *to++ = digits[i];
    }
    *to = '\0';
    return buf;
}

static void write_check(sw_buf *buf, const sw_inspection *seen, size_t index,
                        bool color)
{
    const char *name = seen->checks[index];
    const sw_finding *found = finding_of(seen, name);
    char number[32];
    sw_buf_printf(buf, "  %s%-4s%s %-18s  ",
                  !color          ? ""
                  : found != NULL ? "\033[31m"
                                  : "\033[32m",
                  found != NULL ? "LEAK" : "ok", color ? "\033[0m" : "", name);
    if (found != NULL) {
        sw_buf_printf(buf, "%s found, first: %.*s\n",
                      grouped(found->count, number), SW_STR_ARGS(found->first));
    } else {
        sw_buf_printf(buf, "%s %s\n", grouped(seen->looked[index], number),
                      seen->looked_at[index]);
    }
}

static void write_read(sw_buf *buf, const sw_inspection *seen)
{
    char nodes[32], ways[32], relations[32], segments[32];
    sw_buf_printf(buf, "read %s nodes, %s ways, %s relations, %s segments\n",
                  grouped(seen->nodes, nodes), grouped(seen->ways, ways),
                  grouped(seen->relations, relations),
                  grouped(seen->segments, segments));
}

// How much was taken out is the exporter's business alone, so JSON, which goes
// into waybills, does not have it.
static void write_cargo(sw_buf *buf, const sw_inspection *seen)
{
    char nodes[32], ways[32], relations[32];
    if (!seen->cargo_known) return;
    sw_buf_printf(buf, "of %s nodes, %s ways, %s relations in the cargo\n",
                  grouped(seen->cargo_nodes, nodes),
                  grouped(seen->cargo_ways, ways),
                  grouped(seen->cargo_relations, relations));
}

static void write_conspicuous(sw_buf *buf, double conspicuous)
{
    if (conspicuous < 0) return;
    const char *words = conspicuous < 0.5 ? "no zone stands out"
                        : conspicuous < 0.9
                            ? "a zone is emptier than its surroundings"
                            : "a zone shows as a hole in what is around it";
    sw_buf_printf(buf, "conspicuous %.2f of 1: %s\n", conspicuous, words);
}

static void write_verdict(sw_buf *buf, const sw_inspection *seen, bool color)
{
    bool passed = seen->finding_count == 0;
    const char *paint = !color ? "" : passed ? "\033[32m" : "\033[31m";
    const char *plain = color ? "\033[0m" : "";
    if (passed) {
        sw_buf_printf(buf, "%spassed%s: nothing was found\n", paint, plain);
    } else {
        sw_buf_printf(buf, "%sstopped%s: %zu of %zu checks found something\n",
                      paint, plain, seen->finding_count, seen->check_count);
    }
}

static bool hand_over(sw_buf *buf, sw_arena *arena, sw_str *out, sw_error *err)
{
    bool ok =
        !buf->failed && sw_arena_str(arena, (sw_str){buf->at, buf->len}, out);
    sw_buf_free(buf);
    return ok || sw_fail_memory(err);
}

bool sw_inspection_text(const sw_inspection *seen, bool color, sw_arena *arena,
                        sw_str *out, sw_error *err)
{
    sw_buf buf = {0};
    write_read(&buf, seen);
    write_cargo(&buf, seen);
    for (size_t i = 0; i < seen->check_count; i++)
        write_check(&buf, seen, i, color);
    write_conspicuous(&buf, seen->conspicuous);
    write_verdict(&buf, seen, color);
    return hand_over(&buf, arena, out, err);
}

/* ---- JSON ------------------------------------------------------------- */

static json_t *check_json(const sw_inspection *seen, size_t index)
{
    const sw_finding *found = finding_of(seen, seen->checks[index]);
    json_t *json = json_pack(
        "{s:s, s:I, s:s, s:I}", "check", seen->checks[index], "looked_at",
        (json_int_t)seen->looked[index], "unit", seen->looked_at[index],
        "found", (json_int_t)(found != NULL ? found->count : 0));
    if (json != NULL && found != NULL) {
        json_object_set_new(json, "first",
                            json_stringn(found->first.at, found->first.len));
    }
    return json;
}

static json_t *inspection_json(const sw_inspection *seen)
{
    json_t *checks = json_array();
    for (size_t i = 0; i < seen->check_count; i++) {
        if (json_array_append_new(checks, check_json(seen, i)) != 0) {
            json_decref(checks);
            return NULL;
        }
    }
    // Two decimals: the last digits of a float are nobody's business.
    json_t *conspicuous =
        seen->conspicuous < 0
            ? json_null()
            : json_real((double)(int)(seen->conspicuous * 100 + 0.5) / 100);
    return json_pack("{s:b, s:{s:I, s:I, s:I, s:I}, s:o, s:o}", "passed",
                     seen->finding_count == 0, "read", "nodes",
                     (json_int_t)seen->nodes, "ways", (json_int_t)seen->ways,
                     "relations", (json_int_t)seen->relations, "segments",
                     (json_int_t)seen->segments, "checks", checks,
                     "conspicuous", conspicuous);
}

bool sw_inspection_json(const sw_inspection *seen, sw_arena *arena, sw_str *out,
                        sw_error *err)
{
    json_t *json = inspection_json(seen);
    char *text = json != NULL
                     ? json_dumps(json, JSON_INDENT(2) | JSON_REAL_PRECISION(3))
                     : NULL;
    bool ok = text != NULL && sw_arena_str(arena, sw_str_of(text), out);
    free(text);
    json_decref(json);
    return ok || sw_fail_memory(err);
}
