// Runs that tell reasons as they go: each op fills the reason that its caller
// has room for, and those of its parts before. They know values alone. An error
// or an unknown, and what is told from its end (bind, block), ends them; then
// the reasons are read off a trace (explain.c), which knows everything. Both
// tell the same.
#define TRACED 0
#define TOLD   1
#include "steps.h"

enum {
    CHUNK = 256,      // reasons
    MAX_ROOM = 4096,  // reasons; explanations that need more are cut
};

typedef result (*told_step)(sw_cel__run *run, op *o, sw_cel_reason *me);
static const told_step steps[SW_OPCODES];

/* ---- room ------------------------------------------------------------ */

static SW_CEL__RARE bool grow(sw_cel__run *run, size_t count)
{
    sw_cel__told *t = run->told;
    // At first, what a program without macros needs.
    size_t more = t->room > 0 ? CHUNK : run->cel->reg_count;
    if (more > CHUNK) more = CHUNK;
    if (more < count) more = count;
    if (more > MAX_ROOM - t->room) return false;
    t->free = sw_cel__alloc(run, more, sizeof *t->free);
    if (t->free == NULL) return false;
    t->room += more;
    t->end = t->free + more;
    return true;
}

// Room for reasons side by side; NULL: there is none.
static inline sw_cel_reason *take(sw_cel__run *run, size_t count)
{
    sw_cel__told *t = run->told;
    uintptr_t left = (uintptr_t)t->end - (uintptr_t)t->free;
    if (left < count * sizeof *t->free && !grow(run, count)) return NULL;
    sw_cel_reason *taken = t->free;
    t->free += count;
    return taken;
}

static inline sw_cel_reason *last_of(const sw_cel_reason *me)
{
    return (sw_cel_reason *)(uintptr_t)&me->at[me->count];
}

/* ---- one op ---------------------------------------------------------- */

static inline void fill(sw_cel_reason *me, op *o, result v)
{
    me->begin = o->node->begin;
    me->end = o->node->end;
    sw_cel__put_value(v, &me->value);
    me->path = (sw_str){0};
    me->element = NULL;
    me->element_count = 0;
}

// The reason of an op once more, in another place: filled anew, for what was
// just written in small parts is slow to read in large ones.
static inline void move(sw_cel_reason *to, op *o, result v,
                        const sw_cel_reason *from)
{
    fill(to, o, v);
    if (o->fact) to->path = o->node->path;
    to->at = from->at;
    to->count = from->count;
}

// A fact has no parts to tell.
static inline result told_fact(sw_cel__run *run, op *o, sw_cel_reason *me)
{
    result v = o->step(run, o);
    // A type may be called like a fact.
    if (is_open(v) || v.kind == SW_CEL_TYPE) return sw_cel__ended;
    me->at = NULL;
    me->count = 0;
    fill(me, o, v);
    me->path = o->node->path;
    return v;
}

static __attribute__((noinline)) result told(sw_cel__run *run, op *o,
                                             sw_cel_reason *me)
{
    if (o->fact) return told_fact(run, o, me);
    me->at = take(run, o->count);
    me->count = 0;
    if (me->at == NULL) return sw_cel__ended;
    result v = steps[o->code](run, o, me);
    if (is_open(v)) return sw_cel__ended;
    fill(me, o, v);
    return v;
}

static inline result silent(sw_cel__run *run, op *o)
{
    result v = o->step(run, o);
    return is_open(v) ? sw_cel__ended : v;
}

static inline result told_part(sw_cel__run *run, op *o, uint32_t i,
                               sw_cel_reason *me)
{
    op *part = &o->args[i];
    if (part->silent) return silent(run, part);
    return told(run, part, (sw_cel_reason *)(uintptr_t)&me->at[me->count++]);
}

/* ---- logic ----------------------------------------------------------- */

// As doubt_others() in explain.c, where no part is an error.
static void doubt_others(sw_cel__run *run, op *o, uint32_t chosen)
{
    for (uint32_t i = 0; i < o->count; i++) {
        op *part = &o->args[i];
        bool may = part->shared || part->local || part->settled ||
                   (i > chosen && !part->reads);
        run->told->doubtful |= i != chosen && may;
    }
}

static inline result logical(sw_cel__run *run, op *o, sw_cel_reason *me,
                             bool decides)
{
    uint64_t taken = 0;
    for (uint32_t i = 0; i < o->count; i++) {
        result v = told_part(run, o, i, me);
        if (ended(v)) return sw_cel__ended;
        if (v.kind != SW_CEL_BOOL) return sw_cel__ended;
        taken += o->args[i].straight;
        if (sw_cel__b(v) != decides) continue;
        me->at = last_of(me);
        me->count = 0;
        if (!o->args[i].silent) {
            me->at--;
            me->count++;
        }
        doubt_others(run, o, i);
        return sw_cel__spend(run, taken) ? v : sw_cel__ended;
    }
    return sw_cel__spend(run, o->u64) ? truth(!decides) : sw_cel__ended;
}

