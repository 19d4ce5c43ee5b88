// A pool of threads and the queues that feed it.
//
// One lock guards everything: a job decodes or encodes a block, so it runs for
// a thousand times as long as the lock is held. Each queue is a ring of slots
// in which jobs move through three stretches, oldest first:
//
//     head            next             tail
//      | started ...   | not started ... |
//
// Jobs of a queue start in order, so `next` alone says what waits. A worker
// takes the job with the lowest ticket (order of pushing) over all queues; a
// thread that waits in pop prefers its own queue and otherwise helps like a
// worker. A queue's head is therefore always done, running, or free to be run
// by whoever waits for it: nobody can wait for ever.
//
// Worker numbers: threads of the pool are 1, 2, ...; 0 is lent to one waiting
// caller at a time, so a job may keep state per worker number even when several
// callers share the pool.
#include "segwan/base.h"

#include <assert.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_THREADS 512U

typedef struct {
    sw_job_run run;
    void *job;
    uint64_t ticket;
    bool done, ok;
    sw_error err;
} slot;

struct sw_queue {
    sw_pool *pool;
    sw_queue *next_queue;       // of the same pool
    size_t depth;               // slots
    uint64_t head, next, tail;  // counts since the start; slot = count % depth
    slot slots[];
};

typedef struct {
    sw_pool *pool;
    pthread_t thread;
    unsigned number;
} worker;

struct sw_pool {
    pthread_mutex_t lock;
    pthread_cond_t work;      // a job was pushed, or the pool ends
    pthread_cond_t progress;  // a job ended, or number 0 came free
    sw_queue *queues;
    uint64_t tickets;
    bool ending;
    bool caller_works;  // number 0 is lent
    unsigned threads;
    unsigned started;  // workers running
    worker workers[];
};

static slot *slot_at(sw_queue *queue, uint64_t count)
{
    return &queue->slots[count % queue->depth];
}

// The queue whose next job was pushed first; NULL if nothing waits.
static sw_queue *oldest_waiting(const sw_pool *pool)
{
    sw_queue *best = NULL;
    for (sw_queue *queue = pool->queues; queue != NULL;
         queue = queue->next_queue) {
        if (queue->next == queue->tail) continue;
        if (best == NULL || slot_at(queue, queue->next)->ticket <
                                slot_at(best, best->next)->ticket)
            best = queue;
    }
    return best;
}

// Runs the next job of a queue; called and left with the lock held.
static void run_next(sw_pool *pool, sw_queue *queue, unsigned number)
{
    slot *mine = slot_at(queue, queue->next++);
    pthread_mutex_unlock(&pool->lock);
    bool ok = mine->run(mine->job, number, &mine->err);
    pthread_mutex_lock(&pool->lock);
    mine->ok = ok;
    mine->done = true;
    pthread_cond_broadcast(&pool->progress);
}

static void *worker_main(void *arg)
{
    const worker *self = arg;
    sw_pool *pool = self->pool;
    pthread_mutex_lock(&pool->lock);
    while (!pool->ending) {
        sw_queue *queue = oldest_waiting(pool);
        if (queue != NULL) {
            run_next(pool, queue, self->number);
        } else {
            pthread_cond_wait(&pool->work, &pool->lock);
        }
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

// Waits until the head of a queue is done, working meanwhile.
static void wait_for_head(sw_pool *pool, sw_queue *queue)
{
    while (!slot_at(queue, queue->head)->done) {
        sw_queue *from =
            queue->next < queue->tail ? queue : oldest_waiting(pool);
        if (from == NULL || pool->caller_works) {
            pthread_cond_wait(&pool->progress, &pool->lock);
            continue;
        }
        pool->caller_works = true;
        run_next(pool, from, 0);
        pool->caller_works = false;
    }
}

/* ---- the pool -------------------------------------------------------- */

// Processors this process may use: a container or taskset may grant fewer than
// are online.
static unsigned processors(void)
{
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) == 0)
        return (unsigned)CPU_COUNT(&allowed);
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (unsigned)online : 1;
}

// Signals are for the thread that the command runs in.
static bool start_workers(sw_pool *pool, sw_error *err)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int code = 0;
    for (unsigned i = 0; code == 0 && i + 1 < pool->threads; i++) {
        worker *self = &pool->workers[i];
        *self = (worker){.pool = pool, .number = i + 1};
        code = pthread_create(&self->thread, NULL, worker_main, self);
        if (code == 0) pool->started++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (code == 0) return true;
    return sw_fail(err, SW_ERR_MACHINE, "cannot start thread %u of %u",
                   pool->started + 1, pool->threads);
}

