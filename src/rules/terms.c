// Terms: what the law defines, as named conditions, maybe in versions that
// follow each other in time.
//
// A term is read after the facts and the terms above it, and only then
// declared: so terms cannot go round in a circle.
#include <stddef.h>
#include <string.h>

#include "rules_internal.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum { MAX_VERSIONS = 64 };

const char *const sw_rules__standing_names[] = {"meets", "presumed",
                                                "designated", "duties", NULL};

typedef struct {
    term_version version;
    raw_threshold threshold;
    const yaml_node *source, *in_force, *known, *is, *readings;
} raw_term;

#define AT(member) offsetof(raw_term, member)
static const field term_fields[] = {
    {"title", FIELD_TEXT, true, AT(version.title), NULL},
    {"source", FIELD_NODE, true, AT(source), NULL},
    {"status", FIELD_WORD, false, AT(version.status), sw_rules__status_names},
    {"state", FIELD_WORD, false, AT(version.standing),
     sw_rules__standing_names},
    {"subject", FIELD_TEXT, false, AT(version.subject), NULL},
    {"in_force", FIELD_NODE, false, AT(in_force), NULL},
    {"known", FIELD_NODE, false, AT(known), NULL},
    {"notes", FIELD_TEXT, false, AT(version.notes), NULL},
    {"readings", FIELD_NODE, false, AT(readings), NULL},
    {"is", FIELD_NODE, false, AT(is), NULL},
    {"of", FIELD_NODE, false, AT(threshold.of), NULL},
    {"at_least", FIELD_NODE, false, AT(threshold.limits[0]), NULL},
    {"more_than", FIELD_NODE, false, AT(threshold.limits[1]), NULL},
    {"at_most", FIELD_NODE, false, AT(threshold.limits[2]), NULL},
    {"less_than", FIELD_NODE, false, AT(threshold.limits[3]), NULL},
    {"quantifier", FIELD_WORD, false, AT(threshold.quantifier),
     sw_rules__quantifier_names},
    {"over", FIELD_NODE, false, AT(threshold.over), NULL},
    {"window", FIELD_TEXT, false, AT(threshold.window), NULL},
    {"unit", FIELD_TEXT, false, AT(threshold.unit), NULL},
    {"level", FIELD_WORD, false, AT(threshold.level), sw_rules__level_names},
};
#undef AT

bool sw_rules__refuse_term(const term_reader *t, const yaml_node *node,
                           const char *why)
{
    sw_str path = sw_rules__clip(t->path);
    return sw_rules__refuse(t->err, node, "term %.*s: %s", SW_STR_ARGS(path),
                            why);
}

/* ---- one version ----------------------------------------------------- */

static bool read_condition(const term_reader *t, const yaml_node *node,
                           const raw_term *raw, term_version *out)
{
    const raw_threshold *limit = &raw->threshold;
    cel_place place = {t->reader, "term", t->path, "is", raw->is, t->err};
    bool words = sw_rules__is_threshold(limit);
    if (raw->is == NULL && limit->of == NULL)
        return sw_rules__refuse_term(t, node, "it lacks `of` or `is`");
    if (raw->is != NULL && words) {
        return sw_rules__refuse_term(
            t, node, "`is` and a threshold are two forms: take one");
    }
    if (raw->is != NULL) return sw_rules__read_expression(&place, &out->is);
    return sw_rules__read_threshold(t, node, limit, &out->threshold, &out->is);
}

static bool read_version(const term_reader *t, const yaml_node *node,
                         term_version *out)
{
    const expression_reader *r = t->reader;
    raw_term raw = {.version = {.standing = -1},
                    .threshold = {.quantifier = -1, .level = -1}};
    if (!sw_rules__read_fields(node, "term", term_fields, COUNT(term_fields),
                               &raw, t->err)) {
        return false;
    }
    *out = raw.version;
    out->node = node;
    if (raw.in_force != NULL && !sw_rules__read_period(raw.in_force, "in_force",
                                                       &out->in_force, t->err))
        return false;
    if (raw.known != NULL &&
        !sw_rules__read_period(raw.known, "known", &out->known, t->err))
        return false;
    return sw_rules__read_sources(r->book, r->arena, raw.source, &out->sources,
                                  &out->source_count, t->err) &&
           sw_rules__period_text(&out->in_force, r->arena, &out->in_force_text,
                                 t->err) &&
           read_condition(t, node, &raw, out);
}

