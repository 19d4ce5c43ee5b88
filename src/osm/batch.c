// The entities of one output block, copied from any number of input blocks.
//
// Of an input block's strings only those are copied that the entities use.
// Strings are compared by content later, on the pool; here a string is known
// by its index in the input block alone.
#include "osm_internal.h"

#include <assert.h>

bool sw_osm__seen_start(sw_osm__seen *seen, size_t strings, sw_error *err)
{
    sw_osm__seen_string *at = seen->strings.at;
    if (++seen->stamp == 0) {
        for (size_t i = 0; i < seen->count; i++)
            at[i].stamp = 0;
        seen->stamp = 1;
    }
    if (strings <= seen->count) return true;

    if (!sw_osm__reserve(&seen->strings, strings, sizeof *at, err))
        return false;
    at = seen->strings.at;
    memset(at + seen->count, 0, (strings - seen->count) * sizeof *at);
    seen->count = strings;
    return true;
}

bool sw_osm__batch_start(sw_osm__batch *batch, sw_osm_type type, sw_error *err)
{
    batch->type = type;
    batch->has_info = false;
    batch->entity_count = batch->tag_count = batch->ref_count = 0;
    batch->member_count = 0;
    batch->text_len = 0;
    batch->string_count = 1;  // the empty string
    sw_osm__trim(&batch->tags);
    sw_osm__trim(&batch->refs);
    sw_osm__trim(&batch->members);
    sw_osm__trim(&batch->text);
    if (!sw_osm__reserve(&batch->entities, SW_OSM__BLOCK_ENTITIES,
                         sizeof(sw_osm_entity), err) ||
        !sw_osm__reserve(&batch->tags, 1, sizeof(sw_osm_tag), err) ||
        !sw_osm__reserve(&batch->refs, 1, sizeof(int64_t), err) ||
        !sw_osm__reserve(&batch->members, 1, sizeof(sw_osm_member), err) ||
        !sw_osm__reserve(&batch->text, 1, 1, err) ||
        !sw_osm__reserve(&batch->strings, 1, sizeof(sw_osm__text), err))
        return false;
    *(sw_osm__text *)batch->strings.at = (sw_osm__text){0};
    return true;
}

/* ---- strings --------------------------------------------------------- */

static bool add_string(sw_osm__batch *batch, sw_osm__seen_string *seen,
                       uint32_t stamp, sw_str text, sw_error *err)
{
    if (text.len > SW_OSM__MAX_RAW) {
        return sw_fail(err, SW_ERR_INPUT,
                       "a string of %zu bytes; a block of OSM PBF has at most "
                       "%d",
                       text.len, SW_OSM__MAX_RAW);
    }
    if (!sw_osm__room(&batch->strings, batch->string_count + 1,
                      sizeof(sw_osm__text), err) ||
        !sw_osm__room(&batch->text, batch->text_len + text.len, 1, err))
        return false;

    uint32_t len = (uint32_t)text.len;
    sw_osm__text *strings = batch->strings.at;
    strings[batch->string_count] = (sw_osm__text){batch->text_len, len};
    if (len > 0) memcpy((char *)batch->text.at + batch->text_len, text.at, len);
    batch->text_len += len;
    *seen = (sw_osm__seen_string){stamp, (uint32_t)batch->string_count++, len};
    return true;
}

static inline bool take_string(sw_osm__batch *batch, sw_osm__seen *seen,
                               const sw_osm_block *block, uint32_t index,
                               uint32_t *out, size_t *weight, sw_error *err)
{
    assert(index < block->string_count);
    sw_osm__seen_string *entry =
        (sw_osm__seen_string *)seen->strings.at + index;
    if (SW_OSM__UNLIKELY(entry->stamp != seen->stamp) &&
        !add_string(batch, entry, seen->stamp, block->strings[index], err))
        return false;
    *out = entry->string;
    *weight += entry->len;
    return true;
}

/* ---- columns --------------------------------------------------------- */

static bool add_tags(sw_osm__batch *batch, sw_osm__seen *seen,
                     const sw_osm_block *block, const sw_osm_entity *entity,
                     size_t *weight, sw_error *err)
{
    const sw_osm_tag *from = block->tags + entity->tags;
    size_t count = entity->tag_count;
    if (!sw_osm__room(&batch->tags, batch->tag_count + count,
                      sizeof(sw_osm_tag), err))
        return false;
    sw_osm_tag *to = (sw_osm_tag *)batch->tags.at + batch->tag_count;
    for (size_t i = 0; i < count; i++) {
        if (!take_string(batch, seen, block, from[i].key, &to[i].key, weight,
                         err) ||
            !take_string(batch, seen, block, from[i].value, &to[i].value,
                         weight, err))
            return false;
    }
    *weight += count * SW_OSM__TAG_WEIGHT;
    batch->tag_count += count;
    return true;
}

