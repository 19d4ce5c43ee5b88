// Thresholds: a number of the law, and what is held against it. Each is
// compiled to the comparisons that it stands for.
#include <stdlib.h>

#include "rules_internal.h"

const char *const sw_rules__level_names[] = {"group", "firm", "service", NULL};
const char *const sw_rules__quantifier_names[] = {"each", "any",  "average",
                                                  "sum",  "last", NULL};
// at_least, more_than, at_most, less_than
static const char *const signs[OPERATORS] = {">=", ">", "<=", "<"};

/* ---- reading --------------------------------------------------------- */

static bool read_of(const term_reader *t, const yaml_node *node,
                    const fact_def **out)
{
    sw_str path;
    const vocabulary *facts = &t->reader->book->facts;
    if (!sw_rules__read_text(node, &path, t->err)) return false;
    *out = sw_rules__find_fact(facts, path);
    if (*out == NULL) {
        char hint[120];
        sw_rules__hint(hint, sizeof hint, sw_rules__nearest_fact(facts, path));
        path = sw_rules__clip(path);
        return sw_rules__refuse(t->err, node,
                                "the fact %.*s is not declared under facts%s",
                                SW_STR_ARGS(path), hint);
    }
    if ((*out)->scalar != FACT_INT && (*out)->scalar != FACT_DOUBLE)
        return sw_rules__refuse_term(
            t, node, "a threshold is of an int or double, or a list");
    if ((*out)->list && (*out)->count == 0)
        return sw_rules__refuse_term(
            t, node, "a threshold of a list needs the fact's count");
    return true;
}

static bool read_operator(const term_reader *t, const yaml_node *term,
                          const raw_threshold *raw, threshold *out)
{
    size_t given = 0;
    for (size_t i = 0; i < OPERATORS; i++) {
        if (raw->limits[i] == NULL) continue;
        given++;
        out->sign = sw_str_of(signs[i]);
        out->node = raw->limits[i];
    }
    if (given == 1) return true;
    return sw_rules__refuse_term(t, term,
                                 "a threshold has one of at_least, more_than, "
                                 "at_most, less_than");
}

static bool read_limit(const term_reader *t, threshold *out)
{
    fact_def plain = {.path = out->node->key->text, .scalar = out->of->scalar};
    sw_cel_value *limit = &out->limit;
    if (!sw_rules__fact_value(&plain, out->node, NULL, limit, t->err))
        return false;
    if (limit->kind == SW_CEL_UNKNOWN)
        return sw_rules__refuse_term(t, out->node,
                                     "a threshold without a number");
    if (out->quantifier == QUANTIFIER_AVERAGE && limit->kind == SW_CEL_INT &&
        llabs(limit->as.i64 / 2) >= INT64_MAX / 2 / (int64_t)out->over)
        return sw_rules__refuse_term(t, out->node, "out of range");
    return sw_cel_print(limit, t->reader->arena, &out->limit_text, t->err);
}

static bool read_over(const term_reader *t, const yaml_node *node,
                      threshold *out)
{
    out->over = out->of->count;
    if (node == NULL) return true;
    scalar said = {.kind = SCALAR_NULL};
    if (node->kind == YAML_SCALAR) said = sw_rules__scalar(node);
    if (said.kind != SCALAR_INT || said.i64 < 1 ||
        (uint64_t)said.i64 > out->of->count)
        return sw_rules__refuse_term(
            t, node, "over is a whole number from 1 to the count");
    out->over = (size_t)said.i64;
    return true;
}

static bool read_parts(const term_reader *t, const yaml_node *term,
                       const raw_threshold *raw, threshold *out)
{
    if (!read_of(t, raw->of, &out->of) || !read_operator(t, term, raw, out))
        return false;
    bool list = out->of->list;
    if (list && out->quantifier < 0) {
        return sw_rules__refuse_term(
            t, term, "a threshold of a list needs its quantifier");
    }
    if (!list && (out->quantifier >= 0 || raw->over != NULL)) {
        return sw_rules__refuse_term(t, term,
                                     "quantifier and over are for lists");
    }
    if (out->unit.len == 0) out->unit = out->of->unit;
    return read_over(t, raw->over, out) && read_limit(t, out);
}

/* ---- a threshold as CEL ---------------------------------------------- */

// "x[0] >= v && x[1] >= v"
static void put_each(sw_buf *buf, const threshold *t, const char *joined)
{
    for (size_t i = 0; i < t->over; i++) {
        sw_buf_printf(buf, "%s%.*s[%zu] %.*s %.*s", i > 0 ? joined : "",
                      SW_STR_ARGS(t->of->path), i, SW_STR_ARGS(t->sign),
                      SW_STR_ARGS(t->limit_text));
    }
}

// "x[0] + x[1] >= v", "x[0] + x[1] >= 2 * v": no division, no rounding.
static void put_sum(sw_buf *buf, const threshold *t)
{
    for (size_t i = 0; i < t->over; i++) {
        sw_buf_printf(buf, "%s%.*s[%zu]", i > 0 ? " + " : "",
                      SW_STR_ARGS(t->of->path), i);
    }
    sw_buf_printf(buf, " %.*s ", SW_STR_ARGS(t->sign));
    if (t->quantifier == QUANTIFIER_AVERAGE)
        sw_buf_printf(buf, "%zu%s * ", t->over,
                      t->of->scalar == FACT_DOUBLE ? ".0" : "");
    sw_buf_str(buf, t->limit_text);
}

static void put_threshold(sw_buf *buf, const threshold *t)
{
    switch (t->quantifier) {
    case QUANTIFIER_EACH: put_each(buf, t, " && "); break;
    case QUANTIFIER_ANY: put_each(buf, t, " || "); break;
    case QUANTIFIER_AVERAGE:
    case QUANTIFIER_SUM: put_sum(buf, t); break;
    default:  // the last one, or the only one
        sw_buf_printf(buf, "%.*s%s %.*s %.*s", SW_STR_ARGS(t->of->path),
                      t->of->list ? "[0]" : "", SW_STR_ARGS(t->sign),
                      SW_STR_ARGS(t->limit_text));
    }
}

static bool compile(const cel_place *p, const threshold *t, expression *out)
{
    sw_buf buf = {0};
    sw_cel *cel = NULL;
    put_threshold(&buf, t);
    sw_str text = {buf.at, buf.len};
    bool ok =
        (!buf.failed && sw_arena_str(p->reader->arena, text, &out->text)) ||
        sw_fail_memory(p->err);
    ok = ok && sw_rules__compile_text(p, out->text, &cel);
    sw_buf_free(&buf);
    out->node = p->node;
    out->cel = cel;
    return ok;
}

bool sw_rules__is_threshold(const raw_threshold *raw)
{
    bool any = raw->of != NULL || raw->over != NULL || raw->quantifier >= 0 ||
               raw->level >= 0 || raw->window.len > 0 || raw->unit.len > 0;
    for (size_t i = 0; i < OPERATORS; i++)
        any = any || raw->limits[i] != NULL;
    return any;
}

bool sw_rules__read_threshold(const term_reader *t, const yaml_node *term,
                              const raw_threshold *raw, threshold *out,
                              expression *is)
{
    cel_place place = {t->reader, "term", t->path, "of", raw->of, t->err};
    *out = (threshold){.quantifier = raw->quantifier,
                       .level = raw->level,
                       .window = raw->window,
                       .unit = raw->unit};
    return read_parts(t, term, raw, out) && compile(&place, out, is);
}
