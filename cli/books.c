#include "books.h"

#include <fts.h>
#include <string.h>

static bool is_yaml(sw_str path)
{
    return sw_str_ends(path, SW_STR(".yaml")) &&
           !sw_str_ends(path, SW_STR(".cases.yaml"));
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

bool sw_cli_yaml_below(const char *root, sw_cli_each each, void *ctx,
                       sw_error *err)
{
    char *roots[] = {(char *)root, NULL};
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
    if (tree == NULL) return sw_fail_errno(err, "open"), sw_error_in(err, root);

    bool ok = true;
    for (FTSENT *entry; ok && (entry = fts_read(tree)) != NULL;) {
        if (entry->fts_info == FTS_NS || entry->fts_info == FTS_DNR) {
            sw_fail(err, SW_ERR_INPUT, "cannot read: %s",
                    strerror(entry->fts_errno));
            ok = sw_error_in(err, entry->fts_path);
        } else if (entry->fts_info == FTS_F &&
                   is_yaml(sw_str_of(entry->fts_path))) {
            ok = each(ctx, entry->fts_path, err);
        }
    }
    fts_close(tree);
    return ok;
}

typedef struct {
    sw_arena *arena;
    sw_cli_books books;
    size_t room;
} loading;

static bool load_book(void *ctx, const char *path, sw_error *err)
{
    loading *l = ctx;
    if (l->books.count == l->room) {
        size_t room = l->room > 0 ? 2 * l->room : 16;
        sw_rulebook **more = SW_NEW_ARRAY(l->arena, sw_rulebook *, room);
        if (more == NULL) return sw_fail_memory(err);
        if (l->room > 0)
            memcpy(more, l->books.at, l->books.count * sizeof *more);
        l->books.at = more;
        l->room = room;
    }
    return sw_rulebook_load(path, l->arena, &l->books.at[l->books.count++],
                            err);
}

bool sw_cli_books_load(const sw_args *args, const char *name, sw_cli_books *out,
                       sw_error *err)
{
    loading l = {.arena = sw_args_arena(args)};
    for (size_t i = 0; i < sw_args_count(args, name); i++) {
        if (!sw_cli_yaml_below(sw_args_at(args, name, i), load_book, &l, err))
            return false;
    }
    *out = l.books;
    return true;
}
