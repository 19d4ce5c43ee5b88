// What a ruling prints: what must be said is said, within the page, and the
// manual's example is true. Arguments: docs/rulebooks.md, where to write a
// ruling's JSON.
#include <utf8proc.h>

#include "book.h"

static const char *manual_path, *json_path;

static const char rich_book[] =
    "variants:\n"
    "  bill-9: {title: Bill 9, status: bill, source: act, notes: Not passed.,\n"
    "    rules: [{id: bill, takes: a year}]}\n"
    "terms:\n"
    "  coarse: {title: Coarse as a map may be that needs nobody, source: act,\n"
    "    of: cargo.scale, at_least: 25000, state: meets, subject: map,\n"
    "    readings: {other: {source: act, title: Coarser, more_than: 0}}}\n"
    "  free: {title: Free, source: act, is: coarse || cargo.fine,\n"
    "    state: presumed, subject: map, notes: Not what it says.}\n"
    "  soon: {title: S, source: act, is: free, status: bill, state: duties,\n"
    "    in_force: {from: 2030-01-01}}\n"
    "  kept: {title: K, source: act, is: 'parts.exists(p, p.ok)'}\n" BOOK_HEAD
    "  - id: scale\n"
    "    title: Coarse maps only (축척)\n"
    "    source: act\n"
    "    status: law\n"
    "    in_force: {from: 2020-02-02}\n"
    "    when: cargo.kind == \"map\" && !(name == \"state\")\n"
    "    require: cargo.scale >= 25000 && cargo.ratio > 0.5\n"
    "    otherwise: permit\n"
    "    treatment: {coarsen: {scale: 25000}}\n"
    "    remedy: Coarsen the map, or apply to the council, which meets rarely "
    "and decides slowly, in sixty working days and sixty more.\n"
    "    penalty: A fine.\n"
    "    notes: The council's word was not read.\n"
    "  - id: tags\n"
    "    title: No a in a map\n"
    "    source: act\n"
    "    status: not-yet-in-force\n"
    "    in_force: {from: 2026-12-03}\n"
    "    require: cargo.tags.all(t, t != \"a\")\n"
    "    otherwise: treat\n"
    "    treatment: {strip-tags: [\"a=*\", \"name:*\"], remove-zones: true}\n"
    "    remedy: Take a out.\n"
    "  - id: fresh\n"
    "    title: Old maps stay\n"
    "    source: act\n"
    "    status: law\n"
    "    require: cargo.made > timestamp(\"2020-01-01T00:00:00Z\")\n"
    "    otherwise: barred\n"
    "    remedy: Make a new one.\n"
    "  - id: held\n"
    "    title: Whose it is is said\n"
    "    source: act\n"
    "    status: law\n"
    "    require: name != \"\"\n"
    "    otherwise: barred\n"
    "    remedy: Say it.\n"
    "  - id: bill\n"
    "    title: Nothing leaves\n"
    "    source: act\n"
    "    status: bill\n"
    "    require: 'false'\n"
    "    otherwise: barred\n"
    "    remedy: Vote.\n";

static sw_str text_of(const char *said, bool color, bool verbose,
                      sw_arena *arena)
{
    sw_str text = {0};
    sw_error err = {0};
    const sw_ruling *ruling =
        ruling_of(book_of(rich_book, arena), said, "2026-12-03", arena);
    if (!sw_ruling_text(ruling, color, verbose, arena, &text, &err))
        fail_msg("%s", err.reason);
    return text;
}

static const char failing[] = "cargo: {kind: map, scale: 5000, tags: [b, a], "
                              "ratio: 0.75, made: 2019-05-06}\nname: 홍길동\n";

