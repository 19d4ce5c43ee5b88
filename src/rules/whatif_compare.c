// Two situations: what comes out differently, and which differences did it.
//
// A difference did it if undoing it in the second situation, and nothing else,
// turns the outcome back to what it was in the first. If none does so alone,
// sets of two are undone, then of three: the smallest that does is told. To
// undo all differences gives the first situation, so there always is one; only
// the number of rulings has a limit.
#include <stdlib.h>
#include <string.h>

#include "whatif_internal.h"

enum { MAX_MIXES = 4096 };  // rulings between the two situations

typedef struct {
    const sw_situation *from, *to;
    sw_whatif *out;
    sw_whatif_difference *differences;
    const fact_def **facts;  // of each difference; NULL: no fact
    size_t *books;           // of a variant: which book
    sw_whatif_flip *flips;
    sw_arena *arena, *scratch;
    sw_error *err;
} comparison;

/* ---- differences ----------------------------------------------------- */

static bool same_nodes(const yaml_node *a, const yaml_node *b)
{
    if (a == NULL || b == NULL) return a == b;
    if (a->kind != b->kind || a->plain != b->plain || a->count != b->count ||
        (a->kind == YAML_SCALAR && !sw_str_eq(a->text, b->text)))
        return false;
    const yaml_node *x = a->first, *y = b->first;
    for (; x != NULL; x = x->next, y = y->next) {
        if (x->key != NULL && !sw_str_eq(x->key->text, y->key->text))
            return false;
        if (!same_nodes(x, y)) return false;
    }
    return true;
}

static sw_whatif_difference *add_difference(comparison *c, const char *what,
                                            sw_str name)
{
    sw_whatif_difference *d = &c->differences[c->out->difference_count++];
    *d = (sw_whatif_difference){.what = what, .name = name};
    return d;
}

static bool compare_fact(comparison *c, sw_str path)
{
    const sw_situation *from = c->from, *to = c->to;
    const yaml_node *was = sw_rules__said(from->said, path);
    const yaml_node *is = sw_rules__said(to->said, path);
    if (same_nodes(was, is)) return true;
    const fact_def *fact =
        sw_rules__fact_of(from->books, from->book_count, path);
    c->facts[c->out->difference_count] = fact;
    sw_whatif_difference *d = add_difference(c, "fact", path);
    return sw_rules__said_text(fact, was, c->arena, &d->from, c->err) &&
           sw_rules__said_text(fact, is, c->arena, &d->to, c->err);
}

// In the order of paths, those of both declarations once.
static bool compare_facts(comparison *c)
{
    const sw_declaration *a = c->from->said, *b = c->to->said;
    for (size_t i = 0, k = 0; i < a->count || k < b->count;) {
        int order = i == a->count ? 1
                    : k == b->count
                        ? -1
                        : sw_str_cmp(a->facts[i].path, b->facts[k].path);
        sw_str path = order <= 0 ? a->facts[i].path : b->facts[k].path;
        if (!compare_fact(c, path)) return false;
        i += order <= 0;
        k += order >= 0;
    }
    return true;
}

static bool set_days(comparison *c, const char *what, sw_date from, sw_date to)
{
    char was[11], is[11];
    sw_whatif_difference *d = add_difference(c, what, SW_STR(""));
    sw_date_text(from, was);
    sw_date_text(to, is);
    return (sw_arena_str(c->arena, sw_str_of(was), &d->from) &&
            sw_arena_str(c->arena, sw_str_of(is), &d->to)) ||
           sw_fail_memory(c->err);
}

// The day as known on is each book's own unless it is given; the first one's
// stands for all.
static bool compare_days(comparison *c)
{
    const sw_rule_options *a = &c->from->how, *b = &c->to->how;
    if (a->date != b->date && !set_days(c, "date", a->date, b->date))
        return false;
    sw_date was = sw_rules__days_for(c->from->books[0], a).known;
    sw_date is = sw_rules__days_for(c->to->books[0], b).known;
    bool other = a->known_given != b->known_given || was != is;
    return !other || set_days(c, "known", was, is);
}

static sw_str variant_name(const sw_rulebook *book)
{
    return book->variant != NULL ? book->variant->id : SW_STR("no variant");
}

static void compare_variants(comparison *c)
{
    for (size_t i = 0; i < c->from->book_count; i++) {
        sw_str was = variant_name(c->from->books[i]);
        sw_str is = variant_name(c->to->books[i]);
        if (sw_str_eq(was, is)) continue;
        c->books[c->out->difference_count] = i;
        sw_whatif_difference *d =
            add_difference(c, "variant", c->from->books[i]->id);
        d->from = was;
        d->to = is;
    }
}

