/**
 * What every room of segwan stands on: errors, borrowed strings, arenas, a
 * thread pool, files that appear whole or not at all, progress.
 *
 *     sw_arena *arena = NULL;
 *     sw_output *out = NULL;
 *     bool ok = sw_arena_new(&arena, err) &&
 *               sw_output_begin("out.json", &out, err) &&
 *               sw_output_write(out, text.at, text.len, err) &&
 *               sw_output_commit(out, err);
 *     sw_output_discard(out);  // removes what was not committed
 *     sw_arena_free(arena);
 */
#ifndef SEGWAN_BASE_H
#define SEGWAN_BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// The three GNU extensions the headers use, each named once.
#define SW_API               __attribute__((visibility("default")))
#define SW_CHECK             __attribute__((warn_unused_result))
#define SW_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

/* ---- errors ---------------------------------------------------------- */

/** Error classes. Each value is the exit status of the command. */
typedef enum {
    SW_ERR_NONE = 0,
    SW_ERR_USAGE = 2,    ///< the caller asked for what cannot be
    SW_ERR_INPUT = 3,    ///< a file says what it must not
    SW_ERR_MACHINE = 4,  ///< memory, disk, permissions
} sw_error_kind;

/**
 * One failure. Owned by the caller, filled where the fault is found, never
 * allocated. The deepest function knows the reason, its caller the place,
 * the outermost the file; each adds its part, none rewrites another's.
 */
typedef struct {
    sw_error_kind kind;
    char file[256];    ///< as the user named it; "" if not about a file
    char place[64];    ///< "line 4, column 12", "blob 17, way 8812"; or ""
    char reason[448];  ///< what is wrong and what was expected; may hold lines
                       ///< (an expression with a caret below it)
} sw_error;

/**
 * Fills `err` with a kind and a formatted reason, clearing file and place.
 * @return false always, so that refusing is one statement.
 */
SW_API bool sw_fail(sw_error *err, sw_error_kind kind, const char *fmt, ...)
    SW_PRINTF(3, 4);

/** Fills `err` for an allocation that failed. @return false always. */
SW_API bool sw_fail_memory(sw_error *err);

/**
 * Fills `err` from errno: "cannot WHAT: strerror". A file that is missing or of
 * the wrong kind is SW_ERR_INPUT, all else SW_ERR_MACHINE. @return false
 * always.
 */
SW_API bool sw_fail_errno(sw_error *err, const char *what);

/** Sets the place unless one is set already. @return false always. */
SW_API bool sw_error_at(sw_error *err, const char *fmt, ...) SW_PRINTF(2, 3);

/** Sets the file unless one is set already. @return false always. */
SW_API bool sw_error_in(sw_error *err, const char *file);

#if defined(__clang_analyzer__) && !defined(SW_BASE_ERROR_C)
// The static analyzer sees one file at a time; this is what it cannot know.
#define sw_fail(...)             (sw_fail(__VA_ARGS__), false)
#define sw_fail_memory(err)      (sw_fail_memory(err), false)
#define sw_fail_errno(err, what) (sw_fail_errno(err, what), false)
#define sw_error_at(...)         (sw_error_at(__VA_ARGS__), false)
#define sw_error_in(err, file)   (sw_error_in(err, file), false)
#endif

/**
 * Writes "file: place: reason" (parts that are empty left out) to `buf`,
 * always terminated, with control characters but line feed and tab replaced by
 * '?'. @return buf.
 */
SW_API char *sw_error_text(const sw_error *err, char *buf, size_t size);

/** What a step of a stream gave. */
typedef enum { SW_STEP_FAILED = -1, SW_STEP_END = 0, SW_STEP_ITEM = 1 } sw_step;

/* ---- strings --------------------------------------------------------- */

/** A borrowed slice: no terminator, may hold NUL. `at` may be NULL if empty. */
typedef struct {
    const char *at;
    size_t len;
} sw_str;

#define SW_STR(literal) ((sw_str){(literal), sizeof(literal) - 1})
/** The same as an initializer, for tables. */
#define SW_STR_INIT(literal)                                                   \
    {                                                                          \
        (literal), sizeof(literal) - 1                                         \
    }
#define SW_STR_ARGS(s) (int)(s).len, (s).at  ///< for "%.*s"