/* ---- versions -------------------------------------------------------- */

static bool check_apart(const term_reader *t, const term_version *versions,
                        size_t n)
{
    const term_version *b = &versions[n];
    for (size_t i = 0; i < n; i++) {
        const term_version *a = &versions[i];
        if (!sw_rules__periods_meet(&a->in_force, &b->in_force) ||
            !sw_rules__periods_meet(&a->known, &b->known))
            continue;
        sw_str path = sw_rules__clip(t->path);
        return sw_rules__refuse(t->err, b->node,
                                "term %.*s: this version and that of line %u "
                                "share days (in_force, known)",
                                SW_STR_ARGS(path), a->node->line);
    }
    return true;
}

static bool read_versions(const term_reader *t, const yaml_node *node,
                          term_def *out)
{
    bool list = node->kind == YAML_LIST;
    size_t count = list ? node->count : 1;
    if (count == 0 || count > MAX_VERSIONS) {
        return sw_rules__refuse(t->err, node, "from 1 to %d versions, not %zu",
                                MAX_VERSIONS, count);
    }
    term_version *versions =
        SW_NEW_ARRAY(t->reader->arena, term_version, count);
    if (versions == NULL) return sw_fail_memory(t->err);
    const yaml_node *c = list ? node->first : node;
    for (size_t i = 0; i < count; i++, c = c->next) {
        if (!read_version(t, c, &versions[i]) || !check_apart(t, versions, i))
            return false;
    }
    out->versions = versions;
    out->version_count = count;
    return true;
}

static void put_day(sw_buf *buf, const optional_date *day, const char *what)
{
    char text[11];
    if (!day->given) return;
    sw_buf_printf(buf, "%sruling.%s timestamp(\"%sT00:00:00Z\")",
                  buf->len > 0 ? " && " : "", what,
                  sw_date_text(day->date, text));
}

// When a version counts, as CEL; nothing if it always does.
static void put_days(sw_buf *buf, const term_version *v)
{
    put_day(buf, &v->in_force.from, "date >=");
    put_day(buf, &v->in_force.to, "date <=");
    put_day(buf, &v->known.from, "known >=");
    put_day(buf, &v->known.to, "known <=");
}

// A comment would swallow the parenthesis behind it.
static void put_enclosed(sw_buf *buf, sw_str text)
{
    bool comment = sw_str_has(text, SW_STR("//"));
    sw_buf_printf(buf, "(%.*s%s)", SW_STR_ARGS(text), comment ? "\n" : "");
}

// "(DAYS ? (ONE) : DAYS ? (OTHER) : false)"; of one for always "(ONE)".
static void put_term(sw_buf *buf, const term_def *term)
{
    sw_buf all = {0}, days = {0};
    bool always = false;
    for (size_t i = 0; i < term->version_count && !always; i++) {
        const term_version *v = &term->versions[i];
        if (sw_rules__is_never(v->status, &v->in_force)) continue;
        days.len = 0;
        put_days(&days, v);
        always = days.len == 0;
        if (!always) sw_buf_printf(&all, "%.*s ? ", (int)days.len, days.at);
        put_enclosed(&all, sw_cel_source(v->is.cel));
        if (!always) sw_buf_str(&all, SW_STR(" : "));
    }
    if (!always) sw_buf_str(&all, SW_STR("false"));
    if (always && term->version_count == 1) {
        sw_buf_add(buf, all.at, all.len);
    } else {
        sw_buf_printf(buf, "(%.*s)", (int)all.len, all.at);
    }
    buf->failed = buf->failed || all.failed || days.failed;
    sw_buf_free(&all);
    sw_buf_free(&days);
}

static bool write_text(const term_reader *t, term_def *term)
{
    sw_buf buf = {0};
    put_term(&buf, term);
    bool ok =
        !buf.failed &&
        sw_arena_str(t->reader->arena, (sw_str){buf.at, buf.len}, &term->text);
    sw_buf_free(&buf);
    return ok || sw_fail_memory(t->err);
}

/* ---- what a term reads ----------------------------------------------- */

static sw_str root_of(sw_str path)
{
    return sw_rules__next_name(&path);
}

