// Times rulings: bench-rules BOOK.yaml DECLARATION.yaml [DAY]
//
// All is read once. Timed, each the median of short batches: evaluating all
// rules on facts that were taken; the same with reasons; taking the facts and
// evaluating; and the whole ruling, with questions, treatments and readings.
// Printed are rows: what, microseconds; a tab between them.
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "segwan/rules.h"

enum { BATCHES = 101, BATCH_NS = 2 * 1000 * 1000 };

typedef struct {
    sw_rulebook *book;
    sw_declaration *said;
    sw_rule_options how;
    sw_batch *plain, *explained;
    sw_arena *arena;
    sw_verdict verdict;
} work;

static bool rule_plain(work *w, sw_error *err)
{
    const sw_batch_ruling *out;
    if (!sw_batch_rule(w->plain, &out, err)) return false;
    w->verdict = out->verdict;
    return true;
}

static bool rule_explained(work *w, sw_error *err)
{
    const sw_batch_ruling *out;
    return sw_batch_rule(w->explained, &out, err);
}

static bool take_and_rule(work *w, sw_error *err)
{
    return sw_batch_declare(w->plain, w->said, err) && rule_plain(w, err);
}

static bool whole(work *w, sw_error *err)
{
    const sw_ruling *out;
    sw_arena_reset(w->arena);
    return sw_rule_with(&w->book, 1, w->said, &w->how, w->arena, &out, err);
}

static const struct {
    const char *name;
    bool (*run)(work *w, sw_error *err);
} rows[] = {
    {"all rules", rule_plain},
    {"all rules, with reasons", rule_explained},
    {"taking the facts, and all rules", take_and_rule},
    {"a whole ruling", whole},
};

// Of this thread's processor: what else a busy machine does is not in it.
static uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static bool measure(work *w, size_t row, double *out, sw_error *err)
{
    double each[BATCHES];
    size_t count = 1;
    for (size_t i = 0; i < BATCHES;) {
        uint64_t begin = now_ns();
        for (size_t n = 0; n < count; n++) {
            if (!rows[row].run(w, err)) return false;
        }
        uint64_t taken = now_ns() - begin;
        if (taken < BATCH_NS / 2) {
            count *= 2;
        } else {
            each[i++] = (double)taken / (double)count;
        }
    }
    qsort(each, BATCHES, sizeof *each, by_size);
    *out = each[BATCHES / 2];
    return true;
}

static bool bench(char **argv, int argc, sw_arena *arena, work *w,
                  sw_error *err)
{
    w->how.date = sw_date_today();
    if (argc > 3 && !sw_date_parse(sw_str_of(argv[3]), &w->how.date))
        return sw_fail(err, SW_ERR_USAGE, "not a day: %s", argv[3]);
    if (!sw_rulebook_load(argv[1], arena, &w->book, err) ||
        !sw_declaration_load(argv[2], arena, &w->said, err) ||
        !sw_batch_new(&w->book, 1, &w->how, false, arena, &w->plain, err) ||
        !sw_batch_new(&w->book, 1, &w->how, true, arena, &w->explained, err) ||
        !sw_batch_declare(w->plain, w->said, err) ||
        !sw_batch_declare(w->explained, w->said, err))
        return false;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double ns;
        if (!measure(w, i, &ns, err)) return false;
        printf("%s\t%.2f\n", rows[i].name, ns / 1000);
    }
    printf("verdict\t%s\n", sw_verdict_name(w->verdict));
    return true;
}

int main(int argc, char **argv)
{
    sw_error err = {0};
    char text[1024];
    work w = {0};
    sw_arena *arena = NULL;
    if (argc < 3 || argc > 4) {
        fprintf(stderr,
                "usage: bench-rules BOOK.yaml DECLARATION.yaml [DAY]\n");
        return SW_ERR_USAGE;
    }
    bool ok = sw_arena_new(&arena, &err) && sw_arena_new(&w.arena, &err) &&
              bench(argv, argc, arena, &w, &err);
    sw_batch_free(w.plain);
    sw_batch_free(w.explained);
    sw_arena_free(w.arena);
    sw_arena_free(arena);
    if (ok) return 0;
    fprintf(stderr, "%s\n", sw_error_text(&err, text, sizeof text));
    return (int)err.kind;
}
