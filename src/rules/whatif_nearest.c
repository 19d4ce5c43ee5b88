// The nearest change: the smallest sets of facts whose other values give the
// verdict that is wanted.
//
// Sets are tried by size, the smallest first, over one value of each cell. What
// cannot be reached needs no trying: with the facts of a set unknown, a rule
// that still fails fails whatever they are, so a ruling under unknowns bounds
// all rulings under values. The same bound is asked again after each value of a
// set, and with all facts that could still join it.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cells.h"
#include "whatif_internal.h"

enum { MOST_RULINGS = 200 * 1000, MOST_WAYS = 16 };

// A fact that may change.
typedef struct {
    const fact_def *fact;
    cells cells;
    cell_values values;
    yaml_node **nodes;  // of the values
    double *costs;      // how far from what is said now; below 0: the same
    size_t slot;        // in the declaration
    const yaml_node *now;
    sw_cel_value now_value;
} candidate;

typedef struct {
    const rule_def *rule;
    size_t book;
} open_rule;

// What is sure of the verdict under what is known: it lies between the two.
typedef struct {
    sw_verdict decided, possible;
    sw_verdict worst;  // as the ruling has it
} outlook;

typedef struct {
    const sw_situation *at;
    const sw_whatif_wish *wish;
    sw_whatif_nearest *out;
    sw_declaration said;  // its nodes change in the search
    candidate *facts;
    size_t fact_count;
    open_rule *rules;  // that decide; what ruled out much comes first
    size_t rule_count;
    size_t *set;  // of candidates
    size_t set_size;
    size_t *chosen, *best;  // values of the set's facts
    double best_cost;
    size_t limit;
    sw_arena *arena, *scratch;
    sw_error *err;
} search;

/* ---- rulings on what is known ---------------------------------------- */

// The verdict that ends a ruling: rules that fail beyond it fail for sure.
static sw_verdict ceiling(const search *s)
{
    return s->out->any_other ? SW_VERDICT_BARRED : s->out->wanted;
}

static bool bind_books(const search *s, judge *judges)
{
    for (size_t i = 0; i < s->at->book_count; i++) {
        const sw_rulebook *book = s->at->books[i];
        judge *j = &judges[i];
        *j = (judge){.book = book,
                     .days = sw_rules__days_for(book, &s->at->how),
                     .plain = true,
                     .arena = s->scratch,
                     .err = s->err};
        if (!sw_rules__bind_said(book, &s->said, &j->days, s->scratch,
                                 &j->facts, NULL, s->err))
            return false;
    }
    return true;
}

static void note_outcome(const sw_rule_outcome *rule, outlook *out)
{
    if (rule->verdict > out->worst) out->worst = rule->verdict;
    if (rule->state == SW_RULE_FAILED && rule->otherwise > out->decided)
        out->decided = rule->otherwise;
    bool may_fail =
        rule->state == SW_RULE_FAILED || rule->state == SW_RULE_UNDETERMINED;
    if (may_fail && rule->otherwise > out->possible)
        out->possible = rule->otherwise;
}

// What has failed beyond all that is wanted is asked first the next time.
static void move_ahead(search *s, size_t i)
{
    open_rule first = s->rules[i];
    memmove(&s->rules[1], &s->rules[0], i * sizeof first);
    s->rules[0] = first;
}

static bool judge_open(search *s, const judge *judges, outlook *out)
{
    for (size_t i = 0; i < s->rule_count; i++) {
        const open_rule *r = &s->rules[i];
        sw_rule_outcome rule = {.otherwise =
                                    sw_rules__otherwise[r->rule->otherwise]};
        if (!sw_rules__judge_rule(&judges[r->book], r->rule, &rule))
            return false;
        note_outcome(&rule, out);
        if (out->decided > ceiling(s)) return move_ahead(s, i), true;
    }
    return true;
}

