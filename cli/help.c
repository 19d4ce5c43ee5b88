// --help, man pages and shell completion, all from the command tables.
#include "cli.h"

#include <ctype.h>
#include <string.h>

enum { WIDTH = 79 };

static const char tagline[] = "a customs house for data";
static const char about[] =
    "segwan reads a declaration and the cargo, rules on it from a rulebook "
    "that "
    "cites the law, treats the cargo until it may leave, inspects the result "
    "by "
    "an independent path, and releases it with a signed waybill that anyone "
    "can "
    "verify. What is restricted cannot influence a byte of what is released.";

static const struct {
    int status;
    const char *what;
} statuses[] = {
    {0, "clear, or done"},
    {1, "stopped: by a ruling, by a leak, by a signature that does not hold"},
    {2, "usage: the command line asks for what cannot be"},
    {3, "bad input: the message names file, place and reason"},
    {4, "the machine failed: memory, disk, permissions"},
};

const sw_opt sw_common_options[] = {
    {0, "json", NULL, "print the result as JSON", 0},
    {'q', "quiet", NULL, "print no progress and no prose", 0},
    {'v', "verbose", NULL, "say more", 0},
    {0, "no-color", NULL, "no colours (also NO_COLOR)", 0},
    {'h', "help", NULL, "print this help", 0},
    {0},
};

// Prints text folded at WIDTH; an empty line in it separates paragraphs.
static void print_folded(FILE *out, const char *text, int indent, int at)
{
    while (*text != 0) {
        if (text[0] == '\n' && text[1] == '\n') {
            fprintf(out, "\n\n%*s", indent, "");
            at = indent;
            text += 2;
            continue;
        }
        if (isspace((unsigned char)*text)) {
            text++;
            continue;
        }
        int len = (int)strcspn(text, " \n");
        if (at > indent && at + 1 + len > WIDTH) {
            fprintf(out, "\n%*s", indent, "");
            at = indent;
        } else if (at > indent) {
            fputc(' ', out);
            at++;
        }
        fprintf(out, "%.*s", len, text);
        at += len;
        text += len;
    }
    fputc('\n', out);
}

static void print_option(FILE *out, const sw_opt *opt)
{
    enum { COLUMN = 28 };
    char left[64];
    char letter[6] = "    ";
    if (opt->letter != 0) snprintf(letter, sizeof letter, "-%c, ", opt->letter);
    int len = snprintf(left, sizeof left, "  %s--%s%s%s", letter, opt->name,
                       opt->value != NULL ? " " : "",
                       opt->value != NULL ? opt->value : "");
    fputs(left, out);
    if (len >= COLUMN - 1) {
        fputc('\n', out);
        len = 0;
    }
    fprintf(out, "%*s", COLUMN - len, "");

    char help[512];
    snprintf(help, sizeof help, "%s%s%s", opt->help,
             opt->flags & SW_OPT_REQUIRED ? " (required)" : "",
             opt->flags & SW_OPT_REPEAT ? " (may be repeated)" : "");
    print_folded(out, help, COLUMN, COLUMN);
}

static void synopsis(const sw_command *command, char *text, size_t size)
{
    size_t len = (size_t)snprintf(text, size, "segwan %s", command->name);
    for (const sw_opt *opt = command->options; opt->name != NULL; opt++) {
        if (!(opt->flags & SW_OPT_REQUIRED) || len >= size) continue;
        const char *more = opt->flags & SW_OPT_REPEAT ? "..." : "";
        len += opt->letter != 0
                   ? (size_t)snprintf(text + len, size - len, " -%c %s%s",
                                      opt->letter, opt->value, more)
                   : (size_t)snprintf(text + len, size - len, " --%s %s%s",
                                      opt->name, opt->value, more);
    }
    if (len < size) {
        snprintf(text + len, size - len, " [OPTION...] %s", command->operands);
    }
}

void sw_help_command(const sw_command *command, FILE *out)
{
    enum { INDENT = sizeof "Usage: " - 1 };
    char usage[512];
    synopsis(command, usage, sizeof usage);
    fprintf(out, "segwan %s: %s\n\nUsage: ", command->name, command->summary);
    print_folded(out, usage, INDENT, INDENT);
    fputc('\n', out);
    print_folded(out, command->description, 0, 0);

    fputs("\nOptions:\n", out);
    for (const sw_opt *opt = command->options; opt->name != NULL; opt++) {
        print_option(out, opt);
    }
    for (const sw_opt *opt = sw_common_options; opt->name != NULL; opt++) {
        print_option(out, opt);
    }

    fputs("\nExit status:\n", out);
    fprintf(out, "  %s\n", command->exit_status);
    fputs("  2 usage, 3 bad input, 4 the machine failed\n\nExamples:\n", out);
    for (const sw_example *e = command->examples; e->command != NULL; e++) {
        fprintf(out, "  # %s\n  %s\n", e->what, e->command);
    }
}

