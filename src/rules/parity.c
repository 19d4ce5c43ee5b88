// Whom a rulebook covers, firm by firm. The rows of a population are ruled on
// as any declaration is; what is counted here is what the rulings say.
#include <stdlib.h>
#include <string.h>

#include "parity_internal.h"

#define DEFAULT_NEAR 0.2

/* ---- the book and the days ------------------------------------------- */

bool sw_rules__apply_variant(const sw_rulebook *book, sw_str variant,
                             sw_arena *arena, const sw_rulebook **out,
                             sw_error *err)
{
    *out = book;
    if (variant.len == 0) return true;
    sw_rulebook *applied;
    if (!sw_rulebook_variant(book, variant, arena, &applied, err)) return false;
    *out = applied;
    return true;
}

ruling_days sw_rules__parity_days(const measure *m)
{
    const sw_rule_options *options = &m->options->rule;
    sw_date as_of = m->book->as_of.date;
    sw_date known = options->today > as_of ? options->today : as_of;
    return (ruling_days){options->date,
                         options->known_given ? options->known : known};
}

/* ---- one ruling ------------------------------------------------------ */

bool sw_rules__rule_row(const measure *m, const sw_rulebook *book, size_t row,
                        sw_str origin, const sw_ruling **out)
{
    sw_declaration *said;
    sw_rulebook *books[] = {(sw_rulebook *)book};
    return sw_rules__declare_row(m->population, &m->population->rows[row],
                                 origin, m->scratch, &said, m->err) &&
           sw_rule_with(books, 1, said, &m->options->rule, m->scratch, out,
                        m->err);
}

static sw_term_value either(sw_term_value a, sw_term_value b)
{
    if (a == SW_TERM_TRUE || b == SW_TERM_TRUE) return SW_TERM_TRUE;
    return a == SW_TERM_FALSE ? b : a;
}

sw_term_value sw_rules__applies(const sw_rule_outcome *rule)
{
    if (rule->state == SW_RULE_NOT_IN_FORCE ||
        rule->state == SW_RULE_NOT_APPLICABLE)
        return SW_TERM_FALSE;
    bool open =
        rule->why_when != NULL && rule->why_when->value.kind == SW_CEL_UNKNOWN;
    return open ? SW_TERM_UNDETERMINED : SW_TERM_TRUE;
}

// Whether the outcome of this rule is one that coverage hangs on.
static bool counts(const measure *m, const sw_rule_outcome *rule)
{
    if (m->kind == COVERED_BY_ANY) return rule->decides;
    return m->kind == COVERED_BY_RULE && sw_str_eq(rule->id, m->covered);
}

static const sw_term_outcome *find_outcome(const sw_ruling *ruling, sw_str path)
{
    size_t i = 0;
    while (!sw_str_eq(ruling->terms[i].path, path))
        i++;
    return &ruling->terms[i];
}

sw_term_value sw_rules__covered(const measure *m, const sw_ruling *ruling)
{
    if (m->kind == COVERED_BY_TERM)
        return find_outcome(ruling, m->covered)->value;
    sw_term_value covered = SW_TERM_FALSE;
    for (size_t i = 0; i < ruling->rule_count; i++) {
        const sw_rule_outcome *rule = &ruling->rules[i];
        if (counts(m, rule)) covered = either(covered, sw_rules__applies(rule));
    }
    return covered;
}

// One more that is both for sure, or may be.
void sw_rules__count(sw_parity_count *count, sw_term_value a, sw_term_value b)
{
    count->low += a == SW_TERM_TRUE && b == SW_TERM_TRUE;
    count->high += a != SW_TERM_FALSE && b != SW_TERM_FALSE;
}

/* ---- what a firm's coverage waits for -------------------------------- */

static bool has(const sw_str *list, size_t count, sw_str s)
{
    for (size_t i = 0; i < count; i++) {
        if (sw_str_eq(list[i], s)) return true;
    }
    return false;
}

static size_t add_missing(sw_str *to, size_t n, const sw_str *more,
                          size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!has(to, n, more[i])) to[n++] = more[i];
    }
    return n;
}