// Where no ruling can be made, nothing is reached: `possible` lies below.
static bool look(search *s, outlook *out)
{
    *out = (outlook){0};
    s->out->rulings++;
    sw_arena_reset(s->scratch);
    judge *judges = SW_NEW_ARRAY(s->scratch, judge, s->at->book_count);
    if (judges == NULL) return sw_fail_memory(s->err);
    if (bind_books(s, judges) && judge_open(s, judges, out)) return true;
    if (s->err->kind != SW_ERR_INPUT) return false;
    *s->err = (sw_error){0};
    *out = (outlook){SW_VERDICT_BARRED, SW_VERDICT_CLEAR, SW_VERDICT_BARRED};
    return true;
}

static bool may_reach(const search *s, const outlook *o)
{
    if (s->out->any_other) return o->possible > SW_VERDICT_CLEAR;
    return o->decided <= s->out->wanted && o->possible >= s->out->wanted;
}

static bool reaches(const search *s, const outlook *o)
{
    if (s->out->any_other)
        return may_reach(s, o) && o->decided > SW_VERDICT_CLEAR;
    return o->decided == s->out->wanted && o->worst == s->out->wanted;
}

/* ---- how far a value is ---------------------------------------------- */

static double distance(const sw_cel_value *a, const sw_cel_value *b);

static size_t count_others(const sw_cel_value *in, const sw_cel_value *than)
{
    size_t n = 0;
    for (size_t i = 0; i < in->as.list.count; i++) {
        bool found = false;
        for (size_t k = 0; k < than->as.list.count; k++)
            found = found ||
                    distance(&in->as.list.at[i], &than->as.list.at[k]) == 0;
        n += !found;
    }
    return n;
}

// Words come and go one by one; numbers have their places.
static double list_distance(const sw_cel_value *a, const sw_cel_value *b)
{
    size_t n = a->as.list.count;
    bool words = (n > 0 && a->as.list.at[0].kind == SW_CEL_STRING) ||
                 n != b->as.list.count;
    if (words) return (double)(count_others(a, b) + count_others(b, a));
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += distance(&a->as.list.at[i], &b->as.list.at[i]);
    return sum;
}

// By the size of what is said now, so that one fact's nearest number is its
// nearest, and numbers of different sizes can be summed.
static double number_distance(double now, double then)
{
    return fabs(now - then) / fmax(fabs(now), 1);
}

// Days by the century, words alike or not; from what is not known everything is
// as far. 0: the same.
static double distance(const sw_cel_value *a, const sw_cel_value *b)
{
    if (a->kind != b->kind) return 1;
    switch (a->kind) {
    case SW_CEL_INT: {
        double near = number_distance((double)a->as.i64, (double)b->as.i64);
        return a->as.i64 == b->as.i64 ? 0 : fmax(near, 1e-18);
    }
    case SW_CEL_DOUBLE: return number_distance(a->as.f64, b->as.f64);
    case SW_CEL_STRING: return sw_str_eq(a->as.str, b->as.str) ? 0 : 1;
    case SW_CEL_BOOL: return a->as.boolean == b->as.boolean ? 0 : 1;
    case SW_CEL_TIMESTAMP: {
        double days = (double)a->as.time.seconds - (double)b->as.time.seconds;
        return fabs(days) / 86400 / 36525;
    }
    case SW_CEL_LIST: return list_distance(a, b);
    default: return 1;
    }
}

/* ---- facts that may change ------------------------------------------- */

static bool prepare_values(const search *s, candidate *c)
{
    size_t count = c->values.count;
    c->nodes = SW_NEW_ARRAY(s->arena, yaml_node *, count);
    c->costs = SW_NEW_ARRAY(s->arena, double, count);
    if (c->nodes == NULL || c->costs == NULL) return sw_fail_memory(s->err);
    for (size_t i = 0; i < count; i++) {
        const sw_cel_value *value = &c->values.at[i];
        c->costs[i] = distance(&c->now_value, value);
        if (!sw_rules__said_value(value, s->arena, &c->nodes[i], s->err))
            return false;
    }
    return true;
}

