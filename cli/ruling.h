// What rule, clear and ask share: load, rule, print.
#ifndef SEGWAN_CLI_RULING_H
#define SEGWAN_CLI_RULING_H

#include "cli.h"

#include "segwan/rules.h"

typedef struct {
    sw_rulebook **books;
    size_t book_count;
    sw_declaration *said;
    const sw_ruling *ruling;
} sw_cli_ruling;

// Puts the variant in place of each book that has one of that name, or refuses;
// NULL: leaves all as they are.
bool sw_cli_apply_variant(sw_rulebook **books, size_t count,
                          const char *variant, sw_arena *arena, sw_error *err);
// Loads the books alone. `variant` NULL: none; else of each book that has one
// of that name.
bool sw_cli_rulebooks(const sw_args *args, const char *variant,
                      sw_cli_ruling *out, sw_error *err);
bool sw_cli_rule(const sw_args *args, const sw_rule_options *options,
                 const char *variant, sw_cli_ruling *out, sw_error *err);
bool sw_cli_ruling_print(const sw_args *args, const sw_ruling *ruling,
                         FILE *out, sw_error *err);

#endif
