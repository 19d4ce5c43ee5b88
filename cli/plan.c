// Collects treatments. The scope is kept with profiles resolved, so that the
// inspection need not know the treatment's profiles.
#include "plan.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES_LIMIT = 64 << 20, MAX_EXPRESSIONS = 4096 };
static const double MAX_BUFFER_M = 100000;

static bool append(sw_plan *plan, sw_str **list, size_t *count, sw_str item,
                   sw_error *err)
{
    for (size_t i = 0; i < *count; i++) {
        if (sw_str_eq((*list)[i], item)) return true;
    }
    if (*count == MAX_EXPRESSIONS) {
        return sw_fail(err, SW_ERR_USAGE, "more than %d expressions",
                       MAX_EXPRESSIONS);
    }
    if (*list == NULL) {
        *list = SW_NEW_ARRAY(plan->arena, sw_str, MAX_EXPRESSIONS);
        if (*list == NULL) return sw_fail_memory(err);
    }
    if (!sw_arena_str(plan->arena, item, &(*list)[*count])) {
        return sw_fail_memory(err);
    }
    (*count)++;
    return true;
}

static bool add_scope(sw_plan *plan, sw_str item, sw_error *err)
{
    sw_str name;
    if (!sw_arena_str(plan->arena, item, &name)) return sw_fail_memory(err);

    const char *const *profile = sw_map_profile(name.at);
    if (profile == NULL) {
        return append(plan, &plan->scope, &plan->scope_count, item, err);
    }
    for (; *profile != NULL; profile++) {
        if (!append(plan, &plan->scope, &plan->scope_count, sw_str_of(*profile),
                    err)) {
            return false;
        }
    }
    return true;
}

static bool read_names(sw_plan *plan, const char *path, sw_error *err)
{
    sw_str text;
    if (!sw_file_read(path, NAMES_LIMIT, plan->arena, &text, err)) return false;
    if (!sw_utf8_valid(text)) {
        sw_fail(err, SW_ERR_INPUT, "the list of names is not UTF-8");
        return sw_error_in(err, path);
    }

    size_t lines = 1;
    for (size_t i = 0; i < text.len; i++)
        lines += text.at[i] == '\n';
    plan->names = SW_NEW_ARRAY(plan->arena, sw_str, lines);
    if (plan->names == NULL) return sw_fail_memory(err);
    plan->strip_names = true;

    for (size_t at = 0; at < text.len;) {
        const char *line = text.at + at;
        const char *end = memchr(line, '\n', text.len - at);
        size_t len = end != NULL ? (size_t)(end - line) : text.len - at;
        at += len + 1;
        if (len > 0 && line[len - 1] == '\r') len--;
        if (len > 0) plan->names[plan->name_count++] = (sw_str){line, len};
    }
    return true;
}

static bool read_buffer(sw_plan *plan, const char *text, sw_error *err)
{
    if (text == NULL) return true;
    char *end;
    plan->buffer_m = strtod(text, &end);
    if (end != text && *end == 0 && plan->buffer_m >= 0 &&
        plan->buffer_m <= MAX_BUFFER_M) {
        return true;
    }
    return sw_fail(err, SW_ERR_USAGE, "--buffer %s: expected metres, 0 to %g",
                   text, MAX_BUFFER_M);
}

