// What expressions can call beside CEL's own functions: periods that the law
// counts in months or in working days.
#include <inttypes.h>

#include "rules_internal.h"

enum { DAY_SECONDS = 86400 };

// A CEL error, which is a value.
static bool give_error(sw_str message, sw_cel_value *out, sw_error *err)
{
    if (message.at == NULL) return sw_fail_memory(err);
    *out = (sw_cel_value){.kind = SW_CEL_ERROR};
    out->as.str = message;
    return true;
}

/* ---- months ---------------------------------------------------------- */

static bool add_months(void *data, const sw_cel_value *args, size_t count,
                       sw_arena *arena, sw_cel_value *out, sw_error *err)
{
    (void)data, (void)count, (void)arena;
    sw_cel_time from = args[0].as.time;
    int64_t within = from.seconds % DAY_SECONDS;
    if (within < 0) within += DAY_SECONDS;
    sw_date day = (sw_date)((from.seconds - within) / DAY_SECONDS);
    if (!sw_date_add_months(day, args[1].as.i64, &day)) {
        return give_error(SW_STR("months.add leaves the years 0001 to 9999"),
                          out, err);
    }
    *out = sw_rules__day_value(day);
    out->as.time.seconds += within;
    out->as.time.nanos = from.nanos;
    return true;
}

/* ---- working days ---------------------------------------------------- */

static int64_t day_of(const sw_cel_value *time)
{
    int64_t seconds = time->as.time.seconds, day = seconds / DAY_SECONDS;
    return seconds % DAY_SECONDS < 0 ? day - 1 : day;
}

static bool refuse_day(const calendar *c, const sw_cel_value *time,
                       sw_arena *arena, sw_cel_value *out, sw_error *err)
{
    char from[11], to[11];
    sw_str shown;
    if (!sw_rules__value_text(time, arena, &shown, err)) return false;
    return give_error(
        sw_arena_printf(arena, "%.*s is no day of the calendar %.*s, %s to %s",
                        SW_STR_ARGS(shown), SW_STR_ARGS(c->id),
                        sw_date_text(c->from, from), sw_date_text(c->to, to)),
        out, err);
}

// The books's loader has seen to it that the name is one.
static const calendar *calendar_of(void *data, const sw_cel_value *name)
{
    return sw_rules__find_calendar(data, name->as.str);
}

static bool add_workdays(void *data, const sw_cel_value *args, size_t count,
                         sw_arena *arena, sw_cel_value *out, sw_error *err)
{
    (void)count;
    const calendar *c = calendar_of(data, &args[2]);
    int64_t day = day_of(&args[0]), n = args[1].as.i64;
    sw_date found;
    if (!sw_rules__calendar_has(c, day))
        return refuse_day(c, &args[0], arena, out, err);
    if (n < 0) {
        return give_error(SW_STR("workdays.add takes 0 working days or more"),
                          out, err);
    }
    if (!sw_rules__workday_after(c, (sw_date)day, n, &found)) {
        char to[11];
        return give_error(
            sw_arena_printf(arena,
                            "the calendar %.*s ends on %s, before %" PRId64
                            " working days have passed",
                            SW_STR_ARGS(c->id), sw_date_text(c->to, to), n),
            out, err);
    }
    *out = sw_rules__day_value(found);
    return true;
}

static bool count_workdays(void *data, const sw_cel_value *args, size_t count,
                           sw_arena *arena, sw_cel_value *out, sw_error *err)
{
    (void)count;
    const calendar *c = calendar_of(data, &args[2]);
    for (size_t i = 0; i < 2; i++) {
        if (!sw_rules__calendar_has(c, day_of(&args[i])))
            return refuse_day(c, &args[i], arena, out, err);
    }
    *out = (sw_cel_value){.kind = SW_CEL_INT};
    out->as.i64 = sw_rules__workdays_between(c, (sw_date)day_of(&args[0]),
                                             (sw_date)day_of(&args[1]));
    return true;
}

/* ---- all of them ----------------------------------------------------- */

static const sw_cel_type day_type = {.kind = SW_CEL_TYPE_TIMESTAMP};
static const sw_cel_type int_type = {.kind = SW_CEL_TYPE_INT};
static const sw_cel_type text_type = {.kind = SW_CEL_TYPE_STRING};
static const sw_cel_type *const day_and_int[] = {&day_type, &int_type};
static const sw_cel_type *const day_int_name[] = {&day_type, &int_type,
                                                  &text_type};
static const sw_cel_type *const days_and_name[] = {&day_type, &day_type,
                                                   &text_type};

static const sw_cel_function functions[] = {
    {.name = SW_STR_INIT("months.add"),
     .params = day_and_int,
     .param_count = 2,
     .result = &day_type,
     .call = add_months},
    {.name = SW_STR_INIT("workdays.add"),
     .params = day_int_name,
     .param_count = 3,
     .result = &day_type,
     .call = add_workdays},
    {.name = SW_STR_INIT("workdays.between"),
     .params = days_and_name,
     .param_count = 3,
     .result = &int_type,
     .call = count_workdays},
};
enum { FUNCTIONS = sizeof functions / sizeof *functions };

bool sw_rules__declare_functions(const sw_rulebook *book, sw_arena *arena,
                                 sw_cel_env *env, sw_error *err)
{
    sw_cel_function *own = SW_NEW_ARRAY(arena, sw_cel_function, FUNCTIONS);
    if (own == NULL) return sw_fail_memory(err);
    for (size_t i = 0; i < FUNCTIONS; i++) {
        own[i] = functions[i];
        own[i].data = (void *)(uintptr_t)book;  // read only
    }
    env->functions = own;
    env->function_count = FUNCTIONS;
    return true;
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
