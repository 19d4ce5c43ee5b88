// The parts that rules and terms share on a page: conditions, dates,
// provisions, treatments.
#include <string.h>

#include "show.h"

/* ---- conditions ------------------------------------------------------ */

// Terms that only a variant has stand nowhere on the page.
static const char *place_of(const show *p, sw_str path)
{
    if (sw_rules__find_fact(&p->base->facts, path) != NULL) return "fact-";
    return sw_rules__find_term(p->base, path) != NULL ? "term-" : NULL;
}

static void question(show *p, const phrase *said)
{
    sheet *s = &p->s;
    const char *place = said->path.len > 0 ? place_of(p, said->path) : NULL;
    if (said->code) {
        sw_sheet__code(s, said->question);
    } else if (place != NULL) {
        sw_sheet__jump(s, place, said->path, said->question);
    } else {
        sw_sheet__text(s, said->question);
    }
}

static void one_line(show *p, const phrase *said)
{
    if (said->question.len > 0) {
        question(p, said);
        bool asks = sw_str_ends(said->question, SW_STR("?"));
        sw_sheet__say(&p->s, asks ? " " : ": ");
    }
    if (said->count > 0) {
        sw_sheet__text(&p->s, said->answer);
    } else {
        sw_sheet__strong(&p->s, said->answer);
    }
}

// Within a cell of Markdown, which has no lists: "all of these: (a; b)".
static void in_line(show *p, const phrase *said)
{
    one_line(p, said);
    if (said->count == 0) return;
    sw_sheet__say(&p->s, " (");
    for (size_t i = 0; i < said->count; i++) {
        if (i > 0) sw_sheet__say(&p->s, "; ");
        in_line(p, &said->at[i]);
    }
    sw_sheet__say(&p->s, ")");
}

static void as_list(show *p, const phrase *at, size_t count)
{
    sw_sheet__list(&p->s);
    for (size_t i = 0; i < count; i++) {
        sw_sheet__item(&p->s);
        one_line(p, &at[i]);
        if (at[i].count > 0) as_list(p, at[i].at, at[i].count);
        sw_sheet__item_end(&p->s);
    }
    sw_sheet__list_end(&p->s);
}

void sw_show__phrase(show *p, const phrase *said)
{
    if (p->s.as == SW_PAGE_MARKDOWN && p->s.in_cell) {
        in_line(p, said);
    } else if (said->question.len == 0 && said->count > 0) {
        sw_sheet__paragraph(&p->s);
        sw_sheet__text(&p->s, said->answer);
        sw_sheet__paragraph_end(&p->s);
        as_list(p, said->at, said->count);
    } else {
        as_list(p, said, 1);
    }
}

void sw_show__sides(show *p, const phrase *said, sw_str text)
{
    sw_sheet__group(&p->s, "sides");
    sw_sheet__group(&p->s, "words");
    sw_show__phrase(p, said);
    sw_sheet__group_end(&p->s);
    sw_sheet__block(&p->s, text);
    sw_sheet__group_end(&p->s);
}

bool sw_show__condition(show *p, const char *label, sw_str text)
{
    const phrase *said;
    if (!sw_rules__phrase(p->book, text, p->arena, &said, p->err)) return false;
    sw_sheet__heading(&p->s, 4, NULL, SW_STR(""), sw_str_of(label));
    sw_show__sides(p, said, text);
    return true;
}

/* ---- thresholds ------------------------------------------------------ */

static const char *operator_words(sw_str sign)
{
    static const struct {
        const char *sign, *words;
    } known[] = {{">=", "at least "},
                 {">", "more than "},
                 {"<=", "at most "},
                 {"<", "less than "}};
    size_t i = 0;
    while (!sw_str_eq(sign, sw_str_of(known[i].sign)))
        i++;
    return known[i].words;
}

// "each of the 3 newest values at least 7,500,000,000 (EUR)"
static void threshold_words(const threshold *t, sw_buf *out)
{
    static const char *const leads[] = {
        [QUANTIFIER_EACH] = "each of the %zu newest values ",
        [QUANTIFIER_ANY] = "any of the %zu newest values ",
        [QUANTIFIER_AVERAGE] = "the average of the %zu newest values ",
        [QUANTIFIER_SUM] = "the sum of the %zu newest values ",
        [QUANTIFIER_LAST] = "the newest value "};
    int how =
        t->quantifier >= 0 && t->over == 1 ? QUANTIFIER_LAST : t->quantifier;
    for (const char *c = how < 0 ? "" : leads[how]; *c != '\0'; c++) {
        if (strncmp(c, "%zu", 3) == 0) {
            sw_buf_printf(out, "%zu", t->over);
            c += 2;
        } else {
            sw_buf_add(out, c, 1);
        }
    }
    sw_buf_str(out, sw_str_of(operator_words(t->sign)));
    sw_rules__literal_words(&t->limit, out);
    if (t->unit.len > 0) sw_buf_printf(out, " (%.*s)", SW_STR_ARGS(t->unit));
    if (t->window.len > 0) sw_buf_printf(out, ", %.*s", SW_STR_ARGS(t->window));
    if (t->level >= 0)
        sw_buf_printf(out, ", of the %s", sw_rules__level_names[t->level]);
}