static size_t most_missing(const sw_ruling *ruling)
{
    size_t most = 0;
    for (size_t i = 0; i < ruling->rule_count; i++)
        most += ruling->rules[i].missing_count;
    for (size_t i = 0; i < ruling->term_count; i++)
        most += ruling->terms[i].missing_count;
    return most;
}

static bool set_missing(const measure *m, const sw_ruling *ruling,
                        sw_parity_firm *firm)
{
    if (firm->covered != SW_TERM_UNDETERMINED) return true;
    sw_str *all = SW_NEW_ARRAY(m->arena, sw_str, most_missing(ruling));
    if (all == NULL) return sw_fail_memory(m->err);
    size_t n = 0;
    if (m->kind == COVERED_BY_TERM) {
        const sw_term_outcome *term = find_outcome(ruling, m->covered);
        n = add_missing(all, n, term->missing, term->missing_count);
    }
    for (size_t i = 0; i < ruling->rule_count; i++) {
        const sw_rule_outcome *rule = &ruling->rules[i];
        if (!counts(m, rule)) continue;
        if (sw_rules__applies(rule) != SW_TERM_UNDETERMINED) continue;
        const sw_cel_value *open = &rule->why_when->value;
        n = add_missing(all, n, open->as.unknown.at, open->as.unknown.count);
    }
    for (size_t i = 0; i < n; i++) {
        if (!sw_arena_str(m->arena, all[i], &all[i]))
            return sw_fail_memory(m->err);
    }
    firm->missing = all;
    firm->missing_count = n;
    return true;
}

/* ---- every firm ------------------------------------------------------ */

static void count_duties(const measure *m, const sw_ruling *ruling,
                         sw_parity_firm *firm, sw_parity_duty *duties)
{
    for (size_t i = 0; i < ruling->rule_count; i++) {
        const sw_rule_outcome *rule = &ruling->rules[i];
        if (!rule->decides) continue;
        sw_term_value applies = sw_rules__applies(rule);
        duties[i].id = rule->id;
        duties[i].title = rule->title;
        sw_rules__count(&firm->duties, applies, applies);
        sw_rules__count(&duties[i].applies[firm->group], applies,
                        firm->eligible);
    }
}

/* ---- other readings -------------------------------------------------- */

// Covered under a reading, of which only what differs is told.
static sw_term_value reread(const measure *m, const sw_reading_outcome *reading,
                            sw_term_value covered)
{
    for (size_t i = 0; i < reading->change_count; i++) {
        const sw_reading_change *c = &reading->changes[i];
        if (strcmp(c->what, "term") != 0 || !sw_str_eq(c->id, m->covered))
            continue;
        for (sw_term_value v = 0; v <= SW_TERM_UNDETERMINED; v++) {
            if (strcmp(c->to, sw_term_value_name(v)) == 0) return v;
        }
    }
    return covered;
}

static void count_readings(const measure *m, const sw_ruling *ruling, size_t i,
                           sw_parity_reading *readings)
{
    const sw_parity_firm *firm = &m->firms[i];
    for (size_t k = 0; k < ruling->reading_count; k++) {
        const sw_reading_outcome *told = &ruling->readings[k];
        sw_parity_reading *r = &readings[k];
        sw_term_value covered = reread(m, told, firm->covered);
        r->id = told->reading->id;
        r->title = told->reading->title;
        sw_rules__count(&r->covered[firm->group], covered, firm->eligible);
        if (covered == firm->covered || firm->eligible == SW_TERM_FALSE)
            continue;
        if (r->firms++ > 0) continue;
        r->example = i;
        r->became = sw_term_value_name(covered);
    }
}

