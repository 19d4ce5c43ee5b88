// An interview: a declaration in the making. Its state is what was given at the
// beginning and the answers since, as steps; from them the declaration is
// written anew after each answer, read as any declaration is, and ruled on. So
// what comes out at the end is what the last ruling was made on, and taking an
// answer back is to leave out the last step.
//
// An answer is tried in memory of its own. If no ruling can be made on it, the
// answer is refused and what stood before still stands.
#include <stdlib.h>
#include <string.h>

#include "ask_internal.h"

enum { MAX_STEPS = 20 * 1000 };

typedef struct {
    char *path, *value;  // value NULL: not known
} step;

struct sw_interview {
    sw_rulebook *const *books;
    size_t count;
    const sw_declaration *given;  // or NULL
    sw_rule_options options;
    step *steps;
    size_t step_count, step_cap;
    sw_arena *now, *spare;  // of what stands, and of what is tried
    const sw_ruling *ruling;
    sw_str text;
    sw_asked asked;
    bool asks;
};

/* ---- the declaration ------------------------------------------------- */

static sw_str str_of(const char *text)
{
    return (sw_str){text, strlen(text)};
}

static bool gather(const sw_interview *talk, sw_arena *arena, said_facts *out,
                   sw_error *err)
{
    const sw_declaration *given = talk->given;
    *out = (said_facts){0};
    if (given != NULL && given->count > 0) {
        out->at = SW_NEW_ARRAY(arena, said_fact, given->count);
        if (out->at == NULL) return sw_fail_memory(err);
        memcpy(out->at, given->facts, given->count * sizeof *out->at);
        out->count = out->cap = given->count;
    }
    for (size_t i = 0; i < talk->step_count; i++) {
        const step *s = &talk->steps[i];
        if (s->value != NULL &&
            !sw_ask__put(out, str_of(s->path), str_of(s->value), arena, err))
            return false;
    }
    return true;
}

// What is free text in the declaration that was given.
static bool write_words(const sw_interview *talk, sw_arena *arena, sw_buf *out,
                        sw_error *err)
{
    static const char *const keys[] = {"declaration", "notes"};
    const yaml_node *root;
    if (talk->given == NULL || talk->given->text.len == 0) return true;
    if (!sw_rules__yaml(talk->given->text, arena, &root, err)) return false;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const yaml_node *node = sw_rules__find_child(root, sw_str_of(keys[i]));
        if (node == NULL) continue;
        sw_buf_printf(out, "%s: ", keys[i]);
        sw_ask__write(out, node);
        sw_buf_str(out, SW_STR("\n"));
    }
    return true;
}

// Whether a book before this one declares the fact too.
static bool stands_above(const sw_interview *talk, size_t book, sw_str path)
{
    for (size_t i = 0; i < book; i++) {
        if (sw_rules__find_fact(&talk->books[i]->facts, path) != NULL)
            return true;
    }
    return false;
}

// In the order of the books.
static void write_facts(const sw_interview *talk, const said_facts *said,
                        sw_buf *out)
{
    for (size_t b = 0; b < talk->count; b++) {
        const vocabulary *words = &talk->books[b]->facts;
        for (size_t i = 0; i < words->count; i++) {
            sw_str path = words->at[i].path;
            if (stands_above(talk, b, path)) continue;
            for (size_t k = 0; k < said->count; k++) {
                if (!sw_str_eq(said->at[k].path, path)) continue;
                sw_buf_printf(out, "%.*s: ", SW_STR_ARGS(path));
                sw_ask__write(out, said->at[k].node);
                sw_buf_str(out, SW_STR("\n"));
            }
        }
    }
}

static bool write_all(const sw_interview *talk, sw_arena *arena, sw_str *out,
                      sw_error *err)
{
    said_facts said;
    sw_buf buf = {0};
    if (!gather(talk, arena, &said, err)) return false;
    bool ok = write_words(talk, arena, &buf, err);
    if (ok) {
        write_facts(talk, &said, &buf);
        if (buf.len == 0) sw_buf_str(&buf, SW_STR("{}\n"));
        ok = (!buf.failed &&
              sw_arena_str(arena, (sw_str){buf.at, buf.len}, out)) ||
             sw_fail_memory(err);
    }
    sw_buf_free(&buf);
    return ok;
}

/* ---- the question ---------------------------------------------------- */

static bool is_put(const sw_interview *talk, sw_str path)
{
    for (size_t i = 0; i < talk->step_count; i++) {
        if (sw_str_eq(str_of(talk->steps[i].path), path)) return true;
    }
    return false;
}

static bool waits(const sw_rule_outcome *rule, sw_str path)
{
    for (size_t i = 0; i < rule->missing_count; i++) {
        if (sw_str_eq(rule->missing[i], path)) return true;
    }
    return false;
}

static bool find_waiting(const sw_ruling *ruling, sw_arena *arena,
                         sw_asked *asked, sw_error *err)
{
    sw_verdict decided = sw_rules__decided(ruling->rules, ruling->rule_count);
    const sw_rule_outcome **list =
        SW_NEW_ARRAY(arena, const sw_rule_outcome *, ruling->rule_count);
    if (list == NULL) return sw_fail_memory(err);
    for (size_t i = 0; i < ruling->rule_count; i++) {
        const sw_rule_outcome *rule = &ruling->rules[i];
        if (sw_rules__matters(rule, decided) &&
            waits(rule, asked->question->fact))
            list[asked->waiting_count++] = rule;
    }
    asked->waiting = list;
    return true;
}

/* ---- steps ----------------------------------------------------------- */

