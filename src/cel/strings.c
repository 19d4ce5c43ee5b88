// The standard functions of strings.
#include "cel_internal.h"

typedef bool (*test)(sw_str s, sw_str part);

static bool text_test(sw_cel__run *run, const sw_cel_value *args, test is,
                      sw_cel_value *out)
{
    if (!sw_cel__spend_text(run, args[0].as.str.len)) return false;
    *out = sw_cel__bool(is(args[0].as.str, args[1].as.str));
    return true;
}

static bool starts_with(sw_cel__run *run, const sw_cel_value *args,
                        size_t count, sw_cel_value *out)
{
    return text_test(run, args, sw_str_starts, out);
}

static bool ends_with(sw_cel__run *run, const sw_cel_value *args, size_t count,
                      sw_cel_value *out)
{
    return text_test(run, args, sw_str_ends, out);
}

static bool contains(sw_cel__run *run, const sw_cel_value *args, size_t count,
                     sw_cel_value *out)
{
    return text_test(run, args, sw_str_has, out);
}

// A pattern that is not a literal is compiled here, and kept while it repeats.
static bool compiled(sw_cel__run *run, sw_str pattern, const char **why)
{
    if (run->compiled != NULL && sw_str_eq(run->pattern, pattern)) return true;
    const sw_cel__regex *made = NULL;
    size_t before = sw_arena_footprint(run->arena);
    // A class like \pL makes much of little source.
    bool fits = pattern.len <= SW_CEL__MAX_REGEX;
    if (!sw_cel__spend(run, fits ? 64 * (uint64_t)pattern.len : 0))
        return *why = NULL, false;
    sw_cel__regex_options how = {.max_bytes = run->room};
    if (!sw_cel__regex_compile(pattern, &how, run->arena, &made, why)) {
        if (*why == sw_cel__regex_no_room) {
            (void)sw_cel__alloc(run, SIZE_MAX, 1);  // the error of the limit
            *why = NULL;
        } else if (*why == NULL) {
            sw_fail_memory(run->err);
        }
        return false;
    }
    size_t used = sw_arena_footprint(run->arena) - before;
    run->room -= used < run->room ? used : run->room;
    run->pattern = pattern;
    run->compiled = made;
    return true;
}

static bool matches(sw_cel__run *run, const sw_cel_value *args, size_t count,
                    sw_cel_value *out)
{
    const char *why = "";
    if (!compiled(run, args[1].as.str, &why)) {
        if (why == NULL) return false;
        return sw_cel__error(run, out, "bad pattern: %s", why);
    }
    return sw_cel__matches(run, run->compiled, args[0].as.str, out);
}

const sw_cel__function sw_cel__string_functions[] = {
    {"startsWith", true, "ss", "b", starts_with},
    {"endsWith", true, "ss", "b", ends_with},
    {"contains", true, "ss", "b", contains},
    {"matches", true, "ss", "b", matches},
    {"matches", false, "ss", "b", matches},
    {0},
};
