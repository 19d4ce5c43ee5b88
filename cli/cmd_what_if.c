// What comes out differently in another situation, and the nearest change.
#include "cli.h"

#include <string.h>

#include "ruling.h"
#include "segwan/whatif.h"

static const sw_opt options[] = {
    {'d', "declaration", "DECLARATION", "what is declared (YAML or JSON)",
     SW_OPT_REQUIRED | SW_OPT_FILE},
    {'r', "rulebook", "RULEBOOK", "the rulebook to rule by (YAML)",
     SW_OPT_REQUIRED | SW_OPT_REPEAT | SW_OPT_FILE},
    {0, "date", "YYYY-MM-DD", "the day to rule for (default today)", 0},
    {0, "as-known-on", "YYYY-MM-DD",
     "rule by what the rulebook knew on that day", 0},
    {0, "variant", "ID", "rule under a variant of the rulebook", 0},
    {0, "against", "DECLARATION", "compare with another declaration",
     SW_OPT_FILE},
    {0, "to-date", "YYYY-MM-DD", "compare with another day ruled for", 0},
    {0, "to-known-on", "YYYY-MM-DD", "compare with what was known on that day",
     0},
    {0, "to-variant", "ID", "compare with another variant", 0},
    {0, "nearest", NULL, "find the fewest facts to change for a verdict", 0},
    {0, "to", "VERDICT",
     "with --nearest, the verdict wanted: clear, treat, permit, barred "
     "(default clear; of what is clear, anything else)",
     0},
    {0, "hold", "FACT", "with --nearest, a fact that stays as it is",
     SW_OPT_REPEAT},
    {0},
};

static const sw_example examples[] = {
    {"segwan what-if -d declaration.yaml -r rulebooks/kr/map-export.yaml "
     "--to-date 2026-12-03",
     "what will come out differently from that day on, and why?"},
    {"segwan what-if -d declaration.yaml -r rulebook.yaml --to-variant bill-7",
     "what would that bill change?"},
    {"segwan what-if -d declaration.yaml -r rulebook.yaml --nearest --hold "
     "destination.country",
     "what is the least to change to be clear, for the same destination?"},
    {0},
};

/* ---- situations ------------------------------------------------------ */

static bool load_books(const sw_args *args, const char *variant,
                       sw_situation *out, sw_error *err)
{
    sw_arena *arena = sw_args_arena(args);
    size_t count = sw_args_count(args, "rulebook");
    sw_rulebook **books = SW_NEW_ARRAY(arena, sw_rulebook *, count);
    if (books == NULL) return sw_fail_memory(err);
    for (size_t i = 0; i < count; i++) {
        if (!sw_rulebook_load(sw_args_at(args, "rulebook", i), arena, &books[i],
                              err))
            return false;
    }
    out->books = books;
    out->book_count = count;
    return sw_cli_apply_variant(books, count, variant, arena, err);
}

static bool read_now(const sw_args *args, sw_situation *out, sw_error *err)
{
    sw_declaration *said;
    *out = (sw_situation){.how = {.today = sw_date_today()}};
    out->how.known_given = sw_args_has(args, "as-known-on");
    if (!sw_args_date(args, &out->how.date, err) ||
        !sw_args_day(args, "as-known-on", &out->how.known, err) ||
        !load_books(args, sw_args_get(args, "variant"), out, err) ||
        !sw_declaration_load(sw_args_get(args, "declaration"),
                             sw_args_arena(args), &said, err))
        return false;
    out->said = said;
    return true;
}

// The same situation, but for what the options change in it.
static bool read_then(const sw_args *args, const sw_situation *now,
                      sw_situation *out, sw_error *err)
{
    sw_declaration *said;
    const char *against = sw_args_get(args, "against");
    const char *variant = sw_args_get(args, "to-variant");
    *out = *now;
    if (sw_args_has(args, "to-known-on")) out->how.known_given = true;
    if (!sw_args_day(args, "to-date", &out->how.date, err) ||
        !sw_args_day(args, "to-known-on", &out->how.known, err) ||
        (variant != NULL && !load_books(args, variant, out, err)))
        return false;
    if (against == NULL) return true;
    if (!sw_declaration_load(against, sw_args_arena(args), &said, err))
        return false;
    out->said = said;
    return true;
}

/* ---- both questions -------------------------------------------------- */

static bool is_comparison(const sw_args *args)
{
    return sw_args_has(args, "against") || sw_args_has(args, "to-date") ||
           sw_args_has(args, "to-known-on") || sw_args_has(args, "to-variant");
}

