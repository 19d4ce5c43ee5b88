// The same steps for runs that are to be explained: each leaves in run->trace
// what it gave, and macros leave a frame for each element.
#define TRACED 1
#define TOLD   0
#include "folds.h"

const sw_cel__step sw_cel__traced_steps[SW_OPCODES] = {STEPS};

enum {
    MAX_FRAMES = 4096,  // of one macro; later ones replace the last
};

static sw_cel__log *log_of(sw_cel__run *run, const sw_cel__op *fold)
{
    sw_cel__log **log = &run->trace[fold->id + 1].log;
    if (*log == NULL) {
        *log = sw_cel__alloc(run, 1, sizeof **log);
        if (*log == NULL) return NULL;
        **log = (sw_cel__log){0};
        (*log)->stride = SW_CEL__VARIABLES + fold->end - fold->args[0].end;
    }
    return *log;
}

// Room for one more frame; NULL: a limit.
static sw_cel__seen *add_frame(sw_cel__run *run, sw_cel__log *log)
{
    if (log->count < MAX_FRAMES) log->count++;
    if (log->count > log->cap) {
        uint32_t cap = log->cap > 0 ? log->cap * 2 : 4;
        size_t size = log->stride * sizeof *log->at;
        sw_cel__seen *at = sw_cel__alloc(run, cap, size);
        if (at == NULL) return NULL;
        if (log->cap > 0) memcpy(at, log->at, log->cap * size);
        log->at = at;
        log->cap = cap;
    }
    return log->at + (size_t)(log->count - 1) * log->stride;
}

// Registers are used again for the next element, so what stands there is
// copied; whatever else a step gave stays where it is.
static bool keep_registers(sw_cel__run *run, sw_cel__seen *seen, uint32_t count)
{
    uintptr_t first = (uintptr_t)run->regs;
    uintptr_t size = run->cel->reg_count * sizeof *run->regs;
    for (uint32_t i = 0; i < count; i++) {
        sw_cel__cell *cell = &seen[i].cell;
        if (sw_cel__is_scalar(cell->kind) || cell->bits - first >= size)
            continue;
        sw_cel_value *copy = sw_cel__alloc(run, 1, sizeof *copy);
        if (copy == NULL) return false;
        *copy = *sw_cel__at(*cell);
        cell->bits = (uint64_t)(uintptr_t)copy;
    }
    return true;
}

bool sw_cel__keep_frame(sw_cel__run *run, const sw_cel__op *fold, bool only)
{
    sw_cel__log *log = log_of(run, fold);
    if (log == NULL) return false;
    if (only) log->count = 0;
    sw_cel__seen *frame = add_frame(run, log);
    if (frame == NULL) return false;
    uint32_t from = fold->args[0].end;
    // Variables stand behind pointers, whatever their kind.
    for (int i = 0; i < SW_CEL__VARIABLES; i++) {
        bool used = i == 0 || fold->node->vars[1].len > 0;
        frame[i].cell = sw_cel__none;
        if (used)
            frame[i].cell.bits = (uint64_t)(uintptr_t)run->slots[fold->at + i];
    }
    memcpy(frame + SW_CEL__VARIABLES, &run->trace[from],
           (fold->end - from) * sizeof *frame);
    return keep_registers(run, frame, log->stride);
}

/* ---- the whole ------------------------------------------------------- */

bool sw_cel__record(sw_cel__run *run, sw_cel_value *out)
{
    uint32_t count = (uint32_t)run->cel->reg_count;
    op *top = run->cel->program;
    run->trace = sw_cel__alloc(run, count, sizeof *run->trace);
    if (run->trace == NULL) return false;
    memset(run->trace, 0, count * sizeof *run->trace);
    result v = eval_more(run, top);
    if (ended(v)) return false;
    *out = sw_cel__value_of(v);
    return true;
}

// Where the limits do not do for a trace, the value stands alone: a verdict is
// not lost for want of its reasons.
static bool record_or_evaluate(sw_cel_trace *trace)
{
    sw_cel__run *run = &trace->run;
    sw_error *err = run->err, own = {0};
    run->err = &own;
    bool ok = sw_cel__begin(run, NULL) && sw_cel__record(run, &trace->value);
    run->err = err;
    sw_cel__tell_steps(run);
    if (ok || own.kind == SW_ERR_MACHINE) return ok || sw_fail_memory(err);
    sw_cel__space space;
    run->trace = NULL;
    if (!sw_cel__begin(run, &space)) return false;
    ok = sw_cel__run_plain(run, &trace->value);
    sw_cel__tell_steps(run);
    return ok;
}

// Tells the reasons as the run goes. `told`: it could.
static bool tell_at_once(sw_cel__run *run, sw_cel_value *out, bool *told)
{
    const sw_cel_options *how = run->options;
    sw_cel__space space;
    sw_cel__explanation why = {0};
    run->err->kind = SW_ERR_NONE;
    *told = sw_cel__begin(run, &space) && !run->qualified &&
            sw_cel__tell(run, out, &why);
    if (!*told && run->err->kind == SW_ERR_MACHINE) return false;
    if (!*told) {
        *run->err = (sw_error){0};
        return true;
    }
    sw_cel__tell_steps(run);
    run->steps = sw_cel__max_steps(how);
    run->room = sw_cel__max_memory(how);
    if (!sw_cel__conclude(run, out, &why, run->err)) return false;
    *how->reason = why.top;
    return true;
}

bool sw_cel__eval_traced(sw_cel__run *run, sw_cel_value *out)
{
    bool told = false;
    if (run->options->trace == NULL && !tell_at_once(run, out, &told))
        return false;
    if (told) return true;
    sw_cel_trace *trace = SW_NEW(run->arena, sw_cel_trace);
    if (trace == NULL) return sw_fail_memory(run->err);
    const sw_cel_options *how = run->options;
    trace->how = *how;
    trace->run = *run;
    trace->run.options = &trace->how;
    if (!record_or_evaluate(trace)) return false;
    if (how->reason != NULL &&
        !sw_cel_explain(trace, run->arena, how->reason, run->err))
        return false;
    if (how->trace != NULL) *how->trace = trace;
    *out = trace->value;
    return true;
}
