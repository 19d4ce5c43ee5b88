// From tree to program: for each node an op, the parts of a node side by side,
// the registers numbered so that those of a whole sub-expression are one range.
// What is constant is computed here, once.
#include "program.h"

#include <stdlib.h>

typedef sw_cel__node node;
typedef sw_cel__op op;

enum {
    FOLD_STEPS = 1000,       // that computing a constant may take
    FOLD_MEMORY = 16 << 10,  // bytes
    FOLD_PARTS = 64,
    ALL_STEPS = 100 * FOLD_STEPS,    // that computing all of them may take
    ALL_MEMORY = 100 * FOLD_MEMORY,  // bytes
};

typedef struct {
    sw_cel *cel;
    sw_arena *arena;
    sw_error *err;
    uint32_t next_id;
    op **paths;  // ops that read attributes, to see which are shared
    size_t path_count, path_cap;
    unsigned repeated;  // parts around the op that may be read many times
    const op *block;    // the elements of the block around it
    uint64_t steps;     // left for constants
    size_t room;        // likewise
} maker;

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* ---- which step ------------------------------------------------------ */

static bool is_known(const op *o)
{
    return o->code == SW_OP_VALUE;
}

static sw_cel__opcode binary_code(const node *n)
{
    switch (n->op) {
    case SW_TOKEN_EQ: return SW_OP_EQ;
    case SW_TOKEN_NE: return SW_OP_NE;
    case SW_TOKEN_LT: return SW_OP_LT;
    case SW_TOKEN_LE: return SW_OP_LE;
    case SW_TOKEN_GT: return SW_OP_GT;
    case SW_TOKEN_GE: return SW_OP_GE;
    case SW_TOKEN_IN: return SW_OP_IN;
    case SW_TOKEN_PLUS: return SW_OP_ADD;
    case SW_TOKEN_MINUS: return SW_OP_SUB;
    case SW_TOKEN_STAR: return SW_OP_MUL;
    case SW_TOKEN_SLASH: return SW_OP_DIV;
    default: return SW_OP_MOD;
    }
}

static sw_cel__opcode select_code(const node *n)
{
    const node *of = n->args[0];
    bool name = of->kind == SW_NODE_NAME;
    if (n->maybe) return SW_OP_STRICT;
    if (n->test) return SW_OP_HAS;
    if (name && of->local) return SW_OP_LOCAL_FIELD;
    return name && n->path.len > 0 ? SW_OP_ROOT_FIELD : SW_OP_FIELD;
}

static sw_cel__opcode call_code(const node *n)
{
    static const struct {
        const char *name;
        bool method;
        size_t count;
        sw_cel__opcode code;
    } special[] = {
        {"size", false, 1, SW_OP_SIZE},
        {"size", true, 1, SW_OP_SIZE},
        {"startsWith", true, 2, SW_OP_STARTS_WITH},
    };
    if (n->functions == NULL) return SW_OP_CALL;
    if (n->regex != NULL) return SW_OP_MATCHES;
    if (n->functions->takes[0] == '?') return SW_OP_OR_ELSE;
    for (size_t i = 0; i < sizeof special / sizeof *special; i++) {
        if (special[i].method == n->method && special[i].count == n->count &&
            sw_str_eq(n->name, sw_str_of(special[i].name)))
            return special[i].code;
    }
    return SW_OP_CALL;
}

static sw_cel__opcode fold_code(const node *n)
{
    switch (n->macro) {
    case SW_FOLD_ALL: return SW_OP_ALL;
    case SW_FOLD_EXISTS: return SW_OP_EXISTS;
    case SW_FOLD_EXISTS_ONE: return SW_OP_EXISTS_ONE;
    case SW_FOLD_MAP: return SW_OP_MAP_OF;
    default: return SW_OP_LIST_OF;
    }
}

