// Regular expressions in linear time. The tree becomes a program of Thompson's
// automaton; a search follows all its threads at once, a code point at a time,
// so the work is at most text times program, whatever the pattern. A program
// that is small is also tabulated: a state is the set of threads with what
// stood before it, and a table gives the next by the class of the code point.
//
// Threads are kept before they are followed: an assertion such as \b can only
// be judged when the next code point is known.
//
// Russ Cox, "Regular Expression Matching: the Virtual Machine Approach".
#include "regex_internal.h"

#include <stdlib.h>

typedef sw_re__node node;

enum {
    MAX_PROGRAM = 20 * 1000,  // instructions
    TABLE_PROGRAM = 400,      // instructions of a program worth a table
    TABLE_STATES = 120,
    TABLE_CLASSES = 120,
    TABLE_WORK = 2 * 1000 * 1000,  // to fill one: a few milliseconds
};

_Static_assert(MAX_PROGRAM == 20000, "the error below says so");

typedef enum { OP_SET, OP_SPLIT, OP_JUMP, OP_ASSERT, OP_MATCH } opcode;

typedef struct {
    opcode op;
    uint32_t to, other;  // SPLIT goes both ways, JUMP one
    const sw_re__set *set;
    sw_re__assertion assertion;
} instruction;

// What stands before or behind a place.
enum { NEAR_EDGE = 1, NEAR_LINE = 2, NEAR_WORD = 4 };

enum { STATE_NO = 0xFE, STATE_YES = 0xFF };  // beside the table's states

typedef struct {
    unsigned char ascii[128];   // class of a code point
    const uint32_t *bounds;     // where classes begin
    size_t classes;             // the end of text is one more
    const unsigned char *next;  // [state * (classes + 1) + class]
} table;

struct sw_cel__regex {
    const instruction *program;
    size_t count;
    bool anchored;       // only a match at the text's begin counts
    const table *table;  // NULL: none
};

/* ---- size ------------------------------------------------------------ */

// Instructions that a node becomes, saturating above the limit.
static size_t size_of(const node *n);

static size_t size_of_children(const node *n, size_t extra)
{
    size_t size = 0;
    for (const node *c = n->first; c != NULL && size <= MAX_PROGRAM;
         c = c->next)
        size += size_of(c) + extra;
    return size;
}

static size_t size_of(const node *n)
{
    switch (n->kind) {
    case SW_RE_SET:
    case SW_RE_ASSERT: return 1;
    case SW_RE_SEQUENCE: return size_of_children(n, 0);
    case SW_RE_CHOICE: return size_of_children(n, 2);
    case SW_RE_REPEAT: {
        size_t once = size_of(n->first) + 2;
        size_t times = (size_t)(n->max > n->min ? n->max : n->min) + 1;
        return once > MAX_PROGRAM ? once : once * times;
    }
    }
    return 0;
}

/* ---- program --------------------------------------------------------- */

typedef struct {
    instruction *at;
    uint32_t count;
} builder;

static void emit(builder *b, const node *n);

static uint32_t put(builder *b, opcode op, uint32_t to)
{
    b->at[b->count] = (instruction){.op = op, .to = to};
    return b->count++;
}

static void emit_choice(builder *b, const node *n)
{
    uint32_t last_jump = UINT32_MAX;
    for (const node *c = n->first; c != NULL; c = c->next) {
        uint32_t split = b->count;
        if (c->next != NULL) put(b, OP_SPLIT, split + 1);
        emit(b, c);
        // Jumps to the end are chained through `other` until it is known.
        uint32_t jump = put(b, OP_JUMP, 0);
        b->at[jump].other = last_jump;
        last_jump = jump;
        if (c->next != NULL) b->at[split].other = b->count;
    }
    while (last_jump != UINT32_MAX) {
        b->at[last_jump].to = b->count;
        last_jump = b->at[last_jump].other;
    }
}

