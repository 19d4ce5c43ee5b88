// Order, errors, bounds and progress of queues. Run it under ThreadSanitizer.
#include "segwan/base.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "cmocka_all.h"

static const unsigned thread_counts[] = {1, 2, 3, 8};

#define POOLS (sizeof thread_counts / sizeof *thread_counts)

static sw_pool *new_pool(size_t i)
{
    sw_error err;
    sw_pool *pool = NULL;
    assert_true(sw_pool_new(thread_counts[i], &pool, &err));
    assert_int_equal(sw_pool_threads(pool), thread_counts[i]);
    return pool;
}

static sw_queue *new_queue(sw_pool *pool, size_t depth)
{
    sw_error err;
    sw_queue *queue = NULL;
    assert_true(sw_queue_new(pool, depth, &queue, &err));
    return queue;
}

typedef struct {
    size_t number;
    size_t result;
    bool fails;
} task;

// Work whose length differs, so that jobs end out of order.
static bool run_task(void *job, unsigned worker, sw_error *err)
{
    task *mine = job;
    volatile size_t spin = mine->number * 7919 % 5000;
    while (spin > 0)
        spin--;
    mine->result = mine->number * 2;
    if (!mine->fails) return true;
    return sw_fail(err, SW_ERR_INPUT, "job %zu", mine->number);
}

static void jobs_come_back_in_the_order_pushed(void **state)
{
    for (size_t p = 0; p < POOLS; p++) {
        sw_pool *pool = new_pool(p);
        for (size_t depth = 1; depth <= 9; depth += 4) {
            enum { COUNT = 500 };
            task tasks[COUNT];
            sw_queue *queue = new_queue(pool, depth);
            size_t pushed = 0, popped = 0;
            while (popped < COUNT) {
                while (pushed < COUNT && !sw_queue_full(queue)) {
                    tasks[pushed] = (task){.number = pushed};
                    sw_queue_push(queue, run_task, &tasks[pushed]);
                    pushed++;
                }
                assert_true(pushed - popped <= depth);
                void *job;
                sw_error err;
                assert_true(sw_queue_pop(queue, &job, &err));
                assert_ptr_equal(job, &tasks[popped]);
                assert_int_equal(tasks[popped].result, popped * 2);
                popped++;
            }
            assert_true(sw_queue_empty(queue));
            sw_queue_free(queue);
        }
        sw_pool_free(pool);
    }
}

static void the_lowest_numbered_failure_comes_first(void **state)
{
    for (size_t p = 0; p < POOLS; p++) {
        sw_pool *pool = new_pool(p);
        sw_queue *queue = new_queue(pool, 16);
        task tasks[16];
        for (size_t i = 0; i < 16; i++) {
            tasks[i] = (task){.number = i, .fails = i == 5 || i == 9};
            sw_queue_push(queue, run_task, &tasks[i]);
        }
        assert_true(sw_queue_full(queue));
        for (size_t i = 0; i < 16; i++) {
            void *job = NULL;
            sw_error err = {0};
            bool ok = sw_queue_pop(queue, &job, &err);
            assert_ptr_equal(job, &tasks[i]);
            assert_int_equal(ok, i != 5 && i != 9);
            if (i == 5) assert_string_equal(err.reason, "job 5");
            if (i == 9) assert_string_equal(err.reason, "job 9");
        }
        sw_queue_free(queue);
        sw_pool_free(pool);
    }
}

static void freeing_a_queue_waits_for_its_jobs(void **state)
{
    for (size_t p = 0; p < POOLS; p++) {
        sw_pool *pool = new_pool(p);
        for (int round = 0; round < 50; round++) {
            sw_queue *queue = new_queue(pool, 8);
            task tasks[8];
            for (size_t i = 0; i < 8; i++) {
                tasks[i] = (task){.number = i + 1};
                sw_queue_push(queue, run_task, &tasks[i]);
            }
            sw_queue_free(queue);
            for (size_t i = 0; i < 8; i++)
                assert_int_equal(tasks[i].result, (i + 1) * 2);
        }
        sw_queue_free(NULL);
        sw_pool_free(pool);
    }
}

// A reader's queue feeds a writer's, both on one pool.
static void two_queues_share_a_pool(void **state)
{
    for (size_t p = 0; p < POOLS; p++) {
        enum { COUNT = 300 };
        static task first[COUNT], second[COUNT];
        sw_pool *pool = new_pool(p);
        sw_queue *in = new_queue(pool, 3);
        sw_queue *out = new_queue(pool, 2);
        size_t pushed = 0, written = 0;
        void *job;
        sw_error err;
        for (size_t moved = 0; moved < COUNT; moved++) {
            while (pushed < COUNT && !sw_queue_full(in)) {
                first[pushed] = (task){.number = pushed};
                sw_queue_push(in, run_task, &first[pushed]);
                pushed++;
            }
            assert_true(sw_queue_pop(in, &job, &err));
            if (sw_queue_full(out)) {
                assert_true(sw_queue_pop(out, &job, &err));
                assert_ptr_equal(job, &second[written++]);
            }
            second[moved] = (task){.number = first[moved].result};
            sw_queue_push(out, run_task, &second[moved]);
        }
        while (!sw_queue_empty(out)) {
            assert_true(sw_queue_pop(out, &job, &err));
            assert_ptr_equal(job, &second[written++]);
        }
        assert_int_equal(written, COUNT);
        for (size_t i = 0; i < COUNT; i++)
            assert_int_equal(second[i].result, i * 4);
        sw_queue_free(out);
        sw_queue_free(in);
        sw_pool_free(pool);
    }
}

