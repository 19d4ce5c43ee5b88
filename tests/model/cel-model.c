// Reads cases that tests/model/generate.py makes, a line each, evaluates them
// with src/cel and compares with what the model says.
//
//     cel-model [--progress] FILE...
//
// Files are read by turns, a line of each, so that several generators may work
// at once; {"done": N} must end each, for a generator that broke off is no
// success.
//
// Prints each disagreement and ends with 'N agreed, N disagreed'. A case agrees
// if the value of the expression with some facts missing, its value with none
// missing, and every property below hold.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "case.h"

/* ---- properties ------------------------------------------------------ */

static finding agrees(const model_case *c, const char *what,
                      const sw_cel_options *how, const sw_cel_value *want)
{
    sw_cel_value got = {0};
    sw_error err = {0};
    if (!sw_cel_eval(c->cel, how, c->arena, &got, &err))
        return complain_error(c, what, &err);
    return same_value(want, &got) ? HOLDS
                                  : complain_values(c, what, want, &got);
}

static finding result_agrees(const model_case *c)
{
    return agrees(c, "result", &c->partial, &c->result);
}

static finding verdict_agrees(const model_case *c)
{
    if (!c->has_whole) return SAYS_NOTHING;
    return agrees(c, "verdict", &c->whole, &c->verdict);
}

// An answer given while facts are missing is the answer.
static finding answer_stands(const model_case *c)
{
    if (!c->has_whole || is_open(&c->result)) return SAYS_NOTHING;
    if (same_value(&c->result, &c->verdict)) return HOLDS;
    return complain_values(c, "answer", &c->verdict, &c->result);
}

// What an expression is written as is read as the same one.
static finding is_written(const model_case *c)
{
    sw_str text, again;
    sw_cel *back = NULL;
    sw_cel_value got = {0};
    sw_error err = {0};
    bool ok = sw_cel_unparse(c->cel, c->arena, &text, &err) &&
              sw_cel_parse(text, c->arena, &back, &err) &&
              sw_cel_unparse(back, c->arena, &again, &err) &&
              sw_cel_eval(back, &c->partial, c->arena, &got, &err);
    if (!ok) return complain_error(c, "writing", &err);
    if (!sw_str_eq(text, again)) return complain(c, "writing", text, again);
    if (same_value(&c->result, &got)) return HOLDS;
    return complain(c, "writing", text, shown_value(&got, c->arena));
}

static struct {
    const char *name;
    finding (*check)(const model_case *c);
    size_t held;  ///< exercised, and nothing to complain of
} properties[] = {
    {"result with facts missing", result_agrees, 0},
    {"result with none missing", verdict_agrees, 0},
    {"answer before all is known", answer_stands, 0},
    {"written and read again", is_written, 0},
    {"unnamed facts cannot matter", others_cannot_matter, 0},
    {"what is left gives the whole", rest_gives_the_whole, 0},
    {"explanation is enough", explanation_is_enough, 0},
    {"explanation names no fact too much", explanation_is_minimal, 0},
    {"explanation is one, at once and later", explanations_are_one, 0},
    {"type is found and fits", type_is_found, 0},
    {"estimate of steps holds", steps_are_bounded, 0},
};

enum { PROPERTIES = sizeof properties / sizeof *properties };

/* ---- cases ----------------------------------------------------------- */

static bool read_case(model_case *c, sw_error *err)
{
    const json_t *truth = json_object_get(c->line, "truth");
    sw_str container = json_text(json_object_get(c->line, "container"));
    c->source = json_text(json_object_get(c->line, "source"));
    c->has_whole = truth != NULL;
    c->partial.container = c->whole.container = container;
    bool ok =
        read_bindings(json_object_get(c->line, "bindings"), c->arena,
                      &c->partial) &&
        read_value(json_object_get(c->line, "result"), c->arena, &c->result) &&
        (truth == NULL || (read_bindings(truth, c->arena, &c->whole) &&
                           read_value(json_object_get(c->line, "verdict"),
                                      c->arena, &c->verdict)));
    return ok || sw_fail(err, SW_ERR_INPUT, "the case cannot be read");
}

