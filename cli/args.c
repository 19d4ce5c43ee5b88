// Arguments by table: getopt_long() does the scanning, the table the rest.
#include "cli.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MAX_OPTIONS = 48, FIRST_LONG = 256 };

typedef struct {
    const sw_opt *opt;
    const char *value;  // "" for a flag
} given;

struct sw_args {
    sw_arena *arena;
    given *given;
    size_t given_count;
    char **operands;
    size_t operand_count;
};

// The scanner's own form of the tables.
typedef struct {
    const sw_opt *opts[MAX_OPTIONS];
    struct option longs[MAX_OPTIONS + 1];
    char shorts[2 + 2 * MAX_OPTIONS];
    size_t count;
} scanner;

static void scanner_add(scanner *scan, const sw_opt *options)
{
    char *shorts = scan->shorts + strlen(scan->shorts);
    for (const sw_opt *opt = options; opt->name != NULL; opt++) {
        if (scan->count == MAX_OPTIONS) abort();  // a table of ours
        scan->longs[scan->count] = (struct option){
            opt->name, opt->value != NULL ? required_argument : no_argument,
            NULL, FIRST_LONG + (int)scan->count};
        scan->opts[scan->count++] = opt;
        if (opt->letter == 0) continue;
        *shorts++ = opt->letter;
        if (opt->value != NULL) *shorts++ = ':';
    }
    *shorts = 0;
}

static const sw_opt *find_letter(const scanner *scan, int letter)
{
    for (size_t i = 0; i < scan->count; i++) {
        if (scan->opts[i]->letter == letter) return scan->opts[i];
    }
    return NULL;
}

static bool refuse(const sw_command *command, sw_error *err, const char *what,
                   const char *which)
{
    return sw_fail(err, SW_ERR_USAGE, "%s%s (see 'segwan %s --help')", what,
                   which, command->name);
}

static bool check_required(const sw_command *command, const sw_args *args,
                           sw_error *err)
{
    for (const sw_opt *opt = command->options; opt->name != NULL; opt++) {
        if ((opt->flags & SW_OPT_REQUIRED) && !sw_args_has(args, opt->name)) {
            return refuse(command, err, "missing option --", opt->name);
        }
    }
    if (args->operand_count < command->min_operands) {
        return refuse(command, err, "missing argument: expected ",
                      command->operands);
    }
    if (args->operand_count > command->max_operands) {
        return refuse(command, err, "one argument too many: ",
                      args->operands[command->max_operands]);
    }
    return true;
}

bool sw_args_parse(const sw_command *command, int argc, char **argv,
                   sw_arena *arena, sw_args **out, sw_error *err)
{
    sw_args *args = SW_NEW(arena, sw_args);
    scanner *scan = SW_NEW(arena, scanner);
    if (args == NULL || scan == NULL) return sw_fail_memory(err);

    args->arena = arena;
    args->given = SW_NEW_ARRAY(arena, given, (size_t)argc + 1);
    if (args->given == NULL) return sw_fail_memory(err);
    scan->shorts[0] = ':';
    scanner_add(scan, command->options);
    scanner_add(scan, sw_common_options);

    opterr = 0;
    optind = 1;
    for (int c; (c = getopt_long(argc, argv, scan->shorts, scan->longs,
                                 NULL)) != -1;) {
        const char *word = argv[optind - 1];
        if (c == '?') return refuse(command, err, "unknown option ", word);
        if (c == ':') return refuse(command, err, "no value after ", word);

        const sw_opt *opt =
            c >= FIRST_LONG ? scan->opts[c - FIRST_LONG] : find_letter(scan, c);
        if (!(opt->flags & SW_OPT_REPEAT) && opt->value != NULL &&
            sw_args_has(args, opt->name)) {
            return refuse(command, err, "given twice: --", opt->name);
        }
        args->given[args->given_count++] =
            (given){opt, optarg != NULL ? optarg : ""};
    }
    args->operands = argv + optind;
    args->operand_count = (size_t)(argc - optind);

    *out = args;
    if (sw_args_has(args, "help")) return true;
    return check_required(command, args, err);
}

size_t sw_args_count(const sw_args *args, const char *name)
{
    size_t count = 0;
    for (size_t i = 0; i < args->given_count; i++) {
        count += strcmp(args->given[i].opt->name, name) == 0;
    }
    return count;
}

const char *sw_args_at(const sw_args *args, const char *name, size_t index)
{
    for (size_t i = 0; i < args->given_count; i++) {
        if (strcmp(args->given[i].opt->name, name) != 0) continue;
        if (index-- == 0) return args->given[i].value;
    }
    return NULL;
}

bool sw_args_has(const sw_args *args, const char *name)
{
    return sw_args_count(args, name) > 0;
}

const char *sw_args_get(const sw_args *args, const char *name)
{
    size_t count = sw_args_count(args, name);
    return count > 0 ? sw_args_at(args, name, count - 1) : NULL;
}

size_t sw_args_operands(const sw_args *args)
{
    return args->operand_count;
}

const char *sw_args_operand(const sw_args *args, size_t index)
{
    return index < args->operand_count ? args->operands[index] : NULL;
}

sw_arena *sw_args_arena(const sw_args *args)
{
    return args->arena;
}

bool sw_args_day(const sw_args *args, const char *name, sw_date *out,
                 sw_error *err)
{
    const char *text = sw_args_get(args, name);
    if (text == NULL || sw_date_parse(sw_str_of(text), out)) return true;
    return sw_fail(err, SW_ERR_USAGE,
                   "--%s %s: not a date, expected YYYY-MM-DD", name, text);
}

bool sw_args_date(const sw_args *args, sw_date *out, sw_error *err)
{
    *out = sw_date_today();
    return sw_args_day(args, "date", out, err);
}

bool sw_args_number(const sw_args *args, const char *name, uint64_t most,
                    uint64_t *out, sw_error *err)
{
    const char *text = sw_args_get(args, name);
    if (text == NULL) return true;

    char *end;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    if (errno != 0 || end == text || *end != 0 || text[0] == '-' ||
        number > most || number == 0) {
        return sw_fail(err, SW_ERR_USAGE,
                       "--%s %s: expected a whole number from 1 to %llu", name,
                       text, (unsigned long long)most);
    }
    *out = number;
    return true;
}

bool sw_cli_apart(const char *input, const char *output, sw_error *err)
{
    struct stat in, out;
    if (stat(input, &in) != 0 || stat(output, &out) != 0) return true;
    if (in.st_dev != out.st_dev || in.st_ino != out.st_ino) return true;
    return sw_fail(err, SW_ERR_USAGE, "%s would replace its own input", output);
}
