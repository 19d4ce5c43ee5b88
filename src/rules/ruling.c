// A ruling: every rule's state on a date, what follows from the worst, and the
// questions that could still change it.
//
// A fact that nobody said is an unknown of CEL, so a rule is undetermined
// exactly if no logic around the unknown settles it. Of `when` and `require`:
//
//     when      require   state
//     false     -         not applicable
//     true      true      held
//     true      false     failed
//     true      unknown   undetermined
//     unknown   true      held (whether it applies makes no difference)
//     unknown   other     undetermined
//
// Verdicts are ordered clear < treat < undetermined < permit < barred, and the
// ruling's is the worst of the rules that decide: what facts are missing can
// not lift a permit or a bar that stands already.
#include <stdlib.h>
#include <string.h>

#include "rules_internal.h"

enum { MAX_RULING_STEPS = 1000 * 1000 };  // of one expression

const char *sw_verdict_name(sw_verdict verdict)
{
    static const char *const names[] = {"clear", "treat", "undetermined",
                                        "permit", "barred"};
    return names[verdict];
}

const char *sw_rule_state_name(sw_rule_state state)
{
    static const char *const names[] = {"not-in-force", "not-applicable",
                                        "held", "failed", "undetermined"};
    return names[state];
}

/* ---- facts ----------------------------------------------------------- */

static const yaml_node *said_of(const sw_declaration *said, sw_str path)
{
    size_t from = 0, to = said->count;
    while (from < to) {
        size_t mid = from + (to - from) / 2;
        int order = sw_str_cmp(said->facts[mid].path, path);
        if (order == 0) return said->facts[mid].node;
        if (order < 0) {
            from = mid + 1;
        } else {
            to = mid;
        }
    }
    return NULL;
}

static bool bind_said(const sw_rulebook *book, const sw_declaration *said,
                      sw_arena *arena, bindings *out, sw_error *err)
{
    const vocabulary *words = &book->facts;
    sw_cel_value *values = SW_NEW_ARRAY(arena, sw_cel_value, words->count);
    if (values == NULL) return sw_fail_memory(err);
    for (size_t i = 0; i < words->count; i++) {
        const fact_def *fact = words->by_path[i];
        const yaml_node *node = said_of(said, fact->path);
        if (node == NULL) {
            values[i] = sw_rules__unknown(fact);
        } else if (!sw_rules__fact_value(fact, node, arena, &values[i], err)) {
            return sw_error_in(err, said->name.at);
        }
    }
    return sw_rules__bind(words, values, arena, out, err);
}

static bool is_declared(sw_rulebook *const *books, size_t count, sw_str path)
{
    for (size_t i = 0; i < count; i++) {
        if (sw_rules__find_fact(&books[i]->facts, path) != NULL) return true;
    }
    return false;
}

static bool refuse_unknown_fact(sw_rulebook *const *books, size_t count,
                                const sw_declaration *said,
                                const said_fact *fact, sw_error *err)
{
    char hint[120] = "";
    bool group = false;
    for (size_t i = 0; i < count; i++) {
        const vocabulary *words = &books[i]->facts;
        group = group || sw_rules__is_group(words, fact->path);
        if (hint[0] != '\0') continue;
        sw_rules__hint(hint, sizeof hint,
                       sw_rules__nearest_fact(words, fact->path));
    }
    sw_str path = sw_rules__clip(fact->path);
    if (group) {
        sw_rules__refuse(err, fact->node->key,
                         "%.*s is a group of facts, not a fact",
                         SW_STR_ARGS(path));
    } else {
        sw_rules__refuse(err, fact->node->key,
                         "no rulebook declares the fact %.*s%s",
                         SW_STR_ARGS(path), hint);
    }
    return sw_error_in(err, said->name.at);
}

// Names the first one in the document.
static bool check_declared(sw_rulebook *const *books, size_t count,
                           const sw_declaration *said, sw_error *err)
{
    const said_fact *worst = NULL;
    for (size_t i = 0; i < said->count; i++) {
        const said_fact *fact = &said->facts[i];
        if (is_declared(books, count, fact->path)) continue;
        if (worst == NULL ||
            fact->node->key->offset < worst->node->key->offset) {
            worst = fact;
        }
    }
    return worst == NULL || refuse_unknown_fact(books, count, said, worst, err);
}

/* ---- one rule -------------------------------------------------------- */

typedef struct {
    const sw_rulebook *book;
    bindings facts;
    sw_date date;
    sw_arena *arena;
    sw_error *err;
} judge;

