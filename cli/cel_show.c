// Values, types, functions and explanations for people.
//
// An explanation is drawn as a tree of two columns: on the left what was
// evaluated, on the right what it gave. Both wrap within their columns. An
// element of a macro is a level of its own between the macro and its body.
#include "cel.h"

#include <inttypes.h>
#include <string.h>

#include <utf8proc.h>

enum {
    MAX_SHOWN = 100,  // bytes of a value in a tree; all of it with --verbose
    GAP = 2,          // columns between left and right
    LEAST = 16,       // columns that text is given, however deep its branch
};

/* ---- text ------------------------------------------------------------ */

// Cuts what fits `width` columns off the front of `rest`: whole words if one
// fits at all.
static sw_str take_line(sw_str *rest, size_t width)
{
    size_t at = 0, used = 0, space = 0;
    while (at < rest->len) {
        size_t next = at;
        size_t more = sw_term_char(*rest, &next);
        if (used + more > width && at > 0) break;
        if (rest->at[at] == ' ') space = at;
        used += more;
        at = next;
    }
    size_t end = at == rest->len || space == 0 ? at : space;
    size_t skip = end < rest->len && rest->at[end] == ' ' ? end + 1 : end;
    sw_str line = {rest->at, end};
    *rest = (sw_str){rest->at + skip, rest->len - skip};
    return line;
}

/* ---- values ---------------------------------------------------------- */

static const char *color_of(const sw_cel_value *value)
{
    switch (value->kind) {
    case SW_CEL_BOOL: return value->as.boolean ? "1;32" : "1;31";
    case SW_CEL_UNKNOWN: return "1;33";
    case SW_CEL_ERROR: return "1;35";
    default: return "36";
    }
}

// `color`: of ANSI's; NULL: none.
static void paint(sw_session *session, const char *color, sw_str text)
{
    if (text.len == 0) return;
    if (session->color && color != NULL) {
        fprintf(session->out, "\033[%sm%.*s\033[0m", color, SW_STR_ARGS(text));
    } else {
        fwrite(text.at, 1, text.len, session->out);
    }
}

bool sw_show_value(sw_session *session, const sw_cel_value *value,
                   sw_error *err)
{
    sw_str text;
    if (!sw_cel_print(value, session->line, &text, err)) return false;
    paint(session, color_of(value), text);
    return true;
}

bool sw_show_type(sw_session *session, const sw_cel_type *type, sw_error *err)
{
    sw_str text;
    if (!sw_cel_type_text(type, session->line, &text, err)) return false;
    fprintf(session->out, "%.*s\n", SW_STR_ARGS(text));
    return true;
}

bool sw_show_result(sw_session *session, const sw_cel_value *value,
                    sw_error *err)
{
    const sw_cel_type *type;
    sw_str text;
    if (!sw_show_value(session, value, err)) return false;
    if (session->terminal && value->kind != SW_CEL_UNKNOWN) {
        if (!sw_value_type(value, session->line, &type, err) ||
            !sw_cel_type_text(type, session->line, &text, err))
            return false;
        paint(session, "2", SW_STR("  : "));
        paint(session, "2", text);
    }
    fputc('\n', session->out);
    return true;
}

// A literal looks as a value does.
bool sw_show_rest(sw_session *session, const sw_answer *answer, sw_error *err)
{
    if (answer->value.kind != SW_CEL_UNKNOWN)
        return sw_show_result(session, &answer->value, err);
    paint(session, color_of(&answer->value), sw_cel_source(answer->rest));
    fputc('\n', session->out);
    return true;
}

// "14 steps, at most 31".
void sw_show_cost(sw_session *session, const sw_answer *answer)
{
    char text[80];
    bool bounded = answer->steps_most != UINT64_MAX;
    int len = 0;
    if (!answer->asked.check) {
        len =
            snprintf(text, sizeof text, "%" PRIu64 " step%s, ",
                     answer->steps_taken, answer->steps_taken == 1 ? "" : "s");
    }
    if (bounded) {
        len += snprintf(text + len, sizeof text - (size_t)len,
                        "at most %" PRIu64, answer->steps_most);
    } else {
        len += snprintf(text + len, sizeof text - (size_t)len,
                        "no bound is known");
    }
    paint(session, "2", (sw_str){text, (size_t)len});
    fputc('\n', session->out);
}