STEP(step_and)
{
    return logical(run, o, me, false);
}

STEP(step_or)
{
    return logical(run, o, me, true);
}

STEP(step_conditional)
{
    result v = PART(0);
    if (ended(v)) return sw_cel__ended;
    if (v.kind != SW_CEL_BOOL) return sw_cel__ended;
    uint32_t branch = sw_cel__b(v) ? 1 : 2;
    if (!sw_cel__spend(run, o->args[branch].straight)) return sw_cel__ended;
    return PART(branch);
}

/* ---- macros ---------------------------------------------------------- */

// What a macro goes over.
typedef struct {
    const sw_cel_value *of;
    size_t count;
    unsigned variables;  // one or two
} range;

// Evaluates the range and makes room for its reason and for `parts` an element.
static bool open_range(sw_cel__run *run, op *o, sw_cel_reason *me,
                       uint32_t parts, range *out)
{
    enum { MAX_ELEMENTS = 4096 };  // more are cut by a trace
    result v = PART(0);
    if (ended(v)) return false;
    if (v.kind != SW_CEL_LIST && v.kind != SW_CEL_MAP) return false;
    out->of = sw_cel__at(v);
    out->count =
        v.kind == SW_CEL_LIST ? out->of->as.list.count : out->of->as.map.count;
    out->variables = o->node->vars[1].len > 0 ? 2 : 1;
    sw_cel_reason *list = NULL;
    if (out->count <= MAX_ELEMENTS) list = take(run, 1 + out->count * parts);
    if (list == NULL) return false;
    if (me->count > 0) move(list, &o->args[0], v, me->at);
    me->at = list;
    return true;
}

static inline const sw_cel_value *
element_of(sw_cel__run *run, op *o, const range *r, size_t i, unsigned variable)
{
    if (r->of->kind == SW_CEL_MAP) {
        const sw_cel_entry *entry = &r->of->as.map.at[i];
        return variable == 0 ? &entry->key : &entry->value;
    }
    if (variable + 1 == r->variables) return &r->of->as.list.at[i];
    run->regs[o->id] = sw_cel__int((int64_t)i);
    return &run->regs[o->id];
}

static inline void bind(sw_cel__run *run, op *o, const range *r, size_t i)
{
    for (unsigned n = 0; n < r->variables; n++)
        run->slots[o->at + n] = element_of(run, o, r, i, n);
}

// Evaluates the filter or body for the element that is bound. `kept`: whether
// it left a reason, the last of `me`.
static inline result element_part(sw_cel__run *run, op *o, uint32_t i,
                                  sw_cel_reason *me, bool *kept_one)
{
    op *part = &o->args[i];
    *kept_one = true;
    if (!sw_cel__spend(run, part->straight)) return sw_cel__ended;
    if (!part->silent) return told_part(run, o, i, me);
    result v = silent(run, part);
    // What is silent tells its element all the same, but for filter(x, p),
    // which gives its elements back.
    *kept_one = !part->local || o->count != 3;
    if (ended(v) || !*kept_one) return v;
    sw_cel_reason *alone = last_of(me);
    fill(alone, part, v);
    alone->at = NULL;
    alone->count = 0;
    me->count++;
    return v;
}

// Names the element of the last reason.
static inline void name_element(sw_cel__run *run, op *o, const range *r,
                                size_t i, sw_cel_reason *me,
                                sw_cel_binding *names)
{
    sw_cel_reason *last = last_of(me) - 1;
    for (unsigned n = 0; n < r->variables; n++) {
        names[n].name = o->node->vars[n];
        sw_cel__put_value(sw_cel__cell_of(element_of(run, o, r, i, n)),
                          &names[n].value);
    }
    last->element = names;
    last->element_count = r->variables;
}

static sw_cel_binding *names_for(sw_cel__run *run, const range *r, size_t count)
{
    return sw_cel__alloc(run, count * r->variables, sizeof(sw_cel_binding));
}

// One element decided, by the last reason of all: the others are not told.
static bool keep_last(sw_cel__run *run, op *o, const range *r, size_t i,
                      result v, sw_cel_reason *me)
{
    sw_cel_binding *names = names_for(run, r, 1);
    if (names == NULL) return false;
    sw_cel_reason *list = (sw_cel_reason *)(uintptr_t)me->at;
    bool with_range = !o->args[0].silent;
    if (me->count > with_range + 1u)
        move(&list[with_range], &o->args[1], v, last_of(me) - 1);
    me->count = with_range + 1u;
    name_element(run, o, r, i, me, names);
    // The other elements may do with less of what is not the range.
    run->told->doubtful |= o->args[1].shared;
    return true;
}