// One beside which no values stand, or not all, is told of.
static bool add_candidate(search *s, const survey *all, const fact_def *fact,
                          sw_str *inexact)
{
    candidate *c = &s->facts[s->fact_count];
    *c = (candidate){.fact = fact};
    if (!sw_rules__find_cells(all, fact, s->arena, &c->cells, s->err))
        return false;
    if (!c->cells.read) return true;
    c->now = sw_rules__said(s->at->said, fact->path);
    if (!sw_rules__declared_value(fact, c->now, s->arena, NULL, &c->now_value,
                                  s->err) ||
        !sw_rules__cell_values(&c->cells, &c->now_value, s->arena, &c->values,
                               s->err))
        return false;
    if (!c->cells.exact || !c->values.whole)
        inexact[s->out->inexact_count++] = fact->path;
    if (c->values.count == 0) return true;
    s->fact_count++;
    return prepare_values(s, c);
}

static bool is_held(const search *s, sw_str path)
{
    for (size_t i = 0; i < s->wish->held_count; i++) {
        if (sw_str_eq(s->wish->held[i], path)) return true;
    }
    return false;
}

static bool add_candidates(search *s, const survey *all, sw_str *inexact)
{
    for (size_t i = 0; i < s->at->book_count; i++) {
        const vocabulary *words = &s->at->books[i]->facts;
        for (size_t k = 0; k < words->count; k++) {
            const fact_def *fact = &words->at[k];
            // Another book may declare the same fact: the first one counts.
            if (sw_rules__fact_of(s->at->books, i, fact->path) != NULL ||
                is_held(s, fact->path))
                continue;
            if (!add_candidate(s, all, fact, inexact)) return false;
        }
    }
    return true;
}

/* ---- rules that decide ----------------------------------------------- */

static bool is_open(const search *s, const rule_def *rule)
{
    for (size_t i = 0; rule != NULL && i < s->rule_count; i++) {
        if (s->rules[i].rule == rule) return true;
    }
    return false;
}

static void open_rules(search *s, size_t book)
{
    const sw_rulebook *b = s->at->books[book];
    ruling_days days = sw_rules__days_for(b, &s->at->how);
    for (size_t i = 0; i < b->rule_count; i++) {
        bool in_force;
        if (b->rules[i].is_later) continue;
        const rule_def *rule =
            sw_rules__rule_on(&b->rules[i], &days, &in_force);
        if (in_force && rule->decides)
            s->rules[s->rule_count++] = (open_rule){rule, book};
    }
}

// The expressions of rules that decide alone matter.
static bool survey_open(search *s, survey *all)
{
    size_t kept = 0;
    for (size_t i = 0; i < s->at->book_count; i++) {
        ruling_days days = sw_rules__days_for(s->at->books[i], &s->at->how);
        open_rules(s, i);
        if (!sw_rules__survey(all, s->at->books[i], &days, s->arena, s->err))
            return false;
    }
    for (size_t i = 0; i < all->count; i++) {
        if (is_open(s, all->at[i].rule)) all->at[kept++] = all->at[i];
    }
    all->count = kept;
    return true;
}

/* ---- ready ----------------------------------------------------------- */

static int by_path(const void *a, const void *b)
{
    const said_fact *x = a, *y = b;
    return sw_str_cmp(x->path, y->path);
}

// What is said, and a place for each fact that may change.
static bool lay_out(search *s)
{
    const sw_declaration *said = s->at->said;
    said_fact *facts =
        SW_NEW_ARRAY(s->arena, said_fact, said->count + s->fact_count);
    if (facts == NULL) return sw_fail_memory(s->err);
    size_t n = said->count;
    if (n > 0) memcpy(facts, said->facts, n * sizeof *facts);
    for (size_t i = 0; i < s->fact_count; i++) {
        sw_str path = s->facts[i].fact->path;
        bool there = false;
        for (size_t k = 0; k < said->count; k++)
            there = there || sw_str_eq(facts[k].path, path);
        if (!there) facts[n++] = (said_fact){path, NULL};
    }
    if (n > 1) qsort(facts, n, sizeof *facts, by_path);
    s->said = (sw_declaration){.name = said->name, .facts = facts, .count = n};
    for (size_t i = 0; i < s->fact_count; i++) {
        for (size_t k = 0; k < n; k++) {
            if (sw_str_eq(facts[k].path, s->facts[i].fact->path))
                s->facts[i].slot = k;
        }
    }
    return true;
}

