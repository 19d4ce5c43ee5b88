// The same steps for runs that are to be explained: each leaves in run->trace
// what it gave, and macros leave a frame for each element.
#define TRACED 1
#include "steps.h"

enum {
    MAX_FRAMES = 4096,  // of one macro; later elements replace the last
};

static bool add_frame(sw_cel__run *run, sw_cel__log *log)
{
    if (log->count == MAX_FRAMES) return true;
    if (log->count == log->cap) {
        uint32_t cap = log->cap > 0 ? log->cap * 2 : 4;
        sw_cel__frame *at = sw_cel__alloc(run, cap, sizeof *at);
        if (at == NULL) return false;
        if (log->count > 0) memcpy(at, log->at, log->count * sizeof *at);
        log->at = at;
        log->cap = cap;
    }
    log->count++;
    return true;
}

// Registers are used again for the next element, so what stands there is
// copied; whatever else a step gave stays where it is.
static bool keep_values(sw_cel__run *run, sw_cel__seen *seen, uint32_t count)
{
    const sw_cel_value *first = run->regs, *end = first + run->cel->reg_count;
    for (uint32_t i = 0; i < count; i++) {
        const sw_cel_value *v = seen[i].value;
        if (v == NULL || v < first || v >= end) continue;
        sw_cel_value *copy = sw_cel__alloc(run, 1, sizeof *copy);
        if (copy == NULL) return false;
        *copy = *v;
        seen[i].value = copy;
    }
    return true;
}

bool sw_cel__keep_frame(sw_cel__run *run, const sw_cel__op *fold, bool only)
{
    sw_cel__log **log = &run->trace[fold->id].log;
    if (*log == NULL) {
        *log = sw_cel__alloc(run, 1, sizeof **log);
        if (*log == NULL) return false;
        **log = (sw_cel__log){0};
    }
    if (only) (*log)->count = 0;
    if (!add_frame(run, *log)) return false;

    uint32_t from = fold->args[0].end, count = fold->end - from;
    sw_cel__seen *seen = sw_cel__alloc(run, count, sizeof *seen);
    if (seen == NULL) return false;
    memcpy(seen, &run->trace[from], count * sizeof *seen);
    sw_cel__frame *frame = &(*log)->at[(*log)->count - 1];
    frame->seen = seen;
    for (unsigned i = 0; i < 2 && fold->node->vars[i].len > 0; i++) {
        frame->variables[i] =
            (sw_cel_binding){fold->node->vars[i], *run->slots[fold->at + i]};
    }
    return keep_values(run, seen, count);
}
