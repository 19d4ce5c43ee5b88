// Reads a whole file, never more than the caller is ready for. Bytes go
// straight into the arena, so that a secret one holds the only copy.
#include "segwan/base.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIRST_GUESS ((size_t)64 << 10)

static bool fail_too_large(sw_error *err, size_t limit)
{
    return sw_fail(err, SW_ERR_INPUT,
                   "too large: more than the %zu bytes allowed", limit);
}

// A capacity to begin with: the size the file claims, or a guess for what has
// none (pipes, /proc).
static bool guess_size(int fd, size_t limit, size_t *out, sw_error *err)
{
    struct stat about;
    if (fstat(fd, &about) != 0) return sw_fail_errno(err, "examine");
    if (S_ISDIR(about.st_mode))
        return sw_fail(err, SW_ERR_INPUT, "a folder, not a file");

    uint64_t size = S_ISREG(about.st_mode) ? (uint64_t)about.st_size : 0;
    if (size > limit) return fail_too_large(err, limit);
    *out = size > 0 ? (size_t)size : FIRST_GUESS;
    if (*out > limit) *out = limit;
    return true;
}

// Doubles the room, up to the limit and one byte that shows it was exceeded.
static bool grow(sw_arena *arena, char **at, size_t *room, size_t len,
                 size_t limit, sw_error *err)
{
    size_t wanted = *room < limit / 2 ? *room * 2 : limit;
    char *larger = sw_arena_alloc(arena, wanted + 2);
    if (larger == NULL) return sw_fail_memory(err);
    if (len > 0) memcpy(larger, *at, len);
    *at = larger;
    *room = wanted;
    return true;
}

// Room is always for one byte more than `room`, and the terminator.
static bool read_all(int fd, size_t limit, sw_arena *arena, sw_str *out,
                     sw_error *err)
{
    size_t room = 0;
    if (!guess_size(fd, limit, &room, err)) return false;
    char *at = sw_arena_alloc(arena, room + 2);
    if (at == NULL) return sw_fail_memory(err);

    size_t len = 0;
    for (;;) {
        ssize_t got = read(fd, at + len, room + 1 - len);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return sw_fail_errno(err, "read");
        if (got == 0) break;
        len += (size_t)got;
        if (len > limit) return fail_too_large(err, limit);
        if (len > room && !grow(arena, &at, &room, len, limit, err))
            return false;
    }
    at[len] = '\0';
    *out = (sw_str){at, len};
    return true;
}

bool sw_file_read(const char *path, size_t limit, sw_arena *arena, sw_str *out,
                  sw_error *err)
{
    if (limit > SIZE_MAX / 2) limit = SIZE_MAX / 2;
    if (strcmp(path, "-") == 0) {
        return read_all(STDIN_FILENO, limit, arena, out, err) ||
               sw_error_in(err, "standard input");
    }

    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        sw_fail_errno(err, "open");
        return sw_error_in(err, path);
    }
    bool ok = read_all(fd, limit, arena, out, err) || sw_error_in(err, path);
    close(fd);
    return ok;
}
