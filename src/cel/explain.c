// Why a value is what it is, read off the trace of the run that made it.
//
// Kept is what the value hangs on: change anything else, and it stays. Of a
// strict op that is an error, the first part that is one; of an unknown one,
// the unknown parts; else all parts. Of && and || the side that decided, if one
// did, and so for the elements of all and exists.
#include "program.h"

typedef const sw_cel__op op;

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

static const sw_cel_value *value_of(const explainer *x, op *o)
{
    return o->code == SW_OP_VALUE ? o->value : x->seen[o->id - x->base].value;
}

static bool is_stop(const sw_cel_value *v)
{
    return v->kind == SW_CEL_ERROR || v->kind == SW_CEL_UNKNOWN;
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

// Literals and a macro's own variables say nothing new.
static bool is_silent(explainer *x, op *o)
{
    bool variable = o->code == SW_OP_LOCAL || o->code == SW_OP_ELEMENT;
    if (variable) x->read[o->at] = true;
    return variable || o->code == SW_OP_VALUE || !o->node->reads;
}

// Appends the reasons of a part to those of `to`, which has room.
static bool add(explainer *x, op *part, sw_cel_reason *list, size_t *count)
{
    if (value_of(x, part) == NULL || is_silent(x, part)) return true;
    if (x->made >= MAX_REASONS) return true;
    x->made++;
    return explain(x, part, &list[(*count)++]);
}

/* ---- parts of an op -------------------------------------------------- */

static bool has_kind(explainer *x, op *part, sw_cel_kind kind)
{
    const sw_cel_value *v = value_of(x, part);
    return v != NULL && v->kind == kind;
}

static bool any_of_kind(explainer *x, op *o, sw_cel_kind kind)
{
    for (size_t i = 0; i < o->count; i++) {
        if (has_kind(x, &o->args[i], kind)) return true;
    }
    return false;
}

// One part was chosen; facts that it names may be too much if another part
// can do with some of them.
static bool doubt_others(explainer *x, op *o, size_t chosen)
{
    for (size_t i = 0; i < o->count; i++) {
        bool may = o->args[i].shared || o->args[i].local;
        x->doubtful |= i != chosen && may;
    }
    return true;
}

static bool explain_strict(explainer *x, op *o, const sw_cel_value *value,
                           sw_cel_reason *list, size_t *count)
{
    bool stops = is_stop(value) && any_of_kind(x, o, value->kind);
    for (size_t i = 0; i < o->count; i++) {
        op *part = &o->args[i];
        if (stops && !has_kind(x, part, value->kind)) continue;
        if (!add(x, part, list, count)) return false;
        if (stops && value->kind == SW_CEL_ERROR) return doubt_others(x, o, i);
    }
    return true;
}

// Whether a side or element alone decides: && and all() by false, || and
// exists() by true.
static bool decides(op *o, const sw_cel_value *v)
{
    bool by_true = o->code == SW_OP_OR || o->code == SW_OP_EXISTS;
    bool by_false = o->code == SW_OP_AND || o->code == SW_OP_ALL;
    return v->kind == SW_CEL_BOOL && (v->as.boolean ? by_true : by_false);
}

static bool explain_logical(explainer *x, op *o, const sw_cel_value *value,
                            sw_cel_reason *list, size_t *count)
{
    bool decided = decides(o, value);
    for (size_t i = 0; i < o->count; i++) {
        op *side = &o->args[i];
        const sw_cel_value *v = value_of(x, side);
        if (v == NULL || (decided && !decides(o, v))) continue;
        if (value->kind == SW_CEL_UNKNOWN && v->kind != SW_CEL_UNKNOWN)
            continue;
        if (!add(x, side, list, count)) return false;
        if (decided) return doubt_others(x, o, i);
    }
    return true;
}

/* ---- macros ---------------------------------------------------------- */

// One element is enough if it decided, or if its error may not be absorbed.
static bool one_is_enough(op *o, const sw_cel_value *whole)
{
    bool logical = o->code == SW_OP_ALL || o->code == SW_OP_EXISTS;
    return decides(o, whole) || (whole->kind == SW_CEL_ERROR && !logical);
}

// Which elements an explanation of the whole needs, by what their filter or
// body gave. A condition that is no bool is an error, too.
static bool wanted(op *o, op *part, const sw_cel_value *whole,
                   const sw_cel_value *one)
{
    if (decides(o, whole)) return decides(o, one);
    if (whole->kind == SW_CEL_UNKNOWN) return one->kind == SW_CEL_UNKNOWN;
    if (!one_is_enough(o, whole) || one->kind == SW_CEL_ERROR) return true;
    bool condition =
        o->code == SW_OP_EXISTS_ONE || part != &o->args[o->count - 1];
    return condition && one->kind != SW_CEL_BOOL && one->kind != SW_CEL_UNKNOWN;
}

// The filter or body for one element, which stands in `frame`.
static bool explain_part(explainer *x, op *o, op *part,
                         const sw_cel__frame *frame, const sw_cel_value *whole,
                         sw_cel_reason *list, size_t *count)
{
    const sw_cel_value *v = value_of(x, part);
    if (v == NULL || x->made >= MAX_REASONS || !wanted(o, part, whole, v))
        return true;
    // filter(x, p) gives its elements back: its body is silent.
    if (is_silent(x, part) && o->count == 3) return true;
    x->made++;
    sw_cel_reason *reason = &list[(*count)++];
    if (!explain(x, part, reason)) return false;
    reason->element = frame->variables;
    reason->element_count = o->node->vars[1].len > 0 ? 2 : 1;
    return true;
}

static bool explain_frames(explainer *x, op *o, const sw_cel__log *log,
                           const sw_cel_value *whole, sw_cel_reason *list,
                           size_t *count)
{
    bool first_only = one_is_enough(o, whole);
    size_t before = *count;
    // The other elements may do with less of what is not the range.
    for (size_t i = 1; i < o->count; i++)
        x->doubtful |= first_only && o->args[i].shared;
    for (size_t i = 0; i < log->count; i++) {
        x->seen = log->at[i].seen;
        for (size_t part = 1; part < o->count; part++) {
            if (!explain_part(x, o, &o->args[part], &log->at[i], whole, list,
                              count))
                return false;
        }
        if (first_only && *count > before) break;
    }
    return true;
}

static bool explain_fold(explainer *x, op *o, const sw_cel_value *value,
                         sw_cel_reason **out, size_t *count)
{
    const sw_cel__log *log = x->seen[o->id - x->base].log;
    size_t frames = log != NULL ? log->count : 0;
    if (frames > MAX_REASONS - x->made) frames = MAX_REASONS - x->made;
    *out = take(x, 1 + frames * (o->count - 1));
    if (*out == NULL) return false;
    if (!add(x, &o->args[0], *out, count)) return false;
    if (log == NULL) return true;

    const sw_cel__seen *seen = x->seen;
    uint32_t base = x->base;
    x->base = o->args[0].end;
    sw_cel__log cut = {log->at, (uint32_t)frames, log->cap};
    bool ok = explain_frames(x, o, &cut, value, *out, count);
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

static bool is_attribute(op *o)
{
    return o->node->path.len > 0;
}

static bool explain_fact(op *o, sw_cel_reason *out)
{
    // A name that stands for a type is no fact.
    bool type = out->value.kind == SW_CEL_TYPE &&
                sw_cel__type_name(o->node->path) != NULL;
    if (!type) out->path = o->node->path;
    return true;
}

static bool explain(explainer *x, op *o, sw_cel_reason *out)
{
    const sw_cel_value *value = value_of(x, o);
    *out = (sw_cel_reason){
        .begin = o->node->begin, .end = o->node->end, .value = *value};
    if (is_attribute(o)) return explain_fact(o, out);

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
    case SW_OP_CONDITIONAL:
        ok = add(x, &o->args[0], list, &count) &&
             add(x, &o->args[1], list, &count) &&
             add(x, &o->args[2], list, &count);
        break;
    default: ok = explain_strict(x, o, value, list, &count);
    }
    out->at = list;
    out->count = count;
    return ok;
}

/* ---- the whole ------------------------------------------------------- */

bool sw_cel__trace(sw_cel__run *run, sw_cel_value *out,
                   sw_cel__explanation *why)
{
    const sw_cel *cel = run->cel;
    op *top = cel->program;
    size_t bytes = cel->reg_count * sizeof *run->trace;
    run->trace = sw_cel__alloc(run, cel->reg_count, sizeof *run->trace);
    if (run->trace == NULL) return false;
    memset(run->trace, 0, bytes);
    if (!sw_cel__spend(run, top->straight)) return false;
    const sw_cel_value *v = sw_cel__traced_steps[top->code](run, top);
    if (v == NULL) return false;
    run->trace[top->id].value = v;
    *out = *v;

    explainer x = {.run = run, .seen = run->trace};
    x.read = sw_cel__alloc(run, cel->slot_count + 1, sizeof *x.read);
    sw_cel_reason *reason = take(&x, 1);
    if (x.read == NULL || reason == NULL) return false;
    memset(x.read, 0, (cel->slot_count + 1) * sizeof *x.read);
    if (!explain(&x, top, reason)) return false;
    why->top = reason;
    why->doubtful = x.doubtful;
    return true;
}

// If the limits do not do for an explanation, the value stands alone: a verdict
// is not lost for want of its reasons.
static bool explain_briefly(sw_cel__run *run, sw_cel_value *out,
                            const sw_cel_reason **why)
{
    sw_cel__space space;
    op *top = run->cel->program;
    sw_cel__run again = {.cel = run->cel,
                         .options = run->options,
                         .arena = run->arena,
                         .err = run->err};
    sw_cel_reason *alone = SW_NEW(run->arena, sw_cel_reason);
    if (alone == NULL) return sw_fail_memory(run->err);
    if (!sw_cel__begin(&again, &space) || !sw_cel__spend(&again, top->straight))
        return false;
    const sw_cel_value *v = top->step(&again, top);
    sw_cel__tell_steps(&again);
    if (v == NULL) return false;
    *out = *v;
    *alone = (sw_cel_reason){
        .begin = top->node->begin, .end = top->node->end, .value = *v};
    *why = alone;
    return true;
}

bool sw_cel__explain(sw_cel__run *run, sw_cel_value *out)
{
    sw_cel__explanation why = {0};
    sw_cel_value value;
    sw_error *err = run->err, own = {0};
    run->err = &own;
    bool ok = sw_cel__trace(run, &value, &why);
    sw_cel__tell_steps(run);
    if (ok && why.doubtful) ok = sw_cel__minimise(run, &value, &why);
    run->err = err;
    if (!ok && own.kind != SW_ERR_INPUT) return sw_fail_memory(err);
    if (!ok && !explain_briefly(run, &value, &why.top)) return false;
    *out = value;
    *run->options->reason = why.top;
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
