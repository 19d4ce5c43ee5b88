// Which rows are compared: an expression of facts and terms, as a rule's
// `when`. It stands in no book, so it is given one of its own: the rulebook,
// with the expression as its text, that an error points into.
#include "parity_internal.h"

static const char name[] = "--eligible";

struct eligibility {
    sw_rulebook book;
    yaml_node node;
    expression e;  // cel NULL: every row
};

static bool compile(const measure *m, eligibility *e)
{
    declared names;
    size_t budget = MAX_BOOK_WRITTEN_OUT;
    const sw_rulebook *book = &e->book;
    if (!sw_rules__declare_facts(book, book->term_count, m->arena, &names,
                                 m->err))
        return false;
    for (size_t i = 0; i < book->term_count; i++)
        sw_rules__declare_term(&names, book->terms[i].path);

    expression_reader reader = {.book = book,
                                .declared = &names,
                                .arena = m->arena,
                                .scratch = m->scratch,
                                .budget = &budget};
    cel_place place = {&reader,      "expression", SW_STR("of the rows"),
                       "that count", &e->node,     m->err};
    return sw_rules__read_expression(&place, &e->e);
}

bool sw_rules__read_eligible(const measure *m, const eligibility **out)
{
    eligibility *e = SW_NEW(m->arena, eligibility);
    if (e == NULL) return sw_fail_memory(m->err);
    *out = e;
    if (m->out->eligible.len == 0) return true;
    e->book = *m->book;
    e->book.text = m->out->eligible;
    e->book.name = SW_STR(name);
    e->node = (yaml_node){
        .plain = true, .line = 1, .column = 1, .text = m->out->eligible};
    if (compile(m, e)) return true;
    if (m->err->kind == SW_ERR_INPUT) m->err->kind = SW_ERR_USAGE;
    return sw_error_in(m->err, name);
}

bool sw_rules__is_eligible(const measure *m, const eligibility *e, size_t row,
                           sw_term_value *out)
{
    *out = SW_TERM_TRUE;
    if (e->e.cel == NULL) return true;
    judge j = {.book = &e->book,
               .days = sw_rules__parity_days(m),
               .arena = m->scratch,
               .err = m->err};
    subject of = {"expression", SW_STR("of the rows"), "that count"};
    sw_declaration *said;
    sw_cel_value value;
    if (!sw_rules__declare_row(m->population, &m->population->rows[row],
                               (sw_str){0}, m->scratch, &said, m->err) ||
        !sw_rules__bind_said(m->book, said, &j.days, m->scratch, &j.facts, NULL,
                             m->err) ||
        !sw_rules__judge(&j, &of, &e->e, &value, NULL))
        return false;
    if (value.kind == SW_CEL_UNKNOWN) {
        *out = SW_TERM_UNDETERMINED;
    } else if (value.kind == SW_CEL_BOOL) {
        *out = value.as.boolean ? SW_TERM_TRUE : SW_TERM_FALSE;
    } else {
        return sw_rules__refuse_result(&j, &of, &e->e, &value);
    }
    return true;
}
