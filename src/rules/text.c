// Rulings for people: the verdict first, then what decided it, rule by rule,
// with the values that were seen; then what to answer; then the rest in brief.
#include <stdio.h>
#include <string.h>

#include "page.h"

enum { QUESTIONS_SHOWN = 8 };

static const char *const verdict_colors[] = {"32", "36", "33", "35", "31"};

/* ---- the head -------------------------------------------------------- */

static const char *const meanings[] = {
    "may leave as it is", "may leave once treated", "facts are missing",
    "needs a permit that nobody showed", "may not leave"};

static void verdict_line(page *p, const sw_ruling *ruling)
{
    char day[11], known[11];
    sw_page__paint(p, verdict_colors[ruling->verdict],
                   sw_verdict_name(ruling->verdict));
    sw_buf_printf(&p->buf, ": %s (ruled for %s%s%s)\n",
                  meanings[ruling->verdict], sw_date_text(ruling->date, day),
                  ruling->known_given ? ", as known on " : "",
                  ruling->known_given ? sw_date_text(ruling->known, known)
                                      : "");
}

// "  variant floor-3: Bill of ... (bill), ruled as if it were law"
static bool variant_line(page *p, const sw_variant *variant)
{
    sw_str line = sw_arena_printf(
        p->arena, "variant %.*s: %.*s (%.*s), ruled as if it were law",
        SW_STR_ARGS(variant->id), SW_STR_ARGS(variant->title),
        SW_STR_ARGS(variant->status));
    if (line.at == NULL) return sw_fail_memory(p->err);
    sw_page__indent(p, 2);
    sw_page__wrap(p, line, 4, 2);
    return true;
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
        sw_page__wrap(p, line, 2, 0);
        if (book->variant != NULL && !variant_line(p, book->variant))
            return false;
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
    if (ok) sw_page__labelled(p, label, (sw_str){line.at, line.len});
    sw_buf_free(&line);
    return ok;
}