// Rules on the steps as they are. On failure what stood before still stands.
static bool settle(sw_interview *talk, sw_error *err)
{
    sw_arena *arena = talk->spare;
    sw_str text;
    sw_declaration *said;
    const sw_ruling *ruling;
    sw_arena_reset(arena);
    if (!write_all(talk, arena, &text, err) ||
        !sw_declaration_parse(text, "the answers", arena, &said, err) ||
        !sw_rule_with(talk->books, talk->count, said, &talk->options, arena,
                      &ruling, err))
        return false;

    sw_asked asked = {.number = talk->step_count + 1};
    for (size_t i = 0; asked.question == NULL && i < ruling->question_count;
         i++) {
        if (!is_put(talk, ruling->questions[i].fact))
            asked.question = &ruling->questions[i];
    }
    if (asked.question != NULL && !find_waiting(ruling, arena, &asked, err))
        return false;
    talk->spare = talk->now;
    talk->now = arena;
    talk->text = text;
    talk->ruling = ruling;
    talk->asked = asked;
    talk->asks = asked.question != NULL;
    return true;
}

static char *copy_of(sw_str s)
{
    char *made = malloc(s.len + 1);
    if (made == NULL) return NULL;
    memcpy(made, s.at, s.len);
    made[s.len] = '\0';
    return made;
}

static void drop_step(sw_interview *talk)
{
    step *last = &talk->steps[--talk->step_count];
    free(last->path);
    free(last->value);
}

// `value` NULL: not known.
static bool add_step(sw_interview *talk, const sw_str *value, sw_error *err)
{
    if (talk->step_count == MAX_STEPS)
        return sw_fail(err, SW_ERR_INPUT, "more than %d answers", MAX_STEPS);
    if (talk->step_count == talk->step_cap) {
        size_t cap = talk->step_cap > 0 ? 2 * talk->step_cap : 64;
        step *more = realloc(talk->steps, cap * sizeof *more);
        if (more == NULL) return sw_fail_memory(err);
        talk->steps = more;
        talk->step_cap = cap;
    }
    step *made = &talk->steps[talk->step_count++];
    made->path = copy_of(talk->asked.question->fact);
    made->value = value != NULL ? copy_of(*value) : NULL;
    if (made->path != NULL && (value == NULL || made->value != NULL))
        return true;
    drop_step(talk);
    return sw_fail_memory(err);
}

static bool take(sw_interview *talk, const sw_str *value, sw_error *err)
{
    if (!add_step(talk, value, err)) return false;
    if (settle(talk, err)) return true;
    drop_step(talk);
    return false;
}

static bool take_back(sw_interview *talk, sw_error *err)
{
    if (talk->step_count == 0)
        return sw_fail(err, SW_ERR_INPUT,
                       "this is the first question: nothing to take back");
    drop_step(talk);
    return settle(talk, err);
}

static bool act_on(sw_interview *talk, sw_str line, sw_answer *out,
                   sw_error *err)
{
    ask_reading got;
    sw_arena_reset(talk->spare);
    if (!sw_ask__read(talk->asked.question, line, talk->spare, &got, err))
        return false;
    out->kind = got.kind;
    switch (got.kind) {
    case SW_ANSWER_TAKEN: return take(talk, &got.value, err);
    case SW_ANSWER_UNKNOWN: return take(talk, NULL, err);
    case SW_ANSWER_BACK: return take_back(talk, err);
    default: return true;
    }
}

/* ---- the interview --------------------------------------------------- */

bool sw_interview_answer(sw_interview *talk, sw_str line, sw_answer *out,
                         sw_error *err)
{
    if (!talk->asks)
        return sw_fail(err, SW_ERR_USAGE, "there is no question to answer");
    sw_error refusal = {0};
    sw_answer got = {0};
    if (!act_on(talk, line, &got, &refusal)) {
        if (refusal.kind != SW_ERR_INPUT) {
            *err = refusal;
            return false;
        }
        got.kind = SW_ANSWER_REFUSED;
        memcpy(got.reason, refusal.reason, sizeof got.reason);
    }
    *out = got;
    return true;
}

// Errors in what was given are told of its own text, before it is rewritten.
static bool check_given(const sw_interview *talk, sw_error *err)
{
    const sw_ruling *ruling;
    return talk->given == NULL ||
           sw_rule_with(talk->books, talk->count, talk->given, &talk->options,
                        talk->spare, &ruling, err);
}

bool sw_interview_new(sw_rulebook *const *books, size_t count,
                      const sw_declaration *said,
                      const sw_rule_options *options, sw_interview **out,
                      sw_error *err)
{
    sw_interview *talk = calloc(1, sizeof *talk);
    if (talk == NULL) return sw_fail_memory(err);
    talk->books = books;
    talk->count = count;
    talk->given = said;
    talk->options = *options;
    if (!sw_arena_new(&talk->now, err) || !sw_arena_new(&talk->spare, err) ||
        !check_given(talk, err) || !settle(talk, err)) {
        sw_interview_free(talk);
        return false;
    }
    *out = talk;
    return true;
}

void sw_interview_free(sw_interview *talk)
{
    if (talk == NULL) return;
    while (talk->step_count > 0)
        drop_step(talk);
    free(talk->steps);
    sw_arena_free(talk->now);
    sw_arena_free(talk->spare);
    free(talk);
}

const sw_asked *sw_interview_asks(const sw_interview *talk)
{
    return talk->asks ? &talk->asked : NULL;
}

const sw_ruling *sw_interview_ruling(const sw_interview *talk)
{
    return talk->ruling;
}

sw_str sw_interview_declaration(const sw_interview *talk)
{
    return talk->text;
}