static bool check_question(const sw_args *args, sw_error *err)
{
    bool nearest = sw_args_has(args, "nearest");
    if (is_comparison(args) && nearest)
        return sw_fail(err, SW_ERR_USAGE,
                       "--nearest compares with nothing: leave out --against, "
                       "--to-date, --to-known-on and --to-variant");
    if (!is_comparison(args) && !nearest)
        return sw_fail(err, SW_ERR_USAGE,
                       "say what to compare with (--against, --to-date, "
                       "--to-known-on, --to-variant), or --nearest");
    if (!nearest && (sw_args_has(args, "to") || sw_args_has(args, "hold")))
        return sw_fail(err, SW_ERR_USAGE, "--to and --hold need --nearest");
    return true;
}

static bool compare(const sw_args *args, const sw_situation *now, sw_str *text,
                    bool *found, FILE *out, sw_error *err)
{
    sw_arena *arena = sw_args_arena(args);
    sw_situation then;
    const sw_whatif *all;
    if (!read_then(args, now, &then, err) ||
        !sw_whatif_compare(now, &then, arena, &all, err))
        return false;
    *found = all->flip_count == 0;
    return sw_args_has(args, "json")
               ? sw_whatif_json(all, arena, text, err)
               : sw_whatif_text(all, sw_term_color(args, out), arena, text,
                                err);
}

static bool read_verdict(const sw_args *args, sw_whatif_wish *wish,
                         sw_error *err)
{
    static const sw_verdict verdicts[] = {SW_VERDICT_CLEAR, SW_VERDICT_TREAT,
                                          SW_VERDICT_PERMIT, SW_VERDICT_BARRED};
    const char *word = sw_args_get(args, "to");
    wish->verdict_given = word != NULL;
    for (size_t i = 0; word != NULL && i < 4; i++) {
        wish->verdict = verdicts[i];
        if (strcmp(sw_verdict_name(verdicts[i]), word) == 0) return true;
    }
    return word == NULL ||
           sw_fail(err, SW_ERR_USAGE,
                   "--to %s: expected clear, treat, permit or barred", word);
}

static bool read_wish(const sw_args *args, sw_whatif_wish *out, sw_error *err)
{
    size_t count = sw_args_count(args, "hold");
    sw_str *held = SW_NEW_ARRAY(sw_args_arena(args), sw_str, count);
    if (held == NULL) return sw_fail_memory(err);
    for (size_t i = 0; i < count; i++)
        held[i] = sw_str_of(sw_args_at(args, "hold", i));
    *out = (sw_whatif_wish){.held = held, .held_count = count};
    return read_verdict(args, out, err);
}

static bool find(const sw_args *args, const sw_situation *now, sw_str *text,
                 bool *found, FILE *out, sw_error *err)
{
    sw_arena *arena = sw_args_arena(args);
    sw_whatif_wish wish;
    const sw_whatif_nearest *all;
    if (!read_wish(args, &wish, err) ||
        !sw_whatif_find(now, &wish, arena, &all, err))
        return false;
    *found = all->already || all->way_count > 0;
    return sw_args_has(args, "json")
               ? sw_whatif_nearest_json(all, arena, text, err)
               : sw_whatif_nearest_text(all, sw_term_color(args, out), arena,
                                        text, err);
}

static int run(const sw_args *args, FILE *out, sw_error *err)
{
    sw_situation now;
    sw_str text;
    bool found = false;
    if (!check_question(args, err) || !read_now(args, &now, err))
        return (int)err->kind;
    bool ok = sw_args_has(args, "nearest")
                  ? find(args, &now, &text, &found, out, err)
                  : compare(args, &now, &text, &found, out, err);
    if (!ok) return (int)err->kind;
    fwrite(text.at, 1, text.len, out);
    return found ? EXIT_CLEAR : EXIT_STOPPED;
}

const sw_command cmd_what_if = {
    .name = "what-if",
    .operands = "",
    .summary = "say what another situation changes, or the least to change",
    .description =
        "Compares two declarations, two days or two variants of a rulebook "
        "(or all at once): which rules and terms come out differently, and "
        "which of the differences did it.\n\n"
        "With --nearest it finds the smallest sets of facts whose change gives "
        "the verdict that is wanted, the nearest values first, with the "
        "remedies that the law names and how long they take. The search is "
        "exact for facts that rules only compare with constants; of others it "
        "says that not all values were tried.",
    .exit_status = "0 nothing differs, or a change was found; 1 otherwise",
    .options = options,
    .examples = examples,
    .run = run,
};