static sw_cel__opcode code_of(const node *n)
{
    switch (n->kind) {
    case SW_NODE_LITERAL: return SW_OP_VALUE;
    case SW_NODE_NAME: return n->local ? SW_OP_LOCAL : SW_OP_ROOT;
    case SW_NODE_SELECT: return select_code(n);
    case SW_NODE_INDEX: return n->maybe ? SW_OP_STRICT : SW_OP_INDEX;
    case SW_NODE_CALL: return call_code(n);
    case SW_NODE_AND: return SW_OP_AND;
    case SW_NODE_OR: return SW_OP_OR;
    case SW_NODE_NOT: return SW_OP_NOT;
    case SW_NODE_BINARY: return binary_code(n);
    case SW_NODE_CONDITIONAL: return SW_OP_CONDITIONAL;
    case SW_NODE_FOLD: return fold_code(n);
    case SW_NODE_BIND: return SW_OP_BIND;
    case SW_NODE_BLOCK: return SW_OP_BLOCK;
    case SW_NODE_ELEMENT: return SW_OP_ELEMENT;
    default: return SW_OP_STRICT;
    }
}

// The codes of a relation or an arithmetic op with a constant stand behind its
// own.
static void use_constant(op *o, const sw_cel_value *constant)
{
    bool equality = o->code == SW_OP_EQ || o->code == SW_OP_NE;
    bool numbers = o->code >= SW_OP_LT && o->code <= SW_OP_DIV_DOUBLE &&
                   o->code != SW_OP_IN;
    bool ints = equality || numbers || o->code == SW_OP_MOD;
    if (constant->kind == SW_CEL_INT && ints) {
        o->code += 1;
        o->i64 = constant->as.i64;
    } else if (constant->kind == SW_CEL_DOUBLE && numbers) {
        o->code += 2;
        o->f64 = constant->as.f64;
    } else if (constant->kind == SW_CEL_STRING && equality) {
        o->code += 2;
        o->value = constant;
    } else if (o->code == SW_OP_MATCHES) {
        o->value = constant;
    }
}

/* ---- steps that an op always takes ----------------------------------- */

// How many of its parts, from the first, are always evaluated.
static uint32_t certain_parts(const op *o)
{
    switch ((sw_cel__opcode)o->code) {
    case SW_OP_AND:
    case SW_OP_OR:               // charged side by side
    case SW_OP_BLOCK: return 0;  // but for the body, the last
    case SW_OP_CONDITIONAL:
    case SW_OP_OR_ELSE:
    case SW_OP_ALL:
    case SW_OP_EXISTS:
    case SW_OP_EXISTS_ONE:
    case SW_OP_LIST_OF:
    case SW_OP_MAP_OF:
    case SW_OP_BIND: return 1;
    default: return o->count;
    }
}

static uint64_t steps_of_sides(const op *o)
{
    uint64_t steps = 0;
    for (uint32_t i = 0; i < o->count; i++)
        steps += o->args[i].straight;
    return steps;
}

static uint32_t straight_steps(const op *o)
{
    uint32_t steps = 1;
    for (uint32_t i = 0; i < certain_parts(o); i++)
        steps += o->args[i].straight;
    if (o->code == SW_OP_BLOCK) steps += o->args[o->count - 1].straight;
    // A long name is compared for longer.
    if (o->node->kind == SW_NODE_SELECT)
        steps += (uint32_t)(o->node->name.len / 64);
    return steps;
}

/* ---- constants ------------------------------------------------------- */

static void make_constant(op *o, const sw_cel_value *value)
{
    o->code = SW_OP_VALUE;
    o->value = value;
    o->count = 0;
    o->straight = 1;
    o->step = sw_cel__plain_step(o);
}

// A side that decides whatever the others are.
static const sw_cel_value *decider(const op *o)
{
    for (uint32_t i = 0; i < o->count; i++) {
        const op *side = &o->args[i];
        if (is_known(side) && side->value->kind == SW_CEL_BOOL &&
            side->value->as.boolean == (o->code == SW_OP_OR))
            return side->value;
    }
    return NULL;
}

static bool binds(const node *n)
{
    return n->kind == SW_NODE_FOLD || n->kind == SW_NODE_BIND ||
           n->kind == SW_NODE_BLOCK;
}

// What the caller's own functions give may hang on more than their arguments.
static bool all_known(const op *o)
{
    if (o->node->own_count > 0) return false;
    for (uint32_t i = 0; i < o->count; i++) {
        if (!is_known(&o->args[i])) return false;
    }
    return o->count > 0 && o->count <= FOLD_PARTS && !binds(o->node);
}

