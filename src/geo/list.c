// The document around the features. A list of tens of thousands of zones is
// never parsed as one tree: a scanner that knows strings, nesting and lines
// cuts the array "features" into slices, and each slice is parsed alone, by
// jansson. What is left when the array is emptied, the skeleton, is small and
// is parsed too, so that every byte of the document is judged by a real parser
// and duplicate keys are found at both levels.
#include "geo_internal.h"

#include <string.h>

#include <jansson.h>

#define MAX_DEPTH 64

typedef struct {
    const char *at, *end;
    size_t line;
} scan;

static bool fail_at(size_t line, sw_error *err, const char *reason)
{
    sw_fail(err, SW_ERR_INPUT, "%s", reason);
    return sw_error_at(err, "line %zu", line);
}

static void skip_space(scan *s)
{
    for (; s->at < s->end; s->at++) {
        if (*s->at == '\n') s->line++;
        if (strchr(" \t\r\n", *s->at) == NULL || *s->at == '\0') return;
    }
}

// The next byte that is not space; 0 at the end.
static char peek(scan *s)
{
    skip_space(s);
    return s->at < s->end ? *s->at : '\0';
}

static bool take(scan *s, char c)
{
    if (peek(s) != c) return false;
    s->at++;
    return true;
}

// Stands behind the closing quote afterwards, or at the end.
static void skip_string(scan *s)
{
    for (s->at++; s->at < s->end; s->at++) {
        if (*s->at == '"') {
            s->at++;
            return;
        }
        if (*s->at == '\n') s->line++;
        if (*s->at == '\\' && s->end - s->at > 1) s->at++;
    }
}

/** The brackets that are open, and where they were opened. */
typedef struct {
    char closing[MAX_DEPTH];
    size_t line[MAX_DEPTH];
    size_t depth;
} nesting;

static bool open_bracket(nesting *n, char c, size_t line, sw_error *err)
{
    if (n->depth == MAX_DEPTH) {
        return fail_at(n->line[1], err, "the JSON is nested too deeply");
    }
    n->closing[n->depth] = c == '{' ? '}' : ']';
    n->line[n->depth++] = line;
    return true;
}

// In the array of features the second bracket is that of a feature: its line is
// where a reader looks for the one that is missing.
static bool fail_open(const nesting *n, sw_error *err)
{
    return fail_at(n->line[n->depth > 1 ? 1 : 0], err,
                   "the JSON is not well-formed: a bracket or a quote that is "
                   "opened here, or inside, is not closed");
}

static bool step_value(scan *s, nesting *n, sw_error *err)
{
    char c = *s->at;
    if (c == '"') {
        skip_string(s);
        return true;
    }
    if (c == '\n') s->line++;
    s->at++;
    if (c == '[' || c == '{') return open_bracket(n, c, s->line, err);
    if (c != ']' && c != '}') return true;
    if (n->closing[n->depth - 1] != c) return fail_open(n, err);
    n->depth--;
    return true;
}

// Passes one value: a string, a pair of brackets, or whatever stands before the
// next comma, bracket or space. Only brackets are judged here.
static bool skip_value(scan *s, sw_str *out, sw_error *err)
{
    nesting n = {.depth = 0};
    peek(s);
    const char *start = s->at;
    while (s->at < s->end) {
        if (n.depth == 0 && strchr(",:]} \t\r\n", *s->at) != NULL) break;
        bool whole = n.depth == 0 && *s->at == '"';
        if (!step_value(s, &n, err)) return false;
        if (n.depth == 0 && (whole || strchr("]}", s->at[-1]) != NULL)) break;
    }
    if (n.depth > 0) return fail_open(&n, err);
    if (s->at == start) return fail_at(s->line, err, "a value is missing");
    *out = (sw_str){start, (size_t)(s->at - start)};
    return true;
}

// Whether the key stands for `name`, also when it is written with escapes.
static bool key_is(sw_str raw, const char *name)
{
    if (memchr(raw.at, '\\', raw.len) == NULL) {
        return raw.len == strlen(name) + 2 &&
               memcmp(raw.at + 1, name, raw.len - 2) == 0;
    }
    json_t *key = json_loadb(raw.at, raw.len, JSON_DECODE_ANY, NULL);
    const char *text = json_string_value(key);
    bool same = text != NULL && strcmp(text, name) == 0;
    json_decref(key);
    return same;
}

/** Where the array of features stands in the document, and what to name. */
typedef struct {
    sw_str array;  // at == NULL: there is none
    size_t line, crs_line, type_line;
} features;

