// The canonical form of a block, from docs/encoding.md: which fields, which
// strings in which order, how many objects. (That fields are in order and
// numbers short is seen where messages are packed again, in blobs.c.) Every
// freedom that an encoder had would be room to say something.
#include "form.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

// "Blocks": a block ends after so many objects, or before one that would make
// it heavier than this.
#define MOST_OBJECTS 8000
#define MOST_WEIGHT  (UINT64_C(16) * 1024 * 1024 - 1024)

enum {
    WEIGHT_OBJECT = 96,
    WEIGHT_TAG = 24,
    WEIGHT_REFERENCE = 10,
    WEIGHT_MEMBER = 24,
};

void sw_inspect__form_begin(sw_inspect__form *form)
{
    form->next_string = 1;
    form->odd_strings = form->odd_info = false;
    form->objects = 0;
    form->weight = form->first_weight = 0;
}

/* ---- one object ------------------------------------------------------- */

static bool absent(int64_t value)
{
    return value == 0 || value == -1;
}

// A field that is absent is left out, and so is an Info of nothing.
static bool info_is_odd(const SwPbf__Info *info)
{
    if (info == NULL) return false;
    bool some = info->has_version || info->has_timestamp ||
                info->has_changeset || info->has_uid || info->has_user_sid;
    return !some || (info->has_version && absent(info->version)) ||
           (info->has_timestamp && absent(info->timestamp)) ||
           (info->has_changeset && absent(info->changeset)) ||
           (info->has_uid && absent(info->uid)) ||
           (info->has_user_sid && info->user_sid == 0) || info->has_visible;
}

void sw_inspect__form_object(sw_inspect__form *form,
                             const sw_inspect__object *object)
{
    form->object_weight = WEIGHT_OBJECT;
    form->object_weight += object->pair_count * WEIGHT_TAG;
    if (object->way != NULL) {
        form->object_weight += object->way->n_refs * WEIGHT_REFERENCE;
        form->odd_info |= info_is_odd(object->way->info);
    }
    if (object->relation != NULL) {
        form->object_weight += object->relation->n_memids * WEIGHT_MEMBER;
        form->odd_info |= info_is_odd(object->relation->info);
    }
}

void sw_inspect__form_string(sw_inspect__form *form, sw_inspect__use use,
                             uint64_t index, size_t len, bool first)
{
    form->object_weight += len;
    // Index 0 means that there is no user or role; a tag has no such case.
    form->odd_strings |=
        use == SW_USE_TAG ? index == 0 : index != 0 && len == 0;
    if (index == 0 || !first) return;
    // A gap is a string that nothing uses, which has its own check.
    form->odd_strings |= index < form->next_string;
    form->next_string = index + 1;
}

void sw_inspect__form_object_end(sw_inspect__form *form)
{
    if (form->objects++ == 0) form->first_weight = form->object_weight;
    form->weight += form->object_weight;
}

/* ---- strings ---------------------------------------------------------- */

static int string_order(const void *a, const void *b)
{
    const ProtobufCBinaryData *x = a, *y = b;
    if (x->len != y->len) return x->len < y->len ? -1 : 1;
    return x->len > 0 ? memcmp(x->data, y->data, x->len) : 0;
}

// Is a string behind the first one there twice?
static bool has_twins(const SwPbf__StringTable *table, bool *out, sw_error *err)
{
    *out = false;
    if (table->n_s < 3) return true;
    size_t count = table->n_s - 1;
    ProtobufCBinaryData *sorted = calloc(count, sizeof *sorted);
    if (sorted == NULL) return sw_fail_memory(err);
    memcpy(sorted, table->s + 1, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, string_order);
    for (size_t i = 1; i < count && !*out; i++)
        *out = string_order(&sorted[i - 1], &sorted[i]) == 0;
    free(sorted);
    return true;
}

/* ---- dense nodes ------------------------------------------------------ */

// A column is left out if it is absent for every node; -1 means absent only
// where it is not a sum of deltas.
typedef struct {
    int64_t sum;
    bool some, odd;
} column;

static void column_take(column *c, int64_t delta)
{
    c->sum = sw_inspect__sum(c->sum, delta);
    c->some |= c->sum != 0;
    c->odd |= c->sum == -1;
}