/* ---- functions ------------------------------------------------------- */

// An overload a line: its name, if it is the first, what it takes and gives.
bool sw_show_functions(sw_session *session, sw_str part, sw_error *err)
{
    const sw_cel_overload *all;
    size_t count, widest = 0;
    sw_str before = SW_STR("");
    if (!sw_cel_overloads(session->line, &all, &count, err)) return false;
    for (size_t i = 0; i < count; i++) {
        if (all[i].name.len > widest) widest = all[i].name.len;
    }
    for (size_t i = 0; i < count; i++) {
        if (!sw_str_has(all[i].signature, part)) continue;
        sw_str name = all[i].name;
        bool again = sw_str_eq(name, before);
        fprintf(session->out, "%-*.*s  %.*s\n", (int)widest,
                again ? 0 : (int)name.len, name.at,
                SW_STR_ARGS(all[i].signature));
        before = name;
    }
    return true;
}

/* ---- the tree -------------------------------------------------------- */

typedef struct {
    sw_str first, rest;  // the branch before its first line, and the others
    sw_str left, right;
    const char *color;  // of the right side
    bool dim;           // the left one
} row;

typedef struct {
    sw_session *session;
    const sw_answer *answer;
    row *rows;
    size_t count, cap;
    sw_error *err;
} tree;

static row *add_row(tree *t)
{
    if (t->count == t->cap) {
        size_t cap = t->cap > 0 ? t->cap * 2 : 32;
        row *rows = SW_NEW_ARRAY(t->session->line, row, cap);
        if (rows == NULL) return sw_fail_memory(t->err), NULL;
        if (t->count > 0) memcpy(rows, t->rows, t->count * sizeof *rows);
        t->rows = rows;
        t->cap = cap;
    }
    t->rows[t->count] = (row){0};
    return &t->rows[t->count++];
}

// Control characters, and those that only steer how others are shown.
static bool steers(utf8proc_int32_t c)
{
    utf8proc_category_t kind = utf8proc_category(c);
    return kind == UTF8PROC_CATEGORY_CC || kind == UTF8PROC_CATEGORY_CF ||
           kind == UTF8PROC_CATEGORY_ZL || kind == UTF8PROC_CATEGORY_ZP;
}

static bool is_plain(sw_str s)
{
    for (size_t at = 0; at < s.len;) {
        utf8proc_int32_t c;
        utf8proc_ssize_t used =
            utf8proc_iterate((const utf8proc_uint8_t *)s.at + at,
                             (utf8proc_ssize_t)(s.len - at), &c);
        if (used <= 0 || steers(c)) return false;
        at += (size_t)used;
    }
    return !sw_str_has(s, SW_STR("//"));
}

// A part of the source on one line: as it stands, or else written anew, which
// leaves comments out and escapes what would steer a terminal.
static bool one_line(tree *t, sw_str part, sw_str *out)
{
    sw_cel *cel = NULL;
    sw_error err = {0};
    if (is_plain(part)) return *out = part, true;
    bool written = sw_cel_parse(part, t->session->line, &cel, &err) &&
                   sw_cel_unparse(cel, t->session->line, out, &err);
    if (!written) *out = SW_STR("...");  // too long to be written
    return true;
}

static bool value_text(tree *t, const sw_cel_value *value, sw_str *out)
{
    if (!sw_cel_print(value, t->session->line, out, t->err)) return false;
    if (out->len <= MAX_SHOWN || sw_args_has(t->session->args, "verbose"))
        return true;
    size_t len = MAX_SHOWN;
    while (len > 0 && ((unsigned char)out->at[len] & 0xC0) == 0x80)
        len--;
    *out = sw_arena_printf(t->session->line, "%.*s...", (int)len, out->at);
    return out->at != NULL || sw_fail_memory(t->err);
}

static bool branch(tree *t, sw_str before, const char *mark, sw_str *out)
{
    *out =
        sw_arena_printf(t->session->line, "%.*s%s", SW_STR_ARGS(before), mark);
    return out->at != NULL || sw_fail_memory(t->err);
}

// How a row stands to those around it: the branch that leads to it, and what
// further lines and its children begin with.
typedef struct {
    sw_str first, below;
} stem;

static bool stem_under(tree *t, stem parent, bool last, stem *out)
{
    return branch(t, parent.below, last ? "╰─ " : "├─ ", &out->first) &&
           branch(t, parent.below, last ? "   " : "│  ", &out->below);
}

