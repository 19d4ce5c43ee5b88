// What readings and variants say, beside the book as it stands. A rule or term
// is set into words under each book, and stands in the table where the words
// differ from the base's.
#include "show.h"

// A rule by its id, or a term by its path.
typedef struct {
    bool term;
    sw_str name;
} element;

/* ---- an element in a cell -------------------------------------------- */

// Behind a list HTML stands on a new line by itself.
static void next_line(show *p)
{
    if (p->s.as == SW_PAGE_MARKDOWN) sw_sheet__break(&p->s);
}

static bool condition(show *p, const char *label, sw_str text)
{
    const phrase *said;
    if (!sw_rules__phrase(p->book, text, p->arena, &said, p->err)) return false;
    sw_sheet__say(&p->s, "%s: ", label);
    sw_show__phrase(p, said);
    next_line(p);
    return true;
}

static void threatened(show *p, sw_str penalty)
{
    if (penalty.len == 0) return;
    sw_sheet__break(&p->s);
    sw_sheet__say(&p->s, "Threatened: ");
    sw_sheet__text(&p->s, penalty);
}

static bool rule_words(show *p, const rule_def *rule)
{
    sheet *s = &p->s;
    sw_str status = sw_str_of(sw_rules__status_names[rule->status]);
    sw_sheet__strong(s, rule->title);
    sw_sheet__say(s, " ");
    sw_sheet__badge(s, status, status);
    sw_show__dates(p, &rule->in_force, &rule->known);
    sw_sheet__break(s);
    if (rule->when.node != NULL && !condition(p, "Applies if", rule->when.text))
        return false;
    if (!condition(p, "Asks that", rule->require.text)) return false;
    sw_sheet__say(s, "If not, ");
    sw_show__otherwise(p, rule);
    threatened(p, rule->penalty);
    return true;
}

static bool term_words(show *p, const term_version *v)
{
    const phrase *said;
    if (!sw_show__term_phrase(p, v, &said)) return false;
    sw_sheet__strong(&p->s, v->title);
    sw_show__dates(p, &v->in_force, &v->known);
    sw_sheet__break(&p->s);
    sw_show__phrase(p, said);
    return true;
}

// All versions of it in the book at hand. `found`: there are any.
static bool element_words(show *p, const element *e, bool *found)
{
    const sw_rulebook *book = p->book;
    const term_def *term = e->term ? sw_rules__find_term(book, e->name) : NULL;
    *found = term != NULL;
    for (size_t i = 0; term != NULL && i < term->version_count; i++) {
        if (i > 0) next_line(p);
        if (!term_words(p, &term->versions[i])) return false;
    }
    for (size_t i = 0; !e->term && i < book->rule_count; i++) {
        if (!sw_str_eq(book->rules[i].id, e->name)) continue;
        if (*found) sw_sheet__break(&p->s);
        *found = true;
        if (!rule_words(p, &book->rules[i])) return false;
    }
    return true;
}

static void sources_cell(show *p, const sw_rule_source *at, size_t count)
{
    sw_sheet__cell(&p->s);
    for (size_t i = 0; i < count; i++) {
        if (i > 0) sw_sheet__break(&p->s);
        sw_sheet__link(&p->s, at[i].url, at[i].title);
    }
    sw_sheet__cell_end(&p->s);
}

static bool element_cell(show *p, const element *e)
{
    bool found;
    sw_sheet__cell(&p->s);
    if (!element_words(p, e, &found)) return false;
    if (!found) sw_sheet__say(&p->s, "taken away");
    sw_sheet__cell_end(&p->s);
    return true;
}

// What the element says under a book, to be compared. The caller frees.
static bool element_text(const show *p, const sw_rulebook *book,
                         const element *e, sw_buf *out)
{
    bool found;
    show aside = {.s = {.as = SW_PAGE_MARKDOWN, .in_cell = true},
                  .base = p->base,
                  .book = book,
                  .arena = p->arena,
                  .err = p->err};
    bool ok = element_words(&aside, e, &found);
    *out = aside.s.out;
    return ok && (!out->failed || sw_fail_memory(p->err));
}

/* ---- readings -------------------------------------------------------- */

// "floor/etnews" is a reading of "floor".
static bool is_of(sw_str reading, sw_str owner)
{
    return reading.len > owner.len && sw_str_starts(reading, owner) &&
           reading.at[owner.len] == '/';
}

static bool reading_row(show *p, const reading_def *reading, const element *e)
{
    sheet *s = &p->s;
    const sw_rulebook *book = p->book;
    sw_sheet__row(s, NULL, SW_STR(""));
    sw_sheet__cell(s);
    sw_sheet__text(s, reading->told.title.len > 0 ? reading->told.title
                                                  : reading->told.id);
    sw_sheet__cell_end(s);
    p->book = reading->book;
    if (!element_cell(p, e)) return false;
    p->book = book;
    sources_cell(p, reading->told.sources, reading->told.source_count);
    sw_sheet__row_end(s);
    return true;
}

bool sw_show__readings(show *p, bool term, sw_str owner)
{
    static const char *const heads[] = {"Also read as", "What it then says",
                                        "Source", NULL};
    element e = {term, owner};
    size_t shown = 0;
    for (size_t i = 0; i < p->base->reading_count; i++) {
        const reading_def *reading = &p->base->readings[i];
        if (!is_of(reading->told.id, owner)) continue;
        if (shown++ == 0) sw_sheet__table(&p->s, heads);
        if (!reading_row(p, reading, &e)) return false;
    }
    if (shown > 0) sw_sheet__table_end(&p->s);
    return true;
}

/* ---- variants -------------------------------------------------------- */