static bool refuse_result(const judge *j, const rule_def *rule,
                          const char *role, const expression *e,
                          const sw_cel_value *value)
{
    sw_str id = sw_rules__clip(rule->id);
    if (value->kind == SW_CEL_ERROR) {
        sw_str message = {value->as.str.at,
                          value->as.str.len < 200 ? value->as.str.len : 200};
        sw_rules__refuse(j->err, e->node,
                         "rule %.*s, %s cannot be evaluated on these facts: "
                         "%.*s",
                         SW_STR_ARGS(id), role, SW_STR_ARGS(message));
    } else {
        sw_rules__refuse(j->err, e->node,
                         "rule %.*s, %s gives %s, must give bool",
                         SW_STR_ARGS(id), role, sw_cel_kind_name(value->kind));
    }
    return sw_error_in(j->err, j->book->name.at);
}

static bool evaluate(const judge *j, const rule_def *rule, const char *role,
                     const expression *e, sw_cel_value *out,
                     const sw_cel_reason **why)
{
    sw_cel_options how = {.bindings = j->facts.at,
                          .binding_count = j->facts.count,
                          .reason = why,
                          .max_steps = MAX_RULING_STEPS};
    if (sw_cel_eval(e->cel, &how, j->arena, out, j->err)) return true;
    if (j->err->kind != SW_ERR_INPUT) return false;
    char reason[sizeof j->err->reason];
    memcpy(reason, j->err->reason, sizeof reason);
    sw_str id = sw_rules__clip(rule->id);
    sw_rules__refuse(j->err, e->node, "rule %.*s, %s: %s", SW_STR_ARGS(id),
                     role, reason);
    return sw_error_in(j->err, j->book->name.at);
}

static int compare_strs(const void *a, const void *b)
{
    return sw_str_cmp(*(const sw_str *)a, *(const sw_str *)b);
}

// The facts that two unknown results wait for, each once.
static bool set_missing(const judge *j, const sw_cel_value *when,
                        const sw_cel_value *require, sw_rule_outcome *out)
{
    size_t a = when->kind == SW_CEL_UNKNOWN ? when->as.unknown.count : 0;
    size_t b = require->kind == SW_CEL_UNKNOWN ? require->as.unknown.count : 0;
    sw_str *all = SW_NEW_ARRAY(j->arena, sw_str, a + b);
    if (all == NULL) return sw_fail_memory(j->err);
    for (size_t i = 0; i < a; i++)
        all[i] = when->as.unknown.at[i];
    for (size_t i = 0; i < b; i++)
        all[a + i] = require->as.unknown.at[i];
    qsort(all, a + b, sizeof *all, compare_strs);

    size_t n = 0;
    for (size_t i = 0; i < a + b; i++) {
        if (n == 0 || !sw_str_eq(all[n - 1], all[i])) all[n++] = all[i];
    }
    out->missing = all;
    out->missing_count = n;
    return true;
}

static bool is_bool(const sw_cel_value *value, bool expected)
{
    return value->kind == SW_CEL_BOOL && value->as.boolean == expected;
}

static bool may_stand(const sw_cel_value *value)
{
    return value->kind == SW_CEL_BOOL || value->kind == SW_CEL_UNKNOWN;
}

static bool set_state(const judge *j, const rule_def *rule,
                      sw_rule_outcome *out)
{
    sw_cel_value when = {.kind = SW_CEL_BOOL, .as.boolean = true}, require;
    if (rule->when.cel != NULL &&
        !evaluate(j, rule, "when", &rule->when, &when, &out->why_when)) {
        return false;
    }
    if (!may_stand(&when))
        return refuse_result(j, rule, "when", &rule->when, &when);
    if (is_bool(&when, false)) {
        out->state = SW_RULE_NOT_APPLICABLE;
        return true;
    }
    if (!evaluate(j, rule, "require", &rule->require, &require,
                  &out->why_require)) {
        return false;
    }
    // Under a `when` that is not known, an error may never come to count.
    if (!may_stand(&require) && when.kind == SW_CEL_BOOL)
        return refuse_result(j, rule, "require", &rule->require, &require);
    if (is_bool(&require, true)) {
        out->state = SW_RULE_HELD;
    } else if (is_bool(&require, false) && when.kind == SW_CEL_BOOL) {
        out->state = SW_RULE_FAILED;
    } else {
        out->state = SW_RULE_UNDETERMINED;
        return set_missing(j, &when, &require, out);
    }
    return true;
}

// What is on its way to becoming law, with no day yet, is in force on no day.
static bool is_in_force(const rule_def *rule, sw_date date)
{
    if (rule->status == STATUS_NOT_YET_IN_FORCE && !rule->from.given)
        return false;
    return (!rule->from.given || rule->from.date <= date) &&
           (!rule->to.given || date <= rule->to.date);
}