static bool list_tried(search *s)
{
    sw_str *tried = SW_NEW_ARRAY(s->arena, sw_str, s->fact_count);
    if (tried == NULL) return sw_fail_memory(s->err);
    for (size_t i = 0; i < s->fact_count; i++)
        tried[i] = s->facts[i].fact->path;
    s->out->tried = tried;
    s->out->tried_count = s->fact_count;
    return true;
}

static bool prepare(search *s)
{
    size_t facts = 0, rules = 0;
    survey all = {0};
    for (size_t i = 0; i < s->at->book_count; i++) {
        facts += s->at->books[i]->facts.count;
        rules += s->at->books[i]->rule_count;
    }
    s->facts = SW_NEW_ARRAY(s->arena, candidate, facts + 1);
    s->rules = SW_NEW_ARRAY(s->arena, open_rule, rules);
    s->set = SW_NEW_ARRAY(s->arena, size_t, facts);
    s->chosen = SW_NEW_ARRAY(s->arena, size_t, facts);
    s->best = SW_NEW_ARRAY(s->arena, size_t, facts);
    sw_str *inexact = SW_NEW_ARRAY(s->arena, sw_str, facts);
    if (s->facts == NULL || s->rules == NULL || s->set == NULL ||
        s->chosen == NULL || s->best == NULL || inexact == NULL)
        return sw_fail_memory(s->err);
    s->out->inexact = inexact;
    return survey_open(s, &all) && add_candidates(s, &all, inexact) &&
           lay_out(s) && list_tried(s);
}

/* ---- the search ------------------------------------------------------ */

static void put(search *s, size_t fact, const yaml_node *node)
{
    s->said.facts[s->facts[fact].slot].node = node;
}

static bool is_over(search *s)
{
    if (s->out->rulings >= s->limit) s->out->cut_short = true;
    return s->out->cut_short;
}

static double cost_of(const search *s)
{
    double cost = 0;
    for (size_t i = 0; i < s->set_size; i++)
        cost += s->facts[s->set[i]].costs[s->chosen[i]];
    return cost;
}

// The facts of the set from `depth` on are unknown; those before have values.
static bool assign(search *s, size_t depth)
{
    outlook o;
    if (is_over(s)) return true;
    if (!look(s, &o)) return false;
    if (depth < s->set_size) {
        const candidate *c = &s->facts[s->set[depth]];
        bool open = may_reach(s, &o);
        for (size_t i = 0; open && i < c->values.count; i++) {
            if (c->costs[i] == 0) continue;
            s->chosen[depth] = i;
            put(s, s->set[depth], c->nodes[i]);
            if (!assign(s, depth + 1)) return false;
        }
        put(s, s->set[depth], NULL);
        return true;
    }
    double cost = cost_of(s);
    if (!reaches(s, &o) || (s->best_cost >= 0 && cost >= s->best_cost))
        return true;
    s->best_cost = cost;
    memcpy(s->best, s->chosen, s->set_size * sizeof *s->best);
    return true;
}

/* ---- a way that was found -------------------------------------------- */

