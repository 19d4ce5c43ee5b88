// Times the evaluation of one policy: bench-cel [--alone] POLICY.json
//
// The policy is a file of ../shared/cel/bench: an expression, its variables
// with their values, the verdict. All is read, parsed and checked once; timed
// are evaluations alone, each with its verdict looked at and its arena reset.
// Printed is a row: name, version, median nanoseconds, a note; tabs between
// them. The note says what an explanation costs, what a second thread brings,
// what was allocated. --alone: the nanoseconds, nothing else.
#include <inttypes.h>
#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "segwan/cel.h"

enum {
    // Short, so that most escape what else a machine does; odd, for the median.
    BATCHES = 101,
    BATCH_NS = 5 * 1000 * 1000,
    WARM_NS = 200 * 1000 * 1000,
    COUNTED = 1000,  // evaluations whose allocations are counted
};

/* ---- allocations ----------------------------------------------------- */

// The linker's --wrap leads every allocation of our libraries here.
static _Thread_local uint64_t heap_calls;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *at, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *at, size_t size);

void *__wrap_malloc(size_t size)
{
    heap_calls++;
    return __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    heap_calls++;
    return __real_calloc(count, size);
}

void *__wrap_realloc(void *at, size_t size)
{
    heap_calls++;
    return __real_realloc(at, size);
}

/* ---- values, each an object whose one member names its type ----------- */

static bool read_value(const json_t *j, sw_arena *arena, sw_cel_value *out);

static sw_str text_of(const json_t *j)
{
    return (sw_str){json_string_value(j), json_string_length(j)};
}

static bool read_bool(const json_t *j, sw_arena *arena, sw_cel_value *out)
{
    *out = (sw_cel_value){.kind = SW_CEL_BOOL, .as.boolean = json_is_true(j)};
    return json_is_boolean(j);
}

static bool read_int(const json_t *j, sw_arena *arena, sw_cel_value *out)
{
    if (!json_is_string(j)) return false;
    int64_t number = strtoll(json_string_value(j), NULL, 10);
    *out = (sw_cel_value){.kind = SW_CEL_INT, .as.i64 = number};
    return true;
}

static bool read_double(const json_t *j, sw_arena *arena, sw_cel_value *out)
{
    if (!json_is_string(j)) return false;
    double number = strtod(json_string_value(j), NULL);
    *out = (sw_cel_value){.kind = SW_CEL_DOUBLE, .as.f64 = number};
    return true;
}

static bool read_string(const json_t *j, sw_arena *arena, sw_cel_value *out)
{
    *out = (sw_cel_value){.kind = SW_CEL_STRING, .as.str = text_of(j)};
    return json_is_string(j);
}

static bool read_timestamp(const json_t *j, sw_arena *arena, sw_cel_value *out)
{
    return json_is_string(j) && sw_cel_timestamp(text_of(j), out);
}

static bool read_list(const json_t *j, sw_arena *arena, sw_cel_value *out)
{
    size_t count = json_array_size(j);
    sw_cel_value *items = SW_NEW_ARRAY(arena, sw_cel_value, count);
    if (items == NULL) return false;
    for (size_t i = 0; i < count; i++) {
        if (!read_value(json_array_get(j, i), arena, &items[i])) return false;
    }
    *out = (sw_cel_value){.kind = SW_CEL_LIST};
    out->as.list.at = items;
    out->as.list.count = count;
    return true;
}

static bool read_map(const json_t *j, sw_arena *arena, sw_cel_value *out)
{
    size_t count = json_array_size(j);
    sw_cel_entry *entries = SW_NEW_ARRAY(arena, sw_cel_entry, count);
    if (entries == NULL) return false;
    for (size_t i = 0; i < count; i++) {
        const json_t *pair = json_array_get(j, i);
        if (!read_value(json_array_get(pair, 0), arena, &entries[i].key) ||
            !read_value(json_array_get(pair, 1), arena, &entries[i].value))
            return false;
    }
    sw_error err = {0};
    return sw_cel_map(entries, count, arena, out, &err);
}

static const struct {
    const char *name;
    bool (*read)(const json_t *j, sw_arena *arena, sw_cel_value *out);
} kinds[] = {
    {"bool", read_bool},
    {"int", read_int},
    {"double", read_double},
    {"string", read_string},
    {"timestamp", read_timestamp},
    {"list", read_list},
    {"map", read_map},
};

static bool read_value(const json_t *j, sw_arena *arena, sw_cel_value *out)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const json_t *v = json_object_get(j, kinds[i].name);
        if (v != NULL) return kinds[i].read(v, arena, out);
    }
    return false;
}

/* ---- the policy ------------------------------------------------------ */

typedef struct {
    json_t *file;  // its texts are borrowed by the values
    sw_cel *cel;
    sw_cel_options how;
    bool expected;
} policy;