static bool check_case(const model_case *c)
{
    bool ok = true;
    for (size_t i = 0; i < PROPERTIES; i++) {
        finding found = properties[i].check(c);
        ok &= found != FAILS;
        properties[i].held += found == HOLDS;
    }
    return ok;
}

static bool run_case(json_t *line, sw_arena *arena)
{
    model_case c = {.line = line, .arena = arena};
    sw_error err = {0};
    if (!read_case(&c, &err) || !sw_cel_parse(c.source, arena, &c.cel, &err))
        return complain_error(&c, "parsing", &err) != FAILS;
    return check_case(&c);
}

/* ---- the whole ------------------------------------------------------- */

typedef struct {
    FILE *file;
    bool done;  ///< its last line was read
} input;

typedef struct {
    sw_arena *arena;
    size_t agreed, disagreed;
    bool progress;
} totals;

static bool run_line(input *in, const char *text, size_t len, totals *t)
{
    json_error_t why;
    json_t *line = json_loadb(text, len, JSON_ALLOW_NUL, &why);
    if (line == NULL) {
        fprintf(stderr, "a line is not JSON: %s\n", why.text);
        return false;
    }
    in->done = json_object_get(line, "done") != NULL;
    if (!in->done) {
        *(run_case(line, t->arena) ? &t->agreed : &t->disagreed) += 1;
        if (t->progress && (t->agreed + t->disagreed) % 10000 == 0)
            fprintf(stderr, "%zu agreed, %zu disagreed\n", t->agreed,
                    t->disagreed);
    }
    json_decref(line);
    sw_arena_reset(t->arena);
    return true;
}

static bool run_inputs(input *inputs, size_t count, totals *t)
{
    char *text = NULL;
    size_t cap = 0;
    bool ok = true;
    for (size_t left = count; ok && left > 0;) {
        for (size_t i = 0; ok && i < count; i++) {
            if (inputs[i].done) continue;
            ssize_t len = getline(&text, &cap, inputs[i].file);
            ok = len > 0 && run_line(&inputs[i], text, (size_t)len, t);
            left -= inputs[i].done;
        }
    }
    free(text);
    if (!ok) fprintf(stderr, "an input ends before it is done\n");
    return ok;
}

static void report(const totals *t)
{
    for (size_t i = 0; i < PROPERTIES; i++)
        printf("%10zu %s\n", properties[i].held, properties[i].name);
    printf("%zu agreed, %zu disagreed\n", t->agreed, t->disagreed);
}

static bool open_inputs(input *inputs, char **paths, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        inputs[i].file = fopen(paths[i], "rb");
        if (inputs[i].file == NULL) {
            fprintf(stderr, "cannot open %s\n", paths[i]);
            return false;
        }
    }
    return true;
}

enum { MOST_INPUTS = 64 };

int main(int argc, char **argv)
{
    totals t = {0};
    sw_error err = {0};
    t.progress = argc > 1 && strcmp(argv[1], "--progress") == 0;
    char **paths = argv + 1 + t.progress;
    size_t count = (size_t)(argc - 1 - t.progress);
    input inputs[MOST_INPUTS] = {0};
    if (count == 0 || count > MOST_INPUTS) {
        fprintf(stderr, "usage: cel-model [--progress] FILE...\n");
        return 2;
    }
    if (!sw_arena_new(&t.arena, &err)) return 4;
    bool ok =
        open_inputs(inputs, paths, count) && run_inputs(inputs, count, &t);
    for (size_t i = 0; i < count; i++) {
        if (inputs[i].file != NULL) fclose(inputs[i].file);
    }
    sw_arena_free(t.arena);
    report(&t);
    return ok && t.disagreed == 0 && t.agreed > 0 ? 0 : 1;
}
