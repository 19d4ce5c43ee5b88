// Files that are nowhere but in memory, by a path that can be opened.
#ifndef SW_TEST_IN_MEMORY_H
#define SW_TEST_IN_MEMORY_H

#include <assert.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

typedef struct {
    int fd;
    char path[64];
} in_memory;

static inline in_memory in_memory_file(const void *at, size_t len)
{
    in_memory file = {.fd = memfd_create("segwan-test", MFD_CLOEXEC)};
    assert(file.fd >= 0);
    for (size_t done = 0; done < len;) {
        ssize_t got = write(file.fd, (const char *)at + done, len - done);
        assert(got > 0);
        done += (size_t)got;
    }
    snprintf(file.path, sizeof file.path, "/proc/self/fd/%d", file.fd);
    return file;
}

static inline void in_memory_close(const in_memory *file)
{
    close(file->fd);
}

#endif