static bool find_differences(comparison *c)
{
    size_t most =
        c->from->said->count + c->to->said->count + c->from->book_count + 2;
    c->differences = SW_NEW_ARRAY(c->arena, sw_whatif_difference, most);
    c->facts = SW_NEW_ARRAY(c->arena, const fact_def *, most);
    c->books = SW_NEW_ARRAY(c->arena, size_t, most);
    if (c->differences == NULL || c->facts == NULL || c->books == NULL)
        return sw_fail_memory(c->err);
    c->out->differences = c->differences;
    if (!compare_facts(c) || !compare_days(c)) return false;
    compare_variants(c);
    return true;
}

/* ---- outcomes in words ----------------------------------------------- */

static const char *rule_word(const sw_rule_outcome *rule)
{
    static const char *const failed[] = {"failed", "failed (treat)", "failed",
                                         "failed (permit)", "failed (barred)"};
    if (rule == NULL) return "absent";
    if (rule->state == SW_RULE_FAILED) return failed[rule->otherwise];
    return sw_rule_state_name(rule->state);
}

static const char *term_word(const sw_term_outcome *term)
{
    return term != NULL ? sw_term_value_name(term->value) : "absent";
}

static const sw_rule_outcome *find_rule(const sw_ruling *in, sw_str book,
                                        sw_str id)
{
    for (size_t i = 0; i < in->rule_count; i++) {
        if (sw_str_eq(in->rules[i].id, id) &&
            sw_str_eq(in->rules[i].book, book))
            return &in->rules[i];
    }
    return NULL;
}

static const sw_term_outcome *find_term(const sw_ruling *in, sw_str book,
                                        sw_str path)
{
    for (size_t i = 0; i < in->term_count; i++) {
        if (sw_str_eq(in->terms[i].path, path) &&
            sw_str_eq(in->terms[i].book, book))
            return &in->terms[i];
    }
    return NULL;
}

static const char *word_in(const sw_ruling *in, const sw_whatif_flip *flip)
{
    if (flip->what[0] == 'v') return sw_verdict_name(in->verdict);
    return flip->what[0] == 'r'
               ? rule_word(find_rule(in, flip->book, flip->id))
               : term_word(find_term(in, flip->book, flip->id));
}

/* ---- what flips ------------------------------------------------------ */

static sw_whatif_flip *add_flip(comparison *c, const sw_whatif_flip *like)
{
    sw_str from = sw_str_of(word_in(c->out->from, like));
    sw_str to = sw_str_of(word_in(c->out->to, like));
    if (sw_str_eq(from, to)) return NULL;
    sw_whatif_flip *flip = &c->flips[c->out->flip_count++];
    *flip = *like;
    flip->from = from;
    flip->to = to;
    return flip;
}

// "if WHEN: REQUIRE", as the book has it.
static sw_str rule_text(const comparison *c, const sw_rule_outcome *rule)
{
    if (rule == NULL) return SW_STR("");
    if (rule->when_text.len == 0) return rule->require_text;
    return sw_arena_printf(c->arena, "if %.*s: %.*s",
                           SW_STR_ARGS(rule->when_text),
                           SW_STR_ARGS(rule->require_text));
}

static bool set_texts(const comparison *c, sw_whatif_flip *flip, sw_str was,
                      sw_str is)
{
    if (was.at == NULL || is.at == NULL) return sw_fail_memory(c->err);
    if (sw_str_eq(was, is)) return true;
    flip->was = was;
    flip->is = is;
    return true;
}

static bool add_rule(comparison *c, const sw_rule_outcome *was,
                     const sw_rule_outcome *is)
{
    const sw_rule_outcome *any = is != NULL ? is : was;
    sw_whatif_flip like = {
        .what = "rule", .book = any->book, .id = any->id, .title = any->title};
    sw_whatif_flip *flip = add_flip(c, &like);
    if (flip == NULL) return true;
    if (is != NULL && is->state == SW_RULE_FAILED) {
        flip->remedy = is->remedy;
        flip->takes = is->takes;
    }
    return set_texts(c, flip, rule_text(c, was), rule_text(c, is));
}

