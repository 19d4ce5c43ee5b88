// From an unpacked PrimitiveBlock to columns.
//
//     PrimitiveBlock  stringtable = 1, primitivegroup = 2, granularity = 17,
//                     date_granularity = 18, lat_offset = 19, lon_offset = 20
//     PrimitiveGroup  nodes = 1, dense = 2, ways = 3, relations = 4,
//                     changesets = 5
//
// The units stand behind the groups, so the block is walked twice: once for the
// units, once for the groups. The string table is decoded when the first wanted
// entity is met; a pass that wants no nodes walks a block of nodes without it.
#include "osm_internal.h"

#include <inttypes.h>

enum { BLOCK_FIELDS = 1U << 1 | 1U << 2 | 0xfU << 17 };
enum { GROUP_FIELDS = 0x3e };
enum { DEFAULT_GRANULARITY = 100, DEFAULT_DATE_GRANULARITY = 1000 };

// Nanodegrees in a unit of 1e-7 degree.
enum { NANO_PER_E7 = 100 };

/* ---- what the parts share -------------------------------------------- */

bool sw_osm__fail_at(sw_osm__decoder *d, sw_osm_type type, int64_t id)
{
    d->at_entity = true;
    d->at_type = type;
    d->at_id = id;
    return false;
}

bool sw_osm__bad_string_index(sw_error *err)
{
    return sw_fail(err, SW_ERR_INPUT,
                   "damaged: an index beyond the string table");
}

bool sw_osm__bad_numbers(sw_error *err)
{
    return sw_fail(err, SW_ERR_INPUT,
                   "damaged: a number that does not fit its type, or has "
                   "more than 62 bits");
}

bool sw_osm__gather(sw_osm__numbers *numbers, const sw_osm__field *field,
                    sw_arena *arena, sw_error *err)
{
    sw_osm__wire piece = field->bytes;
    size_t len = sw_osm__left(piece), held = sw_osm__left(numbers->run);
    if (len == 0) return true;
    if (piece.end[-1] >= 0x80) return sw_osm__wire_bad(err);

    numbers->count += sw_osm__count_varints(piece);
    if (held == 0) {
        numbers->run = piece;
        return true;
    }
    if (numbers->room < held + len) {
        size_t room = 2 * (held + len);  // of a block: no overflow
        uint8_t *copy = sw_arena_alloc(arena, room);
        if (copy == NULL) return sw_fail_memory(err);
        memcpy(copy, numbers->run.at, held);
        numbers->run = (sw_osm__wire){copy, copy + held};
        numbers->room = room;
    }
    uint8_t *copy = (uint8_t *)numbers->run.at;  // our own since it has room
    memcpy(copy + held, piece.at, len);
    numbers->run.end += len;
    return true;
}

/* ---- units ----------------------------------------------------------- */

// (offset + granularity * value) / 100, towards zero as libosmium has it.
static bool scale(int64_t value, int64_t granularity, int64_t offset,
                  int64_t *out)
{
    int64_t nano;
    if (__builtin_mul_overflow(value, granularity, &nano)) return false;
    if (__builtin_add_overflow(nano, offset, &nano)) return false;
    *out = nano / NANO_PER_E7;
    return true;
}

bool sw_osm__location(const sw_osm__decoder *d, int64_t lat, int64_t lon,
                      sw_location *out, sw_error *err)
{
    bool plain = d->granularity == NANO_PER_E7 && d->lat_offset == 0 &&
                 d->lon_offset == 0;
    if (SW_OSM__UNLIKELY(!plain)) {
        if (!scale(lat, d->granularity, d->lat_offset, &lat) ||
            !scale(lon, d->granularity, d->lon_offset, &lon))
            return sw_osm__bad_numbers(err);
    }
    if (SW_OSM__UNLIKELY(
            lon < -SW_OSM__MAX_LON_E7 || lon > SW_OSM__MAX_LON_E7 ||
            lat < -SW_OSM__MAX_LAT_E7 || lat > SW_OSM__MAX_LAT_E7)) {
        return sw_fail(err, SW_ERR_INPUT,
                       "its place is outside the world (180 degrees of "
                       "longitude, 90 of latitude)");
    }
    *out = (sw_location){.lon_e7 = (int32_t)lon, .lat_e7 = (int32_t)lat};
    return true;
}

