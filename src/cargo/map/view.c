// What strip and scope leave of the text of one block.
//
// A block repeats few strings many times, so verdicts on strings are kept in
// memos, one byte a string, filled as strings come up. A verdict that needs key
// and value together is worked out each time; few keys ask for it.
#include "map_internal.h"

enum { UNKNOWN, CLEAN, NAMED };  // memo of forbidden names

static bool memo_new(sw_map__view *view, uint8_t **out)
{
    *out = sw_arena_calloc(view->arena, view->block->string_count + 1, 1);
    return *out != NULL;
}

bool sw_map__view_open(sw_map__view *view, const sw_map_options *how,
                       const sw_osm_block *block, sw_arena *arena,
                       sw_error *err)
{
    *view = (sw_map__view){.how = how, .block = block, .arena = arena};
    if (how->strip != NULL) view->names = sw_map__filter_names(how->strip);
    if (how->strip != NULL && !memo_new(view, &view->strip_keys))
        return sw_fail_memory(err);
    if (view->names != NULL && !memo_new(view, &view->named))
        return sw_fail_memory(err);
    if (how->scope != NULL && !memo_new(view, &view->scope_keys))
        return sw_fail_memory(err);
    if (block->type == SW_OSM_WAY && !memo_new(view, &view->areas))
        return sw_fail_memory(err);
    return true;
}

static bool named(sw_map__view *view, uint32_t string)
{
    if (view->names == NULL) return false;
    uint8_t *memo = &view->named[string];
    if (*memo == UNKNOWN) {
        int found = sw_map__names_in(view->names, view->block->strings[string],
                                     view->arena);
        if (found < 0) view->failed = true;
        *memo = found == 0 ? CLEAN : NAMED;
    }
    return *memo == NAMED;
}

static sw_map__key_verdict ask_key(const sw_map__view *view,
                                   const sw_tag_filter *filter, uint8_t *memo,
                                   uint32_t key)
{
    if (memo[key] == SW_MAP__KEY_UNKNOWN)
        memo[key] =
            (uint8_t)sw_map__filter_key(filter, view->block->strings[key]);
    return (sw_map__key_verdict)memo[key];
}

static bool stripped(const sw_map__view *view, sw_osm_tag tag)
{
    switch (ask_key(view, view->how->strip, view->strip_keys, tag.key)) {
    case SW_MAP__KEY_SETTLED: return true;
    case SW_MAP__KEY_ASKS:
        return sw_map__filter_tag(view->how->strip, ~0U,
                                  view->block->strings[tag.key],
                                  view->block->strings[tag.value]);
    default: return false;
    }
}

bool sw_map__view_has(sw_map__view *view, sw_osm_tag tag)
{
    if (view->how->strip == NULL) return true;
    return !stripped(view, tag) && !named(view, tag.key) &&
           !named(view, tag.value);
}

static const sw_osm_tag *tags_of(const sw_map__view *view,
                                 const sw_osm_entity *entity)
{
    return view->block->tags + entity->tags;
}

sw_str sw_map__view_value(sw_map__view *view, const sw_osm_entity *entity,
                          sw_str key)
{
    const sw_osm_tag *tags = tags_of(view, entity);
    for (uint32_t i = 0; i < entity->tag_count; i++) {
        if (sw_str_eq(view->block->strings[tags[i].key], key) &&
            sw_map__view_has(view, tags[i]))
            return view->block->strings[tags[i].value];
    }
    return (sw_str){0};
}

// What expressions with "a/" mean, as osmium has it.
static bool may_be_area(sw_map__view *view, const sw_osm_entity *entity)
{
    if (view->block->type == SW_OSM_NODE) return false;
    if (view->block->type == SW_OSM_WAY) {
        const int64_t *refs = view->block->refs + entity->refs;
        return entity->ref_count >= 4 && refs[0] == refs[entity->ref_count - 1];
    }
    sw_str type = sw_map__view_value(view, entity, SW_STR("type"));
    return sw_str_eq(type, SW_STR("multipolygon")) ||
           sw_str_eq(type, SW_STR("boundary"));
}

static bool admits_tag(sw_map__view *view, unsigned kinds, sw_osm_tag tag)
{
    switch (ask_key(view, view->how->scope, view->scope_keys, tag.key)) {
    case SW_MAP__KEY_SETTLED: return sw_map__view_has(view, tag);
    case SW_MAP__KEY_ASKS:
        return sw_map__filter_tag(view->how->scope, kinds,
                                  view->block->strings[tag.key],
                                  view->block->strings[tag.value]) &&
               sw_map__view_has(view, tag);
    default: return false;
    }
}

static bool admits_kinds(sw_map__view *view, const sw_osm_entity *entity,
                         unsigned kinds)
{
    const sw_osm_tag *tags = tags_of(view, entity);
    for (uint32_t i = 0; i < entity->tag_count; i++) {
        if (admits_tag(view, kinds, tags[i])) return true;
    }
    return false;
}

bool sw_map__view_admits(sw_map__view *view, const sw_osm_entity *entity)
{
    if (view->how->scope == NULL) return true;
    if (entity->tag_count == 0) return false;

    unsigned kinds = 1U << view->block->type;
    if (may_be_area(view, entity)) kinds |= SW_MAP__CLOSED;
    return admits_kinds(view, entity, kinds);
}

bool sw_map__view_tagged(sw_map__view *view, const sw_osm_entity *entity)
{
    const sw_osm_tag *tags = tags_of(view, entity);
    for (uint32_t i = 0; i < entity->tag_count; i++) {
        if (sw_map__view_has(view, tags[i]))
            return sw_map__view_admits(view, entity);
    }
    return false;
}

static unsigned area_rule(sw_map__view *view, uint32_t key)
{
    if (view->areas[key] == 0)
        view->areas[key] =
            (uint8_t)(sw_map__area_rule(view->block->strings[key]) + 1);
    return view->areas[key] - 1U;
}

static bool tags_say_area(sw_map__view *view, const sw_osm_entity *entity)
{
    const sw_osm_tag *tags = tags_of(view, entity);
    bool area = false;
    for (uint32_t i = 0; i < entity->tag_count; i++) {
        unsigned rule = area_rule(view, tags[i].key);
        if (rule == 0 || !sw_map__view_has(view, tags[i])) continue;
        int says = sw_map__area_says(rule, view->block->strings[tags[i].value]);
        if (says < 0) return false;
        area |= says > 0;
    }
    return area;
}

// What only "a/" admits is an area, whatever else its tags say: of a part that
// is no longer closed nothing would be admitted.
bool sw_map__view_area(sw_map__view *view, const sw_osm_entity *entity)
{
    return tags_say_area(view, entity) ||
           (view->how->scope != NULL &&
            !admits_kinds(view, entity, 1U << SW_OSM_WAY));
}

uint32_t sw_map__view_text(sw_map__view *view, uint32_t string)
{
    return named(view, string) ? 0 : string;
}
