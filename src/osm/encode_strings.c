// The string table of an output block: each string once, in order of first
// use. Strings of the batch are looked up by content once each; after that a
// dense array gives their index.
#include "osm_internal.h"

// A slot of the hash table; index 0: free.
typedef struct {
    uint32_t hash, index;
} hash_slot;

enum { MAX_ENTRY_HEAD = 1 + 5 };  // field tag, length

static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 29;
}

static uint32_t hash_of(uint64_t seed, const uint8_t *at, size_t len)
{
    uint64_t hash = mix(seed, len), word;
    for (; len >= 8; at += 8, len -= 8) {
        memcpy(&word, at, 8);
        hash = mix(hash, word);
    }
    word = 0;
    if (len > 0) memcpy(&word, at, len);
    hash = mix(hash, word);
    return (uint32_t)(hash >> 32);
}

static sw_str text_of(const sw_osm__batch *batch, uint32_t string)
{
    const sw_osm__text *text = (const sw_osm__text *)batch->strings.at + string;
    return (sw_str){(const char *)batch->text.at + text->text, text->len};
}

static void put_entry(sw_osm__table *table, sw_str text)
{
    *table->end++ = WIRE_TAG(1, WIRE_BYTES);
    table->end = sw_osm__put(table->end, text.len);
    if (text.len > 0) memcpy(table->end, text.at, text.len);
    table->end += text.len;
}

bool sw_osm__table_start(sw_osm__table *table, const sw_osm__batch *batch,
                         sw_error *err)
{
    size_t strings = batch->string_count, slots = 64;
    while (slots < 2 * strings)
        slots *= 2;
    // Entry 0, an empty key, and a string each.
    size_t room = batch->text_len + (strings + 2) * MAX_ENTRY_HEAD;
    if (!sw_osm__reserve(&table->remap, strings, sizeof(uint32_t), err) ||
        !sw_osm__reserve(&table->slots, slots, sizeof(hash_slot), err) ||
        !sw_osm__reserve(&table->sources, strings + 1, sizeof(uint32_t), err) ||
        !sw_osm__reserve(&table->bytes, room, 1, err))
        return false;

    table->batch = batch;
    table->slot_mask = slots - 1;
    table->count = 1;
    table->end = table->bytes.at;
    memset(table->remap.at, 0, strings * sizeof(uint32_t));
    memset(table->slots.at, 0, slots * sizeof(hash_slot));
    put_entry(table, SW_STR(""));
    return true;
}

uint32_t sw_osm__table_add(sw_osm__table *table, uint32_t string)
{
    sw_str text = text_of(table->batch, string);
    uint32_t *remap = table->remap.at, *sources = table->sources.at;
    hash_slot *slots = table->slots.at;
    uint32_t hash = hash_of(table->seed, (const uint8_t *)text.at, text.len);

    size_t i = hash & table->slot_mask;
    for (; slots[i].index != 0; i = (i + 1) & table->slot_mask) {
        if (slots[i].hash == hash &&
            sw_str_eq(text_of(table->batch, sources[slots[i].index]), text))
            return remap[string] = slots[i].index;
    }
    uint32_t index = table->count++;
    slots[i] = (hash_slot){hash, index};
    sources[index] = string;
    put_entry(table, text);
    return remap[string] = index;
}

void sw_osm__table_done(sw_osm__table *table)
{
    sw_osm__release(&table->remap);
    sw_osm__release(&table->slots);
    sw_osm__release(&table->sources);
    sw_osm__release(&table->bytes);
}
