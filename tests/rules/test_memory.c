// Each allocation of the way from text to ruling fails once: an error of the
// machine, nothing leaked, nothing half made.
#include "book.h"
#include "fail_alloc.h"

#include <jansson.h>

static const char treating_book[] = BOOK_HEAD BOOK_RULE
    "  - id: tags\n    title: T\n    source: [act]\n    status: law\n"
    "    in_force: {from: 2020-01-01, to: 2030-01-01}\n"
    "    require: 'cargo.tags.all(t, t != ''a'')'\n"
    "    otherwise: treat\n    remedy: R\n"
    "    treatment: {strip-tags: [a, b], coarsen: {scale: 5}}\n"
    "  - id: open\n    title: O\n    source: act\n    status: law\n"
    "    require: cargo.fine || cargo.ratio > 1.0\n"
    "    otherwise: permit\n    remedy: R\n";

static const char said_text[] =
    "{\"name\": \"it's\\n\", \"cargo\": {\"kind\": \"map\", \"scale\": 1, "
    "\"tags\": [\"b\", \"a\"]}}";

// `all` gets what the way yields: declaration, text and ruling.
static bool whole_way(sw_buf *all, sw_error *err)
{
    sw_arena *arena = NULL;
    sw_rulebook *book = NULL;
    sw_declaration *said = NULL;
    const sw_ruling *ruling = NULL;
    sw_str facts, text, json;
    bool ok =
        sw_arena_new(&arena, err) &&
        sw_rulebook_parse(SW_STR(treating_book), "b", arena, &book, err) &&
        sw_declaration_parse(SW_STR(said_text), "d", arena, &said, err) &&
        sw_declaration_json(said, arena, &facts, err) &&
        sw_rule(&book, 1, said, 20000, arena, &ruling, err) &&
        sw_ruling_text(ruling, true, true, arena, &text, err) &&
        sw_ruling_json(ruling, arena, &json, err);
    fail_alloc_done();
    if (ok) {
        sw_buf_str(all, facts);
        sw_buf_str(all, text);
        sw_buf_str(all, json);
    }
    sw_arena_free(arena);
    return ok;
}

// An allocation may fail and do no harm: jansson needs some only to look for
// cycles. Then the result is whole.
static void failing_allocations_are_told(void **state)
{
    sw_buf whole = {0};
    sw_error err = {0};
    if (!whole_way(&whole, &err)) fail_msg("%s: %s", err.place, err.reason);
    size_t failed = 0;
    for (size_t n = 1; n < 400; n++) {
        sw_buf all = {0};
        err = (sw_error){0};
        fail_alloc_at(n);
        if (!whole_way(&all, &err)) {
            failed++;
            if (err.kind != SW_ERR_MACHINE)
                fail_msg("allocation %zu: %s", n, err.reason);
        } else if (!sw_str_eq((sw_str){all.at, all.len},
                              (sw_str){whole.at, whole.len})) {
            fail_msg("allocation %zu: half a result", n);
        }
        sw_buf_free(&all);
    }
    sw_buf_free(&whole);
    assert_true(failed > 100);
}

int main(void)
{
    json_set_alloc_funcs(malloc, free);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(failing_allocations_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