static bool add_refs(sw_osm__batch *batch, const sw_osm_block *block,
                     const sw_osm_entity *entity, size_t *weight, sw_error *err)
{
    size_t count = entity->ref_count;
    if (!sw_osm__room(&batch->refs, batch->ref_count + count, sizeof(int64_t),
                      err))
        return false;
    memcpy((int64_t *)batch->refs.at + batch->ref_count,
           block->refs + entity->refs, count * sizeof(int64_t));
    *weight += count * SW_OSM__REF_WEIGHT;
    batch->ref_count += count;
    return true;
}

static bool add_members(sw_osm__batch *batch, sw_osm__seen *seen,
                        const sw_osm_block *block, const sw_osm_entity *entity,
                        size_t *weight, sw_error *err)
{
    const sw_osm_member *from = block->members + entity->refs;
    size_t count = entity->ref_count;
    if (!sw_osm__room(&batch->members, batch->member_count + count,
                      sizeof(sw_osm_member), err))
        return false;
    sw_osm_member *to =
        (sw_osm_member *)batch->members.at + batch->member_count;
    for (size_t i = 0; i < count; i++) {
        to[i] = from[i];
        if (!take_string(batch, seen, block, from[i].role, &to[i].role, weight,
                         err))
            return false;
    }
    *weight += count * SW_OSM__MEMBER_WEIGHT;
    batch->member_count += count;
    return true;
}

static bool need_infos(sw_osm__batch *batch, sw_error *err)
{
    if (batch->has_info) return true;
    if (!sw_osm__reserve(&batch->infos, SW_OSM__BLOCK_ENTITIES,
                         sizeof(sw_osm_info), err))
        return false;
    sw_osm_info *infos = batch->infos.at;
    for (size_t i = 0; i < batch->entity_count; i++)
        infos[i] = SW_OSM__NO_INFO;
    batch->has_info = true;
    return true;
}

static bool add_info(sw_osm__batch *batch, sw_osm__seen *seen,
                     const sw_osm_block *block, size_t index, size_t *weight,
                     sw_error *err)
{
    if (block->infos != NULL && !need_infos(batch, err)) return false;
    if (!batch->has_info) return true;

    sw_osm_info *to = (sw_osm_info *)batch->infos.at + batch->entity_count;
    *to = block->infos != NULL ? block->infos[index] : SW_OSM__NO_INFO;
    return block->infos == NULL ||
           take_string(batch, seen, block, block->infos[index].user, &to->user,
                       weight, err);
}

bool sw_osm__batch_add(sw_osm__batch *batch, sw_osm__seen *seen,
                       const sw_osm_block *block, size_t index, size_t *weight,
                       sw_error *err)
{
    assert(batch->entity_count < SW_OSM__BLOCK_ENTITIES);
    const sw_osm_entity *from = &block->entities[index];
    sw_osm_entity *to =
        (sw_osm_entity *)batch->entities.at + batch->entity_count;
    *to = *from;
    to->tags = (uint32_t)batch->tag_count;
    to->refs = (uint32_t)(block->type == SW_OSM_WAY ? batch->ref_count
                                                    : batch->member_count);
    *weight = SW_OSM__ENTITY_WEIGHT;
    if (from->tag_count > 0 && !add_tags(batch, seen, block, from, weight, err))
        return false;
    if (!add_info(batch, seen, block, index, weight, err)) return false;
    if (block->type == SW_OSM_NODE) {
        to->refs = to->ref_count = 0;
    } else if (from->ref_count > 0) {
        bool ok = block->type == SW_OSM_WAY
                      ? add_refs(batch, block, from, weight, err)
                      : add_members(batch, seen, block, from, weight, err);
        if (!ok) return false;
    }
    batch->entity_count++;
    return true;
}

// Its strings stay: what nothing uses is not written.
void sw_osm__batch_drop_last(sw_osm__batch *batch)
{
    const sw_osm_entity *last =
        (const sw_osm_entity *)batch->entities.at + --batch->entity_count;
    batch->tag_count -= last->tag_count;
    if (batch->type == SW_OSM_WAY) batch->ref_count -= last->ref_count;
    if (batch->type == SW_OSM_RELATION) batch->member_count -= last->ref_count;
}

void sw_osm__batch_done(sw_osm__batch *batch)
{
    sw_osm__release(&batch->entities);
    sw_osm__release(&batch->infos);
    sw_osm__release(&batch->tags);
    sw_osm__release(&batch->refs);
    sw_osm__release(&batch->members);
    sw_osm__release(&batch->strings);
    sw_osm__release(&batch->text);
}
