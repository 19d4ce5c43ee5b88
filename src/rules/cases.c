// The cases beside a rulebook: declarations and the rulings they must get.
#include <stddef.h>
#include <string.h>

#include "cases.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum { MAX_CASES = 4096 };

/* ---- running --------------------------------------------------------- */

static bool read_case(const yaml_node *node, case_def *out, sw_error *err)
{
    static const field fields[] = {
        {"name", FIELD_TEXT, true, offsetof(case_def, name), NULL},
        {"date", FIELD_DATE, true, offsetof(case_def, date), NULL},
        {"known_on", FIELD_DATE, false, offsetof(case_def, known_on), NULL},
        {"variant", FIELD_NODE, false, offsetof(case_def, variant), NULL},
        {"declaration", FIELD_NODE, true, offsetof(case_def, declaration),
         NULL},
        {"expect", FIELD_NODE, true, offsetof(case_def, expect), NULL},
        {"source", FIELD_TEXT, false, offsetof(case_def, source), NULL},
        {"notes", FIELD_TEXT, false, offsetof(case_def, notes), NULL},
    };
    return sw_rules__read_fields(node, "case", fields, COUNT(fields), out, err);
}

// The book that the case is for: the base, or a variant, built once.
static bool choose_book(case_runner *r, const case_def *c)
{
    size_t i;
    r->book = r->base;
    if (c->variant == NULL) return true;
    if (!sw_rules__find_variant(r->base, c->variant->text, &i, r->err)) {
        r->err->kind = SW_ERR_INPUT;  // the file of cases is to blame
        return sw_error_at(r->err, "line %u, column %u", c->variant->line,
                           c->variant->column);
    }
    if (r->variants[i] == NULL &&
        !sw_rulebook_variant(r->base, c->variant->text, r->arena,
                             &r->variants[i], r->err))
        return false;
    r->book = r->variants[i];
    return true;
}

static bool run_case(case_runner *r, const case_def *c, bool *passed)
{
    sw_declaration *said;
    const sw_ruling *ruling;
    sw_rule_options options = {.date = c->date.date,
                               .known_given = c->known_on.given,
                               .known = c->known_on.date};
    r->named = false;
    if (!choose_book(r, c) ||
        !sw_rules__declare(c->declaration, r->file, r->arena, &said, r->err) ||
        !sw_rule_with(&r->book, 1, said, &options, r->arena, &ruling, r->err) ||
        !sw_rules__compare_case(r, c, ruling) ||
        (r->tell == NULL && !sw_rules__cover(&r->coverage, r->book, said,
                                             &options, ruling, r->err)))
        return false;
    *passed = !r->named;
    return r->tell == NULL || r->tell(r->ctx, c, ruling, *passed, r->err);
}

// Reads all cases before any runs, so that a slip in the last one is told
// before a hundred results.
static bool read_cases(const yaml_node *list, case_def *cases, sw_error *err)
{
    size_t n = 0;
    for (const yaml_node *node = list->first; node != NULL; node = node->next) {
        if (!read_case(node, &cases[n], err)) return false;
        for (size_t i = 0; i < n; i++) {
            if (!sw_str_eq(cases[i].name, cases[n].name)) continue;
            return sw_rules__refuse(
                err, node, "this case has the name of the case of line %u",
                cases[i].declaration->key->line);
        }
        n++;
    }
    return true;
}

static bool run_cases(case_runner *r, const yaml_node *cases,
                      sw_case_report *out)
{
    if (!sw_rules__expect(cases, YAML_LIST, "cases", r->err)) return false;
    if (cases->count == 0 || cases->count > MAX_CASES) {
        return sw_rules__refuse(r->err, cases, "from 1 to %d cases, not %zu",
                                MAX_CASES, cases->count);
    }
    case_def *all = SW_NEW_ARRAY(r->arena, case_def, cases->count);
    if (all == NULL) return sw_fail_memory(r->err);
    if (!read_cases(cases, all, r->err)) return false;
    for (size_t i = 0; i < cases->count; i++) {
        bool passed = false;
        if (!run_case(r, &all[i], &passed)) return false;
        *(passed ? &out->passed : &out->failed) += 1;
    }
    if (r->tell == NULL) sw_rules__print_coverage(r, out);
    return true;
}

static bool run_file(case_runner *r, sw_case_report *out)
{
    sw_str text;
    const yaml_node *root;
    struct {
        const yaml_node *cases;
        sw_str notes;
    } raw = {0};
    static const field fields[] = {
        {"cases", FIELD_NODE, true, 0, NULL},
        {"notes", FIELD_TEXT, false, sizeof(const yaml_node *), NULL},
    };
    return sw_file_read(r->file, MAX_DOCUMENT_BYTES, r->arena, &text, r->err) &&
           sw_rules__yaml(text, r->arena, &root, r->err) &&
           sw_rules__read_fields(root, "file of cases", fields, COUNT(fields),
                                 &raw, r->err) &&
           run_cases(r, raw.cases, out);
}

sw_str sw_rules__cases_path(const char *path, sw_arena *arena)
{
    sw_str whole = sw_str_of(path);
    const char *dot = strrchr(path, '.');
    bool known = sw_str_ends(whole, SW_STR(".yaml")) ||
                 sw_str_ends(whole, SW_STR(".yml"));
    if (!known) return sw_arena_printf(arena, "%s.cases.yaml", path);
    return sw_arena_printf(arena, "%.*s.cases%s", (int)(dot - path), path, dot);
}

bool sw_rules__run_cases(sw_rulebook *book, const char *path, case_teller tell,
                         void *ctx, sw_arena *arena, sw_case_report *out,
                         sw_error *err)
{
    sw_buf report = {0};
    sw_case_report result = {0};
    case_runner r = {.base = book,
                     .arena = arena,
                     .err = err,
                     .report = &report,
                     .tell = tell,
                     .ctx = ctx};
    sw_rules__coverage_init(&r.coverage, arena);
    sw_str file = sw_rules__cases_path(path, arena);
    r.variants = SW_NEW_ARRAY(arena, sw_rulebook *, book->variant_count);
    if (file.at == NULL || r.variants == NULL) return sw_fail_memory(err);
    r.file = file.at;

    bool ok = run_file(&r, &result) || sw_error_in(err, r.file);
    sw_str text = {report.at, report.len};
    if (ok && (report.failed || !sw_arena_str(arena, text, &result.report)))
        ok = sw_fail_memory(err);
    if (ok) *out = result;
    sw_buf_free(&report);
    return ok;
}

bool sw_rulebook_test(const char *path, sw_arena *arena, sw_case_report *out,
                      sw_error *err)
{
    sw_rulebook *book;
    return sw_rulebook_load(path, arena, &book, err) &&
           sw_rules__run_cases(book, path, NULL, NULL, arena, out, err);
}