SW_API sw_str sw_str_of(const char *text);  ///< borrows a C string; NULL: empty
SW_API bool sw_str_eq(sw_str a, sw_str b);
SW_API int sw_str_cmp(sw_str a, sw_str b);  ///< byte order, shorter first
SW_API bool sw_str_starts(sw_str s, sw_str prefix);
SW_API bool sw_str_ends(sw_str s, sw_str suffix);
SW_API bool sw_str_has(sw_str s, sw_str part);  ///< substring; empty: true
SW_API bool
sw_utf8_valid(sw_str s);  ///< RFC 3629: no surrogates, shortest form

/**
 * A search for the word that may have been meant; {.word = ...} to begin.
 * `best` stays empty while no candidate is near.
 */
typedef struct {
    sw_str word, best;
    size_t distance;  ///< edits of one byte from `word` to `best`
} sw_nearest;

/** Takes the candidate if it is nearer than all before; `best` borrows it. */
SW_API void sw_nearest_try(sw_nearest *search, sw_str candidate);

/* ---- sizes ----------------------------------------------------------- */

/** out = a * b. @return false on overflow, `out` untouched. */
SW_API SW_CHECK bool sw_mul_size(size_t a, size_t b, size_t *out);
/** out = a + b. @return false on overflow, `out` untouched. */
SW_API SW_CHECK bool sw_add_size(size_t a, size_t b, size_t *out);

/* ---- arenas ---------------------------------------------------------- */

/** Memory freed all at once. One thread at a time. */
typedef struct sw_arena sw_arena;

SW_API SW_CHECK bool sw_arena_new(sw_arena **out, sw_error *err);
/** An arena for secrets: its memory is zeroed on reset and release. */
SW_API SW_CHECK bool sw_arena_new_secret(sw_arena **out, sw_error *err);
/** Frees the arena and all it gave. NULL is accepted. */
SW_API void sw_arena_free(sw_arena *arena);
/** Ends all it gave, keeps the memory for the next round. */
SW_API void sw_arena_reset(sw_arena *arena);
/**
 * `size` bytes aligned for any type, not zeroed; size 0 gives a unique
 * non-NULL pointer. @return NULL when memory is out.
 */
SW_API void *sw_arena_alloc(sw_arena *arena, size_t size);
/** `count` zeroed elements of `size` bytes; NULL on overflow or no memory. */
SW_API void *sw_arena_calloc(sw_arena *arena, size_t count, size_t size);
/** A copy with a terminator behind it. @return false when memory is out. */
SW_API SW_CHECK bool sw_arena_str(sw_arena *arena, sw_str s, sw_str *out);
/** printf into the arena. @return a terminated slice; at == NULL: no memory. */
SW_API sw_str sw_arena_printf(sw_arena *arena, const char *fmt, ...)
    SW_PRINTF(2, 3);
/** Bytes taken from the system so far. */
SW_API size_t sw_arena_footprint(const sw_arena *arena);

#define SW_NEW(arena, T) ((T *)sw_arena_calloc((arena), 1, sizeof(T)))
#define SW_NEW_ARRAY(arena, T, n)                                              \
    ((T *)sw_arena_calloc((arena), (n), sizeof(T)))

/** A growing byte string on the heap, terminated once added to; {0}: empty. */
typedef struct {
    char *at;
    size_t len, cap;
    bool failed;  ///< memory ran out once; all later appends do nothing
} sw_buf;

SW_API void sw_buf_add(sw_buf *buf, const void *bytes, size_t len);
SW_API void sw_buf_str(sw_buf *buf, sw_str s);
SW_API void sw_buf_printf(sw_buf *buf, const char *fmt, ...) SW_PRINTF(2, 3);
SW_API void sw_buf_free(sw_buf *buf);

/* ---- threads --------------------------------------------------------- */

/** Worker threads, shared by any number of queues. Locks inside. */
typedef struct sw_pool sw_pool;

/**
 * Starts `threads` - 1 workers; the last is whoever waits in sw_queue_pop().
 * @param threads 0: as many as the process may use. 1: no thread is started,
 *                all jobs run on the caller.
 */
SW_API SW_CHECK bool sw_pool_new(unsigned threads, sw_pool **out,
                                 sw_error *err);
/** All its queues must be freed (assert). NULL is accepted. */
SW_API void sw_pool_free(sw_pool *pool);
SW_API unsigned sw_pool_threads(const sw_pool *pool);

/**
 * A sequence of jobs: run on the pool in any order, handed back in the order
 * in which they were pushed. One thread pushes and pops; a thread that waits
 * works, on jobs of any queue of its pool. At most `depth` jobs are between
 * push and pop. A job must not push or pop.
 */
