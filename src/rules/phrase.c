// From CEL's tree to questions and answers. Negation is carried down to the
// questions, so that !(a in ["x"]) reads "none of: x"; only above a list it
// stays: "none of these". What no table here knows is told as it is written.
#include <string.h>

#include "phrase_internal.h"

/* ---- text ------------------------------------------------------------ */

sw_str sw_rules__question(sw_str ask)
{
    const char *mark = ask.len > 0 ? memchr(ask.at, '?', ask.len) : NULL;
    if (mark != NULL) return (sw_str){ask.at, (size_t)(mark - ask.at) + 1};
    for (size_t i = 0; i + 1 < ask.len; i++) {
        if (ask.at[i] == '.' && ask.at[i + 1] == ' ')
            return (sw_str){ask.at, i};
    }
    return ask;
}

// What was written into `buf`, which it releases, as text of the arena.
static bool keep(const teller *t, sw_buf *buf, sw_str *out)
{
    bool ok = !buf->failed || sw_fail_memory(t->err);
    ok = ok && (sw_arena_str(t->arena, (sw_str){buf->at, buf->len}, out) ||
                sw_fail_memory(t->err));
    sw_buf_free(buf);
    return ok;
}

static sw_str written(const teller *t, const sw_cel_tree *tree)
{
    return (sw_str){t->source.at + tree->begin, tree->end - tree->begin};
}

/* ---- what is asked --------------------------------------------------- */

static const scope *scope_of(const scope *in, sw_str variable)
{
    while (in != NULL && !sw_str_eq(in->variable, variable))
        in = in->outer;
    return in;
}

// What a variable stands for, else the tree itself.
static const sw_cel_tree *resolved(const scope *in, const sw_cel_tree *tree)
{
    if (tree->kind != SW_CEL_TREE_VARIABLE) return tree;
    const scope *of = scope_of(in, tree->name);
    return of != NULL && of->value != NULL ? of->value : tree;
}

static const fact_def *field_of(const scope *in, const sw_cel_tree *tree)
{
    if (tree->kind != SW_CEL_TREE_FIELD ||
        tree->at[0].kind != SW_CEL_TREE_VARIABLE)
        return NULL;
    const scope *of = scope_of(in, tree->at[0].name);
    return of == NULL || of->list == NULL
               ? NULL
               : sw_rules__find_field(of->list, tree->name);
}

static topic of_fact(const fact_def *fact, sw_str path)
{
    sw_str ask = sw_rules__question(fact->ask);
    return (topic){.question = ask.len > 0 ? ask : fact->path,
                   .path = path,
                   .fact = fact,
                   .before = ""};
}

static topic of_path(const teller *t, sw_str path)
{
    const fact_def *fact = sw_rules__find_fact(&t->book->facts, path);
    if (fact != NULL) return of_fact(fact, path);
    const term_def *term = sw_rules__find_term(t->book, path);
    if (term != NULL)
        return (topic){
            .question = term->versions[0].title, .path = path, .before = ""};
    if (sw_str_eq(path, SW_STR("ruling.date")))
        return (topic){.question = SW_STR("the day ruled for"), .before = ""};
    if (sw_str_eq(path, SW_STR("ruling.known")))
        return (topic){.question = SW_STR("the day as known on"), .before = ""};
    return (topic){.question = path, .code = true, .before = ""};
}

static bool is_number(const sw_cel_tree *tree, int64_t number)
{
    return tree->kind == SW_CEL_TREE_LITERAL &&
           tree->value->kind == SW_CEL_INT && tree->value->as.i64 == number;
}

static bool is_size(const sw_cel_tree *tree)
{
    return sw_rules__call_args(tree, "size", 1) != NULL;
}

