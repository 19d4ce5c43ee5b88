// Makes the n-th allocation fail, to show that a function survives each of its
// allocations failing:
//
//     for (size_t n = 1;; n++) {
//         fail_alloc_at(n);
//         bool ok = function_under_test(&err);
//         if (!fail_alloc_done()) {  // it made fewer than n: all were tried
//             assert_true(ok);
//             break;
//         }
//         assert_false(ok);
//         assert_int_equal(err.kind, SW_ERR_MACHINE);
//     }
//
// Depend on fail_alloc_dep. It wraps malloc, calloc, realloc, strdup and
// strndup in all that the test links statically (the linker's --wrap), not in
// shared libraries; for jansson say json_set_alloc_funcs(malloc, free) in the
// test, where `malloc` is the wrapped one.
#ifndef SUPPORT_FAIL_ALLOC_H
#define SUPPORT_FAIL_ALLOC_H

#include <stdbool.h>
#include <stddef.h>

/** The n-th allocation from now on fails (1: the next one), once. */
void fail_alloc_at(size_t n);

/** The n-th allocation from now on and all later ones fail. */
void fail_alloc_from(size_t n);

/** Stops failing. @return whether an allocation failed. */
bool fail_alloc_done(void);

#endif