static bool name_all(sw_cel__run *run, op *o, const range *r, sw_cel_reason *me)
{
    sw_cel_binding *names = names_for(run, r, r->count);
    if (names == NULL) return false;
    me->count -= (uint32_t)r->count;
    for (size_t i = 0; i < r->count; i++) {
        me->count++;
        name_element(run, o, r, i, me, names + i * r->variables);
    }
    return true;
}

static inline result fold_logical(sw_cel__run *run, op *o, sw_cel_reason *me,
                                  bool decides)
{
    range r;
    bool one;
    if (!open_range(run, o, me, 1, &r)) return sw_cel__ended;
    for (size_t i = 0; i < r.count; i++) {
        bind(run, o, &r, i);
        result v = element_part(run, o, 1, me, &one);
        if (ended(v)) return sw_cel__ended;
        if (v.kind != SW_CEL_BOOL) return sw_cel__ended;
        if (sw_cel__b(v) == decides)
            return keep_last(run, o, &r, i, v, me) ? truth(decides)
                                                   : sw_cel__ended;
    }
    return name_all(run, o, &r, me) ? truth(!decides) : sw_cel__ended;
}

STEP(step_all)
{
    return fold_logical(run, o, me, false);
}

STEP(step_exists)
{
    return fold_logical(run, o, me, true);
}

STEP(step_exists_one)
{
    range r;
    bool one;
    size_t found = 0;
    if (!open_range(run, o, me, 1, &r)) return sw_cel__ended;
    for (size_t i = 0; i < r.count; i++) {
        bind(run, o, &r, i);
        result v = element_part(run, o, 1, me, &one);
        if (ended(v)) return sw_cel__ended;
        if (v.kind != SW_CEL_BOOL) return sw_cel__ended;
        found += sw_cel__b(v);
    }
    return name_all(run, o, &r, me) ? truth(found == 1) : sw_cel__ended;
}

// map and filter: what the element that is bound adds to the list.
static inline bool add_element(sw_cel__run *run, op *o, const range *r,
                               size_t i, sw_cel_reason *me,
                               sw_cel_binding **names, sw_cel_value *list)
{
    for (uint32_t part = 1; part < o->count; part++) {
        bool kept_one;
        result v = element_part(run, o, part, me, &kept_one);
        if (ended(v)) return false;
        if (kept_one) {
            name_element(run, o, r, i, me, *names);
            *names += r->variables;
        }
        if (part + 1 < o->count) {
            if (v.kind != SW_CEL_BOOL) return false;
            if (!sw_cel__b(v)) return true;
        } else {
            sw_cel_value *items = (sw_cel_value *)(uintptr_t)list->as.list.at;
            sw_cel__put_value(v, &items[list->as.list.count++]);
        }
    }
    return true;
}

STEP(step_list_of)
{
    range r;
    uint32_t parts = o->count - 1;
    if (!open_range(run, o, me, parts, &r)) return sw_cel__ended;
    sw_cel_value list = {.kind = SW_CEL_LIST};
    list.as.list.at = sw_cel__alloc(run, r.count, sizeof list);
    sw_cel_binding *names = names_for(run, &r, r.count * parts);
    if (list.as.list.at == NULL || names == NULL) return sw_cel__ended;
    for (size_t i = 0; i < r.count; i++) {
        bind(run, o, &r, i);
        if (!add_element(run, o, &r, i, me, &names, &list))
            return sw_cel__ended;
    }
    run->regs[o->id] = list;
    return sw_cel__cell_of(&run->regs[o->id]);
}

/* ---- the whole ------------------------------------------------------- */

STEP(step_not_here)
{
    return sw_cel__ended;
}

static const told_step steps[SW_OPCODES] = {
    STRICT_STEPS,
    [SW_OP_AND] = step_and,
    [SW_OP_OR] = step_or,
    [SW_OP_CONDITIONAL] = step_conditional,
    [SW_OP_ALL] = step_all,
    [SW_OP_EXISTS] = step_exists,
    [SW_OP_EXISTS_ONE] = step_exists_one,
    [SW_OP_LIST_OF] = step_list_of,
    [SW_OP_OR_ELSE] = step_not_here,
    [SW_OP_MAP_OF] = step_not_here,
    [SW_OP_BIND] = step_not_here,
    [SW_OP_BLOCK] = step_not_here,
    [SW_OP_ELEMENT] = step_not_here,
};

bool sw_cel__tell(sw_cel__run *run, sw_cel_value *out, sw_cel__explanation *why)
{
    sw_cel__told t = {0};
    op *top = run->cel->program;
    run->told = &t;
    sw_cel_reason *me = take(run, 1);
    if (me == NULL || !sw_cel__spend(run, top->straight)) return false;
    result v;
    if (top->silent) {
        v = silent(run, top);
        me->at = NULL;
        me->count = 0;
        if (!ended(v)) fill(me, top, v);
    } else {
        v = told(run, top, me);
    }
    run->told = NULL;
    if (ended(v)) return false;
    *out = me->value;
    why->top = me;
    why->doubtful = t.doubtful;
    return true;
}