bool sw_osm__timestamp(const sw_osm__decoder *d, int64_t value, int64_t *out,
                       sw_error *err)
{
    if (SW_OSM__UNLIKELY(d->date_granularity != DEFAULT_DATE_GRANULARITY)) {
        if (__builtin_mul_overflow(value, d->date_granularity, &value))
            return sw_osm__bad_numbers(err);
        value /= 1000;
    }
    if (SW_OSM__UNLIKELY(!sw_osm__fits(value))) return sw_osm__bad_numbers(err);
    *out = sw_osm__or_absent(value);
    return true;
}

// int32 and int64 fields: the varint is the two's complement of 64 bits.
static bool read_granularity(uint64_t value, int64_t *out, sw_error *err)
{
    if (value < 1 || value > INT32_MAX) {
        return sw_fail(err, SW_ERR_INPUT,
                       "damaged: a granularity that is not 1 to %d", INT32_MAX);
    }
    *out = (int64_t)value;
    return true;
}

static bool read_units(sw_osm__decoder *d, sw_error *err)
{
    sw_osm__wire in = d->block;
    sw_osm__field field;
    sw_step step;
    while ((step = sw_osm__next_field(&in, &field, err)) == SW_STEP_ITEM) {
        bool ok = true;
        switch (field.tag) {
        case WIRE_TAG(1, WIRE_BYTES):
        case WIRE_TAG(2, WIRE_BYTES): break;
        case WIRE_TAG(17, WIRE_VARINT):
            ok = read_granularity(field.value, &d->granularity, err);
            break;
        case WIRE_TAG(18, WIRE_VARINT):
            ok = read_granularity(field.value, &d->date_granularity, err);
            break;
        case WIRE_TAG(19, WIRE_VARINT):
            d->lat_offset = (int64_t)field.value;
            break;
        case WIRE_TAG(20, WIRE_VARINT):
            d->lon_offset = (int64_t)field.value;
            break;
        default: ok = sw_osm__skip_field(field.tag, BLOCK_FIELDS, err);
        }
        if (!ok) return false;
    }
    return step == SW_STEP_END;
}

/* ---- runs ------------------------------------------------------------ */

static bool needs_strings(const sw_osm__decoder *d, sw_osm_type type)
{
    return !d->how.no_tags || !d->how.no_info || type == SW_OSM_RELATION;
}

static void start_run(sw_osm__decoder *d, sw_osm_type type)
{
    d->runs[d->run_count++] = (sw_osm__run){
        .type = type,
        .entities = d->entity_count,
        .tags = d->tag_count,
        .refs = d->ref_count,
        .members = d->member_count,
    };
}

bool sw_osm__enter_type(sw_osm__decoder *d, sw_osm_type type, bool *wanted,
                        sw_error *err)
{
    if (d->mask != 0 && type < d->last_type)
        return sw_osm__refuse_type_order(d->last_type, type, err);

    bool is_new = d->mask == 0 || type != d->last_type;
    d->mask |= 1U << type;
    d->last_type = type;
    *wanted = (d->how.want & 1U << type) != 0;
    if (!*wanted || !is_new) return true;

    if (!d->has_strings && needs_strings(d, type) &&
        !sw_osm__decode_strings(d, err))
        return false;
    start_run(d, type);
    return true;
}

bool sw_osm__reserve_entities(sw_osm__decoder *d, size_t more, sw_error *err)
{
    size_t count = d->entity_count + more;
    return sw_osm__reserve(&d->entities, count, sizeof(sw_osm_entity), err) &&
           (!sw_osm__current_run(d)->has_info ||
            sw_osm__reserve(&d->infos, count, sizeof(sw_osm_info), err));
}

bool sw_osm__need_infos(sw_osm__decoder *d, sw_error *err)
{
    sw_osm__run *run = sw_osm__current_run(d);
    if (run->has_info) return true;

    size_t room = d->entities.size / sizeof(sw_osm_entity);
    if (!sw_osm__reserve(&d->infos, room, sizeof(sw_osm_info), err))
        return false;
    sw_osm_info *infos = d->infos.at;
    for (size_t i = run->entities; i < d->entity_count; i++)
        infos[i] = SW_OSM__NO_INFO;
    run->has_info = true;
    return true;
}

/* ---- groups ---------------------------------------------------------- */