// Why a rule applies: conditions that are true, or `not` and one that is false.
static bool applies_lines(page *p, const sw_rule_outcome *rule)
{
    const decider *at;
    size_t count;
    if (!sw_page__deciders(p, rule->when, rule->why_when, &at, &count))
        return false;
    for (size_t i = 0; i < count; i++) {
        bool is_false =
            at[i].value.kind == SW_CEL_BOOL && !at[i].value.as.boolean;
        if (!sw_page__decider(p, i == 0 ? "applies" : "",
                              is_false ? "not " : "", &at[i])) {
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
    sw_str whole = rule->require_text;
    if (!sw_page__deciders(p, rule->require, rule->why_require, &at, &count))
        return false;
    if (count != 1 || !sw_str_eq(at[0].source, whole))
        sw_page__labelled(p, "requires", whole);
    for (size_t i = 0; i < count; i++) {
        bool is_true =
            at[i].value.kind == SW_CEL_BOOL && at[i].value.as.boolean;
        if (!sw_page__decider(p, is_true ? "is true" : "is false", "", &at[i]))
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
    sw_page__paint(p, verdict_colors[color], word);
    sw_buf_str(&p->buf, SW_STR("  "));
    sw_page__wrap(p, line, 4, 4 + strlen(word));
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
    sw_page__labelled(p, "status", line);
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
        sw_page__labelled(p, i == 0 ? "source" : "", line);
        sw_page__labelled(p, "", source->url);
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
    if (ok) sw_page__labelled(p, "missing", (sw_str){line.at, line.len});
    sw_buf_free(&line);
    return ok;
}

static bool way_out(page *p, const sw_rule_outcome *rule)
{
    const char *label =
        rule->otherwise == SW_VERDICT_TREAT ? "treat" : "or treat";
    sw_page__labelled(p, "remedy", rule->remedy);
    sw_page__labelled(p, "takes", rule->takes);
    if (!treatments_text(p, rule->treatments, rule->treatment_count, label))
        return false;
    sw_page__labelled(p, "penalty", rule->penalty);
    return true;
}

static bool failed_rule(page *p, const sw_rule_outcome *rule)
{
    bool ok =
        rule_head(p, rule, sw_verdict_name(rule->verdict), rule->verdict) &&
        broken_lines(p, rule) && applies_lines(p, rule) && way_out(p, rule) &&
        status_line(p, rule) && source_lines(p, rule);
    if (ok && p->verbose) sw_page__labelled(p, "notes", rule->notes);
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
    sw_page__wrap(p, line, COLUMN + 2, COLUMN);
    return true;
}

static bool open_rule(page *p, const sw_rule_outcome *rule)
{
    if (!p->verbose) return open_rule_brief(p, rule);
    if (!rule_head(p, rule, "undetermined", SW_VERDICT_UNDETERMINED))
        return false;
    if (!missing_line(p, rule)) return false;
    sw_page__labelled(p, "requires", rule->require_text);
    bool applies =
        rule->why_when == NULL || rule->why_when->value.kind == SW_CEL_BOOL;
    if (!applies) sw_page__labelled(p, "if", rule->when_text);
    if (!applies_lines(p, rule)) return false;
    sw_page__labelled(p, "else", sw_str_of(meanings[rule->otherwise]));
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
    sw_page__wrap(p, line, 4, 2);
    sw_page__indent(p, 6);
    sw_page__wrap(p, q->ask, 6, 6);

    sw_buf values = {0};
    for (size_t i = 0; i < q->value_count; i++) {
        sw_buf_printf(&values, "%s%.*s",
                      i > 0 ? ", " : "one of: ", SW_STR_ARGS(q->values[i]));
    }
    bool ok = !values.failed || sw_fail_memory(p->err);
    if (ok && values.len > 0) {
        sw_page__indent(p, 6);
        sw_page__wrap(p, (sw_str){values.at, values.len}, 6, 6);
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
    sw_page__heading(
        p, "Questions that could still change the ruling, most telling "
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
        sw_page__indent(p, 2);
        sw_page__wrap(p, (sw_str){rest.at, rest.len}, 6, 2);
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
            sw_page__heading(
                p, ruling->question_count > 0
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
    sw_page__heading(p, "Treatments asked for:");
    for (size_t i = 0; ok && i < ruling->treatment_count; i++) {
        line.len = 0;
        ok = treatment_text(p, &ruling->treatments[i], &line) &&
             (!line.failed || sw_fail_memory(p->err));
        if (!ok) break;
        sw_page__indent(p, 2);
        sw_page__wrap(p, (sw_str){line.at, line.len}, 4, 2);
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
    sw_page__wrap(p, line, column + 2, column);
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
        if (!any) sw_page__heading(p, "The other rules:");
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
    sw_page__labelled(p, "source", rule->url);
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
        if (!any) sw_page__heading(p, "Not law; told, but not counted:");
        any = true;
        if (!beside_rule(p, rule)) return false;
    }
    return true;
}

// "  range users, "about 680000": taken as 612000 to 748000; ..."
static bool range_lines(page *p, const sw_ruling *ruling)
{
    for (size_t i = 0; i < ruling->range_count; i++) {
        const sw_ruled_range *r = &ruling->ranges[i];
        sw_str line = sw_arena_printf(
            p->arena,
            "range %.*s, \"%.*s\": taken as %.*s; where a reason shows a value "
            "of it, every other gives the same",
            SW_STR_ARGS(r->fact), SW_STR_ARGS(r->said), SW_STR_ARGS(r->taken));
        if (line.at == NULL) return sw_fail_memory(p->err);
        sw_page__indent(p, 2);
        sw_page__wrap(p, line, 4, 2);
    }
    return true;
}

static bool print_all(page *p, const sw_ruling *ruling)
{
    verdict_line(p, ruling);
    if (!book_lines(p, ruling)) return false;
    count_line(p, ruling);
    if (!range_lines(p, ruling)) return false;
    if (!sw_page__standing(p, ruling)) return false;
    for (int v = SW_VERDICT_BARRED; v > SW_VERDICT_CLEAR; v--) {
        if (!print_failed(p, ruling, (sw_verdict)v)) return false;
    }
    return print_treatments(p, ruling) && print_questions(p, ruling) &&
           print_open(p, ruling) && sw_page__readings(p, ruling) &&
           (!p->verbose || print_rest(p, ruling)) &&
           (!p->verbose || sw_page__terms(p, ruling)) &&
           print_beside(p, ruling);
}

bool sw_ruling_text(const sw_ruling *ruling, bool color, bool verbose,
                    sw_arena *arena, sw_str *out, sw_error *err)
{
    page p = {.color = color, .verbose = verbose, .arena = arena, .err = err};
    return sw_page__finish(&p, print_all(&p, ruling), out);
}
