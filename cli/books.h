// The rulebooks that a command is given: files, or all below a folder.
#ifndef SEGWAN_CLI_BOOKS_H
#define SEGWAN_CLI_BOOKS_H

#include "cli.h"
#include "segwan/rules.h"

typedef struct {
    sw_rulebook **at;
    size_t count;
} sw_cli_books;

// Calls `each` for every .yaml file at or below `root` that is no file of
// cases, in the order of names.
typedef bool (*sw_cli_each)(void *ctx, const char *path, sw_error *err);
bool sw_cli_yaml_below(const char *root, sw_cli_each each, void *ctx,
                       sw_error *err);

// Loads what the option `name` was given; none: an empty list.
bool sw_cli_books_load(const sw_args *args, const char *name, sw_cli_books *out,
                       sw_error *err);

#endif
