// The frame of the command: one table a subcommand yields its parsing, its
// --help, its man page and its completion.
#ifndef SEGWAN_CLI_H
#define SEGWAN_CLI_H

#include <stdio.h>

#include "segwan/base.h"

// Exit statuses beside the error kinds (usage 2, input 3, machine 4).
enum { EXIT_CLEAR = 0, EXIT_STOPPED = 1 };

enum {
    SW_OPT_REQUIRED = 1,
    SW_OPT_REPEAT = 2,  // may be given several times
    SW_OPT_FILE = 4,    // the value is a file: completion offers files
};

typedef struct {
    char letter;        // 0: none
    const char *name;   // long name, without dashes
    const char *value;  // placeholder of the value; NULL: a flag
    const char *help;
    unsigned flags;
} sw_opt;

typedef struct {
    const char *command, *what;
} sw_example;

typedef struct sw_args sw_args;

typedef struct {
    const char *name;      // "treat", "waybill show"
    const char *operands;  // "CARGO", "WAYBILL [FILE...]"; "" if none
    size_t min_operands, max_operands;
    const char *summary;         // one line
    const char *description;     // paragraphs, separated by an empty line
    const char *exit_status;     // what 0 and 1 mean here
    const sw_opt *options;       // ends with {0}; common options are added
    const sw_example *examples;  // ends with {0}
    int (*run)(const sw_args *args, FILE *out, sw_error *err);
} sw_command;

extern const sw_command cmd_keygen, cmd_rule, cmd_treat, cmd_inspect, cmd_clear,
    cmd_waybill_show, cmd_waybill_verify, cmd_test, cmd_show, cmd_index,
    cmd_commitments, cmd_batch, cmd_parity, cmd_ask, cmd_what_if, cmd_cel;

// All subcommands, ended by NULL.
extern const sw_command *const sw_commands[];
extern const sw_opt sw_common_options[];

// args.c: parsed arguments. Values are borrowed from argv.
bool sw_args_parse(const sw_command *command, int argc, char **argv,
                   sw_arena *arena, sw_args **out, sw_error *err);
bool sw_args_has(const sw_args *args, const char *name);
const char *sw_args_get(const sw_args *args, const char *name);  // last; NULL
size_t sw_args_count(const sw_args *args, const char *name);
const char *sw_args_at(const sw_args *args, const char *name, size_t index);
size_t sw_args_operands(const sw_args *args);
const char *sw_args_operand(const sw_args *args, size_t index);
sw_arena *sw_args_arena(const sw_args *args);  // lives as long as the command
// A day that an option gives; without it, `out` stays as it is.
bool sw_args_day(const sw_args *args, const char *name, sw_date *out,
                 sw_error *err);
bool sw_args_date(const sw_args *args, sw_date *out, sw_error *err);
bool sw_args_number(const sw_args *args, const char *name, uint64_t most,
                    uint64_t *out, sw_error *err);

// help.c
void sw_help_all(FILE *out);
void sw_help_command(const sw_command *command, FILE *out);
bool sw_help_man(const char *page, FILE *out);  // "segwan", "segwan-rule"
bool sw_help_completion(const char *shell, FILE *out);  // "bash", "zsh", "fish"

// args.c: refuses an output that would replace its own input.
bool sw_cli_apart(const char *input, const char *output, sw_error *err);

// term.c: what a person sees.
bool sw_term_color(const sw_args *args, FILE *out);
sw_progress sw_term_progress(const sw_args *args);  // silent off a terminal
void sw_term_progress_end(void);
void sw_term_error(const sw_error *err);
// Columns of the character at s.at[*at]; moves past it.
size_t sw_term_char(sw_str s, size_t *at);
size_t sw_term_columns(sw_str s);
size_t sw_term_width(FILE *out);  // columns for what is drawn in columns
void sw_term_say(const sw_args *args, const char *fmt, ...) SW_PRINTF(2, 3);

#endif
