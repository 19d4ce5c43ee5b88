// Corners of the functions that the public suite leaves open.
#include <string.h>

#include "cel_support.h"

static const struct {
    const char *source, *value;  // value NULL: an error
} cases[] = {
    // Doubles in %s and %d have all their digits and no exponent.
    {"'%s'.format([1e21])", "\"1000000000000000000000\""},
    {"'%s'.format([-1.25e22])", "\"-12500000000000000000000\""},
    {"'%s'.format([1e-7])", "\"0.0000001\""},
    {"'%d'.format([-1.25e-8])", "\"-0.0000000125\""},
    {"'%s'.format([1.5])", "\"1.5\""},
    {"'%s'.format([[-0.0]])", "\"[-0]\""},
    {"'%s'.format([1e308]).size()", "309"},
    {"'%s'.format([5e-324]).size()", "326"},
    // A run of bytes that are no UTF-8 is one replacement.
    {"'%s'.format([b'a\\xff\\xfeb\\xff'])", "\"a\xEF\xBF\xBD"
                                            "b\xEF\xBF\xBD\""},
    {"'%.3s'.format(['a'])", NULL},
    // [?i] asks whether the list is that long, not whether i is an index.
    {"[1][?5]", "optional.none()"},
    {"[1][?-1]", "optional.none()"},
    {"[1][?0.0]", "optional.of(1)"},
    {"[1][?0.5]", NULL},
    {"[1][?0.0 / 0.0]", NULL},
    {"[1][?'a']", NULL},
    // A double finds the key that it is, not one that is near.
    {"{9007199254740993: 'a'}[?9007199254740992.0]", "optional.none()"},
    {"{9007199254740993: 1, 9007199254740992: 2}[9007199254740992.0]", "2"},
    {"{18446744073709551615u: 1}[?18446744073709551616.0]", "optional.none()"},
    {"{1: 'a', 2: 'b', 3: 'c', 9007199254740993: 'd', 9007199254740992u: 'e'}"
     "[9007199254740992.0]",
     "\"e\""},
    {"9007199254740992.0 in {9007199254740993: 1}", "false"},
    {"{0: 1}[-0.0]", "1"},
    {"{0: 1}[?0.0 / 0.0]", "optional.none()"},
    // The scope of IPv6 multicast is beside its flags.
    {"ip('ff02::1').isLinkLocalMulticast()", "true"},
    {"ip('ff12::1').isLinkLocalMulticast()", "true"},
    {"ip('ff01::1').isLinkLocalMulticast()", "false"},
    {"ip('fe02::1').isLinkLocalMulticast()", "false"},
    {"ip('224.0.0.251').isLinkLocalMulticast()", "true"},
    {"ip('224.0.2.1').isLinkLocalMulticast()", "false"},
};

static void functions_keep_to_their_definitions(void **state)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sw_arena *arena = new_arena();
        const char *got = result(arena, cases[i].source, NULL);
        bool error = strncmp(got, "error(", 6) == 0;
        if (cases[i].value == NULL ? !error : strcmp(got, cases[i].value) != 0)
            fail_msg("%s: %s", cases[i].source, got);
        sw_arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_keep_to_their_definitions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
