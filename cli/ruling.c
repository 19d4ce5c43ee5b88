#include "ruling.h"

bool sw_cli_rule(const sw_args *args, sw_date date, sw_cli_ruling *out,
                 sw_error *err)
{
    sw_arena *arena = sw_args_arena(args);
    *out = (sw_cli_ruling){.book_count = sw_args_count(args, "rulebook")};
    out->books = SW_NEW_ARRAY(arena, sw_rulebook *, out->book_count);
    if (out->books == NULL) return sw_fail_memory(err);

    for (size_t i = 0; i < out->book_count; i++) {
        if (!sw_rulebook_load(sw_args_at(args, "rulebook", i), arena,
                              &out->books[i], err)) {
            return false;
        }
    }
    if (!sw_declaration_load(sw_args_get(args, "declaration"), arena,
                             &out->said, err)) {
        return false;
    }
    return sw_rule(out->books, out->book_count, out->said, date, arena,
                   &out->ruling, err);
}

bool sw_cli_ruling_print(const sw_args *args, const sw_ruling *ruling,
                         FILE *out, sw_error *err)
{
    sw_str text;
    bool ok = sw_args_has(args, "json")
                  ? sw_ruling_json(ruling, sw_args_arena(args), &text, err)
                  : sw_ruling_text(ruling, sw_term_color(args, out),
                                   sw_args_has(args, "verbose"),
                                   sw_args_arena(args), &text, err);
    if (ok) fwrite(text.at, 1, text.len, out);
    return ok;
}