// Passes the document's members and notes the features.
static bool find_features(scan *s, features *out, sw_error *err)
{
    if (!take(s, '{')) {
        return fail_at(s->line, err,
                       "a GeoJSON object is expected: it begins with {");
    }
    if (peek(s) == '}') return true;
    do {
        size_t line = s->line;
        if (peek(s) != '"') return fail_at(s->line, err, "a key is expected");
        const char *start = s->at;
        skip_string(s);
        sw_str key = {start, (size_t)(s->at - start)};
        if (!take(s, ':')) return fail_at(line, err, "a colon is expected");

        sw_str value;
        peek(s);
        line = s->line;
        if (!skip_value(s, &value, err)) return false;
        if (key_is(key, "crs")) out->crs_line = line;
        if (key_is(key, "type")) out->type_line = line;
        if (!key_is(key, "features")) continue;
        if (out->array.at != NULL) {
            return fail_at(line, err, "member features stands here again");
        }
        out->array = value;
        out->line = line;
    } while (take(s, ','));
    return true;
}

static bool visit_features(const features *f, sw_geo__visit visit, void *ctx,
                           sw_error *err)
{
    scan s = {f->array.at, f->array.at + f->array.len, f->line};
    if (!take(&s, '[')) {
        return fail_at(f->line, err, "member features is not an array");
    }
    if (take(&s, ']')) return true;
    do {
        sw_str text;
        peek(&s);
        size_t line = s.line;
        if (!skip_value(&s, &text, err)) return false;
        if (!visit(ctx, text, line, err)) {
            return sw_error_at(err, "line %zu", line);
        }
    } while (take(&s, ','));
    return take(&s, ']') ||
           fail_at(s.line, err, "a comma or ] is expected after a feature");
}

static bool check_collection(const json_t *root, const features *f,
                             sw_error *err)
{
    const char *type = json_string_value(json_object_get(root, "type"));
    if (type == NULL || strcmp(type, "FeatureCollection") != 0) {
        return fail_at(f->type_line, err,
                       "member type: a FeatureCollection is expected, as there "
                       "is a member features");
    }
    return sw_geo__json_crs(root, err) ||
           sw_error_at(err, "line %zu", f->crs_line);
}

static bool parse_skeleton(sw_str skeleton, const features *f, sw_error *err)
{
    size_t line = 1;
    json_t *root = sw_geo__json_parse(skeleton, &line, err);
    if (root == NULL) return sw_error_at(err, "line %zu", line);
    bool ok = check_collection(root, f, err);
    json_decref(root);
    return ok;
}

static size_t count_lines(sw_str text)
{
    size_t lines = 0;
    for (size_t i = 0; i < text.len; i++)
        lines += text.at[i] == '\n';
    return lines;
}

// Of the array only the brackets and the line ends are left, so that the lines
// of the skeleton are those of the document.
static bool check_skeleton(sw_str text, const features *f, sw_error *err)
{
    size_t before = (size_t)(f->array.at - text.at);
    size_t behind = text.len - before - f->array.len;
    size_t lines = count_lines(f->array);
    sw_geo__vec made = {0};
    char *at = SW_GEO_ADD(&made, char, before + 2 + lines + behind);
    if (at == NULL) return sw_fail_memory(err);

    memcpy(at, text.at, before);
    at[before] = '[';
    memset(at + before + 1, '\n', lines);
    at[before + 1 + lines] = ']';
    memcpy(at + before + 2 + lines, f->array.at + f->array.len, behind);
    bool ok = parse_skeleton((sw_str){at, made.count}, f, err);
    sw_geo__vec_free(&made, sizeof(char));
    return ok;
}

static bool without_features(sw_str text, size_t line, sw_geo__visit visit,
                             void *ctx, sw_error *err)
{
    return visit(ctx, text, line, err) || sw_error_at(err, "line %zu", line);
}

bool sw_geo__list_read(sw_str text, sw_geo__visit visit, void *ctx,
                       sw_error *err)
{
    if (sw_str_starts(text, SW_STR("\xef\xbb\xbf"))) {
        text = (sw_str){text.at + 3, text.len - 3};
    }
    scan s = {text.at, text.at + text.len, 1};
    peek(&s);
    if (s.at == s.end) return fail_at(s.line, err, "the list is empty");

    size_t line = s.line;
    features f = {.type_line = line, .crs_line = line};
    if (!find_features(&s, &f, err)) return false;
    if (f.array.at == NULL) {
        return without_features(text, line, visit, ctx, err);
    }
    return check_skeleton(text, &f, err) && visit_features(&f, visit, ctx, err);
}