static bool decode_group(sw_osm__decoder *d, sw_osm__wire in, sw_error *err)
{
    sw_osm__field field;
    sw_step step;
    while ((step = sw_osm__next_field(&in, &field, err)) == SW_STEP_ITEM) {
        bool ok;
        switch (field.tag) {
        case WIRE_TAG(1, WIRE_BYTES):
            ok = sw_osm__decode_plain(d, SW_OSM_NODE, field.bytes, err);
            break;
        case WIRE_TAG(2, WIRE_BYTES):
            ok = sw_osm__decode_dense(d, field.bytes, err);
            break;
        case WIRE_TAG(3, WIRE_BYTES):
            ok = sw_osm__decode_plain(d, SW_OSM_WAY, field.bytes, err);
            break;
        case WIRE_TAG(4, WIRE_BYTES):
            ok = sw_osm__decode_plain(d, SW_OSM_RELATION, field.bytes, err);
            break;
        case WIRE_TAG(5, WIRE_BYTES):
            ok = sw_fail(err, SW_ERR_INPUT, "a file of changesets");
            break;
        default: ok = sw_osm__skip_field(field.tag, GROUP_FIELDS, err);
        }
        if (!ok) return false;
    }
    return step == SW_STEP_END;
}

static bool decode_groups(sw_osm__decoder *d, sw_error *err)
{
    sw_osm__wire in = d->block;
    sw_osm__field field;
    sw_step step;
    while ((step = sw_osm__next_field(&in, &field, err)) == SW_STEP_ITEM) {
        if (field.tag != WIRE_TAG(2, WIRE_BYTES)) continue;
        if (!decode_group(d, field.bytes, err)) return false;
    }
    return step == SW_STEP_END;
}

// The columns stand still now: where each run's parts begin becomes a pointer.
static void make_blocks(sw_osm__decoder *d)
{
    for (size_t i = 0; i < d->run_count; i++) {
        const sw_osm__run *run = &d->runs[i];
        size_t end =
            i + 1 < d->run_count ? d->runs[i + 1].entities : d->entity_count;
        d->blocks[i] = (sw_osm_block){
            .type = run->type,
            .count = end - run->entities,
            .entities = (const sw_osm_entity *)d->entities.at + run->entities,
            .infos = run->has_info
                         ? (const sw_osm_info *)d->infos.at + run->entities
                         : NULL,
            .tags = d->tags.at != NULL
                        ? (const sw_osm_tag *)d->tags.at + run->tags
                        : NULL,
            .refs = d->refs.at != NULL ? (const int64_t *)d->refs.at + run->refs
                                       : NULL,
            .members = d->members.at != NULL
                           ? (const sw_osm_member *)d->members.at + run->members
                           : NULL,
            .string_count = d->string_count,
            .strings = d->strings.at,
            .blob = d->blob,
        };
    }
}

static bool start(sw_osm__decoder *d, sw_error *err)
{
    d->entity_count = d->tag_count = d->ref_count = d->member_count = 0;
    d->run_count = 0;
    d->mask = 0;
    d->at_entity = false;
    d->granularity = DEFAULT_GRANULARITY;
    d->date_granularity = DEFAULT_DATE_GRANULARITY;
    d->lat_offset = d->lon_offset = 0;

    // Until the table is decoded there is the empty string alone.
    d->has_strings = false;
    d->string_limit = 1;
    d->string_shift = 0;
    d->string_count = 1;
    if (!sw_osm__reserve(&d->strings, 1, sizeof(sw_str), err)) return false;
    *(sw_str *)d->strings.at = SW_STR("");
    return true;
}

static bool place(const sw_osm__decoder *d, sw_error *err)
{
    if (!d->at_entity) return sw_error_at(err, "blob %" PRIu64, d->blob);
    return sw_error_at(err, "blob %" PRIu64 ", %s %" PRId64, d->blob,
                       sw_osm__type_name(d->at_type), d->at_id);
}

bool sw_osm__decode(sw_osm__decoder *d, sw_osm__wire raw, sw_error *err)
{
    d->block = raw;
    if (!start(d, err)) return false;
    if (!read_units(d, err) || !decode_groups(d, err)) return place(d, err);
    make_blocks(d);
    return true;
}

void sw_osm__decoder_done(sw_osm__decoder *d)
{
    sw_osm__release(&d->entities);
    sw_osm__release(&d->infos);
    sw_osm__release(&d->tags);
    sw_osm__release(&d->refs);
    sw_osm__release(&d->members);
    sw_osm__release(&d->strings);
}