static bool threshold_phrase(show *p, const threshold *t, const phrase **out)
{
    sw_buf words = {0};
    phrase *said = SW_NEW(p->arena, phrase);
    if (said == NULL) return sw_fail_memory(p->err);
    threshold_words(t, &words);
    said->question = sw_rules__question(t->of->ask);
    said->path = t->of->path;
    bool ok =
        !words.failed &&
        sw_arena_str(p->arena, (sw_str){words.at, words.len}, &said->answer);
    sw_buf_free(&words);
    *out = said;
    return ok || sw_fail_memory(p->err);
}

bool sw_show__term_phrase(show *p, const term_version *v, const phrase **out)
{
    if (v->threshold.of != NULL) return threshold_phrase(p, &v->threshold, out);
    return sw_rules__phrase(p->book, v->is.text, p->arena, out, p->err);
}

/* ---- the rest -------------------------------------------------------- */

void sw_show__labelled(show *p, const char *label, sw_str text)
{
    if (text.len == 0) return;
    sw_sheet__paragraph(&p->s);
    sw_sheet__strong(&p->s, sw_str_of(label));
    sw_sheet__say(&p->s, " ");
    sw_sheet__text(&p->s, text);
    sw_sheet__paragraph_end(&p->s);
}

void sw_show__status(show *p, int status)
{
    static const char *const words[] = {
        [STATUS_LAW] = "law",
        [STATUS_NOT_YET_IN_FORCE] = "enacted, not yet in force",
        [STATUS_PERMIT_CONDITION] = "condition of a permit",
        [STATUS_BILL] = "bill: decides nothing",
        [STATUS_REPORTED] = "reported: decides nothing"};
    sw_sheet__badge(&p->s, sw_str_of(sw_rules__status_names[status]),
                    sw_str_of(words[status]));
}

static void period_words(show *p, const char *label, const period *days)
{
    char from[11], to[11];
    if (!days->from.given && !days->to.given) return;
    sw_sheet__say(&p->s, " %s", label);
    if (days->from.given)
        sw_sheet__say(&p->s, " from %s", sw_date_text(days->from.date, from));
    if (days->to.given)
        sw_sheet__say(&p->s, " to %s", sw_date_text(days->to.date, to));
    sw_sheet__say(&p->s, ".");
}

void sw_show__dates(show *p, const period *in_force, const period *known)
{
    period_words(p, "In force", in_force);
    period_words(p, "Known", known);
}

static const char *evidence_words(sw_str evidence)
{
    static const struct {
        const char *evidence, *words;
    } known[] = {{"law", "the text of the law"},
                 {"law-copy", "the text on somebody else's page"},
                 {"press", "press, an official's words or a summary"},
                 {"code", "a program or a form in public"}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (sw_str_eq(evidence, sw_str_of(known[i].evidence)))
            return known[i].words;
    }
    return "";
}

void sw_show__provisions(show *p, const sw_rule_source *at, size_t count)
{
    char day[11];
    sw_sheet__heading(&p->s, 4, NULL, SW_STR(""),
                      sw_str_of(count == 1 ? "Provision" : "Provisions"));
    sw_sheet__list(&p->s);
    for (size_t i = 0; i < count; i++) {
        sw_sheet__item(&p->s);
        sw_sheet__link(&p->s, at[i].url, at[i].provision);
        sw_sheet__say(&p->s, ", ");
        sw_sheet__jump(&p->s, "source-", at[i].id, at[i].title);
        sw_sheet__say(&p->s, " (%s, read %s)", evidence_words(at[i].evidence),
                      sw_date_text(at[i].read, day));
        sw_sheet__item_end(&p->s);
    }
    sw_sheet__list_end(&p->s);
}

/* ---- treatments ------------------------------------------------------ */

static const char *treatment_words(sw_str name)
{
    static const struct {
        const char *name, *words;
    } known[] = {{"remove-zones", "take out what the zones restrict"},
                 {"strip-tags", "take out the tags"},
                 {"strip-names", "take out listed names"},
                 {"strip-metadata", "take out versions, times and users"},
                 {"scope", "keep only"},
                 {"coarsen", "coarsen to 1:"}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (sw_str_eq(name, sw_str_of(known[i].name))) return known[i].words;
    }
    return "";
}

static void argument(show *p, const json_t *json)
{
    size_t i;
    json_t *item;
    if (json_is_string(json)) {
        sw_sheet__say(&p->s, " ");
        sw_sheet__text(&p->s, sw_str_of(json_string_value(json)));
    }
    json_array_foreach(json, i, item)
    {
        sw_sheet__say(&p->s, i > 0 ? ", " : " ");
        sw_sheet__code(&p->s, sw_str_of(json_string_value(item)));
    }
    const json_t *scale = json_object_get(json, "scale");
    if (scale == NULL) return;
    sw_cel_value number = {.kind = SW_CEL_INT,
                           .as.i64 = json_integer_value(scale)};
    sw_buf words = {0};
    sw_rules__literal_words(&number, &words);
    sw_sheet__text(&p->s, (sw_str){words.at, words.len});
    p->s.out.failed = p->s.out.failed || words.failed;
    sw_buf_free(&words);
}

void sw_show__treatments(show *p, const sw_treatment *at, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        json_t *json =
            json_loadb(at[i].json.at, at[i].json.len, JSON_DECODE_ANY, NULL);
        p->s.out.failed = p->s.out.failed || json == NULL;
        if (i > 0) sw_sheet__say(&p->s, "; ");
        sw_sheet__say(&p->s, "%s", treatment_words(at[i].name));
        argument(p, json);
        json_decref(json);
    }
}