// A double strictly between two constants has no nearest value.
static bool set_limit(const search *s, const candidate *c,
                      const sw_cel_value *value, sw_whatif_change *out)
{
    const sw_cel_value *edge = NULL;
    bool ranged =
        value->kind == SW_CEL_DOUBLE && c->now_value.kind == SW_CEL_DOUBLE;
    bool up = ranged && value->as.f64 > c->now_value.as.f64;
    for (size_t i = 0; ranged && i < c->cells.count; i++) {
        const sw_cel_value *at = &c->cells.at[i];
        if (at->as.f64 == value->as.f64) return true;
        bool before = up ? at->as.f64 < value->as.f64
                         : edge == NULL && at->as.f64 > value->as.f64;
        if (before) edge = at;
    }
    sw_str text;
    if (edge == NULL) return true;
    if (!sw_rules__value_text(edge, s->arena, &text, s->err)) return false;
    out->limit = sw_arena_printf(s->arena, "%s %.*s", up ? "above" : "below",
                                 SW_STR_ARGS(text));
    return out->limit.at != NULL || sw_fail_memory(s->err);
}

static bool set_changes(const search *s, sw_whatif_way *way)
{
    sw_whatif_change *all =
        SW_NEW_ARRAY(s->arena, sw_whatif_change, s->set_size);
    if (all == NULL) return sw_fail_memory(s->err);
    way->changes = all;
    way->change_count = s->set_size;
    for (size_t i = 0; i < s->set_size; i++) {
        const candidate *c = &s->facts[s->set[i]];
        const sw_cel_value *value = &c->values.at[s->best[i]];
        all[i].fact = c->fact->path;
        if (!sw_rules__said_text(c->fact, c->now, s->arena, &all[i].from,
                                 s->err) ||
            !sw_rules__value_text(value, s->arena, &all[i].to, s->err) ||
            !set_limit(s, c, value, &all[i]))
            return false;
    }
    return true;
}

static bool is_bad(const sw_rule_outcome *rule)
{
    return rule->decides && (rule->state == SW_RULE_FAILED ||
                             rule->state == SW_RULE_UNDETERMINED);
}

// The two rulings have the same rules in the same order.
static bool set_freed(const search *s, const sw_ruling *then,
                      sw_whatif_way *way)
{
    const sw_ruling *now = s->out->now;
    sw_whatif_freed *all =
        SW_NEW_ARRAY(s->arena, sw_whatif_freed, now->rule_count);
    if (all == NULL) return sw_fail_memory(s->err);
    way->freed = all;
    for (size_t i = 0; i < now->rule_count; i++) {
        const sw_rule_outcome *was = &now->rules[i], *is = &then->rules[i];
        if (!is_bad(was) || is_bad(is)) continue;
        all[way->freed_count++] = (sw_whatif_freed){
            was->book,   was->id,   was->title, sw_rule_state_name(is->state),
            was->remedy, was->takes};
    }
    return true;
}

static bool add_way(search *s, sw_whatif_way *ways, double *costs)
{
    sw_whatif_way way = {0};
    sw_declaration *said;
    const sw_ruling *then;
    bool full = s->out->way_count == MOST_WAYS;
    if (full) s->out->more_ways++;
    if (full && s->best_cost >= costs[MOST_WAYS - 1]) return true;
    for (size_t i = 0; i < s->set_size; i++)
        put(s, s->set[i], s->facts[s->set[i]].nodes[s->best[i]]);
    bool ok = sw_rules__without_gaps(&s->said, s->arena, &said, s->err) &&
              sw_rule_with(s->at->books, s->at->book_count, said, &s->at->how,
                           s->arena, &then, s->err) &&
              set_changes(s, &way) && set_freed(s, then, &way);
    for (size_t i = 0; i < s->set_size; i++)
        put(s, s->set[i], NULL);
    if (!ok) return false;
    way.verdict = then->verdict;
    size_t at = full ? MOST_WAYS - 1 : s->out->way_count++;
    for (; at > 0 && costs[at - 1] > s->best_cost; at--) {
        ways[at] = ways[at - 1];
        costs[at] = costs[at - 1];
    }
    ways[at] = way;
    costs[at] = s->best_cost;
    return true;
}

/* ---- sets of one size ------------------------------------------------ */

typedef struct {
    search *s;
    size_t size;
    sw_whatif_way *ways;
    double *costs;
} sized;

static void hide(search *s, size_t from, bool hidden)
{
    for (size_t i = from; i < s->fact_count; i++)
        put(s, i, hidden ? NULL : s->facts[i].now);
}

