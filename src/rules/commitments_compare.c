// Rules set against promises: for each rule that an instrument refers to, the
// promises that touch it, how strong they are, and what stands in the way.
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "policy_internal.h"

typedef struct {
    const sw_commitments_query *query;
    sw_arena *arena;
    sw_error *err;
    rule_shelf shelf;
    const sw_rulebook *book;  // that `ruling` was made by; on no facts
    const sw_ruling *ruling;
} comparing;

/* ---- references ------------------------------------------------------ */

// A reference, and the file that it stands in.
typedef struct {
    const rule_ref *ref;
    const char *file;
    size_t order;
} entry;

static int compare_refs(const rule_ref *a, const rule_ref *b)
{
    int books = sw_str_cmp(a->book, b->book);
    return books != 0 ? books : sw_str_cmp(a->rule, b->rule);
}

static int by_ref(const void *a, const void *b)
{
    const entry *l = a, *r = b;
    int refs = compare_refs(l->ref, r->ref);
    return refs != 0 ? refs : (l->order > r->order) - (l->order < r->order);
}

// `only` names a book, or one rule of it.
static bool is_asked(const comparing *c, const rule_ref *ref)
{
    sw_str only = c->query->only;
    if (only.len == 0) return true;
    const char *hash = memchr(only.at, '#', only.len);
    size_t len = hash != NULL ? (size_t)(hash - only.at) : only.len;
    if (!sw_str_eq(ref->book, (sw_str){only.at, len})) return false;
    return hash == NULL || ref->rule.len == 0 ||
           sw_str_eq(ref->rule, (sw_str){hash + 1, only.len - len - 1});
}

static size_t add_entries(const comparing *c, const sw_commitments *x,
                          const rule_ref *refs, size_t count, entry *to,
                          size_t n)
{
    for (size_t i = 0; i < count; i++) {
        if (!is_asked(c, &refs[i])) continue;
        to[n] = (entry){&refs[i], x->file, n};
        n++;
    }
    return n;
}

// All references, those to the same rule once, in the order of their names.
static bool collect_refs(const comparing *c, entry **out, size_t *count)
{
    const sw_commitments_query *q = c->query;
    size_t room = 0, n = 0, kept = 0;
    for (size_t i = 0; i < q->instrument_count; i++)
        room += q->instruments[i]->ref_count;
    entry *all = SW_NEW_ARRAY(c->arena, entry, room);
    if (all == NULL) return sw_fail_memory(c->err);
    for (size_t i = 0; i < q->instrument_count; i++) {
        const sw_commitments *x = q->instruments[i];
        for (size_t k = 0; k < x->link_count; k++) {
            n = add_entries(c, x, x->links[k].rules, x->links[k].rule_count,
                            all, n);
        }
        for (size_t k = 0; k < x->mention_count; k++) {
            n = add_entries(c, x, x->mentions[k].rules,
                            x->mentions[k].rule_count, all, n);
        }
    }
    qsort(all, n, sizeof *all, by_ref);
    for (size_t i = 0; i < n; i++) {
        if (kept > 0 && compare_refs(all[kept - 1].ref, all[i].ref) == 0)
            continue;
        all[kept++] = all[i];
    }
    *out = all;
    *count = kept;
    return true;
}

static bool has_ref(const rule_ref *refs, size_t count, const rule_ref *ref)
{
    for (size_t i = 0; i < count; i++) {
        if (compare_refs(&refs[i], ref) == 0) return true;
    }
    return false;
}

/* ---- what the rulebook says ------------------------------------------ */

static bool counts(const sw_rule_outcome *rule)
{
    return rule->decides && rule->state != SW_RULE_NOT_IN_FORCE;
}

static bool look_up(comparing *c, const rule_ref *ref, sw_commitment_line *out)
{
    const sw_rule_outcome *rule = NULL;
    sw_rulebook *book = sw_rules__find_book(&c->shelf, ref->book);
    if (book == NULL) return true;
    if (book != c->book &&
        !sw_rules__shelf_rule(&c->shelf, book, NULL, c->arena, &c->ruling,
                              c->err)) {
        return false;
    }
    const sw_ruling *ruling = c->ruling;
    assert(ruling != NULL);
    c->book = book;
    out->known = true;
    if (ref->rule.len > 0) {
        if (!sw_rules__shelf_outcome(ruling, ref, &rule, c->err)) return false;
        out->title = rule->title;
        out->rules = 1;
        out->in_force = counts(rule);
        return true;
    }
    out->title = ruling->title;
    out->rules = ruling->rule_count;
    for (size_t i = 0; i < ruling->rule_count; i++)
        out->in_force += counts(&ruling->rules[i]);
    return true;
}

/* ---- lines ----------------------------------------------------------- */

