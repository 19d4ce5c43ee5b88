// What expressions can call beside CEL's own functions: periods that the law
// counts in months.
#include "rules_internal.h"

enum { DAY_SECONDS = 86400 };

static bool add_months(void *data, const sw_cel_value *args, size_t count,
                       sw_arena *arena, sw_cel_value *out, sw_error *err)
{
    (void)data, (void)count, (void)arena, (void)err;
    sw_cel_time from = args[0].as.time;
    int64_t within = from.seconds % DAY_SECONDS;
    if (within < 0) within += DAY_SECONDS;
    sw_date day = (sw_date)((from.seconds - within) / DAY_SECONDS);
    if (!sw_date_add_months(day, args[1].as.i64, &day)) {
        *out = (sw_cel_value){.kind = SW_CEL_ERROR};
        out->as.str = SW_STR("months.add leaves the years 0001 to 9999");
        return true;
    }
    *out = sw_rules__day_value(day);
    out->as.time.seconds += within;
    out->as.time.nanos = from.nanos;
    return true;
}

static const sw_cel_type day_type = {.kind = SW_CEL_TYPE_TIMESTAMP};
static const sw_cel_type int_type = {.kind = SW_CEL_TYPE_INT};
static const sw_cel_type *const day_and_int[] = {&day_type, &int_type};

static const sw_cel_function functions[] = {
    {.name = {"months.add", 10},
     .params = day_and_int,
     .param_count = 2,
     .result = &day_type,
     .call = add_months},
};

void sw_rules__declare_functions(sw_cel_env *env)
{
    env->functions = functions;
    env->function_count = sizeof functions / sizeof *functions;
}

bool sw_rules__has_function(const sw_cel_env *env, sw_str before, sw_str name)
{
    for (size_t i = 0; i < env->function_count; i++) {
        sw_str whole = env->functions[i].name;
        if (whole.len != before.len + 1 + name.len) continue;
        sw_str head = {whole.at, before.len};
        sw_str tail = {whole.at + before.len + 1, name.len};
        if (sw_str_eq(head, before) && whole.at[before.len] == '.' &&
            sw_str_eq(tail, name))
            return true;
    }
    return false;
}
