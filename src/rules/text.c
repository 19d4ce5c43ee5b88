// Rulings for people: the verdict first, then what decided it, rule by rule,
// with the values that were seen; then what to answer; then the rest in brief.
// Lines end near column 80; Korean letters count two.
#include <stdio.h>
#include <string.h>

#include <utf8proc.h>

#include "rules_internal.h"

enum { WIDTH = 79, LABEL = 14, QUESTIONS_SHOWN = 8 };

typedef struct {
    sw_buf buf;
    bool color, verbose;
    sw_arena *arena;
    sw_error *err;
} page;

/* ---- wrapping -------------------------------------------------------- */

static size_t columns(sw_str s)
{
    size_t n = 0;
    for (size_t at = 0; at < s.len;) {
        utf8proc_int32_t c;
        utf8proc_ssize_t used =
            utf8proc_iterate((const utf8proc_uint8_t *)s.at + at,
                             (utf8proc_ssize_t)(s.len - at), &c);
        if (used <= 0) break;
        int width = utf8proc_charwidth(c);
        n += width > 0 ? (size_t)width : 0;
        at += (size_t)used;
    }
    return n;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static sw_str next_word(sw_str *rest)
{
    while (rest->len > 0 && is_blank(rest->at[0]))
        *rest = (sw_str){rest->at + 1, rest->len - 1};
    size_t n = 0;
    while (n < rest->len && !is_blank(rest->at[n]))
        n++;
    sw_str word = {rest->at, n};
    *rest = (sw_str){rest->at + n, rest->len - n};
    return word;
}

static void indent(page *p, size_t n)
{
    sw_buf_printf(&p->buf, "%*s", (int)n, "");
}

// Writes words from column `at` on, further lines from column `left` on, and
// ends the line.
static void wrap(page *p, sw_str text, size_t left, size_t at)
{
    bool first = true;
    for (sw_str word; (word = next_word(&text)).len > 0;) {
        size_t width = columns(word);
        if (!first && at + 1 + width > WIDTH) {
            sw_buf_str(&p->buf, SW_STR("\n"));
            indent(p, left);
            at = left;
        } else if (!first) {
            sw_buf_str(&p->buf, SW_STR(" "));
            at++;
        }
        sw_buf_str(&p->buf, word);
        at += width;
        first = false;
    }
    sw_buf_str(&p->buf, SW_STR("\n"));
}

// "    remedy   Coarsen to ..."
static void labelled(page *p, const char *label, sw_str text)
{
    if (text.len == 0) return;
    sw_buf_printf(&p->buf, "    %-*s", LABEL - 4, label);
    wrap(p, text, LABEL, LABEL);
}

/* ---- colours --------------------------------------------------------- */

static const char *const verdict_colors[] = {"32", "36", "33", "35", "31"};

static void paint(page *p, const char *color, const char *text)
{
    if (p->color) {
        sw_buf_printf(&p->buf, "\033[1;%sm%s\033[0m", color, text);
    } else {
        sw_buf_str(&p->buf, sw_str_of(text));
    }
}

static void heading(page *p, const char *text)
{
    sw_buf_str(&p->buf, SW_STR("\n"));
    paint(p, "39", text);
    sw_buf_str(&p->buf, SW_STR("\n"));
}

/* ---- the head -------------------------------------------------------- */

static const char *const meanings[] = {
    "may leave as it is", "may leave once treated", "facts are missing",
    "needs a permit that nobody showed", "may not leave"};

static void verdict_line(page *p, const sw_ruling *ruling)
{
    char day[11];
    paint(p, verdict_colors[ruling->verdict], sw_verdict_name(ruling->verdict));
    sw_buf_printf(&p->buf, ": %s (ruled for %s)\n", meanings[ruling->verdict],
                  sw_date_text(ruling->date, day));
}

static bool book_lines(page *p, const sw_ruling *ruling)
{
    for (size_t i = 0; i < ruling->book_count; i++) {
        const sw_ruling_book *book = &ruling->books[i];
        sw_str line = sw_arena_printf(
            p->arena, "%.*s: %.*s (%.*s, as of %.*s)", SW_STR_ARGS(book->id),
            SW_STR_ARGS(book->title), SW_STR_ARGS(book->jurisdiction),
            SW_STR_ARGS(book->as_of));
        if (line.at == NULL) return sw_fail_memory(p->err);
        wrap(p, line, 2, 0);
    }
    return true;
}

static void count_line(page *p, const sw_ruling *ruling)
{
    static const sw_rule_state order[] = {SW_RULE_FAILED, SW_RULE_UNDETERMINED,
                                          SW_RULE_HELD, SW_RULE_NOT_APPLICABLE,
                                          SW_RULE_NOT_IN_FORCE};
    static const char *const words[] = {"failed", "undetermined", "held",
                                        "not applicable", "not in force"};
    size_t deciding = 0, counts[5] = {0};
    for (size_t i = 0; i < ruling->rule_count; i++) {
        if (!ruling->rules[i].decides) continue;
        deciding++;
        counts[ruling->rules[i].state]++;
    }
    sw_buf_printf(&p->buf, "%zu rule%s:", deciding, deciding == 1 ? "" : "s");
    const char *comma = " ";
    for (size_t i = 0; i < 5; i++) {
        if (counts[order[i]] == 0) continue;
        sw_buf_printf(&p->buf, "%s%zu %s", comma, counts[order[i]], words[i]);
        comma = ", ";
    }
    sw_buf_str(&p->buf, SW_STR("\n"));
}

/* ---- treatments ------------------------------------------------------ */

// 25000: "25,000".
static void grouped(sw_buf *out, json_int_t number)
{
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%" JSON_INTEGER_FORMAT, number);
    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0) sw_buf_str(out, SW_STR(","));
        sw_buf_add(out, &digits[i], 1);
    }
}

