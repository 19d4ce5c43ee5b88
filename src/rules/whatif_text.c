// What-if for people: first what is asked for, then what it hangs on.
#include <stdio.h>
#include <string.h>

#include "page.h"
#include "segwan/whatif.h"

static bool say(page *p, size_t left, sw_str line)
{
    if (line.at == NULL) return sw_fail_memory(p->err);
    sw_page__indent(p, left);
    sw_page__wrap(p, line, left + 2, left);
    return true;
}

static bool labelled(page *p, const char *label, sw_str line)
{
    if (line.at == NULL) return sw_fail_memory(p->err);
    sw_page__labelled(p, label, line);
    return true;
}

/* ---- two situations -------------------------------------------------- */

// "the fact cargo.scale"
static sw_str difference_name(const page *p, const sw_whatif_difference *d)
{
    switch (d->what[0]) {
    case 'f': return d->name;
    case 'd': return SW_STR("the day ruled for");
    case 'k': return SW_STR("the day as known on");
    default:
        return sw_arena_printf(p->arena, "the variant of %.*s",
                               SW_STR_ARGS(d->name));
    }
}

static bool difference_lines(page *p, const sw_whatif *found)
{
    sw_page__heading(p, "What differs");
    for (size_t i = 0; i < found->difference_count; i++) {
        const sw_whatif_difference *d = &found->differences[i];
        sw_str name = difference_name(p, d);
        if (name.at == NULL) return sw_fail_memory(p->err);
        if (!say(p, 2,
                 sw_arena_printf(p->arena, "%.*s: %.*s -> %.*s",
                                 SW_STR_ARGS(name), SW_STR_ARGS(d->from),
                                 SW_STR_ARGS(d->to))))
            return false;
    }
    return true;
}

// "a" or "b": undoing either does it; "a" and "b": only both together.
static bool cause_line(page *p, const sw_whatif *found,
                       const sw_whatif_flip *flip)
{
    const char *joined = flip->alone ? " or " : " and ";
    sw_str line = SW_STR("of");
    if (flip->cause_count == 0)
        return labelled(p, "because",
                        SW_STR("not found within the limit of rulings"));
    for (size_t i = 0; i < flip->cause_count; i++) {
        sw_str name = difference_name(p, &found->differences[flip->causes[i]]);
        if (name.at == NULL) return sw_fail_memory(p->err);
        line = sw_arena_printf(p->arena, "%.*s%s%.*s", SW_STR_ARGS(line),
                               i > 0 ? joined : " ", SW_STR_ARGS(name));
        if (line.at == NULL) return sw_fail_memory(p->err);
    }
    const char *how = flip->cause_count == 1 ? ""
                      : flip->alone
                          ? ": undoing any one turns it back"
                          : ": only undoing all of them turns it back";
    return labelled(
        p, "because",
        sw_arena_printf(p->arena, "%.*s%s", SW_STR_ARGS(line), how));
}

static bool flip_lines(page *p, const sw_whatif *found,
                       const sw_whatif_flip *flip)
{
    sw_str head =
        sw_arena_printf(p->arena, "%s%s%.*s: %.*s -> %.*s", flip->what,
                        flip->id.len > 0 ? " " : "", SW_STR_ARGS(flip->id),
                        SW_STR_ARGS(flip->from), SW_STR_ARGS(flip->to));
    if (!say(p, 2, head)) return false;
    if (flip->title.len > 0 && !say(p, 4, flip->title)) return false;
    if (!cause_line(p, found, flip)) return false;
    if (flip->was.len > 0) sw_page__labelled(p, "said", flip->was);
    if (flip->is.len > 0) sw_page__labelled(p, "says", flip->is);
    sw_page__labelled(p, "remedy", flip->remedy);
    sw_page__labelled(p, "takes", flip->takes);
    return true;
}

static bool compared(page *p, const sw_whatif *found)
{
    const char *from = sw_verdict_name(found->from->verdict);
    const char *to = sw_verdict_name(found->to->verdict);
    if (found->from->verdict == found->to->verdict) {
        sw_buf_printf(&p->buf, "%s in both\n", from);
    } else {
        sw_buf_printf(&p->buf, "%s -> ", from);
        sw_page__paint(p, "39", to);
        sw_buf_str(&p->buf, SW_STR("\n"));
    }
    if (found->difference_count == 0)
        return say(p, 0, SW_STR("Nothing differs."));
    if (!difference_lines(p, found)) return false;
    if (found->flip_count == 0) {
        sw_buf_str(&p->buf, SW_STR("\nNothing comes out differently.\n"));
        return true;
    }
    sw_page__heading(p, "What comes out differently");
    for (size_t i = 0; i < found->flip_count; i++) {
        if (!flip_lines(p, found, &found->flips[i])) return false;
    }
    return true;
}