bool sw_plan_init(sw_plan *plan, const sw_args *args, sw_error *err)
{
    *plan = (sw_plan){0};
    if (!sw_arena_new_secret(&plan->arena, err)) return false;
    if (!sw_args_date(args, &plan->date, err)) return false;
    if (!read_buffer(plan, sw_args_get(args, "buffer"), err)) return false;

    plan->zones_path = sw_args_get(args, "zones");
    plan->remove_zones =
        plan->zones_path != NULL || sw_args_has(args, "remove-zones");
    plan->strip_metadata = sw_args_has(args, "strip-metadata");
    plan->keep_missing = sw_args_has(args, "keep-missing");

    uint64_t scale = 0;
    if (!sw_args_number(args, "coarsen", 100000000, &scale, err)) return false;
    plan->coarsen_scale = (uint32_t)scale;

    for (size_t i = 0; i < sw_args_count(args, "strip-tags"); i++) {
        sw_str item = sw_str_of(sw_args_at(args, "strip-tags", i));
        if (!append(plan, &plan->strip, &plan->strip_count, item, err)) {
            return false;
        }
    }
    for (size_t i = 0; i < sw_args_count(args, "scope"); i++) {
        if (!add_scope(plan, sw_str_of(sw_args_at(args, "scope", i)), err)) {
            return false;
        }
    }
    const char *names = sw_args_get(args, "strip-names");
    return names == NULL || read_names(plan, names, err);
}

void sw_plan_done(sw_plan *plan)
{
    sw_tag_filter_free(plan->strip_filter);
    sw_tag_filter_free(plan->scope_filter);
    sw_zones_free(plan->zones);
    sw_arena_free(plan->arena);
}

typedef bool (*add_fn)(sw_plan *plan, const json_t *arguments, sw_error *err);

static bool want_zones(sw_plan *plan, const json_t *arguments, sw_error *err)
{
    (void)arguments;
    (void)err;
    plan->remove_zones = true;
    return true;
}

static bool want_metadata(sw_plan *plan, const json_t *arguments, sw_error *err)
{
    (void)arguments;
    (void)err;
    plan->strip_metadata = true;
    return true;
}

static bool want_names(sw_plan *plan, const json_t *arguments, sw_error *err)
{
    (void)arguments;
    if (plan->strip_names) return true;
    return sw_fail(
        err, SW_ERR_USAGE,
        "the ruling asks for strip-names: give the list of forbidden "
        "names with --strip-names FILE (an empty file if there are none)");
}

static bool want_tags(sw_plan *plan, const json_t *arguments, sw_error *err)
{
    size_t i;
    json_t *item;
    json_array_foreach(arguments, i, item)
    {
        if (!append(plan, &plan->strip, &plan->strip_count,
                    sw_str_of(json_string_value(item)), err)) {
            return false;
        }
    }
    return true;
}

static bool want_scope(sw_plan *plan, const json_t *arguments, sw_error *err)
{
    if (json_is_string(arguments)) {
        return add_scope(plan, sw_str_of(json_string_value(arguments)), err);
    }
    size_t i;
    json_t *item;
    json_array_foreach(arguments, i, item)
    {
        if (!add_scope(plan, sw_str_of(json_string_value(item)), err)) {
            return false;
        }
    }
    return true;
}

static bool want_coarsen(sw_plan *plan, const json_t *arguments, sw_error *err)
{
    (void)err;
    json_int_t scale = json_integer_value(json_object_get(arguments, "scale"));
    if (scale > plan->coarsen_scale) plan->coarsen_scale = (uint32_t)scale;
    return true;
}

static const struct {
    const char *name;
    add_fn add;
} treatments[] = {
    {"remove-zones", want_zones}, {"strip-metadata", want_metadata},
    {"strip-names", want_names},  {"strip-tags", want_tags},
    {"scope", want_scope},        {"coarsen", want_coarsen},
};

static bool add_one(sw_plan *plan, const sw_treatment *treatment, sw_error *err)
{
    json_t *arguments = json_loadb(treatment->json.at, treatment->json.len,
                                   JSON_DECODE_ANY, NULL);
    bool ok = false;
    for (size_t i = 0; i < sizeof treatments / sizeof *treatments; i++) {
        if (!sw_str_eq(treatment->name, sw_str_of(treatments[i].name)))
            continue;
        ok = treatments[i].add(plan, arguments, err);
        json_decref(arguments);
        return ok;
    }
    json_decref(arguments);
    return sw_fail(err, SW_ERR_USAGE,
                   "the ruling asks for '%.*s', which map "
                   "cargo does not have",
                   SW_STR_ARGS(treatment->name));
}