bool sw_phrase__topic(const teller *t, const scope *in, const sw_cel_tree *tree,
                      topic *out)
{
    tree = resolved(in, tree);
    if (tree->kind == SW_CEL_TREE_PATH) {
        *out = of_path(t, tree->name);
        return true;
    }
    const fact_def *entry = field_of(in, tree);
    if (entry != NULL) {
        *out = of_fact(entry, SW_STR(""));
        return true;
    }
    if (tree->kind == SW_CEL_TREE_VARIABLE) {
        *out = (topic){.question = SW_STR("its value"), .before = ""};
        return true;
    }
    bool newest = tree->kind == SW_CEL_TREE_INDEX && is_number(&tree->at[1], 0);
    if (newest || is_size(tree)) {
        if (!sw_phrase__topic(t, in, &tree->at[0], out)) return false;
        out->before = newest ? "the newest value: " : "the number of entries: ";
        if (!newest) out->fact = NULL;
        return true;
    }
    sw_buf words = {0};
    *out = (topic){.before = ""};
    sw_rules__value_words(tree, t->source, &words);
    if (!keep(t, &words, &out->question)) return false;
    out->code = sw_str_eq(out->question, written(t, tree));
    return true;
}

bool sw_phrase__answer(const teller *t, const topic *asked, phrase *out,
                       sw_buf *words)
{
    *out = (phrase){
        .question = asked->question, .path = asked->path, .code = asked->code};
    return keep(t, words, &out->answer);
}

static bool yes_or_no(const teller *t, const scope *in, const sw_cel_tree *tree,
                      const char *text, phrase *out)
{
    topic asked;
    sw_buf words = {0};
    if (!sw_phrase__topic(t, in, tree, &asked)) return false;
    sw_buf_printf(&words, "%s%s", asked.before, text);
    return sw_phrase__answer(t, &asked, out, &words);
}

/* ---- comparisons ----------------------------------------------------- */

// `turned`: the same with the sides changed; `opposite`: its negation.
static const struct comparison {
    const char *op, *turned, *opposite, *words, *of_days;
} comparisons[] = {
    {"==", "==", "!=", "", ""},
    {"!=", "!=", "==", "not ", "not "},
    {"<", ">", ">=", "less than ", "before "},
    {"<=", ">=", ">", "at most ", "on or before "},
    {">", "<", "<=", "more than ", "after "},
    {">=", "<=", "<", "at least ", "on or after "},
};

static const struct comparison *find_comparison(sw_str op)
{
    for (size_t i = 0; i < sizeof comparisons / sizeof *comparisons; i++) {
        if (sw_str_eq(op, sw_str_of(comparisons[i].op))) return &comparisons[i];
    }
    return NULL;
}

static bool gives_day(const teller *t, const scope *in, const sw_cel_tree *tree)
{
    const fact_def *fact = field_of(in, tree);
    if (tree->kind == SW_CEL_TREE_PATH)
        fact = sw_rules__find_fact(&t->book->facts, tree->name);
    return (fact != NULL && fact->scalar == FACT_DATE) ||
           sw_str_starts(tree->name, SW_STR("ruling.")) ||
           sw_rules__call_args(tree, "timestamp", 1) != NULL ||
           sw_rules__call_args(tree, "months.add", 2) != NULL ||
           sw_rules__call_args(tree, "workdays.add", 3) != NULL;
}

static bool compare(const teller *t, const scope *in, const sw_cel_tree *left,
                    const sw_cel_tree *right, const struct comparison *how,
                    phrase *out)
{
    topic asked;
    sw_buf words = {0};
    if (!sw_phrase__topic(t, in, left, &asked)) return false;
    bool days = gives_day(t, in, left) || gives_day(t, in, right);
    sw_buf_printf(&words, "%s%s", asked.before,
                  days ? how->of_days : how->words);
    sw_rules__value_words(resolved(in, right), t->source, &words);
    const fact_def *fact = asked.fact;
    bool number = fact != NULL &&
                  (fact->scalar == FACT_INT || fact->scalar == FACT_DOUBLE);
    if (number && fact->unit.len > 0)
        sw_buf_printf(&words, " (%.*s)", SW_STR_ARGS(fact->unit));
    return sw_phrase__answer(t, &asked, out, &words);
}

