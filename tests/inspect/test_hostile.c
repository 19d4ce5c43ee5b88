// A damaged or hostile release is refused with a reason and a place, or leaves
// findings; it never does worse. Files end at the last byte of an exact
// allocation or file, so that ASan sees one byte too far.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "cmocka_all.h"
#include "in_memory.h"
#include "segwan/inspect.h"
#include "town.h"

static bool inspect_bytes(const void *at, size_t len, sw_inspection **seen,
                          sw_arena *arena, sw_error *err)
{
    in_memory file = in_memory_file(at, len);
    sw_str name = SW_STR("secret base"), all = SW_STR("*");
    sw_inspect_options how = {.names = &name,
                              .name_count = 1,
                              .scope = &all,
                              .scope_count = 1,
                              .strip = &name,
                              .strip_count = 1};
    *err = (sw_error){0};
    bool ok = sw_inspect_map(file.path, &how, arena, seen, err);
    in_memory_close(&file);
    return ok;
}

static sw_buf good_file(void)
{
    static town t;
    town_build(&t);
    t.user = "anyone";
    return town_write(&t);
}

typedef struct {
    sw_buf bytes;
    sw_arena *arena;
} fixture;

static fixture fixture_make(void)
{
    fixture f = {good_file(), NULL};
    sw_error err;
    assert_true(sw_arena_new(&f.arena, &err));
    return f;
}

static void fixture_done(fixture *f)
{
    sw_buf_free(&f->bytes);
    sw_arena_free(f->arena);
}

static void a_cut_file_is_refused_or_lacks_something(void **state)
{
    (void)state;
    fixture f = fixture_make();
    for (size_t n = 0; n < f.bytes.len; n++) {
        sw_inspection *seen = NULL;
        sw_error err;
        bool ok = inspect_bytes(f.bytes.at, n, &seen, f.arena, &err);
        if (ok) {
            // Cut between blobs, or within the four bytes of a length.
            assert_true(seen->finding_count > 0 || seen->relations == 0);
            continue;
        }
        assert_int_equal(err.kind, SW_ERR_INPUT);
        assert_string_not_equal(err.reason, "");
        assert_string_not_equal(err.file, "");
        if (n >= 4) assert_string_not_equal(err.place, "");
        sw_arena_reset(f.arena);
    }
    fixture_done(&f);
}

static void a_changed_byte_does_no_harm(void **state)
{
    (void)state;
    fixture f = fixture_make();
    for (size_t n = 0; n < f.bytes.len; n++) {
        static const uint8_t masks[] = {0x01, 0x80, 0xff};
        for (size_t i = 0; i < sizeof masks; i++) {
            sw_inspection *seen = NULL;
            sw_error err;
            f.bytes.at[n] = (char)(f.bytes.at[n] ^ masks[i]);
            if (!inspect_bytes(f.bytes.at, f.bytes.len, &seen, f.arena, &err))
                assert_int_equal(err.kind, SW_ERR_INPUT);
            f.bytes.at[n] = (char)(f.bytes.at[n] ^ masks[i]);
            sw_arena_reset(f.arena);
        }
    }
    fixture_done(&f);
}

/* ---- hand-made ones --------------------------------------------------- */

static void put_varint(sw_buf *to, uint64_t number)
{
    for (; number >= 0x80; number >>= 7) {
        uint8_t byte = (uint8_t)(number | 0x80);
        sw_buf_add(to, &byte, 1);
    }
    uint8_t byte = (uint8_t)number;
    sw_buf_add(to, &byte, 1);
}

static void put_bytes(sw_buf *to, unsigned field, const void *at, size_t len)
{
    put_varint(to, field << 3 | 2);
    put_varint(to, len);
    sw_buf_add(to, at, len);
}

// A blob around `len` raw bytes that says it holds `says`.
static void put_blob(sw_buf *file, const char *type, const void *at, size_t len,
                     uint64_t says)
{
    uLongf packed_len = compressBound(len);
    unsigned char *packed = malloc(packed_len);
    assert_non_null(packed);
    compress(packed, &packed_len, at, len);
    sw_buf blob = {0}, head = {0};
    put_varint(&blob, 2 << 3);
    put_varint(&blob, says);
    put_bytes(&blob, 3, packed, packed_len);
    put_bytes(&head, 1, type, strlen(type));
    put_varint(&head, 3 << 3);
    put_varint(&head, blob.len);
    uint8_t size[4] = {0, 0, (uint8_t)(head.len >> 8), (uint8_t)head.len};
    sw_buf_add(file, size, 4);
    sw_buf_add(file, head.at, head.len);
    sw_buf_add(file, blob.at, blob.len);
    sw_buf_free(&blob);
    sw_buf_free(&head);
    free(packed);
}

