// Values in words: numbers in groups of three digits, days without a time, the
// few functions that conditions use. What has no words stays as it is written.
#include <string.h>

#include "phrase.h"

/* ---- literals -------------------------------------------------------- */

// "25000.0" to "25,000": groups the digits before the point, if they are more
// than a year has, and drops a point that nothing follows.
static void group_digits(sw_str number, sw_buf *out)
{
    size_t sign = number.len > 0 && number.at[0] == '-';
    size_t whole = sign;
    while (whole < number.len && number.at[whole] >= '0' &&
           number.at[whole] <= '9')
        whole++;
    sw_str rest = {number.at + whole, number.len - whole};
    if (sw_str_eq(rest, SW_STR(".0"))) rest.len = 0;

    sw_buf_add(out, number.at, sign);
    for (size_t i = sign; i < whole; i++) {
        bool comma = i > sign && (whole - i) % 3 == 0 && whole - sign > 4;
        if (comma) sw_buf_str(out, SW_STR(","));
        sw_buf_add(out, number.at + i, 1);
    }
    sw_buf_str(out, rest);
}

// A number as CEL prints it: the same digits in every locale.
static void number_words(const sw_cel_value *value, sw_buf *out)
{
    sw_arena *scratch = NULL;
    sw_error ignored;
    sw_str text;
    bool ok = sw_arena_new(&scratch, &ignored) &&
              sw_cel_print(value, scratch, &text, &ignored);
    if (ok) {
        group_digits(text, out);
    } else {
        out->failed = true;
    }
    sw_arena_free(scratch);
}

void sw_rules__literal_words(const sw_cel_value *value, sw_buf *out)
{
    switch (value->kind) {
    case SW_CEL_STRING:
        if (value->as.str.len == 0) sw_buf_str(out, SW_STR("nothing"));
        sw_buf_str(out, value->as.str);
        return;
    case SW_CEL_BOOL:
        sw_buf_str(out, sw_str_of(value->as.boolean ? "yes" : "no"));
        return;
    default: number_words(value, out); return;
    }
}

/* ---- expressions ----------------------------------------------------- */

static void as_written(const sw_cel_tree *tree, sw_str source, sw_buf *out)
{
    sw_buf_add(out, source.at + tree->begin, tree->end - tree->begin);
}

static bool is_text(const sw_cel_tree *tree)
{
    return tree->kind == SW_CEL_TREE_LITERAL &&
           tree->value->kind == SW_CEL_STRING;
}

const sw_cel_tree *sw_rules__call_args(const sw_cel_tree *tree,
                                       const char *name, size_t count)
{
    const char *dot = strchr(name, '.');
    if (tree->kind != SW_CEL_TREE_CALL && tree->kind != SW_CEL_TREE_METHOD)
        return NULL;
    if (sw_str_eq(tree->name, sw_str_of(name)))
        return tree->count == count ? tree->at : NULL;
    // Unresolved, months.add(...) is add() of something called months.
    bool qualified =
        dot != NULL && tree->kind == SW_CEL_TREE_METHOD &&
        tree->count == count + 1 && tree->at[0].kind == SW_CEL_TREE_PATH &&
        sw_str_eq(tree->name, sw_str_of(dot + 1)) &&
        sw_str_eq(tree->at[0].name, (sw_str){name, (size_t)(dot - name)});
    return qualified ? tree->at + 1 : NULL;
}

// timestamp("2025-07-01T00:00:00Z") as 2025-07-01.
static bool day_words(const sw_cel_tree *tree, sw_buf *out)
{
    sw_str midnight = SW_STR("T00:00:00Z");
    const sw_cel_tree *day = sw_rules__call_args(tree, "timestamp", 1);
    if (day == NULL || !is_text(day)) return false;
    sw_str text = day->value->as.str;
    if (!sw_str_ends(text, midnight)) return false;
    sw_buf_add(out, text.at, text.len - midnight.len);
    return true;
}

// How a call reads: text, with %1 and so on for its arguments.
static const struct {
    const char *name;
    size_t count;
    const char *words;
} calls[] = {
    {"size", 1, "the number of entries of %1"},
    {"int", 1, "%1"},
    {"double", 1, "%1"},
    {"duration", 1, "%1"},
    {"getFullYear", 1, "the year of %1"},
    {"getMonth", 1, "the month, January being 0, of %1"},
    {"months.add", 2, "%2 months after %1"},
    {"workdays.add", 3, "working day %2 after %1 (calendar %3)"},
    {"workdays.between", 3, "the working days after %1 up to %2 (calendar %3)"},
};

static bool call_words(const sw_cel_tree *tree, sw_str source, sw_buf *out)
{
    const sw_cel_tree *args = NULL;
    size_t i = 0;
    if (day_words(tree, out)) return true;
    while (i < sizeof calls / sizeof *calls) {
        args = sw_rules__call_args(tree, calls[i].name, calls[i].count);
        if (args != NULL) break;
        i++;
    }
    for (const char *c = args != NULL ? calls[i].words : ""; *c != '\0'; c++) {
        if (*c != '%') {
            sw_buf_add(out, c, 1);
        } else {
            c++;
            sw_rules__value_words(&args[*c - '1'], source, out);
        }
    }
    return args != NULL;
}

static const char *operator_words(sw_str op)
{
    static const struct {
        const char *op, *words;
    } known[] = {{"+", " plus "},
                 {"-", " minus "},
                 {"*", " times "},
                 {"/", " divided by "}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (sw_str_eq(op, sw_str_of(known[i].op))) return known[i].words;
    }
    return NULL;
}

// a + (b - c): a part that is a sum itself stands in parentheses.
static void part_words(const sw_cel_tree *part, sw_str source, sw_buf *out)
{
    bool inner = part->kind == SW_CEL_TREE_OPERATOR;
    if (inner) sw_buf_str(out, SW_STR("("));
    sw_rules__value_words(part, source, out);
    if (inner) sw_buf_str(out, SW_STR(")"));
}

static bool sum_words(const sw_cel_tree *tree, sw_str source, sw_buf *out)
{
    const char *words =
        tree->kind == SW_CEL_TREE_OPERATOR ? operator_words(tree->name) : NULL;
    if (words == NULL) return false;
    part_words(&tree->at[0], source, out);
    sw_buf_str(out, sw_str_of(words));
    part_words(&tree->at[1], source, out);
    return true;
}

void sw_rules__value_words(const sw_cel_tree *tree, sw_str source, sw_buf *out)
{
    if (tree->kind == SW_CEL_TREE_LITERAL) {
        sw_rules__literal_words(tree->value, out);
    } else if (tree->kind == SW_CEL_TREE_PATH &&
               sw_str_eq(tree->name, SW_STR("ruling.date"))) {
        sw_buf_str(out, SW_STR("the day ruled for"));
    } else if (tree->kind == SW_CEL_TREE_PATH &&
               sw_str_eq(tree->name, SW_STR("ruling.known"))) {
        sw_buf_str(out, SW_STR("the day as known on"));
    } else if (!call_words(tree, source, out) &&
               !sum_words(tree, source, out) &&
               !sw_rules__list_words(tree, source, out)) {
        as_written(tree, source, out);
    }
}

bool sw_rules__list_words(const sw_cel_tree *tree, sw_str source, sw_buf *out)
{
    if (tree->kind != SW_CEL_TREE_LIST) return false;
    if (tree->count == 0) sw_buf_str(out, SW_STR("nothing"));
    for (size_t i = 0; i < tree->count; i++) {
        if (i > 0) sw_buf_str(out, SW_STR(", "));
        sw_rules__value_words(&tree->at[i], source, out);
    }
    return true;
}
