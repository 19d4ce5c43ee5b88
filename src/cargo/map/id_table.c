// Sorted ids, found by one or two cache misses and kept in 4.5 bytes each.
//
// An id becomes a key that sorts as OSM sorts: zero and the negative ids by
// magnitude, then the others. Keys are stored as 32-bit lower halves; the upper
// halves are those of pages, of which real data has a handful. In a page, the
// top bits of the lower half choose a bucket of about eight keys, and a binary
// search in the bucket finds the key, wherever the ids lie dense or thin.
#include "map_internal.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define BUCKET_KEYS 8U

bool sw_map__reserve(void *at, size_t *cap, size_t need, size_t size,
                     sw_error *err)
{
    if (need <= *cap) return true;

    size_t grown = *cap + *cap / 2 + 64;
    if (grown < need) grown = need;
    size_t bytes;
    if (!sw_mul_size(grown, size, &bytes)) return sw_fail_memory(err);

    void *old;
    memcpy(&old, at, sizeof old);
    void *moved = realloc(old, bytes);
    if (moved == NULL) return sw_fail_memory(err);
    memcpy(at, &moved, sizeof moved);
    *cap = grown;
    return true;
}

#define SIGN (UINT64_C(1) << 63)

static uint64_t key_of(int64_t id)
{
    return id > 0 ? (uint64_t)id | SIGN : 0 - (uint64_t)id;
}

static int64_t id_of(uint64_t key)
{
    return (int64_t)(key > SIGN ? key ^ SIGN : 0 - key);
}

static bool add_page(sw_map__ids *ids, uint32_t high, sw_error *err)
{
    if (!sw_map__reserve(&ids->pages, &ids->page_cap, ids->page_count + 1,
                         sizeof *ids->pages, err))
        return false;
    ids->pages[ids->page_count++] =
        (sw_map__id_page){.high = high, .first = (uint32_t)ids->count};
    return true;
}

bool sw_map__ids_add(sw_map__ids *ids, int64_t id, sw_error *err)
{
    uint64_t key = key_of(id);
    uint32_t high = (uint32_t)(key >> 32);
    if (ids->count >= SW_MAP__NONE) {
        return sw_fail(err, SW_ERR_INPUT,
                       "more than %" PRIu32 " entities of one type; cut the "
                       "file into smaller extracts",
                       SW_MAP__NONE - 1);
    }
    if (!sw_map__reserve(&ids->low, &ids->cap, ids->count + 1, sizeof *ids->low,
                         err))
        return false;
    if (ids->page_count == 0 || ids->pages[ids->page_count - 1].high != high) {
        if (!add_page(ids, high, err)) return false;
    }

    sw_map__id_page *page = &ids->pages[ids->page_count - 1];
    assert(page->count == 0 || ids->low[ids->count - 1] < (uint32_t)key);
    page->count++;
    ids->low[ids->count++] = (uint32_t)key;
    return true;
}

static uint32_t page_span(const sw_map__ids *ids, const sw_map__id_page *page)
{
    return ids->low[page->first + page->count - 1] - ids->low[page->first];
}

static size_t page_buckets(const sw_map__ids *ids, const sw_map__id_page *page)
{
    return (size_t)(page_span(ids, page) >> page->shift) + 1;
}

// Widens the buckets until there is about one for every BUCKET_KEYS keys.
static void choose_shift(const sw_map__ids *ids, sw_map__id_page *page)
{
    uint32_t limit = page->count / BUCKET_KEYS + 1;
    page->shift = 0;
    while (page->shift < 31 && page_buckets(ids, page) > limit)
        page->shift++;
}

static void fill_buckets(const sw_map__ids *ids, const sw_map__id_page *page)
{
    uint32_t *bucket = ids->buckets + page->bucket;
    uint32_t base = ids->low[page->first];
    uint32_t end = page->first + page->count;
    size_t filled = 0;
    for (uint32_t rank = page->first; rank < end; rank++) {
        size_t own = (ids->low[rank] - base) >> page->shift;
        while (filled <= own)
            bucket[filled++] = rank;
    }
    bucket[filled] = end;
}