bool sw_whatif_text(const sw_whatif *found, bool color, sw_arena *arena,
                    sw_str *out, sw_error *err)
{
    page p = {.color = color, .arena = arena, .err = err};
    return sw_page__finish(&p, compared(&p, found), out);
}

/* ---- the nearest change ---------------------------------------------- */

static bool change_line(page *p, const sw_whatif_change *c)
{
    bool limit = c->limit.len > 0;
    return say(p, 4,
               sw_arena_printf(p->arena, "%.*s: %.*s -> %.*s%s%.*s%s",
                               SW_STR_ARGS(c->fact), SW_STR_ARGS(c->from),
                               SW_STR_ARGS(c->to), limit ? " (" : "",
                               SW_STR_ARGS(c->limit), limit ? ")" : ""));
}

static bool freed_lines(page *p, const sw_whatif_freed *f)
{
    if (!labelled(p, "frees",
                  sw_arena_printf(p->arena, "%.*s (%s): %.*s",
                                  SW_STR_ARGS(f->id), f->state,
                                  SW_STR_ARGS(f->title))))
        return false;
    sw_page__labelled(p, "remedy", f->remedy);
    sw_page__labelled(p, "takes", f->takes);
    return true;
}

static bool way_lines(page *p, const sw_whatif_way *way, size_t number)
{
    sw_buf_printf(&p->buf, "\n  %zu. %s\n", number,
                  sw_verdict_name(way->verdict));
    for (size_t i = 0; i < way->change_count; i++) {
        if (!change_line(p, &way->changes[i])) return false;
    }
    for (size_t i = 0; i < way->freed_count; i++) {
        if (!freed_lines(p, &way->freed[i])) return false;
    }
    return true;
}

static bool names_line(page *p, const char *before, const sw_str *names,
                       size_t count)
{
    sw_str line = sw_str_of(before);
    for (size_t i = 0; i < count; i++) {
        line = sw_arena_printf(p->arena, "%.*s%s %.*s", SW_STR_ARGS(line),
                               i > 0 ? "," : "", SW_STR_ARGS(names[i]));
        if (line.at == NULL) return sw_fail_memory(p->err);
    }
    return say(p, 0, line);
}

// How far the answer goes.
static bool reach_lines(page *p, const sw_whatif_nearest *found)
{
    sw_buf_str(&p->buf, SW_STR("\n"));
    if (found->ruled_out > 0 &&
        !say(p, 0,
             sw_arena_printf(p->arena, "No change of %s%zu fact%s will do.",
                             found->ruled_out > 1 ? "up to " : "",
                             found->ruled_out,
                             found->ruled_out > 1 ? "s" : "")))
        return false;
    if (found->more_ways > 0 &&
        !say(p, 0,
             sw_arena_printf(p->arena, "%zu more sets of the same size do.",
                             found->more_ways)))
        return false;
    if (found->cut_short &&
        !say(p, 0,
             sw_arena_printf(p->arena,
                             "Cut short after %zu rulings: there may be "
                             "others.",
                             found->rulings)))
        return false;
    return found->inexact_count == 0 ||
           names_line(p,
                      "Not all values are tried of facts that rules do more "
                      "with than comparing:",
                      found->inexact, found->inexact_count);
}

static bool nearest(page *p, const sw_whatif_nearest *found)
{
    const char *wanted =
        found->any_other ? "anything else" : sw_verdict_name(found->wanted);
    sw_buf_printf(&p->buf,
                  "%s now; wanted: ", sw_verdict_name(found->now->verdict));
    sw_page__paint(p, "39", wanted);
    sw_buf_str(&p->buf, SW_STR("\n"));
    if (found->already) return say(p, 0, SW_STR("Nothing has to change."));
    if (found->never && !found->cut_short) {
        if (!names_line(p, "No change reaches it, of these facts:",
                        found->tried, found->tried_count))
            return false;
    } else if (found->way_count > 0) {
        size_t n = found->ways[0].change_count;
        sw_buf_printf(&p->buf, "%zu fact%s to change%s\n", n, n == 1 ? "" : "s",
                      found->way_count > 1 ? ", in one of these ways" : "");
    }
    for (size_t i = 0; i < found->way_count; i++) {
        if (!way_lines(p, &found->ways[i], i + 1)) return false;
    }
    return reach_lines(p, found);
}

bool sw_whatif_nearest_text(const sw_whatif_nearest *found, bool color,
                            sw_arena *arena, sw_str *out, sw_error *err)
{
    page p = {.color = color, .arena = arena, .err = err};
    return sw_page__finish(&p, nearest(&p, found), out);
}
