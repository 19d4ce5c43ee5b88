// Maps with an index: behind the entries stands a table of their hashes and
// numbers, with open addressing, at least twice as large as the map. Maps whose
// keys crowd together, by chance or by design, get none and are searched from
// end to end, at a price in steps.
#include "cel_internal.h"

enum {
    MIN_INDEXED = 4,  // entries; fewer are found as fast without
    SMALL = 64,       // entries of a map that gets a roomy index
    MAX_ENTRIES = 1 << 28,
};

// In the hashes of texts alone.
static const uint32_t TEXT = UINT32_C(1) << 31;

static uint64_t mix(uint64_t h)
{
    h *= 0x9E3779B97F4A7C15u;
    return h ^ h >> 29;
}

uint32_t sw_cel__hash_text(sw_str s)
{
    uint64_t h = s.len, part;
    size_t at = 0;
    for (; s.len - at >= sizeof part; at += sizeof part) {
        memcpy(&part, s.at + at, sizeof part);
        h = mix(h ^ part);
    }
    part = 0;
    for (; at < s.len; at++)
        part = part << 8 | (unsigned char)s.at[at];
    h = mix(mix(h ^ part));
    return (uint32_t)(h >> 32) | TEXT;
}

// Numbers that are equal hash alike, whatever their kinds: by the nearest
// double, as they are compared with doubles.
static uint32_t hash_number(double d)
{
    uint64_t bits = 0;
    if (d == 0) d = 0;  // -0.0
    memcpy(&bits, &d, sizeof bits);
    uint32_t hash = (uint32_t)(mix(bits) >> 32) & ~TEXT;
    return hash != 0 ? hash : 1;
}

uint32_t sw_cel__hash(const sw_cel_value *key)
{
    switch (key->kind) {
    case SW_CEL_STRING: return sw_cel__hash_text(key->as.str);
    case SW_CEL_INT: return hash_number((double)key->as.i64);
    case SW_CEL_UINT: return hash_number((double)key->as.u64);
    case SW_CEL_DOUBLE: return hash_number(key->as.f64);
    case SW_CEL_BOOL: return key->as.boolean ? 2 : 1;
    default: return 1;
    }
}

// Enters all keys into a table of `mask` + 1 places. @return false if they
// crowd.
static bool fill(const sw_cel_entry *entries, uint32_t count,
                 sw_cel__place *table, uint32_t mask)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t hash = sw_cel__hash(&entries[i].key), at = hash & mask;
        for (unsigned probes = 1; table[at].hash != 0; probes++) {
            if (probes == SW_CEL__MAX_PROBES) return false;
            at = (at + 1) & mask;
        }
        table[at] = (sw_cel__place){hash, i};
    }
    return true;
}

void sw_cel__index_map(sw_cel_value *map, void *table)
{
    uint32_t places = sw_cel__index_places(map->as.map.count);
    if (places == 0) return;
    memset(table, 0, places * sizeof(sw_cel__place));
    if (fill(map->as.map.at, (uint32_t)map->as.map.count, table, places - 1))
        map->index_mask = places - 1;
}

static const sw_cel_value *find_indexed(const sw_cel_value *map, sw_str key,
                                        uint32_t hash)
{
    const sw_cel_entry *at = map->as.map.at;
    const sw_cel__place *table = sw_cel__index_of(map);
    uint32_t mask = map->index_mask;
    uint32_t i = hash & mask;
    for (int probes = 0; probes < SW_CEL__MAX_PROBES && table[i].hash != 0;
         probes++, i = (i + 1) & mask) {
        if (table[i].hash != hash) continue;
        const sw_cel_entry *entry = &at[table[i].number];
        if (sw_cel__is_key_text(&entry->key, key)) return &entry->value;
    }
    return NULL;
}

const sw_cel_value *sw_cel__find_field(const sw_cel_value *map, sw_str key,
                                       uint32_t hash)
{
    enum { FREE = 8 };  // entries that cost no steps to look through
    if (map->index_mask != 0) return find_indexed(map, key, hash);
    if (map->as.map.count >= FREE) return NULL;
    for (size_t i = 0; i < map->as.map.count; i++) {
        const sw_cel_entry *entry = &map->as.map.at[i];
        if (sw_cel__is_key_text(&entry->key, key)) return &entry->value;
    }
    return NULL;
}

uint32_t sw_cel__index_places(size_t count)
{
    if (count < MIN_INDEXED || count > MAX_ENTRIES) return 0;
    // Small maps are what policies read; there, room is cheap and keys that are
    // not in the first place are dear.
    uint32_t places = MIN_INDEXED;
    while (places < (count <= SMALL ? 4 : 2) * count)
        places *= 2;
    return places;
}

bool sw_cel_map(const sw_cel_entry *entries, size_t count, sw_arena *arena,
                sw_cel_value *out, sw_error *err)
{
    size_t bytes = 0, places = sw_cel__index_places(count);
    if (!sw_mul_size(count, sizeof *entries, &bytes) ||
        !sw_add_size(bytes, places * sizeof(sw_cel__place), &bytes))
        return sw_fail_memory(err);
    sw_cel_entry *copy = sw_arena_alloc(arena, bytes);
    if (copy == NULL) return sw_fail_memory(err);
    if (count > 0) memcpy(copy, entries, count * sizeof *copy);
    *out = (sw_cel_value){.kind = SW_CEL_MAP};
    out->as.map.at = copy;
    out->as.map.count = count;
    sw_cel__index_map(out, copy + count);
    return true;
}
