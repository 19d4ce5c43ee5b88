// What a person types in answer to a question, as a value of YAML. The type of
// the fact says how it is read; the bounds of the fact, and what else makes it
// impossible, are found when the ruling is made on it.
#include "ask_internal.h"
#include "ranges.h"

#include <string.h>
#include <strings.h>

enum { MAX_ANSWER = 64 * 1024, MAX_ITEMS = 1000 };

typedef struct {
    const sw_question *question;
    bool in_list;  // commas stand between items
    sw_arena *arena;
    sw_error *err;
} reader;

static sw_str trimmed(sw_str s)
{
    while (s.len > 0 && strchr(" \t\r\n", s.at[0]) != NULL) {
        s.at++;
        s.len--;
    }
    while (s.len > 0 && strchr(" \t\r\n", s.at[s.len - 1]) != NULL)
        s.len--;
    return s;
}

static bool begins(sw_str word, sw_str with)
{
    return with.len > 0 && with.len <= word.len &&
           strncasecmp(word.at, with.at, with.len) == 0;
}

static bool same(sw_str a, const char *b)
{
    return a.len == strlen(b) && strncasecmp(a.at, b, a.len) == 0;
}

static bool refuse(const reader *r, sw_str said, const char *expected)
{
    sw_str shown = sw_rules__clip(said);
    return sw_fail(r->err, SW_ERR_INPUT, "\"%.*s\" is not %s",
                   SW_STR_ARGS(shown), expected);
}

/* ---- single values --------------------------------------------------- */

static bool read_bool(const reader *r, sw_str said, sw_buf *out)
{
    static const struct {
        const char *word;
        bool value;
    } words[] = {
        {"yes", true}, {"true", true}, {"no", false}, {"false", false}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (!begins(sw_str_of(words[i].word), said)) continue;
        sw_buf_str(out, words[i].value ? SW_STR("true") : SW_STR("false"));
        return true;
    }
    return refuse(r, said, "yes or no");
}

// "45,000,000" has three digits behind each comma.
static bool is_grouped(sw_str said)
{
    size_t since = 0, commas = 0;
    for (size_t i = 0; i < said.len && said.at[i] != '.'; i++) {
        if (said.at[i] != ',') {
            since++;
            continue;
        }
        if (commas++ > 0 && since != 3) return false;
        since = 0;
    }
    return commas == 0 || since == 3;
}

// The digits without what people put between groups of them.
static void add_digits(const reader *r, sw_str said, sw_buf *out)
{
    bool commas = !r->in_list && is_grouped(said);
    for (size_t i = 0; i < said.len; i++) {
        char c = said.at[i];
        bool between = i > 0 && (c == '_' || c == ' ' || (c == ',' && commas));
        if (!between) sw_buf_add(out, &c, 1);
    }
}

// A range of what is asked for, with quotes or without: written with them.
static bool read_range(sw_str said, fact_scalar of, sw_buf *out)
{
    fact_range range;
    if (said.len >= 2 && said.at[0] == '"' && said.at[said.len - 1] == '"')
        said = (sw_str){said.at + 1, said.len - 2};
    // What is read as one has nothing in it that must be escaped.
    if (!sw_rules__read_range(of, said, &range)) return false;
    sw_buf_printf(out, "\"%.*s\"", SW_STR_ARGS(said));
    return true;
}

static bool read_number(const reader *r, sw_str said, sw_buf *out)
{
    bool whole = !sw_str_has(r->question->type, SW_STR("double"));
    sw_buf digits = {0};
    if (read_range(said, whole ? FACT_INT : FACT_DOUBLE, out)) return true;
    add_digits(r, said, &digits);
    yaml_node node = {.kind = YAML_SCALAR,
                      .plain = true,
                      .text = {digits.at != NULL ? digits.at : "", digits.len}};
    scalar_kind kind = sw_rules__scalar(&node).kind;
    bool ok = kind == SCALAR_INT || (!whole && kind == SCALAR_DOUBLE);
    if (digits.failed) {
        ok = sw_fail_memory(r->err);
    } else if (ok) {
        sw_buf_str(out, node.text);
    } else if (kind == SCALAR_TOO_LARGE) {
        ok = refuse(r, said, "a number that fits: it is too large");
    } else {
        ok = refuse(r, said,
                    whole ? "a whole number, such as 25000"
                          : "a number, such as 2.5");
    }
    sw_buf_free(&digits);
    return ok;
}

