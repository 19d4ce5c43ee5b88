// Why a value is what it is, read off the trace of the run that made it.
//
// Kept is what the value hangs on: change anything else, and it stays. Of a
// strict op that is an error, the first part that is one; of an unknown one,
// the unknown parts; else all parts. Of && and || the side that decided, if one
// did, and so for the elements of all and exists.
#include "program.h"

typedef const sw_cel__op op;
typedef sw_cel__cell cell;

enum {
    MAX_REASONS = 4096,  // a longer explanation is cut
    MAX_ELEMENT = 120,   // bytes of an element's value that are shown
};

typedef struct {
    sw_cel__run *run;
    const sw_cel__seen *seen;  // of the ops from `base` on
    uint32_t base;
    bool *read;  // by slot: macro variables that the explanation came upon
    sw_cel_reason *free;
    size_t free_count, made;
    bool doubtful;  // as of sw_cel__explanation
} explainer;

static bool explain(explainer *x, op *o, sw_cel_reason *out);

static cell value_of(const explainer *x, op *o)
{
    return o->code == SW_OP_VALUE ? sw_cel__cell_of(o->value)
                                  : x->seen[o->id - x->base].cell;
}

static bool was_evaluated(cell v)
{
    return v.kind != SW_CEL_NULL || v.bits != 0;
}

static bool is_true(cell v)
{
    return v.kind == SW_CEL_BOOL && sw_cel__b(v);
}

static bool is_stop(uint64_t kind)
{
    return kind == SW_CEL_ERROR || kind == SW_CEL_UNKNOWN;
}

// Room for `count` reasons; NULL: a limit.
static sw_cel_reason *take(explainer *x, size_t count)
{
    if (count > x->free_count) {
        size_t more = count > 64 ? count : 64;
        x->free = sw_cel__alloc(x->run, more, sizeof *x->free);
        if (x->free == NULL) return NULL;
        x->free_count = more;
    }
    sw_cel_reason *taken = x->free;
    x->free += count;
    x->free_count -= count;
    return taken;
}

// A reason without parts.
static sw_cel_reason alone(op *o, cell value)
{
    return (sw_cel_reason){.begin = (uint32_t)o->node->begin,
                           .end = (uint32_t)o->node->end,
                           .value = sw_cel__value_of(value)};
}

// A name that stands for a type is no fact.
static sw_str fact_of(op *o, cell value)
{
    bool type =
        value.kind == SW_CEL_TYPE && sw_cel__type_name(o->node->path) != NULL;
    return type ? (sw_str){0} : o->node->path;
}

// Appends the reasons of a part to a list that has room.
static bool add(explainer *x, op *part, sw_cel_reason *list, size_t *count)
{
    cell value = value_of(x, part);
    if (!was_evaluated(value) || x->made >= MAX_REASONS) return true;
    if (part->silent) {
        bool variable =
            part->code == SW_OP_LOCAL || part->code == SW_OP_ELEMENT;
        if (variable) x->read[part->at] = true;
        return true;
    }
    x->made++;
    sw_cel_reason *reason = &list[(*count)++];
    reason->begin = (uint32_t)part->node->begin;
    reason->end = (uint32_t)part->node->end;
    reason->value = sw_cel__value_of(value);
    reason->path = part->fact ? fact_of(part, value) : (sw_str){0};
    reason->element = NULL;
    reason->element_count = 0;
    reason->count = 0;
    reason->at = NULL;
    return part->fact || explain(x, part, reason);
}

/* ---- parts of an op -------------------------------------------------- */

static bool has_kind(explainer *x, op *part, sw_cel_kind kind)
{
    cell v = value_of(x, part);
    return was_evaluated(v) && v.kind == kind;
}

static bool any_of_kind(explainer *x, op *o, sw_cel_kind kind)
{
    for (size_t i = 0; i < o->count; i++) {
        if (has_kind(x, &o->args[i], kind)) return true;
    }
    return false;
}

// Another error, or a constant that was not evaluated: they may do with none
// of the facts that the chosen part reads.
static bool may_need_none(const explainer *x, op *part)
{
    cell v = value_of(x, part);
    return was_evaluated(v) ? v.kind == SW_CEL_ERROR : !part->reads;
}