bool sw_pool_new(unsigned threads, sw_pool **out, sw_error *err)
{
    if (threads > MAX_THREADS) {
        return sw_fail(err, SW_ERR_USAGE, "%u threads, at most %u allowed",
                       threads, MAX_THREADS);
    }
    if (threads == 0) threads = processors();
    if (threads > MAX_THREADS) threads = MAX_THREADS;

    sw_pool *pool = calloc(1, sizeof *pool + threads * sizeof(worker));
    if (pool == NULL) return sw_fail_memory(err);
    pool->threads = threads;
    // With default attributes these three cannot fail on Linux.
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->work, NULL);
    pthread_cond_init(&pool->progress, NULL);
    if (!start_workers(pool, err)) {
        sw_pool_free(pool);
        return false;
    }
    *out = pool;
    return true;
}

void sw_pool_free(sw_pool *pool)
{
    if (pool == NULL) return;
    assert(pool->queues == NULL);

    pthread_mutex_lock(&pool->lock);
    pool->ending = true;
    pthread_cond_broadcast(&pool->work);
    pthread_mutex_unlock(&pool->lock);
    for (unsigned i = 0; i < pool->started; i++)
        pthread_join(pool->workers[i].thread, NULL);

    pthread_cond_destroy(&pool->progress);
    pthread_cond_destroy(&pool->work);
    pthread_mutex_destroy(&pool->lock);
    free(pool);
}

unsigned sw_pool_threads(const sw_pool *pool)
{
    return pool->threads;
}

/* ---- queues ---------------------------------------------------------- */

bool sw_queue_new(sw_pool *pool, size_t depth, sw_queue **out, sw_error *err)
{
    if (depth == 0) return sw_fail(err, SW_ERR_USAGE, "a queue of no depth");

    size_t size;
    if (!sw_mul_size(depth, sizeof(slot), &size) ||
        !sw_add_size(size, sizeof(sw_queue), &size))
        return sw_fail_memory(err);
    sw_queue *queue = calloc(1, size);
    if (queue == NULL) return sw_fail_memory(err);

    queue->pool = pool;
    queue->depth = depth;
    pthread_mutex_lock(&pool->lock);
    queue->next_queue = pool->queues;
    pool->queues = queue;
    pthread_mutex_unlock(&pool->lock);
    *out = queue;
    return true;
}

void sw_queue_free(sw_queue *queue)
{
    if (queue == NULL) return;

    sw_pool *pool = queue->pool;
    pthread_mutex_lock(&pool->lock);
    for (; queue->head < queue->tail; queue->head++)
        wait_for_head(pool, queue);
    sw_queue **link = &pool->queues;
    while (*link != queue)
        link = &(*link)->next_queue;
    *link = queue->next_queue;
    pthread_mutex_unlock(&pool->lock);
    free(queue);
}

// head and tail are moved by the one thread that pushes and pops, so that
// thread may read them without the lock.
bool sw_queue_full(const sw_queue *queue)
{
    return queue->tail - queue->head == queue->depth;
}

bool sw_queue_empty(const sw_queue *queue)
{
    return queue->tail == queue->head;
}

void sw_queue_push(sw_queue *queue, sw_job_run run, void *job)
{
    assert(!sw_queue_full(queue));

    sw_pool *pool = queue->pool;
    pthread_mutex_lock(&pool->lock);
    slot *mine = slot_at(queue, queue->tail);
    *mine = (slot){.run = run, .job = job, .ticket = pool->tickets++};
    queue->tail++;
    pthread_cond_signal(&pool->work);
    pthread_mutex_unlock(&pool->lock);
}

bool sw_queue_pop(sw_queue *queue, void **job, sw_error *err)
{
    assert(!sw_queue_empty(queue));

    sw_pool *pool = queue->pool;
    pthread_mutex_lock(&pool->lock);
    wait_for_head(pool, queue);
    const slot *head = slot_at(queue, queue->head++);
    bool ok = head->ok;
    *job = head->job;
    if (!ok) *err = head->err;
    pthread_mutex_unlock(&pool->lock);
    return ok;
}
