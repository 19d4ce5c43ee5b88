// Declarations by the million: lines of JSON in, lines of JSON out, in the same
// order. The stream is cut into pieces of whole lines; each is a job of the
// pool, and what its lines come to is written when its turn comes.
#include <stdlib.h>
#include <string.h>

#include "json_build.h"

enum {
    PIECE = 128 * 1024,             // bytes read at once
    MAX_LINE = MAX_DOCUMENT_BYTES,  // as long as any other declaration
    PIECES_A_THREAD = 4,            // between reading and writing
};

// What a worker has for itself.
typedef struct {
    sw_arena *arena;  // of a declaration
    sw_batch *batch;
} own;

typedef struct {
    sw_rulebook *const *books;
    const char *name;
    bool reasons;
    own *workers;
} setup;

typedef struct {
    const setup *how;
    char *text;
    size_t len, cap;
    uint32_t line;  // number of the first
    sw_buf out;
    sw_batch_count counted;
} piece;

/* ---- a line as JSON -------------------------------------------------- */

typedef struct {
    const sw_batch_ruling *ruling;
    sw_arena *arena;
    sw_error *err;
} teller;

// The ids of the rules that came to a state.
static json_t *ids(const sw_batch_ruling *ruling, sw_rule_state state)
{
    json_t *list = json_array();
    bool ok = list != NULL;
    for (size_t i = 0; ok && i < ruling->rule_count; i++) {
        if (ruling->rules[i].state == state)
            ok = json_array_append_new(
                     list, sw_rules__json_str(ruling->rules[i].id)) == 0;
    }
    return finish(list, ok);
}

static int compare_strs(const void *a, const void *b)
{
    return sw_str_cmp(*(const sw_str *)a, *(const sw_str *)b);
}

// The facts that undetermined rules wait for, each once.
static json_t *missing(const teller *t)
{
    size_t total = 0, n = 0;
    for (size_t i = 0; i < t->ruling->rule_count; i++)
        total += t->ruling->rules[i].missing_count;
    sw_str *all = SW_NEW_ARRAY(t->arena, sw_str, total);
    if (all == NULL) return NULL;
    for (size_t i = 0; i < t->ruling->rule_count; i++) {
        const sw_rule_outcome *rule = &t->ruling->rules[i];
        for (size_t k = 0; k < rule->missing_count; k++)
            all[n++] = rule->missing[k];
    }
    if (n > 1) qsort(all, n, sizeof *all, compare_strs);
    json_t *list = json_array();
    bool ok = list != NULL;
    for (size_t i = 0; ok && i < n; i++) {
        if (i > 0 && sw_str_eq(all[i - 1], all[i])) continue;
        ok = json_array_append_new(list, sw_rules__json_str(all[i])) == 0;
    }
    return finish(list, ok);
}

static json_t *seen_json(const teller *t, const decider *d)
{
    json_t *seen = json_object();
    bool ok = seen != NULL;
    for (size_t i = 0; ok && i < d->seen_count; i++) {
        sw_str path = d->seen[i].source;
        json_t *value = sw_rules__json_value(&d->seen[i].value, t->arena);
        ok = json_object_setn_new(seen, path.at, path.len, value) == 0;
    }
    return finish(seen, ok);
}

// What made one expression true or false.
static bool add_deciders(const teller *t, json_t *list, const sw_cel *cel,
                         const sw_cel_reason *why)
{
    const decider *at;
    size_t count;
    if (cel == NULL || why == NULL) return true;
    if (!sw_rules__deciders(cel, why, t->arena, &at, &count, t->err))
        return false;
    for (size_t i = 0; i < count; i++) {
        json_t *one = json_object();
        bool ok =
            one != NULL && set_str(one, "expression", at[i].source) &&
            set(one, "value", sw_rules__json_value(&at[i].value, t->arena)) &&
            set_given(one, "element", at[i].element) &&
            set(one, "facts", seen_json(t, &at[i]));
        if (json_array_append_new(list, finish(one, ok)) != 0) return false;
    }
    return true;
}

// Why rules failed.
static json_t *why_json(const teller *t)
{
    json_t *all = json_object();
    bool ok = all != NULL;
    for (size_t i = 0; ok && i < t->ruling->rule_count; i++) {
        const sw_rule_outcome *rule = &t->ruling->rules[i];
        if (rule->state != SW_RULE_FAILED) continue;
        json_t *list = json_array();
        ok = list != NULL &&
             add_deciders(t, list, rule->require, rule->why_require) &&
             add_deciders(t, list, rule->when, rule->why_when);
        ok = json_object_setn_new(all, rule->id.at, rule->id.len,
                                  finish(list, ok)) == 0;
    }
    return finish(all, ok);
}