// One part was chosen; facts that it names may be too much if another part
// can do with some of them, or with none.
static bool doubt_others(explainer *x, op *o, size_t chosen)
{
    for (size_t i = 0; i < o->count; i++) {
        op *part = &o->args[i];
        bool may = part->shared || part->local || part->settled ||
                   may_need_none(x, part);
        x->doubtful |= i != chosen && may;
    }
    return true;
}

// A literal may be wrong in itself, by its keys or its optional entries; then
// what else stands in it does not matter.
static void doubt_literal(explainer *x, op *o, const sw_cel_value *value)
{
    bool literal =
        o->node->kind == SW_NODE_LIST || o->node->kind == SW_NODE_MAP;
    x->doubtful |= literal && value->kind == SW_CEL_ERROR;
}

static bool explain_strict(explainer *x, op *o, const sw_cel_value *value,
                           sw_cel_reason *list, size_t *count)
{
    bool stops = is_stop(value->kind) && any_of_kind(x, o, value->kind);
    doubt_literal(x, o, value);
    for (size_t i = 0; i < o->count; i++) {
        op *part = &o->args[i];
        if (stops && !has_kind(x, part, value->kind)) continue;
        // What is unknown has no part in a value that is not.
        if (value->kind != SW_CEL_UNKNOWN && has_kind(x, part, SW_CEL_UNKNOWN))
            continue;
        if (!add(x, part, list, count)) return false;
        if (stops && value->kind == SW_CEL_ERROR) return doubt_others(x, o, i);
    }
    return true;
}

// or() and orValue(): the second part counts because the first has no value.
static bool explain_or_else(explainer *x, op *o, const sw_cel_value *value,
                            sw_cel_reason *list, size_t *count)
{
    if (value->kind == SW_CEL_UNKNOWN || has_kind(x, &o->args[0], SW_CEL_ERROR))
        return explain_strict(x, o, value, list, count);
    return add(x, &o->args[0], list, count) && add(x, &o->args[1], list, count);
}

// Whether a side or element alone decides: && and all() by false, || and
// exists() by true.
static bool decides(op *o, cell v)
{
    bool by_true = o->code == SW_OP_OR || o->code == SW_OP_EXISTS;
    bool by_false = o->code == SW_OP_AND || o->code == SW_OP_ALL;
    return v.kind == SW_CEL_BOOL && (sw_cel__b(v) ? by_true : by_false);
}

static bool explain_logical(explainer *x, op *o, const sw_cel_value *value,
                            sw_cel_reason *list, size_t *count)
{
    bool decided = decides(o, sw_cel__cell_of(value));
    for (size_t i = 0; i < o->count; i++) {
        op *side = &o->args[i];
        cell v = value_of(x, side);
        if (!was_evaluated(v) || (decided && !decides(o, v))) continue;
        if (value->kind == SW_CEL_UNKNOWN && v.kind != SW_CEL_UNKNOWN) continue;
        if (!add(x, side, list, count)) return false;
        if (decided) return doubt_others(x, o, i);
    }
    return true;
}

/* ---- macros ---------------------------------------------------------- */

// One element is enough if it decided, or if its error may not be absorbed.
static bool one_is_enough(op *o, cell whole)
{
    bool logical = o->code == SW_OP_ALL || o->code == SW_OP_EXISTS;
    return decides(o, whole) || (whole.kind == SW_CEL_ERROR && !logical);
}

// Which elements an explanation of the whole needs, by what their filter or
// body gave. A condition that is no bool is an error, too; the error of a body
// is reached through its filter.
static bool wanted(const explainer *x, op *o, op *part, cell whole, cell one)
{
    if (decides(o, whole)) return decides(o, one);
    if (whole.kind == SW_CEL_UNKNOWN) return one.kind == SW_CEL_UNKNOWN;
    op *body = &o->args[o->count - 1];
    cell last = value_of(x, body);
    bool failed = was_evaluated(last) && last.kind == SW_CEL_ERROR;
    if (!one_is_enough(o, whole) || one.kind == SW_CEL_ERROR || failed)
        return true;
    bool condition = o->code == SW_OP_EXISTS_ONE || part != body;
    return condition && one.kind != SW_CEL_BOOL && one.kind != SW_CEL_UNKNOWN;
}

static unsigned variables_of(op *o)
{
    return o->node->vars[1].len > 0 ? 2 : 1;
}