static bool add_term(comparison *c, const sw_term_outcome *was,
                     const sw_term_outcome *is)
{
    const sw_term_outcome *any = is != NULL ? is : was;
    sw_whatif_flip like = {.what = "term",
                           .book = any->book,
                           .id = any->path,
                           .title = any->title};
    sw_whatif_flip *flip = add_flip(c, &like);
    return flip == NULL ||
           set_texts(c, flip, was != NULL ? was->is : SW_STR(""),
                     is != NULL ? is->is : SW_STR(""));
}

// Those of the second situation, then those that only the first one has.
static bool find_flips(comparison *c)
{
    const sw_ruling *from = c->out->from, *to = c->out->to;
    size_t most = 1 + from->rule_count + to->rule_count + from->term_count +
                  to->term_count;
    c->flips = SW_NEW_ARRAY(c->arena, sw_whatif_flip, most);
    if (c->flips == NULL) return sw_fail_memory(c->err);
    c->out->flips = c->flips;
    (void)add_flip(c, &(sw_whatif_flip){.what = "verdict"});
    for (size_t i = 0; i < to->rule_count; i++) {
        const sw_rule_outcome *is = &to->rules[i];
        if (!add_rule(c, find_rule(from, is->book, is->id), is)) return false;
    }
    for (size_t i = 0; i < from->rule_count; i++) {
        const sw_rule_outcome *was = &from->rules[i];
        if (find_rule(to, was->book, was->id) == NULL &&
            !add_rule(c, was, NULL))
            return false;
    }
    for (size_t i = 0; i < to->term_count; i++) {
        const sw_term_outcome *is = &to->terms[i];
        if (!add_term(c, find_term(from, is->book, is->path), is)) return false;
    }
    for (size_t i = 0; i < from->term_count; i++) {
        const sw_term_outcome *was = &from->terms[i];
        if (find_term(to, was->book, was->path) == NULL &&
            !add_term(c, was, NULL))
            return false;
    }
    return true;
}

/* ---- between the situations ------------------------------------------ */

// The facts that do not differ are those of the second situation.
static bool mix_facts(const comparison *c, const size_t *undone, size_t count,
                      sw_declaration *out)
{
    size_t n = c->to->said->count, differ = c->out->difference_count;
    said_fact *facts = SW_NEW_ARRAY(c->scratch, said_fact, n + differ);
    if (facts == NULL) return sw_fail_memory(c->err);
    if (n > 0) memcpy(facts, c->to->said->facts, n * sizeof *facts);
    *out = (sw_declaration){.name = c->to->said->name, .facts = facts};
    out->count = n;
    for (size_t i = 0; i < count; i++) {
        if (c->facts[undone[i]] == NULL) continue;
        sw_str path = c->differences[undone[i]].name;
        size_t at = 0;
        while (at < out->count && sw_str_cmp(facts[at].path, path) < 0)
            at++;
        if (at == out->count || !sw_str_eq(facts[at].path, path)) {
            memmove(&facts[at + 1], &facts[at],
                    (out->count++ - at) * sizeof *facts);
        }
        facts[at] = (said_fact){path, sw_rules__said(c->from->said, path)};
    }
    return true;
}

static void mix_days(const comparison *c, const size_t *undone, size_t count,
                     sw_rule_options *how)
{
    for (size_t i = 0; i < count; i++) {
        const char *what = c->differences[undone[i]].what;
        if (what[0] == 'd') how->date = c->from->how.date;
        if (what[0] != 'k') continue;
        how->known_given = c->from->how.known_given;
        how->known = c->from->how.known;
        how->today = c->from->how.today;
    }
}

static bool mix_books(const comparison *c, const size_t *undone, size_t count,
                      sw_rulebook ***out)
{
    size_t n = c->to->book_count;
    sw_rulebook **books = SW_NEW_ARRAY(c->scratch, sw_rulebook *, n);
    if (books == NULL) return sw_fail_memory(c->err);
    memcpy(books, c->to->books, n * sizeof *books);
    for (size_t i = 0; i < count; i++) {
        size_t d = undone[i];
        if (c->differences[d].what[0] == 'v')
            books[c->books[d]] = c->from->books[c->books[d]];
    }
    *out = books;
    return true;
}