// Runs an op whose parts are constants. Errors, and what takes long, are left
// for the evaluation.
static bool compute(maker *m, op *o)
{
    static const sw_cel_options none = {0};
    sw_error own = {0};
    size_t steps = least(FOLD_STEPS, m->steps);
    size_t room = least(FOLD_MEMORY, m->room);
    if (steps == 0 || room == 0) return true;
    sw_cel_value *out = SW_NEW(m->arena, sw_cel_value);
    if (out == NULL) return sw_fail_memory(m->err);
    sw_cel_value reg;
    sw_cel__run run = {.cel = m->cel,
                       .options = &none,
                       .arena = m->arena,
                       .err = &own,
                       .steps = steps,
                       .room = room,
                       .regs = &reg};
    // Alone, it finds its register at the beginning.
    op alone = *o;
    alone.id = 0;
    sw_cel__cell v = alone.step(&run, &alone);
    m->steps -= steps - run.steps;
    m->room -= room - run.room;
    bool ended = v.kind == SW_CEL__ENDED;
    if (ended && own.kind != SW_ERR_INPUT) return sw_fail_memory(m->err);
    if (ended || v.kind == SW_CEL_ERROR || v.kind == SW_CEL_UNKNOWN)
        return true;
    *out = sw_cel__value_of(v);
    make_constant(o, out);
    return true;
}

static bool simplify(maker *m, op *o)
{
    if (o->code == SW_OP_AND || o->code == SW_OP_OR) {
        const sw_cel_value *known = decider(o);
        if (known != NULL) make_constant(o, known);
        if (known != NULL) return true;
    }
    return !all_known(o) || compute(m, o);
}

/* ---- attributes that are read twice ---------------------------------- */

static bool note_path(maker *m, op *o)
{
    o->shared = m->repeated > 0;
    if (m->repeated > 0) o->sought = (uint32_t)m->cel->sought_count++;
    if (m->path_count == m->path_cap) {
        size_t cap = m->path_cap > 0 ? m->path_cap * 2 : 16;
        op **paths = realloc(m->paths, cap * sizeof *paths);
        if (paths == NULL) return sw_fail_memory(m->err);
        m->paths = paths;
        m->path_cap = cap;
    }
    m->paths[m->path_count++] = o;
    return true;
}

static int compare_paths(const void *a, const void *b)
{
    const op *left = *(op *const *)a, *right = *(op *const *)b;
    return sw_str_cmp(left->node->path, right->node->path);
}

// In order, a path comes before all that are within it.
static void mark_shared(maker *m)
{
    if (m->path_count == 0) return;
    qsort(m->paths, m->path_count, sizeof *m->paths, compare_paths);
    op *outer = m->paths[0];
    for (size_t i = 1; i < m->path_count; i++) {
        op *o = m->paths[i];
        if (sw_cel__is_within(o->node->path, outer->node->path)) {
            o->shared = outer->shared = true;
        } else {
            outer = o;
        }
    }
}

// Whether a macro may not come to its body: no element, no value, an error.
static bool may_be_empty(const op *range)
{
    const sw_cel_value *v = range->value;
    if (range->code != SW_OP_VALUE) return true;
    switch (v->kind) {
    case SW_CEL_LIST: return v->as.list.count == 0;
    case SW_CEL_MAP: return v->as.map.count == 0;
    case SW_CEL_OPTIONAL: return v->as.optional == NULL;
    default: return true;
    }
}

// A side, condition, receiver or range without names, which may do without what
// the other parts read.
static bool is_settled_by(const op *o, uint32_t part)
{
    const op *by = &o->args[part];
    if (by->reads) return false;
    switch ((sw_cel__opcode)o->code) {
    case SW_OP_AND:
    case SW_OP_OR: return true;
    case SW_OP_CONDITIONAL:
    case SW_OP_OR_ELSE: return part == 0;
    case SW_OP_ALL:
    case SW_OP_EXISTS:
    case SW_OP_EXISTS_ONE:
    case SW_OP_LIST_OF:
    case SW_OP_MAP_OF: return part == 0 && may_be_empty(by);
    case SW_OP_BIND:
        return part == 0 && o->node->macro != SW_BIND_VALUE && may_be_empty(by);
    default: return false;
    }
}