static bool write_ruling(const piece *p, uint32_t line, const teller *t,
                         sw_str *out)
{
    json_t *one = json_object();
    const char *verdict = sw_verdict_name(t->ruling->verdict);
    bool ok = one != NULL && set_count(one, "line", line) &&
              set(one, "verdict", json_string(verdict)) &&
              set(one, "failed", ids(t->ruling, SW_RULE_FAILED)) &&
              set(one, "undetermined", ids(t->ruling, SW_RULE_UNDETERMINED)) &&
              set(one, "missing", missing(t)) &&
              (!p->how->reasons || set(one, "why", why_json(t)));
    ok = ok ? sw_rules__dump_json(one, JSON_COMPACT, t->arena, out, t->err)
            : sw_fail_memory(t->err);
    json_decref(one);
    return ok;
}

static bool write_fault(uint32_t line, const sw_error *fault, sw_arena *arena,
                        sw_str *out, sw_error *err)
{
    char text[1024];
    json_t *one = json_object();
    const char *what = sw_error_text(fault, text, sizeof text);
    bool ok = one != NULL && set_count(one, "line", line) &&
              set(one, "error", json_string(what));
    ok = ok ? sw_rules__dump_json(one, JSON_COMPACT, arena, out, err)
            : sw_fail_memory(err);
    json_decref(one);
    return ok;
}

/* ---- a piece --------------------------------------------------------- */

// A fault of the declaration is a line, too; any other ends it all.
static bool rule_line(piece *p, own *b, sw_str text, uint32_t line,
                      sw_error *err)
{
    sw_declaration *said;
    const sw_batch_ruling *ruling = NULL;
    sw_str told;
    sw_error fault = {0};
    sw_arena_reset(b->arena);
    bool ok = sw_rules__declare_json(text, p->how->name, line, b->arena, &said,
                                     &fault) &&
              sw_batch_declare(b->batch, said, &fault) &&
              sw_batch_rule(b->batch, &ruling, &fault);
    if (ok) {
        teller t = {ruling, b->arena, err};
        if (!write_ruling(p, line, &t, &told)) return false;
        p->counted.verdicts[ruling->verdict]++;
    } else {
        if (fault.kind != SW_ERR_INPUT) return *err = fault, false;
        sw_error_in(&fault, p->how->name);
        if (!write_fault(line, &fault, b->arena, &told, err)) return false;
        p->counted.faults++;
    }
    p->counted.lines++;
    sw_buf_str(&p->out, told);
    sw_buf_str(&p->out, SW_STR("\n"));
    return !p->out.failed || sw_fail_memory(err);
}

static bool is_blank(sw_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.at[i] != ' ' && s.at[i] != '\t' && s.at[i] != '\r') return false;
    }
    return true;
}

static bool rule_piece(void *job, unsigned worker, sw_error *err)
{
    piece *p = job;
    own *b = &p->how->workers[worker];
    uint32_t line = p->line;
    for (size_t at = 0; at < p->len; line++) {
        const char *end = memchr(p->text + at, '\n', p->len - at);
        size_t to = end != NULL ? (size_t)(end - p->text) : p->len;
        sw_str text = {p->text + at, to - at};
        if (!is_blank(text) && !rule_line(p, b, text, line, err)) return false;
        at = to + 1;
    }
    return true;
}

/* ---- the stream ------------------------------------------------------ */

typedef struct {
    FILE *in, *out;
    const char *name;
    const sw_progress *progress;
    char *rest;  // of a line that the last piece did not end
    size_t rest_len;
    uint64_t bytes;
    uint32_t line;
    bool ended;
    sw_batch_count *counted;
    sw_error *err;
} stream;

static bool make_room(stream *s, piece *p, size_t len)
{
    if (len <= p->cap) return true;
    if (len > (size_t)MAX_LINE + PIECE) {
        sw_fail(s->err, SW_ERR_INPUT, "a line is longer than %d bytes",
                MAX_LINE);
        return sw_error_at(s->err, "line %u", s->line);
    }
    char *text = realloc(p->text, len);
    if (text == NULL) return sw_fail_memory(s->err);
    p->text = text;
    p->cap = len;
    return true;
}

// Keeps what stands behind the last line that ended.
static bool keep_rest(stream *s, piece *p)
{
    size_t end = p->len;
    while (end > 0 && p->text[end - 1] != '\n')
        end--;
    s->rest_len = p->len - end;
    if (s->rest_len > 0) {
        char *rest = realloc(s->rest, s->rest_len);
        if (rest == NULL) return sw_fail_memory(s->err);
        memcpy(rest, p->text + end, s->rest_len);
        s->rest = rest;
    }
    p->len = end;
    return true;
}