// `strip-tags ele, name:*`, `coarsen to 1:25,000`, `remove-zones`.
static bool treatment_text(page *p, const sw_treatment *t, sw_buf *out)
{
    json_t *json = json_loadb(t->json.at, t->json.len, JSON_DECODE_ANY, NULL);
    if (json == NULL) return sw_fail_memory(p->err);
    sw_buf_str(out, t->name);
    if (json_is_string(json))
        sw_buf_printf(out, " %s", json_string_value(json));
    size_t i;
    json_t *item;
    json_array_foreach(json, i, item)
    {
        sw_buf_printf(out, "%s %s", i > 0 ? "," : "", json_string_value(item));
    }
    json_t *scale = json_object_get(json, "scale");
    if (scale != NULL) {
        sw_buf_str(out, SW_STR(" to 1:"));
        grouped(out, json_integer_value(scale));
    }
    json_decref(json);
    return true;
}

static bool treatments_text(page *p, const sw_treatment *at, size_t count,
                            const char *label)
{
    sw_buf line = {0};
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++) {
        if (i > 0) sw_buf_str(&line, SW_STR("; "));
        ok = treatment_text(p, &at[i], &line);
    }
    ok = ok && (!line.failed || sw_fail_memory(p->err));
    if (ok) labelled(p, label, (sw_str){line.at, line.len});
    sw_buf_free(&line);
    return ok;
}

/* ---- reasons --------------------------------------------------------- */

// `cargo.scale = 5000, cargo.kind = "map"`; nothing if the condition is the
// fact itself.
static bool seen_text(page *p, const decider *d, sw_buf *out)
{
    const char *comma = "";
    bool itself = d->seen_count == 1 && sw_str_eq(d->seen[0].source, d->source);
    for (size_t i = 0; i < d->seen_count && !itself; i++) {
        sw_str value;
        if (!sw_rules__value_text(&d->seen[i].value, p->arena, &value, p->err))
            return false;
        sw_buf_printf(out, "%s%.*s = %.*s", comma,
                      SW_STR_ARGS(d->seen[i].source), SW_STR_ARGS(value));
        comma = ", ";
    }
    if (d->element.len > 0)
        sw_buf_printf(out, "%s%.*s", comma, SW_STR_ARGS(d->element));
    return true;
}