// What holds of an op holds of those that it is part of.
static void spread(op *o)
{
    o->local = o->code == SW_OP_LOCAL || o->code == SW_OP_ELEMENT;
    // Literals and a macro's own variables say nothing new.
    o->silent = o->local || o->code == SW_OP_VALUE || !o->node->reads;
    o->fact = o->node->path.len > 0;
    bool type = o->fact && sw_cel__type_name(o->node->path) != NULL;
    o->reads = o->local || (o->fact && !type);
    for (uint32_t i = 0; i < o->count; i++) {
        op *part = (op *)(uintptr_t)&o->args[i];
        spread(part);
        o->shared |= part->shared;
        o->local |= part->local;
        o->settled |= part->settled || is_settled_by(o, i);
        o->reads |= part->reads && o->code != SW_OP_VALUE;
    }
}

/* ---- ops ------------------------------------------------------------- */

static bool make(maker *m, const node *n, op *o);

// Whether what part `i` reads may be read many times: for each element of a
// range, or through a variable.
static bool repeats(const node *n, size_t i)
{
    switch (n->kind) {
    case SW_NODE_FOLD: return i > 0;
    case SW_NODE_BIND: return i == 0;
    case SW_NODE_BLOCK: return i + 1 < n->count;
    default: return false;
    }
}

static bool make_parts(maker *m, const node *n, op *o)
{
    if (n->count == 0) return true;
    op *args = SW_NEW_ARRAY(m->arena, op, n->count);
    if (args == NULL) return sw_fail_memory(m->err);
    if (n->kind == SW_NODE_BLOCK) m->block = args;
    for (size_t i = 0; i < n->count; i++) {
        m->repeated += repeats(n, i);
        if (!make(m, n->args[i], &args[i])) return false;
        m->repeated -= repeats(n, i);
    }
    o->args = args;
    o->count = (uint32_t)n->count;
    return true;
}

static void set_place(const node *n, op *o)
{
    o->at = UINT32_MAX;
    if (binds(n) || n->kind == SW_NODE_ELEMENT || n->local) {
        o->at = (uint32_t)n->slot;
    } else if (o->code == SW_OP_LOCAL_FIELD) {
        o->at = (uint32_t)n->args[0]->slot;
    } else if (n->path.len > 0) {
        o->at = (uint32_t)n->root;
    }
}

static bool make(maker *m, const node *n, op *o)
{
    o->node = n;
    o->id = m->next_id++;
    if (n->kind == SW_NODE_FOLD) m->next_id++;  // for the log of a trace
    if (n->path.len > 0) o->sought = UINT32_MAX;
    size_t paths = m->path_count;
    if (!make_parts(m, n, o)) return false;
    o->end = m->next_id;
    o->code = (unsigned char)code_of(n);
    if (o->count == 2 && is_known(&o->args[1]))
        use_constant(o, o->args[1].value);
    o->step = sw_cel__plain_step(o);
    set_place(n, o);
    o->straight = straight_steps(o);
    if (o->code == SW_OP_AND || o->code == SW_OP_OR) o->u64 = steps_of_sides(o);
    if (n->kind == SW_NODE_LITERAL) o->value = &n->value;
    if (n->kind == SW_NODE_ELEMENT) o->args = &m->block[n->value.as.i64];
    if (n->kind == SW_NODE_SELECT) o->hash = sw_cel__hash_text(n->name);
    if (n->path.len > 0) {
        // The longest chain is what is read, not the names within it.
        m->path_count = paths;
        if (!note_path(m, o)) return false;
    }
    return simplify(m, o);
}

bool sw_cel__make_program(sw_cel *cel, sw_arena *arena, sw_error *err)
{
    maker m = {.cel = cel,
               .arena = arena,
               .err = err,
               .steps = ALL_STEPS,
               .room = ALL_MEMORY};
    op *top = SW_NEW(arena, op);
    bool ok = top != NULL ? make(&m, cel->top, top) : sw_fail_memory(err);
    if (ok) mark_shared(&m);
    if (ok) spread(top);
    free(m.paths);
    cel->program = top;
    cel->reg_count = m.next_id;
    cel->is_small = cel->reg_count <= SW_CEL__FEW_REGS &&
                    cel->slot_count <= SW_CEL__FEW_NAMES &&
                    cel->root_count <= SW_CEL__FEW_NAMES;
    return ok;
}