// The element whose frame is read, for its reason.
static bool name_element(explainer *x, op *o, const sw_cel__seen *frame,
                         sw_cel_reason *reason)
{
    unsigned count = variables_of(o);
    sw_cel_binding *element = sw_cel__alloc(x->run, count, sizeof *element);
    if (element == NULL) return false;
    for (unsigned i = 0; i < count; i++)
        element[i] =
            (sw_cel_binding){o->node->vars[i], *sw_cel__at(frame[i].cell)};
    reason->element = element;
    reason->element_count = count;
    return true;
}

// The filter or body for one element, whose frame is read.
static bool explain_part(explainer *x, op *o, op *part,
                         const sw_cel__seen *frame, cell whole,
                         sw_cel_reason *list, size_t *count)
{
    cell v = value_of(x, part);
    if (!was_evaluated(v) || x->made >= MAX_REASONS ||
        !wanted(x, o, part, whole, v))
        return true;
    size_t before = *count;
    if (!add(x, part, list, count)) return false;
    // What is silent tells its element all the same, but for filter(x, p),
    // which gives its elements back.
    if (*count == before) {
        if (part->local && o->count == 3) return true;
        list[(*count)++] = alone(part, v);
        x->made++;
    }
    return name_element(x, o, frame, &list[before]);
}

static bool explain_frames(explainer *x, op *o, const sw_cel__log *log,
                           cell whole, sw_cel_reason *list, size_t *count)
{
    bool first_only = one_is_enough(o, whole);
    size_t before = *count;
    // The other elements may do with less of what is not the range.
    for (size_t i = 1; i < o->count; i++)
        x->doubtful |= first_only && o->args[i].shared;
    for (size_t i = 0; i < log->count; i++) {
        const sw_cel__seen *frame = log->at + i * log->stride;
        x->seen = frame + SW_CEL__VARIABLES;
        for (size_t part = 1; part < o->count; part++) {
            // A constant body has a value even where it was not asked for one.
            if (part > 1 && !is_true(value_of(x, &o->args[part - 1]))) break;
            if (!explain_part(x, o, &o->args[part], frame, whole, list, count))
                return false;
        }
        if (first_only && *count > before) break;
    }
    return true;
}

static bool explain_fold(explainer *x, op *o, const sw_cel_value *value,
                         sw_cel_reason **out, size_t *count)
{
    const sw_cel__log *log = x->seen[o->id + 1 - x->base].log;
    size_t frames = log != NULL ? log->count : 0;
    if (frames > MAX_REASONS - x->made) frames = MAX_REASONS - x->made;
    *out = take(x, 1 + frames * (o->count - 1));
    if (*out == NULL) return false;
    if (!add(x, &o->args[0], *out, count)) return false;
    if (log == NULL) return true;

    const sw_cel__seen *seen = x->seen;
    uint32_t base = x->base;
    x->base = o->args[0].end;
    sw_cel__log cut = *log;
    cut.count = (uint32_t)frames;
    bool ok = explain_frames(x, o, &cut, sw_cel__cell_of(value), *out, count);
    x->seen = seen;
    x->base = base;
    return ok;
}

// What was bound is told if the reasons of the body came upon it.
static bool explain_bind(explainer *x, op *o, sw_cel_reason *list,
                         size_t *count)
{
    sw_cel_reason body;
    size_t bodies = 0;
    bool outer = x->read[o->at];
    x->read[o->at] = o->node->macro != SW_BIND_VALUE;
    if (!add(x, &o->args[1], &body, &bodies)) return false;
    bool read = x->read[o->at];
    x->read[o->at] = outer;
    if (read && !add(x, &o->args[0], list, count)) return false;
    if (bodies > 0) list[(*count)++] = body;
    return true;
}

// The elements that the reasons of the body, or of later elements, came upon;
// then the body.
static bool explain_block(explainer *x, op *o, sw_cel_reason *list,
                          size_t *count)
{
    size_t last = o->count - 1, first = o->count;
    for (size_t i = 0; i < last; i++)
        x->read[o->at + i] = false;
    // From behind, for an element may read those before it.
    for (size_t i = o->count; i-- > 0;) {
        size_t made = 0;
        if (i < last && !x->read[o->at + i]) continue;
        if (!add(x, &o->args[i], &list[first - 1], &made)) return false;
        first -= made;
    }
    *count = o->count - first;
    if (*count > 0) memmove(list, list + first, *count * sizeof *list);
    return true;
}

/* ---- dispatch -------------------------------------------------------- */

