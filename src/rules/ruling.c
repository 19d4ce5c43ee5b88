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
#include <string.h>

#include "ranges.h"

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

/* ---- one rule -------------------------------------------------------- */

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
    subject of = {"rule", rule->id, "when"};
    sw_cel_value when = {.kind = SW_CEL_BOOL, .as.boolean = true}, require;
    if (rule->when.cel != NULL &&
        !sw_rules__judge(j, &of, &rule->when, &when, &out->why_when)) {
        return false;
    }
    if (!may_stand(&when))
        return sw_rules__refuse_result(j, &of, &rule->when, &when);
    if (is_bool(&when, false)) {
        out->state = SW_RULE_NOT_APPLICABLE;
        return true;
    }
    of.role = "require";
    if (!sw_rules__judge(j, &of, &rule->require, &require, &out->why_require))
        return false;
    // Under a `when` that is not known, an error may never come to count.
    if (!may_stand(&require) && when.kind == SW_CEL_BOOL)
        return sw_rules__refuse_result(j, &of, &rule->require, &require);
    if (is_bool(&require, true)) {
        out->state = SW_RULE_HELD;
    } else if (is_bool(&require, false) && when.kind == SW_CEL_BOOL) {
        out->state = SW_RULE_FAILED;
    } else {
        out->state = SW_RULE_UNDETERMINED;
        return sw_rules__missing(j, &when, &require, &out->missing,
                                 &out->missing_count);
    }
    return true;
}

const rule_def *sw_rules__rule_on(const rule_def *rule, const ruling_days *days,
                                  bool *in_force)
{
    const rule_def *known = NULL;
    *in_force = true;
    for (const rule_def *r = rule; r != NULL; r = r->later) {
        if (!sw_rules__period_has(&r->known, days->known)) continue;
        bool never = sw_rules__is_never(r->status, &r->in_force);
        if (!never && sw_rules__period_has(&r->in_force, days->date)) return r;
        if (known == NULL) known = r;
    }
    *in_force = false;
    return known != NULL ? known : rule;
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
        .in_force = rule->in_force_text,
        .treatments = rule->treatments,
        .treatment_count = rule->treatment_count,
        .when_text = rule->when.text,
        .require_text = rule->require.text,
        .when = rule->when.cel,
        .require = rule->require.cel,
        .book = book->id,
        .penalty = rule->penalty,
        .takes = rule->takes,
        .decides = rule->decides,
        .otherwise = sw_rules__otherwise[rule->otherwise],
        .sources = rule->sources,
        .source_count = rule->source_count,
        .from_given = rule->in_force.from.given,
        .to_given = rule->in_force.to.given,
        .from = rule->in_force.from.date,
        .to = rule->in_force.to.date,
    };
}

// Whether two values of a range make no difference: a rule that is held where
// it applies is held, as when it is not known whether it does.
static bool joins(sw_rule_state *all, sw_rule_state one)
{
    bool clear[] = {[SW_RULE_NOT_APPLICABLE] = true,
                    [SW_RULE_HELD] = true,
                    [SW_RULE_UNDETERMINED] = false};
    if (*all == one) return true;
    if (!clear[*all] || !clear[one]) return false;
    *all = SW_RULE_HELD;
    return true;
}

// What waits for ranges comes to what it comes to at all of their values. Its
// reasons are those of one of them.
static bool settle(const judge *j, const rule_def *rule, sw_rule_outcome *out)
{
    trials t;
    judge plain = *j;
    sw_rule_outcome first = *out;
    waiting w = {
        {&rule->when, &rule->require}, 2, out->missing, out->missing_count};
    bool any;
    plain.plain = true;
    if (!sw_rules__trials_begin(&t, j, &w, &any)) return false;
    if (!any) return true;
    bool ok = set_state(j, rule, &first);
    bool same = ok && first.state != SW_RULE_UNDETERMINED;
    while (same && sw_rules__trials_next(&t)) {
        sw_rule_outcome other = *out;
        ok = set_state(&plain, rule, &other);
        same = ok && joins(&first.state, other.state);
    }
    sw_rules__trials_end(&t);
    if (!same) return ok;
    *out = first;
    out->missing_count = 0;
    return true;
}

bool sw_rules__judge_rule(const judge *j, const rule_def *rule,
                          sw_rule_outcome *out)
{
    if (!set_state(j, rule, out)) return false;
    bool ranged = j->ranges != NULL && j->ranges->count > 0;
    if (ranged && out->state == SW_RULE_UNDETERMINED && !settle(j, rule, out))
        return false;
    out->verdict = verdict_of(out->state, out->otherwise);
    return true;
}

const rule_def *sw_rules__open_rule(const judge *j, const rule_def *first,
                                    sw_rule_outcome *out)
{
    bool in_force;
    const rule_def *rule = sw_rules__rule_on(first, &j->days, &in_force);
    *out = outcome_of(j->book, rule);
    out->state = SW_RULE_NOT_IN_FORCE;
    return in_force ? rule : NULL;
}

static bool rule_one(const judge *j, const rule_def *first,
                     sw_rule_outcome *out)
{
    const rule_def *rule = sw_rules__open_rule(j, first, out);
    return rule == NULL || sw_rules__judge_rule(j, rule, out);
}

bool sw_rules__judge_rules(const judge *j, sw_rule_outcome *out)
{
    for (size_t i = 0; i < j->book->rule_count; i++) {
        const rule_def *rule = &j->book->rules[i];
        if (!rule->is_later && !rule_one(j, rule, out++)) return false;
    }
    return true;
}

