// Lets each allocation of a way from texts to results fail once.
#ifndef TESTS_RULES_WALK_H
#define TESTS_RULES_WALK_H

#include "cmocka_all.h"
#include "fail_alloc.h"
#include "segwan/base.h"

// Appends what the way yields to `all`. Calls fail_alloc_done() when all
// allocations of the library are made and gives in `hit` what it says.
typedef bool (*whole_way)(sw_buf *all, bool *hit, sw_error *err);

// An allocation that fails is an error of the machine, or does no harm (jansson
// needs some only to look for cycles): then the result is whole.
static inline void walk_allocations(whole_way way, size_t at_least)
{
    sw_buf whole = {0};
    sw_error err = {0};
    bool hit = false;
    if (!way(&whole, &hit, &err)) fail_msg("%s: %s", err.place, err.reason);
    size_t n = 0;
    do {
        sw_buf all = {0};
        err = (sw_error){0};
        fail_alloc_at(++n);
        if (!way(&all, &hit, &err)) {
            if (err.kind != SW_ERR_MACHINE)
                fail_msg("allocation %zu: %s", n, err.reason);
        } else if (!sw_str_eq((sw_str){all.at, all.len},
                              (sw_str){whole.at, whole.len})) {
            fail_msg("allocation %zu: half a result", n);
        }
        sw_buf_free(&all);
    } while (hit);
    sw_buf_free(&whole);
    assert_true(n > at_least);
}

#endif
