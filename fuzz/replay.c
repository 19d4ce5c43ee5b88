// Runs a fuzz target over files and folders given as arguments, so that the
// seed corpus is an ordinary test without libFuzzer.
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int run_file(const char *path)
{
    FILE *in = fopen(path, "rb");
    if (in == NULL) return fprintf(stderr, "cannot open %s\n", path), 1;

    fseek(in, 0, SEEK_END);
    long size = ftell(in);
    rewind(in);
    uint8_t *data = malloc(size > 0 ? (size_t)size
                                    : 1);  // exact: ASan sees one byte too far
    size_t got = data != NULL ? fread(data, 1, (size_t)size, in) : 0;
    fclose(in);
    LLVMFuzzerTestOneInput(data, got);
    free(data);
    return 0;
}

static int run_path(const char *path, size_t *count)
{
    struct stat about;
    if (stat(path, &about) != 0) return fprintf(stderr, "no %s\n", path), 1;
    if (!S_ISDIR(about.st_mode)) {
        (*count)++;
        return run_file(path);
    }

    DIR *dir = opendir(path);
    if (dir == NULL) return fprintf(stderr, "cannot open %s\n", path), 1;
    int failed = 0;
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (entry->d_name[0] == '.') continue;
        char inner[4096];
        snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
        failed |= run_path(inner, count);
    }
    closedir(dir);
    return failed;
}

int main(int argc, char **argv)
{
    int failed = 0;
    size_t count = 0;
    for (int i = 1; i < argc; i++)
        failed |= run_path(argv[i], &count);
    printf("%zu inputs replayed\n", count);
    return failed || count == 0;
}