static void refused(const sw_buf *file, const char *place, const char *reason)
{
    sw_arena *arena = NULL;
    sw_error err;
    sw_inspection *seen = NULL;
    assert_true(sw_arena_new(&arena, &err));
    assert_false(inspect_bytes(file->at, file->len, &seen, arena, &err));
    assert_int_equal(err.kind, SW_ERR_INPUT);
    assert_string_equal(err.place, place);
    if (strstr(err.reason, reason) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", err.reason, reason);
    sw_arena_free(arena);
}

static void sizes_that_lie_are_refused(void **state)
{
    (void)state;
    static const struct {
        uint64_t says;
        const char *reason;
    } cases[] = {
        {3, "zlib data is damaged"},
        {5, "zlib data is damaged"},
        {UINT64_C(33) << 20, "declares no size"},
        {UINT64_MAX, "declares no size"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sw_buf file = {0};
        put_blob(&file, "OSMHeader",
                 "\x22\x02"
                 "ab",
                 4, cases[i].says);
        refused(&file, "blob 0", cases[i].reason);
        sw_buf_free(&file);
    }
}

// Thirty megabytes of empty relations: a hundred times that when unpacked.
static void a_block_that_explodes_is_refused(void **state)
{
    (void)state;
    size_t count = 6 * 1024 * 1024;
    sw_buf group = {0}, block = {0}, file = {0};
    put_bytes(&block, 1, "\x0a\x00", 2);
    for (size_t i = 0; i < count; i++)
        sw_buf_add(&group, "\x22\x02\x08\x01", 4);
    put_bytes(&block, 2, group.at, group.len);
    put_blob(&file, "OSMHeader", "", 0, 0);
    put_blob(&file, "OSMData", block.at, block.len, block.len);
    refused(&file, "blob 1", "more memory");
    sw_buf_free(&group);
    sw_buf_free(&block);
    sw_buf_free(&file);
}

static void a_file_that_is_no_pbf_is_refused(void **state)
{
    (void)state;
    sw_buf file = {0};
    sw_buf_add(&file, "<?xml version='1.0'?>", 21);
    refused(&file, "blob 0", "not OSM PBF");
    sw_buf_free(&file);

    sw_arena *arena = NULL;
    sw_inspection *seen = NULL;
    sw_error err = {0};
    assert_true(sw_arena_new(&arena, &err));
    assert_false(sw_inspect_map("/nowhere", NULL, arena, &seen, &err));
    assert_int_equal(err.kind, SW_ERR_INPUT);
    assert_string_equal(err.file, "/nowhere");
    sw_arena_free(arena);
}

/* ---- messages whose parts do not fit ---------------------------------- */

// A block of these strings and of one group.
static sw_buf file_of_group(const char *group, size_t len)
{
    sw_buf block = {0}, file = {0};
    put_bytes(&block, 1, "\x0a\x00\x0a\x01z", 5);
    put_bytes(&block, 2, group, len);
    put_blob(&file, "OSMHeader", "", 0, 0);
    put_blob(&file, "OSMData", block.at, block.len, block.len);
    sw_buf_free(&block);
    return file;
}

#define GROUP(bytes) bytes, sizeof(bytes) - 1

static void parts_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *group;
        size_t len;
        const char *place, *reason;
    } cases[] = {
        // Ways: id 5; key without a value; a string that is not there.
        {GROUP("\x1a\x05\x08\x05\x12\x01\x01"), "blob 1, way 5",
         "keys without values"},
        {GROUP("\x1a\x08\x08\x05\x12\x01\x01\x1a\x01\x02"), "blob 1, way 5",
         "string 2 of 2"},
        // A relation with a member that has no type.
        {GROUP("\x22\x08\x08\x07\x42\x01\x00\x4a\x01\x02"),
         "blob 1, relation 7", "without a role or type"},
        {GROUP("\x22\x0b\x08\x07\x42\x01\x63\x4a\x01\x02\x52\x01\x00"),
         "blob 1, relation 7", "string 99 of 2"},
        // Dense nodes: columns of unequal length; tags without an end; tags of
        // nobody; a place outside the world.
        {GROUP("\x12\x06\x0a\x01\x02\x42\x01\x02"), "blob 1", "unequal length"},
        {GROUP("\x12\x0d\x0a\x01\x02\x42\x01\x02\x4a\x01\x02\x52\x02\x01\x01"),
         "blob 1, node 1", "without an end"},
        {GROUP("\x12\x0d\x0a\x01\x02\x42\x01\x02\x4a\x01\x02\x52\x02\x00\x00"),
         "blob 1", "tags of no node"},
        {GROUP("\x12\x0d\x0a\x01\x02\x42\x05\xfe\xff\xff\xff\x0f\x4a\x01\x02"),
         "blob 1, node 1", "outside the world"},
        {GROUP("\x12\x12\x0a\x01\x02\x42\x0a\xfe\xff\xff\xff\xff\xff\xff\xff"
               "\xff\x01\x4a\x01\x02"),
         "blob 1, node 1", "outside the world"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sw_buf file = file_of_group(cases[i].group, cases[i].len);
        refused(&file, cases[i].place, cases[i].reason);
        sw_buf_free(&file);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cut_file_is_refused_or_lacks_something),
        cmocka_unit_test(a_changed_byte_does_no_harm),
        cmocka_unit_test(sizes_that_lie_are_refused),
        cmocka_unit_test(a_block_that_explodes_is_refused),
        cmocka_unit_test(a_file_that_is_no_pbf_is_refused),
        cmocka_unit_test(parts_that_do_not_fit_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
