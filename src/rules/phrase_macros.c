// all, exists and exists_one in words. What is asked of the entries of a fact
// stands below it; what only compares them with values, or values with them, in
// the answer.
#include "phrase_internal.h"

// The values that the body of a macro compares its variable with, and whether
// it wants one of them or none: x in ["a"], !(x in ["a"]), x == "a", x != "a".
static const sw_cel_tree *compared(const sw_cel_tree *body, sw_str variable,
                                   bool *none)
{
    while (body->kind == SW_CEL_TREE_NOT) {
        *none = !*none;
        body = &body->at[0];
    }
    if (body->kind != SW_CEL_TREE_OPERATOR ||
        body->at[0].kind != SW_CEL_TREE_VARIABLE ||
        !sw_str_eq(body->at[0].name, variable))
        return NULL;
    const sw_cel_tree *with = &body->at[1];
    bool list =
        sw_str_eq(body->name, SW_STR("in")) && with->kind == SW_CEL_TREE_LIST;
    bool unlike = sw_str_eq(body->name, SW_STR("!="));
    bool one = (unlike || sw_str_eq(body->name, SW_STR("=="))) &&
               with->kind == SW_CEL_TREE_LITERAL;
    if (unlike) *none = !*none;
    return list || one ? with : NULL;
}

// xs.exists(x, x in ["a", "b"]) without a list below it.
static bool tell_listed(const teller *t, const scope *in,
                        const sw_cel_tree *range, const sw_cel_tree *with,
                        bool every, bool none, phrase *out)
{
    topic asked;
    sw_buf words = {0};
    if (!sw_phrase__topic(t, in, range, &asked)) return false;
    bool single = with->kind != SW_CEL_TREE_LIST;
    const char *lead =
        every ? (none ? "none of: " : "nothing but: ")
              : (none ? "something other than: " : "at least one of: ");
    bool plain = single && every == none;  // "x among them", "x not among them"
    if (!plain) sw_buf_str(&words, sw_str_of(lead));
    sw_rules__value_words(with, t->source, &words);
    if (plain)
        sw_buf_str(&words, sw_str_of(none ? " not among them" : " among them"));
    return sw_phrase__answer(t, &asked, out, &words);
}

// ["a", "b"].all(x, x in tags): of the tags rather than of a and b.
static bool tell_members(const teller *t, const scope *in,
                         const sw_cel_tree *tree, bool every, bool none,
                         phrase *out)
{
    const sw_cel_tree *body = &tree->at[1];
    topic asked;
    sw_buf words = {0};
    if (!sw_phrase__topic(t, in, &body->at[1], &asked)) return false;
    // every one is not among them: none is; some one is not: not all are
    const char *lead = every ? (none ? "none of: " : "all of: ")
                             : (none ? "not all of: " : "at least one of: ");
    sw_buf_str(&words, sw_str_of(lead));
    sw_rules__list_words(&tree->at[0], t->source, &words);
    return sw_phrase__answer(t, &asked, out, &words);
}

static bool is_member_test(const sw_cel_tree *body, sw_str variable)
{
    return body->kind == SW_CEL_TREE_OPERATOR &&
           sw_str_eq(body->name, SW_STR("in")) &&
           body->at[0].kind == SW_CEL_TREE_VARIABLE &&
           sw_str_eq(body->at[0].name, variable) &&
           body->at[1].kind != SW_CEL_TREE_LIST;
}

// A macro over values written out: what it asks of each.
static bool tell_each(const teller *t, const scope *in, const sw_cel_tree *tree,
                      bool every, bool inner, phrase *out)
{
    const sw_cel_tree *range = &tree->at[0];
    phrase *parts = SW_NEW_ARRAY(t->arena, phrase, range->count);
    if (parts == NULL) return sw_fail_memory(t->err);
    for (size_t i = 0; i < range->count; i++) {
        scope one = {tree->variables[0], NULL, &range->at[i], in};
        if (!sw_phrase__tell(t, &one, &tree->at[1], inner, &parts[i]))
            return false;
    }
    *out = (phrase){
        .answer = sw_str_of(every ? "all of these:" : "at least one of these:"),
        .at = parts,
        .count = range->count};
    return true;
}

// Over the entries of a fact.
static bool tell_entries(const teller *t, const scope *in,
                         const sw_cel_tree *tree, const char *lead, bool inner,
                         phrase *out)
{
    topic asked;
    phrase *below = SW_NEW(t->arena, phrase);
    if (below == NULL) return sw_fail_memory(t->err);
    if (!sw_phrase__topic(t, in, &tree->at[0], &asked)) return false;
    scope inside = {tree->variables[0], asked.fact, NULL, in};
    if (!sw_phrase__tell(t, &inside, &tree->at[1], inner, below)) return false;
    *out = (phrase){.question = asked.question,
                    .path = asked.path,
                    .code = asked.code,
                    .answer = sw_str_of(lead),
                    .at = below,
                    .count = 1};
    return true;
}

// all, exists, exists_one; negated, all and exists change places.
bool sw_phrase__macro(const teller *t, const scope *in, const sw_cel_tree *tree,
                      bool not, phrase *out)
{
    const sw_cel_tree *range = &tree->at[0], *body = &tree->at[1];
    if (sw_str_eq(tree->name, SW_STR("exists_one")))
        return tell_entries(
            t, in, tree,
            not ? "not exactly one entry:" : "exactly one entry:", false, out);
    bool every = sw_str_eq(tree->name, SW_STR("all")) != not, none = not ;
    if (range->kind == SW_CEL_TREE_LIST) {
        return is_member_test(body, tree->variables[0])
                   ? tell_members(t, in, tree, every, none, out)
                   : tell_each(t, in, tree, every, not, out);
    }
    const sw_cel_tree *with = compared(body, tree->variables[0], &none);
    if (with != NULL) return tell_listed(t, in, range, with, every, none, out);
    return tell_entries(
        t, in, tree, every ? "every entry:" : "at least one entry:", not, out);
}

bool sw_phrase__is_macro(const sw_cel_tree *tree)
{
    return tree->kind == SW_CEL_TREE_MACRO && tree->count == 2 &&
           tree->variables[1].len == 0 &&
           (sw_str_eq(tree->name, SW_STR("all")) ||
            sw_str_eq(tree->name, SW_STR("exists")) ||
            sw_str_eq(tree->name, SW_STR("exists_one")));
}
