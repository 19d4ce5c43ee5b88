// What the cases of a rulebook reach: each rule in each state that it can have,
// and each condition both ways.
//
// A condition is asked of a case if the expression that it stands in was: of
// the version that counts on the days, and of `require` if the rule applies.
// What a variant did not change is the same expression, and covered as one.
#include <stdio.h>
#include <string.h>

#include "cases.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum { MAX_STEPS = 100 * 1000 };  // of one condition

// The same as one book has it, with terms as they are there.
struct covered_expression {
    const sw_cel *cel;  // what it is known by
    const condition *conditions;
    covered_side **sides;  // of each condition, or NULL
    size_t count;
    covered_expression *next;
};

// The expressions of a book, in the order of rules and of versions of terms.
struct covered_book {
    const sw_rulebook *book;
    const covered_expression **when, **require, **is;
    covered_rule **rules;  // of each rule
    covered_book *next;
};

typedef struct {
    coverage *all;
    sw_rulebook *book;
    sw_arena *scratch;
    sw_error *err;
} registrar;

/* ---- expressions ----------------------------------------------------- */

static covered_source *find_source(const coverage *all, size_t offset)
{
    covered_source *s = all->sources;
    while (s != NULL && s->offset != offset)
        s = s->next;
    return s;
}

static covered_source *new_source(const registrar *r, const char *owner,
                                  sw_str id, const char *role,
                                  const expression *e, const condition *at,
                                  size_t count)
{
    covered_source *s = SW_NEW(r->all->arena, covered_source);
    covered_side *sides = SW_NEW_ARRAY(r->all->arena, covered_side, count);
    if (s == NULL || sides == NULL) return NULL;
    *s = (covered_source){owner, role, id, e->node->offset, sides, count, NULL};
    for (size_t i = 0; i < count; i++) {
        sides[i].text = at[i].text;
        sides[i].begin = at[i].begin;
        sw_rules__locate(r->book->text, e->node, at[i].begin, &sides[i].line,
                         &sides[i].column);
    }
    *r->all->last_source = s;
    r->all->last_source = &s->next;
    return s;
}

// Both lists are in the order of the text.
static void join_sides(covered_expression *made, covered_source *source)
{
    size_t k = 0;
    for (size_t i = 0; i < made->count; i++) {
        while (k < source->count &&
               (source->sides[k].begin != made->conditions[i].begin ||
                source->sides[k].text.len != made->conditions[i].text.len))
            k++;
        if (k < source->count) made->sides[i] = &source->sides[k++];
    }
}

static covered_expression *new_expression(const registrar *r, const char *owner,
                                          sw_str id, const char *role,
                                          const expression *e)
{
    coverage *all = r->all;
    expression_reader reader = {.book = r->book,
                                .declared = &r->book->declared,
                                .arena = all->arena,
                                .scratch = r->scratch,
                                .budget = &all->budget};
    covered_expression *made = SW_NEW(all->arena, covered_expression);
    if (made == NULL) return sw_fail_memory(r->err), NULL;
    made->cel = e->cel;
    bool ok = sw_rules__find_conditions(&reader, e, &made->conditions,
                                        &made->count, r->err);
    sw_arena_reset(r->scratch);
    if (!ok) return NULL;
    made->sides = SW_NEW_ARRAY(all->arena, covered_side *, made->count);
    covered_source *source = find_source(all, e->node->offset);
    if (source == NULL)
        source =
            new_source(r, owner, id, role, e, made->conditions, made->count);
    if (made->sides == NULL || source == NULL)
        return sw_fail_memory(r->err), NULL;
    join_sides(made, source);
    made->next = all->expressions;
    all->expressions = made;
    return made;
}

// What a variant did not change has the same compiled expression.
static bool cover_expression(const registrar *r, const char *owner, sw_str id,
                             const char *role, const expression *e,
                             const covered_expression **out)
{
    if (e->cel == NULL) return true;
    const covered_expression *known = r->all->expressions;
    while (known != NULL && known->cel != e->cel)
        known = known->next;
    *out = known != NULL ? known : new_expression(r, owner, id, role, e);
    return *out != NULL;
}

/* ---- rules ----------------------------------------------------------- */