static bool read_day(const reader *r, sw_str said, sw_buf *out)
{
    sw_date date;
    if (read_range(said, FACT_DATE, out)) return true;
    if (!sw_date_parse(said, &date))
        return refuse(r, said, "a day, written as 2026-12-03");
    sw_buf_str(out, said);
    return true;
}

static bool is_quoted(sw_str said)
{
    return said.len >= 2 && said.at[0] == '"' && said.at[said.len - 1] == '"';
}

static bool read_text(const reader *r, sw_str said, sw_buf *out)
{
    if (is_quoted(said)) said = (sw_str){said.at + 1, said.len - 2};
    if (!sw_utf8_valid(said)) return refuse(r, said, "text in UTF-8");
    sw_ask__write_string(out, said);
    return true;
}

static bool read_count(sw_str said, size_t *out)
{
    *out = 0;
    if (said.len == 0 || said.len > 4) return false;
    for (size_t i = 0; i < said.len; i++) {
        if (said.at[i] < '0' || said.at[i] > '9') return false;
        *out = *out * 10 + (size_t)(said.at[i] - '0');
    }
    return true;
}

/* ---- enumerations ---------------------------------------------------- */

static const sw_str *find_word(const sw_question *q, sw_str said)
{
    for (size_t i = 0; i < q->value_count; i++) {
        if (sw_str_eq(q->values[i], said)) return &q->values[i];
    }
    return NULL;
}

// "3" of a list of words that was shown with numbers.
static const sw_str *find_number(const sw_question *q, sw_str said)
{
    size_t n;
    if (!read_count(said, &n) || n < 1 || n > q->value_count) return NULL;
    return &q->values[n - 1];
}

static bool refuse_several(const reader *r, sw_str said, const sw_str *a,
                           const sw_str *b)
{
    sw_str shown = sw_rules__clip(said), x = sw_rules__clip(*a),
           y = sw_rules__clip(*b);
    return sw_fail(r->err, SW_ERR_INPUT, "\"%.*s\" may be %.*s or %.*s",
                   SW_STR_ARGS(shown), SW_STR_ARGS(x), SW_STR_ARGS(y));
}

// By its beginning; the whole word in other letters is no beginning of others.
static bool find_beginning(const reader *r, sw_str said, const sw_str **out)
{
    const sw_question *q = r->question;
    const sw_str *found = NULL;
    for (size_t i = 0; i < q->value_count; i++) {
        if (!begins(q->values[i], said)) continue;
        if (q->values[i].len == said.len) {
            *out = &q->values[i];
            return true;
        }
        if (found != NULL) return refuse_several(r, said, found, &q->values[i]);
        found = &q->values[i];
    }
    *out = found;
    return found != NULL || refuse(r, said, "one of the answers allowed");
}

static bool read_word(const reader *r, sw_str said, sw_buf *out)
{
    const sw_str *word = find_word(r->question, said);
    if (word == NULL && is_quoted(said)) {
        word = find_word(r->question, (sw_str){said.at + 1, said.len - 2});
        if (word == NULL) return refuse(r, said, "one of the answers allowed");
    }
    if (word == NULL) word = find_number(r->question, said);
    if (word == NULL && !find_beginning(r, said, &word)) return false;
    sw_ask__write_string(out, *word);
    return true;
}

/* ---- by type --------------------------------------------------------- */

// Of records the answer is how many there are.
static bool read_records(const reader *r, sw_str said, sw_buf *out)
{
    size_t n = 0;
    bool known = same(said, "none") || read_count(said, &n);
    if (!known || n > MAX_ITEMS)
        return refuse(r, said, "how many there are: a number up to 1000");
    sw_buf_str(out, SW_STR("["));
    for (size_t i = 0; i < n; i++)
        sw_buf_str(out, i > 0 ? SW_STR(", {}") : SW_STR("{}"));
    sw_buf_str(out, SW_STR("]"));
    return true;
}