// `cargo.scale >= 25000   because cargo.scale = 5000`, on two lines if one is
// too short for it.
static bool decider_line(page *p, const char *label, const char * not,
                         const decider *d)
{
    sw_buf seen = {0};
    bool ok = seen_text(p, d, &seen);
    ok = ok && (!seen.failed || sw_fail_memory(p->err));
    sw_str why = {seen.at, seen.len};
    if (ok) {
        const char *because = "because ";
        size_t width = LABEL + strlen(not ) + columns(d->source) + 3 +
                       strlen(because) + columns(why);
        sw_buf_printf(&p->buf, "    %-*s%s", LABEL - 4, label, not );
        if (why.len > 0 && width <= WIDTH) {
            sw_buf_printf(&p->buf, "%.*s   %s%.*s\n", SW_STR_ARGS(d->source),
                          because, SW_STR_ARGS(why));
        } else {
            wrap(p, d->source, LABEL, LABEL + strlen(not ));
            if (why.len > 0) {
                indent(p, LABEL);
                sw_buf_str(&p->buf, sw_str_of(because));
                wrap(p, why, LABEL, LABEL + strlen(because));
            }
        }
    }
    sw_buf_free(&seen);
    return ok;
}

static bool deciders_of(page *p, const sw_cel *cel, const sw_cel_reason *why,
                        const decider **at, size_t *count)
{
    *count = 0;
    if (cel == NULL || why == NULL || why->value.kind != SW_CEL_BOOL)
        return true;
    return sw_rules__deciders(cel, why, p->arena, at, count, p->err);
}

// Why a rule applies: conditions that are true, or `not` and one that is false.
static bool applies_lines(page *p, const sw_rule_outcome *rule)
{
    const decider *at;
    size_t count;
    if (!deciders_of(p, rule->when, rule->why_when, &at, &count)) return false;
    for (size_t i = 0; i < count; i++) {
        bool is_false =
            at[i].value.kind == SW_CEL_BOOL && !at[i].value.as.boolean;
        if (!decider_line(p, i == 0 ? "applies" : "", is_false ? "not " : "",
                          &at[i])) {
            return false;
        }
    }
    return true;
}

// What broke: the conditions that decided, and the whole if they are parts.
static bool broken_lines(page *p, const sw_rule_outcome *rule)
{
    const decider *at;
    size_t count;
    sw_str whole = sw_cel_source(rule->require);
    if (!deciders_of(p, rule->require, rule->why_require, &at, &count))
        return false;
    if (count != 1 || !sw_str_eq(at[0].source, whole))
        labelled(p, "requires", whole);
    for (size_t i = 0; i < count; i++) {
        bool is_true =
            at[i].value.kind == SW_CEL_BOOL && at[i].value.as.boolean;
        if (!decider_line(p, is_true ? "is true" : "is false", "", &at[i]))
            return false;
    }
    return true;
}

/* ---- one rule -------------------------------------------------------- */

static bool rule_head(page *p, const sw_rule_outcome *rule, const char *word,
                      sw_verdict color)
{
    sw_str line = sw_arena_printf(p->arena, "%.*s: %.*s", SW_STR_ARGS(rule->id),
                                  SW_STR_ARGS(rule->title));
    if (line.at == NULL) return sw_fail_memory(p->err);
    sw_buf_str(&p->buf, SW_STR("\n  "));
    paint(p, verdict_colors[color], word);
    sw_buf_str(&p->buf, SW_STR("  "));
    wrap(p, line, 4, 4 + strlen(word));
    return true;
}