static bool rule_firm(measure *m, size_t i, const eligibility *eligible,
                      sw_parity_duty *duties, sw_parity_reading *readings)
{
    const population_row *row = &m->population->rows[i];
    sw_parity_firm *firm = &m->firms[i];
    const sw_ruling *ruling;
    sw_arena_reset(m->scratch);
    if (!sw_rules__is_eligible(m, eligible, i, &firm->eligible)) return false;
    if (!sw_rules__rule_row(m, m->book, i, (sw_str){0}, &ruling)) return false;
    firm->name = row->name;
    firm->origin = row->origin;
    firm->line = row->line;
    firm->group = sw_str_eq(row->origin, m->out->home) ? SW_PARITY_DOMESTIC
                                                       : SW_PARITY_FOREIGN;
    firm->covered = sw_rules__covered(m, ruling);
    count_duties(m, ruling, firm, duties);
    if (m->kind == COVERED_BY_TERM) count_readings(m, ruling, i, readings);
    return set_missing(m, ruling, firm);
}

static bool rule_firms(measure *m)
{
    const eligibility *eligible;
    sw_parity *out = m->out;
    size_t count = m->population->row_count, rules = m->book->rule_count;
    sw_parity_duty *duties = SW_NEW_ARRAY(m->arena, sw_parity_duty, rules);
    sw_parity_reading *readings =
        SW_NEW_ARRAY(m->arena, sw_parity_reading, m->book->reading_count);
    m->firms = SW_NEW_ARRAY(m->arena, sw_parity_firm, count);
    if (duties == NULL || readings == NULL || m->firms == NULL)
        return sw_fail_memory(m->err);
    if (!sw_rules__read_eligible(m, &eligible)) return false;
    for (size_t i = 0; i < count; i++) {
        if (!rule_firm(m, i, eligible, duties, readings)) return false;
    }
    out->firms = m->firms;
    out->firm_count = count;
    out->duties = duties;
    out->readings = readings;
    for (size_t i = 0; i < m->book->reading_count; i++) {
        if (readings[i].firms > 0) readings[out->reading_count++] = readings[i];
    }
    for (size_t i = 0; i < rules; i++) {
        const sw_parity_count *applies = duties[i].applies;
        if (applies[0].high + applies[1].high > 0)
            duties[out->duty_count++] = duties[i];
    }
    return true;
}

static bool set_effect(measure *m)
{
    parity_members groups[SW_PARITY_GROUPS] = {{0}};
    for (size_t i = 0; i < m->out->firm_count; i++) {
        const sw_parity_firm *firm = &m->firms[i];
        sw_rules__count_member(&groups[firm->group], firm->eligible,
                               firm->covered);
    }
    for (int g = 0; g < SW_PARITY_GROUPS; g++)
        m->out->groups[g] = sw_rules__parity_group(&groups[g]);
    return sw_rules__parity_effect(groups, &m->out->effect, m->err);
}

/* ---- by origin ------------------------------------------------------- */

static int compare_origins(const void *a, const void *b)
{
    const sw_parity_origin *x = a, *y = b;
    if (x->group != y->group) return x->group == SW_PARITY_DOMESTIC ? -1 : 1;
    return sw_str_cmp(x->origin, y->origin);
}

static sw_parity_origin *origin_of(sw_parity_origin *all, size_t *count,
                                   const sw_parity_firm *firm)
{
    size_t i = 0;
    while (i < *count && !sw_str_eq(all[i].origin, firm->origin))
        i++;
    if (i == *count) {
        all[i].origin = firm->origin;
        all[i].group = firm->group;
        (*count)++;
    }
    return &all[i];
}

static bool set_origins(measure *m)
{
    sw_parity *out = m->out;
    sw_parity_origin *all =
        SW_NEW_ARRAY(m->arena, sw_parity_origin, out->firm_count);
    if (all == NULL) return sw_fail_memory(m->err);
    for (size_t i = 0; i < out->firm_count; i++) {
        const sw_parity_firm *firm = &m->firms[i];
        sw_parity_origin *o = origin_of(all, &out->origin_count, firm);
        sw_rules__count(&o->firms, firm->eligible, SW_TERM_TRUE);
        sw_rules__count(&o->covered, firm->eligible, firm->covered);
        if (firm->eligible == SW_TERM_TRUE) o->duties.low += firm->duties.low;
        if (firm->eligible != SW_TERM_FALSE)
            o->duties.high += firm->duties.high;
    }
    qsort(all, out->origin_count, sizeof *all, compare_origins);
    out->origins = all;
    return true;
}

