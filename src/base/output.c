// A file that appears under its name only when whole.
//
// The draft is a file without a name in the target's folder (O_TMPFILE), which
// vanishes by itself when the process dies; where the file system has none, or
// /proc is not there to give it a name later, it is a hidden neighbour,
// ".NAME.XXXXXXXX.part". Commit makes the bytes durable before the name: flush,
// fsync, then
//   - unnamed, and nothing stands under the name: link it there;
//   - unnamed, and something does: link it as a hidden neighbour, rename;
//   - neighbour: rename;
// then fsync of the folder. A crash in between can leave a hidden neighbour,
// never part of a file under the name itself.
#include "segwan/base.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base_internal.h"

#define BUFFER_SIZE   ((size_t)256 << 10)
#define NAME_ATTEMPTS 64
#define TOKEN_DIGITS  8
#define HIDDEN_EXTRA  (sizeof "..00000000.part" - 1)

struct sw_output {
    int fd, dir_fd;
    char *path;          // as the user named it
    const char *name;    // its last part
    char *draft;         // a path to read the draft by
    char *hidden;        // the neighbour's name in the folder
    bool hidden_exists;  // must be removed unless renamed
    uint64_t size;       // bytes written in all
    size_t fill;         // bytes in the buffer
    unsigned char *buffer;
};

/* ---- the draft ------------------------------------------------------- */

static bool random_token(char token[TOKEN_DIGITS + 1])
{
    uint32_t value;
    if (getrandom(&value, sizeof value, 0) != (ssize_t)sizeof value)
        return false;
    snprintf(token, TOKEN_DIGITS + 1, "%08x", (unsigned)value);
    return true;
}

// Writes a fresh hidden name; a long name is cut to fit the folder.
static bool draw_hidden_name(sw_output *out)
{
    char token[TOKEN_DIGITS + 1];
    if (!random_token(token)) return false;
    snprintf(out->hidden, NAME_MAX + 1, ".%.*s.%s.part",
             (int)(NAME_MAX - HIDDEN_EXTRA), out->name, token);
    return true;
}

// Runs one attempt after another under fresh hidden names until one is free.
static bool with_hidden_name(sw_output *out, int (*attempt)(sw_output *))
{
    for (int i = 0; i < NAME_ATTEMPTS; i++) {
        if (!draw_hidden_name(out)) return false;
        if (attempt(out) >= 0) {
            out->hidden_exists = true;
            return true;
        }
        if (errno != EEXIST) return false;
    }
    return false;
}