// NULL when memory is out.
static covered_rule *find_rule(coverage *all, sw_str id)
{
    covered_rule **at = &all->rules;
    while (*at != NULL && !sw_str_eq((*at)->id, id))
        at = &(*at)->next;
    if (*at != NULL) return *at;
    *at = SW_NEW(all->arena, covered_rule);
    if (*at != NULL) (*at)->id = id;
    return *at;
}

static bool reads_facts(const registrar *r, const expression *e, bool *out)
{
    const sw_cel_reference *refs;
    size_t count;
    if (e->cel == NULL || *out) return true;
    if (!sw_cel_references(e->cel, r->scratch, &refs, &count, r->err))
        return false;
    for (size_t i = 0; i < count; i++)
        *out = *out || !sw_str_starts(refs[i].path, SW_STR("ruling."));
    return true;
}

static bool is_literal(const expression *e, const char *word)
{
    return sw_str_eq(e->text, sw_str_of(word));
}

// The states that a rule can have, by what it says.
static bool add_possible(const registrar *r, const rule_def *rule,
                         covered_rule *to)
{
    bool reads = false;
    if (sw_rules__is_never(rule->status, &rule->in_force)) return true;
    if (!reads_facts(r, &rule->when, &reads) ||
        !reads_facts(r, &rule->require, &reads))
        return false;
    bool *possible = to->possible;
    possible[SW_RULE_NOT_APPLICABLE] |= rule->when.cel != NULL;
    possible[SW_RULE_HELD] |= !is_literal(&rule->require, "false");
    possible[SW_RULE_FAILED] |= !is_literal(&rule->require, "true");
    possible[SW_RULE_UNDETERMINED] |= reads;
    return true;
}

static bool cover_rules(const registrar *r, covered_book *to)
{
    for (size_t i = 0; i < r->book->rule_count; i++) {
        const rule_def *rule = &r->book->rules[i];
        covered_rule *known = find_rule(r->all, rule->id);
        if (known == NULL) return sw_fail_memory(r->err);
        to->rules[i] = known;
        if (!add_possible(r, rule, known) ||
            !cover_expression(r, "rule", rule->id, "when", &rule->when,
                              &to->when[i]) ||
            !cover_expression(r, "rule", rule->id, "require", &rule->require,
                              &to->require[i]))
            return false;
    }
    return true;
}

/* ---- books ----------------------------------------------------------- */

static size_t count_versions(const sw_rulebook *book)
{
    size_t n = 0;
    for (size_t i = 0; i < book->term_count; i++)
        n += book->terms[i].version_count;
    return n;
}

// A threshold is one condition, which the terms and rules that read it cover.
static bool cover_terms(const registrar *r, covered_book *to)
{
    size_t n = 0;
    for (size_t i = 0; i < r->book->term_count; i++) {
        const term_def *term = &r->book->terms[i];
        for (size_t k = 0; k < term->version_count; k++, n++) {
            const term_version *v = &term->versions[k];
            if (v->threshold.of == NULL &&
                !cover_expression(r, "term", term->path, "is", &v->is,
                                  &to->is[n]))
                return false;
        }
    }
    return true;
}

static covered_book *new_book(const registrar *r)
{
    coverage *all = r->all;
    covered_book *made = SW_NEW(all->arena, covered_book);
    if (made == NULL) return sw_fail_memory(r->err), NULL;
    size_t rules = r->book->rule_count;
    made->book = r->book;
    made->when = SW_NEW_ARRAY(all->arena, const covered_expression *, rules);
    made->require = SW_NEW_ARRAY(all->arena, const covered_expression *, rules);
    made->is = SW_NEW_ARRAY(all->arena, const covered_expression *,
                            count_versions(r->book));
    made->rules = SW_NEW_ARRAY(all->arena, covered_rule *, rules);
    if (made->when == NULL || made->require == NULL || made->is == NULL ||
        made->rules == NULL)
        return sw_fail_memory(r->err), NULL;
    if (!cover_rules(r, made) || !cover_terms(r, made)) return NULL;
    made->next = all->books;
    all->books = made;
    return made;
}