// "it depends:" over a condition and what follows from it; what stands below
// the three is for the caller to fill in.
static bool open_conditional(const teller *t, phrase *out, phrase **below)
{
    static const char *const leads[] = {"if:", "then:", "otherwise:"};
    phrase *parts = SW_NEW_ARRAY(t->arena, phrase, 3);
    *below = SW_NEW_ARRAY(t->arena, phrase, 3);
    if (parts == NULL || *below == NULL) return sw_fail_memory(t->err);
    for (size_t i = 0; i < 3; i++) {
        parts[i] = (phrase){
            .answer = sw_str_of(leads[i]), .at = &(*below)[i], .count = 1};
    }
    *out = (phrase){.answer = SW_STR("it depends:"), .at = parts, .count = 3};
    return true;
}

// x > (a ? b : c) as: if a, x > b; otherwise x > c.
static bool compare_each(const teller *t, const scope *in,
                         const sw_cel_tree *left, const sw_cel_tree *right,
                         const struct comparison *how, phrase *out)
{
    phrase *below;
    if (right->kind != SW_CEL_TREE_CONDITIONAL)
        return compare(t, in, left, right, how, out);
    return open_conditional(t, out, &below) &&
           sw_phrase__tell(t, in, &right->at[0], false, &below[0]) &&
           compare_each(t, in, left, &right->at[1], how, &below[1]) &&
           compare_each(t, in, left, &right->at[2], how, &below[2]);
}

static bool tell_comparison(const teller *t, const scope *in,
                            const sw_cel_tree *tree,
                            const struct comparison *how, bool not, phrase *out)
{
    const sw_cel_tree *left = &tree->at[0], *right = &tree->at[1];
    if (left->kind == SW_CEL_TREE_LITERAL &&
        right->kind != SW_CEL_TREE_LITERAL) {
        const sw_cel_tree *turn = left;
        left = right;
        right = turn;
        how = find_comparison(sw_str_of(how->turned));
    }
    if (not ) how = find_comparison(sw_str_of(how->opposite));
    return compare_each(t, in, left, right, how, out);
}

// x in ["a", "b"]; "a" in xs.
static bool tell_in(const teller *t, const scope *in, const sw_cel_tree *tree,
                    bool not, phrase *out)
{
    const sw_cel_tree *item = &tree->at[0], *list = &tree->at[1];
    bool among = list->kind != SW_CEL_TREE_LIST;
    topic asked;
    sw_buf words = {0};
    if (!sw_phrase__topic(t, in, among ? list : item, &asked)) return false;
    if (among) {
        sw_rules__value_words(resolved(in, item), t->source, &words);
        sw_buf_str(&words, sw_str_of(not ? " not among them" : " among them"));
    } else {
        sw_buf_str(&words, sw_str_of(not ? "none of: " : "one of: "));
        sw_rules__value_words(list, t->source, &words);
    }
    return sw_phrase__answer(t, &asked, out, &words);
}

/* ---- lists and macros ------------------------------------------------ */

static size_t count_parts(const sw_cel_tree *tree, sw_cel_tree_kind kind)
{
    if (tree->kind != kind) return 1;
    size_t n = 0;
    for (size_t i = 0; i < tree->count; i++)
        n += count_parts(&tree->at[i], kind);
    return n;
}

static bool tell_parts(const teller *t, const scope *in,
                       const sw_cel_tree *tree, sw_cel_tree_kind kind,
                       phrase **next)
{
    if (tree->kind != kind)
        return sw_phrase__tell(t, in, tree, false, (*next)++);
    for (size_t i = 0; i < tree->count; i++) {
        if (!tell_parts(t, in, &tree->at[i], kind, next)) return false;
    }
    return true;
}

// a && (b && c) is one list of three.
static bool tell_logic(const teller *t, const scope *in,
                       const sw_cel_tree *tree, bool not, phrase *out)
{
    bool all = tree->kind == SW_CEL_TREE_AND;
    const char *lead = not ? (all ? "not all of these:" : "none of these:")
                           : (all ? "all of these:" : "at least one of these:");
    size_t count = count_parts(tree, tree->kind);
    phrase *parts = SW_NEW_ARRAY(t->arena, phrase, count), *next = parts;
    if (parts == NULL) return sw_fail_memory(t->err);
    if (!tell_parts(t, in, tree, tree->kind, &next)) return false;
    *out = (phrase){.answer = sw_str_of(lead), .at = parts, .count = count};
    return true;
}

