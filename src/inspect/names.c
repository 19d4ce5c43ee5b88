// Forbidden names: is one of them a part of a text?
//
// Both sides are brought to one form (NFKC case folding, runs of white space
// made one space), then one automaton after Aho and Corasick looks for all
// names at once, so that a list of forty thousand costs no more per text than
// a list of four.
#include "inspect_internal.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define LEAST_CHARACTERS 2
#define EMPTY            UINT32_MAX

// An edge of the trie: (state, byte) -> state, in an open-addressed table.
typedef struct {
    uint32_t from, to;
    uint8_t byte;
} edge;

typedef struct {
    uint32_t parent, fail;
    uint8_t byte;
    bool ends;  // a name ends here, or at a state that this one falls back to
} state;

struct sw_inspect__names {
    sw_inspect__rows states;  // 0: the root; a state's parent comes before it
    edge *edges;
    size_t edge_room;  // a power of two, over twice the states
};

/* ---- folding ---------------------------------------------------------- */

static bool is_space(utf8proc_int32_t c)
{
    if ((c >= 0x09 && c <= 0x0d) || c == 0x20 || c == 0x85) return true;
    utf8proc_category_t category = utf8proc_category(c);
    return category == UTF8PROC_CATEGORY_ZS ||
           category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP;
}

// The text with each byte that is no UTF-8 replaced by U+FFFD, so that broken
// bytes cannot hide the name beside them.
static void mend(sw_str text, sw_buf *out)
{
    for (size_t at = 0; at < text.len;) {
        utf8proc_int32_t c;
        utf8proc_ssize_t len =
            utf8proc_iterate((const utf8proc_uint8_t *)text.at + at,
                             (utf8proc_ssize_t)(text.len - at), &c);
        if (len > 0)
            sw_buf_add(out, text.at + at, (size_t)len);
        else
            sw_buf_add(out, "\xef\xbf\xbd", 3);
        at += len > 0 ? (size_t)len : 1;
    }
}

static bool squeeze(const utf8proc_uint8_t *at, size_t len, sw_buf *out)
{
    bool space = false;
    while (len > 0) {
        utf8proc_int32_t c;
        utf8proc_ssize_t step = utf8proc_iterate(at, (utf8proc_ssize_t)len, &c);
        if (step <= 0) return false;
        bool was = space;
        space = is_space(c);
        if (space && !was) sw_buf_add(out, " ", 1);
        if (!space) sw_buf_add(out, at, (size_t)step);
        at += step;
        len -= (size_t)step;
    }
    return !out->failed;
}

static bool fold_ascii(sw_str text, sw_buf *out)
{
    for (size_t i = 0; i < text.len; i++) {
        if ((unsigned char)text.at[i] >= 0x80) return false;
    }
    bool space = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        bool was = space;
        space = is_space(c);
        if (c >= 'A' && c <= 'Z') c = (char)(c - 'A' + 'a');
        if (!space) sw_buf_add(out, &c, 1);
        if (space && !was) sw_buf_add(out, " ", 1);
    }
    return true;
}

