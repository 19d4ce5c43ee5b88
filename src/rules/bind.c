// Facts as CEL takes them: nested maps for its evaluation, variables with types
// for its checker. Beside them stands `ruling`, the days that are ruled for.
#include <string.h>

#include "rules_internal.h"

/* ---- bindings -------------------------------------------------------- */

typedef struct {
    const vocabulary *words;
    const sw_cel_value *values;
    sw_arena *arena;
} binder;

static sw_str segment_of(sw_str path, size_t skip)
{
    sw_str rest = {path.at + skip, path.len - skip};
    return sw_rules__next_name(&rest);
}

// End of the run of facts from `i` that share the name at `skip`.
static size_t run_end(const binder *b, size_t i, size_t to, size_t skip)
{
    sw_str name = segment_of(b->words->by_path[i]->path, skip);
    size_t end = i + 1;
    while (end < to &&
           sw_str_eq(segment_of(b->words->by_path[end]->path, skip), name)) {
        end++;
    }
    return end;
}

// The value of facts [from, to), which share all names before `skip`. Calls
// itself once a name of a path, so at most MAX_SEGMENTS deep.
static bool bind_run(const binder *b, size_t from, size_t to, size_t skip,
                     sw_cel_value *out, sw_error *err)
{
    if (b->words->by_path[from]->path.len < skip) {
        *out = b->values[from];
        return true;
    }
    sw_cel_entry *entries = SW_NEW_ARRAY(b->arena, sw_cel_entry, to - from);
    if (entries == NULL) return sw_fail_memory(err);
    size_t count = 0;
    for (size_t i = from, end; i < to; i = end) {
        end = run_end(b, i, to, skip);
        sw_str name = segment_of(b->words->by_path[i]->path, skip);
        entries[count].key = (sw_cel_value){.kind = SW_CEL_STRING};
        entries[count].key.as.str = name;
        if (!bind_run(b, i, end, skip + name.len + 1, &entries[count].value,
                      err)) {
            return false;
        }
        count++;
    }
    return sw_cel_map(entries, count, b->arena, out, err);
}

// The days that expressions read as `ruling.date` and `ruling.known`.
static bool bind_days(const ruling_days *days, sw_arena *arena,
                      sw_cel_binding *out, sw_error *err)
{
    sw_cel_entry *entries = SW_NEW_ARRAY(arena, sw_cel_entry, 2);
    if (entries == NULL) return sw_fail_memory(err);
    entries[0].key = (sw_cel_value){.kind = SW_CEL_STRING};
    entries[0].key.as.str = SW_STR("date");
    entries[0].value = sw_rules__day_value(days->date);
    entries[1].key = (sw_cel_value){.kind = SW_CEL_STRING};
    entries[1].key.as.str = SW_STR("known");
    entries[1].value = sw_rules__day_value(days->known);
    *out = (sw_cel_binding){.name = SW_STR("ruling")};
    out->value.kind = SW_CEL_MAP;
    out->value.as.map.at = entries;
    out->value.as.map.count = 2;
    return true;
}

bool sw_rules__bind(const vocabulary *words, const sw_cel_value *values,
                    const ruling_days *days, sw_arena *arena, bindings *out,
                    sw_error *err)
{
    binder b = {words, values, arena};
    out->count = 0;
    out->at = SW_NEW_ARRAY(arena, sw_cel_binding, words->count + 1);
    if (out->at == NULL) return sw_fail_memory(err);
    for (size_t i = 0, end; i < words->count; i = end) {
        end = run_end(&b, i, words->count, 0);
        sw_str name = segment_of(words->by_path[i]->path, 0);
        sw_cel_binding *binding = &out->at[out->count++];
        binding->name = name;
        if (!bind_run(&b, i, end, name.len + 1, &binding->value, err))
            return false;
    }
    return bind_days(days, arena, &out->at[out->count++], err);
}

sw_cel_value *sw_rules__place_of(const bindings *facts, sw_str path)
{
    sw_str rest = path, name = sw_rules__next_name(&rest);
    sw_cel_value *at = NULL;
    for (size_t i = 0; at == NULL && i < facts->count; i++) {
        if (sw_str_eq(facts->at[i].name, name)) at = &facts->at[i].value;
    }
    while (at != NULL && rest.len > 0) {
        name = sw_rules__next_name(&rest);
        sw_cel_entry *entries = (sw_cel_entry *)(uintptr_t)at->as.map.at;
        size_t i = 0, count = at->kind == SW_CEL_MAP ? at->as.map.count : 0;
        while (i < count && !sw_str_eq(entries[i].key.as.str, name))
            i++;
        at = i < count ? &entries[i].value : NULL;
    }
    return at;
}