static bool dense_info_is_odd(const SwPbf__DenseInfo *info)
{
    column version = {0}, time = {0}, set = {0}, uid = {0}, user = {0};
    for (size_t i = 0; i < info->n_version; i++) {
        version.some |= info->version[i] != -1;
        version.odd |= info->version[i] == 0;
    }
    for (size_t i = 0; i < info->n_timestamp; i++)
        column_take(&time, info->timestamp[i]);
    for (size_t i = 0; i < info->n_changeset; i++)
        column_take(&set, info->changeset[i]);
    for (size_t i = 0; i < info->n_uid; i++)
        column_take(&uid, info->uid[i]);
    for (size_t i = 0; i < info->n_user_sid; i++)
        column_take(&user, info->user_sid[i]);

    bool odd = version.odd || time.odd || set.odd || uid.odd;
    bool empty = (info->n_version > 0 && !version.some) ||
                 (info->n_timestamp > 0 && !time.some) ||
                 (info->n_changeset > 0 && !set.some) ||
                 (info->n_uid > 0 && !uid.some) ||
                 (info->n_user_sid > 0 && !user.some);
    bool some = version.some || time.some || set.some || uid.some || user.some;
    return odd || empty || !some || info->n_visible > 0;
}

static bool dense_tags_are_odd(const SwPbf__DenseNodes *dense)
{
    for (size_t i = 0; i < dense->n_keys_vals; i++) {
        if (dense->keys_vals[i] != 0) return false;
    }
    return dense->n_keys_vals > 0;
}

/* ---- the block -------------------------------------------------------- */

static const char *odd_parts(const SwPbf__PrimitiveBlock *block)
{
    if (block->has_granularity || block->has_lat_offset ||
        block->has_lon_offset || block->has_date_granularity)
        return "its granularity or offset";
    if (block->n_primitivegroup != 1) return "its number of groups";

    const SwPbf__PrimitiveGroup *group = block->primitivegroup[0];
    if (group->n_nodes > 0) return "its plain nodes";
    int kinds =
        (group->dense != NULL) + (group->n_ways > 0) + (group->n_relations > 0);
    if (kinds != 1) return "its types of objects";
    if (group->dense == NULL) return NULL;
    if (dense_tags_are_odd(group->dense)) return "its empty column of tags";
    const SwPbf__DenseInfo *info = group->dense->denseinfo;
    return info != NULL && dense_info_is_odd(info) ? "its metadata" : NULL;
}

static const char *odd_form(const sw_inspect__form *form,
                            const SwPbf__PrimitiveBlock *block, bool twins)
{
    const char *odd = odd_parts(block);
    if (odd != NULL) return odd;
    if (form->odd_info) return "its metadata";
    if (form->odd_strings || twins || block->stringtable->n_s == 0)
        return "its strings";
    if (form->objects == 0 || form->objects > MOST_OBJECTS ||
        (form->weight > MOST_WEIGHT && form->objects > 1))
        return "its number of objects";
    return NULL;
}

// Could the first object of this block have gone into the block before?
static bool before_had_room(const sw_inspect__form *form, unsigned kind)
{
    return form->before_kind == kind && form->objects > 0 &&
           form->before_objects < MOST_OBJECTS &&
           form->before_weight + form->first_weight <= MOST_WEIGHT;
}

bool sw_inspect__form_end(sw_inspect__form *form, const sw_inspect__blob *blob,
                          unsigned kind, sw_checks *checks, sw_error *err)
{
    bool twins;
    if (!has_twins(blob->block->stringtable, &twins, err)) return false;

    if (before_had_room(form, kind)) {
        sw_inspect__find(checks, SW_CHECK_NOT_CANONICAL,
                         "blob %" PRIu64 ", its number of objects",
                         form->before_blob);
    }
    const char *odd = odd_form(form, blob->block, twins);
    if (odd != NULL) {
        sw_inspect__find(checks, SW_CHECK_NOT_CANONICAL, "blob %" PRIu64 ", %s",
                         blob->number, odd);
    }
    form->before_kind = kind;
    form->before_objects = form->objects;
    form->before_weight = form->weight;
    form->before_blob = blob->number;
    return true;
}