void sw_help_all(FILE *out)
{
    fprintf(out,
            "segwan: %s\n\nUsage: segwan COMMAND [OPTION...] [ARGUMENT...]\n\n",
            tagline);
    print_folded(out, about, 0, 0);
    fputs("\nCommands:\n", out);
    for (const sw_command *const *c = sw_commands; *c != NULL; c++) {
        fprintf(out, "  %-16s %s\n", (*c)->name, (*c)->summary);
    }
    fputs("\n  segwan COMMAND --help   what a command does, its options, "
          "examples\n"
          "  segwan --version        the version\n"
          "  segwan --completion bash|zsh|fish\n"
          "                          a completion script for your shell\n"
          "\nExit status:\n",
          out);
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        fprintf(out, "  %d %s\n", statuses[i].status, statuses[i].what);
    }
    fputs("\nStart with './dev demo' in the source folder, or with\n"
          "  segwan keygen -o exporter.key\n"
          "  segwan clear -d declaration.yaml -r rulebooks/kr/map-export.yaml "
          "\\\n"
          "    -z zones.geojson -k exporter.key korea.osm.pbf -o released/\n",
          out);
}

// Escapes text for roff: backslashes, dashes, leading dots and quotes.
static void man_text(FILE *out, const char *text)
{
    bool start = true;
    for (; *text != 0; text++) {
        if (start && (*text == '.' || *text == '\'')) fputs("\\&", out);
        start = *text == '\n';
        if (text[0] == '\n' && text[1] == '\n') {
            fputs("\n.PP\n", out);
            text++;
            start = true;
        } else if (*text == '\\') {
            fputs("\\e", out);
        } else if (*text == '-') {
            fputs("\\-", out);
        } else {
            fputc(*text, out);
        }
    }
}

static void man_options(FILE *out, const sw_opt *options)
{
    for (const sw_opt *opt = options; opt->name != NULL; opt++) {
        fputs(".TP\n", out);
        if (opt->letter != 0) fprintf(out, "\\fB\\-%c\\fR, ", opt->letter);
        fputs("\\fB\\-\\-", out);
        man_text(out, opt->name);
        fputs("\\fR", out);
        if (opt->value != NULL) fprintf(out, " \\fI%s\\fR", opt->value);
        fputc('\n', out);
        man_text(out, opt->help);
        if (opt->flags & SW_OPT_REPEAT) fputs(" (may be repeated)", out);
        fputc('\n', out);
    }
}

static void man_head(FILE *out, const char *title, const char *summary)
{
    fprintf(out, ".TH \"%s\" 1 \"\" \"segwan %s\" \"segwan manual\"\n", title,
            SEGWAN_VERSION);
    fputs(".SH NAME\n", out);
    man_text(out, title);
    fputs(" \\- ", out);
    man_text(out, summary);
    fputc('\n', out);
}

static void page_of(const sw_command *command, char page[64])
{
    snprintf(page, 64, "segwan-%s", command->name);
    for (char *c = page; *c != 0; c++) {
        if (*c == ' ') *c = '-';
    }
}

static void man_command(const sw_command *command, FILE *out)
{
    char page[64];
    page_of(command, page);
    man_head(out, page, command->summary);
    char usage[512];
    synopsis(command, usage, sizeof usage);
    fputs(".SH SYNOPSIS\n", out);
    man_text(out, usage);
    fputs("\n.SH DESCRIPTION\n", out);
    man_text(out, command->description);
    fputs("\n.SH OPTIONS\n", out);
    man_options(out, command->options);
    man_options(out, sw_common_options);
    fputs(".SH EXIT STATUS\n", out);
    man_text(out, command->exit_status);
    fputs("; 2 usage, 3 bad input, 4 the machine failed\n.SH EXAMPLES\n", out);
    for (const sw_example *e = command->examples; e->command != NULL; e++) {
        fputs(".PP\n", out);
        man_text(out, e->what);
        fputs(":\n.PP\n.RS 4\n.nf\n", out);
        man_text(out, e->command);
        fputs("\n.fi\n.RE\n", out);
    }
    fputs(".SH SEE ALSO\n.BR segwan (1)\n", out);
}

static void man_all(FILE *out)
{
    man_head(out, "segwan", tagline);
    fputs(".SH SYNOPSIS\n.B segwan\n.I COMMAND\n[OPTION...] [ARGUMENT...]\n"
          ".SH DESCRIPTION\n",
          out);
    man_text(out, about);
    fputs("\n.SH COMMANDS\n", out);
    for (const sw_command *const *c = sw_commands; *c != NULL; c++) {
        char page[64];
        page_of(*c, page);
        fputs(".TP\n.BR ", out);
        man_text(out, page);
        fputs(" (1)\n", out);
        man_text(out, (*c)->summary);
        fputc('\n', out);
    }
    fputs(".SH EXIT STATUS\n", out);
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        fprintf(out, ".TP\n.B %d\n", statuses[i].status);
        man_text(out, statuses[i].what);
        fputc('\n', out);
    }
}

