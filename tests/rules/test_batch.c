// Batches: line by line they say what a ruling on the same declaration says,
// whatever the number of threads and wherever the stream is cut.
#include "book.h"

#include <jansson.h>

static const char batch_book[] = BOOK_HEAD BOOK_RULE
    "  - {id: tags, title: T, source: act, status: law, otherwise: barred, "
    "remedy: R, when: 'size(cargo.tags) > 0', "
    "require: 'cargo.tags.all(t, t != \"c\") || cargo.fine'}\n"
    "  - {id: parts, title: T, source: act, status: law, otherwise: permit, "
    "remedy: R, require: 'parts.exists(p, p.ok && p.kind == \"a\")'}\n"
    "  - {id: sales, title: T, source: act, status: law, otherwise: permit, "
    "remedy: R, require: 'sales[0] < 50 && sales[1] < 70'}\n"
    "  - {id: made, title: T, source: act, status: bill, otherwise: barred, "
    "remedy: R, when: 'cargo.ratio > 0.5', require: 'cargo.made < "
    "ruling.date'}\n"
    "  - {id: later, title: T, source: act, status: law, in_force: {from: "
    "2030-01-01}, otherwise: barred, remedy: R, require: 'false'}\n";

static uint64_t seed = 7;

static unsigned roll(unsigned sides)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(seed >> 33) % sides;
}