static bool tell_conditional(const teller *t, const scope *in,
                             const sw_cel_tree *tree, bool not, phrase *out)
{
    phrase *below;
    return open_conditional(t, out, &below) &&
           sw_phrase__tell(t, in, &tree->at[0], false, &below[0]) &&
           sw_phrase__tell(t, in, &tree->at[1], not, &below[1]) &&
           sw_phrase__tell(t, in, &tree->at[2], not, &below[2]);
}

/* ---- the tree -------------------------------------------------------- */

static bool tell_method(const teller *t, const scope *in,
                        const sw_cel_tree *tree, bool not, phrase *out)
{
    static const struct {
        const char *name, *words, *not ;
    } known[] = {{"startsWith", "begins with ", "does not begin with "},
                 {"endsWith", "ends with ", "does not end with "},
                 {"contains", "contains ", "does not contain "}};
    for (size_t i = 0; tree->count == 2 && i < sizeof known / sizeof *known;
         i++) {
        if (!sw_str_eq(tree->name, sw_str_of(known[i].name))) continue;
        topic asked;
        sw_buf words = {0};
        if (!sw_phrase__topic(t, in, &tree->at[0], &asked)) return false;
        sw_buf_str(&words, sw_str_of(not ? known[i].not : known[i].words));
        sw_rules__value_words(&tree->at[1], t->source, &words);
        return sw_phrase__answer(t, &asked, out, &words);
    }
    *out = (phrase){.question = written(t, tree),
                    .code = true,
                    .answer = sw_str_of(not ? "no" : "yes")};
    return true;
}

bool sw_phrase__tell(const teller *t, const scope *in, const sw_cel_tree *tree,
                     bool not, phrase *out)
{
    const char *truth = not ? "no" : "yes";
    switch (tree->kind) {
    case SW_CEL_TREE_AND:
    case SW_CEL_TREE_OR: return tell_logic(t, in, tree, not, out);
    case SW_CEL_TREE_NOT:
        return sw_phrase__tell(t, in, &tree->at[0], !not, out);
    case SW_CEL_TREE_CONDITIONAL:
        return tell_conditional(t, in, tree, not, out);
    case SW_CEL_TREE_LITERAL:
        *out =
            (phrase){.answer = sw_str_of(
                         tree->value->as.boolean != not ? "always" : "never")};
        return true;
    case SW_CEL_TREE_HAS:
        return yes_or_no(t, in, &tree->at[0], not ? "not stated" : "stated",
                         out);
    case SW_CEL_TREE_PATH:
    case SW_CEL_TREE_FIELD:
    case SW_CEL_TREE_INDEX:
    case SW_CEL_TREE_VARIABLE: return yes_or_no(t, in, tree, truth, out);
    case SW_CEL_TREE_METHOD: return tell_method(t, in, tree, not, out);
    case SW_CEL_TREE_OPERATOR: {
        const struct comparison *how = find_comparison(tree->name);
        return how != NULL ? tell_comparison(t, in, tree, how, not, out)
                           : tell_in(t, in, tree, not, out);
    }
    default: break;
    }
    if (sw_phrase__is_macro(tree))
        return sw_phrase__macro(t, in, tree, not, out);
    *out = (phrase){
        .question = written(t, tree), .code = true, .answer = sw_str_of(truth)};
    return true;
}

bool sw_rules__phrase(const sw_rulebook *book, sw_str text, sw_arena *arena,
                      const phrase **out, sw_error *err)
{
    sw_cel *cel;
    const sw_cel_tree *tree;
    phrase *top = SW_NEW(arena, phrase);
    if (top == NULL) return sw_fail_memory(err);
    if (!sw_cel_parse(text, arena, &cel, err) ||
        !sw_cel_tree_of(cel, arena, &tree, err))
        return false;
    teller t = {book, sw_cel_source(cel), arena, err};
    if (!sw_phrase__tell(&t, NULL, tree, false, top)) return false;
    *out = top;
    return true;
}