// NULL in `out`: no ruling can be made there, so nothing is turned back.
static bool rule_between(const comparison *c, const size_t *undone,
                         size_t count, const sw_ruling **out)
{
    sw_rulebook **books = NULL;
    sw_declaration mixed, *said;
    sw_rule_options how = c->to->how;
    sw_arena_reset(c->scratch);
    *out = NULL;
    mix_days(c, undone, count, &how);
    if (!mix_books(c, undone, count, &books) ||
        !mix_facts(c, undone, count, &mixed) ||
        !sw_rules__without_gaps(&mixed, c->scratch, &said, c->err))
        return false;
    if (sw_rule_with(books, c->to->book_count, said, &how, c->scratch, out,
                     c->err))
        return true;
    if (c->err->kind != SW_ERR_INPUT) return false;
    *c->err = (sw_error){0};
    *out = NULL;
    return true;
}

/* ---- causes ---------------------------------------------------------- */

static bool add_causes(const comparison *c, sw_whatif_flip *flip,
                       const size_t *set, size_t count)
{
    size_t had = flip->cause_count;
    size_t *all = SW_NEW_ARRAY(c->arena, size_t, had + count);
    if (all == NULL) return sw_fail_memory(c->err);
    if (had > 0) memcpy(all, flip->causes, had * sizeof *all);
    memcpy(all + had, set, count * sizeof *all);
    flip->causes = all;
    flip->cause_count = had + count;
    flip->alone = count == 1;
    return true;
}

// A flip without a cause so far takes this set, and one with causes of their
// own each other one.
static bool note_turned(const comparison *c, const sw_ruling *mixed,
                        const size_t *set, size_t count)
{
    for (size_t i = 0; mixed != NULL && i < c->out->flip_count; i++) {
        sw_whatif_flip *flip = &c->flips[i];
        if (flip->cause_count > 0 && count > 1) continue;
        if (!sw_str_eq(sw_str_of(word_in(mixed, flip)), flip->from)) continue;
        if (!add_causes(c, flip, set, count)) return false;
    }
    return true;
}

static bool all_found(const comparison *c)
{
    for (size_t i = 0; i < c->out->flip_count; i++) {
        if (c->flips[i].cause_count == 0) return false;
    }
    return true;
}

// The next set of `count` out of `n`, in order; false after the last.
static bool next_set(size_t *set, size_t count, size_t n)
{
    size_t i = count;
    while (i > 0 && set[i - 1] == n - count + i - 1)
        i--;
    if (i == 0) return false;
    set[i - 1]++;
    for (; i < count; i++)
        set[i] = set[i - 1] + 1;
    return true;
}

static bool find_causes(comparison *c)
{
    size_t n = c->out->difference_count, mixes = 0;
    size_t *set = SW_NEW_ARRAY(c->arena, size_t, n);
    if (set == NULL) return sw_fail_memory(c->err);
    for (size_t count = 1; count <= n && !all_found(c); count++) {
        for (size_t i = 0; i < count; i++)
            set[i] = i;
        do {
            const sw_ruling *mixed;
            if (mixes++ == MAX_MIXES) return c->out->cut_short = true;
            if (!rule_between(c, set, count, &mixed) ||
                !note_turned(c, mixed, set, count))
                return false;
        } while (next_set(set, count, n));
    }
    return true;
}

/* ---- the whole ------------------------------------------------------- */

static bool check_books(const sw_situation *a, const sw_situation *b,
                        sw_error *err)
{
    bool same = a->book_count == b->book_count && a->book_count > 0;
    for (size_t i = 0; same && i < a->book_count; i++)
        same = sw_str_eq(a->books[i]->text, b->books[i]->text);
    return same || sw_fail(err, SW_ERR_USAGE,
                           "two situations are compared under the same "
                           "rulebooks, or variants of them");
}

static bool rule_in(const sw_situation *at, sw_arena *arena,
                    const sw_ruling **out, sw_error *err)
{
    return sw_rule_with(at->books, at->book_count, at->said, &at->how, arena,
                        out, err);
}

static bool compare(comparison *c)
{
    return rule_in(c->from, c->arena, &c->out->from, c->err) &&
           rule_in(c->to, c->arena, &c->out->to, c->err) &&
           find_differences(c) && find_flips(c) && find_causes(c);
}

bool sw_whatif_compare(const sw_situation *from, const sw_situation *to,
                       sw_arena *arena, const sw_whatif **out, sw_error *err)
{
    comparison c = {.from = from, .to = to, .arena = arena, .err = err};
    c.out = SW_NEW(arena, sw_whatif);
    if (c.out == NULL) return sw_fail_memory(err);
    if (!check_books(from, to, err) || !sw_arena_new(&c.scratch, err))
        return false;
    bool ok = compare(&c);
    sw_arena_free(c.scratch);
    if (ok) *out = c.out;
    return ok;
}