static sw_verdict verdict_of(sw_rule_state state, sw_verdict otherwise)
{
    if (state == SW_RULE_FAILED) return otherwise;
    return state == SW_RULE_UNDETERMINED ? SW_VERDICT_UNDETERMINED
                                         : SW_VERDICT_CLEAR;
}

static sw_rule_outcome outcome_of(const sw_rulebook *book, const rule_def *rule)
{
    const sw_rule_source *first = &rule->sources[0];
    return (sw_rule_outcome){
        .id = rule->id,
        .title = rule->title,
        .status = sw_str_of(sw_rules__status_names[rule->status]),
        .provision = first->provision,
        .source_title = first->title,
        .url = first->url,
        .remedy = rule->remedy,
        .notes = rule->notes,
        .in_force = rule->in_force,
        .treatments = rule->treatments,
        .treatment_count = rule->treatment_count,
        .when = rule->when.cel,
        .require = rule->require.cel,
        .book = book->id,
        .penalty = rule->penalty,
        .decides =
            rule->status != STATUS_BILL && rule->status != STATUS_REPORTED,
        .otherwise = sw_rules__otherwise[rule->otherwise],
        .sources = rule->sources,
        .source_count = rule->source_count,
        .from_given = rule->from.given,
        .to_given = rule->to.given,
        .from = rule->from.date,
        .to = rule->to.date,
    };
}

static bool rule_one(const judge *j, const rule_def *rule, sw_rule_outcome *out)
{
    *out = outcome_of(j->book, rule);
    out->state = SW_RULE_NOT_IN_FORCE;
    if (is_in_force(rule, j->date) && !set_state(j, rule, out)) return false;
    out->verdict = verdict_of(out->state, out->otherwise);
    return true;
}

/* ---- questions ------------------------------------------------------- */

// Whether knowing the rule's outcome could change the ruling. Above what has
// failed already it can make the verdict worse. At or below it a rule that
// asks for treatment still adds to what must be done, unless a permit is
// needed anyway.
static bool matters(const sw_rule_outcome *rule, sw_verdict decided)
{
    if (!rule->decides || rule->state != SW_RULE_UNDETERMINED) return false;
    return rule->otherwise > decided ||
           (rule->otherwise == SW_VERDICT_TREAT && decided <= SW_VERDICT_TREAT);
}

typedef struct {
    size_t order;  // among all facts of all books
    sw_question question;
} asked_fact;

// Most rules first, then as the books declare them.
static int compare_questions(const void *a, const void *b)
{
    const asked_fact *x = a, *y = b;
    if (x->question.rules != y->question.rules)
        return x->question.rules < y->question.rules ? 1 : -1;
    return x->order < y->order ? -1 : x->order > y->order;
}

static void fill_question(sw_rulebook *const *books, size_t count, sw_str path,
                          asked_fact *out)
{
    size_t before = 0;
    for (size_t i = 0; i < count; before += books[i++]->facts.count) {
        const fact_def *fact = sw_rules__find_fact(&books[i]->facts, path);
        if (fact == NULL) continue;
        out->order = before + (size_t)(fact - books[i]->facts.at);
        out->question =
            (sw_question){fact->path, fact->type,   fact->unit,       fact->ask,
                          0,          fact->values, fact->value_count};
        return;
    }
}

static bool collect_missing(const sw_ruling *ruling, sw_verdict decided,
                            sw_arena *arena, sw_str **out, size_t *count,
                            sw_error *err)
{
    size_t n = 0;
    for (size_t i = 0; i < ruling->rule_count; i++) {
        if (matters(&ruling->rules[i], decided))
            n += ruling->rules[i].missing_count;
    }
    sw_str *all = SW_NEW_ARRAY(arena, sw_str, n);
    if (all == NULL) return sw_fail_memory(err);
    n = 0;
    for (size_t i = 0; i < ruling->rule_count; i++) {
        const sw_rule_outcome *rule = &ruling->rules[i];
        if (!matters(rule, decided)) continue;
        for (size_t k = 0; k < rule->missing_count; k++)
            all[n++] = rule->missing[k];
    }
    qsort(all, n, sizeof *all, compare_strs);
    *out = all;
    *count = n;
    return true;
}

