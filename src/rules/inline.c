// Terms written out: in place of its name stands a term's text in parentheses,
// so that evaluation, explanations and questions see facts alone.
//
// Only where the name is free: a macro's variable of the same name is none. And
// no variable around may be named as what the term reads begins, for it would
// take the fact's place; such a book is refused rather than repaired.
#include <stdlib.h>
#include <string.h>

#include "rules_internal.h"

// One expression with its terms written out, and all of a book beside what it
// says itself: what small files could be made to swell to.
enum { MAX_WRITTEN_OUT = 64 * 1024 };

typedef struct {
    uint32_t begin, end;
    const term_def *term;
} occurrence;

typedef struct scope scope;
struct scope {
    sw_str name;
    const scope *outer;
};

typedef struct {
    const cel_place *place;
    occurrence *at;
    size_t count, cap;
} finder;

static bool refuse_capture(const finder *f, const sw_cel_tree *n,
                           const term_def *term, sw_str variable)
{
    sw_str path = sw_rules__clip(term->path);
    variable = sw_rules__clip(variable);
    return sw_rules__refuse_in(
        f->place, n->begin,
        "the term %.*s reads %.*s..., which stands for a macro's variable "
        "here: rename the variable",
        SW_STR_ARGS(path), SW_STR_ARGS(variable));
}

static bool check_capture(const finder *f, const sw_cel_tree *n,
                          const term_def *term, const scope *in)
{
    for (; in != NULL; in = in->outer) {
        for (size_t i = 0; i < term->root_count; i++) {
            if (sw_str_eq(term->roots[i], in->name))
                return refuse_capture(f, n, term, in->name);
        }
    }
    return true;
}

static bool add(finder *f, const sw_cel_tree *n, const term_def *term)
{
    if (f->count == f->cap) {
        size_t cap = f->cap == 0 ? 8 : f->cap * 2;
        occurrence *more =
            SW_NEW_ARRAY(f->place->reader->scratch, occurrence, cap);
        if (more == NULL) return sw_fail_memory(f->place->err);
        if (f->count > 0) memcpy(more, f->at, f->count * sizeof *more);
        f->at = more;
        f->cap = cap;
    }
    f->at[f->count++] = (occurrence){n->begin, n->end, term};
    return true;
}

static bool find(finder *f, const sw_cel_tree *n, const scope *in);

static bool find_below(finder *f, const sw_cel_tree *n, const scope *in)
{
    scope first = {n->variables[0], in}, second = {n->variables[1], &first};
    bool binds = n->variables[0].len > 0;
    const scope *inside = !binds                    ? in
                          : n->variables[1].len > 0 ? &second
                                                    : &first;
    for (size_t i = 0; i < n->count; i++) {
        if (!find(f, &n->at[i], i == 0 ? in : inside)) return false;
    }
    return true;
}

static bool find(finder *f, const sw_cel_tree *n, const scope *in)
{
    if (n->kind == SW_CEL_TREE_HAS && n->at[0].kind == SW_CEL_TREE_PATH &&
        sw_rules__find_term(f->place->reader->book, n->at[0].name) != NULL) {
        return sw_rules__refuse_in(f->place, n->begin,
                                   "has() asks for a fact, not for a term");
    }
    if (n->kind != SW_CEL_TREE_PATH) return find_below(f, n, in);
    const term_def *term = sw_rules__find_term(f->place->reader->book, n->name);
    if (term == NULL) return true;
    return check_capture(f, n, term, in) && add(f, n, term);
}

static int by_place(const void *a, const void *b)
{
    const occurrence *x = a, *y = b;
    return (x->begin > y->begin) - (x->begin < y->begin);
}

static bool check_size(const finder *f, size_t size)
{
    size_t *left = f->place->reader->budget;
    if (size > MAX_WRITTEN_OUT) {
        return sw_rules__refuse_in(
            f->place, 0, "with its terms written out longer than %d bytes",
            MAX_WRITTEN_OUT);
    }
    if (size > *left) {
        return sw_rules__refuse_in(
            f->place, 0,
            "the book, with its terms written out, is longer than %d bytes",
            MAX_BOOK_WRITTEN_OUT);
    }
    *left -= size;
    return true;
}

static bool join(const finder *f, sw_str source, sw_str *out)
{
    size_t size = source.len;
    for (size_t i = 0; i < f->count && size <= MAX_WRITTEN_OUT; i++)
        size += f->at[i].term->text.len;
    if (!check_size(f, size)) return false;
    sw_buf buf = {0};
    size_t done = 0;
    for (size_t i = 0; i < f->count; i++) {
        const occurrence *o = &f->at[i];
        sw_buf_add(&buf, source.at + done, o->begin - done);
        sw_buf_str(&buf, o->term->text);
        done = o->end;
    }
    sw_buf_add(&buf, source.at + done, source.len - done);
    bool ok = !buf.failed && sw_arena_str(f->place->reader->scratch,
                                          (sw_str){buf.at, buf.len}, out);
    sw_buf_free(&buf);
    return ok || sw_fail_memory(f->place->err);
}

static bool is_listed(const expression *e, sw_str path)
{
    for (size_t i = 0; i < e->read_count; i++) {
        if (sw_str_eq(e->reads[i], path)) return true;
    }
    return false;
}

static bool list_terms(const finder *f, expression *of)
{
    sw_str *reads = SW_NEW_ARRAY(f->place->reader->arena, sw_str, f->count);
    if (reads == NULL) return sw_fail_memory(f->place->err);
    of->reads = reads;
    for (size_t i = 0; i < f->count; i++) {
        sw_str path = f->at[i].term->path;
        if (!is_listed(of, path)) reads[of->read_count++] = path;
    }
    return true;
}

bool sw_rules__write_out(const cel_place *p, const sw_cel_tree *tree,
                         expression *of, sw_str *out)
{
    finder f = {.place = p};
    *out = SW_STR("");
    if (!find(&f, tree, NULL)) return false;
    if (f.count == 0) return true;
    qsort(f.at, f.count, sizeof *f.at, by_place);
    return list_terms(&f, of) && join(&f, p->node->text, out);
}

bool sw_rules__reads_alike(const expression_reader *r, const expression *e)
{
    for (size_t i = 0; i < e->read_count; i++) {
        const term_def *now = sw_rules__find_term(r->book, e->reads[i]);
        const term_def *then = sw_rules__find_term(r->like, e->reads[i]);
        if (now == NULL || !sw_str_eq(now->text, then->text)) return false;
    }
    return true;
}