// No two jobs run under one worker number at once: state kept per number needs
// no lock. Left unguarded on purpose, for ThreadSanitizer to judge.
typedef struct {
    sw_pool *pool;
    size_t *per_worker;
} crowd;

static bool count_unguarded(void *job, unsigned worker, sw_error *err)
{
    const crowd *shared = job;
    if (worker >= sw_pool_threads(shared->pool))
        return sw_fail(err, SW_ERR_USAGE, "worker %u", worker);
    shared->per_worker[worker]++;
    return true;
}

static void *call_many_times(void *arg)
{
    crowd *shared = arg;
    sw_error err;
    sw_queue *queue = NULL;
    if (!sw_queue_new(shared->pool, 4, &queue, &err)) return shared;
    bool ok = true;
    void *job;
    for (int i = 0; i < 2000; i++) {
        if (sw_queue_full(queue)) ok &= sw_queue_pop(queue, &job, &err);
        sw_queue_push(queue, count_unguarded, shared);
    }
    while (!sw_queue_empty(queue))
        ok &= sw_queue_pop(queue, &job, &err);
    sw_queue_free(queue);
    return ok ? NULL : shared;
}

static void worker_numbers_are_exclusive_among_many_callers(void **state)
{
    for (size_t p = 0; p < POOLS; p++) {
        sw_pool *pool = new_pool(p);
        size_t per_worker[8] = {0};
        crowd shared = {pool, per_worker};
        pthread_t callers[3];
        for (size_t i = 0; i < 3; i++) {
            assert_int_equal(
                pthread_create(&callers[i], NULL, call_many_times, &shared), 0);
        }
        for (size_t i = 0; i < 3; i++) {
            void *failed;
            pthread_join(callers[i], &failed);
            assert_null(failed);
        }
        size_t sum = 0;
        for (size_t i = 0; i < 8; i++)
            sum += per_worker[i];
        assert_int_equal(sum, 6000);
        sw_pool_free(pool);
    }
}

static bool note_thread(void *job, unsigned worker, sw_error *err)
{
    *(pthread_t *)job = pthread_self();
    return worker == 0 || sw_fail(err, SW_ERR_USAGE, "worker %u", worker);
}

static void one_thread_means_the_callers(void **state)
{
    sw_error err;
    sw_pool *pool = NULL;
    assert_true(sw_pool_new(1, &pool, &err));
    sw_queue *queue = new_queue(pool, 1);
    pthread_t ran;
    void *job;
    sw_queue_push(queue, note_thread, &ran);
    assert_true(sw_queue_pop(queue, &job, &err));
    assert_true(pthread_equal(ran, pthread_self()));
    sw_queue_free(queue);
    sw_pool_free(pool);
}

// With two threads, two jobs that wait for each other both get to run: the
// thread that waits in pop works too.
static bool meet(void *job, unsigned worker, sw_error *err)
{
    return pthread_barrier_wait(job) <= 0;
}

static void the_thread_that_waits_works(void **state)
{
    sw_error err;
    sw_pool *pool = NULL;
    assert_true(sw_pool_new(2, &pool, &err));
    sw_queue *queue = new_queue(pool, 2);
    pthread_barrier_t barrier;
    pthread_barrier_init(&barrier, NULL, 2);
    void *job;
    sw_queue_push(queue, meet, &barrier);
    sw_queue_push(queue, meet, &barrier);
    assert_true(sw_queue_pop(queue, &job, &err));
    assert_true(sw_queue_pop(queue, &job, &err));
    sw_queue_free(queue);
    pthread_barrier_destroy(&barrier);
    sw_pool_free(pool);
}

static void unreasonable_wishes_are_refused(void **state)
{
    sw_error err;
    sw_pool *pool = NULL;
    assert_false(sw_pool_new(1000000, &pool, &err));
    assert_int_equal(err.kind, SW_ERR_USAGE);
    assert_true(sw_pool_new(0, &pool, &err));
    assert_true(sw_pool_threads(pool) >= 1);
    sw_queue *queue = NULL;
    assert_false(sw_queue_new(pool, 0, &queue, &err));
    assert_int_equal(err.kind, SW_ERR_USAGE);
    assert_false(sw_queue_new(pool, SIZE_MAX / 4, &queue, &err));
    assert_null(queue);
    sw_pool_free(pool);
    sw_pool_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jobs_come_back_in_the_order_pushed),
        cmocka_unit_test(the_lowest_numbered_failure_comes_first),
        cmocka_unit_test(freeing_a_queue_waits_for_its_jobs),
        cmocka_unit_test(two_queues_share_a_pool),
        cmocka_unit_test(worker_numbers_are_exclusive_among_many_callers),
        cmocka_unit_test(one_thread_means_the_callers),
        cmocka_unit_test(the_thread_that_waits_works),
        cmocka_unit_test(unreasonable_wishes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
