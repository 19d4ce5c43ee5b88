// The index itself for people: what it is made of, what was published of it.
#include <stdio.h>

#include "policy_internal.h"
#include "prose.h"

enum { DIGITS = 6 };

static void add_wrapped(sw_buf *out, sw_str text, size_t left)
{
    sw_buf_printf(out, "%*s", (int)left, "");
    sw_rules__wrap(out, text, left, left);
}

static void head(const sw_index *x, sw_buf *out)
{
    sw_buf text = {0};
    sw_buf_printf(&text, "%.*s (%.*s), edition %.*s", SW_STR_ARGS(x->title),
                  SW_STR_ARGS(x->publisher), SW_STR_ARGS(x->edition));
    add_wrapped(out, (sw_str){text.at, text.len}, 0);
    out->failed |= text.failed;
    sw_buf_free(&text);
    add_wrapped(out, x->notes, 0);
    for (size_t i = 0; i < x->sources.count; i++) {
        const sw_rule_source *s = &x->sources.at[i];
        text = (sw_buf){0};
        sw_buf_printf(&text, "%.*s, %.*s", SW_STR_ARGS(s->title),
                      SW_STR_ARGS(s->provision));
        sw_buf_str(out, SW_STR("source  "));
        sw_rules__wrap(out, (sw_str){text.at, text.len}, 8, 8);
        sw_buf_printf(out, "        %.*s\n", SW_STR_ARGS(s->url));
        out->failed |= text.failed;
        sw_buf_free(&text);
    }
}

static void areas(const sw_index *x, sw_buf *out)
{
    sw_buf_printf(out, "\n%-44s  measures      each  together\n", "Areas");
    for (size_t i = 0; i < x->area_count; i++) {
        const area_def *a = &x->areas[i];
        char each[FIXED_SIZE] = "-", all[FIXED_SIZE];
        if (!a->whole) sw_rules__fixed(each, a->weight, DIGITS);
        double together = a->whole ? 1 : (double)a->measures;
        sw_rules__fixed(all, together * a->weight, DIGITS);
        sw_buf_str(out, SW_STR("  "));
        sw_rules__pad(out, a->title, 42);
        sw_buf_printf(out, "  %8zu  %8s  %8s\n", a->measures, each, all);
        if (a->notes.len > 0) add_wrapped(out, a->notes, 6);
    }
}

static void measures(const sw_index *x, sw_buf *out)
{
    if (x->measure_count == 0) return;
    sw_buf_str(out, SW_STR("\nMeasures\n"));
    for (size_t i = 0; i < x->measure_count; i++) {
        const measure_def *m = &x->measures[i];
        sw_buf text = {0};
        char weight[FIXED_SIZE];
        sw_buf_printf(&text, "%.*s (%.*s): %.*s", SW_STR_ARGS(m->id),
                      SW_STR_ARGS(x->areas[m->area].id), SW_STR_ARGS(m->title));
        if (m->weight > 0) {
            sw_buf_str(&text, SW_STR(", weighs "));
            sw_buf_str(&text, sw_rules__fixed(weight, m->weight, DIGITS));
        }
        add_wrapped(out, (sw_str){text.at, text.len}, 2);
        out->failed |= text.failed;
        sw_buf_free(&text);
    }
}

static void values(const value_def *at, size_t count, sw_buf *out)
{
    for (size_t i = 0; i < count; i++) {
        const value_def *v = &at[i];
        char value[FIXED_SIZE];
        sw_rules__fixed(value, v->value, DIGITS);
        sw_buf_printf(out, "  %4d  %8s  %.*s\n", v->year, value,
                      SW_STR_ARGS(v->name.len > 0 ? v->name : v->economy));
        if (v->notes.len > 0) add_wrapped(out, v->notes, 18);
    }
}

static void groups(const sw_index *x, sw_buf *out)
{
    if (x->group_count == 0) return;
    sw_buf_str(out, SW_STR("\nGroups\n"));
    for (size_t i = 0; i < x->group_count; i++) {
        const group_def *g = &x->groups[i];
        sw_buf_printf(out, "  %.*s: %.*s (%zu)\n", SW_STR_ARGS(g->id),
                      SW_STR_ARGS(g->title), g->count);
    }
}

bool sw_index_describe(const sw_index *x, sw_arena *arena, sw_str *out,
                       sw_error *err)
{
    sw_buf buf = {0};
    head(x, &buf);
    areas(x, &buf);
    measures(x, &buf);
    groups(x, &buf);
    if (x->value_count > 0) sw_buf_str(&buf, SW_STR("\nPublished\n"));
    values(x->values, x->value_count, &buf);
    for (size_t i = 0; i < x->edition_count; i++) {
        const edition_def *e = &x->editions[i];
        sw_buf_str(&buf, SW_STR("\nAnother edition, not to be compared with "
                                "this one: "));
        sw_rules__wrap(&buf, e->title, 2, 54);
        values(e->values, e->count, &buf);
        if (e->notes.len > 0) add_wrapped(&buf, e->notes, 2);
    }
    bool ok =
        !buf.failed && sw_arena_str(arena, (sw_str){buf.at, buf.len}, out);
    sw_buf_free(&buf);
    return ok || sw_fail_memory(err);
}
