#include "ruling.h"

static bool has_variant(const sw_rulebook *book, sw_str id)
{
    const sw_variant *at;
    size_t count;
    sw_rulebook_variants(book, &at, &count);
    for (size_t i = 0; i < count; i++) {
        if (sw_str_eq(at[i].id, id)) return true;
    }
    return false;
}

// A book without the variant stays as it is, unless it is the only one: then
// the error says which there are.
bool sw_cli_apply_variant(sw_rulebook **books, size_t count,
                          const char *variant, sw_arena *arena, sw_error *err)
{
    sw_str id = sw_str_of(variant);
    bool any = false;
    for (size_t i = 0; variant != NULL && i < count; i++) {
        bool last = i + 1 == count;
        if (!has_variant(books[i], id) && (any || !last)) continue;
        any = true;
        if (!sw_rulebook_variant(books[i], id, arena, &books[i], err))
            return false;
    }
    return true;
}

bool sw_cli_rulebooks(const sw_args *args, const char *variant,
                      sw_cli_ruling *out, sw_error *err)
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
    return sw_cli_apply_variant(out->books, out->book_count, variant, arena,
                                err);
}

bool sw_cli_rule(const sw_args *args, const sw_rule_options *options,
                 const char *variant, sw_cli_ruling *out, sw_error *err)
{
    sw_arena *arena = sw_args_arena(args);
    if (!sw_cli_rulebooks(args, variant, out, err)) return false;
    if (!sw_declaration_load(sw_args_get(args, "declaration"), arena,
                             &out->said, err)) {
        return false;
    }
    return sw_rule_with(out->books, out->book_count, out->said, options, arena,
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
