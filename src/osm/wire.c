// The rare long way of reading a varint, out of line.
#include "wire.h"

uint64_t sw_osm__take_long(const uint8_t **at, bool *bad)
{
    const uint8_t *p = *at;
    uint64_t value = 0;
    for (unsigned i = 0; i < MAX_VARINT; i++) {
        uint8_t byte = p[i];
        value |= (uint64_t)(byte & 0x7f) << 7 * i;
        if (byte < 0x80) {
            if (i == MAX_VARINT - 1 && byte > 1) *bad = true;
            *at = p + i + 1;
            return value;
        }
    }
    *bad = true;
    *at = p + MAX_VARINT;
    return 0;
}
