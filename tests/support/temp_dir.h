// A folder of a test's own, removed with all that is in it.
#ifndef SUPPORT_TEMP_DIR_H
#define SUPPORT_TEMP_DIR_H

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/** Makes a fresh folder and writes its path to `dir`. */
static inline int temp_dir_make(char dir[PATH_MAX])
{
    const char *base = getenv("TMPDIR");
    snprintf(dir, PATH_MAX, "%s/segwan-test-XXXXXX",
             base != NULL && *base != '\0' ? base : "/tmp");
    return mkdtemp(dir) != NULL ? 0 : -1;
}

/** Files in a folder, hidden ones too. */
static inline size_t temp_dir_count(const char *dir)
{
    size_t count = 0;
    DIR *folder = opendir(dir);
    if (folder == NULL) return 0;
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        count +=
            strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    }
    closedir(folder);
    return count;
}

/** Removes the folder and the files and empty folders in it. */
static inline void temp_dir_remove(const char *dir)
{
    DIR *folder = opendir(dir);
    if (folder == NULL) return;
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (unlinkat(dirfd(folder), entry->d_name, 0) != 0)
            unlinkat(dirfd(folder), entry->d_name, AT_REMOVEDIR);
    }
    closedir(folder);
    rmdir(dir);
}

#endif