static void emit_repeat(builder *b, const node *n)
{
    for (int i = 0; i < n->min; i++)
        emit(b, n->first);
    if (n->max < 0) {
        uint32_t split = put(b, OP_SPLIT, b->count + 1);
        emit(b, n->first);
        put(b, OP_JUMP, split);
        b->at[split].other = b->count;
        return;
    }
    // a{0,3}: (a(a(a)?)?)?; leaving early goes one step at a time.
    for (int i = n->min; i < n->max; i++) {
        uint32_t split = put(b, OP_SPLIT, b->count + 1);
        emit(b, n->first);
        b->at[split].other = b->count;
    }
}

static void emit(builder *b, const node *n)
{
    switch (n->kind) {
    case SW_RE_SET: b->at[put(b, OP_SET, b->count + 1)].set = &n->set; break;
    case SW_RE_ASSERT:
        b->at[put(b, OP_ASSERT, b->count + 1)].assertion = n->assertion;
        break;
    case SW_RE_SEQUENCE:
        for (const node *c = n->first; c != NULL; c = c->next)
            emit(b, c);
        break;
    case SW_RE_CHOICE: emit_choice(b, n); break;
    case SW_RE_REPEAT: emit_repeat(b, n); break;
    }
}

/* ---- threads --------------------------------------------------------- */

// A set of program counters: in order of arrival, with constant-time tests
// (Briggs and Torczon's sparse set).
typedef struct {
    uint32_t *items, *where;
    uint32_t count;
} threads;

static bool holds(const threads *t, uint32_t pc)
{
    return t->where[pc] < t->count && t->items[t->where[pc]] == pc;
}

static void insert(threads *t, uint32_t pc)
{
    if (holds(t, pc)) return;
    t->where[pc] = t->count;
    t->items[t->count++] = pc;
}

enum { INIT_UNITS = 8 };  // instructions that cost as much as a thread does

typedef struct {
    const sw_cel__regex *regex;
    threads now, then;
    uint32_t *memory;
    uint64_t left;  // work that may still be done
} search;

static bool search_init(search *s, const sw_cel__regex *regex)
{
    *s = (search){.regex = regex};
    size_t n = regex->count;
    s->memory = calloc(4 * n + 1, sizeof *s->memory);
    if (s->memory == NULL) return false;
    s->now = (threads){s->memory, s->memory + n, 0};
    s->then = (threads){s->memory + 2 * n, s->memory + 3 * n, 0};
    return true;
}

static void search_done(search *s)
{
    free(s->memory);
}

static unsigned kind_of(uint32_t c)
{
    bool word = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                (c >= 'A' && c <= 'Z') || c == '_';
    return (c == '\n' ? NEAR_LINE : 0u) | (word ? NEAR_WORD : 0u);
}

static bool asserted(sw_re__assertion what, unsigned before, unsigned behind)
{
    bool word = ((before ^ behind) & NEAR_WORD) != 0;
    switch (what) {
    case SW_RE_TEXT_BEGIN: return (before & NEAR_EDGE) != 0;
    case SW_RE_TEXT_END: return (behind & NEAR_EDGE) != 0;
    case SW_RE_LINE_BEGIN: return (before & (NEAR_EDGE | NEAR_LINE)) != 0;
    case SW_RE_LINE_END: return (behind & (NEAR_EDGE | NEAR_LINE)) != 0;
    case SW_RE_WORD: return word;
    case SW_RE_NOT_WORD: return !word;
    }
    return false;
}

// Follows the threads of `now` to where they wait for a code point. The set
// grows while it is walked. @return whether one of them has matched.
static bool follow(search *s, unsigned before, unsigned behind)
{
    const instruction *program = s->regex->program;
    for (uint32_t i = 0; i < s->now.count; i++) {
        const instruction *in = &program[s->now.items[i]];
        switch (in->op) {
        case OP_MATCH: return true;
        case OP_SPLIT:
            insert(&s->now, in->other);
            insert(&s->now, in->to);
            break;
        case OP_JUMP: insert(&s->now, in->to); break;
        case OP_ASSERT:
            if (asserted(in->assertion, before, behind))
                insert(&s->now, in->to);
            break;
        case OP_SET: break;
        }
    }
    return false;
}