static bool status_line(page *p, const sw_rule_outcome *rule)
{
    bool dated = rule->in_force.len > 0;
    bool enacted = sw_str_eq(rule->status, SW_STR("not-yet-in-force"));
    sw_str line = sw_arena_printf(
        p->arena, "%.*s%s%s%.*s", SW_STR_ARGS(rule->status),
        enacted ? " when it was read" : "", dated ? ", in force " : "",
        SW_STR_ARGS(rule->in_force));
    if (line.at == NULL) return sw_fail_memory(p->err);
    labelled(p, "status", line);
    return true;
}

static bool source_lines(page *p, const sw_rule_outcome *rule)
{
    for (size_t i = 0; i < rule->source_count; i++) {
        const sw_rule_source *source = &rule->sources[i];
        sw_str line =
            sw_arena_printf(p->arena, "%.*s, %.*s", SW_STR_ARGS(source->title),
                            SW_STR_ARGS(source->provision));
        if (line.at == NULL) return sw_fail_memory(p->err);
        labelled(p, i == 0 ? "source" : "", line);
        labelled(p, "", source->url);
    }
    return true;
}

static bool missing_line(page *p, const sw_rule_outcome *rule)
{
    sw_buf line = {0};
    for (size_t i = 0; i < rule->missing_count; i++) {
        sw_buf_printf(&line, "%s%.*s", i > 0 ? ", " : "",
                      SW_STR_ARGS(rule->missing[i]));
    }
    bool ok = !line.failed || sw_fail_memory(p->err);
    if (ok) labelled(p, "missing", (sw_str){line.at, line.len});
    sw_buf_free(&line);
    return ok;
}

static bool way_out(page *p, const sw_rule_outcome *rule)
{
    const char *label =
        rule->otherwise == SW_VERDICT_TREAT ? "treat" : "or treat";
    labelled(p, "remedy", rule->remedy);
    if (!treatments_text(p, rule->treatments, rule->treatment_count, label))
        return false;
    labelled(p, "penalty", rule->penalty);
    return true;
}

static bool failed_rule(page *p, const sw_rule_outcome *rule)
{
    bool ok =
        rule_head(p, rule, sw_verdict_name(rule->verdict), rule->verdict) &&
        broken_lines(p, rule) && applies_lines(p, rule) && way_out(p, rule) &&
        status_line(p, rule) && source_lines(p, rule);
    if (ok && p->verbose) labelled(p, "notes", rule->notes);
    return ok;
}

// "  permit?   scale: Coarse maps only"
static bool open_rule_brief(page *p, const sw_rule_outcome *rule)
{
    enum { COLUMN = 12 };
    char word[24];
    sw_str line = sw_arena_printf(p->arena, "%.*s: %.*s", SW_STR_ARGS(rule->id),
                                  SW_STR_ARGS(rule->title));
    if (line.at == NULL) return sw_fail_memory(p->err);
    snprintf(word, sizeof word, "%s?", sw_verdict_name(rule->otherwise));
    sw_buf_printf(&p->buf, "  %-*s", COLUMN - 2, word);
    wrap(p, line, COLUMN + 2, COLUMN);
    return true;
}

static bool open_rule(page *p, const sw_rule_outcome *rule)
{
    if (!p->verbose) return open_rule_brief(p, rule);
    if (!rule_head(p, rule, "undetermined", SW_VERDICT_UNDETERMINED))
        return false;
    if (!missing_line(p, rule)) return false;
    labelled(p, "requires", sw_cel_source(rule->require));
    bool applies =
        rule->why_when == NULL || rule->why_when->value.kind == SW_CEL_BOOL;
    if (!applies) labelled(p, "if", sw_cel_source(rule->when));
    if (!applies_lines(p, rule)) return false;
    labelled(p, "else", sw_str_of(meanings[rule->otherwise]));
    return way_out(p, rule) && status_line(p, rule) && source_lines(p, rule);
}