bool sw_plan_add(sw_plan *plan, const sw_ruling *ruling, sw_error *err)
{
    for (size_t i = 0; i < ruling->treatment_count; i++) {
        if (!add_one(plan, &ruling->treatments[i], err)) return false;
    }
    return true;
}

bool sw_plan_ready(sw_plan *plan, sw_error *err)
{
    if (plan->remove_zones && plan->zones_path == NULL) {
        return sw_fail(err, SW_ERR_USAGE,
                       "zones are to be removed: give the zone list with -z");
    }
    if (plan->zones_path != NULL) {
        sw_zones_options how = {.date = plan->date, .buffer_m = plan->buffer_m};
        if (!sw_zones_load(plan->zones_path, &how, &plan->zones, err))
            return false;
    }
    if ((plan->strip_count > 0 || plan->name_count > 0) &&
        !sw_map_strip_new(plan->strip, plan->strip_count, plan->names,
                          plan->name_count, &plan->strip_filter, err)) {
        return false;
    }
    return plan->scope_count == 0 ||
           sw_map_scope_new(plan->scope, plan->scope_count, &plan->scope_filter,
                            err);
}

sw_map_options sw_plan_map(const sw_plan *plan, sw_progress progress)
{
    return (sw_map_options){
        .zones = plan->zones,
        .strip = plan->strip_filter,
        .scope = plan->scope_filter,
        .strip_metadata = plan->strip_metadata,
        .keep_missing = plan->keep_missing,
        .coarsen_scale = plan->coarsen_scale,
        .progress = progress,
    };
}

sw_inspect_options sw_plan_inspect(const sw_plan *plan, sw_progress progress)
{
    return (sw_inspect_options){
        .zones_path = plan->zones_path,
        .date = plan->date,
        .buffer_m = plan->buffer_m,
        .strip = plan->strip,
        .strip_count = plan->strip_count,
        .names = plan->names,
        .name_count = plan->name_count,
        .scope = plan->scope,
        .scope_count = plan->scope_count,
        .strip_metadata = plan->strip_metadata,
        .keep_missing = plan->keep_missing,
        .coarsen_scale = plan->coarsen_scale,
        .progress = progress,
    };
}

// Adds {"name": name, "options": options} and steals `options`.
static void add_entry(json_t *list, const char *name, json_t *options)
{
    json_array_append_new(
        list, json_pack("{s:s, s:o}", "name", name, "options", options));
}

static json_t *strings(const sw_str *items, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(list, json_stringn(items[i].at, items[i].len));
    }
    return list;
}

bool sw_plan_json(const sw_plan *plan, sw_arena *arena, sw_str *out,
                  sw_error *err)
{
    char date[11];
    json_t *list = json_array();
    if (plan->remove_zones) {
        add_entry(list, "remove-zones",
                  json_pack("{s:s, s:f}", "date",
                            sw_date_text(plan->date, date), "default_buffer_m",
                            plan->buffer_m));
    }
    if (plan->strip_count > 0) {
        add_entry(list, "strip-tags", strings(plan->strip, plan->strip_count));
    }
    if (plan->strip_names) add_entry(list, "strip-names", json_null());
    if (plan->strip_metadata) add_entry(list, "strip-metadata", json_null());
    if (plan->scope_count > 0) {
        add_entry(list, "scope", strings(plan->scope, plan->scope_count));
    }
    if (plan->coarsen_scale > 0) {
        add_entry(list, "coarsen",
                  json_pack("{s:i, s:i}", "scale", (int)plan->coarsen_scale,
                            "grid_e7",
                            (int)sw_map_grid_e7(plan->coarsen_scale)));
    }
    if (plan->keep_missing) add_entry(list, "keep-missing", json_null());

    char *text = json_dumps(list, JSON_COMPACT);
    json_decref(list);
    if (text == NULL) return sw_fail_memory(err);
    bool ok = sw_arena_str(arena, sw_str_of(text), out) || sw_fail_memory(err);
    free(text);
    return ok;
}
