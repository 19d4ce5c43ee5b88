// Any bytes as a release and a zone list. First two bytes: the length of the
// zone list that follows them; the rest is the release.
//
// Properties: refusing names a reason; what is not refused gives the same
// report twice; every finding has a count and a first one.
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "segwan/inspect.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int memory_file(const uint8_t *at, size_t size, char path[64])
{
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    if (fd < 0 || write(fd, at, size) != (ssize_t)size) abort();
    snprintf(path, 64, "/proc/self/fd/%d", fd);
    return fd;
}

static void check_result(const sw_inspection *seen)
{
    assert(seen->finding_count <= seen->check_count);
    for (size_t i = 0; i < seen->finding_count; i++) {
        assert(seen->findings[i].count > 0);
        assert(seen->findings[i].first.len > 0);
    }
    assert(seen->conspicuous == -1 ||
           (seen->conspicuous >= 0 && seen->conspicuous <= 1));
}

static sw_str report(const char *released, const sw_inspect_options *how,
                     sw_arena *arena)
{
    sw_inspection *seen = NULL;
    sw_error err = {0};
    sw_str json;
    if (!sw_inspect_map(released, how, arena, &seen, &err)) {
        assert(err.kind == SW_ERR_INPUT && err.reason[0] != '\0');
        return (sw_str){0};
    }
    check_result(seen);
    if (!sw_inspection_json(seen, arena, &json, &err)) abort();
    return json;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2) return 0;
    size_t zones_len = (size_t)data[0] << 8 | data[1];
    if (zones_len > size - 2) return 0;

    char zones_path[64], released_path[64];
    int zones = memory_file(data + 2, zones_len, zones_path);
    int released =
        memory_file(data + 2 + zones_len, size - 2 - zones_len, released_path);
    const sw_str strip[] = {SW_STR("ele"), SW_STR("name:*")};
    const sw_str names[] = {SW_STR("secret base"), SW_STR("우물")};
    const sw_str scope[] = {SW_STR("nw/*"), SW_STR("a/building")};
    sw_inspect_options how = {
        .zones_path = zones_len > 0 ? zones_path : NULL,
        .strip = strip,
        .strip_count = 2,
        .names = names,
        .name_count = 2,
        .scope = scope,
        .scope_count = 2,
        .strip_metadata = true,
        .coarsen_scale = 25000,
    };
    sw_arena *arena = NULL;
    sw_error err;
    if (!sw_arena_new(&arena, &err)) abort();
    sw_str one = report(released_path, &how, arena);
    sw_str two = report(released_path, &how, arena);
    assert(sw_str_eq(one, two));
    sw_arena_free(arena);
    close(zones);
    close(released);
    return 0;
}