/* ---- what is asked --------------------------------------------------- */

static bool is_rule(const sw_rulebook *book, sw_str id, sw_str *title)
{
    for (size_t i = 0; i < book->rule_count; i++) {
        if (!sw_str_eq(book->rules[i].id, id)) continue;
        *title = book->rules[i].title;
        return true;
    }
    return false;
}

static void cover_by_term(measure *m, const term_def *term)
{
    m->kind = COVERED_BY_TERM;
    m->covered = m->out->covered = term->path;
    m->out->covered_title = term->versions[0].title;
}

// The most that a book says of anybody: duties, else what stands before them.
static void choose_covered(measure *m)
{
    const sw_rulebook *book = m->book;
    m->kind = COVERED_BY_ANY;
    for (int standing = 3; standing >= 0; standing--) {
        for (size_t i = 0; i < book->term_count; i++) {
            if (book->terms[i].versions[0].standing == standing) {
                cover_by_term(m, &book->terms[i]);
                return;
            }
        }
    }
}

static bool set_covered(measure *m)
{
    sw_str asked = m->options->covered;
    if (asked.len == 0) return choose_covered(m), true;
    const term_def *term = sw_rules__find_term(m->book, asked);
    if (term != NULL) return cover_by_term(m, term), true;
    if (is_rule(m->book, asked, &m->out->covered_title)) {
        m->kind = COVERED_BY_RULE;
        m->out->covered_is_rule = true;
        if (!sw_arena_str(m->arena, asked, &m->covered))
            return sw_fail_memory(m->err);
        m->out->covered = m->covered;
        return true;
    }
    asked = sw_rules__clip(asked);
    return sw_fail(m->err, SW_ERR_USAGE,
                   "the rulebook has no term and no rule \"%.*s\"",
                   SW_STR_ARGS(asked));
}

static void set_variant_title(measure *m)
{
    const sw_variant *all;
    size_t count;
    sw_rulebook_variants(m->base, &all, &count);
    for (size_t i = 0; i < count; i++) {
        if (sw_str_eq(all[i].id, m->options->variant))
            m->out->variant_title = all[i].title;
    }
}

static bool describe(measure *m)
{
    const sw_rulebook *book = m->book;
    const sw_population *all = m->population;
    sw_parity *out = m->out;
    char day[11];
    out->book = book->id;
    out->jurisdiction = book->jurisdiction;
    out->title = book->title;
    out->date = m->options->rule.date;
    out->population = all->name;
    out->notes = all->notes;
    out->note_count = all->note_count;
    out->origin_fact = book->origin;
    out->home = book->home;
    out->near = m->options->near > 0 ? m->options->near : DEFAULT_NEAR;
    set_variant_title(m);
    sw_str as_of = sw_str_of(sw_date_text(book->as_of.date, day));
    if (!sw_arena_str(m->arena, as_of, &out->as_of) ||
        !sw_arena_str(m->arena, m->options->eligible, &out->eligible) ||
        !sw_arena_str(m->arena, m->options->variant, &out->variant))
        return sw_fail_memory(m->err);
    return true;
}

static bool measure_all(measure *m)
{
    return sw_rules__apply_variant(m->base, m->options->variant, m->arena,
                                   &m->book, m->err) &&
           describe(m) && set_covered(m) && rule_firms(m) && set_effect(m) &&
           set_origins(m) && sw_rules__parity_face(m) &&
           sw_rules__parity_thresholds(m);
}

bool sw_parity_measure(const sw_rulebook *book, const sw_population *population,
                       const sw_parity_options *options, sw_arena *arena,
                       const sw_parity **out, sw_error *err)
{
    measure m = {.base = book,
                 .population = population,
                 .options = options,
                 .arena = arena,
                 .out = SW_NEW(arena, sw_parity),
                 .err = err};
    if (m.out == NULL) return sw_fail_memory(err);
    if (!sw_arena_new(&m.scratch, err)) return false;
    bool ok = measure_all(&m);
    sw_arena_free(m.scratch);
    if (ok) *out = m.out;
    return ok;
}