typedef struct sw_queue sw_queue;

/**
 * Runs on a pool thread or on one that waits in pop; `err` is the job's own.
 * @param worker  < sw_pool_threads(); no two threads have the same number at
 *                once, so state may be kept per number without a lock. 0 is
 *                the caller that waits, one of them at a time.
 */
typedef bool (*sw_job_run)(void *job, unsigned worker, sw_error *err);

SW_API SW_CHECK bool sw_queue_new(sw_pool *pool, size_t depth, sw_queue **out,
                                  sw_error *err);
/** Waits for all jobs that were pushed, then frees. Jobs stay the caller's. */
SW_API void sw_queue_free(sw_queue *queue);
SW_API bool sw_queue_full(const sw_queue *queue);
SW_API bool sw_queue_empty(const sw_queue *queue);
/** Starts a job. The queue must not be full (assert). */
SW_API void sw_queue_push(sw_queue *queue, sw_job_run run, void *job);
/**
 * Waits for the oldest job and takes it out.
 * @param job  Set also when the job failed, so that it can be released.
 * @return false if that job failed (`err` is its error), so the lowest number
 *         wins whatever ran first. The queue must not be empty (assert).
 */
SW_API SW_CHECK bool sw_queue_pop(sw_queue *queue, void **job, sw_error *err);

/* ---- files ----------------------------------------------------------- */

/**
 * A file that appears under its name only when whole: written to an unnamed
 * file (O_TMPFILE) or, where the file system has none, to a hidden neighbour;
 * commit is fsync, rename, fsync of the folder.
 */
typedef struct sw_output sw_output;

/** Refuses devices, pipes and folders; a symbolic link is replaced. */
SW_API SW_CHECK bool sw_output_begin(const char *path, sw_output **out,
                                     sw_error *err);
SW_API SW_CHECK bool sw_output_write(sw_output *out, const void *bytes,
                                     size_t len, sw_error *err);
/** All bytes written so far are handed to the system, readable by path. */
SW_API SW_CHECK bool sw_output_flush(sw_output *out, sw_error *err);
/** A path by which this process can read what was flushed, before commit. */
SW_API const char *sw_output_draft(const sw_output *out);
SW_API uint64_t sw_output_size(const sw_output *out);
/** The file stands under its name, replacing an older one, once this is true.
 */
SW_API SW_CHECK bool sw_output_commit(sw_output *out, sw_error *err);
/** Frees; removes the draft unless committed. NULL is accepted. */
SW_API void sw_output_discard(sw_output *out);

/**
 * Reads a whole file ("-": standard input) of at most `limit` bytes.
 * A terminator stands behind the last byte.
 */
SW_API SW_CHECK bool sw_file_read(const char *path, size_t limit,
                                  sw_arena *arena, sw_str *out, sw_error *err);

/* ---- dates ----------------------------------------------------------- */

/** Days since 1970-01-01, proleptic Gregorian. */
typedef int32_t sw_date;

/** Parses exactly YYYY-MM-DD, years 0001 to 9999, real days only. */
SW_API SW_CHECK bool sw_date_parse(sw_str text, sw_date *out);
/** Writes YYYY-MM-DD and a terminator; years 0001 to 9999. @return buf. */
SW_API char *sw_date_text(sw_date date, char buf[11]);
/**
 * The same day of another month, `months` later or, if negative, earlier; the
 * last day of a month that is too short for it (31 January and a month: 28 or
 * 29 February).
 *
 * @return false if that lies outside the years 0001 to 9999.
 */
SW_API SW_CHECK bool sw_date_add_months(sw_date date, int64_t months,
                                        sw_date *out);
/** Today in UTC. */
SW_API sw_date sw_date_today(void);

/* ---- progress -------------------------------------------------------- */

/**
 * Told of long work, from one thread at a time. `fn` may be NULL: nobody
 * listens. `stage` is a short English phrase ("reading ways"); total 0:
 * unknown. Never receives anything of the cargo or of the zones.
 */
typedef struct {
    void (*fn)(void *ctx, const char *stage, uint64_t done, uint64_t total);
    void *ctx;
} sw_progress;

SW_API void sw_progress_tell(const sw_progress *progress, const char *stage,
                             uint64_t done, uint64_t total);

#ifdef __cplusplus
}
#endif
#endif