static const covered_book *find_book(coverage *all, sw_rulebook *book,
                                     sw_error *err)
{
    const covered_book *known = all->books;
    while (known != NULL && known->book != book)
        known = known->next;
    if (known != NULL) return known;
    registrar r = {all, book, NULL, err};
    if (!sw_arena_new(&r.scratch, err)) return NULL;
    known = new_book(&r);
    sw_arena_free(r.scratch);
    return known;
}

/* ---- one case -------------------------------------------------------- */

typedef struct {
    const covered_book *book;
    const judge *j;
} visit;

static bool see(const visit *v, const sw_cel *cel, sw_cel_value *out)
{
    sw_cel_options how = {.bindings = v->j->facts.at,
                          .binding_count = v->j->facts.count,
                          .max_steps = MAX_STEPS};
    sw_error failed = {0};
    out->kind = SW_CEL_NULL;
    if (cel == NULL || sw_cel_eval(cel, &how, v->j->arena, out, &failed) ||
        failed.kind == SW_ERR_INPUT)
        return true;
    *v->j->err = failed;
    return false;
}

static bool visit_condition(const visit *v, const condition *c,
                            covered_side *side)
{
    bool single = c->sides[false] == NULL;
    for (int s = true; s >= (single ? true : false); s--) {
        sw_cel_value value;
        if (single ? side->seen[0] && side->seen[1] : side->seen[s]) continue;
        if (!see(v, c->sides[s], &value)) return false;
        if (value.kind != SW_CEL_BOOL) continue;
        if (single) {
            side->seen[value.as.boolean] = true;
        } else if (value.as.boolean) {
            side->seen[s] = true;
        }
    }
    return true;
}

static bool visit_expression(const visit *v, const covered_expression *e)
{
    for (size_t i = 0; e != NULL && i < e->count; i++) {
        if (e->sides[i] != NULL &&
            !visit_condition(v, &e->conditions[i], e->sides[i]))
            return false;
    }
    return true;
}

static bool visit_rules(const visit *v, const sw_ruling *ruling)
{
    const sw_rulebook *book = v->book->book;
    const sw_rule_outcome *outcome = ruling->rules;
    for (size_t i = 0; i < book->rule_count; i++) {
        if (book->rules[i].is_later) continue;
        bool in_force;
        const rule_def *rule =
            sw_rules__rule_on(&book->rules[i], &v->j->days, &in_force);
        size_t n = (size_t)(rule - book->rules);
        sw_rule_state state = (outcome++)->state;
        v->book->rules[n]->states[state]++;
        if (!in_force) continue;
        if (!visit_expression(v, v->book->when[n])) return false;
        if (state != SW_RULE_NOT_APPLICABLE &&
            !visit_expression(v, v->book->require[n]))
            return false;
    }
    return true;
}

static bool visit_terms(const visit *v)
{
    const sw_rulebook *book = v->book->book;
    size_t n = 0;
    for (size_t i = 0; i < book->term_count; i++) {
        const term_def *term = &book->terms[i];
        const term_version *on = sw_rules__version_on(term, &v->j->days);
        if (on != NULL &&
            !visit_expression(v,
                              v->book->is[n + (size_t)(on - term->versions)]))
            return false;
        n += term->version_count;
    }
    return true;
}

bool sw_rules__cover(coverage *all, sw_rulebook *book,
                     const sw_declaration *said, const sw_rule_options *options,
                     const sw_ruling *ruling, sw_error *err)
{
    sw_arena *scratch = NULL;
    const covered_book *covered = find_book(all, book, err);
    if (covered == NULL || !sw_arena_new(&scratch, err)) return false;
    judge j = {.book = book, .arena = scratch, .err = err};
    j.days = sw_rules__days_for(book, options);
    visit v = {covered, &j};
    bool ok = sw_rules__bind_said(book, said, &j.days, scratch, &j.facts, NULL,
                                  err) &&
              visit_rules(&v, ruling) && visit_terms(&v);
    sw_arena_free(scratch);
    return ok;
}

void sw_rules__coverage_init(coverage *all, sw_arena *arena)
{
    *all = (coverage){.arena = arena,
                      .budget = MAX_BOOK_WRITTEN_OUT,
                      .last_source = &all->sources};
}