// Moves the threads that wait for `c` past it.
static void advance(search *s, uint32_t c)
{
    const instruction *program = s->regex->program;
    s->then.count = 0;
    for (uint32_t i = 0; i < s->now.count; i++) {
        const instruction *in = &program[s->now.items[i]];
        if (in->op == OP_SET && sw_re__has(in->set, c))
            insert(&s->then, in->to);
    }
    threads done = s->now;
    s->now = s->then;
    s->then = done;
    if (!s->regex->anchored) insert(&s->now, 0);
}

// Takes work from what is left.
static bool spend(search *s, uint64_t work)
{
    s->left = work < s->left ? s->left - work : 0;
    return s->left > 0;
}

static bool search_threads(const sw_cel__regex *regex, sw_str text, bool *found,
                           uint64_t *work)
{
    search s;
    if (!search_init(&s, regex)) return false;
    unsigned before = NEAR_EDGE;
    *found = false;
    s.left = *work;
    insert(&s.now, 0);
    (void)spend(&s, regex->count / INIT_UNITS);
    for (size_t at = 0; at < text.len && s.now.count > 0 && !*found;) {
        uint32_t c = sw_cel__code_point(text, &at);
        unsigned behind = kind_of(c);
        *found = follow(&s, before, behind);
        if (!spend(&s, s.now.count + 1)) break;
        advance(&s, c);
        before = behind;
    }
    if (!*found) *found = follow(&s, before, NEAR_EDGE);
    (void)spend(&s, s.now.count + 1);
    *work = s.left;
    search_done(&s);
    return true;
}

/* ---- the table ------------------------------------------------------- */

typedef struct {
    uint32_t bounds[TABLE_CLASSES];
    size_t count;
} boundaries;

static bool add_bound(boundaries *b, uint32_t c)
{
    if (c > SW_RE_LAST) return true;
    size_t i = 0;
    while (i < b->count && b->bounds[i] < c)
        i++;
    if (i < b->count && b->bounds[i] == c) return true;
    if (b->count == TABLE_CLASSES) return false;
    memmove(b->bounds + i + 1, b->bounds + i,
            (b->count - i) * sizeof *b->bounds);
    b->bounds[i] = c;
    b->count++;
    return true;
}

static bool add_range(boundaries *b, uint32_t lo, uint32_t hi)
{
    return add_bound(b, lo) && add_bound(b, hi + 1);
}

// Classes such that no set, nor an assertion, tells two of one class apart.
static bool find_classes(const sw_cel__regex *regex, boundaries *b)
{
    bool ok = add_bound(b, 0), asserts = false;
    for (size_t i = 0; ok && i < regex->count; i++) {
        const instruction *in = &regex->program[i];
        asserts |= in->op == OP_ASSERT;
        if (in->op != OP_SET) continue;
        for (size_t j = 0; ok && j < in->set->count; j++)
            ok = add_range(b, in->set->at[j].lo, in->set->at[j].hi);
    }
    if (!ok || !asserts) return ok;
    return add_range(b, '\n', '\n') && add_range(b, '0', '9') &&
           add_range(b, 'A', 'Z') && add_range(b, '_', '_') &&
           add_range(b, 'a', 'z');
}