bool sw_help_man(const char *page, FILE *out)
{
    if (strcmp(page, "segwan") == 0) {
        man_all(out);
        return true;
    }
    for (const sw_command *const *c = sw_commands; *c != NULL; c++) {
        char name[64];
        page_of(*c, name);
        if (strcmp(page, name) != 0) continue;
        man_command(*c, out);
        return true;
    }
    return false;
}

static void words_of_options(FILE *out, const sw_command *command)
{
    for (const sw_opt *opt = command->options; opt->name != NULL; opt++) {
        fprintf(out, "--%s ", opt->name);
    }
    for (const sw_opt *opt = sw_common_options; opt->name != NULL; opt++) {
        fprintf(out, "--%s ", opt->name);
    }
}

static void completion_bash(FILE *out)
{
    fputs("_segwan() {\n"
          "    local cur=${COMP_WORDS[COMP_CWORD]} words=\n"
          "    local cmd=\"${COMP_WORDS[1]}\"\n"
          "    [ \"$cmd\" = waybill ] && cmd=\"waybill ${COMP_WORDS[2]}\"\n"
          "    case \"$cmd\" in\n",
          out);
    for (const sw_command *const *c = sw_commands; *c != NULL; c++) {
        fprintf(out, "    '%s') words='", (*c)->name);
        words_of_options(out, *c);
        fputs("' ;;\n", out);
    }
    fputs("    esac\n"
          "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n        words='",
          out);
    for (const sw_command *const *c = sw_commands; *c != NULL; c++) {
        if (strchr((*c)->name, ' ') == NULL) fprintf(out, "%s ", (*c)->name);
    }
    fputs("waybill --help --version --completion'\n"
          "    elif [ \"$COMP_CWORD\" -eq 2 ] && [ \"${COMP_WORDS[1]}\" = "
          "waybill ]; then\n"
          "        words='show verify'\n"
          "    fi\n"
          "    COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
          "    case \"$cur\" in -*) ;; *) COMPREPLY+=($(compgen -f -- "
          "\"$cur\")) ;; esac\n"
          "}\n"
          "complete -o filenames -F _segwan segwan\n",
          out);
}

static void completion_zsh(FILE *out)
{
    fputs("#compdef segwan\nautoload -U +X bashcompinit && bashcompinit\n",
          out);
    completion_bash(out);
}

// fish takes single quotes, in which a backslash escapes a quote.
static void fish_quoted(FILE *out, const char *text)
{
    fputc('\'', out);
    for (; *text != 0; text++) {
        if (*text == '\'' || *text == '\\') fputc('\\', out);
        fputc(*text, out);
    }
    fputc('\'', out);
}

static void fish_options(FILE *out, const char *first, const sw_opt *options)
{
    for (const sw_opt *opt = options; opt->name != NULL; opt++) {
        fprintf(out, "complete -c segwan -n '__fish_seen_subcommand_from %s'",
                first);
        if (opt->letter != 0) fprintf(out, " -s %c", opt->letter);
        fprintf(out, " -l %s%s%s -d ", opt->name,
                opt->value != NULL ? " -r" : "",
                opt->flags & SW_OPT_FILE ? "F" : "");
        fish_quoted(out, opt->help);
        fputc('\n', out);
    }
}

static void completion_fish(FILE *out)
{
    for (const sw_command *const *c = sw_commands; *c != NULL; c++) {
        const char *space = strchr((*c)->name, ' ');
        const char *word = space != NULL ? space + 1 : (*c)->name;
        fprintf(out, "complete -c segwan -n '%s' -a %s -d ",
                space != NULL ? "__fish_seen_subcommand_from waybill"
                              : "__fish_use_subcommand",
                word);
        fish_quoted(out, (*c)->summary);
        fputc('\n', out);
        fish_options(out, word, (*c)->options);
        fish_options(out, word, sw_common_options);
    }
    fputs(
        "complete -c segwan -n '__fish_use_subcommand' -a waybill -d 'show or "
        "verify a waybill'\n",
        out);
}

bool sw_help_completion(const char *shell, FILE *out)
{
    static const struct {
        const char *shell;
        void (*print)(FILE *out);
    } shells[] = {{"bash", completion_bash},
                  {"zsh", completion_zsh},
                  {"fish", completion_fish}};
    for (size_t i = 0; i < sizeof shells / sizeof *shells; i++) {
        if (strcmp(shell, shells[i].shell) != 0) continue;
        shells[i].print(out);
        return true;
    }
    return false;
}