/* ---- for the checker ------------------------------------------------- */

static const sw_cel_type *scalar_type(fact_scalar of)
{
    static const sw_cel_type_kind kinds[] = {
        [FACT_BOOL] = SW_CEL_TYPE_BOOL,      [FACT_INT] = SW_CEL_TYPE_INT,
        [FACT_DOUBLE] = SW_CEL_TYPE_DOUBLE,  [FACT_STRING] = SW_CEL_TYPE_STRING,
        [FACT_DATE] = SW_CEL_TYPE_TIMESTAMP,
    };
    return sw_cel_type_of(kinds[of]);
}

static const sw_cel_type *type_of(const fact_def *fact, sw_arena *arena);

// An object named as the item of the fact is: "systems[]".
static const sw_cel_type *record_type(const fact_def *fact, sw_arena *arena)
{
    size_t count = fact->field_count;
    sw_cel_type *made = SW_NEW(arena, sw_cel_type);
    const sw_cel_type **types = SW_NEW_ARRAY(arena, const sw_cel_type *, count);
    sw_str *names = SW_NEW_ARRAY(arena, sw_str, count);
    sw_str name = sw_arena_printf(arena, "%.*s[]", SW_STR_ARGS(fact->path));
    if (made == NULL || types == NULL || names == NULL || name.at == NULL)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        names[i] = fact->fields[i].path;
        types[i] = type_of(&fact->fields[i], arena);
        if (types[i] == NULL) return NULL;
    }
    *made = (sw_cel_type){.kind = SW_CEL_TYPE_OBJECT,
                          .name = name,
                          .args = types,
                          .count = count,
                          .fields = names};
    return made;
}

static const sw_cel_type *list_of(const sw_cel_type *item, sw_arena *arena)
{
    sw_cel_type *made = SW_NEW(arena, sw_cel_type);
    const sw_cel_type **args = SW_NEW_ARRAY(arena, const sw_cel_type *, 1);
    if (item == NULL || made == NULL || args == NULL) return NULL;
    args[0] = item;
    *made = (sw_cel_type){.kind = SW_CEL_TYPE_LIST, .args = args, .count = 1};
    return made;
}

// NULL when memory is out.
static const sw_cel_type *type_of(const fact_def *fact, sw_arena *arena)
{
    const sw_cel_type *item = fact->scalar == FACT_RECORD
                                  ? record_type(fact, arena)
                                  : scalar_type(fact->scalar);
    return fact->list ? list_of(item, arena) : item;
}

// Keeps names in order, so that no check has to sort them.
static void insert(sw_cel_env *env, sw_cel_variable *at, sw_str name,
                   const sw_cel_type *type)
{
    size_t i = env->variable_count++;
    for (; i > 0 && sw_str_cmp(at[i - 1].name, name) > 0; i--)
        at[i] = at[i - 1];
    at[i] = (sw_cel_variable){.name = name, .type = type};
}

bool sw_rules__declare_facts(const sw_rulebook *book, size_t terms,
                             sw_arena *arena, declared *out, sw_error *err)
{
    const vocabulary *words = &book->facts;
    const sw_cel_type *day = sw_cel_type_of(SW_CEL_TYPE_TIMESTAMP);
    size_t count = words->count + 2;
    sw_cel_variable *facts = SW_NEW_ARRAY(arena, sw_cel_variable, count);
    if (facts == NULL) return sw_fail_memory(err);
    *out = (declared){0};
    out->facts.variables = facts;
    for (size_t i = 0; i < words->count; i++) {
        const fact_def *fact = words->by_path[i];
        const sw_cel_type *type = type_of(fact, arena);
        if (type == NULL) return sw_fail_memory(err);
        insert(&out->facts, facts, fact->path, type);
    }
    insert(&out->facts, facts, SW_STR("ruling.date"), day);
    insert(&out->facts, facts, SW_STR("ruling.known"), day);
    if (!sw_rules__declare_functions(book, arena, &out->facts, err))
        return false;
    return sw_rules__declare_again(out, terms, arena, out, err);
}

bool sw_rules__declare_again(const declared *from, size_t terms,
                             sw_arena *arena, declared *out, sw_error *err)
{
    size_t count = from->facts.variable_count;
    sw_cel_variable *all = SW_NEW_ARRAY(arena, sw_cel_variable, count + terms);
    if (all == NULL) return sw_fail_memory(err);
    memcpy(all, from->facts.variables, count * sizeof *all);
    *out = (declared){from->facts, from->facts, all};
    out->with_terms.variables = all;
    return true;
}

void sw_rules__declare_term(declared *all, sw_str path)
{
    insert(&all->with_terms, all->terms, path,
           sw_cel_type_of(SW_CEL_TYPE_BOOL));
}