static bool ask(sw_ruling *ruling, sw_rulebook *const *books, size_t count,
                sw_verdict decided, sw_arena *arena, sw_error *err)
{
    sw_str *all = NULL;
    size_t n = 0;
    if (!collect_missing(ruling, decided, arena, &all, &n, err)) return false;
    asked_fact *facts = SW_NEW_ARRAY(arena, asked_fact, n);
    if (facts == NULL) return sw_fail_memory(err);

    size_t asked = 0;
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || !sw_str_eq(all[i - 1], all[i]))
            fill_question(books, count, all[i], &facts[asked++]);
        facts[asked - 1].question.rules++;
    }
    qsort(facts, asked, sizeof *facts, compare_questions);

    sw_question *questions = SW_NEW_ARRAY(arena, sw_question, asked);
    if (questions == NULL) return sw_fail_memory(err);
    for (size_t i = 0; i < asked; i++)
        questions[i] = facts[i].question;
    ruling->questions = questions;
    ruling->question_count = asked;
    return true;
}

/* ---- the ruling ------------------------------------------------------ */

static bool rule_book(const sw_rulebook *book, const sw_declaration *said,
                      sw_date date, sw_arena *arena, sw_rule_outcome *out,
                      sw_error *err)
{
    judge j = {.book = book, .date = date, .arena = arena, .err = err};
    if (!bind_said(book, said, arena, &j.facts, err)) return false;
    for (size_t i = 0; i < book->rule_count; i++) {
        if (!rule_one(&j, &book->rules[i], &out[i])) return false;
    }
    return true;
}

static bool describe_books(sw_ruling *ruling, sw_rulebook *const *books,
                           size_t count, sw_arena *arena, sw_error *err)
{
    sw_ruling_book *list = SW_NEW_ARRAY(arena, sw_ruling_book, count);
    if (list == NULL) return sw_fail_memory(err);
    for (size_t i = 0; i < count; i++) {
        char day[11];
        list[i].id = books[i]->id;
        list[i].jurisdiction = books[i]->jurisdiction;
        list[i].title = books[i]->title;
        sw_str as_of = sw_str_of(sw_date_text(books[i]->as_of.date, day));
        if (!sw_arena_str(arena, as_of, &list[i].as_of))
            return sw_fail_memory(err);
    }
    ruling->books = list;
    ruling->book_count = count;
    ruling->book = list[0].id;
    ruling->jurisdiction = list[0].jurisdiction;
    ruling->title = list[0].title;
    ruling->as_of = list[0].as_of;
    return true;
}

static bool rule_all(sw_ruling *ruling, sw_rulebook *const *books, size_t count,
                     const sw_declaration *said, sw_arena *arena, sw_error *err)
{
    size_t total = 0, done = 0;
    for (size_t i = 0; i < count; i++)
        total += books[i]->rule_count;
    sw_rule_outcome *rules = SW_NEW_ARRAY(arena, sw_rule_outcome, total);
    if (rules == NULL) return sw_fail_memory(err);
    for (size_t i = 0; i < count; done += books[i++]->rule_count) {
        if (!rule_book(books[i], said, ruling->date, arena, rules + done, err))
            return false;
    }
    ruling->rules = rules;
    ruling->rule_count = total;
    return true;
}

// Sets the verdict; returns the worst of what has failed for sure.
static sw_verdict conclude(sw_ruling *ruling)
{
    sw_verdict decided = SW_VERDICT_CLEAR;
    ruling->verdict = SW_VERDICT_CLEAR;
    for (size_t i = 0; i < ruling->rule_count; i++) {
        const sw_rule_outcome *rule = &ruling->rules[i];
        if (!rule->decides) continue;
        if (rule->verdict > ruling->verdict) ruling->verdict = rule->verdict;
        if (rule->state == SW_RULE_FAILED && rule->verdict > decided)
            decided = rule->verdict;
    }
    return decided;
}

bool sw_rule(sw_rulebook *const *books, size_t count,
             const sw_declaration *said, sw_date date, sw_arena *arena,
             const sw_ruling **out, sw_error *err)
{
    if (count == 0)
        return sw_fail(err, SW_ERR_USAGE, "no rulebook to rule under");
    sw_ruling *ruling = SW_NEW(arena, sw_ruling);
    if (ruling == NULL) return sw_fail_memory(err);
    ruling->date = date;
    if (!check_declared(books, count, said, err)) return false;
    if (!describe_books(ruling, books, count, arena, err)) return false;
    if (!rule_all(ruling, books, count, said, arena, err)) return false;

    sw_verdict decided = conclude(ruling);
    if (!ask(ruling, books, count, decided, arena, err)) return false;
    if (!sw_rules__merge_treatments(ruling->rules, ruling->rule_count, arena,
                                    &ruling->treatments,
                                    &ruling->treatment_count, err)) {
        return false;
    }
    *out = ruling;
    return true;
}