typedef struct {
    sw_rulebook **books;  // one a variant
    size_t count;
    element *elements;
    size_t element_count;
    bool *changed;      // of the element at hand, one a variant
    sw_arena *scratch;  // reset after each element
} variants;

static void add_element(variants *v, bool term, sw_str name)
{
    for (size_t i = 0; i < v->element_count; i++) {
        if (v->elements[i].term == term && sw_str_eq(v->elements[i].name, name))
            return;
    }
    v->elements[v->element_count++] = (element){term, name};
}

static void add_elements(variants *v, const sw_rulebook *book)
{
    for (size_t i = 0; i < book->term_count; i++)
        add_element(v, true, book->terms[i].path);
    for (size_t i = 0; i < book->rule_count; i++)
        add_element(v, false, book->rules[i].id);
}

static bool build_variants(show *p, variants *v)
{
    size_t room = p->base->term_count + p->base->rule_count;
    v->count = p->base->variant_count;
    v->books = SW_NEW_ARRAY(p->arena, sw_rulebook *, v->count);
    v->changed = SW_NEW_ARRAY(p->arena, bool, v->count);
    if (v->books == NULL || v->changed == NULL) return sw_fail_memory(p->err);
    for (size_t i = 0; i < v->count; i++) {
        if (!sw_rulebook_variant(p->base, p->base->told_variants[i].id,
                                 p->arena, &v->books[i], p->err))
            return false;
        room += v->books[i]->term_count + v->books[i]->rule_count;
    }
    v->elements = SW_NEW_ARRAY(p->arena, element, room);
    if (v->elements == NULL) return sw_fail_memory(p->err);
    add_elements(v, p->base);
    for (size_t i = 0; i < v->count; i++)
        add_elements(v, v->books[i]);
    return true;
}

static void describe(show *p, const sw_variant *told)
{
    static const char *const decides =
        "Ruled under as if it were law when it is asked for.";
    sheet *s = &p->s;
    sw_sheet__group(s, "card");
    sw_sheet__heading(s, 3, "variant-", told->id, told->title);
    sw_sheet__paragraph(s);
    sw_sheet__code(s, told->id);
    sw_sheet__say(s, " ");
    sw_sheet__badge(s, told->status, told->status);
    sw_sheet__say(s, " %s", decides);
    sw_sheet__paragraph_end(s);
    sw_show__labelled(p, "Uncertain:", told->notes);
    sw_show__provisions(p, told->sources, told->source_count);
    sw_sheet__group_end(s);
}

static bool element_row(show *p, const element *e, const sw_variant *told,
                        const sw_rulebook *book)
{
    sheet *s = &p->s;
    const sw_rulebook *before = p->book;
    sw_sheet__row(s, NULL, SW_STR(""));
    sw_sheet__cell(s);
    if (told == NULL) {
        sw_sheet__strong(s, SW_STR("as it stands"));
    } else {
        sw_sheet__jump(s, "variant-", told->id, told->title);
    }
    sw_sheet__cell_end(s);
    p->book = book;
    if (!element_cell(p, e)) return false;
    p->book = before;
    sw_sheet__row_end(s);
    return true;
}

static void element_heading(show *p, const element *e)
{
    sw_str head = sw_arena_printf(
        p->arena, "%s %.*s", e->term ? "Term" : "Rule", SW_STR_ARGS(e->name));
    p->s.out.failed = p->s.out.failed || head.at == NULL;
    sw_sheet__heading(&p->s, 4, NULL, SW_STR(""), head);
}

// Which variants say something else of the element than the base.
static bool find_changes(const show *p, variants *v, const element *e,
                         bool *in_base, size_t *count)
{
    show aside = *p;
    sw_buf base = {0};
    aside.arena = v->scratch;
    *count = 0;
    bool ok = element_text(&aside, p->base, e, &base);
    for (size_t i = 0; ok && i < v->count; i++) {
        sw_buf text = {0};
        ok = element_text(&aside, v->books[i], e, &text);
        v->changed[i] = !sw_str_eq((sw_str){text.at, text.len},
                                   (sw_str){base.at, base.len});
        *count += v->changed[i];
        sw_buf_free(&text);
    }
    *in_base = base.len > 0;
    sw_buf_free(&base);
    sw_arena_reset(v->scratch);
    return ok;
}

static bool beside(show *p, variants *v, const element *e)
{
    static const char *const heads[] = {"Under", "What it says", NULL};
    bool in_base;
    size_t count;
    if (!find_changes(p, v, e, &in_base, &count)) return false;
    if (count == 0) return true;
    element_heading(p, e);
    sw_sheet__table(&p->s, heads);
    if (in_base && !element_row(p, e, NULL, p->base)) return false;
    for (size_t i = 0; i < v->count; i++) {
        if (v->changed[i] &&
            !element_row(p, e, &p->base->told_variants[i], v->books[i]))
            return false;
    }
    sw_sheet__table_end(&p->s);
    return true;
}

static bool side_by_side(show *p, variants *v)
{
    if (!sw_arena_new(&v->scratch, p->err)) return false;
    sw_sheet__heading(&p->s, 3, "part-", SW_STR("beside"),
                      SW_STR("Side by side"));
    bool ok = true;
    for (size_t i = 0; ok && i < v->element_count; i++)
        ok = beside(p, v, &v->elements[i]);
    sw_arena_free(v->scratch);
    return ok;
}

bool sw_show__variants(show *p)
{
    variants v = {0};
    if (p->base->variant_count == 0) return true;
    if (!build_variants(p, &v)) return false;
    sw_sheet__heading(&p->s, 2, "part-", SW_STR("variants"),
                      SW_STR("Bills, drafts and plans"));
    for (size_t i = 0; i < v.count; i++)
        describe(p, &p->base->told_variants[i]);
    return side_by_side(p, &v);
}