static const char *one_of(const char *const *all, size_t count)
{
    return all[roll((unsigned)count)];
}
#define ONE_OF(...)                                                            \
    one_of((const char *const[]){__VA_ARGS__},                                 \
           sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

// A declaration of the book's facts, each said or not.
static void write_line(sw_buf *out)
{
    sw_buf_str(out, SW_STR("{\"declaration\": \"\\u1111\""));
    if (roll(3) > 0)
        sw_buf_printf(out, ", \"cargo\": {\"kind\": %s, \"scale\": %u}",
                      ONE_OF("\"map\"", "\"image\"", "null"), roll(50000));
    if (roll(3) > 0)
        sw_buf_printf(out, ", \"cargo.tags\": [%s]",
                      ONE_OF("", "\"a\"", "\"c\"", "\"b\", \"c\""));
    if (roll(3) > 0)
        sw_buf_printf(out, ", \"cargo.fine\": %s", ONE_OF("true", "false"));
    if (roll(3) > 0)
        sw_buf_printf(
            out, ", \"cargo.ratio\": %s",
            ONE_OF("0.25", "1", "5e-1", "7.5e3", "\"> 0.6\"", "\"0.4..0.6\""));
    if (roll(3) > 0)
        sw_buf_printf(out, ", \"cargo.made\": \"%u-01-0%u\"", 2020 + roll(10),
                      1 + roll(9));
    if (roll(3) > 0)
        sw_buf_printf(out, ", \"sales\": [%s]",
                      ONE_OF("1", "60, 60", "null, 3", "-5, 7", "\"> 100\", 0",
                             "\"5..9\", \"about 20\""));
    if (roll(3) > 0)
        sw_buf_printf(out, ", \"parts\": [%s]",
                      ONE_OF("", "{\"ok\": true}", "{\"kind\": \"a\"}",
                             "{\"kind\": \"b\", \"ok\": true}, "
                             "{\"kind\": \"a\", \"ok\": true}"));
    sw_buf_str(out, SW_STR("}"));
}

static sw_rulebook *book_in(sw_arena *arena)
{
    sw_rulebook *book = NULL;
    sw_error err = {0};
    if (!sw_rulebook_parse(sw_str_of(batch_book), "book", arena, &book, &err))
        fail_msg("%s: %s", err.place, err.reason);
    return book;
}

static void check_same(const sw_batch_ruling *batch, const sw_ruling *ruling)
{
    assert_int_equal(batch->verdict, ruling->verdict);
    assert_int_equal(batch->rule_count, ruling->rule_count);
    for (size_t i = 0; i < batch->rule_count; i++) {
        const sw_rule_outcome *a = &batch->rules[i], *b = &ruling->rules[i];
        assert_true(sw_str_eq(a->id, b->id));
        assert_int_equal(a->state, b->state);
        assert_int_equal(a->verdict, b->verdict);
        assert_int_equal(a->missing_count, b->missing_count);
        for (size_t m = 0; m < a->missing_count; m++)
            assert_true(sw_str_eq(a->missing[m], b->missing[m]));
    }
}

static void a_batch_says_what_a_ruling_says(void **state)
{
    sw_arena *books = NULL, *arena = NULL;
    sw_batch *batch = NULL;
    sw_error err = {0};
    assert_true(sw_arena_new(&books, &err) && sw_arena_new(&arena, &err));
    sw_rulebook *book = book_in(books);
    sw_rule_options how = {.date = day("2026-11-24")};
    assert_true(sw_batch_new(&book, 1, &how, false, books, &batch, &err));
    size_t seen[5] = {0};
    for (int i = 0; i < 3000; i++) {
        sw_buf line = {0};
        write_line(&line);
        sw_declaration *said;
        const sw_ruling *ruling;
        const sw_batch_ruling *short_one;
        assert_true(sw_declaration_parse((sw_str){line.at, line.len}, "d",
                                         arena, &said, &err));
        assert_true(sw_rule_with(&book, 1, said, &how, arena, &ruling, &err));
        assert_true(sw_batch_declare(batch, said, &err));
        assert_true(sw_batch_rule(batch, &short_one, &err));
        check_same(short_one, ruling);
        seen[ruling->verdict]++;
        sw_buf_free(&line);
        sw_arena_reset(arena);
    }
    assert_true(seen[SW_VERDICT_CLEAR] > 20 &&
                seen[SW_VERDICT_UNDETERMINED] > 100 &&
                seen[SW_VERDICT_PERMIT] > 100 && seen[SW_VERDICT_BARRED] > 100);
    sw_batch_free(batch);
    sw_arena_free(arena);
    sw_arena_free(books);
}

// The output of a whole stream. The caller frees.
static char *ruled(sw_rulebook *book, const sw_buf *lines, unsigned threads,
                   bool reasons, sw_batch_count *counted)
{
    char *text = NULL;
    size_t size = 0;
    sw_pool *pool = NULL;
    sw_error err = {0};
    FILE *in = fmemopen(lines->at, lines->len, "r");
    FILE *out = open_memstream(&text, &size);
    assert_non_null(in);
    assert_non_null(out);
    sw_rule_options how = {.date = day("2026-11-24")};
    assert_true(sw_pool_new(threads, &pool, &err));
    assert_true(sw_batch_lines(&book, 1, &how, reasons, in, "lines", out, pool,
                               NULL, counted, &err));
    sw_pool_free(pool);
    fclose(in);
    fclose(out);
    return text;
}

static void check_line(const char *line, sw_rulebook *book, const char *said,
                       size_t number)
{
    sw_arena *arena = NULL;
    sw_error err = {0};
    sw_declaration *d;
    const sw_ruling *ruling;
    json_t *told = json_loads(line, JSON_DISABLE_EOF_CHECK, NULL);
    assert_non_null(told);
    assert_true(sw_arena_new(&arena, &err));
    assert_true(sw_declaration_parse(sw_str_of(said), "d", arena, &d, &err));
    sw_rule_options how = {.date = day("2026-11-24")};
    assert_true(sw_rule_with(&book, 1, d, &how, arena, &ruling, &err));
    assert_int_equal(json_integer_value(json_object_get(told, "line")), number);
    assert_string_equal(json_string_value(json_object_get(told, "verdict")),
                        sw_verdict_name(ruling->verdict));
    size_t failed = 0;
    for (size_t i = 0; i < ruling->rule_count; i++)
        failed += ruling->rules[i].state == SW_RULE_FAILED;
    assert_int_equal(json_array_size(json_object_get(told, "failed")), failed);
    assert_int_equal(json_object_size(json_object_get(told, "why")), failed);
    json_decref(told);
    sw_arena_free(arena);
}

static void lines_come_back_in_their_order(void **state)
{
    enum { LINES = 6000 };
    sw_arena *books = NULL;
    sw_error err = {0};
    sw_batch_count one, three;
    sw_buf lines = {0};
    static char *each[LINES];
    assert_true(sw_arena_new(&books, &err));
    sw_rulebook *book = book_in(books);
    for (size_t i = 0; i < LINES; i++) {
        sw_buf line = {0};
        write_line(&line);
        sw_buf_str(&lines, (sw_str){line.at, line.len});
        // The last line has no end.
        if (i + 1 < LINES) sw_buf_str(&lines, SW_STR("\n"));
        sw_buf_str(&line, (sw_str){"", 1});
        each[i] = line.at;
    }
    char *a = ruled(book, &lines, 1, true, &one);
    char *b = ruled(book, &lines, 3, true, &three);
    assert_string_equal(a, b);
    assert_memory_equal(&one, &three, sizeof one);
    assert_int_equal(one.lines, LINES);
    assert_int_equal(one.faults, 0);
    const char *at = a;
    for (size_t i = 0; i < LINES; i++) {
        if (i % 97 == 0) check_line(at, book, each[i], i + 1);
        at = strchr(at, '\n');
        assert_non_null(at++);
        free(each[i]);
    }
    assert_string_equal(at, "");
    free(a);
    free(b);
    sw_buf_free(&lines);
    sw_arena_free(books);
}

static const struct {
    const char *line, *fault;
} faults[] = {
    {"{\"cargo.scale\": \"x\"}", "line 1, column 1: fact cargo.scale must be"},
    {"{\"cargo.scal\": 1}", "did you mean cargo.scale?"},
    {"{\"cargo\": {\"scale\": 1}, \"cargo.scale\": 2}", "is already given"},
    {"{\"cargo.scale\": 1, \"cargo.scale\": 2}", "line 1"},
    {"{\"cargo.scale\": 1e400}", "line 1"},
    {"{\"cargo.scale\": 99999999999999999999}", "line 1"},
    {"{\"name\": \"\\u001b[1m\"}", "a control character in text"},
    {"[]", "must be an object"},
    {"{\"cargo.kind\": ", "line 1"},
};

static void faults_are_lines_too(void **state)
{
    sw_arena *books = NULL;
    sw_error err = {0};
    assert_true(sw_arena_new(&books, &err));
    sw_rulebook *book = book_in(books);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        sw_buf lines = {0};
        sw_batch_count counted;
        sw_buf_printf(&lines, "%s\n \n{}\n", faults[i].line);
        char *out = ruled(book, &lines, 2, false, &counted);
        assert_int_equal(counted.faults, 1);
        assert_int_equal(counted.lines, 2);
        char *second = strchr(out, '\n');
        assert_non_null(second);
        assert_non_null(strstr(second, "{\"line\":3,\"verdict\":"));
        *second = '\0';
        if (strstr(out, faults[i].fault) == NULL)
            fail_msg("%s: %s", faults[i].line, out);
        free(out);
        sw_buf_free(&lines);
    }
    sw_arena_free(books);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_batch_says_what_a_ruling_says),
        cmocka_unit_test(lines_come_back_in_their_order),
        cmocka_unit_test(faults_are_lines_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
