// What the release holds, by id: rows in the order of the file, which a sound
// release sorts, so that looking up is a binary search. Rows of a file that is
// out of order (a finding) are sorted before anything is looked up.
#include "inspect_internal.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_CAP ((size_t)1024)

void *sw_inspect__row(sw_inspect__rows *rows)
{
    if (rows->count == rows->cap) {
        size_t cap = FIRST_CAP, bytes;
        if (rows->cap > 0 && !sw_mul_size(rows->cap, 2, &cap)) return NULL;
        if (!sw_mul_size(cap, rows->size, &bytes)) return NULL;
        void *larger = realloc(rows->at, bytes);
        if (larger == NULL) return NULL;
        rows->at = larger;
        rows->cap = cap;
    }
    void *row = (char *)rows->at + rows->size * rows->count++;
    memset(row, 0, rows->size);
    return row;
}

void sw_inspect__rows_done(sw_inspect__rows *rows)
{
    free(rows->at);
    *rows = (sw_inspect__rows){.size = rows->size};
}

// The order as a number: 0, then negative ids by magnitude, then the rest.
static uint64_t rank(int64_t id)
{
    uint64_t bits = (uint64_t)id;
    return id <= 0 ? 0 - bits : bits | (uint64_t)1 << 63;
}

int sw_inspect__id_order(int64_t a, int64_t b)
{
    uint64_t x = rank(a), y = rank(b);
    return (x > y) - (x < y);
}

static int64_t id_at(const sw_inspect__rows *rows, size_t index)
{
    int64_t id;
    memcpy(&id, (const char *)rows->at + rows->size * index, sizeof id);
    return id;
}

static int row_order(const void *a, const void *b)
{
    int64_t x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return sw_inspect__id_order(x, y);
}

void sw_inspect__rows_sort(sw_inspect__rows *rows)
{
    for (size_t i = 1; i < rows->count; i++) {
        if (sw_inspect__id_order(id_at(rows, i - 1), id_at(rows, i)) <= 0)
            continue;
        qsort(rows->at, rows->count, rows->size, row_order);
        return;
    }
}

void *sw_inspect__rows_find(const sw_inspect__rows *rows, int64_t id)
{
    size_t low = 0, high = rows->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = sw_inspect__id_order(id_at(rows, middle), id);
        if (order == 0) return (char *)rows->at + rows->size * middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

bool sw_inspect__rows_twin(const sw_inspect__rows *rows, size_t index)
{
    int64_t id = id_at(rows, index);
    return (index > 0 && id_at(rows, index - 1) == id) ||
           (index + 1 < rows->count && id_at(rows, index + 1) == id);
}

void sw_inspect__table_init(sw_inspect__table *table)
{
    *table = (sw_inspect__table){
        .nodes.size = sizeof(sw_inspect__node),
        .ways.size = sizeof(sw_inspect__way),
        .relations.size = sizeof(sw_inspect__relation),
        .outlines.size = sizeof(sw_inspect__way),
        .blobs.size = 1,
    };
}

void sw_inspect__table_done(sw_inspect__table *table)
{
    sw_inspect__rows_done(&table->nodes);
    sw_inspect__rows_done(&table->ways);
    sw_inspect__rows_done(&table->relations);
    sw_inspect__rows_done(&table->outlines);
    sw_inspect__rows_done(&table->blobs);
}