static size_t class_of(const table *t, uint32_t c)
{
    if (c < 128) return t->ascii[c];
    size_t low = 0, high = t->classes;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (t->bounds[middle] <= c) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

// A state is a set of threads, as bits, and the kind of what stood before.
typedef struct {
    unsigned char bits[TABLE_PROGRAM / 8];
    unsigned before;
} state;

typedef struct {
    search s;
    const table *t;
    state states[TABLE_STATES];
    size_t count, work;
    unsigned char *next;
} tabulator;

static void save(const threads *t, unsigned before, state *out)
{
    memset(out, 0, sizeof *out);
    for (uint32_t i = 0; i < t->count; i++)
        out->bits[t->items[i] / 8] |= (unsigned char)(1u << (t->items[i] % 8));
    out->before = before;
}

static void load(threads *t, const state *from, size_t count)
{
    t->count = 0;
    for (uint32_t pc = 0; pc < count; pc++) {
        if (from->bits[pc / 8] >> (pc % 8) & 1) insert(t, pc);
    }
}

static bool same_state(const state *a, const state *b)
{
    return a->before == b->before &&
           memcmp(a->bits, b->bits, sizeof a->bits) == 0;
}

// The number of a state, found or new; TABLE_STATES when there are too many.
static size_t state_number(tabulator *tab, const state *wanted)
{
    size_t i = 0;
    while (i < tab->count && !same_state(&tab->states[i], wanted))
        i++;
    if (i == tab->count && i < TABLE_STATES)
        tab->states[tab->count++] = *wanted;
    return i;
}

// Fills one cell. @return false when there are too many states or threads.
static bool fill(tabulator *tab, size_t from, size_t class)
{
    const table *t = tab->t;
    unsigned char *cell = &tab->next[from * (t->classes + 1) + class];
    bool end = class == t->classes;
    unsigned behind = end ? NEAR_EDGE : kind_of(t->bounds[class]);
    load(&tab->s.now, &tab->states[from], tab->s.regex->count);
    tab->work += 8 * (size_t)tab->s.now.count + tab->s.regex->count;
    if (tab->work > TABLE_WORK) return false;
    if (follow(&tab->s, tab->states[from].before, behind)) {
        *cell = STATE_YES;
        return true;
    }
    if (end) return *cell = STATE_NO, true;
    advance(&tab->s, t->bounds[class]);
    if (tab->s.now.count == 0) return *cell = STATE_NO, true;
    state reached;
    save(&tab->s.now, behind, &reached);
    size_t number = state_number(tab, &reached);
    *cell = (unsigned char)number;
    return number < TABLE_STATES;
}

static bool fill_all(tabulator *tab)
{
    threads *now = &tab->s.now;
    now->count = 0;
    insert(now, 0);
    save(now, NEAR_EDGE, &tab->states[0]);
    tab->count = 1;
    for (size_t i = 0; i < tab->count; i++) {
        for (size_t class = 0; class <= tab->t->classes; class ++) {
            if (!fill(tab, i, class)) return false;
        }
    }
    return true;
}

static bool init_table(table *t, const boundaries *b, sw_arena *arena)
{
    uint32_t *bounds = SW_NEW_ARRAY(arena, uint32_t, b->count);
    if (bounds == NULL) return false;
    memcpy(bounds, b->bounds, b->count * sizeof *bounds);
    t->bounds = bounds;
    t->classes = b->count;
    size_t class = 0;
    for (uint32_t c = 0; c < 128; c++) {
        while (class + 1 < b->count && bounds[class + 1] <= c)
            class ++;
        t->ascii[c] = (unsigned char)class;
    }
    return true;
}

// A table is a gain, not a need: without one the threads are searched.
// @return false only without memory.
static bool tabulate(sw_cel__regex *regex, sw_arena *arena)
{
    boundaries b = {.count = 0};
    if (regex->count > TABLE_PROGRAM || !find_classes(regex, &b)) return true;
    table *t = SW_NEW(arena, table);
    tabulator *tab = calloc(1, sizeof *tab);
    size_t width = b.count + 1;
    bool ok = t != NULL && tab != NULL && init_table(t, &b, arena) &&
              search_init(&tab->s, regex);
    if (ok) {
        tab->t = t;
        tab->next = calloc(TABLE_STATES * width, 1);
        ok = tab->next != NULL;
    }
    if (ok && fill_all(tab)) {
        unsigned char *copy = sw_arena_alloc(arena, tab->count * width);
        ok = copy != NULL;
        if (ok) {
            memcpy(copy, tab->next, tab->count * width);
            t->next = copy;
            regex->table = t;
        }
    }
    if (tab != NULL) {
        search_done(&tab->s);
        free(tab->next);
    }
    free(tab);
    return ok;
}

static bool search_table(const table *t, sw_str text)
{
    size_t width = t->classes + 1, at = 0;
    const unsigned char *row = t->next;
    while (at < text.len) {
        unsigned char c = (unsigned char)text.at[at];
        size_t class;
        if (c < 128) {
            class = t->ascii[c];
            at++;
        } else {
            size_t next = at;  // alone in memory, so that `at` need not be
            class = class_of(t, sw_cel__code_point(text, &next));
            at = next;
        }
        if (row[class] >= STATE_NO) return row[class] == STATE_YES;
        row = t->next + row[class] * width;
    }
    return row[t->classes] == STATE_YES;
}

/* ---- the whole ------------------------------------------------------- */

// Whether every match begins at the text's begin, as far as is plain to see.
static bool is_anchored(const node *n)
{
    if (n == NULL) return false;
    switch (n->kind) {
    case SW_RE_ASSERT: return n->assertion == SW_RE_TEXT_BEGIN;
    case SW_RE_SEQUENCE: return is_anchored(n->first);
    case SW_RE_CHOICE:
        for (const node *c = n->first; c != NULL; c = c->next) {
            if (!is_anchored(c)) return false;
        }
        return true;
    default: return false;
    }
}

const char sw_cel__regex_no_room[] = "more memory than there is room for";

bool sw_cel__regex_compile(sw_str pattern, const sw_cel__regex_options *how,
                           sw_arena *arena, const sw_cel__regex **out,
                           const char **why)
{
    node *tree = NULL;
    if (!sw_re__parse(pattern, how->max_bytes, arena, &tree, why)) return false;
    size_t size = size_of(tree) + 1;
    if (size > MAX_PROGRAM) {
        *why = "more than 20000 instructions";
        return false;
    }
    if (size > how->max_bytes / sizeof(instruction)) {
        *why = sw_cel__regex_no_room;
        return false;
    }
    sw_cel__regex *regex = SW_NEW(arena, sw_cel__regex);
    builder b = {SW_NEW_ARRAY(arena, instruction, size), 0};
    *why = NULL;
    if (regex == NULL || b.at == NULL) return false;
    emit(&b, tree);
    put(&b, OP_MATCH, 0);
    regex->program = b.at;
    regex->count = b.count;
    regex->anchored = is_anchored(tree);
    if (how->tabulate && !tabulate(regex, arena)) return false;
    *out = regex;
    return true;
}

bool sw_cel__regex_search(const sw_cel__regex *regex, sw_str text, bool *found,
                          uint64_t *work)
{
    if (regex->table == NULL) return search_threads(regex, text, found, work);
    *found = search_table(regex->table, text);
    *work = text.len < *work ? *work - text.len : 0;
    return true;
}

enum { PER_STEP = 16 };  // units of work

uint64_t sw_cel__regex_steps(const sw_cel__regex *regex, uint64_t bytes)
{
    uint64_t count = regex != NULL ? regex->count : MAX_PROGRAM;
    if (regex != NULL && regex->table != NULL) count = 0;
    if (bytes >= UINT64_MAX / (MAX_PROGRAM + 2)) return UINT64_MAX;
    // All threads at each place, the end included.
    uint64_t work = count / INIT_UNITS + (bytes + 1) * (count + 1);
    return work / PER_STEP + 1;
}

bool sw_cel__search(sw_cel__run *run, const sw_cel__regex *regex, sw_str text,
                    bool *found)
{
    if (regex->table != NULL) {
        *found = search_table(regex->table, text);
        return sw_cel__spend(run, text.len / PER_STEP);
    }
    bool capped = run->steps > UINT64_MAX / PER_STEP;
    uint64_t most = capped ? UINT64_MAX : run->steps * PER_STEP, left = most;
    if (!search_threads(regex, text, found, &left))
        return sw_fail_memory(run->err);
    return sw_cel__spend(run, (most - left) / PER_STEP + (left == 0));
}

bool sw_cel__matches(sw_cel__run *run, const sw_cel__regex *regex, sw_str text,
                     sw_cel_value *out)
{
    bool found = false;
    bool ok = sw_cel__search(run, regex, text, &found);
    *out = sw_cel__bool(found);
    return ok;
}