static void count_lines(stream *s, const piece *p)
{
    for (const char *at = p->text, *end = at + p->len; at < end; at++) {
        at = memchr(at, '\n', (size_t)(end - at));
        if (at == NULL) break;
        s->line++;
    }
}

// Reads until a line ends.
static bool read_piece(stream *s, piece *p)
{
    p->len = s->rest_len;
    p->line = s->line;
    if (!make_room(s, p, s->rest_len + PIECE)) return false;
    if (s->rest_len > 0) memcpy(p->text, s->rest, s->rest_len);
    for (;;) {
        size_t got = fread(p->text + p->len, 1, PIECE, s->in);
        bool line_ends = memchr(p->text + p->len, '\n', got) != NULL;
        p->len += got;
        s->bytes += got;
        if (ferror(s->in)) return sw_fail_errno(s->err, "read");
        s->ended = got < PIECE && feof(s->in);
        if (s->ended) {
            s->rest_len = 0;
            return true;
        }
        if (line_ends) break;
        if (!make_room(s, p, p->len + PIECE)) return false;
    }
    if (!keep_rest(s, p)) return false;
    count_lines(s, p);
    return true;
}

static void add_counts(sw_batch_count *to, const sw_batch_count *from)
{
    to->lines += from->lines;
    to->faults += from->faults;
    for (size_t i = 0; i < sizeof to->verdicts / sizeof *to->verdicts; i++)
        to->verdicts[i] += from->verdicts[i];
}

// Waits for the oldest piece and writes what it came to.
static bool write_next(stream *s, sw_queue *queue, piece **freed)
{
    void *job;
    bool ok = sw_queue_pop(queue, &job, s->err);
    piece *p = *freed = job;
    if (!ok) return false;
    if (fwrite(p->out.at, 1, p->out.len, s->out) != p->out.len)
        return sw_fail_errno(s->err, "write");
    add_counts(s->counted, &p->counted);
    sw_progress_tell(s->progress, "ruling", s->bytes, 0);
    return true;
}

// All pieces take turns: read, ruled on, written, read again.
static bool pump(stream *s, const setup *how, sw_queue *queue, piece *pieces,
                 size_t count)
{
    size_t fresh = 0;
    while (!s->ended) {
        piece *p = fresh < count ? &pieces[fresh++] : NULL;
        if (p == NULL && !write_next(s, queue, &p)) return false;
        p->how = how;
        p->out.len = 0;
        p->counted = (sw_batch_count){0};
        if (!read_piece(s, p)) return sw_error_in(s->err, s->name);
        sw_queue_push(queue, rule_piece, p);
    }
    while (!sw_queue_empty(queue)) {
        piece *p;
        if (!write_next(s, queue, &p)) return false;
    }
    return true;
}

static bool run_pieces(stream *s, const setup *how, sw_pool *pool)
{
    size_t count = PIECES_A_THREAD * sw_pool_threads(pool);
    sw_queue *queue = NULL;
    piece *pieces = calloc(count, sizeof *pieces);
    bool ok = pieces != NULL ? sw_queue_new(pool, count, &queue, s->err)
                             : sw_fail_memory(s->err);
    ok = ok && pump(s, how, queue, pieces, count);
    sw_queue_free(queue);
    for (size_t i = 0; pieces != NULL && i < count; i++) {
        free(pieces[i].text);
        sw_buf_free(&pieces[i].out);
    }
    free(pieces);
    free(s->rest);
    return ok;
}

bool sw_batch_lines(sw_rulebook *const *books, size_t count,
                    const sw_rule_options *options, bool reasons, FILE *in,
                    const char *name, FILE *out, sw_pool *pool,
                    const sw_progress *progress, sw_batch_count *counted,
                    sw_error *err)
{
    unsigned threads = sw_pool_threads(pool), ready = 0;
    setup all = {.books = books, .name = name, .reasons = reasons};
    stream s = {.in = in,
                .out = out,
                .name = name,
                .progress = progress,
                .line = 1,
                .counted = counted,
                .err = err};
    sw_arena *arena = NULL;
    *counted = (sw_batch_count){0};
    bool ok = sw_arena_new(&arena, err);
    if (ok) all.workers = SW_NEW_ARRAY(arena, own, threads);
    if (ok && all.workers == NULL) ok = sw_fail_memory(err);
    for (; ok && ready < threads; ready++) {
        own *b = &all.workers[ready];
        ok =
            sw_arena_new(&b->arena, err) &&
            sw_batch_new(books, count, options, reasons, arena, &b->batch, err);
    }
    ok = ok && run_pieces(&s, &all, pool);
    for (unsigned i = 0; all.workers != NULL && i < threads; i++) {
        sw_batch_free(all.workers[i].batch);
        sw_arena_free(all.workers[i].arena);
    }
    sw_arena_free(arena);
    return ok;
}