static bool has_root(const term_def *term, sw_str root)
{
    for (size_t i = 0; i < term->root_count; i++) {
        if (sw_str_eq(term->roots[i], root)) return true;
    }
    return false;
}

static bool add_roots(const term_reader *t, const sw_cel *cel, term_def *term)
{
    const sw_cel_reference *refs;
    size_t count;
    if (!sw_cel_references(cel, t->reader->scratch, &refs, &count, t->err))
        return false;
    sw_str *roots =
        SW_NEW_ARRAY(t->reader->arena, sw_str, term->root_count + count);
    if (roots == NULL) return sw_fail_memory(t->err);
    if (term->root_count > 0)
        memcpy(roots, term->roots, term->root_count * sizeof *roots);
    term->roots = roots;
    for (size_t i = 0; i < count; i++) {
        sw_str root = root_of(refs[i].path);
        if (!has_root(term, root)) roots[term->root_count++] = root;
    }
    return true;
}

// The names that paths in its text begin with.
static bool collect_roots(const term_reader *t, term_def *term)
{
    static const sw_str days[] = {SW_STR_INIT("ruling")};
    term->roots = days;
    term->root_count = 1;
    for (size_t i = 0; i < term->version_count; i++) {
        if (!add_roots(t, term->versions[i].is.cel, term)) return false;
    }
    return true;
}

/* ---- all terms ------------------------------------------------------- */

static bool check_name(const term_reader *t, const yaml_node *key)
{
    if (!sw_rules__check_path(key, "term", t->err)) return false;
    return sw_rules__find_fact(&t->reader->book->facts, key->text) == NULL ||
           sw_rules__refuse_term(t, key, "a fact has this name");
}

static bool read_term(const term_reader *t, const yaml_node *node,
                      term_def *out)
{
    *out = (term_def){.path = t->path, .node = node};
    return check_name(t, node->key) && read_versions(t, node, out) &&
           collect_roots(t, out) && write_text(t, out);
}

// Whether it was taken over from the book read before: it is written alike, and
// so is what it reads.
static bool take_over(const term_reader *t, const yaml_node *node,
                      term_def *out)
{
    const expression_reader *r = t->reader;
    const term_def *same =
        r->like != NULL ? sw_rules__find_term(r->like, t->path) : NULL;
    if (same == NULL || same->node->first != node->first) return false;
    for (size_t i = 0; i < same->version_count; i++) {
        if (!sw_rules__reads_alike(r, &same->versions[i].is)) return false;
    }
    *out = *same;
    return true;
}

static void insert_by_path(sw_rulebook *book, const term_def *term)
{
    size_t i = book->term_count++;
    for (;
         i > 0 && sw_str_cmp(book->terms_by_path[i - 1]->path, term->path) > 0;
         i--)
        book->terms_by_path[i] = book->terms_by_path[i - 1];
    book->terms_by_path[i] = term;
}

bool sw_rules__read_terms(const expression_reader *r, sw_rulebook *book,
                          const yaml_node *map, sw_error *err)
{
    if (!sw_rules__expect(map, YAML_MAP, "terms", err)) return false;
    if (map->count > MAX_DEFINITIONS)
        return sw_rules__refuse(err, map, "more than %d terms",
                                MAX_DEFINITIONS);
    term_def *terms = SW_NEW_ARRAY(r->arena, term_def, map->count);
    book->terms_by_path = SW_NEW_ARRAY(r->arena, const term_def *, map->count);
    if (terms == NULL || book->terms_by_path == NULL)
        return sw_fail_memory(err);
    book->terms = terms;
    for (const yaml_node *c = map->first; c != NULL; c = c->next) {
        term_reader t = {r, c->key->text, err};
        term_def *term = &terms[book->term_count];
        if (!take_over(&t, c, term) && !read_term(&t, c, term)) return false;
        insert_by_path(book, term);
        sw_rules__declare_term(r->declared, term->path);
        sw_arena_reset(r->scratch);
    }
    return true;
}

const term_def *sw_rules__find_term(const sw_rulebook *book, sw_str path)
{
    size_t from = 0, to = book->term_count;
    while (from < to) {
        size_t mid = from + (to - from) / 2;
        int order = sw_str_cmp(book->terms_by_path[mid]->path, path);
        if (order == 0) return book->terms_by_path[mid];
        if (order < 0) {
            from = mid + 1;
        } else {
            to = mid;
        }
    }
    return NULL;
}