/* ---- sections -------------------------------------------------------- */

static bool print_failed(page *p, const sw_ruling *ruling, sw_verdict verdict)
{
    for (size_t i = 0; i < ruling->rule_count; i++) {
        const sw_rule_outcome *rule = &ruling->rules[i];
        bool counts = rule->decides && rule->state == SW_RULE_FAILED &&
                      rule->verdict == verdict;
        if (counts && !failed_rule(p, rule)) return false;
    }
    return true;
}

static bool question_lines(page *p, const sw_question *q)
{
    bool unit = q->unit.len > 0;
    sw_str line = sw_arena_printf(p->arena, "%.*s (%.*s%s%.*s)",
                                  SW_STR_ARGS(q->fact), SW_STR_ARGS(q->type),
                                  unit ? ", " : "", SW_STR_ARGS(q->unit));
    if (line.at == NULL) return sw_fail_memory(p->err);
    sw_buf_str(&p->buf, SW_STR("  "));
    wrap(p, line, 4, 2);
    indent(p, 6);
    wrap(p, q->ask, 6, 6);

    sw_buf values = {0};
    for (size_t i = 0; i < q->value_count; i++) {
        sw_buf_printf(&values, "%s%.*s",
                      i > 0 ? ", " : "one of: ", SW_STR_ARGS(q->values[i]));
    }
    bool ok = !values.failed || sw_fail_memory(p->err);
    if (ok && values.len > 0) {
        indent(p, 6);
        wrap(p, (sw_str){values.at, values.len}, 6, 6);
    }
    sw_buf_free(&values);
    return ok;
}

// All of them at once overwhelm, and the first answers make others fall away.
static bool print_questions(page *p, const sw_ruling *ruling)
{
    size_t count = ruling->question_count;
    bool all = p->verbose || count <= QUESTIONS_SHOWN + 1;
    size_t shown = all ? count : QUESTIONS_SHOWN;
    if (count == 0) return true;
    heading(p, "Questions that could still change the ruling, most telling "
               "first:");
    for (size_t i = 0; i < shown; i++) {
        if (!question_lines(p, &ruling->questions[i])) return false;
    }
    if (all) return true;

    sw_buf rest = {0};
    sw_buf_printf(&rest, "and %zu more, if still needed then:", count - shown);
    for (size_t i = shown; i < count; i++) {
        sw_buf_printf(&rest, "%s %.*s", i > shown ? "," : "",
                      SW_STR_ARGS(ruling->questions[i].fact));
    }
    bool ok = !rest.failed || sw_fail_memory(p->err);
    if (ok) {
        indent(p, 2);
        wrap(p, (sw_str){rest.at, rest.len}, 6, 2);
    }
    sw_buf_free(&rest);
    return ok;
}

static bool print_open(page *p, const sw_ruling *ruling)
{
    bool any = false;
    for (size_t i = 0; i < ruling->rule_count; i++) {
        const sw_rule_outcome *rule = &ruling->rules[i];
        if (!rule->decides || rule->state != SW_RULE_UNDETERMINED) continue;
        if (!any) {
            heading(p, ruling->question_count > 0
                           ? "Rules that wait for facts:"
                           : "Rules that wait for facts, but cannot change "
                             "the ruling:");
        }
        any = true;
        if (!open_rule(p, rule)) return false;
    }
    return true;
}

static bool print_treatments(page *p, const sw_ruling *ruling)
{
    sw_buf line = {0};
    bool ok = true;
    if (ruling->treatment_count == 0) return true;
    heading(p, "Treatments asked for:");
    for (size_t i = 0; ok && i < ruling->treatment_count; i++) {
        line.len = 0;
        ok = treatment_text(p, &ruling->treatments[i], &line) &&
             (!line.failed || sw_fail_memory(p->err));
        if (!ok) break;
        indent(p, 2);
        wrap(p, (sw_str){line.at, line.len}, 4, 2);
    }
    sw_buf_free(&line);
    return ok;
}