static int create_neighbour(sw_output *out)
{
    out->fd = openat(out->dir_fd, out->hidden,
                     O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    return out->fd;
}

// Only the descriptor's entry in /proc can give an unnamed file its name.
static bool begin_unnamed(sw_output *out)
{
    int fd = openat(out->dir_fd, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0666);
    if (fd < 0) return false;

    snprintf(out->draft, PATH_MAX, "/proc/self/fd/%d", fd);
    if (access(out->draft, F_OK) != 0) {
        close(fd);
        return false;
    }
    out->fd = fd;
    return true;
}

static bool begin_named(sw_output *out, sw_error *err)
{
    if (!with_hidden_name(out, create_neighbour))
        return sw_fail_errno(err, "create a file in its folder");

    int folder_len = (int)(out->name - out->path);
    int len = snprintf(out->draft, PATH_MAX, "%.*s%s", folder_len, out->path,
                       out->hidden);
    if (len >= 0 && len < PATH_MAX) return true;
    return sw_fail(err, SW_ERR_USAGE, "path too long");
}

/* ---- begin ----------------------------------------------------------- */

// A rename must not replace a device, a pipe or a folder.
static bool check_target(const char *path, sw_error *err)
{
    struct stat about;
    if (stat(path, &about) != 0 || S_ISREG(about.st_mode)) return true;
    return sw_fail(err, SW_ERR_USAGE, "%s, not a file that can be replaced",
                   S_ISDIR(about.st_mode) ? "a folder" : "a device or pipe");
}

static bool split_path(sw_output *out, const char *path, sw_error *err)
{
    size_t len = strlen(path);
    if (len >= PATH_MAX) return sw_fail(err, SW_ERR_USAGE, "path too long");

    out->path = malloc(len + 1);
    if (out->path == NULL) return sw_fail_memory(err);
    memcpy(out->path, path, len + 1);
    const char *slash = strrchr(out->path, '/');
    out->name = slash != NULL ? slash + 1 : out->path;
    if (out->name[0] != '\0') return true;
    return sw_fail(err, SW_ERR_USAGE, "names no file");
}

// Borrows out->draft for the folder's path.
static bool open_folder(sw_output *out, sw_error *err)
{
    assert(out->path != NULL);
    size_t len = (size_t)(out->name - out->path);
    memcpy(out->draft, out->path, len);
    memcpy(out->draft + len, ".", 2);
    out->dir_fd = open(out->draft, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (out->dir_fd >= 0) return true;

    sw_fail_errno(err, "open its folder");
    if (err->kind == SW_ERR_INPUT) err->kind = SW_ERR_USAGE;
    return false;
}

static bool allocate_parts(sw_output *out, sw_error *err)
{
    out->draft = malloc(PATH_MAX);
    out->hidden = malloc(NAME_MAX + 1);
    out->buffer = malloc(BUFFER_SIZE);
    if (out->draft != NULL && out->hidden != NULL && out->buffer != NULL)
        return true;
    return sw_fail_memory(err);
}

static bool begin(sw_output *out, const char *path, sw_draft_kind kind,
                  sw_error *err)
{
    if (!check_target(path, err)) return false;
    if (!split_path(out, path, err)) return false;
    if (!allocate_parts(out, err)) return false;
    if (!open_folder(out, err)) return false;
    if (kind == SW_DRAFT_UNNAMED && begin_unnamed(out)) return true;
    return begin_named(out, err);
}

bool sw_output__begin(const char *path, sw_draft_kind kind, sw_output **out,
                      sw_error *err)
{
    sw_output *draft = malloc(sizeof *draft);
    if (draft == NULL) {
        sw_fail_memory(err);
        return sw_error_in(err, path);
    }
    *draft = (sw_output){.fd = -1, .dir_fd = -1};
    if (!begin(draft, path, kind, err)) {
        sw_output_discard(draft);
        return sw_error_in(err, path);
    }
    *out = draft;
    return true;
}

bool sw_output_begin(const char *path, sw_output **out, sw_error *err)
{
    return sw_output__begin(path, SW_DRAFT_UNNAMED, out, err);
}

/* ---- write ----------------------------------------------------------- */

static bool write_through(sw_output *out, const unsigned char *bytes,
                          size_t len, sw_error *err)
{
    while (len > 0) {
        ssize_t got = write(out->fd, bytes, len);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) {
            sw_fail_errno(err, "write");
            return sw_error_in(err, out->path);
        }
        bytes += got;
        len -= (size_t)got;
    }
    return true;
}

bool sw_output_flush(sw_output *out, sw_error *err)
{
    if (!write_through(out, out->buffer, out->fill, err)) return false;
    out->fill = 0;
    return true;
}

bool sw_output_write(sw_output *out, const void *bytes, size_t len,
                     sw_error *err)
{
    if (len > BUFFER_SIZE - out->fill && !sw_output_flush(out, err))
        return false;

    if (len >= BUFFER_SIZE) {
        if (!write_through(out, bytes, len, err)) return false;
    } else if (len > 0) {
        memcpy(out->buffer + out->fill, bytes, len);
        out->fill += len;
    }
    out->size += len;
    return true;
}

const char *sw_output_draft(const sw_output *out)
{
    return out->draft;
}

uint64_t sw_output_size(const sw_output *out)
{
    return out->size;
}

/* ---- commit ---------------------------------------------------------- */

static int link_as(const sw_output *out, const char *name)
{
    return linkat(AT_FDCWD, out->draft, out->dir_fd, name, AT_SYMLINK_FOLLOW);
}

static int link_hidden(sw_output *out)
{
    return link_as(out, out->hidden);
}

static bool give_name(sw_output *out, sw_error *err)
{
    if (!out->hidden_exists) {
        if (link_as(out, out->name) == 0) return true;
        if (errno != EEXIST || !with_hidden_name(out, link_hidden))
            return sw_fail_errno(err, "give the finished file its name");
    }
    if (renameat(out->dir_fd, out->hidden, out->dir_fd, out->name) != 0)
        return sw_fail_errno(err, "give the finished file its name");
    out->hidden_exists = false;
    return true;
}

// Some file systems have no fsync for folders and say EINVAL.
static bool sync_folder(const sw_output *out, sw_error *err)
{
    if (fsync(out->dir_fd) == 0 || errno == EINVAL) return true;
    return sw_fail_errno(err, "make its name durable");
}

static bool commit(sw_output *out, sw_error *err)
{
    if (!sw_output_flush(out, err)) return false;
    if (fsync(out->fd) != 0) return sw_fail_errno(err, "make it durable");
    return give_name(out, err) && sync_folder(out, err);
}

bool sw_output_commit(sw_output *out, sw_error *err)
{
    return commit(out, err) || sw_error_in(err, out->path);
}

void sw_output_discard(sw_output *out)
{
    if (out == NULL) return;
    if (out->hidden_exists) unlinkat(out->dir_fd, out->hidden, 0);
    if (out->fd >= 0) close(out->fd);
    if (out->dir_fd >= 0) close(out->dir_fd);
    free(out->buffer);
    free(out->hidden);
    free(out->draft);
    free(out->path);
    free(out);
}