static const struct {
    const char *type;
    bool (*read)(const reader *r, sw_str said, sw_buf *out);
} scalars[] = {
    {"bool", read_bool},   {"int", read_number}, {"double", read_number},
    {"string", read_text}, {"date", read_day},
};

static bool read_scalar(const reader *r, sw_str type, sw_str said, sw_buf *out)
{
    if (r->question->value_count > 0) return read_word(r, said, out);
    for (size_t i = 0; i < sizeof scalars / sizeof *scalars; i++) {
        if (sw_str_eq(type, sw_str_of(scalars[i].type)))
            return scalars[i].read(r, said, out);
    }
    return refuse(r, said, "something that can be asked for");
}

// Up to the next comma that stands outside of quotes.
static sw_str next_item(sw_str *rest)
{
    bool quoted = false;
    size_t n = 0;
    for (; n < rest->len && (quoted || rest->at[n] != ','); n++)
        quoted = quoted != (rest->at[n] == '"');
    sw_str item = {rest->at, n};
    size_t used = n < rest->len ? n + 1 : n;
    *rest = (sw_str){rest->at + used, rest->len - used};
    return trimmed(item);
}

static bool read_list(const reader *r, sw_str type, sw_str said, sw_buf *out)
{
    sw_str item_type = {type.at + 5, type.len - 6};  // within "list()"
    if (sw_str_eq(item_type, SW_STR("record")))
        return read_records(r, said, out);
    bool none = same(said, "none") || same(said, "[]") || same(said, "-");
    if (none && find_word(r->question, said) == NULL) {
        sw_buf_str(out, SW_STR("[]"));
        return true;
    }
    sw_buf_str(out, SW_STR("["));
    for (size_t n = 0; said.len > 0; n++) {
        sw_str item = next_item(&said);
        if (n == MAX_ITEMS)
            return sw_fail(r->err, SW_ERR_INPUT, "more than %d items",
                           MAX_ITEMS);
        if (n > 0) sw_buf_str(out, SW_STR(", "));
        if (item.len == 0)
            return sw_fail(r->err, SW_ERR_INPUT,
                           "there is nothing between two commas; ? is an item "
                           "that is not known");
        if (same(item, "?")) {
            sw_buf_str(out, SW_STR("null"));
        } else if (!read_scalar(r, item_type, item, out)) {
            return false;
        }
    }
    sw_buf_str(out, SW_STR("]"));
    return true;
}

/* ---- words of the interview ------------------------------------------ */

static const struct {
    const char *word;
    sw_answer_kind kind;
} commands[] = {
    {"", SW_ANSWER_UNKNOWN},           {"?", SW_ANSWER_UNKNOWN},
    {"don't know", SW_ANSWER_UNKNOWN}, {"dont know", SW_ANSWER_UNKNOWN},
    {"back", SW_ANSWER_BACK},          {"why", SW_ANSWER_WHY},
    {"why?", SW_ANSWER_WHY},
};

// A word that the enumeration has is an answer, whatever else it would say.
static bool is_command(const sw_question *q, sw_str said, sw_answer_kind *out)
{
    if (find_word(q, said) != NULL) return false;
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (!same(said, commands[i].word)) continue;
        *out = commands[i].kind;
        return true;
    }
    return false;
}

bool sw_ask__read(const sw_question *question, sw_str line, sw_arena *arena,
                  ask_reading *out, sw_error *err)
{
    reader r = {.question = question, .arena = arena, .err = err};
    sw_str said = trimmed(line), type = question->type;
    *out = (ask_reading){0};
    if (said.len > MAX_ANSWER)
        return sw_fail(err, SW_ERR_INPUT, "more than %d bytes", MAX_ANSWER);
    if (is_command(question, said, &out->kind)) return true;

    sw_buf text = {0};
    r.in_list = sw_str_starts(type, SW_STR("list("));
    bool ok = r.in_list ? read_list(&r, type, said, &text)
                        : read_scalar(&r, type, said, &text);
    if (ok && (text.failed ||
               !sw_arena_str(arena, (sw_str){text.at, text.len}, &out->value)))
        ok = sw_fail_memory(err);
    sw_buf_free(&text);
    return ok;
}
