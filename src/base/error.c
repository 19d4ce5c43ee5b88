// The one error type. Nothing here allocates, so that a failure can always be
// told. Text is cut at whole UTF-8 characters and is made safe for a terminal
// when it is put together, since names and values in it come from outside.
#define SW_BASE_ERROR_C
#include "segwan/base.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

// Cuts a character that the end of a full buffer left incomplete.
static void trim_cut_character(char *text, size_t len)
{
    size_t tail = 0;  // continuation bytes at the end
    while (tail < 3 && tail < len &&
           ((unsigned char)text[len - 1 - tail] & 0xc0) == 0x80)
        tail++;
    if (tail == len) return;

    unsigned char lead = (unsigned char)text[len - 1 - tail];
    size_t need = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : lead >= 0xc0 ? 1 : 0;
    if (tail < need) text[len - 1 - tail] = '\0';
}

SW_PRINTF(3, 0)
static void format_bounded(char *buf, size_t size, const char *fmt,
                           va_list args)
{
    int len = vsnprintf(buf, size, fmt, args);
    if (len < 0) {
        buf[0] = '\0';
    } else if ((size_t)len >= size) {
        trim_cut_character(buf, size - 1);
    }
}

static void copy_bounded(char *buf, size_t size, const char *text)
{
    size_t len = strlen(text);
    bool cut = len >= size;
    if (cut) len = size - 1;
    memcpy(buf, text, len);
    buf[len] = '\0';
    if (cut) trim_cut_character(buf, len);
}

bool sw_fail(sw_error *err, sw_error_kind kind, const char *fmt, ...)
{
    // Formatted aside first: the arguments may be parts of `err` itself.
    char reason[sizeof err->reason];
    va_list args;
    va_start(args, fmt);
    format_bounded(reason, sizeof reason, fmt, args);
    va_end(args);

    err->kind = kind;
    err->file[0] = '\0';
    err->place[0] = '\0';
    memcpy(err->reason, reason, sizeof reason);
    return false;
}

bool sw_fail_memory(sw_error *err)
{
    return sw_fail(err, SW_ERR_MACHINE, "out of memory");
}

// A file that is missing or of the wrong kind is what the user named wrongly;
// everything else is the machine's.
static sw_error_kind kind_of_errno(int code)
{
    switch (code) {
    case ENOENT:
    case ENOTDIR:
    case EISDIR:
    case ELOOP:
    case ENAMETOOLONG: return SW_ERR_INPUT;
    default: return SW_ERR_MACHINE;
    }
}

bool sw_fail_errno(sw_error *err, const char *what)
{
    int code = errno;
    char scratch[128];
    const char *why = strerror_r(code, scratch, sizeof scratch);
    return sw_fail(err, kind_of_errno(code), "cannot %s: %s", what, why);
}

bool sw_error_at(sw_error *err, const char *fmt, ...)
{
    if (err->place[0] != '\0') return false;

    va_list args;
    va_start(args, fmt);
    format_bounded(err->place, sizeof err->place, fmt, args);
    va_end(args);
    return false;
}

bool sw_error_in(sw_error *err, const char *file)
{
    if (err->file[0] == '\0') copy_bounded(err->file, sizeof err->file, file);
    return false;
}

// Replaces what a terminal would obey: C0 controls but line feed and tab, DEL,
// and C1 controls, which UTF-8 writes as c2 80 to c2 9f.
static void disarm(char *text)
{
    for (unsigned char *at = (unsigned char *)text; *at != '\0'; at++) {
        bool plain = *at >= 0x20 && *at != 0x7f;
        if (!plain && *at != '\n' && *at != '\t') *at = '?';
        if (at[0] == 0xc2 && at[1] >= 0x80 && at[1] < 0xa0) {
            at[0] = '?';
            at[1] = '?';
        }
    }
}

char *sw_error_text(const sw_error *err, char *buf, size_t size)
{
    if (size == 0) return buf;

    const char *after_file = err->file[0] != '\0' ? ": " : "";
    const char *after_place = err->place[0] != '\0' ? ": " : "";
    int len = snprintf(buf, size, "%s%s%s%s%s", err->file, after_file,
                       err->place, after_place, err->reason);
    if (len < 0) buf[0] = '\0';
    if (len > 0 && (size_t)len >= size) trim_cut_character(buf, size - 1);
    disarm(buf);
    return buf;
}