static bool fold(sw_str text, sw_buf *out)
{
    if (fold_ascii(text, out)) return !out->failed;

    sw_buf sound = {0};
    utf8proc_uint8_t *folded = NULL;
    mend(text, &sound);
    utf8proc_ssize_t len = -1;
    if (!sound.failed) {
        len =
            utf8proc_map((const utf8proc_uint8_t *)sound.at,
                         (utf8proc_ssize_t)sound.len, &folded,
                         UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT |
                             UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
    }
    bool ok = len >= 0 && squeeze(folded, (size_t)len, out);
    free(folded);
    sw_buf_free(&sound);
    return ok;
}

/* ---- the automaton ---------------------------------------------------- */

static state *state_at(const sw_inspect__names *names, uint32_t index)
{
    return (state *)names->states.at + index;
}

static edge *edge_slot(const sw_inspect__names *names, uint32_t from,
                       uint8_t byte)
{
    uint64_t hash = ((uint64_t)from << 8 | byte) * UINT64_C(0x9e3779b97f4a7c15);
    size_t mask = names->edge_room - 1;
    size_t slot = (size_t)(hash >> 32) & mask;
    while (names->edges[slot].from != EMPTY &&
           (names->edges[slot].from != from || names->edges[slot].byte != byte))
        slot = (slot + 1) & mask;
    return &names->edges[slot];
}

static bool step(const sw_inspect__names *names, uint32_t *at, uint8_t byte)
{
    const edge *found = edge_slot(names, *at, byte);
    if (found->from == EMPTY) return false;
    *at = found->to;
    return true;
}

static bool add_name(sw_inspect__names *names, sw_str folded)
{
    uint32_t at = 0;
    for (size_t i = 0; i < folded.len; i++) {
        uint8_t byte = (uint8_t)folded.at[i];
        if (step(names, &at, byte)) continue;
        uint32_t fresh = (uint32_t)names->states.count;
        state *made = sw_inspect__row(&names->states);
        if (made == NULL) return false;
        *made = (state){.parent = at, .byte = byte};
        *edge_slot(names, at, byte) = (edge){at, fresh, byte};
        at = fresh;
    }
    state_at(names, at)->ends = true;
    return true;
}

// The state of the longest proper suffix that is still the start of a name.
static uint32_t fall_back(const sw_inspect__names *names, uint32_t index)
{
    const state *own = state_at(names, index);
    if (own->parent == 0) return 0;
    uint32_t at = state_at(names, own->parent)->fail;
    while (!step(names, &at, own->byte)) {
        if (at == 0) return 0;
        at = state_at(names, at)->fail;
    }
    return at;
}

// Needs states in the order of their depth; see sort_by_depth().
static void link_states(sw_inspect__names *names, const uint32_t *order)
{
    for (size_t i = 1; i < names->states.count; i++) {
        state *own = state_at(names, order[i]);
        own->fail = fall_back(names, order[i]);
        own->ends |= state_at(names, own->fail)->ends;
    }
}

// Counting sort: a state comes after its parent, so depths are known in one
// walk.
static bool sort_by_depth(const sw_inspect__names *names, uint32_t *depth,
                          uint32_t *order)
{
    size_t count = names->states.count;
    size_t *start = calloc(count + 1, sizeof *start);
    if (start == NULL) return false;
    for (uint32_t i = 0; i < count; i++) {
        depth[i] = i == 0 ? 0 : depth[state_at(names, i)->parent] + 1;
        start[depth[i] + 1]++;
    }
    for (size_t i = 1; i <= count; i++)
        start[i] += start[i - 1];
    for (uint32_t i = 0; i < count; i++)
        order[start[depth[i]]++] = i;
    free(start);
    return true;
}

static bool link_all(sw_inspect__names *names)
{
    size_t count = names->states.count;
    uint32_t *depth = calloc(count, sizeof *depth);
    uint32_t *order = calloc(count, sizeof *order);
    bool ok =
        depth != NULL && order != NULL && sort_by_depth(names, depth, order);
    if (ok) link_states(names, order);
    free(depth);
    free(order);
    return ok;
}

/* ---- entry points ----------------------------------------------------- */

static bool make_edges(sw_inspect__names *names, size_t bytes)
{
    if (bytes >= UINT32_MAX / 4) return false;
    names->edge_room = 64;
    while (names->edge_room < bytes * 2)
        names->edge_room *= 2;
    names->edges = calloc(names->edge_room, sizeof *names->edges);
    if (names->edges == NULL) return false;
    for (size_t i = 0; i < names->edge_room; i++)
        names->edges[i].from = EMPTY;
    return sw_inspect__row(&names->states) != NULL;
}

static size_t count_characters(sw_str text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += ((unsigned char)text.at[i] & 0xc0) != 0x80;
    return count;
}

static sw_str trimmed(const sw_buf *buf)
{
    sw_str out = {buf->at, buf->len};
    if (out.len > 0 && out.at[out.len - 1] == ' ') out.len--;
    if (out.len > 0 && out.at[0] == ' ') {
        out.at++;
        out.len--;
    }
    return out;
}

// All names folded, one behind the other, each with its length.
static bool fold_names(const sw_str *list, size_t count, sw_buf *out,
                       size_t *ends, sw_error *err)
{
    for (size_t i = 0; i < count; i++) {
        sw_buf one = {0};
        bool ok = fold(list[i], &one);
        sw_str name = trimmed(&one);
        bool too_short = ok && count_characters(name) < LEAST_CHARACTERS;
        sw_buf_str(out, name);
        sw_buf_free(&one);
        ends[i] = out->len;
        if (!ok || out->failed) return sw_fail_memory(err);
        if (too_short) {
            return sw_fail(err, SW_ERR_USAGE,
                           "forbidden name %zu is shorter than %d characters",
                           i + 1, LEAST_CHARACTERS);
        }
    }
    return true;
}

static bool build(sw_inspect__names *names, const sw_buf *folded,
                  const size_t *ends, size_t count)
{
    if (!make_edges(names, folded->len)) return false;
    for (size_t i = 0; i < count; i++) {
        size_t from = i > 0 ? ends[i - 1] : 0;
        if (!add_name(names, (sw_str){folded->at + from, ends[i] - from}))
            return false;
    }
    return link_all(names);
}

bool sw_inspect__names_new(const sw_str *list, size_t count,
                           sw_inspect__names **out, sw_error *err)
{
    sw_inspect__names *names = calloc(1, sizeof *names);
    size_t *ends = calloc(count + 1, sizeof *ends);
    sw_buf folded = {0};
    bool ok = false;

    if (names == NULL || ends == NULL) {
        sw_fail_memory(err);
        goto done;
    }
    names->states.size = sizeof(state);
    if (!fold_names(list, count, &folded, ends, err)) goto done;
    ok = build(names, &folded, ends, count) || sw_fail_memory(err);
    if (ok) *out = names;

done:
    sw_buf_free(&folded);
    free(ends);
    if (!ok) sw_inspect__names_free(names);
    return ok;
}

void sw_inspect__names_free(sw_inspect__names *names)
{
    if (names == NULL) return;
    sw_inspect__rows_done(&names->states);
    free(names->edges);
    free(names);
}

static bool search(const sw_inspect__names *names, sw_str folded)
{
    uint32_t at = 0;
    for (size_t i = 0; i < folded.len; i++) {
        while (!step(names, &at, (uint8_t)folded.at[i]) && at != 0)
            at = state_at(names, at)->fail;
        if (state_at(names, at)->ends) return true;
    }
    return false;
}

bool sw_inspect__names_in(const sw_inspect__names *names, sw_str text,
                          bool *out, sw_error *err)
{
    sw_buf folded = {0};
    if (text.len > 0 && !fold(text, &folded)) {
        sw_buf_free(&folded);
        return sw_fail_memory(err);
    }
    *out = search(names, (sw_str){folded.at, folded.len});
    sw_buf_free(&folded);
    return true;
}