static bool read_bindings(const json_t *all, sw_arena *arena,
                          sw_cel_options *how)
{
    sw_cel_binding *bindings =
        SW_NEW_ARRAY(arena, sw_cel_binding, json_object_size(all));
    if (bindings == NULL) return false;
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)all, name, value)
    {
        sw_cel_binding *b = &bindings[how->binding_count++];
        b->name = sw_str_of(name);
        if (!read_value(value, arena, &b->value)) return false;
    }
    how->bindings = bindings;
    return true;
}

// The file's declarations as an environment, its expression parsed and checked.
static bool compile(const json_t *file, sw_arena *arena, sw_cel **out,
                    sw_error *err)
{
    const json_t *all = json_object_get(file, "type_env");
    sw_cel_env env = {.variable_count = json_array_size(all)};
    sw_cel_variable *variables =
        SW_NEW_ARRAY(arena, sw_cel_variable, env.variable_count);
    if (variables == NULL) return sw_fail_memory(err);
    for (size_t i = 0; i < env.variable_count; i++) {
        const json_t *one = json_array_get(all, i);
        variables[i].name = text_of(json_object_get(one, "name"));
        if (!sw_cel_type_parse(text_of(json_object_get(one, "ident")), arena,
                               &variables[i].type, err))
            return false;
    }
    env.variables = variables;
    sw_str source = text_of(json_object_get(file, "expr"));
    return sw_cel_compile(source, &env, arena, out, NULL, err);
}

static bool read_policy(const char *path, sw_arena *arena, policy *out,
                        sw_error *err)
{
    json_error_t why;
    out->file = json_load_file(path, 0, &why);
    if (out->file == NULL) return sw_fail(err, SW_ERR_INPUT, "%s", why.text);

    sw_cel_value verdict = {0};
    const json_t *expect = json_object_get(out->file, "expect");
    if (!read_bindings(json_object_get(out->file, "bindings"), arena,
                       &out->how) ||
        !read_value(json_object_get(expect, "value"), arena, &verdict) ||
        verdict.kind != SW_CEL_BOOL)
        return sw_fail(err, SW_ERR_INPUT, "not a policy with facts");
    out->expected = verdict.as.boolean;
    return compile(out->file, arena, &out->cel, err);
}

/* ---- time ------------------------------------------------------------ */

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

static double median(double *figures, size_t count)
{
    qsort(figures, count, sizeof *figures, by_size);
    return figures[count / 2];
}

/* ---- evaluation ------------------------------------------------------ */

typedef enum { PLAIN, TRACED, EXPLAINED } demand;

// What one thread works with; threads share the policy alone.
typedef struct {
    const policy *policy;
    sw_arena *arena;
    demand demand;
    size_t count;
    uint64_t ns;  // of the last batch
    bool ok;
    sw_error err;
} worker;

static bool evaluate(worker *w)
{
    const sw_cel_reason *reason = NULL;
    sw_cel_options how = w->policy->how;
    const sw_cel_trace *trace = NULL;
    if (w->demand == TRACED) how.trace = &trace;
    if (w->demand == EXPLAINED) how.reason = &reason;
    uint64_t begin = now_ns();
    for (size_t i = 0; i < w->count; i++) {
        sw_cel_value v;
        if (!sw_cel_eval(w->policy->cel, &how, w->arena, &v, &w->err))
            return false;
        if (v.kind != SW_CEL_BOOL || v.as.boolean != w->policy->expected)
            return sw_fail(&w->err, SW_ERR_INPUT, "another verdict");
        sw_arena_reset(w->arena);
    }
    w->ns = now_ns() - begin;
    return true;
}

static void *evaluate_in_thread(void *at)
{
    worker *w = at;
    w->ok = evaluate(w);
    return NULL;
}

static double ns_each(const worker *w)
{
    return (double)w->ns / (double)w->count;
}

// Warms up and finds how many evaluations make a batch.
static bool calibrate(worker *w)
{
    uint64_t end = now_ns() + WARM_NS;
    w->count = 1;
    while (now_ns() < end) {
        if (!evaluate(w)) return false;
        if (w->ns < BATCH_NS / 2) w->count *= 2;
    }
    w->count = (size_t)(BATCH_NS / ns_each(w)) + 1;
    return true;
}

static bool time_alone(worker *w, double *ns)
{
    double each[BATCHES];
    for (size_t i = 0; i < BATCHES; i++) {
        if (!evaluate(w)) return false;
        each[i] = ns_each(w);
    }
    *ns = median(each, BATCHES);
    return true;
}