static sw_promise_link make_link(const comparing *c, const sw_commitments *x,
                                 const link_def *def, const promise_def *p)
{
    return (sw_promise_link){
        .instrument = x->id,
        .instrument_title = x->title,
        .force = x->force,
        .promise = p->id,
        .title = p->title,
        .provision = p->provision,
        .strength = p->strength,
        .test = p->test,
        .names = p->names,
        .name_count = p->name_count,
        .in_force = !p->from.given || p->from.date <= c->query->day,
        .reach = (sw_promise_reach)def->reach,
        .why = def->why,
        .exceptions = def->exceptions,
        .exception_count = def->exception_count,
        .sources = p->sources.at,
        .source_count = p->sources.count,
    };
}

// The links of an instrument to a rule; into `to` unless it is NULL. Gives how
// many there are then.
static size_t add_links(const comparing *c, const sw_commitments *x,
                        const rule_ref *ref, sw_promise_link *to, size_t n)
{
    for (size_t k = 0; k < x->link_count; k++) {
        const link_def *def = &x->links[k];
        if (!has_ref(def->rules, def->rule_count, ref)) continue;
        for (size_t m = 0; m < def->promise_count; m++, n++) {
            if (to == NULL) continue;
            to[n] = make_link(c, x, def, &x->promises[def->promises[m]]);
        }
    }
    return n;
}

static bool gather_links(const comparing *c, const rule_ref *ref,
                         sw_commitment_line *out)
{
    const sw_commitments_query *q = c->query;
    size_t room = 0, n = 0;
    for (size_t i = 0; i < q->instrument_count; i++)
        room = add_links(c, q->instruments[i], ref, NULL, room);
    sw_promise_link *links = SW_NEW_ARRAY(c->arena, sw_promise_link, room);
    if (links == NULL) return sw_fail_memory(c->err);
    for (size_t i = 0; i < q->instrument_count; i++)
        n = add_links(c, q->instruments[i], ref, links, n);
    out->links = links;
    out->link_count = n;
    return true;
}

static int by_time(const void *a, const void *b)
{
    const sw_promise_mention *l = a, *r = b;
    int times = sw_str_cmp(l->when, r->when);
    return times != 0 ? times : sw_str_cmp(l->who, r->who);
}

// The mentions of a rule, with `ref` NULL those of none; as add_links().
static size_t add_mentions(const sw_commitments *x, const rule_ref *ref,
                           sw_promise_mention *to, size_t n)
{
    for (size_t k = 0; k < x->mention_count; k++) {
        const mention_def *def = &x->mentions[k];
        bool fits = ref != NULL ? has_ref(def->rules, def->rule_count, ref)
                                : def->rule_count == 0;
        if (!fits) continue;
        if (to != NULL) to[n] = def->mention;
        n++;
    }
    return n;
}

static bool gather_mentions(const comparing *c, const rule_ref *ref,
                            const sw_promise_mention **out, size_t *count)
{
    const sw_commitments_query *q = c->query;
    size_t room = 0, n = 0;
    for (size_t i = 0; i < q->instrument_count; i++)
        room = add_mentions(q->instruments[i], ref, NULL, room);
    sw_promise_mention *all = SW_NEW_ARRAY(c->arena, sw_promise_mention, room);
    if (all == NULL) return sw_fail_memory(c->err);
    for (size_t i = 0; i < q->instrument_count; i++)
        n = add_mentions(q->instruments[i], ref, all, n);
    qsort(all, n, sizeof *all, by_time);
    *out = all;
    *count = n;
    return true;
}

static bool make_line(comparing *c, const entry *e, sw_commitment_line *out)
{
    *out = (sw_commitment_line){.book = e->ref->book, .rule = e->ref->rule};
    if (!look_up(c, e->ref, out)) return sw_error_in(c->err, e->file);
    return gather_links(c, e->ref, out) &&
           gather_mentions(c, e->ref, &out->mentions, &out->mention_count);
}

bool sw_commitments_compare(const sw_commitments_query *query, sw_arena *arena,
                            const sw_commitments_report **out, sw_error *err)
{
    comparing c = {.query = query,
                   .arena = arena,
                   .err = err,
                   .shelf = {query->books, query->book_count, query->day}};
    entry *refs = NULL;
    size_t count = 0;
    sw_commitments_report *report = SW_NEW(arena, sw_commitments_report);
    if (report == NULL) return sw_fail_memory(err);
    if (!collect_refs(&c, &refs, &count)) return false;
    sw_commitment_line *lines = SW_NEW_ARRAY(arena, sw_commitment_line, count);
    if (lines == NULL) return sw_fail_memory(err);
    for (size_t i = 0; i < count; i++) {
        if (!make_line(&c, &refs[i], &lines[i])) return false;
    }
    *report = (sw_commitments_report){
        .day = query->day,
        .lines = lines,
        .line_count = count,
        .instrument_count = query->instrument_count,
    };
    if (query->only.len == 0 && !gather_mentions(&c, NULL, &report->elsewhere,
                                                 &report->elsewhere_count)) {
        return false;
    }
    *out = report;
    return true;
}