static bool finish_row(tree *t, row *r, stem at, bool parent)
{
    r->first = at.first;
    return branch(t, at.below, parent ? "│  " : "   ", &r->rest);
}

// The variables of a macro, as they were when the body below was evaluated.
static bool add_element(tree *t, const sw_cel_reason *reason, stem *at)
{
    stem outer = *at;
    for (size_t i = 0; i < reason->element_count; i++) {
        const sw_cel_binding *variable = &reason->element[i];
        row *r = add_row(t);
        if (r == NULL || !value_text(t, &variable->value, &r->right))
            return false;
        r->left = sw_arena_printf(t->session->line, "with %.*s",
                                  SW_STR_ARGS(variable->name));
        if (r->left.at == NULL) return sw_fail_memory(t->err);
        r->color = color_of(&variable->value);
        r->dim = true;
        if (!finish_row(t, r, outer, true)) return false;
        outer.first = outer.below;
    }
    return stem_under(t, outer, true, at);
}

static bool add_reason(tree *t, const sw_cel_reason *reason, stem at)
{
    sw_str source = sw_cel_source(t->answer->cel);
    if (reason->element_count > 0 && !add_element(t, reason, &at)) return false;
    row *r = add_row(t);
    if (r == NULL) return false;
    sw_str part = {source.at + reason->begin, reason->end - reason->begin};
    if (!one_line(t, part, &r->left) ||
        !value_text(t, &reason->value, &r->right) ||
        !finish_row(t, r, at, reason->count > 0)) {
        return false;
    }
    r->color = color_of(&reason->value);
    for (size_t i = 0; i < reason->count; i++) {
        stem below;
        if (!stem_under(t, at, i + 1 == reason->count, &below) ||
            !add_reason(t, &reason->at[i], below)) {
            return false;
        }
    }
    return true;
}

/* ---- drawing --------------------------------------------------------- */

static size_t room_for(size_t width, size_t taken)
{
    return width > taken + LEAST ? width - taken : LEAST;
}

// What the left sides take if they may take `most`.
static size_t widest_left(const tree *t, size_t most)
{
    size_t widest = 0;
    for (size_t i = 0; i < t->count; i++) {
        sw_str source = t->rows[i].left, before = t->rows[i].first;
        do {
            size_t taken = sw_term_columns(before);
            taken += sw_term_columns(take_line(&source, room_for(most, taken)));
            if (taken > widest) widest = taken;
            before = t->rows[i].rest;
        } while (source.len > 0);
    }
    return widest;
}

static size_t widest_right(const tree *t)
{
    size_t widest = 0;
    for (size_t i = 0; i < t->count; i++) {
        size_t n = sw_term_columns(t->rows[i].right);
        if (n > widest) widest = n;
    }
    return widest;
}

static void draw_row(const tree *t, const row *r, size_t left, size_t right)
{
    sw_session *session = t->session;
    sw_str source = r->left, value = r->right, before = r->first;
    do {
        size_t taken = sw_term_columns(before);
        sw_str line = take_line(&source, room_for(left, taken));
        sw_str seen = take_line(&value, right);
        taken += sw_term_columns(line);
        paint(session, "2", before);
        paint(session, r->dim ? "2" : NULL, line);
        if (seen.len > 0) {
            fprintf(session->out, "%*s",
                    (int)(taken < left ? left - taken + GAP : GAP), "");
            paint(session, r->color, seen);
        }
        fputc('\n', session->out);
        before = r->rest;
    } while (source.len > 0 || value.len > 0);
}

bool sw_show_reasons(sw_session *session, const sw_answer *answer,
                     sw_error *err)
{
    tree t = {.session = session, .answer = answer, .err = err};
    if (!add_reason(&t, answer->why, (stem){0})) return false;

    // The right column takes what its widest value needs, but leaves the left
    // one three fifths if that needs them.
    size_t right = widest_right(&t), most = session->width * 3 / 5;
    if (right + GAP + most < session->width)
        most = session->width - GAP - right;
    size_t left = widest_left(&t, most);
    right = room_for(session->width, left + GAP);
    for (size_t i = 0; i < t.count; i++)
        draw_row(&t, &t.rows[i], left, right);
    return true;
}