// Fills the children of `out`, whose value is there.
static bool explain(explainer *x, op *o, sw_cel_reason *out)
{
    const sw_cel_value *value = &out->value;
    sw_cel_reason *list = NULL;
    size_t count = 0;
    bool ok;
    bool fold = o->node->kind == SW_NODE_FOLD;
    if (!fold && o->count > 0) {
        list = take(x, o->count);
        if (list == NULL) return false;
    }
    switch ((sw_cel__opcode)o->code) {
    case SW_OP_AND:
    case SW_OP_OR: ok = explain_logical(x, o, value, list, &count); break;
    case SW_OP_ALL:
    case SW_OP_EXISTS:
    case SW_OP_EXISTS_ONE:
    case SW_OP_LIST_OF:
    case SW_OP_MAP_OF: ok = explain_fold(x, o, value, &list, &count); break;
    case SW_OP_BIND: ok = explain_bind(x, o, list, &count); break;
    case SW_OP_BLOCK: ok = explain_block(x, o, list, &count); break;
    case SW_OP_OR_ELSE: ok = explain_or_else(x, o, value, list, &count); break;
    case SW_OP_CONDITIONAL:
        ok = add(x, &o->args[0], list, &count) &&
             add(x, &o->args[1], list, &count) &&
             add(x, &o->args[2], list, &count);
        break;
    default: ok = explain_strict(x, o, value, list, &count);
    }
    out->at = list;
    out->count = (uint32_t)count;
    return ok;
}

/* ---- the whole ------------------------------------------------------- */

bool sw_cel__reasons(sw_cel__run *run, sw_cel__explanation *why)
{
    op *top = run->cel->program;
    size_t slots = run->cel->slot_count + 1, made = 0;
    explainer x = {.run = run, .seen = run->trace};
    x.read = sw_cel__alloc(run, slots, sizeof *x.read);
    sw_cel_reason *reason = take(&x, 1);
    if (x.read == NULL || reason == NULL) return false;
    memset(x.read, 0, slots * sizeof *x.read);
    if (!add(&x, top, reason, &made)) return false;
    if (made == 0) *reason = alone(top, value_of(&x, top));
    why->top = reason;
    why->doubtful = x.doubtful;
    return true;
}

bool sw_cel__conclude(sw_cel__run *run, const sw_cel_value *value,
                      sw_cel__explanation *why, sw_error *err)
{
    if (why->top != NULL && !why->doubtful) return true;
    sw_error own = {0};
    run->err = &own;
    bool ok = why->top != NULL && sw_cel__minimise(run, value, why);
    run->err = err;
    if (own.kind == SW_ERR_MACHINE) return sw_fail_memory(err);
    if (ok) return true;
    sw_cel_reason *reason = SW_NEW(run->arena, sw_cel_reason);
    if (reason == NULL) return sw_fail_memory(err);
    *reason = alone(run->cel->program, sw_cel__cell_of(value));
    why->top = reason;
    return true;
}

bool sw_cel_explain(const sw_cel_trace *trace, sw_arena *arena,
                    const sw_cel_reason **out, sw_error *err)
{
    sw_cel__explanation why = {0};
    sw_error own = {0};
    sw_cel__run run = trace->run;
    run.arena = arena;
    run.err = &own;
    run.steps = sw_cel__max_steps(run.options);
    run.room = sw_cel__max_memory(run.options);
    if (run.trace != NULL && !sw_cel__reasons(&run, &why)) {
        if (own.kind == SW_ERR_MACHINE) return sw_fail_memory(err);
        why.top = NULL;
    }
    if (!sw_cel__conclude(&run, &trace->value, &why, err)) return false;
    *out = why.top;
    return true;
}

/* ---- what an explanation says ---------------------------------------- */

bool sw_cel_element_text(const sw_cel_reason *reason, sw_arena *arena,
                         sw_str *out, sw_error *err)
{
    sw_buf buf = {0};
    for (size_t i = 0; i < reason->element_count; i++) {
        const sw_cel_binding *variable = &reason->element[i];
        if (i > 0) sw_buf_str(&buf, SW_STR(", "));
        sw_buf_str(&buf, variable->name);
        sw_buf_str(&buf, SW_STR(" = "));
        if (!sw_cel__print_to(&buf, &variable->value, MAX_ELEMENT))
            sw_buf_str(&buf, SW_STR("..."));
    }
    bool ok =
        !buf.failed && sw_arena_str(arena, (sw_str){buf.at, buf.len}, out);
    sw_buf_free(&buf);
    return ok || sw_fail_memory(err);
}