static void failure_says_what_decided(void **state)
{
    sw_str text = text_of(failing, false, false, *state);
    assert_true(sw_str_starts(text, SW_STR("barred: may not leave")));
    static const char *const parts[] = {
        "ruled for 2026-12-03",
        "xx/test: A book for tests (XX, as of 2026-11-01)",
        "4 rules: 3 failed, 1 held",
        "scale: Coarse maps only (축척)",
        "cargo.scale >= 25000   because cargo.scale = 5000",
        "cargo.kind == \"map\"   because cargo.kind = \"map\"",
        "not name == \"state\"   because name = \"홍길동\"",
        "remedy    Coarsen the map, or apply",
        "or treat  coarsen to 1:25,000",
        "penalty   A fine.",
        "law, in force from 2020-02-02",
        "The Act, Art. 1",
        "https://law.example",
        "t != \"a\"   because t = \"a\"",
        "cargo.made = 2019-05-06",
        "strip-tags a=*, name:*",
        "remove-zones",
        "Not law",
        "bill, barred",
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        assert_has(text, parts[i]);
    assert_false(sw_str_has(text, SW_STR("Whose it is is said")));
    assert_false(sw_str_has(text, SW_STR("because cargo.ratio")));
    assert_false(sw_str_has(text, SW_STR("\033")));
    assert_false(sw_str_has(text, SW_STR("Questions")));
}

static void worst_comes_first(void **state)
{
    sw_str text = text_of(failing, false, false, *state);
    const char *barred = strstr(text.at, "fresh: Old maps");
    const char *permit = strstr(text.at, "scale: Coarse maps");
    const char *treat = strstr(text.at, "tags: No a");
    assert_true(barred != NULL && barred < permit && permit < treat);
}

static void verbose_tells_the_rest(void **state)
{
    sw_str text = text_of(failing, false, true, *state);
    assert_has(text, "held: Whose it is is said");
    assert_has(text, "The council's word was not read.");
}

static void question_is_put_in_words(void **state)
{
    sw_str text = text_of("name: x\ncargo: {kind: map, ratio: 1.0, made: "
                          "2024-01-01}\n",
                          false, false, *state);
    assert_true(sw_str_starts(text, SW_STR("undetermined: facts are missing")));
    assert_has(text, "cargo.scale (int, denominator)\n      Which scale?\n");
    assert_has(text, "one of: a, b, c");
    assert_has(text, "permit?   scale: Coarse maps only");
}

static void color_only_adds_escapes(void **state)
{
    sw_str plain = text_of(failing, false, true, *state);
    sw_str color = text_of(failing, true, true, *state);
    char *stripped = malloc(color.len + 1);
    assert_non_null(stripped);
    size_t n = 0;
    for (size_t i = 0; i < color.len; i++) {
        if (color.at[i] == '\033') {
            while (color.at[i] != 'm')
                i++;
        } else {
            stripped[n++] = color.at[i];
        }
    }
    assert_true(color.len > plain.len);
    assert_true(sw_str_eq((sw_str){stripped, n}, plain));
    free(stripped);
}

static void lines_fit_the_page(void **state)
{
    sw_str text = text_of(failing, false, true, *state);
    size_t column = 0;
    for (size_t i = 0; i < text.len;) {
        utf8proc_int32_t c;
        i += (size_t)utf8proc_iterate((const utf8proc_uint8_t *)text.at + i,
                                      (utf8proc_ssize_t)(text.len - i), &c);
        column = c == '\n' ? 0 : column + (size_t)utf8proc_charwidth(c);
        assert_true(column <= 80);
    }
}

static void declared_text_cannot_steer_a_terminal(void **state)
{
    sw_str text = text_of("name: \"a\\nb\\tc\"\ncargo: {kind: map, scale: 1, "
                          "tags: [], ratio: 1, made: 2024-01-01}\n",
                          false, true, *state);
    assert_has(text, "name = \"a\\nb\\tc\"");
}

/* ---- the manual ------------------------------------------------------ */

// The indented block behind the line that holds `mark`, without indentation.
static char *manual_block(sw_str manual, const char *mark)
{
    const char *at = strstr(manual.at, mark);
    assert_non_null(at);
    char *block = calloc(1, manual.len + 1);
    assert_non_null(block);
    size_t n = 0, kept = 0;
    bool started = false;
    for (at = strchr(at, '\n') + 1; *at != '\0'; at = strchr(at, '\n') + 1) {
        size_t len = strcspn(at, "\n");
        bool inside = strncmp(at, "    ", 4) == 0;
        if (!inside && len > 0) break;
        if (!inside && !started) continue;
        started = true;
        if (inside) memcpy(block + n, at + 4, len - 4), n += len - 4;
        block[n++] = '\n';
        if (inside) kept = n;
    }
    block[kept] = '\0';
    return block;
}

static void manual_example_is_true(void **state)
{
    sw_error err = {0};
    sw_str manual, text;
    if (!sw_file_read(manual_path, 1 << 20, *state, &manual, &err))
        fail_msg("%s", err.reason);
    char *book = manual_block(manual, "`harbour.yaml`:");
    char *said = manual_block(manual, "`declaration.yaml`:");
    char *printed = manual_block(manual, "--date 2026-11-24` prints:");
    const sw_ruling *ruling =
        ruling_of(book_of(book, *state), said, "2026-11-24", *state);
    assert_true(sw_ruling_text(ruling, false, false, *state, &text, &err));
    assert_str(text, printed);

    // And so is what it says would be otherwise.
    char *coarse = replaced(said, "scale: 5000", "scale: 50000");
    ruling = ruling_of(book_of(book, *state), coarse, "2026-11-24", *state);
    assert_int_equal(ruling->verdict, SW_VERDICT_UNDETERMINED);
    assert_int_equal(ruling->question_count, 1);
    assert_str(ruling->questions[0].fact, "chart.shows");
    free(coarse);
    free(printed);
    free(said);
    free(book);
}

/* ---- JSON ------------------------------------------------------------ */

// The file is held against the schema by a test of its own.
static void json_is_written_for_the_schema(void **state)
{
    static const char *const said[] = {
        failing, "", "cargo: {kind: image, tags: [a], made: 2024-01-01}\n"};
    sw_error err = {0};
    sw_output *out = NULL;
    assert_true(sw_output_begin(json_path, &out, &err));
    assert_true(sw_output_write(out, "[", 1, &err));
    sw_rulebook *base = book_of(rich_book, *state), *bill = NULL;
    assert_true(
        sw_rulebook_variant(base, SW_STR("bill-9"), *state, &bill, &err));
    for (size_t i = 0; i < 4; i++) {
        sw_str json;
        const sw_ruling *ruling =
            ruling_of(i < 3 ? base : bill, said[i % 3], "2026-12-03", *state);
        assert_true(sw_ruling_json(ruling, *state, &json, &err));
        if (i > 0) assert_true(sw_output_write(out, ",", 1, &err));
        assert_true(sw_output_write(out, json.at, json.len, &err));
    }
    assert_true(sw_output_write(out, "]\n", 2, &err));
    assert_true(sw_output_commit(out, &err));
    sw_output_discard(out);
}

int main(int argc, char **argv)
{
    if (argc != 3) return 2;
    manual_path = argv[1];
    json_path = argv[2];
#define TEST(f) cmocka_unit_test_setup_teardown(f, make_arena, free_arena)
    const struct CMUnitTest tests[] = {
        TEST(failure_says_what_decided),
        TEST(worst_comes_first),
        TEST(verbose_tells_the_rest),
        TEST(question_is_put_in_words),
        TEST(color_only_adds_escapes),
        TEST(lines_fit_the_page),
        TEST(declared_text_cannot_steer_a_terminal),
        TEST(manual_example_is_true),
        TEST(json_is_written_for_the_schema),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