// "  held            masking: Facilities are taken out"
static bool brief_line(page *p, const sw_rule_outcome *rule, const char *word,
                       size_t column)
{
    sw_str dates =
        rule->state == SW_RULE_NOT_IN_FORCE ? rule->in_force : (sw_str){0};
    sw_str line =
        sw_arena_printf(p->arena, "%.*s: %.*s%s%.*s%s", SW_STR_ARGS(rule->id),
                        SW_STR_ARGS(rule->title), dates.len > 0 ? " (" : "",
                        SW_STR_ARGS(dates), dates.len > 0 ? ")" : "");
    if (line.at == NULL) return sw_fail_memory(p->err);
    sw_buf_printf(&p->buf, "  %-*s", (int)column - 2, word);
    wrap(p, line, column + 2, column);
    return true;
}

static bool print_rest(page *p, const sw_ruling *ruling)
{
    bool any = false;
    for (size_t i = 0; i < ruling->rule_count; i++) {
        const sw_rule_outcome *rule = &ruling->rules[i];
        bool rest = rule->decides && rule->state != SW_RULE_FAILED &&
                    rule->state != SW_RULE_UNDETERMINED;
        if (!rest) continue;
        if (!any) heading(p, "The other rules:");
        any = true;
        if (!brief_line(p, rule, sw_rule_state_name(rule->state), 18))
            return false;
    }
    return true;
}

static bool beside_rule(page *p, const sw_rule_outcome *rule)
{
    bool fails = rule->state == SW_RULE_FAILED;
    sw_str word =
        sw_arena_printf(p->arena, "%.*s, %s", SW_STR_ARGS(rule->status),
                        fails ? sw_verdict_name(rule->verdict)
                              : sw_rule_state_name(rule->state));
    if (word.at == NULL) return sw_fail_memory(p->err);
    if (!brief_line(p, rule, word.at, 26)) return false;
    if (!fails) return true;
    if (!broken_lines(p, rule)) return false;
    labelled(p, "source", rule->url);
    return true;
}

static bool print_beside(page *p, const sw_ruling *ruling)
{
    bool any = false;
    for (size_t i = 0; i < ruling->rule_count; i++) {
        const sw_rule_outcome *rule = &ruling->rules[i];
        bool speaks = rule->state == SW_RULE_FAILED ||
                      rule->state == SW_RULE_UNDETERMINED || p->verbose;
        if (rule->decides || !speaks) continue;
        if (!any) heading(p, "Not law; told, but not counted:");
        any = true;
        if (!beside_rule(p, rule)) return false;
    }
    return true;
}

static bool print_all(page *p, const sw_ruling *ruling)
{
    verdict_line(p, ruling);
    if (!book_lines(p, ruling)) return false;
    count_line(p, ruling);
    for (int v = SW_VERDICT_BARRED; v > SW_VERDICT_CLEAR; v--) {
        if (!print_failed(p, ruling, (sw_verdict)v)) return false;
    }
    return print_treatments(p, ruling) && print_questions(p, ruling) &&
           print_open(p, ruling) && (!p->verbose || print_rest(p, ruling)) &&
           print_beside(p, ruling);
}

bool sw_ruling_text(const sw_ruling *ruling, bool color, bool verbose,
                    sw_arena *arena, sw_str *out, sw_error *err)
{
    page p = {.color = color, .verbose = verbose, .arena = arena, .err = err};
    bool ok = print_all(&p, ruling);
    if (ok && (p.buf.failed ||
               !sw_arena_str(arena, (sw_str){p.buf.at, p.buf.len}, out))) {
        ok = sw_fail_memory(err);
    }
    sw_buf_free(&p.buf);
    return ok;
}