// How many times as long it takes with more demanded. Batches take turns, for
// the machine's speed drifts.
static bool time_demand(worker *plain, demand more, double *ratio)
{
    double ratios[BATCHES];
    worker other = *plain;
    other.demand = more;
    bool ok = calibrate(&other);
    for (size_t i = 0; ok && i < BATCHES; i++) {
        ok = evaluate(&other);
        if (!evaluate(plain)) return false;
        if (ok) ratios[i] = ns_each(&other) / ns_each(plain);
    }
    if (!ok) return plain->err = other.err, false;
    *ratio = median(ratios, BATCHES);
    return true;
}

// Two threads evaluate one expression, each as often as one thread just did:
// how much more they do in the same time. A cache line that both write would
// show; no lock is there to sleep in.
static bool time_together(worker *a, worker *b, double *ratio)
{
    double ratios[BATCHES];
    b->count = a->count;
    for (size_t i = 0; i < BATCHES; i++) {
        pthread_t thread;
        if (!evaluate(a)) return false;
        double alone = (double)a->ns;
        if (pthread_create(&thread, NULL, evaluate_in_thread, b) != 0)
            return sw_fail(&a->err, SW_ERR_MACHINE, "cannot start a thread");
        bool ok = evaluate(a);
        pthread_join(thread, NULL);
        if (!b->ok) a->err = b->err;
        if (!ok || !b->ok) return false;
        ratios[i] = alone / (double)a->ns + alone / (double)b->ns;
    }
    *ratio = median(ratios, BATCHES);
    return true;
}

// How far an evaluation moves the end of its arena, reset before it.
static bool arena_bytes(const worker *w, size_t *out, sw_error *err)
{
    sw_cel_value v;
    char *first = sw_arena_alloc(w->arena, 1);
    char *second = sw_arena_alloc(w->arena, 1);
    if (!sw_cel_eval(w->policy->cel, &w->policy->how, w->arena, &v, err))
        return false;
    char *third = sw_arena_alloc(w->arena, 1);
    sw_arena_reset(w->arena);
    *out = (size_t)((third - second) - (second - first));
    return true;
}

static bool count_allocations(worker *w, double *calls)
{
    w->count = COUNTED;
    uint64_t before = heap_calls;
    if (!evaluate(w)) return false;
    *calls = (double)(heap_calls - before) / COUNTED;
    return true;
}

static bool measure(worker *a, worker *b, double *ns)
{
    double tracing = 0, explaining = 0, together = 0, calls = 0;
    size_t bytes = 0;
    if (!calibrate(a) || !time_alone(a, ns) ||
        !time_demand(a, TRACED, &tracing) ||
        !time_demand(a, EXPLAINED, &explaining) ||
        !time_together(a, b, &together) || !count_allocations(a, &calls) ||
        !arena_bytes(a, &bytes, &a->err))
        return false;
    printf("segwan\t%s\t%.1f\twith a trace x %.2f, explained x %.2f, "
           "2 threads x %.2f, %g heap calls, %zu bytes of arena\n",
           SEGWAN_VERSION, *ns, tracing, explaining, together, calls, bytes);
    return true;
}

/* ---- main ------------------------------------------------------------ */

// One chunk that holds whatever an evaluation takes, as arena_bytes() needs.
static bool roomy_arena(sw_arena **out, sw_error *err)
{
    if (!sw_arena_new(out, err)) return false;
    if (sw_arena_alloc(*out, 1 << 20) == NULL) return sw_fail_memory(err);
    sw_arena_reset(*out);
    return true;
}

static bool bench(const char *path, bool alone, sw_error *err)
{
    bool ok = false;
    policy p = {0};
    sw_arena *arena = NULL, *first = NULL, *second = NULL;
    if (!sw_arena_new(&arena, err) || !roomy_arena(&first, err) ||
        !roomy_arena(&second, err) || !read_policy(path, arena, &p, err))
        goto done;

    double ns = 0;
    worker a = {.policy = &p, .arena = first};
    worker b = {.policy = &p, .arena = second};
    ok = alone ? calibrate(&a) && time_alone(&a, &ns) : measure(&a, &b, &ns);
    if (!ok) *err = a.err;
    if (ok && alone) printf("%.1f\n", ns);

done:
    sw_arena_free(arena);
    sw_arena_free(first);
    sw_arena_free(second);
    json_decref(p.file);
    return ok;
}

int main(int argc, char **argv)
{
    sw_error err = {0};
    char text[1024];
    bool alone = argc == 3 && strcmp(argv[1], "--alone") == 0;
    if (argc != 2 && !alone) {
        fprintf(stderr, "usage: bench-cel [--alone] POLICY.json\n");
        return SW_ERR_USAGE;
    }
    if (bench(argv[argc - 1], alone, &err)) return 0;
    sw_error_in(&err, argv[argc - 1]);
    fprintf(stderr, "%s\n", sw_error_text(&err, text, sizeof text));
    return (int)err.kind;
}