// Whether any set that begins so and takes facts from `start` on may do.
static bool may_go_on(search *s, size_t start, bool *out)
{
    outlook o;
    hide(s, start, true);
    bool ok = look(s, &o);
    hide(s, start, false);
    *out = ok && may_reach(s, &o);
    return ok;
}

static bool try_set(const sized *z)
{
    search *s = z->s;
    s->best_cost = -1;
    if (!assign(s, 0)) return false;
    return s->best_cost < 0 || add_way(s, z->ways, z->costs);
}

static bool choose(const sized *z, size_t start)
{
    search *s = z->s;
    bool open;
    if (is_over(s)) return true;
    if (s->set_size == z->size) return try_set(z);
    if (!may_go_on(s, start, &open)) return false;
    size_t left = z->size - s->set_size;
    for (size_t i = start; open && i + left <= s->fact_count; i++) {
        s->set[s->set_size++] = i;
        put(s, i, NULL);
        if (!choose(z, i + 1)) return false;
        put(s, i, s->facts[i].now);
        s->set_size--;
    }
    return true;
}

static bool run(search *s)
{
    bool open;
    sized z = {.s = s};
    z.ways = SW_NEW_ARRAY(s->arena, sw_whatif_way, MOST_WAYS);
    z.costs = SW_NEW_ARRAY(s->arena, double, MOST_WAYS);
    if (z.ways == NULL || z.costs == NULL) return sw_fail_memory(s->err);
    s->out->ways = z.ways;
    if (!may_go_on(s, 0, &open)) return false;
    s->out->never = !open;
    for (z.size = 1; open && z.size <= s->fact_count; z.size++) {
        if (!choose(&z, 0)) return false;
        if (s->out->way_count > 0 || s->out->cut_short) return true;
        s->out->ruled_out = z.size;
    }
    s->out->never = true;
    return true;
}

/* ---- the whole ------------------------------------------------------- */

static bool check_wish(const search *s)
{
    const sw_whatif_wish *w = s->wish;
    if (w->verdict_given && w->verdict == SW_VERDICT_UNDETERMINED)
        return sw_fail(s->err, SW_ERR_USAGE,
                       "undetermined is what the facts leave open, no verdict "
                       "to reach");
    for (size_t i = 0; i < w->held_count; i++) {
        if (sw_rules__fact_of(s->at->books, s->at->book_count, w->held[i]) !=
            NULL)
            continue;
        sw_str path = sw_rules__clip(w->held[i]);
        return sw_fail(s->err, SW_ERR_USAGE,
                       "no rulebook declares the fact %.*s", SW_STR_ARGS(path));
    }
    return true;
}

static bool find(search *s)
{
    sw_whatif_nearest *out = s->out;
    if (!check_wish(s) ||
        !sw_rule_with(s->at->books, s->at->book_count, s->at->said, &s->at->how,
                      s->arena, &out->now, s->err))
        return false;
    sw_verdict now = out->now->verdict;
    out->wanted = s->wish->verdict_given ? s->wish->verdict : SW_VERDICT_CLEAR;
    out->any_other = !s->wish->verdict_given && now == SW_VERDICT_CLEAR;
    out->already = !out->any_other && now == out->wanted;
    return out->already || (prepare(s) && run(s));
}

bool sw_whatif_find(const sw_situation *now, const sw_whatif_wish *wish,
                    sw_arena *arena, const sw_whatif_nearest **out,
                    sw_error *err)
{
    search s = {.at = now, .wish = wish, .arena = arena, .err = err};
    s.limit = wish->most_rulings > 0 ? wish->most_rulings : MOST_RULINGS;
    s.out = SW_NEW(arena, sw_whatif_nearest);
    if (s.out == NULL) return sw_fail_memory(err);
    if (!sw_arena_new(&s.scratch, err)) return false;
    bool ok = find(&s);
    sw_arena_free(s.scratch);
    if (ok) *out = s.out;
    return ok;
}
