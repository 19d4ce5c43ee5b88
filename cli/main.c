// Finds the subcommand, parses its arguments, runs it, prints its error.
#include "cli.h"

#include <string.h>

const sw_command *const sw_commands[] = {
    &cmd_clear,
    &cmd_rule,
    &cmd_ask,
    &cmd_treat,
    &cmd_inspect,
    &cmd_waybill_show,
    &cmd_waybill_verify,
    &cmd_keygen,
    &cmd_test,
    &cmd_show,
    &cmd_index,
    &cmd_commitments,
    &cmd_batch,
    &cmd_parity,
    &cmd_what_if,
    &cmd_cel,
    NULL,
};

// The command that the first words name; `words` is how many they are.
static const sw_command *find_command(int argc, char **argv, int *words)
{
    for (const sw_command *const *c = sw_commands; *c != NULL; c++) {
        const char *name = (*c)->name;
        const char *space = strchr(name, ' ');
        size_t first = space != NULL ? (size_t)(space - name) : strlen(name);
        if (argc < 2 || strlen(argv[1]) != first ||
            strncmp(argv[1], name, first) != 0) {
            continue;
        }
        if (space == NULL) return *words = 1, *c;
        if (argc >= 3 && strcmp(argv[2], space + 1) == 0) return *words = 2, *c;
    }
    return NULL;
}

static int usage(const char *what, const char *which)
{
    fprintf(stderr, "segwan: %s%s\nTry 'segwan --help'.\n", what, which);
    return SW_ERR_USAGE;
}

// Words that are no subcommand: --help, --version, help COMMAND, and what the
// build and the packagers ask for.
static int run_global(int argc, char **argv)
{
    if (argc < 2) return sw_help_all(stderr), SW_ERR_USAGE;

    const char *word = argv[1];
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
        return sw_help_all(stdout), EXIT_CLEAR;
    }
    if (strcmp(word, "help") == 0) {
        if (argc == 2) return sw_help_all(stdout), EXIT_CLEAR;
        int words;
        const sw_command *command = find_command(argc - 1, argv + 1, &words);
        if (command == NULL) return usage("no such command: ", argv[2]);
        return sw_help_command(command, stdout), EXIT_CLEAR;
    }
    if (strcmp(word, "--version") == 0) {
        return printf("segwan %s\n", SEGWAN_VERSION), EXIT_CLEAR;
    }
    if (strcmp(word, "--completion") == 0 || strcmp(word, "--man") == 0) {
        if (argc != 3) return usage("expected one word after ", word);
        bool known = word[2] == 'c' ? sw_help_completion(argv[2], stdout)
                                    : sw_help_man(argv[2], stdout);
        return known ? EXIT_CLEAR : usage("unknown: ", argv[2]);
    }
    if (strcmp(word, "waybill") == 0) {
        return usage("waybill: expected 'show' or 'verify'", "");
    }
    return usage(word[0] == '-' ? "unknown option: " : "no such command: ",
                 word);
}

static int run_command(const sw_command *command, int argc, char **argv,
                       sw_error *err)
{
    sw_arena *arena = NULL;
    sw_args *args = NULL;
    int status = (int)SW_ERR_MACHINE;
    if (!sw_arena_new(&arena, err)) return (int)err->kind;

    if (!sw_args_parse(command, argc, argv, arena, &args, err)) {
        status = (int)err->kind;
    } else if (sw_args_has(args, "help")) {
        sw_help_command(command, stdout);
        status = EXIT_CLEAR;
    } else {
        status = command->run(args, stdout, err);
    }
    sw_term_progress_end();
    sw_arena_free(arena);
    return status;
}

int main(int argc, char **argv)
{
    int words = 0;
    const sw_command *command = find_command(argc, argv, &words);
    if (command == NULL) return run_global(argc, argv);

    sw_error err = {0};
    int status = run_command(command, argc - words, argv + words, &err);
    if (err.kind != SW_ERR_NONE) {
        sw_term_error(&err);
        status = (int)err.kind;
    }
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fputs("segwan: cannot write to standard output\n", stderr);
        return SW_ERR_MACHINE;
    }
    return status;
}