bool sw_map__ids_seal(sw_map__ids *ids, sw_error *err)
{
    size_t total = 0;
    for (size_t i = 0; i < ids->page_count; i++) {
        sw_map__id_page *page = &ids->pages[i];
        choose_shift(ids, page);
        page->bucket = total;
        total += page_buckets(ids, page) + 1;
    }

    size_t bytes;
    if (!sw_mul_size(total + 1, sizeof *ids->buckets, &bytes))
        return sw_fail_memory(err);
    ids->buckets = malloc(bytes);
    if (ids->buckets == NULL) return sw_fail_memory(err);
    for (size_t i = 0; i < ids->page_count; i++)
        fill_buckets(ids, &ids->pages[i]);
    return true;
}

// The last page whose upper half is at most `high`; NULL: none.
static const sw_map__id_page *page_of(const sw_map__ids *ids, uint32_t high)
{
    size_t low = 0, end = ids->page_count;
    while (low < end) {
        size_t middle = low + (end - low) / 2;
        if (ids->pages[middle].high <= high)
            low = middle + 1;
        else
            end = middle;
    }
    return low == 0 ? NULL : &ids->pages[low - 1];
}

static uint32_t find_in_page(const sw_map__ids *ids,
                             const sw_map__id_page *page, uint32_t low)
{
    uint32_t base = ids->low[page->first];
    if (low < base || low - base > page_span(ids, page)) return SW_MAP__NONE;

    const uint32_t *bucket =
        ids->buckets + page->bucket + ((low - base) >> page->shift);
    uint32_t first = bucket[0], end = bucket[1];
    while (first < end) {
        uint32_t middle = first + (end - first) / 2;
        if (ids->low[middle] < low)
            first = middle + 1;
        else
            end = middle;
    }
    return first < bucket[1] && ids->low[first] == low ? first : SW_MAP__NONE;
}

uint32_t sw_map__ids_find(const sw_map__ids *ids, int64_t id)
{
    uint64_t key = key_of(id);
    const sw_map__id_page *page = page_of(ids, (uint32_t)(key >> 32));
    if (page == NULL || page->high != (uint32_t)(key >> 32))
        return SW_MAP__NONE;
    return find_in_page(ids, page, (uint32_t)key);
}

// Consecutive nodes of a way were mostly drawn one after the other.
uint32_t sw_map__ids_find_near(const sw_map__ids *ids, int64_t id,
                               uint32_t near)
{
    uint64_t key = key_of(id);
    const sw_map__id_page *page = page_of(ids, (uint32_t)(key >> 32));
    if (page == NULL || page->high != (uint32_t)(key >> 32))
        return SW_MAP__NONE;

    uint32_t low = (uint32_t)key, at = near - page->first;  // may wrap: large
    if (at < page->count) {
        const uint32_t *place = ids->low + near;
        if (at + 1 < page->count && place[1] == low) return near + 1;
        if (at > 0 && place[-1] == low) return near - 1;
    }
    return find_in_page(ids, page, low);
}

// The page in which a rank lies.
static const sw_map__id_page *page_at(const sw_map__ids *ids, uint32_t rank)
{
    size_t low = 0, end = ids->page_count;
    while (low < end) {
        size_t middle = low + (end - low) / 2;
        if (ids->pages[middle].first <= rank)
            low = middle + 1;
        else
            end = middle;
    }
    return &ids->pages[low - 1];
}

int64_t sw_map__ids_at(const sw_map__ids *ids, uint32_t rank)
{
    assert(rank < ids->count);
    uint64_t high = page_at(ids, rank)->high;
    return id_of(high << 32 | ids->low[rank]);
}

void sw_map__ids_done(sw_map__ids *ids)
{
    free(ids->low);
    free(ids->pages);
    free(ids->buckets);
    *ids = (sw_map__ids){0};
}
