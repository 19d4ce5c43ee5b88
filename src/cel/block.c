// cel.block([e0, e1], body): elements that are evaluated where they are first
// read, and never again. Until then their slot is empty. An error or an unknown
// is the value of an element like any other.
//
// Tests: cel-spec, block_ext.
#include "cel_internal.h"

typedef sw_cel__node node;

// No value has it, and no value of a slot that is read.
static const sw_cel_kind empty = (sw_cel_kind)(SW_CEL_CIDR + 1);

bool sw_cel__eval_block(sw_cel__run *run, const node *n, sw_cel_value *out)
{
    size_t count = n->count - 1;
    if (!sw_cel__spend(run, count / 8)) return false;
    for (size_t i = 0; i < count; i++)
        run->slots[n->slot + i].kind = empty;
    return sw_cel__eval(run, n->args[count], out);
}

bool sw_cel__eval_element(sw_cel__run *run, const node *n, sw_cel_value *out)
{
    sw_cel_value *slot = &run->slots[n->slot];
    if (slot->kind == empty) {
        sw_cel_value value;
        if (!sw_cel__eval(run, n->element, &value)) return false;
        *slot = value;
    }
    *out = *slot;
    return true;
}

bool sw_cel__was_read(const sw_cel__run *run, const node *block, size_t i)
{
    return run->slots[block->slot + i].kind != empty;
}
