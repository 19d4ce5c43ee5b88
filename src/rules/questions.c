// The questions of a ruling: facts that could still change it.
#include <stdlib.h>
#include <string.h>

#include "rules_internal.h"

// Above what has failed already a rule can make the verdict worse. At or below
// it one that asks for treatment still adds to what must be done, unless a
// permit is needed anyway.
bool sw_rules__matters(const sw_rule_outcome *rule, sw_verdict decided)
{
    if (!rule->decides || rule->state != SW_RULE_UNDETERMINED) return false;
    return rule->otherwise > decided ||
           (rule->otherwise == SW_VERDICT_TREAT && decided <= SW_VERDICT_TREAT);
}

typedef struct {
    size_t order;  // among all facts of all books
    sw_question question;
} asked_fact;

// By their numbers: the item [2] comes before [10].
static int compare_paths(sw_str a, sw_str b)
{
    size_t i = 0;
    while (i < a.len && i < b.len && a.at[i] == b.at[i])
        i++;
    bool item = i > 0 && memchr(a.at, '[', i) != NULL;
    size_t m = i, n = i;
    while (m < a.len && a.at[m] >= '0' && a.at[m] <= '9')
        m++;
    while (n < b.len && b.at[n] >= '0' && b.at[n] <= '9')
        n++;
    if (item && m != n) return m < n ? -1 : 1;
    return sw_str_cmp(a, b);
}

// Most rules first, then as the books declare them.
static int compare_questions(const void *a, const void *b)
{
    const asked_fact *x = a, *y = b;
    if (x->question.rules != y->question.rules)
        return x->question.rules < y->question.rules ? 1 : -1;
    if (x->order != y->order) return x->order < y->order ? -1 : 1;
    return compare_paths(x->question.fact, y->question.fact);
}

// "systems[2].country" is of the fact systems and its field country.
static sw_str fact_part(sw_str path)
{
    const char *bracket = memchr(path.at, '[', path.len);
    if (bracket != NULL) path.len = (size_t)(bracket - path.at);
    return path;
}

static const fact_def *field_asked(const fact_def *fact, sw_str path)
{
    const char *bracket = memchr(path.at, ']', path.len);
    if (bracket == NULL) return NULL;
    size_t skip = (size_t)(bracket - path.at) + 2;  // "]."
    if (skip >= path.len) return NULL;
    sw_str name = fact_part((sw_str){path.at + skip, path.len - skip});
    return sw_rules__find_field(fact, name);
}

static sw_question question_of(const fact_def *fact, sw_str path)
{
    const fact_def *inner = field_asked(fact, path);
    const fact_def *of = inner != NULL ? inner : fact;
    bool item = path.at[path.len - 1] == ']';
    return (sw_question){
        .fact = path,
        .type = item ? sw_str_of(sw_rules__scalar_names[of->scalar]) : of->type,
        .unit = of->unit,
        .ask = of->ask.len > 0 ? of->ask : fact->ask,
        .values = of->values,
        .value_count = of->value_count,
    };
}

static void fill_question(sw_rulebook *const *books, size_t count, sw_str path,
                          asked_fact *out)
{
    size_t before = 0;
    for (size_t i = 0; i < count; before += books[i++]->facts.count) {
        const fact_def *fact =
            sw_rules__find_fact(&books[i]->facts, fact_part(path));
        if (fact == NULL) continue;
        out->order = before + (size_t)(fact - books[i]->facts.at);
        out->question = question_of(fact, path);
        return;
    }
}

static int compare_strs(const void *a, const void *b)
{
    return sw_str_cmp(*(const sw_str *)a, *(const sw_str *)b);
}

static bool collect_missing(const sw_ruling *ruling, sw_verdict decided,
                            sw_arena *arena, sw_str **out, size_t *count,
                            sw_error *err)
{
    size_t n = 0;
    for (size_t i = 0; i < ruling->rule_count; i++) {
        if (sw_rules__matters(&ruling->rules[i], decided))
            n += ruling->rules[i].missing_count;
    }
    sw_str *all = SW_NEW_ARRAY(arena, sw_str, n);
    if (all == NULL) return sw_fail_memory(err);
    n = 0;
    for (size_t i = 0; i < ruling->rule_count; i++) {
        const sw_rule_outcome *rule = &ruling->rules[i];
        if (!sw_rules__matters(rule, decided)) continue;
        for (size_t k = 0; k < rule->missing_count; k++)
            all[n++] = rule->missing[k];
    }
    qsort(all, n, sizeof *all, compare_strs);
    *out = all;
    *count = n;
    return true;
}

bool sw_rules__ask(sw_ruling *ruling, sw_rulebook *const *books, size_t count,
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