sw_verdict sw_rules__worst(const sw_rule_outcome *rules, size_t count)
{
    sw_verdict worst = SW_VERDICT_CLEAR;
    for (size_t i = 0; i < count; i++) {
        if (rules[i].decides && rules[i].verdict > worst)
            worst = rules[i].verdict;
    }
    return worst;
}

sw_verdict sw_rules__decided(const sw_rule_outcome *rules, size_t count)
{
    sw_verdict worst = SW_VERDICT_CLEAR;
    for (size_t i = 0; i < count; i++) {
        if (rules[i].decides && rules[i].state == SW_RULE_FAILED &&
            rules[i].verdict > worst)
            worst = rules[i].verdict;
    }
    return worst;
}

/* ---- the ruling ------------------------------------------------------ */

ruling_days sw_rules__days_for(const sw_rulebook *book,
                               const sw_rule_options *options)
{
    sw_date known =
        options->today > book->as_of.date ? options->today : book->as_of.date;
    return (ruling_days){options->date,
                         options->known_given ? options->known : known};
}

// Where the outcomes of the next book go.
typedef struct {
    sw_rule_outcome *rules;
    sw_term_outcome *terms;
    sw_reading_outcome *readings;
    sw_ruled_range *ranges;  // made anew as they come
    size_t range_count;
} room;

// Of several books that know a fact the first tells its range.
static bool tell_ranges(const ranges *found, room *to, sw_arena *arena,
                        sw_error *err)
{
    if (found->count == 0) return true;
    size_t count = to->range_count;
    sw_ruled_range *all =
        SW_NEW_ARRAY(arena, sw_ruled_range, count + found->count);
    if (all == NULL) return sw_fail_memory(err);
    if (count > 0) memcpy(all, to->ranges, count * sizeof *all);
    for (size_t i = 0; i < found->count; i++) {
        const fact_range *r = &found->at[i];
        bool told = false;
        for (size_t k = 0; !told && k < to->range_count; k++)
            told = sw_str_eq(all[k].fact, r->path);
        if (told) continue;
        all[count].fact = r->path;
        all[count].said = r->said;
        if (!sw_rules__range_text(r, arena, &all[count++].taken, err))
            return false;
    }
    to->ranges = all;
    to->range_count = count;
    return true;
}

static bool rule_book(const sw_rulebook *book, const sw_declaration *said,
                      const sw_rule_options *options, sw_arena *arena, room *to,
                      sw_error *err)
{
    judge j = {.book = book, .arena = arena, .err = err};
    ranges found = {.arena = arena};
    j.days = sw_rules__days_for(book, options);
    j.ranges = &found;
    if (!sw_rules__bind_said(book, said, &j.days, arena, &j.facts, &found,
                             err) ||
        !tell_ranges(&found, to, arena, err) ||
        !sw_rules__judge_rules(&j, to->rules) ||
        !sw_rules__judge_terms(&j, to->terms) ||
        !sw_rules__compare_readings(&j, to->rules, to->terms, to->readings))
        return false;
    to->rules += book->id_count;
    to->terms += book->term_count;
    to->readings += book->reading_count;
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
        list[i].variant = books[i]->variant;
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
                     const sw_declaration *said, const sw_rule_options *options,
                     sw_arena *arena, sw_error *err)
{
    for (size_t i = 0; i < count; i++) {
        ruling->rule_count += books[i]->id_count;
        ruling->term_count += books[i]->term_count;
        ruling->reading_count += books[i]->reading_count;
    }
    room to = {SW_NEW_ARRAY(arena, sw_rule_outcome, ruling->rule_count),
               SW_NEW_ARRAY(arena, sw_term_outcome, ruling->term_count),
               SW_NEW_ARRAY(arena, sw_reading_outcome, ruling->reading_count),
               NULL, 0};
    if (to.rules == NULL || to.terms == NULL || to.readings == NULL)
        return sw_fail_memory(err);
    ruling->rules = to.rules;
    ruling->terms = to.terms;
    ruling->readings = to.readings;
    for (size_t i = 0; i < count; i++) {
        if (!rule_book(books[i], said, options, arena, &to, err)) return false;
    }
    ruling->ranges = to.ranges;
    ruling->range_count = to.range_count;
    ruling->verdict = sw_rules__worst(ruling->rules, ruling->rule_count);
    return true;
}

bool sw_rule_with(sw_rulebook *const *books, size_t count,
                  const sw_declaration *said, const sw_rule_options *options,
                  sw_arena *arena, const sw_ruling **out, sw_error *err)
{
    if (count == 0)
        return sw_fail(err, SW_ERR_USAGE, "no rulebook to rule under");
    sw_ruling *ruling = SW_NEW(arena, sw_ruling);
    if (ruling == NULL) return sw_fail_memory(err);
    ruling->date = options->date;
    ruling->known_given = options->known_given;
    ruling->known = options->known;
    if (!sw_rules__check_said(books, count, said, err)) return false;
    if (!describe_books(ruling, books, count, arena, err)) return false;
    if (!rule_all(ruling, books, count, said, options, arena, err))
        return false;

    sw_verdict decided = sw_rules__decided(ruling->rules, ruling->rule_count);
    if (!sw_rules__ask(ruling, books, count, decided, arena, err)) return false;
    if (!sw_rules__merge_treatments(ruling->rules, ruling->rule_count, arena,
                                    &ruling->treatments,
                                    &ruling->treatment_count, err)) {
        return false;
    }
    *out = ruling;
    return true;
}

bool sw_rule(sw_rulebook *const *books, size_t count,
             const sw_declaration *said, sw_date date, sw_arena *arena,
             const sw_ruling **out, sw_error *err)
{
    sw_rule_options options = {.date = date};
    return sw_rule_with(books, count, said, &options, arena, out, err);
}
